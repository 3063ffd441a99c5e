"""Where the boxes and lines of a computational graph go: in layers, from left to right.

The classic method (K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of
hierarchical system structures", 1981) in four steps: put every box into a layer, choose the order
within the layers that crosses the fewest lines (ordering.py), choose the heights that bend them
least, and draw. Libraries that do this know neither labels on lines nor where at a box a line ends,
and weigh more than this file.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from backprop.show.graphs.ordering import Layers, order_layers

__all__ = ["Box", "Layout", "Line", "lay_out", "turn_size"]

#: Between boxes of a layer, around the whole, and between what arrives at one box.
GAP, MARGIN, BETWEEN = 16.0, 6.0, 4.0
# The least height of what arrives at a box, and the room beside a label: for the arrowhead.
_ARRIVAL, _BESIDE = 15.0, 18.0
# Room in which the lines from one layer to the next bend, at least and at most.
_BEND, _WIDEST_BEND = 26.0, 90.0
# Sweeps until heights stand still, and what is straightened.
_SWEEPS, _NEARLY = 100, 8.0

Size = tuple[float, float]


def turn_size(size: Size) -> Size:
    """Exchange what lies across and what lies upright."""
    return size[1], size[0]


@dataclass(frozen=True)
class Box:
    """Position and size of a box, in pixels; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """The way of a line, in pixels.

    Attributes
    ----------
    corners : tuple of (float, float)
        Level pieces from the first point to the second, from the third to the fourth and so on,
        joined by bends.
    label : tuple of float
        The middle of its label, on the last level piece.
    """

    corners: tuple[tuple[float, float], ...]
    label: tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """Boxes and lines in the order in which they were given, and the size of the whole."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float

    def transpose(self) -> Layout:
        """Turn a graph from left to right into one from top to bottom."""
        boxes = (Box(box.y, box.x, box.height, box.width) for box in self.boxes)
        lines = (
            Line(tuple(map(turn_size, line.corners)), turn_size(line.label)) for line in self.lines
        )
        return Layout(tuple(boxes), tuple(lines), self.height, self.width)


def lay_out(
    sizes: Sequence[Size], edges: Sequence[tuple[int, int]], labels: Sequence[Size]
) -> Layout:
    """Lay out a graph from left to right.

    Parameters
    ----------
    sizes : sequence of (float, float)
        Width and height of each box, which becomes higher where more arrives than it has room for.
        Arguments come before what is made of them, and everything leads to the last box.
    edges : sequence of (int, int)
        From which box to which, in the order of the arguments.
    labels : sequence of (float, float)
        Width and height of the label of each edge; (0, 0) for none.

    Examples
    --------
    >>> layout = lay_out([(40, 20), (40, 20), (40, 20)], [(0, 2), (1, 2)], [(0, 0), (0, 0)])
    >>> [(box.x, box.y) for box in layout.boxes]
    [(6.0, 6.0), (6.0, 42.0), (90.0, 15.0)]
    """
    graph = Layers(len(sizes), edges)
    order = order_layers(graph)
    ends, high = _place_arrivals(graph, order, [height for _, height in labels])
    sizes = [
        (_round_up(width), _round_up(max(height, least)))
        for (width, height), least in zip(sizes, high, strict=True)
    ]
    return _place_lines(graph, _choose_heights(graph, order, ends, sizes), ends, sizes, labels)


# -- heights ---------------------------------------------------------------------------------------


def _round_up(length: float) -> float:
    """Round up, so that halves are whole pixels, too."""
    return 2.0 * math.ceil(length / 2)


def _place_arrivals(
    graph: Layers, order: Sequence[Sequence[int]], labels: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Return how far from the middle of its last box each line ends, and how high boxes must be."""
    place = {point: i for points in order for i, point in enumerate(points)}
    lines: dict[int, list[int]] = {}
    for number, chain in enumerate(graph.chains):
        lines.setdefault(chain[-1], []).append(number)
    ends, high = [0.0] * len(graph.chains), [0.0] * graph.boxes
    for box, arriving in lines.items():
        arriving.sort(key=lambda line: place[graph.chains[line][-2]])
        heights = [max(labels[line], _ARRIVAL) + BETWEEN for line in arriving]
        high[box] = sum(heights)
        for line, below, height in zip(
            arriving, itertools.accumulate(heights), heights, strict=True
        ):
            ends[line] = below - height / 2 - high[box] / 2
    return ends, high


