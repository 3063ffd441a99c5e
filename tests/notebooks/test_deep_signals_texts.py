"""What the chapter on deep signals says, worked out in plain NumPy, without the engine."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

import backprop as bp
from backprop import course
from tests.notebooks.test_figure_texts import read

Array = np.ndarray
Bend = tuple[Callable[[Array], Array], Callable[[Array], Array]]

BENDS: dict[str, Bend] = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "ReLU": (lambda z: np.maximum(0, z), lambda a: np.where(a > 0, 1.0, 0.0)),
}


def measure(numbers: Array) -> float:
    return float(np.sqrt(np.mean(numbers**2)))


def arrive(name: str, scale: float, skip: bool = False) -> float:
    """Return the size of the gradient at the input of twenty layers, by hand."""
    rng, (bend, slope) = np.random.default_rng(0), BENDS[name]
    came, kept = rng.normal(size=(16, 32)), []
    for _ in range(20):
        W = rng.normal(size=(32, 32)) * scale / np.sqrt(32)
        a = bend(came @ W)
        kept.append((W, a))
        came = came + a if skip else a
    up = rng.normal(size=(16, 32))
    for W, a in reversed(kept):
        back = (up * slope(a)) @ W.T
        up = up + back if skip else back
    return measure(up)


def test_a_quarter_twenty_times_over_is_fourteen_centimetres_beside_the_way_to_the_sun() -> None:
    left = 0.25**20
    assert f"{left:.25f}".startswith("0.000000000000909")
    said = course.prediction("deep_signals/zeros_behind_the_point")
    assert "14 centimetres" in said.because
    assert round(150e6 * 1e3 * 100 * left) == 14


def test_products_of_factors_near_one() -> None:
    text = read("deep_signals")
    assert "leaves 0.12, and" in text
    assert f"{0.9**20:.2f} {1.1**20:.1f}" == "0.12 6.7"
    assert "one of 1.1 makes 6.7 of it" in text


def test_what_twenty_layers_lose_and_gain() -> None:
    text = read("deep_signals")
    lost = "At scale 1 the sigmoid loses more than twelve powers of ten and tanh not even one"
    assert lost in text
    assert arrive("sigmoid", 1) < 1e-12
    assert 0.1 < arrive("tanh", 1) < 1
    assert "at scale 4 tanh gains more than three" in text
    assert arrive("tanh", 4) > 1e3
    assert "everything from below $10^{-9}$ to above $10^8$" in text
    assert arrive("ReLU", 0.5) < 1e-9
    assert arrive("ReLU", 4) > 1e8


def test_skip_connections_carry_a_gradient_through_sigmoids_and_let_relus_blow_up() -> None:
    assert 0.5 < arrive("sigmoid", 1, skip=True) < 3
    assert arrive("ReLU", 2, skip=True) > arrive("ReLU", 2)
    assert "a ReLU at scale 2 blows up worse than before" in read("deep_signals")


def test_of_the_variance_a_relu_leaves_a_third_and_of_the_mean_square_a_half() -> None:
    z = np.linspace(-8, 8, 160_001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    step = z[1] - z[0]
    a = np.maximum(0, z)
    mean, square = float(np.sum(a * density) * step), float(np.sum(a**2 * density) * step)
    assert square == pytest.approx(0.5, abs=1e-6)
    assert square - mean**2 == pytest.approx(0.5 - 1 / (2 * np.pi), abs=1e-6)
    text = read("deep_signals")
    assert "about 0.34" in text
    assert round(square - mean**2, 2) == 0.34
    assert r"v = \frac{2.93}{n}" in text
    assert round(1 / (square - mean**2), 2) == 2.93


def test_a_level_line_gets_what_a_network_of_silent_neurons_gets() -> None:
    y = np.sin(3 * np.linspace(-1, 1, 40))
    assert "0.51 is what a level line gets" in read("deep_signals")
    assert f"{np.mean((y - y.mean()) ** 2):.2f}" == "0.51"


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_the_scale_of_the_weights_drops_out_of_a_normalisation(scale: float) -> None:
    rng = np.random.default_rng(1)
    x, W, dh = rng.normal(size=(4, 6)), rng.normal(size=(6, 6)), rng.normal(size=(4, 6))

    def send_back(W: Array) -> Array:
        z = x @ W
        sigma = z.std(axis=1, keepdims=True)
        h = (z - z.mean(axis=1, keepdims=True)) / sigma
        shared = dh.mean(axis=1, keepdims=True) + h * (dh * h).mean(axis=1, keepdims=True)
        return (dh - shared) / sigma @ W.T

    assert send_back(scale * W) == pytest.approx(send_back(W), rel=1e-9)


def test_a_nudge_of_one_neuron_moves_a_normalisation_along_three_kinds_of_paths() -> None:
    z, i, nudge = np.random.default_rng(4).normal(size=7), 2, 1e-6
    moved = z + nudge * (np.arange(7) == i)
    h = (z - z.mean()) / z.std()
    assert r"rises by $\delta / n$" in read("deep_signals")
    assert moved.mean() - z.mean() == pytest.approx(nudge / 7, rel=1e-4)
    assert r"$\sigma$ rises by $h_i\,\delta / n$" in read("deep_signals")
    assert moved.std() - z.std() == pytest.approx(h[i] * nudge / 7, rel=1e-4)
    own, shared = (np.arange(7) == i) * nudge, (1 + h * h[i]) * nudge / 7
    found = (moved - moved.mean()) / moved.std() - h
    assert found == pytest.approx((own - shared) / z.std(), rel=1e-4)


def test_factors_between_two_layers_cancel() -> None:
    sizes = np.array([40, 10, 70, 25, 5])
    factors = sizes[1:] / sizes[:-1]
    assert np.prod(factors) == pytest.approx(sizes[-1] / sizes[0])


def pass_through(widths: list[int], rule: Callable[[int, int], float]) -> tuple[float, float]:
    """Return the sizes behind the last ReLU and before the first layer, over twelve draws."""
    rng, came, left = np.random.default_rng(5), [], []
    for _ in range(12):
        a, kept = rng.normal(size=(50, widths[0])), []
        for n, m in pairwise(widths):
            W = rng.normal(size=(n, m)) * np.sqrt(rule(n, m))
            kept.append((W, a @ W > 0))
            a = np.maximum(0, a @ W)
        up = rng.normal(size=a.shape)
        for W, through in reversed(kept):
            up = (up * through) @ W.T
        came.append(measure(a))
        left.append(measure(up))
    return measure(np.array(came)), measure(np.array(left))


def test_a_compromise_between_unequal_widths_fades_both_ways() -> None:
    text, in_turn, halving = (
        read("deep_signals"),
        [32, 128] * 10 + [32],
        [512, 256, 128, 64, 32, 16],
    )
    for rule in (lambda n, m: 2 / n, lambda n, m: 2 / m):
        assert pass_through(in_turn, rule) == pytest.approx((1, 1), rel=0.5)
    assert r"$\sqrt{16/512} = 0.18$" in text
    assert pass_through(halving, lambda n, m: 2 / n) == pytest.approx((1, 0.18), rel=0.2)
    assert "shares that loss between both ways" in text
    forward, back = pass_through(halving, lambda n, m: 4 / (n + m))
    assert forward == pytest.approx((4 / 3) ** 2.5, rel=0.2)
    assert back == pytest.approx((2 / 3) ** 2.5, rel=0.2)
    assert "for 32 and 128 they make 0.64" in text
    assert np.prod([2 * 32 / 160, 2 * 128 / 160]) == pytest.approx(0.64)
    assert r"$\sqrt{0.64^{10}} = 0.11$" in text
    assert f"{np.sqrt(0.64**10):.2f}" == "0.11"
    assert pass_through(in_turn, lambda n, m: 4 / (n + m)) == pytest.approx((0.11, 0.11), rel=0.5)


def test_a_rate_that_rises_slowly_silences_as_many_neurons() -> None:
    x = np.linspace(-1, 1, 40).reshape(-1, 1)
    hidden = bp.Linear(1, 32, bp.relu, seed=0, initializer="he")
    net = bp.Sequential(hidden, bp.Linear(32, 1, seed=10))
    how = bp.GradientDescent(net.parameters(), bp.schedules.warm_up(0.3, steps=50))
    bp.fit(lambda: bp.mse(net(x), np.sin(3 * x)), net.parameters(), how, steps=200)
    said = "A rate that takes 50 steps to rise to 0.3 helps hardly: with it, 22 are silent."
    assert said in read("deep_signals")
    assert np.sum(np.all(hidden(x).value == 0, axis=0)) == 22
