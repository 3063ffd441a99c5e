"""An assignment is handed out without its solutions, and the teacher's half solves all of it."""

import hashlib
import json
from pathlib import Path

import nbformat
import pytest

from backprop import course
from backprop.classroom.assignment import Assignment, parse_time, read_assignment
from backprop.classroom.cells import hash_cell
from backprop.classroom.grading import Key, Submission, grade
from backprop.classroom.points import Points
from backprop.classroom.release import Released, release_assignment
from backprop.course.sources import chapters, roots

CHAPTERS = sorted({name.partition("/")[0] for name in course.exercises()})


def release(what: str, output: Path, **settings: object) -> Released:
    return release_assignment(what, output, package="0.1.0", **settings)  # type: ignore[arg-type]


def read_code(path: Path) -> list[str]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_can_be_handed_out(chapter: str, tmp_path: Path) -> None:
    released = release(chapter, tmp_path / "ps1")
    assert set(released.assignment.exercises) == {
        name for name in course.exercises() if name.startswith(f"{chapter}/")
    }
    handed_out, solved = read_code(released.handed_out), read_code(released.solved)
    assert tuple(map(hash_cell, handed_out)) == released.assignment.cells
    assert read_assignment(tmp_path / "ps1") == released.assignment
    differ = [i for i, cell in enumerate(handed_out) if cell != solved[i]]
    assert len(differ) == len(released.assignment.exercises)
    for name in released.assignment.exercises:
        exercise = course.exercise(name)
        solution = exercise.source(exercise.reference_function)
        assert not any(solution in cell for cell in handed_out)
        assert any(solution in cell for cell in solved)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_solved_notebook_solves_everything_and_the_other_nothing(
    chapter: str, tmp_path: Path
) -> None:
    released = release(chapter, tmp_path / "ps1")
    files = [path.read_bytes() for path in (released.solved, released.handed_out)]
    batch = [Submission(hashlib.sha256(data).hexdigest(), data) for data in files]
    solved, untouched = grade(batch, Key(released.assignment.plain(), seed=5))
    for result, state in ((solved, "solved"), (untouched, "not attempted")):
        assert {one["state"] for one in result["exercises"]} == {state}, result
        assert (result["notes"], result["ended"]) == ([], "finished")


def test_what_students_get_says_what_is_asked_and_until_when(tmp_path: Path) -> None:
    ideas = {"one_parameter/stopping_rule": {"uphill": 0.5, "small_loss": 0}}
    points = Points({"one_parameter/stopping_rule": 2.5}, ideas)
    released = release("one_parameter", tmp_path / "ps1", due="2026-11-30T23:59", points=points)
    cover = json.loads(released.handed_out.read_text())["cells"][1]["source"]
    assert "**2026-11-30, 23:59**" in cover
    assert "| `learn_b3` | 2.5 |" in cover
    assert released.assignment.total == 3.5
    assert released.assignment.ideas == {"one_parameter/stopping_rule": {"uphill": 0.5}}
    assert "uphill" not in released.handed_out.read_text()
    assert sorted(path.name for path in (tmp_path / "ps1").iterdir()) == [
        "assignment.json",
        "ps1.ipynb",
    ]


def test_a_folder_with_one_notebook_can_be_handed_out(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    with pytest.raises(ValueError, match="must hold one notebook, got 0"):
        release(str(own), tmp_path / "ps2")
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Monday"]},
        {
            "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 3,
            "source": ["ex = course.exercise('slopes/slope_by_rule')\n", "ex"],
        },
    ]  # fmt: skip
    for n, cell in enumerate(cells):
        cell["id"] = f"c{n}"
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (own / "monday.ipynb").write_text(json.dumps(notebook))
    released = release(str(own), tmp_path / "ps2")
    assert released.assignment.exercises == ("slopes/slope_by_rule",)
    assert released.assignment.chapter == "monday"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    release("fitting", tmp_path / "ps1")
    with pytest.raises(ValueError, match="not empty: choose another name"):
        release("fitting", tmp_path / "ps1")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"due": "tomorrow"}, "due must be a time in ISO form, got 'tomorrow'"),
        ({"late": "shout"}, "late must be flag, refuse or 10% a day, got 'shout'"),
        ({"late": "0% a day"}, "late must be"),
        ({"attempts": "first"}, "attempts must be latest or best, got 'first'"),
        ({"points": Points({"fitting/none": 1}, {})}, "must be of exercises of this notebook"),
        ({"points": Points({"fitting/residuals_and_ssr": -1}, {})}, "must be 0 or more, got -1"),
    ],
)
def test_what_cannot_be_asked_is_said(
    settings: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        release("fitting", tmp_path / "ps1", **settings)
    assert not (tmp_path / "ps1").exists()


@pytest.mark.parametrize(
    ("late", "said"),
    [
        ("flag", "2026-11-30, 23:59**. Change"),
        ("refuse", "23:59**. What comes later gets no points. Change"),
        ("10% a day", "23:59**. What comes later loses 10% for each day that has begun. Change"),
    ],
)
def test_students_read_when_it_is_due_and_what_late_work_costs(
    late: str, said: str, tmp_path: Path
) -> None:
    released = release("fitting", tmp_path / "ps1", due="2026-11-30T23:59", late=late)
    assert said in nbformat.read(released.handed_out, as_version=4).cells[1].source


def test_an_unknown_chapter_is_named_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no chapter 'nowhere' with a notebook"):
        release("nowhere", tmp_path / "ps1")


def test_work_runs_again_only_when_an_exercise_or_its_cells_change(tmp_path: Path) -> None:
    released = release("one_parameter", tmp_path / "ps1").assignment
    plain = released.plain()
    plain.pop("format")
    later = Assignment(**{**plain, "due": "2027-01-01", "late": "20% a day"})
    assert later.digests() == released.digests()
    assert later.cut_a_day == 0.2
    other = Assignment(**{**plain, "cells": plain["cells"][:-1]})
    assert not set(other.digests().values()) & set(released.digests().values())


def test_damaged_files_are_refused_and_named(tmp_path: Path) -> None:
    file = tmp_path / "assignment.json"
    for content in (b"", b"[]", b"{}", b'{"format": 1, "exercises": 3}', b'{"format": 1}'):
        file.write_bytes(content)
        with pytest.raises(ValueError, match=r"assignment\.json is damaged .*release"):
            read_assignment(tmp_path)


def test_a_day_is_due_at_its_end() -> None:
    assert parse_time("2026-11-30", "due") > parse_time("2026-11-30T23:58", "due")


def test_every_chapter_with_exercises_is_tried() -> None:
    assert set(CHAPTERS) <= set(chapters())
    assert (roots()[1].parent / "book").is_dir()
