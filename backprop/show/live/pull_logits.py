"""Pull the logits: three scores, their probabilities, and how hard a loss pulls at each of them."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from backprop.engine.activations import softmax
from backprop.engine.classification import softmax_cross_entropy
from backprop.engine.losses import ssr
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
from backprop.show.live.marks import add_path, write_arrow, write_lines
from backprop.show.live.sketch import TICK, Scale, Sketch

__all__ = ["pull_logits"]

RATE = 3.0
_CLASSES = ("3", "5", "8")
_RIGHT = 2  # the picture shows an 8
_TARGET = np.array([0.0, 0.0, 1.0])
_START: dict[str, float] = {"z1": 3.0, "z2": 1.0, "z3": -4.0, "added": 0.0, "loss": 0}
_LOSS = Choice(["squared error", "cross-entropy"], label="loss")
_MOST = 8.0  # as far as the axis of the scores goes
_SLIDERS = {
    f"z{k}": Slider(
        -_MOST,
        _MOST,
        steps=161,
        value=_START[f"z{k}"],
        label=f"score of the {name}",
        format=format_number,  # as the picture and the sentence write it
    )
    for k, name in enumerate(_CLASSES, 1)
}
#: What the button adds to every score, or takes where there is no room; then it takes it back.
_SHIFT = 2.0
_NAMES = ("Add 2 to all", "Take 2 from all")
#: The picture of the 8, in pixels; one cell is so many pixels of ours.
_EIGHT = ("01110", "10001", "10001", "01110", "10001", "10001", "01110")
_CELL, _CORNER = 9.0, (4.0, 62.0)
_ROWS, _BAR = (46.0, 100.0, 154.0), 18.0
_NAME_AT = 74.0
#: A probability and a slope of 1 are as long as each other.
_SCORE, _P = Scale(-_MOST, _MOST, 92.0, 252.0), Scale(0.0, 1.0, 282.0, 354.0)
_SLOPE = Scale(-1.0, 1.0, 364.0, 492.0)
_ACROSS, _UP = Scale(0.0, 1.0, 92.0, 470.0), Scale(0.0, 1.0, 346.0, 238.0)
_GRID = np.linspace(0.005, 0.995, 45)
_SAYS = (
    "The 8 has p~=~{p}. Squared error pulls its score by {pull}, cross-entropy by {other}.",
    "The 8 has p~=~{p}. Cross-entropy pulls its score by 1~−~p~=~{pull}, squared error by {other}.",
)
#: What follows where 2 was just taken from each score, where nothing was, and where 2 was added.
_SLOPES = " The slopes {g1}, {g2} and {g3} add up to 0"
_ENDS = (
    f"{_SLOPES}, as before 2 was taken from each.",
    f"{_SLOPES}.",
    f"{_SLOPES}, as before 2 was added to each.",
)


def pull_logits() -> LiveFigure:
    """Show three scores, their softmax, and how hard a loss pulls at each of them.

    The scores are pulled by hand; a choice exchanges cross-entropy and the squared error. Below
    stands how hard either pulls at the score of the right class, for each of its probabilities.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.pull_logits()
    Pull the logits
    The picture shows an 8. Is its score pulled hardest where the answer is most wrong?
    > The 8 has ... Squared error pulls its score by 0.00287, cross-entropy by 0.999. ...
    """
    name = "pull-logits"
    rows = [write_choice(f"{name}-loss", _LOSS)]
    rows += [write_slider(f"{name}-{key}", slider) for key, slider in _SLIDERS.items()]
    made = _make_programs()
    return LiveFigure(
        "pull_logits",
        "Pull the logits",
        "The picture shows an 8. Is its score pulled hardest where the answer is most wrong?",
        {
            "squared": (made.squared, []),
            "entropy": (made.entropy, []),
            "probabilities": (made.probabilities, [np.array([3.0, 1.0, -4.0])]),
        },
        _draw,
        _describe,
        dict(_START),
        write_controls(
            rows,
            write_buttons({"Step": "bp-move", _NAMES[0]: "bp-shift", "Copy link": "bp-link"}),
        ),
        data=_list_data(),
        filmstrip={
            "most wrong, hardly pulled": {},
            "cross-entropy, the same scores": {"loss": 1},
            "squared error, hardest at a third": {"z1": 0.0, "z2": 0.0, "z3": 0.0},
            "all shifted: the same slopes": {
                "loss": 1,
                "z1": 5.0,
                "z2": 3.0,
                "z3": -2.0,
                "added": 2.0,
            },
        },
        still="This figure moves with JavaScript: pull the scores, and choose the loss.",
        width="wide",
        lines=6,
    )


class _Programs(NamedTuple):
    z: Variable
    squared: Program
    entropy: Program
    probabilities: Program


@cache
def _make_programs() -> _Programs:
    z = Variable(np.array([3.0, 1.0, -4.0]), name="z")

    def compute_probabilities(z: Any) -> Any:
        return softmax(z)

    return _Programs(
        z,
        program(lambda: ssr(softmax(z), _TARGET)),
        program(lambda: softmax_cross_entropy(z, _RIGHT)),
        program(compute_probabilities, np.array([3.0, 1.0, -4.0])),
    )


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides its programs."""
    return {
        "controls": list_meanings({"loss": _LOSS, **_SLIDERS}),
        "rate": RATE,
        "shift": _SHIFT,
        "most": _MOST,
        "names": _NAMES,
        "right": _RIGHT,
        "rows": _ROWS,
        "bar": _BAR,
        "grid": _GRID.tolist(),
        "scales": {
            "score": _SCORE.ends(),
            "p": _P.ends(),
            "slope": _SLOPE.ends(),
            "across": _ACROSS.ends(),
            "up": _UP.ends(),
        },
        "says": [text.replace("~", "\u00a0") for text in _SAYS],
        "ends": _ENDS,
    }


