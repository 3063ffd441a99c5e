"""The picture of a computational graph: boxes with values and gradients, lines with what flows."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from backprop.engine.variable import Value
from backprop.show.graphs.layout import Box, Layout, Line, layered
from backprop.show.graphs.trace import Node, Passes, written

__all__ = ["Moments", "drawing", "overview", "told", "typeset"]

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
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


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


def drawing(graph: Passes, moments: Moments | None = None) -> tuple[Layout, str]:
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
    markup : str
        What belongs into the ``<svg>`` element.
    """
    cards = [_Card(node) for node in graph.nodes]
    gradients = [edge.gradient for edge in graph.edges]
    layout = layered(
        [(card.width, card.height) for card in cards],
        [(edge.tail, edge.head) for edge in graph.edges],
        [_label_size(gradient) for gradient in gradients],
    )
    flows = moments.flows if moments else {}
    lines = [
        f'<g class="bp-edge" data-edge="{i}">{_way(line, i in flows)}</g>'
        for i, line in enumerate(layout.lines)
    ]
    boxes = [
        card.svg(i, box, moments)
        for i, (card, box) in enumerate(zip(cards, layout.boxes, strict=True))
    ]
    labels = [
        _flow(i, gradient, line, _while(flows[i]) if flows else "")
        for i, (line, gradient) in enumerate(zip(layout.lines, gradients, strict=True))
        if gradient is not None
    ]
    return layout, "".join([*lines, *boxes, *labels])


def overview(layout: Layout, moments: Moments) -> str:
    """Draw the whole of a graph small, for those that are wider than the page.

    Boxes fill up with the colour of values and then of gradients, and a frame shows which part of
    the graph is in sight. The style sheet shows it only where the graph itself has to scroll.
    """
    outlines = "".join(f"M{_n(b.x)} {_n(b.y)}h{_n(b.width)}v{_n(b.height)}h-{_n(b.width)}z"
                       for b in layout.boxes)  # fmt: skip
    lines = "".join(
        "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in line.corners) for line in layout.lines
    )
    filled = []
    for i, box in enumerate(layout.boxes):
        place = _rect(box, 0).removeprefix("<rect").replace(' rx="0"', "")
        filled.append(f'<rect data-node="{i}"{_while(moments.values[i])}{place}')
        if received := moments.gradients[i]:
            filled.append(f'<rect class="bp-back" data-node="{i}"{_while(received[-1][0])}{place}')
    width, height = round(layout.width), round(layout.height)
    return (
        f'<svg class="bp-over" viewBox="0 0 {width} {height}" preserveAspectRatio="none" '
        f'aria-hidden="true" style="--bp-wide:{width}px;--bp-flat:{height / width:.4f}">'
        f'<path d="{lines}{outlines}"/>{"".join(filled)}'
        f'<rect class="bp-sight" width="0" height="{height}"/></svg>'
    )


class _Card:
    """What stands in a box: name and formula, and under them value and gradient side by side."""

    def __init__(self, node: Node) -> None:
        self.node = node
        name, how = _short(node.name), _short(node.formula)
        self.heads = [(name, how)]
        if how and len(name + how) > _LONGEST - 8:
            self.heads = [(name, ""), ("", how)]
        if np.ndim(node.value) > 1 or np.size(node.value) > _MOST_ROWS:
            self.heads.append(("", " × ".join(map(str, np.shape(node.value)))))
        columns = [_rows(node.value)]
        if node.gradient is not None:
            columns.append(_rows(node.gradient))
        self.height = (len(self.heads) + len(columns[0])) * ROW + 2 * TOP
        numbers = sum(max(map(_wide, column)) + _BETWEEN for column in columns) - _BETWEEN
        heads = (_wide(" = ".join(filter(None, head))) for head in self.heads)
        self.width = max(numbers, *heads, 30.0) + 2 * SIDE

    def svg(self, i: int, box: Box, moments: Moments | None) -> str:
        node, middle = self.node, box.x + box.width / 2
        y = box.y + (box.height - self.height) / 2 + TOP
        heads = []
        for name, how in self.heads:
            bold = f'<tspan class="bp-name">{typeset(name)}</tspan>' if name else ""
            heads.append(_text(f"{bold}{' = ' if name and how else ''}{typeset(how)}", middle, y))
            y += ROW
        left, right = box.x + SIDE, box.x + box.width - SIDE
        if node.gradient is None:
            numbers = [_numbers(node.value, "bp-value bp-alone", middle, y)]
        else:
            numbers = [_numbers(node.value, "bp-value", left, y)]
        if moments:
            received = moments.gradients[i]
            ends = [start - 1 for start, _ in received[1:]]
            for (start, value), end in itertools.zip_longest(received, ends):
                kind = "bp-gradient" if end is None else "bp-gradient bp-then"
                numbers.append(_numbers(value, kind, right, y, _while(start, end)))
        elif node.gradient is not None:
            numbers.append(_numbers(node.gradient, "bp-gradient", right, y))
        seen = _while(moments.values[i]) if moments else ""
        return (
            f'<g class="bp-node bp-{node.kind}" data-node="{i}"{seen}>'
            f"<title>{html.escape(told(node), quote=False)}</title>"
            f"{_rect(box, 11 if node.kind in ('parameter', 'data') else 4)}"
            f"{''.join(heads)}{''.join(numbers)}</g>"
        )


