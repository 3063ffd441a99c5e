"""What people write who are new to the exercises of "By hand, all of it", and get them wrong.

Written before the wrong ideas in `exercises/by_hand` were, as in `slips`.
"""

from .slips import Slip

FORWARD = """
def forward(parameters, x):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1 = w1 * x + b1
    y1 = np.log(1 + np.exp(z1))
    z2 = w2 * x + b2
    y2 = np.log(1 + np.exp(z2))
    predicted = w3 * y1 + w4 * y2 + b3
    return z1, y1, z2, y2, predicted
"""
OUTPUT = """
def backward_output(y1, y2, predicted, observed):
    dSSR_dpredicted = -2 * (observed - predicted)
    dSSR_dw3 = np.sum(dSSR_dpredicted * y1)
    dSSR_dw4 = np.sum(dSSR_dpredicted * y2)
    dSSR_db3 = np.sum(dSSR_dpredicted)
    return dSSR_dw3, dSSR_dw4, dSSR_db3
"""
HIDDEN = """
def backward_hidden(parameters, x, z1, z2, predicted, observed):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    dSSR_dpredicted = -2 * (observed - predicted)
    dSSR_dz1 = dSSR_dpredicted * w3 / (1 + np.exp(-z1))
    dSSR_dz2 = dSSR_dpredicted * w4 / (1 + np.exp(-z2))
    return np.sum(dSSR_dz1 * x), np.sum(dSSR_dz1), np.sum(dSSR_dz2 * x), np.sum(dSSR_dz2)
"""
TRAIN = """
def train(start, x, observed, learning_rate, steps):
    parameters = start
    for _ in range(steps):
        z1, y1, z2, y2, predicted = forward(parameters, x)
        dw3, dw4, db3 = backward_output(y1, y2, predicted, observed)
        dw1, db1, dw2, db2 = backward_hidden(parameters, x, z1, z2, predicted, observed)
        gradient = np.array([dw1, db1, dw2, db2, dw3, dw4, db3])
        parameters = parameters - learning_rate * gradient
    predicted = forward(parameters, x)[-1]
    return parameters, np.sum((observed - predicted) ** 2)
"""


BACK = "        predicted = forward(parameters, x)[-1]\n    "


def change(source: str, *pairs: tuple[str, str]) -> str:
    """Change a right function into a wrong one; what is replaced has to be there."""
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    return source


