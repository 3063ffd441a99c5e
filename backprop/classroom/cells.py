"""Which cells of a submission run: those that were changed, and what they need of the others."""

import ast
import builtins
import hashlib
import re
import symtable
import traceback
import unicodedata
from collections.abc import Collection, Sequence
from typing import NamedTuple

from backprop.classroom.notebooks import Cell

__all__ = [
    "choose_cells", "describe_problem", "find_line", "hash_cell", "list_missing_names", "to_python",
]  # fmt: skip

_LONGEST_LINE = 120  # characters of a line that is shown
#: Blanks alone, and no line ends: else every empty line would be looked at from each above it.
_MAGIC = re.compile(r"^([ \t]*)[%!?].*$|^([ \t]*)(?:\w+[ \t]*=[ \t]*)?[%!]\w.*$", re.MULTILINE)
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
        found = _WHOLE.match(source)
        if not found:  # the cell is in another language
            return ""
        # Lines keep their numbers, by which errors are told.
        source = "\n" * found[0].count("\n") + source[found.end() :]
    if not re.search(r"^[ \t]*[%!?]|=[ \t]*[%!]", source, re.MULTILINE):
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
        In order: all that are not as they were released, and of the others those that define, last
        before it, a name which one of the chosen needs; of those that only import it, the imports.

    Examples
    --------
    >>> cells = [Cell(1, "a = 1"), Cell(2, "b = 2"), Cell(3, "print(a)")]
    >>> [cell.number for cell in choose_cells(cells, {hash_cell("a = 1"), hash_cell("b = 2")})]
    [1, 3]
    """
    whole = {n for n, cell in enumerate(cells) if hash_cell(cell.source) not in released}
    makers = _Makers(cells)
    importing: set[int] = set()
    waiting = list(whole)
    while waiting:
        n = waiting.pop()
        for name in makers.names(n).used:
            maker = makers.find(name, n)
            if maker is None:
                continue
            if name in makers.names(maker).imported:
                importing.add(maker)
            elif maker not in whole:
                whole.add(maker)
                waiting.append(maker)
    return [
        cells[n] if n in whole else Cell(cells[n].number, _keep_imports(cells[n].source))
        for n in sorted(whole | importing)
    ]


class _Makers:
    """Finds the cells that make a name, and reads only those that may: reading one takes long."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._names: dict[int, _Names] = {}
        self._made: dict[tuple[str, int], bool] = {}

    def names(self, n: int) -> "_Names":
        """Return the names of a cell."""
        if n not in self._names:
            self._names[n] = _list_names(self._cells[n].source)
        return self._names[n]

    def find(self, name: str, n: int) -> int | None:
        """Return the cell from which a cell has a name: the last one before it that makes it.

        Only a function that is called later may need one that makes it later: then the first.
        """
        order = (*range(n - 1, -1, -1), *range(n, len(self._cells)))
        return next((m for m in order if self._makes(name, m)), None)

    def _makes(self, name: str, n: int) -> bool:
        if (name, n) not in self._made:
            may = _may_make(name, self._cells[n].source)
            self._made[name, n] = may and name in self.names(n).made
        return self._made[name, n]


def _is_letter(character: str) -> bool:
    return character == "_" or character.isalnum()


_NEAR = 40  # characters around a name
_MAKING = ("def", "class", "type", "import")


def _may_make(name: str, source: str) -> bool:
    """Return whether a cell may give a value to a name: it does not where it only looks into it.

    Examples
    --------
    >>> _may_make("np", "import numpy as np"), _may_make("np", "x = np.ones(3)")
    (True, False)
    """
    if "\\\n" in source:  # joined lines
        return True
    if not source.isascii():  # as Python reads letters of other kinds
        source = unicodedata.normalize("NFKC", source)
    start = source.find(name)
    while start >= 0:
        end = start + len(name)
        before, behind = source[max(0, start - _NEAR) : start], source[end : end + _NEAR]
        if not (_is_letter(before[-1:]) or _is_letter(behind[:1])):
            before, behind = before.rstrip(), behind.lstrip()
            is_far = start >= _NEAR and not before  # from what stands before it
            if not behind or behind[0] not in ".([" or is_far or before.endswith(_MAKING):
                return True
            if before.endswith(",") and "import" in source[:start].rpartition("\n")[2]:
                return True
        start = source.find(name, end)
    return False


