"""How a figure of pyplot fits its page: long texts in lines, no blank bands around images."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

__all__ = ["fit_figure"]

#: A page's font may be wider than the one with which we measure, and phones enlarge it.
_FILLED = 0.85
_MARGIN = 8  # px around what is left of a figure


def fit_figure(figure: Figure, renderer: RendererBase) -> None:
    r"""Break the titles and labels of a figure that are too long, and cut blank bands.

    Parameters
    ----------
    figure : Figure
        With an inch of as many dots as its renderer has pixels.
    renderer : RendererBase
        Measures texts.

    Examples
    --------
    >>> from matplotlib import pyplot
    >>> from backprop.show.drawing.renderer import Renderer
    >>> figure, axes = pyplot.subplots(figsize=(4, 3), dpi=72)
    >>> title = axes.set_title("All words of a title that is longer than its figure is wide")
    >>> fit_figure(figure, Renderer(288, 216))
    >>> "\n" in title.get_text()
    True
    >>> pyplot.close(figure)
    """
    engine = figure.get_layout_engine()
    is_fixed = any(axes.get_aspect() != "auto" for axes in figure.axes)
    is_roomy = isinstance(engine, ConstrainedLayoutEngine)
    if is_fixed and is_roomy:
        figure.set_layout_engine("compressed")
    figure.draw(renderer)
    written = {text: text.get_text() for text, _ in _list_texts(figure)}
    _break_texts(figure, renderer)
    if is_fixed and is_roomy:
        figure.draw(renderer)
        box = figure.get_tightbbox(renderer)
        margin = 2 * _MARGIN / figure.dpi
        width, height = figure.get_size_inches()
        figure.set_size_inches(
            min(width, float(box.width) + margin), min(height, float(box.height) + margin)
        )
        for text, whole in written.items():  # the figure is narrower now
            text.set_text(whole)
        figure.draw(renderer)
        _break_texts(figure, renderer)


def _break_texts(figure: Figure, renderer: RendererBase) -> None:
    for text, room in _list_texts(figure):
        _break_text(text, room * _FILLED, renderer)


def _list_texts(figure: Figure) -> Iterator[tuple[Text, float]]:
    """Return the titles and labels of a figure, and how long each may be."""
    width, height = figure.bbox.width, figure.bbox.height
    for text in figure.texts[:1]:
        if text is getattr(figure, "_suptitle", None):
            yield text, width
    for axes in figure.axes:
        box, (rows, columns) = axes.bbox, _count_parts(axes)
        room = box.width if columns > 1 else min(width - box.x0, 2 * box.width)
        for title in (axes.title, axes._left_title, axes._right_title):  # type: ignore[attr-defined]
            yield title, room
        yield axes.xaxis.label, box.width
        yield axes.yaxis.label, box.height if rows > 1 else min(height, 1.2 * box.height)


def _count_parts(axes: Axes) -> tuple[int, int]:
    place = axes.get_subplotspec()
    grid = place.get_gridspec() if place else None
    return (grid.nrows, grid.ncols) if grid else (1, 1)


def _break_text(text: Text, room: float, renderer: RendererBase) -> None:
    """Break a text between its words into lines that are no longer than its room."""
    written = text.get_text()
    if not written.strip() or "$" in written:
        return
    box = text.get_window_extent(renderer)
    length = max(box.width, box.height)
    if length > room:
        longest = max(map(len, written.split("\n")))
        letters = max(8, int(longest * room / length))
        lines = [part for line in written.split("\n") for part in textwrap.wrap(line, letters)]
        text.set_text("\n".join(lines))
