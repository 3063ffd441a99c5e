"""What happens in a graph, step by step, in words and numbers: forward, and then backward."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from backprop.engine.variable import Value
from backprop.page.html import Markup, element, join
from backprop.show.graphs.text import typeset_html
from backprop.show.graphs.trace import Edge, Passes, write_value

__all__ = [
    "Amount",
    "Step",
    "Terms",
    "Text",
    "list_received",
    "narrate_backward",
    "narrate_forward",
    "write_text",
]

# More numbers than these are not written as a sum.
_MOST_SUMMANDS = 4
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


@dataclass(frozen=True)
class Amount:
    """A number in a sentence.

    Attributes
    ----------
    text : str
        How it is written.
    kind : str
        ``value`` or ``gradient``, which have colours.
    """

    text: str
    kind: str


#: A sentence or a formula: words, and numbers that are shown in colour.
Text: TypeAlias = tuple[str | Amount, ...]
#: Captions, in one line or two, and terms of an equation; signs have no caption.
Terms: TypeAlias = tuple[tuple[str, Text], ...]
# What a sentence is composed of.
_Part: TypeAlias = "str | Amount | Iterable[_Part]"


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes
    ----------
    phase : str
        ``forward`` or ``backward``.
    sentence : tuple of str and Amount
        What happens; ``str(step)`` is plain text.
    equation : tuple of (str, tuple)
        The same in short: captions and terms; signs have no caption.
    nodes, edges : tuple of int
        Where it happens.
    source : int or None
        The node that the upstream gradient comes from.
    total : tuple of (str, tuple)
        Where several paths meet, what has arrived so far, written like `equation`.
    uses : tuple of int
        The nodes whose values the local derivative is made of.
    """

    phase: str
    sentence: Text
    equation: Terms = ()
    nodes: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    source: int | None = None
    total: Terms = ()
    uses: tuple[int, ...] = ()

    def __str__(self) -> str:
        return _join_plain(self.sentence)


def write_text(text: Text) -> Markup:
    """Write a sentence as HTML, with the colours of values and gradients.

    Examples
    --------
    >>> write_text(("a = ", Amount("3", "value")))
    'a = <b>3</b>'
    """
    tags = {"value": "b", "gradient": "i"}
    return join(
        element(tags[part.kind], typeset_html(part.text))
        if isinstance(part, Amount)
        else typeset_html(part)
        for part in text
    )


def _join_plain(text: Text) -> str:
    """Write a sentence without colours."""
    return "".join(part.text if isinstance(part, Amount) else part for part in text)


def _compose(*parts: _Part) -> Text:
    """Put words and numbers, and what is made of them, into one text."""
    flat: list[str | Amount] = []
    for part in parts:
        if isinstance(part, Amount):
            flat.append(part)
        elif not isinstance(part, str):
            flat += _compose(*part)
        elif flat and isinstance(flat[-1], str):
            flat[-1] += part
        elif part:
            flat.append(part)
    return tuple(flat)


def _separate(parts: Sequence[_Part], separator: str) -> list[_Part]:
    """Put a separator between parts."""
    return [each for part in parts for each in (separator, part)][1:]


def _value(value: Value | str) -> Amount:
    return Amount(value if isinstance(value, str) else write_value(value), "value")


def _gradient(value: Value) -> Amount:
    return Amount(write_value(value), "gradient")


def narrate_forward(shown: Passes) -> Iterator[Step]:
    """Yield the steps of the forward pass: what is given, then value by value."""
    given = [i for i, node in enumerate(shown.nodes) if node.kind != "step"]
    listed = [(f"{shown.nodes[i].name} = ", _value(shown.nodes[i].value)) for i in given]
    sentence = _compose("Given: ", _separate(listed, ", "), ".")
    yield Step("forward", sentence, nodes=tuple(given))
    for i, node in enumerate(shown.nodes):
        if node.kind == "step":
            *before, last = _drop_repeated([node.formula, node.filled, write_value(node.value)])
            terms: list[str | Amount] = [*before, _value(last)]
            end = " The forward pass is complete." if node is shown.loss else ""
            captions = (*("formula", "with numbers")[: len(before)], "value")
            pairs: list[tuple[str, Text]] = [
                (caption, (term,)) for caption, term in zip(captions, terms, strict=True)
            ]
            yield Step(
                "forward",
                _compose("Forward: ", _separate([node.name, *terms], " = "), f".{end}"),
                tuple(part for pair in pairs for part in (("", ("=",)), pair))[1:],
                (i,),
                tuple(shown.find_edges_into(i)),
            )


