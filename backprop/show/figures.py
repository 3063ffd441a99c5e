"""One picture that stands still, drawn with matplotlib and shown as themed SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from backprop.checks import name_extra
from backprop.page.html import Markup, element
from backprop.show.drawing import svg
from backprop.show.drawing.pictures import (
    check_texts,
    link_pictures,
    make_identifier,
    write_caption,
    write_pictures,
)
from backprop.show.drawing.style import style
from backprop.show.output import Bundle, display_object, make_bundle

if TYPE_CHECKING:
    from backprop.show.drawing.axes import Panels

__all__ = ["Figure", "draw_figure", "figure"]


@contextmanager
def figure(
    *,
    title: str,
    alt: str,
    caption: str | None = None,
    height: float = 300,
    axes: tuple[int, int] = (1, 1),
    natural: bool = False,
) -> Iterator[Any]:
    """Draw a figure with matplotlib; it is displayed when the ``with`` block ends.

    The label of the y axis stands on top of it, and colours of the palette follow light and dark.
    Write labels in Unicode (b₃, η, ∂SSR/∂b₃).

    Parameters
    ----------
    title : str
        What the figure is about, in a few words.
    alt : str
        What the figure shows, with its numbers, for readers who do not see it.
    caption : str, optional
        What to look at.
    height : float
        Height in pixels, of each row; the width is 500 and follows the page.
    axes : tuple of int
        Rows and columns, if there are several pictures. Narrow pages stack more than two.
    natural : bool
        Never show it larger than it was drawn; narrow pages stack two pictures, too.

    Yields
    ------
    matplotlib.axes.Axes or list of Axes
        What to draw on: a list, row by row, if `axes` asks for more than one.

    Raises
    ------
    ValueError
        If `title` or `alt` is empty.

    Examples
    --------
    >>> from backprop import show
    >>> with show.figure(title="A parabola", alt="x² from −1 to 1, with its minimum 0 at 0") as ax:
    ...     lines = ax.plot([-1, -0.5, 0, 0.5, 1], [1, 0.25, 0, 0.25, 1])
    A parabola
    x² from −1 to 1, with its minimum 0 at 0
    """
    with name_extra("a figure"):
        from backprop.show.drawing.axes import Panels

    check_texts(title=title, alt=alt)
    with style():
        panels = Panels(height, *axes)
        yield panels.axes[0] if axes == (1, 1) else panels.axes
        made = replace(_finish_figure(panels, title, alt, caption, axes[1]), natural=natural)
    display_object(made)


def draw_figure(
    draw: Callable[[Any], Any],
    *,
    title: str,
    alt: str,
    caption: str | None = None,
    height: float = 300,
    axes: tuple[int, int] = (1, 1),
) -> Figure:
    """Make a :func:`figure` with a function that draws, and return it instead of showing it."""
    with name_extra("a figure"):
        from backprop.show.drawing.axes import Panels

    check_texts(title=title, alt=alt)
    with style():
        panels = Panels(height, *axes)
        draw(panels.axes[0] if axes == (1, 1) else panels.axes)
        return _finish_figure(panels, title, alt, caption, axes[1])


def _finish_figure(
    panels: Panels, title: str, alt: str, caption: str | None, columns: int
) -> Figure:
    panels.fit_margins()
    alt = svg.write_minus_signs(alt)
    return Figure(title, alt, caption, panels.draw(), panels.size, columns)


@dataclass(frozen=True, repr=False)
class Figure:
    """A finished figure.

    Attributes
    ----------
    title, alt : str
        What it is about, and what it shows.
    caption : str or None
        What to look at.
    drawings : list of list of Element
        The drawing of each of its pictures.
    size : tuple of float
        Width and height of each picture in pixels.
    columns : int
        How many pictures stand side by side.
    natural : bool
        Whether pictures are never shown larger than they were drawn.
    """

    title: str
    alt: str
    caption: str | None
    drawings: list[list[svg.Element]]
    size: tuple[float, float]
    columns: int
    natural: bool = False

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}"

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        return make_bundle(
            self.html(),
            repr(self),
            pictures=self._write_pictures(),
            description=self.alt,
            after=write_caption(self.title, self.caption),
        )

    def html(self) -> Markup:
        """Return the figure as HTML for a page."""
        caption = write_caption(self.title, self.caption)
        name = make_identifier(self.title, self.drawings)
        return element("figure", self._write_pictures(), caption, class_="bp-figure", id=name)

    def _write_pictures(self) -> Markup:
        name = make_identifier(self.title, self.drawings)
        linked, heads = link_pictures(self.drawings, name)
        return write_pictures(
            linked,
            [self.size] * len(self.drawings),
            self.columns,
            name=name,
            title=self.title,
            description=self.alt,
            heads=heads,
            natural=self.natural,
        )
