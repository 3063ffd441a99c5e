"""Figures that stand still."""

import io
import re
import xml.etree.ElementTree as ElementTree
from contextlib import redirect_stdout
from typing import Any

import pytest

from backprop import show
from backprop.show.figures import draw_figure

from .explorers.moving import pictures


def line(ax: Any) -> None:
    ax.plot([0, 1], [0, 1], color=show.VALUE)
    ax.set(xlabel="x", ylabel="y")


def made(**changes: Any) -> show.Figure:
    options: dict[str, Any] = {"title": "A line", "alt": "y = x from 0 to 1"} | changes
    return draw_figure(options.pop("draw", line), **options)


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    import IPython.display

    found: list[Any] = []
    monkeypatch.setattr(IPython.display, "display", found.append)
    return found


def test_a_block_displays_one_figure(displayed: list[Any]) -> None:
    with show.figure(title="A line", alt="y = x from 0 to 1") as ax:
        line(ax)
        assert not displayed
    (figure,) = displayed
    assert figure.html() == made().html()


@pytest.mark.parametrize("natural", [False, True])
def test_a_natural_figure_stacks_its_pictures_on_a_phone(
    displayed: list[Any], natural: bool
) -> None:
    with show.figure(title="Two", alt="two lines", axes=(1, 2), natural=natural) as axes:
        line(axes[0])
    assert ("bp-natural" in displayed[0].html()) is natural


def test_outside_of_a_notebook_the_text_is_printed() -> None:
    with redirect_stdout(io.StringIO()) as out, show.figure(title="T", alt="from -1 to 1"):
        pass
    assert out.getvalue() == "T\nfrom −1 to 1\n"


def test_an_error_in_the_block_displays_nothing(displayed: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), show.figure(title="T", alt="a"):
        1 / 0  # noqa: B018
    assert not displayed


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_alt_is_required_and_says_why(alt: Any) -> None:
    message = "alt must be a text, got .*: describe what the figure shows, with its numbers"
    with pytest.raises(ValueError, match=message), show.figure(title="T", alt=alt):
        pass
    with pytest.raises(ValueError, match=message):
        made(alt=alt)


def test_title_is_required() -> None:
    with pytest.raises(ValueError, match="title must be a text"):
        made(title="")


def test_the_picture_has_a_title_and_a_description() -> None:
    (svg,) = pictures(made(title="T & <b>", alt="a < b").html())
    assert svg.get("role") == "img"
    texts = {element.get("id"): element.text for element in svg}
    assert texts[svg.get("aria-labelledby")] == "T & <b>"
    assert texts[svg.get("aria-describedby")] == "a < b"


def test_several_pictures_are_described_once() -> None:
    figure = made(draw=lambda axes: list(map(line, axes)), axes=(1, 2))
    first, second = pictures(figure.html())
    assert first.get("role") == "img"
    assert second.get("aria-hidden") == "true"
    assert 'data-columns="2"' in figure.html()


def test_texts_are_escaped() -> None:
    def draw(ax: Any) -> None:
        ax.text(0, 0, "<img src=x>")

    html = made(draw=draw, title="<img a>", alt="<img b>", caption="<img c>").html()
    assert "<img" not in html
    assert html.count("&lt;img") == 5  # the title stands there twice


def test_ids_are_unique_and_differ_between_figures() -> None:
    def out_of_range(ax: Any) -> None:
        ax.plot([0, 9], [0, 9])
        ax.set(xlim=(0, 1))

    one, other = made(draw=out_of_range).html(), made().html()
    ids = [re.findall(r'\bid="([^"]+)"', html) for html in (one, other)]
    assert len(ids[0]) == len(set(ids[0]))
    assert not set(ids[0]) & set(ids[1])
    for reference in re.findall(r"url\(#([^)]+)\)", one):
        assert reference in ids[0]


def test_figures_are_the_same_every_time() -> None:
    assert made().html() == made().html()
    assert made()._repr_mimebundle_()[0]["text/plain"] == "A line\ny = x from 0 to 1"


def test_a_page_brings_the_style_sheet_itself(on_page: None) -> None:
    html = made()._repr_mimebundle_()[0]["text/html"]
    assert "<style" not in html
    assert "<script" not in html
    assert html.startswith('<figure class="bp-figure"')


def test_a_notebook_gets_the_style_sheet() -> None:
    assert made()._repr_mimebundle_()[0]["text/html"].startswith("<style>")
    ElementTree.fromstring(made().html())  # well-formed


def test_a_figure_is_small() -> None:
    assert len(made().html()) < 4000
