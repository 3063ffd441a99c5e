"""Whatever ends a class that is being graded, no process of it is left, and the rest can follow."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from backprop.classroom.release import Released, release_assignment
from tests.classroom.downloads import write_zip


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


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_no_process_is_left_and_the_same_command_goes_on(
    number: signal.Signals, released: Released, tmp_path: Path
) -> None:
    source, out = write_class(tmp_path / "c.zip", released, 100), tmp_path / "out"
    command = [sys.executable, "-m", "backprop.cli", "class", "grade", "--jobs", "1"]
    command += [str(released.handed_out.parent), str(source), "--output", str(out)]
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    results = out / "results.jsonl"
    latest = time.monotonic() + 60
    while time.monotonic() < latest and not (results.exists() and results.stat().st_size):
        time.sleep(0.02)
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
        assert (process.returncode, said.strip()) == (2, "backprop: stopped")
    before = len(results.read_text().splitlines())
    assert 0 < before < 100
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    known = 100 - int(done.stdout.split()[0])
    assert before - 1 <= known < 100
    files = [json.loads(line)["file"] for line in results.read_text().splitlines()]
    assert len(files) == len(set(files)) == 100
