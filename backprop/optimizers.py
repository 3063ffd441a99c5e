"""Optimisers: what to do with a gradient. The backward pass computes it; a step here uses it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from backprop.variable import Constant, Variable


class GradientDescent:
    """Gradient descent: every step moves each parameter against its gradient.

    ``parameter ← parameter − learning_rate × gradient`` (A.-L. Cauchy, 1847).

    Parameters
    ----------
    parameters : Variable or iterable of Variable
        The leaves that a step changes.
    learning_rate : float
        The factor η between a gradient and the step; positive and finite.

    Raises
    ------
    TypeError
        If a parameter is no Variable, or one that was computed from others.
    ValueError
        If there is no parameter, or `learning_rate` is not positive and finite.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(3.0, name="w")
    >>> optimizer = bp.GradientDescent(w, learning_rate=0.1)
    >>> ((w - 1) ** 2).backward()
    >>> w.grad
    4.0
    >>> optimizer.step()
    >>> w.value                     # 3 - 0.1 * 4
    2.6
    """

    def __init__(
        self, parameters: Variable | Iterable[Variable], learning_rate: float = 0.1
    ) -> None:
        self.parameters = checked_parameters(parameters)
        self.learning_rate = checked_learning_rate(learning_rate)

    def step(self) -> None:
        """Move each parameter against its gradient; one without a gradient stays where it is.

        Raises
        ------
        RuntimeError
            If no parameter has a gradient.
        """
        if all(parameter.grad is None for parameter in self.parameters):
            raise RuntimeError(
                "no parameter has a gradient: call loss.backward() before step(), "
                "and compute the loss from these very parameters"
            )
        for parameter in self.parameters:
            if parameter.grad is None:
                continue
            step = self.learning_rate * parameter.grad
            if type(parameter.value) is np.ndarray:
                parameter.value -= step
            else:
                parameter.value = parameter.value - step

    def zero_grad(self) -> None:
        """Forget the gradients, so that the next backward pass does not add to them."""
        for parameter in self.parameters:
            parameter.grad = None


def checked_parameters(parameters: Variable | Iterable[Variable]) -> list[Variable]:
    """Return the parameters as a list of leaves, or say what is wrong with them."""
    listed = [parameters] if isinstance(parameters, Variable) else list(parameters)
    if not listed:
        raise ValueError("there is no parameter to learn")
    for parameter in listed:
        if not isinstance(parameter, Variable) or isinstance(parameter, Constant):
            raise TypeError(f"parameters must be bp.Variable, got {parameter!r}")
        if parameter.operation is not None:
            raise TypeError(
                f"{parameter!r} was computed from other values: "
                "give the Variables that it was computed from"
            )
    if len({id(parameter) for parameter in listed}) < len(listed):
        raise ValueError("a parameter is listed twice, so that every step would count twice")
    return listed


def checked_learning_rate(learning_rate: float) -> float:
    """Return the learning rate, or say why it cannot be one."""
    try:
        rate = float(learning_rate)
    except (TypeError, ValueError):
        raise TypeError(f"learning_rate must be a number, got {learning_rate!r}") from None
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"learning_rate must be positive and finite, got {learning_rate}")
    return rate
