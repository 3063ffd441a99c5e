"""Hostile submissions behind each kind of wall: each ends as it should, and touches nothing."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backprop.classroom import connection
from backprop.classroom.connection import Server, find_server, list_walls
from backprop.classroom.grading import grade
from backprop.classroom.server import ORDER
from backprop.classroom.walls import TRUST, WALLS

from .hostile import CASES, SOLVED
from .notebooks import grade_one, make_key, states, submit, submit_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="classes are graded on Linux")

ROOT = Path(__file__).parents[2]
USERS = ("ordinary", "root") if sys.platform == "linux" and os.geteuid() == 0 else ("ordinary",)
OFFERED = {name for name, missing in list_walls() if not missing}
#: As root, Landlock needs a Python that everybody can read; the helper sees to that.
KINDS = [(walls, user) for walls in WALLS for user in USERS if OFFERED]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder in which nobody is kept from anything but by walls."""
    with tempfile.TemporaryDirectory(prefix="backprop-hostile-") as name:
        made = Path(name)
        secret = made / "secret"
        secret.write_text("secret")
        for path, mode in ((made, 0o777), (secret, 0o666)):
            path.chmod(mode)
        os.utime(secret, (1e9, 1e9))
        yield made


def test_this_system_has_walls():
    assert OFFERED


