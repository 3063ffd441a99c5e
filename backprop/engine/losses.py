"""Losses: how far predictions are from what was observed, as a single number.

Every loss takes ``(predicted, observed)``, and residual = observed − predicted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from backprop.engine.activations import log_softmax, softmax
from backprop.engine.arrays import as_array
from backprop.engine.embedding import check_whole_numbers
from backprop.engine.operations import (
    log,
    maximum,
    mean,
    multiply,
    square,
    subtract,
    sum,
    where,
)
from backprop.engine.recorders import operation
from backprop.engine.table import TABLE
from backprop.engine.variable import Operand, Value, Variable, as_number, as_value, value_of

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
    kink=lambda place, out, predicted, observed: (
        predicted,
        np.equal(value_of(predicted) * observed, 1.0),
        (),
    ),
    elementary=lambda predicted, observed: mean(
        maximum(0.0, subtract(1.0, multiply(observed, predicted)))
    ),
    name="hinge",
)
def _hinge(predicted: Operand, observed: Any) -> Any:
    missing = np.maximum(1.0 - observed * predicted, 0.0)
    return as_number(missing.sum() / missing.size)


@overload
def hinge(predicted: Variable, observed: Plain) -> Variable: ...
@overload
def hinge(predicted: Plain, observed: Plain) -> float: ...
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
    scores = _as_numbers(predicted, "hinge", "predicted")
    sides = as_array(_as_numbers(observed, "hinge", "observed"), np.result_type(scores))
    if not (np.abs(sides) == 1).all():
        raise ValueError("hinge: observed must be 1 or -1 for each example")
    if np.shape(scores) != sides.shape or sides.size == 0:
        raise ValueError(
            f"hinge: predicted has shape {np.shape(scores)} and observed {sides.shape}: "
            "give one score for each example"
        )
    return _hinge(predicted, sides[()])


def _as_numbers(operand: Operand, what: str, name: str) -> Value:
    """Return plain numbers, or say to which function something else was given."""
    try:
        return operand.value if isinstance(operand, Variable) else as_value(operand, name=name)
    except TypeError as error:
        raise TypeError(f"{what}: {error}") from None


def _make_shares(
    labels: Any, shape: tuple[int, ...], what: str, names: tuple[str, str]
) -> np.ndarray[Any, Any]:
    """Return labels as one row of shares for each example; a number becomes a 1 in its place."""
    predicted, observed = names
    try:
        given = as_array(value_of(labels))
    except (TypeError, ValueError):  # Variables in a list, or rows of different lengths
        given = np.array(None)
    if not shape or 0 in shape:
        raise ValueError(
            f"{what}: {predicted} must have a row of numbers for each example, got shape {shape}"
        )
    if given.dtype.kind == "f":
        if given.shape == shape[:-1] and shape[:-1]:
            raise TypeError(f"{what}: {observed} must be integers, got {given.dtype} values")
        if given.shape != shape:
            raise ValueError(
                f"{what}: {observed} must be integers, or shares in the shape {shape} of "
                f"{predicted}, got floats of shape {given.shape}"
            )
        if not np.allclose(np.sum(given, axis=-1), 1.0):
            raise ValueError(f"{what}: {observed} must be shares that add up to 1 for each example")
        return given
    if given.dtype.kind in "iu" and given.shape != shape[:-1]:
        raise ValueError(
            f"{what}: {predicted} has shape {shape}, so {observed} must have the shape "
            f"{shape[:-1]}, got {given.shape}; shares of classes are given as floats"
        )
    numbers = check_whole_numbers(labels, shape[-1], f"{what}: {observed}")
    one_hot: np.ndarray[Any, Any] = np.equal.outer(numbers, np.arange(shape[-1])).astype(float)
    return one_hot


@overload
def cross_entropy(predicted: Variable, observed: Plain) -> Variable: ...
@overload
def cross_entropy(predicted: Plain, observed: Plain) -> float: ...
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
    shape = np.shape(_as_numbers(predicted, "cross_entropy", "predicted"))
    shares = _make_shares(observed, shape, "cross_entropy", ("predicted", "observed"))
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


@overload
def softmax_cross_entropy(logits: Variable, labels: Plain) -> Variable: ...
@overload
def softmax_cross_entropy(logits: Plain, labels: Plain) -> float: ...
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
    scores = _as_numbers(logits, "softmax_cross_entropy", "logits")
    shares = _make_shares(labels, np.shape(scores), "softmax_cross_entropy", ("logits", "labels"))
    return _softmax_cross_entropy(logits, shares.astype(np.result_type(scores), copy=False))
