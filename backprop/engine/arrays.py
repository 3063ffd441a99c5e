"""What takes part in calculations as an array: NumPy's own, and what stands in for one.

Of small arrays a call of NumPy costs more than its numbers, and the same calculation costs less in
other words. The microseconds beside them are of 3 × 2 numbers, with NumPy 2.4.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray
from numpy.typing import NDArray

#: Up to so many elements, arrays of ones and zeros lie ready.
FILLED_SIZE = 65_536
#: From so many on, a new array costs more than the calculation that fills it, since its memory is
#: fetched page by page: then results stand in the place of what nobody else holds.
LARGE = 2048


class StandIn:
    """Base of what computes like an array by NumPy's protocols, and must not become one.

    A value in a trace is one (see :mod:`backprop.engine.program.trace`): turned into an array, it
    would no longer note what is computed with it.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def dtype(self) -> np.dtype[Any]: ...  # noqa: D102
        @property
        def ndim(self) -> int: ...  # noqa: D102
        def astype(self, dtype: Any) -> Any: ...  # noqa: D102
        def draw_like(self, rng: np.random.Generator) -> Any: ...  # noqa: D102


def as_array(data: Any, dtype: Any = None) -> NDArray[Any]:
    """Return data as an array, of a type if one is given; a stand-in stays one.

    Examples
    --------
    >>> as_array([1, 2], float)
    array([1., 2.])
    """
    if isinstance(data, StandIn):
        stand_in: Any = data if dtype is None else data.astype(dtype)
        return stand_in  # type: ignore[no-any-return]  # for types, it passes for an array
    return np.asarray(data, dtype)


def draw_like(data: Any, rng: np.random.Generator) -> NDArray[Any]:
    """Draw random numbers from 0 to 1 in the shape of data; a stand-in draws for itself.

    Examples
    --------
    >>> draw_like([0.0, 0.0], np.random.default_rng(0)).shape
    (2,)
    """
    if isinstance(data, StandIn):
        drawn: NDArray[Any] = data.draw_like(rng)
        return drawn
    fresh: NDArray[Any] = np.asarray(rng.random(np.shape(data)))
    return fresh


@functools.lru_cache(maxsize=8)
def _fill(number: float, dtype: np.dtype[Any]) -> NDArray[Any]:
    filled = np.full(FILLED_SIZE, number, dtype)
    filled.flags.writeable = False
    return filled


@functools.lru_cache(maxsize=256)
def _take_zeros(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    return _fill(0.0, dtype)[: math.prod(shape)].reshape(shape)


@functools.lru_cache(maxsize=256)
def _take_ones(length: int, dtype: np.dtype[Any]) -> NDArray[Any] | None:
    """Return ones where a product with them is a sum, computed by the library of matrices."""
    return _fill(1.0, dtype)[:length] if length <= FILLED_SIZE and dtype.char in "df" else None


class NumbersAsArrays(dict[float, NDArray[Any]]):
    """Numbers as arrays of no axes, which NumPy takes in half the time (0.2 µs for 0.36).

    Those that were asked for last lie ready, since making one costs as much as it saves.

    Examples
    --------
    >>> NumbersAsArrays()[2.0] * np.array([1.0, 3.0])
    array([2., 6.])
    """

    def __missing__(self, number: float) -> NDArray[Any]:
        """Make the array of a number."""
        array = np.asarray(number)
        array.flags.writeable = False
        if len(self) >= 256:
            self.clear()
        if number:  # 0.0 and -0.0 are the same key
            self[number] = array
        return array


NUMBERS = NumbersAsArrays()


def multiply_matrices(a: Any, b: Any) -> Any:
    """Multiply by `dot` what are two matrices (0.25 µs), and by `@` what is not (0.75 µs).

    Examples
    --------
    >>> multiply_matrices(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]))
    array([[11.]])
    """
    if type(a) is ndarray is type(b) and a.ndim == b.ndim == 2:
        return a.dot(b)
    return a @ b


def sum_rows(a: NDArray[Any]) -> NDArray[Any]:
    """Add up the rows of a matrix: by a product with ones (0.25 µs), or by a sum (0.75 µs).

    Examples
    --------
    >>> sum_rows(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([4., 6.])
    """
    ones = _take_ones(len(a), a.dtype)
    total: NDArray[Any] = np.add.reduce(a, axis=0) if ones is None else ones.dot(a)
    return total


def sum_elements(a: NDArray[Any]) -> Any:
    """Add up all elements: few of them by a product with ones (0.3 µs), more by a sum (0.7 µs).

    Examples
    --------
    >>> float(sum_elements(np.array([[1.0, 2.0], [3.0, 4.0]])))
    10.0
    """
    ones = _take_ones(a.size, a.dtype) if a.size <= 1000 else None
    return np.add.reduce(a, axis=None) if ones is None else ones.dot(a.ravel())


def mark_positive(a: Any) -> Any:
    """Return where a value is above 0; of an array in its own type, multiplied in less time.

    Examples
    --------
    >>> mark_positive(np.array([-1.0, 2.0]))
    array([0., 1.])
    """
    return (a > 0.0).astype(a.dtype) if type(a) is ndarray else a > 0


def clip_below(a: NDArray[Any], own: bool = False) -> NDArray[Any]:
    """Return the maximum with 0: of 64 × 128 numbers in 1.4 µs beside zeros, 8 beside one 0.

    Parameters
    ----------
    a : numpy.ndarray
        Any shape.
    own : bool, optional
        Whether nobody else holds `a`, so that the result may stand in its place.

    Examples
    --------
    >>> clip_below(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    zeros = _take_zeros(a.shape, a.dtype) if type(a) is ndarray and a.size <= FILLED_SIZE else 0.0
    clipped: NDArray[Any] = np.maximum(a, zeros, out=a if own else None)
    return clipped


def multiply_own(a: NDArray[Any], own: NDArray[Any]) -> NDArray[Any]:
    """Multiply by an array that nobody else holds: if it is large, the product takes its place.

    Examples
    --------
    >>> multiply_own(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    array([3., 8.])
    """
    if own.size >= LARGE and a.dtype is own.dtype and a.shape == own.shape:
        own *= a
        return own
    product: NDArray[Any] = a * own
    return product
