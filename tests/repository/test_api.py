"""Every public name stands in the API reference, with a docstring that contains an example."""

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import backprop as bp
from tools.contents import list_pages

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "book" / "api").glob("*.md"))


def documented() -> list[str]:
    """Dotted names of everything on the pages, below `backprop`."""
    names, module = [], "backprop"
    for line in "\n".join(page.read_text(encoding="utf-8") for page in PAGES).splitlines():
        if found := re.match(r"\.\. currentmodule:: (\S+)", line):
            module = found[1]
        elif found := re.match(r"\.\. auto(?:function|class):: (\S+)", line):
            name = found[1] if found[1].startswith("backprop.") else f"{module}.{found[1]}"
            names.append(name.removeprefix("backprop."))
    return names


def resolve(name: str) -> Any:
    module, _, attribute = f"backprop.{name}".rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def test_every_public_name_is_on_one_page_once() -> None:
    names = documented()
    assert len(names) == len(set(names))
    public = {name for name in bp.__all__ if not isinstance(getattr(bp, name), ModuleType)}
    assert public - set(names) == set()


#: What a reader does not make but is given; the function that gives it shows how.
GIVEN = {
    "Derivation",
    "History",
    "LocalDerivatives",
    "course.Quiz",
    "course.Exercise",
    "course.Result",
    "course.Feedback",
    "course.Chapter",
    "course.Progress",
}


@pytest.mark.parametrize("name", documented())
def test_every_documented_name_has_an_example_that_runs(name: str) -> None:
    text = inspect.getdoc(resolve(name))
    assert text
    assert ">>>" in text or name in GIVEN


def test_every_page_is_in_the_contents_and_on_the_first_page() -> None:
    first = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    listed = [page.name for page in list_pages() if page.name.startswith("book/api/")]
    assert sorted(listed) == [f"book/api/{page.stem}" for page in PAGES]
    assert re.findall(r"\]\((api/\w+)\.md\)", first) == [
        name.removeprefix("book/") for name in listed
    ]


def test_a_class_stands_on_the_page_of_its_room() -> None:
    for page in PAGES:
        for name in re.findall(r"autoclass:: (\w+)", page.read_text(encoding="utf-8")):
            known = next(m for m in (bp, bp.show, bp.course) if hasattr(m, name))
            assert getattr(known, name).__module__.split(".")[1] == page.stem, name
