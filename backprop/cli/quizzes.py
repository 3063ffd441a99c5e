"""Commands about quizzes: take them to other programs."""

import argparse
import sys
from pathlib import Path
from typing import Any

from backprop.cli.arguments import (
    GOOD,
    add_chapter_option,
    add_command,
    add_force_option,
    add_group,
    choose_chapters,
    read_positive,
    write_file,
)

__all__ = ["add_commands"]


def add_commands(groups: Any) -> None:
    """Add the commands to the parser's."""
    quiz = add_group(groups, "quiz", "take the quizzes to other places")
    command = add_command(
        quiz, "export", _export_quizzes, "write quizzes for JupyterQuiz, Moodle or Canvas",
        "backprop quiz export --format moodle --output quizzes.xml\n"
        "backprop quiz export --format gift --chapter fitting --variants 5\n"
        "backprop quiz export --format qti --chapter fitting --output fitting.zip",
        "Moodle imports moodle (Moodle XML, with the most of each question) and gift. Canvas "
        "imports qti (QTI 1.2 in a zip). JupyterQuiz reads jupyterquiz. Formulas are written for "
        "MathJax, which Moodle and Jupyter load, and in qti as Canvas keeps them. What a format "
        "cannot hold is said on the error stream.",
    )  # fmt: skip
    command.add_argument(
        "--format",
        required=True,
        choices=("jupyterquiz", "moodle", "gift", "qti"),
        help="which format",
    )
    add_chapter_option(command)
    command.add_argument(
        "--variants", type=read_positive, default=1, metavar="N",
        help="how many sets of numbers of each number question (1); several of them stand in "
        "a category (in qti, in a group), from which a quiz takes one at random",
    )  # fmt: skip
    command.add_argument(
        "--output",
        metavar="FILE",
        help="where to (standard output; for qti, which is a zip, a must)",
    )
    add_force_option(command)


def _export_quizzes(given: argparse.Namespace) -> int:
    """Write quizzes into a file, or to standard output; notes go to the error stream."""
    from backprop import course
    from backprop.course.export.export import FORMATS, export

    if given.format == "qti" and given.output is None:
        raise ValueError("qti is a zip, which no screen shows: add --output quizzes.zip")
    chapters = choose_chapters(given.chapter, course.quizzes())
    quizzes = [course.quiz(name) for name in course.quizzes() if name in chapters]
    content, left_out = export(quizzes, given.format, variants=given.variants)
    if given.output is None:
        sys.stdout.write(str(content))
    else:
        whole = content if isinstance(content, bytes) else content.encode()
        write_file(Path(given.output), whole, force=given.force)
        print(f"{FORMATS[given.format].title}: {given.output}", file=sys.stderr)
    for note in left_out:
        print(f"note: {note}", file=sys.stderr)
    return GOOD
