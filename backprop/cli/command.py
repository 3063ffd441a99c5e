"""Running one command of a line: its parser, and what becomes of errors."""

import argparse
import os
import sys
from collections.abc import Sequence

from backprop import __version__
from backprop.cli import certificates, classes, exercises, progress, quizzes
from backprop.cli.arguments import CANNOT, CODES, GOOD, Parser, describe_error
from backprop.starting import end_start

__all__ = ["main", "make_parser"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the name of the program; those of the shell if not given.

    Returns
    -------
    int
        The exit code: 0 well, 1 not yet, 2 could not be done.

    Examples
    --------
    >>> main(["exercises", "list", "--chapter", "fitting"])
    fitting/residuals_and_ssr  5 min  Residuals and SSR
                                      residual, sum of squared residuals
    <BLANKLINE>
    1 exercise, 5 minutes, 0 solved
    0
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal may not know every letter
    try:
        end_start()
        parser = make_parser()
        given, unknown = parser.parse_known_args(arguments)
        if unknown:
            given.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        code: int = given.run(given)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except KeyboardInterrupt as stop:
        return _report_failure(str(stop) or "stopped")
    except (ValueError, ImportError, OSError) as error:
        return _report_failure(describe_error(error))


def _report_failure(message: str) -> int:
    print(f"backprop: {message}", file=sys.stderr)
    return CANNOT


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the whole command."""
    parser = Parser(
        prog="backprop",
        description="What belongs to the book on backpropagation: exercises, quizzes, progress.",
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"backprop {__version__}")
    groups = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    for module in (exercises, quizzes, progress, certificates, classes):
        module.add_commands(groups)
    return parser
