"""Running a learner's function: what it returns as plain numbers, or why it did not return.

Nothing that the function gives back takes part in a comparison: objects that claim to be equal to
everything are turned into plain numbers first, or refused. This guards against accidents in one's
own code; code that is not trusted needs a separate process.
"""

import contextlib
import io
import itertools
import linecache
import math
import signal
import sys
import sysconfig
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from backprop.course.number_text import show_number
from backprop.course.sources import roots

__all__ = ["Outcome", "Part", "agree", "call", "copies", "fingerprint", "outcome_of", "time_limit"]


class TimeUpError(BaseException):
    """Raised inside a function that runs too long; `except Exception` does not catch it."""


@dataclass(frozen=True)
class Part:
    """One returned value: its shape, and its numbers as Python floats, or one word."""

    shape: tuple[int, ...]
    values: tuple[float, ...] | str | bool

    def __str__(self) -> str:
        if isinstance(self.values, str | bool):
            return repr(self.values)
        return _nested(self.shape, iter(self.values))


def _nested(shape: tuple[int, ...], values: Iterator[float]) -> str:
    if not shape:
        return show_number(next(values))
    return "[" + ", ".join(_nested(shape[1:], values) for _ in range(shape[0])) + "]"


@dataclass(frozen=True)
class Outcome:
    """What one call came to.

    Attributes
    ----------
    parts : tuple of Part or None
        What was returned; None when nothing usable was.
    problem : str
        Why not, in light Markdown: an exception, a result of the wrong kind, the time limit.
    untouched : bool
        True when the result is the starter's: ``...``, or NotImplementedError.
    printed : str
        What the function printed.
    """

    parts: tuple[Part, ...] | None
    problem: str = ""
    untouched: bool = False
    printed: str = ""


def call(function: Callable[..., Any], arguments: Sequence[Any], returns: Sequence[str]) -> Outcome:
    """Call a learner's function and describe what came of it.

    Parameters
    ----------
    function : callable
        The function.
    arguments : sequence
        Passed as they are: hand over `copies`.
    returns : sequence of str
        The names of the values that it should return.

    Returns
    -------
    Outcome
        Never raises, except KeyboardInterrupt and the time limit of `time_limit`.
    """
    out = _Tail()
    try:
        with contextlib.redirect_stdout(out), np.errstate(all="ignore"):
            returned = function(*arguments)
    except (KeyboardInterrupt, TimeUpError):
        raise
    except NotImplementedError:
        return Outcome(None, untouched=True)
    except BaseException as error:  # SystemExit too: exit() in a function is a mistake like others
        return Outcome(None, _told(error), printed=str(out))
    with np.errstate(all="ignore"):
        outcome = outcome_of(returned, returns)
    return Outcome(outcome.parts, outcome.problem, outcome.untouched, str(out))


def outcome_of(returned: Any, returns: Sequence[str]) -> Outcome:
    """Turn a returned object into plain numbers.

    Parameters
    ----------
    returned : object
        Whatever a function gave back.
    returns : sequence of str
        The names of the values that it should be.

    Returns
    -------
    Outcome
        Its parts, or what is wrong with it.

    Examples
    --------
    >>> str(outcome_of([1.0, -2.5], ["path"]).parts[0])
    '[1, −2.5]'
    """
    names = " and ".join(f"`{name}`" for name in returns)
    if returned is None:
        return Outcome(None, f"Your function returned nothing. Does it end with `return` {names}?")
    if returned is ...:
        return Outcome(None, untouched=True)
    if len(returns) == 1:
        found = [returned]
    elif type(returned) in (tuple, list):
        found = list(returned)
    else:
        found = []
    if len(found) != len(returns):
        got = f"{len(found)} values" if found else f"one {type(returned).__name__}"
        return Outcome(
            None, f"Return {len(returns)} values, {names}, separated by a comma; yours is {got}."
        )
    missing = [name for name, value in zip(returns, found, strict=True) if value is ...]
    if len(missing) == len(returns):
        return Outcome(None, untouched=True)
    if missing:
        return Outcome(None, f"Well begun: `{missing[0]}` is still `...`.")
    parts = []
    for name, value in zip(returns, found, strict=True):
        part = _part(value)
        if isinstance(part, str):
            return Outcome(None, f"`{name}` should be made of numbers; yours is {part}.")
        parts.append(part)
    return Outcome(tuple(parts))


