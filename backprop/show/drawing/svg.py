"""Small SVG: few elements, coordinates in tenths of a pixel, the palette's colours as variables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from backprop.page import PALETTE
from backprop.page.html import Content, Markup, element, join

__all__ = [
    "POINTS",
    "Element",
    "Shape",
    "link_clips",
    "write_colour",
    "write_minus_signs",
    "write_plain_math",
    "write_svg",
    "write_tenths",
]

# Black and white are nobody's choice: they are matplotlib's defaults for "text" and "background".
_VARIABLES = {
    **{colour.light: f"var(--bp-{name},{colour.light})" for name, colour in PALETTE.items()},
    "#000000": f"var(--bp-ink,{PALETTE['ink'].light})",
    "#ffffff": f"var(--bp-surface,{PALETTE['surface'].light})",
}


def write_colour(colour: str) -> str:
    """Write a colour so that those of the palette follow light and dark.

    Examples
    --------
    >>> write_colour("#0a66b0"), write_colour("#123456")
    ('var(--bp-value,#0a66b0)', '#123456')
    """
    return _VARIABLES.get(colour, colour)


def write_minus_signs(text: str) -> str:
    """Write the minus signs of numbers as such: they are as wide as a plus, and read aloud.

    Nothing but zeros has no sign.

    Examples
    --------
    >>> write_minus_signs("-0.5, well-known, 1e-05, -0.00")
    '−0.5, well-known, 1e-05, 0.00'
    """
    return _MINUS_ZERO.sub("", re.sub(r"(?<![\w.])-(?=[\d.])", "−", text))


#: The sign of what is nothing but zeros, to the end of the number.
_MINUS_ZERO = re.compile(r"(?<![\w.)])−(?=0(?:\.0+)?(?![\d\w]|[.,]\d))")


_SUPERSCRIPTS = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")
_SUBSCRIPTS = str.maketrans("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎")
_MATH = (
    (re.compile(r"\\math\w+\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"), lambda m: m[1]),
    (re.compile(r"\^\{?([-−+\d]+)\}?"), lambda m: m[1].translate(_SUPERSCRIPTS)),
    (re.compile(r"_\{?([-−+\d]+)\}?"), lambda m: m[1].translate(_SUBSCRIPTS)),
    (re.compile(r"\\times"), lambda _: "×"),
)


def write_plain_math(text: str) -> str:
    r"""Turn the mathematics of matplotlib's tick labels into plain characters.

    Parameters
    ----------
    text : str
        Text with mathematics between dollar signs.

    Returns
    -------
    str
        The same in Unicode.

    Raises
    ------
    ValueError
        If it is more than powers, indices and ×.

    Examples
    --------
    >>> write_plain_math(r"$\mathdefault{10^{-3}}$")
    '10⁻³'
    """
    plain = text.replace("$", "")
    for pattern, characters in _MATH:
        plain = pattern.sub(characters, plain)
    if re.search(r"[\\^_{}]", plain):
        raise ValueError(
            f"{text!r} cannot be drawn as text on a page; write it in Unicode, for example 'b₃' or "
            "'∂SSR/∂b₃' (and write \\$ for a dollar sign)"
        )
    return plain


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
            steps = [
                f"{write_tenths(x)} {write_tenths(y)}" for x, y in islice(points, POINTS[command])
            ]
            if command == "o":  # a line of no length, made visible by round line caps
                out.append(f"M{steps[0]}h0")
            else:
                out.append((" " if command == implied else command) + " ".join(steps))
            implied = _IMPLIED.get(command, "")
        return "".join(out)


POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0, "o": 1}
_IMPLIED = {"M": "L", "L": "L", "Q": "Q", "C": "C"}  # what SVG takes further points for


def write_tenths(tenths: int) -> str:
    """Write a number of tenths in as few characters as possible.

    Examples
    --------
    >>> write_tenths(125), write_tenths(120), write_tenths(-5)
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

    def write(self, **more: str) -> Markup:
        """Write the element as markup, with some more attributes."""
        attributes = {**more, **self.attributes}
        if self.shape is not None:
            attributes["d"] = str(self.shape)
        return element(self.tag, self.text or None, **attributes)


def write_svg(
    elements: Sequence[Element],
    size: tuple[float, float],
    *,
    head: Content = None,
    keys: Mapping[int, int] | None = None,
    **attributes: str,
) -> Markup:
    """Write a drawing as an ``<svg>`` element.

    Parameters
    ----------
    elements : sequence of Element
        What to draw, from back to front, without clipping paths (see :func:`link_clips`).
    size : tuple of float
        Width and height in pixels.
    head : markup, optional
        What comes first: title, description, definitions.
    keys : mapping of int to int, optional
        Number of an element to the key by which a script finds it again (``data-i``).
    **attributes : str
        More attributes of the ``<svg>`` element; underscores become hyphens.

    Returns
    -------
    Markup
        The element.

    Examples
    --------
    >>> write_svg([Element("text", {"x": "5"}, text="a < b")], (20, 10), role="img")[-37:]
    '<text x="5">a &lt; b</text></g></svg>'
    """
    body = [
        each.write(**({"data-i": str(keys[i])} if keys and i in keys else {}))
        for i, each in enumerate(elements)
    ]
    width, height = (write_tenths(round(10 * length)) for length in size)
    drawing = element("g", body, fill="none", stroke_linejoin="round")
    box: dict[str, str] = {"viewBox": f"0 0 {width} {height}", "width": width, "height": height}
    return element("svg", head, drawing, **box, **attributes)


def link_clips(
    drawings: Sequence[Sequence[Element]], prefix: str
) -> tuple[list[list[Element]], Markup]:
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
    definitions : Markup
        For the `head` of :func:`write_svg`.
    """
    names: dict[str, str] = {}

    def link(each: Element) -> Element:
        path = each.attributes.get("clip-path")
        if path is None:
            return each
        name = names.setdefault(path, f"{prefix}-c{len(names)}")
        attributes = {**each.attributes, "clip-path": f"url(#{name})"}
        return Element(each.tag, attributes, each.shape, each.text)

    linked = [[link(each) for each in elements] for elements in drawings]
    clips = [element("clipPath", element("path", d=path), id=name) for path, name in names.items()]
    return linked, element("defs", clips) if clips else join(())
