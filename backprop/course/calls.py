"""Calling a learner's function: what it returned as plain values, or why it did not return.

This guards against accidents in one's own code; code that is not trusted needs a separate process.
"""

import builtins
import contextlib
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np

from backprop.course.changed_inputs import describe_change
from backprop.course.exceptions import InputAskedError, describe_exception
from backprop.course.missing_returns import describe_missing_return, describe_own_name
from backprop.course.time_limits import TimeUpError, rehearse, time_limit
from backprop.course.values import Outcome, copy_argument, read_results, take_fingerprint
from backprop.course.written_signs import describe_kind

__all__ = [
    "Case",
    "Head",
    "Run",
    "call_function",
    "describe_end",
    "describe_lateness",
    "muted",
    "run_cases",
    "run_cases_in_time",
    "run_cases_safely",
]

Case = Sequence[Any]


@dataclass(frozen=True)
class Run:
    """What a function came to, example by example.

    Attributes
    ----------
    outcomes : tuple of Outcome
        One for each example, up to the first that has a problem.
    repeated : tuple of Outcome
        What a second call with the same input came to, for the first examples.
    stopped : str
        Why the run ended before the last example and without an outcome; empty if it did not.
    """

    outcomes: tuple[Outcome, ...] = ()
    repeated: tuple[Outcome, ...] = ()
    stopped: str = ""


def run_cases_safely(
    function: Callable[..., Any],
    cases: Sequence[Case],
    parameters: Sequence[str],
    results: Sequence[str],
    *,
    repeat: int = 0,
    seconds: float = 3.0,
) -> Run:
    """Call a learner's function on every example, for so many seconds and no longer.

    Parameters
    ----------
    function, cases, parameters, results, repeat
        See `run_cases`.
    seconds : float
        Time for all calls together. Where the system allows it they are rehearsed in a copy of
        this process first, so that nothing in them can end or hang this one.

    Returns
    -------
    Run
        Never raises, except KeyboardInterrupt.
    """

    def run(report: Callable[[], None]) -> Run:
        return _run_muted(function, cases, parameters, results, repeat, report)

    rehearsal = rehearse(run, seconds, outermost=call_function.__code__)
    if rehearsal.ended or rehearsal.late:
        done = (_blank(),) * rehearsal.steps
        late = describe_lateness(seconds)
        return Run(done, stopped=describe_end(rehearsal.ended) if rehearsal.ended else late)
    return run_cases_in_time(function, cases, parameters, results, repeat=repeat, seconds=seconds)


def run_cases_in_time(
    function: Callable[..., Any],
    cases: Sequence[Case],
    parameters: Sequence[str],
    results: Sequence[str],
    *,
    repeat: int = 0,
    seconds: float = 3.0,
) -> Run:
    """Call a function on every example in this process, which it may end.

    Parameters
    ----------
    function, cases, parameters, results, repeat, seconds
        See `run_cases_safely`.

    Returns
    -------
    Run
        Also where it was stopped.
    """
    finished = 0

    def count() -> None:
        nonlocal finished
        finished += 1

    try:
        with time_limit(seconds, outermost=call_function.__code__):
            return _run_muted(function, cases, parameters, results, repeat, count)
    except TimeUpError:
        return Run((_blank(),) * finished, stopped=describe_lateness(seconds))


def describe_lateness(seconds: float) -> str:
    """Say that a function was stopped."""
    return (
        f"We stopped your function after {seconds:g} seconds. "
        "Does its loop come to an end, on this example too?"
    )


def describe_end(ended: str) -> str:
    """Say that a function ended the process in which it ran, and how."""
    return (
        f"Your function ends Python itself ({ended}), and your whole session with it; we tried it "
        "in a process apart. Let it `return` instead."
    )


def _run_muted(
    function: Callable[..., Any],
    cases: Sequence[Case],
    parameters: Sequence[str],
    results: Sequence[str],
    repeat: int,
    report: Callable[[], None],
) -> Run:
    """Run the examples, and let nothing be seen of it."""
    with muted() as close_figures:

        def finish() -> None:
            close_figures()
            report()

        return run_cases(function, cases, parameters, results, repeat=repeat, after_each=finish)


def _blank() -> Outcome:
    """Stand for an example that was finished and whose result does not matter any more."""
    return Outcome(None)


