"""Layers of a graph, and the order within them that crosses the fewest lines."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from math import factorial

__all__ = ["Layers", "count_crossings", "order_layers"]

# Orders of two neighbouring layers that are all tried: 120 times 120 are, 720 times 24 are.
_MOST_TRIES = 20_000
# Where that would take too long: how many orders are improved, and how often.
_STARTS, _ROUNDS = 8, 12

#: A line from one layer to the next, by the points at its ends.
Link = tuple[int, int]
Order = list[list[int]]


class Layers:
    """A graph with boxes in layers, and points where lines pass a layer.

    Every box is as far right as it may be. Lines from one box share their points, so that they run
    together until they part.

    Parameters
    ----------
    count : int
        How many boxes there are; what a box is made of has smaller numbers, and everything leads to
        the last one.
    edges : sequence of (int, int)
        From which box to which, in the order of the arguments.

    Attributes
    ----------
    boxes : int
        How many boxes there are; greater numbers are points where lines pass.
    layer : list of int
        The layer of every box and point.
    points : list of list of int
        What is in each layer, in the order in which formulas name it.
    chains : list of list of int
        What each line goes through, from box to box.
    links : list of list of (int, int)
        The lines from each layer to the next.

    Examples
    --------
    >>> graph = Layers(4, [(0, 1), (1, 3), (2, 3), (0, 3)])
    >>> graph.layer, graph.points, graph.chains[-1]
    ([0, 1, 1, 2, 1], [[0], [1, 2, 4], [3]], [0, 4, 3])
    """

    def __init__(self, count: int, edges: Sequence[tuple[int, int]]) -> None:
        self.boxes = count
        self.layer = _assign_layers(count, edges)
        self.points: Order = [[] for _ in range(max(self.layer) + 1)]
        self.links: list[list[Link]] = [[] for _ in self.points]
        self.chains: list[list[int]] = []
        passing: dict[tuple[int, int], int] = {}
        for tail, head in edges:
            chain = [tail]
            for layer in range(self.layer[tail] + 1, self.layer[head]):
                if (tail, layer) not in passing:
                    passing[tail, layer] = len(self.layer)
                    self.links[layer - 1].append((chain[-1], len(self.layer)))
                    self.layer.append(layer)
                chain.append(passing[tail, layer])
            self.links[self.layer[head] - 1].append((chain[-1], head))
            self.chains.append([*chain, head])
        for point in self._walk_depth_first():
            self.points[self.layer[point]].append(point)

    def _walk_depth_first(self) -> Iterator[int]:
        """Yield every point in the order in which formulas name them: first arguments first."""
        into: Order = [[] for _ in self.layer]
        for links in self.links:
            for left, right in links:
                into[right].append(left)
        seen, waiting = set(), [self.boxes - 1]
        while waiting:
            point = waiting.pop()
            if point not in seen:
                seen.add(point)
                yield point
                waiting += reversed(into[point])


def _assign_layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    behind = [0] * count
    for tail, head in sorted(edges, key=lambda edge: -edge[1]):
        behind[tail] = max(behind[tail], behind[head] + 1)
    return [max(behind) - steps for steps in behind]


def count_crossings(graph: Layers, order: Sequence[Sequence[int]]) -> int:
    """Count the crossings of lines.

    Examples
    --------
    >>> graph = Layers(5, [(0, 2), (1, 3), (2, 4), (3, 4)])
    >>> count_crossings(graph, [[0, 1], [2, 3], [4]]), count_crossings(graph, [[0, 1], [3, 2], [4]])
    (0, 1)
    """
    at = {point: place for points in order for place, point in enumerate(points)}
    return sum(
        (at[a] - at[c]) * (at[b] - at[d]) < 0
        for links in graph.links
        for (a, b), (c, d) in itertools.combinations(links, 2)
    )


def order_layers(graph: Layers) -> Order:
    """Order the layers so that few lines cross; small graphs have no order with fewer crossings.

    Among the orders with equally many crossings, it is one that is close to that of the formulas.
    """
    sizes = [factorial(min(len(points), 9)) for points in graph.points]
    if max((a * b for a, b in itertools.pairwise(sizes)), default=0) <= _MOST_TRIES:
        return _find_best_order(graph)
    return _search_order(graph)


def _search_order(graph: Layers) -> Order:
    """Improve several orders as far as that goes, and return the best."""
    shuffle = random.Random(0)
    best = _sweep_layers(graph, graph.points)
    for _ in range(_STARTS):
        if count_crossings(graph, best) == 0:
            break
        start = [shuffle.sample(points, len(points)) for points in graph.points]
        best = min(
            best, _sweep_layers(graph, start), key=lambda order: count_crossings(graph, order)
        )
    return best


def _find_best_order(graph: Layers) -> Order:
    """Try every order of every layer, beside every order of the layer before it."""
    best: dict[tuple[int, ...], tuple[tuple[int, int], Order]] = {(): ((0, 0), [])}
    for links, points in zip([[], *graph.links], graph.points, strict=False):
        found: dict[tuple[int, ...], tuple[tuple[int, int], Order]] = {}
        costs = {left: _count_costs(links, left, points) for left in best}
        for order in itertools.permutations(points):
            pairs = list(itertools.combinations(order, 2))
            moved = sum(points.index(a) > points.index(b) for a, b in pairs)
            found[order] = min(
                (
                    (crossed + sum(costs[left][pair] for pair in pairs), unlike + moved),
                    [*chosen, list(order)],
                )
                for left, ((crossed, unlike), chosen) in best.items()
            )
        best = found
    return min(best.values())[1]


def _count_costs(
    links: Sequence[Link], left: Sequence[int], right: Sequence[int]
) -> dict[tuple[int, int], int]:
    """Count, for every two points, the crossings of their lines if the first stands above."""
    at = {point: place for place, point in enumerate(left)}
    ends = {point: [at[a] for a, b in links if b == point] for point in right}
    return {(a, b): _count_pairs(ends[a], ends[b]) for a, b in itertools.permutations(right, 2)}


def _count_pairs(above: Sequence[int], below: Sequence[int]) -> int:
    return sum(a > b for a in above for b in below)


def _sweep_layers(graph: Layers, start: Sequence[Sequence[int]]) -> Order:
    """Put each layer in the order of its neighbours' means, there and back again."""
    sides: tuple[Order, Order] = [[] for _ in graph.layer], [[] for _ in graph.layer]
    for left, right in itertools.chain.from_iterable(graph.links):
        sides[0][right].append(left)
        sides[1][left].append(right)
    order = [list(points) for points in start]
    best, fewest = order, count_crossings(graph, order)
    for sweep in range(_ROUNDS):
        order = [list(points) for points in order]
        at = {point: place for points in order for place, point in enumerate(points)}
        side = sides[sweep % 2]
        for points in order[:: (1, -1)[sweep % 2]]:
            near = {point: [at[other] for other in side[point]] or [at[point]] for point in points}
            means = {point: sum(places) / len(places) for point, places in near.items()}
            points.sort(key=means.__getitem__)
            at.update((point, place) for place, point in enumerate(points))
        _exchange_neighbours(order, sides, at)
        if (crossed := count_crossings(graph, order)) < fewest:
            best, fewest = order, crossed
    return best


def _exchange_neighbours(order: Order, sides: tuple[Order, Order], at: dict[int, int]) -> None:
    """Exchange neighbours in a layer wherever that saves a crossing."""

    def cost(above: int, below: int) -> int:
        return sum(
            _count_pairs([at[point] for point in side[above]], [at[point] for point in side[below]])
            for side in sides
        )

    saved = True
    while saved:
        saved = False
        for points in order:
            for i, (above, below) in enumerate(itertools.pairwise(points)):
                above = points[i]  # the one before may have been exchanged
                if cost(below, above) < cost(above, below):
                    points[i : i + 2] = below, above
                    at[above], at[below] = i + 1, i
                    saved = True
