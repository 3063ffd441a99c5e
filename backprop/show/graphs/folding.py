"""Units of a graph: steps that a picture can show as one box until a reader opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backprop.show.graphs.trace import Passes

__all__ = ["MOST_STEPS", "Folding", "Unit", "fold_passes", "group_steps"]

#: A unit of more steps would be no easier to read than what it folds.
MOST_STEPS = 6


@dataclass(frozen=True)
class Unit:
    """Steps that are shown as one.

    Attributes
    ----------
    inside : tuple of int
        Numbers of its values, oldest first; the last one is its result.
    formula : str
        How the result is computed from what enters the unit.
    """

    inside: tuple[int, ...]
    formula: str

    @property
    def head(self) -> int:
        """The number of its result."""
        return self.inside[-1]


def group_steps(
    steps: Sequence[bool], named: Sequence[bool], edges: Sequence[tuple[int, int]]
) -> list[tuple[int, ...]]:
    """Group steps into units, each of which ends at a value that a reader wants to see.

    A step joins what is computed from it if nothing else is, and if it has no name of its own or is
    the only argument there: so w·x + b goes into its softplus, and a residual into its square.

    Parameters
    ----------
    steps, named : sequence of bool
        Which values were computed, and which were given a name.
    edges : sequence of (int, int)
        From which value to which.

    Examples
    --------
    >>> group_steps([False, True, True, True], [True, False, True, True], [(0, 1), (1, 2), (2, 3)])
    [(1, 2, 3)]
    """
    heads: dict[int, int] = {}
    for i in range(len(steps) - 1, -1, -1):
        if not steps[i]:
            continue
        heads[i] = i
        users = {head for tail, head in edges if tail == i}
        if len(users) == 1:
            (user,) = users
            alone = all(tail == i for tail, head in edges if head == user)
            if user in heads and (alone or not named[i]):
                heads[i] = heads[user]
    return [
        tuple(sorted(i for i, end in heads.items() if end == head))
        for head in sorted(set(heads.values()))
    ]


@dataclass(frozen=True)
class Folding:
    """What a picture shows of a graph while its units are folded.

    Attributes
    ----------
    units : tuple of Unit
        In the order of their results.
    unit_of : dict of int to int
        To which unit a value belongs: a step, or what was given to it alone.
    own : tuple of tuple of int
        The parameters and data that each unit alone uses.
    outside : tuple of int
        What was given to several units.
    crossing : tuple of int
        Numbers of the edges that lead into a unit from outside it.
    """

    units: tuple[Unit, ...]
    unit_of: dict[int, int]
    own: tuple[tuple[int, ...], ...]
    outside: tuple[int, ...]
    crossing: tuple[int, ...]


def fold_passes(shown: Passes) -> Folding | None:
    """Return how a graph folds; None where folding would not make it easier to read."""
    units = shown.units
    sizes = [len(unit.inside) for unit in units]
    if shown.hidden or len(units) < 2 or max(sizes) == 1 or max(sizes) > MOST_STEPS:
        return None
    unit_of = {i: k for k, unit in enumerate(units) for i in unit.inside}
    own: list[list[int]] = [[] for _ in units]
    outside = []
    for i in range(len(shown.nodes)):
        if i in unit_of:
            continue
        users = {unit_of[edge.head] for edge in shown.edges if edge.tail == i}
        if len(users) == 1:
            own[users.pop()].append(i)
        else:
            outside.append(i)
    unit_of |= {i: k for k, given in enumerate(own) for i in given}
    crossing = [
        number
        for number, edge in enumerate(shown.edges)
        if unit_of.get(edge.tail) != unit_of[edge.head]
    ]
    return Folding(units, unit_of, tuple(map(tuple, own)), tuple(outside), tuple(crossing))
