"""What figures weigh: code of every kind of figure, with the styles that it needs of its own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backprop import page, show
from backprop.show.live.live_figure import CODE_BUDGET

from .graphs.examples import GRAPHS, network
from .live.figures import FIGURES

LIVE = Path(page.__file__).parent / "live"
#: Every combination of what a stepper brings along.
STEPPERS: dict[str, tuple[str, ...]] = {
    "fork": ("steps_tries",),
    "layer": ("steps_long",),
    "merges": ("steps_long", "steps_tries"),
    "three points": ("steps_units",),
    "one point": ("steps_tries", "steps_units"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_that_computes_weighs_at_most_25_kb_of_code(name: str) -> None:
    figure = FIGURES[name]()
    script = page.assemble_live_script(name)
    styles = [page.asset_files()[f"{part}.css"] for part in page.list_live_parts(name)]
    assert len(script) < figure.weigh_code() <= CODE_BUDGET == 25_000
    assert figure.weigh_code() <= len(script.encode()) + sum(len(each.encode()) for each in styles)


def test_every_figure_that_computes_is_weighed() -> None:
    kinds = {path.stem for path in LIVE.glob("*.mjs") if "beginFigures(" in path.read_text("utf-8")}
    assert kinds - {"figure"} == set(FIGURES)
    assert {path.stem for path in LIVE.glob("*.css")} <= set(FIGURES)


@pytest.mark.parametrize("path", sorted(LIVE.glob("*.css")), ids=lambda path: path.stem)
def test_styles_of_one_figure_name_no_other(path: Path) -> None:
    text = path.read_text("utf-8")
    named = {kind for kind in FIGURES if f'[data-live="{kind}"]' in text}
    assert named <= {path.stem}
    assert not [kind for kind in FIGURES if f'"{kind}"' in page.asset_files()["live.css"]]


@pytest.mark.parametrize("name", FIGURES)
def test_a_notebook_brings_the_styles_of_its_figure_and_no_others(name: str) -> None:
    html = FIGURES[name]()._repr_mimebundle_()[0]["text/html"]
    for kind in FIGURES:
        style = page.assets(f"live_{kind}") if (LIVE / f"{kind}.css").exists() else ""
        own = style.rpartition("<style>")[2]
        assert not own or (own in html) is (kind == name), kind


@pytest.mark.parametrize("name", STEPPERS)
def test_a_stepper_brings_what_its_graph_needs_and_at_most_25_kb(name: str) -> None:
    steps = show.backward_steps(GRAPHS[name]())
    assert steps.parts == ("card", "graph", "steps", *STEPPERS[name])
    assert page.weigh_code("", *steps.parts[1:]) <= CODE_BUDGET


def test_no_stepper_needs_more_than_those_that_are_weighed(on_page: None) -> None:
    """Units fold, or an overview shows the whole: never both."""
    wide: list[Callable[[], object]] = [
        *GRAPHS.values(),
        lambda: network(np.linspace(0, 1, 5), np.zeros(5)),
    ]
    for make in wide:
        steps = show.backward_steps(make())  # type: ignore[arg-type]
        assert steps.parts[3:] in STEPPERS.values()
        assert ('class="bp-over"' in steps.html()) is ("steps_long" in steps.parts)


def test_what_explorers_share_is_light() -> None:
    assert page.weigh_code("", "explorer") < 10_000
