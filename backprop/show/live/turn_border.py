"""Turn the border: a neuron of two inputs as a line that is pulled until the dots are apart."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from backprop.engine.program.run import Program, program
from backprop.engine.variable import Variable
from backprop.show.drawing.sentences import fill_sentence
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.markup import (
    write_buttons,
    write_choice,
    write_controls,
    write_slider,
)
from backprop.show.explorers.slider import Slider
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.marks import NOTHING, add_path, write_arrow, write_circle, write_lines
from backprop.show.live.sketch import TICK, Scale, Sketch

__all__ = ["turn_border"]

Point = tuple[float, float]

_FILLED = {"AND": [3], "OR": [1, 2, 3], "XOR": [1, 2]}
_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
_LENGTH = 4.0  # of the weights, as an arrow
_REACH, _GRIP = 0.38, 0.47  # of the arrow, and where it is pulled, in units of the inputs
_NAMES = Choice([*_FILLED], label="filled dots")
_ANGLE = Slider(values=range(0, 360, 5), value=330, label="arrow, degrees")
_SHIFT = Slider(-0.8, 0.8, steps=33, value=0.0, label="shift along it")
# The border goes through x and y; `shift` is how far it is from the middle of the dots.
_START = {"dots": 0, "angle": 330.0, "shift": 0.0, "x": 0.5, "y": 0.5}
_BOX = (34.0, 12.0, 386.0, 236.0)  # px: left, top, right, bottom
_UNIT = 118.0  # px
_X = Scale(0, 1, 151.0, 151.0 + _UNIT)
_Y = Scale(0, 1, 183.0, 183.0 - _UNIT)
_DOT = 8.0  # px
_SAYS = "z = {w1} x₁ {plus2} {w2} x₂ {plusb} {b}. {dots}: {right} of 4 dots on the right side."


def turn_border() -> LiveFigure:
    """Let readers turn and shift the border of a neuron with two inputs.

    Where its z is positive, the plane is shaded. The arrow points in the direction of the two
    weights; its tip turns the border, and its tail shifts it.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.turn_border()
    One neuron is one line
    Can you get all filled dots, and no hollow one, into the shade?
    > z = 3.46 x₁ − 2.00 x₂ − 0.73. AND: 3 of 4 dots on the right side.
    """
    sliders = [write_slider("turn-angle", _ANGLE), write_slider("turn-shift", _SHIFT)]
    return LiveFigure(
        "turn_border",
        "One neuron is one line",
        "Can you get all filled dots, and no hollow one, into the shade?",
        {"neuron": (_make_program()[1], [])},
        _draw,
        _describe,
        dict(_START),
        write_controls([write_choice("turn-dots", _NAMES), *sliders], write_buttons({})),
        data={
            "controls": list_meanings({"dots": _NAMES, "angle": _ANGLE, "shift": _SHIFT}),
            "names": [*_FILLED],
            "filled": list(_FILLED.values()),
            "corners": _CORNERS,
            "length": _LENGTH,
            "reach": _REACH,
            "grip": _GRIP,
            "x": _X.ends(),
            "y": _Y.ends(),
            "box": _BOX,
            "dot": _DOT,
            "says": _SAYS,
        },
        filmstrip={
            "as it begins": {},
            "AND": {"angle": 45.0, "x": 0.95, "y": 0.55},
            "OR": {"dots": 1, "angle": 45.0, "x": 0.25, "y": 0.25},
            "XOR": {"dots": 2, "angle": 45.0, "x": 0.25, "y": 0.25},
        },
        still="This figure moves with JavaScript: pull the arrow, at its tip and at its tail.",
        caption="Pull the tip of the arrow to turn the border, and its tail to shift it.",
        width="wide",
        lines=3,
    )


@cache
def _make_program() -> tuple[list[Variable], Program]:
    """Return weights, bias and inputs, and the program of the sum that the neuron takes in."""
    start = {"w1": 2.0, "w2": -1.0, "b": 0.5, "x1": 1.0, "x2": 0.0}
    leaves = [Variable(value, name=name) for name, value in start.items()]
    w1, w2, b, x1, x2 = leaves
    return leaves, program(lambda: w1 * x1 + w2 * x2 + b)


def _find_neuron(state: State) -> tuple[float, float, float]:
    """Return weights and bias of the neuron whose border goes through a point."""
    turn = math.radians(state["angle"])
    w1, w2 = _LENGTH * math.cos(turn), _LENGTH * math.sin(turn)
    return w1, w2, -(w1 * state["x"] + w2 * state["y"])


def _is_right(state: State, k: int) -> bool:
    w1, w2, b = _find_neuron(state)
    x1, x2 = _CORNERS[k]
    return (w1 * x1 + w2 * x2 + b > 0) == (k in list(_FILLED.values())[state["dots"]])


def _describe(state: State) -> str:
    w1, w2, b = _find_neuron(state)
    words: dict[str, Any] = {
        "w1": f"{w1:.2f}".replace("-", "−").replace("−0.00", "0.00"),
        "plus2": "−" if w2 < -0.005 else "+",
        "w2": f"{abs(w2):.2f}",
        "plusb": "−" if b < -0.005 else "+",
        "b": f"{abs(b):.2f}",
        "dots": list(_FILLED)[state["dots"]],
        "right": str(sum(_is_right(state, k) for k in range(4))),
    }
    return fill_sentence(_SAYS, words)


# ---- drawn ----


def clip_half_plane(corners: list[Point], neuron: tuple[float, float, float]) -> list[Point]:
    """Return what of a polygon lies where the z of a neuron is positive.

    Examples
    --------
    >>> clip_half_plane([(0, 0), (2, 0), (2, 2), (0, 2)], (1, 0, -1))
    [(1.0, 0.0), (2, 0), (2, 2), (1.0, 2.0)]
    """
    w1, w2, b = neuron
    kept: list[Point] = []
    for k, end in enumerate(corners):
        begin = corners[k - 1]
        z0, z1 = (w1 * x + w2 * y + b for x, y in (begin, end))
        if (z0 > 0) != (z1 > 0):
            share = z0 / (z0 - z1)
            at = (begin[0] + share * (end[0] - begin[0]), begin[1] + share * (end[1] - begin[1]))
            kept.append(at)
        if z1 > 0:
            kept.append(end)
    return kept


def _draw(state: State) -> list[Sketch]:
    sketch = Sketch(400, 270)
    left, top, right, bottom = _BOX
    shade, border = _write_shade(state)
    add_path(sketch, "shade", shade, fill="value", fill_opacity="0.15")
    sketch.line(left, bottom, right, bottom)
    sketch.line(left, top, left, bottom)
    for tick in (0, 1):
        sketch.text(_X.at(tick), bottom + 18, f"{tick}", ink="muted", anchor="middle", size=TICK)
        sketch.text(left - 10, _Y.at(tick) + 4, f"{tick}", ink="muted", anchor="end", size=TICK)
    sketch.text(right, bottom + 20, "x₁", ink="muted", anchor="end", size=TICK, italic=True)
    sketch.text(left - 10, top + 10, "x₂", ink="muted", anchor="end", size=TICK, italic=True)
    add_path(sketch, "border", border, stroke="value", stroke_width="2.5")
    for k, (x1, x2) in enumerate(_CORNERS):
        x, y = _X.at(x1), _Y.at(x2)
        sketch.circle(x, y, _DOT)
        filled = k in list(_FILLED.values())[state["dots"]]
        add_path(
            sketch, f"dot{k}", write_circle((x, y), _DOT) if filled else NOTHING, fill="ink"
        )  # fmt: skip
        mark = "" if _is_right(state, k) else "✗"
        sketch.text(x + 13, y - 9, mark, name=f"mark{k}", bold=True)
    tail, end, tip = _find_arrow(state)
    add_path(sketch, "arrow", write_arrow(tail, end, 3.0), fill="value")
    sketch.dot(*tail, 12, name="tail", ink="value")
    sketch.dot(*tip, 12, name="tip", ink="value")
    return [sketch]


def _find_arrow(state: State) -> tuple[Point, Point, Point]:
    """Return where the arrow begins and ends in the picture, and where it is pulled."""
    turn = math.radians(state["angle"])
    x, y = state["x"], state["y"]
    places = [
        (x + ahead * math.cos(turn), y + ahead * math.sin(turn)) for ahead in (0, _REACH, _GRIP)
    ]
    tail, end, tip = [(_X.at(across), _Y.at(up)) for across, up in places]
    return tail, end, tip


def _write_shade(state: State) -> tuple[str, str]:
    """Write the shaded part of the plane and the border, as paths."""
    left, top, right, bottom = _BOX
    w1, w2, b = _find_neuron(state)
    # The same neuron, with places of the picture as its inputs.
    v1, v2 = w1 / _UNIT, -w2 / _UNIT
    neuron = v1, v2, b - v1 * _X.at(0) - v2 * _Y.at(0)
    kept = clip_half_plane([(left, top), (right, top), (right, bottom), (left, bottom)], neuron)
    ends = [at for at in kept if abs(v1 * at[0] + v2 * at[1] + neuron[2]) < 1e-9]
    shade = f"{write_lines(kept)}Z" if kept else NOTHING
    return shade, write_lines(ends[:2]) if len(ends) > 1 else NOTHING
