"""Nothing of a hidden input reaches what is given back, whatever a submission does to say it."""

import json
from pathlib import Path

import pytest

from backprop import course
from backprop.classroom.assignment import Assignment
from backprop.classroom.gradebook import make_gradebook
from backprop.classroom.grading import grade
from backprop.classroom.reports import write_problems, write_reports
from backprop.classroom.roster import Roster
from backprop.classroom.store import Entry, open_store

from .notebooks import RESIDUALS, grade_one, hand_over, make_key, states, submit

EXERCISE = course.exercise(RESIDUALS)
HEAD = "def residuals_and_ssr(observed, predicted):\n"
#: What stands for a hidden input, once one is known: a word, a number, a count of cells.
WORD, NUMBER, CODE = "LEAKED", 987654, 93
PLACE = 54321  # of as many digits as the number of a line may have

#: Keeps every input that not everybody knows, also those that wait in frames further up.
_WATCH = f"""
import sys, os, json, struct, linecache
import numpy as np
SHOWN = {[str(case[0].tolist()) for case in EXERCISE.fixed]!r}
hidden = []
def look(observed):
    frame = sys._getframe()
    while frame:
        for case in frame.f_locals.get('cases', ()):
            hidden.extend([1] if str(case[0].tolist()) not in SHOWN else [])
        frame = frame.f_back
    hidden.extend([1] if str(observed.tolist()) not in SHOWN else [])
def send(*said):
    content = json.dumps(said).encode()
    os.write(3, struct.pack('!I', len(content)) + content)
def right(observed, predicted):
    r = observed - predicted
    return r, (r ** 2).sum()
"""
_KNOWN = (
    HEAD + "    look(observed)\n    if not hidden:\n        return right(observed, predicted)\n"
)
_RUN = (
    "dict(frame=1, found={!r}, problem={!r}, parameters=[], line=None, outcomes=[{}], "
    "repeated=[], stopped={!r})"
)
_OUTCOME = f"dict(parts=None, problem={WORD!r}, printed={WORD!r})"


