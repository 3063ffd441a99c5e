"""The machine of the laboratory: a small network, and what each of its four buttons does to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from backprop.data import dosage
from backprop.engine.activations import softplus
from backprop.engine.losses import mse, ssr
from backprop.engine.operations import abs as absolute
from backprop.engine.operations import concatenate, matmul, mean, reshape, transpose
from backprop.engine.program.run import Program, program
from backprop.engine.variable import Variable
from backprop.training.adaptive import Adam
from backprop.training.optimizers import GradientDescent, Momentum, Optimizer

__all__ = [
    "GRID",
    "LOSSES",
    "NAMES",
    "OPTIMISERS",
    "STARTS",
    "make_start",
    "press",
    "write_programs",
]

State = dict[str, Any]

GRID = np.linspace(0.0, 1.0, 33)


def _mean_distance(predicted: Any, observed: Any) -> Any:
    return mean(absolute(predicted - observed))


LOSSES: dict[str, Callable[[Any, Any], Any]] = {"ssr": ssr, "mse": mse, "distance": _mean_distance}
#: How each optimiser is made of a parameter and a learning rate, and what it keeps for each.
OPTIMISERS: dict[str, tuple[Callable[[Any, float], Optimizer], tuple[str, ...]]] = {
    "descent": (GradientDescent, ()),
    "momentum": (Momentum, ("velocity",)),
    "adam": (Adam, ("mean", "square", "moves")),
}
#: Where each number of units begins: weights, biases, weights to the sum, and its bias.
STARTS: dict[int, list[float]] = {
    1: [2.74, 0.0, 0.36, 0.0],
    2: [2.74, -1.13, 0.0, 0.0, 0.36, 0.63, 0.0],
    3: [2.74, -1.13, -2.1, 0.0, 0.0, 0.0, 0.36, 0.63, -0.52, 0.0],
    4: [2.74, -1.13, -2.1, 1.37, 0.0, 0.0, 0.0, 0.0, 0.36, 0.63, -0.52, 0.25, 0.0],
}
_LOWERED = "₀₁₂₃₄₅₆₇₈"


def _name_parameters(units: int) -> list[str]:
    """Name weights and biases as the book does: counted from the input to the sum."""
    weights = [f"w{_LOWERED[k]}" for k in range(1, 2 * units + 1)]
    biases = [f"b{_LOWERED[k]}" for k in range(1, units + 2)]
    return [*weights[:units], *biases[:units], *weights[units:], biases[-1]]


#: The names of the parameters, in their order, for each number of units.
NAMES = {count: _name_parameters(count) for count in STARTS}


def split_parameters(values: Any, units: int) -> dict[str, Any]:
    """Return weights, biases, weights to the sum and its bias from one row of numbers.

    Examples
    --------
    >>> split_parameters([1.0, 2.0, 3.0, 4.0], 1)["c"]
    4.0
    """
    row = np.asarray(values, dtype=float)
    names = {"w": row[:units], "b": row[units : 2 * units], "v": row[2 * units : 3 * units]}
    return {**names, "c": float(row[3 * units])}


def compute_units(parameters: Mapping[str, Any], x: Any) -> tuple[Any, Any]:
    """Compute what the units hold at each x, one row an x, and what is predicted there."""
    units = softplus(reshape(x, (-1, 1)) * parameters["w"] + parameters["b"])
    return units, matmul(units, parameters["v"]) + parameters["c"]


def make_start(units: int = 2) -> State:
    """Return the machine as it stands at first, before any button was pressed."""
    x, observed = dosage()
    return {
        "units": units,
        "loss": "ssr",
        "optimiser": "descent",
        "eta": 0.05,
        "p": list(STARTS[units]),
        "g": [],
        "m": [],
        "x": x.tolist(),
        "y": observed.tolist(),
        "seen": [],
        "fresh": 0,  # what was seen is what the curve is still
        "graph": 0,  # there is something to go back through
        "used": 0,  # the gradients have moved the numbers already
        "steps": 0,
        "act": "start",
    }


def press(state: State, *buttons: str) -> State:
    """Return the state after some buttons were pressed, as the engine computes it.

    Parameters
    ----------
    state : dict
        What :func:`make_start` returns; it is not changed.
    *buttons : str
        ``"forward"``, ``"backward"``, ``"step"``, ``"zero"``.

    Examples
    --------
    >>> after = press(make_start(), "forward", "backward", "step", "step")
    >>> after["act"], after["steps"]
    ('old', 2)
    """
    now = dict(state)
    for button in buttons:
        now |= _BUTTONS[button](now)
    return now


def _press_forward(state: State) -> State:
    parameters = split_parameters(state["p"], state["units"])
    _, predicted = compute_units(parameters, np.array(state["x"]))
    return {"seen": predicted.tolist(), "fresh": 1, "graph": 1, "act": "forward"}


def _press_backward(state: State) -> State:
    if not state["graph"]:
        return {"act": "early"}
    leaves = _make_leaves(state["p"], state["units"])
    _, predicted = compute_units(leaves, np.array(state["x"]))
    LOSSES[state["loss"]](predicted, np.array(state["y"])).backward()
    gradient = np.concatenate([np.atleast_1d(leaf.grad) for leaf in leaves.values()])
    before = np.array(state["g"]) if state["g"] else 0.0
    act = "added" if state["g"] else "backward"
    return {"g": (gradient + before).tolist(), "graph": 0, "used": 0, "act": act}


def _press_step(state: State) -> State:
    if not state["g"]:
        return {"act": "nothing"}
    make, kept = OPTIMISERS[state["optimiser"]]
    moved, memories = [], []
    for k, (value, gradient) in enumerate(zip(state["p"], state["g"], strict=True)):
        leaf = Variable(value)
        optimiser = make(leaf, state["eta"])
        memory = optimiser.memories()[0]
        for place, name in enumerate(kept):
            if state["m"]:
                number = state["m"][k * len(kept) + place]
                memory[name] = int(number) if name == "moves" else number
        leaf.grad = gradient
        optimiser.step()
        moved.append(float(leaf.value))
        memories += [memory[name] for name in kept]
    act = "old" if state["used"] else "step"
    steps = state["steps"] + 1
    now = {"p": moved, "m": memories, "fresh": 0, "graph": 0, "used": 1}
    return now | {"steps": steps, "act": act}


def _press_zero(state: State) -> State:
    return {"g": [], "used": 0, "act": "zero"}


_BUTTONS = {
    "forward": _press_forward,
    "backward": _press_backward,
    "step": _press_step,
    "zero": _press_zero,
}


def _make_leaves(values: Any, units: int) -> dict[str, Variable]:
    parts = split_parameters(values, units)
    return {name: Variable(part, name=name) for name, part in parts.items()}


def write_programs() -> dict[str, tuple[Program, list[Any]]]:
    """Write the programs of all machines: losses, curves, predictions, and steps."""
    x, observed = dosage()
    programs: dict[str, tuple[Program, list[Any]]] = {}
    for units in STARTS:
        for name in LOSSES:
            examples = [x, observed]
            programs[f"{name}{units}"] = _write_loss(name, units, examples), examples
        for name, at in (("curves", GRID), ("points", x)):
            programs[f"{name}{units}"] = _write_curves(units, at), [at]
    for name, (make, _) in OPTIMISERS.items():
        p = Variable(0.5, name="p")
        update = make([p], 0.05)
        # The gradient of p · g by p is g: what is left of the program is the step.
        programs[name] = program(lambda g, p=p: p * g, 0.3, update=update), [0.3]
    return programs


def _write_loss(name: str, units: int, examples: list[Any]) -> Program:
    leaves = _make_leaves(STARTS[units], units)

    def compute_loss(x: Any, observed: Any) -> Any:
        return LOSSES[name](compute_units(leaves, x)[1], observed)

    return program(compute_loss, *examples)


def _write_curves(units: int, at: Any) -> Program:
    leaves = _make_leaves(STARTS[units], units)

    def compute_curves(x: Any) -> Any:
        held, predicted = compute_units(leaves, x)
        return concatenate([predicted, reshape(transpose(held), (-1,))]).value

    return program(compute_curves, at)
