"""Find the slope of a sum of a power, a product with exp, and a logarithm."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="A slope by the rules",
    statement=r"""
    Let $f(x) = a \, x^3 + b \, x \, e^x + c \ln x$ with $x > 0$. Return the slope of $f$ at $x$.

    Work it out on paper by the rules, then compare with a nudge.
    """,
    returns=["slope"],
    practises=["sum rule", "product rule", "slopes of powers, exp and log"],
    minutes=10,
    hints=[
        "Three parts are added, so find the slope of each part by itself. Begin with $a x^3$.",
        r"""
        $x\,e^x$ is a product of $u = x$ and $v = e^x$. Their slopes are 1 and $e^x$; now
        $u'v + uv'$.
        """,
        r"""
        The three slopes are $3a x^2$, $b\,(e^x + x e^x)$ and $\frac{c}{x}$. In code $e^x$ is
        `np.exp(x)`.
        """,
    ],
    why=r"""
    In a sum each part responds on its own; a fixed factor stays in front. In the product $x\,e^x$
    both factors respond to the nudge: $1 \cdot e^x$ from the first, $x \cdot e^x$ from the second.
    """,
    fixed=[
        (3.0, 1.0, 0.0, 0.0),
        (2.0, 0.0, 1.0, 0.0),
        (2.0, 0.0, 0.0, 1.0),
        (0.5, 2.0, -1.0, 3.0),
        (2.0, -1.0, 0.5, 4.0),
    ],
    # So near to 0 the logarithm bends within every nudge that is usual.
    hard_for_differences=[(1e-5, 0.0, 0.0, 1.0), (1e-7, 0.0, 0.0, 1.0)],
)


@exercise.starter
def slope_by_rule(x, a, b, c):
    power = ...  # slope of a x³
    product = ...  # slope of b x exp(x)
    logarithm = ...  # slope of c ln(x)
    return power + product + logarithm


@exercise.reference
def slope_by_rule(x, a, b, c):
    power = 3 * a * x**2
    product = b * (np.exp(x) + x * np.exp(x))
    logarithm = c / x
    return power + product + logarithm


@exercise.inputs
def _(rng):
    x = float(rng.choice([0.2, 0.4, 0.5, 0.7, 0.8, 1.2, 1.3, 1.5, 1.8, 2.1, 2.5]))
    a, b, c = (float(k) / 10 for k in rng.integers(-40, 41, size=3))
    return x, a, b, c


@exercise.misconception(
    r"""
    In the product $x\,e^x$ you multiplied the two slopes, $1 \cdot e^x$. Each slope is weighted
    with the *other factor*, and then they add: $1 \cdot e^x + x \cdot e^x$.
    """
)
def slopes_multiplied(x, a, b, c):
    return 3 * a * x**2 + b * np.exp(x) + c / x


@exercise.misconception(
    r"""
    In the product $x\,e^x$ only $e^x$ responds to the nudge in your slope. The factor $x$ responds,
    too: it adds $1 \cdot e^x$.
    """
)
def one_factor_still(x, a, b, c):
    return 3 * a * x**2 + b * x * np.exp(x) + c / x


@exercise.misconception(
    r"""
    You treated $e^x$ as a power of $x$ and brought the $x$ down in front. In a power the *base* is
    nudged; here it is the exponent, and $e^x$ is its own slope.
    """
)
def exp_as_power(x, a, b, c):
    return 3 * a * x**2 + b * (np.exp(x) + x * x * np.exp(x - 1)) + c / x


@exercise.misconception(
    r"""
    In the slope of $x^3$ the exponent has come down in front but was not lowered: the slope is
    $3x^2$.
    """
)
def exponent_kept(x, a, b, c):
    return 3 * a * x**3 + b * (np.exp(x) + x * np.exp(x)) + c / x


@exercise.misconception(
    r"""
    In the slope of $x^3$ the exponent was lowered but did not come down in front: the slope is
    $3x^2$, three times yours.
    """
)
def factor_missing(x, a, b, c):
    return a * x**2 + b * (np.exp(x) + x * np.exp(x)) + c / x


@exercise.misconception(
    r"""
    The slope of $\ln x$ is not $\frac{1}{\ln x}$ but $\frac{1}{x}$: the logarithm rises more and
    more slowly, and forgets its own height.
    """
)
def one_over_log(x, a, b, c):
    return 3 * a * x**2 + b * (np.exp(x) + x * np.exp(x)) + c / np.log(x)


@exercise.misconception(
    r"""
    You kept the fixed factors $a$, $b$ and $c$ out. A part that is $c$ times as high is $c$ times
    as steep.
    """
)
def factors_dropped(x, a, b, c):
    return 3 * x**2 + np.exp(x) + x * np.exp(x) + 1 / x


@exercise.misconception(
    """
    That is the value of the function, its height. Asked for is the slope.
    """
)
def value_itself(x, a, b, c):
    return a * x**3 + b * x * np.exp(x) + c * np.log(x)


@exercise.misconception(
    r"""
    The slope of $\ln x$ is $\frac{1}{x}$. You went on to $-\frac{1}{x^2}$: that is the slope of
    $\frac{1}{x}$, one step too far.
    """
)
def one_step_too_far(x, a, b, c):
    return 3 * a * x**2 + b * (np.exp(x) + x * np.exp(x)) - c / x**2


@exercise.misconception(
    r"""
    In $b\,(e^x + x e^x)$ your $b$ multiplies one of the two terms only. The product $x e^x$ has $b$
    in front of all of it, so its whole slope has: mind the parentheses.
    """
)
def factor_of_one_term(x, a, b, c):
    return 3 * a * x**2 + b * np.exp(x) + x * np.exp(x) + c / x
