"""A loop in the words of PyTorch: it runs without an error, and a line is missing."""

import numpy as np

import backprop as bp
from backprop.course import Exercise

exercise = Exercise(
    title="What is missing from this loop?",
    statement="""
    Somebody fits a line to measurements, in PyTorch:

    ```python
    for epoch in range(epochs):
        for i in range(len(x)):
            loss = (observed[i] - (w * x[i] + b)) ** 2
            loss.backward()
            optimizer.step()
    ```

    It is meant to take a step after each measurement, with the gradient of that one. It runs
    without an error, and does something else. The starter is the same loop, on our engine. (Ours
    stops with an error at a step without a gradient; PyTorch says nothing.)

    Find what is missing, and put it in. Return `w` and `b` at the end.
    """,
    returns=["w", "b"],
    practises=["zero_grad", "reading a training loop"],
    minutes=10,
    hints=[
        "With a single measurement and a single epoch it is right. What is different when "
        "`loss.backward()` is called for the second time?",
        "`loss.backward()` *adds* to `w.grad` and `b.grad`. Which line sets them back, and how "
        "often does it have to run?",
        "`optimizer.zero_grad()`, once for each `backward()`, anywhere in the inner loop but "
        "between `backward()` and `step()`, as then the step finds no gradient.",
    ],
    why="""
    Forward, backward, step, zero. Where exactly `zero_grad` stands does not matter, as long as it
    runs once for each `backward()`, and not between the gradient and the step that uses it: there
    PyTorch takes no step and does not say so. In TensorFlow and JAX the line would not be missing,
    as a gradient is returned, fresh each time.
    """,
    fixed=[
        (np.array([1.0]), np.array([2.0]), np.array([0.5, 0.0]), 0.1, 1),
        (np.array([1.0, 2.0]), np.array([2.0, 3.0]), np.array([0.0, 0.0]), 0.1, 1),
        (np.array([0.0, 0.5, 1.0]), np.array([1.0, 0.5, 0.0]), np.array([1.0, 0.0]), 0.1, 3),
    ],
)


@exercise.starter
def train(x, observed, start, learning_rate, epochs):
    w, b = bp.Variable(start[0]), bp.Variable(start[1])
    optimizer = bp.GradientDescent([w, b], learning_rate)
    for epoch in range(epochs):
        for i in range(len(x)):
            loss = (observed[i] - (w * x[i] + b)) ** 2
            loss.backward()
            optimizer.step()
    return float(w), float(b)


@exercise.reference
def train(x, observed, start, learning_rate, epochs):
    w, b = bp.Variable(start[0]), bp.Variable(start[1])
    optimizer = bp.GradientDescent([w, b], learning_rate)
    for epoch in range(epochs):
        for i in range(len(x)):
            optimizer.zero_grad()
            loss = (observed[i] - (w * x[i] + b)) ** 2
            loss.backward()
            optimizer.step()
    return float(w), float(b)


@exercise.inputs
def _(rng):
    n = int(rng.integers(2, 5))
    x = np.round(rng.uniform(0.2, 1.5, size=n), 1)
    observed = np.round(rng.uniform(-1, 2, size=n), 1)
    start = np.round(rng.uniform(-1, 1, size=2), 1)
    return x, observed, start, float(rng.integers(2, 8)) / 100, int(rng.integers(2, 5))


def _differentiate(place, x, observed):
    """Return the gradient of the squared residual of one measurement, for w and b."""
    residual = observed - (place[0] * x + place[1])
    return np.array([-2 * residual * x, -2 * residual])


def _train(x, observed, start, epochs, visit):
    """Visit every measurement in every epoch, with what a wrong loop does there."""
    state = {"place": np.array(start, float), "grad": np.zeros(2)}
    for _ in range(epochs):
        for i in range(len(x)):
            visit(state, i, lambda i=i: _differentiate(state["place"], x[i], observed[i]))
    return tuple(state["place"])


@exercise.misconception(
    """
    The gradients still pile up: your numbers are those of the loop as it was. Either nothing sets
    them back, or it does so once, before the loops, where there is nothing to set back yet. (A new
    optimiser sets nothing back, and without its brackets `zero_grad` is only named, not called.)
    """
)
def never_zeroed(x, observed, start, learning_rate, epochs):
    def visit(state, i, slope):
        state["grad"] = state["grad"] + slope()
        state["place"] = state["place"] - learning_rate * state["grad"]

    return _train(x, observed, start, epochs, visit)


@exercise.misconception(
    """
    You zero once an *epoch*. Within it the second measurement still steps with the gradient of the
    first one along. `zero_grad` belongs into the inner loop: once for each `backward()`.
    """
)
def zeroed_once_an_epoch(x, observed, start, learning_rate, epochs):
    def visit(state, i, slope):
        state["grad"] = slope() + (state["grad"] if i else 0)
        state["place"] = state["place"] - learning_rate * state["grad"]

    return _train(x, observed, start, epochs, visit)


@exercise.misconception(
    """
    Nothing has moved: `w` and `b` are what they were at the start. Is `optimizer.step()` still
    there, and does the loop run?
    """
)
def nothing_moved(x, observed, start, learning_rate, epochs):
    return tuple(np.array(start, float))


@exercise.misconception(
    """
    You take one step an *epoch*, with the gradients of all measurements added up. That is a good
    method (the full batch), and here adding up is even what one wants. But the loop is meant to
    step after each measurement.
    """
)
def one_step_an_epoch(x, observed, start, learning_rate, epochs):
    place = np.array(start, float)
    for _ in range(epochs):
        slopes = [_differentiate(place, x[i], observed[i]) for i in range(len(x))]
        place = place - learning_rate * np.sum(slopes, axis=0)
    return tuple(place)


@exercise.misconception(
    """
    You set back the gradient of `w` alone, and that of `b` still piles up. `optimizer.zero_grad()`
    sets back all that the optimiser was given.
    """
)
def only_w_zeroed(x, observed, start, learning_rate, epochs):
    def visit(state, i, slope):
        state["grad"] = slope() + np.array([0, state["grad"][1]])
        state["place"] = state["place"] - learning_rate * state["grad"]

    return _train(x, observed, start, epochs, visit)


@exercise.misconception(
    """
    You set back the gradient of `b` alone, and that of `w` still piles up. `optimizer.zero_grad()`
    sets back all that the optimiser was given.
    """
)
def only_b_zeroed(x, observed, start, learning_rate, epochs):
    def visit(state, i, slope):
        state["grad"] = slope() + np.array([state["grad"][0], 0])
        state["place"] = state["place"] - learning_rate * state["grad"]

    return _train(x, observed, start, epochs, visit)


@exercise.misconception(
    """
    Only the last measurement of each epoch has taught anything: do `backward()` and `step()` stand
    behind the inner loop? They belong into it.
    """
)
def last_measurement_alone(x, observed, start, learning_rate, epochs):
    place = np.array(start, float)
    for _ in range(epochs):
        place = place - learning_rate * _differentiate(place, x[-1], observed[-1])
    return tuple(place)


@exercise.misconception(
    """
    You run a single epoch. Does `return` stand inside the outer loop?
    """
)
def single_epoch(x, observed, start, learning_rate, epochs):
    def visit(state, i, slope):
        state["place"] = state["place"] - learning_rate * slope()

    return _train(x, observed, start, 1, visit)
