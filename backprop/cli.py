"""The `backprop` command: progress, certificate, exercises and quizzes from a terminal.

Each subcommand imports what it needs when it runs, so that `backprop --help` answers at once.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from backprop import __version__

__all__ = ["main"]

GOOD, NOT_YET, CANNOT = 0, 1, 2
CODES = """\
exit codes:
  0  everything is well
  1  not yet: an exercise is not solved, a source needs mending, the book is not finished, a code
     does not match
  2  it could not be done: wrong arguments, a file that cannot be read or written
"""


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
    given = _make_parser().parse_args(arguments)
    try:
        code: int = given.run(given)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except KeyboardInterrupt:
        return _report_failure("stopped")
    except (ValueError, ImportError, OSError) as error:
        return _report_failure(_describe(error))


def _describe(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error)


def _report_failure(message: str) -> int:
    print(f"backprop: {message}", file=sys.stderr)
    return CANNOT


# ---- exercises ---------------------------------------------------------------------------------


def _list_exercises(given: argparse.Namespace) -> int:
    from backprop import course
    from backprop.course.markup import to_plain

    chapters = _choose_chapters(given.chapter, {n.partition("/")[0] for n in course.exercises()})
    solved = _read_solved()
    rows: list[dict[str, Any]] = [
        {
            "id": name,
            "title": to_plain(exercise.title),
            "minutes": exercise.minutes,
            "practises": [to_plain(idea) for idea in exercise.practises],
            "solved": name in solved,
        }
        for name in course.exercises()
        if name.partition("/")[0] in chapters
        for exercise in [course.exercise(name)]
    ]
    if given.json:
        _print_json(rows)
        return GOOD
    widest = max((len(row["id"]) for row in rows), default=0)
    for row in rows:
        mark = "  ✓ solved" if row["solved"] else ""
        print(f"{row['id']:<{widest}}  {row['minutes']:>2} min  {row['title']}{mark}")
        print(f"{'':<{widest}}          {', '.join(row['practises'])}")
    minutes, done = sum(row["minutes"] for row in rows), sum(row["solved"] for row in rows)
    many = "exercise" if len(rows) == 1 else "exercises"
    print(f"\n{len(rows)} {many}, {minutes} minutes, {done} solved")
    return GOOD


def _read_solved() -> set[str]:
    from backprop import course

    try:
        tried = course.progress().records.exercises
    except ImportError:  # the list itself needs NumPy alone; without a record nothing is solved
        return set()
    return {name for name, record in tried.items() if record.solved}


def _check_exercises(given: argparse.Namespace) -> int:
    from backprop.classroom.grade import find_notebooks, grade_notebook

    paths = find_notebooks(map(Path, given.files))
    reports, problems = [], []
    for path in paths:
        try:
            report = grade_notebook(path, seconds=given.seconds, megabytes=given.memory)
        except (ValueError, OSError) as error:
            if len(paths) == 1:
                raise
            problems.append(_describe(error))
            continue
        reports.append(report)
        if not given.json:
            print(report, end="\n\n" if len(paths) > 1 else "\n")
    for problem in problems:
        print(f"backprop: {problem}", file=sys.stderr)
    solved = sum(report.solved for report in reports)
    if given.json:
        plain = [report.plain() for report in reports]
        single = len(given.files) == 1 and not Path(given.files[0]).is_dir()
        _print_json(plain[0] if single else plain)
    elif len(paths) > 1:
        print(f"{solved} of {len(paths)} notebooks solved")
    return CANNOT if problems else GOOD if solved == len(paths) else NOT_YET


def _lint_exercises(given: argparse.Namespace) -> int:
    from backprop.course import sources
    from backprop.course.lint.lint import lint_chapters

    chosen = _choose_chapters(given.chapters, sources.chapters())
    chapters = [name for name in sources.chapters() if name in chosen]
    complaints = lint_chapters(chapters)
    for complaint in complaints:
        print(f"{complaint}\n")
    many = "chapter" if len(chapters) == 1 else "chapters"
    if complaints:
        print(f"{len(complaints)} to mend in {len(chapters)} {many}")
        return NOT_YET
    print(f"nothing to mend in {len(chapters)} {many}")
    return GOOD


# ---- quizzes -----------------------------------------------------------------------------------


def _export_quizzes(given: argparse.Namespace) -> int:
    from backprop import course
    from backprop.course.export.export import FORMATS, export

    chapters = _choose_chapters(given.chapter, course.quizzes())
    quizzes = [course.quiz(name) for name in course.quizzes() if name in chapters]
    content, left_out = export(quizzes, given.format, variants=given.variants)
    if given.output is None:
        sys.stdout.write(content)
    else:
        _write(Path(given.output), content.encode(), force=given.force)
        print(f"{FORMATS[given.format].title}: {given.output}", file=sys.stderr)
    for note in left_out:
        print(f"note: {note}", file=sys.stderr)
    return GOOD


def _choose_chapters(wanted: Sequence[str] | None, known: Any) -> set[str]:
    unknown = sorted(set(wanted or ()) - set(known))
    if unknown:
        raise ValueError(f"no chapter {unknown[0]!r} here; there are: {', '.join(sorted(known))}")
    return set(wanted or known)


# ---- progress and certificate ------------------------------------------------------------------


def _show_progress(given: argparse.Namespace) -> int:
    from backprop import course

    mine = course.progress()
    if given.json:
        _print_json([{**chapter._asdict(), "done": chapter.done} for chapter in mine.chapters])
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

    mine = course.progress()
    count = len(mine.records.questions), len(mine.records.exercises)
    if not given.yes:
        if not sys.stdin.isatty():
            raise ValueError("erasing asks first, and nobody is there to answer: pass --yes")
        said = input(f"Erase {count[0]} questions and {count[1]} exercises for good? [y/N] ")
        if said.strip().lower() not in ("y", "yes"):
            print("Nothing was erased.")
            return NOT_YET
    mine.erase(confirm=True)
    print(f"Erased: {count[0]} questions, {count[1]} exercises.")
    return GOOD


def _make_certificate(given: argparse.Namespace) -> int:
    if given.verify is not None:
        return _verify(given.verify)
    if given.name is None:
        raise ValueError('whose certificate? For example: backprop certificate --name "Ada"')
    from datetime import date

    from backprop import course
    from backprop.course.certificate.contents import issue_certificate
    from backprop.course.certificate.pdf import draw_certificate

    mine = course.progress()
    certificate = issue_certificate(given.name, mine.chapters, date.today())
    missing = [chapter for chapter in mine.chapters if not chapter.done]
    if missing:
        print("Not yet: a certificate is for the whole book. Still to be answered:")
        for chapter in missing:
            left = chapter.questions - chapter.right - chapter.shown
            print(f"  {left} of {chapter.questions}  {chapter.title}")
        print(
            "Progress on the pages of the book is kept in the browser: export it there, then\n"
            "backprop progress import FILE"
        )
        return NOT_YET
    titles = {chapter.chapter: chapter.title for chapter in mine.chapters}
    path = Path(given.output)
    _require_free(path, given.force)
    _write(path, draw_certificate(certificate, titles, font=given.font), force=given.force)
    print(f"written: {path}\ncode: {certificate.code}")
    return GOOD


def _verify(what: str) -> int:
    from datetime import date

    from backprop import course
    from backprop.course.certificate import verification
    from backprop.course.certificate.contents import read_certificate

    if what == "-":
        content = sys.stdin.buffer.read() if hasattr(sys.stdin, "buffer") else (
            sys.stdin.read().encode()
        )  # fmt: skip
    elif "{" in what or (not Path(what).suffix and not Path(what).exists()):
        content = what.encode()
    else:
        content = Path(what).read_bytes()
    certificate, claimed = read_certificate(verification.read_document(content))
    total = certificate.total
    name, book = map(verification.clean_line, (certificate.name, certificate.book))
    print(
        f"{name}, {certificate.date}, version {book} of the book:\n"
        f"{total.right} of {total.questions} questions right, {total.first} on the first try; "
        f"{total.solved} of {total.exercises} exercises solved\n"
        f"code of these contents: {certificate.code}"
    )
    chapters = [chapter.name for chapter in course.outline()]
    for difference in verification.list_differences(certificate, chapters):
        print(f"note: {difference}")
    doubts = verification.list_doubts(certificate, date.today())
    for doubt in doubts:
        print(f"doubtful: {doubt}")
    if claimed is None:
        print("No code came with them: compare this one with the code on the certificate.")
        return NOT_YET if doubts else GOOD
    if claimed != certificate.code:
        print(f"It does NOT match: the certificate says {claimed}. Something was changed.")
        return NOT_YET
    print(
        "It matches: the contents were not changed by accident. It does not show who answered: "
        "the certificate is self-attested."
    )
    return NOT_YET if doubts else GOOD


# ---- files and output --------------------------------------------------------------------------


def _require_free(path: Path, force: bool) -> None:
    if os.path.lexists(path) and not force:
        raise ValueError(f"{path} is there already; --force replaces it")
    if not path.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {path.absolute().parent}: make it first")


def _write(path: Path, content: bytes, *, force: bool) -> None:
    from backprop.saving import replaced

    _require_free(path, force)
    with replaced(path) as file:
        file.write(content)


def _print_json(plain: Any) -> None:
    print(json.dumps(plain, ensure_ascii=False, indent=1))


# ---- arguments ---------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(CANNOT, f"backprop: {message}; see {self.prog} --help\n")


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="backprop",
        description="What belongs to the book on backpropagation: exercises, quizzes, progress.",
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"backprop {__version__}")
    groups = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    exercises = _add_group(groups, "exercises", "list the exercises, or check a notebook")
    command = _add_command(
        exercises, "list", _list_exercises, "list the exercises: id, minutes, title, ideas, solved",
        "backprop exercises list --chapter fitting\nbackprop exercises list --json",
    )  # fmt: skip
    _add_chapter_option(command)
    _add_json_option(command)

    command = _add_command(
        exercises, "check", _check_exercises, "check the exercises in notebooks",
        "backprop exercises check fitting.ipynb\n"
        "backprop exercises check fitting.ipynb graphs.ipynb --seconds 30\n"
        "backprop exercises check my_notebooks --json",
        "Runs each notebook from the top, in a process of its own, and checks the functions that "
        "it hands to ex.check, or that carry the name of an exercise. Every exercise of its "
        "chapter is listed: solved, wrong, not attempted, or not reached. The notebook stays as "
        "it is, and nothing is recorded. This is for your own work: limits of time and memory stop "
        "accidents. They do not stop code that means harm, so do not run what strangers send you.",
    )  # fmt: skip
    command.add_argument(
        "files", metavar="FILE.ipynb", nargs="+", help="a notebook, or a folder with notebooks"
    )
    command.add_argument(
        "--seconds",
        type=_read_positive,
        default=120,
        metavar="N",
        help="time for each notebook (120)",
    )
    command.add_argument(
        "--memory", type=_read_positive, default=4096, metavar="MB",
        help="memory in megabytes, where the system can limit it (4096)",
    )  # fmt: skip
    _add_json_option(command)

    command = _add_command(
        exercises, "lint", _lint_exercises, "look through what you have written",
        "backprop exercises lint fitting",
        "For teachers and authors: looks through each exercise and each question of a chapter, "
        "or of all, and says where something is wrong, what it is, and what a good one looks "
        "like.",
    )  # fmt: skip
    command.add_argument(
        "chapters", metavar="CHAPTER", nargs="*", help="its folder in exercises/ (all of them)"
    )

    quiz = _add_group(groups, "quiz", "take the quizzes to other places")
    command = _add_command(
        quiz, "export", _export_quizzes, "write quizzes for JupyterQuiz or Moodle, or as GIFT",
        "backprop quiz export --format moodle --output quizzes.xml\n"
        "backprop quiz export --format gift --chapter fitting --variants 5",
        "Formulas are written for MathJax, which Moodle and Jupyter load. What a format cannot "
        "hold is said on the error stream.",
    )  # fmt: skip
    command.add_argument(
        "--format", required=True, choices=("jupyterquiz", "moodle", "gift"), help="which format"
    )
    _add_chapter_option(command)
    command.add_argument(
        "--variants", type=_read_positive, default=1, metavar="N",
        help="how many sets of numbers of each number question (1); in Moodle and GIFT several "
        "of them stand in a category, from which a quiz takes one at random",
    )  # fmt: skip
    command.add_argument("--output", metavar="FILE", help="where to (standard output)")
    _add_force_option(command)

    progress = _add_group(groups, "progress", "show your progress, move it or erase it")
    command = _add_command(
        progress, "show", _show_progress, "show what you have answered, by chapter",
        "backprop progress show",
    )  # fmt: skip
    _add_json_option(command)
    command = _add_command(
        progress, "export", _export_progress, "write your progress into a file",
        "backprop progress export progress.json",
        'The page "Your progress" of the book imports it, and so does any other computer.',
    )  # fmt: skip
    command.add_argument("file", metavar="FILE", help="where to")
    _add_force_option(command)
    command = _add_command(
        progress, "import", _import_progress, "add the progress that a file holds to yours",
        "backprop progress import progress.json",
        'Exported here or on the page "Your progress". Nothing is lost: the two are merged.',
    )  # fmt: skip
    command.add_argument("file", metavar="FILE", help="where from")
    command = _add_command(
        progress, "erase", _erase_progress, "erase your progress, for good",
        "backprop progress erase",
    )  # fmt: skip
    command.add_argument("--yes", action="store_true", help="do not ask")

    command = _add_command(
        groups, "certificate", _make_certificate, "make your certificate, or verify one",
        'backprop certificate --name "Ada Lovelace" --output certificate.pdf\n'
        "backprop certificate --verify certificate.pdf\n"
        "backprop certificate --verify scanned.txt",
        "When every question of every quiz has been answered right, makes a page to be printed. "
        "It is self-attested: its code says that nothing was changed by accident, and no more.",
    )  # fmt: skip
    command.add_argument("--name", help="your name, in any script")
    command.add_argument(
        "--output", metavar="FILE", default="certificate.pdf", help="where to (certificate.pdf)"
    )
    command.add_argument("--font", metavar="FILE", help="a font for your name")
    _add_force_option(command)
    command.add_argument(
        "--verify", metavar="TEXT",
        help="compute the code again: give the PDF, the text of its QR code or a file with it, the "
        "file certificate.json that the PDF carries, or - for standard input",
    )  # fmt: skip
    return parser


def _add_group(groups: Any, name: str, about: str) -> Any:
    parser = groups.add_parser(
        name, help=about, description=f"{about.capitalize()}.", allow_abbrev=False, epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _add_command(
    group: Any,
    name: str,
    run: Callable[[argparse.Namespace], int],
    about: str,
    examples: str,
    more: str = "",
) -> argparse.ArgumentParser:
    import textwrap

    indented = textwrap.indent(examples, "  ")
    parser: argparse.ArgumentParser = group.add_parser(
        name, help=about, allow_abbrev=False,
        description=textwrap.fill(f"{about[0].upper()}{about[1:]}. {more}", 90),
        epilog=f"examples:\n{indented}\n\n{CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.set_defaults(run=run)
    return parser


def _add_json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def _add_force_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="replace a file that is there")


def _add_chapter_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--chapter", action="append", metavar="NAME", help="this chapter only; may come repeatedly"
    )


def _read_positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"should be a whole number above 0, got {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
