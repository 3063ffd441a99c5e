"""Every operation on every kind of input: data, truth values, integers, views, empty arrays."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.table import TABLE
from backprop.engine.traversal import list_oldest_first
from backprop.show.graphs.trace import read_passes

from .cases import CASES, Case

# Of each operation the positions of what may be data, beside a Variable or alone.
PLACES = [(case, place) for case in CASES for place in range(len(case.shapes))]


def name(value: Any) -> str:
    return str(value)


def result_and_gradients(case: Case, given: list[Any]) -> tuple[Any, list[Any]]:
    """The value, and the gradient by each Variable among the arguments."""
    out = case.function(*given, *case.settings)
    if type(out) is not bp.Variable:
        return bp.engine.variable.value_of(out), []
    out.backward(case.weights(out.value), retain_graph=True)
    return out.value, [a.grad for a in given if type(a) is bp.Variable]


def assert_same(one: tuple[Any, list[Any]], other: tuple[Any, list[Any]], rtol: float) -> None:
    np.testing.assert_allclose(one[0], other[0], rtol=rtol, atol=rtol)
    for a, b in zip(one[1], other[1], strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol)


def beside(case: Case, place: int, data: Any, dtype: type = np.float64) -> list[Any]:
    """The arguments, one of them data and the others Variables."""
    given = [bp.Variable(argument) for argument in case.draw(dtype)]
    given[place] = data
    return given


@pytest.mark.parametrize(("case", "place"), PLACES, ids=name)
def test_a_constant_takes_part_like_data(case: Case, place: int) -> None:
    data = case.draw()[place]
    plain = result_and_gradients(case, beside(case, place, data))
    assert_same(result_and_gradients(case, beside(case, place, bp.constant(data))), plain, 1e-14)


KINDS: dict[str, Callable[[Any], Any]] = {
    "booleans": lambda shape: np.ones(shape, bool),
    "integers": lambda shape: np.full(shape, 2),
    "small integers": lambda shape: np.full(shape, 2, np.int8),
    "lists of integers": lambda shape: np.full(shape, 2).tolist(),
    "lists of truths": lambda shape: np.ones(shape, bool).tolist(),
}


@pytest.mark.parametrize(("case", "place"), PLACES, ids=name)
def test_booleans_and_integers_take_the_type_of_their_partner(case: Case, place: int) -> None:
    shape = np.shape(case.draw()[place])
    for dtype in (np.float64, np.float32):
        for kind, made in KINDS.items():
            data = made(shape)
            floats = np.asarray(data, dtype if len(case.shapes) > 1 else float)[()]
            floats = floats if shape else float(floats)
            found = result_and_gradients(case, beside(case, place, data, dtype))
            expected = result_and_gradients(case, beside(case, place, floats, dtype))
            assert np.result_type(found[0]) == np.result_type(expected[0]), kind
            assert_same(found, expected, 1e-5 if dtype is np.float32 else 1e-13)


def test_large_numbers_beside_booleans_stay_finite() -> None:
    mask = np.array([True, False, True])
    np.testing.assert_array_equal((bp.Variable(70000.0) * mask).value, [70000.0, 0.0, 70000.0])
    assert bp.mean(np.arange(4999) < 3001) == pytest.approx(3001 / 4999)
    assert bp.sum(np.ones(100_000, bool)) == 100_000.0


@pytest.mark.parametrize("case", CASES, ids=str)
def test_arrays_that_are_views_count_like_copies(case: Case) -> None:
    def view(array: Any) -> Any:
        if not np.shape(array):
            return array
        wide = np.repeat(array[..., np.newaxis], 3, axis=-1)
        return wide[..., 1]  # strided: every third number of a larger array

    drawn = case.draw()
    plain = result_and_gradients(case, [bp.Variable(a) for a in drawn])
    for place in range(len(drawn)):
        expected = result_and_gradients(case, beside(case, place, drawn[place]))
        assert_same(
            result_and_gradients(case, beside(case, place, view(drawn[place]))), expected, 1e-13
        )
    assert_same(result_and_gradients(case, [bp.Variable(view(a)) for a in drawn]), plain, 1e-13)


@pytest.mark.parametrize("case", [c for c in CASES if "a number" in c.shapes], ids=str)
def test_an_array_without_axes_counts_as_a_number(case: Case) -> None:
    drawn = case.draw()
    expected = result_and_gradients(case, [bp.Variable(a) for a in drawn])
    found = result_and_gradients(case, [bp.Variable(np.asarray(a)) for a in drawn])
    assert_same(found, expected, 1e-14)


# Windows without elements are none that an image could be cut into.
MIXED = [c for c in CASES if not TABLE[c.name].pointwise and c.name != "fold"]
EMPTY = [case for case in CASES if TABLE[case.name].pointwise]


@pytest.mark.parametrize("case", EMPTY, ids=str)
def test_what_works_element_by_element_works_on_none(case: Case) -> None:
    settings = case.settings if case.name != "where" else (True,)
    leaves = [bp.Variable(np.zeros((0, 3))) for _ in case.shapes]
    out = case.function(*leaves, *settings)
    assert out.shape == (0, 3)
    bp.sum(out).backward()
    assert all(leaf.grad.shape == (0, 3) for leaf in leaves)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", MIXED, ids=str)
def test_what_mixes_elements_works_on_none_or_says_why_not(case: Case) -> None:
    leaves = [bp.Variable(np.zeros((0,) * max(1, len(np.shape(a))))) for a in case.draw()]
    try:
        out = case.function(*leaves, *case.settings)
    except (ValueError, IndexError):
        return  # the message is another test's
    out.backward(np.zeros(out.shape)[()])
    assert all(leaf.grad.shape == leaf.shape for leaf in leaves)


# --- types ----------------------------------------------------------------------------------------

TWO = [
    c for c in CASES if len(c.shapes) == 2 and "a number" in c.shapes and c.shapes[0] != c.shapes[1]
]


@pytest.mark.parametrize("case", TWO, ids=str)
def test_a_variable_made_from_a_float_is_float64(case: Case) -> None:
    wide = [bp.Variable(a) if type(a) is float else a.astype(np.float32) for a in case.draw()]
    bare = [a if type(a) is float else bp.Variable(a.astype(np.float32)) for a in case.draw()]
    assert case.function(*wide, *case.settings).dtype == np.float64
    assert case.function(*bare, *case.settings).dtype == np.float32
    for leaf, drawn in zip(wide, case.draw(), strict=True):
        if type(drawn) is float:
            bp.check_gradients(
                lambda at: bp.sum(
                    case.function(
                        *[at if type(a) is bp.Variable else a for a in wide], *case.settings
                    )
                ),
                leaf,
            )


def test_types_promote_as_those_of_numpy_do() -> None:
    x32 = np.ones(2, np.float32)
    assert (bp.Variable(0.1) + np.float32(0.25)).value == 0.1 + 0.25
    assert (bp.Variable(0.5) * x32).dtype == np.float64
    assert (0.5 * bp.Variable(x32)).dtype == np.float32
    assert (bp.Variable(np.float32(0.5)) * x32).dtype == np.float32
    assert (bp.Variable([0.5, 0.5]) * x32).dtype == np.float64


@pytest.mark.parametrize("activation", [None, bp.relu, bp.softplus, bp.tanh, bp.sigmoid, bp.abs])
@pytest.mark.parametrize("kinds", [(a, b, c) for a in "fd" for b in "fd" for c in "fd"])
@pytest.mark.parametrize("stack", [(), (5,)], ids=["matrix", "stack"])
def test_linear_equals_what_it_says_it_is(activation: Any, kinds: Any, stack: Any) -> None:
    rng = np.random.default_rng(0)
    shapes = ((*stack, 2, 3), (*stack, 3, 4), (4,))
    drawn = [rng.normal(size=s).astype(k) for s, k in zip(shapes, kinds, strict=True)]
    one, other = ([bp.Variable(a) for a in drawn] for _ in range(2))
    fused = bp.linear(*one, activation=activation)
    z = other[0] @ other[1] + other[2]
    composed = z if activation is None else activation(z)
    assert fused.dtype == composed.dtype
    np.testing.assert_allclose(fused.value, composed.value, rtol=1e-6)
    bp.sum(bp.sin(fused)).backward()
    bp.sum(bp.sin(composed)).backward()
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a.grad, b.grad, rtol=1e-4, atol=1e-5)


# --- what changes between forward and backward ----------------------------------------------------


@pytest.mark.parametrize(("case", "place"), PLACES, ids=name)
def test_a_leaf_that_is_set_after_it_was_used_is_noticed(case: Case, place: int) -> None:
    leaves = [bp.Variable(argument) for argument in case.draw()]
    out = case.function(*leaves, *case.settings)
    leaves[place].value = leaves[place].value * 2
    with pytest.raises(RuntimeError, match="was set after this graph was computed"):
        out.backward(case.weights(out.value))


@pytest.mark.parametrize(
    ("case", "place"),
    [(c, i) for c, i in PLACES if np.shape(c.draw()[i]) and len(c.shapes) > 1],
    ids=name,
)
def test_data_written_into_are_noticed_when_asked_for(case: Case, place: int) -> None:
    data = case.draw()[place]
    given = beside(case, place, data)
    out = case.function(*given, *case.settings)
    out.backward(case.weights(out.value), retain_graph=True, verify=True)  # nothing has changed
    before = np.copy(data)
    data[...] = before + 3.0
    again = case.function(*given, *case.settings)
    if np.array_equal(again.value, out.value):
        return  # another branch was taken, and nothing depends on the data
    with pytest.raises(RuntimeError, match="written into after it was used"):
        out.backward(case.weights(out.value), verify=True)


def data_changes(w: Any) -> tuple[Any, Callable[[], Any]]:
    d = np.array([1.0, 2.0])
    return bp.sum(w * d), lambda: d.fill(100.0)


def leaf_is_set(w: Any) -> tuple[Any, Callable[[], Any]]:
    return bp.sum(w * w), lambda: setattr(w, "value", [5.0, 5.0])


def leaf_is_written_into(w: Any) -> tuple[Any, Callable[[], Any]]:
    return bp.sum(w * w), lambda: w.value.fill(5.0)


def optimizer_steps(w: Any) -> tuple[Any, Callable[[], Any]]:
    loss = bp.sum(w * w)
    loss.backward(retain_graph=True)
    return loss, bp.GradientDescent(w, 0.1).step


def constant_is_set(w: Any) -> tuple[Any, Callable[[], Any]]:
    c = bp.constant([1.0, 2.0])
    return bp.sum(w * c), lambda: setattr(c, "value", [5.0, 5.0])


def targets_change(w: Any) -> tuple[Any, Callable[[], Any]]:
    observed = np.array([1.0, 2.0])
    return bp.ssr(w * 1.0, observed), lambda: observed.fill(7.0)


NOTICED = {
    "a leaf is set": leaf_is_set,
    "a step": optimizer_steps,
    "a constant is set": constant_is_set,
}
ON_REQUEST = {
    "data": data_changes,
    "a leaf is written into": leaf_is_written_into,
    "targets": targets_change,
}


@pytest.mark.parametrize("name", NOTICED)
def test_changes_of_values_are_always_noticed(name: str) -> None:
    loss, change = NOTICED[name](bp.Variable([1.0, 1.0]))
    change()
    for use in (list_oldest_first, bp.show.graph, type(loss).backward):
        with pytest.raises(RuntimeError, match="was set after"):
            use(loss)


@pytest.mark.parametrize("name", ON_REQUEST)
def test_changes_within_arrays_are_noticed_on_request(name: str) -> None:
    """Without `verify` the gradient is that of the new numbers: `backward` says so."""
    loss, change = ON_REQUEST[name](bp.Variable([1.0, 1.0]))
    change()
    with pytest.raises(RuntimeError, match="written into"):
        loss.backward(verify=True)
    assert "`verify`" in str(bp.Variable.backward.__doc__)


SETTINGS: dict[str, Callable[[Any, Any], Any]] = {
    "an index": lambda w, i: w[i],
    "an index in a tuple": lambda w, i: bp.stack([w, 2.0 * w], axis=1)[i, 0],
    "rows of a table": lambda w, i: bp.embedding(bp.reshape(w, (3, 1)), i),
    "labels": lambda w, i: bp.softmax_cross_entropy(bp.stack([w, w * w, 1.0 * w], axis=1), i),
    "a condition": lambda w, i: bp.where(i, w, 0.0),
}


@pytest.mark.parametrize("kind", [np.array, list], ids=["array", "list"])
@pytest.mark.parametrize("name", SETTINGS)
def test_indices_conditions_and_labels_are_kept_as_they_were(name: str, kind: Any) -> None:
    if name == "labels" and kind is list:
        kind = np.array
    w, twin, index = bp.Variable([1.0, 2.0, 3.0]), bp.Variable([1.0, 2.0, 3.0]), kind([0, 1, 2])
    loss = bp.sum(SETTINGS[name](w, index) * np.array([[1.0], [2.0], [4.0]]))
    bp.sum(SETTINGS[name](twin, [0, 1, 2]) * np.array([[1.0], [2.0], [4.0]])).backward()
    index[:] = [0, 0, 0]
    loss.backward()
    np.testing.assert_array_equal(w.grad, twin.grad)


# --- copies ---------------------------------------------------------------------------------------

COPIES = {"copy": copy.deepcopy, "pickle": lambda x: pickle.loads(pickle.dumps(x))}


@pytest.mark.parametrize("copied", COPIES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_copied_graph_works_like_its_original(case: Case, copied: str) -> None:
    leaves = [bp.Variable(argument, name=f"x{i}") for i, argument in enumerate(case.draw())]
    out = case.function(*leaves, *case.settings)
    loss = bp.sum(out * case.weights(out.value))
    twins, twin = COPIES[copied]((leaves, loss))
    assert [n.operation for n in list_oldest_first(twin)] == [
        n.operation for n in list_oldest_first(loss)
    ]
    both = twin + loss  # a copy beside its original
    both.backward(retain_graph=True)
    for leaf, other in zip(leaves, twins, strict=True):
        assert leaf is not other
        np.testing.assert_array_equal(leaf.grad, other.grad)
    assert read_passes(twin).nodes[-1].name == "loss"


@pytest.mark.parametrize("copied", COPIES)
def test_derivations_and_pictures_of_a_copy(copied: str) -> None:
    x = bp.Variable([[1.0, 2.0]], name="x")
    loss = bp.mse(bp.linear(x, np.ones((2, 1)), 0.5, bp.tanh), [[1.0]])
    twin_x, twin = COPIES[copied]((x, loss))
    assert str(bp.derive(twin, twin_x)) == str(bp.derive(loss, x))
    assert repr(bp.show.graph(twin)) == repr(bp.show.graph(loss))


def test_a_copy_of_a_result_stands_beside_its_original() -> None:
    x = bp.Variable(3.0)
    y = x * x
    (copy.copy(y) * y).backward()
    assert x.grad == 4 * 3.0**3


def test_a_freed_graph_stays_freed_in_its_copy() -> None:
    y = bp.Variable(3.0) * 2.0
    y.backward()
    with pytest.raises(RuntimeError, match="freed"):
        pickle.loads(pickle.dumps(y)).backward()


# --- data that say more than their numbers, and contexts ------------------------------------------


def test_masked_elements_are_not_taken_for_numbers() -> None:
    masked = np.ma.masked_array([1.0, 2.0], mask=[False, True])
    for use in (bp.Variable, bp.constant, bp.sum, lambda m: bp.Variable(1.0) * m):
        with pytest.raises(TypeError, match=r"masked elements.*\.filled\(\)"):
            use(masked)  # type: ignore[operator]
    assert bp.sum(np.ma.masked_array([1.0, 2.0])) == 3.0


def test_in_asks_for_a_number() -> None:
    v = bp.Variable([1.0, 2.0])
    assert 1.0 in v
    assert bp.constant(2.0) in v
    assert 3.0 not in v
    with pytest.raises(TypeError, match="no elements"):
        assert 1.0 in bp.Variable(1.0)


def test_no_grad_in_generators_ends_in_any_order() -> None:
    def values() -> Any:
        with bp.no_grad():
            yield bp.Variable(1.0) * 2.0

    first, second = values(), values()
    next(first), next(second)
    assert type(bp.Variable(1.0) * 2.0) is not bp.Variable  # paused, as no_grad says
    first.close()
    second.close()
    assert type(bp.Variable(1.0) * 2.0) is bp.Variable
    assert "yield outside" in str(bp.no_grad.__doc__)


# --- where hides ----------------------------------------------------------------------------------

BEHIND: dict[str, Callable[..., Any]] = {
    "softmax": lambda a, W: bp.softmax(a),
    "log-softmax": lambda a, W: bp.log_softmax(a),
    "@": lambda a, W: a @ W,
    "@ from the left": lambda a, W: bp.transpose(bp.transpose(W) @ bp.transpose(a)),
    "linear": lambda a, W: bp.linear(a, W),
    "linear and relu": lambda a, W: bp.linear(a, W, activation=bp.relu),
    "linear and tanh": lambda a, W: bp.linear(a, W, activation=bp.tanh),
    "linear and softplus": lambda a, W: bp.linear(a, W, 0.5, activation=bp.softplus),
    "linear and sigmoid": lambda a, W: bp.linear(a, W, activation=bp.sigmoid),
    "layer norm": lambda a, W: bp.layer_norm(a),
    "a product": lambda a, W: a * bp.sum(W),
    "@ a vector": lambda a, W: bp.reshape(a @ W[:, 0], (2, 1)),
    "dot": lambda a, W: bp.stack([bp.dot(a[0], W[:, 0]), bp.dot(a[1], W[:, 0])])[:, None],
    "norm": lambda a, W: bp.stack([bp.norm(a[0]), bp.norm(a[1])])[:, None],
    "ssr": lambda a, W: bp.stack([bp.ssr(a[0], W[0]), bp.ssr(a[1], W[0])])[:, None],
    "max": lambda a, W: bp.max(a, axis=1, keepdims=True),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("bad", [-np.inf, np.inf, np.nan])
@pytest.mark.parametrize("name", BEHIND)
def test_where_hides_a_row_behind_every_operation(name: str, bad: float) -> None:
    """The row that is not taken leaves no trace in any gradient, whatever stands in it."""
    keep = np.array([[True], [False]])

    def gradients(second_row: float, order: int) -> list[Any]:
        a = bp.Variable([[1.0, 2.0], [second_row, second_row]])
        W = bp.Variable([[0.5, 1.0], [-1.0, 0.25]])

        def f(a: Any, W: Any) -> Any:
            return bp.sum(bp.where(keep, BEHIND[name](a, W), 0.0) ** 2)

        if order == 1:
            f(a, W).backward()
            return [a.grad, W.grad if W.grad is not None else 0.0]
        return [
            bp.hvp(lambda at: f(at, W.value), a.value, np.ones((2, 2))),
            bp.hvp(lambda at: f(a.value, at), W.value, np.ones((2, 2))),
            bp.hvp(lambda at: f(a.value, at + f(a.value, at)), W.value, np.ones((2, 2))),
        ]

    for order in (1, 2):
        hidden = gradients(bad, order)
        plain = gradients(0.25, order)
        for found, expected in zip(hidden, plain, strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_results_that_are_not_remembered_share_no_memory_with_what_was_given(case: Case) -> None:
    given = case.draw()
    for make in (bp.constant, bp.Variable):
        arguments = [make(value) for value in given]
        with bp.no_grad():
            result = case.function(*arguments, *case.settings)
        assert type(result) is type(bp.constant(0.0))
        assert result.operation is None
        assert result.arguments == ()
        for argument in arguments:
            assert not np.shares_memory(result.value, argument.value)


@pytest.mark.parametrize("view", [lambda a: a.T, lambda a: a[:1], lambda a: bp.reshape(a, (6,))])
def test_views_that_are_not_remembered_share_no_memory(view: Any) -> None:
    given = np.arange(6.0).reshape(2, 3)
    constant = bp.constant(given)
    with bp.no_grad():
        result = view(bp.Variable(given))
    assert not any(np.shares_memory(one.value, given) for one in (result, view(constant)))
    assert not np.shares_memory(view(constant).value, constant.value)
