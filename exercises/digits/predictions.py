"""What readers of the chapter expect before they see it."""

from functools import cache

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()

STEPS = 600  # of the runs with other writers, here and in the chapter


def train(images, labels, steps, width=64):
    """Train a network of one hidden layer as the chapter does, and return it."""
    net = bp.Sequential(bp.Linear(64, width, seed=0), bp.relu, bp.Linear(width, 10, seed=1))
    bp.fit(
        lambda x, y: bp.softmax_cross_entropy(net(x), y),
        net,
        bp.Adam(net.parameters(), 0.003),
        data=(images, labels),
        batch_size=64,
        steps=steps,
        compiled=True,
    )
    return net


def count_right(net, images, labels):
    return np.mean(net(images).value.argmax(axis=1) == labels)


@cache
def measure_misses():
    """Return how many images are misread with quarters held out by lot, and as they stand."""
    images, labels = bp.data.digits()
    lot = np.random.default_rng(1).permutation(len(labels))
    misses = []
    for order in (lot, np.arange(len(labels))):
        missed = 0
        for held in np.array_split(order, 4):
            rest = np.setdiff1d(order, held)
            net = train(images[rest], labels[rest], STEPS)
            missed += np.sum(net(images[held]).value.argmax(axis=1) != labels[held])
        misses.append(missed)
    return misses


@predictions.choice(
    text="""
    By lot, 52 of the 1,797 were misread. Now the quarters are taken *as they stand* in the set, the
    first 450 images, the next, and so on. All else is as before, and again each image is unseen
    once.

    How many are misread now?
    """,
    options={
        "fewer": "About 25, as neighbours in the set are alike",
        "same": "About 50, as before: an image is an image",
        "twice": "About 100, twice as many",
        "ten": "About 500, ten times as many",
    },
    in_order=True,
    because="""
    What stands side by side in the set was often written by the same person. By lot, the network
    has learned other digits of every hand that it is asked about. As the set stands, it has not.
    """,
)
def other_hands():
    lot, hands = measure_misses()
    if hands < 0.8 * lot:
        return "fewer"
    return "same" if hands < 1.4 * lot else "twice" if hands < 5 * lot else "ten"


@predictions.choice(
    text="""
    Take two hundred images, and give each of them the label of another one, by lot. The same
    network learns from that for 1,500 steps. There is nothing to be understood in such labels.

    How many of these two hundred does it read "right" at the end, as it was taught?
    """,
    options={
        "tenth": "About 20, a tenth: nothing can be learned, so it guesses",
        "third": "About 60, as some images with the same label look alike by chance",
        "all": "Nearly all of them",
    },
    in_order=True,
    because="""
    It has 4,810 parameters for 200 images, and learns them by heart, one by one. Its loss falls as
    if all were well. Of held-out images it reads a tenth, as anybody would who guesses.
    """,
)
def labels_by_lot():
    images, labels = bp.data.digits()
    images, labels = images[:200], np.random.default_rng(0).permutation(labels[:200])
    share = count_right(train(images, labels, 1500), images, labels)
    return "tenth" if share < 0.2 else "third" if share < 0.8 else "all"
