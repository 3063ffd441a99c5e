"""Files of folders and zips, also of zips in zips, one after another, whatever is wrong with some.

Nothing is unpacked to the disk: names in archives are read, and never followed.
"""

import hashlib
import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

__all__ = [
    "DOCUMENTS", "LARGEST", "Problem", "Received", "call_download", "fingerprint",
    "list_inner_names", "list_names", "name_download", "walk_files",
]  # fmt: skip

LARGEST = 20_000_000  # bytes of one file
LARGEST_ARCHIVE = 100_000_000  # bytes, unpacked, of an archive inside another and all in it
MOST_MEMBERS = 2000  # of an archive inside another, with those of archives in it
DEEPEST = 3  # an archive in the platform's archive, and one in that

#: What the system or Jupyter leaves behind: nobody handed it in.
LEFT_BEHIND = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".git"})
_OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
#: Documents of other programs are zips as well, and nobody handed in what lies in them.
DOCUMENTS = {
    ".docx": "is a Word document", ".docm": "is a Word document", ".xlsx": "is an Excel document",
    ".pptx": "is a PowerPoint document", ".odt": "is an OpenDocument text",
    ".ods": "is an OpenDocument table", ".odp": "is an OpenDocument presentation",
    ".pages": "is a Pages document", ".numbers": "is a Numbers document",
    ".key": "is a Keynote document", ".epub": "is an e-book",
}  # fmt: skip
#: Of these, whatever they are called, one file lies in each.
_IN_DOCUMENTS = frozenset({"[Content_Types].xml", "mimetype", "Index/Document.iwa"})
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError, KeyError,
    NotImplementedError, RuntimeError,
)  # fmt: skip


_FINGERPRINT = re.compile(r" [0-9a-f]{12}$")  # as `name_download` writes it


class Received(NamedTuple):
    """A file that could be read: the names on the way to it, and what it holds."""

    path: tuple[str, ...]
    data: bytes


class Problem(NamedTuple):
    """A file that could not be read, and why."""

    path: tuple[str, ...]
    why: str


@dataclass
class _Budget:
    """What may still be read of an archive that somebody handed in, archives in it included."""

    bytes: int
    files: int

    def take(self, size: int) -> str:
        """Take a file of it; return what is wrong if there is not enough left."""
        self.bytes -= size
        self.files -= 1
        if self.bytes < 0:
            return f"unpacks to more than {LARGEST_ARCHIVE // 1_000_000} MB"
        return f"is an archive of more than {MOST_MEMBERS} files" if self.files < 0 else ""


def name_download(source: Path) -> str:
    """Name a download: as its file or folder is called, and by what a zip holds.

    Raises
    ------
    ValueError
        If it is neither folder nor zip.
    """
    # A dot, and two of them, are no names.
    return f"{os.path.basename(os.path.abspath(source))} {fingerprint(source)}".strip()


def call_download(name: str, *others: str) -> str:
    """Return what a teacher calls a download, if no other one is called so, too.

    Parameters
    ----------
    name : str
        As `name_download` names it.
    *others : str
        Those from which it has to be told.

    Examples
    --------
    >>> call_download("Problem set 1.zip 0123456789ab")
    'Problem set 1.zip'
    >>> call_download("a.zip 0123456789ab", "a.zip 456789abcdef")
    'a.zip 0123456789ab'
    """
    short = _FINGERPRINT.sub("", name)
    return name if any(_FINGERPRINT.sub("", one) == short for one in others) else short


def list_names(source: Path) -> list[tuple[str, ...]]:
    """List the paths in a folder or archive, as they are before archives in it are opened.

    Raises
    ------
    ValueError
        If it is neither.
    OSError
        If it cannot be read.
    """
    if source.is_dir():
        return [path.relative_to(source).parts for path in _list_files(source)]
    try:
        with zipfile.ZipFile(source) as archive:
            return _list_paths(archive)
    except _BROKEN as error:
        raise ValueError(
            f"{source} must be a folder or a zip that can be read ({error}): download it again"
        ) from error


def list_inner_names(source: Path) -> Iterator[list[tuple[str, ...]]]:
    """List the paths in each zip that lies in a folder or archive, one zip after another.

    Yields
    ------
    list of tuple of str
        Empty where a zip cannot be read.
    """
    for found in _read_zips(source):
        try:
            with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
                yield _list_paths(archive)
        except _BROKEN:
            yield []


def _read_zips(source: Path) -> Iterator[Received]:
    """Read the zips of a folder or archive, each only when it is asked for."""
    if source.is_dir():
        for path in _list_files(source):
            if path.suffix.lower() == ".zip":
                found = _read_file(path, _relate(path, source))
                yield found if isinstance(found, Received) else Received(found.path, b"")
        return
    with zipfile.ZipFile(source) as archive:
        for member in archive.infolist():
            name = _read_path(member)
            if name and name[-1].lower().endswith(".zip") and all(map(_is_handed_in, name)):
                inner = _read_member(archive, member, name)
                yield inner if isinstance(inner, Received) else Received(name, b"")


def _list_paths(archive: zipfile.ZipFile) -> list[tuple[str, ...]]:
    paths = [_read_path(one) for one in archive.infolist() if not one.is_dir()]
    return [path for path in paths if path and all(map(_is_handed_in, path))]


def fingerprint(source: Path) -> str:
    """Compute what tells one download from another of the same name; empty for a folder."""
    if source.is_dir():
        return ""
    try:
        with zipfile.ZipFile(source) as archive:
            members = [(one.filename, one.CRC, one.file_size) for one in archive.infolist()]
    except _BROKEN as error:
        raise ValueError(
            f"{source} must be a folder or a zip that can be read ({error}): download it again"
        ) from error
    return hashlib.sha256(repr(members).encode(errors="replace")).hexdigest()[:12]


