"""Progress in notebooks: recorded as it happens, merged without loss, never in the way."""

import base64
import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from backprop import course
from backprop.course.progress import records
from backprop.course.progress.records import Answered, Records, Tried, parse


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of this test's own, in a folder that is not there yet."""
    path = tmp_path / "data" / "progress.json"
    monkeypatch.setenv("BACKPROP_PROGRESS", str(path))
    monkeypatch.setattr(records, "_warned", set())
    return path


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def test_an_answer_is_recorded_under_the_chapter_that_asks(kept: Path) -> None:
    course.quiz("gradient_descent")["ssr_or_mse"].answer("right")
    assert read(kept) == {
        "format": "backprop-progress",
        "version": 1,
        "questions": {"gradient_descent/ssr_or_mse": {"right": True, "first": True, "tries": 1}},
        "exercises": {},
    }


def test_first_tries_stand_apart_and_practice_changes_nothing(kept: Path) -> None:
    question = course.quiz("fitting")["residual"]
    for response in ("nonsense", "flipped", "right", "squared"):
        question.answer(response)
    assert read(kept)["questions"] == {
        "fitting/residual": {"right": True, "first": False, "tries": 2}
    }


def test_a_right_answer_after_misses_that_were_not_seen_is_no_first_try(kept: Path) -> None:
    course.quiz("fitting")["residual"].answer("right", misses=1)
    assert read(kept)["questions"]["fitting/residual"]["first"] is False


def test_attempts_at_an_exercise_are_recorded_and_starters_are_not(kept: Path) -> None:
    ex = course.exercise("fitting/residuals_and_ssr")
    ex.check(ex.starter_function)
    assert not kept.exists()
    ex.check(lambda observed, predicted: (0, 0))
    assert read(kept)["exercises"] == {ex.id: {"solved": False, "tries": 1}}
    ex.check(ex.reference_function)
    ex.check(ex.reference_function)
    assert read(kept)["exercises"] == {ex.id: {"solved": True, "tries": 2}}


