"""Expressions of JavaScript: what is computed element by element, with the brackets it needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from backprop.engine.program.script_writer import ScriptWriter
from backprop.engine.program.simplify import is_number
from backprop.engine.program.subscripts import write_subscript
from backprop.engine.program.trace import Step, find_users, shape_of

#: How tightly parts of an expression hold together.
CHOICE, SUM, PRODUCT, SIGN, WHOLE = range(5)
#: What is computed element by element: how it is written, and how tightly that holds together.
ELEMENTWISE = {
    "add": ("{} + {}", SUM),
    "subtract": ("{} - {}", SUM),
    "multiply": ("{} * {}", PRODUCT),
    "divide": ("{} / {}", PRODUCT),
    "true_divide": ("{} / {}", PRODUCT),
    "negative": ("-{}", SIGN),
    "positive": ("{}", WHOLE),
    "square": ("{0} * {0}", PRODUCT),
    "reciprocal": ("1 / {}", PRODUCT),
    "power": ("power({}, {})", WHOLE),
    "sqrt": ("Math.sqrt({})", WHOLE),
    "exp": ("Math.exp({})", WHOLE),
    "expm1": ("Math.expm1({})", WHOLE),
    "log": ("Math.log({})", WHOLE),
    "log1p": ("Math.log1p({})", WHOLE),
    "log2": ("Math.log2({})", WHOLE),
    "log10": ("Math.log10({})", WHOLE),
    "logaddexp": ("logaddexp({}, {})", WHOLE),
    "sin": ("Math.sin({})", WHOLE),
    "cos": ("Math.cos({})", WHOLE),
    "tan": ("Math.tan({})", WHOLE),
    "arctan": ("Math.atan({})", WHOLE),
    "sinh": ("Math.sinh({})", WHOLE),
    "cosh": ("Math.cosh({})", WHOLE),
    "tanh": ("Math.tanh({})", WHOLE),
    "absolute": ("Math.abs({})", WHOLE),
    "sign": ("Math.sign({})", WHOLE),
    "floor": ("Math.floor({})", WHOLE),
    "ceil": ("Math.ceil({})", WHOLE),
    "maximum": ("Math.max({}, {})", WHOLE),
    "minimum": ("Math.min({}, {})", WHOLE),
    "clip": ("Math.min(Math.max({}, {}), {})", WHOLE),
    "greater": ("Number({} > {})", WHOLE),
    "greater_equal": ("Number({} >= {})", WHOLE),
    "less": ("Number({} < {})", WHOLE),
    "less_equal": ("Number({} <= {})", WHOLE),
    "equal": ("Number({} === {})", WHOLE),
    "not_equal": ("Number({} !== {})", WHOLE),
    "isnan": ("Number(Number.isNaN({}))", WHOLE),
    "isfinite": ("Number(Number.isFinite({}))", WHOLE),
    "isinf": ("Number(Math.abs({}) === Infinity)", WHOLE),
    "where": ("{} ? {} : {}", CHOICE),
    "bitwise_and": ("Number({} && {})", WHOLE),
    "bitwise_or": ("Number({} || {})", WHOLE),
    "logical_and": ("Number({} && {})", WHOLE),
    "logical_or": ("Number({} || {})", WHOLE),
    "logical_not": ("Number(!{})", WHOLE),
    "invert": ("Number(!{})", WHOLE),
}
_HELPED = ("power", "logaddexp")
#: Where a part must hold together more tightly than what it stands in.
_TIGHT = {
    "subtract": (SUM, PRODUCT),
    "add": (SUM, PRODUCT),
    "multiply": (PRODUCT, SIGN),
    "divide": (PRODUCT, SIGN),
    "true_divide": (PRODUCT, SIGN),
    "reciprocal": (SIGN,),
    "negative": (WHOLE,),
    "positive": (WHOLE,),
    "where": (SUM, SUM, SUM),
    "logical_not": (WHOLE,),
    "invert": (WHOLE,),
}


def write_elements(
    writer: ScriptWriter, given: Any, counters: Sequence[str], flat: bool
) -> tuple[str, int]:
    """Write an element of a value, and how tightly that holds together.

    Parameters
    ----------
    writer : ScriptWriter
        It knows the names, and what is written where it is used.
    given : Step, number or numpy.ndarray
    counters : sequence of str
        The number of the element along each axis.
    flat : bool
        Whether one counter runs through all elements of each array.
    """
    if isinstance(given, Step) and given in writer.inlined:
        return _write_operation(writer, given, counters, flat)
    if not shape_of(given) or (isinstance(given, Step) and given in writer.numbers):
        text = writer.scalar(given)
    else:
        place = counters[0] if flat else write_subscript(shape_of(given), counters)
        text = f"{writer.whole(given)}[{place}]"
    return text, SIGN if text.startswith("-") else WHOLE


def _write_operation(
    writer: ScriptWriter, step: Step, counters: Sequence[str], flat: bool
) -> tuple[str, int]:
    """Write an operation on elements of its inputs."""
    template, holds = ELEMENTWISE[step.operation]
    needed = _TIGHT.get(step.operation, (CHOICE,) * len(step.inputs))
    exponent: Any = step.inputs[1] if step.operation == "power" else None
    if is_number(exponent) and np.isfinite(exponent):
        template, holds, needed = "{} ** {}", PRODUCT, (WHOLE, SIGN)
    elif step.operation in _HELPED:
        writer.help(step.operation)
    parts = []
    for part, least in zip(step.inputs, needed, strict=True):
        text, tight = write_elements(writer, part, counters, flat)
        parts.append(text if tight >= least else f"({text})")
    return template.format(*parts), holds


def write_expression(writer: ScriptWriter, step: Step, counters: Sequence[str], flat: bool) -> str:
    """Write an element of the result of an operation that works element by element."""
    return _write_operation(writer, step, counters, flat)[0]


def is_flat(writer: ScriptWriter, given: Any, shape: tuple[int, ...]) -> bool:
    """Tell whether all arrays of an expression have one shape, so that they are one row each."""
    return all(
        shape_of(part) in ((), shape) or (isinstance(part, Step) and part in writer.numbers)
        for part in _list_operands(writer, given)
    )


def _list_operands(writer: ScriptWriter, given: Any) -> Iterator[Any]:
    if isinstance(given, Step) and given in writer.inlined:
        for part in given.inputs:
            yield from _list_operands(writer, part)
    else:
        yield given


def find_inlined(steps: Sequence[Step], results: Sequence[Step]) -> set[Step]:
    """Return the steps that are written where they are used: once, in the same operation.

    Parameters
    ----------
    steps : sequence of Step
        In order.
    results : sequence of Step
        What the program returns: these have lines of their own.
    """
    users = find_users(steps)
    return {
        step
        for step in steps
        if step.operation in ELEMENTWISE
        and not step.name
        and step not in results
        and len(users.get(step, ())) == 1
        and _takes_expression(users[step][0], step)
    }


def _takes_expression(user: Step, step: Step) -> bool:
    if user.note != step.note:
        return False
    if user.operation == "sum":
        return bool(step.shape)
    return user.operation in ELEMENTWISE and user.operation != "square" and user.shape == step.shape
