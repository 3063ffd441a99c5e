"""Marks on a graph that is walked back: the plus at a fork, and the question on an edge."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from backprop.page.html import Markup, element
from backprop.show.graphs.layout import Box, Layout, Line, Size
from backprop.show.graphs.strokes import ROW, draw_text, mark_start, round_pixels

__all__ = ["NOTE", "draw_question", "draw_sum", "find_taken"]

#: What the picture asks beside the edge that comes next, in two lines; the script writes it.
NOTE = ("Which two numbers", "are multiplied here?")
#: The room that the note takes, and how close it may come to anything else.
_NOTE, _CLEAR = (140.0, 34.0), 3.0
#: Places are tried so far apart; how near and how far from its edge a note may stand.
_STEP, _NEAREST, _FARTHEST = 8.0, 12.0, 120.0

Numbers: TypeAlias = npt.NDArray[np.floating[Any]]


def draw_sum(box: Box, start: int, down: bool, number: int) -> Markup:
    """Draw the plus at which what comes back along several lines is added."""
    x = box.x + box.width / 2 if down else box.x + box.width + 9
    y = box.y + box.height + 9 if down else box.y + box.height / 2
    left, middle, top = map(round_pixels, (x - 4, x, y - 4))
    return element(
        "g",
        element("circle", cx=middle, cy=round_pixels(y), r=8),
        element("path", d=f"M{left} {round_pixels(y)}h8M{middle} {top}v8"),
        class_="bp-plus",
        data_node=number,
        **mark_start(start),
    )


def draw_question(number: int, line: Line, taken: Sequence[Box], layout: Layout) -> Markup:
    """Draw the question mark on a line while a reader is asked for its number, and room for words.

    The words stand as near to the line as they fit without touching what is `taken`; there are
    none where nothing is said to be.
    """
    x, y = line.label
    note = _find_room(x, y, taken, layout) if taken else None
    words = None
    if note:
        middle = round_pixels(note.x + note.width / 2)
        words = element("text", class_="bp-note", x=middle, y=round_pixels(note.y + 13))
    return element(
        "g",
        _draw_leader(x, y, note) if note else None,
        element("circle", cx=round_pixels(x), cy=round_pixels(y), r=10),
        draw_text("?", x, y - ROW / 2),
        words,
        class_="bp-query",
        data_edge=number,
    )


def _draw_leader(x: float, y: float, note: Box) -> Markup:
    """Draw a line from the question mark to the nearest point of its words."""
    to_x = min(max(x, note.x), note.x + note.width)
    to_y = min(max(y, note.y), note.y + note.height)
    return element("path", d="M{} {}L{} {}".format(*map(round_pixels, (x, y, to_x, to_y))))


def find_taken(layout: Layout, labels: Sequence[Size]) -> list[Box]:
    """List what words must not touch: boxes, numbers on lines, and the lines, in short pieces."""
    out = list(layout.boxes)
    for line, (width, height) in zip(layout.lines, labels, strict=True):
        x, y = line.label
        out.append(Box(x - width / 2, y - height / 2, width, height))
        out += _cut_line(line)
    return out


def _cut_line(line: Line) -> Iterator[Box]:
    for (x, y), (to_x, to_y) in zip(line.corners, line.corners[1:], strict=False):
        pieces = max(1, math.ceil(max(abs(to_x - x), abs(to_y - y)) / 10))
        for k in range(pieces):
            at, to = k / pieces, (k + 1) / pieces
            xs = sorted((x + at * (to_x - x), x + to * (to_x - x)))
            ys = sorted((y + at * (to_y - y), y + to * (to_y - y)))
            yield Box(xs[0], ys[0], xs[1] - xs[0], ys[1] - ys[0])


def _find_room(x: float, y: float, taken: Sequence[Box], layout: Layout) -> Box | None:
    """Return the place for words that is nearest to a point and free, if there is one."""
    width, height = _NOTE
    lefts = _list_steps(x - _FARTHEST - width, x + _FARTHEST, layout.width - width)
    tops = _list_steps(y - _FARTHEST - height, y + _FARTHEST, layout.height - height)
    left, top = (each.ravel()[:, None] for each in np.meshgrid(lefts, tops))
    away = np.hypot(_measure_gap(left, width, x), _measure_gap(top, height, y))[:, 0]
    boxes = np.array([(each.x, each.y, each.width, each.height) for each in taken])
    touched = (
        (left < boxes[:, 0] + boxes[:, 2] + _CLEAR)
        & (boxes[:, 0] < left + width + _CLEAR)
        & (top < boxes[:, 1] + boxes[:, 3] + _CLEAR)
        & (boxes[:, 1] < top + height + _CLEAR)
    ).any(axis=1)
    away[touched | (away <= _NEAREST)] = np.inf
    if not away.size or away.min() >= _FARTHEST:
        return None
    best = int(np.argmin(away))
    return Box(float(left[best, 0]), float(top[best, 0]), width, height)


def _list_steps(begin: float, end: float, last: float) -> Numbers:
    """List the positions between two, in steps, that lie in the picture."""
    steps = np.arange(math.floor(begin / _STEP), math.ceil(end / _STEP) + 1) * _STEP
    return np.compress((steps >= 0) & (steps <= last), steps)


def _measure_gap(begin: Numbers, length: float, at: float) -> Numbers:
    """Return how far a position is from each of some stretches."""
    gap: Numbers = np.maximum(np.maximum(begin - at, at - begin - length), 0.0)
    return gap
