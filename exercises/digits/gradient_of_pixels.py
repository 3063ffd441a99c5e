"""The gradient with respect to the input: on through the first layer, to the pixels."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="On to the pixels",
    statement=r"""
    A trained network: images, one in each row of `X`, go through `X @ W1 + b1`, a ReLU, and
    `H @ W2 + b2` to the scores. The loss of an image is cross-entropy behind a softmax,
    $-\log p$ of its target; `Y` has a 1 in the column of the target, and 0 in the others.

    Return the slope of each image's own loss with respect to each of its *pixels*, in the shape of
    `X`. No parameter is learned here, and no mean is taken.
    """,
    returns=["dX"],
    practises=["backward pass of a layer", "p − y", "gradient of the input"],
    minutes=15,
    hints=[
        r"Behind the scores stands $p - y$, for each image. Then two layers and a ReLU lead back.",
        r"Through a layer $Y = X W + b$ the way back is $dX = dY \, W^{\mathsf{T}}$.",
        "The ReLU lets through what belongs to a positive `Z`, and nothing else: "
        "`dH * (Z > 0)`. Then once more a layer: `dZ @ W1.T`.",
    ],
    why=r"""
    The pass is the one that trains the network. Only its last line differs: where training asks for
    $dW = X^{\mathsf{T}} dY$, the pixels ask for $dX = dY \, W^{\mathsf{T}}$, which a layer further
    back would have received anyway.
    """,
    fixed=[
        (
            np.array([[1.0, 0.5]]),
            np.array([[1.0, -1.0], [0.5, 0.5]]),
            np.array([0.0, 0.0]),
            np.array([[1.0, -1.0], [2.0, 0.5]]),
            np.array([0.0, 0.0]),
            np.array([[1.0, 0.0]]),
        ),
        (
            np.array([[0.0, 1.0, 0.25], [0.5, 0.25, 1.0]]),
            np.array([[1.0, -1.0, 0.5], [0.5, 2.0, -1.0], [-0.5, 1.0, 1.5]]),
            np.array([0.5, -1.0, 0.25]),
            np.array([[1.0, -1.0, 0.5], [2.0, 0.5, -0.5], [0.5, 1.0, -2.0]]),
            np.array([0.0, 0.5, -0.5]),
            np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
        ),
    ],
)


@exercise.starter
def gradient_of_pixels(X, W1, b1, W2, b2, Y):
    Z = X @ W1 + b1
    H = np.maximum(Z, 0)
    e = np.exp(H @ W2 + b2)  # the scores are small here
    P = e / e.sum(axis=1, keepdims=True)
    dH = ...
    dZ = ...
    dX = ...
    return dX


@exercise.reference
def gradient_of_pixels(X, W1, b1, W2, b2, Y):
    Z = X @ W1 + b1
    H = np.maximum(Z, 0)
    e = np.exp(H @ W2 + b2)
    P = e / e.sum(axis=1, keepdims=True)
    dH = (P - Y) @ W2.T
    dZ = dH * (Z > 0)
    dX = dZ @ W1.T
    return dX


@exercise.inputs
def _(rng):
    # As many pixels as neurons and as scores, so that no shape gives a wrong matrix away.
    n = int(rng.integers(3, 5))
    X = rng.integers(0, 5, size=(int(rng.integers(1, 4)), n)) / 4
    W1, W2 = rng.integers(-8, 9, size=(2, n, n)) / 4
    b1, b2 = rng.integers(-4, 5, size=(2, n)) / 4
    b1[:2] = [-np.max(X @ W1[:, 0]) - 0.75, 1.25 - np.min(X @ W1[:, 1])]
    b1[2:] += 0.0625  # so that nothing lies on the kink
    return X, W1, b1, W2, b2, np.eye(n)[rng.integers(n, size=len(X))]


def _go_back(X, W1, b1, W2, b2, Y, gate=lambda Z, X: Z > 0, start=lambda P, Y: P - Y):
    Z = X @ W1 + b1
    e = np.exp(np.maximum(Z, 0) @ W2 + b2)
    P = e / e.sum(axis=1, keepdims=True)
    return (start(P, Y) @ W2.T) * gate(Z, X)


@exercise.misconception(
    """
    The ReLU is missing on the way back. Neurons whose `Z` is negative gave 0, and no nudge of a
    pixel passes through them: multiply by `Z > 0`.
    """
)
def without_relu(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y, gate=lambda Z, X: np.ones_like(Z)) @ W1.T


@exercise.misconception(
    """
    You multiply by what the ReLU gave, `H`. Its slope is wanted: 1 where `Z` is positive, 0
    elsewhere.
    """
)
def value_of_relu(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y, gate=lambda Z, X: np.maximum(Z, 0)) @ W1.T


@exercise.misconception(
    r"""
    Right in size, with the opposite sign everywhere: you began with $y - p$, which is the way in
    which a *step* goes. The slope of the loss begins with $p - y$.
    """
)
def sign_of_a_step(X, W1, b1, W2, b2, Y):
    return -_go_back(X, W1, b1, W2, b2, Y) @ W1.T


@exercise.misconception(
    r"""
    You began with $p$ alone. For the label there is a second path, through the top of the fraction,
    which brings −1: $p - y$.
    """
)
def without_label(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y, start=lambda P, Y: P) @ W1.T


@exercise.misconception(
    """
    That is the slope of the label's *score*. The loss also depends on all the other scores, through
    the sum below the line of the softmax: begin with `P - Y` instead of `Y`.
    """
)
def slope_of_score(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y, start=lambda P, Y: Y) @ W1.T


@exercise.misconception(
    """
    You divided by the number of images, as for a mean. Each image has a loss of its own here, which
    depends on its own pixels and on no others.
    """
)
def mean_taken(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y) @ W1.T / len(X)


@exercise.misconception(
    """
    Your way back ends at the neurons of the first layer. One more layer lies between them and the
    pixels: `@ W1.T`.
    """
)
def stopped_early(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y)


@exercise.misconception(
    """
    You go back through `W1` instead of `W1.T`. Its shape fits here by chance, as there are as many
    pixels as neurons. A pixel gathers along its own *row* of `W1`, from every neuron that it went
    to.
    """
)
def first_not_turned(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y) @ W1


@exercise.misconception(
    """
    You go back through `W2` instead of `W2.T`. Its shape fits here by chance. A neuron gathers
    along its own *row* of `W2`, from every score that it went to.
    """
)
def second_not_turned(X, W1, b1, W2, b2, Y):
    Z = X @ W1 + b1
    e = np.exp(np.maximum(Z, 0) @ W2 + b2)
    P = e / e.sum(axis=1, keepdims=True)
    return (((P - Y) @ W2) * (Z > 0)) @ W1.T


@exercise.misconception(
    """
    You let the ReLU pass where the *pixel* is positive. What decides is `Z`, what went into it.
    """
)
def gate_of_pixels(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y, gate=lambda Z, X: X > 0) @ W1.T


@exercise.misconception(
    """
    You multiply by the pixels at the end. That would lead to the weights; to the pixels themselves
    leads `W1.T` alone.
    """
)
def times_pixels(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y) @ W1.T * X


@exercise.misconception(
    """
    Python multiplies before it compares: `dH * Z > 0` asks of each *product* whether it is
    positive, and gives only yes or no. Put brackets around the question: `dH * (Z > 0)`.
    """
)
def question_of_product(X, W1, b1, W2, b2, Y):
    Z = X @ W1 + b1
    dH = _go_back(X, W1, b1, W2, b2, Y, gate=lambda Z, X: np.ones_like(Z))
    return (dH * Z > 0) @ W1.T


@exercise.misconception(
    """
    Your gate looks at what comes *back*, and stops it where it is negative. What decides is what
    went forward: a neuron lets every slope through, of either sign, if its `Z` was positive.
    """
)
def gate_of_slopes(X, W1, b1, W2, b2, Y):
    dH = _go_back(X, W1, b1, W2, b2, Y, gate=lambda Z, X: np.ones_like(Z))
    return np.maximum(dH, 0) @ W1.T


@exercise.misconception(
    """
    Your gate stands one layer too far back, at the pixels. The ReLU lies between the neurons' `Z`
    and `H`, so the slopes pass it before they go through `W1.T`.
    """
)
def gate_too_late(X, W1, b1, W2, b2, Y):
    Z = X @ W1 + b1
    dH = _go_back(X, W1, b1, W2, b2, Y, gate=lambda Z, X: np.ones_like(Z))
    return (dH @ W1.T) * (Z > 0)


@exercise.misconception(
    """
    You go back through both matrices as they are. Their shapes fit here by chance; the way back
    needs both turned over: `W2.T`, then `W1.T`.
    """
)
def none_turned(X, W1, b1, W2, b2, Y):
    Z = X @ W1 + b1
    e = np.exp(np.maximum(Z, 0) @ W2 + b2)
    P = e / e.sum(axis=1, keepdims=True)
    return (((P - Y) @ W2) * (Z > 0)) @ W1


@exercise.misconception(
    r"""
    You began with $-1/p$ at the target, the slope of $-\log p$ with respect to the *probability*.
    The softmax still lies between it and the scores; both together are $p - y$.
    """
)
def softmax_left_out(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y, start=lambda P, Y: -Y / P) @ W1.T


@exercise.misconception(
    r"""
    You multiply $p - y$ by $p\,(1 - p)$ as well. The slope of the softmax is in $p - y$ already:
    that is what came out when cross-entropy and softmax were taken together.
    """
)
def softmax_twice(X, W1, b1, W2, b2, Y):
    return _go_back(X, W1, b1, W2, b2, Y, start=lambda P, Y: (P - Y) * P * (1 - P)) @ W1.T
