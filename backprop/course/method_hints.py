"""What may be meant where a method gave nothing back, or where names and values are not as many."""

import ast
import linecache
import re
from types import FrameType

from backprop.course.name_hints import read_statement
from backprop.course.operand_hints import find_failed, look_up

__all__ = ["describe_nothing", "describe_unpacking"]

_LONGEST = 50  # characters of an expression that is written out
_TWINS = {"sort": "sorted", "reverse": "reversed"}
_CHANGING = ("append", "extend", "insert")
_COUNTS = re.compile(r"values to unpack \(expected (\d+)")


def describe_nothing(error: BaseException, not_theirs: tuple[str, ...] = ()) -> str:
    """Say in light Markdown which method gave nothing back, where a line needs its value.

    Parameters
    ----------
    error : BaseException
        What stopped the code.
    not_theirs : tuple of str
        Where the files begin whose lines are no learner's.

    Examples
    --------
    >>> try:
    ...     [2, 1].sort()[0]
    ... except TypeError as error:
    ...     print(describe_nothing(error))
    `[2, 1].sort()` changes its list and gives nothing back, `None`. `sorted([2, 1])` gives a new \
one.
    """
    if not isinstance(error, TypeError | AttributeError) or "NoneType" not in str(error):
        return ""
    node, place = find_failed(error, not_theirs)
    if place is None:
        return ""
    line = linecache.getline(place.tb_frame.f_code.co_filename, place.tb_lineno)
    statements = getattr(read_statement(line), "body", []) if "iterable" in str(error) else []
    loops = [each.iter for each in statements if isinstance(each, ast.For)]
    for each in (node, getattr(node, "value", None), *loops):
        if not isinstance(each, ast.Call) or not isinstance(each.func, ast.Attribute):
            continue
        name, call, owner = each.func.attr, _write(each), _write(each.func.value)
        said = f"`{call}` changes its list and gives nothing back, `None`."
        if name in _TWINS and not each.args:
            kind = " gives a new one" if name == "sort" else " goes through it backwards"
            return f"{said} `{_TWINS[name]}({owner})`{kind}."
        if name in _CHANGING:
            return f"{said} It stands in a line of its own."
    return ""


def describe_unpacking(error: BaseException, not_theirs: tuple[str, ...] = ()) -> str:
    """Say in light Markdown how many values there are, where other many names wait for them.

    Parameters
    ----------
    error : BaseException
        What stopped the code.
    not_theirs : tuple of str
        Where the files begin whose lines are no learner's.

    Examples
    --------
    >>> try:
    ...     a, b = 1, 2, 3
    ... except ValueError as error:
    ...     print(describe_unpacking(error))
    Names and values have to be equally many: here are 2 names.
    """
    found = _COUNTS.search(str(error)) if isinstance(error, ValueError) else None
    node, place = find_failed(error, not_theirs) if found else (None, None)
    if not found or place is None:
        return ""
    said = f"Names and values have to be equally many: here are {found[1]} names"
    line = linecache.getline(place.tb_frame.f_code.co_filename, place.tb_lineno)
    for each in getattr(read_statement(line), "body", []):
        if isinstance(each, ast.For) and ast.unparse(each.target) in (
            _write(node),
            f"({_write(node)})",
        ):
            held = _count_held(each.iter, place.tb_frame)
            return f"{said}, and {held}." if held else f"{said}."
    return f"{said}."


def _count_held(over: ast.expr, frame: FrameType) -> str:
    """Say how many values each entry of a list holds, if all hold equally many."""
    if isinstance(over, ast.Call) and ast.unparse(over.func) == "reversed" and over.args:
        over = over.args[0]
    entries = look_up(over, frame)
    if type(entries) is not list or not all(type(each) in (tuple, list) for each in entries):
        return ""
    counts = {len(each) for each in entries}
    return f"each entry of `{_write(over)}` holds {counts.pop()}" if len(counts) == 1 else ""


def _write(node: ast.AST | None) -> str:
    text = " ".join(ast.unparse(node).split()).replace("`", "'") if node else "..."
    return text if len(text) <= _LONGEST else "..."
