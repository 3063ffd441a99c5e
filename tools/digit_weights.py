"""Train the network that reads drawn digits, and write its weights: some seconds.

64 pixels, 32 neurons, 10 scores. It learns from three quarters of the digits, each also in versions
that are moved, stretched and leaning, and never sees the rest, on which its accuracy is measured.
"""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import backprop as bp

FILE = Path(__file__).resolve().parent.parent / "backprop" / "show" / "live" / "digit_weights.json"
VERSIONS, STEPS, DECAY, RATE = 12, 9000, 3e-4, 0.003
TRAINED = 1347

Floats = NDArray[np.float64]


def split_digits(seed: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which images are learned from, and which are held out: the split of the chapter."""
    order = np.random.default_rng(seed).permutation(1797)
    return order[:TRAINED], order[TRAINED:]


def vary_images(images: Floats, rng: np.random.Generator) -> Floats:
    """Return a version of each image: moved, stretched and leaning by a little."""
    count = len(images)
    rows, columns = np.mgrid[0:8, 0:8] - 3.5
    wide, tall, lean, across, down, turn = rng.normal(size=(6, count, 1, 1))
    x = columns * (1 + 0.12 * wide) + 0.15 * lean * rows + 0.6 * across + 3.5
    y = rows * (1 + 0.06 * tall) + 0.05 * turn * columns + 0.24 * down + 3.5
    padded = np.pad(images.reshape(count, 8, 8), ((0, 0), (8, 8), (8, 8)))
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, below = x - left, y - top
    each = np.arange(count)[:, None, None]

    def take(i: NDArray[np.int64], j: NDArray[np.int64]) -> Floats:
        return padded[each, np.clip(i + 8, 0, 23), np.clip(j + 8, 0, 23)]

    varied = (1 - below) * ((1 - right) * take(top, left) + right * take(top, left + 1))
    varied += below * ((1 - right) * take(top + 1, left) + right * take(top + 1, left + 1))
    return varied.reshape(count, 64)


def train(images: Floats, labels: NDArray[np.int64]) -> bp.Sequential:
    """Train on images and their versions."""
    rng = np.random.default_rng(0)
    shown = np.concatenate([images, *(vary_images(images, rng) for _ in range(VERSIONS))])
    network = bp.Sequential(bp.Linear(64, 32, seed=0), bp.relu, bp.Linear(32, 10, seed=1))
    weights = [each for each in network.parameters() if len(each.shape) == 2]

    def loss(x: Floats, y: NDArray[np.int64]) -> bp.Variable:
        decay = bp.sum(bp.square(weights[0])) + bp.sum(bp.square(weights[1]))
        return bp.softmax_cross_entropy(network(x), y) + DECAY * decay

    bp.fit(
        loss,
        network,
        bp.Adam(network.parameters(), bp.schedules.cosine(RATE, STEPS)),
        data=(shown, np.tile(labels, VERSIONS + 1)),
        batch_size=64,
        steps=STEPS,
        compiled=True,
    )
    return network


def main() -> None:
    images, labels = bp.data.digits()
    learned, held_out = split_digits()
    network = train(images[learned], labels[learned])
    names = ["w1", "b1", "w2", "b2"]
    rounded = {
        name: np.round(each.value, 3).tolist()
        for name, each in zip(names, network.parameters(), strict=True)
    }
    FILE.write_text(json.dumps(rounded, separators=(",", ":")).replace("],", "],\n") + "\n")
    w1, b1, w2, b2 = (np.array(rounded[name]) for name in names)
    found = np.argmax(np.maximum(images[held_out] @ w1 + b1, 0) @ w2 + b2, axis=1)
    right = int(np.sum(found == labels[held_out]))
    print(f"{FILE.name}: {right} of {len(held_out)} held-out images are read")


if __name__ == "__main__":
    main()
