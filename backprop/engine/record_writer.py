"""*Record*: the function that computes an operation and remembers it, written from its row.

It does for one operation what :func:`~backprop.engine.recorders.record_generally` does for any,
without a question that the row answers: how many arguments, which of them have a rule, what is kept
for the way back. Of ``c = a * b`` it does, in short::

    value = a._value * b._value         # or a itself, where that is a plain number or array
    out = new(Variable)
    out._value, out.operation, out.a, out.b = value, entry, a, b

What is rare (a list, whole numbers in an array, mixed types) goes to `record_generally` itself. The
templates at the end are what all records share; ``<a>`` stands for the name of an argument.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from textwrap import indent
from typing import Any

from numpy import float64, ndarray

from backprop.engine.arrays import NUMBERS
from backprop.engine.table import Expression, Operation, declare_function
from backprop.engine.variable import FLOAT64, Constant, Variable, is_recording, new, serials
from backprop.engine.written import write_on_first_call

#: What every record may refer to.
_SCOPE = {
    "Constant": Constant,
    "EXACT": 2**53,  # whole numbers below are floats without rounding
    "FLOAT64": FLOAT64,
    "NUMBERS": NUMBERS,
    "Variable": Variable,
    "float64": float64,
    "is_recording": is_recording,
    "ndarray": ndarray,
    "new": new,
    "serials": serials,
}


def make_record(
    entry: Operation, signature: inspect.Signature, helpers: Mapping[str, Any]
) -> Callable[..., Any]:
    """Return the function of an operation; `helpers` are what it calls in rare cases."""

    def write() -> tuple[str, dict[str, Any]]:
        forward = entry.forward if entry.intermediate is None else entry.intermediate.forward
        return write_record(entry, signature), {
            **_SCOPE,
            **helpers,
            "entry": entry,
            "forward": forward,
        }

    return write_on_first_call(declare_function(entry.name), write)


def write_record(entry: Operation, signature: inspect.Signature) -> str:
    """Return the source of the function that computes an operation and remembers its arguments.

    Parameters
    ----------
    entry : Operation
        The row.
    signature : inspect.Signature
        Of the function that the row describes: parameters and their defaults.
    """
    heads = [
        name if one.default is one.empty else f"{name}={one.default!r}"
        for name, one in signature.parameters.items()
    ]
    given = ", ".join(entry.parameters)
    generally = f"record_generally(entry, {given})"
    operands = [name for name, rule in entry.pair_rules() if rule is not None]
    settings = [(name, place) for place, (name, rule) in enumerate(entry.pair_rules()) if not rule]
    values = ", ".join(f"{name}_value" if name in operands else name for name in entry.parameters)
    lines = [f"def written({', '.join(heads)}):", "    recorded = False"]
    for name in operands:
        lines += [indent(_READ.replace("<a>", name), " " * 4), f"        return {generally}"]
    beside = _ask_for_others(entry, operands)
    if beside:
        lines += [indent(f"{beside}\n    return {generally}", " " * 4)]
    lines += ["    try:"]
    for name, place in settings:
        lines += [
            f"        if type({name}) in CHANGEABLE:",
            f"            {name} = copy_setting({name}, {place < len(entry.rules)})",
        ]
    computed = "value" if entry.intermediate is None else "value, intermediate"
    lines += [
        f"        {computed} = {_write_forward(entry, values)}",
        "    except REFUSALS as error:",
        f"        raise explain_misfit(entry, ({given},), error) from None",
    ]
    a, b = _slots(entry)
    constant = " or ".join(f"type({name}) is Constant" for name in operands)
    remember = _REMEMBER.replace("<constant>", constant).replace("<a>", a).replace("<b>", b)
    remember = remember.replace("<values>", values)
    lines += [indent(remember, " " * 4)]
    return "\n".join(lines)


#: How the value of the argument <a> is read: types are asked for in the order of how often they
#: come. A whole number counts as a float. What is none of these is for the general way.
_READ = """\
if type(<a>) is Variable:
    <a>_value, recorded = <a>._value, True
elif type(<a>) is float or type(<a>) is ndarray and <a>.dtype.kind == 'f':
    <a>_value = <a>
elif type(<a>) is Constant:
    <a>_value = <a>._value
elif type(<a>) is int and -EXACT < <a> < EXACT:
    <a> = <a>_value = float(<a>)
else:"""

#: How a result is remembered, with <a> and <b> in its slots: as `remember` of variable.py does, in
#: place, since a call would cost more. Without a Variable among the arguments it stays plain.
_REMEMBER = """\
if not recorded:
    value = float(value) if type(value) is float64 else value
    if <constant>:
        return make_constant(value, (<values>,))
    return value
if not is_recording():
    return make_constant(value, (<values>,))
out = new(Variable)
out._value = value
out._grad = out.name = None
out.operation = entry
out.a = <a>
out.b = <b>
out.serial = next(serials)
return out
"""


def _write_forward(entry: Operation, values: str) -> str:
    """Return the expression that computes the result: written out where it is one."""
    if not isinstance(entry.forward, Expression):
        return f"forward({values})"
    return re.sub(rf"\b({'|'.join(entry.parameters)})\b", r"\1_value", entry.forward.text)


def _slots(entry: Operation) -> tuple[str, str]:
    """Return what a Variable keeps in its slots `a` and `b`."""
    if entry.slots:
        first, second, *_ = (*entry.parameters, "None")
        return first, second
    return (
        f"({', '.join(entry.parameters)},)",
        "None" if entry.intermediate is None else "intermediate",
    )


def _ask_for_others(entry: Operation, operands: list[str]) -> str:
    """Return the question whether the values together are none for the fast way."""
    if len(operands) == 2:
        bare = _NUMBER_BESIDE if isinstance(entry.forward, Expression) else _NUMBER_AS_IT_IS
        question = f"{bare}\n{_NUMBER_OF_VARIABLE}"
        return question.replace("<a>", operands[0]).replace("<b>", operands[1])
    if len(operands) > 2:
        each = [f"type({name}_value) is float is not type({name})" for name in operands]
        return "if (\n    " + "\n    or ".join(each) + "\n):"
    return ""


#: A bare number takes the type of its partner: ``2 * float32`` is float32.
_NUMBER_AS_IT_IS = """\
if type(<b>) is float or type(<a>) is float:
    pass"""

#: In arithmetic, it stands there as an array of no axes, which NumPy takes in less time.
_NUMBER_BESIDE = """\
if type(<b>) is float:
    if type(<a>_value) is ndarray and <a>_value.dtype is FLOAT64:
        <b>_value = NUMBERS[<b>]
elif type(<a>) is float:
    if type(<b>_value) is ndarray and <b>_value.dtype is FLOAT64:
        <a>_value = NUMBERS[<a>]"""


#: A Variable's number counts as float64: beside an array of another type it is for the general way.
_NUMBER_OF_VARIABLE = """\
elif type(<a>_value) is not type(<b>_value) and (
    type(<a>_value) is float and <b>_value.dtype is not FLOAT64
    or type(<b>_value) is float and <a>_value.dtype is not FLOAT64
):"""
