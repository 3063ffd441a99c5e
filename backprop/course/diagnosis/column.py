"""One result of a comparison, example by example, for whoever looks for patterns in it."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from backprop.course.comparison import Comparison
from backprop.course.values import Part

__all__ = ["ENOUGH", "Column", "find_condition", "is_rounded"]

ENOUGH = 3  # examples that bear a claim out, in which something else could have been seen


class Column:
    """One result of a comparison: what came beside what was wanted.

    Parameters
    ----------
    comparison : Comparison
        All results.
    j : int
        Which.
    """

    def __init__(self, comparison: Comparison, j: int) -> None:
        self.comparison, self.j, self.name = comparison, j, comparison.names[j]
        given = self.name in comparison.task.parameters
        self.subject = f"The `{self.name}` that you return" if given else f"`{self.name}`"
        self.got = [parts[j] for parts in comparison.got]
        self.wanted = [parts[j] for parts in comparison.wanted]
        self.cases = comparison.cases
        self.tolerance = comparison.task.tolerance
        self.is_wrong = [j in results for results in comparison.wrong]
        self.is_list = any(part.shape for part in self.wanted)

    def is_close(self, one: float, other: float) -> bool:
        """Return whether two numbers are the same up to rounding."""
        return (
            math.isfinite(one)
            and math.isfinite(other)
            and abs(one - other) <= self.tolerance * max(1.0, abs(other))
        )

    def are_close(self, one: Sequence[float], other: Sequence[float]) -> bool:
        """Return whether two rows of numbers are the same up to rounding."""
        return len(one) == len(other) and all(map(self.is_close, one, other))

    @cached_property
    def same_kind(self) -> bool:
        """Whether all values are finite numbers in the shape that is wanted."""
        return all(
            g.is_number and w.is_number and g.shape == w.shape and g.is_finite
            for g, w in zip(self.got, self.wanted, strict=True)
        )

    @cached_property
    def pairs(self) -> list[tuple[int, float, float]]:
        """Each number with ours, and in which example it stands."""
        return [
            (n, a, b)
            for n, (g, w) in enumerate(zip(self.got, self.wanted, strict=True))
            for a, b in zip(g.numbers, w.numbers, strict=True)
        ]

    def holds(self, claim: Callable[[float], float]) -> bool:
        """Return whether each number is what a claim makes of ours."""
        try:
            return all(self.is_close(a, claim(b)) for _, a, b in self.pairs)
        except (ValueError, ArithmeticError):
            return False

    def equals(self, values: Sequence[tuple[Part, ...] | None]) -> bool:
        """Return whether the result equals that of other values, and these tell from ours."""
        if not self.comparison.agrees_with(values, self.j):
            return False
        return sum(self.is_wrong) >= min(ENOUGH, len(self.cases))

    def arguments(self) -> Iterator[tuple[str, list[Any]]]:
        """Go through the parameters, each with its value in every example."""
        for i, name in enumerate(self.comparison.task.parameters):
            yield name, [case[i] for case in self.cases]


def is_rounded(number: float, exact: float, unit: float) -> bool:
    """Return whether a number is a whole number of units, and the exact one as near as can be."""
    whole = abs(number / unit - round(number / unit)) <= 1e-6 * max(1, abs(number / unit) * 1e-6)
    return whole and abs(number - exact) <= unit / 2 + 1e-9 * max(1, abs(exact))


def find_condition(column: Column) -> str:
    """Recognise examples that are right, and those that are wrong, by one of the arguments."""
    ordinary = column.comparison.ordinary
    right = {n for n in ordinary if not column.is_wrong[n]}
    if len(right) < 2 or len(ordinary) - len(right) < ENOUGH:
        return ""
    for name, values in column.arguments():
        for condition, text in _CONDITIONS:
            found = {n for n in ordinary if condition(values[n])}
            if found == right:
                return (
                    f"Your `{column.name}` is right in the examples in which `{name}` {text}, and "
                    "wrong in all others."
                )
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_CONDITIONS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (lambda v: _is_number(v) and v == 0, "is 0"),
    (lambda v: _is_number(v) and v == 1, "is 1"),
    (lambda v: _is_number(v) and v > 0, "is positive"),
    (lambda v: _is_number(v) and v < 0, "is negative"),
    (lambda v: _is_number(v) and v >= 0, "is not negative"),
    (lambda v: _is_number(v) and v <= 0, "is not positive"),
    (lambda v: _is_number(v) and v != 0, "is not 0"),
    (lambda v: isinstance(v, np.ndarray) and v.size == 1, "has one number only"),
    (lambda v: isinstance(v, np.ndarray) and v.size > 1, "has more than one number"),
)
