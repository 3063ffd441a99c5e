"""How long a step: the trail of gradient descent on a parabola and in a valley, for each rate."""

from __future__ import annotations

import itertools
import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from backprop.engine.program.run import Program, program
from backprop.engine.variable import Variable
from backprop.show.charts.contours import trace_contours
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
from backprop.show.live.marks import (
    NOTHING,
    add_path,
    cut_line,
    write_arrow,
    write_circles,
    write_lines,
)
from backprop.show.live.sketch import TICK, Scale, Sketch
from backprop.training.optimizers import GradientDescent

__all__ = ["how_long_a_step"]

#: How steep the parabola is, and the valley across and along; where the parabola is lowest.
_STEEP, _FLAT, _LOWEST = 1.0, 0.1, 2.0
_STEPS = 20
_REST = 0.5  # px: a run whose steps are shorter is drawn as resting
_START = {"valley": 0, "eta": 0.9, "u": 3.0}
_GROUNDS = Choice(["parabola", "valley"], label="ground")
_SLIDERS = {
    "eta": Slider(0.01, 1.2, steps=120, value=0.9, label="learning rate η"),
    "u": Slider(-4, 4, steps=81, value=3.0, label="start, from the lowest place"),
}
_BOX = (40.0, 26.0, 480.0, 236.0)  # px: left, top, right, bottom
_X = (Scale(-3, 7, _BOX[0], _BOX[2]), Scale(-5, 5, _BOX[0], _BOX[2]))
_Y = (Scale(0, 25, _BOX[3], _BOX[1]), Scale(-2.4, 2.4, _BOX[3], _BOX[1]))
_TICKS = (((-2, 2, 5), (0, 10, 20)), ((-3, 0, 3), (-2, 0, 2)))
_NAMES = (("w", "loss"), ("w₁, flat", "w₂, steep"))
_ETA = Scale(0.0, 1.2, 40.0, 460.0)
_LINE, _NOTES_AT, _STRETCHES_AT = 322.0, 280.0, 304.0
_STRETCHES = ((0.25, "from one side"), (0.75, "leaps across"))
#: Where the picture answers: a question mark stands there until the rate comes as near.
_ANSWERS, _NEAR = (0.5, 1.0), 0.05
_NOTES = (
    ("Here one step is enough.", "From here on, away."),
    ("Across, one is enough.", "From here on, away."),
)
_TWIN = 0.11  # so far from 0.5 on, a rate and its twin have room for their names
# A tilde keeps together what belongs on one line.
_ETA_SAYS = "η~=~{eta}: each step multiplies the distance by 1~−~2~·~1~·~{eta}~=~{factor}"
_SAYS = {
    "closer": f"{_ETA_SAYS}. It comes closer from one side: after 20 steps, "
    "{left} of {distance} is left.",
    "once": f"{_ETA_SAYS}. One step, and it is there.",
    "leaps": f"{_ETA_SAYS}. It leaps across, yet comes closer: after 20 steps, {{left}} of "
    "{distance} is left, exactly as much as with η~=~{twin}.",
    "ever": f"{_ETA_SAYS}. It leaps from side to side and comes no closer.",
    "away": f"{_ETA_SAYS}. It leaps away: after 20 steps, the distance {{distance}} has become "
    "{left}.",
    "there": "You begin at the lowest place: the slope is 0, and so is every step.",
    "valley": "η~=~{eta}: each step multiplies the distance across by "
    "1~−~2~·~1~·~{eta}~=~{factor}, along by 1~−~2~·~0.1~·~{eta}~=~{flat}. "
    "After 20 steps, {across} across has become {left}, {distance} along {far}.",
}


Point = tuple[float, float]


