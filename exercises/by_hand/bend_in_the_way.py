"""Find and mend: on the way back through the softplus, its slope was forgotten."""

import numpy as np

from backprop.course import Mending

exercise = Mending(
    title="Learns, and comes to rest in the wrong place",
    statement=r"""
    This function should return the derivatives of the SSR with respect to $w_1$, $b_1$, $w_2$ and
    $b_2$. A network that steps with it learns: the SSR falls for more than a thousand steps.
    Beside a nudge its gradient is wrong all the same. One line is at fault.

    Which one? Name it, and mend the function.
    """,
    returns=["dSSR_dw1", "dSSR_db1", "dSSR_dw2", "dSSR_db2"],
    practises=["finding a wrong gradient", "softplus and sigmoid"],
    minutes=10,
    fault="dSSR_dz1, dSSR_dz2 = dSSR_dy1, dSSR_dy2",
    because=r"""
    On the way from `y` back to `z` the softplus is passed as if its slope were 1. Its slope is the
    sigmoid of `z`, a number below 1: without it the share of each point comes out too large.
    """,
    suspects={
        "y1, y2 = np.log(1 + np.exp(z1)), np.log(1 + np.exp(z2))": """
            That is the softplus, and this is the way *forward*: no slope belongs here.""",
        "residual = observed - (w3 * y1 + w4 * y2 + b3)": """
            Observed − predicted, all five terms are there.""",
        "dSSR_dpredicted = -2 * residual": """
            The slope of a square is twice what is squared; the minus comes from observed −
            predicted.""",
        "dSSR_dy1, dSSR_dy2 = dSSR_dpredicted * w3, dSSR_dpredicted * w4": """
            What a node does to the prediction is weighed by `w3`, or by `w4`.""",
        "dSSR_dw1, dSSR_db1 = np.sum(dSSR_dz1 * x), np.sum(dSSR_dz1)": """
            It makes the right thing of what it gets: `x` is the factor of a weight, 1 that of a
            bias.""",
        "dSSR_dw2, dSSR_db2 = np.sum(dSSR_dz2 * x), np.sum(dSSR_dz2)": """
            It makes the right thing of what it gets: `x` is the factor of a weight, 1 that of a
            bias.""",
    },
    hints=[
        "All four are wrong, so look at what all four have in common. Walk back: which operations "
        "lie between the SSR and `z1`?",
        "From the prediction to `y1` the factor is `w3`. And from `y1` to `z1`?",
        "The slope of the softplus at `z` is the sigmoid, `1 / (1 + np.exp(-z))`.",
    ],
    why="""
    It is a fault that hides well. The sigmoid is never negative, so every sign stays right for each
    point, and steps in roughly the right direction make the loss fall. Only a nudge tells.
    """,
    fixed=[
        (np.array([1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0]), np.array([1.0]), np.array([1.0])),
        (
            np.array([2.0, -1.0, -1.0, 0.5, 1.5, -0.5, 0.25]),
            np.array([1.0, 2.0]),
            np.array([1.0, 0.0]),
        ),
        (
            np.array([2.74, 0.0, -1.13, 0.0, 0.36, 0.63, 0.0]),
            np.array([0.0, 0.5, 1.0]),
            np.array([0.0, 1.0, 0.0]),
        ),
        # Both nodes open so far that their slopes are all but 1: there nothing is amiss.
        (np.array([1.0, 30.0, 1.0, 40.0, 1.0, -0.5, 0.0]), np.array([1.0]), np.array([1.0])),
    ],
)


@exercise.faulty
def slopes_of_the_hidden_layer(parameters, x, observed):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = np.log(1 + np.exp(z1)), np.log(1 + np.exp(z2))
    residual = observed - (w3 * y1 + w4 * y2 + b3)
    dSSR_dpredicted = -2 * residual
    dSSR_dy1, dSSR_dy2 = dSSR_dpredicted * w3, dSSR_dpredicted * w4
    dSSR_dz1, dSSR_dz2 = dSSR_dy1, dSSR_dy2
    dSSR_dw1, dSSR_db1 = np.sum(dSSR_dz1 * x), np.sum(dSSR_dz1)
    dSSR_dw2, dSSR_db2 = np.sum(dSSR_dz2 * x), np.sum(dSSR_dz2)
    return dSSR_dw1, dSSR_db1, dSSR_dw2, dSSR_db2


