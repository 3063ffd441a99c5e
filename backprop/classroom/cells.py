"""Which cells of a submission run: those that were changed, and what they need of the others."""

import builtins
import hashlib
import re
import symtable
from collections.abc import Collection, Sequence

from backprop.classroom.notebooks import Cell

__all__ = ["choose_cells", "describe_problem", "hash_cell", "to_python"]

_MAGIC = re.compile(r"^(\s*)[%!?].*$|^(\s*)(?:\w+\s*=\s*)?[%!]\w.*$", re.MULTILINE)
_WHOLE = re.compile(r"\s*%%(time|timeit|capture|prun)\b.*\n")


def hash_cell(source: str) -> str:
    """Compute what a code cell is recognised by.

    Examples
    --------
    >>> hash_cell("1 + 1")[:8]
    '72fce594'
    """
    return hashlib.sha256(source.encode(errors="surrogatepass")).hexdigest()


def to_python(source: str) -> str:
    r"""Return a cell as plain Python: magics and commands of the shell are left out.

    Examples
    --------
    >>> to_python("%matplotlib inline" + chr(10) + "x = 1")
    'pass\nx = 1'
    """
    if source.lstrip().startswith("%%"):
        kept = _WHOLE.sub("", source, count=1)
        if kept == source:  # the cell is in another language
            return ""
        source = kept
    if not re.search(r"^\s*[%!?]|=\s*[%!]", source, re.MULTILINE):
        return source
    try:
        compile(source, "<cell>", "exec")
    except (SyntaxError, ValueError):
        return _MAGIC.sub(lambda found: f"{found[1] or found[2] or ''}pass", source)
    return source


def choose_cells(cells: Sequence[Cell], released: Collection[str]) -> list[Cell]:
    """Choose the cells to run.

    Parameters
    ----------
    cells : sequence of Cell
        The code cells of a submission.
    released : collection of str
        What the cells of the released notebook are known by; see `hash_cell`.

    Returns
    -------
    list of Cell
        In order: all that are not as they were released, and of the others those that define a
        name which one of the chosen needs.

    Examples
    --------
    >>> cells = [Cell(1, "a = 1"), Cell(2, "b = 2"), Cell(3, "print(a)")]
    >>> [cell.number for cell in choose_cells(cells, {hash_cell("a = 1"), hash_cell("b = 2")})]
    [1, 3]
    """
    changed = {cell.number for cell in cells if hash_cell(cell.source) not in released}
    names = {cell.number: _list_names(cell.source) for cell in cells if cell.number in changed}
    needed = set().union(*(used for _, used in names.values()))
    if needed:
        others = [cell for cell in cells if cell.number not in changed]
        names |= {cell.number: _list_names(cell.source) for cell in others}
    chosen, added = set(changed), changed
    while added:
        added = {n for n, (made, _) in names.items() if n not in chosen and made & needed}
        chosen |= added
        needed = needed.union(*(names[number][1] for number in added))
    return [cell for cell in cells if cell.number in chosen]


_KNOWN = frozenset(dir(builtins))


def _list_names(source: str) -> tuple[set[str], set[str]]:
    """List the global names that a cell defines, and those that it needs from elsewhere."""
    try:
        table = symtable.symtable(to_python(source), "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(), set()
    made: set[str] = set()
    used: set[str] = set()
    whole: set[str] = set()  # functions, classes and modules: made in a cell, needed from no other
    waiting = [table]
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        for symbol in scope.get_symbols():
            if scope is not table and not symbol.is_global():
                continue
            if symbol.is_assigned() or symbol.is_imported():
                made.add(symbol.get_name())
            if scope is table and (symbol.is_imported() or symbol.is_namespace()):
                whole.add(symbol.get_name())
            if symbol.is_referenced():
                used.add(symbol.get_name())
    return made, used - whole - _KNOWN


def describe_problem(problem: BaseException) -> str:
    """Say why a cell stopped."""
    try:
        text = str(problem)
    except Exception:  # an exception of their own may do anything
        text = ""
    text = f"{type(problem).__name__}: {text}".strip(": ")[:300]
    if isinstance(problem, EOFError):
        text += " (it asks somebody with input(), and nobody is there to answer)"
    return text
