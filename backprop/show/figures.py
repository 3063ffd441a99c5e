"""One picture that stands still, drawn with matplotlib and shown as themed SVG."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backprop import page
from backprop.show.drawing import svg
from backprop.show.drawing.style import style

if TYPE_CHECKING:
    from backprop.show.drawing.axes import Sheet

__all__ = ["Figure", "drawn", "figure", "identifier", "pictures", "required"]


@contextmanager
def figure(
    *,
    title: str,
    alt: str,
    caption: str | None = None,
    height: float = 300,
    axes: tuple[int, int] = (1, 1),
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
    from IPython.display import display

    from backprop.show.drawing.axes import Sheet

    required(title=title, alt=alt)
    with style():
        sheet = Sheet(height, *axes)
        yield sheet.axes[0] if axes == (1, 1) else sheet.axes
        made = _finish(sheet, title, alt, caption, axes[1])
    display(made)  # type: ignore[no-untyped-call]


def drawn(
    draw: Callable[[Any], Any],
    *,
    title: str,
    alt: str,
    caption: str | None = None,
    height: float = 300,
    axes: tuple[int, int] = (1, 1),
) -> Figure:
    """Make a :func:`figure` with a function that draws, and return it instead of showing it."""
    from backprop.show.drawing.axes import Sheet

    required(title=title, alt=alt)
    with style():
        sheet = Sheet(height, *axes)
        draw(sheet.axes[0] if axes == (1, 1) else sheet.axes)
        return _finish(sheet, title, alt, caption, axes[1])


def _finish(sheet: Sheet, title: str, alt: str, caption: str | None, columns: int) -> Figure:
    sheet.fit()
    return Figure(title, svg.minus(alt), caption, sheet.elements(), sheet.size, columns)


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
    """

    title: str
    alt: str
    caption: str | None
    drawings: list[list[svg.Element]]
    size: tuple[float, float]
    columns: int

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": repr(self)}

    def html(self) -> str:
        """Return the figure as HTML, with its style sheet if no page brings one."""
        name = identifier(self.title, self.drawings)
        linked, heads = [], []
        for i, drawing in enumerate(self.drawings):
            (one,), definitions = svg.link_clips([drawing], f"{name}-{i}")
            linked.append(one)
            heads.append(definitions)
        shown = pictures(linked, self.size, self.columns, name, self.title, self.alt, heads=heads)
        return (
            f'{page.assets()}<figure class="bp-figure" id="{name}">{shown}'
            f"<figcaption>{_caption(self.title, self.caption)}</figcaption></figure>"
        )


def _caption(title: str, caption: str | None) -> str:
    end = "" if title[-1] in ".?!" else "."
    text = f" {html.escape(caption, quote=False)}" if caption else ""
    return f"<strong>{html.escape(title, quote=False)}{end}</strong>{text}"


def pictures(
    drawings: Sequence[Sequence[svg.Element]],
    size: tuple[float, float],
    columns: int,
    name: str,
    title: str,
    description: str,
    *,
    heads: Sequence[str],
    keys: Sequence[Mapping[int, int]] | None = None,
) -> str:
    """Write pictures that belong together as one image with a title and a description."""
    labels = (
        f'<title id="{name}-title">{html.escape(title, quote=False)}</title>'
        f'<desc id="{name}-desc">{html.escape(description, quote=False)}</desc>'
    )
    shown = []
    for i, (drawing, head) in enumerate(zip(drawings, heads, strict=True)):
        if i == 0:
            head = labels + head
            role = {
                "role": "img",
                "aria_labelledby": f"{name}-title",
                "aria_describedby": f"{name}-desc",
            }
        else:  # the description speaks for all of them
            role = {"aria_hidden": "true"}
        shown.append(svg.write(drawing, size, head=head, keys=keys[i] if keys else None, **role))
    return f'<div class="bp-pictures" data-columns="{columns}">{"".join(shown)}</div>'


def identifier(title: str, content: Any) -> str:
    """Make an id that is the same whenever the content is."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40]
    return f"bp-{words}-{zlib.crc32(repr(content).encode()):08x}"


def required(**texts: str) -> None:
    """Complain about texts that are missing."""
    reasons = {
        "alt": "describe what the figure shows, with its numbers, for readers who do not see it",
        "title": "say in a few words what the figure is about",
        "question": "ask the question that moving the figure answers",
    }
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{name} must be a text, got {text!r}: {reasons[name]}")
