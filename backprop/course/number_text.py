"""Numbers between people and programs: reading what a reader types, printing what we computed.

The scripts of the pages read numbers by the same rule (``backprop/page/quiz/numbers.mjs``); one
table of cases tests both.
"""

import math
import re
from numbers import Real

import numpy as np

__all__ = [
    "list_comma_readings",
    "read_number",
    "read_typed",
    "show_count",
    "show_number",
    "simplify_signs",
    "tidy_typed",
]

# What keyboards, papers and copied pages use for signs that programs know one of.
_SIGNS = {
    "-": "\u02d7\u207b\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2796\ufe58\ufe63\uff0d",
    "+": "\u207a\u2795\ufe62\uff0b",
    "/": "\u00f7\u2044\u2215\u2571\uff0f",
    "*": "\u00b7\u00d7\u2022\u2217\u2219\u22c5\ufe61\uff0a",
    "(": "\ufe59\uff08",
    ")": "\ufe5a\uff09",
    ".": "\uff0e",
    ",": "\uff0c",
    "=": "\uff1d",
    " ": "\t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000",
    # what nobody sees: soft hyphens, joiners, marks of direction and of byte order
    "": "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff",
}
_SIMPLE = str.maketrans(
    {sign: known for known, signs in _SIGNS.items() for sign in signs}
    | {chr(0xFF10 + digit): str(digit) for digit in range(10)}
)
_NUMBER = re.compile(r"[+-]? *(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?(?![0-9.,])")


def simplify_signs(text: str) -> str:
    """Replace the signs of keyboards and documents by those that programs read.

    Parameters
    ----------
    text : str
        What somebody typed or pasted.

    Returns
    -------
    str
        With one kind of minus, of space and of digits, and without what cannot be seen.

    Examples
    --------
    >>> simplify_signs("−１．5\u200b")
    '-1.5'
    """
    return text.translate(_SIMPLE)


def read_number(response: object) -> float | None:
    """Read a number as people write it.

    Parameters
    ----------
    response : object
        Text such as ``"1.5"``, ``"1,5"``, ``"−1.5"``, ``"(−1.5)"``, ``"1e-3"`` or ``"1/6"``, or a
        number.

    Returns
    -------
    float or None
        None if it is no number, not a finite one, or one that can be read in two ways (see
        :func:`list_comma_readings`).

    Examples
    --------
    >>> read_number(" −1,5 "), read_number("1e-3"), read_number("(1)/(8)")
    (-1.5, 0.001, 0.125)
    >>> read_number("one half") is None, read_number("1,500") is None
    (True, True)
    """
    if isinstance(response, Real) and not isinstance(response, bool):
        value = float(response)
        return value if math.isfinite(value) else None
    if not isinstance(response, str) or list_comma_readings(response):
        return None
    parts = _unwrap(simplify_signs(response)).split("/")
    values = [_read_part(part) for part in parts]
    if len(values) > 2 or None in values:
        return None
    above, below = (*values, 1.0)[:2]
    value = above / below if below else math.inf  # type: ignore[operator]
    return value if math.isfinite(value) else None


def list_comma_readings(response: object) -> tuple[str, ...]:
    """List how a number with a comma before three digits can be read.

    Returns
    -------
    tuple of str
        Without the comma, and with a point instead (which is left out where it is not one comma
        alone); empty for everything else.

    Examples
    --------
    >>> list_comma_readings("−1,500"), list_comma_readings("1,500,000"), list_comma_readings("1,5")
    (('−1500', '−1.500'), ('1500000',), ())
    """
    text = simplify_signs(response).strip() if isinstance(response, str) else ""
    if not _THOUSANDS.search(text) or read_number(text.replace(",", "")) is None:
        return ()
    readings = [text.replace(",", "")]
    if text.count(",") == 1 and "." not in text:
        readings.append(text.replace(",", "."))
    return tuple(reading.replace("-", "\u2212") for reading in readings)


def _unwrap(text: str) -> str:
    """Take away parentheses around the whole of a text."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")"):
        inside = text[1:-1]
        depth = 0
        for sign in inside:
            depth += (sign == "(") - (sign == ")")
            if depth < 0:
                return text  # the first one closes before the end
        text = inside.strip()
    return text


def _read_part(text: str) -> float | None:
    """Read what stands above or below a fraction bar; parentheses may follow its sign."""
    text = _unwrap(text)
    sign = -1.0 if text.startswith("-") else 1.0
    rest = text[1:].strip() if text[:1] in ("+", "-") else text
    if rest.startswith("("):
        text = _unwrap(rest)
    else:
        sign = 1.0
    found = _NUMBER.fullmatch(text)
    return sign * float(found[0].replace(" ", "").replace(",", ".")) if found else None


def tidy_typed(response: object, unit: str = "") -> object:
    """Leave of what was typed the number, in signs that anybody can read.

    Examples
    --------
    >>> tidy_typed(" -2 kg ", "kg"), tidy_typed(3)
    ('−2', 3)
    """
    if not isinstance(response, str):
        return response
    text, last = simplify_signs(response).strip(" "), simplify_signs(unit)
    number = text.removesuffix(last).strip(" ") or text
    return number.replace("-", "\u2212")


def read_typed(response: object, unit: str = "") -> float | tuple[str, ...]:
    """Read a number that was typed, its unit behind it or not.

    Parameters
    ----------
    response : object
        Text or a number.
    unit : str
        What may stand behind it.

    Returns
    -------
    float or tuple of str
        The number; or what to say instead: the key of a sentence, and the values that it needs.

    Examples
    --------
    >>> read_typed("1,5 mg", "mg"), read_typed(" "), read_typed("1,500")
    (1.5, ('nothing',), ('comma', '1,500', '1500', '1.500'))
    """
    typed = tidy_typed(response, unit)
    if isinstance(typed, str) and not typed:
        return ("nothing",)
    readings = list_comma_readings(typed)
    if readings:
        return "comma" if len(readings) == 2 else "thousands", str(typed), *readings
    number = read_number(typed)
    return ("no number",) if number is None else number


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
    if not text.strip("-0."):
        text = text.removeprefix("-")  # nothing but zeros needs no sign
    return text.replace("-", "\u2212")


def show_count(number: float, what: str) -> str:
    """Print how many there are of something, in the singular or the plural.

    Examples
    --------
    >>> show_count(1, "point"), show_count(2.5, "point"), show_count(0, "problem")
    ('1 point', '2.5 points', '0 problems')
    """
    return f"{show_number(number)} {what}{'' if number == 1 else 's'}"
