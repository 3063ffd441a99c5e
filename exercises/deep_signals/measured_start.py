"""Rescale random weights, layer by layer, so that a signal keeps its size through all of them."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Through thirty layers, measured",
    statement=r"""
    `X` is a batch, a row for each example, and `W[0]`, `W[1]`, … are the weights of up to thirty
    layers with ReLUs, just drawn.

    Go through the layers from the first to the last. Multiply the weights of each by one factor, so
    that its $z$ has the mean square 1, over all examples and neurons; then hand its $a$, computed
    with the *mended* weights, to the next. Return the factors, one for each layer.
    """,
    returns=["factors"],
    practises=["initialisation", "mean square", "forward pass"],
    minutes=10,
    hints=[
        """
        In each layer there are two things to do: `z = a @ W[k]`, whose size you measure, and then
        the same again with the mended weights, from which the next layer lives.
        """,
        r"""
        A factor of 2 makes the mean square four times as large. So the factor is 1 divided by the
        *root* of the mean square.
        """,
        """
        `factors[k] = 1 / np.sqrt(np.mean(z**2))`, and then `a = np.maximum(0, factors[k] * z)`.
        """,
    ],
    why=r"""
    Whatever the layers before it do, each $z$ has the size 1. With weights of the variance 1 the
    factors come out near $\sqrt{2 / n}$, from the second layer on: the start of He and others,
    found without a derivation, and mended where chance was unkind. As it is measured, it works with
    other activations, too.
    """,
    fixed=[
        (np.array([[1.0, 2.0]]), np.array([[[2.0, 0.0], [0.0, 2.0]]])),
        (
            np.array([[1.0, 0.0], [1.0, 2.0]]),
            np.array([[[1.0, 2.0], [1.0, -1.0]], [[1.0, 3.0], [-1.0, 1.0]]]),
        ),
        (
            np.array([[2.0, -1.0], [0.0, 3.0], [1.0, 1.0]]),
            np.array(
                [
                    [[1.0, -2.0], [0.5, 1.0]],
                    [[2.0, 1.0], [1.0, -1.0]],
                    [[-1.0, 1.0], [3.0, 0.5]],
                ]
            ),
        ),
    ],
)


@exercise.starter
def measured_start(X, W):
    factors = np.zeros(len(W))
    a = X
    for k in range(len(W)):
        z = a @ W[k]
        factors[k] = ...
        a = ...
    return factors


@exercise.reference
def measured_start(X, W):
    factors = np.zeros(len(W))
    a = X
    for k in range(len(W)):
        z = a @ W[k]
        factors[k] = 1 / np.sqrt(np.mean(z**2))
        a = np.maximum(0, factors[k] * z)
    return factors


@exercise.inputs
def _(rng):
    layers, n = int(rng.integers(2, 31)), int(rng.integers(16, 21))
    return rng.normal(size=(8, n)), rng.normal(size=(layers, n, n))


def _walk(X, W, measure, hand_on):
    """Go through the layers with another measure, or with something else handed on."""
    factors, a = np.zeros(len(W)), X
    with np.errstate(all="ignore"):
        for k in range(len(W)):
            z = a @ W[k]
            factors[k] = measure(z, a)
            a = hand_on(z, factors[k])
    return factors


def _mend(z, factor):
    return np.maximum(0, factor * z)


@exercise.misconception(
    """
    You measure the spread of z around its mean. What the next layer gets is z itself, mean
    included, and what comes out of ReLUs always has a mean. Take the root of the mean *square*.
    """
)
def standard_deviation(X, W):
    return _walk(X, W, lambda z, a: 1 / np.std(z), _mend)


@exercise.misconception(
    """
    The first factor is right. After that the next layer gets an *a* that was computed with the
    weights as they were drawn: compute it with the mended ones, with `factors[k] * z`.
    """
)
def not_handed_on(X, W):
    return _walk(X, W, lambda z, a: 1 / np.sqrt(np.mean(z**2)), lambda z, f: np.maximum(0, z))


@exercise.misconception(
    r"""
    You divide by the mean square itself. A factor multiplies z, so its *square* multiplies the mean
    square: take the root.
    """
)
def without_the_root(X, W):
    return _walk(X, W, lambda z, a: 1 / np.mean(z**2), _mend)


@exercise.misconception(
    """
    You return how large z was. The factor is what makes it 1: one divided by that.
    """
)
def size_itself(X, W):
    return 1 / _walk(X, W, lambda z, a: 1 / np.sqrt(np.mean(z**2)), _mend)


@exercise.misconception(
    """
    You measure *a*, behind the ReLU. Asked for is that z has the mean square 1, before it.
    """
)
def behind_the_relu(X, W):
    return _walk(X, W, lambda z, a: 1 / np.sqrt(np.mean(np.maximum(0, z) ** 2)), _mend)


@exercise.misconception(
    """
    What you measure is what comes *into* the layer. Its weights come after that: measure z.
    """
)
def input_measured(X, W):
    return _walk(X, W, lambda z, a: 1 / np.sqrt(np.mean(a**2)), _mend)


@exercise.misconception(
    """
    Your factors come from the number of inputs alone, as if all draws were alike. That is about
    what they will be, on average over many networks; here this one network is to be measured.
    """
)
def formula(X, W):
    return np.full(len(W), np.sqrt(2 / W.shape[1]))


@exercise.misconception(
    """
    The ReLU is missing: the next layer gets z instead of what the ReLU makes of it.
    """
)
def without_relu(X, W):
    return _walk(X, W, lambda z, a: 1 / np.sqrt(np.mean(z**2)), lambda z, f: f * z)


@exercise.misconception(
    """
    You took the mean of the sizes, not of the squares. The mean of $|z|$ is smaller than the root
    of the mean square, so your factors are too large.
    """
)
def mean_of_sizes(X, W):
    return _walk(X, W, lambda z, a: 1 / np.mean(np.abs(z)), _mend)


@exercise.misconception(
    """
    Your factors make the *sum* of the squares 1, so they shrink with every example that you add.
    Divide by how many there are: the mean.
    """
)
def sum_of_squares(X, W):
    return _walk(X, W, lambda z, a: 1 / np.sqrt(np.sum(z**2)), _mend)


def is_one_of(*measures):
    """Return whether the factors come from one of several measures."""
    return lambda case, got, wanted: any(
        bool(np.allclose(got[0], _walk(*case, measure, _mend), equal_nan=True))
        for measure in measures
    )


MEANS_OF_Z = [
    lambda z, a: 1 / np.sqrt(np.mean(z) ** 2),
    lambda z, a: 1 / np.mean(z),
    lambda z, a: 1 / np.mean(z) ** 2,
    lambda z, a: 1 / np.sqrt(np.mean(z)),
]


@exercise.misconception(
    """
    You take the mean of z first. In it positive and negative numbers cancel, so it says little of
    their size, and where it is negative it has no root. Square every z, and then take the mean.
    """,
    shows=is_one_of(*MEANS_OF_Z),
)
def mean_before_square(X, W):
    return _walk(X, W, MEANS_OF_Z[0], _mend)


@exercise.misconception(
    """
    The next layer gets z as it was drawn. Two things are missing on the way to *a*: the factor, and
    the ReLU.
    """
)
def raw_z_handed_on(X, W):
    return _walk(X, W, lambda z, a: 1 / np.sqrt(np.mean(z**2)), lambda z, f: z)


@exercise.misconception(
    """
    Each of your layers begins with `X`. Only the first one gets the data; every other gets the *a*
    of the layer before it, `z = a @ W[k]`.
    """
)
def always_from_the_data(X, W):
    return np.array([1 / np.sqrt(np.mean((X @ layer) ** 2)) for layer in W])


@exercise.misconception(
    """
    Your factors give z the mean square 2. What a ReLU takes away need not be made up for: you
    measure each layer with what really comes in.
    """
)
def two_for_one(X, W):
    return _walk(X, W, lambda z, a: np.sqrt(2 / np.mean(z**2)), _mend)


def measure_weights(size):
    return lambda X, W: np.array([1 / size(layer) for layer in W])


MEASURED_WEIGHTS = [measure_weights(np.std), measure_weights(lambda w: np.sqrt(np.mean(w**2)))]


@exercise.misconception(
    """
    You measure the weights. How large z becomes hangs on what comes in as well, and on how many
    inputs there are: measure `z`.
    """,
    shows=lambda case, got, wanted: any(
        bool(np.allclose(got[0], measured(*case))) for measured in MEASURED_WEIGHTS
    ),
)
def weights_measured(X, W):
    return MEASURED_WEIGHTS[0](X, W)


@exercise.misconception(
    r"""
    Your factor is $1 / \sqrt n$, from the number of inputs alone. Here it is to be measured, in
    this one network: `z` shows how large the signal has become.
    """
)
def formula_without_relu(X, W):
    return np.full(len(W), np.sqrt(1 / W.shape[1]))