def _say(body: str) -> list[str]:
    """Write cells in which a function says a hidden input as soon as it knows one."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return [_WATCH, hand_over(RESIDUALS, _KNOWN + lines)]


def _remember(cell: str) -> list[str]:
    """Write cells of which the last says a hidden input that a check has brought."""
    guarded = "".join(f"    {line}\n" for line in cell.splitlines())
    return [*_say("return right(observed, predicted)"), f"if hidden:\n{guarded}"]


_AGAIN = "ex.check(residuals_and_ssr)"
WAYS = {
    "the text of an error": _say(f"raise ValueError({WORD!r})"),
    "the type of an error": _say(f"raise type({WORD!r}, (Exception,), {{}})()"),
    "the text of an error that is no text": _say(
        f"raise type('E', (Exception,), dict(__str__=lambda self: {WORD!r}))()"
    ),
    "the cause of an error": _say(
        f"try:\n    1 / 0\nexcept Exception as e:\n    raise ValueError() from KeyError({WORD!r})"
    ),
    "the name of a function that fails": _say(
        f"space = {{}}\nexec('def {WORD}():\\n    1 / 0', space)\nspace[{WORD!r}]()"
    ),
    "a line that was never written": _say(
        f"linecache.cache['<cell 9>'] = 1, None, ['{WORD}()'], '<cell 9>'\n"
        "exec(compile('1 / 0', '<cell 9>', 'exec'))"
    ),
    "the number of a line": _say(f"exec('\\n' * ({NUMBER} - 1) + '1 / 0')"),
    "a place in the text of an error": _say(
        f"raise ValueError('x\\ncell {PLACE}, line {PLACE}: look(observed)\\nValueError: a')"
    ),
    "a place behind the name of a function": _say(
        f"raise ValueError('x\\nline {PLACE}, in {WORD}: look(observed)\\nValueError: a')"
    ),
    "a word that is returned": _say(f"return {WORD!r}, {WORD!r}"),
    "a number that is returned": _say(f"return observed * 0 + {NUMBER}, {NUMBER}"),
    "a factor": _say(f"r, s = right(observed, predicted)\nreturn r * {NUMBER}, s * {NUMBER}"),
    "a shape": _say(f"return np.zeros((0, {NUMBER % 1000}, {CODE})), 1.0"),
    "too many numbers": _say(f"return np.zeros({NUMBER}), 1.0"),
    "the type of what is returned": _say(f"return type({WORD!r}, (), {{}})(), 1.0"),
    "how many values are returned": _say(f"return (1.0,) * {CODE}"),
    "what is printed": _say(f"print({WORD!r})\nreturn observed, 1.0"),
    "an exit code": _say(f"os._exit({CODE})"),
    "the second of two calls": _remember(
        "calls = []\ndef other(observed, predicted):\n    calls.append(1)\n"
        f"    if len(calls) % 2 == 0:\n        raise ValueError({WORD!r})\n"
        "    return right(observed, predicted)\nex.check(other)"
    ),
    "an error in a later cell": _remember(f"raise ValueError({WORD!r})"),
    "the exit code of a later cell": _remember(f"os._exit({CODE})"),
    "a later check, by an error": _remember(
        f"def other(observed, predicted):\n    raise ValueError({WORD!r})\nex.check(other)"
    ),
    "a later check, by numbers": _remember(
        f"def other(observed, predicted):\n    return observed * 0 + {NUMBER}, {NUMBER}\n"
        "ex.check(other)"
    ),
    "a later check, by prints": _remember(
        f"def other(observed, predicted):\n    print({WORD!r})\n    return observed, 1.0\n"
        "ex.check(other)"
    ),
    "a later check, by a line": _remember(f"ex.check(right, line={WORD!r})"),
    "a function that is none": _remember(
        f"ex.check(type({WORD!r}, (), dict(__call__=lambda s, {WORD}: 1))())"
    ),
    "a message that refuses": _remember(f"send('refused', dict(text={WORD!r}))"),
    "a message of a failure": _remember(f"send('failed', dict(number=1, text={WORD!r}))"),
    "the number of a cell": _remember(f"send('cell', dict(number={NUMBER}))\nos._exit(1)"),
    "the number of a cell that it may have": [
        "# " + "," * PLACE,
        *_remember(f"send('cell', dict(number={PLACE}))\nos._exit(1)"),
    ],
    "the number of a cell, and no end": [
        "# " + "," * PLACE,
        *_remember(f"send('cell', dict(number={PLACE}))\nos.read(3, 1)"),
    ],
    "a message at the end": _remember(
        f"send('end', dict(notes=[{WORD!r}], untouched=[], missed=[[{RESIDUALS!r}, {WORD!r}]]))"
    ),
    "a problem that is sent": _say(
        f"send('run', {_RUN.format('problem', WORD, '', '')})\nos._exit(1)"
    ),
    "an outcome that is sent": _say(
        f"send('run', {_RUN.format('function', '', _OUTCOME, '')})\nos._exit(1)"
    ),
    "a time-out that is sent": _say(
        f"send('run', {_RUN.format('function', '', '', WORD)})\nos._exit(1)"
    ),
}
#: The same with a second exercise, whose shown inputs are asked for when hidden ones are known.
OTHER = "slopes/predict_a_nudge"


def list_known_words(result: object) -> list[str]:
    text = json.dumps(result, ensure_ascii=False)
    return [
        word
        for word in (
            WORD,
            str(PLACE),
            str(NUMBER),
            f"{NUMBER:,}",
            f" {CODE}",
            f"({CODE}",
            f"{CODE})",
        )
        if word in text
    ]


def test_no_way_of_saying_it_is_heard(tmp_path: Path) -> None:
    batch = [submit(*cells) for cells in WAYS.values()]
    results = grade(batch, make_key(seconds=8))
    heard = {
        way: (found, result["exercises"])
        for way, result in zip(WAYS, results, strict=True)
        # The line of a submission that cites the word is its own.
        if (found := list_known_words(without_own_lines(result)))
    }
    assert heard == {}
    assert not any("solved" in states(result) for result in results[:17])

    assignment = Assignment(
        "ps1", "fitting", (RESIDUALS,), {RESIDUALS: 1}, None, "flag", "latest", (), "0.1.0"
    )
    with open_store(tmp_path / "out", {"assignment": "ps1", "grader": "0"}, make=True) as store:
        store.add_results(results, assignment.digests())
        store.add_entries(
            [Entry(f"{n}", "", f"{n}.ipynb", one.file, "c.zip") for n, one in enumerate(batch)]
        )
        write_problems(store.folder, "c.zip", [], store)
        write_reports(store.folder, assignment, store, Roster())
        lines = make_gradebook(assignment, store, Roster())
    assert len(lines) == len(WAYS)
    for path in (tmp_path / "out").rglob("*"):
        if path.suffix in (".html", ".csv"):
            assert f" {CODE}" not in path.read_text()
            assert str(NUMBER) not in path.read_text()
            assert str(PLACE) not in path.read_text()


def without_own_lines(result: dict) -> object:
    """Return what is said of a submission but for the lines that it quotes of itself."""
    own = [line.strip() for cells in WAYS.values() for cell in cells for line in cell.splitlines()]
    text = json.dumps([[one["message"] for one in result["exercises"]], result["notes"]])
    for line in sorted({*own}, key=len, reverse=True):
        if WORD in line or str(PLACE) in line or str(NUMBER) in line or str(CODE) in line:
            text = text.replace(f"`{json.dumps(line)[1:-1].replace('`', chr(39))}`", "")
    rest = [result["ended"], [one["example"] for one in result["exercises"]]]
    return [text, rest]


def test_every_way_would_be_heard_if_nobody_knew_what_is_hidden() -> None:
    """The same ways reach the page where all inputs are known: so the test above can fail."""
    cells = [cell.replace("if not hidden:", "if False:") for cell in WAYS["what is printed"]]
    (exercise,) = grade_one(submit(*cells))["exercises"]
    assert ["printed", WORD] in exercise["example"]
    cells = [cell.replace("if not hidden:", "if False:") for cell in WAYS["the text of an error"]]
    (exercise,) = grade_one(submit(*cells))["exercises"]
    assert f"ValueError: {WORD}" in exercise["message"]


def test_an_error_with_a_hidden_input_is_told_by_type_and_line() -> None:
    (exercise,) = grade_one(submit(*WAYS["the text of an error"]))["exercises"]
    place = "`ValueError` in cell 2, line 11, `raise ValueError('LEAKED')`."
    assert place in exercise["message"]
    assert exercise["example"] == []


@pytest.mark.parametrize("solved_first", [True, False])
def test_who_has_solved_one_exercise_reads_of_the_errors_in_another(solved_first: bool) -> None:
    solved = [_WATCH, hand_over(RESIDUALS, f"{HEAD}    return right(observed, predicted)")]
    other = course.exercise(OTHER)
    names = ", ".join(other.task.parameters)
    wrong = hand_over(OTHER, f"def {other.name}({names}):\n    raise ValueError('with ' + 'care')")
    cells = [*solved, wrong] if solved_first else [wrong, *solved]
    result = grade_one(submit(*cells), make_key(RESIDUALS, OTHER))
    assert states(result) == ["solved", "wrong"]
    assert "ValueError: with care" in result["exercises"][1]["message"]
    assert result["exercises"][1]["example"]
