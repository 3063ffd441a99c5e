"""What all tests share: one browser.

Browser tests need Chromium: the one named by ``BACKPROP_CHROMIUM``, or the first found on the PATH.
Without one they are skipped in one visible line, or fail where ``BACKPROP_BROWSER=required`` (as
`.ci/run` sets it).
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium, driven by Playwright; pages are opened in contexts of their own."""
    named = os.environ.get("BACKPROP_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = (
            "no Chromium on the PATH, nor named by BACKPROP_CHROMIUM: nothing tried in a browser"
        )
        if os.environ.get("BACKPROP_BROWSER") == "required":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
