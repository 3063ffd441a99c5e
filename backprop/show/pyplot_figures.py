"""Figures that a reader draws with pyplot in a page, in the style of the book and as small SVG."""

from __future__ import annotations

import base64
import contextlib
import io
import sys
from collections.abc import Iterator
from typing import Any

import matplotlib
import numpy as np

matplotlib.use("agg")

from cycler import cycler
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from backprop.page.html import Markup, element
from backprop.show.drawing.fitting import fit_figure
from backprop.show.drawing.pictures import link_pictures, make_identifier, write_pictures
from backprop.show.drawing.renderer import Renderer
from backprop.show.drawing.style import SURFACE, WIDTH, style
from backprop.show.drawing.svg import Element
from backprop.show.output import take_displays

__all__ = ["apply_style", "draw_figures", "open_page", "show_figures"]

#: A drawing of more characters or points than these becomes an image of pixels.
HEAVIEST = 300_000
MOST_POINTS = 5_000
_WIDE = 500  # px; a phone scrolls what is wider, so that its numbers can be read
_NARROW = 400  # px; a figure that was made smaller is not enlarged

#: Beside the style of the book: matplotlib makes room, and lines nobody gave a colour differ by
#: dash, too. What is drawn once need not be the same from frame to frame.
_SETTINGS: dict[str, Any] = {
    "axes.labelpad": 9,
    "axes.prop_cycle": style()["axes.prop_cycle"] + cycler(linestyle=["-", "--", "-.", ":"]),
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.1,
    "path.simplify": True,
}


_displayed: list[str] = []  # HTML of what a cell has shown before its end


def open_page() -> None:
    """Draw for a page from now on: what a cell shows on its way is kept until it is asked for."""
    apply_style()
    take_displays(lambda figure: _displayed.append(str(figure.html())))


def show_figures(*_: object, **__: object) -> None:
    """Keep what is drawn so far, as a notebook shows it: what is drawn next begins anew.

    Examples
    --------
    >>> with matplotlib.rc_context():
    ...     apply_style()
    ...     for end in 1, 2:
    ...         lines = pyplot.plot([0, end])
    ...         show_figures()
    ...     len(draw_figures())
    2
    """
    _displayed.extend(_take_figures())


def apply_style() -> None:
    """Let pyplot draw in the style of the book, whatever it was told before."""
    matplotlib.rcdefaults()
    matplotlib.use("agg")
    settings: Any = style() | _SETTINGS
    matplotlib.rcParams.update(settings)


def draw_figures(value: object = None) -> list[str]:
    """Return the figures of pyplot as HTML, and close them; those shown on the way come first.

    Parameters
    ----------
    value : object
        What the last line of a cell evaluates to: a figure that pyplot does not know comes last.

    Returns
    -------
    list of str
        In the order in which they were made, each an image with a description.

    Examples
    --------
    >>> with matplotlib.rc_context():
    ...     apply_style()
    ...     lines = pyplot.plot([0, 1], [3, 5])
    ...     (html,) = draw_figures()
    >>> "A line of 2 points" in html
    True
    """
    is_broken = sys.exc_info()[0] is not None
    drawn = [*_displayed, *_take_figures(value, is_broken=is_broken)]
    _displayed.clear()
    apply_style()
    return drawn


def _take_figures(value: object = None, *, is_broken: bool = False) -> list[str]:
    """Return what pyplot has drawn as HTML, and close it; empty axes say nothing of an error."""
    figures = [pyplot.figure(number) for number in pyplot.get_fignums()]
    if isinstance(value, Figure) and value not in figures:
        figures.append(value)
    if is_broken:
        figures = [each for each in figures if any(axes.has_data() for axes in each.axes)]
    drawn = [str(_write_figure(figure)) for figure in figures if figure.axes or figure.texts]
    pyplot.close("all")
    return drawn


