"""What the chapter on gradients by hand says of faults, worked out in plain NumPy."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

BOOK = Path(__file__).resolve().parents[2] / "book"
X, OBSERVED = np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])
START = np.array([2.74, 0.0, -1.13, 0.0, 0.36, 0.63, 0.0])
NAMES = ("w1", "b1", "w2", "b2", "w3", "w4", "b3")

Bend = Callable[[Any], Any]


def softplus(z: Any) -> Any:
    return np.log1p(np.exp(z))


def slope(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def run_forward(parameters: Any, x: Any, second: Bend) -> tuple[Any, ...]:
    w1, b1, w2, b2, w3, w4, b3 = parameters
    z1, z2 = w1 * x + b1, w2 * x + b2
    y1, y2 = softplus(z1), second(z2)
    return z1, y1, z2, y2, w3 * y1 + w4 * y2 + b3


def find_differences(
    second: Bend = softplus, slope_of_second: Bend = slope, x: Any = X, observed: Any = OBSERVED
) -> set[str]:
    """Which entries of the gradient by hand are not those of nudging the same forward pass."""
    w3, w4 = START[4:6]

    def ssr(parameters: Any) -> Any:
        return np.sum((observed - run_forward(parameters, x, second)[-1]) ** 2)

    z1, y1, z2, y2, predicted = run_forward(START, x, second)
    back = -2 * (observed - predicted)
    back1, back2 = back * w3 * slope(z1), back * w4 * slope_of_second(z2)
    by_hand = [np.sum(each) for each in (back1 * x, back1, back2 * x, back2)]
    by_hand += [np.sum(each) for each in (back * y1, back * y2, back)]
    h = 1e-6
    nudged = [(ssr(START + h * e) - ssr(START - h * e)) / (2 * h) for e in np.eye(7)]
    same = np.isclose(by_hand, nudged, rtol=1e-5, atol=1e-7)
    return {name for name, is_same in zip(NAMES, same, strict=True) if not is_same}


def read(name: str) -> str:
    cells = json.loads((BOOK / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    return " ".join(" ".join(texts).split())


def test_right_lines_agree() -> None:
    assert find_differences() == set()


@pytest.mark.parametrize("bend", [lambda z: np.maximum(z, 0), slope, np.tanh])
def test_a_fault_in_the_forward_pass_shows_where_the_way_back_does_not_fit(bend: Bend) -> None:
    assert find_differences(second=bend) == {"w2", "b2"}
    assert "the check points at $w_2$ and $b_2$" in read("by_hand")


def test_what_both_share_goes_unseen() -> None:
    assert find_differences(x=X * 10) == find_differences(observed=OBSERVED[::-1] * 3) == set()
    both = find_differences(second=np.tanh, slope_of_second=lambda z: 1 - np.tanh(z) ** 2)
    assert both == set()
    assert "dosages in another unit" in read("by_hand")
