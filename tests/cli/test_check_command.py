"""`backprop exercises check`: a learner's notebook, whole or damaged, run apart and graded."""

import json
import math
import time
from pathlib import Path
from typing import Any

import pytest

from backprop.classroom.notebooks import read_notebook

from .conftest import Run

pytestmark = pytest.mark.programs

RIGHT = """
def residuals_and_ssr(observed, predicted):
    residuals = observed - predicted
    return residuals, (residuals**2).sum()
"""
FLIPPED = RIGHT.replace("observed - predicted\n", "predicted - observed\n")
OPEN = 'import backprop as bp\nex = bp.course.exercise("fitting/residuals_and_ssr")'
CHECK = "ex.check(residuals_and_ssr)"


def notebook(*sources: Any) -> dict[str, Any]:
    made = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [],
         "execution_count": None}
        for source in sources
    ]  # fmt: skip
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}


@pytest.fixture
def check(run: Run, tmp_path: Path) -> Any:
    """Check a notebook with these cells; return the exit code and the report."""

    def with_cells(*sources: Any, options: tuple[object, ...] = ()) -> tuple[int, dict[str, Any]]:
        path = tmp_path / "learner.ipynb"
        path.write_text(json.dumps(notebook(*sources)), encoding="utf-8")
        before = path.read_bytes()
        said = run("exercises", "check", path, "--json", *options)
        assert path.read_bytes() == before
        assert said.err == ""
        return said.code, json.loads(said.out)

    return with_cells


def test_a_right_function_is_solved_and_nothing_is_recorded(check: Any, kept: Path) -> None:
    code, report = check(OPEN, RIGHT, CHECK)
    assert code == 0
    assert report["solved"]
    assert report["notes"] == []
    (found,) = report["exercises"]
    assert (found["id"], found["passed"]) == ("fitting/residuals_and_ssr", True)
    assert not kept.exists()


def test_a_wrong_function_gets_the_explanation_of_its_idea(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "learner.ipynb"
    path.write_text(json.dumps(notebook(OPEN, FLIPPED, CHECK)), encoding="utf-8")
    said = run("exercises", "check", path)
    assert said.code == 1
    assert "✗ fitting/residuals_and_ssr: Residuals and SSR" in said.out
    assert "opposite sign" in said.out
    assert "expected residuals" in said.out
    assert "0 of 1 solved" in said.out
    assert "your own work" in said.out


def test_the_chapter_itself_is_not_attempted(run: Run) -> None:
    chapter = Path(__file__).resolve().parents[2] / "book" / "fitting.ipynb"
    said = run("exercises", "check", chapter, "--json")
    assert said.code == 1
    report = json.loads(said.out)
    assert [found["attempted"] for found in report["exercises"]] == [False]
    assert report["notes"] == []


def test_functions_are_found_by_name_when_no_check_was_right(check: Any) -> None:
    assert check(RIGHT)[0] == 0
    assert check(OPEN, FLIPPED, CHECK, RIGHT)[0] == 0
    code, report = check("x = 1")
    assert (code, report["exercises"]) == (1, [])


def test_cells_that_fail_do_not_keep_later_ones_from_running(check: Any) -> None:
    code, report = check(
        "%matplotlib inline\n1 / 0",
        "!touch should-not-be-there\n%pip install nothing-at-all",
        "this is no Python",
        "input('?')",
        OPEN,
        f"%%time\n{RIGHT}",
        "from IPython.display import display\ndisplay(ex)",
        "import sys; sys.exit()",
        CHECK,
    )
    assert code == 0
    stopped = [note.partition(": ")[0::2] for note in report["notes"]]
    assert [(note, said.partition(":")[0]) for note, said in stopped] == [
        ("cell 1 stopped with an error", "ZeroDivisionError"),
        ("cell 3 stopped with an error", "SyntaxError"),
        ("cell 4 stopped with an error", "EOFError"),
        ("cell 8 stopped with an error", "SystemExit"),
    ]
    assert not Path("should-not-be-there").exists()


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("import os; os._exit(7)", "ended by itself (exit code 7) in cell 4; what comes after"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended by itself"),
    ],
)
def test_what_was_found_before_an_accident_is_kept(source: str, note: str, check: Any) -> None:
    code, report = check(OPEN, RIGHT, CHECK, source, FLIPPED)
    assert [found["passed"] for found in report["exercises"]] == [True]
    assert note in report["notes"][-1]
    assert code == 0


ENDLESS = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'while True: pass'])"


