"""What the tests of figures share."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def on_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_PAGE", "1")


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Any]:
    """Open the page at the module's own `address`; it must not complain in the console."""
    contexts, problems = [], []

    def open_page(width: int = 1280, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems
