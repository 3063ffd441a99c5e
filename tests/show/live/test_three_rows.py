"""Three rows: what it says and draws, beside a deep network worked out by hand."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from backprop import page, show
from backprop.show.drawing.shapes import write_number
from backprop.show.live import three_rows
from backprop.show.live.comparison import run_node
from backprop.show.live.deep_network import ACTIVATIONS, draw_numbers, send_through

LIVE = Path(page.__file__).parent / "live"
PLAIN, NORMALISED, SKIP = range(3)
SIGMOID, TANH, RELU = range(3)
START = {"act": SIGMOID, "kind": PLAIN, "scale": 1.0, "depth": 20, "seed": 1}


def measure(numbers: np.ndarray) -> float:
    return float(np.sqrt(np.mean(numbers**2)))


def bend(act: int, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of an activation and its slopes."""
    if act == SIGMOID:
        a = 1 / (1 + np.exp(-z))
        return a, a * (1 - a)
    if act == TANH:
        return np.tanh(z), 1 - np.tanh(z) ** 2
    return np.maximum(0, z), (z > 0) * 1.0


def send_by_hand(act: int, kind: int, scale: float, depth: int) -> list[list[float]]:
    numbers = draw_numbers(1, 2 * 512 + 30 * 1024)
    a, up = numbers[:512].reshape(16, 32), numbers[512:1024].reshape(16, 32)
    layers, forward = [], []
    for k in range(depth):
        W = numbers[1024 * (k + 1) : 1024 * (k + 2)].reshape(32, 32) * scale / np.sqrt(32)
        z = a @ W
        sigma = z.std(axis=1, keepdims=True)
        h = (z - z.mean(axis=1, keepdims=True)) / sigma if kind == NORMALISED else z
        bent, slopes = bend(act, h)
        layers.append((a, W, h, sigma, slopes))
        a = a + bent if kind == SKIP else bent
        forward.append(measure(a))
    backward, weights = [], []
    for came, W, h, sigma, slopes in reversed(layers):
        backward.append(measure(up))
        dz = up * slopes
        if kind == NORMALISED:
            means = dz.mean(axis=1, keepdims=True), (dz * h).mean(axis=1, keepdims=True)
            dz = (dz - means[0] - h * means[1]) / sigma
        weights.append(measure(came.T @ dz))
        up = dz @ W.T + (up if kind == SKIP else 0)
    return [forward, backward[::-1], weights[::-1]]


@pytest.mark.parametrize("kind", [PLAIN, NORMALISED, SKIP])
@pytest.mark.parametrize("act", [SIGMOID, TANH, RELU])
@pytest.mark.parametrize(("scale", "depth"), [(0.5, 20), (1.414, 7)])
def test_sizes_are_those_of_a_network_worked_out_by_hand(
    act: int, kind: int, scale: float, depth: int
) -> None:
    found = send_through(act, kind, scale, depth, 1)
    for ours, theirs in zip(found, send_by_hand(act, kind, scale, depth), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-8)


def test_numbers_are_normal_and_differ_from_seed_to_seed() -> None:
    numbers = draw_numbers(1, 20_000)
    assert numbers.mean() == pytest.approx(0, abs=0.02)
    assert numbers.std() == pytest.approx(1, abs=0.02)
    assert np.mean(np.abs(numbers) < 1) == pytest.approx(0.6827, abs=0.01)
    assert abs(np.corrcoef(numbers, draw_numbers(2, 20_000))[0, 1]) < 0.03
    assert abs(np.corrcoef(numbers[1:], numbers[:-1])[0, 1]) < 0.03


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ({}, "The first layers get next to nothing."),
        ({"act": TANH, "scale": 4.0}, "The first layers get far more than the last."),
        ({"act": RELU, "scale": 0.5}, "Level, and dead."),
        ({"act": RELU, "scale": 1.414}, "Level."),
        ({"act": RELU, "scale": 4.0}, "Level, and far too large."),
    ],
)
def test_says_what_is_true_of_the_weights(state: dict[str, float], word: str) -> None:
    figure = show.three_rows()
    asked = {**START, **state}
    said = figure.describe(asked)
    forward, backward, weights = send_by_hand(
        int(asked["act"]), int(asked["kind"]), float(asked["scale"]), 20
    )
    assert said.endswith(f"layer\u00a020. {word}")
    for number in (forward[-1], backward[0], weights[0], weights[-1]):
        assert write_number(number) in said
    (sketch,) = figure.draw(asked)
    assert [e.text for e in sketch.elements if e.attributes.get("data-n") == "note"] == [word]


def test_with_relus_the_last_row_is_level_at_every_scale() -> None:
    for scale in (0.5, 1.0, 2.0, 4.0):
        weights = send_through(RELU, PLAIN, scale, 20, 1).weights
        assert max(weights) < 10 * min(weights)
    assert max(send_through(RELU, PLAIN, 0.5, 20, 1).weights) < 3e-8


def test_for_normalised_layers_the_scale_changes_nothing() -> None:
    for act in range(len(ACTIVATIONS)):
        one, other = (send_through(act, NORMALISED, scale, 20, 1) for scale in (0.5, 4.0))
        assert one.forward == pytest.approx(other.forward, rel=1e-8)
        assert one.backward == pytest.approx(other.backward, rel=1e-8)


def test_a_bar_ends_at_its_power_of_ten_and_one_that_leaves_the_row_is_cut() -> None:
    scale = three_rows._scale_of(30.0)
    bars, cuts = three_rows._write_bars([1e3, 1e-20], scale)
    heights = [float(y) for y in re.findall(r" (-?[\d.]+)", bars)]
    assert heights[2] == pytest.approx(scale.at(3), abs=0.06)
    assert heights[6] == pytest.approx(scale.at(three_rows._LOW), abs=0.06)
    assert cuts.count("M") == 1


@pytest.mark.programs
def test_the_page_draws_the_same_numbers_and_writes_them_alike() -> None:
    values = [0.0, 6.94e-13, 4.5555e-9, 0.00012345, 0.513, 4763.2, 9.9999e5, 1.234e13]
    code = f"""
      globalThis.window = {{}};
      globalThis.document = {{ readyState: "loading", addEventListener() {{}} }};
      const m = await import("{(LIVE / "three_rows.mjs").as_uri()}");
      const drawn = [1, 2, 99].map((seed) => [...m.drawNumbers(seed, 200)]);
      const written = {json.dumps(values)}.map(m.writeNumber);
      const limits = {json.dumps([three_rows._NEAR, three_rows._FAR, 1e-5, 1e4])};
      const words = [[1e-9, 2e-9], [1, 2], [1e6, 2e6], [1e-4, 1], [1e3, 1], [0.01, 1]];
      const chosen = words.map((weights) => m.chooseWord(weights, limits));
      console.log(JSON.stringify([drawn, written, chosen]));
    """
    drawn, written, chosen = json.loads(run_node("--input-type=module", "-e", code))
    for seed, numbers in zip((1, 2, 99), drawn, strict=True):
        assert numbers == pytest.approx(draw_numbers(seed, 200), rel=1e-9, abs=1e-12)
    assert written == [write_number(value) for value in values]
    assert chosen == ["dead", "level", "huge", "starved", "flooded", ""]
    tried = [[1e-9, 2e-9], [1, 2], [1e6, 2e6], [1e-4, 1], [1e3, 1], [0.01, 1]]
    assert chosen == [three_rows._choose_word(weights) for weights in tried]
