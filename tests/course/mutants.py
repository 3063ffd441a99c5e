"""Slightly wrong versions of a function: what slips of the pen make of a solution."""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

SWAPS: dict[type[ast.AST], list[type[ast.AST]]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.LtE: [ast.Gt],
    ast.Lt: [ast.Gt],
    ast.Gt: [ast.Lt],
}
NAMES = {"sum": ["mean", "max"], "mean": ["sum"], "abs": ["float"], "exp": ["sin"]}


def changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], ast.AST | None]]]:
    """Every way in which one node is changed: a name for it, and the change itself."""
    if isinstance(node, ast.BinOp):
        for other in SWAPS.get(type(node.op), []):
            name = f"{type(node.op).__name__} to {other.__name__}"
            yield name, lambda n, other=other: _with(n, op=other())
        yield "left term alone", lambda n: n.left
        yield "right term alone", lambda n: n.right
    if isinstance(node, ast.Compare):
        for other in SWAPS.get(type(node.ops[0]), []):
            yield "comparison turned", lambda n, other=other: _with(n, ops=[other()])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign dropped", lambda n: n.operand
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "constant + 1", lambda n: _with(n, value=n.value + 1)
        yield "constant doubled", lambda n: _with(n, value=2 * n.value if n.value else 2)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield "truth turned", lambda n: _with(n, value=not n.value)
    if isinstance(node, ast.Attribute | ast.Name):
        field = "attr" if isinstance(node, ast.Attribute) else "id"
        for other in NAMES.get(getattr(node, field), []):
            yield f"{getattr(node, field)} to {other}", lambda n, o=other: _with(n, **{field: o})
    if isinstance(node, ast.Return) and node.value is not None:
        yield "result negated", lambda n: _each(n, lambda v: ast.UnaryOp(ast.USub(), v))
        yield "result doubled", lambda n: _each(n, lambda v: ast.BinOp(v, ast.Mult(), _TWO))
    if isinstance(node, ast.Assign) and re.match(r"(\w+) = \1\b", ast.unparse(node)):
        yield "not updated", lambda n: ast.Pass()
    if isinstance(node, ast.AugAssign):
        yield "= for +=", lambda n: ast.Assign([n.target], n.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield "first factor transposed", lambda n: _with(n, left=ast.Attribute(n.left, "T"))
        yield "second factor transposed", lambda n: _with(n, right=ast.Attribute(n.right, "T"))
        yield "factors swapped", lambda n: _with(n, left=n.right, right=n.left)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transpose dropped", lambda n: n.value
    if isinstance(node, ast.keyword) and node.arg == "axis":
        yield "other axis", lambda n: _with(n, value=ast.BinOp(ast.Constant(1), ast.Sub(), n.value))
        yield "axis dropped", lambda n: _with(n, value=ast.Constant(None))
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "range":
        yield "off by one", lambda n: _with(n, args=[*n.args[:-1], _less(n.args[-1])])
    if isinstance(node, ast.Break):
        yield "break dropped", lambda n: ast.Pass()


_TWO = ast.Constant(2)


def _less(node: ast.expr) -> ast.expr:
    return ast.BinOp(node, ast.Sub(), ast.Constant(1))


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def _each(node: Any, change: Callable[[Any], ast.expr]) -> ast.AST:
    """Change a returned number, or the first of several."""
    value = node.value
    if isinstance(value, ast.Tuple):
        value.elts[0] = change(value.elts[0])
    else:
        node.value = change(value)
    return node


class _One(ast.NodeTransformer):
    """Applies one change to the node at one place."""

    def __init__(self, place: int, change: Callable[[ast.AST], ast.AST | None]) -> None:
        self.place, self.change, self.seen = place, change, -1

    def visit(self, node: ast.AST) -> Any:
        self.seen += 1
        if self.seen == self.place:
            return self.change(node)
        return self.generic_visit(node)


class _Places(ast.NodeVisitor):
    def __init__(self) -> None:
        self.nodes: list[ast.AST] = []

    def visit(self, node: ast.AST) -> None:
        self.nodes.append(node)
        self.generic_visit(node)


def mutants(source: str, names: dict[str, Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Make every slightly wrong version of a function.

    `names` are what the function finds around it; each mutant comes with a description.
    """
    tree = ast.parse(source)
    places = _Places()
    places.visit(tree)
    for place, node in enumerate(places.nodes):
        for name, change in changes(node):
            mutant = ast.fix_missing_locations(_One(place, change).visit(copy.deepcopy(tree)))
            text = ast.unparse(mutant)
            space = dict(names)
            exec(compile(text, "<mutant>", "exec"), space)
            yield f"{name} in line {getattr(node, 'lineno', 0)}:\n{text}", space[tree.body[0].name]
