"""Nudges of one length in every direction: what each changes, beside the cosine that says so."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from backprop.checks import check_positive
from backprop.show.charts.contours import Loss, draw_contours, measure_gradient, trace_contours
from backprop.show.charts.plot import Plot, Point
from backprop.show.drawing.shapes import (
    draw_arrow,
    draw_dot,
    write_number,
    write_text,
)
from backprop.show.drawing.svg import Element
from backprop.show.explorers.computed import Floats, to_floats
from backprop.show.figures import Figure

__all__ = ["nudges"]

_COUNT = 24  # nudges, so that some lie along the gradient, along the contour, and against it
_SIZE = (336.0, 300.0)  # px of each picture
_LEFT, _TOP, _RIGHT, _BOTTOM = 46.0, 34.0, 20.0, 44.0
_AROUND = 1.75  # lengths of a nudge that are seen to each side
_LARGEST = 18.0  # px: the dot of the largest change
_BEYOND = 1.5  # lengths of a nudge from the place to the tip of the gradient
_LINES = 7


class _Circle(NamedTuple):
    """Nudges around a place: the gradient there, the places reached, and what has changed."""

    at: Point
    length: float
    gradient: Point
    places: list[Point]
    changes: Floats


def nudges(
    loss: Loss,
    at: tuple[float, float],
    *,
    length: float = 0.05,
    symbols: tuple[str, str] = ("w₁", "w₂"),
    name: str = "loss",
    title: str = "All nudges of one length",
    caption: str | None = None,
) -> Figure:
    """Draw small nudges of one length in every direction, and by how much each changes the loss.

    Left, they lie on a circle, on contours, with the gradient in orange: a dot is filled where the
    loss rises and hollow where it falls, and its area is the size of the change. Right, the same
    changes stand over the angle between nudge and gradient, on the cosine that the gradient
    predicts.

    Parameters
    ----------
    loss : callable
        ``loss(a, b)`` of two numbers, computed with the functions of this package; it must take
        arrays, too.
    at : (float, float)
        The place that is nudged.
    length : float
        How long each nudge is.
    symbols, name : tuple of str, str
        What the parameters and the loss are called.
    title, caption : str, optional
        See :func:`figure`.

    Returns
    -------
    Figure
        Shows itself as the last value of a cell.

    Raises
    ------
    ValueError
        If the length is not positive, or the gradient is 0 at this place.

    Examples
    --------
    >>> from backprop import show
    >>> show.nudges(lambda a, b: a**2 + 4 * b**2, (1.5, 0.5), length=0.01)
    All nudges of one length
    24 nudges of length 0.0100 around w₁ = 1.50, w₂ = 0.500, where the gradient is (3.00, 4.00). ...
    """
    length = check_positive(length, "length", "choose 0.05")
    circle = _nudge(loss, (float(at[0]), float(at[1])), length)
    drawings = [_draw_circle(circle, loss, symbols), _draw_changes(circle, name)]
    alt = _describe(circle, symbols, name)
    return Figure(title, alt, caption, drawings, _SIZE, 2, natural=True)


def _nudge(loss: Loss, at: Point, length: float) -> _Circle:
    gradient = measure_gradient(loss, at)
    if not math.hypot(*gradient):
        raise ValueError(f"at must have a gradient other than 0, got {at}: choose another place")
    uphill = math.atan2(gradient[1], gradient[0])
    turns = [uphill + math.tau * k / _COUNT for k in range(_COUNT)]
    places = [(at[0] + length * math.cos(t), at[1] + length * math.sin(t)) for t in turns]
    reached, here = (to_floats(loss(*np.transpose(p))) for p in (places, [at]))
    return _Circle(at, length, gradient, places, reached - here)


def _draw_change(at: Point, change: float, largest: float) -> list[Element]:
    """Draw a change as a dot: its area is the size, and it is hollow where the loss falls."""
    size = max(3.0, _LARGEST * math.sqrt(abs(change) / largest))
    hole = [draw_dot(at, "surface", size - 3)] if change < 0 and size > 3.5 else []
    return [draw_dot(at, "residual", size), *hole]


def _draw_circle(circle: _Circle, loss: Loss, symbols: tuple[str, str]) -> list[Element]:
    (a, b), reach = circle.at, _AROUND * circle.length
    high = _SIZE[1] - _TOP - _BOTTOM
    wide = _SIZE[0] - _LEFT - _RIGHT
    # The same unit along both axes, or the gradient would not stand across its contour.
    x, y = (a - reach * wide / high, a + reach * wide / high), (b - reach, b + reach)
    plot = Plot((_LEFT, _TOP), (wide, high), x, y)
    drawn = [*plot.draw_axes(symbols)]
    drawn += draw_contours(plot, trace_contours(loss, x, y, _LINES, power=1), points=10)
    here, steep = plot.place(a, b), math.hypot(*circle.gradient)
    uphill = [part / steep * circle.length for part in circle.gradient]
    tip = plot.place(a + _BEYOND * uphill[0], b + _BEYOND * uphill[1])
    against = plot.place(a - 0.8 * uphill[0], b - 0.8 * uphill[1])
    drawn += [draw_arrow(here, tip, "gradient", 3), draw_arrow(here, against, "ink", 2.5)]
    largest = float(abs(circle.changes).max())
    for place, change in zip(circle.places, circle.changes.tolist(), strict=True):
        drawn += _draw_change(plot.place(*place), change, largest)
    drawn += [draw_dot(here, "surface", 14), draw_dot(here, "ink", 11)]
    left = tip[0] > _LEFT + wide / 2
    anchor = "end" if left else "start"
    words = tip[0] + (-9 if left else 9), tip[1] + (14 if tip[1] < _TOP + 20 else 4)
    drawn.append(write_text(words, "gradient", "gradient", anchor=anchor))
    note = "Filled: the loss rises. Hollow: it falls."
    return [*drawn, write_text((_LEFT, 14), note)]


def _draw_changes(circle: _Circle, name: str) -> list[Element]:
    steep, largest = math.hypot(*circle.gradient), float(abs(circle.changes).max())
    wide, high = _SIZE[0] - _LEFT - _RIGHT - 10, _SIZE[1] - _TOP - _BOTTOM
    plot = Plot((_LEFT + 10, _TOP), (wide, high), (0, 360), (-1.3 * largest, 1.3 * largest))
    drawn = [*plot.draw_axes(("degrees from the gradient", ""), xticks=(0, 90, 180, 270, 360))]
    angles = np.linspace(0, 360, 73)
    promised = steep * circle.length * np.cos(np.radians(angles))
    drawn.append(plot.draw_curve(angles, promised, "gradient", 2))
    for k, change in enumerate([*circle.changes.tolist(), float(circle.changes[0])]):
        drawn += _draw_change(plot.place(360 * k / _COUNT, change), change, largest)
    drawn.append(write_text((0, 14), f"change of the {name}", "residual"))
    low = plot.place(180, -1.3 * largest)
    notes = ("straight against", "across", "across")
    places = ((low[0], low[1] - 6), plot.place(96, 0.06 * largest), plot.place(264, 0.06 * largest))
    anchors = ("middle", "start", "end")
    for note, place, anchor in zip(notes, places, anchors, strict=True):
        drawn.append(write_text(place, note, anchor=anchor))
    curve = plot.place(62, 1.12 * largest)
    return [*drawn, write_text(curve, "a cosine, from the gradient", "gradient")]


def _describe(circle: _Circle, symbols: tuple[str, str], name: str) -> str:
    def write(change: float) -> str:
        return ("+" if change > 0 else "") + write_number(change)

    quarter = _COUNT // 4
    most, across, against = (float(circle.changes[k * quarter]) for k in (0, 1, 2))
    lowest, turned = float(circle.changes.min()), 360 * int(circle.changes.argmin()) // _COUNT
    gradient = ", ".join(map(write_number, circle.gradient))
    where = ", ".join(
        f"{symbol} = {write_number(value)}"
        for symbol, value in zip(symbols, circle.at, strict=True)
    )
    return (
        f"{_COUNT} nudges of length {write_number(circle.length)} around {where}, where the "
        f"gradient is ({gradient}). The {name} changes by {write(most)} along the gradient, by "
        f"{write(across)} across it, and by {write(against)} straight against it; the most that it "
        f"falls is {write(lowest)}, {turned} degrees from the gradient."
    )
