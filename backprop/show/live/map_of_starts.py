"""A map of starts: how long gradient descent takes from each, and where it never arrives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.data import dosage
from backprop.engine.losses import ssr
from backprop.engine.program.run import Program, program
from backprop.engine.variable import Variable
from backprop.show.drawing.sentences import fill_sentence, format_number
from backprop.show.drawing.svg import Element
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.markup import (
    write_buttons,
    write_choice,
    write_controls,
    write_slider,
)
from backprop.show.explorers.slider import Slider
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.map_computation import (
    ARRIVED,
    LEVEL,
    NAMES,
    RATE,
    RESTS,
    STEPS,
    Starts,
    compute_starts,
    predict,
)
from backprop.show.live.sketch import TICK, Scale, Sketch, colour
from backprop.training.optimizers import GradientDescent

__all__ = ["map_of_starts"]

#: Outgoing weights at the start: those of the chapter, and equal ones.
_OUTGOING = ((0.36, 0.63), (0.5, 0.5))
_START = {"w1": 0.3, "w2": -0.45, "twins": 0}
_SLIDERS = {
    "w1": Slider(-3, 3, steps=41, value=0.3, label="w₁ at the start"),
    "w2": Slider(-3, 3, steps=41, value=-0.45, label="w₂ at the start"),
}
_CHOICE = Choice(["0.36 and 0.63", "w₃ = w₄ = 0.5"], label="w₃ and w₄ at the start")
_BOUNDS = (1500, 2000, 3000, 5000, STEPS)
_OPACITIES = (0.05, 0.14, 0.27, 0.44, 0.64, 0.9)
_CELL, _LEFT, _TOP = 7, 30, 24
_SIDE = 41 * _CELL
_X = Scale(-3.0, 3.0, _LEFT + _CELL / 2, _LEFT + _SIDE - _CELL / 2)
_Y = Scale(-3.0, 3.0, _TOP + _SIDE - _CELL / 2, _TOP + _CELL / 2)
_WIDTH, _HEIGHT = 330.0, 388.0
_GRID = np.linspace(0.0, 1.0, 33)
_FIT_X, _FIT_Y = Scale(0.0, 1.0, 40.0, 300.0), Scale(-0.5, 1.5, 150.0, 24.0)
_LOG, _SSR = Scale(0.0, 4.0, 40.0, 300.0), Scale(0.0, 2.0, 348.0, 226.0)
#: Steps at which the loss strip has points.
_MARKS = np.unique(np.geomspace(1, STEPS + 1, 70).astype(int)) - 1
_NOTES = ("hatched: rests at 2/3", "hatched: rests, diagonal: twins")
_DONE = 1e-4  # the run of a pin ends here: its fit can hardly be told from the points
_FROM = "From w₁ = {w1}, w₂ = {w2}:"
_SAYS = {
    "arrived": f"{_FROM} the SSR falls below 0.01 after {{steps}} steps.",
    "twins": f"{_FROM} twins, which learn as one node. SSR {{ssr}} after 10,000 steps, never 0.",
    "smile": f"{_FROM} SSR {{ssr}} after 10,000 steps. Both outgoing weights are positive, a "
    "smile, and no smile beats the level line.",
    "late": f"{_FROM} SSR {{ssr}} after 10,000 steps, and still on its way.",
}


def map_of_starts() -> LiveFigure:
    """Show from which starts gradient descent finds the fit, and how many steps it takes.

    The plane of the first weights w1 and w2 is shaded by the steps that are needed; hatched starts
    come to rest at the level line. A pin can be dropped anywhere: its run is computed on the page.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.map_of_starts()
    Map of starts
    Which starts never arrive, and where do they lie?
    > From w₁ = 0.300, w₂ = −0.450: SSR 0.667 after 10,000 steps. Both outgoing weights ...
    """
    sliders = [write_slider(f"map-of-starts-{name}", slider) for name, slider in _SLIDERS.items()]
    choice = write_choice("map-of-starts-twins", _CHOICE)
    return LiveFigure(
        "map_of_starts",
        "Map of starts",
        "Which starts never arrive, and where do they lie?",
        _write_programs(),
        _draw,
        _describe,
        dict(_START),
        write_controls([*sliders, choice], write_buttons({"Copy link": "bp-link"})),
        data=_list_data(),
        filmstrip={
            "in the island: rests": {},
            "outside: arrives": {"w1": 2.7, "w2": -1.2},
            "far corner: arrives": {"w1": -3.0, "w2": 3.0},
            "twins: never 0": {"w1": -1.2, "w2": -1.2, "twins": 1},
        },
        still="This figure moves with JavaScript: drop a pin on the map.",
        caption="Each small square is a start: w₁ and w₂ as on the axes, all biases 0, learning "
        f"rate {RATE}, at most 10,000 steps.",
        width="wide",
        lines=6,
        columns=2,
    )


@cache
def _write_programs() -> dict[str, tuple[Program, list[Any]]]:
    x, observed = dosage()
    descent = _make_descent()
    leaves = descent.leaves

    def compute_curve(x: Any) -> Any:
        return predict(leaves, x).value

    return {
        "descend": (descent.step, [x, observed]),
        "curve": (program(compute_curve, _GRID), [_GRID]),
    }


@dataclass(frozen=True)
class _Descent:
    """The network of a start, and the program that takes a step with it."""

    leaves: list[Variable]
    step: Program


def _make_descent() -> _Descent:
    x, observed = dosage()
    values = (_START["w1"], 0.0, _START["w2"], 0.0, *_OUTGOING[0], 0.0)
    leaves = [Variable(value, name=name) for value, name in zip(values, NAMES, strict=True)]

    def loss(x: Any, observed: Any) -> Any:
        return ssr(predict(leaves, x), observed)

    return _Descent(leaves, program(loss, x, observed, update=GradientDescent(leaves, RATE)))


@dataclass(frozen=True)
class _Run:
    """The run of a pin: its losses, the step at which it arrived or −1, and where it ended."""

    losses: NDArray[np.float64]
    arrived: int
    parameters: tuple[float, ...]


def _run(state: State) -> _Run:
    return _run_from(float(state["w1"]), float(state["w2"]), int(state["twins"]))


@cache
def _run_from(w1: float, w2: float, twins: int) -> _Run:
    descent = _make_descent()
    x, observed = dosage()
    values = (w1, 0.0, w2, 0.0, *_OUTGOING[twins], 0.0)
    for leaf, value in zip(descent.leaves, values, strict=True):
        leaf.value = value
    losses: list[float] = []
    arrived = -1
    while len(losses) <= STEPS and not (losses and losses[-1] < _DONE):
        losses.append(float(descent.step(x, observed)))
        if arrived < 0 and losses[-1] < ARRIVED:
            arrived = len(losses) - 1
    return _Run(np.array(losses), arrived, tuple(float(leaf.value) for leaf in descent.leaves))


def _choose_words(state: State, run: _Run) -> str:
    """Return which sentence is true of a run."""
    if run.arrived >= 0:
        return "arrived"
    if state["twins"] and state["w1"] == state["w2"]:
        return "twins"
    positive = run.parameters[4] > 0 and run.parameters[5] > 0
    return "smile" if positive and abs(run.losses[-1] - LEVEL) < RESTS else "late"


def _describe(state: State) -> str:
    run = _run(state)
    numbers: dict[str, float | str] = {
        "w1": float(state["w1"]), "w2": float(state["w2"]),
        "steps": f"{run.arrived:,}", "ssr": float(run.losses[-1]),
    }  # fmt: skip
    return fill_sentence(_SAYS[_choose_words(state, run)], numbers)


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides its programs."""
    x, observed = dosage()
    return {
        "controls": list_meanings({**_SLIDERS, "twins": _CHOICE}),
        "x": x.tolist(),
        "observed": observed.tolist(),
        "grid": _GRID.tolist(),
        "marks": _MARKS.tolist(),
        "outgoing": _OUTGOING,
        "rules": {
            "rate": RATE, "steps": STEPS, "arrived": ARRIVED, "level": LEVEL, "rests": RESTS,
            "done": _DONE,
        },
        "maps": [_write_map(compute_starts(*weights)) for weights in _OUTGOING],
        "scales": {
            "x": _X.ends(), "y": _Y.ends(), "fitX": _FIT_X.ends(), "fitY": _FIT_Y.ends(),
            "log": _LOG.ends(), "ssr": _SSR.ends(),
        },
        "notes": _NOTES,
        "says": _SAYS,
    }  # fmt: skip