def _keep_imports(source: str) -> str:
    """Return the imports of a cell, of which nothing else is needed, each in its own line."""
    tree = ast.parse(to_python(source))
    lines: dict[int, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            before = f"{lines[node.lineno]}; " if node.lineno in lines else ""
            lines[node.lineno] = before + ast.unparse(node)
    return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1))


class _Names(NamedTuple):
    """The global names that a cell makes, of these the imported ones, and those it needs."""

    made: set[str]
    imported: set[str]
    used: set[str]


_KNOWN = frozenset(dir(builtins))


def _list_names(source: str) -> _Names:
    """List the global names of a cell."""
    names = _Names(set(), set(), set())
    try:
        table = symtable.symtable(to_python(source), "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return names
    whole: set[str] = set()  # functions and classes: made in a cell, needed from no other
    waiting = [table]
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        if isinstance(scope, symtable.Function) and "global" not in source:
            names.used.update(scope.get_globals())  # it assigns to none, so a list is enough
            continue
        for symbol in scope.get_symbols():
            name = symbol.get_name()
            if scope is not table and not symbol.is_global():
                continue
            if symbol.is_assigned() or symbol.is_imported():
                names.made.add(name)
            if scope is table and symbol.is_imported():
                names.imported.add(name)
            if scope is table and symbol.is_namespace():
                whole.add(name)
            if symbol.is_referenced():
                names.used.add(name)
    names.used.difference_update(whole | names.imported | _KNOWN)
    return names


def list_missing_names(sources: Sequence[str]) -> set[str]:
    """List the names that code cells use and none of them makes.

    Examples
    --------
    >>> list_missing_names(["x = np.ones(3)", "print(x)"])
    {'np'}
    """
    names = [_list_names(source) for source in sources]
    made = {name for each in names for name in each.made}
    return {name for each in names for name in each.used} - made


def describe_problem(problem: BaseException) -> str:
    """Say why a cell stopped."""
    try:
        text = str(problem)
    except Exception:  # an exception of their own may do anything
        text = ""
    text = re.sub(r" \(<cell \d+>, line \d+\)$", "", text)  # which is said otherwise
    text = f"{type(problem).__name__}: {text}".strip(": ")[:300]
    if isinstance(problem, EOFError):
        text += " (it asks somebody with input(), and nobody is there to answer)"
    return text


def find_line(problem: BaseException, name: str, source: str) -> str:
    r"""Return which line of a cell a problem has arisen in, and the line; empty if in none of it.

    Parameters
    ----------
    problem : BaseException
        What stopped it.
    name : str
        Under which the cell was compiled.
    source : str
        The cell.

    Examples
    --------
    >>> try:
    ...     exec(compile("x = 1\nx / 0", "<cell 1>", "exec"))
    ... except ZeroDivisionError as problem:
    ...     find_line(problem, "<cell 1>", "x = 1\nx / 0")
    'line 2, `x / 0`'
    """
    places: list[tuple[str | None, int | None]] = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(problem.__traceback__)
    ]
    if isinstance(problem, SyntaxError):
        places.append((problem.filename, problem.lineno))
    number = next((line for file, line in reversed(places) if file == name), None)
    lines = source.splitlines()
    if type(number) is not int or not 1 <= number <= len(lines):
        return ""
    text = lines[number - 1].strip().replace("`", "'")[:_LONGEST_LINE]
    return f"line {number}" + (f", `{text}`" if text else "")
