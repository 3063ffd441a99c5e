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
is fast, and on Variables (when a derivative is to be differentiated again). The rules of four
operations of arithmetic are texts (:class:`~backprop.engine.table.Expression`).
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from backprop.checks import check_pair, format_given
from backprop.engine.arguments import check_axis
from backprop.engine.arrays import as_array, multiply_matrices, sum_elements
from backprop.engine.recorders import operation
from backprop.engine.table import TABLE as TABLE
from backprop.engine.table import Expression
from backprop.engine.variable import (
    Operand,
    Value,
    Variable,
    as_number,
    as_value,
    sum_to_shape,
    value_of,
)

if TYPE_CHECKING:
    from backprop.engine.signatures import ArrayOrList, Axes, Input, Numbers, Plain, Same


def _compute_as_ieee(
    fast: Callable[[float], float], general: Callable[..., Any], a: Value
) -> Value:
    """Compute a Python float with `fast`; where that refuses, NumPy says inf or nan, and warns."""
    if type(a) is float:
        try:
            return fast(a)
        except (OverflowError, ValueError):
            return float(general(a))
    return general(a)


def _divide_floats(a: Value, b: Value) -> Value:
    """Divide; where Python refuses to divide by zero, NumPy says inf or nan, and warns."""
    try:
        return a / b
    except ZeroDivisionError:
        return float(np.divide(a, b))


def _multiply_arrived(upstream: Value, local: Value) -> Value:
    """Multiply, where 0 times infinity is 0: what did not arrive is not passed on."""
    if isinstance(upstream, Variable) or isinstance(local, Variable):
        return carry(upstream, local)
    return _multiply_arrived_values(upstream, local)


def _multiply_arrived_values(upstream: Value, local: Value) -> Value:
    product = upstream * local
    if product == product if type(product) is float else not np.isnan(product).any():
        return product
    return as_number(np.where(np.equal(upstream, 0), np.zeros_like(product), product)[()])


def _mark_ones(condition: Value, like: Value) -> Value:
    """Return 1 where a condition holds and 0 elsewhere, in the floating type of `like`."""
    return as_number(as_array(condition, np.result_type(value_of(like)))[()])


# --- arithmetic -----------------------------------------------------------------------------------


@overload
def add(a: Variable, b: Input) -> Variable: ...
@overload
def add(a: Input, b: Variable) -> Variable: ...
@overload
def add(a: Plain, b: Plain) -> Numbers: ...
@operation(
    r"<a> + <b>",
    (r"1", Expression("upstream, out, a, b", "upstream")),
    (r"1", Expression("upstream, out, a, b", "upstream")),
    broadcasts=True,
    forward=Expression("a, b", "a + b"),
)
def add(a: Operand, b: Operand) -> Any:
    """Sum ``a + b``, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> (bp.Variable(2.0) + 3).value
    5.0
    """
    return a + b


@overload
def subtract(a: Variable, b: Input) -> Variable: ...
@overload
def subtract(a: Input, b: Variable) -> Variable: ...
@overload
def subtract(a: Plain, b: Plain) -> Numbers: ...
@operation(
    r"<a> - <b>",
    (r"1", Expression("upstream, out, a, b", "upstream")),
    (r"-1", Expression("upstream, out, a, b", "-upstream")),
    broadcasts=True,
    forward=Expression("a, b", "a - b"),
)
def subtract(a: Operand, b: Operand) -> Any:
    """Difference ``a - b``, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> (3 - bp.Variable(2.0)).value
    1.0
    """
    return a - b


@overload
def multiply(a: Variable, b: Input) -> Variable: ...
@overload
def multiply(a: Input, b: Variable) -> Variable: ...
@overload
def multiply(a: Plain, b: Plain) -> Numbers: ...
@operation(
    r"<a> \cdot <b>",
    (r"<b>", Expression("upstream, out, a, b", "upstream * b")),
    (r"<a>", Expression("upstream, out, a, b", "upstream * a")),
    broadcasts=True,
    forward=Expression("a, b", "a * b"),
)
def multiply(a: Operand, b: Operand) -> Any:
    """Product ``a * b``, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> (bp.Variable(2.0) * [1.0, 2.0]).value
    array([2., 4.])
    """
    return a * b


@overload
def divide(a: Variable, b: Input) -> Variable: ...
@overload
def divide(a: Input, b: Variable) -> Variable: ...
@overload
def divide(a: Plain, b: Plain) -> Numbers: ...
@operation(
    r"\frac{<a>}{<b>}",
    (
        r"\frac{1}{<b>}",
        lambda upstream, out, a, b: _multiply_arrived(upstream, _divide_floats(1.0, b)),
    ),
    (
        r"-\frac{<a>}{<b>^2}",
        lambda upstream, out, a, b: _multiply_arrived(-upstream, _divide_floats(out, b)),
    ),
    broadcasts=True,
)
def divide(a: Operand, b: Operand) -> Any:
    """Quotient ``a / b``, element by element; infinite or NaN, with a warning, where `b` is 0.

    Examples
    --------
    >>> import backprop as bp
    >>> (bp.Variable(3.0) / 2).value
    1.5
    """
    return _divide_floats(a, b)


@overload
def negate(a: Same) -> Same: ...
@overload
def negate(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"-<a>",
    (r"-1", Expression("upstream, out, a", "-upstream")),
    forward=Expression("a", "-a"),
)
def negate(a: Operand) -> Any:
    """Negative ``-a``, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> (-bp.Variable(3.0)).value
    -3.0
    """
    return -a


@overload
def square(a: Same) -> Same: ...
@overload
def square(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"<a>^2",
    (r"2 \cdot <a>", lambda upstream, out, a: upstream * 2.0 * a),
)
def square(a: Operand) -> Any:
    """Square ``a ** 2``, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.square(bp.Variable(3.0)).value
    9.0
    """
    return a * a


