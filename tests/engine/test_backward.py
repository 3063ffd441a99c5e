"""What backward() does with leaves, graphs and data."""

import copy
import math
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine import operations


def test_leaves_add_up_what_arrives_in_several_passes() -> None:
    x, v = bp.Variable(3.0), bp.Variable([1.0, 2.0])
    for passes in (1, 2, 3):
        (x**2).backward()
        bp.sum(v * v * x).backward()
        assert x.grad == passes * (6.0 + 5.0)
        assert type(x.grad) is float
        np.testing.assert_array_equal(v.grad, passes * np.array([6.0, 12.0]))


def test_zero_grad_starts_afresh() -> None:
    x = bp.Variable(3.0)
    optimizer = bp.GradientDescent(x, 0.1)
    (x**2).backward()
    optimizer.zero_grad()
    assert x.grad is None
    (x**2).backward()
    assert x.grad == 6.0


def test_a_graph_serves_one_pass() -> None:
    x = bp.Variable(3.0)
    y = x**2
    y.backward()
    with pytest.raises(RuntimeError, match=r"freed .*retain_graph=True"):
        y.backward()
    assert x.grad == 6.0
    with pytest.raises(RuntimeError, match="freed"):
        (2 * y).backward()


def test_retain_graph_keeps_it_for_more() -> None:
    x = bp.Variable(3.0)
    y = x**2
    for passes in (1, 2, 3):
        y.backward(retain_graph=True)
        assert x.grad == passes * 6.0
    y.backward()
    with pytest.raises(RuntimeError, match="freed"):
        y.backward()


def test_two_losses_may_share_a_graph_that_is_kept() -> None:
    x = bp.Variable(2.0)
    shared = bp.exp(x)
    first, second = shared * 3, shared**2
    first.backward(retain_graph=True)
    assert x.grad == pytest.approx(3 * math.exp(2))
    x.grad = None
    second.backward()
    assert x.grad == pytest.approx(2 * math.exp(4))


def test_two_losses_that_share_a_freed_graph_say_so() -> None:
    x = bp.Variable(2.0)
    shared = bp.exp(x)
    first, second = shared * 3, shared**2
    first.backward()
    with pytest.raises(RuntimeError, match="compute the value again"):
        second.backward()


def test_gradients_in_between_are_dropped_unless_kept() -> None:
    x = bp.Variable(2.0)
    y = 3 * x
    z = y**2
    z.backward(retain_graph=True)
    assert (y.grad, z.grad) == (None, None)
    z.backward(keep_gradients=True)
    assert (y.grad, z.grad) == (12.0, 1.0)


def test_a_leaf_differentiated_by_itself() -> None:
    x = bp.Variable(2.0)
    x.backward()
    assert x.grad == 1.0
    v = bp.Variable([1.0, 2.0])
    v.backward([5.0, 6.0])
    np.testing.assert_array_equal(v.grad, [5.0, 6.0])


def test_an_array_starts_from_what_arrives_at_it() -> None:
    x = bp.Variable([1.0, 2.0, 3.0])
    (x**2).backward([1.0, 0.0, 10.0])
    np.testing.assert_array_equal(x.grad, [2.0, 0.0, 60.0])


def test_upstream_scales_the_gradient_of_a_number() -> None:
    x = bp.Variable(3.0)
    (x**2).backward(10)
    assert x.grad == 60.0


def test_a_leaf_that_the_loss_does_not_contain_gets_no_gradient() -> None:
    x, other = bp.Variable(1.0), bp.Variable(1.0)
    bp.exp(x).backward()
    assert other.grad is None


def test_a_number_stretched_over_an_array_gets_the_sum() -> None:
    x = bp.Variable(2.0)
    bp.sum(x * np.array([1.0, 10.0, 100.0])).backward()
    assert x.grad == 111.0
    assert type(x.grad) is float


# --- gradients belong to their leaf ---------------------------------------------------------------


@pytest.mark.parametrize(
    "combine",
    [
        lambda x, y: x + y,
        lambda x, y: y - (-x),
        lambda x, y: bp.reshape(x, (1, 3)) + bp.transpose(bp.reshape(y, (3, 1))),
        lambda x, y: operations.broadcast_to(x, (3,)) + operations.sum_to(y, (3,)),
        lambda x, y: (x + 0.0) + (y + 0.0),
    ],
)
@pytest.mark.parametrize("passes", [1, 2])
def test_leaves_never_share_an_array(combine: Callable[..., Any], passes: int) -> None:
    x, y = bp.Variable([1.0, 2.0, 3.0]), bp.Variable([1.0, 2.0, 3.0])
    out = combine(x, y)
    upstream = np.ones(out.shape)
    for _ in range(passes):
        out.backward(upstream, retain_graph=True, keep_gradients=True)
    x.grad *= 2
    np.testing.assert_array_equal(y.grad, [passes] * 3)
    np.testing.assert_array_equal(upstream, np.ones(out.shape))
    for array in (upstream, out.grad, y.grad, x.value, y.value):
        assert not np.shares_memory(x.grad, array)


