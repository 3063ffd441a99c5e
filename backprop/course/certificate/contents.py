"""What a certificate says, and the code that anybody can compute from it again.

The page of the final quiz follows the same rules in JavaScript: the same contents give the same
code. A code protects against slips and not against fraud; a certificate says itself that nobody
but its owner vouches for it.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date as Date
from typing import Any, NamedTuple

from backprop.course.progress.overview import ChapterProgress

__all__ = [
    "Certificate",
    "Counts",
    "clean_name",
    "issue_certificate",
    "read_certificate",
    "write_date",
    "write_deed",
]

LONGEST = 120  # characters: what still fits on one line of paper, in small print


class Counts(NamedTuple):
    """One chapter: questions right, right on the first try, all; exercises solved, all."""

    chapter: str
    right: int
    first: int
    questions: int
    solved: int
    exercises: int


@dataclass(frozen=True)
class Certificate:
    """The contents of a certificate.

    Attributes
    ----------
    book : str
        The version of the package.
    chapters : tuple of Counts
        In book order.
    date : str
        ``YYYY-MM-DD``.
    name : str
        The reader's, as `clean_name` gives it.

    Examples
    --------
    >>> mine = Certificate("1.0", (Counts("fitting", 6, 4, 6, 1, 1),), "2026-11-20", "Ada")
    >>> mine.json
    '{"book":"1.0","chapters":[["fitting",6,4,6,1,1]],"date":"2026-11-20","name":"Ada"}'
    >>> mine.code
    'D7D4-8C94-4CCA-9541'
    """

    book: str
    chapters: tuple[Counts, ...]
    date: str
    name: str

    @property
    def json(self) -> str:
        """The contents in the one form from which the code is computed."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def code(self) -> str:
        """The first 64 bits of their SHA-256, in groups of four digits."""
        digits = hashlib.sha256(self.json.encode()).hexdigest()[:16].upper()
        return "-".join(digits[i : i + 4] for i in range(0, 16, 4))

    @property
    def text(self) -> str:
        """What the QR code holds: the code, and below it the contents."""
        return f"{self.code}\n{self.json}"

    @property
    def total(self) -> Counts:
        """All chapters together."""
        return Counts("", *(sum(column) for column in list(zip(*self.chapters, strict=True))[1:]))


def issue_certificate(name: str, chapters: Iterable[ChapterProgress], date: Date) -> Certificate:
    """Make out a certificate.

    Parameters
    ----------
    name : str
        The reader's, see `clean_name`.
    chapters : iterable of ChapterProgress
        How far they are in each chapter.
    date : datetime.date
        The day.

    Raises
    ------
    ValueError
        If the name cannot stand on a certificate.
    """
    from backprop import __version__

    counts = tuple(
        Counts(c.chapter, c.right, c.first, c.questions, c.solved, c.exercises) for c in chapters
    )
    return Certificate(__version__, counts, date.isoformat(), clean_name(name))


_JOINERS = "\u200c\u200d"  # invisible, but letters of Persian and Indian scripts need them


def clean_name(name: str) -> str:
    r"""Bring a name into the form that goes on paper and into the code.

    Parameters
    ----------
    name : str
        In any script.

    Returns
    -------
    str
        In Unicode's composed form (NFC), with one space wherever there were several.

    Raises
    ------
    ValueError
        If nothing is left to read, if it is too long, or if it holds control characters: they
        cannot be seen, and can make a name look like another.

    Examples
    --------
    >>> clean_name("  Ada \n Lovelace ")
    'Ada Lovelace'
    """
    for character in name:
        category = unicodedata.category(character)
        if category in ("Cc", "Cf", "Cs", "Co", "Cn") and character not in _JOINERS + "\t\n\r":
            kind = {"Cs": "half a character", "Co": "a private character", "Cn": "no character"}
            raise ValueError(
                f"a name must not hold control characters, got U+{ord(character):04X} "
                f"({unicodedata.name(character, kind.get(category, 'a control character'))}): "
                "type the name again instead of pasting it"
            )
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not any(unicodedata.category(character)[0] in "LNPS" for character in name):
        raise ValueError("a certificate needs a name, got an empty one")
    if len(name) > LONGEST:
        raise ValueError(f"a name may have {LONGEST} characters, got {len(name)}: shorten it")
    return name


