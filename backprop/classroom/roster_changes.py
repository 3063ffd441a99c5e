"""A roster after another: who is gone, what a part adds, and which dates look like a slip."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from backprop.classroom.assignment import describe_time, parse_time
from backprop.classroom.attribution import is_name_of
from backprop.classroom.identities import Stranger, identify, is_mended
from backprop.classroom.roster import Roster, Student

__all__ = ["EXTENTS", "follow_roster", "list_odd_dates"]

EXTENTS = ("whole", "part")
_YEAR = 366


def follow_roster(
    before: Roster,
    now: Roster,
    extent: str = "",
    name: str = "it",
    strangers: Sequence[Student] = (),
    at_stake: Collection[str] = (),
) -> Roster:
    """Return the roster that counts after a new one was given.

    Whoever is called otherwise there, and known by address or by a name that nobody shares, is the
    same student: `Roster.moved` says of whom the id has changed.

    Parameters
    ----------
    before, now : Roster
        The one that counted until now, and the new one.
    extent : str
        ``"whole"``: the new one takes the place of the other. ``"part"``: its dates and students
        are added to the other. Empty: it takes its place if nobody is lost by that.
    name : str
        What the new one is called, for the message.
    strangers : sequence of Student
        Who is on no roster until now, but known.
    at_stake : collection of str
        The ids of those who would lose something if nobody knew them again.

    Raises
    ------
    ValueError
        If somebody would be lost, and nobody said that this is meant; and if it cannot be said
        who somebody is.

    Examples
    --------
    >>> before = Roster([Student("1", "Ada"), Student("2", "Kurt")])
    >>> after = follow_roster(before, Roster([Student("2", due="2026-12-04")]), "part")
    >>> [(student.name, student.due) for student in after.students.values()]
    [('Ada', None), ('Kurt', '2026-12-04')]
    >>> follow_roster(before, Roster([Student("8", "Kurt"), Student("9", "Ada")])).moved
    {'2': '8', '1': '9'}
    """
    after = _add_part(before, now, name) if extent == "part" else now
    ours = identify(before.students.values(), after)
    theirs = identify(strangers, after, strangers=True)
    known = {one.id: one for one in [*before.students.values(), *strangers]}
    doubtful = ours.doubtful | theirs.doubtful
    lost = [one for one in before.students.values() if one.id not in ours.found]
    gone = [one for one in lost if one.id not in doubtful]
    if gone and not extent:
        _refuse_gone(before, now, gone, name)
    if not extent:
        _refuse_other_numbers(before, after, ours.found, name)
    staked = [one for one in lost if one.id in at_stake]
    if staked and not ours.found:
        raise ValueError(
            f"{name} must be of this class, and nobody of the last roster is known again in it by "
            "address, name, or id and name: choose another one, or write the ids and names of the "
            "last roster into columns id and name"
        )
    others = _list_replaced(before, after, ours.doubtful, at_stake)
    # The files alone of who is on no roster yet are attributed as ever, and problems.csv says how:
    # but not where somebody else has their id there.
    dated = {key for key, one in before.students.items() if one.due or one.is_timed_by_hand}
    kept = (set(at_stake) | (set() if extent else dated)) - set(others)
    kept |= {key for key, meant in theirs.doubtful.items() if key in meant}
    doubtful = {key: meant for key, meant in doubtful.items() if key in kept}
    _check_identities(known, after, doubtful, name)
    notes = _note_names(before, after, ours.found, others, name)
    after = _carry(known, after, ours.found | theirs.found, name, before.possible)
    after.notes += notes
    after.notes += _note_kept(staked, name)
    return after


def _note_kept(staked: Sequence[Student], name: str) -> list[str]:
    names = ", ".join(one.name or one.id for one in staked)[:200]
    return [f"not on {name}, but kept with what they have: {names}"] if staked else []


def _refuse_gone(before: Roster, now: Roster, gone: Sequence[Student], name: str) -> None:
    names = "; ".join(one.name or one.id for one in gone[:3])[:120]
    names += "; ..." if len(gone) > 3 else ""
    raise ValueError(
        f"{name} must name everybody of the last roster, which had {len(before.students)} "
        f"students, got {len(now.students)}, and {len(gone)} are gone ({names}): --roster-is "
        "part adds it to the last one, --roster-is whole takes it in its place"
    )


def _refuse_other_numbers(
    before: Roster, after: Roster, found: Mapping[str, str], name: str
) -> None:
    """Refuse a table of a platform with new numbers for the same people: Moodle's of other work."""
    pairs = [
        (before.students[old], after.students[new]) for old, new in found.items() if old != new
    ]
    others = [
        (one, other) for one, other in pairs if one.platform and one.platform == other.platform
    ]
    if others:
        one, other = others[0]
        raise ValueError(
            f"{name} has other numbers than the last table of the same platform for {len(others)} "
            f"students ({_call(one)} is {other.id} there): is it of another assignment? If it is "
            "meant, --roster-is whole takes it in the place of the last one"
        )