def test_a_loop_without_end_is_stopped_with_all_that_it_started(check: Any) -> None:
    start = time.monotonic()
    check(OPEN, RIGHT, CHECK)
    enough = 3 + math.ceil(3 * (time.monotonic() - start))  # on this machine, today
    code, report = check(OPEN, RIGHT, CHECK, ENDLESS, FLIPPED, options=("--seconds", enough))
    assert [found["passed"] for found in report["exercises"]] == [True]
    assert f"was stopped after {enough} seconds in cell 4; what comes" in report["notes"][-1]
    assert code == 0


def test_memory_is_limited_where_the_system_can(check: Any) -> None:
    pytest.importorskip("resource")
    much = "import numpy as np\nx = np.zeros(10**9)"  # costs nothing where there is no limit
    code, report = check(much, OPEN, RIGHT, CHECK)
    assert code == 0
    assert any("MemoryError" in note or "not limited" in note for note in report["notes"])


def test_files_beside_the_notebook_can_be_imported(check: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "random.py").write_text("1 / 0", encoding="utf-8")  # not ours to import
    assert check(OPEN, "from mine import residuals_and_ssr", CHECK)[0] == 0


# ---- damaged notebooks

WHOLE = json.dumps(notebook(OPEN, RIGHT, CHECK), indent=1)
OLD = {"worksheets": [{"cells": [{"cell_type": "code", "input": s} for s in (OPEN, RIGHT, CHECK)]}],
       "nbformat": 3}  # fmt: skip

