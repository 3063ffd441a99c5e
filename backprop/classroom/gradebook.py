"""The gradebook: what each student gets, from results, dates, attempts and manual marks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from backprop.classroom.assignment import Assignment
from backprop.classroom.attempts import (
    UNREAD,
    Attempt,
    count_points,
    find_points,
    list_attempts,
    list_doubts,
    list_refused,
    list_unread_last,
)
from backprop.classroom.handins import list_files
from backprop.classroom.roster import Roster, Student
from backprop.classroom.store import Entry, Override, Store, is_late

__all__ = ["Line", "Mark", "list_overrides", "make_gradebook"]

_NO_WORK = "nothing was handed in"


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
        The ids of others who handed in the very same file, in whatever attempt.
    doubts : tuple of tuple of (str, str)
        Files at which a teacher has to look, and why.
    came : str
        When the attempt that counts came, in ISO form; empty where nobody knows.
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
    doubts: tuple[tuple[str, str], ...] = ()
    came: str = ""

    @property
    def timeless(self) -> bool:
        """Whether nobody knows if it was late."""
        return self.days is None and not self.late


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
    given: dict[str, dict[str, Override]] = defaultdict(dict)
    for override in list_overrides(store):
        given[override.student][override.exercise] = override
    lines = []
    for identifier in {**roster.students, **received, **given}:
        student = roster.students.get(identifier)
        if student is None:
            names = [entry.name for entry in received[identifier] if entry.name]
            student = Student(identifier, names[-1] if names else "")
        line = _make_line(
            assignment, store, student, received[identifier], given[identifier],
            unread.get(identifier, {}),
        )  # fmt: skip
        lines.append(line)
    twins = _find_twins(by_student, store, handed_out)
    lines = [replace(line, alike=tuple(sorted(twins[line.student.id]))) for line in lines]
    return sorted(lines, key=lambda line: (line.student.name.casefold(), line.student.id))


def list_overrides(store: Store) -> list[Override]:
    """List the marks by hand that hold: of an exercise the last one, unless it was withdrawn."""
    last = {(one.student, one.exercise): one for one in store.overrides}
    return [one for one in last.values() if one.points is not None]


def _find_twins(
    by_student: Mapping[str, Iterable[Entry]], store: Store, handed_out: str
) -> dict[str, set[str]]:
    """Find for everybody who has handed in the very same file, in whatever attempt.

    Where no exercise was attempted, nobody has anything of anybody: it is what was handed out, or
    a notebook of the book.
    """
    students: dict[str, set[str]] = defaultdict(set)
    for student, entries in by_student.items():
        for file in list_files(entries):
            tried = store.results.get(file, {}).get("exercises", ())
            if file != handed_out and any(one["state"] in ("solved", "wrong") for one in tried):
                students[file].add(student)
    twins: dict[str, set[str]] = defaultdict(set)
    for same in students.values():
        for student in same:
            twins[student] |= same - {student}
    return twins


def _make_line(
    assignment: Assignment,
    store: Store,
    student: Student,
    files: Sequence[Entry],
    given: Mapping[str, Override],
    unread: Mapping[str, str],
) -> Line:
    """Make the line of one student."""
    attempts = list_attempts(assignment, store, student, files)
    if not attempts:
        reasons = _list_reasons(store, files, unread)
        return _write_empty(assignment, student, given, {**unread, **reasons})
    chosen = _choose(assignment, attempts)
    line = _write_line(assignment, student, chosen, given)
    reasons = _list_reasons(store, list_unread_last(store, files), unread)
    last = tuple(
        f"{_name(path)} came last and {why.split(':')[0]}, so an earlier attempt counts"
        for path, why in reasons.items()
    )
    doubts = list_doubts(assignment, store, attempts, chosen, files, line.points)
    doubts += _doubt_marks(assignment, line, attempts, chosen)
    return replace(line, attempts=len(attempts), notes=(*line.notes, *last), doubts=tuple(doubts))


def _doubt_marks(
    assignment: Assignment, line: Line, attempts: Sequence[Attempt], chosen: Attempt
) -> list[tuple[str, str]]:
    """List the marks by hand that cost points, since a better attempt than another has come."""

    def count(attempt: Attempt, name: str) -> float:
        found = attempt.found.get(name, UNREAD)
        return round(attempt.factor * find_points(assignment, name, found)[0], 6)

    return [
        (
            chosen.entries[0].path,
            f"{mark.exercise}: the mark by hand, {mark.points:g}, counts, and this attempt would "
            f"have {count(chosen, mark.exercise):g}, more than another one: if the mark was given "
            "before it came, override --withdraw takes it back",
        )
        for mark in line.marks
        if mark.because and count(chosen, mark.exercise) > mark.points
        if any(count(one, mark.exercise) <= mark.points for one in attempts)
    ]


def _list_reasons(
    store: Store, files: Sequence[Entry], unread: Mapping[str, str]
) -> dict[str, str]:
    """Say of files of which none can be graded why, by where they were found."""
    refused = {one.path: unread.get(one.path, "cannot be graded") for one in files if one.refused}
    return {**refused, **list_refused(store, (one for one in files if not one.refused))}


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _write_empty(
    assignment: Assignment,
    student: Student,
    given: Mapping[str, Override],
    unread: Mapping[str, str],
) -> Line:
    """Write the line of a student of whom there is nothing to grade, and say why there is not."""
    marks = tuple(_mark(assignment, name, UNREAD, 1.0, given) for name in assignment.exercises)
    # What stands behind the colon tells a teacher what to do.
    notes = [
        f"nothing that can be graded was handed in: {_name(path)} {why.split(':')[0]}"
        for path, why in unread.items()
    ]
    return Line(
        student,
        marks,
        round(sum(mark.points for mark in marks), 6),
        assignment.total,
        paths=tuple(unread),
        notes=(*(notes or [_NO_WORK]), *_note_cuts(assignment, given)),
    )


def _choose(assignment: Assignment, attempts: Sequence[Attempt]) -> Attempt:
    """Choose the attempt that counts."""
    if assignment.attempts == "best":
        return max(reversed(attempts), key=lambda one: count_points(assignment, one))
    return attempts[-1]


def _write_line(
    assignment: Assignment,
    student: Student,
    chosen: Attempt,
    given: Mapping[str, Override],
) -> Line:
    """Count the attempt that was chosen."""
    marks = tuple(
        _mark(assignment, name, chosen.found.get(name, UNREAD), chosen.factor, given)
        for name in assignment.exercises
    )
    notes = [*chosen.notes, *_note_verdicts(chosen.found), *_note_cuts(assignment, given)]
    if chosen.late and chosen.days is None and assignment.cut_a_day:
        notes.append("late by an unknown time, so nothing was taken off")
    return Line(
        student,
        marks,
        round(sum(mark.points for mark in marks), 6),
        assignment.total,
        chosen.late,
        chosen.days,
        files=tuple(entry.file for entry in chosen.entries),
        paths=tuple(entry.path for entry in chosen.entries),
        notes=tuple(notes),
        came=chosen.time.isoformat() if chosen.time else "",
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


def _note_cuts(assignment: Assignment, given: Mapping[str, Override]) -> list[str]:
    """Note the marks by hand that are more than their exercise is worth by now."""
    return [
        f"{name}: of the mark by hand, {one.points:g}, only {assignment.points[name]:g} counts, "
        "which the exercise is worth now"
        for name, one in given.items()
        if name in assignment.points and (one.points or 0.0) > assignment.points[name]
    ]


def _mark(
    assignment: Assignment,
    name: str,
    found: Mapping[str, Any],
    factor: float,
    given: Mapping[str, Override],
) -> Mark:
    """Give points for one exercise; a person's mark stands whatever the date."""
    points, idea = find_points(assignment, name, found)
    points, because = points * factor, ""
    if name in given:
        points = min(given[name].points or 0.0, assignment.points[name])  # it may be less by now
        because, idea = given[name].because, ""
    example = [(str(row[0]), str(row[1])) for row in found["example"] or ()]
    return Mark(name, found["state"], found["message"], round(points, 6), example, because, idea)
