"""The paths from a loss back to a parameter, and the numbers along them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.checks import format_given
from backprop.engine.elementary import ElementaryGraph
from backprop.engine.traversal import list_oldest_first, record_backward
from backprop.engine.variable import Value, Variable, sum_to_shape, value_of

Matrix = NDArray[np.float64]
#: A value, and which of its arguments.
Edge = tuple[Variable, int]

# The largest matrix of local derivatives (results × arguments) that is computed; beyond it, and
# where matrices are multiplied, gradients are written as arrays instead of element by element.
_LARGEST_MATRIX = 250_000


@dataclass(frozen=True)
class LocalDerivative:
    """The derivative of each element of a result by each element of one of its arguments.

    Attributes
    ----------
    slopes : numpy.ndarray, shape (results,) or (results, arguments)
        In one dimension if each result depends on one element alone.
    places : numpy.ndarray or None
        In that case, on which element; else None.
    pattern : numpy.ndarray or None
        Otherwise 1 where the one depends on the other at all, and 0 elsewhere.
    width : int
        How many elements the argument has.
    guarded : bool
        Whether 0 is passed on where 0 arrives, even by an infinite slope, as behind a ``where``.
    """

    slopes: Matrix
    places: NDArray[np.intp] | None
    pattern: Matrix | None
    width: int
    guarded: bool

    def carry(self, upstream: Matrix) -> Matrix:
        """Multiply the gradient of all results with the local derivative."""
        with np.errstate(invalid="ignore", over="ignore"):
            if self.places is None:
                return _multiply_guarded(upstream[np.newaxis], self).reshape(self.width)
            terms = upstream * self.slopes
            if self.guarded:
                terms = np.where(upstream == 0.0, 0.0, terms)
        total = np.zeros(self.width)
        np.add.at(total, self.places, terms)
        return total

    def count(self, ways: Matrix) -> Matrix:
        """Return in how many ways each element of the argument is reached, from those above."""
        if self.pattern is not None:
            return np.asarray(ways @ self.pattern)
        assert self.places is not None
        return np.bincount(self.places, ways, self.width).astype(float)

    def read_row(self, result: int) -> list[tuple[int, float]]:
        """Return on which elements a result depends, and with which slopes."""
        if self.places is not None:
            return [(int(self.places[result]), float(self.slopes[result]))]
        assert self.pattern is not None
        found = np.flatnonzero(self.pattern[result])
        return [(int(element), float(self.slopes[result, element])) for element in found]

    def to_matrices(self) -> tuple[Matrix, Matrix]:
        """Return the slopes and the pattern, results by arguments."""
        if self.places is None:
            assert self.pattern is not None
            return self.slopes, self.pattern
        matrix = np.zeros((len(self.slopes), self.width))
        pattern = np.zeros_like(matrix)
        rows = np.arange(len(self.slopes))
        matrix[rows, self.places], pattern[rows, self.places] = self.slopes, 1.0
        return matrix, pattern


def _multiply_guarded(above: Matrix, below: LocalDerivative) -> Matrix:
    """Multiply matrices; where guarded, what is 0 above stays 0."""
    with np.errstate(invalid="ignore", over="ignore"):
        result: Matrix = above @ below.to_matrices()[0]
        if below.guarded and not np.isfinite(result).all():
            left = above[:, :, np.newaxis]
            terms = np.where(left == 0.0, 0.0, left * below.to_matrices()[0])
            result = terms.sum(axis=1)
        return result


def chain(above: LocalDerivative, below: LocalDerivative) -> LocalDerivative:
    """Return the derivative of two steps together."""
    guarded = above.guarded and below.guarded
    if above.places is not None and below.places is not None:
        with np.errstate(invalid="ignore", over="ignore"):
            slopes = above.slopes * below.slopes[above.places]
        if below.guarded:
            slopes = np.where(above.slopes == 0.0, 0.0, slopes)
        return LocalDerivative(slopes, below.places[above.places], None, below.width, guarded)
    slopes = _multiply_guarded(above.to_matrices()[0], below)
    pattern = (above.to_matrices()[1] @ below.to_matrices()[1] > 0).astype(float)
    return LocalDerivative(slopes, None, pattern, below.width, guarded)


@dataclass(frozen=True)
class Row:
    """One way through the elements of a path: the number of each factor, and their product."""

    elements: tuple[int, ...]
    numbers: tuple[float, ...]
    product: float


class PathGraph:
    """The elementary steps between a loss and a parameter.

    Attributes
    ----------
    loss, parameter : Variable
        The elementary ones.
    nodes : list of Variable
        All that the loss was computed from, each after its arguments, down to the parameter.
    on_path : set of Variable
        Those that depend on the parameter.
    names : dict
        A name for every value, the same as in pictures.
    gradients : dict of Variable to float or numpy.ndarray
        What the engine's backward pass brings to each of them.
    of_matrices : bool
        Whether local derivatives are to be written with arrays, not element by element.
    """

    def __init__(self, loss: Variable, parameter: Variable) -> None:
        graph = ElementaryGraph(loss)
        missing = ValueError(
            f"parameter must take part in the loss, got {format_given(parameter.name or parameter)}"
            ", which the loss was not computed from: give a Variable that it was computed from"
        )
        if parameter not in graph.twins:
            raise missing
        self.loss, self.parameter = graph.loss, graph.twins[parameter]
        self.names = graph.names
        self.nodes = list_oldest_first(self.loss, stop=self.parameter)
        self.on_path = {self.parameter}
        self._edges: dict[Variable, list[Edge]] = {}
        for node in self.nodes:
            if node is not self.parameter and self._find_edges(node):
                self.on_path.add(node)
        if self.loss not in self.on_path:
            raise missing
        with np.errstate(all="ignore"):
            record = record_backward(self.loss, (self.parameter,))
        self.gradients, self._hidden = record.arrived, record.hidden
        self.of_matrices = any(self._multiplies_matrices(*edge) for edge in self.list_edges())

    def _find_edges(self, node: Variable) -> list[Edge]:
        rules: Any = node.operation.rules if node.operation else ()
        edges = [
            (node, place)
            for place, (argument, rule) in enumerate(zip(node.arguments, rules, strict=False))
            if rule is not None and type(argument) is Variable and argument in self.on_path
        ]
        if edges:
            self._edges[node] = edges
        return edges

    def edges(self, node: Variable) -> list[Edge]:
        """Return the ways from a value down to the parameter, in the order of its arguments."""
        return self._edges.get(node, [])

    def list_edges(self) -> Iterator[Edge]:
        """Yield all ways, from the oldest value to the loss."""
        for node in self.nodes:
            yield from self.edges(node)

    def _multiplies_matrices(self, node: Variable, place: int) -> bool:
        assert node.operation is not None
        multiplied = "<upstream>" in node.operation.derivatives[place] and node.shape
        size = np.size(node.value) * np.size(node.arguments[place].value)
        return bool(multiplied) or size > _LARGEST_MATRIX

    def count_paths(self) -> int:
        """Count the paths without walking them."""
        counts = {self.parameter: 1}
        for node in self.nodes:
            if edges := self.edges(node):
                counts[node] = sum(counts[above.arguments[place]] for above, place in edges)
        return counts[self.loss]

    def walk_paths(self) -> Iterator[list[Edge]]:
        """Yield the edges of each path from the loss on, those through earlier arguments first."""
        waiting: list[tuple[Variable, Any]] = [(self.loss, None)]
        while waiting:
            node, edges_above = waiting.pop()
            if node is self.parameter:
                edges = []
                while edges_above is not None:
                    edge, edges_above = edges_above
                    edges.append(edge)
                yield edges[::-1]
            else:
                for edge in reversed(self.edges(node)):
                    waiting.append((node.arguments[edge[1]], (edge, edges_above)))

    def differentiate_run(self, run: Sequence[Edge]) -> LocalDerivative:
        """Return the derivative of a few steps together."""
        return functools.reduce(chain, (self.differentiate_edge(*edge) for edge in run))

    def differentiate_edge(self, node: Variable, place: int) -> LocalDerivative:
        """Return the local derivative of a value by one of its arguments."""
        operation: Any = node.operation
        shape = np.shape(node.arguments[place].value)
        rows, width = int(np.prod(node.shape)), int(np.prod(shape))
        values = [value_of(argument) for argument in node.arguments]
        rule = operation.rules[place]
        guarded = node in self._hidden or operation.hides
        with np.errstate(all="ignore"):
            if operation.pointwise:
                slopes = rule(np.ones(node.shape), node.value, *values)
                flat = np.broadcast_to(slopes, node.shape).astype(float).reshape(rows)
                endless = ~np.isfinite(flat)
                if endless.any():  # some rules pass 0 on by themselves
                    nothing = rule(np.zeros(node.shape), node.value, *values)
                    passed = np.broadcast_to(nothing, node.shape).reshape(rows)[endless]
                    guarded = guarded or bool((passed == 0.0).all())
                places = np.broadcast_to(np.arange(width).reshape(shape), node.shape).reshape(rows)
                return LocalDerivative(flat, places, None, width, guarded)
            matrix = np.zeros((rows, width))
            for row in range(rows):
                upstream = np.zeros(rows)
                upstream[row] = 1.0
                seed = upstream.reshape(node.shape) if node.shape else 1.0
                gradient = rule(seed, node.value, *values)
                matrix[row] = np.ravel(sum_to_shape(gradient, shape))
        return LocalDerivative(matrix, None, (matrix != 0).astype(float), width, guarded)


def list_rows(derivatives: Sequence[LocalDerivative]) -> Iterator[Row]:
    """Yield the ways through the elements of a path, from the loss's one element on."""
    elements: list[int] = [0]
    numbers: list[float] = []
    choices: list[list[tuple[int, float]]] = []
    while True:
        if len(numbers) == len(derivatives):
            yield Row(tuple(elements), tuple(numbers), multiply_numbers(numbers, derivatives))
        else:
            choices.append(derivatives[len(numbers)].read_row(elements[-1])[::-1])
        while choices and not choices[-1]:
            choices.pop()
        if not choices:
            return
        del elements[len(choices) :], numbers[len(choices) - 1 :]
        element, number = choices[-1].pop()
        elements.append(element)
        numbers.append(number)


def multiply_numbers(numbers: Sequence[float], derivatives: Sequence[LocalDerivative]) -> float:
    """Multiply the numbers of a row; where guarded, nothing comes of nothing."""
    product = 1.0
    for number, local in zip(numbers, derivatives, strict=True):
        product = 0.0 if local.guarded and product == 0.0 else product * number
    return product


def measure_path(derivatives: Sequence[LocalDerivative]) -> tuple[Matrix, int]:
    """Return what a path contributes to each element of the parameter, and how many rows it has."""
    value, ways = np.ones(1), np.ones(1)
    for local in derivatives:
        value, ways = local.carry(value), local.count(ways)
    return value, int(ways.sum())


def shape_like(parameter: Variable, elements: Matrix) -> Value:
    """Return elements in the shape of a parameter."""
    return elements.reshape(parameter.shape) if parameter.shape else float(elements[0])
