"""The computational graph of a value, as a picture."""

from __future__ import annotations

import html
from typing import Any

import numpy as np

from backprop import page
from backprop.engine.variable import Variable
from backprop.show.drawing.pictures import make_identifier
from backprop.show.graphs.boxes import Moments, drawing, told
from backprop.show.graphs.layout import Layout
from backprop.show.graphs.trace import Node, Passes, passes, written

__all__ = ["Graph", "graph", "legend", "picture", "summary"]

# Longer descriptions are not listened to.
_MOST_TOLD = 25


def graph(loss: Variable, gradients: bool = True) -> Graph:
    """Draw the computational graph of a value, from what was given on the left to it on the right.

    Each box holds a name, how it was computed, its value in blue and its gradient in orange: the
    derivative of the loss with respect to it. On each line stands the part of a gradient that flows
    back along it. Fused operations are shown in their elementary steps. No ``grad`` changes, and
    the graph is kept.

    Parameters
    ----------
    loss : Variable
        What was computed; a single number, if gradients are wanted. Values are shown by their
        names; steps without a name are called u1, u2, ..., arrays without one c1, c2, ...
    gradients : bool, optional
        Whether gradients are shown, too.

    Returns
    -------
    Graph
        Shows itself as the last value of a cell. Of more than 54 values, those that the backward
        pass reaches first are shown, and the picture says so.

    Raises
    ------
    TypeError
        If `loss` is not a Variable.
    ValueError
        If it is an array, and gradients are wanted.
    RuntimeError
        If the graph was freed by ``backward()``, or there is none.

    Examples
    --------
    >>> import backprop as bp
    >>> a = bp.Variable(3.0, name="a")
    >>> b = bp.Variable(4.0, name="b")
    >>> bp.show.graph(a * b + a)
    Computational graph of loss: 2 parameters, 2 steps
                         value   gradient
    a                        3   5 = 1 (from loss) + 4 (from u1)
    b                        4   3
    u1 = a · b              12   1
    loss = u1 + a           15   1
    """
    return Graph(passes(loss, gradients))


class Graph:
    """The picture of a computational graph; made by :func:`graph`.

    Attributes
    ----------
    passes : Passes
        What it shows.
    title : str
        What it is about.
    """

    def __init__(self, shown: Passes) -> None:
        self.passes = shown
        self.title = f"Computational graph of {shown.loss.name}"

    def __repr__(self) -> str:
        return f"{self.title}: {_counts(self.passes)}\n{_table(self.passes)}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": repr(self)}

    def html(self) -> str:
        """Return the picture as HTML, with its style sheet if no page brings one."""
        name = make_identifier(self.title, self.passes)
        return (
            f'{page.assets("graph")}<figure class="bp-figure" id="{name}">'
            f"{picture(self.passes, name, self.title)[1]}<figcaption>"
            f"<strong>{html.escape(self.title, quote=False)}.</strong> "
            f"{legend(self.passes)}</figcaption></figure>"
        )


def picture(
    shown: Passes, name: str, title: str, moments: Moments | None = None
) -> tuple[Layout, str]:
    """Draw a graph as one image with a title and a description, in a box that scrolls.

    Returns where everything is, and the markup.
    """
    layout, body = drawing(shown, moments)
    width, height = round(layout.width), round(layout.height)
    markup = (
        f'<div class="bp-graph bp-scroll" style="--bp-wide:{width}px">'
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{html.escape(title, quote=False)}</title>'
        f'<desc id="{name}-desc">{html.escape(summary(shown), quote=False)}</desc>'
        f"{body}</svg></div>"
    )
    return layout, markup


def summary(shown: Passes) -> str:
    """Describe a graph in sentences: every value of a small one, the ends of a large one."""
    parameters = _of_kind(shown, "parameter")
    out = [f"{shown.loss.name} = {written(shown.loss.value)}, with {_counts(shown)}."]
    if len(shown.nodes) <= _MOST_TOLD:
        out += map(told, shown.nodes)
    else:
        out += map(told, parameters)
    return " ".join(out)


def legend(shown: Passes) -> str:
    """Explain the colours, and what is not shown, in HTML."""
    name = html.escape(shown.loss.name, quote=False)
    out = ["Each box: the <b>value</b> that the forward pass computes"]
    if shown.backward or shown.loss.gradient is not None:
        out.append(
            f" and, beside it, the <i>gradient</i>, which is ∂{name}/∂ of that value. On each line "
            "stands what flows back along it; a gradient is the sum over the lines to the right"
        )
    out.append(". Numbers are rounded.")
    if shown.hidden:
        out.append(
            f" Shown are the {len(shown.nodes)} values that the backward pass reaches first; "
            f"{shown.hidden} earlier ones are not."
        )
    return "".join(out)


def _of_kind(shown: Passes, kind: str) -> list[Node]:
    return [node for node in shown.nodes if node.kind == kind]


def _counts(shown: Passes) -> str:
    words = {"parameter": "parameter{}", "data": "piece{} of data", "step": "step{}"}
    out = []
    for kind, word in words.items():
        if count := len(_of_kind(shown, kind)):
            out.append(f"{count} {word.format('s' if count > 1 else '')}")
    if shown.hidden:
        out.append(f"{shown.hidden} more values that are not shown")
    return ", ".join(out)


def _table(shown: Passes) -> str:
    """List every value with its gradient and, at a fork, what the gradient is the sum of."""
    rows = [("", "value", "gradient" if shown.loss.gradient is not None else "")]
    for i, node in enumerate(shown.nodes):
        how = f"{node.name} = {node.formula}" if node.formula else node.name
        gradient = "" if node.gradient is None else written(node.gradient)
        arriving = [shown.edges[k] for k in shown.arriving(i)]
        if len(arriving) > 1 and np.ndim(node.gradient) == 0:
            parts = " + ".join(
                f"{written(edge.gradient)} (from {shown.nodes[edge.head].name})"
                for edge in arriving
            )
            gradient += f" = {parts}"
        rows.append((how, written(node.value), gradient))
    wide = [max(len(row[k]) for row in rows) for k in (0, 1)]
    return "\n".join(
        f"{how.ljust(wide[0])}   {value.rjust(wide[1])}   {gradient}".rstrip()
        for how, value, gradient in rows
    )
