"""The PNG of a graph looks as the style sheet says: two ways to say the same, compared."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import Any

import pytest

from backprop.page import assets
from backprop.show.drawing.raster import _Painter, _State
from backprop.show.graphs.graph import RULES, draw_picture
from backprop.show.graphs.trace import read_passes

from .examples import GRAPHS

pytestmark = pytest.mark.browser

DRAWN = ("path", "rect", "text")
# What a browser makes of each element that it draws.
COMPUTED = """svg => [...svg.querySelectorAll('path, rect, text')].map(drawn => {
  const { display, fill, stroke, strokeWidth, fontWeight, fontStyle, textAnchor } =
    getComputedStyle(drawn);
  return { tag: drawn.tagName, class: drawn.closest('[class]').getAttribute('class'),
           display, fill, stroke, strokeWidth, fontWeight, fontStyle, textAnchor };
})"""


@pytest.fixture(scope="module")
def address() -> str:
    return "about:blank"


def list_painted(
    painter: _Painter, element: ElementTree.Element, state: _State, gone: bool = False
) -> Iterator[dict[str, str]]:
    """Yield what the PNG makes of each element that it draws, or leaves out."""
    state, own = painter._cascade(element, state)
    gone = gone or own.get("display") == "none"
    if element.tag in DRAWN:
        yield {**own, "tag": element.tag, "display": "none" if gone else "inline"}
    for child in element if element.tag not in ("title", "desc", "defs", "text") else ():
        yield from list_painted(painter, child, state, gone)


def write_colour(colour: str) -> str:
    """Write a colour as browsers do."""
    if not colour.startswith("#"):
        return colour
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def describe_painted(own: dict[str, str]) -> dict[str, Any]:
    look = {"tag": own["tag"], "fill": write_colour(own["fill"])}
    if own["tag"] == "text":
        return {
            **look,
            "anchor": own["text-anchor"],
            "weight": own["font-weight"],
            "slant": own["font-style"],
        }
    stroke = write_colour(own["stroke"])
    return {**look, "stroke": stroke, "width": float(own["stroke-width"]) * (stroke != "none")}


def describe_computed(style: dict[str, str]) -> dict[str, Any]:
    look = {"tag": style["tag"], "fill": style["fill"]}
    if style["tag"] == "text":
        return {
            **look,
            "anchor": style["textAnchor"],
            "weight": style["fontWeight"],
            "slant": style["fontStyle"],
        }
    width = float(style["strokeWidth"].removesuffix("px")) * (style["stroke"] != "none")
    return {**look, "stroke": style["stroke"], "width": width}


@pytest.mark.parametrize("name", GRAPHS)
def test_every_element_of_a_graph_looks_the_same_in_both(name: str, visit: Any) -> None:
    passes = read_passes(GRAPHS[name](), True)
    markup = draw_picture(passes, "bp-still", "A graph")[1]
    page = visit(color_scheme="light")
    figure = f'<figure class="bp-figure">{markup}</figure>'
    page.set_content(f"<!doctype html><title>t</title>{assets('graph')}{figure}")
    (svg,) = re.findall(r"<svg.*</svg>", markup, re.DOTALL)
    painter = _Painter(None, None, {}, RULES, False)  # type: ignore[arg-type]
    painted = list(list_painted(painter, ElementTree.fromstring(svg), _State()))
    computed = page.locator("svg").first.evaluate(COMPUTED)
    assert len(painted) == len(computed) > 0
    seen = [
        (describe_painted(ours), describe_computed(theirs), theirs["class"])
        for ours, theirs in zip(painted, computed, strict=True)
        if "none" not in (ours["display"], theirs["display"])
    ]
    assert seen
    for ours, theirs, where in seen:
        assert ours == theirs, where
    hidden = [ours["display"] == "none" for ours in painted]
    assert hidden == [theirs["display"] == "none" for theirs in computed]
