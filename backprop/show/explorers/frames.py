"""Many frames in little room: the first one whole, of the others what differs.

Each attribute (or text, or path) of an element that is not the same in every frame becomes a
*slot*: a table of its distinct values and, for each frame, the number of the value that it takes.
Paths, the bulk of a picture, are taken apart into commands, horizontal and vertical coordinates,
because mostly only one of them changes; coordinates are written as differences to their
neighbours, which are small numbers. All of it is deflated (RFC 1950). ``explorer.js`` undoes this.

Other ways were measured before this one was chosen, in bytes on a page, deflated and in base64:

=====================  ======  ==============  ===========  ======
explorer               frames  whole drawings  differences  values
=====================  ======  ==============  ===========  ======
fit, two parameters       289         128,660        4,836  61,000
learning rate              55          16,060        5,248   5,892
zoom                       21           6,696        2,108   7,296
zoom, at 13 points        143          60,960       13,436  36,460
four slopes               164          38,972        4,644   8,112
=====================  ======  ==============  ===========  ======

"Values" are the numbers that each frame is drawn from, in four digits: they do not even save room,
and drawing them would take a second renderer, in JavaScript, that agrees with the first one.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Hashable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from backprop.show.drawing.svg import Element

__all__ = ["align", "differences", "packed"]

Row = tuple[int, ...]

# "Base64 VLQ", the numbers of JavaScript's source maps: 5 bits a digit, the lowest one the sign.
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def digits(numbers: Iterable[int]) -> str:
    """Write whole numbers, mostly small ones, in as few characters as possible.

    Examples
    --------
    >>> digits([0, 1, -1, 15, -16, 1000])
    'ACDehBw+B'
    """
    out = []
    for number in numbers:
        rest = -number * 2 + 1 if number < 0 else number * 2
        while rest > 31:
            out.append(_DIGITS[rest & 31 | 32])
            rest >>= 5
        out.append(_DIGITS[rest])
    return "".join(out)


def align(frames: Sequence[Sequence[Element]]) -> list[list[Element]]:
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
    """
    kinds = [tuple(element.tag for element in frame) for frame in frames]
    if len(set(kinds)) == 1:
        return [list(frame) for frame in frames]
    # Elements that look alike probably are the same one: that makes the differences short.
    kinds = [tuple(map(_look, frame)) for frame in frames]
    common: list[str] = []
    for kind in dict.fromkeys(kinds):
        common = _merge(common, kind)
    places = [_places(common, kind) for kind in kinds]
    hidden: dict[int, Element] = {}
    for frame, where in zip(frames, places, strict=True):
        for place, element in zip(where, frame, strict=True):
            attributes = {**element.attributes, "display": "none"}
            lacking = Element(element.tag, attributes, element.shape, element.text)
            hidden.setdefault(place, lacking)
    aligned = []
    for frame, where in zip(frames, places, strict=True):
        shown = dict(zip(where, frame, strict=True))
        aligned.append([shown.get(place, hidden[place]) for place in range(len(common))])
    return aligned


def _look(element: Element) -> str:
    names = ("stroke", "stroke-width", "stroke-linecap", "fill")
    return " ".join([element.tag, *(element.attributes.get(name, "") for name in names)])


def _merge(common: Sequence[str], kind: Sequence[str]) -> list[str]:
    """Return a list, not much longer than needed, that holds two lists in their orders."""
    merged: list[str] = []
    for operation, i, j, k, m in SequenceMatcher(None, common, kind, autojunk=False).get_opcodes():
        merged += common[i:j]
        merged += () if operation == "equal" else kind[k:m]
    return merged


def _places(common: Sequence[str], kind: Sequence[str]) -> list[int]:
    """Find the places of a list's entries in a longer list that holds them in their order."""
    places, place = [], -1
    for look in kind:
        place = common.index(look, place + 1)
        places.append(place)
    return places


def differences(frames: Sequence[Sequence[Element]]) -> list[list[Any]]:
    """Find what is not the same in every frame.

    Parameters
    ----------
    frames : sequence of sequence of Element
        Drawings made equal in structure by :func:`align`.

    Returns
    -------
    list of list
        One slot for each difference: the element's number, the attribute's name (``""`` for the
        text between the tags, ``"d"`` for a path), then tables with their uses: a list of values
        and, in digits, the number of the value in each frame minus that in the frame before.
    """
    slots: list[list[Any]] = []
    for i, column in enumerate(zip(*frames, strict=True)):
        rows = [{**element.attributes, "": element.text} for element in column]
        for name in dict.fromkeys(name for row in rows for name in row):
            values, use = _table([row.get(name) for row in rows])
            if use:
                slots.append([i, name, values, use])
        shapes = [element.shape for element in column]
        if len(set(shapes)) > 1:
            commands, xs, ys = (_table(part) for part in zip(*filter(None, shapes), strict=True))
            slots.append([i, "d", *commands, *_short(*xs), *_short(*ys)])
    return slots


def _table(values: Sequence[Any]) -> tuple[list[Any], str]:
    """Return the distinct values and the steps between their numbers."""
    numbers: dict[Hashable, int] = {}
    used = [numbers.setdefault(value, len(numbers)) for value in values]
    if len(numbers) == 1:
        return list(numbers), ""
    return list(numbers), digits(b - a for a, b in zip([0, *used], used, strict=False))


def _short(rows: list[Row], use: str) -> tuple[str, list[str], str]:
    """Write rows of coordinates in the shortest of four ways, and say which one.

    Way 1 and 3 write differences between neighbours in a row; way 2 and 3 first write differences
    to the row before, where that is as long.
    """
    ways = []
    for way in range(4):
        previous: Row = ()
        written = []
        for row in rows:
            numbers = list(row)
            if way & 2 and len(previous) == len(row):
                numbers = [b - a for a, b in zip(previous, row, strict=True)]
            if way & 1:
                numbers = [b - a for a, b in zip([0, *numbers], numbers, strict=False)]
            written.append(digits(numbers))
            previous = row
        ways.append((sum(map(len, written)), str(way), written))
    _, way_name, written = min(ways)
    return way_name, written, use


def packed(payload: Any) -> str:
    """Write data as JSON, deflated, in characters that an attribute of HTML can hold.

    Examples
    --------
    >>> text = packed({"say": ["the same words"] * 100})
    >>> len(text) < 100
    True
    >>> json.loads(zlib.decompress(base64.b64decode(text)))["say"][99]
    'the same words'
    """
    written = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(written, 9)).decode()
