"""Quizzes in the formats of other programs: JupyterQuiz, Moodle XML, GIFT, and QTI.

Every question is first reduced to one of three shapes (`items`), and each format says in a file of
its own how it writes these. What a format cannot hold is noted, never dropped in silence.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from backprop.course.export.gift import write_gift
from backprop.course.export.items import Item, Notes, reduce_question
from backprop.course.export.jupyterquiz import write_jupyterquiz
from backprop.course.export.moodle import write_moodle
from backprop.course.export.qti import write_qti
from backprop.course.quiz import Quiz

__all__ = ["FORMATS", "Format", "export"]


class Format(NamedTuple):
    """A format: what it is called, and the function that writes it."""

    title: str
    write: Callable[[Sequence[Item], Notes], str | bytes]


FORMATS = {
    "jupyterquiz": Format("JupyterQuiz", write_jupyterquiz),
    "moodle": Format("Moodle XML", write_moodle),
    "gift": Format("GIFT", write_gift),
    "qti": Format("QTI 1.2", write_qti),
}


def export(quizzes: Sequence[Quiz], format: str, *, variants: int = 1) -> tuple[str | bytes, Notes]:
    """Write quizzes in another program's format.

    Parameters
    ----------
    quizzes : sequence of Quiz
        Which. A question that comes back in a later one is written once.
    format : str
        One of `FORMATS`.
    variants : int
        How many sets of numbers of each number question.

    Returns
    -------
    content : str or bytes
        A whole file; bytes where it is a zip (QTI).
    notes : list of str
        What the format cannot hold, and what became of it.

    Raises
    ------
    ValueError
        If there is no such format, or `variants` is below 1.
    ImportError
        If the library that writes QTI is not installed.
    """
    if format not in FORMATS:
        raise ValueError(f"no format {format!r}; there are: {', '.join(FORMATS)}")
    if variants < 1:
        raise ValueError(f"variants must be 1 or more, got {variants}")
    notes: Notes = []
    items: list[Item] = []
    seen: set[str] = set()
    for quiz in quizzes:
        for question in quiz:
            if question.id not in seen:
                seen.add(question.id)
                items += reduce_question(question, quiz.title, variants, notes)
    return FORMATS[format].write(items, notes), notes
