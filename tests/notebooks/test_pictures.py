"""Every figure and explorer of the book, in its notebook, as front ends that strip leave it."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.show.isolation import read, sanitise

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
RENEW = "run `make notebooks` and commit the result"
#: What a notebook may weigh: 700,000 bytes is the limit of any file, and texts grow.
HEAVIEST = 680_000


def outputs(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the outputs of a notebook that hold markup, by their types."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                texts = {mime: "".join(text) for mime, text in output["data"].items()}
                yield {**output, "data": texts}


def figures(path: Path) -> list[dict[str, Any]]:
    drawn = re.compile(r'class="bp-(?:figure|explorer)')
    return [output for output in outputs(path) if drawn.search(output["data"]["text/html"])]


each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_the_book_has_figures() -> None:
    assert sum(len(figures(path)) for path in NOTEBOOKS) >= 30


@each_notebook
def test_every_figure_is_a_picture_where_svg_is_stripped(path: Path) -> None:
    for figure in figures(path):
        data = figure["data"]
        images, text = read(sanitise(data["text/html"]))
        assert len(images) == 1, f"{data['text/plain'][:60]}: {RENEW}"
        assert images[0]["src"].startswith("data:image/png;base64,")
        assert len(images[0]["alt"]) > 20
        assert "bp-" not in text, "a script or a style sheet is left as text"
        # the title, which is the first line of the plain text, is there to be read
        title = data["text/plain"].splitlines()[0].partition(":")[0]
        assert title in text


@each_notebook
def test_every_figure_carries_its_picture_with_a_description(path: Path) -> None:
    for figure in figures(path):
        code = figure["data"]["image/png"].strip()
        assert base64.b64decode(code)[1:4] == b"PNG"
        assert len(code) < 50_000
        assert len(figure["metadata"]["image/png"]["alt"]) > 20


@each_notebook
def test_every_output_stays_alive_without_a_kernel(path: Path) -> None:
    for figure in figures(path):
        html = figure["data"]["text/html"]
        assert html.count('class="bp-alive"') == 1
        waiting = html.split('class="bp-alive">')[1].split("</script>")[0]
        assert "<svg" in waiting
        if 'class="bp-explorer' in waiting:
            assert "<button" in waiting
            assert re.search(r"data-(payload|program)=|bp-steps", waiting)
    for output in outputs(path):
        assert not [mime for mime in output["data"] if "widget" in mime]


@each_notebook
def test_quizzes_and_exercises_can_be_read_where_forms_are_stripped(path: Path) -> None:
    known = figures(path)
    for output in outputs(path):
        if output not in known:
            _, text = read(sanitise(output["data"]["text/html"]))
            plain = output["data"]["text/plain"]
            said, left = (set(re.findall(r"[A-Za-z]{4,}", words)) for words in (plain, text))
            assert len(said & left) >= 0.9 * len(said), sorted(said - left)


@each_notebook
def test_notebooks_stay_small(path: Path) -> None:
    assert path.stat().st_size < HEAVIEST
