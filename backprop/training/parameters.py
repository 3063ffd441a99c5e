"""What is learned: parameters, and the length of their gradients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from backprop.checks import check_positive, format_given
from backprop.engine.clipping import find_factor, measure_length
from backprop.engine.variable import Constant, Value, Variable, value_of
from backprop.network.layer import Layer

#: What can be learned: leaves, or a layer that has some.
Learnable: TypeAlias = Variable | Iterable[Variable] | Layer


def list_parameters(parameters: Learnable) -> list[Variable]:
    """Return the parameters as a list of leaves, or say what is wrong with them."""
    if isinstance(parameters, Variable):
        return list_parameters([parameters])
    if isinstance(parameters, Layer):
        parameters.name_parameters()
        parameters = parameters.parameters()
    if not isinstance(parameters, Iterable):
        raise TypeError(
            f"parameters must be bp.Variable or a layer, got {format_given(parameters)}"
        )
    listed = list(parameters)
    if not listed:
        raise ValueError("parameters must hold at least one Variable to learn, got none")
    for parameter in listed:
        if not isinstance(parameter, Variable) or isinstance(parameter, Constant):
            raise TypeError(f"parameters must be bp.Variable, got {format_given(parameter)}")
        if parameter.operation is not None:
            raise TypeError(
                f"parameters must be leaves, but {format_given(parameter)} was computed from other "
                "values: give the Variables that it was computed from"
            )
    if len({id(parameter) for parameter in listed}) < len(listed):
        raise ValueError(
            "parameters must list each one once, got one twice: every step would count twice"
        )
    return listed


def check_gradient(parameter: Variable, gradient: Value) -> None:
    """Refuse a gradient that is none of this parameter: NumPy would stretch it without a word."""
    called = f"the gradient of {parameter.name or 'a parameter'}"
    if np.shape(gradient) != parameter.shape:
        raise ValueError(
            f"{called} must have its shape {parameter.shape}, got {np.shape(gradient)}: "
            "leave it to backward(), or set one of that shape"
        )
    if np.asarray(gradient).dtype.kind not in "fiu":
        raise TypeError(f"{called} must be made of real numbers, got {format_given(gradient)}")


def clip_gradients(parameters: Learnable, max_norm: float) -> float:
    """Shorten the gradients together, if they are longer than allowed; keep their direction.

    Parameters
    ----------
    parameters : Variable, iterable of Variable, or a layer
        The leaves whose gradients count; those without one do not.
    max_norm : float
        The largest length (the root of the sum of the squares of all elements); positive.

    Returns
    -------
    float
        The length before. If it is infinite or NaN, nothing was changed: no factor would help.

    Raises
    ------
    TypeError, ValueError
        If the parameters are none, or `max_norm` is not positive and finite.

    Notes
    -----
    R. Pascanu, T. Mikolov and Y. Bengio, *On the difficulty of training recurrent neural networks*,
    ICML 2013.

    Examples
    --------
    >>> import backprop as bp
    >>> a, b = bp.Variable(0.0), bp.Variable(0.0)
    >>> (30 * a + 40 * b).backward()
    >>> bp.clip_gradients([a, b], max_norm=5.0)
    50.0
    >>> a.grad, b.grad
    (3.0, 4.0)
    """
    max_norm = check_positive(max_norm, "max_norm")
    reached = [p for p in list_parameters(parameters) if p.grad is not None]
    for parameter in reached:
        check_gradient(parameter, value_of(parameter.grad))
    length = measure_length([value_of(parameter.grad) for parameter in reached])
    factor = float(find_factor(length, max_norm))
    if factor != 1.0:
        for parameter in reached:
            parameter.grad = value_of(parameter.grad) * factor
    return float(length)
