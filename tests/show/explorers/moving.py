"""An explorer that the tests share, and how a page moves one, written again in Python."""

from __future__ import annotations

import base64
import itertools
import json
import re
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import numpy as np

from backprop import show
from backprop.show.explorers.markup import write_frame

GRID = np.linspace(-2, 2, 41)


def bowl(**changes: Any) -> show.Explorer:
    """A parabola with a tangent, a step that grows in number, and a colour that changes."""

    def draw(ax: Any, x: float, count: int) -> None:
        ax.plot(GRID, GRID**2 + x, color=show.VALUE)
        ax.plot(GRID[:count], GRID[:count] ** 2, "o", color=show.BAD if x > 0 else show.GOOD)
        if count > 1:
            ax.text(0, 3, f"x < {x}", color=show.INK)
        ax.set(xlim=(-1.5, 1.5), ylim=(0, 4), xlabel="x", ylabel="x²")

    options: dict[str, Any] = {
        "draw": draw,
        "describe": lambda x, count: f"{count} of {x:.2f}",
        "title": "A bowl & <b>more</b>",
        "question": "Is 1 < 2?",
        "caption": "Look at <i>it</i>.",
        "animate": "count",
        "drag": "x",
        "x": show.Slider(-1, 1, steps=5, value=0.5, label="slope < 1"),
        "count": show.Slider(0, 3, label="number"),
    } | changes
    options = {name: option for name, option in options.items() if option is not None}
    return show.explorer(options.pop("draw"), **options)


def payload(markup: str) -> dict[str, Any]:
    """What a page knows of an explorer's other frames."""
    (code,) = re.findall(r'data-payload="([^"]+)"', markup)
    data: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(code)))
    return data


def rows(written: list[list[int]]) -> list[list[int]]:
    found: list[list[int]] = []
    for steps in written:
        row = list(accumulate(steps))
        if found and len(found[-1]) == len(row):
            row = [a + b for a, b in zip(row, found[-1], strict=True)]
        found.append(row)
    return found


def chosen(values: list[Any], use: list[int], frame: int) -> Any:
    return values[list(accumulate(use))[frame] if use else 0]


Drawing = list[tuple[str, dict[str, str], str]]


def pictures(markup: str) -> list[ElementTree.Element]:
    found = re.findall(r"<svg.*?</svg>", markup, flags=re.S)
    return [ElementTree.fromstring(svg) for svg in found]


def visible(svg: ElementTree.Element) -> Drawing:
    """Tag, attributes and text of all elements that can be seen, names of clips resolved."""
    clips = {f"url(#{clip.get('id')})": clip[0].get("d") for clip in svg.iter("clipPath")}
    drawing = []
    for element in svg.findall("./g/*"):
        attributes = {k: v for k, v in element.attrib.items() if k != "data-i"}
        if "clip-path" in attributes:
            attributes["clip-path"] = str(clips[attributes["clip-path"]])
        if attributes.get("display") != "none":
            drawing.append((element.tag, attributes, element.text or ""))
    return drawing


def moved(markup: str, frame: int) -> list[Drawing]:
    """The drawings of one frame, as a page makes them from the first one."""
    from backprop.show.drawing.svg import Shape

    drawings = []
    for svg, slots in zip(pictures(markup), payload(markup)["slots"], strict=True):
        elements = {e.get("data-i"): e for e in svg.iter() if e.get("data-i")}
        for number, name, *rest in slots:
            element = elements[str(number)]
            if name == "d":
                commands, use, xs, use_x, ys, use_y = rest
                shape = Shape(
                    chosen(commands, use, frame),
                    tuple(chosen(rows(xs), use_x, frame)),
                    tuple(chosen(rows(ys), use_y, frame)),
                )
                element.set("d", str(shape))
                continue
            value = chosen(*rest, frame)
            if name == "":
                element.text = value
            elif value is None:
                element.attrib.pop(name, None)
            else:
                element.set(name, value)
        drawings.append(visible(svg))
    return drawings


def every_frame(
    explorer: show.Explorer,
) -> Iterator[tuple[int, dict[str, float], list[Drawing]]]:
    """Number, values and directly drawn pictures of each frame."""
    names = list(explorer.sliders)
    grids = itertools.product(*(slider.values for slider in explorer.sliders.values()))
    for number, values in enumerate(grids):
        chosen_values = dict(zip(names, values, strict=True))
        markup = write_frame(explorer, chosen_values)
        yield number, chosen_values, [visible(svg) for svg in pictures(markup)]
