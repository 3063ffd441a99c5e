"""Derive dSSR/dw1, through the softplus, and write it as code."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title=r"The derivative of SSR with respect to $w_1$",
    statement=r"""
    The network predicts
    $\text{predicted}_i = w_3 \, \text{softplus}(w_1 x_i + b_1) + \text{rest}_i$, where `rest` holds
    everything that does not depend on $w_1$: the second hidden node and $b_3$.

    Return the derivative of $\text{SSR} = \sum_i (\text{observed}_i - \text{predicted}_i)^2$ with
    respect to $w_1$: one number. Derive it by the chain rule. In NumPy the softplus is
    `np.log(1 + np.exp(z))`, and its slope, the sigmoid, is `1 / (1 + np.exp(-z))`.
    """,
    returns=["derivative"],
    practises=["chain rule", "softplus and sigmoid", "adding over paths"],
    minutes=15,
    hints=[
        r"Forward first: $z_1 = w_1 x + b_1$, then $y_1 = \text{softplus}(z_1)$, then the "
        r"prediction $w_3 y_1 + \text{rest}$, then the residual.",
        r"""
        Four factors for each point:
        $-2 \cdot \text{residual}_i$ from the SSR to the prediction, $w_3$ to $y_1$, the sigmoid of
        $z_1$ to $z_1$, and $x_i$ to $w_1$.
        """,
        "Multiply the four arrays element by element, and add up with `np.sum(...)`.",
    ],
    why=r"""
    Each factor belongs to one operation on the way from $w_1$ to the SSR. The slope of the softplus
    is taken at $z_1$, the number that goes into it. A point with $x_i = 0$ contributes nothing:
    there $w_1$ is multiplied by 0.
    """,
    fixed=[
        (0.0, 0.0, 1.0, np.array([1.0]), np.array([0.0]), np.array([0.0])),
        (2.0, 0.0, -1.5, np.array([0.5, 1.0]), np.array([1.0, 0.0]), np.array([0.5, 1.5])),
        (
            2.74,
            0.0,
            0.36,
            np.array([0.0, 0.5, 1.0]),
            np.array([0.0, 1.0, 0.0]),
            np.array([0.4, 0.3, 0.2]),
        ),
        (
            -1.5,
            0.7,
            2.0,
            np.array([0.0, 0.5, 1.0]),
            np.array([0.0, 1.0, 0.0]),
            np.array([-1.0, 0.0, -0.5]),
        ),
    ],
    # With such an x the smallest usual nudge of w1 moves z1 by hundreds.
    hard_for_differences=[
        (1e-8, 0.3, 1.5, np.array([1e8, 5e7]), np.array([1.0, 0.0]), np.array([0.0, 0.5])),
        (-2e-8, 0.5, -1.2, np.array([5e7]), np.array([1.0]), np.array([0.25])),
    ],
)


@exercise.starter
def dSSR_dw1(w1, b1, w3, x, observed, rest):
    z1 = ...
    predicted = ...
    return ...


@exercise.reference
def dSSR_dw1(w1, b1, w3, x, observed, rest):
    z1 = w1 * x + b1
    predicted = w3 * np.log(1 + np.exp(z1)) + rest
    sigmoid = 1 / (1 + np.exp(-z1))
    return np.sum(-2 * (observed - predicted) * w3 * sigmoid * x)


@exercise.inputs
def _(rng):
    n = int(rng.integers(2, 6))
    w1, b1, w3 = (float(v) / 10 for v in rng.choice([-25, -18, -12, -7, 6, 13, 19, 24], size=3))
    return (
        w1,
        b1,
        w3,
        rng.integers(1, 9, size=n) / 4,
        rng.integers(0, 3, size=n) / 2,
        np.round(rng.normal(0.0, 1.0, size=n), 1),
    )


def _pieces(w1, b1, w3, x, observed, rest):
    """Return what the wrong ideas below have in common."""
    z = w1 * x + b1
    softplus, sigmoid = np.log(1 + np.exp(z)), 1 / (1 + np.exp(-z))
    return z, softplus, sigmoid, observed - (w3 * softplus + rest)


@exercise.misconception(
    r"""
    The last factor is missing, the $x_i$: what you return is the derivative with respect to $b_1$.
    In $w_1 x$ a nudge of $w_1$ is multiplied by $x$.
    """
)
def derivative_for_b1(w1, b1, w3, x, observed, rest):
    _, _, sigmoid, residual = _pieces(w1, b1, w3, x, observed, rest)
    return np.sum(-2 * residual * w3 * sigmoid)


@exercise.misconception(
    """
    The softplus is missing among your factors: you pass through it as if its slope were 1
    everywhere. Its slope is the sigmoid of what goes in.
    """
)
def slope_of_softplus_missing(w1, b1, w3, x, observed, rest):
    _, _, _, residual = _pieces(w1, b1, w3, x, observed, rest)
    return np.sum(-2 * residual * w3 * x)


@exercise.misconception(
    """
    You multiply by the *value* of the softplus. Back through an operation goes its slope: for the
    softplus, the sigmoid.
    """
)
def value_of_softplus(w1, b1, w3, x, observed, rest):
    _, softplus, _, residual = _pieces(w1, b1, w3, x, observed, rest)
    return np.sum(-2 * residual * w3 * softplus * x)


@exercise.misconception(
    r"""
    You take the slope of the softplus at the wrong place: at $y_1$, which comes out of it. It has
    to be taken at $z_1$, which goes in.
    """
)
def slope_at_what_comes_out(w1, b1, w3, x, observed, rest):
    _, softplus, _, residual = _pieces(w1, b1, w3, x, observed, rest)
    return np.sum(-2 * residual * w3 / (1 + np.exp(-softplus)) * x)


@exercise.misconception(
    r"""
    $w_3$ is missing among your factors. What $y_1$ does to the prediction is weighed by $w_3$.
    """
)
def w3_missing(w1, b1, w3, x, observed, rest):
    _, _, sigmoid, residual = _pieces(w1, b1, w3, x, observed, rest)
    return np.sum(-2 * residual * sigmoid * x)


@exercise.misconception(
    r"""
    Your derivative has the opposite sign. Raise the prediction, and the residual
    $\text{observed} - \text{predicted}$ falls: a minus is missing or too much, or the residual is
    turned round.
    """
)
def lost_minus(w1, b1, w3, x, observed, rest):
    _, _, sigmoid, residual = _pieces(w1, b1, w3, x, observed, rest)
    return np.sum(2 * residual * w3 * sigmoid * x)


@exercise.misconception(
    """
    `rest` is missing from your predictions. It has no slope in $w_1$, but it moves the residuals,
    and they are a factor.
    """
)
def rest_left_out(w1, b1, w3, x, observed, rest):
    _, _, sigmoid, residual = _pieces(w1, b1, w3, x, observed, 0 * rest)
    return np.sum(-2 * residual * w3 * sigmoid * x)


@exercise.misconception(
    """
    You return one number for each point. All points share $w_1$: add up what they contribute.
    """
)
def not_added(w1, b1, w3, x, observed, rest):
    _, _, sigmoid, residual = _pieces(w1, b1, w3, x, observed, rest)
    return -2 * residual * w3 * sigmoid * x


@exercise.misconception(
    r"""
    Your last factor is $w_1$. In $w_1 x_i$ it is $w_1$ that is nudged, and the factor beside it is
    $x_i$.
    """
)
def w1_for_x(w1, b1, w3, x, observed, rest):
    _, _, sigmoid, residual = _pieces(w1, b1, w3, x, observed, rest)
    return np.sum(-2 * residual * w3 * sigmoid * w1)


@exercise.misconception(
    """
    You add up before you multiply: one sum over the residuals, another over the slopes. Each point
    is a path of its own. Multiply the factors of a point first, then add up the points.
    """
)
def sums_multiplied(w1, b1, w3, x, observed, rest):
    _, _, sigmoid, residual = _pieces(w1, b1, w3, x, observed, rest)
    return np.sum(-2 * residual) * w3 * np.sum(sigmoid * x)
