r"""A reader of plain formulas, as a terminal shows them: it computes what they say.

It knows nothing of the package, and reads as people do: ``a/b · c`` from left to right, ``-x²`` as
the negative of a square, ``√x + 1`` as a root and one more, a sum to the end of its product. So a
bracket that is missing gives another number.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from .latex import COMPARISONS, FUNCTIONS, beside, smaller

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
SPOKEN = {command.removeprefix("\\operatorname{").strip("\\}").replace("\\_", "_"): function
          for command, function in FUNCTIONS.items()} | {"σ": FUNCTIONS[r"\sigma"]}  # fmt: skip
COMPARED = {"<": smaller, ">": COMPARISONS[r"\gt"], "≤": COMPARISONS[r"\le"],
            "≥": COMPARISONS[r"\ge"], "=": np.equal}  # fmt: skip
ENDS = ("", "+", "−", "·", "/", ")", "]", ",", "|", "‖", *COMPARED)


def evaluate_plain(text: str, names: Mapping[str, Any]) -> Any:
    """Compute a formula; `names` gives the value of each name as it is written.

    >>> float(evaluate_plain("−b3/(2 · √x1)² + Σᵢ₌₁³ 10⁻¹", {"b3": 32.0, "x1": 4.0}))
    -1.9
    """
    reader = _Reader(text, names)
    result = reader.sum()
    assert not reader.next, f"read {text!r} up to {reader.next!r}"
    return result


@functools.lru_cache
def token_pattern(names: frozenset[str]) -> re.Pattern[str]:
    """What is read at once: the longest name first."""
    known = sorted(map(re.escape, [*names, *SPOKEN]), key=len, reverse=True)
    return re.compile(
        rf"\s*({'|'.join(known)}|\d+(?:\.\d+)?|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+|Σ[ᵢ₌₀-₉⁰-⁹¹²³]*|.)", re.DOTALL
    )


class _Reader:
    def __init__(self, text: str, names: Mapping[str, Any]) -> None:
        self.names = {"e": np.e, "∞": np.inf, "nan": np.nan, **names}
        token = token_pattern(frozenset(self.names))
        self.waiting = token.findall(text)[::-1]

    @property
    def next(self) -> str:
        return self.waiting[-1] if self.waiting else ""

    def take(self, expected: str | None = None) -> str:
        token = self.waiting.pop()
        assert expected in (None, token), f"expected {expected}, found {token}"
        return token

    def sum(self) -> Any:
        total = 0.0 if self.next == "−" else self.product()
        while self.next in ("+", "−"):
            sign = 1 if self.take() == "+" else -1
            total = total + sign * self.product()
        return total

    def product(self) -> Any:
        result = self.side_by_side()
        while self.next in ("·", "/"):
            if self.take() == "·":
                result = result * self.side_by_side()
            else:
                result = result / self.power()
                if self.next.startswith("Σ"):  # as in 1/n Σ a
                    result = result * self.side_by_side()
        return result

    def side_by_side(self) -> Any:
        result = self.power()
        while self.next not in ENDS:
            result = beside(result, self.power())
        return result

    def power(self) -> Any:
        base = self.atom()
        if self.next == "ᵀ":
            self.take()
            return np.transpose(base)
        if self.next == "^":
            self.take()
            exponent = self.atom()
        elif self.next and self.next[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻":
            exponent = float(self.take().translate(SUPERSCRIPTS))
        else:
            return base
        assert self.next != "^", "a power of a power needs brackets"
        return np.asarray(base, dtype=float)[()] ** exponent

    def listed(self) -> list[Any]:
        arguments = [self.sum()]
        while self.next == ",":
            self.take()
            arguments.append(self.sum())
        return arguments

    def condition(self) -> Any:
        """1 where what stands in the brackets is true, 0 elsewhere (K. Iverson's notation)."""
        left = self.sum()
        true = np.asarray(left).astype(bool) if self.next == "]" else True
        while self.next in COMPARED:
            comparison = COMPARED[self.take()]
            right = self.sum()
            true, left = true & comparison(left, right), right
        return np.where(true, 1.0, 0.0)[()]

    def atom(self) -> Any:
        token = self.take()
        if token == "(":
            inside = self.sum()
            self.take(")")
            return inside
        if token == "[":
            inside = self.condition()
            self.take("]")
            return inside
        if token in ("|", "‖"):
            inside = self.sum()
            self.take(token)
            return np.abs(inside) if token == "|" else np.sqrt(np.sum(inside**2))
        if token == "√":
            return np.sqrt(self.atom())
        if token.startswith("Σ"):
            negative = self.next == "−" and self.take() == "−"
            return np.sum(self.product()) * (-1 if negative else 1)
        if token in self.names:
            return self.names[token]
        if token in SPOKEN:
            self.take("(")
            arguments = self.listed()
            self.take(")")
            return SPOKEN[token](*arguments)
        return float(token)
