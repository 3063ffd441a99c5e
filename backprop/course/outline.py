"""What the course asks of a reader, chapter by chapter: progress is counted against this list."""

from typing import NamedTuple

from backprop.course import sources
from backprop.course.quiz import load_quiz

__all__ = ["Chapter", "outline"]


class Chapter(NamedTuple):
    """What one chapter asks.

    Attributes
    ----------
    name : str
        Its short name, for example ``"fitting"``.
    title : str
        Its title.
    questions : tuple of str
        The questions of its quiz in order, those from earlier chapters included, as
        ``"chapter/question"``: progress is recorded under the chapter that asks.
    exercises : tuple of str
        Its graded exercises, as ``"chapter/exercise"``.
    """

    name: str
    title: str
    questions: tuple[str, ...]
    exercises: tuple[str, ...]


def outline() -> list[Chapter]:
    """List what each chapter asks, in book order; the final quiz comes last.

    Returns
    -------
    list of Chapter
        Every chapter of the book that has a quiz.

    Raises
    ------
    ValueError
        If two questions of one quiz carry the same name: their answers could not be told apart.

    Examples
    --------
    >>> outline()[0].exercises
    ('fitting/residuals_and_ssr',)
    >>> outline()[0].questions[0].partition("/")[0]
    'fitting'
    """
    in_book = {page.rpartition("/")[2] for page in sources.pages()}
    return [_chapter(name) for name in sources.quiz_chapters() if name in in_book]


def _chapter(name: str) -> Chapter:
    quiz = load_quiz(name)
    questions = tuple(f"{name}/{question.name}" for question in quiz)
    twice = {question for question in questions if questions.count(question) > 1}
    if twice:
        raise ValueError(
            f"the quiz of {name!r} has two questions called {min(twice)!r}; rename one of them"
        )
    exercises = tuple(
        exercise for exercise in sources.exercise_names() if exercise.startswith(f"{name}/")
    )
    return Chapter(name, quiz.title, questions, exercises)
