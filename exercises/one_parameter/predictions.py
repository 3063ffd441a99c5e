"""What readers of the chapter expect before they see it."""

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()

x, observed = bp.data.dosage()


def bend(w4=-2.30):
    """Return what the network predicts before b3 is added."""
    return -1.22 * bp.softplus(3.34 * x - 1.43) + w4 * bp.softplus(-3.53 * x + 0.57)


def learn(curve, observed, learning_rate, steps, start=0.0):
    b3 = bp.Variable(start, name="b3")
    optimizer = bp.GradientDescent(b3, learning_rate)
    return bp.fit(lambda: bp.ssr(curve + b3, observed), b3, optimizer, steps=steps)


@predictions.choice(
    text=r"""
    From the number of data points alone we name a learning rate, and one step from any start lands
    on the best $b_3$.

    Can we win this bet?
    """,
    options={
        "yes": "Yes, the number of points is enough",
        "data": "No, we must know what was observed, too",
        "start": "No, it depends on where $b_3$ starts",
        "never": "No, one step never lands there exactly",
    },
    in_order=True,
    because=r"""
    We can: for three points we say $\frac{1}{6}$. Where the 6 comes from, and why neither data nor
    start matter, is what this chapter is about.
    """,
)
def the_bet():
    rng = np.random.default_rng(1)
    for count in (3, 5, 8):
        seen, curve = rng.normal(size=(2, count))
        for start in (-4.0, 0.0, 7.0):
            run = learn(curve, seen, 1 / (2 * count), 2, start)
            if abs(run.gradients["b3"][1]) > 1e-9:
                return "never"
    return "yes"


@predictions.number(
    text=r"The gradients so far: −15.66, −6.26, −2.50. What will the next one be?",
    label="Next gradient:",
    decimals=2,
    line=(-3, 1),
    because=r"""
    Divide two neighbours: each is 0.4 times the one before. That such a factor exists, and why it
    is 0.4, is the key to our bet.
    """,
)
def next_gradient():
    return learn(bend(), observed, 0.1, 3).gradients["b3"][-1]


@predictions.choice(
    text=r"""
    *Another shape* never fits well. We lift it until the SSR is as low as it gets.

    What is so at this best $b_3$?
    """,
    options={
        "vanish": "Every residual is 0",
        "cancel": "The residuals are not 0, but add up to 0",
        "equal": "All three residuals are the same",
        "slope": "The slope is not 0, because the fit is not good",
    },
    in_order=True,
    because=r"""
    The slope is $-2$ times the sum of the residuals. So where it is 0, their sum is 0: what is too
    high and what is too low cancel. Their squares do not.
    """,
)
def residuals_at_the_bottom():
    curve = bend(w4=-0.6)
    run = learn(curve, observed, 0.1, 60)
    residuals = observed - curve - run.parameters["b3"][-1]
    if abs(run.gradients["b3"][-1]) > 1e-6:
        return "slope"
    if abs(residuals).max() < 1e-6:
        return "vanish"
    return "equal" if np.ptp(residuals) < 1e-6 else "cancel"
