"""Lift the curve: residuals pull it up or down, and their pulls add up to the slope of the SSR."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np

from backprop.data import dosage
from backprop.engine.activations import softplus
from backprop.engine.losses import ssr
from backprop.engine.program.run import program
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
from backprop.show.live.sketch import TICK, Scale, Sketch
from backprop.training.optimizers import GradientDescent

__all__ = ["lift_curve"]

RATE = 0.1
_FIXED = {"w1": 3.34, "b1": -1.43, "w2": -3.53, "b2": 0.57}
#: The outgoing weights of each shape: the best ones, and some of which no b₃ makes a good fit.
_WEIGHTS = ((-1.22, -2.3), (-1.22, -0.6))
_START: dict[str, Any] = {"b3": 1.3, "shape": 1, "past": []}
_SLIDER = Slider(-0.2, 4.5, steps=95, value=1.3, label="b₃, lifts the curve")
_SHAPE = Choice(["as learned", "another shape"], value="another shape", label="shape of the curve")
_GRID = np.linspace(0.0, 1.0, 33)
_HANDLE = 24  # the point of the grid at which the curve is pulled
_LIFTS = np.linspace(-0.6, 4.6, 53)
_X, _Y = Scale(0.0, 1.0, 34.0, 214.0), Scale(-2.8, 3.8, 270.0, 26.0)
_LIFT, _SSR = Scale(-0.6, 4.6, 34.0, 290.0), Scale(0.0, 24.0, 270.0, 26.0)
_SLOPE, _NEAR = Scale(-17.0, 17.0, 190.0, 606.0), Scale(-4.25, 4.25, 190.0, 606.0)
_ROWS, _BAR = (28.0, 52.0, 76.0, 108.0), 16.0
_NUMBERS = 172.0  # where the numbers of the bars end
_TANGENT = 46.0  # px, to each side
_FLAT = 0.06  # of smaller slopes the sentence says that they are next to 0
_PAST = 6  # so many positions of before are shown
_ENLARGED = "bars drawn 4 times as large"
_QUESTION = "Do they cancel?"
_ANSWERS = {"pulls": "Not yet.", "missed": "Yes, and none is 0.", "met": "Yes, all near 0."}
_SENTENCES = {
    "pulls": "{who} −2 · residual, added up: {sum} = slope {slope}. SSR {ssr}.",
    "missed": "The slope is next to 0, the residuals are not: they cancel. {sum} = {slope}. "
    "SSR {ssr}, as low as b₃ gets it.",
    "met": "The slope is next to 0, and here the residuals are, too. {sum} = {slope}. SSR {ssr}.",
    "stepped": "The step left {left} of the slope {before}.",
}


def lift_curve() -> LiveFigure:
    """Show how residuals pull a curve up or down, and how their pulls add up to the slope.

    The curve of the dosage network can be pulled, and so can its point on the parabola of the SSR
    over b₃. Bars show -2 · residual of each point; a step of gradient descent has a button.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> figure = show.lift_curve()
    >>> figure.describe(figure.start)[:63]
    'Points 2 and 3 pull up, point 1 pulls down. −2 · residual, adde'
    """
    return LiveFigure(
        "lift_curve",
        "Lift the curve",
        "Where the slope is 0, is every residual 0 as well?",
        _write_programs(),
        _draw,
        _describe,
        dict(_START),
        write_controls(
            [write_slider("lift-curve-b3", _SLIDER), write_choice("lift-curve-shape", _SHAPE)],
            write_buttons({"Step": "bp-move", "Copy link": "bp-link"}),
        ),
        data=_list_data(),
        filmstrip={
            "two pull up, one down": {},
            "they cancel, and residuals remain": {"b3": 1.8536},
            "as learned: all three pull up": {"shape": 0, "b3": 0.0},
            "a step leaves 0.4 of the slope": {"shape": 0, "b3": 1.565510666, "past": [0.0]},
        },
        still="This figure moves with JavaScript: pull the curve, or step.",
        width="wide",
        columns=2,
        lines=6,
    )


def _write_programs() -> dict[str, Any]:
    x, observed = dosage()
    curve = _compute_curve(0, x)
    b3, lift = Variable(0.0, name="b3"), Variable(np.zeros(3), name="lift")
    w3, w4 = (Variable(value, name=f"w{k}") for k, value in enumerate(_WEIGHTS[0], 3))

    def compute_curve(x: Any) -> Any:
        return _add_pieces(x, w3, w4).value

    def compute_loss(curve: Any, observed: Any) -> Any:
        return ssr(curve + b3, observed)

    def compute_pulls(curve: Any, observed: Any) -> Any:
        return ssr(curve + lift, observed)

    given = [curve, observed]
    update = GradientDescent(b3, RATE)
    return {
        "loss": (program(compute_loss, *given), given),
        "pulls": (program(compute_pulls, *given), given),
        "step": (program(compute_loss, *given, update=update), given),
        "curve": (program(compute_curve, _GRID), [_GRID]),
        "points": (program(compute_curve, x), [x]),
    }


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides."""
    x, observed = dosage()
    return {
        "controls": list_meanings({"b3": _SLIDER, "shape": _SHAPE}),
        "shapes": [{"w3": w3, "w4": w4} for w3, w4 in _WEIGHTS],
        "rate": RATE,
        "x": x.tolist(),
        "observed": observed.tolist(),
        "grid": _GRID.tolist(),
        "lifts": _LIFTS.tolist(),
        "handle": _HANDLE,
        "scales": {
            "x": _X.ends(),
            "y": _Y.ends(),
            "lift": _LIFT.ends(),
            "ssr": _SSR.ends(),
            "slope": _SLOPE.ends(),
            "near": _NEAR.ends(),
        },
        "rows": _ROWS,
        "bar": _BAR,
        "tangent": _TANGENT,
        "past": _PAST,
        "flat": _FLAT,
        "enlarged": _ENLARGED,
        "answers": _ANSWERS,
        "sentences": _SENTENCES,
    }


