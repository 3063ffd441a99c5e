"""Quizzes and graded exercises.

``course.quiz("fitting")`` and ``course.exercise("fitting/residuals_and_ssr")`` show themselves in
a notebook, on a page of the book and in a terminal. Each is written once, in ``exercises/``.
"""

from backprop.course import sources
from backprop.course.exercise import Exercise, Result
from backprop.course.mending import Line, Mending
from backprop.course.outline import Chapter, outline
from backprop.course.predictions import (
    Prediction,
    Predictions,
    Revealed,
    load_prediction,
    prediction_names,
)
from backprop.course.progress.overview import Progress
from backprop.course.progress.records import find_file
from backprop.course.questions import (
    Choice,
    Code,
    Feedback,
    Number,
    Order,
    PredictedNumber,
    PredictedOption,
    Question,
    Several,
    guess,
    right,
    step,
    wrong,
    wrong_order,
)
from backprop.course.quiz import Quiz, load_quiz
from backprop.course.renamed import find_present_name
from backprop.course.series import Part, Series
from backprop.course.source_checks import UncheckedResult, check_text

__all__ = [
    "Chapter",
    "Choice",
    "Code",
    "Exercise",
    "Feedback",
    "Mending",
    "Number",
    "Order",
    "Part",
    "PredictedNumber",
    "PredictedOption",
    "Prediction",
    "Predictions",
    "Progress",
    "Question",
    "Quiz",
    "Result",
    "Revealed",
    "Series",
    "Several",
    "UncheckedResult",
    "check_source",
    "exercise",
    "exercises",
    "guess",
    "outline",
    "prediction",
    "predictions",
    "progress",
    "quiz",
    "quizzes",
    "right",
    "step",
    "wrong",
    "wrong_order",
]


def quiz(chapter: str) -> Quiz:
    """Open the quiz of a chapter.

    Parameters
    ----------
    chapter : str
        Its short name, one of `quizzes`.

    Returns
    -------
    Quiz
        Shows itself; ``quiz[1].answer("a")`` grades in Python.

    Raises
    ------
    ValueError
        If that chapter has no quiz; the message lists those that have one.

    Examples
    --------
    >>> quiz("fitting").title
    'What is a good fit?'
    """
    return load_quiz(chapter)


def quizzes() -> list[str]:
    """List the chapters that have a quiz, in book order.

    Examples
    --------
    >>> quizzes()[0]
    'fitting'
    """
    return sources.quiz_chapters()


def exercise(name: str) -> Exercise:
    """Open an exercise.

    Parameters
    ----------
    name : str
        ``"chapter/exercise"``, one of `exercises`, or its name in an earlier edition.

    Returns
    -------
    Exercise
        A fresh one, with no tries and no hints given.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists those that exist.

    Examples
    --------
    >>> ex = exercise("fitting/residuals_and_ssr")
    >>> ex.check(ex.starter_function).attempted
    False
    """
    name = find_present_name(name)
    near = sources.list_in_chapter(name.partition("/")[0])
    found = sources.load(name, near if name in near else sources.exercise_names(), "exercise")
    assert isinstance(found, Exercise)
    found.id = name
    return found


def exercises() -> list[str]:
    """List the exercises in book order, as ``"chapter/exercise"``.

    Examples
    --------
    >>> exercises()[0]
    'fitting/residuals_and_ssr'
    """
    return sources.exercise_names()


def check_source(name: str, source: str, *, line: Line | None = None) -> Result:
    """Check the function that stands in the source text of a learner.

    What stands outside of the function is run once, for three seconds at most, with `np` and `bp`
    at hand as in every chapter, and the functions of earlier parts where there are such.

    Parameters
    ----------
    name : str
        ``"chapter/exercise"``, one of `exercises`.
    source : str
        Python code that defines the function.
    line : int or str, optional
        The faulty line, where an exercise is to find and mend.

    Returns
    -------
    Result
        What the check finds; an `UncheckedResult`, with the line, where the code cannot be read,
        stops, never ends or has no such function.

    Raises
    ------
    ValueError
        If there is no exercise of that name; the message lists those that exist.
    TypeError
        If the source is no text.

    Examples
    --------
    >>> result = check_source("fitting/residuals_and_ssr", "def residuals(observed predicted):")
    >>> print(str(result).splitlines()[1])
    Python cannot read your code at line 1.
    """
    return check_text(exercise(name), source, line)


def prediction(name: str) -> Prediction:
    """Open a prediction of the text of a chapter.

    Parameters
    ----------
    name : str
        ``"chapter/prediction"``, one of `predictions`.

    Returns
    -------
    Prediction
        Shows itself; ``make(guess)`` commits a guess and shows what is so beside it, ``reveal()``
        shows it without one.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists those that exist.

    Examples
    --------
    >>> prediction("gradient_descent/valley_limit").make(1).counted
    True
    """
    return load_prediction(name)


def predictions() -> list[str]:
    """List the predictions in book order, as ``"chapter/prediction"``.

    Examples
    --------
    >>> "gradient_descent/valley_limit" in predictions()
    True
    """
    return prediction_names()


def progress() -> Progress:
    """Open the record of what you have answered and solved in Python and in notebooks.

    It is kept in the folder for your data, or in the file that the environment variable
    ``BACKPROP_PROGRESS`` names; ``off`` records nothing. The pages of the book keep theirs in the
    browser: export it on the page "Your progress", and ``merge`` it here.

    Returns
    -------
    Progress
        Shows itself as a table by chapter; exports, merges and erases.

    Raises
    ------
    ImportError
        If the folder for your data cannot be found, because `platformdirs` is not installed.

    Examples
    --------
    >>> progress().chapters[0].right
    0
    """
    return Progress(find_file())
