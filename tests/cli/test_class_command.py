"""A class from the command line: handed out, graded behind walls, marked by hand, exported."""

import csv
import json
import os
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backprop.classroom.assignment import read_assignment
from backprop.classroom.workers import Workers
from tests.classroom.downloads import write_zip
from tests.cli.conftest import Run

ONE, TWO = "one_parameter/derivative_of_ssr", "one_parameter/stopping_rule"
HALF = ("predicted = ...\\n    return ...",
        "predicted = curve + b3\\n    return -2 * np.sum(observed - predicted)")  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of three: all solved, one of two solved, and the notebook as it was handed out."""
    from backprop.cli import main

    place = tmp_path_factory.mktemp("class")
    output = str(place / "ps1")
    assert (
        main(["class", "release", "one_parameter", "--output", output, "--due", "2026-11-30"]) == 0
    )
    solved = (place / "ps1-teacher" / "ps1-solved.ipynb").read_bytes()
    released = (place / "ps1" / "ps1.ipynb").read_bytes()
    half = released.replace(*(text.encode() for text in HALF))
    assert half != released
    write_zip(
        place / "subs.zip",
        {
            "Ada Lovelace_1_assignsubmission_file/ps1.ipynb": solved,
            "Kurt Gödel_2_assignsubmission_file/ps1 (1).ipynb": half,
            "Emmy Noether_3_assignsubmission_file/ps1.ipynb": released,
            "Alan Turing_4_assignsubmission_file/ps1.ipynb": b"<!DOCTYPE html>",
        },
    )
    (place / "roster.csv").write_text(
        "Identifier,Full name,Email address,Last modified (submission)\n"
        "Participant 1,Ada Lovelace,ada@x.org,2026-11-29\n"
        "Participant 2,Kurt Gödel,kurt@x.org,2026-12-01T12:00\n"
        "Participant 5,Grace Hopper,grace@x.org,\n"
    )
    arguments = ["class", "grade", output, str(place / "subs.zip"), "--jobs", "1"]
    arguments += ["--output", str(place / "out"), "--roster", str(place / "roster.csv")]
    assert main(arguments) == 0
    return place


def read_points(place: Path) -> dict[str, str]:
    with (place / "out" / "gradebook.csv").open(encoding="utf-8-sig") as file:
        return {row["name"]: row["points"] for row in csv.DictReader(file)}


def test_a_class_is_graded_and_graded_once(place: Path, run: Run) -> None:
    expected = {
        "Ada Lovelace": "2", "Alan Turing": "0", "Emmy Noether": "0", "Grace Hopper": "0",
        "Kurt Gödel": "1",
    }  # fmt: skip
    assert read_points(place) == expected
    plain = json.loads((place / "out" / "gradebook.json").read_text())
    states = {
        line["student"]["id"]: [mark["state"] for mark in line["marks"]]
        for line in plain["students"]
    }
    assert states == {
        "1": ["solved", "solved"], "2": ["solved", "not attempted"],
        "3": ["not attempted"] * 2, "4": ["not reached"] * 2, "5": ["not reached"] * 2,
    }  # fmt: skip
    said = run("class", "grade", place / "ps1", place / "subs.zip", "--output", place / "out")
    assert (said.code, said.out.splitlines()[0]) == (0, "0 graded, 4 known already")
    assert read_points(place) == expected


def test_an_honest_notebook_comes_back_without_noise(place: Path) -> None:
    plain = json.loads((place / "out" / "gradebook.json").read_text())
    notes = {line["student"]["id"]: line["notes"] for line in plain["students"]}
    assert notes["1"] == notes["2"] == []
    assert notes["3"] == ["no exercise was attempted: every function is as it was handed out"]


def test_what_could_not_be_read_is_a_problem_that_is_named(place: Path) -> None:
    text = (place / "out" / "problems.csv").read_text("utf-8-sig")
    assert "Alan Turing_4" in text
    assert "refused: " in text
    assert "not on the roster" in text


def test_points_and_dates_that_change_need_nothing_to_run_again(place: Path, run: Run) -> None:
    file = place / "ps1" / "assignment.json"
    before = file.read_bytes()
    plain = {**json.loads(before), "points": {ONE: 3, TWO: 1}, "late": "refuse"}
    try:
        file.write_text(json.dumps(plain))
        said = run("class", "grade", place / "ps1", place / "subs.zip", "--output", place / "out")
        assert said.out.startswith("0 graded")
        assert (read_points(place)["Ada Lovelace"], read_points(place)["Kurt Gödel"]) == ("4", "0")
    finally:
        file.write_bytes(before)
        run("class", "grade", place / "ps1", place / "subs.zip", "--output", place / "out")


CANVAS = """\
Student;ID;SIS Login ID;Section;Problem set 1 (77);Week 2 (78)
    Points Possible;;;;8,00;1
