"""A class is graded by workers of a scheduler: one that dies costs nothing, and nothing is left."""

import asyncio
import json
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import dask
import psutil
import pytest
from distributed import LocalCluster

from backprop import __version__
from backprop.classroom import scheduler
from backprop.classroom.release import release_assignment
from backprop.classroom.roster import Roster
from backprop.classroom.scheduler import SchedulerWorkers
from backprop.classroom.session import Session
from backprop.classroom.store import open_store
from backprop.classroom.workers import grade_download
from tests.classroom.downloads import write_notebook, write_zip
from tests.classroom.graders import grade_words
from tests.classroom.test_session import ASSIGNMENT, SETTINGS, Submission, make_class

LONGEST = 150  # seconds for one test, on a machine that is very busy


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        dask.config.set({"distributed.comm.timeouts.connect": "60s"}),
        LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50,
        host="127.0.0.1", memory_limit=0, local_directory=str(tmp_path_factory.mktemp("dask")),
        ) as cluster,
    ):  # fmt: skip
        yield cluster
        with ended_after(LONGEST):
            cluster.close()
    after = psutil.Process().children(recursive=True)
    left = [process for process in after if process.pid not in before
            and "resource_tracker" not in " ".join(process.cmdline())]  # fmt: skip
    assert not left, f"processes are left: {[process.cmdline() for process in left]}"


