"""A roster after another: who is gone, what a part adds, and which dates look like a slip."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from backprop.classroom.assignment import describe_time, parse_time
from backprop.classroom.attribution import is_name_of
from backprop.classroom.roster import Roster, Student

__all__ = ["EXTENTS", "follow_roster", "list_odd_dates"]

EXTENTS = ("whole", "part")
_YEAR = 366


def follow_roster(before: Roster, now: Roster, extent: str = "", name: str = "it") -> Roster:
    """Return the roster that counts after a new one was given.

    Parameters
    ----------
    before, now : Roster
        The one that counted until now, and the new one.
    extent : str
        ``"whole"``: the new one takes the place of the other. ``"part"``: its dates and students
        are added to the other. Empty: it takes its place if nobody is lost by that.
    name : str
        What the new one is called, for the message.

    Raises
    ------
    ValueError
        If somebody would be lost, and nobody said that this is meant.

    Examples
    --------
    >>> before = Roster([Student("1", "Ada"), Student("2", "Kurt")])
    >>> after = follow_roster(before, Roster([Student("2", due="2026-12-04")]), "part")
    >>> [(student.name, student.due) for student in after.students.values()]
    [('Ada', None), ('Kurt', '2026-12-04')]
    """
    if extent == "part":
        return _add_part(before, now, name)
    gone = [one.name or one.id for key, one in before.students.items() if key not in now.students]
    if gone and extent != "whole":
        meant = {key for one in now.students.values() for key in _find(before, one)}
        # Whoever is meant by a name alone would be lost by it, but is not what is missing.
        missing = [one.name or one.id for key, one in before.students.items() if key not in meant]
        gone = missing or gone
        names = "; ".join(gone[:3])[:120] + ("; ..." if len(gone) > 3 else "")
        raise ValueError(
            f"{name} must name everybody of the last roster, which had {len(before.students)} "
            f"students, got {len(now.students)}, and {len(gone)} are gone ({names}): --roster-is "
            "part adds it to the last one, --roster-is whole takes it in its place"
        )
    return now


def _find(roster: Roster, student: Student) -> list[str]:
    return roster.list_meant(student.id, student.email, student.name)


def _add_part(before: Roster, now: Roster, name: str) -> Roster:
    """Add the dates and students of a part to a roster, and note who is new."""
    students, notes = dict(before.students), list(now.notes)
    for one in now.students.values():
        meant = _find(before, one)
        _check_words(before, one, meant, name)
        if len(meant) > 1:
            raise ValueError(
                f"{name} must say who is meant, got {(one.name or one.id)[:60]!r}, which may be "
                f"{', '.join(meant)[:120]}: write the id into a column id"
            )
        if not meant and one.due:
            raise ValueError(
                f"{name} must name somebody of the class, got {(one.name or one.id)[:60]!r} with a "
                "date: mend the name or id, or add a new student without a date first"
            )
        if not meant:
            notes.append(f"{one.name or one.id} of {name} is new in the class")
            students[one.id] = one
            continue
        old = students[meant[0]]
        timed = one if one.submitted else old
        students[old.id] = replace(
            old, due=one.due or old.due, submitted=timed.submitted, made=timed.made
        )
    return Roster(students.values(), notes, before.possible)


def _check_words(before: Roster, one: Student, meant: Sequence[str], name: str) -> None:
    """Make sure that id, address and name of a line are of one student: a date is not guessed.

    In the tables of one platform the id says it for certain, and a name may have changed.
    """
    if one.id in before.students and one.platform and one.platform == before.platform:
        return
    every = [before.list_meant(word) for word in (one.id, one.email, one.name)]
    agreed = [key for key in meant if all(key in found for found in every if found)]
    fits = bool(every[-1]) or any(is_name_of(one.name, before.students[key]) for key in agreed)
    if meant and not (agreed and fits):
        other = before.students[meant[0]]
        raise ValueError(
            f"{name} must say who is meant, got {one.id[:60]!r}, who is {other.name or other.id} "
            f"on the last roster, with {(one.name or one.email)[:60]!r}: mend the id or the name"
        )


def list_odd_dates(roster: Roster, due: str | None) -> list[str]:
    """Say whose own date is before that of the class, or a year away from it.

    Parameters
    ----------
    roster : Roster
        Who is in the class.
    due : str or None
        When it is due for everybody else.

    Returns
    -------
    list of str
        A sentence for each of them.

    Examples
    --------
    >>> roster = Roster([Student("1", "Ada", due="2025-12-04T23:59")])
    >>> list_odd_dates(roster, "2026-11-30")[0].partition(",")[0]
    'Ada has until 2025-12-04 23:59'
    """
    own = [student for student in roster.students.values() if student.due]
    return [note for student in own if (note := _describe_odd_date(student, due))]


def _describe_odd_date(student: Student, due: str | None) -> str:
    """Say what is odd about a date of one student; nothing where nothing is."""
    time = parse_time(student.due or "", "due")
    other = parse_time(due, "due") if due else datetime.now().astimezone()
    until = f"{student.name or student.id} has until {describe_time(student.due or '')}"
    all_have = describe_time(due) if due else "today"
    if due and time < other:
        return f"{until}, earlier than the class, which has until {all_have}: is it a slip?"
    if abs((time - other).days) > _YEAR:
        return f"{until}, more than a year from {all_have}: is it a slip?"
    return ""
