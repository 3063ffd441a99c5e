"""Plain formulas, and sentences with them, cut into what stands on the line and above it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backprop.formulas.signs import BELOW

# A quoted name, a name, a number, or one sign.
_TOKEN = re.compile(r"“[^”]*”|[^\W\d][\w′']*|\d\w*(?:\.\d+)?|\s+|.", re.DOTALL)
_LETTER_AND_DIGITS = re.compile(r"([A-Za-z])(\d+)")
_CLOSED_BY = {"(": ")", "[": "]"}


def split_exponents(text: str) -> list[tuple[str, bool]]:
    """Cut what ``to_text`` writes where an exponent begins or ends.

    Parameters
    ----------
    text : str
        A formula, or a sentence with formulas in it.

    Returns
    -------
    list of (str, bool)
        Pieces in order, and whether each is an exponent; brackets around a whole exponent are left
        out. The digits of names such as ``w1`` stand below the line.

    Examples
    --------
    >>> split_exponents("w1 · e^(2 · (z2 − 1)) + x^σ(a)/2")
    [('w₁ · e', False), ('2 · (z₂ − 1)', True), (' + x', False), ('σ(a)', True), ('/2', False)]
    """
    waiting = _TOKEN.findall(text)[::-1]
    pieces: list[tuple[str, bool]] = []
    line: list[str] = []
    while waiting:
        token = waiting.pop()
        exponent = "".join(_take_exponent(waiting)) if token == "^" and line and waiting else ""
        if exponent:
            pieces += [("".join(line), False), (exponent, True)]
            line = []
        else:
            line.append(_lower_digits(token))
    return [*pieces, ("".join(line), False)] if line else pieces


def _take_exponent(waiting: list[str]) -> Iterator[str]:
    """Take one exponent: all that is in its brackets, or a name or number with its own brackets."""
    if waiting[-1] == "(":
        group = [*_take_group(waiting)]
        yield from group[1:-1] if group[-1] == ")" else group
        return
    if waiting[-1] in ("−", "√", "|"):
        yield waiting.pop()
    if waiting and (waiting[-1][0].isalnum() or waiting[-1][0] in "_“∞"):
        yield _lower_digits(waiting.pop())
        while waiting and waiting[-1] in _CLOSED_BY:
            yield from _take_group(waiting)


def _take_group(waiting: list[str]) -> Iterator[str]:
    """Take what stands in brackets, with them."""
    closers: list[str] = []
    while waiting:
        token = waiting.pop()
        yield _lower_digits(token)
        if token in _CLOSED_BY:
            closers.append(_CLOSED_BY[token])
        elif closers and token == closers[-1]:
            closers.pop()
        if not closers:
            return


def _lower_digits(token: str) -> str:
    match = _LETTER_AND_DIGITS.fullmatch(token)
    return match[1] + match[2].translate(BELOW) if match else token
