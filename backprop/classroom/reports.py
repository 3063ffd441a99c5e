"""What a teacher finds in the folder of a class: gradebook, feedback, and problems."""

import csv
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backprop.classroom.assignment import (
    Assignment,
    describe_time,
    parse_time,
    read_assignment,
    write_assignment,
)
from backprop.classroom.begun import begin_grading
from backprop.classroom.collect import Trouble
from backprop.classroom.exports import write_export
from backprop.classroom.feedback import name_page, write_pages
from backprop.classroom.gradebook import Line, make_gradebook
from backprop.classroom.notebooks import ANOTHER_CHAPTER
from backprop.classroom.roster import Roster, Student
from backprop.classroom.spreadsheets import strip_mark, write_table
from backprop.classroom.store import ROSTER, Entry, Store, is_late, is_stop, open_store
from backprop.saving import replaced

__all__ = [
    "count_problems",
    "describe_class",
    "is_outdated",
    "keep_class",
    "load_roster",
    "make_lines",
    "open_class",
    "write_problems",
    "write_reports",
]

_FILE = "problems.csv"
_PROBLEMS = ("download", "file", "student", "why")
_BEFORE = "source"  # of the first column, when the next two words could be names of folders
# What was found out about all downloads. With a slash in it, it is the name of none.
_GRADED, _TIME = "all/graded", "all/time"
_AGAIN = "--again failed tries it again, when the computer has less to do"
_TOO_LONG = f"was stopped, because it took too long: {_AGAIN}"
_WRITE = "write the time into a column submitted of the roster"
_UNKNOWN_TIME = (
    "came at a time that the roster does not say, so it does not count as late: give the newest "
    f"worksheet by --roster or, if you have, {_WRITE}"
)
_NO_TIME = f"nobody knows when it came, so it does not count as late: {_WRITE}"
_NEWER = "if something newer was handed in, download it, and grade it too"


def keep_class(
    store: Store, assignment: Assignment, roster: Roster | None, source: Path | None = None
) -> None:
    """Keep the assignment, and the roster if there is one, before a download is graded."""
    begin_grading(store.folder, source)
    write_assignment(store.folder, assignment)
    if roster is not None:
        plain, change = roster.plain(), secrets.token_hex(8)
        if roster.moved:  # which whoever opens the class does, should this be stopped
            for download, rows in _list_old_problems(store).items():
                store.keep_problems(download, rows)
            plain |= {"moved": roster.moved, "change": change}
        _write(store.folder / ROSTER, _encode(plain))
        store.move_students(roster.moved, change)


def is_outdated(store: Store) -> bool:
    """Return whether points or dates of the assignment have changed since the class was graded."""
    released = Path(store.settings.get("released", store.folder))
    try:
        return read_assignment(released) != read_assignment(store.folder)
    except (OSError, ValueError):  # it is not there any more, or being edited
        return False


def load_roster(folder: Path) -> Roster:
    """Return the roster that was kept; an empty one where there is none.

    Raises
    ------
    ValueError
        If it is damaged.
    """
    path = folder / ROSTER
    if not path.exists():
        return Roster()
    try:
        plain = json.loads(path.read_bytes())
        if isinstance(plain, list):  # as it was written before Canvas's points were kept
            plain = {"students": plain, "possible": {}}
        # When it was made was kept of the whole table, before it was kept of each student.
        made = {"made": plain["made"]} if "made" in plain else {}
        students = (Student(**one, **made) for one in plain["students"])
        return Roster(students, (), plain["possible"])
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path} is damaged ({error}): give --roster again") from error


@contextmanager
def open_class(folder: Path) -> Iterator[tuple[Assignment, Store, Roster]]:
    """Open a class that was graded: its assignment, what is kept of it, and its roster.

    Raises
    ------
    ValueError
        If there is no such class, or another program has it open.
    """
    with open_store(folder, {}) as store:
        yield read_assignment(folder), store, load_roster(folder)


def make_lines(assignment: Assignment, store: Store, roster: Roster) -> list[Line]:
    """Make the gradebook; the notebook that was handed out is no copy of anybody's."""
    unread: dict[str, dict[str, str]] = defaultdict(dict)
    for _, path, student, why in _list_found(store):
        unread[student][path] = why
    return make_gradebook(assignment, store, roster, store.settings.get("handed_out", ""), unread)


def write_reports(folder: Path, assignment: Assignment, store: Store, roster: Roster) -> list[Line]:
    """Write the gradebook as CSV and JSON, and the feedback of every student.

    Pages say what could not be read, and find it among the problems, which are written before.

    Returns
    -------
    list of Line
        The gradebook.
    """
    lines = make_lines(assignment, store, roster)
    for form in ("csv", "json"):
        content = write_export(form, assignment, lines, roster)
        _write(folder / f"gradebook.{form}", content)
    write_pages(folder / "feedback", assignment, lines)
    for old in store.former - {line.student.id for line in lines}:
        (folder / "feedback" / name_page(old)).unlink(missing_ok=True)
    rows = [row for row in _read_rows(folder / _FILE) if row[0] != _TIME]
    rows += _list_times(lines, store, roster)
    _write(folder / _FILE, write_table(_PROBLEMS, rows, mark=True))
    return lines


