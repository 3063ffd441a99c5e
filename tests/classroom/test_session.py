"""A class is graded once, whatever interrupts it, and a second download adds to the first."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from backprop.classroom.assignment import Assignment
from backprop.classroom.gradebook import make_gradebook
from backprop.classroom.reports import describe_class, write_problems, write_reports
from backprop.classroom.roster import Roster, Student
from backprop.classroom.roster_changes import follow_roster
from backprop.classroom.session import Session
from backprop.classroom.store import Override, Store, open_store
from backprop.course.calls import describe_lateness
from tests.classroom.downloads import pack, write_folder, write_notebook, write_zip
from tests.classroom.graders import grade_words

NAME = "fitting/residuals_and_ssr"
SOLVED = write_notebook(f"solved {NAME}")
ASSIGNMENT = Assignment(
    "ps1", "fitting", (NAME,), {NAME: 2}, "2026-11-30", "flag", "latest", (), "0.1.0"
)
SETTINGS = {"assignment": "ps1", "grader": "0"}


class Submission(NamedTuple):
    """What goes to the grader of these tests."""

    file: str
    data: bytes


def grade(source: Path, store: Store, grader: Any = grade_words, **settings: Any) -> Session:
    session = Session(ASSIGNMENT, store, settings.pop("roster", Roster()), **settings)
    name = session.grade(
        source, "auto", lambda: ThreadPoolExecutor(1), grader, Submission,
        lambda names: {"exercises": names}, in_flight=2, progress=False,
    )  # fmt: skip
    write_problems(store.folder, name, session.troubles, store)
    return session


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        yield store


def make_class(path: Path, count: int, **more: bytes) -> Path:
    files = {
        f"Student {n}_{n}_assignsubmission_file/ps1.ipynb": write_notebook(f"# {n}")
        for n in range(100, 100 + count)
    }
    return write_zip(path, {**files, **more})


def test_what_was_graded_is_not_graded_again(tmp_path: Path, store: Store) -> None:
    source = make_class(tmp_path / "c.zip", 60)
    session = grade(source, store)
    assert (session.graded, session.known) == (60, 0)
    session = grade(source, store)
    assert (session.graded, session.known) == (0, 60)
    assert grade(source, store, again="all").graded == 60
    assert grade(source, store, again="failed").graded == 0


def test_a_later_download_adds_to_the_first(tmp_path: Path, store: Store) -> None:
    grade(make_class(tmp_path / "c.zip", 3), store)
    extra = {"Student 101_101_assignsubmission_file/again.ipynb": SOLVED}
    session = grade(make_class(tmp_path / "later.zip", 5, **extra), store)
    assert (session.graded, session.known) == (3, 3)
    lines = make_gradebook(ASSIGNMENT, store, Roster())
    assert [(line.student.id, line.attempts, line.points) for line in lines] == [
        ("100", 1, 0), ("101", 2, 2), ("102", 1, 0), ("103", 1, 0), ("104", 1, 0),
    ]  # fmt: skip


def test_a_download_of_the_same_name_is_another_attempt(tmp_path: Path, store: Store) -> None:
    for n in range(2):
        grade(make_class(tmp_path / "c.zip", 1, x=b"1" * n), store)
    write_zip(tmp_path / "c.zip", {"A_100_assignsubmission_file/ps1.ipynb": SOLVED})
    grade(tmp_path / "c.zip", store)
    (line,) = make_gradebook(ASSIGNMENT, store, Roster())
    assert (line.attempts, line.points) == (2, 2)


def test_identical_files_are_graded_once(tmp_path: Path, store: Store) -> None:
    files = {f"S_{n}_assignsubmission_file/a.ipynb": SOLVED for n in range(9)}
    session = grade(write_zip(tmp_path / "c.zip", files), store)
    assert session.graded == 1
    lines = make_gradebook(ASSIGNMENT, store, Roster())
    assert [line.points for line in lines] == [2] * 9
    assert all(len(line.alike) == 8 for line in lines)


def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    names = [f"S_{n}_assignsubmission_file/a.ipynb" for n in range(40)]
    files = {name: write_notebook(f"{'solved ' + NAME if n % 3 else n}", n=n)
             for n, name in enumerate(names)}  # fmt: skip
    books = []
    for seed in range(3):
        random.Random(seed).shuffle(names)
        source = write_zip(tmp_path / f"{seed}.zip", {name: files[name] for name in names})
        with open_store(tmp_path / f"out{seed}", SETTINGS, make=True) as store:
            grade(source, store)
            books.append(make_gradebook(ASSIGNMENT, store, Roster()))
    assert books[0] == books[1] == books[2]


def test_ctrl_c_loses_nothing_that_was_graded(tmp_path: Path, store: Store) -> None:
    source = make_class(tmp_path / "c.zip", 120)
    calls = []

    def interrupted(batch: Any, key: Any) -> list[dict[str, Any]]:
        calls.append(batch)
        if len(calls) == 3:
            signal.raise_signal(signal.SIGINT)
            time.sleep(0.2)
        return grade_words(batch, key)

    with pytest.raises(KeyboardInterrupt):
        grade(source, store, interrupted)
    kept = len(store.results)
    assert 0 < kept < 120
    session = grade(source, store)
    assert (session.graded, session.known) == (120 - kept, kept)


PROGRAM = """
import sys
from pathlib import Path
from tests.classroom import test_session
with test_session.open_store(Path(sys.argv[2]), test_session.SETTINGS, make=True) as store:
    def slow(batch, key):
        test_session.time.sleep(0.15)
        return test_session.grade_words(batch, key)
    test_session.grade(Path(sys.argv[1]), store, slow)
