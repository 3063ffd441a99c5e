"""The roster: who is in the class, read from whatever table a platform or an office gives."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from backprop.classroom.assignment import describe_time, parse_time
from backprop.classroom.spreadsheets import read_rows

__all__ = ["Roster", "Student", "fold_column", "fold_name", "list_lost_dates", "read_roster"]

_COLUMNS = {
    "id": (
        "identifier", "id", "student id", "user id", "id number", "matriculation number",
        "matrikelnummer", "matrikel",
    ),
    "name": ("full name", "student", "name", "display name"),
    "first": ("first name", "firstname", "given name", "vorname"),
    "last": ("last name", "lastname", "surname", "family name", "nachname", "familienname"),
    "email": ("email address", "email", "e-mail", "mail", "e-mail-adresse"),
    "due": (
        "due", "extension", "due date", "new due", "new due date", "extended due date", "deadline",
        "new deadline", "frist", "abgabefrist", "fällig", "fällig am", "verlängerung",
    ),
    "submitted": ("submitted", "submission time"),
    "modified": ("last modified (submission)",),  # as Moodle says it
}  # fmt: skip
#: What platforms write besides; of Canvas also every assignment and sum.
_OTHERS = (
    "status", "grade", "maximum grade", "grade can be changed", "last modified (grade)", "marker",
    "feedback comments", "online text", "marking workflow state", "group", "username", "section",
    "department", "institution", "scale", "root account", "integration id", "sis user id",
    "sis login id", "id number", "notes",
)  # fmt: skip
_SUM = re.compile(r".* \(\d+\)|.*\b(score|points|grade)")
# Source: ``col_status`` in ``mod/assign/gradingtable.php`` of Moodle.
_GRANTED = re.compile(r"Extension granted until: (.+?)(?: - |$)")
_TIMES = (
    "%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%d %B %Y, %I:%M %p", "%d %B %Y, %H:%M",
    "%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M", "%d.%m.%Y %H:%M:%S",
)  # fmt: skip
_WAY_OUT = (
    "write 2026-11-30T23:59 or 30.11.2026 23:59; a worksheet of Moodle in another language is "
    "downloaded again in English"
)


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
    made : float or None
        When a platform made the table that says when they handed in, in seconds since 1970; None
        where a person says it, whose word counts.
    aliases : sequence of str
        Ids and names by which rosters before this one knew them.
    """

    id: str
    name: str = ""
    email: str = ""
    due: str | None = None
    submitted: str | None = None
    row: Mapping[str, str] = field(default_factory=dict)
    made: float | None = None
    aliases: Sequence[str] = ()

    @property
    def is_timed_by_hand(self) -> bool:
        """Whether a person says when they handed in."""
        return bool(self.submitted) and self.made is None

    @property
    def platform(self) -> str:
        """Which platform has made their row: "moodle", "canvas", or nothing for any other."""
        names = {fold_column(name) for name in self.row}
        if "identifier" in names and {"maximum grade", "full name", "grade"} & names:
            return "moodle"
        return "canvas" if {"id", "section"} <= names else ""

    def get_cell(self, column: str, default: str = "") -> str:
        """Return a cell of the row; capital letters and spaces of its column do not matter.

        Examples
        --------
        >>> Student("1", row={"Maximum Grade": "100"}).get_cell("Maximum grade")
        '100'
        """
        meant = fold_column(column)
        return next(
            (cell for name, cell in self.row.items() if fold_column(name) == meant), default
        )


