"""What every kind of question shares: texts, hints, feedback, and what each of them must bring."""

import json
import re
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from inspect import cleandoc
from typing import Any, ClassVar, NamedTuple

from backprop.course.markup import to_html, to_plain
from backprop.course.progress import records

__all__ = [
    "WORDS",
    "Feedback",
    "Question",
    "Said",
    "encode",
    "feedback_html",
    "name_html",
    "spoken_text",
    "words_html",
]

LETTERS = "abcdefgh"

#: What pages, notebooks and terminals say, each sentence once.
WORDS = {
    "right": "You are right!",
    "wrong": "Not yet, try again.",
    "hint": "Hint",
    "reasoning": "The reasoning",
    "tried wrong": "tried: not right",
    "tried right": "right",
    "no choice": "Choose an answer first.",
    "no tick": "Tick all that is true; at least one of them is.",
    "nothing": "Type a number first.",
    "no number": (
        "That is not a number we can read. Write it as 1.5 or 1,5, −0.25, 1e-3 or 1/6, "
        "without a unit. This does not count as a try."
    ),
    "close": "You are close: keep more decimals while you compute, and round at the end.",
    "otherwise": (
        "That number does not come from a slip that we know. "
        "Go through it once more, one step at a time."
    ),
    "ticked": "You ticked:",
    "left out": "You left out:",
    "not moved": "Move the steps into your own order first.",
    "moved": "now [[0]] of [[1]]",
    "well predicted": "Well predicted!",
    "compare": "Now compare.",
    "your guess": "Your guess",
    "computed": "Computed",
    "out of range": "Guess a number from [[0]] to [[1]]. This does not count as a guess.",
    "no line": "Type your line first.",
    "no code": (
        "That cannot be read as one line of arithmetic in Python. Check the parentheses, and write "
        "every `*`. This does not count as a try."
    ),
    "caret": "A power is written `**` in Python: `x**2`. This does not count as a try.",
    "no name": "There is no `[[0]]` here. You have [[1]]. This does not count as a try.",
    "other target": (
        "Your line gives a value to `[[0]]`. It should give one to `[[1]]`. "
        "This does not count as a try."
    ),
    "other value": (
        "With [[0]] your line gives [[1]]; it should give [[2]]. "
        "Go through it with these numbers, one part at a time."
    ),
}

_SLOT = re.compile(r"\[\[(\d)\]\]")


def words_html() -> dict[str, str]:
    """Give `WORDS` as ``quiz.js`` uses them: HTML, with private characters for what is filled in.

    Examples
    --------
    >>> words_html()["moved"] == "now \ue000 of \ue001"
    True
    """
    return {
        key: to_html(_SLOT.sub(lambda slot: chr(FIRST + int(slot[1])), text), inline=True)
        for key, text in WORDS.items()
    }


#: Private characters stand for what is filled in later; no text uses them.
FIRST = 0xE000


class Said(NamedTuple):
    """One piece of text in both forms: for terminals and for pages."""

    plain: str
    html: str


def word(key: str, *values: str) -> Said:
    """Give one of `WORDS` with values filled in, as a paragraph."""
    plain = _SLOT.sub(lambda slot: values[int(slot[1])], to_plain(WORDS[key]))
    html = words_html()[key].translate(
        {FIRST + n: escape(value, quote=False) for n, value in enumerate(values)}
    )
    return Said(plain, f"<p>{html}</p>")


def together(*pieces: Said) -> Said:
    """Put pieces of text below each other."""
    return Said("\n\n".join(p.plain for p in pieces), "".join(p.html for p in pieces))


def no_answer(key: str, *values: str) -> "Feedback":
    """Answer what is no answer: it does not count as a try."""
    return Feedback(False, word(key, *values), counted=False)


@dataclass(frozen=True)
class Feedback:
    """What a question says to an answer.

    Attributes
    ----------
    right : bool
        Whether the answer is right.
    said : Said
        Why, or what that very answer suggests.
    misconception : str or None
        The name of the wrong idea that leads to this answer, when it is a known one.
    counted : bool
        False for what is no answer at all (nothing chosen, text that is no number).
    more : tuple of (str, Said) or None
        After a miss: the hint; after the second: the reasoning. The first entry says which.
    verdict : str
        Which of `WORDS` stands above the explanation, when it is not "right" or "wrong".
    """

    right: bool
    said: Said
    misconception: str | None = None
    counted: bool = True
    more: tuple[str, Said] | None = None
    verdict: str = ""

    @property
    def headline(self) -> str:
        """The verdict in words; empty for what is no answer."""
        return WORDS[self.verdict or ("right" if self.right else "wrong")] if self.counted else ""

    @property
    def message(self) -> str:
        """The explanation as plain text."""
        return self.said.plain

    def __str__(self) -> str:
        headline = self.headline + "\n" if self.counted else ""
        more = f"\n\n{WORDS[self.more[0]]}: {self.more[1].plain}" if self.more else ""
        return f"{headline}{self.message}{more}"

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from backprop.page import assets

        return {"text/plain": str(self), "text/html": assets("course") + feedback_html(self)}