"Gödel, Kurt";502;kg;1;;4
"Hopper, Grace";503;gh;1;5,5;
"""


def test_canvas_gets_its_own_table_back(
    place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workers, "make_executor", lambda _: ThreadPoolExecutor(1))
    half = (place / "ps1" / "ps1.ipynb").read_bytes().replace(*(text.encode() for text in HALF))
    write_zip(place / "from-canvas.zip", {"godelkurt_LATE_502_9001_ps1-1.ipynb": half})
    (place / "canvas.csv").write_text(CANVAS)
    out = place / "canvas"
    arguments = ["class", "grade", place / "ps1", place / "from-canvas.zip", "--output", out]
    assert run(*arguments, "--roster", place / "canvas.csv").code == 0
    export = ["class", "export", out, "--format", "canvas"]
    said = run(*export, "--title", "problem set 1", "--feedback", place / "back.zip")
    assert said.out.splitlines() == [
        "Student,ID,SIS Login ID,Section,Problem set 1 (77)",
        "    Points Possible,,,,8", '"Gödel, Kurt",502,kg,1,4',
    ]  # fmt: skip
    assert "out of 8, what Problem set 1 (77) has in Canvas; they are out of 2 here" in said.err
    assert "1 without a hand-in left out" in said.err
    assert zipfile.ZipFile(place / "back.zip").namelist() == [
        "godelkurt_LATE_502_9001_feedback.html"
    ]
    assert "there (Problem set 1 (77), Week 2 (78))" in run(*export).err
    said = run(*export, "--title", "Week 2")
    assert (said.code, "Week 2 (78) has other marks in Canvas (Kurt Gödel: 4; 1" in said.err) == (
        2, True,
    )  # fmt: skip
    assert run(*export, "--title", "Week 2", "--replace").code == 0
    said = run(*export, "--title", "Week 3")
    assert (said.code, said.err.count("\n")) == (2, 1)
    said = run("class", "export", out, "--format", "moodle")
    assert (said.code, "is Canvas's, and Moodle knows nobody" in said.err) == (2, True)


def test_times_that_are_older_than_the_download_are_noted(place: Path, run: Run) -> None:
    arguments = ["class", "grade", place / "ps1", place / "subs.zip", "--output", place / "out"]
    table = place / "roster.csv"
    before = (place / "subs.zip").stat().st_mtime
    for hours, noted in ((0, False), (1, True)):
        os.utime(table, (before - 3600 * hours, before - 3600 * hours))
        said = run(*arguments, "--roster", table)
        assert ("roster.csv is older than subs.zip" in said.err) is noted


def test_a_new_roster_without_a_date_that_was_given_is_noted(place: Path, run: Run) -> None:
    old = (place / "roster.csv").read_text().splitlines()
    dated = [old[0] + ",due", old[1] + ",", old[2] + ",2026-12-02", old[3] + ","]
    (place / "dated.csv").write_text("\n".join(dated) + "\n")
    arguments = ["class", "grade", place / "ps1", place / "subs.zip", "--output", place / "out"]
    said = run(*arguments, "--roster", place / "dated.csv")
    assert ("     0  late" in said.out.splitlines(), said.err) == (True, "")
    said = run(*arguments, "--roster", place / "roster.csv")
    assert "     1  late" in said.out.splitlines()
    assert "note: Kurt Gödel had until 2026-12-02 23:59," in said.err


def test_feedback_that_no_platform_would_take_is_noted(place: Path, run: Run) -> None:
    for form, noted in {"moodle": False, "canvas": True}.items():
        said = run("class", "export", place / "out", "--format", form, "--anonymous",
                   "--feedback", place / f"{form}-anonymous.zip")  # fmt: skip
        assert "note: no page is in it" in said.err
        said = run("class", "export", place / "out", "--format", form,
                   "--feedback", place / f"{form}.zip")  # fmt: skip
        assert (said.code == 2) is noted
        assert ("is Moodle's, and Canvas knows nobody" in said.err) is noted
        assert (place / f"{form}.zip").exists() is not noted


def test_a_roster_with_a_date_that_cannot_be_read_stops_before_anything(
    place: Path, run: Run
) -> None:
    table = (place / "roster.csv").read_text().replace("2026-12-01T12:00", "Dienstag")
    (place / "german.csv").write_text(table)
    arguments = ["class", "grade", place / "ps1", place / "subs.zip", "--output", place / "new"]
    said = run(*arguments, "--roster", place / "german.csv")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "line 3 of german.csv: Last modified (submission) must be a date" in said.err
    assert "Moodle in another language is downloaded again in English" in said.err
    assert not (place / "new").exists()


def test_points_for_an_idea_are_taken_and_nothing_runs_again(place: Path, run: Run) -> None:
    table, file = place / "points.csv", place / "ps1" / "assignment.json"
    before = file.read_bytes()
    grade = ["class", "grade", place / "ps1", place / "subs.zip", "--output", place / "out"]
    assert run("class", "points", place / "ps1", "--output", table).code == 0
    text = table.read_text("utf-8-sig")
    assert run("class", "points", place / "ps1").out.splitlines() == text.splitlines()
    try:
        table.write_text(text.replace(f"{ONE},lost_two,0,", f'{ONE},lost_two,"0,5",'))
        said = run("class", "points", place / "ps1", "--take", table)
        assert said.out.splitlines()[:2] == [
            "2 exercises, 2 points", f"{ONE}: 0.5 of 1 for lost_two",
        ]  # fmt: skip
        assert said.err == ""
        export = ["class", "export", place / "out", "--format", "csv"]
        assert "points or dates have changed since the class was graded" in run(*export).err
        assert run(*grade).out.startswith("0 graded")
        assert run(*export).code == 0
        table.write_text(f"exercise,points\n{ONE},3\n")
        assert "names other points" in run("class", "points", place / "ps1", "--take", table).err
        table.write_text(f"exercise,idea,points\n{ONE},lost_too,1\n")
        said = run("class", "points", place / "ps1", "--take", table)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "got 'lost_too': lost_minus, lost_two" in said.err
    finally:
        file.write_bytes(before)
        run(*grade)


def test_a_mark_by_hand_is_given_with_its_reason(place: Path, run: Run) -> None:
    out = place / "out"
    arguments = ["class", "override", out, "--student", "2", "--exercise", TWO]
    said = run(*arguments, "--points", "0,5", "--because", "the idea is right")
    assert said.out == "Kurt Gödel: 1.5 of 2 points\n"
    listed = run("class", "override", out, "--list").out
    assert listed.split()[-7:] == [TWO, "0.5", "holds", "the", "idea", "is", "right"]
    assert "the idea is right" in (out / "feedback" / "2.html").read_text()
    for wrong, message in {
        ("--points", "2"): f"points must be 0 to 1, which {TWO} is worth, got 2: choose 1 or less",
        ("--points", "-1"): f"which {TWO} is worth, got -1: choose 0 or more",
        ("--because", " "): "because must say why",
        ("--points", "half"): "points should be a number such as 0.5, got 'half'",
        ("--withdraw",): "--withdraw takes a mark back and --points gives one",
        ("--student", "9"): "student must be an id of gradebook.csv, got '9': look there",
        ("--student", "Participant 2"): "got 'Participant 2': Kurt Gödel is 2",
        ("--student", "Alan Turing"): "got 'Alan Turing': Alan Turing is 4",
        ("--student", "godel kurt"): "got 'godel kurt': Kurt Gödel is 2",
        ("--exercise", "fitting/none"): "exercise must be of ps1, got 'fitting/none'",
    }.items():
        said = run(*arguments, "--points", "1", "--because", "x", *wrong)
        assert said.code == 2
        assert message in said.err
    assert run(*arguments).err.startswith("backprop: --points is missing")
    assert run(*arguments, "--withdraw").out == "Kurt Gödel: 1 of 2 points\n"
    assert "the idea is right" not in (out / "feedback" / "2.html").read_text()
    assert "no mark by hand of '2'" in run(*arguments, "--withdraw").err
    listed = run("class", "override", out, "--list").out.splitlines()
    assert [("withdrawn" in line, "holds" in line) for line in listed] == [
        (False, False), (False, False), (True, False),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["moodle", "csv", "json"])
def test_exports_are_for_their_platforms(form: str, place: Path, run: Run, tmp_path: Path) -> None:
    said = run("class", "export", place / "out", "--format", form)
    assert said.code == 0
    assert said.err == ("note: marks are out of 2: is that the maximum grade in Moodle?\n"
                        if form == "moodle" else "")  # fmt: skip
    assert "Kurt Gödel" in said.out
    said = run("class", "export", place / "out", "--format", form, "--anonymous")
    assert "Kurt" not in said.out
    assert "student-" in said.out
    file = tmp_path / "table"
    assert run("class", "export", place / "out", "--format", form, "--output", file).code == 0
    assert "is there already" in run(
        "class", "export", place / "out", "--format", form, "--output", file
    ).err  # fmt: skip


def test_a_wrong_download_is_refused_or_taken_back(
    place: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workers, "make_executor", lambda _: ThreadPoolExecutor(1))
    out = tmp_path / "out"
    shutil.copytree(place / "out", out)
    before = (out / "gradebook.csv").read_bytes()
    wrong = write_zip(tmp_path / "wrong.zip", {"godelkurt_502_9001_a.ipynb": b"{}"})
    arguments = ["class", "grade", place / "ps1", wrong, "--output", out]
    said = run(*arguments)
    assert (said.code, "wrong.zip must be a download of this class" in said.err) == (2, True)
    assert (out / "gradebook.csv").read_bytes() == before
    assert run(*arguments, "--from", "canvas").code == 0
    assert (out / "gradebook.csv").read_bytes() != before
    wrong.unlink()
    assert "wrong.zip is out: 1 notebook counts no more" in run("class", "remove", out, wrong).out
    assert (out / "gradebook.csv").read_bytes() == before
    assert "it has subs.zip" in run("class", "remove", out, wrong).err


def test_a_roster_of_some_is_taken_as_it_is_meant(place: Path, run: Run, tmp_path: Path) -> None:
    out, table = tmp_path / "out", tmp_path / "ill.csv"
    shutil.copytree(place / "out", out)
    table.write_text("name;due\nKurt Gödel;4.12.2026\n")
    arguments = ["class", "grade", place / "ps1", place / "subs.zip", "--output", out]
    assert "are gone (Ada Lovelace" in run(*arguments, "--roster", table).err
    said = run(*arguments, "--roster", table, "--roster-is", "part")
    assert (said.code, said.err, "     0  late" in said.out.splitlines()) == (0, "", True)
    assert "--roster-is says what" in run(*arguments, "--roster-is", "part").err


def test_options_that_would_have_no_effect_are_refused_or_said(place: Path, run: Run) -> None:
    said = run("class", "export", place / "out", "--format", "csv", "--title", "Week 1")
    assert (said.code, "--title names a column of Canvas" in said.err) == (2, True)
    said = run("class", "export", place / "out", "--format", "moodle", "--anonymous")
    assert "note: moodle knows nobody in it" in said.err
    listed = ["class", "override", place / "out", "--list"]
    assert run(*listed, "--student", "1").out == "no marks by hand\n"
    assert run(*listed, "--withdraw").code == 2


def test_a_class_that_was_stopped_is_not_exported_as_if_it_were_graded(
    place: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(place / "out", out)
    export = ["class", "export", out, "--format", "csv"]
    everybody = run(*export).out
    (out / "grading.begun").touch()  # as it was before the names of downloads stood in it
    said = run(*export)
    assert (said.code, said.out, "type the command backprop" in said.err) == (2, "", True)
    assert run(*export, "--graded-only").code == 2
    (out / "grading.begun").unlink()
    kept = (out / "results.jsonl").read_text().splitlines()[1:]
    (out / "results.jsonl").write_text("\n".join([*kept, ""]))
    assert ": 1 student is not graded yet" in run(*export).err
    left = run(*export, "--graded-only").out
    assert len(left.splitlines()) == len(everybody.splitlines()) - 1


def test_what_cannot_be_done_is_said_in_one_line(place: Path, run: Run, tmp_path: Path) -> None:
    for arguments, message in {
        ("release", "nowhere", "--output", tmp_path / "a"): "choose one of all_parameters, by_hand",
        ("release", "fitting", "--output", tmp_path / "b", "--due", "soon"): "due must be a time",
        ("grade", place, place / "subs.zip", "--output", tmp_path / "c"): "assignment.json",
        ("grade", place / "ps1", place / "none.zip", "--output", tmp_path / "d"): "No such file",
        ("export", tmp_path, "--format", "csv"): "holds no class",
    }.items():
        said = run("class", *arguments)
        assert said.code == 2, arguments
        assert message in said.err, arguments
        assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_walls_of_this_system_are_listed(run: Run) -> None:
    said = run("class", "walls")
    assert [line.split()[0] for line in said.out.splitlines()] == ["namespaces", "landlock"]


def test_the_assignment_is_kept_with_the_class(place: Path) -> None:
    assert read_assignment(place / "out") == read_assignment(place / "ps1")


def test_marks_of_nobody_and_folders_in_wrong_places_are_refused(
    place: Path, run: Run, tmp_path: Path
) -> None:
    said = run("class", "override", place / "out", "--list", "--student", "9999")
    assert (said.code, "got '9999'" in said.err) == (2, True)
    grade = ["class", "grade", place / "ps1", place / "subs.zip", "--output", place / "out"]
    said = run(*grade, "--roster", tmp_path)
    assert (said.code, "is a folder: give the table in it" in said.err) == (2, True)
    said = run(*grade, "--scheduler", "foo")
    assert "scheduler must be an address with a port, got 'foo'" in said.err
    (tmp_path / "subs" / "ada").mkdir(parents=True)
    said = run(
        "class", "grade", place / "ps1", tmp_path / "subs", "--output", tmp_path / "subs/out"
    )
    assert (said.code, "must be outside of the submissions" in said.err) == (2, True)


def test_a_mark_that_counts_for_less_by_now_is_listed_as_that(
    place: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(place / "out", out)
    marks = ["--student", "2", "--exercise", TWO, "--points", "1", "--because", "nearly"]
    assert run("class", "override", out, *marks).code == 0
    plain = json.loads((out / "assignment.json").read_text())
    plain["points"][TWO] = 0.5
    (out / "assignment.json").write_text(json.dumps(plain))
    assert "counts as 0.5" in run("class", "override", out, "--list").out
