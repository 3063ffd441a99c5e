"""What a reader has answered, solved and guessed, in one small file in the folder for their data.

Pages keep the same record in the browser and in the same format, so that either can take over the
other's. Nothing here may spoil a lesson: a record that cannot be kept is said once, on the error
stream, and everything else goes on.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import or_
from pathlib import Path
from typing import Any, NamedTuple

from backprop.checks import name_extra
from backprop.course.progress.entries import (
    MOST_TRIES,
    Answered,
    Guess,
    Tried,
    read_answer,
    read_attempt,
    read_draft,
    read_guess,
    to_whole_number,
)
from backprop.course.renamed import rename_entries
from backprop.page import on_page
from backprop.saving import replaced

__all__ = [
    "VARIABLE",
    "Answered",
    "Guess",
    "Problem",
    "Records",
    "Tried",
    "change",
    "count_tries",
    "find_file",
    "find_guess",
    "hold_file",
    "load",
    "parse",
    "read",
    "read_guess",
    "record_answer",
    "record_attempt",
    "record_grade",
    "record_guess",
]

FORMAT, VERSION = "backprop-progress", 1
#: Names the file to use, or says ``off``. Classes and tests need one of their own.
VARIABLE = "BACKPROP_PROGRESS"


@dataclass(frozen=True)
class Records:
    """Everything that is recorded, under ``"chapter/question"``, ``"chapter/exercise"`` and so on.

    Guesses are kept for the reader alone: nothing counts them. Drafts are what stands in the
    editors of exercises on pages.
    """

    questions: dict[str, Answered] = field(default_factory=dict)
    exercises: dict[str, Tried] = field(default_factory=dict)
    guesses: dict[str, Guess] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)

    def __or__(self, other: "Records") -> "Records":
        """Merge two records, whichever of them is older."""
        questions, exercises = dict(self.questions), dict(self.exercises)
        for name, answer in other.questions.items():
            questions[name] = questions[name] | answer if name in questions else answer
        for name, tries in other.exercises.items():
            exercises[name] = exercises[name] | tries if name in exercises else tries
        guesses, drafts = other.guesses | self.guesses, other.drafts | self.drafts
        return Records(questions, exercises, guesses, drafts)

    def dump(self) -> bytes:
        """Write the record as JSON, one line for each question, in UTF-8."""
        plain = {
            "format": FORMAT,
            "version": VERSION,
            "questions": {name: _to_plain(self.questions[name]) for name in sorted(self.questions)},
            "exercises": {name: self.exercises[name]._asdict() for name in sorted(self.exercises)},
        }
        if self.guesses:
            named = sorted(self.guesses)
            plain["guesses"] = {name: {"guess": self.guesses[name]} for name in named}
        if self.drafts:
            written = sorted(self.drafts)
            plain["drafts"] = {name: {"source": self.drafts[name]} for name in written}
        return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


def _to_plain(answer: Answered) -> dict[str, Any]:
    plain = answer._asdict()
    return plain if answer.shown else {k: v for k, v in plain.items() if k != "shown"}


class Problem(NamedTuple):
    """What is wrong with a file: "large", "foreign", "newer" or "damaged", and that in words."""

    kind: str
    words: str


#: Pages read by the same rule (``backprop/page/progress/records.mjs``), tested by the same cases.
LARGEST = 1_000_000  # bytes: the whole book needs less than a tenth
_NAME = re.compile(r"[A-Za-z0-9_]+/[A-Za-z0-9_]+")


def read(content: bytes) -> tuple[Records, Problem | None]:
    """Read what `Records.dump`, or the browser, has written.

    Returns
    -------
    records : Records
        What could be read, entry by entry, under the names of today.
    problem : Problem or None
        What is wrong with the rest; None for a whole file.
    """
    if len(content) > LARGEST:
        return Records(), Problem("large", "it is too large to hold the progress of a reader")
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return Records(), Problem("damaged", f"it is damaged ({error})")
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        words = "it does not hold the progress of a reader of this book"
        return Records(), Problem("foreign", words)
    version = to_whole_number(found.get("version"))
    if version is not None and version > VERSION:
        return Records(), Problem(
            "newer",
            f"it was written by a newer version of this book (format {version}, this one reads "
            f"{VERSION}); update with pip install --upgrade backprop-book",
        )
    if version != VERSION:
        return Records(), Problem("damaged", f"it is damaged (version {found.get('version')!r})")
    questions, problem = _read_entries(found, "questions", read_answer)
    exercises, another = _read_entries(found, "exercises", read_attempt)
    guesses, third = _read_entries({"guesses": {}, **found}, "guesses", read_guess)
    drafts, fourth = _read_entries({"drafts": {}, **found}, "drafts", read_draft)
    records = Records(
        rename_entries(questions, or_),
        rename_entries(exercises, or_),
        rename_entries(guesses, lambda present, _: present),
        rename_entries(drafts, lambda present, _: present),
    )
    return records, problem or another or third or fourth


def parse(content: bytes) -> Records:
    """Read a file of which every entry is wanted.

    Raises
    ------
    ValueError
        If anything is wrong with it; see `read`.
    """
    records, problem = read(content)
    if problem:
        raise ValueError(problem.words)
    return records


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _read_entries(
    found: dict[str, Any], part: str, read_entry: Callable[[dict[str, Any]], Any]
) -> tuple[dict[str, Any], Problem | None]:
    """Take what is sound in one part of a file."""
    entries = found.get(part)
    if not isinstance(entries, dict):
        return {}, Problem("damaged", f"it is damaged ({part} are missing)")
    kept, problem = {}, None
    for name, plain in entries.items():
        entry = read_entry(plain) if isinstance(plain, dict) and _NAME.fullmatch(name) else None
        if entry is None:
            problem = Problem("damaged", f"it is damaged (the entry {name[:60]!r})")
        else:
            kept[name] = entry
    return kept, problem


# ---- the file ----------------------------------------------------------------------------------


def find_file() -> Path | None:
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
    with name_extra("finding the folder for your data"):
        import platformdirs
    return platformdirs.user_data_path("backprop-book", appauthor=False) / "progress.json"


def load(path: Path | None) -> Records:
    """Read a reader's file, and leave it as it is; what is wrong with it is said."""
    records, problem = _read_stored(path)
    if problem:
        warn_once(
            f"{path} could not be used as it is: {problem.words}. The next answer sets it aside."
        )
    return records


