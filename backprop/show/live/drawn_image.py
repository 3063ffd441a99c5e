"""Drawings as images of 8 × 8: strokes become dots of ink, counted as in the set of digits."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["make_image", "split_strokes"]

#: Dots of a side, dots of a pixel's side, and as many dots of width as most digits get.
DOTS, BLOCK, WIDTH = 32, 4, 20
#: Dots of ink: pens of all widths are made alike, whichever digit it is.
INK = 330
#: A narrow drawing becomes so many times as wide at most, so that a stroke stays a stroke.
WIDEN = 2.5
_PENS = (0.8, 7.0)  # radius of the pen, in dots
_HALVINGS = 7

Floats = NDArray[np.float64]
Strokes = Sequence[Sequence[tuple[float, float]]]


def split_strokes(drawn: Sequence[float]) -> list[list[tuple[float, float]]]:
    """Split one row of numbers into strokes: x and y of each point, −1 and −1 behind a stroke.

    Examples
    --------
    >>> split_strokes([10, 0, 10, 90, -1, -1, 0, 40, 20, 40])
    [[(10, 0), (10, 90)], [(0, 40), (20, 40)]]
    """
    strokes: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(drawn[::2], drawn[1::2], strict=False):
        if x < 0:
            strokes.append([])
        else:
            strokes[-1].append((x, y))
    return [stroke for stroke in strokes if stroke]


def make_image(strokes: Strokes) -> Floats:
    """Make of strokes an image of 8 × 8 pixels, in the way in which the digits were made.

    A drawing becomes 32 dots high and most often 20 wide; the pen is chosen so that the ink covers
    as many dots as on average; rows are shifted until what is leftmost at the top and at the bottom
    are one above the other; and the dots are counted in blocks of 4 × 4.

    Parameters
    ----------
    strokes : sequence of sequence of (float, float)
        The points of each stroke, x to the right and y down, in any unit.

    Returns
    -------
    numpy.ndarray, shape (64,)
        From 0, paper, to 1, ink; all 0 if nothing was drawn.

    Notes
    -----
    After M. D. Garris et al., *NIST Form-Based Handprint Recognition System* (NISTIR 5469, 1994),
    which the makers of the set name; what they do not say was measured on their images.

    Examples
    --------
    >>> image = make_image([[(50, 0), (50, 100)]])
    >>> (16 * image.reshape(8, 8)[4]).astype(int)
    array([ 0,  0,  8, 16, 16,  8,  0,  0])
    """
    if not strokes:
        return np.zeros((DOTS // BLOCK) ** 2)
    low, high = _PENS
    for _ in range(_HALVINGS):
        pen = (low + high) / 2
        if _draw_dots(strokes, pen).sum() < INK:
            low = pen
        else:
            high = pen
    dots = _straighten(_draw_dots(strokes, (low + high) / 2))
    blocks = dots.reshape(DOTS // BLOCK, BLOCK, DOTS // BLOCK, BLOCK)
    counts: Floats = blocks.sum((1, 3)).ravel() / BLOCK**2
    return counts


def _draw_dots(strokes: Strokes, pen: float) -> NDArray[np.bool_]:
    """Draw strokes of a size and place that fit, with a pen of some radius."""
    points = np.array([point for stroke in strokes for point in stroke], dtype=float)
    least, most = points.min(0), points.max(0)
    width, height = most - least
    tall = max(height, 0.15 * width) or 1.0
    room = max(min(WIDTH, WIDEN * width * DOTS / tall) - 2 * pen, 0.0)
    scale = np.array([room / (width or 1.0), (DOTS - 2 * pen) / tall])
    rows, columns = np.mgrid[0:DOTS, 0:DOTS] + 0.5
    nearest = np.full((DOTS, DOTS), np.inf)
    for stroke in strokes:
        placed = (np.array(stroke, dtype=float) - (least + most) / 2) * scale + DOTS / 2
        for begin, end in zip(placed, [*placed[1:], placed[-1]], strict=True):
            (x, y), (across, down) = begin, end - begin
            length = across**2 + down**2 or 1.0
            along = np.clip(((columns - x) * across + (rows - y) * down) / length, 0, 1)
            away = (columns - x - along * across) ** 2 + (rows - y - along * down) ** 2
            nearest = np.minimum(nearest, away)
    drawn: NDArray[np.bool_] = nearest <= pen**2
    return drawn


def _straighten(dots: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Shift rows until the leftmost dots of the first and the last are one above the other."""
    inked = np.flatnonzero(dots.any(1))
    if not inked.size:
        return dots
    lean = float(dots[inked[-1]].argmax() - dots[inked[0]].argmax()) / (DOTS - 1)
    straight = np.zeros_like(dots)
    for row in inked:
        shift = math.floor(-lean * (row - (DOTS - 1) / 2) + 0.5)
        moved = np.flatnonzero(dots[row]) + shift
        straight[row, moved[(moved >= 0) & (moved < DOTS)]] = True
    return straight