@pytest.fixture
def workers(cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[SchedulerWorkers]:
    monkeypatch.setattr(scheduler, "ANSWER", LONGEST)  # however busy the machine is
    workers = SchedulerWorkers(1, address=cluster.scheduler_address, version=__version__)
    workers.client.wait_for_workers(1, timeout=60)  # the test before may have killed them
    yield workers
    workers.close()


@pytest.fixture(autouse=True)
def _end() -> Iterator[None]:
    with ended_after(LONGEST):
        yield


@contextmanager
def ended_after(seconds: int) -> Iterator[None]:
    """End what would wait for ever, and name the line in which it waits."""

    def stop(*event: object) -> None:
        raise TimeoutError(f"it has not come to an end in {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def grade(source: Path, out: Path, workers: SchedulerWorkers, watch: Any = None) -> Session:
    with open_store(out, SETTINGS, make=True) as store:
        add = store.add_results

        def add_results(results: Any, digests: Any) -> None:
            add(results, digests)
            if watch:
                watch(len(store.results))

        store.add_results = add_results  # type: ignore[method-assign]
        session = Session(ASSIGNMENT, store, Roster())
        session.grade(
            source, "auto", workers.make_executor, grade_words, Submission,
            lambda names: {"exercises": names}, in_flight=4, blamed=workers.blamed,
            watch=workers.watch, progress=False,
        )  # fmt: skip
    return session


def count_lines(out: Path) -> Counter[str]:
    lines = (out / "results.jsonl").read_text().splitlines()
    return Counter(json.loads(line)["file"] for line in lines)


def test_a_worker_that_is_killed_midway_costs_nothing(
    tmp_path: Path, workers: SchedulerWorkers
) -> None:
    source = make_class(tmp_path / "c.zip", 150)
    killed: list[int] = []

    def kill_one(graded: int) -> None:
        if not killed:
            pids = workers.client.run(os.getpid)
            killed.append(next(iter(pids.values())))
            os.kill(killed[0], signal.SIGKILL)

    session = grade(source, tmp_path / "out", workers, kill_one)
    assert killed
    assert session.graded == 150
    assert set(count_lines(tmp_path / "out").values()) == {1}
    with open_store(tmp_path / "out", SETTINGS) as store:
        assert {result["ended"] for result in store.results.values()} == {"finished"}


def test_a_client_that_stops_goes_on_later(tmp_path: Path, workers: SchedulerWorkers) -> None:
    source = make_class(tmp_path / "c.zip", 150)

    def stop(graded: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(source, tmp_path / "out", workers, stop)
    before = len(count_lines(tmp_path / "out"))
    assert 0 < before < 150
    session = grade(source, tmp_path / "out", workers)
    assert (session.known, session.graded) == (before, 150 - before)
    assert set(count_lines(tmp_path / "out").values()) == {1}


def test_real_submissions_are_graded_behind_walls_there(
    tmp_path: Path, workers: SchedulerWorkers
) -> None:
    released = release_assignment("fitting", tmp_path / "ps1", package=__version__)
    files = {
        "A_1_assignsubmission_file/ps1.ipynb": released.solved.read_bytes(),
        "B_2_assignsubmission_file/ps1.ipynb": released.handed_out.read_bytes(),
    }
    source = write_zip(tmp_path / "c.zip", files)
    graded = grade_download(
        released.assignment, tmp_path / "ps1", source, tmp_path / "out", None, workers,
        progress=False, version=__version__,
    )  # fmt: skip
    assert [line.points for line in graded.lines] == [1, 0]
    assert json.loads((tmp_path / "out" / "run.json").read_text())["walls"] == workers.find_walls()


def test_ctrl_c_twice_leaves_the_scheduler_at_once(
    tmp_path: Path, cluster: LocalCluster, workers: SchedulerWorkers
) -> None:
    released = release_assignment("fitting", tmp_path / "ps1", package=__version__)
    notebook = json.loads(released.solved.read_bytes())
    loop = {"cell_type": "code", "metadata": {}, "source": "while True:\n    pass"}
    notebook["cells"] += [loop] * 3
    content = json.dumps(notebook).encode()
    source = write_zip(tmp_path / "c.zip", {"A_1_assignsubmission_file/ps1.ipynb": content})
    command = [sys.executable, "-m", "backprop.cli", "class", "grade", str(tmp_path / "ps1")]
    command += [str(source), "--output", str(tmp_path / "out"), "--seconds", "8"]
    process = subprocess.Popen(
        [*command, "--scheduler", cluster.scheduler_address],
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    while not any(workers.client.processing().values()):
        assert process.poll() is None
        time.sleep(0.05)
    began = time.monotonic()
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1].decode()
    assert time.monotonic() - began < 4.5  # before the alarm
    assert (process.returncode, said) == (2, "backprop: stopped: the same command goes on\n")


def test_a_notebook_may_ask_for_workers_in_its_event_loop(cluster: LocalCluster) -> None:
    async def ask() -> int:
        workers = SchedulerWorkers(1, address=cluster.scheduler_address, version=__version__)
        try:
            return workers.count_workers()
        finally:
            workers.close()

    assert asyncio.run(ask()) >= 1


def test_workers_of_another_version_are_refused(cluster: LocalCluster) -> None:
    workers = SchedulerWorkers(1, address=cluster.scheduler_address, version="0.0.1")
    with pytest.raises(OSError, match=r"has version .* and not 0\.0\.1"):
        workers.find_walls()
    workers.close()


@pytest.fixture
def somebody_else() -> Iterator[str]:
    """The address of a server that knows nothing of schedulers."""

    class Server(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_what_is_no_scheduler_is_told_so_at_once(
    cluster: LocalCluster, somebody_else: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "ANSWER", 1)
    worker = next(iter(cluster.scheduler_info["workers"]))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        silent = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        said = {
            worker: "what answers is a Worker",
            somebody_else: "sizes that nobody has",
            silent: "no answer in 1 seconds",
            "tcp://127.0.0.1:1": "no answer in 1 seconds|[Tt]imed out",
            "udp://a:1": "unknown address scheme 'udp'",
        }
        for address, reason in said.items():
            workers = SchedulerWorkers(1, address=address, version=__version__)
            with pytest.raises(OSError, match=rf"no Dask scheduler .* dask scheduler.*({reason})"):
                workers.find_walls()
            assert not workers.opened


def test_nobody_waits_for_workers_that_do_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class Client:
        """A scheduler without workers, then with one, then without."""

        answers: ClassVar = [{}, {"a": 1}, {}, {}]

        def nthreads(self) -> dict[str, int]:
            return self.answers.pop(0)

    times = iter([0.0, 100.0, 100.0 + scheduler.GONE])
    monkeypatch.setattr(scheduler, "time", SimpleNamespace(monotonic=lambda: next(times)))
    workers = SchedulerWorkers(1, address="tcp://127.0.0.1:1")
    vars(workers)["client"] = Client()
    for _ in range(3):
        workers.watch()
    with pytest.raises(OSError, match="no workers any more: start some"):
        workers.watch()


def test_a_submission_that_kills_every_worker_costs_itself(
    tmp_path: Path, workers: SchedulerWorkers
) -> None:
    # A worker that dies while its nanny waits to hear of its start is not started again.
    text = "slow, slow, slow: kill the worker"
    poison = {"X_999_assignsubmission_file/ps1.ipynb": write_notebook(text)}
    source = make_class(tmp_path / "c.zip", 20, **poison)
    session = grade(source, tmp_path / "out", workers)
    assert session.graded == 21
    with open_store(tmp_path / "out", SETTINGS) as store:
        ended = Counter(result["ended"].partition(",")[0] for result in store.results.values())
    assert ended == {"finished": 20, "ended by itself": 1}
