"""Figures that compute, without a browser: what they weigh, say and promise."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from backprop import page, show
from backprop.show.drawing.sentences import fill_sentence, format_number
from backprop.show.drawing.shapes import measure_width
from backprop.show.live.comparison import run_node
from backprop.show.live.live_figure import CODE_BUDGET
from backprop.show.live.machine import GRID, compute_units, make_start, press, split_parameters
from backprop.show.live.machine_picture import Y, draw_machine
from backprop.show.live.sketch import Scale, Sketch, cut_curve

from .figures import FIGURES

LIVE = Path(page.__file__).parent / "live"
NUMBERS = [
    *(
        0.0,
        -0.0,
        1e-9,
        0.125,
        1.125,
        -1.125,
        2.5,
        0.0625,
        999.5,
        0.9995,
        123456.0,
        2e6,
        -2e6,
        9.995,
    ),
    *(math.inf, -math.inf, math.nan),
    *np.random.default_rng(0).normal(size=200).tolist(),
    *(10.0 ** np.random.default_rng(1).uniform(-8, 7, size=300)).tolist(),
]


def run_module(module: str, code: str) -> str:
    """Run a line with everything that a module of the pages exports."""
    address = (LIVE / module).as_uri()
    begin = f'globalThis.window = {{}}; const m = await import("{address}");'
    return run_node("--input-type=module", "-e", begin + code).strip()


@pytest.mark.programs
def test_numbers_are_written_as_on_the_page() -> None:
    given = ",".join("NaN" if n != n else repr(n).replace("inf", "Infinity") for n in NUMBERS)
    found = run_module(
        "sentence.mjs", f"console.log(JSON.stringify([{given}].map((n) => m.formatNumber(n))))"
    )
    assert json.loads(found) == [format_number(number) for number in NUMBERS]
    found = run_module(
        "sentence.mjs", f"console.log(JSON.stringify([{given}].map((n) => m.formatNumber(n, 2))))"
    )
    assert json.loads(found) == [format_number(number, 2) for number in NUMBERS]


CURVES = ([1, 2, 3], [9, 9.5, 9], [5, 20, -20, 5], [20, -5, 20], [10, 0, 10], [5, math.inf, 5])


@pytest.mark.programs
@pytest.mark.parametrize("ys", CURVES)
def test_curves_are_cut_as_on_the_page(ys: list[float]) -> None:
    xs = [10.0 * k for k in range(len(ys))]
    commands, *places = cut_curve(xs, ys, Scale(0, 1, 10, 0))
    given = json.dumps([xs, ys]).replace("Infinity", "1/0")
    found = run_module("scales.mjs", f"console.log(m.cutCurve(...{given}, 0, 10))")
    pairs = zip(commands, *places, strict=True)
    assert found == "".join(f"{c}{round(x, 1):g} {round(y, 1):g}" for c, x, y in pairs)
    assert all(0 <= y <= 10 for y in places[1])


def test_a_curve_that_leaves_the_machine_is_not_held_at_the_edge() -> None:
    state = press(make_start(), "forward", "backward", "step", "step")
    _, predicted = compute_units(split_parameters(state["p"], 2), GRID)
    assert predicted[-1] < Y.first
    named = {
        element.attributes.get("data-n"): element for element in draw_machine(state)[0].elements
    }
    shape = named["curve"].shape
    assert shape is not None
    assert shape.ys[-1] == pytest.approx(10 * Y.start)
    assert shape.xs[-1] < 10 * 330 * 0.95
    assert named["below"].text == "↓ below −1"
    assert named["above"].text == ""


@pytest.mark.programs
def test_sentences_are_filled_as_on_the_page() -> None:
    values = {"ssr": 0.66666, "word": "low"}
    found = run_module(
        "sentence.mjs", f"console.log(m.fill('SSR {{ssr}}: {{word}}.', {json.dumps(values)}))"
    )
    assert found == fill_sentence("SSR {ssr}: {word}.", values) == "SSR 0.667: low."


@pytest.mark.programs
def test_scales_and_line_widths_are_those_of_the_page() -> None:
    scale, sizes = Scale(-3.5, 3.5, 236, 26), [0.0, -0.3, 1.0, 2.0, -40.0]
    code = (
        f"const s = m.makeScale({json.dumps(scale.ends())});"
        f"console.log(JSON.stringify([s.at(1.3), s.read(s.at(1.3)), {sizes}.map(m.lineWidth)]))"
    )
    at, back, widths = json.loads(run_module("scales.mjs", code))
    assert at == pytest.approx(scale.at(1.3))
    assert back == pytest.approx(1.3)
    assert widths == pytest.approx([measure_width(size) for size in sizes], abs=0.05)


LINKS = [
    ("#bend?w=-1.5&a=1,2&kind=tanh", {"w": -1.5, "a": [1, 2], "kind": "tanh"}),
    ("#bend?w=", {"w": 0.5, "a": [0], "kind": "relu"}),
    ("#bend?a=", {"w": 0.5, "a": [], "kind": "relu"}),
    ("#bend?w=x&a=1,x", {"w": 0.5, "a": [0], "kind": "relu"}),
    ("#bend?w=1,2&other=3", {"w": 0.5, "a": [0], "kind": "relu"}),
    ("#bend-figure?w=2", {"w": 2, "a": [0], "kind": "relu"}),
    ("#bent?w=1", None),
    ("#bend", None),
    ("", None),
]


@pytest.mark.programs
def test_a_link_leads_to_a_state_and_damage_in_it_does_no_harm() -> None:
    start = json.dumps({"w": 0.5, "a": [0], "kind": "relu"})
    given = json.dumps([address for address, _ in LINKS])
    code = f"console.log(JSON.stringify({given}.map((a) => m.readLink(a, 'bend-figure', {start}))))"
    assert json.loads(run_module("link.mjs", code)) == [state for _, state in LINKS]


@pytest.mark.programs
@pytest.mark.parametrize("name", FIGURES)
def test_programs_agree_with_the_engine(name: str) -> None:
    FIGURES[name]().compare()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_light_and_complete(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_PAGE", "1")
    figure = FIGURES[name]()
    markup = figure.page_html()
    assert len(page.assemble_live_script(figure.kind)) <= CODE_BUDGET
    assert len(markup) < 120_000
    assert not figure.filmstrip or 3 <= len(figure.filmstrip) <= 5
    assert markup.count("bp-filmstrip") == bool(figure.filmstrip)
    assert figure.describe(figure.start) in repr(figure)
    assert "No description" not in markup


@pytest.mark.parametrize("name", FIGURES)
def test_a_notebook_gets_a_picture_with_text_and_a_script(name: str) -> None:
    figure = FIGURES[name]()
    data, _ = figure._repr_mimebundle_()
    assert {"text/html", "image/png", "text/plain"} <= set(data)
    assert figure.describe(figure.start) in data["text/html"].replace("&#x27;", "'")
    assert page.assemble_live_script(figure.kind) in data["text/html"]


def test_a_figure_that_is_too_heavy_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(show.LiveFigure.page_html.__globals__, "CODE_BUDGET", 1000)
    with pytest.raises(
        ValueError, match=r"'Two bends make a hump' has .* of script and styles, at most 1"
    ):
        show.two_bends().page_html()


def test_a_sketch_names_what_moves() -> None:
    sketch = Sketch(100, 50, "bp-desk")
    sketch.line(0, 0, 10, 5, name="edge", dashed=True)
    sketch.dot(5, 5, 10, name="point")
    sketch.text(5, 5, "a < b", name="word")
    written = sketch.write()
    assert 'class="bp-desk"' in written
    assert all(f'data-n="{name}"' in written for name in ("edge", "point", "point-ring", "word"))
    assert "a &lt; b" in written
