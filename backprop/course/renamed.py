"""Names that questions and exercises had in earlier editions, so that what was recorded counts.

The table stands here alone. Files of progress are read with it, in Python and on the pages, to
which the build hands it with the outline; whoever opens an exercise by its old name gets it, too.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

__all__ = ["RENAMED", "find_present_name", "rename_entries"]

#: From the name of an earlier edition to the one of today.
RENAMED = {
    "all_parameters/break_the_symmetry": "starts/break_the_symmetry",
    "all_parameters/stuck": "starts/stuck",
    "all_parameters/twins": "starts/twins",
    "all_parameters/zeros": "starts/zeros",
    "slopes/smaller_nudge": "checking/smaller_nudge",
    # asked again in place of the other, which was word for word that of the chapter before
    "graphs/sigmoid_bounds": "graphs/over_paths",
}

Entry = TypeVar("Entry")


def find_present_name(name: str) -> str:
    """Find the name of today of a question or an exercise.

    Parameters
    ----------
    name : str
        ``"chapter/name"``, of this edition or of an earlier one.

    Returns
    -------
    str
        The same where nothing was renamed.

    Examples
    --------
    >>> find_present_name("all_parameters/twins")
    'starts/twins'
    >>> find_present_name("fitting/residual")
    'fitting/residual'
    """
    return RENAMED.get(name, name)


def rename_entries(
    entries: Mapping[str, Entry],
    merge: Callable[[Entry, Entry], Entry],
    renamed: Mapping[str, str] = RENAMED,
) -> dict[str, Entry]:
    """Move entries of earlier editions to the names of today.

    Parameters
    ----------
    entries : mapping
        What was recorded, by name.
    merge : callable
        Makes one entry of two, where both names are there; the one of today comes first.
    renamed : mapping of str to str
        From old names to new ones.

    Returns
    -------
    dict
        The same entries by the names of today, in order.

    Examples
    --------
    >>> rename_entries({"all_parameters/twins": 1, "starts/twins": 2}, max)
    {'starts/twins': 2}
    """
    kept = {name: entry for name, entry in entries.items() if name not in renamed}
    for name, entry in entries.items():
        if name in renamed:
            present = renamed[name]
            kept[present] = merge(kept[present], entry) if present in kept else entry
    return kept
