"""What people write who are new to the exercises of "Whole layers at once", and get them wrong."""

from .slips import Slip
from .slips_by_hand import change

LINEAR = """
def backward_linear(X, W, dY):
    dX = dY @ W.T
    dW = X.T @ dY
    db = dY.sum(axis=0)
    return dX, dW, db
"""
SHAPE = """
def sum_to_shape(gradient, shape):
    missing = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(missing)))
    for k in range(len(shape)):
        if shape[k] == 1:
            gradient = gradient.sum(axis=k, keepdims=True)
    return gradient
"""
NETWORK = """
def network_gradients(X, observed, W1, b1, W2, b2):
    Z = X @ W1 + b1
    A = np.log(1 + np.exp(Z))
    P = A @ W2 + b2
    dP = -2 * (observed - P)
    dW2 = A.T @ dP
    db2 = dP.sum(axis=0)
    dA = dP @ W2.T
    dZ = dA / (1 + np.exp(-Z))
    dW1 = X.T @ dZ
    db1 = dZ.sum(axis=0)
    return dW1, db1, dW2, db2
"""
LOOP = "    for x, dy in zip(X, dY):\n        dW = np.outer(x, dy)\n"

SLIPS_VECTORISED = [
    Slip("vectorised/linear_backward", name, wrong, change(LINEAR, pair), says)
    for name, wrong, pair, says in (
        (
            "weights_not_turned", "the transpose of W is forgotten", ("dY @ W.T", "dY @ W"),
            "Your function stopped with an error.",
        ),
        (
            "turned_over", "the factors of dW have changed places", ("X.T @ dY", "dY.T @ X"),
            "Your `dW` lies on its side: it is ours turned over.",
        ),
        (
            "loop_overwrites", "a loop keeps the last example", ("    dW = X.T @ dY\n", LOOP),
            "Your `dW` knows the last example only.",
        ),
        (
            "mean_for_sum", "the bias gets a mean", ("dY.sum", "dY.mean"),
            "Your `db` is a mean over the examples.",
        ),
        (
            "divided", "dW is divided by the examples", ("X.T @ dY", "X.T @ dY / len(X)"),
            "Your `dW` is divided by the number of examples.",
        ),
        (
            "one_number", "the bias is added up whole", ("dY.sum(axis=0)", "np.sum(dY)"),
            "Your `db` is a single number.",
        ),
        (
            "kept_axis", "the bias stays a matrix of one row", ("axis=0", "axis=0, keepdims=True"),
            "`db` should have the shape `(1,)`; yours has the shape `(1, 1)`.",
        ),
        (
            "inputs_turned", "dX lies on its side", ("dY @ W.T", "W @ dY.T"),
            "`dX` should have the shape `(3, 2)`; yours has the shape `(2, 3)`. Yours is",
        ),
        (
            "bias_from_dw", "the bias adds up dW", ("dY.sum(axis=0)", "dW.sum(axis=0)"),
            "Your `db` adds up `dW`",
        ),
    )
]  # fmt: skip
SLIPS_VECTORISED += [
    Slip("vectorised/sum_to_shape", name, wrong, change(SHAPE, pair), says)
    for name, wrong, pair, says in (
        (
            "missing_only", "axes of length 1 are forgotten", ("shape[k] == 1", "False"),
            "You add up along the missing axes, and leave those of length 1",
        ),
        (
            "total", "everything is added up", ("    return gradient\n",
            "    return gradient.sum() * np.ones(shape)\n"),
            "You add up everything and write the total into each entry.",
        ),
        (
            "mean", "a mean in place of the sum", ("gradient.sum", "gradient.mean"),
            "You take the mean of what comes back.",
        ),
        (
            "ones_only", "missing axes are forgotten", ("tuple(range(missing))", "()"),
            "You add up along the axes of length 1 of `shape`, counted from the front",
        ),
    )
]  # fmt: skip
SLIPS_VECTORISED += [
    Slip(
        "vectorised/sum_to_shape",
        name,
        wrong,
        f"def sum_to_shape(gradient, shape):\n    return {written}\n",
        says,
    )
    for name, wrong, written, says in (
        (
            "resized", "the array is cut to size", "np.resize(gradient, shape)",
            "You keep the first entries, as many as the shape has room for",
        ),
        (
            "down_the_rows", "every argument is taken for a row", "gradient.sum(axis=0)",
            "You always add up along axis 0.",
        ),
        ("one_number", "everything is added up", "gradient.sum()", "You add up everything."),
        (
            "reshaped", "the array is folded to size", "gradient.reshape(shape)",
            "Your function stopped with an error.",
        ),
    )
]  # fmt: skip
SLIPS_VECTORISED += [
    Slip("vectorised/two_layers", name, wrong, change(NETWORK, pair), says)
    for name, wrong, pair, says in (
        (
            "no_slope", "the softplus is passed as if its slope were 1",
            ("dA / (1 + np.exp(-Z))", "dA"), "The softplus is missing on your way back",
        ),
        (
            "slope_of_the_output", "the sigmoid is taken of A", ("np.exp(-Z)", "np.exp(-A)"),
            "You take the sigmoid of what comes out of the softplus.",
        ),
        (
            "sigmoid_turned", "the sigmoid lacks its minus", ("np.exp(-Z)", "np.exp(Z)"),
            "Your sigmoid is turned round",
        ),
        (
            "relu", "the forward pass has a ReLU", ("np.log(1 + np.exp(Z))", "np.maximum(0, Z)"),
            "Your forward pass bends sharply: that is the ReLU.",
        ),
        (
            "weights_before_biases", "both weights come first",
            ("return dW1, db1, dW2, db2", "return dW1, dW2, db1, db2"),
            "Your values are right, their order is not",
        ),
        (
            "z_for_a", "the second layer takes Z", ("A.T @ dP", "Z.T @ dP"),
            "For the second layer you multiply by `Z`.",
        ),
        (
            "added_too_early", "the examples are added up before the softplus",
            ("dA = dP @ W2.T", "dA = np.sum(dP @ W2.T, axis=0)"),
            "You add up the examples in `dA` before the softplus is crossed.",
        ),
        (
            "bias_from_da", "the first bias adds up dA", ("db1 = dZ.sum", "db1 = dA.sum"),
            "Your `db1` adds up `dA`, what arrives at the softplus.",
        ),
        (
            "sigmoid_by_habit", "the slope is that of a sigmoid",
            ("dA / (1 + np.exp(-Z))", "dA * A * (1 - A)"),
            "Back through the softplus you multiply by `A * (1 - A)`.",
        ),
        (
            "gate_of_relu", "the slope is that of the ReLU",
            ("dA / (1 + np.exp(-Z))", "np.where(Z > 0, dA, 0)"),
            "Back through the softplus you let everything pass where `Z` is positive",
        ),
    )
]  # fmt: skip
