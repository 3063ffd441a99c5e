"""Small images in rows: the ink of each pixel, a frame around those that matter, words below."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.show.drawing.pictures import check_texts
from backprop.show.drawing.shapes import TICK, draw_rectangle, paint, write_text
from backprop.show.drawing.svg import Element, Shape, write_minus_signs
from backprop.show.figures import Figure

__all__ = ["images"]

_LEVELS = 4  # of ink, from paper to black
_GAP, _LINE = 6, 16  # pixels between images, and for each line of words below

Floats = NDArray[np.float64]


def images(
    pixels: Any,
    *,
    title: str,
    alt: str,
    caption: str | None = None,
    below: Sequence[str] = (),
    framed: Collection[int] = (),
    columns: int = 10,
    parts: int = 1,
    cell: int = 5,
) -> Figure:
    """Draw images in rows, each pixel as dark as it has ink.

    Parameters
    ----------
    pixels : array_like, shape (images, rows, columns) or (images, pixels)
        From 0, paper, to 1, ink; rows of one length are taken for images as wide as they are high.
    title, alt, caption : str
        See :func:`figure`.
    below : sequence of str, optional
        Words below each image, of one or two lines.
    framed : collection of int, optional
        The images that get a frame, counted from 0.
    columns : int
        Images in a row.
    parts : int
        Pictures side by side, over which the rows are spread; phones show one below the other.
    cell : int
        Size of a pixel of an image, in pixels of the page.

    Returns
    -------
    Figure
        Shows itself as the last value of a cell.

    Raises
    ------
    ValueError
        If there are no images, or a text is missing.

    Examples
    --------
    >>> from backprop import show
    >>> show.images([[0, 1, 1, 0]], title="Two by two", alt="Ink at two corners")
    Two by two
    Ink at two corners
    """
    check_texts(title=title, alt=alt)
    array = _read_images(pixels)
    rows = math.ceil(len(array) / columns / parts)
    words = max((text.count("\n") + 1 for text in below), default=0)
    across, down = array.shape[2] * cell + _GAP, array.shape[1] * cell + _GAP + _LINE * words
    drawings = []
    for part in range(parts):
        first = part * rows * columns
        places = {
            k: (_GAP + (k - first) % columns * across, _GAP + (k - first) // columns * down)
            for k in range(first, min(first + rows * columns, len(array)))
        }
        drawn = list(_draw_ink(array, places, cell))
        for k, place in places.items():
            drawn += _draw_around(place, across - _GAP, cell * array.shape[1], k in framed)
            drawn += _write_below(below, k, place, across - _GAP, cell * array.shape[1])
        drawings.append(drawn)
    size = (_GAP + min(columns, len(array)) * across, _GAP + rows * down)
    return Figure(title, write_minus_signs(alt), caption, drawings, size, parts, natural=True)


def _read_images(pixels: Any) -> Floats:
    array = np.asarray(pixels, dtype=float)
    if array.ndim == 2:
        side = math.isqrt(array.shape[1])
        array = array.reshape(len(array), -1, side or 1)
    if array.ndim != 3 or not array.size:
        raise ValueError(
            f"pixels must hold images, one in each row, got shape {array.shape}: give a list of "
            "rows, also for one image"
        )
    return array


def _draw_ink(array: Floats, places: dict[int, tuple[int, int]], cell: int) -> Iterator[Element]:
    """Draw all pixels of about the same ink as one path, neighbours in a row as one line."""
    levels = np.clip(np.ceil(array * _LEVELS - 0.25), 0, _LEVELS).astype(int)
    for level in range(1, _LEVELS + 1):
        xs: list[int] = []
        ys: list[int] = []
        for k, (left, top) in places.items():
            for i, j, end in _find_runs(levels[k] == level):
                xs += [10 * (left + j * cell), 10 * (left + end * cell)]
                ys += [10 * (top + i * cell) + 5 * cell] * 2
        if xs:
            looks = {"stroke": paint("ink"), "stroke-width": f"{cell}"}
            looks["stroke-opacity"] = f"{level / _LEVELS:g}"
            yield Element("path", looks, Shape("ML" * (len(xs) // 2), tuple(xs), tuple(ys)))


def _find_runs(marked: NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """Find what is marked without a gap in each row: row, first column, and the one behind it."""
    for i, row in enumerate(marked):
        changes = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
        for begin, end in zip(changes[::2], changes[1::2], strict=True):
            yield i, int(begin), int(end)


def _draw_around(
    place: tuple[int, int], width: int, height: int, framed: bool
) -> Iterator[Element]:
    corner = (place[0] - 1, place[1] - 1)
    colour, line = ("ink", "2.5") if framed else ("grid", "1")
    yield draw_rectangle(corner, (width + 2, height + 2), "none", colour, stroke_width=line)


def _write_below(
    below: Sequence[str], k: int, place: tuple[int, int], width: int, height: int
) -> Iterator[Element]:
    for line, text in enumerate(below[k].split("\n") if k < len(below) else ()):
        at = (place[0] + width / 2, place[1] + height + _LINE * (line + 1) - 2)
        yield write_text(at, text, "ink", TICK, "middle")
