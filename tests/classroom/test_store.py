"""Nothing that was graded is lost, and nothing is graded twice."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backprop.classroom.lines import Lines
from backprop.classroom.store import Entry, Override, Store, open_store
from backprop.course.calls import describe_lateness

DIGESTS = {"fitting/residuals_and_ssr": "d1", "slopes/slope_by_rule": "d2"}
SETTINGS = {"assignment": "ps1", "grader": "0.1.0"}


def make_result(file: str, *names: str, ended: str = "finished") -> dict[str, Any]:
    exercises = [
        {"id": name, "state": "solved", "message": "", "misconception": None, "example": []}
        for name in names or DIGESTS
    ]
    return {"file": file, "exercises": exercises, "notes": [], "ended": ended, "cpu": 0.1}


def test_what_was_graded_is_found_again(tmp_path: Path) -> None:
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        seed = store.seed
        assert store.list_missing("f1", DIGESTS, "changed") == tuple(DIGESTS)
        store.add_results([make_result("f1"), make_result("f2", ended="stopped")], DIGESTS)
        store.add_entries([Entry("1", "Ada", "a.ipynb", "f1", "c.zip")])
        store.add_override(Override("1", "fitting/residuals_and_ssr", 1.0, "a talk", "2026-11-29"))
        before = store
    with open_store(tmp_path / "out", SETTINGS) as store:
        assert (store.seed, store.results) == (seed, before.results)
        assert (store.entries, store.overrides) == (before.entries, before.overrides)
        assert store.list_missing("f1", DIGESTS, "changed") == ()
        assert store.list_missing("f1", DIGESTS, "failed") == ()
        assert store.list_missing("f2", DIGESTS, "failed") == tuple(DIGESTS)
        assert store.list_missing("f1", DIGESTS, "all") == tuple(DIGESTS)
    assert (tmp_path / "out" / "run.json").stat().st_mode & 0o077 == 0


def test_a_corrected_exercise_is_graded_again_and_nothing_else(tmp_path: Path) -> None:
    with open_store(tmp_path, SETTINGS, make=True) as store:
        store.add_results([make_result("f1")], DIGESTS)
        corrected = {**DIGESTS, "slopes/slope_by_rule": "d3"}
        assert store.list_missing("f1", corrected, "changed") == ("slopes/slope_by_rule",)
        store.add_results([make_result("f1", "slopes/slope_by_rule")], corrected)
        assert store.list_missing("f1", corrected, "changed") == ()
        assert len(store.results["f1"]["exercises"]) == 2
    with open_store(tmp_path, {**SETTINGS, "grader": "0.2.0"}) as store:
        assert store.list_missing("f1", corrected, "changed") == tuple(corrected)


def test_wrong_ideas_of_an_older_version_are_graded_again_for_whom_they_explain(
    tmp_path: Path,
) -> None:
    result = make_result("f1")
    result["exercises"][0] |= {"state": "wrong", "misconception": "flipped"}
    with open_store(tmp_path, SETTINGS, make=True) as store:
        store.add_results([result], DIGESTS)
        assert store.list_missing("f1", DIGESTS, "changed") == ("fitting/residuals_and_ssr",)
        result["exercises"][0] |= {"exact": False}
        store.add_results([result], DIGESTS)
        assert store.list_missing("f1", DIGESTS, "changed") == ()


def make_stopped(file: str, how: str) -> dict[str, Any]:
    result = make_result(file)
    if how == "function":
        result["exercises"][0] |= {"state": "wrong", "message": describe_lateness(0.6)}
    elif how == "cell":
        result["notes"] = ["cell 3 was stopped (does its loop come to an end?); it was left out"]
    else:
        result["ended"] = "stopped after 20 seconds"
    return result


@pytest.mark.parametrize("how", ["function", "cell", "notebook"])
def test_what_was_stopped_by_a_clock_is_tried_again_as_a_whole(how: str, tmp_path: Path) -> None:
    with open_store(tmp_path, SETTINGS, make=True) as store:
        store.add_results([make_stopped("f1", how), make_result("f2")], DIGESTS)
        assert store.list_missing("f1", DIGESTS, "changed") == ()
        assert store.list_missing("f1", DIGESTS, "failed") == tuple(DIGESTS)
        assert store.list_missing("f2", DIGESTS, "failed") == ()
        # What is said of this run would be forgotten with the next one.
        corrected = {**DIGESTS, "slopes/slope_by_rule": "d3"}
        assert store.list_missing("f1", corrected, "changed") == tuple(DIGESTS)
        assert store.list_missing("f2", corrected, "changed") == ("slopes/slope_by_rule",)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_that_was_cut_off_is_dropped(cut: int, tmp_path: Path) -> None:
    with open_store(tmp_path, SETTINGS, make=True) as store:
        store.add_results([make_result("f1")], DIGESTS)
        store.add_results([make_result("f2")], DIGESTS)
    path = tmp_path / "results.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    with open_store(tmp_path, SETTINGS) as store:
        assert list(store.results) == ["f1"]
        store.add_results([make_result("f2")], DIGESTS)
    assert path.read_bytes() == whole


def test_lines_that_are_damaged_are_left_out(tmp_path: Path) -> None:
    with open_store(tmp_path, SETTINGS, make=True) as store:
        store.add_results([make_result("f1")], DIGESTS)
    for name in ("results.jsonl", "handins.jsonl", "overrides.jsonl"):
        with (tmp_path / name).open("ab") as file:
            file.write(b'\x00\x00\n[1]\n{"file": "f9"}\n{"student": "1"}\nnull\n')
    with open_store(tmp_path, SETTINGS) as store:
        assert list(store.results) == ["f1"]
        assert (store.entries, store.overrides) == ({}, [])


FULL = """
import json, resource, signal, sys
from pathlib import Path
from backprop.classroom.lines import Lines
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
lines = Lines(Path(sys.argv[1]))
n = 0
try:
    while True:
        lines.append([{"n": n, "filling": "x" * 700}])
        n += 1
