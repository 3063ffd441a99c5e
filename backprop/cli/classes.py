"""Commands about a class: hand out, grade, mark by hand, export."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from backprop import __version__
from backprop.classroom.walls import TRUST, WALLS
from backprop.cli.arguments import (
    GOOD,
    NOT_YET,
    add_command,
    add_group,
    read_folder,
    read_positive,
)
from backprop.cli.downloads import (
    add_remove_command,
    add_roster_options,
    check_assignment,
    check_submissions,
    read_class_roster,
)
from backprop.cli.marks import add_export_command, add_override_command, add_points_command

__all__ = ["add_commands"]


def add_commands(groups: Any) -> None:
    """Add the commands to the parser's."""
    group = add_group(groups, "class", "hand out a chapter, grade what comes back")
    _add_release(group)
    _add_dates(group)
    add_points_command(group)
    _add_grade(group)
    add_remove_command(group)
    add_override_command(group)
    add_export_command(group)
    _add_sources(group)
    add_command(
        group, "walls", _show_walls, "show what keeps submissions from doing harm here",
        "backprop class walls",
        "Submissions run behind walls of the system: without files, network or other processes. "
        "This names the walls that this system has, and what is missing for the others. Where "
        "none is here, nothing is graded, but for work that you trust, if you say so: "
        f"class grade --walls {TRUST}.",
    )  # fmt: skip


def _add_release(group: Any) -> None:
    command = add_command(
        group, "release", _release, "make an assignment of a chapter",
        'backprop class release one_parameter --output ps1 --due "2026-11-30T23:59"\n'
        "backprop class release my_folder --output ps2 --points points.csv --late '10% a day'",
        "Writes the students' notebook and assignment.json into a folder, and a solved notebook "
        "into a folder beside it, which is yours alone. A folder of your own is made an "
        "assignment if it holds one notebook that opens exercises of the book.",
    )  # fmt: skip
    command.add_argument("what", metavar="CHAPTER|FOLDER", help="a chapter, or a folder of yours")
    command.add_argument(
        "--output", type=read_folder, metavar="FOLDER", required=True, help="the folder to make"
    )
    command.add_argument(
        "--due", metavar="TIME", help="for example 2026-11-30T23:59, by this computer's clock"
    )
    command.add_argument(
        "--points", metavar="FILE",
        help="a CSV with the columns exercise and points (1 for each); see backprop class points",
    )  # fmt: skip
    command.add_argument(
        "--late", metavar="POLICY", default="flag",
        help="flag (late work is marked, as it is without this), refuse (it gets no points), "
        "or '10%% a day'",
    )  # fmt: skip
    command.add_argument(
        "--attempts",
        choices=("latest", "best"),
        default="latest",
        help="which of several counts (latest)",
    )


def _add_dates(group: Any) -> None:
    command = add_command(
        group, "dates", _change_dates, "see and change when an assignment is due",
        "backprop class dates ps1 --due 2026-12-04T23:59\n"
        "backprop class dates ps1 --late '10% a day'",
        "Changes the date of all, what becomes of late work, and which attempt counts. Then grade "
        "once more: nobody's notebook runs again. A date for one student stands in the roster.",
    )  # fmt: skip
    command.add_argument("assignment", metavar="ASSIGNMENT", help="the folder that release made")
    command.add_argument("--due", metavar="TIME", help="for example 2026-11-30T23:59, or none")
    command.add_argument("--late", metavar="POLICY", help="flag, refuse, or '10%% a day'")
    command.add_argument("--attempts", choices=("latest", "best"), help="which of several counts")


def _add_download(command: argparse.ArgumentParser) -> None:
    """Let a command take an assignment and what was handed in for it."""
    command.add_argument("assignment", metavar="ASSIGNMENT", help="the folder that release made")
    command.add_argument("submissions", metavar="SUBMISSIONS", help="a zip or a folder")
    command.add_argument(
        "--from", dest="layout", choices=("auto", "moodle", "canvas", "folders"), default="auto",
        help="who made the download (auto: seen from its names)",
    )  # fmt: skip


