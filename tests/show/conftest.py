"""What the tests of figures share."""

import pytest


@pytest.fixture
def on_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_PAGE", "1")
