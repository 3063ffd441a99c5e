"""Processes of a long command: started whole, and ended at once by Ctrl-C, with one line."""

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from types import FrameType
from typing import Any

from backprop.classroom.walls.kernel import set_process_option

__all__ = ["Processes", "end_if_stuck", "hold_interrupts", "stop_at_once"]

_DEATH_SIGNAL = 1  # which a process gets when the one that started it ends
_LONGEST = 5.0  # seconds, after which nobody waits for anything any more
_CODE = 2  # as of everything that could not be done


@contextmanager
def stop_at_once(message: str) -> Iterator[None]:
    """End with the first Ctrl-C: a second one changes nothing, and nothing can keep it back.

    Parameters
    ----------
    message : str
        What is said then.

    Raises
    ------
    KeyboardInterrupt
        With this message. Python may lose such an error, or wait for a thread at its end: so an
        alarm ends what is still there after some seconds.

    Examples
    --------
    >>> with stop_at_once("stopped: the same command goes on"):
    ...     pass
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    stopped: list[bool] = []
    said: list[bool] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.append(True)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, end)
        signal.setitimer(signal.ITIMER_REAL, _LONGEST)
        raise KeyboardInterrupt(message)

    def end(number: int, frame: FrameType | None) -> None:
        if not said:
            os.write(2, f"\nbackprop: {message}\n".encode())
        os._exit(_CODE)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    except KeyboardInterrupt:
        said.append(True)  # by whoever gets it next
        raise
    finally:
        if not stopped:
            signal.signal(signal.SIGINT, before)


@contextmanager
def hold_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back while processes are started, which begin with it blocked.

    So none is started by halves, and none meets it before it knows what to do with it.

    Examples
    --------
    >>> with hold_interrupts():
    ...     held = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    >>> held, signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    (True, False)
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[bool] = []
    # Another thread may take the signal, and then Python's own part of it runs in this one.
    before = signal.signal(signal.SIGINT, lambda *_: came.append(True))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, before)
        if came:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def end_if_stuck(seconds: float) -> Iterator[None]:
    """End this process, whatever it is doing, if something takes so long that it will never end.

    Whoever waits for its results learns of that at once, and nobody waits for ever. Where it was
    is written to the standard error: it is a slip of ours.

    Examples
    --------
    >>> with end_if_stuck(60):
    ...     pass
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


class Processes(ProcessPoolExecutor):
    """Processes of this machine, which end at once where nobody wants their results any more.

    Parameters
    ----------
    jobs : int
        How many.
    begin : callable, optional
        What each of them does first.
    """

    def __init__(self, jobs: int, begin: Callable[[], None] | None = None) -> None:
        self._others = set(active_children())
        with hold_interrupts():
            super().__init__(
                jobs, mp_context=get_context("spawn"), initializer=_begin,
                initargs=(os.getpid(), begin),
            )  # fmt: skip

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> "Future[Any]":
        """Hand a call to a process, which may be started for it."""
        with hold_interrupts():
            return super().submit(function, *arguments, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what is under way, or end it."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        if cancel_futures and not wait:
            # Python would wait at its end for batches that nobody needs, for minutes.
            for process in set(active_children()) - self._others:
                process.kill()


def _begin(parent: int, begin: Callable[[], None] | None) -> None:
    """Leave Ctrl-C to whoever started the processes, and end with them, whatever ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        set_process_option(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    if begin:
        begin()
