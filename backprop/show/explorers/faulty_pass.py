"""A backward pass that is run as it is shown, right or with a fault, and what comes of it."""

from __future__ import annotations

from functools import cache, partial
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

#: The way back of one step, point by point, and the step itself. `slope` is that of the softplus
#: in both hidden nodes, `outgoing` their weights; `shares` multiplies out what a point contributes.
LINES = (
    "for i in 2, 1, 0:",
    "    d = −2 * residual[i]",
    "    dz = d * outgoing * slope[i]",
    "    gradient += shares(d, dz, i)",
    "w = w − 0.05 * gradient",
    "gradient = zeros(7)",
)


class Fault(NamedTuple):
    """One planted fault: the number of its line, what stands there instead, and what that means."""

    line: int
    text: str
    means: str


FAULTS = (
    Fault(3, "    dz = d * outgoing", "softplus is passed as if its slope were 1"),
    Fault(4, "    gradient = shares(d, dz, i)", "= keeps the last point's share alone"),
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
    names: dict[str, Any] = {"w": np.array(_START), "gradient": np.zeros(7), "zeros": np.zeros}
    rows = []
    for _ in range(steps + 1):
        w = names["w"]
        z = np.stack([w[0] * x + w[1], w[2] * x + w[3]], axis=1)
        y, slope = np.logaddexp(0, z), np.exp(-np.logaddexp(0, -z))
        residual = observed - (y @ w[4:6] + w[6])
        names |= {"outgoing": w[4:6], "residual": residual, "slope": slope}
        names["shares"] = partial(_multiply_out, x, y)
        exec(way_back, names)
        rows.append((w, residual @ residual, names["gradient"].copy()))
        exec(update, names)
    return Run(*(np.array(column) for column in zip(*rows, strict=True)))


def _multiply_out(x: Floats, y: Floats, d: Any, dz: Floats, i: int) -> Floats:
    """Return what a point contributes to the seven entries, in the order of the parameters."""
    return np.array([dz[0] * x[i], dz[0], dz[1] * x[i], dz[1], *(d * y[i]), d])


def write_lines(fault: int | None) -> list[str]:
    """Write the lines of an engine, with its fault in place."""
    lines = list(LINES)
    if fault is not None:
        lines[FAULTS[fault].line - 1] = FAULTS[fault].text
    return lines
