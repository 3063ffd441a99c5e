"""Two bends make a hump: the pieces of the dosage network, their sum, and the squares it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backprop.data import dosage
from backprop.engine.activations import softplus
from backprop.engine.losses import ssr
from backprop.engine.operations import stack
from backprop.engine.program.run import program
from backprop.engine.variable import Variable
from backprop.show.drawing.sentences import fill_sentence, format_number
from backprop.show.drawing.shapes import measure_width, space_places
from backprop.show.explorers.markup import write_buttons, write_controls, write_slider
from backprop.show.explorers.slider import Slider
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.sketch import TICK, Scale, Sketch

__all__ = ["two_bends"]

_FIXED = {"w1": 3.34, "b1": -1.43, "w2": -3.53, "b2": 0.57}
_START = {**_FIXED, "w3": -1.22, "w4": -0.4, "b3": 1.2}
_SLIDERS = {
    "w3": Slider(-1.6, 0.8, steps=121, value=-1.22, label="w₃, height of the late piece"),
    "w4": Slider(-3.2, 1.6, steps=97, value=-0.4, label="w₄, height of the early piece"),
    "b3": Slider(0.0, 3.2, steps=65, value=1.2, label="b₃, lifts their sum"),
}
_GRID = np.linspace(0.0, 1.0, 33)
#: Where the curves can be pulled: the pieces at their far ends, the sum between two points.
_HANDLES = (1.0, 0.0, 0.75)
_X, _Y = Scale(0.0, 1.0, 40.0, 345.0), Scale(-3.5, 3.5, 232.0, 24.0)
_BAR = Scale(0.0, 5.0, 232.0, 42.0)
_BAR_X, _BAR_WIDTH, _NAMES_X = 476.0, 16.0, 359.0
_SHAPES = {
    "hump": "Neither piece has a peak, their sum has one, at dosage {at}.",
    "dip": "Their sum dips and comes up again: no peak yet.",
    "falls": "Their sum falls all the way: no peak yet.",
    "rises": "Their sum rises all the way: no peak yet.",
    "level": "Their sum is level.",
}
_SQUARES = "Squares {q1} + {q2} + {q3} = SSR {ssr}."
#: Of each unit in the network: its middle, and the names of its weights and its bias.
_UNITS = ((250.0, 26.0), (250.0, 106.0))
_IN, _OUT, _RADIUS = (34.0, 66.0), (450.0, 66.0), 24.0


def two_bends() -> LiveFigure:
    """Show how two bent pieces without a peak add up to a curve that has one.

    The pieces of the dosage network can be pulled, and so can their sum. The network beside them
    shows the weights, and a bar stacks the squares of the residuals.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.two_bends().describe({**show.two_bends().start, "w4": -2.3, "b3": 2.6})
    'Neither piece has a peak, their sum has one, at dosage 0.469. Squares 0.000013 + ...'
    """
    sliders = [write_slider(f"two-bends-{name}", slider) for name, slider in _SLIDERS.items()]
    return LiveFigure(
        "two_bends",
        "Two bends make a hump",
        "Can two pieces without a peak make one?",
        _write_programs(),
        _draw,
        _describe,
        dict(_START),
        write_controls(sliders, write_buttons({"Copy link": "bp-link"})),
        data=_list_data(),
        filmstrip={
            "one piece falls late": {},
            "the other rises early": {"w4": -2.3},
            "lifted, they fit": {"w4": -2.3, "b3": 2.6},
        },
        still="This figure moves with JavaScript: pull a piece, or their sum.",
        width="wide",
        lines=5,
    )


def _write_programs() -> dict[str, Any]:
    x, observed = dosage()
    leaves = {name: Variable(value, name=name) for name, value in _START.items()}

    def compute_curves(x: Any) -> Any:
        return stack(_compute_pieces(leaves, x)).value

    def compute_units(x: Any) -> Any:
        units = [leaves[f"w{k}"] * x + leaves[f"b{k}"] for k in (1, 2)]
        return stack([softplus(unit) for unit in units]).value

    def compute_loss(x: Any, observed: Any) -> Any:
        return ssr(_compute_pieces(leaves, x)[2], observed)

    handles = np.array(_HANDLES)
    return {
        "loss": (program(compute_loss, x, observed), [x, observed]),
        "curves": (program(compute_curves, _GRID), [_GRID]),
        "places": (program(compute_curves, handles), [handles]),
        "units": (program(compute_units, handles), [handles]),
        "predictions": (program(compute_curves, x), [x]),
    }


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides."""
    x, observed = dosage()
    return {
        "controls": list_meanings(_SLIDERS),
        "x": x.tolist(),
        "observed": observed.tolist(),
        "grid": _GRID.tolist(),
        "handles": _HANDLES,
        "scales": {"x": _X.ends(), "y": _Y.ends(), "bar": _BAR.ends()},
        "bar": [_BAR_X, _BAR_WIDTH],
        "out": [*_OUT, _RADIUS],
        "shapes": _SHAPES,
        "squares": _SQUARES,
    }


