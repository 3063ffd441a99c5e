"""Fog: a loss of two parameters of which only the ground at the reader's feet is seen."""

from __future__ import annotations

import itertools
import math
from functools import cache
from typing import Any, NamedTuple

from backprop.engine.program.run import Program, program
from backprop.engine.variable import Variable
from backprop.show.charts.contours import trace_contours
from backprop.show.drawing.sentences import fill_sentence, format_number
from backprop.show.explorers.markup import write_buttons, write_controls, write_slider
from backprop.show.explorers.slider import Slider
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.marks import (
    NOTHING,
    add_path,
    write_arrow,
    write_circle,
    write_circles,
    write_lines,
)
from backprop.show.live.sketch import TICK, Scale, Sketch

__all__ = ["fog"]

_RANGE_X, _RANGE_Y = (-1.95, 1.95), (-1.2, 1.7)
_UNIT = 108.0  # px: the same along both axes, or a gradient would not stand across its contour
_LEFT, _TOP = 34.0, 30.0
_WIDE, _HIGH = (_UNIT * (end - begin) for begin, end in (_RANGE_X, _RANGE_Y))
_X = Scale(*_RANGE_X, _LEFT, _LEFT + _WIDE)
_Y = Scale(*_RANGE_Y, _TOP + _HIGH, _TOP)
_SEEN = 0.4  # how far is seen, and how long a step can be
_MOST = 12  # steps
_GRADIENT, _LONGEST = 11.0, 72.0  # px of the arrow: for a slope of 1, and at most
_FIRST = (0.15, 1.1)
_START = {"path": [*_FIRST], "aim": 225.0, "reach": 0.3, "lifted": 0}
_SLIDERS = {
    "aim": Slider(0, 345, steps=24, value=225, label="direction of your step", format="{:.0f}°"),
    "reach": Slider(0.05, _SEEN, steps=8, value=0.3, label="length of your step"),
}
#: Both hollows, from the deeper one on, as descent in small steps finds them.
_NEAR = 0.35
_NAME = 90.0  # px beside a tip that its name takes, at most
_LEVEL = 0.8  # slopes below it are called nearly flat
_SAYS = {
    "start": "Here the loss is {loss}. Click near your feet to step there.",
    "step": "Step {count}: from {before} to {loss}, by the slope it was to be {promised}.",
    "next": "By the slope, your next step changes it by {change}; straight against the arrow, "
    "as long a step, by {best}.",
    "last": "That was the last step: lift the fog.",
    "lowest": "{count} steps took you from {first} to {loss}, into the deepest hollow.",
    "hollow": "{count} steps took you from {first} to {loss}, into a hollow. The deepest, "
    "{lowest}, lies beyond the ridge, and no slope at your feet told of it.",
    "slope": "{count} steps took you from {first} to {loss}. The lowest place has {lowest}.",
    "none": "You have not moved. Your loss is {loss}, the lowest {lowest}.",
}
_NOTES = ("You see no further than this.", "Your way, without fog.")

Point = tuple[float, float]


def fog() -> LiveFigure:
    """Show how one finds a valley of which only the ground at one's feet is seen.

    The reader takes steps on a loss of two parameters, where fog hides everything but a disc and
    the gradient there, and then lifts the fog.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.fog()
    Fog
    Where is the lowest place, if you see no further than this?
    > Here the loss is 3.50. Click near your feet to step there. By the slope, ...
    """
    sliders = [write_slider(f"fog-{name}", slider) for name, slider in _SLIDERS.items()]
    buttons = {"Step": "bp-go", "Back": "bp-back", "Lift the fog": "bp-lift"}
    return LiveFigure(
        "fog",
        "Fog",
        "Where is the lowest place, if you see no further than this?",
        {"loss": (_make_ground().program, [])},
        _draw,
        _describe,
        {**_START, "path": [*_FIRST]},
        write_controls(sliders, write_buttons(buttons)),
        data={
            "controls": list_meanings(_SLIDERS),
            "scales": {"x": _X.ends(), "y": _Y.ends()},
            "seen": _SEEN,
            "most": _MOST,
            "gradient": [_GRADIENT, _LONGEST],
            "near": _NEAR,
            "level": _LEVEL,
            "name": _NAME,
            "hollows": find_hollows(),
            "says": _SAYS,
            "notes": _NOTES,
        },
        filmstrip=_film_walks(),
        still="This figure moves with JavaScript: click where you want to step to.",
        width="wide",
        lines=6,
    )


class Ground(NamedTuple):
    """The loss and its gradient at a place."""

    loss: float
    slope: Point


class _Land(NamedTuple):
    leaves: list[Variable]
    program: Program


