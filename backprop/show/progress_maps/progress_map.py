"""A picture whose parts stand for tasks: grey, and in colour as soon as their task is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from backprop.page.html import Markup, element
from backprop.show.drawing.svg import Element
from backprop.show.figures import Figure

__all__ = ["ProgressMap", "colour_when_done", "make_progress_map"]


@dataclass(frozen=True, repr=False)
class ProgressMap(Figure):
    """A figure that says, below its picture, how many of its tasks are done.

    Attributes
    ----------
    count : str
        How many are done, in words.
    """

    count: str = ""

    def __repr__(self) -> str:
        return f"{super().__repr__()}\n{self.count}"


def make_progress_map(
    title: str,
    alt: str,
    caption: str,
    drawing: Sequence[Element],
    size: tuple[float, float],
    tasks: Sequence[str],
    done: Collection[str],
) -> ProgressMap:
    """Make the figure of a drawing whose parts belong to tasks.

    Parameters
    ----------
    title, alt, caption : str
        See :func:`figure`.
    drawing : sequence of Element
        Elements of tasks come from :func:`colour_when_done`.
    size : tuple of float
        Width and height in pixels.
    tasks : sequence of str
        ``"chapter/exercise"`` where an exercise has to be solved, ``"chapter"`` where a quiz has to
        be answered.
    done : collection of str
        Those that are done; what is no task of this picture may be among them.
    """
    known = len(set(tasks) & set(done))
    # A page replaces the first of the two numbers.
    number = element("span", known, data_tasks=" ".join(tasks))
    said = Markup(f"{element('span', caption)} Done: {number} of {len(tasks)}.")
    return ProgressMap(
        title, alt, said, [list(drawing)], size, 1, True, f"Done: {known} of {len(tasks)}."
    )


def colour_when_done(
    elements: Iterable[Element], task: str, done: Collection[str]
) -> list[Element]:
    """Hide elements until their task is done; what stays grey below them is drawn apart.

    Examples
    --------
    >>> from backprop.show.drawing.shapes import draw_line
    >>> hidden, = colour_when_done([draw_line((0, 0), (9, 0), "value")], "fitting", done=[])
    >>> hidden.attributes["data-task"], hidden.attributes["display"]
    ('fitting', 'none')
    """
    hidden = {} if task in done else {"display": "none"}
    return [
        replace(each, attributes={**each.attributes, "data-task": task, **hidden})
        for each in elements
    ]
