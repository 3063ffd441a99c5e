"""What readers of the chapter expect before they see it."""

import math

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()

START, STEPS = (-3.5, 1.5), 60
MAKERS = {
    "descent": bp.GradientDescent,
    "momentum": bp.Momentum,
    "rmsprop": lambda w, rate: bp.RMSProp(w, rate, decay=0.9),
    "adam": bp.Adam,
}


def compute_valley(w1, w2):
    return 0.05 * w1**2 + w2**2


def compute_turned(w1, w2):
    along, across = (w1 + w2) * math.sqrt(0.5), (w2 - w1) * math.sqrt(0.5)
    return compute_valley(along, across)


def run(make, rate, loss=compute_valley, start=START, steps=STEPS):
    """Return the losses of a run from a start."""
    w = [bp.Variable(place) for place in start]
    return bp.fit(lambda: loss(*w), w, make(w, rate), steps=steps).loss


@predictions.choice(
    text=r"""
    A valley, twenty times as steep across as along, and four optimisers that begin at the same
    place with the same learning rate, $\eta = 0.9$.

    Which of them has the lowest loss after 60 steps?
    """,
    options={
        "descent": "Plain gradient descent",
        "momentum": "Momentum",
        "rmsprop": "RMSProp",
        "adam": "Adam",
    },
    because=r"""
    With $\eta = 0.9$ plain descent is just below the rate at which it would leave the valley, and
    the others leap about. With 0.02 it comes in third, and momentum wins. What a rate means is
    another thing for each of them, so one rate for all is no fair race.
    """,
)
def bet():
    last = {name: run(make, 0.9)[-1] for name, make in MAKERS.items()}
    return min(last, key=last.__getitem__)


def step_without_correction(beta1=0.9, beta2=0.999):
    """Return the first step, in units of η, when the averages are used as they are."""
    return (1 - beta1) / math.sqrt(1 - beta2)


@predictions.choice(
    text=r"""
    Both averages begin at 0, so after one step both are too small. Somebody leaves it at that.

    How long is the first step of this Adam, with $\beta_1 = 0.9$ and $\beta_2 = 0.999$?
    """,
    options={
        "thousandth": r"About a thousandth of $\eta$",
        "tenth": r"A tenth of $\eta$, because $m$ is a tenth of the slope",
        "same": r"$\eta$, because both errors cancel",
        "three": r"About three times $\eta$",
    },
    in_order=True,
    because=r"""
    $m$ is too small by the factor $1 - 0.9 = 0.1$. What stands below the line is too small by the
    *root* of $1 - 0.999$, which is 0.032. So the quotient is too large, by
    $\frac{0.1}{0.032} \approx 3.2$.
    """,
)
def without_correction():
    size = step_without_correction()
    return (
        "thousandth" if size < 0.01 else "tenth" if size < 0.5 else "same" if size < 2 else "three"
    )


@predictions.several(
    text=r"""
    Now the valley is turned by 45°, with the start in it, so that it runs diagonally. The
    learning rate stays as it was. Everybody has to walk the same ground, seen from another side.

    Whose losses are other ones than before, step by step?
    """,
    options={
        "descent": "Those of gradient descent",
        "momentum": "Those of momentum",
        "rmsprop": "Those of RMSProp",
        "adam": "Those of Adam",
    },
    because=r"""
    Gradient descent and momentum only add up gradients and multiply them by numbers, and an arrow
    that is turned stays the same arrow. RMSProp and Adam divide *each coordinate* by its own size,
    so for them it matters along which axes the valley lies.
    """,
)
def turned():
    turn = math.sqrt(0.5) * np.array([[1, -1], [1, 1]])
    start = turn @ np.array(START)
    return [
        name
        for name, make in MAKERS.items()
        if not np.allclose(run(make, 0.1), run(make, 0.1, compute_turned, start), rtol=1e-6)
    ]
