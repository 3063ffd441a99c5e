"""Go back through one layer of tanh neurons, by indices."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Back through one layer",
    statement=r"""
    A layer with the activation tanh stands somewhere in a network. Its inputs are `x[i]`, its
    weights `w[i, j]` lead from input $i$ to neuron $j$, and `a[j]` is what neuron $j$ has handed
    on: $z_j = b_j + \sum_i w_{ij} x_i$ and $a_j = \tanh(z_j)$.

    From the layers behind it arrives `dC_da[j]`, the derivative of the loss with respect to $a_j$.
    Return the derivatives with respect to the weights, an array like `w`; to the biases; and to
    the inputs, which the layer before will ask for. The slope of tanh is $1 - a^2$.
    """,
    returns=["dC_dw", "dC_db", "dC_dx"],
    practises=["backward pass", "adding over paths", "activation functions"],
    minutes=15,
    hints=[
        r"First cross the activation, one factor for each neuron: $\frac{\partial C}{\partial z_j} "
        r"= \frac{\partial C}{\partial a_j} \cdot (1 - a_j^2)$.",
        r"A nudge of $w_{ij}$ moves $z_j$ by $x_i$ times as much, and no other neuron. A nudge of "
        r"$b_j$ moves $z_j$ by as much.",
        r"A nudge of $x_i$ moves *every* $z_j$, each through its own $w_{ij}$. So `dC_dx[i]` "
        "collects a share from each neuron.",
    ],
    why=r"""
    Every layer of every network does these three things: cross the activation, give each weight
    its share, and hand on what the layer before has to know. Only the last one is a sum over
    neurons, because only an input reaches them all.
    """,
    fixed=[
        (np.array([1.0]), np.array([[0.5]]), np.array([0.0]), np.array([1.0])),
        (
            np.array([1.0, 2.0]),
            np.array([[1.0, -0.5], [0.5, 0.8]]),
            np.array([0.5, -0.5]),
            np.array([2.0, 1.0]),
        ),
        (
            np.array([0.5, -1.0, 2.0]),
            np.array([[0.3, -0.2], [1.0, 0.4], [-0.6, 0.7]]),
            np.array([-0.9, 0.6]),
            np.array([1.5, -0.5]),
        ),
    ],
)


@exercise.starter
def backward_layer(x, w, a, dC_da):
    dC_dz = ...
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = ...
            dC_dx[i] += ...
    return dC_dw, ..., dC_dx


@exercise.reference
def backward_layer(x, w, a, dC_da):
    dC_dz = dC_da * (1 - a**2)
    dC_dw = np.zeros(w.shape)
    dC_dx = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(a)):
            dC_dw[i, j] = dC_dz[j] * x[i]
            dC_dx[i] += dC_dz[j] * w[i, j]
    return dC_dw, dC_dz, dC_dx


@exercise.inputs
def _(rng):
    inputs, neurons = (int(n) for n in rng.integers(2, 4, size=2))
    x = rng.choice([-2, -1.5, -0.5, 0.5, 1.5, 2], size=inputs)
    w = np.round(rng.uniform(0.2, 1.5, size=(inputs, neurons)), 1)
    w *= rng.choice([-1, 1], size=(inputs, neurons))
    a = np.round(rng.uniform(0.2, 0.9, size=neurons), 2) * rng.choice([-1, 1], size=neurons)
    dC_da = rng.choice([-2, -1.5, -0.5, 0.5, 1.5, 2], size=neurons)
    return x, w, a, dC_da


def _go_back(x, w, a, dC_da, slope):
    """Go back through a layer, with a way of one's own across the activation."""
    dC_dz = dC_da * slope
    return np.outer(x, dC_dz), dC_dz, w @ dC_dz


@exercise.misconception(
    """
    The activation is missing: you pass from `a` to `z` as if tanh had the slope 1. What arrives has
    to be multiplied by its slope, `1 - a**2`.
    """
)
def slope_missing(x, w, a, dC_da):
    return _go_back(x, w, a, dC_da, 1.0)


