"""The loss of a run as a strip: over the logarithm of its steps, with a marker and small frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop.show.charts.plot import Plot, choose_ticks
from backprop.show.drawing.shapes import (
    LABEL,
    TICK,
    draw_curve,
    draw_dot,
    draw_line,
    draw_rectangle,
    write_number,
    write_text,
)
from backprop.show.drawing.svg import Element
from backprop.show.explorers.computed import Floats
from backprop.show.figures import Figure

__all__ = ["Note", "SmallFrame", "Strip", "loss_strip"]

_WIDE, _HIGH = 640.0, 92.0  # px of the curve
_FRAME = (92.0, 58.0)  # px of a small frame
_LEFT, _RIGHT, _TOP = 44.0, 16.0, 22.0
_MARK = 9.0  # px of the line of the marker, above and below
_POINTS = 160  # of the curve: evenly on the logarithmic scale, no more than there are steps


@dataclass(frozen=True)
class SmallFrame:
    """What is seen of a run at one step.

    Attributes
    ----------
    step : int
        When.
    xs, ys : Floats
        The curve then.
    points : sequence of tuple of float
        The data.
    """

    step: int
    xs: Floats
    ys: Floats
    points: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True)
class Note:
    """Words beside the curve.

    Attributes
    ----------
    step : int
        Where.
    text : str
        What they say.
    above : bool
        Whether they stand above the curve.
    anchor : str
        ``start``, ``middle`` or ``end``: which part of them stands there.
    late : bool
        Whether they wait until the marker is there: they would give an answer away.
    """

    step: int
    text: str
    above: bool = False
    anchor: str = "middle"
    late: bool = False


@dataclass(frozen=True)
class Strip:
    """A loss over the steps of its run.

    Attributes
    ----------
    losses : Floats
        The loss before the first step, after it, and so on.
    frames : sequence of SmallFrame
        What stands above the curve, each with a thin line down to its step.
    name : str
        How the loss is called.
    notes : sequence of Note
        Words in the picture.
    width : float
        Pixels of the whole picture.
    """

    losses: Floats
    frames: Sequence[SmallFrame] = ()
    name: str = "loss"
    notes: Sequence[Note] = ()
    width: float = _WIDE

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the picture in pixels."""
        return self.width, self._top + _HIGH + 46

    @property
    def _top(self) -> float:
        return _TOP + (_FRAME[1] + 26 if self.frames else 0)

    @property
    def plot(self) -> Plot:
        """The place of the curve."""
        highest = float(np.nanmax(self.losses))
        return Plot(
            (_LEFT, self._top),
            (self.width - _LEFT - _RIGHT, _HIGH),
            (0, len(self.losses) - 1),
            (0.0, 1.05 * highest),
            steps=True,
        )

    def draw(self, step: int) -> list[Element]:
        """Draw the strip with its marker at a step."""
        plot, last = self.plot, len(self.losses) - 1
        steps = np.unique(np.round(np.geomspace(1, last + 1, _POINTS) - 1).astype(int))
        yticks = choose_ticks(*plot.ylim, most=2)
        drawn = [*self._draw_frames(), *plot.draw_axes(yticks=yticks)]
        # so far below that the larger letters of phones leave the ticks alone
        foot = (self.width - _RIGHT, plot.corner[1] + _HIGH + 40)
        drawn.append(write_text(foot, "steps", "muted", TICK, "end"))
        drawn.append(write_text((2, plot.corner[1] - 9), self.name, "muted", TICK))
        # Behind the words of notes, which have a rim.
        drawn += [
            *self._draw_marker_line(step),
            plot.draw_curve(steps, self.losses[steps], "residual"),
        ]
        for note in self.notes:
            x, y = plot.place(note.step, float(self.losses[note.step]))
            down = -12 if note.above else 21
            looks = {} if note.above else {"class": "bp-roomy"}
            if not note.above:  # the words end there, or begin
                drawn.append(draw_dot((x, y), "ink", 6))
            words = "" if note.late and step < note.step else note.text
            drawn.append(write_text((x, y + down), words, "ink", LABEL, note.anchor, **looks))
        return [*drawn, *self._draw_marker(step)]

    def _draw_marker_line(self, step: int) -> Iterator[Element]:
        """Draw both ends of the marker's line; between them stand the words of notes."""
        x, top = self.plot.place(step, 0.0)[0], self.plot.corner[1]
        for y in (top - 4, top + _HIGH - _MARK):
            yield draw_line((x, y), (x, y + _MARK), "ink", 1.5)

    def _draw_marker(self, step: int) -> Iterator[Element]:
        loss = float(self.losses[step])
        x, y = self.plot.place(step, loss)
        top = self.plot.corner[1]
        yield draw_dot((x, y), "surface", 15)
        yield draw_dot((x, y), "residual", 12)
        # Words above the strip, where nothing else is, and within it at both ends.
        anchor = "start" if x < 90 else "end" if x > self.width - 50 else "middle"
        at = (x + 4 * (anchor == "start"), top - 9)
        yield write_text(at, write_number(loss), "residual", LABEL, anchor, font_weight="650")

    def _draw_frames(self) -> Iterator[Element]:
        """Draw the small frames, each above its step as far as there is room."""
        if not self.frames:
            return
        xs = np.array([self.plot.place(frame.step, 0.0)[0] for frame in self.frames])
        lefts = _spread(xs - _FRAME[0] / 2, _FRAME[0] + 12, self.width - _FRAME[0] - 1)
        values = np.concatenate([frame.ys for frame in self.frames])
        points = [y for frame in self.frames for _, y in frame.points]
        low, high = float(min([*values, *points])), float(max([*values, *points]))
        margin = 0.12 * (high - low)
        for frame, left, x in zip(self.frames, lefts, xs.tolist(), strict=True):
            box = Plot(
                (left, _TOP - 4),
                _FRAME,
                (float(frame.xs[0]) - 0.06, float(frame.xs[-1]) + 0.06),
                (low - margin, high + margin),
            )
            foot, top = _TOP - 4 + _FRAME[1], self._top + 2
            on_curve = self.plot.place(frame.step, float(self.losses[frame.step]))
            yield draw_curve([(left + _FRAME[0] / 2, foot), (x, top), on_curve], "axis", 1)
            yield draw_dot(on_curve, "axis", 7)
            yield draw_rectangle(box.corner, _FRAME, "surface", "axis", stroke_width="1")
            yield box.draw_curve(frame.xs, frame.ys, "value", 2)
            for point in frame.points:
                yield draw_dot(box.place(*point), "ink", 5)
            words = f"{frame.step:,}" if frame.step else "start"
            yield write_text((left + _FRAME[0] / 2, _TOP - 9), words, "ink", TICK, "middle")


