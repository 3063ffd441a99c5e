"""What readers of the chapter expect before they see it."""

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()


def turn_last(middle):
    """Return how often the last gear turns for one turn of the first."""
    first, last = 12, 6
    return (-first / middle) * (-middle / last)


@predictions.choice(
    text=r"""
    Now the middle gear is taken out, and one with 12 teeth is put in its place. The first gear
    makes one turn again.

    How often does the last gear turn?
    """,
    options={"more": "More often than before", "same": "As often", "less": "Less often"},
    in_order=True,
    because=r"""
    $-\frac{12}{12}$ times $-\frac{12}{6}$ is 2 again. The number of teeth of the middle gear stands
    below in one ratio and above in the other: what the first loses by it, the second wins back.
    """,
)
def larger_middle_gear():
    before, after = turn_last(8), turn_last(12)
    return "more" if after > before else "same" if after == before else "less"


def softplus_axes():
    grid = np.linspace(-5, 5, 81)

    def draw(ax):
        ax.plot(grid, bp.softplus(grid), color=bp.show.VALUE)
        ax.annotate("softplus(z)", (-1.2, 0.75), color=bp.show.VALUE, ha="right")
        ax.set(xlim=(-5, 5), ylim=(-0.5, 2), xlabel="z", ylabel="slope")

    return bp.show.plane(
        draw,
        title="The slope of softplus",
        alt="Softplus for z from −5 to 5: almost 0 on the left, a bend around 0, then almost the "
        "line z. Axes for its slope, from −0.5 to 2.",
        names=("z", "slope"),
        height=200,
    )


@predictions.curve(
    text=r"""
    Far to the left softplus (blue) is almost flat, far to the right it is almost the line $z$.

    Draw its *slope*, from left to right.
    """,
    picture=softplus_axes,
    called="its slope",
    ink="gradient",
    because=r"""
    A flat curve has the slope 0, the line $z$ has the slope 1, and in between the slope grows
    without a jump. In the middle of the bend, at $z = 0$, it is exactly one half.
    """,
)
def slope_of_softplus(z):
    return bp.sigmoid(z)
