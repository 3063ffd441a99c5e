"""Pictures of figures that compute: elements with names, by which a script finds them again."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backprop.page import PALETTE
from backprop.page.html import Content, Markup
from backprop.show.drawing.svg import Element, Shape, write_colour, write_svg

__all__ = [
    "Scale",
    "Sketch",
    "cut_curve",
    "write_arrow",
]

LABEL, TICK = 14, 12  # px
_DASH = "5 4"


@dataclass(frozen=True)
class Scale:
    """From values to places in a picture.

    Parameters
    ----------
    first, last : float
        Values at the ends.
    start, stop : float
        Their places in pixels.

    Examples
    --------
    >>> Scale(0, 2, 100, 0).at(0.5)
    75.0
    """

    first: float
    last: float
    start: float
    stop: float

    def at(self, value: float) -> float:
        """Return where a value lies."""
        share = (value - self.first) / (self.last - self.first)
        return self.start + share * (self.stop - self.start)

    def ends(self) -> list[float]:
        """Return what the script needs to make the same scale."""
        return [self.first, self.last, self.start, self.stop]


def write_arrow(
    begin: tuple[float, float],
    end: tuple[float, float],
    width: float,
    away: float,
    shares: tuple[float, float] = (0.8, 0.2),
) -> list[tuple[float, float]]:
    """Return the points of an arrow beside a line and against its flow: shaft, and then head.

    Parameters
    ----------
    begin, end : tuple of float
        Where the line begins and ends.
    width : float
        How wide the arrow is.
    away : float
        How far from the line: below it, or above if it is negative.
    shares : tuple of float
        Where it begins and ends, as shares of the line.

    Examples
    --------
    >>> write_arrow((0, 0), (100, 0), 2, 6)[:2]
    [(80.0, 6.0), (20.0, 6.0)]
    """
    length = math.hypot(end[0] - begin[0], end[1] - begin[1])
    along = (end[0] - begin[0]) / length, (end[1] - begin[1]) / length
    shift = -along[1] * away, along[0] * away
    tail, tip = (
        (begin[0] + share * (end[0] - begin[0]) + shift[0],
         begin[1] + share * (end[1] - begin[1]) + shift[1])
        for share in shares
    )  # fmt: skip
    size = 4 + width
    sides = [
        (tip[0] + size * along[0] - side * size * along[1] * 0.6,
         tip[1] + size * along[1] + side * size * along[0] * 0.6)
        for side in (1, -1)
    ]  # fmt: skip
    return [tail, tip, sides[0], tip, sides[1]]


def cut_curve(
    xs: Sequence[float], ys: Sequence[float], edges: Scale
) -> tuple[str, list[float], list[float]]:
    """Cut a curve where it leaves what a scale reaches: commands of its path, and its places.

    Examples
    --------
    >>> cut_curve([0, 10, 20], [0, 10, 10], Scale(0, 1, 5, 0))
    ('ML', [0.0, 5.0], [0.0, 5.0])
    """
    low, high = sorted((edges.start, edges.stop))
    commands, places, whole = "", [], False
    for (x1, y1), (x2, y2) in itertools.pairwise(zip(xs, ys, strict=True)):
        rise = (y2 - y1) or 1e-12
        first, last = sorted(((low - y1) / rise, (high - y1) / rise))
        first, last = max(0.0, first), min(1.0, last)
        if not (math.isfinite(rise) and first < last):
            whole = False
            continue
        if not (whole and first == 0):
            commands += "M"
            places.append((x1 + first * (x2 - x1), y1 + first * rise))
        commands += "L"
        places.append((x1 + last * (x2 - x1), y1 + last * rise))
        whole = last == 1
    places = places or [(0.0, 0.0)]
    return commands or "M", [float(x) for x, _ in places], [float(y) for _, y in places]


def colour(name: str) -> str:
    """Return a colour of the palette as it follows light and dark."""
    return write_colour(PALETTE[name].light)


@dataclass
class Sketch:
    """One picture, drawn from back to front; what has a name can be changed by a script.

    Parameters
    ----------
    width, height : float
        In pixels; the page stretches a picture to its width.
    kind : str, optional
        A class: ``"bp-desk"`` for what phones leave out.

    Examples
    --------
    >>> sketch = Sketch(40, 20)
    >>> sketch.text(5, 10, "SSR", name="label", ink="residual")
    >>> sketch.elements[0].attributes["data-n"]
    'label'
    """

    width: float
    height: float
    kind: str = ""
    elements: list[Element] = field(default_factory=list)

    # --- what is drawn ---

    def curve(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        *,
        name: str = "",
        ink: str = "value",
        width: float = 2.5,
        dashed: bool = False,
        opacity: float = 1.0,
        hidden: bool = False,
        commands: str = "",
    ) -> None:
        """Draw a curve through points, or the pieces that :func:`cut_curve` leaves of it."""
        shape = Shape(commands or "M" + "L" * (len(xs) - 1), _tenths(xs), _tenths(ys))
        attributes = {"stroke": colour(ink), "stroke-width": _short(width)}
        if dashed:
            attributes["stroke-dasharray"] = _DASH
        if opacity < 1:
            attributes["opacity"] = _short(opacity)
        self._add("path", name, attributes | _hide(hidden), shape)

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        name: str = "",
        ink: str = "axis",
        width: float = 1.0,
        dashed: bool = False,
        opacity: float = 1.0,
        hidden: bool = False,
    ) -> None:
        """Draw a straight line."""
        look: Any = {"dashed": dashed, "opacity": opacity, "hidden": hidden}
        self.curve([x1, x2], [y1, y2], name=name, ink=ink, width=width, **look)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        name: str = "",
        ink: str = "residual",
        fill: float = 0.16,
        stroke: float = 1.0,
        opacity: float = 1.0,
    ) -> None:
        """Draw a box, tinted by as much as `fill` says."""
        xs, ys = [x, x + width, x + width, x], [y, y, y + height, y + height]
        attributes = {"fill": colour(ink), "fill-opacity": _short(fill)}
        if stroke:
            attributes |= {"stroke": colour(ink), "stroke-width": _short(stroke)}
        if opacity < 1:
            attributes["opacity"] = _short(opacity)
        self._add("path", name, attributes, Shape("MLLLZ", _tenths(xs), _tenths(ys)))

    def dot(
        self,
        x: float,
        y: float,
        size: float,
        *,
        name: str = "",
        ink: str = "ink",
        ring: bool = True,
    ) -> None:
        """Draw a filled dot, with a ring in the colour of the page around it."""
        shape = Shape("o", _tenths([x]), _tenths([y]))
        round_end = {"stroke-linecap": "round"}
        if ring:
            paper = {"stroke": colour("surface"), "stroke-width": _short(size + 4)}
            self._add("path", name and f"{name}-ring", {**paper, **round_end}, shape)
        own = {"stroke": colour(ink), "stroke-width": _short(size)}
        self._add("path", name, {**own, **round_end}, shape)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        name: str = "",
        ink: str = "ink",
        hidden: bool = False,
    ) -> None:
        """Draw a circle of four arcs, filled with the colour of the page."""
        k = 0.5523 * radius
        xs = [x + radius, x + radius, x + k, x, x - k, x - radius, x - radius]
        xs += [x - radius, x - k, x, x + k, x + radius, x + radius]
        ys = [y, y + k, y + radius, y + radius, y + radius, y + k, y]
        ys += [y - k, y - radius, y - radius, y - radius, y - k, y]
        attributes = {"fill": colour("surface"), "stroke": colour(ink), "stroke-width": "1.5"}
        self._add(
            "path", name, attributes | _hide(hidden), Shape("MCCCCZ", _tenths(xs), _tenths(ys))
        )

    def arrow(
        self, points: Sequence[tuple[float, float]], *, name: str, width: float, hidden: bool
    ) -> None:
        """Draw the arrow of a gradient: what :func:`write_arrow` returns."""
        xs, ys = zip(*points, strict=True)
        attributes = {"stroke": colour("gradient"), "stroke-width": _short(width)}
        attributes |= {"stroke-linecap": "round"} | _hide(hidden)
        self._add("path", name, attributes, Shape("MLMLL", _tenths(xs), _tenths(ys)))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        name: str = "",
        ink: str = "ink",
        anchor: str = "start",
        size: float = LABEL,
        bold: bool = False,
        italic: bool = False,
        rim: float = 0.25,
        kind: str = "",
    ) -> None:
        """Write text, with a rim of some em in the colour of the page; `y` is its base line."""
        attributes = {"x": _short(x), "y": _short(y), "fill": colour(ink)}
        attributes["style"] = f"font-size:calc({size}px*var(--bp-text,1))"
        if rim != 0.25:  # that of the style sheet
            attributes["style"] += f";stroke-width:{rim}em" if rim else ";stroke:none"
        if anchor != "start":
            attributes["text-anchor"] = anchor
        if kind:
            attributes["class"] = kind
        if bold:
            attributes["font-weight"] = "600"
        if italic:
            attributes["font-style"] = "italic"
        self._add("text", name, attributes, None, text)

    def axes(
        self,
        x: Scale,
        y: Scale,
        *,
        ticks_x: Sequence[float],
        ticks_y: Sequence[float],
        name_x: str,
        name_y: str,
    ) -> None:
        """Draw two axes with a few ticks; their names stand at their ends."""
        floor, side = max(y.start, y.stop), min(x.start, x.stop)
        self.line(x.start, floor, x.stop, floor)
        for value in ticks_x:
            self.text(
                x.at(value), floor + 16, _tick(value), ink="muted", anchor="middle", size=TICK
            )
        for value in ticks_y:
            self.line(x.start, y.at(value), x.stop, y.at(value), ink="grid")
            self.text(side - 6, y.at(value) + 4, _tick(value), ink="muted", anchor="end", size=TICK)
        self.text(x.stop, floor + 16, name_x, ink="muted", anchor="end", size=TICK)
        self.text(side - 20, min(y.start, y.stop) - 10, name_y, ink="muted", size=TICK)

    # --- what comes of it ---

    def write(self, head: Content = None, **attributes: str) -> Markup:
        """Write the picture as an ``<svg>``."""
        more = {"class": self.kind, **attributes} if self.kind else attributes
        return write_svg(self.elements, (self.width, self.height), head=head, keys=None, **more)

    def _add(
        self, tag: str, name: str, attributes: dict[str, str], shape: Shape | None, text: str = ""
    ) -> None:
        marked = {"data-n": name} if name else {}
        self.elements.append(Element(tag, {**marked, **attributes}, shape, text))


def _tenths(places: Sequence[float]) -> tuple[int, ...]:
    return tuple(math.floor(10 * float(place) + 0.5) for place in places)


def _hide(hidden: bool) -> dict[str, str]:
    return {"display": "none"} if hidden else {}


def _short(number: float) -> str:
    return f"{round(float(number), 2):g}"


def _tick(value: float) -> str:
    return f"{value:g}".replace("-", "−")
