"""Whole layers: where sums come from, what shapes cannot say, and what a matrix form saves."""

import numpy as np

import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("Whole layers at once")


quiz.choice(
    "square_layer",
    r"""
    Your layer has 64 inputs and 64 neurons, and a batch has 64 examples. You have written
    `dX = dY @ W` and `dW = X.T @ dY`. Nothing raises an error.

    How do you find out whether both are right?
    """,
    options=[
        right(
            "Compare with nudges, or try them with 2 examples, 3 inputs and 4 neurons",
            r"""
            With three different sizes `dY @ W` does not even fit, so the lost `.T` is found at
            once. And a nudge tells of any formula, whatever its shape, whether it is right.
            """,
        ),
        wrong(
            "shape",
            "Look at the shapes of the results: `dX` must be like `X`, and `dW` like `W`",
            r"""
            Both are 64 × 64, as everything here is. Shapes cannot tell `dY @ W` from `dY @ W.T`,
            and it is the first of them that is wrong.
            """,
        ),
        wrong(
            "loss",
            "Train, and see whether the loss falls",
            """
            Many wrong gradients lower the loss for a long time, because a step need only go roughly
            downhill.
            """,
        ),
        wrong(
            "smaller",
            "Try them on a smaller layer of 2 inputs and 2 neurons, with 2 examples",
            """
            These are equal sizes again, so the wrong formula fits as well as before. It takes
            *different* sizes.
            """,
        ),
    ],
    hint="Which test would fail if a `.T` were missing?",
)


def go_back(x, d):
    """Let the engine find the slope of one weight that is used in three examples."""
    w = bp.Variable(0.5, name="w")
    bp.sum(np.array(d) * (np.array(x) * w)).backward()
    return w.grad


@quiz.number(
    text=r"""
    Three examples. The first input has the values $[[x1]]$, $[[x2]]$ and $[[x3]]$ in them, and at
    the second neuron arrive $[[d1]]$, $[[d2]]$ and $[[d3]]$ (this is the second column of `dY`).

    What is the slope of the loss with respect to the weight from the first input to the second
    neuron?
    """,
    label=r"$dW_{12}$ =",
    decimals=2,
    hint="""
    In each example a nudge of the weight counts as often as the input says. What do three examples
    do that share a weight?
    """,
    reasoning=r"""
    Multiply within each example, and add over the examples:
    $[[x1:()]] \cdot [[d1:()]] + [[x2:()]] \cdot [[d2:()]] + [[x3:()]] \cdot [[d3:()]] =
    [[answer]]$. That is the first row of `X.T` times the second column of `dY`.
    """,
)
def one_entry(x1, x2, x3, d1, d2, d3):
    return go_back([x1, x2, x3], [d1, d2, d3])


@one_entry.draw
def _(rng):
    x = rng.choice([-3, -2, -1, 1, 2, 3, 4], size=3, replace=False)
    d = rng.choice([-2.5, -1.5, -0.5, 0.5, 1.5, 2.0], size=3, replace=False)
    names = ("x1", "x2", "x3", "d1", "d2", "d3")
    return dict(zip(names, [*map(int, x), *map(float, d)], strict=True))


@one_entry.check
def _(x1, x2, x3, d1, d2, d3):
    x, d = np.array([x1, x2, x3]), np.array([d1, d2, d3])
    return bp.numeric_gradient(lambda w: np.sum(d * x * w), 0.5)


@one_entry.misconception(
    """
    You took the mean over the examples. Their shares are added: `dY` already says how much each
    example counts.
    """
)
def mean_of_shares(x1, x2, x3, d1, d2, d3):
    return (x1 * d1 + x2 * d2 + x3 * d3) / 3


@one_entry.misconception(
    """
    You added first, the inputs and what arrives, and multiplied then. Each example is a path of its
    own: multiply within it, then add.
    """
)
def sums_multiplied(x1, x2, x3, d1, d2, d3):
    return (x1 + x2 + x3) * (d1 + d2 + d3)


@one_entry.misconception(
    """
    That is the slope of the neuron's *bias*: what arrives, added up. A weight counts as often as
    its input says.
    """
)
def as_for_the_bias(x1, x2, x3, d1, d2, d3):
    return d1 + d2 + d3


@one_entry.misconception(
    """
    That is the share of the first example alone. The other two use the same weight.
    """
)
def first_example_only(x1, x2, x3, d1, d2, d3):
    return x1 * d1


