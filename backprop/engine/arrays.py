"""What takes part in calculations as an array: NumPy's own, and what stands in for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray


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