def _choose_heights(
    graph: Layers,
    order: Sequence[Sequence[int]],
    ends: Sequence[float],
    sizes: Sequence[Size],
) -> list[float]:
    """Return the height of every point's middle: near its neighbours, without touching others."""
    tall = [height for _, height in sizes] + [0.0] * (len(graph.layer) - len(sizes))
    # What pulls at a point: a neighbour, how far from its middle, and how hard. Long lines pull
    # hardest, so that they run straight.
    pulls: list[dict[tuple[int, float], float]] = [{} for _ in graph.layer]
    for chain, end in zip(graph.chains, ends, strict=True):
        for left, right in itertools.pairwise(chain):
            hard = (1.0, 3.0, 12.0)[(left >= graph.boxes) + (right >= graph.boxes)]
            offset = end if right == chain[-1] else 0.0
            pulls[left][right, offset] = pulls[right][left, -offset] = hard
    gaps = [
        [(tall[a] + tall[b]) / 2 + GAP for a, b in itertools.pairwise(points)] for points in order
    ]
    middle = [0.0] * len(graph.layer)
    for points, between in zip(order, gaps, strict=True):
        ys = [0.0, *itertools.accumulate(between)]
        for point, y in zip(points, ys, strict=True):
            middle[point] = y - ys[-1] / 2
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        for layer in range(len(order)) if forth else range(len(order) - 1, -1, -1):
            wanted, weights = [], []
            for point in order[layer]:
                beside = layer - 1 if forth else layer + 1
                near = [pull for pull in pulls[point].items() if graph.layer[pull[0][0]] == beside]
                if sweep > _SWEEPS / 4 or not near:  # later, both sides have a say
                    near = [*pulls[point].items()]
                weight = sum(hard for _, hard in near)
                total = sum(hard * (middle[other] + offset) for (other, offset), hard in near)
                wanted.append(total / weight if weight else middle[point])
                weights.append(weight or 1.0)
            for point, y in zip(
                order[layer], _move_apart(wanted, weights, gaps[layer]), strict=True
            ):
                middle[point] = y
    _straighten(graph, order, gaps, pulls, middle)
    top = min(y - height / 2 for y, height in zip(middle, tall, strict=True))
    return [float(round(y - top + MARGIN)) for y in middle]


def _straighten(
    graph: Layers,
    order: Sequence[Sequence[int]],
    gaps: Sequence[Sequence[float]],
    pulls: Sequence[dict[tuple[int, float], float]],
    middle: list[float],
) -> None:
    """Let lines run level that nearly do, and long ones as far as their neighbours leave room."""
    above: dict[int, tuple[int, float]] = {}
    below: dict[int, tuple[int, float]] = {}
    for points, between in zip(order, gaps, strict=True):
        for (a, b), gap in zip(itertools.pairwise(points), between, strict=True):
            above[b], below[a] = (a, gap), (b, -gap)

    def room(point: int) -> tuple[float, float]:
        ends = ((above, -math.inf), (below, math.inf))
        high, low = (
            middle[side[point][0]] + side[point][1] if point in side else end for side, end in ends
        )
        return high, low

    runs: dict[int, dict[int, None]] = {}
    for chain in graph.chains:
        runs.setdefault(chain[0], {}).update(dict.fromkeys(chain[1:-1]))
    for run in runs.values():
        level: list[int] = []
        high, low = -math.inf, math.inf
        for point in run:
            high, low = max(high, room(point)[0]), min(low, room(point)[1])
            if high > low:  # no height suits all: those before keep theirs, a new level begins
                level, (high, low) = [], room(point)
            level.append(point)
            mean = sum(middle[each] for each in level) / len(level)
            for each in level:
                middle[each] = min(max(mean, high), low)
    for points in reversed(order):
        for point in points:
            right = [p for p in pulls[point] if graph.layer[p[0]] > graph.layer[point]]
            if point < graph.boxes and len(right) == 1:
                level_at = middle[right[0][0]] + right[0][1]
                high, low = room(point)
                if abs(level_at - middle[point]) <= _NEARLY and high <= level_at <= low:
                    middle[point] = level_at


