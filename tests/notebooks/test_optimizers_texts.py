"""What the chapter on better steps says, worked out in plain NumPy, without the engine."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer

import backprop as bp
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


def test_a_running_mean_is_a_tenth_of_the_velocity() -> None:
    text, velocity, mean = read("optimizers"), 0.0, 0.0
    for _ in range(3):
        velocity, mean = 0.9 * velocity + 2, 0.9 * mean + 0.1 * 2
    assert "the velocity is $2 + 1.8 + 1.62 = 5.42$, and the mean a tenth of it, 0.54." in text
    assert (velocity, mean) == pytest.approx((5.42, 0.542))


def count_steps_off_the_ridge(step: Callable[[float, int], float]) -> int:
    """Count the steps from beside the ridge of the saddle to halfway down."""
    w, steps = 0.05, 0
    while w <= 0.5:
        steps += 1
        w -= 0.05 * step(w * (w**2 - 1), steps)
    return steps


def test_who_divides_by_a_small_slope_leaves_the_saddle_first() -> None:
    kept = {"velocity": 0.0, "square": 0.0, "mean": 0.0, "squares": 0.0}

    def roll(g: float, t: int) -> float:
        kept["velocity"] = 0.9 * kept["velocity"] + g
        return kept["velocity"]

    def divide(g: float, t: int) -> float:
        kept["square"] = 0.9 * kept["square"] + 0.1 * g**2
        return g / (math.sqrt(kept["square"]) + 1e-8)

    def do_both(g: float, t: int) -> float:
        kept["mean"] = 0.9 * kept["mean"] + 0.1 * g
        kept["squares"] = 0.999 * kept["squares"] + 0.001 * g**2
        return kept["mean"] / (1 - 0.9**t) / (math.sqrt(kept["squares"] / (1 - 0.999**t)) + 1e-8)

    found = [count_steps_off_the_ridge(step) for step in (lambda g, t: g, roll, do_both, divide)]
    assert found == [50, 16, 10, 4]
    text = read("optimizers")
    assert "takes plain descent 50 steps to come from $w_2 = 0.05$ to 0.5, and momentum 16" in text
    assert "but Adam 10 and RMSProp 4" in text


def test_weight_decay_inside_of_the_division_takes_the_same_from_every_weight() -> None:
    text, w = read("optimizers"), np.array([10.0, 0.1])
    slope = 0.1 * w
    inside = w - 0.1 * slope / np.sqrt(slope**2)
    outside = (1 - 0.1 * 0.1) * w
    assert "to 9.9 and to 0. So *AdamW*" in text
    assert inside == pytest.approx([9.9, 0])
    assert "both shrink by a hundredth" in text
    assert outside == pytest.approx([9.9, 0.099])
    weights = bp.Variable(w.copy())
    weights.grad = np.zeros(2)
    bp.Adam(weights, 0.1, weight_decay=0.1).step()
    assert weights.value == pytest.approx(outside)


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


def train_in_batches(x: np.ndarray, y: np.ndarray, size: int, rate: float, epochs: int) -> float:
    """Return the loss of one neuron over all examples, after plain descent in batches."""
    random, w, b = np.random.default_rng(0), np.zeros(x.shape[1]), 0.0
    for _ in range(epochs):
        order = random.permutation(len(x))
        for k in range(0, len(x), size):
            some = order[k : k + size]
            error = 1 / (1 + np.exp(-np.clip(x[some] @ w + b, -500, 500))) - y[some]
            w, b = w - rate * x[some].T @ error / len(some), b - rate * np.mean(error)
    z = x @ w + b
    return float(np.mean(np.logaddexp(0, z) - y * z))


def test_many_rough_steps_lead_further_at_the_best_rate_of_each() -> None:
    data, text = load_breast_cancer(), read("optimizers")
    x, y = (data.data - data.data.mean(axis=0)) / data.data.std(axis=0), 1 - data.target
    assert "with $\\eta = 8$ it is at 0.304 after one epoch" in text
    assert f"{train_in_batches(x[:, :1], y, 569, 8, 1):.3f}" == "0.304"
    rates = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 8, 10)
    assert "the best of twelve rates" in text
    best = {
        (size, epochs): min(train_in_batches(x, y, size, rate, epochs) for rate in rates)
        for size, epochs in ((569, 1), (569, 5), (8, 1))
    }
    assert "the full batch needs five epochs to come to 0.08, and batches of 8 need one" in text
    assert f"{best[569, 5]:.2f}" == f"{best[8, 1]:.2f}" == "0.08"
    assert best[569, 1] > 0.15


def test_a_rate_that_falls_too_soon_stops_on_the_way() -> None:
    data, text = load_breast_cancer(), read("optimizers")
    x, y = data.data[:, 0], 1 - data.target
    x = (x - x.mean()) / x.std()

    def finish(rate: Callable[[int], float]) -> float:
        return float(np.mean([walk(rate, seed) for seed in range(8)])) - 0.28999

    def walk(rate: Callable[[int], float], seed: int) -> float:
        random, w, b, step, ends = np.random.default_rng(seed), 0.0, 0.0, 0, []
        for _ in range(5):
            order = random.permutation(569)
            for k in range(0, 569, 8):
                some = order[k : k + 8]
                error = 1 / (1 + np.exp(-(w * x[some] + b))) - y[some]
                w, b = w - rate(step) * np.mean(error * x[some]), b - rate(step) * np.mean(error)
                step += 1
                z = w * x + b
                ends.append(np.mean(np.logaddexp(0, z) - y * z))
        return float(np.mean(ends[-18:]))

    steady = finish(lambda step: 1.0)
    assert "end far below the steady run" in text
    assert finish(lambda step: (1 + math.cos(math.pi * step / 360)) / 2) < steady / 3
    assert finish(lambda step: 0.5 ** (step // 72)) < steady / 3
    assert "But the third (`exponential`) ends *above* it" in text
    assert finish(lambda step: 0.98**step) > steady
    assert 0.98**360 < 0.001


def test_a_rate_that_rises_at_first_keeps_a_deep_network_from_leaping() -> None:
    x = np.linspace(-1, 1, 40).reshape(-1, 1)
    y, widths = np.sin(3 * x), [1] + [32] * 10

    def train(rate: float | Callable[[int], float], seed: int) -> np.ndarray:
        rng = np.random.default_rng(seed)
        deep = [bp.Linear(n, m, bp.relu, seed=rng, initializer="he") for n, m in pairwise(widths)]
        net = bp.Sequential(*deep, bp.Linear(32, 1, seed=rng))
        how = bp.Adam(net.parameters(), rate)
        return bp.fit(lambda: bp.mse(net(x), y), net.parameters(), how, steps=6).loss

    at_once = [train(0.03, seed) for seed in range(8)]
    rising = [train(bp.schedules.warm_up(0.03, steps=20), seed) for seed in range(8)]
    assert "from eight starts, once to 38" in read("optimizers")
    assert all(run.max() > run[0] for run in at_once)
    assert round(max(run.max() for run in at_once)) == 38
    assert all(run[1:].max() < run[0] for run in rising)


def shake(step: Callable[[np.ndarray, int], np.ndarray], rate: float, falls: bool) -> float:
    """Return the mean loss of 200 runs of 300 steps in a valley whose gradients are shaken."""
    random, w = np.random.default_rng(0), np.tile([-3.5, 1.5], (200, 1))
    for t in range(300):
        share = (1 + math.cos(math.pi * t / 300)) / 2 if falls else 1
        w = w - rate * share * step(w * [0.1, 2] + random.normal(size=w.shape), t + 1)
    return float(np.mean(0.05 * w[:, 0] ** 2 + w[:, 1] ** 2))


def make_steps() -> list[Callable[[np.ndarray, int], np.ndarray]]:
    """Return what descent, momentum, RMSProp and Adam make of a gradient, each from a new start."""
    kept = dict.fromkeys(("velocity", "square", "mean", "squares"), np.zeros((200, 2)))

    def roll(g: np.ndarray, t: int) -> np.ndarray:
        kept["velocity"] = 0.9 * kept["velocity"] + g
        return kept["velocity"]

    def divide(g: np.ndarray, t: int) -> np.ndarray:
        kept["square"] = 0.9 * kept["square"] + 0.1 * g**2
        return g / (np.sqrt(kept["square"]) + 1e-8)

    def do_both(g: np.ndarray, t: int) -> np.ndarray:
        kept["mean"] = 0.9 * kept["mean"] + 0.1 * g
        kept["squares"] = 0.999 * kept["squares"] + 0.001 * g**2
        return kept["mean"] / (1 - 0.9**t) / (np.sqrt(kept["squares"] / (1 - 0.999**t)) + 1e-8)

    return [lambda g, t: g, roll, divide, do_both]


def test_with_noise_a_falling_rate_helps_more_than_another_optimiser() -> None:
    rates = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)
    best = {
        falls: [min(shake(make_steps()[k], rate, falls) for rate in rates) for k in range(4)]
        for falls in (False, True)
    }
    assert "all four end near 0.05 in the mean, and all near 0.03 if" in read("optimizers")
    assert best[False] == pytest.approx([0.05] * 4, abs=0.005)
    assert best[True] == pytest.approx([0.03] * 4, abs=0.005)
