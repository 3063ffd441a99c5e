"""What a reader has answered and solved, kept in one small file in the folder for their data.

Pages keep the same record in the browser and in the same format, so that either can take over the
other's. Nothing here may spoil a lesson: a record that cannot be kept is said once, on the error
stream, and everything else goes on.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from backprop.page import on_page
from backprop.saving import replaced

__all__ = [
    "VARIABLE",
    "Answered",
    "Records",
    "Tried",
    "alone",
    "answered",
    "change",
    "graded",
    "load",
    "parse",
    "read",
    "tried",
    "where",
]

FORMAT, VERSION = "backprop-progress", 1
#: Names the file to use, or says ``off``. Classes and tests need one of their own.
VARIABLE = "BACKPROP_PROGRESS"


# ---- the record itself -------------------------------------------------------------------------


class Answered(NamedTuple):
    """What became of one question: right at last, right on the first try, how many tries."""

    right: bool
    first: bool
    tries: int

    def __or__(self, other: "Answered") -> "Answered":
        """Merge two records of one question: a first try that once failed stays so."""
        return Answered(
            self.right or other.right, self.first and other.first, max(self.tries, other.tries)
        )


class Tried(NamedTuple):
    """What became of one exercise."""

    solved: bool
    tries: int

    def __or__(self, other: "Tried") -> "Tried":
        return Tried(self.solved or other.solved, max(self.tries, other.tries))


@dataclass(frozen=True)
class Records:
    """Everything that is recorded, under ``"chapter/question"`` and ``"chapter/exercise"``."""

    questions: dict[str, Answered] = field(default_factory=dict)
    exercises: dict[str, Tried] = field(default_factory=dict)

    def __or__(self, other: "Records") -> "Records":
        """Merge two records, whichever of them is older."""
        questions, exercises = dict(self.questions), dict(self.exercises)
        for name, answer in other.questions.items():
            questions[name] = questions[name] | answer if name in questions else answer
        for name, tries in other.exercises.items():
            exercises[name] = exercises[name] | tries if name in exercises else tries
        return Records(questions, exercises)

    def dump(self) -> bytes:
        """Write the record as JSON, one line for each question, in UTF-8."""
        plain = {
            "format": FORMAT,
            "version": VERSION,
            "questions": {name: self.questions[name]._asdict() for name in sorted(self.questions)},
            "exercises": {name: self.exercises[name]._asdict() for name in sorted(self.exercises)},
        }
        return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


def read(content: bytes) -> tuple[Records, str]:
    """Read what `Records.dump`, or the browser, has written.

    Returns
    -------
    records : Records
        What could be read, entry by entry.
    problem : str
        What is wrong with the rest, in words; empty for a whole file.
    """
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return Records(), f"it is damaged ({error})"
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return Records(), "it does not hold the progress of a reader of this book"
    version = found.get("version")
    if type(version) is int and version > VERSION:
        return Records(), (
            f"it was written by a newer version of this book (format {version}, this one reads "
            f"{VERSION}); update with pip install --upgrade backprop-book"
        )
    if version != VERSION:
        return Records(), f"it is damaged (version {version!r})"
    questions, problem = _entries(Answered, found, "questions")
    exercises, another = _entries(Tried, found, "exercises")
    return Records(questions, exercises), problem or another


def parse(content: bytes) -> Records:
    """Read a file of which every entry is wanted.

    Raises
    ------
    ValueError
        If anything is wrong with it; see `read`.
    """
    records, problem = read(content)
    if problem:
        raise ValueError(problem)
    return records


def _entries(kind: Callable[..., Any], found: dict[str, Any], part: str) -> tuple[Any, str]:
    """Take what is sound in one part of a file."""
    entries, wanted, kept, problem = found.get(part), kind.__annotations__, {}, ""
    if not isinstance(entries, dict):
        return {}, f"it is damaged ({part} are missing)"
    for name, entry in entries.items():
        values = {key: entry.get(key) for key in wanted} if isinstance(entry, dict) else {}
        sound = bool(values) and all(type(values[key]) is wanted[key] for key in wanted)
        if sound and kind(**values).tries > 0:
            kept[name] = kind(**values)
        else:
            problem = f"it is damaged (the entry {name!r})"
    return kept, problem


# ---- the file ----------------------------------------------------------------------------------


def where() -> Path | None:
    """Find the file of this reader.

    Returns
    -------
    Path or None
        The one that ``BACKPROP_PROGRESS`` names, else one in the user's data folder. None where
        nothing is to be recorded: ``BACKPROP_PROGRESS=off``, while pages are built, and under
        pytest, so that what a test answers is never taken for what a reader did.

    Raises
    ------
    ImportError
        If the folder is to be found and `platformdirs` is not installed.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if on_page() or named.lower() in ("off", "0", "no", "false"):
        return None
    if named:
        return Path(named).expanduser()
    if "PYTEST_VERSION" in os.environ:
        return None
    try:
        import platformdirs
    except ImportError as error:
        raise ImportError(
            "the folder for your data is found with platformdirs, which is not installed: "
            'pip install "backprop-book[notebook]"'
        ) from error
    return platformdirs.user_data_path("backprop-book", appauthor=False) / "progress.json"