def _add_grade(group: Any) -> None:
    command = add_command(
        group, "grade", _grade, "grade what was handed in",
        "backprop class grade ps1 submissions.zip --output ps1-graded --roster roster.csv\n"
        "backprop class grade ps1 friday.zip --output ps1-graded --again failed",
        "Takes the download of Moodle or Canvas as it is, or a folder. Every submission runs "
        "behind walls. What was graded before is not graded again; the same command goes on where "
        "it was stopped, and takes dates and points that have changed into account.",
    )  # fmt: skip
    _add_download(command)
    command.add_argument(
        "--output", type=read_folder, metavar="OUT", required=True, help="where everything is kept"
    )
    add_roster_options(command)
    command.add_argument(
        "--jobs", type=read_positive, metavar="N", help="how many at once (one for each processor)"
    )
    command.add_argument(
        "--scheduler", metavar="ADDRESS",
        help="grade on the workers of a Dask scheduler: tcp://10.0.0.5:8786",
    )  # fmt: skip
    command.add_argument(
        "--seconds", type=read_positive, default=20, metavar="N", help="time for each (20)"
    )
    command.add_argument(
        "--memory", type=read_positive, default=1500, metavar="MB", help="memory for each (1500)"
    )
    command.add_argument(
        "--again", choices=("changed", "failed", "all"), default="changed",
        help="what is graded although it was before: what has changed, what failed, or all",
    )  # fmt: skip
    command.add_argument(
        "--walls", choices=("auto", *WALLS, TRUST), default="auto",
        help=f"which walls (auto: the strongest that this system has; {TRUST}: none, so that "
        "submissions can read your files and the solutions, and only time and memory are sure to "
        "be limited: for work that you would run yourself)",
    )  # fmt: skip


def _add_sources(group: Any) -> None:
    command = add_command(
        group, "sources", _write_sources, "write what students wrote, for JPlag or Dolos",
        "backprop class sources ps1 submissions.zip --output ps1-sources\n"
        "java -jar jplag.jar -l python3 ps1-sources/students -bc ps1-sources/handed_out",
        "A folder with a program for each student, of the cells that were changed, and one with "
        "what was handed out, which such programs leave out of the comparison. Nothing is run.",
    )  # fmt: skip
    _add_download(command)
    command.add_argument(
        "--output", type=read_folder, metavar="FOLDER", required=True, help="the folder to make"
    )
    command.add_argument("--roster", metavar="CSV", help="who is in the class")


def _release(given: argparse.Namespace) -> int:
    from backprop.classroom.points import describe_points, describe_worth, read_points
    from backprop.classroom.release import release_assignment

    points = read_points(Path(given.points)) if given.points else None
    released = release_assignment(
        given.what,
        Path(given.output),
        package=__version__,
        due=given.due,
        points=points,
        late=given.late,
        attempts=given.attempts,
    )
    assignment = released.assignment
    print(describe_worth(assignment))
    print(f"hand out: {released.handed_out}")
    print(f"for you:  {released.solved}")
    notes = describe_points(assignment, points, "each is worth 1") if points else []
    if released.unsolved:
        notes.append(
            f"no cell holds the starter of {', '.join(released.unsolved)[:200]}, so the notebook "
            "for you has no solution of it: copy it from the chapter, with the call of ex.check"
        )
    if released.imports:
        notes.append(
            f"no cell has {' or '.join(released.imports)}, and cells stop with an error without "
            "it: write it into a cell at the top"
        )
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    _note_past_date(assignment)
    return GOOD


def _change_dates(given: argparse.Namespace) -> int:
    from dataclasses import replace

    from backprop.classroom.assignment import describe_time, read_released, write_assignment
    from backprop.classroom.release import list_outdated

    folder = Path(given.assignment)
    asked = {name: getattr(given, name) for name in ("due", "late", "attempts")}
    changes = {name: text for name, text in asked.items() if text is not None}
    if changes.get("due") == "none":
        changes["due"] = None
    before = read_released(folder)
    after = replace(before, **changes)
    if changes:
        write_assignment(folder, after)
    due = describe_time(after.due) if after.due else "never"
    print(f"due: {due}, late: {after.late}, attempts: {after.attempts}")
    if changes:
        print("grade once more with the same command: nothing runs again")
        _note_past_date(after)
    if "date" in list_outdated(folder, after):
        print("note: the notebook that was handed out says otherwise: tell your students",
              file=sys.stderr)  # fmt: skip
    return GOOD


def _note_past_date(assignment: Any) -> None:
    """Say that a date is over, which may well be a slip."""
    from datetime import datetime

    from backprop.classroom.assignment import describe_time, parse_time

    if assignment.due and parse_time(assignment.due, "due") < datetime.now().astimezone():
        print(f"note: {describe_time(assignment.due)} is over: is this the date?", file=sys.stderr)


