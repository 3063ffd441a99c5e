"""Checking the exercises of whole notebooks, each in a process of its own.

For a learner's own work. The limits stop accidents: a loop without end, an array that fills the
memory. They are no wall against code that means harm.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from backprop.checks import check_processes
from backprop.classroom.notebooks import (
    Cell,
    Notebook,
    explain_miss,
    is_named,
    read_notebook,
)
from backprop.course import exercise as open_exercise
from backprop.course import exercises as list_exercises
from backprop.course.markup import to_plain
from backprop.course.number_text import show_count

__all__ = ["Found", "Report", "find_notebooks", "grade_notebook"]

WARNING = (
    "This ran the code of the {kind} on this computer. It is meant for your own work: do not "
    "run what strangers send you."
)
MARKS = {"solved": "✓", "wrong": "✗", "not attempted": "–", "not reached": "?"}


@dataclass(frozen=True)
class Found:
    """What became of one exercise.

    Attributes
    ----------
    id, title : str
        Which exercise.
    attempted, passed : bool
        False and False for the untouched starter, and where no check was reached.
    message : str
        What the check says, or why none was reached.
    misconception : str or None
        The name of a known wrong idea.
    example : list of (str, str)
        The simplest example where it goes wrong.
    reached : bool
        Whether there was a check.
    """

    id: str
    title: str
    attempted: bool
    passed: bool
    message: str
    misconception: str | None
    example: list[tuple[str, str]]
    reached: bool = True

    @property
    def state(self) -> str:
        """Solved, wrong, not attempted or not reached."""
        if not self.reached:
            return "not reached"
        return "solved" if self.passed else "wrong" if self.attempted else "not attempted"


@dataclass(frozen=True)
class Report:
    """What a notebook, or a file of Python, came to.

    Attributes
    ----------
    notebook : str
        Its path.
    exercises : list of Found
        All of its chapter, and any other that it works on, in book order.
    notes : list of str
        What was damaged, which cells failed, where it was stopped, which limit did not hold.
    """

    notebook: str
    exercises: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def solved(self) -> bool:
        """Whether there is something to check, and all of it is right."""
        return bool(self.exercises) and all(found.passed for found in self.exercises)

    @property
    def warning(self) -> str:
        """Say what has run, and for whom that is meant."""
        return WARNING.format(kind="file" if self.notebook.endswith(".py") else "notebook")

    def plain(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        exercises = [{**asdict(found), "state": found.state} for found in self.exercises]
        return {
            **asdict(self),
            "exercises": exercises,
            "solved": self.solved,
            "warning": self.warning,
        }

    def __str__(self) -> str:
        lines = [self.notebook, ""]
        for found in self.exercises:
            lines.append(f"{MARKS[found.state]} {found.id}: {to_plain(found.title)}")
            if not found.passed:
                width = max((len(name) for name, _ in found.example), default=0)
                rows = [f"  {name:<{width}}  {value}" for name, value in found.example]
                text = "\n".join([*map(_wrap, found.message.splitlines()), *rows])
                lines.append(textwrap.indent(text, "    "))
        if self.exercises:
            lines += ["", _count_states(self.exercises)]
        else:
            lines.append(
                "No exercise was found: the notebook belongs to no chapter with exercises, calls "
                "no ex.check(...), and defines no function with the name of an exercise "
                "(backprop exercises list)."
            )
        notes = [f"note: {note}" for note in self.notes]
        return "\n".join([*lines, *notes, "", textwrap.fill(self.warning, 88)])


def _count_states(exercises: Sequence[Found]) -> str:
    passed = sum(found.passed for found in exercises)
    states = [found.state for found in exercises]
    others = [f"{states.count(state)} {state}" for state in MARKS if state != "solved"]
    told = ", ".join(text for text in others if not text.startswith("0 "))
    return f"{passed} of {len(exercises)} solved" + (f" ({told})" if told else "")


def _wrap(line: str) -> str:
    return line if line.startswith(" ") else textwrap.fill(line, 84)


def find_notebooks(paths: Iterable[Path]) -> list[Path]:
    """List the notebooks that are meant: files as they are, of folders all that is in them.

    Raises
    ------
    ValueError
        If a folder holds no notebook.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(
            one
            for one in path.rglob("*.ipynb")
            if not any(part.startswith(".") for part in one.relative_to(path).parts)
        )
        if not inside:
            files = any(path.rglob("*.py"))
            way = ": name its files of Python one by one" if files else ""
            raise ValueError(f"no notebook (.ipynb) in {path}{way}")
        found += inside
    return list(dict.fromkeys(found))


