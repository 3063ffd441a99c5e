"""Source text of a learner, run and checked: what stops it becomes feedback on its own lines."""

import contextlib
import keyword
import linecache
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from backprop.course.calls import Head, muted
from backprop.course.exceptions import InputAskedError, describe_exception, show_as_code
from backprop.course.exercise import SECONDS, Exercise, Result
from backprop.course.mending import Line, Mending
from backprop.course.series import Part
from backprop.course.time_limits import TimeUpError, rehearse, time_limit

__all__ = ["UncheckedResult", "check_text", "describe_syntax"]

#: What errors call the text; the frames of a learner's code are known by it.
FILE = "<your code>"
_NUMBER_AND_NAME = re.compile(r"(?<![\w.])(\d+(?:\.\d*)?)_?([^\W\d]\w*(?:\.\w+)*)")
_IS_NEW_NAME = re.compile(r"\s*(?:(?:def|class)\s+)?\?\s*(?:=(?!=)|[(:]).*")
_BEFORE_VALUE = re.compile(r"(?:[-+*/=(\[,<>]|\breturn)\s*$")
_SIDE_BY_SIDE = re.compile(r"(?<![\w.])([\w.]+)(?=[ \t]+([\w.]+))")
_MATRIX = re.compile(r"(?:^d?[A-Z]\d?|\.T)$")
_SIZE = re.compile(r"(?:[-+*/=(\[,]|\breturn)\s*\|([^|]+)\|")
#: Signs of mathematics, and how they are written in Python.
_SIGNS = {"·": "*", "×": "*", "⋅": "*", "−": "-", "–": "-", "÷": "/", "≤": "<=", "≥": ">=",
          "≠": "!=", "²": "**2", "³": "**3", "√": "np.sqrt(...)"}  # fmt: skip
_COMMAND = re.compile(r"\s*(?:[%!]|(?:pip3?|conda|mamba) install\b)")
WIDEST = 100  # characters of a line that is quoted
LONGEST = 100_000  # characters: the longest solution of the book has less than 3,000

Space = dict[str, Any]  # names of a learner's code, which may stand for anything


class UncheckedResult(Result):
    """What stopped source text before the function in it could be checked."""

    @property
    def headline(self) -> str:
        """Say that nothing was checked."""
        return "Not checked yet."


def check_text(
    exercise: Exercise, source: str, line: Line | None = None, seconds: float = SECONDS
) -> Result:
    """Run source text and check the function in it; see `backprop.course.check_source`."""
    if not isinstance(source, str):
        raise TypeError(
            f"source must be text, got {type(source).__name__}: hand over the code as a string"
        )
    exercise.in_notebook = False
    with _show_lines(source):
        code = _compile(source)
        if isinstance(code, str):
            return _refuse(code)
        space = _make_space(exercise)
        problem, printed = _run(code, space, seconds)
        problem = problem or _describe_missing(exercise, space)
        if problem:
            return _refuse(problem, printed)
        function = space[exercise.name]
        checked = (
            exercise.check(function, line)
            if isinstance(exercise, Mending)
            else exercise.check(function)
        )
        return replace(checked, printed=printed.rstrip())


def _refuse(problem: str, printed: str = "") -> Result:
    return UncheckedResult(False, False, problem, printed=printed.rstrip())


