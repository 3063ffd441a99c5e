"""The two passes through a graph as lines of Python, each with its value or its edge."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.show.graphs.narration import Step
from backprop.show.graphs.trace import Edge, Passes

__all__ = ["CodeLine", "find_line", "write_lines"]

_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
#: What formulas write in the signs of mathematics, in Python's.
_SIGNS: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"**{found[0].translate(_POWERS)}"),
    (r"−", "-"),
    (r"·|×", "*"),
    (r"\[([^\[\]]+) ≥ ([^\[\]]+)\]", r"(\1 >= \2)"),
    (r"\[([^\[\]]+) < ([^\[\]]+)\]", r"(\1 < \2)"),
    (r"σ\(", "sigmoid("),
    (r"\bmax\(", "np.maximum("),
    (r"\bmin\(", "np.minimum("),
    (r"\bln ?(\w+|\()", r"np.log(\1"),
    (r"\be\^(\w+)", r"np.exp(\1)"),
    (r"Σ (\w+)", r"np.sum(\1)"),
    (r"\^", "**"),
]
#: What the lines may call besides NumPy.
_CALLS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softplus": lambda z: np.logaddexp(0, z),
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "exp": np.exp,
    "sqrt": np.sqrt,
}


@dataclass(frozen=True)
class CodeLine:
    """One line of Python.

    Attributes
    ----------
    text : str
        The line.
    node, edge : int or None
        The value that it computes, or the edge along which it sends a gradient.
    """

    text: str
    node: int | None = None
    edge: int | None = None


def write_lines(shown: Passes) -> tuple[CodeLine, ...]:
    r"""Write both passes as lines of Python, and run them: their numbers must be the engine's.

    Parameters
    ----------
    shown : Passes
        A graph with its gradients.

    Returns
    -------
    tuple of CodeLine
        Forward, then back, in the order of the two passes. None where a formula has no form in
        Python, where only a part of the graph is shown, or where the lines gave other numbers.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop.show.graphs.trace import read_passes
    >>> a = bp.Variable(3.0, name="a")
    >>> y = a * a
    >>> y.name = "y"
    >>> print(*(line.text for line in write_lines(read_passes(y))), sep="\n")
    y = a * a
    dy_dy = 1
    dy_da = a * dy_dy
    dy_da += a * dy_dy
    """
    names = [node.name for node in shown.nodes]
    if shown.hidden or not all(name.isidentifier() and name.isascii() for name in names):
        return ()
    lines = tuple(_write_passes(shown))
    return lines if _agrees(lines, shown) else ()


def _write_passes(shown: Passes) -> Iterator[CodeLine]:
    loss, nodes = shown.loss.name, shown.nodes

    def name(i: int) -> str:
        return f"d{loss}_d{nodes[i].name}"

    for i, node in enumerate(nodes):
        if node.kind == "step":
            yield CodeLine(f"{node.name} = {_to_python(node.formula)}", node=i)
    yield CodeLine(f"{name(len(nodes) - 1)} = 1", node=len(nodes) - 1)
    met: set[int] = set()
    for number in shown.backward:
        edge = shown.edges[number]
        sign = "+=" if edge.tail in met else "="
        met.add(edge.tail)
        yield CodeLine(f"{name(edge.tail)} {sign} {_multiply(edge, name(edge.head))}", edge=number)


def _multiply(edge: Edge, upstream: str) -> str:
    """Write local derivative times upstream gradient, and what becomes of its elements."""
    local = _to_python(edge.formula)
    if re.search(r"(?<!\*) [-+] |^-.*\*", local):
        local = f"({local})"
    product = {"1": upstream, "-1": f"-{upstream}"}.get(local, f"{local} * {upstream}")
    if edge.spread is not None:
        return f"np.sum({product})"
    if np.ndim(edge.gradient) > np.ndim(edge.upstream):
        return f"{product} * np.ones({np.size(edge.gradient)})"
    return product


def _to_python(formula: str) -> str:
    for sign, written in _SIGNS:
        formula = re.sub(sign, written, formula)
    return formula


def _agrees(lines: tuple[CodeLine, ...], shown: Passes) -> bool:
    """Run the lines, and compare every value and gradient with the engine's."""
    space: dict[str, Any] = {"np": np, **_CALLS}
    space |= {node.name: node.value for node in shown.nodes if node.kind != "step"}
    try:
        with np.errstate(all="ignore"):
            for line in lines:
                exec(line.text, space)
    except Exception:  # a formula that is no Python: there are no lines then
        return False
    wanted = {node.name: node.value for node in shown.nodes}
    wanted |= {
        f"d{shown.loss.name}_d{node.name}": node.gradient
        for node in shown.nodes
        if node.gradient is not None
    }
    return all(
        name in space
        and np.shape(space[name]) == np.shape(value)
        and np.allclose(space[name], value, rtol=1e-9, atol=1e-12, equal_nan=True)
        for name, value in wanted.items()
    )


def find_line(code: Sequence[CodeLine], step: Step, is_start: bool) -> int | None:
    """Return which line of Python a step is."""
    for n, line in enumerate(code):
        is_value = line.node is not None and step.nodes == (line.node,)
        is_own = line.text.endswith(" = 1") == is_start
        if step.edges == (line.edge,) if step.source is not None else is_value and is_own:
            return n
    return None
