"""Memory and depth: graphs go as soon as nobody holds them, and may be as deep as a run is long."""

import gc
import math
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import backprop as bp

DEPTH = 200_000


@pytest.fixture(autouse=True)
def _without_the_cyclic_collector() -> Iterator[None]:
    gc.collect()
    gc.freeze()  # what other tests have left behind need not be looked through each time
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def second_order(loss: Any, x: bp.Variable) -> None:
    """A leaf and its gradient refer to each other, so the gradient is to be let go."""
    loss.backward(create_graph=True)
    x.grad = None


def chain(x: Any, length: int) -> Any:
    for _ in range(length // 2):
        x = x * 0.9999 + 0.0001
    return x


def everything(x: bp.Variable) -> Any:
    """A graph with every kind of node: one argument, two, and many."""
    a = bp.softplus(x @ np.ones((3, 3)) + 1.0) * bp.mean(x, axis=0)
    return bp.ssr(bp.sum(a, axis=0, keepdims=True), np.ones((1, 3))) + bp.mse(x, a)


def test_a_dropped_graph_is_freed_at_once() -> None:
    x = bp.Variable(np.ones((2, 3)))
    inner = bp.exp(x)
    value = weakref.ref(inner.value)
    loss = bp.sum(inner * inner)
    del inner
    assert value() is not None  # the graph of the loss holds it
    del loss
    assert value() is None


def test_a_backward_pass_frees_the_values_on_its_way() -> None:
    x = bp.Variable(np.ones((2, 3)))
    inner = bp.exp(x)
    value = weakref.ref(inner.value)
    loss = bp.sum(inner * inner)
    del inner
    loss.backward(retain_graph=True)
    assert value() is not None
    loss.backward()
    assert value() is None
    assert loss.value == pytest.approx(6 * math.exp(2))


@pytest.mark.parametrize(
    "use",
    [
        lambda loss, x: None,
        lambda loss, x: loss.backward(),
        lambda loss, x: loss.backward(retain_graph=True, keep_gradients=True),
        second_order,
        lambda loss, x: bp.derive(loss, x),
    ],
    ids=["forward", "backward", "kept", "create_graph", "derive"],
)
def test_no_reference_cycles(use: Callable[[Any, Any], object]) -> None:
    def run() -> weakref.ref[Any]:
        x = bp.Variable(np.arange(6.0).reshape(2, 3), name="x")
        use(everything(x), x)
        return weakref.ref(x.value)

    run()  # what is made once and kept, such as compiled patterns, is none of a graph's
    gc.collect()
    assert run()() is None
    assert gc.collect() == 0


def test_training_holds_one_graph_at_a_time() -> None:
    w = bp.Variable(np.ones(1000), name="w")
    data = np.linspace(0.0, 1.0, 1000)
    values: list[weakref.ref[Any]] = []

    def loss() -> Any:
        predicted = bp.softplus(w * data)
        assert all(value() is None for value in values)
        values.append(weakref.ref(predicted.value))
        return bp.mse(predicted, data)

    bp.fit(loss, w, bp.GradientDescent(w, 0.1), steps=5)
    assert len(values) == 6


def test_a_chain_of_200_000_operations() -> None:
    x = bp.Variable(1.0)
    y = chain(x, DEPTH)
    y.backward()
    assert y.value == pytest.approx(1.0)
    assert x.grad == pytest.approx(0.9999 ** (DEPTH / 2))


def test_a_deep_graph_is_dropped_without_recursion() -> None:
    y = chain(bp.Variable(1.0), DEPTH)
    del y  # neither used nor freed by a backward pass
    kept = chain(bp.Variable(1.0), DEPTH)
    kept.backward(retain_graph=True)
    del kept


def test_a_deep_graph_of_gradients() -> None:
    x = bp.Variable(1.5)
    y = chain(x, 20_000) ** 2
    y.backward(create_graph=True)
    slope, x.grad = x.grad, None
    slope.backward()
    assert x.grad == pytest.approx(2 * 0.9999**20_000)


def test_work_grows_with_the_operations_and_not_with_the_paths() -> None:
    """2¹⁰⁰⁰ paths lead from y to x; each of the 1,000 operations is visited once."""
    x = bp.Variable(1.0)
    y = x
    for _ in range(1000):
        y = (y + y) * 0.5
    y.backward()
    assert x.grad == 1.0


def test_a_value_with_many_users() -> None:
    x = bp.Variable(2.0)
    total = x
    for _ in range(10_000):
        total = total + x
    total.backward()
    assert x.grad == 10_001.0


def test_a_scalar_operation_takes_less_than_160_bytes() -> None:
    x = bp.Variable(1.0)
    operations = 50_000
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        y = chain(x, operations)
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert y.value == pytest.approx(1.0)
    assert (after - before) / operations < 160
