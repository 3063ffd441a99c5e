"""Predictions in a picture: a place that the reader marks, a curve that the reader draws."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from backprop.course.markup import to_html
from backprop.course.number_text import show_number
from backprop.course.predictions.distances import SENTENCES, compare_curves, compare_points
from backprop.course.predictions.prediction import Prediction, Refusal
from backprop.course.progress import clicks
from backprop.course.progress.records import Guess
from backprop.course.questions.base import split_question
from backprop.course.questions.sentences import Text, write_sentence
from backprop.page import on_page
from backprop.page.html import Markup, element, join

__all__ = ["CurvePrediction", "Picture", "PointPrediction"]

#: A slider takes so many steps along an axis.
_STEPS = 200


class Picture(Protocol):
    """A picture in known coordinates, as `backprop.show.plane` draws one."""

    names: tuple[str, str]
    x: tuple[float, float]
    y: tuple[float, float]

    @property
    def area(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the axes, in units of the drawing."""

    def html(self) -> Markup:
        """Draw it."""

    def make_bundle(
        self,
        markup: Markup,
        text: str,
        *,
        before: Any,
        after: Any,
        parts: Sequence[str],
        start: str,
    ) -> Any:
        """Return what IPython shows, with a picture where SVG and scripts are stripped."""


class _PicturePrediction(Prediction):
    """What predictions in a picture share: its axes, and their numbers as they are shown."""

    def __init__(
        self,
        compute: Callable[[], Any],
        *,
        text: str,
        because: str,
        picture: Callable[[], Picture],
    ) -> None:
        super().__init__(compute, text, because)
        self._make_picture = picture

    @functools.cached_property
    def picture(self) -> Picture:
        """The picture, drawn once."""
        return self._make_picture()

    @property
    def _spans(self) -> tuple[float, float]:
        (left, right), (low, high) = self.picture.x, self.picture.y
        return right - left, high - low

    @property
    def _decimals(self) -> tuple[int, int]:
        """How many decimals tell apart what the eye can tell apart on each axis."""
        one, other = (max(0, 1 - math.floor(math.log10(span / 4))) for span in self._spans)
        return one, other

    def _show(self, value: float, axis: int) -> str:
        # a half goes up, as it does in the reader's browser
        return show_number(value * (1 + 1e-12), f".{self._decimals[axis]}f")

    def _check_inside(self, values: Sequence[float], axis: int) -> None:
        low, high = (self.picture.x, self.picture.y)[axis]
        for value in values:
            if not low <= value <= high:
                raise ValueError(
                    f"prediction {self.id!r}: {self.picture.names[axis]} of the truth is "
                    f"{value:.6g}, outside its picture, which goes from {low:.6g} to {high:.6g}"
                )

    def make_payload(self) -> dict[str, Any]:
        return {
            "names": self.picture.names,
            "x": self.picture.x,
            "y": self.picture.y,
            "area": self.picture.area,
            "decimals": self._decimals,
        }

    def _draw_twin(self, name: str, axis: int, group: str) -> Markup:
        """Draw the slider that does for keys what a hand does in the picture."""
        low, high = (self.picture.x, self.picture.y)[axis]
        step = (high - low) / _STEPS
        middle = low + step * (_STEPS // 2)
        return element(
            "label",
            element("span", name),
            element(
                "input", type="range", name=group, min=low, max=high, step=step, value=middle,
                autocomplete="off",
            ),
            element("output", "–"),
        )  # fmt: skip

    def make_bundle(self, text: str, guess: Guess | None, is_open: bool = False) -> Any:
        before, asks = split_question(self.text)
        told = self.compare(guess) if guess is not None else self.describe_truth()
        return self.picture.make_bundle(
            self.to_html(guess, is_open),
            text,
            before=[
                element("p", element("strong", "Predict first")),
                to_html(before) if before else None,
                element("p", to_html(asks, inline=True)),
            ],
            after=element(
                "details",
                element("summary", "What is so, and why"),
                told.html,
                to_html(self.because),
                open=is_open or guess is not None,
            ),
            parts=("course", "predict_pictures", "predict"),
            start="" if on_page() else clicks.read_script() + "window.backprop.predict();",
        )


class PointPrediction(_PicturePrediction):
    """Predict a place, by marking it in a picture.

    Made by `Predictions.point`.

    Parameters
    ----------
    compute, text, because
        See `Prediction`; `compute` returns two coordinates.
    picture : callable
        Without arguments; returns what `backprop.show.plane` draws.
    """

    kind = "point"

    def check_truth(self, computed: Any) -> list[float]:  # noqa: D102
        place = [float(value) for value in computed]
        if len(place) != 2:
            raise ValueError(f"prediction {self.id!r} computed {len(place)} numbers, not two")
        for axis, value in enumerate(place):
            self._check_inside([value], axis)
        return [_round(value, places) for value, places in zip(place, self._decimals, strict=True)]

    def read(self, response: object) -> Guess | Refusal:  # noqa: D102
        place = _read_numbers(response)
        if len(place) != 2:
            return Refusal(["no place"])
        return [_round(value, places) for value, places in zip(place, self._decimals, strict=True)]

    def fits(self, guess: Guess) -> bool:  # noqa: D102
        return isinstance(guess, list) and len(_read_numbers(guess)) == 2

    def _name_place(self, place: Any) -> str:
        pairs = zip(self.picture.names, place, strict=True)
        return ", ".join(f"{name} = {self._show(at, n)}" for n, (name, at) in enumerate(pairs))

    def compare(self, guess: Guess) -> Text:  # noqa: D102
        place: Any = guess
        key, *values = compare_points(place, self.truth, self._spans, self._decimals)
        said = [self._name_place(place), self._name_place(self.truth), *values]
        return write_sentence(key, *said, words=SENTENCES)

    def describe_truth(self) -> Text:  # noqa: D102
        return write_sentence("truth", self._name_place(self.truth), words=SENTENCES)

    def make_payload(self) -> dict[str, Any]:  # noqa: D102
        return {**super().make_payload(), "truth": self.truth}

    def draw_controls(self, group: str) -> Markup:  # noqa: D102
        twins = [
            self._draw_twin(name, axis, f"{group}-{axis}")
            for axis, name in enumerate(self.picture.names)
        ]
        return join([self.picture.html(), element("div", twins, class_="bp-twins", hidden=True)])

    def list_controls(self) -> str:  # noqa: D102
        one, other = self.picture.names
        return f"   A place: ({one}, {other})"

    def write_example(self) -> str:  # noqa: D102
        return f"({', '.join(self.picture.names)})"

    def samples(self) -> list[Any]:  # noqa: D102
        (left, right), (low, high) = self.picture.x, self.picture.y
        middle = [(left + right) / 2, (low + high) / 2]
        return [self.truth, middle, [left, high], [right, low], [self.truth[0], high], [], [1.0]]


class CurvePrediction(_PicturePrediction):
    """Predict a curve, by drawing it into a picture.

    Made by `Predictions.curve`. A curve is kept as its heights at a few places from left to right.

    Parameters
    ----------
    compute, text, because
        See `Prediction`; `compute` takes an array of places along x and returns the heights there.
    picture : callable
        Without arguments; returns what `backprop.show.plane` draws.
    places : int
        At how many places a guess has a height.
    called : str
        What the true curve is called beside it, in a word or two; by default "so it is".
    ink : str
        The colour of the true curve: ``"value"``, or ``"gradient"`` for slopes.
    """

    kind = "curve"

    def __init__(
        self,
        compute: Callable[[Any], Any],
        *,
        text: str,
        because: str,
        picture: Callable[[], Picture],
        places: int = 9,
        called: str = "",
        ink: str = "value",
    ) -> None:
        super().__init__(
            lambda: compute(np.array(self._grid)), text=text, because=because, picture=picture
        )
        self.name, self._places, self._curve = compute.__name__, places, compute
        self._called, self._ink = called or SENTENCES["so"], ink

    @property
    def _grid(self) -> list[float]:
        """Where a guess has its heights."""
        return [float(at) for at in np.linspace(*self.picture.x, self._places)]

    def check_truth(self, computed: Any) -> list[float]:  # noqa: D102
        heights = [float(value) for value in np.ravel(computed)]
        if len(heights) != self._places:
            raise ValueError(
                f"prediction {self.id!r} computed {len(heights)} heights for {self._places} places"
            )
        self._check_inside(heights, 1)
        return [_round(value, self._decimals[1]) for value in heights]

    def read(self, response: object) -> Guess | Refusal:  # noqa: D102
        heights = _read_numbers(response)
        if len(heights) != self._places:
            return Refusal(["no curve"])
        return [_round(value, self._decimals[1]) for value in heights]

    def fits(self, guess: Guess) -> bool:  # noqa: D102
        return isinstance(guess, list) and len(_read_numbers(guess)) == self._places

    def compare(self, guess: Guess) -> Text:  # noqa: D102
        heights: Any = guess
        key, place, away = compare_curves(heights, self.truth, self._spans[1])
        where = f"{self.picture.names[0]} = {self._show(self._grid[place], 0)}"
        far = self._show(abs(away), 1)
        return write_sentence(key, far, where, "high" if away > 0 else "low", words=SENTENCES)

    def describe_truth(self) -> Text:  # noqa: D102
        one, other = self.picture.names
        pairs = [
            f"{self._show(height, 1)} at {one} = {self._show(at, 0)}"
            for at, height in zip(self._grid, self.truth, strict=True)
        ]
        return write_sentence("truth", f"{other} {', '.join(pairs)}", words=SENTENCES)

    def make_payload(self) -> dict[str, Any]:  # noqa: D102
        fine = np.linspace(*self.picture.x, 8 * (self._places - 1) + 1)
        drawn = [round(float(y), self._decimals[1] + 1) for y in np.ravel(self._curve(fine))]
        more = {"grid": self._grid, "truth": self.truth, "drawn": drawn}
        more |= {"called": self._called, "ink": self._ink}
        return {**super().make_payload(), **more}

    def draw_controls(self, group: str) -> Markup:  # noqa: D102
        name = self.picture.names[0]
        twins = [
            self._draw_twin(f"{name} = {self._show(at, 0)}", 1, f"{group}-{n}")
            for n, at in enumerate(self._grid)
        ]
        fold = element(
            "details",
            element("summary", "Draw it with sliders"),
            element("div", twins, class_="bp-twins"),
            class_="bp-fold bp-twins-fold",
            hidden=True,
        )
        return join([self.picture.html(), fold])

    def list_controls(self) -> str:  # noqa: D102
        one, other = self.picture.names
        places = ", ".join(self._show(at, 0) for at in self._grid)
        return f"   A curve: {other} at {one} = {places}"

    def write_example(self) -> str:  # noqa: D102
        return f"[{self._places} heights]"

    def samples(self) -> list[Any]:  # noqa: D102
        low, high = self.picture.y
        flat = [(low + high) / 2] * self._places
        near = [value + 0.001 * (high - low) for value in self.truth]
        return [self.truth, near, flat, [*self.truth[:-1], low], flat[1:], []]


def _round(value: float, places: int) -> float:
    """Round as the pages do: browsers round ties up, so a nudge, and there are none."""
    return round(value * (1 + 1e-12), places) + 0.0  # no −0


def _read_numbers(response: object) -> list[float]:
    """Read a row of finite numbers; nothing for anything else."""
    try:
        row = np.asarray(response, dtype=float).ravel()
    except (TypeError, ValueError):
        return []
    return [float(value) for value in row] if np.isfinite(row).all() else []