def walk_files(source: Path, *, packed: bool = False) -> Iterator[Received | Problem]:
    """Read every file of a folder or archive, one at a time.

    Parameters
    ----------
    source : Path
        A folder or a zip.
    packed : bool
        Whether the archives that lie in it are downloads of a class themselves, so that what is
        handed in begins in them.

    Yields
    ------
    Received or Problem
        Archives that are found inside are opened in turn. Links are not followed, and of no file
        are more than `LARGEST` bytes read, whatever its archive says of its size. Of an archive
        that was handed in no more than `LARGEST_ARCHIVE` bytes are unpacked, and no more than
        `MOST_MEMBERS` files are read, those of archives in it included.
    """
    if source.is_dir():
        for path in _list_files(source):
            name = tuple(unicodedata.normalize("NFC", part) for part in _relate(path, source))
            yield from _open_archives(_read_file(path, name), 1, None, packed)
    else:
        with zipfile.ZipFile(source) as archive:
            yield from _walk_archive(archive, (), 1, None, packed)


def _relate(path: Path, folder: Path) -> tuple[str, ...]:
    # A name that is no UTF-8 could not be written into any report.
    return tuple(
        part.encode(errors="surrogateescape").decode(errors="replace")
        for part in path.relative_to(folder).parts
    )


def _list_files(folder: Path) -> list[Path]:
    found = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in LEFT_BEHIND)
        links = [name for name in folders if (Path(where) / name).is_symlink()]
        found += [Path(where) / name for name in sorted([*names, *links]) if _is_handed_in(name)]
    return found


def _is_handed_in(name: str) -> bool:
    return name not in LEFT_BEHIND and not name.startswith("._")


def _read_file(path: Path, name: tuple[str, ...]) -> Received | Problem:
    try:
        kind = path.lstat()
        if not stat.S_ISREG(kind.st_mode):
            return Problem(name, "is a link or no file at all: links are not followed")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        return Problem(name, f"cannot be read: {error.strerror}")
    return _weigh(name, data)


def _weigh(name: tuple[str, ...], data: bytes) -> Received | Problem:
    if len(data) > LARGEST:
        return Problem(name, f"has more than {LARGEST // 1_000_000} MB: is it a notebook?")
    return Received(name, data)


def _open_archives(
    found: Received | Problem, depth: int, budget: _Budget | None, packed: bool
) -> Iterator[Received | Problem]:
    """Open what is an archive itself; return anything else as it is."""
    if isinstance(found, Problem) or found.path[-1].lower().endswith(tuple(DOCUMENTS)):
        yield found
    elif found.path[-1].lower().endswith(_OTHER_ARCHIVES):
        yield Problem(found.path, "is an archive of a kind that is not opened: ask for a zip")
    elif not (found.path[-1].lower().endswith(".zip") or found.data.startswith(b"PK\x03\x04")):
        yield found
    elif depth >= DEEPEST:
        yield Problem(found.path, "is an archive too deep inside others")
    elif found.data.count(b"PK\x01\x02") > MOST_MEMBERS:
        yield Problem(found.path, f"is an archive of more than {MOST_MEMBERS} files")
    else:
        try:
            with zipfile.ZipFile(io.BytesIO(found.data)) as archive:
                if not _IN_DOCUMENTS.isdisjoint(archive.namelist()):
                    yield found
                    return
                # What lies in a download that was packed once more is handed in by another student.
                if budget is None or packed:
                    budget = _Budget(LARGEST_ARCHIVE, MOST_MEMBERS)
                yield from _walk_archive(archive, found.path, depth + 1, budget, packed)
        except _BROKEN as error:
            yield Problem(found.path, f"is a damaged archive ({error})")


def _walk_archive(
    archive: zipfile.ZipFile,
    place: tuple[str, ...],
    depth: int,
    budget: _Budget | None,
    packed: bool,
) -> Iterator[Received | Problem]:
    """Read the members of an archive, until its budget is used up."""
    for member in archive.infolist():
        path = _read_path(member)
        if member.is_dir() or not path or any(not _is_handed_in(part) for part in path):
            found, size = None, 0
        else:
            found = _read_member(archive, member, place + path)
            # What turns out to be too large or damaged is unpacked as well.
            of_file = len(found.data) if isinstance(found, Received) else member.file_size
            size = min(of_file, LARGEST)
        why = budget.take(size) if budget else ""
        if why:
            yield Problem(place, why)
            return
        if found is not None:
            yield from _open_archives(found, depth, budget, packed)


def _read_path(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """Read a member's name as a path that leads nowhere else."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with suppress(UnicodeError):  # many programs write UTF-8 without saying so
            name = name.encode("cp437").decode()
    parts = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")
    return tuple(part for part in parts if part not in ("", ".", ".."))


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: tuple[str, ...]
) -> Received | Problem:
    if stat.S_ISLNK(member.external_attr >> 16):
        return Problem(path, "is a link: links are not followed")
    if member.flag_bits & 0x1:
        return Problem(path, "is locked with a password: ask for it without one")
    # Of other methods Python unpacks everything at once, however large it is.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Problem(path, "is packed in an unusual way: ask for an ordinary zip")
    try:
        with archive.open(member) as file:
            data = file.read(LARGEST + 1)
    except (*_BROKEN, OSError) as error:
        return Problem(path, f"is damaged in its archive ({error})")
    return _weigh(path, data)
