"""What the tests of figures share."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.browsing import open_page


@pytest.fixture
def on_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_PAGE", "1")


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    """Open the page at the module's own `address`; it must not complain in the console."""
    visits = []
    with ExitStack() as stack:

        def open_at(width: int = 1280, **options: Any) -> Any:
            options["viewport"] = {"width": width, "height": 900}
            seen = stack.enter_context(open_page(browser, address, origin="file:", **options))
            visits.append(seen)
            return seen.page

        yield open_at
    assert not [problem for seen in visits for problem in seen.problems]
