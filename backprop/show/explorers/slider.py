"""The values that a reader can choose for one parameter of an explorer."""

from __future__ import annotations

import copy
import itertools
import math
import re
from collections.abc import Callable, Sequence

from backprop.show.drawing.svg import write_minus_signs

__all__ = ["Number", "Slider", "name_slider", "thin_slider", "write_label"]

Number = float | int
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Slider:
    """The values that a reader can choose for one parameter.

    Parameters
    ----------
    start, stop : float or int, optional
        First and last value. Two ints without `steps` give all whole numbers between them.
    steps : int, optional
        How many values there are, ends included, evenly spaced; 41 by default.
    values : sequence of float, optional
        The values themselves, instead of `start`, `stop` and `steps`.
    value : float, optional
        The value at the beginning, by default the first one.
    label : str, optional
        Name and symbol as in the text, for example ``"learning rate η"``; by default the
        parameter's name.
    format : str or callable, optional
        How a value is written, for example ``"{:.2f}"``; by default with as many decimals as
        tell the values apart.

    Raises
    ------
    ValueError
        If there are fewer than two values, or `value` is not one of them.

    Examples
    --------
    >>> from backprop import show
    >>> eta = show.Slider(0, 0.4, steps=41, value=0.1, label="learning rate η")
    >>> len(eta.values), eta.values[eta.start], eta.texts[eta.start]
    (41, 0.1, '0.10')
    >>> show.Slider(0, 4).values
    (0, 1, 2, 3, 4)
    """

    values: tuple[Number, ...]
    texts: tuple[str, ...]  # the values as they are written, with a minus sign that is read aloud
    start: int
    label: str | None

    def __init__(
        self,
        start: Number | None = None,
        stop: Number | None = None,
        *,
        steps: int | None = None,
        values: Sequence[Number] | None = None,
        value: Number | None = None,
        label: str | None = None,
        format: str | Callable[[Number], str] | None = None,
    ) -> None:
        self.values = _make_values(start, stop, steps, values)
        self.start = 0 if value is None else _find_index(self.values, value)
        self.label = label
        if callable(format):
            write = format
        else:
            write = (format or f"{{:.{_count_decimals(self.values)}f}}").format
        self.texts = tuple(write_minus_signs(write(value)) for value in self.values)
        if len(set(self.texts)) < len(self.texts):
            raise ValueError(
                f"format={format!r} writes different values alike: use more decimals or fewer steps"
            )


def name_slider(slider: Slider, label: str) -> Slider:
    """Return the slider if it has a label, otherwise a copy with this one."""
    if slider.label is not None:
        return slider
    named = copy.copy(slider)
    named.label = label
    return named


def write_label(parameter: str) -> str:
    """Write the name of a parameter as a label.

    Examples
    --------
    >>> write_label("b3"), write_label("learning_rate")
    ('b₃', 'learning rate')
    """
    return re.sub(
        r"(?<=[A-Za-z])(\d+)$",
        lambda match: match[1].translate(_SUBSCRIPTS),
        parameter.replace("_", " "),
    )


def thin_slider(slider: Slider, count: int) -> Slider:
    """Return the slider, or a copy with `count` of its values (at least 3), evenly chosen.

    The ends stay, and so does the value at the beginning, instead of the nearest one.

    Examples
    --------
    >>> thin_slider(Slider(0, 100, value=31), 5).values
    (0, 31, 50, 75, 100)
    """
    last = len(slider.values) - 1
    if last < count:
        return slider
    kept = [round(i * last / (count - 1)) for i in range(count)]
    if slider.start not in kept:
        nearest = min(range(count), key=lambda i: abs(kept[i] - slider.start))
        kept[min(max(nearest, 1), count - 2)] = slider.start
    thinned = copy.copy(slider)
    thinned.values = tuple(slider.values[i] for i in kept)
    thinned.texts = tuple(slider.texts[i] for i in kept)
    thinned.start = kept.index(slider.start)
    return thinned


def _make_values(
    start: Number | None, stop: Number | None, steps: int | None, values: Sequence[Number] | None
) -> tuple[Number, ...]:
    if values is not None:
        if (start, stop, steps) != (None, None, None):
            raise ValueError("give either values= or start, stop and steps=, not both")
        found: tuple[Number, ...] = tuple(v.item() if hasattr(v, "item") else v for v in values)
    elif start is None or stop is None:
        raise ValueError("a slider needs start and stop, for example Slider(0, 1), or values=")
    elif steps is None and isinstance(start, int) and isinstance(stop, int):
        found = tuple(range(start, stop + 1))
    else:
        count = 41 if steps is None else steps
        if count < 2:
            raise ValueError(f"steps must be at least 2, got {steps}")
        gap = (stop - start) / (count - 1)
        # 12 digits hide that 3 · 0.1 is not 0.3
        found = tuple(float(f"{start + i * gap:.12g}") for i in range(count))
    _check_values(found)
    return found


def _check_values(values: Sequence[Number]) -> None:
    if len(values) < 2:
        raise ValueError(f"a slider needs at least two values, got {list(values)}")
    if not all(isinstance(v, (int, float)) and math.isfinite(v) for v in values):
        raise ValueError(f"a slider's values must be finite numbers, got {_list_some(values)}")
    if any(b <= a for a, b in itertools.pairwise(values)):
        raise ValueError(f"a slider's values must increase, got {_list_some(values)}")


def _find_index(values: Sequence[Number], value: Number) -> int:
    low, high = values[0], values[-1]
    if not low <= value <= high:
        raise ValueError(
            f"value={value} lies outside of the slider, which goes from {low} to {high}"
        )
    nearest = min(range(len(values)), key=lambda i: abs(values[i] - value))
    if not math.isclose(values[nearest], value, rel_tol=1e-9, abs_tol=1e-9 * (high - low)):
        raise ValueError(
            f"value={value} is not one of the slider's {len(values)} values; the nearest is "
            f"{values[nearest]}: choose that one, or steps= such that {value} is hit"
        )
    return nearest


def _count_decimals(values: Sequence[Number]) -> int:
    """Return how many decimals write all values exactly, at most 6."""
    for count in range(6):
        if all(math.isclose(v, round(v, count), rel_tol=1e-9, abs_tol=1e-12) for v in values):
            return count
    return 6


def _list_some(values: Sequence[object]) -> str:
    shown = ", ".join(map(str, values[:4]))
    return f"{shown}, …" if len(values) > 4 else shown