@one_entry.misconception(
    """
    That is the share of the last example alone, as if each had replaced the one before.
    """
)
def last_example_only(x1, x2, x3, d1, d2, d3):
    return x3 * d3


quiz.several(
    "which_are_summed",
    r"""
    A result has the shape (4, 3), so its gradient has, too. It was computed by adding two
    arguments.

    Of which arguments does the gradient have to be added up, because they were repeated? Tick all.
    """,
    options=[
        right(
            "One of the shape (3,)",
            """
            It was repeated in each of the four rows, so four slopes come back for each entry.
            """,
            name="row",
        ),
        right(
            "One of the shape (4, 1)",
            """
            It was repeated in each of the three columns. Added up along axis 1, its gradient is a
            column again.
            """,
            name="column",
        ),
        right(
            "A single number",
            """
            It was used twelve times, so twelve slopes are added.
            """,
            name="number",
        ),
        wrong(
            "full",
            "One of the shape (4, 3)",
            """
            Nothing was repeated: each entry was used once, and has one slope.
            """,
        ),
        wrong(
            "ones",
            "One of the shape (4, 3) that is full of ones",
            """
            Equal values are not the same entry. Each of the twelve can be nudged on its own.
            """,
        ),
    ],
    hint="Which of them have fewer entries than the result?",
    reasoning="""
    What is copied forward is added up on the way back. An argument with as many entries as the
    result was not copied.
    """,
)


quiz.choice(
    "why_faster",
    """
    You have replaced the loop over 200 examples by `X.T @ dY`, and it takes a small part of the
    time.

    What did you save?
    """,
    options=[
        right(
            "What Python does around each multiplication, not the multiplications",
            """
            The same products are computed and added. But now one call runs through all of them in
            memory that lies side by side, where each turn of a loop has to look up names, make
            objects and choose what to do.
            """,
        ),
        wrong(
            "fewer",
            "Most of the multiplications: a product of matrices needs fewer of them",
            """
            Each entry of `dW` is a sum of 200 products, by whatever way it is computed. There are
            as many as before.
            """,
        ),
        wrong(
            "mean",
            "The sum over the examples: one example stands for all",
            """
            Every example still contributes. A sum over the examples is what `X.T @ dY` does inside.
            """,
        ),
        wrong(
            "rounding",
            "Digits: products of matrices are computed less accurately",
            """
            Both compute with the same sixteen digits. Only the order in which they add may differ,
            and with it the last digit.
            """,
        ),
    ],
    hint="Count the products in one entry of `dW`.",
)


quiz.choice(
    "unwanted_slope",
    r"""
    Somebody profiles the backward pass of a network that reads raw pictures, and finds that a third
    of its time goes into `dX = dZ @ W1.T` of the *first* layer.

    What do you advise?
    """,
    options=[
        right(
            "Leave it out: no parameter depends on it, and the pixels are not to be learned",
            r"""
            `dX` of a layer is what the layer *before* it needs. Before the first one there are only
            data. A program that is written for the parameters leaves the product out.
            """,
        ),
        wrong(
            "needed",
            "Keep it: `dW1` is computed from it",
            """
            `dW1 = X.T @ dZ` is made of the pictures and of what arrives at the layer. `dX` goes
            further back, where nobody waits for it.
            """,
        ),
        wrong(
            "transpose",
            "Write `dZ @ W1` and save the transpose",
            """
            That is another formula. If the layer happens to be square it even has the right shape,
            and it is wrong.
            """,
        ),
        wrong(
            "once",
            "Compute it for the first batch, and use it again",
            """
            It would be another one in each batch. But the question is whether anybody uses it at
            all.
            """,
        ),
    ],
    hint="Which layer would use it?",
)


# ---- asked again

quiz.again(
    "all_parameters/slope_by_hand",
    text=r"""
    A batch of three examples: the first hidden node hands on the column [[y1]], [[y2]], [[y3]], and
    the column of the residuals is [[r1]], [[r2]], [[r3]].

    What is the derivative of the SSR with respect to the outgoing weight $w_3$?
    """,
)
quiz.again(
    "graphs/fork",
    text=r"""
    A program of three lines: $u = [[k]]\,a + b$, then $m = \operatorname{max}(a, c)$, and last the
    product $y$ of both. It runs with $a = [[a]]$, $b = [[b]]$ and $c = [[c]]$.

    At which rate does $y$ change when $a$ alone is nudged?
    """,
)
