"""What a line of a program is for, in words of the table of operations."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop.engine.table import Operation
from backprop.engine.variable import Variable, value_of
from backprop.formulas.formula import (
    ONE,
    Formula,
    Name,
    Number,
    Slot,
    Word,
    change_parts,
    multiply,
    walk,
    write_number,
)
from backprop.formulas.parse import parse_template
from backprop.formulas.printing import to_text

_UPSTREAM = Word("upstream")


def describe_result(operation: Operation, arguments: Sequence[Any]) -> str:
    """Return what an operation computes, such as ``linear: x W1 + b1``."""
    return f"{operation.name}: {write_template(operation, operation.latex, arguments)}"


def describe_rule(operation: Operation, place: int | None, arguments: Sequence[Any]) -> str:
    """Return what the rule for one argument computes, such as ``linear, by W1: xᵀ upstream``.

    Without a place, what the rules of all arguments share.
    """
    if place is None:
        return f"{operation.name}: back through its activation"
    names = _name_arguments(operation, arguments)
    local = _write_local(operation.derivatives[place], tuple(names.items()))
    return f"{operation.name}, by {to_text(names[operation.parameters[place]])}: {local}"


def write_template(operation: Operation, template: str, arguments: Sequence[Any] = ()) -> str:
    r"""Write a template of the table as plain text, with the names of the arguments.

    Examples
    --------
    >>> from backprop.engine.table import TABLE
    >>> write_template(TABLE["divide"], r"-\frac{<a>}{<b>^2}")
    '−a/b²'
    """
    return _write_filled(template, tuple(_name_arguments(operation, arguments).items()))


@functools.lru_cache(maxsize=1000)
def _write_filled(template: str, given: tuple[tuple[str, Formula], ...]) -> str:
    return to_text(_fill_template(template, given))


@functools.lru_cache(maxsize=1000)
def _write_local(template: str, given: tuple[tuple[str, Formula], ...]) -> str:
    """Write a local derivative multiplied by the upstream gradient, unless that is in it."""
    local = _fill_template(template, given)
    if _UPSTREAM not in walk(local):
        local = _UPSTREAM if local == ONE else multiply([_UPSTREAM, local])
    return to_text(local)


def _fill_template(template: str, given: tuple[tuple[str, Formula], ...]) -> Formula:
    names = {"upstream": _UPSTREAM, **dict(given)}

    def fill(part: Formula) -> Formula | None:
        return names.get(part.name, Name(part.name)) if isinstance(part, Slot) else None

    return change_parts(parse_template(template), fill)


def _name_arguments(operation: Operation, arguments: Sequence[Any]) -> dict[str, Formula]:
    """Return how each argument is called: by its own name, else by that of the parameter."""
    names: dict[str, Formula] = {parameter: Name(parameter) for parameter in operation.parameters}
    for parameter, argument in zip(operation.parameters, arguments, strict=False):
        if isinstance(argument, Variable) and argument.name:
            names[parameter] = Name(argument.name)
        elif isinstance(argument, (int, float)) and not isinstance(argument, bool):
            names[parameter] = write_number(argument)
        else:
            given = getattr(argument, "step", None)  # an argument of the program
            names[parameter] = Name(getattr(given, "name", "") or parameter)
    if arguments:
        shape = np.shape(value_of(arguments[0]))
        names["n"] = Number(str(int(np.prod(shape[:-1] if "labels" in names else shape))))
    return names
