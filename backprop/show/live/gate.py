"""The gate: what arrives at a neuron on the way back, and what its activation lets through."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from backprop.engine.activations import relu, sigmoid, softplus
from backprop.engine.operations import tanh
from backprop.engine.program.run import Program, program
from backprop.engine.variable import Variable
from backprop.show.drawing.sentences import fill_sentence, format_number
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.markup import (
    write_buttons,
    write_choice,
    write_controls,
    write_slider,
)
from backprop.show.explorers.slider import Slider
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.marks import NOTHING, add_path, write_arrow, write_lines
from backprop.show.live.sketch import TICK, Scale, Sketch

__all__ = ["gate"]


class _Activation(NamedTuple):
    """A function, how its slope is written, and the values that its axis shows."""

    function: Callable[[Any], Any]
    slope: str
    reach: tuple[float, float]
    ticks: tuple[float, ...]


_ACTIVATIONS = {
    "sigmoid": _Activation(sigmoid, "a~(1~−~a)", (-0.1, 1.2), (0, 0.5, 1)),
    "tanh": _Activation(tanh, "1~−~a²", (-1.2, 1.2), (-1, 0, 1)),
    "ReLU": _Activation(relu, "1~to the right of 0 only", (-0.5, 5.4), (0, 1, 5)),
    "softplus": _Activation(softplus, "σ(z)", (-0.5, 5.4), (0, 1, 5)),
}
_START = {"act": 0, "z": 0.0}
_CHOICE = Choice([*_ACTIVATIONS], label="activation")
_SLIDER = Slider(-5, 5, steps=101, value=0.0, label="z of the neuron")
_BOX = (44.0, 24.0, 454.0, 206.0)  # px: left, top, right, bottom
_X = Scale(-5, 5, _BOX[0], _BOX[2])
_GRID = np.linspace(-5, 5, 81)
_ROW, _MIDDLE, _RADIUS = 286.0, 250.0, 26.0  # px: where the neuron lies
_BACK = 18.0  # px from the line forward to the arrows back
_JUMP = 20.0  # px: more is a step, not a curve
_WIDEST = 6.0  # px: the arrow of what arrives
_SAYS = (
    "{name} at z~=~{z}: it hands on a~=~{a}, and its slope, {rule}, is {slope}. Of the 1 that "
    "arrives, {slope} leaves. {word}"
)
_WORDS = {
    "closed": "Active, and shut.",
    "off": "Not active, and shut.",
    "most": "This is the most that a sigmoid lets through.",
    "open": "The gate is wide open.",
    "partly": "A part of it passes.",
}


def gate() -> LiveFigure:
    """Show how much of a gradient passes a neuron, for four activations.

    A point is pulled along the activation. Its slope there is the width of the arrow that leaves
    the neuron, beside that of the arrow that arrives.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.gate()
    The gate
    When does a neuron let a gradient through?
    > sigmoid ...: it hands on ..., is 0.250. Of the 1 that arrives, 0.250 leaves. ...
    """
    return LiveFigure(
        "gate",
        "The gate",
        "When does a neuron let a gradient through?",
        {name: (_make_program(k)[1], []) for k, name in enumerate(_ACTIVATIONS)},
        _draw,
        _describe,
        dict(_START),
        write_controls(
            [write_choice("gate-act", _CHOICE), write_slider("gate-z", _SLIDER)],
            write_buttons({"Copy link": "bp-link"}),
        ),
        data=_list_data(),
        filmstrip={
            "a quarter at best": {},
            "active, and shut": {"z": 4.0},
            "tanh, wide open": {"act": 1, "z": 0.0},
            "ReLU, open": {"act": 2, "z": 0.5},
            "ReLU, shut": {"act": 2, "z": -2.0},
        },
        still="This figure moves with JavaScript: pull the point along the curve.",
        width="wide",
        lines=6,
    )


@cache
def _make_program(act: int) -> tuple[Variable, Program]:
    """Return z, and the program of an activation at z with its slope."""
    z = Variable(0.5, name="z")
    function = list(_ACTIVATIONS.values())[act].function
    return z, program(lambda: function(z))


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides its programs."""
    return {
        "controls": list_meanings({"act": _CHOICE, "z": _SLIDER}),
        "names": [*_ACTIVATIONS],
        "rules": [each.slope.replace("~", "\u00a0") for each in _ACTIVATIONS.values()],
        "ticks": [each.ticks for each in _ACTIVATIONS.values()],
        "x": _X.ends(),
        "y": [_scale_heights(k).ends() for k in range(len(_ACTIVATIONS))],
        "curves": [_write_curves(k) for k in range(len(_ACTIVATIONS))],
        "row": [_ROW, _MIDDLE, _RADIUS, _BACK, _WIDEST],
        "says": _SAYS.replace("~", "\u00a0"),
        "words": _WORDS,
        "nothing": NOTHING,
    }


