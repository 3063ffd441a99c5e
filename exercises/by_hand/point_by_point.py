"""Find and mend: a gradient that goes from point to point, and keeps the last one alone."""

import numpy as np

from backprop.course import Mending

exercise = Mending(
    title="One parameter that learns from one point",
    statement=r"""
    The gradient of the SSR with respect to $w_3$, $w_4$ and $b_3$, point by point: a loop in place
    of arrays. `y1` and `y2` are what came out of the nodes, one number for each point.

    A learner tried it on a single point and found it right. On three points one of the three
    derivatives is wrong. Which line is at fault? Name it, and mend the function.
    """,
    returns=["dSSR_dw3", "dSSR_dw4", "dSSR_db3"],
    practises=["finding a wrong gradient", "adding over points"],
    minutes=10,
    fault="dSSR_dw3 = dSSR_dpredicted * y1[i]",
    because="""
    `=` puts this point's share in the place of all shares before, so that the last point alone is
    left. Shares of one parameter are added: `+=`.
    """,
    suspects={
        "dSSR_dw3, dSSR_dw4, dSSR_db3 = 0.0, 0.0, 0.0": """
            The sums begin at 0, once, before the first point.""",
        "for i in range(len(observed)):": """
            It visits every point, the last one included.""",
        "predicted = w3 * y1[i] + w4 * y2[i] + b3": """
            Here `=` is right: each point has a prediction of its own.""",
        "dSSR_dpredicted = -2 * (observed[i] - predicted)": """
            Here `=` is right: each point has a residual of its own. Nothing is added up yet.""",
        "dSSR_dw4 += dSSR_dpredicted * y2[i]": """
            It adds this point's share to those before.""",
        "dSSR_db3 += dSSR_dpredicted": """
            It adds this point's share to those before; the factor of a bias is 1.""",
    },
    hints=[
        "With one point all is well, with several it is not. What happens when the loop comes "
        "round for the second time?",
        "Compare the three lines that end the loop. What becomes of what was there before?",
        "`a += b` adds to what is there; `a = b` replaces it.",
    ],
    why="""
    A parameter that all points share is a fork: the ways of all points come together at it, and
    what comes together is added. `=` for `+=` is the oldest fault of engines written by hand, and
    a test with one point never finds it.
    """,
    fixed=[
        (np.array([1.0, 1.0, 0.0]), np.array([1.0]), np.array([0.5]), np.array([1.0])),
        (
            np.array([0.5, -1.0, 1.0]),
            np.array([1.0, 2.0]),
            np.array([0.5, 1.0]),
            np.array([1.0, 0.0]),
        ),
        (
            np.array([0.36, 0.63, 0.0]),
            np.array([0.6931, 1.5963, 2.8025]),
            np.array([0.6931, 0.4501, 0.2803]),
            np.array([0.0, 1.0, 0.0]),
        ),
    ],
)


@exercise.faulty
def gradient_by_points(weights, y1, y2, observed):
    w3, w4, b3 = weights
    dSSR_dw3, dSSR_dw4, dSSR_db3 = 0.0, 0.0, 0.0
    for i in range(len(observed)):
        predicted = w3 * y1[i] + w4 * y2[i] + b3
        dSSR_dpredicted = -2 * (observed[i] - predicted)
        dSSR_dw3 = dSSR_dpredicted * y1[i]
        dSSR_dw4 += dSSR_dpredicted * y2[i]
        dSSR_db3 += dSSR_dpredicted
    return dSSR_dw3, dSSR_dw4, dSSR_db3


@exercise.reference
def gradient_by_points(weights, y1, y2, observed):
    w3, w4, b3 = weights
    dSSR_dw3, dSSR_dw4, dSSR_db3 = 0.0, 0.0, 0.0
    for i in range(len(observed)):
        predicted = w3 * y1[i] + w4 * y2[i] + b3
        dSSR_dpredicted = -2 * (observed[i] - predicted)
        dSSR_dw3 += dSSR_dpredicted * y1[i]
        dSSR_dw4 += dSSR_dpredicted * y2[i]
        dSSR_db3 += dSSR_dpredicted
    return dSSR_dw3, dSSR_dw4, dSSR_db3


@exercise.inputs
def _(rng):
    n = int(rng.integers(2, 6))
    weights = np.round(rng.uniform(0.3, 2.0, size=3) * rng.choice([-1, 1], size=3), 2)
    y1, y2 = np.round(rng.uniform(0.1, 3.0, size=(2, n)), 2)
    return weights, y1, y2, rng.integers(0, 3, size=n) / 2


def _shares(weights, y1, y2, observed):
    """Return what each point contributes to the three derivatives."""
    w3, w4, b3 = weights
    share = -2 * (observed - (w3 * y1 + w4 * y2 + b3))
    return share * y1, share * y2, share


@exercise.misconception(
    """
    Now all three keep the last point alone. Shares of all points are added up: so `+=` in all three
    lines, and the sums set to 0 once, before the first point.
    """
)
def last_point_everywhere(weights, y1, y2, observed):
    return tuple(float(each[-1]) for each in _shares(weights, y1, y2, observed))


@exercise.misconception(
    """
    You add to `dSSR_dpredicted` as well: a point then takes the residuals of the points before it
    along. It belongs to one point, and `=` was right there. The fault is still there, too.
    """
)
def residuals_pile_up(weights, y1, y2, observed):
    _, _, share = _shares(weights, y1, y2, observed)
    piled = np.cumsum(share)
    return piled[-1] * y1[-1], np.sum(piled * y2), np.sum(piled)


@exercise.misconception(
    """
    `dSSR_dw3` has the opposite sign now. Its shares are to be added as they are, with `+=`, like
    those in the lines below it.
    """
)
def subtracted(weights, y1, y2, observed):
    first, second, share = (np.sum(each) for each in _shares(weights, y1, y2, observed))
    return -first, second, share


@exercise.misconception(
    """
    Now all three have the opposite sign. The `-2` and the order of the residual were right: raise a
    prediction, and observed − predicted falls.
    """
)
def sign_turned(weights, y1, y2, observed):
    return tuple(-np.sum(each) for each in _shares(weights, y1, y2, observed))


@exercise.misconception(
    """
    Now the first point is left out: your loop begins at the second. It had begun where it should;
    what was wrong stood further down.
    """
)
def first_point_left_out(weights, y1, y2, observed):
    return tuple(np.sum(each[1:]) for each in _shares(weights, y1, y2, observed))


@exercise.misconception(
    """
    Yours is the last point's share, times the number of points. That comes to the sum only where
    all points pull alike. Add up what each of them contributes.
    """
)
def last_point_times_n(weights, y1, y2, observed):
    first, second, share = _shares(weights, y1, y2, observed)
    return first[-1] * len(observed), np.sum(second), np.sum(share)


@exercise.misconception(
    """
    You divide by the number of points, so yours are derivatives of the mean. The SSR is a sum.
    """
)
def mean_over_points(weights, y1, y2, observed):
    return tuple(np.mean(each) for each in _shares(weights, y1, y2, observed))
