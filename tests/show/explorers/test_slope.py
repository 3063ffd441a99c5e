"""A function above its slope: what is said is what the engine computes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import show

from .moving import every_frame, moved


def cube(x: Any) -> Any:
    return x**3 - x


def said(explorer: show.Explorer, **values: float) -> list[float]:
    """The numbers in a description."""
    text = explorer.describe(**values).replace("−", "-")
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]


def test_slopes_are_those_of_the_engine() -> None:
    explorer = show.slope(cube, start=-1.5, stop=1.5, value=0.5, steps=31)
    for x in explorer.sliders["x"].values:
        at, height, slope, nudge, change = said(explorer, x=x)
        assert (at, nudge) == (x, 0.01)
        assert height == pytest.approx(cube(x), abs=1e-4)
        assert slope == pytest.approx(bp.grad(cube)(x), abs=1e-4)
        assert change == pytest.approx(0.01 * slope, abs=1e-4)
    assert re.search(r"they agree to 1e-\d\d\.$", explorer.caption or "")


def test_both_pictures_have_the_same_places_along_x() -> None:
    explorer = show.slope(lambda x: 1e4 * bp.exp(x), start=0, stop=2)
    explorer.drawings(**explorer.start)
    above, below = explorer.canvas._panels.axes
    for ax in (above, below):
        assert ax.get_xlim() == (0, 2)
    assert above.get_position().x0 == below.get_position().x0
    assert above.get_position().x1 == below.get_position().x1


def test_a_choice_of_functions_tells_kinks(on_page: None) -> None:
    functions = {"sigmoid": bp.sigmoid, "relu": bp.relu}
    explorer = show.slope(
        functions, start=-4, stop=4, value=0, steps=9, symbol="z", choice="activation"
    )
    assert explorer.sliders["which"].texts == ("sigmoid", "relu")
    assert "sigmoid′(z) = 0.2500" in explorer.describe(which=0, x=0.0)
    assert explorer.describe(which=1, x=0.0).endswith(
        "There is a kink: to the left the slope is 0.0000, to the right 1.0000. "
        "The engine takes 0.0000."
    )
    markup = explorer.page_html()
    for number, _, direct in every_frame(explorer):
        assert moved(markup, number) == direct


def test_a_jump_of_the_slope_is_a_gap_in_its_line() -> None:
    explorer = show.slope(bp.relu, start=-1, stop=1, steps=3)
    explorer.drawings(**explorer.start)
    line = explorer.canvas._panels.axes[1].lines[1]
    assert np.isnan(np.asarray(line.get_ydata(), float)).sum() == 1


def test_a_slope_that_is_wrong_is_refused() -> None:
    def wrong(x: Any) -> Any:
        value = x * x
        return value + (x - getattr(x, "value", x))  # a slope of 1 for a change of 0

    with pytest.raises(ValueError, match="the engine says that the slope is 3, a central diff"):
        show.slope(wrong, start=1, stop=2, steps=2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: show.slope({}, start=0, stop=1), "it is empty"),
    ],
)
def test_misuse_is_explained(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        show.Explorer.page_html(make())
