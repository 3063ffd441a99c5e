"""Hand-ins: whose they are, which of them came later, and which time belongs to which."""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from backprop.classroom.assignment import parse_time

__all__ = [
    "CLOCKS",
    "Entry",
    "find_age",
    "find_last",
    "group_attempts",
    "list_earlier",
    "list_files",
    "settle_entry",
    "yield_time",
]

#: Seconds by which the clocks of a platform and of this computer may differ.
CLOCKS = 600
_DAY = 86_400.0
_FIRST = datetime(1981, 1, 1).timestamp()  # who writes no date into a zip writes 1980


@dataclass(frozen=True)
class Entry:
    """One hand-in: whose, which file, and from where.

    Attributes
    ----------
    student, name, path, file : str
        As in `HandIn`.
    source : str
        Which download it came with: files of one download are one attempt.
    late : bool or None
        What the platform marks.
    submitted : str or None
        When, if that is known.
    certain : bool
        Whether a platform said so after the download was made: then this is its time for good.
    refused : bool
        Whether it cannot be graded. It is kept for its time, which is not that of another file.
    said : bool
        Whether a person said when it came: then nothing but a person's word changes it.
    age : float or None
        From when the download is, in seconds since 1970; None where nobody noted it.
    due : str or None
        The date of the class when the platform marked it; empty where it had none, and None where
        nobody noted it.
    made : float or None
        When the download was there, at the latest: by then the platform had marked it.
    """

    student: str
    name: str
    path: str
    file: str
    source: str
    late: bool | None = None
    submitted: str | None = None
    certain: bool = False
    refused: bool = False
    said: bool = False
    age: float | None = None
    due: str | None = None
    made: float | None = None

    @property
    def known(self) -> datetime | None:
        """When it came, if somebody has said so who knows."""
        sure = self.submitted if self.certain or self.said else None
        return parse_time(sure, "submitted") if sure else None


def find_age(source: Path) -> float:
    """Find from when a download is: the newest date in it, which a copy of it has as well.

    Where none is in it, it is the date of the file.
    """
    own = source.stat().st_mtime
    if source.is_dir():
        dates = [path.stat().st_mtime for path in source.rglob("*") if path.is_file()]
    else:
        with zipfile.ZipFile(source) as archive:
            dates = [_read_date(member) for member in archive.infolist()]
    return max((date for date in dates if _FIRST < date < own + _DAY), default=own)


def _read_date(member: zipfile.ZipInfo) -> float:
    try:
        return datetime(*member.date_time).timestamp()
    except (ValueError, OverflowError, OSError):  # month 0, which some programs write
        return 0.0


def list_files(entries: Iterable[Entry]) -> set[str]:
    """List which files were handed in."""
    return {entry.file for entry in entries}


