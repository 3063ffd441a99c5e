"""The built pages in a real browser: one server for all of them, a fresh context for each visit."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browsing import Visit, open_page

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
SUB_PATH = "/some/where"  # pages must not mind below which address they are served


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
def visit(browser: Browser, address: str) -> Callable[..., AbstractContextManager[Visit]]:
    """Open a page: ``with visit("book/fitting", theme="dark", width=390) as seen: ...``.

    With ``file=True`` it is opened from the folder instead of the server, with ``host`` under
    another name of this machine; ``first`` is a script that runs before the page's own (by default,
    the reader has chosen this theme before).
    """

    def open_built(
        name: str,
        *,
        theme: str = "light",
        width: int = 1280,
        file: bool = False,
        host: str = "127.0.0.1",
        first: str | None = None,
        **options: Any,
    ) -> AbstractContextManager[Visit]:
        origin = HTML.as_uri() if file else address.replace("127.0.0.1", host)
        chosen = (
            f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
        )
        return open_page(
            browser,
            f"{origin}/{name}.html",
            origin=origin,
            first=chosen if first is None else first,
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
            **options,
        )

    return open_built


@pytest.fixture(scope="module")
def opened(visit: Callable[..., AbstractContextManager[Visit]], request: Any) -> Iterator[Visit]:
    """A page that tests in a row share: ``(name, width)``. Those that change it come last."""
    name, width = request.param
    with visit(name, width=width) as seen:
        yield seen
