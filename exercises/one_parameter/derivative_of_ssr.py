"""Derive dSSR/db3 and write it as code."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title=r"The derivative of SSR with respect to $b_3$",
    statement=r"""
    `curve` holds what the network predicts for each patient *before* $b_3$ is added, so
    $\text{predicted}_i = \text{curve}_i + b_3$. Return the derivative of
    $\text{SSR} = \sum_i (\text{observed}_i - \text{predicted}_i)^2$ with respect to $b_3$: one
    number.

    Derive it by the chain rule, not by trying two values of $b_3$.
    """,
    returns=["derivative"],
    practises=["chain rule", "adding over paths", "SSR"],
    minutes=10,
    hints=[
        "Start with the forward pass: the predictions with $b_3$, then the residuals.",
        r"""
        For one point the chain is
        $\frac{\partial\,\text{residual}^2}{\partial\,\text{residual}} \cdot
        \frac{\partial\,\text{residual}}{\partial\,\text{predicted}} \cdot
        \frac{\partial\,\text{predicted}}{\partial b_3}
        = 2 \cdot \text{residual} \cdot (-1) \cdot 1$.
        """,
        r"$b_3$ reaches the SSR through every point: add up $-2 \cdot \text{residual}_i$ over $i$.",
    ],
    why=r"""
    Each point is one path from $b_3$ to the SSR. Along a path the factors are multiplied,
    $2 \cdot \text{residual}_i \cdot (-1) \cdot 1$; over the paths they are added.
    """,
    fixed=[
        (0.0, np.array([1.0]), np.array([0.25])),
        (1.0, np.array([0.0, 1.0]), np.array([-0.5, -1.0])),
        (0.0, np.array([0.0, 1.0, 0.0]), np.array([-2.6, -1.6, -2.61])),
        (2.0, np.array([0.0, 1.0, 0.0]), np.array([-2.6, -1.6, -2.61])),
    ],
    # A parabola has the same slope for every nudge, but its height has no digits left for one.
    hard_for_differences=[
        (0.3, np.array([987654321987.0, 123456789123.0]), np.array([0.5, -0.5])),
        (-0.7, np.array([123456789123.0]), np.array([0.25])),
    ],
)


@exercise.starter
def dSSR_db3(b3, observed, curve):
    predicted = ...
    return ...


@exercise.reference
def dSSR_db3(b3, observed, curve):
    predicted = curve + b3
    return np.sum(-2 * (observed - predicted))


@exercise.inputs
def _(rng):
    n = rng.integers(2, 6)
    return (
        float(rng.integers(-30, 31)) / 10,
        rng.integers(0, 3, size=n) / 2,
        np.round(rng.normal(-1.0, 1.0, size=n), 1),
    )


@exercise.misconception(
    r"""
    Your derivative has the opposite sign. When the prediction goes up, the residual
    $\text{observed} - \text{predicted}$ goes down. So the factor $-1$ in the middle of the chain is
    missing, or the residual is turned round.
    """
)
def lost_minus(b3, observed, curve):
    return np.sum(2 * (observed - (curve + b3)))


@exercise.misconception(
    """
    Yours is half of ours. The derivative of a square is two times what is squared: the 2 is
    missing.
    """
)
def lost_two(b3, observed, curve):
    return np.sum(-(observed - (curve + b3)))


@exercise.misconception(
    """
    Yours is ours divided by the number of points: did you average? That is the gradient of the MSE.
    SSR is a sum, so its gradient is one, too.
    """
)
def averaged(b3, observed, curve):
    return np.mean(-2 * (observed - (curve + b3)))


@exercise.misconception(
    r"""
    $b_3$ is missing from your predictions: this is the slope at $b_3 = 0$, whatever $b_3$ is. The
    slope of a parabola changes from place to place.
    """
)
def b3_left_out(b3, observed, curve):
    return np.sum(-2 * (observed - curve))


@exercise.misconception(
    r"""
    You return one number for each point: these are the shares of the single paths. $b_3$ is shared
    by all points, so add them up.
    """
)
def not_added(b3, observed, curve):
    return -2 * (observed - (curve + b3))


@exercise.misconception(
    """
    That is the SSR itself, the height of the loss. The derivative is its slope.
    """
)
def loss_itself(b3, observed, curve):
    return np.sum((observed - (curve + b3)) ** 2)


@exercise.misconception(
    """
    Only the last point is in your result. Inside the loop the shares have to be *added*:
    `total = total + ...`, not `total = ...`.
    """
)
def last_point_only(b3, observed, curve):
    total = 0.0
    for o, p in zip(observed, curve + b3, strict=True):
        total = -2 * (o - p)
    return total


@exercise.misconception(
    r"""
    Your residuals are still squared. The slope of a square is two times what is squared:
    $2 \cdot \text{residual}$, without a square.
    """
)
def square_kept(b3, observed, curve):
    return np.sum(-2 * (observed - (curve + b3)) ** 2)