@exercise.reference
def slopes_of_the_hidden_layer(parameters, x, observed):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = np.log(1 + np.exp(z1)), np.log(1 + np.exp(z2))
    residual = observed - (w3 * y1 + w4 * y2 + b3)
    dSSR_dpredicted = -2 * residual
    dSSR_dy1, dSSR_dy2 = dSSR_dpredicted * w3, dSSR_dpredicted * w4
    dSSR_dz1, dSSR_dz2 = dSSR_dy1 / (1 + np.exp(-z1)), dSSR_dy2 / (1 + np.exp(-z2))
    dSSR_dw1, dSSR_db1 = np.sum(dSSR_dz1 * x), np.sum(dSSR_dz1)
    dSSR_dw2, dSSR_db2 = np.sum(dSSR_dz2 * x), np.sum(dSSR_dz2)
    return dSSR_dw1, dSSR_db1, dSSR_dw2, dSSR_db2


@exercise.inputs
def _(rng):
    parameters = np.round(rng.uniform(0.3, 2.0, size=7) * rng.choice([-1, 1], size=7), 2)
    n = int(rng.integers(2, 6))
    return parameters, rng.integers(1, 9, size=n) / 4, rng.integers(0, 3, size=n) / 2


def _go_back(parameters, x, observed, pass_softplus, factor=-2.0):
    """Go back through the network, with a way of one's own past the softplus."""
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = np.log(1 + np.exp(z1)), np.log(1 + np.exp(z2))
    share = factor * (observed - (w3 * y1 + w4 * y2 + b3))
    dz1, dz2 = share * w3 * pass_softplus(z1, y1), share * w4 * pass_softplus(z2, y2)
    return np.sum(dz1 * x), np.sum(dz1), np.sum(dz2 * x), np.sum(dz2)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise.misconception(
    """
    You mended the right place with the wrong thing: the *value* of the softplus. Back through an
    operation goes its slope, the sigmoid.
    """
)
def value_of_softplus(parameters, x, observed):
    return _go_back(parameters, x, observed, lambda z, y: y)


@exercise.misconception(
    """
    You mended the right place, and took the sigmoid at what comes *out* of the softplus. The slope
    belongs to what goes in: `z1` and `z2`.
    """
)
def sigmoid_of_y(parameters, x, observed):
    return _go_back(parameters, x, observed, lambda z, y: _sigmoid(y))


@exercise.misconception(
    """
    You mended the right place with a sigmoid that is turned around. It is `1 / (1 + np.exp(-z))`,
    with a minus in front of `z`.
    """
)
def sigmoid_turned(parameters, x, observed):
    return _go_back(parameters, x, observed, lambda z, y: _sigmoid(-z))


@exercise.misconception(
    """
    You took the slope of the sigmoid, `s * (1 - s)`. In this network the nodes are softplus, and
    the slope of the softplus is the sigmoid itself.
    """
)
def slope_of_sigmoid(parameters, x, observed):
    return _go_back(parameters, x, observed, lambda z, y: _sigmoid(z) * _sigmoid(-z))


@exercise.misconception(
    """
    You mended the right place with the slope of the *ReLU*, 1 where `z` is positive and 0
    elsewhere. The softplus bends smoothly, and its slope is the sigmoid of `z`.
    """
)
def slope_of_relu(parameters, x, observed):
    return _go_back(parameters, x, observed, lambda z, y: z > 0)


@exercise.misconception(
    """
    You turned the sign in a line that was right: observed − predicted falls when the prediction
    rises, so the minus has to stay. The fault is still there, too.
    """
)
def sign_turned(parameters, x, observed):
    return _go_back(parameters, x, observed, lambda z, y: 1.0, 2.0)


@exercise.misconception(
    """
    Yours are half of what the code gave before. If you took away the 2: it was right, it is the
    slope of the square. If you put a half where the slope of the softplus is missing: that is its
    slope at 0, and each point has a `z` of its own.
    """
)
def half_of_before(parameters, x, observed):
    return _go_back(parameters, x, observed, lambda z, y: 1.0, -1.0)


@exercise.misconception(
    """
    You changed the way forward: with ReLU for softplus a slope of 1 would be right wherever a node
    is open. But then it is another network. Its softplus stays; the way back has to fit it.
    """
)
def another_network(parameters, x, observed):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = np.maximum(0, z1), np.maximum(0, z2)
    share = -2 * (observed - (w3 * y1 + w4 * y2 + b3))
    dz1, dz2 = share * w3, share * w4
    return np.sum(dz1 * x), np.sum(dz1), np.sum(dz2 * x), np.sum(dz2)


@exercise.misconception(
    """
    You mended one of the two nodes. The softplus of the second one has a slope, too, at its own
    `z2`.
    """
)
def first_unit_alone(parameters, x, observed):
    right = _go_back(parameters, x, observed, lambda z, y: _sigmoid(z))
    return *right[:2], *_go_back(parameters, x, observed, lambda z, y: 1.0)[2:]
