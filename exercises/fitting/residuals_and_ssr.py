"""Compute the residuals and the SSR of a curve."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Residuals and SSR",
    statement=r"""
    Given what was observed and what a curve predicts, both as arrays of the same length, return

    1. the residual of each point, with its sign, and
    2. the SSR, the sum of the squared residuals.

    For the three patients and a curve that predicts 0.5 everywhere, the residuals are −0.5, 0.5
    and −0.5, and the SSR is 0.75.
    """,
    returns=["residuals", "ssr"],
    practises=["residual", "sum of squared residuals"],
    minutes=5,
    hints=[
        "NumPy subtracts arrays element by element: no loop is needed.",
        r"A residual is $\text{observed} - \text{predicted}$, in this order.",
        "`residuals**2` squares each element, and `np.sum(...)` adds them up.",
    ],
    why=r"""
    The square comes before the sum, so that $-0.5$ and $0.5$ cannot cancel. The residuals keep
    their sign: it says which way the curve should move.
    """,
    fixed=[
        (np.array([1.0]), np.array([0.25])),
        (np.array([0.0, 1.0, 0.0]), np.array([0.5, 0.5, 0.5])),
        (np.array([0.0, 1.0, 0.0]), np.array([0.0, 1.0, 0.0])),
        (np.array([0.0, 1.0, 0.0]), np.array([-0.4, 1.3, 0.6])),
    ],
)


@exercise.starter
def residuals_and_ssr(observed, predicted):
    residuals = ...  # one number for each point
    ssr = ...  # one number for all of them
    return residuals, ssr


@exercise.reference
def residuals_and_ssr(observed, predicted):
    residuals = observed - predicted
    ssr = np.sum(residuals**2)
    return residuals, ssr


@exercise.inputs
def _(rng):
    n = rng.integers(1, 7)
    return rng.integers(0, 3, size=n) / 2, np.round(rng.normal(0.5, 1.0, size=n), 1)


@exercise.misconception(
    r"""
    Your residuals have the opposite sign: you computed $\text{predicted} - \text{observed}$. The
    SSR does not notice, but everything that uses the residuals later would go the wrong way.
    """
)
def flipped(observed, predicted):
    residuals = predicted - observed
    return residuals, np.sum(residuals**2)


@exercise.misconception(
    """
    Your residuals have lost their sign. They should say *on which side* of the curve each point
    lies; the square takes care of the sign by itself.
    """
)
def without_sign(observed, predicted):
    residuals = np.abs(observed - predicted)
    return residuals, np.sum(residuals**2)


@exercise.misconception(
    """
    You return the squares in place of the residuals. Keep the two apart: residuals first, their
    squares only inside the sum.
    """
)
def squares_returned(observed, predicted):
    squares = (observed - predicted) ** 2
    return squares, np.sum(squares)


@exercise.misconception(
    """
    Your SSR is the plain sum of the residuals: misses above and below the curve cancel. Square each
    residual first.
    """
)
def not_squared(observed, predicted):
    residuals = observed - predicted
    return residuals, np.sum(residuals)


@exercise.misconception(
    """
    You square the sum. It should be the sum of the squares: square first, then add.
    """
)
def square_of_sum(observed, predicted):
    residuals = observed - predicted
    return residuals, np.sum(residuals) ** 2


@exercise.misconception(
    """
    Your SSR is ours divided by the number of points: that is the mean, MSE. Take the sum.
    """
)
def mean_of_squares(observed, predicted):
    residuals = observed - predicted
    return residuals, np.mean(residuals**2)


@exercise.misconception(
    """
    You add up absolute values. SSR asks for squares, which let a large miss weigh more.
    """
)
def sum_of_distances(observed, predicted):
    residuals = observed - predicted
    return residuals, np.sum(np.abs(residuals))


@exercise.misconception(
    """
    Your SSR is the square root of ours. A distance in space ends with a square root; SSR stays with
    the squares.
    """
)
def square_root(observed, predicted):
    residuals = observed - predicted
    return residuals, np.sqrt(np.sum(residuals**2))
