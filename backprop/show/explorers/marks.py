"""What ready-made pictures are drawn with: residuals and squares, tangents, steps of a descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from backprop.show.drawing.style import GRADIENT, INK, RESIDUAL, RING, SURFACE
from backprop.show.explorers.computed import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["residuals", "steps", "tangent"]


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
    ax.plot(xs, seen, "o", color=INK, markersize=10, **RING)


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
    ...     ax.plot(grid, loss(grid), color=show.LOSS)
    ...     show.steps(ax, path(eta), loss(path(eta)))
    ...     ax.text(minimum, 8, regime(eta), color=show.INK, weight="bold", ha="center")
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
        ax.plot(xs, ys, color=INK, linewidth=1.3)
    if len(xs) > 1:
        hollow: dict[str, Any] = {
            "markerfacecolor": SURFACE,
            "markeredgecolor": INK,
            "markeredgewidth": 1.4,
        }
        ax.plot(xs[:-1], ys[:-1], "o", color=INK, markersize=7, **hollow)
    ax.plot(xs[-1:], ys[-1:], "o", color=INK, markersize=11, **RING)
