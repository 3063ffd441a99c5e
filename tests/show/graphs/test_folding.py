"""Units of a graph that fold: which steps they hold, what a page carries, what they say."""

from __future__ import annotations

import base64
import json
import re
import zlib

import pytest

import backprop as bp
from backprop import show
from backprop.show.graphs.boxes import draw_graph
from backprop.show.graphs.folding import fold_passes
from backprop.show.graphs.trace import read_passes

from .examples import GRAPHS, chain, fork, layer, named, network

DOSAGE = GRAPHS["three points"]


def unpack_insides(html: str) -> list[str]:
    """Read the pictures of what is inside each unit as a page does."""
    (packed,) = re.findall(r'data-inside="([^"]+)"', html)
    insides: list[str] = json.loads(zlib.decompress(base64.b64decode(packed)))
    return insides


# -- units -----------------------------------------------------------------------------------------


def test_the_units_of_the_network_are_its_softplus_its_sum_and_its_loss() -> None:
    shown = read_passes(DOSAGE())
    assert [
        (shown.nodes[unit.head].name, unit.formula, len(unit.inside)) for unit in shown.units
    ] == [
        ("a1", "softplus(w1 · x + b1)", 3),
        ("a2", "softplus(w2 · x + b2)", 3),
        ("predicted", "w3 · a1 + w4 · a2 + b3", 4),
        ("SSR", "Σ (observed − predicted)²", 3),
    ]


@pytest.mark.parametrize("doublings", [5, 6, 40])
def test_a_formula_that_would_repeat_itself_without_end_names_its_last_step(doublings: int) -> None:
    value = bp.Variable(1.5, name="a")
    for _ in range(doublings):
        value = value + value
    (unit,) = read_passes(value).units
    before = f"u{doublings - 1}"
    if doublings == 5:
        assert unit.formula.count("a") == 32
    else:
        assert unit.formula == f"{before} + {before}"


@pytest.mark.parametrize("name", GRAPHS)
def test_every_step_is_in_one_unit(name: str) -> None:
    shown = read_passes(GRAPHS[name]())
    inside = sorted(i for unit in shown.units for i in unit.inside)
    assert inside == [i for i, node in enumerate(shown.nodes) if node.kind == "step"]


@pytest.mark.parametrize("name", GRAPHS)
def test_only_the_result_of_a_unit_is_used_outside_it(name: str) -> None:
    shown = read_passes(GRAPHS[name]())
    unit_of = {i: unit for unit in shown.units for i in unit.inside}
    for edge in shown.edges:
        if edge.tail in unit_of and unit_of[edge.tail] != unit_of[edge.head]:
            assert edge.tail == unit_of[edge.tail].head


def test_a_value_that_is_used_twice_ends_a_unit() -> None:
    a = bp.Variable(2.0, "a")
    forked = bp.exp(a)  # without a name, and still a box of its own
    shown = read_passes(named(forked * bp.exp(forked), "y"))
    assert [unit.inside for unit in shown.units] == [(1,), (2, 3)]


def test_formulas_of_units_have_the_brackets_that_they_need() -> None:
    a, b = bp.Variable(2.0, "a"), bp.Variable(3.0, "b")
    shown = read_passes(named((a + b) * (a - b), "y"))
    assert [unit.formula for unit in shown.units] == ["(a + b) · (a − b)"]


def test_what_one_unit_alone_uses_stands_in_it() -> None:
    shown = read_passes(DOSAGE())
    folding = fold_passes(shown)
    assert folding is not None
    names = [[shown.nodes[i].name for i in own] for own in folding.own]
    assert names == [["w1", "b1"], ["w2", "b2"], ["w3", "w4", "b3"], ["observed"]]
    assert [shown.nodes[i].name for i in folding.outside] == ["x"]


@pytest.mark.parametrize("make", [fork, layer, GRAPHS["merges"], lambda: chain(12)])
def test_what_folding_does_not_help_is_not_folded(make: object) -> None:
    assert show.backward_steps(make()).folding is None  # type: ignore[operator]


# -- pictures --------------------------------------------------------------------------------------


