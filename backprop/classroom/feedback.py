"""Feedback: a page for each student, with what they may see and nothing else."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from backprop.classroom.assignment import Assignment, describe_time
from backprop.classroom.gradebook import Line, Mark
from backprop.course import exercise as open_exercise
from backprop.course.markup import to_html, to_plain
from backprop.course.number_text import show_count
from backprop.course.values import format_argument
from backprop.page.html import Markup, element, join

__all__ = ["name_page", "pack_pages", "write_page", "write_pages"]

_WORDS = {
    "solved": "Solved",
    "wrong": "Not yet",
    "not attempted": "Not attempted",
    "not reached": "Not reached",
}
_REFUSED = "how its run ended: refused: "
_SAVE = "Save the notebook in Jupyter, see that it can be opened again, and hand it in once more."
_NOTEBOOK = "What can be graded is the notebook, a file that ends in .ipynb."
_PART = (
    "what your function returns is, in every example, what comes of this one mistake, and your "
    "teacher gives points for that."
)
_STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --muted: #5b6168; --paper: #fff; --line: #d9dce0;
  --good: #1a7f37; --bad: #b3261e; --panel: #f5f6f8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --muted: #a2a9b1; --paper: #16181b; --line: #3a3f45; --good: #56d364;
    --bad: #ff8a80; --panel: #202328; } }
body { background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  margin: 0 auto; max-width: 44rem; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 0; }
.who, .why { color: var(--muted); margin: 0; }
.sum { font-size: 1.25rem; font-variant-numeric: tabular-nums; margin: 1rem 0 0; }
section { border-top: 1px solid var(--line); margin-top: 1.5rem; padding-top: 1.25rem; }
.verdict { font-weight: 600; margin: .25rem 0 .5rem; }
.solved .verdict { color: var(--good); }
.wrong .verdict { color: var(--bad); }
.message { margin: 0; white-space: pre-line; }
table { border-collapse: collapse; margin-top: .75rem; width: 100%; }
caption { color: var(--muted); font-size: .9rem; padding-bottom: .25rem; text-align: left; }
th, td { border-top: 1px solid var(--line); font-weight: 400; padding: .3rem .75rem .3rem 0;
  text-align: left; vertical-align: top; }
th { color: var(--muted); padding-right: 2rem; white-space: nowrap; width: 1%; }
.by-hand { margin-top: .6rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; white-space: pre-wrap; }
.notes { background: var(--panel); border-radius: 6px; margin: 1.25rem 0 0;
  padding: .75rem 1rem .75rem 2rem; }
"""


def name_page(identifier: str) -> str:
    """Return the name of a student's page: their id, where it can name a file.

    Examples
    --------
    >>> name_page("1001")
    '1001.html'
    """
    plain = re.sub(r"[^\w@+-]+", "-", identifier).strip("-")[:60]
    if plain == identifier:
        return f"{plain}.html"
    digest = hashlib.sha256(identifier.encode(errors="replace")).hexdigest()[:8]
    return f"{plain}-{digest}.html"


def write_pages(folder: Path, assignment: Assignment, lines: Iterable[Line]) -> int:
    """Write the page of every student; pages that would not change stay as they are.

    Returns
    -------
    int
        How many were written.
    """
    folder.mkdir(exist_ok=True)
    count = 0
    for line in lines:
        path = folder / name_page(line.student.id)
        content = write_page(assignment, line).encode(errors="replace")
        # They can be made again at any time, so nobody waits for the disk.
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            count += 1
    return count


