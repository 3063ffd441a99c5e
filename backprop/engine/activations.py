"""Activation functions: sigmoid, softplus, ReLUs and softmax.

Each is an entry of the table of operations, as in :mod:`backprop.engine.operations`.
"""

from __future__ import annotations

import builtins
import math
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from backprop.engine.arrays import LARGE, NUMBERS, clip_below, mark_positive
from backprop.engine.operations import exp, silence_unreached, sum, where
from backprop.engine.recorders import operation
from backprop.engine.variable import Operand, Value, value_of

if TYPE_CHECKING:
    from backprop.engine.signatures import ArrayOrList, Same
    from backprop.engine.variable import Variable

_ZERO = NUMBERS[0.0]


@overload
def sigmoid(a: Same) -> Same: ...
@overload
def sigmoid(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"\sigma(<a>)",
    (
        r"\sigma(<a>) \cdot (1 - \sigma(<a>))",
        lambda upstream, out, a: upstream * out * (1.0 - out),
    ),
)
def sigmoid(a: Operand) -> Any:
    """Sigmoid ``1 / (1 + exp(-a))``, element by element; does not overflow.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.sigmoid(bp.Variable([-1000.0, 0.0, 1000.0])).value
    array([0. , 0.5, 1. ])
    """
    if type(a) is float:
        small = math.exp(-builtins.abs(a))
        return (1.0 if a >= 0.0 else small) / (1.0 + small)
    return np.exp(np.minimum(a, 0.0)) / (1.0 + np.exp(-np.abs(a)))


@overload
def softplus(a: Same) -> Same: ...
@overload
def softplus(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"\operatorname{softplus}(<a>)",
    (r"\sigma(<a>)", lambda upstream, out, a: upstream * sigmoid(a)),
)
def softplus(a: Operand) -> Any:
    """Softplus ``log(1 + exp(a))``, element by element; its derivative is the sigmoid.

    Does not overflow (C. Dugas et al., NIPS 2000, for the function).

    Examples
    --------
    >>> import backprop as bp
    >>> bp.softplus(bp.Variable([-1000.0, 0.0, 1000.0])).value
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+03])
    """
    if type(a) is float:
        return builtins.max(a, 0.0) + math.log1p(math.exp(-builtins.abs(a)))
    is_array = type(a) is np.ndarray
    if a.size < 200:  # one call instead of five, and slow for each element
        return np.logaddexp(a, _ZERO if is_array and a.dtype is _ZERO.dtype else 0.0)
    if not is_array:
        return np.maximum(a, 0.0) + np.log1p(np.exp(-np.abs(a)))
    small = np.abs(a)
    for step in (np.negative, np.exp, np.log1p):
        step(small, out=small)
    small += clip_below(a)
    return small


def find_sigma_of_softplus(out: NDArray[Any]) -> Any:
    """Return the slope of :func:`softplus`, from its result.

    Examples
    --------
    >>> find_sigma_of_softplus(np.log([2.0]))
    array([0.5])
    """
    if out.size < LARGE:
        return -np.expm1(-out)
    slope = np.negative(out)
    np.expm1(slope, out=slope)
    return np.negative(slope, out=slope)


@overload
def relu(a: Same) -> Same: ...
@overload
def relu(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"\operatorname{relu}(<a>)",
    (r"[<a> \gt 0]", lambda upstream, out, a: upstream * mark_positive(value_of(a))),
    kink=lambda place, out, a: (a, np.equal(value_of(a), 0), ()),
)
def relu(a: Operand) -> Any:
    """Rectified linear unit ``max(a, 0)``, element by element. At 0 the slope is taken to be 0.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable([-1.0, 0.0, 2.0])
    >>> bp.sum(bp.relu(x)).backward()
    >>> x.grad
    array([0., 0., 1.])
    """
    if type(a) is float:
        return a if a > 0.0 or a != a else 0.0
    return clip_below(a)


