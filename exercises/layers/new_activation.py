"""A new activation with its slope: z times the sigmoid of z."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="A new activation, with its slope",
    statement=r"""
    Many networks of today use an activation that looks like a smooth ReLU with a small dip to the
    left of 0: $f(z) = z \cdot \sigma(z)$, with the sigmoid $\sigma(z) = \frac{1}{1 + e^{-z}}$. It
    is called *swish*, or SiLU.

    An engine can use it as soon as it knows two things. Return both, for an array `z`: the values
    $a = f(z)$ and the slopes $f'(z)$.
    """,
    returns=["a", "slope"],
    practises=["activation functions", "product rule"],
    minutes=10,
    hints=[
        "It is a product of two factors, and both of them move when `z` is nudged.",
        r"Product rule: $f'(z) = 1 \cdot \sigma(z) + z \cdot \sigma'(z)$.",
        r"The slope of the sigmoid is $\sigma(z) \cdot (1 - \sigma(z))$.",
    ],
    why=r"""
    There are two paths from $z$ to $f(z)$, one through each factor, so the slope is a sum:
    $\sigma(z) + z \, \sigma(z) (1 - \sigma(z))$. At 0 only the first is left, a half. Further to
    the left the second wins for a while, and the slope is negative: there is the dip.
    """,
    fixed=[
        (np.array([0.0]),),
        (np.array([1.0, -1.0]),),
        (np.array([-6.0, -2.0, -1.28, 0.5, 4.0]),),
    ],
)


@exercise.starter
def swish(z):
    s = 1 / (1 + np.exp(-z))
    a = ...
    slope = ...
    return a, slope


@exercise.reference
def swish(z):
    s = 1 / (1 + np.exp(-z))
    a = z * s
    slope = s + z * s * (1 - s)
    return a, slope


@exercise.inputs
def _(rng):
    size = int(rng.integers(3, 6))
    z = rng.choice([-3, -2.5, -2, -1.5, -0.8, 0.6, 0.9, 1.4, 1.8, 2.5], size=size, replace=False)
    return (z,)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise.misconception(
    """
    Your slope follows one path alone, the one through `z`: the sigmoid is treated as a constant.
    It moves with `z`, too, so there is a second term.
    """
)
def first_path_alone(z):
    return z * _sigmoid(z), _sigmoid(z)


@exercise.misconception(
    """
    Your slope follows one path alone, the one through the sigmoid. The factor `z` in front of it is
    nudged as well, and adds a term.
    """
)
def second_path_alone(z):
    s = _sigmoid(z)
    return z * s, z * s * (1 - s)


@exercise.misconception(
    """
    You multiplied the slopes of the two factors, 1 and that of the sigmoid. For a product the slope
    of each factor is multiplied by the *other* factor, and the two are added.
    """
)
def slopes_multiplied(z):
    s = _sigmoid(z)
    return z * s, s * (1 - s)


@exercise.misconception(
    """
    In your second term the slope of the sigmoid lacks its factor `z`: in `z * s` a nudge of `s`
    counts `z` times.
    """
)
def other_factor_missing(z):
    s = _sigmoid(z)
    return z * s, s + s * (1 - s)


@exercise.misconception(
    """
    In your second term stands the sigmoid itself where its slope belongs, `s * (1 - s)`.
    """
)
def sigmoid_for_its_slope(z):
    s = _sigmoid(z)
    return z * s, s + z * s


@exercise.misconception(
    """
    You took `a * (1 - a)` for the slope of the sigmoid. It is made of what comes out of the
    *sigmoid*, `s * (1 - s)`, not of what comes out of the whole activation.
    """
)
def slope_from_a(z):
    s = _sigmoid(z)
    a = z * s
    return a, s + z * a * (1 - a)


@exercise.misconception(
    """
    The two terms of your slope are subtracted. Two paths lead from `z` to the product, and what
    they bring is added.
    """
)
def terms_subtracted(z):
    s = _sigmoid(z)
    return z * s, s - z * s * (1 - s)


@exercise.misconception(
    """
    That is the ReLU, with its corner at 0. Swish only looks like it from afar: `z` is multiplied by
    the sigmoid of `z`.
    """
)
def relu_for_swish(z):
    return np.maximum(0, z), (z > 0) * 1.0


@exercise.misconception(
    """
    Your sigmoid is turned around. It is `1 / (1 + np.exp(-z))`, with a minus in front of `z`.
    """
)
def sigmoid_turned(z):
    s = _sigmoid(-z)
    return z * s, s + z * s * (1 - s)


@exercise.misconception(
    """
    You added the slopes of the two factors, 1 and that of the sigmoid. That is the rule for a
    *sum*. In a product each slope is multiplied by the other factor first.
    """
)
def slopes_added(z):
    s = _sigmoid(z)
    return z * s, 1 + s * (1 - s)


@exercise.misconception(
    """
    In your second term the slope of the sigmoid is only `1 - s`. It has two factors: `s * (1 - s)`.
    """
)
def half_of_its_slope(z):
    s = _sigmoid(z)
    return z * s, s + z * (1 - s)


@exercise.misconception(
    """
    In your second term the slope of the sigmoid is that of tanh, `1 - s**2`. The sigmoid has
    `s * (1 - s)`.
    """
)
def slope_of_tanh(z):
    s = _sigmoid(z)
    return z * s, s + z * (1 - s**2)


@exercise.misconception(
    """
    `a * (1 - a)` is the slope of the *sigmoid*, if `a` is what the sigmoid hands on. Swish is a
    product with the sigmoid as one of its factors, and has a slope of its own.
    """
)
def as_if_a_were_the_sigmoid(z):
    a = z * _sigmoid(z)
    return a, a * (1 - a)


@exercise.misconception(
    """
    That is the sigmoid alone, and its slope. Swish is `z` *times* the sigmoid of `z`, so both the
    values and the slopes have a factor more to reckon with.
    """
)
def sigmoid_alone(z):
    s = _sigmoid(z)
    return s, s * (1 - s)


@exercise.misconception(
    """
    That is softplus, whose slope is the sigmoid. Swish looks like it from afar, too, but it is `z`
    times the sigmoid.
    """
)
def softplus_for_swish(z):
    return np.logaddexp(0, z), _sigmoid(z)


@exercise.misconception(
    """
    You *add* `z` and its sigmoid. The two are multiplied: `z * s`.
    """
)
def added_to_z(z):
    s = _sigmoid(z)
    return z + s, 1 + s * (1 - s)
