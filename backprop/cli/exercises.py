"""Commands about exercises: list them, check notebooks, look sources through."""

import argparse
import sys
from pathlib import Path
from typing import Any

from backprop.cli.arguments import (
    CANNOT,
    GOOD,
    NOT_YET,
    add_chapter_option,
    add_command,
    add_group,
    add_json_option,
    choose_chapters,
    describe_error,
    print_json,
    read_positive,
)

__all__ = ["add_commands"]


def add_commands(groups: Any) -> None:
    """Add the commands to the parser's."""
    exercises = add_group(groups, "exercises", "list the exercises, or check your own")
    command = add_command(
        exercises, "list", _list_exercises, "list the exercises: id, minutes, title, ideas, solved",
        "backprop exercises list --chapter fitting\nbackprop exercises list --json",
    )  # fmt: skip
    add_chapter_option(command)
    add_json_option(command)

    _add_check(exercises)
    _add_lint(exercises)


def _add_check(exercises: Any) -> None:
    command = add_command(
        exercises, "check", _check_exercises, "check the exercises in notebooks and files",
        "backprop exercises check fitting.ipynb\n"
        "backprop exercises check fitting.ipynb graphs.ipynb --seconds 30\n"
        "backprop exercises check my_notebooks --json\n"
        "backprop exercises check mine.py --exercise fitting/residuals_and_ssr",
        "Runs each notebook from the top, in a process of its own, and checks the functions that "
        "it hands to ex.check, or that carry the name of an exercise. Every exercise of its "
        "chapter is listed: solved, wrong, not attempted, or not reached. A file of Python is "
        "checked as pages check what is written there: the exercises whose functions it defines. "
        "All files stay as they are, and nothing is recorded. This is for your own work: limits of "
        "time and memory stop accidents. They do not stop code that means harm, so do not run "
        "what strangers send you.",
    )  # fmt: skip
    command.add_argument(
        "files", metavar="FILE", nargs="+",
        help="a notebook, a folder with notebooks, or a file of Python",
    )  # fmt: skip
    command.add_argument(
        "--exercise", metavar="NAME", help="which exercise a file of Python is for, as in the list"
    )
    command.add_argument(
        "--line", type=read_positive, metavar="N",
        help="the faulty line, for an exercise to find and mend in a file of Python",
    )  # fmt: skip
    command.add_argument(
        "--seconds",
        type=read_positive,
        default=120,
        metavar="N",
        help="time for each notebook (120)",
    )
    command.add_argument(
        "--memory", type=read_positive, default=4096, metavar="MB",
        help="memory in megabytes, where the system can limit it (4096)",
    )  # fmt: skip
    add_json_option(command)


def _add_lint(exercises: Any) -> None:
    command = add_command(
        exercises, "lint", _lint_exercises, "look through what you have written",
        "backprop exercises lint fitting",
        "For teachers and authors: looks through each exercise and each question of a chapter, "
        "or of all, and says where something is wrong, what it is, and what a good one looks "
        "like.",
    )  # fmt: skip
    command.add_argument(
        "chapters", metavar="CHAPTER", nargs="*", help="its folder in exercises/ (all of them)"
    )


def _list_exercises(given: argparse.Namespace) -> int:
    from backprop import course
    from backprop.course.markup import to_plain
    from backprop.course.number_text import show_count

    chapters = choose_chapters(given.chapter, {n.partition("/")[0] for n in course.exercises()})
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
        print_json(rows)
        return GOOD
    widest = max((len(row["id"]) for row in rows), default=0)
    for row in rows:
        mark = "  ✓ solved" if row["solved"] else ""
        print(f"{row['id']:<{widest}}  {row['minutes']:>2} min  {row['title']}{mark}")
        print(f"{'':<{widest}}          {', '.join(row['practises'])}")
    minutes, done = sum(row["minutes"] for row in rows), sum(row["solved"] for row in rows)
    long = show_count(minutes, "minute")
    print(f"\n{show_count(len(rows), 'exercise')}, {long}, {done} solved")
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
    from backprop.classroom.source_files import grade_source_file

    names = [given.exercise] if given.exercise else []

    paths = find_notebooks(map(Path, given.files))
    reports, problems = [], []
    for path in paths:
        try:
            report = (
                grade_source_file(path, names, given.line)
                if path.suffix == ".py"
                else grade_notebook(path, seconds=given.seconds, megabytes=given.memory)
            )
        except (ValueError, OSError) as error:
            if len(paths) == 1:
                raise
            problems.append(describe_error(error))
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
        print_json(plain[0] if single else plain)
    elif len(paths) > 1:
        kinds = "files" if any(path.suffix == ".py" for path in paths) else "notebooks"
        print(f"{solved} of {len(paths)} {kinds} solved")
    return CANNOT if problems else GOOD if solved == len(paths) else NOT_YET


def _lint_exercises(given: argparse.Namespace) -> int:
    from backprop.course import sources
    from backprop.course.lint.lint import lint_chapters
    from backprop.course.number_text import show_count

    chosen = choose_chapters(given.chapters, sources.chapters())
    chapters = [name for name in sources.chapters() if name in chosen]
    complaints = lint_chapters(chapters)
    for complaint in complaints:
        print(f"{complaint}\n")
    where = show_count(len(chapters), "chapter")
    if complaints:
        print(f"{len(complaints)} to mend in {where}")
        return NOT_YET
    print(f"nothing to mend in {where}")
    return GOOD
