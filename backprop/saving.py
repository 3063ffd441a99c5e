"""Files: named arrays and a header, written so that nothing is ever half there.

A file is a plain ``.npz`` archive: NumPy's arrays, and a header in JSON. Reading one runs no code,
so a file from a stranger can do no harm.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from backprop.variable import Variable

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
    text = json.dumps({"kind": kind, "version": VERSION, **header})
    packed: dict[str, Any] = {_HEADER: np.frombuffer(text.encode(), dtype=np.uint8)}
    packed |= {name: np.asarray(array) for name, array in arrays.items()}
    target = Path(os.path.realpath(path))  # a link stays, what it points to is replaced
    unfinished = target.with_name(f".{target.name}.{uuid4().hex}.unfinished")
    try:
        with unfinished.open("xb") as file:
            np.savez(file, **packed)
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
    with open(path, "rb") as file:
        if not zipfile.is_zipfile(file):
            raise ValueError(f"{path} is no .npz file, or only a part of one")
        file.seek(0)
        with understood(path), np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
            header = json.loads(arrays.pop(_HEADER).tobytes())
            found, version = str(header["kind"]), int(header["version"])
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


def restore(
    path: FilePath,
    parameters: Sequence[Variable],
    names: Sequence[str],
    values: Sequence[NDArray[Any]],
) -> None:
    """Put values from a file into parameters: into all of them, or, if they do not fit, into none.

    Parameters
    ----------
    path : str or path-like
        The file, for the message.
    parameters : list of Variable
        They are changed in place.
    names, values : list of str and of numpy.ndarray
        What the file holds.

    Raises
    ------
    ValueError
        If names, shapes or types differ.
    """
    saved = [_described(name, value) for name, value in zip(names, values, strict=True)]
    here = [_described(p.name or f"parameter {i}", p) for i, p in enumerate(parameters, 1)]
    for i in range(max(len(saved), len(here))):
        if saved[i : i + 1] != here[i : i + 1]:
            raise ValueError(
                f"{path} was saved from other parameters: number {i + 1} is "
                f"{(saved[i:] or ['not there'])[0]} in the file, and "
                f"{(here[i:] or ['not there'])[0]} here"
            )
    for parameter, value in zip(parameters, values, strict=True):
        if type(parameter.value) is np.ndarray:
            parameter.value[...] = value
        else:
            parameter.value = type(parameter.value)(value)


def _described(name: str, value: Variable | NDArray[Any]) -> str:
    return f"{name} ({value.dtype}, shape {value.shape})"


def _sync_folder(folder: Path) -> None:
    """Bring a folder's new entry to the disk, where the system can."""
    with suppress(OSError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
