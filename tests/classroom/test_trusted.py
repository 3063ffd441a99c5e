"""Nothing that a submission sends holds up, breaks or fills the process that grades it."""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop import course
from backprop.classroom import lending
from backprop.classroom.dialogue import Dialogue
from backprop.classroom.encoding import encode_message, encode_outcome
from backprop.classroom.grading import grade
from backprop.classroom.sheets import Sheet, prepare_sheets
from backprop.course.mending import Mending
from backprop.course.values import Outcome, Part, read_results

from .notebooks import RESIDUALS, grade_one, hand_over, make_key, solve, states, submit

MENDED = next(
    name for name in course.exercises() if isinstance(course.exercise(name), Mending)
)  # fmt: skip
SERIES = [f"by_hand/{part}" for part in course.exercise("by_hand/training").series.parts]


# ---- a submission that says what it likes ------------------------------------------------------


class Script:
    """Stands for the server, and for each connection: a submission that only says something."""

    walls = "none"

    def __init__(self, *said: bytes) -> None:
        self.said, self.sent, self.waiting, self.is_open = said, [], [], False

    def open(self) -> "Script":
        self.waiting, self.is_open = list(self.said), True
        return self

    def close(self) -> None:
        self.is_open = False

    def end(self) -> tuple[int, float]:
        return 0, 0.0

    def send(self, *content: bytes, latest: float) -> None:
        self.sent.append(content[-1])

    def receive(self, latest: float) -> bytes:
        return self.waiting.pop(0) if self.waiting else b""


def run(name: str, **fields: Any) -> bytes:
    said = {
        "frame": 1, "found": "function", "problem": "", "parameters": [], "line": None,
        "outcomes": [], "repeated": [], "stopped": "",
    }  # fmt: skip
    return encode_message("run", **{**said, **fields})


def check(name: str, asked: str = "by check") -> bytes:
    return encode_message("check", name=name, asked=asked)


def ask_for_more(frame: int = 1) -> bytes:
    return encode_message("more", frame=frame)


END = encode_message("end", notes=[], untouched=[], missed=[])
PLACE = "x\nline 1: {}\nValueError: a"
TEXTS = {
    "brackets": f"${'(' * 3900}$",
    "roots": f"${chr(92)}sqrt{'{' * 3900}$",
    "powers": f"${'x^{' * 900}{'}' * 900}$",
    "minus": f"${'-' * 3900}$",
    "stars": "*a" * 1900,
    "double stars": "**" * 1900,
    "links": "[a](" * 900,
    "backquotes": "`" * 3999,
    "fences": "```\n" * 900,
    "line ends": "\n" * 3900 + "x",
    "blanks": " " * 3900 + "x",
    "a blank line with a place": PLACE.format(" " * 9),
    "a line of the notebook": PLACE.format("y = 1"),
    "a place of digits": "line " + "1" * 3000 + ": x",
    "places": "cell 1, line 1, in x" * 190,
    "a terminal's": "\x1b[2J\x9b2J\x7f\u202e",
}


def list_messages(text: str) -> Iterator[tuple[str, list[bytes]]]:
    """Say a text in every place where a submission can say one."""
    yield "refused", [encode_message("refused", text=text)]
    yield "failed", [encode_message("failed", number=1, text=text), END]
    yield "check", [check(text), END]
    yield "problem", [check(RESIDUALS), run(RESIDUALS, found="problem", problem=text), END]
    yield "parameters", [check(RESIDUALS), run(RESIDUALS, parameters=[text] * 64), END]
    yield "line", [check(MENDED), run(MENDED, found="starter", line=text), END]
    for outcome in (
        Outcome(None, text),
        Outcome((Part((), text),) * 2),
        Outcome((Part((), text),) * 2, printed=text),
    ):
        many = [encode_outcome(outcome)] * len(prepare_sheets((RESIDUALS,), 7)[RESIDUALS].cases)
        said = run(RESIDUALS, outcomes=many, repeated=many[:4])
        yield "outcome", [check(RESIDUALS), ask_for_more(), said, END]
        yield "outcomes", [check(RESIDUALS), run(RESIDUALS, outcomes=many[:1]), END]
    lend = encode_message("lend", frame=1, function=text, arguments=[text])
    yield "lend", [check("by_hand/training"), lend, END]
    notes, missed = [text] * 50, [[RESIDUALS, text]]
    yield "end", [encode_message("end", notes=notes, untouched=[text], missed=missed)]


