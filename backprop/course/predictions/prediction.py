"""What every kind of prediction shares: its texts, the guess that is kept, how it is shown."""

from __future__ import annotations

import functools
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from backprop.course.markup import to_html, to_plain, to_plain_parts
from backprop.course.predictions.distances import SENTENCES
from backprop.course.progress import clicks, records
from backprop.course.progress.records import Guess
from backprop.course.questions.base import draw_button, encode_payload, split_question
from backprop.course.questions.sentences import Text, list_word_parts, write_sentence
from backprop.page import assets, on_page
from backprop.page.html import Content, Markup, element, join

__all__ = ["Prediction", "Refusal", "Revealed"]

_TITLE = "Predict first"
_ANSWER = "What is so, and why"


class Refusal(tuple[str, ...]):
    """What is no guess: the key of a sentence, and the values that it needs."""

    __slots__ = ()


class Prediction(ABC):
    """A question in the text of a chapter, to be answered before one reads on.

    Any guess counts as made. Then the truth, which a function computes with the engine, opens
    beside it with its reasoning; `reveal` opens it without a guess. A guess is kept with the
    answers to quizzes, and no certificate counts it.

    Parameters
    ----------
    compute : callable
        Without arguments; returns what is so. The prediction has its name.
    text : str
        Light Markdown; its last paragraph is the question itself.
    because : str
        The reasoning, in light Markdown.

    Examples
    --------
    >>> from backprop.course import prediction
    >>> asked = prediction("gradient_descent/why_it_rises")
    >>> asked.truth, asked.make("no idea").counted
    ('length', False)
    """

    kind: ClassVar[str]
    hint: ClassVar[str] = ""  # what has to be known to guess in Python

    def __init__(self, compute: Callable[[], Any], text: str, because: str) -> None:
        self.name, self.chapter = compute.__name__, ""
        self.text, self.because = text, because
        self._compute = compute

    @property
    def id(self) -> str:
        """The name under which a guess is kept: ``"chapter/name"``."""
        return f"{self.chapter}/{self.name}"

    @functools.cached_property
    def truth(self) -> Any:
        """What is so, computed once."""
        return self.check_truth(self._compute())

    @property
    def guess(self) -> Guess | None:
        """The guess that is kept of this reader; None if there is none, or nothing is kept."""
        kept = records.find_guess(self.id) if self.chapter else None
        return kept if kept is not None and self.fits(kept) else None

    # ---- what each kind brings

    @abstractmethod
    def check_truth(self, computed: Any) -> Any:
        """Return what was computed as it is used, or raise ValueError."""

    @abstractmethod
    def read(self, response: object) -> Guess | Refusal:
        """Read what a reader expects."""

    @abstractmethod
    def fits(self, guess: Guess) -> bool:
        """Check whether a guess that was kept is one for this prediction, as it is now."""

    @abstractmethod
    def compare(self, guess: Guess) -> Text:
        """Set a guess beside the truth, in words."""

    @abstractmethod
    def describe_truth(self) -> Text:
        """Say what is so, without a guess."""

    @abstractmethod
    def make_payload(self) -> dict[str, Any]:
        """Collect what the script needs of this kind, ready for JSON."""

    @abstractmethod
    def draw_controls(self, group: str) -> Markup:
        """Draw what a reader guesses with; `group` names it on its page."""

    @abstractmethod
    def list_controls(self) -> str:
        """Write the same for a terminal."""

    @abstractmethod
    def samples(self) -> list[Any]:
        """List responses of every sort that this kind takes, for tests."""

    def list_texts(self) -> dict[str, str]:
        """List every text with a name, for whoever reads them all."""
        return {"text": self.text, "because": self.because}

    # ---- using it

    def make(self, response: object) -> Revealed:
        """Make a guess, and see what is so beside it.

        Parameters
        ----------
        response : object
            A number, as one or as text; the letter, name or text of an option, or a list of
            them; two coordinates; or heights from left to right. It depends on the kind.

        Returns
        -------
        Revealed
            Shows itself. What is no guess is refused, and nothing opens. The first guess is the
            one that is kept.
        """
        read = self.read(response)
        if isinstance(read, Refusal):
            return Revealed(self, None, write_sentence(read[0], *read[1:], words=SENTENCES))
        if self.chapter:
            records.record_guess(self.id, read)
        return Revealed(self, read)

    def reveal(self) -> Revealed:
        """Show what is so, without a guess; nothing is kept of that."""
        return Revealed(self, None)

    # ---- showing it

    def __str__(self) -> str:
        controls = (
            f"{self.list_controls()}\n   ({self.hint})" if self.hint else self.list_controls()
        )
        return (
            f"{_TITLE}: {to_plain(self.text)}\n{controls}\n"
            f"To guess in Python: {'; '.join(self._write_calls())}"
        )

    __repr__ = __str__

    def _write_calls(self) -> tuple[str, str]:
        """Write how it is opened in Python, and how it is answered."""
        opened = f'p = course.prediction("{self.id}")'
        return opened, f"p.make({self.write_example()}) or p.reveal()"

    def write_example(self) -> str:
        """Write what may stand in the parentheses of ``make``."""
        return '"a"'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return self.make_bundle(str(self), self.guess)

    def _ipython_display_(self) -> None:
        clicks.open_guess_recorder(self.chapter, self.name)
        raise NotImplementedError  # IPython shows the bundle, as for any object

    def make_bundle(self, text: str, guess: Guess | None, is_open: bool = False) -> Any:
        """Return what IPython shows: text, and HTML that brings its own style and script."""
        html = assets("figure", "answers", "course", "predict") + self.to_html(guess, is_open)
        if not on_page():
            start = Markup("window.backprop.predict();")
            html += clicks.draw_script() + element("script", start)
        return {"text/plain": text, "text/html": html}

    def to_html(self, guess: Guess | None = None, is_open: bool = False) -> Markup:
        """Draw the prediction: readable without a script, alive as soon as its script finds it.

        Parameters
        ----------
        guess : Guess, optional
            One that was made: the truth is open, and it stands beside it.
        is_open : bool
            True to open the truth without a guess.

        Returns
        -------
        Markup
            One element with everything that the script needs in its ``data-payload``.
        """
        name = f"bp-predict-{self.chapter}-{self.name}"
        before, asks = split_question(self.text)
        beside = self.compare(guess) if guess is not None else None
        calls = [element("code", call, class_="notranslate") for call in self._write_calls()]
        return element(
            "div",
            element("p", element("strong", _TITLE), class_="bp-predict-title", id=f"{name}-title"),
            element("div", to_html(before), class_="bp-lead") if before else None,
            self._draw_form(name, asks),
            element("div", beside.html if beside else None, class_="bp-beside", role="status"),
            element(
                "details",
                element("summary", _ANSWER),
                element("div", self.describe_truth().html, class_="bp-told"),
                to_html(self.because),
                class_="bp-fold bp-truth",
                open=is_open or guess is not None,
            ),
            element(
                "p", "To guess in Python: ", calls[0], "; ", calls[1],
                f" ({self.hint})" if self.hint else None,
                class_="bp-needs-script",
            ),
            class_="bp-predict",
            role="group",
            aria_labelledby=f"{name}-title",
            data_kind=self.kind,
            data_chapter=self.chapter,
            data_name=self.name,
            data_guess=None if guess is None else json.dumps(guess),
            data_lm_suppress_shortcuts="true",
            data_payload=encode_payload(self.payload()),
        )  # fmt: skip

    def _draw_form(self, name: str, asks: str) -> Markup:
        """Draw the question with its controls; without a script there are no buttons."""
        question = element("p", to_html(asks, inline=True), class_="bp-asks", id=f"{name}-asks")
        buttons = [
            draw_button("That is my guess", type="submit", class_="bp-check"),
            draw_button("Show me", type="button", class_="bp-reveal"),
        ]
        return element(
            "form",
            element(
                "div",
                question,
                self.draw_controls(name),
                role=self.role,
                aria_label=_speak(asks),
            ),
            element("div", buttons, class_="bp-actions", hidden=True),
            element("div", class_="bp-refused", role="status"),
            novalidate=True,
        )

    @property
    def role(self) -> str:
        """The role of what holds the controls."""
        return "group"

    def payload(self) -> dict[str, Any]:
        """Collect everything that the script needs, ready for JSON."""
        words = list_word_parts(SENTENCES)
        return {"kind": self.kind, "words": words, **self.make_payload()}


