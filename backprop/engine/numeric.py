"""Gradients a second way: by finite differences, to check those of the chain rule."""

from __future__ import annotations

import inspect
import numbers
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from backprop.checks import check_fraction, check_function, check_positive, format_given
from backprop.engine.traversal import seed_backward, sweep
from backprop.engine.variable import Constant, Value, Variable, as_value, value_of
from backprop.tables import write_markdown_table, write_text_table

if TYPE_CHECKING:
    from backprop.engine.signatures import ArrayOrList, Input, Numbers, Plain

#: Best step for each method, relative to the size of x: truncation and rounding errors balance
#: near eps ** (1 / 3) and eps ** (1 / 2); the complex step has no rounding error of its own
#: (J. Nocedal and S. Wright, Numerical Optimization, 2nd ed., 2006, section 8.1; W. Squire and
#: G. Trapp, SIAM Review 40 (1998), 110-112).
BEST_STEP = {
    "central": float(np.finfo(float).eps ** (1 / 3)),
    "forward": float(np.finfo(float).eps ** (1 / 2)),
    "complex": 1e-30,
}


@overload
def numeric_gradient(
    f: Callable[[Any], Any], x: Numbers, h: float | None = None, method: str = "central"
) -> Numbers: ...
@overload
def numeric_gradient(
    f: Callable[[Any], Any], x: float, h: float | None = None, method: str = "central"
) -> float: ...
@overload
def numeric_gradient(
    f: Callable[[Any], Any], x: ArrayOrList, h: float | None = None, method: str = "central"
) -> NDArray[Any]: ...
def numeric_gradient(
    f: Callable[[Any], Any], x: Plain, h: float | None = None, method: str = "central"
) -> Value:
    """Estimate the gradient of `f` at `x` by nudging one element of `x` at a time.

    Parameters
    ----------
    f : callable
        Takes a number or an array like `x`, returns a single number (or a Variable that holds one).
    x : float or array_like
        Where; any shape. Computed in float64.
    h : float, optional
        Size of the nudge. Left out: about the best for each element, ``BEST_STEP[method]`` times
        the size of the element (at least 1).
    method : {"central", "forward", "complex"}
        ``(f(x + h) - f(x - h)) / (2 h)`` is good to about 1e-10; ``(f(x + h) - f(x)) / h`` to about
        1e-8; ``imag(f(x + i h)) / h`` is exact up to rounding, but `f` must accept complex numbers.

    Returns
    -------
    float or numpy.ndarray
        In the shape of `x`.

    Raises
    ------
    ValueError
        If `method` is unknown, `h` is not positive or lost in rounding, or `f` returns more than
        one number.
    TypeError
        If `f` returns no number, or the complex step is asked of a function that loses the
        imaginary part.

    Examples
    --------
    >>> import backprop as bp
    >>> round(bp.numeric_gradient(lambda x: x**3, 2.0), 6)
    12.0
    >>> bp.numeric_gradient(lambda x: x[0] * x[1], [3.0, 4.0]).round(6)
    array([4., 3.])
    """
    if not isinstance(method, str) or method not in BEST_STEP:
        raise ValueError(
            f"method must be one of {', '.join(BEST_STEP)}, got {format_given(method)}"
        )
    if h is not None:
        h = check_positive(h, "h")
    check_function(f, "f", "lambda x: x**2")
    x = as_value(x, name="x")
    point = np.array(x, dtype=complex if method == "complex" else float)

    def at(nudged: np.ndarray[Any, Any]) -> Any:
        result = value_of(f(nudged.item() if nudged.ndim == 0 else nudged.copy()))
        if np.size(result) != 1:
            raise ValueError(
                f"f must return a single number, it returned shape {np.shape(result)} for x of "
                f"shape {point.shape}"
            )
        number = np.asarray(result).item()
        if not isinstance(number, numbers.Number):
            raise TypeError(f"f must return a number, it returned {format_given(result)}")
        return number

    gradient = np.empty(point.shape)
    for index in np.ndindex(point.shape):
        coordinate = point[index]
        nudge = h if h is not None else BEST_STEP[method] * max(1.0, float(abs(coordinate)))
        if method == "complex":
            point[index] = coordinate + 1j * nudge
            result = at(point)
            if not isinstance(result, complex):
                raise TypeError(
                    "f returned no complex number for a complex x: the complex step needs an f "
                    "of NumPy functions; use method='central'"
                )
            gradient[index] = result.imag / nudge
        else:
            point[index] = high = coordinate + nudge
            above = at(point)
            point[index] = low = coordinate - nudge if method == "central" else coordinate
            if high == low:
                raise ValueError(
                    f"h must not be lost in rounding next to x = {coordinate}, got {nudge}: "
                    "choose a larger h"
                )
            gradient[index] = (above - at(point)) / (high - low)
        point[index] = coordinate
    return float(gradient) if gradient.ndim == 0 else gradient