def feedback_html(feedback: Feedback) -> str:
    """Draw a feedback as the page draws it."""
    kind = ("good" if feedback.right else "bad") if feedback.counted else "none"
    kind = "told" if feedback.verdict == "compare" else kind
    headline = f'<p class="bp-verdict">{feedback.headline}</p>' if feedback.counted else ""
    more = (
        f'<div class="bp-more"><p class="bp-more-title">{WORDS[feedback.more[0]]}</p>'
        f"{feedback.more[1].html}</div>"
        if feedback.more
        else ""
    )
    return f'<div class="bp-feedback" data-kind="{kind}">{headline}{feedback.said.html}{more}</div>'


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

    @property
    def id(self) -> str:
        """The name by which other chapters ask this question again: ``"chapter/name"``."""
        return f"{self.chapter}/{self.name}"

    def answer(self, response: object, *, variant: int = 0, misses: int = 0) -> Feedback:
        """Grade one answer.

        Parameters
        ----------
        response : object
            What the reader chose or typed.
        variant : int
            Which set of numbers the reader saw.
        misses : int
            How many wrong answers came before: a miss is followed by the hint when it is the
            first, by the full reasoning later.

        Returns
        -------
        Feedback
            The verdict, with the explanation of this very answer.
        """
        feedback = self.judge(response, variant)
        if feedback.counted and self.asked_in:
            records.answered(f"{self.asked_in}/{self.name}", feedback.right, misses)
        if feedback.right or not feedback.counted:
            return feedback
        kind = "reasoning" if misses else "hint"
        more = (kind, self.said(self.reasoning if misses else self.hint, variant))
        return Feedback(False, feedback.said, feedback.misconception, True, more)

    @abstractmethod
    def judge(self, response: object, variant: int) -> Feedback:
        """Tell right from wrong, without hints: the rule of this kind."""

    def payload(self) -> dict[str, Any]:
        """Give ``quiz.js`` what it needs to apply the same rule."""
        return {
            "id": self.id,
            "kind": self.kind,
            "hint": self.template(self.hint) if self.hint else "",
            "reasoning": self.template(self.reasoning) if self.reasoning else "",
        }

    @abstractmethod
    def samples(self, variant: int = 0) -> list[tuple[str | None, str]]:
        """Give one response for every answer that has its own explanation.

        Returns
        -------
        list of tuple
            The name of the misconception (None when it is right), and what a reader who holds it
            answers; the right answer comes last.
        """

    @abstractmethod
    def controls_html(self, group: str) -> str:
        """Draw the inputs; `group` is a name that no other question on the page has."""

    @abstractmethod
    def controls_plain(self) -> str:
        """Say in a terminal what can be answered."""

    def said(self, text: str, variant: int = 0) -> Said:
        """Give a text of this question in both forms."""
        return Said(to_plain(text), self.html(text, variant))

    def html(self, text: str, variant: int = 0, *, inline: bool = False) -> str:
        """Turn a text of this question into HTML."""
        return to_html(text, inline=inline)

    def template(self, text: str, *, inline: bool = False) -> str:
        """Turn a text into the HTML that ``quiz.js`` receives."""
        return to_html(text, inline=inline)

    def spoken(self, text: str, variant: int = 0) -> str:
        """Turn a text of this question into the words of a name: formulas in Unicode, no marks."""
        return spoken_text(text)

    def asked(self, html: Callable[..., str]) -> tuple[str, str]:
        """Split the text into what comes first and the question itself, both as HTML."""
        before, last = self.parts
        return html(before) if before else "", html(last, inline=True)

    @property
    def parts(self) -> tuple[str, str]:
        """What comes first, and the question itself, as written."""
        *before, last = re.split(r"\n\s*\n", cleandoc(self.text))
        return "\n\n".join(before), last

    def texts(self) -> dict[str, str]:
        """Every text of this question with a name, for tests that read them all."""
        texts = {"text": self.text, "hint": self.hint, "reasoning": self.reasoning}
        return {name: text for name, text in texts.items() if text}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self)}

    def __str__(self) -> str:
        return f"{self.said(self.text).plain}\n{self.controls_plain()}"


def name_html(text: str, spoken: str) -> str:
    """Name a control for assistive technology, which skips formulas in labels and legends."""
    return f' aria-label="{escape(spoken)}"' if "$" in text else ""


def spoken_text(text: str) -> str:
    """Turn light Markdown into words: formulas in Unicode, no marks."""
    return " ".join(to_plain(text).replace("`", "").split()) if text else ""


def encode(payload: object) -> str:
    """Pack what ``quiz.js`` needs into one attribute: base64 of UTF-8 JSON."""
    return b64encode(json.dumps(payload, ensure_ascii=False).encode()).decode()
