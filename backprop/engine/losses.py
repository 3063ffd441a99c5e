"""Losses: how far predicted numbers are from what was observed, as a single number.

Every loss takes ``(predicted, observed)``, and residual = observed − predicted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from backprop.engine.operations import (
    mean,
    square,
    subtract,
    sum,
)
from backprop.engine.recorders import operation
from backprop.engine.table import Intermediate
from backprop.engine.variable import Operand, Value, Variable, as_number, value_of

if TYPE_CHECKING:
    from backprop.engine.signatures import Input, Plain


def _residual(predicted: Value, observed: Value) -> Value:
    shapes = getattr(predicted, "shape", ()), getattr(observed, "shape", ())
    if shapes[0] != shapes[1]:
        # (3,) against (3, 1) would broadcast to nine residuals for three points, without a word.
        raise ValueError(
            f"predicted must have the shape {shapes[1]} of observed, got {shapes[0]}: "
            "give one prediction for each observation"
        )
    if 0 in shapes[0]:
        raise ValueError(f"observed must hold an observation, got the shape {shapes[1]}")
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
    return as_number(total)


def _keep_residual(predicted: Value, observed: Value) -> tuple[Value, Value]:
    if not type(predicted) is type(observed) is np.ndarray or (
        predicted.shape != observed.shape or not predicted.size
    ):
        return _squared_length(_residual(predicted, observed)), None
    residual = observed - predicted
    return as_number(np.vdot(residual, residual)), residual if predicted.ndim else None


@overload
def sum_of_squares(a: Variable) -> Variable: ...
@overload
def sum_of_squares(a: Plain) -> float: ...
@operation(
    r"\sum <a>^2",
    (r"2 \cdot <a>", lambda upstream, out, a: a * (2.0 * upstream)),
    pointwise=False,
    elementary=lambda a: sum(square(a)),
)
def sum_of_squares(a: Operand) -> Any:
    """Sum of the squares of all elements, in one step: the L2 penalty of weights.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.

    Returns
    -------
    Variable or float
        A single number.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.sum_of_squares(bp.Variable([3.0, 4.0])).value
    25.0
    """
    return _squared_length(a)


@overload
def ssr(predicted: Variable, observed: Input) -> Variable: ...
@overload
def ssr(predicted: Input, observed: Variable) -> Variable: ...
@overload
def ssr(predicted: Plain, observed: Plain) -> float: ...
@operation(
    r"\sum (<observed> - <predicted>)^2",
    (
        r"-2 \cdot (<observed> - <predicted>)",
        lambda upstream, out, predicted, observed: (observed - predicted) * (-2.0 * upstream),
    ),
    (
        r"2 \cdot (<observed> - <predicted>)",
        lambda upstream, out, predicted, observed: (observed - predicted) * (2.0 * upstream),
    ),
    pointwise=False,
    intermediate=Intermediate(
        _keep_residual,
        (
            lambda upstream, residual, out, predicted, observed: residual * (-2.0 * upstream),
            lambda upstream, residual, out, predicted, observed: residual * (2.0 * upstream),
        ),
    ),
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


@overload
def mse(predicted: Variable, observed: Input) -> Variable: ...
@overload
def mse(predicted: Input, observed: Variable) -> Variable: ...
@overload
def mse(predicted: Plain, observed: Plain) -> float: ...
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
