"""The picture of a computational graph: boxes with values and gradients, lines with what flows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from backprop.engine.variable import Value
from backprop.formulas.typesetting import split_exponents
from backprop.page.html import Content, Markup, element, join
from backprop.show.graphs.layout import Box, Layout, Line, lay_out
from backprop.show.graphs.trace import Node, Passes, write_value

__all__ = [
    "Moments",
    "describe_node",
    "draw_graph",
    "draw_overview",
    "typeset_html",
    "typeset_svg",
]

#: Sizes in pixels: text, rows in boxes and in labels, room at the sides and at the top of a box.
TEXT, ROW, LABEL_ROW, SIDE, TOP = 13.0, 18.0, 16.0, 9.0, 6.0
# Between the columns of values and of gradients.
_BETWEEN = 14.0
# Arrays with more elements are shortened.
_MOST_ROWS = 4
# Longer texts are cut; the full ones are in descriptions, lists and tooltips.
_LONGEST = 26
# Widths of characters as parts of the size of the text: those of wide fonts, to be safe.
_WIDTHS = {**dict.fromkeys("iljtf.,;:'|!()[] ", 0.36), **dict.fromkeys("mwMW@…", 0.95)}


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


def draw_graph(graph: Passes, moments: Moments | None = None) -> tuple[Layout, Markup]:
    """Draw a graph.

    Parameters
    ----------
    graph : Passes
        What to draw.
    moments : Moments, optional
        When each part appears. Elements then carry ``data-from`` and ``data-to``, besides
        ``data-node`` and ``data-edge``, by which a script finds them.

    Returns
    -------
    layout : Layout
        Where everything is.
    markup : Markup
        What belongs into the ``<svg>`` element.
    """
    cards = [_Card(node) for node in graph.nodes]
    gradients = [edge.gradient for edge in graph.edges]
    layout = lay_out(
        [(card.width, card.height) for card in cards],
        [(edge.tail, edge.head) for edge in graph.edges],
        [_measure_label(gradient) for gradient in gradients],
    )
    flows = moments.flows if moments else {}
    lines = [
        element("g", _draw_line(line, i in flows), class_="bp-edge", data_edge=i)
        for i, line in enumerate(layout.lines)
    ]
    boxes = [
        card.draw(i, box, moments)
        for i, (card, box) in enumerate(zip(cards, layout.boxes, strict=True))
    ]
    labels = [
        _draw_flow(i, gradient, line, _mark_start(flows[i]) if flows else {})
        for i, (line, gradient) in enumerate(zip(layout.lines, gradients, strict=True))
        if gradient is not None
    ]
    return layout, join([*lines, *boxes, *labels])


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
        name, how = _shorten(node.name), _shorten(node.formula)
        self.heads = [(name, how)]
        if how and len(name + how) > _LONGEST - 8:
            self.heads = [(name, ""), ("", how)]
        if np.ndim(node.value) > 1 or np.size(node.value) > _MOST_ROWS:
            self.heads.append(("", " × ".join(map(str, np.shape(node.value)))))
        columns = [_list_rows(node.value)]
        if node.gradient is not None:
            columns.append(_list_rows(node.gradient))
        self.height = (len(self.heads) + len(columns[0])) * ROW + 2 * TOP
        numbers = sum(max(map(_measure, column)) + _BETWEEN for column in columns) - _BETWEEN
        heads = (_measure(" = ".join(filter(None, head))) for head in self.heads)
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
    return max(map(_measure, rows)) + 8, len(rows) * LABEL_ROW


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


def _draw_line(line: Line, back: bool) -> Markup:
    """Draw a line with an arrowhead at its end, and if wanted one for the way back."""
    start, *corners, end = line.corners
    out, y = f"M{_round(start[0])} {_round(start[1])}", start[1]
    for (x, _), (to_x, to_y) in zip(corners[::2], corners[1::2], strict=True):
        if _round(to_y) != _round(y):
            half = _round((x + to_x) / 2)
            level = f"H{_round(x)}" if out[1:] != f"{_round(x)} {_round(y)}" else ""
            out += f"{level}C{half} {_round(y)} {half} {_round(to_y)} {_round(to_x)} {_round(to_y)}"
            y = to_y
    tips = [_draw_tip(*end, -7, "bp-tip"), _draw_tip(*start, 7, "bp-tip-back") if back else None]
    return join([element("path", d=f"{out}H{_round(end[0])}"), *tips])


def _draw_tip(x: float, y: float, back: float, kind: str) -> Markup:
    up, down = _round(y - 4), _round(y + 4)
    side = _round(x + back)
    return element("path", class_=kind, d=f"M{side} {up} {_round(x)} {_round(y)} {side} {down}")


def typeset_html(text: str) -> Markup:
    """Write a formula as HTML: digits of names below the line, exponents above it.

    Examples
    --------
    >>> typeset_html("w1 · e^z2 < 1.5.")
    'w₁ · e<sup>z₂</sup> &lt; 1.5.'
    """
    return join(element("sup", piece) if up else piece for piece, up in split_exponents(text))


def typeset_svg(text: str) -> Markup:
    """Write a formula as pieces of a line of SVG.

    Examples
    --------
    >>> typeset_svg("e^2 + b1")
    'e<tspan dy="-4" font-size="10">2</tspan><tspan dy="4"> + b₁</tspan>'
    """
    out: list[Content] = []
    for piece, up in split_exponents(text):
        if up:
            out.append(element("tspan", piece, dy=-4, font_size=10))
        else:  # down again, to where the line was
            out.append(element("tspan", piece, dy=4) if out else piece)
    return join(out)


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def _measure(text: str) -> float:
    return TEXT * sum(_WIDTHS.get(c, 0.7 if c.isupper() else 0.61) for c in text)


def _round(pixels: float) -> str:
    return str(round(pixels))
