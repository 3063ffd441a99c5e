"""Numbers that ready-made pictures need of a function: values and slopes, as plain floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "curve", "floats", "value", "value_and_slope"]

Floats = NDArray[np.float64]


def floats(values: Any) -> Floats:
    """Return an array, of a Variable its value."""
    return np.asarray(getattr(values, "value", values), float)


def value(f: Callable[[Any], Any], x: float) -> float:
    """Return what a function of one number is worth."""
    return float(floats(f(float(x))))


def curve(f: Callable[[Any], Any], xs: Floats) -> Floats:
    """Return the values of a function at many places."""
    return np.array([value(f, x) for x in xs])


def value_and_slope(
    f: Callable[[Any], Any],
    x: float,
    gradient: Callable[[float], float] | None = None,
    called: str = "f",
) -> tuple[float, float]:
    """Return value and slope of a function: the slope by ``backward()``, unless it is given.

    Raises
    ------
    ValueError
        If the function, `called` so in the message, does not return a Variable for a Variable.
    """
    if gradient is not None:
        return value(f, x), float(floats(gradient(float(x))))
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
