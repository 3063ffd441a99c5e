"""What may be meant where an array does not take an index, a value, or a second argument."""

import ast
import linecache
import re
from types import FrameType

import numpy as np

from backprop.course.missing_returns import find_definition, walk_own
from backprop.course.name_hints import read_statement
from backprop.course.operand_hints import find_failed, look_up

__all__ = ["describe_array_slip"]

_LONGEST = 50  # characters of an expression that is written out
_OUTSIDE = re.compile(r"index (-?\d+) is out of bounds for axis \d+ with size (\d+)")
_WHOLE = re.compile("only integers, slices|indices must be integers or slices, not float")
_AXIS_WANTED = re.compile("cannot be interpreted as an integer|converted to a scalar index")


def describe_array_slip(error: BaseException, not_theirs: tuple[str, ...] = ()) -> str:
    """Say in light Markdown what a line with arrays may have meant, if it shows it.

    Parameters
    ----------
    error : BaseException
        What stopped the code.
    not_theirs : tuple of str
        Where the files begin whose lines are no learner's.

    Examples
    --------
    >>> try:
    ...     np.zeros(3)[3]
    ... except IndexError as error:
    ...     print(describe_array_slip(error))
    Places are counted from 0, so the last one of 3 is 2. Does a loop go one too far?
    """
    try:
        return _describe_error(error, not_theirs)
    except Exception:  # a class of the learner's may do anything when it is looked at
        return ""


def _describe_error(error: BaseException, not_theirs: tuple[str, ...]) -> str:
    said = str(error)
    if isinstance(error, IndexError) and (found := _OUTSIDE.search(said)):
        return _describe_outside(int(found[1]), int(found[2]))
    node, place = find_failed(error, not_theirs)
    if place is None:
        return ""
    frame = place.tb_frame
    if isinstance(error, IndexError) and said.endswith("index out of range"):
        return _describe_place_in_list(node, frame)
    line = linecache.getline(frame.f_code.co_filename, place.tb_lineno)
    if isinstance(error, IndexError | TypeError) and _WHOLE.search(said):
        return _describe_index(node, frame)
    if isinstance(error, TypeError | np.exceptions.AxisError) and isinstance(node, ast.Call):
        return _describe_axis(node, frame) if _AXIS_WANTED.search(said) else ""
    if not isinstance(error, ValueError):
        return ""
    if "inhomogeneous" in said:
        return _describe_rows(node, frame)
    if said.startswith("setting an array element with a sequence"):
        return _describe_place(read_statement(line), frame)
    if re.match("matmul: .* not have enough dim", said) and isinstance(node, ast.BinOp):
        return _describe_matmul(node, node.left if "operand 0" in said else node.right)
    return ""


def _write(node: ast.AST, other: str = "...") -> str:
    text = " ".join(ast.unparse(node).split()).replace("`", "'")
    return text if len(text) <= _LONGEST else other


def _describe_outside(index: int, size: int) -> str:
    if not size:
        return "It is empty: there is no place in it."
    last = f"Places are counted from 0, so the last one of {size} is {size - 1}."
    return f"{last} Does a loop go one too far?" if index == size else last


def _describe_place_in_list(node: ast.AST | None, frame: FrameType) -> str:
    """Say how many places a list has, and which one was asked for, as far as that is known."""
    owner = look_up(node.value, frame) if isinstance(node, ast.Subscript) else None
    if not isinstance(node, ast.Subscript) or type(owner) not in (list, tuple, str):
        return "Places are counted from 0, so the last one is one less than there are."
    kind = "text" if isinstance(owner, str) else type(owner).__name__
    name, count = _write(node.value), len(owner)  # type: ignore[arg-type]
    if not count:
        return f"`{name}` is an empty {kind}: there is no place in it."
    places = "is place 0 alone" if count == 1 else f"are the places 0 to {count - 1}"
    said = f"In `{name}` there {places}"
    index = node.slice
    asked = look_up(index, frame) if isinstance(index, ast.Name) else _read_number(index)
    if type(asked) is not int or -count <= asked < count:  # the name stands for another by now
        return f"{said}, and no more."
    which = f"`{index.id}` is {asked}" if isinstance(index, ast.Name) else f"{asked} is asked for"
    back = f" Counted from the end they are -1 to -{count}." if asked < 0 else ""
    return f"{said}, and here {which}.{back}"


