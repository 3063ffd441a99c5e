"""Find and mend: a loop that never sets its gradients back to zero."""

import numpy as np

from backprop.course import Mending

exercise = Mending(
    title="A loop that never comes to rest",
    statement=r"""
    This loop trains $w_3$, $w_4$ and $b_3$, with the nodes left as they are: `y1` and `y2` are what
    came out of them. The first step is right to the last digit. Then it runs past the lowest place
    and back again, and never comes to rest. One line is at fault, or rather: it stands in the wrong
    place.

    Which one? Name it, and mend the function.
    """,
    returns=["w3", "w4", "b3"],
    practises=["finding a wrong gradient", "gradient descent"],
    minutes=10,
    fault="dSSR_dw3, dSSR_dw4, dSSR_db3 = 0.0, 0.0, 0.0",
    because="""
    It stands before the loop over the steps, so the gradients are zero once, and from then on every
    step takes those of all steps before along. It belongs inside that loop, and before the loop
    over the points.
    """,
    suspects={
        "for _ in range(steps):": """
            It runs once for each step. What is to happen once a step stands in it.""",
        "for i in range(len(observed)):": """
            It visits every point, once in each step.""",
        "residual = observed[i] - (w3 * y1[i] + w4 * y2[i] + b3)": """
            The residual is that of the parameters of the moment.""",
        "dSSR_dw3 += -2 * residual * y1[i]": """
            `+=` is right: the shares of the points are added up. What they are added *to* is the
            question.""",
        "dSSR_db3 += -2 * residual": """
            `+=` is right: the shares of the points are added up. What they are added *to* is the
            question.""",
        "w3 = w3 - learning_rate * dSSR_dw3": """
            A step goes against the gradient. Whether that gradient is this step's own is another
            question.""",
    },
    hints=[
        "With `steps = 1` it is right. What is different when the second step begins?",
        "Follow `dSSR_db3` by hand through two steps. What is in it when the second one starts?",
        "The sums over the points begin at 0 in *each* step. Where does a line have to stand that "
        "is to run once a step?",
    ],
    why="""
    Forward, backward, step, and *zero*: the fourth is forgotten most. Frameworks that add up
    gradients need it said (`zero_grad`), and so does the engine of this book. What steps with the
    sum of all its gradients never comes to rest: at the bottom that sum is not 0.
    """,
    fixed=[
        (
            np.array([1.0]), np.array([0.5]), np.array([1.0]), np.array([1.0, 1.0, 0.0]), 0.1, 1,
        ),
        (
            np.array([1.0]), np.array([0.5]), np.array([1.0]), np.array([1.0, 1.0, 0.0]), 0.1, 2,
        ),
        (
            np.array([0.6931, 1.5963, 2.8025]), np.array([0.6931, 0.4501, 0.2803]),
            np.array([0.0, 1.0, 0.0]), np.array([0.36, 0.63, 0.0]), 0.05, 5,
        ),
    ],
)  # fmt: skip


@exercise.faulty
def learn_output_layer(y1, y2, observed, start, learning_rate, steps):
    w3, w4, b3 = start
    dSSR_dw3, dSSR_dw4, dSSR_db3 = 0.0, 0.0, 0.0
    for _ in range(steps):
        for i in range(len(observed)):
            residual = observed[i] - (w3 * y1[i] + w4 * y2[i] + b3)
            dSSR_dw3 += -2 * residual * y1[i]
            dSSR_dw4 += -2 * residual * y2[i]
            dSSR_db3 += -2 * residual
        w3 = w3 - learning_rate * dSSR_dw3
        w4 = w4 - learning_rate * dSSR_dw4
        b3 = b3 - learning_rate * dSSR_db3
    return w3, w4, b3