def test_gradients_are_writeable_even_where_they_were_stretched() -> None:
    x = bp.Variable([1.0, 2.0, 3.0])
    bp.sum(x).backward()
    x.grad *= 2
    np.testing.assert_array_equal(x.grad, [2.0, 2.0, 2.0])


def test_kept_gradients_in_between_never_share_an_array() -> None:
    x = bp.Variable([1.0, 2.0])
    a, b = 2 * x, 3 * x
    total = a + b
    bp.sum(total).backward(keep_gradients=True)
    a.grad *= 100
    np.testing.assert_array_equal(b.grad, [1.0, 1.0])
    np.testing.assert_array_equal(total.grad, [1.0, 1.0])


def test_a_variable_copies_the_array_that_it_is_given() -> None:
    given = np.array([1.0, 2.0])
    x = bp.Variable(given)
    given[0] = 100.0
    np.testing.assert_array_equal(x.value, [1.0, 2.0])


def test_data_are_not_copied_so_a_change_before_the_backward_pass_shows() -> None:
    """The documented price of speed: data that change between the passes change the gradient."""
    x, data = bp.Variable([1.0, 2.0]), np.array([1.0, 1.0])
    loss = bp.sum(x * data)
    data[0] = 100.0
    loss.backward()
    np.testing.assert_array_equal(x.grad, [100.0, 1.0])


# --- data -----------------------------------------------------------------------------------------


def test_constants_take_part_and_are_never_differentiated() -> None:
    x, w = bp.constant([1.0, 2.0], name="x"), bp.Variable(3.0)
    bp.ssr(w * x, bp.constant([3.0, 7.0])).backward()
    assert w.grad == -4.0
    assert x.grad is None
    assert x.name == "x"


def test_constants_alone_give_constants() -> None:
    total = bp.sum(bp.constant([1.0, 2.0]) * 3)
    assert type(total) is type(bp.constant(0.0))
    assert total.value == 9.0


def test_plain_numbers_give_plain_numbers() -> None:
    assert bp.softplus(0.0) == math.log(2)
    np.testing.assert_array_equal(bp.exp([0.0, 0.0]), [1.0, 1.0])


def test_rules_for_data_are_not_even_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop.engine.recorders.TABLE", {})

    def never(upstream: Any, out: Any, a: Any, b: Any) -> Any:
        raise AssertionError("a rule was called for data")

    @operations.operation("<a> + <b>", ("1", lambda upstream, out, a, b: upstream), ("1", never))
    def first(a: Any, b: Any) -> Any:
        return a + b

    x = bp.Variable(1.0)
    first(x, 2.0).backward()
    first(x, bp.constant(2.0)).backward()
    assert x.grad == 2.0
    with pytest.raises(AssertionError, match="called for data"):
        first(2.0, x).backward()


# --- no_grad --------------------------------------------------------------------------------------


def test_no_grad_computes_without_a_graph() -> None:
    w = bp.Variable([1.0, 2.0])
    with bp.no_grad():
        loss = bp.sum(w * w)
    assert loss.value == 5.0
    with pytest.raises(RuntimeError, match=r"bp\.no_grad\(\)"):
        loss.backward()
    assert type(bp.sum(w * w)) is bp.Variable


def test_no_grad_ends_with_an_exception_and_may_be_nested() -> None:
    w = bp.Variable(1.0)
    with pytest.raises(KeyError), bp.no_grad(), bp.no_grad():
        raise KeyError
    assert type(w * w) is bp.Variable
    with bp.no_grad():
        with bp.no_grad():
            pass
        assert type(w * w) is not bp.Variable


def test_no_grad_decorates_functions() -> None:
    w = bp.Variable(2.0)

    @bp.no_grad()
    def predict() -> Any:
        return 3 * w

    assert type(predict()) is not bp.Variable
    assert type(3 * w) is bp.Variable


