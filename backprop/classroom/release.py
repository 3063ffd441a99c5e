"""Handing out an assignment: the students' notebook, its file, and the teacher's half beside it."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from backprop.classroom.assignment import Assignment, describe_time, write_assignment
from backprop.classroom.cells import hash_cell, list_missing_names
from backprop.classroom.points import Points, choose_points
from backprop.course import exercise as open_exercise
from backprop.course import exercises as list_exercises
from backprop.course.sources import roots
from backprop.saving import replaced

__all__ = ["Released", "list_outdated", "release_assignment"]

#: Whoever takes our functions of the parts before opens no exercise.
_OPENED = re.compile(r"""\bexercise\(\s*["']([^"']+)["'](?!\s*\)\s*\.earlier\b)""")
#: What stands at the top of every chapter, by the name that cells know it by.
_IMPORTS = {"np": "import numpy as np", "bp": "import backprop as bp"}
_COVER = "## What is asked: "
Plain = dict[str, Any]


class Released(NamedTuple):
    """Where an assignment was written.

    Attributes
    ----------
    assignment : Assignment
        What is asked.
    handed_out : Path
        The students' notebook.
    solved : Path
        The same with every exercise solved: the teacher's half.
    unsolved : tuple of str
        The exercises of which no code cell holds the starter, so that they are not solved there.
    imports : tuple of str
        The imports that are missing in both notebooks: cells use what they would bring.
    """

    assignment: Assignment
    handed_out: Path
    solved: Path
    unsolved: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


def release_assignment(
    what: str,
    output: Path,
    *,
    package: str,
    due: str | None = None,
    points: Points | None = None,
    late: str = "flag",
    attempts: str = "latest",
) -> Released:
    """Write an assignment that can be handed out.

    Parameters
    ----------
    what : str
        A chapter of the book, or a folder with one notebook in which exercises of the book are
        opened with ``bp.course.exercise("chapter/name")``.
    output : Path
        The folder to make, with the students' notebook and ``assignment.json``; the teacher's half
        goes into a folder beside it, called ``...-teacher``.
    package : str
        The version of this package.
    due, late, attempts : str
        See `Assignment`.
    points : Points, optional
        What exercises and their known wrong ideas are worth; 1 and nothing where nothing is said.

    Raises
    ------
    ValueError
        If there is no such chapter, no notebook, or no exercise in it, or `output` is not empty.
    """
    name = _name_assignment(output)
    source = _find_notebook(what)
    notebook = json.loads(source.read_bytes())
    cells = [_clean(cell) for cell in notebook["cells"]]
    names = _list_opened(cells)
    if not names:
        raise ValueError(f"{source} opens no exercise: bp.course.exercise('fitting/...')")
    worth = choose_points(names, points or Points({}, {}))
    code = tuple(hash_cell(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assignment = Assignment(
        name, source.stem, names, worth.exercises, due, late, attempts, code, package, worth.ideas,
    )  # fmt: skip
    cells.insert(1, _write_cover(assignment))
    for number, cell in enumerate(cells):
        cell.setdefault("id", f"cell-{number}")
    solved = _solve(cells, names)
    kept = {"metadata": notebook["metadata"], "nbformat": 4, "nbformat_minor": 5}
    teacher = output.with_name(f"{output.name}-teacher")
    for folder in (output, teacher):
        _make_folder(folder)
    released = Released(
        assignment, output / f"{output.name}.ipynb", teacher / f"{output.name}-solved.ipynb",
        tuple(name for name in names if not any(_holds_starter(cell, name) for cell in cells)),
        _list_missing_imports(solved),
    )  # fmt: skip
    _write_json(released.handed_out, {"cells": cells, **kept})
    write_assignment(output, assignment)
    _write_json(released.solved, {"cells": solved, **kept})
    return released


def list_outdated(folder: Path, assignment: Assignment) -> list[str]:
    """List what the notebook that was handed out says otherwise than the assignment does now.

    Parameters
    ----------
    folder : Path
        That of the assignment.
    assignment : Assignment
        What is asked now.

    Returns
    -------
    list of str
        ``"points"``, ``"date"``, both or none; none as well where there is no such notebook.
    """
    path = folder / f"{assignment.name}.ipynb"
    if not path.is_file():
        return []
    cells = [_clean(cell)["source"] for cell in json.loads(path.read_bytes())["cells"]]
    cover = next((source for source in cells if source.startswith(_COVER)), "")
    if not cover:
        return []
    rows = [row.rpartition(" | `")[2] for row in _write_rows(assignment)]
    said = f"hand in this notebook.{_describe_due(assignment)} Change what"
    found = {"points": all(row in cover for row in rows), "date": said in cover}
    return [word for word, holds in found.items() if not holds]


def _name_assignment(output: Path) -> str:
    """Return the name of an assignment, which is that of its folder."""
    name = output.absolute().name
    allowed = re.sub(r"[^\w.-]+", "_", name)
    if name != allowed:
        raise ValueError(
            "--output must name a folder in letters, digits, . - and _, because the assignment is "
            f"called like it, got {name[:60]!r}: write {allowed[:60]}"
        )
    return name


def _find_notebook(what: str) -> Path:
    """Find the notebook of a chapter, or the only one of a folder."""
    folder = Path(what)
    if folder.is_dir():
        found = sorted(folder.glob("*.ipynb"))
        if len(found) != 1:
            mend = "leave one in it" if found else "put one in it"
            raise ValueError(f"{what} must hold one notebook, got {len(found)}: {mend}")
        return found[0]
    if folder.is_file():
        raise ValueError(
            f"{what} is a file: put the notebook into a folder of its own, and give that"
        )
    path = roots()[1].parent / "book" / f"{what}.ipynb"
    if not path.is_file():
        chapters = sorted({name.partition("/")[0] for name in list_exercises()})
        here = [name for name in chapters if path.with_stem(name).is_file()]
        if here:
            raise ValueError(
                f"no chapter {what!r} with a notebook here: choose one of {', '.join(here)}, or "
                "a folder that holds a notebook of yours"
            )
        raise ValueError(
            f"no chapter {what!r} with a notebook here, because the package was installed without "
            "the book. Open the chapter in the book, choose Notebook at the top of its page, then "
            "Download this page as a notebook, and give a folder that holds this file alone. "
            "Chapters go by their names where the package is installed from the folder of the "
            'whole book, by pip install -e ".[notebook]"'
        )
    return path


def _clean(cell: Plain) -> Plain:
    """Return a cell without outputs, as nobody has run it."""
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    kept: Plain = {**cell, "source": source}
    if cell["cell_type"] == "code":
        kept |= {"outputs": [], "execution_count": None}
    return kept


def _list_opened(cells: list[Plain]) -> tuple[str, ...]:
    """List the exercises that code cells open, in their order."""
    code = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    known = list_exercises()
    return tuple(dict.fromkeys(name for name in _OPENED.findall(code) if name in known))


def _list_missing_imports(cells: list[Plain]) -> tuple[str, ...]:
    code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    missing = list_missing_names(code)
    return tuple(line for name, line in _IMPORTS.items() if name in missing)


def _write_cover(assignment: Assignment) -> Plain:
    """Write the cell that says what is asked, below the title."""
    due = _describe_due(assignment)
    text = "\n".join(
        [
            f"{_COVER}{assignment.name}",
            "",
            f"Write the functions of these exercises, and hand in this notebook.{due} Change what "
            f"you like in it, but keep the names of the functions.{_describe_lines(assignment)}",
            "",
            "| exercise | function | points |",
            "|---|---|---|",
            *_write_rows(assignment),
        ]
    )
    return {"cell_type": "markdown", "id": "what-is-asked", "metadata": {}, "source": text}


def _write_rows(assignment: Assignment) -> list[str]:
    return [
        f"| {open_exercise(name).title} | `{open_exercise(name).name}` | {points:g} |"
        for name, points in assignment.points.items()
    ]


def _describe_lines(assignment: Assignment) -> str:
    """Say that some exercises ask for a line besides, and where it is named."""
    asking = [open_exercise(name) for name in assignment.exercises if open_exercise(name).answer]
    calls = ", ".join(f"`{exercise.call}`" for exercise in asking)
    if not calls:
        return ""
    return f" Where code is to be mended, write the number of its wrong line for `...`: {calls}."


def _describe_due(assignment: Assignment) -> str:
    """Say until when it may be handed in, and what becomes of what comes later."""
    if not assignment.due:
        return ""
    due = f" It is due by **{describe_time(assignment.due)}**."
    if assignment.late == "refuse":
        return f"{due} What comes later gets no points."
    if assignment.cut_a_day:
        cut = f"{assignment.cut_a_day:.0%}"
        return f"{due} What comes later loses {cut} for each day that has begun."
    return due


def _solve(cells: list[Plain], names: tuple[str, ...]) -> list[Plain]:
    """Return the cells with our own solutions in place of the starters."""
    solved = []
    for cell in cells:
        source = cell["source"]
        for name in names:
            exercise = open_exercise(name)
            if _holds_starter(cell, name):
                starter = exercise.source(exercise.starter_function)
                reference = exercise.source(exercise.reference_function)
                named = "".join(f", {key}={value!r}" for key, value in exercise.answer.items())
                source = source.replace(starter, reference)
                for call in (exercise.call, f"ex.check({exercise.name})"):
                    source = source.replace(call, f"ex.check({exercise.name}{named})")
        solved.append({**cell, "source": source})
    return solved


def _holds_starter(cell: Plain, name: str) -> bool:
    """Return whether a cell is where students write the function of an exercise."""
    exercise = open_exercise(name)
    starter = exercise.source(exercise.starter_function)
    return cell["cell_type"] == "code" and starter in cell["source"]


def _make_folder(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"{folder} is there already, and not empty: choose another name")
    folder.mkdir(parents=True, exist_ok=True)


def _write_json(path: Path, plain: Plain) -> None:
    with replaced(path) as file:
        file.write((json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode())
