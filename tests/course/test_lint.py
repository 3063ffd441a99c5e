"""A teacher's slips end in a teacher's words: where, what is wrong, what a good one looks like."""

import shutil
from pathlib import Path

import pytest

from backprop import course
from backprop.course import sources
from backprop.course.lint.lint import lint_chapters

pytestmark = pytest.mark.usefixtures("unrehearsed")

ROOT = Path(__file__).resolve().parents[2]

EXERCISE = r"""
import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="From SSR to MSE",
    statement="Return the *mean* of the squared residuals of a curve.",
    returns=["mse"],
    practises=["residual"],
    minutes=5,
    hints=["Begin with the residuals.", "`np.mean` adds up and divides."],
    why=r"Dividing by $n$ makes losses comparable.",
    fixed=[
        (np.array([1.0, 0.0]), np.array([0.5, 2.0])),
        (np.array([0.0, 1.0, 0.0]), np.array([0.5, 0.5, 0.5])),
    ],
)


@exercise.starter
def mean_squared_error(observed, predicted):
    residuals = ...
    return ...


@exercise.reference
def mean_squared_error(observed, predicted):
    residuals = observed - predicted
    return np.mean(residuals**2)


@exercise.inputs
def _(rng):
    n = rng.integers(2, 7)
    return rng.integers(0, 3, size=n) / 2, np.round(rng.normal(0.5, 1.0, size=n), 1)


@exercise.misconception("That is the sum.")
def sum_of_squares(observed, predicted):
    return np.sum((observed - predicted) ** 2)


@exercise.misconception("You took the mean first.")
def square_of_mean(observed, predicted):
    return np.mean(observed - predicted) ** 2


@exercise.misconception("You took the mean of the distances.")
def mean_distance(observed, predicted):
    return np.mean(np.abs(observed - predicted))
"""

QUIZ = r"""
import backprop as bp
from backprop.course import Quiz, right, wrong

quiz = Quiz("What is a good fit?")

quiz.choice(
    "larger",
    "Two points have the residuals $-2$ and $1$. Which adds more to the SSR?",
    options=[
        right("The first, four times as much.", "A square does not see the sign."),
        wrong("sign_kept", "The second, it takes nothing away.", "Squares are never negative."),
        wrong("not_squared", "The first, twice as much.", "You compared the distances."),
    ],
    hint="Square both numbers.",
)


@quiz.number(
    text="The loss is $w^2$, and we stand at $w = [[w]]$. What is its gradient?",
    label="Gradient =",
    decimals=2,
    hint="What is the derivative of a square?",
    reasoning=r"It is $2w$, and $2 \cdot [[w]] = [[answer]]$.",
)
def gradient_of_square(w):
    return 2 * w


@gradient_of_square.draw
def _(rng):
    return {"w": rng.integers(5, 400) / 10 + 0.001}


@gradient_of_square.check
def _(w):
    return bp.numeric_gradient(lambda at: at**2, w)


@gradient_of_square.misconception("That is the loss itself.")
def loss_itself(w):
    return w**2


@gradient_of_square.misconception("Your sign says that the loss falls.")
def wrong_sign(w):
    return -2 * w
"""

