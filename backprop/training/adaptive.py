"""Optimisers that scale each element of a step by the gradients it has seen: RMSProp and Adam."""

from __future__ import annotations

from typing import Any

from backprop.checks import check_fraction, check_positive, format_given
from backprop.engine.variable import Value
from backprop.training.optimizers import Optimizer, add_to_memory
from backprop.training.parameters import Learnable
from backprop.training.schedules import Schedule


class RMSProp(Optimizer):
    """Divide each gradient by its recent size, so that steep and flat directions move alike.

    ``square ← decay × square + (1 − decay) × gradient²``, then
    ``parameter ← parameter − learning_rate × gradient / (√square + eps)``, element by element.

    Parameters
    ----------
    parameters : Variable, iterable of Variable, or a layer
        The leaves that a step changes.
    learning_rate : float or callable
        About the size of a step, positive and finite; or a schedule.
    decay : float, optional
        Share of the old mean square that is kept, from 0 to below 1.
    eps : float, optional
        Keeps the quotient finite where gradients are 0; positive.

    Raises
    ------
    TypeError, ValueError
        As for :class:`Optimizer`; or if `decay` or `eps` is out of range.

    Notes
    -----
    T. Tieleman and G. Hinton, lecture 6.5 of *Neural Networks for Machine Learning*, 2012; eps
    stands outside the root, as in PyTorch.

    Examples
    --------
    >>> import backprop as bp
    >>> v = bp.Variable([1.0, 1.0])
    >>> optimizer = bp.RMSProp(v, learning_rate=0.01)
    >>> bp.sum(v * [1.0, 1000.0]).backward()
    >>> optimizer.step()            # the size of a gradient does not matter
    >>> v.value.round(6)
    array([0.9, 0.9])
    """

    remembers = ("square",)

    def __init__(
        self,
        parameters: Learnable,
        learning_rate: float | Schedule = 0.01,
        decay: float = 0.99,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(parameters, learning_rate)
        self.decay = check_fraction(decay, "decay", of=1, below=True)
        self.eps = check_positive(eps, "eps")

    def change(self, value: Value, gradient: Value, rate: float, memory: dict[str, Any]) -> Value:
        """Return ``rate * gradient / (sqrt(square) + eps)``."""
        square = add_to_memory(
            memory, "square", self.decay, (1.0 - self.decay) * gradient * gradient
        )
        return rate * gradient / (square**0.5 + self.eps)


class Adam(Optimizer):
    """Adam: momentum, divided by the recent size of the gradient, both corrected for their start.

    ``mean ← β₁ × mean + (1 − β₁) × gradient`` and ``square ← β₂ × square + (1 − β₂) × gradient²``,
    then ``parameter ← parameter − learning_rate × m / (√v + eps)`` with the corrected
    ``m = mean / (1 − β₁ᵗ)`` and ``v = square / (1 − β₂ᵗ)`` at a parameter's step t = 1, 2, ...

    Parameters
    ----------
    parameters : Variable, iterable of Variable, or a layer
        The leaves that a step changes.
    learning_rate : float or callable
        About the size of a step, positive and finite; or a schedule.
    betas : tuple of two floats, optional
        β₁ and β₂: the shares of the old mean and of the old mean square that are kept, each from 0
        to below 1.
    eps : float, optional
        Keeps the quotient finite where gradients are 0; positive.
    weight_decay : float, optional
        Each step also subtracts ``learning_rate × weight_decay × parameter``. Above 0, this is
        AdamW.

    Raises
    ------
    TypeError, ValueError
        As for :class:`Optimizer`; or if another setting is out of range.

    Notes
    -----
    D. Kingma and J. Ba, *Adam: A method for stochastic optimization*, ICLR 2015; I. Loshchilov and
    F. Hutter, *Decoupled weight decay regularization*, ICLR 2019.

    Mean and mean square start at 0, so at first they are too small: of a gradient that never
    changes, the mean after t steps is ``(1 − β₁ᵗ) × gradient``. Dividing by ``1 − β₁ᵗ`` makes the
    very first step right: its size is the learning rate.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(3.0, name="w")
    >>> optimizer = bp.Adam(w, learning_rate=0.01)
    >>> w.grad = 1000.0
    >>> optimizer.step()
    >>> round(w.value, 6)
    2.99
    """

    remembers = ("mean", "square")

    def __init__(
        self,
        parameters: Learnable,
        learning_rate: float | Schedule = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate)
        if not isinstance(betas, (tuple, list)) or len(betas) != 2:
            raise TypeError(
                f"betas must be two numbers such as (0.9, 0.999), got {format_given(betas)}"
            )
        self.betas = (
            check_fraction(betas[0], "betas[0]", of=1, below=True),
            check_fraction(betas[1], "betas[1]", of=1, below=True),
        )
        self.eps = check_positive(eps, "eps")
        self.weight_decay = check_fraction(weight_decay, "weight_decay")

    def change(self, value: Value, gradient: Value, rate: float, memory: dict[str, Any]) -> Value:
        """Return ``rate * m / (sqrt(v) + eps)``, and the decay."""
        (beta1, beta2), t = self.betas, memory["moves"]
        mean = add_to_memory(memory, "mean", beta1, (1.0 - beta1) * gradient)
        square = add_to_memory(memory, "square", beta2, (1.0 - beta2) * gradient * gradient)
        change = rate / (1.0 - beta1**t) * mean / ((square / (1.0 - beta2**t)) ** 0.5 + self.eps)
        return change + rate * self.weight_decay * value if self.weight_decay else change
