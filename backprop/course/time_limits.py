"""Time limits for code that may never end: an alarm, a trace, a rehearsal in another process."""

import contextlib
import itertools
import os
import select
import signal
import sys
import sysconfig
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any, NamedTuple

__all__ = ["Rehearsal", "TimeUpError", "rehearse", "time_limit", "watch_limits"]

#: An import may take its time: what it leaves half done stays broken for the whole session.
IMPORT_SECONDS = 60.0


#: Called with the seconds of each limit as it begins, and with 0 as it ends.
_watchers: list[Callable[[float], None]] = []


def watch_limits(watcher: Callable[[float], None]) -> None:
    """Call a function with the seconds of each limit as it begins, and with 0 as it ends.

    Whoever runs Python in a process or worker that can be ended from outside learns so when to:
    what sleeps, or computes in one long step, looks at no clock.
    """
    _watchers.append(watcher)


class TimeUpError(BaseException):
    """Raised inside a function that runs too long; `except Exception` does not catch it."""


@contextlib.contextmanager
def time_limit(
    seconds: float,
    *,
    outermost: CodeType | None = None,
    on_import: Callable[[], None] | None = None,
) -> Iterator[None]:
    """Stop whatever runs inside after some seconds.

    Parameters
    ----------
    seconds : float
        Time on the clock. Behind an import that took longer it starts anew.
    outermost : code, optional
        Of the function that calls what is to be stopped; frames above it are not looked at.
    on_import : callable, optional
        Called when the time is up in the middle of an import.

    Raises
    ------
    TimeUpError
        Inside the block, at the first chance after the time is up. An alarm interrupts Python's
        main thread where the system has alarms; elsewhere each call and each turn of a loop looks
        at the clock, and before Python 3.12 each line.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    limit = _limit_by_trace
    if hasattr(signal, "setitimer") and in_main_thread:
        limit = _limit_by_alarm
    elif sys.version_info >= (3, 12):
        limit = _limit_by_events
    for watcher in _watchers:
        watcher(seconds)
    try:
        with limit(seconds, outermost, on_import or (lambda: None)):
            yield
    finally:
        for watcher in _watchers:
            watcher(0.0)


def _is_importing(frame: FrameType | None, outermost: CodeType | None) -> bool:
    while frame is not None and frame.f_code is not outermost:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def _limit_by_alarm(
    seconds: float, outermost: CodeType | None, on_import: Callable[[], None]
) -> Iterator[None]:
    latest = time.monotonic() + IMPORT_SECONDS
    was_importing = False

    def ring(number: int, frame: FrameType | None) -> None:
        nonlocal was_importing
        importing = _is_importing(frame, outermost) and time.monotonic() < latest
        if importing or was_importing:
            was_importing = importing
            signal.setitimer(signal.ITIMER_REAL, 0.1 if importing else seconds)
            on_import()
            return
        # A bare `except:` in a loop swallows this exception: then the next line raises another.
        sys.settrace(lambda *event: None)
        while frame is not None and frame.f_code is not outermost:
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
def _limit_by_trace(
    seconds: float, outermost: CodeType | None, on_import: Callable[[], None]
) -> Iterator[None]:
    end = time.monotonic() + seconds
    latest = time.monotonic() + IMPORT_SECONDS
    ticks = itertools.count()

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal end
        if next(ticks) % 64 == 0 and time.monotonic() > end:
            if _is_importing(frame, outermost) and time.monotonic() < latest:
                end = time.monotonic() + seconds
                on_import()
            else:
                raise TimeUpError
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


if sys.version_info >= (3, 12):

    @contextlib.contextmanager
    def _limit_by_events(
        seconds: float, outermost: CodeType | None, on_import: Callable[[], None]
    ) -> Iterator[None]:
        end = time.monotonic() + seconds
        latest = time.monotonic() + IMPORT_SECONDS
        ticks, thread = itertools.count(), threading.get_ident()
        stopped: set[CodeType] = set()

        def look(code: CodeType, *where: object) -> None:
            nonlocal end
            if stopped:  # whoever swallows the exception meets it again at the next turn
                if code in stopped and threading.get_ident() == thread:
                    raise TimeUpError
                return
            if next(ticks) % 64 or time.monotonic() <= end or threading.get_ident() != thread:
                return
            frame = sys._getframe(1)
            if _is_importing(frame, outermost) and time.monotonic() < latest:
                end = time.monotonic() + seconds
                on_import()
                return
            stopped.update(_list_codes(frame, outermost))
            raise TimeUpError

        watch, kinds = sys.monitoring, sys.monitoring.events
        tool = next(number for number in range(6) if watch.get_tool(number) is None)
        watch.use_tool_id(tool, "time limit")
        for kind in (kinds.PY_START, kinds.JUMP):
            watch.register_callback(tool, kind, look)
        watch.set_events(tool, kinds.PY_START | kinds.JUMP)
        try:
            yield
        finally:
            watch.set_events(tool, 0)
            for kind in (kinds.PY_START, kinds.JUMP):
                watch.register_callback(tool, kind, None)
            watch.free_tool_id(tool)


def _list_codes(frame: FrameType | None, outermost: CodeType | None) -> Iterator[CodeType]:
    """List what runs below a function, but for Python's own modules: these also clean up."""
    own = (sysconfig.get_path("stdlib"), "<frozen")
    while frame is not None and frame.f_code is not outermost:
        if not frame.f_code.co_filename.startswith(own):
            yield frame.f_code
        frame = frame.f_back


