"""Write gradient descent."""

from backprop.course import Exercise


class Slope:
    """The gradient of a (w − c)², as something that can be called and printed."""

    def __init__(self, a, c):
        self.a, self.c = a, c

    def __call__(self, w):
        return 2 * self.a * (w - self.c)

    def __repr__(self):
        return f"lambda w: 2 * {self.a:g} * (w - {self.c:g})"


exercise = Exercise(
    title="The loop",
    statement=r"""
    Write gradient descent for one parameter. `gradient` is a function: `gradient(w)` is the slope
    of the loss at `w`.

    1. Start at `start`.
    2. Compute the gradient where you are.
    3. Take a step: subtract learning rate × gradient.
    4. Repeat until a step is small: its size is at most `tolerance`. That last step is taken, too.
       Whatever happens, take at most `max_steps` steps.

    Return where you end, and how many steps you took.
    """,
    returns=["w", "steps"],
    practises=["the four steps of gradient descent", "stopping"],
    minutes=15,
    hints=[
        "Begin with `w = start`. Inside the loop, `step = learning_rate * gradient(w)`.",
        "Take the step first (`w = w - step`), and only then ask whether it was small.",
        """
        `abs(step) <= tolerance` tells whether a step was small, in either direction. `break`
        leaves the loop.
        """,
    ],
    why="""
    The gradient is computed anew at every step, because it changes with the place. The size of the
    step is compared without its sign: on the way down to the left and to the right alike.
    """,
    fixed=[
        (Slope(1.0, 3.0), 5.0, 0.25, 0.5, 10),
        (Slope(1.0, 3.0), 1.0, 0.25, 0.001, 100),
        (Slope(0.5, -2.0), 4.0, 0.1, 0.001, 5),
        (Slope(3.0, 1.0), 0.0, 0.4, 0.001, 4),
        (Slope(1.0, 3.0), 3.0, 0.1, 0.001, 10),
    ],
)


@exercise.starter
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w = ...  # 1. start
    for steps in range(1, max_steps + 1):
        step = ...  # 2. and 3. learning rate times gradient
        w = ...
        if ...:  # 4. small enough?
            break
    return w, steps


@exercise.reference
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        step = learning_rate * gradient(w)
        w = w - step
        if abs(step) <= tolerance:
            break
    return w, steps


@exercise.inputs
def _(rng):
    a, c = float(rng.integers(1, 31)) / 10, float(rng.integers(-50, 51)) / 10
    start = c + float(rng.choice([-1, 1]) * rng.integers(5, 60)) / 10
    rate = float(rng.choice([0.2, 0.35, 0.6, 0.8]) / a)
    return Slope(a, c), start, rate, 10.0 ** -int(rng.integers(1, 5)), int(rng.integers(3, 40))


@exercise.misconception(
    """
    Your run goes uphill: the gradient points to where the loss *grows*, so the step is subtracted.
    """
)
def uphill(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        step = learning_rate * gradient(w)
        w = w + step
        if abs(step) <= tolerance:
            break
    return w, steps


@exercise.misconception(
    """
    You compare the step with the tolerance without taking its size first. A step to the right is
    negative here, and a negative number is smaller than any tolerance: the run stops at once. Use
    `abs(step)`.
    """
)
def signed_step(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        step = learning_rate * gradient(w)
        w = w - step
        if step <= tolerance:
            break
    return w, steps


@exercise.misconception(
    """
    Your gradient stays the one of the start. Each step leads to another place with another slope:
    compute `gradient(w)` inside the loop.
    """
)
def stale_gradient(gradient, start, learning_rate, tolerance, max_steps):
    w, step = start, learning_rate * gradient(start)
    for steps in range(1, max_steps + 1):
        w = w - step
        if abs(step) <= tolerance:
            break
    return w, steps


@exercise.misconception(
    """
    You ask whether the *gradient* is small. The rule here is about the step, learning rate ×
    gradient, so your run stops too early or too late.
    """
)
def small_gradient(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        slope = gradient(w)
        w = w - learning_rate * slope
        if abs(slope) <= tolerance:
            break
    return w, steps


@exercise.misconception(
    """
    You stop before you take the small step. The statement asks for it to be taken, and counted: so
    subtract first, then ask.
    """
)
def last_step_missing(gradient, start, learning_rate, tolerance, max_steps):
    w, steps = start, 0
    while steps < max_steps:
        step = learning_rate * gradient(w)
        if abs(step) <= tolerance:
            break
        w, steps = w - step, steps + 1
    return w, steps


@exercise.misconception(
    """
    You leave the loop before the small step is taken, though you count it. The statement asks for
    it to be taken, too: subtract first, then ask.
    """
)
def last_step_counted_alone(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        step = learning_rate * gradient(w)
        if abs(step) <= tolerance:
            break
        w = w - step
    return w, steps


@exercise.misconception(
    """
    You subtract the whole gradient. Multiply it by the learning rate first.
    """
)
def no_learning_rate(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        step = gradient(w)
        w = w - step
        if abs(step) <= tolerance:
            break
    return w, steps


@exercise.misconception(
    """
    You take all `max_steps` steps. Leave the loop as soon as a step is small: further ones change
    next to nothing.
    """
)
def never_stops(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for _ in range(max_steps):
        w = w - learning_rate * gradient(w)
    return w, max_steps


@exercise.misconception(
    """
    Your count starts at 0, so it is one short: after the first step, one step has been taken.
    """
)
def counts_from_zero(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(max_steps):
        step = learning_rate * gradient(w)
        w = w - step
        if abs(step) <= tolerance:
            break
    return w, steps


@exercise.misconception(
    """
    Where no step is small you take `max_steps + 1` steps, one more than allowed. `range(n)` runs
    `n` times, so the loop is to run over `range(max_steps)` or `range(1, max_steps + 1)`.
    """
)
def one_step_too_many(gradient, start, learning_rate, tolerance, max_steps):
    w, steps = start, 0
    for _ in range(max_steps + 1):
        step = learning_rate * gradient(w)
        w, steps = w - step, steps + 1
        if abs(step) <= tolerance:
            break
    return w, steps


@exercise.misconception(
    """
    Where no step is small you take `max_steps - 1` steps, one less than allowed. Let the loop run
    over `range(1, max_steps + 1)`, which ends with `max_steps`.
    """
)
def one_step_too_few(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps):
        step = learning_rate * gradient(w)
        w = w - step
        if abs(step) <= tolerance:
            break
    return w, steps


@exercise.misconception(
    """
    Your loop runs from 0 to `max_steps`. So it counts one step less than it takes, and where no
    step is small it takes one more than allowed. `range(1, max_steps + 1)` begins at 1.
    """
)
def range_from_zero_one_longer(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(max_steps + 1):
        step = learning_rate * gradient(w)
        w = w - step
        if abs(step) <= tolerance:
            break
    return w, steps


@exercise.misconception(
    """
    You ask whether the *gradient* at the new place is small. The rule here is about the step that
    you have just taken, learning rate × gradient.
    """
)
def small_gradient_afterwards(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        w = w - learning_rate * gradient(w)
        if abs(gradient(w)) <= tolerance:
            break
    return w, steps


@exercise.misconception(
    """
    Where a step is exactly as large as the tolerance, your run goes on. "At most" includes that
    case: `<=`.
    """
)
def below_the_tolerance(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        step = learning_rate * gradient(w)
        w = w - step
        if abs(step) < tolerance:
            break
    return w, steps
