"""Many frames in little room: the first one whole, of the others what differs.

Each attribute (or text, or path) of an element that is not the same in every frame becomes a
*slot*: a table of its distinct values and, for each frame, the number of the value that it takes.
Paths, the bulk of a picture, are taken apart into commands, horizontal and vertical coordinates,
because mostly only one of them changes; coordinates are written as differences to the frame before
and to their neighbours, which are small numbers. All of it is JSON, deflated (RFC 1950), in base64.
``explorer.js`` undoes this.

Other ways were measured over the 17 explorers of the book, in bytes on their pages:

============================================  =======
coordinates as they are                       221,480
differences to neighbours alone               149,348
both differences (this way)                   115,556
the shortest of four ways for each path       114,188
the same in the digits of source maps (VLQ)   108,272
============================================  =======

The last two are not worth their code. Whole drawings take 3 to 25 times as much. The numbers that
each frame is drawn from take no less, and would need a second renderer that agrees with this one.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from typing import Any

from backprop.show.drawing.svg import Element

__all__ = ["align_frames", "find_differences", "pack_payload"]

Row = tuple[int, ...]


def align_frames(frames: Sequence[Sequence[Element]]) -> list[list[Element]]:
    """Give every frame the same elements, hiding those that it does not have.

    A label that appears or one more step in a later frame is therefore no trouble.

    Parameters
    ----------
    frames : sequence of sequence of Element
        The drawings.

    Returns
    -------
    list of list of Element
        Drawings of equal length, with equal tags at equal places. What a frame lacks is there
        with ``display="none"``.

    Examples
    --------
    >>> dot, text = Element("path"), Element("text", text="hello")
    >>> [element.attributes for element in align_frames([[dot, text], [text]])[1]]
    [{'display': 'none'}, {}]
    """
    kinds = [tuple(element.tag for element in frame) for frame in frames]
    if len(set(kinds)) == 1:
        return [list(frame) for frame in frames]
    # Elements that look alike probably are the same one: that makes the differences short.
    kinds = [tuple(map(_summarise_look, frame)) for frame in frames]
    common: list[str] = []
    for kind in dict.fromkeys(kinds):
        common = _merge_lists(common, kind)
    places = [_find_places(common, kind) for kind in kinds]
    hidden: dict[int, Element] = {}
    for frame, where in zip(frames, places, strict=True):
        for place, element in zip(where, frame, strict=True):
            attributes = {**element.attributes, "display": "none"}
            lacking = Element(element.tag, attributes, element.shape, element.text)
            hidden.setdefault(place, lacking)
    aligned = []
    for frame, where in zip(frames, places, strict=True):
        shown = dict(zip(where, frame, strict=True))
        # An element may have found an earlier place than the one that was made for it.
        aligned.append([shown.get(place, hidden[place]) for place in sorted(hidden)])
    return aligned


def _summarise_look(element: Element) -> str:
    names = ("stroke", "stroke-width", "stroke-linecap", "fill")
    return " ".join([element.tag, *(element.attributes.get(name, "") for name in names)])


def _merge_lists(common: Sequence[str], kind: Sequence[str]) -> list[str]:
    """Return a list, not much longer than needed, that holds two lists in their orders."""
    merged: list[str] = []
    for operation, i, j, k, m in SequenceMatcher(None, common, kind, autojunk=False).get_opcodes():
        merged += common[i:j]
        merged += () if operation == "equal" else kind[k:m]
    return merged


def _find_places(common: Sequence[str], kind: Sequence[str]) -> list[int]:
    """Find the places of a list's entries in a longer list that holds them in their order."""
    places, place = [], -1
    for look in kind:
        place = common.index(look, place + 1)
        places.append(place)
    return places


def find_differences(frames: Sequence[Sequence[Element]]) -> list[list[Any]]:
    """Find what is not the same in every frame.

    Parameters
    ----------
    frames : sequence of sequence of Element
        Drawings made equal in structure by :func:`align_frames`.

    Returns
    -------
    list of list
        One slot for each difference: the element's number, the attribute's name (``""`` for the
        text between the tags, ``"d"`` for a path), then tables with their uses: a list of values
        and, unless there is but one, the number of the value in each frame minus that in the
        frame before. A path has three tables: commands, xs and ys.

    Examples
    --------
    >>> find_differences([[Element("text", text=word)] for word in ("no", "no", "yes", "no")])
    [[0, '', ['no', 'yes'], [0, 0, 1, -1]]]
    """
    slots: list[list[Any]] = []
    for i, column in enumerate(zip(*frames, strict=True)):
        rows = [{**element.attributes, "": element.text} for element in column]
        for name in dict.fromkeys(name for row in rows for name in row):
            values, use = _tabulate([row.get(name) for row in rows])
            if use:
                slots.append([i, name, values, use])
        shapes = [element.shape for element in column]
        if len(set(shapes)) > 1:
            commands, xs, ys = zip(*filter(None, shapes), strict=True)
            slots.append([i, "d", *_tabulate(commands), *_tabulate_rows(xs), *_tabulate_rows(ys)])
    return slots


def _tabulate(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """Return the distinct values and the steps between their numbers."""
    numbers: dict[Hashable, int] = {}
    used = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), [] if len(numbers) == 1 else _subtract_neighbours(used)


def _tabulate_rows(values: Sequence[Row]) -> tuple[list[list[int]], list[int]]:
    """Return distinct rows of coordinates as differences, and the steps between their numbers."""
    rows, use = _tabulate(values)
    written: list[list[int]] = []
    previous: Row = ()
    for row in rows:
        numbers = list(row)
        if len(previous) == len(row):
            numbers = [b - a for a, b in zip(previous, row, strict=True)]
        written.append(_subtract_neighbours(numbers))
        previous = row
    return written, use


def _subtract_neighbours(numbers: Sequence[int]) -> list[int]:
    return [b - a for a, b in zip([0, *numbers], numbers, strict=False)]


def pack_payload(payload: Any) -> str:
    """Write data as JSON, deflated, in characters that an attribute of HTML can hold.

    Examples
    --------
    >>> text = pack_payload({"say": ["the same words"] * 100})
    >>> len(text) < 100
    True
    >>> json.loads(zlib.decompress(base64.b64decode(text)))["say"][99]
    'the same words'
    """
    written = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(written, 9)).decode()