# --- what the engine computes ---------------------------------------------------------------------


def _add_pieces(x: Any, w3: Any, w4: Any) -> Any:
    first = softplus(_FIXED["w1"] * x + _FIXED["b1"])
    return w3 * first + w4 * softplus(_FIXED["w2"] * x + _FIXED["b2"])


def _compute_curve(shape: int, x: Any) -> Any:
    return np.asarray(_add_pieces(x, *_WEIGHTS[shape]))


@lru_cache(maxsize=400)
def _pull(shape: int, b3: float) -> tuple[float, float, tuple[float, ...]]:
    """Return the SSR, its slope with respect to b₃, and what each point brings to it."""
    x, observed = dosage()
    lift = Variable(np.full(3, b3), name="lift")
    loss = ssr(_compute_curve(shape, x) + lift, observed)
    loss.backward()
    pulls = tuple(float(pull) for pull in lift.grad)
    return float(loss.value), sum(pulls), pulls


# --- what is said ---------------------------------------------------------------------------------


def describe_pulls(pulls: tuple[float, ...]) -> str:
    """Say which points pull a curve up, and which pull it down.

    Examples
    --------
    >>> describe_pulls((1.3, -0.4, -0.9))
    'Points 2 and 3 pull up, point 1 pulls down.'
    """
    up = [str(k) for k, pull in enumerate(pulls, 1) if pull < 0]
    down = [str(k) for k, pull in enumerate(pulls, 1) if pull >= 0]
    if not up or not down:
        return f"All three points pull {'up' if up else 'down'}."
    parts = [
        f"point{'s' if len(few) > 1 else ''} {' and '.join(few)} "
        f"pull{'' if len(few) > 1 else 's'} {where}"
        for few, where in ((up, "up"), (down, "down"))
    ]
    return f"{parts[0].capitalize()}, {parts[1]}."


def _judge(loss: float, slope: float) -> str:
    """Return whether the curve is still pulled, or else whether residuals remain."""
    return "pulls" if abs(slope) >= _FLAT else "missed" if loss > 0.1 else "met"


