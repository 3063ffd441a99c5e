"""Whose share, and three writings of one pass: what they show is what is computed."""

import ast
import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop import show
from backprop.show.live.whose_share import DY, FORMULAS, X
from backprop.show.live.writings import (
    HAND,
    PARTS,
    compute_values,
    make_program,
    read_columns,
    write_engine,
    write_program,
)

SERIES = Path(__file__).resolve().parents[3] / "exercises" / "by_hand" / "all_seven.py"
# The names of `by_hand`, shortened.
SHORT = {"observed": "o", "predicted": "p", "dSSR_d": "d", "dpredicted": "dp", "np.": ""}
START = {"w1": 2.74, "b1": 0.0, "w2": -1.13, "b2": 0.0, "w3": 0.36, "w4": 0.63, "b3": 0.0}


def run_by_hand() -> dict[str, Any]:
    x, observed = (column[:, 0] for column in read_columns())
    names: dict[str, Any] = {"sum": np.sum, "log": np.log, "exp": np.exp, "x": x, "o": observed}
    exec("\n".join(line.text for line in HAND), names | START, found := {})
    return found


def test_the_lines_by_hand_compute_what_the_engine_does() -> None:
    by_hand, values = run_by_hand(), compute_values()
    pairs = {
        "Z": ("z1", "z2"), "A": ("y1", "y2"), "P": ("p",), "SSR": ("ssr",), "dP": ("dp",),
        "dB2": ("db3",), "dW2": ("dw3", "dw4"), "dZ": ("dz1", "dz2"), "dB1": ("db1", "db2"),
        "dW1": ("dw1", "dw2"),
    }  # fmt: skip
    for part, names in pairs.items():
        ours = np.array([by_hand[name] for name in names])
        assert values[part].T.reshape(ours.shape) == pytest.approx(ours, abs=1e-12), part


def test_the_lines_by_hand_are_those_of_the_exercises() -> None:
    source = SERIES.read_text(encoding="utf-8")
    for long, short in SHORT.items():
        source = source.replace(long, short)
    assigned = {line.text for line in HAND if line.parts[0] not in ("SSR", "dB1", "dW1")}
    written = {line.strip() for line in source.splitlines()}
    assert assigned <= written
    # These four are returned there without a name.
    for text in ("sum(dz1 * x), sum(dz1), sum(dz2 * x), sum(dz2)", "sum((o - p) ** 2)"):
        assert text in source.replace("forward(parameters, x)[-1]", "p")


def test_the_lines_of_the_program_are_all_of_its_lines_and_in_order() -> None:
    source = inspect.cleandoc(make_program().source)
    step = next(
        node for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name == "step"
    )  # fmt: skip
    body = [ast.unparse(node) for node in step.body[1:-1]]  # without the guard and the end
    shown = [ast.unparse(ast.parse(line.text)) for line in write_program()]
    assert shown == body


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_lines_in_all_three_writings_and_a_sentence_of_its_own(part: str) -> None:
    for lines in (HAND, write_engine(), write_program()):
        assert any(part in line.parts for line in lines)
    figure = show.three_writings()
    said = {figure.describe({"part": k, "writing": 0}) for k in range(len(PARTS))}
    assert len(said) == len(PARTS)


def test_five_products_make_both_passes() -> None:
    """The chapter counts two forward and three back, as that of the data is left out."""
    products = [line for line in write_program() if line.text.startswith("dot(")]
    assert len(products) == 5
    assert not any("X" in line.text.split("→")[1].split(":")[0] for line in write_engine()
                   if "→" in line.text)  # fmt: skip


def test_one_formula_of_three_is_confirmed_by_a_nudge() -> None:
    truth = np.zeros((3, 3))
    for k, j in np.ndindex(3, 3):
        nudged = np.zeros((3, 3))
        nudged[k, j] = 1e-3
        truth[k, j] = np.sum(DY * (X @ nudged)) / 1e-3
    right = [formula.text for formula in FORMULAS
             if np.allclose(formula.left @ formula.right, truth)]  # fmt: skip
    assert right == ["X.T @ dY"]
    for formula in FORMULAS:
        assert (formula.left @ formula.right).shape == (3, 3)
        # Only where both count examples do the steps along row and column belong together.
        assert (formula.axes[1] == formula.axes[2]) == (formula.text != "X @ dY")


def test_the_turned_formula_agrees_on_the_diagonal_alone() -> None:
    figure = show.whose_share()
    for row in (1, 2, 3):
        for column in (1, 2, 3):
            said = figure.describe({"formula": 2, "row": row, "column": column})
            assert ("On the diagonal" in said) == (row == column)


def test_if_all_sizes_differ_one_product_is_left() -> None:
    """So the chapter says of 3 examples, 5 inputs and 4 neurons."""
    factors = {"X": (3, 5), "X.T": (5, 3), "dY": (3, 4), "dY.T": (4, 3)}
    pairs = [(a, b) for a in factors for b in factors if factors[a][1] == factors[b][0]]
    fits = [f"{a} @ {b}" for a, b in pairs if (factors[a][0], factors[b][1]) == (5, 4)]
    assert fits == ["X.T @ dY"]
