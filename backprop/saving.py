"""Files: named arrays and a header, written so that nothing is ever half there.

A file is a plain ``.npz`` archive: NumPy's arrays, and a header in JSON that tells their names.
Reading one runs no code, so a file from a stranger can do no harm.
"""

from __future__ import annotations

import io
import json
import os
import reprlib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

FilePath = str | os.PathLike[str]

#: Counted up when a file can no longer be read by older versions of this package.
VERSION = 1
_HEADER = "header"


def write(path: FilePath, kind: str, header: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write arrays and a header into a file, or leave the file as it was.

    Everything goes into a new file beside it, which takes its place when it is complete and on the
    disk. So a crash, a full disk or Ctrl-C leaves the previous file whole.

    Parameters
    ----------
    path : str or path-like
        Where; the folder must be there, a file of that name is replaced.
    kind : str
        What the file holds.
    header : dict
        Whatever JSON can write.
    arrays : dict of str to array_like
        Numbers and arrays of numbers.
    """
    check_path(path)
    # Names stand in the header, because an archive does not keep all of them as they are. And what
    # is missing from a damaged archive is noticed.
    text = json.dumps({"kind": kind, "version": VERSION, "arrays": list(arrays), **header})
    packed: dict[str, Any] = {_HEADER: np.frombuffer(text.encode(), dtype=np.uint8)}
    packed |= {f"array {i}": np.asarray(array) for i, array in enumerate(arrays.values())}
    with replaced(path) as file:
        np.savez(file, **packed)


def check_path(path: object, name: str = "path") -> None:
    """Refuse what is no name of a file: `open` would take the number 1 for the terminal."""
    plain = isinstance(path, (str, bytes, int, float, os.PathLike, type(None)))
    shown = reprlib.repr(path) if plain else f"an object of type {type(path).__name__}"
    if not isinstance(path, (str, os.PathLike)) or not str(path):
        raise TypeError(f'{name} must be the name of a file such as "net.npz", got {shown}')
    if "\0" in str(path):
        raise ValueError(f"{name} must not hold the character \\0, got {shown}")


@contextmanager
def replaced(path: FilePath) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of another when the block ends well.

    Parameters
    ----------
    path : str or path-like
        Where; the folder must be there, a file of that name is replaced.

    Yields
    ------
    binary file
        What is written goes into a file beside `path`. When the block raises, `path` stays as it
        was, and nothing is left over.
    """
    target = Path(os.path.realpath(path))  # a link stays, what it points to is replaced
    unfinished = target.with_name(f".{target.name}.{os.urandom(8).hex()}.unfinished")
    try:
        with unfinished.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def read(path: FilePath, kind: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the header and the arrays of a file.

    Parameters
    ----------
    path : str or path-like
        What :func:`write` has written.
    kind : str
        What it must hold.

    Raises
    ------
    OSError
        If the file is not there, or must not be read.
    ValueError
        If it is damaged, of another origin or kind, or of a newer version.
    """
    check_path(path)
    with open(path, "rb") as file, understood(path), zipfile.ZipFile(file) as archive:
        members = {
            # Reading a member whole compares its checksum, so that no damage goes unseen.
            member: np.lib.format.read_array(io.BytesIO(archive.read(member)), allow_pickle=False)
            for member in archive.namelist()
        }
        header = json.loads(members[f"{_HEADER}.npy"].tobytes())
        found, version = str(header["kind"]), int(header["version"])
        arrays = {name: members[f"array {i}.npy"] for i, name in enumerate(header["arrays"])}
    if found != kind:
        raise ValueError(f"{path} holds {found}, and not {kind}")
    if version > VERSION:
        raise ValueError(
            f"{path} was written by a newer version of this package (format {version}, this one "
            f"reads up to {VERSION}): update it with pip install --upgrade backprop-book"
        )
    return header, arrays


@contextmanager
def understood(path: FilePath) -> Iterator[None]:
    """Turn whatever goes wrong while a file's contents are read into one clear error."""
    try:
        yield
    except Exception as error:
        raise ValueError(
            f"{path} is damaged, or was not written by this package "
            f"({type(error).__name__}: {error})"
        ) from error


def check_fit(path: FilePath, here: Mapping[str, Any], saved: Mapping[str, NDArray[Any]]) -> None:
    """Check that values in a file belong to those here, both by name and in their order.

    Raises
    ------
    ValueError
        If names, their order, shapes or types differ.
    """
    found = [_describe(name, value) for name, value in saved.items()]
    needed = [_describe(name, value) for name, value in here.items()]
    for i, (there, own) in enumerate(zip_longest(found, needed, fillvalue="not there"), 1):
        if there != own:
            raise ValueError(
                f"{path} was saved from other parameters: number {i} is {there} in the file, "
                f"and {own} here"
            )


def _describe(name: str, value: Any) -> str:
    array = np.asarray(value)
    return f"{name} ({array.dtype}, shape {array.shape})"


def _sync_folder(folder: Path) -> None:
    """Bring a folder's new entry to the disk, where the system can."""
    with suppress(OSError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
