r"""Every elementary operation: how it is computed, its derivatives, and how both are written.

An entry of the table reads::

    @operation(
        r"<a> \cdot <b>",                                           # how it is written
        (r"<b>", lambda upstream, out, a, b: upstream * b),          # derivative with respect to a
        (r"<a>", lambda upstream, out, a, b: upstream * a),          # derivative with respect to b
    )
    def multiply(a, b): ...                                          # how it is computed

A rule takes the upstream gradient, the result and the arguments, and returns upstream gradient
times local derivative. It uses operations of this module alone, so it works on plain values, which
is fast, and on Variables (when a derivative is to be differentiated again).
"""

from __future__ import annotations

import builtins
import functools
import inspect
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import numpy as np

from backprop.variable import (
    ALL_IN_A,
    Constant,
    Operand,
    Value,
    Variable,
    as_value,
    is_recording,
    remember,
    sum_to_shape,
    value_of,
)

Rule = Callable[..., Any]
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One entry of the table of operations.

    Attributes
    ----------
    name : str
        The name of its function.
    forward : callable
        Computes the result from plain values.
    parameters : tuple of str
        Names of the arguments, in order.
    rules : tuple of callable
        For each argument that can be differentiated, in order:
        ``rule(upstream, out, *arguments)`` returns upstream gradient times local derivative.
    latex : str
        The operation in LaTeX, with ``<a>`` where the argument `a` stands.
    derivatives : tuple of str
        The local derivatives in LaTeX, with ``<a>`` and ``<out>``, in the order of `rules`.
    broadcasts : bool
        Whether arguments are stretched to a common shape, so that gradients are summed back.
    pointwise : bool
        Whether each element of the result depends on one element of each argument.
    elementary : callable or None
        For a fused operation: the same computed in elementary steps.
    """

    name: str
    forward: Callable[..., Value]
    parameters: tuple[str, ...]
    rules: tuple[Rule, ...]
    latex: str
    derivatives: tuple[str, ...]
    broadcasts: bool
    pointwise: bool
    elementary: Callable[..., Variable] | None


#: Every operation by name, in the order of definition.
TABLE: dict[str, Operation] = {}


def operation(
    latex: str,
    *rows: tuple[str, Rule],
    pointwise: bool = True,
    broadcasts: bool = False,
    forward: Callable[..., Value] | None = None,
    elementary: Callable[..., Variable] | None = None,
) -> Callable[[Function], Function]:
    """Enter the decorated function into the table, and let it take Variables.

    Parameters
    ----------
    latex : str
        How the operation is written, with ``<a>`` where the argument `a` stands.
    *rows : tuple of (str, callable)
        For each differentiable argument, its local derivative in LaTeX and its rule.
    pointwise, broadcasts, elementary
        As in :class:`Operation`.
    forward : callable, optional
        The same computation as the decorated function's, from C.
    """

    def enter(function: Function) -> Function:
        signature = inspect.signature(function)
        entry = Operation(
            name=function.__name__,
            forward=forward or function,
            parameters=tuple(signature.parameters),
            rules=tuple(rule for _, rule in rows),
            latex=latex,
            derivatives=tuple(written for written, _ in rows),
            broadcasts=broadcasts,
            pointwise=pointwise,
            elementary=elementary,
        )
        TABLE[entry.name] = entry
        recorder = {("a",): _one, ("a", "b"): _two}.get(entry.parameters, _many)
        return functools.wraps(function)(recorder(entry, signature))  # type: ignore[return-value]

    return enter


def _one(entry: Operation, signature: inspect.Signature) -> Callable[..., Any]:
    forward = entry.forward

    def record(a: Operand) -> Any:
        if type(a) is not Variable or not is_recording():
            return _without_graph(entry, a)
        return remember(entry, forward(a._value), a)

    return record


def _two(entry: Operation, signature: inspect.Signature) -> Callable[..., Any]:
    forward = entry.forward

    def record(a: Operand, b: Operand) -> Any:
        if type(a) is Variable:
            x = a._value
            if type(b) is Variable:
                y = b._value
            elif type(b) is float:
                y = b
            else:
                b, y = _data(entry, b)
        elif type(b) is Variable:
            y = b._value
            a, x = _data(entry, a)
        else:
            return _without_graph(entry, a, b)
        if not is_recording():
            return _without_graph(entry, a, b)
        try:
            return remember(entry, forward(x, y), a, b)
        except (TypeError, ValueError) as error:
            raise _misfit(entry, (a, b), error) from None

    return record


def _many(entry: Operation, signature: inspect.Signature) -> Callable[..., Any]:
    count = len(entry.rules)

    def record(*given: Any, **settings: Any) -> Any:
        arguments = given
        if settings or len(given) != len(entry.parameters):
            arguments = _bound(entry, signature, given, settings)
        if not (is_recording() and any(type(a) is Variable for a in arguments[:count])):
            return _without_graph(entry, *arguments)
        operands = [
            (a, a._value) if type(a) is Variable else _data(entry, a) for a in arguments[:count]
        ]
        settled = arguments[count:]
        try:
            value = entry.forward(*(value for _, value in operands), *settled)
        except (TypeError, ValueError) as error:
            raise _misfit(entry, arguments[:count], error) from None
        return remember(entry, value, (*(a for a, _ in operands), *settled), ALL_IN_A)

    return record


def _bound(
    entry: Operation, signature: inspect.Signature, given: Any, settings: dict[str, Any]
) -> tuple[Any, ...]:
    """Return the arguments in the order of the parameters, with their defaults."""
    try:
        bound = signature.bind(*given, **settings)
    except TypeError as error:
        raise TypeError(f"{entry.name}({', '.join(entry.parameters)}): {error}") from None
    bound.apply_defaults()
    return bound.args


def _data(entry: Operation, data: Any) -> tuple[Any, Value]:
    """Return an argument that is not a Variable as it is remembered, and its plain value."""
    if isinstance(data, Variable):
        return data, data._value
    if type(data) is np.ndarray and data.dtype.kind == "f":
        return data, data
    try:
        value = as_value(data)
    except TypeError as error:
        raise TypeError(f"{entry.name}: {error}") from None
    return value, value


def _without_graph(entry: Operation, *arguments: Any) -> Any:
    """Compute with data alone: arrays and numbers give arrays and numbers."""
    operands, settled = arguments[: len(entry.rules)], arguments[len(entry.rules) :]
    values = [_data(entry, operand)[1] for operand in operands]
    try:
        value = entry.forward(*values, *settled)
    except (TypeError, ValueError) as error:
        raise _misfit(entry, operands, error) from None
    return Constant(value) if any(isinstance(a, Variable) for a in arguments) else value


def _misfit(entry: Operation, arguments: Sequence[Any], error: Exception) -> Exception:
    """Say which operation did not accept which arguments, and what would fit."""
    shapes = " and ".join(str(np.shape(value_of(a))) for a in arguments)
    if isinstance(error, ValueError) and entry.broadcasts:
        fitting = (
            "counted from the last axis, lengths must be equal, or one of them 1"
            if entry.pointwise
            else "the last length of the first must equal the last but one of the second, or the "
            "only one of a vector; single numbers are multiplied with *"
        )
        return ValueError(f"{entry.name}: shapes {shapes} do not fit: {fitting}")
    kind = TypeError if isinstance(error, TypeError) else ValueError
    return kind(f"{entry.name}: {error}")


def _number(value: Any) -> Value:
    """Return a NumPy float64 scalar as a Python float: faster, and shown as a plain number."""
    return float(value) if type(value) is np.float64 else value


def _ieee(fast: Callable[[float], float], general: Callable[..., Any], a: Value) -> Value:
    """Compute a Python float with `fast`; where that refuses, NumPy says inf or nan, and warns."""
    if type(a) is float:
        try:
            return fast(a)
        except (OverflowError, ValueError):
            return float(general(a))
    return general(a)


def _quotient(a: Value, b: Value) -> Value:
    """Divide; where Python refuses to divide by zero, NumPy says inf or nan, and warns."""
    try:
        return a / b
    except ZeroDivisionError:
        return float(np.divide(a, b))


def _marked(condition: Value, like: Value) -> Value:
    """Return 1 where a condition holds and 0 elsewhere, in the floating type of `like`."""
    return _number(np.asarray(condition, dtype=np.result_type(value_of(like)))[()])


# --- arithmetic -----------------------------------------------------------------------------------


@operation(
    r"<a> + <b>",
    (r"1", lambda upstream, out, a, b: upstream),
    (r"1", lambda upstream, out, a, b: upstream),
    broadcasts=True,
    forward=operator.add,
)
def add(a: Operand, b: Operand) -> Any:
    """Sum ``a + b``, element by element.

    Parameters
    ----------
    a, b : Variable or array_like
        Shapes that NumPy can broadcast.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the common shape; a Variable if `a` or `b` is one.

    Raises
    ------
    ValueError
        If the shapes do not fit; the message gives both.

    Examples
    --------
    >>> import backprop as bp
    >>> (bp.Variable(2.0) + 3).value
    5.0
    """
    return a + b


@operation(
    r"<a> - <b>",
    (r"1", lambda upstream, out, a, b: upstream),
    (r"-1", lambda upstream, out, a, b: -upstream),
    broadcasts=True,
    forward=operator.sub,
)
def subtract(a: Operand, b: Operand) -> Any:
    """Difference ``a - b``, element by element.

    Parameters
    ----------
    a, b : Variable or array_like
        Shapes that NumPy can broadcast.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the common shape; a Variable if `a` or `b` is one.

    Raises
    ------
    ValueError
        If the shapes do not fit; the message gives both.

    Examples
    --------
    >>> import backprop as bp
    >>> (3 - bp.Variable(2.0)).value
    1.0
    """
    return a - b


@operation(
    r"<a> \cdot <b>",
    (r"<b>", lambda upstream, out, a, b: upstream * b),
    (r"<a>", lambda upstream, out, a, b: upstream * a),
    broadcasts=True,
    forward=operator.mul,
)
def multiply(a: Operand, b: Operand) -> Any:
    """Product ``a * b``, element by element.

    Parameters
    ----------
    a, b : Variable or array_like
        Shapes that NumPy can broadcast.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the common shape; a Variable if `a` or `b` is one.

    Raises
    ------
    ValueError
        If the shapes do not fit; the message gives both.

    Examples
    --------
    >>> import backprop as bp
    >>> (bp.Variable(2.0) * [1.0, 2.0]).value
    array([2., 4.])
    """
    return a * b


@operation(
    r"\frac{<a>}{<b>}",
    (r"\frac{1}{<b>}", lambda upstream, out, a, b: _quotient(upstream, b)),
    (r"-\frac{<a>}{<b>^2}", lambda upstream, out, a, b: _quotient(-upstream * out, b)),
    broadcasts=True,
)
def divide(a: Operand, b: Operand) -> Any:
    """Quotient ``a / b``, element by element; infinite or NaN, with a warning, where `b` is 0.

    Parameters
    ----------
    a, b : Variable or array_like
        Shapes that NumPy can broadcast.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the common shape; a Variable if `a` or `b` is one.

    Raises
    ------
    ValueError
        If the shapes do not fit; the message gives both.

    Examples
    --------
    >>> import backprop as bp
    >>> (bp.Variable(3.0) / 2).value
    1.5
    """
    return _quotient(a, b)


@operation(
    r"-<a>",
    (r"-1", lambda upstream, out, a: -upstream),
    forward=operator.neg,
)
def negate(a: Operand) -> Any:
    """Negative ``-a``, element by element.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> (-bp.Variable(3.0)).value
    -3.0
    """
    return -a


@operation(
    r"<a>^2",
    (r"2 \cdot <a>", lambda upstream, out, a: upstream * 2.0 * a),
)
def square(a: Operand) -> Any:
    """Square ``a ** 2``, element by element.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.square(bp.Variable(3.0)).value
    9.0
    """
    return a * a


def _power_slope(upstream: Value, out: Value, a: Value, b: Value) -> Value:
    # Where b = 0 the derivative is 0; the exponent 0 there keeps 0 ** -1 from spoiling it.
    return upstream * b * power(a, b - _marked(value_of(b) != 0, like=b))


def _exponent_slope(upstream: Value, out: Value, a: Value, b: Value) -> Value:
    # At a = 0, where log has no value, the derivative is 0: log(0 + 1).
    return upstream * out * log(a + _marked(value_of(a) == 0, like=a))


@operation(
    r"<a>^{<b>}",
    (r"<b> \cdot <a>^{<b> - 1}", _power_slope),
    (
        r"<a>^{<b>} \cdot \ln(<a>)",
        _exponent_slope,
    ),
    broadcasts=True,
)
def power(a: Operand, b: Operand) -> Any:
    """Power ``a ** b``, element by element.

    The derivative with respect to `a` is 0 where ``b = 0``. The one with respect to `b` needs a
    positive `a`; where ``a = 0`` it is 0.

    Parameters
    ----------
    a, b : Variable or array_like
        Shapes that NumPy can broadcast.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the common shape; a Variable if `a` or `b` is one.

    Raises
    ------
    ValueError
        If the shapes do not fit; the message gives both.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(2.0)
    >>> y = x**3
    >>> y.backward()
    >>> y.value, x.grad
    (8.0, 12.0)
    """
    try:
        result = a**b
    except (OverflowError, ZeroDivisionError):
        return float(np.power(a, b))
    # Python gives (-8.0) ** 0.5 a complex value; NumPy says nan and warns.
    return float(np.power(a, b)) if type(result) is complex else result


# --- exponential, logarithm and the two functions made of them ------------------------------------


@operation(r"e^{<a>}", (r"e^{<a>}", lambda upstream, out, a: upstream * out))
def exp(a: Operand) -> Any:
    """Exponential function, element by element; infinite, with a warning, from ``a = 710`` on.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(0.0)
    >>> bp.exp(2 * x).backward()
    >>> x.grad
    2.0
    """
    return _ieee(math.exp, np.exp, a)


@operation(r"\ln(<a>)", (r"\frac{1}{<a>}", lambda upstream, out, a: _quotient(upstream, a)))
def log(a: Operand) -> Any:
    """Natural logarithm, element by element; -inf at 0 and NaN below it, with a warning.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(4.0)
    >>> bp.log(x).backward()
    >>> x.grad
    0.25
    """
    return _ieee(math.log, np.log, a)


@operation(
    r"\sigma(<a>)",
    (
        r"\sigma(<a>) \cdot (1 - \sigma(<a>))",
        lambda upstream, out, a: upstream * out * (1.0 - out),
    ),
)
def sigmoid(a: Operand) -> Any:
    """Sigmoid ``1 / (1 + exp(-a))``, element by element; does not overflow.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.sigmoid(bp.Variable([-1000.0, 0.0, 1000.0])).value
    array([0. , 0.5, 1. ])
    """
    if type(a) is float:
        small = math.exp(-builtins.abs(a))
        return (1.0 if a >= 0.0 else small) / (1.0 + small)
    small = np.exp(-np.abs(a))
    one = np.ones_like(small)
    return np.where(a >= 0, one, small) / (one + small)


@operation(
    r"\operatorname{softplus}(<a>)",
    (r"\sigma(<a>)", lambda upstream, out, a: upstream * sigmoid(a)),
)
def softplus(a: Operand) -> Any:
    """Softplus ``log(1 + exp(a))``, element by element; its derivative is the sigmoid.

    Computed as ``max(a, 0) + log(1 + exp(-|a|))``, which does not overflow.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.softplus(bp.Variable([-1000.0, 0.0, 1000.0])).value
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+03])
    """
    if type(a) is float:
        return max(a, 0.0) + math.log1p(math.exp(-builtins.abs(a)))
    return np.maximum(a, 0) + np.log1p(np.exp(-np.abs(a)))


# --- shapes and sums ------------------------------------------------------------------------------


def _kept_axes(upstream: Value, a: Value, axis: Any, keepdims: bool) -> Value:
    """Give a reduced value its lost axes back, as axes of length 1."""
    if axis is None or keepdims:
        return upstream
    shape = list(np.shape(value_of(a)))
    for lost in axis if isinstance(axis, tuple) else (axis,):
        shape[lost] = 1
    return reshape(upstream, tuple(shape))


def _to_every_element(
    upstream: Value, out: Value, a: Value, axis: int | tuple[int, ...] | None, keepdims: bool
) -> Value:
    return broadcast_to(_kept_axes(upstream, a, axis, keepdims), np.shape(value_of(a)))


@operation(
    r"\sum <a>",
    (r"1", _to_every_element),
    pointwise=False,
)
def sum(a: Operand, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Any:
    """Sum of the elements, over all of them or along `axis`.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.
    axis : int or tuple of int, optional
        Axes to sum over; all of them if left out.
    keepdims : bool, optional
        Keep the summed axes, with length 1.

    Returns
    -------
    Variable, float or numpy.ndarray
        A single number, or what is left of the shape; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable([1.0, 2.0, 3.0])
    >>> bp.sum(x).backward()
    >>> x.grad
    array([1., 1., 1.])
    """
    return _number(np.sum(a, axis=axis, keepdims=keepdims))


@operation(
    r"\frac{1}{<n>} \sum <a>",
    (
        r"\frac{1}{<n>}",
        lambda upstream, out, a, axis, keepdims: _to_every_element(
            upstream * _share(out, a), out, a, axis, keepdims
        ),
    ),
    pointwise=False,
)
def mean(a: Operand, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Any:
    """Mean of the elements, over all of them or along `axis`.

    Parameters
    ----------
    a : Variable or array_like
        Any shape with at least one element.
    axis : int or tuple of int, optional
        Axes to average over; all of them if left out.
    keepdims : bool, optional
        Keep the averaged axes, with length 1.

    Returns
    -------
    Variable, float or numpy.ndarray
        A single number, or what is left of the shape; a Variable if `a` is one.

    Raises
    ------
    ValueError
        If there is nothing to average.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable([1.0, 2.0, 6.0, 3.0])
    >>> m = bp.mean(x)
    >>> m.backward()
    >>> m.value, x.grad
    (3.0, array([0.25, 0.25, 0.25, 0.25]))
    """
    if np.size(a) == 0:
        raise ValueError("there is no mean of no elements")
    return _number(np.mean(a, axis=axis, keepdims=keepdims))


def _share(out: Value, a: Value) -> float:
    """Return the weight of one element in a mean."""
    return float(np.size(value_of(out)) / np.size(value_of(a)))


def _summed_to_a(upstream: Value, out: Value, a: Value, shape: tuple[int, ...]) -> Value:
    return sum_to(upstream, np.shape(value_of(a)))


@operation(
    r"<a>",
    (r"1", _summed_to_a),
    pointwise=False,
)
def broadcast_to(a: Operand, shape: tuple[int, ...]) -> Any:
    """Stretch a value to `shape`, by NumPy's rules of broadcasting.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.
    shape : tuple of int
        A shape to which it can be stretched.

    Returns
    -------
    Variable, float or numpy.ndarray
        In that shape; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.operations.broadcast_to(bp.Variable(2.0), (3,)).value
    array([2., 2., 2.])
    """
    return np.broadcast_to(a, shape) if shape else a


def _stretched_to_a(upstream: Value, out: Value, a: Value, shape: tuple[int, ...]) -> Value:
    return broadcast_to(upstream, np.shape(value_of(a)))


@operation(
    r"\sum <a>",
    (r"1", _stretched_to_a),
    pointwise=False,
)
def sum_to(a: Operand, shape: tuple[int, ...]) -> Any:
    """Sum over the axes along which `shape` was stretched: the reverse of :func:`broadcast_to`.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.
    shape : tuple of int
        A shape that can be stretched to that of `a`.

    Returns
    -------
    Variable, float or numpy.ndarray
        In `shape`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.operations.sum_to(bp.Variable([1.0, 2.0, 3.0]), ()).value
    6.0
    """
    return sum_to_shape(a, shape)


def _reshaped_to_a(upstream: Value, out: Value, a: Value, shape: tuple[int, ...]) -> Value:
    return reshape(upstream, np.shape(value_of(a)))


@operation(
    r"<a>",
    (r"1", _reshaped_to_a),
    pointwise=False,
)
def reshape(a: Operand, shape: int | tuple[int, ...]) -> Any:
    """Arrange the same elements in another shape.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.
    shape : int or tuple of int
        As many elements; one length may be -1, for what remains.

    Returns
    -------
    Variable, float or numpy.ndarray
        In that shape; a Variable if `a` is one.

    Raises
    ------
    ValueError
        If the elements do not fill the shape.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.reshape(bp.Variable([1.0, 2.0, 3.0, 4.0]), (2, 2)).value
    array([[1., 2.],
           [3., 4.]])
    """
    return _number(np.reshape(a, shape)[()])


def _order_restored(upstream: Value, out: Value, a: Value, axes: tuple[int, ...] | None) -> Value:
    # Axes counted from the end are negative; mod makes them places that can be sorted.
    return transpose(upstream, None if axes is None else tuple(np.argsort(np.mod(axes, len(axes)))))


@operation(
    r"<a>^\top",
    (r"1", _order_restored),
    pointwise=False,
)
def transpose(a: Operand, axes: tuple[int, ...] | None = None) -> Any:
    """Reorder the axes: reversed, or in the order of `axes`.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.
    axes : tuple of int, optional
        All the axes of `a`, in their new order; left out: the last one first.

    Returns
    -------
    Variable, float or numpy.ndarray
        A Variable if `a` is one.

    Raises
    ------
    ValueError
        If `axes` does not list every axis once.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.transpose(bp.Variable([[1.0, 2.0]])).value
    array([[1.],
           [2.]])
    """
    return _number(np.transpose(a, axes)[()])


def _swapped(a: Value) -> Value:
    """Transpose the last two axes: every matrix of a stack by itself."""
    ndim = np.ndim(value_of(a))
    return transpose(a, (*range(ndim - 2), ndim - 1, ndim - 2))


def _column(a: Value) -> Value:
    """Add an axis of length 1 at the end."""
    return reshape(a, (*np.shape(value_of(a)), 1))


def _row(a: Value) -> Value:
    """Add an axis of length 1 before the last."""
    shape = np.shape(value_of(a))
    return reshape(a, (*shape[:-1], 1, *shape[-1:]))


def _matmul_left(upstream: Value, out: Value, a: Value, b: Value) -> Value:
    if np.ndim(value_of(b)) == 1:
        return _column(upstream) * b if np.ndim(value_of(a)) > 1 else upstream * b
    if np.ndim(value_of(a)) == 1:
        return sum(b * _row(upstream), axis=-1)
    return matmul(upstream, _swapped(b))


def _matmul_right(upstream: Value, out: Value, a: Value, b: Value) -> Value:
    if np.ndim(value_of(a)) == 1:
        return _column(a) * _row(upstream) if np.ndim(value_of(b)) > 1 else upstream * a
    if np.ndim(value_of(b)) == 1:
        return sum(a * _column(upstream), axis=-2)
    return matmul(_swapped(a), upstream)


@operation(
    r"<a> <b>",
    (r"<upstream> <b>^\top", _matmul_left),
    (r"<a>^\top <upstream>", _matmul_right),
    broadcasts=True,
    pointwise=False,
)
def matmul(a: Operand, b: Operand) -> Any:
    """Matrix product ``a @ b``, of vectors, matrices or stacks of matrices, by NumPy's rules.

    Parameters
    ----------
    a : Variable or array_like
        Shape (n,) or (..., m, n).
    b : Variable or array_like
        Shape (n,) or (..., n, k).

    Returns
    -------
    Variable, float or numpy.ndarray
        Shape (..., m, k), without the axis that a vector has not; a Variable if `a` or `b` is one.

    Raises
    ------
    ValueError
        If the inner lengths differ; the message gives both shapes.

    Examples
    --------
    >>> import backprop as bp
    >>> W = bp.Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> bp.sum(W @ [1.0, 10.0]).backward()
    >>> W.grad
    array([[ 1., 10.],
           [ 1., 10.]])
    """
    return _number(np.matmul(a, b))


# --- operators on Variables -----------------------------------------------------------------------


def _reflected(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, other: function(other, self)


def _raised(a: Variable, b: Operand) -> Any:
    """Compute ``a ** b``; squares have an entry of their own."""
    return square(a) if type(b) in (int, float) and b == 2 else power(a, b)


def _for_numpy(
    self: Variable, ufunc: np.ufunc, method: str, *arguments: Any, **settings: Any
) -> Any:
    """Let NumPy's ``array * variable`` and ``np.exp(variable)`` record like our own functions."""
    name = ufunc.__name__
    if method != "__call__" or settings or name not in TABLE:
        _refuse(name if method == "__call__" else f"{name}.{method}")
    return globals()[name](*arguments)


def _refuse_numpy(
    self: Variable, function: Callable[..., Any], types: Any, arguments: Any, settings: Any
) -> None:
    """Refuse what is no ufunc, such as ``np.sum(variable)``, instead of losing its derivative."""
    _refuse(function.__name__)


def _refuse(name: str) -> NoReturn:
    ours = f"bp.{name}" if name in TABLE else "the functions of backprop"
    raise TypeError(
        f"np.{name} does not record derivatives: use {ours}, or take the plain value with .value"
    )


for _name, _function in {
    "add": add,
    "sub": subtract,
    "mul": multiply,
    "truediv": divide,
    "pow": _raised,
    "matmul": matmul,
}.items():
    setattr(Variable, f"__{_name}__", _function)
    setattr(Variable, f"__r{_name}__", _reflected(_function))
Variable.__neg__ = negate  # type: ignore[method-assign]
Variable.__array_ufunc__ = _for_numpy  # type: ignore[method-assign]
Variable.__array_function__ = _refuse_numpy  # type: ignore[attr-defined]
Variable.sum_to = sum_to  # type: ignore[assignment]
