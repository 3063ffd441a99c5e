"""Commands about progress: show it, move it, erase it."""

import argparse
import os
import sys
from typing import Any

from backprop.cli.arguments import (
    GOOD,
    NOT_YET,
    add_command,
    add_force_option,
    add_group,
    add_json_option,
    print_json,
)

__all__ = ["add_commands"]


def add_commands(groups: Any) -> None:
    """Add the commands to the parser's."""
    progress = add_group(groups, "progress", "show your progress, move it or erase it")
    command = add_command(
        progress, "show", _show_progress, "show what you have answered, by chapter",
        "backprop progress show",
    )  # fmt: skip
    add_json_option(command)
    command = add_command(
        progress, "export", _export_progress, "write your progress into a file",
        "backprop progress export progress.json",
        'The page "Your progress" of the book imports it, and so does any other computer.',
    )  # fmt: skip
    command.add_argument("file", metavar="FILE", help="where to")
    add_force_option(command)
    command = add_command(
        progress, "import", _import_progress, "add the progress that a file holds to yours",
        "backprop progress import progress.json",
        'Exported here or on the page "Your progress". Nothing is lost: the two are merged.',
    )  # fmt: skip
    command.add_argument("file", metavar="FILE", help="where from")
    command = add_command(
        progress, "erase", _erase_progress, "erase your progress, for good",
        "backprop progress erase",
    )  # fmt: skip
    command.add_argument("--yes", action="store_true", help="do not ask")


def _show_progress(given: argparse.Namespace) -> int:
    from backprop import course

    mine = course.progress()
    if given.json:
        print_json([{**chapter._asdict(), "done": chapter.done} for chapter in mine.chapters])
    else:
        print(mine)
    return GOOD


def _export_progress(given: argparse.Namespace) -> int:
    from backprop import course

    if os.path.lexists(given.file) and not given.force:
        raise ValueError(f"{given.file} is there already; --force replaces it")
    course.progress().export(given.file, overwrite=True)
    print(f"written: {given.file}")
    return GOOD


def _import_progress(given: argparse.Namespace) -> int:
    from backprop import course

    print(course.progress().merge(given.file))
    return GOOD


def _erase_progress(given: argparse.Namespace) -> int:
    from backprop import course
    from backprop.course.number_text import show_count

    mine = course.progress()
    counted = (
        show_count(len(mine.records.questions), "question"),
        show_count(len(mine.records.exercises), "exercise"),
    )
    if not given.yes:
        if not sys.stdin.isatty():
            raise ValueError("erasing asks first, and nobody is there to answer: pass --yes")
        said = input(f"Erase {' and '.join(counted)} for good? [y/N] ")
        if said.strip().lower() not in ("y", "yes"):
            print("Nothing was erased.")
            return NOT_YET
    mine.erase(confirm=True)
    print(f"Erased: {', '.join(counted)}.")
    return GOOD
