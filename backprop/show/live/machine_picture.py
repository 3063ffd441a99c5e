"""The picture of the machine: its fit with squares, its network with a gradient on every line."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop.show.drawing.sentences import format_number
from backprop.show.drawing.shapes import measure_width
from backprop.show.live.live_figure import State
from backprop.show.live.machine import GRID, NAMES, compute_units, press, split_parameters
from backprop.show.live.sketch import (
    TICK,
    Scale,
    Sketch,
    cut_curve,
    write_arrow,
)

__all__ = ["LAYOUT", "MOST_UNITS", "X", "Y", "draw_machine", "place_units"]

MOST_UNITS = 4
X, Y = Scale(-0.05, 1.05, 40.0, 330.0), Scale(-1.0, 1.7, 142.0, 20.0)
#: Where things are, in pixels; the module gets the same numbers.
LAYOUT: dict[str, Any] = {
    "input": [34.0, 146.0, 15.0],
    "sum": [440.0, 146.0, 19.0],
    "column": 236.0,
    "rows": [0.0, 136.0, 104.0, 72.0],  # from unit to unit, of 1 to 4 units
    "radius": 19.0,
    "number": [445.0, 62.0],
    "pale": 0.35,
    "beyond": {"below": "↓ below −1", "above": "↑ above 1.7"},
    # Of lines that lead in, and out: where numbers stand, and where arrows begin and end.
    "shares": {"w": [0.42, 0.92, 0.66], "v": [0.6, 0.36, 0.08]},
    "turns": {
        name: f"next: {name.capitalize()}" for name in ("forward", "backward", "step", "zero")
    },
    "outs": {"added": "Zero was left out.", "old": "Nothing ran since."},
}
_LABEL, _RIM = 13, 0.55  # px, and em: lines end before the numbers that stand on them


def place_units(units: int) -> list[float]:
    """Return how far down each unit stands; those that are not there stand in the middle."""
    middle, row = LAYOUT["input"][1], LAYOUT["rows"][units - 1]
    return [
        middle + (k - (units - 1) / 2) * row if k < units else middle for k in range(MOST_UNITS)
    ]


def draw_machine(state: State) -> list[Sketch]:
    """Draw both pictures of a state."""
    return [_draw_fit(state), _draw_network(state)]


# --- the fit --------------------------------------------------------------------------------------


def _draw_fit(state: State) -> Sketch:
    sketch = Sketch(500, 164)
    sketch.axes(
        X,
        Y,
        ticks_x=[0, 0.5],
        ticks_y=[0, 1],
        name_x="dosage x",
        name_y="effectiveness (pull the points)",
    )
    _, predicted = compute_units(split_parameters(state["p"], state["units"]), GRID)
    _draw_residuals(sketch, state)
    _draw_stepped(sketch, state)
    _draw_curve(sketch, predicted)
    for k, (x, y) in enumerate(zip(state["x"], state["y"], strict=True)):
        sketch.dot(X.at(x), _place(y), 12, name=f"point{k}")
    x, y = LAYOUT["number"]
    name, number = describe_loss(state)
    sketch.text(x, y - 33, name, name="loss-name", ink="residual", anchor="middle", size=TICK)
    sketch.text(x, y, number, name="loss", ink="residual", anchor="middle", size=22, bold=True)
    age = "" if state["fresh"] or not state["seen"] else "from before"
    sketch.text(x, y + 20, age, name="age", ink="muted", anchor="middle", size=TICK)
    turn = LAYOUT["turns"][find_next(state)]
    sketch.text(x, y + 60, turn, name="turn", anchor="middle", bold=True)
    out = LAYOUT["outs"].get(state["act"], "")
    sketch.text(x, y + 80, out, name="out", anchor="middle", size=TICK)
    return sketch


def find_next(state: State) -> str:
    """Return which button a round of forward, backward, step and zero has next."""
    if state["g"]:
        return "zero" if state["used"] else "step"
    return "backward" if state["graph"] else "forward"


def _draw_stepped(sketch: Sketch, state: State) -> None:
    """Draw the curve to which Step would lead, once there is a gradient."""
    units, there = state["units"], bool(state["g"])
    parameters = press(dict(state), "step")["p"]
    predicted = compute_units(split_parameters(parameters, units), GRID)[1]
    commands, xs, ys = cut_curve([X.at(x) for x in GRID], [Y.at(y) for y in predicted], Y)
    look: Any = {"ink": "ink", "width": 1.5, "dashed": True, "hidden": not there}
    sketch.curve(xs, ys, name="stepped", commands=commands, **look)
    y, text = (_place(predicted[-1]) + 4, "Step") if there else (0.0, "")
    sketch.text(X.stop + 6, y, text, name="stepped-name", size=TICK)


def _draw_residuals(sketch: Sketch, state: State) -> None:
    """Draw what the last forward pass saw: pale once the curve is no longer there."""
    unit = abs(Y.at(1.0) - Y.at(0.0))
    opacity = 1.0 if state["fresh"] else LAYOUT["pale"]
    seen = state["seen"] or state["y"]
    for k, (x, y, guess) in enumerate(zip(state["x"], state["y"], seen, strict=True)):
        side = 0.0 if state["loss"] == "distance" else unit * abs(y - guess)
        left = X.at(x) - (side if x > 0.5 else 0)
        top = min(Y.at(y), Y.at(guess))
        sketch.box(left, top, side, side, name=f"square{k}", stroke=0, opacity=opacity)
        ends = (X.at(x), Y.at(y), X.at(x), Y.at(guess))
        sketch.line(*ends, name=f"residual{k}", ink="residual", width=3, opacity=opacity)


def _draw_curve(sketch: Sketch, predicted: Any) -> None:
    """Draw the curve as far as it stays in the picture; marks at the edges say where it goes on."""
    commands, xs, ys = cut_curve([X.at(x) for x in GRID], [Y.at(y) for y in predicted], Y)
    sketch.curve(xs, ys, name="curve", commands=commands)
    beyond = {
        "below": (predicted < Y.first, Y.start - 6),
        "above": (predicted > Y.last, Y.stop + 14),
    }
    for name, (out, y) in beyond.items():
        where = np.flatnonzero(out)
        x = X.at(GRID[where[0]]) + 4 if len(where) else X.at(0.5)
        text = LAYOUT["beyond"][name] if len(where) else ""
        sketch.text(min(x, 290.0), y, text, name=name, ink="value", size=TICK)


def describe_loss(state: State) -> tuple[str, str]:
    """Return what the loss is called, and its number after the last forward pass."""
    names = {"ssr": "SSR", "mse": "MSE", "distance": "mean distance"}
    return names[state["loss"]], format_number(find_loss(state)) if state["seen"] else "?"


def find_loss(state: State) -> float:
    """Return the loss of the last forward pass."""
    residuals = np.array(state["y"]) - np.array(state["seen"])
    if state["loss"] == "distance":
        return float(np.abs(residuals).mean())
    total = float((residuals**2).sum())
    return total if state["loss"] == "ssr" else total / len(residuals)


def _place(value: float) -> float:
    return Y.at(min(max(float(value), Y.first), Y.last))


# --- the network ----------------------------------------------------------------------------------


def _draw_network(state: State) -> Sketch:
    sketch = Sketch(500, 298)
    units, places = state["units"], place_units(state["units"])
    held, predicted = compute_units(split_parameters(state["p"], units), GRID)
    ix, iy, ir = LAYOUT["input"]
    sx, sy, sr = LAYOUT["sum"]
    cx, radius = LAYOUT["column"], LAYOUT["radius"]
    for k, y in enumerate(places):
        _draw_weight(sketch, state, f"w{k}", k, (ix + ir, iy), (cx - radius, y))
        _draw_weight(sketch, state, f"v{k}", 2 * units + k, (cx + radius, y), (sx - sr, sy))
    for k, y in enumerate(places):
        there = k < units
        sketch.circle(cx, y, radius, name=f"unit{k}", hidden=not there)
        curve = held[:, k] if there else np.zeros(len(GRID))
        _draw_small_curve(sketch, cx, y, curve, f"held{k}", hidden=not there)
        # Away from the arrows, which are between the lines and the middle.
        at = (cx, y - radius - 10 if y < iy - 1 else y + radius + 17)
        _write_bias(sketch, state, f"b{k}", units + k, at, hidden=not there)
    sketch.circle(sx, sy, sr)
    _draw_small_curve(sketch, sx, sy, predicted, "sum")
    _write_bias(sketch, state, "c", 3 * units, (sx, sy + sr + 17))
    sketch.circle(ix, iy, ir)
    sketch.text(ix, iy + 5, "x", anchor="middle", italic=True)
    sketch.elements.sort(key=lambda element: element.tag == "text")  # no line crosses a number
    return sketch


def _draw_weight(
    sketch: Sketch,
    state: State,
    name: str,
    number: int,
    begin: tuple[float, float],
    end: tuple[float, float],
) -> None:
    """Draw a weight as a line, its gradient as an arrow against the flow, and both numbers."""
    hidden = int(name[1:]) >= state["units"]
    value = 0.0 if hidden else state["p"][number]
    gradient = state["g"][number] if state["g"] and not hidden else 0.0
    width = measure_width(value)
    look = {"width": width, "dashed": value < 0, "hidden": hidden}
    sketch.line(*begin, *end, name=name, ink="value", **look)
    force = measure_width(gradient)
    # Between its line and the middle of the network: above a lower line.
    side = -1 if (begin[1] + end[1]) / 2 > LAYOUT["input"][1] + 1 else 1
    label, *ends = LAYOUT["shares"][name[0]]
    away = side * (4 + (force + width) / 2)
    points = write_arrow(begin, end, force, away, (ends[0], ends[1]))
    sketch.arrow(points, name=f"{name}-gradient", width=force, hidden=hidden or not gradient)
    x = begin[0] + label * (end[0] - begin[0])
    outermost = int(name[1:]) in (0, state["units"] - 1)
    slope = abs(end[1] - begin[1]) / (end[0] - begin[0])
    # The number stands on an inner line, and on the outer side of an outermost one.
    y = begin[1] + label * (end[1] - begin[1]) + 5 - side * (outermost and 12 + 36 * slope)
    text = "" if hidden else _write_value(state, number)
    look = {"size": _LABEL, "rim": _RIM, "anchor": "middle"}
    sketch.text(x, y, text, name=f"{name}-value", **look)
    # That of the gradient is beside its arrow, which is between it and its line.
    share = (ends[0] + ends[1]) / 2
    x = begin[0] + share * (end[0] - begin[0])
    apart = 13 + width / 2 + 1.5 * force + 14 * slope
    y = begin[1] + share * (end[1] - begin[1]) + 5 + side * apart
    text = "" if hidden or not state["g"] else format_number(gradient, 2)
    sketch.text(x, y, text, name=f"{name}-slope", ink="gradient", **look)


def _write_value(state: State, number: int) -> str:
    return f"{NAMES[state['units']][number]} {format_number(state['p'][number], 2)}"


def _write_bias(
    sketch: Sketch,
    state: State,
    name: str,
    number: int,
    at: tuple[float, float],
    hidden: bool = False,
) -> None:
    """Write a bias with its name, and its gradient beside it."""
    texts = ["", ""]
    if not hidden:
        texts[0] = _write_value(state, number)
        if state["g"]:
            texts[1] = format_number(state["g"][number], 2)
    x, y = at
    # Side by side, so that they meet in the middle; alone, a number stands in the middle itself.
    alone, below = not state["g"], name == "c"
    middle = alone or below
    look: Any = {"size": _LABEL, "rim": _RIM}
    anchor = "middle" if middle else "end"
    sketch.text(x if middle else x - 3, y, texts[0], name=f"{name}-value", anchor=anchor, **look)
    anchor, at = ("middle", (x, y + 21)) if below else ("start", (x + 3, y))
    sketch.text(*at, texts[1], name=f"{name}-slope", ink="gradient", anchor=anchor, **look)


def _draw_small_curve(
    sketch: Sketch, cx: float, cy: float, curve: Any, name: str, hidden: bool = False
) -> None:
    """Draw a unit's own curve into its circle, as high as it fits."""
    low, high = float(np.min(curve)), float(np.max(curve))
    x, y = Scale(0.0, 1.0, cx - 12, cx + 12), Scale(low, max(high, low + 1e-3), cy + 9, cy - 9)
    few = range(0, len(GRID), 4)
    xs, ys = [x.at(GRID[i]) for i in few], [y.at(float(curve[i])) for i in few]
    sketch.curve(xs, ys, name=name, width=2, hidden=hidden)


def measure_largest(state: State) -> tuple[str, float, float]:
    """Return the name and the number of the largest gradient, and by how much a step moves it."""
    k = int(np.argmax(np.abs(state["g"])))
    moved = press(dict(state), "step")["p"][k] - state["p"][k]
    return NAMES[state["units"]][k], float(state["g"][k]), moved
