"""Arguments and settings of a program: how they are taken, and how they are compared.

Settings are compared by type and by value: `==` alone would take ``True`` for 1, and 2 for 2.0, of
which a function may make different things.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

#: What never changes by itself.
SETTINGS = (bool, int, float, complex, str, bytes, type(None), np.generic)
_EXACT = {bool, int, float, complex, str, bytes, type(None)}


def is_setting(thing: Any) -> bool:
    """Tell whether something is a number or a text of Python or NumPy, or a tuple of such.

    Examples
    --------
    >>> is_setting((2, "same")), is_setting([2])
    (True, False)
    """
    kind = type(thing)
    if kind is tuple:
        return all(map(is_setting, thing))
    return kind in _EXACT or (issubclass(kind, np.generic) and kind.__module__ == "numpy")


def is_same(a: Any, b: Any) -> bool:
    """Tell whether a program for one thing is right for the other: same object, or same setting.

    NaN is the same as NaN, and 0.0 another number than -0.0.

    Examples
    --------
    >>> is_same(2, 2.0), is_same((float("nan"), 1), (float("nan"), 1))
    (False, True)
    """
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if type(a) is tuple:
        return len(a) == len(b) and all(map(is_same, a, b))
    return is_setting(a) and repr(a) == repr(b)


def find_key(arguments: tuple[Any, ...]) -> Any:
    """Return what decides which programs may fit."""
    return tuple(
        (given.shape, given.dtype.str)
        if isinstance(given, np.ndarray)
        else (type(given), None if is_traced(given) or not is_setting(given) else repr(given))
        for given in arguments
    )


def is_traced(given: Any) -> bool:
    """Tell whether an argument may change from call to call, and needs no program of its own."""
    return isinstance(given, (float, np.ndarray, np.floating))


def is_compared_as_text(thing: Any) -> bool:
    """Tell whether `==` says less of a setting than its text: of NaN, of -0.0, of parts' types."""
    return is_setting(thing) and type(thing) not in (bool, int, str, bytes, type(None))


def prepare_argument(given: Any) -> Any:
    """Return an argument as a program takes it: lists as arrays, in the machine's byte order."""
    if isinstance(given, np.ndarray) and not given.ndim:
        given = given[()]
    if isinstance(given, np.generic):
        return given.item() if given.dtype == np.float64 else given
    if isinstance(given, (list, np.ndarray)):
        array = np.asarray(given)
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    return given


def find_argument_names(f: Callable[..., Any], count: int) -> list[str]:
    """Return the names of a function's arguments, or numbered ones where they have none."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        found = [p.name for p in inspect.signature(f).parameters.values() if p.kind in kinds]
    except (TypeError, ValueError):
        found = []
    return [found[k] if k < len(found) else f"argument{k + 1}" for k in range(count)]


def check_count(arguments: tuple[Any, ...], names: list[str]) -> None:
    """Check that there is an argument for each name."""
    count = len(names)
    if len(arguments) != count:
        listed = f" ({', '.join(names)})" if count else ""
        raise TypeError(
            f"the program takes {count} argument{'' if count == 1 else 's'}{listed}, got "
            f"{len(arguments)}: call it as the function that it is of"
        ) from None
