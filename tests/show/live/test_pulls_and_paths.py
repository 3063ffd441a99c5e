"""Lift the curve, and the square of a + a: what they say, beside other sums."""

import json
from pathlib import Path

import numpy as np
import pytest

import backprop as bp
from backprop import page, show
from backprop.show.live.comparison import run_node
from backprop.show.live.lift_curve import describe_pulls

LIVE = Path(page.__file__).parent / "live"
SHAPES = {0: (-1.22, -2.3), 1: (-1.22, -0.6)}
# Signs of -2 · residual: below 0 a point pulls the curve up.
PULLS = [
    ([-5.2, -5.2, -5.3], "All three points pull up."),
    ([1.3, 0.4, 0.9], "All three points pull down."),
    ([1.3, -0.4, -0.9], "Points 2 and 3 pull up, point 1 pulls down."),
    ([1.3, -1.7, 0.4], "Point 2 pulls up, points 1 and 3 pull down."),
    ([-1.0, 2.0, -1.0], "Points 1 and 3 pull up, point 2 pulls down."),
]


def compute_residuals(shape: int, b3: float) -> np.ndarray:
    x, observed = bp.data.dosage()
    w3, w4 = SHAPES[shape]
    first, second = np.log1p(np.exp(3.34 * x - 1.43)), np.log1p(np.exp(-3.53 * x + 0.57))
    return observed - (w3 * first + w4 * second + b3)


@pytest.mark.parametrize(("pulls", "sentence"), PULLS)
def test_who_pulls_is_said_by_the_sign(pulls: list[float], sentence: str) -> None:
    assert describe_pulls(tuple(pulls)) == sentence


@pytest.mark.programs
def test_the_page_says_who_pulls_as_python_does() -> None:
    code = f"""
      globalThis.window = {{}};
      globalThis.document = {{ readyState: "loading", addEventListener() {{}} }};
      const m = await import("{(LIVE / "lift_curve.mjs").as_uri()}");
      const said = {json.dumps([pulls for pulls, _ in PULLS])}.map(m.describePulls);
      console.log(JSON.stringify([said, m.writeSum([1.251, -1.32, 0.5])]));
    """
    said, added = json.loads(run_node("--input-type=module", "-e", code))
    assert said == [sentence for _, sentence in PULLS]
    assert added == "1.25 − 1.32 + 0.500"


@pytest.mark.parametrize("shape", SHAPES)
def test_at_the_bottom_the_pulls_cancel(shape: int) -> None:
    best = float(compute_residuals(shape, 0.0).mean())
    residuals = compute_residuals(shape, best)
    said = show.lift_curve().describe({"b3": best, "shape": shape, "past": []})
    assert abs(residuals).max() > 0.5 if shape else abs(residuals).max() < 0.01
    assert ("they cancel" in said) == bool(shape)
    assert ("here the residuals are, too" in said) == (not shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_step_leaves_four_tenths_of_the_slope(shape: int) -> None:
    b3 = 0.3
    slope = float((-2 * compute_residuals(shape, b3)).sum())
    after = b3 - 0.1 * slope
    said = show.lift_curve().describe({"b3": after, "shape": shape, "past": [b3]})
    assert f"slope {0.4 * slope:.3g}".replace("-", "−") in said
    assert said.endswith(f"The step left 0.400 of the slope {slope:.3g}.".replace("-", "−"))


@pytest.mark.parametrize("h", [0.05, 0.5, 1.0])
def test_what_the_paths_leave_over_is_the_square_of_the_nudge_four_times(h: float) -> None:
    said = show.square_of_sum().describe({"h": h, "path1": 1, "path2": 1})
    growth = (2 * (3 + h)) ** 2 - 36
    assert f"{growth / h:.1f} for each unit" in said
    assert "12.0 + 12.0 = 24.0" in said
    assert f"corners add {4 * h**2:#.3g}: that is" in said


@pytest.mark.parametrize(
    ("path1", "path2", "words"),
    [
        (0, 0, "No path is counted yet. The slope is 24.0."),
        (1, 0, "Path 1 alone counts two strips, 12.0 for each unit; the slope is 24.0."),
        (0, 1, "Path 2 alone counts two strips, 12.0 for each unit; the slope is 24.0."),
    ],
)
def test_one_path_counts_half(path1: int, path2: int, words: str) -> None:
    said = show.square_of_sum().describe({"h": 0.5, "path1": path1, "path2": path2})
    assert said.endswith(words)


def test_the_painted_area_is_what_the_numbers_say() -> None:
    for path1, path2 in ((1, 0), (0, 1), (1, 1)):
        state = {"h": 0.5, "path1": path1, "path2": path2}
        painted = sum(area for name, area in measure_boxes(state).items() if "path" in name)
        corners = sum(area for name, area in measure_boxes(state).items() if "corner" in name)
        assert painted == pytest.approx(12 * 0.5 * (path1 + path2))
        assert corners == pytest.approx((0.5 * (path1 + path2)) ** 2)


def measure_boxes(state: dict[str, float]) -> dict[str, float]:
    """The areas of strips and corners as they are drawn, in units of the square."""
    (sketch,) = show.square_of_sum().draw(state)
    found = {}
    for element in sketch.elements:
        name = element.attributes.get("data-n", "")
        if element.shape and (name.startswith("corner") or name[5:] in ("-0", "-1")):
            width = max(element.shape.xs) - min(element.shape.xs)
            height = max(element.shape.ys) - min(element.shape.ys)
            found[name] = width * height / 100 / 26**2
    return found
