"""What the commands share: exit codes, their arguments, files and output."""

import argparse
import json
import os
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

__all__ = [
    "CANNOT",
    "CODES",
    "GOOD",
    "NOT_YET",
    "Parser",
    "add_chapter_option",
    "add_command",
    "add_force_option",
    "add_group",
    "add_json_option",
    "choose_chapters",
    "describe_error",
    "print_json",
    "read_folder",
    "read_positive",
    "require_free",
    "write_file",
]

GOOD, NOT_YET, CANNOT = 0, 1, 2
_FILES = (".ipynb", ".zip", ".csv", ".json")
CODES = """\
exit codes:
  0  everything is well
  1  not yet: an exercise is not solved, a source needs mending, the book is not finished, a code
     does not match
  2  it could not be done: wrong arguments, a file that cannot be read or written
"""


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        """End with one line, and the exit code for what cannot be done."""
        self.exit(CANNOT, f"backprop: {message}; see {self.prog} --help\n")


def add_group(groups: Any, name: str, about: str) -> Any:
    """Add a group of commands; return what takes them."""
    parser = groups.add_parser(
        name, help=about, description=f"{about.capitalize()}.", allow_abbrev=False, epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def add_command(
    group: Any,
    name: str,
    run: Callable[[argparse.Namespace], int],
    about: str,
    examples: str,
    more: str = "",
) -> argparse.ArgumentParser:
    """Add one command: the function that runs it, what it is about, and examples to be typed."""
    indented = textwrap.indent(examples, "  ")
    parser: argparse.ArgumentParser = group.add_parser(
        name, help=about, allow_abbrev=False,
        description=textwrap.fill(f"{about[0].upper()}{about[1:]}. {more}", 90),
        epilog=f"examples:\n{indented}\n\n{CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.set_defaults(run=run, parser=parser)
    return parser


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that prints plain data."""
    parser.add_argument("--json", action="store_true", help="for programs")


def add_force_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that replaces files."""
    parser.add_argument("--force", action="store_true", help="replace a file that is there")


def add_chapter_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that names chapters."""
    parser.add_argument(
        "--chapter", action="append", metavar="NAME", help="this chapter only; may come repeatedly"
    )


def read_positive(text: str) -> int:
    """Read a whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"should be a whole number above 0, got {text!r}")
    return int(text)


def read_folder(text: str) -> str:
    """Read the name of a folder that is to be made; that of a file is a slip."""
    path = Path(text)
    if path.suffix in _FILES and not path.is_dir():
        raise argparse.ArgumentTypeError(
            f"should be a folder to make, got {text[:60]!r}: write {str(path.with_suffix(''))!r}"
        )
    return text


# ---- chapters, files, output -------------------------------------------------------------------


def choose_chapters(wanted: Sequence[str] | None, known: Iterable[str]) -> set[str]:
    """Return the chapters that are wanted, or all; an unknown one is an error."""
    known = list(known)
    unknown = sorted(set(wanted or ()) - set(known))
    if unknown:
        raise ValueError(f"no chapter {unknown[0]!r} here; there are: {', '.join(sorted(known))}")
    return set(wanted or known)


def require_free(path: Path, force: bool) -> None:
    """Make sure that a file can be written without losing another."""
    if os.path.lexists(path) and not force:
        raise ValueError(f"{path} is there already; --force replaces it")
    if not path.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {path.absolute().parent}: make it first")


def write_file(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file whole, or not at all."""
    from backprop.saving import replaced

    require_free(path, force)
    with replaced(path) as file:
        file.write(content)


def print_json(plain: Any) -> None:
    """Print plain data as JSON."""
    print(json.dumps(plain, ensure_ascii=False, indent=1))


def describe_error(error: Exception) -> str:
    """Say in one line what went wrong."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error)
