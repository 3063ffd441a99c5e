"""What a submission is asked and given: no more than it needs, and the verdict is the same."""

import json
import socket
import struct
import threading
import time
from collections import Counter

import pytest

from backprop import course
from backprop.classroom import cells as choosing
from backprop.classroom.cells import choose_cells, hash_cell
from backprop.classroom.connection import Connection, Server
from backprop.classroom.grading import grade
from backprop.classroom.notebooks import Cell
from backprop.classroom.runner import Channel
from backprop.classroom.sheets import Sheet, prepare_sheets
from backprop.course.time_limits import TimeUpError, time_limit

from .notebooks import (
    RESIDUALS,
    grade_one,
    hand_over,
    make_key,
    solve,
    states,
    submit,
    submit_function,
)

OTHER, LENDING = "slopes/predict_a_nudge", "by_hand/training"
#: Known wrong ideas that are seen in what they show, and not by the values of a function.
SEEN = [
    (name, slip.name)
    for name in course.exercises()
    for slip in course.exercise(name).misconceptions[:3]
    if slip.shows is not None
]
_SEND = """
import os, json, struct
def send(*said):
    content = json.dumps(said).encode()
    os.write(3, struct.pack('!I', len(content)) + content)
def said(**more):
    return dict(dict(frame=1, found='function', problem='', parameters=[], line=None, outcomes=[],
                     repeated=[], stopped=''), **more)
"""


class Watched:
    """What goes between the grader and submissions."""

    def __init__(self) -> None:
        self.processes, self.sent, self.asked = 0, list[bytes](), list[bytes]()

    def count_hidden(self) -> int:
        """Count how often inputs were given that not everybody knows."""
        return sum(content.startswith(b'["more"') for content in self.sent)

    def list_questions(self) -> list[bytes]:
        """List what lent functions were asked."""
        return [content for content in self.asked if content.startswith(b'["lend"')]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    found = Watched()
    send, receive, begin = Connection.send, Connection.receive, Server.open

    def watch_send(self: Connection, *contents: bytes, latest: float) -> None:
        found.sent += contents
        send(self, *contents, latest=latest)

    def watch_receive(self: Connection, latest: float) -> bytes:
        found.asked.append(receive(self, latest))
        return found.asked[-1]

    def watch_open(self: Server) -> Connection:
        found.processes += 1
        return begin(self)

    monkeypatch.setattr(Connection, "send", watch_send)
    monkeypatch.setattr(Connection, "receive", watch_receive)
    monkeypatch.setattr(Server, "open", watch_open)
    return found


def fail(name: str) -> str:
    """Write the cell of somebody whose function stops with an error."""
    exercise = course.exercise(name)
    names = ", ".join(exercise.task.parameters)
    return hand_over(name, f"def {exercise.name}({names}):\n    return nobody_has_defined_this")


