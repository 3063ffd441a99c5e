"""Indices of traced values: the arrays in them are inputs of a step, all else is a setting."""

from __future__ import annotations

from types import EllipsisType
from typing import Any

import numpy as np

from backprop.engine.arrays import StandIn
from backprop.engine.program.trace import ProgramError, describe_caller


class Place:
    """Where an input of a step stands in an index: the first input after the array is 0."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __repr__(self) -> str:
        return f"<{self.number}>"


class Flat:
    """The elements of a value in one row, to assign to."""

    def __init__(self, owner: Any) -> None:  # a TracedValue, which stands on this module
        self.owner = owner

    def __setitem__(self, index: Any, value: Any) -> None:
        changed = self.owner.reshape(-1).copy()
        changed[index] = value
        self.owner.step = changed.reshape(self.owner.shape).step


def split_index(index: Any) -> tuple[Any, list[Any]]:
    """Take the arrays out of an index: return it with places instead, and the arrays.

    Examples
    --------
    >>> split_index((slice(None), [0, 2]))
    ((slice(None, None, None), <0>), [array([0, 2])])
    """
    arrays: list[Any] = []

    def part(given: Any) -> Any:
        if given is None or isinstance(given, (int, slice, EllipsisType, np.integer)):
            return given
        array = given if isinstance(given, StandIn) else np.asarray(given)
        if isinstance(array, StandIn) and array.dtype.kind == "b":
            raise ProgramError(
                f"program: how much is taken depends on computed values, in {describe_caller()}: "
                "use bp.where, or compute this without bp.program"
            )
        arrays.append(array)
        return Place(len(arrays) - 1)

    if isinstance(index, tuple):
        return tuple(map(part, index)), arrays
    return part(index), arrays


def fill_index(template: Any, parts: tuple[Any, ...]) -> Any:
    """Put arrays back into an index: the reverse of :func:`split_index`.

    Examples
    --------
    >>> fill_index((slice(None), Place(0)), ([0, 2],))
    (slice(None, None, None), [0, 2])
    """
    if isinstance(template, tuple):
        return tuple(fill_index(part, parts) for part in template)
    return parts[template.number] if isinstance(template, Place) else template
