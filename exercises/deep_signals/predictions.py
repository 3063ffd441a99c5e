"""What readers of the chapter expect before they see it."""

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()


@predictions.number(
    text=r"""
    At the last of the twenty neurons arrives 1, and each of them lets a quarter through. Write what
    is left behind the first one as a decimal number.

    How many zeros stand behind the point before the first other digit?
    """,
    label="Zeros",
    decimals=0,
    line=(0, 20),
    within=(0, None),
    because=r"""
    $0.25^{20} = 0.000\,000\,000\,000\,909\ldots$ A quarter of a quarter is a sixteenth, and ten
    quarters are already a millionth. If the bar of the last neuron were as long as the way to the
    sun, 150 million kilometres, that of the first would be 14 centimetres long.
    """,
)
def zeros_behind_the_point():
    z = bp.Variable(0.0, name="z")
    bp.sigmoid(z).backward()
    left = float(z.grad) ** 20
    return int(np.floor(-np.log10(left)))


@predictions.choice(
    text=r"""
    Twenty layers of ReLUs, and every weight is drawn with the variance $\frac1n$. So at each layer
    $z$ has, on average, the same mean square as what came in.

    What has become of the mean square behind the twentieth ReLU?
    """,
    options={
        "same": "It is about the same: that is what the variance was chosen for",
        "half": "It is about a half, as ReLU cuts off half of every curve",
        "twentieth": "About a twentieth is left",
        "millionth": "About a millionth is left",
    },
    in_order=True,
    because=r"""
    $z$ is as often negative as positive, so a ReLU makes 0 of half of the squares, and it does so
    in *every* layer: $\frac12$, twenty times over, is $10^{-6}$. The mean square itself is kept at
    each step from one $a$ to the next $z$, and halved at each step from a $z$ to its $a$.
    """,
)
def twenty_relus():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(50, 300))
    for _ in range(20):
        a = bp.relu(a @ (rng.normal(size=(300, 300)) / np.sqrt(300)))
    left = float(np.mean(a**2))
    if left > 0.75:
        return "same"
    return "half" if left > 0.2 else "twentieth" if left > 0.01 else "millionth"


def count_silent(learning_rate, steps=200):
    """Return how many of 32 neurons hand on 0 at all forty points, after some steps."""
    x = np.linspace(-1, 1, 40).reshape(-1, 1)
    y = np.sin(3 * x)
    hidden = bp.Linear(1, 32, bp.relu, seed=0, initializer="he")
    net = bp.Sequential(hidden, bp.Linear(32, 1, seed=10))
    optimizer = bp.GradientDescent(net.parameters(), learning_rate)
    bp.fit(lambda: bp.mse(net(x), y), net.parameters(), optimizer, steps=steps)
    return int(np.sum(np.all(hidden(x).value == 0, axis=0)))


@predictions.number(
    text=r"""
    A network with 32 ReLUs learns a curve through 40 points. With $\eta = 0.1$ all goes well. With
    $\eta = 0.3$ the loss leaps up in the first steps and comes down again.

    How many of the 32 neurons hand on 0 at every one of the 40 points, after 200 steps with
    $\eta = 0.3$?
    """,
    label="Silent neurons",
    decimals=0,
    line=(0, 32),
    within=(0, 32),
    because=r"""
    The first steps were so long that they threw most of the neurons to where $z$ is negative for
    every point. There the slope of a ReLU is 0, so no later step can bring them back, however
    calm the run has become. With $\eta = 0.1$ there is none.
    """,
)
def silent_neurons():
    return count_silent(0.3)
