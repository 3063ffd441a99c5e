"""What may be meant by a name that has no value: a product, a function of NumPy, a name nearby."""

import ast
import builtins
import linecache
import re
import sys
from types import FrameType, ModuleType, TracebackType

import numpy as np

from backprop.course.error_hints import (
    find_close,
    find_last_place,
    is_called,
    list_known_names,
    read_failed,
    suggest_name,
)
from backprop.course.own_lines import describe_comparison
from backprop.course.unreached import describe_unreached

__all__ = ["describe_attribute", "describe_name", "write_power_of_e"]

NAMES = 12  # that are listed; of more, none is
PIECES = 3  # of a name that was meant as a product
_LONGEST = 50  # characters of a line that is written for somebody
_MANY: tuple[type, ...] = (np.ndarray, list, tuple)
_ONE: tuple[type, ...] = (float, int, np.float64)
_MAKING = ("append", "insert", "delete")
#: Functions of NumPy that are seldom meant: another thing is, or they take something else first.
_OTHERS = ("gradient", "invert", "save", "savez", "savetxt", "load", "vectorize")
#: Methods of lists, and what does the same with an array.
_OF_LISTS = {"count": "np.sum({} == ...)", "reverse": "{}[::-1]"}
_UNBOUND = re.compile(r"local variable '(\w+)'")
_OF_MODULE = re.compile(r"module '(\w+)' has no attribute '(\w+)'")
_EXPONENT = r"(\((?:[^()]|\([^()]*\))*\)|[-+]?\w+(?:\.\w+)*)"
_POWER_OF_E = re.compile(rf"(?<![\w.])(?:np\.|math\.)?e\s*(?:\*\*|\^)\s*{_EXPONENT}")


def describe_name(error: NameError, alone: bool = False) -> str:
    """Say in light Markdown what may be meant by a name without a value; empty if nothing may.

    Parameters
    ----------
    error : NameError
        What stopped the code.
    alone : bool
        Whether the code runs without the cells that stand around it.

    Examples
    --------
    >>> w, x = 2.0, 3.0
    >>> try:
    ...     wx + 1
    ... except NameError as error:
    ...     print(describe_name(error))
    If you mean `w` times `x`, write `w * x`.
    """
    found = _UNBOUND.search(str(error))  # Python 3.11 tells the name in the text alone
    name, place = error.name or (found[1] if found else ""), find_last_place(error)
    if place is None:
        return ""
    if compared := _describe_compared(name, place):
        return compared
    if isinstance(error, UnboundLocalError):
        return _describe_unbound(name, error, place)
    if name == "plt":
        return "Is `import matplotlib.pyplot as plt` missing at the top?"
    if name in sys.stdlib_module_names:
        return f"Is `import {name}` missing at the top?"
    if name == "numpy":
        return "NumPy is called `np` here."
    if name == "e" and (power := write_power_of_e(_read_line(place))):
        return f"NumPy has the powers of e: {power}."
    if sign := _describe_sign(name, _read_line(place), place.tb_frame):
        return sign
    called = is_called(name, place)
    if name in np.__all__ and name not in _OTHERS and callable(getattr(np, name)) == called:
        return f"NumPy has it: `np.{name}`."
    if called and (ours := _find_ours(name, place.tb_frame)):
        return f"`bp` has it: `{ours}`."
    close, product = suggest_name(error), _describe_product(name, place.tb_frame)
    if close or product:
        return f"{f'Did you mean `{close}`?' if close else ''} {product}".strip()
    known = list_known_names(error) if name and type(error) is NameError else []
    listed = ", ".join(f"`{each}`" for each in known)
    said = f"Names that have a value here: {listed}." if 0 < len(known) <= NAMES else ""
    if alone:
        return (
            f"Your code runs alone, and what other cells define is not known here. {said}".strip()
        )
    return said


def _describe_compared(name: str, place: TracebackType) -> str:
    """Say that a name without a value stands alone before `==`, as if it were to get one there."""
    lines = linecache.getlines(place.tb_frame.f_code.co_filename)
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Compare):
            continue
        left = node.value.left
        if left.lineno == place.tb_lineno and isinstance(left, ast.Name) and left.id == name:
            return describe_comparison(node.value)
    return ""


