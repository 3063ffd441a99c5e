"""Where boxes and lines go: laws that hold for every graph."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop.show.graphs import ordering
from backprop.show.graphs.boxes import draw_graph
from backprop.show.graphs.layout import Box, Layout, lay_out
from backprop.show.graphs.ordering import Layers, count_crossings, order_layers
from backprop.show.graphs.trace import read_passes

from .examples import GRAPHS

Edges = list[tuple[int, int]]
MOST_TRIES = 800  # by brute force


@st.composite
def edges_of_graphs(draw: st.DrawFn, most: int = 12) -> Edges:
    """Edges of a graph in which everything leads to the last node, some of them twice."""
    count = draw(st.integers(1, most))
    edges: Edges = []
    for tail in range(count - 1):
        heads = st.integers(tail + 1, count - 1)
        edges += [(tail, head) for head in draw(st.lists(heads, min_size=1, max_size=3))]
    return sorted(edges, key=lambda edge: edge[1])


def count_of(edges: Edges) -> int:
    return max((head for _, head in edges), default=0) + 1


def overlap(a: Box, b: Box) -> bool:
    return (
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    )


def laid_out(edges: Edges, label: tuple[float, float] = (40, 16)) -> Layout:
    sizes = [(60 + 17 * (i % 4), 40 + 9 * (i % 3)) for i in range(count_of(edges))]
    return lay_out(sizes, edges, [label] * len(edges))


@given(edges_of_graphs())
@settings(max_examples=50, deadline=None)
def test_boxes_lie_apart_and_inside(edges: Edges) -> None:
    layout = laid_out(edges)
    assert not any(overlap(a, b) for a, b in itertools.combinations(layout.boxes, 2))
    for box in layout.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= layout.width
        assert box.y + box.height <= layout.height


@given(edges_of_graphs())
@settings(max_examples=50, deadline=None)
def test_lines_lead_from_left_to_right_past_all_boxes(edges: Edges) -> None:
    layout = laid_out(edges)
    for (tail, head), line in zip(edges, layout.lines, strict=True):
        xs = [x for x, _ in line.corners]
        assert xs == sorted(xs)
        start, end = layout.boxes[tail], layout.boxes[head]
        assert line.corners[0] == (start.x + start.width, start.y + start.height / 2)
        assert line.corners[-1][0] == end.x
        assert end.y < line.corners[-1][1] < end.y + end.height
        for k, ((x, y), (to_x, to_y)) in enumerate(itertools.pairwise(line.corners)):
            if k % 2 == 0:
                assert y == to_y, "a level piece is not level"
            piece = Box(x, min(y, to_y), to_x - x, abs(to_y - y))
            assert not any(overlap(piece, box) for box in layout.boxes)


@given(edges_of_graphs())
@settings(max_examples=50, deadline=None)
def test_labels_cover_nothing(edges: Edges) -> None:
    layout = laid_out(edges)
    labels = [Box(x - 20, y - 8, 40, 16) for x, y in (line.label for line in layout.lines)]
    assert not any(overlap(a, b) for a, b in itertools.combinations(labels, 2))
    assert not any(overlap(label, box) for label in labels for box in layout.boxes)
    for label, line in zip(labels, layout.lines, strict=True):
        (x, _), (to_x, _) = line.corners[-2:]
        assert x <= label.x
        assert label.x + label.width < to_x, "no room for the arrowhead"


@given(edges_of_graphs())
@settings(max_examples=20, deadline=None)
def test_layouts_are_the_same_every_time(edges: Edges) -> None:
    assert laid_out(edges) == laid_out(edges)


def fewest(graph: Layers) -> int:
    """Try every order of all layers at once."""
    every = itertools.product(*(itertools.permutations(points) for points in graph.points))
    return min(count_crossings(graph, order) for order in every)


def tries(graph: Layers) -> int:
    return math.prod(math.factorial(len(points)) for points in graph.points)


@given(edges_of_graphs(most=9))
@settings(max_examples=60, deadline=None)
def test_small_graphs_have_no_crossing_that_can_be_avoided(edges: Edges) -> None:
    graph = Layers(count_of(edges), edges)
    if tries(graph) <= MOST_TRIES:
        assert count_crossings(graph, order_layers(graph)) == fewest(graph)


@given(edges_of_graphs(most=9))
@settings(max_examples=60, deadline=None)
def test_large_graphs_are_ordered_nearly_as_well(edges: Edges) -> None:
    graph = Layers(count_of(edges), edges)
    if tries(graph) <= MOST_TRIES:
        found = ordering._search_order(graph)
        assert count_crossings(graph, found) <= fewest(graph) + 1
        assert [sorted(points) for points in found] == [sorted(points) for points in graph.points]


# Crossings that no order avoids: a 12-node graph with one, all others with none.
CROSSINGS = {name: int(name == "merges") for name in GRAPHS}


@pytest.mark.parametrize("name", GRAPHS)
def test_the_graphs_of_the_book_hardly_cross(name: str) -> None:
    shown = read_passes(GRAPHS[name]())
    graph = Layers(len(shown.nodes), [(edge.tail, edge.head) for edge in shown.edges])
    assert count_crossings(graph, order_layers(graph)) == CROSSINGS[name]
    if tries(graph) <= MOST_TRIES:
        assert fewest(graph) == CROSSINGS[name]


def test_first_arguments_stand_on_top_where_that_crosses_nothing() -> None:
    graph = Layers(7, [(0, 4), (1, 4), (2, 5), (3, 5), (4, 6), (5, 6)])
    assert order_layers(graph) == [[0, 1, 2, 3], [4, 5], [6]]


def test_crossings_are_counted() -> None:
    complete = [(a, b) for b in (3, 4, 5) for a in (0, 1, 2)]
    graph = Layers(7, [*complete, (3, 6), (4, 6), (5, 6)])
    assert count_crossings(graph, order_layers(graph)) == 9


def test_long_lines_run_level_and_together() -> None:
    edges = [(0, 1), (1, 2), (2, 3), (0, 3), (3, 4), (0, 4)]
    layout = laid_out(sorted(edges, key=lambda edge: edge[1]))
    first, second = (
        line for line, edge in zip(layout.lines, sorted(edges, key=lambda e: e[1]), strict=True)
        if edge in ((0, 3), (0, 4))
    )  # fmt: skip
    assert first.corners[:3] == second.corners[:3], "two lines where one is enough"
    assert len({y for _, y in second.corners[2:-2]}) == 1


@pytest.mark.parametrize("name", GRAPHS)
def test_drawn_graphs_keep_the_laws(name: str) -> None:
    layout, _ = draw_graph(read_passes(GRAPHS[name]()))
    assert not any(overlap(a, b) for a, b in itertools.combinations(layout.boxes, 2))
