"""What a student gets: points, dates, attempts, manual marks; and who sees what of it."""

import csv
import html
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from backprop import course
from backprop.classroom.assignment import Assignment, parse_time
from backprop.classroom.begun import find_ungraded
from backprop.classroom.exports import hide_names, write_export
from backprop.classroom.feedback import name_page, pack_pages, write_page, write_pages
from backprop.classroom.gradebook import Line, list_overrides, make_gradebook
from backprop.classroom.notebooks import ANOTHER_CHAPTER
from backprop.classroom.platforms import (
    check_platform,
    describe_export,
    find_column,
    list_replaced,
)
from backprop.classroom.roster import Roster, Student
from backprop.classroom.spreadsheets import make_safe
from backprop.classroom.store import Entry, Override, Store, open_store
from backprop.course.markup import to_plain
from backprop.course.values import format_argument

ONE, TWO = "one_parameter/derivative_of_ssr", "one_parameter/stopping_rule"
ADA = Student("1", "Ada Lovelace", "ada@x.org")
DUE = "2026-11-30T23:59:00+00:00"


def make_assignment(**changes: Any) -> Assignment:
    plain: dict[str, Any] = {
        "name": "ps1", "chapter": "one_parameter", "exercises": (ONE, TWO),
        "points": {ONE: 1, TWO: 3}, "due": DUE, "late": "flag", "attempts": "latest",
        "cells": (), "package": "0.1.0",
    }  # fmt: skip
    return Assignment(**{**plain, **changes})


def make_result(file: str, *solved: str, **changes: Any) -> dict[str, Any]:
    exercises = [
        {"id": name, "state": "solved" if name in solved else "wrong", "message": f"on {name}",
         "misconception": None, "example": [["yours", "=1+1"]]}
        for name in (ONE, TWO)
    ]  # fmt: skip
    plain = {"file": file, "exercises": exercises, "notes": [], "ended": "finished", "cpu": 0.1}
    return {**plain, **changes}


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with open_store(tmp_path / "out", {"assignment": "ps1", "grader": "0"}, make=True) as store:
        digests = {ONE: "1", TWO: "2"}
        files = {"none": (), "first": (ONE,), "second": (TWO,), "all": (ONE, TWO)}
        store.add_results([make_result(file, *solved) for file, solved in files.items()], digests)
        yield store


def hand_in(store: Store, *files: str, student: str = "1", **more: Any) -> None:
    for n, file in enumerate(files):
        store.add_entries([Entry(student, "", f"{student}/{n}", file, f"{n}.zip", **more)])


def count(store: Store, *, roster: Roster | None = None, **changes: Any) -> Line:
    lines = make_gradebook(make_assignment(**changes), store, roster or Roster([ADA]))
    return next(line for line in lines if line.student.id == "1")


def test_points_are_those_of_what_is_solved(store: Store) -> None:
    hand_in(store, "second")
    line = count(store)
    assert (line.points, line.total, [mark.points for mark in line.marks]) == (3, 4, [0, 3])
    assert count(store, points={ONE: 0.5, TWO: 2}).points == 2


def test_a_file_that_cannot_be_read_is_not_called_nothing(store: Store) -> None:
    unread = {"1": {"Ada_1_assignsubmission_file/ada.pdf": "is a PDF: ask for the .ipynb"}}
    (line,) = make_gradebook(make_assignment(), store, Roster([ADA]), unread=unread)
    assert line.notes == ("nothing that can be graded was handed in: ada.pdf is a PDF",)
    assert (line.points, line.attempts, line.files) == (0, 0, ())
    with zipfile.ZipFile(io.BytesIO(pack_pages("moodle", make_assignment(), [line]))) as pages:
        assert pages.namelist() == ["Ada_1_assignsubmission_file/feedback.html"]
    assert "a file that ends in .ipynb" in write_page(make_assignment(), line)
    (hidden,) = hide_names([line], 1)
    assert (hidden.notes, hidden.paths) == (("a note",), ())
    hand_in(store, "second")
    (line,) = make_gradebook(make_assignment(), store, Roster([ADA]), unread=unread)
    assert (line.points, line.notes) == (3, ())


def test_a_student_without_work_has_a_line(store: Store) -> None:
    line = count(store)
    assert (line.points, line.attempts) == (0, 0)
    assert line.notes == ("nothing was handed in",)
    assert [mark.state for mark in line.marks] == ["not reached"] * 2


@pytest.mark.parametrize(
    ("policy", "files", "points"),
    [
        ("latest", ["all", "first"], 1),
        ("best", ["all", "first"], 4),
        ("best", ["first", "second", "none"], 3),
        ("latest", ["first", "none", "all"], 4),
    ],
)
def test_the_attempt_that_counts_is_chosen_by_policy(
    policy: str, files: list[str], points: float, store: Store
) -> None:
    hand_in(store, *files)
    line = count(store, attempts=policy)
    assert (line.points, line.attempts) == (points, len(files))


def test_notebooks_of_one_attempt_count_together(store: Store) -> None:
    for n, file in enumerate(("first", "second", "none")):
        store.add_entries([Entry("1", "", f"{n}.ipynb", file, "c.zip")])
    line = count(store)
    assert (line.points, line.attempts, line.files) == (4, 1, ("first", "second", "none"))
    assert line.notes == ("for each exercise the best of 3 files counts",)
    assert "For each exercise the best of 3 files counts" in write_page(make_assignment(), line)


def test_the_same_files_in_a_later_download_are_no_new_attempt(store: Store) -> None:
    hand_in(store, "all", "all", "all")
    assert count(store).attempts == 1


