"""Step by step through a graph: forward value by value, then backward edge by edge."""

from __future__ import annotations

import html
import itertools
import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import page
from ..variable import Value, Variable
from .boxes import Moments, typeset
from .explorers import BUDGET
from .figures import identifier
from .graph import legend, picture
from .passes import Edge, Passes, passes, written

__all__ = ["Step", "Steps", "backward_steps"]

# Around the numbers in a sentence, which get the colours of values and of gradients.
_VALUE, _GRADIENT, _END = "\ue000", "\ue001", "\ue002"
# More numbers than these are not written as a sum.
_MOST_SUMMANDS = 4
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def backward_steps(loss: Variable) -> Steps:
    """Step through the computational graph of a loss: first forward, then backward.

    Forward, one value after the other is computed. Backward, one edge after the other multiplies
    its local derivative by the upstream gradient; where paths meet, what they bring is added. Every
    step is written out in words and numbers. No ``grad`` changes, and the graph is kept.

    Parameters
    ----------
    loss : Variable
        A single number. Give names to the values that the text talks about; others are called u1,
        u2, ...

    Returns
    -------
    Steps
        Shows itself as the last value of a cell: with buttons, a slider and keys, in a notebook and
        on a page alike.

    Raises
    ------
    TypeError
        If `loss` is not a Variable.
    ValueError
        If it is an array, or too large for a page.
    RuntimeError
        If the graph was freed by ``backward()``, or there is none.

    Examples
    --------
    >>> import backprop as bp
    >>> a = bp.Variable(3.0, name="a")
    >>> y = a * a
    >>> y.name = "y"
    >>> bp.show.backward_steps(y)
    Forward and backward through the graph of y
     1. Given: a = 3.
     2. Forward: y = a · a = 3 · 3 = 9. The forward pass is complete.
     3. The backward pass starts at y, with its derivative with respect to itself: ∂y/∂y = 1.
     4. Back from y to a (place 1 of 2). Local ∂y/∂a = a = 3; upstream ∂y/∂y = 1; 3 × 1 = 3 flows
        to a, which has now received 3. One more path is to come.
     5. Back from y to a (place 2 of 2). Local ∂y/∂a = a = 3; upstream ∂y/∂y = 1; 3 × 1 = 3 flows
        to a. A second path arrives: 3 + 3 = 6. All paths have arrived: ∂y/∂a = 6.
     6. Done. One pass back gave the derivative of y with respect to every parameter: a 6.
    """
    return Steps(passes(loss))


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
    """

    phase: str
    sentence: str
    equation: Terms = ()
    nodes: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    source: int | None = None

    def __str__(self) -> str:
        return re.sub(f"[{_VALUE}{_GRADIENT}{_END}]", "", self.sentence)


class Steps:
    """A graph and the steps through it; made by :func:`backward_steps`.

    Attributes
    ----------
    passes : Passes
        The graph.
    steps : tuple of Step
        What happens, one after the other.
    """

    def __init__(self, shown: Passes) -> None:
        self.passes = shown
        forward, backward = tuple(_forward(shown)), tuple(_backward(shown))
        self.steps = (*forward, *backward)
        self._turn = len(forward)
        self.title = f"Forward and backward through the graph of {shown.loss.name}"

    def __repr__(self) -> str:
        wide = len(str(len(self.steps)))
        lines = (
            textwrap.fill(
                str(step), 96, initial_indent=f" {k:>{wide}}. ", subsequent_indent=" " * (wide + 3)
            )
            for k, step in enumerate(self.steps, start=1)
        )
        return "\n".join([self.title, *lines])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        start = "" if page.on_page() else "<script>window.backprop.steps();</script>"
        markup = page.assets("graph", "steps") + self.html() + start
        return {"text/html": markup, "text/plain": repr(self)}

    @property
    def moments(self) -> Moments:
        """When values appear, and what each of them has received."""
        shown = self.passes
        computed: dict[int, int] = {}
        flows: dict[int, int] = {}
        for k, step in enumerate(self.steps):
            for node in step.nodes if step.phase == "forward" else ():
                computed[node] = k
            for edge in step.edges if step.phase == "backward" else ():
                flows[edge] = k
        received = [
            [(flows[edge], total) for edge, total in _received(shown, i)]
            for i in range(len(shown.nodes))
        ]
        received[-1] = [(self._turn, shown.loss.gradient)]
        return Moments([computed[i] for i in range(len(shown.nodes))], received, flows)

    def html(self) -> str:
        """Return picture, controls and the list of all steps as HTML.

        Raises
        ------
        ValueError
            If it weighs too much for a page.
        """
        name = identifier(self.title, self.passes)
        _, drawn = picture(self.passes, name, self.title, self.moments)
        count, last = len(self.steps), len(self.steps) - 1
        says = [str(step) for step in self.steps]
        lines = (math.ceil(max(map(len, says)) / wide) for wide in (78, 38))
        room = ";".join(f"--bp-lines{at}:{n}" for at, n in zip(("", "-narrow"), lines, strict=True))
        markup = (
            f'<figure class="bp-explorer bp-steps" id="{name}" aria-labelledby="{name}-title" '
            f'data-lm-suppress-shortcuts="true" data-turn="{self._turn}" '
            f'style="--bp-turn:{self._turn / last:.4f}">'
            f'<p class="bp-title">{html.escape(self.title, quote=False)}</p>'
            '<p class="bp-ask">Before each step back, guess: which two numbers are '
            f"multiplied?</p>{drawn}"
            f'<div class="bp-hands">{_controls(name, count)}<p class="bp-still">With JavaScript '
            "you step through this graph: forward, then backward, one line at a time.</p></div>"
            f'<div class="bp-say" style="{room}">{_html(self.steps[last].sentence)}</div>'
            '<p class="bp-live" role="status"></p>'
            f"<details><summary>All {count} steps in words</summary>"
            f"<ol>{''.join(map(_item, self.steps))}</ol></details>"
            f"<figcaption>{legend(self.passes)}</figcaption></figure>"
        )
        if (weight := len(markup.encode())) > BUDGET:
            raise ValueError(
                f"{self.title!r} weighs {weight / 1000:.0f} kB, at most {BUDGET / 1000:.0f} kB are "
                "allowed: use a smaller graph"
            )
        return markup


def _controls(name: str, count: int) -> str:
    return (
        '<div class="bp-controls"><div class="bp-slider">'
        f'<label for="{name}-s">Step</label><output for="{name}-s">1 of {count}</output>'
        f'<input type="range" id="{name}-s" min="0" max="{count - 1}" step="1" value="0" '
        f'aria-valuetext="1 of {count}" autocomplete="off">'
        '<div class="bp-phases" aria-hidden="true"><span>forward</span><span>backward</span></div>'
        '</div><div class="bp-buttons"><button type="button" class="bp-step-back">Back</button>'
        '<button type="button" class="bp-step-next">Next</button>'
        '<button type="button" class="bp-play">Play</button>'
        '<button type="button" class="bp-reset">Start again</button></div></div>'
    )


def _item(step: Step) -> str:
    """Write a step for the list, from which the script takes it."""
    where = [f"n{i}" for i in step.nodes] + [f"e{i}" for i in step.edges]
    where += [] if step.source is None else [f"u{step.source}"]
    terms = ""
    for caption, term in step.equation:
        small = f"<small>{_html(caption).replace(chr(10), '<br>')}</small>" if caption else ""
        terms += f"<span>{small}{_html(term)}</span>"
    equation = f"<p hidden>{terms}</p>" if terms else ""
    return f'<li data-at="{" ".join(where)}">{equation}<span>{_html(step.sentence)}</span></li>'


def _html(sentence: str) -> str:
    text = typeset(sentence, raised="<sup>{}</sup>")
    text = re.sub(f"{_VALUE}(.*?){_END}", r"<b>\1</b>", text)
    return re.sub(f"{_GRADIENT}(.*?){_END}", r"<i>\1</i>", text)


# -- sentences -------------------------------------------------------------------------------------


def _value(value: Value | str) -> str:
    return f"{_VALUE}{value if isinstance(value, str) else written(value)}{_END}"


def _gradient(value: Value) -> str:
    return f"{_GRADIENT}{written(value)}{_END}"


def _forward(shown: Passes) -> Iterator[Step]:
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


def _backward(shown: Passes) -> Iterator[Step]:
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


def _received(shown: Passes, tail: int) -> list[tuple[int, Value]]:
    """Return the edges that bring gradients to a node, and what it has received after each."""
    arriving = shown.arriving(tail)
    totals = itertools.accumulate(shown.edges[number].gradient for number in arriving)
    return list(zip(arriving, totals, strict=True))


def _so_far(shown: Passes, number: int) -> str:
    """Say what a node has received after an edge, and what is still to come."""
    edge = shown.edges[number]
    node, received = shown.nodes[edge.tail], _received(shown, edge.tail)
    place = [arrived for arrived, _ in received].index(number)
    total, left = received[place][1], len(received) - place - 1
    derivative = f"∂{shown.loss.name}/∂{node.name}"
    if place:
        which = f"A {_PLACES[place]}" if place < len(_PLACES) else "Another"
        parts = _sum([received[place - 1][1], edge.gradient])
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