def _differentiate_base(upstream: Value, out: Value, a: Value, b: Value) -> Value:
    # Where a = b = 0 the derivative is 0; the exponent 0 there keeps 0 ** -1 from spoiling it.
    spoilt = np.equal(value_of(a), 0) & np.equal(value_of(b), 0)
    return _multiply_arrived(
        upstream, _multiply_arrived(b, power(a, b - _mark_ones(~spoilt, like=b)))
    )


def _differentiate_exponent(upstream: Value, out: Value, a: Value, b: Value) -> Value:
    # At a = 0, where log has no value, the derivative is 0: log(0 + 1).
    return _multiply_arrived(upstream, out * log(a + _mark_ones(value_of(a) == 0, like=a)))


def _find_power_kink(place: int, out: Value, a: Value, b: Value) -> tuple[Value, Any, Any]:
    # At a = 0 the two partial derivatives are taken by convention, and change at once with a or b.
    low = value_of(b) <= 1.0
    return (b if place == 0 else a), np.equal(value_of(a), 0) & low, ()


@overload
def power(a: Variable, b: Input) -> Variable: ...
@overload
def power(a: Input, b: Variable) -> Variable: ...
@overload
def power(a: Plain, b: Plain) -> Numbers: ...
@operation(
    r"<a>^{<b>}",
    (r"<b> \cdot <a>^{<b> - 1}", _differentiate_base),
    (
        r"<a>^{<b>} \cdot \ln(<a>)",
        _differentiate_exponent,
    ),
    broadcasts=True,
    kink=_find_power_kink,
)
def power(a: Operand, b: Operand) -> Any:
    """Power ``a ** b``, element by element.

    The derivative with respect to `a` is 0 where ``b = 0``. The one with respect to `b` needs a
    positive `a`; where ``a = 0`` it is 0.

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


# --- elementary functions -------------------------------------------------------------------------


@overload
def exp(a: Same) -> Same: ...
@overload
def exp(a: ArrayOrList) -> NDArray[Any]: ...
@operation(r"e^{<a>}", (r"e^{<a>}", lambda upstream, out, a: _multiply_arrived(upstream, out)))
def exp(a: Operand) -> Any:
    """Exponential function, element by element; infinite, with a warning, from ``a = 710`` on.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(0.0)
    >>> bp.exp(2 * x).backward()
    >>> x.grad
    2.0
    """
    return _compute_as_ieee(math.exp, np.exp, a)


@overload
def log(a: Same) -> Same: ...
@overload
def log(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"\ln(<a>)",
    (
        r"\frac{1}{<a>}",
        lambda upstream, out, a: _multiply_arrived(upstream, _divide_floats(1.0, a)),
    ),
)
def log(a: Operand) -> Any:
    """Natural logarithm, element by element; -inf at 0 and NaN below it, with a warning.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(4.0)
    >>> bp.log(x).backward()
    >>> x.grad
    0.25
    """
    return _compute_as_ieee(math.log, np.log, a)


@overload
def expm1(a: Same) -> Same: ...
@overload
def expm1(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"e^{<a>} - 1", (r"e^{<a>}", lambda upstream, out, a: _multiply_arrived(upstream, out + 1.0))
)
def expm1(a: Operand) -> Any:
    """Compute ``exp(a) - 1``, exact for small `a` too, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.expm1(bp.Variable(1e-20)).value
    1e-20
    """
    return _compute_as_ieee(math.expm1, np.expm1, a)


@overload
def log1p(a: Same) -> Same: ...
@overload
def log1p(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"\ln(1 + <a>)",
    (
        r"\frac{1}{1 + <a>}",
        lambda upstream, out, a: _multiply_arrived(upstream, _divide_floats(1.0, 1.0 + a)),
    ),
)
def log1p(a: Operand) -> Any:
    """Compute ``log(1 + a)``, exact for small `a` too, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.log1p(bp.Variable(1e-20)).value
    1e-20
    """
    return _compute_as_ieee(math.log1p, np.log1p, a)


def _compute_sigma(a: Value) -> Value:
    """Return the sigmoid of `a`, exact where it is close to 0 or to 1, and at infinity."""
    return exp(-logaddexp(0.0, -a))


@overload
def logaddexp(a: Variable, b: Input) -> Variable: ...
@overload
def logaddexp(a: Input, b: Variable) -> Variable: ...
@overload
def logaddexp(a: Plain, b: Plain) -> Numbers: ...
@operation(
    r"\ln(e^{<a>} + e^{<b>})",
    (
        r"\sigma(<a> - <b>)",
        lambda upstream, out, a, b: _multiply_arrived(upstream, _compute_sigma(a - b)),
    ),
    (
        r"\sigma(<b> - <a>)",
        lambda upstream, out, a, b: _multiply_arrived(upstream, _compute_sigma(b - a)),
    ),
    broadcasts=True,
)
def logaddexp(a: Operand, b: Operand) -> Any:
    """Compute ``log(exp(a) + exp(b))`` without overflow, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.logaddexp(bp.Variable(1000.0), 1000.0).value
    1000.6931471805599
    """
    return as_number(np.logaddexp(a, b))


@overload
def sqrt(a: Same) -> Same: ...
@overload
def sqrt(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"\sqrt{<a>}",
    (
        r"\frac{1}{2 \sqrt{<a>}}",
        lambda upstream, out, a: _multiply_arrived(upstream, _divide_floats(0.5, out)),
    ),
)
def sqrt(a: Operand) -> Any:
    """Square root, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(4.0)
    >>> bp.sqrt(x).backward()
    >>> x.grad
    0.25
    """
    return _compute_as_ieee(math.sqrt, np.sqrt, a)


def _multiply_by_cosine(upstream: Value, out: Value, a: Value) -> Value:
    return upstream * cos(a)


@overload
def sin(a: Same) -> Same: ...
@overload
def sin(a: ArrayOrList) -> NDArray[Any]: ...
@operation(r"\sin(<a>)", (r"\cos(<a>)", _multiply_by_cosine))
def sin(a: Operand) -> Any:
    """Sine of an angle in radians, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(0.0)
    >>> bp.sin(x).backward()
    >>> x.grad
    1.0
    """
    return _compute_as_ieee(math.sin, np.sin, a)


def _multiply_by_minus_sine(upstream: Value, out: Value, a: Value) -> Value:
    return -upstream * sin(a)


@overload
def cos(a: Same) -> Same: ...
@overload
def cos(a: ArrayOrList) -> NDArray[Any]: ...
@operation(r"\cos(<a>)", (r"-\sin(<a>)", _multiply_by_minus_sine))
def cos(a: Operand) -> Any:
    """Cosine of an angle in radians, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.cos(bp.Variable(0.0)).value
    1.0
    """
    return _compute_as_ieee(math.cos, np.cos, a)


@overload
def tanh(a: Same) -> Same: ...
@overload
def tanh(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"\tanh(<a>)", (r"1 - \tanh(<a>)^2", lambda upstream, out, a: upstream * (1.0 - square(out)))
)
def tanh(a: Operand) -> Any:
    """Hyperbolic tangent, element by element.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable(0.0)
    >>> bp.tanh(x).backward()
    >>> x.grad
    1.0
    """
    return _compute_as_ieee(math.tanh, np.tanh, a)


# --- functions with a kink: the slope there is a convention ---------------------------------------


def _find_tie(place: int, out: Value, a: Value, b: Value) -> tuple[Value, Any, Any]:
    return subtract(a, b), np.equal(value_of(a), value_of(b)), ()


@overload
def abs(a: Same) -> Same: ...
@overload
def abs(a: ArrayOrList) -> NDArray[Any]: ...
@operation(
    r"\lvert <a> \rvert",
    (r"\operatorname{sign}(<a>)", lambda upstream, out, a: upstream * np.sign(value_of(a))),
    kink=lambda place, out, a: (a, np.equal(value_of(a), 0), ()),
)
def abs(a: Operand) -> Any:
    """Absolute value, element by element. At 0 the slope is taken to be 0.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable([-2.0, 0.0, 3.0])
    >>> bp.sum(bp.abs(x)).backward()
    >>> x.grad
    array([-1.,  0.,  1.])
    """
    return builtins.abs(a)


@overload
def maximum(a: Variable, b: Input) -> Variable: ...
@overload
def maximum(a: Input, b: Variable) -> Variable: ...
@overload
def maximum(a: Plain, b: Plain) -> Numbers: ...
@operation(
    r"\max(<a>, <b>)",
    (r"[<a> \ge <b>]", lambda upstream, out, a, b: upstream * (value_of(a) >= value_of(b))),
    (r"[<a> \lt <b>]", lambda upstream, out, a, b: upstream * (value_of(a) < value_of(b))),
    broadcasts=True,
    kink=_find_tie,
)
def maximum(a: Operand, b: Operand) -> Any:
    """Larger one of two, element by element. Where they are equal, all gradient goes to `a`.

    Examples
    --------
    >>> import backprop as bp
    >>> a = bp.Variable([1.0, 2.0, 3.0])
    >>> bp.sum(bp.maximum(a, 2.0)).backward()
    >>> a.grad
    array([0., 1., 1.])
    """
    return as_number(np.maximum(a, b))


@overload
def minimum(a: Variable, b: Input) -> Variable: ...
@overload
def minimum(a: Input, b: Variable) -> Variable: ...
@overload
def minimum(a: Plain, b: Plain) -> Numbers: ...
@operation(
    r"\min(<a>, <b>)",
    (r"[<a> \le <b>]", lambda upstream, out, a, b: upstream * (value_of(a) <= value_of(b))),
    (r"[<a> \gt <b>]", lambda upstream, out, a, b: upstream * (value_of(a) > value_of(b))),
    broadcasts=True,
    kink=_find_tie,
)
def minimum(a: Operand, b: Operand) -> Any:
    """Smaller one of two, element by element. Where they are equal, all gradient goes to `a`.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.minimum(bp.Variable([1.0, 2.0, 3.0]), 2.0).value
    array([1., 2., 2.])
    """
    return as_number(np.minimum(a, b))


@operation(
    r"\operatorname{clip}(<a>, <low>, <high>)",
    (
        r"[<low> \le <a> \le <high>]",
        lambda upstream, out, a, low, high: upstream * (value_of(out) == value_of(a)),
    ),
    broadcasts=True,
    kink=lambda place, out, a, low, high: (
        a,
        np.equal(value_of(a), low) | np.equal(value_of(a), high),
        (),
    ),
    name="clip",
)
def _clip(a: Operand, low: Any, high: Any) -> Any:
    if not np.all(low <= high):
        raise ValueError(
            f"low must be at most high, got low={format_given(low)} and high={format_given(high)}"
        )
    return as_number(np.clip(a, low, high))


@overload
def clip(a: Variable, low: Plain | None, high: Plain | None) -> Variable: ...
@overload
def clip(a: Plain, low: Plain | None, high: Plain | None) -> Numbers: ...
def clip(a: Operand, low: Any, high: Any) -> Any:
    """Bring what lies below `low` or above `high` to that limit, element by element.

    No gradient passes where the value was changed; on the limits themselves it does.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.
    low, high : float, array_like or None
        The limits: one for all elements, or in a shape that broadcasts with that of `a`; None for
        no limit on that side.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`, or the common one; a Variable if `a` is one.

    Raises
    ------
    TypeError
        If a limit is no number, or a Variable: it has no derivative.
    ValueError
        If `low` is above `high`, or the shapes do not fit.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable([-3.0, 0.5, 3.0])
    >>> bp.sum(bp.clip(x, -1.0, 1.0)).backward()
    >>> x.grad
    array([0., 1., 0.])
    >>> bp.clip(x, None, [0.0, 1.0, 2.0]).value
    array([-3. ,  0.5,  2. ])
    """
    return _clip(a, _check_limit(low, -math.inf, "low"), _check_limit(high, math.inf, "high"))


def _check_limit(limit: Any, without: float, name: str) -> Value:
    """Return a limit as a number or an array, or say what is wrong with it."""
    if limit is None:
        return without
    if isinstance(limit, Variable):
        raise TypeError(f"clip: {name} must be plain data: take the plain value with .value")
    try:
        return as_value(limit, name=name)
    except TypeError as error:
        raise TypeError(f"clip: {error}") from None


def _pass_to_first(upstream: Value, out: Value, condition: Any, a: Value, b: Value) -> Value:
    return where(condition, upstream, 0.0)


def _pass_to_second(upstream: Value, out: Value, condition: Any, a: Value, b: Value) -> Value:
    return where(condition, 0.0, upstream)


@overload
def where(condition: Any, a: Variable, b: Input) -> Variable: ...
@overload
def where(condition: Any, a: Input, b: Variable) -> Variable: ...
@overload
def where(condition: Any, a: Plain, b: Plain) -> Numbers: ...
@operation(
    r"\operatorname{where}(<condition>, <a>, <b>)",
    ("", None),
    (r"[<condition>]", _pass_to_first),
    (r"1 - [<condition>]", _pass_to_second),
    broadcasts=True,
    hides=True,
)
def where(condition: Any, a: Operand, b: Operand) -> Any:
    """Take `a` where the condition holds, and `b` elsewhere.

    The branch that was not taken gets the gradient 0, even where it is infinite or NaN:
    ``where(x > 0, x * log(x), 0)`` has the gradient 0 at ``x = 0``.

    Parameters
    ----------
    condition : bool or array_like of bool
        Plain data, such as ``x > 0``.
    a, b : Variable or array_like
        Shapes that broadcast with that of the condition.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the common shape; a Variable if `a` or `b` is one.

    Raises
    ------
    TypeError
        If the condition is a Variable: it has no derivative.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable([1.0, 2.0])
    >>> bp.where(x > 1.5, x, 0.0).value
    array([0., 2.])
    """
    if isinstance(condition, Variable):
        raise TypeError("condition must be plain data: compare, as in x > 0, or use .value")
    if as_array(condition).dtype.kind not in "biuf":
        raise TypeError(
            f"condition must be true or false for each element, got {format_given(condition)}"
        )
    return as_number(as_array(np.where(condition, a, b))[()])


# --- shapes and sums ------------------------------------------------------------------------------


def _restore_axes(upstream: Value, a: Value, axis: Any, keepdims: bool) -> Value:
    """Give a reduced value its lost axes back, as axes of length 1."""
    if axis is None or keepdims:
        return upstream
    shape = list(np.shape(value_of(a)))
    for lost in axis if isinstance(axis, tuple) else (axis,):
        shape[lost] = 1
    return reshape(upstream, tuple(shape))


def _spread_to_elements(
    upstream: Value, out: Value, a: Value, axis: int | tuple[int, ...] | None, keepdims: bool
) -> Value:
    if type(upstream) is float and type(a) is np.ndarray:  # a fifth of the time of broadcast_to
        everywhere = np.empty(a.shape)
        everywhere.fill(upstream)
        return everywhere
    return broadcast_to(_restore_axes(upstream, a, axis, keepdims), np.shape(value_of(a)))


@overload
def sum(
    a: Variable, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
) -> Variable: ...
@overload
def sum(a: Plain, axis: None = None, keepdims: Literal[False] = False) -> float: ...
@overload
def sum(a: Plain, axis: Axes = None, keepdims: bool = False) -> Numbers: ...
@operation(
    r"\sum <a>",
    (r"1", _spread_to_elements),
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
    if axis is None and not keepdims and type(a) is np.ndarray:
        return as_number(sum_elements(a))
    return as_number(np.sum(a, axis=axis, keepdims=keepdims))


@overload
def mean(
    a: Variable, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
) -> Variable: ...
@overload
def mean(a: Plain, axis: None = None, keepdims: Literal[False] = False) -> float: ...
@overload
def mean(
    a: Plain, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
) -> Numbers: ...
@operation(
    r"\frac{1}{<n>} \sum <a>",
    (
        r"\frac{1}{<n>}",
        lambda upstream, out, a, axis, keepdims: _spread_to_elements(
            upstream * _weigh_element(out, a), out, a, axis, keepdims
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
    if axis is None and not keepdims and type(a) is np.ndarray and a.size:
        return as_number(sum_elements(a) / a.size)
    if np.size(a) == 0:
        raise ValueError(
            f"a must have an element, got shape {np.shape(a)}: no elements have no mean"
        )
    return as_number(np.mean(a, axis=axis, keepdims=keepdims))


def _weigh_element(out: Value, a: Value) -> float:
    """Return the weight of one element in a mean."""
    if type(out) is float and type(a) is np.ndarray:
        return 1.0 / a.size
    return float(np.size(value_of(out)) / np.size(value_of(a)))


def _sum_to_argument(upstream: Value, out: Value, a: Value, shape: tuple[int, ...]) -> Value:
    return sum_to(upstream, np.shape(value_of(a)))


@operation(
    r"<a>",
    (r"1", _sum_to_argument),
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
    >>> bp.engine.operations.broadcast_to(bp.Variable(2.0), (3,)).value
    array([2., 2., 2.])
    """
    return np.broadcast_to(a, shape) if shape else a


def _stretch_to_argument(upstream: Value, out: Value, a: Value, shape: tuple[int, ...]) -> Value:
    return broadcast_to(upstream, np.shape(value_of(a)))


@operation(
    r"\sum <a>",
    (r"1", _stretch_to_argument),
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
    >>> bp.engine.operations.sum_to(bp.Variable([1.0, 2.0, 3.0]), ()).value
    6.0
    """
    return sum_to_shape(a, shape)


def _reshape_to_argument(upstream: Value, out: Value, a: Value, shape: tuple[int, ...]) -> Value:
    return reshape(upstream, np.shape(value_of(a)))


@overload
def reshape(a: Variable, shape: int | tuple[int, ...]) -> Variable: ...
@overload
def reshape(a: Plain, shape: int | tuple[int, ...]) -> NDArray[Any]: ...
@operation(
    r"<a>",
    (r"1", _reshape_to_argument),
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
    return as_number(np.reshape(a, shape)[()])


def _restore_order(upstream: Value, out: Value, a: Value, axes: tuple[int, ...] | None) -> Value:
    # Axes counted from the end are negative; mod makes them places that can be sorted.
    return transpose(upstream, None if axes is None else tuple(np.argsort(np.mod(axes, len(axes)))))


@overload
def transpose(a: Variable, axes: tuple[int, ...] | None = None) -> Variable: ...
@overload
def transpose(a: Plain, axes: tuple[int, ...] | None = None) -> NDArray[Any]: ...
@operation(
    r"<a>^\top",
    (r"<upstream>^\top", _restore_order),
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
    return as_number(np.transpose(a, axes)[()])


def _swap_axes(a: Value) -> Value:
    """Transpose the last two axes: every matrix of a stack by itself."""
    ndim = np.ndim(value_of(a))
    return transpose(a, (*range(ndim - 2), ndim - 1, ndim - 2))


def _add_column_axis(a: Value) -> Value:
    """Add an axis of length 1 at the end."""
    return reshape(a, (*np.shape(value_of(a)), 1))


def _add_row_axis(a: Value) -> Value:
    """Add an axis of length 1 before the last."""
    shape = np.shape(value_of(a))
    return reshape(a, (*shape[:-1], 1, *shape[-1:]))


def _matmul_left(upstream: Value, a: Value, b: Value, product: Any, times: Any) -> Value:
    """Differentiate ``a @ b`` by `a`, with a product of matrices and one of elements."""
    if np.ndim(value_of(b)) == 1:
        return (
            times(_add_column_axis(upstream), b) if np.ndim(value_of(a)) > 1 else times(upstream, b)
        )
    if np.ndim(value_of(a)) == 1:
        return sum(times(_add_row_axis(upstream), b), axis=-1)
    return product(upstream, _swap_axes(b))


def _matmul_right(upstream: Value, a: Value, b: Value, product: Any, times: Any) -> Value:
    if np.ndim(value_of(a)) == 1:
        if np.ndim(value_of(b)) == 1:
            return times(upstream, a)
        return times(_add_row_axis(upstream), _add_column_axis(a))
    if np.ndim(value_of(b)) == 1:
        return sum(times(_add_column_axis(upstream), a), axis=-2)
    return _swap_axes(product(_swap_axes(upstream), a))


def differentiate_left(upstream: Value, out: Value, a: Value, b: Value, *_: Any) -> Value:
    """Differentiate a matrix product by its first factor."""
    if type(upstream) is type(b) is np.ndarray and upstream.ndim == b.ndim == 2:
        return upstream.dot(b.T)
    return _matmul_left(upstream, a, b, matmul, multiply)


def differentiate_right(upstream: Value, out: Value, a: Value, b: Value, *_: Any) -> Value:
    """Differentiate a matrix product by its second factor."""
    if type(upstream) is type(a) is np.ndarray and upstream.ndim == a.ndim == 2:
        return a.T.dot(upstream)
    return _matmul_right(upstream, a, b, matmul, multiply)


def differentiate_left_hidden(upstream: Value, out: Value, a: Value, b: Value, *_: Any) -> Value:
    """Do so where what did not arrive is not passed on, even by an infinite factor."""
    if np.ndim(value_of(a)) > 1 and np.ndim(value_of(b)) > 1:
        b = silence_unreached(upstream, b, axis=-2)
    return _matmul_left(upstream, a, b, carry_matrices, carry)


def differentiate_right_hidden(upstream: Value, out: Value, a: Value, b: Value, *_: Any) -> Value:
    """Do so where what did not arrive is not passed on, even by an infinite factor."""
    if np.ndim(value_of(a)) > 1 and np.ndim(value_of(b)) > 1:
        a = silence_unreached(upstream, a, axis=-1)
    return _matmul_right(upstream, a, b, carry_matrices, carry)


def silence_unreached(upstream: Value, factor: Value, axis: int) -> Value:
    """Put 0 for what is not finite in rows, or columns, whose results nothing arrived at."""
    unreached = np.all(np.equal(value_of(upstream), 0), axis=axis, keepdims=True)
    silent = unreached & ~np.isfinite(value_of(factor))
    return where(silent, 0.0, factor) if silent.any() else factor


@overload
def matmul(a: Variable, b: Input) -> Variable: ...
@overload
def matmul(a: Input, b: Variable) -> Variable: ...
@overload
def matmul(a: Plain, b: Plain) -> Numbers: ...
@operation(
    r"<a> <b>",
    (r"<upstream> <b>^\top", differentiate_left),
    (r"<a>^\top <upstream>", differentiate_right),
    broadcasts=True,
    pointwise=False,
    hidden_rules=(differentiate_left_hidden, differentiate_right_hidden),
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
    return as_number(multiply_matrices(a, b))


@overload
def max(a: Variable, axis: int | None = None, keepdims: bool = False) -> Variable: ...
@overload
def max(a: Plain, axis: None = None, keepdims: Literal[False] = False) -> float: ...
@overload
def max(a: Plain, axis: int | None = None, keepdims: bool = False) -> Numbers: ...
@operation(
    r"\max(<a>)",
    (
        r"[<a> = \max(<a>)]",
        lambda upstream, out, a, axis, keepdims: where(
            _find_first_largest(value_of(a), axis),
            _spread_to_elements(upstream, out, a, axis, keepdims),
            0.0,
        ),
    ),
    pointwise=False,
    kink=lambda place, out, a, axis, keepdims: (
        a,
        _find_equal_largest(value_of(a), axis),
        axis,
    ),
)
def max(a: Operand, axis: int | None = None, keepdims: bool = False) -> Any:
    """Largest element, of all of them or along `axis`. Of equal ones the first gets the gradient.

    Parameters
    ----------
    a : Variable or array_like
        Any shape with at least one element.
    axis : int, optional
        The axis to search; all of them if left out.
    keepdims : bool, optional
        Keep the searched axes, with length 1.

    Returns
    -------
    Variable, float or numpy.ndarray
        The shape of `a` without the searched axes; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable([1.0, 3.0, 3.0])
    >>> bp.max(x).backward()
    >>> x.grad
    array([0., 1., 0.])
    """
    if isinstance(axis, tuple):
        raise TypeError(f"axis must be a single number, or None for all axes, got {axis}")
    return as_number(np.max(a, axis=axis, keepdims=keepdims))


def _find_first_largest(a: Value, axis: int | None) -> Any:
    """Return where the first largest element stands."""
    marks = np.zeros_like(a, bool, order="C")
    if axis is None:
        marks.flat[np.argmax(a)] = True
    else:
        np.put_along_axis(marks, np.expand_dims(np.argmax(a, axis), axis), True, axis)
    return marks[()]


def _find_equal_largest(a: Value, axis: int | None) -> Any:
    """Return where the largest elements stand if there are several."""
    largest = np.equal(a, np.max(a, axis=axis, keepdims=True))
    return largest & (np.sum(largest, axis=axis, keepdims=True) > 1)


def _follow_direction(upstream: Value, out: Value, a: Value) -> Value:
    if np.isinf(value_of(out)):  # what is finite beside an infinite element does not count
        largest = np.finfo(np.result_type(value_of(out))).max
        scaled = np.clip(value_of(a), -largest, largest) / largest
        return upstream * as_number(scaled / np.linalg.norm(scaled))
    # At a = 0 the convention is 0: the length 1 in place of 0 keeps 0 / 0 away.
    return upstream * a / (out + _mark_ones(value_of(out) == 0, like=out))


def _find_zero_length(place: int, out: Value, a: Value) -> tuple[Value, Any, Any]:
    return a, np.full(np.shape(value_of(a)), value_of(out) == 0), None


@overload
def norm(a: Variable) -> Variable: ...
@overload
def norm(a: Plain) -> float: ...
@operation(
    r"\lVert <a> \rVert",
    (r"\frac{<a>}{\lVert <a> \rVert}", _follow_direction),
    pointwise=False,
    kink=_find_zero_length,
)
def norm(a: Operand) -> Any:
    """Length of a vector: the root of the sum of the squares of all elements. Slope 0 at 0.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.

    Returns
    -------
    Variable, float or numpy.ndarray
        A single number; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> v = bp.Variable([3.0, 4.0])
    >>> bp.norm(v).backward()
    >>> v.grad
    array([0.6, 0.8])
    """
    if type(a) is float:
        return builtins.abs(a)
    largest = np.max(np.abs(a), initial=0.0)
    if largest == 0.0 or not np.isfinite(largest):
        return as_number(largest)
    return as_number(largest * np.linalg.norm(a / largest))


@overload
def dot(a: Variable, b: Input) -> Variable: ...
@overload
def dot(a: Input, b: Variable) -> Variable: ...
@overload
def dot(a: Plain, b: Plain) -> float: ...
@operation(
    r"<a>^\top <b>",
    (r"<b>", lambda upstream, out, a, b: upstream * b),
    (r"<a>", lambda upstream, out, a, b: upstream * a),
    pointwise=False,
)
def dot(a: Operand, b: Operand) -> Any:
    """Dot product of two vectors of the same length.

    Parameters
    ----------
    a, b : Variable or array_like
        Shape (n,), both.

    Returns
    -------
    Variable, float or numpy.ndarray
        A single number; a Variable if an argument is one.

    Raises
    ------
    ValueError
        If these are not two vectors of one length.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.dot(bp.Variable([1.0, 2.0]), [3.0, 4.0]).value
    11.0
    """
    if np.ndim(a) != 1 or np.shape(a) != np.shape(b):
        raise ValueError(
            f"b must be a vector as long as a, got the shapes {np.shape(a)} and "
            f"{np.shape(b)}: for matrices use matmul"
        )
    return as_number(np.dot(a, b))


def _put_back(upstream: Value, out: Value, a: Value, index: Any) -> Value:
    return scatter(upstream, index, np.shape(value_of(a)))


@operation(r"<a>[\dots]", (r"1", _put_back), pointwise=False)
def getitem(a: Operand, index: Any) -> Any:
    """Take elements or slices: ``a[index]``, by NumPy's rules of indexing.

    Parameters
    ----------
    a : Variable or array_like
        Any shape with at least one axis.
    index : int, slice, array_like, or a tuple of them
        What NumPy takes between brackets.

    Returns
    -------
    Variable, float or numpy.ndarray
        What NumPy gives for `index`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> x = bp.Variable([1.0, 2.0, 3.0])
    >>> bp.sum(x[1:]).backward()
    >>> x.grad
    array([0., 1., 1.])
    """
    if any(isinstance(i, Variable) for i in (index if isinstance(index, tuple) else (index,))):
        raise TypeError(
            "index must be whole numbers, slices or plain arrays of them, got a Variable, which "
            "holds floats: take int(i), or i.value.astype(int)"
        )
    try:
        return as_number(as_array(a)[index])
    except IndexError as error:
        raise IndexError(f"getitem: {error}; the shape is {np.shape(a)}") from None


def _take_out(upstream: Value, out: Value, a: Value, index: Any, shape: tuple[int, ...]) -> Value:
    return getitem(upstream, index)


@operation(r"\operatorname{scatter}(<a>)", (r"1", _take_out), pointwise=False)
def scatter(a: Operand, index: Any, shape: tuple[int, ...]) -> Any:
    """Add elements into zeros of `shape` where `index` says: the reverse of :func:`getitem`.

    Parameters
    ----------
    a : Variable or array_like
        In the shape that ``zeros[index]`` has.
    index : int, slice, array_like, or a tuple of them
        Where the elements go; to the same place they are added.
    shape : tuple of int
        Shape of the result.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape `shape`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.engine.operations.scatter(bp.Variable([1.0, 2.0]), [0, 0], (3,)).value
    array([3., 0., 0.])
    """
    zeros = np.zeros_like(a, shape=shape, order="C")
    np.add.at(zeros, index, a)
    return zeros[()]


def _take_first_part(upstream: Value, out: Value, a: Value, b: Value, axis: int) -> Value:
    return getitem(upstream, _index_along(axis, slice(None, np.shape(value_of(a))[axis])))


def _take_last_part(upstream: Value, out: Value, a: Value, b: Value, axis: int) -> Value:
    return getitem(upstream, _index_along(axis, slice(np.shape(value_of(a))[axis], None)))


def _index_along(axis: int, part: slice) -> tuple[Any, ...]:
    """Index one axis, counted from the start or the end, and leave the others as they are."""
    if axis < 0:
        return (..., part, *[slice(None)] * (-axis - 1))
    return (*[slice(None)] * axis, part)


@operation(
    r"[<a>, <b>]",
    (r"1", _take_first_part),
    (r"1", _take_last_part),
    pointwise=False,
)
def join(a: Operand, b: Operand, axis: int = 0) -> Any:
    """Join two arrays along an axis; :func:`concatenate` joins any number of them.

    Parameters
    ----------
    a, b : Variable or array_like
        Of one shape but for the length along `axis`.
    axis : int, optional
        Along which axis to join.

    Returns
    -------
    Variable, float or numpy.ndarray
        Both, one after the other; a Variable if an argument is one.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.engine.operations.join(bp.Variable([1.0, 2.0]), [3.0]).value
    array([1., 2., 3.])
    """
    try:
        return np.concatenate([a, b], axis)
    except ValueError:
        check_axis(axis, np.shape(a))
        raise ValueError(
            f"b must have the lengths of a but along axis {axis}, got the shapes {np.shape(a)} "
            f"and {np.shape(b)}: all other lengths must be equal"
        ) from None


@overload
def concatenate(arrays: Iterable[Variable], axis: int = 0) -> Variable: ...
@overload
def concatenate(  # type: ignore[overload-overlap]  # one Variable among them makes it one
    arrays: Iterable[Plain], axis: int = 0
) -> NDArray[Any]: ...
@overload
def concatenate(arrays: Iterable[Input], axis: int = 0) -> Variable: ...
def concatenate(arrays: Iterable[Operand], axis: int = 0) -> Any:
    """Join arrays along an axis that they have.

    Parameters
    ----------
    arrays : sequence of Variable or array_like
        Of one shape but for the length along `axis`.
    axis : int, optional
        Along which axis to join.

    Returns
    -------
    Variable, float or numpy.ndarray
        As long along `axis` as all of them together; a Variable if an array is one.

    Raises
    ------
    ValueError
        If there is nothing to join, or the shapes do not fit.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.concatenate([bp.Variable([1.0, 2.0]), [3.0]]).value
    array([1., 2., 3.])
    """
    joined = _list_arrays(arrays, "concatenate")
    shape = np.shape(value_of(joined[0]))
    if () in map(np.shape, map(value_of, joined)):
        raise ValueError(
            "concatenate: arrays must have an axis, got single numbers: use bp.stack for them"
        )
    check_axis(axis, shape, "concatenate: axis")
    if axis is None or isinstance(axis, tuple):
        raise TypeError(f"concatenate: axis must be a whole number, got {format_given(axis)}")
    place = axis % len(shape)
    for array in joined:
        other = np.shape(value_of(array))
        if (*shape[:place], *shape[place + 1 :]) != (*other[:place], *other[place + 1 :]):
            raise ValueError(
                f"concatenate: arrays must have equal lengths but along axis {axis}, got the "
                f"shapes {shape} and {other}"
            )
    while len(joined) > 1:  # in pairs, so that n arrays are copied log n times, not n times
        pairs = zip(joined[::2], joined[1::2], strict=False)
        joined = [join(a, b, axis) for a, b in pairs] + joined[len(joined) // 2 * 2 :]
    return joined[0]


@overload
def stack(arrays: Iterable[Variable], axis: int = 0) -> Variable: ...
@overload
def stack(  # type: ignore[overload-overlap]  # one Variable among them makes it one
    arrays: Iterable[Plain], axis: int = 0
) -> NDArray[Any]: ...
@overload
def stack(arrays: Iterable[Input], axis: int = 0) -> Variable: ...
def stack(arrays: Iterable[Operand], axis: int = 0) -> Any:
    """Join arrays of one shape along a new axis.

    Parameters
    ----------
    arrays : sequence of Variable or array_like
        All of the same shape.
    axis : int, optional
        Where the new axis stands in the result.

    Returns
    -------
    Variable, float or numpy.ndarray
        One axis more than the arrays; a Variable if an array is one.

    Raises
    ------
    ValueError
        If there is nothing to join, or the shapes differ.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.stack([bp.Variable([1.0, 2.0]), [3.0, 4.0]]).value
    array([[1., 2.],
           [3., 4.]])
    """
    listed = _list_arrays(arrays, "stack")
    shapes = {np.shape(value_of(array)) for array in listed}
    if len(shapes) != 1:
        raise ValueError(f"stack: arrays must be of one shape, got {format_given(sorted(shapes))}")
    (shape,) = shapes
    check_axis(axis, (len(listed), *shape), "stack: axis", " of the result")
    if axis is None or isinstance(axis, tuple):
        raise TypeError(f"stack: axis must be a whole number, got {format_given(axis)}")
    axis = axis + len(shape) + 1 if axis < 0 else axis
    longer = (*shape[:axis], 1, *shape[axis:])
    return concatenate([reshape(array, longer) for array in listed], axis)


def _list_arrays(arrays: Iterable[Operand], name: str) -> list[Operand]:
    """Return what is to be joined as a list of arrays, or say what is wrong with it."""
    if isinstance(arrays, (str, bytes, dict, set)) or not np.iterable(value_of(arrays)):
        raise TypeError(f"{name}: arrays must be a list of arrays, got {format_given(arrays)}")
    listed = list(arrays)
    if not listed:
        raise ValueError(f"{name}: arrays must hold an array, got {format_given(arrays)}")
    for array in listed:
        if not isinstance(array, Variable):
            try:
                as_value(array, name=f"{name}: one of arrays")
            except TypeError as error:
                raise TypeError(str(error)) from None
    return listed


def _fold_windows(upstream: Value, out: Value, a: Value, size: Any, stride: Any) -> Value:
    return fold(upstream, np.shape(value_of(a)), stride)


@operation(r"\operatorname{windows}(<a>)", (r"1", _fold_windows), pointwise=False)
def windows(a: Operand, size: tuple[int, int], stride: int | tuple[int, int] = 1) -> Any:
    """Cut images into windows of one size: what convolution and pooling look at.

    Parameters
    ----------
    a : Variable or array_like
        Shape (..., height, width).
    size : tuple of int
        Height and width of a window.
    stride : int or tuple of two int, optional
        How far apart the windows start, down and across.

    Returns
    -------
    Variable or numpy.ndarray
        Shape (..., windows down, windows across, height, width of a window).

    Examples
    --------
    >>> import backprop as bp
    >>> bp.engine.operations.windows(bp.Variable([[1.0, 2.0, 3.0]]), (1, 2)).value
    array([[[[1., 2.]],
    <BLANKLINE>
            [[2., 3.]]]])
    """
    if np.ndim(a) < 2 or any(s < 1 or s > n for s, n in zip(size, np.shape(a)[-2:], strict=True)):
        raise ValueError(f"windows of size {size} do not fit into the shape {np.shape(a)} of a")
    below, beside = check_pair(stride, "stride")
    every = np.lib.stride_tricks.sliding_window_view(a, size, (-2, -1))
    return every[..., ::below, ::beside, :, :]


def _cut_again(upstream: Value, out: Value, a: Value, shape: Any, stride: Any) -> Value:
    return windows(upstream, np.shape(value_of(a))[-2:], stride)


@operation(r"\operatorname{fold}(<a>)", (r"1", _cut_again), pointwise=False)
def fold(a: Operand, shape: tuple[int, ...], stride: int | tuple[int, int] = 1) -> Any:
    """Add windows up where they were cut from an image of `shape`: the reverse of `windows`.

    Parameters
    ----------
    a : Variable or array_like
        Windows, shape (..., down, across, height, width).
    shape : tuple of int
        Shape of the image, (..., height, width).
    stride : int or tuple of two int, optional
        How far apart the windows start, down and across.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape `shape`; a Variable if `a` is one.

    Examples
    --------
    >>> import backprop as bp
    >>> cut = bp.engine.operations.windows([[1.0, 2.0, 3.0]], (1, 2))
    >>> bp.engine.operations.fold(bp.Variable(cut), (1, 3)).value
    array([[1., 4., 3.]])
    """
    image = np.zeros_like(a, shape=shape, order="C")
    down, across, height, width = np.shape(a)[-4:]
    below, beside = check_pair(stride, "stride")
    for row in range(height):
        for column in range(width):
            rows = slice(row, row + down * below, below)
            columns = slice(column, column + across * beside, beside)
            image[..., rows, columns] += a[..., row, column]
    return image


# --- what rules use where the derivative of a derivative is wanted --------------------------------


@operation(
    r"<a> \cdot <b>",
    (r"<b>", lambda upstream, out, a, b: _multiply_arrived(upstream, b)),
    (r"<a>", lambda upstream, out, a, b: _multiply_arrived(upstream, a)),
    broadcasts=True,
    auxiliary=True,
)
def carry(a: Operand, b: Operand) -> Any:
    """Multiply an upstream gradient `a` by a local derivative `b`, where 0 times infinity is 0.

    Examples
    --------
    >>> import numpy as np
    >>> with np.errstate(invalid="ignore"):  # NumPy warns of 0 times infinity
    ...     carry(np.array([0.0, 2.0]), np.array([np.inf, np.inf]))
    array([ 0., inf])
    """
    return _multiply_arrived_values(a, b)


def _carry_to_left(upstream: Value, b: Value) -> Value:
    return carry_matrices(upstream, _swap_axes(b))


def _carry_to_right(upstream: Value, a: Value) -> Value:
    return _swap_axes(carry_matrices(_swap_axes(upstream), a))


@operation(
    r"<a> <b>",
    (r"<upstream> <b>^\top", lambda upstream, out, a, b: _carry_to_left(upstream, b)),
    (
        r"<a>^\top <upstream>",
        lambda upstream, out, a, b: _carry_to_right(upstream, a),
    ),
    broadcasts=True,
    pointwise=False,
    auxiliary=True,
)
def carry_matrices(a: Operand, b: Operand) -> Any:
    """Multiply matrices, where 0 in `a` times infinity in `b` is 0.

    Examples
    --------
    >>> import numpy as np
    >>> with np.errstate(invalid="ignore"):  # NumPy warns of 0 times infinity
    ...     carry_matrices(np.array([[0.0, 1.0]]), np.array([[np.inf], [2.0]]))
    array([[2.]])
    """
    product = np.matmul(a, b)
    if np.isfinite(product).all():
        return product
    reached = np.matmul(np.not_equal(a, 0), ~np.isfinite(b))
    return np.where(reached, product, np.matmul(a, np.where(np.isfinite(b), b, 0.0)))


def _pass_undefined(upstream: Value, out: Value, a: Value, at: Any, axes: Any) -> Value:
    arrived = np.not_equal(value_of(upstream), 0) & at
    reached = np.any(arrived, axis=axes, keepdims=True) & at
    return np.where(reached, np.nan, np.zeros_like(value_of(upstream)))[()]


@operation(r"0", (r"\text{undefined}", _pass_undefined), broadcasts=True, auxiliary=True)
def undefined(a: Operand, at: Any, axes: Any) -> Any:
    """Return 0, whose derivative by `a` is NaN where `at` holds, and 0 elsewhere.

    A slope at a kink is a convention: a number that has no derivative. Along `axes` all such
    elements depend on each other; with ``axes=()``, each on itself alone.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.grad(bp.grad(bp.abs))(0.0)
    nan
    """
    shape = np.broadcast_shapes(np.shape(a), np.shape(at))
    return as_number(np.zeros(shape, np.result_type(a))[()])
