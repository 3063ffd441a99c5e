"""The computational graph of a value, as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop.engine.variable import Variable
from backprop.page import PALETTE
from backprop.page.html import Content, Markup, element, join
from backprop.show.drawing.pictures import make_identifier, write_caption
from backprop.show.drawing.raster import Rule
from backprop.show.graphs.boxes import Moments, describe_node, draw_graph
from backprop.show.graphs.layout import Layout
from backprop.show.graphs.trace import Node, Passes, read_passes, write_value
from backprop.show.output import Bundle, make_bundle

__all__ = [
    "RULES",
    "Graph",
    "describe_graph",
    "draw_picture",
    "graph",
    "wrap_drawing",
    "wrap_frame",
    "write_legend",
]

#: What graph.css says about a graph that stands still, for its PNG.
RULES = (
    Rule((), {"fill": PALETTE["muted"].light, "text-anchor": "middle"}),
    Rule(("bp-name",), {"fill": PALETTE["ink"].light, "font-weight": "650"}),
    Rule(("bp-node",), {"fill": PALETTE["surface"].light, "stroke": PALETTE["axis"].light}, "rect"),
    Rule(("bp-parameter",), {"fill": PALETTE["panel"].light}, "rect"),
    Rule(("bp-data",), {"fill": PALETTE["panel"].light, "stroke": "none"}, "rect"),
    Rule(("bp-edge",), {"fill": "none", "stroke": PALETTE["axis"].light, "stroke-width": "1.5"}),
    Rule(("bp-tip-back",), {"display": "none"}),
    Rule(("bp-flow",), {"fill": PALETTE["surface"].light}, "rect"),
    Rule(("bp-value",), {"fill": PALETTE["value"].light, "text-anchor": "start"}),
    Rule(
        ("bp-gradient",),
        {"fill": PALETTE["gradient"].light, "text-anchor": "end", "font-style": "italic"},
    ),
    Rule(("bp-alone",), {"text-anchor": "middle"}),
    Rule(("bp-flow", "bp-gradient"), {"text-anchor": "middle"}),
)
# Longer descriptions are not listened to.
_MOST_DESCRIBED = 25


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
    return Graph(read_passes(loss, gradients))


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
        return f"{self.title}: {_count_kinds(self.passes)}\n{_write_table(self.passes)}"

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        return make_bundle(
            self.html(),
            repr(self),
            pictures=draw_picture(self.passes, "bp-still", self.title)[1],
            description=describe_graph(self.passes),
            after=write_caption(self.title, write_legend(self.passes)),
            parts=("graph",),
            rules=RULES,
            halo=False,
        )

    def html(self) -> Markup:
        """Return the picture as HTML for a page."""
        name = make_identifier(self.title, self.passes)
        _, drawn = draw_picture(self.passes, name, self.title)
        caption = write_caption(self.title, write_legend(self.passes))
        return element("figure", drawn, caption, class_="bp-figure", id=name)


def draw_picture(
    shown: Passes, name: str, title: str, moments: Moments | None = None
) -> tuple[Layout, Markup]:
    """Draw a graph as one image with a title and a description, in a box that scrolls.

    Returns where everything is, and the markup.
    """
    layout, body = draw_graph(shown, moments)
    return layout, wrap_drawing(layout, body, name, title, describe_graph(shown))


def wrap_drawing(
    layout: Layout,
    body: Markup,
    name: str = "",
    title: str = "",
    description: str = "",
    kind: str = "",
    label: str | None = None,
) -> Markup:
    """Put a drawing into its ``<svg>``, and that into a box that scrolls.

    Parameters
    ----------
    layout : Layout
        Its size.
    body : Markup
        What is drawn.
    name : str
        Its id. A drawing without a `description` shares that of the one with this id.
    title, description : str
        What it is, and what is seen there.
    kind : str
        More classes of the box.
    label : str, optional
        What is seen there, instead of a title and a description of its own.
    """
    width, height = round(layout.width), round(layout.height)
    texts = None
    if description:
        texts = [
            element("title", title, id=f"{name}-title"),
            element("desc", description, id=f"{name}-desc"),
        ]
    image = element(
        "svg",
        texts,
        body,
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_label=label,
        aria_labelledby=None if label else f"{name}-title",
        aria_describedby=None if label else f"{name}-desc",
    )
    return element(
        "div",
        image,
        class_=f"bp-graph bp-scroll{kind and f' {kind}'}",
        style=f"--bp-wide:{width}px",
    )


def wrap_frame(layout: Layout, body: Markup) -> Markup:
    """Put a small frame into its ``<svg>``: its name and the list of steps say what it shows."""
    width, height = round(layout.width), round(layout.height)
    image = element("svg", body, viewBox=f"0 0 {width} {height}", aria_hidden="true")
    return element("div", image, class_="bp-graph", style=f"--bp-wide:{width}px")


def describe_graph(shown: Passes) -> str:
    """Describe a graph in sentences: every value of a small one, the ends of a large one."""
    parameters = _find_kind(shown, "parameter")
    out = [f"{shown.loss.name} = {write_value(shown.loss.value)}, with {_count_kinds(shown)}."]
    if len(shown.nodes) <= _MOST_DESCRIBED:
        out += map(describe_node, shown.nodes)
    else:
        out += map(describe_node, parameters)
    return " ".join(out)


def write_legend(shown: Passes) -> Markup:
    """Explain the colours, and what is not shown, in HTML."""
    name = shown.loss.name
    out: list[Content] = [
        "Each box: the ",
        element("b", "value"),
        " that the forward pass computes",
    ]
    if shown.backward or shown.loss.gradient is not None:
        out += [
            " and, beside it, the ",
            element("i", "gradient"),
            f", which is ∂{name}/∂ of that value. On each line stands what flows back along it; a "
            "gradient is the sum over the lines to the right",
        ]
    out.append(". Numbers are rounded.")
    if shown.hidden:
        out.append(
            f" Shown are the {len(shown.nodes)} values that the backward pass reaches first; "
            f"{shown.hidden} earlier ones are not."
        )
    return join(out)


def _find_kind(shown: Passes, kind: str) -> list[Node]:
    return [node for node in shown.nodes if node.kind == kind]


def _count_kinds(shown: Passes) -> str:
    words = {"parameter": "parameter{}", "data": "piece{} of data", "step": "step{}"}
    out = []
    for kind, word in words.items():
        if count := len(_find_kind(shown, kind)):
            out.append(f"{count} {word.format('s' if count > 1 else '')}")
    if shown.hidden:
        out.append(f"{shown.hidden} more values that are not shown")
    return ", ".join(out)


def _write_table(shown: Passes) -> str:
    """List every value with its gradient and, at a fork, what the gradient is the sum of."""
    rows = [("", "value", "gradient" if shown.loss.gradient is not None else "")]
    for i, node in enumerate(shown.nodes):
        how = f"{node.name} = {node.formula}" if node.formula else node.name
        gradient = "" if node.gradient is None else write_value(node.gradient)
        arriving = [shown.edges[k] for k in shown.find_edges_back(i)]
        if len(arriving) > 1 and np.ndim(node.gradient) == 0:
            parts = " + ".join(
                f"{write_value(edge.gradient)} (from {shown.nodes[edge.head].name})"
                for edge in arriving
            )
            gradient += f" = {parts}"
        rows.append((how, write_value(node.value), gradient))
    wide = [max(len(row[k]) for row in rows) for k in (0, 1)]
    return "\n".join(
        f"{how.ljust(wide[0])}   {value.rjust(wide[1])}   {gradient}".rstrip()
        for how, value, gradient in rows
    )
