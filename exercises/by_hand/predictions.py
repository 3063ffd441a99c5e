"""What readers of the chapter expect before they see it."""

import numpy as np

from backprop.course import Predictions

predictions = Predictions()

NAMES = ("w1", "b1", "w2", "b2", "w3", "w4", "b3")
START = np.array([2.74, 0.0, -1.13, 0.0, 0.36, 0.63, 0.0])
X, OBSERVED = np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])


def differentiate(parameters, first_outgoing="w3", with_slope=True):
    """Return SSR and gradient in plain NumPy, with or without a fault in the way back."""
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * X + b1, w2 * X + b2
    y1, y2 = np.log(1 + np.exp(z1)), np.log(1 + np.exp(z2))
    residual = OBSERVED - (w3 * y1 + w4 * y2 + b3)
    dpredicted = -2 * residual
    slope1, slope2 = (1 / (1 + np.exp(-z)) if with_slope else 1.0 for z in (z1, z2))
    dz1 = dpredicted * {"w3": w3, "w4": w4}[first_outgoing] * slope1
    dz2 = dpredicted * w4 * slope2
    shares = dz1 * X, dz1, dz2 * X, dz2, dpredicted * y1, dpredicted * y2, dpredicted
    return np.sum(residual**2), np.array([np.sum(share) for share in shares])


@predictions.several(
    text=r"""
    Somebody has written `w4` for `w3` in the line for `dSSR_dz1`. All other lines are right.

    Which of the seven derivatives come out wrong?
    """,
    options={
        "first_unit": r"Those for $w_1$ and $b_1$",
        "second_unit": r"Those for $w_2$ and $b_2$",
        "outgoing": r"Those for $w_3$ and $w_4$",
        "last_bias": r"The one for $b_3$",
    },
    in_order=True,
    because=r"""
    On the way back `dSSR_dz1` comes after $w_3$, $w_4$ and $b_3$, so none of these three is made of
    it, and the second node has a line of its own. What is made of `dSSR_dz1` are the derivatives
    for $w_1$ and $b_1$, and so both of them inherit the fault.
    """,
)
def entries_that_break():
    _, right = differentiate(START)
    _, wrong = differentiate(START, first_outgoing="w4")
    differs = dict(zip(NAMES, ~np.isclose(right, wrong), strict=True))
    groups = {
        "first_unit": ("w1", "b1"),
        "second_unit": ("w2", "b2"),
        "outgoing": ("w3", "w4"),
        "last_bias": ("b3",),
    }
    return [name for name, members in groups.items() if any(differs[n] for n in members)]


@predictions.choice(
    text=r"""
    Now somebody forgets the slope of the softplus in *both* nodes, so in four of the
    seven derivatives the share of every point is too large, in each of 5,000 steps. The learning
    rate is 0.05, the start as above.

    What does the SSR do?
    """,
    options={
        "rises": "It rises from the first step on",
        "falls": "It falls all the way, only more slowly",
        "turns": "It falls for more than a thousand steps, and then it climbs again",
        "stays": "It hardly moves",
    },
    because=r"""
    The sigmoid is positive, so what is wrong about each point's share is its size and never its
    sign. That is enough to go downhill for a long time, as long as the shares of the points do not
    have to balance. Near the best fit they have to, and wrong sizes balance somewhere else.
    """,
)
def loss_of_a_wrong_engine():
    parameters, losses = START, []
    for _ in range(5000):
        loss, gradient = differentiate(parameters, with_slope=False)
        losses.append(loss)
        parameters = parameters - 0.05 * gradient
    least = int(np.argmin(losses))
    if losses[1] > losses[0]:
        return "rises"
    if losses[0] - losses[least] < 0.1:
        return "stays"
    return "turns" if least > 1000 and losses[-1] > losses[least] + 0.1 else "falls"
