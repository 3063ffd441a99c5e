"""What a submission may do: the system calls that computing needs, and the places that it reads."""

import errno
import os
import sysconfig
from pathlib import Path

import numpy as np

from backprop.classroom.walls.kernel import Rule, write_seccomp_program

__all__ = ["list_readable", "write_program"]

# ---- system calls: computing, reading files, one connection, threads ---------------------------

ALLOWED = (
    "read", "readv", "pread64", "write", "writev", "lseek", "close", "close_range",
    "dup", "dup2", "dup3", "pipe", "pipe2", "fstat", "newfstatat", "stat", "lstat", "statx",
    "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd",
    "statfs", "fstatfs", "mmap", "mprotect", "munmap", "mremap", "brk", "madvise", "futex",
    "sched_yield", "sched_getaffinity", "set_robust_list", "rseq", "set_tid_address", "getpid",
    "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getrandom", "uname",
    "sysinfo", "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday",
    "time", "times", "getrusage", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "sigaltstack", "setitimer", "getitimer", "alarm", "restart_syscall", "poll", "ppoll",
    "select", "pselect6", "exit", "exit_group",
)  # fmt: skip

#: Files are opened for reading alone.
_WRITING = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_THREAD = 0x00010000 | 0x00000100  # CLONE_THREAD, CLONE_VM
_IS_TERMINAL = 0x5401
#: To copy a descriptor and to look at its flags: others let the kernel send signals to anybody.
_DESCRIPTOR_COMMANDS = (0, 1, 2, 3, 1030)

RULES = (
    Rule("open", 1, _WRITING, 0),
    Rule("openat", 2, _WRITING, 0),
    Rule("clone", 0, _THREAD, _THREAD),
    *(Rule("fcntl", 1, 0xFFFFFFFF, command) for command in _DESCRIPTOR_COMMANDS),
    Rule("ioctl", 1, 0xFFFFFFFF, _IS_TERMINAL),
)

#: Their arguments lie in memory, where no filter can read them.
ABSENT = ("clone3", "openat2")


def write_program() -> bytes:
    """Write the filter: what is not listed is refused as not permitted."""
    return write_seccomp_program(ALLOWED, RULES, errno.EPERM, ABSENT, errno.ENOSYS)


# ---- places: Python, NumPy and the engine, without the course ----------------------------------

_PACKAGE = Path(__file__).resolve().parents[2]
#: Rooms in which references stand, or which lead to them.
_HIDDEN_ROOMS = ("course", "classroom", "cli")


def list_readable() -> list[str]:
    """List the folders and files that are opened."""
    python = Path(sysconfig.get_path("stdlib")).resolve()
    inside = [path for path in sorted(python.iterdir()) if not path.name.endswith("-packages")]
    rooms = [path for path in sorted(_PACKAGE.iterdir()) if path.name not in _HIDDEN_ROOMS]
    found = [*inside, Path(np.__file__).resolve().parent, *rooms]
    return [str(path) for path in found if os.access(path, os.R_OK)]
