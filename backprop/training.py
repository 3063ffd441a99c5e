"""Training: the four steps of gradient descent, and a history of what happened."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from backprop.checks import checked_positive
from backprop.optimizers import checked_parameters
from backprop.variable import Constant, Value, Variable


class Optimizer(Protocol):
    """What :func:`fit` needs of an optimiser."""

    def step(self) -> None:
        """Change the parameters, given their gradients."""

    def zero_grad(self) -> None:
        """Forget the gradients."""


class History:
    """What happened in a training run: entry k of everything is how things stood after k steps.

    Attributes
    ----------
    steps : int
        Number of steps taken; every record has one entry more, the start.
    loss : numpy.ndarray, shape (steps + 1,)
        The loss.
    parameters, gradients : dict of str to numpy.ndarray
        For each parameter its value and its gradient; first axis: the step.
    stopped_because : str
        Why the run ended, in a sentence.
    converged : bool
        Whether it ended because the steps had become as small as asked.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._loss: list[float] = []
        self._parameters: dict[str, list[Value]] = {name: [] for name in names}
        self._gradients: dict[str, list[Value]] = {name: [] for name in names}
        self.stopped_because = ""
        self.converged = False

    def record(self, loss: float, parameters: Sequence[Variable]) -> None:
        """Add the loss, and each parameter with its gradient."""
        self._loss.append(loss)
        for name, parameter in zip(self._parameters, parameters, strict=True):
            gradient = parameter.grad
            if gradient is None:  # this loss does not depend on it
                gradient = np.zeros(parameter.shape)[()]
            self._parameters[name].append(np.copy(parameter.value))
            self._gradients[name].append(np.copy(gradient))

    @property
    def steps(self) -> int:
        """Number of steps taken."""
        return max(len(self._loss) - 1, 0)

    @property
    def loss(self) -> NDArray[Any]:
        """The loss after 0, 1, 2, ... steps."""
        return np.array(self._loss)

    @property
    def parameters(self) -> dict[str, NDArray[Any]]:
        """Each parameter after 0, 1, 2, ... steps."""
        return {name: np.array(values) for name, values in self._parameters.items()}

    @property
    def gradients(self) -> dict[str, NDArray[Any]]:
        """Each parameter's gradient after 0, 1, 2, ... steps."""
        return {name: np.array(values) for name, values in self._gradients.items()}

    def __repr__(self) -> str:
        """Show the steps, the loss and why the run ended."""
        if not self._loss:
            return "History(no steps yet)"
        return (
            f"History({self.steps} steps, loss {self._loss[0]:.6g} → {self._loss[-1]:.6g}: "
            f"{self.stopped_because or 'still running'})"
        )


