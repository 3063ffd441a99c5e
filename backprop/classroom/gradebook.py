"""The gradebook: what each student gets, from results, dates, attempts and manual marks."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from backprop.classroom.assignment import Assignment, parse_time
from backprop.classroom.roster import Roster, Student
from backprop.classroom.store import Entry, Override, Store, is_late
from backprop.classroom.walls import UNPROTECTED

__all__ = ["Line", "Mark", "list_overrides", "make_gradebook"]

#: The better of two verdicts, where one attempt has several notebooks.
_ORDER = ("solved", "wrong", "not attempted", "not reached")
_NO_WORK = "nothing was handed in"
_UNREAD: Mapping[str, Any] = {
    "id": "",
    "state": "not reached",
    "message": "",
    "misconception": None,
    "exact": False,
    "example": [],
}


@dataclass(frozen=True)
class Mark:
    """What one exercise came to.

    Attributes
    ----------
    exercise, state, message : str
        Which, the verdict, and what is said of it.
    points : float
        What it gives.
    example : sequence of (str, str)
        The rows of the example where it goes wrong.
    because : str
        Why a person gave these points; empty where nobody did.
    idea : str
        The known wrong idea for which points are given; empty where none are.
    """

    exercise: str
    state: str
    message: str
    points: float
    example: Sequence[Sequence[str]] = ()
    because: str = ""
    idea: str = ""


@dataclass(frozen=True)
class Line:
    """A student's line in the gradebook.

    Attributes
    ----------
    student : Student
        Who.
    marks : tuple of Mark
        One for each exercise, in the order of the assignment.
    points, total : float
        What counts in the end, and what could be had.
    late : bool
        Whether the attempt that counts came late.
    days : int or None
        How many days have begun since it was due; None where nobody knows when it came. What is
        not known to be late does not count as late.
    attempts : int
        How many there were.
    files, paths : tuple of str
        The files of the attempt that counts, and where they were; without one, where that was
        which could not be read.
    notes : tuple of str
        What a student has to know besides.
    alike : tuple of str
        The ids of others who handed in the very same file.
    """

    student: Student
    marks: tuple[Mark, ...]
    points: float
    total: float
    late: bool = False
    days: int | None = 0
    attempts: int = 0
    files: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()

    @property
    def timeless(self) -> bool:
        """Whether nobody knows if it was late."""
        return self.days is None and not self.late


@dataclass(frozen=True)
class _Attempt:
    """One attempt: its verdicts, and how late it is."""

    entries: tuple[Entry, ...]
    found: Mapping[str, Mapping[str, Any]]
    notes: tuple[str, ...]
    late: bool
    days: int | None
    factor: float


def make_gradebook(
    assignment: Assignment,
    store: Store,
    roster: Roster,
    handed_out: str = "",
    unread: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> list[Line]:
    """Make the gradebook of a class from all that is kept of it.

    Parameters
    ----------
    assignment : Assignment
        What was asked; its points, dates and policies are those of today.
    store : Store
        Hand-ins, results, and marks that people gave.
    roster : Roster
        Who is in the class; those without a hand-in get a line, too.
    handed_out : str
        The sha256 of the notebook that was handed out, which may well be handed in as it is.
    unread : mapping of str to mapping of str to str
        For each student, the files that could not be read, and why.

    Returns
    -------
    list of Line
        Sorted by name, then by id.
    """
    by_student: dict[str, list[Entry]] = defaultdict(list)
    for entry in store.entries.values():
        by_student[entry.student].append(entry)
    received: dict[str, list[Entry]] = defaultdict(list)
    for entry in store.received.values():
        received[entry.student].append(entry)
    alike = _find_alike(store.entries.values(), handed_out)
    given: dict[str, dict[str, Override]] = defaultdict(dict)
    for override in list_overrides(store):
        given[override.student][override.exercise] = override
    lines = []
    for identifier in {**roster.students, **by_student, **given}:
        entries = by_student.get(identifier, [])
        student = roster.students.get(identifier)
        if student is None:
            student = Student(identifier, entries[-1].name if entries else "")
        by_hand = roster.made is None
        attempts = _list_attempts(assignment, store, student, received[identifier], by_hand)
        if attempts:
            line = _choose(assignment, student, attempts, given[identifier])
        else:
            refused = {entry.path: "cannot be graded" for entry in received[identifier]}
            unread_files = unread.get(identifier) or refused
            line = _write_empty(assignment, student, given[identifier], unread_files)
        twins = {twin for file in line.files for twin in alike.get(file, ())} - {identifier}
        lines.append(Line(**{**vars(line), "alike": tuple(sorted(twins))}))
    return sorted(lines, key=lambda line: (line.student.name.casefold(), line.student.id))


def list_overrides(store: Store) -> list[Override]:
    """List the marks by hand that hold: of an exercise the last one, unless it was withdrawn."""
    last = {(one.student, one.exercise): one for one in store.overrides}
    return [one for one in last.values() if one.points is not None]


def _find_alike(entries: Iterable[Entry], handed_out: str) -> dict[str, set[str]]:
    """Find the files that several students handed in, to the last byte."""
    students: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        students[entry.file].add(entry.student)
    return {file: who for file, who in students.items() if len(who) > 1 and file != handed_out}


def _list_attempts(
    assignment: Assignment,
    store: Store,
    student: Student,
    entries: Sequence[Entry],
    by_hand: bool,
) -> list[_Attempt]:
    """List the attempts of a student, the latest last; what cannot be graded has its time only."""
    by_source: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_source[entry.source].append(entry)
    attempts: list[_Attempt] = []
    groups = _leave_out_repeated(list(by_source.values()))
    taken: set[datetime] = set()
    for number, group in enumerate(groups, start=1):
        last = student.submitted if number == len(groups) else None
        certain = any(entry.certain for entry in group) and not by_hand
        time = _find_time(group, None if certain else last, taken)
        taken |= {time} if time else set()
        group = [entry for entry in group if not entry.refused]
        if not group or (attempts and _list_files(group) == _list_files(attempts[-1].entries)):
            continue  # the same notebooks again, with something else beside them
        late, days = _measure_delay(assignment, student, group, time)
        found, notes = _join_results(assignment, store, group)
        attempts.append(
            _Attempt(tuple(group), found, notes, late, days, _find_factor(assignment, late, days))
        )
    return attempts


def _leave_out_repeated(groups: Sequence[list[Entry]]) -> list[list[Entry]]:
    """Leave out what is the same files again: a later download holds them, too."""
    files = [_list_files(group) for group in groups]
    return [group for n, group in enumerate(groups) if n == 0 or files[n] != files[n - 1]]


def _list_files(entries: Iterable[Entry]) -> set[str]:
    return {entry.file for entry in entries}


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
    if due and time:
        seconds = (time - parse_time(due, "due")).total_seconds()
        return seconds > 0, max(0, math.ceil(seconds / 86400))
    # A platform knows its own dates, and not how much was taken off here.
    marks = {entry.late for entry in entries}
    if True in marks:
        # By its own date, and not by one that this student alone has here.
        return not student.due, None
    return False, 0 if not due or marks == {False} else None


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
    return found, tuple(dict.fromkeys(notes))


def _rank(assignment: Assignment, found: Mapping[str, Any]) -> tuple[int, float]:
    return _ORDER.index(found["state"]), -_find_points(assignment, found["id"], found)[0]


def _find_points(assignment: Assignment, name: str, found: Mapping[str, Any]) -> tuple[float, str]:
    """Find what an exercise gives in time, and the wrong idea for which it does."""
    if found["state"] == "solved":
        return assignment.points.get(name, 0.0), ""
    idea = found["misconception"] if found.get("exact") else None
    worth = assignment.ideas.get(name, {}).get(idea, 0.0) if idea else 0.0
    return worth, str(idea) if worth else ""


def _count_points(assignment: Assignment, attempt: _Attempt) -> float:
    found = attempt.found
    return attempt.factor * sum(
        _find_points(assignment, name, found.get(name, _UNREAD))[0] for name in assignment.exercises
    )


def _write_empty(
    assignment: Assignment,
    student: Student,
    given: Mapping[str, Override],
    unread: Mapping[str, str],
) -> Line:
    """Write the line of a student of whom there is nothing to grade, and say why there is not."""
    marks = tuple(_mark(assignment, name, _UNREAD, 1.0, given) for name in assignment.exercises)
    # What stands behind the colon tells a teacher what to do.
    notes = [
        f"nothing that can be graded was handed in: {path.rpartition('/')[2]} {why.split(':')[0]}"
        for path, why in unread.items()
    ]
    return Line(
        student,
        marks,
        round(sum(mark.points for mark in marks), 6),
        assignment.total,
        paths=tuple(unread),
        notes=(*notes,) or (_NO_WORK,),
    )


def _choose(
    assignment: Assignment,
    student: Student,
    attempts: Sequence[_Attempt],
    given: Mapping[str, Override],
) -> Line:
    """Choose the attempt that counts, and count it."""
    chosen = attempts[-1]
    if assignment.attempts == "best":
        chosen = max(reversed(attempts), key=lambda one: _count_points(assignment, one))
    marks = tuple(
        _mark(assignment, name, chosen.found.get(name, _UNREAD), chosen.factor, given)
        for name in assignment.exercises
    )
    notes = [*chosen.notes, *_note_verdicts(chosen.found)]
    if chosen.late and chosen.days is None and assignment.cut_a_day:
        notes.append("late by an unknown time, so nothing was taken off")
    return Line(
        student,
        marks,
        round(sum(mark.points for mark in marks), 6),
        assignment.total,
        chosen.late,
        chosen.days,
        len(attempts),
        tuple(entry.file for entry in chosen.entries),
        tuple(entry.path for entry in chosen.entries),
        tuple(notes),
    )


def _note_verdicts(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Note what looks like 0 points and is something else: no work at all, or an endless loop."""
    if found and all(one["state"] == "not attempted" for one in found.values()):
        return ["no exercise was attempted: every function is as it was handed out"]
    return [
        f"{name} was stopped, because it took too long"
        for name, one in found.items()
        if is_late(one)
    ]


def _mark(
    assignment: Assignment,
    name: str,
    found: Mapping[str, Any],
    factor: float,
    given: Mapping[str, Override],
) -> Mark:
    """Give points for one exercise; a person's mark stands whatever the date."""
    points, idea = _find_points(assignment, name, found)
    points, because = points * factor, ""
    if name in given:
        points = min(given[name].points or 0.0, assignment.points[name])  # it may be less by now
        because, idea = given[name].because, ""
    example = [(str(row[0]), str(row[1])) for row in found["example"] or ()]
    return Mark(name, found["state"], found["message"], round(points, 6), example, because, idea)
