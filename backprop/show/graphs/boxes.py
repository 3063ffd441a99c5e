"""The picture of a computational graph: boxes with values and gradients, lines with what flows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from backprop.engine.variable import Value
from backprop.page.html import Content, Markup, element, join
from backprop.show.graphs.layout import Box, Layout, Line, lay_out, turn_size
from backprop.show.graphs.text import LONGEST, TEXT, measure_text, shorten_text, typeset_svg
from backprop.show.graphs.trace import Node, Passes, write_value

__all__ = [
    "Moments",
    "describe_node",
    "draw_graph",
    "draw_overview",
]

#: Sizes in pixels: rows in boxes and in labels, room at the sides and at the top of a box.
ROW, LABEL_ROW, SIDE, TOP = 18.0, 16.0, 9.0, 6.0
# Between the columns of values and of gradients.
_BETWEEN = 14.0
# Arrays with more elements are shortened.
_MOST_ROWS = 4


@dataclass(frozen=True)
class Moments:
    """When the parts of a picture appear, by the numbers of steps.

    Attributes
    ----------
    values : sequence of int
        For each node, the step in which its value is computed.
    gradients : sequence of sequence of (int, Value)
        For each node, from which step on which gradient has been received.
    flows : mapping of int to int
        For each edge that carries a gradient, the step in which it does.
    """

    values: Sequence[int] = ()
    gradients: Sequence[Sequence[tuple[int, Value]]] = ()
    flows: Mapping[int, int] = field(default_factory=dict)


def draw_graph(
    graph: Passes, moments: Moments | None = None, down: bool = False
) -> tuple[Layout, Markup]:
    """Draw a graph.

    Parameters
    ----------
    graph : Passes
        What to draw.
    moments : Moments, optional
        When each part appears. Elements then carry ``data-from`` and ``data-to``, besides
        ``data-node`` and ``data-edge``, by which a script finds them.
    down : bool
        True to draw it from top to bottom, for narrow pages; else from left to right.

    Returns
    -------
    layout : Layout
        Where everything is.
    markup : Markup
        What belongs into the ``<svg>`` element.
    """
    cards = [_Card(node) for node in graph.nodes]
    gradients = [edge.gradient for edge in graph.edges]
    sizes = [(card.width, card.height) for card in cards]
    labels = [_measure_label(gradient) for gradient in gradients]
    layout = lay_out(
        [turn_size(size) for size in sizes] if down else sizes,
        [(edge.tail, edge.head) for edge in graph.edges],
        [turn_size(label) for label in labels] if down else labels,
    )
    layout = layout.transpose() if down else layout
    flows = moments.flows if moments else {}
    widths = _choose_widths(gradients)
    drawn = [_draw_line(each, widths[i], flows.get(i), down) for i, each in enumerate(layout.lines)]
    lines = [element("g", each, class_="bp-edge", data_edge=i) for i, each in enumerate(drawn)]
    boxes = [
        card.draw(i, box, moments)
        for i, (card, box) in enumerate(zip(cards, layout.boxes, strict=True))
    ]
    flowing = [
        _draw_flow(i, gradient, line, _mark_start(flows[i]) if flows else {})
        for i, (line, gradient) in enumerate(zip(layout.lines, gradients, strict=True))
        if gradient is not None
    ]
    questions = [_draw_question(i, layout.lines[i]) for i in flows]
    forks = [
        _draw_sum(i, layout.boxes[i], flows[arriving[1]], down)
        for i in range(len(cards) if moments else 0)
        if len(arriving := graph.find_edges_back(i)) > 1
    ]
    return layout, join([*lines, *boxes, *flowing, *forks, *questions])


def _choose_widths(gradients: Sequence[Value]) -> list[float]:
    """Return how wide the line of each gradient is: by the root of its size, 1 to 6 pixels."""
    sizes = [0.0 if g is None else float(np.mean(np.abs(g))) for g in gradients]
    largest = max([*sizes, 1e-300])
    return [round(1 + 5 * (size / largest) ** 0.5, 1) for size in sizes]


def _draw_sum(i: int, box: Box, start: int, down: bool) -> Markup:
    """Draw the plus at which what comes back along several lines is added."""
    x = box.x + box.width / 2 if down else box.x + box.width + 9
    y = box.y + box.height + 9 if down else box.y + box.height / 2
    return element(
        "g",
        element("circle", cx=_round(x), cy=_round(y), r=8),
        element("path", d=f"M{_round(x - 4)} {_round(y)}h8M{_round(x)} {_round(y - 4)}v8"),
        class_="bp-plus",
        data_node=i,
        **_mark_start(start),
    )


def _draw_question(i: int, line: Line) -> Markup:
    """Draw the question mark that stands on a line while a reader is asked for its number."""
    x, y = line.label
    return element(
        "g",
        element("circle", cx=_round(x), cy=_round(y), r=10),
        _draw_text("?", x, y - ROW / 2),
        class_="bp-query",
        data_edge=i,
    )


def draw_overview(layout: Layout, moments: Moments) -> Markup:
    """Draw the whole of a graph small, for those that are wider than the page.

    Boxes fill up with the colour of values and then of gradients, and a frame shows which part of
    the graph is in sight. The style sheet shows it only where the graph itself has to scroll.
    """
    outlines = "".join(map(_outline, layout.boxes))
    lines = "".join(
        "M" + "L".join(f"{_round(x)} {_round(y)}" for x, y in line.corners) for line in layout.lines
    )
    filled = []
    for i, box in enumerate(layout.boxes):
        filled.append(_draw_rect(box, data_node=i, **_mark_start(moments.values[i])))
        if received := moments.gradients[i]:
            when = _mark_start(received[-1][0])
            filled.append(_draw_rect(box, class_="bp-back", data_node=i, **when))
    width, height = round(layout.width), round(layout.height)
    return element(
        "svg",
        element("path", d=lines + outlines),
        filled,
        element("rect", class_="bp-sight", width=0, height=height),
        class_="bp-over",
        viewBox=f"0 0 {width} {height}",
        preserveAspectRatio="none",
        aria_hidden="true",
        style=f"--bp-wide:{width}px;--bp-flat:{height / width:.4f}",
    )


def _outline(box: Box) -> str:
    wide, high = _round(box.width), _round(box.height)
    return f"M{_round(box.x)} {_round(box.y)}h{wide}v{high}h-{wide}z"


class _Card:
    """What stands in a box: name and formula, and under them value and gradient side by side."""

    def __init__(self, node: Node) -> None:
        self.node = node
        name, how = shorten_text(node.name), shorten_text(node.formula)
        self.heads = [(name, how)]
        if how and len(name + how) > LONGEST - 8:
            self.heads = [(name, ""), ("", how)]
        if np.ndim(node.value) > 1 or np.size(node.value) > _MOST_ROWS:
            self.heads.append(("", " × ".join(map(str, np.shape(node.value)))))
        columns = [_list_rows(node.value)]
        if node.gradient is not None:
            columns.append(_list_rows(node.gradient))
        self.height = (len(self.heads) + len(columns[0])) * ROW + 2 * TOP
        numbers = sum(max(map(measure_text, column)) + _BETWEEN for column in columns) - _BETWEEN
        heads = (measure_text(" = ".join(filter(None, head))) for head in self.heads)
        self.width = max(numbers, *heads, 30.0) + 2 * SIDE

    def draw(self, i: int, box: Box, moments: Moments | None) -> Markup:
        """Draw the box of node `i`."""
        node, middle = self.node, box.x + box.width / 2
        y = box.y + (box.height - self.height) / 2 + TOP
        heads = []
        for name, how in self.heads:
            bold = element("tspan", typeset_svg(name), class_="bp-name") if name else None
            equals = " = " if name and how else None
            heads.append(_draw_text([bold, equals, typeset_svg(how)], middle, y))
            y += ROW
        left, right = box.x + SIDE, box.x + box.width - SIDE
        alone = node.gradient is None
        kind, x = ("bp-value bp-alone", middle) if alone else ("bp-value", left)
        numbers = [_draw_numbers(node.value, kind, x, y)]
        for gradient, kind, when in self._list_gradients(i, moments):
            numbers.append(_draw_numbers(gradient, kind, right, y, when))
        return element(
            "g",
            element("title", describe_node(node)),
            _draw_rect(box, rx=11 if node.kind in ("parameter", "data") else 4),
            heads,
            numbers,
            class_=f"bp-node bp-{node.kind}",
            data_node=i,
            **(_mark_start(moments.values[i]) if moments else {}),
        )

    def _list_gradients(
        self, i: int, moments: Moments | None
    ) -> Iterator[tuple[Value, str, dict[str, int]]]:
        """Yield what the node has received, its classes, and when it is there."""
        if moments:
            received = moments.gradients[i]
            ends = [start - 1 for start, _ in received[1:]]
            for (start, value), end in itertools.zip_longest(received, ends):
                if end is None:
                    yield value, "bp-gradient", _mark_start(start)
                else:
                    yield value, "bp-gradient bp-then", {**_mark_start(start), "data_to": end}
        elif self.node.gradient is not None:
            yield self.node.gradient, "bp-gradient", {}


def describe_node(node: Node) -> str:
    """Describe a node in one sentence: formula, value and gradient.

    Examples
    --------
    >>> describe_node(Node("u1", "step", "a · b", "3 · 4", 12.0, 1.0))
    'u1 = a · b = 12, gradient 1.'
    """
    how = f" = {node.formula}" if node.formula else ""
    gradient = "" if node.gradient is None else f", gradient {write_value(node.gradient)}"
    return f"{node.name}{how} = {write_value(node.value)}{gradient}."


def _draw_numbers(
    value: Value,
    kind: str,
    x: float,
    y: float,
    when: Mapping[str, int] | None = None,
    row: float = ROW,
) -> Markup:
    rows = [
        _draw_text(typeset_svg(text), x, y + k * row, row)
        for k, text in enumerate(_list_rows(value))
    ]
    return element("g", rows, class_=kind, **(when or {}))


def _draw_text(content: Content, x: float, top: float, row: float = ROW) -> Markup:
    return element("text", content, x=_round(x), y=_round(top + row / 2 + 0.35 * TEXT))


def _draw_rect(box: Box, **attributes: str | int) -> Markup:
    x, y, width, height = map(_round, (box.x, box.y, box.width, box.height))
    return element("rect", **attributes, x=x, y=y, width=width, height=height)


def _mark_start(start: int) -> dict[str, int]:
    """Return the attribute of what is there from a step on."""
    return {"data_from": start}


def _list_rows(value: Value) -> list[str]:
    """Write a number, or an array as a column of its first elements."""
    elements = [write_value(each) for each in np.ravel(value)[:_MOST_ROWS]]
    return elements if np.size(value) <= _MOST_ROWS else [*elements[:2], "…"]


def _measure_label(gradient: Value | None) -> tuple[float, float]:
    if gradient is None:
        return 0.0, 0.0
    rows = _list_rows(gradient)
    return max(map(measure_text, rows)) + 8, len(rows) * LABEL_ROW


def _draw_flow(i: int, gradient: Value, line: Line, when: Mapping[str, int]) -> Markup:
    (x, y), (width, height) = line.label, _measure_label(gradient)
    top = y - height / 2
    return element(
        "g",
        _draw_rect(Box(x - width / 2, top, width, height), rx=4),
        _draw_numbers(gradient, "bp-gradient", x, top, row=LABEL_ROW),
        class_="bp-flow",
        data_edge=i,
        **when,
    )


def _draw_line(line: Line, width: float, start: int | None, down: bool) -> Markup:
    """Draw a line with an arrowhead at its end, and what a gradient makes of it on the way back."""
    path = _draw_path(line, down)
    begin, *_, end = line.corners
    parts = [element("path", d=path), _draw_tip(*end, -7, "bp-tip", down)]
    if start is not None:
        style = f"--bp-flow:{width:g}"
        walked = element("path", d=path, class_="bp-walked", style=style, **_mark_start(start))
        parts.append(walked)
        parts.append(_draw_tip(*begin, 7, "bp-tip-back", down))
    return join(parts)


def _draw_path(line: Line, down: bool) -> str:
    """Write the way of a line: level pieces, joined by bends; level is upright in a graph down."""
    corners = [(y, x) if down else (x, y) for x, y in line.corners]

    def at(along: float, across: float) -> str:
        pair = (across, along) if down else (along, across)
        return " ".join(map(_round, pair))

    level = "V" if down else "H"
    begin, *bends, end = corners
    out, y = f"M{at(*begin)}", begin[1]
    for (x, _), (to_x, to_y) in zip(bends[::2], bends[1::2], strict=True):
        if _round(to_y) != _round(y):
            half = (x + to_x) / 2
            out += "" if out == f"M{at(x, y)}" else f"{level}{_round(x)}"
            out += f"C{at(half, y)} {at(half, to_y)} {at(to_x, to_y)}"
            y = to_y
    return f"{out}{level}{_round(end[0])}"


def _draw_tip(x: float, y: float, back: float, kind: str, down: bool) -> Markup:
    if down:
        left, right, side = _round(x - 4), _round(x + 4), _round(y + back)
        way = f"M{left} {side} {_round(x)} {_round(y)} {right} {side}"
    else:
        up, low, side = _round(y - 4), _round(y + 4), _round(x + back)
        way = f"M{side} {up} {_round(x)} {_round(y)} {side} {low}"
    return element("path", class_=kind, d=way)


def _round(pixels: float) -> str:
    return str(round(pixels))
