"""What readers of the chapter expect before they see it."""

import math

import numpy as np

import backprop as bp
from backprop.course import Predictions

predictions = Predictions()

X, OBSERVED = np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])
PLACE = np.array([3.0, 0.5, -3.0, 1.0, 0.5, 1.5, -0.5])  # w1, b1, w2, b2, w3, w4, b3
EQUAL = np.array([3.0, 0.5, -3.0, 1.0, 0.5, 0.5, -0.5])
OPEN = np.array([3.0, 30.0, -3.0, 30.0, 0.5, 1.5, -0.5])
SILENT = np.array([3.0, 0.5, -3.0, 1.0, 0.0, 0.0, -0.5])


def ssr(parameters, x=X, observed=OBSERVED):
    w1, b1, w2, b2, w3, w4, b3 = parameters
    predicted = w3 * bp.softplus(w1 * x + b1) + w4 * bp.softplus(w2 * x + b2) + b3
    return bp.ssr(predicted, observed)


def through_first_neuron(parameters, x=X, observed=OBSERVED, crossed=False, at_output=False):
    """Return the derivatives for w1 and b1 in plain NumPy, with or without a fault."""
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = np.logaddexp(0, z1), np.logaddexp(0, z2)
    to_prediction = -2 * (observed - (w3 * y1 + w4 * y2 + b3))
    slope = 1 / (1 + np.exp(-(y1 if at_output else z1)))
    to_z1 = to_prediction * (w4 if crossed else w3) * slope
    return np.array([np.sum(to_z1 * x), np.sum(to_z1)])


@predictions.choice(
    text=r"""
    For $w_1$ the first program says 1.5365, the second 1.5335. A nudge of 0.01 measures 1.5366.

    Which of the two is right?
    """,
    options={
        "first": "The first, because the nudge agrees with it",
        "second": "The second, although the nudge speaks against it",
        "both": "Both: the difference is rounding",
    },
    because=r"""
    The nudge has an error of its own, of 0.003, because on the way from $w_1$ to $w_1 + 0.01$ the
    curve bends. That it came out next to the first program is an accident of this nudge. Make it
    ten times smaller, or nudge to both sides, and it moves over to the second.
    """,
)
def which_program_is_right():
    def along(w1):
        return ssr([w1, *PLACE[1:]])

    measured = bp.numeric_gradient(along, PLACE[0])
    first = through_first_neuron(PLACE, at_output=True)[0]
    second = through_first_neuron(PLACE)[0]
    if max(abs(first - measured), abs(second - measured)) < 1e-6:
        return "both"
    return "first" if abs(first - measured) < abs(second - measured) else "second"


@predictions.number(
    text=r"""
    We let Python compute $\frac{e^{1 + h} - e^1}{h}$ with $h = 10^{-16}$. With pencil and endless
    patience the result would be 2.71828…

    What does Python print?
    """,
    label="Slope",
    line=(0, 5),
    because=r"""
    Numbers next to 1 lie $2.2 \cdot 10^{-16}$ apart, so $1 + 10^{-16}$ is rounded to 1. Then the
    two values are the same, digit for digit, and their difference is 0.
    """,
)
def slope_by_a_tiny_nudge():
    h = 1e-16
    return (math.exp(1 + h) - math.exp(1)) / h


@predictions.choice(
    text=r"""
    For a nudge to one side the two errors balance near $h = 10^{-8}$. To both sides the error of
    the bend is much smaller, $\frac{e\,h^2}{6}$, and that of rounding is about the same.

    Where do the two balance now?
    """,
    options={
        "larger": r"At a larger nudge, near $10^{-5}$",
        "same": r"Near $10^{-8}$, as before",
        "smaller": r"At a smaller nudge, near $10^{-11}$",
    },
    in_order=True,
    because=r"""
    If bending costs less, we can afford a larger nudge, and a larger nudge loses fewer digits. Set
    $\frac{e\,h^2}{6}$ equal to $\frac{10^{-16} e}{h}$: then $h^3 = 6 \cdot 10^{-16}$, and
    $h \approx 8 \cdot 10^{-6}$.
    """,
)
def best_nudge_to_both_sides():
    balance = (6 * np.finfo(float).eps / 2) ** (1 / 3)
    kept = {"larger": 1e-5, "same": 1e-8, "smaller": 1e-11}
    return min(kept, key=lambda name: abs(math.log(balance / kept[name])))


@predictions.several(
    text=r"""
    Somebody has written $w_4$ for $w_3$ on the way back to the first neuron. We check at the
    place above and at four others, each a little different from it.

    At which of them does the wrong gradient *pass*?
    """,
    options={
        "as_above": r"At the place above, where $w_3 = 0.5$ and $w_4 = 1.5$",
        "one_point": r"There, but with the single data point $x = 1$",
        "equal": r"Where $w_3 = w_4 = 0.5$",
        "wide_open": r"Where both biases are 30, so that the neurons are wide open",
        "silent": r"Where $w_3 = w_4 = 0$",
    },
    in_order=True,
    because=r"""
    A mix-up shows only where the two weights differ. With equal weights the wrong factor is the
    right number, and with weights of 0 what goes back to the neurons is 0 either way.
    """,
)
def places_that_hide_a_mix_up():
    places = {
        "as_above": (PLACE, X, OBSERVED),
        "one_point": (PLACE, X[2:], OBSERVED[2:]),
        "equal": (EQUAL, X, OBSERVED),
        "wide_open": (OPEN, X, OBSERVED),
        "silent": (SILENT, X, OBSERVED),
    }
    return [
        name
        for name, place in places.items()
        if np.allclose(through_first_neuron(*place), through_first_neuron(*place, crossed=True))
    ]
