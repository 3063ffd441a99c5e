"""A backward pass that is run as it is shown, right or with a fault, and what comes of it."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from backprop import data
from backprop.engine.activations import softplus
from backprop.engine.losses import ssr
from backprop.engine.numeric import numeric_gradient
from backprop.engine.program.run import program
from backprop.engine.variable import Variable
from backprop.show.explorers.computed import Floats, to_floats

__all__ = [
    "FAULTS",
    "LINES",
    "NAMES",
    "Fault",
    "Run",
    "measure_gradient",
    "run_faulty",
    "run_right",
]

NAMES = ("w1", "b1", "w2", "b2", "w3", "w4", "b3")
_START = (2.74, 0.0, -1.13, 0.0, 0.36, 0.63, 0.0)
_RATE = 0.05

#: The way back of one step and the step itself. `points` holds what the forward pass left of each
#: point, the last one first: dosage, what came out of both units, residual, slopes of the units.
LINES = (
    "for x, y, r, s in points:",
    "    d = −2 * r",
    "    u = d * w34 * s",
    "    g += join(d, u, x, y)",
    "w = w − 0.05 * g",
    "g = zeros(7)",
)


class Fault(NamedTuple):
    """One planted fault: the number of its line, what stands there instead, and what that means."""

    line: int
    text: str
    means: str


FAULTS = (
    Fault(3, "    u = d * w34", "softplus is passed as if its slope were 1"),
    Fault(4, "    g = join(d, u, x, y)", "= keeps the last point's share alone"),
    Fault(6, "pass", "the gradient is never set back to zero"),
)


class Run(NamedTuple):
    """What an engine did: seven parameters, SSR and gradient, one row before each step."""

    parameters: Floats
    losses: Floats
    gradients: Floats


def predict(parameters: Any, x: Floats) -> Any:
    """Compute the curve of seven parameters at some places."""
    w1, b1, w2, b2, w3, w4, b3 = parameters
    return w3 * softplus(w1 * x + b1) + w4 * softplus(w2 * x + b2) + b3


def measure_gradient(parameters: Floats) -> Floats:
    """Measure the gradient of the SSR by nudging each of the seven parameters."""
    x, observed = data.dosage()
    return to_floats(numeric_gradient(lambda at: ssr(predict(at, x), observed), parameters))


@cache
def run_right(steps: int) -> Run:
    """Train with the gradients of the engine.

    Parameters
    ----------
    steps : int
        How many steps are taken.

    Returns
    -------
    Run
        A row before each step, and one behind the last.
    """
    x, observed = data.dosage()
    leaves = [Variable(value, name=name) for value, name in zip(_START, NAMES, strict=True)]
    step = program(lambda: ssr(predict(leaves, x), observed))
    rows = []
    for _ in range(steps + 1):
        place = [leaf.value for leaf in leaves]
        loss, gradient = step()
        rows.append((place, loss, gradient))
        for leaf, slope in zip(leaves, gradient, strict=True):
            leaf.value -= _RATE * slope
    return Run(*(np.array(column) for column in zip(*rows, strict=True)))


@cache
def run_faulty(steps: int, fault: int | None) -> Run:
    """Train by the lines that are shown, with one fault in them.

    Parameters
    ----------
    steps : int
        How many steps are taken.
    fault : int or None
        Which of `FAULTS`; None runs the lines as they should be.

    Returns
    -------
    Run
        A row before each step, and one behind the last.

    Examples
    --------
    >>> right, same = run_right(50), run_faulty(50, None)
    >>> bool(np.allclose(right.losses, same.losses, rtol=1e-9))
    True
    """
    lines = [line.replace("−", "-") for line in write_lines(fault)]
    way_back, update = (compile("\n".join(part), "<shown>", "exec") for part in (
        lines[:4], lines[4:]))  # fmt: skip
    x, observed = data.dosage()
    names: dict[str, Any] = {
        "w": np.array(_START), "g": np.zeros(7), "zeros": np.zeros,
        "join": lambda d, u, x, y: np.array([u[0] * x, u[0], u[1] * x, u[1], *(d * y), d]),
    }  # fmt: skip
    rows = []
    for _ in range(steps + 1):
        w = names["w"]
        z = np.stack([w[0] * x + w[1], w[2] * x + w[3]], axis=1)
        y, slopes = np.logaddexp(0, z), np.exp(-np.logaddexp(0, -z))
        residuals = observed - (y @ w[4:6] + w[6])
        points = [*zip(x, y, residuals, slopes, strict=True)][::-1]
        names |= {"w34": w[4:6], "points": points}
        exec(way_back, names)
        rows.append((w, residuals @ residuals, names["g"].copy()))
        exec(update, names)
    return Run(*(np.array(column) for column in zip(*rows, strict=True)))


def write_lines(fault: int | None) -> list[str]:
    """Write the lines of an engine, with its fault in place."""
    lines = list(LINES)
    if fault is not None:
        lines[FAULTS[fault].line - 1] = FAULTS[fault].text
    return lines
