"""Kinds of questions. One rule grades each of them, here; ``quiz.js`` applies the same rule.

A kind is a subclass of `Question` with its own `judge`, `payload` and controls; everything else
(texts, hints, feedback, numbering, the page) does not know which kinds there are.
"""

import functools
import itertools
import json
import math
import re
import zlib
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from inspect import cleandoc
from typing import Any, ClassVar, NamedTuple

import numpy as np

from . import records
from .markup import to_html, to_plain
from .reading import read_number, show_number

__all__ = ["WORDS", "Choice", "Feedback", "Number", "Option", "Question", "Said", "right", "wrong"]

#: What pages, notebooks and terminals say, each sentence once.
WORDS = {
    "right": "You are right!",
    "wrong": "Not yet, try again.",
    "hint": "Hint",
    "reasoning": "The reasoning",
    "tried wrong": "tried: not right",
    "tried right": "right",
    "no choice": "Choose an answer first.",
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
}


class Said(NamedTuple):
    """One piece of text in both forms: for terminals and for pages."""

    plain: str
    html: str


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
    """

    right: bool
    said: Said
    misconception: str | None = None
    counted: bool = True
    more: tuple[str, Said] | None = None

    @property
    def message(self) -> str:
        """The explanation as plain text."""
        return self.said.plain

    def __str__(self) -> str:
        headline = WORDS["right" if self.right else "wrong"] + "\n" if self.counted else ""
        more = f"\n\n{WORDS[self.more[0]]}: {self.more[1].plain}" if self.more else ""
        return f"{headline}{self.message}{more}"

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from ..page import assets

        return {"text/plain": str(self), "text/html": assets("course") + feedback_html(self)}


def feedback_html(feedback: Feedback) -> str:
    """Draw a feedback as the page draws it."""
    kind = ("good" if feedback.right else "bad") if feedback.counted else "none"
    headline = (
        f'<p class="bp-verdict">{WORDS["right" if feedback.right else "wrong"]}</p>'
        if feedback.counted
        else ""
    )
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
            "hint": self.template(self.hint),
            "reasoning": self.template(self.reasoning),
        }

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
        return _words(text)

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
        return {"text": self.text, "hint": self.hint, "reasoning": self.reasoning}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self)}

    def __str__(self) -> str:
        return f"{self.said(self.text).plain}\n{self.controls_plain()}"


# ---- choosing ----------------------------------------------------------------------------------


class Option(NamedTuple):
    """One answer to choose from, with the explanation that it gets."""

    name: str
    text: str
    because: str
    right: bool


def right(text: str, because: str) -> Option:
    """Write the right option of a choice.

    Parameters
    ----------
    text : str
        What can be chosen, one line of light Markdown.
    because : str
        Why it is right; also the full reasoning that follows a second miss.
    """
    return Option("right", text, because, True)


def wrong(name: str, text: str, because: str) -> Option:
    """Write a wrong option of a choice.

    Parameters
    ----------
    name : str
        The wrong idea in a word or two: it is recorded with the answer.
    text : str
        What can be chosen, one line of light Markdown.
    because : str
        The explanation that helps a reader who chose it.
    """
    return Option(name, text, because, False)


class Choice(Question):
    """One right option among several.

    Parameters
    ----------
    name, text, hint : str
        See `Question`.
    *options : Option
        One `right` and two or more `wrong`. They are shown in a fixed, shuffled order.
    in_order : bool
        True to show them as written (for numbers, for "less, same, more").

    Examples
    --------
    >>> question = Choice("size", "What is one half of 3?",
    ...     right("1.5", "3 divided by 2 is 1.5."),
    ...     wrong("twice", "6", "You multiplied by 2."),
    ...     wrong("whole", "1", "You rounded down."),
    ...     hint="Divide.", in_order=True)
    >>> question.answer("b").message
    'You multiplied by 2.'
    >>> question.answer("a").right
    True
    """

    kind = "choice"

    def __init__(
        self, name: str, text: str, *options: Option, hint: str, in_order: bool = False
    ) -> None:
        correct = [option for option in options if option.right]
        if len(correct) != 1 or len(options) < 3:
            raise ValueError(
                f"question {name!r} needs one right(...) and two or more wrong(...), "
                f"got {len(correct)} and {len(options) - len(correct)}"
            )
        super().__init__(name, text, hint, correct[0].because)
        self._options, self._in_order = options, in_order

    @property
    def options(self) -> tuple[Option, ...]:
        """The options in the order in which readers see them."""
        if self._in_order:
            return self._options
        return tuple(
            sorted(
                self._options, key=lambda option: zlib.crc32(f"{self.id} {option.name}".encode())
            )
        )

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Grade a letter ("a"), or the name of an option."""
        for letter, option in zip("abcdefgh", self.options, strict=False):
            if isinstance(response, str) and response.strip() in (letter, option.name):
                name = None if option.right else option.name
                return Feedback(option.right, self.said(option.because), name)
        return Feedback(False, self.said(WORDS["no choice"]), counted=False)

    def payload(self) -> dict[str, Any]:  # noqa: D102
        options = [
            {"name": option.name, "right": option.right, "because": self.html(option.because)}
            for option in self.options
        ]
        return {**super().payload(), "options": options}

    def controls_html(self, group: str) -> str:  # noqa: D102
        return '<div class="bp-choices">{}</div>'.format(
            "".join(
                f'<label class="bp-choice"><input type="radio" name="{escape(group)}" '
                f'value="{letter}"{name_html(option.text, self.spoken(option.text))}>'
                f"<span>{self.html(option.text, inline=True)}</span></label>"
                for letter, option in zip("abcdefgh", self.options, strict=False)
            )
        )

    def controls_plain(self) -> str:  # noqa: D102
        return "\n".join(
            f"   {letter}) {to_plain(option.text)}"
            for letter, option in zip("abcdefgh", self.options, strict=False)
        )

    def texts(self) -> dict[str, str]:  # noqa: D102
        options = {
            f"{option.name} {part}": getattr(option, part)
            for option in self.options
            for part in ("text", "because")
        }
        return {**super().texts(), **options}


