"""Ready-made pictures of a loss: against one parameter, and along a descent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from backprop.show.drawing.style import LOSS, RING, VALUE
from backprop.show.explorers.computed import (
    compute_curve,
    compute_slope,
    compute_value,
    to_floats,
)
from backprop.show.explorers.explorer import Explorer, explorer
from backprop.show.explorers.marks import residuals, steps, tangent
from backprop.show.explorers.slider import Slider
from backprop.show.figures import Figure, draw_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["descent", "ssr_curve"]

_POINTS = 81  # of a curve: smooth to the eye, and few bytes in each frame


class Run(Protocol):
    """What :func:`descent` needs of a ``History``."""

    @property
    def loss(self) -> Any: ...

    @property
    def parameters(self) -> Any: ...

    @property
    def stopped_because(self) -> Any: ...


def ssr_curve(
    loss: Callable[[Any], Any],
    at: float | Sequence[float] | NDArray[Any] | Slider,
    *,
    start: float,
    stop: float,
    symbol: str,
    name: str = "SSR",
    gradient: Callable[[float], float] | None = None,
    fit: tuple[ArrayLike, ArrayLike, Callable[[Any, float], Any]] | None = None,
    title: str | None = None,
    question: str | None = None,
    caption: str | None = None,
    height: float = 300,
) -> Figure | Explorer:
    """Draw a loss against one parameter, with the tangent where the parameter is now.

    Parameters
    ----------
    loss : callable
        The loss as a function of the parameter. Without `gradient` it is called with a
        ``Variable`` and must return one, and the slope comes from ``backward()``.
    at : float, sequence of float or Slider
        Where the parameter is. A number gives a figure. The values that a descent has visited, for
        example ``history.parameters["b3"]``, give an explorer over its steps, with "Play". A
        slider gives an explorer over the parameter.
    start, stop : float
        Range of the parameter that is drawn.
    symbol, name : str
        How parameter and loss are called in the text, for example ``"b₃"`` and ``"SSR"``.
    gradient : callable, optional
        The slope of the loss as a function of the parameter.
    fit : tuple, optional
        ``(x, observed, predict)``, where ``predict(x, value)`` returns the predictions: draws the
        fit and its squared residuals beside the curve.
    title, question, caption : str, optional
        See :func:`explorer`; there are defaults.
    height : float
        Height in pixels.

    Returns
    -------
    Figure or Explorer
        Shows itself as the last value of a cell.

    Raises
    ------
    ValueError
        If `loss` does not return a ``Variable`` and no `gradient` is given.

    Examples
    --------
    SSR of the dosage example against its final bias, along the steps of a descent; the slopes
    come from the engine.

    >>> import backprop as bp
    >>> from backprop import show
    >>> x, observed = bp.data.dosage()
    >>> fixed = -1.22 * bp.softplus(3.34 * x - 1.43) - 2.3 * bp.softplus(-3.53 * x + 0.57)
    >>> b3 = bp.Variable(0.0, name="b3")
    >>> def loss(b3):
    ...     return bp.ssr(fixed + b3, observed)
    >>> history = bp.fit(lambda: loss(b3), [b3], bp.GradientDescent([b3], 0.1), steps=8)
    >>> show.ssr_curve(loss, history.parameters["b3"], start=-0.5, stop=5.5, symbol="b₃")
    SSR against b₃
    Why do the steps become smaller?
    step from 0 to 8, now 0
    > Step 0: b₃ = 0.0000, SSR = 20.4236, slope −15.6551. Next, b₃ changes by +1.5655.
      Step 8: b₃ = 2.6075, SSR = 0.0001, slope −0.0103.
    """
    values = at.values if isinstance(at, Slider) else np.atleast_1d(np.asarray(at, float)).tolist()
    seen = None if fit is None else _Fit(*fit, limits=_find_limits(*fit, values))
    curve = _LossCurve(loss, gradient, (start, stop), symbol, name, seen)
    texts: dict[str, Any] = {
        "title": title or f"{name} against {symbol}",
        "caption": caption,
        "height": height,
        "axes": (1, 1) if fit is None else (1, 2),
    }
    if isinstance(at, Slider):
        return explorer(
            lambda ax, value: curve.draw(ax, [value]),
            describe=lambda value: f"At {curve.describe(value)}",
            question=question or "What does the slope tell you about where the minimum is?",
            drag="value" if fit is None else ("value", 1),
            value=at,
            **texts,
        )
    if len(values) == 1:
        return draw_figure(
            lambda ax: curve.draw(ax, values),
            alt=f"{curve.describe_range()}, with its tangent at {curve.describe(values[0])}",
            **texts,
        )
    return explorer(
        lambda ax, step: curve.draw(ax, values[: step + 1]),
        describe=lambda step: curve.describe_step(values, step),
        question=question or "Why do the steps become smaller?",
        animate="step",
        step=Slider(0, len(values) - 1, label="step"),
        **texts,
    )


@dataclass(frozen=True)
class _Fit:
    """Points and predictions that are drawn beside a loss."""

    x: ArrayLike
    observed: ArrayLike
    predict: Callable[[Any, float], Any]
    limits: tuple[float, float]

    def draw(self, ax: Axes, value: float) -> None:
        """Draw predictions and squared residuals."""
        xs, seen = np.asarray(self.x, float), np.asarray(self.observed, float)
        grid = np.linspace(xs.min(), xs.max(), _POINTS)
        ax.plot(grid, to_floats(self.predict(grid, value)), color=VALUE)
        residuals(ax, xs, seen, to_floats(self.predict(xs, value)))
        margin = 0.04 * float(np.ptp(xs))
        ax.set(
            xlim=(xs.min() - margin, xs.max() + margin),
            ylim=self.limits,
            xlabel="x",
            ylabel="observed, predicted",
        )


class _LossCurve:
    """A loss against one parameter, with the tangent where the parameter is now."""

    def __init__(
        self,
        loss: Callable[[Any], Any],
        gradient: Callable[[float], float] | None,
        ends: tuple[float, float],
        symbol: str,
        name: str,
        fit: _Fit | None,
    ) -> None:
        self.loss, self.gradient, self.ends, self.fit = loss, gradient, ends, fit
        self.symbol, self.name = symbol, name
        self.xs = np.linspace(*ends, _POINTS)
        self.ys = compute_curve(loss, self.xs)
        self.low, self.high = float(self.ys.min()), float(self.ys.max())

    def _measure(self, now: float) -> tuple[float, float]:
        return compute_slope(self.loss, now, self.gradient, "loss")

    def draw(self, axes: Any, visited: Sequence[float]) -> None:
        """Draw the curve, the steps so far and the tangent at the last one; and the fit."""
        ax = axes if self.fit is None else axes[1]
        height, slope = self._measure(visited[-1])
        ax.plot(self.xs, self.ys, color=LOSS)
        tangent(ax, visited[-1], height, slope, width=(self.ends[1] - self.ends[0]) / 5)
        steps(ax, visited, [compute_value(self.loss, x) for x in visited], chords=False)
        margin = 0.08 * (self.high - self.low)
        ax.set(
            xlim=self.ends, ylim=(self.low - margin, self.high), xlabel=self.symbol,
            ylabel=self.name,
        )  # fmt: skip
        if self.fit is not None:
            self.fit.draw(axes[0], visited[-1])

    def describe(self, now: float) -> str:
        """Describe a place: parameter, loss and slope."""
        height, slope = self._measure(now)
        return f"{self.symbol} = {now:.4f}, {self.name} = {height:.4f}, slope {slope:.4f}."

    def describe_range(self) -> str:
        """Describe how far the curve goes in both directions."""
        start, stop = self.ends
        return (
            f"{self.name} against {self.symbol} from {start:g} to {stop:g}, "
            f"between {self.low:.4g} and {self.high:.4g}"
        )

    def describe_step(self, values: Sequence[float], step: int) -> str:
        """Describe a step of a descent, and what the next one changes."""
        out = f"Step {step}: {self.describe(values[step])}"
        if step + 1 == len(values):
            return out
        return f"{out} Next, {self.symbol} changes by {values[step + 1] - values[step]:+.4f}."


def _find_limits(
    x: ArrayLike, observed: ArrayLike, predict: Callable[..., Any], values: Sequence[float]
) -> tuple[float, float]:
    """Return limits of the y axis that hold every fit and its squared residuals."""
    grid = np.linspace(np.min(x), np.max(x), _POINTS)
    reached = [to_floats(predict(grid, value)) for value in (min(values), max(values))]
    seen = np.asarray(observed, float)
    largest = max(
        float(np.abs(seen - to_floats(predict(x, value))).max())
        for value in (min(values), max(values))
    )
    everything = np.concatenate([seen, *reached])
    low, high = float(everything.min()), float(everything.max())
    # squares are as wide as they are high: half of the axes must hold the largest one
    margin = max(0.06 * (high - low), (2.4 * largest - (high - low)) / 2)
    return low - margin, high + margin


def descent(
    history: Run,
    *,
    name: str = "SSR",
    title: str | None = None,
    caption: str | None = None,
    height: float = 260,
) -> Figure:
    """Draw the loss at each step of a descent.

    The loss is drawn on a logarithmic scale where it falls to less than a hundredth: a descent
    that shrinks by the same factor each step is then a straight line.

    Parameters
    ----------
    history : History
        What ``fit`` returned: its ``loss`` is drawn, and ``stopped_because`` is told.
    name : str
        How the loss is called in the text.
    title, caption : str, optional
        There is a default title.
    height : float
        Height in pixels.

    Returns
    -------
    Figure
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop import show
    >>> b = bp.Variable(0.0, name="b")
    >>> history = bp.fit(lambda: (b - 2) ** 2, [b], bp.GradientDescent([b], 0.4), steps=6)
    >>> show.descent(history, name="loss")
    Loss at each step
    loss falls from 4 at step 0 to 1.638e-08 at step 6, drawn on a logarithmic scale; the
    limit of 6 steps was reached.
    """
    from matplotlib.ticker import MaxNLocator

    ys = np.asarray(history.loss, float)
    first, last = float(ys[0]), float(ys[-1])
    logarithmic = bool((ys > 0).all() and np.isfinite(ys).all() and ys.max() > 100 * ys.min())

    def draw(ax: Axes) -> None:
        ax.plot(ys, color=LOSS)
        if len(ys) <= 40:
            ax.plot(ys, "o", color=LOSS, markersize=7, **RING)
        ax.set(xlabel="step", ylabel=name, yscale="log" if logarithmic else "linear")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))

    moved = "falls" if last < first else "grows" if last > first else "goes"
    alt = f"{name} {moved} from {first:.4g} at step 0 to {last:.4g} at step {len(ys) - 1}"
    scale = ", drawn on a logarithmic scale" if logarithmic else ""
    return draw_figure(
        draw,
        title=title or f"{name[:1].upper()}{name[1:]} at each step",
        alt=f"{alt}{scale}; {history.stopped_because}.",
        caption=caption,
        height=height,
    )
