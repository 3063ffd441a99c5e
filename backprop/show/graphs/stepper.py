"""Step by step through a graph: forward value by value, then backward edge by edge."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backprop.engine.variable import Value, Variable
from backprop.page.html import Markup, element, join
from backprop.show.drawing.pictures import make_identifier
from backprop.show.explorers.card import write_card, write_filmstrip
from backprop.show.explorers.explorer import BUDGET
from backprop.show.graphs.boxes import Moments, draw_overview
from backprop.show.graphs.graph import RULES, describe_graph, draw_picture, write_legend
from backprop.show.graphs.layout import Layout
from backprop.show.graphs.lines import CodeLine, write_lines
from backprop.show.graphs.narration import (
    Step,
    Text,
    list_received,
    narrate_backward,
    narrate_forward,
    write_text,
)
from backprop.show.graphs.text import typeset_html
from backprop.show.graphs.trace import Passes, read_passes
from backprop.show.output import Bundle, make_bundle

__all__ = ["Step", "Steps", "backward_steps"]

_STILL = "With JavaScript you walk back through this graph, one line at a time."
_ASK = "Which two numbers are multiplied here? Say what flows back, then see."
#: Wider graphs do not fit beside their panel, which then stands below them.
_FITS = 640.0
#: Graphs of more values are drawn once, from left to right: twice would weigh too much.
_MOST_DOWN = 30


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
     4. Back from y to a (place 1 of 2). Local ∂y/∂a = a = 3; upstream ∂y/∂y = 1; 3 × 1 = 3 flows to
        a, which has now received 3. One more path is to come.
     5. Back from y to a (place 2 of 2). Local ∂y/∂a = a = 3; upstream ∂y/∂y = 1; 3 × 1 = 3 flows to
        a. A second path arrives: 3 + 3 = 6. All paths have arrived: ∂y/∂a = 6.
     6. Done. One pass back gave the derivative of y with respect to every parameter: a 6.
    """
    return Steps(read_passes(loss))


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
        there = tuple(narrate_forward(shown))
        self.steps = (*there, *narrate_backward(shown))
        self._turn = len(there)
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

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        steps = element("ol", [element("li", write_text(s.sentence)) for s in self.steps])
        return make_bundle(
            self.html(),
            repr(self),
            pictures=draw_picture(self.passes, "bp-still", self.title)[1],
            description=describe_graph(self.passes),
            before=element("p", element("strong", self.title)),
            after=[steps, element("figcaption", write_legend(self.passes))],
            parts=("card", "graph", "steps"),
            start="window.backprop.steps();",
            rules=RULES,
            halo=False,
        )

    @property
    def moments(self) -> Moments:
        """When values appear, and what each of them has received."""
        computed: dict[int, int] = {}
        flows: dict[int, int] = {}
        for k, step in enumerate(self.steps):
            if step.phase == "forward":
                computed.update(dict.fromkeys(step.nodes, k))
            else:
                flows.update(dict.fromkeys(step.edges, k))
        gradients: list[list[tuple[int, Value]]] = []
        for i, node in enumerate(self.passes.nodes):
            states = [(flows[edge], total) for edge, total in list_received(self.passes, i)]
            # At last, what is not shown has arrived, too.
            when = states.pop()[0] if states else self._turn
            gradients.append(states if node.gradient is None else [*states, (when, node.gradient)])
        return Moments([computed[i] for i in range(len(gradients))], gradients, flows)

    def html(self) -> Markup:
        """Return picture, controls and the list of all steps as HTML.

        Raises
        ------
        ValueError
            If it weighs too much for a page.
        """
        name = make_identifier(self.title, self.passes)
        count, code = len(self.steps), write_lines(self.passes)
        layout, ways = self._draw_ways(name)
        is_long = layout.width > _FITS
        beside, below = (None, _write_code(code)) if is_long else (_write_code(code), None)
        asks = any(map(self._ask_for, self.steps))
        legend = element("p", write_legend(self.passes), class_="bp-legend")
        listed = element("ol", [self._write_item(k, code) for k in range(count)])
        out = write_card(
            name=name,
            title=self.title,
            question=_ASK,
            pictures=element("div", ways, beside, class_="bp-ways"),
            say=write_text(self.steps[self._turn].sentence),
            controls=element("div", below, _write_controls(name, count, self._turn, asks)),
            still=_STILL,
            filmstrip=None if is_long else write_filmstrip(self._draw_film(name)),
            below=element(
                "details", element("summary", f"All {count} steps in words"), legend, listed
            ),
            width="wide",
            kind="bp-steps bp-long" if is_long else "bp-steps",
            reserve=_reserve(self.steps),
            data_turn=self._turn,
            data_phase="backward",
        )
        if (weight := len(out.encode())) > BUDGET:
            raise ValueError(
                f"{self.title!r} weighs {weight / 1000:.0f} kB, at most {BUDGET / 1000:.0f} kB are "
                "allowed: give its values shorter names, or step through a part of it"
            )
        return out

    def _draw_ways(self, name: str) -> tuple[Layout, Markup]:
        """Draw the graph across, for phones also down, and small where it is long."""
        moments = self.moments
        layout, across = draw_picture(self.passes, name, self.title, moments)
        down = None
        if len(self.passes.nodes) <= _MOST_DOWN:
            down = draw_picture(self.passes, f"{name}-down", self.title, moments, down=True)[1]
        return layout, join([across, down, draw_overview(layout, moments)])

    def _draw_film(self, name: str) -> list[tuple[str, Markup]]:
        """Draw named frames: values only, each half of the way back, everything."""
        last = len(self.steps) - 1
        frames = {
            f"The values are known, and ∂{self.passes.loss.name}/∂{self.passes.loss.name} = 1": (
                self._turn
            ),
            "Half way back": (self._turn + last) // 2,
            "All the way back": last,
        }
        return [
            (text, draw_picture(self._stop_at(k), f"{name}-film{n}", text)[1])
            for n, (text, k) in enumerate(frames.items())
        ]

    def _stop_at(self, step: int) -> Passes:
        """Return the graph as it is known after a step."""
        moments = self.moments
        nodes = tuple(
            replace(node, gradient=dict(_until(received, step)).get("known"))
            for node, received in zip(self.passes.nodes, moments.gradients, strict=True)
        )
        edges = tuple(
            replace(edge, gradient=edge.gradient if moments.flows.get(i, step) <= step else None)
            for i, edge in enumerate(self.passes.edges)
        )
        return replace(self.passes, nodes=nodes, edges=edges)

    def _write_item(self, k: int, code: Sequence[CodeLine]) -> Markup:
        """Write a step for the list, from which the script takes it."""
        step = self.steps[k]
        where = [f"n{i}" for i in step.nodes] + [f"e{i}" for i in step.edges]
        where += [] if step.source is None else [f"u{step.source}"]
        where += [f"v{i}" for i in step.uses]
        terms = [
            element("p", map(_write_term, each), hidden=True)
            for each in (step.equation, step.total)
            if each
        ]
        words = element("span", write_text(step.sentence))
        return element(
            "li",
            terms,
            words,
            data_at=" ".join(where),
            data_line=_find_line(code, step, k == self._turn),
            data_ask=self._ask_for(step),
        )

    def _ask_for(self, step: Step) -> str | None:
        """Write what a reader is asked before a step back, where one number flows."""
        if step.phase == "forward" or not step.edges or step.source is None:
            return None
        edge = self.passes.edges[step.edges[0]]
        if np.ndim(edge.gradient) or np.ndim(edge.upstream):
            return None
        head, tail = self.passes.nodes[edge.head].name, self.passes.nodes[edge.tail].name
        where = f" ({edge.which})" if edge.which else ""
        return f"What flows back from {head} to {tail}{where}?"


