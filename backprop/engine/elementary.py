"""The graph of a loss in elementary steps, with one name for every value.

Derivations and pictures read it, so that a step has the same name in both.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from backprop.engine.traversal import list_oldest_first
from backprop.engine.variable import Variable, recording, remember

#: What a value is looked up by in a table of names: a Variable itself, a plain array by its id.
Key = Variable | int


def key_of(item: Any) -> Key:
    """Return what an argument of an operation is looked up by in a table of names."""
    return item if isinstance(item, Variable) else id(item)


def take_apart(root: Variable) -> dict[Variable, Variable]:
    """Compute the graph of `root` once more, with fused operations in their elementary steps.

    Parameters
    ----------
    root : Variable
        The newest value of the graph.

    Returns
    -------
    dict of Variable to Variable
        The elementary value for each value. What is older than every fused operation stands for
        itself; all others are made anew, so that the new graph has the order of the old one.

    Raises
    ------
    RuntimeError
        If the graph was freed by ``backward()``.

    Examples
    --------
    >>> import backprop as bp
    >>> loss = bp.ssr(bp.Variable([1.0, 2.0]), [0.0, 0.0])
    >>> [node.operation.name for node in list_oldest_first(take_apart(loss)[loss])[1:]]
    ['subtract', 'square', 'sum']
    """
    twins: dict[Variable, Variable] = {}
    fused = False
    with recording(True):
        for node in list_oldest_first(root):
            operation = node.operation
            fused = fused or (operation is not None and operation.elementary is not None)
            if operation is None or not fused:
                twins[node] = node
                continue
            arguments = tuple(twins[a] if isinstance(a, Variable) else a for a in node.arguments)
            if operation.elementary is not None:
                twin = operation.elementary(*arguments)
            else:
                twin = remember(operation, node.value, arguments)
            twin.name = node.name
            twins[node] = twin
    return twins


class ElementaryGraph:
    """The graph of a loss in elementary steps, with one name for every value.

    Derivations and pictures both read it, so that a step has the same name in both.

    Attributes
    ----------
    twins : dict of Variable to Variable
        The elementary value for each value of the graph.
    loss : Variable
        The one for the loss.
    order : list of Variable
        All elementary values, each after its arguments.
    names : dict
        A name for every value: its own one (the second of two gets a number), else u1, u2, ... for
        steps, v1, ... for leaves, c1, ... for data. Plain arrays are looked up by their ``id``.
        A single number that was given without a name has none: it is written as a number.
    summed : dict of Variable to Variable
        For a single number that takes part in nothing but a sum or mean of itself, as in the SSR of
        one data point: that sum. A picture shows the two as one.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(1.0, name="x")
    >>> graph = ElementaryGraph(bp.ssr(bp.exp(3.0 * x), 20.0))
    >>> [graph.names[node] for node in graph.order]
    ['x', 'u1', 'u2', 'residual', 'u3', 'SSR']
    """

    def __init__(self, loss: Variable) -> None:
        self.twins = take_apart(loss)
        self.loss = self.twins[loss]
        self.order = list_oldest_first(self.loss)
        fused = loss.operation.name if loss.operation else ""
        self.summed = _find_sums_of_one(self.order)
        last = [*self.summed]  # so that the steps of a picture are numbered without gaps
        order = [node for node in self.order if node not in self.summed]
        self.names = _name_values(order + last, self.loss, _LOSS_NAMES.get(fused, "loss"))


#: How a loss without a name is called, by the operation that computed it.
_LOSS_NAMES = {"ssr": "SSR", "mse": "MSE"}


def _find_sums_of_one(order: Sequence[Variable]) -> dict[Variable, Variable]:
    """Return the sum for each unnamed single number that takes part in nothing else."""
    uses = Counter(a for node in order for a in node.arguments if isinstance(a, Variable))
    summed = {}
    for node in order:
        if node.operation is not None and node.operation.name in ("sum", "mean"):
            (argument, *_) = node.arguments
            if not (argument.shape or argument.name) and argument.operation and uses[argument] == 1:
                summed[argument] = node
    return summed


def _name_values(order: Sequence[Variable], loss: Variable, loss_name: str) -> dict[Key, str]:
    """Name the values of a graph, in the order given, in one pass."""
    own = {node.name for node in order if node.name} | {loss.name or loss_name}
    taken: set[str] = set()
    candidates: dict[str, Iterator[str]] = {}
    names: dict[Key, str] = {}

    def number(pattern: str, first: int = 1) -> str:
        tries = candidates.setdefault(pattern, map(pattern.format, itertools.count(first)))
        return next(name for name in tries if name not in own)

    def claim(name: str) -> str:
        if name in taken:
            pattern = name.replace("{", "{{").replace("}", "}}") + " ({})"
            return number(pattern, first=2)
        taken.add(name)
        return name

    for node in order:
        for argument in node.arguments:
            if type(argument) is np.ndarray and id(argument) not in names:
                names[id(argument)] = number("c{}")
        if node.name or node is loss:
            names[node] = claim(node.name or loss_name)
        elif node.operation is not None:
            names[node] = number("u{}")
        elif type(node) is Variable:
            names[node] = number("v{}")
        elif node.shape:
            names[node] = number("c{}")
    return names
