"""What may be meant where an operation stops: its operands are looked up, nothing is computed."""

import ast
import inspect
import re
from collections.abc import Sequence
from types import BuiltinMethodType, FrameType, MethodType, ModuleType, TracebackType

import numpy as np

from backprop.course.error_hints import read_failed
from backprop.course.own_lines import describe_comma_of

__all__ = ["MISSING", "describe_operands", "find_failed", "look_up"]

_SHAPES = re.compile(r"could not be broadcast together with shapes \(([\d,]*)\) \(([\d,]*)\)")
_KEYWORD = re.compile(r"got an unexpected keyword argument '(\w+)'")
_TOO_FEW = re.compile(r"missing \d+ required positional arguments?: '(\w+)'")
_NUMBER_WANTED = re.compile("bad operand type|argument must be|must be real number")
_TWO_WANTED = re.compile("takes from 2 to 3 positional arguments but 1 was given")
#: What takes all numbers of one array together, beside what takes two arrays.
_OF_ONE = {
    "maximum": ("max", "largest number"),
    "minimum": ("min", "smallest number"),
    "add": ("sum", "sum"),
    "multiply": ("prod", "product"),
}
#: Stands for what is not known.
MISSING = object()
#: What other libraries call the learning rate.
_RATES = {"lr", "rate", "eta", "alpha", "step_size"}
_OF_VARIABLES = ("backward", "grad", "value")


def describe_operands(error: BaseException, not_theirs: tuple[str, ...] = ()) -> str:
    """Say in light Markdown what is wrong with the operands of the line that failed, if known.

    Parameters
    ----------
    error : BaseException
        What stopped the code.
    not_theirs : tuple of str
        Where the files begin whose lines are no learner's.

    Examples
    --------
    >>> try:
    ...     np.ones(3) + np.ones(2)
    ... except ValueError as error:
    ...     print(describe_operands(error))
    Counted from the right, two lengths have to be equal, or one of them 1: here are (3,) and (2,).
    """
    try:
        return _describe_error(error, not_theirs)
    except Exception:  # a class of the learner's may do anything when it is looked at
        return ""


def _describe_error(error: BaseException, not_theirs: tuple[str, ...]) -> str:
    if isinstance(error, np.exceptions.AxisError):
        return _describe_axis(error)
    if isinstance(error, AttributeError) and error.name in _OF_VARIABLES:
        if type(error.obj) in (float, int, np.float64, np.ndarray):
            return (
                f"`{error.name}` belongs to Variables, and this is a `{type(error.obj).__name__}`: "
                "`bp.Variable(2.0)` makes a Variable of a number."
            )
        return ""
    node, place = find_failed(error, not_theirs)
    if isinstance(error, ValueError) and (shapes := _SHAPES.search(str(error))):
        return _describe_broadcast(node, shapes.groups())
    if not isinstance(error, TypeError) or place is None:
        return ""
    frame = place.tb_frame
    if isinstance(node, ast.Call):
        return _describe_call(str(error), node, frame)
    operands = _list_operands(node)
    said = next(filter(None, (_describe(each, frame) for each in operands)), "")
    said = said or _describe_rows(operands, frame)
    return said or ("" if isinstance(node, ast.Subscript) else _describe_list(operands, frame))


def _describe_rows(operands: Sequence[ast.expr], frame: FrameType) -> str:
    """Say which comma makes a row of one number of what stands in an operand."""
    nodes = (each for operand in operands for each in ast.walk(operand))
    rows = (
        each.id
        for each in nodes
        if isinstance(each, ast.Name) and type(look_up(each, frame)) is tuple
    )
    return next(filter(None, (describe_comma_of(name, frame.f_code) for name in rows)), "")


def _describe_list(operands: Sequence[ast.expr], frame: FrameType) -> str:
    """Say that an operand is a list or a tuple, with which Python does not compute."""
    values = [
        each.value if isinstance(each, ast.Constant) else look_up(each, frame) for each in operands
    ]
    if any(value is None or isinstance(value, str) for value in values):
        return ""
    for node, value in zip(operands, values, strict=True):
        if type(value) in (list, tuple) and isinstance(node, ast.Name):
            return (
                f"`{node.id}` is a {type(value).__name__}, and Python does not compute with its "
                f"numbers one by one: `np.array({node.id})` makes an array of it."
            )
    return ""


def find_failed(
    error: BaseException, not_theirs: tuple[str, ...]
) -> tuple[ast.AST | None, TracebackType | None]:
    """Return the last of a learner's lines that led to an error, and the expression in it."""
    place, last = error.__traceback__, None
    while place is not None:
        if not place.tb_frame.f_code.co_filename.startswith(not_theirs or ("<frozen",)):
            last = place
        place = place.tb_next
    if last is None:
        return None, None
    tree = read_failed(last)
    node = tree.body[0] if isinstance(tree, ast.Module) and tree.body else None
    return (node.value if isinstance(node, ast.Expr) else node), last


def _list_operands(node: ast.AST | None) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.AugAssign):
        return [node.target, node.value]
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    return [node.value] if isinstance(node, ast.Subscript) else []


