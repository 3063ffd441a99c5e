"""The fast way: for each operation two functions, written from its row in the table.

*Record* computes and remembers, *pull* carries a gradient from the result back to the arguments.
Nothing stands in them that the row does not say: how many arguments, which of them have a rule,
whether they are stretched to a common shape. What is rare (a list, a constant, another type) goes
to :func:`~backprop.engine.recorders.record_generally`; the backward pass in its whole generality is
:func:`~backprop.engine.traversal.sweep`, and a test compares the two. To read what is written:

>>> import backprop as bp
>>> print(write_pull(bp.engine.table.TABLE["multiply"]))  # doctest: +ELLIPSIS
def written(node, upstream, arrived, waiting):
    a, b = node.a, node.b
    ...
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from heapq import heappop, heappush
from inspect import Signature
from textwrap import indent
from typing import Any

from numpy import float64, ndarray

from backprop.engine.table import FREED, Operation, Rule, WrittenRule, declare_function
from backprop.engine.traversal import (
    as_leaf_gradient,
    explain_change,
    sum_to_argument,
    sweep,
)
from backprop.engine.variable import (
    FLOAT64,
    Constant,
    Value,
    Variable,
    is_recording,
    new,
    next_serial,
)
from backprop.engine.written import declare, write_on_first_call

#: What every written function may refer to.
_SCOPE = {
    "Constant": Constant,
    "FLOAT64": FLOAT64,
    "Variable": Variable,
    "as_leaf_gradient": as_leaf_gradient,
    "explain_change": explain_change,
    "float64": float64,
    "heappush": heappush,
    "is_recording": is_recording,
    "ndarray": ndarray,
    "new": new,
    "next_serial": next_serial,
    "sum_to_argument": sum_to_argument,
}


def sweep_to_leaves(root: Variable, upstream: Value, retain_graph: bool) -> dict[Variable, Value]:
    """Carry plain gradients from `root` to the leaves, as :func:`sweep` does.

    Parameters
    ----------
    root : Variable
        Where to start.
    upstream : float or numpy.ndarray
        What arrives there.
    retain_graph : bool
        As in :meth:`Variable.backward`.

    Returns
    -------
    dict of Variable to float or numpy.ndarray
        What has arrived at each leaf.
    """
    arrived: dict[Variable, Value] = {}
    waiting: list[tuple[int, Variable]] = []  # a heap of those at which something has arrived
    node: Any = root
    if node.operation is None:
        return {node: upstream}
    while True:
        pull = node.operation.pull
        if pull is None:  # freed, or behind it 0 times infinity is 0
            return sweep(node, upstream, retain_graph=retain_graph, arrived=arrived)
        reached = pull(node, upstream, arrived, waiting)
        if not retain_graph:
            node.operation, node.a, node.b = FREED, (), None
        if reached is not None:  # handed on, without the dictionary and the heap
            node, upstream = reached
            if not waiting or waiting[0][0] > node.serial:
                continue
            arrived[node] = upstream
            heappush(waiting, (node.serial, node))
        elif not waiting:
            return arrived
        node = heappop(waiting)[1]
        upstream = arrived.pop(node)


# --- record ---------------------------------------------------------------------------------------


def make_record(
    entry: Operation, signature: Signature, helpers: Mapping[str, Any]
) -> Callable[..., Any]:
    """Return the function of an operation; `helpers` are what it calls in rare cases."""

    def write() -> tuple[str, dict[str, Any]]:
        forward = entry.forward if entry.kept is None else entry.kept.forward
        return write_record(entry, signature), {
            **_SCOPE,
            **helpers,
            "entry": entry,
            "forward": forward,
        }

    return write_on_first_call(declare_function(entry.name), write)


def write_record(entry: Operation, signature: Signature) -> str:
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
    operands = [name for name, rule in _with_rules(entry) if rule is not None]
    settings = [(name, place) for place, (name, rule) in enumerate(_with_rules(entry)) if not rule]
    values = ", ".join(f"{name}_value" if name in operands else name for name in entry.parameters)
    lines = [f"def written({', '.join(heads)}):", "    recorded = False"]
    for name in operands:
        lines += [indent(_READ.replace("<a>", name), " " * 4), f"        return {generally}"]
    condition = _ask_for_others(entry, operands)
    if condition:
        lines += [indent(f"if {condition}:\n    return {generally}", " " * 4)]
    lines += ["    try:"]
    for name, place in settings:
        lines += [
            f"        if type({name}) in CHANGEABLE:",
            f"            {name} = copy_setting({name}, {place < len(entry.rules)})",
        ]
    lines += [
        f"        {'value' if entry.kept is None else 'value, kept'} = forward({values})",
        "    except REFUSALS as error:",
        f"        raise explain_misfit(entry, ({given},), error) from None",
    ]
    a, b = _slots(entry)
    lines += [indent(_REMEMBER.replace("<a>", a).replace("<b>", b), " " * 4)]
    return "\n".join(lines)


#: How the value of the argument <a> is read; what is neither of these is for the general way.
_READ = """\
if type(<a>) is Variable:
    <a>_value, recorded = <a>._value, True
elif type(<a>) is float or type(<a>) is ndarray and <a>.dtype.kind == 'f':
    <a>_value = <a>
else:"""

#: How a result is remembered, with <a> and <b> in its slots.
_REMEMBER = """\
if not recorded:
    return float(value) if type(value) is float64 else value
if not is_recording():
    return Constant(value)
