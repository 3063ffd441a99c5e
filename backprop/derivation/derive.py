"""The chain rule for one parameter, written out: every path, every factor, every number."""

from __future__ import annotations

import functools
import itertools
import math
import operator
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.derivation.notation import (
    PRODUCT,
    SUM,
    bracketed,
    formula,
    number,
    partial,
    plain,
    product,
    symbol,
    tight,
)
from backprop.engine.traversal import ElementaryGraph, Key, list_oldest_first, record_backward
from backprop.engine.variable import Constant, Value, Variable, sum_to_shape, value_of

#: How many paths, and how many rows of one path, are written out; the sums run over all of them.
MOST_PATHS, MOST_ROWS = 12, 12
#: How many factors of a path, or terms of a sum, are written out: half from its start, half from
#: its end.
MOST_FACTORS = 24
#: How many values of one pass are written out, half of them from its start, half from its end.
MOST_STEPS = 200
#: Of how many paragraphs, formulas and tables all are shown; of more, the middle is folded.
MOST_BLOCKS = 12
# So many operations may be written as one formula before a value in between gets a name.
_LONGEST_FORMULA = 12
# The largest matrix of local derivatives (results × arguments) that is computed; beyond it, and
# where matrices are multiplied, gradients are written as arrays instead of element by element.
_LARGEST_MATRIX = 250_000
_READING = (
    "A gradient has the shape of its value. Elements are listed row by row, "
    "and a softmax is taken of each row by itself."
)
# Operations that turn each row into another: their local derivative is a matrix for each row.
_ROW_BY_ROW = ("softmax", "log_softmax")

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """One value of the forward pass: what it is called, how it is computed, what it is."""

    symbol: str
    formula: str
    value: Value


@dataclass(frozen=True)
class Factor:
    """One factor of a path: a local derivative.

    Attributes
    ----------
    symbol, formula : str
        In LaTeX, such as ``∂SSR/∂residual`` and ``2 · residual``.
    matrix : numpy.ndarray, shape (elements above, elements below)
        The local derivative of each element of one value by each element of the other.
    pattern : numpy.ndarray
        1 where the one depends on the other at all, 0 elsewhere.
    """

    symbol: str
    formula: str
    matrix: Matrix
    pattern: Matrix


@dataclass(frozen=True)
class Row:
    """One way through the elements of a path: the number of each factor, and their product."""

    elements: tuple[int, ...]
    numbers: tuple[float, ...]
    product: float