def _speak(text: str) -> str | None:
    """Write a question as a name for assistive technology: formulas in Unicode, no marks."""
    return "".join(map(str, to_plain_parts([text])))


class Revealed:
    """What is so, beside a guess or without one; shows itself.

    Attributes
    ----------
    prediction : Prediction
        Of what.
    guess : Guess or None
        What was guessed; None where nothing was.
    counted : bool
        False for what is no guess: then nothing opens.

    Examples
    --------
    >>> from backprop.course import prediction
    >>> made = prediction("gradient_descent/valley_limit").make("1/2")
    >>> made.guess, str(made).splitlines()[0]
    (0.5, 'You: 0.5. It is 1.00, twice your guess.')
    """

    def __init__(
        self, prediction: Prediction, guess: Guess | None, refused: Text | None = None
    ) -> None:
        self.prediction, self.guess, self._refused = prediction, guess, refused
        self.counted = refused is None

    def __str__(self) -> str:
        if self._refused:
            return self._refused.plain
        asked = self.prediction
        told = asked.describe_truth() if self.guess is None else asked.compare(self.guess)
        return f"{told.plain}\n\n{to_plain(asked.because)}"

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        if self._refused:
            return {"text/plain": str(self), "text/html": self._refused.html}
        return self.prediction.make_bundle(str(self), self.guess, is_open=True)


def join_names(names: list[Content]) -> Markup:
    """Write a list of names, each by itself."""
    return join(names, ", ")
