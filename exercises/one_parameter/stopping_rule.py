"""Learn b3, stop when the step is small, and say honestly whether it was."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title=r"Learn $b_3$, and know when to stop",
    statement=r"""
    Put this chapter together. `curve` holds the predictions before $b_3$ is added. Start from
    $b_3 = 0$ and repeat: compute $\frac{\partial\,\text{SSR}}{\partial b_3}$, take the step.

    Stop after a step whose size is at most `tolerance`: then we say that the run has *converged*.
    Stop after `max_steps` steps as well: unless the last of them was small, it has *not*
    converged.

    Return $b_3$, the number of steps taken, and `True` or `False` for converged.
    """,
    returns=["b3", "steps", "converged"],
    practises=["stopping rule", "gradient descent", "∂SSR/∂b₃"],
    minutes=20,
    hints=[
        """
        The loop is the one that you know. New is only that the function has to remember *why* it
        stopped.
        """,
        "Inside the loop: `step = learning_rate * np.sum(-2 * (observed - (curve + b3)))`.",
        """
        When a step is small, `return b3, steps, True` right there. Whoever comes out of the loop at
        its end has not converged: `return b3, max_steps, False`.
        """,
    ],
    why="""
    The size of the step is what vanishes at the minimum; the SSR need not. And two ways out of the
    loop, one for each reason, leave no doubt about why the run ended.
    """,
    fixed=[
        (np.array([1.0]), np.array([0.0]), 0.25, 0.3, 10),
        (np.array([1.0]), np.array([0.0]), 0.25, 0.3, 2),
        (np.array([1.0]), np.array([0.0]), 0.25, 0.3, 1),
        (np.array([0.0, 1.0, 0.0]), np.array([-2.6, -1.6, -2.61]), 0.1, 0.001, 100),
        (np.array([0.0, 1.0, 0.0]), np.array([2.0, 2.5, 1.0]), 0.1, 0.001, 100),
        (np.array([0.0, 1.0, 0.0]), np.array([2.0, 2.5, 1.0]), 0.4, 0.001, 6),
    ],
)


@exercise.starter
def learn_b3(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        derivative = ...
        step = ...
        b3 = ...
        if ...:
            return b3, steps, ...
    return b3, max_steps, ...


@exercise.reference
def learn_b3(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        derivative = np.sum(-2 * (observed - (curve + b3)))
        step = learning_rate * derivative
        b3 = b3 - step
        if abs(step) <= tolerance:
            return b3, steps, True
    return b3, max_steps, False


@exercise.inputs
def _(rng):
    n = int(rng.integers(2, 6))
    observed, curve = rng.integers(0, 3, size=n) / 2, np.round(rng.normal(0, 2, size=n), 1)
    rate = float(rng.choice([0.1, 0.3, 0.4])) / n
    return observed, curve, rate, 10.0 ** -int(rng.integers(1, 4)), int(rng.integers(3, 30))


@exercise.misconception(
    """
    A step that goes to the right is negative here, and so below any tolerance: your run stops at
    once and believes that it has converged. Compare `abs(step)`.
    """
)
def signed_step(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        step = learning_rate * np.sum(-2 * (observed - (curve + b3)))
        b3 = b3 - step
        if step <= tolerance:
            return b3, steps, True
    return b3, max_steps, False


@exercise.misconception(
    """
    You wait for a small *gradient*. The rule is about the step, learning rate × gradient.
    """
)
def small_gradient(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        derivative = np.sum(-2 * (observed - (curve + b3)))
        b3 = b3 - learning_rate * derivative
        if abs(derivative) <= tolerance:
            return b3, steps, True
    return b3, max_steps, False


@exercise.misconception(
    r"""
    You wait for a small SSR. Moving a curve up and down cannot make every misfit vanish: at the
    best $b_3$ the SSR may still be large, and your run never ends by itself.
    """
)
def small_loss(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        residuals = observed - (curve + b3)
        b3 = b3 - learning_rate * np.sum(-2 * residuals)
        if np.sum((observed - (curve + b3)) ** 2) <= tolerance:
            return b3, steps, True
    return b3, max_steps, False


@exercise.misconception(
    """
    You report that every run has converged. A run that used up its steps while they were still
    large has not: say so.
    """
)
def always_converged(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        step = learning_rate * np.sum(-2 * (observed - (curve + b3)))
        b3 = b3 - step
        if abs(step) <= tolerance:
            break
    return b3, steps, True


@exercise.misconception(
    """
    You judge by the number of steps. A run whose very last allowed step is small has converged,
    too: judge by the step.
    """
)
def judged_by_count(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        step = learning_rate * np.sum(-2 * (observed - (curve + b3)))
        b3 = b3 - step
        if abs(step) <= tolerance:
            break
    return b3, steps, steps < max_steps


@exercise.misconception(
    """
    Your run goes uphill, by one sign: the derivative lost its −2, or a residual is turned round, or
    the step is added where it should be subtracted.
    """
)
def uphill(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        step = learning_rate * np.sum(2 * (observed - (curve + b3)))
        b3 = b3 - step
        if abs(step) <= tolerance:
            return b3, steps, True
    return b3, max_steps, False


@exercise.misconception(
    r"""
    Your derivative is the same in every step: $b_3$ is missing from the residuals. They shrink as
    $b_3$ learns, and that is what makes the steps small.
    """
)
def b3_left_out(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        step = learning_rate * np.sum(-2 * (observed - curve))
        b3 = b3 - step
        if abs(step) <= tolerance:
            return b3, steps, True
    return b3, max_steps, False


@exercise.misconception(
    """
    You stop before you take the small step. Take it, count it, then stop.
    """
)
def last_step_missing(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(max_steps):
        step = learning_rate * np.sum(-2 * (observed - (curve + b3)))
        if abs(step) <= tolerance:
            return b3, steps, True
        b3 = b3 - step
    return b3, max_steps, False


@exercise.misconception(
    """
    In the runs that converge your count starts at 0, so it is one short: after the first step, one
    step has been taken. `range(1, max_steps + 1)` begins at 1.
    """
)
def counts_from_zero(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(max_steps):
        step = learning_rate * np.sum(-2 * (observed - (curve + b3)))
        b3 = b3 - step
        if abs(step) <= tolerance:
            return b3, steps, True
    return b3, max_steps, False


@exercise.misconception(
    """
    Where no step is small you take `max_steps + 1` steps, one more than allowed: `range(n)` runs
    `n` times, and yours is one longer.
    """
)
def one_step_too_many(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 2):
        step = learning_rate * np.sum(-2 * (observed - (curve + b3)))
        b3 = b3 - step
        if abs(step) <= tolerance:
            return b3, steps, True
    return b3, steps, False


@exercise.misconception(
    """
    You return before the small step is taken, though you count it. Take it first, then ask.
    """
)
def last_step_counted_alone(observed, curve, learning_rate, tolerance, max_steps):
    b3 = 0.0
    for steps in range(1, max_steps + 1):
        step = learning_rate * np.sum(-2 * (observed - (curve + b3)))
        if abs(step) <= tolerance:
            return b3, steps, True
        b3 = b3 - step
    return b3, max_steps, False
