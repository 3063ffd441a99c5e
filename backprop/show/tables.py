"""Tables of numbers: set as a table where Markdown is, in aligned lines in a terminal."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np

from backprop.checks import check_count, format_given
from backprop.engine.variable import value_of
from backprop.formulas.formula import Name
from backprop.formulas.labels import write_latex_name
from backprop.formulas.printing import latex_to_text
from backprop.formulas.signs import ABOVE
from backprop.tables import write_markdown_table, write_text_table

__all__ = ["Table", "table"]

Cell: TypeAlias = "str | bool | int | float"

_PARAMETER = re.compile(r"[A-Za-z]\d*")  # a name that the formulas set in italics
_FORMULA = re.compile(r"\$([^$]+)\$")


class Table:
    """A table; made by :func:`table`.

    Attributes
    ----------
    columns : dict of str to list
        The cells of each column, by what stands above it.
    digits : int
        How many digits a number has after its point.
    """

    def __init__(self, columns: dict[str, list[Cell]], digits: int) -> None:
        self.columns = columns
        self.digits = digits

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/markdown": self._repr_markdown_(), "text/plain": repr(self)}

    def _repr_markdown_(self) -> str:
        heads = [
            f"${write_latex_name(Name(head))}$" if _is_parameter(head) else head
            for head in self.columns
        ]
        rows = [[_typeset_number(cell) for cell in row] for row in self._rows()]
        return write_markdown_table(heads, rows, self._sides())

    def __repr__(self) -> str:
        """Return the table as aligned lines of text."""
        heads = [_FORMULA.sub(lambda part: latex_to_text(part[1]), head) for head in self.columns]
        return write_text_table(heads, self._rows(), self._sides())

    def _rows(self) -> list[list[str]]:
        written = [[write_cell(c, self.digits) for c in cells] for cells in self.columns.values()]
        return [list(row) for row in zip(*written, strict=True)]

    def _sides(self) -> str:
        return "".join(
            "l" if any(isinstance(cell, str) for cell in cells) else "r"
            for cells in self.columns.values()
        )


def table(columns: Mapping[str, Iterable[object]], *, digits: int = 4) -> Table:
    """Show numbers as a table.

    Parameters
    ----------
    columns : mapping of str to iterable
        What stands above each column (the name of a parameter, words, or words with a formula in
        ``$...$``), and its cells from top to bottom: numbers, Variables that hold one, or text.
    digits : int, optional
        How many digits a number that is no integer has after its point. One that would be written
        as 0 and is not keeps its first digits: ``6.3e-05``.

    Returns
    -------
    Table
        Shows itself as a table in a notebook and on a page, in aligned lines in a terminal.

    Raises
    ------
    TypeError
        If `columns` is no mapping of texts to columns, or a cell is neither number nor text.
    ValueError
        If there is no column, or one has more cells than another.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(5.0, name="w")
    >>> history = bp.fit(lambda: (w - 2) ** 2, w, bp.GradientDescent(w, 0.1), steps=2)
    >>> bp.show.table({"step": range(3), "w": history.parameters["w"], "loss": history.loss})
    step        w     loss
       0   5.0000   9.0000
       1   4.4000   5.7600
       2   3.9200   3.6864
    """
    if not isinstance(columns, Mapping):
        raise TypeError(
            f"columns must be a dict of columns, got {format_given(columns)}: "
            'pass {"step": [0, 1], "loss": [9.0, 5.76]}'
        )
    check_count(digits, "digits", least=0)
    read = {_read_head(head): _read_cells(head, cells) for head, cells in columns.items()}
    if not read:
        raise ValueError('columns must hold at least one, got none: pass {"step": [0, 1]}')
    lengths = {head: len(cells) for head, cells in read.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{head!r} {length}" for head, length in lengths.items())
        raise ValueError(f"columns must be equally long, got {said}: give each as many cells")
    return Table(read, digits)


def write_cell(cell: Cell, digits: int) -> str:
    """Write one cell as text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if not math.isfinite(cell):
        return {math.inf: "∞", -math.inf: "-∞"}.get(cell, "nan")
    fixed = f"{cell:,.{digits}f}"
    if fixed.strip("-0."):
        return fixed
    return f"{cell:.1e}" if cell else fixed.removeprefix("-")


def _typeset_number(text: str) -> str:
    """Write a number's minus as a minus, and its power of ten as a power."""
    number = re.fullmatch(r"(-?)([\d.,]+|∞)(?:e([-+]\d+))?", text)
    if number is None:
        return text
    sign, size, power = number.groups()
    exponent = str(int(power or 0)).replace("-", "−").translate(ABOVE)
    return ("−" if sign else "") + size + (f"·10{exponent}" if power else "")


def _is_parameter(head: str) -> bool:
    return _PARAMETER.fullmatch(head) is not None


def _read_head(head: object) -> str:
    if not isinstance(head, str):
        raise TypeError(f'columns must be named by texts, got {format_given(head)}: name it "w"')
    return head


def _read_cells(head: object, cells: object) -> list[Cell]:
    cells = value_of(cells)
    single = isinstance(cells, np.ndarray) and cells.ndim == 0
    if isinstance(cells, str) or single or not isinstance(cells, Iterable):
        raise TypeError(
            f"the column {head!r} must hold cells, got {format_given(cells)}: "
            "pass a list, an array or a range"
        )
    return [_read_cell(head, cell) for cell in cells]


def _read_cell(head: object, cell: object) -> Cell:
    cell = value_of(cell)
    if isinstance(cell, np.generic | np.ndarray) and np.ndim(cell) == 0:
        cell = cell.item()
    if isinstance(cell, str | bool | int | float):
        return cell
    raise TypeError(
        f"the column {head!r} must hold numbers or text, got {format_given(cell)}: "
        "give each number a column of its own"
    )
