"""Namesakes that came with several downloads: what was one student's until now may be of two."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from backprop.classroom.attribution import Attributor
from backprop.classroom.collect import make_attributor, recognise_download
from backprop.classroom.handins import Entry
from backprop.classroom.owners import find_owner
from backprop.classroom.roster import Roster
from backprop.classroom.store import Store

__all__ = ["list_paths", "part_namesakes"]


def list_paths(store: Store) -> list[list[str]]:
    """List where all that was handed in was found: the paths of each download."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in store.received.values():
        found[entry.source].append(entry.path)
    return list(found.values())


def part_namesakes(store: Store, source: Path, layout: str, roster: Roster) -> None:
    """Take from somebody on the roster what may be of a namesake, now that there is one.

    It stands among the problems of the download with which it came. When it came is not known any
    more: the roster has said it of somebody who may be another one.

    Parameters
    ----------
    store : Store
        What is kept of the class, with everything that is in the download.
    source, layout, roster
        See `collect_files`.
    """
    layout = recognise_download(source) if layout == "auto" else layout
    if layout == "folders" or not roster.students:
        return
    attributor = make_attributor(source, layout, roster, list_paths(store))
    parted: list[Entry] = []
    problems: dict[str, list[list[str]]] = defaultdict(list)
    for entry in store.received.values():
        owner = find_owner(tuple(entry.path.split("/")), layout)
        whose = attributor.attribute(owner.id, owner.name) if owner else None
        if whose and whose.namesake and whose.namesake == entry.student:
            unknown = replace(entry, submitted=None, certain=False, said=False)
            parted.append(replace(unknown, student=whose.id, name=whose.name))
            problems[entry.source].append([entry.path, whose.id, whose.why])
    store.add_entries(parted)
    for download in {**store.problems, **problems}:
        known = _list_open(store, download, layout, attributor)
        new = [row for row in problems[download] if row not in known]
        store.keep_problems(download, known + new)


def _list_open(store: Store, download: str, layout: str, attributor: Attributor) -> list[list[str]]:
    """List the problems of a download, but for files of which it is known by now whose they are."""
    rows = []
    for path, student, why in store.problems.get(download, []):
        owner = find_owner(tuple(path.split("/")), layout)
        whose = attributor.attribute(owner.id, owner.name) if owner else None
        entry = store.received.get((download, path))
        known = whose and whose.student and not whose.why and entry and entry.student == whose.id
        if not (known and ": graded as " in why):
            rows.append([path, student, why])
    return rows