@pytest.mark.parametrize(
    ("late", "submitted", "expected"),
    [
        ("flag", "2026-11-30T23:59:00+00:00", (False, 0, 4)),
        ("flag", "2026-12-01T00:00:00+00:00", (True, 1, 4)),
        ("refuse", "2026-12-01T00:00:00+00:00", (True, 1, 0)),
        ("10% a day", "2026-12-01T00:00:00+00:00", (True, 1, 3.6)),
        ("10% a day", "2026-12-03T12:00:00+00:00", (True, 3, 2.8)),
        ("50% a day", "2026-12-31T00:00:00+00:00", (True, 31, 0)),
        ("10% a day", None, (False, None, 4)),
    ],
)
def test_late_work_is_what_the_policy_says(
    late: str, submitted: str | None, expected: tuple[bool, int, float], store: Store
) -> None:
    hand_in(store, "all", submitted=submitted)
    line = count(store, late=late)
    assert (line.late, line.days, line.points) == expected


def test_dates_that_change_change_the_points_and_nothing_runs_again(store: Store) -> None:
    hand_in(store, "all", submitted="2026-12-01T12:00:00+00:00")
    assert count(store, late="10% a day").points == 3.6
    assert count(store, late="10% a day", due="2026-12-02").points == 4
    extended = Roster([Student("1", due="2026-12-05")])
    line = count(store, late="refuse", roster=extended)
    assert (line.late, line.points) == (False, 4)
    assert count(store, late="refuse", due=None).points == 4


def test_a_mark_of_the_platform_alone_takes_nothing_off(store: Store) -> None:
    hand_in(store, "all", late=True)
    line = count(store, late="10% a day")
    assert (line.late, line.days, line.points) == (True, None, 4)
    assert line.notes == ("late by an unknown time, so nothing was taken off",)
    assert count(store, late="refuse").points == 0


def test_late_by_canvas_is_unknown_by_a_date_of_ones_own(store: Store) -> None:
    hand_in(store, "all", late=True)
    extended = Roster([Student("1", due="2026-12-05")])
    line = count(store, late="refuse", roster=extended)
    assert (line.late, line.days, line.points) == (False, None, 4)
    timed = Roster([Student("1", due="2026-12-05", submitted="2026-12-06T12:00")])
    assert count(store, late="refuse", roster=timed).points == 0


@pytest.mark.parametrize(
    ("late", "due", "expected", "said"),
    [
        (True, DUE, (True, None, 0), ""),
        (True, "2026-12-05", (False, None, 4), "is marked late by the date that the class had"),
        (True, "2026-11-25", (True, None, 0), ""),
        (True, None, (False, 0, 4), ""),
        (False, "2026-12-05", (False, 0, 4), ""),
        (False, "2026-11-25", (False, None, 4), "is marked in time by the date that the class"),
    ],
)
def test_what_a_platform_marks_is_by_the_date_of_that_day(
    late: bool, due: str | None, expected: tuple[bool, int | None, float], said: str, store: Store
) -> None:
    for now in (DUE, due):  # the same command once more, after the date was changed
        hand_in(store, "all", late=late, due=now or "")
    line = count(store, late="refuse", due=due)
    assert (line.late, line.days, line.points) == expected
    assert [why.startswith(said) for _, why in line.doubts] == ([True] if said else [])
    timed = Roster([Student("1", submitted="2026-12-01T12:00")])
    line = count(store, late="refuse", due=due, roster=timed)
    assert (line.late, line.doubts) == (due in (DUE, "2026-11-25"), ())


@pytest.mark.parametrize("due", ["2026-12-02", "2026-12-02T12:11"])
@pytest.mark.parametrize("policy", ["flag", "refuse", "10% a day"])
def test_what_was_late_before_the_date_was_so_by_another_date(
    policy: str, due: str, store: Store
) -> None:
    seconds = parse_time("2026-12-02T12:00", "made").timestamp()
    for later in (0, 86_400 * 30):  # a copy of the same download, graded once more
        hand_in(store, "all", late=True, due=due, age=seconds, made=seconds + later)
        line = count(store, late=policy, due=due)
        assert (line.late, line.days, line.points) == (False, None, 4)
        ((_, why),) = line.doubts
        assert "before 2026-12-02" in why
        assert "by another date than this one, and nobody knows when it came" in why
    line = count(store, late="refuse", due="2026-12-02T12:05")  # clocks may differ
    assert (line.late, line.points, line.doubts) == (True, 0, ())
    timed = Roster([Student("1", submitted="2026-12-01T12:00")])
    assert count(store, late=policy, due=due, roster=timed).doubts == ()


@pytest.mark.parametrize(
    ("files", "mark", "said"),
    [
        (("none", "all"), 0.3, True),
        (("first", "all"), 1.0, True),
        (("all", "none"), 0.3, False),
        (("all",), 0.3, False),  # it was given for this attempt
        (("none", "all"), 3.0, False),
        (("none", "all"), None, False),
    ],
)
def test_a_mark_by_hand_that_holds_a_better_attempt_down_is_said(
    files: tuple[str, ...], mark: float | None, said: bool, store: Store
) -> None:
    hand_in(store, files[0])
    store.add_override(Override("1", TWO, 0.3, "a talk", "2026-11-29"))
    store.add_override(Override("1", TWO, mark, "a talk", "2026-11-30"))
    hand_in(store, *files)
    whys = [why for _, why in count(store).doubts]
    start = f"{TWO}: the mark by hand, {mark}, counts, and this attempt would have 3"
    assert [f"{why[:20]}" == f"{start[:20]}" for why in whys] == [True] * said