"""


def test_kill_9_loses_nothing_that_was_graded(tmp_path: Path) -> None:
    source, out = make_class(tmp_path / "c.zip", 300), tmp_path / "out"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, source, out], env=environment)
    results = out / "results.jsonl"
    latest = time.monotonic() + 60
    while time.monotonic() < latest and not (results.exists() and results.stat().st_size):
        time.sleep(0.02)
    process.kill()
    process.wait()
    with open_store(out, SETTINGS) as store:
        before = len(store.results)
        assert 0 < before < 300
        session = grade(source, store)
        assert (session.graded, session.known) == (300 - before, before)
        assert len(store.entries) == 300
    files = Counter(json.loads(line)["file"] for line in results.read_text().splitlines())
    assert (len(files), set(files.values())) == (300, {1})


def test_a_full_disk_stops_and_the_same_command_goes_on(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_class(tmp_path / "c.zip", 90)
    fsync, calls = os.fsync, []

    def fill(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(OSError, match="No space left"):
        grade(source, store)
    kept = len(store.results)
    assert kept < 90
    assert grade(source, store).graded == 90 - kept


def test_everything_that_is_no_work_is_in_the_table_of_problems(
    tmp_path: Path, store: Store
) -> None:
    bad = write_notebook("damaged")
    files = {
        "A_1_assignsubmission_file/ps1.pdf": b"%PDF", "=lost.ipynb": SOLVED,
        "B_2_assignsubmission_file/ps1.ipynb": bad,
        "C_3_assignsubmission_file/c.zip": b"PK\x03\x04",
        "D_4_assignsubmission_file/d.zip": pack({"=x.txt": b"1", "d.ipynb": SOLVED}),
    }  # fmt: skip
    roster = Roster([Student("1", "Ada"), Student("4", "Dan"), Student("5", "Eve")])
    source = write_zip(tmp_path / "c.zip", files)
    later = write_zip(tmp_path / "later.zip", {**files, "E_5_assignsubmission_file/e.txt": b"1"})
    grade(source, store, roster=roster)
    for _ in range(2):  # a later download holds the same again, and the second run adds nothing
        session = grade(later, store, roster=roster)
    lines = write_reports(store.folder, ASSIGNMENT, store, roster)
    assert describe_class(lines) == {
        "students": 5, "handed in": 1, "late": 0, "time unknown": 1, "everything solved": 1,
        "same file as somebody": 0, "with files that cannot be graded": 4,
    }  # fmt: skip
    rows = (store.folder / "problems.csv").read_text("utf-8-sig").splitlines()
    assert len(rows) == 1 + len(session.troubles) + 1
    text = "\n".join(rows)
    for word in ("is a PDF", "names no student", "refused: it is damaged", "damaged archive",
                 "is a text", "not on the roster"):  # fmt: skip
        assert word in text
    assert {path.name for path in store.folder.iterdir()} >= {
        "run.json", "results.jsonl", "gradebook.csv", "gradebook.json", "problems.csv", "feedback",
    }  # fmt: skip


@pytest.mark.parametrize("roster", [Roster(), Roster([Student("1", "Ada")])])
@pytest.mark.parametrize(
    "file",
    ["x.pdf", "x.ipynb", "x.zip", "x.7z", "x.docx", ".ipynb_checkpoints/x.ipynb"],
)
def test_who_has_handed_in_nothing_that_can_be_graded_has_a_row_and_a_page(
    file: str, roster: Roster, tmp_path: Path, store: Store
) -> None:
    data = write_notebook("damaged") if file.endswith("ipynb") else b"PK\x03\x04"
    folder = "assignsubmission_file"
    files = {f"Ada_1_{folder}/a.ipynb": SOLVED, f"Peter Fremd_9_{folder}/{file}": data}
    grade(write_zip(tmp_path / "c.zip", files), store, roster=roster)
    lines = {one.student.id: one for one in write_reports(store.folder, ASSIGNMENT, store, roster)}
    assert (set(lines), lines["9"].student.name) == ({"1", "9"}, "Peter Fremd")
    assert lines["9"].notes[0].startswith("nothing that can be graded was handed in")
    assert len(list((store.folder / "feedback").glob("*9.html"))) == 1


@pytest.mark.parametrize("name", ["time", "graded", "source", "all"])
def test_problems_of_a_folder_stay_whatever_it_is_called(
    name: str, tmp_path: Path, store: Store
) -> None:
    roster = Roster([Student("1", "Ada", due="2026-12-02")])
    folder = {"ada/a.pdf": b"%PDF", "kurt/k.ipynb": write_notebook("damaged")}
    grade(write_folder(tmp_path / name, folder), store)
    grade(write_zip(tmp_path / "c.zip", {"Ada_1_assignsubmission_file/a.ipynb": SOLVED}), store)
    for _ in range(2):
        write_reports(store.folder, ASSIGNMENT, store, roster)
        with (store.folder / "problems.csv").open(encoding="utf-8-sig") as file:
            rows = [(row["download"], row["why"]) for row in csv.DictReader(file)]
        assert (name, "is a PDF: ask for the .ipynb") in rows
        assert ("all/graded", "refused: it is damaged") in rows
        assert [one for one, why in rows if why.startswith("is of somebody who has until")] == [
            "all/time"
        ]


def test_problems_of_before_are_not_taken_for_those_of_a_folder(
    tmp_path: Path, store: Store
) -> None:
    table = "source,file,student,why\ngraded,a,1,refused: it was damaged\nc.zip 1,b,2,is a PDF\n"
    (store.folder / "problems.csv").write_text(table)
    grade(make_class(tmp_path / "d.zip", 1), store)
    rows = (store.folder / "problems.csv").read_text("utf-8-sig").splitlines()
    assert rows == ["download,file,student,why", "c.zip 1,b,2,is a PDF"]


def test_the_folder_in_which_a_teacher_stands_has_a_name(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_folder(tmp_path / "friday", {"ada/a.pdf": b"%PDF", "k.ipynb": SOLVED}))
    grade(Path("."), store)
    assert store.list_sources() == ["friday"]


def test_what_was_stopped_by_a_clock_is_counted_and_tried_again(
    tmp_path: Path, store: Store
) -> None:
    def stop(batch: Any, key: Any) -> list[dict[str, Any]]:
        results = grade_words(batch, key)
        results[0]["exercises"][0] |= {"state": "wrong", "message": describe_lateness(0.6)}
        return results

    source = make_class(tmp_path / "c.zip", 3)
    grade(source, store, stop)
    lines = write_reports(store.folder, ASSIGNMENT, store, Roster())
    assert describe_class(lines)["stopped by time"] == 1
    problems = store.folder / "problems.csv"
    assert "too long: --again failed tries it again" in problems.read_text("utf-8-sig")
    assert grade(source, store).graded == 0
    assert grade(source, store, again="failed").graded == 1
    lines = write_reports(store.folder, ASSIGNMENT, store, Roster())
    assert "stopped by time" not in describe_class(lines)
    assert "too long" not in problems.read_text("utf-8-sig")


def test_whose_files_are_is_written_down_before_the_first_is_graded(
    tmp_path: Path, store: Store
) -> None:
    def fail(batch: Any, key: Any) -> list[dict[str, Any]]:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        grade(make_class(tmp_path / "c.zip", 120), store, fail)
    assert (len(store.entries), len(store.results)) == (120, 0)


ADA, ON_TIME, LATE = "Ada_1_assignsubmission_file", "2026-11-29T12:00", "2026-12-02T12:00"


def pack_at(path: Path, hour: str, **files: bytes) -> Path:
    """Make a download of Ada's files that is as old as is said."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            when = datetime.fromisoformat(hour).timetuple()[:6]
            archive.writestr(zipfile.ZipInfo(f"{ADA}/{name.replace('_', '.')}", when), data)
    os.utime(path, (to_seconds(hour), to_seconds(hour)))
    return path


