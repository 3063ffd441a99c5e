"""A microscope for curves: a frame on a curve, beside it what the frame holds, and its tangent."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from backprop.data import dosage
from backprop.engine.activations import softplus
from backprop.engine.losses import ssr
from backprop.engine.operations import abs as distance
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
from backprop.show.live.sketch import TICK, Scale, Sketch, cut_curve

__all__ = ["microscope"]

KINK = 2.0
_START = {"curve": 0, "at": 2.0, "times": 2}
_CURVES = Choice(["the SSR", "the distance |x − 2|"], label="curve")
_POWERS = [2**k for k in range(1, 9)]
_SLIDERS = {
    "at": Slider(1.5, 3.0, steps=61, value=2.0, label="where to look"),
    "times": Slider(values=_POWERS, value=2, label="magnification", format=lambda m: f"×{m:.0f}"),
}
#: Both pictures have the same box; the frame at ×1 would be as large as the left one.
_BOX = (34.0, 26.0, 290.0, 262.0)  # px: left, top, right, bottom
_X = Scale(0.0, 4.0, _BOX[0], _BOX[2])
_Y = (Scale(-8.0, 24.0, _BOX[3], _BOX[1]), Scale(-1.0, 3.0, _BOX[3], _BOX[1]))
_TICKS_X, _TICKS_Y = (0, 1, 2, 3), ((0, 8, 16), (0, 1, 2))
_NAMES = (("b₃", "SSR"), ("x", "|x − 2|"))
_GRID, _SHARES = np.linspace(0.0, 4.0, 65), np.linspace(-1.0, 1.0, 65)
_SAYS = {
    "first": "×{times}: within {half} of {at} the curve is at most {gap} away from its tangent, "
    "whose slope is {slope}.",
    "smooth": "×{times}: within {half} of {at} the curve is at most {gap} away from its tangent. "
    "Half as near, at ×{before}, it was {wider}: four times as much.",
    "kink": "×{times}: at every magnification the slope is −1 on the left of the point, and 1 on "
    "the right. No line fits both sides, so there is no tangent here.",
    "near": "×{times}: the kink is in sight, {away} from the point, so the curve leaves its "
    "tangent by {gap}. Look closer, and the kink slips out of the frame.",
    "straight": "×{times}: in this frame there is no kink, so the curve is straight, and is its "
    "own tangent. Its slope is {slope}.",
}
_NOTES = {
    "first": "The curve bends away.",
    "smooth": "Twice as near: ¼ of the gap.",
    "kink": "A kink stays a kink.",
    "near": "The kink is in sight.",
    "straight": "Straight as a line.",
}
_SAME = "Less than a pixel apart."


def microscope() -> LiveFigure:
    """Show a curve through a microscope: a smooth one becomes its tangent, a kink stays one.

    A frame on the curve is pulled and made smaller; the picture beside it holds what the frame
    holds. The curves are the SSR of the dosage network over b₃, and the distance from 2.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.microscope().describe({"curve": 0, "at": 2.0, "times": 4})
    '×4: within 0.500 of 2.00 the curve is at most 0.750 away from its tangent. Half as near, ...'
    """
    name = "microscope"
    rows = [write_choice(f"{name}-curve", _CURVES)]
    rows += [write_slider(f"{name}-{key}", slider) for key, slider in _SLIDERS.items()]
    return LiveFigure(
        name,
        "Microscope",
        "From how near does a curve look like its tangent?",
        _write_programs(),
        _draw,
        _describe,
        dict(_START),
        write_controls(rows, write_buttons({"Copy link": "bp-link"})),
        data=_list_data(),
        filmstrip={
            "×2: the curve bends away": {},
            "×4: a quarter of the gap": {"times": 4},
            "×64: curve and tangent are one": {"times": 64},
            "a kink at ×2": {"curve": 1},
            "a kink at ×64": {"curve": 1, "times": 64},
        },
        still="This figure moves with JavaScript: pull the frame.",
        width="wide",
        columns=2,
        lines=6,
    )


def _write_programs() -> dict[str, Any]:
    given = list(_compute_points())
    b3, x = Variable(2.0, name="b3"), Variable(2.3, name="x")

    def compute_loss(curve: Any, observed: Any) -> Any:
        return ssr(curve + b3, observed)

    return {
        "ssr": (program(compute_loss, *given), given),
        "distance": (program(lambda: distance(x - KINK)), []),
    }


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides."""
    curve, observed = _compute_points()
    return {
        "controls": list_meanings({"curve": _CURVES, **_SLIDERS}),
        "points": curve.tolist(),
        "observed": observed.tolist(),
        "kink": KINK,
        "box": _BOX,
        "x": _X.ends(),
        "y": [scale.ends() for scale in _Y],
        "ticks": _TICKS_Y,
        "names": _NAMES,
        "grid": _GRID.tolist(),
        "shares": _SHARES.tolist(),
        "says": _SAYS,
        "notes": _NOTES,
        "same": _SAME,
    }


