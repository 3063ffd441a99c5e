"""Numbers between people and programs: reading what a reader types, printing what we computed.

``quiz.js`` reads numbers by the same rule; a browser test compares the two.
"""

import math
import re
from numbers import Real

import numpy as np

__all__ = ["read_number", "show_number"]

_SPACE = " \t\r\n\u00a0\u2009\u202f"
_MINUS = "\u2212\u2013\ufe63\uff0d"  # what keyboards, papers and copied pages use for a minus
_SLASH = "\u2044\u2215"
_NUMBER = rf"[+-]?[{_SPACE}]*(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?[{_SPACE}]*"
_FORM = re.compile(rf"[{_SPACE}]*({_NUMBER})(?:/[{_SPACE}]*({_NUMBER}))?")
_TRANSLATE = str.maketrans({**dict.fromkeys(_MINUS, "-"), **dict.fromkeys(_SLASH, "/")})
_DROP = str.maketrans({",": ".", **dict.fromkeys(_SPACE)})


def read_number(response: object) -> float | None:
    """Read a number as people write it.

    Parameters
    ----------
    response : object
        Text such as ``"1.5"``, ``"1,5"``, ``"−1.5"``, ``"1e-3"`` or ``"1/6"``, or a number.

    Returns
    -------
    float or None
        None if it is no number, or not a finite one.

    Examples
    --------
    >>> read_number(" −1,5 "), read_number("1e-3"), read_number("1/8")
    (-1.5, 0.001, 0.125)
    >>> read_number("one half") is None
    True
    """
    if isinstance(response, Real) and not isinstance(response, bool):
        value = float(response)
        return value if math.isfinite(value) else None
    if not isinstance(response, str):
        return None
    match = _FORM.fullmatch(response.translate(_TRANSLATE))
    if match is None:
        return None
    above, below = (float((part or "1").translate(_DROP)) for part in match.groups())
    value = above / below if below else math.inf
    return value if math.isfinite(value) else None


def show_number(value: float, spec: str = "") -> str:
    """Print a number for people.

    Parameters
    ----------
    value : float
        Any number.
    spec : str, optional
        A format such as ``".3f"``; without one, up to six significant digits are kept. With
        ``"()"`` at its end, negative numbers stand in parentheses.

    Returns
    -------
    str
        With a real minus sign, and no exponent where a reader can do without.

    Examples
    --------
    >>> show_number(-0.30000000000000004), show_number(3), show_number(1 / 6, ".3f")
    ('−0.3', '3', '0.167')
    """
    value = float(value)
    if spec.endswith("()"):
        text = show_number(value, spec[:-2])
        return f"({text})" if text.startswith("\u2212") else text
    if spec:
        text = format(value, spec)
    elif not math.isfinite(value):
        text = {"nan": "not a number (NaN)", "inf": "∞", "-inf": "-∞"}[str(value)]
    elif value == 0 or 1e-5 <= abs(value) < 1e9:
        text = np.format_float_positional(value, 6, unique=False, fractional=False, trim="-")
    else:
        text = re.sub(r"\.?0*e([+-])0*", r"e\1", f"{value:.5e}").replace("e+", "e")
    if float_is_zero(text):
        text = text.removeprefix("-")
    return text.replace("-", "\u2212")


def float_is_zero(text: str) -> bool:
    """Tell whether a printed number shows nothing but zeros (so that it needs no sign).

    Examples
    --------
    >>> float_is_zero("-0.00"), float_is_zero("-0.01")
    (True, False)
    """
    return not text.strip("-0.")
