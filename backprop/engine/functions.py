"""Activation functions, fused layers and losses.

Every loss takes ``(predicted, observed)``, and residual = observed − predicted.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from backprop.engine.operations import (
    add,
    as_number,
    exp,
    expm1,
    getitem,
    log,
    matmul,
    max,
    maximum,
    mean,
    multiply,
    reshape,
    scatter,
    sqrt,
    square,
    subtract,
    sum,
    tanh,
    transpose,
    where,
    windows,
)
from backprop.engine.table import TABLE, operation
from backprop.engine.variable import Operand, Value, Variable, as_value, value_of

# --- activation functions -------------------------------------------------------------------------


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
    if a.size < 200:
        return np.logaddexp(a, 0.0)  # one call instead of five, and slow for each element
    return np.maximum(a, 0.0) + np.log1p(np.exp(-np.abs(a)))


@operation(
    r"\operatorname{relu}(<a>)",
    (r"[<a> \gt 0]", lambda upstream, out, a: upstream * (value_of(a) > 0)),
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
    return np.maximum(a, 0.0)


@operation(
    r"\operatorname{leaky\_relu}(<a>, <slope>)",
    (
        r"[<a> \gt 0] + <slope> \cdot [<a> \le 0]",
        lambda upstream, out, a, slope: where(value_of(a) > 0, upstream, slope * upstream),
    ),
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


def _stable_exponents(a: Value, axis: int) -> Value:
    """Shift so that the largest is 0: exponentials cannot overflow, and their ratios stay."""
    if np.size(a) == 0 or np.ndim(a) == 0:
        raise ValueError(f"an array of scores is needed, got the shape {np.shape(a)}")
    return a - a.max(axis=axis, keepdims=True)


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
    powers = np.exp(_stable_exponents(a, axis))
    powers /= powers.sum(axis=axis, keepdims=True)
    return powers


@operation(
    r"\ln(\operatorname{softmax}(<a>))",
    (
        r"I - \mathbf{1} \operatorname{softmax}(<a>)^\top",
        lambda upstream, out, a, axis: (
            upstream - exp(out) * sum(upstream, axis=axis, keepdims=True)
        ),
    ),
    pointwise=False,
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
    shifted = _stable_exponents(a, axis)
    shifted -= np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return shifted


# --- layers in one step ---------------------------------------------------------------------------

#: For activations that :func:`linear` computes in one step: the slope, from the result alone.
SLOPE_FROM_RESULT: dict[Callable[..., Any], Callable[[Value], Value]] = {
    sigmoid: lambda out: out * (1.0 - out),
    tanh: lambda out: 1.0 - square(out),
    relu: lambda out: value_of(out) > 0,
    softplus: lambda out: -expm1(-out),
}


def _before_activation(
    upstream: Value, out: Value, x: Value, W: Value, b: Value, activation: Any
) -> Value:
    return upstream if activation is None else upstream * SLOPE_FROM_RESULT[activation](out)


def _rows(x: Value) -> Value:
    """Lay a batch of any shape out as the rows of one matrix."""
    return x if len(x.shape) == 2 else x.reshape((-1, x.shape[-1]))


@operation(
    r"<x> <W> + <b>",
    (r"<upstream> <W>^\top", lambda upstream, out, x, W, b, activation: upstream @ W.T),
    (
        r"<x>^\top <upstream>",
        lambda upstream, out, x, W, b, activation: _rows(x).T @ _rows(upstream),
    ),
    (r"\sum <upstream>", lambda upstream, out, x, W, b, activation: upstream),
    pointwise=False,
    broadcasts=True,
    shared=_before_activation,
    elementary=lambda x, W, b, activation: _activated(
        matmul(x, W) if type(b) is float and b == 0.0 else add(matmul(x, W), b), activation
    ),
    name="linear",
)
def _linear(x: Operand, W: Operand, b: Operand, activation: Any) -> Any:
    z = x @ W
    z += b
    return z if activation is None else TABLE[activation.__name__].forward(z)


def _activated(z: Operand, activation: Any) -> Any:
    return z if activation is None else activation(z)


def linear(x: Operand, W: Operand, b: Operand = 0.0, activation: Any = None) -> Any:
    """Layer of neurons in one step: ``z = x W + b``, then ``f(z)`` if there is an activation.

    Equal to ``activation(x @ W + b)``, and faster: one value is remembered instead of three.

    Parameters
    ----------
    x : Variable or array_like
        Shape (..., inputs): usually a batch, one row for each example.
    W : Variable or array_like
        Weights, shape (inputs, outputs).
    b : Variable or array_like, optional
        Biases, shape (outputs,).
    activation : callable, optional
        Such as ``bp.relu``. Any function of one argument works; sigmoid, tanh, relu and softplus
        are computed in the same step.

    Returns
    -------
    Variable or numpy.ndarray
        Shape (..., outputs).

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import backprop as bp
    >>> W = bp.Variable([[1.0], [-1.0]], name="W")
    >>> bp.linear([[3.0, 1.0], [1.0, 3.0]], W, activation=bp.relu).value
    array([[2.],
           [0.]])
    """
    if activation is not None and not callable(activation):
        raise TypeError(f"linear: activation must be a function such as bp.relu: {activation!r}")
    if activation is None or activation in SLOPE_FROM_RESULT:
        return _linear(x, W, b, activation)
    return activation(_linear(x, W, b, None))


def conv2d(
    x: Operand, weight: Operand, bias: Operand = 0.0, stride: int = 1, padding: int = 0
) -> Any:
    """Slide filters over images: each result is the dot product of a filter with a window.

    (A cross-correlation, as everywhere in this field; the filters are not flipped.)

    Parameters
    ----------
    x : Variable or array_like
        Images, shape (batch, channels, height, width).
    weight : Variable or array_like
        Filters, shape (filters, channels, height, width of a window).
    bias : Variable or array_like, optional
        Shape (filters,).
    stride : int, optional
        How far apart the windows start.
    padding : int, optional
        So many zeros around each image.

    Returns
    -------
    Variable or numpy.ndarray
        Shape (batch, filters, windows down, windows across).

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import backprop as bp
    >>> image = bp.Variable([[[[1.0, 2.0, 3.0]]]])
    >>> bp.conv2d(image, [[[[1.0, -1.0]]]]).value
    array([[[[-1., -1.]]]])
    """
    images, filters = np.shape(value_of(x)), np.shape(value_of(weight))
    if len(images) != 4 or len(filters) != 4 or images[1] != filters[1]:
        raise ValueError(
            f"conv2d: x has shape {images} and weight {filters}: they must be (batch, channels, "
            "height, width) and (filters, channels, height, width)"
        )
    cut = windows(padded(x, padding), filters[2:], stride)
    (batch, _, down, across, *_), window = np.shape(value_of(cut)), int(np.prod(filters[1:]))
    rows = reshape(transpose(cut, (0, 2, 3, 1, 4, 5)), (batch * down * across, window))
    columns = transpose(reshape(weight, (filters[0], window)))
    out = reshape(linear(rows, columns, bias), (batch, down, across, filters[0]))
    return transpose(out, (0, 3, 1, 2))


def padded(x: Operand, padding: int) -> Any:
    """Put zeros around images, on all four sides.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.engine.functions.padded([[1.0]], 1)
    array([[0., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    """
    if padding == 0:
        return x
    if padding < 0:
        raise ValueError(f"padding must not be negative, got {padding}")
    *others, height, width = np.shape(value_of(x))
    inside = (..., slice(padding, -padding), slice(padding, -padding))
    return scatter(x, inside, (*others, height + 2 * padding, width + 2 * padding))


def max_pool2d(x: Operand, size: int = 2, stride: int | None = None) -> Any:
    """Keep the largest value of each window.

    Parameters
    ----------
    x : Variable or array_like
        Images, shape (..., height, width).
    size : int, optional
        Height and width of a window.
    stride : int, optional
        How far apart the windows start; left out: side by side.

    Returns
    -------
    Variable or numpy.ndarray
        Shape (..., windows down, windows across).

    Raises
    ------
    ValueError
        If no window fits.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.max_pool2d(bp.Variable([[1.0, 2.0], [4.0, 3.0]])).value
    array([[4.]])
    """
    cut = windows(x, (size, size), size if stride is None else stride)
    *others, _, _ = np.shape(value_of(cut))
    return max(reshape(cut, (*others, size * size)), axis=-1)


def average_pool2d(x: Operand, size: int = 2, stride: int | None = None) -> Any:
    """Keep the mean of each window.

    Parameters
    ----------
    x : Variable or array_like
        Images, shape (..., height, width).
    size : int, optional
        Height and width of a window.
    stride : int, optional
        How far apart the windows start; left out: side by side.

    Returns
    -------
    Variable or numpy.ndarray
        Shape (..., windows down, windows across).

    Examples
    --------
    >>> import backprop as bp
    >>> bp.average_pool2d(bp.Variable([[1.0, 2.0], [4.0, 3.0]])).value
    array([[2.5]])
    """
    return mean(windows(x, (size, size), size if stride is None else stride), axis=(-2, -1))


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
    shape = np.shape(value_of(table))
    if not shape or shape[0] == 0:
        raise ValueError(f"embedding: a table has the shape (rows, width), got {shape}")
    return getitem(table, _whole_numbers(indices, shape[0], "embedding: indices"))


def _type_of(data: Operand) -> np.dtype[Any]:
    """Return the floating type with which data take part; lists of numbers count as float64."""
    return np.asarray(as_value(value_of(data))).dtype


def _whole_numbers(numbers: Any, limit: int, what: str) -> np.ndarray[Any, Any]:
    """Return numbers from 0 to limit - 1 as an integer array, or say what is wrong with them."""
    found = np.asarray(value_of(numbers))
    if found.size == 0:
        found = found.astype(int)
    if found.dtype.kind not in "iu":
        raise TypeError(f"{what} must be integers, got {found.dtype} values")
    if found.size and not (found.min() >= 0 and found.max() < limit):
        raise ValueError(
            f"{what} must lie from 0 to {limit - 1}, found {found.min()} to {found.max()}"
        )
    return found


def dropout(a: Operand, rate: float, rng: np.random.Generator) -> Any:
    """Set a random share of the elements to 0 and enlarge the others to make up for it.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.
    rate : float
        The share that is dropped, from 0 to below 1.
    rng : numpy.random.Generator
        Decides which.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Raises
    ------
    ValueError
        If `rate` is out of range.

    Notes
    -----
    N. Srivastava et al., *Journal of Machine Learning Research* 15 (2014), 1929-1958.

    Examples
    --------
    >>> import backprop as bp
    >>> import numpy as np
    >>> bp.dropout(bp.Variable(np.ones(4)), 0.5, np.random.default_rng(0)).value
    array([2., 0., 0., 0.])
    """
    if not 0 <= rate < 1:
        raise ValueError(f"dropout: rate must lie from 0 to below 1, got {rate}")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"dropout: rng must come from np.random.default_rng(seed), got {rng!r}")
    kept = rng.random(np.shape(value_of(a))) >= rate
    return multiply(a, (kept / (1.0 - rate)).astype(_type_of(a)))


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


# --- losses ---------------------------------------------------------------------------------------


def _residual(predicted: Value, observed: Value) -> Value:
    shapes = getattr(predicted, "shape", ()), getattr(observed, "shape", ())
    if shapes[0] != shapes[1]:
        # (3,) against (3, 1) would broadcast to nine residuals for three points, without a word.
        raise ValueError(
            f"predicted has shape {shapes[0]} and observed {shapes[1]}: "
            "give one prediction for each observation"
        )
    if 0 in shapes[0]:
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


def _missing(predicted: Value, observed: Value) -> Any:
    """Tell where the margin of 1 is not reached."""
    return value_of(observed) * value_of(predicted) < 1.0


@operation(
    r"\frac{1}{<n>} \sum \max(0, 1 - <observed> \cdot <predicted>)",
    (
        r"-\frac{1}{<n>} \cdot <observed> \cdot [<observed> \cdot <predicted> \lt 1]",
        lambda upstream, out, predicted, observed: (
            observed * _missing(predicted, observed) * (-upstream / np.size(value_of(observed)))
        ),
    ),
    pointwise=False,
    elementary=lambda predicted, observed: mean(
        maximum(0.0, subtract(1.0, multiply(observed, predicted)))
    ),
    name="hinge",
)
def _hinge(predicted: Operand, observed: Any) -> Any:
    missing = np.maximum(1.0 - observed * predicted, 0.0)
    return as_number(missing.sum() / missing.size)


def hinge(predicted: Operand, observed: Any) -> Any:
    """Mean of ``max(0, 1 - observed * predicted)``: what is missing to a clear decision.

    Parameters
    ----------
    predicted : Variable or array_like
        Scores, any shape: positive for one class, negative for the other.
    observed : array_like
        The classes as 1 and -1, in the same shape.

    Returns
    -------
    Variable or float
        A single number.

    Raises
    ------
    ValueError
        If the shapes differ, there are no observations, or one is neither 1 nor -1.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.hinge([2.0, 0.5], [1.0, 1.0])
    0.25
    """
    scores = _numbers(predicted, "hinge")
    sides = np.asarray(_numbers(observed, "hinge"), np.result_type(scores))
    if not (np.abs(sides) == 1).all():
        raise ValueError("hinge: observed must be 1 or -1 for each example")
    if np.shape(scores) != sides.shape or sides.size == 0:
        raise ValueError(
            f"hinge: predicted has shape {np.shape(scores)} and observed {sides.shape}: "
            "give one score for each example"
        )
    return _hinge(predicted, sides[()])


def _numbers(operand: Operand, what: str) -> Value:
    """Return plain numbers, or say to which function something else was given."""
    try:
        return operand.value if isinstance(operand, Variable) else as_value(operand)
    except TypeError as error:
        raise TypeError(f"{what}: {error}") from None


def _targets(labels: Any, shape: tuple[int, ...], what: str) -> np.ndarray[Any, Any]:
    """Return labels as one row of shares for each example; a number becomes a 1 in its place."""
    given = np.asarray(value_of(labels))
    if not shape or 0 in shape:
        raise ValueError(f"{what}: there are no predictions, the shape is {shape}")
    if given.dtype.kind == "f":
        if given.shape == shape[:-1]:
            raise TypeError(f"{what}: labels must be integers, got {given.dtype} values")
        if given.shape != shape:
            raise ValueError(f"{what}: predictions have shape {shape}, shares {given.shape}")
        if not np.allclose(np.sum(given, axis=-1), 1.0):
            raise ValueError(f"{what}: the shares of each example must add up to 1")
        return given
    if given.shape != shape[:-1]:
        raise ValueError(
            f"{what}: predictions have shape {shape}, so labels need the shape {shape[:-1]}, "
            f"got {given.shape}; shares of classes are given as floats"
        )
    numbers = _whole_numbers(given, shape[-1], f"{what}: labels")
    one_hot: np.ndarray[Any, Any] = np.equal.outer(numbers, np.arange(shape[-1])).astype(float)
    return one_hot


def cross_entropy(predicted: Operand, observed: Any) -> Any:
    """Mean of ``-log(predicted probability of what was observed)``.

    From scores, use :func:`softmax_cross_entropy`: it cannot overflow.

    Parameters
    ----------
    predicted : Variable or array_like
        Probabilities, shape (..., classes).
    observed : array_like of int, or of float
        The class of each example, shape (...); or shares in the shape of `predicted`.

    Returns
    -------
    Variable or float
        A single number, in nats.

    Raises
    ------
    TypeError, ValueError
        If labels are not integers, out of range, or the shapes do not fit.

    Examples
    --------
    >>> import backprop as bp
    >>> round(bp.cross_entropy([[0.5, 0.5], [0.1, 0.9]], [0, 1]), 6)
    0.399254
    """
    shape = np.shape(_numbers(predicted, "cross_entropy"))
    shares = _targets(observed, shape, "cross_entropy")
    # A class without a share counts nothing, whatever was predicted: no 0 * log(0).
    terms = multiply(shares, log(where(shares != 0, predicted, 1.0)))
    return sum(terms) * (-shape[-1] / float(np.prod(shape)))


@operation(
    r"-\frac{1}{<n>} \sum <labels> \cdot \ln(\operatorname{softmax}(<logits>))",
    (
        r"\frac{1}{<n>} \cdot (\operatorname{softmax}(<logits>) - <labels>)",
        lambda upstream, out, logits, labels: (
            (softmax(logits) - labels) * (upstream * (np.shape(labels)[-1] / np.size(labels)))
        ),
    ),
    pointwise=False,
    elementary=lambda logits, labels: (
        sum(multiply(labels, log_softmax(logits))) * (-np.shape(labels)[-1] / np.size(labels))
    ),
    name="softmax_cross_entropy",
)
def _softmax_cross_entropy(logits: Operand, labels: Any) -> Any:
    logarithms = TABLE["log_softmax"].forward(logits, -1)
    total = np.vdot(labels, logarithms)
    if total != total:  # a score of -inf: where there is no share, 0 times infinity is 0
        total = np.vdot(labels, np.where(labels == 0, 0.0, logarithms))
    return as_number((0.0 - total) * (np.shape(labels)[-1] / np.size(labels)))


def softmax_cross_entropy(logits: Operand, labels: Any) -> Any:
    """Cross-entropy of the softmax of scores, in one step: mean of ``-log_softmax(logits)[label]``.

    Its gradient with respect to the scores is ``(softmax(logits) - label) / examples``.

    Parameters
    ----------
    logits : Variable or array_like
        Scores, shape (..., classes).
    labels : array_like of int, or of float
        The class of each example, shape (...); or shares in the shape of `logits`.

    Returns
    -------
    Variable or float
        A single number, in nats.

    Raises
    ------
    TypeError, ValueError
        If labels are not integers, out of range, or the shapes do not fit.

    Examples
    --------
    >>> import backprop as bp
    >>> logits = bp.Variable([[0.0, 1000.0]])
    >>> loss = bp.softmax_cross_entropy(logits, [0])
    >>> loss.backward()
    >>> loss.value, logits.grad
    (1000.0, array([[-1.,  1.]]))
    """
    scores = _numbers(logits, "softmax_cross_entropy")
    shares = _targets(labels, np.shape(scores), "softmax_cross_entropy")
    return _softmax_cross_entropy(logits, shares.astype(np.result_type(scores), copy=False))
