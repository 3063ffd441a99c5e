"""Source text that learners write, checked: what stops it is said of their own lines."""

import linecache
import sys
import threading
import time

import pytest

from backprop import course
from backprop.course import source_checks, time_limits
from backprop.course.exercise import Exercise
from backprop.course.mending import Mending
from backprop.course.series import Part

from .conftest import all_exercises

NAME = "one_parameter/derivative_of_ssr"
HEAD = "def dSSR_db3(b3, observed, curve):\n"
RIGHT = f"{HEAD}    return np.sum(-2 * (observed - (curve + b3)))\n"


@pytest.fixture(autouse=True)
def one_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run at once what ends: a copy of a large process costs time."""
    if "rehearsed" not in request.fixturenames:
        for module in ("calls", "source_checks"):
            monkeypatch.setattr(
                f"backprop.course.{module}.rehearse", lambda *given, **more: time_limits.Rehearsal()
            )


@pytest.fixture
def rehearsed() -> None:
    """Leave the copy of the process as it is."""


@pytest.mark.parametrize("ex", all_exercises(), ids=lambda ex: ex.id)
def test_the_text_of_an_exercise_is_graded_like_its_functions(ex: Exercise) -> None:
    line = ex.answer.get("line")
    right = course.check_source(ex.id, ex.source(ex.reference_function), line=line)
    assert right.passed, right
    starter = course.check_source(ex.id, ex.source(ex.starter_function))
    assert not starter.attempted
    assert "ex." not in starter.message
    assert "cell" not in starter.message


def test_lines_count_as_the_reader_sees_them() -> None:
    result = course.check_source(NAME, f"# mine\n\n{HEAD}    half = b3 / 0\n    return half\n")
    assert (result.attempted, result.passed) == (True, False)
    assert "line 4, in dSSR_db3: half = b3 / 0" in result.message
    assert source_checks.FILE not in linecache.cache


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", "There is no code yet."),
        (f"{HEAD}    return np.sum(\n", "SyntaxError: '(' was never closed"),
        (f"{HEAD}    return np.sum(\n", "Python cannot read your code at line 2."),
        (f"{HEAD}return 1\n", "IndentationError: expected an indented block"),
        (f"{HEAD}    return “1”\n", "line 2: return “1”\n"),
        (f"{HEAD}    return −1\n", "only inside of text. Write - in its place."),
        (f"{HEAD}    return „1“\n", "If it was copied, type it anew."),
        (f"{HEAD}    return\N{NO-BREAK SPACE}1\n", "If it was copied, type it anew."),
        (f"{HEAD}    a = 1\nreturn a\n", "line 3: return a\n"),
        (f"{HEAD}    a = 1\nreturn a\n", "Move the line to the right"),
        ("a = 1\0", "null bytes"),
        ("(" * 5000, "too many nested parentheses"),
        ("a = " + "-" * 90_000 + "1", "Python cannot read your code"),
        ("#" * 200_000, "more than 100,000 characters"),
        (f"import pytorch\n{RIGHT}", "There is no module pytorch here"),
        (f"1 / 0\n{RIGHT}", "line 1: 1 / 0"),
        (f"{RIGHT}\ndSSR_db3()\n", "line 4: dSSR_db3()"),
        (f"x = ...\ny = x + 1\n{RIGHT}", "There is still a ... in your code"),
        (f"{RIGHT}exit()\n", "Your code ends Python itself"),
        (f"{RIGHT}raise SystemExit(3)\n", "Your code ends Python itself"),
        (f"b3 = input('b3? ')\n{RIGHT}", "nobody can answer here"),
        ("def dSSR(b3, observed, curve):\n    return 1\n", "Is it dSSR, under another name?"),
        ("b3 = 1", "It begins with def dSSR_db3(b3, observed, curve)."),
        (f"{RIGHT}dSSR_db3 = 3\n", "no function in your code, but a value of type int"),
    ],
)
def test_what_stops_the_text_is_said(source: str, expected: str) -> None:
    result = course.check_source(NAME, source)
    assert isinstance(result, course.UncheckedResult)
    assert (result.attempted, result.passed) == (False, False)
    assert result.headline == "Not checked yet."
    assert expected in result.message.replace("`", "")
    assert max(map(len, str(result).splitlines())) < 400


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("return minute width rain", "Between several results stand commas: `return minute, width"),
        ("return minute width, rain", "stand commas: `return minute, width, rain`."),
        ("return a * b np.mean(c) d  # all", "`return a * b, np.mean(c), d`."),
        ("return minute width", "Between `minute` and `width` there is nothing:"),
        ("return 2 minute", "If you mean `2` times `minute`, write `2 * minute`."),
    ],
)
def test_commas_are_missing_where_that_makes_the_results_as_many_as_asked(
    line: str, said: str
) -> None:
    source = f"def best_answers(minutes, widths, rained):\n    {line}\n"
    assert said in course.check_source("losses/best_answers", source).message


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return math.pi", "Is import math missing at the top?"),
        ("return exp(b3)", "NumPy has it: np.exp."),
        ("return numpy.exp(b3)", "NumPy is called np here."),
        ("return exq(b3)", "NameError: name 'exq' is not defined"),
        ("return input()", "Your function asks somebody with input()"),
        ("exit()", "SystemExit"),
        ("y = ...\n    return y + 1", "There is still a ... in your function"),
    ],
)
def test_what_stops_the_function_counts_as_a_try(body: str, expected: str) -> None:
    result = course.check_source(NAME, f"{HEAD}    {body}\n")
    assert (result.attempted, result.passed) == (True, False)
    assert expected in result.message.replace("`", "")


def test_what_is_printed_outside_is_shown_and_a_flood_is_cut() -> None:
    result = course.check_source(NAME, f"{RIGHT}print(dSSR_db3(1, np.ones(2), np.ones(2)))\n")
    assert result.passed
    assert str(result).endswith("Your code printed:\n  4.0")
    assert "4.0" in result._repr_mimebundle_()["text/html"]
    flood = course.check_source(NAME, f"for n in range(9999):\n    print(n)\n{RIGHT}")
    assert len(flood.printed) <= 1000


def test_the_names_of_every_chapter_are_there() -> None:
    source = f"{HEAD}    return bp.ssr_gradient(b3)\nassert bp.Variable and np.sum\n"
    assert "ssr_gradient" in course.check_source(NAME, source).message


def test_a_part_may_call_the_parts_before_it() -> None:
    (part, *_) = [ex for ex in all_exercises() if isinstance(ex, Part) and ex.earlier]
    first = next(iter(part.earlier))
    source = f"{first}\n{part.source(part.reference_function)}"
    assert course.check_source(part.id, source).passed


def test_the_line_of_a_fault_is_graded_with_the_text() -> None:
    (ex, *_) = [ex for ex in all_exercises() if isinstance(ex, Mending)]
    mended, faulty = map(ex.source, (ex.reference_function, ex.starter_function))
    number = ex.answer["line"]
    assert course.check_source(ex.id, mended, line=number).passed
    assert "Name it." in course.check_source(ex.id, mended).message
    assert f"Line {number} it is." in course.check_source(ex.id, faulty, line=number).message
    assert "name the line that was wrong" in course.check_source(ex.id, faulty).message


def test_no_text_and_no_exercise_are_refused() -> None:
    with pytest.raises(TypeError, match="source must be text, got bytes"):
        course.check_source(NAME, RIGHT.encode())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="fitting/residuals_and_ssr"):
        course.check_source("fitting/nothing", RIGHT)


ENDLESS = {
    "a loop": "while True:\n    pass\n",
    "a flood": "while True:\n    print('x' * 1000)\n",
    "a bare except": "while True:\n    try:\n        a = 1\n    except:\n        pass\n",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_code_outside_of_functions_is_stopped(source: str) -> None:
    begun = time.monotonic()
    result = source_checks.check_text(course.exercise(NAME), f"{source}{RIGHT}", seconds=0.2)
    assert "We stopped your code after 0.2 seconds" in result.message
    assert time.monotonic() - begun < 20  # not for ever, however busy the machine is


@pytest.mark.usefixtures("rehearsed")
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is rehearsed")
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os\nos._exit(3)\n", "ends Python itself (exit code 3)"),
        ("import itertools\nsum(itertools.repeat(0))\n", "We stopped your code"),
    ],
)
def test_what_cannot_be_interrupted_is_tried_apart(source: str, expected: str) -> None:
    result = source_checks.check_text(course.exercise(NAME), f"{source}{RIGHT}", seconds=0.2)
    assert expected in result.message.replace("`", "")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="before 3.12 only lines are watched")
@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_loops_are_stopped_where_no_alarm_can_ring(source: str) -> None:
    found = []

    def check() -> None:
        ex = course.exercise(NAME)
        found.append(source_checks.check_text(ex, f"{source}{RIGHT}", seconds=0.2))

    thread = threading.Thread(target=check, daemon=True)
    thread.start()
    thread.join(10)
    assert "We stopped your code" in found[0].message
    assert all(sys.monitoring.get_tool(number) != "time limit" for number in range(6))
