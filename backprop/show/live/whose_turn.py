"""Whose turn: a graph with short cuts, in which the reader chooses the node that sends next."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

from backprop.engine.program.run import program
from backprop.engine.traversal import record_backward
from backprop.engine.variable import Variable
from backprop.show.drawing.sentences import fill_sentence
from backprop.show.drawing.shapes import measure_width
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.markup import (
    write_buttons,
    write_choice,
    write_controls,
    write_slider,
)
from backprop.show.explorers.slider import Slider
from backprop.show.live.live_figure import LiveFigure, State, list_meanings
from backprop.show.live.marks import NOTHING, add_path
from backprop.show.live.sketch import TICK, Sketch

__all__ = ["whose_turn"]

_LEAVES = {"a": 2.0, "b": 3.0, "c": 1.0}
#: Who sends, the newest first, and to whom: the arguments in their order.
SENDERS = {"y": ("m", "a"), "m": ("s", "t"), "t": ("s", "c"), "s": ("a", "b")}
EDGES = tuple((node, argument) for node, arguments in SENDERS.items() for argument in arguments)
_FORMULAS = {"y": "m + a", "m": "s · t", "t": "s + c", "s": "a · b"}
#: Where the middle of each value stands, and half of a box.
_PLACES = {
    "a": (57, 58), "b": (57, 182), "c": (57, 306), "s": (208, 182), "t": (312, 306),
    "m": (416, 182), "y": (524, 58),
}  # fmt: skip
_HALF = (55.0, 37.0)
_GAP, _STROKE = 7.0, 6.0  # px of the hatching: from stroke to stroke, and half of one
_RULES = Choice(["yours", "newest first", "depth first"], label="order")
_SIGNS = Choice({"+=": 1, "=": 0}, label="what comes in is kept with")
_TURNS = Slider(values=list(range(len(SENDERS) + 1)), value=2, label="nodes that have sent")
_START = {"order": [0, 1, 2, 3], "sent": 2, "rule": 0, "adds": 1}
_NOTES = {
    "open": "Whose turn is it: s or t?",
    "begin": "The way back begins at y.",
    "right": "Each had all before it sent.",
    "early": "Sent before all had come.",
    "lost": "One share replaced another.",
}
_SENTENCES = {
    "none": "Nothing has been sent. y has its 1.",
    "whole": "{who} had {sum} to send on: all that there is for it.",
    "early": "{who} had {sum} to send on, without what {rest} has for it: the slope is {truth}.",
    "empty": "Nothing had come to {who}, and so it sent 0.",
    "lost": "{who} had {sum} to send on, the share that came last: the slope is {truth}.",
    "next": "Still to send: {names}.",
    "right": "All have sent, and a holds {a}, as it should.",
    "wrong": "All have sent, and a holds {a}. Its slope is {slope}.",
}


def whose_turn() -> LiveFigure:
    """Let readers choose which node of a graph with short cuts sends next on the way back.

    Each node sends once. One that sends before everything has come sends a sum that lacks a part,
    and what is made of it is hatched.

    Returns
    -------
    LiveFigure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop import show
    >>> figure = show.whose_turn()
    >>> figure.describe({**figure.start, "rule": 2, "sent": 4})
    's had 7 to send on, without what t has for it: the slope is 13. All have sent, ...'
    """
    choices = [write_choice("whose-turn-rule", _RULES), write_choice("whose-turn-adds", _SIGNS)]
    buttons = {f"{name} sends": f"bp-send-{name}" for name in SENDERS}
    return LiveFigure(
        "whose_turn",
        "Whose turn?",
        "Which node may send next?",
        {"graph": (_write_program(), [])},
        _draw,
        _describe,
        {**_START, "order": [*_START["order"]]},  # type: ignore[misc]
        write_controls([write_buttons(buttons), *choices, write_slider("whose-turn-sent", _TURNS)]),
        data={
            "controls": list_meanings({"rule": _RULES, "adds": _SIGNS, "sent": _TURNS}),
            "leaves": _LEAVES,
            "senders": SENDERS,
            "orders": list_orders(),
            "slopes": find_slopes().arrived,
            "local": [find_slopes().local[edge] for edge in EDGES],
            "hatches": [_hatch_edge(*edge) for edge in EDGES],
            "boxes": {name: _hatch_box(name) for name in _PLACES},
            "places": _PLACES,
            "half": _HALF,
            "notes": _NOTES,
            "sentences": _SENTENCES,
        },
        filmstrip={
            "y and m have sent": {},
            "newest first": {"rule": 1, "sent": 4},
            "depth first": {"rule": 2, "sent": 4},
            "with =": {"rule": 1, "sent": 4, "adds": 0},
        },
        still="This figure moves with JavaScript: click the node that sends next.",
        caption="Blue: values. Orange: what has come, and the shares on the edges. Hatched: what a "
        "part is missing from.",
        width="wide",
        lines=5,
    )


# --- what the engine computes ---------------------------------------------------------------------


class Slopes(NamedTuple):
    """What a right walk back finds.

    Attributes
    ----------
    values, arrived : dict of str to float
        The value and the gradient of each node.
    local : dict of (str, str) to float
        The local derivative on each edge.
    """

    values: dict[str, float]
    arrived: dict[str, float]
    local: dict[tuple[str, str], float]


def _build(leaves: dict[str, Any]) -> dict[str, Any]:
    at = dict(leaves)
    at["s"] = at["a"] * at["b"]
    at["t"] = at["s"] + at["c"]
    at["m"] = at["s"] * at["t"]
    at["y"] = at["m"] + at["a"]
    return at


def _write_program() -> Any:
    leaves = {name: Variable(value, name=name) for name, value in _LEAVES.items()}
    return program(lambda: _build(leaves)["y"])


@cache
def find_slopes() -> Slopes:
    """Find values, gradients and local derivatives by the engine.

    Examples
    --------
    >>> find_slopes().arrived["a"], find_slopes().local["m", "s"]
    (40.0, 7.0)
    """
    at = _build({name: Variable(value, name=name) for name, value in _LEAVES.items()})
    record = record_backward(at["y"])
    values = {name: float(node.value) for name, node in at.items()}
    arrived = {name: float(record.arrived[node]) for name, node in at.items()}
    local = {
        (name, argument): float(record.flows[at[name], place].gradient) / arrived[name]
        for name, arguments in SENDERS.items()
        for place, argument in enumerate(arguments)
    }
    return Slopes(values, arrived, local)


def list_orders() -> list[list[int]]:
    """Return the orders of the rules: newest first, and depth first.

    Examples
    --------
    >>> list_orders()
    [[0, 1, 2, 3], [0, 1, 3, 2]]
    """
    names = list(SENDERS)
    found: list[int] = []

    def go_down(name: str) -> None:
        if name in SENDERS and names.index(name) not in found:
            found.append(names.index(name))
            for argument in SENDERS[name]:
                go_down(argument)

    go_down("y")
    return [list(range(len(names))), found]


class Walk(NamedTuple):
    """What has happened when some nodes have sent.

    Attributes
    ----------
    arrived : dict of str to float
        What is kept at each node at which something has arrived.
    sums : dict of str to float
        What each node that has sent has multiplied by its local derivatives.
    shares : dict of (str, str) to float
        What went along each edge.
    early : dict of str to list of str
        For each node that has sent: who had not sent to it yet.
    """

    arrived: dict[str, float]
    sums: dict[str, float]
    shares: dict[tuple[str, str], float]
    early: dict[str, list[str]]


def list_senders_to(name: str) -> list[str]:
    """Return who has a share for a node."""
    return [node for node, arguments in SENDERS.items() if name in arguments]


def walk(state: State) -> Walk:
    """Let nodes send, in the order of a state.

    Examples
    --------
    >>> walk({"order": [0, 1, 3, 2], "sent": 3, "rule": 0, "adds": 1}).early["s"]
    ['t']
    """
    order = list_orders()[state["rule"] - 1] if state["rule"] else state["order"]
    done = Walk({"y": 1.0}, {}, {}, {})
    for k in order[: state["sent"]]:
        name = list(SENDERS)[k]
        done.early[name] = [other for other in list_senders_to(name) if other not in done.sums]
        done.sums[name] = done.arrived.get(name, 0.0)
        for argument in SENDERS[name]:
            share = find_slopes().local[name, argument] * done.sums[name]
            done.shares[name, argument] = share
            before = done.arrived.get(argument, 0.0) if state["adds"] else 0.0
            done.arrived[argument] = before + share
    return done


def _is_right(done: Walk, name: str) -> bool:
    return done.sums[name] == find_slopes().arrived[name]


def _judge_sender(done: Walk, name: str) -> str:
    """Return what is so of a node that has sent, and to which nothing wrong had come."""
    if _is_right(done, name):
        return "whole"
    if done.early[name]:
        return "early" if done.sums[name] else "empty"
    return "lost"


def _find_fault(done: Walk) -> str | None:
    """Return who was the first to send something wrong."""
    return next((name for name in done.sums if not _is_right(done, name)), None)


def _mark(done: Walk, name: str) -> str:
    """Return what stands below the numbers of a node."""
    waits = [other for other in list_senders_to(name) if other not in done.sums]
    truth = find_slopes().arrived[name]
    if name in done.sums:
        return "sent" if _is_right(done, name) else f"✗ had {done.sums[name]:g}"
    if name not in done.arrived or name in SENDERS:  # whose turn it is, the reader is to find
        return ""
    if waits:
        return f"waits for {', '.join(waits)}"
    if done.arrived[name] == truth:
        return "has all"
    return f"✗ lacks {truth - done.arrived[name]:g}"


def _choose_note(state: State, done: Walk) -> str:
    if set(done.sums) == {"y", "m"} and state["adds"]:
        return "open"
    if any(done.early.values()):
        return "early"
    wrong = any(_mark(done, name).startswith("✗") for name in _PLACES)
    return "lost" if wrong else "right" if done.sums else "begin"


def _describe(state: State) -> str:
    done = walk(state)
    if not done.sums:
        return _SENTENCES["none"]
    who = _find_fault(done) or list(done.sums)[-1]
    left = [name for name in SENDERS if name not in done.sums]
    a, slope = done.arrived.get("a", 0.0), find_slopes().arrived["a"]
    words = {
        "who": who,
        "sum": f"{done.sums[who]:g}",
        "truth": f"{find_slopes().arrived[who]:g}",
        "rest": " and ".join(done.early[who]),
        "names": " and ".join(sorted(left)),
        "a": f"{a:g}",
        "slope": f"{slope:g}",
    }
    end = "next" if left else "right" if a == slope else "wrong"
    return fill_sentence(f"{_SENTENCES[_judge_sender(done, who)]} {_SENTENCES[end]}", words)


# --- what is drawn --------------------------------------------------------------------------------


def _hatch_edge(result: str, argument: str) -> str:
    """Write strokes across an edge, as far as it is seen between two boxes."""
    (x, y), (to_x, to_y) = _PLACES[result], _PLACES[argument]
    length = math.hypot(to_x - x, to_y - y)
    along = (to_x - x) / length, (to_y - y) / length
    # A stroke leans by 45 degrees against its edge.
    across = (along[0] - along[1]) * _STROKE * 0.7, (along[1] + along[0]) * _STROKE * 0.7
    inside = min(
        half / abs(part) if part else math.inf for half, part in zip(_HALF, along, strict=True)
    )
    count = int((length - 2 * inside) / _GAP)
    strokes = []
    for k in range(count):
        ahead = inside + (k + 0.5) * _GAP
        at = x + along[0] * ahead, y + along[1] * ahead
        strokes.append(
            f"M{at[0] - across[0]:.1f} {at[1] - across[1]:.1f}"
            f"L{at[0] + across[0]:.1f} {at[1] + across[1]:.1f}"
        )
    return "".join(strokes)


def _hatch_box(name: str) -> str:
    """Write strokes along the upper edge of a box."""
    (x, y), (wide, high) = _PLACES[name], _HALF
    top = y - high
    count = int(2 * wide / _GAP)
    return "".join(f"M{x - wide + k * _GAP + 1:g} {top:g}l5 -5" for k in range(count))


def _draw(state: State) -> list[Sketch]:
    sketch = Sketch(582, 346)
    done = walk(state)
    for k, edge in enumerate(EDGES):
        _draw_edge(sketch, k, edge, done)
    for name in _PLACES:
        _draw_node(sketch, name, done)
    for k, edge in enumerate(EDGES):
        _write_share(sketch, k, edge, done)
    sketch.text(118, 24, _NOTES[_choose_note(state, done)], name="note", rim=0)
    return [sketch]


def _draw_edge(sketch: Sketch, k: int, edge: tuple[str, str], done: Walk) -> None:
    (x0, y0), (x1, y1) = _PLACES[edge[1]], _PLACES[edge[0]]
    sketch.line(x0, y0, x1, y1, ink="axis", width=1.5)
    share = done.shares.get(edge)
    width = 0.0 if share is None else measure_width(share / 6)
    sketch.line(x0, y0, x1, y1, name=f"flow{k}", ink="gradient", width=width)
    wrong = share is not None and not _is_right(done, edge[0])
    hatch = _hatch_edge(*edge) if wrong else NOTHING
    add_path(sketch, f"hatch{k}", hatch, stroke="ink", stroke_width="1.4")


def _write_share(sketch: Sketch, k: int, edge: tuple[str, str], done: Walk) -> None:
    (x0, y0), (x1, y1) = _PLACES[edge[1]], _PLACES[edge[0]]
    share = done.shares.get(edge)
    text = "" if share is None else f"{share:g}"
    # Beside its line, on the upper side: forced colours leave text without a rim.
    length = math.hypot(x1 - x0, y1 - y0)
    across, down = 12 * (y1 - y0) / length, -12 * (x1 - x0) / length
    at = (x0 + x1) / 2 + across, (y0 + y1) / 2 + down + 5
    sketch.text(*at, text, name=f"share{k}", ink="gradient", anchor="middle", bold=True)


def _draw_node(sketch: Sketch, name: str, done: Walk) -> None:
    (x, y), (wide, high) = _PLACES[name], _HALF
    corner = (x - wide, y - high, 2 * wide, 2 * high)
    sketch.box(*corner, ink="surface", fill=1)
    sketch.box(*corner, ink="ink" if name in SENDERS else "axis", fill=0)
    mark = _mark(done, name)
    hatch = _hatch_box(name) if mark.startswith("✗") else NOTHING
    add_path(sketch, f"box-{name}", hatch, stroke="ink", stroke_width="1.4")
    title = f"{name} = {_FORMULAS[name]}" if name in _FORMULAS else name
    sketch.text(x, y - 18, title, size=13, anchor="middle", rim=0)
    value = f"{find_slopes().values[name]:g}"
    sketch.text(x - 24, y + 4, value, ink="value", anchor="middle", rim=0)
    arrived = f"{done.arrived[name]:g}" if name in done.arrived else "?"
    sketch.text(x + 24, y + 4, arrived, name=f"sum-{name}", ink="gradient", anchor="middle",
                bold=True, rim=0)  # fmt: skip
    sketch.text(x, y + 26, mark, name=f"mark-{name}", anchor="middle", size=TICK, rim=0)
