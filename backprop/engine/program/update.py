"""The step that a program takes with its gradients, as an optimiser says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from backprop.engine.clipping import find_factor, measure_length
from backprop.engine.program.trace import Step, Trace
from backprop.engine.program.traced_value import TracedValue
from backprop.engine.variable import Value, Variable


class Update(Protocol):
    """What takes a step with gradients: an optimiser, as a program needs it.

    Attributes
    ----------
    parameters : list of Variable
        What it moves.
    steps : int
        Counted up by one in each call.
    """

    parameters: list[Variable]
    steps: int

    def rate(self) -> float:
        """Return the learning rate of the next step."""

    def change(self, value: Value, gradient: Value, rate: float, memory: dict[str, Any]) -> Value:
        """Return what a step subtracts from a parameter."""

    def step(self) -> None:
        """Move each parameter by its ``grad``: where no program fits."""

    def memories(self) -> list[dict[str, Any]]:
        """Return what is kept for each parameter, the number of its ``"moves"`` among it."""


@dataclass(frozen=True)
class Descent:
    """How a program moves parameters.

    Attributes
    ----------
    optimizer : Update
        Says by how much.
    max_norm : float or None
        The length to which all gradients together are shortened before, if they are longer.
    """

    optimizer: Update
    max_norm: float | None = None


def take_step(
    trace: Trace, descent: Descent, names: Mapping[Variable, str], arrived: Mapping[Variable, Any]
) -> None:
    """Note the step that an optimiser takes, parameter by parameter.

    Parameters
    ----------
    trace : Trace
        Where to note it.
    descent : Descent
        The ``change`` of its optimiser is run on traced values, and changes nothing.
    names : dict of Variable to str
        How parameters are called.
    arrived : dict of Variable to TracedValue
        The gradients; a parameter without one stays where it is.
    """
    update = descent.optimizer
    if descent.max_norm is not None:
        moved = [leaf for leaf in update.parameters if leaf in arrived]
        arrived = _clip(trace, moved, arrived, descent.max_norm)
    rate = TracedValue(trace, trace.give("state", "rate", float(update.rate()), owner=update))
    for leaf, memory in zip(update.parameters, update.memories(), strict=True):
        if leaf not in arrived:
            continue
        name, value = names[leaf], leaf._value
        trace.note = f"{type(update).__name__} moves {name}"
        first = {
            key: trace.give("state", f"{key}_{name}", thing, owner=memory, key=key)
            for key, thing in memory.items()
        }
        changed: dict[str, Any] = {key: TracedValue(trace, step) for key, step in first.items()}
        changed["moves"] = changed["moves"] + 1
        change: Any = update.change(value, arrived[leaf], rate, changed)  # type: ignore[arg-type]
        _note_assignment(trace, value.step, (value - change).astype(value.dtype))
        for key, step in first.items():
            if key != "moves":
                _note_assignment(trace, step, changed[key])
        _note_count(trace, owner=memory, key="moves")
    _note_count(trace, owner=update)


def take_eager_step(descent: Descent, arrived: Mapping[Variable, Any]) -> None:
    """Take the same step without a program; each ``grad`` is afterwards what it was."""
    leaves = descent.optimizer.parameters
    gradients = [leaf.grad for leaf in leaves]
    factor = 1.0
    if descent.max_norm is not None:
        length = measure_length(arrived[leaf] for leaf in leaves if leaf in arrived)
        factor = float(find_factor(length, descent.max_norm))
    for leaf in leaves:
        gradient = arrived.get(leaf)
        leaf.grad = gradient if gradient is None or factor == 1.0 else gradient * factor
    try:
        descent.optimizer.step()
    finally:
        for leaf, gradient in zip(leaves, gradients, strict=True):
            leaf.grad = gradient


def _clip(
    trace: Trace, leaves: list[Variable], arrived: Mapping[Variable, Any], max_norm: float
) -> dict[Variable, Any]:
    """Shorten gradients together, as :func:`~backprop.training.parameters.clip_gradients` does."""
    trace.note = f"gradients of at most the length {max_norm:g} together"
    factor = find_factor(measure_length(arrived[leaf] for leaf in leaves), max_norm)
    return {leaf: arrived[leaf] * factor.astype(arrived[leaf].dtype) for leaf in leaves}


def _note_assignment(trace: Trace, place: Step, value: Any) -> None:
    """Note that a value is kept for the next call."""
    step = value.step if isinstance(value, TracedValue) else value
    if step is not place:
        trace.add(Step("assign", (place, step), {}, None, note=trace.note))


def _note_count(trace: Trace, **settings: Any) -> None:
    """Note that a number of steps grows by one."""
    trace.add(Step("count", (), settings, None, note=trace.note))
