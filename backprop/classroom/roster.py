"""The roster: who is in the class, read from whatever table a platform or an office gives."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from backprop.classroom.assignment import parse_time

__all__ = ["Roster", "Student", "fold_name", "list_lost_dates", "read_roster", "read_table"]

_COLUMNS = {
    "id": ("identifier", "id", "student id", "user id", "id number", "matriculation number"),
    "name": ("full name", "student", "name", "display name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "email": ("email address", "email", "e-mail", "mail"),
    "due": ("due", "extension", "due date"),
    "submitted": ("submitted", "last modified (submission)", "submission time"),
}
_TIMES = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%d %B %Y, %I:%M %p", "%d %B %Y, %H:%M")


@dataclass(frozen=True)
class Student:
    """One student.

    Attributes
    ----------
    id : str
        What the platform calls them; of Moodle's identifiers the number.
    name, email : str
        Empty where nobody has said them.
    due, submitted : str or None
        A date of their own, and when they handed in, in ISO form.
    row : dict of str to str
        The whole row of the table, for the platform that takes it back.
    """

    id: str
    name: str = ""
    email: str = ""
    due: str | None = None
    submitted: str | None = None
    row: Mapping[str, str] = field(default_factory=dict)


class Roster:
    """The students of a class, found by whatever of them is known.

    Parameters
    ----------
    students : iterable of Student
        In the order of the table.
    notes : sequence of str
        What could not be understood in it.
    """

    def __init__(self, students: Iterable[Student] = (), notes: Iterable[str] = ()) -> None:
        self.students = {student.id: student for student in students}
        self.notes = list(notes)
        self._known: dict[str, set[str]] = {}
        for student in self.students.values():
            name, _, domain = student.email.partition("@")
            for word in (student.id, student.name, student.email, name if domain else ""):
                if fold_name(word):
                    self._known.setdefault(fold_name(word), set()).add(student.id)

    def find(self, *words: str) -> Student | None:
        """Find the one student who is meant by the first of these words that names anybody.

        Parameters
        ----------
        *words : str
            An id, a name or an address, the surest first. Capital letters, accents, spaces and
            the order of names do not matter.

        Returns
        -------
        Student or None
            None where nobody is found, and where two are.
        """
        for word in words:
            if word in self.students:
                return self.students[word]
            found = self._known.get(fold_name(word), set()) if fold_name(word) else set()
            if len(found) == 1:
                return self.students[next(iter(found))]
            if found:
                return None
        return None

    def plain(self) -> list[dict[str, Any]]:
        """Return the students as plain data, ready for JSON."""
        return [asdict(student) for student in self.students.values()]


def list_lost_dates(before: Roster, now: Roster) -> list[str]:
    """Say who has had a date of their own, and has none in a newer roster.

    Parameters
    ----------
    before, now : Roster
        The roster that counted until now, and the one that counts from now on.

    Returns
    -------
    list of str
        A sentence for each of them.

    Examples
    --------
    >>> before = Roster([Student("1", "Ada", due="2026-12-04T23:59")])
    >>> list_lost_dates(before, Roster([Student("1", "Ada")]))[0].partition(",")[0]
    'Ada had until 2026-12-04T23:59'
    """
    return [
        f"{student.name or student.id} had until {student.due}, and this roster says nothing of "
        "it: put it in again if it holds"
        for student in before.students.values()
        if student.due and not (now.students[student.id].due if student.id in now.students else "")
    ]


def fold_name(text: str) -> str:
    """Return what is compared of a name: its letters and digits, its words in order.

    Examples
    --------
    >>> fold_name("Gödel, Kurt") == fold_name("kurt godel")
    True
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(sorted(re.findall(r"[^\W_]+", plain)))


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a table with a line of names: commas, semicolons or tabs, in any usual encoding.

    Raises
    ------
    ValueError
        If it is empty.
    """
    content = path.read_bytes()
    for encoding in ("utf-16", "utf-8-sig", "cp1252", "latin-1"):
        if encoding == "utf-16" and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    if not rows:
        raise ValueError(f"{path} must be a table with a line of names and one for each student")
    return [
        {
            name.strip(): (value or "").strip()
            for name, value in row.items()
            if isinstance(name, str)
        }
        for row in rows
    ]


def read_roster(path: Path) -> Roster:
    """Read a roster: Moodle's grading worksheet, Canvas's gradebook, or a table of your own.

    Parameters
    ----------
    path : Path
        A CSV with one of the columns id, name and email; ``due`` holds dates of their own.

    Raises
    ------
    ValueError
        If it names nobody.
    """
    rows = read_table(path)
    names = {name.casefold(): name for name in rows[0]}
    columns = {
        kind: next((names[one] for one in known if one in names), None)
        for kind, known in _COLUMNS.items()
    }
    students: dict[str, Student] = {}
    notes: list[str] = []
    for number, row in enumerate(rows, start=2):
        student = _read_student(row, columns, f"line {number} of {path.name}", notes)
        if student is None:
            continue
        if student.id in students:
            notes.append(f"line {number} of {path.name} names {student.id} again: the last counts")
        students[student.id] = student
    if not students:
        raise ValueError(f"{path} names nobody: it needs a column id, name or email")
    return Roster(students.values(), notes)


def _read_student(
    row: Mapping[str, str], columns: Mapping[str, str | None], place: str, notes: list[str]
) -> Student | None:
    given = {kind: row.get(column, "") if column else "" for kind, column in columns.items()}
    name = given["name"] or f"{given['first']} {given['last']}".strip()
    if "points possible" in name.casefold() or not (name or given["id"] or given["email"]):
        return None  # the second line of Canvas's table is no student
    if columns["name"] and columns["name"].casefold() == "student" and "," in name:
        last, _, first = name.partition(",")  # Canvas sorts by family names
        name = f"{first.strip()} {last.strip()}"
    identifier = re.sub(r"^\D+ (?=\d+$)", "", given["id"]) or given["email"] or name
    times = {kind: _read_time(given[kind], f"{place}, {kind},", notes) for kind in
             ("due", "submitted")}  # fmt: skip
    return Student(identifier, name, given["email"], times["due"], times["submitted"], dict(row))


def _read_time(text: str, place: str, notes: list[str]) -> str | None:
    """Read a time in ISO form or as Moodle writes it in English."""
    if text in ("", "-"):
        return None
    text = re.sub(r"[\u00a0\u202f]", " ", text)
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).astimezone().isoformat()
        except ValueError:
            continue
    try:
        return parse_time(text, place).isoformat()
    except ValueError as error:
        notes.append(str(error))
        return None
