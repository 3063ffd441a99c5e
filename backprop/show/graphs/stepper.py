"""Step by step through a graph: forward value by value, then backward edge by edge."""

from __future__ import annotations

import html
import math
import textwrap
from typing import Any

from backprop.engine.variable import Value, Variable
from backprop.page.html import Markup, element
from backprop.show.drawing.pictures import make_identifier
from backprop.show.explorers.explorer import BUDGET
from backprop.show.graphs.boxes import Moments, overview
from backprop.show.graphs.graph import RULES, legend, picture, summary
from backprop.show.graphs.narration import (
    Step,
    Terms,
    backward_pass,
    forward_pass,
    markup,
    received,
)
from backprop.show.graphs.trace import Passes, passes
from backprop.show.output import Bundle, make_bundle

__all__ = ["Step", "Steps", "backward_steps"]


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
    return Steps(passes(loss))


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
        there = tuple(forward_pass(shown))
        self.steps = (*there, *backward_pass(shown))
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
        steps = element("ol", [element("li", Markup(markup(s.sentence))) for s in self.steps])
        return make_bundle(
            self.html(),
            repr(self),
            pictures=picture(self.passes, "bp-still", self.title)[1],
            description=summary(self.passes),
            before=element("p", element("strong", self.title)),
            after=[steps, element("figcaption", legend(self.passes))],
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
            states = [(flows[edge], total) for edge, total in received(self.passes, i)]
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
        layout, drawn = picture(self.passes, name, self.title, moments)
        count, last = len(self.steps), len(self.steps) - 1
        says = [str(step) for step in self.steps]
        # Room for most sentences, so that little moves; not for the longest about matrices.
        longest = max(map(len, says))
        lines = (min(math.ceil(longest / wide), most) for wide, most in ((78, 3), (38, 6)))
        room = ";".join(f"--bp-lines{at}:{n}" for at, n in zip(("", "-narrow"), lines, strict=True))
        out = (
            f'<figure class="bp-explorer bp-steps" id="{name}" aria-labelledby="{name}-title" '
            f'data-lm-suppress-shortcuts="true" data-turn="{self._turn}" '
            f'style="--bp-turn:{self._turn / last:.4f}">'
            f'<p class="bp-title">{html.escape(self.title, quote=False)}</p>'
            '<p class="bp-ask">Before each step back, guess: which two numbers are '
            f"multiplied?</p>{drawn}{overview(layout, moments)}"
            f'<div class="bp-hands">{_controls(name, count)}<p class="bp-still">With JavaScript '
            "you step through this graph: forward, then backward, one line at a time.</p></div>"
            f'<div class="bp-say" style="{room}">{markup(self.steps[last].sentence)}</div>'
            '<p class="bp-live" role="status"></p>'
            f"<details><summary>All {count} steps in words</summary>"
            f"<ol>{''.join(map(_item, self.steps))}</ol></details>"
            f"<figcaption>{legend(self.passes)}</figcaption></figure>"
        )
        if (weight := len(out.encode())) > BUDGET:
            raise ValueError(
                f"{self.title!r} weighs {weight / 1000:.0f} kB, at most {BUDGET / 1000:.0f} kB are "
                "allowed: give its values shorter names, or step through a part of it"
            )
        return Markup(out)


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
    where += [f"v{i}" for i in step.uses]
    lines = "".join(
        f"<p hidden>{_terms(terms)}</p>" for terms in (step.equation, step.total) if terms
    )
    return f'<li data-at="{" ".join(where)}">{lines}<span>{markup(step.sentence)}</span></li>'


def _terms(terms: Terms) -> str:
    out = ""
    for caption, term in terms:
        small = f"<small>{markup(caption).replace(chr(10), '<br>')}</small>" if caption else ""
        out += f"<span>{small}{markup(term)}</span>"
    return out