def test_a_download_after_the_date_was_changed_is_marked_by_the_new_one(store: Store) -> None:
    new = "2026-12-05"
    store.add_entries([Entry("1", "", "LATE_a.ipynb", "all", "1.zip", late=True, due=DUE)])
    assert count(store, due=new).doubts
    store.add_entries([Entry("1", "", "a.ipynb", "all", "2.zip", late=False, due=new)])
    line = count(store, late="refuse", due=new)
    assert (line.late, line.days, line.points, line.attempts, line.doubts) == (False, 0, 4, 1, ())


def test_a_class_without_a_date_is_never_late_and_that_is_said(store: Store) -> None:
    hand_in(store, "all", late=True, due="")
    line = count(store, late="refuse", due=None)
    assert (line.late, line.points) == (False, 4)
    assert "the assignment has no date here, so it does not count as late" in line.doubts[0][1]


def test_a_notebook_of_another_chapter_after_a_good_one_is_in_doubt(store: Store) -> None:
    store.add_results([make_result("other", notes=[ANOTHER_CHAPTER])], {ONE: "1", TWO: "2"})
    hand_in(store, "all", "other")
    line = count(store)
    assert (line.points, line.attempts) == (0, 2)
    assert line.doubts == (
        ("1/1", "counts, with nothing that is asked in it, and an earlier attempt has 4 points"),
    )
    assert count(store, attempts="best").doubts == ()


def test_a_damaged_notebook_has_no_mark_as_what_is_no_notebook(store: Store) -> None:
    store.add_results([make_result("bad", ended=REFUSED)], {ONE: "1", TWO: "2"})
    hand_in(store, "bad")
    line = count(store)
    assert (line.attempts, line.paths) == (0, ("1/0",))
    rows = export("moodle", store, Student("1", row={"Identifier": "Participant 1"}))
    assert rows[0]["Grade"] == ""
    store.add_entries([Entry("1", "", "1/good.ipynb", "all", "0.zip")])
    line = count(store)
    assert (line.points, line.files) == (4, ("all",))
    assert line.notes == ("0 is damaged, beside what counts",)


def test_marks_by_hand_stay_whatever_is_graded_again(store: Store) -> None:
    hand_in(store, "none", submitted="2026-12-01T00:00:00+00:00")
    store.add_override(Override("1", TWO, 1.0, "half right", "2026-12-01"))
    store.add_override(Override("1", TWO, 2.5, "read again", "2026-12-02"))
    for late in ("flag", "refuse"):
        line = count(store, late=late)
        assert (line.points, line.marks[1].because) == (2.5, "read again")
    store.add_results([make_result("none", TWO)], {ONE: "1", TWO: "2"})
    assert count(store).points == 2.5
    line = count(store, points={ONE: 1, TWO: 2})
    assert line.points == 2, "more than it is worth by now"
    assert line.notes == (
        f"{TWO}: of the mark by hand, 2.5, only 2 counts, which the exercise is worth now",
    )


def test_what_came_and_was_not_graded_is_not_called_nothing(store: Store) -> None:
    store.add_entries([Entry("1", "", "1/work.pdf", "f", "a.zip", refused=True)])
    assert "work.pdf cannot be graded" in count(store).notes[0]
    assert count(store).points == 0


def test_marks_by_hand_can_be_withdrawn_and_nothing_is_forgotten(store: Store) -> None:
    hand_in(store, "second")
    for points in (1.0, 0.5, None):
        store.add_override(Override("1", TWO, points, "", ""))
        assert count(store).points == (3 if points is None else points)
    assert list_overrides(store) == []
    assert [one.points for one in store.overrides] == [1.0, 0.5, None]
    store.add_override(Override("1", TWO, 2.0, "again", ""))
    assert (count(store).points, len(list_overrides(store))) == (2, 1)


# ---- points for a wrong idea -------------------------------------------------------------------

IDEAS = {ONE: {"lost_two": 0.5}, TWO: {"uphill": 1, "signed_step": 2}}


def add_ideas(store: Store, file: str, *ideas: str, exact: bool = True) -> None:
    result = make_result(file)
    for found, idea in zip(result["exercises"], ideas, strict=True):
        found |= {"misconception": idea, "exact": exact}
    store.add_results([result], {ONE: "1", TWO: "2"})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (0.5, 1)),
        ({"ideas": {}}, (0, 0)),
        ({"ideas": {ONE: {"averaged": 1}}}, (0, 0)),
        ({"late": "10% a day"}, (0.45, 0.9)),
        ({"late": "refuse"}, (0, 0)),
    ],
)
def test_a_wrong_idea_gives_what_the_teacher_says(
    changes: dict[str, Any], expected: tuple[float, float], store: Store
) -> None:
    add_ideas(store, "half", "lost_two", "uphill")
    hand_in(store, "half", submitted="2026-12-01T12:00:00+00:00")
    line = count(store, **{"ideas": IDEAS, **changes})
    assert tuple(mark.points for mark in line.marks) == expected
    assert [mark.state for mark in line.marks] == ["wrong", "wrong"]
    page = write_page(make_assignment(ideas=IDEAS), line)
    assert page.count("Part of the points") == sum(bool(mark.idea) for mark in line.marks)


def test_what_is_nearly_an_idea_gives_nothing(store: Store) -> None:
    add_ideas(store, "near", "lost_two", "uphill", exact=False)
    hand_in(store, "near")
    assert count(store, ideas=IDEAS).points == 0


def test_a_mark_by_hand_takes_the_place_of_an_idea(store: Store) -> None:
    add_ideas(store, "half", "lost_two", "uphill")
    hand_in(store, "half")
    store.add_override(Override("1", ONE, 1.0, "talked about it", ""))
    line = count(store, ideas=IDEAS)
    assert ([mark.idea for mark in line.marks], line.points) == (["", "uphill"], 2)
    rows = read(write_export("csv", make_assignment(), [line], Roster()))
    assert rows[0]["for an idea"] == f"{TWO}: uphill"


