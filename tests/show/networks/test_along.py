"""The line of a step: its slope at the start is the gradient's, its lowest point is the lowest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from backprop import show
from backprop.show.networks.along import find_lowest, measure_slice
from backprop.show.networks.learning import Run

from .test_learning import OBSERVED, START, X, predict, run


def one() -> Run:
    return Run(run(), X, OBSERVED, "softplus", gradients=True)


@pytest.mark.parametrize("step", [0, 1, 10, 20])
def test_the_line_begins_at_the_loss_and_falls_as_the_gradient_says(step: int) -> None:
    line = measure_slice(one(), step)
    assert line.now == pytest.approx(float(run().loss[step]))
    slopes = np.array([float(row[step]) for row in run().gradients.values()])
    assert line.steepness == pytest.approx(float(slopes @ slopes))
    nudge = 1e-6
    assert (line.loss(nudge) - line.now) / nudge == pytest.approx(-line.steepness, rel=1e-3)


def test_the_step_of_the_run_lies_on_its_line() -> None:
    line = measure_slice(one(), 0)
    assert line.loss(0.05) == pytest.approx(float(run().loss[1]))


def test_no_learning_rate_nearby_leads_lower_than_the_lowest() -> None:
    line = measure_slice(one(), 0)
    least = line.loss(line.lowest)
    assert all(line.loss(rate) >= least for rate in np.linspace(0, 3 * line.lowest, 200).tolist())
    assert line.lowest == pytest.approx(0.0356, abs=1e-4), "the first step of 0.05 overshoots it"


@pytest.mark.parametrize("place", [1e-4, 0.5, 700.0])
def test_the_lowest_point_is_found_wherever_it_lies(place: float) -> None:
    assert find_lowest(lambda t: (t - place) ** 2) == pytest.approx(place, rel=1e-3)


def figure() -> show.Explorer:
    return show.along_step(run(), X, OBSERVED, steps=[0, 5, 20])


def texts(picture: Any) -> list[str]:
    return [element.text for element in picture if element.text]


def test_notes_say_what_is_true_of_the_step() -> None:
    promise = "The tangent promises an SSR below 0."
    assert promise in texts(figure().drawings(step=0, rate=0.05)[2])
    assert promise not in texts(figure().drawings(step=0, rate=0.01)[2])
    line = measure_slice(one(), 20)
    steps = f"{line.lowest / 0.05:,.0f} such steps"
    assert any(steps in text for text in texts(figure().drawings(step=20, rate=0.05)[2]))


def test_every_frame_has_as_many_elements() -> None:
    counts = {
        tuple(len(picture) for picture in figure().drawings(step=step, rate=rate)[:2])
        for step in (0, 5, 20)
        for rate in (0.01, 0.2)
    }
    assert len(counts) == 1


def test_the_description_has_where_the_step_leads() -> None:
    moved = {name: START[name] - 0.2 * float(run().gradients[name][0]) for name in START}
    after = float(((OBSERVED - predict(X, **moved)) ** 2).sum())
    assert f"leads to {after:.3g}" in figure().describe(step=0, rate=0.2)
