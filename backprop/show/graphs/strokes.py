"""What every part of a graph is drawn with: texts, boxes, and when a part appears."""

from __future__ import annotations

from backprop.page.html import Content, Markup, element
from backprop.show.graphs.layout import Box
from backprop.show.graphs.text import TEXT

__all__ = ["ROW", "draw_rect", "draw_text", "mark_start", "round_pixels"]

#: The height of a row of text, in pixels.
ROW = 18.0


def draw_text(content: Content, x: float, top: float, row: float = ROW) -> Markup:
    """Draw a line of text whose row begins at `top`."""
    return element("text", content, x=round_pixels(x), y=round_pixels(top + row / 2 + 0.35 * TEXT))


def draw_rect(box: Box, **attributes: str | int) -> Markup:
    """Draw a box; its attributes come first."""
    x, y, width, height = map(round_pixels, (box.x, box.y, box.width, box.height))
    return element("rect", **attributes, x=x, y=y, width=width, height=height)


def mark_start(start: int) -> dict[str, int]:
    """Return the attribute of what is there from a step on."""
    return {"data_from": start}


def round_pixels(pixels: float) -> str:
    """Write a length in whole pixels."""
    return str(round(pixels))
