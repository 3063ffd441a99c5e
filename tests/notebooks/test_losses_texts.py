"""What the chapter on losses says, worked out in plain NumPy, without the engine."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.notebooks.test_figure_texts import read


def sigmoid(z: float) -> float:
    return float(1 / (1 + np.exp(-z)))


def soften(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max())
    return e / e.sum()


def walk_from_minus_eight(slope: Callable[[float], float], steps: int) -> list[float]:
    """Return p at the start and after each step, with a learning rate of 1."""
    z, ps = -8.0, [sigmoid(-8.0)]
    for _ in range(steps):
        z -= slope(sigmoid(z))
        ps.append(sigmoid(z))
    return ps


def pull_with_squares(p: float) -> float:
    return -2 * (1 - p) * p * (1 - p)


def test_one_start_and_two_losses_take_9_and_1507_steps() -> None:
    text = read("losses")
    entropy = walk_from_minus_eight(lambda p: p - 1, 20)
    squares = walk_from_minus_eight(pull_with_squares, 2000)
    assert next(k for k, p in enumerate(entropy) if p >= 0.5) == 9
    assert next(k for k, p in enumerate(squares) if p >= 0.5) == 1507
    assert "After 1,000 steps the squared error has brought $p$ from 0.0003 to 0.001" in text
    assert f"{squares[0]:.4f} {squares[1000]:.3f}" == "0.0003 0.001"
    assert "so −0.00067 comes through" in text
    assert f"{pull_with_squares(squares[0]):.5f}" == "-0.00067"
    assert "-1 / 0.00033535 = -2982" in text
    assert round(-1 / squares[0]) == -2982
    assert "at $p = 0.0003$ the pull is smaller than at $p = 0.98$" in text
    assert -pull_with_squares(squares[0]) < -pull_with_squares(0.98)
    assert "only up to a point: at $p = 0.0003$" in text
    assert max(np.linspace(0.01, 0.99, 99), key=lambda p: -pull_with_squares(p)) == 0.33


def test_a_late_parcel_moves_the_mean_and_not_the_median() -> None:
    text, minutes = read("losses"), np.array([20.0, 22.0, 23.0, 25.0, 60.0])
    assert "the mean, 30, which is later than four of the five" in text
    assert minutes.mean() == 30
    assert np.median(minutes) == 23
    assert sum(minutes < 30) == 4
    mistyped = np.where(minutes == 60, 600, minutes)
    assert "the mean would be 138, and the median still 23" in text
    assert (mistyped.mean(), np.median(mistyped)) == (138, 23)


def test_honesty_is_cheapest() -> None:
    claimed = np.linspace(0.01, 0.99, 99)
    prices = -3 * np.log(claimed) - 7 * np.log(1 - claimed)
    assert claimed[np.argmin(prices)] == pytest.approx(0.3)
    assert pytest.approx(0) == -0.3 / 0.3 + 0.7 / (1 - 0.3)  # the slope of the average price
    assert "than $p = 0.3$" in read("losses")


def test_the_slopes_of_the_softmax_come_from_above_the_line_and_below_it() -> None:
    z, h = np.array([2.0, 1.0, -1.0]), 1e-6
    p = soften(z)
    nudge = np.array([h, 0, 0])
    measured = (soften(z + nudge) - soften(z - nudge)) / (2 * h)
    assert measured == pytest.approx([p[0] - p[0] * p[0], -p[1] * p[0], -p[2] * p[0]], abs=1e-9)


def test_squares_share_between_wrong_classes_before_they_help_the_right_one() -> None:
    text, y = read("losses"), np.array([0.0, 0.0, 1.0])
    squares = entropy = np.array([3.0, 1.0, -4.0])
    for k in range(20):
        p, q = soften(squares), soften(entropy)
        slopes = 2 * p * (p - y - (p - y) @ p)
        assert k or slopes[1] < 0  # the 5 is pulled up at first
        squares = squares - 3 * slopes
        entropy = entropy - 3 * (q - y)
        if k == 1:
            assert f"{soften(entropy)[2]:.2f}" == "0.86"
    assert "cross-entropy two steps bring it to 0.86" in text
    assert "After twenty steps each of the two has half of it, and the 8 has $p = 0.002$" in text
    assert soften(squares) == pytest.approx([0.5, 0.5, 0.002], abs=1e-3)


def test_whatever_the_others_share_squares_pull_hardest_at_a_third() -> None:
    y = np.array([0.0, 0.0, 1.0])
    for z1, z2 in ((3.0, 1.0), (0.0, 0.0), (-2.0, 5.0)):
        shares = np.linspace(0.01, 0.99, 981)
        others = np.logaddexp(z1, z2)
        pulls = []
        for share in shares:
            p = soften(np.array([z1, z2, others + np.log(share / (1 - share))]))
            pulls.append(-2 * p[2] * (p[2] - 1 - (p - y) @ p))
        assert shares[np.argmax(pulls)] == pytest.approx(1 / 3, abs=1e-3)


def test_the_price_of_surprise() -> None:
    text = read("losses")
    prices = {"one half": 0.5, "a tenth": 0.1, "a thousandth": 0.001}
    for name, p in prices.items():
        assert f"for {name} {-np.log(p):.2f}" in text
