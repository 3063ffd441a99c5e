"""What the chapters on paths and graphs say, worked out in plain Python, without the engine."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from backprop import course

BOOK = Path(__file__).resolve().parents[2] / "book"


def read_cells(name: str, kind: str) -> list[dict[str, Any]]:
    cells = json.loads((BOOK / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == kind]


def read(name: str) -> str:
    texts = ["".join(cell["source"]) for cell in read_cells(name, "markdown")]
    return " ".join(" ".join(texts).split())


def find_output(name: str, contained: str) -> str:
    """Return the text that the one cell which contains these words shows."""
    (cell,) = (c for c in read_cells(name, "code") if contained in "".join(c["source"]))
    out = []
    for output in cell["outputs"]:
        out += [*output.get("text", []), *output.get("data", {}).get("text/plain", [])]
    return "".join(out)


def nudge(f: Any, at: Fraction, h: Fraction = Fraction(1, 10**9)) -> float:
    """Return the slope of a polynomial from exact fractions, so that nothing is rounded."""
    return float((f(at + h) - f(at - h)) / (2 * h))


def test_the_derivation_of_the_opening_finds_half_of_the_slope() -> None:
    assert "only half of the truth" in read("chain_rule")
    assert nudge(lambda a: (a + a) ** 2, Fraction(3)) == pytest.approx(2 * 12)
    assert (Fraction("3.01") * 2) ** 2 == Fraction("36.2404")


def test_a_check_disagrees_where_one_a_is_held_still() -> None:
    shown = find_output("chain_rule", "a + a.value")
    assert "DIFFERS" in shown
    held = nudge(lambda a: (a + 3) ** 2, Fraction(3))
    both = nudge(lambda a: (a + a) ** 2, Fraction(3))
    assert (held, both) == (pytest.approx(12), pytest.approx(24))
    assert f"{held:.6f}" in shown
    assert f"{both:.6f}" in shown


def test_the_middle_gear_decides_the_direction_and_nothing_else() -> None:
    for middle in range(5, 30):
        assert Fraction(-12, middle) * Fraction(-middle, 6) == 2
    assert Fraction(-12, 6) == -2  # without it, the last gear turns the other way
    assert course.prediction("chain_rule/larger_middle_gear").truth == "same"


@pytest.mark.parametrize(
    ("program", "found"),
    # shares that go on from s: the last one alone; 6, then 12; all of it at once
    [("A", 6), ("B", 2 * 6 + 2 * 12), ("C", 2 * 12)],
)
def test_one_of_three_programs_keeps_all_paths(program: str, found: int) -> None:
    (cell,) = (
        c for c in read_cells("chain_rule", "code") if "PROGRAMS = {" in "".join(c["source"])
    )
    space: dict[str, Any] = {}
    exec("".join(cell["source"]).partition("# Which edges")[0], space)
    (lines,) = (lines for name, lines in space["PROGRAMS"].items() if name.startswith(program))
    names = {"s": 6}
    exec("\n".join(lines), names)
    assert names["dy_da"] == found


def test_one_more_apple_costs_less_than_the_walk_in_the_wrong_order_says() -> None:
    (cell,) = (c for c in read_cells("graphs", "code") if "def walk(" in "".join(c["source"]))
    space: dict[str, Any] = {}
    exec("".join(cell["source"]).partition("cost, by_walking")[0], space)

    def cost(apples: Fraction) -> Fraction:
        fruit = apples + 2
        return fruit * (Fraction("0.5") - Fraction("0.02") * fruit)

    assert cost(Fraction(3)) == 2
    assert nudge(cost, Fraction(3)) == pytest.approx(0.3)
    assert space["walk"](3, 2) == pytest.approx((2, 0.4))
    shown = find_output("graphs", "def walk(")
    assert [float(line.split()[-1]) for line in shown.splitlines()] == pytest.approx([0.4, 0.3])


def test_the_line_that_came_too_early_is_the_only_fault() -> None:
    (cell,) = (c for c in read_cells("graphs", "code") if "def walk(" in "".join(c["source"]))
    lines = "".join(cell["source"]).partition("cost, by_walking")[0].rstrip().splitlines()
    (early,) = (line for line in lines if "dcost_dapples =" in line)
    lines.remove(early)
    lines.insert(-1, early)
    space: dict[str, Any] = {}
    exec("\n".join(lines), space)
    assert space["walk"](3, 2) == pytest.approx((2, 0.3))


def test_the_work_of_one_walk_is_counted_by_hand() -> None:
    # twice w x, + b, softplus, then w3 y1, w4 y2, their sum, + b3, residual, square, sum
    operations = 2 * 3 + 2 + 1 + 1 + 3
    numbers = 3 * (operations - 1) + 1
    sums = 2 + 1 + 1 + 1 + 1  # two biases, the sum, b3, the residual, and the sum of the squares
    edges = 7 + 2 * 2 + 2 + 2 + 1 + 3  # seven parameters, then from each value to the one before
    shown = find_output("graphs", "numbers that the forward pass computes")
    assert [int(line.split()[-1]) for line in shown.splitlines()] == [numbers, operations, sums]
    assert f"{sums} of the {operations} operations are additions or subtractions" in read("graphs")
    counted = find_output("graphs", "by walking back")
    assert f"{14 * operations}" in counted
    assert f"{operations + edges}" in counted
