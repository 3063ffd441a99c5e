"""What may be meant where a learner's code stops: a name nearby, shapes that do not fit."""

import ast
import builtins
import difflib
import itertools
import linecache
import re
import sys
from collections.abc import Iterable
from types import FrameType, ModuleType, TracebackType

import numpy as np

__all__ = [
    "describe_missing_module",
    "describe_shapes",
    "find_close",
    "find_last_place",
    "is_called",
    "list_known_names",
    "read_failed",
    "suggest_name",
]

_NO_ATTRIBUTE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
_MATMUL = re.compile(r"^matmul: .* \(size (\d+) is different from (\d+)\)$")


def suggest_name(error: BaseException) -> str:
    """Return the name that stands closest to one that does not exist; empty where none does.

    Parameters
    ----------
    error : BaseException
        A `NameError` or `AttributeError`; others have no such name.

    Examples
    --------
    >>> try:
    ...     np.summ([1, 2])
    ... except AttributeError as error:
    ...     print(suggest_name(error))
    np.sum
    """
    place = find_last_place(error)
    if place is None or isinstance(error, UnboundLocalError):
        return ""
    frame = place.tb_frame
    if isinstance(error, NameError):
        return _suggest_known(error.name or "", frame, is_called(error.name or "", place))
    name, owner = None, None
    if isinstance(error, AttributeError):
        name, owner = error.name, error.obj
    elif isinstance(error, ImportError):  # Python 3.12 says what was not in the module
        name, owner = getattr(error, "name_from", None), sys.modules.get(error.name or "")
    # A module that looks its names up itself, as NumPy does, tells them in the text alone.
    if name is None and (found := _NO_ATTRIBUTE.search(str(error))):
        name, owner = found[2], sys.modules.get(found[1])
    if name is None:
        return ""
    try:
        known = dir(owner)
    except Exception:  # a class of the learner's, with a list of its own
        return ""
    # `gradient` for `grad`: what begins with a whole name means it.
    begun = (each for each in known if len(each) > 3 and name.startswith(each))
    close = find_close(name, known) or next(begun, "")
    if not close or not isinstance(owner, ModuleType):
        return close
    spaces = {**frame.f_globals, **frame.f_locals}
    called = [each for each, value in spaces.items() if value is owner]
    return f"{called[0] if called else owner.__name__}.{close}"


def _suggest_known(name: str, frame: FrameType, called: bool) -> str:
    """Return a name that has a value and is close to one that has none.

    A function of Python's own is meant where one is called, and nobody means the function in which
    the line stands.
    """
    spaces = {**frame.f_globals, **frame.f_locals}
    own = [each for each in [*frame.f_locals, *frame.f_globals] if each != frame.f_code.co_name]
    if called:
        own = [each for each in own if callable(spaces[each])]
    pythons = [each for each in dir(builtins) if callable(getattr(builtins, each)) == called]
    return find_close(name, own) or find_close(name, pythons, cutoff=0.8)


def is_called(name: str, place: TracebackType | None) -> bool:
    """Return whether a name stands before parentheses in the line that failed."""
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    line = linecache.getline(place.tb_frame.f_code.co_filename, place.tb_lineno) if place else ""
    return re.search(rf"\b{re.escape(name)}\s*\(", line) is not None


def list_known_names(error: NameError) -> list[str]:
    """List the names that a learner's code has given a value where another one is missing.

    Examples
    --------
    >>> def area(width, height):
    ...     return width * depth
    >>> try:
    ...     area(2, 3)
    ... except NameError as error:
    ...     print(list_known_names(error))
    ['width', 'height']
    """
    place = find_last_place(error)
    return [
        name
        for name, value in (place.tb_frame.f_locals if place else {}).items()
        if not name.startswith("_") and not issubclass(type(value), ModuleType)
    ]


def find_last_place(error: BaseException) -> TracebackType | None:
    """Return the place at which an error arose, in the code that has the names it speaks of."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        # NumPy's own lookup of a name is no place in which a learner's names are.
        if place.tb_next.tb_frame.f_code.co_name == "__getattr__":
            break
        place = place.tb_next
    return place


def find_close(name: str, known: Iterable[str], cutoff: float = 0.75) -> str:
    """Return the name that is most like another; names of Python's own are left alone."""
    others = [each for each in dict.fromkeys(known) if not each.startswith("_") and each != name]
    if name.startswith("_"):
        return ""
    if len(name) < 2:  # alike are only the small letter and the capital
        return next((each for each in others if each.lower() == name.lower()), "")
    # Letters that changed places count as closer than any measure of alikeness says.
    alike = [each for each in others if sorted(each.lower()) == sorted(name.lower())]
    return next(iter(alike or difflib.get_close_matches(name, others, n=1, cutoff=cutoff)), "")


def describe_shapes(error: BaseException) -> str:
    """Say in light Markdown why two arrays cannot be multiplied by ``@``; empty elsewhere.

    The shapes are named where the two stand as names in the line that failed.

    Examples
    --------
    >>> try:
    ...     np.ones((4, 2)) @ np.ones(3)
    ... except ValueError as error:
    ...     print(describe_shapes(error))
    For `@`, the left one needs as many columns as the right one has numbers or rows: 2 is not 3.
    """
    found = _MATMUL.search(str(error)) if isinstance(error, ValueError) else None
    if not found:
        return ""
    right, left = found.groups()
    rule = "For `@`, the left one needs as many columns as the right one has numbers or rows"
    shapes = " and ".join(_list_shapes(error.__traceback__))
    return f"{shapes}. {rule}: {left} is not {right}.".removeprefix(". ")


def _list_shapes(place: TracebackType | None) -> list[str]:
    """Name the shapes of two arrays whose product failed, if the line says which they are."""
    while place is not None:
        for node in ast.walk(read_failed(place)):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
                sides = [
                    (each, _find_array(each, place.tb_frame)) for each in (node.left, node.right)
                ]
                shapes = [
                    f"`{ast.unparse(each)}` has the shape {array.shape}"
                    for each, array in sides
                    if array is not None
                ]
                if len(shapes) == 2:
                    return shapes
        place = place.tb_next
    return []


def read_failed(place: TracebackType) -> ast.AST:
    """Return the expression that failed, as Python remembers its place; empty if it is not known.

    Examples
    --------
    >>> read_failed(TracebackType(None, sys._getframe(), 0, 1)).body
    []
    """
    code = place.tb_frame.f_code
    positions = itertools.islice(code.co_positions(), place.tb_lasti // 2, None)
    first, last, begin, end = next(positions, (None, None, None, None))
    nothing = ast.Module([], [])
    if first is None or first != last:
        return nothing
    line = linecache.getline(code.co_filename, first).encode()
    try:
        return ast.parse(line[begin:end].decode().strip())
    except (SyntaxError, ValueError):
        return nothing


def _find_array(node: ast.expr, frame: FrameType) -> np.ndarray | None:
    """Return the array for which a name, or a name with ``.T``, stands; nothing is computed."""
    if isinstance(node, ast.Name):
        value = frame.f_locals.get(node.id, frame.f_globals.get(node.id))
        value = getattr(value, "value", value) if type(value).__name__ == "Variable" else value
        return value if isinstance(value, np.ndarray) else None
    if isinstance(node, ast.Attribute) and node.attr == "T":
        array = _find_array(node.value, frame)
        return None if array is None else array.T
    return None


def describe_missing_module(name: str) -> str:
    """Say in light Markdown that a module is not there.

    Examples
    --------
    >>> print(describe_missing_module("pandas"))
    There is no module `pandas` here.
    """
    shown = name.replace("`", "'")
    return f"There is no module `{shown}` here."