SLIPS_BY_HAND = [
    Slip(
        "by_hand/forward_pass",
        "bias_behind_the_bend",
        "the bias is added after the softplus",
        change(
            FORWARD,
            ("x + b1", "x"),
            ("exp(z1))", "exp(z1)) + b1"),
            ("x + b2", "x"),
            ("exp(z2))", "exp(z2)) + b2"),
        ),
        "You add the biases of the nodes behind the softplus.",
    ),
    Slip(
        "by_hand/forward_pass",
        "relu",
        "a ReLU in place of the softplus",
        change(
            FORWARD,
            ("np.log(1 + np.exp(z1))", "np.maximum(0, z1)"),
            ("np.log(1 + np.exp(z2))", "np.maximum(0, z2)"),
        ),
        "Your bends are sharp: 0 up to 0, then a straight line.",
    ),
    Slip(
        "by_hand/forward_pass",
        "b3_forgotten",
        "the last bias is not added",
        change(FORWARD, (" + b3\n", "\n")),
        "The last bias is missing: add `b3` to the prediction.",
    ),
    Slip(
        "by_hand/forward_pass",
        "one_forgotten",
        "log(exp(z)) in place of log(1 + exp(z))",
        change(FORWARD, ("1 + np", "np")),
        "The 1 is missing inside the logarithm. Without it log",
    ),
    Slip(
        "by_hand/forward_pass",
        "no_bend",
        "the prediction is made of z1 and z2",
        change(FORWARD, ("w3 * y1 + w4 * y2", "w3 * z1 + w4 * z2")),
        "Your prediction is made of what goes into the nodes.",
    ),
    Slip(
        "by_hand/forward_pass",
        "weights_inside",
        "the outgoing weights stand inside the softplus",
        change(
            FORWARD,
            ("exp(z1)", "exp(w3 * z1)"),
            ("exp(z2)", "exp(w4 * z2)"),
            ("w3 * y1 + w4 * y2", "y1 + y2"),
        ),
        "You let `w3` and `w4` work inside the softplus. They",
    ),
    Slip(
        "by_hand/forward_pass",
        "other_order",
        "the parameters are taken apart in another order",
        change(FORWARD, ("w1, b1, w2, b2, w3, w4, b3 =", "w1, w2, b1, b2, w3, w4, b3 =")),
        "You take the parameters apart in another order: both",
    ),
    Slip(
        "by_hand/forward_pass",
        "log10",
        "the logarithm to base 10",
        change(FORWARD, ("np.log(", "np.log10(")),
        "That is the logarithm to base 10. In NumPy the natural",
    ),
    Slip(
        "by_hand/forward_pass",
        "log1p",
        "another way to write the softplus",
        change(FORWARD, ("np.log(1 + np.exp(", "np.log1p(np.exp(")),
        "`forward` agrees with ours",
        passes=True,
    ),
    Slip(
        "by_hand/output_layer",
        "minus_lost",
        "observed − predicted, without the minus in front",
        change(OUTPUT, ("-2", "2")),
        "Your three derivatives have the opposite sign. Raise a",
    ),
    Slip(
        "by_hand/output_layer",
        "two_lost",
        "the 2 of the square is missing",
        change(OUTPUT, ("-2 * ", "-")),
        "Yours are half of ours: the 2 of the square is missing.",
    ),
    Slip(
        "by_hand/output_layer",
        "not_summed",
        "each point keeps its share",
        change(OUTPUT, ("np.sum", "")),
        "You return one number for each point. All points share",
    ),
    Slip(
        "by_hand/output_layer",
        "mean",
        "the mean in place of the sum",
        change(OUTPUT, ("np.sum", "np.mean")),
        "You take the mean over the points. The SSR is a sum,",
    ),
    Slip(
        "by_hand/output_layer",
        "products_of_sums",
        "residuals and values are added up apart",
        change(
            OUTPUT,
            ("sum(dSSR_dpredicted * y1)", "sum(dSSR_dpredicted) * np.sum(y1)"),
            ("sum(dSSR_dpredicted * y2)", "sum(dSSR_dpredicted) * np.sum(y2)"),
        ),
        "You add up too early: first over the points, then you",
    ),
    Slip(
        "by_hand/output_layer",
        "crossed",
        "w3 gets y2, w4 gets y1",
        change(OUTPUT, ("* y1", "* y0"), ("* y2", "* y1"), ("* y0", "* y2")),
        "The two weights have changed their inputs: in the",
    ),
    Slip(
        "by_hand/output_layer",
        "b3_point_by_point",
        "the bias' derivative is not added up",
        change(OUTPUT, ("np.sum(dSSR_dpredicted)\n", "dSSR_dpredicted\n")),
        "`dSSR_db3` should be one number; yours is an array",
    ),
    Slip(
        "by_hand/output_layer",
        "squared_kept",
        "the residual is squared once more",
        change(OUTPUT, ("(observed - predicted)", "(observed - predicted) ** 2")),
        "You go back from the square without its slope: you",
    ),
    Slip(
        "by_hand/hidden_layer",
        "slope_forgotten",
        "the softplus is passed as if its slope were 1",
        change(HIDDEN, (" / (1 + np.exp(-z1))", ""), (" / (1 + np.exp(-z2))", "")),
        "The softplus is missing on your way back: you pass it",
    ),
    Slip(
        "by_hand/hidden_layer",
        "value_for_slope",
        "the value of the softplus stands for its slope",
        change(
            HIDDEN,
            ("/ (1 + np.exp(-z1))", "* np.log(1 + np.exp(z1))"),
            ("/ (1 + np.exp(-z2))", "* np.log(1 + np.exp(z2))"),
        ),
        "You multiply by the value of the softplus. Back through",
    ),
    Slip(
        "by_hand/hidden_layer",
        "sigmoid_of_minus",
        "the sigmoid with the wrong sign inside",
        change(HIDDEN, ("exp(-z1)", "exp(z1)"), ("exp(-z2)", "exp(z2)")),
        "Your sigmoid is turned around: it falls where it should",
    ),
    Slip(
        "by_hand/hidden_layer",
        "w3_forgotten",
        "the outgoing weights are forgotten",
        change(HIDDEN, (" * w3", ""), (" * w4", "")),
        "The outgoing weights are missing among your factors.",
    ),
    Slip(
        "by_hand/hidden_layer",
        "wrong_weights",
        "w1 and w2 stand where w3 and w4 should",
        change(HIDDEN, ("* w3", "* w1"), ("* w4", "* w2")),
        "You go back to the nodes over `w1` and `w2`, which lead",
    ),
    Slip(
        "by_hand/hidden_layer",
        "x_forgotten",
        "the derivatives of the weights lack x",
        change(HIDDEN, (" * x)", ")")),
        "The `x` is missing in the derivatives of the weights:",
    ),
    Slip(
        "by_hand/hidden_layer",
        "x_everywhere",
        "the biases are multiplied by x, too",
        change(
            HIDDEN,
            ("np.sum(dSSR_dz1),", "np.sum(dSSR_dz1 * x),"),
            ("np.sum(dSSR_dz2)\n", "np.sum(dSSR_dz2 * x)\n"),
        ),
        "Your biases are multiplied by `x` as well. A nudge of",
    ),
    Slip(
        "by_hand/hidden_layer",
        "weights_first",
        "both weights are returned before both biases",
        change(
            HIDDEN,
            (
                "np.sum(dSSR_dz1 * x), np.sum(dSSR_dz1), np.sum(dSSR_dz2 * x)",
                "np.sum(dSSR_dz1 * x), np.sum(dSSR_dz2 * x), np.sum(dSSR_dz1)",
            ),
        ),
        "Your values are right, their order is not: you return",
    ),
    Slip(
        "by_hand/hidden_layer",
        "minus_lost",
        "the minus of the residual is lost",
        change(HIDDEN, ("-2 *", "2 *")),
        "Your derivatives have the opposite sign. Raise a",
    ),
    Slip(
        "by_hand/training",
        "uphill",
        "the step is added",
        change(TRAIN, ("parameters - learning", "parameters + learning")),
        "Your run goes uphill: the gradient points to where the",
    ),
    Slip(
        "by_hand/training",
        "gradient_once",
        "the gradient is computed once, before the loop",
        """
def train(start, x, observed, learning_rate, steps):
    z1, y1, z2, y2, predicted = forward(start, x)
    out = backward_output(y1, y2, predicted, observed)
    hidden = backward_hidden(start, x, z1, z2, predicted, observed)
    gradient = np.array([*hidden, *out])
    parameters = start
    for _ in range(steps):
        parameters = parameters - learning_rate * gradient
    predicted = forward(parameters, x)[-1]
    return parameters, np.sum((observed - predicted) ** 2)
""",
        "Your gradient stays the one of the start. Each step",
    ),
    Slip(
        "by_hand/training",
        "output_first",
        "the gradient lists the output layer first",
        change(
            TRAIN, ("[dw1, db1, dw2, db2, dw3, dw4, db3]", "[dw3, dw4, db3, dw1, db1, dw2, db2]")
        ),
        "Your seven derivatives stand in another order than the",
    ),
    Slip(
        "by_hand/training",
        "ssr_before",
        "the SSR is the one before the last step",
        change(TRAIN, ("    predicted = forward(parameters, x)[-1]\n", "")),
        "Your SSR is the one before the last step. Go forward",
    ),
    Slip(
        "by_hand/training",
        "one_step_less",
        "the loop runs once too little",
        change(TRAIN, ("range(steps)", "range(1, steps)")),
        "You take one step less than asked for. `range(steps)`",
    ),
    Slip(
        "by_hand/training",
        "adds_up",
        "gradients pile up from step to step",
        change(
            TRAIN,
            ("    for _", "    gradient = np.zeros(7)\n    for _"),
            ("gradient = np.array(", "gradient = gradient + np.array("),
        ),
        "Your gradients pile up: each step takes those of all",
    ),
    Slip(
        "by_hand/training",
        "writes_into_start",
        "the start itself is changed",
        change(TRAIN, ("parameters = parameters - learning_rate", "parameters -= learning_rate")),
        "Your function changes its input `start`: whoever calls",
    ),
    Slip(
        "by_hand/training",
        "output_alone",
        "the hidden layer stays as it is",
        change(TRAIN, ("[dw1, db1, dw2, db2, dw3", "[0, 0, 0, 0, dw3")),
        "Only `w3`, `w4` and `b3` learn: `w1`, `b1`, `w2` and `b2`",
    ),
    Slip(
        "by_hand/training",
        "return_in_the_loop",
        "the function returns in the first round",
        change(TRAIN, ("    predicted = forward(parameters, x)[-1]\n    ret", f"{BACK}    ret")),
        "You end where a single step leads, however many are",
    ),
    Slip(
        "by_hand/training",
        "from_the_start",
        "each step begins at the start",
        change(TRAIN, ("parameters = parameters - ", "parameters = start - ")),
        "Each of your steps begins at `start` again, so that the steps",
    ),
    Slip(
        "by_hand/training",
        "forward_from_the_start",
        "the forward pass is that of the start",
        change(TRAIN, ("predicted = forward(parameters, x)\n", "predicted = forward(start, x)\n")),
        "You go back with new parameters, and with what came forward",
    ),
    Slip(
        "by_hand/forward_pass",
        "minus_in_front_of_z",
        "a minus in front of z, as in the sigmoid",
        change(FORWARD, ("np.exp(", "np.exp(-")),
        "The way into your softplus has a minus too many: what",
    ),
    *(
        Slip("by_hand/hidden_layer", name, wrong, change(HIDDEN, *pairs), says)
        for name, wrong, pairs, says in [
            (
                "w4_for_w3",
                "the other node's weight",
                [("dpredicted * w3", "dpredicted * w4")],
                "On your way back to the first node you go over `w4`",
            ),
            (
                "copied_w3",
                "the second line is a copy of the first, with `w3`",
                [("dpredicted * w4", "dpredicted * w3")],
                "On your way back to the second node you go over `w3`",
            ),
            (
                "one_slope",
                "the slope is missing in the second node",
                [(" / (1 + np.exp(-z2))", "")],
                "The slope of the softplus is missing on the way to the second",
            ),
            (
                "slope_of_relu",
                "the slope of the ReLU",
                [("/ (1 + np.exp(-z1))", "* (z1 > 0)"), ("/ (1 + np.exp(-z2))", "* (z2 > 0)")],
                "You let everything pass where `z` is positive, and nothing",
            ),
            (
                "no_brackets",
                "the sigmoid lacks its brackets",
                [
                    ("/ (1 + np.exp(-z1))", "* 1 / 1 + np.exp(-z1)"),
                    ("/ (1 + np.exp(-z2))", "* 1 / 1 + np.exp(-z2)"),
                ],
                "Brackets are missing in your sigmoid: Python divides",
            ),
            ("means", "means for sums", [("np.sum", "np.mean")], "You take the mean over the"),
            (
                "one_mean",
                "a mean for one of the sums",
                [("np.sum(dSSR_dz1 * x)", "np.mean(dSSR_dz1 * x)")],
                "Your `dSSR_dw1` is ours divided by the number of points",
            ),
        ]
    ),
    Slip(
        "by_hand/training",
        "residuals_returned",
        "the sum of residuals in place of squares",
        change(TRAIN, ("(observed - predicted) ** 2", "observed - predicted")),
        "`ssr` differs from ours in all examples. Compute the",
    ),
]

