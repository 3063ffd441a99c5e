"""What every part of a graph is drawn with, and the whole of one drawn small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backprop.page.html import Content, Markup, element
from backprop.show.graphs.layout import Box, Layout
from backprop.show.graphs.text import TEXT

if TYPE_CHECKING:
    from backprop.show.graphs.boxes import Moments

__all__ = ["ROW", "draw_overview", "draw_rect", "draw_text", "mark_start", "round_pixels"]

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


def draw_overview(layout: Layout, moments: Moments) -> Markup:
    """Draw the whole of a graph small, for those that are wider than the page.

    Boxes fill up with the colour of values and then of gradients, and a frame shows which part of
    the graph is in sight. The style sheet shows it only where the graph itself has to scroll.
    """
    outlines = "".join(map(_outline, layout.boxes))
    lines = "".join(
        "M" + "L".join(f"{round_pixels(x)} {round_pixels(y)}" for x, y in line.corners)
        for line in layout.lines
    )
    filled = []
    for i, box in enumerate(layout.boxes):
        filled.append(draw_rect(box, data_node=i, **mark_start(moments.values[i])))
        if received := moments.gradients[i]:
            when = mark_start(received[-1][0])
            filled.append(draw_rect(box, class_="bp-back", data_node=i, **when))
    width, height = round(layout.width), round(layout.height)
    return element(
        "svg",
        element("path", d=lines + outlines),
        filled,
        element("rect", class_="bp-sight", width=0, height=height),
        class_="bp-over",
        viewBox=f"0 0 {width} {height}",
        preserveAspectRatio="none",
        aria_hidden="true",
        style=f"--bp-wide:{width}px;--bp-flat:{height / width:.4f}",
    )


def _outline(box: Box) -> str:
    wide, high = round_pixels(box.width), round_pixels(box.height)
    return f"M{round_pixels(box.x)} {round_pixels(box.y)}h{wide}v{high}h-{wide}z"
