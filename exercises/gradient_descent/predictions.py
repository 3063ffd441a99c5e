"""What readers of the chapter expect before they see it."""

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()


def loss(w):
    return (w - 2) ** 2


def descend(learning_rate, steps):
    """Return where gradient descent goes on the parabola, from w = 5."""
    w = bp.Variable(5.0, name="w")
    optimizer = bp.GradientDescent(w, learning_rate)
    return bp.fit(lambda: loss(w), w, optimizer, steps=steps).parameters["w"]


def steep(w):
    return 12 * (w - 2) ** 2


@predictions.choice(
    text=r"""
    The loss of four steps in a row: 108, 212, 415, 813. It should have fallen.

    What is at fault?
    """,
    options={
        "gradient": "The gradient is wrong",
        "direction": "The steps go the wrong way, uphill",
        "kept": "The old gradients were not forgotten, and add up",
        "length": "The steps go the right way, and too far",
    },
    in_order=True,
    because=r"""
    A step in the same direction that is a hundred times as short lowers the loss. So the gradient
    is right, and so is the way; the text below goes through all suspects.
    """,
)
def why_it_rises():
    w = bp.Variable(5.0, name="w")
    steep(w).backward()
    slope = bp.numeric_gradient(steep, 5.0)
    if abs(w.grad - slope) > 1e-6 * abs(slope):
        return "gradient"
    if steep(5 - 0.001 * slope) >= steep(5):
        return "direction"
    run = bp.fit(lambda: steep(w), w, bp.GradientDescent(w, 0.1), steps=4)
    here = [bp.numeric_gradient(steep, float(at)) for at in run.parameters["w"]]
    alone = all(abs(a - b) < 1e-6 * abs(b) for a, b in zip(run.gradients["w"], here, strict=True))
    return "length" if alone else "kept"


RATES = {"half": 0.5, "nine_tenths": 0.9, "one": 1.0, "above_one": 1.05}


@predictions.several(
    text=r"""
    The learning rate 0.1 came closer with every step. We start at $w = 5$ again, with others.

    Which of them come ever closer to the minimum at $w = 2$?
    """,
    options={name: f"{rate}" for name, rate in RATES.items()},
    in_order=True,
    because=r"""
    With 0.5 a single step lands on the minimum. With 0.9 each step jumps over it, and still comes
    closer. With exactly 1 it jumps between two places, and with 1.05 each jump is longer than the
    one before.
    """,
)
def rates_that_arrive():
    return [name for name, rate in RATES.items() if abs(descend(rate, 100)[-1] - 2) < 1e-6]


def run_valley(learning_rate, steps=20):
    """Return where a descent ends on 0.1 w1² + w2² that starts at (1, 1)."""
    w1, w2 = bp.Variable(1.0, name="w1"), bp.Variable(1.0, name="w2")
    optimizer = bp.GradientDescent([w1, w2], learning_rate)
    bp.fit(lambda: 0.1 * w1**2 + w2**2, [w1, w2], optimizer, steps=steps)
    return abs(w1.value), abs(w2.value)


@predictions.number(
    text=r"""
    In this valley each direction has its own threshold, $\frac{1}{a}$.

    Below which learning rate does the descent converge in *both* directions?
    """,
    label="Below",
    decimals=2,
    line=(0, 12),
    within=(0, None),
    because=r"""
    Along $w_1$ the threshold is $\frac{1}{0.1} = 10$, along $w_2$ it is $\frac{1}{1} = 1$. One
    learning rate serves both, so the smaller threshold decides: the steepest direction sets the
    limit. Just below it, with 0.9, each step leaves $1 - 2 \cdot 0.1 \cdot 0.9 = 0.82$ of the
    distance along $w_1$.
    """,
)
def valley_limit():
    low, high = 0.0, 12.0  # converges, does not
    for _ in range(30):
        middle = (low + high) / 2
        if max(run_valley(middle)) < 1:
            low = middle
        else:
            high = middle
    return low
