"""What may be meant where one number stands for many, or many for one, or `^` for a power."""

import ast
import builtins
import difflib
import inspect
import linecache
import re
from collections.abc import Sequence
from types import FrameType

import numpy as np

from backprop.course.name_hints import read_statement, write_power_of_e
from backprop.course.operand_hints import MISSING, find_failed, look_up

__all__ = ["describe_slip"]

_LONGEST = 50  # characters of an expression that is written out
_KEYWORD = re.compile(
    r"got an unexpected keyword argument '(\w+)'|'(\w+)' is an invalid keyword argument"
)
#: What other libraries call the arguments of NumPy's functions.
_KEYWORDS = {"dim": "axis", "dims": "axis", "axes": "axis", "ax": "axis", "keepdim": "keepdims",
             "keep_dims": "keepdims", "keepdim_": "keepdims"}  # fmt: skip
_POWER = re.compile(
    r"(?<![\w.)\]])([A-Za-z_][\w.]*|\d+(?:\.\d+)?)\s*\^=?\s*"
    r"(\((?:[^()]|\([^()]*\))*\)|[-+]?\w+(?:\.\w+)*)"
)
_NUMBER = r"'?(?:float|int|(?:numpy|np)\.(?:float|int)\w*)'?"
_ONE_NUMBER = re.compile(
    rf"{_NUMBER} object is not (?:iterable|subscriptable|reversible)|iteration over a 0-d array|"
    rf"cannot unpack non-iterable {_NUMBER} object|invalid index to scalar variable|"
    rf"object of type {_NUMBER} has no len|len\(\) of unsized object"
)
_TO_SCALAR = re.compile(r"only (?:length-1|size-1|0-dimensional) arrays can be converted to Python")
_OWN = ("max", "min", "sorted", "any", "all")


def describe_slip(error: BaseException, not_theirs: tuple[str, ...] = ()) -> str:
    """Say in light Markdown what a line that failed may have meant, if it shows it.

    Parameters
    ----------
    error : BaseException
        What stopped the code.
    not_theirs : tuple of str
        Where the files begin whose lines are no learner's.

    Examples
    --------
    >>> w = 2.0
    >>> try:
    ...     sum(w)
    ... except TypeError as error:
    ...     print(describe_slip(error))
    `w` is one number, and `sum` needs several. Is `w` itself what you want?
    """
    try:
        return _describe_error(error, not_theirs)
    except Exception:  # a class of the learner's may do anything when it is looked at
        return ""


def _describe_error(error: BaseException, not_theirs: tuple[str, ...]) -> str:
    node, place = find_failed(error, not_theirs)
    if place is None:
        return ""
    frame, said = place.tb_frame, str(error)
    line = linecache.getline(frame.f_code.co_filename, place.tb_lineno)
    statement = _choose_statement(read_statement(line), node)
    if isinstance(error, ValueError) and "truth value of an array" in said:
        return _describe_truth(node, statement, frame)
    if isinstance(error, TypeError | IndexError) and _ONE_NUMBER.search(said):
        return _describe_one_number(node or statement, statement, frame)
    if not isinstance(error, TypeError):
        return ""
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.BitXor):
        return _describe_power(line)
    if not isinstance(node, ast.Call):
        return ""
    if found := _KEYWORD.search(said):
        return _describe_keyword(found[1] or found[2], node, frame)
    if said.endswith("object is not callable") and isinstance(node.func, ast.Constant | ast.BinOp):
        return _describe_factors(node, statement, frame)
    if "cannot be interpreted as an integer" in said and look_up(node.func, frame) is range:
        return f"`range` counts in whole numbers: {_write_whole(node, frame)}."
    return _describe_scalar(node, frame) if _TO_SCALAR.search(said) else ""


def _choose_statement(tree: ast.AST, node: ast.AST | None) -> ast.stmt:
    """Return the statement of a line in which an expression stands."""
    statements = getattr(tree, "body", None) or [ast.Pass()]
    sought = ast.dump(node) if node else ""
    for each in statements if node else ():
        if any(ast.dump(part) == sought for part in ast.walk(each)):
            return each  # type: ignore[no-any-return]
    return statements[0]  # type: ignore[no-any-return]


