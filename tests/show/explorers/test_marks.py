"""Residuals, tangents and steps are drawn where they belong."""

from typing import Any

import numpy as np
import pytest

from backprop import show


def axes() -> Any:
    from backprop.show.drawing.axes import Panels

    (ax,) = Panels(300).axes
    return ax


def test_residuals_are_drawn_from_prediction_to_observation() -> None:
    ax = axes()
    show.residuals(ax, [0, 1], [2, 0], [0.5, 1], squares=False)
    segments = [line.get_xydata().tolist() for line in ax.lines[:2]]
    assert segments == [[[0, 0.5], [0, 2]], [[1, 1], [1, 0]]]


@pytest.mark.parametrize("limits", [(0, 1), (-3, 40)])
def test_squares_are_square_on_paper_and_as_high_as_the_residual(
    limits: tuple[float, float],
) -> None:
    ax = axes()
    show.residuals(ax, [0, 0.5, 1], [0, 1, 0], [0.75, 0.25, -0.5])
    ax.set(xlim=(-0.1, 1.1), ylim=limits)
    unit = np.diff(ax.transData.transform([(0, 0), (0, 1)])[:, 1]).item()
    for patch, residual in zip(ax.patches, [-0.75, 0.75, 0.5], strict=True):
        corners = patch.get_transform().transform(patch.get_path().vertices)
        width, height = np.ptp(corners, axis=0)
        assert width == pytest.approx(height)
        assert height == pytest.approx(abs(residual) * unit)
    left, _, right = (patch.get_window_extent() for patch in ax.patches)
    middle = ax.transData.transform((0.5, 0))[0]
    assert left.x1 > ax.transData.transform((0, 0))[0]
    assert right.x0 < ax.transData.transform((1, 0))[0]
    assert left.x0 < middle < right.x1


def test_steps_mark_the_last_one() -> None:
    ax = axes()
    show.steps(ax, [0, 1, 2], [4, 1, 0])
    chords, before, now = ax.lines
    assert chords.get_xydata().tolist() == [[0, 4], [1, 1], [2, 0]]
    assert len(before.get_xdata()) == 2
    assert now.get_xydata().tolist() == [[2, 0]]
    assert now.get_markersize() > before.get_markersize()


def test_one_step_is_one_dot() -> None:
    ax = axes()
    show.steps(ax, [0], [4])
    assert len(ax.lines) == 1


def test_a_tangent_has_its_slope() -> None:
    ax = axes()
    show.tangent(ax, 1, 2, -3, width=0.5)
    (line,) = ax.lines
    (x0, x1), (y0, y1) = line.get_data()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-3)
    assert ax.texts[0].get_text() == "slope -3.00"


@pytest.mark.parametrize(
    ("slope", "label", "side"),
    [(-3, "slope -3.00", "left"), (3, "slope 3.00", "right"), (-1e-9, "slope 0.00", "center")],
)
def test_the_slope_stands_on_the_open_side_of_a_valley(slope: float, label: str, side: str) -> None:
    ax = axes()
    ax.plot([-1, 0, 1], [1, 0, 1])
    show.tangent(ax, 0, 0, slope, width=0.5)
    assert (ax.texts[0].get_text(), ax.texts[0].get_horizontalalignment()) == (label, side)
