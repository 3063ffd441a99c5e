"""Whose share? A cell of dW as a row times a column, by three formulas of one shape."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from backprop.engine.operations import sum as add_up
from backprop.engine.program.run import program
from backprop.engine.variable import Variable
from backprop.show.drawing.sentences import fill_sentence
from backprop.show.drawing.shapes import measure_width
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.computed import Floats
from backprop.show.explorers.markup import (
    write_buttons,
    write_choice,
    write_controls,
    write_slider,
)
from backprop.show.explorers.slider import Slider
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.sketch import TICK, Sketch, colour, write_arrow

__all__ = ["whose_share"]

#: Three examples of three inputs, and what arrives at three neurons in each of them.
X = np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 0.5], [0.5, 2.0, -1.0]])
DY = np.array([[1.0, -1.0, 0.5], [2.0, 0.5, -1.0], [-0.5, 1.0, 2.0]])
_SIZE = 3


class Formula(NamedTuple):
    """A candidate for dW: how it is written, its two factors, and what their axes mean."""

    text: str
    left: Floats
    right: Floats
    axes: tuple[str, str, str, str]  # rows and columns of the left factor, then of the right one
    inks: tuple[str, str]


FORMULAS = (
    Formula("X @ dY", X, DY, ("example", "input", "example", "neuron"), ("value", "gradient")),
    Formula("X.T @ dY", X.T, DY, ("input", "example", "example", "neuron"), ("value", "gradient")),
    Formula("dY.T @ X", DY.T, X, ("neuron", "example", "example", "input"), ("gradient", "value")),
)
_START = {"formula": 0, "row": 2, "column": 1}
_CHOICE = Choice([formula.text for formula in FORMULAS], label="dW =")
_SLIDERS = {
    name: Slider(values=[1, 2, 3], value=_START[name], label=f"{name} of the cell")
    for name in ("row", "column")
}
#: Where the two factors and their product begin, how wide and high a cell is, and the network.
_LEFT, _RIGHT, _PRODUCT = (75.0, 208.0), (258.0, 50.0), (258.0, 208.0)
_WIDE, _HIGH = 44.0, 38.0
_INPUTS, _NEURONS, _NODES, _RADIUS = 26.0, 166.0, (92.0, 162.0, 232.0), 15.0
_SENTENCES = (
    "{terms} = {found}. Row {row} of X holds the inputs of example {row}, column {column} of dY "
    "one neuron in three examples: inputs meet examples. A nudge measures {truth}.",
    "{terms} = {found}: one share for each example, the input times what arrives. A nudge measures "
    "{truth}, too.",
    "{terms} = {found}. Examples meet examples, but this is the share of the weight from input "
    "{column} to neuron {row}. A nudge of the weight that belongs here measures {truth}.",
    "{terms} = {found}. On the diagonal the turned matrix has the same entries, so a nudge "
    "measures {truth}, too. Look at another cell.",
)
_WEIGHT = "from input {row} to neuron {column}"
_VERDICTS = ("≠ they differ", "✓ they agree")


def whose_share() -> LiveFigure:
    """Show what an entry of dW is made of, by three formulas of the same shape.

    Two factors stand to the left of their product and above it, so that a cell of the product lies
    where its row and its column meet; the axes say what they count. Beside them is the weight to
    which the cell belongs, with what a nudge of it measures.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> figure = show.whose_share()
    >>> figure.describe({"formula": 1, "row": 1, "column": 2}).partition(":")[0]
    '1 · (−1) + (−1) · 0.5 + 0.5 · 1 = −1'
    """
    return LiveFigure(
        "whose_share",
        "Whose share?",
        "Three formulas for dW have the right shape. Which of them does a nudge confirm?",
        {"loss": (program(_make_loss()), [])},
        _draw,
        _describe,
        dict(_START),
        write_controls(
            [
                write_choice("whose-share-formula", _CHOICE),
                *(write_slider(f"whose-share-{name}", slider) for name, slider in _SLIDERS.items()),
            ],
            write_buttons({}),
        ),
        data=_list_data(),
        filmstrip={
            "X @ dY: inputs meet examples": {},
            "X.T @ dY: shares of three examples": {"formula": 1},
            "dY.T @ X: another weight's": {"formula": 2},
        },
        still="This figure moves with JavaScript: choose a formula, point at a cell.",
        caption="Blue: inputs, X. Orange: what arrives, dY, and slopes. A cell of the product is "
        "the row to its left times the column above it, product by product, added up.",
        width="wide",
        columns=2,
        lines=6,
    )


def _make_loss() -> Any:
    weights = Variable(np.zeros((_SIZE, _SIZE)), name="W")
    return lambda: add_up(DY * (X @ weights))


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides."""
    return {
        "controls": list_meanings({"formula": _CHOICE, **_SLIDERS}),
        "formulas": [
            {
                "text": formula.text,
                "left": formula.left.tolist(),
                "right": formula.right.tolist(),
                "product": (formula.left @ formula.right).tolist(),
                "axes": formula.axes,
                "inks": [colour(ink) for ink in formula.inks],
            }
            for formula in FORMULAS
        ],
        "places": {"left": _LEFT, "right": _RIGHT, "product": _PRODUCT, "cell": [_WIDE, _HIGH]},
        "network": {"inputs": _INPUTS, "neurons": _NEURONS, "nodes": _NODES, "radius": _RADIUS},
        "sentences": _SENTENCES,
        "weight": _WEIGHT,
        "verdicts": _VERDICTS,
    }