def test_of_several_notebooks_and_attempts_the_better_idea_counts(store: Store) -> None:
    add_ideas(store, "one", "averaged", "signed_step")
    add_ideas(store, "two", "lost_two", "uphill")
    for n, file in enumerate(("one", "two")):
        store.add_entries([Entry("1", "", f"{n}.ipynb", file, "c.zip")])
        store.add_entries([Entry("2", "", f"{n}.ipynb", file, f"{n}.zip")])
    lines = make_gradebook(make_assignment(ideas=IDEAS, attempts="best"), store, Roster())
    assert [line.points for line in lines] == [2.5, 2]


# ---- times that are not known ------------------------------------------------------------------

IN_TIME, LATE = "2026-11-29T12:00:00+00:00", "2026-12-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("times", "now", "expected"),
    [
        # The worksheet is as old as the first file, and knows nothing of the second.
        ([LATE, LATE], LATE, (False, None)),
        ([IN_TIME, IN_TIME], IN_TIME, (False, None)),
        ([IN_TIME, IN_TIME], LATE, (True, 1)),
        ([LATE, LATE], IN_TIME, (False, 0)),
        ([None, None], LATE, (True, 1)),
        ([None, None], None, (False, None)),
        ([IN_TIME, LATE], LATE, (True, 1)),
        ([IN_TIME, LATE], IN_TIME, (True, 1)),
    ],
)
def test_the_time_of_an_earlier_file_is_not_that_of_a_later_one(
    times: list[str | None], now: str | None, expected: tuple[bool, int | None], store: Store
) -> None:
    for n, (file, time) in enumerate(zip(("first", "all"), times, strict=True)):
        store.add_entries([Entry("1", "", "a.ipynb", file, f"{n}.zip", submitted=time)])
    line = count(store, late="refuse", roster=Roster([Student("1", submitted=now)]))
    assert (line.late, line.days) == expected
    assert line.points == (0 if line.late else 4)
    assert line.timeless == (expected == (False, None))


def test_a_file_that_others_have_followed_keeps_its_time_and_its_place(tmp_path: Path) -> None:
    settings = {"assignment": "ps1", "grader": "0"}
    first, second = (
        Entry("1", "", "a.ipynb", file, source, submitted=time)
        for file, source, time in (("a", "1.zip", IN_TIME), ("b", "2.zip", LATE))
    )
    with open_store(tmp_path / "out", settings, make=True) as store:
        for entry in (first, second, replace(first, submitted=LATE)):
            store.add_entries([entry])
        assert list(store.entries.values()) == [first, second]
        third = replace(first, file="c")
        store.add_entries([third])
        assert list(store.entries.values()) == [second, third]
    with open_store(tmp_path / "out", settings) as store:
        assert list(store.entries.values()) == [second, third]


def test_the_same_file_of_two_students_is_reported(store: Store) -> None:
    hand_in(store, "all")
    hand_in(store, "all", student="2")
    hand_in(store, "none", student="3")
    hand_in(store, "none", student="4")
    lines = make_gradebook(make_assignment(), store, Roster(), handed_out="none")
    assert {line.student.id: line.alike for line in lines} == {
        "1": ("2",),
        "2": ("1",),
        "3": (),
        "4": (),
    }


def test_files_that_hold_no_work_accuse_nobody(store: Store) -> None:
    starter = make_result("starter")
    for one in starter["exercises"]:
        one |= {"state": "not attempted"}
    store.add_results([starter], {ONE: "1", TWO: "2"})
    hand_in(store, "starter")
    hand_in(store, "starter", student="2")
    assert [line.alike for line in make_gradebook(make_assignment(), store, Roster())] == [()] * 2


@pytest.mark.parametrize("attempts", ["latest", "best"])
def test_the_same_file_is_reported_also_when_one_of_them_hands_in_again(
    attempts: str, store: Store
) -> None:
    hand_in(store, "all", "first", student="3")
    hand_in(store, "all", student="4")
    hand_in(store, "second", "first", student="5")
    lines = make_gradebook(make_assignment(attempts=attempts), store, Roster())
    assert [line.alike for line in lines] == [("4", "5"), ("3",), ("3",)]


def test_what_did_not_finish_is_said(store: Store) -> None:
    store.add_results(
        [make_result("slow", ONE, ended="stopped after 20 seconds", notes=["cell 3 stopped"])],
        {ONE: "1", TWO: "2"},
    )
    hand_in(store, "slow", "ungraded")
    line = count(store, attempts="best")
    assert line.points == 1
    assert line.notes == ("cell 3 stopped", "how its run ended: stopped after 20 seconds")
    assert count(store).notes == ("1/1 is not graded yet",)


# ---- tables ------------------------------------------------------------------------------------

EVIL = '=cmd|"/c calc"!A1'


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def export(form: str, store: Store, *students: Student) -> list[dict[str, str]]:
    assignment, roster = make_assignment(), Roster(students)
    lines = make_gradebook(assignment, store, roster)
    return read(write_export(form, assignment, lines, roster))