def _read_stored(path: Path | None) -> tuple[Records, Problem | None]:
    try:
        return read(path.read_bytes()) if path is not None else (Records(), None)
    except FileNotFoundError:
        return Records(), None


def _set_aside(path: Path, problem: str, kept: Records) -> None:
    aside = _name_aside(path)
    path.rename(aside)
    count = len(kept.questions) + len(kept.exercises)
    warn_once(
        f"{path} could not be used as it is: {problem}. It is kept as {aside.name}, beside it; "
        f"{count} of its entries were taken over into a new file."
    )


def _name_aside(path: Path) -> Path:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    names = (f"{path.stem}-set-aside-{stamp}-{n}{path.suffix}" for n in range(1, 1000))
    return next(spot for spot in map(path.with_name, names) if not spot.exists())


def change(path: Path, how: Callable[[Records], Records]) -> Records:
    """Change a reader's file, alone: another notebook that records at the same time waits.

    Raises
    ------
    OSError
        If it cannot be read or written, or another program holds it for seconds.
    """
    with hold_file(path):
        before, problem = _read_stored(path)
        if problem:
            _set_aside(path, problem.words, before)
        after = how(before)
        if problem or after != before:
            with replaced(path) as file:
                file.write(after.dump())
    return after


@contextmanager
def hold_file(path: Path) -> Iterator[None]:
    """Hold a reader's file: whoever else wants to change it waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "emscripten":  # a lock could not be removed there
        yield
        return
    with name_extra("keeping two notebooks from writing at once"):
        from filelock import FileLock
    with FileLock(path.with_name(f".{path.name}.lock"), timeout=5):
        yield


def record_answer(name: str, right: bool, misses: int, shown: bool = False) -> None:
    """Record an answer to a question, where something is recorded at all.

    Parameters
    ----------
    name : str
        ``"chapter/question"``: the chapter is the one in which it was asked.
    right : bool
        Whether it was right.
    misses : int
        How many wrong answers the caller knows to have come before.
    shown : bool
        Whether the answer has been shown, and there are no other numbers to ask.
    """

    def add(records: Records) -> Records:
        old = records.questions.get(name, Answered(False, right and not misses, 0))
        if old.right:  # what comes after is practice
            return records
        new = Answered(right, old.first, min(old.tries + 1, MOST_TRIES), old.shown or shown)
        return replace(records, questions={**records.questions, name: new})

    _record(add)


def count_tries(name: str) -> int:
    """Count the answers to a question that are recorded; 0 where none can be read."""
    try:
        answer = _read_stored(find_file())[0].questions.get(name)
    except (OSError, ImportError):
        return 0
    return answer.tries if answer else 0


def record_grade(name: str, answer: Answered) -> bool:
    """Record what a browser has counted for a question; returns whether it is kept."""

    def add(records: Records) -> Records:
        old = records.questions.get(name)
        if old is not None and old.right:
            return records
        return records | Records({name: answer})

    return _record(add)


def record_attempt(name: str, solved: bool) -> None:
    """Record an attempt at an exercise, where something is recorded at all."""

    def add(records: Records) -> Records:
        old = records.exercises.get(name, Tried(False, 0))
        if old.solved:
            return records
        new = Tried(solved, min(old.tries + 1, MOST_TRIES))
        return replace(records, exercises={**records.exercises, name: new})

    _record(add)


def record_guess(name: str, guess: Guess) -> bool:
    """Keep the first guess at a prediction, where something is recorded at all.

    Parameters
    ----------
    name : str
        ``"chapter/prediction"``.
    guess : float, str or list
        What was guessed.

    Returns
    -------
    bool
        Whether a guess is kept.
    """
    return _record(lambda records: replace(records, guesses={name: guess, **records.guesses}))


def find_guess(name: str) -> Guess | None:
    """Find the guess at a prediction that is kept; None where none is, or none can be read."""
    try:
        return _read_stored(find_file())[0].guesses.get(name)
    except (OSError, ImportError):
        return None


def _record(how: Callable[[Records], Records]) -> bool:
    """Change the reader's file, and return whether that was possible; a lesson goes on anyway."""
    try:
        path = find_file()
        if path is not None:
            change(path, how)
        return path is not None
    except ImportError as error:
        warn_once(f"Your progress is not kept: {error}")
    except (OSError, NotImplementedError) as error:  # the latter: a folder without locks
        warn_once(
            f"Your progress is not kept: {error}. Name a file that can be written in the "
            f"environment variable {VARIABLE}, or set it to off."
        )
    return False


_warned: set[str] = set()


def warn_once(message: str) -> None:
    """Write a warning to the error stream, once."""
    if message not in _warned:
        _warned.add(message)
        print(message, file=sys.stderr)
