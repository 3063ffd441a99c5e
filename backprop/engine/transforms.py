"""Functions into derivatives: gradients, Jacobians, Hessians, and derivatives along a direction.

All of them compose: ``grad(grad(f))`` is the second derivative, because the backward pass uses the
same rules on Variables that it uses on values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from backprop.checks import check_function, format_given
from backprop.engine.arrays import as_array
from backprop.engine.operations import broadcast_to, multiply, reshape, stack, sum
from backprop.engine.traversal import sweep
from backprop.engine.variable import Operand, Value, Variable, as_value, recording, value_of

if TYPE_CHECKING:
    from backprop.engine.signatures import (
        Derivative,
        Input,
        Numbers,
        PartialDerivatives,
        Plain,
        ValueAndDerivative,
    )

_nested: ContextVar[bool] = ContextVar("nested", default=False)


def value_and_grad(f: Callable[..., Any]) -> ValueAndDerivative:
    """Make a function that returns the value of `f` and its gradient by the first argument.

    Parameters
    ----------
    f : callable
        Takes a number or an array (and further arguments, which are passed on), computes with the
        functions of this package, and returns a single number.

    Returns
    -------
    callable
        Takes what `f` takes. Returns the value, and the gradient in the shape of the first
        argument: plain numbers and arrays; or Variables, to be differentiated again, if the first
        argument is a Variable, and inside another derivative.

    Raises
    ------
    ValueError
        When called, if `f` returns more than a single number.
    TypeError
        When called, if `f` returns nothing, or what is no number.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    check_function(f, "f", "lambda x: x**2")

    def differentiated(x: Operand, *others: Any, **settings: Any) -> Any:
        recorded = _is_recorded(x)
        with _inside():
            at = _own(x)
            result = _check_result(f(at, *others, **settings), "a single number")
            if np.shape(value_of(result)):
                raise ValueError(
                    f"the gradient needs a single number, f returned the shape "
                    f"{np.shape(value_of(result))}: sum it up, or use bp.jacobian"
                )
            gradient = _back(result, 1.0, at, recorded)
        return (result if recorded else value_of(result)), gradient

    return differentiated


def grad(f: Callable[..., Any]) -> Derivative:
    """Make the function that returns the gradient of `f` by its first argument.

    Parameters
    ----------
    f : callable
        As for :func:`value_and_grad`.

    Returns
    -------
    callable
        Takes what `f` takes, returns the gradient in the shape of the first argument.

    Examples
    --------
    >>> import backprop as bp
    >>> slope = bp.grad(lambda x: x**3)
    >>> slope(2.0), bp.grad(slope)(2.0), bp.grad(bp.grad(slope))(2.0)
    (12.0, 12.0, 6.0)
    """
    check_function(f, "f", "lambda x: x**2")

    def gradient(x: Operand, *others: Any, **settings: Any) -> Any:
        return value_and_grad(f)(x, *others, **settings)[1]

    return gradient


def jacobian(f: Callable[..., Any]) -> PartialDerivatives:
    """Make the function that returns all partial derivatives of all results of `f`.

    Takes one backward pass for each element of the result.

    Parameters
    ----------
    f : callable
        Takes a number or an array first, returns a number or an array.

    Returns
    -------
    callable
        Takes what `f` takes; returns an array of the shape of the result, and then the shape of the
        first argument.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.jacobian(lambda x: bp.stack([x[0] * x[1], x[0] ** 2]))([3.0, 4.0])
    array([[4., 3.],
           [6., 0.]])
    """
    check_function(f, "f", "lambda x: x**2")

    def matrix(x: Operand, *others: Any, **settings: Any) -> Any:
        recorded = _is_recorded(x)
        with _inside():
            at = _own(x)
            result = _check_result(f(at, *others, **settings), "a number or an array")
            shape = np.shape(value_of(result))
            rows = []
            for index in np.ndindex(shape):
                seed = np.zeros(shape)
                seed[index] = 1.0
                rows.append(_back(result, seed if shape else 1.0, at, recorded))
            if not shape:
                return rows[0]
            whole = (*shape, *at.shape)
            return reshape(stack(rows), whole) if rows else np.zeros(whole, at.dtype)

    return matrix


