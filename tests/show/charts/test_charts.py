"""Loss strips, contours, number lines and matrices: what is drawn is what was computed."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import show
from backprop.show.charts.contours import trace_contours
from backprop.show.charts.loss_strip import Strip
from backprop.show.charts.plot import Plot, choose_ticks
from backprop.show.drawing.shapes import draw_arrow, paint, write_number
from backprop.show.drawing.svg import Element

LOSSES = np.array([4.0, 2.0, 1.0, 0.5, 0.25])


def points(element: Element) -> list[tuple[float, float]]:
    assert element.shape is not None
    return [(x / 10, y / 10) for x, y in zip(element.shape.xs, element.shape.ys, strict=True)]


def strokes(figure: Any, colour: str) -> list[Element]:
    return [e for e in figure.drawings[0] if e.attributes.get("stroke") == paint(colour)]


def fills(figure: Any, colour: str) -> list[Element]:
    return [
        e for e in figure.drawings[0]
        if e.tag == "path" and e.attributes.get("fill") == paint(colour)
    ]  # fmt: skip


@pytest.mark.parametrize(("low", "high"), [(-0.04, 1.04), (0, 7), (-3, 3), (1e-3, 5e-3), (0, 2e4)])
def test_ticks_are_four_at_most_and_round(low: float, high: float) -> None:
    ticks = choose_ticks(low, high)
    assert 2 <= len(ticks) <= 4
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (-1.2249, "−1.22"), (99.96, "100"), (0.9999, "1.00"), (1e-7, "1.00·10⁻⁷")],
)
def test_numbers_have_three_significant_digits(number: float, text: str) -> None:
    assert write_number(number) == text


def test_steps_lie_on_a_logarithmic_scale_on_which_zero_has_a_place() -> None:
    plot = Plot((0, 0), (100, 10), (0, 99), (0, 1), steps=True)
    assert [plot.place(step, 0)[0] for step in (0, 9, 99)] == pytest.approx([0, 50, 100])


def test_the_marker_of_a_strip_stands_on_the_curve() -> None:
    strip = Strip(LOSSES)
    for step in range(len(LOSSES)):
        (dot,) = [
            e for e in strip.draw(step)
            if e.shape and e.shape.commands == "o" and e.attributes["stroke"] == paint("residual")
        ]  # fmt: skip
        assert points(dot)[0] == pytest.approx(strip.plot.place(step, LOSSES[step]), abs=0.1)


def test_a_strip_says_where_it_begins_and_ends_and_where_the_marker_stands() -> None:
    figure = show.loss_strip(LOSSES, step=1, name="SSR")
    assert figure.alt == "The SSR falls from 4.00 to 0.250 in 4 steps; after 1 it is 2.00."


def test_small_frames_do_not_lie_on_each_other() -> None:
    grid = np.linspace(0, 1, 5)
    frames = {step: (grid, grid * step) for step in (0, 95, 97, 98, 99)}
    figure = show.loss_strip(np.linspace(2, 1, 100), frames=frames)
    boxes = [e for e in fills(figure, "surface") if e.attributes.get("stroke") == paint("axis")]
    sides = sorted((min(points(e))[0], max(points(e))[0]) for e in boxes)
    assert len(sides) == 5
    assert all(a[1] < b[0] for a, b in itertools.pairwise(sides))
    assert sides[-1][1] <= figure.size[0]


def valley(a: Any, b: Any) -> Any:
    return a**2 + 4 * b**2


def test_contours_are_plum_and_lie_where_the_loss_is_equal() -> None:
    for piece in trace_contours(valley, (-3, 3), (-2, 2), 5):
        heights = valley(*piece.T)
        assert np.ptp(heights) < 0.05 * max(1.0, heights.mean())
    figure = show.contours(valley, x=(-3, 3), y=(-2, 2), path=[(2, 1)])
    assert len(strokes(figure, "residual")) >= 5


def test_the_gradient_is_an_orange_arrow_uphill_and_steps_are_ink() -> None:
    figure = show.contours(valley, x=(-3, 3), y=(-2, 2), path=[(2, 1), (1.6, 0.2)])
    (orange,) = fills(figure, "gradient")
    (ink,) = fills(figure, "ink")
    assert (orange.shape and orange.shape.commands) == (ink.shape and ink.shape.commands)
    corners = points(orange)
    (x0, y0), (x1, y1) = np.mean([corners[0], corners[6]], axis=0), corners[3]
    assert (x1 - x0, y1 - y0) != (0, 0)
    assert x1 > x0, "the gradient points where the loss grows"
    assert y1 < y0
    assert "the gradient is (3.20, 1.60)" in figure.alt


def test_nudges_lie_on_a_circle_and_their_dots_are_as_large_as_what_they_change() -> None:
    at, length = (1.5, 0.5), 0.01
    figure = show.nudges(valley, at, length=length)
    left, right = figure.drawings
    dots = [e for e in left if e.shape and e.shape.commands == "o"]
    here = points(dots[-1])[0]
    # Outer dots in the order in which they are drawn: from the gradient on, against the clock.
    outer = [e for e in dots if e.attributes["stroke"] == paint("residual")]
    spokes = np.array([np.subtract(points(e)[0], here) for e in outer])
    assert len(outer) == 24
    assert np.hypot(*spokes.T) == pytest.approx(np.hypot(*spokes[0]), abs=0.2)
    turns = math.atan2(4, 3) + math.tau * np.arange(24) / 24
    expected = np.array([np.cos(turns), -np.sin(turns)]).T * np.hypot(*spokes[0])
    assert spokes == pytest.approx(expected, abs=0.2)
    places = np.array(at)[:, None] + length * np.array([np.cos(turns), np.sin(turns)])
    changes = valley(*places) - valley(*at)
    sizes = np.array([float(e.attributes["stroke-width"]) for e in outer])
    large = abs(changes) > 0.1 * abs(changes).max()
    areas = (sizes / sizes.max()) ** 2
    assert areas[large] == pytest.approx(abs(changes / changes.max())[large], rel=0.02)
    holes = [points(e)[0] for e in dots if e.attributes["stroke"] == paint("surface")]
    falling = [points(e)[0] for e, change, it in zip(outer, changes, large, strict=True)
               if change < 0 and it]  # fmt: skip
    rising = [points(e)[0] for e, change in zip(outer, changes, strict=True) if change > 0]
    assert set(falling) <= set(holes)
    assert not set(rising) & set(holes)
    (curve,) = [e for e in right if e.attributes.get("stroke") == paint("gradient")]
    assert len(points(curve)) == 73


def test_nudges_say_what_each_direction_changes() -> None:
    figure = show.nudges(valley, (1.5, 0.5), length=0.01)
    gradient, length = np.array([3.0, 4.0]), 0.01
    along = valley(*(np.array([1.5, 0.5]) + length * gradient / 5)) - valley(1.5, 0.5)
    against = valley(*(np.array([1.5, 0.5]) - length * gradient / 5)) - valley(1.5, 0.5)
    assert f"by +{write_number(along)} along the gradient" in figure.alt
    assert f"by {write_number(against)} straight against it" in figure.alt
    assert "180 degrees from the gradient" in figure.alt
    # Far away the slope at this place says little: the longest way down is another one.
    far = show.nudges(valley, (1.5, 0.5), length=2.0)
    assert "180 degrees from the gradient" not in far.alt


def test_numbers_lie_on_their_line_and_names_beside_each_other() -> None:
    figure = show.number_line({"a": 1.0, "b": 1.02, "c": 3.0}, arrows=[(3.0, 1.0)], start=0, stop=4)
    dots = [points(e)[0][0] for e in strokes(figure, "ink") if e.shape and e.shape.commands == "o"]
    assert np.diff(dots).tolist() == pytest.approx([0.02 * 138, 1.98 * 138], abs=0.2)
    rows = {e.text: e.attributes["y"] for e in figure.drawings[0] if e.text in ("a", "b", "c")}
    assert rows["a"] != rows["b"]
    assert rows["a"] == rows["c"]


def test_the_area_of_a_square_is_the_size_of_its_number() -> None:
    figure = show.matrix([[4.0, 1.0, 0.0], [-4.0, -1.0, 2.0]])
    filled = [points(e)[1][0] - points(e)[0][0] for e in fills(figure, "value")]
    assert [side**2 / filled[0] ** 2 for side in filled] == pytest.approx([1, 1 / 4, 1 / 2], 0.02)
    hollow = strokes(figure, "value")
    assert all(e.attributes["fill"] == "none" for e in hollow)
    outer = [
        points(e)[1][0] - points(e)[0][0] + float(e.attributes["stroke-width"]) for e in hollow
    ]
    assert (outer[1] / outer[0]) ** 2 == pytest.approx(1 / 4, rel=0.03)


def test_gradients_of_a_matrix_are_orange() -> None:
    w = bp.Variable([[1.0, -2.0]], name="W")
    bp.sum(w * w).backward()
    figure = show.matrix(w, gradients=True)
    assert fills(figure, "gradient")
    assert not fills(figure, "value")


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: show.loss_strip([1.0]), "losses must be two or more, got 1"),
        (lambda: show.loss_strip(LOSSES, step=9), "must be one of the run, got 9: choose 0 to 4"),
        (lambda: show.contours(valley, x=(0, 1), y=(0, 1), path=[]), "path must have one place"),
        (lambda: show.contours(valley, x=(0, 1), y=(0, 1), path=[(2, 0)]), "widen x= and y="),
        (lambda: show.nudges(valley, (0.0, 0.0)), "at must have a gradient other than 0"),
        (lambda: show.nudges(valley, (1.0, 0.0), length=0), "length must be positive"),
        (lambda: show.number_line({}), "points must be one or more"),
        (lambda: show.number_line({"a": 5.0}, start=0, stop=1), "points must lie on the line"),
        (lambda: show.matrix(np.zeros((40, 2))), r"1 to 32, got shape \(40, 2\): draw a part"),
        (lambda: show.matrix(bp.Variable([1.0]), gradients=True), "call backward"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw()


def test_an_arrow_ends_at_its_tip_and_is_as_wide_as_asked() -> None:
    corners = points(draw_arrow((0, 0), (100, 0), "ink", 4))
    assert corners[3] == (100, 0)
    assert corners[0][1] - corners[6][1] == 4
    nothing = points(draw_arrow((5, 5), (5, 5), "ink"))
    assert {math.dist((5, 5), corner) for corner in nothing} == {0.0}