def _compute_pieces(state: Any, x: Any) -> list[Any]:
    """Compute both pieces and their sum, from numbers or from Variables."""
    first = state["w3"] * softplus(state["w1"] * x + state["b1"])
    second = state["w4"] * softplus(state["w2"] * x + state["b2"])
    return [first, second, first + second + state["b3"]]


def find_shape(curve: Sequence[float]) -> tuple[str, int]:
    """Return what a curve does, and the number of the point where it turns.

    Examples
    --------
    >>> find_shape([0, 1, 0]), find_shape([2, 1, 0])[0]
    (('hump', 1), 'falls')
    """
    top, bottom, last = int(np.argmax(curve)), int(np.argmin(curve)), len(curve) - 1
    if curve[top] - curve[bottom] < 0.01:
        return "level", 0
    if 0 < top < last and min(curve[top] - curve[0], curve[top] - curve[last]) > 0.01:
        return "hump", top
    if 0 < bottom < last and min(curve[0], curve[last]) - curve[bottom] > 0.01:
        return "dip", bottom
    return ("rises", 0) if curve[last] > curve[0] else ("falls", 0)


def _describe(state: State) -> str:
    x, observed = dosage()
    shape, turn = find_shape(_compute_pieces(state, _GRID)[2])
    squares = (observed - _compute_pieces(state, x)[2]) ** 2
    numbers = {f"q{k}": float(square) for k, square in enumerate(squares, 1)}
    numbers |= {"ssr": float(squares.sum()), "at": float(_GRID[turn])}
    return fill_sentence(f"{_SHAPES[shape]} {_SQUARES}", numbers)


def _draw(state: State) -> list[Sketch]:
    return [_draw_curves(state), _draw_network(state)]


def _draw_curves(state: State) -> Sketch:
    sketch = Sketch(500, 252)
    sketch.axes(
        _X, _Y, ticks_x=[0, 0.5], ticks_y=[-3, 0, 1, 3], name_x="dosage x", name_y="effectiveness"
    )
    x, observed = dosage()
    at = [_X.at(value) for value in _GRID]
    _draw_squares(sketch, state)
    ghost = _compute_pieces(_START, _GRID)[2]
    sketch.curve(at, [_place(value) for value in ghost], opacity=0.3)
    for k, curve in enumerate(_compute_pieces(state, _GRID)):
        width = (2.0, 1.2, 3.0)[k]  # dashes mean a negative weight
        ys = [_place(value) for value in curve]
        sketch.curve(at, ys, name=f"curve{k}", width=width)
    for name, y in zip(_name_curves(state), space_places(_find_ends(state), _Y.start), strict=True):
        k, text = name
        sketch.text(_NAMES_X, y + 4, text, name=f"name{k}", ink="value", size=TICK, bold=k == 2)
    for k, (value, place) in enumerate(zip(_HANDLES, _compute_at_handles(state), strict=True)):
        sketch.dot(_X.at(value), _place(place), 17, name=f"handle{k}", ink="value")
        sketch.text(
            _X.at(value),
            _place(place) + 4,
            "↕",
            name=f"arrow{k}",
            ink="surface",
            anchor="middle",
            size=TICK,
            rim=0,
        )
    for dose, effect in zip(x, observed, strict=True):
        sketch.dot(_X.at(dose), _Y.at(effect), 10)
    return sketch


def _compute_at_handles(state: State) -> list[float]:
    pieces = _compute_pieces(state, np.array(_HANDLES))
    return [float(pieces[k][k]) for k in range(3)]


