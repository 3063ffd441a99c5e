"""Points: what exercises and known wrong ideas are worth, as a table that a teacher fills in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from backprop.classroom.assignment import Assignment, list_ideas
from backprop.classroom.spreadsheets import Row, read_decimal, read_rows, write_table
from backprop.course.markup import to_plain
from backprop.course.number_text import show_count

__all__ = [
    "Points", "change_points", "choose_points", "describe_points", "describe_worth",
    "read_points", "write_points",
]  # fmt: skip

_COLUMNS = ("exercise", "idea", "points")
_NAME = r"[a-z]\w*/[a-z]\w*"
_EXAMPLE = "fitting/residuals_and_ssr"  # where the table names none
_MEANING = "what the student reads"


class Points(NamedTuple):
    """What is worth how much.

    Attributes
    ----------
    exercises : dict of str to float
        Whole exercises, by name.
    ideas : dict of str to dict of str to float
        For an exercise, its known wrong ideas.
    """

    exercises: Mapping[str, float]
    ideas: Mapping[str, Mapping[str, float]]


def read_points(path: Path) -> Points:
    """Read what exercises are worth, and what their known wrong ideas are.

    Parameters
    ----------
    path : Path
        A CSV with the columns ``exercise`` and ``points``. With a third one, ``idea``, a line
        that names an idea says what whoever has it gets. Other columns are not read, and an empty
        cell or 0 for an idea gives nothing.

    Raises
    ------
    ValueError
        If a line is no exercise with a number, or the same line stands there twice.
    """
    if not path.is_file():
        raise ValueError(
            f"points must be a table, got {str(path)[:60]!r}, which is no file: "
            "backprop class points writes one"
        )
    rows = read_rows(path)
    names = [cell.casefold() for cell in rows[0].cells] if rows else []
    if "exercise" in names and "points" in names:
        rows = rows[1:]
    elif rows and "/" not in rows[0].cells[0]:
        first = ",".join(rows[0].cells)
        raise ValueError(
            f"{path} must have the columns exercise and points, got {first[:60]!r}: "
            "backprop class points writes such a table"
        )
    else:
        names = ["exercise", "points"]
    exercises: dict[str, float] = {}
    ideas: dict[str, dict[str, float]] = {}
    cells = [cell for row in rows for cell in row.cells]
    example = next((cell for cell in cells if re.fullmatch(_NAME, cell)), _EXAMPLE)
    for row in rows:
        exercise, idea, worth = _read_line(row, names, path, example)
        kept = ideas.setdefault(exercise, {}) if idea else exercises
        word = idea or exercise
        if word in kept:
            raise ValueError(f"line {row.number} of {path} names {word} again: leave one of them")
        kept[word] = worth
    if not exercises and not ideas:
        raise ValueError(
            f"{path} must name exercises, got none: backprop class points writes such a table"
        )
    return Points(exercises, ideas)


def describe_points(assignment: Assignment, given: Points, others: str) -> list[str]:
    """Say what is odd about points that were given.

    Parameters
    ----------
    assignment : Assignment
        With these points.
    given : Points
        What stands in the table.
    others : str
        What becomes of exercises that are not in it.

    Returns
    -------
    list of str
        A sentence for each oddity.
    """
    left = [name for name in assignment.exercises if name not in given.exercises]
    notes = [f"the table names no points for {', '.join(left)[:200]}: {others}"] if left else []
    if not assignment.total:
        notes.append("no exercise is worth anything, so all marks will be 0: is it meant?")
    return notes


def _read_worth(text: str) -> float:
    """Read points as a person writes them: neither a fraction nor what may be a thousand."""
    if "/" in text:
        raise ValueError("it is a fraction: write 2.5 or 2,5")
    if re.fullmatch(r"[1-9]\d{0,2}\.\d\d0", text):
        whole, thousands = f"{float(text):g}", text.replace(".", "")
        raise ValueError(f"it can be read in two ways: write {whole} or {thousands}")
    return read_decimal(text)


def _read_line(row: Row, names: Sequence[str], path: Path, example: str) -> tuple[str, str, float]:
    """Read the exercise, the idea or nothing, and the points of a line."""
    cells = dict(zip(names, row.cells, strict=False))
    idea, worth = cells.get("idea", ""), cells.get("points", "")
    try:
        if len(row.cells) > len(names):
            raise ValueError('it has more cells than the first line: write 2.5, or "2,5"')
        if not cells["exercise"]:
            raise ValueError("it names no exercise")
        return cells["exercise"], idea, _read_worth(worth) if worth or not idea else 0.0
    except ValueError as error:
        raise ValueError(
            f"line {row.number} of {path} must be an exercise and a number, got "
            f"{','.join(row.cells)[:60]!r} ({error}): {example},2"
        ) from None


def choose_points(names: Sequence[str], given: Points, before: Points | None = None) -> Points:
    """Return the points of the exercises of an assignment: those given, else those before, else 1.

    Raises
    ------
    ValueError
        If points are given for an exercise that is not among them.
    """
    unknown = sorted({*given.exercises, *given.ideas} - set(names))
    if unknown:
        raise ValueError(
            f"points must be of exercises of this notebook, got {unknown[0][:60]!r}: "
            f"{', '.join(names)}"
        )
    old = before or Points({}, {})
    ideas = {
        name: {idea: worth for idea, worth in given.ideas.get(name, old.ideas.get(name, {})).items()
               if worth}
        for name in names
    }  # fmt: skip
    return Points(
        {name: given.exercises.get(name, old.exercises.get(name, 1)) for name in names},
        {name: worth for name, worth in ideas.items() if worth},
    )


def change_points(assignment: Assignment, given: Points) -> Assignment:
    """Return an assignment with other points; what is not given stays."""
    chosen = choose_points(assignment.exercises, given, Points(assignment.points, assignment.ideas))
    return replace(assignment, points=chosen.exercises, ideas=chosen.ideas)


def describe_worth(assignment: Assignment) -> str:
    """Say how much is asked, and what all of it is worth."""
    exercises = show_count(len(assignment.exercises), "exercise")
    return f"{exercises}, {show_count(assignment.total, 'point')}"


def write_points(assignment: Assignment) -> bytes:
    """Write the points of an assignment as a table that `read_points` reads.

    Each exercise has a line, and each of its known wrong ideas one below it, with what a student
    reads who has it.
    """
    rows: list[tuple[str, str, float, str]] = []
    for name in assignment.exercises:
        rows.append((name, "", float(assignment.points[name]), ""))
        worth = assignment.ideas.get(name, {})
        for idea, because in list_ideas(name).items():
            text = " ".join(to_plain(because).split())
            rows.append((name, idea, float(worth.get(idea, 0)), text))
    return write_table((*_COLUMNS, _MEANING), rows, mark=True)
