"""Three rows: what fades and what grows in a deep network, forward, backward and at its weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from backprop.show.drawing.sentences import fill_sentence
from backprop.show.drawing.shapes import write_number
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.markup import (
    write_buttons,
    write_choice,
    write_controls,
    write_slider,
)
from backprop.show.explorers.slider import Slider
from backprop.show.live.deep_network import (
    ACTIVATIONS,
    DEEPEST,
    EXAMPLES,
    KINDS,
    WIDTH,
    Sizes,
    make_programs,
    send_through,
)
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.marks import NOTHING, add_path
from backprop.show.live.sketch import TICK, Scale, Sketch

__all__ = ["three_rows"]

_START: dict[str, float] = {"act": 0, "kind": 0, "scale": 1.0, "depth": 20, "seed": 1}
_ACTIVATION = Choice([*ACTIVATIONS], label="activation")
_KIND = Choice([*KINDS], label="layers")
# From a half to four, twelve steps for each doubling.
_SCALES = [round(0.5 * 2 ** (k / 12), 3) for k in range(37)]
_SCALE = Slider(values=_SCALES, value=1.0, label="weight scale, times 1/√32", format="{:.2f}")
_DEPTH = Slider(2, DEEPEST, value=20, label="depth")
_CONTROLS = {"act": _ACTIVATION, "kind": _KIND, "scale": _SCALE, "depth": _DEPTH}
#: Powers of ten that a row shows, and those that are named.
_LOW, _HIGH = -14.0, 6.0
_NAMED = {-12: "10⁻¹²", -6: "10⁻⁶", 0: "1", 6: "10⁶"}
_LEFT, _RIGHT = 52.0, 548.0
_TALL = 112.0
_TOPS = (34.0, 182.0, 330.0)
_NOTE = (16.0, 60.0)  # px below the top: over bars that hang, under those that stand
_BAR = 0.7  # of what a layer has for its bar
_ROWS = (
    ("a", "value", 0.55),
    ("← ∂C/∂a, on the way back", "gradient", 0.0),
    ("∂C/∂W, of the weights", "gradient", 0.55),
)
_NEAR, _FAR, _TINY, _HUGE = 30.0, 1e3, 1e-5, 1e4
_WORDS = {
    "dead": "Level, and dead.",
    "level": "Level.",
    "huge": "Level, and far too large.",
    "starved": "The first layers get next to nothing.",
    "flooded": "The first layers get far more than the last.",
    "": "",
}
_SAYS = (
    "Scale~{scale}, {name}, {kind}: layer~{depth} hands on numbers of size~{forward}. Slopes of "
    "size~1 set out there, and of size~{backward} arrive at layer~1. Weights get {first} in "
    "layer~1, {last} in layer~{depth}. {word}"
)


def three_rows() -> LiveFigure:
    """Show three sizes of a deep network, layer by layer, on a logarithmic scale.

    Above, what each layer hands on; in the middle, the slopes that arrive there on the way back;
    below, the slopes of its weights. The first bar in the middle is pulled, which changes the scale
    of the weights; activation, depth and kind of layer are chosen.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.three_rows()
    Three rows
    At which weight scale does a signal get through, forward and back?
    > Scale...1.00, sigmoid, plain: layer...20 hands on ... The first layers get next to nothing.
    """
    name = "three-rows"
    rows = [
        write_choice(f"{name}-{key}", control)
        if isinstance(control, Choice)
        else write_slider(f"{name}-{key}", control)
        for key, control in _CONTROLS.items()
    ]
    return LiveFigure(
        "three_rows",
        "Three rows",
        "At which weight scale does a signal get through, forward and back?",
        make_programs(),
        _draw,
        _describe,
        dict(_START),
        write_controls(rows, write_buttons({"Redraw": "bp-draw-weights", "Copy link": "bp-link"})),
        data=_list_data(),
        filmstrip={
            "sigmoid: it fades on the way back": {},
            "tanh at 4: it grows on the way back": {"act": 1, "scale": 4.0},
            "ReLU at 0.5: level, and dead": {"act": 2, "scale": 0.5},
            "ReLU at √2: it gets through": {"act": 2, "scale": 1.414},
        },
        still="This figure moves with JavaScript: pull the first bar, and choose the activation.",
        width="wide",
        lines=8,
    )


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides its programs."""
    return {
        "controls": list_meanings(_CONTROLS),
        "names": [*ACTIVATIONS],
        "kinds": KINDS,
        "sizes": [EXAMPLES, WIDTH, DEEPEST],
        "rows": [_scale_of(top).ends() for top in _TOPS],
        "across": [_LEFT, _RIGHT, _BAR],
        "note": [_TOPS[-1] + below for below in _NOTE],
        "limits": [_NEAR, _FAR, _TINY, _HUGE],
        "words": _WORDS,
        "says": _SAYS.replace("~", "\u00a0"),
    }


def _scale_of(top: float) -> Scale:
    return Scale(_LOW, _HIGH, top + _TALL, top)


def _compute(state: State) -> Sizes:
    keys = ("act", "kind", "depth", "seed")
    act, kind, depth, seed = (int(state[key]) for key in keys)
    return send_through(act, kind, float(state["scale"]), depth, seed)


# --- what is said ---------------------------------------------------------------------------------


