"""Files of JSON, one object a line, that only grow: a line is there whole, or not at all."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["Lines"]

Plain = dict[str, Any]


class Lines:
    """A file of JSON, one object a line, that only grows.

    Parameters
    ----------
    path : Path
        The file; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Iterator[Plain]:
        """Read what was written; a line that is no object is left out."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                try:
                    plain = json.loads(line)
                except ValueError:
                    continue
                if line.endswith(b"\n") and isinstance(plain, dict):
                    yield plain

    def append(self, entries: Iterable[Plain]) -> None:
        """Write entries behind all others, or leave the file as it was.

        Raises
        ------
        OSError
            If there is no room on the disk, for example.
        """
        text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entries)
        if not text:
            return
        content = memoryview(text.encode(errors="replace"))
        with self.path.open("ab", buffering=0) as file:  # a buffer would be written at the end
            start = file.tell()
            try:
                while content:
                    content = content[file.write(content) :]
                os.fsync(file.fileno())
            except BaseException as problem:
                # Ctrl-C behind the last byte is no reason to drop what is written.
                if content or isinstance(problem, OSError):
                    os.truncate(self.path, start)
                raise

    def drop_cut_line(self) -> None:
        """Drop a last line that was not written to its end."""
        if not self.path.exists():
            return
        with self.path.open("rb+") as file:
            end = file.seek(0, os.SEEK_END)
            kept = end
            while kept:
                start = max(0, kept - 65536)
                file.seek(start)
                at = file.read(kept - start).rfind(b"\n")
                if at >= 0:
                    kept = start + at + 1
                    break
                kept = start
            if kept < end:
                file.truncate(kept)
