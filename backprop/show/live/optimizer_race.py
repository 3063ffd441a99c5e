"""The race: four optimisers from one start, on four grounds, with one rate or each at its best."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from backprop.page.html import element
from backprop.show.charts.contours import trace_contours
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
from backprop.show.live.marks import NOTHING, add_path, cut_line, write_circle, write_lines
from backprop.show.live.race_runs import (
    FAR,
    GROUNDS,
    LAST,
    OPTIMIZERS,
    RATES,
    STEPS,
    Run,
    find_best_rates,
    list_noise,
    run_optimizer,
    write_programs,
)
from backprop.show.live.sketch import TICK, Scale, Sketch

__all__ = ["optimizer_race"]

Point = tuple[float, float]

_START = {"ground": 0, "best": 0, "eta": 0.1, "step": 12, "u": -3.5, "v": 1.5}
_GROUNDS = Choice(["valley", "turned", "saddle", "noise"], label="ground")
_RATE = Choice(["one for all", "each its best"], label="learning rate")
_SLIDERS = {
    "eta": Slider(values=RATES, value=0.1, label="learning rate η", format="{:g}"),
    "step": Slider(0, STEPS, value=12, label="step"),
    "u": Slider(-5.5, 5.5, steps=221, value=-3.5, label="start, w₁"),
    "v": Slider(-3.3, 3.3, steps=133, value=1.5, label="start, w₂"),
}
_BOX = (36.0, 26.0, 476.0, 290.0)  # px: left, top, right, bottom; 40 px for 1 either way
_X = Scale(-5.5, 5.5, _BOX[0], _BOX[2])
_Y = Scale(-3.3, 3.3, _BOX[3], _BOX[1])
_STRIP = (36.0, 334.0, 348.0, 412.0)
_T = Scale(0, STEPS, _STRIP[0], _STRIP[2])
_LEVELS = (-6.0, 1.0)  # powers of ten: losses beyond them lie on the edge
_L = Scale(*_LEVELS, _STRIP[3], _STRIP[1])
_APART = 17.0  # px from name to name
_LOOKS = {
    "descent": ("ink", "", "●"),
    "momentum": ("muted", "6 3", "■"),
    "RMSProp": ("ink", "8 3 2 3", "▲"),
    "Adam": ("muted", "2 2.5", "◆"),
}
#: Corners of the marks, from their middle; the one without corners is a dot.
_SHAPES: dict[str, tuple[Point, ...]] = {
    "momentum": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
    "RMSProp": ((0, -6), (6, 5), (-6, 5)),
    "Adam": ((0, -6.5), (6.5, 0), (0, 6.5), (-6.5, 0)),
}
_NOTES = (
    "Steep across, flat along.",
    "The same valley, turned by 45°.",
    "Flat on the ridge, where w₂ is 0.",
    "Each gradient is shaken.",
)
_SAYS = {
    "same": "Step~{step}, η~=~{eta}. Loss: {ranking}. First steps: descent~{descent}, Adam~{adam}.",
    "best": "Step~{step}, best rates. Loss: {ranking}.",
}


def optimizer_race() -> LiveFigure:
    """Let gradient descent, momentum, RMSProp and Adam race from one start.

    The ground, the start and the learning rate are chosen; or each of them gets the rate at which
    it is best there. All runs are computed where the figure stands.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> show.optimizer_race()
    The race
    Who is lowest after 60 steps, and does the order hold at another rate?
    > Step..., η... Loss: RMSProp...0.180, Adam...0.405, descent...0.492, momentum...0.572. ...
    """
    name = "optimizer-race"
    rows = [write_choice(f"{name}-ground", _GROUNDS), write_choice(f"{name}-best", _RATE)]
    rows += [write_slider(f"{name}-{key}", _SLIDERS[key]) for key in ("eta", "step")]
    starts = [write_slider(f"{name}-{key}", _SLIDERS[key]) for key in ("u", "v")]
    rows.append(element("details", element("summary", "Start by keys"), starts, class_="bp-keys"))
    return LiveFigure(
        "optimizer_race",
        "The race",
        f"Who is lowest after {STEPS} steps, and does the order hold at another rate?",
        write_programs(),
        _draw,
        _describe,
        dict(_START),
        write_controls(rows, write_buttons({"Copy link": "bp-link"})),
        data=_list_data(),
        filmstrip={
            "η = 0.9 for all": {"eta": 0.9, "step": STEPS},
            "turned, each at its best": {
                "ground": 1,
                "best": 1,
                "step": STEPS,
                **_place_start(1),
            },
            "saddle, η = 0.05": {"ground": 2, "eta": 0.05, "step": 30, **_place_start(2)},
        },
        still="This figure moves with JavaScript: pull the start, and choose a rate.",
        width="wide",
        lines=5,
    )


def _place_start(ground: int) -> dict[str, float]:
    u, v = list(GROUNDS.values())[ground].start
    return {"u": u, "v": v}


def _list_data() -> dict[str, Any]:
    """Return what the module needs besides its programs."""
    return {
        "controls": list_meanings({"ground": _GROUNDS, "best": _RATE, **_SLIDERS}),
        "grounds": [
            {
                "loss": "valley" if ground.noise else name,
                "start": _place_start(k),
                "noise": ground.noise,
                "contours": _write_contours(name),
            }
            for k, (name, ground) in enumerate(GROUNDS.items())
        ],
        "optimizers": {name: kept for name, (_, kept) in OPTIMIZERS.items()},
        "noise": list_noise(),
        "rates": RATES,
        "steps": STEPS,
        "last": LAST,
        "far": FAR,
        "box": _BOX,
        "strip": _STRIP,
        "x": _X.ends(),
        "y": _Y.ends(),
        "t": _T.ends(),
        "l": _L.ends(),
        "apart": _APART,
        "shapes": _SHAPES,
        "notes": _NOTES,
        "says": {name: text.replace("~", "\u00a0") for name, text in _SAYS.items()},
    }


@cache
def _write_contours(ground: str) -> str:
    """Write the contours of a ground as one path, each of few points."""
    ranges = (_X.first, _X.last), (_Y.first, _Y.last)
    pieces = trace_contours(GROUNDS[ground].compute, *ranges, 8, power=2)
    few = [[*piece[:: max(1, len(piece) // 34)], piece[-1]] for piece in pieces]
    return "".join(write_lines([(_X.at(w1), _Y.at(w2)) for w1, w2 in piece]) for piece in few)


# ---- the runs of a state ----


def _list_rates(state: State) -> dict[str, float]:
    if state["best"]:
        return find_best_rates(_name_ground(state), float(state["u"]), float(state["v"]))
    return dict.fromkeys(OPTIMIZERS, float(state["eta"]))


def _name_ground(state: State) -> str:
    return list(GROUNDS)[int(state["ground"])]


def _list_runs(state: State) -> dict[str, Run]:
    ground, u, v = _name_ground(state), float(state["u"]), float(state["v"])
    return {
        name: run_optimizer(ground, name, rate, u, v) for name, rate in _list_rates(state).items()
    }


def _describe(state: State) -> str:
    runs, rates, step = _list_runs(state), _list_rates(state), int(state["step"])
    losses = {name: run.losses[step] for name, run in runs.items()}
    ranking = [
        f"{name}{f' (η = {rates[name]:g})' if state['best'] else ''} "
        + (format_number(loss) if math.isfinite(loss) else "is gone")
        for name, loss in sorted(losses.items(), key=lambda pair: pair[1])
    ]
    numbers: dict[str, float | str] = {
        "step": f"{step}",
        "eta": f"{state['eta']:g}",
        "ranking": ", ".join(ranking).replace("η = ", "η\u00a0=\u00a0"),
        "descent": math.dist(*runs["descent"].places[:2]),
        "adam": math.dist(*runs["Adam"].places[:2]),
    }
    says = _SAYS["best" if state["best"] else "same"].replace("~", "\u00a0")
    return fill_sentence(says, numbers)


# ---- drawn ----


def _draw(state: State) -> list[Sketch]:
    sketch = Sketch(500, 434)
    _draw_ground(sketch, state)
    runs = _list_runs(state)
    for name, run in runs.items():
        _draw_path(sketch, name, run, int(state["step"]))
    here = _X.at(float(state["u"])), _Y.at(float(state["v"]))
    sketch.dot(*here, 13, name="start")
    sketch.text(*_place_name(here), "start", name="start-name", anchor="middle", size=TICK)
    _draw_strip(sketch, runs, int(state["step"]))
    return [sketch]


def _place_name(here: Point) -> Point:
    """Return where the word at the start stands: above it, or below where it would leave."""
    x = min(max(here[0], _BOX[0] + 18), _BOX[2] - 18)
    return x, here[1] + (22 if here[1] < _BOX[1] + 30 else -12)


def _draw_ground(sketch: Sketch, state: State) -> None:
    left, top, right, bottom = _BOX
    add_path(
        sketch, "ground", _write_contours(_name_ground(state)), stroke="residual",
        stroke_width="1.2", stroke_opacity="0.55",
    )  # fmt: skip
    sketch.box(left, top, right - left, bottom - top, ink="axis", fill=0)
    for value in (-4, -2, 0, 2):
        text = f"{value}".replace("-", "−")
        sketch.text(_X.at(value), bottom + 16, text, ink="muted", anchor="middle", size=TICK)
    for value in (-2, 0, 2):
        text = f"{value}".replace("-", "−")
        sketch.text(left - 6, _Y.at(value) + 4, text, ink="muted", anchor="end", size=TICK)
    sketch.text(right, bottom + 16, "w₁", ink="muted", anchor="end", size=TICK)
    sketch.text(left - 26, top - 10, "w₂", ink="muted", size=TICK)
    sketch.text(right, top - 10, _NOTES[int(state["ground"])], name="note", anchor="end")


def _cut_path(run: Run, step: int) -> list[Point]:
    """Return where the places of a run lie, up to a step or to where it leaves the picture."""
    points: list[Point] = []
    for w1, w2 in run.places[: step + 1]:
        point = _X.at(w1), _Y.at(w2)
        if points:
            cut = cut_line(points[-1], point, _BOX)
            points.append(cut)
            if cut != point:
                break
        else:
            points.append(point)
    return points


def _draw_path(sketch: Sketch, name: str, run: Run, step: int) -> None:
    ink, dashes, _ = _LOOKS[name]
    points = _cut_path(run, step)
    add_path(
        sketch, f"path-{name}", write_lines(points) if step else NOTHING, stroke=ink,
        stroke_width="1.8", stroke_dasharray=dashes or "none",
    )  # fmt: skip
    mark = _write_mark(name, points[-1])
    add_path(sketch, f"mark-{name}", mark, fill=ink, stroke="surface", stroke_width="1.2")


def _write_mark(name: str, at: Point) -> str:
    if name not in _SHAPES:
        return write_circle(at, 5)
    return write_lines([(at[0] + x, at[1] + y) for x, y in _SHAPES[name]]) + "Z"


def _find_height(loss: float) -> float:
    low, high = (10.0**level for level in _LEVELS)
    return _L.at(math.log10(min(max(loss, low), high)))


def _space_names(heights: dict[str, float]) -> dict[str, float]:
    """Return heights for names: in their order, apart from each other, and within the strip."""
    order = sorted(heights, key=heights.__getitem__)
    placed: list[float] = []
    for name in order:
        placed.append(max(heights[name], placed[-1] + _APART if placed else _STRIP[1]))
    over = max(0.0, placed[-1] - _STRIP[3])
    for k in range(len(placed) - 1, -1, -1):
        bound = _STRIP[3] if k == len(placed) - 1 else placed[k + 1] - _APART
        placed[k] = min(placed[k], bound) if over else placed[k]
    return dict(zip(order, placed, strict=True))


def _draw_strip(sketch: Sketch, runs: dict[str, Run], step: int) -> None:
    left, top, right, bottom = _STRIP
    for level, text in ((0, "1"), (-3, "10⁻³"), (-6, "10⁻⁶")):
        sketch.line(left, _L.at(level), right, _L.at(level), ink="grid")
        sketch.text(left - 6, _L.at(level) + 4, text, ink="muted", anchor="end", size=TICK)
    for value in (0, 20, 40, STEPS):
        sketch.text(_T.at(value), bottom + 16, f"{value}", ink="muted", anchor="middle", size=TICK)
    sketch.text(right + 18, bottom + 16, "steps", ink="muted", size=TICK)
    sketch.text(left - 26, top - 12, "loss", ink="muted", size=TICK)
    add_path(
        sketch, "now", write_lines([(_T.at(step), top), (_T.at(step), bottom)]), stroke="ink",
        stroke_width="1",
    )  # fmt: skip
    ends = {name: _find_height(run.losses[-1]) for name, run in runs.items()}
    names = _space_names(ends)
    for name, run in runs.items():
        ink, dashes, sign = _LOOKS[name]
        places = [(_T.at(t), _find_height(loss)) for t, loss in enumerate(run.losses)]
        add_path(
            sketch, f"loss-{name}", write_lines(places), stroke=ink, stroke_width="1.8",
            stroke_dasharray=dashes or "none",
        )  # fmt: skip
        link = [(right + 2, ends[name]), (right + 14, names[name])]
        add_path(sketch, f"link-{name}", write_lines(link), stroke="axis", stroke_width="1")
        sketch.text(right + 18, names[name] + 5, f"{sign} {name}", name=f"name-{name}", ink=ink)
