"""A class that gets a roster with other ids: nobody stands in it twice, and no mark is lost."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backprop.classroom import workers
from backprop.classroom.workers import Workers
from tests.classroom.downloads import write_notebook, write_zip
from tests.cli.conftest import Run
from tests.cli.test_class_stops import ONE, TWO, grade, grade_quickly

NAMES = {"51": "Ada Lovelace", "52": "Kurt Gödel", "53": "Jan Kowalski", "54": "Jan Kowalski"}
TABLES = {
    "moodle": "Identifier,Full name,Email address,Maximum grade\n"
    + "".join(f"Participant {n},{name},{n}@x.org,14\n" for n, name in NAMES.items()),
    "own": "id;Name;E-Mail\n"
    + "".join(f"{int(n) - 50};{name};{n}@x.org\n" for n, name in NAMES.items()),
    "mails": "Nummer;Name;E-Mail\n"
    + "".join(f"{int(n) - 50};{name};{n}@x.org\n" for n, name in NAMES.items()),
    "names": "id;Name\n" + "".join(f"{int(n) - 50};{name}\n" for n, name in NAMES.items()),
}


@pytest.fixture
def place(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An assignment, two downloads of Moodle, and tables that call their students otherwise."""
    monkeypatch.setattr(Workers, "make_executor", lambda _: ThreadPoolExecutor(1))
    monkeypatch.setattr(Workers, "find_walls", lambda _: "namespaces")
    monkeypatch.setattr(workers, "grade", grade_quickly)
    run("class", "release", "one_parameter", "--output", tmp_path / "ps1")
    for day, text in (("friday", f"solved {ONE}"), ("saturday", f"solved {ONE}\nsolved {TWO}")):
        files = {
            f"{name}_{n}_assignsubmission_file/ps1.ipynb": write_notebook(text, n=n)
            for n, name in NAMES.items()
        }
        files["Ada Lovelace_51_assignsubmission_file/ps1.pdf"] = b"%PDF"
        write_zip(tmp_path / f"{day}.zip", files)
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def mark(place: Path, run: Run, student: str) -> None:
    command = ["class", "override", place / "out", "--student", student, "--exercise", TWO]
    assert run(*command, "--points", "0.5", "--because", "a talk").code == 0


