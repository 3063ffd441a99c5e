"""Predictions of a number: the guess and the truth in words, and on a number line."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from backprop.course.markup import to_html, to_plain
from backprop.course.number_text import read_typed, show_number
from backprop.course.predictions.distances import SENTENCES, compare_numbers, show_amount
from backprop.course.predictions.prediction import Prediction, Refusal
from backprop.course.progress.records import Guess
from backprop.course.questions.base import draw_label, draw_text_input
from backprop.course.questions.sentences import Text, write_sentence
from backprop.page.html import Markup, element

__all__ = ["NumberPrediction"]


class NumberPrediction(Prediction):
    """Predict a number.

    Made by `Predictions.number`.

    Parameters
    ----------
    compute, text, because
        See `Prediction`; `compute` returns a number.
    decimals : int
        How many decimals of the truth are shown.
    label, unit : str
        What stands before the input, and behind it.
    line : tuple of float, optional
        The ends of a number line on which guesses and truth are shown.
    within : tuple, optional
        The least and the most that it can be at all, as a probability lies between 0 and 1; None
        for no most. What lies outside is no guess.

    Examples
    --------
    >>> def turns():
    ...     return 12.0
    >>> print(NumberPrediction(turns, text="How often?", because="Twice six.").make("4"))
    You: 4. It is 12, three times your guess.
    <BLANKLINE>
    Twice six.
    """

    kind = "number"

    def __init__(
        self,
        compute: Callable[[], float],
        *,
        text: str,
        because: str,
        decimals: int = 0,
        label: str = "Your guess",
        unit: str = "",
        line: tuple[float, float] | None = None,
        within: tuple[float, float | None] | None = None,
    ) -> None:
        super().__init__(compute, text, because)
        if line is not None and not line[0] < line[1]:
            raise ValueError(f"prediction {self.name!r}: line must go from low to high, got {line}")
        self.decimals, self.label, self.unit, self.line = decimals, label, unit, line
        self.within = within

    def check_truth(self, computed: Any) -> float:  # noqa: D102
        value = float(computed)
        if not math.isfinite(value):
            raise ValueError(f"prediction {self.id!r} computed {value}, which is no number to show")
        if self.line is not None and not self.line[0] <= value <= self.line[1]:
            raise ValueError(
                f"prediction {self.id!r}: its line goes from {self.line[0]} to {self.line[1]}, "
                f"which leaves out the truth, {value:.6g}"
            )
        if self._find_outside(value):
            raise ValueError(
                f"prediction {self.id!r}: it is said to lie within {self.within}, and computed "
                f"{value:.6g}"
            )
        return round(value, self.decimals)

    def _find_outside(self, value: float) -> Refusal | None:
        """Refuse what cannot be, whatever the truth is."""
        if self.within is None:
            return None
        low, high = self.within
        if high is None:
            return Refusal(["not below", show_number(low)]) if value < low else None
        ends = ["between", show_number(low), show_number(high)]
        return None if low <= value <= high else Refusal(ends)

    def read(self, response: object) -> Guess | Refusal:  # noqa: D102
        found = read_typed(response, self.unit)
        if isinstance(found, tuple):
            return Refusal(found)
        return self._find_outside(found) or found

    def fits(self, guess: Guess) -> bool:  # noqa: D102
        return isinstance(guess, float)

    @property
    def _shown_truth(self) -> str:
        return f"{show_number(self.truth, f'.{self.decimals}f')} {self.unit}".strip()

    def compare(self, guess: Guess) -> Text:  # noqa: D102
        assert isinstance(guess, float)
        key, *values = compare_numbers(guess, self.truth, self._tolerance)
        said = [f"{show_amount(guess)} {self.unit}".strip(), self._shown_truth, *values]
        words = write_sentence(key, *said, words=SENTENCES)
        return Text(words.plain, Markup(words.html + self._draw_line(guess)))

    @property
    def _tolerance(self) -> float:
        return 0.5 * 10.0**-self.decimals

    def _draw_line(self, guess: float) -> Markup:
        """Draw flag and truth on the number line, where the guess lies on it."""
        if self.line is None or not self.line[0] <= guess <= self.line[1]:
            return Markup()
        low, high = self.line
        at, true = (
            math.floor(1000 * (value - low) / (high - low) + 0.5) / 10
            for value in (guess, self.truth)
        )
        return element(
            "div",
            [element("span", show_number(end)) for end in self.line],
            element("b", element("span", SENTENCES["you"]), style=f"left:{at:g}%"),
            element("i", style=f"left:{true:g}%"),
            class_="bp-number-line",
            aria_hidden="true",
        )

    def describe_truth(self) -> Text:  # noqa: D102
        return write_sentence("truth", self._shown_truth, words=SENTENCES)

    def make_payload(self) -> dict[str, Any]:  # noqa: D102
        low, high = self.within or (None, None)
        shown = [show_number(end) for end in (low, high) if end is not None]
        return {
            "within": {"ends": [low, high], "shown": shown} if shown else None,
            "unit": self.unit,
            "truth": self.truth,
            "shown": self._shown_truth,
            "tolerance": self._tolerance,
            "line": self.line and {"ends": self.line, "shown": [*map(show_number, self.line)]},
        }

    def draw_controls(self, group: str) -> Markup:  # noqa: D102
        control = draw_text_input(group, inputmode="text", size=9)
        unit = element("span", self.unit, class_="bp-unit") if self.unit else None
        return draw_label(to_html(self.label, inline=True), control, unit, class_="bp-number")

    def list_controls(self) -> str:  # noqa: D102
        return f"   {to_plain(self.label)} ... {self.unit}".rstrip()

    def write_example(self) -> str:  # noqa: D102
        return "1.5"

    def samples(self) -> list[Any]:  # noqa: D102
        near = [self.truth * k for k in (1, 2, 3, 0.5, 0.1, 1.2, 0.9, -1, 37, 1e6)]
        return [*map(repr, near), "0", "1,5", "\u22122 " + self.unit, "", "many", "1,500", "-1/3"]

    def list_texts(self) -> dict[str, str]:  # noqa: D102
        return {**super().list_texts(), "label": self.label}
