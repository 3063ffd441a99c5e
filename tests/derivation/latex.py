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


def smaller(a: Any, b: Any) -> Any:
    return np.real(a) < np.real(b)


def softmax(a: Any) -> Any:
    return np.exp(a) / np.sum(np.exp(a), axis=-1, keepdims=True)


# Ordered by their real parts, so that the complex step can be taken through them.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    r"\ln": np.log,
    r"\sin": np.sin,
    r"\cos": np.cos,
    r"\tanh": np.tanh,
    r"\sigma": lambda a: 1 / (1 + np.exp(-a)),
    r"\operatorname{softplus}": lambda a: np.log(1 + np.exp(a)),
    r"\operatorname{sign}": np.sign,
    r"\operatorname{relu}": lambda a: np.where(smaller(0, a), a, 0 * a),
    r"\operatorname{leaky\_relu}": lambda a, slope: np.where(smaller(0, a), a, slope * a),
    r"\operatorname{clip}": lambda a, low, high: np.where(
        smaller(a, low), low, np.where(smaller(high, a), high, a)
    ),
    r"\operatorname{where}": np.where,
    r"\operatorname{softmax}": softmax,
    r"\operatorname{diag}": np.diag,
    r"\max": lambda a, *b: np.where(smaller(a, *b), *b, a) if b else np.max(a),
    r"\min": lambda a, b: np.where(smaller(b, a), b, a),
}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    r"\lt": smaller,
    r"\gt": lambda a, b: smaller(b, a),
    r"\le": lambda a, b: ~smaller(b, a),
    r"\ge": lambda a, b: ~smaller(a, b),
    "=": lambda a, b: np.equal(a, b),
}
BARS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    r"\lvert": (r"\rvert", lambda a: np.where(smaller(a, 0), -a, a)),
    r"\lVert": (r"\rVert", lambda a: np.sqrt(np.sum(a * a))),
}
BELOW = r"(?:_\{[^{}]*\})?"
TOKEN = re.compile(
    rf"""
      \\sum{BELOW}(?:\^\{{[^{{}}]*\}})?     # a sum, with its limits
    | \\operatorname\{{[\w\\]+\}}
    | \\mathbf\{{1\}}                      # a vector of ones
    | \\text\{{[^{{}}]*\}}{BELOW}           # a long name
    | \\[a-zV]+{BELOW}                     # a command or a Greek name
    | [A-Za-z]{BELOW}                      # a short name
    | <\w+>                                # the place of an argument
    | \d+(?:\.\d+)?
    | [-+^(){{}}\[\],=]
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


def beside(a: Any, b: Any) -> Any:
    """Two matrices, a column and a row, or a number and what it multiplies."""
    if isinstance(b, Row):
        return np.outer(a, b)
    if isinstance(a, Row):
        return np.asarray(a) @ np.asarray(b)
    return a @ b if np.ndim(a) and np.ndim(b) else a * b


class Row(np.ndarray[Any, Any]):
    """A vector that was transposed."""


ENDS = ("", "+", "-", ")", "}", "]", ",", r"\rvert", r"\rVert", r"\cdot", *COMPARISONS)


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

    def listed(self) -> list[Any]:
        """The arguments of a function."""
        self.take("(")
        arguments = [self.sum()]
        while self.next == ",":
            self.take()
            arguments.append(self.sum())
        self.take(")")
        return arguments

    def condition(self) -> Any:
        """1 where what stands in the brackets is true, 0 elsewhere (K. Iverson's notation)."""
        self.take("[")
        left = self.sum()
        true = np.asarray(left).astype(bool) if self.next == "]" else True
        while self.next in COMPARISONS:
            comparison = COMPARISONS[self.take()]
            right = self.sum()
            true, left = true & comparison(left, right), right
        self.take("]")
        return np.where(true, 1.0, 0.0)[()]

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
        while self.next not in ENDS:
            result = beside(result, self.power())
        return result

    def power(self) -> Any:
        base = self.atom()
        if self.next != "^":
            return base
        self.take()
        if self.next == r"\top":
            self.take()
            return base.view(Row) if np.ndim(base) == 1 else np.transpose(base)
        exponent = self.between("{", "}") if self.next == "{" else float(self.take())
        assert self.next != "^", "a power of a power needs brackets"
        return base**exponent

    def atom(self) -> Any:
        token = self.next
        if token == "(":
            return self.between("(", ")")
        if token == "[":
            return self.condition()
        if token in BARS:
            right, size = BARS[token]
            return size(self.between(token, right))
        self.take()
        if token == r"\frac":
            return self.between("{", "}") / self.between("{", "}")
        if token == r"\sqrt":
            return self.between("{", "}") ** 0.5
        if token in FUNCTIONS and self.next == "(":
            return FUNCTIONS[token](*self.listed())
        if token.startswith(r"\sum"):
            return np.sum(self.sum())
        return self.names[token] if token in self.names else float(token)
