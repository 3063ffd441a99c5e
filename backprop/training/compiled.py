"""The gradient of a loss from a program, where one can be written."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from backprop.engine.program.run import Program, program
from backprop.engine.program.trace import ProgramError


class CompiledLoss:
    """A loss whose gradient a program computes; it says once if none can be written.

    Parameters
    ----------
    loss : callable
        As for :func:`~backprop.training.fit.fit`.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(3.0)
    >>> loss = CompiledLoss(lambda: w * w)
    >>> loss.compute_gradients(()), w.grad
    (9.0, 6.0)
    """

    def __init__(self, loss: Callable[..., Any]) -> None:
        self._loss = loss
        self._program: Program | None = None
        self._refused = False

    def compute_gradients(self, batch: tuple[Any, ...]) -> float | None:
        """Return the loss, and add its gradient to the ``grad`` of each leaf.

        Returns
        -------
        float or None
            None if there is no program: then the loss is to be computed in the usual way.
        """
        if self._refused:
            return None
        try:
            if self._program is None:
                self._program = program(self._loss, *batch)
            found = self._program(*batch)
        except ProgramError as error:
            self._refused = True
            warnings.warn(f"fit goes on without a program: {error}", stacklevel=6)
            return None
        if not self._program.parameters:
            return None  # the usual way explains what is wrong with the loss
        value, gradients = found
        for leaf, gradient in zip(self._program.parameters, gradients, strict=True):
            leaf.grad = gradient if leaf.grad is None else leaf.grad + gradient
        return float(value)
