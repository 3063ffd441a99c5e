"""Reading a learner's notebook, also one that an accident has damaged: cell by cell."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from backprop.course.number_text import show_count

__all__ = [
    "ANOTHER_CHAPTER", "ASK_FOR_END", "Cell", "Notebook", "explain_miss", "is_named",
    "is_of_another_chapter", "leave_out_errors", "parse_notebook", "read_notebook",
]  # fmt: skip

#: What is noted where nothing that is asked can be found.
ANOTHER_CHAPTER = "nothing that is asked is in this notebook: is it that of another chapter?"
ASK_FOR_END = "does its loop come to an end?"

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
    return parse_notebook(path.read_bytes(), str(path))


def parse_notebook(content: bytes, name: str, *, repair: bool = True) -> Notebook:
    """Read the cells of a notebook from what its file holds.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        What it is called in messages.
    repair : bool
        Whether a damaged file is read as far as it can be, or refused.

    Returns
    -------
    Notebook
        Its cells, and what was damaged.

    Raises
    ------
    ValueError
        If it is no notebook, or is damaged and not to be repaired.

    Examples
    --------
    >>> parse_notebook(b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}', "a.ipynb").code
    [Cell(number=1, source='x = 1')]
    """
    text, notes = _decode(content)
    plain, more = _parse(name, text, repair)
    if (notes or more) and not repair:
        raise ValueError(f"{name} is damaged: {'; '.join([*notes, *more])}")
    found = _list_cells(plain)
    if found is None:
        raise ValueError(f"{name} is no notebook: it is JSON, but holds no list of cells")
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
        more.append(
            f"{lost} of {show_count(len(found), 'cell')} could not be read and are left out"
        )
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


def _parse(name: str, text: str, repair: bool) -> tuple[Any, list[str]]:
    try:
        return json.loads(text, strict=False), []
    except (ValueError, RecursionError) as error:
        problem = str(error)
    start = text.lstrip()[:200]
    if not start:
        raise ValueError(f"{name} is no notebook: it is empty")
    if not start.startswith("{"):
        kinds = {
            "<": "a web page; download the notebook itself",
            "%PDF": "a PDF",
            "PK": "an archive",
        }
        kind = next((kind for mark, kind in kinds.items() if start.startswith(mark)), "")
        if not kind and name.endswith(".py"):
            kind = "a Python program"
        raise ValueError(f"{name} is no notebook" + (f", it is {kind}" if kind else ""))
    if re.search(r"^(?:<{7}|>{7}) ", text, re.MULTILINE):
        raise ValueError(
            f"{name} holds two versions at once, with the marks of a merge (<<<<<<<): "
            "keep one of them, for example with nbdime or git checkout --ours"
        )
    if not repair:
        raise ValueError(f"{name} is damaged ({problem})")
    try:
        from json_repair import loads
    except ImportError as error:
        raise ValueError(
            f'{name} is damaged ({problem}); pip install "backprop-book[notebook]" brings what '
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


# ---- what a notebook says of an exercise -------------------------------------------------------


def is_named(name: str, text: str) -> bool:
    """Return whether a text names an exercise, in quotation marks."""
    return re.search(rf"['\"]{re.escape(name)}['\"]", text) is not None


def is_of_another_chapter(names: Sequence[str], notebook: Notebook) -> bool:
    """Return whether a notebook opens exercises, and none of these.

    Examples
    --------
    >>> notebook = Notebook([Cell(1, 'exercise("fitting/slope")')], [], [])
    >>> is_of_another_chapter(["fitting/slope"], notebook)
    False
    >>> is_of_another_chapter(["one_parameter/stopping_rule"], notebook)
    True
    """
    cells = [cell.source for cell in notebook.cells]
    if any(is_named(name, source) for name in names for source in cells):
        return False
    return any(re.search(r"\bexercise\(", source) for source in cells)


def leave_out_errors(notes: Sequence[str], theirs: Collection[str]) -> list[str]:
    """Return the notes on a notebook; on that of another chapter, none of errors in its cells.

    These cells rest on what is not there while another chapter is graded.

    Parameters
    ----------
    notes : sequence of str
        All of them, in order.
    theirs : collection of str
        Those among them that the notebook's own process wrote.

    Examples
    --------
    >>> notes = [ANOTHER_CHAPTER, "cell 3 stopped with an error: ValueError"]
    >>> leave_out_errors(notes, notes) == [ANOTHER_CHAPTER]
    True
    """
    if ANOTHER_CHAPTER not in notes:
        return list(dict.fromkeys(notes))
    kept = [note for note in notes if not (note in theirs and note.startswith("cell "))]
    return list(dict.fromkeys(kept))


def explain_miss(
    name: str,
    function: str,
    notebook: Notebook,
    failed: Mapping[int, str],
    stopped_at: int | None = None,
) -> str:
    """Say of an exercise why no check of it was reached.

    Parameters
    ----------
    name, function : str
        The exercise, and the function that it asks for.
    notebook : Notebook
        What was run.
    failed : mapping of int to str
        The cells that failed, and how.
    stopped_at : int, optional
        The cell in which it was stopped.

    Returns
    -------
    str
        In light Markdown.
    """
    defined = re.compile(rf"\bdef\s+{function}\b|\b{function}\s*\)")
    concerned = [
        cell
        for cell in notebook.cells
        if is_named(name, cell.source) or defined.search(cell.source)
    ]
    code = {cell.number for cell in notebook.code}
    reasons = [failed[cell.number] for cell in concerned if cell.number in failed]
    prose = [cell.number for cell in concerned if cell.number not in code]
    if reasons:
        return reasons[0] if reasons[0].endswith("?") else f"{reasons[0]}."
    if stopped_at is not None and any(cell.number >= stopped_at for cell in concerned):
        return f"The notebook was stopped in cell {stopped_at}, before or in what belongs to it."
    if prose:
        return f"What belongs to it stands in a cell that is no code (cell {prose[0]})."
    if concerned:
        first = concerned[0].number
        behind = min((number for number in failed if number > first), default=None)
        more = f" Below it, {failed[behind]}" if behind is not None else ""
        end = "" if not more or more.endswith("?") else "."
        return f"Cell {first} mentions it, and no check of it was run.{more}{end}"
    return (
        f"Nothing in the notebook belongs to it: was its cell deleted? It asks for a function "
        f"`{function}`, checked with `ex.check({function})`."
    )
