"""What a slope is, to be moved by hand: zooming in, a function beside its derivative, nudges."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop.engine.numeric import numeric_gradient
from backprop.engine.transforms import grad
from backprop.page import PALETTE
from backprop.show.explorers.computed import Floats, curve, value_and_slope
from backprop.show.explorers.computed import value as _plain
from backprop.show.explorers.curves import tangent
from backprop.show.explorers.explorer import Explorer, Slider, explorer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["error_by_step", "slope", "zoom"]

INK, VALUE, GRADIENT, MUTED, AXIS, RESIDUAL, SURFACE = (
    PALETTE[name].light
    for name in ("ink", "value", "gradient", "muted", "axis", "residual", "surface")
)
_DOT: dict[str, Any] = {
    "marker": "o", "markersize": 10, "markeredgecolor": SURFACE, "markeredgewidth": 1.2,
}  # fmt: skip
_POINTS = 61  # of a curve: smooth to the eye, and few bytes in each frame
_NUDGE = 1e-6  # small enough to look left and right of a kink

Function = Callable[[Any], Any]


# -- zoom ------------------------------------------------------------------------------------------


def zoom(
    f: Function,
    at: float | Slider,
    *,
    width: float,
    doublings: int = 10,
    symbol: str = "x",
    name: str = "f",
    label: str | None = None,
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
        If `width` is not positive, `doublings` not at least 1, or `f` returns no Variable.

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
    # With a choice of points there are more frames, so that each step is a whole doubling.
    parts = 1 if isinstance(at, Slider) else 2
    power = Slider(
        values=[2 ** (k / parts) for k in range(parts * doublings + 1)],
        label="magnification",
        format=lambda m: f"×{m:.2g}" if m < 10 else f"×{m:.0f}",
    )

    @cache
    def near(point: float) -> tuple[float, float, float]:
        """Return value, slope, and how high half of the picture is before any magnification."""
        level, steep = value_and_slope(f, point)
        around = curve(f, np.linspace(point - width, point + width, _POINTS)) - level
        return level, steep, 1.1 * max(float(np.abs(around).max()), abs(steep) * width) or 1.0

    points = at.values if isinstance(at, Slider) else (at,)
    half_height = max(near(float(point))[2] for point in points)

    def window(point: float, m: float) -> tuple[Floats, Floats, Floats]:
        """Return places in the picture, the curve there, and its tangent."""
        level, steep, _ = near(point)
        xs = point + np.linspace(-width / m, width / m, _POINTS)
        return xs, curve(f, xs), level + steep * (xs - point)

    def draw(ax: Axes, magnification: float, point: float) -> None:
        from matplotlib.patches import Rectangle

        xs, ys, line = window(point, magnification)
        half, level = half_height / magnification, near(point)[0]
        ax.add_patch(
            Rectangle(
                (point - width / magnification / 2, level - half / 2), width / magnification, half,
                fill=False, edgecolor=AXIS, linewidth=1.2, linestyle=(0, (4, 4)),
            )
        )  # fmt: skip
        ax.plot(xs[[0, -1]], line[[0, -1]], color=GRADIENT, linewidth=2.2)
        ax.plot(xs, ys, color=VALUE, linewidth=2.6)
        far = int(np.abs(ys - line).argmax())
        ax.plot(
            xs[[far, far]], [line[far], ys[far]], color=INK, linewidth=1.3, linestyle=(0, (2, 3))
        )
        ax.plot([point], [level], color=VALUE, **_DOT)
        gap = abs(ys[far] - line[far])
        if gap > 0.3 * half:  # there is room for a word
            ax.annotate(
                f"gap {gap:.2g}", (xs[far], (line[far] + ys[far]) / 2), color=INK, va="center",
                xytext=(-7 if far else 7, 0), textcoords="offset points",
                ha="right" if far else "left",
            )  # fmt: skip
        ax.set(
            xlim=(xs[0], xs[-1]), ylim=(level - half, level + half),
            xlabel=symbol, ylabel=label or f"{name}({symbol})",
        )  # fmt: skip
        ax.ticklabel_format(useOffset=False)
        ax.locator_params(axis="x", nbins=4)

    def describe(magnification: float, point: float) -> str:
        xs, ys, line = window(point, magnification)
        gap = float(np.abs(ys - line).max())
        share = 100 * gap * magnification / (2 * half_height)
        straight = ": you could not tell them apart" if share < 0.3 else ""
        return (
            f"Magnification {power.texts[power.values.index(magnification)]}: between "
            f"{symbol} = {xs[0]:.6g} and {symbol} = {xs[-1]:.6g} the curve is at most {gap:.3g} "
            f"away from its tangent of slope {near(point)[1]:.4g}, which is {share:.2g} % of the "
            f"height of the picture{straight}."
        )

    texts: dict[str, Any] = {
        "title": title or "Zoom in on a curve",
        "question": question
        or "How strong must the magnification be for the curve to look straight?",
        "caption": caption
        or "Blue: the curve. Orange: its tangent. The dashed frame is what twice the magnification "
        "will show; the dotted line, where the two are furthest apart.",
        "height": height,
        "animate": "magnification",
    }
    if isinstance(at, Slider):
        at.label = at.label or f"point {symbol}"
        return explorer(draw, describe=describe, magnification=power, point=at, **texts)
    return explorer(
        lambda ax, magnification: draw(ax, magnification, float(at)),
        describe=lambda magnification: describe(magnification, float(at)),
        magnification=power,
        **texts,
    )


# -- f and f′ --------------------------------------------------------------------------------------


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


def _look(f: Function, x: float) -> _Place:
    height, steep = value_and_slope(f, x)
    left = (height - _plain(f, x - _NUDGE)) / _NUDGE
    right = (_plain(f, x + _NUDGE) - height) / _NUDGE
    place = _Place(height, steep, left, right, float(numeric_gradient(f, x)))
    if not place.kink and place.difference > 1e-6 * max(1.0, abs(place.numeric)):
        raise ValueError(
            f"at {x:g} the engine says that the slope is {steep:.6g}, a central difference says "
            f"{place.numeric:.6g}: check the rules of the operations that f is made of"
        )
    return place


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
    height: float = 210,
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
    looked = {
        called: {x: _look(function, x) for x in places.values}
        for called, function in functions.items()
    }
    grid = np.linspace(start, stop, 2 * _POINTS - 1)
    curves = {
        called: _unjoined(np.array([value_and_slope(function, x) for x in grid.tolist()]).T)
        for called, function in functions.items()
    }
    reach = (stop - start) / 6

    def axis_labels(called: str) -> tuple[str, str]:
        return labels or (f"{called}({symbol})", f"{called}′({symbol})")

    def draw(axes: Sequence[Axes], x: float, called: str) -> None:
        place, (heights, slopes) = looked[called][x], curves[called]
        for ax, ys, colour, label in zip(
            axes, (heights, slopes), (VALUE, GRADIENT), axis_labels(called), strict=True
        ):
            low, high = min(float(np.nanmin(ys)), 0.0), max(float(np.nanmax(ys)), 0.0)
            margin = 0.14 * ((high - low) or 1.0)
            ax.plot([start, stop], [0, 0], color=AXIS, linewidth=1)
            ax.plot(grid, ys, color=colour)
            ax.plot([x, x], [low - margin, high + margin], color=MUTED, linewidth=1, linestyle="--")
            ax.set(xlim=(start, stop), ylim=(low - margin, high + margin), ylabel=label)
        above, below = axes
        tangent(above, x, place.height, place.slope, width=reach, label=False)
        above.plot([x], [place.height], color=VALUE, **_DOT)
        below.plot([x, x], [0, place.slope], color=GRADIENT, linewidth=6, alpha=0.35)
        below.plot([x], [place.slope], color=GRADIENT, **_DOT)
        left = x > (start + stop) / 2  # the labels stay inside
        for ax, y, text in zip(axes, (place.height, place.slope), ("slope ", ""), strict=True):
            up = (ax.get_ylim()[0] + ax.get_ylim()[1]) / 2 > y
            ax.annotate(
                f"{text}{place.slope:z.2f}", (x, y), color=GRADIENT, weight="bold",
                xytext=(-10 if left else 10, 14 if up else -14), textcoords="offset points",
                ha="right" if left else "left", va="center",
            )  # fmt: skip
        below.set_xlabel(symbol)

    def describe(x: float, called: str) -> str:
        place, (height_label, slope_label) = looked[called][x], axis_labels(called)
        at = f"{symbol} = {places.texts[places.values.index(x)]}"
        out = f"{at}: {height_label} = {place.height:z.4f} and {slope_label} = {place.slope:z.4f}. "
        if place.kink:
            return (
                f"{out}There is a kink: to the left the slope is {place.left:z.4f}, to the right "
                f"{place.right:z.4f}. The engine takes {place.slope:z.4f}."
            )
        return (
            f"{out}Nudge {symbol} by 0.01, and the value changes by about "
            f"{0.01 * place.slope:z.4f}."
        )

    smooth = [place for row in looked.values() for place in row.values() if not place.kink]
    worst = max((place.difference for place in smooth), default=0.0)
    texts: dict[str, Any] = {
        "title": title or "A function and its slope",
        "question": question or "Where is the slope 0, and what does the curve do there?",
        "caption": caption
        or "The height of the lower curve is the slope of the upper one. Every slope was computed "
        f"by backward() and checked with a central difference: they agree to {_decade(worst)}.",
        "height": height,
        "axes": (2, 1),
        "drag": "x",
    }
    if not isinstance(f, Mapping):
        return explorer(
            lambda axes, x: draw(axes, x, name),
            describe=lambda x: describe(x, name),
            x=places,
            **texts,
        )
    names = list(functions)
    which = Slider(0, len(names) - 1, label=choice, format=lambda i: names[int(i)])
    return explorer(
        lambda axes, which, x: draw(axes, x, names[which]),
        describe=lambda which, x: describe(x, names[which]),
        which=which,
        x=places,
        **texts,
    )


def _unjoined(heights_and_slopes: Floats) -> Floats:
    """Leave a gap where the slope jumps, so that no line is drawn where there is no value."""
    slopes = heights_and_slopes[1]
    jumps = np.flatnonzero(np.abs(np.diff(slopes)) > 0.25 * np.ptp(slopes))
    jumps = jumps[np.ptp(slopes) > 1e-9 * max(1.0, float(np.abs(slopes).max()))]
    slopes[jumps] = np.nan
    return heights_and_slopes


def _decade(number: float) -> str:
    """Round a small number up to a power of ten.

    Examples
    --------
    >>> _decade(3.2e-11)
    '1e-10'
    """
    return "the last digit" if number == 0 else f"1e{math.ceil(math.log10(number)):+03d}"


# -- error against h -------------------------------------------------------------------------------

# How each method is called and drawn: colour, marker.
_METHODS = {
    "forward": ("forward difference", INK, "o"),
    "central": ("central difference", GRADIENT, "s"),
    "complex": ("complex step", RESIDUAL, "^"),
}
# Where its label stands: at which h (or at the best one), how many pixels away, to which side.
_LABELS: dict[str, tuple[float | None, tuple[int, int], str]] = {
    "forward": (1e-3, (-10, 6), "right"),
    "central": (None, (-8, -8), "right"),
    "complex": (1e-12, (0, 22), "center"),
}
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LEAST = 1e-17  # where an error of 0 is drawn, on an axis that has no 0


def error_by_step(
    f: Function,
    x: float,
    *,
    plain: Callable[[Any], Any] | None = None,
    methods: Sequence[str] = ("forward", "central"),
    smallest: int = -16,
    value: float = 0.1,
    symbol: str = "x",
    name: str = "f",
    title: str | None = None,
    question: str | None = None,
    caption: str | None = None,
    height: float = 340,
) -> Explorer:
    """Draw the error of finite differences against the nudge h, on logarithmic axes.

    Too large an h, and the curve has bent: the *truncation* error. Too small an h, and the
    difference of two nearly equal values has lost its digits: the *rounding* error.

    Parameters
    ----------
    f : callable
        A function of one number, computed with the functions of this package. The gradients of
        ``backward()`` count as exact; so do its second and third derivatives.
    x : float
        Where the slope is estimated.
    plain : callable, optional
        The same function for complex numbers, written with NumPy; ``"complex"`` needs it, unless
        `f` has nothing but + − · / and powers.
    methods : sequence of {"forward", "central", "complex"}
        What is drawn; "complex" joins by itself if `plain` is given.
    smallest : int
        h goes from 1 down to this power of ten.
    value : float
        The h at the beginning.
    symbol, name : str
        How the number and the function are called in the text, for example ``"x"`` and ``"f"``.
    title, question, caption : str, optional
        See :func:`explorer`; there are defaults.
    height : float
        Height in pixels.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell. Tells truncation and rounding apart at each h.

    Raises
    ------
    ValueError
        If a method is unknown, or `f` and `plain` differ.

    Examples
    --------
    >>> import backprop as bp
    >>> from backprop import show
    >>> show.error_by_step(bp.exp, 1.0, smallest=-15)
    How small should the nudge be?
    At which h is each method at its best, and what spoils it beyond?
    nudge h from 10⁻¹⁵ to 1, now 0.1
      h = 10⁻¹⁵. Forward difference: error 0.082, rounding. Central difference: error 0.019,
      rounding.
    > h = 0.1. Forward difference: error 0.14, truncation. Central difference: error 4.5·10⁻³,
      truncation.
      h = 1. Forward difference: error 2, truncation. Central difference: error 0.48, truncation.
    """
    methods = _checked_methods(f, x, plain, methods)
    exact, second, third = _derivatives(f, x)
    rounding = float(np.finfo(float).eps) / 2 * abs(_plain(f, x))
    # What theory expects of each method at h: truncation and rounding.
    expected: dict[str, Callable[[float], tuple[float, float]]] = {
        "forward": lambda h: (abs(second) * h / 2, rounding / h),
        "central": lambda h: (abs(third) * h**2 / 6, rounding / h),
        "complex": lambda h: (abs(third) * h**2 / 6, 0.0),
    }
    nudges = Slider(
        values=sorted(
            float(f"{first}e{power}") for power in range(smallest, 1) for first in (1, 3)
        )[:-1],
        value=value,
        label="nudge h",
        format=_scientific,
    )
    hs = np.array(nudges.values)
    errors = {
        method: np.array([_error(plain if method == "complex" and plain else f, x, h, method, exact)
                          for h in nudges.values])
        for method in methods
    }  # fmt: skip
    best = {method: nudges.values[int(np.nanargmin(row))] for method, row in errors.items()}

    def draw(ax: Axes, h: float) -> None:
        from matplotlib.ticker import LogLocator, NullLocator

        at = nudges.values.index(h)
        ax.plot([h, h], [_LEAST / 10, 10], color=MUTED, linewidth=1, linestyle="--")
        for method, row in errors.items():
            called, colour, marker = _METHODS[method]
            shown = np.maximum(row, _LEAST)
            ax.plot(hs, shown, color=colour, linewidth=2)
            where, away, side = _LABELS[method]
            label_at = nudges.values.index(best[method] if where is None else where)
            ax.annotate(
                called.removesuffix(" difference"), (hs[label_at], shown[label_at]), color=colour,
                xytext=away, textcoords="offset points", ha=side, weight="bold",
            )  # fmt: skip
            now = {**_DOT, "marker": marker, "color": colour}
            if np.isfinite(row[at]):
                ax.plot([h], [shown[at]], **now)
        ax.text(1e-14, 1e-9, "rounding", color=MUTED, ha="center")
        ax.text(1, 1e-10, "truncation", color=MUTED, ha="right")
        ax.set(
            xscale="log", yscale="log", xlim=(hs[0] / 2, 2), ylim=(_LEAST / 3, 10),
            xlabel="nudge h", ylabel=f"error of {name}′({symbol})",
        )  # fmt: skip
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(LogLocator(numticks=7))
            axis.set_minor_locator(NullLocator())

    def describe(h: float) -> str:
        at = nudges.values.index(h)
        out = [f"h = {nudges.texts[at]}."]
        for method, row in errors.items():
            called = _METHODS[method][0].capitalize()
            if np.isnan(row[at]):
                out.append(f"{called}: h is lost in rounding, {symbol} + h is {symbol}.")
                continue
            truncation, rounded = expected[method](h)
            why = "truncation" if truncation > rounded else "rounding"
            because = f", {why}" if max(truncation, rounded) > 1e-15 * abs(exact) else ""
            out.append(f"{called}: error {_scientific(row[at])}{because}.")
        return " ".join(out)

    listed = ", ".join(f"{_METHODS[m][0]} {_scientific(h)}" for m, h in best.items())
    return explorer(
        draw,
        describe=describe,
        title=title or "How small should the nudge be?",
        question=question or "At which h is each method at its best, and what spoils it beyond?",
        caption=caption
        or f"Both axes are logarithmic. The best h here: {listed}. To the right of it the error is "
        "truncation, as the curve bends within h; to the left it is rounding, as the difference "
        "of two nearly equal values has few digits left.",
        height=height,
        drag="h",
        h=nudges,
    )


def _checked_methods(
    f: Function, x: float, plain: Function | None, methods: Sequence[str]
) -> tuple[str, ...]:
    """Complain about methods that are unknown or impossible; a plain function brings its own."""
    if not methods or set(methods) - set(_METHODS):
        raise ValueError(f"methods must be some of {', '.join(_METHODS)}, got {list(methods)}")
    if plain is None:
        if "complex" in methods:
            try:
                numeric_gradient(f, x, method="complex")
            except TypeError as error:
                raise ValueError(
                    "the complex step needs plain=, the same function written with NumPy, because "
                    "the functions of this package take real numbers only"
                ) from error
        return tuple(methods)
    ours, theirs = _plain(f, x), float(plain(x))
    if not math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12):
        raise ValueError(
            f"plain({x:g}) = {theirs:g}, but f({x:g}) = {ours:g}: not the same function"
        )
    return (*methods, *({"complex"} - set(methods)))


def _derivatives(f: Function, x: float) -> tuple[float, float, float]:
    """Return the first three derivatives at a place."""
    first, second = grad(f), grad(grad(f))
    return float(first(x)), float(second(x)), float(grad(second)(x))


def _error(f: Function, x: float, h: float, method: str, exact: float) -> float:
    """Return how wrong a method is; NaN if the nudge is lost in rounding."""
    if method != "complex" and x + h == (x - h if method == "central" else x):
        return math.nan
    return abs(float(numeric_gradient(f, x, h, method)) - exact)


def _scientific(number: float) -> str:
    """Write a number with a power of ten where that is shorter.

    Examples
    --------
    >>> _scientific(0.000314159), _scientific(0.1), _scientific(1e-8), _scientific(0.0)
    ('3.1·10⁻⁴', '0.1', '10⁻⁸', '0')
    """
    if number == 0 or 0.01 <= abs(number) < 1000:
        return f"{number:.2g}"
    mantissa, power = f"{number:.1e}".split("e")
    mantissa = "" if mantissa == "1.0" else f"{mantissa.removesuffix('.0')}·"
    return f"{mantissa}10{str(int(power)).translate(_SUPERSCRIPTS)}"
