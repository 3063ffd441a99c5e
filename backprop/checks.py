"""Checks of what is given: each returns it as it is used, or says what is wrong with it.

A message names the argument, the rule, what was given, and a way out.
"""

from __future__ import annotations

import math
import numbers
import reprlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

#: No array is as long as this; a number beyond it is a slip.
LONGEST = 2**40
#: A message shows what was given in at most so many characters.
SHOWN = 60

_short = reprlib.Repr()
_short.maxstring = _short.maxother = SHOWN


def format_given(given: object) -> str:
    """Return what was given in a few words: its own, if they are short, or its kind and shape."""
    if isinstance(given, type):
        return f"the class {given.__name__}"
    shape = getattr(given, "shape", None)
    if shape and isinstance(shape, tuple):
        return f"{_name_kind(given)} of shape {shape}"
    if callable(given) and isinstance(getattr(given, "__name__", None), str):
        return f"the function {given.__name__}"  # type: ignore[attr-defined]
    try:
        shown = _short.repr(given)
    except Exception:  # a class of the user's own that cannot show itself
        shown = _name_kind(given)
    if " at 0x" in shown:  # nobody knows an object by its address
        return _name_kind(given)
    return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"


def _name_kind(given: object) -> str:
    name = type(given).__name__
    return "an array" if name == "ndarray" else f"{'an' if name[:1] in 'AEIOaeio' else 'a'} {name}"


def check_number(setting: object, name: str) -> float:
    """Return a setting that must be a number, or say that it is none."""
    if not isinstance(setting, numbers.Real) or isinstance(setting, (bool, np.bool_)):
        raise TypeError(f"{name} must be a number, got {format_given(setting)}")
    try:
        return float(setting)
    except OverflowError:
        raise ValueError(f"{name} is too large for a float: {format_given(setting)}") from None


def check_positive(setting: object, name: str, way_out: str = "") -> float:
    """Return a setting that must be a positive number, or say that it is not."""
    number = check_number(setting, name)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(
            f"{name} must be positive and finite, got {format_given(setting)}"
            f"{way_out and f': {way_out}'}"
        )
    return number


def check_fraction(setting: object, name: str, of: float = math.inf, below: bool = False) -> float:
    """Return a setting that must lie from 0 to a limit (or below it), or say that it does not."""
    number = check_number(setting, name)
    if not (math.isfinite(number) and 0 <= number <= of) or (below and number == of):
        limit = "finite" if of == math.inf else f"{'below' if below else 'at most'} {of:g}"
        raise ValueError(f"{name} must be at least 0 and {limit}, got {format_given(setting)}")
    return number


def check_count(setting: object, name: str, least: int = 1, most: int | None = None) -> int:
    """Return a setting that must be a whole number, not too small, or say that it is not."""
    whole = isinstance(setting, (int, np.integer)) and not isinstance(setting, bool)
    limits = f"of at least {least}" if most is None else f"from {least} to {most}"
    # ValueError for a text, too: so it has always been.
    if not whole or not least <= int(setting) <= (most or math.inf):  # type: ignore[call-overload]
        raise ValueError(f"{name} must be a whole number {limits}, got {format_given(setting)}")
    return int(setting)  # type: ignore[call-overload,no-any-return]


def check_length(setting: object, name: str) -> int:
    """Return a setting that must be the length of an axis, or say that it is none."""
    count = check_count(setting, name)
    if count > LONGEST:
        raise ValueError(f"{name} must be the length of an array, got {format_given(setting)}")
    return count


def check_pair(setting: object, name: str, least: int = 1) -> tuple[int, int]:
    """Return a setting that is a whole number, or one for down and one for across, as a pair."""
    if not isinstance(setting, (tuple, list)):
        try:
            number = check_count(setting, name, least)
            if number > LONGEST:
                raise ValueError(f"{name} must be smaller, got {format_given(setting)}")
        except ValueError as error:
            raise ValueError(f"{error}: or give two, down and across") from None
        return number, number
    if len(setting) != 2:
        raise ValueError(
            f"{name} must be a whole number or two, down and across, got {format_given(setting)}"
        )
    return check_count(setting[0], f"{name}[0]", least), check_count(
        setting[1], f"{name}[1]", least
    )


def check_flag(setting: object, name: str) -> bool:
    """Return a setting that must be True or False: a text such as ``"no"`` would count as True."""
    if not isinstance(setting, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {format_given(setting)}")
    return bool(setting)


def check_function(given: Any, name: str, example: str) -> Callable[..., Any]:
    """Return what must be a function, or say that it is none, with an example of one.

    A class can be called as well, but what is meant is one of its objects.
    """
    if not callable(given) or isinstance(given, type):
        raise TypeError(f"{name} must be a function such as {example}, got {format_given(given)}")
    return given  # type: ignore[no-any-return]


def check_generator(seed: object, name: str = "seed") -> np.random.Generator:
    """Return the generator that a seed stands for, or say that it is no seed."""
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is not None:
        whole = isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)
        if not whole or int(seed) < 0:  # type: ignore[call-overload]
            kind = ValueError if whole else TypeError
            raise kind(
                f"{name} must be a whole number of at least 0, a generator of "
                f"np.random.default_rng, or None for other numbers each time; "
                f"got {format_given(seed)}"
            )
    return np.random.default_rng(seed)  # type: ignore[arg-type]


#: What the extra ``notebook`` brings, by the names under which it is imported.
OPTIONAL = frozenset(
    {
        *("IPython", "cycler", "filelock", "fontTools", "fpdf", "anywidget", "json_repair"),
        *("latex2mathml", "matplotlib", "PIL", "platformdirs", "pygments", "segno", "tqdm"),
        *("sklearn", "text2qti", "traitlets", "uharfbuzz"),
    }
)


@contextmanager
def name_extra(purpose: str) -> Iterator[None]:
    """Name the extra that brings an optional package, where the block finds one missing.

    Parameters
    ----------
    purpose : str
        What the package is needed for: how the message begins.

    Raises
    ------
    ModuleNotFoundError
        If one of `OPTIONAL` is not installed. Any other that is missing is an error of its own.

    Examples
    --------
    >>> with name_extra("a picture"):
    ...     import matplotlib
    """
    try:
        yield
    except ModuleNotFoundError as problem:
        package = (problem.name or "").partition(".")[0]
        if package not in OPTIONAL:
            raise
        raise ModuleNotFoundError(
            f"{purpose} needs {package}, which is not installed: {_say_what_installs(package)}",
            name=problem.name,
        ) from None


def _say_what_installs(package: str) -> str:
    """Return the way out: a browser loads what a cell imports, and installs nothing."""
    installs = 'pip install "backprop-book[notebook]"'
    if sys.platform != "emscripten":
        return installs
    return (
        f"run `import {package}` in a cell of its own, and this one again. If the import fails, "
        f"browsers do not have it: run the notebook on your own machine, with {installs}"
    )


def check_processes(purpose: str) -> None:
    """Refuse what needs another process where there are none, which is in a browser.

    Parameters
    ----------
    purpose : str
        What starts another process: how the message begins.

    Raises
    ------
    OSError
        If Python runs in a browser.
    """
    if sys.platform == "emscripten":
        raise OSError(
            f"{purpose} starts another Python, which a browser cannot do: "
            "run it on your own machine"
        )
