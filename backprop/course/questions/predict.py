"""Predict, then see: a guess is committed first, and the computed result appears beside it.

A prediction is there to be made, not to be got right. Any guess counts as answered (`right` is
True, so that it never stands between a reader and the next page); whether it was close is said in
the words above the comparison and nowhere else.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from backprop.course.markup import to_plain
from backprop.course.number_text import read_number, show_number, tidy_typed
from backprop.course.questions.base import LETTERS, Feedback, refuse_answer
from backprop.course.questions.choice import Option, Options
from backprop.course.questions.computed import Compute, Draw
from backprop.course.questions.letters import find_letter
from backprop.course.questions.number import Number, Variant
from backprop.course.questions.sentences import WORDS, Text, join_texts
from backprop.page.html import Markup, element, escape

__all__ = ["Guess", "PredictedNumber", "PredictedOption", "guess"]


class Guess(NamedTuple):
    """Something that may happen, and what to say to whoever expects it."""

    name: str
    text: str
    because: str


def guess(name: str, text: str, because: str) -> Guess:
    """Write something that may happen.

    Parameters
    ----------
    name : str
        The expectation in a word or two: the decorated function returns the one that comes true.
    text : str
        What may happen, one line of light Markdown.
    because : str
        If it does not happen: the explanation that helps whoever expected it. If it does: why.
    """
    return Guess(name, text, because)


def _set_beside(guessed: Text, computed: Text, scale: Markup | None = None) -> Text:
    """Put a guess and the result beside each other."""
    pairs = [(WORDS["your guess"], guessed), (WORDS["computed"], computed)]
    rows = [element("div", element("dt", label), element("dd", t.html)) for label, t in pairs]
    plain = "\n".join(f"{label}: {text.plain}" for label, text in pairs)
    return Text(plain, Markup(element("dl", rows, class_="bp-compare") + (scale or "")))


class PredictedOption(Options):
    """Choose what will happen; the decorated function computes what does.

    Made by `Quiz.predict`. Any choice counts as answered.

    Parameters
    ----------
    happens : callable
        Without arguments; returns the name of the guess that comes true.
    text : str
        See `Question`.
    guesses : list of Guess
        Two or more.
    in_order : bool
        True to show them as written.

    Examples
    --------
    >>> question = PredictedOption(lambda: "up" if 2**0.5 > 1 else "down", text="√2?", guesses=[
    ...     guess("up", "Above 1", "1 · 1 is 1."), guess("down", "Below 1", "Roots grow, too.")])
    >>> print(question.answer("down"))
    Now compare.
    Your guess: Below 1
    Computed: Above 1
    <BLANKLINE>
    Roots grow, too.
    <BLANKLINE>
    1 · 1 is 1.
    """

    kind = "predict-option"
    names_options = True
    action = "Commit and see"

    def __init__(
        self, happens: Callable[[], str], *, text: str, guesses: list[Guess],
        in_order: bool = False,
    ) -> None:  # fmt: skip
        if len(guesses) < 2:
            raise ValueError(f"question {happens.__name__!r} needs two or more guesses")
        self.happens, self._computed = happens, ""
        options = tuple(Option(*each, right=False) for each in guesses)
        super().__init__(happens.__name__, text, options, "", "", in_order)

    @property
    def options(self) -> tuple[Option, ...]:  # noqa: D102
        computed = self.computed
        return tuple(option._replace(right=option.name == computed) for option in super().options)

    @property
    def computed(self) -> str:
        """The name of the guess that comes true, computed once."""
        if not self._computed:
            self._computed = self.happens()
            names = [option.name for option in self._options]
            if self._computed not in names:
                raise ValueError(
                    f"question {self.id!r} computed {self._computed!r}, which is none of its "
                    f"guesses: {', '.join(names)}"
                )
        return self._computed

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Take a letter ("a") or the name of a guess; show what happens beside it."""
        letter = find_letter(response, self.options)
        if not letter:
            return refuse_answer("no choice")
        chosen = self.options[LETTERS.index(letter)]
        (real,) = (option for option in self.options if option.right)
        beside = _set_beside(self._render_option(chosen), self._render_option(real))
        why = self.render(real.because)
        if chosen.right:
            said = join_texts(beside, why)
            return Feedback(True, said, verdict="well predicted", given=letter)
        said = join_texts(beside, self.render(chosen.because), why)
        return Feedback(True, said, chosen.name, verdict="compare", given=letter)

    def _render_option(self, option: Option) -> Text:
        return Text(to_plain(option.text), self.write_html(option.text, inline=True))

    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:  # noqa: D102
        pairs = zip(LETTERS, self.options, strict=False)
        named = [(None if option.right else option.name, letter) for letter, option in pairs]
        return sorted(named, key=lambda pair: pair[0] is None)


