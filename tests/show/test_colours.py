"""Colours mean one thing, in every figure of every notebook: its first frame is looked at."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from backprop.page import PALETTE
from backprop.show.drawing.style import COMPARED, GRADIENT, INK, LOSS, MUTED, RESIDUAL, VALUE

BOOK = Path(__file__).resolve().parents[2] / "book"
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))

NUMBER = r"[×=]?\s*[+−-]?[\d.,]+(?:e[+−-]?\d+|·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
LETTERS = r"[\w₀-₉′']{1,2}"
#: Slopes and what goes against them, and engines' columns of gradients.
BACK = "slope|pull|gradient|tangent|uphill|edges crossed|engine|∂|′"
CURVES = "predict|line|first|second|turns|early|late|sum|right|wrong|softplus|almost|from|x"
#: What may be written in a colour: a number, or words about what the colour means.
WORDS = {
    "gradient": rf"(?:[↑↓] )?{NUMBER}|{NUMBER} {LETTERS}|(?:.*(?:{BACK}).*)|−2 · residual|\?"
    rf"|(?:b3\.grad|g) = (?:{NUMBER}|none)",
    "residual": rf"{NUMBER}|−log p|\(1 − p\)²|.*(?:SSR|loss|residual|error of the fit).*",
    "value": rf"{NUMBER}|[apf]|score z|[az] = {NUMBER}|\(a \+ a\)²|"
    rf"{NUMBER} · {NUMBER} = {NUMBER}|b₃ = {NUMBER}|.*(?:{CURVES}).*",
}
#: Things that are compared with each other: their names are ink or grey.
RIVALS = re.compile(r"\b(forward|central|complex|momentum|adam|rmsprop|gradient descent)\b", re.I)
#: In no picture: right and wrong are said in words.
NEVER = ("good", "bad")


class Mark(NamedTuple):
    """One element of a picture: its tag, the colours of its line and its area, and its words."""

    tag: str
    stroke: str
    fill: str
    text: str
    width: float
    points: int


def name_colour(written: str) -> str:
    found = re.match(r"var\(--bp-([\w-]+)", written or "")
    return found[1] if found else ""


@cache
def pictures(path: Path) -> list[tuple[str, list[Mark]]]:
    """The title and the marks of each picture in the outputs of a notebook."""
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            stage = html.split('class="bp-filmstrip"')[0]
            title = re.search(r"<title[^>]*>([^<]*)", stage)
            for svg in re.findall(r"<svg\b.*?</svg>", stage, re.S):
                if 'class="bp-over"' not in svg:
                    found.append((title[1] if title else path.stem, list(read_marks(svg))))
    return found


def read_marks(svg: str) -> Iterator[Mark]:
    for e in ElementTree.fromstring(svg.replace("&nbsp;", " ")).iter():
        if e.tag in ("path", "text", "rect"):
            yield Mark(
                e.tag,
                name_colour(e.get("stroke", "")),
                name_colour(e.get("fill", "")),
                "".join(e.itertext()).strip(),
                float(e.get("stroke-width", "1")),
                len(re.findall(r"[\d.]+[ ,]", e.get("d", ""))),
            )


def every_picture() -> Iterator[tuple[str, list[Mark]]]:
    for path in NOTEBOOKS:
        for title, marks in pictures(path):
            yield f"{path.stem}, {title}", marks


def test_there_are_figures_to_look_at() -> None:
    assert len(list(every_picture())) >= 20


def test_red_and_green_are_in_no_picture() -> None:
    wrong = [
        (where, mark) for where, marks in every_picture() for mark in marks
        if mark.stroke in NEVER or mark.fill in NEVER
    ]  # fmt: skip
    assert not wrong


@pytest.mark.parametrize("colour", WORDS)
def test_words_in_a_colour_speak_of_what_it_means(colour: str) -> None:
    pattern = re.compile(WORDS[colour])
    wrong = {
        f"{where}: {mark.text!r} in {colour}"
        for where, marks in every_picture()
        for mark in marks
        if mark.text and mark.fill == colour and not pattern.fullmatch(mark.text)
    }
    assert not wrong, "\n".join(sorted(wrong))


def test_what_is_compared_is_ink_or_grey() -> None:
    wrong = {
        f"{where}: {mark.text!r} in {mark.fill}"
        for where, marks in every_picture()
        for mark in marks
        if RIVALS.search(mark.text) and mark.fill in WORDS
    }
    assert not wrong, "\n".join(sorted(wrong))


def test_a_loss_on_the_y_axis_is_no_blue_curve() -> None:
    wrong = []
    for where, marks in every_picture():
        names = [m.text for m in marks if m.tag == "text" and m.fill == "muted"]
        is_loss = any(re.fullmatch(r"(SSR|loss\b.*|error of .*)", name) for name in names)
        curves = [m for m in marks if m.stroke == "value" and m.width > 2.1 and m.points > 12]
        wrong += [where] if is_loss and curves else []
    assert not wrong


def test_the_palette_gives_each_meaning_a_colour_of_its_own() -> None:
    assert LOSS == RESIDUAL, "a loss is the area of the squares"
    assert len({INK, VALUE, GRADIENT, RESIDUAL}) == 4
    assert {PALETTE[name].light for name in WORDS} == {VALUE, GRADIENT, RESIDUAL}


def test_things_compared_differ_in_dash_and_marker_and_not_by_hue() -> None:
    assert {look["color"] for look in COMPARED} == {INK, MUTED}
    for how in ("linestyle", "marker"):
        assert len({look[how] for look in COMPARED}) == len(COMPARED) == 4
