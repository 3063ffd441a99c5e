r"""A reader of the engine's LaTeX: it computes what a formula says, knowing nothing of the engine.

It reads as people do: a sum reaches to the end of its bracket, and a product before a power means
that only its last factor is raised. So a missing bracket gives another number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    r"\ln": np.log,
    r"\sigma": lambda a: 1 / (1 + np.exp(-a)),
    r"\operatorname{softplus}": lambda a: np.log(1 + np.exp(a)),
}
BELOW = r"(?:_\{[^{}]*\})?"
TOKEN = re.compile(
    rf"""
      \\sum{BELOW}(?:\^\{{[^{{}}]*\}})?     # a sum, with its limits
    | \\operatorname\{{\w+\}}
    | \\text\{{[^{{}}]*\}}{BELOW}           # a long name
    | \\[a-z]+{BELOW}                      # a command or a Greek name
    | [A-Za-z]{BELOW}                      # a short name
    | <\w+>                                # the place of an argument
    | \d+(?:\.\d+)?
    | [-+^(){{}}]
    """,
    re.VERBOSE,
)


def evaluate(latex: str, names: Mapping[str, Any]) -> Any:
    r"""Compute a formula; `names` gives the value of each name as it is written.

    >>> evaluate(r"\frac{1}{2} \cdot (<a> - b_{1})^2", {"<a>": 5.0, "b_{1}": 1.0})
    8.0
    """
    reader = _Reader(latex, names)
    result = reader.sum()
    assert not reader.waiting, f"read {latex!r} up to {reader.waiting[::-1]}"
    return result


class _Reader:
    def __init__(self, latex: str, names: Mapping[str, Any]) -> None:
        assert not TOKEN.sub("", latex).strip(), f"cannot read all of {latex!r}"
        self.waiting: list[str] = TOKEN.findall(latex)[::-1]
        self.names = {"e": math.e, **names}

    @property
    def next(self) -> str:
        return self.waiting[-1] if self.waiting else ""

    def take(self, expected: str | None = None) -> str:
        token = self.waiting.pop()
        assert expected in (None, token), f"expected {expected}, found {token}"
        return token

    def between(self, left: str, right: str) -> Any:
        self.take(left)
        inside = self.sum()
        self.take(right)
        return inside

    def sum(self) -> Any:
        total = self.product() if self.next != "-" else 0.0
        while self.next in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            total = total + sign * self.product()
        return total

    def product(self) -> Any:
        result = self.side_by_side()
        while self.next == r"\cdot":
            self.take()
            result = result * self.side_by_side()
        return result

    def side_by_side(self) -> Any:
        """Two matrices, or a number and a sum that it multiplies."""
        result = self.power()
        while self.next not in ("", "+", "-", ")", "}", r"\cdot"):
            other = self.power()
            matrices = np.ndim(result) and np.ndim(other)
            result = result @ other if matrices else result * other
        return result

    def power(self) -> Any:
        base = self.atom()
        if self.next != "^":
            return base
        self.take()
        if self.next == r"\top":
            self.take()
            return np.transpose(base)
        exponent = self.between("{", "}") if self.next == "{" else float(self.take())
        assert self.next != "^", "a power of a power needs brackets"
        return base**exponent

    def atom(self) -> Any:
        token = self.next
        if token == "(":
            return self.between("(", ")")
        self.take()
        if token == r"\frac":
            return self.between("{", "}") / self.between("{", "}")
        if token in FUNCTIONS and self.next == "(":
            return FUNCTIONS[token](self.between("(", ")"))
        if token.startswith(r"\sum"):
            return np.sum(self.sum())
        return self.names[token] if token in self.names else float(token)
