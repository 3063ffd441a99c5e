"""Commands about the marks of a class: points, marks by hand, and tables for platforms."""

import argparse
import io
import sys
import zipfile
from pathlib import Path
from typing import Any

from backprop.cli.arguments import GOOD, add_command, add_force_option, write_file
from backprop.cli.downloads import note_stop

__all__ = ["add_export_command", "add_override_command", "add_points_command"]

_OUTDATED = (
    "points or dates have changed since the class was graded: type the same command backprop class "
    "grade once more, by which nobody's notebook runs again"
)


def add_points_command(group: Any) -> None:
    """Add the command that shows and takes points."""
    command = add_command(
        group, "points", _show_or_take_points, "see and change what exercises and ideas are worth",
        "backprop class points ps1 --output points.csv\n"
        "backprop class points ps1 --take points.csv",
        "Writes a table with every exercise and, below each, the wrong ideas that the grader knows "
        "for certain, with what students read who have them. Write points beside an idea, and "
        "whoever has it gets them. Then grade once more: nobody's notebook runs again.",
    )  # fmt: skip
    command.add_argument("assignment", metavar="ASSIGNMENT", help="the folder that release made")
    command.add_argument("--take", metavar="FILE", help="take the points of this table")
    command.add_argument("--output", metavar="FILE", help="where to (standard output)")
    add_force_option(command)


def add_override_command(group: Any) -> None:
    """Add the command that gives marks by hand."""
    command = add_command(
        group, "override", _override, "give a mark by hand",
        "backprop class override ps1-graded --student 1001 "
        "--exercise one_parameter/stopping_rule \\\n"
        '    --points 1.5 --because "the idea is right, the sign is not"\n'
        "backprop class override ps1-graded --student 1001 "
        "--exercise one_parameter/stopping_rule --withdraw\n"
        "backprop class override ps1-graded --list",
        "It stays, whatever is graded again, and the student reads the reason. Once it is "
        "withdrawn, what was graded counts again.",
    )  # fmt: skip
    command.add_argument("folder", metavar="OUT", help="where the class is kept")
    command.add_argument("--student", metavar="ID", help="as in gradebook.csv")
    command.add_argument("--exercise", metavar="NAME", help="chapter/name")
    command.add_argument("--points", type=_read_points, metavar="N", help="how many")
    command.add_argument("--because", metavar="TEXT", help="why")
    command.add_argument("--withdraw", action="store_true", help="take back a mark given by hand")
    command.add_argument(
        "--list", action="store_true", help="show the marks given by hand (of --student)"
    )


