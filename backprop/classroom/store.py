"""What is kept of a class: hand-ins, results and manual marks, in files that only grow.

A line is written whole and brought to the disk before anything relies on it. A line that was cut
off (Ctrl-C, ``kill -9``, a full disk) is dropped when the file is opened again.
"""

import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from backprop.checks import name_extra
from backprop.classroom.handins import Entry, find_last, settle_entry, yield_time
from backprop.classroom.lines import Lines
from backprop.course.calls import describe_lateness
from backprop.saving import replaced

__all__ = [
    "ROSTER",
    "Entry",
    "Override",
    "Store",
    "is_late",
    "is_stop",
    "open_store",
    "read_settings",
]

Plain = dict[str, Any]
Made = TypeVar("Made")
ROSTER = "roster.json"
_LATE = describe_lateness(0).partition("0")[0]
_STOP = re.compile(r"cell \d+ was stopped\b|how its run ended: (?:was )?stopped\b")


@dataclass(frozen=True)
class Override:
    """A mark that a person gave, and why; without points one that was withdrawn."""

    student: str
    exercise: str
    points: float | None
    because: str
    given: str


class Store:
    """The folder of a class.

    Parameters
    ----------
    folder : Path
        The folder.
    settings : dict
        What `open_store` has read of ``run.json`` or made for it.
    """

    def __init__(self, folder: Path, settings: Plain) -> None:
        self.folder, self.settings = folder, settings
        self._results = Lines(folder / "results.jsonl")
        self._entries = Lines(folder / "handins.jsonl")
        self._overrides = Lines(folder / "overrides.jsonl")
        for lines in (self._results, self._entries, self._overrides):
            lines.drop_cut_line()
        self.results: dict[str, Plain] = {}
        for result in self._results.read():
            if {"file", "exercises", "notes", "ended"} <= set(result):
                self._keep(result)
        self.received: dict[tuple[str, str], Entry] = {}  # also what cannot be graded
        self.entries: dict[tuple[str, str], Entry] = {}
        self._of_student: dict[str, dict[tuple[str, str], Entry]] = {}  # the same, by student
        self._taken_out: dict[tuple[str, str], Entry] = {}  # it may come back
        self.problems: dict[str, list[list[str]]] = {}  # of each download: file, student, and why
        self.former: set[str] = set()  # ids that somebody had before a change of the roster
        self._changes: set[tuple[Lines, str]] = set()
        for plain in self._entries.read():
            if "removed" in plain:
                self._leave_out(plain["removed"])
            if "moved" in plain:
                self._follow(self._entries, plain)
            if "problems" in plain:
                self.problems[plain["problems"]] = plain["rows"]
            for entry in _make_all(Entry, [plain]):
                self._place(entry)
        self.overrides: list[Override] = []
        for plain in self._overrides.read():
            if "moved" in plain:
                self._follow(self._overrides, plain)
            self.overrides += _make_all(Override, [plain])

    @property
    def seed(self) -> int:
        """The secret from which the examples of this class are drawn."""
        return int(self.settings["seed"])

    def _keep(self, result: Plain) -> None:
        """Keep a result beside older ones of the same file, exercise by exercise."""
        before = self.results.get(result["file"], {"exercises": []})
        new = {one["id"]: one for one in result["exercises"]}
        kept = [one for one in before["exercises"] if one["id"] not in new]
        self.results[result["file"]] = {**result, "exercises": [*kept, *result["exercises"]]}

    def list_missing(self, file: str, digests: dict[str, str], again: str) -> tuple[str, ...]:
        """List the exercises of a file that have to be graded.

        Parameters
        ----------
        file : str
            The sha256 of the file.
        digests : dict of str to str
            See `Assignment.digests`.
        again : str
            ``"changed"`` for what was never graded as it is now, ``"failed"`` also for what was
            stopped and for files whose grading did not finish, ``"all"`` for everything.
        """
        result = self.results.get(file)
        if result is None or again == "all":
            return tuple(digests)
        if again == "failed" and _was_stopped(result):
            return tuple(digests)
        key = {"seed": self.seed, "grader": self.settings["grader"]}
        # Before points were given for them, nobody noted whether a wrong idea explains everything.
        graded = {
            one["id"]: one["key"]
            for one in result["exercises"]
            if "exact" in one or not one.get("misconception")
        }
        missing = tuple(
            name for name, digest in digests.items() if graded.get(name) != {**key, "state": digest}
        )
        # How its next run ends takes the place of how this one did, which then holds for all.
        return tuple(digests) if missing and _was_stopped(result) else missing

    def add_results(self, results: Iterable[Plain], digests: dict[str, str]) -> None:
        """Write results of the grader, each exercise with the key under which it holds."""
        key = {"seed": self.seed, "grader": self.settings["grader"]}
        keyed = [
            {
                **result,
                "exercises": [
                    {**one, "key": {**key, "state": digests[one["id"]]}}
                    for one in result["exercises"]
                ],
            }
            for result in results
        ]
        self._results.append(keyed)
        for result in keyed:
            self._keep(result)

    def add_entries(self, entries: Iterable[Entry]) -> None:
        """Write down hand-ins, each of them once, with the times that are theirs."""
        new: dict[tuple[str, str], Entry] = {}
        for entry in entries:
            known = list(self._of_student.get(entry.student, {}).values())
            out = self._taken_out.get(_key(entry))
            if out and out.student == entry.student and _key(entry) not in self.received:
                known.append(out)  # whose time it still is
            entry = settle_entry(entry, known)
            for one in [entry, *yield_time(entry, known)]:
                if new.get(_key(one), self.received.get(_key(one))) != one:
                    new[_key(one)] = one
        self._entries.append(map(asdict, new.values()))
        for entry in new.values():
            self._place(entry)

    def _place(self, entry: Entry) -> None:
        """Put a hand-in behind all others, unless the same file stands there already."""
        key = _key(entry)
        before = self.received.get(key)
        if before is None or before.file != entry.file or before.student != entry.student:
            self._take_out(key)
        self.received[key] = entry
        self._of_student.setdefault(entry.student, {})[key] = entry
        if not entry.refused:
            self.entries[key] = entry

    def _take_out(self, key: tuple[str, str]) -> None:
        before = self.received.pop(key, None)
        self.entries.pop(key, None)
        if before:
            self._of_student[before.student].pop(key)

    def list_latest(self, student: str) -> list[Entry]:
        """List the files of the last attempt of a student."""
        known = self._of_student.get(student, {}).values()
        last = find_last(known)
        return [entry for entry in known if entry.source == last]

    def list_sources(self) -> list[str]:
        """List the downloads of which something counts, the oldest first."""
        return list(dict.fromkeys(entry.source for entry in self.received.values()))

    def remove_source(self, source: str) -> None:
        """Take a download out of the class: what it holds counts no more, and can come again."""
        self._entries.append([{"removed": source}])
        self._leave_out(source)

    def keep_problems(self, source: str, rows: list[list[str]]) -> None:
        """Write down what was found in a download, in the place of what was found there before."""
        if self.problems.get(source) != rows:
            self._entries.append([{"problems": source, "rows": rows}])
            self.problems[source] = rows

    def move_students(self, moved: Mapping[str, str], change: str = "") -> None:
        """Give what is kept of students to the ids that they have from now on.

        Parameters
        ----------
        moved : mapping of str to str
            For each id that somebody had, the new one.
        change : str
            What tells this change from all others: whatever has followed it does not do so again.
        """
        if not moved:
            return
        line = {"moved": dict(moved), "change": change or secrets.token_hex(8)}
        for lines in (self._entries, self._overrides):
            if (lines, line["change"]) not in self._changes:
                lines.append([line])
                self._follow(lines, line)

    def finish_move(self) -> None:
        """Move students as the roster that is kept says, if a run was stopped before it did."""
        try:
            plain = json.loads((self.folder / ROSTER).read_bytes())
            moved, change = dict(plain["moved"]), str(plain["change"])
        except (OSError, ValueError, TypeError, KeyError):  # whoever reads the roster says so
            return
        self.move_students(moved, change)

    def _follow(self, lines: Lines, plain: Plain) -> None:
        """Follow a line by which students were moved, once; older ones bear no word for that."""
        change = (lines, plain.get("change", ""))
        if change in self._changes:
            return
        if change[1]:
            self._changes.add(change)
        self.former |= set(plain["moved"])
        move = self._move if lines is self._entries else self._move_marks
        move(plain["moved"])

    def _move_marks(self, moved: Mapping[str, str]) -> None:
        """Move marks by hand; of two that hold and meet, the one that was given later does."""
        last = {(one.student, one.exercise): one for one in self.overrides}

        def rank(one: Override) -> tuple[bool, str, bool]:
            holds = one.points is not None and last[one.student, one.exercise] is one
            return holds, one.given if holds else "", one.student in moved

        concerned = {*moved, *moved.values()}
        theirs = [one for one in self.overrides if one.student in concerned]
        self.overrides = [one for one in self.overrides if one.student not in concerned]
        for one in sorted(theirs, key=rank):
            self.overrides.append(replace(one, student=moved.get(one.student, one.student)))

    def _move(self, moved: Mapping[str, str]) -> None:
        def rename(entry: Entry) -> Entry:
            return replace(entry, student=moved.get(entry.student, entry.student))

        entries = [rename(one) for one in self.received.values()]
        self._taken_out = {key: rename(one) for key, one in self._taken_out.items()}
        self.received, self.entries, self._of_student = {}, {}, {}
        for entry in entries:
            self._place(entry)
        for rows in self.problems.values():
            rows[:] = [[path, moved.get(student, student), why] for path, student, why in rows]

    def _leave_out(self, source: str) -> None:
        self.problems[source] = []
        for key in [key for key in self.received if key[0] == source]:
            self._taken_out[key] = self.received[key]
            self._take_out(key)

    def find_outdated(self, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Find, of students and downloads, those after which the student sent notebooks again."""
        notebooks = {(entry.student, entry.source) for entry in self.entries.values()}
        latest = {one: find_last(known.values()) for one, known in self._of_student.items()}
        return {
            (student, source)
            for student, source in pairs
            if latest.get(student, "") not in ("", source)
            and (student, latest[student]) in notebooks
        }

    def add_override(self, override: Override) -> None:
        """Write down a mark that a person gave or took back; the last one of an exercise counts."""
        self._overrides.append([asdict(override)])
        self.overrides.append(override)


def is_late(exercise: Mapping[str, Any]) -> bool:
    """Return whether a function was stopped because it took too long: by a clock, not by a count.

    Examples
    --------
    >>> is_late({"state": "wrong", "message": describe_lateness(4)})
    True
    """
    return exercise["state"] == "wrong" and str(exercise["message"]).startswith(_LATE)


def is_stop(note: str) -> bool:
    """Return whether a note says that a cell, or the whole run, was stopped by a clock.

    Examples
    --------
    >>> is_stop("cell 3 was stopped; it was left out"), is_stop("cell 3 failed")
    (True, False)
    """
    return bool(_STOP.match(note))


def _was_stopped(result: Mapping[str, Any]) -> bool:
    """Return whether anything of a notebook was stopped, or its run did not finish."""
    return (
        result["ended"] != "finished"
        or any(map(is_late, result["exercises"]))
        or any(map(is_stop, result["notes"]))
    )


def _key(entry: Entry) -> tuple[str, str]:
    """Return what tells hand-ins apart: a file of the same place replaces the one before."""
    return entry.source, entry.path


def _make_all(kind: type[Made], lines: Iterable[Plain]) -> Iterator[Made]:
    """Make entries of one kind; what lacks a field is none."""
    for plain in lines:
        with suppress(TypeError):
            yield kind(**plain)


@contextmanager
def open_store(folder: Path, settings: Plain, *, make: bool = False) -> Iterator[Store]:
    """Open the folder of a class, for one program at a time.

    Parameters
    ----------
    folder : Path
        The folder.
    settings : dict
        What is to stand in ``run.json``; the seed that stands there stays.
    make : bool
        Whether it is made where there is none.

    Yields
    ------
    Store
        What is kept there.

    Raises
    ------
    ValueError
        If it is no such folder, belongs to another assignment, or another program has it open.
    """
    path = folder / "run.json"
    if not path.exists() and not make:
        raise ValueError(f"{folder} holds no class: backprop class grade makes it")
    if not path.exists() and folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} must be empty or hold a class: choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    with name_extra("a class"):
        from filelock import FileLock, Timeout
    try:
        with FileLock(folder / ".lock", timeout=0):
            store = Store(folder, read_settings(path, settings))
            store.finish_move()
            yield store
    except Timeout:
        raise ValueError(f"another program has {folder} open: wait until it has ended") from None


def read_settings(path: Path, new: Plain) -> Plain:
    """Read what stands in ``run.json`` of this assignment, and write what is new."""
    old: Plain = {}
    if path.exists():
        try:
            old = json.loads(path.read_bytes())
            old["seed"] = int(old["seed"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is damaged ({error}): choose another folder") from error
        if new and old.get("assignment") != new.get("assignment"):
            raise ValueError(
                f"{path.parent} holds {old.get('assignment')}, and not {new.get('assignment')}: "
                "choose another folder"
            )
    settings = {"format": 1, "seed": secrets.randbits(63), **old, **new}
    if settings != old:
        with replaced(path) as file:
            os.fchmod(file.fileno(), 0o600)  # the seed is nobody else's
            file.write((json.dumps(settings, ensure_ascii=False, indent=1) + "\n").encode())
    return settings