def _grade(given: argparse.Namespace) -> int:
    from backprop.classroom.processes import stop_at_once

    with stop_at_once("stopped: the same command goes on"):
        return _grade_class(given)


def _grade_class(given: argparse.Namespace) -> int:
    from backprop.classroom.assignment import read_released
    from backprop.classroom.reports import count_problems, describe_class
    from backprop.classroom.workers import grade_download
    from backprop.course.number_text import show_count

    assignment = read_released(Path(given.assignment))
    check_assignment(Path(given.output), assignment)
    roster = read_class_roster(given, assignment)
    check_submissions(given, roster)
    graded = grade_download(
        assignment,
        Path(given.assignment),
        Path(given.submissions),
        Path(given.output),
        roster,
        _choose_workers(given),
        layout=given.layout,
        again=given.again,
        version=__version__,
    )
    session = graded.session
    each = f", {1000 * session.cpu / session.graded:.0f} ms of CPU each" if session.graded else ""
    print(f"{session.graded} graded{each}, {session.known} known already")
    for words, count in describe_class(graded.lines).items():
        print(f"{count:6}  {words}")
    print(f"written: {given.output}/gradebook.csv, gradebook.json, feedback/, problems.csv")
    if not graded.protected:
        print("not protected: graded without walls, as work that you trust")
    count = count_problems(Path(given.output))
    if count:
        print(f"{show_count(count, 'problem')}: see {given.output}/problems.csv")
    wrong = _note_wrong_assignment(assignment, session.store, Path(given.submissions))
    for note in [*session.notes, *wrong]:
        print(f"note: {note}", file=sys.stderr)
    return GOOD


def _note_wrong_assignment(assignment: Any, store: Any, download: Path) -> list[str]:
    """Say that most notebooks of a download hold nothing that is asked, if there are several."""
    from backprop.classroom.archives import name_download
    from backprop.classroom.notebooks import ANOTHER_CHAPTER

    name = name_download(download)
    files = {entry.file for entry in store.entries.values() if entry.source == name}
    results = [store.results[file] for file in files if file in store.results]
    others = sum(ANOTHER_CHAPTER in result["notes"] for result in results)
    if len(results) < 2 or 2 * others <= len(results):
        return []
    return [
        f"{others} of {len(results)} notebooks hold nothing of what {assignment.name} asks: is "
        f"{download.name} the download of another assignment? If so, backprop class remove takes "
        "it out again"
    ]


def _choose_workers(given: argparse.Namespace) -> Any:
    """Return processes of this machine, or the workers of a scheduler."""
    limits = given.seconds, given.memory, given.walls
    if given.scheduler:
        from backprop.classroom.scheduler import SchedulerWorkers

        return SchedulerWorkers(1, *limits, address=given.scheduler, version=__version__)
    from backprop.classroom.workers import Workers

    return Workers(given.jobs or os.cpu_count() or 1, *limits)


def _write_sources(given: argparse.Namespace) -> int:
    from backprop.classroom.assignment import read_released
    from backprop.classroom.collect import check_kind
    from backprop.classroom.processes import stop_at_once
    from backprop.classroom.roster import Roster, read_roster
    from backprop.classroom.sources import write_sources
    from backprop.course.number_text import show_count

    with stop_at_once("stopped"):
        assignment = read_released(Path(given.assignment))
        check_kind(Path(given.submissions))
        written = write_sources(
            assignment, Path(given.assignment),
            Path(given.submissions), given.layout,
            read_roster(Path(given.roster)) if given.roster else Roster(), Path(given.output),
        )  # fmt: skip
    print(f"{show_count(written.programs, 'program')} in {given.output}/students")
    print(f"what was handed out: {given.output}/handed_out")
    for trouble in written.troubles:
        print(f"note: {trouble.path or trouble.student} {trouble.why}", file=sys.stderr)
    return GOOD


def _show_walls(given: argparse.Namespace) -> int:
    from backprop.classroom.connection import list_walls

    found = list_walls()
    for name, missing in found:
        print(f"{name:<12}{missing or 'here'}")
    if any(not missing for _, missing in found):
        return GOOD
    if sys.platform == "linux":
        print(f"without walls, for work that you trust: backprop class grade --walls {TRUST}")
    return NOT_YET
