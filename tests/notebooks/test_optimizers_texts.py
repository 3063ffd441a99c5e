"""What the chapter on better steps says, worked out in plain NumPy, without the engine."""

import math

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer

from tests.notebooks.test_figure_texts import read


def measure_valley(w: np.ndarray) -> float:
    return float(0.05 * w[0] ** 2 + w[1] ** 2)


def slope_of_valley(w: np.ndarray) -> np.ndarray:
    return np.array([0.1 * w[0], 2 * w[1]])


def run_adam(rate: float, steps: int, corrected: bool = True) -> list[float]:
    w, m, s, losses = np.array([-3.5, 1.5]), np.zeros(2), np.zeros(2), []
    for t in range(1, steps + 2):
        losses.append(measure_valley(w))
        g = slope_of_valley(w)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        first, second = (1 - 0.9**t, 1 - 0.999**t) if corrected else (1, 1)
        w = w - rate * (m / first) / (np.sqrt(s / second) + 1e-8)
    return losses


def test_without_its_correction_adam_steps_too_far_for_long() -> None:
    text = read("optimizers")
    factors = [(1 - 0.9**t) / math.sqrt(1 - 0.999**t) for t in range(1, 5001)]
    assert factors[0] == pytest.approx(3.16, abs=0.01)
    assert int(np.argmax(factors)) + 1 == 12
    assert "6.6 times too long at step 12" in text
    assert f"{factors[11]:.1f}" == "6.6"
    assert "more than a tenth too long until step 1,750" in text
    assert factors[1749] > 1.1 > factors[1750]
    assert "2.86 to 0.72 after three steps" in text
    right, wrong = run_adam(0.3, 3), run_adam(0.3, 3, corrected=False)
    assert [f"{loss:.2f}" for loss in (right[0], right[3])] == ["2.86", "0.72"]
    assert f"{wrong[3]:.2f}" == "1.47"


def test_momentum_is_ten_times_as_long_where_slopes_agree() -> None:
    text, along, across = read("optimizers"), 0.0, 0.0
    for t in range(400):
        along, across = 0.9 * along + 1, 0.9 * across + (-1) ** t
    assert along == pytest.approx(10)
    assert abs(across) == pytest.approx(1 / 1.9)
    assert "ten times as long along the valley, and about half as long across it" in text


def test_at_its_best_rate_plain_descent_beats_adam_in_the_valley() -> None:
    text, w = read("optimizers"), np.array([-3.5, 1.5])
    for _ in range(60):
        w = w - 0.9 * slope_of_valley(w)
    assert "is at 0.000007 after 60 steps" in text
    assert f"{measure_valley(w):.6f}" == "0.000007"
    assert f"{run_adam(0.3, 60)[-1]:.3f}" == "0.003"


def test_the_data_are_as_the_text_says() -> None:
    text, data = read("optimizers"), load_breast_cancer()
    assert len(data.target) == 569
    assert "malignant in 212 cases, benign in 357" in text
    assert np.bincount(data.target).tolist() == [212, 357]
    x = (data.data[:, 0] - data.data[:, 0].mean()) / data.data[:, 0].std()
    y, w, b = 1 - data.target, 0.0, 0.0
    gradient = np.mean((0.5 - y) * x), np.mean(0.5 - y)
    w, b = w - gradient[0], b - gradient[1]
    z = w * x + b
    assert "from 0.693 to 0.570" in text
    assert f"{np.mean(np.logaddexp(0, z) - y * z):.3f}" == "0.570"