def test_errors_on_inputs_that_everybody_knows_need_one_process_and_no_hidden_input(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_key(RESIDUALS, OTHER)
    submission = submit(fail(RESIDUALS), "1 / 0", fail(OTHER))
    once = grade_one(submission, key)
    assert (watched.processes, watched.count_hidden()) == (1, 0)
    assert all("nobody_has_defined_this" in one["message"] for one in once["exercises"])
    compare = Sheet.compare
    monkeypatch.setattr(Sheet, "compare", lambda self, *given, **_: compare(self, *given))
    twice = grade_one(submission, key)
    assert watched.processes == 3
    assert {**once, "cpu": 0} == {**twice, "cpu": 0}


def test_who_was_given_hidden_inputs_before_is_not_believed(watched: Watched) -> None:
    result = grade_one(submit(solve(), fail(OTHER)), make_key(RESIDUALS, OTHER))
    assert states(result) == ["solved", "wrong"]
    assert (watched.processes, watched.count_hidden()) == (2, 1)
    ended = "def f(observed, predicted):\n    import os\n    os._exit(1)"
    calls = hand_over(RESIDUALS, ended, "f")
    watched.processes = 0
    result = grade_one(
        submit(solve(), "import os\nos._exit(1)", fail(OTHER)), make_key(RESIDUALS, OTHER)
    )
    # Which cell has ended is believed of a process that knows no hidden input, and no other.
    assert (states(result), watched.processes) == (["solved", "wrong"], 4)
    assert result["notes"] == ["cell 2 ended by itself (exit code 1); it was left out"]
    watched.sent.clear()
    assert states(grade_one(submit(calls))) == ["wrong"]
    assert watched.count_hidden() == 0


@pytest.mark.parametrize(("name", "idea"), SEEN)
def test_an_idea_that_is_seen_is_told_from_one_process_as_from_two(
    name: str, idea: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    (slip,) = [each for each in course.exercise(name).misconceptions if each.name == idea]
    submission = submit_function(name, slip.function)
    once = grade_one(submission, make_key(name))
    assert watched.processes == 1
    monkeypatch.setattr(Sheet, "_confirms", lambda *_: False)
    twice = grade_one(submission, make_key(name))
    assert watched.processes in (2, 3)  # nothing is shown where all is right that everybody knows
    assert {**once, "cpu": 0} == {**twice, "cpu": 0}
    assert once["exercises"][0]["misconception"] == idea


def test_values_that_would_be_shown_otherwise_than_ours_are_not_taken_for_ours(
    watched: Watched,
) -> None:
    body = (
        "def residuals_and_ssr(observed, predicted):\n    residuals = predicted - observed\n"
        "    return residuals, (residuals**2).sum() * (1 + {})"
    )
    for factor, processes in (("0", 1), ("0.9e-6", 2)):
        watched.processes = 0
        (found,) = grade_one(submit(hand_over(RESIDUALS, body.format(factor))))["exercises"]
        assert (found["misconception"], watched.processes) == ("flipped", processes)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("send('more', dict(frame=0))", "an answer to no question is not as it has to be"),
        ("send('more', dict(frame=True))", "a number is not as it has to be"),
        ("send('more', dict(frame=1, again=1))", "the set of keys of a message is not"),
    ],
)
def test_a_question_for_inputs_outside_of_a_check_is_refused(cell: str, why: str) -> None:
    result = grade_one(submit(_SEND, cell, solve()))
    assert why in result["ended"]
    assert states(result) == ["not reached"]


def _deceive(body: str) -> dict:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    cell = hand_over(RESIDUALS, f"def residuals_and_ssr(observed, predicted):\n{lines}")
    return grade_one(submit(_SEND, cell))


def test_nobody_passes_without_the_hidden_inputs() -> None:
    sheet = prepare_sheets((RESIDUALS,), 7)[RESIDUALS]
    assert sheet.rest
    assert len(json.loads(sheet.frame)["cases"]) == sheet.task.shown
    right = "dict(parts=[[[1], 'AAAAAAAA8D8='], [[], 'AAAAAAAA8D8=']], problem='', printed='')"
    count, all_of_them = sheet.task.shown, len(sheet.cases)
    end = "send('end', dict(notes=[], untouched=[], missed=[]))\nos._exit(0)"
    few = f"send('run', said(outcomes=[{right}] * {count}, repeated=[{right}] * {count}))\n{end}"
    (found,) = _deceive(few)["exercises"]
    assert found["message"] == "Not all examples came back from your function."
    many = f"send('run', said(outcomes=[{right}] * {all_of_them}))\n{end}"
    assert "the number of results is not as it has to be" in _deceive(many)["ended"]
    twice = "send('more', dict(frame=1))\nsend('more', dict(frame=1))\nos.read(3, 1 << 20)"
    assert "a question for more inputs is not as it has to be" in _deceive(twice)["ended"]


def test_the_time_for_all_examples_together_is_that_of_one_check() -> None:
    key = make_key(seconds=4)
    late = (
        "import time\ncalls = 0\n"
        "def residuals_and_ssr(observed, predicted):\n"
        "    global calls\n    calls += 1\n    time.sleep({} if calls > {} else 0)\n"
        "    r = observed - predicted\n    return r, (r**2).sum()"
    )
    shown = 2 * course.exercise(RESIDUALS).task.shown
    for number in (0, shown):
        (found,) = grade_one(submit(hand_over(RESIDUALS, late.format(9, number))), key)["exercises"]
        assert found["message"].startswith("We stopped your function after 0.6 seconds.")
        assert bool(found["example"]) == (number == 0)