def test_moodle_takes_its_worksheet_back(store: Store) -> None:
    hand_in(store, "second", student="1001")
    worksheet = {
        "Identifier": "Participant 1001", "Maximum grade": "100",
        "Last modified (grade)": "Monday, 30 November 2026, 10:15 PM",
    }  # fmt: skip
    emmy = {"Identifier": "Participant 1002", "Feedback comments": "Come and see me."}
    rows = export(
        "moodle", store, Student("1001", "Kurt Gödel", row=worksheet),
        Student("1002", "Emmy", row=emmy), Student("s-7", "Ada"),
    )  # fmt: skip
    assert len(rows) == 2  # of Ada's number in Moodle nothing is known
    assert {name: rows[1][name] for name in ("Grade", *worksheet)} == {"Grade": "75", **worksheet}
    assert rows[0]["Identifier"] == "Participant 1002"
    assert (rows[0]["Grade"], rows[0]["Last modified (grade)"]) == ("", "-")
    assert rows[0]["Feedback comments"] == "Come and see me."  # which Moodle would erase
    assert rows[1]["Feedback comments"] == f"{ONE}: wrong (0 of 1); {TWO}: solved (3 of 3)"
    store.add_override(Override("1001", ONE, 0.5, "nearly", "2026-12-01"))
    words = export("moodle", store, Student("1001", "Kurt Gödel"))[0]["Feedback comments"]
    assert words == f"{ONE}: marked by hand (0.5 of 1, nearly); {TWO}: solved (3 of 3)"


def test_canvas_takes_its_gradebook_back(store: Store) -> None:
    hand_in(store, "second", student="2001")
    row = {
        "Student": "Gödel, Kurt", "ID": "2001", "SIS User ID": "s", "SIS Login ID": "k",
        "Section": "1", "ps10 (5)": "", "ps1 (77)": "",
    }  # fmt: skip
    rows = export(
        "canvas", store, Student("2001", "Kurt Gödel", row=row), Student("2002", "Emmy", row=row)
    )
    assert len(rows) == 2  # an empty cell would erase what Canvas has of Emmy
    assert list(rows[0]) == [
        "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ps1 (77)",
    ]  # fmt: skip
    assert rows[0]["Student"].strip() == "Points Possible"
    assert [one["ps1 (77)"] for one in rows] == ["4", "3"]
    plain = export("canvas", store)
    assert list(plain[0]) == ["Student", "ID", "Section", "ps1"]


CANVAS = {"Student": "Gödel, Kurt", "ID": "2001", "Section": "1", "ps1 (77)": "", "PS1 (78)": ""}


@pytest.mark.parametrize(
    ("title", "points", "column", "grade", "said"),
    [
        (
            "ps1 (77)",
            "10",
            "ps1 (77)",
            "7.5",
            "out of 10, what ps1 (77) has in Canvas; they are out",
        ),
        ("PS1 (78)", "2,00", "PS1 (78)", "1.5", "out of 2, what PS1 (78) has"),
        ("ps1 (77)", "4", "ps1 (77)", "3", "out of 4, what ps1 (77) has in Canvas"),
        ("ps1 (77)", "(read only)", "ps1 (77)", "3", "has ps1 (77) as many points in Canvas?"),
        ("ps1 (77)", "0", "ps1 (77)", "3", "out of 4: has"),
    ],
)
def test_canvas_gets_marks_in_its_own_points(
    title: str, points: str, column: str, grade: str, said: str, store: Store
) -> None:
    hand_in(store, "second", student="2001")
    roster = Roster([Student("2001", row=CANVAS)], possible={title: points})
    assignment = make_assignment()
    lines = make_gradebook(assignment, store, roster)
    possible, row = read(write_export("canvas", assignment, lines, roster, title))
    assert row[column] == grade
    assert float(possible[column]) == 4 * float(grade) / 3
    (note,) = describe_export("canvas", assignment, lines, roster, title)
    assert said in note


def test_an_assignment_that_canvas_does_not_have_is_said(store: Store) -> None:
    roster = Roster([Student("2001", row=CANVAS)], possible={"ps1 (77)": "4"})
    with pytest.raises(ValueError, match=r"2 columns .* called ps1: .* --title 'ps1 \(77\)'"):
        find_column(make_assignment(), roster)
    with pytest.raises(ValueError, match=r"got 'Week 1': ps1 \(77\), PS1 \(78\)"):
        find_column(make_assignment(), roster, "Week 1")
    other = make_assignment(name="ps3")
    lines = make_gradebook(other, store, roster)
    note, out = describe_export("canvas", other, lines, roster)
    assert "no column ps3: Canvas will ask whether it is a new assignment" in note
    assert note.endswith("(ps1 (77), PS1 (78))")
    assert out.startswith("1 without a hand-in left out")


MOODLE = {"Identifier": "Participant 1", "Full name": "Kurt", "Grade": "", "Maximum grade": "10"}


@pytest.mark.parametrize(
    ("form", "row", "path", "said"),
    [
        (
            "canvas",
            MOODLE,
            "k/a.ipynb",
            "roster of this class is Moodle's, and Canvas knows nobody",
        ),
        (
            "moodle",
            CANVAS,
            "k/a.ipynb",
            "roster of this class is Canvas's, and Moodle knows nobody",
        ),
        ("canvas", {}, "K_7_assignsubmission_file/a.ipynb", "download of this class is Moodle's"),
        ("moodle", {}, "gk_2001_30001_a.ipynb", "download of this class is Canvas's"),
        ("moodle", MOODLE, "gk_2001_30001_a.ipynb", ""),
        ("canvas", CANVAS, "K_7_assignsubmission_file/a.ipynb", ""),
        ("canvas", {}, "k/a.ipynb", ""),
        ("csv", MOODLE, "k/a.ipynb", ""),
    ],
)
def test_a_table_that_the_platform_would_not_take_is_refused(
    form: str, row: dict[str, str], path: str, said: str, store: Store
) -> None:
    store.add_entries([Entry("1", "", path, "all", "c.zip")])
    roster = Roster([Student("1", row=row)] if row else [])
    lines = make_gradebook(make_assignment(), store, roster)
    if said:
        with pytest.raises(ValueError, match=said):
            check_platform(form, roster, lines)
    else:
        check_platform(form, roster, lines)


