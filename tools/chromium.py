"""Find the browser that prints the book, weighs its pages and runs its tests."""

import os
import shutil

# The first is the same browser without windows, and needs a third less of the processor.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
INSTALL = "install it (on Debian and Ubuntu: sudo apt-get install chromium), or name one"


def find_chromium() -> str:
    """Return the path of Chromium.

    Raises
    ------
    FileNotFoundError
        If there is none, or if ``BACKPROP_CHROMIUM`` names a file that is none.
    """
    named = os.environ.get("BACKPROP_CHROMIUM")
    if named:
        if path := shutil.which(named):
            return path
        raise FileNotFoundError(
            f"BACKPROP_CHROMIUM names {named}, which is no program: correct it, or unset it and "
            "the first Chromium on the PATH is taken"
        )
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise FileNotFoundError(
            f"no Chromium on the PATH: {INSTALL}: BACKPROP_CHROMIUM=/path/to/chrome"
        )
    return found
