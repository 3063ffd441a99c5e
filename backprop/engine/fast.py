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

from collections.abc import Callable, Mapping
from heapq import heappop, heappush, heapreplace
from inspect import Signature
from textwrap import indent
from typing import Any

from numpy import float64, ndarray

from backprop.engine.table import FREED, Operation
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
from backprop.engine.written import write_on_first_call

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
    waiting: list[tuple[int, Variable]] = []  # a heap of what waits, all but the newest of it
    node: Any = root
    if node.operation is None:
        return {node: upstream}
    while True:
        pull = node.operation.pull
        if pull is None:  # freed, or behind it 0 times infinity is 0
            return sweep(node, upstream, retain_graph=retain_graph, arrived=arrived)
        newest = pull(node, upstream, arrived, waiting)
        if not retain_graph:
            node.operation, node.a, node.b = FREED, (), None
        if newest is None:
            if not waiting:
                return arrived
            newest = heappop(waiting)[1]
        elif waiting and waiting[0][0] < newest.serial:
            newest = heapreplace(waiting, (newest.serial, newest))[1]
        upstream = arrived.pop(newest)
        node = newest


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

    return write_on_first_call(entry.name, write)


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
    if entry.kept is not None:
        return f"not ({' is '.join(f'type({name}_value)' for name in operands)} is ndarray)"
    if len(operands) == 2:
        return _NUMBER_AMONG_TWO.replace("<a>", operands[0]).replace("<b>", operands[1])
    if len(operands) > 2:
        each = [f"type({name}_value) is float is not type({name})" for name in operands]
        return "(\n    " + "\n    or ".join(each) + "\n)"
    return ""


#: Whether a Variable's number, which counts as float64, stands beside another type.
_NUMBER_AMONG_TWO = """\
type(<a>_value) is not type(<b>_value) and (
    type(<a>_value) is float is not type(<a>) and <b>_value.dtype is not FLOAT64
    or type(<b>_value) is float is not type(<b>) and <a>_value.dtype is not FLOAT64
)"""

# --- pull -----------------------------------------------------------------------------------------


def make_pull(name: str, find_entry: Callable[[], Operation]) -> Callable[..., Any]:
    """Return the function that carries a gradient from the result of an operation back."""

    def write() -> tuple[str, dict[str, Any]]:
        entry = find_entry()
        kept = () if entry.kept is None else entry.kept.rules
        rules = {f"rule_{place}": rule for place, rule in enumerate(entry.rules)}
        others = {f"kept_rule_{place}": rule for place, rule in enumerate(kept)}
        return write_pull(entry), {**_SCOPE, **rules, **others, "shared": entry.shared}

    return write_on_first_call(f"pull of {name}", write)


def write_pull(entry: Operation) -> str:
    """Return the source of the function that carries a gradient back to the arguments.

    It returns the newest value that it reached, or None; what else has to wait goes on the heap.
    """
    rows = [(place, name) for place, (name, rule) in enumerate(_with_rules(entry)) if rule]
    alone = len(rows) == 1
    operands = [name for _, name in rows]
    given = ", ".join(f"{name}_value" if name in operands else name for name in entry.parameters)
    lines = ["def written(node, upstream, arrived, waiting):", f"    {_unpack_slots(entry)}"]
    for name in operands:
        other = "" if alone else f" if isinstance({name}, Variable) else {name}"
        lines += [f"    {name}_value = {name}._value{other}"]
    lines += ["    out, serial, newest = node._value, node.serial, None"]
    if entry.shared is not None:
        lines += [f"    upstream = shared(upstream, out, {given})"]
    for place, name in rows:
        body = [f"gradient = rule_{place}(upstream, out, {given})"]
        if entry.kept is not None:
            body = [
                f"if kept is None:\n    {body[0]}",
                f"else:\n    gradient = kept_rule_{place}(upstream, kept, out, {given})",
            ]
        if entry.broadcasts:
            body += [_SUM.replace("<a>", name)]
        first = name == operands[0]
        body += [_DELIVERY.replace("<next>", _FIRST if first else _NEXT).replace("<a>", name)]
        if not alone:
            body = [f"if type({name}) is Variable:", *(indent(text, " " * 4) for text in body)]
            body += [_CONSTANT.replace("<a>", name)]
        lines += [indent(text, " " * 4) for text in body]
    return "\n".join([*lines, "    return newest"]) + "\n"


def _unpack_slots(entry: Operation) -> str:
    """Return the statement that gives the arguments of a node their names."""
    if entry.slots == 1:
        return f"{entry.parameters[0]} = node.a"
    if entry.slots == 2:
        return f"{', '.join(entry.parameters)} = node.a, node.b"
    kept = "" if entry.kept is None else "; kept = node.b"
    return f"{', '.join(entry.parameters)}, = node.a{kept}"


#: How a gradient is delivered at the argument <a>.
_DELIVERY = """\
if <a>.serial < serial:
    raise explain_change(<a>)
if <a>.operation is not None:
    if <a> in arrived:
        arrived[<a>] = arrived[<a>] + gradient
    else:
        arrived[<a>] = gradient
        <next>
elif <a> not in arrived:
    arrived[<a>] = as_leaf_gradient(<a>, gradient, upstream)
elif type(gradient) is ndarray:
    arrived[<a>] += gradient  # the leaf's own
else:
    arrived[<a>] = as_leaf_gradient(<a>, arrived[<a>] + gradient, upstream)"""

_FIRST = "newest = <a>"

#: Where another argument may have been reached before <a>.
_NEXT = """\
if newest is None:
            newest = <a>
        else:
            heappush(waiting, (<a>.serial, <a>))"""

_SUM = """\
if type(gradient) is not float and (
    type(<a>_value) is not ndarray or gradient.shape != <a>_value.shape
):
    gradient = sum_to_argument(gradient, <a>_value)"""

_CONSTANT = """\
elif type(<a>) is Constant and <a>.serial < serial:
    raise explain_change(<a>)"""
