"""What readers of the chapter expect before they see it."""

import numpy as np

import backprop as bp
from backprop import frameworks
from backprop.course import Predictions

predictions = Predictions()


@predictions.choice(
    text="""
    The four numbers come from four libraries that share no line of code. Each of them rounds every
    result to about 16 digits, and in 1,000 steps there are some hundred thousand results.

    The seven *parameters* at the end: how far apart are the two that differ most?
    """,
    options={
        "same": "Not at all: all four do the same arithmetic",
        "last": "In their last digits, by less than 0.00000000000001",
        "some": "By about a millionth, as errors of rounding add up",
        "visible": "By some hundredths, as small errors grow from step to step",
    },
    in_order=True,
    because="""
    Each step rounds anew, but descent does not let errors grow here: two runs that are a little
    apart go down into the same valley, and what was between them shrinks.
    """,
)
def how_far_apart():
    runs = [run["dosage"]["last"] for run in frameworks.read_record().runs.values()]
    apart = float(np.max(np.ptp(runs, axis=0)))
    return (
        "same" if apart == 0 else "last" if apart < 1e-14 else "some" if apart < 1e-3 else "visible"
    )


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
    parameters = [bp.Variable(value) for value in frameworks.tasks.START]
    w1, b1, w2, b2, w3, w4, b3 = parameters

    def predict():
        return w3 * bp.softplus(w1 * x + b1) + w4 * bp.softplus(w2 * x + b2) + b3

    bp.fit(
        lambda: bp.sum((observed.reshape(3, 1) - predict()) ** 2),
        parameters, bp.GradientDescent(parameters, 0.02), steps=1000,
    )  # fmt: skip
    found = predict().value
    return "level" if np.allclose(found, 1 / 3, atol=0.03) else "hump"
