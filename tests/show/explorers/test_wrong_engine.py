"""Right engine, wrong engine: what is shown is what was run, and what comes of it is so."""

import numpy as np
import pytest

from backprop import show
from backprop.show.explorers.faulty_pass import (
    FAULTS,
    LINES,
    NAMES,
    measure_gradient,
    run_faulty,
    run_right,
    write_lines,
)

STEPS = 5000


def test_without_a_fault_the_lines_do_what_the_engine_does() -> None:
    right, shown = run_right(300), run_faulty(300, None)
    np.testing.assert_allclose(shown.parameters, right.parameters, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(shown.losses, right.losses, rtol=1e-9)
    np.testing.assert_allclose(shown.gradients, right.gradients, rtol=1e-8, atol=1e-11)


def test_each_engine_has_one_line_of_its_own() -> None:
    for number, fault in enumerate(FAULTS):
        lines = write_lines(number)
        assert [n for n, pair in enumerate(zip(lines, LINES, strict=True), start=1)
                if pair[0] != pair[1]] == [fault.line]  # fmt: skip


def test_nudging_disagrees_with_a_wrong_gradient_and_with_no_right_one() -> None:
    right = run_right(300)
    for step in (0, 10, 300):
        measured = measure_gradient(right.parameters[step])
        np.testing.assert_allclose(right.gradients[step], measured, rtol=1e-6, atol=1e-8)
    slope = run_faulty(STEPS, 0)
    off = abs(slope.gradients[0] - measure_gradient(slope.parameters[0])) > 1e-3
    assert [name for name, wrong in zip(NAMES, off, strict=True) if wrong] == [
        "w1", "b1", "w2", "b2",
    ]  # fmt: skip


def test_the_slope_forgotten_learns_and_then_breaks_down() -> None:
    losses = run_faulty(STEPS, 0).losses
    assert losses[2000] == pytest.approx(0.2256, abs=1e-3)
    assert losses[:3000].min() == pytest.approx(0.1866, abs=1e-3)
    assert 1350 < losses[:3000].argmin() < 1450
    assert losses[3000:].max() > 5
    assert losses[STEPS] > 0.5


def test_the_last_point_alone_moves_neither_incoming_weight() -> None:
    run = run_faulty(STEPS, 1)
    assert set(run.parameters[:, 0]) == {2.74}
    assert set(run.parameters[:, 2]) == {-1.13}
    assert run.losses[-1] == pytest.approx(0.9724, abs=1e-4)
    assert run.losses.min() == pytest.approx(0.761, abs=1e-3)


def test_never_set_back_it_wanders() -> None:
    losses = run_faulty(STEPS, 2).losses
    assert losses.min() == pytest.approx(0.656, abs=2e-3)
    assert losses.max() == pytest.approx(2.444, abs=2e-3)
    assert np.ptp(losses[-500:]) > 0.3


def test_a_suspect_is_answered() -> None:
    figure = show.wrong_engine()
    for engine, fault in enumerate(FAULTS):
        for line in range(2, len(LINES) + 1):
            said = figure.describe(engine=engine, suspect=line, step=100)
            found = line == fault.line
            assert (f"Line {line} it is: {fault.means}." in said) == found
            assert (f"Line {line} is right" in said) == (not found)
    assert "Line" not in figure.describe(engine=0, suspect=0, step=100)


def test_it_begins_where_the_loss_has_fallen_and_the_gradient_is_wrong() -> None:
    figure = show.wrong_engine()
    assert figure.start == {"engine": 0, "suspect": 0, "step": 1000}
    said = figure.describe(**figure.start)
    assert "SSR 0.069 right, 0.275 wrong. Nudging disagrees with 4 of the 7 entries." in said
