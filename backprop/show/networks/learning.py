"""A network while it learns: its lines and units, its fit with the squares, and the loss below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from backprop.show.charts.loss_strip import Note, SmallFrame, Strip
from backprop.show.charts.plot import Plot
from backprop.show.drawing.shapes import (
    draw_dot,
    draw_line,
    draw_rectangle,
    write_number,
    write_text,
)
from backprop.show.drawing.svg import Element, write_minus_signs
from backprop.show.explorers.computed import Floats
from backprop.show.explorers.explorer import Explorer
from backprop.show.explorers.sketches import sketch_explorer
from backprop.show.explorers.slider import Slider
from backprop.show.networks.drawing import Diagram, SharedScale
from backprop.show.networks.structure import Network, read_named
from backprop.training.history import History

__all__ = ["Fit", "Run", "learning"]

_FIT = (212.0, 222.0)  # px of the fit
_STRIP = 668.0  # px of the loss below both
_GRID = 31  # points of its curve


@dataclass(frozen=True)
class Fit:
    """A curve through data, with residuals and their squares.

    Attributes
    ----------
    x, observed : Floats
        The data.
    ylim : tuple of float
        What the picture reaches.
    size : tuple of float
        Its pixels.
    names : tuple of str
        What stands at the axes.
    """

    x: Floats
    observed: Floats
    ylim: tuple[float, float]
    size: tuple[float, float] = _FIT
    names: tuple[str, str] = ("x", "")

    @cached_property
    def plot(self) -> Plot:
        """The place of the curve."""
        width, height = self.size
        low, high = float(self.x.min()), float(self.x.max())
        margin = 0.06 * (high - low)
        corner = (30.0, 22.0)
        return Plot(corner, (width - 38, height - 60), (low - margin, high + margin), self.ylim)

    @cached_property
    def grid(self) -> Floats:
        """Where its curve is computed."""
        return np.linspace(float(self.x.min()), float(self.x.max()), _GRID)

    def draw(
        self,
        predict: Callable[[Any], Floats],
        words: str,
        start: Floats | None = None,
        note: str = "",
    ) -> list[Element]:
        """Draw the curve of a prediction; the one of the start stays pale behind it."""
        drawn = list(self.plot.draw_axes(self.names))
        predicted = predict(self.x)
        for at, top, bottom in zip(self.x, self.observed, predicted, strict=True):
            drawn.append(self._draw_square(float(at), float(top), float(bottom)))
        if start is not None:
            drawn.append(self.plot.draw_curve(self.grid, start, "value", 2.5, stroke_opacity="0.3"))
        drawn.append(self.plot.draw_curve(self.grid, predict(self.grid)))
        for at, top, bottom in zip(self.x, self.observed, predicted, strict=True):
            ends = self.plot.place(at, bottom), self.plot.place(at, top)
            drawn.append(draw_line(*ends, "residual", 3))
        for at, top in zip(self.x, self.observed, strict=True):
            drawn.append(draw_dot(self.plot.place(at, top), "surface", 13))
            drawn.append(draw_dot(self.plot.place(at, top), "ink", 10))
        right = (self.size[0] - 6, 12)
        drawn.append(write_text(right, words, "residual", anchor="end", font_weight="650"))
        if note:
            corner = (self.plot.corner[0] + 4, self.plot.corner[1] + 14)
            drawn.append(write_text(corner, note))
        return drawn

    def _draw_square(self, at: float, top: float, bottom: float) -> Element:
        """Draw the square of a residual, towards the middle, where there is room."""
        (x, y0), (_, y1) = self.plot.place(at, bottom), self.plot.place(at, top)
        side = abs(y1 - y0)
        if at > (float(self.x.min()) + float(self.x.max())) / 2:
            x -= side
        size = (side, side)
        return draw_rectangle((x, min(y0, y1)), size, "residual", fill_opacity="0.16")


class Run:
    """A network at every step of its training.

    Parameters
    ----------
    history : History
        Its parameters are single numbers called w1, w2, ..., b1, b2, ...
    x, observed : array_like
        The data that it learned from.
    activation : str
        What its hidden units apply.
    gradients : bool
        Whether its gradients are wanted, too.
    """

    def __init__(
        self, history: History, x: Any, observed: Any, activation: str, gradients: bool = False
    ) -> None:
        self.losses = np.asarray(history.loss, dtype=float)
        self.x, self.observed = (np.asarray(each, dtype=float).ravel() for each in (x, observed))
        self._history, self._activation, self._gradients = history, activation, gradients

    def read(self, step: int) -> Network:
        """Return the network as it was after some steps."""
        parameters = {name: row[step] for name, row in self._history.parameters.items()}
        slopes = None
        if self._gradients:
            slopes = {name: float(row[step]) for name, row in self._history.gradients.items()}
        return read_named(parameters, self._activation, gradients=slopes)

    def move(self, step: int, rate: float) -> Network:
        """Return the network after a step from there, with a learning rate of one's own."""
        slopes = self._history.gradients
        moved = {
            name: float(row[step]) - rate * float(slopes[name][step])
            for name, row in self._history.parameters.items()
        }
        return read_named(moved, self._activation)

    def predict(self, step: int) -> Callable[[Any], Floats]:
        """Return the function that had been learned after some steps."""
        net = self.read(step)
        return lambda xs: net.compute(xs)[-1][:, 0]

    def scale(self, steps: Sequence[int]) -> SharedScale:
        """Return the scale in which all of some steps can be drawn."""
        ends = float(self.x.min()), float(self.x.max())
        return SharedScale.fit([self.read(step) for step in steps], ends)

    def reach(self, steps: Sequence[int]) -> tuple[float, float]:
        """Return what the curves of some steps and the data reach, and a little more."""
        grid = np.linspace(float(self.x.min()), float(self.x.max()), _GRID)
        every = np.concatenate([self.observed, *(self.predict(step)(grid) for step in steps)])
        low, high = float(every.min()), float(every.max())
        return low - 0.06 * (high - low), high + 0.08 * (high - low)