def look_up(node: ast.expr, frame: FrameType) -> object:
    """Return what a name, or an attribute of a module, an array or a Variable, stands for."""
    from backprop.engine.variable import Variable

    if isinstance(node, ast.Name):
        builtin = frame.f_builtins.get(node.id, MISSING)
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id, builtin))
    if isinstance(node, ast.Attribute):
        owner = look_up(node.value, frame)
        if type(owner) is ModuleType:
            return vars(owner).get(node.attr, MISSING)
        if type(owner) in (np.ndarray, Variable):
            return getattr(owner, node.attr, MISSING)
    return MISSING


# ---- what is said ------------------------------------------------------------------------------


def _describe(node: ast.expr, frame: FrameType) -> str:
    """Say what an operand is, where it is none to compute with."""
    value, text = look_up(node, frame), ast.unparse(node)
    if value is None and isinstance(node, ast.Attribute) and node.attr == "grad":
        owner = ast.unparse(node.value)
        return (
            f"No gradient has arrived at `{owner}`: `{text}` is `None` until `backward()` is "
            f"called on a result that was computed from `{owner}`."
        )
    if value is MISSING or not callable(value) or isinstance(value, type):
        return ""
    if getattr(value, "__code__", None) is frame.f_code:
        return f"`{text}` is your function itself. What you worked out needs a name of its own."
    if isinstance(node, ast.Name) and isinstance(value, BuiltinMethodType | MethodType):
        name, owner = value.__name__, value.__self__
        if name != text and owner is not None and type(owner) is not ModuleType:
            return (
                f"`{text}` stands for the function `{name}` itself. Where `{text}` gets its value, "
                f"the parentheses are missing: `.{name}()` calls it."
            )
    call = _write_call(text, value)
    return f"`{text}` stands for a function. To compute with what it returns, call it: {call}."


def _write_call(text: str, function: object) -> str:
    try:
        parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return f"`{text}(...)`"
    needed = [
        each.name
        for each in parameters
        if each.default is each.empty
        and each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    return f"`{text}({', '.join(needed)})`"


def _describe_call(said: str, node: ast.Call, frame: FrameType) -> str:
    """Say what is wrong with a call: no function is called, or an argument has another name."""
    value, text = look_up(node.func, frame), ast.unparse(node.func)
    if value is MISSING:
        return ""
    if not callable(value):
        if not said.endswith("object is not callable"):
            return ""
        if not node.args and not node.keywords:
            return f"`{text}` is no function: leave the parentheses behind it out."
        return (
            f"Parentheses behind `{text}` call it, and it is no function. "
            "`*` multiplies, and square brackets pick an entry."
        )
    if found := _KEYWORD.search(said):
        return _describe_keyword(found[1], text, value)
    if found := _TOO_FEW.search(said):
        return _describe_missing(found[1], text, value)
    if isinstance(value, np.ufunc) and _TWO_WANTED.search(said) and len(node.args) == 1:
        return _describe_one_of_two(node, value)
    if _NUMBER_WANTED.search(said):
        return next(filter(None, (_describe(each, frame) for each in node.args)), "")
    return ""


def _describe_one_of_two(node: ast.Call, function: np.ufunc) -> str:
    """Say that a function of two arrays was given one, and what takes all of one together."""
    text, given = ast.unparse(node.func), ast.unparse(node.args[0])
    said = f"`{text}` takes two, and goes through them number by number."
    twin, what = _OF_ONE.get(function.__name__, ("", ""))
    return f"{said} The {what} of one array is `np.{twin}({given})`." if twin else said


def _describe_missing(name: str, text: str, function: object) -> str:
    """Say what a call has to hand over, or that another function was called too early inside."""
    needed = _write_call(text, function)
    if name in inspect.signature(function).parameters:  # type: ignore[arg-type]
        return f"It is called as {needed}."
    return (
        f"That call is made inside of `{text}`, which hands over fewer values. A function without "
        f"parameters can do it in its place: `lambda: ...`, with the whole call behind the colon."
    )


def _describe_keyword(name: str, text: str, function: object) -> str:
    try:
        known = inspect.signature(function).parameters  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return ""
    if name in known:  # it was handed on, and refused elsewhere
        return ""
    if name in _RATES and "learning_rate" in known:
        return f"`{text}` calls it `learning_rate`."
    named = [f"`{each.name}`" for each in known.values() if each.kind is not each.VAR_KEYWORD]
    return f"`{text}` takes {', '.join(named)}." if 0 < len(named) <= 8 else ""


def _describe_broadcast(node: ast.AST | None, texts: Sequence[str]) -> str:
    """Say why two shapes do not fit entry by entry, and whether they would for a product."""
    left, right = (tuple(int(n) for n in text.split(",") if n) for text in texts)
    rule = (
        "Counted from the right, two lengths have to be equal, or one of them 1: "
        f"here are {left} and {right}."
    )
    times = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Mult)
    if times and left and right and left[-1] == right[max(0, len(right) - 2)]:
        return f"`*` multiplies entry by entry. {rule} Did you mean `@`, the product of matrices?"
    return rule


def _describe_axis(error: np.exceptions.AxisError) -> str:
    count = getattr(error, "ndim", None)
    if not isinstance(count, int) or count < 0:
        return ""
    if count == 0:
        return "A single number has no axes."
    axes = "`axis=0` alone" if count == 1 else f"`axis=0` to `axis={count - 1}`"
    return f"Axes are counted from 0: an array with {count} of them has {axes}."
