"""The whole of a graph, small, for those that are wider than the page."""

from __future__ import annotations

from backprop.page.html import Markup, element
from backprop.show.graphs.boxes import Moments
from backprop.show.graphs.layout import Box, Layout
from backprop.show.graphs.strokes import draw_rect, mark_start, round_pixels

__all__ = ["draw_overview"]


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
