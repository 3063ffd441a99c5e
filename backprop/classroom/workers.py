"""Who grades a class: processes of this machine, or workers of a scheduler on many."""

import hashlib
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop.classroom.archives import list_names
from backprop.classroom.assignment import Assignment
from backprop.classroom.begun import end_grading, note_collected
from backprop.classroom.connection import ServerLostError, find_server
from backprop.classroom.gradebook import Line
from backprop.classroom.grading import Key, Submission, grade
from backprop.classroom.processes import Processes
from backprop.classroom.reports import keep_class, load_roster, write_problems, write_reports
from backprop.classroom.roster import Roster
from backprop.classroom.session import Session
from backprop.classroom.store import open_store
from backprop.classroom.walls import UNPROTECTED

__all__ = ["Graded", "Workers", "grade_download"]


@dataclass(frozen=True)
class Workers:
    """Processes of this machine, and within which limits they grade.

    Attributes
    ----------
    jobs : int
        How many processes.
    seconds, memory : int
        Time and megabytes of each submission.
    walls : str
        ``"auto"``, one kind, or the words by which none is asked for; see `find_server`.
    """

    jobs: int
    seconds: int = 20
    memory: int = 1500
    walls: str = "auto"

    def make_executor(self) -> Executor:
        """Make the processes."""
        return Processes(self.jobs)

    def find_walls(self) -> str:
        """Return the walls that are in force where it is graded.

        Raises
        ------
        OSError
            If there are none; the message says what is missing.
        """
        return find_server(self.walls, self.memory, self.seconds + 2).walls

    def count_workers(self) -> int:
        """Return how many batches are graded at once."""
        return self.jobs

    def watch(self) -> None:
        """See whether anybody is left who grades: here always, for these processes are ours."""

    @property
    def blamed(self) -> tuple[type[Exception], ...]:
        """Errors that are a submission's doing; see `run_batches`."""
        return (ServerLostError,)


@dataclass(frozen=True)
class Graded:
    """What a run came to: the session, gradebook and problems, and whether there were walls."""

    session: Session
    lines: list[Line]
    problems: int
    protected: bool


def grade_download(
    assignment: Assignment,
    released: Path,
    source: Path,
    folder: Path,
    roster: Roster | None,
    workers: Workers,
    *,
    layout: str = "auto",
    again: str = "changed",
    version: str = "",
    progress: bool | None = None,
) -> Graded:
    """Grade what is new in a download, and write gradebook, feedback and problems.

    Parameters
    ----------
    assignment : Assignment
        What was asked.
    released : Path
        The folder that was handed out.
    source, layout, progress
        See `Session.grade`.
    folder : Path
        Where everything is kept.
    roster : Roster or None
        Who is in the class; without one the last that was given.
    workers : Workers
        Who grades.
    again : str
        See `Store.list_missing`.
    version : str
        That of the grader.
    """
    list_names(source)  # what cannot be read is said before a folder is made
    walls = workers.find_walls()
    protected = UNPROTECTED not in walls.split(" and ")
    settings = {
        "assignment": assignment.name,
        "grader": version,
        "walls": walls,
        "protected": protected,
        "seconds": workers.seconds,
        "memory": workers.memory,
        "handed_out": _hash_released(released),
        "released": str(released.resolve()),
    }
    with open_store(folder, settings, make=True) as store:
        keep_class(store, assignment, roster, source)
        session = Session(assignment, store, roster or load_roster(folder), again)
        name = session.grade(
            source, layout, workers.make_executor, grade, Submission,
            _make_keys(assignment, store.seed, workers),
            in_flight=2 * workers.count_workers(), blamed=workers.blamed, watch=workers.watch,
            collected=lambda: note_collected(folder, source), progress=progress,
        )  # fmt: skip
        problems = write_problems(folder, name, session.troubles, store)
        lines = write_reports(folder, assignment, store, session.roster)
        end_grading(folder, source)
    return Graded(session, lines, problems, protected)


def _hash_released(released: Path) -> str:
    """Compute the sha256 of the notebook that was handed out; empty where it is gone."""
    path = released / f"{released.absolute().name}.ipynb"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _make_keys(
    assignment: Assignment, seed: int, workers: Workers
) -> Callable[[tuple[str, ...]], Any]:
    """Make what makes keys: nothing but exercises and cells goes to whoever grades."""

    def make_key(exercises: tuple[str, ...]) -> Key:
        asked = {**assignment.plain(), "exercises": list(exercises)}
        return Key(asked, seed, workers.seconds, workers.memory, workers.walls)

    return make_key
