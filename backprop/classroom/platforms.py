"""The gradebook as Moodle and Canvas take it back, in their points and for those whom they know."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backprop.classroom.assignment import Assignment
from backprop.classroom.gradebook import Line
from backprop.classroom.owners import find_platform_id, recognise_layout
from backprop.classroom.roster import Roster, Student, fold_column
from backprop.classroom.spreadsheets import Cell, read_decimal, write_table

__all__ = ["Column", "check_platform", "describe_export", "find_column", "list_replaced",
           "write_canvas", "write_moodle"]  # fmt: skip

_NAMES = {"moodle": "Moodle", "canvas": "Canvas"}
_TABLES = {"moodle": "Moodle's grading worksheet", "canvas": "the gradebook that Canvas exports"}
_CANVAS_COLUMNS = (
    "Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID",
    "Root Account", "Section",
)  # fmt: skip


# ---- whose class it is -------------------------------------------------------------------------


def check_platform(form: str, roster: Roster, lines: Sequence[Line]) -> None:
    """Make sure that a platform knows the students of a class.

    Parameters
    ----------
    form : str
        ``"moodle"`` or ``"canvas"``; there is nothing to check of other formats.
    roster : Roster
        Who is in the class.
    lines : sequence of Line
        The gradebook, which says where files came from.

    Raises
    ------
    ValueError
        If roster or files are those of the other platform, which calls everybody otherwise, or if
        somebody stands in the class twice.
    """
    found, what = _recognise_platform(roster, lines)
    if form in _NAMES and found in _NAMES and found != form:
        raise ValueError(
            f"the {what} of this class is {_NAMES[found]}'s, and {_NAMES[form]} knows nobody in "
            f"it: choose --format {found}, or grade once more with {_TABLES[form]} as --roster"
        )
    if form in _NAMES:
        _check_once(form, lines)


def _check_once(form: str, lines: Sequence[Line]) -> None:
    """Make sure that nobody stands twice in what a platform is given."""
    students: dict[str, list[Student]] = defaultdict(list)
    for line, number in _list_given(form, lines):
        students[number].append(line.student)
    twice = [
        f"{number} is {' and '.join(f'{one.name} ({one.id})' for one in same)}"
        for number, same in students.items()
        if len(same) > 1
    ]
    if twice:
        raise ValueError(
            f"{_NAMES[form]} must get everybody once, and {len(twice)} stand in this class twice "
            f"({'; '.join(twice[:3])[:200]}): grade once more with {_TABLES[form]} as --roster"
        )


def _recognise_platform(roster: Roster, lines: Sequence[Line]) -> tuple[str, str]:
    """Recognise from which platform a class is, and by what; "folders" is from none."""
    if roster.platform:
        return roster.platform, "roster"
    paths = [tuple(path.split("/")) for line in lines for path in line.paths]
    return recognise_layout(paths), "download"


def _get_first_row(roster: Roster) -> Mapping[str, str]:
    return next((student.row for student in roster.students.values()), {})


def _is_marked(line: Line) -> bool:
    """Return whether there is anything to give back."""
    return line.attempts > 0 or any(mark.because for mark in line.marks)


def _find_numbers(form: str, lines: Sequence[Line]) -> list[str]:
    """Find by which number a platform calls each student; empty where nobody knows it.

    If files have numbers of the platform, an id of any other table is none: it may be the number
    of somebody else.
    """
    on_files = [find_platform_id(form, line.paths) for line in lines]
    is_ours = any(on_files)
    return [
        number or (line.student.id if line.student.platform == form or not is_ours else "")
        for number, line in zip(on_files, lines, strict=True)
    ]


def _list_given(form: str, lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """List who stands in what a platform is given, and by which number."""
    return [
        (line, number or line.student.id)
        for line, number in zip(lines, _find_numbers(form, lines), strict=True)
        if (number and _is_marked(line))
        or (form == "moodle" and line.student.get_cell("Identifier"))
        or (form == "moodle" and find_platform_id("moodle", line.paths))
    ]


def _scale(line: Line, maximum: float) -> float:
    return round(line.points / line.total * maximum, 2) if line.total else 0.0


# ---- Moodle ------------------------------------------------------------------------------------


def write_moodle(assignment: Assignment, lines: Sequence[Line]) -> bytes:
    """Write Moodle's grading worksheet.

    Source: ``mod/assign/feedback/offline`` of Moodle. It wants Identifier, Grade and Last modified
    (grade), passes an empty grade over, and puts a comment in the place of the one before.

    Raises
    ------
    ValueError
        If the assignment gives no points there.
    """
    names = [
        "Identifier", "Full name", "Email address", "Grade", "Maximum grade",
        "Last modified (grade)", "Feedback comments",
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    most = _find_maximum(lines)
    for line, number in _list_given("moodle", lines):
        student = line.student
        maximum = _read_maximum(line, most)
        identifier = student.get_cell("Identifier") or f"Participant {number}"
        marked = _is_marked(line)
        grade: Cell = _scale(line, maximum) if marked else ""
        words = _summarise(assignment, line) if marked else student.get_cell("Feedback comments")
        last = student.get_cell("Last modified (grade)", "-")
        rows.append([identifier, student.name, student.email, grade, maximum, last, words])
    return write_table(names, rows, mark=False)


def _find_maximum(lines: Sequence[Line]) -> float:
    """Find how many points the assignment has in Moodle for anybody; 0 if nobody says."""
    said = (line for line in lines if line.student.get_cell("Maximum grade"))
    return max((_read_maximum(line, 0.0) for line in said), default=0.0)


def _read_maximum(line: Line, most: float) -> float:
    """Read how many points the assignment has in Moodle for somebody.

    For whom no roster says it, it has as many as for others; and as many as here if none do.
    """
    text = line.student.get_cell("Maximum grade")
    try:
        return read_decimal(text) if text else most or line.total
    except ValueError:
        raise ValueError(
            f"Maximum grade of {line.student.id} in the worksheet must be a number, got "
            f"{text[:60]!r}: let the assignment in Moodle give points, and download it again"
        ) from None


def _summarise(assignment: Assignment, line: Line) -> str:
    """Say in a few words what the points are for."""
    parts = []
    for mark in line.marks:
        # Of the points here, whatever the assignment has in Moodle.
        points = f"{mark.points:g} of {assignment.points[mark.exercise]:g}"
        text = f"{mark.exercise}: {mark.state} ({points})"
        if mark.because:
            text = f"{mark.exercise}: marked by hand ({points}, {mark.because})"
        elif mark.idea:
            text = f"{mark.exercise}: {mark.state}, part of the points ({points})"
        parts.append(text)
    late = ["handed in late"] if line.late else []
    return "; ".join([*parts, *late, *line.notes])


# ---- Canvas ------------------------------------------------------------------------------------


class Column(NamedTuple):
    """The assignment as Canvas has it.

    Attributes
    ----------
    name : str
        What stands above its column: ``ps1 (77)``, with the number that Canvas gave it.
    possible : float
        How many points it has.
    here : float
        How many it has here.
    known, said : bool
        Whether the column is one of the roster, and whether its points are said there.
    """

    name: str
    possible: float
    here: float
    known: bool
    said: bool


def find_column(assignment: Assignment, roster: Roster, title: str = "") -> Column:
    """Find the column of an assignment in the gradebook that Canvas exported.

    Parameters
    ----------
    assignment : Assignment
        Its name counts, if no title is given.
    roster : Roster
        Who is in the class.
    title : str
        What it is called in Canvas, with or without its number.

    Raises
    ------
    ValueError
        If there are several, or none that has the title that was given.
    """
    meant = title or assignment.name
    names = [name for name in _get_first_row(roster) if name and not _is_own(name)]
    found = [name for name in names if _is_called(name, meant)]
    if len(found) > 1:
        raise ValueError(
            f"{len(found)} columns of the roster are called {meant[:60]}: choose one by its "
            f"number, as --title '{found[0][:60]}'"
        )
    if not found and title and roster.possible:
        raise ValueError(
            f"title must be of an assignment in the roster, got {title[:60]!r}: "
            f"{_list_assignments(roster)}"
        )
    name = found[0] if found else meant
    try:
        possible = read_decimal(roster.possible.get(name, ""))
    except ValueError:  # nothing, or "(read only)"
        possible = 0.0
    return Column(name, possible or assignment.total, assignment.total, bool(found), possible > 0)


def _list_assignments(roster: Roster) -> str:
    """List what Canvas calls assignments: all that bear its numbers."""
    names = [name for name in _get_first_row(roster) if re.search(r" \(\d+\)$", name)]
    return ", ".join(names)[:300]


def _is_own(column: str) -> bool:
    """Return whether a column is one of Canvas's about students."""
    return fold_column(column) in map(fold_column, _CANVAS_COLUMNS)


