"""The line along which a step goes: the loss on it, its tangent, its lowest point, and the step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from backprop.show.charts.plot import Plot
from backprop.show.drawing.shapes import (
    LABEL,
    draw_arrow,
    draw_circle,
    draw_dot,
    draw_line,
    write_number,
    write_text,
)
from backprop.show.drawing.svg import Element
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.computed import Floats
from backprop.show.explorers.explorer import Explorer
from backprop.show.explorers.sketches import sketch_explorer
from backprop.show.explorers.slider import Slider
from backprop.show.networks.drawing import Diagram
from backprop.show.networks.learning import Fit, Run
from backprop.training.history import History

__all__ = ["Slice", "along_step", "find_lowest", "measure_slice"]

_SIZE = (668.0, 244.0)  # px of the slice
_FRAME = (240.0, 170.0)  # px of the slice in a filmstrip, whose letters are as large
_POINTS = 49  # of its curve
_FIT_WIDTH = 212.0


class Slice(NamedTuple):
    """The loss along the line of a step.

    Attributes
    ----------
    loss : callable
        From a learning rate to the SSR after a step with it.
    now : float
        The SSR before the step.
    steepness : float
        The squared length of the gradient: how fast the SSR falls at first, for each unit of η.
    lowest : float
        The learning rate that leads to the lowest point of the line.
    """

    loss: Callable[[float], float]
    now: float
    steepness: float
    lowest: float


def find_lowest(f: Callable[[float], float], start: float = 1e-3) -> float:
    """Find the first lowest point of a function that falls at 0, by golden sections.

    Examples
    --------
    >>> round(find_lowest(lambda t: (t - 0.7) ** 2), 6)
    0.7
    """
    far = start
    while f(2 * far) < f(far) and far < 1e6:
        far *= 2
    low, high, part = 0.0, 2 * far, (5**0.5 - 1) / 2
    for _ in range(80):
        a, b = high - part * (high - low), low + part * (high - low)
        low, high = (low, b) if f(a) < f(b) else (a, high)
    return (low + high) / 2


def measure_slice(run: Run, step: int) -> Slice:
    """Measure the line on which the next step goes, with the network of that step."""

    @lru_cache(maxsize=512)
    def loss(rate: float) -> float:
        predicted = run.move(step, rate).compute(run.x)[-1][:, 0]
        return float(((run.observed - predicted) ** 2).sum())

    net = run.read(step)
    slopes = [w.gradient or 0.0 for w in (*net.weights, *net.biases)]
    return Slice(loss, loss(0.0), sum(slope**2 for slope in slopes), find_lowest(loss))


def along_step(
    history: History,
    x: Any,
    observed: Any,
    *,
    steps: Sequence[int],
    rates: Sequence[float] = (0.01, 0.02, 0.05, 0.1, 0.2),
    rate: float = 0.05,
    value: int = 0,
    activation: str = "softplus",
    title: str = "Along the step",
    question: str | None = None,
    caption: str | None = None,
    names: tuple[str, str] = ("x", ""),
) -> Explorer:
    """Show where a step of a run goes: the network with its gradients, and the loss on the way.

    A step moves all parameters at once, along a line against the gradient. The picture below shows
    the SSR on that line: the step in ink, the tangent in orange, and the lowest point.

    Parameters
    ----------
    history : History
        A run of gradient descent whose parameters are single numbers w1, w2, ..., b1, b2, ... and
        whose loss is the SSR.
    x, observed : array_like
        The data.
    steps : sequence of int
        The steps that can be chosen.
    rates : sequence of float
        The learning rates that can be chosen; the run itself took one of them.
    rate, value : float, int
        The learning rate and the step at the beginning.
    activation : str
        What hidden units apply.
    title, question, caption : str, optional
        See :func:`explorer`.
    names : tuple of str
        What stands at the axes of the fit.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> import backprop as bp
    >>> x, observed = bp.data.dosage()
    >>> p = {"w1": bp.Variable(2.74, "w1"), "w2": bp.Variable(0.36, "w2"),
    ...      "b1": bp.Variable(0.0, "b1"), "b2": bp.Variable(0.0, "b2")}
    >>> def loss():
    ...     return bp.ssr(p["w2"] * bp.softplus(p["w1"] * x + p["b1"]) + p["b2"], observed)
    >>> descent = bp.GradientDescent(list(p.values()), learning_rate=0.05)
    >>> history = bp.fit(loss, list(p.values()), descent, steps=5, progress=False)
    >>> bp.show.along_step(history, x, observed, steps=[0, 5])
    Along the step
    Is 0.05 a long step?
    step of the run from 0 to 5, now 0
    learning rate η 0.01, 0.02, 0.05, 0.1, 0.2, now 0.05
    > Step 0, SSR 1.26. A step with η = 0.05 leads to 0.852; the lowest point of the line, 0.801,
      lies at η = 0.0373.
    """
    run = Run(history, x, observed, activation, gradients=True)
    fit = Fit(run.x, run.observed, run.reach(steps), names=names)
    shown = _Along(run, fit, tuple(steps))
    size = shown.sketch(steps[0]).size
    options = {f"{each:g}": each for each in rates}
    first, middle, last = steps[0], steps[len(steps) // 2], steps[-1]
    return sketch_explorer(
        shown.draw,
        sizes=[size, (_FIT_WIDTH, size[1]), _SIZE],
        columns=2,
        describe=shown.describe,
        title=title,
        question=question or f"Is {rate:g} a long step?",
        caption=caption,
        filmstrip={f"at step {k:,}": {"step": k} for k in dict.fromkeys([first, middle, last])}
        if len(steps) > 2
        else None,
        film=(_FRAME, lambda step, rate: [shown.draw_slice(step, rate, _FRAME)]),
        step=Slider(values=list(steps), value=value, label="step of the run"),
        rate=Choice(options, value=f"{rate:g}", label="learning rate η"),
    )


@dataclass(frozen=True)
class _Along:
    """What is drawn of a run at one of its steps, and of where that step goes."""

    run: Run
    fit: Fit
    steps: tuple[int, ...]

    @cached_property
    def slices(self) -> dict[int, Slice]:
        return {step: measure_slice(self.run, step) for step in self.steps}

    @cached_property
    def _scale(self) -> Any:
        return self.run.scale(self.steps)

    def sketch(self, step: int) -> Diagram:
        """Return the network with its gradients, which are drawn on the scale of their step."""
        net = self.run.read(step)
        slopes = [abs(w.gradient or 0.0) for w in (*net.weights, *net.biases)]
        return Diagram(net, self._scale._replace(gradient=max(slopes) or 1.0), gradients=True)

    def draw(self, step: int, rate: float) -> list[list[Element]]:
        """Draw network, fit and slice."""
        words = f"SSR {write_number(self.slices[step].now)}"
        after = self.run.move(step, rate).compute(self.fit.grid)[-1][:, 0]
        fit = self.fit.draw(self.run.predict(step), words, after)
        return [self.sketch(step).draw(), fit, self.draw_slice(step, rate)]

    def draw_slice(
        self, step: int, rate: float, size: tuple[float, float] = _SIZE
    ) -> list[Element]:
        """Draw the SSR on the line of a step: curve, tangent, lowest point, and the step."""
        line = self.slices[step]
        reach = max(1.3 * rate, 1.7 * line.lowest)
        left, right = (62, 32) if size == _SIZE else (34, 14)
        corner, room = (left, 30), (size[0] - left - right, size[1] - 72)
        plot = Plot(corner, room, (0, reach), (0, 1.3 * line.now))
        drawn = list(plot.draw_axes(("η", "")))
        drawn.append(write_text((2, 16), "SSR along this step", "muted", 12))
        grid = np.linspace(0, reach, _POINTS)
        heights: Floats = np.array([line.loss(float(t)) for t in grid])
        drawn.append(plot.draw_curve(grid, heights, "residual"))
        foot = min(line.now / line.steepness, reach) if line.steepness else reach
        ends = plot.place(0, line.now), plot.place(foot, line.now - foot * line.steepness)
        drawn.append(draw_line(*ends, "gradient", 2.2))
        drawn += self._draw_lowest(plot, line)
        here, there = (
            plot.place(0, line.now),
            plot.place(rate, min(line.loss(rate), 1.3 * line.now)),
        )
        drawn.append(draw_arrow(here, there, "ink", 2.2))
        drawn.append(draw_circle(here, 5.5, "ink", 2))
        drawn += [draw_dot(there, "surface", 13), draw_dot(there, "residual", 10)]
        return [*drawn, *self._write_notes(plot, line, rate)]

    def _draw_lowest(self, plot: Plot, line: Slice) -> list[Element]:
        x, _ = plot.place(line.lowest, 0)
        bottom = plot.corner[1] + plot.size[1]
        return [
            draw_line((x, plot.corner[1]), (x, bottom), "ink", 1, stroke_dasharray="2 4"),
            write_text(
                (x + 6, plot.corner[1] + 10), f"lowest: {write_number(line.lowest)}", "ink", LABEL
            ),
        ]

    def _write_notes(self, plot: Plot, line: Slice, rate: float) -> list[Element]:
        """Write what is to be seen at this step; at others nothing."""
        below = rate * line.steepness > line.now
        far = line.lowest / rate
        note = (
            "The tangent promises an SSR below 0."
            if below
            else f"Same η, other ground: {far:,.0f} such steps to the lowest point."
            if far > 3
            else ""
        )
        x = plot.corner[0] + plot.size[0]
        at = (x, plot.corner[1] - 12)
        return [write_text(at, note, "ink", LABEL, "end", **{"class": "bp-roomy"})]

    def describe(self, step: int, rate: float) -> str:
        """Describe where a step leads, and where it would have to lead."""
        line = self.slices[step]
        low = line.loss(line.lowest)
        return (
            f"Step {step:,}, SSR {write_number(line.now)}. A step with η = {rate:g} leads to "
            f"{write_number(line.loss(rate))}; the lowest point of the line, {write_number(low)}, "
            f"lies at η = {write_number(line.lowest)}."
        )