@dataclass(frozen=True)
class Path:
    """One path from the loss to the parameter.

    Attributes
    ----------
    symbols : tuple of str
        The values that it passes, in LaTeX, from the loss to the parameter.
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

    symbols: tuple[str, ...]
    factors: tuple[Factor, ...]
    rows: tuple[Row, ...]
    row_count: int
    value: Value
    edges: tuple[tuple[str, int], ...]


class Derivation:
    """The derivative of a loss with respect to one parameter, written out by the chain rule.

    Shows itself as Markdown with LaTeX in notebooks and on pages, and as plain text with ``str()``.

    Attributes
    ----------
    steps : tuple of Step
        The forward pass along the paths.
    paths : tuple of Path
        Every path from the loss to the parameter, up to ``MOST_PATHS`` of them. None where matrices
        are multiplied.
    gradients : tuple of Step
        Only there: the gradient of each value, from the loss to the parameter.
    path_count : int
        How many there are.
    value : float or numpy.ndarray
        The sum over all paths, in the parameter's shape.
    backward : float or numpy.ndarray
        What ``backward()`` computes for the same parameter.
    agrees : bool
        Whether the two are equal up to rounding.
    """

    def __init__(self, loss: Variable, parameter: Variable) -> None:
        graph = _Graph(loss, parameter)
        self.steps = graph.steps()
        self.path_count = graph.path_count()
        self.paths: tuple[Path, ...] = ()
        self.gradients: tuple[Step, ...] = ()
        if graph.of_matrices:
            self.gradients = graph.gradients()
        else:
            self.paths = tuple(itertools.islice(graph.paths(), MOST_PATHS))
        self.value = graph.total()
        self.backward = _by_backward(loss, parameter)
        rounding = max(np.finfo(loss.dtype).eps, np.finfo(parameter.dtype).eps) ** 0.5
        self.agrees = bool(
            np.allclose(self.value, self.backward, rtol=rounding, atol=1e-12, equal_nan=True)
        )
        self._symbol = partial(graph.symbol(graph.loss), graph.symbol(graph.parameter))
        self._shapes = graph.shapes() if graph.of_matrices else []
        self._length = graph.length
        self._for_each = bool(graph.length) and bool(graph.parameter.shape)

    def __str__(self) -> str:
        """Return the derivation as plain text."""
        return "\n\n".join(
            _plain_table(*block[1:])
            if block[0] == "table"
            else "\n".join(
                ("    " if block[0] == "math" else "") + _plain_text(line) for line in block[1]
            )
            for block in self._blocks()
        )

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        written = [
            _markdown_table(*block[1:])
            if block[0] == "table"
            else _aligned(block[1])
            if block[0] == "math"
            else "\n".join(block[1])
            for block in self._blocks()
        ]
        if len(written) > MOST_BLOCKS:  # the beginning and the result stay in sight
            summary = "<details>\n<summary>Show the rest of the derivation</summary>"
            written[MOST_BLOCKS // 2 : -3] = [
                summary,
                *written[MOST_BLOCKS // 2 : -3],
                "</details>",
            ]
        return "\n\n".join(written)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/markdown": self._repr_markdown_(), "text/plain": str(self)}

    def _blocks(self) -> Iterator[tuple[Any, ...]]:
        """Yield ("text", lines), ("math", lines) and ("table", header, rows), all in LaTeX.

        In text, mathematics stands between dollar signs; in mathematics, ``&`` marks alignment.
        """
        if self.steps:
            yield "text", ["Forward pass:"]
            yield from _pass_blocks(self.steps)
        if self.gradients:
            over = f", over {self.path_count} paths" if self.path_count > 1 else ""
            yield "text", [f"Backward pass{over}:"]
            yield from _pass_blocks(self.gradients)
            yield "text", [f"Shapes: {', '.join(_ends(self._shapes, '…'))}. {_READING}"]
        for position, path in enumerate(self.paths):
            yield from self._path_blocks(path, position)
        yield from self._total_blocks()

    def _path_blocks(self, path: Path, position: int) -> Iterator[tuple[Any, ...]]:
        alone = self.path_count == 1
        which = "One path" if alone else f"Path {position + 1} of {self.path_count}"
        route = r" \to ".join([path.symbols[0], *_ends(path.symbols[1:])])
        if self._length and path.row_count > 1:
            which += rf" for each $i = 1, \dots, {self._length}$"
        yield "text", [f"{which}: ${route}${self._told_apart(path)}"]
        single = path.row_count == 1 and not self._length
        over = ""
        if path.row_count > 1 and not self._for_each:
            over = rf"\sum_{{i=1}}^{{{self._length}}} " if self._length else r"\sum "
        lines = [
            over + (r" \cdot ".join(_ends([factor.symbol for factor in path.factors])) or "1"),
            over + product(_ends([factor.formula for factor in path.factors]), ones=True),
        ]
        if single and path.factors:
            row = path.rows[0]
            lines.append(product(_ends([number(value) for value in row.numbers]), ones=True))
            lines.append(number(row.product))
        name = self._symbol if alone else rf"\text{{path {position + 1}}}"
        written = [
            line for line, before in zip(lines, [name, *lines], strict=False) if line != before
        ]
        yield "math", [f"{name} &= {written[0]}", *(f"&= {line}" for line in written[1:])]
        if not single:
            yield "table", *self._rows_table(path)
        if path.row_count > len(path.rows):
            yield "text", [f"… and {path.row_count - len(path.rows)} more rows like these."]
        hidden = len(path.factors) - MOST_FACTORS
        if hidden > 0:
            yield "text", [f"… stands for {hidden} more factors, which the product contains."]

    def _told_apart(self, path: Path) -> str:
        """Say where a path parts from others through the same values, as in a + a."""
        partings = {}
        for other in self.paths:
            if other is not path and other.symbols == path.symbols:
                pairs = enumerate(zip(path.edges, other.edges, strict=False))
                place = next(place for place, (mine, its) in pairs if mine != its)
                name, position = path.edges[place]
                partings[place] = f"{position + 1} of `{name}`"
        taken = ", ".join(partings[place] for place in sorted(partings))
        return f" (as argument {taken})" if taken else ""

    def _rows_table(self, path: Path) -> tuple[list[str], list[list[str]]]:
        header = [
            "$i$" if self._length else "elements",
            *_ends([f"${factor.symbol}$" for factor in path.factors], "…"),
            "product",
        ]
        rows = [["", *_ends([f"$= {factor.formula}$" for factor in path.factors], "…"), ""]]
        for row in path.rows:
            label = (
                str(max(row.elements) + 1)
                if self._length
                else " → ".join(_ends([str(element + 1) for element in row.elements], "…"))
            )
            numbers = _ends([_cell(value) for value in row.numbers], "…")
            rows.append([label, *numbers, _cell(row.product)])
        return header, rows

    def _total_blocks(self) -> Iterator[tuple[Any, ...]]:
        hidden = self.path_count - len(self.paths)
        if hidden and self.paths:
            yield "text", [f"… and {hidden} more paths, which the sum contains."]
        total = _written(self.value)
        parts = ""
        if len(self.paths) > 1 and not hidden and not np.ndim(self.value):
            labels = " + ".join(rf"\text{{path {i + 1}}}" for i in range(len(self.paths)))
            values = " + ".join(
                bracketed(number(path.value), 0, first=i == 0) for i, path in enumerate(self.paths)
            )
            parts = f"{labels} = {values} = "
        if self.paths and (self.path_count > 1 or self.paths[0].row_count > 1):
            yield "text", ["Added up:"]
            yield "math", [f"{self._symbol} = {parts}{total}"]
        verdict = "the same" if self.agrees else "SOMETHING ELSE"
        yield "text", [f"`backward()` gives ${_written(self.backward)}$: {verdict}."]


def derive(loss: Variable, parameter: Variable) -> Derivation:
    """Write out the chain rule for the derivative of `loss` with respect to `parameter`.

    Every path from the loss to the parameter is listed with its factors as symbols, as formulas and
    as numbers. The factors along a path are multiplied; paths and data points are added. The total
    is compared with ``backward()``. Fused operations are shown in their elementary steps.

    Where matrices are multiplied, the backward pass is written instead, value by value: each
    gradient as a formula of arrays, with its first elements and all shapes.

    Parameters
    ----------
    loss : Variable
        A single number, computed from `parameter`. Its graph is kept, and no ``grad`` changes.
    parameter : Variable
        By what to differentiate: usually a leaf, of any shape; a value in between works too. Values
        are shown by their names; steps in between without a name are called u1, u2, ...

    Returns
    -------
    Derivation
        With ``steps``, ``paths``, ``value``, ``backward`` and ``agrees``.

    Raises
    ------
    TypeError
        If `loss` or `parameter` is not a Variable, or `parameter` is data.
    ValueError
        If `loss` is an array, or does not depend on `parameter`.
    RuntimeError
        If the graph was freed by ``backward()``.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(1.0, name="x")
    >>> y = bp.exp(3 * x)
    >>> y.name = "y"
    >>> print(bp.derive(y, x))
    Forward pass:
    <BLANKLINE>
        u1 = 3 · x = 3
        y = e^u1 = 20.0855
    <BLANKLINE>
    One path: y → u1 → x
    <BLANKLINE>
        ∂y/∂x = ∂y/∂u1 · ∂u1/∂x
        = e^u1 · 3
        = 20.0855 · 3
        = 60.2566
    <BLANKLINE>
    `backward()` gives 60.2566: the same.
    """
    for name, value in (("loss", loss), ("parameter", parameter)):
        if not isinstance(value, Variable):
            raise TypeError(f"{name} must be a bp.Variable, got {value!r}")
    if isinstance(parameter, Constant):
        raise TypeError(
            f"{parameter!r} is data, which is never differentiated: make it a bp.Variable"
        )
    if loss.shape:
        raise ValueError(
            f"the loss must be a single number, but it has shape {loss.shape}: "
            "reduce it with bp.sum or bp.mean first"
        )
    return Derivation(loss, parameter)


class _Graph:
    """The elementary steps from a loss back to a parameter, and how each of them is written."""

    def __init__(self, loss: Variable, parameter: Variable) -> None:
        graph = ElementaryGraph(loss)
        twins = graph.twins
        called = parameter.name or repr(parameter)
        if parameter not in twins:
            raise ValueError(
                f"the loss was not computed from {called}: give a Variable that takes part in it"
            )
        self.loss, self.parameter = twins[loss], twins[parameter]
        self.nodes = list_oldest_first(self.loss, stop=self.parameter)
        self.on_path = {self.parameter}
        for node in self.nodes:
            if any(isinstance(a, Variable) and a in self.on_path for a in node.arguments):
                self.on_path.add(node)
        self.jacobians: dict[tuple[Variable, int], tuple[Matrix, Matrix]] = {}
        self.of_matrices = any(
            map(self._of_matrices, *zip(*self._all_edges(), strict=True))
            if self.loss is not self.parameter
            else ()
        )
        self.length = 0 if self.of_matrices else self._common_length()
        self.names: dict[Any, str] = {}
        self._take_names(graph.names)

    def edges(self, node: Variable) -> list[tuple[int, Variable]]:
        """Return the arguments of a node that lead to the parameter, with their positions."""
        if node is self.parameter or node.operation is None:
            return []
        differentiated = node.arguments[: len(node.operation.rules)]
        return [
            (position, argument)
            for position, argument in enumerate(differentiated)
            if type(argument) is Variable and argument in self.on_path
        ]

    def _all_edges(self) -> Iterator[tuple[Variable, int]]:
        for node in self.nodes:
            if node in self.on_path:
                yield from ((node, position) for position, _ in self.edges(node))

    def _of_matrices(self, node: Variable, position: int) -> bool:
        """Whether a local derivative is to be written with arrays, not element by element."""
        assert node.operation is not None
        multiplied = "<upstream>" in node.operation.derivatives[position] and node.shape
        size = np.size(node.value) * np.size(node.arguments[position].value)
        return bool(multiplied) or size > _LARGEST_MATRIX

    # -- names and formulas ---------------------------------------------------------------------

    def _common_length(self) -> int:
        """Return n where all arrays hold n data points and are worked on point by point; else 0."""
        shapes: set[tuple[int, ...]] = set()
        summed: set[Variable] = set()
        for node in self.nodes:
            if node not in self.on_path:
                continue
            if node is not self.parameter and node.operation is not None:
                if not (node.operation.pointwise or (node.shape == () and _reduces(node))):
                    return 0
                if _reduces(node) or summed.intersection(a for _, a in self.edges(node)):
                    summed.add(node)
                if node in summed and node.shape:
                    return 0  # a sum over the points enters each point again
                arguments = node.arguments[: len(node.operation.rules)]
                shapes |= {np.shape(value_of(argument)) for argument in arguments}
            shapes.add(node.shape)
        shapes.discard(())
        (*lengths,) = shapes.pop() if len(shapes) == 1 else ()
        return lengths[0] if len(lengths) == 1 else 0

    def _take_names(self, names: dict[Key, str]) -> None:
        """Keep the names, the same as in every picture, of what is not written as a formula."""
        shown = self._shown()
        for node in self.nodes:
            for argument in node.arguments:
                if type(argument) is np.ndarray:
                    self.names[id(argument)] = names[id(argument)]
            if node in names and (node.operation is None or node in shown):
                self.names[node] = names[node]

    def _shown(self) -> set[Variable]:
        """Return the values that get a name of their own.

        An unnamed value is written within the formula of the next where its local derivative there
        is a constant: in w3 * a1 + b3, the product needs no name. So are values off the paths. But
        a value that repeats another is named before it is summed, so that the sum can be shown.
        """
        shown = {self.loss, self.parameter} | {node for node in self.nodes if node.name}
        length: dict[Variable, int] = {}
        repeating: set[Variable] = set()
        for node in self.nodes:
            operation = node.operation
            if operation is None:
                continue
            for position, argument in enumerate(node.arguments[: len(operation.rules)]):
                if not isinstance(argument, Variable) or argument in shown:
                    continue
                plain_slope = _is_constant(operation.derivatives[position], node)
                summed = not operation.pointwise and argument in repeating
                needed = argument in self.on_path and (summed or not plain_slope)
                if needed or length.get(argument, 0) > _LONGEST_FORMULA:
                    shown.add(argument)
            if any(
                argument.shape != node.shape or argument in repeating - shown
                for _, argument in self.edges(node)
            ):
                repeating.add(node)
            length[node] = 1 + sum(
                length.get(a, 0)
                for a in node.arguments
                if isinstance(a, Variable) and a not in shown
            )
        return shown

    def symbol(self, node: Any) -> str:
        """Write the name of a Variable or of an array, with the index i of the data point."""
        name = self.names[node if isinstance(node, Variable) else id(node)]
        return symbol(name, "i" if self.length and np.shape(value_of(node)) else "")

    def write(self, argument: Any) -> str:
        """Write an argument: by its symbol, as the formula that made it, or as a number."""
        if (argument if isinstance(argument, Variable) else id(argument)) in self.names:
            return self.symbol(argument)
        if isinstance(argument, Variable) and argument.operation is not None:
            return self.written(argument, argument.operation.latex)
        return number(value_of(argument))

    def written(self, node: Variable, template: str, upstream: str = "") -> str:
        """Fill a node's arguments into one of its operation's templates."""
        assert node.operation is not None
        if self.length:
            template = template.replace(r"\sum", r"\sum_{i}")
        return formula(
            node.operation, template, node.arguments, self.write, upstream or r"\text{upstream}"
        )

    def steps(self) -> tuple[Step, ...]:
        """Return the forward pass, from what is computed first to the loss."""
        return tuple(
            Step(self.symbol(node), self.written(node, node.operation.latex), node.value)
            for node in self.nodes
            if node in self.names and node.operation is not None and node is not self.parameter
        )

    def shapes(self) -> list[str]:
        """Return the name and shape of every array."""
        arrays = {}
        for item in [*self.nodes, *(a for node in self.nodes for a in node.arguments)]:
            key = item if isinstance(item, Variable) else id(item)
            if key in self.names and np.shape(value_of(item)):
                arrays[key] = item
        return [
            rf"${self.symbol(item)}\colon " + r" \times ".join(map(str, item.shape)) + "$"
            for item in arrays.values()
        ]

    # -- arrays -----------------------------------------------------------------------------------

    def gradients(self) -> tuple[Step, ...]:
        """Return the gradient of each named value, from the loss to the parameter."""
        terms: dict[Variable, list[str]] = {}
        values = self._arrived()
        steps = []
        for node in reversed(self.nodes):
            if node not in self.on_path or node not in self.names:
                continue
            above = "1"
            if node is not self.loss:
                above = partial(self.symbol(self.loss), self.symbol(node))
                steps.append(Step(above, _added(terms[node]), values[node]))
            for below, run in self._runs(node):
                terms.setdefault(below, []).append(self._carried(above, run))
        return tuple(steps)

    def _runs(self, node: Variable) -> Iterator[tuple[Variable, list[tuple[Variable, int]]]]:
        """Yield the ways from a named value to the next ones below it."""
        for position, argument in self.edges(node):
            if argument in self.names:
                yield argument, [(node, position)]
            else:
                for below, run in self._runs(argument):
                    yield below, [(node, position), *run]

    def _carried(self, upstream: str, run: list[tuple[Variable, int]]) -> str:
        """Write what becomes of an upstream gradient on its way through a few operations."""
        for node, position in run:
            operation: Any = node.operation
            template = operation.derivatives[position]
            local = self.written(node, template, upstream)
            if "<upstream>" in template:
                upstream = local
                continue
            if operation.name in _ROW_BY_ROW:
                upstream = f"{tight(upstream)} {tight(local)}"
            elif local == "-1":
                upstream = f"-{bracketed(upstream, PRODUCT, first=False)}"
            else:
                upstream = product([upstream, local])
            if operation.broadcasts and node.shape != np.shape(node.arguments[position].value):
                upstream = rf"\sum {upstream}"
        return upstream

    def _arrived(self) -> dict[Variable, Value]:
        """Return what arrives at each value on a path: what the engine's backward pass carries."""
        return record_backward(self.loss, (self.parameter,)).arrived

    # -- paths and numbers ----------------------------------------------------------------------

    def total(self) -> Value:
        """Sum over all paths, in one sweep from the loss to the parameter."""
        if self.of_matrices:
            return self._arrived()[self.parameter]
        arrived: dict[Variable, Matrix] = {self.loss: np.ones((1, 1))}
        for node in reversed(self.nodes):
            for position, argument in self.edges(node):
                part = _chained(arrived[node], self.jacobian(node, position)[0])
                arrived[argument] = arrived[argument] + part if argument in arrived else part
        return _in_shape_of(self.parameter, arrived[self.parameter])

    def path_count(self) -> int:
        """Count the paths without walking them."""
        counts = {self.parameter: 1}
        for node in self.nodes:
            if node in self.on_path and node is not self.parameter:
                counts[node] = sum(counts[argument] for _, argument in self.edges(node))
        return counts[self.loss]

    def paths(self) -> Iterator[Path]:
        """Yield the paths, those through earlier arguments first."""
        waiting: list[tuple[Variable, Any]] = [(self.loss, None)]
        while waiting:
            node, edges_above = waiting.pop()
            if node is self.parameter:
                edges = []
                while edges_above is not None:
                    edge, edges_above = edges_above
                    edges.append(edge)
                yield self._path(edges[::-1])
            else:
                for position, argument in reversed(self.edges(node)):
                    waiting.append((argument, ((node, position), edges_above)))

    def _path(self, edges: list[tuple[Variable, int]]) -> Path:
        symbols, factors, run = [self.symbol(self.loss)], [], []
        for node, position in edges:
            run.append((node, position))
            below = node.arguments[position]
            if below in self.names:
                factors.append(self._factor(run, below))
                symbols.append(self.symbol(below))
                run = []
        value = functools.reduce(_chained, (f.matrix for f in factors), np.ones((1, 1)))
        ways = functools.reduce(operator.matmul, (f.pattern for f in factors), np.ones((1, 1)))
        return Path(
            tuple(symbols),
            tuple(factors),
            tuple(itertools.islice(_rows(factors), MOST_ROWS)),
            int(ways.sum()),
            _in_shape_of(self.parameter, value),
            tuple((_operation_name(node), position) for node, position in edges),
        )

    def _factor(self, run: list[tuple[Variable, int]], below: Variable) -> Factor:
        """Multiply the local derivatives of steps that are written as one."""
        local = [
            self.written(node, node.operation.derivatives[position])  # type: ignore[union-attr]
            for node, position in run
        ]
        matrices, patterns = zip(*(self.jacobian(*edge) for edge in run), strict=True)
        return Factor(
            partial(self.symbol(run[0][0]), self.symbol(below)),
            product(local),
            functools.reduce(_chained, matrices),
            functools.reduce(operator.matmul, patterns),
        )

    def jacobian(self, node: Variable, position: int) -> tuple[Matrix, Matrix]:
        """Return the local derivative of each element of a node by each element of an argument.

        The second matrix is 1 where the one depends on the other at all.
        """
        edge = node, position
        if edge not in self.jacobians:
            self.jacobians[edge] = self._jacobian(node, position)
        return self.jacobians[edge]

    def _jacobian(self, node: Variable, position: int) -> tuple[Matrix, Matrix]:
        assert node.operation is not None
        shape = np.shape(node.arguments[position].value)
        rows, columns = int(np.prod(node.shape)), int(np.prod(shape))
        values = [value_of(argument) for argument in node.arguments]
        rule: Any = node.operation.rules[position]
        matrix = np.zeros((rows, columns))
        if node.operation.pointwise:
            slopes = rule(np.ones(node.shape), node.value, *values)
            columns_of = np.broadcast_to(np.arange(columns).reshape(shape), node.shape).ravel()
            matrix[np.arange(rows), columns_of] = np.broadcast_to(slopes, node.shape).ravel()
            pattern = np.zeros((rows, columns))
            pattern[np.arange(rows), columns_of] = 1
            return matrix, pattern
        for row in range(rows):
            upstream = np.zeros(rows)
            upstream[row] = 1.0
            seed = upstream.reshape(node.shape) if node.shape else 1.0
            gradient = rule(seed, node.value, *values)
            matrix[row] = np.ravel(sum_to_shape(gradient, shape))
        return matrix, (matrix != 0).astype(float)


