"""What has to run before a code cell, so that it can be run alone: the statements it rests on.

A reader may try any cell of a chapter without running what stands above it, and change it first. Of
what stands above, the statements are taken that bind or change a name on which the cell rests, and
no others: pictures, quizzes and long runs that it does not need stay out. Tests run every cell so
and compare.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["write_setup"]

#: Stands for the gradients of everything: a backward pass changes them, whoever reads one needs it.
GRADIENTS = ".grad"
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
#: What is there without being defined: `np` and `bp` stand in front of every chapter.
GIVEN = {"np", "bp"}


def write_setup(above: Sequence[str], source: str) -> str:
    r"""Return the statements of earlier cells on which a cell rests, in their order.

    Parameters
    ----------
    above : sequence of str
        The code cells that stand above it in its notebook, in order.
    source : str
        The cell that is to be run.

    Raises
    ------
    SyntaxError
        If one of them is no Python.

    Examples
    --------
    >>> write_setup(["w = 3\nb = 1", "w = w - b\nprint(w)"], "2 * w")
    'w = 3\nb = 1\nw = w - b'
    >>> write_setup(["w = 3", "c = 1"], "c")
    'c = 1'
    """
    earlier = [
        (statement, ast.get_source_segment(cell, statement) or "")
        for cell in above
        for statement in split(cell)
    ]
    names = {name for statement in ast.parse(source).body for name in list_used(statement)}
    kept: set[int] = set()
    # Functions look their names up when they are called: each round may need more of them.
    while True:
        found = {
            place
            for place, (statement, _) in enumerate(earlier)
            if names.intersection(list_touched(statement))
        }
        if found == kept:
            return "\n".join(earlier[place][1] for place in sorted(kept))
        kept = found
        names |= {name for place in kept for name in list_used(earlier[place][0])}


def split(cell: str) -> list[ast.stmt]:
    """Return the statements of a cell, apart from what is only shown or asserted."""
    body = ast.parse(cell).body
    if body and isinstance(body[-1], ast.Expr) and not is_change(body[-1]):
        body = body[:-1]
    return [statement for statement in body if not is_shown(statement)]


def is_shown(statement: ast.stmt) -> bool:
    """Whether a statement only tells something: it prints, asserts or draws."""
    if isinstance(statement, ast.Assert):
        return True
    if isinstance(statement, ast.With):
        return any("figure" in ast.unparse(item.context_expr) for item in statement.items)
    return isinstance(statement, ast.Expr) and not is_change(statement)


def is_change(statement: ast.stmt) -> bool:
    """Whether an expression may change what a name stands for: it calls a method of it."""
    return isinstance(statement, ast.Expr) and bool(list_called(statement.value))


def list_called(node: ast.AST) -> list[str]:
    """Return the names of which a method is called, such as ``loss`` in ``loss(b).backward()``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return []
    inner: ast.AST = node.func.value
    roots = [name.id for name in ast.walk(inner) if isinstance(name, ast.Name)]
    return [name for name in roots if name not in GIVEN]


def list_touched(statement: ast.stmt) -> Iterable[str]:
    """Return the names that a statement binds, or whose value it changes."""
    for node in walk_scope(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            yield from (name.id for name in ast.walk(node) if isinstance(name, ast.Name))
        elif isinstance(node, ast.Expr):
            yield from list_called(node.value)
        elif isinstance(node, ast.Attribute) and node.attr == "backward":
            yield GRADIENTS


def walk_scope(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a statement without going into what has names of its own."""
    yield node
    if not isinstance(node, SCOPES):
        for child in ast.iter_child_nodes(node):
            yield from walk_scope(child)


def list_used(statement: ast.stmt) -> set[str]:
    """Return every name that stands in a statement, in functions, too."""
    nodes = list(ast.walk(statement))
    names = {node.id for node in nodes if isinstance(node, ast.Name)} - GIVEN
    reads = any(isinstance(node, ast.Attribute) and node.attr == "grad" for node in nodes)
    return names | ({GRADIENTS} if reads else set())