def compute_loss(w1: Any, w2: Any) -> Any:
    """Compute the loss of two parameters: a bent valley with two hollows."""
    return (w1**2 - 1) ** 2 + 0.3 * w1 + 0.4 + 2 * (w2 - 0.5 * w1) ** 2


@cache
def _make_ground() -> _Land:
    leaves = [Variable(value, name=name) for value, name in zip(_FIRST, ("w1", "w2"), strict=True)]
    return _Land(leaves, program(lambda: compute_loss(*leaves)))


def measure_ground(place: Point) -> Ground:
    """Return the loss and its gradient at a place.

    Examples
    --------
    >>> measure_ground((1.0, 0.5))
    Ground(loss=0.7, slope=(0.3, 0.0))
    """
    land = _make_ground()
    for leaf, value in zip(land.leaves, place, strict=True):
        leaf.value = float(value)
    loss, (by_w1, by_w2) = land.program()
    return Ground(float(loss), (float(by_w1), float(by_w2)))


@cache
def find_hollows() -> tuple[tuple[float, float, float], ...]:
    """Return place and loss of both hollows, the deepest first.

    Examples
    --------
    >>> [[round(number, 3) for number in hollow] for hollow in find_hollows()]
    [[-1.036, -0.518, 0.095], [0.96, 0.48, 0.694]]
    """
    found = []
    for place in ((-1.0, -0.5), (1.0, 0.5)):
        for _ in range(400):
            slope = measure_ground(place).slope
            place = (place[0] - 0.05 * slope[0], place[1] - 0.05 * slope[1])
        found.append((*place, measure_ground(place).loss))
    return tuple(sorted(found, key=lambda hollow: hollow[2]))


def _film_walks() -> dict[str, State]:
    """Return the frames of the filmstrip: steps straight against the arrow, and other ones."""
    place, path = _FIRST, [*_FIRST]
    for _ in range(4):
        slope = measure_ground(place).slope
        share = min(0.35 / math.hypot(*slope), 0.12)  # shorter where it is nearly flat
        place = (round(place[0] - share * slope[0], 3), round(place[1] - share * slope[1], 3))
        path += place
    other = [-0.15, 0.85, -0.4, 0.6, -0.6, 0.3, -0.75, -0.05, -0.9, -0.35, -1.0, -0.5]
    return {
        "in the fog": {},
        "three steps against the arrow": {"path": path[:8], "aim": 240.0},
        "the fog lifts": {"path": path, "lifted": 1},
        "another way": {"path": [*_FIRST, *other], "lifted": 1},
    }


def _list_places(state: State) -> list[Point]:
    path = list(map(float, state["path"]))
    return list(zip(path[::2], path[1::2], strict=False))


def _find_step(state: State) -> Point:
    turn = math.radians(state["aim"])
    return state["reach"] * math.cos(turn), state["reach"] * math.sin(turn)


# ---- said ----


def _describe(state: State) -> str:
    places = _list_places(state)
    grounds = [measure_ground(place) for place in places]
    loss, slope = grounds[-1]
    count = len(places) - 1
    step = _find_step(state)
    numbers: dict[str, float | str] = {
        "loss": loss,
        "first": grounds[0].loss,
        "lowest": find_hollows()[0][2],
        "count": f"{count}",
        "change": slope[0] * step[0] + slope[1] * step[1],
        "best": -state["reach"] * math.hypot(*slope),
    }
    if count:
        before, (dx, dy) = grounds[-2], _subtract(places[-1], places[-2])
        numbers["before"] = before.loss
        numbers["promised"] = before.loss + before.slope[0] * dx + before.slope[1] * dy
    says = " ".join(_SAYS[name] for name in _choose_words(state, places[-1], count))
    said = fill_sentence(says, numbers)
    return said.replace("1 steps", "1 step") if count == 1 else said


def _subtract(a: Point, b: Point) -> Point:
    return a[0] - b[0], a[1] - b[1]


def _choose_words(state: State, here: Point, count: int) -> list[str]:
    """Return which sentences are true of a state."""
    if state["lifted"]:
        if not count:
            return ["none"]
        for name, hollow in zip(("lowest", "hollow"), find_hollows(), strict=True):
            if math.dist(here, hollow[:2]) < _NEAR:
                return [name]
        return ["slope"]
    return ["step" if count else "start", "last" if count == _MOST else "next"]


# ---- drawn ----


