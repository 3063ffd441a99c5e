"""What all tests share: one browser, no reader's progress, and what hypothesis may do.

Browser tests need Chromium: the one named by ``BACKPROP_CHROMIUM``, or the first found on the PATH.
Without one they are skipped in one visible line, or fail where ``BACKPROP_BROWSER=required`` (as
`.ci/run` sets it).
"""

import os
import shutil
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

collect_ignore = ["saved/make.py"]  # a program for an older checkout

# Whatever the shell says, tests and the kernels that they start leave a reader's record alone.
os.environ["BACKPROP_PROGRESS"] = "off"

# hypothesis draws the same examples in every run
settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.load_profile("same")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
NO_BROWSER = "no Chromium on the PATH, nor named by BACKPROP_CHROMIUM"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium, driven by Playwright; pages are opened in contexts of their own."""
    named = os.environ.get("BACKPROP_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        if os.environ.get("BACKPROP_BROWSER") == "required":
            pytest.fail(NO_BROWSER, pytrace=False)
        pytest.skip(NO_BROWSER)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """Let Ctrl-C interrupt, also where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say once, whatever pytest was asked to list, that nothing was tried in a browser."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_BROWSER in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(f"{count} browser tests SKIPPED: {NO_BROWSER}", yellow=True)
