"""Optimisers that race down a valley, step by step, on its contour lines."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop.engine.variable import Variable
from backprop.show.drawing.shapes import space_places
from backprop.show.drawing.style import (
    COMPARED,
    INK,
    LOSS,
    MUTED,
    RING,
)
from backprop.show.explorers.computed import Floats, to_floats
from backprop.show.explorers.explorer import Explorer, explorer
from backprop.show.explorers.slider import Slider, name_slider
from backprop.training.adaptive import Adam, RMSProp
from backprop.training.optimizers import GradientDescent, Momentum, Optimizer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["race"]

_SIGNS = ("●", "■", "▲", "◆")  # the markers of what is compared, as they are written
_GRID = 49  # points along each side, at which the loss is computed for the contour lines
_ROOM, _GAP = 0.5, 0.12  # for names: parts of the width at the right, and of the height between
_LINES = 10  # contour lines
_FAR = 1e3  # times the size of the picture: there, a run is over

Loss = Callable[[Any, Any], Any]
Maker = Callable[[Sequence[Variable], float], Optimizer]


def race(
    loss: Loss,
    start: tuple[float, float],
    *,
    x: tuple[float, float],
    y: tuple[float, float],
    learning_rates: Slider | Sequence[float] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
    steps: int = 50,
    optimizers: Mapping[str, Maker] | None = None,
    symbols: tuple[str, str] = ("w₁", "w₂"),
    name: str = "loss",
    minimum: tuple[float, float] | None = None,
    title: str | None = None,
    question: str | None = None,
    caption: str | None = None,
    height: float = 340,
) -> Explorer:
    """Let optimisers race down a valley, from the same start and with the same learning rate.

    Every step is computed by the package's own optimisers from gradients of ``backward()``.

    Parameters
    ----------
    loss : callable
        A function of two numbers, computed with the functions of this package; it is also called
        with two arrays, for the contour lines.
    start : tuple of float
        Where all of them start.
    x, y : tuple of float
        Ranges that are drawn.
    learning_rates : Slider or sequence of float
        The learning rates to choose from; the first one, or the slider's value, is the start.
    steps : int
        How many steps each of them takes. On a page, this times the number of learning rates can
        be 400.
    optimizers : mapping of str to callable, optional
        Up to four, by name: each is called with the list of parameters and a learning rate. By
        default gradient descent, momentum, RMSProp and Adam with their usual settings.
    symbols : tuple of str
        How the two parameters are called.
    name : str
        How the loss is called.
    minimum : tuple of float, optional
        Where the loss is smallest: it is marked with a cross.
    title, question, caption : str, optional
        See :func:`explorer`; there are defaults.
    height : float
        Height in pixels.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell; "Play" takes the steps.

    Raises
    ------
    ValueError
        If there is no optimiser or more than four, or `steps` is not at least 2.

    Examples
    --------
    A valley that is 20 times as steep across as along:

    >>> from backprop import show
    >>> show.race(
    ...     lambda a, b: 0.05 * a**2 + b**2,
    ...     start=(-9, 2),
    ...     x=(-10, 3),
    ...     y=(-3, 3),
    ...     learning_rates=show.Slider(values=[0.02, 0.1, 0.5, 0.9], value=0.1),
    ...     minimum=(0, 0),
    ... )
    A race down a valley
    Who is ahead at which learning rate, and who leaves the valley?
    learning rate η from 0.02 to 0.90, now 0.10
    step from 1 to 50, now 12
    > After 12 steps, loss: RMSProp 0.858, momentum 1.788, gradient descent 3.201, Adam 3.759.
    """
    makers = dict(optimizers) if optimizers is not None else _list_usual()
    if not 1 <= len(makers) <= len(COMPARED):
        raise ValueError(f"there can be 1 to {len(COMPARED)} optimisers, got {len(makers)}")
    if steps < 2:
        raise ValueError(f"steps must be at least 2, got {steps}")
    rates = learning_rates
    if not isinstance(rates, Slider):
        rates = Slider(values=sorted(rates), value=rates[0])
    far = _FAR * max(np.ptp(x), np.ptp(y))
    runs = {
        rate: {
            called: _run_optimizer(loss, start, make, rate, steps, far)
            for called, make in makers.items()
        }
        for rate in rates.values
    }
    valley = _Valley(_compute_contours(loss, x, y), (x, y), symbols, name, minimum, runs)
    return explorer(
        valley.draw,
        describe=valley.describe,
        title=title or "A race down a valley",
        question=question or "Who is ahead at which learning rate, and who leaves the valley?",
        caption=caption
        or f"Lines of equal {name}, all optimizers from the same start with the same learning rate."
        + (" The cross marks the minimum." if minimum is not None else ""),
        height=height,
        width="wide",
        animate="step",
        learning_rate=name_slider(rates, "learning rate η"),
        # From the first step on: before it, the learning rate makes no difference.
        step=Slider(1, steps, value=max(1, steps // 4), label="step"),
    )


@dataclass(frozen=True)
class _Valley:
    """Contour lines of a loss, and the runs of several optimisers at each learning rate."""

    contours: Floats
    ranges: tuple[tuple[float, float], tuple[float, float]]
    symbols: tuple[str, str]
    name: str
    minimum: tuple[float, float] | None
    runs: Mapping[float, Mapping[str, Floats]]

    def draw(self, ax: Axes, learning_rate: float, step: int) -> None:
        """Draw the contours, and every run up to a step."""
        from matplotlib.ticker import MaxNLocator

        ax.plot(*self.contours, color=LOSS, linewidth=1, alpha=0.45)
        if self.minimum is not None:
            ax.plot(*self.minimum, "+", color=INK, markersize=11, markeredgewidth=2)
        runs = self.runs[learning_rate]
        for k, run in enumerate(runs.values()):
            colour, dashes, marker = COMPARED[k].values()
            # What is still to come waits at the present place: every frame has as many points.
            path = run[np.minimum(np.arange(len(run)), step), :2]
            ax.plot(*path.T, color=colour, linewidth=1.8, linestyle=dashes)
            ax.plot(*path[-1:].T, marker, color=colour, markersize=10, **RING)
        self._name_lines(ax, runs, step)
        at = {"xycoords": "axes fraction", "xytext": (0, 12), "textcoords": "offset points"}
        look: Any = {"fontsize": 12, "color": MUTED, "ha": "right", **at}
        ax.annotate(self.symbols[1], (0, 1), **look)
        x, y = self.ranges
        ax.set(xlim=(x[0], x[1] + _ROOM * np.ptp(x)), ylim=y, xlabel=self.symbols[0])
        ax.set_xticks([tick for tick in MaxNLocator(5).tick_values(*x) if x[0] <= tick <= x[1]])
        # The lowest number of the one axis would lie on the first one of the other.
        ax.yaxis.set_major_locator(MaxNLocator(5, prune="lower"))

    def _name_lines(self, ax: Axes, runs: Mapping[str, Floats], step: int) -> None:
        """Write each name to the right of the picture, with a thin line from where its run ends."""
        (left, right), (low, high) = self.ranges
        passed = (run[: step + 1, :2] for run in runs.values())
        ends = [path[np.isfinite(path).all(axis=1)][-1] for path in passed]
        ends = [np.clip(end, (left, low), (right, high)) for end in ends]
        places = space_places([(high - y) / (high - low) for _, y in ends], 0.94, _GAP)
        edge = right + 0.06 * (right - left)
        for k, (called, (x, y), place) in enumerate(zip(runs, ends, places, strict=True)):
            height = high - round(32 * place) / 32 * (high - low)  # few places weigh less
            ax.plot([x, edge], [y, height], color=MUTED, linewidth=0.8, alpha=0.7)
            look: Any = {"color": COMPARED[k]["color"], "ha": "left", "va": "center"}
            ax.text(edge, height, f"{_SIGNS[k]} {called}", fontsize=12, **look)

    def describe(self, learning_rate: float, step: int) -> str:
        """Describe who is how far, the lowest first."""
        losses = {called: float(run[step, 2]) for called, run in self.runs[learning_rate].items()}
        finite = {called: loss for called, loss in losses.items() if math.isfinite(loss)}
        listed = [
            f"{called} {_write_loss(finite[called])}"
            for called in sorted(finite, key=finite.__getitem__)
        ]
        listed += [f"{called} has diverged" for called in losses if called not in finite]
        return f"After {step} step{'s'[: step != 1]}, {self.name}: {', '.join(listed)}."


def _list_usual() -> dict[str, Maker]:
    return {
        "gradient descent": GradientDescent,
        "momentum": Momentum,
        "RMSProp": RMSProp,
        "Adam": Adam,
    }


def _run_optimizer(
    loss: Loss, start: tuple[float, float], make: Maker, rate: float, steps: int, far: float
) -> Floats:
    """Return parameters and loss after each step; NaN once a run is far away."""
    parameters = [Variable(float(number)) for number in start]
    optimizer = make(parameters, rate)
    rows = np.full((steps + 1, 3), np.nan)
    for row in rows:
        value = loss(*parameters)
        row[:] = *(parameter.value for parameter in parameters), float(value.value)
        if not np.isfinite(row).all() or np.abs(row[:2]).max() > far:
            row[:] = np.nan
            break
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return rows


def _compute_contours(loss: Loss, x: tuple[float, float], y: tuple[float, float]) -> Floats:
    """Return lines of equal loss: a row of x and a row of y, with NaN between the pieces."""
    from matplotlib.figure import Figure

    xs, ys = np.meshgrid(np.linspace(*x, _GRID), np.linspace(*y, _GRID))
    heights = to_floats(loss(xs, ys))
    lowest, highest = float(heights.min()), float(heights.max())
    # Closer to each other where it is low, as the valley is what matters.
    levels = lowest + (highest - lowest) * np.linspace(0, 1, _LINES + 1)[1:] ** 3
    contours = Figure().add_subplot().contour(xs, ys, heights, levels=levels)
    gap = np.full((1, 2), np.nan)
    pieces = itertools.chain.from_iterable(contours.allsegs)
    return np.concatenate([part for piece in pieces for part in (piece, gap)]).T


def _write_loss(number: float) -> str:
    return f"{number:.3f}" if 0.001 <= abs(number) < 1000 else f"{number:.1e}"