def _operation_name(node: Variable) -> str:
    return node.operation.name if node.operation else ""


def _is_constant(derivative: str, node: Variable) -> bool:
    """Whether a local derivative contains nothing but numbers."""
    assert node.operation is not None
    given = dict(zip(node.operation.parameters, node.arguments, strict=True))
    return all(
        name == "n" or (name in given and type(given[name]) is float)
        for name in re.findall(r"<(\w+)>", derivative)
    )


def _reduces(node: Variable) -> bool:
    return _operation_name(node) in ("sum", "mean")


def _in_shape_of(parameter: Variable, matrix: Matrix) -> Value:
    return matrix.reshape(parameter.shape) if parameter.shape else float(matrix[0, 0])


def _rows(factors: Sequence[Factor]) -> Iterator[Row]:
    """Yield the ways through the elements of a path, from the loss's one element on."""
    waiting: list[tuple[tuple[int, ...], tuple[float, ...]]] = [((0,), ())]
    while waiting:
        elements, numbers = waiting.pop()
        if len(numbers) == len(factors):
            yield Row(elements, numbers, 0.0 if 0.0 in numbers else math.prod(numbers))
            continue
        factor = factors[len(numbers)]
        for element in reversed(np.flatnonzero(factor.pattern[elements[-1]])):
            value = float(factor.matrix[elements[-1], element])
            waiting.append(((*elements, int(element)), (*numbers, value)))