def _write(node: ast.AST, other: str = "") -> str:
    """Write an expression in one line; something else where it is long."""
    text = " ".join(ast.unparse(node).split()).replace("`", "'")
    return text if len(text) <= _LONGEST else other


def _is_own(function: ast.expr, frame: FrameType) -> bool:
    """Return whether a name stands for a function of Python's own."""
    return look_up(function, frame) is getattr(builtins, ast.unparse(function), None)


def _write_whole(node: ast.Call, frame: FrameType) -> str:
    """Write what makes a whole number of one with decimals."""
    of = [each for each in node.args if isinstance(look_up(each, frame), float)] or node.args
    return f"`int({_write(of[0], '...')})` makes one, without its decimals"


def _describe_factors(node: ast.Call, statement: ast.stmt, frame: FrameType) -> str:
    """Say what is missing between a number and the brackets behind it."""
    said, factor = "Between two factors `*` is written", node.func
    if len(node.args) != 1:
        return f"{said}."
    for each in ast.walk(statement):
        if isinstance(each, ast.BinOp) and ast.dump(each.right) == ast.dump(node):
            raised = isinstance(each.op, ast.Pow | ast.BitXor)
            if raised and callable(look_up(each.left, frame)):
                power = _write(ast.BinOp(ast.Call(each.left, node.args, []), ast.Pow(), node.func))
                return f"A function is raised to a power behind its brackets: `{power or '...'}`."
        elif isinstance(each, ast.UnaryOp) and ast.dump(each.operand) == ast.dump(node):
            factor = ast.UnaryOp(each.op, node.func)
    product = _write(ast.BinOp(factor, ast.Mult(), node.args[0]))
    return f"{said}{f': `{product}`' if product else ''}."


def _describe_power(line: str) -> str:
    """Say how a power is written, with the one that stands in the line."""
    if power := write_power_of_e(line):
        return f"A power is written `**` in Python, and not `^`; NumPy has those of e: {power}."
    found = _POWER.search(line)
    example = f"{found[1]}**{found[2]}" if found else "x**2"
    return f"A power is written `**` in Python, and not `^`: `{example}`."


# ---- many where one is needed ------------------------------------------------------------------


def _describe_truth(node: ast.AST | None, statement: ast.stmt, frame: FrameType) -> str:
    """Say what to write where an array was asked whether it is true."""
    own = _write(node.func) if isinstance(node, ast.Call) else ""
    if isinstance(node, ast.Call) and own in _OWN:
        return _describe_own(own, node) if _is_own(node.func, frame) else _NEEDS_ONE
    test = node if isinstance(node, ast.expr) else getattr(statement, "test", None)
    if isinstance(test, ast.Call) and _write(test.func) == "bool":
        test = test.args[0]
    if test is None:
        return _NEEDS_ONE
    around = [each for each in ast.walk(statement) if _asks(each, test)]
    word = {ast.If: "if", ast.While: "while", ast.Assert: "assert"}.get(type(statement), "")
    for each in [test, *around]:
        if isinstance(each, ast.BoolOp) or (isinstance(each, ast.Compare) and each.ops[1:]):
            return _describe_both(each, word)
        if isinstance(each, ast.IfExp):
            chosen = _write(ast.Call(ast.Name("np.where"), [each.test, each.body, each.orelse], []))
            return f"{_say_many(each.test, 'if')} `{chosen or 'np.where'}` chooses for each number."
        if isinstance(each, ast.UnaryOp) and not word:
            return _describe_not(each.operand)
    return _describe_test(test, word) if word else _NEEDS_ONE


_NEEDS_ONE = (
    "An array is true or false number by number, and one answer is needed here: `np.all(...)` asks "
    "whether all are true, `np.any(...)` whether one is."
)


