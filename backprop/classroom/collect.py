"""Collecting what was handed in: downloads of Moodle and Canvas as they are, and folders."""

import codecs
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from backprop.classroom.archives import (
    DOCUMENTS,
    Problem,
    Received,
    list_inner_names,
    list_names,
    walk_files,
)
from backprop.classroom.attribution import Attribution, attribute_file
from backprop.classroom.roster import Roster

__all__ = [
    "LAYOUTS", "HandIn", "Trouble", "check_download", "check_kind", "collect_files",
    "find_platform_id", "recognise_layout",
]  # fmt: skip

LAYOUTS = ("moodle", "canvas", "folders")
MOST_NOTEBOOKS = 20  # of one student in one download: each may take all of its time

# "Ada Lovelace_1234567_assignsubmission_file", with or without the name of the file behind it.
_MOODLE = re.compile(r"(?P<name>.*?)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_.*)?", re.S)
_MOODLE_FOLDER = re.compile(r".*_(?P<id>\d+)_assignsubmission_[a-z]+_?", re.S)
# "lovelaceada_LATE_1234_56789_ps1.ipynb"; without names "anon_x1Y2z_56789_ps1.ipynb".
_CANVAS = re.compile(
    r"(?:(?P<name>.+?)_)??(?P<late>LATE_)?(?P<id>\d+|anon_\w+?)_(?P<file>\d+)_.+", re.S
)
_ENDING = re.compile(
    rf"(?:\.(?:ipynb|json|txt|zip|pdf|py|html?|doc)|{'|'.join(map(re.escape, DOCUMENTS))})+$", re.I
)
_NO_NOTEBOOK = {
    **DOCUMENTS, ".pdf": "is a PDF", ".html": "is a web page", ".htm": "is a web page",
    ".py": "is a program", ".txt": "is a text", ".doc": "is a Word document",
    ".ipynb#": "is a copy that an editor left",
}  # fmt: skip
_ASK = ": ask for the .ipynb"
_COPY = "is a copy that Jupyter keeps for itself: ask for the notebook"


class HandIn(NamedTuple):
    """A notebook, and who handed it in.

    Attributes
    ----------
    student, name : str
        Their id and, where it is known, their name.
    path : str
        Where it was found.
    file : str
        The sha256 of what it holds, in hexadecimal digits.
    late : bool or None
        What the platform marks; None where it marks nothing.
    submitted : str or None
        When, where the roster says so.
    data : bytes
        What it holds.
    """

    student: str
    name: str
    path: str
    file: str
    late: bool | None
    submitted: str | None
    data: bytes


class Trouble(NamedTuple):
    """A file of which a teacher has to know, and why.

    Attributes
    ----------
    path, why : str
        Which, and what is wrong.
    student : str
        Empty where nobody is known.
    file : str
        What tells a file that cannot be graded from others; empty where it is graded.
    name : str
        That of the student, where it is known.
    """

    path: str
    why: str
    student: str = ""
    file: str = ""
    name: str = ""


_NOBODY = Attribution(None, "", "")


class _Owner(NamedTuple):
    """Whom a path names, as the layout of the download says."""

    id: str
    name: str
    late: bool | None


def recognise_layout(names: Sequence[tuple[str, ...]]) -> str:
    """Recognise who made a download, from the names in it.

    Examples
    --------
    >>> recognise_layout([("Ada Lovelace_12_assignsubmission_file", "ps1.ipynb")])
    'moodle'
    >>> recognise_layout([("lovelaceada_LATE_12_345_ps1.ipynb",)])
    'canvas'
    """
    found: Counter[str] = Counter()
    for path in names:
        if any(_MOODLE.fullmatch(part) for part in path):
            found["moodle"] += 1
        elif any(_CANVAS.fullmatch(part) for part in path):
            found["canvas"] += 1
    if found:
        layout, count = found.most_common(1)[0]
        if 2 * count >= len(names):
            return layout
    return "folders"