def _describe(state: State) -> str:
    loss, slope, pulls = _pull(state["shape"], state["b3"])
    added = format_number(pulls[0])
    for pull in pulls[1:]:
        added += f" {'−' if pull < 0 else '+'} {format_number(abs(pull))}"
    kind = _judge(loss, slope)
    said: dict[str, float | str] = {
        "who": describe_pulls(pulls),
        "sum": added,
        "slope": slope,
        "ssr": loss,
    }
    sentences = [fill_sentence(_SENTENCES[kind], said)]
    if state["past"]:
        before = _pull(state["shape"], state["past"][-1])[1]
        words = {"left": slope / before, "before": before}
        sentences.append(fill_sentence(_SENTENCES["stepped"], words))
    return " ".join(sentences)


# --- what is drawn --------------------------------------------------------------------------------


def _draw(state: State) -> list[Sketch]:
    return [_draw_fit(state), _draw_parabola(state), _draw_pulls(state)]


def _draw_fit(state: State) -> Sketch:
    sketch = Sketch(300, 290)
    sketch.axes(
        _X, _Y, ticks_x=[0, 0.5], ticks_y=[-2, 0, 1, 3], name_x="dosage x", name_y="effectiveness"
    )
    x, observed = dosage()
    at = [_X.at(value) for value in _GRID]
    predicted = _compute_curve(state["shape"], x) + state["b3"]
    unit = abs(_Y.at(1.0) - _Y.at(0.0))
    for k, (dose, effect, guess) in enumerate(zip(x, observed, predicted, strict=True)):
        side, top = unit * abs(effect - guess), min(_Y.at(effect), _Y.at(guess))
        left = _X.at(dose) - (side if dose == 1 else 0)
        sketch.box(left, top, side, side, name=f"square{k}", stroke=0)
        ends = _X.at(dose), _Y.at(effect), _X.at(dose), _Y.at(guess)
        sketch.line(*ends, name=f"residual{k}", ink="residual", width=3)
    _write_pulls(sketch, state, predicted)
    curve = _compute_curve(state["shape"], _GRID) + state["b3"]
    sketch.curve(at, [_Y.at(value) for value in curve], name="curve")
    place = at[_HANDLE], _Y.at(float(curve[_HANDLE]))
    sketch.dot(*place, 17, name="lifted", ink="value")
    sketch.text(
        place[0],
        place[1] + 4,
        "↕",
        name="arrow",
        ink="surface",
        anchor="middle",
        size=TICK,
        rim=False,
    )
    for k, (dose, effect) in enumerate(zip(x, observed, strict=True)):
        sketch.dot(_X.at(dose), _Y.at(effect), 10)
        # Away from the curve, and so from the pull.
        up = _Y.at(effect) + (20 if predicted[k] > effect else -10)
        name = f"label{k}"
        sketch.text(_X.at(dose), up, f"{k + 1}", name=name, anchor="middle", size=TICK)
    return sketch


def _write_pulls(sketch: Sketch, state: State, predicted: Any) -> None:
    """Write beside each residual what it brings to the slope."""
    x, observed = dosage()
    for k, pull in enumerate(_pull(state["shape"], state["b3"])[2]):
        middle = (_Y.at(observed[k]) + _Y.at(float(predicted[k]))) / 2
        place = _X.at(x[k]) + 8, middle + 5
        sketch.text(*place, write_pull(pull), name=f"pull{k}", ink="gradient", bold=True)


def write_pull(pull: float) -> str:
    """Write what a point brings to the slope, and which way it pulls.

    Examples
    --------
    >>> write_pull(-2.06), write_pull(1.25)
    ('↑ −2.06', '↓ 1.25')
    """
    return f"{'↑' if pull < 0 else '↓'} {format_number(pull)}"


def _draw_parabola(state: State) -> Sketch:
    sketch = Sketch(300, 290)
    sketch.axes(_LIFT, _SSR, ticks_x=[0, 1, 2, 3], ticks_y=[0, 10, 20], name_x="b₃", name_y="SSR")
    losses = [(b3, _pull(state["shape"], float(b3))[0]) for b3 in _LIFTS]
    inside = [(b3, loss) for b3, loss in losses if loss <= _SSR.last]
    sketch.curve(
        [_LIFT.at(b3) for b3, _ in inside],
        [_SSR.at(loss) for _, loss in inside],
        name="parabola",
        ink="residual",
    )
    _draw_past(sketch, state)
    _draw_step(sketch, state)
    return sketch


