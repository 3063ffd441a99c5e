"""A place for a curve: numbers become points of a picture, with ticks and names at its axes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.show.drawing.shapes import TICK, draw_curve, draw_line, write_text
from backprop.show.drawing.svg import Element, write_minus_signs

__all__ = ["Plot", "choose_ticks"]

Point = tuple[float, float]


def choose_ticks(low: float, high: float, most: int = 4) -> list[float]:
    """Choose round numbers in a range, four at most.

    Examples
    --------
    >>> choose_ticks(-0.04, 1.04), choose_ticks(0, 7)
    ([0.0, 0.5, 1.0], [0.0, 2.0, 4.0, 6.0])
    """
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 5, 10, 20):
        step = factor * power
        ticks = np.arange(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1) * step
        if len(ticks) <= most:
            break
    return [float(f"{tick:.12g}") + 0.0 for tick in ticks]


@dataclass(frozen=True)
class Plot:
    """A rectangle in which curves are drawn.

    Attributes
    ----------
    corner, size : tuple of float
        Its upper left corner, and width and height, in pixels.
    xlim, ylim : tuple of float
        What lies at its edges.
    steps : bool
        Whether x is a number of steps, on a logarithmic scale on which 0 has a place, too.
    """

    corner: Point
    size: tuple[float, float]
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    steps: bool = False

    def place(self, x: float, y: float) -> Point:
        """Return where a pair of numbers lies, in pixels."""
        (left, right), (low, high) = self.xlim, self.ylim
        if self.steps:
            x, left, right = (math.log10(1 + number) for number in (x, left, right))
        return (
            self.corner[0] + self.size[0] * (x - left) / (right - left),
            self.corner[1] + self.size[1] * (high - y) / (high - low),
        )

    def draw_curve(
        self, xs: Any, ys: Any, colour: str = "value", width: float = 2.5, **more: str
    ) -> Element:
        """Draw a curve; what leaves the rectangle is kept at its edge."""
        low, high = self.ylim
        pairs = zip(np.ravel(xs).tolist(), np.clip(np.ravel(ys), low, high).tolist(), strict=True)
        return draw_curve([self.place(x, y) for x, y in pairs], colour, width, **more)

    def draw_axes(
        self,
        names: tuple[str, str] = ("", ""),
        xticks: Sequence[float] | None = None,
        yticks: Sequence[float] | None = None,
    ) -> Iterator[Element]:
        """Draw both axes with ticks: a name stands at the end of its axis."""
        (x0, y0), (wide, high) = self.corner, self.size
        bottom = y0 + high
        yield draw_line((x0, bottom), (x0 + wide, bottom), "axis", 1)
        xticks = self._choose_xticks() if xticks is None else xticks
        for tick in xticks:
            x, _ = self.place(tick, self.ylim[0])
            yield write_text((x, bottom + 17), _write_tick(tick), "muted", TICK, "middle")
        for tick in choose_ticks(*self.ylim) if yticks is None else yticks:
            _, y = self.place(self.xlim[0], tick)
            yield draw_line((x0, y), (x0 + wide, y), "grid", 1)
            yield write_text((x0 - 6, y + 4), _write_tick(tick), "muted", TICK, "end")
        if names[0]:
            yield write_text((x0 + wide, bottom + 33), names[0], "muted", TICK, "end")
        if names[1]:
            yield write_text((x0 - 6, y0 - 9), names[1], "muted", TICK)

    def _choose_xticks(self) -> list[float]:
        if not self.steps:
            return choose_ticks(*self.xlim)
        decades = range(math.floor(math.log10(max(1.0, self.xlim[1]))) + 1)
        ticks = [0.0, *(10.0**power for power in decades)]
        return ticks if len(ticks) <= 5 else [0.0, *ticks[2::2]]


def _write_tick(tick: float) -> str:
    return write_minus_signs(f"{tick:,.6g}")
