"""An enclosure for graders that have no walls: a whole program runs in it, and nowhere else.

A process enters namespaces of its own, with an empty root, read-only places, a small writable
folder in memory, a network that ends at itself, limits of memory and time, and no user's rights.
`run_as_nobody`, by which all is run, refuses outside (`check_enclosed`).
"""

import fcntl
import json
import os
import resource
import signal
import socket
import stat
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from backprop.classroom.walls import kernel

NOBODY = 200_000 + os.getpid()  # whose processes are counted are those of this run alone
FOLDER = Path("/graded")  # the one place in an enclosure that can be written to
MEMORY = 1500  # megabytes, for each process, and for all of them together a fifth more
_NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
_SYSTEM = ("/usr", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
_ETC = {
    "passwd": f"root:x:0:0::/:/bin/false\nnobody:x:{NOBODY}:{NOBODY}::{FOLDER}:/bin/false\n",
    "group": f"root:x:0:\nnogroup:x:{NOBODY}:\n",
    "hosts": "127.0.0.1 localhost\n",
}


class Ended(NamedTuple):
    """How a program ended.

    Attributes
    ----------
    code : int or None
        Its exit code; None if it was ended by a limit.
    cpu, seconds : float
        Processor time of it and of all that it started, and how long it took.
    left : list of str
        What it left running.
    said : str
        The end of what it printed.
    """

    code: int | None
    cpu: float
    seconds: float
    left: list[str]
    said: str


def run_enclosed(work: Callable[[], Any], readable: Sequence[str]) -> Any:
    """Run a function in an enclosure that goes when it returns; return its plain values.

    Raises
    ------
    OSError
        If this system does not allow an enclosure; nothing is run then.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        raise OSError("peers run in namespaces with a root of their own: start this as root, Linux")
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receiver)
        _enclose_and_run(work, readable, sender)
    os.close(sender)
    with open(receiver, "rb") as opened:
        said = opened.read()
    os.waitpid(child, 0)
    answer = json.loads(said or b'{"problem": "it was ended"}')
    if "problem" in answer:
        raise OSError(f"in the enclosure: {answer['problem']}")
    return answer["value"]


def _enclose_and_run(work: Callable[[], Any], readable: Sequence[str], sender: int) -> None:
    """Enter the namespaces, go on as their first process, answer, and end with all in them."""
    try:
        os.setsid()
        kernel.set_process_option(1, signal.SIGKILL)  # with whoever has started it
        kernel.unshare(_NAMESPACES)
        first = os.fork()
        if first:
            os.close(sender)
            os.waitpid(first, 0)
            os._exit(0)
        kernel.set_process_option(1, signal.SIGKILL)
        _build_root(readable)
        _open_loopback()
        check_enclosed()
        answer = {"value": work()}
    except BaseException as error:
        answer = {"problem": f"{type(error).__name__}: {error}"}
    os.write(sender, json.dumps(answer).encode())
    os._exit(0)


def _build_root(readable: Sequence[str]) -> None:
    """Make a root of read-only places, with devices that do nothing and one writable folder."""
    kernel.mount("none", "/", "", _RECURSIVE | _PRIVATE)
    inside = [path for path in readable if not path.startswith("/usr")]
    places = [path for path in (*_SYSTEM, *inside) if os.path.exists(path)]
    opened = [os.open(path, os.O_PATH | os.O_CLOEXEC) for path in places]
    root = Path("/mnt")
    kernel.mount("root", str(root), "tmpfs", 0, "size=4m,mode=755")
    for path, descriptor in zip(places, opened, strict=True):
        source, target = f"/proc/self/fd/{descriptor}", root / path[1:]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.mkdir() if os.path.isdir(source) else target.touch()
        kernel.mount(source, str(target), "", _BIND | _RECURSIVE)
        os.close(descriptor)
    for name in ("bin", "lib", "lib64", "sbin"):
        (root / name).symlink_to(f"usr/{name}")
    for name in ("proc", "dev", "etc", FOLDER.name):
        (root / name).mkdir(exist_ok=True)
    for name, text in _ETC.items():
        (root / "etc" / name).write_text(text)
    kernel.pivot_root(str(root))
    kernel.mount("proc", "/proc", "proc", 2 | 4 | 8)
    kernel.mount("dev", "/dev", "tmpfs", 2, "size=16m,mode=755")
    for name, minor in (("null", 3), ("zero", 5), ("random", 8), ("urandom", 9)):
        os.mknod(f"/dev/{name}", stat.S_IFCHR | 0o666, os.makedev(1, minor))
        os.chmod(f"/dev/{name}", 0o666)
    kernel.mount("graded", str(FOLDER), "tmpfs", 2 | 4, "size=200m,mode=755")


def _open_loopback() -> None:
    """Open the way from this network to itself; there is no other."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        fcntl.ioctl(asked, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))


def check_enclosed() -> None:
    """Refuse to go on outside of an enclosure.

    Raises
    ------
    OSError
        If processes, files or networks of this machine can be reached.
    """
    reasons = {
        "this process is not the first of its namespace": os.getpid() != 1,
        "files can be written outside of the folder": not os.statvfs("/").f_flag & os.ST_RDONLY,
        "files of this machine can be seen": bool(set(os.listdir("/etc")) & {"shadow", "hostname"}),
        "there are networks": [name for _, name in socket.if_nameindex()] != ["lo"],
    }
    met = [reason for reason, holds in reasons.items() if holds]
    if met:
        raise OSError(f"submissions are run in an enclosure alone: {'; '.join(met)}")


def write_files(files: Mapping[str, bytes], folder: Path = FOLDER) -> None:
    """Write files that belong to nobody, as whom everything runs."""
    os.chown(folder, NOBODY, NOBODY)
    for name, data in files.items():
        path = folder / name
        for parent in reversed(path.relative_to(folder).parents[:-1]):
            if not (folder / parent).exists():
                (folder / parent).mkdir()
                os.chown(folder / parent, NOBODY, NOBODY)
        path.write_bytes(data)
        os.chown(path, NOBODY, NOBODY)


def run_as_nobody(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> Ended:
    """Run a program with all that it starts as nobody, wait, and see what it leaves.

    Raises
    ------
    OSError
        If this is not in an enclosure.
    """
    check_enclosed()
    output = Path("/dev/said")  # what is graded cannot change it afterwards
    start, used = time.monotonic(), _measure_cpu()
    child = os.fork()
    if child == 0:
        _become_nobody_and_run(command, environment, output)
    code = _wait(child, start + seconds)
    took = time.monotonic() - start
    latest = time.monotonic() + 2
    while code is not None and list_processes() != [1] and time.monotonic() < latest:
        _reap(child)
        time.sleep(0.05)
    _reap(child)
    left = [] if code is None else [_describe(each) for each in list_processes() if each != 1]
    _end_all()
    said = output.read_bytes()[-3000:].decode(errors="replace") if output.exists() else ""
    return Ended(code, _measure_cpu() - used, took, left, said)


def _become_nobody_and_run(
    command: Sequence[str], environment: Mapping[str, str], output: Path
) -> None:
    try:
        opened = os.open(output, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        null = os.open("/dev/null", os.O_RDONLY)
        for target, source in ((0, null), (1, opened), (2, opened)):
            os.dup2(source, target)
        os.closerange(3, 1 << 12)
        os.chdir(FOLDER)
        size = MEMORY << 20
        for limit, value in (
            (resource.RLIMIT_AS, size),
            (resource.RLIMIT_CPU, 90),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 100 << 20),
            (resource.RLIMIT_NPROC, 200),
            (resource.RLIMIT_NOFILE, 1024),
        ):
            resource.setrlimit(limit, (value, value))
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        kernel.drop_capabilities()
        kernel.set_process_option(38, 1)  # nothing that it runs gets more rights
        os.execve(command[0], list(command), dict(environment))
    except OSError as error:
        os.write(2, str(error).encode())
    finally:
        os._exit(126)


def _wait(child: int, latest: float) -> int | None:
    """Wait for a program; end everything at a limit, and return None then."""
    while time.monotonic() < latest and _measure_memory() < MEMORY * 1.2:
        code = _reap(child)
        if code is not None:
            return code
        time.sleep(0.05)
    _end_all()
    return None


def _reap(child: int) -> int | None:
    """Bury all that has ended; return how the program itself did."""
    code = None
    try:
        while True:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended == 0:
                return code
            if ended == child:
                code = os.waitstatus_to_exitcode(status)
    except ChildProcessError:
        return code


def list_processes() -> list[int]:
    """List the processes that can be seen, this one among them."""
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())


def _end_all() -> None:
    """End each process of the enclosure but this one, its first."""
    check_first()
    while others := [each for each in list_processes() if each != 1]:
        for each in others:
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                continue
        _reap(0)
        time.sleep(0.02)


def check_first() -> None:
    """Refuse to end processes where not all of them are ours."""
    if os.getpid() != 1:
        raise OSError("processes are ended in an enclosure alone")


def _describe(process: int) -> str:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "one that has ended by now"
    return b" ".join(words).decode(errors="replace")[:80]


def _measure_memory() -> float:
    """Return the megabytes that all processes here take."""
    pages = 0
    for process in list_processes():
        try:
            pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return pages * resource.getpagesize() / 1e6


def _measure_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
