"""Find and mend: the slope of tanh, written with what goes in, which small weights cannot show."""

import numpy as np

from backprop.course import Mending

exercise = Mending(
    title="Right, as long as the weights are small",
    statement=r"""
    One hidden neuron with the activation $\tanh$, whose slope is $1 - \tanh^2 z$. The function
    should return the derivatives of the SSR with respect to `w`, `b` and `v`, where the prediction
    is `v * tanh(w * x + b)`.

    It was checked by nudging with weights of a hundredth, and passed at a tolerance of $10^{-6}$.
    With ordinary weights it is wrong. Which line is at fault? Name it, and mend the function.
    """,
    returns=["dSSR_dw", "dSSR_db", "dSSR_dv"],
    practises=["finding a wrong gradient", "choosing where to check"],
    minutes=10,
    fault="dSSR_dz = dSSR_dy * (1 - z**2)",
    because=r"""
    The slope of $\tanh$ is $1 - y^2$ with what comes *out*, `y`. For small `z` the two are nearly
    the same number, because $\tanh z \approx z$ there: at 0.01 they differ in the ninth digit.
    """,
    suspects={
        "z = w * x + b": """
            That is what goes into the neuron.""",
        "y = np.tanh(z)": """
            That is what comes out of it.""",
        "dSSR_dpredicted = -2 * (observed - v * y)": """
            Twice the residual, and the minus because the residual is observed − predicted.""",
        "dSSR_dy = dSSR_dpredicted * v": """
            What the neuron does to the prediction is weighed by `v`.""",
        "dSSR_dw, dSSR_db = np.sum(dSSR_dz * x), np.sum(dSSR_dz)": """
            It makes the right thing of what it gets: `x` is the factor of a weight, 1 that of a
            bias.""",
        "dSSR_dv = np.sum(dSSR_dpredicted * y)": """
            The factor of `v` is what it is multiplied with, `y`.""",
    },
    hints=[
        "With ordinary weights the derivatives for `w` and `b` are wrong, and the one for `v` is "
        "right. What have the first two in common?",
        r"Both are made of `dSSR_dz`. What is the slope of $\tanh$, and where is it taken?",
        r"$1 - \tanh^2 z$, and $\tanh z$ has a name in this function already.",
    ],
    why="""
    Nothing was wrong with the nudge, and nothing with the tolerance. The place was: with tiny
    weights every bent activation looks like a straight line, and a wrong slope like the right one.
    """,
    fixed=[
        (1.0, 0.0, 1.0, np.array([1.0]), np.array([1.0])),
        (1.0, -0.5, 2.0, np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])),
        (-2.0, 0.5, 1.5, np.array([1.0, 2.0]), np.array([1.0, -1.0])),
        (0.01, 0.01, 0.01, np.array([0.5, 1.0]), np.array([1.0, 0.0])),
    ],
)


@exercise.faulty
def slopes_of_one_neuron(w, b, v, x, observed):
    z = w * x + b
    y = np.tanh(z)
    dSSR_dpredicted = -2 * (observed - v * y)
    dSSR_dy = dSSR_dpredicted * v
    dSSR_dz = dSSR_dy * (1 - z**2)
    dSSR_dw, dSSR_db = np.sum(dSSR_dz * x), np.sum(dSSR_dz)
    dSSR_dv = np.sum(dSSR_dpredicted * y)
    return dSSR_dw, dSSR_db, dSSR_dv


@exercise.reference
def slopes_of_one_neuron(w, b, v, x, observed):
    z = w * x + b
    y = np.tanh(z)
    dSSR_dpredicted = -2 * (observed - v * y)
    dSSR_dy = dSSR_dpredicted * v
    dSSR_dz = dSSR_dy * (1 - y**2)
    dSSR_dw, dSSR_db = np.sum(dSSR_dz * x), np.sum(dSSR_dz)
    dSSR_dv = np.sum(dSSR_dpredicted * y)
    return dSSR_dw, dSSR_db, dSSR_dv


@exercise.inputs
def _(rng):
    w, b, v = (float(each) for each in rng.choice([-1, 1], size=3) * rng.integers(2, 8, size=3) / 4)
    n = int(rng.integers(2, 6))
    return w, b, v, rng.integers(1, 7, size=n) / 4, rng.integers(-2, 3, size=n) / 2


def _go_back(w, b, v, x, observed, slope, factor=-2.0):
    z = w * x + b
    y = np.tanh(z)
    share = factor * (observed - v * y)
    to_z = share * v * slope(z, y)
    return np.sum(to_z * x), np.sum(to_z), np.sum(share * y)


@exercise.misconception(
    r"""
    You mended the right place with the slope of the sigmoid, $y(1 - y)$. This neuron is a $\tanh$,
    whose slope is $1 - y^2$.
    """
)
def slope_of_sigmoid(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: y * (1 - y))


@exercise.misconception(
    r"""
    You took the slope away. Then a neuron passes every nudge on whole, as a straight line would; a
    $\tanh$ passes less the further it is from 0.
    """
)
def without_slope(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: np.ones_like(z))


@exercise.misconception(
    r"""
    The square is missing: the slope of $\tanh$ is $1 - y^2$.
    """
)
def without_square(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: 1 - y)


@exercise.misconception(
    r"""
    You multiply by the *value* of $\tanh$. Back through an operation goes its slope, $1 - y^2$.
    """
)
def value_for_slope(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: y)


@exercise.misconception(
    r"""
    You took $\tanh$ of what had been through it already. `y` *is* $\tanh z$, so the slope is
    `1 - y**2`.
    """
)
def through_twice(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: 1 - np.tanh(y) ** 2)


@exercise.misconception(
    """
    You turned the sign in a line that was right: raise the prediction, and the residual falls. The
    fault is still there, too.
    """
)
def sign_turned(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: 1 - z**2, 2.0)


@exercise.misconception(
    r"""
    You squared too much: $(1 - y)^2$ is not $1 - y^2$. Only $y$ is squared.
    """
)
def squared_too_much(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: (1 - y) ** 2)


@exercise.misconception(
    r"""
    The slope of $\tanh$ is $1 - y^2$, with a minus. It is never above 1, because $\tanh$ is nowhere
    steeper than at 0.
    """
)
def plus_for_minus(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: 1 + y**2)


@exercise.misconception(
    r"""
    You took the square away, and the slope is still written with what goes *in*. The square was
    right: $1 - y^2$, with what comes out.
    """
)
def square_taken_away(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: 1 - z)


@exercise.misconception(
    r"""
    The `1 -` is gone: with $y^2$ a neuron at 0 would pass nothing, and there $\tanh$ is steepest.
    The slope is $1 - y^2$.
    """
)
def one_is_gone(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: y**2)


@exercise.misconception(
    r"""
    That is the slope of the *sigmoid*, taken at $z$. This neuron is a $\tanh$, whose slope is
    $1 - y^2$.
    """
)
def slope_of_sigmoid_at_z(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: 1 / (2 + np.exp(z) + np.exp(-z)))


@exercise.misconception(
    r"""
    $-2y$ is the slope of $1 - y^2$, so you went one step too far: $1 - y^2$ is itself the slope of
    $\tanh$.
    """
)
def one_step_too_far(w, b, v, x, observed):
    return _go_back(w, b, v, x, observed, lambda z, y: -2 * y)