def _check_identities(
    known: Mapping[str, Student],
    after: Roster,
    doubtful: Mapping[str, Sequence[str]],
    name: str,
) -> None:
    """Make sure that it can be said who everybody is: nobody stands in a class twice."""
    if not doubtful:
        return
    who = [
        f"{_call(known[key])} may be {', '.join(_call(after.students[one]) for one in others[:3])}"
        if key not in others
        else f"{_call(known[key])} has the id of {after.students[key].name or 'another one'} there"
        for key, others in doubtful.items()
    ]
    some = "; ".join(who[:3])[:300] + (f"; {len(who)} in all" if len(who) > 3 else "")
    ways = []
    if any(key not in others for key, others in doubtful.items()):
        ways.append("write the ids that they had into a column id")
    if any(key in others for key, others in doubtful.items()):
        ways.append(
            "give another id to whoever is somebody else; if only a name has changed, write the "
            "old one behind it"
        )
    if all(known[key].email for key in doubtful):
        ways[-1] += ", or into a column email the addresses that they had"
    raise ValueError(f"{name} must say who is who, and leaves it open ({some}): {'; '.join(ways)}")


def _list_replaced(
    before: Roster, after: Roster, doubtful: Mapping[str, Sequence[str]], at_stake: Collection[str]
) -> list[str]:
    """List the ids that somebody else has now in a list of one's own, with nothing to lose."""
    return [
        key
        for key, others in doubtful.items()
        if list(others) == [key]
        and key not in at_stake
        and before.students[key].platform == after.students[key].platform
    ]


def _note_names(
    before: Roster, after: Roster, found: Mapping[str, str], others: Sequence[str], name: str
) -> list[str]:
    """Note under which ids other names stand now, and for whom they are taken."""

    def list_names(keys: Sequence[str]) -> str:
        some = [
            f"{key}: {before.students[key].name}, now {after.students[key].name}"
            for key in keys[:3]
        ]
        return "; ".join(some) + ("; ..." if len(keys) > 3 else "")

    mended = [
        old
        for old, new in found.items()
        if old == new
        and not is_name_of(before.students[old].name, after.students[old])
        and is_mended(before.students[old].name, after.students[old].name)
    ]
    notes = []
    if mended:
        notes.append(
            f"taken for the same in {name}, with a name that was mended: {list_names(mended)}"
        )
    if others:
        notes.append(
            f"taken for somebody else in {name}, for the name is another one, and nothing is kept "
            f"of who had the id: {list_names(others)}"
        )
    return notes


def _call(student: Student) -> str:
    return f"{student.name} ({student.id})" if student.name else student.id


def _carry(
    known: Mapping[str, Student],
    after: Roster,
    found: Mapping[str, str],
    name: str,
    possible: Mapping[str, str],
) -> Roster:
    """Return a roster that knows who everybody was.

    If it has no ids, all keep theirs, with what the platform of these ids has said.
    """
    were: dict[str, list[Student]] = defaultdict(list)
    for old, new in found.items():
        were[new].append(known[old])
    students, kept = [], 0
    moved: dict[str, str] = {}
    for one in after.students.values():
        others = [old for old in were[one.id] if old.id != one.id]
        key = one.id
        if others and len(others) == len(were[one.id]) and one.id in (one.name, one.email):
            key = others[0].id if others[0].id not in after.students else one.id
        kept += key != one.id
        moved |= {old.id: key for old in others if old.id != key}
        words = dict.fromkeys(
            word for old in were[one.id] for word in (*old.aliases, _get_id(old), old.name) if word
        )
        aliases = tuple(word for word in words if word not in (key, one.name)) or one.aliases
        due = one.due or next((old.due for old in others if old.due), None)
        email = one.email or next((old.email for old in others if old.email), "")
        row = others[0].row or one.row if key != one.id else one.row
        students.append(replace(one, id=key, email=email, due=due, row=row, aliases=aliases))
    if students == list(after.students.values()) and not moved:
        return after
    now = {one.id: one for one in students}
    notes = [*after.notes, *_note_moved(known, now, moved, name)]
    if kept:
        notes.append(f"{name} has no ids: {kept} who are known by address or name keep theirs")
    return Roster(students, notes, after.possible or (possible if kept else {}), moved)


def _get_id(one: Student) -> str:
    """Return the id of somebody, if a roster has said it, and not the number on a file alone."""
    return "" if isinstance(one, Stranger) and one.platform else one.id


def _note_moved(
    known: Mapping[str, Student], now: Mapping[str, Student], moved: Mapping[str, str], name: str
) -> list[str]:
    if not moved:
        return []
    pairs = list(moved.items())[:3]
    some = [f"{_call(known[old])}, now {_call(now[new])}" for old, new in pairs]
    more = "; ..." if len(moved) > len(some) else ""
    return [
        f"{len(moved)} who are known by address or name have another id in {name}, and keep files, "
        f"marks by hand and dates ({'; '.join(some)}{more})"
    ]


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
