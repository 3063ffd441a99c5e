"""Your drawing: a network reads it as the pen moves, and slopes of pixels say what to change."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backprop.engine.program.javascript import to_plain
from backprop.show.drawing.sentences import fill_sentence, format_number
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.markup import (
    write_buttons,
    write_choice,
    write_controls,
    write_slider,
)
from backprop.show.explorers.slider import Slider
from backprop.show.live.digit_reader import (
    differentiate_pixels,
    draw_digit_call,
    read_digits,
    read_weights,
    step_pixels,
    write_programs,
)
from backprop.show.live.drawn_image import make_image, split_strokes
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.marks import add_path
from backprop.show.live.sketch import TICK, Scale, Sketch

__all__ = ["your_drawing"]

#: Drawings to begin with, of a pad of 100 by 100: points of each stroke.
READY = {
    "1": "42,30 46,27 50,23 54,17 58,11/57,11 57,30 55,60 53,89",
    "3": "35,18 39,16 44,13 48,11 56,11 61,13 65,16 68,20 69,24 67,36 64,40 61,43 56,45 49,48 "
    "56,50 61,52 65,54 69,62 70,67 70,71 68,76 65,81 61,85 57,88 53,90 48,89 44,88 37,85 34,83 "
    "32,80 30,78",
    "4": "38,11 36,23 33,40 30,54 45,55 55,54 70,53/62,17 60,41 58,59 56,79 56,89",
    "7": "29,12 51,12 71,12 68,20 61,36 54,55 45,77 41,88",
    "7 with bar": "29,13 51,12 71,12 68,20 61,36 54,55 46,77 42,88/36,51 51,49 66,48",
}
RATE = 0.01  # of a step that the image takes
_DRAWN = Choice(["yours", *READY], value="3", label="drawing")
_SLIDERS = {
    "target": Slider(0, 9, steps=10, value=8, label="target", format="{:.0f}"),
    "steps": Slider(0, 20, steps=21, value=0, label="steps of the image", format="{:.0f}"),
}
_START: dict[str, Any] = {"ready": 2, "drawn": [], "target": 8, "steps": 0}
_SIDE = 240.0  # of the pad, and of the image
_PAD = Scale(0, 100, 4, 4 + _SIDE)
_DOWN = Scale(0, 100, 26, 26 + _SIDE)
_CELL = _SIDE / 8
_BARS, _COLUMN, _BAR = Scale(0, 1, 102, 26), 50.0, 30.0
_SAYS = {
    "nothing": "Nothing is drawn yet: draw a digit, as large as you like.",
    "drawn": "It is read as {read}, with p~=~{p}. The {target} has p~=~{q}, and the loss is "
    "{loss}. {more} ink in row~{row}, column~{column}, would help the {target} most.",
    "target": "It is read as {read}, with p~=~{p}, and that is the target. Which digit is to come "
    "of it? Choose another target.",
    "moved": "After {steps} steps it is read as {read}, with p~=~{p}, and the {target} has "
    "p~=~{q}. No pixel is further than {change} from where it was.",
    "arrived": "After {steps} steps it is read as {read}, with p~=~{p}. No pixel is further than "
    "{change} from where it was. And what do you read?",
}

Floats = NDArray[np.float64]


def your_drawing() -> LiveFigure:
    """Show a pad to draw on, what a small network reads, and what would change its answer.

    Strokes become 8 × 8 pixels as the digits of the set did. The network's probabilities follow the
    pen, and on each pixel lies its slope for a target that the reader chooses. Steps move the
    image, not the weights.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.your_drawing()
    What should change in your drawing?
    Draw a digit. Which pixels would make another one of it, for the network and for you?
    > It is read as 3, ...
    """
    name = "your-drawing"
    rows = [write_choice(f"{name}-ready", _DRAWN)]
    rows += [write_slider(f"{name}-{key}", slider) for key, slider in _SLIDERS.items()]
    return LiveFigure(
        "your_drawing",
        "What should change in your drawing?",
        "Draw a digit. Which pixels would make another one of it, for the network and for you?",
        write_programs(_find_image(_START)),
        _draw,
        _describe,
        {**_START},
        write_controls(
            rows,
            write_buttons({"Step": "bp-move", "Clear": "bp-clear", "Copy link": "bp-link"}),
        ),
        data=_list_data(),
        filmstrip={
            "a 3, and a network that is certain": {},
            "five steps later: read as an 8": {"steps": 5},
            "a 7 without a bar": {"ready": 4, "target": 3},
            "a 4 on its way to a 9": {"ready": 3, "target": 9, "steps": 3},
        },
        still="This figure moves with JavaScript: draw with mouse, pen or finger.",
        width="wide",
        lines=5,
        columns=2,
        draw_call=draw_digit_call,
    )


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides its programs."""
    return {
        "controls": list_meanings({"ready": _DRAWN, **_SLIDERS}),
        "ready": [[], *(_list_points(text) for text in READY.values())],
        "weights": [to_plain(each) for each in read_weights()],
        "rate": RATE,
        "scales": {"pad": _PAD.ends(), "down": _DOWN.ends(), "bars": _BARS.ends()},
        "cell": _CELL,
        "column": _COLUMN,
        "bar": _BAR,
        "says": {name: text.replace("~", "\u00a0") for name, text in _SAYS.items()},
    }


def _list_points(text: str) -> list[int]:
    """Return the strokes of a ready drawing as one row of numbers, as a state holds them."""
    return [
        number
        for k, stroke in enumerate(text.split("/"))
        for number in [
            *([-1, -1] if k else []),
            *(int(part) for point in stroke.split() for part in point.split(",")),
        ]
    ]