def _draw_squares(sketch: Sketch, state: State) -> None:
    """Draw the square of each residual, and the bar that stacks them."""
    x, observed = dosage()
    predicted = _compute_pieces(state, x)[2]
    total, unit = 0.0, abs(_Y.at(1.0) - _Y.at(0.0))
    for k, (dose, effect, guess) in enumerate(zip(x, observed, predicted, strict=True)):
        side = unit * abs(effect - guess)
        top = min(_Y.at(effect), _Y.at(guess))
        left = _X.at(dose) - (side if dose == 1 else 0)
        sketch.box(left, top, side, side, name=f"square{k}", stroke=0)
        sketch.line(
            _X.at(dose),
            _Y.at(effect),
            _X.at(dose),
            _Y.at(guess),
            name=f"residual{k}",
            ink="residual",
            width=3,
        )
        low, total = total, total + (effect - guess) ** 2
        bottom, height = _stack(low), _stack(total) - _stack(low)
        sketch.box(_BAR_X, bottom, _BAR_WIDTH, height, name=f"bar{k}", fill=0.3)
    middle, right = _BAR_X + _BAR_WIDTH / 2, _BAR_X + _BAR_WIDTH + 6
    sketch.line(_BAR_X - 8, _BAR.start, _BAR_X + _BAR_WIDTH + 8, _BAR.start)
    sketch.text(middle, _BAR.start + 16, "SSR", ink="residual", anchor="middle", size=TICK)
    sketch.text(
        right,
        _stack(total) - 6,
        format_number(total),
        name="total",
        ink="residual",
        anchor="end",
        bold=True,
    )


def _stack(value: float) -> float:
    return _BAR.at(min(value, _BAR.last))


def _place(value: float) -> float:
    return _Y.at(min(max(float(value), _Y.first), _Y.last))


def _find_ends(state: State) -> list[float]:
    return [_place(piece[-1]) for piece in _compute_pieces(state, _GRID)]


def _name_curves(state: State) -> list[tuple[int, str]]:
    """Return what each curve does, in words, from w₃ and w₄."""
    words = [
        ("w₃ falls late", "w₃ flat", "w₃ rises late"),
        ("w₄ rises early", "w₄ flat", "w₄ falls early"),
    ]
    signs = [int(np.sign(state["w3"])), int(np.sign(state["w4"]))]
    return [(0, words[0][signs[0] + 1]), (1, words[1][signs[1] + 1]), (2, "their sum")]


def _draw_network(state: State) -> Sketch:
    sketch = Sketch(500, 148, "bp-desk")
    inputs = [("w1", "w₁", -11), ("w2", "w₂", 20)]
    outputs = [("w3", "w₃", -11), ("w4", "w₄", 20)]
    for (cx, cy), (into, label, shift), (out, label_out, shift_out) in zip(
        _UNITS, inputs, outputs, strict=True
    ):
        _draw_weight(sketch, _IN, (cx, cy), state[into], into, f"{label} ", shift)
        _draw_weight(sketch, (cx, cy), _OUT, state[out], out, f"{label_out} ", shift_out)
    for k, (cx, cy) in enumerate(_UNITS, 1):
        sketch.circle(cx, cy, _RADIUS)
        hidden = softplus(state[f"w{k}"] * _GRID + state[f"b{k}"])
        _draw_small_curve(sketch, cx, cy, hidden, "")
        bias = f"b{'₁₂'[k - 1]} {format_number(state[f'b{k}'])}"
        sketch.text(cx, cy + _RADIUS + 13, bias, ink="muted", anchor="middle", size=TICK)
    sketch.circle(*_OUT, _RADIUS)
    _draw_small_curve(sketch, *_OUT, _compute_pieces(state, _GRID)[2], "sum")
    bias = f"b₃ {format_number(state['b3'])}"
    sketch.text(_OUT[0], _OUT[1] + _RADIUS + 13, bias, name="b3", anchor="middle", size=TICK)
    sketch.circle(*_IN, 15)
    sketch.text(_IN[0], _IN[1] + 5, "x", anchor="middle", italic=True)
    return sketch


def _draw_weight(
    sketch: Sketch,
    begin: tuple[float, float],
    end: tuple[float, float],
    value: float,
    name: str,
    label: str,
    shift: float,
) -> None:
    """Draw a weight as a line, as wide as it is large, dashed if negative."""
    sketch.line(*begin, *end, name=name, ink="value", width=measure_width(value), dashed=value < 0)
    middle = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
    text = label + format_number(value)
    place = middle[1] + shift
    sketch.text(middle[0], place, text, name=f"{name}-label", anchor="middle", size=13)


def _draw_small_curve(sketch: Sketch, cx: float, cy: float, curve: Any, name: str) -> None:
    """Draw a unit's own curve into its circle, as high as it fits."""
    low, high = float(np.min(curve)), float(np.max(curve))
    x, y = Scale(0.0, 1.0, cx - 15, cx + 15), Scale(low, max(high, low + 1e-3), cy + 11, cy - 11)
    sketch.curve(
        [x.at(value) for value in _GRID[::4]],
        [y.at(float(value)) for value in curve[::4]],
        name=name,
        width=2,
    )