@dataclass(frozen=True)
class GradientCheck:
    """One compared gradient.

    Attributes
    ----------
    name : str
        The argument that was differentiated by.
    backward, numeric : float or numpy.ndarray
        The gradient by the backward pass, and by central differences.
    error : float
        The largest difference between the two.
    allowed : float
        The largest difference that passes: ``atol + rtol * largest |numeric|``.
    """

    name: str
    backward: Numbers
    numeric: Numbers
    error: float
    allowed: float

    @property
    def passed(self) -> bool:
        """Whether the two agree; what is not finite does not."""
        return bool(np.isfinite(self.error) and self.error <= self.allowed)


_HEADS = ("", "backward()", "central difference", "difference")


class GradientReport(tuple[GradientCheck, ...]):
    """What :func:`check_gradients` compared; shows itself as a table."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show one line for each gradient."""
        return write_text_table(_HEADS, self._rows(), "llll", gap="  ")

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        table = write_markdown_table(_HEADS, self._rows(), "lrrr")
        return {"text/markdown": table, "text/plain": repr(self)}

    def _rows(self) -> list[list[str]]:
        return [
            [
                f"{'agrees ' if check.passed else 'DIFFERS'}  d/d{check.name}",
                _shown(check.backward),
                _shown(check.numeric),
                # Below 1e-9 only the noise of rounding would be shown.
                "below 1e-09" if check.error < 1e-9 else f"{check.error:.0e}",
            ]
            for check in self
        ]


def _round(value: Any) -> float:
    """Round to what is shown: nothing but zeros has no sign."""
    return round(float(value), 6) + 0.0


def _shown(value: Value) -> str:
    """Write a number, or the shape and the first few elements of an array, on one line."""
    if np.ndim(value) == 0:
        return f"{_round(value):.6f}"
    elements = [f"{_round(element):.6f}" for element in np.ravel(value)[:4]]
    more = [] if np.size(value) <= 4 else ["…"]
    shape = f"{np.shape(value)} " if np.ndim(value) > 1 else ""
    return f"{shape}[{', '.join(elements + more)}]"


def check_gradients(
    f: Callable[..., Variable],
    *arguments: Input,
    h: float | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> GradientReport:
    """Compare the gradients of the backward pass with central differences.

    Parameters
    ----------
    f : callable
        Takes one Variable for each of `arguments`, returns a Variable that holds a single number.
        Must give the same result when it is called again.
    *arguments : float, array_like or Variable
        Where to check; any shapes. They are not changed. Computed in float64.
    h : float, optional
        Size of the nudge; left out: about the best.
    rtol, atol : float, optional
        Relative and absolute tolerance.

    Returns
    -------
    GradientReport
        One :class:`GradientCheck` for each argument.

    Raises
    ------
    AssertionError
        If a gradient differs by more than the tolerance, or is not finite; the message is the table
        of all of them.
    ValueError
        If there is nothing to check.
    TypeError
        If `f` does not return a Variable.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.check_gradients(lambda w, b: bp.ssr(w * [0.0, 1.0] + b, [1.0, 3.0]), 1.0, 0.5)
                   backward()  central difference  difference
    agrees   d/dw  -3.000000   -3.000000           below 1e-09
    agrees   d/db  -4.000000   -4.000000           below 1e-09
    """
    if not arguments:
        raise ValueError("nothing to check: give the values of f's arguments")
    check_function(f, "f", "lambda x: x**2")
    names = _argument_names(f, arguments)
    values = [
        as_value(np.array(as_value(value_of(argument), name=name), dtype=float))
        for argument, name in zip(arguments, names, strict=True)
    ]
    rtol, atol = check_fraction(rtol, "rtol"), check_fraction(atol, "atol")
    leaves = [Variable(value, name) for value, name in zip(values, names, strict=True)]
    result = f(*leaves)
    if not isinstance(result, Variable):
        raise TypeError(
            f"f must return a Variable computed from its arguments, got {format_given(result)}"
        )
    arrived = sweep(result, seed_backward(result), wanted=leaves, retain_graph=True, verify=True)
    checks = []
    for position, leaf in enumerate(leaves):

        def nudged(value: Value, position: int = position) -> Any:
            others = [Constant(v) for v in values]
            others[position] = Constant(value)
            return f(*others)

        numeric = numeric_gradient(nudged, values[position], h)
        gradient: Value = arrived.get(leaf, np.zeros(leaf.shape)[()])
        error = float(np.max(np.abs(gradient - numeric), initial=0.0))
        allowed = atol + rtol * float(np.max(np.abs(numeric), initial=0.0))
        checks.append(GradientCheck(names[position], gradient, numeric, error, allowed))
    report = GradientReport(checks)
    if not all(check.passed for check in report):
        raise AssertionError(f"gradients differ:\n{report}")
    return report


def _argument_names(f: Callable[..., Any], arguments: tuple[Any, ...]) -> list[str]:
    """Return the Variables' own names, else those of f's parameters, else numbers."""
    try:
        own = [
            name
            for name, parameter in inspect.signature(f).parameters.items()
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):  # some functions written in C do not tell
        own = []
    return [
        getattr(argument, "name", None) or (own[i] if i < len(own) else f"argument {i + 1}")
        for i, argument in enumerate(arguments)
    ]
