"""A matrix as squares whose area is the size: filled positive, hollow negative, after Hinton."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from backprop.engine.variable import Variable
from backprop.show.drawing.shapes import TICK, draw_rectangle, write_number, write_text
from backprop.show.drawing.svg import Element
from backprop.show.explorers.computed import Floats
from backprop.show.figures import Figure

__all__ = ["draw_squares", "matrix"]

_CELL, _MOST = 28.0, 32  # px of a cell; so many rows and columns are seen
_LINE = 1.6  # px around a hollow square


def matrix(
    values: Any,
    *,
    gradients: bool = False,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    title: str = "A matrix",
    caption: str | None = None,
) -> Figure:
    """Draw a matrix as squares: the area is the size, filled is positive, hollow is negative.

    Parameters
    ----------
    values : Variable or array_like
        Of one or two dimensions, with 32 rows and columns at most.
    gradients : bool
        Draw the gradient of the Variable, in orange, instead of its value; an array is taken for
        gradients.
    rows, columns : sequence of str
        Names of the rows and columns.
    title, caption : str, optional
        See :func:`figure`.

    Returns
    -------
    Figure
        Shows itself as the last value of a cell.

    Raises
    ------
    ValueError
        If it has no or too many entries, or no gradient although one is wanted.

    Examples
    --------
    >>> from backprop import show
    >>> show.matrix([[1.0, -4.0], [0.0, 0.25]])
    A matrix
    2 × 2 numbers, 2 positive and 1 negative; the largest in size is −4.00, in row 1, column 2.
    """
    array = _read_array(values, gradients)
    height, width = array.shape
    left = 12 + 9.0 * max(map(len, rows), default=0)
    top = 12 + 16.0 * bool(columns)
    drawn = list(draw_squares(array, (left, top), _CELL, "gradient" if gradients else "value"))
    for name, i in zip(rows, range(height), strict=False):
        at = (left - 8, top + (i + 0.5) * _CELL + 4)
        drawn.append(write_text(at, name, "ink", TICK, "end"))
    for name, j in zip(columns, range(width), strict=False):
        drawn.append(write_text((left + (j + 0.5) * _CELL, top - 8), name, "ink", TICK, "middle"))
    size = (left + width * _CELL + 12, top + height * _CELL + 12)
    return Figure(title, _describe(array), caption, [drawn], size, 1, natural=True)


def _read_array(values: Any, gradients: bool) -> Floats:
    if isinstance(values, Variable):
        if gradients and values.grad is None:
            raise ValueError(
                f"gradients must have been computed, got {values.name or 'a Variable'} without "
                "one: call backward() first"
            )
        values = values.grad if gradients else values.value
    array = np.atleast_2d(np.asarray(values, dtype=float))
    if array.ndim > 2 or not array.size or max(array.shape) > _MOST:
        raise ValueError(
            f"values must have two dimensions of 1 to {_MOST}, got shape {array.shape}: "
            "draw a part of it"
        )
    return array


def draw_squares(
    array: Floats, corner: tuple[float, float], cell: float, colour: str
) -> Iterator[Element]:
    """Draw a square for each number: its area is the size, and the largest fills its cell."""
    largest = float(np.abs(array).max()) or 1.0
    yield draw_rectangle(
        corner, (cell * array.shape[1], cell * array.shape[0]), "none", "grid", stroke_width="1"
    )
    for (i, j), number in np.ndenumerate(array):
        side = 0.92 * cell * math.sqrt(abs(number) / largest)
        if side < 0.1:
            continue  # nothing has no area
        inner = max(side - _LINE, 0.1) if number < 0 else side
        middle = (corner[0] + (j + 0.5) * cell, corner[1] + (i + 0.5) * cell)
        at = (middle[0] - inner / 2, middle[1] - inner / 2)
        if number < 0:
            line = f"{min(_LINE, side / 2):.3g}"
            yield draw_rectangle(at, (inner, inner), "none", colour, stroke_width=line)
        else:
            yield draw_rectangle(at, (inner, inner), colour)


def _describe(array: Floats) -> str:
    i, j = np.unravel_index(int(np.abs(array).argmax()), array.shape)
    more, less = int((array > 0).sum()), int((array < 0).sum())
    return (
        f"{array.shape[0]} × {array.shape[1]} numbers, {more} positive and {less} negative; the "
        f"largest in size is {write_number(float(array[i, j]))}, in row {i + 1}, column {j + 1}."
    )
