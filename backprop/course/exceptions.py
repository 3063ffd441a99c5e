"""What went wrong in a learner's code, said in the learner's own lines."""

import functools
import linecache
import re
import sysconfig
import traceback
from pathlib import Path

import numpy as np

from backprop.course.array_hints import describe_array_slip
from backprop.course.error_hints import (
    describe_missing_module,
    describe_shapes,
    find_last_place,
    suggest_name,
)
from backprop.course.method_hints import describe_nothing, describe_unpacking
from backprop.course.name_hints import describe_attribute, describe_name
from backprop.course.operand_hints import describe_operands
from backprop.course.slip_hints import describe_slip
from backprop.course.sources import roots

__all__ = ["InputAskedError", "describe_exception", "describe_hint", "show_as_code"]


class InputAskedError(Exception):
    """Raised in a function that asks a person for input."""


_NOT_THEIRS = (
    str(Path(__file__).resolve().parents[1]),
    str(Path(np.__file__).resolve().parents[1]),
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib")},
    "<frozen",
    "<__array",
)
LONGEST_ERROR = 2000  # characters of what an exception says
_INPUT = (
    "Your function asks somebody with `input()`. All that it needs comes in through its "
    "parameters: use these, so that it can be called without a person beside it."
)

_ENOUGH = (
    "No exercise needs more than NumPy, as `np`, and the engine of the book, as `bp`: both are "
    "there already."
)


def describe_exception(error: BaseException, what: str = "Your function") -> str:
    """Say in light Markdown how a learner's function, or other code, failed, by its own lines."""
    if isinstance(error, InputAskedError):
        return _INPUT
    try:
        text = str(error)[:LONGEST_ERROR]
    except Exception:
        text = ""
    name = type(error).__name__
    where = "\n".join(_list_lines(error)).rstrip(": ")
    block = f"{where}\n{name}: {text}".strip() if text else f"{where}\n{name}".strip()
    hint = describe_hint(error, what)
    return "\n\n".join(filter(None, [f"{what} stopped with an error.", show_as_code(block), hint]))


def describe_hint(error: BaseException, what: str = "Your function") -> str:
    """Say in light Markdown what would mend an error, where that is known; empty elsewhere."""
    try:
        text = str(error)
    except Exception:
        return ""
    # NumPy lists what an index may be, and names an ellipsis there, whatever the index was.
    if "ellipsis" in text and not isinstance(error, IndexError):
        return f"There is still a `...` in {what.lower()} that needs a value."
    if isinstance(error, NotImplementedError):
        return "Something in it is still to be written: put your own code in its place."
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"{describe_missing_module(error.name)} {_ENOUGH}"
    if isinstance(error, NameError):
        return describe_name(error, what == "Your function" and _is_alone(error))
    places = _list_our_places()
    if told := describe_nothing(error, places) or describe_attribute(error):
        return told
    close = suggest_name(error)
    if close:
        return f"Did you mean `{close}`?"
    return (
        describe_shapes(error)
        or describe_array_slip(error, places)
        or describe_unpacking(error, places)
        or describe_slip(error, places)
        or describe_operands(error, places)
    )


def _is_alone(error: BaseException) -> bool:
    """Return whether what failed is text that was checked without the cells around it."""
    place = find_last_place(error)
    return place is not None and place.tb_frame.f_code.co_filename == "<your code>"


def show_as_code(text: str) -> str:
    """Return text as a block of code in light Markdown, whatever stands in it."""
    fenced = text.replace("```", "'''")
    return f"```\n{fenced}\n```"


def _name_cell(file: str) -> str:
    """Name the cell of a notebook that a class hands in; other code is known by its lines."""
    found = re.fullmatch(r"<cell (\d+)>", file)
    return f"cell {found[1]}, " if found else ""


def _name_place(name: str) -> str:
    return "" if name == "<module>" else f", in {name}"


@functools.cache
def _list_our_places() -> tuple[str, ...]:
    try:
        return (*_NOT_THEIRS, str(roots()[0]))
    except FileNotFoundError:  # in a process that sees no exercises, none of their lines can run
        return _NOT_THEIRS


def _list_lines(error: BaseException) -> list[str]:
    not_theirs = _list_our_places()
    lines = [
        f"{_name_cell(frame.f_code.co_filename)}line {line}{_name_place(frame.f_code.co_name)}: "
        + linecache.getline(frame.f_code.co_filename, line).strip()
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith(not_theirs)
    ]
    # A recursion without end says the same thing a thousand times.
    return [*lines[:3], "...", *lines[-2:]] if len(lines) > 6 else lines
