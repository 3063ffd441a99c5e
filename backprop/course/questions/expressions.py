"""One line of arithmetic that a reader typed: read without running it, evaluated at given values.

Nothing is handed to Python's ``eval``. The scripts of the pages read and evaluate by the same rule
(``backprop/page/quiz/expressions.mjs``); a test compares the two on thousands of lines.
"""

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from backprop.course.number_text import simplify_signs

__all__ = ["FUNCTIONS", "UnreadableError", "evaluate", "take_assignment"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Functions that may be called, with the number of their arguments.
FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "exp": (1, np.exp),
    "log": (1, np.log),
    "sqrt": (1, np.sqrt),
    "abs": (1, np.abs),
    "sin": (1, np.sin),
    "cos": (1, np.cos),
    "tanh": (1, np.tanh),
    "maximum": (2, np.maximum),
    "minimum": (2, np.minimum),
    "max": (2, np.maximum),
    "min": (2, np.minimum),
    "softplus": (1, lambda x: np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0.0)),
    "sigmoid": (1, lambda x: 1 / (1 + np.exp(-x))),
    "relu": (1, lambda x: np.maximum(x, 0.0)),
}
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
    ast.USub: np.negative,
    ast.UAdd: np.positive,
}
LONGEST = 200
_NUMBER = r"(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_TOKEN = re.compile(rf"[ \t]*(?:({_NUMBER})(?![\w.])|([A-Za-z_]\w*)|(\*\*|[-+*/(),]))", re.ASCII)
_MODULE = re.compile(r"(?<![\w.])(?:np|numpy|bp|math)\.(?=[a-z])", re.ASCII)
_LINE = re.compile(r"([A-Za-z_]\w*)[ \t]*(\*\*|[-+*/]|)=(?!=)(.*)", re.ASCII)


class UnreadableError(ValueError):
    """Raised for what is no line of arithmetic; ``args`` are a key of `WORDS` and its values."""


def take_assignment(line: str, target: str) -> str:
    """Take a line apart that gives a value to a name.

    Parameters
    ----------
    line : str
        ``"w - 1"``, ``"w = w - 1"`` or ``"w -= 1"``; a comment or a semicolon may follow.
    target : str
        The name that is to get the value; empty where only an expression is asked for, which may
        then be given to any name.

    Returns
    -------
    str
        The expression on the right, ``-=`` and its like written out.

    Raises
    ------
    UnreadableError
        If another name gets the value, or an old value is changed where there is none.

    Examples
    --------
    >>> take_assignment("w -= eta * g;  # downhill", "w")
    'w-(eta * g)'
    """
    line = simplify_signs(line).replace("η", "eta").partition("#")[0].strip()
    line = line.removesuffix(";").strip()
    found = _LINE.fullmatch(line)
    if found is None:
        return line
    name, operator, right = found[1], found[2], found[3].strip()
    if operator and not target:
        raise UnreadableError("no old value", name)
    if target and name != target:
        raise UnreadableError("other target", name, target)
    return f"{name}{operator}({right})" if operator else right


def evaluate(text: str, names: Mapping[str, Array]) -> Array:
    """Evaluate an expression at several points at once.

    Parameters
    ----------
    text : str
        Numbers, names, ``+ - * / **``, parentheses and `FUNCTIONS`, which may stand behind
        ``np.``, ``bp.`` or ``math.``.
    names : dict of str to array
        What each name stands for; arrays of one shape.

    Returns
    -------
    array
        Of that shape; NaN or infinity where the expression has no value.

    Raises
    ------
    UnreadableError
        If the text is anything else.

    Examples
    --------
    >>> evaluate("w - 2 * np.exp(0)", {"w": np.array([1.0, 2.0])})
    array([-1.,  0.])
    """
    text = _MODULE.sub("", text).strip()
    if not text:
        raise UnreadableError("no line")
    if "^" in text:
        raise UnreadableError("caret")
    if len(text) > LONGEST:
        raise UnreadableError("no code")
    for name in _find_names(text):
        if name not in names and name not in FUNCTIONS:
            raise UnreadableError("no name", name, ", ".join(names))
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, MemoryError, RecursionError):
        raise UnreadableError("no code") from None
    with np.errstate(all="ignore"):
        value = _evaluate_node(tree, names)
    shape = np.shape(next(iter(names.values())))
    return np.broadcast_to(np.asarray(value, float), shape)


def _find_names(text: str) -> list[str]:
    """List the names that a line uses; whatever is no token of arithmetic cannot be read."""
    place, used = 0, []
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise UnreadableError("no code")
        used += [token[2]] if token[2] else []
        place = token.end()
    return used


def _evaluate_node(node: ast.AST, names: Mapping[str, Array]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as value):
            return np.float64(value)
        case ast.Name() if node.id in names:
            return names[node.id]
        case ast.UnaryOp() if type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](_evaluate_node(node.operand, names))
        case ast.BinOp() if type(node.op) in _OPERATORS:
            left, right = _evaluate_node(node.left, names), _evaluate_node(node.right, names)
            return _OPERATORS[type(node.op)](left, right)
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
            count, function = FUNCTIONS[name]
            if len(node.args) == count:
                return function(*(_evaluate_node(argument, names) for argument in node.args))
    raise UnreadableError("no code")
