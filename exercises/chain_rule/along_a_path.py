"""How a hidden node responds to its weight and to its bias: a path of two links."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Along a path: a hidden node",
    statement=r"""
    A hidden node of the dosage network computes $z = w x + b$ and then
    $y = \text{softplus}(z) = \ln(1 + e^z)$. Return

    1. $\partial y / \partial w$, how $y$ responds to a nudge of the weight, and
    2. $\partial y / \partial b$, how it responds to a nudge of the bias.

    For $w = 2$, $x = 0.5$ and $b = -1$ we have $z = 0$, and the two are 0.25 and 0.5.
    """,
    returns=["dy_dw", "dy_db"],
    practises=["chain rule", "sigmoid", "local derivative"],
    minutes=10,
    hints=[
        r"""
        Two links: from $w$ to $z$, and from $z$ to $y$. Write down the local derivative of each,
        then multiply.
        """,
        r"""
        The slope of softplus is the sigmoid, $\frac{1}{1 + e^{-z}}$, taken at $z$. `np.exp(-z)` is
        $e^{-z}$.
        """,
        r"In $z = w x + b$ a nudge of $w$ counts $x$ times, and a nudge of $b$ once.",
    ],
    why=r"""
    $\frac{\partial y}{\partial w} = \sigma(z) \cdot x$ and
    $\frac{\partial y}{\partial b} = \sigma(z) \cdot 1$. The first factor is shared: it belongs to
    the softplus, however its $z$ was made.
    """,
    fixed=[
        (2.0, 0.5, -1.0),
        (3.34, 0.5, -1.43),
        (3.34, 0.0, -1.43),
        (-3.53, 1.0, 0.57),
    ],
    # With such an x the smallest usual nudge of w moves z by hundreds.
    hard_for_differences=[(1e-8, 1e8, 0.3), (-2e-8, 5e7, 0.5)],
)


@exercise.starter
def along_a_path(w, x, b):
    z = ...
    dy_dz = ...  # the slope of softplus, at z
    dy_dw = ...
    dy_db = ...
    return dy_dw, dy_db


@exercise.reference
def along_a_path(w, x, b):
    z = w * x + b
    dy_dz = 1 / (1 + np.exp(-z))
    dy_dw = dy_dz * x
    dy_db = dy_dz
    return dy_dw, dy_db


@exercise.inputs
def _(rng):
    w, b = (float(k) / 10 for k in rng.integers(-40, 41, size=2))
    return w, float(rng.choice([-1.5, -0.5, 0.25, 0.5, 0.8, 1.2, 2.0])), b


@exercise.misconception(
    r"""
    The link from $w$ to $z$ is missing in your first result: $z = w x + b$ moves $x$ times as far
    as $w$ does. Multiply by $x$.
    """
)
def link_missing(w, x, b):
    slope = 1 / (1 + np.exp(-(w * x + b)))
    return slope, slope


@exercise.misconception(
    r"""
    Your first result is the response to a nudge of $x$: in that case $z$ moves $w$ times as far.
    Here $w$ is nudged, and the factor beside it is $x$.
    """
)
def nudged_the_input(w, x, b):
    slope = 1 / (1 + np.exp(-(w * x + b)))
    return slope * w, slope


@exercise.misconception(
    r"""
    You multiplied with softplus itself, its height. The first factor is its *slope* at $z$, the
    sigmoid.
    """
)
def height_for_slope(w, x, b):
    height = np.log(1 + np.exp(w * x + b))
    return height * x, height


@exercise.misconception(
    r"""
    You took the slope of the sigmoid, $\sigma(z)(1 - \sigma(z))$. The sigmoid already *is* the
    slope: that of softplus.
    """
)
def slope_of_sigmoid(w, x, b):
    s = 1 / (1 + np.exp(-(w * x + b)))
    return s * (1 - s) * x, s * (1 - s)


@exercise.misconception(
    r"""
    Your first factor is $\frac{1}{1 + e^z}$. Is a minus lost? The sigmoid is
    $\frac{1}{1 + e^{-z}}$. Or is it the slope of the logarithm alone? Inside it stands $1 + e^z$,
    which has the slope $e^z$: multiply by that, too.
    """
)
def inner_exp_missing(w, x, b):
    slope = 1 / (1 + np.exp(w * x + b))
    return slope * x, slope


@exercise.misconception(
    r"""
    Your first factor is $e^z$, the slope of what stands inside of the logarithm. The logarithm
    around it is a link as well, with the slope $\frac{1}{1 + e^z}$: multiply by that, too.
    """
)
def logarithm_missing(w, x, b):
    slope = np.exp(w * x + b)
    return slope * x, slope


@exercise.misconception(
    r"""
    Your sigmoid is taken at $x$. A local derivative is taken where its *own* input is: the softplus
    receives $z = w x + b$.
    """
)
def taken_at_x(w, x, b):
    slope = 1 / (1 + np.exp(-x))
    return slope * x, slope


@exercise.misconception(
    r"""
    Your second result is multiplied by $b$. In $z = w x + b$ the bias is added: nudge it by 0.01,
    and $z$ moves by 0.01, whatever $b$ is. The factor is 1.
    """
)
def times_b(w, x, b):
    slope = 1 / (1 + np.exp(-(w * x + b)))
    return slope * x, slope * b


@exercise.misconception(
    r"""
    You added the factors. Along a path they multiply: softplus passes on $\sigma(z)$ *times* what
    reaches it.
    """
)
def factors_added(w, x, b):
    slope = 1 / (1 + np.exp(-(w * x + b)))
    return slope + x, slope + 1


@exercise.misconception(
    r"""
    You added the factors of your first result. Along a path they multiply: softplus passes on
    $\sigma(z)$ *times* what reaches it, and a nudge of $w$ reaches it $x$ times.
    """
)
def factors_of_w_added(w, x, b):
    slope = 1 / (1 + np.exp(-(w * x + b)))
    return slope + x, slope


@exercise.misconception(
    r"""
    You added the factors of your second result. Along a path they multiply: $\sigma(z)$ *times* the
    1 with which $z$ answers to $b$.
    """,
    # Where both results are 1 too large, something else was done to them.
    shows=lambda case, got, wanted: np.allclose(got, np.add(wanted, (0, 1)), rtol=1e-6),
)
def factors_of_b_added(w, x, b):
    slope = 1 / (1 + np.exp(-(w * x + b)))
    return slope * x, slope + 1