def run_cases(
    function: Callable[..., Any],
    cases: Sequence[Case],
    parameters: Sequence[str],
    results: Sequence[str],
    *,
    repeat: int = 0,
    after_each: Callable[[], None] = lambda: None,
) -> Run:
    """Call a function on every example, until one shows a problem.

    Parameters
    ----------
    function : callable
        The function.
    cases : sequence of sequences
        The arguments of each call; the function gets copies.
    parameters, results : sequence of str
        The names of its arguments, and of the values that it should return.
    repeat : int
        How many of the first examples are tried twice.
    after_each : callable
        Called behind each example.

    Returns
    -------
    Run
        Plain values alone: nothing in it belongs to the function any more.
    """
    outcomes: list[Outcome] = []
    repeated: list[Outcome] = []
    for number, case in enumerate(cases):
        outcome = _call_and_watch(function, case, parameters, results)
        outcomes.append(outcome)
        if outcome.problem:
            break
        if number < repeat:
            repeated.append(call_function(function, list(map(copy_argument, case)), results))
        after_each()
    return Run(tuple(outcomes), tuple(repeated))


def _call_and_watch(
    function: Callable[..., Any], case: Case, parameters: Sequence[str], results: Sequence[str]
) -> Outcome:
    """Call a function, and see whether it changes what it was given."""
    given = list(map(copy_argument, case))
    before = list(map(take_fingerprint, given))
    outcome = call_function(function, given, results)
    if outcome.problem:
        return outcome
    for name, argument, mark in zip(parameters, given, before, strict=True):
        if take_fingerprint(argument) != mark:
            return replace(outcome, problem=describe_change(name, function))
    return outcome


def call_function(
    function: Callable[..., Any], arguments: Sequence[Any], results: Sequence[str]
) -> Outcome:
    """Call a function and describe what came of it.

    Parameters
    ----------
    function : callable
        The function.
    arguments : sequence
        Passed as they are: hand over copies.
    results : sequence of str
        The names of the values that it should return.

    Returns
    -------
    Outcome
        Never raises, except KeyboardInterrupt and at the end of a time limit.
    """
    printed = Head()
    try:
        with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
            returned = function(*arguments)
    except (KeyboardInterrupt, TimeUpError):
        raise
    except BaseException as error:  # SystemExit too: exit() in a function is a mistake like others
        return Outcome(None, describe_exception(error), str(printed))
    with np.errstate(all="ignore"):
        outcome = read_results(returned, results)
    if returned is None:
        why = describe_missing_return(function, results)
        outcome = replace(outcome, problem=f"{outcome.problem} {why}")
    elif outcome.problem and (itself := describe_own_name(function, returned, results)):
        outcome = replace(outcome, problem=itself)
    elif outcome.problem and (why := describe_kind(function, returned, results)):
        outcome = replace(outcome, problem=f"{outcome.problem} {why}")
    text = str(printed)
    return replace(outcome, printed=text) if text else outcome


# ---- what a function shows while it is checked -------------------------------------------------


def _refuse_input(prompt: object = "", /) -> NoReturn:
    raise InputAskedError(str(prompt))


@contextlib.contextmanager
def muted() -> Iterator[Callable[[], None]]:
    """Let nothing be displayed, drawn or asked for inside; yield what closes new figures."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    before = set(pyplot.get_fignums()) if pyplot else set()
    ask, builtins.input = builtins.input, _refuse_input
    show = pyplot.show if pyplot else None

    def close_figures() -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot:
            for number in set(pyplot.get_fignums()) - before:
                pyplot.close(number)

    if pyplot:
        pyplot.show = lambda *arguments, **options: None  # type: ignore[attr-defined]
    try:
        with contextlib.redirect_stderr(Head()), _displays_caught():
            yield close_figures
    finally:
        builtins.input = ask
        if pyplot:
            pyplot.show = show  # type: ignore[attr-defined]
        close_figures()


def _displays_caught() -> contextlib.AbstractContextManager[object]:
    """Catch what IPython would display, where it runs."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.utils.capture import capture_output

        if get_ipython() is not None:
            caught: contextlib.AbstractContextManager[object] = capture_output(
                stdout=False, stderr=False, display=True
            )
            return caught
    return contextlib.nullcontext()


class Head(io.TextIOBase):
    """A text that keeps the first characters that are written, and drops the rest."""

    def __init__(self) -> None:
        self._kept, self._room = io.StringIO(), 1000

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        self._room -= self._kept.write(text[: max(0, self._room)])
        return len(text)

    def __str__(self) -> str:
        return self._kept.getvalue()