PREDICTIONS = r"""
import backprop as bp
from backprop.course import Predictions

predictions = Predictions()


@predictions.number(
    text=r"The loss is $w^2$. What is its gradient at $w = 3$?", decimals=1, line=(0, 10),
    because="It is $2w$.",
)
def gradient():
    return bp.grad(lambda w: w**2)(3.0)


@predictions.choice(
    text="Does the loss rise there?", because="Its gradient is positive.",
    options={"rises": "It rises", "falls": "It falls"},
)
def direction():
    return "rises" if bp.grad(lambda w: w**2)(3.0) > 0 else "falls"
"""


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Look through a chapter of one file of each kind; return the complaints as text."""
    folder = tmp_path / "exercises"
    (folder / "fitting").mkdir(parents=True)
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    monkeypatch.setattr(sources, "roots", lambda: (folder, tmp_path / "_toc.yml"))

    def with_sources(
        exercise: str = EXERCISE, quiz: str = QUIZ, predictions: str = PREDICTIONS
    ) -> list[str]:
        (folder / "fitting" / "mse.py").write_text(exercise, encoding="utf-8")
        (folder / "fitting" / "quiz.py").write_text(quiz, encoding="utf-8")
        (folder / "fitting" / "predictions.py").write_text(predictions, encoding="utf-8")
        return [str(complaint) for complaint in lint_chapters(["fitting"])]

    return with_sources


@pytest.mark.parametrize("chapter", sources.chapters())
def test_the_book_itself_has_nothing_to_mend(chapter: str) -> None:
    assert [str(complaint) for complaint in lint_chapters([chapter])] == []


def test_good_sources_have_nothing_to_mend(lint) -> None:
    assert lint() == []


SLIPS = {
    "no reference": (
        "@exercise.reference\n", "",
        "it has no reference\n    @exercise.reference decorates the solution",
    ),
    "no starter": ("@exercise.starter\n", "", "it has no starter"),
    "no inputs": ("@exercise.inputs\n", "", "it has no inputs"),
    "a fixed example of another length": (
        "(np.array([1.0, 0.0]), np.array([0.5, 2.0])),", "(np.array([1.0, 0.0]),),",
        "fixed example 1: it has 1 values, and mean_squared_error takes 2\n"
        "    A good one: (observed, predicted",
    ),
    "a fixed example that is no tuple": (
        "(np.array([1.0, 0.0]), np.array([0.5, 2.0])),", "np.array([1.0, 0.0]),",
        "fixed example 1: it is a ndarray, and should be a tuple",
    ),
    "a name of NumPy misspelt": (
        "np.mean(residuals**2)", "np.meen(residuals**2)",
        "fixed example 1: the reference fails on it. The reference stopped with an error.",
    ),
    "misspelt where the file is read": (
        "(np.array([1.0, 0.0]), np.array", "(np.aray([1.0, 0.0]), np.array",
        "exercises/fitting/mse.py, line 15: reading the file failed: module 'numpy' has no "
        "attribute 'aray': do you mean array?",
    ),
    "no Python": ("    residuals = ...", "    residuals = = ...", "line 23: reading the file"),
    "inputs that are a list": (
        "return rng.integers(0, 3, size=n) / 2, np.round(rng.normal(0.5, 1.0, size=n), 1)",
        "return [np.ones(n), np.zeros(n)]", "inputs: it is a list, and should be a tuple",
    ),
    "inputs of another length": (
        "/ 2, np.round(rng.normal(0.5, 1.0, size=n), 1)", "/ 2,",
        "inputs: it has 1 values, and mean_squared_error takes 2",
    ),
    "inputs that are always the same": (
        "return rng.integers(0, 3, size=n) / 2, np.round(rng.normal(0.5, 1.0, size=n), 1)",
        "return np.ones(2), np.zeros(2)", "it draws nearly the same arguments each time",
    ),
    "an answer that is no number": (
        "return np.mean(residuals**2)", "return np.mean(residuals**2) * np.nan",
        "the reference returns not a number (NaN) as mse",
    ),
    "a command of LaTeX without a plain form": (
        "$n$ makes", r"$\nosuchcommand n$ makes", "its why cannot be shown",
    ),
    "a dollar without a partner": ("$n$ makes", "$n makes", "its why cannot be shown: a $ without"),
    "a wrong idea that is right": (
        "return np.sum((observed - predicted) ** 2)", "return np.mean((observed - predicted) ** 2)",
        "misconception sum_of_squares: it passes",
    ),
    "two wrong ideas of the same values": (
        "return np.mean(np.abs(observed - predicted))",
        "return np.sum((observed - predicted) ** 2)",
        "misconception mean_distance: it is taken for sum_of_squares",
    ),
    "the same explanation twice": (
        "You took the mean first.", "That is the sum.", "it has the explanation of sum_of_squares",
    ),
    "a starter that is the solution": (
        "    residuals = ...\n    return ...",
        "    residuals = observed - predicted\n    return np.mean(residuals**2)",
        "the starter is the solution already",
    ),
    "another name": (
        "@exercise.reference\ndef mean_squared_error(observed",
        "@exercise.reference\ndef mse(observed",
        "the starter is mean_squared_error(observed, predicted), the reference mse(",
    ),
    "no fixed example": ("        (np.array([1.0", "    ] and [\n        (np.array([1.0", ""),
    "one hint": ('"Begin with the residuals.", ', "", "fewer than two hints"),
    "no exercise": ("exercise = Exercise(", "made = exercise = dict(", "reading the file failed"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), SLIPS.values(), ids=SLIPS)
def test_a_slip_in_an_exercise(old: str, new: str, says: str, lint) -> None:
    assert EXERCISE.count(old) == 1
    complaints = lint(exercise=EXERCISE.replace(old, new))
    if says:
        assert any(says in complaint for complaint in complaints), complaints
        assert all(one.startswith("exercises/fitting/mse.py") for one in complaints)
    assert not any("Traceback" in one or "assert" in one for one in complaints)


MENDING = (
    EXERCISE.replace("Exercise", "Mending")
    .replace(
        '    returns=["mse"],',
        """    returns=["mse"],
    fault="return np.sum(residuals**2)",
    because="The mean is asked for.",
    suspects={
        "residuals = observed - predicted": "In this order.",
        "def mean_squared_error(observed, predicted):": "Both are needed.",
    },""",
    )
    .replace(
        """@exercise.starter
