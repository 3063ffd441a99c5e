"""A number line: points with their names, and arrows from one to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backprop.show.charts.plot import Plot, choose_ticks
from backprop.show.drawing.shapes import (
    LABEL,
    TICK,
    draw_arrow,
    draw_dot,
    draw_line,
    write_number,
    write_text,
)
from backprop.show.drawing.svg import Element
from backprop.show.figures import Figure

__all__ = ["number_line"]

_WIDE, _EDGE = 620.0, 34.0  # px
_LEVEL = 24.0  # px between two rows of names
_LETTER = 8.0  # px of a letter at most, to see which names would meet


def number_line(
    points: Mapping[str, float],
    *,
    arrows: Sequence[tuple[float, float]] = (),
    start: float | None = None,
    stop: float | None = None,
    title: str = "On the number line",
    caption: str | None = None,
) -> Figure:
    """Draw numbers as points of a line, with names above, and steps between them as ink arrows.

    Parameters
    ----------
    points : mapping of str to float
        The numbers by their names.
    arrows : sequence of (float, float)
        From where to where each arrow goes.
    start, stop : float, optional
        The ends of the line; by default everything fits.
    title, caption : str, optional
        See :func:`figure`.

    Returns
    -------
    Figure
        Shows itself as the last value of a cell.

    Raises
    ------
    ValueError
        If there are no points, or one lies outside of the line.

    Examples
    --------
    >>> from backprop import show
    >>> show.number_line({"w": 5.0, "after a step": 4.4}, arrows=[(5.0, 4.4)], start=0, stop=6)
    On the number line
    A line from 0 to 6.00 with w at 5.00, after a step at 4.40; an arrow from 5.00 to 4.40.
    """
    if not points:
        raise ValueError("points must be one or more, got none: give {'w': 0.5}")
    every = [*points.values(), *(end for arrow in arrows for end in arrow)]
    spread = (max(every) - min(every)) or 1.0
    low = min(every) - 0.1 * spread if start is None else start
    high = max(every) + 0.1 * spread if stop is None else stop
    for value in every:
        if not low <= value <= high:
            raise ValueError(f"points must lie on the line, got {value}: choose {low} to {high}")
    rows = _assign_rows(points, low, high)
    base = 20 + _LEVEL * (1 + max(rows.values())) + (26 if arrows else 0)
    plot = Plot((_EDGE, base), (_WIDE - 2 * _EDGE, 1.0), (low, high), (0.0, 1.0))
    drawn = _draw_line(plot, base)
    for name, value in points.items():
        x, _ = plot.place(value, 0)
        top = 20 + _LEVEL * (max(rows.values()) - rows[name])
        drawn.append(draw_line((x, top + 6), (x, base), "axis", 1))
        drawn += [draw_dot((x, base), "surface", 13), draw_dot((x, base), "ink", 10)]
        drawn.append(write_text((x, top), name, "ink", LABEL, "middle"))
    for tail, tip in arrows:
        ends = (plot.place(tail, 0)[0], base - 16), (plot.place(tip, 0)[0], base - 16)
        drawn.append(draw_arrow(*ends, "ink", 2.5))
    words = ", ".join(f"{name} at {write_number(value)}" for name, value in points.items())
    ways = "".join(f"; an arrow from {write_number(a)} to {write_number(b)}" for a, b in arrows)
    alt = f"A line from {write_number(low)} to {write_number(high)} with {words}{ways}."
    return Figure(title, alt, caption, [drawn], (_WIDE, base + 30), 1, natural=True)


def _draw_line(plot: Plot, base: float) -> list[Element]:
    low, high = plot.xlim
    (x0, _), (x1, _) = plot.place(low, 0), plot.place(high, 0)
    drawn = [draw_line((x0, base), (x1, base), "axis", 1.5)]
    for tick in choose_ticks(low, high, 6):
        x, _ = plot.place(tick, 0)
        drawn.append(draw_line((x, base), (x, base + 6), "axis", 1))
        drawn.append(
            write_text((x, base + 22), f"{tick:g}".replace("-", "−"), "muted", TICK, "middle")
        )
    return drawn


def _assign_rows(points: Mapping[str, float], low: float, high: float) -> dict[str, int]:
    """Return for each name the row in which it meets no other one, the lowest that is free."""
    scale = (_WIDE - 2 * _EDGE) / (high - low)
    ends: list[float] = []
    rows = {}
    for name, value in sorted(points.items(), key=lambda pair: pair[1]):
        half = _LETTER * len(name) / 2 + 4
        left, right = value * scale - half, value * scale + half
        row = next((i for i, end in enumerate(ends) if end <= left), len(ends))
        ends[row : row + 1] = [right]
        rows[name] = row
    return rows
