"""Figures of pyplot as a cell of a page shows them."""

import json
import re
import sys
from collections.abc import Iterator

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot

from backprop import show
from backprop.course import interpreter
from backprop.show import output, pyplot_figures


@pytest.fixture(autouse=True)
def style(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(interpreter, "_drawers", [])
    monkeypatch.setattr(interpreter, "_showers", [])
    with matplotlib.rc_context():
        interpreter.draw_figures_by(pyplot_figures.draw_figures, pyplot_figures.show_figures)
        pyplot_figures.apply_style()
        yield
        pyplot.close("all")


def test_a_figure_follows_light_and_dark_and_is_described() -> None:
    pyplot.plot([0, 1, 2], [4, 1, -3], label="loss")
    pyplot.plot([0, 1, 2], [0, 1, 2], color="black")
    pyplot.xlabel("step")
    pyplot.title("A fall")
    pyplot.legend()
    (html,) = pyplot_figures.draw_figures()
    assert 'role="img"' in html
    assert "A fall</title>" in html
    (alt,) = re.findall(r"<desc[^>]*>(.*?)</desc>", html)
    assert alt.startswith("A line “loss” of 3 points. A line of 3 points. step runs from −0.06")
    assert "var(--bp-value,#0a66b0)" in html, "the first colour of the book"
    assert "var(--bp-ink,#000000)" in html or "var(--bp-ink,#1f2328)" in html
    assert "<image" not in html
    assert not pyplot.get_fignums()


@pytest.mark.parametrize("kind", ["hatch", "formula", "points"])
def test_what_small_svg_cannot_draw_becomes_pixels(kind: str) -> None:
    if kind == "hatch":
        pyplot.bar([1, 2], [3, 4], hatch="/")
    elif kind == "formula":
        pyplot.title(r"$\frac{a}{b}$")
    else:
        pyplot.scatter(*np.random.default_rng(0).random((2, 9000)))
    (html,) = pyplot_figures.draw_figures()
    assert html.count("<image") == 1
    assert 'href="data:image/png;base64,' in html


def test_a_cell_shows_its_figures_once_and_not_what_drawing_returns() -> None:
    def run(source: str) -> dict[str, object]:
        ran: dict[str, object] = json.loads(interpreter.run_as_json("figures", source))
        return ran

    top = "import matplotlib.pyplot as plt\n"
    shown = run(f"{top}plt.plot([1, 2])\nplt.show()\nplt.figure()\nplt.hist([1, 2, 2])")
    assert len(shown["figures"]) == 2  # type: ignore[arg-type]
    assert shown["text"] == shown["error"] == ""
    last = run(f"{top}fig, axes = plt.subplots(1, 2)\nfig")
    again = run("fig")
    assert len(last["figures"]) == len(again["figures"]) == 1  # type: ignore[arg-type]
    broken = run(f"{top}plt.plot([1, 2])\n1 / 0")
    assert len(broken["figures"]) == 1  # type: ignore[arg-type]
    assert str(broken["error"]).endswith("ZeroDivisionError: division by zero")
    assert run("3")["figures"] == []
    each = run(f"{top}for n in range(3):\n    plt.plot([0, n])\n    plt.title(n)\n    plt.show()")
    titles = re.findall(r"\d</title>", " ".join(each["figures"]))  # type: ignore[arg-type]
    assert titles == [f"{n}</title>" for n in range(3)]
    assert run(f"{top}plt.plot([1, 2], [1])")["figures"] == [], (
        "empty axes tell nothing of an error"
    )
    assert len(run(f"{top}plt.subplots()")["figures"]) == 1  # type: ignore[arg-type]


def test_a_figure_of_the_book_is_shown_where_no_ipython_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_receivers", [])
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    monkeypatch.setenv("BACKPROP_PAGE", "1")
    pyplot_figures.open_page()
    with show.figure(title="A line", alt="It rises from 1 to 2") as axes:
        axes.plot([1, 2])
    (html,) = pyplot_figures.draw_figures()
    assert "It rises from 1 to 2" in html
    assert pyplot_figures.draw_figures() == []


def test_long_texts_are_broken_and_blank_bands_cut() -> None:
    pyplot.plot([1, 2])
    pyplot.title("A title that is far too long for one line of a figure, " * 2)
    pyplot.ylabel("A label that is far too long for one line of a figure, " * 2)
    pyplot.figure()
    pyplot.imshow(np.ones((3, 30)))
    pyplot.subplots(1, 2, figsize=(10, 3))
    long, flat, wide = pyplot_figures.draw_figures()
    assert max(len(line) for line in re.findall(r"<text[^>]*>([^<]*)", long)) < 70
    (width, height), (full, _) = (
        (float(size) for size in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', html)[0])
        for html in (flat, long)
    )
    assert width > 0.9 * full
    assert height < 0.4 * width
    assert "bp-scroll" in wide
    assert "bp-scroll" not in long


def test_what_one_cell_sets_does_not_reach_the_next() -> None:
    pyplot.rcParams["lines.linewidth"] = 30
    pyplot_figures.draw_figures()
    assert pyplot.rcParams["lines.linewidth"] == 2.2
