"""The one way through the graph: its order, elementary form and names, and what it records."""

from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.elementary import ElementaryGraph, take_apart
from backprop.engine.traversal import list_oldest_first, record_backward
from backprop.show.graphs.trace import read_passes

from .cases import CASES, Case


def hidden_branch() -> tuple[bp.Variable, Any]:
    """A branch that `where` does not take, behind a new shape and a matrix product."""
    x = bp.Variable([1.0, 0.0], name="x")
    s = bp.where([True, False], x * bp.log(x), 0.0)
    return x, bp.sum(bp.reshape(s, (1, 2)) @ np.array([[1.0], [1.0]]))


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_backward_derivation_and_picture_read_one_pass() -> None:
    x, loss = hidden_branch()
    derivation = bp.derive(loss, x)
    np.testing.assert_array_equal(derivation.value, [1.0, 0.0])
    assert derivation.agrees
    (shown,) = [node for node in read_passes(loss).nodes if node.name == "x"]
    np.testing.assert_array_equal(shown.gradient, [1.0, 0.0])
    loss.backward()
    np.testing.assert_array_equal(x.grad, [1.0, 0.0])


def made_from(case: Case) -> tuple[list[bp.Variable], Any]:
    leaves = [bp.Variable(argument) for argument in case.draw()]
    out = case.function(*leaves, *case.settings)
    return leaves, bp.sum(out * case.weights(out.value))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_record_of_the_elementary_graph_agrees_with_backward(case: Case) -> None:
    leaves, loss = made_from(case)
    graph = ElementaryGraph(loss)
    record = record_backward(graph.loss)
    loss.backward(retain_graph=True)
    for leaf in leaves:
        assert graph.twins[leaf] is leaf
        np.testing.assert_allclose(record.arrived[leaf], leaf.grad, rtol=1e-12, atol=1e-14)
    for (node, place), flow in record.flows.items():
        argument = node.arguments[place]
        assert np.shape(flow.gradient) == np.shape(argument.value)
        assert np.shape(flow.spread) in (node.shape, np.shape(argument.value)) or (
            not node.operation.pointwise  # type: ignore[union-attr]
        )


def test_every_gradient_is_the_sum_of_what_flowed_there() -> None:
    x = bp.Variable(1.5, name="x")
    record = record_backward(x * x + bp.exp(x) * x)
    for value, gradient in list(record.arrived.items())[:-1]:
        into = [f.gradient for (n, p), f in record.flows.items() if n.arguments[p] is value]
        assert sum(into) == pytest.approx(gradient) or not into


def test_a_record_changes_nothing_and_keeps_the_graph() -> None:
    x = bp.Variable([1.0, 2.0])
    loss = bp.ssr(x, [0.0, 0.0])
    record_backward(loss)
    assert x.grad is None
    loss.backward()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])


def test_a_fused_operation_is_taken_apart_in_the_place_where_it_stood() -> None:
    a, b = bp.Variable(2.0, name="a"), bp.Variable(3.0, name="b")
    first = bp.ssr(a, 1.0)
    second = a * b
    order = list_oldest_first(take_apart(first + second)[second])
    assert [node.name for node in order[:-1]] == ["a", "b"]
    names = [n.operation.name for n in ElementaryGraph(first + second).order if n.operation]
    assert names == ["subtract", "square", "sum", "multiply", "add"]


def test_what_contains_nothing_fused_stands_for_itself() -> None:
    loss = bp.exp(bp.Variable(1.0)) * 2.0
    assert all(old is new for old, new in take_apart(loss).items())


@pytest.mark.parametrize("parameter", ["w", "b", "v"])
def test_a_step_has_the_same_name_in_derivation_and_picture(parameter: str) -> None:
    w, b, v = (bp.Variable(value, name) for name, value in (("w", 2.0), ("b", 1.0), ("v", 0.5)))
    loss = bp.ssr(bp.exp(bp.sin(w * 3.0 + b) * v) * bp.exp(v), 1.0)
    derivation = bp.derive(loss, {"w": w, "b": b, "v": v}[parameter])
    shown = {node.name: node.value for node in read_passes(loss).nodes}
    assert len(derivation.steps) > 2
    for step in derivation.steps:
        name = step.symbol.replace("_", "").replace("{", "").replace("}", "")
        assert shown[name.removeprefix(r"\text")] == step.value


def test_names_are_given_in_one_pass() -> None:
    """10,000 values of one name: each gets a number of its own, in less than a second."""
    x: Any = bp.Variable(1.0)
    for _ in range(10_000):
        x = x * 1.0
        x.name = "x"
    names = ElementaryGraph(x).names
    assert len(set(names.values())) == 10_001
    assert {"x", "x (2)", "x (10000)"} <= set(names.values())
