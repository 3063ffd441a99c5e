"""The chapters as a graph: an arrow leads from a chapter to those that build on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from textwrap import wrap

from backprop.show.drawing.shapes import LABEL, TICK, draw_curve, draw_rectangle, write_text
from backprop.show.drawing.svg import Element
from backprop.show.progress_maps.progress_map import (
    ProgressMap,
    colour_when_done,
    make_progress_map,
)

__all__ = ["chapter_map"]

# Two boxes beside each other are as wide as a phone's page, where text keeps its size.
_BOX = (160.0, 42.0)
_GAP = (20.0, 22.0)
_EDGE = 6.0
_LONGEST = 19  # characters of a line in a box

Point = tuple[float, float]


def chapter_map(
    rows: Sequence[Sequence[str]],
    builds_on: Mapping[str, Sequence[str]],
    titles: Mapping[str, str],
    done: Collection[str] = (),
) -> ProgressMap:
    """Draw chapters as a graph: a chapter is grey until its quiz is answered.

    Parameters
    ----------
    rows : sequence of sequence of str
        The short names of the chapters, row by row; for phones, at most two in each.
    builds_on : mapping of str to sequence of str
        To a chapter, those that it needs; all of them stand in earlier rows. An arrow that passes
        a row runs down the middle, so an even number of boxes must stand there.
    titles : mapping of str to str
        The title of each.
    done : collection of str
        What is done, as ``course.progress().finished`` lists it.

    Returns
    -------
    ProgressMap
        Shows itself as the last value of a cell. A page follows what its reader has done.

    Raises
    ------
    ValueError
        If a chapter builds on one that does not stand in an earlier row, or if its arrow would run
        behind a box.

    Examples
    --------
    >>> titles = {"slopes": "Slopes", "chain_rule": "The chain rule"}
    >>> chapter_map([["slopes"], ["chain_rule"]], {"chain_rule": ["slopes"]}, titles)
    The chapters as a graph
    Chapters as boxes, with arrows to what builds on them. The chain rule builds on Slopes.
    Done: 0 of 2.
    """
    row_of = {name: k for k, row in enumerate(rows) for name in row}
    for name, needed in builds_on.items():
        for other in needed:
            if row_of.get(other, len(rows)) >= row_of[name]:
                raise ValueError(
                    f"builds_on must name chapters of earlier rows, got {other!r} for {name!r}: "
                    "move one of them to another row"
                )
            if any(len(row) % 2 for row in rows[row_of[other] + 1 : row_of[name]]):
                raise ValueError(
                    f"rows must leave the middle free between {other!r} and {name!r}, got a box "
                    "there: put an even number of chapters into each row that the arrow passes"
                )
    places, size = _place_boxes(rows)
    says = [
        f"{titles[name]} builds on {' and '.join(titles[other] for other in needed)}."
        for name, needed in builds_on.items()
    ]
    drawing = [
        *_draw_arrows(builds_on, places, size[0] / 2),
        *(part for name in row_of for part in _draw_box(name, titles[name], places[name], done)),
    ]
    return make_progress_map(
        "The chapters as a graph",
        f"Chapters as boxes, with arrows to what builds on them. {' '.join(says)}",
        "A box is in colour once every question of its chapter is answered.",
        drawing,
        size,
        list(row_of),
        done,
    )


def _place_boxes(rows: Sequence[Sequence[str]]) -> tuple[dict[str, Point], tuple[float, float]]:
    """Return the middle of each box, and the size of the picture."""
    (width, height), (aside, below) = _BOX, _GAP
    widest = max(map(len, rows))
    whole = widest * (width + aside) - aside + 2 * _EDGE
    places = {}
    for k, row in enumerate(rows):
        first = whole / 2 - (len(row) - 1) * (width + aside) / 2
        for i, name in enumerate(row):
            y = _EDGE + height / 2 + k * (height + below)
            places[name] = (first + i * (width + aside), y)
    return places, (whole, len(rows) * (height + below) - below + 2 * _EDGE)


def _draw_arrows(
    builds_on: Mapping[str, Sequence[str]], places: Mapping[str, Point], middle: float
) -> Iterator[Element]:
    for name, needed in builds_on.items():
        for other in needed:
            line = _lead_arrow(places[other], places[name], middle)
            x, y = line[-1]
            yield draw_curve(line, "axis", 1.5)
            yield draw_curve([(x - 5, y - 7), (x, y), (x + 5, y - 7)], "axis", 1.5)


def _lead_arrow(above: Point, below: Point, middle: float) -> list[Point]:
    """Return the corners of an arrow from box to box; it passes rows in the middle."""
    (x0, y0), (x1, y1) = above, below
    half, gap = _BOX[1] / 2, _GAP[1]
    start, end = y0 + half, y1 - half
    passed = [(middle, start + gap), (middle, end - gap)] if end - start > gap + 1 else []
    first, last = (passed[0][0], passed[-1][0]) if passed else (x1, x0)
    return [(x0 + (first - x0) * 0.12, start), *passed, (x1 + (last - x1) * 0.12, end - 2)]


def _draw_box(name: str, title: str, at: Point, done: Collection[str]) -> Iterator[Element]:
    (x, y), (width, height) = at, _BOX
    corner = (x - width / 2, y - height / 2)
    yield draw_rectangle(corner, _BOX, "surface", "axis")
    yield from colour_when_done(
        [
            draw_rectangle(corner, _BOX, "surface", "value", stroke_width="3"),
            write_text((x + width / 2 - 8, y - height / 2 + 13), "✓", "ink", TICK, "middle"),
        ],
        name,
        done,
    )
    lines = wrap(title, _LONGEST)
    for k, line in enumerate(lines):
        yield write_text((x, y + 5 + 18 * (k - (len(lines) - 1) / 2)), line, "ink", LABEL, "middle")
