"""Every public name stands in the API reference, with a docstring that contains an example."""

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import backprop as bp

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book" / "api.md").read_text(encoding="utf-8")


def documented() -> list[str]:
    """Dotted names of everything on the page, below `backprop`."""
    names, module = [], "backprop"
    for line in PAGE.splitlines():
        if found := re.match(r"\.\. currentmodule:: (\S+)", line):
            module = found[1]
        elif found := re.match(r"\.\. auto(?:function|class):: (\S+)", line):
            name = found[1] if found[1].startswith("backprop.") else f"{module}.{found[1]}"
            names.append(name.removeprefix("backprop."))
    return names


def resolve(name: str) -> Any:
    module, _, attribute = f"backprop.{name}".rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def test_every_public_name_is_on_the_page_once() -> None:
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