def test_no_grad_holds_in_its_own_thread_only() -> None:
    w = bp.Variable(1.0)
    entered, recorded = threading.Event(), threading.Event()
    results: dict[str, Any] = {}

    def without() -> None:
        with bp.no_grad():
            entered.set()
            recorded.wait(10)
            results["without"] = w * w

    thread = threading.Thread(target=without)
    thread.start()
    entered.wait(10)
    results["with"] = w * w
    recorded.set()
    thread.join()
    assert type(results["with"]) is bp.Variable
    assert type(results["without"]) is not bp.Variable


def test_threads_build_graphs_side_by_side() -> None:
    leaves = [bp.Variable(1.0 + k / 10) for k in range(8)]

    def work(leaf: bp.Variable) -> None:
        y = leaf
        for _ in range(500):
            y = y * 0.99 + 0.01
        y.backward()

    threads = [threading.Thread(target=work, args=(leaf,)) for leaf in leaves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [leaf.grad for leaf in leaves] == pytest.approx([0.99**500] * 8)


# --- derivatives of derivatives -------------------------------------------------------------------

CLOSED_FORMS: dict[str, tuple[Callable[..., Any], list[Callable[[float], float]]]] = {
    "x⁵": (
        lambda x: x**5,
        [lambda x: 5 * x**4, lambda x: 20 * x**3, lambda x: 60 * x**2],
    ),
    "x²": (lambda x: x**2, [lambda x: 2 * x, lambda x: 2.0, lambda x: 0.0]),
    "1/x": (
        lambda x: 1 / x,
        [lambda x: -(x**-2), lambda x: 2 * x**-3, lambda x: -6 * x**-4],
    ),
    "e²ˣ": (
        lambda x: bp.exp(2 * x),
        [lambda x, k=k: 2**k * math.exp(2 * x) for k in (1, 2, 3)],  # type: ignore[misc]
    ),
    "ln x": (
        lambda x: bp.log(x),
        [lambda x: 1 / x, lambda x: -(x**-2), lambda x: 2 * x**-3],
    ),
    "σ(x)": (
        lambda x: bp.sigmoid(x),
        [
            lambda x: s(x) * (1 - s(x)),
            lambda x: s(x) * (1 - s(x)) * (1 - 2 * s(x)),
            lambda x: s(x) * (1 - s(x)) * (1 - 6 * s(x) + 6 * s(x) ** 2),
        ],
    ),
    "softplus x": (
        lambda x: bp.softplus(x),
        [
            lambda x: s(x),
            lambda x: s(x) * (1 - s(x)),
            lambda x: s(x) * (1 - s(x)) * (1 - 2 * s(x)),
        ],
    ),
    "xˣ": (
        lambda x: x**x,
        [
            lambda x: x**x * (1 + math.log(x)),
            lambda x: x**x * ((1 + math.log(x)) ** 2 + 1 / x),
            lambda x: x**x * ((1 + math.log(x)) ** 3 + 3 * (1 + math.log(x)) / x - x**-2),
        ],
    ),
}


def s(x: float) -> float:
    return 1 / (1 + math.exp(-x))


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_derivatives_to_the_third_order_are_the_closed_forms(name: str) -> None:
    f, derivatives = CLOSED_FORMS[name]
    at = 1.3
    for shape in ((), (2,)):
        x = bp.Variable(np.full(shape, at)[()])
        y = bp.sum(f(x))
        for derivative in derivatives:
            x.grad = None
            y.backward(create_graph=True)
            expected = np.full(shape, derivative(at))
            np.testing.assert_allclose(x.grad.value, expected, rtol=1e-13, atol=1e-13)
            # A constant slope is no Variable, and has the derivative 0.
            y = bp.sum(x.grad if type(x.grad) is bp.Variable else 0 * x)


def test_a_gradient_that_is_a_variable_can_stand_in_a_loss() -> None:
    """The gradient of |∇f|², with f = a²b: needs a backward pass through a backward pass."""
    a, b = bp.Variable(2.0), bp.Variable(3.0)
    (a**2 * b).backward(create_graph=True)
    penalty = a.grad**2 + b.grad**2  # (2ab)² + a⁴
    a.grad = b.grad = None
    penalty.backward()
    assert a.grad == 8 * 2 * 9 + 4 * 8  # 8ab² + 4a³
    assert b.grad == 8 * 4 * 3  # 8a²b


def test_create_graph_keeps_the_graph() -> None:
    x = bp.Variable(2.0)
    y = x**3
    y.backward(create_graph=True)
    x.grad = None
    y.backward()
    assert x.grad == 12.0


def test_a_step_along_a_gradient_that_is_a_variable_keeps_parameters_plain() -> None:
    for start in (2.0, np.array([2.0, 2.0])):
        x = bp.Variable(start)
        bp.sum(x**2).backward(create_graph=True)
        bp.GradientDescent(x, 0.25).step()
        assert type(x.value) is type(start)
        np.testing.assert_array_equal(x.value, np.asarray(start) / 2)


# --- copies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_a_copied_leaf_is_a_leaf(copied: Callable[[Any], Any]) -> None:
    x = bp.Variable([1.0, 2.0], name="x")
    twin = copied(x)
    assert twin.name == "x"
    assert twin.arguments == ()
    bp.ssr(twin, [0.0, 0.0]).backward()
    np.testing.assert_array_equal(twin.grad, [2.0, 4.0])
    assert x.grad is None


def test_a_deep_copy_of_a_graph_is_a_graph_of_its_own() -> None:
    x = bp.Variable(3.0)
    y = bp.softplus(x) * bp.sum(x * x)
    twin = copy.deepcopy(y)
    y.backward()
    expected, x.grad = x.grad, None
    twin.backward(keep_gradients=True)
    assert x.grad is None
    assert expected == pytest.approx(9 * s(3) + 6 * math.log1p(math.exp(3)))


# --- setting a value ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        (0, 0.0),
        (np.float64(2), 2.0),
        ([1, 2], np.array([1.0, 2.0])),
        (np.float32(2), np.float32(2)),
    ],
)
def test_a_value_that_is_set_is_treated_like_one_that_is_given(given: Any, becomes: Any) -> None:
    x = bp.Variable(1.0)
    x.value = given
    assert type(x.value) is type(becomes)
    np.testing.assert_array_equal(x.value, becomes)
    bp.sum(x * x).backward()
    np.testing.assert_array_equal(x.grad, 2 * becomes)
    bp.GradientDescent(x, 0.5).step()
    np.testing.assert_array_equal(x.value, 0 * becomes)