def _move_apart(wanted: list[float], weights: list[float], gaps: list[float]) -> list[float]:
    """Move points as little as possible until each is a gap below the one before.

    Without the gaps this is isotonic regression: whoever stands too high merges with the one before
    into a group, which stands at the group's mean.

    Examples
    --------
    >>> _move_apart([5.0, 5.0, 30.0], [1.0, 1.0, 1.0], [10.0, 10.0])
    [0.0, 10.0, 30.0]
    """
    shift = [0.0, *itertools.accumulate(gaps)]
    groups: list[tuple[float, float, int]] = []  # mean, weight, how many
    for y, weight, down in zip(wanted, weights, shift, strict=True):
        mean, count = y - down, 1
        while groups and groups[-1][0] > mean:
            other, heavy, many = groups.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, count = weight + heavy, count + many
        groups.append((mean, weight, count))
    means = [mean for mean, _, count in groups for _ in range(count)]
    return [mean + down for mean, down in zip(means, shift, strict=True)]


# -- drawing ---------------------------------------------------------------------------------------


def _place_lines(
    graph: Layers,
    middle: Sequence[float],
    ends: Sequence[float],
    sizes: Sequence[Size],
    labels: Sequence[Size],
) -> Layout:
    wide = [
        max([0.0, *(sizes[p][0] for p in points if p < graph.boxes)]) for points in graph.points
    ]
    ways = [
        [*(middle[point] for point in chain[:-1]), middle[chain[-1]] + end]
        for chain, end in zip(graph.chains, ends, strict=True)
    ]
    # Room for bends and labels in front of each layer, and where each layer begins.
    bend, room = [0.0] * len(wide), [0.0] * len(wide)
    for chain, ys, (label, _) in zip(graph.chains, ways, labels, strict=True):
        for point, (y, to_y) in zip(chain[1:], itertools.pairwise(ys), strict=True):
            steep = min(max(_BEND, abs(to_y - y) / 4), _WIDEST_BEND)
            bend[graph.layer[point]] = max(bend[graph.layer[point]], _round_up(steep))
        last = graph.layer[chain[-1]]
        room[last] = max(room[last], _round_up(label) + _BESIDE)
    begin, x = [], MARGIN
    for layer, width in enumerate(wide):
        begin.append(x + bend[layer] + room[layer])
        x = begin[-1] + width
    boxes = []
    for box, (width, height) in enumerate(sizes):
        layer = graph.layer[box]
        left = begin[layer] + (wide[layer] - width) / 2
        boxes.append(Box(left, middle[box] - height / 2, width, height))
    lines = []
    for chain, ys, (label, _) in zip(graph.chains, ways, labels, strict=True):
        tail, head = boxes[chain[0]], boxes[chain[-1]]
        corners = [(tail.x + tail.width, ys[0])]
        for point, y in zip(chain[1:], ys[1:], strict=True):
            layer = graph.layer[point]
            corners.append((begin[layer - 1] + wide[layer - 1], corners[-1][1]))
            corners.append((begin[layer] - room[layer], y))
        corners.append((head.x, ys[-1]))
        lines.append(Line(tuple(corners), (head.x - (_BESIDE + label) / 2 - 2, ys[-1])))
    points = [y for line in lines for _, y in line.corners]
    bottom = max([box.y + box.height for box in boxes] + points)
    return Layout(tuple(boxes), tuple(lines), x + MARGIN, bottom + MARGIN)
