"""What exercises and known wrong ideas are worth: a table that is read and written."""

import zipfile
from pathlib import Path

import pytest

from backprop import course
from backprop.classroom.assignment import Assignment, list_ideas, read_assignment
from backprop.classroom.points import (
    Points,
    change_points,
    describe_points,
    read_points,
    write_points,
)  # fmt: skip
from backprop.classroom.spreadsheets import read_rows

ONE, TWO = "one_parameter/derivative_of_ssr", "one_parameter/stopping_rule"
ASSIGNMENT = Assignment(
    "ps1", "one_parameter", (ONE, TWO), {ONE: 1, TWO: 3}, None, "flag", "latest", (), "0.1.0"
)


def read(folder: Path, text: str) -> Points:
    (folder / "points.csv").write_text(text, encoding="utf-8")
    return read_points(folder / "points.csv")


@pytest.mark.parametrize(
    "text",
    [
        f"exercise,points\n{ONE},2.5\n",
        f"{ONE},2.5\n\n",
        f"{ONE};2,5",
        f"\ufeffExercise;Points\n{ONE};2,5\n",
        f'sep=,\nexercise,points\n{ONE},"2,5"\n',
        f"points\tnote\texercise\n2,50\tx\t{ONE}\n",
    ],
)
def test_points_are_read_from_the_table_of_any_office(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, text) == Points({ONE: 2.5}, {})


def test_a_wrong_idea_has_points_of_its_own(tmp_path: Path) -> None:
    table = f"exercise,idea,points\n{ONE},,2\n{ONE},lost_two,1.5\n{ONE},averaged,\n"
    points = read(tmp_path, table)
    assert points == Points({ONE: 2}, {ONE: {"lost_two": 1.5, "averaged": 0}})
    changed = change_points(ASSIGNMENT, points)
    assert (changed.points, changed.ideas) == ({ONE: 2, TWO: 3}, {ONE: {"lost_two": 1.5}})
    assert changed.digests() == ASSIGNMENT.digests()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"{ONE},many\n",
            r"line 1 of .* \(points should be a number such as 0\.5, got 'many'\)",
        ),
        (f"exercise,points\n{ONE},2,5\n", 'line 2 of .* more cells than .*: write 2.5, or "2,5"'),
        (f"exercise;points\n{ONE};1,500\n", "1500 or 1.500"),
        (f"exercise,idea,points\n{ONE},lost_two,1\n{ONE},lost_two,2\n", "line 3 .* lost_two again"),
        ("exercise,points\n,1\n", "names no exercise"),
        (f"exercise,points\n{ONE},5/2\n", "line 2 .*it is a fraction: write 2.5 or 2,5"),
        (f"exercise,points\n{ONE},1.000\n", "line 2 .* read in two ways: write 1 or 1000"),
        ("exercise,points\n", "must name exercises, got none: backprop class points writes"),
        ("PK\x03\x04", "save it as CSV"),
        (f"{TWO},1\n{ONE},many\n", rf"line 2 of .*: {TWO},2$"),
        (f'{TWO},1\n,3\n"",many\n', rf"line 2 of .*names no exercise\): {TWO},2$"),
        (
            f'"exercise,points"\n"{ONE},2"\n',
            r'everything in one column, for each line is quoted as one cell \("exercise,points"\)'
            ": import it into the spreadsheet as text that is divided by commas",
        ),
        (f'"{ONE};2"\n', r"one column, .* divided by semicolons"),
        ("Identifier,Name,Grade\nParticipant 1,Ada,2\n", "have the columns exercise and points"),
    ],
)
def test_what_is_no_table_of_points_is_said(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        read(tmp_path, text)


def test_what_a_table_of_points_leaves_out_is_said() -> None:
    some = Points({ONE: 2}, {})
    (note,) = describe_points(change_points(ASSIGNMENT, some), some, "each is worth 1")
    assert note == f"the table names no points for {TWO}: each is worth 1"
    nothing = Points({ONE: 0, TWO: 0}, {})
    (note,) = describe_points(change_points(ASSIGNMENT, nothing), nothing, "")
    assert "all marks will be 0" in note
    assert describe_points(ASSIGNMENT, Points({ONE: 1, TWO: 3}, {}), "") == []


def test_what_is_no_table_at_all_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="got '2', which is no file: backprop class points"):
        read_points(Path("2"))
    for name, message in (("ps1.ipynb", "is a zip, and not"), ("[Content_Types].xml", "as CSV")):
        with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
            archive.writestr(name, "x")
        with pytest.raises(ValueError, match=message):
            read_points(tmp_path / "c.zip")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Points({}, {ONE: {"lost_too": 1}}), "got 'lost_too': lost_minus, lost_two, averaged"),
        (
            Points({}, {ONE: {"lost_two": 2}}),
            "must be 0 to 1, which .* is worth, got 2: choose 0.5",
        ),
        (Points({}, {ONE: {"lost_two": -1}}), "got -1"),
        (Points({TWO: 0}, {TWO: {"uphill": 1}}), "must be 0 to 0"),
        (Points({}, {"fitting/none": {"x": 1}}), "exercises of this notebook, got 'fitting/none'"),
    ],
)
def test_points_that_cannot_be_are_refused(given: Points, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        change_points(ASSIGNMENT, given)


def test_the_table_that_is_written_holds_every_idea_and_is_read_back(tmp_path: Path) -> None:
    assignment = change_points(ASSIGNMENT, Points({TWO: 2.5}, {TWO: {"uphill": 0.5}}))
    (tmp_path / "points.csv").write_bytes(write_points(assignment))
    assert change_points(ASSIGNMENT, read_points(tmp_path / "points.csv")) == assignment
    rows = read_rows(tmp_path / "points.csv")
    ideas = [row.cells[1] for row in rows[1:] if row.cells[0] == TWO and row.cells[1]]
    assert ideas == list(list_ideas(TWO))
    assert all(row.cells[3] for row in rows[1:] if row.cells[1])


def test_ideas_that_are_only_seen_in_values_have_no_points() -> None:
    some = [slip for name in course.exercises() for slip in course.exercise(name).misconceptions]
    assert any(slip.shows for slip in some)
    for name in course.exercises():
        seen = {slip.name for slip in course.exercise(name).misconceptions if slip.shows}
        assert not seen & list_ideas(name).keys()


def test_the_file_of_an_assignment_keeps_them_and_an_older_one_has_none(tmp_path: Path) -> None:
    import json

    plain = change_points(ASSIGNMENT, Points({}, {ONE: {"lost_two": 0.5}})).plain()
    (tmp_path / "assignment.json").write_text(json.dumps(plain))
    assert read_assignment(tmp_path).ideas == {ONE: {"lost_two": 0.5}}
    del plain["ideas"]
    (tmp_path / "assignment.json").write_text(json.dumps(plain))
    assert read_assignment(tmp_path) == ASSIGNMENT
