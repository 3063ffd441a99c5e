"""What is given as a download of a class, and what is said of it before or after it is graded."""

from pathlib import Path
from typing import Any

import pytest

from backprop.classroom import workers
from backprop.classroom.notebooks import ANOTHER_CHAPTER
from tests.classroom.downloads import pack, write_notebook, write_zip
from tests.cli.conftest import Run
from tests.cli.test_class_stops import ONE, grade, grade_quickly
from tests.cli.test_class_stops import place as place


@pytest.mark.parametrize(("others", "said"), [(4, True), (3, True), (2, False), (0, False)])
def test_most_notebooks_of_another_assignment_are_said_in_one_line(
    others: int, said: bool, place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grade_other(batch: Any, key: Any) -> Any:
        results = grade_quickly(batch, key)
        for one, result in zip(batch, results, strict=True):
            result["notes"] = [ANOTHER_CHAPTER] if b"other" in one.data else []
        return results

    monkeypatch.setattr(workers, "grade", grade_other)
    files = {
        f"S_{n}_assignsubmission_file/a.ipynb": write_notebook("other" if n < others else ONE, n=n)
        for n in range(4)
    }
    write_zip(place / "week 2.zip", files)
    err = run(*grade(place, "week 2"), "--from", "moodle").err
    line = (
        f"note: {others} of 4 notebooks hold nothing of what ps1 asks: is week 2.zip the download"
    )
    assert (line in err) is said
    # Of those that were graded before nothing is said again with another download.
    assert "hold nothing" not in run(*grade(place, "friday")).err


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(("name", "what"), [("out", "class that was"), ("ps1", "an assignment")])
@pytest.mark.parametrize("command", ["grade", "sources"])
def test_a_folder_of_the_command_is_no_download(
    command: str, name: str, what: str, zipped: bool, place: Path, run: Run
) -> None:
    given = place / name
    if zipped:
        files = {
            f"{name}/{path.name}": path.read_bytes() for path in given.iterdir() if path.is_file()
        }
        given = write_zip(place / f"{name}.zip", files)
    said = run(
        "class", command, place / "ps1", given, "--output", place / "new", "--from", "folders"
    )
    assert (said.code, said.err.count("\n"), (place / "new").exists()) == (2, 1, False)
    assert f"must be what students have handed in, and is the folder of {what}" in said.err.replace(
        "of a class", "of class"
    )


def test_a_student_may_hand_in_a_file_of_such_a_name(place: Path, run: Run) -> None:
    folders = {f"{n}/assignment.json": b"{}" for n in ("ada", "kurt")}
    write_zip(place / "ok.zip", {**folders, "ada/ps1.ipynb": write_notebook(ONE)})
    assert run(*grade(place, "ok"), "--from", "folders").code == 0


def test_downloads_of_two_platforms_in_one_are_called_so(place: Path, run: Run) -> None:
    moodle = pack({"Ada Lovelace_1_assignsubmission_file/a.ipynb": write_notebook(ONE)})
    canvas = pack({"lovelaceada_1_2_a.ipynb": write_notebook(ONE)})
    for order in ({"a.zip": moodle, "b.zip": canvas}, {"a.zip": canvas, "b.zip": moodle}):
        write_zip(place / "outer.zip", order)
        said = run(*grade(place, "outer"))
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "outer.zip holds downloads of Moodle and of Canvas" in said.err
        assert "the roster" not in said.err
    assert run(*grade(place, "outer"), "--from", "folders").code == 0
    # Of other mixtures nobody knows: each zip may be that of a student.
    folders = pack({"ada/a.ipynb": write_notebook(ONE)})
    write_zip(place / "outer.zip", {"a.zip": moodle, "b.zip": folders})
    said = run(*grade(place, "outer"))
    assert "of anybody on the roster, if each zip in it is of one student: choose" in said.err
