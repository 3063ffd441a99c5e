"""Write the backward pass of a linear layer, for a whole batch."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Back through a whole layer",
    statement=r"""
    Forward, a layer has computed $Y = X W + b$: one row of `X` for each example, one column of `W`
    for each neuron, and the row `b` added to every row. `dY` has the shape of $Y$ and holds what
    arrives: the slope of the loss with respect to each entry.

    Return the slopes with respect to $X$, $W$ and $b$, each in the shape of what it belongs to.
    """,
    returns=["dX", "dW", "db"],
    practises=["whole layers", "backward pass", "adding over examples"],
    minutes=10,
    hints=[
        r"Begin with one entry: in which entries of $Y$ is a nudge of $W_{kj}$ felt? In column $j$ "
        r"of every example, and in row $i$ it counts $X_{ik}$ times.",
        r"""
        $\partial\text{loss}/\partial W_{kj} = \sum_i X_{ik} \, dY_{ij}$: the index that is added up
        has to stand inside, so $X$ is turned over, `X.T @ dY`.
        """,
        "`dX` goes back over the weights, `dY @ W.T`. `b` was added to every row, so its slope is "
        "the sum over the rows: `dY.sum(axis=0)`.",
    ],
    why="""
    Three lines, for any number of examples, inputs and neurons. Each of them is an index formula,
    read off: what is added up stands in the middle.
    """,
    fixed=[
        (np.array([[2.0]]), np.array([[3.0]]), np.array([[5.0]])),
        (
            np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]]),
            np.array([[1.0, -1.0], [2.0, 0.5]]),
            np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]]),
        ),
        (
            np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 0.5]]),
            np.array([[1.0, 2.0, 0.0, -1.0], [0.5, 1.0, 1.5, 1.0], [0.0, -2.0, 1.0, 2.0]]),
            np.array([[1.0, -1.0, 0.5, 2.0], [2.0, 0.5, -1.0, 0.0]]),
        ),
    ],
)


@exercise.starter
def backward_linear(X, W, dY):
    dX = ...
    dW = ...
    db = ...
    return dX, dW, db


@exercise.reference
def backward_linear(X, W, dY):
    dX = dY @ W.T
    dW = X.T @ dY
    db = dY.sum(axis=0)
    return dX, dW, db


@exercise.inputs
def _(rng):
    examples, inputs, neurons = rng.choice([2, 3, 4, 5], size=3, replace=False)
    X = rng.choice([-2.0, -1.5, -1.0, 0.5, 1.0, 2.0], size=(examples, inputs))
    W = rng.choice([-2.0, -1.0, -0.5, 0.5, 1.5, 2.0], size=(inputs, neurons))
    return X, W, rng.choice([-2.0, -1.0, 0.5, 1.0, 1.5, 2.5], size=(examples, neurons))


@exercise.misconception(
    """
    Your `dW` lies on its side: it is ours turned over. `dY.T @ X` adds up the right products, but
    puts the slope of the weight from input k to neuron j where that from input j to neuron k
    belongs.
    """
)
def weights_turned_over(X, W, dY):
    return dY @ W.T, dY.T @ X, dY.sum(axis=0)


@exercise.misconception(
    """
    You take the mean over the examples. What arrives in `dY` is already what each example does to
    the loss, so their shares are added. If the loss is a mean, its division is in `dY`.
    """
)
def mean_over_examples(X, W, dY):
    return dY @ W.T, X.T @ dY / len(X), dY.mean(axis=0)


@exercise.misconception(
    """
    Your `db` has a row for each example. All of them share one `b`, so it is a fork: add up the
    rows, `dY.sum(axis=0)`.
    """
)
def bias_not_added(X, W, dY):
    return dY @ W.T, X.T @ dY, dY


@exercise.misconception(
    """
    You add up along the wrong axis: your `db` has a number for each *example*. `axis=0` runs down
    the rows and leaves one number for each neuron.
    """
)
def bias_along_the_other_axis(X, W, dY):
    return dY @ W.T, X.T @ dY, dY.sum(axis=1)


@exercise.misconception(
    """
    Your `db` is a single number. Each neuron has a bias of its own: add up over the examples only,
    `axis=0`.
    """
)
def bias_added_to_one_number(X, W, dY):
    return dY @ W.T, X.T @ dY, dY.sum()


@exercise.misconception(
    """
    Your first result has a column for each neuron, as `dY` has, so it is not yet the slope of `X`:
    the way back from the neurons to the inputs leads over the weights, `dY @ W.T`.
    """
)
def inputs_without_weights(X, W, dY):
    return dY, X.T @ dY, dY.sum(axis=0)


@exercise.misconception(
    """
    You add up the examples before you multiply. Each example is a path of its own: multiply within
    an example, then add. `X.T @ dY` does both, in this order.
    """
)
def added_before_multiplied(X, W, dY):
    return dY @ W.T, np.outer(X.sum(axis=0), dY.sum(axis=0)), dY.sum(axis=0)


@exercise.misconception(
    """
    Your `dW` knows the last example only. The shares of all examples are added up: in a loop that
    is `+=`, and `X.T @ dY` does it at once.
    """
)
def last_example_only(X, W, dY):
    return dY @ W.T, np.outer(X[-1], dY[-1]), dY.sum(axis=0)


@exercise.misconception(
    """
    You went back without what arrives: these are the slopes of the sum of all entries of Y, as if
    every entry of `dY` were 1.
    """
)
def without_upstream(X, W, dY):
    ones = np.ones_like(dY)
    return ones @ W.T, X.T @ ones, ones.sum(axis=0)


@exercise.misconception(
    """
    Your three results are right, and in another order: asked for are `dX`, `dW`, `db`.
    """
)
def weights_first(X, W, dY):
    return X.T @ dY, dY @ W.T, dY.sum(axis=0)


@exercise.misconception(
    """
    Your `db` is a mean over the examples. Each of them moves the loss by its own share, and shares
    are added: `dY.sum(axis=0)`.
    """
)
def bias_as_a_mean(X, W, dY):
    return dY @ W.T, X.T @ dY, dY.mean(axis=0)


@exercise.misconception(
    """
    Your `dW` is divided by the number of examples. Their shares are added; if the loss is a mean,
    that division is in `dY` already.
    """
)
def weights_as_a_mean(X, W, dY):
    return dY @ W.T, X.T @ dY / len(X), dY.sum(axis=0)


@exercise.misconception(
    """
    Your `db` adds up `dW`, which counts each share as often as its input says. A bias has no input:
    add up what arrives, `dY.sum(axis=0)`.
    """
)
def bias_from_weights(X, W, dY):
    dW = X.T @ dY
    return dY @ W.T, dW, dW.sum(axis=0)
