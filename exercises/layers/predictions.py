"""What readers of the chapter expect before they see it."""

import itertools

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()


@predictions.number(
    text=r"""
    The four dots are now those of XOR: the filled ones lie at $(0, 1)$ and $(1, 0)$, the hollow
    ones at $(0, 0)$ and $(1, 1)$. You may turn and shift the line as you like.

    How many of the four can a single line get right, at most?
    """,
    label="Dots",
    line=(0, 4),
    within=(0, 4),
    because=r"""
    All four would need both filled dots on one side and both hollow ones on the other. But the
    two diagonals cross in the middle of the square, so whichever side holds both filled dots holds
    their middle, and that is also the middle of the hollow ones.
    """,
)
def dots_of_xor():
    filled, best = [False, True, True, False], 0
    places = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    for w1, w2, b in itertools.product(np.linspace(-2, 2, 9), repeat=3):
        beyond = places @ [w1, w2] + b > 0
        best = max(best, int(np.sum(beyond == filled)))
    return best


@predictions.number(
    text=r"""
    A neuron with the sigmoid takes in $z = 4$. What comes out is $a = 0.982$, so it is about as
    active as it can be. On the way back, $\frac{\partial C}{\partial a} = 1$ arrives at it.

    How large is $\frac{\partial C}{\partial z}$, which leaves it?
    """,
    label=r"$\frac{\partial C}{\partial z}$ =",
    decimals=3,
    line=(0, 1),
    because=r"""
    What arrives is multiplied by the *slope* of the sigmoid, $a (1 - a)$. At $a = 0.982$ the curve
    is nearly level: the neuron says "yes" so firmly that a nudge of $z$ changes almost nothing.
    """,
)
def leaves_an_active_neuron():
    z = bp.Variable(4.0, name="z")
    bp.sigmoid(z).backward()
    return z.grad


# Two bits, and beside them their sum and the carry.
HALF_ADDER = (
    np.array([[0, 0], [0, 1], [1, 0], [1, 1]]),
    np.array([[0, 0], [1, 0], [1, 0], [0, 1]]),
)


@predictions.choice(
    text=r"""
    Now the whole table is learned: four rows, 500 steps, learning rate 0.1. But in our program the
    hidden neurons get only what comes back from the *last* output, the carry. Everything that
    concerns the weights and biases of the output layer is right.

    What is learned?
    """,
    options={
        "both": "Both outputs, only more slowly",
        "carry": "The carry, and not the sum",
        "sum": "The sum, and not the carry",
        "neither": "Neither of them",
    },
    because=r"""
    The hidden neurons turn their lines to where they help the carry, and nothing tells them what
    the sum would need. The output layer does its best with that, and for XOR it is not enough.
    """,
)
def sum_without_its_path():
    x, observed = HALF_ADDER
    w, v = np.array([[1.0, -0.5], [0.5, 0.8]]), np.array([[0.6, -0.4], [0.7, 0.5]])
    b, c = np.zeros(2), np.zeros(2)
    for _ in range(500):
        a = np.tanh(x @ w + b)
        back = 2 * (a @ v + c - observed)
        into = np.outer(back[:, 1], v[:, 1]) * (1 - a**2)  # from the carry alone
        v, c = v - 0.1 * a.T @ back, c - 0.1 * back.sum(0)
        w, b = w - 0.1 * x.T @ into, b - 0.1 * into.sum(0)
    learned = ((np.tanh(x @ w + b) @ v + c - observed) ** 2).sum(0) < 0.01
    return {(1, 1): "both", (0, 1): "carry", (1, 0): "sum"}.get(tuple(map(int, learned)), "neither")
