"""Predict what a small nudge of several parameters does to a loss."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Predict a nudge",
    statement=r"""
    You know a loss where you stand, and its `gradient`: one partial derivative for each parameter.
    `nudges` holds a small change for each parameter, in the same order. Both are NumPy arrays.

    Return what the slopes predict for the loss *after* all these nudges, without computing it
    anew.

    A loss of 2 with the gradient $(-3, 5)$ and the nudges $(0.1, 0.02)$ should become
    $2 - 0.3 + 0.1 = 1.8$.
    """,
    returns=["prediction"],
    practises=["slope", "partial derivative", "gradient"],
    minutes=5,
    hints=[
        r"For one parameter: change of the loss $\approx$ slope × nudge.",
        "The changes that the single nudges cause add up.",
        """
        `gradient * nudges` multiplies element by element. Add up, and do not forget where you
        started.
        """,
    ],
    why=r"""
    Each parameter contributes its own slope times its own nudge, and for small nudges the
    contributions add. What one nudge does to the effect of another is a nudge of a nudge, and the
    prediction leaves it out.
    """,
    fixed=[
        (2.0, np.array([-3.0, 5.0]), np.array([0.1, 0.02])),
        (1.1, np.array([1.7, -3.8, 0.4]), np.array([-0.02, 0.01, 0.03])),
        (0.5, np.array([0.0, 2.0, -1.0]), np.array([0.3, 0.0, -0.1])),
    ],
)


@exercise.starter
def predict_a_nudge(loss, gradient, nudges):
    changes = ...  # one for each parameter
    return ...


@exercise.reference
def predict_a_nudge(loss, gradient, nudges):
    changes = gradient * nudges
    return loss + np.sum(changes)


@exercise.inputs
def _(rng):
    n = rng.integers(2, 8)
    return (
        float(rng.integers(1, 50)) / 10,
        np.round(rng.normal(0, 3, size=n), 1),
        np.round(rng.normal(0, 0.1, size=n), 2),
    )


@exercise.misconception(
    """
    You return the *change* of the loss. Asked for is the loss after it: add the change to the loss
    where you stood.
    """
)
def change_only(loss, gradient, nudges):
    return np.sum(gradient * nudges)


@exercise.misconception(
    """
    You subtract the changes. A positive slope with a positive nudge *raises* the loss. The minus
    comes in only when we *choose* a nudge that goes downhill; here the nudges are given.
    """
)
def downhill(loss, gradient, nudges):
    return loss - np.sum(gradient * nudges)


@exercise.misconception(
    """
    You added up the slopes and the nudges first, and multiplied the two sums. Then every slope
    meets every nudge. Each nudge acts through the slope of its own parameter.
    """
)
def product_of_sums(loss, gradient, nudges):
    return loss + np.sum(gradient) * np.sum(nudges)


@exercise.misconception(
    """
    You added the slopes and left the nudges out. That would be the change if every parameter moved
    by a whole unit, and if the slopes held that far.
    """
)
def without_nudges(loss, gradient, nudges):
    return loss + np.sum(gradient)


@exercise.misconception(
    """
    You return one number for each parameter, as if each were nudged alone. They are nudged
    together: add up all changes.
    """
)
def not_added(loss, gradient, nudges):
    return loss + gradient * nudges


@exercise.misconception(
    """
    Only the first parameter moves in your prediction. Every parameter has a slope, and every one
    was nudged.
    """
)
def first_only(loss, gradient, nudges):
    return loss + gradient[0] * nudges[0]


@exercise.misconception(
    """
    You took the mean of the changes. Seven nudges together do not do a seventh of the work: their
    effects add.
    """
)
def averaged(loss, gradient, nudges):
    return loss + np.mean(gradient * nudges)
