"""Runs of four optimisers on four grounds: computed by programs, and each at its best rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from backprop.engine.program.run import Program, program
from backprop.engine.variable import Variable
from backprop.training.adaptive import Adam, RMSProp
from backprop.training.optimizers import GradientDescent, Momentum, Optimizer

__all__ = [
    "GROUNDS",
    "OPTIMIZERS",
    "RATES",
    "STEPS",
    "Run",
    "find_best_rates",
    "list_noise",
    "run_optimizer",
    "write_programs",
]

STEPS = 60
#: How many steps at the end of a run are averaged to say how good its rate is.
LAST = 10
#: A run that is further away than this is over.
FAR = 1e3
RATES = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1),
    *(0.15, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0, 1.2, 1.5, 2.0),
)
_HALF = math.sqrt(0.5)


def compute_valley(w1: Any, w2: Any) -> Any:
    """Compute a loss that is twenty times as steep along the second parameter."""
    return 0.05 * w1**2 + w2**2


def compute_diagonal(w1: Any, w2: Any) -> Any:
    """Compute the loss of the valley, turned by 45°."""
    return compute_valley(_HALF * (w1 + w2), _HALF * (w2 - w1))


def compute_saddle(w1: Any, w2: Any) -> Any:
    """Compute a loss with a saddle in the middle, and a hollow on either side of it."""
    return 0.5 * w1**2 + 0.25 * (w2**2 - 1) ** 2


class Ground(NamedTuple):
    """A loss, where runs on it begin, and how much its gradient is shaken."""

    compute: Callable[[Any, Any], Any]
    start: tuple[float, float]
    noise: float = 0.0


GROUNDS: dict[str, Ground] = {
    "valley": Ground(compute_valley, (-3.5, 1.5)),
    "diagonal": Ground(compute_diagonal, (-3.5355, -1.4142)),
    "saddle": Ground(compute_saddle, (-2.5, 0.05)),
    "noise": Ground(compute_valley, (-3.5, 1.5), 1.0),
}
#: How each optimiser is made of a parameter and a rate, and what it keeps of a parameter.
OPTIMIZERS: dict[str, tuple[Callable[[Any, float], Optimizer], tuple[str, ...]]] = {
    "descent": (GradientDescent, ()),
    "momentum": (Momentum, ("velocity",)),
    "RMSProp": (lambda leaf, rate: RMSProp(leaf, rate, decay=0.9), ("square",)),
    "Adam": (Adam, ("mean", "square", "moves")),
}


class _Slope(NamedTuple):
    leaves: list[Variable]
    program: Program


class _Step(NamedTuple):
    leaf: Variable
    program: Program
    optimizer: Optimizer


@cache
def _make_slope(ground: str) -> _Slope:
    leaves = [Variable(place, name=f"w{k}") for k, place in enumerate((-3.5, 1.5), 1)]
    compute = GROUNDS[ground].compute
    return _Slope(leaves, program(lambda: compute(*leaves)))


def _make_step(name: str, rate: float = 0.1) -> _Step:
    leaf = Variable(0.5, name="p")
    optimizer = OPTIMIZERS[name][0]([leaf], rate)
    # The gradient of p · g by p is g: what is left of the program is the step.
    return _Step(leaf, program(lambda g: leaf * g, 0.3, update=optimizer), optimizer)


def write_programs() -> dict[str, tuple[Program, list[Any]]]:
    """Write the programs of the page: the loss of each ground, and a step of each optimiser."""
    losses: dict[str, tuple[Program, list[Any]]] = {
        name: (_make_slope(name).program, []) for name in GROUNDS if not GROUNDS[name].noise
    }
    return losses | {name: (_make_step(name).program, [0.3]) for name in OPTIMIZERS}


@cache
def list_noise() -> list[list[float]]:
    """Return what is added to the gradients of each step where the ground is shaken.

    Examples
    --------
    >>> len(list_noise())
    60
    """
    drawn = np.random.default_rng(3).normal(size=(STEPS, 2))
    return [[float(number) for number in row] for row in drawn.round(2)]


class Run(NamedTuple):
    """Places and losses of a run, from its start on; a run that is over stays where it was."""

    places: list[tuple[float, float]]
    losses: list[float]

    def measure_end(self) -> float:
        """Return the mean loss of the last steps."""
        return sum(self.losses[-LAST:]) / LAST


@cache
def run_optimizer(ground: str, name: str, rate: float, u: float, v: float) -> Run:
    """Let an optimiser run from a start.

    Parameters
    ----------
    ground, name : str
        A name of `GROUNDS`, and one of `OPTIMIZERS`.
    rate : float
        The learning rate.
    u, v : float
        Where the run starts.

    Examples
    --------
    >>> run = run_optimizer("valley", "descent", 0.1, -3.5, 1.5)
    >>> len(run.places), round(run.losses[-1], 3)
    (61, 0.183)
    """
    slope, shaken = _make_slope(ground), GROUNDS[ground].noise
    steps = [_make_step(name, rate) for _ in (0, 1)]
    place = (u, v)
    places: list[tuple[float, float]] = []
    losses: list[float] = []
    for t in range(STEPS + 1):
        if not all(abs(part) < FAR for part in place):  # also where one is no number
            rest = STEPS + 1 - t
            return Run(places + [places[-1]] * rest, losses + [math.inf] * rest)
        for leaf, part in zip(slope.leaves, place, strict=True):
            leaf.value = part
        loss, gradient = slope.program()
        places.append(place)
        losses.append(float(loss))
        if t == STEPS:
            break
        moved = []
        for k, step in enumerate(steps):
            step.leaf.value = place[k]
            step.program(float(gradient[k]) + shaken * list_noise()[t][k])
            moved.append(float(step.leaf.value))
        place = (moved[0], moved[1])
    return Run(places, losses)


@cache
def find_best_rates(ground: str, u: float, v: float) -> dict[str, float]:
    """Return for each optimiser the rate whose last steps have the lowest loss.

    Examples
    --------
    >>> find_best_rates("valley", -3.5, 1.5)["descent"]
    0.9
    """
    return {
        name: min(RATES, key=lambda rate: run_optimizer(ground, name, rate, u, v).measure_end())
        for name in OPTIMIZERS
    }