def test_a_clock_that_strikes_while_a_function_is_lent_costs_that_exercise_alone() -> None:
    source = course.exercise(LENDING).source(course.exercise(LENDING).reference_function)
    endless = source.replace("for _ in range(steps):", "while True:")
    assert endless != source
    others = ["by_hand/output_layer", "by_hand/hidden_layer"]
    cells = [hand_over(LENDING, endless), *map(solve, others)]
    key = make_key(LENDING, *others, seconds=3)
    for result in grade([submit(*cells, f"n = {n}") for n in range(6)], key):
        assert result["ended"] == "finished"
        assert states(result) == ["wrong", "solved", "solved"]
        assert "We stopped your function after 0.45 seconds" in result["exercises"][0]["message"]


def test_an_alarm_waits_for_the_answer_to_a_question() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(theirs.fileno())

    def answer() -> None:
        time.sleep(0.2)
        ours.sendall(struct.pack("!I", 2) + b"[]" + struct.pack("!I", 3))
        ours.sendall(b"[1]")

    with ours, theirs:
        answering = threading.Thread(target=answer)
        answering.start()
        with pytest.raises(TimeUpError), time_limit(0.05):
            channel.ask(b"[2]")
        assert channel.receive() == b"[1]"
        answering.join()


def test_a_lent_function_is_asked_the_same_but_once_in_a_check(watched: Watched) -> None:
    assert states(grade_one(submit(solve(LENDING)), make_key(LENDING))) == ["solved"]
    questions = Counter(watched.list_questions())
    assert len(questions) > 50
    assert set(questions.values()) == {1}


# ---- which cells run ---------------------------------------------------------------------------

MAKING = [
    "np = 1", "(np) = 1", "a, np = 1, 2", "a, (b, np) = 1, (2, 3)", "import numpy as np",
    "import os, np.fft", "import os,np.fft", "import np.fft", "from a import np",
    "from a import (\n    b,\n    np\n)", "import \\\n  np.fft", "def np(x): pass",
    "class np(list): pass", "def \\\n  np(x): pass", "for np in range(3): pass",
    "with open('a') as np: pass", "(np := 3)", "np: int = 3", "np += 1",
    "try:\n    pass\nexcept E as np:\n    pass", "def f():\n    global np\n    np = 1",
    "for x, *np in []: pass", "async def np(): pass", "[np := 1]", "ｎp = 1", "if x: np = 2",
    "match x:\n    case np: pass", "match x:\n    case [*np]: pass",
    "match x:\n    case {**np}: pass",
    "x = np = 3", "import" + " " * 60 + "np.fft", "np" + " " * 60 + "= '×'",
    "import a, \\\n  np.fft", "np \\\n= 3", "np\\\n= 3", "@np.one\nclass np: pass",
]  # fmt: skip


@pytest.mark.parametrize("making", MAKING)
def test_every_cell_that_makes_a_name_is_found(making: str) -> None:
    assert "np" in choosing._list_names(making).made
    assert choosing._may_make("np", making)


@pytest.mark.parametrize("name", [RESIDUALS, LENDING, "optimizers/adam"])
def test_the_same_cells_run_as_if_all_were_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [source for each in course.exercises() for source in _list_sources(each, name)]
    cells = [Cell(number, source) for number, source in enumerate(sources, start=1)]
    released = {hash_cell(source) for source in sources[:-3]}
    chosen = choose_cells(cells, released)
    monkeypatch.setattr(choosing, "_may_make", lambda name, source: True)
    assert choose_cells(cells, released) == chosen
    assert 2 < len(chosen) < len(cells)


def _list_sources(each: str, last: str) -> list[str]:
    """List cells of an exercise; the last ones are those of a learner."""
    exercise = course.exercise(each)
    sources = [
        "import numpy as np",
        "import backprop as bp",
        exercise.source(exercise.reference_function),
    ]
    return [*sources, "np.zeros(3)", f"ex = bp.course.exercise({each!r})"]


def test_a_batch_of_all_kinds_gets_what_each_gets_alone() -> None:
    key = make_key(RESIDUALS, OTHER)
    batch = [submit(solve(), fail(OTHER)), submit(fail(RESIDUALS)), submit(solve(OTHER))]
    together = [{**result, "cpu": 0} for result in grade(batch, key)]
    assert together == [{**grade_one(each, key), "cpu": 0} for each in batch]
