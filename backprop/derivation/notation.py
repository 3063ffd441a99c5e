"""How values and operations of a graph are written: names that differ, and templates filled."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import numpy as np

from backprop.engine.table import Operation
from backprop.engine.variable import Value, value_of
from backprop.formulas.formula import (
    Formula,
    Name,
    Number,
    Slot,
    Subscript,
    Symbol,
    Word,
    change_parts,
)
from backprop.formulas.labels import split_name
from backprop.formulas.parse import parse_template
from backprop.formulas.printing import to_text
from backprop.formulas.signs import GREEK, LOOKALIKES

UPSTREAM = Word("upstream")
_Key = TypeVar("_Key")


def write_names(
    labels: Mapping[_Key, str],
    indexed: Collection[_Key] = (),
    index: str = "i",
    longest: int | None = None,
) -> dict[_Key, Name]:
    r"""Make a name for every value, so that no two of them look alike.

    The first of those that would look alike is written as usual, the next one letter by letter.

    Parameters
    ----------
    labels : mapping of key to str
        What each value is called.
    indexed : collection of keys, optional
        Those that stand for one data point of many.
    index : str, optional
        With which index.
    longest : int, optional
        How many characters of a name are written; left out: all.

    Returns
    -------
    dict of key to Name

    Examples
    --------
    >>> from backprop.formulas.printing import to_latex
    >>> names = write_names({1: "w1", 2: "w_1", 3: "eta"})
    >>> [to_latex(name) for name in names.values()]
    ['w_{1}', '\\text{w\\_1}', '\\eta']
    """
    taken: set[Any] = set()
    names: dict[_Key, Name] = {}
    for key, label in labels.items():
        below = index if key in indexed else ""
        if longest is not None and len(label) > longest:
            label = f"{label[: longest - 1].rstrip()}…"
        usual = (Name(label, below), Name(label, below, literal=True))
        numbered = (Name(f"{label} ({k})", below, literal=True) for k in itertools.count(2))
        for name in itertools.chain(usual, numbered):
            looks = _describe_looks(name)
            if not taken & looks:
                taken |= looks
                names[key] = name
                break
    return names


def _describe_looks(name: Name) -> set[Any]:
    """Return what a reader sees of a name, in LaTeX and in text."""
    stem, digits = split_name(name)
    return {(GREEK.get(stem, stem.translate(LOOKALIKES)), digits, name.index), to_text(name)}


def fill_template(
    operation: Operation,
    template: str,
    arguments: tuple[Any, ...],
    write: Callable[[Any], Formula],
    *,
    upstream: Formula = UPSTREAM,
    index: str = "",
) -> Formula:
    """Make the formula of an operation, or of a local derivative, for its arguments.

    Parameters
    ----------
    operation : Operation
        Whose parameters the template names.
    template : str
        LaTeX with ``<a>`` where the argument `a` stands.
    arguments : tuple
        What the operation was given.
    write : callable
        Makes the formula of one argument.
    upstream : Formula, optional
        The upstream gradient, where the template says where it stands.
    index : str, optional
        The index of a sum over data points.

    Returns
    -------
    Formula
        Its printers put in the brackets.
    """
    named = dict(zip(operation.parameters, arguments, strict=True))

    def fill(part: Formula) -> Formula | None:
        if isinstance(part, Slot):
            if part.name == "n":
                return Number(str(_count_terms(named, value_of(arguments[0]))))
            return upstream if part.name == "upstream" else write(named[part.name])
        if index and part == Symbol(r"\sum"):
            return Subscript(part, Symbol(index))
        return None

    return change_parts(parse_template(template), fill)


def _count_terms(named: Mapping[str, Any], first: Value) -> int:
    """Return over how many elements, or examples, an operation takes the mean."""
    shape = np.shape(first)
    if "labels" in named:  # one row of scores for each example
        shape = shape[:-1]
    axis = named.get("axis")
    if axis is not None:
        shape = tuple(shape[i] for i in (axis if isinstance(axis, tuple) else (axis,)))
    return math.prod(shape)