READABLE = {
    "a mark in front": b"\xef\xbb\xbf" + WHOLE.encode(),
    "sixteen bits": WHOLE.encode("utf-16"),
    "nbformat 3": json.dumps(OLD).encode(),
    "no metadata": json.dumps({"cells": [{"source": s} for s in (OPEN, RIGHT, CHECK)]}).encode(),
    "lines": json.dumps(notebook(OPEN.splitlines(True), RIGHT.splitlines(True), [CHECK])).encode(),
    "lines without ends": json.dumps(notebook(OPEN.split("\n"), RIGHT.split("\n"), CHECK)).encode(),
    "commas": WHOLE.replace("\n  }\n ]", "\n  },\n ],").encode(),
    "cut short": WHOLE[:-20].encode(),
    "a tab in a string": WHOLE.replace("    return", "\treturn").encode(),
    "one bad byte": WHOLE.replace("import backprop", "# \0\nimport backprop").encode()
    .replace(b"\0", b"\xff").replace(b"\n# ", b"# "),
    "cells of another kind": json.dumps(
        {"cells": [None, 7, {"cell_type": "markdown", "source": "1/0"}, {"source": 3},
                   *notebook(OPEN, RIGHT, CHECK)["cells"]]}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("content", READABLE.values(), ids=READABLE)
def test_a_damaged_notebook_is_read_as_far_as_possible(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "damaged.ipynb"
    path.write_bytes(content)
    code = "\n".join(cell.source for cell in read_notebook(path).code).replace("\t", "    ")
    assert code.endswith(CHECK)
    assert OPEN.splitlines()[1] in code
    assert "return residuals, (residuals**2).sum()" in code


REFUSED = {
    "empty": (b"", "it is empty"),
    "a list": (b"[1, 2]", "no list of cells"),
    "some JSON": (b'{"a": 1}', "no list of cells"),
    "broken JSON": (b'{"a": [1, ', "no list of cells"),
    "a web page": (b"<!doctype html><html></html>", "a web page"),
    "a PDF": (b"%PDF-1.7 ...", "a PDF"),
    "prose": (b"Dear diary, {cells} and such", "is no notebook"),
    "deep": (b"[" * 200_000, "is no notebook"),
    "a merge": (WHOLE.replace('"cells"', '\n<<<<<<< HEAD\n"cells"').encode(), "two versions"),
}


@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_notebook_is_refused(
    content: bytes, says: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    said = run("exercises", "check", path)
    assert said.code == 2
    assert says in said.err
    assert said.out == ""


def test_empty_folders_and_missing_files_are_refused(run: Run, tmp_path: Path) -> None:
    assert run("exercises", "check", tmp_path / "missing.ipynb").code == 2
    said = run("exercises", "check", tmp_path)
    assert said.code == 2
    assert "no notebook (.ipynb) in" in said.err


# ---- every exercise of the chapter

LOOP = """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    w = start
    for steps in range(1, max_steps + 1):
        step = learning_rate * gradient(w)
        w = w - step
        if abs(step) <= tolerance:
            break
    return w, steps
"""
THRESHOLD = "def threshold(a, b, d):\n    return 1 / a"
OPEN_LOOP = 'import backprop as bp\nex = bp.course.exercise("gradient_descent/the_loop")'
CHECK_LOOP = "ex.check(descend)"
UNFINISHED = {
    "a syntax error": (
        [OPEN_LOOP, LOOP.replace("w = start", "w = = start"), CHECK_LOOP, THRESHOLD],
        "cell 2 stopped with an error: SyntaxError",
    ),
    "no code any more": (
        [OPEN_LOOP, ("markdown", LOOP), ("markdown", CHECK_LOOP), THRESHOLD],
        "stands in a cell that is no code (cell 2)",
    ),
    "deleted": ([THRESHOLD, OPEN_LOOP.splitlines()[0]], "was its cell deleted?"),
    "never run": ([THRESHOLD, OPEN_LOOP], "Cell 2 mentions it"),
    "after the end": (
        [THRESHOLD, OPEN_LOOP, "import os; os._exit(3)", LOOP, CHECK_LOOP],
        "was stopped in cell 3",
    ),
}


@pytest.mark.parametrize(("sources", "says"), UNFINISHED.values(), ids=UNFINISHED)
def test_an_exercise_that_is_not_reached_is_listed(
    sources: list[Any], says: str, run: Run, tmp_path: Path
) -> None:
    plain = notebook(*(one if isinstance(one, str) else one[1] for one in sources))
    for cell, source in zip(plain["cells"], sources, strict=True):
        if not isinstance(source, str):
            cell["cell_type"] = source[0]
    path = tmp_path / "gradient_descent.ipynb"
    path.write_text(json.dumps(plain), encoding="utf-8")
    said = run("exercises", "check", path)
    assert said.code == 1
    assert "? gradient_descent/the_loop: The loop" in said.out
    assert says in said.out.replace("\n    ", " ")
    report = json.loads(run("exercises", "check", path, "--json").out)
    states = {found["id"].partition("/")[2]: found["state"] for found in report["exercises"]}
    assert states["the_loop"] == "not reached"
    assert not report["solved"]


def test_solved_wrong_and_not_attempted_are_told_apart(check: Any) -> None:
    code, report = check(OPEN_LOOP, LOOP.replace("w - step", "w + step"), CHECK_LOOP, THRESHOLD)
    assert {one["id"].partition("/")[2]: one["state"] for one in report["exercises"]} == {
        "the_loop": "wrong",
        "learning_rate_threshold": "solved",
    }
    assert code == 1


@pytest.mark.parametrize("name", ["gradient_descent (1)", "Gradient_descent-Copy2"])
def test_copies_of_a_chapter_belong_to_it(name: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.ipynb"
    path.write_text(json.dumps(notebook("x = 1")), encoding="utf-8")
    report = json.loads(run("exercises", "check", path, "--json").out)
    assert [one["state"] for one in report["exercises"]] == ["not reached", "not reached"]


def test_several_notebooks_and_folders_are_checked(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    (folder / "inner" / ".ipynb_checkpoints").mkdir(parents=True)
    solved, unsolved = notebook(OPEN, RIGHT, CHECK), notebook(OPEN, FLIPPED, CHECK)
    for name, content in (("one", solved), ("inner/two", unsolved)):
        (folder / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    (folder / "inner/.ipynb_checkpoints/two.ipynb").write_text("{}", encoding="utf-8")
    said = run("exercises", "check", folder)
    assert said.code == 1
    assert "1 of 2 notebooks solved" in said.out
    several = json.loads(run("exercises", "check", folder / "one.ipynb", folder, "--json").out)
    assert [Path(report["notebook"]).stem for report in several] == ["one", "two"]
    (folder / "broken.ipynb").write_text("", encoding="utf-8")
    said = run("exercises", "check", folder)
    assert said.code == 2
    assert "broken.ipynb is no notebook" in said.err
    assert "1 of 3 notebooks solved" in said.out


def test_what_a_notebook_leaves_running_costs_no_time(check: Any) -> None:
    asleep = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()"
    start = time.monotonic()
    code, report = check(OPEN, RIGHT, CHECK, asleep)
    assert time.monotonic() - start < 50
    assert code == 0
    assert report["notes"] == []


def test_a_cell_that_asks_for_input_is_told_so(check: Any) -> None:
    _, report = check(OPEN, RIGHT, CHECK, "input('your name?')")
    assert "nobody is there to answer" in report["notes"][0]
