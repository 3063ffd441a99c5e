"""A function above its derivative: a point moves, its tangent above, its slope below."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop.engine.numeric import numeric_gradient
from backprop.show.drawing.style import AXIS, GRADIENT, MUTED, RING, VALUE
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.computed import Floats, compute_slope, compute_value
from backprop.show.explorers.explorer import Explorer, explorer
from backprop.show.explorers.marks import tangent
from backprop.show.explorers.slider import Slider

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["slope"]

_POINTS = 121  # of a curve: smooth to the eye, and few bytes in each frame
_NUDGE = 1e-6  # small enough to look left and right of a kink

Function = Callable[[Any], Any]


def slope(
    f: Function | Mapping[str, Function],
    *,
    start: float,
    stop: float,
    value: float | None = None,
    steps: int = 41,
    symbol: str = "x",
    name: str = "f",
    labels: tuple[str, str] | None = None,
    choice: str = "function",
    title: str | None = None,
    question: str | None = None,
    caption: str | None = None,
    height: float = 180,
) -> Explorer:
    """Link a function and its derivative: a point moves, its tangent above, its slope below.

    Every slope comes from ``backward()`` and is compared with a central difference.

    Parameters
    ----------
    f : callable, or mapping of str to callable
        A function of one number, computed with the functions of this package. A mapping of names to
        functions adds a choice between them.
    start, stop : float
        Range that is drawn, and in which the point moves.
    value : float, optional
        Where the point is at the beginning; one of the places of the slider.
    steps : int
        How many places there are.
    symbol, name : str
        How the number and the function are called in the text, for example ``"x"`` and ``"f"``.
    labels : tuple of str, optional
        What stands at the y axes and in the text, by default ``("f(x)", "f′(x)")``.
    choice : str
        How the choice between several functions is called.
    title, question, caption : str, optional
        See :func:`explorer`; there are defaults.
    height : float
        Height in pixels of each of the two pictures.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell. At a kink it tells the slopes to both sides, and
        which one the engine takes.

    Raises
    ------
    ValueError
        If `f` returns no Variable, or its slope differs from a central difference where there is
        no kink.

    Examples
    --------
    >>> from backprop import show
    >>> show.slope(lambda x: x**2, start=-2, stop=2, value=1, labels=("x²", "2x"))
    A function and its slope
    Where is the slope 0, and what does the curve do there?
    x from −2.0 to 2.0, now 1.0
      x = −2.0: x² = 4.0000 and 2x = −4.0000. Nudge x by 0.01, and the value changes by about
      −0.0400.
    > x = 1.0: x² = 1.0000 and 2x = 2.0000. Nudge x by 0.01, and the value changes by about
      0.0200.
      x = 2.0: x² = 4.0000 and 2x = 4.0000. Nudge x by 0.01, and the value changes by about
      0.0400.
    """
    functions = dict(f) if isinstance(f, Mapping) else {name: f}
    if not functions:
        raise ValueError("f must be a function, or a mapping of names to functions; it is empty")
    places = Slider(start, stop, steps=steps, value=value, label=symbol)
    pairs = {
        called: _Pair(
            function, places, symbol, labels or (f"{called}({symbol})", f"{called}′({symbol})")
        )
        for called, function in functions.items()
    }
    worst = max(pair.difference for pair in pairs.values())
    texts: dict[str, Any] = {
        "title": title or "A function and its slope",
        "question": question or "Where is the slope 0, and what does the curve do there?",
        "caption": caption
        or "The height of the lower curve is the slope of the upper one. Every slope was computed "
        "by backward() and checked with a central difference: they agree to "
        f"{_round_to_decade(worst)}.",
        "height": height,
        "axes": (2, 1),
        "width": "wide",
        "drag": "x",
    }
    if not isinstance(f, Mapping):
        (pair,) = pairs.values()
        return explorer(pair.draw, describe=pair.describe, x=places, **texts)
    names = list(functions)
    which = Choice(names, label=choice)
    return explorer(
        lambda axes, which, x: pairs[names[which]].draw(axes, x),
        describe=lambda which, x: pairs[names[which]].describe(x),
        which=which,
        x=places,
        **texts,
    )


@dataclass(frozen=True)
class _Place:
    """What is known about a function at a place: its slopes three ways."""

    height: float
    slope: float  # by backward()
    left: float  # by a nudge to the left, and to the right
    right: float
    numeric: float  # by a central difference

    @property
    def kink(self) -> bool:
        return abs(self.right - self.left) > 1e-3 * max(1.0, abs(self.left), abs(self.right))

    @property
    def difference(self) -> float:
        return abs(self.slope - self.numeric)


def _measure_place(f: Function, x: float) -> _Place:
    height, steep = compute_slope(f, x)
    left = (height - compute_value(f, x - _NUDGE)) / _NUDGE
    right = (compute_value(f, x + _NUDGE) - height) / _NUDGE
    place = _Place(height, steep, left, right, float(numeric_gradient(f, x)))
    if not place.kink and place.difference > 1e-6 * max(1.0, abs(place.numeric)):
        raise ValueError(
            f"at {x:g} the engine says that the slope is {steep:.6g}, a central difference says "
            f"{place.numeric:.6g}: check the rules of the operations that f is made of"
        )
    return place


class _Pair:
    """A function and its slope, everywhere in a range and at each place of a slider."""

    def __init__(self, f: Function, places: Slider, symbol: str, labels: tuple[str, str]) -> None:
        self.symbol, self.labels = symbol, labels
        self.start, self.stop = places.values[0], places.values[-1]
        self.written = dict(zip(places.values, places.texts, strict=True))
        self.places = {x: _measure_place(f, x) for x in places.values}
        self.grid = np.linspace(self.start, self.stop, _POINTS)
        both = np.array([compute_slope(f, x) for x in self.grid.tolist()]).T
        self.heights, self.slopes = _part_at_jumps(both)

    @property
    def difference(self) -> float:
        """How far backward() and a central difference are apart, at most."""
        smooth = (place for place in self.places.values() if not place.kink)
        return max((place.difference for place in smooth), default=0.0)

    def draw(self, axes: Sequence[Axes], x: float) -> None:
        """Draw both curves, the tangent above and the slope below."""
        above, below = axes
        place = self.places[x]
        self._draw_curve(above, self.heights, VALUE, self.labels[0], x)
        self._draw_curve(below, self.slopes, GRADIENT, self.labels[1], x)
        reach = (self.stop - self.start) / 6
        tangent(above, x, place.height, place.slope, width=reach, label=False)
        above.plot([x], [place.height], "o", color=VALUE, markersize=10, **RING)
        below.plot([x, x], [0, place.slope], color=GRADIENT, linewidth=6, alpha=0.35)
        below.plot([x], [place.slope], "o", color=GRADIENT, markersize=10, **RING)
        self._write_slope(above, x, place.height, f"slope {place.slope:z.2f}")
        self._write_slope(below, x, place.slope, f"{place.slope:z.2f}")
        below.set_xlabel(self.symbol)

    def _draw_curve(self, ax: Axes, ys: Floats, colour: str, label: str, x: float) -> None:
        low, high = min(float(np.nanmin(ys)), 0.0), max(float(np.nanmax(ys)), 0.0)
        margin = 0.14 * ((high - low) or 1.0)
        ends = (self.start, self.stop)
        ax.plot(ends, [0, 0], color=AXIS, linewidth=1)
        ax.plot(self.grid, ys, color=colour)
        ax.plot([x, x], [low - margin, high + margin], color=MUTED, linewidth=1, linestyle="--")
        ax.set(xlim=ends, ylim=(low - margin, high + margin), ylabel=label)

    def _write_slope(self, ax: Axes, x: float, y: float, text: str) -> None:
        """Write the slope beside a point, on the sides on which there is room."""
        left = x > (self.start + self.stop) / 2
        up = sum(ax.get_ylim()) / 2 > y
        ax.annotate(
            text, (x, y), color=GRADIENT, weight="bold",
            xytext=(-10 if left else 10, 14 if up else -14), textcoords="offset points",
            ha="right" if left else "left", va="center",
        )  # fmt: skip

    def describe(self, x: float) -> str:
        """Describe a place: both heights, and what a nudge or a kink does."""
        place, (height_label, slope_label) = self.places[x], self.labels
        at = f"{self.symbol} = {self.written[x]}"
        out = f"{at}: {height_label} = {place.height:z.4f} and {slope_label} = {place.slope:z.4f}. "
        if place.kink:
            return (
                f"{out}There is a kink: to the left the slope is {place.left:z.4f}, to the right "
                f"{place.right:z.4f}. The engine takes {place.slope:z.4f}."
            )
        return (
            f"{out}Nudge {self.symbol} by 0.01, and the value changes by about "
            f"{0.01 * place.slope:z.4f}."
        )


def _part_at_jumps(heights_and_slopes: Floats) -> Floats:
    """Leave a gap where the slope jumps, so that no line is drawn where there is no value."""
    slopes = heights_and_slopes[1]
    jumps = np.flatnonzero(np.abs(np.diff(slopes)) > 0.25 * np.ptp(slopes))
    jumps = jumps[np.ptp(slopes) > 1e-9 * max(1.0, float(np.abs(slopes).max()))]
    slopes[jumps] = np.nan
    return heights_and_slopes


def _round_to_decade(number: float) -> str:
    """Round a small number up to a power of ten.

    Examples
    --------
    >>> _round_to_decade(3.2e-11)
    '1e-10'
    """
    return "the last digit" if number == 0 else f"1e{math.ceil(math.log10(number)):+03d}"
