"""The square of a + a: two paths lead to its area, and each of them paints half of its border."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from backprop.engine.program.run import program
from backprop.engine.variable import Variable
from backprop.show.drawing.sentences import fill_sentence, format_number
from backprop.show.drawing.shapes import measure_width
from backprop.show.explorers.markup import (
    write_buttons,
    write_controls,
    write_slider,
    write_ticks,
)
from backprop.show.explorers.slider import Slider
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.sketch import TICK, Scale, Sketch

__all__ = ["square_of_sum"]

A = 3.0
_START = {"h": 0.5, "path1": 1, "path2": 0}
_SLIDER = Slider(0.05, 1.0, steps=20, value=0.5, label="nudge of a")
_PATHS = {"path1": "path 1", "path2": "path 2"}
#: From lengths to places: the square lies around its middle, and grows to all four sides.
_MIDDLE, _UNIT = (142.0, 144.0), 26.0
_RATE = Scale(0.0, 30.0, 284.0, 494.0)
_ROWS, _BAR = (152.0, 198.0), 14.0
_NODES = {"a": (292.0, 58.0), "s": (400.0, 58.0), "y": (477.0, 58.0)}
_RADIUS = 17.0
_SENTENCES = {
    "grown": "a grows by {h}, the area by {growth}: {rate} for each unit of a.",
    "none": "No path is counted yet. The slope is {truth}.",
    "one": "Path {k} alone counts two strips, {counted} for each unit; the slope is {truth}.",
    "both": "Four strips: {first} + {second} = {truth}, the slope. The corners add {corners}: "
    "that is {over} for each unit, and fades with the nudge.",
}
_NOTES = (
    "a grows: so do all four sides.",
    "Half the border is unpainted.",
    "Two paths paint all four sides.",
)


def square_of_sum() -> LiveFigure:
    """Show why both paths from a to the square of a + a count, and what one path leaves out.

    A nudge of a makes the square grow at all four sides. Each path of the derivative paints the
    strips at two of them; the corners, the square of the nudge, are left over.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> figure = show.square_of_sum()
    >>> figure.describe({"h": 0.5, "path1": 0, "path2": 1}).partition(" of a. ")[2]
    'Path 2 alone counts two strips, 12.0 for each unit; the slope is 24.0.'
    """
    return LiveFigure(
        "square_of_sum",
        "The square of a + a",
        "Path 1 paints two sides of the border. Who paints the other two?",
        _write_programs(),
        _draw,
        _describe,
        dict(_START),
        write_controls(
            [
                write_slider("square-of-sum-h", _SLIDER),
                write_ticks("count what arrives along", _PATHS, ["path1"]),
            ],
            write_buttons({}),
        ),
        data=_list_data(),
        filmstrip={
            "a grows in both halves": {"path1": 0},
            "one path: half the border": {},
            "two paths: all of it": {"path2": 1},
            "a small nudge: no corners": {"h": 0.1, "path2": 1},
        },
        still="This figure moves with JavaScript: pull the corner, tick the paths.",
        lines=5,
        panel_lines=1,
        width="wide",
    )


def _write_programs() -> dict[str, Any]:
    a = Variable(A, name="a")
    first, second = (Variable(A, name=name) for name in ("first", "second"))
    return {
        "square": (program(lambda: (a + a) ** 2), []),
        "paths": (program(lambda: (first + second) ** 2), []),
    }


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides."""
    return {
        "controls": list_meanings({"h": _SLIDER}),
        "a": A,
        "middle": _MIDDLE,
        "unit": _UNIT,
        "rate": _RATE.ends(),
        "rows": _ROWS,
        "bar": _BAR,
        "sentences": _SENTENCES,
        "notes": _NOTES,
    }


# --- what the engine computes ---------------------------------------------------------------------


@lru_cache(maxsize=100)
def _square(a: float) -> tuple[float, float]:
    """Return the area of the square of a + a, and its slope."""
    leaf = Variable(a, name="a")
    area = (leaf + leaf) ** 2
    area.backward()
    return float(area.value), float(leaf.grad)


