"""The picture of a computational graph: boxes with values and gradients, lines with what flows."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from backprop.engine.variable import Value
from backprop.page.html import Markup, element, join
from backprop.show.graphs.layout import Box, Layout, Line, lay_out, turn_size
from backprop.show.graphs.marks import draw_question, draw_sum, find_taken
from backprop.show.graphs.strokes import ROW, draw_rect, draw_text, mark_start, round_pixels
from backprop.show.graphs.text import LONGEST, measure_text, shorten_text, typeset_svg
from backprop.show.graphs.trace import Node, Passes, write_value

__all__ = [
    "Card",
    "Moments",
    "describe_node",
    "draw_cards",
    "draw_gradients",
    "draw_graph",
    "draw_numbers",
]

#: Sizes in pixels: rows in boxes and in labels, room at the sides and at the top of a box.
LABEL_ROW, SIDE, TOP = 16.0, 9.0, 6.0
# Between the columns of values and of gradients.
_BETWEEN = 14.0
# In larger graphs the question stands above the picture alone.
_MOST_NOTED = 30
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
    cards = {i: Card(node) for i, node in enumerate(graph.nodes)}
    lines = {i: (edge.tail, edge.head) for i, edge in enumerate(graph.edges)}
    return draw_cards(graph, cards, lines, moments, down)


def draw_cards(
    graph: Passes,
    cards: Mapping[int, Card],
    lines: Mapping[int, tuple[int, int]],
    moments: Moments | None = None,
    down: bool = False,
    labelled: Collection[int] | None = None,
) -> tuple[Layout, Markup]:
    """Draw some values of a graph, and lines between them.

    Parameters
    ----------
    graph : Passes
        Whose numbers they carry.
    cards : mapping of int to Card
        What stands in the box of each value, by its number, in the order of the graph.
    lines : mapping of int to (int, int)
        For each edge that is drawn, the numbers of the cards that it joins.
    moments, down
        As in :func:`draw_graph`.
    labelled : collection of int, optional
        The edges on which stands what flows back; without it all do.
    """
    gradients = {
        i: graph.edges[i].gradient if labelled is None or i in labelled else None for i in lines
    }
    place = {number: k for k, number in enumerate(cards)}
    sizes = [(card.width, card.height) for card in cards.values()]
    labels = [_measure_label(gradient) for gradient in gradients.values()]
    layout = lay_out(
        [turn_size(size) for size in sizes] if down else sizes,
        [(place[tail], place[head]) for tail, head in lines.values()],
        [turn_size(label) for label in labels] if down else labels,
    )
    layout = layout.transpose() if down else layout
    flows = moments.flows if moments else {}
    widths = _choose_widths([edge.gradient for edge in graph.edges])
    ways = dict(zip(lines, layout.lines, strict=True))
    boxes = dict(zip(cards, layout.boxes, strict=True))
    drawn = [
        element("g", _draw_line(way, widths[i], flows.get(i), down), class_="bp-edge", data_edge=i)
        for i, way in ways.items()
    ]
    drawn += [card.draw(i, boxes[i], moments, titled=not down) for i, card in cards.items()]
    drawn += [
        _draw_flow(i, gradients[i], way, mark_start(flows[i]) if flows else {})
        for i, way in ways.items()
        if gradients[i] is not None
    ]
    taken = find_taken(layout, labels) if len(cards) <= _MOST_NOTED else []
    drawn += _draw_forks(graph, boxes, ways, flows, down) if moments else []
    asked = [i for i in ways if i in flows and graph.edges[i].is_single]
    drawn += [draw_question(i, ways[i], taken, layout) for i in asked]
    return layout, join(drawn)


def _draw_forks(
    graph: Passes,
    boxes: Mapping[int, Box],
    ways: Mapping[int, Line],
    flows: Mapping[int, int],
    down: bool,
) -> list[Markup]:
    """Draw a plus where gradients arrive on several of the lines that are drawn."""
    arriving = {i: [k for k in graph.find_edges_back(i) if k in ways and k in flows] for i in boxes}
    return [
        draw_sum(boxes[i], flows[edges[1]], down, i)
        for i, edges in arriving.items()
        if len(edges) > 1
    ]


def _choose_widths(gradients: Sequence[Value]) -> list[float]:
    """Return how wide the line of each gradient is: by the root of its size, 1 to 6 pixels."""
    sizes = [0.0 if g is None else float(np.mean(np.abs(g))) for g in gradients]
    largest = max([*sizes, 1e-300])
    return [round(1 + 5 * (size / largest) ** 0.5, 1) for size in sizes]


class Card:
    """What stands in a box: name and formula, and under them value and gradient side by side."""

    def __init__(
        self, node: Node, own: Mapping[int, Node] | None = None, one_line: int = LONGEST - 8
    ) -> None:
        self.node, self.own = node, own or {}
        name, how = shorten_text(node.name), shorten_text(node.formula)
        self.heads = [(name, how)]
        if how and len(name + how) > one_line:
            self.heads = [(name, ""), ("", how)]
        if np.ndim(node.value) > 1 or np.size(node.value) > _MOST_ROWS:
            self.heads.append(("", " × ".join(map(str, np.shape(node.value)))))
        columns = [_list_rows(node.value)]
        if node.gradient is not None:
            columns.append(_list_rows(node.gradient))
        rows = len(self.heads) + len(self.own) + len(columns[0])
        self.height = rows * ROW + 2 * TOP
        numbers = sum(max(map(measure_text, column)) + _BETWEEN for column in columns) - _BETWEEN
        heads = [measure_text(" = ".join(filter(None, head))) for head in self.heads]
        pills = [
            measure_text(" ".join([each.name, *map(write_value, _list_numbers(each))])) + _BETWEEN
            for each in self.own.values()
        ]
        self.width = max(numbers, *heads, *pills, 30.0) + 2 * SIDE

    def draw(self, i: int, box: Box, moments: Moments | None, titled: bool = True) -> Markup:
        """Draw the box of node `i`."""
        node, y = self.node, box.y + (box.height - self.height) / 2 + TOP
        heads = []
        for name, how in self.heads:
            bold = element("tspan", typeset_svg(name), class_="bp-name") if name else None
            equals = " = " if name and how else None
            heads.append(draw_text([bold, equals, typeset_svg(how)], box.x + box.width / 2, y))
            y += ROW
        return element(
            "g",
            element("title", describe_node(node)) if titled else None,
            draw_rect(box, rx=11 if node.kind in ("parameter", "data") else 4),
            heads,
            self._draw_own(box, y, moments),
            self._draw_below(i, box, y + len(self.own) * ROW, moments),
            class_=f"bp-node bp-{node.kind}",
            data_node=i,
            **(mark_start(moments.values[i]) if moments else {}),
        )

    def _draw_below(self, i: int, box: Box, y: float, moments: Moments | None) -> list[Markup]:
        """Draw what stands under the heads: value and gradients."""
        alone = self.node.gradient is None
        x = box.x + box.width / 2 if alone else box.x + SIDE
        value = draw_numbers(self.node.value, "bp-value bp-alone" if alone else "bp-value", x, y)
        right = box.x + box.width - SIDE
        return [value, *draw_gradients(self.node, right, y, _list_received(moments, i))]

    def _draw_own(self, box: Box, y: float, moments: Moments | None) -> Iterator[Markup]:
        """Draw the parameters that stand in the box of their unit: each a pill in a row."""
        left, right = box.x + SIDE, box.x + box.width - SIDE
        for row, (i, node) in enumerate(self.own.items()):
            top = y + row * ROW
            name = element("tspan", typeset_svg(node.name), class_="bp-name")
            text = [name, " ", typeset_svg(write_value(node.value))]
            yield element(
                "g",
                draw_rect(Box(left - 5, top + 1, right - left + 10, ROW - 2), rx=8),
                element("g", draw_text(text, left, top), class_="bp-value"),
                draw_gradients(node, right, top, _list_received(moments, i)),
                class_=f"bp-node bp-{node.kind}",
                data_node=i,
            )


def draw_gradients(
    node: Node, right: float, y: float, received: Sequence[tuple[int, Value]] | None
) -> Iterator[Markup]:
    """Draw the gradient of a node, and before it what it has received so far, each in its time."""
    if received is None:
        if node.gradient is not None:
            yield draw_numbers(node.gradient, "bp-gradient", right, y)
        return
    ends = [start - 1 for start, _ in received[1:]]
    for (start, value), end in itertools.zip_longest(received, ends):
        if end is None:
            yield draw_numbers(value, "bp-gradient", right, y, mark_start(start))
        else:
            when = {**mark_start(start), "data_to": end}
            yield draw_numbers(value, "bp-gradient bp-then", right, y, when)


def _list_received(moments: Moments | None, i: int) -> Sequence[tuple[int, Value]] | None:
    return moments.gradients[i] if moments else None


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


def draw_numbers(
    value: Value,
    kind: str,
    x: float,
    y: float,
    when: Mapping[str, int] | None = None,
    row: float = ROW,
) -> Markup:
    """Draw a number, or an array as a column."""
    rows = [
        draw_text(typeset_svg(text), x, y + k * row, row)
        for k, text in enumerate(_list_rows(value))
    ]
    return element("g", rows, class_=kind, **(when or {}))


def _list_numbers(node: Node) -> list[Value]:
    return [each for each in (node.value, node.gradient) if each is not None]


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
        draw_rect(Box(x - width / 2, top, width, height), rx=4),
        draw_numbers(gradient, "bp-gradient", x, top, row=LABEL_ROW),
        class_="bp-flow",
        data_edge=i,
        **when,
    )


def _draw_line(line: Line, width: float, start: int | None, down: bool) -> Markup:
    """Draw a line with an arrowhead at its end, and what a gradient makes of it on the way back."""
    path = _draw_path(line, down)
    begin, *_, end = line.corners
    tip = _draw_tip(*end, -7, "bp-tip", down)
    if start is None:
        return join([element("path", d=path), tip])
    style = f"--bp-flow:{width:g}"
    walked = element("path", d=path, class_="bp-walked", style=style, **mark_start(start))
    return join([walked, tip, _draw_tip(*begin, 7, "bp-tip-back", down)])


def _draw_path(line: Line, down: bool) -> str:
    """Write the way of a line: level pieces, joined by bends; level is upright in a graph down."""
    corners = [(y, x) if down else (x, y) for x, y in line.corners]

    def at(along: float, across: float) -> str:
        pair = (across, along) if down else (along, across)
        return " ".join(map(round_pixels, pair))

    level = "V" if down else "H"
    begin, *bends, end = corners
    out, y = f"M{at(*begin)}", begin[1]
    for (x, _), (to_x, to_y) in zip(bends[::2], bends[1::2], strict=True):
        if round_pixels(to_y) != round_pixels(y):
            half = (x + to_x) / 2
            out += "" if out == f"M{at(x, y)}" else f"{level}{round_pixels(x)}"
            out += f"C{at(half, y)} {at(half, to_y)} {at(to_x, to_y)}"
            y = to_y
    return f"{out}{level}{round_pixels(end[0])}"


def _draw_tip(x: float, y: float, back: float, kind: str, down: bool) -> Markup:
    if down:
        left, right, side = round_pixels(x - 4), round_pixels(x + 4), round_pixels(y + back)
        way = f"M{left} {side} {round_pixels(x)} {round_pixels(y)} {right} {side}"
    else:
        up, low, side = round_pixels(y - 4), round_pixels(y + 4), round_pixels(x + back)
        way = f"M{side} {up} {round_pixels(x)} {round_pixels(y)} {side} {low}"
    return element("path", class_=kind, d=way)
