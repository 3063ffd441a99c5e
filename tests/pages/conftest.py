"""The built pages in a real browser."""

import http.server
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
AXE = ROOT / "_build" / "web" / "node_modules" / "axe-core" / "axe.min.js"
SUB_PATH = "/some/where"  # pages must not mind below which address they are served

FONT = re.compile(rb"data:font/[^)]*")

# How much of what is seen has moved by itself since the page was opened, as browsers measure it.
OBSERVE_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value;
}).observe({type: 'layout-shift', buffered: true});
"""


class _Handler(http.server.SimpleHTTPRequestHandler):
    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(SUB_PATH))

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address below which the built book is served."""
    if not (HTML / "index.html").exists():
        pytest.fail("the book is not built: run `make book` first", pytrace=False)
    handler = partial(_Handler, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}{SUB_PATH}"
    server.shutdown()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which the build fetches beside what pages need."""
    if not AXE.exists():
        subprocess.run([sys.executable, ROOT / "book" / "_ext" / "web_assets.py"], check=True)
    return AXE.read_text(encoding="utf-8")


class Visit:
    """One page in a browser, and what went wrong while it was open."""

    def __init__(self, context: BrowserContext, url: str, origin: str) -> None:
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.origin = origin
        context.route("**/*", self._route)
        self.page: Page = context.new_page()
        self.page.on(
            "console", lambda m: m.type == "error" and self.problems.append(f"console: {m.text}")
        )
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on(
            "response", lambda r: r.status >= 400 and self.problems.append(f"{r.status}: {r.url}")
        )
        self.page.add_init_script(OBSERVE_SHIFTS)
        self.page.goto(url, wait_until="load")

    def megabytes(self) -> float:
        """What was sent, uncompressed; without fonts, be they files or part of a style sheet."""
        files = {url.removeprefix(f"{self.origin}/").partition("?")[0] for url in self.requests}
        sent = [HTML / name for name in files if not name.startswith("data:")]
        contents = [file.read_bytes() for file in sent if "woff" not in file.suffix]
        return sum(len(FONT.sub(b"", content)) for content in contents) / 1e6

    def _route(self, route) -> None:  # type: ignore[no-untyped-def]
        url = route.request.url
        self.requests.append(url)
        if url.startswith((self.origin, "data:", "blob:")):
            route.continue_()
        else:
            self.problems.append(f"asks another host: {url}")
            route.abort()


@pytest.fixture
def visit(chromium: Browser, address: str):
    """Open a page: ``with visit("book/fitting", theme="dark", width=390) as seen: ...``."""

    @contextmanager
    def open_page(
        name: str,
        *,
        theme: str = "light",
        width: int = 1280,
        file: bool = False,
        first: str | None = None,
        **options: object,
    ) -> Iterator[Visit]:
        url = (HTML / f"{name}.html").as_uri() if file else f"{address}/{name}.html"
        origin = HTML.as_uri() if file else address
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
            **options,
        )
        # What runs before the page: by default, the reader has chosen this theme before.
        chosen = (
            f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
        )
        context.add_init_script(chosen if first is None else first)
        try:
            yield Visit(context, url, origin)
        finally:
            context.close()

    return open_page
