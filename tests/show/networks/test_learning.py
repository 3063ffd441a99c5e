"""A network while it learns: network, fit and loss show the same step of the same run."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import show
from backprop.show.drawing.shapes import paint, write_number
from backprop.show.drawing.svg import Element

X, OBSERVED = bp.data.dosage()
START = {"w1": 2.74, "w2": -1.13, "w3": 0.36, "w4": 0.63, "b1": 0.0, "b2": 0.0, "b3": 0.0}
STEPS = [0, 1, 5, 20]


def predict(x: Any, w1: Any, w2: Any, w3: Any, w4: Any, b1: Any, b2: Any, b3: Any) -> Any:
    return w3 * bp.softplus(w1 * x + b1) + w4 * bp.softplus(w2 * x + b2) + b3


@cache
def run() -> Any:
    p = {name: bp.Variable(value, name) for name, value in START.items()}
    descent = bp.GradientDescent(list(p.values()), learning_rate=0.05)
    return bp.fit(
        lambda: bp.ssr(predict(X, **p), OBSERVED), list(p.values()), descent, steps=20,
        progress=False,
    )  # fmt: skip


@cache
def figure() -> show.Explorer:
    return show.learning(run(), X, OBSERVED, steps=STEPS, frames=[0, 5, 20])


def words(picture: list[Element]) -> list[str]:
    return [element.text for element in picture if element.text]


@pytest.mark.parametrize("step", STEPS)
def test_every_number_of_a_frame_is_that_of_its_step(step: int) -> None:
    network, fit, strip = figure().drawings(step=step)
    for row in run().parameters.values():
        assert write_number(float(row[step])) in words(network)
    loss = write_number(float(run().loss[step]))
    assert f"SSR {loss}" in words(fit)
    assert loss in words(strip)
    assert loss in figure().describe(step=step)


def test_areas_of_squares_add_up_to_the_loss() -> None:
    for step in STEPS:
        _, fit, _ = figure().drawings(step=step)
        squares = [e for e in fit if e.attributes.get("fill-opacity")]
        sides = [np.ptp(square.shape.xs) / 10 for square in squares if square.shape]
        lines = [
            np.ptp(e.shape.ys) / 10 for e in fit
            if e.shape and e.attributes.get("stroke") == paint("residual")
        ]  # fmt: skip
        assert sides == pytest.approx(lines, abs=0.2)
        shares = np.array(sides) ** 2 / sum(side**2 for side in sides)
        parameters = {name: float(row[step]) for name, row in run().parameters.items()}
        squared = (OBSERVED - predict(X, **parameters)) ** 2
        assert shares == pytest.approx(squared / squared.sum(), abs=0.02)


def test_frames_of_a_run_differ_in_attributes_alone() -> None:
    frames = [[len(p) for p in figure().drawings(step=step)] for step in STEPS]
    assert len(set(map(tuple, frames))) == 1


def test_a_page_has_its_filmstrip_and_a_notebook_its_picture(on_page: None) -> None:
    markup = figure().page_html()
    assert markup.count("<figcaption>after") == 2
    assert "<figcaption>at the start" in markup
    assert "bp-wide" in markup