def load(path: Path | None) -> Records:
    """Read a reader's file; a damaged one is set aside, with a message, and the rest kept."""
    records, problem = _stored(path)
    if path is None or not problem:
        return records
    try:
        return change(path, lambda found: found)
    except (OSError, NotImplementedError, ImportError) as error:
        tell(f"{path} could not be used as it is: {problem}, and not be set aside: {error}")
        return records


def _stored(path: Path | None) -> tuple[Records, str]:
    try:
        return read(path.read_bytes()) if path is not None else (Records(), "")
    except FileNotFoundError:
        return Records(), ""


def _set_aside(path: Path, problem: str, kept: Records) -> None:
    aside = _aside(path)
    path.rename(aside)
    count = len(kept.questions) + len(kept.exercises)
    tell(
        f"{path} could not be used as it is: {problem}. It is kept as {aside.name}, beside it; "
        f"{count} of its entries were taken over into a new file."
    )


def _aside(path: Path) -> Path:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    for n in range(1, 1000):
        spot = path.with_name(f"{path.stem}-set-aside-{stamp}-{n}{path.suffix}")
        if not spot.exists():
            break
    return spot


def change(path: Path, how: Callable[[Records], Records]) -> Records:
    """Change a reader's file, alone: another notebook that records at the same time waits.

    Raises
    ------
    OSError
        If it cannot be read or written, or another program holds it for seconds.
    """
    with alone(path):
        before, problem = _stored(path)
        if problem:
            _set_aside(path, problem, before)
        after = how(before)
        if problem or after != before:
            with replaced(path) as file:
                file.write(after.dump())
    return after


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a reader's file: whoever else wants to change it waits."""
    try:
        from filelock import FileLock
    except ImportError as error:
        raise ImportError(
            "two notebooks must not write at once; that is seen to by filelock, which is not "
            'installed: pip install "backprop-book[notebook]"'
        ) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock"), timeout=5):
        yield


def answered(name: str, right: bool, misses: int) -> None:
    """Record an answer to a question, where something is recorded at all.

    Parameters
    ----------
    name : str
        ``"chapter/question"``: the chapter is the one in which it was asked.
    right : bool
        Whether it was right.
    misses : int
        How many wrong answers the caller knows to have come before.
    """

    def add(records: Records) -> Records:
        old = records.questions.get(name, Answered(False, right and not misses, 0))
        if old.right:  # what comes after is practice
            return records
        new = Answered(right, old.first, old.tries + 1)
        return Records({**records.questions, name: new}, records.exercises)

    _record(add)


def graded(name: str, answer: Answered) -> None:
    """Record what a browser has counted for a question, where something is recorded at all."""

    def add(records: Records) -> Records:
        old = records.questions.get(name)
        if old is not None and old.right:
            return records
        return records | Records({name: answer})

    _record(add)


def tried(name: str, solved: bool) -> None:
    """Record an attempt at an exercise, where something is recorded at all."""

    def add(records: Records) -> Records:
        old = records.exercises.get(name, Tried(False, 0))
        if old.solved:
            return records
        return Records(records.questions, {**records.exercises, name: Tried(solved, old.tries + 1)})

    _record(add)


def _record(how: Callable[[Records], Records]) -> None:
    try:
        path = where()
        if path is not None:
            change(path, how)
    except ImportError as error:
        tell(f"Your progress is not kept: {error}")
    except (OSError, NotImplementedError) as error:  # the latter: a folder without locks
        tell(
            f"Your progress is not kept: {error}. Name a file that can be written in the "
            f"environment variable {VARIABLE}, or set it to off."
        )


_told: set[str] = set()


def tell(message: str) -> None:
    """Say something on the error stream, once."""
    if message not in _told:
        _told.add(message)
        print(message, file=sys.stderr)
