"""The forward and the backward pass of a graph as data: every value, every edge, every number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

import numpy as np

from backprop.derivation.notation import fill_template, write_names
from backprop.engine.elementary import ElementaryGraph, key_of
from backprop.engine.traversal import Flow, record_backward
from backprop.engine.variable import Constant, Value, Variable, value_of
from backprop.formulas.formula import Formula, Slot, differentiate, walk, write_number
from backprop.formulas.parse import parse_template
from backprop.formulas.printing import to_text
from backprop.show.graphs.folding import Unit, group_steps

__all__ = ["MOST_NODES", "Edge", "Node", "Passes", "read_passes", "write_value"]

#: So many values are shown, those nearest to the loss: with names such as u100000 they still fit
#: into the weight that an explorer may have.
MOST_NODES = 53
#: The formula of a group of steps names at most so many values, else only those of its last step.
_MOST_NAMES = 40
#: Significant digits of the numbers in pictures and sentences.
DIGITS = 4


@dataclass(frozen=True)
class Node:
    """One value.

    Attributes
    ----------
    name : str
        How it is called.
    kind : str
        ``parameter`` and ``data`` were given, a ``step`` was computed, and so was an ``earlier``
        value, whose own arguments are not shown.
    formula, filled : str
        How it was computed, with names, and with numbers where all of them are single numbers.
    value : float or numpy.ndarray
        What the forward pass gave.
    gradient : float, numpy.ndarray or None
        The loss's derivative with respect to it; None for data, and where none is asked for.
    """

    name: str
    kind: str
    formula: str
    filled: str
    value: Value
    gradient: Value


@dataclass(frozen=True)
class Edge:
    """One argument of one value: the way on which a value goes in and a gradient comes back.

    Attributes
    ----------
    tail, head : int
        Numbers of the argument and of what was computed from it.
    which : str
        Where the argument takes more than one place: which one this is.
    gradient : float, numpy.ndarray or None
        What flows back along it, in the shape of the argument; None where nothing does.
    spread : numpy.ndarray or None
        The same before it was summed over the elements for which the argument was used.
    symbol, formula, filled : str
        The local derivative: as ``∂u2/∂u1``, with names, and with numbers as in :class:`Node`.
    local : float, numpy.ndarray or None
        Its value, for each element; None where every element depends on several others.
    upstream : float, numpy.ndarray or None
        The gradient of the head.
    uses : tuple of int
        Numbers of the values that the formula of the local derivative names.
    multiplied : bool
        Whether it is multiplied with the upstream gradient as a matrix, in one formula.
    """

    tail: int
    head: int
    which: str
    gradient: Value = None
    spread: Value = None
    symbol: str = ""
    formula: str = ""
    filled: str = ""
    local: Value = None
    upstream: Value = None
    uses: tuple[int, ...] = ()
    multiplied: bool = False

    @property
    def is_single(self) -> bool:
        """Whether one number flows back, made of single numbers."""
        return (
            self.gradient is not None and not np.ndim(self.gradient) and not np.ndim(self.upstream)
        )


@dataclass(frozen=True)
class Passes:
    """The graph of a loss.

    Attributes
    ----------
    nodes : tuple of Node
        Every value that is shown, the oldest first and the loss last.
    edges : tuple of Edge
        By their heads, oldest first, and then in the order of the arguments.
    backward : tuple of int
        Numbers of the edges along which a gradient flows, in the order of the backward pass.
    hidden : int
        How many values are not shown.
    units : tuple of Unit
        The steps in groups that a picture can fold.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    backward: tuple[int, ...]
    hidden: int
    units: tuple[Unit, ...] = ()

    @property
    def loss(self) -> Node:
        """The last value."""
        return self.nodes[-1]

    def find_edges_into(self, head: int) -> list[int]:
        """Return the numbers of the edges that end at a node."""
        return [i for i, edge in enumerate(self.edges) if edge.head == head]

    def find_edges_back(self, tail: int) -> list[int]:
        """Return the edges that bring gradients to a node, in the order of the backward pass."""
        return [i for i in self.backward if self.edges[i].tail == tail]


def read_passes(loss: Variable, gradients: bool = True) -> Passes:
    """Read the graph of a loss, with fused operations taken apart; no ``grad`` changes.

    Raises
    ------
    TypeError
        If `loss` is not a Variable.
    ValueError
        If it is an array and `gradients` are wanted.
    RuntimeError
        If its graph was freed, or nothing was recorded.
    """
    if not isinstance(loss, Variable):
        raise TypeError(f"loss must be a bp.Variable, got {loss!r}")
    if isinstance(loss, Constant):
        raise RuntimeError(
            f"{loss!r} depends on no Variable: nothing was recorded. "
            "Make the parameters with bp.Variable, and compute outside bp.no_grad()"
        )
    if gradients and loss.shape:
        raise ValueError(
            f"gradients start from a single number, but this value has shape {loss.shape}: "
            "reduce it with bp.sum or bp.mean first, or show its values alone with "
            "gradients=False"
        )
    reader = _Reader(loss)
    if gradients:
        with np.errstate(all="ignore"):
            reader.read_backward()
    return reader.read()


