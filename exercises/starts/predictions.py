"""What readers of the chapter expect before they see it."""

from functools import cache

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()

X, OBSERVED = bp.data.dosage()
NAMES = ("w1", "b1", "w2", "b2", "w3", "w4", "b3")


def predict(w1, b1, w2, b2, w3, w4, b3):
    return w3 * bp.softplus(w1 * X + b1) + w4 * bp.softplus(w2 * X + b2) + b3


def begin_with(weights):
    """Return parameters with these weights, one row a start, and biases of 0."""
    w1, w2, w3, w4 = np.reshape(np.asarray(weights, float).T, (4, -1, 1))
    zeros = np.zeros_like(w1)
    values = (w1, zeros, w2, zeros, w3, w4, zeros)
    return [bp.Variable(value, name) for value, name in zip(values, NAMES, strict=True)]


def descend(weights, learning_rate, steps):
    """Return the SSR of each start after some steps."""
    learned = begin_with(weights)

    def loss(x, observed):
        return bp.ssr(predict(*learned), observed)

    observed = np.tile(OBSERVED, (len(learned[0].value), 1))
    step = bp.program(loss, X, observed, update=bp.GradientDescent(learned, learning_rate))
    for _ in range(steps):
        step(X, observed)
    return ((OBSERVED - predict(*(each.value for each in learned))) ** 2).sum(axis=1)


@cache
def run_the_twenty():
    weights = [np.random.default_rng(seed).normal(size=4) for seed in range(20)]
    return descend(weights, 0.02, 10_000)


@predictions.several(
    text=r"""
    Each of the twenty takes 10,000 steps with the learning rate 0.02.

    Which of them arrive, with an SSR below 0.001?
    """,
    options={f"start_{seed}": f"{seed}" for seed in range(20)},
    in_order=True,
    because=r"""
    Sixteen arrive, and the four others do not look different from them at the start. Nobody can
    tell from these pictures; what decides is where the signs of $w_3$ and $w_4$ go during the run.
    """,
)
def starts_that_arrive():
    return [f"start_{seed}" for seed, ssr in enumerate(run_the_twenty()) if ssr < 0.001]


@predictions.choice(
    text=r"""
    All four weights start at −1, so the nodes are twins and stay twins. We give them as many steps
    as they want.

    Which SSR do they come close to?
    """,
    options={
        "zero": "0",
        "half": "½",
        "level": "⅔, that of the level line",
        "start": "6.1, as now",
    },
    because=r"""
    Twins are one node, and one node only rises or only falls. Such a curve can meet the first point
    and share the misses of the other two, $\frac{1}{4} + \frac{1}{4}$. It comes close to that, and
    never quite there.
    """,
)
def twins_after_a_long_run():
    (ssr,) = descend([[-1.0] * 4], 0.05, 20_000)
    at = {"zero": 0.0, "half": 1 / 2, "level": 2 / 3, "start": 6.1}
    return min(at, key=lambda name: abs(at[name] - ssr))
