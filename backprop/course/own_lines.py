"""What the lines of a wrong function show: a value thrown away, a comma, brackets left out."""

import ast
from collections.abc import Iterator
from types import CodeType

import numpy as np

from backprop.course.missing_returns import find_definition, walk_function, walk_own, write_short

__all__ = [
    "describe_comma",
    "describe_comma_of",
    "describe_comparison",
    "describe_division",
    "describe_thrown_away",
]

_LONGEST = 60  # characters of an expression that is quoted
_METHODS = (
    *("all", "any", "argmax", "argmin", "astype", "clip", "copy", "cumsum", "dot", "flatten"),
    *("max", "mean", "min", "prod", "ravel", "repeat", "reshape", "round", "squeeze", "std", "sum"),
    *("swapaxes", "take", "transpose", "var"),
)  # of arrays, which leave them as they are
_BUILTINS = ("abs", "float", "int", "len", "max", "min", "round", "sorted", "sum")
_ACTING = (
    *("copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"),
    *("seterr", "seterrcall", "setbufsize", "set_printoptions", "show_config", "info"),
    *("save", "savetxt", "savez", "savez_compressed"),
)  # functions of NumPy that are called for what they do


def describe_thrown_away(function: object) -> str:
    """Say in light Markdown that a line works a value out with which nothing is done.

    Parameters
    ----------
    function : object
        A learner's function.

    Returns
    -------
    str
        Of the first such line; empty where there is none, or where the lines cannot be read.

    Examples
    --------
    >>> describe_thrown_away(len)
    ''
    """
    for node in walk_function(function):
        if isinstance(node, ast.Expr) and _only_computes(node.value):
            return _describe_idle(node.value, _list_parameters(function))
    return ""


def describe_comparison(node: ast.expr) -> str:
    """Say in light Markdown that a line compares where it may be meant to give a value.

    Parameters
    ----------
    node : ast.expr
        What stands alone in the line.

    Returns
    -------
    str
        Empty where it is no comparison of two with ``==``.

    Examples
    --------
    >>> print(describe_comparison(ast.parse("y == a").body[0].value))
    `y == a` asks whether two values are equal, and nothing is done with the answer. One `=` gives \
a value: `y = a`.
    """
    if not isinstance(node, ast.Compare) or [type(op) for op in node.ops] != [ast.Eq]:
        return ""
    kept = ast.Assign([node.left], node.comparators[0], lineno=0)
    return (
        f"{_quote(node)} asks whether two values are equal, and nothing is done with the "
        f"answer. One `=` gives a value: {_quote(kept)}."
    )


def describe_comma(function: object, j: int, count: int) -> str:
    """Say in light Markdown that a comma makes a row of what should be one number.

    Parameters
    ----------
    function : object
        A learner's function.
    j, count : int
        Which of how many results should be one number.

    Returns
    -------
    str
        Empty where no line of it shows such a comma.

    Examples
    --------
    >>> describe_comma(len, 0, 1)
    ''
    """
    returns = [node for node in walk_function(function) if isinstance(node, ast.Return)]
    if len(returns) != 1:
        return ""
    value: ast.expr | None
    value, where = _pick(returns[0].value, j, count), "`return`"
    if isinstance(value, ast.Name):
        where, values = f"`{value.id} =`", list(_list_values(function, value.id))
        value = values[0] if len(values) == 1 else None
    if not isinstance(value, ast.Tuple):
        return _find_earlier_comma(function, value or returns[0].value)
    row = "a row of one number" if len(value.elts) == 1 else "several values of one"
    return f"A comma behind {where} makes {row}."


def _find_earlier_comma(function: object, value: ast.expr | None) -> str:
    """Say that a comma makes a row of a number from which a result is worked out."""
    sought, seen = [value] if value else [], set()
    while sought:
        for node in ast.walk(sought.pop()):
            if isinstance(node, ast.Name) and node.id not in seen:
                seen.add(node.id)
                values = list(_list_values(function, node.id))
                if len(values) == 1 and (comma := _describe_row(node.id, values[0])):
                    return comma
                sought += values
    return ""


def _describe_row(name: str, value: ast.expr) -> str:
    if not isinstance(value, ast.Tuple) or len(value.elts) != 1:
        return ""
    return f"A comma behind `{name} =` makes a row of one number."