def mean_squared_error(observed, predicted):
    residuals = ...
    return ...""",
        """@exercise.faulty
def mean_squared_error(observed, predicted):
    residuals = observed - predicted
    return np.sum(residuals**2)""",
    )
    .replace(
        """@exercise.misconception("That is the sum.")
def sum_of_squares(observed, predicted):
    return np.sum((observed - predicted) ** 2)""",
        """@exercise.misconception("That is half of the sum.")
def half_of_the_sum(observed, predicted):
    return np.sum((observed - predicted) ** 2) / 2""",
    )
)

MENDING_SLIPS = {
    "no faulty code": (
        "@exercise.faulty\n", "",
        "it has no faulty\n    @exercise.faulty decorates the code with one planted fault",
    ),
    "a fault that is not in the code": (
        'fault="return np.sum(residuals**2)"', 'fault="return np.sum(residuals)"',
        "fault: the line 'return np.sum(residuals)' stands not in the code of mean_squared_error",
    ),
    "a suspect that is the fault": (
        '"def mean_squared_error(observed, predicted):": "Both',
        '"return np.sum(residuals**2)": "Both', "suspects: 'return np.sum(residuals**2)' is the",
    ),
    "one suspect": (
        '        "residuals = observed - predicted": "In this order.",\n', "",
        "suspects: fewer than two lines are explained",
    ),
    "a fault that is a suspect": (
        'fault="return np.sum(residuals**2)"',
        'fault="def mean_squared_error(observed, predicted):"',
        "suspects: 'def mean_squared_error(observed, predicted):' is the fault itself",
    ),
    "a reference that changes another line": (
        "    residuals = observed - predicted\n    return np.mean(residuals**2)",
        "    distances = observed - predicted\n    return np.mean(distances**2)",
        "reference: it changes line 2, 'residuals = observed - predicted', which is not named as",
    ),
    "code without a fault": (
        "    return np.sum(residuals**2)\n\n\n@exercise.reference",
        "    return np.mean(residuals**2)\n\n\n@exercise.reference", "is the solution already",
    ),
    "a sign without a partner": ("The mean is", "The $ mean is", "explanation of the fault cannot"),
}  # fmt: skip


def test_good_code_to_mend_has_nothing_to_mend(lint) -> None:
    assert lint(exercise=MENDING) == []


@pytest.mark.parametrize(("old", "new", "says"), MENDING_SLIPS.values(), ids=MENDING_SLIPS)
def test_a_slip_in_code_to_mend(old: str, new: str, says: str, lint) -> None:
    assert MENDING.count(old) == 1
    complaints = lint(exercise=MENDING.replace(old, new))
    assert any(says in complaint for complaint in complaints), complaints


SERIES = (
    EXERCISE.replace("import Exercise", "import Series").replace(
        "exercise = Exercise(",
        'exercise = Series("Two steps")\n\npart = exercise.part(\n    "mse",',
    )
).replace("@exercise.", "@part.")


def test_a_good_part_has_nothing_to_mend(lint) -> None:
    assert lint(exercise=SERIES) == []


def test_slips_in_a_series(lint) -> None:
    (one,) = lint(exercise=SERIES.replace("@part.inputs\n", ""))
    assert one.startswith("exercises/fitting/mse.py, part mse: it has no inputs")
    (hidden,) = lint(exercise=SERIES.replace('exercise.part(\n    "mse"', 'exercise.part(*["mse"]'))
    assert "its parts cannot be listed without running it" in hidden
    again = SERIES + SERIES.replace('exercise = Series("Two steps")', "").replace(
        '"mse",', '"two",'
    )
    (twice,) = lint(exercise=again)
    assert "part two: an earlier part asks for mean_squared_error already" in twice


QUIZ_SLIPS = {
    "draw that returns a tuple": (
        'return {"w": rng.integers(5, 400) / 10 + 0.001}', "return (rng.integers(5, 400) / 10,)",
        "question gradient_of_square: draw returns a tuple, no dictionary\n"
        '    A good one: return {"w": ...}',
    ),
    "draw with a wrong key": (
        '{"w": rng', '{"v": rng', "draw gives v, and the question takes w",
    ),
    "an answer that is no number": ("return 2 * w", 'return float("nan") * w', "the answer is nan"),
    "a name misspelt": ("return 2 * w", "return bp.sqr(w)", "has no attribute 'sqr': do you mean"),
    "equal options": (
        "The first, twice as much.", "The first, four times as much.", "options read the same",
    ),
    "an unknown slot": ("[[answer]]$", "[[anser]]$", "uses [[anser]]; there are"),
    "a command of LaTeX without a plain form": (
        r"$2 \cdot [[w]]", r"$2 \nosuchcommand [[w]]", "cannot be shown",
    ),
    "no draw": ("@gradient_of_square.draw\n", "", "it has no draw"),
    "ideas that lead to the answer": ("return w**2", "return 2 * w", "stay apart"),
    "no title": ('Quiz("What is a good fit?")', "Quiz()", "reading the file failed: TypeError"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), QUIZ_SLIPS.values(), ids=QUIZ_SLIPS)
def test_a_slip_in_a_quiz(old: str, new: str, says: str, lint) -> None:
    assert QUIZ.count(old) == 1
    complaints = lint(quiz=QUIZ.replace(old, new))
    assert any(says in complaint for complaint in complaints), complaints
    assert all(one.startswith("exercises/fitting/quiz.py") for one in complaints)


PREDICTION_SLIPS = {
    "a name misspelt": (
        "return bp.grad(lambda w: w**2)(3.0)\n\n\n@", "return bp.grat(lambda w: w**2)(3.0)\n\n\n@",
        "computing what is so failed: module 'backprop' has no attribute 'grat': do you mean grad?",
    ),
    "an option that is none": (
        'return "rises" if', 'return "raises" if',
        "computed 'raises', which is none of its options: rises, falls",
    ),
    "a line that is too short": ("line=(0, 10)", "line=(0, 5)", "leaves out the truth, 6"),
    "equal options": ('"It falls"', '"It rises"', "2 options read the same"),
    "a name that cannot be kept": ('"falls": "It', '"it falls": "It', "which cannot be kept"),
    "one option": (', "falls": "It falls"', "", "has 1 options: give it 2 to 8"),
    "two of one name": ("def direction", "def gradient", "two predictions are called 'gradient'"),
    "no reasoning": ('because="It is $2w$."', 'because=" "', "its because is empty"),
    "a dollar without a partner": ("It is $2w$", "It is $2w", "its because cannot be shown: a $"),
    "nothing asked": ("Does the loss rise there?", "The loss", "it asks nothing"),
    "no predictions": ("predictions = Predictions()", "predictions = []", "reading the file"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), PREDICTION_SLIPS.values(), ids=PREDICTION_SLIPS)
def test_a_slip_in_predictions(old: str, new: str, says: str, lint) -> None:
    assert PREDICTIONS.count(old) == 1
    complaints = lint(predictions=PREDICTIONS.replace(old, new))
    assert any(says in complaint for complaint in complaints), complaints
    assert all(one.startswith("exercises/fitting/predictions.py") for one in complaints)


def test_a_file_that_predicts_nothing_is_pointed_out(lint) -> None:
    empty = PREDICTIONS.partition("@predictions")[0]
    assert "it asks for no prediction" in lint(predictions=empty)[0]


def test_an_exercise_is_looked_through_without_a_record(lint) -> None:
    before = course.progress().records
    lint()
    assert course.progress().records == before


def test_the_command_says_what_is_to_mend(lint, capsys: pytest.CaptureFixture[str]) -> None:
    from backprop.cli import main

    lint()
    assert main(["exercises", "lint", "fitting"]) == 0
    assert capsys.readouterr().out == "nothing to mend in 1 chapter\n"
    lint(exercise=EXERCISE.replace("@exercise.reference\n", ""))
    assert main(["exercises", "lint"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("exercises/fitting/mse.py: it has no reference\n    @exercise.reference")
    assert out.endswith("1 to mend in 1 chapter\n")
    assert main(["exercises", "lint", "fiting"]) == 2
    assert "no chapter 'fiting' here" in capsys.readouterr().err
