"""Figures that a reader moves: one definition, alive in a notebook and on a page."""

from __future__ import annotations

import difflib
import inspect
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from backprop import page
from backprop.page.html import Markup, element
from backprop.show.drawing.pictures import check_texts
from backprop.show.drawing.svg import Element, write_minus_signs
from backprop.show.explorers.canvas import Canvas, Sketches, fade_curve, is_curve, write_call
from backprop.show.explorers.card import check_width
from backprop.show.explorers.choice import Choice
from backprop.show.explorers.markup import write_explorer, write_frame, write_still
from backprop.show.explorers.slider import (
    Number,
    Slider,
    name_slider,
    thin_slider,
    write_label,
)
from backprop.show.output import Bundle, make_bundle

__all__ = ["BUDGET", "MOST_FRAMES", "Explorer", "explorer"]

#: Most bytes that an explorer may weigh on a page, and most frames that it may have.
BUDGET = 150_000
MOST_FRAMES = 400
# In a notebook, scripts have run before the explorer of a later output is there.
_START = """document.querySelectorAll(".bp-explorer[data-payload]").forEach((figure) => {
  window.backprop.explorer(figure);
});
"""


def explorer(
    draw: Callable[..., Any],
    *,
    title: str,
    question: str,
    describe: Callable[..., str],
    caption: str | None = None,
    height: float = 300,
    axes: tuple[int, int] = (1, 1),
    animate: str | None = None,
    drag: str | tuple[str, int] | None = None,
    width: str = "column",
    filmstrip: Mapping[str, Mapping[str, Number]] | None = None,
    ghost: bool = False,
    **parameters: Slider | Sequence[Number],
) -> Explorer:
    """Make a figure that the reader moves.

    All frames are drawn when it is shown: the page or the notebook holds the first one and what
    differs in the others, and moves by itself, with or without a kernel.

    Parameters
    ----------
    draw : callable
        ``draw(ax, **values)`` draws one frame with matplotlib; with several `axes` it gets a list
        of them. Set the limits of the axes, so that they stand still while the rest moves.
    title : str
        What the figure is about, in a few words.
    question : str
        What the reader should find out by moving it.
    describe : callable
        ``describe(**values)`` returns one or two sentences with the numbers of a frame. They
        stand under the figure, and are read aloud to those who do not see it.
    caption : str, optional
        What to look at.
    height : float
        Height in pixels, of each row; the width is 500 and follows the page.
    axes : tuple of int
        Rows and columns, if there are several pictures. Narrow pages stack more than two.
    animate : str, optional
        The parameter that "Play" moves by itself.
    drag : str or (str, int), optional
        The parameter that is also the x axis, so that a reader can pull it in the picture itself,
        with a mouse or a finger; of several pictures in all, or in the one with this number.
    width : str
        ``"column"`` for as wide as the text; ``"wide"`` to the right edge of the window, with the
        controls beside the picture.
    filmstrip : mapping of str to mapping, optional
        Three to five frames for paper and for pages without scripts: the name of each, and its
        values, where they are not those at the beginning.
    ghost : bool
        Whether the curves of the beginning stay, pale, where they were.
    **parameters : Slider, Choice or sequence of float
        The parameters of `draw`, in the order of the sliders. There can be 400 frames, that is
        400 values or 20 times 20; a notebook shows as many of more, evenly chosen, and says so.

    Returns
    -------
    Explorer
        Shows itself as the last value of a cell.

    Raises
    ------
    ValueError
        If a text is missing, a parameter has no values, `draw` or `describe` do not take the
        parameters, or, on a page, the frames are too many or too large.

    Examples
    --------
    A tangent that follows the slider:

    >>> import numpy as np
    >>> from backprop import show
    >>> grid = np.linspace(-1, 1, 61)
    >>> def draw(ax, x):
    ...     ax.plot(grid, grid**2, color=show.VALUE)
    ...     show.tangent(ax, x, x**2, 2 * x, width=0.5)
    ...     ax.set(xlim=(-1, 1), ylim=(-0.5, 1), xlabel="x", ylabel="x²")
    >>> def describe(x):
    ...     return f"At x = {x:.1f} the slope of x² is {2 * x:.1f}."
    >>> show.explorer(
    ...     draw,
    ...     describe=describe,
    ...     title="Slope of a parabola",
    ...     question="Where is the slope 0?",
    ...     x=show.Slider(-1, 1, steps=21, value=0.5),
    ... )
    Slope of a parabola
    Where is the slope 0?
    x from −1.0 to 1.0, now 0.5
      At x = −1.0 the slope of x² is −2.0.
    > At x = 0.5 the slope of x² is 1.0.
      At x = 1.0 the slope of x² is 2.0.
    """
    return Explorer(
        draw,
        describe,
        title=title,
        question=question,
        caption=caption,
        height=height,
        axes=axes,
        animate=animate,
        drag=(drag, None) if isinstance(drag, str) else drag,
        width=width,
        filmstrip=filmstrip,
        ghost=ghost,
        parameters=parameters,
    )