class PredictedNumber(Number):
    """Guess a number within a range; the decorated function computes it.

    Made by `Quiz.predict`. Any guess within the range counts as answered. Without a `draw` there
    is one set of numbers; everything else is as for `Number`.

    Parameters
    ----------
    compute : callable
        The given numbers to the result.
    low, high : float
        The range of guesses.
    near : float, optional
        Guesses within this distance are called well predicted; a tenth of the range.
    text, because, decimals, label, unit, variants
        As for `Number`; `because` is the explanation that follows any guess.

    Examples
    --------
    >>> def height():
    ...     return 2.0**0.5
    >>> question = PredictedNumber(height, text="√2?", because="1.4² is 1.96.", low=0, high=2)
    >>> print(question.answer("1,5"))
    Well predicted!
    Your guess: 1,5
    Computed: 1.41
    <BLANKLINE>
    1.4² is 1.96.
    """

    kind = "predict-number"
    action = "Commit and see"

    def __init__(
        self,
        compute: Compute,
        *,
        text: str,
        because: str,
        low: float,
        high: float,
        near: float | None = None,
        decimals: int = 2,
        label: str = "Your guess",
        unit: str = "",
        variants: int = 24,
    ) -> None:
        if not low < high:
            raise ValueError(f"question {compute.__name__!r}: low must be below high, got {low} "
                             f"and {high}")  # fmt: skip
        super().__init__(
            compute, text=text, hint="", reasoning=because, decimals=decimals, label=label,
            unit=unit, variants=1,
        )  # fmt: skip
        self.low, self.high, self._many = low, high, variants
        self.tolerance = (high - low) / 10 if near is None else near
        self._draw = lambda rng: {}

    def draw(self, function: Draw) -> Draw:  # noqa: D102
        self._wanted = self._many
        return super().draw(function)

    def _gives_away(self, variant: Variant) -> bool:
        return False  # any guess will do

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Take a number within the range; show the result beside it."""
        guessed = self._read(response)
        if isinstance(guessed, Feedback):
            return guessed
        if not self.low <= guessed <= self.high:
            return refuse_answer("out of range", *self._ends)
        at = self.variants[variant % len(self.variants)]
        typed = tidy_typed(response, self.unit)
        text = typed if isinstance(typed, str) else show_number(guessed)
        beside = _set_beside(
            self._add_unit(text),
            self._add_unit(self._show(at.answer)),
            self._draw_scale(guessed, at.answer),
        )
        because = self.render(self.reasoning, variant)
        if abs(guessed - at.answer) <= self.tolerance:
            said = join_texts(beside, because)
            return Feedback(True, said, verdict="well predicted", given=guessed)
        for name, value in at.slips.items():
            if abs(guessed - value) <= self.tolerance:
                said = join_texts(beside, self.render(self.slips[name][1], variant), because)
                return Feedback(True, said, name, verdict="compare", given=guessed)
        return Feedback(True, join_texts(beside, because), verdict="compare", given=guessed)

    def _show(self, value: float) -> str:
        return show_number(value, f".{self.decimals}f")

    def _add_unit(self, text: str) -> Text:
        text = f"{text} {self.unit}".strip()
        return Text(text, escape(text))

    @property
    def _ends(self) -> tuple[str, str]:
        return show_number(self.low), show_number(self.high)

    def _draw_scale(self, *values: float) -> Markup:
        """Draw guess and result on a line from the lowest guess to the highest."""
        guessed, computed = (self._find_percent(value) for value in values)
        style = f"--guess:{guessed}%;--computed:{computed}%"
        return element("div", class_="bp-scale", aria_hidden="true", style=style)

    def _find_percent(self, value: float) -> int:
        share = (value - self.low) / (self.high - self.low)
        return math.floor(100 * min(max(share, 0.0), 1.0) + 0.5)

    def make_payload(self) -> dict[str, Any]:  # noqa: D102
        return {
            **super().make_payload(),
            "low": self.low,
            "high": self.high,
            "ends": self._ends,
            "computed": [self._show(at.answer) for at in self.variants],
        }

    @property
    def enough(self) -> str:  # noqa: D102
        return "A guess from {} to {}.".format(*self._ends)

    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:  # noqa: D102
        return [
            (name, text)
            for name, text in super().samples(variant)
            if self.low <= (read_number(text) or 0.0) <= self.high
        ]
