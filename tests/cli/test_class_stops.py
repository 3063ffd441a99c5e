"""A class whose grading was stopped is not exported as if it were graded, whatever is done."""

import csv
import io
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from backprop.classroom import session as sessions
from backprop.classroom import workers
from backprop.classroom.begun import begin_grading, end_grading
from backprop.classroom.collect import HandIn
from backprop.classroom.workers import Workers
from tests.classroom.downloads import write_folder, write_notebook, write_zip
from tests.classroom.graders import grade_words
from tests.cli.conftest import Run

ONE, TWO = "one_parameter/derivative_of_ssr", "one_parameter/stopping_rule"
NAMES = {1: "Ada Lovelace", 2: "Kurt Gödel", 3: "Emmy Noether"}


def grade_quickly(batch: Any, key: Any) -> Any:
    return grade_words(batch, key.assignment)


def pack_class(path: Path, *texts: str) -> Path:
    files = {
        f"{NAMES[n]}_{n}_assignsubmission_file/ps1.ipynb": write_notebook(text)
        for n, text in enumerate(texts, start=1)
    }
    return write_zip(path, files)


@pytest.fixture
def place(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class of three: friday.zip is graded, and has no work of the third."""
    monkeypatch.setattr(Workers, "make_executor", lambda _: ThreadPoolExecutor(1))
    monkeypatch.setattr(Workers, "find_walls", lambda _: "namespaces")
    monkeypatch.setattr(workers, "grade", grade_quickly)
    run("class", "release", "one_parameter", "--output", tmp_path / "ps1")
    (tmp_path / "roster.csv").write_text(
        "Identifier,Full name,Maximum grade\n"
        + "".join(f"Participant {n},{name},10\n" for n, name in NAMES.items())
    )
    pack_class(tmp_path / "friday.zip", f"solved {ONE}", "half")
    both = f"solved {ONE}\nsolved {TWO}"
    pack_class(tmp_path / "saturday.zip", f"solved {ONE}", both, f"solved {TWO}")
    assert run(*grade(tmp_path, "friday"), "--roster", tmp_path / "roster.csv").code == 0
    return tmp_path


def grade(place: Path, name: str) -> list[object]:
    return ["class", "grade", place / "ps1", place / f"{name}.zip", "--output", place / "out"]


def stop_grading(place: Path, run: Run, patch: pytest.MonkeyPatch, name: str = "saturday") -> None:
    """Stop while the first files are graded, when it is known whose they are."""

    def fail(batch: Any, key: Any) -> Any:
        raise OSError(28, "No space left on device")

    with patch.context() as context:
        context.setattr(workers, "grade", fail)
        assert run(*grade(place, name)).code == 2


def stop_collecting(place: Path, run: Run, patch: pytest.MonkeyPatch) -> None:
    """Stop when only the first file has been looked at."""
    collect = sessions.collect_files

    def fail(*arguments: Any) -> Any:
        for found in collect(*arguments):
            yield found
            if isinstance(found, HandIn):
                raise OSError(28, "No space left on device")

    with patch.context() as context:
        context.setattr(sessions, "collect_files", fail)
        assert run(*grade(place, "saturday")).code == 2


def export(place: Path, run: Run, *more: object) -> Any:
    return run("class", "export", place / "out", "--format", "csv", *more)


def list_commands(place: Path) -> dict[str, list[list[object]]]:
    """List what a teacher may type in between, each with what belongs to it."""
    out, ps1 = place / "out", place / "ps1"
    (place / "points.csv").write_text(f"exercise,points\n{ONE},3\n")
    mark = ["class", "override", out, "--student", "2", "--exercise", TWO]
    graded = grade(place, "friday")
    return {
        "override": [
            [*mark, "--points", "1", "--because", "a talk"],
            ["class", "override", out, "--list"],
            [*mark, "--withdraw"],
        ],
        "points": [
            ["class", "points", ps1], ["class", "points", ps1, "--take", place / "points.csv"],
            graded,
        ],
        "dates": [["class", "dates", ps1, "--due", "2026-01-01", "--attempts", "best"], graded],
        "remove": [["class", "remove", out, place / "friday.zip"]],
        "remove what was stopped": [["class", "remove", out, place / "saturday.zip"]],
        "remove both": [
            ["class", "remove", out, place / "saturday.zip"],
            ["class", "remove", out, place / "friday.zip"],
        ],
        "grade": [graded, [*graded, "--again", "all"], [*graded, "--again", "failed"]],
        "roster": [[*graded, "--roster", place / "roster.csv", "--roster-is", "whole"]],
        "sources": [
            ["class", "sources", ps1, place / "saturday.zip", "--output", place / "sources"],
        ],
        "walls": [["class", "walls"]],
        "export": [
            ["class", "export", out, "--format", "csv", "--graded-only"],
            ["class", "export", out, "--format", "moodle", "--anonymous"],
            ["class", "export", out, "--format", "canvas", "--title", "ps1", "--replace"],
        ],
    }  # fmt: skip


@pytest.mark.parametrize("stop", [stop_grading, stop_collecting])
def test_no_command_makes_an_export_possible_after_a_grading_that_was_stopped(
    stop: Any, place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert export(place, run).code == 0
    stop(place, run, monkeypatch)
    listed = list_commands(place)
    saved = place.parent / f"{place.name}-saved"
    shutil.copytree(place, saved)
    for name, commands in listed.items():
        for command in commands:
            said = run(*command)
            assert said.code == 0 or "export" in command, (command, said.err)
            for form in ("csv", "json", "moodle"):
                exported = run("class", "export", place / "out", "--format", form)
                assert (exported.code, exported.out) == (2, ""), (name, command)
        shutil.rmtree(place)
        shutil.copytree(saved, place)
    assert run(*grade(place, "saturday")).code == 0
    assert export(place, run).code == 0


def test_who_waits_is_left_out_if_that_is_asked_for(
    place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_grading(place, run, monkeypatch)
    said = export(place, run)
    assert "the grading of saturday.zip was stopped before its end: 2 students are not" in said.err
    rows = list(csv.DictReader(io.StringIO(export(place, run, "--graded-only").out)))
    # Of Kurt and Emmy something waits; Ada handed in again what is graded already.
    assert [(row["name"], row["points"]) for row in rows] == [("Ada Lovelace", "1")]


def test_nobody_is_exported_as_long_as_nobody_knows_who_waits(
    place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_collecting(place, run, monkeypatch)
    assert "--graded-only" not in export(place, run).err
    said = export(place, run, "--graded-only")
    assert (said.code, said.out, "nobody knows yet of all who wait" in said.err) == (2, "", True)


def test_another_download_that_is_graded_to_its_end_does_not_end_the_one_that_was_stopped(
    place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_grading(place, run, monkeypatch)
    assert run(*grade(place, "friday")).code == 0
    assert "the grading of saturday.zip was stopped" in export(place, run).err
    # It was downloaded once more, into the same place.
    pack_class(place / "saturday.zip", f"solved {ONE}", f"solved {TWO}", "late")
    assert run(*grade(place, "saturday")).code == 0
    assert export(place, run).code == 0


def test_a_folder_of_the_same_name_is_another_download(place: Path, run: Run) -> None:
    for week in ("one", "two"):
        (place / week / "submissions").mkdir(parents=True)
        begin_grading(place / "out", place / week / "submissions")
    end_grading(place / "out", place / "two" / "submissions")
    assert "the grading of submissions was stopped" in export(place, run).err
    end_grading(place / "out", place / "one" / "submissions")
    assert export(place, run).code == 0


def test_a_download_that_was_stopped_and_taken_out_is_not_waited_for(
    place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_grading(place, run, monkeypatch)
    said = run("class", "remove", place / "out", place / "saturday.zip")
    assert (said.code, "note: a grading was stopped before its end" in said.err) == (0, True)
    assert "with a download that counts" in export(place, run).err
    assert run(*grade(place, "friday")).code == 0
    assert export(place, run).code == 0


def test_marks_by_hand_of_a_class_that_was_stopped_come_with_a_note(
    place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_grading(place, run, monkeypatch)
    mark = ["class", "override", place / "out", "--student", "2", "--exercise", TWO]
    said = run(*mark, "--points", "1", "--because", "a talk")
    assert "has 0 for those who wait, and nothing is exported: type the same command" in said.err


def test_a_download_is_called_by_its_whole_name(
    place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "BP-Problem set 1-4711 (1)"
    pack_class(place / f"{name}.zip", f"solved {ONE}", "half", f"solved {TWO}")
    stop_grading(place, run, monkeypatch, name)
    assert f"the grading of {name}.zip was stopped before its end" in export(place, run).err
    assert run(*grade(place, name)).code == 0
    said = run("class", "remove", place / "out", place / f"{name}.zip")
    assert said.out.startswith(f"{name}.zip is out: 3 notebooks count no more")


def test_a_name_that_is_only_the_beginning_takes_no_folder_out(place: Path, run: Run) -> None:
    write_folder(place / "my class", {"ada/ps1.ipynb": write_notebook("half")})
    command = [*grade(place, "friday")[:3], place / "my class", "--output", place / "out"]
    assert run(*command, "--from", "folders").code == 0
    said = run("class", "remove", place / "out", place / "my")
    assert (said.code, "must be a download of this class, got 'my'" in said.err) == (2, True)
