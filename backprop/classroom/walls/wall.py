"""Walls: what encloses the server of submissions once, and each submission after that."""

import os
import resource
import signal
import tempfile
from collections.abc import Sequence
from contextlib import suppress

from backprop.classroom.walls import kernel
from backprop.classroom.walls.allowed import write_program

__all__ = ["LandlockWall", "NamespaceWall", "TrustingWall", "Wall"]

NOBODY = 65534
_NEW_USER, _NEW_PID = 0x10000000, 0x20000000
#: Mounts, names of the machine, what processes share, network.
_NEW_OTHERS = 0x00020000 | 0x04000000 | 0x08000000 | 0x40000000
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
_DUMPABLE, _NO_NEW_PRIVILEGES, _DEATH_SIGNAL = 4, 38, 1


class Wall:
    """What every wall does: no privilege, few system calls, limited resources.

    Parameters
    ----------
    readable : sequence of str
        Files and folders that may be read; nothing else is.
    memory : int
        Megabytes that a submission may ask for.
    seconds : int
        Processor time that it may use.
    """

    name = ""

    def __init__(self, readable: Sequence[str], memory: int, seconds: int) -> None:
        self.readable, self.memory, self.seconds = readable, memory, seconds
        self.is_root = os.geteuid() == 0
        self.program = self._write_program()

    def _write_program(self) -> bytes:
        return write_program()

    def raise_around_server(self) -> None:
        """Enclose the server, as far as it has to be.

        Raises
        ------
        OSError
            If this system does not allow it.
        """
        kernel.set_process_option(_DUMPABLE, 0)  # nobody looks into it, not even its own user

    def fork(self) -> int:
        """Copy this process, as `os.fork` does."""
        return os.fork()

    def raise_around_submission(self) -> None:
        """Enclose this process for good, before anything of a submission is read."""
        self._limit_resources()
        if self.is_root:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
        kernel.drop_capabilities()
        kernel.set_process_option(_DUMPABLE, 0)
        kernel.set_process_option(_DEATH_SIGNAL, signal.SIGKILL)
        kernel.set_process_option(_NO_NEW_PRIVILEGES, 1)
        self._enclose()
        self._filter_calls()

    def _enclose(self) -> None:
        """Add what only some walls have."""

    def _filter_calls(self) -> None:
        kernel.restrict_by_seccomp(self.program)

    def _limit_resources(self) -> None:
        size = self.memory << 20
        for limit, value in (
            (resource.RLIMIT_AS, size),
            (resource.RLIMIT_CPU, self.seconds),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, 64),
            (resource.RLIMIT_MEMLOCK, 0),
            (resource.RLIMIT_MSGQUEUE, 0),
        ):
            resource.setrlimit(limit, (value, value))


class NamespaceWall(Wall):
    """Namespaces: an empty root with read-only places, no network, no process but its own."""

    name = "namespaces"

    def raise_around_server(self) -> None:
        """Enter namespaces, and leave the files of this machine behind."""
        if self.is_root:
            kernel.unshare(_NEW_OTHERS | _NEW_PID)
        else:
            user, group = os.getuid(), os.getgid()
            kernel.unshare(_NEW_USER | _NEW_OTHERS | _NEW_PID)
            for file, text in (
                ("setgroups", "deny"),
                ("uid_map", f"{NOBODY} {user} 1"),
                ("gid_map", f"{NOBODY} {group} 1"),
            ):
                with open(f"/proc/self/{file}", "w", encoding="ascii") as opened:
                    opened.write(text)
        _go_on_as_first_process()
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        kernel.unshare(_NEW_PID)  # a refusal is noticed here, and not at the first submission
        kernel.switch_namespace(self._own, _NEW_PID)
        self._build_root()
        super().raise_around_server()

    def _build_root(self) -> None:
        """Make a root that holds what may be read, and nothing else."""
        kernel.mount("none", "/", "", _RECURSIVE | _PRIVATE)  # nothing of this is seen outside
        root = tempfile.gettempdir()
        # What is covered cannot be reached by its path any more: descriptors lead there.
        opened = [os.open(path, os.O_PATH | os.O_CLOEXEC) for path in self.readable]
        kernel.mount("backprop", root, "tmpfs", 0, "size=1m,mode=755")
        for path, descriptor in zip(self.readable, opened, strict=True):
            target = root + path
            if os.path.isdir(f"/proc/self/fd/{descriptor}"):
                os.makedirs(target, exist_ok=True)
            else:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
            kernel.mount(f"/proc/self/fd/{descriptor}", target, "", _BIND | _RECURSIVE)
            os.close(descriptor)
        kernel.pivot_root(root)

    def fork(self) -> int:
        """Copy this process into a namespace of processes, in which the copy is the first."""
        kernel.unshare(_NEW_PID)
        child = os.fork()
        if child:
            kernel.switch_namespace(self._own, _NEW_PID)
        return child


def _go_on_as_first_process() -> None:
    """Go on in a copy, the first process of the new namespace, and let this one wait for it."""
    child = os.fork()
    if child:
        kernel.set_process_option(_DUMPABLE, 0)
        os.closerange(3, 1 << 16)
        os.waitpid(child, 0)
        os._exit(0)
    kernel.set_process_option(_DEATH_SIGNAL, signal.SIGKILL)


class LandlockWall(Wall):
    """Landlock: the files of this machine stay where they are, and cannot be opened."""

    name = "landlock"

    def raise_around_server(self) -> None:
        """Write down what may be read."""
        version = kernel.find_landlock_version()
        if not version:
            raise OSError("this kernel has no Landlock, or does not let it be used")
        self.ruleset = kernel.create_landlock_ruleset(version)
        for path in self.readable:
            kernel.add_landlock_path(self.ruleset, path)
        _check_as_nobody(self)
        super().raise_around_server()

    def _enclose(self) -> None:
        kernel.restrict_by_landlock(self.ruleset)


class TrustingWall(Wall):
    """No wall: for work that is trusted. Limits hold, and as much else as this system has."""

    name = "none"

    def _write_program(self) -> bytes:
        try:
            return super()._write_program()
        except OSError:  # without libseccomp
            return b""

    def raise_around_server(self) -> None:
        """See that it can be run at all."""
        _check_as_nobody(self)
        super().raise_around_server()

    def _filter_calls(self) -> None:
        if self.program:
            with suppress(OSError):  # without seccomp
                super()._filter_calls()


def _check_as_nobody(wall: Wall) -> None:
    """See whether nobody, as whom root's submissions run, can read what they need."""
    for path in wall.readable if wall.is_root else ():
        for folder in [path, *map(str, _list_parents(path))]:
            if not os.stat(folder).st_mode & (0o001 if os.path.isdir(folder) else 0o004):
                raise OSError(
                    f"as root, submissions run as nobody, who cannot read {folder}: install "
                    "Python where everybody can read it, or grade as an ordinary user"
                )


def _list_parents(path: str) -> list[str]:
    found = []
    while path != "/":
        path = os.path.dirname(path)
        found.append(path)
    return found