@lru_cache(maxsize=1)
def _paths() -> tuple[float, float]:
    """Return what arrives along each path, as both places of a have a name of their own."""
    first, second = Variable(A, name="first"), Variable(A, name="second")
    ((first + second) ** 2).backward()
    return float(first.grad), float(second.grad)


def _measure(state: State) -> dict[str, float]:
    """Return the numbers of the moment, by the names that they have in sentences."""
    (area, truth), (grown, _), (first, second) = _square(A), _square(A + state["h"]), _paths()
    growth = grown - area
    return {
        "h": state["h"],
        "area": area,
        "grown": grown,
        "growth": growth,
        "rate": growth / state["h"],
        "truth": truth,
        "first": first,
        "second": second,
        "counted": state["path1"] * first + state["path2"] * second,
        "corners": _square(state["h"])[0],  # together they are a square of h + h
        "over": _square(state["h"])[0] / state["h"],
    }


def _describe(state: State) -> str:
    numbers = _measure(state)
    kind = ("none", "one", "both")[state["path1"] + state["path2"]]
    words = {**numbers, "k": "1" if state["path1"] else "2"}
    return fill_sentence(f"{_SENTENCES['grown']} {_SENTENCES[kind]}", words)


# --- what is drawn --------------------------------------------------------------------------------


def _draw(state: State) -> list[Sketch]:
    sketch = Sketch(500, 287)
    numbers = _measure(state)
    _draw_square(sketch, state)
    _draw_words(sketch, state, numbers)
    _draw_paths(sketch, state, numbers)
    _draw_rates(sketch, state, numbers)
    return [sketch]


def _draw_square(sketch: Sketch, state: State) -> None:
    """Draw the square, where it grows, and which strips and corners are painted."""
    (x, y), half, h = _MIDDLE, A * _UNIT, state["h"] * _UNIT
    sketch.box(x - half, y - half, 2 * half, 2 * half, ink="value", fill=0.14, stroke=1.5)
    sketch.line(x, y - half, x, y + half, ink="value", dashed=True)
    sketch.line(x - half, y, x + half, y, ink="value", dashed=True)
    strips = {
        "path1": [(x - half, y - half, -h, 2 * half), (x - half, y + half, 2 * half, h)],
        "path2": [(x + half, y - half, h, 2 * half), (x - half, y - half, 2 * half, -h)],
    }
    for path, boxes in strips.items():
        for k, (left, top, width, height) in enumerate(boxes):
            on = state[path]
            box = (left, top, width * on, height) if k == 0 else (left, top, width, height * on)
            sketch.box(*box, name=f"{path}-{k}", ink="gradient", fill=0.4, stroke=0)
    for k, (across, up) in enumerate([(-1, -1), (-1, 1), (1, -1), (1, 1)]):
        corner = (x + across * half, y + up * half, across * h, up * h)
        sketch.box(*corner, name=f"faint{k}", ink="ink", fill=0.12, stroke=0)
    both = state["path1"] * state["path2"]
    corners = [
        (x - half, y + half, -h, h, state["path1"]),
        (x + half, y - half, h, -h, state["path2"]),
        (x - half, y - half, -h, -h, both),
        (x + half, y + half, h, h, both),
    ]
    for k, (left, top, width, height, on) in enumerate(corners):
        sketch.box(left, top, width * on, height * on, name=f"corner{k}", ink="ink", fill=0.45,
                   stroke=0)  # fmt: skip
    out = half + h
    sketch.curve(
        [x - out, x + out, x + out, x - out, x - out],
        [y - out, y - out, y + out, y + out, y - out],
        name="outline",
        ink="ink",
        width=1.5,
        dashed=True,
    )
    sketch.dot(x + out, y - out, 17, name="pulled", ink="value")
    sketch.text(x + out, y - out + 4, "↗", name="arrow", ink="surface", anchor="middle", size=TICK,
                rim=False)  # fmt: skip