def how_long_a_step() -> LiveFigure:
    """Show what the learning rate does to gradient descent, on a parabola and in a valley.

    The axis of the learning rate is divided into named stretches; a marker on it and the start are
    pulled, and the trail of twenty steps follows.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.how_long_a_step()
    How long a step?
    Which learning rate arrives first, and from which on does none arrive?
    > ...0.90: each step multiplies the distance ...
    """
    name = "how-long-a-step"
    rows = [write_choice(f"{name}-valley", _GROUNDS)]
    rows += [write_slider(f"{name}-{key}", slider) for key, slider in _SLIDERS.items()]
    descents = {called: _make_descent(k) for k, called in enumerate(_GROUNDS.texts)}
    return LiveFigure(
        "how_long_a_step",
        "How long a step?",
        "Which learning rate arrives first, and from which on does none arrive?",
        {called: (descent.program, []) for called, descent in descents.items()}
        | {"factors": (_make_factors().program, [np.array([_STEEP, _FLAT])])},
        _draw,
        _describe,
        dict(_START),
        write_controls(rows, write_buttons({"Copy link": "bp-link"})),
        data=_list_data(),
        filmstrip={
            "0.1 creeps": {"eta": 0.1},
            "0.5 is there at once": {"eta": 0.5},
            "0.9 leaps, and is as fast as 0.1": {},
            "1.05 leaps away": {"eta": 1.05},
            "a valley": {"valley": 1},
        },
        still="This figure moves with JavaScript: pull the learning rate along its axis.",
        width="wide",
        lines=7,
    )


class _Descent(NamedTuple):
    leaves: list[Variable]
    program: Program
    optimizer: GradientDescent


@cache
def _make_descent(valley: int) -> _Descent:
    """Return the program that takes a step, on the parabola or in the valley."""
    names = ("w1", "w2") if valley else ("w",)
    leaves = [Variable(3.0, name=name) for name in names]
    optimizer = GradientDescent(leaves, 0.9)
    compute = compute_valley if valley else compute_parabola
    return _Descent(leaves, program(lambda: compute(*leaves), update=optimizer), optimizer)


@cache
def _make_factors() -> _Descent:
    eta = Variable(0.9, name="eta")

    def compute_factors(steepness: Any) -> Any:
        return (1 - 2 * steepness * eta).value

    return _Descent(
        [eta], program(compute_factors, np.array([_STEEP, _FLAT])), GradientDescent([eta], 0.9)
    )


def compute_parabola(w: Any) -> Any:
    """Compute the loss of one parameter."""
    return _STEEP * (w - _LOWEST) ** 2


