"""Text in graphs: formulas as pieces of HTML and of SVG, cut where they are long, and measured."""

from __future__ import annotations

from backprop.formulas.typesetting import split_exponents
from backprop.page.html import Content, Markup, element, join

__all__ = ["LONGEST", "TEXT", "measure_text", "shorten_text", "typeset_html", "typeset_svg"]

#: The size of text in pixels.
TEXT = 13.0
#: Longer texts are cut; the full ones are in descriptions, lists and tooltips.
LONGEST = 26
# Widths of characters as parts of the size of the text: those of wide fonts, to be safe.
_WIDTHS = {**dict.fromkeys("iljtf.,;:'|!()[] ", 0.36), **dict.fromkeys("mwMW@…", 0.95)}


def typeset_html(text: str) -> Markup:
    """Write a formula as HTML: digits of names below the line, exponents above it.

    Examples
    --------
    >>> typeset_html("w1 · e^z2 < 1.5.")
    'w₁ · e<sup>z₂</sup> &lt; 1.5.'
    """
    return join(element("sup", piece) if up else piece for piece, up in split_exponents(text))


def typeset_svg(text: str) -> Markup:
    """Write a formula as pieces of a line of SVG.

    Examples
    --------
    >>> typeset_svg("e^2 + b1")
    'e<tspan dy="-4" font-size="10">2</tspan><tspan dy="4"> + b₁</tspan>'
    """
    out: list[Content] = []
    for piece, up in split_exponents(text):
        if up:
            out.append(element("tspan", piece, dy=-4, font_size=10))
        else:  # down again, to where the line was
            out.append(element("tspan", piece, dy=4) if out else piece)
    return join(out)


def shorten_text(text: str) -> str:
    """Cut a text that is too long for a box.

    Examples
    --------
    >>> shorten_text("a name that nobody wants to read")
    'a name that nobody wants…'
    """
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def measure_text(text: str) -> float:
    """Measure how wide a text is in pixels, in a wide font.

    Examples
    --------
    >>> measure_text("il") < measure_text("mW")
    True
    """
    return TEXT * sum(_WIDTHS.get(c, 0.7 if c.isupper() else 0.61) for c in text)
