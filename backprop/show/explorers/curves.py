"""Ready-made pictures of a fit, of a loss, and of the way down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from backprop.page import PALETTE
from backprop.show.explorers.computed import Floats, curve, floats, value, value_and_slope
from backprop.show.explorers.explorer import Explorer, Slider, explorer
from backprop.show.figures import Figure, drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["descent", "residuals", "ssr_curve", "steps", "tangent"]

INK, VALUE, GRADIENT, RESIDUAL, SURFACE = (
    PALETTE[name].light for name in ("ink", "value", "gradient", "residual", "surface")
)
_POINTS = 81  # of a curve: smooth to the eye, and few bytes in each frame
_RING: dict[str, Any] = {"markeredgecolor": SURFACE, "markeredgewidth": 1.2}


class Run(Protocol):
    """What :func:`descent` needs of a ``History``."""

    @property
    def loss(self) -> Any: ...

    @property
    def parameters(self) -> Any: ...

    @property
    def stopped_because(self) -> Any: ...


def residuals(
    ax: Axes, x: ArrayLike, observed: ArrayLike, predicted: ArrayLike, *, squares: bool = True
) -> None:
    """Draw observed points with their residuals, and the squares that SSR adds up.

    Parameters
    ----------
    ax : Axes
        Where to draw. Set its limits in the same frame.
    x, observed, predicted : array_like
        One number for each point.
    squares : bool
        Draw each squared residual as a square, so that SSR is the area of all of them.

    Examples
    --------
    The curve of a fit, bent by hand:

    >>> import backprop as bp
    >>> import numpy as np
    >>> from backprop import show
    >>> x, observed = bp.data.dosage()
    >>> grid = np.linspace(0, 1, 61)
    >>> def softplus(z):
    ...     return np.logaddexp(0, z)
    >>> def predict(x, w4, b3):
    ...     return -1.22 * softplus(3.34 * x - 1.43) + w4 * softplus(-3.53 * x + 0.57) + b3
    >>> def draw(ax, w4, b3):
    ...     ax.plot(grid, predict(grid, w4, b3), color=show.VALUE)
    ...     show.residuals(ax, x, observed, predict(x, w4, b3))
    ...     ax.text(1.04, predict(1.0, w4, b3), "predicted", color=show.VALUE, va="center")
    ...     ax.set(xlim=(-0.03, 1.03), ylim=(-4, 4), xlabel="dosage x", ylabel="effectiveness")
    >>> def describe(w4, b3):
    ...     r = observed - predict(x, w4, b3)
    ...     return f"Residuals {r[0]:.2f}, {r[1]:.2f} and {r[2]:.2f}: SSR = {r @ r:.3f}."
    >>> show.explorer(
    ...     draw,
    ...     describe=describe,
    ...     title="Bend the curve",
    ...     question="How small can you make SSR with these two parameters?",
    ...     w4=show.Slider(-4, 0, steps=17, value=-1.5, label="weight w₄"),
    ...     b3=show.Slider(0, 4, steps=17, value=1, label="final bias b₃"),
    ... )
    Bend the curve
    How small can you make SSR with these two parameters?
    weight w₄ from −4.00 to 0.00, now −1.50
    final bias b₃ from 0.00 to 4.00, now 1.00
    > Residuals 0.79, 1.40 and 1.57: SSR = 5.054.
    """
    from matplotlib.patches import Rectangle

    xs, seen, guessed = (np.asarray(a, float) for a in (x, observed, predicted))
    if squares:
        middle = (xs.min() + xs.max()) / 2
        for at, top, bottom in zip(xs, seen, guessed, strict=True):
            # towards the middle, where there is room
            side = (top - bottom) * (-1 if (top > bottom) == (at > middle) else 1)
            square = Rectangle((0, 0), side, top - bottom, color=RESIDUAL, alpha=0.16, linewidth=1)
            square.set_transform(_square_units(ax, at, bottom))
            ax.add_artist(square)
    for at, top, bottom in zip(xs, seen, guessed, strict=True):
        ax.plot([at, at], [bottom, top], color=RESIDUAL, linewidth=2.6)
    ax.plot(xs, seen, "o", color=INK, markersize=10, **_RING)


def _square_units(ax: Axes, x: float, y: float) -> Any:
    """Return a transform around a point in which both directions have the unit of the y axis."""
    from matplotlib.transforms import Affine2DBase

    class SquareUnits(Affine2DBase):
        def get_matrix(self) -> Floats:
            # computed when it is drawn: only then are limits and size of the axes final
            points = [(x, y), (x, y + 1)]
            (left, bottom), (_, top) = ax.transData.transform(points)
            unit = top - bottom
            return np.array([[unit, 0, left], [0, unit, bottom], [0, 0, 1]], float)

    return SquareUnits()


def tangent(
    ax: Axes, x: float, y: float, slope: float, *, width: float, label: bool = True
) -> None:
    """Draw a tangent, and its slope beside it.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    x, y : float
        The point that it touches.
    slope : float
        How steep it is.
    width : float
        How far it goes to each side, in units of the x axis.
    label : bool
        Write the slope.

    Examples
    --------
    >>> from backprop import show
    >>> with show.figure(title="A tangent", alt="x² with its tangent of slope 2 at x = 1") as ax:
    ...     lines = ax.plot([0, 0.5, 1, 1.5], [0, 0.25, 1, 2.25], color=show.VALUE)
    ...     show.tangent(ax, 1, 1, 2, width=0.5)
    A tangent
    x² with its tangent of slope 2 at x = 1
    """
    flat = abs(slope) * width < 0.05 * ax.dataLim.height  # of what was drawn before
    ends = np.array([x - width, x + width])
    ax.plot(ends, y + slope * (ends - x), color=GRADIENT, linewidth=2.2)
    if label:
        # above, on the side on which a valley is open
        side, right = ("center", 0) if flat else ("left", 12) if slope < 0 else ("right", -12)
        ax.annotate(
            f"slope {slope:z.2f}",
            (x, y),
            xytext=(right, 16 if flat else 10),
            textcoords="offset points",
            color=GRADIENT,
            ha=side,
            weight="bold",
        )


def steps(ax: Axes, positions: ArrayLike, losses: ArrayLike, *, chords: bool = True) -> None:
    """Draw the steps of a descent on the curve of its loss.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    positions, losses : array_like
        Parameter and loss at each step; the last one is drawn larger.
    chords : bool
        Join each step to the next one, which shows a descent that jumps across the minimum.

    Examples
    --------
    Which learning rate is too large? On a parabola of curvature c each step multiplies the
    distance from the minimum by 1 − η c, so that descent converges below η = 2 / c.

    >>> import numpy as np
    >>> from backprop import show
    >>> curvature, minimum, grid = 2.0, 2.0, np.linspace(-1, 5, 61)
    >>> def loss(b):
    ...     return curvature / 2 * (b - minimum) ** 2
    >>> def path(eta, count=20):
    ...     return minimum * (1 - (1 - eta * curvature) ** np.arange(count + 1))
    >>> def regime(eta):
    ...     factor = 1 - eta * curvature
    ...     regimes = [
    ...         (factor > 0.8, "too slow"),
    ...         (factor >= 0, "right"),
    ...         (factor > -1, "overshooting"),
    ...         (factor == -1, "oscillating for ever"),
    ...         (True, "diverging"),
    ...     ]
    ...     return next(name for holds, name in regimes if holds)
    >>> def draw(ax, eta):
    ...     ax.plot(grid, loss(grid), color=show.VALUE)
    ...     show.steps(ax, path(eta), loss(path(eta)))
    ...     colour = show.BAD if regime(eta) == "diverging" else show.INK
    ...     ax.text(minimum, 8, regime(eta), color=colour, weight="bold", ha="center")
    ...     ax.set(xlim=(-1, 5), ylim=(-0.7, 9), xlabel="b", ylabel="loss (b − 2)²")
    >>> def describe(eta):
    ...     return (
    ...         f"η = {eta:.2f}: {regime(eta)}, as each step multiplies the distance from the "
    ...         f"minimum by {1 - eta * curvature:.2f}. The threshold is 2 / {curvature:g} = 1."
    ...     )
    >>> show.explorer(
    ...     draw,
    ...     describe=describe,
    ...     title="Learning rate",
    ...     question="From which learning rate on does it not converge any more?",
    ...     eta=show.Slider(0.02, 1.1, steps=55, value=0.06, label="learning rate η"),
    ... )
    Learning rate
    From which learning rate on does it not converge any more?
    learning rate η from 0.02 to 1.10, now 0.06
      η = 0.02: too slow, as each step multiplies the distance from the minimum by 0.96.
      The threshold is 2 / 2 = 1.
    > η = 0.06: too slow, as each step multiplies the distance from the minimum by 0.88.
      The threshold is 2 / 2 = 1.
      η = 1.10: diverging, as each step multiplies the distance from the minimum by −1.20.
      The threshold is 2 / 2 = 1.
    """
    xs, ys = np.asarray(positions, float), np.asarray(losses, float)
    if chords and len(xs) > 1:
        ax.plot(xs, ys, color=GRADIENT, linewidth=1.3)
    if len(xs) > 1:
        ax.plot(xs[:-1], ys[:-1], "o", color=VALUE, markersize=7, **_RING)
    ax.plot(xs[-1:], ys[-1:], "o", color=VALUE, markersize=11, **_RING)


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
    xs = np.linspace(start, stop, _POINTS)
    ys = curve(loss, xs)
    low, high = float(ys.min()), float(ys.max())
    title = title or f"{name} against {symbol}"
    values = at.values if isinstance(at, Slider) else np.atleast_1d(np.asarray(at, float)).tolist()
    limits = (0.0, 1.0) if fit is None else _limits(*fit, values)

    def draw(axes: Any, visited: Sequence[float]) -> None:
        ax = axes if fit is None else axes[1]
        now = visited[-1]
        height_now, slope = value_and_slope(loss, now, gradient, "loss")
        ax.plot(xs, ys, color=VALUE)
        tangent(ax, now, height_now, slope, width=(stop - start) / 5)
        steps(ax, visited, [value(loss, x) for x in visited], chords=False)
        margin = 0.08 * (high - low)
        ax.set(xlim=(start, stop), ylim=(low - margin, high), xlabel=symbol, ylabel=name)
        if fit is not None:
            _draw_fit(axes[0], *fit, now, limits)

    def say(now: float) -> str:
        height_now, slope = value_and_slope(loss, now, gradient, "loss")
        return f"{symbol} = {now:.4f}, {name} = {height_now:.4f}, slope {slope:.4f}."

    size: dict[str, Any] = {"height": height, "axes": (1, 1) if fit is None else (1, 2)}
    if isinstance(at, Slider):
        return explorer(
            lambda ax, value: draw(ax, [value]),
            describe=lambda value: f"At {say(value)}",
            title=title,
            question=question or "What does the slope tell you about where the minimum is?",
            caption=caption,
            drag="value" if fit is None else ("value", 1),
            value=at,
            **size,
        )
    if len(values) == 1:
        (now,) = values
        alt = (
            f"{name} against {symbol} from {start:g} to {stop:g}, between {low:.4g} and {high:.4g}"
        )
        return drawn(
            lambda ax: draw(ax, [now]),
            title=title,
            alt=f"{alt}, with its tangent at {say(now)}",
            caption=caption,
            **size,
        )

    def describe(step: int) -> str:
        after = values[step + 1] - values[step] if step + 1 < len(values) else None
        more = "" if after is None else f" Next, {symbol} changes by {after:+.4f}."
        return f"Step {step}: {say(values[step])}{more}"

    return explorer(
        lambda ax, step: draw(ax, values[: step + 1]),
        describe=describe,
        title=title,
        question=question or "Why do the steps become smaller?",
        caption=caption,
        animate="step",
        step=Slider(0, len(values) - 1, label="step"),
        **size,
    )


def _limits(
    x: ArrayLike, observed: ArrayLike, predict: Callable[..., Any], values: Sequence[float]
) -> tuple[float, float]:
    """Return limits of the y axis that hold every fit and its squared residuals."""
    grid = np.linspace(np.min(x), np.max(x), _POINTS)
    reached = [floats(predict(grid, value)) for value in (min(values), max(values))]
    seen = np.asarray(observed, float)
    largest = max(
        float(np.abs(seen - floats(predict(x, value))).max())
        for value in (min(values), max(values))
    )
    everything = np.concatenate([seen, *reached])
    low, high = float(everything.min()), float(everything.max())
    # squares are as wide as they are high: half of the axes must hold the largest one
    margin = max(0.06 * (high - low), (2.4 * largest - (high - low)) / 2)
    return low - margin, high + margin


def _draw_fit(
    ax: Axes,
    x: ArrayLike,
    observed: ArrayLike,
    predict: Callable[..., Any],
    value: float,
    limits: tuple[float, float],
) -> None:
    """Draw predictions and squared residuals."""
    xs, seen = np.asarray(x, float), np.asarray(observed, float)
    grid = np.linspace(xs.min(), xs.max(), _POINTS)
    ax.plot(grid, floats(predict(grid, value)), color=VALUE)
    residuals(ax, xs, seen, floats(predict(xs, value)))
    margin = 0.04 * float(np.ptp(xs))
    ax.set(
        xlim=(xs.min() - margin, xs.max() + margin),
        ylim=limits,
        xlabel="x",
        ylabel="observed, predicted",
    )


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
        ax.plot(ys, color=VALUE)
        if len(ys) <= 40:
            ax.plot(ys, "o", color=VALUE, markersize=7, **_RING)
        ax.set(xlabel="step", ylabel=name, yscale="log" if logarithmic else "linear")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))

    moved = "falls" if last < first else "grows" if last > first else "goes"
    alt = f"{name} {moved} from {first:.4g} at step 0 to {last:.4g} at step {len(ys) - 1}"
    scale = ", drawn on a logarithmic scale" if logarithmic else ""
    return drawn(
        draw,
        title=title or f"{name[:1].upper()}{name[1:]} at each step",
        alt=f"{alt}{scale}; {history.stopped_because}.",
        caption=caption,
        height=height,
    )
