"""A curve under a microscope: zoom in until it is its tangent, or until a kink stays one."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop.show.drawing.style import AXIS, GRADIENT, INK, LOSS, RING, VALUE
from backprop.show.explorers.computed import Floats, compute_curve, compute_slope
from backprop.show.explorers.explorer import Explorer, explorer
from backprop.show.explorers.slider import Slider, name_slider

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["zoom"]

_COLOURS = {"value": ("Blue", VALUE), "loss": ("Plum", LOSS)}
_POINTS = 61  # of a curve: smooth to the eye, and few bytes in each frame

Function = Callable[[Any], Any]


def zoom(
    f: Function,
    at: float | Slider,
    *,
    width: float,
    doublings: int = 10,
    symbol: str = "x",
    name: str = "f",
    label: str | None = None,
    kind: str = "value",
    title: str | None = None,
    question: str | None = None,
    caption: str | None = None,
    height: float = 340,
) -> Explorer:
    """Zoom in on a point of a curve, until the curve is its tangent, or until a kink stays one.

    Parameters
    ----------
    f : callable
        A function of one number, computed with the functions of this package: its slope comes from
        ``backward()``.
    at : float or Slider
        The point. A slider lets the reader choose it, too.
    width : float
        How far the first picture goes to each side of the point, in units of the x axis.
    doublings : int
        How often the magnification is doubled.
    symbol, name : str
        How the number and the function are called in the text, for example ``"x"`` and ``"f"``.
    label : str, optional
        What stands at the y axis, by default ``"f(x)"``.
    kind : str
        ``"value"``, drawn in blue, or ``"loss"``, drawn in plum.
    title, question, caption : str, optional
        See :func:`explorer`; there are defaults.
    height : float
        Height in pixels.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell. Says at each magnification how far the curve
        leaves its tangent.

    Raises
    ------
    ValueError
        If `width` is not positive, `doublings` not at least 1, `kind` is unknown, or `f` returns
        no Variable.

    Examples
    --------
    >>> from backprop import show
    >>> show.zoom(lambda x: x**2, 1.0, width=1.0, label="x²")
    Zoom in on a curve
    How strong must the magnification be for the curve to look straight?
    magnification from ×1 to ×1024, now ×1
    > Magnification ×1: between x = 0 and x = 2 the curve is at most 1 away from its tangent of
      slope 2, which is 15 % of the height of the picture.
      Magnification ×1024: between x = 0.999023 and x = 1.00098 the curve is at most 9.54e-07
      away from its tangent of slope 2, which is 0.015 % of the height of the picture: you could
      not tell them apart.
    """
    if not (math.isfinite(width) and width > 0):
        raise ValueError(f"width must be positive, got {width}")
    if doublings < 1:
        raise ValueError(f"doublings must be at least 1, got {doublings}")
    if kind not in _COLOURS:
        raise ValueError(f"kind must be 'value' or 'loss', got {kind!r}")
    called, colour = _COLOURS[kind]
    # With a choice of points there are more frames, so that each step is a whole doubling.
    parts = 1 if isinstance(at, Slider) else 2
    power = Slider(
        values=[2 ** (k / parts) for k in range(parts * doublings + 1)],
        label="magnification",
        format=lambda m: f"×{m:.2g}" if m < 10 else f"×{m:.0f}",
    )
    points = at.values if isinstance(at, Slider) else (at,)
    microscope = _Microscope(f, width, points, symbol, label or f"{name}({symbol})", colour, height)
    texts: dict[str, Any] = {
        "title": title or "Zoom in on a curve",
        "question": question
        or "How strong must the magnification be for the curve to look straight?",
        "caption": caption
        or f"{called}: the curve. Orange: its tangent. The dashed frame is what twice the "
        "magnification will show; the dotted line, where the two are furthest apart.",
        "height": height,
        "animate": "magnification",
        "width": "wide",
    }

    def describe(magnification: float, point: float) -> str:
        written = power.texts[power.values.index(magnification)]
        return microscope.describe(magnification, written, point)

    if isinstance(at, Slider):
        point = name_slider(at, f"point {symbol}")
        return explorer(
            microscope.draw, describe=describe, magnification=power, point=point, **texts
        )
    return explorer(
        lambda ax, magnification: microscope.draw(ax, magnification, float(at)),
        describe=lambda magnification: describe(magnification, float(at)),
        magnification=power,
        **texts,
    )


class _Microscope:
    """What is seen of a curve around a point at a magnification."""

    def __init__(
        self,
        f: Function,
        width: float,
        points: tuple[float, ...],
        symbol: str,
        label: str,
        colour: str,
        pixels: float,
    ) -> None:
        self.f, self.width, self.symbol, self.label = f, width, symbol, label
        self.colour, self.pixels = colour, pixels
        self._look_up = cache(self._measure)
        self.half_height = max(self._look_up(float(point))[2] for point in points)

    def _measure(self, point: float) -> tuple[float, float, float]:
        """Return value, slope, and how high half of the picture is before any magnification."""
        level, steep = compute_slope(self.f, point)
        xs = np.linspace(point - self.width, point + self.width, _POINTS)
        largest = float(np.abs(compute_curve(self.f, xs) - level).max())
        return level, steep, 1.1 * max(largest, abs(steep) * self.width) or 1.0

    def _compute_window(self, magnification: float, point: float) -> tuple[Floats, Floats, Floats]:
        """Return places in the picture, the curve there, and its tangent."""
        level, steep, _ = self._look_up(point)
        half = self.width / magnification
        xs = point + np.linspace(-half, half, _POINTS)
        return xs, compute_curve(self.f, xs), level + steep * (xs - point)

    def draw(self, ax: Axes, magnification: float, point: float) -> None:
        """Draw the curve, its tangent, what comes next, and the widest gap."""
        xs, ys, line = self._compute_window(magnification, point)
        half, level = self.half_height / magnification, self._look_up(point)[0]
        self._draw_next(ax, magnification, point)
        ax.plot(xs[[0, -1]], line[[0, -1]], color=GRADIENT, linewidth=2.2)
        ax.plot(xs, ys, color=self.colour, linewidth=2.6)
        self._draw_gap(ax, xs, ys, line, half)
        ax.plot([point], [level], "o", color=self.colour, markersize=10, **RING)
        ax.set(
            xlim=(xs[0], xs[-1]), ylim=(level - half, level + half),
            xlabel=self.symbol, ylabel=self.label,
        )  # fmt: skip
        ax.ticklabel_format(useOffset=False)
        ax.locator_params(axis="x", nbins=4)

    def _draw_next(self, ax: Axes, magnification: float, point: float) -> None:
        """Frame what twice the magnification will show."""
        from matplotlib.patches import Rectangle

        wide, high = self.width / magnification, self.half_height / magnification
        corner = (point - wide / 2, self._look_up(point)[0] - high / 2)
        ax.add_patch(
            Rectangle(
                corner, wide, high,
                fill=False, edgecolor=AXIS, linewidth=1.2, linestyle=(0, (4, 4)),
            )
        )  # fmt: skip

    def _draw_gap(self, ax: Axes, xs: Floats, ys: Floats, line: Floats, half: float) -> None:
        far = int(np.abs(ys - line).argmax())
        ax.plot(
            xs[[far, far]], [line[far], ys[far]], color=INK, linewidth=1.3, linestyle=(0, (2, 3))
        )
        gap = abs(ys[far] - line[far])
        if gap > 0.3 * half:  # there is room for a word
            ax.annotate(
                f"gap {gap:.2g}", (xs[far], (line[far] + ys[far]) / 2), color=INK, va="center",
                xytext=(-7 if far else 7, 0), textcoords="offset points",
                ha="right" if far else "left",
            )  # fmt: skip

    def describe(self, magnification: float, written: str, point: float) -> str:
        """Describe how far the curve leaves its tangent."""
        xs, ys, line = self._compute_window(magnification, point)
        gap = float(np.abs(ys - line).max())
        share = 100 * gap * magnification / (2 * self.half_height)
        # of the picture's height, in which the curve has a little less: nearer than a pixel
        straight = ": you could not tell them apart" if share / 100 * self.pixels < 1 else ""
        return (
            f"Magnification {written}: between {self.symbol} = {xs[0]:.6g} and "
            f"{self.symbol} = {xs[-1]:.6g} the curve is at most {gap:.3g} "
            f"away from its tangent of slope {self._look_up(point)[1]:.4g}, which is "
            f"{share:.2g} % of the height of the picture{straight}."
        )
