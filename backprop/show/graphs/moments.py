"""When values and gradients of a graph appear, and the graph as it is after a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backprop.engine.variable import Value
from backprop.show.graphs.boxes import Moments
from backprop.show.graphs.narration import Step, list_received
from backprop.show.graphs.trace import Passes

__all__ = ["find_moments", "stop_at"]


def find_moments(passes: Passes, steps: Sequence[Step], turn: int) -> Moments:
    """Find when values appear, and what each of them has received by when.

    Parameters
    ----------
    passes : Passes
        The graph.
    steps : sequence of Step
        What happens, one after the other.
    turn : int
        The first step back.

    Examples
    --------
    >>> import backprop as bp
    >>> a = bp.Variable(3.0, name="a")
    >>> shown = bp.show.backward_steps(a * a)
    >>> find_moments(shown.passes, shown.steps, 2).flows
    {0: 3, 1: 4}
    """
    computed: dict[int, int] = {}
    flows: dict[int, int] = {}
    for k, step in enumerate(steps):
        if step.phase == "forward":
            computed.update(dict.fromkeys(step.nodes, k))
        else:
            flows.update(dict.fromkeys(step.edges, k))
    gradients: list[list[tuple[int, Value]]] = []
    for i, node in enumerate(passes.nodes):
        states = [(flows[edge], total) for edge, total in list_received(passes, i)]
        # At last, what is not shown has arrived, too.
        when = states.pop()[0] if states else turn
        gradients.append(states if node.gradient is None else [*states, (when, node.gradient)])
    return Moments([computed[i] for i in range(len(gradients))], gradients, flows)


def stop_at(passes: Passes, moments: Moments, step: int) -> Passes:
    """Return the graph as it is known after a step.

    Examples
    --------
    >>> import backprop as bp
    >>> a = bp.Variable(3.0, name="a")
    >>> shown = bp.show.backward_steps(a * a)
    >>> [stop_at(shown.passes, shown.moments, k).nodes[0].gradient for k in (2, 3, 4)]
    [None, 3.0, 6.0]
    """
    nodes = tuple(
        replace(node, gradient=dict(_list_until(received, step)).get("known"))
        for node, received in zip(passes.nodes, moments.gradients, strict=True)
    )
    edges = tuple(
        replace(edge, gradient=edge.gradient if moments.flows.get(i, step) <= step else None)
        for i, edge in enumerate(passes.edges)
    )
    return replace(passes, nodes=nodes, edges=edges)


def _list_until(received: Sequence[tuple[int, Value]], step: int) -> list[tuple[str, Value]]:
    """Return what a node has received by a step; nothing where nothing has come."""
    return [("known", total) for start, total in received if start <= step]
