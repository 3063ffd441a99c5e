"""Tables as spreadsheets read and write them: any delimiter, decimal commas, and no formulas."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from backprop.course.number_text import list_comma_readings, read_number

__all__ = ["Cell", "Row", "make_safe", "read_decimal", "read_rows", "strip_mark", "write_table"]

Cell = str | float | int | None
_BETWEEN = {"\t": "tabs", ";": "semicolons", ",": "commas"}


class Row(NamedTuple):
    """One line of a table: its number in the file, and its cells without spaces around them."""

    number: int
    cells: list[str]


def read_rows(path: Path) -> list[Row]:
    """Read a table, the line with the names of its columns included; empty lines are left out.

    Parameters
    ----------
    path : Path
        A CSV. Its first line says what stands between its cells, outside of quotation marks.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is no text, as the file of a spreadsheet program is none, or if all cells of each
        line are quoted as one.
    """
    content = path.read_bytes()
    if content.startswith(b"PK") and not _is_sheet(path):
        raise ValueError(f"{path} is a zip, and not a table: give the CSV")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ValueError(f"{path} is a file of a spreadsheet program: save it as CSV")
    text = _decode(content)
    declared = re.match(r"sep=(.)\r?\n", text)  # by which Excel is told
    first = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    delimiter = declared[1] if declared else max(_BETWEEN, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, number = [], 1
    for found in reader:
        cells = [cell.strip() for cell in found]
        if any(cells) and not (declared and number == 1):
            rows.append(Row(number, cells))
        number = reader.line_num + 1
    _check_columns(rows, path)
    return rows


def _check_columns(rows: Sequence[Row], path: Path) -> None:
    """Make sure that a spreadsheet has not written each line as one cell."""
    first = rows[0].cells[0] if rows else ""
    between = next((sign for sign in _BETWEEN if _count(sign, first)), "")
    # In a true column of names one may have a comma, and another none.
    if between and all(
        len(row.cells) == 1 and _count(between, row.cells[0]) == _count(between, first)
        for row in rows
    ):
        raise ValueError(
            f"{path} has everything in one column, for each line is quoted as one cell "
            f'("{first[:60]}"): import it into the spreadsheet as text that is divided by '
            f"{_BETWEEN[between]}, and save it as CSV again"
        )


def _count(sign: str, cell: str) -> int:
    """Count what may stand between cells: outside of quotes, and no comma as in "Gödel, Kurt"."""
    return len(re.findall(f"{sign}(?! )", re.sub(r'"[^"]*"', "", cell)))


def _is_sheet(path: Path) -> bool:
    """Return whether a zip is the file of a spreadsheet program, or nobody can say."""
    try:
        with zipfile.ZipFile(path) as archive:
            return not {"[Content_Types].xml", "mimetype"}.isdisjoint(archive.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return True


def _decode(content: bytes) -> str:
    """Decode a table; the last encoding has a letter for every byte."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def read_decimal(text: str) -> float:
    """Read a number with a point or a comma.

    Raises
    ------
    ValueError
        If it is none, or can be read in two ways.

    Examples
    --------
    >>> read_decimal("0,5"), read_decimal(" 2.50 ")
    (0.5, 2.5)
    """
    value = read_number(text)
    if value is None:
        readings = " or ".join(list_comma_readings(text))
        meant = f" ({readings}?)" if readings else ""
        raise ValueError(f"points should be a number such as 0.5, got {text[:60]!r}{meant}")
    return value


def make_safe(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> make_safe("=1+1"), make_safe(-1.5), make_safe("-")
    ("'=1+1", -1.5, '-')
    """
    if not isinstance(cell, str):
        return cell
    # Wide forms of these signs count, too; a lone hyphen is nothing, and Moodle's word for that.
    begins = cell.lstrip()[:1] in tuple("=+-@＝＋－＠") or cell[:1] in ("\t", "\r", "\n")
    return f"'{cell}" if cell.strip() not in ("", "-") and begins else cell


def strip_mark(cell: str) -> str:
    """Return a cell as it was before `make_safe`.

    Examples
    --------
    >>> strip_mark("'=1+1"), strip_mark("'tis"), strip_mark("1001")
    ('=1+1', "'tis", '1001')
    """
    return cell[1:] if cell.startswith("'") and make_safe(cell[1:]) == cell else cell


def write_table(names: Sequence[str], rows: Iterable[Sequence[Cell]], *, mark: bool) -> bytes:
    """Write a table as CSV in UTF-8, with every formula made harmless.

    Parameters
    ----------
    names : sequence of str
        What stands above the columns.
    rows : iterable of sequences
        The cells; whole numbers are written without a point.
    mark : bool
        Whether it begins with the mark by which Excel knows UTF-8.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in (names, *rows):
        writer.writerow([_write_number(make_safe(cell)) for cell in row])
    content = text.getvalue().encode(errors="replace")
    return b"\xef\xbb\xbf" + content if mark else content


def _write_number(cell: Cell) -> Cell:
    return f"{cell:.10g}" if isinstance(cell, float) else cell
