"""Pull the logits: what it says and draws, beside softmax and slopes worked out by hand."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from backprop import page, show
from backprop.show.drawing.sentences import format_number
from backprop.show.live import pull_logits
from backprop.show.live.comparison import run_node

LIVE = Path(page.__file__).parent / "live"
TARGET = np.array([0.0, 0.0, 1.0])
SCORES = [(3.0, 1.0, -4.0), (0.0, 0.0, 0.0), (-2.0, 5.0, 4.0), (6.0, 6.0, -6.0)]


def soften(scores: tuple[float, ...]) -> np.ndarray:
    e = np.exp(np.array(scores) - max(scores))
    return e / e.sum()


def differentiate_by_hand(loss: int, scores: tuple[float, ...]) -> np.ndarray:
    p = soften(scores)
    if loss:
        return p - TARGET
    return 2 * p * (p - TARGET - (p - TARGET) @ p)


def place(scores: tuple[float, ...], **others: float) -> dict[str, float]:
    return {"z1": scores[0], "z2": scores[1], "z3": scores[2], "added": 0.0, "loss": 0, **others}


@pytest.mark.parametrize("loss", [0, 1])
@pytest.mark.parametrize("scores", SCORES)
def test_says_p_and_slopes_as_by_hand(scores: tuple[float, ...], loss: int) -> None:
    said = show.pull_logits().describe(place(scores, loss=loss))
    slopes = differentiate_by_hand(loss, scores)
    assert slopes.sum() == pytest.approx(0, abs=1e-12)
    for number in (soften(scores)[2], *slopes, -differentiate_by_hand(1 - loss, scores)[2]):
        assert format_number(float(number)) in said


@pytest.mark.parametrize("loss", [0, 1])
def test_a_shift_of_all_changes_the_scores_alone(loss: int) -> None:
    figure = show.pull_logits()
    still = figure.describe(place(SCORES[0], loss=loss))
    shifted = tuple(z + 2 for z in SCORES[0])
    said = figure.describe(place(shifted, loss=loss, added=2.0))
    assert said == f"{still[:-1]}, as before 2 was added to each."
    taken = figure.describe(place(tuple(z - 2 for z in SCORES[0]), loss=loss, added=-2.0))
    assert taken == f"{still[:-1]}, as before 2 was taken from each."
    assert len(taken) < len(still) + 34


def test_squares_pull_hardest_at_a_third_whatever_the_other_scores() -> None:
    for scores in SCORES:
        pulls = pull_logits._compute_pulls(0, place(scores))
        share = pull_logits._GRID[int(np.argmax(pulls))]
        assert share == pytest.approx(1 / 3, abs=0.025)
        assert pull_logits._compute_pulls(1, place(scores)) == pytest.approx(1 - pull_logits._GRID)


def test_the_first_state_is_most_wrong_and_hardly_pulled() -> None:
    figure = show.pull_logits()
    scores = tuple(figure.start[name] for name in ("z1", "z2", "z3"))
    assert soften(scores)[2] < 0.001
    assert -differentiate_by_hand(0, scores)[2] < 0.003
    assert -differentiate_by_hand(1, scores)[2] > 0.999


def test_the_step_arrow_goes_against_the_slope() -> None:
    figure = show.pull_logits()
    (sketch,) = figure.draw(place(SCORES[0], loss=1))
    arrows = {e.attributes.get("data-n"): e.attributes.get("d", "") for e in sketch.elements}
    for k, slope in enumerate(differentiate_by_hand(1, SCORES[0])):
        xs = [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", arrows[f"step{k}"])]
        tail, tip = xs[0], xs[3]
        scale = pull_logits._SCORE
        assert tip - tail == pytest.approx(scale.at(-3 * slope) - scale.at(0), abs=0.11)


@pytest.mark.programs
def test_the_page_finds_the_score_of_a_probability() -> None:
    code = f"""
      globalThis.window = {{}};
      globalThis.document = {{ readyState: "loading", addEventListener() {{}} }};
      const m = await import("{(LIVE / "pull_logits.mjs").as_uri()}");
      const asked = {json.dumps([[p, *scores[:2]] for p in (0.01, 0.5, 0.9) for scores in SCORES])};
      console.log(JSON.stringify(asked.map(([p, z1, z2]) => [m.placeScore(p, z1, z2), p, z1, z2])));
    """
    for z3, p, z1, z2 in json.loads(run_node("--input-type=module", "-e", code)):
        assert soften((z1, z2, z3))[2] == pytest.approx(p, rel=1e-9)
