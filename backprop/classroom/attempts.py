"""The attempts of a student: what was handed in together, when it came, and what it came to."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from backprop.classroom.assignment import Assignment, describe_time, parse_time
from backprop.classroom.handins import CLOCKS, Entry, group_attempts, list_files
from backprop.classroom.notebooks import ANOTHER_CHAPTER
from backprop.classroom.roster import Student
from backprop.classroom.store import Store
from backprop.classroom.walls import UNPROTECTED
from backprop.course.number_text import show_count

__all__ = [
    "UNREAD", "Attempt", "count_points", "find_points", "list_attempts", "list_doubts",
    "list_refused", "list_unread_last",
]  # fmt: skip

#: The better of two verdicts, where one attempt has several notebooks.
_ORDER = ("solved", "wrong", "not attempted", "not reached")
_REFUSED = "refused: "
_NO_DATE = (
    "the assignment has no date here, so it does not count as late: backprop class dates gives it "
    "one"
)
_UNKNOWN = (
    "nobody knows when it came, so it does not count as late: write the time into a column "
    "submitted of the roster"
)
#: What is found of an exercise of which there is nothing.
UNREAD: Mapping[str, Any] = MappingProxyType(
    {
        "id": "",
        "state": "not reached",
        "message": "",
        "misconception": None,
        "exact": False,
        "example": [],
    }
)


@dataclass(frozen=True)
class Attempt:
    """One attempt: its verdicts, and how late it is.

    Attributes
    ----------
    entries : tuple of Entry
        The notebooks of it that can be graded.
    found : mapping of str to mapping
        For each exercise, the verdict of the best of them.
    notes : tuple of str
        What has to be known besides.
    late : bool
        Whether it came late.
    days : int or None
        How many days have begun since it was due; None where nobody knows.
    factor : float
        Which part of the points is left.
    doubt : str
        Why a teacher has to look at its time; empty where nobody has to.
    time : datetime or None
        When it came, if that is known.
    """

    entries: tuple[Entry, ...]
    found: Mapping[str, Mapping[str, Any]]
    notes: tuple[str, ...]
    late: bool
    days: int | None
    factor: float
    doubt: str = ""
    time: datetime | None = None


def list_attempts(
    assignment: Assignment, store: Store, student: Student, entries: Sequence[Entry]
) -> list[Attempt]:
    """List the attempts of a student, the latest last.

    Parameters
    ----------
    assignment : Assignment
        What was asked, and until when.
    store : Store
        Which holds the results.
    student : Student
        Who; their date and time are those of the roster.
    entries : sequence of Entry
        What they handed in. What cannot be graded is no attempt, but has a time, which is that of
        no other.

    Returns
    -------
    list of Attempt
        Empty if nothing can be graded.
    """
    attempts: list[Attempt] = []
    groups = _leave_out_repeated(group_attempts(entries))
    taken: set[datetime] = set()
    for number, group in enumerate(groups):
        said = _get_time(student, group, bool(number)) if number == len(groups) - 1 else None
        time = _find_time(group, said, taken | _list_times(entries, group))
        taken |= {time} if time else set()
        graded = [entry for entry in group if not _is_refused(store, entry)]
        if not graded or (attempts and list_files(graded) == list_files(attempts[-1].entries)):
            continue  # the same notebooks again, with something else beside them
        late, days = _measure_delay(assignment, student, graded, time)
        found, notes = _join_results(assignment, store, graded)
        damaged = [entry for entry in group if entry not in graded and not entry.refused]
        beside = [f"{_name(path)} {why}, beside what counts"
                  for path, why in list_refused(store, damaged).items()]  # fmt: skip
        doubt = "" if time else _doubt_mark(assignment, student, graded)
        attempts.append(
            Attempt(
                tuple(graded), found, (*notes, *beside), late, days,
                _find_factor(assignment, late, days), doubt, time,
            )
        )  # fmt: skip
    return attempts


def _list_times(entries: Iterable[Entry], group: Sequence[Entry]) -> set[datetime]:
    """List the times that are known of other files than these."""
    return {one.known for one in entries if one.known and one.file not in list_files(group)}


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def list_refused(store: Store, entries: Iterable[Entry]) -> dict[str, str]:
    """Say of every notebook that cannot be graded why, by where it was found."""
    refused = {}
    for entry in entries:
        why = str(store.results.get(entry.file, {}).get("ended", "")).removeprefix(_REFUSED)
        refused[entry.path] = why.removeprefix("the file ").partition(" (")[0] or "is refused"
    return refused


def list_doubts(
    assignment: Assignment,
    store: Store,
    attempts: Sequence[Attempt],
    chosen: Attempt,
    entries: Sequence[Entry],
    points: float,
) -> list[tuple[str, str]]:
    """List what a teacher has to look at before the marks of a student count.

    Parameters
    ----------
    assignment, store
        See `list_attempts`.
    attempts : sequence of Attempt
        Those of the student.
    chosen : Attempt
        The one that counts.
    entries : sequence of Entry
        All that was handed in, also what cannot be graded.
    points : float
        With how many points it counts, marks by hand included.

    Returns
    -------
    list of tuple of (str, str)
        A file, and what is in doubt.
    """
    doubts = [(chosen.entries[0].path, chosen.doubt)] if chosen.doubt else []
    best = max(count_points(assignment, one) for one in attempts)
    if ANOTHER_CHAPTER in chosen.notes and best > count_points(assignment, chosen):
        many = show_count(best, "point")
        why = f"counts, with nothing that is asked in it, and an earlier attempt has {many}"
        doubts.append((chosen.entries[0].path, why))
    for entry in list_unread_last(store, entries)[:1]:
        many = show_count(points, "point")
        why = f"came last and cannot be graded, so an earlier attempt counts, with {many}"
        doubts.append((entry.path, why))
    return doubts


def list_unread_last(store: Store, entries: Sequence[Entry]) -> list[Entry]:
    """List what came last of a student, if nothing of it can be graded."""
    last = group_attempts(entries)[-1]
    return last if all(_is_refused(store, entry) for entry in last) else []


def _is_refused(store: Store, entry: Entry) -> bool:
    """Return whether a file cannot be graded: it is no notebook, or a damaged one."""
    result = store.results.get(entry.file)
    return entry.refused or bool(result and str(result["ended"]).startswith(_REFUSED))


def _leave_out_repeated(groups: Sequence[list[Entry]]) -> list[list[Entry]]:
    """Leave out what is the same files again: a later download holds them, too.

    What a platform marks is taken from the later one: its date may be another by now.
    """
    kept: list[list[Entry]] = []
    for group in groups:
        if not kept or list_files(kept[-1]) != list_files(group):
            kept.append(group)
            continue
        marks = {one.file: one for one in group if one.late is not None}
        kept[-1] = [
            replace(
                one, late=marks[one.file].late, due=marks[one.file].due, made=marks[one.file].made
            )
            if one.file in marks
            else one
            for one in kept[-1]
        ]
    return kept


def _get_time(student: Student, group: Sequence[Entry], followed: bool) -> str | None:
    """Return what the roster says of the last attempt; nothing where it may mean another one."""
    if student.is_timed_by_hand or student.made is None:
        return student.submitted
    if any(entry.known for entry in group):
        return None
    # A table that is older than a second attempt names the time of the first.
    ages = [entry.age for entry in group if entry.age is not None]
    knows = not ages or student.made >= max(ages) - CLOCKS
    return student.submitted if knows or not followed else None


def _find_time(
    entries: Sequence[Entry], submitted: str | None, taken: set[datetime]
) -> datetime | None:
    """Find when an attempt came: what the roster says, unless that was the time of another.

    A worksheet that is older than a download names the time of the attempt before.
    """
    recorded = (parse_time(one.submitted, "submitted") for one in entries if one.submitted)
    times = [parse_time(submitted, "submitted")] if submitted else []
    times += sorted(recorded, reverse=True)
    return next((time for time in times if time not in taken), None)


def _measure_delay(
    assignment: Assignment, student: Student, entries: Sequence[Entry], time: datetime | None
) -> tuple[bool, int | None]:
    """Say whether an attempt is late, and how many days have begun by then."""
    due = student.due or assignment.due
    if not due:
        return False, 0
    if time:
        seconds = (time - parse_time(due, "due")).total_seconds()
        return seconds > 0, max(0, math.ceil(seconds / 86400))
    # A platform knows its own dates, and not how much was taken off here.
    marks = {entry.late for entry in entries}
    if marks == {None}:
        return False, None
    moved = 0.0 if student.due else _measure_change(due, entries)
    if True in marks:
        # By its own date, and not by one that this student alone has here, or a later one.
        return not student.due and moved <= 0 and not _is_before(due, entries), None
    return False, 0 if marks == {False} and moved >= 0 else None


def _measure_change(due: str, entries: Sequence[Entry]) -> float:
    """Return by how many seconds the date of the class has moved since a platform has marked."""
    before = [entry.due for entry in entries if entry.due]
    if not before:  # nobody noted it
        return 0.0
    return (parse_time(due, "due") - parse_time(before[-1], "due")).total_seconds()


def _is_before(due: str, entries: Sequence[Entry]) -> bool:
    """Return whether a platform marked them before a date was over: then by another one."""
    made = [entry.made for entry in entries if entry.late and entry.made is not None]
    return bool(made) and max(made) + CLOCKS < parse_time(due, "due").timestamp()


def _doubt_mark(assignment: Assignment, student: Student, entries: Sequence[Entry]) -> str:
    """Say what is in doubt where a platform has marked by another date than the class has now."""
    is_late = any(entry.late for entry in entries)
    mark = "late" if is_late else "in time"
    due = assignment.due
    if not due and not student.due:
        never = is_late and not any(entry.due for entry in entries)
        return f"is marked {mark} by the platform, and {_NO_DATE}" if never else ""
    if student.due or not due or all(entry.late is None for entry in entries):
        return ""
    if _is_before(due, entries):
        until = describe_time(due)
        return (
            f"is marked late by the platform, and was so before {until}, which is the date of the "
            f"class here: by another date than this one, and {_UNKNOWN}"
        )
    moved = _measure_change(due, entries)
    if moved > 0 if is_late else moved < 0:
        return f"is marked {mark} by the date that the class had before, and {_UNKNOWN}"
    return ""


def _find_factor(assignment: Assignment, late: bool, days: int | None) -> float:
    if late and assignment.late == "refuse":
        return 0.0
    return max(0.0, 1 - assignment.cut_a_day * (days or 0))


def _join_results(
    assignment: Assignment, store: Store, entries: Sequence[Entry]
) -> tuple[dict[str, Mapping[str, Any]], tuple[str, ...]]:
    """Take, for each exercise, the best that the notebooks of one attempt came to."""
    found: dict[str, Mapping[str, Any]] = {}
    notes: list[str] = []
    for entry in entries:
        result = store.results.get(entry.file)
        if result is None:
            notes.append(f"{entry.path} is not graded yet")
            continue
        notes += result["notes"]
        if result.get("walls") == UNPROTECTED:
            notes.append("graded without walls: not protected")
        if result["ended"] != "finished":
            notes.append(f"how its run ended: {result['ended']}")
        for one in result["exercises"]:
            before = found.get(one["id"])
            if before is None or _rank(assignment, one) < _rank(assignment, before):
                found[one["id"]] = one
    if len(entries) > 1:
        notes.append(f"for each exercise the best of {len(entries)} files counts")
    return found, tuple(dict.fromkeys(notes))


def _rank(assignment: Assignment, found: Mapping[str, Any]) -> tuple[int, float]:
    return _ORDER.index(found["state"]), -find_points(assignment, found["id"], found)[0]


def find_points(assignment: Assignment, name: str, found: Mapping[str, Any]) -> tuple[float, str]:
    """Find what an exercise gives in time, and the wrong idea for which it does."""
    if found["state"] == "solved":
        return assignment.points.get(name, 0.0), ""
    idea = found["misconception"] if found.get("exact") else None
    worth = assignment.ideas.get(name, {}).get(idea, 0.0) if idea else 0.0
    return worth, str(idea) if worth else ""


def count_points(assignment: Assignment, attempt: Attempt) -> float:
    """Count the points of an attempt, as it is late."""
    found = attempt.found
    return attempt.factor * sum(
        find_points(assignment, name, found.get(name, UNREAD))[0] for name in assignment.exercises
    )