def fit(
    loss: Callable[[], Variable],
    parameters: Variable | Iterable[Variable],
    optimizer: Optimizer,
    *,
    steps: int = 1000,
    tolerance: float | None = None,
    progress: bool = False,
    callbacks: Iterable[Callable[[History], object]] = (),
) -> History:
    """Learn the parameters that make a loss small.

    The four steps of gradient descent: (1) start from the parameters as they are, (2) compute the
    loss and its gradient, (3) let the optimiser take a step, (4) repeat until the steps are small.

    Parameters
    ----------
    loss : callable
        Takes nothing, returns the loss as a Variable that holds a single number, computed anew
        from the parameters.
    parameters : Variable or iterable of Variable
        The leaves to learn; they are changed in place.
    optimizer : GradientDescent or another optimiser
        Made for the same parameters.
    steps : int, optional
        The largest number of steps.
    tolerance : float, optional
        Stop once no parameter moved by more than this in a step. Left out: take all the steps.
    progress : bool, optional
        Show a progress bar (needs tqdm).
    callbacks : iterable of callable, optional
        Each is called with the history after every record; one that returns True ends the run.

    Returns
    -------
    History
        Loss, parameters and gradients after every step, and why the run ended. A loss that becomes
        infinite or NaN ends the run at once; ``stopped_because`` says where.

    Raises
    ------
    TypeError
        If `loss` is not callable or does not return a Variable.
    ValueError
        If `steps` or `tolerance` is not positive, the loss is not a single number, or the optimiser
        was made for other parameters.

    Notes
    -----
    With learning rate η, a step of gradient descent has the size η × gradient, so a small step
    means a small gradient, not always a good fit.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(0.0, name="w")
    >>> history = bp.fit(lambda: (w - 3) ** 2, w, bp.GradientDescent(w, 0.25), tolerance=1e-6)
    >>> round(w.value, 5), history.steps
    (3.0, 22)
    >>> history.stopped_because
    'the last step was at most 1e-06'
    """
    parameters = checked_parameters(parameters)
    _check_settings(loss, parameters, optimizer, steps, tolerance)
    callbacks = tuple(callbacks)
    history = History(_names(parameters))
    bar = _progress_bar(steps) if progress else None
    try:
        while True:
            optimizer.zero_grad()
            current = _loss_of(loss)
            current.backward()
            history.record(float(current.value), parameters)
            if bar is not None:
                bar.set_postfix_str(f"loss {current.value:.4g}", refresh=False)
            history.converged = _settled(history, tolerance)
            history.stopped_because = _reason_to_stop(history, steps, tolerance)
            asked = [bool(callback(history)) for callback in callbacks]
            if history.stopped_because:
                break
            if any(asked):
                history.stopped_because = "a callback asked to stop"
                break
            optimizer.step()
            if bar is not None:
                bar.update()
    finally:
        if bar is not None:
            bar.close()
    return history


def _reason_to_stop(history: History, steps: int, tolerance: float | None) -> str:
    loss = history._loss[-1]
    if not math.isfinite(loss) and history.steps == 0:
        return f"the loss is {loss} before the first step: look at the data and the start values"
    if not math.isfinite(loss):
        return (
            f"the loss became {loss} after {_counted(history.steps)}: "
            "most often the learning rate is too large"
        )
    if history.converged:
        return f"the last step was at most {tolerance:g}"
    return f"the limit of {_counted(steps)} was reached" if history.steps >= steps else ""


def _settled(history: History, tolerance: float | None) -> bool:
    """Whether no parameter moved by more than the tolerance in the last step."""
    if tolerance is None or history.steps == 0 or not math.isfinite(history._loss[-1]):
        return False
    return all(
        np.max(np.abs(values[-1] - values[-2]), initial=0.0) <= tolerance
        for values in history._parameters.values()
    )


def _counted(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"


def _loss_of(loss: Callable[[], Variable]) -> Variable:
    current = loss()
    if not isinstance(current, Variable) or isinstance(current, Constant):
        raise TypeError(
            f"loss() must return a Variable computed from the parameters, got {current!r}: "
            "use the parameters themselves in it, not their .value"
        )
    return current


def _check_settings(
    loss: object,
    parameters: Sequence[Variable],
    optimizer: Optimizer,
    steps: int,
    tolerance: float | None,
) -> None:
    if not callable(loss):
        raise TypeError(
            "loss must be a function that computes the loss anew, such as lambda: bp.ssr(...); "
            f"got {loss!r}"
        )
    if set(getattr(optimizer, "parameters", parameters)) != set(parameters):
        raise ValueError("the optimizer was made for other parameters: give it and fit the same")
    if not isinstance(steps, (int, np.integer)) or steps < 1:
        raise ValueError(f"steps must be a whole number of at least 1, got {steps!r}")
    if tolerance is not None:
        checked_positive(tolerance, "tolerance")


def _names(parameters: Sequence[Variable]) -> list[str]:
    """Return the parameters' names; those without one are called parameter 1, 2, ..."""
    names = [p.name or f"parameter {i + 1}" for i, p in enumerate(parameters)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two parameters are called {', '.join(twice)}: give each its own name")
    return names


def _progress_bar(steps: int) -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        raise ImportError("progress=True needs tqdm: pip install tqdm") from None
    return tqdm(total=steps, unit="step")
