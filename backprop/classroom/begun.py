"""Which downloads of a class are being graded, and who waits: known until it has ended.

Whoever waits in a download that was stopped would be given 0. So nothing is exported until the
grading of each of them has ended, whatever else is done with the class in between.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from backprop.classroom.archives import call_download, name_download
from backprop.classroom.assignment import Assignment
from backprop.classroom.gradebook import Line
from backprop.classroom.store import Store
from backprop.saving import replaced

__all__ = [
    "Begun", "begin_grading", "describe_stop", "end_grading", "find_ungraded",
    "forget_download", "is_stopped", "list_begun", "note_collected",
]  # fmt: skip

_FILE = "grading.begun"  # is there as long as a download is graded


@dataclass(frozen=True)
class Begun:
    """A download whose grading has begun.

    Attributes
    ----------
    source, path : str
        What it is called among the hand-ins, and where it lies; both empty where nobody knows.
    collected : bool
        Whether it is written down of all files in it whose they are.
    """

    source: str = ""
    path: str = ""
    collected: bool = False


def list_begun(folder: Path) -> list[Begun]:
    """List the downloads whose grading has begun and was not brought to its end."""
    path = folder / _FILE
    if not path.exists():
        return []
    try:
        return [Begun(**one) for one in json.loads(path.read_bytes())]
    except (ValueError, TypeError):  # as it was written before names stood in it
        return [Begun()]


def is_stopped(folder: Path) -> bool:
    """Return whether grading has begun there and was stopped before all of it was written."""
    return (folder / _FILE).exists()


def describe_stop(folder: Path) -> tuple[str, str]:
    """Say what was stopped, and how to bring it to its end; empty where nothing was.

    Returns
    -------
    tuple of (str, str)
        The cause and the way out.
    """
    names = ", ".join(call_download(one.source) for one in list_begun(folder) if one.source)
    if names:
        return (
            f"the grading of {names} was stopped before its end",
            "type the same command backprop class grade again, which goes on, or take a download "
            "that does not count out by backprop class remove",
        )
    if not is_stopped(folder):
        return "", ""
    return (
        "a grading was stopped before its end",
        "type the command backprop class grade again with a download that counts, and let it end",
    )


def find_ungraded(
    assignment: Assignment, store: Store, lines: Iterable[Line], *, stopped: bool = False
) -> set[str]:
    """Find the students of whom a notebook that could count is not graded yet.

    If the grading was stopped, also those whose notebooks were not graded again as they should be.

    Returns
    -------
    set of str
        Their ids: what their line says may be too little.
    """
    digests = assignment.digests() if stopped else {}

    def waits(file: str) -> bool:
        return file not in store.results or bool(store.list_missing(file, digests, "changed"))

    if assignment.attempts == "best":
        return {one.student for one in store.entries.values() if waits(one.file)}
    return {line.student.id for line in lines if any(map(waits, line.files))}


def begin_grading(folder: Path, source: Path | None) -> None:
    """Note that the grading of a download begins."""
    begun = [one for one in list_begun(folder) if not _is_meant(one, source)]
    _write(folder, [*begun, _describe(source)])


def note_collected(folder: Path, source: Path) -> None:
    """Note that all files of a download are written down: who waits is known from now on."""
    _write(
        folder,
        [
            replace(one, collected=True) if _is_meant(one, source) else one
            for one in list_begun(folder)
        ],
    )


def end_grading(folder: Path, source: Path) -> None:
    """Note that the grading of a download has come to its end, and all of it is written."""
    left = [one for one in list_begun(folder) if one.source and not _is_meant(one, source)]
    if left:
        _write(folder, left)
    else:
        (folder / _FILE).unlink(missing_ok=True)


def forget_download(folder: Path, source: str) -> None:
    """Note that nobody waits for a download that was taken out.

    It stays known that something was stopped: roster or assignment may be new since then, so the
    grading of another download has to come to its end.
    """
    if is_stopped(folder):
        _write(folder, [one for one in list_begun(folder) if one.source != source])


def _describe(source: Path | None) -> Begun:
    return Begun(name_download(source), str(source.resolve())) if source else Begun()


def _is_meant(one: Begun, source: Path | None) -> bool:
    """Return whether it is the same download, or what lies in its place now."""
    other = _describe(source)
    # Of a folder the name alone says little: each week has one that is called submissions.
    is_zip = source is None or not source.is_dir()
    return one.path == other.path or (is_zip and one.source == other.source)


def _write(folder: Path, begun: list[Begun]) -> None:
    plain = [asdict(one) for one in begun]
    with replaced(folder / _FILE) as file:
        file.write((json.dumps(plain, ensure_ascii=False) + "\n").encode(errors="replace"))