out = new(Variable)
out._value = value
out._grad = out.name = None
out.operation = entry
out.a = <a>
out.b = <b>
out.serial = next_serial()
return out
"""


def _with_rules(entry: Operation) -> list[tuple[str, Any]]:
    """Return each parameter with its rule, or with None."""
    without = len(entry.parameters) - len(entry.rules)
    return list(zip(entry.parameters, (*entry.rules, *[None] * without), strict=True))


def _slots(entry: Operation) -> tuple[str, str]:
    """Return what a Variable keeps in its slots `a` and `b`."""
    if entry.slots:
        first, second, *_ = (*entry.parameters, "None")
        return first, second
    return f"({', '.join(entry.parameters)},)", "None" if entry.kept is None else "kept"


def _ask_for_others(entry: Operation, operands: list[str]) -> str:
    """Return the condition under which the values together are none for the fast way."""
    if len(operands) == 2:
        return _NUMBER_AMONG_TWO.replace("<a>", operands[0]).replace("<b>", operands[1])
    if len(operands) > 2:
        each = [f"type({name}_value) is float is not type({name})" for name in operands]
        return "(\n    " + "\n    or ".join(each) + "\n)"
    return ""


#: Whether a Variable's number, which counts as float64, stands beside another type.
_NUMBER_AMONG_TWO = """\
type(<a>_value) is not type(<b>_value) and type(<b>) is not float and type(<a>) is not float and (
    type(<a>_value) is float and <b>_value.dtype is not FLOAT64
    or type(<b>_value) is float and <a>_value.dtype is not FLOAT64
)"""

# --- pull -----------------------------------------------------------------------------------------


def make_pull(name: str, find_entry: Callable[[], Operation]) -> Callable[..., Any]:
    """Return the function that carries a gradient from the result of an operation back."""

    def write() -> tuple[str, dict[str, Any]]:
        entry = find_entry()
        kept = () if entry.kept is None else entry.kept.rules
        names = {**_SCOPE, "shared": entry.shared}
        for kind, rules in (("rule", entry.rules), ("kept_rule", kept)):
            for place, rule in enumerate(rules):
                names |= rule.names if isinstance(rule, WrittenRule) else {f"{kind}_{place}": rule}
        return write_pull(entry), names

    return write_on_first_call(declare(f"pull of {name}"), write)


def write_pull(entry: Operation) -> str:
    """Return the source of the function that carries a gradient back to the arguments.

    It returns one value that it reached, with its gradient, or None. Whatever else it reached is in
    ``arrived``, and waits on the heap if it was computed.
    """
    operands = [name for name, rule in _with_rules(entry) if rule is not None]
    alone = len(operands) == 1
    lines = [_unpack_slots(entry)]
    written_out = all(isinstance(rule, WrittenRule) for rule in entry.rules)
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
        lines += ["return reached if reached is None else (reached, handed)"]
    head = "def written(node, upstream, arrived, waiting):\n"
    return head + indent("\n".join(lines), " " * 4) + "\n"


def _unpack_slots(entry: Operation) -> str:
    """Return the statement that gives the arguments of a node their names."""
    if entry.slots == 1:
        return f"{entry.parameters[0]} = node.a"
    if entry.slots == 2:
        return f"{', '.join(entry.parameters)} = node.a, node.b"
    kept = "" if entry.kept is None else "\nkept = node.b"
    return f"{', '.join(entry.parameters)}, = node.a{kept}"


def _list_values(entry: Operation) -> str:
    """Return the values of all arguments, as a rule takes them."""
    return ", ".join(f"{name}_value" if rule else name for name, rule in _with_rules(entry))


def _write_gradient(entry: Operation, name: str, operands: list[str]) -> str:
    """Return the statements that compute what arrives at one argument."""
    place = entry.parameters.index(name)
    text = f"gradient = {_write_rule(entry, entry.rules[place], f'rule_{place}')}"
    if entry.broadcasts:
        others = [f"type({other}) is not float and " for other in operands if other != name]
        text += "\n" + _SUM.replace("<other>", others[0] if len(others) == 1 else "")
    if entry.kept is None:
        return text
    quick = _write_rule(entry, entry.kept.rules[operands.index(name)], f"kept_rule_{place}")
    return f"if kept is None:\n{indent(text, ' ' * 4)}\nelse:\n    gradient = {quick}"


def _write_rule(entry: Operation, rule: Rule | None, name: str) -> str:
    """Return the expression that applies a rule: the rule itself where it is one."""
    if isinstance(rule, WrittenRule):
        value = r"\1_value" if entry.kept else r"(\1._value if isinstance(\1, Variable) else \1)"
        return re.sub(rf"\b({'|'.join(entry.parameters)})\b", value, rule.text)
    kept = "kept, " if name.startswith("kept") else ""
    return f"{name}(upstream, {kept}node._value, {_list_values(entry)})"


_VALUE_ALONE = "<a>_value = <a>._value"
_VALUE = "<a>_value = <a>._value if isinstance(<a>, Variable) else <a>"

#: A gradient is brought to the shape of the argument <a>, if that was stretched; nothing is
#: stretched beside a number.
_SUM = """\
if <other>type(gradient) is ndarray and (
    type(<a>._value) is not ndarray or gradient.shape != <a>._value.shape
):
    gradient = sum_to_argument(gradient, <a>._value)"""

#: What arrives at a leaf becomes an array of its own, to which more is added in place.
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
    elif type(gradient) is ndarray:
        arrived[<a>] += gradient
    else:
        arrived[<a>] = as_leaf_gradient(<a>, arrived[<a>] + gradient, upstream)
elif <a> in arrived:
    arrived[<a>] = arrived[<a>] + gradient"""

#: A computed value that is reached for the first time is handed on; of several, one waits.
_HAND_ON = """\
else:
    return <a>, gradient"""

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

_CONSTANT = """\
elif type(<a>) is Constant and <a>.serial < node.serial:
    raise explain_change(<a>)"""
