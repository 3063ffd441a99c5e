"""What quizzes say, each sentence once: on pages, in notebooks and in terminals."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from backprop.course.markup import to_html_parts, to_plain
from backprop.page.html import Markup, element, escape, join

__all__ = ["WORDS", "Text", "join_texts", "list_word_parts", "write_sentence"]

_UNCOUNTED = " This does not count as a try."

WORDS = {
    "right": "You are right!",
    "wrong": "Not yet, try again.",
    "explained": "Not yet: here is the reasoning.",
    "hint": "Hint",
    "reasoning": "The reasoning",
    "shown": "That is the answer that was shown.",
    "shown before": "answered after it was shown",
    "tried wrong": "tried: not right",
    "tried right": "right",
    "no choice": "Choose an answer first.",
    "no tick": "Tick all that is true; at least one of them is.",
    "no such choice": (
        "There is no answer `[[0]]` here. Give a letter from a to [[1]], or the words of the "
        "answer." + _UNCOUNTED
    ),
    "no such tick": (
        "There is no answer `[[0]]` here. Give the letters of all that is true, from a to [[1]], "
        "such as `ab`." + _UNCOUNTED
    ),
    "no such order": (
        "`[[0]]` is no order of these steps. Give all letters from a to [[1]], each of them once."
        + _UNCOUNTED
    ),
    "nothing": "Type a number first.",
    "no number": (
        "That is not a number we can read. Write it as 1.5 or 1,5, −0.25, 1e-3 or 1/6, "
        "without a unit." + _UNCOUNTED
    ),
    "comma": "With its comma, [[0]] can be read as [[1]] or as [[2]]. Write one of these."
    + _UNCOUNTED,
    "thousands": "Leave out the commas between thousands: [[1]]." + _UNCOUNTED,
    "numbers shown": (
        "The reasoning has just answered the question with these numbers. Press “New numbers”, and "
        "try it with those." + _UNCOUNTED
    ),
    "new numbers": "New numbers",
    "close": "You are close: keep more decimals while you compute, and round at the end.",
    "near": (
        "You are near, and not there: either digits were lost on the way, or something small is "
        "left out, or taken twice."
    ),
    "otherwise": (
        "That number does not come from a slip that we know. "
        "Go through it once more, one step at a time."
    ),
    "once more": "Go through it once more, one step at a time.",
    "opposite": "The size is right and the sign is not.",
    "upside down": "Your number is one divided by the answer: something is upside down.",
    "multiple": "Your number is [[0]] times the answer: look for a factor that is too much.",
    "part": "The answer is [[0]] times your number: look for a factor that is missing.",
    "shifted point": "The digits are right. The decimal point is not where it belongs.",
    "is positive": "Your number is negative, and the answer is positive.",
    "is negative": "Your number is positive, and the answer is negative.",
    "far above": "Your number is more than ten times as large as the answer.",
    "far below": "The answer is more than ten times as large as your number.",
    "above": "Your number is too high: the answer lies below it.",
    "below": "Your number is too low: the answer lies above it.",
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
        "every `*`." + _UNCOUNTED
    ),
    "caret": "A power is written `**` in Python: `x**2`." + _UNCOUNTED,
    "no name": "There is no `[[0]]` here. You have [[1]]." + _UNCOUNTED,
    "other target": (
        "Your line gives a value to `[[0]]`. It should give one to `[[1]]`." + _UNCOUNTED
    ),
    "no old value": (
        "There is no old value of `[[0]]` to change: write the expression alone." + _UNCOUNTED
    ),
    "line opposite": "Wherever we tried it, your line has the right size and the wrong sign.",
    "line upside down": "Wherever we tried it, your line is one divided by what it should be.",
    "line multiple": "Wherever we tried it, your line gives [[0]] times what it should.",
    "line shifted": "Wherever we tried it, your line differs from what it should give by [[0]].",
    "other value": (
        "With [[0]] your line gives [[1]]; it should give [[2]]. "
        "Go through it with these numbers, one part at a time."
    ),
}

_SLOT = re.compile(r"\[\[(\d)\]\]")


class Text(NamedTuple):
    """A piece of text in both forms: for terminals and for pages."""

    plain: str
    html: Markup


def list_word_parts(words: Mapping[str, str] = WORDS) -> dict[str, str | list[str | int]]:
    """Return sentences as pages use them: HTML, with numbers where values are filled in.

    Examples
    --------
    >>> list_word_parts()["moved"]
    ['now ', 0, ' of ', 1]
    """
    return {key: to_html_parts(_split_slots(text), inline=True) for key, text in words.items()}


def write_sentence(key: str, *values: str, words: Mapping[str, str] = WORDS) -> Text:
    """Write a sentence, one of `WORDS` or of others, with values filled in, as a paragraph."""
    plain = _SLOT.sub(lambda slot: values[int(slot[1])], to_plain(words[key]))
    parts = to_html_parts(_split_slots(words[key]), inline=True)
    if isinstance(parts, str):
        return Text(plain, element("p", Markup(parts)))
    filled = [escape(values[p]) if isinstance(p, int) else Markup(p) for p in parts]
    return Text(plain, element("p", filled))


def _split_slots(text: str) -> list[str | int]:
    pieces = _SLOT.split(text)
    return [int(piece) if n % 2 else piece for n, piece in enumerate(pieces)]


def join_texts(*texts: Text) -> Text:
    """Put pieces of text below each other."""
    return Text("\n\n".join(text.plain for text in texts), join(text.html for text in texts))
