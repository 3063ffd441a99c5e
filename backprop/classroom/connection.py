"""The grader's side of the server: started once, and a connection for each submission."""

import atexit
import contextlib
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

from backprop.classroom.encoding import LONGEST, DamagedMessageError
from backprop.classroom.processes import hold_interrupts
from backprop.classroom.server import ENDED, ORDER
from backprop.classroom.walls import TRUST, UNPROTECTED, WALLS

__all__ = [
    "Connection",
    "Server",
    "ServerLostError",
    "drop_server",
    "find_server",
    "list_walls",
]

_PIECE = 1 << 16  # bytes that are read at once
_STARTS = 60.0  # seconds for a server to be ready


class ServerLostError(OSError):
    """Raised where the server itself has ended."""


class Connection:
    """A connection to one submission; nothing that comes from it is trusted."""

    def __init__(self, end: socket.socket) -> None:
        self._end, self._waiting = end, bytearray()
        end.setblocking(False)
        self._arrivals = select.poll()
        self._arrivals.register(end, select.POLLIN)

    def send(self, *contents: bytes, latest: float) -> None:
        """Send messages, as long as somebody reads them.

        Raises
        ------
        TimeoutError
            If nobody does until then.
        """
        waiting = memoryview(b"".join(struct.pack("!I", len(each)) + each for each in contents))
        while waiting:
            try:
                waiting = waiting[self._end.send(waiting) :]
            except BlockingIOError:
                room = select.poll()
                room.register(self._end, select.POLLOUT)
                _wait(room, latest)
            except OSError:  # it has ended, which is noticed where we read
                return

    def receive(self, latest: float) -> bytes:
        """Wait for a message; an empty one means that there are no more.

        Raises
        ------
        TimeoutError
            If none has come until then.
        DamagedMessageError
            If one is announced that is too long.
        """
        head = self._read(4, latest)
        if len(head) < 4:
            return b""
        (length,) = struct.unpack("!I", head)
        if not 0 < length <= LONGEST:
            raise DamagedMessageError("the length of a message is not as it has to be")
        content = self._read(length, latest)
        return content if len(content) == length else b""

    def close(self) -> None:
        """Close it."""
        self._end.close()

    def _read(self, length: int, latest: float) -> bytes:
        """Read so much; less if there is no more. What comes besides waits in the buffer."""
        while len(self._waiting) < length:
            _wait(self._arrivals, latest)
            try:
                piece = self._end.recv(max(length - len(self._waiting), _PIECE))
            except BlockingIOError:
                continue
            except OSError:
                break
            if not piece:
                break
            self._waiting += piece
        read = bytes(self._waiting[:length])
        del self._waiting[:length]
        return read


def _wait(waiting: select.poll, latest: float) -> None:
    left = latest - time.monotonic()
    if left <= 0 or not waiting.poll(left * 1000):
        raise TimeoutError


class Server:
    """A server of submissions, which runs one at a time.

    Parameters
    ----------
    walls : str
        One of `WALLS`, or `UNPROTECTED`.
    memory, seconds : int
        Megabytes and processor time of each submission.

    Raises
    ------
    OSError
        If this system does not have such walls; the message says what is missing.
    """

    def __init__(self, walls: str, memory: int, seconds: int) -> None:
        self.walls, self.lock, self._number = walls, threading.Lock(), 0
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        settings = [str(theirs.fileno()), walls, str(memory), str(seconds)]
        with theirs, hold_interrupts():
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "backprop.classroom.server", *settings],
                pass_fds=[theirs.fileno()],
                env=_make_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the grader
            )
        try:
            self._control.settimeout(_STARTS)
            answer = self._control.recv(4096).decode()
        except OSError as error:
            answer = str(error)
        except KeyboardInterrupt:
            self._process.kill()
            self.close()
            raise
        if answer != "ready":
            self.close()
            raise OSError(answer or "the server of submissions did not start")
        self._control.settimeout(None)

    def open(self) -> Connection:
        """Begin a submission."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._number += 1
                socket.send_fds(self._control, [ORDER.pack(self._number)], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise ServerLostError("the server of submissions has ended") from error
        return Connection(ours)

    def end(self) -> tuple[int, float]:
        """End the submission; return its exit code, or minus its signal, and processor seconds."""
        try:
            # Also one that says that it is over may go on for ever.
            self._control.send(ORDER.pack(self._number))
            while True:
                answer = self._control.recv(ENDED.size)
                if len(answer) != ENDED.size:
                    raise ServerLostError("the server of submissions has ended")
                number, code, used = ENDED.unpack(answer)
                if number == self._number:  # else of one that an interrupt has left behind
                    return code, used
        except OSError as error:
            raise ServerLostError("the server of submissions has ended") from error

    def close(self) -> None:
        """End the server."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def _make_environment() -> dict[str, str]:
    """Make the little that a submission may know of the environment of the grader."""
    return {
        "BACKPROP_PROGRESS": "off",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }


_servers: dict[tuple[int, str, int, int], Server] = {}
_lock = threading.Lock()


def find_server(walls: str, memory: int, seconds: int) -> Server:
    """Return the server of this process, started where there is none yet.

    Parameters
    ----------
    walls : str
        One of `WALLS`, ``"auto"`` for the strongest that this system has, or `TRUST` for none.
    memory, seconds : int
        See `Server`.

    Raises
    ------
    OSError
        If this system does not have such walls.
    """
    if walls not in ("auto", *WALLS, TRUST):
        raise ValueError(f"walls must be auto, {' or '.join(WALLS)}, got {walls!r:.60}")
    names = WALLS if walls == "auto" else (UNPROTECTED if walls == TRUST else walls,)
    _check_system()
    reasons = []
    with _lock:
        for name in names:
            key = os.getpid(), name, memory, seconds
            try:
                if key not in _servers:
                    _servers[key] = Server(name, memory, seconds)
                return _servers[key]
            except OSError as error:
                reasons.append(f"{name}: {error}")
    here = [name for name, missing in list_walls() if not missing] if walls != "auto" else []
    way_out = f"; {here[0]} is here: leave --walls out" if here else ""
    if walls == TRUST:
        raise OSError(f"submissions cannot be run here, {reasons[0]}{way_out}")
    if here:
        raise OSError(f"these walls cannot be used here ({reasons[0]}){way_out}")
    raise OSError(
        f"this system has no walls for other people's code ({'; '.join(reasons)}): use a Linux "
        f"machine that allows them, or the Docker image; for work that you trust, --walls {TRUST}"
    )


def drop_server(server: Server) -> None:
    """Forget a server that has ended."""
    with _lock:
        for key in [key for key, other in _servers.items() if other is server]:
            del _servers[key]
    server.close()


def list_walls() -> list[tuple[str, str]]:
    """List the kinds of walls, and for each what is missing here; nothing where it can be used."""
    found = []
    for name in WALLS:
        try:
            _check_system()
            Server(name, 1500, 20).close()
        except OSError as error:
            found.append((name, str(error)))
        else:
            found.append((name, ""))
    return found


def _check_system() -> None:
    if sys.platform != "linux":
        raise OSError(
            "classes are graded on Linux alone: the walls are not tested on this system. Use the "
            "Docker image, a Linux machine or Binder"
        )


@atexit.register
def _close_servers() -> None:
    for key, server in list(_servers.items()):
        if key[0] == os.getpid():
            server.close()