def _is_called(column: str, name: str) -> bool:
    """Return whether a column of Canvas is that of the assignment: ``ps1 (77)``."""
    title = re.sub(r" \(\d+\)$", "", column)
    return name.casefold() in (column.casefold(), title.casefold())


def write_canvas(column: Column, lines: Sequence[Line], roster: Roster) -> bytes:
    """Write a table that Canvas's gradebook imports: its own columns of students, and one of ours.

    Source: ``lib/gradebook_importer.rb`` of Canvas. It wants Student and ID in front, and takes
    whatever stands behind Section as assignments. Grades are taken as they are, whatever stands
    under Points Possible, and an empty cell takes away the grade that was there: who has nothing
    to be given is left out.
    """
    folded = {fold_column(name) for name in _get_first_row(roster)}
    own = [name for name in _CANVAS_COLUMNS if fold_column(name) in folded]
    own = own if roster.platform == "canvas" else ["Student", "ID", "Section"]
    blank = [""] * (len(own) - 1)
    rows: list[list[Cell]] = [["    Points Possible", *blank, column.possible]]
    for line, number in _list_given("canvas", lines):
        known = {"Student": line.student.name, "ID": number}
        grade = _scale(line, column.possible)
        # The id of any other table is not Canvas's.
        row = line.student if line.student.platform == "canvas" else Student("")
        cells = (row.get_cell(name, known.get(name, "")) for name in own)
        rows.append([*cells, grade])
    return write_table([*own, column.name], rows, mark=False)


