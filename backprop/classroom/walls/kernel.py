"""Calls of the Linux kernel that Python does not offer, over ctypes.

Bindings exist (pyseccomp, landlock, landlockpy, sandlock). None offers all of it, most are a few
months old, and the rest has stood still since 2021: what is needed is shorter than its review.
"""

import ctypes
import os
import struct
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

__all__ = [
    "Rule",
    "add_landlock_path",
    "create_landlock_ruleset",
    "drop_capabilities",
    "find_landlock_version",
    "mount",
    "pivot_root",
    "restrict_by_landlock",
    "restrict_by_seccomp",
    "set_process_option",
    "switch_namespace",
    "unshare",
    "write_seccomp_program",
]

# The same numbers on every machine, as are those of all system calls since 2019.
_MOUNT_SETATTR, _LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 442, 444, 445, 446


@cache
def _load_libc() -> Any:  # ctypes knows no types of a library
    return ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: Any) -> int:
    """Call a function of the C library; raise OSError where it fails."""
    result: int = getattr(_load_libc(), name)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


# ---- namespaces and mounts ---------------------------------------------------------------------


def unshare(flags: int) -> None:
    """Give this process namespaces of its own."""
    _call("unshare", flags)


def switch_namespace(descriptor: int, kind: int) -> None:
    """Join the namespace that a descriptor stands for."""
    _call("setns", descriptor, kind)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a file system, or a folder in a second place."""
    texts = [text.encode() for text in (source, target, kind)]
    _call("mount", *texts, ctypes.c_ulong(flags), options.encode())


def pivot_root(folder: str) -> None:
    """Make a mounted folder the root, with nothing of the old one left, and all of it read-only."""
    seccomp = _load_seccomp()
    os.chdir(folder)
    number = seccomp.seccomp_syscall_resolve_name(b"pivot_root")
    _call("syscall", ctypes.c_long(number), b".", b".")
    _call("umount2", b".", 2)  # the old root, which lies above the new one now; 2 detaches it
    os.chdir("/")
    # read-only, no set-user-id, no devices; 0x8000 is AT_RECURSIVE
    attributes = struct.pack("4Q", 0x1 | 0x2 | 0x4, 0, 0, 0)
    _call(
        "syscall", ctypes.c_long(_MOUNT_SETATTR), -100, b"/", 0x8000, attributes,
        ctypes.c_size_t(len(attributes)),
    )  # fmt: skip


# ---- privileges --------------------------------------------------------------------------------


def set_process_option(option: int, value: int) -> None:
    """Set an option of this process; see prctl(2)."""
    _call("prctl", option, *(ctypes.c_ulong(each) for each in (value, 0, 0, 0)))


def drop_capabilities() -> None:
    """Give up every privilege that a namespace has brought."""
    header = struct.pack("Ii", 0x20080522, 0)  # the third version of the interface, this process
    _call("capset", header, bytes(24))


# ---- Landlock ----------------------------------------------------------------------------------


def find_landlock_version() -> int:
    """Return the version of Landlock that the kernel has, or 0."""
    try:
        return _call("syscall", ctypes.c_long(_LANDLOCK_CREATE), None, ctypes.c_size_t(0), 1)
    except OSError:
        return 0


def create_landlock_ruleset(version: int) -> int:
    """Make a set of rules that forbids all that a version can forbid; return its descriptor."""
    rights = {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)
    files = (1 << rights) - 1
    network = 0b11 if version >= 4 else 0  # to bind, to connect
    scopes = 0b11 if version >= 6 else 0  # abstract sockets, signals
    size = 8 if version < 4 else 16 if version < 6 else 24
    attributes = struct.pack("3Q", files, network, scopes)
    return _call("syscall", ctypes.c_long(_LANDLOCK_CREATE), attributes, ctypes.c_size_t(size), 0)


def add_landlock_path(ruleset: int, path: str) -> None:
    """Allow that a file, or all that is in a folder, is read."""
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = 0b1100 if os.path.isdir(path) else 0b100  # read files, read folders
        rule = struct.pack("=Qi", rights, descriptor)
        _call("syscall", ctypes.c_long(_LANDLOCK_ADD), ruleset, 1, rule, 0)
    finally:
        os.close(descriptor)


def restrict_by_landlock(ruleset: int) -> None:
    """Keep this process to a set of rules, for good."""
    _call("syscall", ctypes.c_long(_LANDLOCK_RESTRICT), ruleset, 0)


# ---- seccomp -----------------------------------------------------------------------------------


class Rule(NamedTuple):
    """A system call that is allowed where, under a mask, one of its arguments has a value.

    Attributes
    ----------
    name : str
        The call.
    argument : int
        Which of its arguments, from 0.
    mask, value : int
        What the bits of the argument under the mask have to be.
    """

    name: str
    argument: int
    mask: int
    value: int


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
    )


@cache
def _load_seccomp() -> Any:  # ctypes knows no types of a library
    try:
        library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    except OSError:
        raise OSError("libseccomp.so.2 is missing: apt install libseccomp2") from None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    for name in ("seccomp_rule_add_array", "seccomp_export_bpf", "seccomp_release"):
        getattr(library, name).restype = ctypes.c_int
    return library


def write_seccomp_program(
    allowed: Iterable[str], rules: Sequence[Rule], refused: int, absent: Iterable[str], missing: int
) -> bytes:
    """Write the filter of system calls that the kernel runs.

    Parameters
    ----------
    allowed : iterable of str
        Names of calls that pass.
    rules : sequence of Rule
        Calls that pass with certain arguments.
    refused : int
        The error number of all others.
    absent : iterable of str
        Calls that are answered as if the kernel did not have them, so that the C library takes
        another way.
    missing : int
        The error number of these.

    Returns
    -------
    bytes
        Instructions, for `restrict_by_seccomp`.
    """
    library = _load_seccomp()
    error, allow = 0x00050000, 0x7FFF0000
    context = ctypes.c_void_p(library.seccomp_init(error | refused))
    add, resolve = library.seccomp_rule_add_array, library.seccomp_syscall_resolve_name
    plain = [(name, allow, None) for name in allowed]
    plain += [(name, error | missing, None) for name in absent]
    with_arguments = [
        (rule.name, allow, _Comparison(rule.argument, 7, rule.mask, rule.value)) for rule in rules
    ]
    for name, action, comparison in [*plain, *with_arguments]:
        number = resolve(name.encode())
        if number < 0:  # another machine, or an older library: it does not know this call
            continue
        array = None if comparison is None else ctypes.byref(comparison)
        if add(context, ctypes.c_uint32(action), number, int(array is not None), array) < 0:
            raise OSError(f"libseccomp refuses a rule for {name}")
    descriptor = os.memfd_create("rules")
    try:
        if library.seccomp_export_bpf(context, descriptor) < 0:
            raise OSError("libseccomp could not write its program")
        os.lseek(descriptor, 0, os.SEEK_SET)
        return os.read(descriptor, 1 << 20)
    finally:
        os.close(descriptor)
        library.seccomp_release(context)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def restrict_by_seccomp(program: bytes) -> None:
    """Keep this process to a filter of system calls, for good."""
    filled = _Program(len(program) // 8, program)
    none = ctypes.c_ulong(0)
    _call("prctl", 22, ctypes.c_ulong(2), ctypes.byref(filled), none, none)
