"""The microscope: what it says of gaps and kinks, worked out without the engine."""

import json
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from backprop import page, show
from backprop.show.live.comparison import run_node
from backprop.show.live.microscope import choose_words

LIVE = Path(page.__file__).parent / "live"
X, OBSERVED = np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])
POWERS = (2, 4, 8, 16, 32, 64, 128, 256)
CASES = list(product((0, 1), (0.0, 1e-12, 0.05, 0.5, 1.0), (0.01, 0.5, 1.0), (2, 4, 256)))


def compute_ssr(b3: float) -> float:
    bent = -1.22 * np.logaddexp(0, 3.34 * X - 1.43) - 2.30 * np.logaddexp(0, -3.53 * X + 0.57)
    return float(((OBSERVED - bent - b3) ** 2).sum())


def describe(curve: int, at: float, times: int) -> str:
    return show.microscope().describe({"curve": curve, "at": at, "times": times})


@pytest.mark.parametrize("at", [1.5, 2.0, 2.6])
@pytest.mark.parametrize(("wide", "near"), [(2, 4), (8, 16), (128, 256)])
def test_twice_as_near_leaves_a_quarter_of_the_gap(at: float, wide: int, near: int) -> None:
    slope = (compute_ssr(at + 1) - compute_ssr(at - 1)) / 2  # exact for a parabola
    gaps = [compute_ssr(at + 2 / m) - compute_ssr(at) - slope * 2 / m for m in (wide, near)]
    assert gaps[0] / gaps[1] == pytest.approx(4, rel=1e-4)
    said = describe(0, at, near)
    found = re.search(rf"at most (\S+) away .* at ×{wide}, it was (\S+): four times as much", said)
    assert found is not None
    assert [float(found[2]), float(found[1])] == pytest.approx(gaps, rel=0.005)


@pytest.mark.parametrize("times", POWERS)
def test_a_kink_looks_the_same_at_every_magnification(times: int) -> None:
    assert "no tangent here" in describe(1, 2.0, times)
    first, second = (named_shape({"curve": 1, "at": 2.0, "times": m}) for m in (2, times))
    assert first == second


@pytest.mark.parametrize(("times", "words"), [(2, "leaves its tangent by 1.60"), (64, "straight")])
def test_beside_the_kink_it_slips_out_of_the_frame(times: int, words: str) -> None:
    # From 2.2 a frame of half-width 1 reaches 1.2, where the distance is 0.8 and the line at -0.8.
    assert words in describe(1, 2.2, times)


def test_less_than_a_pixel_is_said_where_it_is_so() -> None:
    notes = {times: read_note({"curve": 0, "at": 2.0, "times": times}) for times in POWERS}
    # The frame is 236 pixels high, and holds 32 / times of the SSR; the gap is 3 (2 / times)².
    pixels = {times: 236 * 3 * (2 / times) ** 2 / (32 / times) for times in POWERS}
    assert [m for m in POWERS if "pixel" in notes[m]] == [m for m in POWERS if pixels[m] < 1]


@pytest.mark.programs
def test_the_page_chooses_its_words_as_python_does() -> None:
    code = f"""
      globalThis.window = {{}};
      globalThis.document = {{ readyState: "loading", addEventListener() {{}} }};
      const m = await import("{(LIVE / "microscope.mjs").as_uri()}");
      const said = {json.dumps(CASES)}.map((given) => m.chooseWords(...given));
      console.log(JSON.stringify(said));
    """
    found = json.loads(run_node("--input-type=module", "-e", code))
    assert found == [choose_words(*case) for case in CASES]


def named_shape(state: dict[str, float]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the places of the curve in the frame."""
    near = show.microscope().draw(state)[1]
    shapes = [e.shape for e in near.elements if e.attributes.get("data-n") == "curve-near"]
    assert shapes[0] is not None
    return shapes[0].xs, shapes[0].ys


def read_note(state: dict[str, float]) -> str:
    near = show.microscope().draw(state)[1]
    return next(e.text for e in near.elements if e.attributes.get("data-n") == "note")
