"""Pictures of a folded graph: its units, the inside of one, and small frames of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backprop.page.html import Markup, element, join
from backprop.show.graphs.boxes import SIDE, TOP, Card, Moments, draw_cards
from backprop.show.graphs.folding import Folding
from backprop.show.graphs.layout import Box, Layout
from backprop.show.graphs.strokes import ROW, draw_text
from backprop.show.graphs.text import measure_text, shorten_text, typeset_svg
from backprop.show.graphs.trace import Node, Passes, write_value

__all__ = ["draw_frame", "draw_inside", "draw_units"]

#: In a graph from left to right, name and formula stand on one line up to so many characters.
_ONE_LINE = 24
#: What is asked of the unit that comes next on the way back.
_ASK = "What comes out?"


class _NameCard(Card):
    """A box with a name, and in a small frame what the unit's own parameters have received."""

    def __init__(self, node: Node, own: Sequence[Node] = (), walked: bool = False) -> None:
        super().__init__(replace(node, formula=""))
        self.heads, self.walked = [(shorten_text(node.name), "")], walked
        self.received = [each for each in own if each.gradient is not None]
        rows = [f"{each.name} {write_value(each.gradient)}" for each in self.received]
        self.height = (1 + len(rows)) * ROW + 2 * TOP
        self.width = max(map(measure_text, [node.name, *rows])) + 2 * SIDE

    def _draw_below(self, i: int, box: Box, y: float, moments: Moments | None) -> list[Markup]:
        x = box.x + box.width / 2
        rows = [
            draw_text(typeset_svg(f"{node.name} {write_value(node.gradient)}"), x, y + row * ROW)
            for row, node in enumerate(self.received if self.walked else ())
        ]
        return [element("g", rows, class_="bp-gradient bp-alone")] if rows else []


def draw_units(
    shown: Passes, folding: Folding, moments: Moments | None, down: bool
) -> tuple[Layout, Markup]:
    """Draw a graph with all of its units folded."""
    cards = {i: Card(shown.nodes[i]) for i in folding.outside}
    one_line = 0 if down else _ONE_LINE
    for k, unit in enumerate(folding.units):
        own = {i: shown.nodes[i] for i in folding.own[k]}
        cards[unit.head] = Card(
            replace(shown.nodes[unit.head], formula=unit.formula), own, one_line
        )
    cards = dict(sorted(cards.items()))
    lines = _join_units(shown, folding)
    layout, body = draw_cards(shown, cards, lines, moments, down, _list_forks(shown, folding))
    boxes = dict(zip(cards, layout.boxes, strict=True))
    if not moments:
        return layout, body
    asked = [_draw_question(k, boxes[unit.head], layout) for k, unit in enumerate(folding.units)]
    return layout, join([body, *asked])


def _draw_question(unit: int, box: Box, layout: Layout) -> Markup:
    """Draw the question at the corner of the unit that comes next on the way back.

    Its words stand beside it where there is room.
    """
    x, y = box.x + box.width - 4, box.y + 5
    words = Box(x + 19, y - ROW / 2, measure_text(_ASK), ROW)
    is_free = words.x + words.width <= layout.width and not any(
        _overlap(words, other) for other in layout.boxes
    )
    at = {"x": round(words.x + words.width / 2), "y": round(words.y + 14)}
    return element(
        "g",
        element("circle", cx=round(x), cy=round(y), r=9),
        draw_text("?", x, y - ROW / 2),
        element("text", _ASK, class_="bp-note", **at) if is_free else None,
        class_="bp-query",
        data_unit=unit,
    )


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def draw_inside(
    shown: Passes, folding: Folding, unit: int, moments: Moments, down: bool
) -> tuple[Layout, Markup]:
    """Draw the steps inside a unit, with the names of what enters it."""
    inside = set(folding.units[unit].inside)
    lines = {
        number: (edge.tail, edge.head)
        for number, edge in enumerate(shown.edges)
        if edge.head in inside
    }
    numbers = sorted(inside | {tail for tail, _ in lines.values()})
    cards = {i: Card(shown.nodes[i]) if i in inside else _NameCard(shown.nodes[i]) for i in numbers}
    given = {k for k, (tail, _) in lines.items() if tail in folding.own[unit]}
    return draw_cards(shown, cards, lines, moments, down, given)


def draw_frame(
    shown: Passes, folding: Folding, moments: Moments, step: int
) -> tuple[Layout, Markup]:
    """Draw the units by their names, from top to bottom, and what has flowed back by a step."""
    cards: dict[int, Card] = {i: _NameCard(shown.nodes[i]) for i in folding.outside}
    for k, unit in enumerate(folding.units):
        own = [shown.nodes[i] for i in folding.own[k]]
        inner = [n for n, edge in enumerate(shown.edges) if edge.head in unit.inside]
        walked = all(moments.flows.get(n, step) <= step for n in inner)
        cards[unit.head] = _NameCard(shown.nodes[unit.head], own, walked)
    known = Moments(
        [0] * len(shown.nodes),
        [()] * len(shown.nodes),
        {number: 0 for number, when in moments.flows.items() if when <= step},
    )
    lines = _join_units(shown, folding)
    return draw_cards(shown, dict(sorted(cards.items())), lines, known, True, ())


def _join_units(shown: Passes, folding: Folding) -> dict[int, tuple[int, int]]:
    """Return for each edge between units, and from what stands outside, the boxes that it joins."""
    heads = [unit.head for unit in folding.units]
    return {
        number: (
            shown.edges[number].tail,
            heads[folding.unit_of[shown.edges[number].head]],
        )
        for number in folding.crossing
    }


def _list_forks(shown: Passes, folding: Folding) -> set[int]:
    """Return the edges whose flow is not the whole gradient of where they lead back to."""
    tails = [shown.edges[number].tail for number in folding.crossing]
    return {
        number
        for number, tail in zip(folding.crossing, tails, strict=True)
        if tails.count(tail) > 1
    }
