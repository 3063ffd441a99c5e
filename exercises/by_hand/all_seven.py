"""Write forward pass, backward pass and loop for all seven parameters, part by part."""

import numpy as np

from backprop.course import Series

exercise = Series("All seven, by hand")

# What trials start from: w1, b1, w2, b2, w3, w4, b3.
START = np.array([2.74, 0.0, -1.13, 0.0, 0.36, 0.63, 0.0])
LEARNED = np.array([3.34, -1.43, -3.53, 0.57, -1.22, -2.30, 2.61])
X, OBSERVED = np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])


def _draw_network(rng):
    """Draw parameters of both signs, and points."""
    parameters = np.round(rng.uniform(0.3, 2.0, size=7) * rng.choice([-1, 1], size=7), 2)
    n = int(rng.integers(2, 6))
    return parameters, rng.integers(1, 9, size=n) / 4, rng.integers(0, 3, size=n) / 2


def _softplus(z):
    return np.log(1 + np.exp(z))


# ---- 1. forward --------------------------------------------------------------------------------

forward_pass = exercise.part(
    "forward_pass",
    title="The forward pass",
    statement=r"""
    `parameters` is an array of the seven, in this order: $w_1, b_1, w_2, b_2, w_3, w_4, b_3$; the
    first line takes it apart. `x` is an array of dosages, and everything below holds for all of
    them at once.

    Compute what each hidden node takes in, $z_1 = w_1 x + b_1$ and $z_2 = w_2 x + b_2$, what comes
    out of it, $y = \text{softplus}(z) = \log(1 + e^z)$, and the prediction
    $w_3 y_1 + w_4 y_2 + b_3$. Return all five: the way back will need them.
    """,
    returns=["z1", "y1", "z2", "y2", "predicted"],
    practises=["forward pass", "softplus"],
    minutes=10,
    hints=[
        r"Work from left to right: first $z_1$, which needs `w1`, `b1` and `x` alone.",
        "In NumPy the softplus of `z1` is `np.log(1 + np.exp(z1))`.",
        "The last line adds three things: `w3 * y1`, `w4 * y2` and `b3`.",
    ],
    why="""
    Every value is computed once and returned, because the backward pass takes its slopes at these
    very values. That is what an engine remembers in its graph.
    """,
    fixed=[
        (np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]), np.array([0.0])),
        (np.array([2.0, -1.0, -1.0, 0.5, 1.5, -0.5, 0.25]), np.array([1.0, 2.0])),
        (START, X),
        (LEARNED, X),
    ],
)


