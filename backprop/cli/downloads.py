"""What a class is given: rosters and downloads, looked at before they count, and taken back."""

import argparse
import sys
from pathlib import Path
from typing import Any

from backprop.cli.arguments import GOOD, add_command

__all__ = [
    "add_remove_command",
    "add_roster_options",
    "check_assignment",
    "check_submissions",
    "note_stop",
    "read_class_roster",
]


def add_roster_options(command: argparse.ArgumentParser) -> None:
    """Let a command take a roster."""
    command.add_argument("--roster", metavar="CSV", help="who is in the class (the last one given)")
    command.add_argument(
        "--roster-is", choices=("whole", "part"), default="",
        help="whether the roster takes the place of the last one, or is added to it: dates of some "
        "(without this it takes its place, unless somebody would be lost)",
    )  # fmt: skip


def add_remove_command(group: Any) -> None:
    """Add the command that takes a download back."""
    command = add_command(
        group, "remove", _remove, "take a wrong download out of a class",
        "backprop class remove ps1-graded wrong.zip",
        "Whatever came with it counts no more, and who came with it alone is gone. Marks by hand "
        "stay. If it was right after all, grade it again.",
    )  # fmt: skip
    command.add_argument("folder", metavar="OUT", help="where the class is kept")
    command.add_argument(
        "submissions", metavar="SUBMISSIONS", help="the zip or folder, or its name if it is gone"
    )


def read_class_roster(given: argparse.Namespace, assignment: Any) -> Any:
    """Read the roster that was given, as it counts after the last one, and say what is odd."""
    from backprop.classroom.roster import list_lost_dates, read_roster
    from backprop.classroom.roster_changes import follow_roster, list_odd_dates

    if not given.roster:
        if given.roster_is:
            raise ValueError("--roster-is says what --roster CSV is: give that, too")
        return None
    table = Path(given.roster)
    before, strangers, at_stake = _look_at_class(Path(given.output))
    roster = follow_roster(
        before, read_roster(table), given.roster_is, table.name, strangers, at_stake
    )
    lost, odd = list_lost_dates(before, roster), list_odd_dates(roster, assignment.due)
    old = _note_old_times(roster, table, Path(given.submissions))
    for note in [*roster.notes, *lost, *odd, *old]:
        print(f"note: {note}", file=sys.stderr)
    return roster


def check_assignment(folder: Path, assignment: Any) -> None:
    """Make sure that a folder has a class of this assignment, or none yet."""
    from backprop.classroom.store import read_settings

    if (folder / "run.json").exists():
        read_settings(folder / "run.json", {"assignment": assignment.name})


def _look_at_class(folder: Path) -> tuple[Any, Any, set[str]]:
    """Return the last roster of a class, who is not on it, and who has something to lose."""
    from backprop.classroom.gradebook import list_overrides
    from backprop.classroom.identities import list_strangers
    from backprop.classroom.reports import load_roster
    from backprop.classroom.roster import Roster
    from backprop.classroom.store import open_store

    try:
        before = load_roster(folder)
    except ValueError as error:  # which the new one mends
        before = Roster()
        print(f"note: {error}", file=sys.stderr)
    if not (folder / "run.json").exists():
        return before, [], set()
    with open_store(folder, {}) as store:
        at_stake = {one.student for one in list_overrides(store)}
        handed_in = {one.student for one in store.received.values()}
        handed_in |= {row[1] for rows in store.problems.values() for row in rows}
        return before, list_strangers(store, before), at_stake | (handed_in & set(before.students))


def _note_old_times(roster: Any, table: Path, download: Path) -> list[str]:
    """Say that a roster with times is much older than the download whose times it should name."""
    dated = any(student.submitted for student in roster.students.values())
    if not dated or not download.exists():
        return []
    seconds = download.stat().st_mtime - table.stat().st_mtime
    if seconds < 600:
        return []
    return [f"{table.name} is older than {download.name}: does it know when the newest files came?"]


def check_submissions(given: argparse.Namespace, roster: Any) -> None:
    """Make sure that a download is one of this class, unless its form was said."""
    from backprop.classroom.collect import check_download, check_kind
    from backprop.classroom.lines import Lines
    from backprop.classroom.reports import load_roster

    folder, inside = Path(given.output), Path(given.submissions).resolve()
    if inside.is_dir() and folder.resolve().is_relative_to(inside):
        raise ValueError(
            f"output must be outside of the submissions, got {str(folder)[:60]!r}, which would be "
            f"taken for a student's: choose a folder beside {given.submissions}"
        )
    check_kind(Path(given.submissions))
    if given.layout == "auto":
        known = [line["path"] for line in Lines(folder / "handins.jsonl").read() if "path" in line]
        check_download(Path(given.submissions), roster or load_roster(folder), known)


def _remove(given: argparse.Namespace) -> int:
    from backprop.classroom.archives import call_download
    from backprop.classroom.begun import forget_download, list_begun
    from backprop.classroom.reports import describe_class, open_class, write_problems, write_reports
    from backprop.course.number_text import show_count

    folder = Path(given.folder)
    with open_class(folder) as (assignment, store, roster):
        begun = [one.source for one in list_begun(folder) if one.source]
        sources = list(dict.fromkeys([*store.list_sources(), *begun]))
        source = _find_source(Path(given.submissions), sources)
        count = sum(entry.source == source for entry in store.entries.values())
        store.remove_source(source)
        write_problems(folder, source, [], store)
        lines = write_reports(folder, assignment, store, roster)
        forget_download(folder, source)
    note_stop(folder)
    verb = "counts" if count == 1 else "count"
    print(f"{call_download(source)} is out: {show_count(count, 'notebook')} {verb} no more")
    for words, number in describe_class(lines).items():
        print(f"{number:6}  {words}")
    return GOOD


def note_stop(folder: Path) -> None:
    """Say that marks in the folder of a class may be too few, if its grading was stopped."""
    from backprop.classroom.begun import describe_stop

    cause, way = describe_stop(folder)
    if cause:
        print(
            f"note: {cause}, so {folder}/gradebook.csv has 0 for those who wait, and nothing is "
            f"exported: {way}",
            file=sys.stderr,
        )


def _find_source(download: Path, sources: list[str]) -> str:
    """Find by which name a download is kept: with what it holds, or without if that is clear."""
    from backprop.classroom.archives import call_download, name_download

    exact = name_download(download) if download.exists() else ""
    if exact in sources:
        return exact
    alike = [source for source in sources if download.name in (source, call_download(source))]
    if len(alike) == 1 and not download.exists():
        return alike[0]
    raise ValueError(
        f"submissions must be a download of this class, got {download.name[:60]!r}: it has "
        f"{', '.join(sources)[:300] or 'none'}"
    )