def _describe_sign(name: str, line: str, frame: FrameType) -> str:
    """Say how the transpose is written, and a product with a dot, where a name was read in them."""
    factors = [each.strip() for each in name.split("·")]
    if len(factors) > 1:
        return f"A product is written with `*`: `{' * '.join(factors)}`."
    raised = re.search(rf"(\w+)\s*(?:\^|\*\*)\s*{re.escape(name)}\b", line) if name == "T" else None
    turned = raised[1] if raised else name[:-1] if name.endswith("T") else ""
    value = {**frame.f_globals, **frame.f_locals}.get(turned)
    return f"The transpose is written `{turned}.T`." if isinstance(value, np.ndarray) else ""


def _read_line(place: TracebackType) -> str:
    return linecache.getline(place.tb_frame.f_code.co_filename, place.tb_lineno)


def write_power_of_e(line: str) -> str:
    """Write the first power of e in a line of code as NumPy has it, quoted; empty without one.

    Examples
    --------
    >>> write_power_of_e("slope = 1 / (1 + e^(-z))"), write_power_of_e("2**e"), write_power_of_e("")
    ('`np.exp(-z)`', '', '')
    """
    found = _POWER_OF_E.search(line.replace("`", ""))
    if not found or len(found[1]) > _LONGEST:
        return ""
    exponent = found[1] if found[1].startswith("(") else f"({found[1]})"
    return f"`np.exp{exponent}`"


def _find_ours(name: str, frame: FrameType) -> str:
    """Write a function of the engine as the code can call it; empty where it has none."""
    for called, value in {**frame.f_globals, **frame.f_locals}.items():
        if type(value) is ModuleType and value.__name__ == "backprop":
            known = name in value.__all__ and callable(getattr(value, name))
            return f"{called}.{name}" if known else ""
    return ""


def _describe_product(name: str, frame: FrameType) -> str:
    """Say how a product is written, where a name is made of others that have a value."""
    spaces = {**frame.f_globals, **frame.f_locals}
    known = {
        each
        for each, value in spaces.items()
        if not each.startswith("_") and not callable(value) and type(value) is not ModuleType
    }
    factors = _split(name, known, PIECES)
    if len(factors) < 2:
        return ""
    said = " times ".join(f"`{each}`" for each in factors)
    return f"If you mean {said}, write `{' * '.join(factors)}`."


def _split(name: str, known: set[str], most: int) -> list[str]:
    """Cut a name into as few known ones as can be; no more than so many."""
    if name in known:
        return [name]
    ways = [
        [name[:end], *rest]
        for end in range(1, len(name) if most > 1 else 0)
        if name[:end] in known and (rest := _split(name[end:], known, most - 1))
    ]
    return min(ways, key=len, default=[])


def _describe_unbound(name: str, error: UnboundLocalError, place: TracebackType) -> str:
    """Say why a name has no value in a function that gives it one."""
    why = (
        f"Your function gives `{name}` a value, so the name is the function's own, and in this "
        "line it has no value yet."
    )
    if is_called(name, place) and name in dir(builtins):
        return f"{why} Give your value another name: then `{name}` is Python's function again."
    if is_called(name, place) and name in np.__all__:
        return f"{why} The function of NumPy is `np.{name}`."
    changed = re.match(rf"\s*{re.escape(name)}\s*([-+*/@]?)=(?!=)", _read_line(place))
    first = f"{why} Give it one before, such as `{name} = 0`."
    if where := describe_unreached(name, place.tb_frame.f_code, place.tb_lineno):
        return f"{why} {where}"
    if changed and changed[1]:
        anew = f"{changed[1]}="
        return f"{first} Or, if nothing from before is to be kept, write `=` in place of `{anew}`."
    if close := find_close(name, list_known_names(error)):
        return f"{why} Did you mean `{close}`?"
    if name in place.tb_frame.f_globals:
        return f"{why} Outside of it stands another `{name}`: hand it over as a parameter."
    return first if changed else why


# ---- names behind a dot ------------------------------------------------------------------------