def hessian(f: Callable[..., Any]) -> PartialDerivatives:
    """Make the function that returns all second derivatives of `f` by its first argument.

    Parameters
    ----------
    f : callable
        As for :func:`grad`.

    Returns
    -------
    callable
        Takes what `f` takes; returns an array of twice the shape of the first argument.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.hessian(lambda x: x[0] ** 2 * x[1])([3.0, 4.0])
    array([[8., 6.],
           [6., 0.]])
    """
    return jacobian(grad(f))


@overload
def hvp(f: Callable[[Any], Any], x: Variable, v: Input) -> Variable: ...
@overload
def hvp(f: Callable[[Any], Any], x: Plain, v: Plain) -> Numbers: ...
def hvp(f: Callable[[Any], Any], x: Operand, v: Operand) -> Any:
    """Multiply the Hessian of `f` at `x` by a vector, without computing the Hessian.

    Parameters
    ----------
    f : callable
        Takes `x`, returns a single number.
    x, v : float or array_like
        The point and the direction, of one shape.

    Returns
    -------
    float or numpy.ndarray
        The shape of `x`.

    Raises
    ------
    ValueError
        If the shapes of `x` and `v` differ.

    Notes
    -----
    B. Pearlmutter, *Neural Computation* 6 (1994), 147-160: the gradient of (gradient · v).

    Examples
    --------
    >>> import backprop as bp
    >>> bp.hvp(lambda x: x[0] ** 2 * x[1], [3.0, 4.0], [1.0, 0.0])
    array([8., 6.])
    """
    check_function(f, "f", "lambda x: x**2")
    direction = _direction(x, v)
    return grad(lambda at: sum(multiply(grad(f)(at), direction)))(x)


@overload
def jvp(f: Callable[[Any], Any], x: Variable, v: Input) -> Variable: ...
@overload
def jvp(f: Callable[[Any], Any], x: Plain, v: Plain) -> Numbers: ...
def jvp(f: Callable[[Any], Any], x: Operand, v: Operand) -> Any:
    """Differentiate `f` at `x` along the direction `v`: the Jacobian times `v`, by forward mode.

    One sweep from the argument to the result, in the order of the calculation, whatever the number
    of results.

    Parameters
    ----------
    f : callable
        Takes `x`, returns a number or an array.
    x, v : float or array_like
        The point and the direction, of one shape.

    Returns
    -------
    float or numpy.ndarray
        The shape of the result.

    Raises
    ------
    ValueError
        If the shapes of `x` and `v` differ.

    Notes
    -----
    Forward mode (R. Wengert, *Communications of the ACM* 7 (1964), 463-464) with the rules of the
    backward pass. For an operation that works element by element, "upstream times local derivative"
    is the same in both directions. For any other, the rule is a linear map of the upstream
    gradient, and the way forward is its transpose: the gradient of ``rule(upstream) · v``.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.jvp(lambda x: x * x[0], [3.0, 4.0], [1.0, 0.0])
    array([6., 4.])
    """
    direction = _direction(x, v)
    recorded = _is_recorded(x, v)
    if not recorded:
        direction = value_of(direction)
    with _inside():
        at = _own(x)
        result = _check_result(check_function(f, "f", "lambda x: x**2")(at), "a number or an array")
        tangents: dict[Variable, Value] = {at: direction}
        for node in _made_from(at, result):
            parts = [
                _forward(node, position, tangents[argument], recorded)
                for position, argument in enumerate(node.arguments)
                if isinstance(argument, Variable) and argument in tangents
            ]
            tangent = parts[0]
            for part in parts[1:]:
                tangent = tangent + part
            tangents[node] = tangent
    if not isinstance(result, Variable) or result not in tangents:
        kind = result.dtype if isinstance(result, Variable) else as_array(result).dtype
        return as_value(np.zeros(np.shape(value_of(result)), kind))
    return tangents[result] if recorded else as_value(tangents[result])


