"""The steps of a graph as formulas: which of them get a name, and how they are written."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.derivation.notation import UPSTREAM, fill_template, write_names
from backprop.derivation.paths import (
    Edge,
    LocalDerivative,
    Matrix,
    PathGraph,
    Row,
    list_rows,
    measure_path,
    shape_like,
)
from backprop.engine.elementary import key_of
from backprop.engine.variable import Value, Variable, value_of
from backprop.formulas.formula import (
    DOTS,
    MINUS_ONE,
    ONE,
    Formula,
    List,
    Name,
    Relation,
    Series,
    Signed,
    Slot,
    Symbol,
    add_terms,
    change_parts,
    differentiate,
    multiply,
    put_side_by_side,
    walk,
    write_number,
)
from backprop.formulas.parse import parse_template
from backprop.formulas.printing import to_latex

#: How many rows of one path are written out; its value is the sum of all.
MOST_ROWS = 12
#: How many factors of a path, or terms of a sum, are written out: half from its start, half from
#: its end.
MOST_FACTORS = 24
# So many operations may be written as one formula before a value in between gets a name.
_LONGEST_FORMULA = 12
# So many names in a formula are replaced by their numbers in a line of their own.
_MOST_FILLED = 4
# The longest name that is written whole.
_LONGEST_NAME = 40
# Operations that turn each row into another: their local derivative is a matrix for each row.
_ROW_BY_ROW = ("softmax", "log_softmax")


@dataclass(frozen=True)
class Step:
    """One value of a pass: what it is called, how it is computed, what it is.

    Attributes
    ----------
    name, definition : Formula
        As trees, which can be written in LaTeX or as text.
    value : float or numpy.ndarray
        What the pass gave.
    filled : Formula or None
        The definition with numbers, where all of it are single numbers and few.
    """

    name: Formula
    definition: Formula
    value: Value
    filled: Formula | None = None

    @property
    def symbol(self) -> str:
        """The name in LaTeX."""
        return to_latex(self.name)

    @property
    def formula(self) -> str:
        """How it is computed, in LaTeX."""
        return to_latex(self.definition)


@dataclass(frozen=True)
class Factor:
    """One factor of a path: a local derivative.

    Attributes
    ----------
    name, slope : Formula
        The derivative as a symbol, such as ``∂SSR/∂residual``, and as ``2 · residual``.
    local : LocalDerivative
        Its numbers.
    """

    name: Formula
    slope: Formula
    local: LocalDerivative

    @property
    def symbol(self) -> str:
        """The derivative as a symbol, in LaTeX."""
        return to_latex(self.name)

    @property
    def formula(self) -> str:
        """The derivative as a formula, in LaTeX."""
        return to_latex(self.slope)

    @property
    def matrix(self) -> Matrix:
        """Each element of one value by each of the other, shape (elements above, below)."""
        return self.local.to_matrices()[0]

    @property
    def pattern(self) -> Matrix:
        """Where the one depends on the other at all: 1, elsewhere 0."""
        return self.local.to_matrices()[1]


@dataclass(frozen=True)
class Path:
    """One path from the loss to the parameter.

    Attributes
    ----------
    names : tuple of Formula
        The values that it passes, from the loss to the parameter.
    factors : tuple of Factor
        One for each step along it.
    rows : tuple of Row
        The first few ways through its elements, such as one for each data point.
    row_count : int
        How many there are.
    value : float or numpy.ndarray
        What the path contributes, summed over all rows; in the parameter's shape.
    edges : tuple of (str, int)
        The elementary operations on the way, and which argument of each the path takes.
    """

    names: tuple[Formula, ...]
    factors: tuple[Factor, ...]
    rows: tuple[Row, ...]
    row_count: int
    value: Value
    edges: tuple[tuple[str, int], ...]

    @property
    def symbols(self) -> tuple[str, ...]:
        """The values that it passes, in LaTeX."""
        return tuple(map(to_latex, self.names))


class GraphWriter:
    """Writes the steps between a loss and a parameter.

    Attributes
    ----------
    graph : PathGraph
        What is written.
    length : int
        n where all arrays hold n data points and are worked on point by point, else 0.
    names : dict
        Of every value and array that is not written within the formula of another.
    """

    def __init__(self, graph: PathGraph) -> None:
        self.graph = graph
        self.length = 0 if graph.of_matrices else _find_common_length(graph)
        self._factors: dict[tuple[Edge, ...], Factor] = {}
        named = _choose_named(graph)
        labels: dict[Any, str] = {}
        indexed = set()
        values: dict[Any, Value] = {}
        for node in graph.nodes:
            given = () if node is graph.parameter else node.arguments
            for item in (*given, node):
                if isinstance(item, Variable):
                    kept = item in graph.names and (item.operation is None or item in named)
                else:
                    kept = type(item) is np.ndarray
                if kept:
                    labels[key_of(item)] = graph.names[key_of(item)]
                    values[key_of(item)] = value_of(item)
                    if self.length and np.shape(value_of(item)):
                        indexed.add(key_of(item))
        self.names = write_names(labels, indexed, longest=_LONGEST_NAME)
        self._values = {self.names[key]: value for key, value in values.items()}

    def write_argument(self, argument: Any) -> Formula:
        """Write an argument: by its name, as the formula that made it, or as a number."""
        if key_of(argument) in self.names:
            return self.names[key_of(argument)]
        if isinstance(argument, Variable) and argument.operation is not None:
            return self.fill(argument, argument.operation.latex)
        return write_number(value_of(argument))

    def fill(self, node: Variable, template: str, upstream: Formula = UPSTREAM) -> Formula:
        """Fill a node's arguments into one of its operation's templates."""
        assert node.operation is not None
        return fill_template(
            node.operation,
            template,
            node.arguments,
            self.write_argument,
            upstream=upstream,
            index="i" if self.length else "",
        )

    def write_derivative(self, above: Variable, below: Variable) -> Formula:
        """Write the derivative of one named value by another, as a symbol."""
        return differentiate(self.names[above], self.names[below])

    def list_steps(self) -> tuple[Step, ...]:
        """Return the forward pass, from what is computed first to the loss."""
        steps = []
        for node in self.graph.nodes:
            if node in self.names and node.operation and node is not self.graph.parameter:
                definition = self.fill(node, node.operation.latex)
                filled = None if node.shape else self._fill_numbers(definition)
                steps.append(Step(self.names[node], definition, node.value, filled))
        return tuple(steps)

    def _fill_numbers(self, definition: Formula) -> Formula | None:
        """Write a short formula of single numbers once more, with the numbers."""
        named = [part for part in walk(definition) if isinstance(part, Name)]
        if definition in named or len(named) > _MOST_FILLED:
            return None
        values = [self._values.get(name) for name in named]
        if not named or any(value is None or np.ndim(value) for value in values):
            return None
        return change_parts(
            definition,
            lambda part: write_number(self._values[part]) if isinstance(part, Name) else None,
        )

    def list_shapes(self) -> list[Formula]:
        """Return the name and shape of every array."""
        arrays = {}
        for item in [*self.graph.nodes, *(a for node in self.graph.nodes for a in node.arguments)]:
            if key_of(item) in self.names and np.shape(value_of(item)):
                arrays[key_of(item)] = item
        return [
            List(
                (
                    self.names[key],
                    Relation(tuple(map(write_number, item.shape)), _list_crosses(item)),
                ),
                (r"\colon",),
            )
            for key, item in arrays.items()
        ]

    def read_path(self, edges: Sequence[Edge]) -> Path:
        """Read everything about one path: the values that it passes, its factors, its numbers."""
        names: list[Formula] = [self.names[self.graph.loss]]
        factors, run = [], []
        for node, place in edges:
            run.append((node, place))
            below = node.arguments[place]
            if below in self.names:
                factors.append(self._write_factor(tuple(run), below))
                names.append(self.names[below])
                run = []
        derivatives = [factor.local for factor in factors]
        value, row_count = measure_path(derivatives)
        return Path(
            tuple(names),
            tuple(factors),
            tuple(itertools.islice(list_rows(derivatives), MOST_ROWS)),
            row_count,
            shape_like(self.graph.parameter, value),
            tuple((node.operation.name if node.operation else "", place) for node, place in edges),
        )

    def _write_factor(self, run: tuple[Edge, ...], below: Variable) -> Factor:
        """Multiply the local derivatives of steps that are written as one."""
        if run not in self._factors:
            slopes = [
                self.fill(node, node.operation.derivatives[place])  # type: ignore[union-attr]
                for node, place in run
            ]
            name = self.write_derivative(run[0][0], below)
            local = self.graph.differentiate_run(run)
            self._factors[run] = Factor(name, multiply(slopes), local)
        return self._factors[run]

    def list_gradients(self) -> tuple[Step, ...]:
        """Return the gradient of each named value, from the loss to the parameter."""
        terms: dict[Variable, list[Formula]] = {}
        steps = []
        for node in reversed(self.graph.nodes):
            if node not in self.graph.on_path or node not in self.names:
                continue
            above: Formula = ONE
            if node is not self.graph.loss:
                above = self.write_derivative(self.graph.loss, node)
                total = add_terms(shorten(terms[node], DOTS))
                steps.append(Step(above, total, self.graph.gradients[node]))
            for below, run in self._list_runs(node):
                terms.setdefault(below, []).append(self._carry(above, run))
        return tuple(steps)

    def _list_runs(self, node: Variable) -> Iterator[tuple[Variable, list[Edge]]]:
        """Yield the ways from a named value to the next ones below it."""
        for edge in self.graph.edges(node):
            argument = node.arguments[edge[1]]
            if argument in self.names:
                yield argument, [edge]
            else:
                for below, run in self._list_runs(argument):
                    yield below, [edge, *run]

    def _carry(self, upstream: Formula, run: Sequence[Edge]) -> Formula:
        """Write what becomes of an upstream gradient on its way through a few operations."""
        for node, place in run:
            operation: Any = node.operation
            template = operation.derivatives[place]
            local = self.fill(node, template, upstream)
            if "<upstream>" in template:
                upstream = local
                continue
            if operation.name in _ROW_BY_ROW:
                upstream = put_side_by_side(upstream, local)
            elif local == MINUS_ONE:
                upstream = Signed("-", upstream)
            else:
                upstream = multiply([upstream, local])
            if operation.broadcasts and node.shape != np.shape(node.arguments[place].value):
                upstream = Series(Symbol(r"\sum"), upstream)
        return upstream


def shorten(parts: Sequence[Any], gap: Any) -> list[Any]:
    """Keep the first and the last parts of a very long product or sum."""
    half = MOST_FACTORS // 2
    return [*parts] if len(parts) <= MOST_FACTORS else [*parts[:half], gap, *parts[-half:]]


def _list_crosses(item: Any) -> tuple[str, ...]:
    return (r"\times",) * (len(item.shape) - 1)


def _find_common_length(graph: PathGraph) -> int:
    """Return n where all arrays hold n data points and are worked on point by point; else 0."""
    shapes: set[tuple[int, ...]] = set()
    summed: set[Variable] = set()
    for node in graph.nodes:
        if node not in graph.on_path:
            continue
        if node is not graph.parameter and node.operation is not None:
            reduces = node.operation.name in ("sum", "mean")
            if not (node.operation.pointwise or (node.shape == () and reduces)):
                return 0
            if reduces or any(node.arguments[place] in summed for _, place in graph.edges(node)):
                summed.add(node)
            if node in summed and node.shape:
                return 0  # a sum over the points enters each point again
            arguments = node.arguments[: len(node.operation.rules)]
            shapes |= {np.shape(value_of(argument)) for argument in arguments}
        shapes.add(node.shape)
    shapes.discard(())
    (*lengths,) = shapes.pop() if len(shapes) == 1 else ()
    return lengths[0] if len(lengths) == 1 else 0


def _choose_named(graph: PathGraph) -> set[Variable]:
    """Return the values that get a name of their own.

    An unnamed value is written within the formula of the next where its local derivative there is a
    constant: in w3 * a1 + b3, the product needs no name. So are values off the paths. But a value
    that repeats another is named before it is summed, so that the sum can be shown.
    """
    named = {graph.loss, graph.parameter} | {node for node in graph.nodes if node.name}
    length: dict[Variable, int] = {}
    repeating: set[Variable] = set()
    for node in graph.nodes:
        operation = node.operation
        if operation is None:
            continue
        for place, argument in enumerate(node.arguments[: len(operation.rules)]):
            if not isinstance(argument, Variable) or argument in named:
                continue
            constant = _is_constant(operation.derivatives[place], node)
            summed = not operation.pointwise and argument in repeating
            needed = argument in graph.on_path and (summed or not constant)
            if needed or length.get(argument, 0) > _LONGEST_FORMULA:
                named.add(argument)
        below = [node.arguments[place] for _, place in graph.edges(node)]
        if any(a.shape != node.shape or (a in repeating and a not in named) for a in below):
            repeating.add(node)
        length[node] = 1 + sum(
            length.get(a, 0) for a in node.arguments if isinstance(a, Variable) and a not in named
        )
    return named


def _is_constant(derivative: str, node: Variable) -> bool:
    """Whether a local derivative contains nothing but numbers."""
    assert node.operation is not None
    given = dict(zip(node.operation.parameters, node.arguments, strict=True))
    slots = (part.name for part in walk(parse_template(derivative)) if isinstance(part, Slot))
    return all(name == "n" or (name in given and type(given[name]) is float) for name in slots)
