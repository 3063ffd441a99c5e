"""Ctrl-C while the `backprop` command is loaded ends it with one line, as it does later.

This comes first of all that is imported: NumPy makes another error of Ctrl-C, and says much of it.
Where the package is imported by anything else than the command, nothing changes.
"""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

__all__ = ["end_start"]

_COMMANDS = ("backprop", "backprop.exe", "backprop-script.py")
_CODE = 2  # as of everything that could not be done


def _is_command() -> bool:
    """Return whether this process was started as the command, and is no helper of it.

    As long as a package is imported for ``python -m``, the name of the program is ``-m``. Helpers
    are given the name of the command, but were started by another line.
    """
    program = getattr(sys, "argv", [""])[0]
    if program == "-m":
        return "backprop.cli" in sys.orig_argv
    return os.path.basename(program) in _COMMANDS and program in sys.orig_argv


def _stop(number: int, frame: FrameType | None) -> None:
    """End at once: nothing was done yet, so nothing has to be left in order."""
    os.write(2, b"\nbackprop: stopped\n")
    os._exit(_CODE)


def end_start() -> None:
    """Let Ctrl-C be an error of Python again: from now on somebody handles it.

    Examples
    --------
    >>> before = signal.getsignal(signal.SIGINT)
    >>> end_start()
    >>> signal.getsignal(signal.SIGINT) is before  # no command has begun here
    True
    """
    if signal.getsignal(signal.SIGINT) is _stop:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _begin_start() -> None:
    """End with one line at Ctrl-C, until `end_start`.

    Whoever starts the command without Ctrl-C, as a shell does behind ``&``, is left alone.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        with suppress(ValueError):  # signals are the main thread's
            signal.signal(signal.SIGINT, _stop)


if _is_command():
    _begin_start()
