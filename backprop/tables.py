"""Tables as Markdown, which every notebook and page sets, and as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["write_markdown_table", "write_text_table"]


def write_markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]], sides: str) -> str:
    r"""Write a table in Markdown.

    Parameters
    ----------
    heads : sequence of str
        What stands above the columns; Markdown, with formulas in ``$...$``.
    rows : sequence of sequence of str
        As many cells in each as there are heads.
    sides : str
        A letter a column, ``"l"`` or ``"r"``: the side on which its cells are flush.

    Returns
    -------
    str
        A bar within a cell is escaped, so that it ends no column.

    Examples
    --------
    >>> print(write_markdown_table(["step", "$|w|$"], [["0", "5.0"]], "lr"))
    | step | $\|w\|$ |
    | :--- | ---: |
    | 0 | 5.0 |
    """
    rules = [{"l": ":---", "r": "---:"}[side] for side in sides]
    lines = [[cell.replace("|", r"\|") for cell in row] for row in (heads, *rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (lines[0], rules, *lines[1:]))


def write_text_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], sides: str, gap: str = "   "
) -> str:
    """Write a table in lines of text, its columns aligned.

    Parameters
    ----------
    heads, rows, sides
        See :func:`write_markdown_table`.
    gap : str
        What stands between two columns.

    Examples
    --------
    >>> print(write_text_table(["step", "w"], [["0", "5.0"], ["10", "-2.25"]], "lr"))
    step       w
    0        5.0
    10     -2.25
    """
    lines = [heads, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        gap.join(
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(row, widths, sides, strict=True)
        ).rstrip()
        for row in lines
    )
