"""The error of finite differences against the nudge h: truncation to the right, rounding left."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop.engine.numeric import numeric_gradient
from backprop.engine.transforms import grad
from backprop.show.drawing.style import COMPARED, MUTED, RING
from backprop.show.explorers.computed import Floats, compute_value
from backprop.show.explorers.explorer import Explorer, explorer
from backprop.show.explorers.slider import Slider

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["error_by_step"]

Function = Callable[[Any], Any]

# How each method is called, and drawn.
_METHODS = {
    "forward": ("forward difference", COMPARED[0]),
    "central": ("central difference", COMPARED[1]),
    "complex": ("complex step", COMPARED[2]),
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
    methods = _check_methods(f, x, plain, methods)
    exact, second, third = _compute_derivatives(f, x)
    powers = range(smallest, 1)
    nudges = Slider(
        values=sorted(float(f"{first}e{power}") for power in powers for first in (1, 3))[:-1],
        value=value,
        label="nudge h",
        format=_write_power,
    )
    functions = {m: plain if m == "complex" and plain else f for m in methods}
    errors = {
        method: np.array([_measure_error(function, x, h, method, exact) for h in nudges.values])
        for method, function in functions.items()
    }
    theory = _Theory(second, third, float(np.finfo(float).eps) / 2 * abs(compute_value(f, x)))
    picture = _Errors(nudges, errors, exact, theory, symbol, name)
    listed = ", ".join(f"{_METHODS[m][0]} {_write_power(picture.best[m])}" for m in methods)
    return explorer(
        picture.draw,
        describe=picture.describe,
        title=title or "How small should the nudge be?",
        question=question or "At which h is each method at its best, and what spoils it beyond?",
        caption=caption
        or f"Both axes are logarithmic. The best h here: {listed}. To the right of it the error is "
        "truncation, as the curve bends within h; to the left it is rounding, as the difference "
        "of two nearly equal values has few digits left.",
        height=height,
        width="wide",
        drag="h",
        h=nudges,
    )


@dataclass(frozen=True)
class _Theory:
    """What theory expects: from second and third derivative, and the rounding of a value."""

    second: float
    third: float
    rounding: float

    def expect(self, method: str, h: float) -> tuple[float, float]:
        """Return the truncation and the rounding error of a method at a nudge."""
        if method == "forward":
            return abs(self.second) * h / 2, self.rounding / h
        truncation = abs(self.third) * h**2 / 6
        return truncation, 0.0 if method == "complex" else self.rounding / h


class _Errors:
    """The errors of several methods, at each nudge of a slider."""

    def __init__(
        self,
        nudges: Slider,
        errors: Mapping[str, Floats],
        exact: float,
        theory: _Theory,
        symbol: str,
        name: str,
    ) -> None:
        self.nudges, self.errors, self.exact, self.theory = nudges, errors, exact, theory
        self.symbol, self.name = symbol, name
        self.best = {m: nudges.values[int(np.nanargmin(row))] for m, row in errors.items()}

    def draw(self, ax: Axes, h: float) -> None:
        """Draw the errors on logarithmic axes, with a point on each at this nudge."""
        from matplotlib.ticker import LogLocator, NullLocator

        hs = np.array(self.nudges.values)
        ax.plot([h, h], [_LEAST / 10, 10], color=MUTED, linewidth=1, linestyle="--")
        for method, row in self.errors.items():
            self._draw_method(ax, method, hs, np.maximum(row, _LEAST))
            if np.isfinite(row[at := self.nudges.values.index(h)]):
                colour, _, marker = _METHODS[method][1].values()
                shown = max(row[at], _LEAST)
                ax.plot([h], [shown], marker, color=colour, markersize=10, **RING)
        ax.text(1e-14, 1e-9, "rounding", color=MUTED, ha="center")
        ax.text(1, 1e-10, "truncation", color=MUTED, ha="right")
        ax.set(
            xscale="log", yscale="log", xlim=(hs[0] / 2, 2), ylim=(_LEAST / 3, 10),
            xlabel="nudge h", ylabel=f"error of {self.name}′({self.symbol})",
        )  # fmt: skip
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(LogLocator(numticks=7))
            axis.set_minor_locator(NullLocator())

    def _draw_method(self, ax: Axes, method: str, hs: Floats, shown: Floats) -> None:
        called, (colour, dashes, _) = _METHODS[method][0], _METHODS[method][1].values()
        ax.plot(hs, shown, color=colour, linewidth=2, linestyle=dashes)
        where, away, side = _LABELS[method]
        at = self.nudges.values.index(self.best[method] if where is None else where)
        ax.annotate(
            called.removesuffix(" difference"), (hs[at], shown[at]), color=colour,
            xytext=away, textcoords="offset points", ha=side, weight="bold",
        )  # fmt: skip

    def describe(self, h: float) -> str:
        """Describe the error of each method at a nudge, and what it is made of."""
        at = self.nudges.values.index(h)
        out = [f"h = {self.nudges.texts[at]}."]
        for method, row in self.errors.items():
            called = _METHODS[method][0].capitalize()
            if np.isnan(row[at]):
                out.append(f"{called}: h is lost in rounding, {self.symbol} + h is {self.symbol}.")
                continue
            truncation, rounding = self.theory.expect(method, h)
            why = "truncation" if truncation > rounding else "rounding"
            known = max(truncation, rounding) > 1e-15 * abs(self.exact)
            because = f", {why}" if known else ""
            out.append(f"{called}: error {_write_power(row[at])}{because}.")
        return " ".join(out)


def _check_methods(
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
    ours, theirs = compute_value(f, x), float(plain(x))
    if not math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12):
        raise ValueError(
            f"plain({x:g}) = {theirs:g}, but f({x:g}) = {ours:g}: not the same function"
        )
    return (*methods, *({"complex"} - set(methods)))


def _compute_derivatives(f: Function, x: float) -> tuple[float, float, float]:
    """Return the first three derivatives at a place."""
    first, second = grad(f), grad(grad(f))
    return float(first(x)), float(second(x)), float(grad(second)(x))


def _measure_error(f: Function, x: float, h: float, method: str, exact: float) -> float:
    """Return how wrong a method is; NaN if the nudge is lost in rounding."""
    if method != "complex" and x + h == (x - h if method == "central" else x):
        return math.nan
    return abs(float(numeric_gradient(f, x, h, method)) - exact)


def _write_power(number: float) -> str:
    """Write a number with a power of ten where that is shorter.

    Examples
    --------
    >>> _write_power(0.000314159), _write_power(0.1), _write_power(1e-8), _write_power(0.0)
    ('3.1·10⁻⁴', '0.1', '10⁻⁸', '0')
    """
    if number == 0 or 0.01 <= abs(number) < 1000:
        return f"{number:.2g}"
    mantissa, power = f"{number:.1e}".split("e")
    mantissa = "" if mantissa == "1.0" else f"{mantissa.removesuffix('.0')}·"
    return f"{mantissa}10{str(int(power)).translate(_SUPERSCRIPTS)}"
