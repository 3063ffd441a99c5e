"""Axes to draw on again and again: their place, and the elements that they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from backprop.show.drawing.renderer import Renderer
from backprop.show.drawing.style import WIDTH
from backprop.show.drawing.svg import Element

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.text import Text

__all__ = ["Panels"]

_GAP = 24  # px between two axes
_ROW = 27  # px for a line of text above the axes
_SPARE = 1.35  # narrow pages enlarge the text, see figure.css
_GROWS = {"left": (0.0, 1.0), "center": (0.5, 0.5), "right": (1.0, 0.0)}  # to which side


class Panels:
    """One or several axes, each a picture of its own, so that a narrow page can stack them.

    Parameters
    ----------
    height : float
        Height of each picture in pixels.
    rows, columns : int
        How many pictures there are.

    Attributes
    ----------
    axes : list of matplotlib.axes.Axes
        Row by row.
    size : tuple of float
        Width and height of each picture in pixels.
    """

    def __init__(self, height: float, rows: int = 1, columns: int = 1) -> None:
        self.size = ((WIDTH - _GAP * (columns - 1)) / columns, float(height))
        self._columns = columns
        self.axes: list[Axes] = []
        width, height = self.size
        for _ in range(rows * columns):
            # without pyplot nothing is registered, so that nothing must be closed
            figure = Figure(figsize=(width / 72, height / 72), dpi=72)
            FigureCanvasAgg(figure)
            axes = figure.add_axes((0, 0, 1, 1))
            for label in (axes.xaxis.label, axes.yaxis.label, axes.set_title("", loc="left")):
                label.set_visible(False)  # `_add_labels` writes them elsewhere
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_label_coords(0, 0)  # or matplotlib measures all tick labels to place it
            round_numbers = [1, 2, 5, 10]
            axes.locator_params(axis="x", nbins=7, steps=round_numbers)
            axes.locator_params(axis="y", nbins=6, steps=round_numbers)
            self.axes.append(axes)
        self._renderers = [Renderer(width, height) for _ in self.axes]
        self._margins = [[2.0, 4.0, 8.0, 2.0] for _ in self.axes]  # left, right, top, bottom

    def clear(self) -> None:
        """Remove what was drawn. ``Axes.clear`` would take three times as long."""
        for axes in self.axes:
            for artist in (
                *axes.lines,
                *axes.patches,
                *axes.texts,
                *axes.collections,
                *axes.images,
                *axes.artists,
                *axes.tables,
                *filter(None, [axes.get_legend()]),
            ):
                artist.remove()
            axes.set_prop_cycle(None)
            axes.set(xlabel="", ylabel="", title="")
            axes.autoscale(True)
            axes.relim()

    def fit_margins(self) -> None:
        """Make room beside the axes for the labels that are there now."""
        for _ in range(2):  # text inside moves along with the axes
            for axes, renderer, margins in self._list_parts():
                margins[:] = map(max, _measure_margins(axes, renderer), margins)
            if self._columns == 1:  # one above the other, with the same places along x
                left, right = (max(margins[side] for margins in self._margins) for side in (0, 1))
                self._margins = [[left, right, *margins[2:]] for margins in self._margins]
            for axes, _, margins in self._list_parts():
                _place_axes(axes, margins, self.size)

    def draw(self) -> list[list[Element]]:
        """Draw, and return the elements of each picture from back to front."""
        pictures = []
        for axes, renderer, margins in self._list_parts():
            _place_axes(axes, margins, self.size)
            labels = _add_labels(axes, margins, self.size)
            pictures.append(renderer.draw_figure(_get_figure(axes)))
            for label in labels:
                label.remove()
        return pictures

    def _list_parts(self) -> Iterable[tuple[Axes, Renderer, list[float]]]:
        return zip(self.axes, self._renderers, self._margins, strict=True)


def _get_figure(axes: Axes) -> Figure:
    figure = axes.figure.figure  # `get_figure(root=True)` is new in matplotlib 3.10
    assert isinstance(figure, Figure)
    return figure


def _place_axes(axes: Axes, margins: Sequence[float], size: tuple[float, float]) -> None:
    """Leave some pixels on the left, right, top and bottom of an axes."""
    (width, height), (left, right, top, bottom) = size, margins
    axes.set_position(
        (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    )


def _add_labels(axes: Axes, margins: Sequence[float], size: tuple[float, float]) -> list[Text]:
    """Write title and label of the y axis in rows above it: nobody has to turn the head."""
    (width, height), (left, right, top, _) = size, margins
    title, xlabel, ylabel = axes.get_title("left"), axes.xaxis.label, axes.yaxis.label
    made, row = [], height - top + 18
    for text, colour, weight in (
        (ylabel.get_text(), ylabel.get_color(), "normal"),
        (title, rcParams["axes.titlecolor"], "bold"),
    ):
        if text:
            made.append(_get_figure(axes).text(0, row / height, text, color=colour, weight=weight))
            row += _ROW
    if text := xlabel.get_text():
        middle = (left + width - right) / 2 / width
        colour = xlabel.get_color()
        made.append(_get_figure(axes).text(middle, 5 / height, text, color=colour, ha="center"))
    return made


def _measure_margins(axes: Axes, renderer: Renderer) -> list[float]:
    """Return the pixels that labels need on the left, right, top and bottom of an axes."""
    inner = axes.get_window_extent(renderer)
    above = _ROW * (bool(axes.get_ylabel()) + bool(axes.get_title("left")))
    below = _ROW * bool(axes.get_xlabel())
    texts = [*_list_tick_labels(axes.xaxis), *_list_tick_labels(axes.yaxis), *axes.texts]
    needs = [0.0, 0.0, above + 7.0, below]
    for text in texts:
        if not text.get_visible() or not text.get_text():
            continue
        box = text.get_window_extent(renderer)
        left, right = _GROWS[text.get_horizontalalignment()]
        more = (_SPARE - 1) * box.width
        sticks_out = (
            inner.x0 - box.x0 + left * more,
            box.x1 - inner.x1 + right * more,
            box.y1 - inner.y1 + above,
            inner.y0 - box.y0 + below,
        )
        needs = list(map(max, needs, sticks_out))
    width, height = renderer.get_canvas_width_height()
    return list(map(min, needs, (0.4 * width, 0.4 * width, 0.4 * height, 0.4 * height)))


def _list_tick_labels(axis: Axis) -> list[Text]:
    """Return the labels of the ticks that are shown."""
    low, high = sorted(axis.get_view_interval())
    labels = axis.get_ticklabels()
    return [label for at, label in zip(axis.get_majorticklocs(), labels, strict=False)
            if low <= at <= high]  # fmt: skip