# ---- what a teacher is told --------------------------------------------------------------------


def list_replaced(
    form: str, assignment: Assignment, lines: Sequence[Line], roster: Roster, title: str = ""
) -> list[str]:
    """List which marks of the platform an export would replace by others, as the roster has them.

    Returns
    -------
    list of str
        Each as ``"Ada Lovelace: 3"``; empty for formats of our own.
    """
    column = find_column(assignment, roster, title) if form == "canvas" else None
    replaced, most = [], _find_maximum(lines) if form == "moodle" else 0.0
    for line in filter(_is_marked, lines):
        if column:
            text, mark = line.student.row.get(column.name, ""), _scale(line, column.possible)
        elif form == "moodle":
            text, mark = line.student.get_cell("Grade"), _scale(line, _read_maximum(line, most))
        else:
            break
        if text.strip("- ") and not _is_number(text, mark):
            replaced.append(f"{line.student.name or line.student.id}: {text[:60]}")
    return replaced


def _is_number(text: str, value: float) -> bool:
    try:
        return abs(read_decimal(text) - value) < 0.005
    except ValueError:
        return False


def describe_export(
    form: str, assignment: Assignment, lines: Sequence[Line], roster: Roster, title: str = ""
) -> list[str]:
    """Say out of how many points the marks of an export are, and who is not in it.

    Returns
    -------
    list of str
        One line each; empty for formats of our own.
    """
    if form not in _NAMES:
        return []
    notes = []
    if _recognise_platform(roster, lines)[0] not in _NAMES:
        notes = [
            f"roster and files are of no platform: {_NAMES[form]} takes marks of those alone whose "
            f"ids are its own; grade once more with {_TABLES[form]} as --roster"
        ]
    if form == "moodle":
        said = [_describe_maximum(assignment, lines)]
    else:
        said = _describe_column(find_column(assignment, roster, title), lines, roster)
    numbers = _find_numbers(form, lines)
    lost = [
        line.student.name or line.student.id
        for line, number in zip(lines, numbers, strict=True)
        if _is_marked(line) and not number and not line.student.get_cell("Identifier")
    ]
    if lost:
        notes.append(
            f"left out, because nobody knows by which number {_NAMES[form]} calls them: "
            f"{', '.join(lost)[:200]}; grade once more with {_TABLES[form]} as --roster"
        )
    replaced = list_replaced(form, assignment, lines, roster, title)
    if replaced:
        there = f"{', '.join(replaced[:3])}; {len(replaced)} in all"
        said.append(f"{_NAMES[form]} has other marks, which these replace ({there})")
    return [*said, *notes]


def _describe_maximum(assignment: Assignment, lines: Sequence[Line]) -> str:
    most = _find_maximum(lines)
    if not most:
        return f"marks are out of {assignment.total:g}: is that the maximum grade in Moodle?"
    return _describe_scale(most, assignment.total, "the maximum grade in Moodle")


def _describe_column(column: Column, lines: Sequence[Line], roster: Roster) -> list[str]:
    if column.said:
        notes = [_describe_scale(column.possible, column.here, f"what {column.name} has in Canvas")]
    elif column.known:
        notes = [f"marks are out of {column.here:g}: has {column.name} as many points in Canvas?"]
    else:
        others = _list_assignments(roster)
        there = f" ({others})" if others else ""
        notes = [
            f"marks are out of {column.here:g}. The roster has no column {column.name}: Canvas "
            "will ask whether it is a new assignment; --title says what it is called "
            f"there{there}"
        ]
    out = [line for line in lines if not _is_marked(line)]
    if out:
        unread = sum(bool(line.paths) for line in out)
        more = f" ({unread} of them with files that cannot be graded)" if unread else ""
        notes.append(
            f"{len(out)} without a hand-in left out{more}: an empty cell would erase what is there"
        )
    return notes


def _describe_scale(there: float, here: float, what: str) -> str:
    scaled = "" if there == here else f"; they are out of {here:g} here, and were scaled"
    return f"marks are out of {there:g}, {what}{scaled}"