def test_nothing_is_recorded_on_pages_in_tests_or_when_switched_off(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert records.find_file() == kept
    monkeypatch.setenv("BACKPROP_PAGE", "1")
    assert records.find_file() is None
    monkeypatch.delenv("BACKPROP_PAGE")
    monkeypatch.setenv("BACKPROP_PROGRESS", "off")
    assert records.find_file() is None
    monkeypatch.delenv("BACKPROP_PROGRESS")
    assert "PYTEST_VERSION" in os.environ
    assert records.find_file() is None
    monkeypatch.delenv("PYTEST_VERSION")
    assert records.find_file().name == "progress.json"  # a reader's own


def test_table_counts_what_was_recorded(kept: Path) -> None:
    quiz = course.quiz("fitting")
    for question in quiz:
        if question.kind == "choice":
            question.answer("right", misses=question.name == "residual")
    right = sum(question.kind == "choice" for question in quiz)
    mine = course.progress()
    chapter = next(c for c in mine.chapters if c.chapter == "fitting")
    assert (chapter.right, chapter.first, chapter.questions) == (right, right - 1, len(quiz))
    assert not chapter.done
    assert not mine.done
    row = next(line for line in str(mine).splitlines() if line.startswith(quiz.title))
    assert f"{right} of {len(quiz)}" in row
    html = mine._repr_mimebundle_()["text/html"]
    assert f"<td>{right} of {len(quiz)}</td>" in html
    assert str(kept) in str(mine)


def test_a_finished_book_is_done(kept: Path) -> None:
    everything = Records({
        f"{chapter}/{question.name}": Answered(True, True, 1)
        for chapter in course.quizzes()
        for question in course.quiz(chapter)
    })  # fmt: skip
    kept.parent.mkdir()
    kept.write_bytes(everything.dump())
    mine = course.progress()
    assert mine.done
    assert str(mine).count("✓") == len(mine.chapters) + 1


A = Records({"a/x": Answered(False, False, 3), "a/y": Answered(True, True, 1)}, {})
B = Records({"a/x": Answered(True, True, 1)}, {"a/e": Tried(True, 2)})
MERGED = Records({"a/x": Answered(True, False, 3), "a/y": Answered(True, True, 1)}, B.exercises)


def test_merging_loses_nothing_and_asks_no_order() -> None:
    assert A | B == B | A == MERGED == MERGED | A | B
    assert parse(MERGED.dump()) == MERGED


def test_export_merge_erase(kept: Path, tmp_path: Path) -> None:
    kept.parent.mkdir()
    kept.write_bytes(A.dump())
    other = tmp_path / "other.json"
    other.write_bytes(b"\xef\xbb\xbf" + B.dump())  # an editor may have added a mark
    mine = course.progress()
    assert mine.merge(other).records == MERGED == parse(kept.read_bytes())

    copy = tmp_path / "copy.json"
    mine.export(copy)
    assert parse(copy.read_bytes()) == MERGED
    with pytest.raises(FileExistsError, match="overwrite=True"):
        mine.export(copy)

    with pytest.raises(ValueError, match=r"2 questions and 1 exercises.*confirm=True"):
        mine.erase()
    assert kept.exists()
    mine.erase(confirm=True)
    assert not kept.exists()
    assert course.progress().records == Records()


def test_where_nothing_is_recorded_changes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKPROP_PROGRESS", "off")
    (tmp_path / "a.json").write_bytes(A.dump())
    with pytest.raises(ValueError, match="BACKPROP_PROGRESS"):
        course.progress().merge(tmp_path / "a.json")
    with pytest.raises(ValueError, match="BACKPROP_PROGRESS"):
        course.progress().erase(confirm=True)
    assert "Nothing is recorded here" in str(course.progress())


DAMAGED = {
    "cut short": A.dump()[:60],
    "empty": b"",
    "not text": b"\x80\x81\x82",
    "a list": b"[]",
    "another file": b'{"cells": []}',
    "deep": b"[" * 100_000,
    "no questions": b'{"format": "backprop-progress", "version": 1, "exercises": {}}',
    "a wrong type": A.dump().replace(b'"tries": 3', b'"tries": "3"'),
    "a missing field": A.dump().replace(b'"first": true,', b""),
    "no tries": A.dump().replace(b'"tries": 3', b'"tries": 0'),
    "no entry": A.dump().replace(b'{\n   "right": false', b'7, "a/z": {\n   "right": false'),
    "from an older version": A.dump().replace(b'"version": 1', b'"version": 0'),
    "from a newer version": A.dump().replace(b'"version": 1', b'"version": 2'),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_set_aside_with_a_message(
    content: bytes, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.parent.mkdir()
    kept.write_bytes(content)
    course.quiz("fitting")["residual"].answer("right")
    sound = sorted(records.read(content)[0].questions)
    assert list(read(kept)["questions"]) == [*sound, "fitting/residual"]
    (aside,) = kept.parent.glob("progress-set-aside-*.json")
    assert aside.read_bytes() == content
    said = capsys.readouterr().err
    assert aside.name in said
    assert "Traceback" not in said


def test_looking_at_a_damaged_file_takes_what_is_sound_and_changes_nothing(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.parent.mkdir()
    kept.write_bytes(DAMAGED["a wrong type"])
    assert course.progress().records == Records({"a/y": A.questions["a/y"]})
    assert kept.read_bytes() == DAMAGED["a wrong type"]
    assert "damaged" in capsys.readouterr().err
    course.quiz("fitting")["residual"].answer("right")
    assert list(parse(kept.read_bytes()).questions) == ["a/y", "fitting/residual"]


PARTS = ("questions", "exercises", "guesses", "drafts")

# The scripts of the pages read the same files (tests/javascript/records.test.mjs).
FILES = json.loads(
    (Path(__file__).parents[1] / "javascript" / "cases" / "progress.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", FILES, ids=[case["what"] for case in FILES])
def test_files_are_read_as_the_pages_read_them(case: dict[str, Any]) -> None:
    content = base64.b64decode(case["base64"]) if "base64" in case else case["text"].encode()
    found, problem = records.read(content * case.get("times", 1))
    assert (problem and problem.kind) == case["problem"]
    plain = json.loads(found.dump())
    assert plain.keys() <= {"format", "version", *PARTS}
    wanted = {part: case["records"].get(part, {}) for part in PARTS}
    assert {part: plain.get(part, {}) for part in PARTS} == wanted


MERGES = [A, B, MERGED, Records({"a/x": Answered(True, False, 2, True)}), Records()]


def test_what_was_shown_stays_so_however_records_are_merged() -> None:
    shown, own = Answered(False, False, 2, True), Answered(True, True, 1)
    assert shown | own == own | shown == Answered(True, False, 2, True)
    for one, other in product(MERGES, repeat=2):
        assert one | other == other | one
        assert (one | other) | other == one | other


def test_an_answer_that_was_shown_is_recorded_and_counted_as_such(kept: Path) -> None:
    question = course.quiz("fitting")["residual"]
    for response in ("flipped", "flipped", "squared", "right"):
        feedback = question.answer(response)
    assert (feedback.right, feedback.headline) == (True, "That is the answer that was shown.")
    entry = {"right": True, "first": False, "tries": 3, "shown": True}
    assert read(kept)["questions"] == {"fitting/residual": entry}
    chapter = course.progress().chapters[0]
    assert (chapter.right, chapter.shown) == (0, 1)
    assert "0 of 6 (1 shown)" in str(course.progress())
    course.quiz("fitting")["residual"].answer("right")
    assert read(kept)["questions"] == {"fitting/residual": entry}, "what was shown stays so"


def test_numbers_that_were_shown_do_not_come_back_in_the_next_session(kept: Path) -> None:
    question = course.quiz("fitting")["ssr_by_hand"]
    question.answer(1000)
    feedback = question.answer(1001)
    assert feedback.afresh is not None
    answers = [at.answer for at in question.variants]
    assert not question.answer(answers[0]).right
    assert question.answer(answers[1]).right
    assert read(kept)["questions"]["fitting/ssr_by_hand"] == {
        "right": True, "first": False, "tries": 4
    }  # fmt: skip
    kept.unlink()
    question = course.quiz("fitting")["ssr_by_hand"]
    question.answer(1000)
    question.answer(1001)
    again = course.quiz("fitting")["ssr_by_hand"]
    assert not again.answer(answers[0]).right


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_not_imported(content: bytes, kept: Path, tmp_path: Path) -> None:
    kept.parent.mkdir()
    kept.write_bytes(A.dump())
    (tmp_path / "other.json").write_bytes(content)
    with pytest.raises(ValueError, match="cannot be imported: it"):
        course.progress().merge(tmp_path / "other.json")
    assert kept.read_bytes() == A.dump()


def test_where_nothing_can_be_written_a_lesson_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("BACKPROP_PROGRESS", str(tmp_path / "file" / "progress.json"))
    monkeypatch.setattr(records, "_warned", set())
    for _ in range(2):
        assert course.quiz("fitting")["residual"].answer("right").right
    said = capsys.readouterr().err
    assert said.count("Your progress is not kept") == 1
    assert "BACKPROP_PROGRESS" in said


@pytest.mark.parametrize("missing", ["platformdirs", "filelock"])
def test_without_its_libraries_a_lesson_goes_on(
    missing: str, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    if missing == "platformdirs":
        monkeypatch.delenv("BACKPROP_PROGRESS")
        monkeypatch.delenv("PYTEST_VERSION")
    assert course.quiz("fitting")["residual"].answer("right").right
    said = capsys.readouterr().err
    assert missing in said
    assert "pip install" in said


def test_a_file_that_cannot_be_replaced_stays_parse(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.parent.mkdir()
    kept.write_bytes(A.dump())

    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert course.quiz("fitting")["residual"].answer("right").right
    assert kept.read_bytes() == A.dump()
    assert "No space left" in capsys.readouterr().err
    assert not list(kept.parent.glob("*unfinished*"))


WRITER = """
import sys
from backprop.course.progress import records
for n in range(25):
    records.record_answer(f"{sys.argv[1]}/{n}", True, 0)
    records.record_answer("both/wrong", False, 0)
"""


def test_two_notebooks_may_record_at_once(kept: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name], stderr=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    assert [writer.communicate()[1] for writer in writers] == ["", ""]
    questions = parse(kept.read_bytes()).questions
    assert len(questions) == 51
    assert questions["both/wrong"].tries == 50


def test_in_a_browser_no_lock_is_left_behind(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # There a file that locks cannot be removed, and the next notebook would wait for it in vain.
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert course.quiz("fitting")["residual"].answer("right").right
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    assert "fitting/residual" in records.load(kept).questions


def test_importing_and_looking_need_no_library() -> None:
    program = (
        "import sys, backprop; backprop.course.quiz('fitting');"
        "assert not {'platformdirs', 'filelock'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
