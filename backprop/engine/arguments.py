"""What is wrong with the arguments of an operation: asked only once it has failed.

So ordinary calls pay nothing for these messages. A setting is recognised by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from backprop.checks import check_count, check_flag, check_number, format_given


def check_axis(axis: object, shape: tuple[int, ...], name: str = "axis", of: str = "") -> None:
    """Refuse what is no axis of this shape; several axes come as a tuple, all as None."""
    for one in axis if isinstance(axis, tuple) else () if axis is None else (axis,):
        if not isinstance(one, (int, np.integer)) or isinstance(one, bool):
            raise TypeError(f"{name} must be a whole number, or None, got {format_given(axis)}")
        if not -len(shape) <= one < len(shape):
            limits = f"from {-len(shape)} to {len(shape) - 1}" if shape else "left out"
            raise ValueError(
                f"{name} must be {limits} for the shape {shape}{of}, got {format_given(axis)}"
            )
    if isinstance(axis, tuple) and len({one % len(shape) for one in axis}) < len(axis):
        raise ValueError(f"{name} must name each axis once, got {format_given(axis)}")


def check_shape(shape: object, size: int, name: str = "shape") -> None:
    """Refuse what is no shape for so many elements."""
    lengths = shape if isinstance(shape, (tuple, list)) else (shape,)
    for length in lengths:
        if not isinstance(length, (int, np.integer)) or isinstance(length, bool):
            raise TypeError(
                f"{name} must be a tuple of whole numbers such as (2, 3), got {format_given(shape)}"
            )
    known = [int(length) for length in lengths if length != -1]
    filled = int(np.prod(known, dtype=object)) if known else 1
    open_ends = len(lengths) - len(known)
    fits = filled == size if not open_ends else open_ends == 1 and filled and size % filled == 0
    if min(known, default=0) < 0 or not fits:
        raise ValueError(
            f"{name} must hold the {size} elements of a, with at most one length of -1, "
            f"got {format_given(shape)}"
        )


def check_axes(axes: object, shape: tuple[int, ...]) -> None:
    """Refuse what does not list every axis once; None is all of them, the last one first."""
    if axes is None:
        return
    listed = axes if isinstance(axes, (tuple, list)) else (axes,)
    try:
        check_axis(tuple(listed), shape, "axes")
        right = len(listed) == len(shape)
    except (TypeError, ValueError):
        right = False
    if not right:
        raise ValueError(
            f"axes must list each of the {len(shape)} axes of a once, such as "
            f"{tuple(range(len(shape)))[::-1]}, got {format_given(axes)}"
        )


def _check_limit(limit: object, name: str) -> None:
    if limit is not None and not np.ndim(limit):  # type: ignore[arg-type]
        check_number(limit, name)


def _check_condition(condition: object) -> None:
    try:
        found = np.asarray(condition).dtype.kind in "biuf"
    except (TypeError, ValueError):  # Variables in a list, or rows of different lengths
        found = False
    if not found:
        raise TypeError(
            f"condition must be true or false for each element, got {format_given(condition)}"
        )


def measure_shape(argument: Any) -> tuple[int, ...]:
    """Return the shape of an argument, or that of a number where it has none."""
    try:
        return np.shape(argument)
    except (TypeError, ValueError):
        return ()


#: For each setting, by name: called with what was given and the shape of the first argument.
_CHECKS: Mapping[str, Callable[[Any, tuple[int, ...]], object]] = {
    "axis": lambda given, shape: check_axis(given, shape, of=" of a"),
    "condition": lambda given, shape: _check_condition(given),
    "keepdims": lambda given, shape: check_flag(given, "keepdims"),
    "shape": lambda given, shape: check_shape(given, int(np.prod(shape))),
    "axes": check_axes,
    "slope": lambda given, shape: check_number(given, "slope"),
    "low": lambda given, shape: _check_limit(given, "low"),
    "high": lambda given, shape: _check_limit(given, "high"),
    "stride": lambda given, shape: check_count(given, "stride"),
}


def explain_failure(
    name: str, settings: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]], error: Exception
) -> Exception:
    """Return what to raise in place of the error that an operation ended in.

    Parameters
    ----------
    name : str
        The operation.
    settings : dict
        What was given besides operands, by name.
    shapes : dict
        The shapes of the operands, by name.
    error : Exception
        NumPy's, or Python's, or our own.
    """
    first = next(iter(shapes.values()), ())
    text = str(error)
    if any(text.startswith(f"{argument} must") for argument in (*settings, *shapes)):
        return type(error)(f"{name}: {text}")
    for setting, given in settings.items():
        check = _CHECKS.get(setting)
        if check is not None:
            try:
                check(given, first)
            except (TypeError, ValueError) as found:
                return type(found)(f"{name}: {found}")
    if any(0 in shape for shape in shapes.values()) and "zero-size" in str(error):
        return ValueError(f"{name}: {next(iter(shapes))} must have an element, got shape {first}")
    kind = TypeError if isinstance(error, (TypeError, AttributeError)) else ValueError
    return kind(f"{name}({', '.join((*shapes, *settings))}): {text}")
