"""Figures that a reader moves: one definition, alive in a notebook and on a page."""

from __future__ import annotations

import difflib
import html
import inspect
import itertools
import math
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backprop import page
from backprop.show.drawing import svg
from backprop.show.drawing.style import style
from backprop.show.explorers.frames import align_frames, find_differences, pack_payload
from backprop.show.figures import identifier, pictures, required

if TYPE_CHECKING:
    from backprop.show.drawing.axes import Sheet

__all__ = ["Explorer", "Slider", "explorer"]

#: Most bytes that an explorer may weigh on a page, and most frames that it may have there.
BUDGET = 150_000
MOST_FRAMES = 400

Number = float | int
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Slider:
    """The values that a reader can choose for one parameter.

    Parameters
    ----------
    start, stop : float or int, optional
        First and last value. Two ints without `steps` give all whole numbers between them.
    steps : int, optional
        How many values there are, ends included, evenly spaced; 41 by default.
    values : sequence of float, optional
        The values themselves, instead of `start`, `stop` and `steps`.
    value : float, optional
        The value at the beginning, by default the first one.
    label : str, optional
        Name and symbol as in the text, for example ``"learning rate η"``; by default the
        parameter's name.
    format : str or callable, optional
        How a value is written, for example ``"{:.2f}"``; by default with as many decimals as
        tell the values apart.

    Raises
    ------
    ValueError
        If there are fewer than two values, or `value` is not one of them.

    Examples
    --------
    >>> from backprop import show
    >>> eta = show.Slider(0, 0.4, steps=41, value=0.1, label="learning rate η")
    >>> len(eta.values), eta.values[eta.start], eta.texts[eta.start]
    (41, 0.1, '0.10')
    >>> show.Slider(0, 4).values
    (0, 1, 2, 3, 4)
    """

    def __init__(
        self,
        start: Number | None = None,
        stop: Number | None = None,
        *,
        steps: int | None = None,
        values: Sequence[Number] | None = None,
        value: Number | None = None,
        label: str | None = None,
        format: str | Callable[[Number], str] | None = None,
    ) -> None:
        self.values = _values(start, stop, steps, values)
        self.start = 0 if value is None else _index(self.values, value)
        self.label = label
        if callable(format):
            write = format
        else:
            write = (format or f"{{:.{_decimals(self.values)}f}}").format
        #: The values as they are written, with a minus sign that is read aloud.
        self.texts = tuple(svg.minus(write(value)) for value in self.values)
        if len(set(self.texts)) < len(self.texts):
            raise ValueError(
                f"format={format!r} writes different values alike: use more decimals or fewer steps"
            )


def _values(
    start: Number | None, stop: Number | None, steps: int | None, values: Sequence[Number] | None
) -> tuple[Number, ...]:
    if values is not None:
        if (start, stop, steps) != (None, None, None):
            raise ValueError("give either values= or start, stop and steps=, not both")
        found: tuple[Number, ...] = tuple(v.item() if hasattr(v, "item") else v for v in values)
    elif start is None or stop is None:
        raise ValueError("a slider needs start and stop, for example Slider(0, 1), or values=")
    elif steps is None and isinstance(start, int) and isinstance(stop, int):
        found = tuple(range(start, stop + 1))
    else:
        count = 41 if steps is None else steps
        if count < 2:
            raise ValueError(f"steps must be at least 2, got {steps}")
        gap = (stop - start) / (count - 1)
        # 12 digits hide that 3 · 0.1 is not 0.3
        found = tuple(float(f"{start + i * gap:.12g}") for i in range(count))
    if len(found) < 2:
        raise ValueError(f"a slider needs at least two values, got {list(found)}")
    if not all(isinstance(v, (int, float)) and math.isfinite(v) for v in found):
        raise ValueError(f"a slider's values must be finite numbers, got {list(found)}")
    if any(b <= a for a, b in itertools.pairwise(found)):
        raise ValueError(f"a slider's values must increase, got {_some(found)}")
    return found


