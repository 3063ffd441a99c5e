"""What every kind of question shares: texts, hints, feedback, and what each of them must bring."""

import json
import re
from abc import ABC, abstractmethod
from base64 import b64encode
from dataclasses import dataclass, field, replace
from inspect import cleandoc
from typing import Any, ClassVar

from backprop.course.markup import to_html, to_html_parts, to_plain, to_plain_parts
from backprop.course.progress import records
from backprop.course.questions.attempts import Attempts
from backprop.course.questions.sentences import WORDS, Text, write_sentence
from backprop.page import assets
from backprop.page.html import Attribute, Content, Markup, element, join

__all__ = [
    "Feedback",
    "Question",
    "draw_feedback",
    "encode_payload",
    "refuse_answer",
    "split_question",
]

#: What can be chosen carries one of these.
LETTERS = "abcdefghijklmnopqrst"
MOST_OPTIONS = 8  # of a question: more cannot be weighed against one another


@dataclass(frozen=True)
class Feedback:
    """The verdict on an answer, with its explanation.

    Attributes
    ----------
    right : bool
        Whether the answer is right.
    explanation : Text
        Why, or what that very answer suggests.
    misconception : str or None
        The name of the wrong idea that leads to this answer, when it is a known one.
    counted : bool
        False for what is no answer at all (nothing chosen, text that is no number).
    more : tuple of (str, Text) or None
        After a miss: the hint; after the second: the reasoning. The first entry says which.
    verdict : str
        Which of `WORDS` stands above the explanation, when it is not "right" or "wrong".
    given : str or float
        What was understood: two answers of which it is equal are the same answer.
    afresh : Text or None
        The question with new numbers, after the reasoning has answered it with the old ones.
    """

    right: bool
    explanation: Text
    misconception: str | None = None
    counted: bool = True
    more: tuple[str, Text] | None = None
    verdict: str = ""
    given: object = field(default="", compare=False)
    afresh: Text | None = None

    @property
    def headline(self) -> str:
        """The verdict in words; empty for what is no answer."""
        return WORDS[self.verdict or ("right" if self.right else "wrong")] if self.counted else ""

    @property
    def message(self) -> str:
        """The explanation as plain text."""
        return self.explanation.plain

    def __str__(self) -> str:
        headline = self.headline + "\n" if self.counted else ""
        more = f"\n\n{WORDS[self.more[0]]}: {self.more[1].plain}" if self.more else ""
        afresh = f"\n\n{WORDS['new numbers']}: {self.afresh.plain}" if self.afresh else ""
        return f"{headline}{self.message}{more}{afresh}"

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": assets("course") + draw_feedback(self)}


def refuse_answer(key: str, *values: str) -> Feedback:
    """Answer what is no answer: it does not count as a try."""
    return Feedback(False, write_sentence(key, *values), counted=False)


def draw_feedback(feedback: Feedback) -> Markup:
    """Draw a feedback as the page draws it."""
    kind = ("good" if feedback.right else "bad") if feedback.counted else "none"
    kind = "told" if feedback.verdict in ("compare", "shown") else kind
    headline = element("p", feedback.headline, class_="bp-verdict") if feedback.counted else None
    return element(
        "div",
        headline,
        feedback.explanation.html,
        _draw_more(*feedback.more) if feedback.more else None,
        _draw_more("new numbers", feedback.afresh) if feedback.afresh else None,
        class_="bp-feedback",
        data_kind=kind,
    )


def _draw_more(title: str, text: Text) -> Markup:
    return element(
        "div", element("p", WORDS[title], class_="bp-more-title"), text.html, class_="bp-more"
    )


