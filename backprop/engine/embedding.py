"""Rows of a table, looked up by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from backprop.checks import format_given
from backprop.engine.arrays import as_array
from backprop.engine.operations import getitem
from backprop.engine.variable import Operand, Variable, as_value, value_of

if TYPE_CHECKING:
    from backprop.engine.signatures import Plain


@overload
def embedding(table: Variable, indices: Plain) -> Variable: ...
@overload
def embedding(table: Plain, indices: Plain) -> NDArray[Any]: ...
def embedding(table: Operand, indices: Any) -> Any:
    """Look rows up in a table, by their numbers.

    Parameters
    ----------
    table : Variable or array_like
        Shape (rows, width).
    indices : array_like of int
        Which rows; any shape.

    Returns
    -------
    Variable or numpy.ndarray
        The shape of `indices`, and then (width,).

    Raises
    ------
    TypeError
        If `indices` are not integers.
    ValueError
        If one of them is not the number of a row.

    Examples
    --------
    >>> import backprop as bp
    >>> words = bp.Variable([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])
    >>> bp.embedding(words, [2, 0]).value
    array([[3., 4.],
           [0., 0.]])
    """
    if not isinstance(table, Variable):
        table = as_value(table, name="embedding: table")
    shape = np.shape(value_of(table))
    if not shape or shape[0] == 0:
        raise ValueError(f"embedding: table must have the shape (rows, width), got {shape}")
    return getitem(
        table, check_whole_numbers(indices, shape[0], "embedding: indices of rows of table")
    )


def check_whole_numbers(numbers: Any, limit: int, what: str) -> np.ndarray[Any, Any]:
    """Return numbers from 0 to limit - 1 as an integer array, or say what is wrong with them."""
    try:
        found = as_array(value_of(numbers))
    except (TypeError, ValueError):  # Variables in a list, or rows of different lengths
        found = np.array(None)
    if found.size == 0:
        found = found.astype(int)
    if found.dtype.kind not in "iu":
        kind = f"{found.dtype} values" if found.dtype.kind in "fcb" else format_given(numbers)
        raise TypeError(f"{what} must be integers, got {kind}")
    if found.size and not (found.min() >= 0 and found.max() < limit):
        raise ValueError(
            f"{what} must lie from 0 to {limit - 1}, found {found.min()} to {found.max()}"
        )
    return found
