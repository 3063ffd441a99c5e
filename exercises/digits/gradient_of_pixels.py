"""The gradient with respect to the input: on through the first layer, to the pixels."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="On to the pixels",
    statement=r"""
    A trained network: the pixels `x` of one image go through `x @ W1 + b1`, a ReLU, and
    `h @ W2 + b2` to the scores. The loss is cross-entropy behind a softmax:
    $-\log p_{\text{label}}$.

    Return the probabilities, and the slope of the loss with respect to each *pixel*. No parameter
    is learned here.
    """,
    returns=["p", "dloss_dx"],
    practises=["backward pass of a layer", "p − y", "gradient of the input"],
    minutes=15,
    hints=[
        r"Behind the scores stands $p - y$: take 1 away from the $p$ of the label. Then two layers "
        "and a ReLU lead back.",
        r"Through a layer $Y = X W + b$ the way back is $dX = dY \, W^{\mathsf{T}}$.",
        "The ReLU lets through what belongs to a positive `z`, and nothing else: "
        "`dh * (z > 0)`. Then once more a layer: `dz @ W1.T`.",
    ],
    why=r"""
    The pass is the one that trains the network. Only its last line differs: where training asks for
    $dW = X^{\mathsf{T}} dY$, the pixels ask for $dX = dY \, W^{\mathsf{T}}$, which a layer further
    back would have received anyway.
    """,
    fixed=[
        (
            np.array([1.0, 0.5]),
            np.array([[1.0, -1.0], [0.5, 0.5]]),
            np.array([0.0, 0.0]),
            np.array([[1.0, -1.0], [2.0, 0.5]]),
            np.array([0.0, 0.0]),
            0,
        ),
        (
            np.array([0.0, 1.0, 0.25]),
            np.array([[1.0, -1.0, 0.5], [0.5, 2.0, -1.0], [-0.5, 1.0, 1.5]]),
            np.array([0.5, -1.0, 0.25]),
            np.array([[1.0, -1.0, 0.5], [2.0, 0.5, -0.5], [0.5, 1.0, -2.0]]),
            np.array([0.0, 0.5, -0.5]),
            2,
        ),
    ],
)


@exercise.starter
def gradient_of_pixels(x, W1, b1, W2, b2, label):
    z = x @ W1 + b1
    h = np.maximum(z, 0)
    scores = h @ W2 + b2
    e = np.exp(scores - scores.max())
    p = ...
    dloss_dx = ...
    return p, dloss_dx


@exercise.reference
def gradient_of_pixels(x, W1, b1, W2, b2, label):
    z = x @ W1 + b1
    h = np.maximum(z, 0)
    scores = h @ W2 + b2
    e = np.exp(scores - scores.max())
    p = e / e.sum()
    dloss_dscores = p - np.eye(len(p))[label]
    dloss_dz = (dloss_dscores @ W2.T) * (z > 0)
    dloss_dx = dloss_dz @ W1.T
    return p, dloss_dx


@exercise.inputs
def _(rng):
    # As many pixels as neurons and as scores, so that no shape gives a wrong matrix away.
    n = int(rng.integers(3, 5))
    x = rng.integers(0, 5, size=n) / 4
    W1, W2 = rng.integers(-8, 9, size=(2, n, n)) / 4
    b1, b2 = rng.integers(-4, 5, size=(2, n)) / 4
    z = x @ W1 + b1
    b1 = np.where(np.arange(n) == 0, b1 - z - 0.75, np.where(np.abs(z) < 0.2, b1 + 0.5, b1))
    b1 = np.where(np.arange(n) == 1, b1 - (x @ W1 + b1) + 1.25, b1)
    return x, W1, b1, W2, b2, int(rng.integers(n))


def _go_back(x, W1, b1, W2, b2, label, gate=None, start=None, sign=1.0):
    z = x @ W1 + b1
    scores = np.maximum(z, 0) @ W2 + b2
    e = np.exp(scores - scores.max())
    p = e / e.sum()
    begin = p - np.eye(len(p))[label] if start is None else start(p, np.eye(len(p))[label])
    dz = (begin @ W2.T) * (z > 0 if gate is None else gate(z, x))
    return p, dz, sign * (dz @ W1.T)


@exercise.misconception(
    """
    The ReLU is missing on the way back. Neurons whose `z` is negative gave 0, and no nudge of a
    pixel passes through them: multiply by `z > 0`.
    """
)
def without_relu(x, W1, b1, W2, b2, label):
    p, _, slopes = _go_back(x, W1, b1, W2, b2, label, gate=lambda z, x: np.ones_like(z))
    return p, slopes


@exercise.misconception(
    """
    You multiply by what the ReLU gave, `h`. Its slope is wanted: 1 where `z` is positive, 0
    elsewhere.
    """
)
def value_of_relu(x, W1, b1, W2, b2, label):
    p, _, slopes = _go_back(x, W1, b1, W2, b2, label, gate=lambda z, x: np.maximum(z, 0))
    return p, slopes


@exercise.misconception(
    r"""
    Right in size, with the wrong sign everywhere: you began with $y - p$, which is the way in which
    a *step* goes. The slope of the loss begins with $p - y$.
    """
)
def sign_of_a_step(x, W1, b1, W2, b2, label):
    p, _, slopes = _go_back(x, W1, b1, W2, b2, label, sign=-1.0)
    return p, slopes


@exercise.misconception(
    r"""
    You began with $p$ alone. For the label there is a second path, through the top of the fraction,
    which brings −1: $p - y$.
    """
)
def without_label(x, W1, b1, W2, b2, label):
    p, _, slopes = _go_back(x, W1, b1, W2, b2, label, start=lambda p, y: p)
    return p, slopes


@exercise.misconception(
    """
    That is the slope of the label's *score*. The loss also depends on all the other scores, through
    the sum below the line of the softmax: begin with `p - y` instead of `y`.
    """
)
def slope_of_score(x, W1, b1, W2, b2, label):
    p, _, slopes = _go_back(x, W1, b1, W2, b2, label, start=lambda p, y: y)
    return p, slopes


@exercise.misconception(
    """
    Your way back ends at the neurons of the first layer. One more layer lies between them and the
    pixels: `@ W1.T`.
    """
)
def stopped_early(x, W1, b1, W2, b2, label):
    p, dz, _ = _go_back(x, W1, b1, W2, b2, label)
    return p, dz


@exercise.misconception(
    """
    You go back through `W1` instead of `W1.T`. Its shape fits here by chance, as there are as many
    pixels as neurons. A pixel gathers along its own *row* of `W1`, from every neuron that it went
    to.
    """
)
def first_not_turned(x, W1, b1, W2, b2, label):
    p, dz, _ = _go_back(x, W1, b1, W2, b2, label)
    return p, dz @ W1


@exercise.misconception(
    """
    You go back through `W2` instead of `W2.T`. Its shape fits here by chance. A neuron gathers
    along its own *row* of `W2`, from every score that it went to.
    """
)
def second_not_turned(x, W1, b1, W2, b2, label):
    p, *_ = _go_back(x, W1, b1, W2, b2, label)
    return p, (((p - np.eye(len(p))[label]) @ W2) * (x @ W1 + b1 > 0)) @ W1.T


@exercise.misconception(
    """
    You let the ReLU pass where the *pixel* is positive. What decides is `z`, what went into it.
    """
)
def gate_of_pixels(x, W1, b1, W2, b2, label):
    p, _, slopes = _go_back(x, W1, b1, W2, b2, label, gate=lambda z, x: x > 0)
    return p, slopes


@exercise.misconception(
    """
    You multiply by the pixels at the end. That would lead to the weights; to the pixels themselves
    leads `W1.T` alone.
    """
)
def times_pixels(x, W1, b1, W2, b2, label):
    p, _, slopes = _go_back(x, W1, b1, W2, b2, label)
    return p, slopes * x