def grade_notebook(path: Path, *, seconds: int = 120, megabytes: int = 4096) -> Report:
    """Run a notebook from the top and check its exercises.

    Parameters
    ----------
    path : Path
        The notebook; it stays as it is.
    seconds : int
        Time for all of it.
    megabytes : int
        Memory that it may ask for, where the system can limit that.

    Returns
    -------
    Report
        What was found; also of a notebook that was stopped, up to there.

    Raises
    ------
    ValueError
        If it is no notebook.
    OSError
        If it cannot be read.
    """
    notebook = read_notebook(path)
    with tempfile.TemporaryDirectory(prefix="backprop-") as folder:
        record = Path(folder) / "record.jsonl"
        record.touch()
        ended = _run(path, notebook.code, record, Path(folder), seconds, megabytes)
        lines = record.read_text(encoding="utf-8", errors="replace").splitlines()
    recorded = [json.loads(line) for line in lines if line.endswith("}")]
    notes = notebook.notes + [line["note"] for line in recorded if "note" in line]
    stopped_at = None
    if not any("end" in line for line in recorded):
        cells = [line["cell"] for line in recorded if "cell" in line]
        stopped_at = cells[-1] if cells else 0
        where = f"in cell {stopped_at}" if cells else "before its first cell"
        notes.append(f"the notebook {ended} {where}; what comes after was not run")
    found = {line["id"]: Found(**line) for line in recorded if "id" in line}
    failed = {line["failed"]: line["note"] for line in recorded if "failed" in line}
    for name in _list_expected(path, notebook, found):
        if name not in found:
            exercise = open_exercise(name)
            why = explain_miss(name, exercise.name, notebook, failed, stopped_at)
            text = f"Not reached. {to_plain(why[:1].upper() + why[1:])}"
            found[name] = Found(name, exercise.title, False, False, text, None, [], False)
    order = list_exercises()
    return Report(str(path), sorted(found.values(), key=lambda one: order.index(one.id)), notes)


def _list_expected(path: Path, notebook: Notebook, found: Iterable[str]) -> list[str]:
    """List the exercises of the chapters to which a notebook belongs.

    Copies keep the name of a chapter at their start: `fitting (1).ipynb`, `fitting-Copy1.ipynb`.
    """
    names = list_exercises()
    chapters = {name.partition("/")[0] for name in names}
    meant = {
        chapter
        for chapter in chapters
        if re.match(rf"{re.escape(chapter)}(?![a-z_])", path.stem, re.IGNORECASE)
    }
    meant |= {name.partition("/")[0] for name in found}
    text = "\n".join(cell.source for cell in notebook.cells)
    meant |= {name.partition("/")[0] for name in names if is_named(name, text)}
    return [name for name in names if name.partition("/")[0] in meant]


def _run(
    path: Path, code: Sequence[Cell], record: Path, scratch: Path, seconds: int, megabytes: int
) -> str:
    """Run the code elsewhere; return how it ended, in words."""
    check_processes("grading a notebook")
    task = {"cells": code, "record": str(record), "seconds": seconds, "megabytes": megabytes}
    environment = {name: value for name, value in os.environ.items() if name != "BACKPROP_PAGE"}
    environment |= {
        "BACKPROP_PROGRESS": "off",  # whoever checks a notebook has not written it, perhaps
        "IPYTHONDIR": str(scratch),
        "MPLBACKEND": "agg",
        # Each thread of these libraries reserves memory that counts against the limit.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "backprop.classroom.notebook_process"],
        cwd=path.absolute().parent,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.communicate(json.dumps(task).encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        return f"was stopped after {show_count(seconds, 'second')}"
    finally:
        _end_process(process)
    return f"ended by itself (exit code {process.returncode})"


def _end_process(process: "subprocess.Popen[bytes]") -> None:
    """End a process and, where the system has groups, whatever it has started."""
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
    else:
        process.kill()
    process.wait()
