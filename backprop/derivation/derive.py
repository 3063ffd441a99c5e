"""The chain rule for one parameter, written out: every path, every factor, every number."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from backprop.checks import format_given
from backprop.derivation.display import (
    Block,
    Elements,
    Equation,
    Equations,
    Grid,
    Paragraph,
    Piece,
    to_markdown,
    to_plain,
)
from backprop.derivation.paths import (
    PathGraph,
)
from backprop.derivation.writing import MOST_FACTORS, GraphWriter, Path, Step, shorten
from backprop.engine.traversal import record_backward
from backprop.engine.variable import Constant, Value, Variable
from backprop.formulas.formula import (
    DOTS,
    ONE,
    Empty,
    Formula,
    List,
    Number,
    Power,
    Relation,
    Series,
    Subscript,
    Symbol,
    Word,
    add_terms,
    multiply,
    write_number,
)

#: How many paths are written out; the sum runs over all of them.
MOST_PATHS = 12
#: How many values of one pass are written out, half of them from its start, half from its end.
MOST_STEPS = 200
# Larger numbers of paths are told by their size alone.
_LARGEST_COUNT = 10**30
_READING = (
    "A gradient has the shape of its value. Elements are listed row by row, "
    "and a softmax is taken of each row by itself."
)
_GUARDED = "Where 0 arrives, 0 is passed on, even by an infinite slope: here 0 · ∞ counts as 0."


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
        graph = PathGraph(loss, parameter)
        writer = GraphWriter(graph)
        self.steps = writer.list_steps()
        self.path_count = graph.count_paths()
        self.paths: tuple[Path, ...] = ()
        self.gradients: tuple[Step, ...] = ()
        if graph.of_matrices:
            self.gradients = writer.list_gradients()
        else:
            found = itertools.islice(graph.walk_paths(), MOST_PATHS)
            self.paths = tuple(writer.read_path(edges) for edges in found)
        self.value = graph.gradients[graph.parameter]
        with np.errstate(all="ignore"):
            self.backward = record_backward(loss, (parameter,)).arrived[parameter]
        rounding = max(np.finfo(loss.dtype).eps, np.finfo(parameter.dtype).eps) ** 0.5
        self.agrees = bool(
            np.allclose(self.value, self.backward, rtol=rounding, atol=1e-12, equal_nan=True)
        )
        self._name = writer.write_derivative(graph.loss, graph.parameter)
        self._shapes = writer.list_shapes() if graph.of_matrices else []
        self._length = writer.length
        self._for_each = bool(writer.length) and bool(graph.parameter.shape)

    def __str__(self) -> str:
        """Return the derivation as plain text."""
        return to_plain([*self._write_blocks()])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return to_markdown([*self._write_blocks()])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/markdown": self._repr_markdown_(), "text/plain": str(self)}

    def _write_blocks(self) -> Iterator[Block]:
        if self.steps:
            yield Paragraph(("Forward pass:",))
            yield from _write_pass(self.steps)
        if self.gradients:
            over = f", over {self.path_count} paths" if self.path_count > 1 else ""
            yield Paragraph((f"Backward pass{over}:",))
            yield from _write_pass(self.gradients)
            shapes = _join(", ", shorten(self._shapes, "…"))
            yield Paragraph(("Shapes: ", *shapes, f". {_READING}"))
        for position, path in enumerate(self.paths):
            yield from self._write_path(path, position)
        if any(_is_guarded(path) for path in self.paths):
            yield Paragraph((_GUARDED,))
        yield from self._write_total()

    def _write_path(self, path: Path, position: int) -> Iterator[Block]:
        alone = self.path_count == 1
        which = "One path" if alone else f"Path {position + 1} of {_write_count(self.path_count)}"
        names = (path.names[0], *shorten(path.names[1:], DOTS))
        route = Relation(names, (r"\to",) * (len(names) - 1)) if len(names) > 1 else names[0]
        each: tuple[Piece, ...] = ()
        if self._length and path.row_count > 1:
            each = (" for each ", _write_range(self._length))
        yield Paragraph((which, *each, ": ", route, self._tell_apart(path)))
        yield self._write_product(path, self._name if alone else Word(f"path {position + 1}"))
        if path.row_count > 1 or self._length:
            yield self._write_rows(path)
        if path.row_count > len(path.rows):
            yield Paragraph((f"… and {path.row_count - len(path.rows)} more rows like these.",))
        hidden = len(path.factors) - MOST_FACTORS
        if hidden > 0:
            yield Paragraph((f"… stands for {hidden} more factors, which the product contains.",))

    def _write_product(self, path: Path, name: Formula) -> Equations:
        """Write the product along a path: of symbols, of formulas, of numbers."""
        factors = path.factors
        names = [factor.name for factor in factors] or [ONE]
        sides = [
            self._sum_rows(path, multiply(shorten(names, DOTS), ones=True)),
            self._sum_rows(path, multiply(shorten([f.slope for f in factors], DOTS), ones=True)),
        ]
        if path.row_count == 1 and not self._length and factors:
            numbers = [write_number(value) for value in path.rows[0].numbers]
            sides += [multiply(shorten(numbers, DOTS), ones=True)]
            sides += [write_number(path.rows[0].product)]
        new = [side for side, before in zip(sides, [name, *sides], strict=False) if side != before]
        rest = (Equation(None, (side,)) for side in new[1:])
        return Equations((Equation(name, (new[0],)), *rest))

    def _sum_rows(self, path: Path, product: Formula) -> Formula:
        if path.row_count == 1 or self._for_each:
            return product
        sign: Formula = Symbol(r"\sum")
        if self._length:
            first = Relation((Symbol("i"), ONE), ("=",))
            sign = Power(Subscript(sign, first), Number(str(self._length)))
        return Series(sign, product)

    def _tell_apart(self, path: Path) -> str:
        """Say where a path parts from others through the same values, as in a + a."""
        partings = {}
        for other in self.paths:
            if other is not path and other.names == path.names:
                pairs = enumerate(zip(path.edges, other.edges, strict=False))
                place = next(place for place, (one, another) in pairs if one != another)
                name, position = path.edges[place]
                partings[place] = f"{position + 1} of `{name}`"
        taken = ", ".join(partings[place] for place in sorted(partings))
        return f" (as argument {taken})" if taken else ""

    def _write_rows(self, path: Path) -> Grid:
        header: list[Piece] = [
            Symbol("i") if self._length else "elements",
            *shorten([factor.name for factor in path.factors], "…"),
            "product",
        ]
        slopes = [_write_equal(factor.slope) for factor in path.factors]
        rows: list[tuple[Piece, ...]] = [("", *shorten(slopes, "…"), "")]
        for row in path.rows:
            label = (
                str(max(row.elements) + 1)
                if self._length
                else " → ".join(shorten([str(element + 1) for element in row.elements], "…"))
            )
            numbers = shorten([write_number(value) for value in row.numbers], "…")
            rows.append((label, *numbers, write_number(row.product)))
        return Grid(tuple(header), tuple(rows))

    def _write_total(self) -> Iterator[Block]:
        hidden = self.path_count - len(self.paths)
        if hidden and self.paths:
            yield Paragraph((f"… and {_write_count(hidden)} more paths, which the sum contains.",))
        if self.paths and (self.path_count > 1 or self.paths[0].row_count > 1):
            right = [_write_value(self.value)]
            if len(self.paths) > 1 and not hidden and not np.ndim(self.value):
                labels = [Word(f"path {i + 1}") for i in range(len(self.paths))]
                values = [write_number(path.value) for path in self.paths]
                right = [add_terms(labels), add_terms(values), *right]
            yield Paragraph(("Added up:",))
            yield Equations((Equation(self._name, tuple(right)),))
        verdict = "the same" if self.agrees else "SOMETHING ELSE"
        value = _write_value(self.backward)
        yield Paragraph(("`backward()` gives ", value, f": {verdict}."))


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
        u1 = 3 · x = 3 · 1 = 3
         y = e^u1 = e³ = 20.0855
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
    for name, value, way_out in (
        ("loss", loss, "pass what was computed, not its .value"),
        ("parameter", parameter, "pass the Variable by which to differentiate"),
    ):
        if not isinstance(value, Variable):
            raise TypeError(f"{name} must be a bp.Variable, got {format_given(value)}: {way_out}")
    if isinstance(parameter, Constant):
        raise TypeError(
            f"parameter must not be data, which is never differentiated, "
            f"got {format_given(parameter)}: make it a bp.Variable"
        )
    if loss.shape:
        raise ValueError(
            f"loss must be a single number, but it has shape {loss.shape}: "
            "reduce it with bp.sum or bp.mean first"
        )
    return Derivation(loss, parameter)


def _is_guarded(path: Path) -> bool:
    """Whether a row of a path shows that nothing comes of nothing."""
    return any(
        not math.isnan(row.product) and not np.isfinite(row.numbers).all() and row.product == 0
        for row in path.rows
    )


def _write_count(count: int) -> str:
    """Write how many there are; of very many, only their size."""
    return str(count) if count < _LARGEST_COUNT else f"about 10^{int(math.log10(count))}"


def _write_pass(steps: Sequence[Step]) -> Iterator[Block]:
    """Write out the values of a pass; of very many, the first and the last ones."""
    hidden = len(steps) - MOST_STEPS
    if hidden <= 0:
        yield Equations(tuple(map(_define, steps)))
        return
    yield Equations(tuple(map(_define, steps[: MOST_STEPS // 2])))
    yield Paragraph((f"… {hidden} more steps …",))
    yield Equations(tuple(map(_define, steps[-MOST_STEPS // 2 :])))


def _define(step: Step) -> Equation:
    if np.ndim(step.value) == 0:
        filled = (step.filled,) if step.filled is not None else ()
        return Equation(step.name, (step.definition, *filled, write_number(step.value)))
    return Equation(step.name, (step.definition,), Elements(step.value))


def _write_value(value: Value) -> Formula | Elements:
    """Write a number, or the first few elements of an array."""
    return write_number(value) if np.ndim(value) == 0 else Elements(value)


def _write_range(length: int) -> Formula:
    """Write which numbers the index of the data points runs through."""
    start = Relation((Symbol("i"), ONE), ("=",))
    middle = (DOTS,) if length > 2 else ()
    return List((start, *middle, Number(str(length))), (",",) * (1 + len(middle)))


def _write_equal(formula: Formula) -> Formula:
    return Relation((Empty(), formula), ("=",))


def _join(separator: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Put a separator between pieces of text."""
    return [part for piece in pieces for part in (separator, piece)][1:]