def _forward(node: Variable, position: int, tangent: Value, recorded: bool) -> Value:
    """Carry a tangent from one argument of a node to the node."""
    entry: Any = node.operation
    out, arguments = (node, node.arguments) if recorded else (node.value, _values(node))
    rule = entry.rules[position]
    if entry.pointwise:
        return rule(broadcast_to(tangent, node.shape), out, *arguments)
    upstream = Variable(np.zeros(node.shape, node.dtype))
    arrived = upstream if entry.shared is None else entry.shared(upstream, out, *arguments)
    gradient = rule(arrived, out, *arguments)
    if np.shape(value_of(gradient)) != np.shape(value_of(tangent)):
        gradient = gradient.sum_to(np.shape(value_of(tangent)))
    return _back(sum(multiply(gradient, tangent)), 1.0, upstream, recorded)


def _values(node: Variable) -> list[Any]:
    return [value_of(argument) for argument in node.arguments]


def _made_from(at: Variable, result: Any) -> list[Variable]:
    """Return everything between `at` and the result that depends on `at`, oldest first."""
    found: set[Variable] = set()
    waiting = [result] if isinstance(result, Variable) else []
    while waiting:
        node = waiting.pop()
        if node not in found and node.serial < at.serial:
            found.add(node)
            waiting += [a for a in node.arguments if isinstance(a, Variable)]
    depending = {at}
    for node in sorted(found, key=lambda node: node.serial, reverse=True):
        if any(isinstance(a, Variable) and a in depending for a in node.arguments):
            depending.add(node)
    return sorted(depending - {at}, key=lambda node: node.serial, reverse=True)


@contextmanager
def _inside() -> Iterator[None]:
    """Record, and mark that derivatives taken in here may be differentiated again."""
    token = _nested.set(True)
    try:
        with recording(True):
            yield
    finally:
        _nested.reset(token)


def _own(x: Operand) -> Variable:
    """Return a Variable to differentiate by, apart from every other use of the same value."""
    if type(x) is Variable:
        return broadcast_to(x, x.shape)  # type: ignore[no-any-return]
    if isinstance(x, Variable):
        return Variable(value_of(x), x.name)
    return Variable(as_value(x, name="x"))


def _is_recorded(*given: Operand) -> bool:
    """Whether a derivative is to be differentiated again: data ask for none."""
    return _nested.get() or any(type(operand) is Variable for operand in given)


def _check_result(result: Any, expected: str) -> Any:
    """Return what `f` returned, or say that there is no derivative of such a thing."""
    if isinstance(result, Variable):
        return result
    if result is None:
        raise TypeError(f"f must return {expected}, it returned nothing: is its `return` missing?")
    if isinstance(result, (dict, str, bytes, list, tuple, set)):
        raise TypeError(
            f"f must return {expected}, it returned {format_given(result)}, a "
            f"{type(result).__name__}: join several numbers with bp.stack or bp.concatenate"
        )
    try:
        return as_value(result)
    except TypeError:
        raise TypeError(
            f"f must return {expected}, it returned {format_given(result)}: compute it from the "
            "argument with the functions of backprop"
        ) from None


def _back(result: Any, seed: Value, at: Variable, recorded: bool) -> Any:
    """Return the gradient of the result by `at`; 0 if it does not depend on it."""
    if type(result) is Variable:
        if type(result.value) is not float:
            seed = as_array(seed, result.dtype)[()]
        arrived = sweep(result, seed, wanted=(at,), retain_graph=True, create_graph=recorded)
        if at in arrived:
            return arrived[at]
    return as_value(np.zeros(at.shape, at.dtype))


def _direction(x: Operand, v: Operand) -> Value:
    at = value_of(x) if isinstance(x, Variable) else as_value(x, name="x")
    direction = v if isinstance(v, Variable) else as_value(v, name="v")
    if np.shape(at) != np.shape(value_of(direction)):
        raise ValueError(
            f"v must have the shape {np.shape(at)} of x, got {np.shape(value_of(direction))}: "
            "a direction needs that of x"
        )
    if isinstance(v, Variable) or type(at) is float:
        return direction
    return as_array(direction, at.dtype).copy()[()]  # float32 stays float32
