"""Graphs that the tests of pictures share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import backprop as bp

PARAMETERS = {
    "w1": 3.34, "b1": -1.43, "w2": -3.53, "b2": 0.57, "w3": -1.22, "w4": -2.3, "b3": 0.0,
}  # fmt: skip


def named(value: Any, name: str) -> Any:
    value.name = name
    return value


def network(x: Any, observed: Any, **changes: float) -> bp.Variable:
    """The SSR of the dosage network, for one data point or several."""
    p = {name: bp.Variable(value, name) for name, value in (PARAMETERS | changes).items()}
    x, observed = bp.constant(x, "x"), bp.constant(observed, "observed")
    a1 = named(bp.softplus(p["w1"] * x + p["b1"]), "a1")
    a2 = named(bp.softplus(p["w2"] * x + p["b2"]), "a2")
    predicted = named(p["w3"] * a1 + p["w4"] * a2 + p["b3"], "predicted")
    return bp.ssr(predicted, observed)


def fork() -> bp.Variable:
    """a · b + a: one value with two ways to the loss."""
    a, b = bp.Variable(3.0, "a"), bp.Variable(4.0, "b")
    return a * b + a


def twice() -> bp.Variable:
    """(a + a)²: one value in two places of the same sum."""
    a = bp.Variable(3.0, "a")
    return named((a + a) ** 2, "y")


def merges() -> bp.Variable:
    """Twelve values that part and meet again, over short and over long ways."""
    a, b, c = bp.Variable(2.0, "a"), bp.Variable(-1.0, "b"), bp.Variable(0.5, "c")
    s = named(a * b, "s")
    t = named(s + c, "t")
    r = named(named(bp.exp(t), "u") * named(t * t, "v"), "r")
    q = named(named(bp.sigmoid(s), "w") * c, "q")
    return named(named(r + q, "m") * t, "loss")


def chain(length: int) -> bp.Variable:
    """A value that each of many steps takes again."""
    x = bp.Variable(0.3, "x")
    y: Any = x
    for _ in range(length):
        y = bp.exp(-y) + x
    return y


def layer() -> bp.Variable:
    """A layer of a network: matrices, and a row that is used for every data point."""
    W = bp.Variable([[0.5, -1.0, 0.3], [2.0, 0.1, -0.4]], "W")
    b = bp.Variable([0.1, 0.2, 0.3], "b")
    X = bp.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]], "X")
    return bp.mean(bp.softplus(X @ W + b))


GRAPHS: dict[str, Callable[[], bp.Variable]] = {
    "fork": fork,
    "twice": twice,
    "one point": lambda: network(0.5, 1.0),
    "three points": lambda: network([0.0, 0.5, 1.0], [0.0, 1.0, 0.0]),
    "merges": merges,
    "layer": layer,
    "chain": lambda: chain(12),
}
