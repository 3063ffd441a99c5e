"""A network as a picture: circles with their own curve inside, lines as wide as their weights."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from backprop.show.drawing.shapes import (
    TICK,
    draw_arrow,
    draw_circle,
    draw_curve,
    draw_dot,
    draw_line,
    measure_width,
    write_number,
    write_text,
)
from backprop.show.drawing.svg import Element
from backprop.show.explorers.computed import Floats
from backprop.show.networks.structure import Network, Weight

__all__ = ["MOST_UNITS", "RADIUS", "Diagram", "SharedScale"]

#: More units of a layer are folded: the first and the last ones are shown.
MOST_UNITS = 8
RADIUS = 24.0  # px of a unit
_LINE = 144.0  # px of a level line between two units
_ROW = 104.0  # px from unit to unit
_CROWDED = 66.0  # px, where lines carry no numbers
_APART = 22.0  # px between a folded layer's last unit and those before it, besides
_EDGE = 12.0  # px around all
_MOST_LABELS = 4  # lines between two layers: with more their names would lie on each other
_LINE_OF_TEXT = 19.0  # px between two lines of words: enough for the larger text of phones
_NUMBER_OUTWEIGHS = 14.0  # px by which the middle of a name and its number is left of their gap
_ASIDE = 22.0  # px by which biases of the last units stand aside
_CURVE = 25  # points of a unit's curve

Point = tuple[float, float]


class SharedScale(NamedTuple):
    """What the pictures of one figure share, so that they can be compared.

    Attributes
    ----------
    weight, gradient : float
        Sizes that are drawn 6 px wide.
    over : tuple of float
        The range of x over which units show their curve.
    ranges : tuple of tuple of float
        The lowest and highest value of each unit after the inputs, layer by layer.
    """

    weight: float
    gradient: float
    over: tuple[float, float]
    ranges: tuple[tuple[float, float], ...]

    @classmethod
    def fit(cls, networks: Sequence[Network], over: tuple[float, float]) -> SharedScale:
        """Return the scale in which all of some networks can be drawn."""
        weights = [abs(w.value) for net in networks for w in net.weights]
        parameters = [w for net in networks for w in (*net.weights, *net.biases)]
        slopes = [abs(w.gradient) for w in parameters if w.gradient is not None]
        ranges: list[tuple[float, float]] = []
        if len(networks[0].inputs) == 1:
            grid = np.linspace(*over, _CURVE)
            each = [np.hstack(net.compute(grid)[1:]) for net in networks]
            low, high = np.min(each, axis=(0, 1)), np.max(each, axis=(0, 1))
            ranges = list(zip(low.tolist(), high.tolist(), strict=True))
        return cls(max(weights) or 1.0, max(slopes, default=0.0) or 1.0, over, tuple(ranges))


@dataclass(frozen=True)
class Diagram:
    """How a network is drawn.

    Attributes
    ----------
    network : Network
        What is drawn.
    scale : SharedScale
        How wide lines are, and what curves reach.
    x : tuple of float
        Where units stand: a dot on the curve of each of them for each of these.
    gradients : bool
        Whether gradients are drawn, against the flow.
    room : float
        Pixels that each gap between two layers has more than it needs.
    """

    network: Network
    scale: SharedScale
    x: tuple[float, ...] = ()
    gradients: bool = False
    room: float = 0.0

    @cached_property
    def shown(self) -> list[list[int]]:
        """Return which units of each layer are shown, by their places in it."""
        return [
            list(range(width)) if width <= MOST_UNITS else [0, 1, 2, width - 1]
            for width in self.network.widths
        ]

    @cached_property
    def labelled(self) -> bool:
        """Return whether lines and units carry names and numbers."""
        counts = [len(a) * len(b) for a, b in itertools.pairwise(self.shown)]
        return max(counts) <= _MOST_LABELS

    @property
    def folded(self) -> int:
        """Return how many units are not shown."""
        return sum(self.network.widths) - sum(map(len, self.shown))

    @cached_property
    def _row(self) -> float:
        if not self.labelled:
            return _CROWDED
        return _ROW + _LINE_OF_TEXT * self.gradients + 20 * any(self._crossed)

    @cached_property
    def _crossed(self) -> list[bool]:
        """Return between which layers lines cross."""
        return [min(len(a), len(b)) > 1 for a, b in itertools.pairwise(self.shown)]

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height of the picture in pixels."""
        layers, rows = len(self.shown), max(map(len, self.shown))
        gap = 2 * RADIUS + _LINE + self.room
        below = (20 + _LINE_OF_TEXT * self.gradients) if self.labelled else 0
        return (
            2 * (_EDGE + RADIUS) + (layers - 1) * gap + self._right,
            2 * (_EDGE + RADIUS) + (rows - 1) * self._row + below + 22 + _APART * bool(self.folded),
        )

    @property
    def _right(self) -> float:
        """Pixels more at the right, for the numbers under the last units."""
        more = 20.0 + _ASIDE * self._crossed[-1]
        return more * (self.labelled and bool(self.network.stages[-1].biases))

    @cached_property
    def centres(self) -> list[list[Point]]:
        """Where the middle of each shown unit is, layer by layer."""
        width, height = self.size
        below = (20 + _LINE_OF_TEXT * self.gradients) if self.labelled else 0
        middle = (height - below + 22) / 2
        ends = _EDGE + RADIUS, width - _EDGE - RADIUS - self._right
        across = np.linspace(*ends, len(self.shown))
        return [
            list(self._stack_units(float(x), middle, len(units), units[-1] >= len(units)))
            for x, units in zip(across, self.shown, strict=True)
        ]

    def _stack_units(self, x: float, middle: float, count: int, folded: bool) -> Iterator[Point]:
        """Yield the middle of each unit of a layer; the last of a folded one stands apart."""
        for k in range(count):
            y = middle + (k - (count - 1) / 2) * self._row
            yield x, y + (_APART / 2 if k == count - 1 else -_APART / 2) * folded

    def draw(self) -> list[Element]:
        """Draw the network from back to front: lines, units, names and numbers."""
        return [*self._draw_lines(), *self._draw_units(), *self._draw_words()]

    # -- lines ---------------------------------------------------------------------------------

    def _list_lines(self) -> Iterator[tuple[Point, Point, Weight, float]]:
        """Yield where each line begins and ends, its weight, and on which side is outside."""
        for k, stage in enumerate(self.network.stages):
            middle = sum(y for _, y in self.centres[k]) / len(self.centres[k])
            for i, start in zip(self.shown[k], self.centres[k], strict=True):
                for j, end in zip(self.shown[k + 1], self.centres[k + 1], strict=True):
                    lies = (start[1] + end[1]) / 2
                    yield start, end, stage.weights[i][j], 1.0 if lies > middle + 1 else -1.0

    def _draw_lines(self) -> Iterator[Element]:
        for start, end, weight, side in self._list_lines():
            a, b = _cut(start, end)
            width = measure_width(weight.value, self.scale.weight)
            dashes = {"stroke_dasharray": "9 6"} if weight.value < 0 else {}
            marks = {"data_part": "weight", "data_name": weight.name}
            yield draw_line(a, b, "value", width, **marks, **dashes)
            if self.gradients:
                yield self._draw_gradient(a, b, weight, side)

    def _draw_gradient(self, a: Point, b: Point, weight: Weight, side: float) -> Element:
        """Draw the arrow of a gradient, beside its line and against the flow."""
        size = weight.gradient or 0.0
        width = measure_width(size, self.scale.gradient) if size else 0.0
        away = -side * (4 + measure_width(weight.value, self.scale.weight) / 2 + width / 2)
        along = _unit(a, b)
        aside = (along[1] * away, -along[0] * away)
        aside = aside if aside[1] * away >= 0 else (-aside[0], -aside[1])
        tail, tip = (_between(a, b, share) for share in (0.8, 0.2))
        tail, tip = ((x + aside[0], y + aside[1]) for x, y in (tail, tip))
        if not size:
            tail = tip
        return draw_arrow(tail, tip, "gradient", width, data_part="gradient", data_name=weight.name)

    # -- units ---------------------------------------------------------------------------------

    @cached_property
    def _curves(self) -> list[Floats]:
        """What the units of each layer hold along x, if there is one x."""
        if len(self.network.inputs) > 1:
            return []
        return self.network.compute(np.linspace(*self.scale.over, _CURVE))

    @cached_property
    def _places(self) -> list[Floats]:
        return self.network.compute(self.x) if self.x and self._curves else []

    def _draw_units(self) -> Iterator[Element]:
        first = 0  # number of the layer's first unit, inputs not counted
        for k, (units, centres) in enumerate(zip(self.shown, self.centres, strict=True)):
            for j, centre in zip(units, centres, strict=True):
                yield draw_circle(centre, RADIUS, "axis" if k == 0 else "ink")
                if k and self._curves:
                    yield from self._draw_unit_curve(k, j, centre, self.scale.ranges[first + j])
            if k:
                first += self.network.widths[k]

    def _draw_unit_curve(
        self, k: int, j: int, centre: Point, reach: tuple[float, float]
    ) -> Iterator[Element]:
        """Draw the curve of a unit over x inside of it, and dots where it stands."""
        (low, high), (left, right) = reach, self.scale.over
        tall, half = (high - low) or 1.0, RADIUS * 0.66

        def place(x: float, y: float) -> Point:
            share = min(1.0, max(0.0, (y - low) / tall))
            return (
                centre[0] + half * (2 * (x - left) / (right - left) - 1),
                centre[1] - half * (2 * share - 1),
            )

        grid, ys = self._curves[0][:, 0], self._curves[k][:, j]
        marks = {"data_part": "curve", "data_name": f"{k}.{j}"}
        points = [place(x, y) for x, y in zip(grid.tolist(), ys.tolist(), strict=True)]
        yield draw_curve(points, "value", 2.2, **marks)
        for at, row in zip(self.x, self._places[k] if self._places else (), strict=False):
            yield draw_dot(place(at, float(row[j])), "ink", 6)

    # -- words ---------------------------------------------------------------------------------

    def _draw_words(self) -> Iterator[Element]:
        for name, (x, y) in zip(
            (self.network.inputs[i] for i in self.shown[0]), self.centres[0], strict=True
        ):
            yield write_text((x, y + 5), name, "ink", 16, "middle", font_style="italic")
        for k, stage in enumerate(self.network.stages, 1):
            x, top = self.centres[k][0]
            if not self._curves and stage.biases:  # the circles are empty: a unit's name fits in
                for j, (middle, y) in zip(self.shown[k], self.centres[k], strict=True):
                    name = f"a{stage.biases[j].name[1:]}"
                    yield write_text(
                        (middle, y + 5), name, "ink", 16, "middle", font_style="italic"
                    )
            if stage.activation:
                yield write_text((x, top - RADIUS - 8), stage.activation, "muted", TICK, "middle")
            if (hidden := stage.width - len(self.shown[k])) > 0:
                (_, y0), (_, y1) = self.centres[k][-2:]
                yield write_text((x, (y0 + y1) / 2 + 5), f"{hidden} more", "muted", TICK, "middle")
            if self.labelled:
                for j, centre in zip(self.shown[k], self.centres[k], strict=True):
                    if stage.biases:
                        # Away from the edge, if no line comes from below.
                        alone = k == len(self.network.stages) and not self._crossed[-1]
                        aside = _ASIDE if alone else 0
                        at = (centre[0] - aside, centre[1] + RADIUS + 18)
                        yield from self._write_weight(at, stage.biases[j], "bias", 1.0)
        if self.labelled:
            yield from self._write_lines()

    def _write_lines(self) -> Iterator[Element]:
        """Write name and number of each line on its outer side."""
        layers = [
            k for k in range(len(self.network.stages))
            for _ in range(len(self.shown[k]) * len(self.shown[k + 1]))
        ]  # fmt: skip
        last = len(self.network.stages) - 1  # below its lines stand the biases of the last units
        for k, (start, end, weight, side) in zip(layers, self._list_lines(), strict=True):
            across = self._crossed[k] and start[1] != end[1]
            x, y = _between(*_cut(start, end), 0.4 if side > 0 and k == last else 0.5)
            steep = abs(end[1] - start[1]) / max(1.0, abs(end[0] - start[0]))
            down = side * (11 + 30 * steep) + (9 if side > 0 else -2)
            if across:  # its outer side is where no line is: below the upper level line, or above
                falls = end[1] > start[1]
                x, side = x - _NUMBER_OUTWEIGHS, -1.0 if falls else 1.0
                y, down = (start[1], 22.0) if falls else (start[1], -10.0)
                y -= _LINE_OF_TEXT * self.gradients * (not falls)
            yield from self._write_weight((x, y + down), weight, "weight", 1.0 if across else side)

    def _write_weight(self, at: Point, weight: Weight, part: str, side: float) -> Iterator[Element]:
        """Write a name in italics and a number, around a point; the gradient one line further."""
        x, y = at
        if self.gradients and side < 0:
            y -= _LINE_OF_TEXT
        name, number = weight.name, write_number(weight.value)
        yield write_text((x - 6, y), name, "ink", anchor="end", font_style="italic")
        yield write_text((x - 1, y), number, "value", data_part=f"{part}-number", data_name=name)
        if self.gradients and weight.gradient is not None:
            text = write_number(weight.gradient)
            yield write_text(
                (x - 1, y + _LINE_OF_TEXT),
                text,
                "gradient",
                data_part=f"{part}-gradient",
                data_name=name,
            )


def _unit(a: Point, b: Point) -> Point:
    length = math.dist(a, b)
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])


def _cut(start: Point, end: Point) -> tuple[Point, Point]:
    """Return where a line between two units leaves the one and meets the other."""
    along = _unit(start, end)
    reach = RADIUS + 1
    return (
        (start[0] + reach * along[0], start[1] + reach * along[1]),
        (end[0] - reach * along[0], end[1] - reach * along[1]),
    )