# --- what the engine computes ---------------------------------------------------------------------


@lru_cache(maxsize=1)
def _compute_points() -> tuple[Any, Any]:
    """Return the predictions without b₃ at the three dosages, and what was observed."""
    x, observed = dosage()
    curve = -1.22 * softplus(3.34 * x - 1.43) - 2.30 * softplus(-3.53 * x + 0.57)
    return curve, observed


@lru_cache(maxsize=4096)
def _measure(curve: int, at: float) -> tuple[float, float]:
    """Return the height of a curve at a place, and its slope."""
    leaf = Variable(at, name="b3")
    points, observed = _compute_points()
    height = distance(leaf - KINK) if curve else ssr(points + leaf, observed)
    height.backward()
    return float(height.value), float(leaf.grad)


def _find_gap(state: State, half: float) -> float:
    """Return how far a curve is from its tangent, at the edge of a frame where it is further."""
    curve, at = state["curve"], state["at"]
    height, slope = _measure(curve, at)
    return max(abs(_measure(curve, at + h)[0] - height - slope * h) for h in (-half, half))


def choose_words(curve: int, away: float, half: float, times: float) -> str:
    """Return which sentence is true: of a curve, at a point so far from the kink, in a frame.

    Examples
    --------
    >>> choose_words(1, 0.1, 0.5, 4), choose_words(1, 0.1, 0.05, 40)
    ('near', 'straight')
    """
    if not curve:
        return "first" if times == _POWERS[0] else "smooth"
    if away < 1e-9:
        return "kink"
    return "near" if away < half else "straight"


def _list_numbers(state: State) -> dict[str, Any]:
    """Return the numbers of the moment, by the names that they have in sentences."""
    times, half = state["times"], 2 / state["times"]
    return {
        "times": f"{times:.0f}",
        "before": f"{times / 2:.0f}",
        "half": half,
        "at": state["at"],
        "away": abs(state["at"] - KINK),
        "slope": _measure(state["curve"], state["at"])[1],
        "gap": _find_gap(state, half),
        "wider": _find_gap(state, 2 * half),
    }


def _describe(state: State) -> str:
    numbers = _list_numbers(state)
    kind = choose_words(state["curve"], numbers["away"], numbers["half"], state["times"])
    return fill_sentence(_SAYS[kind], numbers)


# --- what is drawn --------------------------------------------------------------------------------


def _draw(state: State) -> list[Sketch]:
    return [_draw_curve(state), _draw_frame(state)]


def _draw_curve(state: State) -> Sketch:
    """Draw the whole curve, its tangent, and the frame on it."""
    sketch, curve, at = Sketch(300, 290), state["curve"], state["at"]
    y, (height, slope), half = _Y[curve], _measure(curve, at), 2 / state["times"]
    left, top, right, bottom = _BOX
    for k, value in enumerate(_TICKS_Y[curve]):
        place = y.at(value)
        sketch.line(left, place, right, place, ink="grid")
        sketch.text(left - 6, place + 4, f"{value}", name=f"tick{k}", ink="muted", anchor="end",
                    size=TICK)  # fmt: skip
    sketch.line(left, bottom, right, bottom)
    for value in _TICKS_X:
        sketch.text(_X.at(value), bottom + 16, f"{value}", ink="muted", anchor="middle", size=TICK)
    name_x, name_y = _NAMES[curve]
    sketch.text(right, bottom + 16, name_x, name="name-x", ink="muted", anchor="end")
    sketch.text(left - 20, top - 10, name_y, name="name-y", ink="muted")
    line = [height + slope * (value - at) for value in _GRID]
    _draw_cut(sketch, "tangent", line, y, "gradient", hidden=_is_kink(state))
    _draw_cut(sketch, "curve", [_measure(curve, v)[0] for v in _GRID], y, "residual")
    width, tall = half * (_X.at(1) - _X.at(0)), (bottom - top) / state["times"]
    x0, y0 = _X.at(at), y.at(height)
    sketch.dot(x0, y0, 9, name="point", ink="residual")
    sketch.box(x0 - width, y0 - tall / 2, 2 * width, tall, name="frame", ink="ink", fill=0.08,
               stroke=1.5)  # fmt: skip
    return sketch


