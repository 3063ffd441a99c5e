"""Whatever ends a class that is being graded, no process of it is left, and the rest can follow."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from backprop.classroom import connection, workers
from backprop.classroom.grading import Key
from backprop.classroom.release import Released, release_assignment
from backprop.classroom.walls import TRUST, UNPROTECTED
from backprop.classroom.workers import Workers
from backprop.cli import main
from tests.classroom.downloads import write_notebook, write_zip
from tests.classroom.graders import grade_words

STOPPED = "backprop: stopped: the same command goes on\n"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    folder = tmp_path_factory.mktemp("class") / "ps1"
    return release_assignment("fitting", folder, package="0.1.0")


def write_class(path: Path, released: Released, count: int) -> Path:
    """Write a class of honest notebooks, each of them another file."""
    notebook = json.loads(released.solved.read_bytes())
    files = {}
    for n in range(count):
        notebook["cells"][0]["source"] = f"# Mine, {n}"
        files[f"S_{n}_assignsubmission_file/ps1.ipynb"] = json.dumps(notebook).encode()
    return write_zip(path, files)


def wait_until_ended(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Wait a while for processes to end; return those that are left."""
    latest = time.monotonic() + 20
    left = processes
    while left and time.monotonic() < latest:
        time.sleep(0.05)
        left = [one for one in left if one.is_running() and one.status() != "zombie"]
    return left


def test_nothing_is_left_after_kill_9_and_ctrl_c_and_the_same_command_goes_on(
    released: Released, tmp_path: Path
) -> None:
    source, out = write_class(tmp_path / "c.zip", released, 150), tmp_path / "out"
    command = [sys.executable, "-m", "backprop.cli", "class", "grade", "--jobs", "1"]
    command += [str(released.handed_out.parent), str(source), "--output", str(out)]
    results = out / "results.jsonl"
    counts = [0]
    for number in (signal.SIGKILL, signal.SIGINT):
        process = subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        latest = time.monotonic() + 60
        while time.monotonic() < latest and count_lines(results) <= counts[-1]:
            time.sleep(0.01)
        started = psutil.Process(process.pid).children(recursive=True)
        assert started
        if number == signal.SIGKILL:
            process.kill()
        else:
            os.killpg(process.pid, number)  # as a terminal does
        said = process.communicate()[1].decode()
        left = wait_until_ended(started)
        for one in left:
            one.kill()
        assert not left, [one.pid for one in left]
        if number == signal.SIGINT:
            assert (process.returncode, said) == (2, STOPPED)
        counts.append(count_lines(results))
        assert counts[-2] < counts[-1] < 150
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert counts[-1] - 1 <= 150 - int(done.stdout.split()[0]) < 150
    files = [json.loads(line)["file"] for line in results.read_text().splitlines()]
    assert len(files) == len(set(files)) == 150


@pytest.mark.parametrize("awaited", [1, 3])  # the server of walls starts; a pool is at work
def test_ctrl_c_twice_ends_an_endless_class_at_once(
    awaited: int, released: Released, tmp_path: Path
) -> None:
    notebook = json.loads(released.solved.read_bytes())
    loop = {"cell_type": "code", "metadata": {}, "source": "while True:\n    pass"}
    notebook["cells"] += [loop] * 3
    content = json.dumps(notebook).encode()
    source = write_zip(tmp_path / "c.zip", {"S_1_assignsubmission_file/ps1.ipynb": content})
    command = [sys.executable, "-m", "backprop.cli", "class", "grade", "--jobs", "1"]
    command += [str(released.handed_out.parent), str(source), "--output", str(tmp_path / "out")]
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    latest = time.monotonic() + 60
    started: list[psutil.Process] = []
    while time.monotonic() < latest and len(started) < awaited:
        time.sleep(0.01)
        started = psutil.Process(process.pid).children(recursive=True)
    began = time.monotonic()
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1].decode()
    assert time.monotonic() - began < 4.5  # before the alarm, and long before the loops are over
    assert (process.returncode, said) == (2, STOPPED)
    assert not wait_until_ended(started)


def count_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.mark.parametrize("missing", ["", "not here"])
def test_the_way_without_walls_is_shown_where_there_are_none(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(connection, "list_walls", lambda: [("landlock", missing)])
    assert main(["class", "walls"]) == (1 if missing else 0)
    assert (f"class grade --walls {TRUST}" in capsys.readouterr().out) == bool(missing)


def test_a_class_that_is_graded_without_walls_says_so_everywhere(
    released: Released,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def grade(batch: Sequence[Any], key: Key) -> list[dict[str, Any]]:
        assert key.walls == TRUST
        results = grade_words(batch, {"exercises": key.assignment["exercises"]})
        return [{**result, "walls": UNPROTECTED} for result in results]

    def find_walls(self: Workers) -> str:
        return UNPROTECTED if self.walls == TRUST else "landlock"

    monkeypatch.setattr(workers, "grade", grade)
    monkeypatch.setattr(Workers, "find_walls", find_walls)
    monkeypatch.setattr(Workers, "make_executor", lambda self: ThreadPoolExecutor(1))
    files = {"S_0_assignsubmission_file/ps1.ipynb": write_notebook("x = 1")}
    source, out = write_zip(tmp_path / "c.zip", files), tmp_path / "out"
    command = ["class", "grade", str(released.handed_out.parent), str(source)]
    assert main([*command, "--output", str(out), "--walls", TRUST]) == 0
    assert "not protected: graded without walls" in capsys.readouterr().out
    settings = json.loads((out / "run.json").read_text())
    assert (settings["walls"], settings["protected"]) == ("none", False)
    assert "graded without walls: not protected" in (out / "gradebook.csv").read_text()
    assert "graded without walls: not protected" in (out / "gradebook.json").read_text()
    assert json.loads((out / "results.jsonl").read_text())["walls"] == "none"
    with pytest.raises(SystemExit):
        main([*command, "--output", str(out), "--walls", "none"])
