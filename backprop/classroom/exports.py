"""Tables of a class: for people and programs, with or without names, and for a platform."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from backprop.classroom.assignment import Assignment
from backprop.classroom.gradebook import Line
from backprop.classroom.platforms import find_column, write_canvas, write_moodle
from backprop.classroom.roster import Roster, Student
from backprop.classroom.spreadsheets import write_table

__all__ = ["FORMATS", "hide_names", "write_export"]

FORMATS = ("moodle", "canvas", "csv", "json")
#: Of the notes of a student what tells nothing of who it is.
_OUR_OWN = re.compile(
    r"cell \d{1,5} (?:was stopped|stopped with an error|ended by itself)"
    r"|how its run ended: (?:refused|stopped after \d{1,5} seconds?|was stopped|ended by itself)"
    r"|graded without walls: not protected$|nothing was handed in$"
    r"|late by an unknown time, so nothing was taken off$"
    r"|for each exercise the best of \d{1,5} files counts$"
    r"|no exercise was attempted: every function is as it was handed out$"
)


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
            files=(),  # whoever has the download can compute of which file each of them is
            paths=(),
            doubts=(),
            came="",
            alike=tuple(sorted(map(name, line.alike))),
            notes=tuple(_hide_words(note, line) for note in line.notes),
            marks=tuple(
                replace(
                    mark,
                    message="",  # both quote what a student has written or computed
                    example=(),
                    because="a person's mark" if mark.because else "",
                )
                for mark in line.marks
            ),
        )
        for line in lines
    ]
    return sorted(hidden, key=lambda line: line.student.id)


def _hide_words(note: str, line: Line) -> str:
    """Return what is our own of a note: others name files, or hold what a student has written."""
    names = [f"{mark.exercise} was stopped, because it took too long" for mark in line.marks]
    found = _OUR_OWN.match(note)
    return note if note in names else found[0] if found else "a note"


def write_export(
    form: str, assignment: Assignment, lines: Sequence[Line], roster: Roster, title: str = ""
) -> bytes:
    """Write the gradebook in one of `FORMATS`.

    Parameters
    ----------
    form : str
        Which.
    assignment, lines, roster
        What was asked, the gradebook, and who is in the class.
    title : str
        What the assignment is called in Canvas, if not as here.

    Raises
    ------
    ValueError
        If the assignment cannot be found in Canvas's table, or Moodle gives no points for it.
    """
    if form == "moodle":
        return write_moodle(assignment, lines)
    if form == "canvas":
        return write_canvas(find_column(assignment, roster, title), lines, roster)
    if form == "json":
        return _write_json(assignment, lines)
    return _write_csv(assignment, lines)


def _write_csv(assignment: Assignment, lines: Sequence[Line]) -> bytes:
    names = [
        "id", "name", "email", *assignment.exercises, "points", "of", "late", "days late",
        "attempts", "notes", "manual marks", "for an idea", "same file as", "files",
    ]  # fmt: skip
    rows = [
        [
            line.student.id,
            line.student.name,
            line.student.email,
            *(mark.points for mark in line.marks),
            line.points,
            line.total,
            "late" if line.late else "time unknown" if line.timeless else "",
            "unknown" if line.days is None else line.days,
            line.attempts,
            "; ".join(line.notes),
            "; ".join(f"{mark.exercise}: {mark.because}" for mark in line.marks if mark.because),
            "; ".join(f"{mark.exercise}: {mark.idea}" for mark in line.marks if mark.idea),
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
    """Return a line as plain data, without what is needed to know them again."""
    plain = asdict(line)
    for unsaid in ("row", "aliases"):
        plain["student"].pop(unsaid)
    return plain
