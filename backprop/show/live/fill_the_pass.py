"""Fill the pass: eight blanks on the way back, and a wrong number shows where it began."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from backprop.engine.activations import softplus
from backprop.engine.program.run import program
from backprop.engine.variable import Variable
from backprop.page.html import Markup, element
from backprop.show.drawing.sentences import fill_sentence, format_number
from backprop.show.explorers.markup import write_buttons, write_controls, write_slider
from backprop.show.explorers.slider import Slider
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.sketch import TICK, Sketch

__all__ = ["fill_the_pass"]

#: The blanks in the order of the way back: what each is the derivative by, and the blank of whose
#: number it is made (none for the first, which begins at 1).
BLANKS = (
    ("residual", None), ("predicted", 0), ("b₃", 1), ("w₃", 1), ("y₁", 1), ("z₁", 4), ("w₁", 5),
    ("b₁", 5),
)  # fmt: skip
_COUNT = 24  # sets of numbers
_PARAMETERS = ("w1", "b1", "w3", "b3", "x", "observed")
#: Nudges of what is computed on the way: their derivatives are those of the values.
_NUDGES = ("z", "y", "p", "r")
_DERIVATIVES = ("r", "p", "b3", "w3", "y", "z", "w1", "b1")
_KEYS = tuple(f"g{k}" for k in range(len(BLANKS)))
_START = {"set": 7, **dict.fromkeys(_KEYS, "")}
_SLIDER = Slider(values=list(range(1, _COUNT + 1)), value=7, label="numbers")
#: Of a typed number: so much of the truth, and so much besides, it may be away.
_NEAR, _CLOSE = 0.02, 0.006
_BOX = (92.0, 84.0)
#: Where the middle of each value stands.
_PLACES = {
    "w₁": (52, 48), "x": (52, 156), "b₁": (52, 264), "z₁": (176, 156), "y₁": (290, 156),
    "w₃": (290, 48), "b₃": (290, 264), "predicted": (408, 156), "observed": (408, 48),
    "residual": (526, 156), "SSR": (526, 264),
}  # fmt: skip
_EDGES = (
    ("w₁", "z₁"), ("x", "z₁"), ("b₁", "z₁"), ("z₁", "y₁"), ("y₁", "predicted"),
    ("w₃", "predicted"), ("b₃", "predicted"), ("predicted", "residual"), ("observed", "residual"),
    ("residual", "SSR"),
)  # fmt: skip
_MARKS = {"open": "", "right": "✓", "fault": "✗ fault", "follows": "✗ follows"}
_SENTENCES = {
    "empty": "Numbers {n}: eight blanks. Begin at the SSR: what is its slope with respect to the "
    "residual?",
    "right": "Numbers {n}: {count} of 8 filled in, all of them right.",
    "done": "Numbers {n}: all eight are right. Each is a local derivative times what had arrived.",
    "alone": "Numbers {n}: {count} right. The fault is at {name}, and nothing else is made of it.",
    "spoilt": "Numbers {n}: {count} right. The fault is at {name}; what is wrong besides follows "
    "from it.",
    "several": "Numbers {n}: {count} right. Faults at {name}: there a number is not what arrives "
    "times the local derivative.",
}


def fill_the_pass() -> LiveFigure:
    """Let readers fill in a backward pass: eight blanks, and numbers that are new each time.

    A number that does not follow from the one before it is a fault. One that does, and is wrong
    all the same, has inherited its fault: so the pattern of what is wrong points at where it began.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> figure = show.fill_the_pass()
    >>> figure.describe({**figure.start, "g0": "100"})
    'Numbers 7: 0 right. The fault is at residual, and nothing else is made of it.'
    """
    return LiveFigure(
        "fill_the_pass",
        "Fill the pass",
        "Which numbers does the way back write into the eight blanks?",
        {"back": _write_program()},
        _draw,
        _describe,
        dict(_START),
        write_controls(
            [write_slider("fill-the-pass-set", _SLIDER), _write_fields()],
            write_buttons({"New numbers": "bp-new", "Show me": "bp-fill"}),
        ),
        data={
            "controls": list_meanings({"set": _SLIDER}),
            "values": [compute_values(n) for n in range(1, _COUNT + 1)],
            "parameters": [dict(draw_numbers(n)) for n in range(1, _COUNT + 1)],
            "derivatives": _DERIVATIVES,
            "blanks": BLANKS,
            "near": [_NEAR, _CLOSE],
            "marks": _MARKS,
            "sentences": _SENTENCES,
        },
        filmstrip=_make_filmstrip(),
        still="This figure moves with JavaScript: type a number into each blank.",
        caption="One point, one hidden node. Blue: values; orange: what you have typed. Two "
        "per cent away is near enough.",
        width="wide",
        lines=4,
        panel_lines=1,
    )


def _write_program() -> tuple[Any, list[Any]]:
    leaves = {name: Variable(value, name=name) for name, value in draw_numbers(7)}
    leaves |= {name: Variable(0.0, name=name) for name in _NUDGES}
    return program(lambda: _compute_loss(leaves)), []


def _compute_loss(at: dict[str, Any]) -> Any:
    z1 = at["w1"] * at["x"] + at["b1"] + at["z"]
    y1 = softplus(z1) + at["y"]
    predicted = at["w3"] * y1 + at["b3"] + at["p"]
    residual = at["observed"] - predicted + at["r"]
    return residual**2


def _write_fields() -> Markup:
    fields = [
        element(
            "label",
            element("span", name),
            element("input", type="text", inputmode="decimal", name=key, autocomplete="off",
                    size=6),
        )
        for key, (name, _) in zip(_KEYS, BLANKS, strict=True)
    ]  # fmt: skip
    legend = element("legend", "∂SSR/∂ …, from the SSR back")
    return element("fieldset", legend, element("div", fields), class_="bp-blanks")


def _make_filmstrip() -> dict[str, State]:
    """Return frames: a fault in the softplus, one in the residual, and none."""
    right = _find_truth(7)
    slope = right[5] / right[4]
    no_slope = [g / slope if k >= 5 else g for k, g in enumerate(right)]
    no_minus = [-g if k >= 1 else g for k, g in enumerate(right)]
    return {
        "the slope of the softplus forgotten": _type_numbers(no_slope),
        "a minus lost": _type_numbers(no_minus),
        "all eight": _type_numbers(right),
    }


def _type_numbers(numbers: list[float]) -> dict[str, Any]:
    written = [format_number(g).replace("−", "-") for g in numbers]
    return dict(zip(_KEYS, written, strict=True))


# --- what the engine computes ---------------------------------------------------------------------


@cache
def draw_numbers(n: int) -> tuple[tuple[str, float], ...]:
    """Draw the numbers of one set, such that each local derivative makes a difference.

    Examples
    --------
    >>> draw_numbers(7) == draw_numbers(7), draw_numbers(7) == draw_numbers(8)
    (True, False)
    """
    rng = np.random.default_rng(n)
    while True:
        w1, b1, w3, b3 = (float(k) / 2 for k in rng.choice([-4, -3, -1, 1, 3, 4], size=4))
        x, observed = float(rng.choice([0.5, 2.0, 3.0])), float(rng.choice([0.0, 1.0, 2.0]))
        y1 = math.log1p(math.exp(w1 * x + b1))
        residual = observed - (w3 * y1 + b3)
        if 0.3 < abs(residual) < 4 and abs(w1 * x + b1) < 2 and y1 > 0.25 and abs(y1 - 1) > 0.15:
            numbers = (w1, b1, w3, b3, x, observed)
            return tuple(zip(_PARAMETERS, numbers, strict=True))


@cache
def compute_values(n: int) -> dict[str, float]:
    """Compute every value of the forward pass of one set, by its name in the picture."""
    at = dict(draw_numbers(n))
    z1 = at["w1"] * at["x"] + at["b1"]
    y1 = float(softplus(z1))
    predicted = at["w3"] * y1 + at["b3"]
    residual = at["observed"] - predicted
    return {
        "w₁": at["w1"], "x": at["x"], "b₁": at["b1"], "z₁": z1, "y₁": y1, "w₃": at["w3"],
        "b₃": at["b3"], "predicted": predicted, "observed": at["observed"], "residual": residual,
        "SSR": residual**2, "slope": 1 / (1 + math.exp(-z1)),
    }  # fmt: skip


def _find_truth(n: int) -> list[float]:
    leaves = {name: Variable(value, name=name) for name, value in draw_numbers(n)}
    leaves |= {name: Variable(0.0, name=name) for name in _NUDGES}
    _compute_loss(leaves).backward()
    return [float(leaves[name].grad) for name in _DERIVATIVES]


def _read_typed(text: str) -> float | None:
    try:
        number = float(text.replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_near(number: float, wanted: float) -> bool:
    return abs(number - wanted) <= _NEAR * abs(wanted) + _CLOSE


def _judge(state: State) -> list[str]:
    """Return what is so of each blank: open, right, a fault, or what follows from one."""
    truth = _find_truth(state["set"])
    typed = [_read_typed(state[key]) for key in _KEYS]
    found = []
    for k, (_, before) in enumerate(BLANKS):
        number = typed[k]
        given = None if before is None else typed[before]
        if number is None:
            found.append("open")
        elif _is_near(number, truth[k]):
            found.append("right")
        elif before is None or given is None:
            found.append("fault")
        else:
            inherited = given * truth[k] / truth[before]
            found.append("follows" if _is_near(number, inherited) else "fault")
    return found


def _describe(state: State) -> str:
    found = _judge(state)
    faults = [BLANKS[k][0] for k, kind in enumerate(found) if kind == "fault"]
    count = found.count("right")
    if not faults:
        kind = "done" if count == len(BLANKS) else "right" if count else "empty"
    elif len(faults) > 1:
        kind = "several"
    else:
        kind = "spoilt" if "follows" in found else "alone"
    words = {"n": str(state["set"]), "count": str(count), "name": " and ".join(faults)}
    return fill_sentence(_SENTENCES[kind], words)


# --- what is drawn --------------------------------------------------------------------------------


def _draw(state: State) -> list[Sketch]:
    sketch = Sketch(578, 312)
    for start, end in _EDGES:
        (x0, y0), (x1, y1) = _PLACES[start], _PLACES[end]
        sketch.line(x0, y0, x1, y1, ink="axis", width=1.5)
    values = compute_values(state["set"])
    blanks = {name: k for k, (name, _) in enumerate(BLANKS)}
    for name in _PLACES:
        _draw_value(sketch, name, values[name], framed=name in blanks or name == "SSR")
    found = _judge(state)
    for name, k in blanks.items():
        (x, y), typed = _PLACES[name], _read_typed(state[_KEYS[k]])
        shown = "?" if typed is None else format_number(typed)
        _write_line(sketch, (x, y + 15), shown, f"typed{k}", "gradient", bold=True)
        _write_line(sketch, (x, y + 32), _MARKS[found[k]], f"mark{k}", "ink")
    x, y = _PLACES["SSR"]
    _write_line(sketch, (x, y + 15), "1", "", "gradient")
    slope = format_number(values["slope"])
    sketch.text(112, 226, "slope of the", ink="muted", size=TICK)
    sketch.text(112, 242, f"softplus {slope}", name="slope", ink="muted", size=TICK)
    return [sketch]


def _draw_value(sketch: Sketch, name: str, value: float, *, framed: bool) -> None:
    """Draw the name of a value and, below it, the value; in a box, if it has a derivative."""
    (x, y), (width, height) = _PLACES[name], _BOX
    corner = (x - width / 2, y - height / 2, width, height)
    if framed:
        sketch.box(*corner, ink="surface", fill=1)
        sketch.box(*corner, ink="axis", fill=0)
    else:
        sketch.box(x - width / 2 + 6, y - 32, width - 12, 42, ink="surface", fill=1, stroke=0)
    sketch.text(x, y - 20, name, size=13, anchor="middle", italic=len(name) < 3, rim=0)
    _write_line(sketch, (x, y - 3), format_number(value), f"value-{name}", "value")


def _write_line(
    sketch: Sketch, at: tuple[float, float], text: str, name: str, ink: str, bold: bool = False
) -> None:
    sketch.text(*at, text, name=name, ink=ink, anchor="middle", size=TICK, bold=bold, rim=0)
