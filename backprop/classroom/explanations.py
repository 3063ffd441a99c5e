"""Explanations of verdicts: nothing is said in which a hidden input could speak.

What a submission says after it was given hidden inputs may be these inputs: its values, its errors
and what it prints. So a verdict comes from a process that was given all inputs, and what is shown
besides our own words comes from another one, which was given those that everybody knows. A process
is given these first, and asks for the others where all goes well with them: what it says before it
has any can be shown as it is.
What is left to say is a choice among a submission's own lines, Python's own errors and our own
sentences: a few bits for each exercise, as the verdict itself is one. No number comes from what it
says: where a line stands is looked up.
"""

import builtins
import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from backprop.classroom.notebooks import parse_notebook
from backprop.course.calls import Run
from backprop.course.changed_inputs import describe_change, is_change
from backprop.course.comparison import Task
from backprop.course.exercise import Exercise, Result
from backprop.course.grading import Finding

__all__ = [
    "Explanation",
    "describe_hidden_problem",
    "hide_second_problems",
    "is_our_own",
    "judge_shown",
]

_UNCHECKED = (
    "The function was found by its name. No `ex.check` of it was run to its end, so the line that "
    "one may name was not read."
)
_ONLY_HIDDEN = "It goes wrong on inputs that are not shown here: try inputs of your own."
#: A line as an error names it. Its numbers may be anything; what counts is where the line stands.
_PLACE = re.compile(r"(?:cell \d+, )?line \d+(?:, in [^:\n]*)?: (.+)")
_LARGEST = 4_000_000  # bytes of a submission that is read here, where no wall is
_MOST_LINES = 2_000  # that it may have, because which of them is named could tell an input
_ERRORS = {
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}


@dataclass(frozen=True)
class Explanation:
    """What was found of one exercise in one process.

    Attributes
    ----------
    finding : Finding
        The verdict, and what was said of it.
    line : int, str or None
        The line that was named, where an exercise asks for one.
    is_ours : bool
        Whether all of it can be shown: it is our own, whatever the process knew, or was said before
        the process had been given a hidden input.
    problem : str
        What a function said instead of returning values.
    is_right_on_shown : bool
        Whether nothing is wrong with the inputs that everybody knows, so that nothing of them is
        to be shown.
    """

    finding: Finding
    line: int | str | None = None
    is_ours: bool = False
    problem: str = ""
    is_right_on_shown: bool = False

    def explain(self, other: "Explanation | None", task: Task, data: bytes) -> Finding:
        """Return what can be shown of this verdict.

        Parameters
        ----------
        other : Explanation or None
            What was found in a process that knew no hidden input, if anything was.
        task : Task
            The exercise.
        data : bytes
            The submission.
        """
        if self.is_ours:
            return self.finding
        wrong = other is not None and not other.finding.passed
        if self.problem:
            if other is not None and other.problem:
                return replace(other.finding, passed=False)
            said = Finding(False, describe_hidden_problem(self.problem, task, data))
            return replace(said, example=other.finding.example) if other and wrong else said
        example = other.finding.example if other and wrong else ()
        text = self.finding.text
        if other and wrong and (other.finding.text == text or _begins_alike(other, text)):
            text = other.finding.text
        elif not self.finding.misconception and not is_our_own(text, task):
            text = f"`{task.name}` does not agree with ours on all examples."
        if not wrong:
            text = f"{text}\n\n{_ONLY_HIDDEN}"
        return replace(self.finding, text=text, example=example)


def _begins_alike(other: Explanation, text: str) -> bool:
    """Return whether another text is the same but for what the function said the second time."""
    return text.startswith(other.finding.text.partition(" The second time")[0])


def is_our_own(text: str, task: Task) -> bool:
    """Return whether a text quotes no number and no word of a submission.

    Examples
    --------
    >>> task = Task("f", ("x1",), ("y",), abs)
    >>> is_our_own("Your `y` has lost its sign: is `x1` negative?", task)
    True
    >>> is_our_own("Your `y` is ours times 2.5.", task), is_our_own("yours is `'3'`.", task)
    (False, False)
    """
    names = {task.name, *task.parameters, *task.results}
    rest = re.sub(r"`([^`]*)`", lambda found: "" if found[1] in names else found[0], text)
    return not re.search(r"[\d'`]", rest)