def _until(received: Sequence[tuple[int, Value]], step: int) -> list[tuple[str, Value]]:
    """Return what a node has received by a step; nothing where nothing has come."""
    return [("known", total) for start, total in received if start <= step]


def _find_line(code: Sequence[CodeLine], step: Step, is_start: bool) -> int | None:
    """Return which line of Python a step is."""
    for n, line in enumerate(code):
        is_value = line.node is not None and step.nodes == (line.node,)
        is_own = line.text.endswith(" = 1") == is_start
        if step.edges == (line.edge,) if step.source is not None else is_value and is_own:
            return n
    return None


def _reserve(steps: Sequence[Step]) -> str:
    """Keep room for most sentences, so that little moves; not for the longest about matrices."""
    longest = max(len(str(step)) for step in steps)
    rooms = {"": (78, 3), "-narrow": (38, 6), "-panel": (42, 6)}  # characters of a line, most lines
    return ";".join(
        f"--bp-lines{at}:{min(math.ceil(longest / wide), most)}"
        for at, (wide, most) in rooms.items()
    )


def _write_code(code: Sequence[CodeLine]) -> Markup | None:
    """Write the passes as lines of Python, of which the script lights the one of each step."""
    if not code:
        return None
    lines = [
        element("li", element("code", line.text), data_line=n, class_=_class_line(line))
        for n, line in enumerate(code)
    ]
    return element("ol", lines, class_="bp-lines notranslate", aria_label="The pass in Python")


def _class_line(line: CodeLine) -> str | None:
    return "bp-line-back" if line.edge is not None or line.text.endswith(" = 1") else None


def _write_controls(name: str, count: int, start: int, asks: bool) -> Markup:
    buttons = {
        "Back": "bp-step-back",
        "Next": "bp-step-next",
        "Play": "bp-play",
        "Start again": "bp-reset",
    }
    row = [element("button", text, type="button", class_=kind) for text, kind in buttons.items()]
    return element(
        "div",
        _write_try(name) if asks else None,
        element("div", row, class_="bp-buttons"),
        _write_place(f"{name}-s", count, start),
        class_="bp-controls",
    )


def _write_try(name: str) -> Markup:
    """Write the field for the number of the next edge."""
    field = element(
        "input",
        type="text",
        inputmode="text",
        size=6,
        autocomplete="off",
        spellcheck="false",
        id=f"{name}-try",
    )
    return element(
        "form",
        element("label", element("span", class_="bp-try-ask"), " ", field),
        element("button", "That is my guess", type="submit"),
        element("span", class_="bp-refused", role="status"),
        class_="bp-try",
        novalidate=True,
    )


def _write_place(control: str, count: int, start: int) -> Markup:
    """Write the slider that says at which step one is, and of which pass."""
    first = f"{start + 1} of {count}"
    phases = [element("span", "forward"), element("span", "backward")]
    return element(
        "div",
        element("label", "Step", for_=control),
        element("output", first, for_=control),
        element(
            "input",
            type="range",
            id=control,
            min=0,
            max=count - 1,
            step=1,
            value=start,
            aria_valuetext=first,
            autocomplete="off",
        ),
        element("div", phases, class_="bp-phases", aria_hidden="true"),
        class_="bp-slider",
        style=f"--bp-turn:{start / (count - 1):.4f}",
    )


def _write_term(captioned: tuple[str, Text]) -> Markup:
    caption, term = captioned
    lines = join(map(typeset_html, caption.split("\n")), element("br"))
    return element("span", element("small", lines) if caption else None, write_text(term))
