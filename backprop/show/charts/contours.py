"""Contours of a loss of two parameters, with gradients in orange and steps in ink."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backprop.checks import name_extra
from backprop.engine.transforms import grad
from backprop.engine.variable import Variable
from backprop.show.charts.plot import Plot
from backprop.show.drawing.shapes import (
    draw_arrow,
    draw_circle,
    draw_curve,
    draw_dot,
    write_number,
    write_text,
)
from backprop.show.drawing.svg import Element
from backprop.show.explorers.computed import Floats, to_floats
from backprop.show.figures import Figure

__all__ = ["contours", "draw_contours", "measure_gradient", "trace_contours"]

_GRID = 61  # points of the loss in each direction
_LEFT, _TOP, _RIGHT, _BOTTOM = 46.0, 26.0, 16.0, 40.0  # px around the plot
_WIDE = 440.0  # px
_ARROW = 72.0  # px of the longest gradient

Loss = Callable[[Any, Any], Any]
Range = tuple[float, float]


def contours(
    loss: Loss,
    *,
    x: Range,
    y: Range,
    path: Sequence[tuple[float, float]],
    gradient: bool = True,
    symbols: tuple[str, str] = ("w₁", "w₂"),
    name: str = "loss",
    lines: int = 9,
    height: float = 320,
    title: str = "From above",
    caption: str | None = None,
) -> Figure:
    """Draw lines of equal loss, the way that was taken, and the gradient where it has arrived.

    The gradient, in orange, points where the loss grows fastest; steps are arrows of ink, because
    it is they that move.

    Parameters
    ----------
    loss : callable
        ``loss(a, b)`` of two numbers, computed with the functions of this package; it must take
        arrays, too.
    x, y : tuple of float
        The ranges of both parameters.
    path : sequence of (float, float)
        The places that were visited; one alone is where the reader stands.
    gradient : bool
        Draw the gradient at the last place.
    symbols, name : tuple of str, str
        What the parameters and the loss are called.
    lines : int
        How many contours there are, closer to each other where the loss is low.
    height : float
        Height of the plot in pixels.
    title, caption : str, optional
        See :func:`figure`.

    Returns
    -------
    Figure
        Shows itself as the last value of a cell.

    Raises
    ------
    ValueError
        If the path has no place, or one that is not in the picture.

    Examples
    --------
    >>> from backprop import show
    >>> show.contours(lambda a, b: a**2 + 4 * b**2, x=(-3, 3), y=(-2, 2),
    ...               path=[(2.0, 1.0), (1.6, 0.2)])
    From above
    Contours of the loss over w₁ and w₂. 1 step leads from (2.00, 1.00), loss 8.00, to
    (1.60, 0.200), loss 2.72; there the gradient is (3.20, 1.60).
    """
    if not len(path):
        raise ValueError("path must have one place or more, got none: give [(0.5, 0.5)]")
    for a, b in path:
        if not (x[0] <= a <= x[1] and y[0] <= b <= y[1]):
            raise ValueError(f"path must lie in the picture, got ({a}, {b}): widen x= and y=")
    plot = Plot((_LEFT, _TOP), (_WIDE - _LEFT - _RIGHT, height - _TOP - _BOTTOM), x, y)
    places = [(float(a), float(b)) for a, b in path]
    slope = measure_gradient(loss, places[-1])
    drawn = [*plot.draw_axes((symbols[0], symbols[1]))]
    drawn += draw_contours(plot, trace_contours(loss, x, y, lines))
    drawn += _draw_path(plot, places)
    if gradient:
        drawn += _draw_gradient(plot, places[-1], slope)
    here = plot.place(*places[-1])
    drawn += [draw_dot(here, "surface", 14), draw_dot(here, "ink", 11)]
    alt = _describe(loss, places, slope if gradient else None, symbols, name)
    return Figure(title, alt, caption, [drawn], (_WIDE, height), 1, natural=True)


def trace_contours(loss: Loss, x: Range, y: Range, lines: int, *, power: float = 3) -> list[Floats]:
    """Return lines of equal loss: the points of each piece, one row a point.

    The higher the power, the closer they lie to each other where it is low, as the valley is what
    matters; with 1 the loss differs by as much from each line to the next.

    Examples
    --------
    >>> pieces = trace_contours(lambda a, b: a**2 + b**2, (-1, 1), (-1, 1), 3)
    >>> radii = [float(np.hypot(*piece.T).mean()) for piece in pieces]
    >>> round(min(radii), 1)
    0.3
    """
    with name_extra("a figure"):
        from matplotlib.figure import Figure as Canvas

    xs, ys = np.meshgrid(np.linspace(*x, _GRID), np.linspace(*y, _GRID))
    heights = to_floats(loss(xs, ys))
    lowest, highest = float(heights.min()), float(heights.max())
    levels = lowest + (highest - lowest) * np.linspace(0, 1, lines + 1)[1:] ** power
    found = Canvas().add_subplot().contour(xs, ys, heights, levels=levels)
    return [piece for level in found.allsegs for piece in level if len(piece) > 1]


def measure_gradient(loss: Loss, at: tuple[float, float]) -> tuple[float, float]:
    """Return both slopes of a loss at a place.

    Examples
    --------
    >>> measure_gradient(lambda a, b: a**2 + 4 * b**2, (1.0, 0.5))
    (2.0, 4.0)
    """
    slopes = grad(lambda pair: loss(pair[0], pair[1]))(np.array(at))
    a, b = np.asarray(slopes.value if isinstance(slopes, Variable) else slopes, dtype=float)
    return float(a), float(b)


def draw_contours(plot: Plot, pieces: Sequence[Floats], points: int = 40) -> list[Element]:
    """Draw contours as plum lines, each through so many points or somewhat more."""
    drawn = []
    for piece in pieces:
        thinned = piece[:: max(1, len(piece) // points)]
        places = [plot.place(a, b) for a, b in [*thinned.tolist(), piece[-1].tolist()]]
        drawn.append(draw_curve(places, "residual", 1.2, stroke_opacity="0.65"))
    return drawn


def _draw_path(plot: Plot, places: Sequence[tuple[float, float]]) -> list[Element]:
    """Draw past places as hollow dots that shrink, and steps between them as arrows of ink."""
    drawn = []
    points = [plot.place(*place) for place in places]
    for k, (start, end) in enumerate(itertools.pairwise(points)):
        age = len(points) - 1 - k
        drawn.append(draw_arrow(start, end, "ink", 2))
        drawn.append(draw_circle(start, max(2.0, 5.5 - 0.5 * age), "ink", 1.5))
    return drawn


def _draw_gradient(
    plot: Plot, at: tuple[float, float], slope: tuple[float, float]
) -> list[Element]:
    """Draw the gradient as it lies in the picture, so long that it can be seen."""
    here = plot.place(*at)
    ahead = plot.place(at[0] + slope[0], at[1] + slope[1])
    length = float(np.hypot(ahead[0] - here[0], ahead[1] - here[1]))
    if not length:
        return []
    share = _ARROW / length
    tip = (here[0] + share * (ahead[0] - here[0]), here[1] + share * (ahead[1] - here[1]))
    anchor = "end" if tip[0] > _WIDE - 110 else "start"
    words = (tip[0] + (-8 if anchor == "end" else 8), tip[1] + (14 if tip[1] < _TOP + 20 else -4))
    return [
        draw_arrow(here, tip, "gradient", 3),
        write_text(words, "gradient", "gradient", anchor=anchor),
    ]


def _describe(
    loss: Loss,
    places: Sequence[tuple[float, float]],
    slope: tuple[float, float] | None,
    symbols: tuple[str, str],
    name: str,
) -> str:
    def write(at: tuple[float, float]) -> str:
        return f"({write_number(at[0])}, {write_number(at[1])})"

    def value(at: tuple[float, float]) -> str:
        return write_number(float(to_floats(loss(*np.array(at)))))

    first, last, count = places[0], places[-1], len(places) - 1
    says = f"Contours of the {name} over {symbols[0]} and {symbols[1]}. "
    if count:
        says += f"{count} step{'s lead' if count > 1 else ' leads'} from {write(first)}, "
        says += f"{name} {value(first)}, to {write(last)}, {name} {value(last)}"
    else:
        says += f"We stand at {write(last)}, {name} {value(last)}"
    return f"{says}; there the gradient is {write(slope)}." if slope else f"{says}."
