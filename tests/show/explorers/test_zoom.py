"""Zooming in says what the engine computes."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

import backprop as bp
from backprop import show


def cube(x: Any) -> Any:
    return x**3 - x


def said(explorer: show.Explorer, **values: float) -> list[float]:
    """The numbers in a description."""
    text = explorer.describe(**values).replace("−", "-")
    return [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]


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


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: show.zoom(cube, 0.0, width=0), "width must be positive, got 0"),
        (lambda: show.zoom(cube, 0.0, width=1, doublings=0), "doublings must be at least 1"),
        (lambda: show.zoom(lambda x: 1.0, 0.0, width=1), "f returned float for a Variable"),
    ],
)
def test_misuse_is_explained(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        show.Explorer.page_html(make())
