"""Checking the exercises of a whole notebook, in a process of its own.

For a learner's own work. The limits stop accidents: a loop without end, an array that fills the
memory. They are no wall against code that means harm.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from backprop.classroom.notebooks import Cell, cells
from backprop.course.markup import to_plain

__all__ = ["Found", "Report", "grade"]

WARNING = (
    "This ran the code of the notebook on this computer. It is meant for your own work: do not "
    "run what strangers send you."
)


@dataclass(frozen=True)
class Found:
    """What became of one exercise.

    Attributes
    ----------
    id, title : str
        Which exercise.
    attempted, passed : bool
        False and False for the untouched starter.
    message : str
        What the check says.
    misconception : str or None
        The name of a known wrong idea.
    example : list of (str, str)
        The simplest example where it goes wrong.
    """

    id: str
    title: str
    attempted: bool
    passed: bool
    message: str
    misconception: str | None
    example: list[tuple[str, str]]


@dataclass(frozen=True)
class Report:
    """What a notebook came to.

    Attributes
    ----------
    notebook : str
        Its path.
    exercises : list of Found
        The exercises that it works on, in book order.
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

    def plain(self) -> dict[str, Any]:
        """Give everything as plain data, ready for JSON."""
        return {**asdict(self), "solved": self.solved, "warning": WARNING}

    def __str__(self) -> str:
        lines = [self.notebook, ""]
        for found in self.exercises:
            mark = "✓" if found.passed else "✗" if found.attempted else "–"
            lines.append(f"{mark} {found.id}: {to_plain(found.title)}")
            if not found.passed:
                width = max((len(name) for name, _ in found.example), default=0)
                rows = [f"  {name:<{width}}  {value}" for name, value in found.example]
                text = "\n".join([*map(_wrapped, found.message.splitlines()), *rows])
                lines.append(textwrap.indent(text, "    "))
        if self.exercises:
            passed = sum(found.passed for found in self.exercises)
            lines += ["", f"{passed} of {len(self.exercises)} solved"]
        else:
            lines.append(
                "No exercise was found: the notebook calls no ex.check(...) that was reached, and "
                "defines no function with the name of an exercise (backprop exercises list)."
            )
        notes = [f"note: {note}" for note in self.notes]
        return "\n".join([*lines, *notes, "", textwrap.fill(WARNING, 88)])


def _wrapped(line: str) -> str:
    return line if line.startswith(" ") else textwrap.fill(line, 84)


def grade(path: Path, *, seconds: int = 120, megabytes: int = 4096) -> Report:
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
    code, notes = cells(path)
    with tempfile.TemporaryDirectory(prefix="backprop-") as folder:
        told = Path(folder) / "told.jsonl"
        told.touch()
        ended = _run(path, code, told, Path(folder), seconds, megabytes)
        lines = told.read_text(encoding="utf-8", errors="replace").splitlines()
    said = [json.loads(line) for line in lines if line.endswith("}")]
    notes += [line["note"] for line in said if "note" in line]
    if not any("end" in line for line in said):
        where = [line["cell"] for line in said if "cell" in line]
        stopped = f"in cell {where[-1]}" if where else "before its first cell"
        notes.append(f"the notebook {ended} {stopped}; what comes after was not run")
    found = {line["id"]: Found(**line) for line in said if "id" in line}
    order = {name: n for n, name in enumerate(_names())}
    return Report(str(path), sorted(found.values(), key=lambda one: order[one.id]), notes)


def _names() -> list[str]:
    from backprop.course.sources import exercise_names

    return exercise_names()


def _run(
    path: Path, code: list[Cell], told: Path, scratch: Path, seconds: int, megabytes: int
) -> str:
    """Run the code elsewhere; return how it ended, in words."""
    task = {"cells": code, "told": str(told), "seconds": seconds, "megabytes": megabytes}
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
        [sys.executable, "-P", "-m", "backprop.classroom.sandbox"],
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
        return f"was stopped after {seconds} seconds"
    finally:
        _end(process)
    return f"ended by itself (exit code {process.returncode})"


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and, where the system has groups, whatever it has started."""
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
    else:
        process.kill()
    process.wait()