def _part(value: Any) -> Part | str:
    from backprop.engine.variable import Variable

    kind = type(value)
    if kind is str or kind in (bool, np.bool_):
        return Part((), str(value) if kind is str else bool(value))
    try:
        if kind in (list, tuple):
            value = [item.value if type(item) is Variable else item for item in value]
        # This copies the numbers out of whatever class holds them.
        array = np.array(value.value if kind is Variable else value)
        if array.dtype.kind == "O" and array.ndim:
            array = array.astype(float)
        if array.dtype.kind in "biuf":
            return Part(tuple(array.shape), tuple(array.astype(float).ravel().tolist()))
    except Exception:  # a class may do anything while it is read
        return f"a {kind.__name__}"
    return f"a {kind.__name__}"


def agree(one: Part, other: Part, tolerance: float) -> bool:
    """Tell whether two values are the same up to rounding.

    Parameters
    ----------
    one, other : Part
        The values; a number that is not finite agrees with nothing.
    tolerance : float
        Relative to the larger of 1 and the second number.

    Examples
    --------
    >>> agree(Part((), (0.1 + 0.2,)), Part((), (0.3,)), 1e-6)
    True
    >>> agree(Part((), (float("nan"),)), Part((), (float("nan"),)), 1e-6)
    False
    """
    if isinstance(one.values, str | bool) or isinstance(other.values, str | bool):
        return type(one.values) is type(other.values) and one.values == other.values
    return one.shape == other.shape and all(
        math.isfinite(a) and math.isfinite(b) and abs(a - b) <= tolerance * max(1.0, abs(b))
        for a, b in zip(one.values, other.values, strict=True)
    )


def copies(arguments: Sequence[Any]) -> list[Any]:
    """Copy arrays and lists, so that no function can change another's inputs."""
    return [
        argument.copy() if isinstance(argument, np.ndarray | list) else argument
        for argument in arguments
    ]


def fingerprint(argument: Any) -> object:
    """Tell two states of an argument apart, NaN and shape included."""
    if isinstance(argument, np.ndarray):
        return argument.shape, argument.dtype.str, argument.tobytes()
    return repr(argument)


# ---- what went wrong, in the learner's own lines -----------------------------------------------

_OURS = str(Path(__file__).resolve().parents[1])
_NOT_THEIRS = (
    _OURS,
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib")},
    "<frozen",
    "<__array",
)


def _told(error: BaseException) -> str:
    try:
        said = str(error)
    except Exception:
        said = ""
    name = type(error).__name__
    ours = (*_NOT_THEIRS, str(roots()[0]))
    lines = [
        f"line {line}, in {frame.f_code.co_name}: "
        + linecache.getline(frame.f_code.co_filename, line).strip()
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith(ours)
    ]
    if len(lines) > 6:  # a recursion without end says the same thing a thousand times
        lines = [*lines[:3], "...", *lines[-2:]]
    where = "\n".join(lines).rstrip(": ")
    hint = (
        "\n\nThere is still a `...` in your function that needs a value."
        if "ellipsis" in said
        else ""
    )
    block = f"{where}\n{name}: {said}".strip() if said else f"{where}\n{name}".strip()
    block = block.replace("```", "'''")  # it stands in a fence
    return f"Your function stopped with an error.\n\n```\n{block}\n```{hint}"


class _Tail(io.TextIOBase):
    """Keeps the first lines that a function prints and drops the rest."""

    def __init__(self) -> None:
        self._kept, self._room = io.StringIO(), 1000

    def write(self, text: str) -> int:
        self._room -= self._kept.write(text[: max(0, self._room)])
        return len(text)

    def __str__(self) -> str:
        return self._kept.getvalue()


# ---- time --------------------------------------------------------------------------------------


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop whatever runs inside after some seconds.

    Parameters
    ----------
    seconds : float
        Time on the clock.

    Raises
    ------
    TimeUpError
        Inside the block, at the first chance after the time is up. An alarm interrupts Python's
        main thread where the system has alarms; elsewhere each line that runs looks at the clock.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    limit = _alarm if hasattr(signal, "setitimer") and in_main_thread else _tracing
    with limit(seconds):
        yield


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        # A bare `except:` in a loop swallows this exception: then the next line raises another.
        sys.settrace(lambda *event: None)
        while frame is not None and frame.f_code is not call.__code__:
            frame.f_trace = again
            frame = frame.f_back
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        raise TimeUpError

    def again(frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            raise TimeUpError
        return again

    handler, tracer = signal.signal(signal.SIGALRM, ring), sys.gettrace()
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        sys.settrace(tracer)


@contextlib.contextmanager
def _tracing(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    ticks = itertools.count()

    def trace(frame: object, event: str, argument: object) -> Any:
        if next(ticks) % 64 == 0 and time.monotonic() > end:
            raise TimeUpError
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