def collect_files(source: Path, layout: str, roster: Roster) -> Iterator[HandIn | Trouble]:
    """Read what was handed in, one notebook at a time.

    Parameters
    ----------
    source : Path
        The zip that a platform gives, or a folder.
    layout : str
        One of `LAYOUTS`, or ``"auto"``.
    roster : Roster
        Who is in the class; it may be empty.

    Yields
    ------
    HandIn or Trouble
        Every file is one or the other. Only the copies that Jupyter keeps beside somebody's
        notebook, and what they wrote on the platform's own page, are neither; and whatever is too
        much of one student is one Trouble together.

    Raises
    ------
    ValueError
        If `source` cannot be read at all, or holds downloads of several platforms.
    """
    names = list_names(source)
    outermost = recognise_layout(names)
    if layout == "auto":
        layout = _recognise(source)
    outer = _count_outer(names) if layout == "folders" else 0
    told: set[tuple[str, str]] = set()
    refused: list[Trouble] = []
    counts: Counter[str] = Counter()
    surplus: dict[str, Trouble] = {}
    for found in walk_files(source, packed=layout != "folders" and outermost == "folders"):
        owner = _find_owner(found.path, layout, outer)
        path = "/".join(found.path)
        if isinstance(found, Problem):
            whose = attribute_file(layout, owner.id, owner.name, roster) if owner else _NOBODY
            yield Trouble(path, found.why, whose.id, path, whose.name)
        elif owner is None:
            yield Trouble(path, f"names no student as files of {layout} do: who is it from?")
        else:
            whose = attribute_file(layout, owner.id, owner.name, roster)
            if whose.why and (owner.id, owner.name) not in told:
                told.add((owner.id, owner.name))
                yield Trouble(path, whose.why, whose.id)
            one = _judge(found, owner, whose)
            if isinstance(one, Trouble):
                refused.append(one)
                continue
            counts[one.student] += 1
            if counts[one.student] > MOST_NOTEBOOKS:
                surplus.setdefault(one.student, Trouble(path, "", one.student))
                continue
            yield one
    for student, one in surplus.items():
        yield one._replace(why=_describe_surplus(counts[student]))
    for one in refused:
        if not counts[one.student]:
            yield one
        elif one.why != _COPY and not one.path.endswith("/onlinetext.html"):
            yield one._replace(why=one.why.replace(_ASK, ", beside a notebook"))


def check_kind(source: Path) -> None:
    """Make sure that what is given as a download is no folder that the `backprop` command made.

    Raises
    ------
    ValueError
        If it is the folder of an assignment or of a class, also in a zip.
    """
    names = list_names(source)
    if recognise_layout(names) != "folders":
        return
    outer = _count_outer(names)
    own = {path[-1] for path in names if len(path) == outer + 1}
    if {"run.json", "handins.jsonl"} <= own:
        what = "the folder of a class that was graded"
    elif "assignment.json" in own:
        what = "the folder of an assignment, which backprop class release made"
    else:
        return
    raise ValueError(
        f"{source.name or source} must be what students have handed in, and is {what}: give the "
        "download, or a folder with a folder for each student"
    )


def check_download(source: Path, roster: Roster, before: Sequence[str]) -> None:
    """Make sure that a download can be that of a class, before anything of it is written down.

    Parameters
    ----------
    source : Path
        A zip or a folder.
    roster : Roster
        Who is in the class; it may be empty.
    before : sequence of str
        Where the notebooks of the class have been until now.

    Raises
    ------
    ValueError
        If no notebook is in it, none of anybody on the roster, or if all are named otherwise.
    """
    first = None
    for found in collect_files(source, "auto", roster):
        if isinstance(found, HandIn):
            first = first or found
            if found.student in roster.students:
                return
            if not roster.students:
                break
    if first is None:
        why = "no notebook is in it"
    elif roster.students:
        zipped = re.match(r"[^/]*\.zip/", first.path, re.I) and _recognise(source) == "folders"
        each = ", if each zip in it is of one student" if zipped else ""
        why = f"no notebook in it is of anybody on the roster{each}"
    else:
        layout, known = (
            recognise_layout([tuple(path.split("/")) for path in paths])
            for paths in ([first.path], before)
        )
        if not before or layout == known:
            return
        why = f"its files are named as those of {layout}, and those before as of {known}"
    raise ValueError(
        f"{source.name} must be a download of this class, but {why}: choose another one, or say "
        "that it is meant by --from moodle, --from canvas or --from folders"
    )


