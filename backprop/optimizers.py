"""Optimisers: what to do with a gradient. The backward pass computes it; a step here uses it."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable

from backprop.variable import Constant, Variable, value_of


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
        If a parameter is no Variable, or one that was computed from others, or `learning_rate` is
        no number.
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
        self.learning_rate = checked_positive(learning_rate, "learning_rate")

    def step(self) -> None:
        """Move each parameter against its gradient; one without a gradient stays where it is.

        Arrays change in place, so a graph that was kept no longer matches them: compute the loss
        anew before the next ``backward()``.

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
            if parameter.grad is not None:
                parameter._value -= self.learning_rate * value_of(parameter.grad)

    def zero_grad(self) -> None:
        """Forget the gradients, so that the next backward pass does not add to them."""
        for parameter in self.parameters:
            parameter.grad = None


def checked_parameters(parameters: Variable | Iterable[Variable]) -> list[Variable]:
    """Return the parameters as a list of leaves, or say what is wrong with them."""
    if isinstance(parameters, Variable):
        return checked_parameters([parameters])
    if not isinstance(parameters, Iterable):
        raise TypeError(f"parameters must be bp.Variable, got {parameters!r}")
    listed = list(parameters)
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


def checked_positive(setting: float, name: str) -> float:
    """Return a setting that must be a positive number, or say that it is not."""
    if not isinstance(setting, numbers.Real):
        raise TypeError(f"{name} must be a number, got {setting!r}")
    if not (math.isfinite(setting) and setting > 0):
        raise ValueError(f"{name} must be positive and finite, got {setting}")
    return float(setting)
