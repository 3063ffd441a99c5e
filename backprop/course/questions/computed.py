"""What questions share whose answers are computed: numbers drawn, wrong ideas as functions."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from backprop.course.questions.base import Question

__all__ = ["Compute", "ComputedQuestion", "Draw", "Values"]

Values: TypeAlias = Mapping[str, float]
#: Computes a number from named ones; decorated functions have any parameters.
Compute: TypeAlias = Callable[..., float]
#: Draws named numbers.
Draw: TypeAlias = Callable[[np.random.Generator], Values]


class ComputedQuestion(Question):
    """A question whose answer a function computes, and whose misconceptions are functions, too.

    Parameters
    ----------
    compute : callable
        The function that computes the answer; the question has its name.
    text, hint, reasoning : str
        See `Question`.
    """

    def __init__(self, compute: Compute, text: str, hint: str, reasoning: str) -> None:
        super().__init__(compute.__name__, text, hint, reasoning)
        self.compute = compute
        #: The name of each misconception, with its function and its explanation.
        self.slips: dict[str, tuple[Compute, str]] = {}
        self._draw: Draw | None = None

    def draw(self, function: Draw) -> Draw:
        """Decorate the function that draws numbers, as a dictionary, from a random generator."""
        self._draw = function
        return function

    def misconception(self, because: str) -> Callable[[Compute], Compute]:
        """Decorate a function that computes what a wrong idea leads to, from the same numbers.

        Parameters
        ----------
        because : str
            The explanation that helps whoever answers so. For numbers at which the idea leads to
            none of its own, the function of a number question may return None.
        """

        def keep(function: Compute) -> Compute:
            self.slips[function.__name__] = (function, because)
            return function

        return keep

    def _make_generator(self) -> np.random.Generator:
        """Make a generator that draws the same numbers wherever it is made."""
        return np.random.default_rng(zlib.crc32(self.id.encode()))

    def list_texts(self) -> dict[str, str]:  # noqa: D102
        return {**super().list_texts(), **{name: text for name, (_, text) in self.slips.items()}}

    def make_payload(self) -> dict[str, Any]:  # noqa: D102
        slips = [
            {"name": name, "because": self.make_template(because)}
            for name, (_, because) in self.slips.items()
        ]
        return {**super().make_payload(), "slips": slips}
