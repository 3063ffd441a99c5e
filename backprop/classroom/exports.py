"""Tables of a class: for people, for spreadsheets, and as Moodle and Canvas take them back."""

import csv
import hashlib
import hmac
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from backprop.classroom.assignment import Assignment
from backprop.classroom.gradebook import Line
from backprop.classroom.roster import Student

__all__ = ["FORMATS", "hide_names", "make_safe", "write_export", "write_table"]

FORMATS = ("moodle", "canvas", "csv", "json")
Cell = str | float | int | None


def make_safe(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> make_safe("=1+1"), make_safe(-1.5), make_safe("-")
    ("'=1+1", -1.5, '-')
    """
    if not isinstance(cell, str):
        return cell
    # Wide forms of these signs count, too; a lone hyphen is nothing, and Moodle's word for that.
    begins = cell.lstrip()[:1] in tuple("=+-@＝＋－＠") or cell[:1] in ("\t", "\r", "\n")
    return f"'{cell}" if cell.strip() not in ("", "-") and begins else cell


def write_table(names: Sequence[str], rows: Iterable[Sequence[Cell]], *, mark: bool) -> bytes:
    """Write a table as CSV in UTF-8, with every formula made harmless.

    Parameters
    ----------
    names : sequence of str
        What stands above the columns.
    rows : iterable of sequences
        The cells; whole numbers are written without a point.
    mark : bool
        Whether it begins with the mark by which Excel knows UTF-8.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in (names, *rows):
        writer.writerow([_write_number(make_safe(cell)) for cell in row])
    content = text.getvalue().encode(errors="replace")
    return b"\xef\xbb\xbf" + content if mark else content


def _write_number(cell: Cell) -> Cell:
    return f"{cell:.10g}" if isinstance(cell, float) else cell


def hide_names(lines: Iterable[Line], seed: int) -> list[Line]:
    """Return the lines with a word in place of each student, the same word in every table.

    Examples
    --------
    >>> hide_names([], 1)
    []
    """
    secret = str(seed).encode()

    def name(identifier: str) -> str:
        digest = hmac.new(secret, identifier.encode(errors="replace"), hashlib.sha256)
        return f"student-{digest.hexdigest()[:10]}"

    hidden = [
        replace(
            line,
            student=Student(name(line.student.id)),
            paths=(),
            alike=tuple(sorted(map(name, line.alike))),
            notes=tuple("a note" if path_is_named(note, line) else note for note in line.notes),
            marks=tuple(
                replace(mark, because="a person's mark" if mark.because else "")
                for mark in line.marks
            ),
        )
        for line in lines
    ]
    return sorted(hidden, key=lambda line: line.student.id)


def path_is_named(note: str, line: Line) -> bool:
    """Return whether a note names a file, whose name often holds that of its student."""
    return any(path.rpartition("/")[2] in note for path in line.paths)


def write_export(
    form: str, assignment: Assignment, lines: Sequence[Line], roster: Sequence[Student]
) -> bytes:
    """Write the gradebook in one of `FORMATS`.

    Raises
    ------
    ValueError
        If Canvas's own columns are not known.
    """
    if form == "moodle":
        return _write_moodle(lines)
    if form == "canvas":
        return _write_canvas(assignment, lines, roster)
    if form == "json":
        return _write_json(assignment, lines)
    return _write_csv(assignment, lines)


def _write_csv(assignment: Assignment, lines: Sequence[Line]) -> bytes:
    names = [
        "id", "name", "email", *assignment.exercises, "points", "of", "late", "days late",
        "attempts", "notes", "manual marks", "same file as", "files",
    ]  # fmt: skip
    rows = [
        [
            line.student.id,
            line.student.name,
            line.student.email,
            *(mark.points for mark in line.marks),
            line.points,
            line.total,
            "late" if line.late else "",
            "unknown" if line.days is None else line.days,
            line.attempts,
            "; ".join(line.notes),
            "; ".join(f"{mark.exercise}: {mark.because}" for mark in line.marks if mark.because),
            ", ".join(line.alike),
            ", ".join(line.paths),
        ]
        for line in lines
    ]
    return write_table(names, rows, mark=True)


def _write_json(assignment: Assignment, lines: Sequence[Line]) -> bytes:
    plain = {"format": 1, "assignment": assignment.plain(), "students": [*map(_strip, lines)]}
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")


def _strip(line: Line) -> dict[str, Any]:
    """Return a line as plain data, without the row that only its platform needs."""
    plain = asdict(line)
    plain["student"].pop("row")
    return plain


def _write_moodle(lines: Sequence[Line]) -> bytes:
    """Write Moodle's grading worksheet; these three columns it wants, and takes no others.

    Source: ``mod/assign/feedback/offline/importgradeslib.php`` of Moodle.
    """
    names = [
        "Identifier", "Full name", "Email address", "Grade", "Maximum grade",
        "Last modified (grade)", "Feedback comments",
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for line in lines:
        row = line.student.row
        maximum = _read_number(row.get("Maximum grade", "")) or line.total
        identifier = row.get("Identifier") or f"Participant {line.student.id}"
        grade: Cell = _scale(line, maximum) if line.attempts or _has_manual(line) else ""
        last = row.get("Last modified (grade)", "-")
        words = _summarise(line) if grade != "" else ""
        rows.append(
            [identifier, line.student.name, line.student.email, grade, maximum, last, words]
        )
    return write_table(names, rows, mark=False)


def _has_manual(line: Line) -> bool:
    return any(mark.because for mark in line.marks)


def _scale(line: Line, maximum: float) -> float:
    return round(line.points / line.total * maximum, 2) if line.total else 0.0


def _read_number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _summarise(line: Line) -> str:
    """Say in a few words what the points are for."""
    parts = [
        f"{mark.exercise}: marked by hand ({mark.points:g}, {mark.because})"
        if mark.because
        else f"{mark.exercise}: {mark.state} ({mark.points:g})"
        for mark in line.marks
    ]
    late = ["handed in late"] if line.late else []
    return "; ".join([*parts, *late, *line.notes])


def _write_canvas(
    assignment: Assignment, lines: Sequence[Line], roster: Sequence[Student]
) -> bytes:
    """Write a table that Canvas's gradebook imports: its own columns of students, and one of ours.

    Source: ``lib/gradebook_importer.rb`` of Canvas. It wants Student and ID in front, and takes
    whatever stands behind Section as assignments.
    """
    row: Mapping[str, str] = roster[0].row if roster else {}
    own = [name for name in row if name in _CANVAS_COLUMNS] or ["Student", "ID", "Section"]
    title = next((name for name in row if _is_called(name, assignment.name)), assignment.name)
    rows: list[list[Cell]] = [["    Points Possible", *[""] * (len(own) - 1), line_total(lines)]]
    for line in lines:
        known = {"Student": line.student.name, "ID": line.student.id, **line.student.row}
        grade: Cell = line.points if line.attempts or _has_manual(line) else ""
        rows.append([*(known.get(name, "") for name in own), grade])
    return write_table([*own, title], rows, mark=False)


_CANVAS_COLUMNS = (
    "Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID",
    "Root Account", "Section",
)  # fmt: skip


def _is_called(column: str, name: str) -> bool:
    """Return whether a column of Canvas is that of the assignment: ``ps1 (77)``."""
    return column == name or (column.startswith(f"{name} (") and column.endswith(")"))


def line_total(lines: Sequence[Line]) -> float:
    """Return what could be had; 0 in an empty class."""
    return lines[0].total if lines else 0.0
