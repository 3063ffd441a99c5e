"""Predictions to choose or to tick: the flag stands at what was guessed, a mark at what is so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from backprop.course.markup import to_html, to_plain, to_plain_parts
from backprop.course.predictions.distances import SENTENCES
from backprop.course.predictions.prediction import Prediction, Refusal, join_names
from backprop.course.progress.records import Guess
from backprop.course.questions.base import LETTERS, MOST_OPTIONS
from backprop.course.questions.letters import find_letter, find_letters, shuffle_named
from backprop.course.questions.sentences import Text, list_word_parts
from backprop.page.html import Markup, element

__all__ = ["OptionPrediction", "SeveralPrediction"]

BRIEF = 6  # characters of an option for which a column is wide enough


class _Option(NamedTuple):
    name: str
    text: str


class OptionPrediction(Prediction):
    """Predict which of several things happens.

    Made by `Predictions.choice`.

    Parameters
    ----------
    compute, text, because
        See `Prediction`; `compute` returns the name of what is so.
    options : mapping of str to str
        Names, which are kept with the guess, and one line of light Markdown each; two to eight.
    in_order : bool
        True to show them as written; else they are shuffled, once and for all.

    Examples
    --------
    >>> def root():
    ...     return "up" if 2**0.5 > 1 else "down"
    >>> asked = OptionPrediction(root, text="√2?", because="1 · 1 is 1.", in_order=True,
    ...     options={"up": "Above 1", "down": "Below 1"})
    >>> print(asked.make("b"))
    You: “Below 1”. It is: “Above 1”.
    <BLANKLINE>
    1 · 1 is 1.
    """

    kind = "choice"
    box: ClassVar[str] = "radio"
    most: ClassVar[int] = MOST_OPTIONS

    def __init__(
        self,
        compute: Callable[[], Any],
        *,
        text: str,
        because: str,
        options: Mapping[str, str],
        in_order: bool = False,
    ) -> None:
        super().__init__(compute, text, because)
        if not 2 <= len(options) <= self.most:
            raise ValueError(
                f"prediction {self.name!r} has {len(options)} options: give it 2 to {self.most}"
            )
        self._options = tuple(_Option(*pair) for pair in options.items())
        self._in_order = in_order

    @property
    def options(self) -> tuple[_Option, ...]:
        """The options in the order in which readers see them."""
        return self._options if self._in_order else shuffle_named(self.id, self._options)

    def check_truth(self, computed: Any) -> Any:  # noqa: D102
        return self._check_names([computed])[0]

    def _check_names(self, names: list[str]) -> list[str]:
        known = [option.name for option in self._options]
        for name in names:
            if name not in known:
                raise ValueError(
                    f"prediction {self.id!r} computed {name!r}, which is none of its options: "
                    f"{', '.join(known)}"
                )
        return names

    def read(self, response: object) -> Guess | Refusal:  # noqa: D102
        letter = find_letter(response, self.options)
        return self.options[LETTERS.index(letter)].name if letter else Refusal(["no choice"])

    def fits(self, guess: Guess) -> bool:  # noqa: D102
        return guess in [option.name for option in self._options]

    def _write_names(self, names: Any) -> Text:
        texts = [option.text.rstrip(".") for option in self.options if option.name in names]
        html = join_names([to_html(text, inline=True) for text in texts])
        return Text(", ".join(map(to_plain, texts)), html)

    def _write_sentence(self, key: str, *texts: Text) -> Text:
        parts = list_word_parts({key: SENTENCES[key]})[key]
        pieces = [parts] if isinstance(parts, str) else parts
        plain = "".join(texts[p].plain if isinstance(p, int) else p for p in pieces)
        html = [texts[p].html if isinstance(p, int) else Markup(p) for p in pieces]
        return Text(plain, element("p", html))

    def compare(self, guess: Guess) -> Text:  # noqa: D102
        key = "same option" if guess == self.truth else "other option"
        return self._write_sentence(
            key, self._write_names([guess]), self._write_names([self.truth])
        )

    def describe_truth(self) -> Text:  # noqa: D102
        return self._write_sentence("truth of several", self._write_names([self.truth]))

    def make_payload(self) -> dict[str, Any]:  # noqa: D102
        options = [
            {"name": option.name, "text": to_html(option.text.rstrip("."), inline=True)}
            for option in self.options
        ]
        return {"options": options, "truth": self.truth}

    @property
    def role(self) -> str:  # noqa: D102
        return "radiogroup" if self.box == "radio" else "group"

    def draw_controls(self, group: str) -> Markup:  # noqa: D102
        items = [
            element(
                "li",
                element(
                    "label",
                    element(
                        "input",
                        type=self.box,
                        name=group,
                        value=option.name,
                        aria_label=_name_option(option.text),
                    ),
                    element("span", to_html(option.text, inline=True)),
                    class_="bp-choice",
                ),
            )
            for option in self.options
        ]
        brief = all(len(to_plain(option.text)) <= BRIEF for option in self.options)
        many = " bp-many" if brief or len(items) > MOST_OPTIONS else ""  # set in columns
        return element("ul", items, class_=f"bp-choices{many}", role="presentation")

    def list_controls(self) -> str:  # noqa: D102
        pairs = zip(LETTERS, self.options, strict=False)
        return "\n".join(f"   {letter}) {to_plain(option.text)}" for letter, option in pairs)

    def samples(self) -> list[Any]:  # noqa: D102
        return [*(option.name for option in self.options), "", None]

    def list_texts(self) -> dict[str, str]:  # noqa: D102
        return {**super().list_texts(), **{f"option {o.name}": o.text for o in self._options}}


def _name_option(text: str) -> str | None:
    """Return a name for assistive technology, which skips formulas; None where text will do."""
    return "".join(map(str, to_plain_parts([text]))) if "$" in text else None


class SeveralPrediction(OptionPrediction):
    """Predict which of several things are so; several may be, or none.

    Made by `Predictions.several`; `compute` returns the names of what is so. There may be twenty
    options.

    Examples
    --------
    >>> def even():
    ...     return [name for name, n in {"two": 2, "three": 3, "four": 4}.items() if n % 2 == 0]
    >>> asked = SeveralPrediction(even, text="Even?", because="Halve them.", in_order=True,
    ...     options={"two": "2", "three": "3", "four": "4"})
    >>> print(asked.make("ab"))
    You: 2, 3. So it is: 2, 4.
    <BLANKLINE>
    Halve them.
    """

    kind = "several"
    box = "checkbox"
    most = len(LETTERS)
    hint = "Several may be so: guess with their letters, a for the first."

    def check_truth(self, computed: Any) -> list[str]:  # noqa: D102
        return self._check_names(list(computed))

    def read(self, response: object) -> Guess | Refusal:  # noqa: D102
        letters = find_letters(response, self.options)
        named = zip(LETTERS, self.options, strict=False)
        ticked = [option.name for letter, option in named if letter in letters]
        return ticked or Refusal(["no tick"])

    def fits(self, guess: Guess) -> bool:  # noqa: D102
        known = [option.name for option in self._options]
        return isinstance(guess, list) and guess != [] and all(name in known for name in guess)

    def compare(self, guess: Guess) -> Text:  # noqa: D102
        assert isinstance(guess, list)
        if not self.truth:
            return self._write_sentence("other none", self._write_names(guess))
        key = "same set" if set(guess) == set(self.truth) else "other set"
        return self._write_sentence(key, self._write_names(guess), self._write_names(self.truth))

    def describe_truth(self) -> Text:  # noqa: D102
        if not self.truth:
            return self._write_sentence("truth of none")
        return self._write_sentence("truth of several", self._write_names(self.truth))

    def write_example(self) -> str:  # noqa: D102
        return '"ab"'

    def samples(self) -> list[Any]:  # noqa: D102
        names = [option.name for option in self.options]
        return [[name] for name in names] + [names, names[:2], list(self.truth), []]