class Roster:
    """The students of a class, found by whatever of them is known.

    Parameters
    ----------
    students : iterable of Student
        In the order of the table.
    notes : sequence of str
        What is odd in it.
    possible : mapping of str to str
        Of a gradebook of Canvas the line "Points Possible": for each column, out of how many.
    moved : mapping of str to str
        For ids of the class until now that are others here, these.
    """

    def __init__(
        self,
        students: Iterable[Student] = (),
        notes: Iterable[str] = (),
        possible: Mapping[str, str] = MappingProxyType({}),
        moved: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.students = {student.id: student for student in students}
        self.moved = dict(moved)
        self.notes, self.possible = list(notes), dict(possible)
        self._known: dict[str, set[str]] = {}
        for student in self.students.values():
            name, _, domain = student.email.partition("@")
            words = [student.id, student.name, student.email, name if domain else ""]
            # A download of Canvas is none of a class that Moodle knows.
            joined = _join_words(student.name) if student.platform != "moodle" else []
            for word in [*words, *joined, *student.aliases]:
                if fold_name(word):
                    self._known.setdefault(fold_name(word), set()).add(student.id)

    @property
    def platform(self) -> str:
        """Which platform has made the table; see `Student.platform`."""
        return next((student.platform for student in self.students.values()), "")

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
        meant = self.list_meant(*words)
        return self.students[meant[0]] if len(meant) == 1 else None

    def list_meant(self, *words: str) -> list[str]:
        """List the ids of all who may be meant by the first of these words that names anybody."""
        for word in words:
            if word in self.students:
                return [word]
            found = self._known.get(fold_name(word), set()) if fold_name(word) else set()
            if found:
                return sorted(found)
        return []

    def plain(self) -> dict[str, Any]:
        """Return everything that is kept of it as plain data, ready for JSON."""
        students = [asdict(student) for student in self.students.values()]
        return {"students": students, "possible": self.possible}


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
    'Ada had until 2026-12-04 23:59'
    """
    return [
        f"{student.name or student.id} had until {describe_time(student.due)}, and this roster "
        "says nothing of it: put it in again if it holds"
        for student in before.students.values()
        if student.due and not _find_due(now, now.moved.get(student.id, student.id))
    ]


def _find_due(roster: Roster, identifier: str) -> str | None:
    student = roster.students.get(identifier)
    return student.due if student else None


def _join_words(name: str) -> list[str]:
    """Return a name as Canvas writes it on files, without spaces, in whatever order it is here."""
    words = _list_words(name)
    return ["".join(words[n:] + words[:n]) for n in range(len(words))]


@lru_cache(maxsize=65536)
def fold_name(text: str) -> str:
    """Return what is compared of a name: its letters and digits, its words in order.

    Examples
    --------
    >>> fold_name("Gödel, Kurt") == fold_name("kurt godel")
    True
    """
    return " ".join(sorted(_list_words(text)))


def _list_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", plain)


def fold_column(name: str) -> str:
    """Return what is compared of the name of a column.

    Examples
    --------
    >>> fold_column(" Maximum  Grade")
    'maximum grade'
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def read_roster(path: Path) -> Roster:
    """Read a roster: Moodle's grading worksheet, Canvas's gradebook, or a table of your own.

    Parameters
    ----------
    path : Path
        A CSV with one of the columns id, name and email; ``due`` holds dates of their own.

    Raises
    ------
    ValueError
        If it names nobody, or a date in it cannot be read: a lost extension is nobody's wish.
    """
    if path.is_dir():
        raise ValueError(f"{path} is a folder: give the table in it, saved as CSV")
    rows = read_rows(path)
    if len(rows) < 2:
        raise ValueError(f"{path} must be a table with a line of names and one for each student")
    names, possible = rows[0].cells, {}
    columns = _choose_columns(names)
    if _is_worksheet_in_another_language(columns, dict(zip(names, rows[1].cells, strict=False))):
        raise ValueError(
            f"{path} is a worksheet of Moodle in another language, whose names and dates are not "
            "read: set Moodle to English, and download it again"
        )
    is_canvas = {"id", "section"} <= {fold_column(name) for name in names}
    students: dict[str, Student] = {}
    notes = _note_columns(names, columns, path)
    unread: list[str] = []
    made = path.stat().st_mtime
    for row in rows[1:]:
        place = f"line {row.number} of {path.name}"
        cells = dict(zip(names, [*row.cells, *[""] * len(names)], strict=False))
        student = _read_student(cells, columns, place, unread, made)
        if student is None:
            if any("points possible" in cell.casefold() for cell in row.cells[:2]):
                possible = cells
            continue
        if is_canvas and fold_name(student.name) == "student test":
            notes.append(f"{place}: Canvas's Test Student is left out")
            continue
        if student.id in students:
            notes.append(_note_again(students[student.id], student, place))
        students[student.id] = student
    if unread:
        more = f" ({len(unread)} such cells in all)" if len(unread) > 1 else ""
        raise ValueError(f"{unread[0]}{more}: {_WAY_OUT}")
    if not students:
        raise ValueError(f"{path} names nobody: it needs a column id, name or email")
    return Roster(students.values(), notes, possible)


def _note_again(before: Student, now: Student, place: str) -> str:
    """Say that somebody stands in a roster again, and refuse somebody else with the same id."""
    if before.name and now.name and fold_name(before.name) != fold_name(now.name):
        raise ValueError(
            f"{place} names {now.id[:60]} again, who is {before.name[:60]!r} above and "
            f"{now.name[:60]!r} here: give each of them an id of their own"
        )
    if now.id in (now.name, now.email):
        return (
            f"{place} names {now.id} again: the last counts, and they are one student here. If "
            "they are two, write what tells them apart into a column id or email"
        )
    return f"{place} names {now.id} again: the last counts"


def _choose_columns(names: Sequence[str]) -> dict[str, str | None]:
    folded = {fold_column(name): name for name in names if name}
    return {
        kind: next((folded[one] for one in known if one in folded), None)
        for kind, known in _COLUMNS.items()
    }


def _is_worksheet_in_another_language(
    columns: Mapping[str, str | None], row: Mapping[str, str]
) -> bool:
    """Return whether ids are as Moodle's ("Teilnehmer/in 1001"), and no name is understood."""
    named = columns["name"] or columns["first"] or columns["last"]
    return not named and bool(re.fullmatch(r"\D+ \d+|\D+/\D+\d+", row.get(columns["id"] or "", "")))


def _note_columns(names: Sequence[str], columns: Mapping[str, str | None], path: Path) -> list[str]:
    """Note which columns are not read, but for those that platforms write themselves."""
    of_platform = {fold_column(name) for name in names} & {"identifier", "section"}
    unread = [name for name in names if name and name not in columns.values()]
    if of_platform:
        folded = {name: fold_column(name) for name in unread}
        unread = [
            name
            for name in unread
            if folded[name] not in _OTHERS and not _SUM.fullmatch(folded[name])
        ]
    other = ", ".join(unread)
    due = columns["due"] or "due"
    return [f"not read of {path.name}: {other[:200]} (dates are read from {due})"] if other else []


def _read_student(
    row: Mapping[str, str],
    columns: Mapping[str, str | None],
    place: str,
    unread: list[str],
    made: float,
) -> Student | None:
    given = {kind: row.get(column, "") if column else "" for kind, column in columns.items()}
    name = given["name"] or f"{given['first']} {given['last']}".strip()
    if "points possible" in name.casefold() or not (name or given["id"] or given["email"]):
        return None  # the second line of Canvas's table is no student
    if columns["name"] and fold_column(columns["name"]) == "student" and "," in name:
        last, _, first = name.partition(",")  # Canvas sorts by family names
        name = f"{first.strip()} {last.strip()}"
    identifier = re.sub(r"^\D+ (?=\d+$)", "", given["id"]) or given["email"] or name
    # Moodle's own extensions stand among the words of the status.
    granted = _GRANTED.search(Student("", row=row).get_cell("Status"))
    given["due"] = given["due"] or (granted[1] if granted else "")
    # What a person writes counts, also beside what the platform says in the same table.
    when = "submitted" if given["submitted"].strip("- ") else "modified"
    times: dict[str, str | None] = {}
    for kind in ("due", when):
        try:
            times[kind] = _read_time(given[kind])
        except ValueError:
            got = given[kind][:60]
            column = columns[kind] or "Status"
            unread.append(f"{place}: {column} must be a date that can be read, got {got!r}")
            times[kind] = None
    by_platform = made if when == "modified" and times[when] else None
    return Student(
        identifier, name, given["email"], times["due"], times[when], dict(row), by_platform
    )


def _read_time(text: str) -> str | None:
    """Read a time in ISO form, with points as in 30.11.2026, or as Moodle writes it in English."""
    if text in ("", "-"):
        return None
    text = re.sub(r"[\u00a0\u202f]", " ", text)
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).astimezone().isoformat()
        except ValueError:
            continue
    day = re.fullmatch(r"(\d\d?)\.(\d\d?)\.(\d{4})", text)
    if day:
        text = f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}"
    return parse_time(text, "a date").isoformat()
