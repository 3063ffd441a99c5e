"""Where an element stands in the row of numbers that an array is: subscripts, as JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop.engine.program.indices import Place, fill_index

#: Variables of loops, from the outermost to the innermost.
COUNTERS = ("i", "j", "k", "l", "m", "n", "i1", "j1", "k1", "l1")
#: More axes are refused: some counters may be names of arguments.
MOST_AXES = 8


def write_subscript(shape: Sequence[int], counters: Sequence[str]) -> str:
    """Write where an element stands in an array that lies row by row.

    Parameters
    ----------
    shape : sequence of int
        Of the array. It broadcasts to what the counters run over: the last axes match.
    counters : sequence of str
        The number of the element along each axis, as JavaScript.

    Examples
    --------
    >>> write_subscript((3, 4), ("i", "j"))
    '4 * i + j'
    >>> write_subscript((3, 1), ("i", "j"))
    'i'
    """
    strides = [int(np.prod(shape[axis + 1 :])) for axis in range(len(shape))]
    own = counters[len(counters) - len(shape) :]
    counted = [(s, c) for s, c, n in zip(strides, own, shape, strict=True) if n != 1]
    return write_sum(0, [stride for stride, _ in counted], [counter for _, counter in counted])


def write_sum(offset: int, strides: Sequence[int], counters: Sequence[str]) -> str:
    """Write an offset and multiples of counters, added up.

    Examples
    --------
    >>> write_sum(2, (4, 1, -1), ("i", "j", "k"))
    '2 + 4 * i + j - k'
    """
    written = str(offset) if offset else ""
    for stride, counter in zip(strides, counters, strict=True):
        if not stride or counter == "0":
            continue
        sign = " - " if stride < 0 else " + " if written else ""
        sign = sign if written else sign.strip()
        written += sign + (counter if abs(stride) == 1 else f"{abs(stride)} * {counter}")
    return written or "0"


def write_view(view: np.ndarray[Any, Any], base: np.ndarray[Any, Any], at: Sequence[str]) -> str:
    """Write where an element of a view stands in the array that it shows.

    Parameters
    ----------
    view, base : numpy.ndarray
        The view, and an array that lies row by row.
    at : sequence of str
        The number of the element along each axis of the view.
    """
    size = base.itemsize
    begin = view.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    strides = [0 if n == 1 else s // size for s, n in zip(view.strides, view.shape, strict=True)]
    return write_sum(begin // size, strides, at)


def locate_elements(shape: tuple[int, ...], index: Any, arrays: Sequence[Any]) -> Any:
    """Return where the elements that an index takes stand in an array that lies row by row.

    Parameters
    ----------
    shape : tuple of int
        Of the array.
    index : object
        With places for arrays.
    arrays : sequence of numpy.ndarray
        What stands in the places.

    Returns
    -------
    numpy.ndarray of int
        In the shape of what is taken.

    Examples
    --------
    >>> locate_elements((3, 4), (Place(0), 1), [np.array([2, 0])])
    array([9, 1])
    """
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    return np.asarray(numbers[fill_index(index, tuple(arrays))])


def write_computed_index(
    shape: tuple[int, ...],
    index: Any,
    parts: Sequence[tuple[str, tuple[int, ...]]],
    counters: Sequence[str],
) -> str:
    """Write where an element stands that is taken by an index of computed numbers.

    Parameters
    ----------
    shape : tuple of int
        Of the array from which it is taken.
    index : object
        With places for arrays; besides, single numbers and slices.
    parts : sequence of (str, tuple of int)
        The name and the shape of what stands in each place.
    counters : sequence of str
        The number of the element along each axis of what is taken.

    Examples
    --------
    >>> write_computed_index((3, 4), (slice(None), Place(0)), [("labels", (2,))], ("i", "j"))
    '4 * i + wrapped(labels[j], 4)'
    """
    entries = _list_entries(shape, index)
    together = np.broadcast_shapes(*(part_shape for _, part_shape in parts))
    chosen = [k for k, entry in enumerate(entries) if isinstance(entry, (Place, int))]
    apart = chosen[-1] - chosen[0] >= len(chosen)  # then NumPy puts their axes first
    axis = len(together) if apart else 0
    shared = counters[: len(together)] if apart else None
    written, base_axis = [], 0
    for k, entry in enumerate(entries):
        if k == chosen[0] and shared is None:
            shared = counters[axis : axis + len(together)]
            axis += len(together)
        if entry is None:
            axis += 1
            continue
        stride, length = int(np.prod(shape[base_axis + 1 :])), shape[base_axis]
        base_axis += 1
        if isinstance(entry, slice):
            first, _, step = entry.indices(length)
            written.append(_write_term(stride, write_sum(first, (step,), (counters[axis],))))
            axis += 1
        elif isinstance(entry, Place):
            name, part_shape = parts[entry.number]
            place = write_subscript(part_shape, shared or ())
            number = f"{name}[{place}]" if part_shape else name
            written.append(_write_term(stride, f"wrapped({number}, {length})"))
        else:
            written.append(str(stride * (int(entry) % length)))
    return " + ".join(term for term in written if term != "0") or "0"


def _write_term(stride: int, number: str) -> str:
    if number == "0" or stride == 1:
        return number
    return (
        f"{stride} * ({number})" if " " in number and "(" not in number else f"{stride} * {number}"
    )


def _list_entries(shape: tuple[int, ...], index: Any) -> list[Any]:
    """Return one entry for each axis, and None for each new one."""
    entries = list(index) if isinstance(index, tuple) else [index]
    taken = sum(entry is not None and entry is not Ellipsis for entry in entries)
    rest = [slice(None)] * (len(shape) - taken)
    where = [k for k, entry in enumerate(entries) if entry is Ellipsis] or [len(entries)]
    return [*entries[: where[0]], *rest, *entries[where[0] + 1 :]]