def _list_times(lines: Iterable[Line], store: Store, roster: Roster) -> list[list[str]]:
    """List as problems whose time is not known, and of whom there must be newer files."""
    dated = any(student.submitted for student in roster.students.values())
    received: dict[str, list[Entry]] = defaultdict(list)
    for entry in store.received.values():
        received[entry.student].append(entry)
    rows = []
    for line in lines:
        student = line.student
        rows += [[_TIME, path, student.id, why] for path, why in line.doubts]
        why = _describe_newer(student, received[student.id]) if line.attempts else ""
        if not why and line.attempts and line.timeless and not line.doubts:
            if student.due:
                why = f"is of somebody who has until {describe_time(student.due)}, and {_NO_TIME}"
            elif dated:
                why = _UNKNOWN_TIME
        if why:
            rows.append([_TIME, line.paths[0], student.id, why])
    return rows


def _describe_newer(student: Student, entries: Iterable[Entry]) -> str:
    """Say that the roster names a later time than any that is known of a student's files."""
    sure = [entry for entry in entries if entry.known]
    if not sure or not student.submitted or student.is_timed_by_hand:
        return ""
    last = max(sure, key=lambda entry: parse_time(entry.submitted or "", "submitted"))
    if not _is_after(student.submitted, last.submitted or ""):
        return ""
    came, now = (describe_time(time or "") for time in (last.submitted, student.submitted))
    newer = f"came {came}, and the roster names {now}: {_NEWER}"
    if last.said:
        return f"{newer}; until then the time counts that you wrote"
    return f"{newer}; if it is this file, {_WRITE}"


def _is_after(one: str, other: str) -> bool:
    return parse_time(one, "submitted") > parse_time(other, "submitted")


def count_problems(folder: Path) -> int:
    """Count the problems of a class that were written down."""
    return len(_read_rows(folder / _FILE))


def write_problems(folder: Path, source: str, troubles: Iterable[Trouble], store: Store) -> int:
    """Write every file that could not be attributed, read or run to its end, and why.

    Parameters
    ----------
    folder : Path
        The folder of the class.
    source : str
        Which download it is about. What is known of others stays, unless it is the same again,
        or the student has handed in notebooks since.
    troubles : iterable of Trouble
        What was found in it.
    store : Store
        Which tells whose notebook did not run to its end.

    Returns
    -------
    int
        How many there are.
    """
    store.keep_problems(source, [[one.path, one.student, one.why] for one in troubles])
    found = _list_found(store)
    outdated = store.find_outdated(
        [(row[2], row[0]) for row in found]
        + [(entry.student, entry.source) for entry in store.entries.values()]
    )
    ended = [
        (_GRADED, entry.path, entry.student, why)
        for entry in store.entries.values()
        if (entry.student, entry.source) not in outdated
        for why in _list_reasons(store.results.get(entry.file, {}))
    ]
    open_rows = [row for row in found if (row[2], row[0]) not in outdated]
    rows: Sequence[Sequence[str]] = [*open_rows, *dict.fromkeys(ended)]
    _write(folder / _FILE, write_table(_PROBLEMS, rows, mark=True))
    return len(rows)


def _list_found(store: Store) -> list[list[str]]:
    """List what was found in downloads, also what a later one has mended: that may be taken out.

    A later download holds the same files again: whatever is the same counts as of the last one.
    """
    every = [*_list_old_problems(store).items(), *store.problems.items()]
    rows = [[source, *row] for source, found in every for row in found]
    return list({tuple(row[1:]): row for row in rows}.values())


def _list_old_problems(store: Store) -> dict[str, list[list[str]]]:
    """List what was found in downloads and is in the table alone, as it was kept at first."""
    old: dict[str, list[list[str]]] = defaultdict(list)
    for source, *row in _read_rows(store.folder / _FILE):
        if source not in (_GRADED, _TIME) and source not in store.problems:
            old[source].append(row)
    return old


def _list_reasons(result: Mapping[str, Any]) -> list[str]:
    """List why a teacher has to look at what was graded."""
    reasons = [result["ended"]] if result.get("ended", "finished") != "finished" else []
    notes = result.get("notes", ())
    late = [f"{one['id']} {_TOO_LONG}" for one in result.get("exercises", ()) if is_late(one)]
    late += [f"{note}; {_AGAIN}" for note in notes if is_stop(note)]
    return [*reasons, *late, *(note for note in notes if note == ANOTHER_CHAPTER)]


def _read_rows(path: Path) -> list[list[str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        names, *rows = [row for row in csv.reader(file) if len(row) == len(_PROBLEMS)] or [[]]
    if names[:1] == [_BEFORE]:
        rows = [row for row in rows if row[0] not in ("graded", "time")]
    return [[strip_mark(cell) for cell in row] for row in rows]


def _encode(plain: Any) -> bytes:
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")


def _write(path: Path, content: bytes) -> None:
    with replaced(path) as file:
        file.write(content)


def describe_class(lines: Sequence[Line]) -> dict[str, int]:
    """Count what a teacher wants to know first.

    Returns
    -------
    dict of str to int
        How many students there are, handed in, came late, solved everything, share a file; and, if
        there are any, how many handed in nothing that can be graded, of how many nobody knows
        whether they came late, and of how many something was stopped because it took too long.
    """
    unread = sum(line.attempts == 0 and bool(line.paths) for line in lines)
    timeless = sum(line.attempts > 0 and line.timeless for line in lines)
    stopped = sum(
        any(is_late(vars(mark)) for mark in line.marks) or any(map(is_stop, line.notes))
        for line in lines
    )
    return {
        "students": len(lines),
        "handed in": sum(line.attempts > 0 for line in lines),
        **({"with files that cannot be graded": unread} if unread else {}),
        "late": sum(line.late for line in lines),
        **({"time unknown": timeless} if timeless else {}),
        **({"stopped by time": stopped} if stopped else {}),
        "everything solved": sum(
            all(mark.state == "solved" for mark in line.marks) for line in lines
        ),
        "same file as somebody": sum(bool(line.alike) for line in lines),
    }
