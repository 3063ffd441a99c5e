"""The race: every place on the map is one that the package's optimiser has reached."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import show

from .moving import every_frame, moved


def valley(a: Any, b: Any) -> Any:
    return 0.05 * a**2 + b**2


def race(**changes: Any) -> show.Explorer:
    options: dict[str, Any] = {
        "x": (-10, 3), "y": (-3, 3), "learning_rates": [0.1, 0.5, 1.05], "steps": 12,
    }  # fmt: skip
    return show.race(valley, (-9, 2), **options | changes)


def test_runs_are_those_of_the_engine() -> None:
    explorer = race()
    for make in (bp.GradientDescent, bp.Momentum, bp.RMSProp, bp.Adam):
        a, b = bp.Variable(-9.0, "a"), bp.Variable(2.0, "b")
        history = bp.fit(lambda: valley(a, b), [a, b], make([a, b], 0.1), steps=7)  # noqa: B023
        assert f" {history.loss[7]:.3f}" in explorer.describe(learning_rate=0.1, step=7)


def test_the_first_one_is_named_first() -> None:
    said = race().describe(learning_rate=0.1, step=12)
    assert said.startswith("After 12 steps, loss: ")
    losses = [float(part.rstrip(".").split()[-1]) for part in said.split(": ")[1].split(", ")]
    assert losses == sorted(losses)
    assert len(losses) == 4


def test_who_diverges_is_told_and_ends() -> None:
    only = {"gradient descent": bp.GradientDescent}
    explorer = race(learning_rates=[0.1, 3.0], steps=40, optimizers=only)
    assert f"gradient descent {0.05 * (9 * 0.99**20) ** 2 + 4 * 0.8**40:.3f}" in explorer.describe(
        learning_rate=0.1, step=20
    )
    assert explorer.describe(learning_rate=3.0, step=40) == (
        "After 40 steps, loss: gradient descent has diverged."
    )
    assert "After 1 step, loss: " in explorer.describe(learning_rate=3.0, step=1)


def test_a_page_moves_it(on_page: None) -> None:
    explorer = race(steps=5, minimum=(0, 0), symbols=("a", "b"))
    assert explorer.animate == "step"
    assert [s.label for s in explorer.sliders.values()] == ["learning rate η", "step"]
    markup = explorer.page_html()
    assert "● gradient descent" in markup
    for number, _, direct in every_frame(explorer):
        assert moved(markup, number) == direct
    assert len(race(steps=50, learning_rates=np.linspace(0.1, 0.7, 7)).page_html()) < 60_000


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"optimizers": {}}, "there can be 1 to 4 optimisers, got 0"),
        ({"steps": 1}, "steps must be at least 2, got 1"),
        ({"learning_rates": [0.1]}, "a slider needs at least two values"),
        ({"learning_rates": [0.1, -0.2]}, "learning_rate must be positive"),
    ],
)
def test_misuse_is_explained(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        race(**changes)
