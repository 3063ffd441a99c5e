"""`backprop quiz export`."""

import zipfile
from pathlib import Path

import pytest

from backprop import course
from backprop.course.export.export import FORMATS, export

from .conftest import Run


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "qti"])
def test_the_command_writes_files(format: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "quiz"
    said = run("quiz", "export", "--format", format, "--chapter", "fitting", "--output", path)
    assert (said.code, said.out) == (0, "")
    assert path.read_text(encoding="utf-8") == export([course.quiz("fitting")], format)[0]
    assert run("quiz", "export", "--format", format, "--output", path).code == 2
    printed = run("quiz", "export", "--format", format, "--chapter", "fitting")
    assert printed.out == path.read_text(encoding="utf-8")


def test_a_zip_needs_a_file(run: Run, tmp_path: Path) -> None:
    refused = run("quiz", "export", "--format", "qti")
    assert refused.code == 2
    assert "--output quizzes.zip" in refused.err
    path = tmp_path / "quiz.zip"
    said = run("quiz", "export", "--format", "qti", "--chapter", "fitting", "--output", path)
    assert (said.code, said.out) == (0, "")
    assert "imsmanifest.xml" in zipfile.ZipFile(path).namelist()
    assert "note: QTI, as Canvas reads it, has no hints: they are left out" in said.err