BEND = """
def slopes_of_the_hidden_layer(parameters, x, observed):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = np.log(1 + np.exp(z1)), np.log(1 + np.exp(z2))
    residual = observed - (w3 * y1 + w4 * y2 + b3)
    dSSR_dpredicted = -2 * residual
    dSSR_dy1, dSSR_dy2 = dSSR_dpredicted * w3, dSSR_dpredicted * w4
    dSSR_dz1, dSSR_dz2 = dSSR_dy1, dSSR_dy2
    dSSR_dw1, dSSR_db1 = np.sum(dSSR_dz1 * x), np.sum(dSSR_dz1)
    dSSR_dw2, dSSR_db2 = np.sum(dSSR_dz2 * x), np.sum(dSSR_dz2)
    return dSSR_dw1, dSSR_db1, dSSR_dw2, dSSR_db2
"""
POINTS = """
def gradient_by_points(weights, y1, y2, observed):
    w3, w4, b3 = weights
    dSSR_dw3, dSSR_dw4, dSSR_db3 = 0.0, 0.0, 0.0
    for i in range(len(observed)):
        predicted = w3 * y1[i] + w4 * y2[i] + b3
        dSSR_dpredicted = -2 * (observed[i] - predicted)
        dSSR_dw3 = dSSR_dpredicted * y1[i]
        dSSR_dw4 += dSSR_dpredicted * y2[i]
        dSSR_db3 += dSSR_dpredicted
    return dSSR_dw3, dSSR_dw4, dSSR_db3
"""
LOOP = """
def learn_output_layer(y1, y2, observed, start, learning_rate, steps):
    w3, w4, b3 = start
    dSSR_dw3, dSSR_dw4, dSSR_db3 = 0.0, 0.0, 0.0
    for _ in range(steps):
        for i in range(len(observed)):
            residual = observed[i] - (w3 * y1[i] + w4 * y2[i] + b3)
            dSSR_dw3 += -2 * residual * y1[i]
            dSSR_dw4 += -2 * residual * y2[i]
            dSSR_db3 += -2 * residual
        w3 = w3 - learning_rate * dSSR_dw3
        w4 = w4 - learning_rate * dSSR_dw4
        b3 = b3 - learning_rate * dSSR_db3
    return w3, w4, b3
"""
SLOPE = "dSSR_dy1 / (1 + np.exp(-z1)), dSSR_dy2 / (1 + np.exp(-z2))"
ZERO = "    dSSR_dw3, dSSR_dw4, dSSR_db3 = 0.0, 0.0, 0.0\n"
LAST_STEP = "        b3 = b3 - learning_rate * dSSR_db3\n"

