"""What an explorer's function draws, frame by frame, on axes that stand still."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backprop.checks import name_extra
from backprop.page import PALETTE
from backprop.show.drawing.style import style
from backprop.show.drawing.svg import Element, write_colour
from backprop.show.explorers.slider import Number

if TYPE_CHECKING:
    from backprop.show.drawing.axes import Panels

__all__ = ["Canvas", "Sketches", "fade_curve", "is_curve", "write_call"]

Values = Mapping[str, Number]

_VALUE = write_colour(PALETTE["value"].light)
_THINNEST = 2.0  # px of a curve; what is thinner is a guide
_PALE = "0.3"


class Canvas:
    """Axes that a function draws on again and again.

    Parameters
    ----------
    draw : callable
        ``draw(ax, **values)``, or with a list of axes if there are several.
    title : str
        What errors call the figure.
    height : float
        Height of each picture in pixels.
    axes : tuple of int
        Rows and columns.
    extremes : iterable of mapping
        Values whose labels all have to fit.
    """

    def __init__(
        self,
        draw: Callable[..., Any],
        title: str,
        height: float,
        axes: tuple[int, int],
        extremes: Iterable[Values],
    ) -> None:
        self._draw, self._title, self._height = draw, title, height
        self._extremes = tuple(extremes)
        self.axes = axes

    #: Whether pictures are never shown larger than they were drawn.
    natural = False

    @property
    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of each picture in pixels."""
        return [self._panels.size] * (self.axes[0] * self.axes[1])

    @cached_property
    def _panels(self) -> Panels:
        with name_extra("a figure"):
            from backprop.show.drawing.axes import Panels

        panels = Panels(self._height, *self.axes)
        for values in self._extremes:
            self._draw_on(panels, values)
            panels.fit_margins()
        return panels

    def _draw_on(self, panels: Panels, values: Values) -> None:
        panels.clear()
        try:
            self._draw(panels.axes[0] if self.axes == (1, 1) else panels.axes, **values)
        except Exception as error:
            error.add_note(f"This happened in draw({write_call(values)}) of {self._title!r}.")
            raise

    def draw(self, values: Values) -> list[list[Element]]:
        """Draw the frame of some values: the elements of each of its pictures."""
        with style():
            self._draw_on(self._panels, values)
            try:
                return self._panels.draw()
            except ValueError as error:
                error.add_note(
                    f"This happened after draw({write_call(values)}) of {self._title!r}."
                )
                raise

    def locate(self, places: Iterable[Number], values: Values) -> list[list[float]]:
        """Return where places on the x axis lie in each picture, as parts of its width."""
        with style():
            self._draw_on(self._panels, values)
        found: list[list[float]] = []
        for ax in self._panels.axes:
            points = [(place, ax.get_ylim()[1]) for place in places]
            along = ax.transData.transform(points)[:, 0] / self._panels.size[0]
            found.append(along.round(4).tolist())
        return found


class Sketches:
    """Pictures that a function draws, frame by frame, as elements.

    Parameters
    ----------
    draw : callable
        ``draw(**values)`` returns the elements of each picture.
    sizes : sequence of tuple of float
        Width and height of each picture in pixels.
    columns : int
        How many stand side by side; a last one that is left over has a row of its own.
    along : callable, optional
        ``along(place)`` returns where a place lies in each picture that has an axis for it, in
        pixels, or None.
    """

    natural = True

    def __init__(
        self,
        draw: Callable[..., Sequence[Sequence[Element]]],
        sizes: Sequence[tuple[float, float]],
        columns: int,
        along: Callable[[Number], Sequence[float | None]] | None = None,
    ) -> None:
        self._draw, self._along = draw, along
        self.sizes = list(sizes)
        self.axes = (-(-len(sizes) // columns), columns)

    def draw(self, values: Values) -> list[list[Element]]:
        """Draw the frame of some values: the elements of each of its pictures."""
        return [list(picture) for picture in self._draw(**values)]

    def locate(self, places: Iterable[Number], values: Values) -> list[list[float]]:
        """Return where places on a common x axis lie in each picture, as parts of its width."""
        if self._along is None:
            return [[] for _ in self.sizes]
        rows = zip(*map(self._along, places), strict=True)
        return [
            [round(x / width, 4) for x in row if x is not None]
            for row, (width, _) in zip(rows, self.sizes, strict=True)
        ]


def write_call(values: Values) -> str:
    """Write values as the arguments of a call.

    Examples
    --------
    >>> write_call({"x": 0.5, "count": 3})
    'x=0.5, count=3'
    """
    return ", ".join(f"{name}={value}" for name, value in values.items())


def is_curve(element: Element) -> bool:
    """Tell whether an element is a curve of values, and no dot, area or guide.

    Examples
    --------
    >>> is_curve(Element("path", {"stroke": "#123456", "stroke-width": "2.2"}))
    False
    """
    looks = element.attributes
    return (
        element.shape is not None
        and looks.get("stroke") == _VALUE
        and float(looks.get("stroke-width", "1")) >= _THINNEST
        and element.shape.commands.count("o") == 0
        and len(element.shape.commands) > 2
    )


def fade_curve(element: Element) -> Element:
    """Return the element, pale.

    Examples
    --------
    >>> fade_curve(Element("path", {"stroke": "#123456"})).attributes["stroke-opacity"]
    '0.3'
    """
    looks = {**element.attributes, "stroke-opacity": _PALE}
    return Element(element.tag, looks, element.shape, element.text)
