"""Find and mend: a line is named, a function is mended, and both are graded."""

import re

import numpy as np
import pytest

from backprop import course
from backprop.course.mending import Mending

from .conftest import all_exercises

pytestmark = pytest.mark.usefixtures("unrehearsed")

MENDINGS = [ex.id for ex in all_exercises() if isinstance(ex, Mending)]


@pytest.fixture(params=MENDINGS)
def ex(request: pytest.FixtureRequest) -> Mending:
    exercise = course.exercise(request.param)
    assert isinstance(exercise, Mending)
    return exercise


def test_there_are_some() -> None:
    assert len(MENDINGS) >= 5


def test_both_right_is_right_by_number_and_by_text(ex: Mending) -> None:
    for line in (ex.find_line(ex.fault[0]), ex.fault[0], f"    {ex.fault[0]}"):
        result = ex.check(ex.reference_function, line=line)
        assert result.passed, result
        assert result.message.startswith(f"Line {ex.find_line(ex.fault[0])} it is.")


def test_the_function_alone_is_not_enough(ex: Mending) -> None:
    for line in (None, ...):
        result = ex.check(ex.reference_function, line=line)
        assert (result.attempted, result.passed) == (True, False)
        assert f"Name it: `{ex.call}`" in result.message


def test_the_line_alone_is_not_enough(ex: Mending) -> None:
    result = ex.check(ex.starter_function, line=ex.find_line(ex.fault[0]))
    assert (result.attempted, result.passed, result.misconception) == (True, False, None)
    assert f"Now mend it in `{ex.name}`" in result.message
    assert not ex.solved


def test_the_untouched_code_without_a_line_is_not_attempted(ex: Mending) -> None:
    for line in (None, ...):
        result = ex.check(ex.starter_function, line=line)
        assert (result.attempted, result.passed, result.tries) == (False, False, 0)
        assert f"`{ex.call}`" in result.message


def test_a_mending_in_another_line_is_not_told_where_it_stands(ex: Mending) -> None:
    """Faults can be mended in lines that had none, so which line was changed is not known."""
    number = ex.find_line(next(iter(ex.suspects)))
    result = ex.check(ex.reference_function, line=number)
    assert (result.passed, result.misconception) == (False, "wrong_line")
    assert "your way works. The line that had the fault is another one." in result.message
    assert result.message.endswith("Which line was wrong?")


def test_each_wrong_line_is_refused_in_words_of_its_own(ex: Mending) -> None:
    right = ex.find_line(ex.fault[0])
    said = set()
    for number in range(2, len(ex.lines) + 1):
        if number == right:
            continue
        for function in (ex.starter_function, ex.reference_function):
            result = ex.check(function, line=number)
            assert (result.attempted, result.passed) == (True, False)
            assert result.misconception == "wrong_line"
            assert f"Line {number}, `{ex.lines[number - 1]}`, is right." in result.message
            said.add(result.message)
    assert len(said) == 2 * (len(ex.lines) - 2)


@pytest.mark.parametrize("line", [0, 1, -3, 99, 2.5, np.inf, "no such line", [3], True])
def test_what_is_no_line_of_the_code_is_no_try(ex: Mending, line: object) -> None:
    result = ex.check(ex.reference_function, line=line)
    assert (result.attempted, result.passed) == (False, False)
    assert "line" in result.message


def test_with_the_right_line_a_wrong_function_hears_about_both(ex: Mending) -> None:
    for slip in ex.misconceptions:
        result = ex.check(slip.function, **ex.answer)
        assert (result.passed, result.misconception) == (False, slip.name)
        assert result.message.startswith("Line ")
        assert result.example


def test_the_fault_shows_in_some_examples_and_not_in_all_kinds(ex: Mending) -> None:
    space = {"np": np, "right": ex.starter_function}
    exec(f"def changed({', '.join(ex.task.parameters)}):\n    here = 0\n    return right("
         f"{', '.join(ex.task.parameters)})", space)  # fmt: skip
    result = ex.check(space["changed"])
    assert (result.passed, result.misconception) == (False, "still_faulty")


def test_a_mending_that_spoils_another_case_is_told_so() -> None:
    ex = course.exercise("by_hand/gradients_that_stay")

    def slower(y1, y2, observed, start, learning_rate, steps):
        return ex.reference_function(y1, y2, observed, start, 0.37 * learning_rate, steps)

    result = ex.check(slower, line=10)
    assert result.misconception == "breaks_another_case"
    assert "the code was right before you mended it, and is wrong now" in result.message
    assert "Line 10," in result.message


def test_the_lines_are_numbered_where_it_is_shown(
    ex: Mending, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ex.find_line(ex.fault[0])
    assert re.search(rf"^\s+{number}  +{re.escape(ex.fault[0])}$", str(ex), re.MULTILINE)
    assert f"Then: {ex.call}" in str(ex)
    html = ex.to_html()
    assert html.count('<span class="bp-code-line">') == len(ex.lines)
    assert "Mend it, run it in a cell" in html
    assert "fault stands in line" not in html
    monkeypatch.setenv("BACKPROP_PAGE", "1")
    page = ex.to_html()
    closed = page.index("<summary>Solution</summary>")
    assert page.index("fault stands in line") > closed


def test_the_solution_names_the_line(ex: Mending) -> None:
    assert "fault stands" not in str(ex.solution())
    shown = str(ex.solution(reveal=True))
    assert f"The fault stands in line {ex.find_line(ex.fault[0])}, `{ex.fault[0]}`." in shown


def test_a_line_that_is_not_there_is_refused_by_name(ex: Mending) -> None:
    with pytest.raises(ValueError, match="stands not in the code of"):
        ex.find_line("w5 = 0")