def pack_pages(form: str, assignment: Assignment, lines: Iterable[Line]) -> bytes:
    """Pack the pages into a zip that a platform gives back to its students.

    Parameters
    ----------
    form : str
        ``"moodle"`` or ``"canvas"``.

    Notes
    -----
    Both find students by the names of files, and take those of their own downloads:
    ``mod/assign/feedback/file/importziplib.php`` of Moodle, ``lib/content_zipper.rb`` of Canvas.
    Nothing is packed for who has handed in nothing, because Canvas would not know them.

    Raises
    ------
    ValueError
        If it is another format.
    """
    if form not in ("moodle", "canvas"):
        raise ValueError(f"feedback must be for moodle or canvas, got {form}: choose one of them")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for line in lines:
            name = _name_for_platform(form, line)
            if name:
                page = write_page(assignment, line).encode(errors="replace")
                archive.writestr(zipfile.ZipInfo(name), page, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _name_for_platform(form: str, line: Line) -> str:
    """Return the name by which a platform knows whose a file is; empty where it knows nobody."""
    canvas = r"(?:.+?_)??(?:LATE_)?(?:\d+|anon_\w+?)_\d+_"
    # Before 4.1 Moodle wrote an underscore behind the folder's name, and needs it there.
    moodle = r".*?_\d+_assignsubmission_file(?:_$)?"
    pattern, rest = (canvas, "") if form == "canvas" else (moodle, "/")
    for part in line.paths[0].split("/") if line.paths else ():
        found = re.match(pattern, part)
        if found:
            return f"{found[0]}{rest}feedback.html"
    return ""


def write_page(assignment: Assignment, line: Line) -> str:
    """Write a student's page: verdicts, messages, and their own values.

    Returns
    -------
    str
        One whole page of HTML that needs nothing else.
    """
    title = f"{assignment.name}: your feedback"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width"),
        element("title", title),
        element("style", Markup(_STYLE)),
    )
    who = line.student.name or line.student.id
    body = element(
        "body",
        element(
            "main",
            element("h1", assignment.name),
            element("p", who, class_="who"),
            element("p", _describe_attempt(line), class_="who") if line.files else None,
            element("p", f"{line.points:g} of {show_count(line.total, 'point')}", class_="sum"),
            _write_notes(assignment, line),
            [_write_mark(assignment, mark) for mark in line.marks],
        ),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _describe_attempt(line: Line) -> str:
    """Say which file counts, and when it came."""
    names = ", ".join(path.rpartition("/")[2] for path in line.paths)
    parts = [f"Graded: {names}" if names else "Graded"]
    parts += [f"handed in {describe_time(line.came)}"] if line.came else []
    parts += [f"one of {line.attempts} attempts"] if line.attempts > 1 else []
    return ", ".join(parts)


def _write_notes(assignment: Assignment, line: Line) -> Markup | None:
    notes = []
    if line.late:
        notes.append(_describe_delay(assignment, line))
    notes += [_describe_note(_name_by_title(note, line.marks)) for note in line.notes]
    if any(note.startswith("cell ") for note in line.notes):
        notes.append("Cells are counted from the top, those with text among them.")
    if line.paths and not line.attempts:
        damaged = any(note.endswith(" is damaged") for note in line.notes)
        notes.append(_SAVE if damaged else _NOTEBOOK)
    items = [element("li", _mark_code(note)) for note in notes]
    return element("ul", items, class_="notes") if notes else None


def _name_by_title(note: str, marks: Iterable[Mark]) -> str:
    """Return a note that begins with an exercise with its title there, as the page has it."""
    for mark in marks:
        if re.match(rf"{re.escape(mark.exercise)}[ :]", note):
            title = to_plain(open_exercise(mark.exercise).title)
            return f"“{title}”{note.removeprefix(mark.exercise)}"
    return note


def _describe_note(note: str) -> str:
    """Return a note as a sentence; of a file that was refused, without what only a program says."""
    if note.startswith(_REFUSED):
        why = note.removeprefix(_REFUSED).partition(" (")[0]
        return f"Nothing of your file could be graded: {why}. {_SAVE}"
    return note[:1].upper() + note[1:] if _begins_with_word(note) else note


def _begins_with_word(note: str) -> bool:
    """Return whether a note begins with a word, and not with the name of a file."""
    return note.partition(" ")[0].isalpha()


def _describe_delay(assignment: Assignment, line: Line) -> str:
    """Say how late it was, what that costs, and what it does not cost."""
    many = f" ({show_count(line.days, 'day')} begun)" if line.days else ""
    if assignment.late == "refuse":
        cost = ": no points are given then"
    elif assignment.cut_a_day and line.days:
        cost = f": {assignment.late} was taken off"
    else:
        cost = ""
    spared = ", but that does not touch what was marked by hand"
    by_hand = any(mark.because for mark in line.marks)
    return f"It came late{many}{cost}{spared if cost and by_hand else ''}."


def _write_mark(assignment: Assignment, mark: Mark) -> Markup:
    known = _read_exercise(mark.exercise)
    points = f"{mark.points:g} of {assignment.points[mark.exercise]:g}"
    rows = _list_rows(mark.exercise, mark.example) if mark.state == "wrong" else ()
    table = element(
        "table",
        element("caption", "An example where it goes wrong"),
        element(
            "tbody",
            [
                element(
                    "tr", element("th", name, scope="row"), element("td", element("code", text))
                )
                for name, text in rows
            ],
        ),
    )
    return element(
        "section",
        element("h2", known.title),
        element("p", element("code", known.function), class_="why"),
        element("p", join([_WORDS[mark.state], points], " · "), class_="verdict"),
        element("p", _mark_code(mark.message), class_="message")
        if mark.message and not _is_refusal(mark)
        else None,
        element("p", element("b", "Marked by hand: "), mark.because, class_="message by-hand")
        if mark.because
        else None,
        element("p", element("b", "Part of the points: "), _PART, class_="message by-hand")
        if mark.idea
        else None,
        table if rows else None,
        class_=mark.state.replace(" ", "-"),
    )


def _is_refusal(mark: Mark) -> bool:
    """Return whether a message says that the file was refused, which stands above once."""
    return mark.state == "not reached" and "to its end: refused: " in mark.message


def _mark_code(text: str) -> list[Markup | str]:
    """Return a message with what stands between backticks as code."""
    parts = re.split(r"`([^`\n]+)`", text)
    return [element("code", part) if n % 2 else part for n, part in enumerate(parts)]


def _list_rows(name: str, example: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """List the rows that a student may see: all of a known example, else their own values."""
    rows = [(str(row[0]), str(row[1])) for row in example]
    if _is_known(name, tuple(rows)):
        return rows
    own = re.compile(r"yours?\b|printed$|(?:first|second) call\b")
    return [row for row in rows if own.match(row[0])]


def _is_known(name: str, rows: tuple[tuple[str, str], ...]) -> bool:
    """Return whether the example is one that stands in the exercise for everybody."""
    return any(rows[: len(shown)] == shown for shown in _read_exercise(name).examples)


class _Known(NamedTuple):
    """What everybody knows of an exercise: its title, its function, its fixed examples."""

    title: Markup
    function: str
    examples: tuple[tuple[tuple[str, str], ...], ...]


@cache  # opening an exercise runs its file, and every page needs it
def _read_exercise(name: str) -> _Known:
    exercise = open_exercise(name)
    parameters = exercise.task.parameters
    examples = tuple(
        tuple((word, format_argument(value)) for word, value in zip(parameters, case, strict=True))
        for case in exercise.fixed
    )
    return _Known(Markup(to_html(exercise.title, inline=True)), exercise.name, examples)