def group_attempts(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Group the hand-ins of one student by download, the earliest first.

    What counts is when they came, if that is known of all; else how old the downloads are, if that
    is known of all; else the order in which they were graded.

    Examples
    --------
    >>> new = Entry("1", "", "a.ipynb", "f2", "2.zip", age=2.0)
    >>> old = Entry("1", "", "a.ipynb", "f1", "1.zip", age=1.0)
    >>> [group[0].source for group in group_attempts([new, old])]
    ['1.zip', '2.zip']
    """
    by_source: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_source[entry.source].append(entry)
    groups = list(by_source.values())
    ages = [
        max((one.age for one in group if one.age is not None), default=None) for group in groups
    ]
    old = [age or 0.0 for age in ages] if None not in ages else [0.0] * len(groups)
    times = [_find_known(group) for group in groups]
    came = [time.timestamp() if time else 0.0 for time in times]
    if None in times:
        came = [0.0] * len(groups)
    order = sorted(range(len(groups)), key=lambda n: (came[n], old[n]))
    return [groups[n] for n in order]


def find_last(entries: Iterable[Entry]) -> str:
    """Find the download that holds the last attempt of a student; empty where there is none."""
    groups = group_attempts(entries)
    return groups[-1][0].source if groups else ""


def list_earlier(source: str, entries: Iterable[Entry]) -> list[str]:
    """List the downloads before which a later graded one counts, for anybody.

    Parameters
    ----------
    source : str
        The download that was graded now.
    entries : iterable of Entry
        All that was handed in, in the order in which it was graded.
    """
    of_student: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        of_student[entry.student].append(entry)
    found: dict[str, None] = {}
    for theirs in of_student.values():
        graded = list(dict.fromkeys(entry.source for entry in theirs))
        if source not in graded[1:]:
            continue
        before = graded[: graded.index(source)]
        groups = group_attempts(theirs)
        at = next(n for n, group in enumerate(groups) if group[0].source == source)
        files = list_files(groups[at])
        behind = [group for group in groups[at + 1 :] if list_files(group) != files]
        found |= dict.fromkeys(group[0].source for group in behind if group[0].source in before)
    return list(found)


def settle_entry(entry: Entry, known: Sequence[Entry]) -> Entry:
    """Decide which time a hand-in has, of those that were known and are said now.

    A roster names the time of what came last. So a file that others have followed keeps the time
    that was known when it was the last one, a time belongs to no two files, and what is certain or
    was said by a person stays until a person says otherwise.

    Parameters
    ----------
    entry : Entry
        What came, with the time that the roster says now.
    known : sequence of Entry
        What is known of the student already, in the order in which it was graded.

    Returns
    -------
    Entry
        What is to be written down.

    Examples
    --------
    >>> first = Entry("1", "", "a.ipynb", "f1", "1.zip", submitted="2026-11-23", certain=True)
    >>> second = Entry("1", "", "a.ipynb", "f2", "2.zip", submitted="2026-11-23", certain=True)
    >>> settle_entry(second, [first]).submitted is None
    True
    """
    place = (entry.source, entry.path)
    # Another file in the same place takes the place of the one before.
    known = [one for one in known if (one.source, one.path) != place or one.file == entry.file]
    before = next((one for one in known if (one.source, one.path) == place), None)
    if before is None:
        return entry if _is_theirs(entry, known) else _forget_time(entry)
    if before.due is not None and before.late == entry.late and not _is_newer(entry, before):
        # A copy of a download is younger than what it holds.
        made = min((one.made for one in (entry, before) if one.made is not None), default=None)
        entry = replace(entry, due=before.due, made=made)
    theirs = _is_theirs(entry, known)
    sure = (before.certain or before.said) and not entry.said
    if before.submitted and (sure or not theirs or find_last(known) != entry.source):
        return replace(entry, submitted=before.submitted, certain=before.certain, said=before.said)
    return entry if theirs else _forget_time(entry)


def yield_time(entry: Entry, known: Iterable[Entry]) -> list[Entry]:
    """List the other files of a student that lose their time, because a person says it of this one.

    Examples
    --------
    >>> first = Entry("1", "", "a.ipynb", "f1", "1.zip", submitted="2026-11-23", certain=True)
    >>> second = Entry("1", "", "a.ipynb", "f2", "2.zip", submitted="2026-11-23", said=True)
    >>> [one.submitted for one in yield_time(second, [first])]
    [None]
    """
    if not entry.submitted or not entry.said:
        return []
    time = parse_time(entry.submitted, "submitted")
    return [
        _forget_time(one)
        for one in known
        if one.submitted and not one.said and one.file != entry.file and one.source != entry.source
        if parse_time(one.submitted, "submitted") == time
    ]


def _forget_time(entry: Entry) -> Entry:
    return replace(entry, submitted=None, certain=False, said=False)


def _is_newer(entry: Entry, before: Entry) -> bool:
    """Return whether it comes from a newer download of the same name."""
    return entry.age is not None and before.age is not None and entry.age > before.age


def _is_theirs(entry: Entry, known: Sequence[Entry]) -> bool:
    """Return whether the time that a roster names now can be that of this file.

    It is not if it is known as that of another one, or if another one came later and the roster
    may mean that.
    """
    if not entry.submitted:
        return False
    time = parse_time(entry.submitted, "submitted")
    others = [one for one in known if one.source != entry.source and one.file != entry.file]
    # What a person says is taken from a file of which a platform alone has said it.
    taken = [one for one in others if one.submitted and (one.said or not entry.said)]
    if any(parse_time(one.submitted or "", "submitted") == time for one in taken):
        return False
    at = next((n for n, one in enumerate(known) if one.source == entry.source), len(known))
    now = _forget_time(entry)
    in_order = [*(one for one in known[:at] if one in others), now]
    in_order += [one for one in known[at:] if one in others]
    groups = group_attempts(in_order)
    behind = groups[next(n for n, group in enumerate(groups) if now in group) + 1 :]
    return all((came := _find_known(group)) is not None and came > time for group in behind)


def _find_known(group: Iterable[Entry]) -> datetime | None:
    return max((one.known for one in group if one.known), default=None)
