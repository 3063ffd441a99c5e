"""What a function gave back, as plain values: read, compared, copied and told apart.

Nothing that a learner's function returns takes part in a comparison: objects that claim to be equal
to everything are turned into plain numbers first, or refused.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from backprop.course.number_text import show_number

__all__ = [
    "Outcome",
    "Part",
    "agree",
    "copy_argument",
    "format_apart",
    "format_argument",
    "format_part",
    "is_too_empty",
    "read_results",
    "take_fingerprint",
]

LARGEST = 200_000  # numbers in one result: exercises ask for a handful
_MOST_EMPTY = 1_000  # places of a result without any number
DIGITS = 6  # significant ones, where nothing hangs on more


@dataclass(frozen=True)
class Part:
    """One returned value: its shape and its numbers as Python floats, or a word, or a truth.

    Its kind, ``"tuple"`` or ``"list"``, is for what is said of it alone; empty for any other.
    """

    shape: tuple[int, ...]
    values: tuple[float, ...] | str | bool
    kind: str = field(default="", compare=False, repr=False)

    @property
    def is_number(self) -> bool:
        """Whether it is a number or an array of numbers."""
        return isinstance(self.values, tuple)

    @property
    def numbers(self) -> tuple[float, ...]:
        """Its numbers, row by row; none for a word or a truth."""
        return self.values if isinstance(self.values, tuple) else ()

    @property
    def is_finite(self) -> bool:
        """Whether none of its numbers is infinite or not a number."""
        return all(map(math.isfinite, self.numbers))

    def __str__(self) -> str:
        return format_part(self)


@dataclass(frozen=True)
class Outcome:
    """What one call came to.

    Attributes
    ----------
    parts : tuple of Part or None
        What was returned; None when nothing usable was.
    problem : str
        Why not, in light Markdown: an exception, a result of the wrong kind, a changed input.
    printed : str
        What the function printed.
    """

    parts: tuple[Part, ...] | None
    problem: str = ""
    printed: str = ""


def is_too_empty(shape: Sequence[int]) -> bool:
    """Return whether an array of this shape holds no number and would still fill pages.

    Examples
    --------
    >>> is_too_empty((3, 0)), is_too_empty((100_000, 100_000, 0)), is_too_empty((100_000,))
    (False, True, False)
    """
    return 0 in shape and math.prod(length or 1 for length in shape) > _MOST_EMPTY


def read_results(returned: object, names: Sequence[str]) -> Outcome:
    """Read a returned object as plain values.

    Parameters
    ----------
    returned : object
        Whatever a function gave back.
    names : sequence of str
        What the values are called that it should be.

    Returns
    -------
    Outcome
        Its parts, or what is wrong with it.

    Examples
    --------
    >>> str(read_results([1.0, -2.5], ["path"]).parts[0])
    '[1, −2.5]'
    """
    listed = " and ".join(f"`{name}`" for name in names)
    if returned is None:
        return Outcome(None, "Your function returned nothing.")
    found = _list_results(returned, len(names))
    if len(found) != len(names):
        if issubclass(type(returned), tuple | list):
            got = f"{len(found)} value{'' if len(found) == 1 else 's'}"
        else:
            got = f"one {type(returned).__name__}"
        return Outcome(
            None, f"Return {len(names)} values, {listed}, separated by a comma; yours is {got}."
        )
    gaps = [name for name, value in zip(names, found, strict=True) if value is ...]
    if gaps:
        return Outcome(None, f"Well begun: `{gaps[0]}` still needs a value in place of `...`.")
    parts = []
    for name, value in zip(names, found, strict=True):
        part = _read_part(value)
        if isinstance(part, str):
            return Outcome(None, f"`{name}` should be made of numbers; yours is {part}.")
        parts.append(part)
    return Outcome(tuple(parts))


def _list_results(returned: Any, count: int) -> list[Any]:
    if count == 1:
        return [returned]
    # A named tuple is a tuple; whatever a subclass says of itself, this reads what it holds.
    kind = type(returned)  # `isinstance` asks the object, which may say anything
    if issubclass(kind, tuple):
        return [tuple.__getitem__(returned, n) for n in range(tuple.__len__(returned))]
    if issubclass(kind, list):
        return [list.__getitem__(returned, n) for n in range(list.__len__(returned))]
    return []


def _read_part(value: Any) -> Part | str:
    """Return the value as a part, or what it is instead of numbers."""
    from backprop.engine.variable import Variable

    kind = type(value)
    form = "tuple" if issubclass(kind, tuple) else "list" if issubclass(kind, list) else ""
    if kind is str or kind in (bool, np.bool_):
        return Part((), str(value) if kind is str else bool(value))
    try:
        if issubclass(kind, tuple | list):
            value = _list_results(value, 0)
            value = [item.value if type(item) is Variable else item for item in value]
        elif kind in (Fraction, Decimal):
            value = float(value)
        # This copies the numbers out of whatever class holds them.
        array = np.array(value.value if kind is Variable else value)
        if array.size > LARGEST:
            return f"{array.size} of them, more than we read"
        if is_too_empty(array.shape):
            return f"an array without any, of the shape {array.shape}"
        if array.dtype.kind == "O" and array.ndim:
            array = array.astype(float)
        if array.dtype.kind in "biuf":
            numbers = tuple(array.astype(float).ravel().tolist())
            return Part(tuple(array.shape), numbers, form)
    except Exception:  # a class may do anything while it is read
        return f"a {kind.__name__}"
    return f"a {kind.__name__}"


def agree(one: Part, other: Part, tolerance: float) -> bool:
    """Return whether two values are the same up to rounding.

    Parameters
    ----------
    one, other : Part
        The values; a number that is not finite agrees with nothing.
    tolerance : float
        Relative to the larger of 1 and the second number.

    Examples
    --------
    >>> agree(Part((), (0.1 + 0.2,)), Part((), (0.3,)), 1e-6)
    True
    >>> agree(Part((), (float("nan"),)), Part((), (float("nan"),)), 1e-6)
    False
    """
    if not (one.is_number and other.is_number):
        return type(one.values) is type(other.values) and one.values == other.values
    return one.shape == other.shape and all(
        math.isfinite(a) and math.isfinite(b) and abs(a - b) <= tolerance * max(1.0, abs(b))
        for a, b in zip(one.numbers, other.numbers, strict=True)
    )


# ---- arguments ---------------------------------------------------------------------------------


def copy_argument(argument: Any) -> Any:
    """Copy arrays, and lists with all that is in them, so that nobody can change another's."""
    if isinstance(argument, np.ndarray):
        return argument.copy()
    if isinstance(argument, list | tuple):
        return type(argument)(map(copy_argument, argument))
    if isinstance(argument, dict):
        return {key: copy_argument(value) for key, value in argument.items()}
    return argument


