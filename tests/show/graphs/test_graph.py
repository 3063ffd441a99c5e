"""The picture of a computational graph: every value, every line and every number, once."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import show
from backprop.engine.elementary import take_apart
from backprop.engine.traversal import list_oldest_first
from backprop.show.graphs.trace import MOST_NODES, Passes, read_passes, write_value

from .examples import GRAPHS, PARAMETERS, chain, fork, layer, merges, named, network, twice

Svg = ElementTree.Element


def svg(graph: show.Graph) -> Svg:
    (markup,) = re.findall(r"<svg.*</svg>", graph.html())
    return ElementTree.fromstring(markup)


def by(root: Svg, attribute: str, kind: str) -> dict[int, Svg]:
    found = [e for e in root.iter() if kind in e.get("class", "").split()]
    numbers = [int(e.attrib[attribute]) for e in found]
    assert len(set(numbers)) == len(numbers)
    return dict(zip(numbers, found, strict=True))


def texts(element: Svg, kind: str) -> list[str]:
    groups = [e for e in element.iter() if e.get("class", "").split()[:1] == [kind]]
    return ["".join(text.itertext()) for group in groups for text in group.iter("text")]


def node(graph: Passes, name: str) -> Any:
    (found,) = [n for n in graph.nodes if n.name == name]
    return found


# -- numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GRAPHS)
def test_gradients_are_those_of_backward(name: str) -> None:
    loss = GRAPHS[name]()
    shown = read_passes(loss)
    leaves = {leaf.name: leaf for leaf in list_oldest_first(loss) if leaf.operation is None}
    loss.backward()
    for n in shown.nodes:
        if n.kind == "parameter":
            np.testing.assert_allclose(n.gradient, leaves[n.name].grad, rtol=1e-13)


@pytest.mark.parametrize("name", GRAPHS)
def test_values_between_have_the_gradients_that_backward_leaves_there(name: str) -> None:
    loss = GRAPHS[name]()
    apart = take_apart(loss)[loss]
    shown = read_passes(apart)
    values = [value for value in list_oldest_first(apart) if type(value) is bp.Variable]
    apart.backward(keep_gradients=True, retain_graph=True)
    for n in shown.nodes:
        if n.gradient is not None:
            assert any(
                np.array_equal(n.value, v.value) and np.allclose(n.gradient, v.grad, rtol=1e-13)
                for v in values
            ), n.name


def test_gradients_agree_with_finite_differences() -> None:
    shown = read_passes(network([0.0, 0.5, 1.0], [0.0, 1.0, 0.0]))
    for name, value in PARAMETERS.items():
        difference = bp.numeric_gradient(
            lambda v, name=name: network([0, 0.5, 1], [0, 1, 0], **{name: float(v)}).value, value
        )
        assert node(shown, name).gradient == pytest.approx(difference, rel=1e-6)


def test_the_worked_example() -> None:
    shown = read_passes(network([0.0, 0.5, 1.0], [0.0, 1.0, 0.0]))
    assert node(shown, "SSR").value == pytest.approx(20.4236, abs=1e-4)
    assert node(shown, "b3").gradient == pytest.approx(-15.6551, abs=1e-4)


@pytest.mark.parametrize("name", GRAPHS)
def test_what_arrives_at_a_value_adds_up_to_its_gradient(name: str) -> None:
    shown = read_passes(GRAPHS[name]())
    assert sorted(shown.backward) == [
        i for i, edge in enumerate(shown.edges) if edge.gradient is not None
    ]
    for i, n in enumerate(shown.nodes[:-1]):
        arriving = [shown.edges[k].gradient for k in shown.find_edges_back(i)]
        if n.kind == "data":
            assert not arriving
            assert n.gradient is None
        else:
            np.testing.assert_allclose(sum(arriving[1:], arriving[0]), n.gradient, rtol=1e-13)


@pytest.mark.parametrize("name", GRAPHS)
def test_what_flows_is_local_times_upstream(name: str) -> None:
    shown = read_passes(GRAPHS[name]())
    for k in shown.backward:
        edge = shown.edges[k]
        np.testing.assert_array_equal(edge.upstream, shown.nodes[edge.head].gradient)
        if edge.local is not None:
            flow = edge.gradient if edge.spread is None else edge.spread
            np.testing.assert_allclose(edge.local * edge.upstream, flow, rtol=1e-13)
        if edge.spread is not None:
            assert np.sum(edge.spread) == pytest.approx(np.sum(edge.gradient))


@pytest.mark.parametrize("name", GRAPHS)
def test_backward_takes_the_newest_value_first(name: str) -> None:
    shown = read_passes(GRAPHS[name]())
    heads = [shown.edges[k].head for k in shown.backward]
    assert heads == sorted(heads, reverse=True)


def test_fused_operations_keep_their_place_in_the_order() -> None:
    a, b = bp.Variable(2.0, "a"), bp.Variable(3.0, "b")
    first = bp.ssr(a, 1.0)
    second = named(a * b, "second")
    names = [n.name for n in read_passes(first + second).nodes]
    assert names == ["a", "b", "residual", "u1", "second", "loss"]


# -- structure -------------------------------------------------------------------------------------


def test_every_value_and_every_argument_is_there_once() -> None:
    shown = read_passes(fork())
    assert [(n.name, n.kind, n.formula) for n in shown.nodes] == [
        ("a", "parameter", ""),
        ("b", "parameter", ""),
        ("u1", "step", "a · b"),
        ("loss", "step", "u1 + a"),
    ]
    assert [(e.tail, e.head) for e in shown.edges] == [(0, 2), (1, 2), (2, 3), (0, 3)]


def test_two_places_of_one_value_are_told_apart() -> None:
    shown = read_passes(twice())
    assert [(e.tail, e.head, e.which) for e in shown.edges] == [
        (0, 1, "place 1 of 2"),
        (0, 1, "place 2 of 2"),
        (1, 2, ""),
    ]


def test_fused_operations_are_taken_apart() -> None:
    names = [n.name for n in read_passes(network([0.0, 1.0], [1.0, 1.0])).nodes]
    assert names[-4:] == ["predicted", "residual", "u8", "SSR"]


def test_the_ssr_of_one_point_is_a_square() -> None:
    shown = read_passes(network(0.5, 1.0))
    assert (shown.loss.name, shown.loss.formula) == ("SSR", "residual²")
    assert shown.loss.filled == "2.609²"


def test_arrays_of_data_get_a_box_and_numbers_none() -> None:
    w = bp.Variable(2.0, "w")
    data = np.array([1.0, 2.0])
    shown = read_passes(bp.sum(3 * w * data + data + bp.constant(0.5)))
    assert [n.name for n in shown.nodes if n.kind == "data"] == ["c1"]
    assert [n.formula for n in shown.nodes if n.kind == "step"] == [
        "3 · w", "u1 · c1", "u2 + c1", "u3 + 0.5", "Σ u4",
    ]  # fmt: skip


def test_names_are_kept_apart() -> None:
    a, b = bp.Variable(1.0, "u1"), bp.Variable(2.0, "u1")
    names = [n.name for n in read_passes(a * b + a).nodes]
    assert names == ["u1", "u1 (2)", "u2", "loss"]


@pytest.mark.parametrize("name", GRAPHS)
def test_the_picture_has_every_node_and_every_edge_once(name: str) -> None:
    graph = show.graph(GRAPHS[name]())
    shown, root = graph.passes, svg(graph)
    nodes, edges = by(root, "data-node", "bp-node"), by(root, "data-edge", "bp-edge")
    flows = by(root, "data-edge", "bp-flow")
    assert sorted(nodes) == list(range(len(shown.nodes)))
    assert sorted(edges) == list(range(len(shown.edges)))
    assert sorted(flows) == sorted(shown.backward)
    for i, n in enumerate(shown.nodes):
        assert f"bp-{n.kind}" in nodes[i].attrib["class"].split()
        assert texts(nodes[i], "bp-value")[0] == write_value(np.ravel(n.value)[0])
        if n.gradient is None:
            assert not texts(nodes[i], "bp-gradient")
        else:
            assert texts(nodes[i], "bp-gradient")[0] == write_value(np.ravel(n.gradient)[0])
    for i, flow in flows.items():
        first = write_value(np.ravel(shown.edges[i].gradient)[0])
        assert texts(flow, "bp-gradient")[0] == first


def test_small_arrays_are_columns_and_large_ones_have_a_shape() -> None:
    graph = show.graph(layer())
    nodes = by(svg(graph), "data-node", "bp-node")
    names = [n.name for n in graph.passes.nodes]
    b, x = names.index("b"), names.index("X")
    assert texts(nodes[b], "bp-value") == ["0.1", "0.2", "0.3"]
    assert texts(nodes[x], "bp-value") == ["1", "2", "…"]
    assert "4 × 2" in [text.text for text in nodes[x].iter("text")]


def test_values_alone() -> None:
    graph = show.graph(fork(), gradients=False)
    assert not by(svg(graph), "data-edge", "bp-flow")
    assert all(n.gradient is None for n in graph.passes.nodes)
    assert "gradient" not in repr(graph)
    assert "gradient" not in re.sub(r"<style>.*?</style>", "", graph.html(), flags=re.DOTALL)


def test_an_array_has_a_picture_of_its_values() -> None:
    w = bp.Variable([1.0, 2.0], "w")
    assert show.graph(w * w, gradients=False).passes.loss.value.tolist() == [1.0, 4.0]


def test_a_leaf_alone_is_a_graph() -> None:
    shown = read_passes(bp.Variable(2.0, "w"))
    assert [(n.name, n.kind, n.gradient) for n in shown.nodes] == [("w", "parameter", 1.0)]
    assert "<rect" in show.graph(bp.Variable(2.0, "w")).html()


# -- texts -----------------------------------------------------------------------------------------


def test_plain_text() -> None:
    assert repr(show.graph(twice())) == (
        "Computational graph of y: 1 parameter, 2 steps\n"
        "             value   gradient\n"
        "a                3   24 = 12 (from u1) + 12 (from u1)\n"
        "u1 = a + a       6   12\n"
        "y = u1²         36   1"
    )


def test_the_description_tells_every_value() -> None:
    root = svg(show.graph(fork()))
    title, description = root[0], root[1]
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == title.attrib["id"]
    assert root.attrib["aria-describedby"] == description.attrib["id"]
    assert title.text == "Computational graph of loss"
    assert description.text == (
        "loss = 15, with 2 parameters, 2 steps. a = 3, gradient 5. b = 4, gradient 3. "
        "u1 = a · b = 12, gradient 1. loss = u1 + a = 15, gradient 1."
    )


def test_a_long_description_tells_the_parameters() -> None:
    description = svg(show.graph(chain(20)))[1].text or ""
    assert "x = 0.3, gradient" in description
    assert "u7" not in description


def test_numbers_have_minus_signs_and_no_hyphens() -> None:
    html = show.graph(network(0.5, 1.0)).html()
    picture = html[html.index("<title") : html.index("</svg>")]
    assert "−1.43" in picture
    assert not re.search(r">[^<]*(?<!\w)-\d[^<]*<", picture)


EVIL = '<img src=x onerror=alert(1)> & "quoted" $x^2$ |'


def test_names_are_never_markup() -> None:
    a = bp.Variable(1.0, EVIL)
    loss = named(a * a, "<b>loss</b>")
    for html in (show.graph(loss).html(), show.backward_steps(loss).html()):
        assert "<img" not in html
        assert "<b>loss" not in html
        for markup in re.findall(r"<svg.*?</svg>", html):
            ElementTree.fromstring(markup)


def test_long_names_are_cut_in_the_picture_and_whole_in_the_texts() -> None:
    name = "the_effectiveness_that_was_observed_in_the_third_group"
    graph = show.graph(bp.exp(bp.Variable(1.0, name)))
    nodes = by(svg(graph), "data-node", "bp-node")
    drawn = ["".join(text.itertext()) for text in nodes[0].iter("text")]
    assert len(drawn[0]) <= 26
    assert drawn[0].endswith("…")
    assert name in (nodes[0].find("title").text or "")  # type: ignore[union-attr]
    assert name in repr(graph)


def test_pictures_are_the_same_every_time() -> None:
    assert show.graph(merges()).html() == show.graph(merges()).html()
    assert show.backward_steps(merges()).html() == show.backward_steps(merges()).html()


def test_a_page_brings_its_own_style(on_page: None) -> None:
    bundle, _ = show.graph(fork())._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "<style" not in bundle["text/html"]
    assert "<script" not in bundle["text/html"]


def test_a_notebook_gets_the_style() -> None:
    html = show.graph(fork())._repr_mimebundle_()[0]["text/html"]
    assert html.startswith("<style>")
    assert ".bp-graph" in html


# -- large graphs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [19, 200])
def test_large_graphs_are_shortened_and_say_so(length: int) -> None:
    loss = chain(length)
    graph = show.graph(loss)
    shown = graph.passes
    every = len(list_oldest_first(loss))
    assert len(shown.nodes) == min(every, MOST_NODES)
    assert shown.hidden == max(0, every - MOST_NODES)
    assert (f"{shown.hidden} earlier ones are not" in graph.html()) == (every > MOST_NODES)
    assert (f"{shown.hidden} more values that are not shown" in repr(graph)) == (every > MOST_NODES)


def test_graphs_of_many_thousand_values_are_read() -> None:
    assert read_passes(chain(3_000)).hidden == 9_001 - MOST_NODES


def test_a_shortened_graph_keeps_the_whole_gradient() -> None:
    loss = chain(100)
    shown = read_passes(loss)
    (x,) = [v for v in list_oldest_first(loss) if v.operation is None]
    loss.backward()
    assert node(shown, "x").gradient == pytest.approx(x.grad, rel=1e-12)
    (cut,) = [n for n in shown.nodes if n.kind == "earlier"]
    assert cut.formula == "…"


def test_sizes_on_a_page(on_page: None) -> None:
    assert len(show.graph(network(0.5, 1.0)).html().encode()) < 20_000
    assert len(show.graph(chain(200)).html().encode()) < 60_000


# -- what must not happen --------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [show.graph, show.backward_steps])
def test_nothing_changes(draw: Any) -> None:
    loss = network([0.0, 0.5], [0.0, 1.0])
    values = list_oldest_first(loss)
    values[0].grad, values[1].grad = 7.0, None
    before = [(v.grad, v.name, v.operation, v.arguments) for v in values]
    html = draw(loss).html()
    assert [(v.grad, v.name, v.operation, v.arguments) for v in list_oldest_first(loss)] == before
    assert draw(loss).html() == html
    loss.backward()


@pytest.mark.parametrize("draw", [show.graph, show.backward_steps])
def test_errors_say_what_to_do(draw: Any) -> None:
    with pytest.raises(TypeError, match=r"loss must be a bp.Variable, got 3.0"):
        draw(3.0)
    with pytest.raises(RuntimeError, match="depends on no Variable: nothing was recorded"):
        draw(bp.constant(2.0))
    w = bp.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match=r"this value has shape \(2,\): reduce it with bp.sum"):
        draw(w * w)
    loss = bp.sum(w * w)
    loss.backward()
    with pytest.raises(RuntimeError, match=r"freed by backward\(\)"):
        draw(loss)


def test_numbers_beyond_all_bounds_are_written() -> None:
    a = bp.Variable(1e200, "a")
    with np.errstate(over="ignore"):
        loss = a * 1e200
    assert "∞" in repr(show.graph(loss))