def _scale_heights(act: int) -> Scale:
    low, high = list(_ACTIVATIONS.values())[act].reach
    return Scale(low, high, _BOX[3], _BOX[1])


@cache
def _measure(act: int, z: float) -> tuple[float, float]:
    """Return what an activation hands on at z, and its slope there."""
    leaf, _ = _make_program(act)
    leaf.value, leaf.grad = z, None
    value = list(_ACTIVATIONS.values())[act].function(leaf)
    value.backward()
    slope = float(leaf.grad)
    leaf.grad = None
    return float(value.value), slope


@cache
def _write_curves(act: int) -> tuple[str, str]:
    """Write an activation and its slope over z, each as one path."""
    y = _scale_heights(act)
    measured = [_measure(act, float(z)) for z in _GRID]
    places = [
        (_X.at(float(z)), y.at(a), y.at(slope))
        for z, (a, slope) in zip(_GRID, measured, strict=True)
    ]
    values = write_lines([(x, height) for x, height, _ in places])
    slopes = [(x, height) for x, _, height in places]
    # Where the slope jumps, as that of the ReLU does at 0, nothing connects its two sides.
    jumps = [
        k
        for k, (one, other) in enumerate(itertools.pairwise(slopes), 1)
        if abs(other[1] - one[1]) > _JUMP
    ]
    pieces = [slopes[i:k] for i, k in itertools.pairwise([0, *jumps, len(slopes)])]
    return values, "".join(write_lines(piece) for piece in pieces)


def _choose_word(act: int, a: float, slope: float) -> str:
    if slope < 0.1:
        return "closed" if a > 0.5 else "off"
    if act == 0 and slope > 0.2499:
        return "most"
    return "open" if slope > 0.9 else "partly"


def _describe(state: State) -> str:
    act, z = int(state["act"]), float(state["z"])
    a, slope = _measure(act, z)
    return fill_sentence(
        _SAYS.replace("~", "\u00a0"),
        {
            "name": list(_ACTIVATIONS)[act],
            "rule": list(_ACTIVATIONS.values())[act].slope.replace("~", "\u00a0"),
            "z": z,
            "a": a,
            "slope": slope,
            "word": _WORDS[_choose_word(act, a, slope)],
        },
    )


# ---- drawn ----


def _draw(state: State) -> list[Sketch]:
    sketch = Sketch(500, 344)
    act, z = int(state["act"]), float(state["z"])
    a, slope = _measure(act, z)
    _draw_axes(sketch, act)
    _draw_curves(sketch, act, z, a, slope)
    _draw_neuron(sketch, act, z, a, slope)
    return [sketch]


