"""What all frameworks are given: the same data, the same start, the same steps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop import data

Array = NDArray[np.float64]

SEED = 0
#: The start of "Learning all seven": w1, b1, w2, b2, w3, w4, b3.
START = np.array([2.74, 0.0, -1.13, 0.0, 0.36, 0.63, 0.0])
NAMES = ("w1", "b1", "w2", "b2", "w3", "w4", "b3")
DOSAGE_RATE, DOSAGE_STEPS = 0.05, 1000
DIGITS_RATE, DIGITS_EPOCHS, BATCH = 0.2, 20, 64
HELD_OUT = 360
ROUND_RATE, ROUNDS = 0.1, 6


class DigitsTask(NamedTuple):
    """Images and labels to learn from, others to be asked about, a start, and the batches."""

    start: list[Array]
    batches: list[tuple[Array, NDArray[np.int64]]]
    images: Array
    labels: NDArray[np.int64]


def make_digits(seed: int = SEED) -> DigitsTask:
    """Return the handwritten digits in batches, and the start of a 64-32-10 network.

    Parameters
    ----------
    seed : int, optional
        Of the order of the images, of which the first 360 are held out, of the start, and of the
        batches.

    Returns
    -------
    DigitsTask
        Weights start as He et al. (2015) advise, and biases at 0; every batch holds 64 images.

    Examples
    --------
    >>> task = make_digits()
    >>> len(task.batches), task.batches[0][0].shape, len(task.labels)
    (440, (64, 64), 360)
    """
    rng = np.random.default_rng(seed)
    images, labels = data.digits()
    order = rng.permutation(len(labels))
    held_out, kept = order[:HELD_OUT], order[HELD_OUT:]
    start = [
        rng.normal(0, np.sqrt(2 / 64), (64, 32)), np.zeros(32),
        rng.normal(0, np.sqrt(2 / 32), (32, 10)), np.zeros(10),
    ]  # fmt: skip
    batches = []
    for _ in range(DIGITS_EPOCHS):
        shuffled = rng.permutation(kept)
        for first in range(0, len(shuffled) - BATCH + 1, BATCH):
            chosen = shuffled[first : first + BATCH]
            batches.append((images[chosen], labels[chosen]))
    return DigitsTask(start, batches, images[held_out], labels[held_out])


def count_right(parameters: list[Array], task: DigitsTask) -> int:
    """Count the held-out images that a network reads rightly, with plain NumPy.

    Examples
    --------
    >>> task = make_digits()
    >>> count_right(task.start, task) < 100        # before it has learnt anything
    True
    """
    W1, b1, W2, b2 = parameters
    scores = np.maximum(task.images @ W1 + b1, 0) @ W2 + b2
    return int(np.sum(scores.argmax(axis=1) == task.labels))


def list_others() -> Array:
    """Return what the two nodes add up to at each dosage, where only b3 is still to be learnt.

    Examples
    --------
    >>> list_others().round(3)
    array([-2.604, -1.609, -2.615])
    """
    x, _ = data.dosage()
    y1, y2 = np.log1p(np.exp(3.34 * x - 1.43)), np.log1p(np.exp(-3.53 * x + 0.57))
    return np.asarray(-1.22 * y1 - 2.30 * y2, dtype=float)
