"""*Pull*: the function that carries a gradient from a result back, written from its row.

It does for one operation what a turn of the loop in :func:`~backprop.engine.traversal.sweep` does
for any, and a test compares the two. Of ``c = a * b`` it begins, in short::

    def written(node, upstream, arrived, waiting):  # node is c; upstream is what arrived at c
        a, b = node.a, node.b
        gradient = upstream * b._value              # the rule of multiply by a
        ...                                         # where it goes: into `arrived`, or handed on

The templates at the end of this module are what all pulls share; ``<a>`` stands for the name of an
argument. ``print(show_functions("multiply"))`` of :mod:`backprop.engine.fast` shows a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from heapq import heappush
from textwrap import indent
from typing import Any

from numpy import ndarray

from backprop.engine.arrays import NUMBERS
from backprop.engine.table import Expression, Operation, Rule
from backprop.engine.traversal import as_leaf_gradient, explain_change, sum_to_argument
from backprop.engine.variable import FLOAT64, Constant, Variable
from backprop.engine.written import declare, write_on_first_call

#: What every pull may refer to, besides its rules.
_SCOPE = {
    "Constant": Constant,
    "FLOAT64": FLOAT64,
    "NUMBERS": NUMBERS,
    "Variable": Variable,
    "as_leaf_gradient": as_leaf_gradient,
    "explain_change": explain_change,
    "heappush": heappush,
    "ndarray": ndarray,
    "sum_to_argument": sum_to_argument,
}


def make_pull(name: str, find_entry: Callable[[], Operation]) -> Callable[..., Any]:
    """Return the function that carries a gradient from the result of an operation back."""

    def write() -> tuple[str, dict[str, Any]]:
        entry = find_entry()
        shorter = () if entry.intermediate is None else entry.intermediate.rules
        names = {**_SCOPE, "shared": entry.shared}
        for kind, rules in (("rule", entry.rules), ("shorter_rule", shorter)):
            for place, rule in enumerate(rules):
                names |= rule.names if isinstance(rule, Expression) else {f"{kind}_{place}": rule}
        return write_pull(entry), names

    return write_on_first_call(declare(f"pull of {name}"), write)


def write_pull(entry: Operation) -> str:
    """Return the source of the function that carries a gradient back to the arguments.

    It returns one value that it reached, with its gradient, or None. Whatever else it reached is in
    ``arrived``, and waits on the heap if it was computed.
    """
    operands = [name for name, rule in entry.pair_rules() if rule is not None]
    alone = len(operands) == 1
    lines = [_unpack_slots(entry)]
    written_out = all(isinstance(rule, Expression) for rule in entry.rules)
    for name in () if written_out else operands:
        lines += [_VALUE_ALONE if alone else _VALUE]
        lines = [line.replace("<a>", name) for line in lines]
    if entry.shared is not None:
        lines += [f"upstream = shared(upstream, node._value, {_list_values(entry)})"]
    if not alone:
        lines += ["reached = None"]
    for name in operands:
        body = [_write_gradient(entry, name, operands), _TO_LEAF]
        if alone:
            lines += [*body, _HAND_ON]
        else:
            body += [_HAND_ON_FIRST if name == operands[0] else _HAND_ON_NEXT]
            lines += ["if type(<a>) is Variable:", *(indent(text, " " * 4) for text in body)]
            lines += [_CONSTANT]
        lines = [line.replace("<a>", name) for line in lines]
    if not alone:
        lines += ["if reached is not None:\n    return reached, handed"]
    head = "def written(node, upstream, arrived, waiting):\n"
    return head + indent("\n".join(lines), " " * 4) + "\n"


def _unpack_slots(entry: Operation) -> str:
    """Return the statement that gives the arguments of a node their names."""
    if entry.slots == 1:
        return f"{entry.parameters[0]} = node.a"
    if entry.slots == 2:
        return f"{', '.join(entry.parameters)} = node.a, node.b"
    second = "" if entry.intermediate is None else "\nintermediate = node.b"
    return f"{', '.join(entry.parameters)}, = node.a{second}"


def _list_values(entry: Operation) -> str:
    """Return the values of all arguments, as a rule takes them."""
    return ", ".join(f"{name}_value" if rule else name for name, rule in entry.pair_rules())


def _write_gradient(entry: Operation, name: str, operands: list[str]) -> str:
    """Return the statements that compute what arrives at one argument."""
    place = entry.parameters.index(name)
    rule = entry.rules[place]
    beside = ""
    if isinstance(rule, Expression):
        used = [other for other in operands if re.search(rf"\b{other}\b", rule.text)]
        beside = "".join(_VALUE_BESIDE.replace("<a>", other) for other in used)
    text = beside + f"gradient = {_write_rule(entry, entry.rules[place], f'rule_{place}')}"
    if entry.broadcasts:
        others = [f"type({other}) is not float and " for other in operands if other != name]
        text += "\n" + _SUM.replace("<other>", others[0] if len(others) == 1 else "")
    if entry.intermediate is None:
        return text
    shorter = entry.intermediate.rules[operands.index(name)]
    quick = _write_rule(entry, shorter, f"shorter_rule_{place}")
    return f"if intermediate is None:\n{indent(text, ' ' * 4)}\nelse:\n    gradient = {quick}"


def _write_rule(entry: Operation, rule: Rule | None, name: str) -> str:
    """Return the expression that applies a rule: the rule itself where it is one."""
    if isinstance(rule, Expression):
        return re.sub(rf"\b({'|'.join(entry.parameters)})\b", r"\1_value", rule.text)
    second = "intermediate, " if name.startswith("shorter") else ""
    return f"{name}(upstream, {second}node._value, {_list_values(entry)})"


_VALUE_ALONE = "<a>_value = <a>._value"
_VALUE = "<a>_value = <a>._value if isinstance(<a>, Variable) else <a>"

#: Beside an array, a number stands there as an array of no axes, which NumPy takes in less time.
_VALUE_BESIDE = """\
if type(<a>) is not float:
    <a>_value = <a>._value if isinstance(<a>, Variable) else <a>
