"""Draw a start in which the two hidden nodes are no twins."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Break the symmetry",
    statement="""
    Write the start of a training run. `seed` makes the draw repeatable: the same seed gives the
    same start, another seed another one.

    Make *one* generator, `np.random.default_rng(seed)`. Draw $w_1$, $w_2$, $w_3$ and $w_4$ from it,
    in this order, each with its method `normal()`. All biases start at 0. Return the values in the
    order $w_1$, $b_1$, $w_2$, $b_2$, $w_3$, $w_4$, $b_3$.
    """,
    returns=["w1", "b1", "w2", "b2", "w3", "w4", "b3"],
    practises=["symmetry", "random starts"],
    minutes=5,
    hints=[
        "`random = np.random.default_rng(seed)` makes the generator. Make it once, at the top.",
        "Each call of `random.normal()` draws the next number: `w1 = random.normal()`.",
        "A bias needs no draw: `b1 = 0.0`.",
    ],
    why="""
    A generator remembers how far it has drawn, so the four weights differ. Different weights are
    enough to make the nodes different; the biases can all start at 0.
    """,
    fixed=[(0,), (1,), (7,)],
)


@exercise.starter
def first_values(seed):
    w1 = ...
    b1 = ...
    w2 = ...
    b2 = ...
    w3 = ...
    w4 = ...
    b3 = ...
    return w1, b1, w2, b2, w3, w4, b3


@exercise.reference
def first_values(seed):
    random = np.random.default_rng(seed)
    w1 = random.normal()
    w2 = random.normal()
    w3 = random.normal()
    w4 = random.normal()
    b1 = b2 = b3 = 0.0
    return w1, b1, w2, b2, w3, w4, b3


@exercise.inputs
def _(rng):
    return (int(rng.integers(10, 1_000_000)),)


@exercise.misconception(
    """
    All your weights are the same number, and the nodes are twins: a fresh generator with the same
    seed begins with the same draw. Make one generator, and draw four times from it.
    """
)
def fresh_generator_each_time(seed):
    w1, w2, w3, w4 = (np.random.default_rng(seed).normal() for _ in range(4))
    return w1, 0.0, w2, 0.0, w3, w4, 0.0


@exercise.misconception(
    """
    Your weights are all 0. Then the two nodes hear the same, step alike, and stay twins for ever.
    """
)
def all_zero(seed):
    return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0


@exercise.misconception(
    """
    You draw the biases, too. That would work, but it is not needed and not asked for: different
    weights already make the nodes different. Let the biases start at 0.
    """
)
def biases_drawn(seed):
    random = np.random.default_rng(seed)
    return tuple(random.normal() for _ in range(7))


@exercise.misconception(
    """
    Your numbers come from `random()`, which draws between 0 and 1: all your weights are positive.
    With $w_3$ and $w_4$ positive the curve bends upward, and the run can end on the level
    line, and stay there. Use `normal()`, which draws both signs.
    """
)
def positive_only(seed):
    random = np.random.default_rng(seed)
    w1, w2, w3, w4 = (random.random() for _ in range(4))
    return w1, 0.0, w2, 0.0, w3, w4, 0.0


@exercise.misconception(
    """
    The numbers are right, the order is not: you return the four weights first and then the biases.
    Asked for is $w_1$, $b_1$, $w_2$, $b_2$, $w_3$, $w_4$, $b_3$.
    """
)
def weights_first(seed):
    random = np.random.default_rng(seed)
    return *(random.normal() for _ in range(4)), 0.0, 0.0, 0.0


@exercise.misconception(
    """
    Your start is the same for every seed. Hand the seed on: `np.random.default_rng(seed)`.
    """
)
def seed_ignored(_seed):
    random = np.random.default_rng(0)
    w1, w2, w3, w4 = (random.normal() for _ in range(4))
    return w1, 0.0, w2, 0.0, w3, w4, 0.0
