"""Digits as strokes: the forms that people give each of them, in eight made styles of drawing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


class Hand(NamedTuple):
    """A style of drawing: slant, width for height, height and place in pixels, and unsteadiness."""

    slant: float
    ratio: float
    height: float
    at: tuple[float, float]
    wobble: float
    per: int = 8  # points drawn from one point of a form to the next: few where the pen is quick


HANDS = {
    "upright": Hand(0.0, 0.62, 180, (70, 40), 0.010),
    "leaning right": Hand(0.28, 0.60, 170, (50, 50), 0.012),
    "leaning left": Hand(-0.18, 0.66, 150, (80, 60), 0.012),
    "small": Hand(0.08, 0.60, 70, (20, 130), 0.015),
    "wide": Hand(0.05, 0.90, 140, (60, 70), 0.012),
    "narrow": Hand(0.12, 0.42, 200, (100, 25), 0.010),
    "shaky": Hand(0.05, 0.65, 160, (40, 55), 0.026),
    "quick": Hand(0.20, 0.70, 190, (45, 30), 0.018, 3),
}

#: Forms of each digit: strokes in the order in which they are drawn, in hundredths of width and
#: height. A line is smooth; a point that stands twice is a corner.
FORMS: dict[int, dict[str, tuple[str, ...]]] = {
    0: {
        "from the top": ("50,0 20,12 4,45 14,85 45,100 78,88 92,50 80,12 50,0",),
        "clockwise": ("45,2 80,10 95,50 80,92 48,100 15,86 4,50 18,10 48,0",),
        "open at the top": ("58,4 25,8 5,40 8,75 35,100 70,95 92,60 85,20 62,0",),
        "narrow": ("50,0 30,10 22,50 32,92 50,100 68,90 76,50 68,10 52,0",),
        "overrun": ("60,2 28,6 6,40 12,82 45,100 80,85 92,45 78,10 50,0 30,8",),
    },
    1: {
        "bare": ("50,0 50,50 50,100",),
        "with serif": ("25,25 40,15 55,0 55,0 55,50 55,100",),
        "with long serif": ("5,42 30,25 58,0 58,0 57,50 56,100",),
        "with serif and foot": (
            "25,22 50,0 50,0 50,50 50,100",
            "18,100 50,100 82,100",
        ),
        "from below": ("48,100 50,50 52,0",),
        "leaning": ("70,0 55,50 38,100",),
    },
    2: {
        "round": ("8,25 20,5 50,0 82,10 85,35 60,62 30,85 5,100 5,100 50,98 95,98",),
        "with loop": ("10,22 30,2 65,2 82,22 70,50 42,78 15,92 8,84 22,78 50,90 75,100 98,90",),
        "z-like": ("12,12 50,0 82,8 80,30 45,65 8,98 8,98 50,100 90,96",),
        "swan": ("15,30 22,8 50,0 78,12 80,38 55,70 10,98 10,98 40,90 70,98 95,88",),
        "flat foot": ("8,30 12,8 45,0 80,8 90,30 75,52 40,78 10,100 10,100 55,100 92,100",),
    },
    3: {
        "round": ("10,12 40,0 78,8 80,30 62,45 38,48 38,48 70,52 90,72 75,95 40,100 8,90",),
        "flat top": ("8,2 50,2 88,2 88,2 65,22 42,42 42,42 75,46 92,70 78,94 42,100 8,90",),
        "small notch": ("12,10 45,0 80,12 75,38 45,48 78,56 90,78 65,100 30,98 8,86",),
        "two bows": ("12,16 38,0 75,6 78,32 50,46 50,46 82,56 86,84 50,100 12,88",),
    },
    4: {
        "open": (
            "20,0 15,30 8,55 8,55 50,56 92,54",
            "70,8 68,50 66,100",
        ),
        "closed": (
            "62,0 35,30 4,65 4,65 50,66 96,66",
            "62,0 62,0 62,50 62,100",
        ),
        "open with slanted stem": (
            "28,0 18,30 5,58 5,58 50,60 90,56",
            "78,20 66,60 55,100",
        ),
        "stem first": (
            "65,0 65,50 65,100",
            "65,0 40,25 5,62 5,62 50,64 95,64",
        ),
        "high arms": (
            "12,5 10,30 12,52 12,52 45,58 85,52",
            "82,0 80,50 78,100",
        ),
    },
    5: {
        "two strokes": (
            "25,4 20,25 16,45 16,45 50,38 85,52 86,80 55,100 10,92",
            "25,3 60,3 92,2",
        ),
        "one stroke": ("92,2 60,2 25,4 25,4 20,25 16,46 16,46 50,38 84,50 88,78 60,100 10,92",),
        "round belly": (
            "85,0 50,2 22,2 22,2 18,22 14,42 14,42 45,34 82,42 95,68 78,95 40,100 8,90",
        ),
        "s-like": ("88,4 55,0 25,8 18,30 40,44 72,54 86,76 66,98 32,100 8,88",),
        "hat last": (
            "22,6 18,28 18,44 18,44 55,40 84,58 78,88 45,100 10,94",
            "22,6 22,6 55,5 85,0",
        ),
    },
    6: {
        "curved": ("75,0 40,18 14,50 10,78 35,100 72,95 85,74 65,55 35,58 12,76",),
        "straight stem": ("62,0 40,25 18,55 10,78 30,98 65,98 85,78 68,58 38,60 14,80",),
        "big loop": ("60,0 30,18 8,50 8,82 40,100 80,92 92,66 70,46 35,48 12,68",),
        "upright": ("30,0 18,30 12,60 14,88 45,100 80,90 84,66 55,52 25,62 14,78",),
    },
    7: {
        "plain": ("5,2 50,2 92,2 92,2 68,45 40,100",),
        "with bar": (
            "5,3 50,2 92,2 92,2 68,45 42,100",
            "25,52 55,50 85,48",
        ),
        "with serif": ("6,18 8,4 8,4 50,4 92,2 92,2 65,48 45,100",),
        "curved": ("5,6 45,4 88,2 88,2 60,35 48,65 45,100",),
        "steep": ("10,2 50,3 90,0 90,0 75,45 62,100",),
        "serif and bar": (
            "8,16 10,2 10,2 50,4 92,2 92,2 66,48 48,100",
            "28,50 55,49 84,48",
        ),
    },
    8: {
        "s first": (
            "78,12 50,0 20,12 25,36 55,50 82,70 75,94 45,100 15,90 18,68 50,50 78,32 80,12",
        ),
        "two circles": (
            "50,0 20,10 20,36 50,48 80,36 80,10 50,0",
            "50,48 14,60 12,88 50,100 88,88 86,60 50,48",
        ),
        "from the middle": (
            "50,48 22,34 24,8 50,0 78,10 78,34 50,48 16,66 16,90 50,100 86,90 84,64 50,48",
        ),
        "open at the top": (
            "85,8 55,0 25,10 25,34 50,48 80,64 80,92 48,100 15,90 16,66 45,50 72,35 88,12",
        ),
    },
    9: {
        "straight stem": ("82,12 50,0 18,10 14,36 42,50 75,40 84,12 84,12 82,55 78,100",),
        "curved tail": ("85,15 55,0 20,8 12,34 40,50 75,38 88,10 88,45 80,85 48,100 15,92",),
        "hooked": ("80,10 48,0 18,14 18,38 45,50 72,38 82,8 84,50 78,92 48,100 20,88",),
        "round": ("82,22 62,0 25,4 12,28 32,52 70,46 84,18 86,50 74,82 45,100",),
    },
}


class Drawing(NamedTuple):
    """A digit as it is drawn: which it is, its form, in which style, and the strokes."""

    digit: int
    form: str
    hand: str
    strokes: list[list[tuple[float, float]]]


def list_drawings(seed: int = 0) -> Iterator[Drawing]:
    """Draw every form in every hand; the seed decides how the hands wobble."""
    rng = np.random.default_rng(seed)
    for digit, forms in FORMS.items():
        for (name, form), (called, hand) in itertools.product(forms.items(), HANDS.items()):
            strokes = [_draw_stroke(line, hand, rng) for line in form]
            yield Drawing(digit, name, called, strokes)


def _draw_stroke(line: str, hand: Hand, rng: np.random.Generator) -> list[tuple[float, float]]:
    wobbled: dict[str, Points] = {}
    for text in line.split():
        place = np.array([float(part) for part in text.split(",")]) / 100
        wobbled.setdefault(text, place + rng.normal(0, 1.6 * hand.wobble, 2))
    drawn = _smooth([wobbled[text] for text in line.split()], hand.per)
    drawn = drawn + rng.normal(0, 0.15 * hand.wobble, drawn.shape)
    across = drawn[:, 0] * hand.ratio + hand.slant * (1 - drawn[:, 1])
    places = np.stack([across, drawn[:, 1]], axis=1) * hand.height + np.array(hand.at)
    return [(round(x), round(y)) for x, y in places.tolist()]


def _smooth(points: list[Points], per: int) -> Points:
    """Lay a curve through points (Catmull and Rom's); a point that stands twice is a corner."""
    pieces: list[list[Points]] = [[points[0]]]
    for before, point in itertools.pairwise(points):
        if np.allclose(before, point):
            pieces.append([point])
        else:
            pieces[-1].append(point)
    drawn = []
    for piece in (piece for piece in pieces if len(piece) > 1):
        whole = [2 * piece[0] - piece[1], *piece, 2 * piece[-1] - piece[-2]]
        for a, b, c, d in zip(whole, whole[1:], whole[2:], whole[3:], strict=False):
            for t in np.linspace(0, 1, per, endpoint=False):
                bend = (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3
                drawn.append(b + 0.5 * ((c - a) * t + bend))
        drawn.append(piece[-1])
    return np.array(drawn)