# --- what the engine computes ---------------------------------------------------------------------


@cache
def _measure_weight(row: int, column: int) -> float:
    """Measure the slope of one weight by a nudge of 1: the loss is a straight line in it."""
    nudged = np.zeros((_SIZE, _SIZE))
    nudged[row - 1, column - 1] = 1.0
    return float(add_up(DY * (X @ nudged)))


def _find_share(state: State) -> tuple[Formula, Floats, Floats, float]:
    """Return the formula of a state, the row and the column that meet, and their product."""
    formula = FORMULAS[state["formula"]]
    row, column = formula.left[state["row"] - 1], formula.right[:, state["column"] - 1]
    return formula, row, column, float(row @ column)


def _write_number(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def _write_product(first: float, second: float) -> str:
    a, b = (
        f"({_write_number(number)})" if number < 0 else _write_number(number)
        for number in (first, second)
    )
    return f"{a} · {b}"


def _describe(state: State) -> str:
    _, row, column, found = _find_share(state)
    terms = " + ".join(map(_write_product, row, column))
    same = state["formula"] == 2 and state["row"] == state["column"]
    words = {
        "terms": terms.removeprefix("(").replace(")", "", 1) if row[0] < 0 else terms,
        "found": _write_number(found),
        "truth": _write_number(_measure_weight(state["row"], state["column"])),
        "row": str(state["row"]),
        "column": str(state["column"]),
    }
    return fill_sentence(_SENTENCES[3 if same else state["formula"]], words)


# --- what is drawn --------------------------------------------------------------------------------


def _draw(state: State) -> list[Sketch]:
    return [_draw_product(state), _draw_network(state)]


def _draw_product(state: State) -> Sketch:
    """Draw the factors to the left of their product and above it."""
    sketch = Sketch(392, 346)
    formula, _, _, _ = _find_share(state)
    row, column = state["row"] - 1, state["column"] - 1
    across, down = _SIZE * _WIDE, _SIZE * _HIGH
    (lx, ly), (rx, ry), (px, py) = _LEFT, _RIGHT, _PRODUCT
    look: Any = {"ink": "ink", "fill": 0.12, "stroke": 0}
    sketch.box(lx, ly + row * _HIGH, across, _HIGH, name="row", **look)
    sketch.box(rx + column * _WIDE, ry, _WIDE, down, name="column", **look)
    cell = (px + column * _WIDE, py + row * _HIGH, _WIDE, _HIGH)
    sketch.box(*cell, name="cell", ink="gradient", fill=0.22, stroke=2)
    product = formula.left @ formula.right
    for name, corner, matrix, ink in (
        ("left", _LEFT, formula.left, formula.inks[0]),
        ("right", _RIGHT, formula.right, formula.inks[1]),
        ("product", _PRODUCT, product, "gradient"),
    ):
        sketch.box(*corner, across, down, ink="axis", fill=0)
        for (i, j), number in np.ndenumerate(matrix):
            x, y = corner[0] + (j + 0.5) * _WIDE, corner[1] + (i + 0.5) * _HIGH + 5
            sketch.text(x, y, _write_number(number), name=f"{name}{i}{j}", ink=ink,
                        anchor="middle", size=13, rim=0)  # fmt: skip
    sketch.text(px + across / 2, py + down + 20, "dW", anchor="middle", bold=True)
    sketch.text(lx + across / 2, ry + down / 2 + 6, formula.text, name="formula", anchor="middle",
                bold=True, size=16)  # fmt: skip
    _write_axes(sketch, formula)
    return sketch


def _write_axes(sketch: Sketch, formula: Formula) -> None:
    """Write what the rows and the columns of both factors count."""
    for side, (x, y), rows, columns in (
        ("left", _LEFT, *formula.axes[:2]),
        ("right", _RIGHT, *formula.axes[2:]),
    ):
        at = x + _SIZE * _WIDE / 2, y - 20
        sketch.text(*at, f"{columns}s", name=f"{side}-columns", anchor="middle", size=TICK)
        for k in range(_SIZE):
            at = x + (k + 0.5) * _WIDE, y - 5
            sketch.text(*at, f"{k + 1}", ink="muted", anchor="middle", size=TICK)
            at = x - 6, y + (k + 0.5) * _HIGH + 4
            sketch.text(*at, f"{rows} {k + 1}", name=f"{side}-row{k}", ink="muted", anchor="end",
                        size=TICK)  # fmt: skip


def _draw_network(state: State) -> Sketch:
    """Draw the weight to which the cell belongs, and both of its slopes."""
    sketch = Sketch(196, 346)
    for y0 in _NODES:
        for y1 in _NODES:
            sketch.line(_INPUTS + _RADIUS, y0, _NEURONS - _RADIUS, y1, ink="grid", width=1.5)
    begin, end = _place_weight(state)
    sketch.line(*begin, *end, name="weight", ink="value", width=3)
    truth = _measure_weight(state["row"], state["column"])
    width = measure_width(truth)
    arrow = write_arrow(begin, end, width, 6 + width / 2)
    sketch.arrow(arrow, name="arrow", width=width, hidden=False)
    for k, y in enumerate(_NODES):
        for x in (_INPUTS, _NEURONS):
            sketch.circle(x, y, _RADIUS)
            sketch.text(x, y + 4, f"{k + 1}", anchor="middle", size=TICK, rim=0)
    sketch.text(0, 16, "This cell is the weight", size=TICK)
    words = {name: str(state[name]) for name in ("row", "column")}
    sketch.text(0, 34, fill_sentence(_WEIGHT, words), name="which", bold=True, size=TICK)
    sketch.text(_INPUTS, 68, "inputs", ink="muted", anchor="middle", size=TICK)
    sketch.text(_NEURONS, 68, "neurons", ink="muted", anchor="middle", size=TICK)
    found = _find_share(state)[3]
    sketch.text(0, 282, f"the formula says {_write_number(found)}", name="says")
    sketch.text(0, 304, f"a nudge measures {_write_number(truth)}", name="measures")
    sketch.text(0, 330, _VERDICTS[abs(found - truth) < 1e-9], name="verdict", bold=True)
    return sketch


def _place_weight(state: State) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the line of the weight begins and ends."""
    begin = (_INPUTS + _RADIUS, _NODES[state["row"] - 1])
    return begin, (_NEURONS - _RADIUS, _NODES[state["column"] - 1])
