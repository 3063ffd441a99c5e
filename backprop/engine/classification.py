"""Losses of classifiers: how far scores or probabilities are from the classes that were observed.

As in :mod:`backprop.engine.losses`, each takes ``(predicted, observed)``.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from backprop.engine.activations import log_softmax, shift_scores, softmax
from backprop.engine.arrays import as_array, clip_below, mark_positive
from backprop.engine.embedding import check_whole_numbers
from backprop.engine.operations import (
    log,
    maximum,
    mean,
    multiply,
    subtract,
    sum,
    where,
)
from backprop.engine.recorders import operation
from backprop.engine.table import TABLE, Intermediate
from backprop.engine.variable import Operand, Value, Variable, as_number, as_value, value_of

if TYPE_CHECKING:
    from backprop.engine.signatures import Plain


def _missing(predicted: Value, observed: Value) -> Any:
    """Tell where the margin of 1 is not reached."""
    return value_of(observed) * value_of(predicted) < 1.0


def _keep_missing(predicted: Value, observed: Any) -> tuple[Value, Value]:
    if not type(predicted) is type(observed) is np.ndarray:
        return TABLE["hinge"].forward(predicted, observed), None
    missing = clip_below(1.0 - observed * predicted)
    return as_number(np.add.reduce(missing, axis=None) / missing.size), missing


@operation(
    r"\frac{1}{<n>} \sum \max(0, 1 - <observed> \cdot <predicted>)",
    (
        r"-\frac{1}{<n>} \cdot <observed> \cdot [<observed> \cdot <predicted> \lt 1]",
        lambda upstream, out, predicted, observed: (
            observed * _missing(predicted, observed) * (-upstream / np.size(value_of(observed)))
        ),
    ),
    pointwise=False,
    intermediate=Intermediate(
        _keep_missing,
        (
            lambda upstream, missing, out, predicted, observed: (
                observed * mark_positive(missing) * (-upstream / observed.size)
            ),
        ),
    ),
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
    return as_number(np.sum(missing) / np.size(missing))


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
    if _are_sides(observed, scores):
        return _hinge(predicted, observed)
    sides = as_array(_as_numbers(observed, "hinge", "observed"), np.result_type(scores))
    if not (np.abs(sides) == 1).all():
        raise ValueError("hinge: observed must be 1 or -1 for each example")
    if np.shape(scores) != sides.shape or sides.size == 0:
        raise ValueError(
            f"hinge: predicted has shape {np.shape(scores)} and observed {sides.shape}: "
            "give one score for each example"
        )
    return _hinge(predicted, sides[()])


def _are_sides(observed: Any, scores: Value) -> bool:
    """Whether these are 1 and -1 in the shape and type of the scores, which is the usual case."""
    return (
        type(observed) is np.ndarray is type(scores)
        and observed.shape == scores.shape
        and observed.dtype is scores.dtype
        and observed.size > 0
        and not np.count_nonzero(observed * observed != 1.0)
    )


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


def _weigh_example(labels: Any) -> float:
    return float(labels.shape[-1] / labels.size)


def _keep_softmax(logits: Value, labels: Any) -> tuple[Value, Value]:
    """Compute the logarithm of the softmax by way of the softmax, and keep that."""
    if not type(logits) is type(labels) is np.ndarray:
        return TABLE["softmax_cross_entropy"].forward(logits, labels), None
    logarithms = shift_scores(logits, -1)
    powers = np.exp(logarithms)
    total = np.add.reduce(powers, -1, keepdims=True)
    logarithms -= np.log(total)
    powers /= total
    return _compare_shares(logarithms, labels), powers


def _compare_shares(logarithms: Value, labels: Any) -> Value:
    total = np.vdot(labels, logarithms)
    if total != total:  # a score of -inf: where there is no share, 0 times infinity is 0
        total = np.vdot(labels, np.where(labels == 0, 0.0, logarithms))
    return as_number((0.0 - total) * _weigh_example(labels))


@operation(
    r"-\frac{1}{<n>} \sum <labels> \cdot \ln(\operatorname{softmax}(<logits>))",
    (
        r"\frac{1}{<n>} \cdot (\operatorname{softmax}(<logits>) - <labels>)",
        lambda upstream, out, logits, labels: (
            (softmax(logits) - labels) * (upstream * _weigh_example(labels))
        ),
    ),
    pointwise=False,
    intermediate=Intermediate(
        _keep_softmax,
        (
            lambda upstream, shares, out, logits, labels: (
                (shares - labels) * (upstream * _weigh_example(labels))
            ),
        ),
    ),
    elementary=lambda logits, labels: (
        sum(multiply(labels, log_softmax(logits))) * -_weigh_example(labels)
    ),
    name="softmax_cross_entropy",
)
def _softmax_cross_entropy(logits: Operand, labels: Any) -> Any:
    return _compare_shares(TABLE["log_softmax"].forward(logits, -1), labels)


def _are_classes(labels: Any, scores: Value) -> bool:
    """Whether these are numbers of classes, one for each row of scores, which is the usual case."""
    return (
        type(labels) is np.ndarray is type(scores)
        and labels.dtype == np.int64
        and labels.shape == scores.shape[:1]
        and scores.ndim == 2
        and scores.size > 0
        and scores.shape[1] <= 1000  # the table of one-hot rows is kept
        # As numbers without a sign, those below 0 are the largest.
        and bool(np.maximum.reduce(labels.view(np.uint64)) < scores.shape[1])
    )


#: In a browser indices have 32 bits, and longer ones are refused.
_LONG_INDICES = np.dtype(np.intp) == np.int64


@functools.lru_cache(maxsize=8)
def _one_hot(classes: int, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    return np.eye(classes, dtype=dtype)


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
    if _are_classes(labels, scores):
        rows = labels if _LONG_INDICES else labels.astype(np.intp)
        return _softmax_cross_entropy(logits, _one_hot(scores.shape[1], scores.dtype).take(rows, 0))
    shares = _make_shares(labels, np.shape(scores), "softmax_cross_entropy", ("logits", "labels"))
    return _softmax_cross_entropy(logits, shares.astype(np.result_type(scores), copy=False))
