r"""A derivation on a page and in a terminal: paragraphs, equations and tables, in two forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from backprop.engine.variable import Value
from backprop.formulas.formula import DOTS, Formula, write_number
from backprop.formulas.printing import to_latex, to_text

#: Of how many paragraphs, formulas and tables all are shown; of more, the middle is folded.
MOST_BLOCKS = 12
#: How many elements of an array are written out.
MOST_ELEMENTS = 6


@dataclass(frozen=True)
class Elements:
    """The value of an array, of which the first elements are shown."""

    value: Value

    def to_latex(self) -> str:
        """Return it in LaTeX."""
        return "(" + self._list(to_latex, r",\, ") + ")"

    def __str__(self) -> str:
        """Return it as plain text."""
        return f"({self._list(to_text, ', ')})"

    def _list(self, write: Callable[[Formula], str], comma: str) -> str:
        listed = [write_number(element) for element in np.ravel(self.value)[:MOST_ELEMENTS]]
        return comma.join(
            map(write, [*listed, DOTS] if np.size(self.value) > MOST_ELEMENTS else listed)
        )


#: Characters in a line of an equation: more do not fit on a page.
_LONGEST = 76

#: A piece of text: words, a formula, or the value of an array.
Piece = str | Formula | Elements


@dataclass(frozen=True)
class Paragraph:
    """A line of words and formulas."""

    pieces: tuple[Piece, ...]

    def to_markdown(self) -> str:
        """Return it with formulas between dollar signs."""
        return "".join(_write_cell(piece) for piece in self.pieces)

    def to_text(self) -> str:
        """Return it as plain text."""
        return "".join(_write_plain(piece) for piece in self.pieces)


@dataclass(frozen=True)
class Equation:
    """A line of an array of equations: what stands left, and right of each equality sign.

    Attributes
    ----------
    left : Formula or None
        None where the line goes on from the one above it.
    right : tuple of Formula
        All equal.
    value : Elements or None
        The value of an array, beside its formula.
    """

    left: Formula | None
    right: tuple[Formula | Elements, ...]
    value: Elements | None = None

    def to_latex(self) -> str:
        """Return it in LaTeX, aligned at the first equality sign; what is long goes on below it."""
        left = f"{to_latex(self.left)} " if self.left else ""
        room = _LONGEST - len(to_text(self.left) if self.left else "")
        lines: list[list[str]] = [[]]
        free = room
        for part in self.right:
            length = len(_write_plain(part)) + 3
            if lines[-1] and length > free:
                lines.append([])
                free = room
            lines[-1].append(_write_latex(part))
            free -= length
        right = " \\\\\n&= ".join(" = ".join(line) for line in lines)
        return f"{left}&= {right}" + (rf" \quad {self.value.to_latex()}" if self.value else "")

    def to_text(self, width: int) -> str:
        """Return it as plain text, with `width` characters before the first equality sign."""
        left = to_text(self.left) if self.left else ""
        right = " = ".join(map(_write_plain, self.right))
        value = f"    {self.value}" if self.value else ""
        return f"    {left.rjust(width)} = {right}{value}"


@dataclass(frozen=True)
class Equations:
    """Equations, one under the other."""

    lines: tuple[Equation, ...]

    def to_markdown(self) -> str:
        """Return them as one display."""
        body = " \\\\\n".join(line.to_latex() for line in self.lines)
        return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"

    def to_text(self) -> str:
        """Return them as plain text, their equality signs under one another."""
        width = max(len(to_text(line.left)) for line in self.lines if line.left)
        return "\n".join(line.to_text(width) for line in self.lines)


@dataclass(frozen=True)
class Grid:
    """A table: a header, and rows of as many cells."""

    header: tuple[Piece, ...]
    rows: tuple[tuple[Piece, ...], ...]

    def to_markdown(self) -> str:
        """Return it as a table in Markdown."""
        lines = [[_write_cell(cell) for cell in row] for row in (self.header, *self.rows)]
        lines.insert(1, ["---:"] * len(self.header))
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def to_text(self) -> str:
        """Return it in columns."""
        cells = [[_write_plain(cell) for cell in row] for row in (self.header, *self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "\n".join(
            "    " + "   ".join(c.rjust(w) for c, w in zip(line, widths, strict=True)).rstrip()
            for line in cells
        )


Block = Paragraph | Equations | Grid


def to_markdown(blocks: Sequence[Block]) -> str:
    """Write blocks in Markdown; of very many, the middle is folded."""
    written = [block.to_markdown() for block in blocks]
    if len(written) > MOST_BLOCKS:  # the beginning and the result stay in sight
        summary = "<details>\n<summary>Show the rest of the derivation</summary>"
        middle = written[MOST_BLOCKS // 2 : -3]
        written[MOST_BLOCKS // 2 : -3] = [summary, *middle, "</details>"]
    return "\n\n".join(written)


def to_plain(blocks: Sequence[Block]) -> str:
    """Write blocks as plain text."""
    return "\n\n".join(block.to_text() for block in blocks)


def _write_cell(piece: Piece) -> str:
    if isinstance(piece, str):
        return piece
    latex = _write_latex(piece)
    # a sign of equality with nothing on its left would be set without its space
    return f"${{}} {latex}$" if latex.startswith("=") else f"${latex}$"


def _write_plain(piece: Piece) -> str:
    return to_text(piece) if isinstance(piece, Formula) else str(piece)


def _write_latex(part: Formula | Elements) -> str:
    return to_latex(part) if isinstance(part, Formula) else part.to_latex()