def to_seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def judge(store: Store, roster: Roster, *sources: Path) -> tuple[bool, bool, str]:
    """Grade downloads; return if Ada is late, if nobody knows, and what stands in the problems."""
    for source in sources:
        grade(source, store, roster=roster)
    (line,) = write_reports(store.folder, ASSIGNMENT, store, roster)
    problems = (store.folder / "problems.csv").read_text("utf-8-sig").splitlines()[1:]
    return line.late, line.timeless, "".join(problems)


def test_the_time_of_a_file_that_cannot_be_graded_is_not_that_of_the_next(
    tmp_path: Path, store: Store
) -> None:
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_pdf=b"%PDF")
    second = pack_at(tmp_path / "2.zip", "2026-12-02T13:00", a_ipynb=SOLVED)
    old, new = (Roster([Student("1", submitted=time)]) for time in (ON_TIME, LATE))
    late, unknown, problems = judge(store, old, first, second)
    assert (late, unknown, "is a PDF" in problems) == (False, True, False)
    assert "the roster does not say" in problems
    assert judge(store, new, second)[:2] == (True, False)


def test_what_comes_after_a_notebook_does_not_make_it_late(tmp_path: Path, store: Store) -> None:
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_ipynb=SOLVED)
    old, new = (Roster([Student("1", submitted=time)]) for time in (ON_TIME, LATE))
    judge(store, old, first)
    for n, more in enumerate(({"a_ipynb": SOLVED}, {})):
        later = pack_at(tmp_path / f"{n}.zip", "2026-12-02T13:00", b_pdf=b"%PDF", **more)
        assert judge(store, new, later)[:2] == (False, False)