def _draw_words(sketch: Sketch, state: State, numbers: dict[str, float]) -> None:
    (x, y), half = _MIDDLE, A * _UNIT
    sketch.text(0, 16, _NOTES[state["path1"] + state["path2"]], name="note")
    sketch.text(x, y + 6, f"{numbers['area']:g}", ink="value", anchor="middle", bold=True,
                size=16)  # fmt: skip
    for shift in (-half / 2, half / 2):
        sketch.text(x + shift, y + half + 44, "a", ink="value", anchor="middle", italic=True)
        sketch.text(x - half - 42, y + shift + 5, "a", ink="value", anchor="middle", italic=True)
    sketch.text(x - half, 283, "The same a stands in both halves.")
    sketch.text(272, 262, f"corners ÷ nudge {format_number(numbers['over'])}", name="corners")
    out = half + state["h"] * _UNIT
    sketch.line(x + out - 4, y + out - 3, 268, 258, name="pointer", ink="ink")


def _draw_paths(sketch: Sketch, state: State, numbers: dict[str, float]) -> None:
    """Draw the two paths from a to a + a, and the square behind them."""
    (ax, ay), (sx, _), (yx, _) = _NODES["a"], _NODES["s"], _NODES["y"]
    for path, slope, bow in (("path1", "first", -1), ("path2", "second", 1)):
        on = state[path]
        shares = [k / 12 for k in range(13)]
        xs = [ax + share * (sx - ax) for share in shares]
        ys = [ay + bow * 120 * share * (1 - share) for share in shares]
        sketch.curve(xs, ys, ink="axis", width=1.5)
        width = measure_width(numbers[slope] / 6) * on
        sketch.curve(xs, ys, name=f"{path}-edge", ink="gradient", width=width)
        words = format_number(numbers[slope]) if on else "?"
        sketch.text((ax + sx) / 2, ay + bow * 36 + (0 if bow < 0 else 10), words,
                    name=f"{path}-slope", ink="gradient", anchor="middle", bold=True)  # fmt: skip
    sketch.line(sx, ay, yx, ay, ink="axis", width=1.5)
    for name, word, value in (
        ("a", "a", A),
        ("s", "a + a", 2 * A),
        ("y", "area", numbers["area"]),
    ):
        cx, cy = _NODES[name]
        sketch.circle(cx, cy, _RADIUS)
        sketch.text(cx, cy + 5, f"{value:g}", ink="value", anchor="middle", size=TICK,
                    rim=False)  # fmt: skip
        sketch.text(cx, cy - _RADIUS - 7, word, anchor="middle", size=TICK, italic=name == "a")


def _write_count(numbers: dict[str, float]) -> str:
    """Write how much of the slope the paths count."""
    return f"counted {format_number(numbers['counted'])} of {format_number(numbers['truth'])}"


def _draw_rates(sketch: Sketch, state: State, numbers: dict[str, float]) -> None:
    """Draw what was counted, and what was measured, beside the slope."""
    zero, total = _RATE.start, 0.0
    for path, slope in (("path1", "first"), ("path2", "second")):
        low, total = total, total + numbers[slope] * state[path]
        width = _RATE.at(total) - _RATE.at(low)
        sketch.box(
            _RATE.at(low), _ROWS[0], width, _BAR, name=f"{path}-bar", ink="gradient", fill=0.4
        )
    truth, rate = _RATE.at(numbers["truth"]), _RATE.at(numbers["rate"])
    sketch.box(zero, _ROWS[1], truth - zero, _BAR, ink="value", fill=0.3, stroke=0)
    sketch.box(truth, _ROWS[1], rate - truth, _BAR, name="over", ink="ink", fill=0.45, stroke=0)
    bottom = _ROWS[1] + _BAR
    for top, end in ((_ROWS[0] - 3, _ROWS[0] + _BAR + 3), (_ROWS[1] - 3, bottom + 6)):
        sketch.line(truth, top, truth, end, ink="ink", width=1.5, dashed=True)
    sketch.text(
        truth, bottom + 20, f"slope {format_number(numbers['truth'])}", anchor="middle", size=TICK
    )
    sketch.text(zero, _ROWS[0] - 6, _write_count(numbers), name="counted")
    measured = f"growth ÷ nudge {format_number(numbers['rate'])}"
    sketch.text(zero, _ROWS[1] - 6, measured, name="measured")
