"""One pass, three writings: twin lines by hand, of the engine's visits, and of its program."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

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
from backprop.show.live.sketch import TICK, Sketch, colour, write_arrow
from backprop.show.live.writings import (
    HAND,
    PARTS,
    Line,
    compute_values,
    make_program,
    read_columns,
    write_engine,
    write_program,
)

__all__ = ["three_writings"]

_SLIDER = Slider(
    values=list(range(len(PARTS))),
    value=7,
    label="part of the pass",
    format=lambda k: PARTS[int(k)],
)
_TABS = Choice(["by hand", "engine", "program"], label="writing")
_START = {"part": 7, "writing": 0}
_COLUMNS = ("hand", "engine", "program")
_TITLES = ("by hand", "as the engine visits", "as bp.program writes")
_WIDTH, _TOP, _ROW = 224.0, 28.0, 16.0
#: The chain of values, and where each stands; which edge a part goes along, against the arrows.
_PLACES = {
    "X": (24, 52), "Z": (120, 52), "A": (216, 52), "P": (312, 52), "SSR": (408, 52),
    "W1": (76, 14), "B1": (164, 14), "W2": (268, 14), "B2": (356, 14),
}  # fmt: skip
_EDGES = ("X Z", "W1 Z", "B1 Z", "Z A", "A P", "W2 P", "B2 P", "P SSR")
_BACK = {
    "dP": "P SSR", "dB2": "B2 P", "dA": "A P", "dW2": "W2 P", "dZ": "Z A", "dB1": "B1 Z",
    "dW1": "W1 Z",
}  # fmt: skip
_BOX = (44.0, 24.0)
#: Where the numbers of a part stand: its name, the first row, and the two columns.
_NUMBERS = (4.0, 22.0, (130.0, 216.0))
_SAYS = {
    "Z": "Z is what goes into both neurons. Your two lines are its two columns: one product, and a "
    "row of biases that is repeated.",
    "A": "A is what comes out of both neurons. The softplus is taken entry by entry, so two "
    "columns are no different from one.",
    "P": "P holds the predictions. Your w3 · y1 + w4 · y2 is a row times a column.",
    "SSR": "The loss. To square and to add up is one call: a row of numbers times itself.",
    "dP": "Here the way back begins, and all three begin with the same number for each point.",
    "dB2": "b3 serves all three points, so what arrives is added up. A row of ones does it.",
    "dA": "Back over w3 and w4. By hand this stands in the same line as the next part.",
    "dW2": "The slopes of w3 and w4: your two sums are the two entries of one product.",
    "dZ": "Back through the softplus. What you wrote as 1 / (1 + exp(−z)) takes the program "
    "several calls, so that no number overflows.",
    "dB1": "The slopes of b1 and b2: the columns of dZ, each added up.",
    "dW1": "The slopes of w1 and w2. Here it ends: before X there is nothing to learn.",
}
_COUNT = "{say} Lines: {hand} by hand, {engine} of the engine, {program} of the program."


def three_writings() -> LiveFigure:
    """Show one pass in three writings, and which of their lines do the same.

    The first is what readers of the book have written by hand, the second what the engine does at
    each visit, in words of its table of operations, the third the program that it writes. All of
    it, lines and numbers, comes from the engine but what is written by hand.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> figure = show.three_writings()
    >>> figure.describe({"part": 2, "writing": 0}).partition("column. ")[2]
    'Lines: 1 by hand, 2 of the engine, 2 of the program.'
    """
    return LiveFigure(
        "three_writings",
        "One pass, three writings",
        "Both passes of the dosage network, written three times. Which lines do the same?",
        {"written": (make_program(), list(read_columns()))},
        _draw,
        _describe,
        dict(_START),
        write_controls(
            [
                write_slider("three-writings-part", _SLIDER),
                write_choice("three-writings-writing", _TABS),
            ],
            write_buttons({"Next part": "bp-next"}),
        ),
        data=_list_data(),
        filmstrip={
            "Z: two columns": {"part": 0},
            "dW2: two sums, one product": {},
            "dZ: the sigmoid": {"part": 8},
            "dW1: the end": {"part": 10},
        },
        still="This figure moves with JavaScript: point at any line.",
        caption="o, O: observed; p, P: predicted; d: the slope of the SSR. B1 is the row of b1 and "
        "b2, B2 holds b3. Point at a line of any column.",
        width="wide",
        columns=3,
        lines=7,
    )


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides."""
    return {
        "controls": list_meanings({"part": _SLIDER, "writing": _TABS}),
        "parts": [
            {
                "name": part,
                "spans": [_find_spans(lines, part) for lines in _list_writings()],
                "box": _place_box(part),
                "arrow": _place_arrow(part),
                "numbers": _write_numbers(part),
                "says": _describe({"part": k}),
            }
            for k, part in enumerate(PARTS)
        ],
        "lines": [[PARTS.index(line.parts[-1]) for line in lines] for lines in _list_writings()],
        "columns": _COLUMNS,
        "row": [_WIDTH, _TOP, _ROW],
        "inks": {"value": colour("value"), "gradient": colour("gradient")},
    }


