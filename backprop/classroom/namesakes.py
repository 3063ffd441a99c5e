"""Namesakes that came with several downloads: what was one student's until now may be of two."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from backprop.classroom.collect import make_attributor, recognise_download
from backprop.classroom.handins import Entry
from backprop.classroom.owners import find_owner
from backprop.classroom.roster import Roster
from backprop.classroom.store import Store

__all__ = ["list_paths", "part_namesakes"]


def list_paths(store: Store) -> list[str]:
    """List where all that was handed in was found."""
    return [entry.path for entry in store.received.values()]


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
    for download, rows in problems.items():
        known = store.problems.get(download, [])
        store.keep_problems(download, [*known, *(row for row in rows if row not in known)])
