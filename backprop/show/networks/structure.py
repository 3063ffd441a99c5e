"""What a network consists of: its weights and biases, layer by layer, with names and numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.checks import format_given
from backprop.engine.table import FUNCTIONS
from backprop.engine.variable import Variable, value_of
from backprop.network.layers import Linear
from backprop.network.sequential import Sequential
from backprop.show.explorers.computed import Floats
from backprop.show.explorers.slider import write_label

__all__ = ["ACTIVATIONS", "Network", "Stage", "Weight", "read_named", "read_sequential"]

#: Functions that a unit can apply to its weighted sum.
ACTIVATIONS = ("softplus", "sigmoid", "relu", "tanh", "leaky_relu")

Function = Callable[[Any], Any]


@dataclass(frozen=True)
class Weight:
    """One number that is learned.

    Attributes
    ----------
    name : str
        As in the formulas, for example ``w₁``.
    value : float
        What it is.
    gradient : float or None
        The derivative of the loss with respect to it, if there is one.
    """

    name: str
    value: float
    gradient: float | None = None


@dataclass(frozen=True)
class Stage:
    """One layer of units, with the lines that lead to them.

    Attributes
    ----------
    weights : tuple of tuple of Weight
        One row for each unit before, one column for each unit here.
    biases : tuple of Weight
        One for each unit; none at all if the layer has no biases.
    activation : str
        The name of the function that its units apply, or nothing.
    """

    weights: tuple[tuple[Weight, ...], ...]
    biases: tuple[Weight, ...]
    activation: str = ""

    @property
    def width(self) -> int:
        """How many units there are."""
        return len(self.weights[0])

    def compute(self, inputs: Floats) -> Floats:
        """Compute what the units hold, with the functions of the engine: one row an example."""
        matrix = np.array([[weight.value for weight in row] for row in self.weights])
        sums = inputs @ matrix
        if self.biases:
            sums = sums + np.array([bias.value for bias in self.biases])
        function: Function = FUNCTIONS[self.activation] if self.activation else np.asarray
        return np.asarray(value_of(function(sums)), dtype=float)


@dataclass(frozen=True)
class Network:
    """A network of layers of units.

    Attributes
    ----------
    inputs : tuple of str
        Names of what goes in.
    stages : tuple of Stage
        The layers.
    data : Floats or None
        The examples that went through it, one row each, where they are known.
    """

    inputs: tuple[str, ...]
    stages: tuple[Stage, ...]
    data: Floats | None = None

    @property
    def widths(self) -> tuple[int, ...]:
        """How many units there are in each layer, inputs included."""
        return (len(self.inputs), *(stage.width for stage in self.stages))

    @property
    def weights(self) -> list[Weight]:
        """Every weight on a line, in the order of the layers."""
        return [weight for stage in self.stages for row in stage.weights for weight in row]

    @property
    def biases(self) -> list[Weight]:
        """Every bias, in the order of the layers."""
        return [bias for stage in self.stages for bias in stage.biases]

    def compute(self, inputs: Any) -> list[Floats]:
        """Compute what the units of every layer hold, the inputs first: one row an example."""
        rows = np.asarray(inputs, dtype=float).reshape(-1, len(self.inputs))
        layers = [rows]
        for stage in self.stages:
            layers.append(stage.compute(layers[-1]))
        return layers


def read_sequential(net: Sequential) -> Network:
    """Read a network of linear layers and activations.

    Weights are numbered through, row by row and layer by layer, and so are biases.

    Raises
    ------
    TypeError
        If there is another layer in it, which units and lines cannot show.

    Examples
    --------
    >>> import backprop as bp
    >>> net = bp.Sequential(bp.Linear(1, 2, seed=0), bp.softplus, bp.Linear(2, 1, seed=1))
    >>> read_sequential(net).widths
    (1, 2, 1)
    >>> [weight.name for weight in read_sequential(net).weights]
    ['w₁', 'w₂', 'w₃', 'w₄']
    """
    stages: list[Stage] = []
    counts = {"w": 0, "b": 0}
    for place, layer in enumerate(net.layers, 1):
        called = getattr(layer, "__name__", "")
        if isinstance(layer, Linear):
            stages.append(make_stage(layer.W, layer.b, counts))
        elif called in ACTIVATIONS and stages and not stages[-1].activation:
            stages[-1] = Stage(stages[-1].weights, stages[-1].biases, called)
        else:
            raise TypeError(
                f"network must be made of Linear layers with an activation behind each at most, "
                f"got {format_given(layer)} as number {place}: draw its computation with "
                "bp.show.graph"
            )
    return Network(_name_inputs(len(stages[0].weights)), tuple(stages))


def make_stage(W: Variable, b: Variable | None, counts: dict[str, int], name: str = "") -> Stage:
    """Make a stage of a matrix and a vector; `counts` goes on numbering from layer to layer."""
    rows, columns = W.shape
    numbers = counts["w"] + np.arange(rows * columns).reshape(rows, columns) + 1
    values, slopes = np.asarray(W.value), W.grad
    weights = tuple(
        tuple(
            Weight(
                write_label(f"w{numbers[i, j]}"),
                float(values[i, j]),
                None if slopes is None else float(np.asarray(slopes)[i, j]),
            )
            for j in range(columns)
        )
        for i in range(rows)
    )
    counts["w"] += rows * columns
    if b is None:
        return Stage(weights, (), name)
    flat, back = np.ravel(b.value), None if b.grad is None else np.ravel(b.grad)
    biases = tuple(
        Weight(write_label(f"b{counts['b'] + j + 1}"), float(flat[j]),
               None if back is None else float(back[j]))
        for j in range(columns)
    )  # fmt: skip
    counts["b"] += columns
    return Stage(weights, biases, name)


def read_named(
    parameters: Sequence[Variable] | Mapping[str, Any],
    activation: str = "softplus",
    units: Sequence[int] | None = None,
    gradients: Mapping[str, float] | None = None,
) -> Network:
    """Read a network from single numbers that are called w1, w2, ..., b1, b2, ... as in the book.

    Parameters
    ----------
    parameters : sequence of Variable, or mapping of str to Variable or float
        The numbers, in any order; weights are numbered row by row and layer by layer.
    activation : str
        What the hidden units apply.
    units : sequence of int, optional
        How many units each layer has, inputs first; by default one input, one output, and as many
        hidden units as the weights ask for.
    gradients : mapping of str to float, optional
        Gradients by the same names, if those of the Variables are not meant.

    Raises
    ------
    ValueError
        If the numbers are too few or too many for the units.
    """
    given = parameters if isinstance(parameters, Mapping) else {p.name: p for p in parameters}
    every = {str(name): _read_number(str(name), item, gradients) for name, item in given.items()}
    weights, biases = (_sort_numbered(every, letter) for letter in "wb")
    sizes = tuple(units or (1, len(weights) // 2, 1))
    pairs = list(itertools.pairwise(sizes))
    needed = sum(a * b for a, b in pairs), sum(sizes[1:])
    if needed != (len(weights), len(biases)):
        raise ValueError(
            f"parameters must be {needed[0]} weights w1, w2, ... and {needed[1]} biases b1, ... "
            f"for units {sizes}, got {', '.join(every)[:60]}: give units="
        )
    stages, w, b = [], iter(weights), iter(biases)
    for i, (before, here) in enumerate(pairs):
        rows = tuple(tuple(next(w) for _ in range(here)) for _ in range(before))
        last = i == len(pairs) - 1
        stages.append(Stage(rows, tuple(next(b) for _ in range(here)), "" if last else activation))
    return Network(_name_inputs(sizes[0]), tuple(stages))


def _read_number(name: str, item: Any, gradients: Mapping[str, float] | None) -> Weight:
    slope: Any = item.grad if isinstance(item, Variable) else None
    if gradients is not None:
        slope = gradients[name]
    value = np.asarray(value_of(item), dtype=float)
    if value.size != 1:
        raise ValueError(
            f"parameters must be single numbers, got {name} with shape {value.shape}: "
            "give the Sequential, or the loss"
        )
    known = None if slope is None else float(slope)
    return Weight(write_label(name), float(value.reshape(())), known)


def _sort_numbered(every: Mapping[str, Weight], letter: str) -> list[Weight]:
    named = [name for name in every if name[:1] == letter and name[1:].isdecimal()]
    return [every[name] for name in sorted(named, key=lambda name: int(name[1:]))]


def _name_inputs(count: int) -> tuple[str, ...]:
    return ("x",) if count == 1 else tuple(write_label(f"x{i + 1}") for i in range(count))