def _draw_step(sketch: Sketch, state: State) -> None:
    """Draw the point on the parabola, its tangent, and the step that the slope leads to."""
    loss, slope, _ = _pull(state["shape"], state["b3"])
    x, y = _LIFT.at(state["b3"]), _SSR.at(loss)
    steep = slope * (_SSR.at(1) - _SSR.at(0)) / (_LIFT.at(1) - _LIFT.at(0))
    along = _TANGENT / math.hypot(1, steep)
    ends = x - along, y - along * steep, x + along, y + along * steep
    sketch.line(*ends, name="tangent", ink="gradient", width=2.5)
    tip = _LIFT.at(state["b3"] - RATE * slope)
    head = min(max(tip - x, -8.0), 8.0)
    sketch.line(x, y, tip, y, name="shaft", ink="ink", width=2.5)
    sketch.curve(
        [tip - head, tip, tip - head],
        [y - 0.6 * head, y, y + 0.6 * head],
        name="head",
        ink="ink",
    )
    sketch.dot(x, y, 14, name="point", ink="residual")
    look: Any = {"anchor": "middle", "bold": True}
    sketch.text(162, 22, f"step {format_number(-RATE * slope)}", name="step", **look)
    sketch.text(162, 40, f"slope {format_number(slope)}", name="slope", ink="gradient", **look)


def _draw_past(sketch: Sketch, state: State) -> None:
    """Draw positions of before as hollow dots that shrink; those that are missing lie below."""
    recent = [*reversed(state["past"]), *[state["b3"]] * _PAST][:_PAST]
    for k, b3 in enumerate(recent):
        at = _LIFT.at(b3), _SSR.at(min(_pull(state["shape"], b3)[0], _SSR.last))
        size = 12 - 1.2 * k
        sketch.dot(*at, size, name=f"past{k}", ink="residual", ring=False)
        sketch.dot(*at, size - 4, name=f"hole{k}", ink="surface", ring=False)


def _draw_pulls(state: State) -> Sketch:
    """Draw one bar for each point, each from where the last one ends, and their sum."""
    sketch = Sketch(620, 150, "bp-across")
    loss, slope, pulls = _pull(state["shape"], state["b3"])
    # Near the bottom the bars would be too short to be seen.
    near = max(abs(end) for end in accumulate(pulls)) < _NEAR.last
    scale = _NEAR if near else _SLOPE
    zero, total = scale.at(0), 0.0
    sketch.line(zero, _ROWS[0] - 6, zero, _ROWS[3] + _BAR + 6)
    sketch.text(0, 16, "−2 · residual", ink="gradient")
    sketch.text(zero, 16, _QUESTION, anchor="middle")
    for k, pull in enumerate(pulls):
        row, left = _ROWS[k], scale.at(total)
        total += pull
        end = scale.at(total)
        sketch.text(0, row + 13, f"point {k + 1}")
        _write_number(sketch, row, pull, f"number{k}")
        sketch.box(left, row, end - left, _BAR, name=f"bar{k}", ink="gradient", fill=0.35)
        sketch.line(end, row + _BAR, end, _ROWS[k + 1], name=f"link{k}", ink="gradient")
    row = _ROWS[3]
    sketch.line(0, row - 7, _NUMBERS, row - 7)
    sketch.text(0, row + 13, "slope", bold=True)
    _write_number(sketch, row, slope, "sum", bold=True)
    width = scale.at(slope) - zero
    sketch.box(zero, row, width, _BAR, name="total", ink="gradient", fill=0.8)
    # On the side of 0 where the sum is not.
    side = 1 if slope < 0 else -1
    anchor = "start" if slope < 0 else "end"
    answer = _ANSWERS[_judge(loss, slope)]
    sketch.text(zero + 8 * side, row + 13, answer, name="answer", anchor=anchor)
    words = _ENLARGED if near else ""
    sketch.text(_SLOPE.stop, 146, words, name="enlarged", ink="muted", anchor="end", size=TICK)
    return sketch


def _write_number(sketch: Sketch, row: float, value: float, name: str, bold: bool = False) -> None:
    look: Any = {"ink": "gradient", "anchor": "end", "bold": bold}
    sketch.text(_NUMBERS, row + 13, format_number(value), name=name, **look)
