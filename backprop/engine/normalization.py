"""Layer normalisation: rows of mean 0 and variance 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from numpy.typing import NDArray

from backprop.engine.operations import mean, sqrt, square, subtract
from backprop.engine.variable import Operand

if TYPE_CHECKING:
    from backprop.engine.signatures import Input, Plain
    from backprop.engine.variable import Variable


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

    Notes
    -----
    J. L. Ba, J. R. Kiros and G. E. Hinton, *Layer normalization*, 2016.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.layer_norm(bp.Variable([1.0, 2.0, 3.0]), eps=0.0).value.round(4)
    array([-1.2247,  0.    ,  1.2247])
    """
    centred = subtract(a, mean(a, axis=-1, keepdims=True))
    variance = mean(square(centred), axis=-1, keepdims=True)
    return centred / sqrt(variance + eps) * gain + bias
