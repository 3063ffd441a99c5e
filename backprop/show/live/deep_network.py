"""A deep network with random weights: sizes of what goes forward and comes back, layer by layer."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop.engine.activations import relu, sigmoid
from backprop.engine.operations import matmul, mean, sqrt, tanh
from backprop.engine.operations import sum as add_up
from backprop.engine.program.run import Program, program
from backprop.engine.variable import Variable

__all__ = [
    "ACTIVATIONS",
    "DEEPEST",
    "EXAMPLES",
    "KINDS",
    "WIDTH",
    "Sizes",
    "draw_numbers",
    "make_programs",
    "send_through",
]

EXAMPLES, WIDTH, DEEPEST = 16, 32, 30
ACTIVATIONS = {"sigmoid": sigmoid, "tanh": tanh, "ReLU": relu}
#: What a layer does besides: nothing, shift and divide its z, or add what came in.
KINDS = ("plain", "normalised", "skip")
_NORMALISED, _SKIP = 1, 2

Array = NDArray[np.float64]


class Sizes(NamedTuple):
    """Roots of mean squares, from the first layer to the last."""

    forward: tuple[float, ...]
    backward: tuple[float, ...]
    weights: tuple[float, ...]


def draw_numbers(seed: int, count: int) -> Array:
    """Draw from the standard normal distribution, as a script can do it, too.

    Parameters
    ----------
    seed : int
        At least 0.
    count : int

    Returns
    -------
    numpy.ndarray, shape (count,)

    Notes
    -----
    Uniform numbers are T. Ettinger's mulberry32, a hash of a counter; two of them make a normal one
    (Box and Muller). NumPy's own generator has no counterpart in a browser.

    Examples
    --------
    >>> draw_numbers(1, 2).shape, bool(abs(draw_numbers(1, 4000).mean()) < 0.05)
    ((2,), True)
    """
    steps = np.arange(1, 2 * count + 1, dtype=np.uint64)
    mask = np.uint64(0xFFFFFFFF)

    def multiply(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.uint64]:
        return (a * b) & mask

    a = (np.uint64(seed) + steps * np.uint64(0x6D2B79F5)) & mask
    t = multiply(a ^ (a >> np.uint64(15)), a | np.uint64(1))
    t ^= (t + multiply(t ^ (t >> np.uint64(7)), t | np.uint64(61))) & mask
    even = ((t ^ (t >> np.uint64(14))) & mask) / 2.0**32
    found: Array = np.sqrt(-2 * np.log(1 - even[::2])) * np.cos(2 * np.pi * even[1::2])
    return found


@lru_cache(maxsize=8)
def _draw_network(seed: int) -> tuple[Array, Array, Array]:
    """Return inputs, what arrives at the end, and weights for as many layers as there can be."""
    batch, square = EXAMPLES * WIDTH, WIDTH * WIDTH
    numbers = draw_numbers(seed, 2 * batch + DEEPEST * square)
    ends = numbers[: 2 * batch].reshape(2, EXAMPLES, WIDTH)
    return ends[0], ends[1], numbers[2 * batch :].reshape(DEEPEST, WIDTH, WIDTH)


def _normalise(z: Any) -> Any:
    centred = z - mean(z, axis=1, keepdims=True)
    return centred / sqrt(mean(centred**2, axis=1, keepdims=True))


def _measure(numbers: Any) -> float:
    return float(np.sqrt(np.mean(np.square(numbers))))


@lru_cache(maxsize=400)
def send_through(activation: int, kind: int, scale: float, depth: int, seed: int) -> Sizes:
    """Send a batch forward, and slopes of size 1 back, by the engine.

    Parameters
    ----------
    activation, kind : int
        Their places in `ACTIVATIONS` and `KINDS`.
    scale : float
        The standard deviation of the weights, times the root of the width.
    depth : int
        How many layers.
    seed : int

    Returns
    -------
    Sizes
        Of each layer: of what it hands on, of the slopes that arrive there, and of the slopes of
        its weights, which are added up over the examples.

    Examples
    --------
    >>> sizes = send_through(0, 0, 1.0, 20, 1)
    >>> sizes.backward[0] < 1e-11, 0.4 < sizes.forward[-1] < 0.6
    (True, True)
    """
    first, arrives, drawn = _draw_network(seed)
    bend = list(ACTIVATIONS.values())[activation]
    weights = [Variable(W * (scale / np.sqrt(WIDTH)), name="W") for W in drawn[:depth]]
    handed = [Variable(first, name="a")]
    for W in weights:
        z: Any = handed[-1] @ W
        a: Any = bend(_normalise(z) if kind == _NORMALISED else z)
        handed.append(handed[-1] + a if kind == _SKIP else a)
    add_up(arrives * handed[-1]).backward(keep_gradients=True)
    return Sizes(
        tuple(_measure(a.value) for a in handed[1:]),
        tuple(_measure(a.grad) for a in handed[1:]),
        tuple(_measure(W.grad) for W in weights),
    )


@cache
def make_programs() -> dict[str, tuple[Program, list[Array]]]:
    """Write what a layer does, forward and back: each a program of its own, with its arguments."""
    rng = np.random.default_rng(0)
    batch, square = rng.normal(size=(EXAMPLES, WIDTH)), rng.normal(size=(WIDTH, WIDTH))
    a, W, z = Variable(batch, name="a"), Variable(square, name="W"), Variable(batch, name="z")
    made = {
        "multiply": (program(lambda a, W: matmul(a, W), batch, square), [batch, square]),
        "multiplyBack": (program(lambda up: add_up(up * (a @ W)), batch), [batch]),
    }
    for name, bend in {"normalise": _normalise, **ACTIVATIONS}.items():
        made[name] = (program(lambda z, f=bend: f(z), batch), [batch])
        made[f"{name}Back"] = (program(lambda up, f=bend: add_up(up * f(z)), batch), [batch])
    return made
