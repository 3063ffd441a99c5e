"""What happens in a graph, step by step, in words and numbers: forward, and then backward."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from backprop.engine.variable import Value
from backprop.show.graphs.boxes import typeset
from backprop.show.graphs.trace import Edge, Passes, written

__all__ = ["Step", "backward_pass", "forward_pass", "markup", "received"]

# Around the numbers in a sentence, which get the colours of values and of gradients.
_VALUE, _GRADIENT, _END = "\ue000", "\ue001", "\ue002"
# More numbers than these are not written as a sum.
_MOST_SUMMANDS = 4
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
# Captions, in one line or two, and terms of an equation; signs have no caption.
Terms = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes
    ----------
    phase : str
        ``forward`` or ``backward``.
    sentence : str
        What happens. Marks around numbers say what they are; ``str(step)`` leaves them out.
    equation : tuple of (str, str)
        The same in short: captions and terms; signs have no caption.
    nodes, edges : tuple of int
        Where it happens.
    source : int or None
        The node that the upstream gradient comes from.
    total : tuple of (str, str)
        Where several paths meet, what has arrived so far, written like `equation`.
    uses : tuple of int
        The nodes whose values the local derivative is made of.
    """

    phase: str
    sentence: str
    equation: Terms = ()
    nodes: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    source: int | None = None
    total: Terms = ()
    uses: tuple[int, ...] = ()

    def __str__(self) -> str:
        return re.sub(f"[{_VALUE}{_GRADIENT}{_END}]", "", self.sentence)


def markup(sentence: str) -> str:
    """Write a sentence of a step as HTML, with the colours of values and gradients."""
    text = typeset(sentence, raised="<sup>{}</sup>")
    text = re.sub(f"{_VALUE}(.*?){_END}", r"<b>\1</b>", text)
    return re.sub(f"{_GRADIENT}(.*?){_END}", r"<i>\1</i>", text)


def _value(value: Value | str) -> str:
    return f"{_VALUE}{value if isinstance(value, str) else written(value)}{_END}"


def _gradient(value: Value) -> str:
    return f"{_GRADIENT}{written(value)}{_END}"


def forward_pass(shown: Passes) -> Iterator[Step]:
    """Yield the steps of the forward pass: what is given, then value by value."""
    given = [i for i, node in enumerate(shown.nodes) if node.kind != "step"]
    listed = ", ".join(f"{shown.nodes[i].name} = {_value(shown.nodes[i].value)}" for i in given)
    yield Step("forward", f"Given: {listed}.", nodes=tuple(given))
    for i, node in enumerate(shown.nodes):
        if node.kind == "step":
            terms = _distinct([node.formula, node.filled, written(node.value)])
            terms[-1] = _value(terms[-1])
            end = " The forward pass is complete." if node is shown.loss else ""
            captions = ("formula", "with numbers")[: len(terms) - 1]
            pairs = zip((*captions, "value"), terms, strict=True)
            equation = [part for pair in pairs for part in (pair, ("", "="))]
            yield Step(
                "forward",
                f"Forward: {' = '.join([node.name, *terms])}.{end}",
                tuple(equation[:-1]),
                (i,),
                tuple(shown.into(i)),
            )


def backward_pass(shown: Passes) -> Iterator[Step]:
    """Yield the steps of the backward pass, edge by edge, in the order of ``backward()``."""
    loss, last = shown.loss.name, len(shown.nodes) - 1
    one = _gradient(shown.loss.gradient)
    yield Step(
        "backward",
        f"The backward pass starts at {loss}, with its derivative with respect to itself: "
        f"∂{loss}/∂{loss} = {one}.",
        (("start", f"∂{loss}/∂{loss}"), ("", "="), ("gradient", one)),
        (last,),
    )
    for number in shown.backward:
        edge = shown.edges[number]
        sentence, equation = _along(shown, edge)
        yield Step(
            "backward",
            sentence + _so_far(shown, number),
            equation,
            (edge.tail,),
            (number,),
            edge.head,
            _total(shown, number),
            _used(shown, edge),
        )
    found = ", ".join(
        f"{node.name} {_gradient(node.gradient)}"
        for node in shown.nodes
        if node.kind == "parameter" and node.gradient is not None
    )
    yield Step(
        "backward",
        f"Done. One pass back gave the derivative of {loss} with respect to every parameter: "
        f"{found}.",
    )


def _along(shown: Passes, edge: Edge) -> tuple[str, Terms]:
    """Say what happens along an edge: local derivative, upstream gradient, their product."""
    head, tail, loss = shown.nodes[edge.head].name, shown.nodes[edge.tail].name, shown.loss.name
    upstream, flow = _gradient(edge.upstream), _gradient(edge.gradient)
    spread = edge.gradient if edge.spread is None else edge.spread
    local, everywhere = _local(edge)
    if "upstream" in edge.formula:  # matrices: the two factors cannot be told one by one
        first = f"Local and upstream, multiplied as matrices: {local}"
        terms: Terms = (("local and upstream", local),)
    else:
        chain = " = ".join(_distinct([edge.symbol, edge.formula, edge.filled, local]))
        first = f"Local {chain}{everywhere}"
        terms = (
            (f"local\n{edge.symbol}", local), ("", "×"), (f"upstream\n∂{loss}/∂{head}", upstream),
        )  # fmt: skip
    if edge.local is None:
        product = f"together, {_gradient(spread)}"
    else:
        each = "element by element, " if np.ndim(spread) else ""
        product = f"{each}{local} × {_bracketed(edge.upstream)} = {_gradient(spread)}"
    if edge.spread is not None:
        product += f"; {_added(edge.spread, edge.gradient, tail)}"
    sentence = (
        f"Back from {head} to {tail}{f' ({edge.which})' if edge.which else ''}. {first}; "
        f"upstream ∂{loss}/∂{head} = {upstream}; {product} flows to {tail}"
    )
    return sentence, (*terms, ("", "="), (f"flows back\nto {tail}", flow))


