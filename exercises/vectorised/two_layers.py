"""Write the gradient of a network of two layers, with whole batches."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Two layers, both passes",
    statement=r"""
    The whole network, with as many inputs, neurons and outputs as you like. Forward it computes

    - $Z = X W_1 + b_1$,
    - $A = \text{softplus}(Z)$,
    - $P = A W_2 + b_2$, the predictions,
    - and $\text{SSR} = \sum_{ij} (\text{observed}_{ij} - P_{ij})^2$.

    Return its four gradients, each in the shape of its parameter. The slope of the softplus is
    $1 / (1 + e^{-z})$, and `@` multiplies matrices.
    """,
    returns=["dW1", "db1", "dW2", "db2"],
    practises=["whole layers", "backward pass", "training a network"],
    minutes=20,
    hints=[
        "Forward first, three lines, and keep `Z` and `A`: the way back needs both.",
        "The way back begins with `dP = -2 * (observed - P)`. To the second layer that is what "
        "`dY` was in the chapter, and `A` is its `X`.",
        "`dA = dP @ W2.T` arrives at the softplus, entry by entry: `dZ = dA / (1 + np.exp(-Z))`. "
        "From there the first layer goes like the second one.",
    ],
    why="""
    Nine lines train any network of two layers, and for each further layer three more are needed.
    This is what you wrote by hand for seven parameters, and now it holds for any number.
    """,
    fixed=[
        (
            np.array([[0.0], [0.5], [1.0]]), np.array([[0.0], [1.0], [0.0]]),
            np.array([[2.74, -1.13]]), np.array([0.0, 0.0]),
            np.array([[0.36], [0.63]]), np.array([0.0]),
        ),
        (
            np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]),
            np.array([[1.0, -1.0, 0.5, 0.0], [0.5, 1.0, -0.5, 2.0]]),
            np.array([0.0, 0.5, -0.5, -1.0]),
            np.array([[1.0, 0.5, 0.0], [-0.5, 1.0, 1.0], [0.5, 0.0, -1.0], [1.0, -1.0, 0.5]]),
            np.array([0.5, 0.0, -0.5]),
        ),
    ],
)  # fmt: skip


@exercise.starter
def network_gradients(X, observed, W1, b1, W2, b2):
    # Forward: Z, A and P. Then back from dP to the four gradients.
    return ...


@exercise.reference
def network_gradients(X, observed, W1, b1, W2, b2):
    Z = X @ W1 + b1
    A = np.log(1 + np.exp(Z))
    P = A @ W2 + b2
    dP = -2 * (observed - P)
    dW2 = A.T @ dP
    db2 = dP.sum(axis=0)
    dZ = dP @ W2.T / (1 + np.exp(-Z))
    dW1 = X.T @ dZ
    db1 = dZ.sum(axis=0)
    return dW1, db1, dW2, db2


@exercise.inputs
def _(rng):
    examples, inputs, neurons, outputs = rng.choice([2, 3, 4, 5], size=4, replace=False)
    draw = lambda *size: np.round(rng.uniform(-1.5, 1.5, size=size), 2)  # noqa: E731
    X, observed = draw(examples, inputs), draw(examples, outputs)
    return X, observed, draw(inputs, neurons), draw(neurons), draw(neurons, outputs), draw(outputs)


def _forward(X, W1, b1, W2, b2):
    Z = X @ W1 + b1
    A = np.log(1 + np.exp(Z))
    return Z, A, A @ W2 + b2


def _back(X, A, dP, dZ):
    return X.T @ dZ, dZ.sum(axis=0), A.T @ dP, dP.sum(axis=0)


@exercise.misconception(
    """
    The softplus is missing on your way back: you pass it as if its slope were 1. Multiply what
    arrives at it, entry by entry, by the sigmoid of `Z`.
    """
)
def slope_of_softplus_missing(X, observed, W1, b1, W2, b2):
    _, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    return _back(X, A, dP, dP @ W2.T)


@exercise.misconception(
    """
    You take the sigmoid of what comes *out* of the softplus. Its slope belongs to the place where
    it was computed, which is what went in: `Z`.
    """
)
def slope_at_the_output(X, observed, W1, b1, W2, b2):
    _, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    return _back(X, A, dP, dP @ W2.T / (1 + np.exp(-A)))


@exercise.misconception(
    """
    Back through the softplus you multiply by its value, `A`. Through an operation goes its slope,
    here the sigmoid of `Z`.
    """
)
def value_for_slope(X, observed, W1, b1, W2, b2):
    _, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    return _back(X, A, dP, dP @ W2.T * A)


@exercise.misconception(
    """
    All four have the opposite sign. Raise a prediction, and observed − predicted falls: a minus
    is missing or too much, or this difference is turned round.
    """
)
def lost_minus(X, observed, W1, b1, W2, b2):
    return tuple(-each for each in network_gradients(X, observed, W1, b1, W2, b2))


@exercise.misconception(
    """
    All four are half of ours: the 2 of the square is missing.
    """
)
def lost_two(X, observed, W1, b1, W2, b2):
    return tuple(each / 2 for each in network_gradients(X, observed, W1, b1, W2, b2))


@exercise.misconception(
    """
    Yours are the gradients of a mean: you divide by the number of examples. The SSR is a sum.
    """
)
def mean_over_examples(X, observed, W1, b1, W2, b2):
    return tuple(each / len(X) for each in network_gradients(X, observed, W1, b1, W2, b2))


@exercise.misconception(
    """
    Your biases have a row for each example. All examples share them: add up the rows, with
    `.sum(axis=0)`.
    """
)
def biases_not_added(X, observed, W1, b1, W2, b2):
    Z, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    dZ = dP @ W2.T / (1 + np.exp(-Z))
    return X.T @ dZ, dZ, A.T @ dP, dP


@exercise.misconception(
    """
    For the second layer you multiply by `Z`. What came into it is `A`, behind the softplus.
    """
)
def second_layer_from_z(X, observed, W1, b1, W2, b2):
    Z, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    return _back(X, Z, dP, dP @ W2.T / (1 + np.exp(-Z)))


@exercise.misconception(
    """
    Your gradients are right, and in another order: asked for are `dW1`, `db1`, `dW2`, `db2`.
    """
)
def second_layer_first(X, observed, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = network_gradients(X, observed, W1, b1, W2, b2)
    return dW2, db2, dW1, db1


@exercise.misconception(
    """
    Your sigmoid is turned round: it falls where it should rise. The slope of the softplus is
    `1 / (1 + np.exp(-Z))`, with a minus.
    """
)
def sigmoid_turned_round(X, observed, W1, b1, W2, b2):
    Z, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    return _back(X, A, dP, dP @ W2.T / (1 + np.exp(Z)))


@exercise.misconception(
    """
    Your forward pass bends sharply: that is the ReLU. The softplus is its smooth sister,
    `np.log(1 + np.exp(Z))`.
    """
)
def relu_for_softplus(X, observed, W1, b1, W2, b2):
    Z = X @ W1 + b1
    A = np.maximum(0, Z)
    dP = -2 * (observed - (A @ W2 + b2))
    return _back(X, A, dP, dP @ W2.T / (1 + np.exp(-Z)))


@exercise.misconception(
    """
    You add up the examples in `dA` before the softplus is crossed. It has another slope in each
    example, so multiply first, entry by entry, and add up then: `X.T @ dZ` and the sum of the rows
    of `dZ` do that by themselves.
    """
)
def examples_added_too_early(X, observed, W1, b1, W2, b2):
    Z, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    return _back(X, A, dP, (dP @ W2.T).sum(axis=0) / (1 + np.exp(-Z)))


@exercise.misconception(
    """
    Your `db1` adds up `dA`, what arrives at the softplus. The bias stands in front of it, so its
    slope has to pass the softplus as well: add up the rows of `dZ`.
    """
)
def first_bias_behind_softplus(X, observed, W1, b1, W2, b2):
    Z, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    dA = dP @ W2.T
    dW1, _, dW2, db2 = _back(X, A, dP, dA / (1 + np.exp(-Z)))
    return dW1, dA.sum(axis=0), dW2, db2


@exercise.misconception(
    """
    Back through the softplus you multiply by `A * (1 - A)`. That is the slope of a *sigmoid* that
    has handed on `A`. The softplus has handed it on, and its slope is `1 / (1 + np.exp(-Z))`.
    """
)
def slope_of_a_sigmoid(X, observed, W1, b1, W2, b2):
    _, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    return _back(X, A, dP, dP @ W2.T * A * (1 - A))


@exercise.misconception(
    """
    Back through the softplus you let everything pass where `Z` is positive, and nothing elsewhere.
    That is the slope of the ReLU. The softplus bends smoothly: `1 / (1 + np.exp(-Z))`.
    """
)
def slope_of_relu(X, observed, W1, b1, W2, b2):
    Z, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    return _back(X, A, dP, dP @ W2.T * (Z > 0))


@exercise.misconception(
    """
    Your neurons are ReLUs, in both passes alike. As a network that is consistent; asked for is the
    softplus, `np.log(1 + np.exp(Z))`, with the slope `1 / (1 + np.exp(-Z))`.
    """
)
def relu_in_both_passes(X, observed, W1, b1, W2, b2):
    Z = X @ W1 + b1
    A = np.maximum(0, Z)
    dP = -2 * (observed - (A @ W2 + b2))
    return _back(X, A, dP, dP @ W2.T * (Z > 0))


@exercise.misconception(
    """
    Your `dW1` is made of `dA`, what arrives at the softplus. `W1` stands in front of it, so its
    slopes have to pass the softplus as well: `X.T @ dZ`.
    """
)
def first_weights_behind_softplus(X, observed, W1, b1, W2, b2):
    Z, A, P = _forward(X, W1, b1, W2, b2)
    dP = -2 * (observed - P)
    dA = dP @ W2.T
    _, db1, dW2, db2 = _back(X, A, dP, dA / (1 + np.exp(-Z)))
    return X.T @ dA, db1, dW2, db2


@exercise.misconception(
    """
    Your gradients know the last example alone. All examples share the parameters, so what each of
    them brings is added up: in a loop that is `+=`.
    """
)
def last_example_only(X, observed, W1, b1, W2, b2):
    return network_gradients(X[-1:], observed[-1:], W1, b1, W2, b2)


@exercise.misconception(
    """
    Your neurons bend with tanh, in both passes alike. As a network that is consistent; asked for is
    the softplus, `np.log(1 + np.exp(Z))`, with the slope `1 / (1 + np.exp(-Z))`.
    """
)
def tanh_for_softplus(X, observed, W1, b1, W2, b2):
    A = np.tanh(X @ W1 + b1)
    dP = -2 * (observed - (A @ W2 + b2))
    return _back(X, A, dP, dP @ W2.T * (1 - A**2))
