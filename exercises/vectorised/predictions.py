"""What readers of the chapter expect before they see it."""

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()

X = np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 0.5], [0.5, 2.0, -1.0]])
DY = np.array([[1.0, -1.0, 0.5], [2.0, 0.5, -1.0], [-0.5, 1.0, 2.0]])


@predictions.choice(
    text=r"""
    `X` holds three examples, one in each row, and `dY` what arrives at the layer. Both are 3 × 3,
    and so is `W`. A matrix with `.T` behind it is turned over, so that its rows become columns.

    Which formula gives `dW`, the slopes of the loss with respect to `W`?
    """,
    options={
        "plain": "`X @ dY`",
        "right": "`X.T @ dY`",
        "turned": "`dY.T @ X`",
        "any": "Any of them: what has the right shape is right",
    },
    in_order=True,
    because=r"""
    A nudge of one weight is felt in every example, so its slope adds up over the *examples*, and
    these are the rows of `X` and the rows of `dY`. `X @ dY` pairs inputs with examples. The other
    two run down both columns at once, but only `X.T @ dY` has a row for each input, as `W` has.
    """,
)
def formula_for_dw():
    W = bp.Variable(np.zeros((3, 3)), name="W")
    bp.sum(DY * (X @ W)).backward()
    found = {"plain": X @ DY, "right": X.T @ DY, "turned": DY.T @ X}
    fits = [name for name, formula in found.items() if np.allclose(formula, W.grad)]
    return fits[0] if len(fits) == 1 else "any"


@predictions.number(
    text=r"""
    A layer of 50 inputs and 30 neurons, and a batch of 200 examples. Three nested loops compute
    `dW` with 300,000 multiplications of two numbers.

    How many of them does `X.T @ dY` do?
    """,
    label="Multiplications",
    within=(0, None),
    because=r"""
    `dW` has $50 \cdot 30$ entries, each of them is a sum of 200 products, and NumPy leaves none of
    them out: 300,000. What is saved is everything that Python does around a multiplication.
    """,
)
def multiplications_in_a_product():
    inputs, neurons, examples = 50, 30, 200
    count = 0

    class Counted:
        """The number 0, which counts how often numbers of its kind are multiplied."""

        def __mul__(self, other):
            nonlocal count
            count += 1
            return self

        def __add__(self, other):
            return self

    rows = np.full((examples, inputs), Counted(), dtype=object)
    rows.T @ np.full((examples, neurons), Counted(), dtype=object)
    return count


@predictions.number(
    text=r"""
    The dosage network again, with whole layers. Forward it needs two products of matrices, one for
    each layer.

    How many does it need in *both* passes together, if nothing is computed that nobody wants?
    """,
    label="Products",
    line=(0, 10),
    within=(0, None),
    because=r"""
    On the way back a layer has two: one for its weights, and one for what came in. But what came
    into the first layer is data, and nobody wants its slope, so that product is left out: 2 + 2 +
    1.
    """,
)
def products_in_both_passes():
    x, observed = (values.reshape(-1, 1) for values in bp.data.dosage())
    W1, W2 = bp.Variable(np.ones((1, 2)), name="W1"), bp.Variable(np.ones((2, 1)), name="W2")
    b1, b2 = bp.Variable(np.zeros(2), name="b1"), bp.Variable(np.zeros(1), name="b2")
    written = bp.program(lambda: bp.ssr(bp.softplus(x @ W1 + b1) @ W2 + b2, observed))
    return str(written).count("# matmul")