def _write_map(starts: Starts) -> dict[str, str]:
    """Write each shade of a map, and its hatching, as one path."""
    steps = np.where(starts.steps == 0, STEPS + 1, starts.steps)
    shades = np.searchsorted(_BOUNDS, steps)
    shades[starts.resting] = -1
    paths = {f"shade{k}": _write_cells(shades == k) for k in range(len(_OPACITIES))}
    rows, columns = np.nonzero(starts.resting)
    strokes = [
        f"M{_LEFT + _CELL * c} {_TOP + _SIDE - _CELL * r}"
        f"L{_LEFT + _CELL * (c + 1)} {_TOP + _SIDE - _CELL * (r + 1)}"
        for r, c in zip(rows, columns, strict=True)
    ]
    return {**paths, "hatch": "".join(strokes)}


def _write_cells(chosen: NDArray[np.bool_]) -> str:
    """Write the cells of a map that are chosen as boxes, one for each row of neighbours."""
    boxes = []
    for r, row in enumerate(chosen):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
        bottom = _TOP + _SIDE - _CELL * r
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            left, right = _LEFT + _CELL * begin, _LEFT + _CELL * end
            boxes.append(f"M{left} {bottom}H{right}V{bottom - _CELL}H{left}Z")
    return "".join(boxes)


# ---- drawn ----


def _draw(state: State) -> list[Sketch]:
    return [_draw_map(state), _draw_run(state)]


