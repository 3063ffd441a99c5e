"""The functions that are written from the table, beside the general ones: the same, bit by bit."""

import dataclasses
import re
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.fast import show_functions
from backprop.engine.recorders import record_generally
from backprop.engine.table import AUXILIARY, TABLE, Expression, Operation
from backprop.engine.traversal import sum_to_argument, sweep
from backprop.engine.variable import value_of

from .cases import CASES, Case
from .program.graphs import Builder

pytestmark = pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")

CHUNK = 250
#: Rules that take what the calculation kept round in another order.
ROUNDING = 1e-13


def assert_same_bits(found: Any, expected: Any) -> None:
    assert type(found) is type(expected)
    np.testing.assert_array_equal(found, expected)
    assert np.result_type(found) == np.result_type(expected)


def assert_close(found: Any, expected: Any) -> None:
    tolerance = ROUNDING if np.result_type(expected) == np.float64 else 1e-5
    scale = np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("first", range(0, 12 * CHUNK, CHUNK))
def test_random_graphs_have_the_gradients_of_the_general_sweep(first: int) -> None:
    """3,000 graphs over all operations, shapes and types, with leaves that are used repeatedly."""
    for seed in range(first, first + CHUNK):
        graph = Builder(seed).graph(4 + seed % 12)
        loss = graph.f(*graph.inputs)
        if not isinstance(loss, bp.Variable) or not loss.operation:
            continue
        kind = type(loss.value)
        expected = sweep(loss, kind(1.0), retain_graph=True)
        loss.backward()
        for leaf in graph.leaves:
            assert (leaf.grad is None) == (leaf not in expected), seed
            if leaf in expected:
                assert_same_bits(leaf.grad, expected[leaf])


def entry_of(case: Case) -> Operation:
    return (TABLE | AUXILIARY)[case.name]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_operation_computes_and_remembers_as_the_general_recorder(
    case: Case, dtype: Any
) -> None:
    leaves = [bp.Variable(argument) for argument in case.draw(dtype)]
    out = case.function(*leaves, *case.settings)
    twin = record_generally(out.operation, *out.arguments)
    assert_same_bits(out.value, twin.value)
    assert out.operation is twin.operation
    for one, other in zip(out.arguments, twin.arguments, strict=True):
        assert type(one) is type(other)
        assert one is other or not isinstance(one, bp.Variable)
    assert (out.grad, out.name) == (None, None)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_operation_carries_back_what_its_rules_say(case: Case, dtype: Any) -> None:
    leaves = [bp.Variable(argument) for argument in case.draw(dtype)]
    out = case.function(*leaves, *case.settings)
    upstream = np.asarray(case.weights(out.value), np.result_type(out.value))[()]
    expected = sweep(out, upstream, retain_graph=True)
    out.backward(upstream)
    for leaf in leaves:
        assert_same_bits(leaf.grad, expected[leaf])


def take_values(case: Case, dtype: Any) -> list[Any]:
    """The values of all arguments of an entry, settings included."""
    out = case.function(*map(bp.Variable, case.draw(dtype)), *case.settings)
    node = out if out.operation is entry_of(case) else out.arguments[0]
    return [value_of(argument) for argument in node.arguments]


WITH_INTERMEDIATE = [case for case in CASES if entry_of(case).intermediate is not None]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", WITH_INTERMEDIATE, ids=str)
def test_what_an_operation_keeps_serves_its_rules(case: Case, dtype: Any) -> None:
    entry = entry_of(case)
    assert entry.intermediate is not None
    values = take_values(case, dtype)
    value, intermediate = entry.intermediate.forward(*values)
    assert_same_bits(value, entry.forward(*values))
    if intermediate is None:
        assert case.shapes != ((2, 3),) * len(case.shapes)
        return
    upstream = np.asarray(case.weights(value), np.result_type(value))[()]
    if entry.shared is not None:
        upstream = entry.shared(upstream, value, *values)
    for rule, quick, argument in zip(entry.rules, entry.intermediate.rules, values, strict=False):
        assert rule is not None
        expected = rule(upstream, value, *values)
        if entry.broadcasts:
            expected = sum_to_argument(expected, argument)
        found = quick(upstream, intermediate, value, *values)
        assert found.shape == argument.shape
        assert_close(found, expected)


def test_every_kept_form_is_tried() -> None:
    tried = set()
    for case in WITH_INTERMEDIATE:
        intermediate = entry_of(case).intermediate
        assert intermediate is not None
        if intermediate.forward(*take_values(case, np.float64))[1] is not None:
            tried.add(case.name)
    assert tried == {name for name, entry in TABLE.items() if entry.intermediate is not None}
    assert tried == {"hinge", "linear", "softmax_cross_entropy", "ssr"}


