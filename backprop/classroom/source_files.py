"""Checking the exercises in a plain file of Python: those whose functions it defines."""

import re
from collections.abc import Sequence
from pathlib import Path

from backprop.classroom.grade import Found, Report
from backprop.course import exercise as open_exercise
from backprop.course import exercises as list_exercises
from backprop.course.source_checks import check_text

__all__ = ["find_exercises", "grade_source_file"]

_DEFINITION = re.compile(r"^def\s+(\w+)", re.MULTILINE)


def grade_source_file(path: Path, names: Sequence[str] = (), line: int | None = None) -> Report:
    """Check every exercise whose function a file defines, as pages check what is written there.

    Parameters
    ----------
    path : Path
        The file, in UTF-8; it stays as it is.
    names : sequence of str
        The exercises that are meant; without them, those that `find_exercises` finds.
    line : int, optional
        The faulty line, for exercises to find and mend.

    Returns
    -------
    Report
        What was found.

    Raises
    ------
    ValueError
        If it is no text, if it belongs to no exercise, or if there is no exercise of that name.
    OSError
        If it cannot be read.
    """
    try:
        source = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no text in UTF-8: save it as such") from error
    chosen = list(names) or find_exercises(source, path.stem)
    if not chosen:
        raise ValueError(
            f"{path} defines no function with the name of an exercise "
            "(backprop exercises list): name one with --exercise"
        )
    return Report(str(path), [_check(name, source, line) for name in chosen])


def find_exercises(source: str, stem: str = "") -> list[str]:
    """List the exercises to which source text belongs, in book order.

    Parameters
    ----------
    source : str
        Python code, which need not be right.
    stem : str
        The name of its file without an ending, which decides between functions of one name.

    Examples
    --------
    >>> find_exercises("def residuals_and_ssr(observed, predicted):")
    ['fitting/residuals_and_ssr']
    """
    defined = set(_DEFINITION.findall(source))
    exercises = {name: open_exercise(name) for name in list_exercises()}
    found = [name for name, exercise in exercises.items() if exercise.name in defined]
    meant = [name for name in exercises if stem and stem in name.split("/")]
    by_file = [name for name in found if name in meant]
    return by_file or found or [name for name in meant if name.endswith(f"/{stem}")]


def _check(name: str, source: str, line: int | None) -> Found:
    exercise = open_exercise(name)
    exercise.id = ""  # so that nothing is recorded
    result = check_text(exercise, source, line)
    return Found(
        name,
        exercise.title,
        result.attempted,
        result.passed,
        result.message,
        result.misconception,
        list(result.example),
    )