except OSError:
    print(n)
"""


def test_a_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)  # the limit stands for the end of a disk
    path = tmp_path / "lines.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert [one["n"] for one in Lines(path).read()] == list(range(int(done.stdout)))
    assert path.read_bytes().endswith(b"\n")


def test_two_programs_never_write_at_once(tmp_path: Path) -> None:
    with (
        open_store(tmp_path, SETTINGS, make=True),
        pytest.raises(ValueError, match="another program has"),
        open_store(tmp_path, SETTINGS),
    ):
        pass


def test_folders_that_are_something_else_stay_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no class"), open_store(tmp_path, {}):
        pass
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(ValueError, match="must be empty"), open_store(tmp_path, {}, make=True):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    other = tmp_path / "out"
    with open_store(other, SETTINGS, make=True):
        pass
    with (
        pytest.raises(ValueError, match="holds ps1, and not ps2: choose another folder"),
        open_store(other, {**SETTINGS, "assignment": "ps2"}),
    ):
        pass
    (other / "run.json").write_text("{}")
    with pytest.raises(ValueError, match=r"run\.json is damaged"), open_store(other, SETTINGS):
        pass


def test_a_download_that_was_removed_counts_no_more_and_can_come_again(tmp_path: Path) -> None:
    right, wrong = (
        Entry("1", "", "a.ipynb", "f1", "1.zip"),
        Entry("1", "", "b.ipynb", "f2", "2.zip"),
    )
    refused = Entry("2", "", "b.pdf", "f3", "2.zip", refused=True)
    with open_store(tmp_path, SETTINGS, make=True) as store:
        store.add_entries([right, wrong, refused])
        assert store.list_sources() == ["1.zip", "2.zip"]
        store.remove_source("2.zip")
        assert store.list_sources() == ["1.zip"]
    with open_store(tmp_path, SETTINGS) as store:
        assert (list(store.received.values()), list(store.entries.values())) == ([right], [right])
        store.add_entries([wrong, refused])
    with open_store(tmp_path, SETTINGS) as store:
        assert list(store.received.values()) == [right, wrong, refused]
        assert list(store.entries.values()) == [right, wrong]


def test_a_file_of_the_same_place_replaces_the_one_before(tmp_path: Path) -> None:
    with open_store(tmp_path, SETTINGS, make=True) as store:
        first = Entry("1", "Ada", "a.ipynb", "f1", "c.zip")
        store.add_entries([first, first])
        store.add_entries([first, Entry("1", "Ada", "a.ipynb", "f2", "c.zip")])
        assert [entry.file for entry in store.entries.values()] == ["f2"]
    lines = (tmp_path / "handins.jsonl").read_text().splitlines()
    assert [json.loads(line)["file"] for line in lines] == ["f1", "f2"]
    assert isinstance(store, Store)
