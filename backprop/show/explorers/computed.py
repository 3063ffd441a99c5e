"""Numbers that ready-made pictures need of a function: values and slopes, as plain floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "compute_curve", "compute_slope", "compute_value", "to_floats"]

Floats = NDArray[np.float64]


def to_floats(values: Any) -> Floats:
    """Return an array, of a Variable its value.

    Examples
    --------
    >>> to_floats([1, 2])
    array([1., 2.])
    """
    return np.asarray(getattr(values, "value", values), float)


def compute_value(f: Callable[[Any], Any], x: float) -> float:
    """Compute what a function of one number is worth."""
    return float(to_floats(f(float(x))))


def compute_curve(f: Callable[[Any], Any], xs: Floats) -> Floats:
    """Compute the values of a function at many places."""
    return np.array([compute_value(f, x) for x in xs])


def compute_slope(
    f: Callable[[Any], Any],
    x: float,
    gradient: Callable[[float], float] | None = None,
    called: str = "f",
) -> tuple[float, float]:
    """Compute value and slope of a function: the slope by ``backward()``, unless it is given.

    Raises
    ------
    ValueError
        If the function, `called` so in the message, does not return a Variable for a Variable.
    """
    if gradient is not None:
        return compute_value(f, x), float(to_floats(gradient(float(x))))
    from backprop.engine.variable import Variable

    variable = Variable(float(x))
    result = f(variable)
    if not isinstance(result, Variable):
        raise ValueError(
            f"{called} returned {type(result).__name__} for a Variable, so that its slope is "
            f"unknown: compute it with the functions of backprop"
            f"{', or give gradient=' if called == 'loss' else ''}"
        )
    result.backward()
    return float(result.value), float(variable.grad)
