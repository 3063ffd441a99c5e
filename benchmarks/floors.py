"""The NumPy calls that a step of the engine makes, and nothing else: what no engine can be below.

A floor computes what the engine computes, by the same calls (`dot` for `@`, a product with ones for
a sum of rows, arrays of no axes for numbers), one after the other: no graph and no checks.
`run.py --floors` measures each beside NumPy by hand and the engine, and refuses one that learns
other parameters than they do. So the distance to the floor is what the engine's own work costs, and
the distance of the floor to 1 what its calls cost beside those that a person writes.

E has no floor: its numbers are Python floats, and no call of NumPy is made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import workloads
from workloads import Made

Head = Callable[[Any], tuple[float, Any]]


def softplus_network() -> Made:
    """A."""
    x = np.linspace(0.0, 1.0, 3)[:, None]
    y = np.where((x > 0.25) & (x < 0.75), 1.0, 0.0)
    start, rate = workloads.layer_sizes((1, 2, 1), float, 1), np.asarray(0.01)
    zero, ones = np.zeros(()), np.ones(3)

    def step() -> float:
        W1, b1, W2, b2 = start
        z = x.dot(W1)
        z += b1
        a = np.logaddexp(z, zero)
        predicted = a.dot(W2)
        predicted += b2
        residual = y - predicted
        loss = float(np.vdot(residual, residual))
        upstream = residual * -2.0
        dW2, db2 = a.T.dot(upstream), ones.dot(upstream)
        dz = upstream.dot(W2.T) * -np.expm1(-a)
        W1 -= x.T.dot(dz) * rate
        b1 -= ones.dot(dz) * rate
        W2 -= dW2 * rate
        b2 -= db2 * rate
        return loss

    return step, lambda: start


def relu_network(
    x: Any, start: list[Any], head: Head, learning_rate: float, penalty: float = 0.0
) -> Made:
    """B, C, D and L: layers in one step each, a loss, and the sum of squares of all parameters."""
    batch, last = len(x), len(start) - 2
    rate, doubled = np.asarray(learning_rate, x.dtype), np.asarray(2.0 * penalty)
    ones, zero = np.ones(batch, x.dtype), np.zeros((), x.dtype)
    zeros = [np.zeros((batch, b.size), x.dtype) for b in start[1::2]]

    def step() -> float:
        hidden = [x]
        for i in range(0, len(start), 2):
            z = hidden[-1].dot(start[i])
            z += start[i + 1]
            if i != last:
                np.maximum(z, zeros[i // 2], out=z)
            hidden.append(z)
        loss, upstream = head(hidden[-1])
        gradients: list[Any] = [None] * len(start)
        for i in range(last, -1, -2):
            below = hidden[i // 2]
            gradients[i], gradients[i + 1] = below.T.dot(upstream), ones.dot(upstream)
            if i:
                upstream = upstream.dot(start[i].T)
                upstream *= (below > zero).astype(x.dtype)
        for parameter, gradient in zip(start, gradients, strict=True):
            if penalty:
                loss += penalty * float(np.vdot(parameter, parameter))
                gradient += parameter * doubled
            parameter -= gradient * rate
        return loss

    return step, lambda: start


def hinge_classifier() -> Made:
    """B."""
    x, y, start = _draw_points()
    one, zero, zeros, share = np.ones(()), np.zeros(()), np.zeros(y.shape), np.asarray(-0.01)

    def head(score: Any) -> tuple[float, Any]:
        missing = np.maximum(one - y * score, zeros)
        loss = float(np.add.reduce(missing, axis=None)) / missing.size
        return loss, y * (missing > zero).astype(float) * share

    return relu_network(x, start, head, 0.1, 1e-3)


def elementary_classifier() -> Made:
    """BE: the calls of B's elementary operations, each of which makes a new array."""
    x, y, start = _draw_points()
    one, zero, rate = np.ones(()), np.zeros(()), np.asarray(0.1)
    ones, zeros = np.ones(100), [np.zeros((100, 16)), np.zeros((100, 16)), np.zeros((100, 1))]
    counts = [np.ones(parameter.size) for parameter in start]

    def step() -> float:
        hidden, sums = [x], []
        for i in (0, 2, 4):
            z = hidden[-1].dot(start[i]) + start[i + 1]
            sums.append(z)
            hidden.append(np.maximum(z, zeros[i // 2]) if i < 4 else z)
        margin = one - y * hidden[-1]
        loss = float(ones.dot(np.maximum(margin, zeros[2]).ravel())) / 100
        gradients: list[Any] = [None] * 6
        for i, parameter in enumerate(start):
            loss += 1e-3 * float(counts[i].dot((parameter * parameter).ravel()))
            spread = np.empty(parameter.shape)
            spread.fill(1e-3)
            gradients[i] = spread * parameter
            gradients[i] += spread * parameter
        spread = np.empty(margin.shape)
        spread.fill(0.01)
        upstream = -(spread * (margin > zero).astype(float)) * y
        for i in (4, 2, 0):
            gradients[i] += hidden[i // 2].T.dot(upstream)
            gradients[i + 1] += ones.dot(upstream)
            if i:
                upstream = upstream.dot(start[i].T) * (sums[i // 2 - 1] > zero).astype(float)
        for parameter, gradient in zip(start, gradients, strict=True):
            parameter -= gradient * rate
        return loss

    return step, lambda: start


def _draw_points() -> tuple[Any, Any, list[Any]]:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(100, 2))
    y = np.where(x[:, :1] * x[:, 1:] > 0, 1.0, -1.0)
    return x, y, workloads.layer_sizes((2, 16, 16, 1), float, 2)


def softmax_classifier(sizes: tuple[int, ...], batch: int, dtype: Any) -> Made:
    """C and D."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(batch, sizes[0])).astype(dtype)
    one_hot = np.eye(sizes[-1], dtype=dtype)[rng.integers(0, sizes[-1], batch)]
    share = np.asarray(1 / batch, dtype)

    def head(scores: Any) -> tuple[float, Any]:
        logarithms = scores - np.maximum.reduce(scores, axis=-1, keepdims=True)
        powers = np.exp(logarithms)
        total = np.add.reduce(powers, axis=-1, keepdims=True)
        logarithms -= np.log(total)
        powers /= total
        return -float(np.vdot(one_hot, logarithms)) / batch, (powers - one_hot) * share

    return relu_network(x, workloads.layer_sizes(sizes, dtype, 4), head, 0.1)


def deep_network() -> Made:
    """L."""
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(4, 8)), rng.normal(size=(4, 8))
    minus_two = np.asarray(-2.0)

    def head(predicted: Any) -> tuple[float, Any]:
        residual = y - predicted
        return float(np.vdot(residual, residual)), residual * minus_two

    return relu_network(x, workloads.layer_sizes((8,) * 1001, float, 4), head, 1e-6)


def chain() -> Made:
    """EV: the numbers are arrays of no axes, made once."""
    start, factor, added = [np.linspace(0.1, 0.8, 8)], np.asarray(1.0001), np.asarray(0.001)
    rate, ones = np.asarray(1e-3), np.ones(8)

    def step() -> float:
        y, slope = start[0], np.ones(8)
        for _ in range(5000):
            y = y * factor
            y = y + added
        for _ in range(5000):
            slope = slope * factor
        start[0] -= slope * rate
        return float(ones.dot(y))

    return step, lambda: start


#: The floor of each work that has one.
FLOORS: dict[str, Callable[[], Made]] = {
    "A": softplus_network,
    "B": hinge_classifier,
    "BE": elementary_classifier,
    "C32": lambda: softmax_classifier((64, 128, 64, 10), 64, np.float32),
    "C64": lambda: softmax_classifier((64, 128, 64, 10), 64, np.float64),
    "D": lambda: softmax_classifier((784, 512, 256, 10), 128, np.float32),
    "EV": chain,
    "L": deep_network,
}
