"""Why the way back is walked once: a value that is doubled again and again, and its many paths."""

from __future__ import annotations

from typing import Any

import numpy as np

from backprop.derivation.derive import derive
from backprop.engine.variable import Variable
from backprop.show.drawing.style import AXIS, GRADIENT, INK, MUTED
from backprop.show.explorers.explorer import Explorer, explorer
from backprop.show.explorers.slider import Slider
from backprop.show.graphs.trace import read_passes

__all__ = ["doublings"]

#: Dots stand in rows of so many.
_ROW = 7


def doublings(times: int = 20) -> Explorer:
    """Walk back through a value that is doubled again and again by adding it to itself.

    Each doubling adds two edges to the graph, and doubles the number of paths. One walk crosses
    every edge once. All numbers come from the engine: the edges from the graph, the paths from the
    derivation, the gradient from the backward pass.

    Parameters
    ----------
    times : int
        How often it is doubled.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell.

    Raises
    ------
    ValueError
        If `times` is not from 2 to 26: there is no room for more.

    Examples
    --------
    >>> figure = doublings(4)
    >>> figure.describe(doubling=4).partition(": ")[2][:60]
    '8 edges crossed, each once. Whoever follows the paths one by'
    """
    if not 2 <= times <= 26:
        raise ValueError(f"times must be 2 to 26, got {times}: choose 20")
    counts = [_count(k) for k in range(times + 1)]

    def draw(ax: Any, doubling: int) -> None:
        _draw_chain(ax, times, doubling)
        edges, paths, _ = counts[doubling]
        # One above the other: side by side they meet on a phone.
        ax.text(0, 1.75, f"{edges} of {2 * times} edges crossed", color=GRADIENT, weight="bold")
        ax.text(0, 1.1, f"{paths:,} paths", color=INK, weight="bold")

    def describe(doubling: int) -> str:
        edges, paths, gradient = counts[doubling]
        return (
            f"Walked back over {doubling} of {times} doublings: {edges} edges crossed, each once. "
            f"Whoever follows the paths one by one has {paths:,} to walk; the gradient is "
            f"{gradient:,.0f} all the same."
        )

    return explorer(
        draw,
        describe=describe,
        title=f"Doubled {times} times",
        question="How many edges does one walk back cross, and how many paths are there?",
        height=240,
        animate="doubling",
        filmstrip={f"{k} doublings": {"doubling": k} for k in (1, times // 2, times)},
        # Half way: few edges, and already a crowd of paths.
        doubling=Slider(values=range(times + 1), value=times // 2, label="doublings walked back"),
    )


def _draw_chain(ax: Any, times: int, walked: int) -> None:
    """Draw a chain of values, two edges from each to the next, those walked back in orange."""
    places = [_place(k) for k in range(times + 1)]
    for k in range(times):
        colour, width = (GRADIENT, 2.5) if k >= times - walked else (AXIS, 1.2)
        for side in (1, -1):
            ax.plot(*_bend(places[k], places[k + 1], side), color=colour, linewidth=width)
    ax.plot(*zip(*places, strict=True), "o", color=INK, markersize=5, linestyle="none")
    ax.plot(*places[times - walked], "o", color=GRADIENT, markersize=9)
    beside = {"textcoords": "offset points", "va": "center"}
    ax.annotate("a", places[0], (-12, 0), ha="right", **beside)
    ax.annotate("end", places[-1], (12, 0), color=MUTED, **beside)
    ax.set(xlim=(-0.6, _ROW - 0.4), ylim=(-(times // _ROW) - 0.5, 2.2))
    ax.axis("off")


def _count(times: int) -> tuple[int, int, float]:
    """Count edges and paths, and compute the gradient, of a value that is doubled so often."""
    start = Variable(1.5, name="a")
    value = start
    for _ in range(times):
        value = value + value
    if not times:
        return 0, 1, 1.0
    edges, paths = len(read_passes(value).edges), derive(value, start).path_count
    value.backward()
    return edges, paths, float(np.asarray(start.grad))


def _place(k: int) -> tuple[float, float]:
    """Return where a dot stands: rows that run to and fro, so that neighbours stay neighbours."""
    row, column = divmod(k, _ROW)
    return float(column if row % 2 == 0 else _ROW - 1 - column), -float(row)


def _bend(one: tuple[float, float], other: tuple[float, float], side: int) -> tuple[Any, Any]:
    """Return a bow from one dot to another, on one side of the straight line."""
    along = np.linspace(0, 1, 13)
    bow = 0.22 * side * np.sin(np.pi * along)
    (x, y), (to_x, to_y) = one, other
    return (
        x + (to_x - x) * along - (to_y - y) * bow,
        y + (to_y - y) * along + (to_x - x) * bow,
    )