def test_students_of_a_table_of_ones_own_are_called_as_the_platform_does(store: Store) -> None:
    for student, path in {
        "s-1": "K_7_assignsubmission_file/a.ipynb",
        "s-2": "e_9_3_a.ipynb",
    }.items():
        store.add_entries([Entry(student, "", path, "all", "c.zip")])
    # Where files have numbers of the platform, an id of another table may be that of anybody.
    rows = export("moodle", store, Student("s-1", row={"id": "s-1"}))
    assert [row["Identifier"] for row in rows] == ["Participant 7"]
    rows = export("canvas", store, Student("s-2", row={"id": "s-2", "student": "Emmy"}))
    assert [row["ID"] for row in rows[1:]] == ["9"]


@pytest.mark.parametrize(
    ("form", "path"),
    [("moodle", "A_12_assignsubmission_file/a.ipynb"), ("canvas", "lovelaceada_12_3_a.ipynb")],
)
def test_a_mark_by_hand_is_not_given_to_whom_the_platform_calls_by_this_number(
    form: str, path: str, store: Store
) -> None:
    kurt, ada = Student("12", "Kurt", row={"id": "12"}), Student("13", "Ada", row={"id": "13"})
    store.add_entries([Entry("13", "", path, "all", "c.zip")])
    store.add_override(Override("12", ONE, 1.0, "a talk", ""))
    rows = export(form, store, kurt, ada)
    found = [row.get("Identifier") or row.get("ID") for row in rows]
    assert [each for each in found if each] == ["Participant 12" if form == "moodle" else "12"]
    assert rows[-1].get("Full name", rows[-1].get("Student")) == "Ada"
    roster = Roster([kurt, ada])
    lines = make_gradebook(make_assignment(), store, roster)
    notes = describe_export(form, make_assignment(), lines, roster)
    assert [note for note in notes if "calls them: Kurt; grade once more with" in note]


def test_a_class_of_no_platform_is_told_that_ids_must_be_those_of_the_platform(
    store: Store,
) -> None:
    hand_in(store, "all")
    lines = make_gradebook(make_assignment(), store, Roster([ADA]))
    for form, table in {
        "moodle": "Moodle's grading worksheet",
        "canvas": "that Canvas exp",
    }.items():
        notes = describe_export(form, make_assignment(), lines, Roster([ADA]))
        assert "roster and files are of no platform" in notes[-1]
        assert table in notes[-1]
    assert describe_export("csv", make_assignment(), lines, Roster([ADA])) == []


@pytest.mark.parametrize("column", ["Maximum Grade", "maximum grade", " MAXIMUM  GRADE"])
def test_columns_are_known_however_they_are_written(column: str, store: Store) -> None:
    hand_in(store, "second", student="1")
    row = {"IDENTIFIER": "Participant 1", "full name": "Kurt", column: "100", "grade": "12"}
    roster = Roster([Student("1", "Kurt", row=row)])
    lines = make_gradebook(make_assignment(), store, roster)
    check_platform("moodle", roster, lines)
    (written,) = read(write_export("moodle", make_assignment(), lines, roster))
    assert (written["Identifier"], written["Grade"]) == ("Participant 1", "75")
    note, replaced = describe_export("moodle", make_assignment(), lines, roster)
    assert "out of 100, the maximum grade in Moodle" in note
    assert "Moodle has other marks, which these replace (Kurt: 12; 1 in all)" in replaced


@pytest.mark.parametrize(("there", "replaced"), [("", []), ("3,0", []), ("1", ["Kurt: 1"])])
def test_marks_that_canvas_has_are_not_replaced_unnoticed(
    there: str, replaced: list[str], store: Store
) -> None:
    hand_in(store, "second", student="2001")
    row = {"student": "Gödel, Kurt", "Id": "2001", "SECTION": "1", "ps1 (77)": there}
    roster = Roster([Student("2001", "Kurt", row=row)])
    lines = make_gradebook(make_assignment(), store, roster)
    assert list_replaced("canvas", make_assignment(), lines, roster) == replaced
    assert list_replaced("csv", make_assignment(), lines, roster) == []
    rows = read(write_export("canvas", make_assignment(), lines, roster))
    assert list(rows[1].items()) == [
        ("Student", "Gödel, Kurt"), ("ID", "2001"), ("Section", "1"), ("ps1 (77)", "3"),
    ]  # fmt: skip


def test_who_is_on_no_roster_gets_marks_out_of_as_many_points_as_the_others(store: Store) -> None:
    path = "Ada_8_assignsubmission_file/a.ipynb"
    store.add_entries([Entry("8", "Ada", path, "all", "c.zip")])
    hand_in(store, "all")
    for maximum, mark in {"10": "10", "2": "2"}.items():
        roster = Roster([Student("1", "Kurt", row={**MOODLE, "Maximum grade": maximum})])
        lines = make_gradebook(make_assignment(), store, roster)
        rows = read(write_export("moodle", make_assignment(), lines, roster))
        assert [(row["Identifier"], row["Grade"], row["Maximum grade"]) for row in rows] == [
            ("Participant 8", mark, mark), ("Participant 1", mark, mark),
        ]  # fmt: skip
        (note,) = describe_export("moodle", make_assignment(), lines, roster)
        assert f"out of {maximum}, the maximum grade" in note


def test_students_whose_notebooks_wait_are_found(store: Store) -> None:
    hand_in(store, "all", "waits")
    hand_in(store, "waits", "all", student="2")
    for policy, expected in {"latest": {"1"}, "best": {"1", "2"}}.items():
        assignment = make_assignment(attempts=policy)
        lines = make_gradebook(assignment, store, Roster())
        assert find_ungraded(assignment, store, lines) == expected