def test_an_array_that_is_set_is_copied() -> None:
    """So that steps in place do not reach the array from which a run starts."""
    start = np.array([1.0, 2.0])
    x = bp.Variable([0.0, 0.0])
    x.value = start
    bp.sum(x).backward()
    bp.GradientDescent(x, 1.0).step()
    np.testing.assert_array_equal(start, [1.0, 2.0])
    x.value -= 1.0
    np.testing.assert_array_equal(x.value, [-1.0, 0.0])


def test_a_value_that_was_computed_cannot_be_set() -> None:
    x = bp.Variable(2.0)
    y = x * x
    with pytest.raises(TypeError, match="set the value of a leaf, and compute again"):
        y.value = 5.0
    y.backward()
    with pytest.raises(TypeError, match="was computed"):
        y.value = 5.0
    assert y.value == 4.0


# --- looking at a Variable ------------------------------------------------------------------------


def test_a_variable_shows_value_and_name() -> None:
    assert repr(bp.Variable(2.5)) == "Variable(2.5)"
    assert repr(bp.Variable([1.0, 2.0], name="w")) == "Variable([1., 2.], name='w')"
    assert repr(bp.constant(1.0)) == "Constant(1.)"


def test_shape_type_and_arguments() -> None:
    x = bp.Variable(np.zeros((2, 3), dtype=np.float32))
    assert x.shape == (2, 3)
    assert x.dtype == np.float32
    assert x.arguments == ()
    assert bp.exp(x).arguments == (x,)
    assert (x + 1.0).arguments == (x, 1.0)
    assert bp.sum(x, axis=1).arguments == (x, 1, False)
    assert bp.Variable(1.0).dtype == np.float64


def test_comparisons_are_of_values() -> None:
    x, v = bp.Variable(2.0), bp.Variable([1.0, 3.0])
    assert x > 1
    assert x >= 2
    assert x < bp.Variable(3.0)
    assert x <= 2.0
    assert (v > x).tolist() == [False, True]
    assert bool(x)
    assert not bp.Variable(0.0)
    assert float(x) == 2.0
    assert f"{x:.2f} {x}" == "2.00 Variable(2.)"
    assert f"{bp.Variable(np.float32(2)):.1e}" == "2.0e+00"


def test_equality_is_identity() -> None:
    """Documented: a Variable is a key of dictionaries, so == asks for the same Variable."""
    x = bp.Variable(2.0)
    assert x == x
    assert x != bp.Variable(2.0)
    assert len({x, bp.Variable(2.0)}) == 2
