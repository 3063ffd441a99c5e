"""Fog, and How long a step: what they compute beside plain steps with the engine."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import page, show
from backprop.show.drawing.shapes import draw_arrow
from backprop.show.live import fog, how_long_a_step
from backprop.show.live.comparison import run_node
from backprop.show.live.marks import cut_line, write_arrow, write_circle, write_circles

LIVE = Path(page.__file__).parent / "live"
BEGIN = (
    "globalThis.window = {}; globalThis.document = { readyState: 'loading', "
    "addEventListener() {} }; const m = await import('%s');"
)


def run_module(module: str, code: str) -> Any:
    """Run a line with what a module of the pages exports, and read what it prints."""
    begin = BEGIN % (LIVE / module).as_uri()
    return json.loads(run_node("--input-type=module", "-e", begin + code))


# ---- marks ----


def test_an_arrow_is_the_one_of_other_charts() -> None:
    drawn = str(draw_arrow((10.0, 20.0), (50.0, 5.0), "ink", 2).shape)
    numbers = [
        [
            float(part)
            for part in written.replace("M", "").replace("Z", "").replace("L", " ").split()
        ]
        for written in (drawn, write_arrow((10.0, 20.0), (50.0, 5.0), 2))
    ]
    assert numbers[0] == pytest.approx(numbers[1], abs=0.11)


def test_past_positions_shrink_with_their_age() -> None:
    points = [(30.0 * k, 0.0) for k in range(9)]
    circles = write_circles(points).split("Z")[:-1]
    radii = [float(d[1:].split()[0]) - x for d, (x, _) in zip(circles, points, strict=True)]
    assert radii == [2.0, 2.0, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]


@pytest.mark.parametrize("tip", [(5.0, -20.0), (40.0, 5.0), (-3.0, 14.0), (5.0, 5.0), (2.0, 9.0)])
def test_a_line_is_cut_where_it_leaves(tip: tuple[float, float]) -> None:
    tail, box = (5.0, 5.0), (0.0, 0.0, 10.0, 10.0)
    x, y = cut_line(tail, tip, box)
    assert -1e-9 <= x <= 10 + 1e-9
    assert -1e-9 <= y <= 10 + 1e-9
    assert (x - 5) * (tip[1] - 5) == pytest.approx((y - 5) * (tip[0] - 5))
    inside = 0 <= tip[0] <= 10 and 0 <= tip[1] <= 10
    assert ((x, y) == tip) == inside


@pytest.mark.programs
def test_marks_are_written_as_on_the_page() -> None:
    rng = np.random.default_rng(0)
    pairs = [
        [[*map(float, row[:2])], [*map(float, row[2:])]] for row in rng.uniform(0, 99, (40, 4))
    ]
    box = [20.0, 20.0, 80.0, 80.0]
    code = f"""
      const pairs = {json.dumps(pairs)};
      console.log(JSON.stringify([
        pairs.map(([a, b]) => m.writeArrow(a, b, 2)),
        pairs.map(([a]) => m.writeCircle(a, 7)),
        m.writeCircles(pairs.map(([a]) => a)),
        pairs.map(([, b]) => m.cutLine([50, 50], b, {box})),
      ]));
    """
    arrows, circles, past, cuts = run_module("marks.mjs", code)
    heads = [((a[0], a[1]), (b[0], b[1])) for a, b in pairs]
    assert arrows == [write_arrow(tail, tip, 2) for tail, tip in heads]
    assert circles == [write_circle(tail, 7) for tail, _ in heads]
    assert past == write_circles([tail for tail, _ in heads])
    frame = (box[0], box[1], box[2], box[3])
    for cut, (_, tip) in zip(cuts, heads, strict=True):
        assert cut == pytest.approx(cut_line((50, 50), tip, frame))


# ---- fog ----


def test_the_ground_is_that_of_nudging() -> None:
    for place in ((0.15, 1.1), (-1.2, 0.3), (0.9, -0.7)):
        ground = fog.measure_ground(place)
        assert ground.loss == pytest.approx(float(fog.compute_loss(*place)))
        for k, slope in enumerate(ground.slope):
            nudged = [list(place), list(place)]
            nudged[0][k] += 1e-5
            nudged[1][k] -= 1e-5
            rise = fog.compute_loss(*nudged[0]) - fog.compute_loss(*nudged[1])
            assert slope == pytest.approx(rise / 2e-5, rel=1e-6)


def test_both_hollows_are_flat_and_the_first_is_the_deepest_place() -> None:
    deepest, other = fog.find_hollows()
    for x, y, loss in (deepest, other):
        assert math.hypot(*fog.measure_ground((x, y)).slope) < 1e-6
        assert loss == pytest.approx(float(fog.compute_loss(x, y)))
    grid = np.meshgrid(np.linspace(-1.8, 1.8, 181), np.linspace(-1.2, 1.7, 146))
    assert deepest[2] <= fog.compute_loss(*grid).min() < other[2]


def test_straight_against_the_arrow_the_slope_promises_most() -> None:
    figure = show.fog()
    slope = fog.measure_ground((0.15, 1.1)).slope
    against = math.degrees(math.atan2(-slope[1], -slope[0])) % 360
    said = figure.describe({**figure.start, "aim": against})
    change, best = (part.split(";")[0] for part in said.rstrip(".").split(" by ")[1:])
    assert change.endswith(best)
    others = []
    for aim in range(0, 360, 15):
        turn = math.radians(aim)
        others.append(slope[0] * math.cos(turn) + slope[1] * math.sin(turn))
    assert min(others) >= -math.hypot(*slope)


def test_steps_against_the_arrow_end_in_the_hollow_that_is_not_the_deepest() -> None:
    figure = show.fog()
    lifted, other = (figure.filmstrip[name] for name in ("the fog lifts", "another way"))
    said = figure.describe({**figure.start, **lifted})
    assert "into a hollow. The deepest, 0.0946, lies beyond the ridge" in said
    assert "into the deepest hollow" in figure.describe({**figure.start, **other})


@pytest.mark.programs
def test_the_page_chooses_the_words_of_fog_as_python_does() -> None:
    figure = show.fog()
    paths = [state.get("path", figure.start["path"]) for state in figure.filmstrip.values()]
    paths += [[0.15, 1.1, 0.0, 0.9], [0.15, 1.1] * 13]
    given = [{"path": path, "lifted": lifted} for path in paths for lifted in (0, 1)]
    data = {key: figure.data[key] for key in ("hollows", "near", "most")}
    code = f"""
      const data = {json.dumps(data)};
      console.log(JSON.stringify({json.dumps(given)}.map((state) =>
        m.chooseWords(state, m.listPlaces(state.path), data))));
    """
    found = run_module("fog.mjs", code)
    for words, state in zip(found, given, strict=True):
        places = fog._list_places(state)
        assert words == fog._choose_words(state, places[-1], len(places) - 1)


# ---- how long a step ----


@pytest.mark.parametrize("eta", [0.1, 0.5, 0.9, 1.0, 1.05])
def test_a_run_takes_the_steps_of_the_engine(eta: float) -> None:
    w = bp.Variable(5.0, name="w")
    history = bp.fit(lambda: (w - 2) ** 2, w, bp.GradientDescent(w, eta), steps=20)
    run = how_long_a_step._run(0, eta, 3.0)
    assert [place[0] for place in run.places] == pytest.approx(list(history.parameters["w"]))
    distances = [place[0] - 2 for place in run.places]
    factor, _ = how_long_a_step._find_factors(eta)
    assert factor == pytest.approx(1 - 2 * eta)
    for before, after in itertools.pairwise(distances):
        assert after == pytest.approx(factor * before, abs=1e-12)


def test_nine_tenths_arrives_exactly_as_fast_as_a_tenth() -> None:
    wild, calm = (how_long_a_step._run(0, eta, 3.0) for eta in (0.9, 0.1))
    assert wild.losses == pytest.approx(calm.losses, rel=1e-9)
    figure = show.how_long_a_step()
    assert "exactly as much as with η = 0.10." in figure.describe(figure.start).replace(
        "\u00a0", " "
    )


def test_in_the_valley_each_direction_has_a_factor_of_its_own() -> None:
    places = how_long_a_step._run(1, 0.9, 3.0).places
    steep, flat = how_long_a_step._find_factors(0.9)
    assert places[20] == pytest.approx((3 * flat**20, 1.5 * steep**20))


@pytest.mark.parametrize(
    ("eta", "words"), [(0.2, "closer"), (0.5, "once"), (0.7, "leaps"), (1.0, "ever"), (1.1, "away")]
)
def test_each_stretch_of_rates_has_its_words(eta: float, words: str) -> None:
    state = {"valley": 0, "eta": eta, "u": 2.0}
    assert how_long_a_step._choose_words(state, how_long_a_step._find_factors(eta)[0]) == words


@pytest.mark.programs
def test_the_page_runs_and_chooses_as_python_does() -> None:
    figure = show.how_long_a_step()
    sources = {p["name"]: p["javascript"] for p in figure.payload["programs"]}
    etas = [0.01, 0.1, 0.5, 0.9, 1.0, 1.2]
    code = f"""
      const step = new Function({json.dumps(sources["valley"])} + "; return valley;")();
      const factors = new Function({json.dumps(sources["factors"])} + "; return factors;")();
      console.log(JSON.stringify({json.dumps(etas)}.map((eta) => {{
        const [factor] = factors({{ eta }}, Float64Array.from([1, 0.1])).result;
        const words = [0, 1].map((valley) => m.chooseWords({{ u: 3, valley }}, factor));
        words.push(m.chooseWords({{ u: 0, valley: 0 }}, factor));
        return [words, m.runSteps(step, {{ w1: 3, w2: 1.5 }}, eta, 20)];
      }})));
    """
    for eta, (words, run) in zip(etas, run_module("how_long_a_step.mjs", code), strict=True):
        factor = how_long_a_step._find_factors(eta)[0]
        states = [{"u": 3, "valley": 0}, {"u": 3, "valley": 1}, {"u": 0, "valley": 0}]
        assert words == [how_long_a_step._choose_words(state, factor) for state in states]
        expected = how_long_a_step._run(1, eta, 3.0)
        for place, known, loss in zip(run, expected.places, expected.losses, strict=True):
            assert place == pytest.approx([*known, loss], rel=1e-9)
