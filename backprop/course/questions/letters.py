"""Which option somebody means: by its letter, its name or its text."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from backprop.checks import SHOWN
from backprop.course.markup import to_plain
from backprop.course.number_text import simplify_signs
from backprop.course.questions.base import LETTERS, Feedback, refuse_answer

__all__ = ["find_letter", "find_letters", "refuse_choice", "shuffle_named"]


class Named(Protocol):
    """What can be chosen, ticked or moved."""

    @property
    def name(self) -> str:
        """Its name, which is recorded."""

    @property
    def text(self) -> str:
        """What readers see, one line of light Markdown."""


N = TypeVar("N", bound=Named)


def shuffle_named(seed: str, named: tuple[N, ...]) -> tuple[N, ...]:
    """Shuffle what has a name, always in the same way."""
    return tuple(sorted(named, key=lambda thing: zlib.crc32(f"{seed} {thing.name}".encode())))


def find_letter(response: object, things: Sequence[Named]) -> str:
    """Find out which thing somebody means: by its letter, its name or its text.

    Parameters
    ----------
    response : object
        Such as ``"a"``, ``"A"``, ``"a)"``, ``"(a)"``, the name, or the text that is shown.
    things : sequence of Named
        What can be meant, in the order of the letters.

    Returns
    -------
    str
        A letter; empty for anything else.

    Examples
    --------
    >>> from backprop.course.questions.choice import right, wrong
    >>> options = [right("It is $1.5$.", "Yes."), wrong("twice", "3", "No.")]
    >>> [find_letter(said, options) for said in ("A)", "twice", "it is 1.5", "c")]
    ['a', 'b', 'a', '']
    """
    if not isinstance(response, str):
        return ""
    for letter, thing in zip(LETTERS, things, strict=False):
        if response.strip() == thing.name:
            return letter
    known = LETTERS[: len(things)]
    marked = re.fullmatch(r"\(?([a-t])[).:]?", simplify_signs(response).strip().lower())
    if marked and marked[1] in known:
        return marked[1]
    for letter, thing in zip(LETTERS, things, strict=False):
        if _reduce(response) in (_reduce(thing.text), _reduce(to_plain(thing.text))):
            return letter
    return ""


def _reduce(text: str) -> str:
    """Leave of a text what somebody who types it may not get wrong."""
    return " ".join(simplify_signs(text).replace("`", "").lower().split()).rstrip(".")


def find_letters(response: object, things: Sequence[Named]) -> str:
    """Read what was chosen: letters ("ac", "A, C"), names, texts, or a list of these.

    Parameters
    ----------
    response : object
        What a reader answered.
    things : sequence of Named
        What can be chosen, in the order of the letters.

    Returns
    -------
    str
        Letters in the order in which they were given; empty for anything else.

    Examples
    --------
    >>> from backprop.course.questions.choice import right, wrong
    >>> things = [right(text, "", name=text) for text in ("one", "two", "three")]
    >>> find_letters("ca", things), find_letters(["two", "A)"], things)
    ('ca', 'ba')
    """
    if isinstance(response, str):
        whole = find_letter(response, things)
        pieces: list[Any] = [whole] if whole else response.replace(",", " ").split()
    elif isinstance(response, list | tuple | set | frozenset):
        pieces = list(response)
    else:
        return ""
    known = LETTERS[: len(things)]
    found = ""
    for piece in pieces:
        letter = find_letter(piece, things)
        if not letter and isinstance(piece, str):
            run = piece.strip().lower()
            letter = run if all(each in known for each in run) else ""
        if not letter:
            return ""
        found += letter
    return found


def refuse_choice(key: str, response: object, things: Sequence[Named]) -> Feedback:
    """Answer what names nothing that is there; pages cannot say such a thing, Python can.

    Parameters
    ----------
    key : str
        The sentence for no answer at all: ``"no choice"``, ``"no tick"`` or ``"not moved"``.
    response : object
        What was given.
    things : sequence of Named
        What could have been given.

    Examples
    --------
    >>> from backprop.course.questions.choice import right, wrong
    >>> things = [right(text, "", name=text) for text in ("one", "two", "three")]
    >>> print(refuse_choice("no choice", "d", things).message)
    There is no answer `d` here. Give a letter from a to c, or the words of the answer. This does
    not count as a try.
    >>> refuse_choice("no choice", "", things).message
    'Choose an answer first.'
    """
    given = list(response) if isinstance(response, list | tuple) else [response]
    said = ", ".join(str(each).strip() for each in given if isinstance(each, str | int | float))
    if not said:
        return refuse_answer(key)
    cut = said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"
    return refuse_answer(_NO_SUCH[key], cut, LETTERS[len(things) - 1])


_NO_SUCH = {
    "no choice": "no such choice",
    "no tick": "no such tick",
    "not moved": "no such order",
}