def take_fingerprint(argument: Any) -> object:
    """Return what tells two states of an argument apart, NaN, shape and inner arrays included."""
    if isinstance(argument, np.ndarray):
        return argument.shape, argument.dtype.str, argument.tobytes()
    if isinstance(argument, list | tuple):
        return type(argument).__name__, tuple(map(take_fingerprint, argument))
    if isinstance(argument, dict):
        return tuple((key, take_fingerprint(value)) for key, value in argument.items())
    return repr(argument)


# ---- for people --------------------------------------------------------------------------------


def format_argument(value: Any) -> str:
    """Write an argument for people, arrays as lists.

    Examples
    --------
    >>> format_argument(np.array([0.1 + 0.2, -1.0]))
    '[0.3, −1]'
    """
    if isinstance(value, np.ndarray | list):
        return "[" + ", ".join(map(format_argument, value)) + "]"
    if isinstance(value, float | int | np.number) and not isinstance(value, bool):
        return show_number(float(value))
    return repr(value)


def format_part(part: Part, digits: int = DIGITS) -> str:
    """Write a returned value for people, to so many significant digits."""
    if isinstance(part.values, str | bool):
        return repr(part.values)
    return _format_nested(part.shape, iter(part.values), "" if digits <= DIGITS else f".{digits}g")


def format_apart(one: Part, other: Part, tolerance: float) -> tuple[str, str]:
    """Write two values with as many digits as it takes to see where they differ.

    Examples
    --------
    >>> format_apart(Part((), (22.1672,)), Part((), (22.1672345,)), 1e-9)
    ('22.1672', '22.16723')
    """
    digits = DIGITS
    if one.is_number and other.is_number and one.shape == other.shape:
        differing = [
            (a, b)
            for a, b in zip(one.numbers, other.numbers, strict=True)
            if math.isfinite(a) and math.isfinite(b) and abs(a - b) > tolerance * max(1, abs(b))
        ]
        while digits < 17 and any(f"{a:.{digits}g}" == f"{b:.{digits}g}" for a, b in differing):
            digits += 1
    return format_part(one, digits), format_part(other, digits)


def _format_nested(shape: tuple[int, ...], values: Iterator[float], spec: str) -> str:
    if not shape:
        return show_number(next(values), spec)
    items = (_format_nested(shape[1:], values, spec) for _ in range(shape[0]))
    return "[" + ", ".join(items) + "]"
