"""Small SVG: few elements, coordinates in tenths of a pixel, the palette's colours as variables."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from backprop.page import PALETTE

__all__ = ["POINTS", "Element", "Shape", "link_clips", "minus", "number", "paint", "write"]

# Black and white are nobody's choice: they are matplotlib's defaults for "text" and "background".
_VARIABLES = {
    **{colour.light: f"var(--bp-{name},{colour.light})" for name, colour in PALETTE.items()},
    "#000000": f"var(--bp-ink,{PALETTE['ink'].light})",
    "#ffffff": f"var(--bp-surface,{PALETTE['surface'].light})",
}


def paint(colour: str) -> str:
    """Write a colour so that those of the palette follow light and dark.

    Examples
    --------
    >>> paint("#0a66b0"), paint("#123456")
    ('var(--bp-value,#0a66b0)', '#123456')
    """
    return _VARIABLES.get(colour, colour)


def minus(text: str) -> str:
    """Write the minus signs of numbers as such: they are as wide as a plus, and read aloud.

    Examples
    --------
    >>> minus("-0.5, well-known, 1e-05")
    '−0.5, well-known, 1e-05'
    """
    return re.sub(r"(?<![\w.])-(?=[\d.])", "−", text)


class Shape(NamedTuple):
    """A path, in tenths of a pixel.

    Attributes
    ----------
    commands : str
        One SVG path command per step: ``M``, ``L`` (one point), ``Q`` (two), ``C`` (three), ``Z``
        (none), and ``o``, a dot (one point).
    xs, ys : tuple of int
        The points' coordinates, one entry per point.
    """

    commands: str
    xs: tuple[int, ...]
    ys: tuple[int, ...]

    def __str__(self) -> str:
        """Write the path as SVG's ``d`` attribute; explorer.js does the same."""
        points = zip(self.xs, self.ys, strict=True)
        out, implied = [], ""
        for command in self.commands:
            steps = [f"{number(x)} {number(y)}" for x, y in islice(points, POINTS[command])]
            if command == "o":  # a line of no length, made visible by round line caps
                out.append(f"M{steps[0]}h0")
            else:
                out.append((" " if command == implied else command) + " ".join(steps))
            implied = _IMPLIED.get(command, "")
        return "".join(out)


POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0, "o": 1}
_IMPLIED = {"M": "L", "L": "L", "Q": "Q", "C": "C"}  # what SVG takes further points for


def number(tenths: int) -> str:
    """Write a number of tenths in as few characters as possible.

    Examples
    --------
    >>> number(125), number(120), number(-5)
    ('12.5', '12', '-.5')
    """
    whole, rest = divmod(abs(tenths), 10)
    text = f"{whole or ''}.{rest}" if rest else f"{whole}"
    return f"-{text}" if tenths < 0 else text


@dataclass
class Element:
    """One SVG element.

    Attributes
    ----------
    tag : str
        ``path``, ``text`` or ``image``.
    attributes : dict of str to str
        Everything but the path itself.
    shape : Shape, optional
        The path of a ``path``.
    text : str
        The content of a ``text``.
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    shape: Shape | None = None
    text: str = ""

    def write(self, **more: str) -> str:
        """Return the element as markup, with some more attributes."""
        attributes = {**more, **self.attributes}
        if self.shape is not None:
            attributes["d"] = str(self.shape)
        inside = "".join(f' {name}="{html.escape(text)}"' for name, text in attributes.items())
        if self.tag == "text":
            return f"<text{inside}>{html.escape(self.text, quote=False)}</text>"
        return f"<{self.tag}{inside}/>"


def write(
    elements: Sequence[Element],
    size: tuple[float, float],
    *,
    head: str = "",
    keys: Mapping[int, int] | None = None,
    **attributes: str,
) -> str:
    """Write a drawing as an ``<svg>`` element.

    Parameters
    ----------
    elements : sequence of Element
        What to draw, from back to front, without clipping paths (see :func:`link_clips`).
    size : tuple of float
        Width and height in pixels.
    head : str
        Markup that comes first: title, description, definitions.
    keys : mapping of int to int, optional
        Number of an element to the key by which a script finds it again (``data-i``).
    **attributes : str
        More attributes of the ``<svg>`` element; underscores become hyphens.

    Returns
    -------
    str
        The markup.
    """
    body = "".join(
        element.write(**({"data-i": str(keys[i])} if keys and i in keys else {}))
        for i, element in enumerate(elements)
    )
    outside = "".join(
        f' {name.replace("_", "-")}="{html.escape(text)}"' for name, text in attributes.items()
    )
    width, height = (number(round(10 * length)) for length in size)
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}"{outside}>{head}'
        f'<g fill="none" stroke-linejoin="round">{body}</g></svg>'
    )


def link_clips(
    drawings: Sequence[Sequence[Element]], prefix: str
) -> tuple[list[list[Element]], str]:
    """Replace the clipping paths in some drawings by references to common definitions.

    Parameters
    ----------
    drawings : sequence of sequence of Element
        Drawings of which one at a time is shown.
    prefix : str
        Put before every id, so that many pictures can live on one page.

    Returns
    -------
    drawings : list of list of Element
        The same with references.
    definitions : str
        Markup for the `head` of :func:`write`.
    """
    names: dict[str, str] = {}

    def link(element: Element) -> Element:
        path = element.attributes.get("clip-path")
        if path is None:
            return element
        name = names.setdefault(path, f"{prefix}-c{len(names)}")
        attributes = {**element.attributes, "clip-path": f"url(#{name})"}
        return Element(element.tag, attributes, element.shape, element.text)

    linked = [[link(element) for element in elements] for elements in drawings]
    clips = "".join(
        f'<clipPath id="{name}"><path d="{path}"/></clipPath>' for path, name in names.items()
    )
    return linked, f"<defs>{clips}</defs>" if clips else ""