def read_marks(place: Path) -> dict[str, tuple[str, str]]:
    with (place / "out" / "gradebook.csv").open(encoding="utf-8-sig") as file:
        return {row["id"]: (row["name"], row["points"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize("extent", [(), ("--roster-is", "whole")])
@pytest.mark.parametrize(("first", "then"), [("moodle", "own"), ("own", "moodle")])
def test_a_roster_with_other_ids_splits_no_class(
    first: str, then: str, extent: tuple[str, ...], place: Path, run: Run
) -> None:
    ids = {"moodle": list(NAMES), "own": ["1", "2", "3", "4"]}
    assert run(*grade(place, "friday"), "--roster", place / f"{first}.csv").code == 0
    mark(place, run, ids[first][1])
    said = run(*grade(place, "saturday"), "--roster", place / f"{then}.csv", *extent)
    assert (said.code, "note: 4 who are known by address or name have" in said.err) == (0, True)
    expected = dict.fromkeys(ids[then], "2") | {ids[then][1]: "1.5"}
    assert {key: points for key, (_, points) in read_marks(place).items()} == expected
    assert len(list((place / "out" / "feedback").iterdir())) == 4
    if then == "moodle":
        said = run("class", "export", place / "out", "--format", "moodle")
        grades = {row["Identifier"]: row["Grade"] for row in csv.DictReader(io.StringIO(said.out))}
        assert grades == {f"Participant {n}": "10.5" if n == ids[then][1] else "14" for n in NAMES}


@pytest.mark.parametrize("extent", [(), ("--roster-is", "part")])
@pytest.mark.parametrize("table", ["mails", "own", "names"])
def test_marks_that_were_given_before_there_was_a_roster_stay(
    table: str, extent: tuple[str, ...], place: Path, run: Run
) -> None:
    assert run(*grade(place, "friday")).code == 0
    mark(place, run, "52")
    assert run(*grade(place, "saturday"), "--roster", place / f"{table}.csv", *extent).code == 0
    key = "52" if table == "mails" else "2"
    marks = read_marks(place)
    assert marks[key] == ("Kurt Gödel", "1.5")
    assert [name for name, _ in marks.values()].count("Kurt Gödel") == 1


def test_nothing_changes_where_nobody_can_say_whose_marks_they_are(place: Path, run: Run) -> None:
    assert run(*grade(place, "friday"), "--roster", place / "moodle.csv").code == 0
    mark(place, run, "53")
    kept = {path: path.read_bytes() for path in (place / "out").iterdir() if path.is_file()}
    for extent in ((), ("--roster-is", "whole")):
        said = run(*grade(place, "saturday"), "--roster", place / "names.csv", *extent)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "Jan Kowalski (53) may be Jan Kowalski (3), Jan Kowalski (4)" in said.err
        assert "or into a column email the addresses that they had" in said.err
        assert {path: path.read_bytes() for path in kept} == kept


def test_who_is_known_by_the_address_alone_is_known_on_files_of_before(
    place: Path, run: Run
) -> None:
    """Names are written otherwise in the list, and some ids are the numbers of others in Moodle."""
    assert run(*grade(place, "friday"), "--roster", place / "moodle.csv").code == 0
    mark(place, run, "51")
    rows = ["52;A. King;51@x.org", "53;K. F. G.;52@x.org", "3;J. K.;53@x.org", "4;J. L.;54@x.org"]
    (place / "list.csv").write_text("id;Name;E-Mail\n" + "\n".join(rows) + "\n")
    for _ in range(2):
        said = run(*grade(place, "saturday"), "--roster", place / "list.csv")
        assert (said.code, len(read_marks(place))) == (0, 4)
        assert read_marks(place)["52"] == ("A. King", "1.5")
    assert {points for _, points in read_marks(place).values()} == {"1.5", "2"}


@pytest.mark.parametrize("roster", [(), ("--roster", "moodle.csv")])
def test_of_two_of_the_same_name_both_ids_are_said(
    roster: tuple[str, ...], place: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    assert run(*grade(place, "friday"), *roster).code == 0
    override = ["class", "override", place / "out", "--student", "Jan Kowalski"]
    for more in (["--exercise", TWO, "--points", "1", "--because", "x"], ["--list"]):
        said = run(*override, *more)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "2 may be meant, whose ids are 53, 54: choose one" in said.err


def test_the_problems_of_who_has_another_id_are_theirs(place: Path, run: Run) -> None:
    assert run(*grade(place, "friday"), "--roster", place / "moodle.csv").code == 0
    assert run(*grade(place, "saturday"), "--roster", place / "own.csv").code == 0
    assert run("class", "remove", place / "out", place / "saturday.zip").code == 0
    with (place / "out" / "problems.csv").open(encoding="utf-8-sig") as file:
        assert [row["student"] for row in csv.DictReader(file)] == ["1"]
    roster = json.loads((place / "out" / "roster.json").read_text())
    assert roster["students"][0]["aliases"] == ["51"]


def test_that_the_class_is_of_another_assignment_is_said_first(place: Path, run: Run) -> None:
    assert run(*grade(place, "friday"), "--roster", place / "moodle.csv").code == 0
    run("class", "release", "fitting", "--output", place / "ps2")
    (place / "few.csv").write_text("id,name\n9,Emmy\n")
    command = grade(place, "friday")
    command[2] = place / "ps2"
    said = run(*command, "--roster", place / "few.csv")
    assert (said.code, "holds ps1, and not ps2: choose another folder" in said.err) == (2, True)