def _read_number(node: ast.expr) -> object:
    """Return a number that stands in the line; None where there is none."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return None


def _describe_index(node: ast.AST | None, frame: FrameType) -> str:
    """Say that an index is a number with decimals, and which loop made it one."""
    index = node.slice if isinstance(node, ast.Subscript) else None
    if isinstance(index, ast.BinOp) and isinstance(index.op, ast.Div):
        whole = _write(ast.BinOp(index.left, ast.FloorDiv(), index.right))
        return (
            f"`/` makes a number with decimals, and an index is a whole number, a place: `{whole}` "
            "leaves the decimals out."
        )
    if not isinstance(index, ast.Name) or not isinstance(look_up(index, frame), float):
        return ""
    said = f"`{index.id}` is a number with decimals, and an index is a whole number, a place."
    definition = find_definition(frame.f_code)
    for each in walk_own(definition) if definition else ():
        if isinstance(each, ast.For) and ast.dump(each.target) == ast.dump(_store(index)):
            over = _write(each.iter)
            return f"{said} `for {index.id} in range(len({over})):` goes through the places."
    return said


def _store(name: ast.Name) -> ast.Name:
    return ast.Name(name.id, ast.Store())


def _describe_axis(node: ast.Call, frame: FrameType) -> str:
    """Say that a second argument was taken for an axis."""
    function = look_up(node.func, frame)
    if len(node.args) != 2 or node.keywords or function not in (np.max, np.min, np.sum):
        return ""
    name, given = _write(node.func), ", ".join(map(_write, node.args))
    said = f"What stands second in `{name}` is an axis."
    if function is np.sum:
        return f"{said} Two values are added with `+`."
    own, which = ("max", "larger") if function is np.max else ("min", "smaller")
    return (
        f"{said} The {which} of two numbers is `{own}({given})`; between arrays, number by number, "
        f"it is `np.{own}imum`."
    )


def _describe_rows(node: ast.AST | None, frame: FrameType) -> str:
    """Say how the numbers of several rows come to stand in one."""
    if not isinstance(node, ast.Call) or not node.args:
        return ""
    rows = node.args[0]
    if not isinstance(rows, ast.List | ast.Tuple):
        return ""
    depths = [_find_depth(look_up(each, frame)) for each in rows.elts]
    if set(depths) - {0, 1} or 1 not in depths:
        return ""
    parts = [
        ast.Starred(each) if depth else each for each, depth in zip(rows.elts, depths, strict=True)
    ]
    call = _write(ast.Call(node.func, [ast.List(parts)], node.keywords))
    return (
        "What stands in the list has several numbers, and not equally many. A star puts them in "
        f"one by one: `{call}`."
    )


def _find_depth(value: object) -> int:
    """Return how many indices a value takes; -1 where that is not clear."""
    if isinstance(value, np.ndarray):
        return value.ndim
    if isinstance(value, list | tuple):
        return 1 if all(_find_depth(each) == 0 for each in value) else -1
    return 0 if isinstance(value, int | float | np.generic) else -1


def _describe_place(tree: ast.AST, frame: FrameType) -> str:
    """Say that one place was to hold an array, and which array in the line has no index."""
    for statement in getattr(tree, "body", []):
        if not isinstance(statement, ast.Assign) or not isinstance(
            target := statement.targets[0], ast.Subscript
        ):
            continue
        depths = [np.ndim(look_up(e, frame)) for e in (target.value, target.slice)]  # type: ignore[arg-type]
        if depths != [1, 0] or not isinstance(target.slice, ast.Name | ast.Constant):
            continue
        indexed = [e.value for e in ast.walk(statement.value) if isinstance(e, ast.Subscript)]
        whole = [
            each
            for each in ast.walk(statement.value)
            if isinstance(each, ast.Name)
            and each not in indexed
            and np.ndim(look_up(each, frame)) == 1  # type: ignore[arg-type]
            and isinstance(look_up(each, frame), np.ndarray)
        ]
        said = f"`{_write(target)}` holds one number, and behind `=` stand several."
        if whole:
            picked = _write(ast.Subscript(whole[0], target.slice))
            return f"{said} Is `{picked}` meant, in place of all of `{whole[0].id}`?"
        return said
    return ""


def _describe_matmul(node: ast.BinOp, side: ast.expr) -> str:
    product = _write(ast.BinOp(node.left, ast.Mult(), node.right))
    return (
        f"`@` multiplies matrices, and `{_write(side)}` is one number. With a number `*` is "
        f"written: `{product}`."
    )
