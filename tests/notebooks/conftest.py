"""How committed notebooks are compared with a fresh run."""

import pytest

# Markup repeats the text beside it, which is compared, and changes with every polish of a figure.
NOT_COMPARED = ("text/html", "image/svg+xml")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for notebook in {item.parent for item in items if hasattr(item.parent, "skip_compare")}:
        notebook.skip_compare += NOT_COMPARED