def _chained(upstream: Matrix, local: Matrix) -> Matrix:
    """Multiply matrices; where 0 arrives, 0 is passed on, even by an infinite slope."""
    with np.errstate(invalid="ignore"):
        result: Matrix = upstream @ local
        if np.isfinite(result).all():
            return result
        terms = upstream[:, :, np.newaxis] * local
    result = np.where(upstream[:, :, np.newaxis] == 0.0, 0.0, terms).sum(axis=1)
    return result


def _by_backward(loss: Variable, parameter: Variable) -> Value:
    """Return the gradient that ``backward()`` computes, leaving every ``grad`` as it was."""
    nodes = list_oldest_first(loss)
    before = [(node, node.grad) for node in nodes]
    for node in nodes:
        node.grad = None
    try:
        loss.backward(retain_graph=True, keep_gradients=True)
        return parameter.grad
    finally:
        for node, gradient in before:
            node.grad = gradient


def _added(terms: Sequence[str]) -> str:
    """Write a sum of expressions."""
    return " + ".join(
        term if len(terms) == 1 else bracketed(term, SUM, first=position == 0)
        for position, term in enumerate(_ends(terms))
    )


def _ends(written: Sequence[str], gap: str = r"\dots") -> list[str]:
    """Keep the first and the last factors, or terms, of a very long product or sum."""
    half = MOST_FACTORS // 2
    if len(written) <= MOST_FACTORS:
        return list(written)
    return [*written[:half], gap, *written[-half:]]