def test_a_time_that_is_certain_stays_until_a_person_says_otherwise(
    tmp_path: Path, store: Store
) -> None:
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_ipynb=SOLVED)
    second = pack_at(tmp_path / "2.zip", "2026-12-02T13:00", a_ipynb=write_notebook("other"))
    old, new = (
        Roster([Student("1", submitted=time, made=to_seconds(made))])
        for time, made in ((ON_TIME, "2026-11-29T13:01"), (LATE, "2026-12-02T13:01"))
    )
    assert judge(store, old, first) == (False, False, "")
    late, unknown, problems = judge(store, new, first)  # which does not hold what came since
    assert (late, unknown, "if something newer was handed" in problems) == (False, False, True)
    assert judge(store, Roster([Student("1")]), first) == (False, False, "")
    early = Roster([Student("1", submitted="2026-11-27T12:00")])
    assert judge(store, Roster([Student("1", submitted=LATE)]), first) == (True, False, "")
    assert judge(store, early, first) == (False, False, "")
    late, unknown, problems = judge(store, old, first)
    assert (late, unknown, "the time counts that you wrote" in problems) == (False, False, True)
    assert judge(store, new, second) == (True, False, "")
    assert judge(store, old, second) == (True, False, "")
    assert judge(store, old, first) == (True, False, "")


