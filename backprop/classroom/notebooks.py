"""Reading a learner's notebook, also one that an accident has damaged: cell by cell."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Cell", "Notebook", "read_notebook"]

LARGEST = 100_000_000  # bytes: pictures fill a notebook, but not like this


class Cell(NamedTuple):
    """One cell: which of the notebook it is (from 1), and what stands in it."""

    number: int
    source: str


class Notebook(NamedTuple):
    """What a notebook holds.

    Attributes
    ----------
    cells : list of Cell
        Those that could be read and hold something, in order.
    code : list of Cell
        The code cells among them.
    notes : list of str
        What was damaged, and what was made of it.
    """

    cells: list[Cell]
    code: list[Cell]
    notes: list[str]


def read_notebook(path: Path) -> Notebook:
    """Read the cells of a notebook.

    Parameters
    ----------
    path : Path
        The file, as Jupyter or anything like it has written it, in any format so far.

    Returns
    -------
    Notebook
        Its cells, and what was damaged.

    Raises
    ------
    ValueError
        If it is no notebook; the message says what it seems to be.
    OSError
        If it cannot be read.
    """
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} is no notebook: it has more than {LARGEST // 1_000_000} MB")
    text, notes = _decode(path.read_bytes())
    plain, more = _parse(path, text)
    found = _list_cells(plain)
    if found is None:
        raise ValueError(f"{path} is no notebook: it is JSON, but holds no list of cells")
    kept: list[Cell] = []
    code: list[Cell] = []
    lost = 0
    for number, cell in enumerate(found, start=1):
        source = _read_source(cell)
        if source is None:
            lost += 1
        elif source.strip():
            kept.append(Cell(number, source))
            if cell.get("cell_type", "code") == "code":
                code.append(kept[-1])
    if lost:
        more.append(f"{lost} of {len(found)} cells could not be read and are left out")
    return Notebook(kept, code, notes + more)


def _decode(content: bytes) -> tuple[str, list[str]]:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), []
    try:
        return content.decode(), []
    except UnicodeDecodeError:
        return content.decode(errors="replace"), ["some characters were damaged: they read � now"]


def _parse(path: Path, text: str) -> tuple[Any, list[str]]:
    try:
        return json.loads(text, strict=False), []
    except (ValueError, RecursionError) as error:
        problem = str(error)
    start = text.lstrip()[:200]
    if not start:
        raise ValueError(f"{path} is no notebook: it is empty")
    if not start.startswith("{"):
        kinds = {
            "<": "a web page; download the notebook itself",
            "%PDF": "a PDF",
            "PK": "an archive",
        }
        kind = next((kind for mark, kind in kinds.items() if start.startswith(mark)), "")
        if not kind and path.suffix == ".py":
            kind = "a Python program"
        raise ValueError(f"{path} is no notebook" + (f", it is {kind}" if kind else ""))
    if re.search(r"^(?:<{7}|>{7}) ", text, re.MULTILINE):
        raise ValueError(
            f"{path} holds two versions at once, with the marks of a merge (<<<<<<<): "
            "keep one of them, for example with nbdime or git checkout --ours"
        )
    try:
        from json_repair import loads
    except ImportError as error:
        raise ValueError(
            f'{path} is damaged ({problem}); pip install "backprop-book[notebook]" brings what '
            "repairs it"
        ) from error
    repaired = loads(text, skip_json_loads=True)
    return repaired, [f"the file is damaged ({problem}); what could be repaired was read"]


def _list_cells(plain: Any) -> list[Any] | None:
    """Find the cells, in the format of today and in that of before 2015."""
    if not isinstance(plain, dict):
        return None
    if isinstance(plain.get("cells"), list):
        return list(plain["cells"])
    sheets = plain.get("worksheets")
    if not isinstance(sheets, list):
        return None
    inside = (sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))
    return [cell for found in inside if isinstance(found, list) for cell in found]


def _read_source(cell: Any) -> str | None:
    if not isinstance(cell, dict):
        return None
    lines = cell.get("source", cell.get("input", ""))
    if isinstance(lines, str):
        return lines
    if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
        # Some tools drop the line ends that belong to the format.
        joint = "" if all(line.endswith("\n") for line in lines[:-1]) else "\n"
        return joint.join(lines)
    return None
