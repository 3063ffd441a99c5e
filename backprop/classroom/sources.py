"""What students wrote, as programs that JPlag and Dolos compare: without what was handed out.

Notebooks are read and never run, in processes with little memory and time that may end as they
like.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, NamedTuple

from backprop.classroom.assignment import Assignment
from backprop.classroom.batches import Batch, Submitted, make_batches, run_batches
from backprop.classroom.cells import hash_cell, to_python
from backprop.classroom.collect import HandIn, Trouble, collect_files
from backprop.classroom.feedback import name_page
from backprop.classroom.notebooks import parse_notebook
from backprop.classroom.processes import Processes
from backprop.classroom.roster import Roster

__all__ = ["Written", "read_changed", "write_sources"]

_UNTOUCHED = "changed nothing in the notebook that was handed out"
_UNREAD = "handed in no notebook that can be read"
MEMORY = 1000  # megabytes of a process that reads
SECONDS = 30  # of processor time for one file


class Written(NamedTuple):
    """How many students have a program now, and what could not be read."""

    programs: int
    troubles: list[Trouble]


class _File(NamedTuple):
    """A file without a name."""

    file: str
    data: bytes


def read_changed(batch: Sequence[Submitted], released: frozenset[str]) -> list[dict[str, Any]]:
    """Read the cells of notebooks that are not as they were handed out.

    Parameters
    ----------
    batch : sequence of submissions
        The files.
    released : frozenset of str
        What :func:`hash_cell` gives for the cells that were handed out.

    Returns
    -------
    list of dict
        Of each file its hash, and ``source``: one program, or None if it is no notebook. Cells
        that are no Python are left out, because a program with one cannot be compared.
    """
    return [
        {"file": one.file, "exercises": [], "source": _read_one(one.data, released)}
        for one in batch
    ]


def _read_in_time(batch: Sequence[Submitted], released: frozenset[str]) -> list[dict[str, Any]]:
    """Read as `read_changed` does; a file that takes too long ends the process, and is known."""
    import resource

    results = []
    for one in batch:
        latest = int(time.process_time()) + 1 + SECONDS
        resource.setrlimit(
            resource.RLIMIT_CPU, (latest, resource.getrlimit(resource.RLIMIT_CPU)[1])
        )
        results += read_changed([one], released)
    return results


def _read_one(data: bytes, released: frozenset[str]) -> str | None:
    try:
        notebook = parse_notebook(data, "the file", repair=False)
    except ValueError:
        return None
    kept = []
    for cell in notebook.code:
        source = to_python(cell.source).strip()
        if source and hash_cell(cell.source) not in released and _is_python(source):
            kept.append(source + "\n")
    return "\n\n".join(kept)


def _is_python(source: str) -> bool:
    try:
        compile(source, "cell", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def write_sources(
    assignment: Assignment, released: Path, source: Path, layout: str, roster: Roster, folder: Path
) -> Written:
    """Write a folder with a program for each student, and one with what was handed out.

    Parameters
    ----------
    assignment : Assignment
        What was asked.
    released : Path
        The folder that was handed out.
    source, layout, roster
        See `collect_files`.
    folder : Path
        The folder to make: ``students/<id>/answer.py`` and ``handed_out/handed_out.py``.

    Raises
    ------
    ValueError
        If the folder is there and not empty, or what was handed out is gone.
    """
    handed_out = _read_handed_out(released, folder)
    students: dict[str, list[str]] = defaultdict(list)
    seen: set[str] = set()
    texts: dict[str, str] = {}
    troubles: list[Trouble] = []

    def list_works() -> Iterator[tuple[Submitted, tuple[str, ...]]]:
        for found in collect_files(source, layout, roster):
            if isinstance(found, HandIn):
                students[found.student].append(found.file)
                if found.file not in seen:
                    seen.add(found.file)
                    yield _File(found.file, found.data), ()
            else:
                troubles.append(found)

    def keep(results: Sequence[dict[str, Any]], batch: Batch) -> None:
        for result in results:
            if result.get("source") is not None:
                texts[result["file"]] = result["source"]

    known = frozenset(assignment.cells)
    run_batches(
        make_batches(list_works()), _make_executor, _read_in_time, lambda _: known, keep,
        in_flight=4,
    )  # fmt: skip
    _write(folder / "handed_out" / "handed_out.py", handed_out)
    without = _write_programs(folder / "students", students, texts)
    return Written(len(students) - len(without), troubles + without)


def _write_programs(
    folder: Path, students: Mapping[str, Sequence[str]], texts: Mapping[str, str]
) -> list[Trouble]:
    """Write the program of each student; return whose is none, and why."""
    without = []
    for student, files in students.items():
        programs = [texts[file] for file in dict.fromkeys(files) if texts.get(file)]
        if programs:
            name = name_page(student).removesuffix(".html")
            _write(folder / name / "answer.py", "\n\n".join(programs))
        else:
            why = _UNTOUCHED if any(file in texts for file in files) else _UNREAD
            without.append(Trouble("", why, student))
    return without


def _read_handed_out(released: Path, folder: Path) -> str | None:
    """Return what was handed out as a program, if there is a place to write it to."""
    notebook = released / f"{released.absolute().name}.ipynb"
    if not notebook.is_file():
        raise ValueError(
            f"{notebook} must be there, for what was handed out is left out of what students "
            "wrote: give the folder that backprop class release has made"
        )
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} must be empty or new: choose another name")
    return _read_one(notebook.read_bytes(), frozenset())


def _make_executor() -> Executor:
    return Processes(2, _limit_resources)


def _limit_resources() -> None:
    """Limit what reading may take: a notebook can be made to fill the memory."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY << 20, MEMORY << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(path: Path, text: str | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or "", encoding="utf-8", errors="replace")