@exercise.misconception(
    """
    You multiply by the *value* of the neuron, `a`. Back across the activation goes its slope,
    `1 - a**2`: a neuron that is very active passes very little.
    """
)
def value_for_slope(x, w, a, dC_da):
    return _go_back(x, w, a, dC_da, a)


@exercise.misconception(
    """
    `a * (1 - a)` is the slope of the sigmoid. These neurons have tanh, and its slope is `1 - a**2`.
    """
)
def slope_of_sigmoid(x, w, a, dC_da):
    return _go_back(x, w, a, dC_da, a * (1 - a))


@exercise.misconception(
    """
    You apply tanh once more: `a` has been through it already, so its slope is `1 - a**2` and not
    `1 - np.tanh(a)**2`.
    """
)
def tanh_twice(x, w, a, dC_da):
    return _go_back(x, w, a, dC_da, 1 - np.tanh(a) ** 2)


@exercise.misconception(
    """
    Your `dC_dx` holds what comes back from the *last* neuron alone. An input feeds all of them, so
    their shares are added: `+=`.
    """
)
def last_neuron_alone(x, w, a, dC_da):
    dC_dw, dC_dz, _ = _go_back(x, w, a, dC_da, 1 - a**2)
    return dC_dw, dC_dz, w[:, -1] * dC_dz[-1]


@exercise.misconception(
    """
    The weights are missing in `dC_dx`: what comes back from a neuron reaches an input through the
    weight between them.
    """
)
def weights_missing(x, w, a, dC_da):
    dC_dw, dC_dz, _ = _go_back(x, w, a, dC_da, 1 - a**2)
    return dC_dw, dC_dz, np.full(len(x), np.sum(dC_dz))


@exercise.misconception(
    """
    In `dC_dx` you skip the activation: what comes back to an input has passed it, too. Begin with
    `dC_dz`, not with `dC_da`.
    """
)
def inputs_skip_the_activation(x, w, a, dC_da):
    dC_dw, dC_dz, _ = _go_back(x, w, a, dC_da, 1 - a**2)
    return dC_dw, dC_dz, w @ dC_da


@exercise.misconception(
    """
    In `dC_dw` you skip the activation: a weight reaches `a` only through `z`. Begin with `dC_dz`,
    not with `dC_da`.
    """
)
def weights_skip_the_activation(x, w, a, dC_da):
    _, dC_dz, dC_dx = _go_back(x, w, a, dC_da, 1 - a**2)
    return np.outer(x, dC_da), dC_dz, dC_dx


@exercise.misconception(
    """
    The input is missing in `dC_dw`: in `w[i, j] * x[i]` a nudge of the weight counts `x[i]` times.
    What you have there is the derivative with respect to the bias.
    """
)
def input_missing(x, w, a, dC_da):
    _, dC_dz, dC_dx = _go_back(x, w, a, dC_da, 1 - a**2)
    return np.tile(dC_dz, (len(x), 1)), dC_dz, dC_dx


@exercise.misconception(
    """
    Your `dC_dw` has the weight where the input belongs: in a product the *other* factor is the
    slope, and the other factor is `x[i]`.
    """
)
def weight_for_input(x, w, a, dC_da):
    _, dC_dz, dC_dx = _go_back(x, w, a, dC_da, 1 - a**2)
    return w * dC_dz, dC_dz, dC_dx


@exercise.misconception(
    """
    The slope of tanh is `1 - a**2`, with a minus. It is never above 1: a neuron may weaken what
    arrives, and never amplifies it.
    """
)
def plus_for_minus(x, w, a, dC_da):
    return _go_back(x, w, a, dC_da, 1 + a**2)


@exercise.misconception(
    """
    You have `1 - a` where the slope of tanh belongs. The square is missing: it is `1 - a**2`.
    """
)
def square_missing(x, w, a, dC_da):
    return _go_back(x, w, a, dC_da, 1 - a)


@exercise.misconception(
    """
    You squared too much: `(1 - a)**2` is not `1 - a**2`. Only `a` is squared in the slope of tanh.
    """
)
def squared_too_much(x, w, a, dC_da):
    return _go_back(x, w, a, dC_da, (1 - a) ** 2)


