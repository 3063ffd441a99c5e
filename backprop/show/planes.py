"""A picture in known coordinates, into which a reader marks a place or draws a curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from backprop.checks import name_extra
from backprop.page.html import Content, Markup
from backprop.show.drawing import svg
from backprop.show.drawing.pictures import (
    check_texts,
    link_pictures,
    make_identifier,
    write_pictures,
)
from backprop.show.drawing.style import style
from backprop.show.output import Bundle, make_bundle

__all__ = ["Plane", "plane"]


@dataclass(frozen=True, repr=False)
class Plane:
    """A picture in known coordinates; made by :func:`plane`.

    Attributes
    ----------
    title, alt : str
        What it is about, and what it shows.
    names : tuple of str
        What its two axes are called.
    x, y : tuple of float
        From where to where each axis goes.
    size : tuple of float
        Width and height of the drawing in pixels.
    area : tuple of float
        Left, top, width and height of what the axes enclose, in the same pixels.
    drawing : list of Element
        What is drawn.
    """

    title: str
    alt: str
    names: tuple[str, str]
    x: tuple[float, float]
    y: tuple[float, float]
    size: tuple[float, float]
    area: tuple[float, float, float, float]
    drawing: list[svg.Element]

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}"

    def html(self) -> Markup:
        """Return the picture as HTML."""
        name = make_identifier(self.title, self.drawing)
        linked, heads = link_pictures([self.drawing], name)
        return write_pictures(
            linked,
            [self.size],
            1,
            name=name,
            title=self.title,
            description=self.alt,
            heads=heads,
        )

    def make_bundle(
        self,
        markup: Markup,
        text: str,
        *,
        before: Content,
        after: Content,
        parts: Sequence[str],
        start: str,
    ) -> Bundle:
        """Make what IPython shows of something that this picture stands in; see `make_bundle`."""
        return make_bundle(
            markup,
            text,
            pictures=self.html(),
            description=self.alt,
            before=before,
            after=after,
            parts=parts,
            start=start,
        )


def plane(
    draw: Callable[[Any], Any],
    *,
    title: str,
    alt: str,
    names: tuple[str, str] | None = None,
    height: float = 260,
) -> Plane:
    """Draw a picture whose coordinates are known, for predictions that are made in it.

    Parameters
    ----------
    draw : callable
        Takes axes of matplotlib, draws on them, and sets their limits and labels.
    title : str
        What the picture is about, in a few words.
    alt : str
        What it shows, with its numbers, for readers who do not see it.
    names : tuple of str, optional
        What the axes are called; their labels.
    height : float
        Height in pixels; the width is 500 and follows the page.

    Raises
    ------
    ValueError
        If `title` or `alt` is empty.

    Examples
    --------
    >>> picture = plane(lambda ax: ax.set(xlim=(0, 2), ylim=(0, 4), xlabel="w", ylabel="loss"),
    ...     title="An empty plane", alt="Axes: w from 0 to 2, loss from 0 to 4.")
    >>> picture.names, picture.y
    (('w', 'loss'), (0.0, 4.0))
    """
    with name_extra("a picture"):
        from backprop.show.drawing.axes import Panels

    check_texts(title=title, alt=alt)
    with style():
        panels = Panels(height)
        axes = panels.axes[0]
        draw(axes)
        axes.autoscale(False)
        panels.fit_margins()
        (drawing,) = panels.draw()
    width, high = panels.size
    left, bottom, wide, tall = axes.get_position().bounds
    top = 1 - bottom - tall
    area = (left * width, top * high, wide * width, tall * high)
    (x_low, x_high), (y_low, y_high) = axes.get_xlim(), axes.get_ylim()
    return Plane(
        title,
        svg.write_minus_signs(alt),
        names or (axes.get_xlabel(), axes.get_ylabel()),
        (float(x_low), float(x_high)),
        (float(y_low), float(y_high)),
        panels.size,
        tuple(round(side, 1) for side in area),
        drawing,
    )
