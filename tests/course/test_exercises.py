"""Every exercise: right is right, untouched is untouched, wrong is wrong and says why."""

import copy
import os
import re
import time
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import course
from backprop.course.markup import to_html, to_plain
from backprop.course.values import Part, agree

from .conftest import all_exercises
from .mutants import mutants

EXERCISES = all_exercises()
CASES = [(exercise, slip) for exercise in EXERCISES for slip in exercise.misconceptions]
# Checks draw fresh examples, and once is no proof. Where they are the same in every run, a few are
# as good as many.
ROUNDS = 40 if os.environ.get("BACKPROP_DRAWS") == "fresh" else 8


def name(thing) -> str:
    return getattr(thing, "id", None) or thing.name


@pytest.fixture(params=EXERCISES, ids=name)
def ex(request):
    return course.exercise(request.param.id)


@pytest.mark.usefixtures("unrehearsed")
def test_the_reference_passes(ex) -> None:
    for _ in range(ROUNDS):
        result = ex.check(ex.reference_function, **ex.answer)
        assert (result.attempted, result.passed, result.misconception) == (True, True, None)
        assert result.headline == "You are right!"


def test_a_right_answer_is_rehearsed_and_checked_quickly(ex) -> None:
    times = []
    for _ in range(3):
        start = time.process_time()
        assert ex.check(ex.reference_function, **ex.answer).passed
        times.append(time.process_time() - start)
    assert min(times) < 0.1


@pytest.mark.usefixtures("unrehearsed")
def test_the_starter_is_not_attempted(ex) -> None:
    result = ex.check(ex.starter_function)
    assert (result.attempted, result.passed, result.tries) == (False, False, 0)
    assert result.headline == "Not attempted yet."
    assert f"`{ex.name}`" in result.message
    gaps = "..." in ex.source(ex.starter_function)
    assert ("Replace each `...`" in result.message) == gaps


@pytest.mark.usefixtures("unrehearsed")
def test_the_starter_retyped_is_not_attempted(ex) -> None:
    space = {"np": np}
    exec(ex.source(ex.starter_function), space)
    assert not ex.check(space[ex.name]).attempted


@pytest.mark.usefixtures("unrehearsed")
def test_what_is_shown_as_solution_is_right(ex) -> None:
    space = {"np": np, "bp": bp}
    exec(ex.source(ex.reference_function), space)
    assert ex.check(space[ex.name], **ex.answer).passed


@pytest.mark.usefixtures("unrehearsed")
@pytest.mark.parametrize(("exercise", "slip"), CASES, ids=name)
def test_each_misconception_is_refused_with_its_own_message(exercise, slip) -> None:
    ex = course.exercise(exercise.id)
    for _ in range(ROUNDS):
        result = ex.check(slip.function)
        assert result.attempted
        assert not result.passed
        assert result.misconception == slip.name
        assert result.message == to_plain(slip.because)
        rows = dict(result.example)
        assert any(row.startswith("expected") for row in rows)
        assert any(row.startswith("your") for row in rows)


@pytest.mark.usefixtures("unrehearsed")
def test_generic_mutants_are_refused(ex, record_property) -> None:
    count = 0
    for described, mutant in mutants(ex.source(ex.reference_function), {"np": np, "bp": bp}):
        result = ex.check(mutant, **ex.answer)
        if ex.task.effect is None:
            assert not result.passed, f"{ex.id} lets this pass: {described}"
        else:
            assert result.passed == breaks_the_symmetry(mutant), described
        count += 1
    record_property("mutants", count)
    assert count >= 3


def breaks_the_symmetry(first_values) -> bool:
    """What the one exercise that is graded by its effect asks for, by another way."""
    try:
        starts = [np.array(first_values(seed), dtype=float) for seed in range(12)]
        again = [np.array(first_values(seed), dtype=float) for seed in range(12)]
    except Exception:
        return False
    if any(start.shape != (7,) or not np.isfinite(start).all() for start in starts):
        return False
    twins = any((s[[0, 1, 4]] == s[[2, 3, 5]]).all() for s in starts)
    different = len({start.tobytes() for start in starts}) == len(starts)
    return different and not twins and all(map(np.array_equal, starts, again))


def test_mutants_know_matrices_loops_and_axes() -> None:
    source = """
def f(x, W):
    for i in range(2):
        total = x @ W.T
    return total.sum(axis=0)
"""
    made = {described.split(" in line")[0] for described, _ in mutants(source.strip(), {})}
    assert made >= {
        "first factor transposed",
        "second factor transposed",
        "factors swapped",
        "transpose dropped",
        "other axis",
        "axis dropped",
        "off by one",
    }


def test_says_all_that_an_exercise_should(ex) -> None:
    assert len(ex.misconceptions) >= 3
    assert len({slip.because for slip in ex.misconceptions}) == len(ex.misconceptions)
    assert len(ex.hints) >= 2
    assert ex.practises
    assert 1 <= ex.minutes <= 60
    assert ex.fixed
    texts = [ex.title, ex.statement, ex.why, *ex.hints, *(s.because for s in ex.misconceptions)]
    for text in texts:
        assert to_html(text)
        assert not re.search(r"[\\$]", to_plain(text))


def test_fresh_examples_differ_and_are_good_inputs(ex) -> None:
    fresh = {repr(case) for _ in range(5) for case in ex.cases()[len(ex.fixed) :]}
    assert len(fresh) > 2.5 * ex.fresh
    for case in ex.cases():
        outcome = ex.task.call(ex.reference_function, case)
        assert outcome.parts is not None
        assert all(agree(part, part, ex.tolerance) for part in outcome.parts), "not finite"


