"""Step by step through a graph: forward value by value, then backward edge by edge."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

from backprop.engine.variable import Value, Variable
from backprop.page.html import Markup, element, join
from backprop.show.drawing.pictures import make_identifier
from backprop.show.explorers.card import write_card
from backprop.show.explorers.explorer import BUDGET
from backprop.show.graphs.boxes import Moments, draw_overview, typeset_html
from backprop.show.graphs.graph import RULES, describe_graph, draw_picture, write_legend
from backprop.show.graphs.narration import (
    Step,
    Text,
    list_received,
    narrate_backward,
    narrate_forward,
    write_text,
)
from backprop.show.graphs.trace import Passes, read_passes
from backprop.show.output import Bundle, make_bundle

__all__ = ["Step", "Steps", "backward_steps"]

_STILL = "With JavaScript you step through this graph: forward, then backward, one line at a time."
_ASK = "Before each step back, guess: which two numbers are multiplied?"


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
            parts=("graph", "steps"),
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
        moments = self.moments
        layout, drawn = draw_picture(self.passes, name, self.title, moments)
        count, last = len(self.steps), self.steps[-1]
        summary = element("summary", f"All {count} steps in words")
        out = write_card(
            name=name,
            title=self.title,
            question=_ASK,
            pictures=element("div", drawn, draw_overview(layout, moments)),
            say=write_text(last.sentence),
            controls=_write_controls(name, count),
            still=_STILL,
            below=element("details", summary, element("ol", map(_write_item, self.steps))),
            caption=write_legend(self.passes),
            width="wide",
            kind="bp-steps",
            reserve=_reserve(self.steps),
            data_turn=self._turn,
            style=f"--bp-turn:{self._turn / (count - 1):.4f}",
        )
        if (weight := len(out.encode())) > BUDGET:
            raise ValueError(
                f"{self.title!r} weighs {weight / 1000:.0f} kB, at most {BUDGET / 1000:.0f} kB are "
                "allowed: give its values shorter names, or step through a part of it"
            )
        return out


def _reserve(steps: Sequence[Step]) -> str:
    """Keep room for most sentences, so that little moves; not for the longest about matrices."""
    longest = max(len(str(step)) for step in steps)
    rooms = {"": (78, 3), "-narrow": (38, 6), "-panel": (30, 8)}
    lines = {at: min(math.ceil(longest / wide), most) for at, (wide, most) in rooms.items()}
    return ";".join(f"--bp-lines{at}:{count}" for at, count in lines.items())


def _write_controls(name: str, count: int) -> Markup:
    control, first = f"{name}-s", f"1 of {count}"
    buttons = {
        "Back": "bp-step-back",
        "Next": "bp-step-next",
        "Play": "bp-play",
        "Start again": "bp-reset",
    }
    slider = element(
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
            value=0,
            aria_valuetext=first,
            autocomplete="off",
        ),
        element(
            "div",
            element("span", "forward"),
            element("span", "backward"),
            class_="bp-phases",
            aria_hidden="true",
        ),
        class_="bp-slider",
    )
    row = [element("button", text, type="button", class_=kind) for text, kind in buttons.items()]
    return element("div", slider, element("div", row, class_="bp-buttons"), class_="bp-controls")


def _write_item(step: Step) -> Markup:
    """Write a step for the list, from which the script takes it."""
    where = [f"n{i}" for i in step.nodes] + [f"e{i}" for i in step.edges]
    where += [] if step.source is None else [f"u{step.source}"]
    where += [f"v{i}" for i in step.uses]
    lines = [
        element("p", map(_write_term, terms), hidden=True)
        for terms in (step.equation, step.total)
        if terms
    ]
    words = element("span", write_text(step.sentence))
    return element("li", lines, words, data_at=" ".join(where))


def _write_term(captioned: tuple[str, Text]) -> Markup:
    caption, term = captioned
    lines = join(map(typeset_html, caption.split("\n")), element("br"))
    return element("span", element("small", lines) if caption else None, write_text(term))
