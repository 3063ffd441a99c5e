"""Whom the path of a file names: as Moodle and Canvas write it, or in folders of one's own."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from backprop.classroom.archives import DOCUMENTS

__all__ = ["LAYOUTS", "Owner", "count_outer", "find_owner", "find_platform_id", "recognise_layout"]

LAYOUTS = ("moodle", "canvas", "folders")

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


class Owner(NamedTuple):
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


def find_owner(path: tuple[str, ...], layout: str, outer: int = 0) -> Owner | None:
    """Find whom a path names.

    Parameters
    ----------
    path : tuple of str
        Its parts.
    layout : str
        One of `LAYOUTS`.
    outer : int
        How many folders stand around those of students.

    Returns
    -------
    Owner or None
        None where it names nobody, or two.
    """
    if layout == "folders":
        inner = path[outer:]
        if not inner:
            return None
        name = inner[0] if len(inner) > 1 else _ENDING.sub("", inner[0])
        return Owner(re.sub(r"\.zip$", "", name, flags=re.I), "", None) if name else None
    pattern = _MOODLE if layout == "moodle" else _CANVAS
    for part in path:
        match = pattern.fullmatch(part)
        if match:
            last = _MOODLE_FOLDER.fullmatch(part)
            if last and last["id"] != match["id"]:
                return None  # somebody has taken such a name, and nobody can say who
            late = layout == "canvas" and match["late"] is not None
            return Owner(match["id"], match["name"] or "", late if layout == "canvas" else None)
    return None


def find_platform_id(layout: str, paths: Sequence[str]) -> str:
    """Find by which id a platform calls the student of these files; empty if it is not theirs.

    Examples
    --------
    >>> find_platform_id("moodle", ["Ada Lovelace_12_assignsubmission_file/ps1.ipynb"])
    '12'
    """
    owners = (find_owner(tuple(path.split("/")), layout) for path in paths)
    return next((owner.id for owner in owners if owner), "")


def count_outer(names: Sequence[tuple[str, ...]]) -> int:
    """Count the folders that stand around all others: ``submissions/ada/ps1.ipynb``."""
    count = 0
    while names and len({path[count] for path in names}) == 1 and min(map(len, names)) > count + 1:
        below = {path[count + 1] for path in names}
        if len(below) == 1 and max(map(len, names)) == count + 2:
            break  # one notebook in one folder: that is its student
        count += 1
    return count