def told(node: Node) -> str:
    """Tell everything about a node in one sentence.

    Examples
    --------
    >>> told(Node("u1", "step", "a · b", "3 · 4", 12.0, 1.0))
    'u1 = a · b = 12, gradient 1.'
    """
    how = f" = {node.formula}" if node.formula else ""
    gradient = "" if node.gradient is None else f", gradient {written(node.gradient)}"
    return f"{node.name}{how} = {written(node.value)}{gradient}."


def _numbers(value: Value, kind: str, x: float, y: float, seen: str = "", row: float = ROW) -> str:
    rows = "".join(_text(typeset(text), x, y + k * row, row) for k, text in enumerate(_rows(value)))
    return f'<g class="{kind}"{seen}>{rows}</g>'


def _text(markup: str, x: float, top: float, row: float = ROW) -> str:
    return f'<text x="{_n(x)}" y="{_n(top + row / 2 + 0.35 * TEXT)}">{markup}</text>'


def _rect(box: Box, rounding: int) -> str:
    return (
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" '
        f'height="{_n(box.height)}" rx="{rounding}"/>'
    )


def _while(start: int, end: int | None = None) -> str:
    return f' data-from="{start}"' + ("" if end is None else f' data-to="{end}"')


def _rows(value: Value) -> list[str]:
    """Write a number, or an array as a column of its first elements."""
    elements = [written(element) for element in np.ravel(value)[:_MOST_ROWS]]
    return elements if np.size(value) <= _MOST_ROWS else [*elements[:2], "…"]


def _label_size(gradient: Value | None) -> tuple[float, float]:
    if gradient is None:
        return 0.0, 0.0
    rows = _rows(gradient)
    return max(map(_wide, rows)) + 8, len(rows) * LABEL_ROW


def _flow(i: int, gradient: Value, line: Line, seen: str) -> str:
    (x, y), (width, height) = line.label, _label_size(gradient)
    top = y - height / 2
    return (
        f'<g class="bp-flow" data-edge="{i}"{seen}>'
        f"{_rect(Box(x - width / 2, top, width, height), 4)}"
        f"{_numbers(gradient, 'bp-gradient', x, top, row=LABEL_ROW)}</g>"
    )


def _way(line: Line, back: bool) -> str:
    """Draw a line with an arrowhead at its end, and if wanted one for the way back."""
    start, *corners, end = line.corners
    out, y = f"M{_n(start[0])} {_n(start[1])}", start[1]
    for (x, _), (to_x, to_y) in zip(corners[::2], corners[1::2], strict=True):
        if _n(to_y) != _n(y):
            half = _n((x + to_x) / 2)
            level = f"H{_n(x)}" if out[1:] != f"{_n(x)} {_n(y)}" else ""
            out += f"{level}C{half} {_n(y)} {half} {_n(to_y)} {_n(to_x)} {_n(to_y)}"
            y = to_y
    tips = _tip(*end, -7, "bp-tip") + (_tip(*start, 7, "bp-tip-back") if back else "")
    return f'<path d="{out}H{_n(end[0])}"/>{tips}'


def _tip(x: float, y: float, back: float, kind: str) -> str:
    up, down = _n(y - 4), _n(y + 4)
    return f'<path class="{kind}" d="M{_n(x + back)} {up} {_n(x)} {_n(y)} {_n(x + back)} {down}"/>'


def typeset(text: str, raised: str = '<tspan dy="-4" font-size="10">{}</tspan>') -> str:
    """Write a formula as markup: digits of names below the line, exponents above it.

    Examples
    --------
    >>> typeset("w1 · e^z2 < 1.5.", raised="<sup>{}</sup>")
    'w₁ · e<sup>z₂</sup> &lt; 1.5.'
    """
    text = re.sub(
        r"(?<![\w.])([A-Za-z])(\d+)(?![A-Za-z\d_]|\.\d)",
        lambda match: match[1] + match[2].translate(_SUBSCRIPTS),
        text,
    )
    pieces = []
    for k, piece in enumerate(re.split(r"\^(\([^()]*\)|−?[\w.]+)", text)):
        safe = html.escape(piece, quote=False)
        if k % 2:
            pieces.append(raised.format(safe.strip("()")))
        elif k and piece and "dy" in raised:  # down again, to where the line was
            pieces.append(f'<tspan dy="4">{safe}</tspan>')
        else:
            pieces.append(safe)
    return "".join(pieces)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def _wide(text: str) -> float:
    return TEXT * sum(_WIDTHS.get(c, 0.7 if c.isupper() else 0.61) for c in text)


def _n(pixels: float) -> str:
    return str(round(pixels))