def _list_writings() -> tuple[Sequence[Line], ...]:
    return HAND, write_engine(), write_program()


def _find_spans(lines: Sequence[Line], part: str) -> list[list[int]]:
    """Return where the lines of a part stand: the first ones and how many, at most twice."""
    found = [k for k, line in enumerate(lines) if part in line.parts]
    runs: list[list[int]] = []
    for k in found:
        if runs and sum(runs[-1]) == k:
            runs[-1][1] += 1
        else:
            runs.append([k, 1])
    return [*runs, [0, 0], [0, 0]][:2]


def _describe(state: State) -> str:
    part = PARTS[state["part"]]
    counts = {
        name: str(sum(part in line.parts for line in lines))
        for name, lines in zip(_COLUMNS, _list_writings(), strict=True)
    }
    return fill_sentence(_COUNT, {"say": _SAYS[part], **counts})


def _write_numbers(part: str) -> list[str]:
    """Write the numbers of a part, three rows of two, empty where there are none."""
    values = np.atleast_2d(compute_values()[part])
    rows = [[format_number(float(number)) for number in row] for row in values]
    every = [[*row, "", ""][:2] for row in [*rows, [], [], []][:3]]
    return list(itertools.chain.from_iterable(every))


# --- what is drawn --------------------------------------------------------------------------------


def _draw(state: State) -> list[Sketch]:
    part = PARTS[state["part"]]
    writings = zip(_COLUMNS, _TITLES, _list_writings(), strict=True)
    columns = [_draw_writing(*writing, part) for writing in writings]
    return [*columns, _draw_chain(part), _draw_numbers(part)]


def _draw_writing(name: str, title: str, lines: Sequence[Line], part: str) -> Sketch:
    """Draw a column of lines; those of the part lie on a tinted box."""
    sketch = Sketch(_WIDTH, _TOP + len(lines) * _ROW + 4, "" if name == "program" else "bp-also")
    for k, (first, count) in enumerate(_find_spans(lines, part)):
        box = (0.0, _TOP + first * _ROW, _WIDTH * (count > 0), count * _ROW)
        sketch.box(*box, name=f"{name}{k}", ink=_choose_ink(part), fill=0.22, stroke=0)
    sketch.text(4, 18, title, bold=True, size=13)
    for k, line in enumerate(lines):
        at = (4, _TOP + (k + 0.5) * _ROW + 4)
        sketch.text(*at, line.text, size=TICK, rim=0, kind="bp-mono")
    return sketch


def _choose_ink(part: str) -> str:
    return "gradient" if part.startswith("d") else "value"


def _draw_chain(part: str) -> Sketch:
    """Draw the chain of values with the one that is meant."""
    sketch = Sketch(2 * _WIDTH + 8, 80, "bp-chain")
    for edge in _EDGES:
        (x0, y0), (x1, y1) = (_PLACES[name] for name in edge.split())
        sketch.line(x0, y0, x1, y1, ink="axis", width=1.5)
    ink = _choose_ink(part)
    for name, (x, y) in _PLACES.items():
        corner = (x - _BOX[0] / 2, y - _BOX[1] / 2, *_BOX)
        sketch.box(*corner, ink="surface", fill=1, stroke=0)
        sketch.box(*corner, ink="axis", fill=0)
        sketch.text(x, y + 5, name, anchor="middle", size=13, rim=0)
    sketch.box(*_place_box(part), name="meant", ink=ink, fill=0.3, stroke=2.5)
    begin, end = _place_arrow(part)
    points = write_arrow(begin, end, 2.5, 7.0)
    sketch.arrow(points, name="arrow", width=2.5, hidden=part not in _BACK)
    return sketch


def _draw_numbers(part: str) -> Sketch:
    sketch = Sketch(_WIDTH, 80, "bp-numbers")
    left, top, columns = _NUMBERS
    sketch.text(left, top, f"{part} =", name="part", bold=True)
    for k, number in enumerate(_write_numbers(part)):
        at = (columns[k % 2], top + (k // 2) * 24)
        sketch.text(*at, number, name=f"number{k}", ink=_choose_ink(part), anchor="end")
    return sketch


def _place_box(part: str) -> tuple[float, float, float, float]:
    x, y = _PLACES[part.removeprefix("d")]
    return x - _BOX[0] / 2, y - _BOX[1] / 2, *_BOX


def _place_arrow(part: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the edge along which a part goes back, in the direction of the way forward."""
    begin, end = _BACK.get(part, "P SSR").split()
    return _PLACES[begin], _PLACES[end]
