"""Looking sources through: every exercise, question and prediction of the chapters named."""

from collections.abc import Callable, Iterable

from backprop.course import sources
from backprop.course.lint.complaints import Complaint, Desk
from backprop.course.lint.exercises import inspect_exercise
from backprop.course.lint.predictions import inspect_predictions
from backprop.course.lint.quizzes import inspect_quiz

__all__ = ["lint_chapters"]


def lint_chapters(chapters: Iterable[str]) -> list[Complaint]:
    """Look through all that chapters ask of readers.

    Parameters
    ----------
    chapters : iterable of str
        Short names, such as ``"fitting"``.

    Returns
    -------
    list of Complaint
        What is to be mended, file by file; empty if all is well.

    Examples
    --------
    >>> lint_chapters(["fitting"])
    []
    """
    complaints: list[Complaint] = []
    for chapter in chapters:
        for name in sources.exercise_names():
            if name.startswith(f"{chapter}/"):
                complaints += _lint(name, sources.exercise_names(), "exercise")
        if chapter in sources.quiz_chapters():
            known = [f"{name}/quiz" for name in sources.quiz_chapters()]
            complaints += _lint(f"{chapter}/quiz", known, "quiz")
        if chapter in sources.prediction_chapters():
            known = [f"{name}/predictions" for name in sources.prediction_chapters()]
            complaints += _lint(f"{chapter}/predictions", known, "predictions")
    return complaints


#: What a file of each kind makes, and what looks it through.
_KINDS: dict[str, tuple[str, Callable[[object, Desk], None]]] = {
    "exercise": ("exercise = Exercise(...)", inspect_exercise),
    "quiz": ('quiz = Quiz("A title")', inspect_quiz),
    "predictions": ("predictions = Predictions()", inspect_predictions),
}


def _lint(name: str, known: list[str], kind: str) -> list[Complaint]:
    path, part = sources.find_source(name)
    desk = Desk(path, sources.roots()[0].parent, part)
    made = None
    good, inspect = _KINDS[kind]
    with desk.catching(
        "", "reading the file", f"CONTRIBUTING.md shows a whole one; it makes {good}."
    ):
        made = sources.load(name, known, kind)
    if made is not None:
        with desk.catching("", "looking it through"):
            if kind != "exercise":
                made.chapter = name.partition("/")[0]
            inspect(made, desk)
    return desk.complaints