def _asks(node: ast.AST, test: ast.expr) -> bool:
    """Return whether a node asks for the truth of an expression."""
    asked = [*getattr(node, "values", []), getattr(node, "test", None)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        asked.append(node.operand)
    known = isinstance(node, ast.BoolOp | ast.IfExp | ast.UnaryOp)
    return known and any(each and ast.dump(each) == ast.dump(test) for each in asked)


def _describe_own(name: str, call: ast.Call) -> str:
    """Say what a function of Python's own does with an array of rows, and what NumPy has."""
    if call.keywords or any(isinstance(each, ast.Starred) for each in call.args):
        return ""
    given = ", ".join(_write(each, "...") for each in call.args)
    most = {"max": "largest", "min": "smallest"}.get(name)
    if most and len(call.args) > 1:
        twin = f"np.{name}imum"
        shown = f"`{twin}({given})`" if len(call.args) == 2 else f"`{twin}`"
        larger = "larger" if name == "max" else "smaller"
        return (
            f"`{name}` is Python's own and compares its arguments as wholes. {shown} takes the "
            f"{larger} of two at each place."
        )
    if most:
        return (
            f"`{name}` is Python's own and compares whole rows. `np.{name}({given})` is the {most} "
            f"number of all, `np.{name}({given}, axis=1, keepdims=True)` the {most} of each row."
        )
    if name == "sorted":
        return (
            "`sorted` is Python's own and puts whole rows in order. "
            f"`np.sort({given})` sorts the numbers in each row."
        )
    return f"`{name}` is Python's own and asks whole rows. `np.{name}({given})` asks all numbers."


def _describe_both(node: ast.expr, word: str) -> str:
    """Say how `and` and `or` are written between arrays, and a number between two others."""
    if isinstance(node, ast.BoolOp):
        sign, parts = (" & ", "`and`") if isinstance(node.op, ast.And) else (" | ", "`or`")
        sides: Sequence[ast.expr] = node.values
        begin = f"Between arrays {parts} is written `{sign.strip()}`, with brackets"
    else:
        assert isinstance(node, ast.Compare)
        all_sides = [node.left, *node.comparators]
        pairs = zip(all_sides, node.ops, all_sides[1:], strict=False)
        sign, sides = " & ", [ast.Compare(left, [op], [right]) for left, op, right in pairs]
        begin = "An array is compared with one bound at a time"
    together = sign.join(f"({_write(each, '...')})" for each in sides)
    more = f" Of that, `np.all` or `np.any` makes the one answer that `{word}` needs."
    return f"{begin}: `{together}`.{more if word else ''}"


def _describe_not(operand: ast.expr) -> str:
    text = _write(operand, "...")
    turned = f"~({text})" if isinstance(operand, ast.Compare) else f"{text} == 0"
    return f"{_say_many(operand, 'not')} `{turned}` asks each number."


def _say_many(test: ast.expr, word: str) -> str:
    text = _write(test)
    which = f"`{text}`" if text else "That"
    return f"{which} has an answer for each number, and `{word}` needs one."


def _describe_test(test: ast.expr, word: str) -> str:
    """Say how an array becomes one answer, or a choice for each number."""
    text = _write(test, "...")
    said = (
        f"{_say_many(test, word)} `np.all({text})` is true if all are, `np.any({text})` if one is."
    )
    where = f" To choose for each number, there is `np.where({text}, a, b)`."
    return said + (where if word == "if" and isinstance(test, ast.Compare) else "")


def _describe_scalar(node: ast.Call, frame: FrameType) -> str:
    """Say which function takes an array, where one of Python's takes a single number."""
    function, given = look_up(node.func, frame), ", ".join(_write(a, "...") for a in node.args)
    name = getattr(function, "__name__", "")
    if getattr(function, "__module__", "") == "math" and name in np.__all__:
        return (
            f"The `{name}` of `math` takes one number. NumPy's takes arrays: `np.{name}({given})`."
        )
    if function in (float, int) and not isinstance(node.args[0], ast.Starred):
        return f"`{name}` makes one number, and `{given}` has several."
    return ""


# ---- one where many are needed -----------------------------------------------------------------


def _describe_one_number(node: ast.AST, statement: ast.stmt, frame: FrameType) -> str:
    """Say what is one number where several are needed."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        return _describe_given_number(node.func.id, node.args, frame)
    if isinstance(node, ast.Subscript):
        text = _write(node.value, "this")
        return (
            f"`{text}` is one number, and square brackets pick one out of several. "
            f"Is `{text}` itself what you want?"
        )
    targets = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(targets, ast.Tuple) and isinstance(node, ast.Tuple | ast.Assign):
        text = _write(statement.value)  # type: ignore[attr-defined]
        which = f"`{text}` is" if text else "What stands behind `=` is"
        count = len(targets.elts)
        return f"{which} one number, and {count} names in front of `=` wait for one each."
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
        return _describe_loop(node.generators[0].iter, frame)
    if isinstance(statement, ast.For):
        return _describe_loop(statement.iter, frame)
    return ""


def _describe_loop(over: ast.expr, frame: FrameType) -> str:
    text, value = _write(over, "..."), look_up(over, frame)
    if isinstance(over, ast.Call) and _write(over.func) == "len":
        return f"`{text}` is one number. Its places are counted by `range({text})`."
    said = f"`{text}` is one number, and a loop goes through several."
    if type(value) is int or (isinstance(over, ast.Constant) and type(over.value) is int):
        return f"{said} To do something that many times, loop over `range({text})`."
    return f"{said} Leave the loop out, and compute with `{text}` itself."


def _describe_given_number(name: str, given: Sequence[ast.expr], frame: FrameType) -> str:
    """Say that a function of Python's own was given one number."""
    if not _is_own(ast.Name(name), frame):
        return ""
    numbers = [each for each in given if isinstance(look_up(each, frame), int | float | np.number)]
    one = next(iter(numbers), given[0] if len(given) == 1 else None)
    text = _write(one) if one else ""
    if not text:
        return ""
    if name == "reversed":
        return (
            f"`{text}` is one number. Its places are counted by `range({text})`, and backwards by "
            f"`reversed(range({text}))`."
        )
    if name == "len":
        return f"`{text}` is one number, and has no length."
    if name in ("max", "min"):
        return f"`{text}` is one number. `{name}` compares several: an array, or `{name}(a, b)`."
    ends = f" Is `{text}` itself what you want?" if name in ("sum", "sorted") else ""
    return f"`{text}` is one number, and `{name}` needs several.{ends}"


# ---- arguments that have another name ----------------------------------------------------------


def _describe_keyword(name: str, node: ast.Call, frame: FrameType) -> str:
    """Say which argument of NumPy's was meant, or that Python's own function has none."""
    function = look_up(node.func, frame)
    own = getattr(function, "__name__", "")
    if function is not MISSING and function is getattr(builtins, own, None):
        twin = {"sorted": "sort"}.get(own, own)
        meant = _find_keyword(name, _list_keywords(getattr(np, twin, None)))
        if not meant or twin not in np.__all__:
            return ""
        call = _write(_rename(node, name, meant, f"np.{twin}"), f"np.{twin}")
        return f"`{own}` is Python's own and takes no `{name}`. NumPy's does: `{call}`."
    known = _list_keywords(function)
    if isinstance(node.func, ast.Attribute) and isinstance(
        look_up(node.func.value, frame), np.ndarray
    ):
        known = [*known, *_list_keywords(getattr(np, node.func.attr, None))]
    if name in known:  # it was handed on, and refused elsewhere
        return ""
    meant = _find_keyword(name, known)
    if not meant and isinstance(function, np.ufunc) and name in {"axis", *_KEYWORDS}:
        return f"`{_write(node.func)}` works number by number and takes no `{name}`."
    return f"Did you mean `{meant}`?" if meant else ""


def _find_keyword(name: str, known: Sequence[str]) -> str:
    meant = name if name in known else _KEYWORDS.get(name, "")
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    return meant if meant in known else next(iter(close), "")


def _list_keywords(function: object) -> list[str]:
    if function is MISSING or not callable(function):
        return []
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def _rename(node: ast.Call, name: str, meant: str, function: str) -> ast.Call:
    """Write a call anew, of another function and with another name for an argument."""
    keywords = [ast.keyword(meant if k.arg == name else k.arg, k.value) for k in node.keywords]
    return ast.Call(ast.Name(function), node.args, keywords)