def describe_comma_of(name: str, code: CodeType) -> str:
    """Say in light Markdown that a comma makes a row of one number, where a name gets its value.

    Parameters
    ----------
    name : str
        The name.
    code : CodeType
        Of the function in which it stands.

    Returns
    -------
    str
        Empty where the lines show no such comma.

    Examples
    --------
    >>> describe_comma_of("z", describe_comma_of.__code__)
    ''
    """
    definition = find_definition(code)
    values = [
        node.value
        for node in (walk_own(definition) if definition else ())
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]
    comma = _describe_row(name, values[0]) if len(values) == 1 else ""
    return f"{comma} Leave it out." if comma else ""


def describe_division(function: object) -> str:
    """Say in light Markdown that a line divides by 1, because brackets are missing behind it.

    Parameters
    ----------
    function : object
        A learner's function.

    Returns
    -------
    str
        Empty where no line of it does.

    Examples
    --------
    >>> describe_division(len)
    ''
    """
    for node in walk_function(function):
        match node:
            case ast.BinOp(
                ast.BinOp(above, ast.Div(), ast.Constant(1 | 1.0) as one),
                ast.Add() | ast.Sub() as sign,
                other,
            ):
                meant = ast.BinOp(above, ast.Div(), ast.BinOp(one, sign, other))
                then = "adds" if isinstance(sign, ast.Add) else "subtracts"
                return (
                    f"{_quote(node)} divides by 1 first, and {then} then. With brackets both stand "
                    f"below the line: {_quote(meant)}."
                )
    return ""


def _list_parameters(function: object) -> set[str]:
    code = getattr(function, "__code__", None)
    return set(code.co_varnames[: code.co_argcount]) if code else set()


def _pick(value: ast.expr | None, j: int, count: int) -> ast.expr | None:
    """Return the expression behind one of the results of a `return`, if it stands there."""
    if count == 1:
        return value
    if isinstance(value, ast.Tuple) and len(value.elts) == count:
        return value.elts[j]
    return None


def _list_values(function: object, name: str) -> Iterator[ast.expr]:
    """Go through what a name stands for in the lines of a function."""
    for node in walk_function(function):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            yield node.value


# ---- lines that do nothing ---------------------------------------------------------------------


def _only_computes(node: ast.expr) -> bool:
    """Return whether an expression works something out and changes nothing, for sure."""
    if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Compare):
        return not any(isinstance(each, ast.Call) for each in ast.walk(node)) or all(
            _only_computes(each) for each in ast.walk(node) if isinstance(each, ast.Call)
        )
    if not isinstance(node, ast.Call) or any(e.arg in ("out", "copy", None) for e in node.keywords):
        return False
    within = [each for given in _list_given(node) for each in ast.walk(given)]
    if not all(_only_computes(each) for each in within if isinstance(each, ast.Call)):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in _BUILTINS
    if not isinstance(node.func, ast.Attribute):
        return False
    if isinstance(node.func.value, ast.Name) and node.func.value.id == "np":
        function = getattr(np, node.func.attr, None)
        most = function.nin if isinstance(function, np.ufunc) else 3  # then comes what is written
        known = node.func.attr in np.__all__ and node.func.attr not in _ACTING
        return known and len(node.args) <= most
    return node.func.attr in _METHODS and len(node.args) <= 2


def _list_given(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(each.value for each in node.keywords)]


def _describe_idle(node: ast.expr, given: set[str]) -> str:
    """Say what a line does and what may be meant; nothing is to be written into what is given."""
    if compared := describe_comparison(node):
        return compared
    said = f"{_quote(node)} works a value out, and nothing is done with it."
    if isinstance(node, ast.UnaryOp):
        return f"{said} If it belongs to the line above, put brackets round the whole."
    such = "".join(
        f", such as {_quote(ast.Assign([place], node, lineno=0))}"
        for place in _find_place(node)
        if ast.unparse(place).split("[")[0] not in given or isinstance(place, ast.Name)
    )
    return f"{said} To keep it, write a name and `=` in front{such}."


def _find_place(node: ast.expr) -> list[ast.expr]:
    """Return what a line most likely wanted to change: the owner of a method, a left entry."""
    owner = getattr(getattr(node, "func", None), "value", None)
    if isinstance(owner, ast.Name) and owner.id != "np":
        return [owner]
    left = getattr(node, "left", None)
    return [left] if isinstance(left, ast.Subscript) else []


def _quote(node: ast.AST) -> str:
    return f"`{write_short(node)}`"
