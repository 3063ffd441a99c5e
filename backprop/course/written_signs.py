"""Signs in a learner's lines that do another thing than was meant: turned, doubled, or left out."""

import ast
import linecache
import re
from collections.abc import Sequence
from types import BuiltinFunctionType, FunctionType, MethodType

import numpy as np

from backprop.course.missing_returns import walk_function, write_short

__all__ = ["describe_floor", "describe_kind", "describe_turned_sign"]

_TURNED = re.compile(r"(?<![=!<>])=([+-])\s")
_FUNCTIONS = (BuiltinFunctionType, FunctionType, MethodType, np.ufunc, type(np.mean))


def describe_turned_sign(function: object) -> str:
    """Say in light Markdown that `=+` stands in a line, where `+=` may be meant.

    Parameters
    ----------
    function : object
        A learner's function.

    Returns
    -------
    str
        Empty where no line of it shows that.

    Examples
    --------
    >>> describe_turned_sign(len)
    ''
    """
    given = [node for node in walk_function(function) if isinstance(node, ast.Assign)]
    for node in given:
        line = linecache.getline(function.__code__.co_filename, node.lineno)  # type: ignore[attr-defined]
        first: ast.expr = node.value
        while isinstance(first, ast.BinOp):
            first = first.left
        found = _TURNED.search(line) if isinstance(first, ast.UnaryOp) else None
        if not found or len(node.targets) != 1:
            continue
        target, sign = write_short(node.targets[0]), found[1]
        before = [each for each in given if each.lineno < node.lineno]
        if sign == "-" and target not in (write_short(each.targets[0]) for each in before):
            continue
        other, word = ("a plus", "add to") if sign == "+" else ("a minus", "subtract from")
        return (
            f"`={sign}` gives `{target}` what stands behind it, with {other}, whatever it was "
            f"before. To {word} it, write `{sign}=`."
        )
    return ""


def describe_floor(function: object) -> str:
    """Say in light Markdown what `//` leaves out, where it works out no place.

    Parameters
    ----------
    function : object
        A learner's function.

    Returns
    -------
    str
        Empty where there is no such sign.

    Examples
    --------
    >>> describe_floor(len)
    ''
    """
    nodes = list(walk_function(function))
    places = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    places += [
        each for node in nodes if isinstance(node, ast.Call) and _counts(node) for each in node.args
    ]
    inside = [each for place in places for each in ast.walk(place)]
    names = {each.id for each in inside if isinstance(each, ast.Name)}
    for node in nodes:
        if isinstance(node, ast.Assign) and write_short(node.targets[0]) in names:
            inside += ast.walk(node.value)
    for node in nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv) and node not in inside:
            kept = ast.BinOp(node.left, ast.Div(), node.right)
            return (
                f"`{write_short(node)}` leaves out what stands behind the point of the quotient; "
                f"`{write_short(kept)}` keeps it."
            )
    return ""


def _counts(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "range"


def describe_kind(function: object, returned: object, names: Sequence[str]) -> str:
    """Say in light Markdown how a result comes to be complex, or a function.

    Parameters
    ----------
    function : object
        A learner's function.
    returned : object
        What it gave back.
    names : sequence of str
        The names of the values that it should return.

    Returns
    -------
    str
        Empty where it is neither, or where nothing shows why.

    Examples
    --------
    >>> print(describe_kind(len, np.ones(2).mean, ["rain"]))
    It is the function `mean` itself: brackets behind it call it, `mean(...)`.
    """
    parts = [returned]
    if len(names) > 1 and type(returned) in (tuple, list):
        parts = list(returned)  # type: ignore[call-overload]
    for part in parts:
        if type(part) in _FUNCTIONS and part.__name__.isidentifier():  # type: ignore[attr-defined]
            name = part.__name__  # type: ignore[attr-defined]
            return f"It is the function `{name}` itself: brackets behind it call it, `{name}(...)`."
        if type(part) in (complex, np.complex128):
            return _describe_power(function)
    return ""


def _describe_power(function: object) -> str:
    """Say which power may be complex."""
    for node in walk_function(function):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            number = node.right.value if isinstance(node.right, ast.Constant) else None
            if type(number) is not int:
                base, exponent = write_short(node.left), write_short(node.right)
                return (
                    "A negative number to a power that is not whole is complex in Python: so is "
                    f"`{write_short(node)}` where `{base}` is negative and `{exponent}` is not "
                    "whole."
                )
    return ""
