"""What happens in a folded unit, in one step: which steps it stands for, and what they give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backprop.engine.variable import Value
from backprop.show.graphs.folding import Folding
from backprop.show.graphs.narration import Amount, Step, Text
from backprop.show.graphs.trace import Passes, write_value

__all__ = ["Run", "find_runs", "find_unit"]


@dataclass(frozen=True)
class Run:
    """Steps one after another inside one unit, which are one step while it is folded.

    Attributes
    ----------
    first, last : int
        Numbers of its steps.
    unit : int
        The number of the unit.
    sentence : tuple of str and Amount
        What all of them do.
    """

    first: int
    last: int
    unit: int
    sentence: Text


def find_unit(folding: Folding | None, step: Step) -> int | None:
    """Return in which unit a step happens."""
    if folding is None:
        return None
    if step.source is not None:
        return folding.unit_of[step.source]
    if step.phase == "forward" and step.edges:
        return folding.unit_of[step.nodes[0]]
    return None


def find_runs(shown: Passes, folding: Folding, steps: Sequence[Step]) -> Iterator[Run]:
    """Yield the steps that are taken at once while their unit is folded."""
    units = [find_unit(folding, step) for step in steps]
    first = 0
    for last, unit in enumerate(units):
        after = (units[last + 1], steps[last + 1].phase) if last + 1 < len(units) else None
        if after == (unit, steps[last].phase):
            continue
        if unit is not None:
            run = steps[first : last + 1]
            write = _narrate_back if run[0].phase == "backward" else _narrate_forth
            yield Run(first, last, unit, write(shown, folding, unit, run))
        first = last + 1


def _narrate_forth(shown: Passes, folding: Folding, unit: int, run: Sequence[Step]) -> Text:
    head = shown.nodes[folding.units[unit].head]
    return (
        f"Forward through the box: {head.name} = {folding.units[unit].formula} = ",
        Amount(write_value(head.value), "value"),
        f". {len(run)} operations, folded: open the box to see them.",
    )


def _narrate_back(shown: Passes, folding: Folding, unit: int, run: Sequence[Step]) -> Text:
    head = shown.nodes[folding.units[unit].head]
    enters = {edge.tail for edge in shown.edges if edge.head in folding.units[unit].inside}
    enters -= set(folding.units[unit].inside)
    return (
        f"Back through the box {head.name} = {folding.units[unit].formula}: ",
        _write_gradient(head.gradient),
        f" arrives, is multiplied edge by edge ({len(run)} edges, folded), and leaves as ",
        *_list_received(shown, run, sorted(enters)),
        ". Open the box to see each product.",
    )


def _list_received(shown: Passes, run: Sequence[Step], receivers: Sequence[int]) -> Text:
    """Write what some values have received in a run."""
    out: list[str | Amount] = []
    for number in sorted({node for step in run for node in step.nodes}):
        node = shown.nodes[number]
        if number in receivers and node.gradient is not None:
            out += [", " if out else "", f"{node.name} ", _write_gradient(node.gradient)]
    return tuple(part for part in out if part)


def _write_gradient(value: Value) -> Amount:
    return Amount(write_value(value), "gradient")
