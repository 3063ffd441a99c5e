"""A map of starts: single points of it beside the engine, and the run of a pin beside Python."""

import json
from pathlib import Path

import numpy as np
import pytest

import backprop as bp
from backprop import page, show
from backprop.show.live.comparison import run_node
from backprop.show.live.map_computation import (
    ARRIVED,
    LEVEL,
    NAMES,
    RATE,
    Starts,
    compute_starts,
)

LIVE = Path(page.__file__).parent / "live"


@pytest.fixture(scope="module")
def starts() -> Starts:
    return compute_starts(0.36, 0.63)


def descend(w1: float, w2: float, w3: float, w4: float, steps: int) -> list[float]:
    """The losses of plain steps with the eager engine."""
    x, observed = bp.data.dosage()
    values = (w1, 0.0, w2, 0.0, w3, w4, 0.0)
    leaves = [bp.Variable(value, name=name) for value, name in zip(values, NAMES, strict=True)]
    one, b1, two, b2, out1, out2, b3 = leaves
    losses = []
    for _ in range(steps + 1):
        predicted = out1 * bp.softplus(one * x + b1) + out2 * bp.softplus(two * x + b2) + b3
        loss = bp.ssr(predicted, observed)
        losses.append(float(loss))
        loss.backward()
        for leaf in leaves:
            leaf.value -= RATE * leaf.grad
            leaf.grad = None
    return losses


@pytest.mark.parametrize(("w1", "w2"), [(-3.0, 3.0), (2.7, -1.2), (3.0, 3.0), (-2.1, 0.0)])
def test_single_starts_need_as_many_steps_as_with_the_engine(
    starts: Starts, w1: float, w2: float
) -> None:
    row, column = (int(np.argmin(abs(starts.places - w))) for w in (w2, w1))
    steps = int(starts.steps[row, column])
    losses = descend(w1, w2, 0.36, 0.63, steps)
    assert losses[steps] < ARRIVED <= losses[steps - 100]
    arrived = next(n for n, loss in enumerate(losses) if loss < ARRIVED)
    said = show.map_of_starts().describe({"w1": w1, "w2": w2, "twins": 0})
    assert f"below 0.01 after {arrived:,} steps" in said


def test_a_hatched_start_rests_with_the_engine_too(starts: Starts) -> None:
    losses = descend(0.3, -0.45, 0.36, 0.63, 3000)
    assert losses[-1] == pytest.approx(LEVEL, abs=2e-3)
    assert losses[-500] - losses[-1] < 1e-3
    row, column = (int(np.argmin(abs(starts.places - w))) for w in (-0.45, 0.3))
    assert starts.resting[row, column]


def test_the_bad_starts_are_an_island_of_small_weights(starts: Starts) -> None:
    assert starts.resting.mean() == pytest.approx(0.036, abs=0.001)
    rows, columns = np.nonzero(starts.resting)
    assert abs(starts.places[rows]).max() <= 0.75
    assert abs(starts.places[columns]).max() <= 0.75
    corners = starts.steps[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners[1:] > 0).all()
    assert starts.losses[0, 0] < 0.1  # the one corner that is still on its way


def test_twins_never_come_below_a_half() -> None:
    starts = compute_starts(0.5, 0.5)
    diagonal = np.diagonal(starts.losses)
    assert diagonal.min() > 0.5
    assert diagonal.max() < LEVEL + 1e-4
    said = show.map_of_starts().describe({"w1": -1.2, "w2": -1.2, "twins": 1})
    assert "twins, which learn as one node. SSR 0.581" in said


def test_the_island_says_why(starts: Starts) -> None:
    figure = show.map_of_starts()
    assert "Both outgoing weights are positive, a smile" in figure.describe(figure.start)


@pytest.mark.programs
def test_the_run_of_a_pin_is_the_one_of_python() -> None:
    figure = show.map_of_starts()
    program = next(p for p in figure.payload["programs"] if p["name"] == "descend")
    data = figure.data
    pins = [(0.3, -0.45, 0), (2.7, -1.2, 0), (-3.0, 3.0, 0), (-1.2, -1.2, 1), (-3.0, -3.0, 0)]
    code = f"""
      const data = {json.dumps({key: data[key] for key in ("x", "observed", "outgoing", "rules")})};
      const descend = new Function({json.dumps(program["javascript"])} + "; return descend;")();
      const points = [data.x, data.observed].map((row) => Float64Array.from(row));
      const found = {json.dumps(pins)}.map(([w1, w2, twins]) => {{
        const [w3, w4] = data.outgoing[twins];
        const network = {{ w1, b1: 0, w2, b2: 0, w3, w4, b3: 0, rate: data.rules.rate }};
        const run = m.runDescent(descend, network, points, data.rules);
        const words = m.chooseWords({{ w1, w2, twins }}, network, run, data.rules);
        return [words, run.arrived, run.losses.length, run.losses[run.losses.length - 1]];
      }});
      console.log(JSON.stringify(found));
    """
    address = (LIVE / "map_of_starts.mjs").as_uri()
    begin = (
        "globalThis.window = {}; globalThis.document = { readyState: 'loading', "
        f"addEventListener() {{}} }}; const m = await import('{address}');"
    )
    found = json.loads(run_node("--input-type=module", "-e", begin + code))
    from backprop.show.live import map_of_starts as module

    for (w1, w2, twins), (words, arrived, length, last) in zip(pins, found, strict=True):
        state = {"w1": w1, "w2": w2, "twins": twins}
        run = module._run(state)
        assert (words, arrived) == (module._choose_words(state, run), run.arrived)
        assert length == len(run.losses)
        assert last == pytest.approx(run.losses[-1], rel=1e-6)