def learning(
    history: History,
    x: Any,
    observed: Any,
    *,
    steps: Sequence[int],
    frames: Sequence[int],
    value: int = 0,
    notes: Sequence[tuple[int, str, bool, str]] = (),
    judge: Callable[[Floats], str] | None = None,
    activation: str = "softplus",
    title: str = "A network learns",
    question: str = "When does the hump begin?",
    caption: str | None = None,
    names: tuple[str, str] = ("x", ""),
) -> Explorer:
    """Show a network while it learns: lines, units, fit and loss, linked by the number of steps.

    Parameters
    ----------
    history : History
        A run whose parameters are single numbers called w1, w2, ..., b1, b2, ... and whose loss is
        the SSR.
    x, observed : array_like
        The data.
    steps : sequence of int
        Where the marker can stand.
    frames : sequence of int
        The steps of the small frames, at most five.
    value : int
        Where it stands at the beginning.
    notes : sequence of (int, str, bool, str)
        Words at a step of the loss: whether above the curve, and ``start``, ``middle`` or ``end``.
        Those below the curve wait until the marker has come to their step.
    judge : callable, optional
        Returns a word or two that stand at the fit, from the heights of its curve.
    activation : str
        What hidden units apply.
    title, question, caption : str
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
    >>> start = {"w1": 2.74, "w2": -1.13, "w3": 0.36, "w4": 0.63, "b1": 0.0, "b2": 0.0, "b3": 0.0}
    >>> p = {name: bp.Variable(number, name) for name, number in start.items()}
    >>> def loss():
    ...     up = p["w3"] * bp.softplus(p["w1"] * x + p["b1"])
    ...     return bp.ssr(up + p["w4"] * bp.softplus(p["w2"] * x + p["b2"]) + p["b3"], observed)
    >>> descent = bp.GradientDescent(list(p.values()), learning_rate=0.05)
    >>> history = bp.fit(loss, list(p.values()), descent, steps=10, progress=False)
    >>> bp.show.learning(history, x, observed, steps=[0, 1, 10], frames=[0, 1, 10])
    A network learns
    When does the hump begin?
    steps of gradient descent from 0 to 10, now 0
    > Before the first step the predictions are 0.686, 0.858, 1.19; observed were 0, 1, 0. The SSR
      is 1.90.
      After 10 steps the predictions are 0.355, 0.301, 0.314; observed were 0, 1, 0. The SSR is
      0.714.
    """
    run = Run(history, x, observed, activation)
    fit = Fit(run.x, run.observed, run.reach(steps), names=names)
    points = list(zip(run.x.tolist(), run.observed.tolist(), strict=True))
    small = [SmallFrame(k, fit.grid, run.predict(k)(fit.grid), points) for k in frames]
    strip = Strip(
        run.losses, small, "SSR", [Note(*note, late=not note[2]) for note in notes], width=_STRIP
    )
    shown = _Learning(run, run.scale(steps), fit, strip, run.predict(steps[0])(fit.grid), judge)
    size = Diagram(run.read(steps[0]), shown.scale).size
    return sketch_explorer(
        shown.draw,
        sizes=[size, (_FIT[0], size[1]), strip.size],
        columns=2,
        describe=shown.describe,
        title=title,
        question=question,
        caption=caption,
        animate="step",
        filmstrip={f"after {k:,} steps" if k else "at the start": {"step": k} for k in frames},
        film=(_FIT, lambda step: [shown.draw_fit(step)]),
        step=Slider(values=list(steps), value=value, label="steps of gradient descent"),
    )


@dataclass(frozen=True)
class _Learning:
    """What is drawn of a run at one of its steps."""

    run: Run
    scale: SharedScale
    fit: Fit
    strip: Strip
    start: Floats
    judge: Callable[[Floats], str] | None = None

    def draw(self, step: int) -> list[list[Element]]:
        """Draw network, fit and loss."""
        network = Diagram(self.run.read(step), self.scale).draw()
        return [network, self.draw_fit(step), self.strip.draw(step)]

    def draw_fit(self, step: int) -> list[Element]:
        words = f"SSR {write_number(float(self.run.losses[step]))}"
        predict = self.run.predict(step)
        note = self.judge(predict(self.fit.grid)) if self.judge else ""
        return self.fit.draw(predict, words, self.start, note)

    def describe(self, step: int) -> str:
        """Describe the predictions and the loss."""
        when = f"After {step:,} step{'s'[: step != 1]}" if step else "Before the first step"
        now = ", ".join(map(write_number, self.run.predict(step)(self.run.x).tolist()))
        then = write_minus_signs(", ".join(f"{each:g}" for each in self.run.observed))
        loss = write_number(float(self.run.losses[step]))
        return f"{when} the predictions are {now}; observed were {then}. The SSR is {loss}."