elif type(upstream) is ndarray and upstream.dtype is FLOAT64:
    <a>_value = NUMBERS[<a>]
else:
    <a>_value = <a>
"""

#: Where the argument <a> was stretched, its gradient is summed back: in ``w * [1, 2, 3]`` three
#: gradients arrive at one number w. Beside a number nothing is stretched, so nothing is asked.
_SUM = """\
if <other>type(gradient) is ndarray and (
    type(<a>._value) is not ndarray or gradient.shape != <a>._value.shape
):
    gradient = sum_to_argument(gradient, <a>._value)"""

#: A leaf is the end of the way. What arrives there first becomes an array of its own, so that more
#: can be added in place: as_leaf_gradient copies what somebody else may hold, or of another type.
_TO_LEAF = """\
if <a>.operation is None:
    if <a>.serial < node.serial:
        raise explain_change(<a>)
    if <a> not in arrived:
        if not (
            type(gradient) is ndarray is type(<a>._value)
            and gradient.base is None
            and gradient is not upstream
            and gradient.dtype is <a>._value.dtype
        ):
            gradient = as_leaf_gradient(<a>, gradient, upstream)
        arrived[<a>] = gradient
    elif type(arrived[<a>]) is ndarray:
        arrived[<a>] += gradient
    else:
        arrived[<a>] = as_leaf_gradient(<a>, arrived[<a>] + gradient, upstream)
elif <a> in arrived:
    arrived[<a>] = arrived[<a>] + gradient"""

#: What was computed goes back itself, once all has arrived at it. A value that is reached for the
#: first time is handed on, and is next if none that waits is newer: in a chain, none waits.
_HAND_ON = """\
else:
    return <a>, gradient"""

#: Of two computed arguments, the first is handed on, and the second waits on the heap; of ``a * a``
#: both are the same one, at which two gradients arrive.
_HAND_ON_FIRST = """\
else:
    reached, handed = <a>, gradient"""

_HAND_ON_NEXT = """\
elif reached is None:
    reached, handed = <a>, gradient
elif reached is <a>:
    handed = handed + gradient
else:
    arrived[<a>] = gradient
    heappush(waiting, (<a>.serial, <a>))"""

#: Data get no gradient; but if they were set since, the rules above have read the wrong numbers.
_CONSTANT = """\
elif type(<a>) is Constant and <a>.serial < node.serial:
    raise explain_change(<a>)"""