def _read_points(text: str) -> float:
    """Read points, with a point or a comma."""
    from backprop.classroom.spreadsheets import read_decimal

    try:
        return read_decimal(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_export_command(group: Any) -> None:
    """Add the command that writes tables of marks."""
    command = add_command(
        group, "export", _export, "write the gradebook for Moodle, Canvas or yourself",
        "backprop class export ps1-graded --format moodle --output worksheet.csv\n"
        "backprop class export ps1-graded --format csv --anonymous",
        "Moodle takes it as a grading worksheet, Canvas in its gradebook's import, both in the "
        "points of the assignment there, if the roster says them.",
    )  # fmt: skip
    command.add_argument("folder", metavar="OUT", help="where the class is kept")
    command.add_argument(
        "--format", required=True, choices=("moodle", "canvas", "csv", "json"), help="which format"
    )
    command.add_argument("--output", metavar="FILE", help="where to (standard output)")
    command.add_argument(
        "--feedback",
        metavar="ZIP",
        help="also the pages of feedback, as Moodle or Canvas takes them",
    )
    command.add_argument(
        "--anonymous", action="store_true", help="words in place of ids and names, always the same"
    )
    command.add_argument(
        "--title", metavar="TEXT", default="", help="what the assignment is called in Canvas"
    )
    command.add_argument(
        "--replace", action="store_true",
        help="with --title: put the marks in place of others that this assignment has in Canvas",
    )  # fmt: skip
    command.add_argument(
        "--graded-only", action="store_true",
        help="of a class whose grading was stopped: leave out those who are not graded yet",
    )  # fmt: skip
    add_force_option(command)


def _show_or_take_points(given: argparse.Namespace) -> int:
    from backprop.classroom.assignment import read_released, write_assignment
    from backprop.classroom.points import (
        change_points,
        describe_points,
        describe_worth,
        read_points,
        write_points,
    )  # fmt: skip
    from backprop.classroom.release import list_outdated

    folder = Path(given.assignment)
    before = read_released(folder)
    if not given.take:
        _write_content(write_points(before), given)
        return GOOD
    if given.output:
        raise ValueError("--take reads a table and --output writes one: give one of them")
    points = read_points(Path(given.take))
    after = change_points(before, points)
    write_assignment(folder, after)
    print(describe_worth(after))
    for name, ideas in after.ideas.items():
        for idea, worth in ideas.items():
            print(f"{name}: {worth:g} of {after.points[name]:g} for {idea}")
    print("grade once more with the same command: nothing runs again")
    for note in describe_points(after, points, "they stay as they were"):
        print(f"note: {note}", file=sys.stderr)
    if "points" in list_outdated(folder, after):
        print("note: the notebook that was handed out names other points", file=sys.stderr)
    return GOOD


def _write_content(content: bytes, given: argparse.Namespace) -> None:
    """Write what was asked for into a file, or print it."""
    if given.output is None:
        sys.stdout.write(content.decode("utf-8-sig"))
    else:
        write_file(Path(given.output), content, force=given.force)
        print(f"written: {given.output}", file=sys.stderr)


def _override(given: argparse.Namespace) -> int:
    from datetime import datetime

    from backprop.classroom.reports import is_outdated, open_class, write_reports
    from backprop.classroom.store import Override
    from backprop.course.number_text import show_count

    folder = Path(given.folder)
    with open_class(folder) as (assignment, store, roster):
        if given.list:
            _list_overrides(given, assignment, store, roster)
            return GOOD
        _check_override(given, assignment, store, roster)
        time = datetime.now().astimezone().isoformat(timespec="seconds")
        points = None if given.withdraw else given.points
        because = given.because or ""
        store.add_override(Override(given.student, given.exercise, points, because, time))
        lines = write_reports(folder, assignment, store, roster)
        if is_outdated(store):
            print(f"note: {_OUTDATED}", file=sys.stderr)
    note_stop(folder)
    line = next((line for line in lines if line.student.id == given.student), None)
    if line is None:  # nothing but this mark was known of them
        print(f"{given.student}: no mark is left")
    else:
        worth = show_count(line.total, "point")
        print(f"{line.student.name or given.student}: {line.points:g} of {worth}")
    return GOOD


def _check_override(given: argparse.Namespace, assignment: Any, store: Any, roster: Any) -> None:
    """Make sure that a mark can be given, or taken back, as it was typed."""
    from backprop.classroom.gradebook import list_overrides

    needed = ["student", "exercise"] if given.withdraw else [
        "student", "exercise", "points", "because"
    ]  # fmt: skip
    missing = [name for name in needed if getattr(given, name) is None]
    if missing:
        raise ValueError(f"--{missing[0]} is missing: see backprop class override --help")
    if not given.withdraw and not given.because.strip():
        raise ValueError("because must say why, for the student reads it: --because TEXT")
    if given.withdraw and given.points is not None:
        raise ValueError("--withdraw takes a mark back and --points gives one: choose one of them")
    if given.exercise not in assignment.points:
        raise ValueError(
            f"exercise must be of {assignment.name}, got {given.exercise[:60]!r}: "
            f"{', '.join(assignment.exercises)}"
        )
    marks = {(one.student, one.exercise) for one in list_overrides(store)}
    if given.withdraw and (given.student, given.exercise) not in marks:
        raise ValueError(
            f"no mark by hand of {given.student[:60]!r} in {given.exercise}: --list shows them"
        )
    most = assignment.points[given.exercise]
    if not given.withdraw and not 0 <= given.points <= most:
        raise ValueError(
            f"points must be 0 to {most:g}, which {given.exercise} is worth, got "
            f"{given.points:g}: choose {'0 or more' if given.points < 0 else f'{most:g} or less'}"
        )
    known = {entry.student for entry in store.entries.values()} | set(roster.students)
    if not given.withdraw and given.student not in known:
        raise _refuse_id(given.student, store, roster)


def _refuse_id(word: str, store: Any, roster: Any) -> ValueError:
    """Say whose id may be meant by a word that is none."""
    from backprop.classroom.identities import list_strangers
    from backprop.classroom.roster import Roster

    known = Roster([*roster.students.values(), *list_strangers(store, roster)])
    number = word.rpartition(" ")[2]  # Moodle says "Participant 1001"
    meant = [number] if number in known.students else known.list_meant(word)
    if len(meant) > 1:
        way = f"{len(meant)} may be meant, whose ids are {', '.join(meant)[:200]}: choose one"
    elif meant:
        way = f"{known.students[meant[0]].name or 'the id'} is {meant[0]}"
    else:
        way = "look there"
    return ValueError(f"student must be an id of gradebook.csv, got {word[:60]!r}: {way}")


def _list_overrides(given: argparse.Namespace, assignment: Any, store: Any, roster: Any) -> None:
    """Print every mark by hand, also those that do not hold any more; of one student if asked."""
    from backprop.classroom.gradebook import list_overrides
    from backprop.tables import write_text_table

    if given.withdraw or given.points is not None or given.because is not None:
        raise ValueError("--list shows marks and changes none: leave out the other options")
    hold = list_overrides(store)
    known = {one.student for one in [*store.entries.values(), *store.overrides]}
    if given.student and given.student not in known | set(roster.students):
        raise _refuse_id(given.student, store, roster)
    rows = []
    for one in sorted(store.overrides, key=lambda one: one.given):
        if one.student != (given.student or one.student):
            continue
        if one.exercise != (given.exercise or one.exercise):
            continue
        student = roster.students.get(one.student)
        points = "withdrawn" if one.points is None else f"{one.points:g}"
        state = "holds" if any(one is each for each in hold) else ""
        most = assignment.points.get(one.exercise, 0.0)
        if state and one.points > most:
            state = f"counts as {most:g}"
        name = student.name if student else ""
        rows.append([one.given[:16], one.student, name, one.exercise, points, state, one.because])
    if rows:
        heads = ["given", "student", "name", "exercise", "points", "", "because"]
        print(write_text_table(heads, rows, "llllrll").rstrip())
    else:
        print("no marks by hand")


def _export(given: argparse.Namespace) -> int:
    from backprop.classroom.exports import hide_names, write_export
    from backprop.classroom.feedback import pack_pages
    from backprop.classroom.platforms import check_platform, describe_export
    from backprop.classroom.reports import is_outdated, make_lines, open_class
    from backprop.classroom.roster import Roster

    if given.title and given.format != "canvas":
        raise ValueError(f"--title names a column of Canvas, and --format {given.format} has none")
    notes = []
    with open_class(Path(given.folder)) as (assignment, store, roster):
        if is_outdated(store):
            raise ValueError(_OUTDATED)
        lines = _leave_out_ungraded(given, assignment, store, make_lines(assignment, store, roster))
        if given.anonymous:
            lines, roster = hide_names(lines, store.seed), Roster()
            if given.format in ("moodle", "canvas"):
                notes = [f"{given.format} knows nobody in it: without --anonymous it takes it back"]
        else:
            check_platform(given.format, roster, lines)
            _check_column(given, assignment, lines, roster)
            notes = describe_export(given.format, assignment, lines, roster, given.title)
        content = write_export(given.format, assignment, lines, roster, given.title)
        pages = pack_pages(given.format, assignment, lines) if given.feedback else b""
    if given.feedback:
        write_file(Path(given.feedback), pages, force=given.force)
        print(f"written: {given.feedback}", file=sys.stderr)
        if not zipfile.ZipFile(io.BytesIO(pages)).namelist():
            notes.append(f"no page is in it: nobody's file is named as {given.format} names files")
    _write_content(content, given)
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    return GOOD


def _leave_out_ungraded(
    given: argparse.Namespace, assignment: Any, store: Any, lines: list[Any]
) -> list[Any]:
    """Leave out whose notebooks are not graded yet, if that is asked for; else refuse."""
    from backprop.classroom.begun import describe_stop, find_ungraded, is_stopped, list_begun

    cause, way = describe_stop(store.folder)
    stopped = is_stopped(store.folder)
    ungraded = find_ungraded(assignment, store, lines, stopped=stopped)
    known = all(one.collected for one in list_begun(store.folder))
    if given.graded_only:
        if not known:
            raise ValueError(f"{cause}, and nobody knows yet of all who wait: {way}")
        return [line for line in lines if line.student.id not in ungraded]
    if ungraded or stopped:
        many = "student is" if len(ungraded) == 1 else "students are"
        who = f": {len(ungraded)} {many} not graded yet" if ungraded else ""
        cause = cause or f"the grading of {given.folder} was stopped before its end"
        way = way or "type the same command backprop class grade again, which goes on"
        leave = ", or leave those out by --graded-only" if known else ""
        raise ValueError(f"{cause}{who}; {way}{leave}")
    return lines


def _check_column(given: argparse.Namespace, assignment: Any, lines: Any, roster: Any) -> None:
    """Make sure that a column of Canvas that was named is not filled with other marks unasked."""
    from backprop.classroom.platforms import find_column, list_replaced

    if given.title and not given.replace:
        replaced = list_replaced(given.format, assignment, lines, roster, given.title)
        if replaced:
            column = find_column(assignment, roster, given.title).name
            there = ", ".join(replaced[:3])[:200]
            raise ValueError(
                f"{column} has other marks in Canvas ({there}; {len(replaced)} in all): is it this "
                "assignment? --replace puts the marks of here in their place"
            )
