"""System calls that a notebook needs: computing, reading files, one connection, threads."""

import errno
import os

from backprop.classroom.walls.kernel import Rule, write_seccomp_program

__all__ = ["write_program"]

ALLOWED = (
    "read", "readv", "pread64", "write", "writev", "lseek", "close", "close_range", "fcntl",
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

RULES = (
    Rule("open", 1, _WRITING, 0),
    Rule("openat", 2, _WRITING, 0),
    Rule("clone", 0, _THREAD, _THREAD),
    Rule("ioctl", 1, 0xFFFFFFFF, _IS_TERMINAL),
)

#: Their arguments lie in memory, where no filter can read them.
ABSENT = ("clone3", "openat2")


def write_program() -> bytes:
    """Write the filter: what is not listed is refused as not permitted."""
    return write_seccomp_program(ALLOWED, RULES, errno.EPERM, ABSENT, errno.ENOSYS)
