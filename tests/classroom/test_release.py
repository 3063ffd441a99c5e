"""An assignment is handed out without its solutions, and the teacher's half solves all of it."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from backprop import course
from backprop.classroom.assignment import Assignment, parse_time, read_assignment
from backprop.classroom.cells import hash_cell
from backprop.classroom.grading import Key, Submission, grade
from backprop.classroom.points import Points
from backprop.classroom.release import Released, list_outdated, release_assignment
from backprop.cli import main
from backprop.course.sources import chapters, roots
from tests.classroom.downloads import write_notebook

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
    assert released.imports == ()
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
    assert "**2026-11-30 23:59**" in cover
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
    with pytest.raises(ValueError, match="must hold one notebook, got 0: put one in it"):
        release(str(own), tmp_path / "ps2")
    for name in ("a", "b"):
        (own / f"{name}.ipynb").write_bytes(write_notebook("1"))
    with pytest.raises(ValueError, match="must hold one notebook, got 2: leave one in it"):
        release(str(own), tmp_path / "ps2")
    with pytest.raises(ValueError, match=r"a\.ipynb is a file: put the notebook into a folder"):
        release(str(own / "a.ipynb"), tmp_path / "ps2")
    for name in ("a", "b"):
        (own / f"{name}.ipynb").unlink()
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


def test_exercises_stand_in_the_order_in_which_the_chapter_asks_for_them(tmp_path: Path) -> None:
    for chapter in CHAPTERS:
        released = release(chapter, tmp_path / chapter).assignment
        known = [name for name in course.exercises() if name.startswith(f"{chapter}/")]
        code = read_code(tmp_path / chapter / f"{chapter}.ipynb")
        asked = {name: f"def {course.exercise(name).name}(" for name in known}
        cells = {
            name: next(n for n, cell in enumerate(code) if start in cell)
            for name, start in asked.items()
        }
        assert released.exercises == tuple(sorted(known, key=lambda name: cells[name])), chapter


def test_whoever_takes_our_functions_of_earlier_parts_opens_no_exercise(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    cells = (
        "import backprop as bp\nours = bp.course.exercise( 'by_hand/training' ) .earlier",
        'ex = bp.course.exercise("by_hand/forward_pass")',
    )
    (tmp_path / "own" / "sheet.ipynb").write_bytes(write_notebook(*cells))
    released = release(str(tmp_path / "own"), tmp_path / "ps1")
    assert released.assignment.exercises == ("by_hand/forward_pass",)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    release("fitting", tmp_path / "ps1")
    with pytest.raises(ValueError, match="not empty: choose another name"):
        release("fitting", tmp_path / "ps1")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"due": "tomorrow"}, "got 'tomorrow': write it as 2026-11-30T23:59 or 30.11"),
        ({"due": "2026-11-31"}, "due must name a day and a time that exist, got '2026-11-31'"),
        ({"due": "31.11.2026 9:00"}, "a day and a time that exist, got '31.11.2026 9:00'"),
        ({"late": "10%"}, "got '10%': write 10% a day, for"),
        ({"late": "shout"}, "a share as 10% a day, got 'shout': write flag, for"),
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
        ("flag", "2026-11-30 23:59**. Change"),
        ("refuse", "23:59**. What comes later gets no points. Change"),
        ("10% a day", "23:59**. What comes later loses 10% for each day that has begun. Change"),
    ],
)
def test_students_read_when_it_is_due_and_what_late_work_costs(
    late: str, said: str, tmp_path: Path
) -> None:
    released = release("fitting", tmp_path / "ps1", due="2026-11-30T23:59", late=late)
    assert said in nbformat.read(released.handed_out, as_version=4).cells[1].source


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-11-30T23:59", "2026-11-30 23:59"),
        ("2026-11-30 23:59:00", "2026-11-30 23:59"),
        ("30.11.2026 23:59", "2026-11-30 23:59"),
        ("30.11.2026, 9:05", "2026-11-30 09:05"),
        ("30.11.2026", "2026-11-30 (end of day)"),
        ("2026-11-30", "2026-11-30 (end of day)"),
    ],
)
def test_a_date_reads_the_same_however_it_was_typed(due: str, said: str, tmp_path: Path) -> None:
    released = release("fitting", tmp_path / "ps1", due=due)
    cover = nbformat.read(released.handed_out, as_version=4).cells[1].source
    assert f"It is due by **{said}**." in cover


def test_a_date_that_is_typed_in_another_form_is_not_another_date(tmp_path: Path) -> None:
    released = release("fitting", tmp_path / "ps1", due="30.11.2026 23:59").assignment
    assert not list_outdated(tmp_path / "ps1", replace(released, due="2026-11-30T23:59"))
    assert list_outdated(tmp_path / "ps1", replace(released, due="2026-12-01T23:59")) == ["date"]


def test_an_unknown_chapter_is_named_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no chapter 'nowhere' with a notebook"):
        release("nowhere", tmp_path / "ps1")


def test_a_package_without_the_book_says_where_its_notebooks_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "site" / "exercises"
    monkeypatch.setattr("backprop.classroom.release.roots", lambda: (installed, installed))
    with pytest.raises(ValueError, match=r"without the book.*Download this page") as caught:
        release("fitting", tmp_path / "ps1")
    button = (roots()[1].parent / "book" / "_templates" / "article-header-buttons.html").read_text()
    for words in ("Notebook", "Download this page as a notebook"):
        assert words in str(caught.value)
        assert f">{words}<" in button
    assert 'pip install -e ".[notebook]"' in str(caught.value)


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


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"late": "flag",', '"late": "flag"', r"damaged \(line {}: a comma is missing; mend it"),
        ('"due": null', '"due": "soon"', r"assignment\.json: due must be a time that can be read"),
    ],
)
def test_a_slip_of_who_edits_the_file_is_shown_with_its_line(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    release("fitting", tmp_path / "ps1")
    file = tmp_path / "ps1" / "assignment.json"
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
    line = text.partition(old)[0].count("\n") + 1
    with pytest.raises(ValueError, match=message.format(line)):
        read_assignment(tmp_path / "ps1")


def test_dates_change_by_a_command_and_what_was_handed_out_is_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "ps1"
    release("fitting", folder, due="2099-11-30T23:59")
    dates = ["class", "dates", str(folder)]
    assert main([*dates, "--due", "4.12.2099 23:59", "--late", "10 % a day"]) == 0
    changed = capsys.readouterr()
    assert "due: 2099-12-04 23:59, late: 10 % a day, attempts: latest" in changed.out
    assert "says otherwise: tell your students" in changed.err
    assert read_assignment(folder).cut_a_day == 0.1
    assert main([*dates, "--due", "2099-11-30T23:59", "--late", "flag"]) == 0
    assert not capsys.readouterr().err
    assert main([*dates, "--due", "none", "--attempts", "best"]) == 0
    assert (read_assignment(folder).due, read_assignment(folder).attempts) == (None, "best")
    assert main([*dates, "--due", "2020-01-01"]) == 0
    assert "2020-01-01 (end of day) is over" in capsys.readouterr().err
    assert main([*dates, "--due", "2026-02-30"]) == 2
    assert read_assignment(folder).due == "2020-01-01"


def test_points_that_are_as_they_were_agree_with_what_was_handed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, table = tmp_path / "ps1", tmp_path / "points.csv"
    release("fitting", folder)
    for worth, differs in ((2, True), (2, True), (1, False)):
        table.write_text(f"exercise,points\nfitting/residuals_and_ssr,{worth}\n")
        assert main(["class", "points", str(folder), "--take", str(table)]) == 0
        assert ("names other points" in capsys.readouterr().err) == differs


@pytest.mark.parametrize("command", ["points", "dates", "grade", "sources"])
def test_the_folder_of_a_class_is_not_taken_for_what_was_handed_out(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ps1-graded"
    release("fitting", tmp_path / "ps1")
    out.mkdir()
    (out / "run.json").write_text("{}")
    before = (tmp_path / "ps1" / "assignment.json").read_bytes()
    (out / "assignment.json").write_bytes(before)
    given = {
        "points": ["--take", "points.csv"],
        "dates": ["--late", "refuse"],
    }.get(command, ["submissions.zip", "--output", str(tmp_path / "new")])
    assert main(["class", command, str(out), *given]) == 2
    assert "give the folder ps1 that" in capsys.readouterr().err
    assert (out / "assignment.json").read_bytes() == before


def test_a_day_is_due_at_its_end() -> None:
    assert parse_time("2026-11-30", "due") > parse_time("2026-11-30T23:58", "due")
    assert parse_time("30.11.2026", "due") == parse_time("2026-11-30", "due")
    assert parse_time("1.2.2026, 9:05", "due") == parse_time("2026-02-01T09:05", "due")


def test_every_chapter_with_exercises_is_tried() -> None:
    assert set(CHAPTERS) <= set(chapters())
    assert (roots()[1].parent / "book").is_dir()


def test_what_is_opened_without_its_starter_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = 'ex = bp.course.exercise("fitting/residuals_and_ssr")\nex'
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sheet.ipynb").write_bytes(write_notebook(cell))
    arguments = ["class", "release", str(tmp_path / "own"), "--output", str(tmp_path / "ps1")]
    assert main(arguments) == 0
    assert "no cell holds the starter of fitting/residuals_and_ssr" in capsys.readouterr().err


def test_an_exercise_that_asks_for_a_line_says_so_where_it_says_what_is_asked(
    tmp_path: Path,
) -> None:
    release("by_hand", tmp_path / "ps1")
    cover = json.loads((tmp_path / "ps1" / "ps1.ipynb").read_text())["cells"][1]["source"]
    asked = "Where code is to be mended, write the number of its wrong line for `...`: `ex.check("
    assert asked in cover
    assert "`ex.check(gradient_by_points, line=...)`" in cover
    release("fitting", tmp_path / "ps2")
    assert "wrong line" not in (tmp_path / "ps2" / "ps2.ipynb").read_text().split("| exercise")[0]


def test_a_share_is_a_day_or_per_day(tmp_path: Path) -> None:
    assert release("fitting", tmp_path / "ps1", late="10% per day").assignment.cut_a_day == 0.1


def test_a_folder_that_cannot_name_an_assignment_is_refused_with_one_that_can(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["class", "release", "fitting", "--output", str(tmp_path / "my set (1)")]) == 2
    error = capsys.readouterr().err
    assert "--output must name a folder in letters, digits" in error
    assert "got 'my set (1)': write my_set_1_" in error
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command", [["release", "fitting"], ["grade", "ps1", "in.zip"], ["sources", "ps1", "in.zip"]]
)
def test_the_name_of_a_file_is_no_folder_to_make(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "ps1.ipynb")
    with pytest.raises(SystemExit) as ended:
        main(["class", *command, "--output", output])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert "argument --output: should be a folder to make" in error
    assert f"write '{tmp_path / 'ps1'}'" in error
    assert not list(tmp_path.iterdir())


def test_one_is_said_in_the_singular(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = tmp_path / "ps1", tmp_path / "points.csv"
    assert main(["class", "release", "fitting", "--output", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("1 exercise, 1 point\n")
    for worth, said in (("1", "1 exercise, 1 point\n"), ("0.5", "1 exercise, 0.5 points\n")):
        table.write_text(f"exercise,points\nfitting/residuals_and_ssr,{worth}\n")
        assert main(["class", "points", str(folder), "--take", str(table)]) == 0
        assert capsys.readouterr().out.startswith(said)


@pytest.mark.parametrize(
    ("top", "missing"),
    [
        ("x = 1", "import numpy as np or import backprop as bp, and"),
        ("import numpy as np", "no cell has import backprop as bp, and"),
        ("import backprop as bp", "no cell has import numpy as np, and"),
        ("import numpy as np, backprop as bp", ""),
    ],
)
def test_an_import_that_is_missing_in_a_notebook_of_ones_own_is_said(
    top: str, missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exercise = course.exercise("fitting/residuals_and_ssr")
    starter = exercise.source(exercise.starter_function)
    opened = f'ex = bp.course.exercise("{exercise.id}")\n\n\n{starter}\n\n\n{exercise.call}'
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sheet.ipynb").write_bytes(write_notebook(top, opened))
    arguments = ["class", "release", str(tmp_path / "own"), "--output", str(tmp_path / "ps1")]
    assert main(arguments) == 0
    error = capsys.readouterr().err
    assert (missing in error) if missing else not error