@exercise.misconception(
    """
    You divide by the slope of tanh. Along a path factors are multiplied, on the way back as well: a
    flat activation lets *less* through, not more.
    """
)
def divided_by_the_slope(x, w, a, dC_da):
    return _go_back(x, w, a, dC_da, 1 / (1 - a**2))


@exercise.misconception(
    """
    You add the slope of tanh to what arrives. Along one path factors are multiplied; only shares
    that come on *different* paths are added.
    """
)
def slope_added(x, w, a, dC_da):
    return _go_back(x, w, a, dC_da + 1 - a**2, 1.0)


@exercise.misconception(
    """
    Your `dC_db` is 1 throughout. A nudge of a bias does move its `z` by as much, but from there it
    has to go on to the loss: times `dC_dz[j]`.
    """
)
def ones_for_biases(x, w, a, dC_da):
    dC_dw, _, dC_dx = _go_back(x, w, a, dC_da, 1 - a**2)
    return dC_dw, np.ones(len(a)), dC_dx


@exercise.misconception(
    """
    In `dC_dw` stands what the neuron hands on, `a[j]`, where its input belongs. A weight is
    multiplied by what comes *into* its line: `x[i]`.
    """
)
def output_for_input(x, w, a, dC_da):
    _, dC_dz, dC_dx = _go_back(x, w, a, dC_da, 1 - a**2)
    return np.tile(a * dC_dz, (len(x), 1)), dC_dz, dC_dx


@exercise.misconception(
    """
    Your `dC_dw` holds the inputs alone. That is how fast `z` responds to a weight; the loss
    responds to `z` with `dC_dz[j]`, so multiply by it.
    """
)
def inputs_alone(x, w, a, dC_da):
    _, dC_dz, dC_dx = _go_back(x, w, a, dC_da, 1 - a**2)
    return np.tile(x[:, None], (1, len(a))), dC_dz, dC_dx


@exercise.misconception(
    """
    Your `dC_dw` is input times output of each line, without anything that came back. What a weight
    gets is `x[i]` times `dC_dz[j]`.
    """
)
def both_ends_of_the_line(x, w, a, dC_da):
    _, dC_dz, dC_dx = _go_back(x, w, a, dC_da, 1 - a**2)
    return np.outer(x, a), dC_dz, dC_dx


@exercise.misconception(
    """
    In `dC_dx` the input stands where the weight belongs: in a product the *other* factor is the
    slope, and for an input that is `w[i, j]`.
    """
)
def input_for_weight(x, w, a, dC_da):
    dC_dw, dC_dz, _ = _go_back(x, w, a, dC_da, 1 - a**2)
    return dC_dw, dC_dz, x * np.sum(dC_dz)


@exercise.misconception(
    """
    Your `dC_dx` adds up the weights alone. Each of them is multiplied by what has come back to its
    neuron, `dC_dz[j]`, and then they are added.
    """
)
def weights_alone(x, w, a, dC_da):
    dC_dw, dC_dz, _ = _go_back(x, w, a, dC_da, 1 - a**2)
    return dC_dw, dC_dz, np.sum(w, axis=1)


@exercise.misconception(
    """
    In `dC_dx` the slope of tanh stands twice. `dC_dz` has passed the activation already; from there
    only the weight is left.
    """
)
def activation_twice(x, w, a, dC_da):
    dC_dw, dC_dz, _ = _go_back(x, w, a, dC_da, 1 - a**2)
    return dC_dw, dC_dz, w @ (dC_dz * (1 - a**2))


@exercise.misconception(
    """
    In `dC_dx` rows and columns of `w` have changed places. Input $i$ is reached through its own row
    of weights, `w[i, j]` for each neuron $j$.
    """
)
def weights_transposed(x, w, a, dC_da):
    dC_dw, dC_dz, dC_dx = _go_back(x, w, a, dC_da, 1 - a**2)
    return dC_dw, dC_dz, w.T @ dC_dz if len(x) == len(a) else dC_dx
