"""What readers of the chapter expect before they see it."""

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()

x, observed = bp.data.dosage()


def falls_late(x):
    return -1.22 * bp.softplus(3.34 * x - 1.43)


def rises_early(x):
    return -2.30 * bp.softplus(-3.53 * x + 0.57)


def two_pieces():
    grid = np.linspace(0, 1, 41)

    def draw(ax):
        for piece, word, at, ha in (
            (falls_late, "falls late", (0.98, -1.35), "right"),
            (rises_early, "rises early", (0.06, -1.3), "left"),
        ):
            ax.plot(grid, piece(grid), color=bp.show.VALUE, linewidth=1.6)
            ax.annotate(word, at, ha=ha, color=bp.show.VALUE)
        ax.axhline(0, color=bp.show.MUTED, linewidth=1)
        ax.set(xlim=(0, 1), ylim=(-3, 0.5), xlabel="dosage", ylabel="height")

    return bp.show.plane(
        draw,
        title="Two pieces without a peak",
        alt="Two bent curves over the dosages from 0 to 1. One is level at first, near −0.26, and "
        "falls to −2.5 at the right. The other begins at −2.34 at the left, rises, and is level in "
        "the end, near −0.12. Neither has a peak.",
    )


@predictions.curve(
    text=r"""
    One of these curves falls late, the other rises early. Neither has a peak. At each dosage we
    now add the two heights; below the grey line a height is negative.

    Draw the sum, as you expect it. Does it have a peak?
    """,
    picture=two_pieces,
    places=5,
    called="their sum",
    because=r"""
    At dosage 0 the second curve is still deep, at dosage 1 the first one has become deep, and in
    the middle neither is. So the sum is lowest at both ends and highest between them: two bends
    make a hump, though neither piece has one.
    """,
)
def their_sum(x):
    return falls_late(x) + rises_early(x)


@predictions.number(
    text=r"""
    For comparison we take the simplest curve of all, a level line. Observed are 0, 1 and 0.

    At which height does a level line have the smallest SSR?
    """,
    label="Height",
    decimals=2,
    line=(0, 1),
    because=r"""
    At the mean of the three, $\frac{1}{3}$. A line at 0 would meet two points, but the third miss
    counts with its square: that is an SSR of 1. Raised to $\frac{1}{3}$ it gives a little at two
    points, wins more at the third, and the SSR falls to $\frac{2}{3}$.
    """,
)
def level_line():
    heights = np.linspace(0, 1, 100_001)
    misses = observed[:, None] - heights
    return float(heights[(misses**2).sum(axis=0).argmin()])