def compute_valley(w1: Any, w2: Any) -> Any:
    """Compute the loss of two parameters: flat along the first one, steep along the second."""
    return _FLAT * w1**2 + _STEEP * w2**2


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides its programs."""
    return {
        "controls": list_meanings({"valley": _GROUNDS, **_SLIDERS}),
        "steepness": [_STEEP, _FLAT],
        "lowest": _LOWEST,
        "steps": _STEPS,
        "rest": _REST,
        "box": _BOX,
        "x": [scale.ends() for scale in _X],
        "y": [scale.ends() for scale in _Y],
        "ticks": _TICKS,
        "names": _NAMES,
        "grounds": [_write_ground(k) for k in (0, 1)],
        "notes": _NOTES,
        "answers": _ANSWERS,
        "near": _NEAR,
        "eta": _ETA.ends(),
        "line": _LINE,
        "twin": _TWIN,
        "says": {name: text.replace("~", "\u00a0") for name, text in _SAYS.items()},
    }


@cache
def _write_ground(valley: int) -> str:
    """Write the parabola, or the contours of the valley, as one path."""
    x, y = _X[valley], _Y[valley]
    if not valley:
        grid = np.linspace(x.first, x.last, 61)
        return write_lines([(x.at(w), y.at(compute_parabola(w))) for w in grid])
    ranges = (x.first, x.last), (y.first, y.last)
    pieces = trace_contours(compute_valley, *ranges, 8)
    few = [[*piece[:: max(1, len(piece) // 45)], piece[-1]] for piece in pieces]
    return "".join(write_lines([(x.at(w1), y.at(w2)) for w1, w2 in piece]) for piece in few)


# ---- a run ----


class _Run(NamedTuple):
    """The places of a run, and the loss at each."""

    places: list[tuple[float, ...]]
    losses: list[float]


@cache
def _run(valley: int, eta: float, u: float) -> _Run:
    descent = _make_descent(valley)
    start = (u, u / 2) if valley else (_LOWEST + u,)
    for leaf, value in zip(descent.leaves, start, strict=True):
        leaf.value = value
    descent.optimizer.learning_rate = eta
    places, losses = [], []
    for _ in range(_STEPS + 1):
        places.append(tuple(float(leaf.value) for leaf in descent.leaves))
        losses.append(float(descent.program()))
    return _Run(places, losses)


def _run_state(state: State) -> _Run:
    return _run(int(state["valley"]), float(state["eta"]), float(state["u"]))


def _find_factors(eta: float) -> list[float]:
    made = _make_factors()
    made.leaves[0].value = eta
    return [float(factor) for factor in made.program(np.array([_STEEP, _FLAT]))]


def _find_twin(state: State) -> float | None:
    """Return the rate that is exactly as fast, if it is not nearly the same one."""
    eta = float(state["eta"])
    apart = abs(eta - 0.5 / _STEEP) > _TWIN
    return 1 / _STEEP - eta if apart and eta < 1 / _STEEP and not state["valley"] else None


def _find_notes(state: State) -> list[str]:
    """Return what stands at both turning points: words as soon as the rate has come as near."""
    eta, (first, second) = float(state["eta"]), _ANSWERS
    seen = abs(eta - first) < _NEAR, eta > second - _NEAR
    notes = _NOTES[int(state["valley"])]
    return [note if near else "?" for note, near in zip(notes, seen, strict=True)]


def _choose_words(state: State, factor: float) -> str:
    """Return which sentence is true of a state."""
    if not state["u"]:
        return "there"
    if state["valley"]:
        return "valley"
    rounded = round(factor, 9)
    if rounded in (0, -1):
        return "once" if rounded == 0 else "ever"
    return "closer" if rounded > 0 else "leaps" if rounded > -1 else "away"


def _describe(state: State) -> str:
    factor, flat = _find_factors(float(state["eta"]))
    first, last = _run_state(state).places[0], _run_state(state).places[-1]
    middle = 0.0 if state["valley"] else _LOWEST
    numbers: dict[str, float | str] = {
        "eta": f"{state['eta']:.2f}",
        "twin": f"{1 - state['eta']:.2f}",
        "factor": factor,
        "flat": flat,
        "distance": abs(first[0] - middle),
        "across": abs(first[-1] - middle),
        "left": abs(last[-1] - middle),
        "far": abs(last[0] - middle),
    }
    words = _SAYS[_choose_words(state, factor)].replace("~", "\u00a0")
    return fill_sentence(words, numbers)


# ---- drawn ----


def _draw(state: State) -> list[Sketch]:
    sketch = Sketch(500, 376)
    _draw_ground(sketch, int(state["valley"]))
    _draw_trail(sketch, state)
    _draw_axis(sketch, state)
    return [sketch]


def _draw_ground(sketch: Sketch, valley: int) -> None:
    left, top, right, bottom = _BOX
    sketch.line(left, bottom, right, bottom)
    for axis, scale in enumerate((_X[valley], _Y[valley])):
        for k, tick in enumerate(_TICKS[valley][axis]):
            text, place = f"{tick}".replace("-", "−"), scale.at(tick)
            at, anchor = (
                ((left - 6, place + 4), "end") if axis else ((place, bottom + 18), "middle")
            )
            name = f"tick{axis}{k}"
            sketch.text(*at, text, name=name, ink="muted", anchor=anchor, size=TICK)
    name_x, name_y = _NAMES[valley]
    sketch.text(right, bottom + 18, name_x, name="name-x", ink="muted", anchor="end", size=TICK)
    sketch.text(left - 26, top - 10, name_y, name="name-y", ink="muted", size=TICK)
    add_path(sketch, "ground", _write_ground(valley), stroke="residual", stroke_width="1.8")


def _place_run(state: State, run: _Run) -> tuple[list[Point], Point | None]:
    """Return where the places of a run lie until it rests, and where it leaves the picture."""
    valley = int(state["valley"])
    x, y = _X[valley], _Y[valley]
    heights = [place[1] for place in run.places] if valley else run.losses
    seen: list[Point] = []
    for place, height in zip(run.places, heights, strict=True):
        point = (x.at(place[0]), y.at(height))
        cut = cut_line(seen[-1] if seen else point, point, _BOX)
        if cut != point:
            return seen, cut
        if seen and math.dist(seen[-1], point) < _REST:
            break
        seen.append(point)
    return seen, None


def _draw_trail(sketch: Sketch, state: State) -> None:
    points, edge = _place_run(state, _run_state(state))
    twin = _find_twin(state)
    ghost = NOTHING
    if twin is not None:
        other = {**state, "eta": twin}
        ghost = write_circles(_place_run(other, _run_state(other))[0])
    add_path(sketch, "ghost", ghost, stroke="ink", stroke_width="1", stroke_opacity="0.6")
    ends = points if edge is None else [*points, edge]
    arrows = "".join(write_arrow(tail, tip, 1.5) for tail, tip in itertools.pairwise(ends))
    add_path(sketch, "steps", arrows or NOTHING, fill="ink")
    circles = write_circles(points[1:])
    add_path(sketch, "past", circles, fill="surface", stroke="ink", stroke_width="1.5")
    _draw_handle(sketch, "start", points[0])


def _draw_handle(sketch: Sketch, name: str, at: Point) -> None:
    sketch.dot(*at, 17, name=name)
    sketch.text(
        at[0], at[1] + 4, "↔", name=f"{name}-arrow", ink="surface", anchor="middle", size=TICK,
        rim=False,
    )  # fmt: skip


def _draw_axis(sketch: Sketch, state: State) -> None:
    """Draw the axis of the learning rate, with its stretches, the marker and its twin."""
    for begin, end, dashed in ((0, 0.5, False), (0.5, 1, True), (1, 1.2, False)):
        width = 3.0 if begin < 1 else 1.5
        sketch.line(
            _ETA.at(begin), _LINE, _ETA.at(end), _LINE, ink="ink", width=width, dashed=dashed
        )
    for at, text in _STRETCHES:
        sketch.text(_ETA.at(at), _STRETCHES_AT, text, ink="muted", anchor="middle", size=TICK)
    for k, (at, note) in enumerate(zip(_ANSWERS, _find_notes(state), strict=True)):
        sketch.line(_ETA.at(at), _NOTES_AT + 6, _ETA.at(at), _LINE + 6, ink="ink")
        sketch.text(_ETA.at(at), _NOTES_AT, note, name=f"note{k}", anchor="middle")
    for at in (0, 0.5, 1):
        sketch.text(_ETA.at(at), _LINE + 24, f"{at:g}", ink="muted", anchor="middle", size=TICK)
    sketch.text(_ETA.stop + 22, _LINE + 4, "η", anchor="middle", italic=True)
    twin, eta = _find_twin(state), float(state["eta"])
    add_path(
        sketch, "twin", NOTHING if twin is None else write_circles([(_ETA.at(twin), _LINE)]),
        fill="surface", stroke="ink", stroke_width="2",
    )  # fmt: skip
    text = "" if twin is None else f"as fast: {twin:.2f}"
    place = _ETA.at(0.5 if twin is None else twin)
    sketch.text(max(place, 50.0), _LINE + 44, text, name="twin-name", anchor="middle", size=TICK)
    _draw_handle(sketch, "eta", (_ETA.at(eta), _LINE))
    sketch.text(_ETA.at(eta), _LINE + 44, f"{eta:.2f}", name="eta-name", anchor="middle", bold=True)
