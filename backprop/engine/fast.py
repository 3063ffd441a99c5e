"""The backward pass that ``backward()`` usually runs, and the functions written for its operations.

*Record* computes and remembers (:mod:`~backprop.engine.record_writer`), *pull* carries a gradient
back (:mod:`~backprop.engine.pull_writer`). :func:`show_functions` shows both.
"""

from __future__ import annotations

import inspect
from heapq import heappop, heappush
from typing import Any

from backprop.engine.pull_writer import write_pull
from backprop.engine.record_writer import write_record
from backprop.engine.table import FREED, FUNCTIONS, find_operation
from backprop.engine.traversal import sweep
from backprop.engine.variable import Value, Variable


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


def show_functions(name: str) -> str:
    """Return the source of the two functions of an operation, to be read.

    Parameters
    ----------
    name : str
        The operation, as it is called in the table.

    Returns
    -------
    str
        *Record*, and *pull* below it.

    Raises
    ------
    KeyError
        If there is no such operation.

    Examples
    --------
    >>> import backprop as bp
    >>> print(show_functions("negate"))
    def written(a):
        recorded = False
        if type(a) is Variable:
            a_value, recorded = a._value, True
        elif type(a) is float or type(a) is ndarray and a.dtype.kind == 'f':
            a_value = a
        elif type(a) is Constant:
            a_value = a._value
        elif type(a) is int and -EXACT < a < EXACT:
            a = a_value = float(a)
        else:
            return record_generally(entry, a)
        try:
            value = -a_value
        except REFUSALS as error:
            raise explain_misfit(entry, (a,), error) from None
        if not recorded:
            value = float(value) if type(value) is float64 else value
            if type(a) is Constant:
                return make_constant(value, (a_value,))
            return value
        if not is_recording():
            return make_constant(value, (a_value,))
        out = new(Variable)
        out._value = value
        out._grad = out.name = None
        out.operation = entry
        out.a = a
        out.b = None
        out.serial = next(serials)
        return out
    <BLANKLINE>
    def written(node, upstream, arrived, waiting):
        a = node.a
        gradient = -upstream
        if a.operation is None:
            if a.serial < node.serial:
                raise explain_change(a)
            if a not in arrived:
                if not (
                    type(gradient) is ndarray is type(a._value)
                    and gradient.base is None
                    and gradient is not upstream
                    and gradient.dtype is a._value.dtype
                ):
                    gradient = as_leaf_gradient(a, gradient, upstream)
                arrived[a] = gradient
            elif type(arrived[a]) is ndarray:
                arrived[a] += gradient
            else:
                arrived[a] = as_leaf_gradient(a, arrived[a] + gradient, upstream)
        elif a in arrived:
            arrived[a] = arrived[a] + gradient
        else:
            return a, gradient
    <BLANKLINE>
    """
    entry = find_operation(name)
    signature = inspect.signature(FUNCTIONS[name])
    return f"{write_record(entry, signature)}\n{write_pull(entry)}"
