"""Which examples a step sees: mini-batches, in a new order every epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from backprop.checks import format_given
from backprop.engine.variable import Variable

Data = tuple[ArrayLike, ...]
Arrays = tuple[NDArray[Any], ...]


class Batches:
    """The examples of each step; every epoch sees each example once.

    The order of an epoch depends on the seed and the number of the epoch alone, so a run that was
    saved finds its place again. The last batch of an epoch holds what is left.

    Parameters
    ----------
    data : tuple of numpy.ndarray
        Arrays of the same length: an entry of each belongs to an example. Nothing: no arguments.
    batch_size : int or None
        Number of examples in a step; None: all of them, in their own order.
    shuffle : bool
        Whether each epoch has an order of its own.
    seed : int
        Decides those orders.

    Examples
    --------
    >>> from backprop.training.batches import Batches
    >>> batches = Batches((np.array([10, 20, 30]),), batch_size=2, shuffle=True, seed=2)
    >>> for step in range(4):
    ...     print(*batches.at(step))
    [30 10]
    [20]
    [10 30]
    [20]
    """

    def __init__(self, data: Arrays, batch_size: int | None, shuffle: bool, seed: int) -> None:
        self._data = data
        self._size = batch_size
        self._shuffle = shuffle
        self._seed = seed
        self._epoch = -1
        self._order = np.arange(len(data[0]) if data else 0)

    def rows(self, step: int) -> Any:
        """Return the numbers of the examples that a step sees."""
        if self._size is None:
            return slice(None)
        epoch, number = divmod(step, -(-len(self._order) // self._size))
        if self._shuffle and epoch != self._epoch:
            self._epoch = epoch
            self._order = np.random.default_rng([self._seed, epoch]).permutation(len(self._order))
        return self._order[number * self._size : (number + 1) * self._size]

    def at(self, step: int) -> Arrays:
        """Return the arguments of the loss for a step."""
        if self._size is None:
            return self._data
        rows = self.rows(step)
        return tuple(part[rows] for part in self._data)

    def first_not_finite(self, step: int) -> int | None:
        """Return the number of the first example of a step that holds infinity or NaN."""
        for part, numbers in zip(self.at(step), self._data, strict=True):
            if part.dtype.kind == "f":
                finite = np.isfinite(part).reshape(len(part), -1).all(axis=1)
                if not finite.all():
                    return int(np.arange(len(numbers))[self.rows(step)][~finite].min())
        return None


def check_data(data: Any, name: str) -> Arrays:
    """Return data as arrays of the same length, or say what is wrong with them."""
    if not isinstance(data, tuple) or not data:
        raise TypeError(
            f"{name} must be a tuple of arrays such as (x, y), got {format_given(data)}"
        )
    arrays = tuple(_check_array(part, f"array {i} of {name}") for i, part in enumerate(data, 1))
    lengths = [len(part) for part in arrays]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"the arrays of {name} have different lengths, {' and '.join(map(str, lengths))}: "
            "each must have one entry for each example"
        )
    if lengths[0] == 0:
        raise ValueError(f"{name} holds no examples")
    return arrays


def _check_array(data: Any, name: str) -> NDArray[Any]:
    try:
        array = np.asarray(data)
    except (TypeError, ValueError):  # Variables, or rows of different lengths
        array = np.array(None)
    if array.ndim == 0 or array.dtype.kind == "O":
        raise TypeError(
            f"{name} must be an array with an entry for each example, got {format_given(data)}"
            f"{': take its .value' if isinstance(data, Variable) else ''}"
        )
    return array