def test_what_a_person_says_of_one_student_changes_nothing_for_others(
    tmp_path: Path, store: Store
) -> None:
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_ipynb=SOLVED)
    known: Any = {"submitted": ON_TIME, "made": to_seconds("2026-11-29T13:01")}
    both = Roster([Student("1", **known), Student("2", **known)])
    said = follow_roster(both, Roster([Student("2", submitted=ON_TIME)]), "part")
    grade(first, store, roster=said)
    newer = Roster([Student("1", submitted=LATE, made=to_seconds("2026-12-02T13:01"))])
    assert judge(store, newer, first)[:2] == (False, False)


def test_what_a_person_says_stays_with_the_file_whichever_download_is_graded(
    tmp_path: Path, store: Store
) -> None:
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_ipynb=write_notebook("other"))
    second = pack_at(tmp_path / "2.zip", "2026-12-02T13:00", a_ipynb=SOLVED)
    judge(store, Roster(), first, second)
    assert judge(store, Roster([Student("1", submitted=ON_TIME)]), first)[:2] == (False, False)
    worksheet = Roster([Student("1", submitted=LATE, made=to_seconds("2026-12-02T13:01"))])
    assert judge(store, worksheet, second)[:2] == (False, False)
    assert [one.submitted for one in store.entries.values()] == [None, ON_TIME]


@pytest.mark.parametrize("written", [LATE, "2026-12-02T12:30", ON_TIME])
@pytest.mark.parametrize("extent", ["part", "whole"])
def test_a_time_that_a_person_writes_counts_also_if_the_platform_names_it_for_another_file(
    extent: str, written: str, tmp_path: Path, store: Store
) -> None:
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_ipynb=write_notebook("other"))
    second = pack_at(tmp_path / "2.zip", "2026-12-02T13:00", a_ipynb=SOLVED)
    worksheet = Roster([Student("1", submitted=LATE, made=to_seconds("2026-12-02T13:01"))])
    late, unknown, problems = judge(store, worksheet, first, second)
    assert (late, unknown) == (False, True)
    assert "by --roster or, if you have, write the time into a column submitted" in problems
    said = follow_roster(worksheet, Roster([Student("1", submitted=written)]), extent)
    for download in (second, first, second):
        assert judge(store, said, download)[:2] == (written != ON_TIME, False)
        assert [one.source[:5] for one in store.entries.values() if one.said] == ["2.zip"]
    assert judge(store, worksheet, first, second)[:2] == (written != ON_TIME, False)
    # A person has said it of this file, and not of one that comes later.
    third = pack_at(tmp_path / "3.zip", "2026-12-03T13:00", a_ipynb=write_notebook("third"))
    assert judge(store, said, third)[:2] == (False, True)


@pytest.mark.parametrize("names", [("week 1 (2).zip", "week 1.zip"), ("a/c.zip", "b/c.zip")])
def test_which_download_counts_as_earlier_is_said_so_that_both_are_known(
    names: tuple[str, str], tmp_path: Path, store: Store
) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
    new = pack_at(tmp_path / names[0], "2026-12-02T13:00", a_ipynb=SOLVED)
    old = pack_at(tmp_path / names[1], "2026-11-29T13:00", a_ipynb=write_notebook("other"))
    grade(new, store)
    (note,) = grade(old, store).notes
    words = note.removesuffix(", and counts as earlier").split(" is older than ")
    assert [one.partition(".zip")[0] + ".zip" for one in words] == [old.name, new.name]
    assert len(set(words)) == 2


