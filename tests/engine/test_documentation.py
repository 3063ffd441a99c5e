"""Every public name of the engine is documented: parameters, results, and an example that runs."""

import doctest
import inspect
import re
from typing import Any

import pytest

import backprop as bp
from backprop.engine import operations

PUBLIC: dict[str, Any] = {
    name: getattr(bp, name) for name in bp.__all__ if not inspect.ismodule(getattr(bp, name))
} | {name: getattr(operations, name, None) or getattr(bp, name) for name in operations.TABLE}


#: Made by functions of the package, not by readers.
MADE = {"Derivation", "History", "LocalDerivatives", "Program", "ProgramError"}


def section(text: str, title: str) -> str:
    """The text of one section of a NumPy-style docstring."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", text, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def documented(text: str, title: str) -> list[str]:
    """The names that a section describes."""
    lines = re.findall(r"^(\*?\w[\w, *]*?)(?: : .*)?$", section(text, title), re.MULTILINE)
    return [name.strip("* ") for line in lines for name in line.split(",")]


@pytest.mark.parametrize("name", PUBLIC)
def test_the_parameters_are_described(name: str) -> None:
    text = inspect.getdoc(PUBLIC[name]) or ""
    if name in MADE:
        assert section(text, "Attributes") or issubclass(PUBLIC[name], Exception)
        return
    signature = inspect.signature(PUBLIC[name])
    assert documented(text, "Parameters") == list(signature.parameters)


@pytest.mark.parametrize("name", PUBLIC)
def test_results_and_an_example_are_shown(name: str) -> None:
    thing = PUBLIC[name]
    text = inspect.getdoc(thing) or ""
    if name in MADE - {"Program", "ProgramError"}:
        return
    if not inspect.isclass(thing) and name != "no_grad":
        assert section(text, "Returns")
    assert doctest.DocTestParser().get_examples(section(text, "Examples"))


@pytest.mark.parametrize("kind", [bp.Variable, bp.GradientDescent, bp.History, bp.Derivation])
def test_public_methods_and_attributes_are_described(kind: type) -> None:
    text = inspect.getdoc(kind) or ""
    for name, member in inspect.getmembers(kind):
        if name.startswith("_") or (kind is bp.Variable and name in INTERNAL):
            continue
        assert inspect.getdoc(member) or name in section(text, "Attributes"), name


#: Slots and methods by which the modules of the engine know each other.
INTERNAL = {"a", "b", "operation", "serial"}
