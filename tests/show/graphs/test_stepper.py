"""Stepping through a graph: what is said, what is shown when, and what a page holds."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import show
from backprop.page import asset_files
from backprop.show.graphs.narration import list_received
from backprop.show.graphs.trace import write_value

from .examples import GRAPHS, chain, fork, layer, named, network, twice


def said(steps: show.Steps, start: str) -> str:
    (found,) = [str(step) for step in steps.steps if str(step).startswith(start)]
    return found


# -- sentences -------------------------------------------------------------------------------------


def test_plain_text_tells_everything() -> None:
    text = repr(show.backward_steps(fork()))
    assert max(map(len, text.splitlines())) <= 96
    assert [" ".join(part.split()) for part in re.split(r"\n \d\. ", text)] == [
        "Forward to loss and back",
        "Given: a = 3, b = 4.",
        "Forward: u1 = a · b = 3 · 4 = 12.",
        "Forward: loss = u1 + a = 12 + 3 = 15. The forward pass is complete.",
        "The backward pass starts at loss, with its derivative with respect to itself: "
        "∂loss/∂loss = 1.",
        "Back from loss to u1. Local ∂loss/∂u1 = 1; upstream ∂loss/∂loss = 1; "
        "1 × 1 = 1 flows to u1. No other path leads there, so this is ∂loss/∂u1.",
        "Back from loss to a. Local ∂loss/∂a = 1; upstream ∂loss/∂loss = 1; "
        "1 × 1 = 1 flows to a, which has now received 1. One more path is to come.",
        "Back from u1 to a. Local ∂u1/∂a = b = 4; upstream ∂loss/∂u1 = 1; 4 × 1 = 4 flows to a. "
        "A second path arrives: 1 + 4 = 5. All paths have arrived: ∂loss/∂a = 5.",
        "Back from u1 to b. Local ∂u1/∂b = a = 3; upstream ∂loss/∂u1 = 1; "
        "3 × 1 = 3 flows to b. No other path leads there, so this is ∂loss/∂b.",
        "Done. One pass back gave the derivative of loss with respect to every parameter: "
        "a 5, b 3.",
    ]


def test_local_derivatives_as_symbol_formula_and_number() -> None:
    steps = show.backward_steps(network(0.5, 1.0))
    assert said(steps, "Back from SSR to residual") == (
        "Back from SSR to residual. Local ∂SSR/∂residual = 2 · residual = 2 · 2.609 = 5.218; "
        "upstream ∂SSR/∂SSR = 1; 5.218 × 1 = 5.218 flows to residual. "
        "No other path leads there, so this is ∂SSR/∂residual."
    )
    assert "Local ∂u6/∂a2 = w4 = −2.3; upstream ∂SSR/∂u6 = −5.218; −2.3 × (−5.218) = 12" in (
        said(steps, "Back from u6 to a2")
    )


def test_a_value_in_two_places_receives_two_parts() -> None:
    first, second = (
        str(step)
        for step in show.backward_steps(twice()).steps
        if str(step).startswith("Back from u1")
    )
    assert "(place 1 of 2)" in first
    assert "which has now received 12. One more path is to come." in first
    assert "(place 2 of 2)" in second
    assert "A second path arrives: 12 + 12 = 24. All paths have arrived: ∂y/∂a = 24." in second


def test_many_paths_are_counted() -> None:
    x = bp.Variable(2.0, "x")
    says = [str(step) for step in show.backward_steps(x + x + x + x).steps]
    assert any("3 more paths are to come" in say for say in says)
    assert any("A third path arrives: 2 + 1 = 3. One more path is to come." in say for say in says)


def test_a_number_that_all_elements_take_collects_their_parts() -> None:
    steps = show.backward_steps(network([0.0, 0.5, 1.0], [0.0, 1.0, 0.0]))
    assert (
        "element by element, 1 × [−5.207, −5.218, −5.23] = [−5.207, −5.218, −5.23]; b3 takes part "
        "in all 3 elements, whose parts are added: −5.207 + (−5.218) + (−5.23) = −15.66 flows to b3"
    ) in said(steps, "Back from predicted to b3")


def test_a_row_that_all_data_points_take_collects_their_parts() -> None:
    assert "each number of b takes part in 4 elements, whose parts are added" in said(
        show.backward_steps(layer()), "Back from u2 to b"
    )


def test_matrices_are_multiplied_as_such() -> None:
    steps = show.backward_steps(layer())
    assert "Local and upstream, multiplied as matrices: Xᵀ upstream" in said(
        steps, "Back from u1 to W"
    )
    (step,) = [step for step in steps.steps if str(step).startswith("Back from u1 to W")]
    assert step.equation[0] == ("local and upstream", ("Xᵀ upstream",))


def test_many_parts_are_not_listed() -> None:
    w = bp.Variable(2.0, "w")
    loss = bp.sum(w * bp.constant(np.arange(50.0), "x"))
    assert "w takes part in all 50 elements, whose parts are added: their sum, 1225, flows" in said(
        show.backward_steps(loss), "Back from u1 to w"
    )


def test_equations_say_the_same_as_sentences() -> None:
    for name in GRAPHS:
        for step in show.backward_steps(GRAPHS[name]()).steps:
            for _, term in step.equation:
                plain = "".join(getattr(part, "text", part) for part in term)
                assert plain in {"=", "×"} or plain in str(step)


def test_large_graphs_say_what_is_not_shown() -> None:
    x = y = bp.Variable(0.5, "x")
    for _ in range(99):
        y = y + x
    words = " ".join(repr(show.backward_steps(y)).split())
    assert "More comes from values that are not shown; in all, ∂loss/∂x = 100." in words


# -- when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GRAPHS)
def test_every_value_and_every_edge_has_its_step(name: str) -> None:
    steps = show.backward_steps(GRAPHS[name]())
    shown, moments = steps.passes, steps.moments
    forward = [step for step in steps.steps if step.phase == "forward"]
    assert [step.phase for step in steps.steps] == sorted(
        (step.phase for step in steps.steps), reverse=True
    )
    assert sorted(i for step in forward for i in step.nodes) == list(range(len(shown.nodes)))
    assert sorted(moments.flows) == sorted(shown.backward)
    assert len(set(moments.flows.values())) == len(moments.flows), "one edge at a time"
    for edge in shown.edges:  # nothing is used before it is there
        if shown.nodes[edge.head].kind == "step":
            assert moments.values[edge.tail] < moments.values[edge.head]
    for k, i in enumerate(shown.backward):
        edge = shown.edges[i]
        ready = moments.gradients[edge.head][-1][0]
        assert ready < moments.flows[i], "a gradient flows on before it is complete"
        assert moments.flows[i] == len(forward) + 1 + k


@pytest.mark.parametrize("name", GRAPHS)
def test_what_has_been_received_ends_with_the_gradient(name: str) -> None:
    steps = show.backward_steps(GRAPHS[name]())
    for i, node in enumerate(steps.passes.nodes):
        states = steps.moments.gradients[i]
        if node.gradient is None:
            assert not states
        else:
            np.testing.assert_array_equal(states[-1][1], node.gradient)
            assert [when for when, _ in states] == sorted({when for when, _ in states})
        for (_, total), (_, state) in zip(
            list_received(steps.passes, i)[:-1], states[:-1], strict=False
        ):
            np.testing.assert_array_equal(total, state)


# -- on a page and in a notebook -------------------------------------------------------------------


def test_a_page_has_the_whole_graph_and_all_steps(on_page: None) -> None:
    steps = show.backward_steps(fork())
    bundle, _ = steps._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    html = bundle["text/html"]
    assert "<script" not in html
    assert "<style" not in html
    assert html.count("<li data-at") == len(steps.steps)
    assert "<details><summary>All 9 steps in words</summary>" in html
    assert "With JavaScript you walk back through this graph" in html
    # complete without a script: only what a script would take away again is marked
    ways = html.partition("bp-filmstrip")[0]
    final = re.findall(r'<g class="bp-gradient"[^>]*><text[^>]*>([^<]*)</text>', ways)
    assert sorted(final) == sorted(2 * "11113345"), "across, and down for phones"
    assert ways.count("bp-then") == 2
    assert ways.count("bp-plus") == 2, "two arrive at a"


def test_a_notebook_brings_style_and_script_along() -> None:
    html = show.backward_steps(fork())._repr_mimebundle_()[0]["text/html"]
    assert html.startswith("<style>")
    assert asset_files()["steps.js"] in html
    assert html.endswith("window.backprop.steps();</script>")


def test_every_label_belongs_to_its_slider(on_page: None) -> None:
    html = show.backward_steps(fork()).html()
    (slider,) = re.findall(r'<input type="range" id="([^"]+)"', html)
    assert re.findall(r'<label for="([^"]+)"', html) == [slider]
    assert '<label><span class="bp-try-ask"></span> <input type="text"' in html
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_numbers_have_their_colours() -> None:
    html = show.backward_steps(fork()).html()
    assert "Forward: u₁ = a · b = 3 · 4 = <b>12</b>." in html
    assert "<i>1</i> + <i>4</i> = <i>5</i>" in html


def test_weights_stay_below_the_budget(on_page: None) -> None:
    def weight(loss: bp.Variable) -> int:
        return len(show.backward_steps(loss).html().encode())

    assert weight(GRAPHS["fork"]()) < 22_000
    for name in GRAPHS:
        if name != "chain":  # 37 values in a row, and no unit that could fold
            assert weight(GRAPHS[name]()) < 60_000
    assert weight(chain(300)) < 150_000


def test_weights_above_the_budget_are_refused(on_page: None) -> None:
    x: Any = bp.Variable(0.5, "x")
    for i in range(50):
        x = named(bp.exp(-x), f"a value with a name that {'nobody wants to read ' * 6} {i}")
    with pytest.raises(ValueError, match=r"weighs \d+ kB, at most 150 kB are .* shorter names"):
        show.backward_steps(x).html()


def test_written_numbers() -> None:
    assert write_value(1e-7) == "10⁻⁷"
    assert write_value(np.float32(0.1)) == "0.1"


def test_the_values_of_a_local_derivative_are_found_whatever_their_names() -> None:
    a, b = bp.Variable(3.0, "x + y"), bp.Variable(4.0, "upstream")
    steps = show.backward_steps(a * b).steps
    uses = {step.nodes: step.uses for step in steps if step.phase == "backward" and step.edges}
    assert uses == {(0,): (1,), (1,): (0,)}
    assert "Local ∂loss/∂“x + y” = upstream = 4" in said(
        show.backward_steps(a * b), "Back from loss to “x + y”"
    )
