"""Layer normalisation: rows of mean 0 and variance 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from backprop.checks import check_fraction
from backprop.engine.operations import mean, sqrt, square, subtract
from backprop.engine.variable import Operand, Variable, as_value

if TYPE_CHECKING:
    from backprop.engine.signatures import Input, Plain


@overload
def layer_norm(
    a: Variable, gain: Input = 1.0, bias: Input = 0.0, eps: float = 1e-5
) -> Variable: ...
@overload
def layer_norm(a: Plain, gain: Variable, bias: Input = 0.0, eps: float = 1e-5) -> Variable: ...
@overload
def layer_norm(
    a: Plain, gain: Plain = 1.0, bias: Plain = 0.0, eps: float = 1e-5
) -> NDArray[Any]: ...
def layer_norm(a: Operand, gain: Operand = 1.0, bias: Operand = 0.0, eps: float = 1e-5) -> Any:
    """Shift and scale each row to mean 0 and variance 1, then by `gain` and `bias`.

    Parameters
    ----------
    a : Variable or array_like
        Shape (..., width).
    gain, bias : Variable or array_like, optional
        Shape (width,).
    eps : float, optional
        Added to the variance, so that a row of equal elements causes no division by zero.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Raises
    ------
    TypeError, ValueError
        If `eps` is negative or no number, or the shapes do not fit.

    Notes
    -----
    J. L. Ba, J. R. Kiros and G. E. Hinton, *Layer normalization*, 2016.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.layer_norm(bp.Variable([1.0, 2.0, 3.0]), eps=0.0).value.round(4)
    array([-1.2247,  0.    ,  1.2247])
    """
    eps = check_fraction(eps, "layer_norm: eps")
    width = _measure_row(a)
    for name, operand in (("gain", gain), ("bias", bias)):
        _check_row(operand, width, name)
    centred = subtract(a, mean(a, axis=-1, keepdims=True))
    variance = mean(square(centred), axis=-1, keepdims=True)
    return centred / sqrt(variance + eps) * gain + bias


def _measure_row(a: Operand) -> int:
    """Return the length of the rows of `a`, or say that there are none."""
    shape = np.shape(a.value if isinstance(a, Variable) else as_value(a, name="layer_norm: a"))
    if not shape or 0 in shape:
        raise ValueError(f"layer_norm: a must have rows of numbers, got the shape {shape}")
    return int(shape[-1])


def _check_row(operand: Operand, width: int, name: str) -> None:
    """Refuse what does not fit each row."""
    if isinstance(operand, Variable):
        shape = operand.shape
    else:
        shape = np.shape(as_value(operand, name=f"layer_norm: {name}"))
    if shape not in ((), (1,), (width,)):
        raise ValueError(
            f"layer_norm: {name} must have the shape ({width},) of a row of a, got {shape}"
        )