@overload
def leaky_relu(a: Same, slope: float = 0.01) -> Same: ...
@overload
def leaky_relu(a: ArrayOrList, slope: float = 0.01) -> NDArray[Any]: ...
@operation(
    r"\operatorname{leaky\_relu}(<a>, <slope>)",
    (
        r"[<a> \gt 0] + <slope> \cdot [<a> \le 0]",
        lambda upstream, out, a, slope: where(value_of(a) > 0, upstream, slope * upstream),
    ),
    kink=lambda place, out, a, slope: (a, np.equal(value_of(a), 0), ()),
)
def leaky_relu(a: Operand, slope: float = 0.01) -> Any:
    """Rectified linear unit that lets a little through below 0, element by element.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.
    slope : float, optional
        The slope below 0 and at 0; above it is 1.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.leaky_relu(bp.Variable([-2.0, 2.0]), 0.1).value
    array([-0.2,  2. ])
    """
    if type(a) is float:
        return a if a > 0.0 else slope * a
    return np.where(a > 0, a, slope * a)


def _softmax_hidden(upstream: Value, out: Value, a: Value, axis: int) -> Value:
    shares = silence_unreached(upstream, out, axis)
    return shares * (upstream - sum(upstream * shares, axis=axis, keepdims=True))


def _log_softmax_hidden(upstream: Value, out: Value, a: Value, axis: int) -> Value:
    shares = silence_unreached(upstream, exp(out), axis)
    return upstream - shares * sum(upstream, axis=axis, keepdims=True)


def shift_scores(a: Value, axis: int) -> Value:
    """Shift so that the largest is 0: exponentials cannot overflow, and their ratios stay."""
    if type(a) is float or a.ndim == 0 or a.size == 0:
        raise ValueError(f"a must be an array of scores, got the shape {np.shape(a)}")
    if type(a) is np.ndarray and a.ndim == 2 and axis in (-1, 1) and len(a) >= 32:
        # The maximum of columns takes half the time of that of rows, copying included (C32).
        return a - np.maximum.reduce(a.T.copy(), axis=0)[:, np.newaxis]
    return a - a.max(axis=axis, keepdims=True)


@overload
def softmax(a: Variable, axis: int = -1) -> Variable: ...
@overload
def softmax(a: ArrayOrList, axis: int = -1) -> NDArray[Any]: ...
@operation(
    r"\operatorname{softmax}(<a>)",
    (
        r"\operatorname{diag}(\operatorname{softmax}(<a>)) - "
        r"\operatorname{softmax}(<a>) \operatorname{softmax}(<a>)^\top",
        lambda upstream, out, a, axis: (
            out * (upstream - sum(upstream * out, axis=axis, keepdims=True))
        ),
    ),
    pointwise=False,
    hidden_rules=(_softmax_hidden,),
)
def softmax(a: Operand, axis: int = -1) -> Any:
    """Softmax ``exp(a) / sum(exp(a))`` along an axis: positive numbers that add up to 1.

    Does not overflow (J. Bridle, 1990, for the function).

    Parameters
    ----------
    a : Variable or array_like
        Scores ("logits"), at least one axis.
    axis : int, optional
        Along which axis the results add up to 1.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.softmax(bp.Variable([1000.0, 1000.0])).value
    array([0.5, 0.5])
    """
    powers = np.exp(shift_scores(a, axis))
    powers /= powers.sum(axis=axis, keepdims=True)
    return powers


@overload
def log_softmax(a: Variable, axis: int = -1) -> Variable: ...
@overload
def log_softmax(a: ArrayOrList, axis: int = -1) -> NDArray[Any]: ...
@operation(
    r"\ln(\operatorname{softmax}(<a>))",
    (
        r"I - \mathbf{1} \operatorname{softmax}(<a>)^\top",
        lambda upstream, out, a, axis: (
            upstream - exp(out) * sum(upstream, axis=axis, keepdims=True)
        ),
    ),
    pointwise=False,
    hidden_rules=(_log_softmax_hidden,),
)
def log_softmax(a: Operand, axis: int = -1) -> Any:
    """Logarithm of :func:`softmax`, exact also where the softmax itself would round to 0.

    Parameters
    ----------
    a : Variable or array_like
        Scores ("logits"), at least one axis.
    axis : int, optional
        Along which axis the softmax adds up to 1.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.log_softmax(bp.Variable([0.0, 1000.0])).value
    array([-1000.,     0.])
    """
    shifted = shift_scores(a, axis)
    shifted -= np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return shifted
