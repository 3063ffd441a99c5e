"""Draw a start in which the two hidden nodes are no twins."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Break the symmetry",
    statement="""
    Write the start of a training run: one from which the two hidden nodes can become different.
    `seed` makes it repeatable: the same seed gives the same start, another seed another one.

    A generator, `np.random.default_rng(seed)`, draws a number each time you call its method
    `normal()`. Return the values in the order $w_1$, $b_1$, $w_2$, $b_2$, $w_3$, $w_4$, $b_3$; the
    biases can all start at 0. How you draw is up to you: what counts is what becomes of the start.
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
    One difference between the nodes is enough, be it in a weight or in a bias. The usual way is to
    draw all four weights, one after the other from one generator, and to leave the biases at 0.
    Whether the run arrives is another question: your start breaks the symmetry, and no start
    promises more.
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


DOSAGE, OBSERVED = np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])


def _train(w1, b1, w2, b2, w3, w4, b3, steps=20, learning_rate=0.01):
    """Take the first steps of a run; return what the two hidden nodes have become."""
    for _ in range(steps):
        z1, z2 = w1 * DOSAGE + b1, w2 * DOSAGE + b2
        y1, y2 = np.log(1 + np.exp(z1)), np.log(1 + np.exp(z2))
        upstream = -2 * (OBSERVED - (w3 * y1 + w4 * y2 + b3))
        to_z1, to_z2 = upstream * w3 / (1 + np.exp(-z1)), upstream * w4 / (1 + np.exp(-z2))
        w3, w4 = (w - learning_rate * np.sum(upstream * y) for w, y in ((w3, y1), (w4, y2)))
        w1, w2 = (w - learning_rate * np.sum(z * DOSAGE) for w, z in ((w1, to_z1), (w2, to_z2)))
        b1, b2 = (b - learning_rate * np.sum(z) for b, z in ((b1, to_z1), (b2, to_z2)))
        b3 = b3 - learning_rate * np.sum(upstream)
    return (w1, b1, w3), (w2, b2, w4)


@exercise.effect("the nodes have become different", "other seeds give other starts")
def _(cases, starts):
    with np.errstate(all="ignore"):
        nodes = [_train(*start) for start in starts]
    return [
        (
            not np.allclose(*pair, rtol=0, atol=1e-9, equal_nan=True),
            all(
                start != other
                for case, other in zip(cases, starts, strict=True)
                if case != cases[n]
            ),
        )
        for n, (start, pair) in enumerate(zip(starts, nodes, strict=True))
    ]


def _are_twins(start):
    w1, b1, w2, b2, w3, w4, _ = start
    return w1 == w2 and b1 == b2 and w3 == w4


@exercise.misconception(
    """
    All your weights are the same number, and the nodes are twins. One draw was handed to all of
    them, or a fresh generator with the same seed began with the same draw each time. Make *one*
    generator, and draw from it four times.
    """,
    shows=lambda case, yours, ours: _are_twins(yours) and yours[0] == yours[4] != 0,
)
def fresh_generator_each_time(seed):
    w1, w2, w3, w4 = (np.random.default_rng(seed).normal() for _ in range(4))
    return w1, 0.0, w2, 0.0, w3, w4, 0.0


@exercise.misconception(
    """
    Your weights are all 0. Then the two nodes compute the same and get the same slopes, so they
    step alike and stay twins.
    """,
    shows=lambda case, yours, ours: _are_twins(yours) and yours[0] == yours[4] == 0,
)
def all_zero(seed):
    return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0


@exercise.misconception(
    """
    Your two nodes begin with the same numbers: $w_1 = w_2$, $b_1 = b_2$ and $w_3 = w_4$. Where the
    weights of a layer are alike its nodes are twins, and they stay so. Draw each weight by itself.
    """,
    shows=lambda case, yours, ours: _are_twins(yours) and yours[0] != yours[4],
)
def one_draw_for_each_layer(seed):
    random = np.random.default_rng(seed)
    first, second = random.normal(), random.normal()
    return first, 0.0, first, 0.0, second, second, 0.0


@exercise.misconception(
    """
    Your start is the same for every seed. Hand the seed on: `np.random.default_rng(seed)`.
    """
)
def seed_ignored(_seed):
    random = np.random.default_rng(0)
    w1, w2, w3, w4 = (random.normal() for _ in range(4))
    return w1, 0.0, w2, 0.0, w3, w4, 0.0


@exercise.misconception(
    """
    Your weights are so large that the first steps throw both nodes out of all bounds, and then
    their values are no numbers any more. Draws of `random.normal()` can stay as they are.
    """,
    shows=lambda case, yours, ours: max(map(abs, yours)) > 10,
)
def far_too_large(seed):
    random = np.random.default_rng(seed)
    w1, w2, w3, w4 = (1000 * random.normal() for _ in range(4))
    return w1, 0.0, w2, 0.0, w3, w4, 0.0