# --- what the engine computes ---------------------------------------------------------------------


@lru_cache(maxsize=2000)
def _differentiate(loss: int, scores: tuple[float, ...]) -> tuple[float, tuple[float, ...]]:
    """Return a loss, and its slope with respect to each score."""
    z = Variable(np.array(scores), name="z")
    value = softmax_cross_entropy(z, _RIGHT) if loss else ssr(softmax(z), _TARGET)
    value.backward()
    return float(value.value), tuple(float(slope) for slope in z.grad)


def _list_scores(state: State) -> tuple[float, ...]:
    return tuple(float(state[f"z{k}"]) for k in (1, 2, 3))


def _find_probabilities(state: State) -> list[float]:
    return [float(p) for p in softmax(np.array(_list_scores(state)))]


def _compute_pulls(loss: int, state: State) -> list[float]:
    """Return how hard a loss pulls at the right score, for each probability of it on the grid."""
    z1, z2, _ = _list_scores(state)
    others = float(np.logaddexp(z1, z2))
    at = [others + float(np.log(p / (1 - p))) for p in _GRID]
    return [-_differentiate(loss, (z1, z2, z3))[1][_RIGHT] for z3 in at]


# --- what is said ---------------------------------------------------------------------------------


def _describe(state: State) -> str:
    loss, scores = int(state["loss"]), _list_scores(state)
    _, slopes = _differentiate(loss, scores)
    other = _differentiate(1 - loss, scores)[1][_RIGHT]
    numbers: dict[str, float | str] = {
        "p": _find_probabilities(state)[_RIGHT],
        "pull": -slopes[_RIGHT],
        "other": -other,
        **{f"g{k}": slope for k, slope in enumerate(slopes, 1)},
    }
    said = _SAYS[loss].replace("~", "\u00a0") + _ENDS[1 + int(np.sign(state["added"]))]
    return fill_sentence(said, numbers)


# --- what is drawn --------------------------------------------------------------------------------


def _draw(state: State) -> list[Sketch]:
    sketch = Sketch(500, 384)
    _draw_eight(sketch)
    _draw_columns(sketch, state)
    for k in range(len(_CLASSES)):
        _draw_class(sketch, state, k)
    _draw_curves(sketch, state)
    return [sketch]


def _draw_eight(sketch: Sketch) -> None:
    x, y = _CORNER
    pixels = [
        f"M{x + _CELL * j:g} {y + _CELL * i:g}h{_CELL - 1:g}v{_CELL - 1:g}h{1 - _CELL:g}z"
        for i, row in enumerate(_EIGHT)
        for j, pixel in enumerate(row)
        if pixel == "1"
    ]
    add_path(sketch, "eight", "".join(pixels), fill="ink")
    sketch.text(x, y - 12, "shown", ink="muted", size=TICK)


def _draw_columns(sketch: Sketch, state: State) -> None:
    """Write what each column holds, and draw the lines from which its bars begin."""
    sketch.text(_SCORE.at(0), 14, "score z", ink="value", anchor="middle")
    sketch.text(_P.start, 14, "p", ink="value")
    sketch.text(_P.stop + 4, 14, "target", anchor="end", size=TICK)
    name = ("slope", "slope p − y")[int(state["loss"])]
    sketch.text(_SLOPE.at(0), 14, name, name="slope-name", ink="gradient", anchor="middle")
    top, bottom = _ROWS[0] - 22, _ROWS[-1] + _BAR + 6
    for x in (_SCORE.at(0), _P.start, _SLOPE.at(0)):
        sketch.line(x, top, x, bottom)
    sketch.text(_SLOPE.at(0), bottom + 14, "add up to 0", anchor="middle", size=TICK)


