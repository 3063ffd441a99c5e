"""Questions and exercises that have moved: what was recorded under their old names still counts."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backprop import course
from backprop.course.certificate.contents import issue_certificate
from backprop.course.progress import records
from backprop.course.renamed import RENAMED, rename_entries

TESTS = Path(__file__).parents[1]
OLD = TESTS / "saved" / "progress_before_starts.json"
#: The scripts of the pages rename by the same cases (tests/javascript/records.test.mjs).
CASES = json.loads((TESTS / "javascript" / "cases" / "renamed.json").read_text("utf-8"))


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    path.write_bytes(OLD.read_bytes())
    monkeypatch.setenv(records.VARIABLE, str(path))
    return path


def test_old_names_are_gone_and_lead_to_names_that_are_there() -> None:
    outline = course.outline()
    asked = {name for chapter in outline for name in (*chapter.questions, *chapter.exercises)}
    assert set(RENAMED.values()) <= asked
    assert not asked & set(RENAMED)
    assert len(set(RENAMED.values())) == len(RENAMED)


def test_a_file_of_an_earlier_edition_counts_in_the_chapter_of_today(kept: Path) -> None:
    progress = course.progress()
    counted = {chapter.chapter: chapter for chapter in progress.chapters}
    assert (counted["starts"].right, counted["starts"].first, counted["starts"].solved) == (2, 1, 1)
    assert (counted["all_parameters"].right, counted["all_parameters"].solved) == (1, 1)
    assert not set(RENAMED) & {*progress.records.questions, *progress.records.exercises}


def test_an_export_and_a_certificate_hold_the_names_of_today(kept: Path, tmp_path: Path) -> None:
    progress = course.progress()
    progress.export(tmp_path / "exported.json")
    exported = json.loads((tmp_path / "exported.json").read_text())
    then = json.loads(OLD.read_text())
    for part in ("questions", "exercises"):
        present = {RENAMED.get(name, name): entry for name, entry in then[part].items()}
        assert exported[part] == present
    certificate = issue_certificate("Ada", progress.chapters, date(2026, 11, 29))
    (starts,) = [counts for counts in certificate.chapters if counts.chapter == "starts"]
    assert (starts.right, starts.first, starts.solved) == (2, 1, 1)


def test_the_next_answer_goes_on_from_the_old_entry(kept: Path) -> None:
    course.quiz("starts")["zeros"].answer(["outer_weights", "last_bias"])
    written = json.loads(kept.read_text())["questions"]
    assert written["starts/zeros"] == {"right": True, "first": False, "tries": 4}
    assert "all_parameters/zeros" not in written


def test_merging_an_old_file_loses_nothing(kept: Path, tmp_path: Path) -> None:
    kept.unlink()
    assert course.progress().merge(OLD).records.exercises["starts/break_the_symmetry"].solved


def test_an_exercise_and_a_question_open_by_their_old_names() -> None:
    old = course.exercise("all_parameters/break_the_symmetry")
    assert old.id == "starts/break_the_symmetry"
    assert old.check(old.reference_function).passed
    quiz = course.Quiz("A quiz of a teacher")
    quiz.again("all_parameters/twins")
    assert quiz[1].id == "starts/twins"


def merge_plain(present: Any, old: Any) -> Any:
    """Merge two entries as they stand in a file, by the rules of the records."""
    if "guess" in present:
        return present
    kind = records.Tried if "solved" in present else records.Answered
    merged = (kind(**present) | kind(**old))._asdict()
    return {key: value for key, value in merged.items() if key != "shown" or value}


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_entries_are_renamed_as_the_pages_rename_them(case: dict[str, Any]) -> None:
    for part, entries in case["before"].items():
        assert rename_entries(entries, merge_plain, case["renamed"]) == case["after"][part]
