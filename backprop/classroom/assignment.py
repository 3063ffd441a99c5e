"""An assignment: which exercises of a chapter count, for how much, until when; and its file."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from backprop.course import exercise as open_exercise
from backprop.course import exercises as list_exercises
from backprop.course.sources import find_source
from backprop.saving import replaced

__all__ = [
    "ATTEMPTS",
    "FILE",
    "Assignment",
    "describe_time",
    "list_ideas",
    "parse_time",
    "read_assignment",
    "read_released",
    "write_assignment",
]

FILE = "assignment.json"
ATTEMPTS = ("latest", "best")
_CUT = re.compile(r"(\d{1,3}) ?% (?:a|per) day")
_DAY = re.compile(r"\d{4}-?\d\d-?\d\d")
_DOTTED = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})(?:,? +(\d\d?:\d\d(?::\d\d)?))?")
_SLIPS = {
    "Expecting ',' delimiter": "a comma is missing",
    "Expecting property name enclosed in double quotes": "a comma is too much",
    "Expecting ':' delimiter": "a colon is missing",
}


@dataclass(frozen=True)
class Assignment:
    """What is asked of a class.

    Attributes
    ----------
    name, chapter : str
        Its own name, and the chapter from which it was made.
    exercises : tuple of str
        Which exercises count, as ``"chapter/name"``, in the order of the notebook.
    points : dict of str to float
        What each is worth.
    due : str or None
        When it is due, in ISO form; without an offset it is the local time of whoever grades.
    late : str
        What becomes of late work: ``"flag"`` marks it, ``"refuse"`` leaves no points, ``"10% a
        day"`` takes so much of the points for each day that has begun.
    attempts : str
        Which of several attempts counts: ``"latest"`` or ``"best"``.
    cells : tuple of str
        For each code cell that was handed out, what `backprop.classroom.cells.hash_cell` gives.
    package : str
        The version of this package that made it.
    ideas : dict of str to dict of str to float
        For an exercise, what its known wrong ideas are worth; see `list_ideas`.
    """

    name: str
    chapter: str
    exercises: tuple[str, ...]
    points: Mapping[str, float]
    due: str | None
    late: str
    attempts: str
    cells: tuple[str, ...]
    package: str
    ideas: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_settings(self)

    @property
    def total(self) -> float:
        """All points together."""
        return sum(self.points.values())

    @property
    def cut_a_day(self) -> float:
        """What part of the points a day costs; 0 where days do not matter."""
        found = _CUT.fullmatch(self.late)
        return int(found[1]) / 100 if found else 0.0

    def plain(self) -> dict[str, Any]:
        """Return everything as plain data, as it stands in the file."""
        return json.loads(json.dumps({"format": 1, **asdict(self)}))  # type: ignore[no-any-return]

    def digests(self) -> dict[str, str]:
        """Compute what tells one state of each exercise from another.

        Returns
        -------
        dict of str to str
            It changes with the source of an exercise and with the cells that were handed out, and
            with nothing else: neither points nor dates make anybody's work run again.
        """
        handed_out = hashlib.sha256("\n".join(self.cells).encode()).digest()
        return {
            name: hashlib.sha256(handed_out + find_source(name)[0].read_bytes()).hexdigest()[:16]
            for name in self.exercises
        }


def _check_settings(given: Assignment) -> None:
    if not re.fullmatch(r"[\w.-]+", given.name):
        raise ValueError(
            f"name must be letters, digits, . - and _, got {given.name[:60]!r}: write ps1"
        )
    if not given.exercises:
        raise ValueError(f"exercises must name at least one, got none in {given.name}")
    known = list_exercises()
    for name in given.exercises:
        if name not in known:
            raise ValueError(
                f"exercises must be of the book, got {name[:60]!r}: see backprop exercises list"
            )
    if set(given.points) != set(given.exercises):
        raise ValueError("points must name every exercise once: see the list of exercises")
    for name, points in given.points.items():
        if isinstance(points, bool) or not 0 <= points < 1e6:
            raise ValueError(f"points of {name} must be 0 or more, got {points}: choose 1")
    for name, ideas in given.ideas.items():
        _check_ideas(name, ideas, given.points)
    if given.late not in ("flag", "refuse") and not 0 < given.cut_a_day <= 1:
        share = re.match(r"\s*0*(100|[1-9]\d?)\b", given.late)
        way_out = f"{share[1]}% a day" if share else "flag"
        raise ValueError(
            f"late must be flag, refuse or a share as 10% a day, got {given.late[:60]!r}: write "
            f"{way_out}, for example"
        )
    if given.attempts not in ATTEMPTS:
        raise ValueError(
            f"attempts must be latest or best, got {given.attempts[:60]!r}: choose one"
        )
    if given.due is not None:
        parse_time(given.due, "due")


def _check_ideas(name: str, ideas: Mapping[str, float], points: Mapping[str, float]) -> None:
    if name not in points:
        raise ValueError(f"ideas must be of exercises that count, got one of {name[:60]!r}")
    known = list_ideas(name)
    most = points[name]
    for idea, worth in ideas.items():
        if idea not in known:
            raise ValueError(
                f"idea must be a known one of {name}, got {idea[:60]!r}: {', '.join(known)}"
            )
        if isinstance(worth, bool) or not 0 <= worth <= most:
            raise ValueError(
                f"points of the idea {idea} must be 0 to {most:g}, which {name} is worth, "
                f"got {worth:g}: choose {most / 2:g}"
            )


def list_ideas(name: str) -> dict[str, str]:
    """List the wrong ideas of an exercise that can be worth points, and what is said of each.

    A function has such an idea if all of its values are those that the idea leads to, on every
    example, also on those that nobody knows. Ideas that are only seen in values are left out.

    Examples
    --------
    >>> list(list_ideas("one_parameter/derivative_of_ssr"))[:2]
    ['lost_minus', 'lost_two']
    """
    slips = open_exercise(name).misconceptions
    return {slip.name: slip.because for slip in slips if slip.shows is None}


def parse_time(text: str, name: str) -> datetime:
    """Read a time in ISO form, or as 30.11.2026 23:59; without an offset it is local time.

    Parameters
    ----------
    text : str
        For example ``"2026-11-30T23:59"``. A day alone is due at its end.
    name : str
        What it is, for the message.

    Raises
    ------
    ValueError
        If it is no such time.

    Examples
    --------
    >>> parse_time("2026-11-30T23:59+01:00", "due").hour
    23
    >>> parse_time("30.11.2026 23:59", "due") == parse_time("2026-11-30T23:59", "due")
    True
    """
    plain = _turn_dotted(text.strip())
    try:
        time = datetime.fromisoformat(plain)
    except ValueError as error:
        if re.fullmatch(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?", plain):
            why = f"name a day and a time that exist, got {text[:60]!r} ({error})"
        else:
            why = f"be a time that can be read, got {text[:60]!r}"
        way_out = "write it as 2026-11-30T23:59 or 30.11.2026 23:59"
        raise ValueError(f"{name} must {why}: {way_out}") from None
    if _DAY.fullmatch(plain):
        time = time.replace(hour=23, minute=59, second=59)
    return time.astimezone() if time.tzinfo is None else time


def describe_time(text: str) -> str:
    """Say a time as people read it, by the clock of this computer or with its offset.

    Examples
    --------
    >>> describe_time("4.12.2026"), describe_time("2026-12-04T09:00")
    ('2026-12-04 (end of day)', '2026-12-04 09:00')
    """
    time = parse_time(text, "a time")
    if _DAY.fullmatch(_turn_dotted(text.strip())):
        return f"{time:%Y-%m-%d} (end of day)"
    shown = f"{time:%Y-%m-%d %H:%M}"
    return shown if time.utcoffset() == time.astimezone().utcoffset() else f"{shown} ({time:%Z})"


def _turn_dotted(text: str) -> str:
    """Return 30.11.2026 23:59 in ISO form, and all else as it is."""
    found = _DOTTED.fullmatch(text)
    if not found:
        return text
    time = f"T{found[4]:0>5}" if found[4] else ""
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}{time}"


def read_released(folder: Path) -> Assignment:
    """Read the assignment of a folder that was handed out, and of no folder in which it is graded.

    Raises
    ------
    ValueError
        As `read_assignment`; also where a class is kept, for its copy is written anew each time.
    OSError
        If it is not there.
    """
    assignment = read_assignment(folder)
    if (folder / "run.json").exists() and not (folder / f"{assignment.name}.ipynb").exists():
        raise ValueError(
            f"{folder} is where a class is kept, and not what was handed out: give the folder "
            f"{assignment.name} that backprop class release has made"
        )
    return assignment


def read_assignment(folder: Path) -> Assignment:
    """Read the assignment of a folder that `backprop class release` has made.

    Raises
    ------
    ValueError
        If the file is damaged, or of a newer version.
    OSError
        If it is not there.
    """
    path = folder / FILE if folder.is_dir() else folder
    if folder.is_dir() and not path.exists():
        raise ValueError(
            f"{folder} has no {FILE}: give the folder that backprop class release has made"
        )
    if path.name != FILE and path.exists():
        raise ValueError(
            f"{path} is no assignment: give the folder that backprop class release has made"
        )
    try:
        plain = json.loads(path.read_bytes())
        if plain.pop("format") != 1:
            raise ValueError("it was written by a newer version: update backprop-book")
        plain |= {name: tuple(_read_words(plain[name])) for name in ("exercises", "cells")}
        return Assignment(**plain)
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is damaged ({_describe_slip(error)})") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is damaged ({error}): release the assignment again") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _describe_slip(error: json.JSONDecodeError) -> str:
    """Say what was lost when somebody edited a file, and in which line."""
    before = error.doc[: error.pos].rstrip()
    if not before:
        return "it is empty, or no JSON: release the assignment again"
    line = before.count("\n") + 1
    slip = _SLIPS.get(error.msg, error.msg)
    return f"line {line}: {slip}; mend it there, or release the assignment again"


def write_assignment(folder: Path, assignment: Assignment) -> None:
    """Write the file of an assignment into its folder, in place of the one before."""
    with replaced(folder / FILE) as file:
        file.write((json.dumps(assignment.plain(), ensure_ascii=False, indent=1) + "\n").encode())


def _read_words(found: Sequence[Any]) -> Sequence[str]:
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise TypeError("a list of words is missing")
    return found
