"""Accuracy on unseen data done right: learned from some images, and measured on the rest."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="What is unseen stays unseen",
    statement=r"""
    `images` holds one image in each row, `labels` its digit, and `scores` what a trained network
    has given each digit, one column for each. `order` is the lot: the first `n` numbers in it say
    which images were learned from, the others are held out.

    Return three things:

    1. `standardised`: the held-out images, in the order of the lot, ready for the network: from
       each pixel its mean is taken away, and the rest divided by its standard deviation
       (`np.std`). Both have to be known *before* anybody looks at the held-out images.
    2. `accuracy`: the share of the held-out images that are read right.
    3. `uncertainty`: by about how much that share would differ for other held-out images,
       $\sqrt{\frac{a\,(1 - a)}{m}}$ with the accuracy $a$ and the number $m$ that it is a share of.
    """,
    returns=["standardised", "accuracy", "uncertainty"],
    practises=["held-out data", "accuracy", "leaks"],
    minutes=15,
    hints=[
        "Begin with `learned, held_out = order[:n], order[n:]`. Which of the two has to stand in "
        "each of the next lines?",
        "Mean and standard deviation are numbers that the network learns, too: from "
        "`images[learned]`, one for each pixel, so `axis=0`.",
        "`scores[held_out].argmax(axis=1)` is what was read: the column of the largest score in "
        "each row.",
    ],
    why=r"""
    A mean over *all* images knows something of those that are held out. With 64 pixels and 1,797
    images that changes little; with 20,000 genes and 60 patients it makes a rule look good that is
    worth nothing. Whatever is computed from data is learned, whether or not it is called training.
    """,
    fixed=[
        (
            np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 0.0], [5.0, 5.0]]),
            np.array([[2.0, 1.0], [0.0, 1.0], [3.0, 1.0], [1.0, 0.0]]),
            np.array([0, 1, 1, 0]),
            np.array([3, 0, 2, 1]),
            2,
        ),
        (
            np.array([[0.0, 1.0], [1.0, 0.5], [0.5, 0.0], [1.0, 1.0], [0.0, 0.25]]),
            np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 3.0], [3.0, 1.0, 0.0], [0.0, 2.0, 1.0],
                      [1.0, 0.0, 2.0]]),
            np.array([0, 2, 1, 1, 0]),
            np.array([4, 1, 0, 2, 3]),
            2,
        ),
    ],
)  # fmt: skip


@exercise.starter
def evaluate(images, scores, labels, order, n):
    learned, held_out = ..., ...
    standardised = ...
    accuracy = ...
    uncertainty = ...
    return standardised, accuracy, uncertainty


@exercise.reference
def evaluate(images, scores, labels, order, n):
    learned, held_out = order[:n], order[n:]
    mean, spread = images[learned].mean(axis=0), images[learned].std(axis=0)
    standardised = (images[held_out] - mean) / spread
    accuracy = np.mean(scores[held_out].argmax(axis=1) == labels[held_out])
    uncertainty = np.sqrt(accuracy * (1 - accuracy) / len(held_out))
    return standardised, accuracy, uncertainty


@exercise.inputs
def _(rng):
    count, n = int(rng.integers(8, 12)), int(rng.integers(3, 5))
    images = rng.permuted(np.tile(np.arange(count)[:, None] / 4, (1, 3)), axis=0)
    labels = rng.integers(0, 3, size=count)
    scores = rng.integers(0, 40, size=(count, 3)) / 4
    scores[np.arange(count), labels] += rng.choice([0.0, 12.0], size=count)
    return images, scores, labels, rng.permutation(count), n


def _evaluate(images, scores, labels, order, n, known=None, judged=None, size=None):
    learned, held_out = order[:n], order[n:]
    known = images[learned] if known is None else known
    judged = held_out if judged is None else judged
    spread = known.std(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        standardised = (images[held_out] - known.mean(axis=0)) / spread
    accuracy = np.mean(scores[judged].argmax(axis=1) == labels[judged])
    return standardised, accuracy, np.sqrt(accuracy * (1 - accuracy) / (size or len(judged)))


@exercise.misconception(
    """
    You took mean and standard deviation of *all* images, the held-out ones included. Then they are
    no longer unseen: what is known of them went into what the network is given. Take both from the
    learned images alone.
    """
)
def leaking(images, scores, labels, order, n):
    return _evaluate(images, scores, labels, order, n, known=images)


@exercise.misconception(
    """
    You took mean and standard deviation of the held-out images themselves. A network in use gets
    one image at a time, and has no such mean: it has to come from what was learned from.
    """
)
def by_itself(images, scores, labels, order, n):
    return _evaluate(images, scores, labels, order, n, known=images[order[n:]])


@exercise.misconception(
    """
    Your accuracy counts the learned images. How those are read says how well they were learned;
    asked for is how the *others* are read, `order[n:]`.
    """
)
def on_learned(images, scores, labels, order, n):
    return _evaluate(images, scores, labels, order, n, judged=order[:n])


@exercise.misconception(
    """
    Your accuracy counts all images, learned and held out together. The learned ones make it look
    better than it is.
    """
)
def on_all(images, scores, labels, order, n):
    return _evaluate(images, scores, labels, order, n, judged=order)


@exercise.misconception(
    """
    You split the images as they stand, the first `n` and the rest, without the lot. Then `order`
    is not used at all, and what comes first may be of another kind than what comes last.
    """
)
def without_lot(images, scores, labels, order, n):
    return _evaluate(images, scores, labels, np.arange(len(order)), n)


@exercise.misconception(
    """
    Learned and held out are the wrong way round: the first `n` of the lot are learned from.
    """
)
def the_other_way(images, scores, labels, order, n):
    return _evaluate(images, scores, labels, np.concatenate([order[n:], order[:n]]), len(order) - n)


@exercise.misconception(
    """
    Your uncertainty divides by the number of all images. The accuracy is a share of the held-out
    ones alone, and so few say less.
    """
)
def of_all_images(images, scores, labels, order, n):
    return _evaluate(images, scores, labels, order, n, size=len(order))


@exercise.misconception(
    """
    The root is missing in your uncertainty: that is its square, the variance.
    """
)
def without_root(images, scores, labels, order, n):
    standardised, accuracy, uncertainty = _evaluate(images, scores, labels, order, n)
    return standardised, accuracy, uncertainty**2


@exercise.misconception(
    """
    You take one mean and one standard deviation for all pixels together. Each pixel has its own:
    `axis=0` goes down the rows, from image to image.
    """
)
def one_for_all_pixels(images, scores, labels, order, n):
    known = images[order[:n]]
    _, accuracy, uncertainty = _evaluate(images, scores, labels, order, n)
    return (images[order[n:]] - known.mean()) / known.std(), accuracy, uncertainty


@exercise.misconception(
    """
    You divide by the variance. The standard deviation is its root, `np.std`.
    """
)
def by_variance(images, scores, labels, order, n):
    known = images[order[:n]]
    _, accuracy, uncertainty = _evaluate(images, scores, labels, order, n)
    return (images[order[n:]] - known.mean(axis=0)) / known.var(axis=0), accuracy, uncertainty


@exercise.misconception(
    """
    That is the share of misses, not of hits. Accuracy counts what is read right.
    """
)
def misses(images, scores, labels, order, n):
    standardised, accuracy, uncertainty = _evaluate(images, scores, labels, order, n)
    return standardised, 1 - accuracy, uncertainty


@exercise.misconception(
    """
    Your accuracy is a number of images. A share is wanted, from 0 to 1: take the mean.
    """
)
def counted(images, scores, labels, order, n):
    standardised, accuracy, uncertainty = _evaluate(images, scores, labels, order, n)
    return standardised, accuracy * (len(order) - n), uncertainty


@exercise.misconception(
    """
    You divided by the standard deviation and did not take the mean away first: `mean` has to go
    from the images themselves, with brackets around the difference.
    """
)
def not_centred(images, scores, labels, order, n):
    known = images[order[:n]]
    _, accuracy, uncertainty = _evaluate(images, scores, labels, order, n)
    return images[order[n:]] / known.std(axis=0), accuracy, uncertainty


@exercise.misconception(
    """
    You took the mean from what was divided already. First comes the difference, and all of it is
    divided: put brackets around `images[held_out] - mean`.
    """
)
def without_brackets(images, scores, labels, order, n):
    known = images[order[:n]]
    _, accuracy, uncertainty = _evaluate(images, scores, labels, order, n)
    return images[order[n:]] - known.mean(axis=0) / known.std(axis=0), accuracy, uncertainty


@exercise.misconception(
    """
    Those are the images that were *learned from*, standardised. Mean and standard deviation come
    from these, as they should; what has to be made ready are the others.
    """
)
def learned_standardised(images, scores, labels, order, n):
    known = images[order[:n]]
    _, accuracy, uncertainty = _evaluate(images, scores, labels, order, n)
    return (known - known.mean(axis=0)) / known.std(axis=0), accuracy, uncertainty


@exercise.misconception(
    """
    Your standard deviation divides by one less than the number of images, as with `ddof=1`.
    `np.std` alone divides by their number.
    """
)
def one_less(images, scores, labels, order, n):
    known = images[order[:n]]
    _, accuracy, uncertainty = _evaluate(images, scores, labels, order, n)
    standardised = (images[order[n:]] - known.mean(axis=0)) / known.std(axis=0, ddof=1)
    return standardised, accuracy, uncertainty


def _judge(read, images, scores, labels, order, n):
    """Return the results with an accuracy that compares something else with the labels."""
    accuracy = np.mean(read(scores[order[n:]]) == labels[order[n:]])
    uncertainty = np.sqrt(accuracy * (1 - accuracy) / (len(order) - n))
    return _evaluate(images, scores, labels, order, n)[0], accuracy, uncertainty


@exercise.misconception(
    """
    You compare the labels with the largest *score*. Which digit was read is the column in which it
    stands: `argmax`, not `max`.
    """
)
def largest_score(images, scores, labels, order, n):
    return _judge(lambda held: held.max(axis=1), images, scores, labels, order, n)


@exercise.misconception(
    """
    Your `argmax` looks for the largest score of all images together, and finds one place. Each
    image has a largest score of its own, in its row: `axis=1`.
    """
)
def one_for_all_images(images, scores, labels, order, n):
    return _judge(lambda held: held.argmax(), images, scores, labels, order, n)


@exercise.misconception(
    """
    Your uncertainty divides by `n`, the number of images that were learned from. The accuracy is a
    share of the others, and it is their number that counts.
    """
)
def of_learned_images(images, scores, labels, order, n):
    return _evaluate(images, scores, labels, order, n, size=n)


@exercise.misconception(
    """
    In your uncertainty the number of images stands outside the root. It belongs under it, as what
    chance does shrinks with the *root* of the number.
    """
)
def number_outside_root(images, scores, labels, order, n):
    standardised, accuracy, uncertainty = _evaluate(images, scores, labels, order, n)
    return standardised, accuracy, uncertainty / np.sqrt(len(order) - n)


@exercise.misconception(
    r"""
    Your uncertainty is that of a *single* image, $\sqrt{a\,(1 - a)}$, which is what `np.std` says
    of hits and misses. Of a share of $m$ images it is smaller: divide by $m$ under the root.
    """
)
def of_one_image(images, scores, labels, order, n):
    return _evaluate(images, scores, labels, order, n, size=1)