SLIPS_BY_HAND += [
    Slip(
        "by_hand/bend_in_the_way",
        "line_alone",
        "the line is named, nothing is mended",
        BEND,
        "Line 8 it is. On the way from `y` back to `z` the",
        line=8,
    ),
    Slip(
        "by_hand/bend_in_the_way",
        "residual_suspected",
        "another line is named, nothing mended",
        BEND,
        "Line 5, `residual = observed - (w3 * y1 + w4 * y2 +",
        line=5,
    ),
    Slip(
        "by_hand/bend_in_the_way",
        "mended_without_line",
        "mended, and no line named",
        change(BEND, ("= dSSR_dy1, dSSR_dy2\n", f"= {SLOPE}\n")),
        "`slopes_of_the_hidden_layer` agrees with ours",
    ),
    Slip(
        "by_hand/bend_in_the_way",
        "mended_one_line_up",
        "mended where the weights are multiplied",
        change(
            BEND,
            (
                "w3, dSSR_dpredicted * w4",
                "w3 / (1 + np.exp(-z1)), dSSR_dpredicted * w4 / (1 + np.exp(-z2))",
            ),
        ),
        "`slopes_of_the_hidden_layer` agrees with ours",
        line=7,
    ),
    Slip(
        "by_hand/bend_in_the_way",
        "first_unit_alone",
        "the slope stands in one of two nodes",
        change(BEND, ("= dSSR_dy1, dSSR_dy2\n", "= dSSR_dy1 / (1 + np.exp(-z1)), dSSR_dy2\n")),
        "Line 8 it is. On the way from `y` back to `z` the",
        line=8,
    ),
    Slip(
        "by_hand/bend_in_the_way",
        "sign_suspected",
        "the minus is taken away",
        change(BEND, ("-2 *", "2 *")),
        "Line 6, `dSSR_dpredicted = -2 * residual`, is right.",
        line=6,
    ),
    Slip(
        "by_hand/bend_in_the_way",
        "derivative_in_y",
        "the sigmoid is taken of y",
        change(
            BEND,
            (
                "= dSSR_dy1, dSSR_dy2\n",
                "= dSSR_dy1 / (1 + np.exp(-y1)), dSSR_dy2 / (1 + np.exp(-y2))\n",
            ),
        ),
        "Line 8 it is. On the way from `y` back to `z` the",
        line=8,
    ),
    Slip(
        "by_hand/bend_in_the_way",
        "another_spelling",
        "exp(z) / (1 + exp(z)) is the same",
        change(
            BEND,
            (
                "= dSSR_dy1, dSSR_dy2\n",
                "= (dSSR_dy1 * np.exp(z1) / (1 + np.exp(z1)),"
                " dSSR_dy2 * np.exp(z2) / (1 + np.exp(z2)))\n",
            ),
        ),
        "Line 8 it is. On the way from `y` back to `z` the",
        passes=True,
        line=8,
    ),
    Slip(
        "by_hand/point_by_point",
        "first_line_suspected",
        "the zeros are named",
        change(POINTS, ("dSSR_dw3 = dSSR", "dSSR_dw3 += dSSR")),
        "`gradient_by_points` agrees with ours",
        line=3,
    ),
    Slip(
        "by_hand/point_by_point",
        "all_three_equal",
        "+= is taken from the other two",
        change(POINTS, ("+=", "=")),
        "Line 8, `dSSR_dw4 += dSSR_dpredicted * y2[i]`, is",
        line=8,
    ),
    Slip(
        "by_hand/point_by_point",
        "pile_of_residuals",
        "+= in the line of the residual",
        change(
            POINTS,
            ("dSSR_dpredicted = -2", "dSSR_dpredicted += -2"),
            ("    for i", "    dSSR_dpredicted = 0.0\n    for i"),
        ),
        "Line 6, `dSSR_dpredicted = -2 * (observed[i] -",
        line=6,
    ),
    Slip(
        "by_hand/point_by_point",
        "mended",
        "mended in the line that is named",
        change(POINTS, ("dSSR_dw3 = dSSR", "dSSR_dw3 = dSSR_dw3 + dSSR")),
        "Line 7 it is. `=` puts this point's share in the place",
        passes=True,
        line=7,
    ),
    Slip(
        "by_hand/gradients_that_stay",
        "zero_in_the_inner_loop",
        "zeroed at every point",
        change(
            LOOP, (ZERO, ""), ("            residual", "        " + ZERO + "            residual")
        ),
        "Line 3 it is. It stands before the loop over the steps,",
        line=3,
    ),
    Slip(
        "by_hand/gradients_that_stay",
        "plus_taken_away",
        "`=` for `+=` in all three sums",
        change(LOOP, ("+=", "=")),
        "Line 7, `dSSR_dw3 += -2 * residual * y1[i]`, is right.",
        line=7,
    ),
    Slip(
        "by_hand/gradients_that_stay",
        "zero_behind_the_step",
        "zeroed when the step is done",
        change(LOOP, (LAST_STEP, LAST_STEP + "    " + ZERO)),
        "Line 3 it is. It stands before the loop over the steps,",
        passes=True,
        line=3,
    ),
    Slip(
        "by_hand/gradients_that_stay",
        "smaller_rate",
        "the learning rate is divided by ten",
        change(LOOP, ("- learning_rate", "- 0.1 * learning_rate")),
        "Line 10, `w3 = w3 - learning_rate * dSSR_dw3`, is",
        line=10,
    ),
    Slip(
        "by_hand/gradients_that_stay",
        "zero_before_the_step",
        "zeroed between sum and step",
        change(LOOP, ("        w3 = w3", "    " + ZERO + "        w3 = w3")),
        "Line 3 it is. It stands before the loop over the steps,",
        line=3,
    ),
]
