"""What readers of the chapter expect before they see it."""

import math

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