# ---- numbers -----------------------------------------------------------------------------------

Values = Mapping[str, float]
_SLOT = re.compile(r"\[\[(\w+)(?::([^\]]+))?\]\]")


@dataclass(frozen=True)
class Variant:
    """One set of numbers: what is given, the right answer, and where each misconception leads."""

    given: Values
    answer: float
    slips: Values


class Number(Question):
    """A number that the engine computes, in many variants.

    Made by `Quiz.number`, which decorates the function that computes the answer. Three more
    functions belong to it: `draw` (the given numbers, from a random generator), `check` (the same
    answer, computed in a second way), and any number of `misconception`.

    Parameters
    ----------
    compute : callable
        The given numbers to the right answer.
    text, hint, reasoning : str
        See `Question`; ``[[name]]`` and ``[[name:.3f]]`` stand for given numbers, for ``answer``
        and for the number to which a misconception of that name leads.
    decimals : int
        How many decimals are enough: answers within one unit of the last of them are right.
    label : str
        What stands before the input, one line of light Markdown.
    unit : str
        What stands behind it.
    variants : int
        How many sets of numbers to draw.
    """

    kind = "number"

    def __init__(
        self,
        compute: Callable[..., float],
        *,
        text: str,
        hint: str,
        reasoning: str,
        decimals: int,
        label: str = "Your answer",
        unit: str = "",
        variants: int = 24,
    ) -> None:
        super().__init__(compute.__name__, text, hint, reasoning)
        self.compute, self.label, self.unit = compute, label, unit
        self.decimals, self._wanted = decimals, variants
        # One unit of the last decimal: rounding up, down and cutting off are all fine.
        self.tolerance = (10.0**-decimals if decimals else 0.0) + 1e-9
        self.slips: dict[str, tuple[Callable[..., float], str]] = {}
        self._draw: Callable[[np.random.Generator], Values] | None = None
        self.second_way: Callable[..., float] | None = None

    def draw(
        self, function: Callable[[np.random.Generator], Values]
    ) -> Callable[[np.random.Generator], Values]:
        """Decorate the function that draws the given numbers as a dictionary."""
        self._draw = function
        return function

    def check(self, function: Callable[..., float]) -> Callable[..., float]:
        """Decorate the function that computes the answer in a second way (for the tests)."""
        self.second_way = function
        return function

    def misconception(self, because: str) -> Callable[[Callable[..., float]], Callable[..., float]]:
        """Decorate a function that computes what a wrong idea leads to.

        Parameters
        ----------
        because : str
            The explanation that helps whoever answers so.
        """

        def keep(function: Callable[..., float]) -> Callable[..., float]:
            self.slips[function.__name__] = (function, because)
            return function

        return keep

    @functools.cached_property
    def variants(self) -> list[Variant]:
        """The sets of numbers, the same ones wherever they are drawn.

        Raises
        ------
        ValueError
            If too few sets are left in which every misconception shows.
        """
        if self._draw is None:
            raise ValueError(f"number question {self.id!r} has no @{self.name}.draw")
        rng = np.random.default_rng(zlib.crc32(self.id.encode()))
        found: dict[str, Variant] = {}
        for _ in range(20 * self._wanted):
            given = {name: _plain_number(value) for name, value in self._draw(rng).items()}
            variant = Variant(
                given,
                float(self.compute(**given)),
                {name: float(slip(**given)) for name, (slip, _) in self.slips.items()},
            )
            if self._tells_apart(variant):
                found.setdefault(json.dumps(given, sort_keys=True), variant)
            if len(found) == self._wanted:
                return list(found.values())
        raise ValueError(
            f"number question {self.id!r} has only {len(found)} variants in which the answer and "
            f"every misconception stay apart, {self._wanted} are wanted; draw from a wider range, "
            "or pass variants="
        )

    def _tells_apart(self, variant: Variant) -> bool:
        numbers = sorted([variant.answer, *variant.slips.values()])
        gaps = (b - a for a, b in itertools.pairwise(numbers))
        return all(map(math.isfinite, numbers)) and all(gap > 2 * self.tolerance for gap in gaps)

    def judge(self, response: object, variant: int = 0) -> Feedback:
        """Grade a number, given as one or as text."""
        if isinstance(response, str) and not response.strip():
            return Feedback(False, self.said(WORDS["nothing"], variant), counted=False)
        number = read_number(response)
        if number is None:
            return Feedback(False, self.said(WORDS["no number"], variant), counted=False)
        at = self.variants[variant % len(self.variants)]
        miss = abs(number - at.answer)
        if miss <= self.tolerance:
            return Feedback(True, self.said(self.reasoning, variant))
        for name, value in at.slips.items():
            if abs(number - value) <= self.tolerance:
                return Feedback(False, self.said(self.slips[name][1], variant), name)
        close = miss <= min(5 * self.tolerance, 0.05 * abs(at.answer))
        return Feedback(False, self.said(WORDS["close" if close else "otherwise"], variant))

    @property
    def slots(self) -> list[tuple[str, str]]:
        """Every ``[[name:format]]`` that the texts use, once."""
        texts = "\n".join([*self.texts().values(), self.label])
        return list(dict.fromkeys(_SLOT.findall(texts)))

    def filled(self, variant: int) -> list[str]:
        """Print the numbers of one variant, in the order of `slots`."""
        at = self.variants[variant % len(self.variants)]
        known = {**at.slips, **at.given, "answer": at.answer}
        unknown = [name for name, _ in self.slots if name not in known]
        if unknown:
            raise ValueError(
                f"question {self.id!r} uses [[{unknown[0]}]]; there are: {', '.join(known)}"
            )
        return [show_number(known[name], spec) for name, spec in self.slots]

    def said(self, text: str, variant: int = 0) -> Said:  # noqa: D102
        numbers = dict(zip(self.slots, self.filled(variant), strict=True))
        plain = _SLOT.sub(lambda slot: numbers[(slot[1], slot[2] or "")], text)
        return Said(to_plain(plain), self.html(text, variant))

    def html(self, text: str, variant: int = 0, *, inline: bool = False) -> str:  # noqa: D102
        numbers = dict(enumerate(self.filled(variant), start=_FIRST))
        return self.template(text, inline=inline).translate(numbers)

    def template(self, text: str, *, inline: bool = False) -> str:
        """Turn a text into HTML with one private character in place of each number.

        So the pages carry each text once, however many variants there are.
        """
        return to_html(self._marked(text), inline=inline)

    def _marked(self, text: str) -> str:
        places = {slot: chr(_FIRST + n) for n, slot in enumerate(self.slots)}
        return _SLOT.sub(lambda slot: places[(slot[1], slot[2] or "")], text)

    def spoken(self, text: str, variant: int = 0) -> str:  # noqa: D102
        return _words(self._marked(text)).translate(
            dict(enumerate(self.filled(variant), start=_FIRST))
        )

    def payload(self) -> dict[str, Any]:  # noqa: D102
        lead, last = self.asked(self.template)
        return {
            **super().payload(),
            "lead": lead,
            "legend": last,
            "spoken": [_words(self._marked(part)) for part in self.parts],
            "tolerance": self.tolerance,
            "slips": [
                {"name": name, "because": self.template(because)}
                for name, (_, because) in self.slips.items()
            ],
            "close": self.template(WORDS["close"]),
            "otherwise": self.template(WORDS["otherwise"]),
            "variants": [
                {"show": self.filled(n), "answer": at.answer, "slips": list(at.slips.values())}
                for n, at in enumerate(self.variants)
            ],
        }

    def controls_html(self, group: str) -> str:  # noqa: D102
        unit = f'<span class="bp-unit">{escape(self.unit)}</span>' if self.unit else ""
        named = name_html(self.label, f"{self.spoken(self.label)} {self.unit}".strip())
        return (
            f'<label class="bp-number"><span>{self.html(self.label, inline=True)}</span> '
            f'<input type="text" name="{escape(group)}" inputmode="text" autocomplete="off" '
            f'autocapitalize="off" spellcheck="false" size="9"{named} '
            f'aria-describedby="bp-{escape(group)}-given bp-{escape(group)}-enough">{unit}</label>'
            f'<span class="bp-enough" id="bp-{escape(group)}-enough">{self.enough}</span>'
            f'<span class="bp-given" id="bp-{escape(group)}-given" hidden>'
            f"{escape(self.spoken(self.parts[0]))}</span>"
        )

    def controls_plain(self) -> str:  # noqa: D102
        return f"   {to_plain(self.label)} ... {self.unit}".rstrip() + f"  ({self.enough})"

    @property
    def enough(self) -> str:
        """How exact an answer has to be, in words."""
        count = {2: "Two", 3: "Three", 4: "Four"}.get(self.decimals, str(self.decimals))
        words = {0: "A whole number.", 1: "One decimal is enough."}
        return words.get(self.decimals, f"{count} decimals are enough.")

    def texts(self) -> dict[str, str]:  # noqa: D102
        return {**super().texts(), **{name: text for name, (_, text) in self.slips.items()}}


_FIRST = 0xE000  # private characters: no text uses them


def name_html(text: str, spoken: str) -> str:
    """Name a control for assistive technology, which skips formulas in labels and legends."""
    return f' aria-label="{escape(spoken)}"' if "$" in text else ""


def _words(text: str) -> str:
    return " ".join(to_plain(text).replace("`", "").split()) if text else ""


def _plain_number(value: Any) -> float:
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, int) else round(float(value), 12)


def encode(payload: object) -> str:
    """Pack what ``quiz.js`` needs into one attribute: base64 of UTF-8 JSON."""
    return b64encode(json.dumps(payload, ensure_ascii=False).encode()).decode()
