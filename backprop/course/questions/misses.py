"""What can be said of a wrong answer that comes from no known slip, and is true of it.

The scripts of the pages follow the same rule (``backprop/page/quiz/misses.mjs``).
"""

import math
from collections.abc import Sequence

from backprop.course.number_text import show_number

__all__ = ["agree", "describe_line_miss", "describe_miss"]

#: Factors that get lost or come in: of squares, of means, of points.
FACTORS = (2.0, 3.0, 4.0, 5.0, 6.0)
#: What is so small beside the tolerance has no digits to speak of.
CLEAR = 4
#: Of the answer: a difference that rounding on the way can come to.
_ROUNDING = 0.005


def describe_miss(number: float, answer: float, tolerance: float) -> tuple[str, ...]:
    """Find a sentence that is true of a wrong number.

    Parameters
    ----------
    number, answer : float
        What was answered, and the right answer.
    tolerance : float
        How far from it an answer may be.

    Returns
    -------
    tuple of str
        A key of `WORDS`, and the values that it needs.

    Examples
    --------
    >>> [describe_miss(number, 3.0, 0.01) for number in (-3.0, 6.0, 99.0, 3.014, 3.04)]
    [('opposite',), ('multiple', '2'), ('far above',), ('close',), ('near',)]
    """

    def meets(value: float) -> bool:
        return abs(number - value) <= tolerance

    miss = abs(number - answer)
    if miss <= min(5 * tolerance, 0.05 * abs(answer)):
        return ("close",) if miss <= _ROUNDING * abs(answer) else ("near",)
    is_clear = min(abs(number), abs(answer)) > CLEAR * tolerance
    if is_clear and meets(-answer):
        return ("opposite",)
    if is_clear and meets(1 / answer) and not meets(answer):
        return ("upside down",)
    for factor in (sign * size for size in FACTORS for sign in (1, -1)) if is_clear else ():
        if meets(factor * answer):
            return "multiple", show_number(factor)
        if abs(factor * number - answer) <= tolerance:
            return "part", show_number(factor)
    if is_clear and any(meets(answer * 10.0**power) for power in (1, 2, 3, -1, -2, -3)):
        return ("shifted point",)
    return (_compare(number, answer),)


def _compare(number: float, answer: float) -> str:
    """Compare a wrong number with the answer in sign and size."""
    if number * answer < 0:
        return "is positive" if answer > 0 else "is negative"
    if answer and abs(number) > 10 * abs(answer):
        return "far above"
    if number and abs(answer) > 10 * abs(number):
        return "far below"
    return "above" if number > answer else "below"


def describe_line_miss(got: Sequence[float], wanted: Sequence[float]) -> tuple[str, ...]:
    """Find a sentence that is true of a wrong line at every point where it was tried.

    Parameters
    ----------
    got, wanted : sequence of float
        What the line gives at each point, and what it should give.

    Returns
    -------
    tuple of str
        A key of `WORDS`, and the values that it needs; empty where nothing is the same everywhere.

    Examples
    --------
    >>> describe_line_miss([2.0, -4.0], [1.0, -2.0]), describe_line_miss([2.0, 3.0], [1.0, -2.0])
    (('line multiple', '2'), ())
    """
    if not all(map(math.isfinite, got)):
        return ()
    if agree([-value for value in got], wanted):
        return ("line opposite",)
    if all(got) and agree([1 / value for value in got], wanted):
        return ("line upside down",)
    ratio = next((a / b for a, b in zip(got, wanted, strict=True) if b), 0.0)
    if ratio and agree([value / ratio for value in got], wanted):
        return "line multiple", show_number(ratio)
    shift = got[0] - wanted[0]
    if agree([value - shift for value in got], wanted):
        return "line shifted", show_number(shift)
    return ()


def agree(got: Sequence[float], wanted: Sequence[float]) -> bool:
    """Check whether values agree, one by one, up to rounding.

    Examples
    --------
    >>> agree([1.0, 1e12 + 1], [1.0, 1e12]), agree([1.0, math.nan], [1.0, math.nan])
    (True, False)
    """
    return all(abs(a - b) <= 1e-9 * max(1.0, abs(b)) for a, b in zip(got, wanted, strict=True))