@contextlib.contextmanager
def _show_lines(source: str) -> Iterator[None]:
    """Let errors quote the lines of the text."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(keepends=True), FILE)
    try:
        yield
    finally:
        linecache.cache.pop(FILE, None)


def _make_space(exercise: Exercise) -> Space:
    """Return the names that stand in front of every chapter, and what a part may call."""
    import backprop

    earlier = exercise.earlier if isinstance(exercise, Part) else {}
    return {"__name__": "__main__", "np": np, "bp": backprop, **earlier}


# ---- reading the text --------------------------------------------------------------------------


def _compile(source: str) -> CodeType | str:
    """Return the text as code, or say in light Markdown why Python cannot read it."""
    if not source.strip():
        return "There is no code yet. Begin with the starter."
    if len(source) > LONGEST:
        return f"That is more than {LONGEST:,} characters. Keep the function and what it needs."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(source, FILE, "exec", dont_inherit=True)
    except SyntaxError as error:
        return describe_syntax(error, source)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return f"Python cannot read your code: {error or 'it is nested too deeply'}."


def describe_syntax(error: SyntaxError, source: str) -> str:
    """Say where Python gave up reading: the line, and the place in it."""
    number = error.lineno or 0
    rows = [f"line {number}: "] if number else []
    # What Python notices only after it has read everything comes without its line.
    text = (error.text or "".join(source.split("\n")[number - 1 : number])).rstrip("\n")
    if number and text:
        bare = text.lstrip()
        column = max(0, (error.offset or 1) - 1 - (len(text) - len(bare)))
        rows = [f"line {number}: {bare[:WIDEST]}"]
        if column < WIDEST:
            rows.append(" " * (len(f"line {number}: ") + column) + "^")
    place = f" at line {number}" if number else ""
    block = show_as_code("\n".join([*rows, f"{type(error).__name__}: {error.msg}"]))
    hint = _describe_product(error.msg, text, (error.offset or 1) - 1)
    hint = hint or _explain_syntax(error.msg, text, source)
    return f"Python cannot read your code{place}.\n\n{block}\n\n{hint}"


def _describe_product(said: str, line: str, at: int) -> str:
    """Say that `*` is missing, where two factors stand side by side in a line that Python refuses.

    `at` is where Python noticed, counted from 0.
    """
    for found in _NUMBER_AND_NAME.finditer(line if "decimal literal" in said else ""):
        number, name = found.groups()
        if not found.start() <= at <= found.end() or keyword.iskeyword(name):
            continue
        if _IS_NEW_NAME.fullmatch(f"{line[: found.start()]}?{line[found.end() :]}"):
            return f"A name begins with a letter: `{name}{number.replace('.', '')}`, say."
        product = _write_product(number, name, line[: found.start()])
        return f"Between a number and a name `*` is written: {product}."
    for found in _SIDE_BY_SIDE.finditer(line if said.startswith("invalid syntax") else ""):
        left, right = found.groups()
        first, last = found.start(1), found.start(2)
        is_there = at in (first, last) or ("comma" in said and at < first)
        are_values = not {left, right} & {*keyword.kwlist} and _BEFORE_VALUE.search(line[:first])
        if is_there and are_values and not (left[0].isdigit() and right[0].isdigit()):
            if re.match(r"\s*def\b", line):
                return f"Between two parameters stands a comma: `{left}, {right}`."
            said = f"If you mean `{left}` times `{right}`, write "
            said += f"{_write_product(left, right, line[:first])}."
            if _MATRIX.search(left) and _MATRIX.search(right):
                said += f" The product of two matrices is `{left} @ {right}`."
            return said + (f" For two values write `{left}, {right}`." if "," in line else "")
    name = re.match(r"[^\W\d]\w*", line[at:]) if re.search(r"\)\s*$", line[:at]) else None
    if name and said.startswith("invalid syntax") and not keyword.iskeyword(name[0]):
        comma = " If two values stand here, write a comma behind `)`." if "," in line else ""
        return f"If you mean a product, write `*` between `)` and `{name[0]}`.{comma}"
    return ""


def _write_product(left: str, right: str, before: str) -> str:
    """Write a product, with the brackets that it needs behind `/` and `**`."""
    bound = before.rstrip().endswith(("/", "**"))
    return f"`({left} * {right})`" if bound else f"`{left} * {right}`"


def _explain_syntax(said: str, line: str, source: str) -> str:
    if said == "'return' outside function":
        if "def " not in source and "lambda" not in source:
            return (
                "`return` is for functions, and there is none here. Without one, write the value "
                "alone, or give it a name."
            )
        return (
            "Move the line to the right, as far as the other lines of its function. Outside of "
            "functions there is nobody to return a value to."
        )
    if said.startswith("invalid syntax") and (found := _SIZE.search(line)):
        return f"The size of a number is written with `abs`: `abs({found[1].strip()})`."
    if (found := re.match("invalid character '(.)'", said)) and (sign := _write_sign(found[1])):
        return f"Python knows this sign only inside of text. Write `{sign}` in its place."
    if said.startswith(("invalid character", "invalid non-printable character")):
        return "Python knows this character only inside of text. If it was copied, type it anew."
    if _COMMAND.match(line):
        return (
            "This line is a command for a notebook or a terminal, and Python alone reads it here: "
            "leave it out."
        )
    return (
        "Python shows where it noticed. The slip may stand a little earlier: a bracket that is "
        "not closed, a colon that is missing, a line that is moved to the right or left."
    )


def _write_sign(sign: str) -> str:
    """Write a sign of mathematics as Python has it, and a small number below a name as a digit."""
    if sign in _SIGNS:
        return _SIGNS[sign]
    below = "₀₁₂₃₄₅₆₇₈₉".find(sign)
    return str(below) if below >= 0 else ""


# ---- running it --------------------------------------------------------------------------------


def _run(code: CodeType, space: Space, seconds: float) -> tuple[str, str]:
    """Run what stands outside of functions; return what stopped it, and what it printed."""
    outermost = _execute.__code__
    late = (
        f"We stopped your code after {seconds:g} seconds, before the function could be checked. "
        "Does the loop that stands outside of it come to an end?"
    )

    def run(report: Callable[[], None]) -> tuple[str, str]:
        with muted():
            return _execute(code, space)

    rehearsal = rehearse(run, seconds, outermost=outermost)
    if rehearsal.ended:
        return f"Your code ends Python itself ({rehearsal.ended}). Leave that line out.", ""
    if rehearsal.late:
        return late, ""
    try:
        with time_limit(seconds, outermost=outermost):
            return run(lambda: None)
    except TimeUpError:
        return late, ""


def _execute(code: CodeType, space: Space) -> tuple[str, str]:
    printed = Head()
    problem = ""
    try:
        with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
            exec(code, space)
    except (KeyboardInterrupt, TimeUpError):
        raise
    except BaseException as error:  # SystemExit, too
        problem = _describe_stop(error)
    return problem, str(printed)


def _describe_stop(error: BaseException) -> str:
    """Say in light Markdown what stopped code outside of functions."""
    if isinstance(error, SystemExit):
        return "Your code ends Python itself, with `exit()` or the like. Leave that line out."
    if isinstance(error, InputAskedError):
        return (
            "Your code asks somebody with `input()`, and nobody can answer here. Write the value "
            "in its place."
        )
    if isinstance(error, NameError) and error.name == "ex":
        return (
            "`ex` belongs to the notebook, where `ex.check(...)` asks for a check. Your code is "
            "checked here without it: leave the line out."
        )
    return describe_exception(error, "Your code")


def _describe_missing(exercise: Exercise, space: Space) -> str:
    """Say what is wrong where the name of the function stands for no function."""
    name = exercise.name
    call = f"`def {name}({', '.join(exercise.task.parameters)})`"
    if name not in space:
        others = [
            found
            for found, value in space.items()
            if isinstance(value, FunctionType) and value.__code__.co_filename == FILE
        ]
        renamed = f" Is it `{others[0]}`, under another name?" if len(others) == 1 else ""
        return f"There is no function `{name}` in your code. It begins with {call}.{renamed}"
    if not callable(space[name]):
        kind = type(space[name]).__name__
        return (
            f"`{name}` is no function in your code, but a value of type `{kind}`. The function "
            f"begins with {call}, and nothing else may have its name."
        )
    return ""
