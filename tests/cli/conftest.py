"""What tests of the command share: a way to run it, and a reader's file of their own."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from backprop import course
from backprop.cli import main
from backprop.course.progress import records
from backprop.course.progress.records import Answered, Records, Tried


class Said(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `backprop` with these arguments, here."""

    def with_arguments(*arguments: object) -> Said:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # how argparse ends
            code = int(ended.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(code, *said)

    return with_arguments


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's reader keeps their progress; nothing is there yet."""
    path = tmp_path / "data" / "progress.json"
    monkeypatch.setenv("BACKPROP_PROGRESS", str(path))
    monkeypatch.setattr(records, "_warned", set())
    return path


@pytest.fixture
def finished(kept: Path) -> Path:
    """The same, of a reader who has answered everything, two questions at the second try."""
    names = [name for chapter in course.outline() for name in chapter.questions]
    answers = {name: Answered(True, n > 1, 1 + (n < 2)) for n, name in enumerate(names)}
    kept.parent.mkdir()
    kept.write_bytes(Records(answers, {course.exercises()[0]: Tried(True, 1)}).dump())
    return kept
