"""Find and mend: a loop over shuffled batches, in which the labels are not shuffled along."""

import numpy as np

from backprop.course import Mending

exercise = Mending(
    title="A run that learns nothing",
    statement=r"""
    A layer with softmax learns digits in batches. `images` has an image in each row, `labels` a row
    with a single 1 for each of them, and each of the `orders` is the lot of one epoch. The function
    should return the weights after all epochs.

    Its loss hardly falls below $\log 10$, and of the held-out images it reads one in ten. Yet the
    gradient passes every nudge. Which line is at fault? Name it, and mend the function.
    """,
    returns=["weights"],
    practises=["diagnosing a run", "batches"],
    minutes=10,
    fault="y = labels[first : first + size]",
    because="""
    The images are shuffled and the labels are not, so each image gets the label of another one. The
    gradient is right, for the wrong pairs: no nudge can see that, and only the run shows it.
    """,
    suspects={
        "for order in orders:": """
            One epoch for each lot.""",
        "shuffled = images[order]": """
            The images are to be shuffled, anew in every epoch. What belongs to them has to come
            along, further down.""",
        "for first in range(0, len(order), size):": """
            It begins at 0, and goes on by one batch at a time. The last one may be smaller.""",
        "x = shuffled[first : first + size]": """
            That is a batch of the shuffled images, as it should be.""",
        "e = np.exp(x @ weights)": """
            With scores in the hundreds it could overflow; here they are small.""",
        "p = e / e.sum(axis=1, keepdims=True)": """
            Each row is divided by its own sum: the probabilities of one image add up to 1.""",
        "slope = x.T @ (p - y) / len(x)": r"""
            $X^{\mathsf{T}} dY$ with $dY = p - y$, and the mean over the batch.""",
        "weights = weights - learning_rate * slope": """
            Down the slope, and nothing in place, so that what was given stays as it is.""",
    },
    hints=[
        "Set all orders to 0, 1, 2, … and the run learns. What does the order change?",
        "Follow image number 7. Where does it stand in `shuffled`, and where does its label stand?",
        "`labels[order]` is in the same order as `images[order]`.",
    ],
    why="""
    This is the run C of the chapter, and a slip that people make with good data and a right
    gradient: two things that belong together were moved apart. Look at a few images with their
    labels, just before they are learned from.
    """,
    fixed=[
        (
            np.array([[1.0, 0.0], [0.0, 1.0]]),
            np.array([[1.0, 0.0], [0.0, 1.0]]),
            np.zeros((2, 2)),
            np.array([[1, 0]]),
            1,
            0.5,
        ),
        (
            np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
            np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]),
            np.zeros((2, 2)),
            np.array([[2, 0, 1], [1, 2, 0]]),
            2,
            0.5,
        ),
    ],
)


@exercise.faulty
def learn_in_batches(images, labels, weights, orders, size, learning_rate):
    for order in orders:
        shuffled = images[order]
        for first in range(0, len(order), size):
            x = shuffled[first : first + size]
            y = labels[first : first + size]
            e = np.exp(x @ weights)
            p = e / e.sum(axis=1, keepdims=True)
            slope = x.T @ (p - y) / len(x)
            weights = weights - learning_rate * slope
    return weights


@exercise.reference
def learn_in_batches(images, labels, weights, orders, size, learning_rate):
    for order in orders:
        shuffled = images[order]
        for first in range(0, len(order), size):
            x = shuffled[first : first + size]
            y = labels[order][first : first + size]
            e = np.exp(x @ weights)
            p = e / e.sum(axis=1, keepdims=True)
            slope = x.T @ (p - y) / len(x)
            weights = weights - learning_rate * slope
    return weights


@exercise.inputs
def _(rng):
    count, pixels, classes = int(rng.integers(4, 7)), 3, 3
    images = rng.integers(0, 5, size=(count, pixels)) / 4
    labels = np.eye(classes)[rng.integers(0, classes, size=count)]
    start = rng.integers(-2, 3, size=(pixels, classes)) / 4
    orders = np.array([rng.permutation(count) for _ in range(2)])
    return images, labels, start, orders, int(rng.integers(1, 4)), 0.5


def _learn(images, labels, weights, orders, size, learning_rate, pair=None, mean=True):
    for order in orders:
        x_all, y_all = (images[order], labels[order]) if pair is None else pair(order)
        for first in range(0, len(order), size):
            x, y = x_all[first : first + size], y_all[first : first + size]
            e = np.exp(x @ weights)
            p = e / e.sum(axis=1, keepdims=True)
            slope = x.T @ (p - y) / (len(x) if mean else 1)
            weights = weights - learning_rate * slope
    return weights


@exercise.misconception(
    """
    You took the shuffling away. Images and labels belong together again, but every epoch now goes
    through the same batches in the same order, and the lots in `orders` are not used.
    """
)
def without_shuffling(images, labels, weights, orders, size, learning_rate):
    return _learn(
        images, labels, weights, orders, size, learning_rate, lambda order: (images, labels)
    )


@exercise.misconception(
    """
    You shuffle the labels alone, and the images no longer. They are as far apart as before, the
    other way round: both need `[order]`.
    """
)
def labels_alone(images, labels, weights, orders, size, learning_rate):
    return _learn(
        images, labels, weights, orders, size, learning_rate, lambda order: (images, labels[order])
    )


@exercise.misconception(
    """
    You bring the labels into the order that *undoes* the lot. They have to go with the images:
    `labels[order]`.
    """
)
def undone(images, labels, weights, orders, size, learning_rate):
    def pair(order):
        return images[order], labels[np.argsort(order)]

    return _learn(images, labels, weights, orders, size, learning_rate, pair)


@exercise.misconception(
    """
    The pairs are right now, but the second lot shuffles what the first has shuffled already, as you
    keep the result under the old name. Every lot is meant for the images as they were given.
    """
)
def shuffled_again(images, labels, weights, orders, size, learning_rate):
    shuffled = [images, labels]

    def pair(order):
        shuffled[:] = [each[order] for each in shuffled]
        return shuffled

    return _learn(images, labels, weights, orders, size, learning_rate, pair)


@exercise.misconception(
    """
    The pairs are right now, but you took the mean away: with a sum over the batch the steps are as
    many times too long as it has images.
    """
)
def sum_of_batch(images, labels, weights, orders, size, learning_rate):
    return _learn(images, labels, weights, orders, size, learning_rate, mean=False)


@exercise.misconception(
    """
    You turned the sign of the step, so that it goes uphill. The fault is still there, too.
    """
)
def uphill(images, labels, weights, orders, size, learning_rate):
    return _learn(
        images, labels, weights, orders, size, -learning_rate, lambda order: (images[order], labels)
    )


@exercise.misconception(
    """
    In the first epoch the pairs are right. But you keep the shuffled labels under the old name, so
    the second lot shuffles them once more, and the images only once: from then on they are apart.
    """
)
def labels_shuffled_again(images, labels, weights, orders, size, learning_rate):
    kept = [labels]

    def pair(order):
        kept[0] = kept[0][order]
        return images[order], kept[0]

    return _learn(images, labels, weights, orders, size, learning_rate, pair)


@exercise.misconception(
    """
    You shuffle the labels once, by the first lot. Every epoch has a lot of its own, and images and
    labels need the same one.
    """
)
def first_lot_alone(images, labels, weights, orders, size, learning_rate):
    def pair(order):
        return images[order], labels[orders[0]]

    return _learn(images, labels, weights, orders, size, learning_rate, pair)
