"""Losses: how far predictions are from observations, as one number to make small.

Every loss takes ``(predicted, observed)``, and residual = observed − predicted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop.operations import mean, operation, square, subtract, sum
from backprop.variable import Operand, Value, Variable, value_of


def _residual(predicted: Value, observed: Value) -> Value:
    shapes = np.shape(predicted), np.shape(observed)
    if shapes[0] != shapes[1]:
        # (3,) against (3, 1) would broadcast to nine residuals for three points, without a word.
        raise ValueError(
            f"predicted has shape {shapes[0]} and observed {shapes[1]}: "
            "give one prediction for each observation"
        )
    if np.size(observed) == 0:
        raise ValueError("there are no observations")
    return observed - predicted


def _named_residual(predicted: Operand, observed: Operand) -> Any:
    residual = subtract(observed, predicted)
    if isinstance(residual, Variable):
        residual.name = "residual"
    return residual


def _squared_length(residual: Value) -> Value:
    if type(residual) is float:
        return residual * residual
    total = np.vdot(residual, residual)
    return float(total) if total.dtype == np.float64 else total


@operation(
    r"\sum (<observed> - <predicted>)^2",
    (
        r"-2 \cdot (<observed> - <predicted>)",
        lambda upstream, out, predicted, observed: upstream * -2.0 * (observed - predicted),
    ),
    (
        r"2 \cdot (<observed> - <predicted>)",
        lambda upstream, out, predicted, observed: upstream * 2.0 * (observed - predicted),
    ),
    pointwise=False,
    elementary=lambda predicted, observed: sum(square(_named_residual(predicted, observed))),
)
def ssr(predicted: Operand, observed: Operand) -> Any:
    """Sum of the squared residuals, ``sum((observed - predicted) ** 2)``.

    Parameters
    ----------
    predicted, observed : Variable or array_like
        The same shape, any; in the unit of the observations.

    Returns
    -------
    Variable or float
        A single number, in that unit squared.

    Raises
    ------
    ValueError
        If the shapes differ, or there are no observations.

    Examples
    --------
    >>> import backprop as bp
    >>> b = bp.Variable(0.5)
    >>> loss = bp.ssr(b + [0.0, 1.0], [1.0, 1.0])
    >>> loss.backward()
    >>> loss.value, b.grad
    (0.5, 0.0)
    """
    return _squared_length(_residual(predicted, observed))


@operation(
    r"\frac{1}{<n>} \sum (<observed> - <predicted>)^2",
    (
        r"-\frac{2}{<n>} \cdot (<observed> - <predicted>)",
        lambda upstream, out, predicted, observed: (
            upstream * (-2.0 / np.size(value_of(observed))) * (observed - predicted)
        ),
    ),
    (
        r"\frac{2}{<n>} \cdot (<observed> - <predicted>)",
        lambda upstream, out, predicted, observed: (
            upstream * (2.0 / np.size(value_of(observed))) * (observed - predicted)
        ),
    ),
    pointwise=False,
    elementary=lambda predicted, observed: mean(square(_named_residual(predicted, observed))),
)
def mse(predicted: Operand, observed: Operand) -> Any:
    """Mean of the squared residuals: the SSR divided by the number of observations.

    It has its minimum where the SSR has, and a gradient smaller by that number.

    Parameters
    ----------
    predicted, observed : Variable or array_like
        The same shape, any; in the unit of the observations.

    Returns
    -------
    Variable or float
        A single number, in that unit squared.

    Raises
    ------
    ValueError
        If the shapes differ, or there are no observations.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.mse([0.0, 1.0], [1.0, 3.0])
    2.5
    """
    residual = _residual(predicted, observed)
    return _squared_length(residual) / np.size(residual)
