"""Other graders are run in an enclosure alone, on our submissions in their form."""

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from .hostile import CASES, RIGHT, SOLVED
from .notebooks import RESIDUALS, hand_over, write_notebook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="classes are graded on Linux")

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PYTHON = f"{sys.base_prefix}/bin/python3"
#: A program that sees what it can reach, and leaves a process behind.
PROBE = """
import json, os, socket, subprocess, sys
found = {"user": os.getuid(), "networks": [name for _, name in socket.if_nameindex()]}
found["written"] = []
for folder in (*sys.path[1:], "/", "/dev", "/etc", "/usr", "/graded", "FOLDER"):
    try:
        open(folder + "/planted", "w").close()
        found["written"].append(folder)
    except OSError:
        pass
print(json.dumps(found))
subprocess.Popen(["/usr/bin/sleep", "60"], start_new_session=True)
"""


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that imports a module of the benchmarks."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def test_nothing_is_run_outside_of_an_enclosure(benchmarks, tmp_path):
    enclosure = benchmarks("enclosure")
    run = f"open({str(tmp_path / 'planted')!r}, 'w')"
    with pytest.raises(OSError, match="in an enclosure alone"):
        enclosure.run_as_nobody([PYTHON, "-c", run], {}, 9)
    with pytest.raises(OSError, match="ended in an enclosure alone"):
        enclosure.check_first()
    assert os.listdir(tmp_path) == []


def test_a_program_in_an_enclosure_reaches_nothing_and_leaves_nothing(benchmarks, tmp_path):
    enclosure = benchmarks("enclosure")
    tmp_path.chmod(0o777)

    def work() -> Any:
        enclosure.write_files({"a/b": b"x"})
        command = [PYTHON, "-c", PROBE.replace("FOLDER", str(tmp_path))]
        return enclosure.run_as_nobody(command, {"PATH": "/usr/bin"}, 30)

    if os.geteuid() != 0:
        with pytest.raises(OSError, match="start this as root"):
            enclosure.run_enclosed(work, [sys.base_prefix])
        return
    code, cpu, seconds, left, said = enclosure.run_enclosed(work, [sys.base_prefix])
    assert code == 0, said
    assert json.loads(said) == {
        "user": enclosure.NOBODY,
        "networks": ["lo"],
        "written": ["/graded"],
    }
    assert left == ["/usr/bin/sleep 60 "]
    assert 0 < cpu < seconds + 2
    assert os.listdir(tmp_path) == []


def test_a_program_that_does_not_end_is_ended(benchmarks):
    enclosure = benchmarks("enclosure")
    if os.geteuid() != 0:
        with pytest.raises(OSError, match="start this as root"):
            enclosure.run_enclosed(list, [])
        return
    command = ["/usr/bin/sleep", "60"]
    ended = enclosure.run_enclosed(lambda: enclosure.run_as_nobody(command, {}, 0.5), [])
    assert ended[0] is None
    assert ended[2] < 20


@pytest.mark.parametrize(
    "cell",
    [
        SOLVED,
        RIGHT,
        hand_over(RESIDUALS, RIGHT.replace("residuals_and_ssr", "mine"), "mine"),
        hand_over(
            RESIDUALS, "class F:\n    def __call__(self, a, b):\n        return a - b", "F()"
        ),
        SOLVED + "for _ in range(3):\n    ex.check(residuals_and_ssr)",
    ],
)
def test_the_function_of_a_translated_notebook_has_the_name_that_tests_call(benchmarks, cell):
    last = [{"cell_type": "code", "source": "tests", "metadata": {}}]
    whole = json.loads(benchmarks("peers").translate(write_notebook(cell), last))
    names: dict[str, Any] = {}
    exec(whole["cells"][0]["source"], names)
    assert callable(names["residuals_and_ssr"])
    assert "bp" not in names
    assert whole["cells"][-1]["source"] == "tests"


def test_files_that_are_no_notebooks_are_given_as_they_are(benchmarks):
    translate = benchmarks("peers").translate
    for case in CASES:
        if case.group == "archives" or case.name in ("empty", "cut off", "a list", "deep"):
            assert translate(case.data, []) == case.data


@pytest.mark.parametrize(
    ("name", "mark", "right"),
    [
        ("solved", 1.0, True),
        ("solved", 0.0, False),
        ("solved", None, False),
        ("truths", 1.0, False),
        ("truths", None, True),
        ("noise", 1.0, True),  # the honest function is in it
        ("noise", 0.0, True),
        ("an answer to nothing", 1.0, False),
        ("cut off", None, True),
    ],
)
def test_marks_are_judged_by_what_a_submission_is(benchmarks, name, mark, right):
    (case,) = (case for case in CASES if case.name == name)
    found = {"mark": mark, "code": 0, "left": [], "touched": False}
    judged = benchmarks("classroom_peers").judge(case, found)
    assert judged == {"ends": True, "marks": right, "leaves": True, "keeps": True}
    found = {"mark": mark, "code": None, "left": ["sleep"], "touched": True}
    judged = benchmarks("classroom_peers").judge(case, found)
    assert judged == {"ends": False, "marks": right, "leaves": False, "keeps": False}


def test_the_page_of_graders_is_written_from_what_was_measured(benchmarks):
    report = benchmarks("peer_report")
    results = json.loads(report.RESULTS.read_text(encoding="utf-8"))
    assert report.PAGE.read_text(encoding="utf-8") == report.write_page(results)
    ours = results["backprop"]["cases"]
    assert all(report.survives(case) for case in ours.values())
    for name in report.GRADERS:
        assert results[name]["cases"].keys() == ours.keys()
