"""`backprop exercises check` on a plain file of Python, as pages check what is written there."""

import json
from pathlib import Path
from typing import Any

import pytest

from backprop import course
from backprop.classroom.source_files import find_exercises, grade_source_file
from backprop.cli.command import main

WRONG = """def residuals_and_ssr(observed, predicted):
    residuals = observed - predicted
    return residuals, np.sum(residuals)
"""
RIGHT = WRONG.replace("np.sum(residuals)", "np.sum(residuals**2)")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("BACKPROP_PROGRESS", str(tmp_path / "progress.json"))

    def write_file(text: str | bytes, name: str = "mine.py") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    return write_file


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["exercises", "check", *arguments])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_the_exercise_is_found_by_the_name_of_its_function(
    write: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, said = run(capsys, write(WRONG))
    assert code == 1
    assert "✗ fitting/residuals_and_ssr" in said
    assert "plain sum of the residuals" in said
    code, said = run(capsys, write(RIGHT))
    assert code == 0
    assert "1 of 1 solved" in said
    assert not (tmp_path / "progress.json").exists(), "nothing is recorded"


def test_what_stops_the_file_is_said_with_its_line(
    write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, write("def residuals_and_ssr(observed predicted):\n"))
    assert code == 1
    assert "Python cannot read your code at line 1." in said


def test_exercise_and_line_can_be_named(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    ex = course.exercise("engine/first_come")
    path = write(ex.source(ex.reference_function))
    number = str(ex.answer["line"])
    assert run(capsys, path, "--exercise", ex.id)[0] == 1
    code, said = run(capsys, path, "--exercise", ex.id, "--line", number, "--json")
    assert code == 0
    assert json.loads(said)["exercises"][0]["passed"]


def test_files_are_called_files(
    write: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    paths = write(RIGHT), write(WRONG, "other.py")
    assert "This ran the code of the file on this computer." in run(capsys, paths[0])[1]
    said = run(capsys, *paths)[1]
    assert "1 of 2 files solved" in said
    assert "notebook" not in said
    assert "name its files of Python one by one" in run(capsys, str(tmp_path))[1]


def test_functions_of_one_name_are_told_apart_by_the_file() -> None:
    both = find_exercises("def train(x):\n    pass\n")
    assert len(both) == 2
    for name in both:
        assert find_exercises("def train(x):\n    pass\n", name.split("/")[0]) == [name]
    assert find_exercises("a = 1", "residuals_and_ssr") == ["fitting/residuals_and_ssr"]


def test_files_that_belong_to_nothing_are_refused(write: Any) -> None:
    with pytest.raises(ValueError, match="name one with --exercise"):
        grade_source_file(Path(write("a = 1\n")))
    with pytest.raises(ValueError, match="no text in UTF-8"):
        grade_source_file(Path(write(b"a = '\xff'\n")))