def hold(script: Script, *names: str, data: bytes = b"{}") -> dict[str, Any]:
    return Dialogue(data, (), 20, script, prepare_sheets(names, 7)).hold()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_text_of_a_submission_holds_up_or_breaks_who_reads_it(text: str) -> None:
    cells = [
        {"cell_type": kind, "source": source}
        for kind, source in (("markdown", " " * 10**6 + "x"), ("code", "\n" * 10**5 + "y = 1"))
    ]
    data = json.dumps({"cells": cells}).encode()
    for place, said in list_messages(text):
        before = time.perf_counter()
        result = hold(Script(*said), RESIDUALS, MENDED, "by_hand/training", data=data)
        assert time.perf_counter() - before < 2, place
        written = json.dumps(result)
        assert len(written) < 300_000, place
        assert not {"\\u001b", "\\u009b", "\\u007f", "\\u202e"} & {
            written[n : n + 6] for n in range(len(written))
        }, place


@pytest.mark.parametrize("shape", [(20_000, 20_000, 0), (2_000, 0), (200_000,) * 20 + (0,)])
def test_an_array_without_numbers_is_no_larger_than_one_with_them(shape: tuple[int, ...]) -> None:
    part = {"parts": [[list(shape), ""]] * 2, "problem": "", "printed": ""}
    said = run(RESIDUALS, outcomes=[part] * 24)
    result = hold(Script(check(RESIDUALS), ask_for_more(), said, END), RESIDUALS)
    assert "the size of an array is not as it has to be" in result["ended"]
    if len(shape) < 20:
        said = read_results(np.zeros(shape), ["a"]).problem
        assert "yours is an array without any, of the shape" in said


def test_long_values_are_cut_where_they_are_shown() -> None:
    numbers = encode_outcome(Outcome((Part((100_000,), (1.25,) * 100_000), Part((), (1.0,)))))
    sheet = prepare_sheets((RESIDUALS,), 7)[RESIDUALS]
    right = [encode_outcome(outcome) for outcome in sheet.expected]
    said = run(RESIDUALS, outcomes=[numbers, *right[1:]], repeated=[numbers, *right[1:4]])
    result = hold(Script(check(RESIDUALS), ask_for_more(), said, END), RESIDUALS)
    assert states(result) == ["wrong"]
    assert len(json.dumps(result)) < 200_000