def test_downloads_that_are_graded_in_another_order_count_by_their_age(
    tmp_path: Path, store: Store
) -> None:
    old, new = (write_notebook("other"), SOLVED)
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_ipynb=old)
    second = pack_at(tmp_path / "2.zip", "2026-12-02T13:00", a_ipynb=new)
    worksheet = Roster([Student("1", submitted=LATE, made=to_seconds("2026-12-02T13:01"))])
    grade(second, store, roster=worksheet)
    assert grade(first, store, roster=worksheet).notes == [
        "1.zip is older than 2.zip, and counts as earlier"
    ]
    assert grade(second, store, roster=worksheet).notes == []
    for order in ((first,), (second,)):
        assert judge(store, worksheet, *order)[:2] == (True, False)
        (line,) = make_gradebook(ASSIGNMENT, store, worksheet)
        assert (line.points, line.attempts) == (2, 2)
    store.remove_source(store.list_sources()[1])
    assert judge(store, worksheet, second, first)[:2] == (True, False)
    # What was known of the first is known again, with the worksheet of that day.
    before = Roster([Student("1", submitted=ON_TIME, made=to_seconds("2026-11-29T13:01"))])
    judge(store, before, first)
    assert [one.submitted for one in store.entries.values()] == [LATE, ON_TIME]
    (line,) = make_gradebook(ASSIGNMENT, store, before)
    assert (line.points, line.late) == (2, True)


def test_an_old_worksheet_with_the_date_of_a_new_download_is_not_believed(
    tmp_path: Path, store: Store
) -> None:
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_ipynb=write_notebook("other"))
    second = pack_at(tmp_path / "2.zip", "2026-12-02T13:00", a_ipynb=SOLVED)
    roster = Roster([Student("1", submitted=ON_TIME, made=to_seconds("2026-11-29T13:01"))])
    judge(store, roster, first)
    copied = Roster([Student("1", submitted=ON_TIME, made=to_seconds("2026-12-02T13:00"))])
    assert judge(store, copied, second)[:2] == (False, True)
    newer = Roster([Student("1", submitted=LATE, made=to_seconds("2026-12-02T13:05"))])
    assert judge(store, newer, second)[:2] == (True, False)


def test_a_damaged_file_that_comes_later_is_no_attempt_and_is_said(
    tmp_path: Path, store: Store
) -> None:
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_ipynb=SOLVED)
    second = pack_at(tmp_path / "2.zip", "2026-12-02T13:00", a_ipynb=write_notebook("damaged"))
    problems = judge(store, Roster([Student("1")]), first, second)[2]
    assert "came last and cannot be graded, so an earlier attempt counts, with 2 points" in problems
    (line,) = make_gradebook(ASSIGNMENT, store, Roster())
    assert (line.points, line.attempts) == (2, 1)


def test_the_student_reads_that_what_came_last_cannot_be_graded(
    tmp_path: Path, store: Store
) -> None:
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_ipynb=SOLVED)
    for day, name, data, why in (
        (1, "a_pdf", b"%PDF", "a.pdf came last and is a PDF, so an earlier attempt counts"),
        (2, "a_ipynb", write_notebook("damaged"), "a.ipynb came last and it is damaged, so an"),
        (3, "a_7z", b"7z", "a.7z came last and is an archive of a kind that is not opened, so an"),
    ):
        later = pack_at(tmp_path / f"{name}.zip", f"2026-12-0{day}T13:00", **{name: data})
        store.add_override(Override("1", NAME, 1.0, "a talk", "2026-12-04"))
        problems = judge(store, Roster([Student("1")]), first, later)[2]
        assert "so an earlier attempt counts, with 1 point" in problems
        assert "points" not in problems
        page = (store.folder / "feedback" / "1.html").read_text()
        with (store.folder / "gradebook.csv").open(encoding="utf-8-sig") as file:
            (row,) = csv.DictReader(file)
        assert why in page
        assert why in row["notes"]
    judge(
        store,
        Roster([Student("1")]),
        pack_at(tmp_path / "9.zip", "2026-12-05T13:00", b_ipynb=SOLVED),
    )
    assert "came last" not in (store.folder / "feedback" / "1.html").read_text()