# ---- in a process apart ------------------------------------------------------------------------

_STEP, _END, _LATE, _IMPORT = b".", b"E", b"T", b"I"
_FAILED = 99  # the exit code of a rehearsal that failed through no fault of what it rehearsed


#: Code to be tried; it calls what it is given after each of its steps.
Work = Callable[[Callable[[], None]], object]


class Rehearsal(NamedTuple):
    """What became of code that was tried in a process apart.

    Attributes
    ----------
    steps : int
        How many steps it reported.
    late : bool
        Whether it was stopped.
    ended : str
        How it ended the process in which it ran: ``"exit code 7"``; empty if it did not.
    """

    steps: int = 0
    late: bool = False
    ended: str = ""


def rehearse(work: Work, seconds: float, *, outermost: CodeType | None = None) -> Rehearsal:
    """Try code in a copy of this process, which can be ended whatever the code does.

    A loop inside a C function, such as ``sum(itertools.repeat(0))``, cannot be interrupted, and a
    thread that sleeps cannot either. Where processes cannot be copied safely, nothing is tried.

    Parameters
    ----------
    work : callable
        Takes a function that it calls after each of its steps.
    seconds : float
        Time for all of it.
    outermost : code, optional
        See `time_limit`.

    Returns
    -------
    Rehearsal
        Also when nothing can be said: then as if all were well.
    """
    if sys.platform != "linux":  # elsewhere a copy of a process with threads may not live
        return Rehearsal()
    reading, writing = os.pipe()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that other threads are not copied is what we want
            child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return Rehearsal()
    if child == 0:
        _perform(work, seconds, outermost, writing)
    os.close(writing)
    heard, gone = b"", False
    try:
        heard, gone = _listen(reading, seconds)
    finally:
        os.close(reading)
        status, processor_seconds = _end_process(child, patient=gone)
    return _conclude(heard, gone, status, processor_seconds >= seconds / 2)


def _perform(work: Work, seconds: float, outermost: CodeType | None, writing: int) -> None:
    """Run in the copy: report each step, and leave without a trace."""
    code = _FAILED
    try:
        signal.set_wakeup_fd(-1)
        sys.settrace(None)
        with time_limit(seconds, outermost=outermost, on_import=lambda: _write(writing, _IMPORT)):
            work(lambda: _write(writing, _STEP))
        _write(writing, _END)
        code = 0
    except TimeUpError:
        _write(writing, _LATE)
        code = 0
    finally:
        os._exit(code)


def _write(pipe: int, mark: bytes) -> None:
    os.write(pipe, mark)


def _listen(reading: int, seconds: float) -> tuple[bytes, bool]:
    """Return the marks up to the one that decides, and whether the other end is gone."""
    heard, latest = b"", time.monotonic() + seconds + 1
    while not heard.endswith((_END, _LATE, _IMPORT)):
        ready, _, _ = select.select([reading], [], [], max(0.0, latest - time.monotonic()))
        if not ready:
            return heard, False
        more = os.read(reading, 4096)
        if not more:
            return heard, True
        heard += more
    return heard, False


def _end_process(child: int, *, patient: bool) -> tuple[int, float]:
    """End a process that may have ended already; return its status and its processor time."""
    latest = time.monotonic() + (1.0 if patient else 0.0)
    try:
        while True:
            ended, status, usage = os.wait4(child, os.WNOHANG)
            if ended:
                return status, usage.ru_utime + usage.ru_stime
            if time.monotonic() >= latest:
                os.kill(child, signal.SIGKILL)
                _, status, usage = os.wait4(child, 0)
                return status, usage.ru_utime + usage.ru_stime
            time.sleep(0.001)
    except (ChildProcessError, ProcessLookupError):  # somebody else has waited for it
        return 0, 0.0


def _conclude(heard: bytes, gone: bool, status: int, worked: bool) -> Rehearsal:
    """Say what can be trusted: a copy that only waits may wait for what was not copied."""
    steps = heard.count(_STEP)
    if heard.endswith((_END, _IMPORT)):
        return Rehearsal(steps)
    in_main_thread = threading.current_thread() is threading.main_thread()
    if heard.endswith(_LATE):
        return Rehearsal(steps, late=worked or not in_main_thread)
    if not gone:
        return Rehearsal(steps, late=worked)
    code = os.waitstatus_to_exitcode(status)
    if code == _FAILED:
        return Rehearsal(steps)
    return Rehearsal(steps, ended=f"signal {-code}" if code < 0 else f"exit code {code}")
