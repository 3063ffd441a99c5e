"""Zoom, slope and error against the nudge: what they say is what the engine and theory say."""

from __future__ import annotations

import math
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


# -- zoom ------------------------------------------------------------------------------------------


def test_zooming_in_tells_how_far_the_curve_is_from_its_tangent() -> None:
    explorer = show.zoom(cube, 1.0, width=1.0)
    magnifications = explorer.sliders["magnification"].values
    assert (magnifications[0], magnifications[-1]) == (1, 1024)
    for m in (1, 2, 4, 8, 1024):
        _, left, right, gap, slope, share = said(explorer, magnification=m)
        assert (left, right) == pytest.approx((1 - 1 / m, 1 + 1 / m), rel=1e-5)
        assert slope == 2
        w = 1 / m  # the tangent of x³ − x at 1 is 2 (x − 1): what is left is 3 d² + d³
        assert gap == pytest.approx(3 * w**2 + w**3, rel=5e-3)
        assert share == pytest.approx(100 * gap * m / 13.2, rel=5e-2)
    assert "could not tell them apart" in explorer.describe(magnification=1024)
    assert "could not tell them apart" not in explorer.describe(magnification=8)


def test_a_kink_stays_a_kink() -> None:
    explorer = show.zoom(bp.relu, 0.0, width=1.0, doublings=20)
    shares = {said(explorer, magnification=m)[-1] for m in (1, 32, 2**20)}
    assert len(shares) == 1


def test_the_point_may_be_chosen_too(on_page: None) -> None:
    at = show.Slider(-3, 3, steps=13, value=1)
    explorer = show.zoom(bp.sin, at, width=3.0, name="sin")
    assert list(explorer.sliders) == ["magnification", "point"]
    assert explorer.sliders["point"].label == "point x"
    assert said(explorer, magnification=1, point=-3.0)[4] == pytest.approx(math.cos(3), abs=1e-4)
    assert len(explorer.page_html().encode()) < 100_000


# -- f and f′ --------------------------------------------------------------------------------------


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
        (lambda: show.zoom(cube, 0.0, width=0), "width must be positive, got 0"),
        (lambda: show.zoom(cube, 0.0, width=1, doublings=0), "doublings must be at least 1"),
        (lambda: show.zoom(lambda x: 1.0, 0.0, width=1), "f returned float for a Variable"),
        (lambda: show.slope({}, start=0, stop=1), "it is empty"),
        (lambda: show.error_by_step(bp.exp, 1.0, methods=["left"]), r"got \['left'\]"),
        (lambda: show.error_by_step(bp.exp, 1.0, plain=np.sin), "not the same function"),
        (lambda: show.error_by_step(bp.exp, 1.0, methods=["complex"]), "needs plain="),
    ],
)
def test_misuse_is_explained(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        show.Explorer.page_html(make())


# -- error against h -------------------------------------------------------------------------------


def test_truncation_and_rounding_are_told_apart() -> None:
    explorer = show.error_by_step(bp.exp, 1.0, plain=np.exp)
    assert explorer.describe(h=0.01) == (
        "h = 0.01. Forward difference: error 0.014, truncation. "
        "Central difference: error 4.5·10⁻⁵, truncation. "
        "Complex step: error 4.5·10⁻⁵, truncation."
    )
    small = explorer.describe(h=1e-11)
    assert re.search(r"Forward difference: error \S+, rounding\.", small)
    assert re.search(r"Central difference: error \S+, rounding\.", small)
    assert re.search(r"Complex step: error (0|\S+⁻¹⁶)\.", small)
    assert "h is lost in rounding, x + h is x" in explorer.describe(h=1e-16)


def test_the_best_nudges_are_those_of_theory() -> None:
    caption = show.error_by_step(bp.exp, 1.0).caption or ""
    assert re.search(r"forward difference (3·)?10⁻[⁸⁹], central difference (3·)?10⁻[⁵⁶]", caption)


def test_a_function_of_plain_operators_needs_no_second_one() -> None:
    explorer = show.error_by_step(lambda x: x**3, 2.0, methods=["complex"])
    assert explorer.describe(h=1e-10).startswith("h = 10⁻¹⁰. Complex step: error 0")
