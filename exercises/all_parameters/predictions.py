"""What readers of the chapter expect before they see it."""

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()

X, OBSERVED = bp.data.dosage()
NAMES = ("w1", "b1", "w2", "b2", "w3", "w4", "b3")
START = (2.74, 0.0, -1.13, 0.0, 0.36, 0.63, 0.0)


def predict(w1, b1, w2, b2, w3, w4, b3):
    return w3 * bp.softplus(w1 * X + b1) + w4 * bp.softplus(w2 * X + b2) + b3


@predictions.number(
    text=r"""
    The first ten steps took the SSR from 1.896 to 0.714, the next 490 only to 0.643. We let the
    same run go on, with the same learning rate.

    How large is the SSR after 2,000 steps?
    """,
    label="SSR",
    decimals=2,
    line=(0, 2),
    within=(0, None),
    because=r"""
    The run had not arrived. It stood on nearly level ground, where the gradient is short and so is
    each step; a few hundred steps later the ground falls away again.
    """,
)
def after_two_thousand_steps():
    parameters = [bp.Variable(value, name) for value, name in zip(START, NAMES, strict=True)]
    optimizer = bp.GradientDescent(parameters, learning_rate=0.05)
    run = bp.fit(lambda: bp.ssr(predict(*parameters), OBSERVED), parameters, optimizer, steps=2000)
    return run.loss[-1]


@predictions.several(
    text=r"""
    For $w_1$ each point has the factors $-2 \cdot \text{residual}_i$, $w_3$, $\sigma(z_{1,i})$ and
    $x_i$.

    Which of the four are different when we ask for $w_2$?
    """,
    options={
        "residual": r"$-2 \cdot \text{residual}_i$",
        "weight": "$w_3$",
        "slope": r"$\sigma(z_{1,i})$",
        "input": "$x_i$",
    },
    in_order=True,
    because=r"""
    The way to $w_2$ leads through the second node: $w_4$ and $\sigma(z_{2,i})$ stand where $w_3$
    and $\sigma(z_{1,i})$ stood. The residual is the same for all parameters, and both weights
    multiply the same $x_i$.
    """,
)
def factors_of_w2():
    w1, b1, w2, b2, w3, w4, _ = START
    share = -2 * (OBSERVED - predict(*START))
    first = {"weight": w3, "slope": bp.sigmoid(w1 * X + b1), "residual": share, "input": X}
    second = {"weight": w4, "slope": bp.sigmoid(w2 * X + b2), "residual": share, "input": X}
    return [name for name in first if np.any(first[name] != second[name])]


@predictions.choice(
    text=r"""
    Our run ends with certain seven numbers. We exchange the two hidden nodes: $w_1$ with $w_2$,
    $b_1$ with $b_2$, $w_3$ with $w_4$.

    What happens to the curve?
    """,
    options={
        "same": "It stays as it is",
        "mirrored": "Its left and right side are exchanged",
        "other": "It becomes another curve, which misses the points",
    },
    because="The prediction is a sum over the nodes, and a sum does not ask for the order.",
)
def exchanged_nodes():
    w1, b1, w2, b2, w3, w4, b3 = fit = (3.34, -1.43, -3.53, 0.57, -1.22, -2.30, 2.61)
    before, after = predict(*fit), predict(w2, b2, w1, b1, w4, w3, b3)
    if np.allclose(before, after):
        return "same"
    return "mirrored" if np.allclose(before, after[::-1]) else "other"
