"""Marks that scripts move, as paths: arrows of steps, past positions, and what leaves a frame."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.show.drawing.svg import Element
from backprop.show.live.sketch import Sketch, colour

__all__ = [
    "NOTHING",
    "add_path",
    "cut_line",
    "write_arrow",
    "write_circle",
    "write_circles",
    "write_lines",
]

#: The path of what is not seen.
NOTHING = "M0 0"

Point = tuple[float, float]
Box = tuple[float, float, float, float]


def add_path(sketch: Sketch, name: str, d: str, **looks: str) -> None:
    """Add a path with a name to a sketch: `fill` and `stroke` are colours of the palette."""
    painted = {
        key.replace("_", "-"): colour(value) if key in ("fill", "stroke") else value
        for key, value in {"fill": "none", **looks}.items()
        if value != "none"
    }
    sketch.elements.append(Element("path", {"data-n": name, "d": d, "fill": "none", **painted}))


def write_arrow(tail: Point, tip: Point, width: float) -> str:
    """Write an arrow as the path of one filled shape: its head is never longer than itself.

    Examples
    --------
    >>> write_arrow((0, 0), (20, 0), 2)
    'M0 1L11.8 1L11.8 4.3L20 0L11.8 -4.3L11.8 -1L0 -1Z'
    """
    across, down = tip[0] - tail[0], tip[1] - tail[1]
    length = math.hypot(across, down)
    if length < 0.5:  # too short to have a direction
        return NOTHING
    x, y = across / length, down / length
    neck, half, wing = length - min(5 + 1.6 * width, length), width / 2, 2.5 + 0.9 * width
    places = [(0, half), (neck, half), (neck, wing), (length, 0)]
    places += [(neck, -wing), (neck, -half), (0, -half)]
    points = [
        f"{_round(tail[0] + x * ahead - y * aside)} {_round(tail[1] + y * ahead + x * aside)}"
        for ahead, aside in places
    ]
    return f"M{'L'.join(points)}Z"


def write_circle(middle: Point, radius: float) -> str:
    """Write a circle of four arcs, against the clock: in a box written with it, it is a hole.

    Examples
    --------
    >>> write_circle((10, 10), 10)
    'M20 10C20 4.5 15.5 0 10 0C4.5 0 0 4.5 0 10C0 15.5 4.5 20 10 20C15.5 20 20 15.5 20 10Z'
    """
    k = 0.5523 * radius
    left, right, x = middle[0] - radius, middle[0] + radius, middle[0]
    top, bottom, y = middle[1] - radius, middle[1] + radius, middle[1]
    arcs = [
        ((right, y - k), (x + k, top), (x, top)),
        ((x - k, top), (left, y - k), (left, y)),
        ((left, y + k), (x - k, bottom), (x, bottom)),
        ((x + k, bottom), (right, y + k), (right, y)),
    ]
    written = ["C" + " ".join(f"{_round(a)} {_round(b)}" for a, b in arc) for arc in arcs]
    return f"M{_round(right)} {_round(y)}{''.join(written)}Z"


def write_circles(points: Sequence[Point]) -> str:
    """Write past positions as circles that shrink with their age: the last point is the newest.

    Examples
    --------
    >>> write_circles([(10, 10), (30, 10)]).startswith("M14.5 10C")
    True
    """
    newest = len(points) - 1
    circles = [write_circle(at, max(2.0, 5 - 0.5 * (newest - k))) for k, at in enumerate(points)]
    return "".join(circles) or NOTHING


def write_lines(points: Sequence[Point]) -> str:
    """Write a line through points.

    Examples
    --------
    >>> write_lines([(0, 0), (2.04, 1)])
    'M0 0L2 1'
    """
    return f"M{'L'.join(f'{_round(x)} {_round(y)}' for x, y in points)}"


def cut_line(tail: Point, tip: Point, box: Box) -> Point:
    """Return where a line that begins within a box ends or leaves it.

    Parameters
    ----------
    tail, tip : tuple of float
    box : tuple of float
        Left, top, right and bottom.

    Examples
    --------
    >>> cut_line((5, 5), (25, 5), (0, 0, 10, 10))
    (10.0, 5.0)
    """
    share = 1.0
    for start, end, low, high in (
        (tail[0], tip[0], box[0], box[2]),
        (tail[1], tip[1], box[1], box[3]),
    ):
        edge = min(max(end, low), high)
        if edge != end:
            share = min(share, (edge - start) / (end - start))
    return tail[0] + share * (tip[0] - tail[0]), tail[1] + share * (tip[1] - tail[1])


def _round(place: float) -> str:
    return f"{math.floor(10 * place + 0.5) / 10:g}"