def _local(edge: Edge) -> tuple[str, str]:
    """Write the local derivative, as one number if it is the same for every element."""
    if edge.local is None:
        number = not re.search(r"[^\W\d]", edge.formula)
        return edge.formula, " for every element" if number and np.ndim(edge.gradient) else ""
    elements = np.ravel(edge.local)
    if np.ndim(edge.local) and np.all(elements == elements[0]):
        return written(elements[0]), " for every element"
    return written(edge.local), ""


def _added(spread: Value, gradient: Value, tail: str) -> str:
    """Say why the parts of a gradient are added, and to what."""
    if np.ndim(gradient):
        count = np.size(spread) // np.size(gradient)
        return (
            f"each number of {tail} takes part in {count} elements, whose parts are added: "
            f"{_gradient(gradient)}"
        )
    parts = np.ravel(spread)
    total = (
        _sum(list(parts)) if len(parts) <= _MOST_SUMMANDS else f"their sum, {_gradient(gradient)},"
    )
    end = f" = {_gradient(gradient)}" if len(parts) <= _MOST_SUMMANDS else ""
    return f"{tail} takes part in all {len(parts)} elements, whose parts are added: {total}{end}"


def received(shown: Passes, tail: int) -> list[tuple[int, Value]]:
    """Return the edges that bring gradients to a node, and what it has received after each."""
    arriving = shown.arriving(tail)
    totals = itertools.accumulate(shown.edges[number].gradient for number in arriving)
    return list(zip(arriving, totals, strict=True))


def _so_far(shown: Passes, number: int) -> str:
    """Say what a node has received after an edge, and what is still to come."""
    edge = shown.edges[number]
    node, history = shown.nodes[edge.tail], received(shown, edge.tail)
    place = [arrived for arrived, _ in history].index(number)
    total, left = history[place][1], len(history) - place - 1
    derivative = f"∂{shown.loss.name}/∂{node.name}"
    if place:
        which = f"A {_PLACES[place]}" if place < len(_PLACES) else "Another"
        parts = _sum([history[place - 1][1], edge.gradient])
        out = f". {which} path arrives: {parts} = {_gradient(total)}."
    else:
        out = f", which has now received {_gradient(total)}." if left else "."
    if left:
        more = "One more path is" if left == 1 else f"{left} more paths are"
        return f"{out} {more} to come."
    if not np.allclose(total, node.gradient, rtol=1e-6, atol=1e-12, equal_nan=True):
        all_ = _gradient(node.gradient)
        return f"{out} More comes from values that are not shown; in all, {derivative} = {all_}."
    if place:
        return f"{out} All paths have arrived: {derivative} = {_gradient(total)}."
    return f"{out} No other path leads there, so this is {derivative}."


def _total(shown: Passes, number: int) -> Terms:
    """Write what a node has received after an edge, if several bring it something."""
    edge = shown.edges[number]
    node, history = shown.nodes[edge.tail], received(shown, edge.tail)
    if len(history) == 1:
        return ()
    place = [arrived for arrived, _ in history].index(number)
    total, last = history[place][1], place == len(history) - 1
    if not place:
        return ((f"so far at {node.name}", _gradient(total)), ("", "+ …"))
    parts = (f"added up at {node.name}", _sum([history[place - 1][1], edge.gradient]))
    complete = last and np.allclose(total, node.gradient, rtol=1e-6, atol=1e-12, equal_nan=True)
    caption = f"∂{shown.loss.name}/∂{node.name}" if complete else "so far"
    return (parts, ("", "="), (caption, _gradient(total)), *(() if last else (("", "+ …"),)))


def _used(shown: Passes, edge: Edge) -> tuple[int, ...]:
    """Return the nodes that the formula of a local derivative names."""
    names = set(re.findall(r"[^\W\d]\w*", edge.formula))
    near = (edge.head, *(shown.edges[i].tail for i in shown.into(edge.head)))
    return tuple(i for i in dict.fromkeys(near) if shown.nodes[i].name in names)


def _sum(parts: Sequence[Value]) -> str:
    return " + ".join(_bracketed(part, first=k == 0) for k, part in enumerate(parts))


def _bracketed(value: Value, first: bool = False) -> str:
    text = written(value)
    return f"({_gradient(value)})" if text.startswith("−") and not first else _gradient(value)


def _distinct(terms: Sequence[str]) -> list[str]:
    """Leave out terms that are empty, or the same as the next one."""
    plain = [term for term in terms if term]
    return [
        term
        for term, after in itertools.zip_longest(plain, plain[1:])
        if after is None or re.sub(r"^\((−?[\d.]+)\)$", r"\1", term) != after
    ]