def write_deed(certificate: Certificate) -> str:
    r"""Write what the bearer has done, after "This is to say that" and the name.

    Examples
    --------
    >>> mine = Certificate("1.0", (Counts("fitting", 6, 4, 6, 1, 1),), "2026-11-20", "Ada")
    >>> print(write_deed(mine).replace("\N{NO-BREAK SPACE}", " "))
    answered all 6 questions of this book right, 4 of them (67 %) on the first try, and solved 1 of
    its 1 graded exercise.
    """
    total = certificate.total
    # Rounded in whole numbers, half up: the page does the same.
    share = (200 * total.first + total.questions) // (2 * total.questions or 1)
    if total.right == total.questions:
        answered = (
            f"answered all {total.questions} questions of this book right, {total.first} of them"
        )
    else:
        answered = (
            f"answered {total.right} of the {total.questions} questions of this book right (the "
            f"answers to the others were shown), {total.first} of the {total.questions}"
        )
    exercises = f"{total.exercises} graded exercise{'' if total.exercises == 1 else 's'}"
    return (
        f"{answered} ({share}\xa0%) on the first try, and solved {total.solved} of its {exercises}."
    )


def write_date(date: str) -> str:
    """Write a date as it stands on the certificate.

    Examples
    --------
    >>> write_date("2026-11-20")
    '20 November 2026'
    """
    day = Date.fromisoformat(date)
    # Calendar's own month names would speak the language of the machine.
    months = "January February March April May June July August September October November December"
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"


_CODE = re.compile(r"\s*([0-9A-Fa-f]{4}(?:-[0-9A-Fa-f]{4}){3})\s*(?=\{)")


def read_certificate(text: str) -> tuple[Certificate, str | None]:
    """Read what the QR code of a certificate holds, or its contents alone.

    Parameters
    ----------
    text : str
        As scanned, or the contents as JSON.

    Returns
    -------
    tuple of (Certificate, str or None)
        The contents, and the code that came with them. They belong together if it equals
        the ``code`` of the contents.

    Raises
    ------
    ValueError
        If it is no certificate.
    """
    found = _CODE.match(text)
    try:
        plain = json.loads(text[found.end() :] if found else text)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            "this is no certificate: it should be the text of the QR code, or the JSON in it "
            f"({error})"
        ) from error
    wanted = {"book": str, "chapters": list, "date": str, "name": str}
    if not isinstance(plain, dict) or {key: type(plain[key]) for key in plain} != wanted:
        raise ValueError(f"this is no certificate: it should hold {', '.join(wanted)} and no more")
    try:
        Date.fromisoformat(plain["date"])
    except ValueError as error:
        raise ValueError(f"this is no certificate: {plain['date']!r} is no date") from error
    if not plain["chapters"]:
        raise ValueError("this is no certificate: it names no chapter")
    certificate = Certificate(
        plain["book"], tuple(map(_read_counts, plain["chapters"])), plain["date"], plain["name"]
    )
    return certificate, found[1].upper() if found else None


def _read_counts(row: Any) -> Counts:
    types = [type(cell) for cell in row] if isinstance(row, list) else []
    if types != [str] + [int] * 5:
        raise ValueError(f"this is no certificate: {row!r} is no chapter with five counts")
    counts = Counts(*row)
    if not (0 <= counts.first <= counts.right <= counts.questions):
        raise ValueError(f"this is no certificate: the counts of {counts.chapter!r} contradict")
    if not 0 <= counts.solved <= counts.exercises:
        raise ValueError(f"this is no certificate: the counts of {counts.chapter!r} contradict")
    return counts
