"""The entries of a reader's record: what each holds, how two are merged, how one is read.

Pages read by the same rule (``backprop/page/progress/records.mjs``), tested by the same cases.
"""

import re
from typing import Any, NamedTuple, TypeAlias

__all__ = [
    "LONGEST_DRAFT",
    "MOST_TRIES",
    "Answered",
    "Guess",
    "Tried",
    "read_answer",
    "read_attempt",
    "read_draft",
    "read_guess",
    "to_whole_number",
]

MOST_TRIES = 1_000_000
#: The name of an option, and how many parts a guess may have.
_WORD = re.compile(r"[A-Za-z0-9_]{1,60}")
MOST_PARTS = 64
LONGEST_DRAFT = 20_000  # characters: the longest solution of the book has less than 3,000


class Answered(NamedTuple):
    """What became of one question.

    Attributes
    ----------
    right, first : bool
        Right at last, and right on the first try.
    tries : int
        How many answers counted.
    shown : bool
        Whether the answer had been shown before it was given: then it is not the reader's own.
    """

    right: bool
    first: bool
    tries: int
    shown: bool = False

    def __or__(self, other: "Answered") -> "Answered":
        """Merge two records of one question: what once failed or was shown stays so."""
        return Answered(
            self.right or other.right,
            self.first and other.first,
            max(self.tries, other.tries),
            self.shown or other.shown,
        )


class Tried(NamedTuple):
    """What became of one exercise."""

    solved: bool
    tries: int

    def __or__(self, other: "Tried") -> "Tried":
        return Tried(self.solved or other.solved, max(self.tries, other.tries))


#: A guess at a prediction: a number, a name, several names, or coordinates.
Guess: TypeAlias = float | str | list[str] | list[float]


def read_answer(plain: dict[str, Any]) -> Answered | None:
    """Read the entry of a question; None for what is none."""
    flags = [plain.get("right"), plain.get("first"), plain.get("shown", False)]
    tries = _read_tries(plain)
    if tries is None or any(type(flag) is not bool for flag in flags):
        return None
    return Answered(bool(flags[0]), bool(flags[1]), tries, bool(flags[2]))


def read_attempt(plain: dict[str, Any]) -> Tried | None:
    """Read the entry of an exercise; None for what is none."""
    solved, tries = plain.get("solved"), _read_tries(plain)
    return Tried(solved, tries) if tries is not None and isinstance(solved, bool) else None


def read_guess(plain: dict[str, Any]) -> Guess | None:
    """Read the entry of a prediction; None for what is none."""
    guess = plain.get("guess")
    if not isinstance(guess, list):
        return _read_part(guess)
    parts = [_read_part(part) for part in guess[: MOST_PARTS + 1]]
    kinds = {type(part) for part in parts}
    if len(parts) > MOST_PARTS or len(kinds) != 1 or kinds == {type(None)}:
        return None
    return parts  # type: ignore[return-value]


def read_draft(plain: dict[str, Any]) -> str | None:
    """Read what stood in the editor of an exercise; None for what is none."""
    source = plain.get("source")
    if not isinstance(source, str) or re.search("[\ud800-\udfff]", source):  # half a character
        return None
    length = len(source.encode("utf-16-le")) // 2  # as pages count
    return source if 0 < length <= LONGEST_DRAFT else None


def _read_part(part: object) -> float | str | None:
    if isinstance(part, str):
        return part if _WORD.fullmatch(part) else None
    is_number = type(part) in (int, float) and abs(part) < 1e300  # type: ignore[arg-type]
    return float(part) if is_number else None  # type: ignore[arg-type]


def _read_tries(plain: dict[str, Any]) -> int | None:
    tries = to_whole_number(plain.get("tries"))
    return tries if tries is not None and 0 < tries <= MOST_TRIES else None


def to_whole_number(value: object) -> int | None:
    """Return a whole number; 1.0 is one, as in a browser, and True is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if type(value) is int else None
