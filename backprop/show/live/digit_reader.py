"""The network that reads drawn digits: 64 pixels, 32 neurons, 10 scores, and weights on file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.engine.activations import relu, softmax
from backprop.engine.classification import softmax_cross_entropy
from backprop.engine.operations import clip, matmul
from backprop.engine.program.javascript import Script, to_plain
from backprop.engine.program.run import Program, program
from backprop.engine.variable import Variable
from backprop.show.live.comparison import Call

__all__ = [
    "differentiate_pixels",
    "draw_digit_call",
    "read_digits",
    "read_weights",
    "step_pixels",
    "write_programs",
]

#: What tools/digit_weights.py wrote.
FILE = Path(__file__).with_name("digit_weights.json")

Floats = NDArray[np.float64]


@cache
def read_weights() -> tuple[Floats, Floats, Floats, Floats]:
    """Read the weights and biases: of shape (64, 32), (32,), (32, 10) and (10,)."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    w1, b1, w2, b2 = (np.array(kept[name]) for name in ("w1", "b1", "w2", "b2"))
    return w1, b1, w2, b2


def read_digits(images: Any) -> Floats:
    """Compute how probable a small trained network holds each digit, for images of 8 × 8.

    Parameters
    ----------
    images : array_like, shape (..., 64)
        From 0, paper, to 1, ink, as :func:`backprop.data.digits` returns them.

    Returns
    -------
    numpy.ndarray, shape (..., 10)

    Examples
    --------
    >>> import backprop as bp
    >>> images, labels = bp.data.digits()
    >>> bp.show.read_digits(images[:5]).argmax(axis=1)
    array([0, 1, 2, 3, 4])
    """
    probabilities: Floats = softmax(_score(np.asarray(images, dtype=float), *read_weights()))
    return probabilities


def differentiate_pixels(image: Floats, target: int) -> Floats:
    """Compute the slope of the loss for each pixel, if `target` is to be read."""
    pixels = Variable(image, name="x")
    softmax_cross_entropy(_score(pixels, *read_weights()), target).backward()
    return np.asarray(pixels.grad)


def step_pixels(image: Floats, target: int, steps: int, rate: float) -> Floats:
    """Move the pixels down the loss of a target, some steps, and keep each from 0 to 1."""
    for _ in range(steps):
        image = np.asarray(clip(image - rate * differentiate_pixels(image, target), 0, 1))
    return image


def write_programs(image: Floats) -> dict[str, tuple[Program, list[Any]]]:
    """Write the two programs of a page: probabilities, and the loss with its slopes for pixels."""
    pixels = Variable(image.copy(), name="x")
    weights = list(read_weights())

    def read(x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        return softmax(_score(x, w1, b1, w2, b2))

    def lose(w1: Any, b1: Any, w2: Any, b2: Any, target: Any) -> Any:
        return softmax_cross_entropy(_score(pixels, w1, b1, w2, b2), target)

    target = np.eye(10)[8]
    return {
        "read": (program(read, image, *weights), [image, *weights]),
        "lose": (program(lose, *weights, target), [*weights, target]),
    }


def draw_digit_call(name: str, script: Script, rng: np.random.Generator) -> Call:
    """Draw an image, and a digit that is to be read in it, for a program to be called with."""
    image, weights = rng.random(64).round(2).tolist(), [to_plain(each) for each in read_weights()]
    if name == "read":
        return Call({}, (image, *weights))
    return Call({"x": image}, (*weights, np.eye(10)[rng.integers(10)].tolist()))


def _score(x: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    return matmul(relu(matmul(x, w1) + b1), w2) + b2
