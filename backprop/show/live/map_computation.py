"""Where gradient descent gets to from each start of a plane, computed for many starts at once."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop.data import dosage
from backprop.engine.activations import softplus
from backprop.engine.losses import ssr
from backprop.engine.program.run import program
from backprop.engine.variable import Variable
from backprop.training.optimizers import GradientDescent

__all__ = [
    "ARRIVED",
    "LEVEL",
    "NAMES",
    "RATE",
    "RESTS",
    "STEPS",
    "Starts",
    "compute_starts",
    "predict",
]

NAMES = ("w1", "b1", "w2", "b2", "w3", "w4", "b3")
RATE, STEPS = 0.02, 10_000
#: An SSR below it counts as arrived; the level line at the mean has the other one.
ARRIVED, LEVEL = 0.01, 2 / 3
#: A run that ends nearer to it rests there; the next ones are still on their way.
RESTS = 0.002
_CHUNK = 100  # steps, after which those that have arrived are left out

Floats = NDArray[np.float64]


class Starts(NamedTuple):
    """What became of every start: one row for each second weight, from the lowest on.

    Attributes
    ----------
    places : ndarray of shape (count,)
        The first weights, on both axes.
    steps : ndarray of shape (count, count)
        The steps to an SSR below `ARRIVED`, rounded up to hundreds; 0 where that was not reached.
    losses : ndarray of shape (count, count)
        The SSR at the end.
    """

    places: Floats
    steps: NDArray[np.int64]
    losses: Floats

    @property
    def resting(self) -> NDArray[np.bool_]:
        """Where the run rests at the level line."""
        rests: NDArray[np.bool_] = (self.steps == 0) & (abs(self.losses - LEVEL) < RESTS)
        return rests


def predict(parameters: Any, x: Any) -> Any:
    """Compute the curve of seven parameters, or of columns of them, at some places."""
    w1, b1, w2, b2, w3, w4, b3 = parameters
    return w3 * softplus(w1 * x + b1) + w4 * softplus(w2 * x + b2) + b3


@cache
def compute_starts(w3: float, w4: float, count: int = 41, steps: int = STEPS) -> Starts:
    """Run gradient descent from every start on a plane of first weights w1 and w2.

    One program takes a step for all starts that have not arrived: a loss that is a sum has the
    gradient of each of its terms, and no start is in the term of another.

    Parameters
    ----------
    w3, w4 : float
        The outgoing weights at the start. All biases start at 0.
    count : int
        Places along each side of the plane, from −3 to 3.
    steps : int
        The most steps.

    Returns
    -------
    Starts
        About two seconds for 1,681 starts.

    Examples
    --------
    >>> found = compute_starts(0.36, 0.63, count=3, steps=3000)
    >>> found.steps[2].tolist(), round(float(found.losses[1, 1]), 3)
    ([1200, 0, 1700], 0.667)
    """
    places = np.linspace(-3, 3, count)
    first, second = np.meshgrid(places, places)
    table = np.zeros((7, first.size))
    table[0], table[2] = first.ravel(), second.ravel()
    table[4:6] = [[w3], [w4]]
    needed, losses = np.zeros(first.size, int), np.zeros(first.size)
    running = np.arange(first.size)
    for done in range(_CHUNK, steps + 1, _CHUNK):
        table[:, running], losses[running] = _take_steps(table[:, running])
        arrived = losses[running] < ARRIVED
        needed[running[arrived]] = done
        running = running[~arrived]
    square = (count, count)
    return Starts(places, needed.reshape(square), losses.reshape(square))


def _take_steps(table: Floats) -> tuple[Floats, Floats]:
    """Return the parameters of some starts after a hundred steps, and their losses."""
    x, observed = dosage()
    leaves = [Variable(row[:, None], name=name) for row, name in zip(table, NAMES, strict=True)]
    every = np.broadcast_to(observed, (table.shape[1], len(x))).copy()
    step = program(lambda: ssr(predict(leaves, x), every), update=GradientDescent(leaves, RATE))
    for _ in range(_CHUNK):
        step()
    moved = np.array([leaf.value[:, 0] for leaf in leaves])
    predicted = np.asarray(predict(moved[:, :, None], x))
    return moved, ((observed - predicted) ** 2).sum(axis=1)
