"""How committed notebooks are compared with a fresh run."""

from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Markup repeats the text beside it, which is compared, and changes with every polish of a figure.
NOT_COMPARED = ("text/html", "image/svg+xml")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for notebook in {item.parent for item in items if hasattr(item.parent, "skip_compare")}:
        notebook.skip_compare += NOT_COMPARED


@pytest.fixture
def portable(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module that writes portable notebooks while the book is built."""
    pytest.importorskip("sphinx")
    monkeypatch.syspath_prepend(str(ROOT / "book" / "_ext"))
    import portable

    return portable