def describe_attribute(error: BaseException) -> str:
    """Say in light Markdown where a function is that was looked for behind a dot.

    Examples
    --------
    >>> minutes = np.ones(3)
    >>> try:
    ...     minutes.median()
    ... except AttributeError as error:
    ...     print(describe_attribute(error))
    `median` is a function of NumPy: `np.median(minutes)`.
    """
    place = find_last_place(error)
    if not isinstance(error, AttributeError) or place is None:
        return ""
    if found := _OF_MODULE.fullmatch(str(error)):
        return _describe_other_module(found[1], found[2], place.tb_frame)
    from backprop.engine.variable import Variable

    kind, name = type(error.obj), error.name or ""
    if kind is Variable:
        ours = _find_ours(name, place.tb_frame)
        return _write_function(name, "`bp`", ours, place) if ours else ""
    if kind not in _MANY + _ONE:
        return ""
    if kind is tuple and name in ("ndim", "size"):
        call = _write_call(name, "len", place)
        return f"`{name}` belongs to arrays, and this is a tuple. How long it is says `{call}`."
    if kind in _MANY and name in ("length", "len"):
        return _write_function(name, "Python", "len", place)
    for whose, module in (("np", np), ("np.linalg", np.linalg)):
        function = getattr(module, name) if name in module.__all__ and name not in _OTHERS else None
        if isinstance(function, np.ufunc) or (kind in _MANY and _is_function(function)):
            new = " It makes a new array, which needs a name." if name in _MAKING else ""
            return f"{_write_function(name, 'NumPy', f'{whose}.{name}', place)}{new}"
    if kind is np.ndarray and name in _OF_LISTS:
        owner, value = _write_owner(name, place), _OF_LISTS[name]
        return f"`{name}` belongs to lists. With an array write `{value.format(owner)}`."
    if name in ("abs", "round") or (kind in _MANY and name in ("sorted", "max", "min")):
        return _write_function(name, "Python", name, place)
    return ""


def _write_owner(name: str, place: TracebackType) -> str:
    """Write what stands in front of the dot, where that is a name."""
    found = re.search(rf"(?<![\w.])([^\W\d]\w*)\.{name}\b", _read_line(place))
    return found[1] if found else "..."


def _is_function(value: object) -> bool:
    return callable(value) and not isinstance(value, type)


def _describe_other_module(module: str, name: str, frame: FrameType) -> str:
    """Say that a function belongs to NumPy, and not to `bp`, or the other way round."""
    if module == "numpy" and (ours := _find_ours(name, frame)):
        return f"`bp` has it: `{ours}`."
    if module in ("backprop", "math") and name in np.__all__ and callable(getattr(np, name)):
        return f"NumPy has it: `np.{name}`."
    return ""


def _write_function(name: str, whose: str, function: str, place: TracebackType) -> str:
    """Say whose a function is, and write the call of it that was meant, if the line shows it."""
    return f"`{name}` is a function of {whose}: `{_write_call(name, function, place)}`."


def _write_call(name: str, function: str, place: TracebackType) -> str:
    """Write a call of a function with what stands in front of the dot, where the line failed."""
    failed = {ast.dump(node) for node in ast.walk(read_failed(place))}
    for node in ast.walk(read_statement(_read_line(place))):
        called = node.func if isinstance(node, ast.Call) else node
        if not isinstance(called, ast.Attribute) or called.attr != name:
            continue
        if failed and ast.dump(called) not in failed:
            continue
        more = [*node.args, *node.keywords] if isinstance(node, ast.Call) else []
        call = f"{function}({', '.join(map(ast.unparse, [called.value, *more]))})"
        return call if len(call) <= _LONGEST else f"{function}(...)"
    return f"{function}(...)"


def read_statement(line: str) -> ast.AST:
    """Read one line of code, also one that begins a block; empty where that cannot be done.

    Examples
    --------
    >>> type(read_statement("    elif z > 0:").body[0]).__name__, read_statement("a = (").body
    ('If', [])
    """
    bare = re.sub(r"^(el)(?=if\b)", "", line.strip())
    for text in (bare, f"{bare} pass"):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError):
            continue
    return ast.Module([], [])