class Explorer:
    """A figure that the reader moves; made by :func:`explorer`.

    Attributes
    ----------
    title, question : str
        What it is about, and what moving it answers.
    caption : str or None
        What to look at.
    sliders : dict of str to Slider
        The values of each parameter.
    animate : str or None
        The parameter that "Play" moves.
    drag : tuple of (str, int or None) or None
        The parameter that is pulled in the picture, and in which one.
    canvas : Canvas or Sketches
        What draws its frames.
    film : Canvas, Sketches or None
        What draws the frames of its filmstrip, if they show something else.
    width : str
        How wide its card is.
    filmstrip : dict of str to dict
        The named frames for paper and for pages without scripts.
    ghost : bool
        Whether the curves of the beginning stay, pale.
    """

    def __init__(
        self,
        draw: Callable[..., Any],
        describe: Callable[..., str],
        *,
        title: str,
        question: str,
        parameters: Mapping[str, Slider | Sequence[Number]],
        caption: str | None = None,
        height: float = 300,
        axes: tuple[int, int] = (1, 1),
        animate: str | None = None,
        drag: tuple[str, int | None] | None = None,
        width: str = "column",
        filmstrip: Mapping[str, Mapping[str, Number]] | None = None,
        ghost: bool = False,
        canvas: Sketches | None = None,
        film: Canvas | Sketches | None = None,
    ) -> None:
        check_texts(title=title, question=question)
        self.title, self.question, self.caption = title, question, caption
        self.sliders = {name: _make_slider(name, given) for name, given in parameters.items()}
        if not self.sliders:
            raise ValueError("an explorer needs a parameter, for example b3=Slider(0, 3)")
        _check_parameters(draw, "draw", self.sliders, () if canvas else ("ax",))
        _check_parameters(describe, "describe", self.sliders, ())
        for option, name in (("animate", animate), ("drag", drag and drag[0])):
            if name is not None and name not in self.sliders:
                raise ValueError(
                    f"{option}={name!r} is not a parameter; there are {', '.join(self.sliders)}"
                )
        self.animate, self.drag = animate, drag
        self.width, self.ghost = check_width(width), ghost
        self._describe = describe
        self.canvas = canvas or Canvas(draw, title, height, axes, self._list_extremes())
        self.film = film
        self.filmstrip = _check_filmstrip(filmstrip or {}, self.sliders)

    def _list_extremes(self) -> list[dict[str, Number]]:
        """Return the start and the ends of every slider, where labels must have room."""
        ends = itertools.product(*((s.values[0], s.values[-1]) for s in self.sliders.values()))
        extremes = [tuple(self.start.values()), *itertools.islice(ends, 8)]
        return [dict(zip(self.sliders, values, strict=True)) for values in extremes]

    @property
    def start(self) -> dict[str, Number]:
        """The values at the beginning."""
        return {name: slider.values[slider.start] for name, slider in self.sliders.items()}

    def describe(self, **values: Number) -> str:
        """Describe the frame of some values in a sentence."""
        text = self._describe(**values)
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"describe({write_call(values)}) must return a sentence, got {text!r}")
        return write_minus_signs(text)

    def drawings(self, **values: Number) -> list[list[Element]]:
        """Draw the frame of some values.

        Returns
        -------
        list of list of Element
            The drawing of each of its pictures.
        """
        drawn = self.canvas.draw(values)
        if not self.ghost:
            return drawn
        return [[*pale, *elements] for pale, elements in zip(self._ghosts, drawn, strict=True)]

    @cached_property
    def _ghosts(self) -> list[list[Element]]:
        """The curves of the beginning, pale, for each picture."""
        return [list(map(fade_curve, filter(is_curve, p))) for p in self.canvas.draw(self.start)]

    def __repr__(self) -> str:
        lines = [self.title, self.question]
        for slider in self.sliders.values():
            first, now, last = (slider.texts[i] for i in (0, slider.start, -1))
            ends = f"from {first} to {last}"
            if isinstance(slider, Choice):
                ends = ", ".join(slider.texts)
            lines.append(f"{slider.label} {ends}, now {now}")
        if len(self.sliders) == 1:
            ((name, slider),) = self.sliders.items()
            shown = sorted({0, slider.start, len(slider.values) - 1})
            for i in shown:
                mark = ">" if i == slider.start else " "
                lines.append(f"{mark} {self.describe(**{name: slider.values[i]})}")
        else:
            lines.append(f"> {self.describe(**self.start)}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> Bundle:
        return make_bundle(
            self.page_html() if page.on_page() else self.notebook_html(),
            repr(self),
            pictures=write_frame(self, self.start),
            description=self.describe(**self.start),
            before=[element("p", element("strong", self.title)), element("p", self.question)],
            after=write_still(self),
            parts=("card", "explorer"),
            start=_START,
        )

    def page_html(self) -> Markup:
        """Return the explorer as HTML for a page, which has to be light.

        Raises
        ------
        ValueError
            If there are too many frames or they weigh too much.
        """
        sizes = [len(slider.values) for slider in self.sliders.values()]
        if (count := math.prod(sizes)) > MOST_FRAMES:
            raise ValueError(
                f"{self.title!r} has {' x '.join(map(str, sizes))} = {count} frames, a page takes "
                f"{MOST_FRAMES}: choose smaller steps= for its sliders"
            )
        markup = write_explorer(self)
        if (weight := len(markup.encode())) > BUDGET:
            first = len(write_frame(self, self.start).encode())
            raise ValueError(
                f"{self.title!r} weighs {weight / 1000:.0f} kB on a page, at most "
                f"{BUDGET / 1000:.0f} kB are allowed ({count} frames, {first / 1000:.0f} kB the "
                "first one): draw curves with fewer points (60 are enough), or choose smaller "
                "steps="
            )
        return markup

    def notebook_html(self) -> Markup:
        """Return the explorer as HTML for a notebook, which takes a part of very many frames."""
        sizes = {name: len(slider.values) for name, slider in self.sliders.items()}
        counts = _share_frames(sizes)
        kept = {name: thin_slider(slider, counts[name]) for name, slider in self.sliders.items()}
        note = ", ".join(
            f"{counts[name]} of the {sizes[name]} values of {slider.label}"
            for name, slider in kept.items()
            if counts[name] < sizes[name]
        )
        return write_explorer(self, kept, f"Shown are {note}." if note else None)


def _make_slider(name: str, given: Slider | Sequence[Number]) -> Slider:
    """Return a slider with a label, or explain what was given instead."""
    if not isinstance(given, Slider):
        if isinstance(given, str) or not hasattr(given, "__len__"):
            options = [p.name for p in inspect.signature(explorer).parameters.values()][1:-1]
            close = difflib.get_close_matches(name, options, n=1)
            hint = f"; did you mean {close[0]}=?" if close else ""
            raise ValueError(
                f"{name}={given!r} is neither a Slider nor a sequence of values, and explorer() "
                f"knows no such keyword{hint} (it knows {', '.join(options)})"
            )
        given = Slider(values=given)
    return name_slider(given, write_label(name))


def _check_parameters(
    function: Callable[..., Any], name: str, sliders: Mapping[str, Slider], first: tuple[str, ...]
) -> None:
    """Refuse a function that cannot be called with the parameters' names."""
    if not callable(function):
        raise ValueError(f"{name} must be a function, got {function!r}")
    try:
        inspect.signature(function).bind(*first, **dict.fromkeys(sliders))
    except TypeError as error:
        wanted = ", ".join([*first, *sliders])
        got = inspect.signature(function)
        raise ValueError(
            f"{name} must take ({wanted}), as the sliders are named, but takes {got}"
        ) from error


def _check_filmstrip(
    frames: Mapping[str, Mapping[str, Number]], sliders: Mapping[str, Slider]
) -> dict[str, dict[str, Number]]:
    """Return the named frames, all of which the sliders must reach."""
    if frames and not 3 <= len(frames) <= 5:
        raise ValueError(
            f"filmstrip must have three to five frames, got {len(frames)}: choose the moments "
            "that tell the story"
        )
    for called, values in frames.items():
        for name, value in values.items():
            if name not in sliders or value not in sliders[name].values:
                raise ValueError(
                    f"filmstrip[{called!r}] must hold values that the sliders reach, got "
                    f"{name}={value!r}: choose one of those of {', '.join(sliders)}"
                )
    return {called: dict(values) for called, values in frames.items()}


def _share_frames(sizes: Mapping[str, int]) -> dict[str, int]:
    """Return how many values each slider can have, so that there are not too many frames.

    Examples
    --------
    >>> _share_frames({"x": 1001, "count": 4})
    {'x': 100, 'count': 4}
    """
    counts, left = dict(sizes), float(MOST_FRAMES)
    for place, name in enumerate(sorted(sizes, key=sizes.__getitem__)):
        fair = math.floor(left ** (1 / (len(sizes) - place)) + 1e-9)
        counts[name] = min(sizes[name], max(fair, 3))
        left /= counts[name]
    return counts
