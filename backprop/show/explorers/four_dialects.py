"""Four dialects: the four parts of a step in four libraries, with and without setting back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from backprop import data
from backprop.frameworks import read_record, tasks
from backprop.show.charts.plot import Plot
from backprop.show.drawing.shapes import (
    TICK,
    draw_arrow,
    draw_circle,
    draw_dot,
    draw_line,
    write_number,
    write_text,
)
from backprop.show.drawing.svg import Element
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.explorer import Explorer
from backprop.show.explorers.sketches import sketch_explorer
from backprop.show.explorers.slider import Number, Slider

__all__ = ["four_dialects"]

PARTS = ("forward", "backward", "step", "zero")
#: What stands in each library for the four parts of a step.
LINES = {
    "ours": ("loss = ssr(b3)", "loss.backward()", "optimizer.step()", "optimizer.zero_grad()"),
    "PyTorch": ("loss = ssr(b3)", "loss.backward()", "optimizer.step()", "optimizer.zero_grad()"),
    "TensorFlow": (
        "with GradientTape() as t: loss = ssr(b3)", "g = t.gradient(loss, b3)",
        "b3.assign_sub(eta * g)", "",
    ),
    "JAX": ("loss, g = value_and_grad(ssr)(b3)", "# in the same call", "b3 = b3 - eta * g", ""),
}  # fmt: skip
#: Those whose gradient is kept by the parameter; the others return it.
KEEPERS = ("ours", "PyTorch")
_ROUNDS = 4
_LEFT, _RIGHT = (320.0, 290.0), (312.0, 290.0)  # px
_BLOCK = 73.0  # px: from one library to the next
_PLOT = Plot((40, 30), (256, 214), (-0.5, 6.2), (0, 24))


def four_dialects() -> Explorer:
    """Walk through four steps in four libraries at once, with or without setting gradients back.

    All numbers are those of a real run, which :func:`backprop.frameworks.read_record` reads.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell. The reader goes through forward, backward, step
        and zero, and may leave out zero.

    Examples
    --------
    >>> from backprop import show
    >>> show.four_dialects()
    Four dialects
    Zero is left out: whom does it harm?
    zero done, left out, now left out
    moment from 1 forward to 4 zero, now 2 backward
    > 2 backward, zero left out. Ours, PyTorch: −21.9, two gradients added. TensorFlow, JAX:
      −6.26.
    """
    places = range(4 * _ROUNDS)
    return sketch_explorer(
        _draw,
        sizes=[_LEFT, _RIGHT],
        columns=2,
        describe=_describe,
        title="Four dialects",
        question="Zero is left out: whom does it harm?",
        caption="One parameter is learnt in four libraries; each number is from a real run in that "
        "library. First, the line that has just been run, b₃ in blue, its gradient in orange. "
        "Second, the SSR over b₃, and where each of them stands.",
        film=(_RIGHT, lambda left, at: [_draw_places(bool(left), int(at))]),
        filmstrip={
            "first step": {"left": 0, "at": 2},
            "third, done": {"left": 0, "at": 10},
            "second, left out": {"left": 1, "at": 6},
            "fourth, left out": {"left": 1, "at": 14},
        },
        animate="at",
        left=Choice({"done": 0, "left out": 1}, value="left out", label="zero"),
        at=Slider(values=list(places), value=5, label="moment", format=_write_place),
    )


class Stand(NamedTuple):
    """Where a library stands: its b3, the gradient at hand (or None), and how many it adds up."""

    b3: float
    gradient: float | None


@cache
def find_stand(name: str, left: bool, at: int) -> Stand:
    """Return where a library stands after a part of a step, from the record.

    Examples
    --------
    >>> find_stand("JAX", True, 1).gradient
    -15.655108...
    >>> find_stand("PyTorch", False, 3).gradient is None         # set back
    True
    """
    turn, part = divmod(at, 4)
    rows = read_record().runs[name]["left" if left else "zeroed"]
    before = rows[turn - 1][2] if turn else None
    b3 = rows[turn + (part >= 2)][0]
    if name not in KEEPERS:
        arrived = part >= 1 or name == "JAX"
        return Stand(b3, rows[turn][2] if arrived else before)
    if part == 0:
        return Stand(b3, before if left else None)
    if part == 3 and not left:
        return Stand(b3, None)
    return Stand(b3, rows[turn][2])


def _draw(left: int, at: int) -> list[list[Element]]:
    return [_draw_lines(bool(left), int(at)), _draw_places(bool(left), int(at))]


# ---- what each library has just run ----


def _draw_lines(left: bool, at: int) -> list[Element]:
    drawn: list[Element] = []
    for k, name in enumerate(LINES):
        drawn += _draw_library(name, 16 + _BLOCK * k, left, at)
    return drawn


def _draw_library(name: str, y: float, left: bool, at: int) -> Iterator[Element]:
    part = at % 4
    line, colour = LINES[name][part], "ink"
    if part == 3 and (left or not line):
        line, colour = ("left out" if line else "nothing to set back"), "muted"
    stand = find_stand(name, left, at)
    kept = "b3.grad" if name in KEEPERS else "g"
    gradient = "none" if stand.gradient is None else write_number(stand.gradient)
    yield write_text((0, y), name, font_weight="700")
    yield write_text((0, y + 18), line, colour, TICK, font_family="monospace")
    yield write_text((0, y + 38), f"b₃ = {write_number(stand.b3)}", "value", font_weight="700")
    yield write_text((120, y + 38), f"{kept} = {gradient}", "gradient", font_weight="700")
    yield draw_line((0, y + 51), (_LEFT[0], y + 51), "grid", 1)


# ---- where they stand ----


def _measure_ssr(b3: float) -> float:
    _, observed = data.dosage()
    return float(np.sum((observed - tasks.list_others() - b3) ** 2))


def _place(b3: float) -> tuple[float, float]:
    return _PLOT.place(b3, _measure_ssr(b3))


def _draw_places(left: bool, at: int) -> list[Element]:
    xs = np.linspace(-0.2, 5.42, 60)
    drawn = list(_PLOT.draw_axes(("b₃", "SSR"), xticks=[0, 2, 4, 6], yticks=[0, 10, 20]))
    drawn.append(_PLOT.draw_curve(xs, [_measure_ssr(float(x)) for x in xs], "residual", 2.5))
    turn = at // 4
    ends = []
    for name, ink in (("PyTorch", "ink"), ("JAX", "muted")):
        track = [find_stand(name, left, 4 * min(k, turn)).b3 for k in range(_ROUNDS)]
        now = find_stand(name, left, at).b3
        drawn += [draw_circle(_place(b3), 3.5, ink, 1.2) for b3 in track]
        drawn.append(draw_arrow(_place(track[turn]), _place(now), ink, 2.2))
        ends.append(now)
    keeper, fresh = ends
    drawn += [draw_dot(_place(fresh), "surface", 16), draw_dot(_place(fresh), "muted", 11)]
    drawn += [draw_dot(_place(keeper), "surface", 16), draw_dot(_place(keeper), "ink", 11)]
    return drawn + list(_write_names(keeper, fresh))


def _write_names(keeper: float, fresh: float) -> Iterator[Element]:
    """Write the names at the dots: inside the parabola, at one dot or at two."""
    same = abs(keeper - fresh) < 1e-9
    yield _write_name("all four" if same else "ours, PyTorch", keeper, "ink", 0)
    yield _write_name("" if same else "TensorFlow, JAX", fresh, "muted", 0 if keeper > 4 else 1)


def _write_name(text: str, b3: float, ink: str, row: int) -> Element:
    x, y = _place(b3)
    if _measure_ssr(b3) < 8:  # low: in the middle, where the parabola is wide enough
        place = _PLOT.place(2.61, 8.6 + 3 * row)
        return write_text(place, text, ink, anchor="middle", font_weight="700")
    anchor, aside = ("start", 13) if b3 < 2.6 else ("end", -13)
    return write_text((x + aside, y + 5), text, ink, anchor=anchor, font_weight="700")


# ---- said ----


def _write_place(at: Number) -> str:
    turn, part = divmod(int(at), 4)
    return f"{turn + 1} {PARTS[part]}"


def _describe(left: int, at: int) -> str:
    turn, part = divmod(int(at), 4)
    kept, fresh = (find_stand(name, bool(left), int(at)) for name in ("PyTorch", "JAX"))
    if part == 3:
        said = f"{turn + 1} zero: {_describe_zero(bool(left), kept)}"
    else:
        said = f"{turn + 1} {PARTS[part]}, zero {'left out' if left else 'done'}."
    if part == 1:
        return f"{said} {_describe_gradients(turn, kept, fresh)}"
    ssr = [write_number(_measure_ssr(stand.b3)) for stand in (kept, fresh)]
    if abs(kept.b3 - fresh.b3) < 1e-9:
        return f"{said} All four: b3 = {write_number(kept.b3)}, SSR {ssr[0]}."
    return (
        f"{said} Ours, PyTorch: b3 = {write_number(kept.b3)}, SSR {ssr[0]}. "
        f"TensorFlow, JAX: b3 = {write_number(fresh.b3)}, SSR {ssr[1]}."
    )


def _describe_zero(left: bool, kept: Stand) -> str:
    """Say what setting back has done, or what is still there without it."""
    if left:
        return f"left out, b3.grad keeps {write_number(kept.gradient or 0.0)}."
    return "two set b3.grad back, two need not."


def _describe_gradients(turn: int, kept: Stand, fresh: Stand) -> str:
    own, other = (write_number(stand.gradient or 0.0) for stand in (kept, fresh))
    if own == other:
        return f"All four have the gradient {own}."
    count = ("", "two", "three", "four")[turn]
    return f"Ours, PyTorch: {own}, {count} gradients added. TensorFlow, JAX: {other}."