def _draw_axes(sketch: Sketch, act: int) -> None:
    left, _, right, bottom = _BOX
    sketch.line(left, bottom, right, bottom)
    y = _scale_heights(act)
    for k, tick in enumerate(list(_ACTIVATIONS.values())[act].ticks):
        at = y.at(tick)
        add_path(sketch, f"grid{k}", f"M{left:g} {_round(at)}H{right:g}", stroke="grid")
        text = f"{tick:g}".replace("-", "−")
        sketch.text(
            left - 6, at + 4, text, name=f"tick{k}", ink="muted", anchor="end", size=TICK
        )  # fmt: skip
    for place in (-4, -2, 0, 2, 4):
        text = f"{place}".replace("-", "−")
        sketch.text(_X.at(place), bottom + 18, text, ink="muted", anchor="middle", size=TICK)
    sketch.text(right, bottom + 18, "z", ink="muted", anchor="end", size=TICK, italic=True)


def _draw_curves(sketch: Sketch, act: int, z: float, a: float, slope: float) -> None:
    y = _scale_heights(act)
    value, rise = _write_curves(act)
    look = {"stroke_width": "2", "stroke_dasharray": "5 4"}
    add_path(sketch, "slopes", rise, stroke="gradient", **look)
    add_path(sketch, "values", value, stroke="value", stroke_width="2.5")
    ends = _measure(act, 5.0)
    sketch.text(_BOX[2] + 8, y.at(ends[0]) + 4, "f", name="f", ink="value", italic=True)
    sketch.text(_BOX[2] + 8, y.at(ends[1]) + 4, "f′", name="f1", ink="gradient", italic=True)
    tangent = [(_X.at(z + d), y.at(a + d * slope)) for d in (-0.8, 0.8)]
    add_path(sketch, "tangent", write_lines(tangent), stroke="gradient", stroke_width="3")
    sketch.dot(_X.at(z), y.at(slope), 9, name="slope", ink="gradient")
    sketch.dot(_X.at(z), y.at(a), 17, name="point", ink="ink")
    sketch.text(
        _X.at(z), y.at(a) + 4, "↔", name="point-arrow", ink="surface", anchor="middle", size=TICK,
        rim=False,
    )  # fmt: skip


def _draw_neuron(sketch: Sketch, act: int, z: float, a: float, slope: float) -> None:
    """Draw the neuron: forward in blue from left to right, back in orange below it."""
    sketch.line(60, _ROW, _MIDDLE, _ROW, ink="value", width=2.5)
    sketch.line(_MIDDLE, _ROW, 440, _ROW, ink="value", width=2.5)
    back = _ROW + _BACK
    add_path(
        sketch, "arrives", write_arrow((440, back), (_MIDDLE + _RADIUS + 4, back), _WIDEST),
        fill="gradient",
    )  # fmt: skip
    add_path(sketch, "leaves", _write_leaving(slope), fill="gradient")
    sketch.circle(_MIDDLE, _ROW, _RADIUS)
    sketch.text(_MIDDLE, _ROW + 5, "f", anchor="middle", italic=True)
    numbers = {
        "z": (145.0, _ROW - 10, f"z = {format_number(z)}", "value"),
        "a": (358.0, _ROW - 10, f"a = {format_number(a)}", "value"),
        "back-z": (145.0, back + 28, f"∂C/∂z = {format_number(slope)}", "gradient"),
        "back-a": (358.0, back + 28, "∂C/∂a = 1", "gradient"),
    }
    for name, (x, y, text, ink) in numbers.items():
        sketch.text(x, y, text, name=f"number-{name}", ink=ink, anchor="middle")
    word = _choose_word(act, a, slope)
    note = _WORDS[word] if word in ("closed", "off") else ""
    sketch.text(_MIDDLE, _ROW - _RADIUS - 12, note, name="note", anchor="middle")


def _write_leaving(slope: float) -> str:
    """Write the arrow of what leaves; its width goes with the root, as everywhere."""
    if slope < 1e-9:
        return NOTHING
    back = _ROW + _BACK
    width = max(0.5, _WIDEST * float(np.sqrt(slope)))
    return write_arrow((_MIDDLE - _RADIUS - 4, back), (60, back), width)


def _round(place: float) -> str:
    return f"{np.floor(10 * place + 0.5) / 10:g}"
