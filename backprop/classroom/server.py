"""The server of submissions: a process with NumPy and the engine that is copied for each of them.

``python -m backprop.classroom.server DESCRIPTOR WALLS MEMORY SECONDS`` speaks with the grader over
the descriptor. It never reads what a submission sends, and sees neither exercises nor answers.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import sysconfig
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backprop.classroom.walls.wall import Wall

__all__ = ["ENDED", "ORDER", "main"]

#: What the grader says: the number of a submission. With a connection it is to begin, else to end.
ORDER = struct.Struct("!I")
#: What the server says of it: its number, exit code or minus signal, and processor seconds.
ENDED = struct.Struct("!Iid")

#: What notebooks import and what Python loads late: behind the walls some of it is out of reach.
_EARLY = """
array bisect cmath collections copy csv dataclasses datetime decimal enum fractions functools heapq
inspect io itertools json linecache math operator pathlib pprint random re statistics string
symtable textwrap time traceback types typing unicodedata warnings zlib
encodings.idna encodings.utf_16 encodings.latin_1 encodings.ascii numpy.fft numpy.linalg
numpy.polynomial numpy.random
""".split()  # noqa: SIM905


def main() -> None:
    """Serve until the grader is gone."""
    descriptor, kind, memory, seconds = int(sys.argv[1]), *sys.argv[2:]
    control = socket.socket(fileno=descriptor)
    with suppress(OSError):  # where memory runs out, a submission ends, and never the grader
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    try:
        wall = _raise_wall(kind, int(memory), int(seconds))
    except OSError as error:
        control.send(f"{error.strerror or error}".encode())
        return
    control.send(b"ready")
    order = _read_order(control)
    while order is not None:
        if order.connection is None:  # to end what has just ended by itself
            order = _read_order(control)
        else:
            order = _serve(control, order.number, order.connection, wall)


class _Order(NamedTuple):
    """What the grader wants; see `ORDER`."""

    number: int
    connection: int | None


def _read_order(control: socket.socket) -> _Order | None:
    """Wait for the grader; None stands for its end."""
    message, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
    if len(message) != ORDER.size:
        return None
    (number,) = ORDER.unpack(message)
    return _Order(number, descriptors[0] if descriptors else None)


def _raise_wall(kind: str, memory: int, seconds: int) -> "Wall":
    """Load all that submissions need, then leave the rest of this machine behind."""
    for name in _EARLY:
        importlib.import_module(name)
    _hide_course()
    from backprop.classroom import runner  # what it needs of the course is loaded without the rest
    from backprop.classroom.walls.allowed import list_readable
    from backprop.classroom.walls.wall import LandlockWall, NamespaceWall, TrustingWall

    del runner
    walls = {wall.name: wall for wall in (NamespaceWall, LandlockWall, TrustingWall)}
    wall = walls[kind](list_readable(), memory, seconds)
    wall.raise_around_server()
    _rehearse()
    _close_paths()
    gc.collect()
    gc.freeze()  # so that copies share memory
    return wall


def _close_paths() -> None:
    """Let nothing be imported from now on but Python's own, and what NumPy and the engine load."""
    own = {os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    folders = [os.path.realpath(folder) for folder in sys.path if folder]
    sys.path[:] = [f for f in folders if f in own or os.path.dirname(f) in own]
    sys.path[:] = [f for f in sys.path if not f.endswith("-packages")]
    sys.modules["backprop.course"].__path__ = []


def _hide_course() -> None:
    """Let a bare package stand for the course: its modules load one by one, its contents not."""
    package = ModuleType("backprop.course")
    package.__path__ = [str(Path(__file__).resolve().parents[1] / "course")]
    sys.modules["backprop.course"] = package


def _rehearse() -> None:
    """Run a small notebook of ours, so that no submission pays for what happens but once."""
    from backprop.classroom.runner import Runner
    from backprop.classroom.stand_ins import install_stand_ins

    main_module = sys.modules["__main__"]
    runner = Runner(_Rehearsal(), json.loads)
    install_stand_ins(sys.modules["backprop.course"], runner.check, runner.lend)
    runner.run()
    sys.modules["__main__"] = main_module


class _Rehearsal:
    """Stands for the grader: the notebook, the inputs of an exercise, and nobody who listens."""

    def __init__(self) -> None:
        cells = [
            "import numpy as np\nimport backprop as bp",
            "def f(x):\n    y = bp.Variable(x)\n"
            "    bp.sum(bp.softplus(y) ** 2 + y @ y).backward()\n"
            "    return y.grad, float(np.sum(x))\n\n\nex = bp.course.exercise('a/b')\nex.check(f)",
            "def f(x):\n    return absent + np.zeros(3)\n\n\nex.check(f)\nabsent",
        ]
        job = {
            "exercises": [["a/b", "f"]], "cells": [], "skip": [],
            "cell_seconds": 9, "check_seconds": 9,
        }  # fmt: skip
        frame = {
            "number": 1, "id": "a/b", "function": "f", "parameters": ["x"], "results": ["a", "b"],
            "repeat": 1, "more": True, "starter": "def f(x):\n    return ...", "lent": [],
            "cases": [[{"array": ["<f8", [2], "AAAAAAAA8D8AAAAAAAAAQA=="]}]],
        }  # fmt: skip
        listed = [{"cell_type": "code", "source": cell} for cell in cells]
        asked = ["frame", frame]
        said = (job, {"cells": listed}, asked, ["more", frame["cases"]], asked)
        self._waiting = [json.dumps(each).encode() for each in said]

    def send(self, kind: str, **fields: object) -> None:
        """Write a message for nobody."""
        from backprop.classroom.encoding import encode_message

        encode_message(kind, **fields)

    def ask(self, question: bytes) -> bytes:
        """Return the next message, whatever is asked."""
        return self.receive()

    def receive(self) -> bytes:
        """Return the next message."""
        return self._waiting.pop(0)


def _serve(control: socket.socket, number: int, descriptor: int, wall: "Wall") -> _Order | None:
    """Run one submission, end it when the grader says so, say how it ended; return what follows."""
    before = time.process_time()
    child = wall.fork()
    if child == 0:
        try:
            control.close()
            _run_submission(descriptor, wall)
        finally:
            os._exit(0)
    os.close(descriptor)
    handle = os.pidfd_open(child)
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    waiting.register(control, select.POLLIN)
    order: _Order | None = _Order(number, None)
    while not any(ready == handle for ready, _ in waiting.poll()):
        order = _read_order(control)
        # A grader that was interrupted may begin the next one without an end of this one.
        if order is None or order.connection is not None or order.number == number:
            os.kill(child, signal.SIGKILL)
            waiting.unregister(control)
    _, status, usage = os.wait4(child, 0)
    os.close(handle)
    if order is None:
        return None
    used = usage.ru_utime + usage.ru_stime + time.process_time() - before
    control.send(ENDED.pack(number, os.waitstatus_to_exitcode(status), used))
    return order


def _run_submission(descriptor: int, wall: "Wall") -> None:
    """Become the process of one submission."""
    from backprop.classroom.runner import Channel, Runner
    from backprop.classroom.stand_ins import install_stand_ins

    wall.raise_around_submission()
    os.dup2(descriptor, 3)
    os.closerange(4, 1 << 16)
    runner = Runner(Channel(3), json.loads)
    install_stand_ins(sys.modules["backprop.course"], runner.check, runner.lend)
    runner.run()


if __name__ == "__main__":
    main()