def _index(values: Sequence[Number], value: Number) -> int:
    low, high = values[0], values[-1]
    if not low <= value <= high:
        raise ValueError(
            f"value={value} lies outside of the slider, which goes from {low} to {high}"
        )
    nearest = min(range(len(values)), key=lambda i: abs(values[i] - value))
    if not math.isclose(values[nearest], value, rel_tol=1e-9, abs_tol=1e-9 * (high - low)):
        raise ValueError(
            f"value={value} is not one of the slider's {len(values)} values; the nearest is "
            f"{values[nearest]}: choose that one, or steps= such that {value} is hit"
        )
    return nearest


def _decimals(values: Sequence[Number]) -> int:
    """Return how many decimals write all values exactly, at most 6."""
    for count in range(6):
        if all(math.isclose(v, round(v, count), rel_tol=1e-9, abs_tol=1e-12) for v in values):
            return count
    return 6


def _some(values: Sequence[Number]) -> str:
    shown = ", ".join(map(str, values[:4]))
    return f"{shown}, …" if len(values) > 4 else shown


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
    **parameters: Slider | Sequence[Number],
) -> Explorer:
    """Make a figure that the reader moves.

    In a notebook the sliders are bound to the kernel. On a page all frames are drawn while the
    book is built; the page holds the first one and what differs in the others.

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
    **parameters : Slider or sequence of float
        The parameters of `draw`, in the order of the sliders. On a page there can be 400 frames,
        that is 400 values or 20 times 20.

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
        drag=drag,
        parameters=parameters,
    )


class Explorer:
    """A figure that the reader moves; made by :func:`explorer`."""

    def __init__(
        self,
        draw: Callable[..., Any],
        describe: Callable[..., str],
        *,
        title: str,
        question: str,
        caption: str | None,
        height: float,
        axes: tuple[int, int],
        animate: str | None,
        drag: str | tuple[str, int] | None,
        parameters: dict[str, Slider | Sequence[Number]],
    ) -> None:
        required(title=title, question=question)
        self._draw, self._describe = draw, describe
        self.title, self.question, self.caption = title, question, caption
        self.sliders = {name: _slider(name, given) for name, given in parameters.items()}
        if not self.sliders:
            raise ValueError("an explorer needs a parameter, for example b3=Slider(0, 3)")
        _check_takes(draw, "draw", self.sliders, ("ax",))
        _check_takes(describe, "describe", self.sliders, ())
        self._drag = (drag, None) if isinstance(drag, str) or drag is None else drag
        for option, name in (("animate", animate), ("drag", self._drag[0])):
            if name is not None and name not in self.sliders:
                raise ValueError(
                    f"{option}={name!r} is not a parameter; there are {', '.join(self.sliders)}"
                )
        self.animate = animate
        self._height, self._axes = height, axes

    # -- frames --------------------------------------------------------------------------------

    @property
    def start(self) -> dict[str, Number]:
        """The values at the beginning."""
        return {name: slider.values[slider.start] for name, slider in self.sliders.items()}

    def describe(self, **values: Number) -> str:
        """Describe the frame of some values in a sentence."""
        text = self._describe(**values)
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"describe({_call(values)}) must return a sentence, got {text!r}")
        return svg.minus(text)

    @cached_property
    def _sheet(self) -> Sheet:
        """Axes with room for the labels at the start and at the ends of every slider."""
        from backprop.show.drawing.axes import Sheet

        sheet = Sheet(self._height, *self._axes)
        ends = itertools.product(*((s.values[0], s.values[-1]) for s in self.sliders.values()))
        for values in (tuple(self.start.values()), *itertools.islice(ends, 8)):
            self._draw_on(sheet, dict(zip(self.sliders, values, strict=True)))
            sheet.fit()
        return sheet

    def _draw_on(self, sheet: Sheet, values: dict[str, Number]) -> None:
        sheet.wipe()
        try:
            self._draw(sheet.axes[0] if self._axes == (1, 1) else sheet.axes, **values)
        except Exception as error:
            error.add_note(f"This happened in draw({_call(values)}) of {self.title!r}.")
            raise

    def drawings(self, **values: Number) -> list[list[svg.Element]]:
        """Draw the frame of some values.

        Returns
        -------
        list of list of Element
            The drawing of each of its pictures.
        """
        with style():
            sheet = self._sheet
            self._draw_on(sheet, values)
            try:
                return sheet.elements()
            except ValueError as error:
                error.add_note(f"This happened after draw({_call(values)}) of {self.title!r}.")
                raise

    def _places(self) -> list[Any]:
        """Return which slider is pulled in the pictures, and where in each of them its values are.

        As parts of the width; nothing for a picture in which it cannot be pulled.
        """
        name, only = self._drag
        if name is None:
            return []
        self._draw_on(self._sheet, self.start)
        slider = self.sliders[name]
        places: list[list[float]] = []
        for i, ax in enumerate(self._sheet.axes):
            points = [(value, ax.get_ylim()[1]) for value in slider.values]
            along = ax.transData.transform(points)[:, 0] / self._sheet.size[0]
            places.append(along.round(4).tolist() if only in (None, i) else [])
        return [list(self.sliders).index(name), places]

    # -- lives ---------------------------------------------------------------------------------

    def __repr__(self) -> str:
        lines = [self.title, self.question]
        for slider in self.sliders.values():
            first, now, last = (slider.texts[i] for i in (0, slider.start, -1))
            lines.append(f"{slider.label} from {first} to {last}, now {now}")
        if len(self.sliders) == 1:
            ((name, slider),) = self.sliders.items()
            shown = sorted({0, slider.start, len(slider.values) - 1})
            for i in shown:
                mark = ">" if i == slider.start else " "
                lines.append(f"{mark} {self.describe(**{name: slider.values[i]})}")
        else:
            lines.append(f"> {self.describe(**self.start)}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        if page.on_page():
            return {**bundle, "text/html": self.page_html()}
        from backprop.show.explorers.widgets import widget

        return {**widget(self)._repr_mimebundle_(), **bundle, "text/html": self.still_html()}

    def still_html(self) -> str:
        """Return the first frame as HTML, for a notebook without a kernel."""
        description = self.describe(**self.start)
        return (
            f'{page.assets()}<figure class="bp-explorer">{self.head_html()}'
            f'{self.frame_html(self.start)}<p class="bp-say">{html.escape(description)}</p>'
            f'<p class="bp-still">{self._still("when the notebook is run")}</p>'
            f"{self.foot_html()}</figure>"
        )

    def frame_html(self, values: dict[str, Number]) -> str:
        """Return one frame's pictures as HTML."""
        name = identifier(self.title, sorted(values.items()))
        linked, heads = [], []
        for i, drawing in enumerate(self.drawings(**values)):
            (one,), definitions = svg.link_clips([drawing], f"{name}-{i}")
            linked.append(one)
            heads.append(definitions)
        return pictures(
            linked,
            self._sheet.size,
            self._axes[1],
            name,
            self.title,
            self.describe(**values),
            heads=heads,
        )

    def page_html(self) -> str:
        """Return the complete explorer as HTML that needs no kernel.

        Raises
        ------
        ValueError
            If there are too many frames or they weigh too much.
        """
        count = math.prod(len(slider.values) for slider in self.sliders.values())
        if count > MOST_FRAMES:
            steps = " x ".join(str(len(slider.values)) for slider in self.sliders.values())
            raise ValueError(
                f"{self.title!r} has {steps} = {count} frames, a page takes {MOST_FRAMES}: "
                "choose smaller steps= for its sliders"
            )
        every = [
            dict(zip(self.sliders, values, strict=True))
            for values in itertools.product(*(slider.values for slider in self.sliders.values()))
        ]
        start = every.index(self.start)
        says = [self.describe(**values) for values in every]
        name = identifier(self.title, [self.question, every, says])
        drawn = [self.drawings(**values) for values in every]
        shown, heads, keys, slots = [], [], [], []
        for i, frames in enumerate(zip(*drawn, strict=True)):
            linked, definitions = svg.link_clips(frames, f"{name}-{i}")
            aligned = align_frames(linked)
            differ = find_differences(aligned)
            numbers = {slot[0]: slot[0] for slot in differ}
            shown.append(aligned[start])
            heads.append(definitions)
            keys.append(numbers)
            slots.append(differ)
        payload = {
            "sizes": [len(slider.values) for slider in self.sliders.values()],
            "start": [slider.start for slider in self.sliders.values()],
            "texts": [slider.texts for slider in self.sliders.values()],
            "play": -1 if self.animate is None else list(self.sliders).index(self.animate),
            "pull": self._places(),
            "say": says,
            "slots": slots,
        }
        picture = pictures(
            shown,
            self._sheet.size,
            self._axes[1],
            name,
            self.title,
            says[start],
            heads=heads,
            keys=keys,
        )
        code = pack_payload(payload)
        markup = (
            f'<figure class="bp-explorer" id="{name}" aria-labelledby="{name}-title" '
            f'data-payload="{code}">{self.head_html()}'
            f'{picture}<p class="bp-say" style="{_lines(says)}">{html.escape(says[start])}</p>'
            f'<div class="bp-hands">{self._controls(name)}'
            f'<p class="bp-still">{self._still("with JavaScript")}</p></div>'
            f'<p class="bp-live" role="status"></p>{self.foot_html()}</figure>'
        )
        if len(markup.encode()) > BUDGET:
            raise ValueError(
                f"{self.title!r} weighs {len(markup.encode()) / 1000:.0f} kB on a page, at most "
                f"{BUDGET / 1000:.0f} kB are allowed ({count} frames, "
                f"{len(picture.encode()) / 1000:.0f} kB the first one): draw curves with fewer "
                "points (60 are enough), or choose smaller steps="
            )
        return markup

    def head_html(self) -> str:
        """Return title and question as HTML."""
        return (
            f'<p class="bp-title">{html.escape(self.title, quote=False)}</p>'
            f'<p class="bp-ask">{html.escape(self.question, quote=False)}</p>'
        )

    def foot_html(self) -> str:
        """Return the caption as HTML."""
        if self.caption is None:
            return ""
        return f"<figcaption>{html.escape(self.caption, quote=False)}</figcaption>"

    def _still(self, when: str) -> str:
        moves = [
            f"<em>{html.escape(slider.label or '')}</em> from {html.escape(slider.texts[0])} "
            f"to {html.escape(slider.texts[-1])}"
            for slider in self.sliders.values()
        ]
        return f"This figure moves {when}: change {' and '.join(moves)}."

    def _controls(self, name: str) -> str:
        rows = []
        for i, slider in enumerate(self.sliders.values()):
            label, text = html.escape(slider.label or ""), html.escape(slider.texts[slider.start])
            rows.append(
                f'<div class="bp-slider"><label for="{name}-s{i}">{label}</label>'
                f'<output for="{name}-s{i}" aria-live="off">{text}</output>'
                f'<input type="range" id="{name}-s{i}" min="0" max="{len(slider.values) - 1}" '
                f'step="1" value="{slider.start}" aria-valuetext="{text}" autocomplete="off"></div>'
            )
        play = '<button type="button" class="bp-play">Play</button>' if self.animate else ""
        reset = '<button type="button" class="bp-reset">Reset</button>'
        return (
            f'<div class="bp-controls">{"".join(rows)}<div class="bp-buttons">{play}{reset}</div>'
            "</div>"
        )


def _slider(name: str, given: Slider | Sequence[Number]) -> Slider:
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
    if given.label is None:
        given.label = re.sub(
            r"(?<=[A-Za-z])(\d+)$", lambda m: m[1].translate(_SUBSCRIPTS), name.replace("_", " ")
        )
    return given


def _check_takes(
    function: Callable[..., Any], name: str, sliders: dict[str, Slider], first: tuple[str, ...]
) -> None:
    """Complain if a function cannot be called with the parameters' names."""
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


def _lines(texts: Sequence[str]) -> str:
    """Keep room for the longest description, so that the sliders stay under the hand."""
    longest = max(map(len, texts))
    return f"--bp-lines:{math.ceil(longest / 70)};--bp-lines-narrow:{math.ceil(longest / 36)}"


def _call(values: dict[str, Number]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())
