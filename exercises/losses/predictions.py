"""What readers of the chapter expect before they see it."""

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()


def count_steps(loss, most=5000):
    """Return after how many steps of gradient descent from z = -8, with a rate of 1, p is ½."""
    z = bp.Variable(-8.0, name="z")
    run = bp.fit(lambda: loss(z), z, bp.GradientDescent(z, 1.0), steps=most)
    above = np.flatnonzero(run.parameters["z"] >= 0)
    return int(above[0]) if above.size else most


def squared_error(z):
    return (1 - bp.sigmoid(z)) ** 2


def cross_entropy(z):
    return -bp.log(bp.sigmoid(z))


@predictions.choice(
    text=r"""
    Both run by gradient descent from $z = -8$, with $\eta = 1$. One of them has $p$ above
    $\frac12$ after 9 steps.

    Which one, and how much longer does the other take?
    """,
    options={
        "squared": "The squared error. Cross-entropy takes longer, as its loss is larger",
        "alike": "Cross-entropy. The squared error takes about as long",
        "ten": "Cross-entropy. The squared error takes about ten times as long",
        "hundred": "Cross-entropy. The squared error takes more than a hundred times as long",
    },
    in_order=True,
    because=r"""
    What moves $z$ is not the height of a loss but its slope. At the start the curve of
    cross-entropy falls at the rate of 1, and the other one is nearly level.
    """,
)
def bet():
    squared, entropy = count_steps(squared_error), count_steps(cross_entropy)
    if squared < entropy:
        return "squared"
    return "alike" if squared < 5 * entropy else "ten" if squared < 50 * entropy else "hundred"


@predictions.number(
    text=r"""
    At $p = 1$ nothing is left to learn, and the squared error does not pull. Near $p = 0$ it hardly
    pulls either. In between it does.

    At which $p$ does it pull hardest?
    """,
    label="$p$ =",
    decimals=2,
    line=(0, 1),
    within=(0, 1),
    because=r"""
    The pull is the product of the misfit, $1 - p$, and the slope of the sigmoid,
    $p\,(1 - p)$, times 2. The misfit is largest at 0 and the slope at $\frac12$, so their product
    is largest in between: $2p\,(1 - p)^2$ peaks at $\frac13$.
    """,
)
def hardest_pull():
    z = bp.Variable(np.linspace(-4, 4, 8001), name="z")
    bp.sum(squared_error(z)).backward()
    return float(bp.sigmoid(z.value[np.argmax(np.abs(z.grad))]))


@predictions.choice(
    text=r"""
    The scores 1000, 999 and 998 go through the two lines of `softmax` above.

    What comes out?
    """,
    options={
        "right": "0.665, 0.245 and 0.090, as for the scores 2, 1 and 0",
        "winner": "1, 0 and 0",
        "nan": "No number at all, three times",
        "error": "An error: Python stops",
    },
    because=r"""
    $e^{1000}$ has 435 digits, more than a float has room for, so each exponential becomes `inf`,
    infinity. And infinity divided by infinity is `nan`, "not a number".
    """,
)
def large_scores():
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(np.array([1000.0, 999.0, 998.0]))
        p = e / e.sum()
    if np.isnan(p).all():
        return "nan"
    return "winner" if np.allclose(p, [1, 0, 0]) else "right"
