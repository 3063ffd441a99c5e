"""A network as a figure: from its layers, from named numbers, or from the graph of a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from backprop.checks import format_given
from backprop.engine.variable import Variable
from backprop.network.sequential import Sequential
from backprop.show.drawing.shapes import write_number
from backprop.show.figures import Figure
from backprop.show.networks.drawing import MOST_UNITS, Diagram, SharedScale
from backprop.show.networks.reading import read_graph
from backprop.show.networks.structure import Network, read_named, read_sequential

__all__ = ["describe_network", "network", "read_network"]


def network(
    source: Sequential | Variable | Sequence[Variable] | Mapping[str, Any],
    *,
    x: float | Sequence[float] | None = None,
    activation: str = "softplus",
    units: Sequence[int] | None = None,
    gradients: bool = False,
    over: tuple[float, float] | None = None,
    title: str = "The network",
    caption: str | None = None,
) -> Figure:
    """Draw a network: units with their own curves, and lines as wide as their weights.

    A line is as wide as the root of its weight, from 1 to 6 pixels, dashed where the weight is
    negative. With one input, each unit shows what it computes along x. Gradients run beside the
    lines, against the flow, by the same rule.

    Parameters
    ----------
    source : Sequential, Variable, sequence of Variable, or mapping of str to number
        A network of linear layers and activations; a prediction or a loss that units computed; or
        single numbers that are called w1, w2, ..., b1, b2, ...
    x : float or sequence of float, optional
        Where dots stand on the curves of the units; by default at the data, if a graph knows them.
    activation, units : str, sequence of int
        What hidden units apply and how many units each layer has, if only numbers are given.
    gradients : bool
        Whether the gradients that ``backward()`` left are drawn.
    over : tuple of float, optional
        The range of x, by default that of the data or from 0 to 1.
    title, caption : str, optional
        See :func:`figure`.

    Returns
    -------
    Figure
        Shows itself as the last value of a cell.

    Raises
    ------
    TypeError, ValueError
        If it cannot be drawn as units and lines, or has no gradients to draw.

    Examples
    --------
    >>> import backprop as bp
    >>> values = {"w1": 3.34, "w2": -3.53, "w3": -1.22, "w4": -2.3,
    ...           "b1": -1.43, "b2": 0.57, "b3": 2.61}
    >>> bp.show.network(values, x=0.5)
    The network
    A network with 1 input, 2 softplus nodes and 1 output. w₁ = 3.34, w₂ = −3.53; b₁ = −1.43,
    b₂ = 0.570; w₃ = −1.22, w₄ = −2.30; b₃ = 2.61. At x = 0.500 the output is 1.00.
    """
    net = read_network(source, activation=activation, units=units)
    if gradients and any(w.gradient is None for w in (*net.weights, *net.biases)):
        raise ValueError(
            "gradients must have been computed, got parameters without: call backward() first"
        )
    places = _choose_places(net, x)
    if over is None:
        over = _choose_range(net, places)
    sketch = Diagram(net, SharedScale.fit([net], over), places, gradients)
    alt = describe_network(sketch)
    return Figure(title, alt, caption, [sketch.draw()], sketch.size, 1, natural=True)


def read_network(
    source: Any, *, activation: str = "softplus", units: Sequence[int] | None = None
) -> Network:
    """Read a network, whatever it is given as; see :func:`network`.

    Raises
    ------
    TypeError, ValueError
        If it is none.

    Examples
    --------
    >>> read_network({"w1": 1.0, "w2": 2.0, "b1": 0.0, "b2": 0.0}).widths
    (1, 1, 1)
    """
    if isinstance(source, Sequential):
        return read_sequential(source)
    if isinstance(source, Variable):
        return read_graph(source)
    if isinstance(source, Mapping) or (
        isinstance(source, Sequence) and source and all(isinstance(p, Variable) for p in source)
    ):
        return read_named(source, activation, units)
    raise TypeError(
        f"network must be a Sequential, a value of a graph or named parameters, got "
        f"{format_given(source)}: give the loss, or a dict such as {{'w1': 0.5, ...}}"
    )


def _choose_places(net: Network, x: Any) -> tuple[float, ...]:
    if x is not None:
        return tuple(np.ravel(np.asarray(x, dtype=float)).tolist())
    known = net.data is not None and len(net.inputs) == 1 and len(net.data) <= MOST_UNITS
    return tuple(np.ravel(net.data).tolist()) if known and net.data is not None else ()


def _choose_range(net: Network, places: Sequence[float]) -> tuple[float, float]:
    known = [*places, *(np.ravel(net.data).tolist() if net.data is not None else ())]
    low, high = min(known, default=0.0), max(known, default=1.0)
    return (low, high) if high > low else (min(0.0, low), max(1.0, high))


def describe_network(sketch: Diagram) -> str:
    """Describe a network with all numbers that its picture shows.

    Examples
    --------
    >>> net = read_network({"w1": 2.0, "w2": -1.0, "b1": 0.0, "b2": 0.5})
    >>> describe_network(Diagram(net, SharedScale.fit([net], (0, 1))))[:53]
    'A network with 1 input, 1 softplus node and 1 output.'
    """
    net = sketch.network
    says = [_count_units(net)]
    if sketch.labelled:
        says.append(_list_parameters(sketch))
    else:
        says.append(f"Lines stand for {len(net.weights)} weights; the wider, the larger.")
    if sketch.folded:
        says.append(f"{sketch.folded} of its nodes are folded away.")
    if sketch.x and len(net.inputs) == 1 and net.widths[-1] == 1:
        out = net.compute(sketch.x)[-1][:, 0]
        at = ", ".join(map(write_number, sketch.x))
        ends = ", ".join(map(write_number, out.tolist()))
        says.append(f"At x = {at} the output is {ends}.")
    return " ".join(says)


def _count_units(net: Network) -> str:
    def count(number: int, what: str) -> str:
        return f"{number} {what}{'' if number == 1 else 's'}"

    parts = [count(net.widths[0], "input")]
    for stage in net.stages[:-1]:
        parts.append(count(stage.width, f"{stage.activation or 'linear'} node"))
    last = net.stages[-1]
    parts.append(count(last.width, f"{last.activation} output".strip()))
    return f"A network with {', '.join(parts[:-1])} and {parts[-1]}."


def _list_parameters(sketch: Diagram) -> str:
    groups = []
    for stage in sketch.network.stages:
        for group in ([w for row in stage.weights for w in row], stage.biases):
            words = [
                f"{each.name} = {write_number(each.value)}"
                + (
                    f" (gradient {write_number(each.gradient)})"
                    if sketch.gradients and each.gradient is not None
                    else ""
                )
                for each in group
            ]
            groups += [", ".join(words)] if words else []
    return "; ".join(groups) + "."
