"""A network read out of the graph of a value: which of its operations are units and lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from backprop.engine.elementary import ElementaryGraph
from backprop.engine.variable import Constant, Variable, value_of
from backprop.show.explorers.slider import write_label
from backprop.show.networks.structure import ACTIVATIONS, Network, Stage, Weight, make_stage

__all__ = ["read_graph"]


#: What losses do with predictions.
_LOSS_STEPS = {"sum", "mean", "square", "abs", "subtract", "power", "negative", "multiply", "where"}
_LOSS_STEPS |= {"log", "softmax", "log_softmax", "maximum"}


class _UnreadableError(Exception):
    """What a value is not: the weighted sum or the activation of a unit."""


def read_graph(value: Variable) -> Network:
    """Read the network that a value was computed with.

    Parameters
    ----------
    value : Variable
        A prediction, or a loss of predictions. Every unit is a sum of products of a parameter with
        a value or with data, plus a parameter; or such sums at once, as a matrix product.

    Returns
    -------
    Network
        With the gradients that ``backward()`` has left, and the data.

    Raises
    ------
    ValueError
        If what was computed cannot be seen as units and lines.

    Examples
    --------
    >>> import backprop as bp
    >>> w1, w2 = bp.Variable(2.0, name="w1"), bp.Variable(-1.0, name="w2")
    >>> read_graph(w2 * bp.tanh(w1 * 0.5)).widths
    (1, 1, 1)
    """
    graph = ElementaryGraph(value)
    originals = {twin: original for original, twin in graph.twins.items()}
    for node in _list_candidates(graph.loss):
        for reader in (_Matrices, _Numbers):
            try:
                return reader(originals).read(node)
            except _UnreadableError:
                continue
    raise ValueError(
        f"network must be a value computed by units, got {value.name or 'a value'} of other "
        "operations: draw its computation with bp.show.graph"
    )


def _list_candidates(node: Variable) -> list[Variable]:
    """Return a value and what it is the loss of: from the loss towards the prediction."""
    found = [node]
    while True:
        if _name_of(node) not in _LOSS_STEPS:
            return found
        learned = [a for a in node.arguments if isinstance(a, Variable) and not _is_data(a)]
        if len(learned) != 1:
            return found
        (node,) = learned
        found.append(node)


def _is_data(item: Any) -> bool:
    return not isinstance(item, Variable) or isinstance(item, Constant)


def _is_parameter(item: Any) -> bool:
    return isinstance(item, Variable) and not isinstance(item, Constant) and item.operation is None


def _open_activation(node: Any) -> tuple[str, Any]:
    """Return the name of the activation that a value comes from, and what it was applied to."""
    name = node.operation.name if isinstance(node, Variable) and node.operation else ""
    return (name, node.arguments[0]) if name in ACTIVATIONS else ("", node)


def _name_of(node: Any) -> str:
    return node.operation.name if isinstance(node, Variable) and node.operation else ""


@dataclass
class _Matrices:
    """Reads layers that are matrix products."""

    originals: dict[Variable, Variable]

    def read(self, node: Any) -> Network:
        parts: list[tuple[Variable, Variable | None, str]] = []
        while not _is_data(node):
            activation, sums = _open_activation(node)
            bias = None
            if _name_of(sums) == "add":
                sums, bias = sums.arguments
            if _name_of(sums) != "matmul" or not _is_parameter(sums.arguments[1]):
                raise _UnreadableError
            if bias is not None and not _is_parameter(bias):
                raise _UnreadableError
            parts.append((sums.arguments[1], bias, activation))
            node = sums.arguments[0]
        if not parts:
            raise _UnreadableError
        counts = {"w": 0, "b": 0}
        stages = tuple(
            make_stage(self._find(W), None if b is None else self._find(b), counts, activation)
            for W, b, activation in reversed(parts)
        )
        width = len(stages[0].weights)
        names = ("x",) if width == 1 else tuple(write_label(f"x{i + 1}") for i in range(width))
        return Network(names, stages, np.asarray(value_of(node), dtype=float).reshape(-1, width))

    def _find(self, twin: Variable) -> Variable:
        return self.originals.get(twin, twin)


@dataclass
class _Unit:
    """A weighted sum: its terms by what they come from, its bias, and its activation."""

    terms: list[tuple[Any, Variable]]
    bias: Variable | None
    activation: str


@dataclass
class _Numbers:
    """Reads units that are sums of products of single numbers."""

    originals: dict[Variable, Variable]
    layers: list[list[Any]] = field(default_factory=list)
    units: dict[int, _Unit] = field(default_factory=dict)

    def read(self, node: Any) -> Network:
        layer = [node]
        while not all(map(_is_data, layer)):
            if any(map(_is_data, layer)):
                raise _UnreadableError  # a line that skips a layer
            for unit in layer:
                self.units[id(unit)] = self._read_unit(unit)
            self.layers.insert(0, layer)
            sources = [source for unit in layer for source, _ in self.units[id(unit)].terms]
            layer = list({id(source): source for source in sources}.values())
        before, stages = layer, []
        for here in self.layers:
            stages.append(self._make_stage(before, here))
            before = here
        count = len(layer)
        names = ("x",) if count == 1 else tuple(write_label(f"x{i + 1}") for i in range(count))
        columns = [np.ravel(np.asarray(value_of(data), dtype=float)) for data in layer]
        return Network(names, tuple(stages), np.array(np.broadcast_arrays(*columns)).T)

    def _read_unit(self, node: Variable) -> _Unit:
        activation, sums = _open_activation(node)
        terms: list[tuple[Any, Variable]] = []
        biases: list[Variable] = []
        waiting = [sums]
        while waiting:
            term = waiting.pop(0)
            if _name_of(term) == "add":
                waiting[:0] = term.arguments
            elif _is_parameter(term):
                biases.append(term)
            elif _name_of(term) == "multiply":
                terms.append(self._read_product(*term.arguments))
            else:
                raise _UnreadableError
        if not terms or len(biases) > 1 or any(weight.shape for _, weight in terms):
            raise _UnreadableError
        return _Unit(terms, biases[0] if biases else None, activation)

    def _read_product(self, a: Any, b: Any) -> tuple[Any, Variable]:
        """Return what is multiplied, and the weight."""
        weights = [item for item in (a, b) if _is_parameter(item)]
        if len(weights) != 1:
            raise _UnreadableError
        (weight,) = weights
        return (b if weight is a else a), weight

    def _make_stage(self, before: list[Any], here: list[Any]) -> Stage:
        units = [self.units[id(unit)] for unit in here]
        places = {id(source): i for i, source in enumerate(before)}
        rows: list[list[Weight | None]] = [[None] * len(here) for _ in before]
        for j, unit in enumerate(units):
            for source, weight in unit.terms:
                i = places[id(source)]
                if rows[i][j] is not None:
                    raise _UnreadableError  # two lines from one unit to the same other one
                rows[i][j] = self._read_weight(weight)
        biases = [unit.bias for unit in units if unit.bias is not None]
        full = [tuple(weight for weight in row if weight is not None) for row in rows]
        if {len(row) for row in full} != {len(here)} or len(biases) not in (0, len(here)):
            raise _UnreadableError
        activations = {unit.activation for unit in units}
        if len(activations) > 1:
            raise _UnreadableError
        return Stage(tuple(full), tuple(map(self._read_weight, biases)), activations.pop())

    def _read_weight(self, twin: Variable) -> Weight:
        weight = self.originals.get(twin, twin)
        slope = None if weight.grad is None else float(np.asarray(weight.grad))
        return Weight(write_label(weight.name or ""), float(np.asarray(weight.value)), slope)
