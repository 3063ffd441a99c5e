"""Digits that a nudge loses: two values, digit by digit, beside the error of the slope."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from backprop.show.charts.plot import Plot
from backprop.show.drawing.shapes import TICK, draw_dot, draw_line, write_text
from backprop.show.drawing.svg import Element
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.explorer import Explorer
from backprop.show.explorers.sketches import sketch_explorer
from backprop.show.explorers.slider import Number, Slider

__all__ = ["digits_lost", "measure", "split_digits"]

_POWERS = range(-16, 1)
_LEAST = 1e-17  # where an error of 0 is drawn, on an axis that has no 0
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIZE = (304.0, 292.0)  # px of each picture
_PLOT = Plot((46, 28), (246, 212), (-16.4, 0.4), (-17.6, 1.8))  # powers of ten
_TICKS = (-15, -10, -5, 0)
_DIGITS, _CHARACTER = 112.0, 8.43  # px: where digits begin, and how wide one of them is
_LOOKS: dict[str, tuple[str, dict[str, str]]] = {
    "one side": ("ink", {}),
    "both sides": ("muted", {"stroke_dasharray": "7 4"}),
    "complex step": ("ink", {"stroke_dasharray": "2 4"}),
}
# Where their names and the notes stand, as powers of ten, and which end is anchored there.
_WORDS = {
    64: {
        "one side": (-4.7, -3.0, "end"),
        "both sides": (-7.5, -11.0, "end"),
        "complex step": (-15.9, -14.4, "start"),
        "Rounding.": (-15.9, -7.0, "start"),
        "Bend.": (-1.3, -11.5, "end"),
    },
    32: {
        "one side": (-3.0, 0.8, "middle"),
        "both sides": (-3.2, -6.0, "end"),
        "complex step": (-15.9, -8.7, "start"),
        "Rounding.": (-15.9, -3.0, "start"),
        "Bend.": (-1.3, -9.2, "end"),
    },
}


class Format(NamedTuple):
    """How numbers are stored: how a value is rounded, and how many decimals show all its digits."""

    bits: int
    round: Callable[[float], float]
    decimals: int


_FORMATS = (
    Format(64, float, 16),
    Format(32, lambda value: float(np.float32(value)), 8),
)


def digits_lost() -> Explorer:
    r"""Show which digits are left when a slope is measured by nudging :math:`e^x` at 1.

    Every value is rounded as a computer stores it, in 64 or in 32 bits, so what is shown is what is
    lost.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell. The reader pulls the nudge and chooses how many
        bits a number has.

    Examples
    --------
    >>> from backprop import show
    >>> show.digits_lost()
    Digits lost
    Which nudge measures the slope best, and what spoils it on either side?
    nudge h from 10⁻¹⁶ to 1, now 0.1
    numbers of 64 bits, 32 bits, now 64 bits
    > h = 0.1, 64 bits. The two values differ from their first digit on. To both sides the slope
      is wrong by 4.5·10⁻³, to one side by 0.14.
    """
    nudges = Slider(
        values=[float(f"1e{power}") for power in _POWERS],
        value=0.1,
        label="nudge h",
        format=_write_power,
    )
    return sketch_explorer(
        _draw,
        sizes=[_SIZE, _SIZE],
        columns=2,
        describe=_describe,
        title="Digits lost",
        question="Which nudge measures the slope best, and what spoils it on either side?",
        caption="The slope of eˣ at 1, which is e. First, how wrong it comes out, both axes "
        "logarithmic; pull the line. Second, the digits: those that both values share are grey, "
        "and their difference has lost them.",
        film=(_SIZE, lambda h, bits: [_draw_digits(h, _find_format(bits))]),
        drag=("h", lambda h: (_PLOT.place(math.log10(h), 0)[0], None)),
        filmstrip={
            "h = 0.1": {"h": 1e-1},
            "h = 10⁻⁵": {"h": 1e-5},
            "h = 10⁻¹²": {"h": 1e-12},
        },
        h=nudges,
        bits=Choice({"64 bits": 64, "32 bits": 32}, label="numbers of"),
    )


def _find_format(bits: Number) -> Format:
    return next(each for each in _FORMATS if each.bits == bits)


class Measured(NamedTuple):
    """What a computer makes of the slope of the exponential function at 1."""

    above: float
    below: float
    both: float
    one: float
    complex: float


@lru_cache
def measure(h: float, bits: Number) -> Measured:
    """Measure the slope of the exponential function at 1, with every value rounded.

    Examples
    --------
    >>> measure(1e-16, 64).one
    0.0
    >>> f"{measure(1e-5, 64).both:.8f}"
    '2.71828183'
    """
    rounded = _find_format(bits).round

    def exp(x: float) -> float:
        return rounded(math.exp(rounded(x)))

    h = rounded(h)
    above, below, here = exp(1 + h), exp(1 - h), exp(1.0)
    both = rounded(rounded(above - below) / rounded(2 * h))
    sideways = rounded(rounded(cmath.exp(complex(1, h)).imag) / h)
    return Measured(above, below, both, rounded(rounded(above - here) / h), sideways)


def _measure_errors(bits: Number) -> dict[str, list[float]]:
    """Return the error of each method at each nudge."""
    runs = [measure(float(f"1e{power}"), bits) for power in _POWERS]
    return {
        "one side": [abs(run.one - math.e) for run in runs],
        "both sides": [abs(run.both - math.e) for run in runs],
        "complex step": [abs(run.complex - math.e) for run in runs],
    }


def split_digits(above: str, below: str) -> int:
    """Count the characters that two numbers share from the left.

    Examples
    --------
    >>> split_digits("2.7182819", "2.7182817")
    8
    >>> split_digits("7.389", "1.000")
    0
    """
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(above, below, strict=False))
    )


def _draw(h: float, bits: int) -> list[list[Element]]:
    return [_draw_errors(h, bits), _draw_digits(h, _find_format(bits))]


def _draw_errors(h: float, bits: int) -> list[Element]:
    drawn = list(_draw_axes())
    at = math.log10(h)
    top, bottom = _PLOT.place(at, 1.8), _PLOT.place(at, -17.6)
    drawn.append(draw_line(top, bottom, "muted", 1, stroke_dasharray="4 3"))
    dots = []
    for name, errors in _measure_errors(bits).items():
        colour, dashes = _LOOKS[name]
        heights = np.log10(np.maximum(errors, _LEAST))
        drawn.append(_PLOT.draw_curve(list(_POWERS), heights, colour, 2.2, **dashes))
        here = _PLOT.place(at, float(heights[_POWERS.index(round(at))]))
        dots += [draw_dot(here, "surface", 14), draw_dot(here, colour, 10)]
    words = [
        write_text(
            _PLOT.place(x, y), text, "ink" if text.endswith(".") else _LOOKS[text][0],
            anchor=anchor, font_weight="400" if text.endswith(".") else "700",
        )
        for text, (x, y, anchor) in _WORDS[bits].items()
    ]  # fmt: skip
    return [*drawn, *words, *dots]


def _draw_axes() -> Iterator[Element]:
    """Draw axes of powers of ten."""
    (left, top), (wide, high) = _PLOT.corner, _PLOT.size
    bottom = top + high
    for power in _TICKS:
        text = _write_power(10.0**power)
        x, y = _PLOT.place(power, power)
        yield draw_line((x, top), (x, bottom), "grid", 1)
        yield draw_line((left, y), (left + wide, y), "grid", 1)
        yield write_text((x, bottom + 17), text, "muted", TICK, "middle")
        yield write_text((left - 6, y + 4), text, "muted", TICK, "end")
    yield draw_line((left, bottom), (left + wide, bottom), "axis", 1)
    yield write_text((left + wide, bottom + 35), "nudge h", "muted", TICK, "end")
    yield write_text((4, 14), "error of the slope", "muted", TICK)


def _draw_digits(h: float, kept: Format) -> list[Element]:
    """Draw both values with their digits, their difference, and the slope beside the true one."""
    run = measure(h, kept.bits)
    above, below, gap, slope, exact = (
        f"{value:.{kept.decimals}f}"
        for value in (run.above, run.below, run.above - run.below, run.both, math.e)
    )
    shared, right = split_digits(above, below), split_digits(slope, exact)
    lost = len(gap) - len(gap.lstrip("0.")) if float(gap) else len(gap)
    left, good = len(gap[lost:].replace(".", "")), len(slope[:right].replace(".", ""))
    return [
        write_text((0, 24), f"h = {_write_power(h)}", font_weight="700"),
        *_write_digits(58, "f(1 + h)", above, shared, ("muted", "ink")),
        *_write_digits(82, "f(1 − h)", below, shared, ("muted", "ink")),
        draw_line((_DIGITS, 92), (_SIZE[0] - 36, 92), "axis", 1),
        *_write_digits(112, "difference", gap, lost, ("muted", "ink")),
        write_text((_DIGITS, 138), f"digits left: {left}", font_weight="700"),
        *_write_digits(190, "divided by 2h", slope, right, ("ink", "muted")),
        *_write_digits(214, "e", exact, right, ("ink", "muted")),
        write_text((_DIGITS, 240), f"digits right: {good}", font_weight="700"),
    ]


def _write_digits(
    y: float, name: str, digits: str, cut: int, colours: tuple[str, str]
) -> Iterator[Element]:
    """Write a number whose first digits have another colour than the others."""
    yield write_text((0, y), name)
    x = _DIGITS + _CHARACTER * cut
    parts = ((digits[:cut], "end"), (digits[cut:], "start"))
    for (text, anchor), colour in zip(parts, colours, strict=True):
        weight = "700" if colour == "ink" else "400"
        yield write_text((x, y), text, colour, anchor=anchor, font_family="monospace",
                         font_weight=weight)  # fmt: skip


def _describe(h: float, bits: int) -> str:
    run = measure(h, bits)
    decimals = _find_format(bits).decimals
    above, below = (f"{value:.{decimals}f}" for value in (run.above, run.below))
    shared = split_digits(above, below)
    one, both = (_write_error(abs(slope - math.e)) for slope in (run.one, run.both))
    if run.above == run.below:
        differ = "The two values are the same, digit for digit"
    elif shared < 2:
        differ = "The two values differ from their first digit on"
    else:
        differ = f"The first {shared - 1} digits of the two values are the same"
    return (
        f"h = {_write_power(h)}, {bits} bits. {differ}. To both sides the slope is wrong by "
        f"{both}, to one side by {one}."
    )


def _write_error(error: float) -> str:
    """Write an error with two digits.

    Examples
    --------
    >>> _write_error(0.0045327), _write_error(0.1405), _write_error(0.0)
    ('4.5·10⁻³', '0.14', '0')
    """
    if not error or error >= 0.01:
        return f"{error:.2g}"
    digits, power = f"{error:.1e}".split("e")
    return f"{digits}·10{str(int(power)).translate(_RAISED)}"


def _write_power(h: float) -> str:
    """Write a power of ten.

    Examples
    --------
    >>> _write_power(1e-5), _write_power(0.1), _write_power(1.0)
    ('10⁻⁵', '0.1', '1')
    """
    if h >= 0.1:
        return f"{h:g}"
    return f"10{str(round(math.log10(h))).translate(_RAISED)}"
