"""Drawings that belong together as one image, with a title and a description."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from backprop.page.html import Markup, element
from backprop.show.drawing.svg import Element, link_clips, write_svg

__all__ = ["check_texts", "link_pictures", "make_identifier", "write_caption", "write_pictures"]

_REASONS = {
    "alt": "describe what the figure shows, with its numbers, for readers who do not see it",
    "title": "say in a few words what the figure is about",
    "question": "ask the question that moving the figure answers",
}


def check_texts(**texts: str) -> None:
    """Refuse a title, question or alt that is missing.

    Raises
    ------
    ValueError
        If one of them is no text, or empty.

    Examples
    --------
    >>> check_texts(title="A parabola")
    """
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{name} must be a text, got {text!r}: {_REASONS[name]}")


def make_identifier(title: str, content: Any) -> str:
    """Make an id that is the same whenever the content is.

    Examples
    --------
    >>> make_identifier("A parabola: x²", [1, 4])
    'bp-a-parabola-x-37934079'
    """
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40]
    return f"bp-{words}-{zlib.crc32(repr(content).encode()):08x}"


def link_pictures(
    drawings: Sequence[Sequence[Element]], name: str
) -> tuple[list[list[Element]], list[Markup]]:
    """Take the clipping paths out of several pictures that are shown at once.

    Returns the pictures, and to each the definitions that it refers to.
    """
    pairs = [link_clips([drawing], f"{name}-{i}") for i, drawing in enumerate(drawings)]
    return [drawing for (drawing,), _ in pairs], [definitions for _, definitions in pairs]


def write_pictures(
    drawings: Sequence[Sequence[Element]],
    sizes: Sequence[tuple[float, float]],
    columns: int,
    *,
    name: str,
    title: str,
    description: str,
    heads: Sequence[Markup],
    keys: Sequence[Mapping[int, int]] | None = None,
    natural: bool = False,
) -> Markup:
    """Write pictures that belong together as one image with a title and a description.

    Parameters
    ----------
    drawings : sequence of sequence of Element
        The pictures, row by row, without clipping paths.
    sizes : sequence of tuple of float
        Width and height of each in pixels.
    columns : int
        How many stand side by side.
    name : str
        Put before every id.
    title, description : str
        What the whole is about, and what it shows.
    heads : sequence of Markup
        The definitions that each picture refers to.
    keys : sequence of mapping, optional
        For each picture, the keys of the elements that a script moves.
    natural : bool
        Whether pictures are never shown larger than they were drawn.
    """
    labels = [
        element("title", title, id=f"{name}-title"),
        element("desc", description, id=f"{name}-desc"),
    ]
    speaks = {
        "role": "img",
        "aria_labelledby": f"{name}-title",
        "aria_describedby": f"{name}-desc",
    }
    silent = {"aria_hidden": "true"}  # the first one's description speaks for all of them
    shown = [
        write_svg(
            drawing,
            sizes[i],
            head=[None if i else labels, head],
            keys=keys[i] if keys else None,
            **(silent if i else speaks),
            **({"style": f"--bp-drawn:{sizes[i][0]:.0f}"} if natural else {}),
        )
        for i, (drawing, head) in enumerate(zip(drawings, heads, strict=True))
    ]
    return element("div", shown, **_describe_grid(sizes, columns, natural))


def _describe_grid(
    sizes: Sequence[tuple[float, float]], columns: int, natural: bool
) -> dict[str, Any]:
    """Return the attributes of the box in which pictures stand."""
    if not natural:
        return {"class_": "bp-pictures", "data_columns": columns}
    widths = " ".join(f"minmax(0,{width:.0f}fr)" for width, _ in sizes[:columns])
    return {
        "class_": "bp-pictures bp-natural",
        "data_columns": columns,
        "style": f"--bp-columns:{widths}",
    }


def write_caption(title: str, *more: Any) -> Markup:
    """Write the caption of a figure: its title as a sentence, and what follows.

    Examples
    --------
    >>> write_caption("A parabola", "Look at its foot.")
    '<figcaption><strong>A parabola.</strong> Look at its foot.</figcaption>'
    """
    end = "" if title[-1] in ".?!" else "."
    follows = [[" ", part] for part in more if part]
    return element("figcaption", element("strong", f"{title}{end}"), follows)
