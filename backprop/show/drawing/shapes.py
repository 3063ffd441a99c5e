"""Shapes that pictures are made of where matplotlib adds nothing: lines, circles, arrows, text."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from backprop.page import PALETTE
from backprop.show.drawing.sentences import LARGEST, format_number
from backprop.show.drawing.svg import Element, Shape, write_colour, write_minus_signs, write_tenths

__all__ = [
    "LABEL",
    "TICK",
    "draw_arrow",
    "draw_circle",
    "draw_curve",
    "draw_dot",
    "draw_line",
    "draw_rectangle",
    "measure_width",
    "paint",
    "space_places",
    "write_number",
    "write_text",
]

#: Sizes of text in pixels: what names things, and what stands at ticks.
LABEL, TICK = 14, 12
_ROUND = 0.5523  # of the radius: where a quarter of a circle has its handles, as a cubic curve

Point = tuple[float, float]


def paint(name: str) -> str:
    """Return a colour of the palette as SVG has it, which follows light and dark.

    Examples
    --------
    >>> paint("value")
    'var(--bp-value,#0a66b0)'
    """
    return write_colour(PALETTE[name].light)


def measure_width(size: float, largest: float = 5.325) -> float:
    """Return how wide the line of a weight or a gradient is: by the root of its size, 1 to 6 px.

    Parameters
    ----------
    size : float
        Of any sign.
    largest : float
        The size of the widest lines, 6 px; without it, as where scripts move lines.

    Examples
    --------
    >>> measure_width(0.0, 4.0), measure_width(1.0, 4.0), measure_width(-4.0, 4.0)
    (1.0, 3.0, 6.0)
    """
    return min(6.0, max(1.0, 6 * math.sqrt(abs(size) / largest)))


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def write_number(value: float) -> str:
    """Write a number as sentences do, or with a power of ten where it is tiny or huge.

    Examples
    --------
    >>> write_number(-1.2249), write_number(0), write_number(12345.0), write_number(1.2)
    ('−1.22', '0', '12345', '1.20')
    >>> write_number(0.000012345)
    '1.23·10⁻⁵'
    """
    if value == 0 or 1e-4 <= abs(value) < LARGEST:
        return format_number(value)
    digits, power = f"{value:.2e}".split("e")
    return write_minus_signs(digits) + "·10" + str(int(power)).translate(_RAISED)


def make_shape(commands: str, points: Iterable[Point]) -> Shape:
    """Return a path through points, which are rounded to tenths of a pixel."""
    xs, ys = zip(*points, strict=True)
    return Shape(commands, tuple(round(10 * x) for x in xs), tuple(round(10 * y) for y in ys))


def draw_curve(
    points: Sequence[Point], colour: str, width: float = 2.5, **attributes: str
) -> Element:
    """Draw a line through points; further attributes as SVG has them, with underscores.

    Examples
    --------
    >>> draw_curve([(0, 0), (5, 2.5)], "value").write()[:21]
    '<path stroke="var(--b'
    """
    looks = {
        "stroke": paint(colour),
        "stroke-width": f"{width:.3g}",
        "stroke-linecap": "round",
        **_hyphenate(attributes),
    }
    return Element("path", looks, make_shape("M" + "L" * (len(points) - 1), points))


def draw_line(start: Point, end: Point, colour: str, width: float = 1, **more: str) -> Element:
    """Draw a straight line between two points."""
    return draw_curve([start, end], colour, width, **{"stroke-linecap": "butt", **more})


def draw_dot(at: Point, colour: str, size: float = 10, **attributes: str) -> Element:
    """Draw a filled dot with a diameter in pixels."""
    looks = {
        "stroke": paint(colour),
        "stroke-width": f"{size:.3g}",
        "stroke-linecap": "round",
        **_hyphenate(attributes),
    }
    return Element("path", looks, make_shape("o", [at]))


def draw_circle(
    at: Point, radius: float, colour: str, width: float = 1.5, fill: str = "surface", **more: str
) -> Element:
    """Draw a circle with a line around it; ``fill="none"`` leaves it empty."""
    (x, y), r, k = at, radius, _ROUND * radius
    points = [
        (x + r, y),
        *((x + r, y + k), (x + k, y + r), (x, y + r)),
        *((x - k, y + r), (x - r, y + k), (x - r, y)),
        *((x - r, y - k), (x - k, y - r), (x, y - r)),
        *((x + k, y - r), (x + r, y - k), (x + r, y)),
    ]
    looks = {
        "fill": fill if fill == "none" else paint(fill),
        "stroke": paint(colour),
        "stroke-width": f"{width:.3g}",
        **_hyphenate(more),
    }
    return Element("path", looks, make_shape("MCCCCZ", points))


def draw_rectangle(
    corner: Point, size: tuple[float, float], fill: str, stroke: str = "none", **more: str
) -> Element:
    """Draw a rectangle from its upper left corner; its stroke lies on its edge."""
    (x, y), (width, height) = corner, size
    points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    looks = {
        "fill": fill if fill == "none" else paint(fill),
        "stroke": stroke if stroke == "none" else paint(stroke),
        **_hyphenate(more),
    }
    return Element("path", looks, make_shape("MLLLZ", points))


def draw_arrow(start: Point, end: Point, colour: str, width: float = 2, **more: str) -> Element:
    """Draw an arrow as one filled shape: its head is at the end, and never longer than itself."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    if length < 0.05:  # too short to have a direction
        return Element("path", {"fill": paint(colour), **_hyphenate(more)},
                       make_shape("MLLLLLLZ", [start] * 7))  # fmt: skip
    along = ((x1 - x0) / length, (y1 - y0) / length)
    head = min(5 + 1.6 * width, length)
    half, wing = width / 2, 2.5 + 0.9 * width

    def place(forward: float, aside: float) -> Point:
        return (
            x0 + along[0] * forward - along[1] * aside,
            y0 + along[1] * forward + along[0] * aside,
        )

    neck = length - head
    points = [
        place(0, half), place(neck, half), place(neck, wing), place(length, 0),
        place(neck, -wing), place(neck, -half), place(0, -half),
    ]  # fmt: skip
    looks = {"fill": paint(colour), **_hyphenate(more)}
    return Element("path", looks, make_shape("MLLLLLLZ", points))


def write_text(
    at: Point,
    text: str,
    colour: str = "ink",
    size: float = LABEL,
    anchor: str = "start",
    **more: str,
) -> Element:
    """Write text from, around or up to a point on its base line.

    Narrow pages enlarge it through the variable ``--bp-text``; see ``figure.css``.
    """
    looks = {
        "x": write_tenths(round(10 * at[0])),
        "y": write_tenths(round(10 * at[1])),
        "style": f"font-size:calc({size:g}px*var(--bp-text,1))",
        "fill": paint(colour),
        **_hyphenate(more),
    }
    if anchor != "start":
        looks["text-anchor"] = anchor
    return Element("text", looks, text=text)


def space_places(places: Sequence[float], floor: float, least: float = 17.0) -> list[float]:
    """Move places apart, so that names at them do not cover each other; none is below a floor.

    Examples
    --------
    >>> space_places([10.0, 50.0, 12.0], 100.0)
    [10.0, 50.0, 27.0]
    """
    order = sorted(range(len(places)), key=lambda k: places[k])
    spaced = list(places)
    for before, k in itertools.pairwise(order):
        spaced[k] = max(spaced[k], spaced[before] + least)
    over = max(0.0, spaced[order[-1]] - floor)
    return [place - over for place in spaced]


def _hyphenate(attributes: dict[str, str]) -> dict[str, str]:
    return {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