def _draw_class(sketch: Sketch, state: State, k: int) -> None:
    """Draw the score of a class, its probability beside the target, and its slope."""
    row, z = _ROWS[k], _list_scores(state)[k]
    p, slope = (
        _find_probabilities(state)[k],
        _differentiate(int(state["loss"]), _list_scores(state))[1][k],
    )
    middle, zero = row + _BAR / 2, _SCORE.at(0)
    sketch.text(_NAME_AT, middle + 5, _CLASSES[k], anchor="middle", bold=k == _RIGHT)
    sketch.box(zero, row, _SCORE.at(z) - zero, _BAR, name=f"score{k}", ink="value", fill=0.3)
    step = write_arrow((_SCORE.at(z), row + 27), (_SCORE.at(z - RATE * slope), row + 27), 2.5)
    add_path(sketch, f"step{k}", step, fill="ink")
    look: Any = {"size": TICK, "bold": True}
    sketch.text(
        _SCORE.at(z), row - 6, format_number(z), name=f"z{k}", ink="value", anchor="middle",
        **look,
    )  # fmt: skip
    sketch.box(
        _P.start, row, _P.at(p) - _P.start, _BAR, name=f"p{k}", ink="value", fill=0.3, stroke=1
    )
    y = _P.at(_TARGET[k])
    sketch.line(_P.at(p), middle, y, middle, name=f"misfit{k}", ink="residual", width=3)
    sketch.line(y, row - 3, y, row + _BAR + 3, ink="ink", width=2.5)
    sketch.text(_P.start + 4, row - 6, format_number(p, 3), name=f"p-number{k}", ink="value",
                **look)  # fmt: skip
    middle_slope = _SLOPE.at(0)
    width = _SLOPE.at(slope) - middle_slope
    sketch.box(middle_slope, row, width, _BAR, name=f"slope{k}", ink="gradient", fill=0.45)
    sketch.text(
        middle_slope + 4, row - 6, format_number(slope, 3), name=f"slope-number{k}",
        ink="gradient", **look,
    )  # fmt: skip
    _draw_handle(sketch, f"pulled{k}", _SCORE.at(z), middle)


def _draw_handle(sketch: Sketch, name: str, x: float, y: float) -> None:
    sketch.dot(x, y, 17, name=name, ink="value")
    sketch.text(
        x, y + 4, "↔", name=f"{name}-arrow", ink="surface", anchor="middle", size=TICK, rim=False
    )


def _draw_curves(sketch: Sketch, state: State) -> None:
    """Draw how hard each loss pulls at the right score, over its probability."""
    chosen = int(state["loss"])
    sketch.axes(_ACROSS, _UP, ticks_x=[0, 0.5], ticks_y=[0, 0.5, 1], name_x="p of the 8", name_y="")
    sketch.text(_ACROSS.start - 26, _UP.stop - 14, "pull at the score of the 8", ink="gradient")
    for loss in (0, 1):
        pulls = _compute_pulls(loss, state)
        sketch.curve(
            [_ACROSS.at(p) for p in _GRID],
            [_UP.at(pull) for pull in pulls],
            name=f"curve{loss}",
            ink="gradient",
            width=2.5 if loss == chosen else 1.2,
            opacity=1 if loss == chosen else 0.55,
        )
    sketch.text(_ACROSS.at(0.3), _UP.at(0.8), "cross-entropy", size=TICK)
    third = _ACROSS.at(1 / 3)
    peak = _UP.at(max(_compute_pulls(0, state)))
    sketch.line(third, _UP.start, third, peak, name="third", ink="ink", dashed=True)
    for k, (name, text) in enumerate((("squared", "hardest"), ("error", "at ⅓"))):
        at = _UP.at(0.24) + 18 * k
        sketch.text(third - 8, at, name, size=TICK, anchor="end")
        sketch.text(third + 8, at, text, size=TICK)
    _draw_moment(sketch, state)


def _draw_moment(sketch: Sketch, state: State) -> None:
    """Draw where the reader is on the curve of the chosen loss, and on the other one."""
    p = _ACROSS.at(_find_probabilities(state)[_RIGHT])
    scores, chosen = _list_scores(state), int(state["loss"])
    now, other = (_UP.at(-_differentiate(loss, scores)[1][_RIGHT]) for loss in (chosen, 1 - chosen))
    ends = (now, other) if chosen == 0 else (other, now)
    between = write_lines([(p, y) for y in ends])
    look = {"stroke": "gradient", "stroke_width": "1", "stroke_dasharray": "3 3"}
    add_path(sketch, "between", between, **look)
    sketch.dot(p, other, 7, name="other", ink="muted")
    sketch.dot(p, now, 12, name="now", ink="gradient")