def test_an_example_on_which_ours_is_not_finite_is_drawn_again() -> None:
    """Once in a hundred thousand draws all ReLUs of a layer are 0, and what it asks for is 1/0."""
    ex = copy.copy(course.exercise("deep_signals/measured_start"))
    draw, drawn = ex.draw_inputs, []

    def draw_dead_ones_too(rng: np.random.Generator) -> tuple[Any, ...]:
        X, W = draw(rng)
        drawn.append(-np.abs(W) if len(drawn) % 2 else W)
        return np.abs(X), drawn[-1]

    ex.inputs(draw_dead_ones_too)
    fresh = [case for case in ex.cases() if len(case[0]) == 8]
    assert len(fresh) == 20 < len(drawn)
    for case in fresh:
        assert np.all(np.isfinite(ex.reference_function(*case)))
    assert ex.check(ex.reference_function).passed


@pytest.mark.usefixtures("unrehearsed")
def test_nobody_can_spoil_the_examples(ex) -> None:
    before = repr(ex.fixed)
    for slip in ex.misconceptions:
        ex.check(slip.function)
    assert repr(ex.fixed) == before


@pytest.mark.usefixtures("unrehearsed")
def test_hints_come_one_by_one_then_the_solution(ex) -> None:
    for n, hint in enumerate(ex.hints, start=1):
        shown = ex.hint()
        assert str(shown).startswith(f"Hint {n} of {len(ex.hints)}: ")
        assert to_plain(hint) in str(shown)
    assert str(ex.hint()) == str(shown)
    assert "def " not in str(ex.solution())
    assert "ex.solution(reveal=True)" in str(ex.solution())
    assert ex.source(ex.reference_function).splitlines()[0] in str(ex.solution(reveal=True))
    ex.check(ex.reference_function, **ex.answer)
    assert f"def {ex.name}(" in str(ex.solution())


def test_shows_itself_in_a_terminal_and_in_a_notebook(ex) -> None:
    shown = ex._repr_mimebundle_()
    assert shown["text/plain"] == str(ex)
    assert f"def {ex.name}(" in str(ex)
    assert ex.call in shown["text/html"]
    assert shown["text/html"].startswith("<style>")
    assert "<details" not in shown["text/html"]  # hints are asked for


@pytest.mark.usefixtures("on_page")
def test_shows_itself_on_a_page(ex) -> None:
    html = ex._repr_mimebundle_()["text/html"]
    assert "<style" not in html
    assert "<script" not in html
    assert html.count("<details") == len(ex.hints) + 2
    assert "<details open" not in html
    chapter = ex.id.split("/")[0]
    link = f'<a href="../_sources/book/{chapter}.ipynb" download target="_blank" rel="noopener">'
    assert link in html
    visible = re.sub(r"(?s)<details.*</details>", "", html)
    assert to_html(ex.why) not in visible


def test_ssr_exercise_agrees_with_the_engine() -> None:
    ex = course.exercise("fitting/residuals_and_ssr")
    for observed, predicted in ex.cases():
        assert ex.reference_function(observed, predicted)[1] == pytest.approx(
            bp.ssr(predicted, observed)
        )


def test_threshold_exercise_agrees_with_a_run() -> None:
    ex = course.exercise("gradient_descent/learning_rate_threshold")
    for a, b, d in ex.cases():
        edge = ex.reference_function(a, b, d)
        assert _distance_after(100, a, b, d, 0.95 * edge) < 0.01
        assert _distance_after(100, a, b, d, 1.05 * edge) > 100
        assert _distance_after(100, a, b, d, edge) == pytest.approx(1.0)


def _distance_after(steps: int, a: float, b: float, d: float, learning_rate: float) -> float:
    lowest = -b / (2 * a)
    w = bp.Variable(lowest + 1.0)
    optimizer = bp.GradientDescent(w, learning_rate)
    bp.fit(lambda: a * w**2 + b * w + d, w, optimizer, steps=steps)
    return abs(w.value - lowest)


def test_derivative_exercise_agrees_with_finite_differences_and_the_engine() -> None:
    ex = course.exercise("one_parameter/derivative_of_ssr")
    for n, (b3, observed, curve) in enumerate(ex.cases()):
        ours = ex.reference_function(b3, observed, curve)
        nearly = bp.numeric_gradient(
            lambda at, o=observed, p=curve: float(np.sum((o - p - at) ** 2)), b3
        )
        assert (ours == pytest.approx(nearly, abs=1e-6)) == (n not in ex.task.hard)
        at = bp.Variable(b3)
        bp.ssr(curve + at, observed).backward()
        assert ours == pytest.approx(at.grad)


@pytest.mark.parametrize("exercise", ["gradient_descent/the_loop", "one_parameter/stopping_rule"])
def test_loop_exercises_agree_with_fit(exercise: str) -> None:
    ex = course.exercise(exercise)
    for case in ex.cases():
        *first, rate, tolerance, most = case
        if exercise.startswith("gradient"):
            slope, start = first
            w = bp.Variable(start)

            def loss(w=w, slope=slope):
                return slope.a * (w - slope.c) ** 2
        else:
            observed, curve = first
            w = bp.Variable(0.0)

            def loss(w=w, curve=curve, observed=observed):
                return bp.ssr(curve + w, observed)

        history = bp.fit(loss, w, bp.GradientDescent(w, rate), steps=most, tolerance=tolerance)
        ours = ex.reference_function(*case)
        assert agree(Part((), (float(ours[0]),)), Part((), (float(w.value),)), 1e-9)
        assert ours[1] == history.steps
        assert list(ours[2:]) in ([], [history.converged])