class _Reader:
    """Reads a graph: what there is, what is shown and what it is called, and what flows back."""

    def __init__(self, loss: Variable) -> None:
        graph = ElementaryGraph(loss)
        self.names = write_names(graph.names)
        self.summed = graph.summed
        self.order = [node for node in graph.order if node not in self.summed]
        self.made = {node: (node.operation, node.arguments) for node in graph.order}
        for node, total in self.summed.items():  # a sum of one number is shown as that number
            self.made[total] = self.made.pop(node)
        self.shown, self.opened, self.hidden = self._nearest()
        self.arrived: dict[Variable, Value] = {}
        self.flows: dict[tuple[Variable, int], Flow] = {}  # in the order of the backward pass

    def read_backward(self) -> None:
        """Take over what the engine's own backward pass carried along each edge."""
        record = record_backward(self.order[-1])
        self.arrived = record.arrived
        sums = set(self.summed.values())
        for (node, place), flow in record.flows.items():
            if node not in sums:  # the flow into what is summed belongs to the sum that is shown
                self.flows[self.summed.get(node, node), place] = flow

    def _boxes(self, node: Variable) -> Iterator[tuple[int, Any]]:
        """Yield the arguments that get a box, with their places; numbers stand in the formula."""
        for place, argument in enumerate(self.made[node][1]):
            data = isinstance(argument, Constant) and (argument.name or argument.shape)
            if type(argument) in (Variable, np.ndarray) or data:
                yield place, argument

    def _nearest(self) -> tuple[list[Any], set[Variable], int]:
        """Return what gets a box, whose arguments do, and how many boxes there is no room for.

        If not everything can be shown, it is what the backward pass reaches first.
        """
        loss = self.order[-1]
        age = {node: place for place, node in enumerate(self.order)}
        found, opened, waiting = {key_of(loss)}, set(), [-age[loss]]
        while waiting:
            node = self.order[-heappop(waiting)]
            new = {key_of(a): a for _, a in self._boxes(node) if key_of(a) not in found}
            if len(found) + len(new) > MOST_NODES:
                break
            opened.add(node)
            found.update(new)
            for argument in new.values():
                if isinstance(argument, Variable):
                    heappush(waiting, -age[argument])
        every = {key_of(a): a for node in self.order for _, a in self._boxes(node)}
        arrays = [a for a in every.values() if type(a) is np.ndarray and key_of(a) in found]
        shown = [*arrays, *(node for node in self.order if node in found)]
        return shown, opened, len(every | {key_of(loss): loss}) - len(found)

    # -- numbers -----------------------------------------------------------------------------------

    def _local(self, node: Variable, place: int) -> Value | None:
        """Return the local derivative for each element, if elements do not mix."""
        operation, arguments = self.made[node]
        if operation is None or not operation.pointwise:
            return None
        rule: Any = operation.rules[place]
        ones = np.ones(node.shape) if node.shape else 1.0
        with np.errstate(all="ignore"):
            local = rule(ones, node.value, *(value_of(argument) for argument in arguments))
        return local if np.ndim(local) else float(local)

    # -- writing -----------------------------------------------------------------------------------

    def _write_formula(self, node: Variable, template: str) -> tuple[str, str]:
        """Fill names into a template, and numbers if all its arguments are single numbers."""
        operation, arguments = self.made[node]
        assert operation is not None

        def name(argument: Any) -> Formula:
            key = key_of(argument)
            return self.names[key] if key in self.names else amount(argument)

        def amount(argument: Any) -> Formula:
            value = value_of(argument)
            return write_number(value, DIGITS) if np.ndim(value) == 0 else name(argument)

        if template == operation.latex == "<a>":  # another shape, which no formula shows
            template = rf"\operatorname{{{operation.name}}}(<a>)".replace("_", r"\_")
        single = not node.shape and not any(np.ndim(value_of(a)) for _, a in self._boxes(node))
        return (
            to_text(fill_template(operation, template, arguments, name)),
            to_text(fill_template(operation, template, arguments, amount)) if single else "",
        )

    def read(self) -> Passes:
        """Put everything together."""
        number_of = {key_of(item): i for i, item in enumerate(self.shown)}
        edges = {
            (node, place): self._edge(node, place, argument, number_of)
            for node in self.shown
            if isinstance(node, Variable) and node in self.opened
            for place, argument in self._boxes(node)
        }
        numbers = {edge: i for i, edge in enumerate(edges)}
        return Passes(
            tuple(map(self._node, self.shown)),
            tuple(edges.values()),
            tuple(numbers[edge] for edge in self.flows if edge in numbers),
            self.hidden,
            tuple(self._list_units([(edge.tail, edge.head) for edge in edges.values()])),
        )

    def _list_units(self, ends: list[tuple[int, int]]) -> Iterator[Unit]:
        """Yield groups of steps, each with the formula of its result."""
        steps = [
            isinstance(item, Variable) and item in self.opened and self.made[item][0] is not None
            for item in self.shown
        ]
        named = [bool(getattr(item, "name", "")) for item in self.shown]
        for inside in group_steps(steps, named, ends):
            folded = {self.shown[i] for i in inside}
            head = self.shown[inside[-1]]
            if self._count_names(head, folded, {}) > _MOST_NAMES:
                folded = set()
            yield Unit(inside, to_text(self._nest_formula(head, folded)))

    def _count_names(
        self, node: Variable, folded: set[Variable], counted: dict[Variable, int]
    ) -> int:
        """Count what a nested formula would name; what is used twice is written twice."""
        if node not in counted:
            counted[node] = sum(
                self._count_names(argument, folded, counted)
                if isinstance(argument, Variable) and argument in folded
                else 1
                for _, argument in self._boxes(node)
            )
        return counted[node]

    def _nest_formula(self, node: Variable, folded: set[Variable]) -> Formula:
        """Write a step with the formulas of folded ones in place of their names."""
        operation, arguments = self.made[node]
        assert operation is not None

        def write(argument: Any) -> Formula:
            if isinstance(argument, Variable) and argument in folded:
                return self._nest_formula(argument, folded)
            key = key_of(argument)
            if key in self.names:
                return self.names[key]
            return write_number(value_of(argument), DIGITS)

        return fill_template(operation, operation.latex, arguments, write)

    def _node(self, item: Any) -> Node:
        name = to_text(self.names[key_of(item)])
        if not isinstance(item, Variable) or self.made[item][0] is None:
            kind = "parameter" if type(item) is Variable else "data"
            return Node(name, kind, "", "", value_of(item), self._gradient(item))
        kind = "step" if item in self.opened else "earlier"
        template = self.made[item][0].latex  # type: ignore[union-attr]
        how = self._write_formula(item, template) if kind == "step" else ("…", "")
        return Node(name, kind, *how, item.value, self._gradient(item))

    def _gradient(self, item: Any) -> Value | None:
        return self.arrived.get(item) if type(item) is Variable else None

    def _edge(self, node: Variable, place: int, argument: Any, number_of: dict[Any, int]) -> Edge:
        tail, head = number_of[key_of(argument)], number_of[node]
        places = [where for where, other in self._boxes(node) if other is argument]
        which = f"place {places.index(place) + 1} of {len(places)}" if len(places) > 1 else ""
        flow = self.flows.get((node, place))
        if flow is None:
            return Edge(tail, head, which)
        spread, gradient = flow.spread, flow.gradient
        above, below = self.names[node], self.names[argument]
        operation, arguments = self.made[node]
        template = operation.derivatives[place]  # type: ignore[union-attr]
        slots = {part.name for part in walk(parse_template(template)) if isinstance(part, Slot)}
        given = zip(operation.parameters, arguments, strict=True)  # type: ignore[union-attr]
        used = dict.fromkeys(key_of(a) for parameter, a in given if parameter in slots)
        return Edge(
            tail,
            head,
            which,
            gradient,
            None if np.shape(spread) == np.shape(gradient) else spread,
            to_text(differentiate(above, below)),
            *self._write_formula(node, template),
            self._local(node, place),
            self.arrived[node],
            tuple(number_of[key] for key in used if key in number_of),
            "upstream" in slots,
        )


def _operation_name(node: Variable) -> str:
    return node.operation.name if node.operation else ""


def write_value(value: Value, most: int = 4) -> str:
    """Write a number, or the first numbers of an array and its shape.

    Examples
    --------
    >>> import numpy as np
    >>> write_value(-2 / 3), write_value(np.array([0.0, 0.5, 1.0])), write_value(np.arange(200.0))
    ('−0.6667', '[0, 0.5, 1]', '[0, 1, 2, …] (200)')
    >>> write_value(np.eye(2)), write_value(np.zeros((64, 10)))
    ('[[1, 0], [0, 1]]', '[0, 0, 0, …] (64 × 10)')
    """
    if np.ndim(value) == 0:
        return to_text(write_number(value, DIGITS))
    if np.size(value) > most:
        first = ", ".join(write_value(element) for element in np.ravel(value)[: most - 1])
        return f"[{first}, …] ({' × '.join(map(str, np.shape(value)))})"
    return f"[{', '.join(write_value(element, most) for element in value)}]"