def test_a_worksheet_without_points_is_refused(store: Store) -> None:
    hand_in(store, "all")
    with pytest.raises(ValueError, match=r"Maximum grade of 1 .* got 'Good': let the assignment"):
        export("moodle", store, Student("1", row={**MOODLE, "Maximum grade": "Good"}))


@pytest.mark.parametrize("form", ["moodle", "canvas", "csv"])
def test_no_table_holds_a_formula(form: str, store: Store) -> None:
    store.add_results([make_result(EVIL, notes=[EVIL])], {ONE: "1", TWO: "2"})
    names = (EVIL, "+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "＝1", "Ada")
    for name in names:
        store.add_entries([Entry(name, name, f"{name}/{EVIL}", EVIL, EVIL)])
        store.add_override(Override(name, ONE, 1.0, EVIL, ""))
    students = [Student(name, name, name, row=dict.fromkeys(("Student", "ID"), name))
                for name in names]  # fmt: skip
    assignment = make_assignment()
    lines = make_gradebook(assignment, store, Roster(students))
    content = write_export(form, assignment, lines, Roster(students)).decode("utf-8-sig")
    sheet = openpyxl.Workbook().active
    for row in csv.reader(io.StringIO(content, newline="")):
        sheet.append(row)
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    texts = [str(cell.value) for cell in cells if cell.value is not None]
    assert not [text for text in texts if text.lstrip()[:1] in tuple("=+@＝") and text]
    assert sum(text.startswith("'") for text in texts) > len(names)


def test_safe_cells_stay_as_they_are() -> None:
    for cell in ("Ada", "", "-", 3, -2.5, None, "a=b", "Gödel"):
        assert make_safe(cell) == cell


def test_json_and_csv_hold_every_student_in_utf8(store: Store, tmp_path: Path) -> None:
    hand_in(store, "all", student="李 明")
    assignment = make_assignment()
    lines = make_gradebook(assignment, store, Roster([ADA]))
    plain = json.loads(write_export("json", assignment, lines, Roster()))
    assert [one["student"]["id"] for one in plain["students"]] == ["李 明", "1"]
    rows = read(write_export("csv", assignment, lines, Roster()))
    assert [row["id"] for row in rows] == ["李 明", "1"]
    assert rows[0]["points"] == "4"


def test_an_anonymous_view_names_nobody_and_is_the_same_each_time(store: Store) -> None:
    hand_in(store, "all", "ungraded")
    hand_in(store, "all", student="Emmy")
    store.add_override(Override("1", ONE, 1.0, "Ada asked", ""))
    assignment = make_assignment()
    lines = make_gradebook(assignment, store, Roster([ADA]))
    hidden = hide_names(lines, 7)
    for form in ("csv", "json", "canvas", "moodle"):
        text = write_export(form, assignment, hidden, Roster()).decode()
        for word in ("Ada", "ada@", "Emmy", '"1"', "1/0", "1/1"):
            assert word not in text, (form, word)
    assert hide_names(lines, 7) == hidden
    assert hide_names(lines, 8)[0].student != hidden[0].student
    assert sorted(line.points for line in hidden) == sorted(line.points for line in lines)


def test_an_anonymous_view_holds_nothing_of_what_students_wrote(store: Store) -> None:
    file = "ab" * 32
    told = make_result(file, ONE, notes=["cell 3 stopped with an error: NameError: 'lovelace'"])
    told["exercises"][1] |= {
        "message": "Your `y` is `'lovelace'`.", "example": [["yours", "'lovelace'"]],
    }  # fmt: skip
    told["notes"] += ["lovelace was here", f"graded without walls: not protected by {file}"]
    told["ended"] = "ended by itself: lovelace"
    store.add_results([told], {ONE: "1", TWO: "2"})
    hand_in(store, file)
    lines = make_gradebook(make_assignment(), store, Roster([ADA]))
    (hidden,) = hide_names(lines, 7)
    for form in ("csv", "json", "canvas", "moodle"):
        text = write_export(form, make_assignment(), [hidden], Roster()).decode()
        assert "lovelace" not in text, form
        assert file not in text, form
    page = write_page(make_assignment(), hidden)
    assert "lovelace" not in page.lower()
    assert hidden.notes == (
        "cell 3 stopped with an error", "a note", "a note",
        "how its run ended: ended by itself",
    )  # fmt: skip
    assert (hidden.points, [mark.state for mark in hidden.marks]) == (1, ["solved", "wrong"])


# ---- feedback ----------------------------------------------------------------------------------


def make_page(store: Store, example: list[list[str]], **changes: Any) -> str:
    result = make_result("page", ONE)
    result["exercises"][1] |= {"example": example, **changes}
    store.add_results([result], {ONE: "1", TWO: "2"})
    hand_in(store, "page")
    return write_page(make_assignment(), count(store))


def test_students_see_verdicts_messages_and_their_own_values(store: Store) -> None:
    example = [["observed", "[9.75]"], ["expected b3", "4.125"], ["your b3", "8.5"]]
    page = make_page(store, example, message="Too <b>far</b>.")
    assert "1 of 4 points" in page
    assert "Too &lt;b&gt;far&lt;/b&gt;." in page
    assert "8.5" in page
    for hidden in ("9.75", "4.125", "http", "<script"):
        assert hidden not in page


REFUSED = "refused: the file is damaged (Expecting value: line 141 column 4)"


@pytest.mark.parametrize(
    ("late", "by_hand", "said"),
    [
        ("flag", False, "It came late (2 days begun)."),
        ("10% a day", False, "It came late (2 days begun): 10% a day was taken off."),
        ("10% a day", True, "taken off, but that does not touch what was marked by hand."),
        ("refuse", True, "no points are given then, but that does not touch what was marked"),
    ],
)
def test_students_read_what_a_late_day_costs_and_what_not(
    late: str, by_hand: bool, said: str, store: Store
) -> None:
    hand_in(store, "all", submitted="2026-12-02T10:00:00+00:00")
    if by_hand:
        store.add_override(Override("1", ONE, 1.0, "Well argued", ""))
    assert said in write_page(make_assignment(late=late), count(store, late=late))


def test_nothing_was_taken_off_where_nobody_knows_for_how_many_days(store: Store) -> None:
    hand_in(store, "all", late=True)
    page = write_page(make_assignment(late="10% a day"), count(store, late="10% a day"))
    assert "It came late." in page
    assert "was taken off" not in page.replace("so nothing was taken off", "")


def test_a_damaged_file_is_said_once_and_what_to_do(store: Store) -> None:
    message = f"Not reached. The notebook was not run to its end: {REFUSED}."
    result = make_result("page", ended=REFUSED)
    for one in result["exercises"]:
        one |= {"state": "not reached", "message": message}
    store.add_results([result], {ONE: "1", TWO: "2"})
    hand_in(store, "page")
    line = count(store)
    assert line.notes == ("nothing that can be graded was handed in: 0 is damaged",)
    page = write_page(make_assignment(), line)
    assert page.count("is damaged") == 1
    assert "hand it in once more" in page
    assert "Expecting" not in page


@pytest.mark.parametrize(
    ("state", "message", "note"),
    [
        ("not attempted", "This is still the starter.", "no exercise was attempted: every"),
        ("wrong", "We stopped your function after 3 seconds. Does", f"{ONE} was stopped, because"),
        ("wrong", "on it", None),
    ],
)
def test_a_teacher_sees_why_there_are_no_points(
    state: str, message: str, note: str | None, store: Store
) -> None:
    result = make_result("page")
    for one in result["exercises"]:
        one |= {"state": state, "message": message}
    store.add_results([result], {ONE: "1", TWO: "2"})
    hand_in(store, "page")
    line = count(store)
    assert line.notes[0].startswith(note) if note else not line.notes
    page = write_page(make_assignment(), line)
    assert not re.search(rf"{ONE}|{TWO}", page)  # a student knows an exercise by its title
    if note and note.startswith(ONE):
        title = to_plain(course.exercise(ONE).title)
        assert f"“{title}” was stopped, because it took too long" in html.unescape(page)


def test_an_example_that_everybody_knows_is_shown_whole(store: Store) -> None:
    exercise = course.exercise(TWO)
    values = [format_argument(value) for value in exercise.fixed[0]]
    given = [[name, text] for name, text in zip(exercise.task.parameters, values, strict=True)]
    page = make_page(store, [*given, ["expected b3", "4.125"], ["your b3", "8.5"]])
    assert "4.125" in page
    assert "tolerance" in page


def test_no_page_holds_a_reference(store: Store) -> None:
    page = make_page(store, [])
    for name in (ONE, TWO):
        exercise = course.exercise(name)
        for line in exercise.source(exercise.reference_function).splitlines()[1:]:
            assert line.strip() not in page


def test_pages_are_named_by_ids_and_stay_in_their_folder(store: Store, tmp_path: Path) -> None:
    names = ["../../x", "a/b", "a b", "a-b", "", "x" * 300, "李 明", "1001", "CON.", "\x00"]
    for name in names:
        hand_in(store, "all", student=name)
    lines = make_gradebook(make_assignment(), store, Roster())
    assert write_pages(tmp_path / "feedback", make_assignment(), lines) == len(names)
    assert len(list((tmp_path / "feedback").iterdir())) == len(names)
    assert write_pages(tmp_path / "feedback", make_assignment(), lines) == 0
    assert name_page("1001") == "1001.html"
    assert {path.name for path in tmp_path.iterdir()} == {"feedback", "out"}


@pytest.mark.parametrize(
    ("form", "path", "name"),
    [
        ("moodle", "Ada L_1_assignsubmission_file/a/ps1.ipynb",
         "Ada L_1_assignsubmission_file/feedback.html"),
        ("moodle", "Ada L_1_assignsubmission_file_ps1.ipynb",
         "Ada L_1_assignsubmission_file/feedback.html"),
        ("canvas", "ada_LATE_1_22_ps1.ipynb", "ada_LATE_1_22_feedback.html"),
        ("canvas", "anon_x_22_ps1.ipynb", "anon_x_22_feedback.html"),
        ("moodle", "Ada L_1_assignsubmission_file_/ps1.ipynb",
         "Ada L_1_assignsubmission_file_/feedback.html"),
        ("moodle", "all/c.zip/Ada L_1_assignsubmission_file/ps1.ipynb",
         "Ada L_1_assignsubmission_file/feedback.html"),
        ("canvas", "c.zip/ada_1_22_ps1.ipynb", "ada_1_22_feedback.html"),
        ("moodle", "ada/ps1.ipynb", None),
    ],
)  # fmt: skip
def test_feedback_goes_back_under_the_names_of_the_platform(
    form: str, path: str, name: str | None, store: Store
) -> None:
    store.add_entries([Entry("1", "Ada L", path, "all", "c.zip")])
    lines = make_gradebook(make_assignment(), store, Roster([ADA, Student("9", "Nobody")]))
    with zipfile.ZipFile(io.BytesIO(pack_pages(form, make_assignment(), lines))) as archive:
        assert archive.namelist() == ([name] if name else [])
        for packed in archive.namelist():
            assert b"4 of 4 points" in archive.read(packed)
    with pytest.raises(ValueError, match="feedback must be for moodle or canvas, got csv"):
        pack_pages("csv", make_assignment(), lines)