# ---- guessing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["by check", "by name"])
def test_nothing_that_is_sent_tells_whether_an_answer_was_right(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = prepare_sheets((RESIDUALS,), 7)[RESIDUALS]
    right = [encode_outcome(outcome) for outcome in sheet.expected]
    sent, compare = [], Sheet.compare
    for outcomes in (right, right[:1]):
        again = [run(RESIDUALS, frame=n, outcomes=outcomes, repeated=right[:4]) for n in (1, 2, 3)]
        asking = [check(RESIDUALS, asked)] * 3
        more = map(ask_for_more, (1, 2, 3))
        script = Script(*itertools.chain(*zip(asking, more, again, strict=True)), END)

        def compare_later(*given: Any, script: Script = script, **named: Any) -> Any:
            assert not script.is_open, "how long it takes could be measured"
            return compare(*given, **named)

        monkeypatch.setattr(Sheet, "compare", compare_later)
        result = hold(script, RESIDUALS)
        assert states(result) == ["solved" if outcomes is right else "wrong"]
        sent.append(script.sent[: 1 + 2 * len(again)])
    assert sent[0] == sent[1]


@pytest.mark.parametrize("asked", ["by check", "by name"])
def test_a_line_cannot_be_guessed_until_it_is_right(asked: str) -> None:
    exercise = course.exercise(MENDED)
    sheet = prepare_sheets((MENDED,), 7)[MENDED]
    right = [encode_outcome(outcome) for outcome in sheet.expected]
    repeated = right[: sheet.task.shown]
    said = [
        message
        for n in range(1, len(exercise.lines) + 1)
        for message in (
            check(MENDED, asked),
            ask_for_more(n),
            run(MENDED, frame=n, line=n, outcomes=right, repeated=repeated),
        )
    ]  # fmt: skip
    assert states(hold(Script(*said, END), MENDED)) != ["solved"]


def test_of_several_checks_the_last_one_counts_and_a_name_alone_only_without_a_right_one() -> None:
    right, wrong = solve(), solve().replace("observed - predicted", "predicted - observed")
    redefined = "def residuals_and_ssr(observed, predicted):\n    return observed, 1.0"
    for cells, state in (
        ((wrong, right), "solved"),
        ((right, wrong), "wrong"),
        ((right, right, right), "solved"),
        ((right, redefined), "solved"),
        ((wrong, right.replace("ex.check(", "print(")), "solved"),
    ):
        assert states(grade_one(submit(*cells))) == [state], cells


# ---- what is lent ------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(itertools.permutations(SERIES)), ids=str)
def test_the_parts_of_a_series_may_be_checked_in_any_order(order: tuple[str, ...]) -> None:
    result = grade_one(submit(*map(solve, order)), make_key(*SERIES))
    assert states(result) == ["solved"] * len(SERIES)
    assert (result["notes"], result["ended"]) == ([], "finished")


def test_a_part_counts_also_where_it_is_only_defined_or_mended_below_what_borrows_it() -> None:
    first, last = SERIES[0], SERIES[-1]
    right = solve(first)
    wrong = right.replace("w3 * y1", "w4 * y1")
    for cells in (
        (right.replace("ex.check(", "print("), solve(last)),
        (wrong, solve(last), right),
        (solve(last), wrong, right),
    ):
        result = grade_one(submit(*cells), make_key(first, last))
        assert states(result) == ["solved", "solved"]
    result = grade_one(submit(right, solve(last), wrong), make_key(first, last))
    assert states(result) == ["wrong", "solved"]


def test_what_one_submission_was_refused_is_refused_to_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = SERIES[-1]
    source = "def train(start, x, observed, learning_rate, steps):\n"
    for_ever = "    while True:\n        forward(start, x)"
    sheet = prepare_sheets((last,), 7)[last]
    sheet.lent.clear()
    with monkeypatch.context() as patch:
        patch.setattr("backprop.classroom.dialogue.MOST_CALLS", 0)
        patch.setattr(lending, "MOST_CALLS", 0)
        grade_one(submit(hand_over(last, source + for_ever)), make_key(last))
        assert states(grade_one(submit(solve(last)), make_key(last))) == ["wrong"]
    assert not sheet.lent
    assert states(grade_one(submit(solve(last)), make_key(last))) == ["solved"]
    assert sheet.lent
    monkeypatch.setattr("backprop.classroom.dialogue.MOST_CALLS", 3)
    monkeypatch.setattr(lending, "MOST_CALLS", 3)  # what is known already counts as well
    assert states(grade_one(submit(solve(last)), make_key(last))) == ["wrong"]


def test_nothing_of_a_submission_stays_on_what_all_share() -> None:
    """A batch gets what each of it gets from sheets that nobody has used."""
    names = (RESIDUALS, "starts/break_the_symmetry", *SERIES)
    wrong = [solve(name).replace("return ", "return 2 * ") for name in names]
    batch = [submit(*map(solve, names)), submit(*wrong), submit(*map(solve, names[::-1]))]
    together = grade([*batch, *batch[::-1]], make_key(*names))
    for n, one in enumerate([*batch, *batch[::-1]]):
        prepare_sheets.cache_clear()
        (alone,) = grade([one], make_key(*names))
        assert {**alone, "cpu": 0} == {**together[n], "cpu": 0}


# ---- what never ends ---------------------------------------------------------------------------


def run_python(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="classes are graded on Linux")
def test_a_grader_that_would_never_end_is_ended() -> None:
    done = run_python(
        "import re\nfrom backprop.classroom import grading\n"
        "from tests.classroom.notebooks import *\n"
        "grading._TIMES, grading._MORE = 0, 1\n"
        "grading.Dialogue.hold = lambda self: re.match('(a+)+$', 'a' * 60 + 'b')\n"
        "grade_one(submit('x = 1'))"
    )
    assert done.returncode == 1
    assert "Timeout (0:00:01)!" in done.stderr