@exercise.reference
def learn_output_layer(y1, y2, observed, start, learning_rate, steps):
    w3, w4, b3 = start
    for _ in range(steps):
        dSSR_dw3, dSSR_dw4, dSSR_db3 = 0.0, 0.0, 0.0
        for i in range(len(observed)):
            residual = observed[i] - (w3 * y1[i] + w4 * y2[i] + b3)
            dSSR_dw3 += -2 * residual * y1[i]
            dSSR_dw4 += -2 * residual * y2[i]
            dSSR_db3 += -2 * residual
        w3 = w3 - learning_rate * dSSR_dw3
        w4 = w4 - learning_rate * dSSR_dw4
        b3 = b3 - learning_rate * dSSR_db3
    return w3, w4, b3


@exercise.inputs
def _(rng):
    n = int(rng.integers(2, 5))
    y1, y2 = np.round(rng.uniform(0.1, 2.0, size=(2, n)), 2)
    start = np.round(rng.uniform(0.3, 1.5, size=3) * rng.choice([-1, 1], size=3), 2)
    observed = rng.integers(0, 3, size=n) / 2
    return y1, y2, observed, start, float(rng.integers(1, 5)) / 100, int(rng.integers(2, 6))


def _learn(y1, y2, observed, start, learning_rate, steps, gradient):
    """Descend with a gradient of one's own, right or wrong."""
    place = np.array(start)
    for _ in range(steps):
        place = place - learning_rate * gradient(place)
    return tuple(place)


def _shares(place, y1, y2, observed):
    """Return what each point contributes to the gradient: one column for each point."""
    share = -2 * (observed - (place[0] * y1 + place[1] * y2 + place[2]))
    return np.array([share * y1, share * y2, share])


@exercise.misconception(
    """
    Now each step is made of the last *point* alone: your sums are set back, or replaced, at every
    point. They are to begin at 0 once in each step: inside the outer loop, before the inner one.
    """
)
def zeroed_at_every_point(y1, y2, observed, start, learning_rate, steps):
    return _learn(
        y1, y2, observed, start, learning_rate, steps,
        lambda at: _shares(at, y1, y2, observed)[:, -1],
    )  # fmt: skip


@exercise.misconception(
    """
    The step now stands inside the loop over the points: after each point a step. That is another
    method, stochastic gradient descent, and its sums still are never set back.
    """
)
def step_at_every_point(y1, y2, observed, start, learning_rate, steps):
    place, total = np.array(start), np.zeros(3)
    for _ in range(steps):
        for i in range(len(observed)):
            total = total + _shares(place, y1, y2, observed)[:, i]
            place = place - learning_rate * total
    return tuple(place)


@exercise.misconception(
    """
    You divide what has piled up by the number of the step: now each step goes with the *mean* of
    all gradients so far. Calmer, and still not this step's own.
    """
)
def mean_of_all_gradients(y1, y2, observed, start, learning_rate, steps):
    place, total = np.array(start), np.zeros(3)
    for step in range(1, steps + 1):
        total = total + _shares(place, y1, y2, observed).sum(axis=1)
        place = place - learning_rate * total / step
    return tuple(place)


@exercise.misconception(
    """
    You set one of the three back, `dSSR_dw3`, and the other two still pile up. All three begin each
    step at 0.
    """
)
def one_of_three_zeroed(y1, y2, observed, start, learning_rate, steps):
    place, total = np.array(start), np.zeros(3)
    for _ in range(steps):
        total[0] = 0.0
        total = total + _shares(place, y1, y2, observed).sum(axis=1)
        place = place - learning_rate * total
    return tuple(place)


@exercise.misconception(
    """
    Your gradient stays the one of the start: each of your steps is the first one over again. The
    parameters have to go on from where they are, and the gradient has to begin anew there.
    """
)
def gradient_of_the_start(y1, y2, observed, start, learning_rate, steps):
    total = steps * _shares(np.array(start), y1, y2, observed).sum(axis=1)
    return tuple(np.array(start) - learning_rate * total)


@exercise.misconception(
    """
    Now nothing is learnt at all: you set the sums back between adding up and stepping, so that each
    step is 0. Zero first, then add up, then step.
    """
)
def zeroed_before_the_step(y1, y2, observed, start, learning_rate, steps):
    return tuple(np.array(start))
