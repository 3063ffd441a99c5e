"""Open a page in a browser, and hear of whatever goes wrong while it is open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

THEME = "[PST]: "  # how the theme's own remarks in the console begin
FONT = re.compile(rb"data:font/[^)]*")

# How much of what is seen has moved by itself since the page was opened, as browsers measure it.
OBSERVE_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value;
}).observe({type: 'layout-shift', buffered: true});
"""


class Visit:
    """One page in a context of its own.

    Attributes
    ----------
    page : Page
        To act on.
    problems : list of str
        What the page complained about, what it did not find, and which other hosts it asked for.
    requests : list of str
        Every address that it asked for.
    """

    def __init__(self, context: BrowserContext, url: str, origin: str) -> None:
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.origin = origin
        context.route("**/*", self._route)
        self.page: Page = context.new_page()
        self.listen(self.page)
        self.page.add_init_script(OBSERVE_SHIFTS)
        self.page.goto(url, wait_until="load")

    def listen(self, page: Page) -> None:
        """Note what a page complains about, and what it does not find."""
        page.on(
            "console",
            lambda m: m.text.startswith(THEME) or self.problems.append(f"console: {m.text}"),
        )
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on(
            "response", lambda r: r.status >= 400 and self.problems.append(f"{r.status}: {r.url}")
        )

    def megabytes(self, folder: Path) -> float:
        """What was sent of a folder, uncompressed; without fonts, be they files or in a style."""
        paths = {urlsplit(url.removeprefix(self.origin)).path for url in self.requests}
        sent = [folder / unquote(path).lstrip("/") for path in paths if not path.startswith("data")]
        contents = [file.read_bytes() for file in sent if "woff" not in file.suffix]
        return sum(len(FONT.sub(b"", content)) for content in contents) / 1e6

    def _route(self, route: Route) -> None:
        url = route.request.url
        self.requests.append(url)
        if url.startswith((self.origin, "data:", "blob:")):
            route.continue_()
        else:
            self.problems.append(f"asks another host: {url}")
            route.abort()


@contextmanager
def open_page(
    browser: Browser, url: str, *, origin: str, first: str = "", **options: Any
) -> Iterator[Visit]:
    """Open a page in a fresh context, and close both afterwards.

    Parameters
    ----------
    browser : Browser
        pytest-playwright's, shared by all tests.
    url : str
        The page.
    origin : str
        How every address begins that it may ask for.
    first : str
        A script that runs before the page's own.
    **options
        As ``browser.new_context`` takes them.
    """
    context = browser.new_context(**options)
    if first:
        context.add_init_script(first)
    try:
        yield Visit(context, url, origin)
    finally:
        context.close()


def wait_for_frames(page: Page) -> None:
    """Let the page draw what it was asked for, and measure it: two frames."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame("
        "() => setTimeout(done))))"
    )