def test_a_time_that_is_older_than_the_download_gives_way(tmp_path: Path, store: Store) -> None:
    source = pack_at(tmp_path / "1.zip", "2026-12-02T13:00", a_ipynb=SOLVED)
    for day, made in ((ON_TIME, "2026-11-29T13:01"), (LATE, "2026-12-02T13:01")):
        roster = Roster([Student("1", submitted=day, made=to_seconds(made))])
        assert judge(store, roster, source)[:2] == (day == LATE, False)


@pytest.mark.parametrize("moved", [False, True])
def test_a_time_that_was_known_is_known_again_when_a_download_comes_back(
    moved: bool, tmp_path: Path, store: Store
) -> None:
    first = pack_at(tmp_path / "1.zip", "2026-11-29T13:00", a_ipynb=write_notebook("other"))
    second = pack_at(tmp_path / "2.zip", "2026-12-02T13:00", a_ipynb=SOLVED)
    for source, day, hour in ((first, ON_TIME, "11-29T13:01"), (second, LATE, "12-02T13:01")):
        roster = Roster([Student("1", "Ada", submitted=day, made=to_seconds(f"2026-{hour}"))])
        grade(source, store, roster=roster)
    before = {entry.source: entry for entry in store.received.values()}
    for name in before:
        store.remove_source(name)
    if moved:
        store.move_students({"1": "7"})
        roster = Roster([Student("7", "Ada")])
    with open_store(tmp_path / "copy", SETTINGS, make=True) as copy:
        (copy.folder / "handins.jsonl").write_bytes((store.folder / "handins.jsonl").read_bytes())
    with open_store(tmp_path / "copy", SETTINGS) as copy:
        for source in (first, second):
            grade(source, copy, roster=roster)
        times = {entry.source: (entry.submitted, entry.certain) for entry in copy.received.values()}
    assert times == {name: (one.submitted, True) for name, one in before.items()}


def test_problems_end_when_the_student_hands_in_again(tmp_path: Path, store: Store) -> None:
    bad = pack_at(tmp_path / "1.zip", ON_TIME, a_pdf=b"%PDF", b_ipynb=write_notebook("damaged"))
    good = pack_at(tmp_path / "2.zip", ON_TIME, b_ipynb=SOLVED)
    assert "is a PDF, beside a notebook" in judge(store, Roster(), bad)[2]
    for again in ((good,), (bad,), (bad, good)):
        assert judge(store, Roster(), *again)[2] == ""


def test_problems_are_back_when_what_had_mended_them_is_taken_out(
    tmp_path: Path, store: Store
) -> None:
    roster = Roster([Student("1", "Ada")])
    other = "Kurt_2_assignsubmission_file/k.ipynb"
    bad = {"Ada_1_assignsubmission_file/a.pdf": b"%PDF", other: write_notebook("x")}
    good = {"Ada_1_assignsubmission_file/a.ipynb": SOLVED, other: SOLVED}

    def read() -> str:
        ada, _ = write_reports(store.folder, ASSIGNMENT, store, roster)
        return (store.folder / "problems.csv").read_text("utf-8-sig") + "".join(ada.notes)

    grade(write_zip(tmp_path / "1.zip", bad), store, roster=roster)
    before = read()
    for word in ("handed in: a.pdf is a PDF", "is a PDF: ask", "Kurt, who is not on the roster"):
        assert word in before
    grade(write_zip(tmp_path / "2.zip", good), store, roster=roster)
    assert "is a PDF" not in read()
    name = store.list_sources()[-1]
    store.remove_source(name)
    write_problems(store.folder, name, [], store)
    assert read() == before


def test_names_do_not_go_to_the_grader(tmp_path: Path, store: Store) -> None:
    seen: list[Any] = []

    def look(batch: Any, key: Any) -> list[dict[str, Any]]:
        seen.extend(batch)
        return grade_words(batch, key)

    grade(make_class(tmp_path / "c.zip", 3), store, look)
    assert [submission._fields for submission in seen] == [("file", "data")] * 3
