"""Momentum: what an optimiser with a velocity does with the gradients that it is given."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Momentum",
    statement=r"""
    `gradients` holds the slopes of a loss with respect to one weight, in the order in which the
    backward pass found them, one for each step. Write what momentum does with them.

    1. The velocity $v$ is 0 before the first step.
    2. Each step keeps a share of it and adds the new gradient: $v \leftarrow \mu v + g$. In the
       code $\mu$ is called `momentum`.
    3. Then the weight moves by the learning rate times $v$, downhill: $w \leftarrow w - \eta v$.

    Return the weight and the velocity after the last step.
    """,
    returns=["w", "v"],
    practises=["momentum", "velocity", "the order within a step"],
    minutes=10,
    hints=[
        "`v = momentum * v + g` comes first in the loop, because the step uses the new velocity.",
        "The learning rate belongs to the step: `w = w - learning_rate * v`. It stays out of `v`.",
    ],
    why=r"""
    The velocity is a sum of all gradients so far, each of them weakened by $\mu$ for every step
    that has passed since. Where they agree it grows up to $\frac{1}{1 - \mu}$ times one of them,
    and where they change their sign they cancel.
    """,
    fixed=[
        (1.0, np.array([2.0]), 0.1, 0.9),
        (1.0, np.array([2.0, 2.0]), 0.1, 0.5),
        (0.0, np.array([1.0, 1.0, 1.0]), 0.1, 0.9),
        (3.0, np.array([4.0, -2.0, 4.0, -2.0]), 0.05, 0.8),
        (-1.0, np.array([1.0, 0.0, 0.0]), 0.2, 0.5),
    ],
)


@exercise.starter
def momentum_steps(w, gradients, learning_rate, momentum):
    v = ...
    for g in gradients:
        v = ...
        w = ...
    return w, v


@exercise.reference
def momentum_steps(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * v
    return w, v


@exercise.inputs
def _(rng):
    gradients = np.round(rng.normal(0.5, 2.0, size=int(rng.integers(2, 6))), 1)
    rate = float(rng.choice([0.02, 0.05, 0.1, 0.25]))
    return float(rng.integers(-30, 31)) / 10, gradients, rate, float(rng.choice([0.5, 0.8, 0.9]))


@exercise.misconception(
    r"""
    Your velocity is a running *mean*: you multiply the new gradient by $1 - \mu$. That is a fair
    way to write it, but the statement adds the whole gradient, so your steps are too short.
    """
)
def running_mean(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + (1 - momentum) * g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    Your `w` lags one step behind: the last gradient does not move it. Either it moves by the
    velocity of the step before, or the loop leaves a gradient out. Bring `v` up to date first, then
    move, once for each gradient.
    """
)
def weight_first(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        w = w - learning_rate * v
        v = momentum * v + g
    return w, v


@exercise.misconception(
    """
    Your velocity holds the learning rate: `v = momentum * v + learning_rate * g`. With a rate that
    stays the same, and `w = w - v`, the steps are the same. The statement keeps the rate out of
    `v`, so that a schedule can change it without touching the past.
    """
)
def rate_in_the_velocity(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * v
    return w, learning_rate * v


@exercise.misconception(
    """
    You walk uphill: the step is *subtracted*, with a velocity just as with a gradient.
    """
)
def uphill(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = w + learning_rate * v
    return w, v


@exercise.misconception(
    """
    The velocity is forgotten at each step: what is left is plain gradient descent. Set `v` to 0
    once, before the loop, and let each step keep a share of it.
    """
)
def no_memory(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    Nothing fades from your velocity: it is the plain sum of all gradients. Multiply the old
    velocity by `momentum` before you add.
    """
)
def plain_sum(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = v + g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    Your share is on the wrong side: you weaken the new gradient and keep the whole old velocity.
    It is the *old* velocity that fades, `momentum * v + g`.
    """
)
def share_of_the_gradient(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = v + momentum * g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    You weaken the sum of both, `momentum * (v + g)`. The new gradient counts in full; only the old
    velocity fades.
    """
)
def both_fade(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * (v + g)
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    Your step is the gradient's and not the velocity's: you compute `v` and then move by
    `learning_rate * g`. Use `v` in the step.
    """
)
def velocity_unused(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * g
    return w, v


@exercise.misconception(
    """
    You move once, after the loop. Every gradient is followed by a step of its own: `w = ...` stands
    inside the loop.
    """
)
def one_step_at_the_end(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
    return w - learning_rate * v, v


@exercise.misconception(
    """
    The learning rate is missing from your step: `w` moves by the whole velocity.
    """
)
def no_learning_rate(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = w - v
    return w, v


@exercise.misconception(
    """
    The learning rate counts twice: it stands in your velocity, and in your step as well.
    """
)
def rate_twice(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + learning_rate * g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    Your velocity begins with the first gradient, and in the loop the same gradient is added once
    more. Let it begin at 0.
    """
)
def first_gradient_twice(w, gradients, learning_rate, momentum):
    v = gradients[0]
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    Your velocity begins at 1. Before the first step there is nothing yet to remember: begin at 0.
    """
)
def begins_at_one(w, gradients, learning_rate, momentum):
    v = 1.0
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    Your velocity is right, and your step adds the gradient to it. The gradient is in the velocity
    already, so it counts twice.
    """
)
def gradient_beside_the_velocity(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * (g + v)
    return w, v


@exercise.misconception(
    r"""
    Your velocity is right, and your step is Nesterov's, $g + \mu v$, which looks ahead. It is a
    good way too, but here the step is $\eta v$.
    """
)
def nesterov(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * (g + momentum * v)
    return w, v


@exercise.misconception(
    """
    Your velocity keeps nothing of what it was, and weakens the new gradient: `momentum * g`. What
    is multiplied by `momentum` is the *old* velocity, and the gradient is added to it.
    """
)
def share_of_the_gradient_alone(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    You add `momentum` itself to the gradient. It is a share, so it multiplies: `momentum * v + g`.
    """
)
def share_added(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum + g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    Your velocity keeps all of what it was, and a share on top: `v += momentum * v + g` adds the
    right side to `v`. Write `v = momentum * v + g`.
    """
)
def kept_twice(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = v + momentum * v + g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    r"""
    You keep the share $1 - \mu$ of the old velocity. Friction takes that away; what is left, and
    what is kept, is $\mu$.
    """
)
def rest_is_kept(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = (1 - momentum) * v + g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    r"""
    Your velocity is a running mean with its shares exchanged: $1 - \mu$ stands before the velocity
    and $\mu$ before the gradient. Keep the share $\mu$ of the velocity, and add the whole gradient.
    """
)
def mean_with_shares_exchanged(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = (1 - momentum) * v + momentum * g
        w = w - learning_rate * v
    return w, v


@exercise.misconception(
    """
    A share of the *weight* gets into your velocity. It is a memory of slopes alone: it begins at 0,
    and then `momentum * v + g`.
    """,
    shows=lambda case, got, wanted: any(
        np.allclose(np.array(got, float), np.array(form(*case))) for form in WITH_THE_WEIGHT
    ),
)
def weight_in_the_velocity(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * w + g
        w = w - learning_rate * v
    return w, v


def begin_at_the_weight(w, gradients, learning_rate, momentum):
    v = w
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * v
    return w, v


WITH_THE_WEIGHT = [weight_in_the_velocity, begin_at_the_weight]


@exercise.misconception(
    """
    You put the step in place of the weight: where `w` was is lost. Subtract it,
    `w = w - learning_rate * v`.
    """
)
def step_for_the_weight(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = learning_rate * v
    return w, v


@exercise.misconception(
    """
    Your step weakens the velocity once more: `momentum` stands in it as well. It belongs to the
    line before alone.
    """
)
def share_in_the_step(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * momentum * v
    return w, v


@exercise.misconception(
    """
    Your weight is right. Your velocity is the step itself, with its minus and the learning rate in
    it. That is a fair way to write it, but here the velocity is `momentum * v + g`, and the rate
    stands in the step.
    """
)
def step_as_velocity(w, gradients, learning_rate, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        w = w - learning_rate * v
    return w, -learning_rate * v