def _draw_frame(state: State) -> Sketch:
    """Draw what the frame holds, as large as the whole picture."""
    sketch, curve, at = Sketch(300, 290), state["curve"], state["at"]
    left, top, right, bottom = _BOX
    (height, slope), half = _measure(curve, at), 2 / state["times"]
    y = _scale_frame(state)
    sketch.box(left, top, right - left, bottom - top, ink="ink", fill=0.04, stroke=1.5)
    places = [at + half * share for share in _SHARES]
    heights = [_measure(curve, place)[0] for place in places]
    line = [height + slope * half * share for share in _SHARES]
    _draw_cut(sketch, "tangent-near", line, y, "gradient", near=True, hidden=_is_kink(state))
    _draw_cut(sketch, "curve-near", heights, y, "residual", near=True)
    numbers = _list_numbers(state)
    low, high = y.at(line[-1]), y.at(heights[-1])
    shown = 0 if _is_kink(state) else 1
    sketch.line(right - 5, low * shown, right - 5, high * shown, name="gap", ink="ink", width=1.5)
    sketch.dot((left + right) / 2, (top + bottom) / 2, 9, ink="residual")
    kind = choose_words(curve, numbers["away"], half, state["times"])
    hair = not curve and abs(low - high) < 1
    sketch.text((left + right) / 2, bottom - 10, _SAME if hair else _NOTES[kind], name="note",
                anchor="middle")  # fmt: skip
    word = f"gap {format_number(numbers['gap'])}" if kind in ("first", "smooth") else ""
    sketch.text(right - 10, top + 20, word, name="gap-word", anchor="end")
    sketch.text(left, bottom + 16, f"−{format_number(half)}", name="edge-left", ink="muted",
                size=TICK)  # fmt: skip
    sketch.text((left + right) / 2, bottom + 16, format_number(at), name="edge-middle", ink="muted",
                anchor="middle", size=TICK)  # fmt: skip
    sketch.text(right, bottom + 16, f"+{format_number(half)}", name="edge-right", ink="muted",
                anchor="end", size=TICK)  # fmt: skip
    sketch.text(left - 20, top - 10, f"in the frame, ×{numbers['times']}", name="times",
                ink="muted")  # fmt: skip
    return sketch


def _is_kink(state: State) -> bool:
    return bool(state["curve"]) and abs(state["at"] - KINK) < 1e-9


def _scale_frame(state: State) -> Scale:
    """Return where heights lie in the picture of the frame."""
    y, middle = _Y[state["curve"]], _measure(state["curve"], state["at"])[0]
    half = (y.last - y.first) / 2 / state["times"]
    return Scale(middle - half, middle + half, y.start, y.stop)


def _draw_cut(
    sketch: Sketch, name: str, heights: Any, y: Scale, ink: str, *, near: bool = False,
    hidden: bool = False,
) -> None:  # fmt: skip
    """Draw a curve as far as it stays in its picture."""
    middle, side = (_BOX[0] + _BOX[2]) / 2, (_BOX[2] - _BOX[0]) / 2
    xs = [middle + side * share for share in _SHARES] if near else [_X.at(v) for v in _GRID]
    commands, *places = cut_curve(xs, [y.at(value) for value in heights], y)
    sketch.curve(*places, name=name, ink=ink, commands=commands, hidden=hidden)
