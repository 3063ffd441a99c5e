"""Explorers whose pictures are drawn directly, each in a size of its own, without matplotlib."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from backprop.show.drawing.svg import Element
from backprop.show.explorers.canvas import Sketches
from backprop.show.explorers.explorer import Explorer
from backprop.show.explorers.slider import Number, Slider

__all__ = ["sketch_explorer"]

Size = tuple[float, float]
Draw = Callable[..., Sequence[Sequence[Element]]]


def sketch_explorer(
    draw: Draw,
    *,
    sizes: Sequence[Size],
    columns: int,
    describe: Callable[..., str],
    title: str,
    question: str,
    caption: str | None = None,
    animate: str | None = None,
    width: str = "wide",
    filmstrip: Mapping[str, Mapping[str, Number]] | None = None,
    film: tuple[Size, Draw] | None = None,
    drag: tuple[str, Callable[[Number], Sequence[float | None]]] | None = None,
    **parameters: Slider,
) -> Explorer:
    """Make an explorer of pictures that are drawn directly.

    Parameters
    ----------
    draw : callable
        ``draw(**values)`` returns the elements of each picture; each frame has the same elements.
    sizes, columns : sequence of tuple of float, int
        See :class:`Sketches`.
    describe, title, question, caption, animate, width, filmstrip
        See :func:`explorer`.
    film : (size, callable), optional
        What the frames of the filmstrip show instead: one picture.
    drag : (str, callable), optional
        The parameter that is pulled in the pictures, and where its values lie in each of them, in
        pixels, or None.
    **parameters : Slider
        The parameters of `draw`.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell.

    Examples
    --------
    >>> from backprop.show.drawing.shapes import draw_dot
    >>> sketch_explorer(
    ...     lambda x: [[draw_dot((x, 10), "value")]], sizes=[(100, 20)], columns=1,
    ...     describe=lambda x: f"The dot is at {x}.", title="A dot", question="Where is it?",
    ...     x=Slider(10, 90, steps=3),
    ... )
    A dot
    Where is it?
    x from 10 to 90, now 10
    > The dot is at 10.0.
      The dot is at 90.0.
    """
    return Explorer(
        draw,
        describe,
        title=title,
        question=question,
        caption=caption,
        animate=animate,
        width=width,
        filmstrip=filmstrip,
        drag=None if drag is None else (drag[0], None),
        canvas=Sketches(draw, sizes, columns, None if drag is None else drag[1]),
        film=None if film is None else Sketches(film[1], [film[0]], 1),
        parameters=parameters,
    )
