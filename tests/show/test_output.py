"""Figures wherever a notebook is opened: trusted or not, live or reopened, alone in a frame."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

import backprop as bp
from backprop import show
from backprop.show.figures import draw_figure

from .explorers.moving import bowl
from .graphs.examples import GRAPHS, chain, fork
from .isolation import read, sanitise


def line() -> show.Figure:
    return draw_figure(
        lambda ax: ax.plot([0, 1], [0, 1], color=show.VALUE),
        title="A line",
        alt="y = x from 0 to 1",
        caption="It rises.",
    )


#: One of each kind, and what its text has to say where nothing moves.
KINDS: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "figure": (line, ("A line.", "It rises.")),
    "explorer": (bowl, ("A bowl & <b>more</b>", "Is 1 < 2?", "0 of 0.50", "slope < 1 from −1.0")),
    "race": (
        lambda: show.race(lambda a, b: a**2 + b**2, (1, 1), x=(-2, 2), y=(-2, 2), steps=3),
        ("A race down a valley", "learning rate η from 0.01 to 0.50"),
    ),
    "slope": (
        lambda: show.slope(bp.relu, start=-1, stop=1, steps=3),
        ("A function and its slope", "x from −1 to 1"),
    ),
    "graph": (lambda: show.graph(fork()), ("Computational graph of loss.", "Each box: the value")),
    "steps": (
        lambda: show.backward_steps(fork()),
        ("Forward to loss and back", "Given: a = 3, b = 4.", "Done. One pass back"),
    ),
}


def bundle(kind: str) -> tuple[dict[str, str], dict[str, Any]]:
    data, metadata = KINDS[kind][0]()._repr_mimebundle_()
    return data, metadata


each_kind = pytest.mark.parametrize("kind", KINDS)


def pixels(code: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(code)))


@each_kind
def test_where_svg_and_scripts_are_stripped_a_picture_and_its_text_are_left(kind: str) -> None:
    data, _ = bundle(kind)
    left = sanitise(data["text/html"])
    ((image,), text) = read(left)
    assert image["src"].startswith("data:image/png;base64,")
    assert pixels(image["src"].partition(",")[2]).format == "PNG"
    for words in KINDS[kind][1]:
        assert words in text
    assert "{" not in text, "a style sheet or a script is left as text"


@each_kind
def test_no_letters_of_a_stripped_picture_are_left(kind: str) -> None:
    """SVG would leave its tick labels and numbers as one line of letters."""
    html = bundle(kind)[0]["text/html"]
    outside = html.split('<script type="text/html"')[0].split("</script>")[-1]
    assert "<svg" not in outside
    assert html.count('<script type="text/html"') == 1


@each_kind
def test_the_picture_stands_beside_the_html_with_its_description(kind: str) -> None:
    data, metadata = bundle(kind)
    about = metadata["image/png"]
    ((image,), _) = read(sanitise(data["text/html"]))
    assert image["alt"] == about["alt"].strip()
    assert image["src"].endswith(data["image/png"])
    wide = pixels(data["image/png"]).width
    assert int(image["width"]) == about["width"]
    assert 1 <= wide / about["width"] <= 2


@each_kind
def test_the_picture_is_small_and_shows_something(kind: str) -> None:
    data, _ = bundle(kind)
    assert len(data["image/png"]) < 40_000
    colours = pixels(data["image/png"]).convert("RGB").getcolors(1000)
    assert colours is not None
    assert 4 <= len(colours) <= 32


@each_kind
def test_the_file_names_no_model_of_a_kernel(kind: str) -> None:
    data, metadata = bundle(kind)
    assert set(data) == {"text/html", "image/png", "text/plain"}
    assert set(metadata) == {"image/png"}


@each_kind
def test_a_page_gets_the_markup_alone(kind: str, on_page: None) -> None:
    data, metadata = bundle(kind)
    assert set(data) == {"text/html", "text/plain"}
    assert metadata == {}
    assert data["text/html"].startswith("<figure")


@pytest.mark.parametrize("name", GRAPHS)
def test_every_graph_has_a_picture(name: str) -> None:
    data, _ = show.graph(GRAPHS[name]())._repr_mimebundle_()
    assert pixels(data["image/png"]).width > 100


def test_text_cannot_end_the_block_that_waits() -> None:
    evil = "</script><script>alert(1)</script><!-- <script>"
    data, _ = bowl(title=evil, question=evil, caption=evil)._repr_mimebundle_()
    waiting = data["text/html"].split('class="bp-alive">')[1].split("</script>")[0]
    assert waiting.endswith("</figure>")
    assert "alert" not in data["text/html"].split("</figure></script>")[1]


# -- in a browser ----------------------------------------------------------------------------------

FRAME = (
    '<!doctype html><html lang="en"{}><meta charset="utf-8"><title>t</title><body>{}</body></html>'
)
# As JupyterLab lets scripts run: it writes the output, and then each script once more.
INSERT = """html => {
  document.body.innerHTML = html;
  for (const old of document.querySelectorAll('script')) {
    const script = document.createElement('script');
    for (const { name, value } of old.attributes) script.setAttribute(name, value);
    script.textContent = old.textContent;
    old.replaceWith(script);
  }
}"""


@pytest.fixture(scope="module")
def address() -> str:
    return "about:blank"


def alive(page: Any) -> None:
    page.locator("figure svg").first.wait_for()
    assert page.locator("figure img").count() == 0
    assert page.locator("script.bp-alive").count() == 0


@pytest.mark.browser
@each_kind
def test_alone_in_a_frame_it_has_all_it_needs(kind: str, visit: Any) -> None:
    """Colab shows each output in a frame of its own."""
    page = visit()
    page.set_content(FRAME.format("", bundle(kind)[0]["text/html"]))
    alive(page)
    if kind not in ("figure", "graph"):
        page.locator("figure.bp-moves").wait_for()
    assert page.locator("figure").first.evaluate("e => getComputedStyle(e).textAlign") == "left"


@pytest.mark.browser
@each_kind
def test_a_front_end_that_runs_scripts_afterwards_shows_it_alive(kind: str, visit: Any) -> None:
    page = visit()
    page.set_content(FRAME.format("", ""))
    page.evaluate(INSERT, bundle(kind)[0]["text/html"])
    alive(page)


@pytest.mark.browser
def test_every_output_of_a_notebook_comes_alive(visit: Any) -> None:
    page = visit()
    outputs = [bundle(kind)[0]["text/html"] for kind in ("explorer", "figure", "explorer", "steps")]
    page.set_content(FRAME.format("", "".join(f"<div>{html}</div>" for html in outputs)))
    alive(page)
    assert page.locator("div > figure:not(.bp-filmstrip > figure)").count() == 4
    page.locator("figure.bp-moves").nth(2).wait_for()
    values = page.locator("figure.bp-explorer output")
    page.locator("figure.bp-explorer input").nth(2).press("ArrowRight")
    assert values.nth(0).inner_text() == "0.5"
    assert values.nth(2).inner_text() == "1.0"


@pytest.mark.browser
@each_kind
def test_what_is_left_without_scripts_is_seen(kind: str, visit: Any) -> None:
    page = visit(java_script_enabled=False)
    page.set_content(FRAME.format("", sanitise(bundle(kind)[0]["text/html"])))
    box = page.locator("figure > img").bounding_box()
    assert box["width"] > 100
    assert box["height"] > 50


@pytest.mark.browser
@pytest.mark.parametrize(
    ("said", "scheme", "dark"),
    [
        (' theme="dark"', "light", True),  # Colab
        (' theme="light"', "dark", False),
        (' data-theme="dark"', "light", True),  # the book
        ("", "dark", True),
        ("", "light", False),
    ],
)
def test_a_figure_follows_the_theme_of_who_shows_it(
    said: str, scheme: str, dark: bool, visit: Any
) -> None:
    page = visit(color_scheme=scheme)
    page.set_content(FRAME.format(said, bundle("explorer")[0]["text/html"]))
    alive(page)
    ink = page.locator("figure").evaluate("e => getComputedStyle(e).color")
    assert ink == ("rgb(232, 230, 227)" if dark else "rgb(31, 35, 40)")


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_win_over_the_theme(theme: str, scheme: str, visit: Any) -> None:
    page = visit(forced_colors="active", color_scheme=scheme)
    page.set_content(FRAME.format(f' data-theme="{theme}"', bundle("explorer")[0]["text/html"]))
    alive(page)
    stroke = "e => getComputedStyle(e).stroke"
    # text has no rim, which would be forced to its own colour
    assert page.locator("figure svg text").first.evaluate(stroke) == "none"
    curve = page.locator('figure svg path[stroke*="value"]').first.evaluate(stroke)
    assert curve == ("rgb(109, 182, 242)" if scheme == "dark" else "rgb(10, 102, 176)")
    surface = page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--bp-surface')"
    )
    assert surface.strip() == "Canvas"


@pytest.mark.browser
def test_keys_of_a_slider_are_not_taken_by_the_notebook(visit: Any) -> None:
    page = visit()
    page.set_content(FRAME.format("", bundle("explorer")[0]["text/html"]))
    page.locator("figure.bp-moves").wait_for()
    page.evaluate("document.addEventListener('keydown', (event) => event.preventDefault())")
    slider = page.locator("figure.bp-moves input").first
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "1.0"
    assert page.locator("[data-lm-suppress-shortcuts] input").count() == 2


@pytest.mark.browser
def test_the_overview_of_a_long_graph_is_not_blown_up(visit: Any) -> None:
    """JupyterLab and nbconvert say `svg { height: auto }` to all that they show."""
    theirs = "<style>.jp-RenderedHTMLCommon svg { max-width: 100%; height: auto; }</style>"
    steps = show.backward_steps(chain(9))._repr_mimebundle_()[0]["text/html"]
    page = visit(1000)
    html = f'{theirs}<div class="jp-RenderedHTMLCommon">{steps}</div>'
    page.set_content(FRAME.format("", html))
    page.locator("figure.bp-moves").wait_for()
    assert 4 < page.locator(".bp-over").bounding_box()["height"] <= 36