def _spread(wanted: Floats, apart: float, last: float) -> list[float]:
    """Return places near those wanted, in their order, so far apart, from 1 to the last."""
    places = [1.0]
    for k, want in enumerate(wanted.tolist()):
        least = places[-1] + apart if k else 1.0
        places.append(max(want, least))
    places = places[1:]
    for k in reversed(range(len(places))):
        places[k] = min(places[k], last - apart * (len(places) - 1 - k))
    return places


def loss_strip(
    losses: Any,
    *,
    step: int | None = None,
    frames: Mapping[int, tuple[Any, Any]] | None = None,
    name: str = "loss",
    notes: Mapping[int, str] | None = None,
    title: str = "The loss, step by step",
    caption: str | None = None,
) -> Figure:
    """Draw the loss of a run over the logarithm of its steps, with a marker and small frames.

    Parameters
    ----------
    losses : array_like
        The loss before the first step, after it, and so on, as in ``history.loss``.
    step : int, optional
        Where the marker stands, by default at the last one.
    frames : mapping of int to (array_like, array_like), optional
        At some steps, five at most, xs and ys of the curve that had been learned.
    name : str
        How the loss is called.
    notes : mapping of int to str, optional
        Words at some steps.
    title, caption : str, optional
        See :func:`figure`.

    Returns
    -------
    Figure
        Shows itself as the last value of a cell.

    Raises
    ------
    ValueError
        If there are fewer than two losses, or a step is none of the run.

    Examples
    --------
    >>> from backprop import show
    >>> show.loss_strip([4.0, 2.0, 1.0, 0.5], step=2)
    The loss, step by step
    The loss falls from 4.00 to 0.500 in 3 steps; after 2 it is 1.00.
    """
    values = np.asarray(losses, dtype=float).ravel()
    if len(values) < 2:
        raise ValueError(f"losses must be two or more, got {len(values)}: give history.loss")
    last = len(values) - 1
    at = last if step is None else step
    for given in (at, *(frames or {}), *(notes or {})):
        if not 0 <= given <= last:
            raise ValueError(f"step must be one of the run, got {given}: choose 0 to {last}")
    if frames and len(frames) > 5:
        raise ValueError(f"frames must be five at most, got {len(frames)}: choose the turns")
    small = [
        SmallFrame(when, np.asarray(xs, float), np.asarray(ys, float))
        for when, (xs, ys) in sorted((frames or {}).items())
    ]
    words = [Note(when, text) for when, text in (notes or {}).items()]
    strip = Strip(values, small, name, words)
    first, end, now = (write_number(float(values[k])) for k in (0, last, at))
    moves = "falls" if values[last] < values[0] else "rises"
    alt = (
        f"The {name} {moves} from {first} to {end} in {last:,} step{'s'[: last != 1]}; "
        f"after {at:,} it is {now}."
    )
    return Figure(title, alt, caption, [strip.draw(at)], strip.size, 1, natural=True)
