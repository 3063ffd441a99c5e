"""The network of the book with an edge for each line that a reader writes by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import dist
from typing import NamedTuple

from backprop.show.drawing.shapes import (
    LABEL,
    TICK,
    draw_arrow,
    draw_circle,
    draw_curve,
    draw_rectangle,
    write_text,
)
from backprop.show.drawing.svg import Element
from backprop.show.progress_maps.progress_map import (
    ProgressMap,
    colour_when_done,
    make_progress_map,
)

__all__ = ["lines_to_write"]

Point = tuple[float, float]

_SIZE = (640.0, 374.0)
_RADIUS, _WIDE = 23.0, 30.0  # of a circle, and of one with a word in it
_PLACES: dict[str, Point] = {
    "x": (40, 160), "z1": (178, 84), "y1": (312, 84), "z2": (178, 236), "y2": (312, 236),
    "predicted": (470, 160), "SSR": (600, 160),
}  # fmt: skip
_LABELS = {
    "x": "x", "z1": "z₁", "y1": "y₁", "z2": "z₂", "y2": "y₂", "predicted": "pred.", "SSR": "SSR",
}  # fmt: skip
#: Parameters: where each stands, and the node from which its derivative comes.
_PARAMETERS: dict[str, tuple[str, Point, str]] = {
    "w1": ("w₁", (140, 20), "z1"), "b1": ("b₁", (216, 20), "z1"),
    "w2": ("w₂", (140, 300), "z2"), "b2": ("b₂", (216, 300), "z2"),
    "w3": ("w₃", (400, 60), "predicted"), "w4": ("w₄", (400, 260), "predicted"),
    "b3": ("b₃", (500, 60), "predicted"),
}  # fmt: skip


class Edge(NamedTuple):
    """What one line owns: where it leads, in which colour, and how far it is moved aside."""

    start: str
    end: str
    colour: str
    aside: float


#: The edges of each part of the exercise, in the order of its lines.
EDGES: dict[str, tuple[Edge, ...]] = {
    "by_hand/forward_pass": (
        Edge("x", "z1", "value", 0), Edge("z1", "y1", "value", 5),
        Edge("x", "z2", "value", 0), Edge("z2", "y2", "value", -5),
        Edge("y1", "predicted", "value", 5), Edge("y2", "predicted", "value", -5),
    ),
    "by_hand/output_layer": (
        Edge("SSR", "predicted", "gradient", -5),
        Edge("predicted", "w3", "gradient", 0), Edge("predicted", "w4", "gradient", 0),
        Edge("predicted", "b3", "gradient", 0),
    ),
    "by_hand/hidden_layer": (
        Edge("predicted", "y1", "gradient", -5), Edge("y1", "z1", "gradient", -5),
        Edge("predicted", "y2", "gradient", 5), Edge("y2", "z2", "gradient", 5),
        Edge("z1", "w1", "gradient", 0), Edge("z1", "b1", "gradient", 0),
        Edge("z2", "w2", "gradient", 0), Edge("z2", "b2", "gradient", 0),
    ),
    "by_hand/training": (Edge("predicted", "SSR", "value", 5),),
}  # fmt: skip
_ROUND = [(600.0, 187.0), (600.0, 336.0), (40.0, 336.0)]  # the loop, from the SSR back to x
_ALT = (
    "A network from left to right: x, two nodes with z and y, the prediction, the SSR. Blue arrows "
    "run forward, orange ones back, from the SSR to each of the seven parameters; a dark arrow "
    "leads from the end round to the beginning. Each is grey until the function with its line has "
    "passed: forward pass, output layer, hidden layer, training."
)


def lines_to_write(done: Collection[str] = ()) -> ProgressMap:
    """Draw the network that a reader computes by hand: edges are grey until their line is right.

    Parameters
    ----------
    done : collection of str
        What is done, as ``course.progress().finished`` lists it.

    Returns
    -------
    ProgressMap
        Shows itself as the last value of a cell. A page follows what its reader has done.

    Examples
    --------
    >>> print(str(lines_to_write(["by_hand/forward_pass"]))[-13:])
    Done: 1 of 4.
    """
    drawing = [*_draw_edges(done), *_draw_loop(done), *_draw_nodes(), *_draw_parameters()]
    return make_progress_map(
        "Sixteen lines to write",
        _ALT,
        "Blue: forward. Orange: back. The dark arrow: the step, and round again.",
        drawing,
        _SIZE,
        list(EDGES),
        done,
    )


def _draw_edges(done: Collection[str]) -> Iterator[Element]:
    """Draw every edge in grey, and above it in its colour once its task is done."""
    for task, edges in EDGES.items():
        for edge in edges:
            start, end = _cut(edge)
            width = 2.5 if edge.colour == "value" else 2.0
            yield draw_arrow(start, end, "axis", 1.0)
            yield from colour_when_done([draw_arrow(start, end, edge.colour, width)], task, done)


def _draw_loop(done: Collection[str]) -> Iterator[Element]:
    for colour in ("axis", "ink"):
        width = 2.0 if colour == "ink" else 1.0
        drawn = [
            draw_curve(_ROUND, colour, width),
            draw_arrow(_ROUND[-1], (40.0, 187.0), colour, width),
        ]
        yield from (
            drawn if colour == "axis" else colour_when_done(drawn, "by_hand/training", done)
        )
    at = (320.0, 364.0)
    yield write_text(at, "step: all seven at once, and round again", "muted", TICK, "middle")


def _draw_nodes() -> Iterator[Element]:
    for name, at in _PLACES.items():
        if name == "SSR":
            corner = (at[0] - _RADIUS, at[1] - _RADIUS)
            yield draw_rectangle(corner, (2 * _RADIUS, 2 * _RADIUS), "surface", "residual")
        else:
            yield draw_circle(at, _find_radius(name), "axis" if name == "x" else "ink")
        style = {} if name == "SSR" else {"font_style": "italic"}
        size = TICK if len(_LABELS[name]) > 2 else LABEL
        yield write_text((at[0], at[1] + 5), _LABELS[name], "ink", size, "middle", **style)


def _draw_parameters() -> Iterator[Element]:
    for label, (x, y), _ in _PARAMETERS.values():
        yield draw_rectangle((x - 17, y - 13), (34, 26), "panel", "axis")
        yield write_text((x, y + 5), label, "ink", LABEL, "middle", font_style="italic")


def _cut(edge: Edge) -> tuple[Point, Point]:
    """Return where an edge leaves its first node and meets its second one."""
    start, end = _find(edge.start), _find(edge.end)
    length = dist(start, end)
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    # To the left of the way that leads right, whichever way the edge goes.
    turn = 1.0 if along[0] > 0 else -1.0
    side = (along[1] * edge.aside * turn, -along[0] * edge.aside * turn)
    first = _find_radius(edge.start) + 2
    last = length - (18 if edge.end in _PARAMETERS else _find_radius(edge.end) + 2)
    return tuple(
        (start[0] + along[0] * far + side[0], start[1] + along[1] * far + side[1])
        for far in (first, last)
    )  # type: ignore[return-value]


def _find_radius(name: str) -> float:
    return _WIDE if name == "predicted" else _RADIUS


def _find(name: str) -> Point:
    return _PLACES[name] if name in _PLACES else _PARAMETERS[name][1]