def describe_hidden_problem(problem: str, task: Task, data: bytes) -> str:
    r"""Say of a problem with a hidden input what cannot be the input.

    Parameters
    ----------
    problem : str
        What the submission said of it.
    task : Task
        The exercise.
    data : bytes
        The submission, in which a line has to stand that is named: where it does, is said if
        there is no other like it.

    Examples
    --------
    >>> task = Task("f", ("x",), ("y",), abs)
    >>> said = "```\ncell 3, line 2, in f: raise ValueError(x)\nValueError: 0.25\n```"
    >>> cell = '{"cell_type": "code", "source": "def f(x):\\n    raise ValueError(x)"}'
    >>> told = describe_hidden_problem(said, task, f'{{"cells": [{cell}]}}'.encode())
    >>> "`ValueError` in cell 1, line 2, `raise ValueError(x)`" in told, "0.25" in told
    (True, False)
    """
    for name in task.parameters:
        if is_change(problem, name):
            return f"{describe_change(name)}\n\n{_ONLY_HIDDEN}"
    lines = problem.split("\n")
    places = [n for n, line in enumerate(lines) if _PLACE.fullmatch(line)]
    kind = lines[places[-1] + 1].partition(":")[0] if places and len(lines) > places[-1] + 1 else ""
    if kind not in _ERRORS:
        names = ", ".join(f"`{name}`" for name in task.results)
        return f"Your function does not return {names} for every input. {_ONLY_HIDDEN}"
    return (
        "Your function stops with an error on an input that is not shown here: "
        f"`{kind}`{_describe_place(lines[places[-1]], data)}. What the error says is left out, "
        "because it could tell the input. Try inputs of your own."
    )


def _describe_place(line: str, data: bytes) -> str:
    """Name a line, if it stands in the submission, and its place, if it stands there once."""
    found = _PLACE.fullmatch(line)
    text = found[1].strip() if found else ""
    places = _find_lines(text, data) if text else []
    if not places:
        return ""
    quoted = text.replace("`", "'")
    cell, number = places[0]
    place = f"cell {cell}, line {number}, " if len(places) == 1 else "the line "
    return f" in {place}`{quoted}`"


def _find_lines(text: str, data: bytes) -> list[tuple[int, int]]:
    """List the cells and lines of a submission that hold a text and no other."""
    if len(data) > _LARGEST:
        return []
    try:
        cells = parse_notebook(data, "the file", repair=False).code
    except (ValueError, RecursionError):
        return []
    sources = [(cell.number, cell.source.split("\n")) for cell in cells]
    if sum(len(lines) for _, lines in sources) > _MOST_LINES:
        return []
    return [
        (cell, number)
        for cell, lines in sources
        for number, written in enumerate(lines, start=1)
        if written.strip() == text
    ]


def judge_shown(
    exercise: Exercise, finding: Finding, line: int | str | None, asked: Collection[str] | None
) -> Result:
    """Return the verdict of an exercise, in words that can be shown.

    Parameters
    ----------
    exercise : Exercise
        Which.
    finding : Finding
        What was found of the function.
    line : int, str or None
        The line that was named, where an exercise asks for one.
    asked : collection of str or None
        How the function was found: by a check, or by its name alone, which names no line.

    Examples
    --------
    >>> from backprop import course
    >>> ex = course.exercise("by_hand/point_by_point")
    >>> judge_shown(ex, Finding(True, "It agrees."), None, ["by name"]).text[-40:]
    'the line that one may name was not read.'
    """
    result = exercise.judge(finding, line)
    if not finding.passed or result.passed or line is not None or "by check" in (asked or ()):
        return result
    return replace(result, text=f"{result.text}\n\n{_UNCHECKED}")


def hide_second_problems(run: Run) -> Run:
    """Return a run in which second calls say nothing of their own."""
    repeated = tuple(replace(o, problem="an error") if o.problem else o for o in run.repeated)
    return replace(run, repeated=repeated)
