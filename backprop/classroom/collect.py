"""Collecting what was handed in: downloads of Moodle and Canvas as they are, and folders."""

import codecs
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from backprop.classroom.attribution import Attribution, Attributor, is_of_another
from backprop.classroom.owners import Owner, count_outer, find_owner, recognise_layout
from backprop.classroom.roster import Roster

__all__ = [
    "HandIn", "Trouble", "check_download", "check_kind", "collect_files", "make_attributor",
    "recognise_download",
]  # fmt: skip

MOST_NOTEBOOKS = 20  # of one student in one download: each may take all of its time

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


def collect_files(
    source: Path, layout: str, roster: Roster, before: Iterable[Sequence[str]] = ()
) -> Iterator[HandIn | Trouble]:
    """Read what was handed in, one notebook at a time.

    Parameters
    ----------
    source : Path
        The zip that a platform gives, or a folder.
    layout : str
        One of `LAYOUTS`, or ``"auto"``.
    roster : Roster
        Who is in the class; it may be empty.
    before : iterable of sequence of str
        Where the files of each other download were found: they tell whose namesakes there are.

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
        layout = recognise_download(source)
    outer = count_outer(names) if layout == "folders" else 0
    attributor = make_attributor(source, layout, roster, before)
    told: set[tuple[str, str]] = set()
    refused: list[Trouble] = []
    counts: Counter[str] = Counter()
    surplus: dict[str, Trouble] = {}
    for found in walk_files(source, packed=layout != "folders" and outermost == "folders"):
        owner = find_owner(found.path, layout, outer)
        path = "/".join(found.path)
        if isinstance(found, Problem):
            whose = attributor.attribute(owner.id, owner.name) if owner else _NOBODY
            yield Trouble(path, found.why, whose.id, path, whose.name)
        elif owner is None:
            yield Trouble(path, f"names no student as files of {layout} do: who is it from?")
        else:
            whose = attributor.attribute(owner.id, owner.name)
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
    yield from _list_left(surplus, refused, counts)


def _list_left(
    surplus: Mapping[str, Trouble], refused: Iterable[Trouble], counts: Mapping[str, int]
) -> Iterator[Trouble]:
    """List what is known only at the end: what was too much, and what has no notebook beside it."""
    for student, one in surplus.items():
        yield one._replace(why=_describe_surplus(counts[student]))
    for one in refused:
        if not counts.get(one.student):
            yield one
        elif one.why != _COPY and not one.path.endswith("/onlinetext.html"):
            yield one._replace(why=one.why.replace(_ASK, ", beside a notebook"))


def make_attributor(
    source: Path, layout: str, roster: Roster, before: Iterable[Sequence[str]]
) -> Attributor:
    """Make what says whose the files of a download are.

    Parameters
    ----------
    source, layout, roster, before
        See `collect_files`; the layout is one of `LAYOUTS`.
    """
    names = list_names(source)
    outer = count_outer(names) if layout == "folders" else 0
    if layout != "folders" and recognise_layout(names) == "folders":
        names = [path for inner in list_inner_names(source) for path in inner] + names
    owners = own = _list_owners(names, layout, outer)
    for paths in before if layout != "folders" else ():
        theirs = _list_owners([tuple(path.split("/")) for path in paths], layout, 0)
        if not is_of_another(own, theirs):
            owners = owners | theirs
    return Attributor(layout, roster, owners)


def _list_owners(
    names: Iterable[tuple[str, ...]], layout: str, outer: int
) -> frozenset[tuple[str, str]]:
    found = (find_owner(path, layout, outer) for path in names)
    return frozenset((one.id, one.name) for one in found if one)


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
    outer = count_outer(names)
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
    first, layout = None, recognise_download(source)
    for found in collect_files(source, layout, roster):
        if isinstance(found, HandIn):
            first = first or found
            if found.student in roster.students or _may_be_of_class(found, layout, roster):
                return
            if not roster.students:
                break
    if first is None:
        why = "no notebook is in it"
    elif roster.students:
        why = f"no notebook in it is of anybody on the roster{_explain(source, first, roster)}"
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


def _may_be_of_class(found: HandIn, layout: str, roster: Roster) -> bool:
    """Return whether a file bears a name of the roster, which has no numbers of the platform."""
    meant = roster.list_meant(found.name)
    return any(roster.students[one].platform != layout for one in meant)


def _explain(source: Path, first: HandIn, roster: Roster) -> str:
    """Say why nobody may be known in a download: zips of groups, or a table with other numbers."""
    if roster.list_meant(first.name):
        return (
            ", for the numbers on its files are not those of the roster (is it the table of "
            "another assignment?)"
        )
    if not any(student.name for student in roster.students.values()):
        return (
            ", which has no names that are read: they stand in a column name, or in first name and "
            "last name"
        )
    zipped = re.match(r"[^/]*\.zip/", first.path, re.I)
    is_of_students = zipped and recognise_download(source) == "folders"
    return ", if each zip in it is of one student" if is_of_students else ""


def recognise_download(source: Path) -> str:
    """Recognise who made a download, also packed once more, or several in a zip or folder."""
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


def _judge(found: Received, owner: Owner, whose: Attribution) -> HandIn | Trouble:
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
