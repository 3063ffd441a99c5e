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
    )
]  # fmt: skip