def _write_figure(figure: Figure) -> Markup:
    """Write a figure as one image that follows light and dark."""
    for axes in figure.axes:
        if axes.images or any(isinstance(group, QuadMesh) for group in axes.collections):
            axes.grid(visible=False)  # it would lie over the image
    figure.set_dpi(72)  # an inch has 72 pixels, so that points are pixels
    with contextlib.suppress(ValueError):  # a formula, which is not measured here
        fit_figure(figure, Renderer(*_measure(figure)))
    width, height = _measure(figure)
    if _count_points(figure) <= MOST_POINTS:
        # A hatch or a formula is refused: the small SVG of the book does not know them.
        with contextlib.suppress(ValueError):
            markup = _wrap(Renderer(width, height).draw_figure(figure), (width, height), figure)
            if len(markup) <= HEAVIEST:
                return markup
    return _wrap([_take_picture(figure, width, height)], (width, height), figure)


def _measure(figure: Figure) -> tuple[float, float]:
    width, height = (72 * float(inches) for inches in figure.get_size_inches())
    return width, height


def _wrap(drawing: list[Element], size: tuple[float, float], figure: Figure) -> Markup:
    name = make_identifier("run", drawing)
    linked, heads = link_pictures([drawing], name)
    pictures = write_pictures(
        linked,
        [size],
        1,
        name=name,
        title=_find_title(figure),
        description=" ".join(_describe(figure)),
        heads=heads,
        natural=size[0] < _NARROW,
    )
    if size[0] <= _WIDE:
        return element("figure", pictures, class_="bp-figure bp-own")
    wide = {"class_": "bp-figure bp-own bp-scroll", "style": f"--bp-wide:{size[0]:.0f}px"}
    return element("figure", pictures, **wide)


def _count_points(figure: Figure) -> int:
    """Return about how many points are drawn one by one."""
    count = 0
    for axes in figure.axes:
        marked = [line for line in axes.lines if line.get_marker() != "None"]
        count += sum(np.size(line.get_xdata()) for line in marked)
        for group in axes.collections:
            count += max(np.size(group.get_offsets()) // 2, len(group.get_paths()))
    return count


def _take_picture(figure: Figure, width: float, height: float) -> Element:
    """Return a figure as pixels, on a light ground, on which all its colours can be seen."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=144, facecolor=SURFACE, transparent=False)
    code = base64.b64encode(file.getvalue()).decode()
    place = {"x": "0", "y": "0", "width": f"{width:.0f}", "height": f"{height:.0f}"}
    return Element("image", place | {"href": f"data:image/png;base64,{code}"})


def _find_title(figure: Figure) -> str:
    above = [text.get_text() for text in figure.texts[:1]]
    titles = [axes.get_title(loc) for axes in figure.axes for loc in ("center", "left", "right")]
    return next(filter(None, [*above, *titles]), "Your figure")


def _describe(figure: Figure) -> Iterator[str]:
    """Say what can be told of a figure without seeing it: axes, ranges, what is drawn."""
    if figure.get_size_inches()[0] * 72 > 2 * WIDTH:
        yield "A wide figure."
    for n, axes in enumerate(figure.axes, start=1):
        if len(figure.axes) > 1:
            yield f"Part {n}:"
        for line in axes.lines:
            label = str(line.get_label())
            named = "" if label.startswith("_") else f" “{label}”"
            yield f"A line{named} of {np.size(line.get_xdata())} points."
        for kind, parts in (
            ("group of points or areas", axes.collections),
            ("image", axes.images),
            ("bar or other shape", axes.patches),
        ):
            if parts:
                yield f"{len(parts)} × {kind}."
        yield from _describe_axes(axes)


def _describe_axes(axes: Axes) -> Iterator[str]:
    for letter, label, limits in (
        ("x", axes.get_xlabel(), axes.get_xlim()),
        ("y", axes.get_ylabel(), axes.get_ylim()),
    ):
        low, high = (f"{float(limit):.3g}".replace("-", "−") for limit in limits)
        yield f"{label or letter} runs from {low} to {high}."