def _pass_blocks(steps: Sequence[Step]) -> Iterator[tuple[Any, ...]]:
    """Write out the values of a pass; of very many, the first and the last ones."""
    hidden = len(steps) - MOST_STEPS
    if hidden <= 0:
        yield "math", [_defined(step) for step in steps]
        return
    yield "math", [_defined(step) for step in steps[: MOST_STEPS // 2]]
    yield "text", [f"… {hidden} more steps …"]
    yield "math", [_defined(step) for step in steps[-MOST_STEPS // 2 :]]


def _defined(step: Step) -> str:
    if np.ndim(step.value) == 0:
        return f"{step.symbol} &= {step.formula} = {number(step.value)}"
    return rf"{step.symbol} &= {step.formula} \quad {_written(step.value)}"


def _written(value: Value) -> str:
    """Write a number, or the first few elements of an array."""
    if np.ndim(value) == 0:
        return number(value)
    elements = np.ravel(value)
    listed = [number(element) for element in elements[:6]]
    more = [] if len(elements) <= 6 else [r"\dots"]
    return "(" + r",\, ".join(listed + more) + ")"


def _cell(value: float) -> str:
    return f"${number(value)}$"


def _aligned(lines: Sequence[str]) -> str:
    body = " \\\\\n".join(lines)
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def _markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---:"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain_text(line: str) -> str:
    return plain(line.replace("&", "")).replace("$", "")


def _plain_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [[_plain_text(cell) for cell in line] for line in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "    " + "   ".join(c.rjust(w) for c, w in zip(line, widths, strict=True)) for line in cells
    )