def narrate_backward(shown: Passes) -> Iterator[Step]:
    """Yield the steps of the backward pass, edge by edge, in the order of ``backward()``."""
    loss, last = shown.loss.name, len(shown.nodes) - 1
    one = _gradient(shown.loss.gradient)
    yield Step(
        "backward",
        _compose(
            f"The backward pass starts at {loss}, with its derivative with respect to itself: "
            f"∂{loss}/∂{loss} = ",
            one,
            ".",
        ),
        (("start", (f"∂{loss}/∂{loss}",)), ("", ("=",)), ("gradient", (one,))),
        (last,),
    )
    for number in shown.backward:
        edge = shown.edges[number]
        sentence, equation = _narrate_edge(shown, edge)
        yield Step(
            "backward",
            _compose(sentence, _narrate_sum(shown, number)),
            equation,
            (edge.tail,),
            (number,),
            edge.head,
            _write_sum(shown, number),
            edge.uses,
        )
    found = [
        (f"{node.name} ", _gradient(node.gradient))
        for node in shown.nodes
        if node.kind == "parameter" and node.gradient is not None
    ]
    yield Step(
        "backward",
        _compose(
            f"Done. One pass back gave the derivative of {loss} with respect to every parameter: ",
            _separate(found, ", "),
            ".",
        ),
    )


def _narrate_edge(shown: Passes, edge: Edge) -> tuple[Text, Terms]:
    """Say what happens along an edge: local derivative, upstream gradient, their product."""
    head, tail, loss = shown.nodes[edge.head].name, shown.nodes[edge.tail].name, shown.loss.name
    upstream, flow = _gradient(edge.upstream), _gradient(edge.gradient)
    local, everywhere = _write_local(edge)
    if edge.multiplied:  # matrices: the two factors cannot be told one by one
        first = f"Local and upstream, multiplied as matrices: {local}"
        terms: Terms = (("local and upstream", (local,)),)
    else:
        chain = " = ".join(_drop_repeated([edge.symbol, edge.formula, edge.filled, local]))
        first = f"Local {chain}{everywhere}"
        terms = (
            (f"local\n{edge.symbol}", (local,)),
            ("", ("×",)),
            (f"upstream\n∂{loss}/∂{head}", (upstream,)),
        )
    where = f" ({edge.which})" if edge.which else ""
    sentence = _compose(
        f"Back from {head} to {tail}{where}. {first}; upstream ∂{loss}/∂{head} = ",
        upstream,
        "; ",
        _narrate_product(edge, local, tail),
        f" flows to {tail}",
    )
    return sentence, (*terms, ("", ("=",)), (f"flows back\nto {tail}", (flow,)))


def _narrate_product(edge: Edge, local: str, tail: str) -> Text:
    """Say what local derivative and upstream gradient give, and what of it is added."""
    spread = edge.gradient if edge.spread is None else edge.spread
    if edge.local is None:
        product = _compose("together, ", _gradient(spread))
    else:
        each = "element by element, " if np.ndim(spread) else ""
        factor = _bracket(edge.upstream)
        product = _compose(f"{each}{local} × ", factor, " = ", _gradient(spread))
    if edge.spread is None:
        return product
    return _compose(product, "; ", _narrate_spread(edge.spread, edge.gradient, tail))


def _write_local(edge: Edge) -> tuple[str, str]:
    """Write the local derivative, as one number if it is the same for every element."""
    if edge.local is None:
        number = not re.search(r"[^\W\d]", edge.formula)
        return edge.formula, " for every element" if number and np.ndim(edge.gradient) else ""
    elements = np.ravel(edge.local)
    if np.ndim(edge.local) and np.all(elements == elements[0]):
        return write_value(elements[0]), " for every element"
    return write_value(edge.local), ""