class Question(ABC):
    """What every kind of question shares.

    Parameters
    ----------
    name : str
        Short and stable: progress is recorded under it.
    text, hint, reasoning : str
        Light Markdown. The last paragraph of `text` is the question itself.
    """

    kind: ClassVar[str]
    #: What stands on the button that hands the answer in.
    action: ClassVar[str] = "Check"

    def __init__(self, name: str, text: str, hint: str, reasoning: str) -> None:
        self.name, self.chapter = name, ""
        self.asked_in = ""  # the chapter whose quiz asks it: its own, or a later one
        self.text, self.hint, self.reasoning = text, hint, reasoning
        self._attempts: Attempts | None = None

    @property
    def id(self) -> str:
        """The name by which other chapters ask this question again: ``"chapter/name"``."""
        return f"{self.chapter}/{self.name}"

    def answer(
        self, response: object, *, variant: int | None = None, misses: int | None = None
    ) -> Feedback:
        """Grade one answer.

        Parameters
        ----------
        response : object
            What the reader chose or typed.
        variant : int, optional
            Which set of numbers the reader saw; the one that is shown at present.
        misses : int, optional
            How many wrong answers came before: a miss is followed by the hint when it is the
            first, by the full reasoning later. Counted here, unless it or `variant` is given;
            then the same answer again changes nothing, and after the reasoning come new numbers.

        Returns
        -------
        Feedback
            The verdict, with the explanation of this very answer.
        """
        if variant is None and misses is None:
            return self._answer_in_turn(response)
        feedback = self.judge_given(response, variant or 0)
        if feedback.counted:
            self._record(feedback.right, misses or 0)
        if feedback.right or not feedback.counted:
            return feedback
        return self.add_help(feedback, "reasoning" if misses else "hint", variant or 0)

    def judge_given(self, response: object, variant: int) -> Feedback:
        """Judge what was given in Python, where something can be named that no page offers."""
        return self.judge(response, variant)

    def _answer_in_turn(self, response: object) -> Feedback:
        attempts = self._open_attempts()
        variant = attempts.variant
        feedback, is_new = attempts.take(self.judge_given(response, variant), self)
        if is_new:
            self._record(feedback.right, attempts.tries - 1, attempts.shown)
        if attempts.revealed and not feedback.right and feedback.counted and is_new:
            attempts.renew(self.variant_count)
            feedback = replace(feedback, afresh=self._ask_afresh(attempts.variant))
        return feedback

    def _open_attempts(self) -> Attempts:
        """Return what this reader has tried; numbers of earlier sessions do not come back."""
        if self._attempts is None:
            count = self.variant_count
            is_kept = bool(self.asked_in) and count > 1
            before = records.count_tries(f"{self.asked_in}/{self.name}") if is_kept else 0
            self._attempts = Attempts(variant=before % count)
        return self._attempts

    def _record(self, is_right: bool, misses: int, is_shown: bool = False) -> None:
        if self.asked_in:
            name = f"{self.asked_in}/{self.name}"
            records.record_answer(name, is_right, misses, is_shown)

    def _ask_afresh(self, variant: int) -> Text:
        text = self.render(self.text, variant)
        return Text(f"{text.plain}\n{self.list_controls()}", text.html)

    def add_help(self, feedback: Feedback, kind: str, variant: int) -> Feedback:
        """Add the hint or the reasoning to a miss."""
        if kind == "hint":
            return replace(feedback, more=(kind, self.render(self.hint, variant)))
        more = (kind, self.render(self.reasoning, variant))
        return replace(feedback, more=more, verdict=feedback.verdict or "explained")

    @property
    def variant_count(self) -> int:
        """How many sets of numbers there are."""
        return 1

    @abstractmethod
    def judge(self, response: object, variant: int) -> Feedback:
        """Tell right from wrong, without hints: the rule of this kind."""

    def make_payload(self) -> dict[str, Any]:
        """Collect what the scripts need to apply the same rule; HTML, cut where numbers stand."""
        return {
            "id": self.id,
            "kind": self.kind,
            "hint": self.make_template(self.hint) if self.hint else "",
            "reasoning": self.make_template(self.reasoning) if self.reasoning else "",
        }

    @abstractmethod
    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:
        """List one response for every answer that has its own explanation.

        Returns
        -------
        list of tuple
            The name of the misconception (None when it is right), and what a reader who holds it
            answers; the right answer comes last.
        """

    @abstractmethod
    def draw_controls(self, group: str) -> Markup:
        """Draw the inputs; `group` is a name that no other question on the page has."""

    @abstractmethod
    def list_controls(self) -> str:
        """Write for a terminal what can be answered."""

    def render(self, text: str, variant: int = 0) -> Text:
        """Write a text of this question in both forms."""
        return Text(to_plain(text), self.write_html(text, variant))

    def write_html(self, text: str, variant: int = 0, *, inline: bool = False) -> Markup:
        """Turn a text of this question into HTML."""
        return to_html(text, inline=inline)

    def make_template(self, text: str, *, inline: bool = False) -> str | list[str | int]:
        """Turn a text into HTML that is cut where numbers are filled in."""
        return to_html_parts([text], inline=inline)

    def write_spoken(self, text: str, variant: int = 0) -> str:
        """Turn a text of this question into the words of a name: formulas in Unicode, no marks."""
        return "".join(map(str, to_plain_parts([text]))) if text else ""

    @property
    def parts(self) -> tuple[str, str]:
        """What comes first, and the question itself, as written."""
        return split_question(self.text)

    def list_texts(self) -> dict[str, str]:
        """List every text of this question with a name, for tests that read them all."""
        texts = {"text": self.text, "hint": self.hint, "reasoning": self.reasoning}
        return {name: text for name, text in texts.items() if text}

    def name_control(self, text: str, spoken: str) -> str | None:
        """Return a name for assistive technology, which skips formulas; None where text will do."""
        return spoken if "$" in text else None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self)}

    def __str__(self) -> str:
        variant = self._open_attempts().variant
        return f"{self.render(self.text, variant).plain}\n{self.list_controls()}"


def split_question(text: str) -> tuple[str, str]:
    """Cut a text into what comes first, and its last paragraph, which is the question itself."""
    *before, last = re.split(r"\n\s*\n", cleandoc(text))
    return "\n\n".join(before), last


def draw_label(text: Content, control: Markup, *after: Content, class_: str) -> Markup:
    """Draw a control behind the words that name it."""
    return element("label", element("span", text), " ", control, *after, class_=class_)


def draw_text_input(name: str, **attributes: Attribute) -> Markup:
    """Draw a field for what no browser should complete, correct or begin with a capital."""
    return element(
        "input",
        type="text",
        name=name,
        autocomplete="off",
        autocapitalize="off",
        spellcheck="false",
        **attributes,
    )


def draw_entry(*parts: Markup) -> Markup:
    """Draw what is typed into, and what is said about it: on lines of its own without a style."""
    return element("div", parts, class_="bp-entry")


def draw_button(text: str, **attributes: str) -> Markup:
    """Draw a button that is shown, with its text, by a script: it is for nothing without one."""
    return element("button", hidden=True, data_text=text, **attributes)


def fill_parts(parts: str | list[str | int], numbers: list[str]) -> Markup:
    """Put numbers into HTML that is cut where they belong."""
    if isinstance(parts, str):
        return Markup(parts)
    return join(numbers[part] if isinstance(part, int) else Markup(part) for part in parts)


def encode_payload(payload: object) -> str:
    """Pack what the scripts need into one attribute: base64 of UTF-8 JSON."""
    return b64encode(
        json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    ).decode()