# --- what the engine computes ---------------------------------------------------------------------


def _find_strokes(state: State) -> list[list[tuple[float, float]]]:
    ready = [[], *map(_list_points, READY.values())][int(state["ready"])]
    return split_strokes(ready or state["drawn"])


@lru_cache(maxsize=200)
def _compute_image(strokes: tuple[tuple[tuple[float, float], ...], ...]) -> Floats:
    return make_image(strokes)


def _find_image(state: State) -> Floats:
    """Return the image of the strokes, before any step."""
    return _compute_image(tuple(map(tuple, _find_strokes(state))))


def _find_moved(state: State) -> Floats:
    """Return the image after the steps that it has taken."""
    return step_pixels(_find_image(state), int(state["target"]), int(state["steps"]), RATE)


# --- what is said ---------------------------------------------------------------------------------


def _describe(state: State) -> str:
    says = {name: text.replace("~", "\u00a0") for name, text in _SAYS.items()}
    if not _find_strokes(state):
        return says["nothing"]
    image, target = _find_moved(state), int(state["target"])
    p, slopes = read_digits(image), differentiate_pixels(image, target)
    steepest = int(np.abs(slopes).argmax())
    numbers: dict[str, float | str] = {
        "read": str(p.argmax()),
        "p": float(p.max()),
        "q": float(p[target]),
        "target": str(target),
        "loss": -float(np.log(p[target])),
        "more": "More" if slopes[steepest] < 0 else "Less",
        "row": str(steepest // 8 + 1),
        "column": str(steepest % 8 + 1),
        "steps": str(int(state["steps"])),
        "change": float(np.abs(image - _find_image(state)).max()),
    }
    arrived = int(p.argmax()) == target
    moment = ("drawn", "target", "moved", "arrived")[2 * bool(state["steps"]) + arrived]
    return fill_sentence(says[moment], numbers)


# --- what is drawn --------------------------------------------------------------------------------


def _draw(state: State) -> list[Sketch]:
    return [_draw_pad(state), _draw_image(state), _draw_bars(state)]


def _draw_pad(state: State) -> Sketch:
    sketch = Sketch(_SIDE + 8, _SIDE + 50)
    strokes = _find_strokes(state)
    sketch.text(4, 16, "draw here")
    sketch.box(4, 26, _SIDE, _SIDE, ink="axis", fill=0.05)
    path = "".join(
        f"M{'L'.join(f'{_PAD.at(x):.1f} {_DOWN.at(y):.1f}' for x, y in [*stroke, stroke[-1]])}"
        for stroke in strokes
    )
    look = {"stroke_width": "7", "stroke_linecap": "round", "stroke_linejoin": "round"}
    add_path(sketch, "pen", path or "M0 0", stroke="ink", **look)
    sketch.text(4, _SIDE + 44, "any size, any place", ink="muted", size=TICK)
    return sketch


def _draw_image(state: State) -> Sketch:
    """Draw the pixels in blue, and on them their slopes: hollow where more ink lowers the loss."""
    sketch = Sketch(_SIDE + 8, _SIDE + 50)
    image, target = _find_moved(state), int(state["target"])
    slopes = differentiate_pixels(image, target)
    sketch.text(4, 16, "what the network sees")
    sketch.box(4, 26, _SIDE, _SIDE, ink="grid", fill=0)
    look = {"fill": "value", "fill_opacity": "0.55"}
    add_path(sketch, "pixels", _write_squares(0.94 * np.sqrt(image)), **look)
    sides = 0.62 * np.sqrt(np.abs(slopes) / np.abs(slopes).max())
    add_path(sketch, "harms", _write_squares(np.where(slopes > 0, sides, 0)), fill="gradient")
    helps = _write_squares(np.where(slopes < 0, sides, 0))
    for ink, width in (("surface", "5"), ("gradient", "2.2")):
        add_path(sketch, f"helps-{ink}", helps, stroke=ink, stroke_width=width)
    sketch.text(
        4, _SIDE + 44, f"hollow: ink helps the {target}", name="note",
        size=TICK,
    )  # fmt: skip
    return sketch


def _write_squares(sides: Floats) -> str:
    """Write a square in the middle of each cell, of a side in cells."""
    parts = []
    for k, side in enumerate(sides * _CELL):
        x, y = 4 + (k % 8 + 0.5) * _CELL - side / 2, 26 + (k // 8 + 0.5) * _CELL - side / 2
        parts.append(f"M{x:.1f} {y:.1f}h{side:.1f}v{side:.1f}h{-side:.1f}z")
    return "".join(parts)


def _draw_bars(state: State) -> Sketch:
    sketch = Sketch(10 * _COLUMN, 142, "bp-across")
    p = read_digits(_find_moved(state))
    floor = _BARS.start
    sketch.line(0, floor, 10 * _COLUMN, floor)
    for k in range(10):
        x = (k + 0.5) * _COLUMN
        at = _BARS.at(float(p[k]))
        sketch.box(
            x - _BAR / 2, floor, _BAR, at - floor, name=f"p{k}", ink="value", fill=0.3
        )  # fmt: skip
        sketch.text(
            x, at - 6, format_number(float(p[k]), 2), name=f"p-number{k}", ink="value",
            anchor="middle", size=TICK, bold=True,
        )  # fmt: skip
        sketch.text(x, floor + 18, str(k), anchor="middle", bold=True)
    x = (int(state["target"]) + 0.5) * _COLUMN
    sketch.text(x, floor + 36, "target", name="target", anchor="middle", size=TICK)
    return sketch