def _narrate_spread(spread: Value, gradient: Value, tail: str) -> Text:
    """Say why the parts of a gradient are added, and to what."""
    if np.ndim(gradient):
        count = np.size(spread) // np.size(gradient)
        return _compose(
            f"each number of {tail} takes part in {count} elements, whose parts are added: ",
            _gradient(gradient),
        )
    parts = np.ravel(spread)
    if len(parts) <= _MOST_SUMMANDS:
        total = _compose(_add(list(parts)), " = ", _gradient(gradient))
    else:
        total = _compose("their sum, ", _gradient(gradient), ",")
    return _compose(
        f"{tail} takes part in all {len(parts)} elements, whose parts are added: ", total
    )


def list_received(shown: Passes, tail: int) -> list[tuple[int, Value]]:
    """Return the edges that bring gradients to a node, and what it has received after each."""
    arriving = shown.find_edges_back(tail)
    totals = itertools.accumulate(shown.edges[number].gradient for number in arriving)
    return list(zip(arriving, totals, strict=True))


def _narrate_sum(shown: Passes, number: int) -> Text:
    """Say what a node has received after an edge, and what is still to come."""
    edge = shown.edges[number]
    node, history = shown.nodes[edge.tail], list_received(shown, edge.tail)
    place = [arrived for arrived, _ in history].index(number)
    total, left = history[place][1], len(history) - place - 1
    derivative = f"∂{shown.loss.name}/∂{node.name}"
    if place:
        which = f"A {_PLACES[place]}" if place < len(_PLACES) else "Another"
        parts = _add([history[place - 1][1], edge.gradient])
        out = _compose(f". {which} path arrives: ", parts, " = ", _gradient(total), ".")
    elif left:
        out = _compose(", which has now received ", _gradient(total), ".")
    else:
        out = (".",)
    if left:
        more = "One more path is" if left == 1 else f"{left} more paths are"
        return _compose(out, f" {more} to come.")
    if not _is_complete(total, node.gradient):
        more = f" More comes from values that are not shown; in all, {derivative} = "
        return _compose(out, more, _gradient(node.gradient), ".")
    if place:
        return _compose(out, f" All paths have arrived: {derivative} = ", _gradient(total), ".")
    return _compose(out, f" No other path leads there, so this is {derivative}.")


def _is_complete(total: Value, gradient: Value) -> bool:
    """Whether all that a node receives comes from values that are shown."""
    return bool(np.allclose(total, gradient, rtol=1e-6, atol=1e-12, equal_nan=True))


def _write_sum(shown: Passes, number: int) -> Terms:
    """Write what a node has received after an edge, if several bring it something."""
    edge = shown.edges[number]
    node, history = shown.nodes[edge.tail], list_received(shown, edge.tail)
    if len(history) == 1:
        return ()
    place = [arrived for arrived, _ in history].index(number)
    total, last = history[place][1], place == len(history) - 1
    if not place:
        return ((f"so far at {node.name}", (_gradient(total),)), ("", ("+ …",)))
    parts = (f"added up at {node.name}", _add([history[place - 1][1], edge.gradient]))
    complete = last and _is_complete(total, node.gradient)
    caption = f"∂{shown.loss.name}/∂{node.name}" if complete else "so far"
    rest: Terms = () if last else (("", ("+ …",)),)
    return (parts, ("", ("=",)), (caption, (_gradient(total),)), *rest)


def _add(parts: Sequence[Value]) -> Text:
    """Write a sum, with parentheses around what begins with a minus sign."""
    first, *others = parts
    return _compose(_gradient(first), [(" + ", _bracket(part)) for part in others])


def _bracket(value: Value) -> Text:
    amount = _gradient(value)
    return ("(", amount, ")") if amount.text.startswith("−") else (amount,)


def _drop_repeated(terms: Sequence[str]) -> list[str]:
    """Leave out terms that are empty, or the same as the next one."""
    plain = [term for term in terms if term]
    return [
        term
        for term, after in itertools.zip_longest(plain, plain[1:])
        if after is None or re.sub(r"^\((−?[\d.]+)\)$", r"\1", term) != after
    ]