def _choose_word(weights: Sequence[float]) -> str:
    """Return which word is true of the gradients of the weights."""
    low, high = min(weights), max(weights)
    if high < _NEAR * low:
        return "dead" if high < _TINY else "huge" if low > _HUGE else "level"
    if weights[0] * _FAR < weights[-1]:
        return "starved"
    return "flooded" if weights[0] > _FAR * weights[-1] / _NEAR else ""


def _describe(state: State) -> str:
    sizes = _compute(state)
    word = _WORDS[_choose_word(sizes.weights)]
    said = fill_sentence(
        _SAYS.replace("~", "\u00a0"),
        {
            "name": [*ACTIVATIONS][int(state["act"])],
            "kind": KINDS[int(state["kind"])],
            "scale": f"{float(state['scale']):.2f}",
            "depth": str(int(state["depth"])),
            "forward": write_number(sizes.forward[-1]),
            "backward": write_number(sizes.backward[0]),
            "first": write_number(sizes.weights[0]),
            "last": write_number(sizes.weights[-1]),
            "word": word,
        },
    )
    return said.strip()


# --- what is drawn --------------------------------------------------------------------------------


def _draw(state: State) -> list[Sketch]:
    sketch = Sketch(560, 476)
    sizes = _compute(state)
    for k, values in enumerate(sizes):
        _draw_row(sketch, k, values)
    depth = int(state["depth"])
    for k, size in enumerate((sizes.forward[-1], sizes.backward[0], sizes.weights[0])):
        _write_size(sketch, k, size)
    floor = _TOPS[-1] + _TALL + 18
    sketch.text(_LEFT, floor, "layer 1", ink="muted", size=TICK)
    sketch.text(
        _RIGHT, floor, f"layer {depth}", name="last-layer", ink="muted", anchor="end", size=TICK
    )
    sketch.text(
        (_LEFT + _RIGHT) / 2,
        _TOPS[-1] + _NOTE[sizes.weights[-1] > 1],
        _WORDS[_choose_word(sizes.weights)],
        name="note",
        anchor="middle",
    )
    _draw_handle(sketch, sizes.backward)
    return [sketch]


def _draw_row(sketch: Sketch, k: int, values: Sequence[float]) -> None:
    """Draw the name of a row, its lines at powers of ten, and a bar for each layer."""
    scale = _scale_of(_TOPS[k])
    name, ink, fill = _ROWS[k]
    if k:
        sketch.text(_RIGHT, _TOPS[k] - 15, name, ink=ink, anchor="end")
    else:
        sketch.text(_LEFT, _TOPS[k] - 15, name, ink=ink, bold=True)
        sketch.text(_LEFT + 20, _TOPS[k] - 15, "what each layer hands on →")
    for power, text in _NAMED.items():
        y = scale.at(power)
        sketch.line(_LEFT, y, _RIGHT, y, ink="axis" if power == 0 else "grid")
        sketch.text(_LEFT - 6, y + 4, text, ink="muted", anchor="end", size=TICK)
    bars, cuts = _write_bars(values, scale)
    looks = {"fill": ink, "fill_opacity": f"{fill:g}", "stroke": ink, "stroke_width": "1.5"}
    add_path(sketch, f"bars{k}", bars, **looks)
    add_path(sketch, f"cuts{k}", cuts, stroke="surface", stroke_width="3")


def _write_bars(values: Sequence[float], scale: Scale) -> tuple[str, str]:
    """Write a bar for each value, from the line at 1; those that leave the row are cut."""
    room = (_RIGHT - _LEFT) / len(values)
    zero, wide = scale.at(0), _BAR * room
    bars, cuts = "", ""
    for k, value in enumerate(values):
        power = math.log10(value) if value > 0 else -math.inf
        x, y = _LEFT + (k + (1 - _BAR) / 2) * room, scale.at(min(max(power, _LOW), _HIGH))
        left, right = _round(x), _round(x + wide)
        bars += (
            f"M{left} {_round(zero)}L{right} {_round(zero)}L{right} {_round(y)}L{left} {_round(y)}Z"
        )
        if not _LOW <= power <= _HIGH:
            at = _round(y + (6 if power > 0 else -6))
            cuts += f"M{_round(x - 1)} {at}L{_round(x + wide + 1)} {at}"
    return bars, cuts or NOTHING


def _round(place: float) -> str:
    return f"{math.floor(10 * place + 0.5) / 10:g}"


def _write_size(sketch: Sketch, k: int, size: float) -> None:
    """Write a size over its bar: at the end of the way forward, and at the end of the way back."""
    at, anchor = (_LEFT, "start") if k else (_RIGHT, "end")
    number, ink = write_number(size), _ROWS[k][1]
    sketch.text(at, _TOPS[k] - 15, number, name=f"size{k}", ink=ink, anchor=anchor, bold=True)


def _draw_handle(sketch: Sketch, backward: Sequence[float]) -> None:
    """Draw the handle at the first bar of the second row."""
    scale, room = _scale_of(_TOPS[1]), (_RIGHT - _LEFT) / len(backward)
    power = math.log10(backward[0]) if backward[0] > 0 else _LOW
    x, y = _LEFT + room / 2, scale.at(min(max(power, _LOW), _HIGH))
    sketch.dot(x, y, 17, name="pulled", ink="gradient")
    sketch.text(
        x, y + 4, "↕", name="pulled-arrow", ink="surface", anchor="middle", size=TICK, rim=False
    )
