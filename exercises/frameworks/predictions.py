"""What readers of the chapter expect before they see it."""

import numpy as np

import backprop as bp
from backprop import frameworks
from backprop.course import Predictions
from backprop.frameworks import tasks
from backprop.frameworks.programs.ours import train_dosage

predictions = Predictions()

ERROR = 1e-10 * np.array([name == "w2" for name in tasks.NAMES])


@predictions.choice(
    text=r"""
    Every library rounds each result to about 16 digits, at places of its own. What becomes of such
    an error in 1,000 steps? Let us put one in that is large enough to follow: $w_2$ starts at
    −1.1299999999 instead of −1.13, which is $10^{-10}$ more.

    At the end, how far is the parameter that has moved most from where it was without the error?
    """,
    options={
        "forgotten": "By much less: descent forgets where it came from",
        "alike": "By less than ten times as much",
        "added": "By about a thousand times as much, as every step hands it on",
        "wild": "By a millionth or more, as it grows from step to step",
    },
    in_order=True,
    because=r"""
    It is six times as much, and on the way it was nine. Where the loss begins to fall from its flat
    stretch, two runs that set out a little apart go down a little apart in time, and in the valley
    they draw nearer again. An error in the sixteenth digit grows as little, so after 1,000 steps
    the libraries still differ in their last digits only.
    """,
)
def does_it_grow():
    ends = [
        train_dosage(start, *bp.data.dosage(), tasks.DOSAGE_RATE, tasks.DOSAGE_STEPS)[2]
        for start in (tasks.START, tasks.START + ERROR)
    ]
    grown = float(np.max(np.abs(np.subtract(*ends)))) / ERROR.max()
    return ("forgotten", "alike", "added", "wild")[np.searchsorted([0.1, 10, 5_000], grown)]


@predictions.several(
    text="""
    We learn one parameter, b3, and leave out whatever sets gradients back to zero.

    Which of the four take other steps than before?
    """,
    options={
        "ours": "The engine of this book",
        "PyTorch": "PyTorch",
        "TensorFlow": "TensorFlow",
        "JAX": "JAX",
    },
    in_order=True,
    because="""
    What decides is where a gradient is kept. A parameter that has a `.grad` of its own can only be
    added to, as at a fork. A gradient that is *returned* is a new number each time.
    """,
)
def who_forgets():
    runs = frameworks.read_record().runs
    return [name for name, run in runs.items() if not np.allclose(run["zeroed"], run["left"])]


@predictions.choice(
    text="""
    The observed effects come from a file, as a *column*: three rows with one number each. The
    predictions are a plain list of three. So `observed - predicted` is a table of 3 × 3
    differences, and `loss` is the sum of their squares.

    What does the network learn?
    """,
    options={
        "error": "Nothing: the library stops with an error",
        "hump": "The hump through all three points. It only takes longer",
        "level": "A level line at one third, the mean of what was observed",
        "wild": "Nothing in particular: the gradient is wrong",
    },
    in_order=True,
    because=r"""
    Each prediction is compared with all three observations, 0, 1 and 0, and what is best for all of
    them is their mean, $\frac13$. The gradient says so, quite rightly.
    """,
)
def rows_and_columns():
    x, observed = bp.data.dosage()
    parameters = [bp.Variable(value) for value in tasks.START]
    w1, b1, w2, b2, w3, w4, b3 = parameters

    def predict():
        return w3 * bp.softplus(w1 * x + b1) + w4 * bp.softplus(w2 * x + b2) + b3

    bp.fit(
        lambda: bp.sum((observed.reshape(3, 1) - predict()) ** 2),
        parameters, bp.GradientDescent(parameters, 0.02), steps=1000,
    )  # fmt: skip
    found = predict().value
    return "level" if np.allclose(found, 1 / 3, atol=0.03) else "hump"