def run_cases(walls: str, user: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Grade the cases in a process of its own, which nobody may connect from."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        done = subprocess.run(
            [
                sys.executable, "-m", "tests.classroom.behind_walls", walls, user, str(folder),
                str(listener.getsockname()[1]),
            ],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=400,
        )  # fmt: skip
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def list_differing(results: dict[str, dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """List the cases that did not end as they should."""
    got = {name: (states(found)[0], found["ended"]) for name, found in results.items()}
    return {
        case.name: got[case.name]
        for case in CASES
        if case.name in got
        and (got[case.name][0] != case.state or not got[case.name][1].startswith(case.ended))
    }


@pytest.mark.parametrize(("walls", "user"), KINDS)
def test_every_submission_ends_as_it_should_and_touches_nothing(walls, user, folder):
    results = run_cases(walls, user, folder)
    assert results.keys() == {case.name for case in CASES}
    assert list_differing(results) == {}
    assert {found["walls"] for found in results.values()} == {walls}
    secret = folder / "secret"
    assert os.listdir(folder) == ["secret"]
    assert secret.read_text() == "secret"
    assert (secret.stat().st_mode & 0o777, secret.stat().st_mtime) == (0o666, 1e9)


@pytest.mark.parametrize("user", USERS[-1:])
def test_trusted_work_gets_without_walls_what_it_would_get_behind_them(user, folder):
    results = run_cases(TRUST, user, folder)
    trusted = [case for case in CASES if case.group in ("honest", "never-ending")]
    assert results.keys() == {case.name for case in trusted}
    assert list_differing(results) == {}
    assert {found["walls"] for found in results.values()} == {"none"}
    honest = [case for case in trusted if case.group == "honest"]
    for case, behind in zip(
        honest, grade([submit_file(c.data) for c in honest], make_key()), strict=True
    ):
        assert results[case.name]["exercises"] == behind["exercises"]
        assert results[case.name]["notes"] == behind["notes"]


def test_there_are_enough_cases_of_every_kind_and_no_name_stands_twice():
    assert len({case.name for case in CASES}) == len(CASES) >= 60
    assert len({case.group for case in CASES}) == 7


def test_no_submission_changes_the_next_ones_result():
    batch = [submit_file(c.data) for c in CASES if c.group in ("forging", "side effects", "honest")]
    there, back = grade(batch, make_key()), grade(batch[::-1], make_key())[::-1]
    for result in [*there, *back]:
        del result["cpu"]
    assert json.dumps(there) == json.dumps(back)


def test_one_function_that_never_ends_costs_its_own_exercise_alone():
    key = make_key("fitting/residuals_and_ssr", "one_parameter/stopping_rule", seconds=4)
    endless = "import itertools\ndef stopping_rule(*given):\n    return sum(itertools.repeat(0))\n"
    check = "ex = bp.course.exercise('one_parameter/stopping_rule')\nex.check(stopping_rule)"
    result = grade_one(submit(f"import backprop as bp\n{endless}{check}", SOLVED), key)
    assert states(result) == ["solved", "wrong"]
    assert "We stopped your function after" in result["exercises"][1]["message"]
    assert result["ended"] == "finished"


# ---- processes that are killed -----------------------------------------------------------------


def _list_children(process: int) -> list[int]:
    """List the processes that descend from one."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    found, waiting = [], [process]
    while waiting:
        parent = waiting.pop()
        children = [child for child, of in parents.items() if of == parent]
        found += children
        waiting += children
    return found


def _wait_until(holds, seconds: float = 20.0) -> bool:
    latest = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > latest:
            return False
        time.sleep(0.02)
    return True


def test_a_server_that_is_killed_between_submissions_is_started_again():
    assert states(grade_one(submit(SOLVED))) == ["solved"]
    server = find_server("auto", 1500, 22)
    server._process.kill()
    server._process.wait()  # else the submission may be run before the signal comes
    assert states(grade_one(submit(SOLVED))) == ["solved"]
    assert find_server("auto", 1500, 22) is not server


def test_a_server_that_is_killed_during_a_submission_costs_nobody_anything():
    server = find_server("auto", 1500, 22)
    late = "import time\ntime.sleep(1)"
    killer = threading.Timer(0.4, server._process.kill)
    killer.start()
    assert states(grade_one(submit(late, SOLVED))) == ["solved"]
    killer.join()


@pytest.mark.parametrize("walls", sorted(OFFERED))
def test_nothing_is_left_of_a_grader_that_is_killed(walls):
    code = (
        "from tests.classroom.notebooks import *\n"
        f"grade_one(submit('import time; time.sleep(1e6)'), make_key(walls={walls!r}, seconds=240))"
    )
    grader = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    below = 3 if walls == "namespaces" else 2  # the server, its first process, the submission
    assert _wait_until(lambda: len(_list_children(grader.pid)) == below)
    descendants = _list_children(grader.pid)
    grader.kill()
    grader.wait()
    assert _wait_until(lambda: not any(Path(f"/proc/{each}").exists() for each in descendants))


def test_nothing_is_left_of_a_server_that_is_closed():
    server = Server(sorted(OFFERED)[-1], 1500, 22)
    below = [server._process.pid, *_list_children(server._process.pid)]
    # Where memory runs out, the kernel takes these before the grader and all else.
    assert {Path(f"/proc/{one}/oom_score_adj").read_text() for one in below} == {"1000\n"}
    server.close()
    assert not any(Path(f"/proc/{each}").exists() for each in below)


def test_an_interrupted_grader_leaves_its_server_fit_for_use(monkeypatch):
    submission = submit("import time\ntime.sleep(2)", SOLVED)
    interrupt = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        grade_one(submission)
    assert states(grade_one(submit(SOLVED))) == ["solved"]


def test_what_an_interrupt_leaves_behind_is_not_taken_for_the_next_one(monkeypatch):
    server = find_server("auto", 1500, 22)
    left = server.open()  # interrupted before anything is sent
    assert states(grade_one(submit("import os\nos._exit(7)", SOLVED))) == ["solved"]
    left.close()

    end = Server.end

    def interrupt(self):
        self._control.send(ORDER.pack(self._number))
        raise KeyboardInterrupt

    monkeypatch.setattr(Server, "end", interrupt)
    with pytest.raises(KeyboardInterrupt):
        grade_one(submit(SOLVED))
    monkeypatch.setattr(Server, "end", end)
    result = grade_one(submit("import os\nos._exit(7)", SOLVED))
    assert result["notes"] == ["cell 1 ended by itself (exit code 7); it was left out"]


# ---- choosing ----------------------------------------------------------------------------------


def test_a_system_without_walls_is_told_what_is_missing_and_where_to_go(monkeypatch):
    def refuse(name, *others):
        raise OSError(f"no {name}")

    monkeypatch.setattr(connection, "_servers", {})
    monkeypatch.setattr(connection, "Server", refuse)
    with pytest.raises(OSError, match=r"namespaces: no namespaces; landlock: no landlock.*Docker"):
        find_server("auto", 1500, 22)
    assert list_walls() == [("namespaces", "no namespaces"), ("landlock", "no landlock")]


@pytest.mark.parametrize("words", ["auto", "none", "None", "", "none-i-trust", TRUST.upper()])
def test_no_walls_are_had_for_these_very_words_alone(words, monkeypatch):
    started = []

    def refuse(name, *others):
        started.append(name)
        raise OSError("not here")

    monkeypatch.setattr(connection, "_servers", {})
    monkeypatch.setattr(connection, "Server", refuse)
    with pytest.raises((OSError, ValueError)):
        find_server(words, 1500, 22)
    assert "none" not in started
    started.clear()
    with pytest.raises(OSError, match="cannot be run here"):
        find_server(TRUST, 1500, 22)
    assert started[0] == "none"


def test_walls_that_are_not_here_lead_to_those_that_are(monkeypatch):
    class Started:
        def __init__(self, name, *others):
            if name != "namespaces":
                raise OSError(f"no {name}")

        def close(self):
            pass

    monkeypatch.setattr(connection, "_servers", {})
    monkeypatch.setattr(connection, "Server", Started)
    for walls, said in (("landlock", "cannot be used here"), (TRUST, "cannot be run here")):
        with pytest.raises(OSError, match=f"{said}.*; namespaces is here: leave --walls out"):
            find_server(walls, 1500, 22)


def test_other_systems_are_refused_until_tested(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(OSError, match="Linux alone"):
        find_server("auto", 1500, 22)


def test_an_unknown_wall_is_named():
    with pytest.raises(ValueError, match="walls must be auto, namespaces or landlock, got 'paper'"):
        find_server("paper", 1500, 22)