def _recognise(source: Path) -> str:
    """Recognise a download, also one that was packed once more, or several in a zip or folder."""
    outermost = recognise_layout(list_names(source))
    if outermost != "folders":
        return outermost
    found = set()
    for names in list_inner_names(source):
        found.add(recognise_layout(names))
        if "folders" in found:
            return "folders"  # zips of students: the first of them says so
    if len(found) > 1:
        raise ValueError(
            f"{source.name} holds downloads of Moodle and of Canvas: give those of one platform "
            "alone, or say that they are zips of students by --from folders"
        )
    return found.pop() if found else "folders"


def _describe_surplus(count: int) -> str:
    return (
        f"and what comes after it is too much: {count} notebooks are of this student, and the "
        f"first {MOST_NOTEBOOKS} are graded. Ask for the one that counts"
    )


def _judge(found: Received, owner: _Owner, whose: Attribution) -> HandIn | Trouble:
    """Say whether a file is a notebook."""
    path, file = "/".join(found.path), hashlib.sha256(found.data).hexdigest()
    why_not = _refuse(found)
    if why_not:
        return Trouble(path, why_not, whose.id, file, whose.name)
    submitted = whose.student.submitted if whose.student else None
    return HandIn(whose.id, whose.name, path, file, owner.late, submitted, found.data)


def _refuse(found: Received) -> str:
    """Say why a file is no notebook to be graded; return nothing where it may be one."""
    name = found.path[-1].lower()
    if ".ipynb_checkpoints" in found.path:
        return _COPY
    # Browsers add endings to what they do not know: "ps1.ipynb.json", "ps1.ipynb.txt".
    if re.search(r"\.ipynb(?: ?\(\d+\))?(?:\.(?:json|txt))?$", name):
        return "" if found.data.strip() else "is empty"
    # Saved without an ending, or with that of the editor in which it was opened.
    if (name.endswith((".json", ".txt")) or "." not in name) and _holds_cells(found.data):
        return ""
    kind = next((kind for end, kind in _NO_NOTEBOOK.items() if name.endswith(end)), "")
    if not kind and found.data.startswith(b"PK\x03\x04"):  # any other archive is opened
        kind = "is a document of another program"
    return f"{kind or 'is no notebook'}{_ASK}"


def _holds_cells(data: bytes) -> bool:
    """Return whether a file looks like a notebook, whatever it is called."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    text = data.removeprefix(codecs.BOM_UTF8).lstrip()
    return text[:1] == b"{" and b'"cells"' in text[:10_000_000]


def _find_owner(path: tuple[str, ...], layout: str, outer: int) -> _Owner | None:
    if layout == "folders":
        inner = path[outer:]
        if not inner:
            return None
        name = inner[0] if len(inner) > 1 else _ENDING.sub("", inner[0])
        return _Owner(re.sub(r"\.zip$", "", name, flags=re.I), "", None) if name else None
    pattern = _MOODLE if layout == "moodle" else _CANVAS
    for part in path:
        match = pattern.fullmatch(part)
        if match:
            last = _MOODLE_FOLDER.fullmatch(part)
            if last and last["id"] != match["id"]:
                return None  # somebody has taken such a name, and nobody can say who
            late = layout == "canvas" and match["late"] is not None
            return _Owner(match["id"], match["name"] or "", late if layout == "canvas" else None)
    return None


def find_platform_id(layout: str, paths: Sequence[str]) -> str:
    """Find by which id a platform calls the student of these files; empty if it is not theirs.

    Examples
    --------
    >>> find_platform_id("moodle", ["Ada Lovelace_12_assignsubmission_file/ps1.ipynb"])
    '12'
    """
    owners = (_find_owner(tuple(path.split("/")), layout, 0) for path in paths)
    return next((owner.id for owner in owners if owner), "")


def _count_outer(names: Sequence[tuple[str, ...]]) -> int:
    """Count the folders that stand around all others: ``submissions/ada/ps1.ipynb``."""
    count = 0
    while names and len({path[count] for path in names}) == 1 and min(map(len, names)) > count + 1:
        below = {path[count + 1] for path in names}
        if len(below) == 1 and max(map(len, names)) == count + 2:
            break  # one notebook in one folder: that is its student
        count += 1
    return count
