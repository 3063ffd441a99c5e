"""Gradients shortened together, where they are longer than allowed."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np

from backprop.engine.variable import Value


def measure_length(gradients: Iterable[Value]) -> Any:
    """Return the root of the sum of the squares of all elements, also where squares overflow.

    Parameters
    ----------
    gradients : iterable of float and numpy.ndarray
        Also values of a trace; then the length is one, too.

    Examples
    --------
    >>> float(measure_length([3.0, np.array([4.0, 12.0])]))
    13.0
    >>> round(float(measure_length([3e200, 4e200])) / 1e200, 6)
    5.0
    """
    return functools.reduce(np.hypot, map(_measure_one, gradients), np.float64(0.0))


def find_factor(length: Any, max_norm: float) -> Any:
    """Return what gradients of a length are to be multiplied by, to be of at most another.

    Parameters
    ----------
    length : float
        As :func:`measure_length` returns it.
    max_norm : float
        The largest length, positive.

    Returns
    -------
    float
        At most 1; and 1 where no factor would help, because the length is infinite or nan.

    Examples
    --------
    >>> [float(find_factor(np.float64(length), 2.0)) for length in (1.0, 4.0, np.inf)]
    [1.0, 0.5, 1.0]
    """
    # Not a branch, so that a program does the same in each call.
    return np.where(np.isfinite(length), max_norm / np.maximum(length, max_norm), 1.0)


def _measure_one(gradient: Any) -> Any:
    with np.errstate(over="ignore"):
        length = np.linalg.norm(gradient).astype(np.float64)
    if np.isfinite(length):
        return length
    largest = np.max(np.abs(gradient)).astype(np.float64)
    if not np.isfinite(largest):
        return largest
    return largest * np.linalg.norm(gradient / largest).astype(np.float64)