def test_every_number_of_the_graph_is_in_the_folded_picture_or_in_a_unit(on_page: None) -> None:
    steps = show.backward_steps(DOSAGE())
    html = steps.html()
    whole = draw_graph(steps.passes)[1]
    numbers = set(re.findall(r">(−?[\d.]+)</text>", whole))
    folded = html.partition('class="bp-units')[0] + "".join(unpack_insides(html))
    assert numbers <= set(re.findall(r">(?:[^<]* )?(−?[\d.]+)</text>", folded))


def test_the_opened_units_hold_every_edge_once_across_and_once_down(on_page: None) -> None:
    steps = show.backward_steps(DOSAGE())
    insides = "".join(unpack_insides(steps.html()))
    for number in range(len(steps.passes.edges)):
        assert insides.count(f'class="bp-edge" data-edge="{number}"') == 2


def test_a_picture_of_a_unit_is_described(on_page: None) -> None:
    first = unpack_insides(show.backward_steps(DOSAGE()).html())[0]
    (across, down) = re.findall(r'role="img" aria-label="([^"]+)"', first)
    assert across == down
    assert across.startswith("Inside the box a1. u1 = w1 · x = [0, 1.67, 3.34], gradient [")


def test_folded_figures_stay_below_sixty_kilobytes(on_page: None) -> None:
    for name in ("one point", "three points"):
        assert len(show.backward_steps(GRAPHS[name]()).html().encode()) < 60_000


def test_without_a_script_there_are_the_folded_graph_and_named_frames(on_page: None) -> None:
    html = show.backward_steps(DOSAGE()).html()
    film = html[html.index("bp-filmstrip") :]
    names = [re.sub("<[^>]+>", "", name) for name in re.findall(r"<figcaption>(.*?)</fig", film)]
    assert names == [
        "The values are known, and ∂SSR/∂SSR = 1",
        "Back through SSR", "Back through predicted", "Back through a₂", "Back through a₁",
    ]  # fmt: skip


def test_frames_name_what_each_parameter_has_received_by_then(on_page: None) -> None:
    steps = show.backward_steps(DOSAGE())
    html = steps.html()
    frames = html[html.index("bp-filmstrip") :].split("<figcaption>")
    received = [len(re.findall(r">([wb])[₁₂₃₄] −?[\d.]+</text>", frame)) for frame in frames]
    assert received[:5] == [0, 0, 3, 5, 7]
    for node in steps.passes.nodes:
        if node.kind == "parameter":
            assert f"{float(node.gradient):.4g}".replace("-", "−") in frames[4]


# -- steps -----------------------------------------------------------------------------------------


def test_a_folded_unit_is_walked_in_one_step() -> None:
    steps = show.backward_steps(DOSAGE())
    back = [run for run in steps.runs if steps.steps[run.first].phase == "backward"]
    heads = [steps.passes.nodes[steps.folding.units[run.unit].head].name for run in back]  # type: ignore[union-attr]
    assert heads == ["SSR", "predicted", "a2", "a1"]
    assert sum(run.last - run.first + 1 for run in back) == len(steps.passes.backward)
    said = "".join(getattr(part, "text", part) for part in back[3].sentence)
    gradients = {node.name: node.gradient for node in steps.passes.nodes}
    assert said.startswith("Back through the box a1 = softplus(w1 · x + b1): [")
    assert "is multiplied edge by edge (4 edges, folded), and leaves as w1 " in said
    assert f"w1 {gradients['w1']:.4g}".replace("-", "−") in said


def test_the_figure_opens_before_the_first_unit_in_which_something_is_multiplied() -> None:
    steps = show.backward_steps(DOSAGE())
    assert str(steps.steps[steps.opening]).startswith("Back from residual to predicted.")
    assert str(steps.steps[steps.opening + 1]).startswith("Back from predicted to u7.")


@pytest.mark.parametrize(
    ("make", "next_step"),
    [
        (fork, "Back from u1 to a."),  # 4 · 1: no step multiplies two others than 1
        (lambda: network(0.5, 1.0), "Back from predicted to u7."),
        (GRAPHS["twice"], "Back from y to u1."),  # 12 · 1
        (GRAPHS["merges"], "Back from q to w."),  # 0.5 · (−1.5)
    ],
)
def test_a_stepper_opens_before_a_product(make: object, next_step: str) -> None:
    steps = show.backward_steps(make())  # type: ignore[operator]
    assert str(steps.steps[steps.opening + 1]).startswith(next_step)
