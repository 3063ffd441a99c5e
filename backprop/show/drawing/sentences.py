"""What is said about the moment, with its numbers, by the same rules as ``sentence.mjs``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["fill_sentence", "format_number"]

#: Numbers nearer to 0 are written as 0, larger ones in words.
SMALLEST, LARGEST = 5e-7, 1e6


def format_number(value: float, most: int = 6) -> str:
    """Write a number with three significant digits, and a minus sign that is read aloud.

    Parameters
    ----------
    value : float
    most : int, optional
        So many decimals at most.

    Returns
    -------
    str
        Huge numbers are written in words.

    Examples
    --------
    >>> [format_number(value) for value in (0.64321, -1234.5, 0.00012345, 2e7)]
    ['0.643', '−1235', '0.000123', 'above 10⁶']
    """
    if not math.isfinite(value):
        return "no number" if math.isnan(value) else "−∞" if value < 0 else "∞"
    if abs(value) < max(SMALLEST, 0.5 * 10.0**-most):
        return "0"
    if abs(value) >= LARGEST:
        return "below −10⁶" if value < 0 else "above 10⁶"
    rounded = float(f"{value:.2e}")  # 99.96 is 100, not 100.0
    digits = min(most, max(0, 2 - math.floor(math.log10(abs(rounded)))))
    # As JavaScript rounds: what lies exactly between two goes away from 0.
    exact = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{exact if exact else abs(exact):f}".replace("-", "−")  # no −0


def fill_sentence(sentence: str, values: Mapping[str, float | str]) -> str:
    """Put numbers and words into a sentence, where it has their names in braces.

    Parameters
    ----------
    sentence : str
        Such as ``"The SSR is {ssr}."``.
    values : mapping of str to float or str

    Returns
    -------
    str

    Examples
    --------
    >>> fill_sentence("The SSR is {ssr}: {word}.", {"ssr": 0.66666, "word": "high"})
    'The SSR is 0.667: high.'
    """

    def write(found: re.Match[str]) -> str:
        value = values[found[1]]
        return value if isinstance(value, str) else format_number(value)

    return re.sub(r"\{(\w+)\}", write, sentence)