@pytest.mark.parametrize("name", TABLE | AUXILIARY)
def test_what_is_written_can_be_read(name: str) -> None:
    """Short, in lines that fit on a page, and about this operation's own arguments."""
    source = show_functions(name)
    for one in (TABLE | AUXILIARY)[name].parameters:
        assert re.search(rf"\b{one}\b", source)
    assert max(map(len, source.splitlines())) <= 110
    compile(source, name, "exec")


# --- what speed must not cost ---------------------------------------------------------------------


def test_a_leaf_that_is_set_between_two_uses_is_noticed() -> None:
    """The newer use is of the new value; the older one is not, and its gradient would be wrong."""
    w: Any = bp.Variable(2.0, name="w")
    older = w * w
    w.value = 5.0
    newer = w * 3.0
    for settings in ({}, {"keep_gradients": True}):
        with pytest.raises(RuntimeError, match="'w' was set after this graph"):
            (older + newer).backward(retain_graph=True, **settings)


def test_gradients_of_leaves_are_arrays_of_their_own() -> None:
    """Added to in place on the way, and never in the place of another's."""
    a, b, upstream = bp.Variable(np.ones(3)), bp.Variable(np.ones(3)), np.ones(3)
    total: Any = a + b
    for _ in range(3):
        total = total + a + b + a.reshape((3,))
    total.backward(upstream)
    np.testing.assert_array_equal(a.grad, [7.0, 7.0, 7.0])
    np.testing.assert_array_equal(b.grad, [4.0, 4.0, 4.0])
    np.testing.assert_array_equal(upstream, np.ones(3))
    assert not np.shares_memory(a.grad, b.grad)
    held = a.grad
    bp.sum(a * 2.0).backward()
    np.testing.assert_array_equal(held, [7.0, 7.0, 7.0])  # a later pass leaves it as it is


def test_a_branch_that_was_not_taken_stays_silent_within_a_fast_pass() -> None:
    x, w = bp.Variable([0.0, 2.0]), bp.Variable([1.0, 1.0])
    with np.errstate(all="ignore"):
        term = bp.where(x.value > 0, x * bp.log(x), 0.0)
        loss = bp.sum(bp.exp(w * 0.0) * term + w)
        loss.backward()
    np.testing.assert_allclose(x.grad, [0.0, np.log(2.0) + 1.0])
    np.testing.assert_array_equal(w.grad, [1.0, 1.0])


def in_threads(work: Callable[[int], Any], count: int = 8) -> list[Any]:
    results: list[Any] = [None] * count
    barrier = threading.Barrier(count)

    def run(place: int) -> None:
        barrier.wait()
        results[place] = work(place)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_threads_compute_apart() -> None:
    """Half of them record nothing; the others share a leaf as data and differentiate their own."""
    shared = bp.constant(np.linspace(0.0, 1.0, 6).reshape(2, 3))

    def work(place: int) -> Any:
        found = []
        for _ in range(200):
            w = bp.Variable(np.full((3, 2), place + 1.0))
            if place % 2:
                with bp.no_grad():
                    found.append(type(bp.sum(shared @ w)))
                continue
            bp.sum(bp.softplus(shared @ w) * 2.0).backward()
            found.append(w.grad.tobytes())
        return set(found)

    results = in_threads(work)
    assert all(len(found) == 1 for found in results)
    assert all(found == {bp.engine.variable.Constant} for found in results[1::2])


def test_an_operation_called_first_by_many_threads_is_written_once_for_all() -> None:
    from backprop.engine.written import declare, write_on_first_call

    source = "def written(a, by=2): return a * by"
    double = write_on_first_call(declare("double"), lambda: (source, {}))
    assert in_threads(lambda place: double(place)) == [2 * place for place in range(8)]
    assert double(3, by=3) == 9


@pytest.mark.parametrize("case", WITH_INTERMEDIATE, ids=str)
def test_what_is_kept_goes_with_its_graph(case: Case) -> None:
    leaves = [bp.Variable(np.asarray(argument)) for argument in case.draw()]
    for finish in (lambda out: None, lambda out: out.backward()):
        out = case.function(*leaves, *case.settings)
        if not isinstance(out.b, np.ndarray):
            return  # of single numbers, nothing is kept
        reference = weakref.ref(out.b)
        finish(out)
        del out
        assert reference() is None


def test_a_million_operations_need_no_recursion() -> None:
    y: Any = bp.Variable(0.5)
    x = y
    for _ in range(500_000):
        y = y * 1.000001
        y = y + 1e-6
    y.backward()
    assert x.grad == pytest.approx(np.exp(0.5), rel=1e-6)


@pytest.mark.parametrize("text", ["out * upstream", "upstream * c", "activation(upstream)"])
def test_a_rule_as_text_speaks_of_what_the_way_back_knows(text: str) -> None:
    rule = Expression("upstream, out, a, b", text)
    for name in ("multiply", "linear"):
        entry = dataclasses.replace(TABLE[name], rules=(rule, *TABLE[name].rules[1:]))
        with pytest.raises(ValueError, match=f"{name}: a rule that is a text must speak of"):
            entry.check_texts()