def _draw_map(state: State) -> Sketch:
    sketch = Sketch(_WIDTH, _HEIGHT)
    twins = int(state["twins"])
    paths = _write_map(compute_starts(*_OUTGOING[twins]))
    for k, opacity in enumerate(_OPACITIES):
        looks = {"data-n": f"shade{k}", "d": paths[f"shade{k}"], "fill": colour("ink")}
        sketch.elements.append(Element("path", {**looks, "fill-opacity": f"{opacity:g}"}))
    looks = {"data-n": "hatch", "d": paths["hatch"], "fill": "none", "stroke": colour("ink")}
    sketch.elements.append(Element("path", {**looks, "stroke-width": "1.2"}))
    sketch.box(_LEFT, _TOP, _SIDE, _SIDE, ink="axis", fill=0)
    for value in (-3, 0, 3):
        text = f"{value}".replace("-", "−")
        floor = _TOP + _SIDE + 16
        sketch.text(_X.at(value), floor, text, ink="muted", anchor="middle", size=TICK)
        sketch.text(_LEFT - 6, _Y.at(value) + 4, text, ink="muted", anchor="end", size=TICK)
    sketch.text(_X.at(1.5), _TOP + _SIDE + 16, "first w₁", anchor="middle", size=TICK)
    sketch.text(_LEFT - 22, _TOP - 9, "first w₂", size=TICK)
    right = _LEFT + _SIDE
    sketch.text(right, _TOP - 9, _NOTES[twins], name="note", anchor="end", size=TICK)
    _draw_key(sketch)
    sketch.dot(_X.at(state["w1"]), _Y.at(state["w2"]), 13, name="pin")
    return sketch


def _draw_key(sketch: Sketch) -> None:
    """Draw what the shades stand for: steps to an SSR below 0.01."""
    top = _TOP + _SIDE + 40
    sketch.text(_LEFT, top - 5, "steps to an SSR below 0.01", ink="muted", size=TICK)
    names = ["1,500", "2,000", "3,000", "5,000", "10,000", "more"]
    for k, (opacity, name) in enumerate(zip(_OPACITIES, names, strict=True)):
        left = _LEFT + 48.6 * k
        sketch.box(left, top, 43, 12, ink="ink", fill=opacity, stroke=0.5)
        sketch.text(left + 21, top + 26, name, ink="muted", anchor="middle", size=TICK)


def _draw_run(state: State) -> Sketch:
    sketch = Sketch(_WIDTH, _HEIGHT)
    run = _run(state)
    x, observed = dosage()
    sketch.axes(
        _FIT_X, _FIT_Y, ticks_x=[0, 0.5], ticks_y=[0, 1], name_x="dosage x",
        name_y="the fit of this start",
    )  # fmt: skip
    at = [_FIT_X.at(value) for value in _GRID]
    values = (state["w1"], 0.0, state["w2"], 0.0, *_OUTGOING[int(state["twins"])], 0.0)
    for name, parameters, opacity in (("before", values, 0.3), ("after", run.parameters, 1.0)):
        curve = [_limit(_FIT_Y, value) for value in predict(parameters, _GRID)]
        sketch.curve(at, curve, name=name, opacity=opacity)
    for dose, effect in zip(x, observed, strict=True):
        sketch.dot(_FIT_X.at(dose), _FIT_Y.at(effect), 10)
    _draw_strip(sketch, run)
    return sketch


def _draw_strip(sketch: Sketch, run: _Run) -> None:
    """Draw the loss over the logarithm of steps, and the level line that many rest at."""
    sketch.axes(
        _LOG, _SSR, ticks_x=[], ticks_y=[0, 1, 2], name_x="", name_y="SSR, step by step",
    )  # fmt: skip
    for decade, name in enumerate(("0", "10", "100", "1,000", "10⁴ steps")):
        place = _LOG.at(np.log10(10**decade + (decade > 0)))
        anchor = "end" if decade == 4 else "middle"
        place += 18 * (decade == 4)
        sketch.text(place, _SSR.start + 16, name, ink="muted", anchor=anchor, size=TICK)
    sketch.line(_LOG.start, _SSR.at(LEVEL), _LOG.stop, _SSR.at(LEVEL), dashed=True, ink="ink")
    sketch.text(_LOG.at(0.1), _SSR.at(LEVEL) + 14, "level line, 2/3", size=TICK)
    last = len(run.losses) - 1
    marks = [*(m for m in _MARKS if m < last), last]
    places = [_LOG.at(np.log10(mark + 1)) for mark in marks]
    heights = [_limit(_SSR, run.losses[mark]) for mark in marks]
    sketch.curve(places, heights, name="losses", ink="residual")
    sketch.dot(places[-1], heights[-1], 9, name="last", ink="residual")
    sketch.text(
        places[-1] + 2, heights[-1] - 10, format_number(float(run.losses[-1])), name="reached",
        ink="residual", anchor="end", bold=True,
    )  # fmt: skip


def _limit(scale: Scale, value: float) -> float:
    return scale.at(min(max(float(value), scale.first), scale.last))