@forward_pass.starter
def forward(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1 = ...
    y1 = ...
    z2 = ...
    y2 = ...
    predicted = ...
    return z1, y1, z2, y2, predicted


@forward_pass.reference
def forward(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1 = w1 * x + b1
    y1 = np.log(1 + np.exp(z1))
    z2 = w2 * x + b2
    y2 = np.log(1 + np.exp(z2))
    predicted = w3 * y1 + w4 * y2 + b3
    return z1, y1, z2, y2, predicted


@forward_pass.inputs
def _(rng):
    parameters, x, _ = _draw_network(rng)
    return parameters, x


@forward_pass.misconception(
    """
    Your bends are sharp: 0 up to 0, then a straight line. That is the ReLU. The softplus is its
    smooth sister, `np.log(1 + np.exp(z))`.
    """
)
def relu_for_softplus(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = np.maximum(0, z1), np.maximum(0, z2)
    return z1, y1, z2, y2, w3 * y1 + w4 * y2 + b3


@forward_pass.misconception(
    """
    What comes out of your nodes is the sigmoid. It is the *slope* of the softplus, and you need it
    on the way back. Forward goes the softplus itself, `np.log(1 + np.exp(z1))`.
    """
)
def sigmoid_for_softplus(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = 1 / (1 + np.exp(-z1)), 1 / (1 + np.exp(-z2))
    return z1, y1, z2, y2, w3 * y1 + w4 * y2 + b3


@forward_pass.misconception(
    """
    The 1 is missing inside the logarithm. Without it log and exp undo each other, so what comes out
    of a node is what went in, and nothing bends.
    """
)
def one_in_softplus_missing(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    return z1, z1, z2, z2, w3 * z1 + w4 * z2 + b3


@forward_pass.misconception(
    """
    You add the biases of the nodes behind the softplus. They belong inside: a bias moves the place
    where the curve bends, so it is added before it bends.
    """
)
def bias_behind_softplus(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x, w2 * x
    y1, y2 = _softplus(z1) + b1, _softplus(z2) + b2
    return z1, y1, z2, y2, w3 * y1 + w4 * y2 + b3


@forward_pass.misconception(
    """
    The way into your softplus has a minus too many: what comes out falls where `z` rises. Forward
    it is `np.exp(z1)`; the minus in `np.exp(-z)` belongs to the sigmoid, on the way back.
    """
)
def minus_in_softplus(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = _softplus(-z1), _softplus(-z2)
    return z1, y1, z2, y2, w3 * y1 + w4 * y2 + b3


@forward_pass.misconception("The last bias is missing: add `b3` to the prediction.")
def b3_missing(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = _softplus(z1), _softplus(z2)
    return z1, y1, z2, y2, w3 * y1 + w4 * y2


@forward_pass.misconception(
    """
    Your prediction is made of what goes *into* the nodes. What comes out of them, `y1` and `y2`, is
    weighed and added.
    """
)
def prediction_from_z(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    return z1, _softplus(z1), z2, _softplus(z2), w3 * z1 + w4 * z2 + b3


@forward_pass.misconception(
    """
    You let `w3` and `w4` work inside the softplus. They come behind it: first the node bends, then
    its outgoing weight stretches what came out.
    """
)
def weights_inside_softplus(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = _softplus(w3 * z1), _softplus(w4 * z2)
    return z1, y1, z2, y2, y1 + y2 + b3


@forward_pass.misconception(
    """
    You take the parameters apart in another order: both weights, then both biases. In the array
    each node's weight stands beside its bias: `w1, b1, w2, b2, w3, w4, b3`.
    """
)
def weights_before_biases(parameters, x):
    w1, w2, b1, b2, w3, w4, b3 = parameters
    return forward(np.array([w1, b1, w2, b2, w3, w4, b3]), x)


@forward_pass.misconception(
    "That is the logarithm to base 10. In NumPy the natural one is `np.log`."
)
def logarithm_to_base_10(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = np.log10(1 + np.exp(z1)), np.log10(1 + np.exp(z2))
    return z1, y1, z2, y2, w3 * y1 + w4 * y2 + b3


# ---- 2. backward, output layer -----------------------------------------------------------------

output_layer = exercise.part(
    "output_layer",
    title=r"Back to $w_3$, $w_4$ and $b_3$",
    statement=r"""
    The first piece of the way back. `y1`, `y2` and `predicted` come from the forward pass,
    `observed` from the data: arrays, one number for each point.

    Return the three derivatives of $\text{SSR} = \sum_i (\text{observed}_i -
    \text{predicted}_i)^2$, with respect to $w_3$, $w_4$ and $b_3$: each is one number.
    """,
    returns=["dSSR_dw3", "dSSR_dw4", "dSSR_db3"],
    practises=["backward pass", "adding over points"],
    minutes=10,
    hints=[
        r"Begin at the end: how does the SSR change when one point's prediction is nudged? That is "
        r"$-2 \cdot \text{residual}$, an array.",
        r"In $w_3 y_1 + w_4 y_2 + b_3$ a nudge of $w_3$ is multiplied by $y_1$, one of $b_3$ by 1.",
        "All points share the three parameters: add up their shares with `np.sum(...)`.",
    ],
    why=r"""
    A weight's derivative is what arrives from the right, $-2 \cdot \text{residual}$, times what
    came in from the left, added up over the points. A bias is a weight whose input is always 1.
    """,
    fixed=[
        (np.array([1.0]), np.array([2.0]), np.array([0.5]), np.array([1.0])),
        (
            np.array([0.5, 2.0]),
            np.array([1.0, 0.25]),
            np.array([0.75, -0.5]),
            np.array([1.0, 1.0]),
        ),
        (
            np.array([0.6931, 1.5963, 2.8025]),
            np.array([0.6931, 0.4501, 0.2803]),
            np.array([0.6862, 0.8583, 1.1855]),
            OBSERVED,
        ),
    ],
)


@output_layer.starter
def backward_output(y1, y2, predicted, observed):
    dSSR_dpredicted = ...
    dSSR_dw3 = ...
    dSSR_dw4 = ...
    dSSR_db3 = ...
    return dSSR_dw3, dSSR_dw4, dSSR_db3


@output_layer.reference
def backward_output(y1, y2, predicted, observed):
    dSSR_dpredicted = -2 * (observed - predicted)
    dSSR_dw3 = np.sum(dSSR_dpredicted * y1)
    dSSR_dw4 = np.sum(dSSR_dpredicted * y2)
    dSSR_db3 = np.sum(dSSR_dpredicted)
    return dSSR_dw3, dSSR_dw4, dSSR_db3


@output_layer.inputs
def _(rng):
    parameters, x, observed = _draw_network(rng)
    _, y1, _, y2, predicted = forward(parameters, x)
    return (*(np.round(values, 2) for values in (y1, y2, predicted)), observed)


def _output(y1, y2, share):
    """Add up what each point contributes, from its share of the way back."""
    return np.sum(share * y1), np.sum(share * y2), np.sum(share)


@output_layer.misconception(
    r"""
    Your three derivatives have the opposite sign. Raise a prediction, and the residual
    $\text{observed} - \text{predicted}$ falls: a minus is missing or too much, or the residual is
    turned round.
    """
)
def lost_minus(y1, y2, predicted, observed):
    return _output(y1, y2, 2 * (observed - predicted))


@output_layer.misconception(
    """
    Yours are half of ours: the 2 of the square is missing. The slope of a square is *twice* what is
    squared.
    """
)
def lost_two(y1, y2, predicted, observed):
    return _output(y1, y2, predicted - observed)


@output_layer.misconception(
    """
    You return one number for each point. All points share one `w3`, so what they contribute is
    added up: `np.sum`.
    """
)
def not_added(y1, y2, predicted, observed):
    share = -2 * (observed - predicted)
    return share * y1, share * y2, share


@output_layer.misconception(
    """
    You take the mean over the points. The SSR is a sum, and so are its derivatives.
    """
)
def mean_over_points(y1, y2, predicted, observed):
    return tuple(each / len(y1) for each in backward_output(y1, y2, predicted, observed))


@output_layer.misconception(
    """
    You add up too early: first over the points, then you multiply. Each point is a path of its own.
    Multiply within a point, then add over the points.
    """
)
def products_of_sums(y1, y2, predicted, observed):
    share = -2 * np.sum(observed - predicted)
    return share * np.sum(y1), share * np.sum(y2), share


@output_layer.misconception(
    """
    The two weights have changed their inputs: in the prediction `w3` is multiplied by `y1`, and
    `w4` by `y2`. So a nudge of `w3` is, too.
    """
)
def crossed_inputs(y1, y2, predicted, observed):
    return backward_output(y2, y1, predicted, observed)


@output_layer.misconception(
    """
    You go back from the square without its slope: you multiply by the squared residual. The slope
    of a square is twice what is squared, here with a minus: `-2 * residual`.
    """
)
def square_for_slope(y1, y2, predicted, observed):
    return _output(y1, y2, -2 * (observed - predicted) ** 2)


@output_layer.misconception(
    """
    Your weights' derivatives lack their inputs: you return one and the same number three times.
    A nudge of `w3` is multiplied by `y1` before it reaches the prediction.
    """
)
def inputs_missing(y1, y2, predicted, observed):
    return (np.sum(-2 * (observed - predicted)),) * 3


# ---- 3. backward, hidden layer -----------------------------------------------------------------

hidden_layer = exercise.part(
    "hidden_layer",
    title=r"Back through the softplus to $w_1$, $b_1$, $w_2$, $b_2$",
    statement=r"""
    The second piece of the way back. It starts where the first one did, at the predictions, and
    goes on through $w_3$ and $w_4$ to the nodes, through the softplus, to the first four
    parameters. `z1`, `z2` and `predicted` come from the forward pass.

    Return the four derivatives of the SSR, in the order of the parameters. The slope of the
    softplus is the sigmoid, $1 / (1 + e^{-z})$.
    """,
    returns=["dSSR_dw1", "dSSR_db1", "dSSR_dw2", "dSSR_db2"],
    practises=["backward pass", "softplus and sigmoid", "chain rule"],
    minutes=15,
    hints=[
        r"Stop halfway: what does a nudge of $z_1$ do to the SSR? Three factors for each point.",
        r"""
        $-2 \cdot \text{residual}$ to the prediction, times $w_3$ to $y_1$, times the sigmoid of
        $z_1$ to $z_1$: that is $\partial \text{SSR} / \partial z_1$, an array.
        """,
        r"In $z_1 = w_1 x + b_1$ a nudge of $w_1$ is multiplied by $x$, one of $b_1$ by 1. Add up "
        r"over the points. The second node goes the same way with $w_4$ and $z_2$.",
    ],
    why=r"""
    Both parameters of a node begin with the same three factors, so it pays to compute
    $\partial \text{SSR} / \partial z$ once for each node. What an engine calls the upstream
    gradient is just that.
    """,
    fixed=[
        (
            np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]),
            np.array([1.0]), np.array([1.0]), np.array([0.0]), np.array([1.3133]), np.array([1.0]),
        ),
        (
            np.array([2.0, -1.0, -1.0, 0.5, 1.5, -0.5, 0.25]),
            np.array([1.0, 2.0]), np.array([1.0, 3.0]), np.array([-0.5, -1.5]),
            np.array([2.0, 4.7]), np.array([1.0, 0.0]),
        ),
        (
            START, X, np.array([0.0, 1.37, 2.74]), np.array([0.0, -0.565, -1.13]),
            np.array([0.6862, 0.8583, 1.1855]), OBSERVED,
        ),
    ],
)  # fmt: skip


@hidden_layer.starter
def backward_hidden(parameters, x, z1, z2, predicted, observed):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    dSSR_dpredicted = ...
    dSSR_dz1 = ...
    dSSR_dz2 = ...
    return ...


@hidden_layer.reference
def backward_hidden(parameters, x, z1, z2, predicted, observed):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    dSSR_dpredicted = -2 * (observed - predicted)
    dSSR_dz1 = dSSR_dpredicted * w3 / (1 + np.exp(-z1))
    dSSR_dz2 = dSSR_dpredicted * w4 / (1 + np.exp(-z2))
    return np.sum(dSSR_dz1 * x), np.sum(dSSR_dz1), np.sum(dSSR_dz2 * x), np.sum(dSSR_dz2)


@hidden_layer.inputs
def _(rng):
    parameters, x, observed = _draw_network(rng)
    z1, _, z2, _, predicted = (np.round(values, 2) for values in forward(parameters, x))
    return parameters, x, z1, z2, predicted, observed


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _hidden(parameters, x, predicted, observed, slope1, slope2):
    """Go back with slopes of the softplus, right or wrong ones."""
    share = -2 * (observed - predicted)
    dz1, dz2 = share * parameters[4] * slope1, share * parameters[5] * slope2
    return np.sum(dz1 * x), np.sum(dz1), np.sum(dz2 * x), np.sum(dz2)


@hidden_layer.misconception(
    """
    The softplus is missing on your way back: you pass it as if its slope were 1 everywhere. Its
    slope is the sigmoid of what goes in.
    """
)
def slope_of_softplus_missing(parameters, x, z1, z2, predicted, observed):
    return _hidden(parameters, x, predicted, observed, 1.0, 1.0)


@hidden_layer.misconception(
    """
    You multiply by the *value* of the softplus. Back through an operation goes its slope, here the
    sigmoid.
    """
)
def value_for_slope(parameters, x, z1, z2, predicted, observed):
    return _hidden(parameters, x, predicted, observed, _softplus(z1), _softplus(z2))


@hidden_layer.misconception(
    """
    Your slope is taken at what comes *out* of the softplus. It belongs to what goes in: `z1` and
    `z2`.
    """
)
def slope_at_what_comes_out(parameters, x, z1, z2, predicted, observed):
    slopes = _sigmoid(_softplus(z1)), _sigmoid(_softplus(z2))
    return _hidden(parameters, x, predicted, observed, *slopes)


@hidden_layer.misconception(
    r"""
    Your sigmoid is turned around: it falls where it should rise. The slope of the softplus is
    `1 / (1 + np.exp(-z))`, with a minus in front of `z`.
    """
)
def sigmoid_turned(parameters, x, z1, z2, predicted, observed):
    return _hidden(parameters, x, predicted, observed, _sigmoid(-z1), _sigmoid(-z2))


@hidden_layer.misconception(
    """
    The outgoing weights are missing among your factors. What a node does to the prediction is
    weighed by `w3`, or by `w4`.
    """
)
def outgoing_weights_missing(parameters, x, z1, z2, predicted, observed):
    ones = np.array([*parameters[:4], 1.0, 1.0, parameters[6]])
    return backward_hidden(ones, x, z1, z2, predicted, observed)


@hidden_layer.misconception(
    """
    You go back to the nodes over `w1` and `w2`, which lead *into* them. From the prediction to a
    node it is `w3`, or `w4`.
    """
)
def incoming_weights(parameters, x, z1, z2, predicted, observed):
    w1, b1, w2, b2, _, _, b3 = parameters
    return backward_hidden([w1, b1, w2, b2, w1, w2, b3], x, z1, z2, predicted, observed)


@hidden_layer.misconception(
    """
    Each node has got the other one's outgoing weight. The first goes to the prediction over `w3`,
    the second over `w4`.
    """
)
def outgoing_weights_crossed(parameters, x, z1, z2, predicted, observed):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    return backward_hidden([w1, b1, w2, b2, w4, w3, b3], x, z1, z2, predicted, observed)


@hidden_layer.misconception(
    """
    On your way back to the first node you go over `w4`, as to the second. From the prediction to
    the first node it is `w3`.
    """
)
def first_node_over_w4(parameters, x, z1, z2, predicted, observed):
    w1, b1, w2, b2, _, w4, b3 = parameters
    return backward_hidden([w1, b1, w2, b2, w4, w4, b3], x, z1, z2, predicted, observed)


@hidden_layer.misconception(
    """
    On your way back to the second node you go over `w3`, as to the first. From the prediction to
    the second node it is `w4`.
    """
)
def second_node_over_w3(parameters, x, z1, z2, predicted, observed):
    w1, b1, w2, b2, w3, _, b3 = parameters
    return backward_hidden([w1, b1, w2, b2, w3, w3, b3], x, z1, z2, predicted, observed)


@hidden_layer.misconception(
    """
    The slope of the softplus is missing on the way to the first node. Both nodes have one: here it
    is the sigmoid of `z1`.
    """
)
def first_slope_missing(parameters, x, z1, z2, predicted, observed):
    return _hidden(parameters, x, predicted, observed, 1.0, _sigmoid(z2))


@hidden_layer.misconception(
    """
    The slope of the softplus is missing on the way to the second node. Both nodes have one: here it
    is the sigmoid of `z2`.
    """
)
def second_slope_missing(parameters, x, z1, z2, predicted, observed):
    return _hidden(parameters, x, predicted, observed, _sigmoid(z1), 1.0)


@hidden_layer.misconception(
    """
    The slope of the first node is taken at `z2`. Each node has a slope at what went into it: that
    of the first one belongs to `z1`.
    """
)
def first_slope_at_z2(parameters, x, z1, z2, predicted, observed):
    return _hidden(parameters, x, predicted, observed, _sigmoid(z2), _sigmoid(z2))


@hidden_layer.misconception(
    """
    The slope of the second node is taken at `z1`. Each node has a slope at what went into it: that
    of the second one belongs to `z2`.
    """
)
def second_slope_at_z1(parameters, x, z1, z2, predicted, observed):
    return _hidden(parameters, x, predicted, observed, _sigmoid(z1), _sigmoid(z1))


@hidden_layer.misconception(
    """
    Brackets are missing in your sigmoid: Python divides by 1 first, and then adds `np.exp(-z)`. All
    of `1 + np.exp(-z)` stands below the line: `/ (1 + np.exp(-z1))`.
    """
)
def brackets_of_sigmoid_missing(parameters, x, z1, z2, predicted, observed):
    share = -2 * (observed - predicted)
    dz1 = share * parameters[4] / 1 + np.exp(-z1)
    dz2 = share * parameters[5] / 1 + np.exp(-z2)
    return np.sum(dz1 * x), np.sum(dz1), np.sum(dz2 * x), np.sum(dz2)


@hidden_layer.misconception(
    """
    You let everything pass where `z` is positive, and nothing elsewhere. That is the slope of the
    ReLU. The softplus bends smoothly: its slope is `1 / (1 + np.exp(-z))`.
    """
)
def slope_of_relu(parameters, x, z1, z2, predicted, observed):
    return _hidden(parameters, x, predicted, observed, z1 > 0, z2 > 0)


@hidden_layer.misconception(
    r"""
    You multiply by $s\,(1 - s)$, the slope of the *sigmoid*. These nodes are softplus, and the
    slope of the softplus is the sigmoid itself.
    """
)
def slope_of_sigmoid(parameters, x, z1, z2, predicted, observed):
    slopes = _sigmoid(z1) * _sigmoid(-z1), _sigmoid(z2) * _sigmoid(-z2)
    return _hidden(parameters, x, predicted, observed, *slopes)


@hidden_layer.misconception(
    """
    You take the mean over the points. The SSR is a sum, and so are its derivatives: `np.sum`.
    """
)
def hidden_mean_over_points(parameters, x, z1, z2, predicted, observed):
    sums = backward_hidden(parameters, x, z1, z2, predicted, observed)
    return tuple(each / len(x) for each in sums)


@hidden_layer.misconception(
    """
    The `x` is missing in the derivatives of the weights: you return those of the biases for both. A
    nudge of `w1` is multiplied by `x` before it reaches `z1`.
    """
)
def x_missing(parameters, x, z1, z2, predicted, observed):
    _, first, _, second = backward_hidden(parameters, x, z1, z2, predicted, observed)
    return first, first, second, second


@hidden_layer.misconception(
    """
    Your biases are multiplied by `x` as well. A nudge of `b1` reaches `z1` as it is: its factor
    there is 1.
    """
)
def x_at_biases(parameters, x, z1, z2, predicted, observed):
    first, _, second, _ = backward_hidden(parameters, x, z1, z2, predicted, observed)
    return first, first, second, second


@hidden_layer.misconception(
    r"""
    Your derivatives have the opposite sign. Raise a prediction, and the residual
    $\text{observed} - \text{predicted}$ falls: a minus is missing or too much, or the residual is
    turned round.
    """
)
def hidden_lost_minus(parameters, x, z1, z2, predicted, observed):
    return tuple(-each for each in backward_hidden(parameters, x, z1, z2, predicted, observed))


@hidden_layer.misconception(
    """
    You return one number for each point. All points share the parameters: add up what they
    contribute with `np.sum`.
    """
)
def hidden_not_added(parameters, x, z1, z2, predicted, observed):
    share = -2 * (observed - predicted)
    dz1, dz2 = share * parameters[4] * _sigmoid(z1), share * parameters[5] * _sigmoid(z2)
    return dz1 * x, dz1, dz2 * x, dz2


# ---- 4. the loop -------------------------------------------------------------------------------

training = exercise.part(
    "training",
    title="The loop: train all seven",
    statement="""
    Now let it learn. Begin at `start`, an array of the seven parameters, and take `steps` steps of
    gradient descent: forward, both pieces of the way back, and a step of all seven at once.

    Return the parameters where you end, and the SSR there. `start` itself stays as it was.
    """,
    returns=["parameters", "ssr"],
    practises=["gradient descent", "training a network"],
    minutes=15,
    hints=[
        "Everything but `parameters = start` stands in the loop: the way back is new each step.",
        "Call the four of `backward_hidden` `hidden`, and the three of `backward_output` `output`. "
        "Then `np.array([*hidden, *output])` holds all seven in the order of the parameters: the "
        "stars put in their numbers one by one.",
        "The step: `parameters = parameters - learning_rate * gradient`. Behind the loop, one more "
        "`forward` gives the predictions of the place where you end.",
    ],
    why="""
    You have written everything that an engine does for this network. Let it run: with the three
    points of the book, `start = np.array([2.74, 0, -1.13, 0, 0.36, 0.63, 0])`, a learning rate of
    0.05 and 2,000 steps it ends at an SSR below 0.0001.
    """,
    fixed=[
        (START, X, OBSERVED, 0.05, 1),
        (START, X, OBSERVED, 0.02, 3),
        (LEARNED, X, OBSERVED, 0.02, 2),
        (np.array([-1.0, 0.5, 1.0, 0.0, -0.5, 0.5, 1.0]), X[1:], OBSERVED[1:], 0.02, 4),
    ],
    fresh=8,  # each of them calls the parts before up to ten times
)


@training.starter
def train(start, x, observed, learning_rate, steps):
    parameters = start
    for _ in range(steps):
        z1, y1, z2, y2, predicted = forward(parameters, x)
        gradient = ...
        parameters = ...
    predicted = ...
    return parameters, np.sum((observed - predicted) ** 2)


@training.reference
def train(start, x, observed, learning_rate, steps):
    parameters = start
    for _ in range(steps):
        z1, y1, z2, y2, predicted = forward(parameters, x)
        hidden = backward_hidden(parameters, x, z1, z2, predicted, observed)
        output = backward_output(y1, y2, predicted, observed)
        gradient = np.array([*hidden, *output])
        parameters = parameters - learning_rate * gradient
    predicted = forward(parameters, x)[-1]
    return parameters, np.sum((observed - predicted) ** 2)


@training.inputs
def _(rng):
    parameters, x, observed = _draw_network(rng)
    rate, steps = float(rng.integers(1, 5)) / 200, int(rng.integers(2, 4))
    return parameters / 2, x / 2, observed, rate, steps


def _gradient(parameters, x, observed):
    z1, y1, z2, y2, predicted = forward(parameters, x)
    hidden = backward_hidden(parameters, x, z1, z2, predicted, observed)
    return np.array([*hidden, *backward_output(y1, y2, predicted, observed)])


def _ssr(parameters, x, observed):
    return np.sum((observed - forward(parameters, x)[-1]) ** 2)


def _descend(start, x, observed, rate, steps, gradient):
    """Train with a gradient of one's own, right or wrong."""
    parameters = start
    for _ in range(steps):
        parameters = parameters - rate * gradient(parameters)
    return parameters, _ssr(parameters, x, observed)


@training.misconception(
    """
    Your run goes uphill: the gradient points to where the SSR *grows*, so the step is subtracted.
    """
)
def uphill(start, x, observed, learning_rate, steps):
    return _descend(start, x, observed, -learning_rate, steps, lambda p: _gradient(p, x, observed))


@training.misconception(
    """
    Your gradient stays the one of the start. Each step leads to another place with other slopes: go
    forward and back again *inside* the loop.
    """
)
def gradient_of_the_start(start, x, observed, learning_rate, steps):
    stale = _gradient(start, x, observed)
    return _descend(start, x, observed, learning_rate, steps, lambda p: stale)


@training.misconception(
    """
    Your gradients pile up: each step takes those of all steps before along. In this loop the
    gradient is made anew each time, so `=`, and not `+=`, belongs there.
    """
)
def gradients_pile_up(start, x, observed, learning_rate, steps):
    total = np.zeros(7)

    def add(parameters):
        nonlocal total
        total = total + _gradient(parameters, x, observed)
        return total

    return _descend(start, x, observed, learning_rate, steps, add)


@training.misconception(
    """
    You end where a single step leads, however many are asked for. If `return` stands inside of the
    loop, it ends the first round: move it to the left, as far as `for`. If each step begins at
    `start`, those before it are lost.
    """
)
def single_step(start, x, observed, learning_rate, steps):
    return train(start, x, observed, learning_rate, 1)


@training.misconception(
    """
    Each of your steps begins at `start` again, so that the steps before it are lost. A step begins
    where the last one has ended: `parameters = parameters - ...`.
    """
)
def each_step_from_the_start(start, x, observed, learning_rate, steps):
    parameters = start
    for _ in range(steps):
        parameters = start - learning_rate * _gradient(parameters, x, observed)
    return parameters, _ssr(parameters, x, observed)


@training.misconception(
    """
    You go back with new parameters, and with what came *forward* from the start: `z1` to
    `predicted` stay as they were there. Go forward anew in each round, from where you are:
    `forward(parameters, x)`.
    """
)
def forward_of_the_start(start, x, observed, learning_rate, steps):
    z1, y1, z2, y2, predicted = forward(start, x)
    output = backward_output(y1, y2, predicted, observed)

    def go_back(parameters):
        return np.array([*backward_hidden(parameters, x, z1, z2, predicted, observed), *output])

    return _descend(start, x, observed, learning_rate, steps, go_back)


@training.misconception(
    """
    Your seven derivatives stand in another order than the parameters: those of `w3`, `w4` and `b3`
    come first. So `w1` takes the step of `w3`. Put the four of `backward_hidden` first.
    """
)
def output_layer_first(start, x, observed, learning_rate, steps):
    return _descend(
        start, x, observed, learning_rate, steps,
        lambda p: np.roll(_gradient(p, x, observed), 3),
    )  # fmt: skip


@training.misconception(
    """
    Your SSR is the one *before* the last step. Go forward once more behind the loop, with the
    parameters that you return.
    """
)
def ssr_before_the_last_step(start, x, observed, learning_rate, steps):
    before, _ = train(start, x, observed, learning_rate, steps - 1)
    after, _ = train(start, x, observed, learning_rate, steps)
    return after, _ssr(before, x, observed)


@training.misconception(
    """
    You take one step less than asked for. `range(steps)` runs `steps` times.
    """
)
def one_step_less(start, x, observed, learning_rate, steps):
    return train(start, x, observed, learning_rate, steps - 1)


@training.misconception(
    """
    You take one step more than asked for. `range(steps)` runs `steps` times.
    """
)
def one_step_more(start, x, observed, learning_rate, steps):
    return train(start, x, observed, learning_rate, steps + 1)


@training.misconception(
    """
    Only `w3`, `w4` and `b3` learn: `w1`, `b1`, `w2` and `b2` stay where they started. All seven
    take their step.
    """
)
def output_layer_alone(start, x, observed, learning_rate, steps):
    mask = np.array([0, 0, 0, 0, 1, 1, 1])
    return _descend(
        start, x, observed, learning_rate, steps, lambda p: mask * _gradient(p, x, observed)
    )


@training.misconception(
    """
    Only the first four learn: `w3`, `w4` and `b3` stay where they started. All seven take their
    step.
    """
)
def hidden_layer_alone(start, x, observed, learning_rate, steps):
    mask = np.array([1, 1, 1, 1, 0, 0, 0])
    return _descend(
        start, x, observed, learning_rate, steps, lambda p: mask * _gradient(p, x, observed)
    )


@training.misconception(
    """
    You subtract the whole gradient. Multiply it by the learning rate first.
    """
)
def no_learning_rate(start, x, observed, learning_rate, steps):
    return _descend(start, x, observed, 1.0, steps, lambda p: _gradient(p, x, observed))


@training.misconception(
    """
    Your SSR is that of `start`. Go forward once more behind the loop, from the place where the run
    has ended.
    """
)
def ssr_of_the_start(start, x, observed, learning_rate, steps):
    after, _ = train(start, x, observed, learning_rate, steps)
    return after, _ssr(start, x, observed)


@training.misconception(
    """
    Your parameters are right, and what you return beside them is the mean of the squares. The SSR
    is their sum.
    """
)
def mean_of_the_squares(start, x, observed, learning_rate, steps):
    after, ssr = train(start, x, observed, learning_rate, steps)
    return after, ssr / len(observed)


@training.misconception(
    """
    `forward` returns five arrays, and your SSR compares all five with what was observed. The
    prediction is the last of them: `forward(parameters, x)[4]`.
    """
)
def all_five_compared(start, x, observed, learning_rate, steps):
    after, _ = train(start, x, observed, learning_rate, steps)
    return after, np.sum((observed - np.array(forward(after, x))) ** 2)