def _draw(state: State) -> list[Sketch]:
    sketch = Sketch(_LEFT + _WIDE + 14, _TOP + _HIGH + 36)
    places = _list_places(state)
    points = [(_X.at(x), _Y.at(y)) for x, y in places]
    here, lifted = points[-1], bool(state["lifted"])
    add_path(
        sketch, "contours", _write_contours(), stroke="residual", stroke_width="1.3",
        stroke_opacity="0.7",
    )  # fmt: skip
    add_path(sketch, "fog", _write_fog(here, lifted), fill="grid")
    disc = NOTHING if lifted else write_circle(here, _SEEN * _UNIT)
    add_path(sketch, "disc", disc, stroke="axis", stroke_width="1")
    _draw_frame(sketch, lifted)
    _draw_hollows(sketch, lifted)
    pairs = list(itertools.pairwise(points))
    steps = "".join(write_arrow(tail, tip, 2) for tail, tip in pairs) or NOTHING
    add_path(sketch, "steps", steps, fill="ink")
    circles = write_circles(points[:-1])
    add_path(sketch, "past", circles, fill="surface", stroke="ink", stroke_width="1.5")
    dx, dy = (_UNIT * part for part in _find_step(state))
    over = lifted or len(pairs) == _MOST
    aim = NOTHING if over else write_arrow(here, (here[0] + dx, here[1] - dy), 4)
    add_path(sketch, "aim", aim, fill="surface", stroke="ink", stroke_width="1.2")
    _draw_gradient(sketch, here, measure_ground(places[-1]).slope, lifted)
    sketch.dot(*here, 11, name="feet")
    return [sketch]


@cache
def _write_contours() -> str:
    """Write all contours as one path, each of few points."""
    parts = []
    for piece in trace_contours(compute_loss, _RANGE_X, _RANGE_Y, 11):
        few = [*piece[:: max(1, len(piece) // 45)].tolist(), piece[-1].tolist()]
        parts.append(write_lines([(_X.at(x), _Y.at(y)) for x, y in few]))
    return "".join(parts)


def _write_fog(here: Point, lifted: bool) -> str:
    """Write the fog: the whole map without the disc round the feet."""
    if lifted:
        return NOTHING
    edges = f"M{_X.start:g} {_Y.stop:g}H{_X.stop:g}V{_Y.start:g}H{_X.start:g}Z"
    return edges + write_circle(here, _SEEN * _UNIT)


def _draw_gradient(sketch: Sketch, here: Point, slope: Point, lifted: bool) -> None:
    """Draw the gradient in orange; where there is hardly one, the ground is called flat."""
    length = math.hypot(*slope)
    scale = min(_GRADIENT, _LONGEST / length) if length else 0.0
    tip = here[0] + scale * slope[0], here[1] - scale * slope[1]
    add_path(sketch, "gradient", write_arrow(here, tip, 3), fill="gradient")
    # Beside the tip, on the side of the feet: on the other one lies the way that was taken.
    inner = min(max(tip[0], _LEFT + _NAME), _LEFT + _WIDE - _NAME)
    left = tip[0] >= here[0] if inner == tip[0] else tip[0] > inner
    text = "" if lifted else "uphill" if length > _LEVEL else "nearly flat"
    down = tip[1] + (-10 if tip[1] < here[1] else 18)
    sketch.text(
        tip[0] + (-8 if left else 8), min(max(down, _TOP + 16), _TOP + _HIGH - 8), text,
        name="uphill", ink="gradient", anchor="end" if left else "start",
    )  # fmt: skip


def _draw_frame(sketch: Sketch, lifted: bool) -> None:
    sketch.box(_LEFT, _TOP, _WIDE, _HIGH, ink="axis", fill=0)
    for value in (-1, 0, 1):
        text = f"{value}".replace("-", "−")
        floor = _TOP + _HIGH + 16
        sketch.text(_X.at(value), floor, text, ink="muted", anchor="middle", size=TICK)
        sketch.text(_LEFT - 6, _Y.at(value) + 4, text, ink="muted", anchor="end", size=TICK)
    sketch.text(_LEFT + _WIDE, _TOP + _HIGH + 16, "w₁", ink="muted", anchor="end", size=TICK)
    sketch.text(_LEFT - 6, _TOP + 10, "w₂", ink="muted", anchor="end", size=TICK)
    note = _NOTES[int(lifted)]
    sketch.text(_LEFT, _TOP - 10, note, name="note")


def _draw_hollows(sketch: Sketch, lifted: bool) -> None:
    for k, (x, y, loss) in enumerate(find_hollows()):
        text = f"{('lowest', 'hollow')[k]} {format_number(loss)}" if lifted else ""
        sketch.text(
            _X.at(x), _Y.at(y) + 26, text, name=f"hollow{k}", ink="residual", anchor="middle",
            bold=True,
        )  # fmt: skip
