"""Source text of a learner, run and checked: what stops it becomes feedback on its own lines."""

import contextlib
import linecache
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from backprop.course.calls import Head, muted
from backprop.course.exceptions import InputAskedError, describe_exception
from backprop.course.exercise import SECONDS, Exercise, Result
from backprop.course.mending import Line, Mending
from backprop.course.series import Part
from backprop.course.syntax_hints import describe_syntax
from backprop.course.time_limits import TimeUpError, rehearse, time_limit

__all__ = ["UncheckedResult", "check_text"]

#: What errors call the text; the frames of a learner's code are known by it.
FILE = "<your code>"
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
        code = _compile(source, exercise.task.results)
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


def _compile(source: str, results: Sequence[str]) -> CodeType | str:
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
        return describe_syntax(error, source, results)
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return f"Python cannot read your code: {error or 'it is nested too deeply'}."


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
