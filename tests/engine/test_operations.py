"""Every operation of the table: its value, and its derivatives found in two other ways."""

import inspect
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.derivation.notation import fill_template
from backprop.engine import operations
from backprop.engine.operations import TABLE
from backprop.engine.variable import value_of
from backprop.formulas.formula import Name
from backprop.formulas.printing import to_latex

from .cases import CASES, EXAMPLES, FORMULAS, NUMBER, Case

every_case = pytest.mark.parametrize("case", CASES, ids=str)
STEP = 1e-30  # of the complex step: it has no rounding error of its own


def gradients(case: Case, arguments: list[Any], **how: Any) -> list[Any]:
    """The gradient of sum(weights * operation(arguments)) by each argument, by the engine."""
    leaves = [bp.Variable(argument) for argument in arguments]
    out = case.function(*leaves, *case.settings)
    out.backward(case.weights(out.value), **how)
    return [leaf.grad for leaf in leaves]


def by_complex_step(case: Case, arguments: list[Any], position: int) -> Any:
    """The same gradient by one argument, from the textbook formula."""
    at = np.array(arguments[position], dtype=complex)
    weights = case.weights(case.formula(*arguments))
    gradient = np.empty(at.shape)
    for index in np.ndindex(at.shape):
        nudged = at.copy()
        nudged[index] += 1j * STEP
        given = [*arguments[:position], nudged, *arguments[position + 1 :]]
        gradient[index] = np.sum(weights * case.formula(*given).imag) / STEP
    return gradient


def test_no_operation_without_a_formula_and_examples() -> None:
    assert set(FORMULAS) == set(EXAMPLES) == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_an_entry_is_complete(name: str) -> None:
    entry = TABLE[name]
    assert entry.name == name
    assert entry.latex
    assert 1 <= len(entry.rules) == len(entry.derivatives) <= len(entry.parameters)
    assert (getattr(bp, name, None) or getattr(bp.engine.operations, name)).__doc__


@pytest.mark.parametrize("case", [c for c in CASES if TABLE[c.name].pointwise], ids=str)
def test_pointwise_operations_keep_the_common_shape_of_their_arguments(case: Case) -> None:
    arguments = case.draw()
    result = case.function(*arguments, *case.settings)
    assert np.shape(result) == np.broadcast_shapes(*map(np.shape, arguments))


@every_case
def test_the_function_that_is_read_is_the_one_that_runs(case: Case) -> None:
    """Some operations take a faster way, written in C, to the same result."""
    node = case.function(*map(bp.Variable, case.draw()), *case.settings)
    arguments = [value_of(argument) for argument in node.arguments]
    read = inspect.unwrap(getattr(operations, node.operation.name, node.operation.forward))
    np.testing.assert_array_equal(read(*arguments), node.operation.forward(*arguments))


@every_case
def test_value_is_that_of_the_textbook_formula(case: Case) -> None:
    arguments = case.draw()
    expected = case.formula(*arguments)
    recorded = case.function(*map(bp.Variable, arguments), *case.settings).value
    plain = case.function(*arguments, *case.settings)
    for value in (recorded, plain):
        assert type(value) is (np.ndarray if np.shape(expected) else float)
        np.testing.assert_allclose(value, expected, rtol=1e-14, atol=1e-15)


@every_case
def test_rules_agree_with_the_complex_step(case: Case) -> None:
    arguments = case.draw()
    for position, gradient in enumerate(gradients(case, arguments)):
        assert type(gradient) is type(arguments[position])
        assert np.shape(gradient) == np.shape(arguments[position])
        expected = by_complex_step(case, arguments, position)
        np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-14)


@every_case
def test_rules_agree_with_central_differences(case: Case) -> None:
    def weighted(*arguments: Any) -> Any:
        out = case.function(*arguments, *case.settings)
        return bp.sum(out * case.weights(value_of(out)))

    bp.check_gradients(weighted, *case.draw())


@every_case
def test_an_argument_that_is_data_changes_no_other_gradient(case: Case) -> None:
    arguments = case.draw()
    expected = gradients(case, arguments)
    for position, argument in enumerate(arguments):
        leaf = bp.Variable(argument)
        given = [*arguments[:position], leaf, *arguments[position + 1 :]]
        out = case.function(*given, *case.settings)
        out.backward(case.weights(out.value))
        np.testing.assert_array_equal(leaf.grad, expected[position])


@every_case
def test_rules_on_variables_give_the_same_gradients(case: Case) -> None:
    arguments = case.draw()
    plain = gradients(case, arguments)
    recorded = gradients(case, arguments, create_graph=True)
    for one, other in zip(plain, recorded, strict=True):
        assert isinstance(other, bp.Variable)
        np.testing.assert_allclose(other.value, one, rtol=1e-14, atol=1e-15)


@every_case
def test_second_derivatives_agree_with_differences_of_the_first(case: Case) -> None:
    def sum_of_gradients(*arguments: Any) -> Any:
        """A number that contains every element of the gradient, each with a weight of its own."""
        leaves = [a if type(a) is bp.Variable else bp.Variable(value_of(a)) for a in arguments]
        out = case.function(*leaves, *case.settings)
        out.backward(case.weights(out.value), create_graph=True)
        total: Any = bp.constant(0.0)
        for leaf in leaves:
            total = total + bp.sum(bp.sigmoid(leaf.grad * 0.1) * case.weights(leaf.value))
            leaf.grad = None
        return total if type(total) is bp.Variable else bp.Variable(total.value)

    bp.check_gradients(sum_of_gradients, *case.draw(), rtol=1e-5)


@every_case
@pytest.mark.parametrize("create_graph", [False, True], ids=["values", "variables"])
def test_float32_stays_float32(case: Case, create_graph: bool) -> None:
    arguments = case.draw(dtype=np.float32)
    leaves = [bp.Variable(argument) for argument in arguments]
    out = case.function(*leaves, *case.settings)
    assert out.dtype == np.float32
    out.backward(case.weights(out.value), create_graph=create_graph)
    for leaf in leaves:
        assert value_of(leaf.grad).dtype == np.float32
        assert np.shape(value_of(leaf.grad)) == leaf.shape
    np.testing.assert_allclose(out.value, case.formula(*arguments), rtol=1e-4, atol=1e-6)


@every_case
def test_the_arguments_are_left_as_they_were(case: Case) -> None:
    arguments, untouched = case.draw(), case.draw()
    gradients(case, arguments)
    for argument, before in zip(arguments, untouched, strict=True):
        np.testing.assert_array_equal(argument, before)


@pytest.mark.parametrize("case", [c for c in CASES if TABLE[c.name].elementary], ids=str)
def test_a_fused_operation_equals_its_elementary_steps(case: Case) -> None:
    elementary = TABLE[case.name].elementary
    assert elementary is not None
    arguments = case.draw()
    fused = [bp.Variable(argument) for argument in arguments]
    result = case.function(*fused, *case.settings)
    if result.operation is not TABLE[case.name]:
        return  # an activation that is not computed in the same step
    settings = result.arguments[len(arguments) :]
    leaves = [bp.Variable(argument) for argument in arguments]
    steps = elementary(*leaves, *settings)
    weights = case.weights(steps.value)
    steps.backward(weights)
    np.testing.assert_allclose(steps.value, result.value, rtol=1e-13)
    np.testing.assert_allclose(elementary(*arguments, *settings), steps.value)  # data work too
    result.backward(weights)
    for one, other in zip(leaves, fused, strict=True):
        np.testing.assert_allclose(one.grad, other.grad, rtol=1e-12, atol=1e-14)


@every_case
def test_templates_fill(case: Case) -> None:
    node = case.function(*map(bp.Variable, case.draw()), *case.settings)
    entry = node.operation
    assert entry is TABLE[entry.name]
    for template in (entry.latex, *entry.derivatives):
        written = to_latex(fill_template(entry, template, node.arguments, lambda _: Name("x")))
        assert "<" not in written
        assert written.count("{") == written.count("}")


@pytest.mark.parametrize(
    ("operator", "name"),
    [
        (lambda a, b: a + b, "add"),
        (lambda a, b: a - b, "subtract"),
        (lambda a, b: a * b, "multiply"),
        (lambda a, b: a / b, "divide"),
        (lambda a, b: a**b, "power"),
    ],
)
@pytest.mark.parametrize("shapes", [(NUMBER, NUMBER), ((3,), NUMBER), (NUMBER, (3,)), ((3,), (3,))])
def test_operators_are_the_operations_from_both_sides(
    operator: Any, name: str, shapes: tuple[Any, ...]
) -> None:
    case = Case(name, shapes)
    a, b = case.draw()
    expected = gradients(case, [a, b])
    for data in (lambda v: v, lambda v: np.array(v)[()]):  # Python's and NumPy's numbers
        x, y = bp.Variable(a), bp.Variable(b)
        left, right, both = operator(x, data(b)), operator(data(a), y), operator(x, y)
        for out in (left, right, both):
            assert out.operation.name == name
            np.testing.assert_array_equal(out.value, both.value)
        left.backward(case.weights(left.value))
        right.backward(case.weights(right.value))
        np.testing.assert_array_equal(x.grad, expected[0])
        np.testing.assert_array_equal(y.grad, expected[1])


def test_minus_and_matrix_product_are_operators_too() -> None:
    x = bp.Variable([1.0, 2.0])
    assert (-x).operation is TABLE["negate"]
    assert (x @ [1.0, 2.0]).operation is TABLE["matmul"]
    product: Any = np.eye(2) @ x
    assert product.operation is TABLE["matmul"]


def test_a_square_is_an_operation_of_its_own() -> None:
    x = bp.Variable(3.0)
    assert (x**2).operation is (x**2.0).operation is TABLE["square"]
    assert (x**3).operation is TABLE["power"]
    assert (2**x).operation is TABLE["power"]


@pytest.mark.parametrize("name", ["add", "exp", "log", "power", "matmul", "sin", "maximum"])
def test_numpy_functions_on_variables_record(name: str) -> None:
    case = next(case for case in CASES if case.name == name)
    arguments = case.draw()
    leaves = [bp.Variable(argument) for argument in arguments]
    out = getattr(np, name)(*leaves)
    assert out.operation is TABLE[name]
    out.backward(case.weights(out.value))
    for leaf, expected in zip(leaves, gradients(case, arguments), strict=True):
        np.testing.assert_array_equal(leaf.grad, expected)


def test_numpy_names_that_differ_from_ours() -> None:
    x = bp.Variable([-1.0, 2.0])
    assert np.abs(x).operation is TABLE["abs"]  # type: ignore[attr-defined]
    assert np.negative(x).operation is TABLE["negate"]  # type: ignore[attr-defined]


def test_no_indices_take_no_rows() -> None:
    assert bp.embedding(bp.Variable(np.ones((2, 3))), []).shape == (0, 3)


def test_arguments_go_by_position_or_by_name() -> None:
    w = bp.Variable([1.0, 2.0])
    assert bp.ssr(predicted=w, observed=[0.0, 0.0]).value == 5.0
    assert bp.ssr(observed=[0.0, 0.0], predicted=w).value == 5.0
    assert bp.mse(w, observed=[0.0, 0.0]).value == 2.5
    assert bp.sum(w, keepdims=True).shape == (1,)
    assert bp.mean(a=w, axis=0).value == 1.5
    assert bp.exp(a=w).shape == bp.power(a=w, b=3).shape == (2,)
    assert bp.reshape(w, shape=(2, 1)).shape == bp.transpose(bp.reshape(w, (1, 2))).shape


def test_integers_and_booleans_are_numbers() -> None:
    x = bp.Variable([1, 2])
    assert x.dtype == np.float64
    assert (x * [True, False]).value.tolist() == [1.0, 0.0]
    assert bp.exp(0) == 1.0
    assert type(bp.ssr([1, 2], [1, 3])) is float


LIMITS: list[tuple[Any, Any, Any]] = [
    ([-1.0, 0.5, 3.0], None, 1.0),
    ([-1.0, 0.5, 3.0], 0.0, None),
    ([-1.0, 0.5, 3.0], None, None),
    ([-1.0, 0.5, 3.0], [0.0, 0.0, 0.0], [1.0, 0.2, 4.0]),
    ([[0.1, 0.9], [2.0, -1.0]], [[0.5], [0.0]], None),
    (2.5, [0.0, 1.0], [1.0, 3.0]),
]


@pytest.mark.parametrize(("a", "low", "high"), LIMITS)
def test_clip_takes_none_and_arrays_as_limits(a: Any, low: Any, high: Any) -> None:
    lowest, highest = -np.inf if low is None else low, np.inf if high is None else high
    expected = np.minimum(np.maximum(a, lowest), highest)
    np.testing.assert_array_equal(bp.clip(a, low, high), expected)
    np.testing.assert_array_equal(bp.clip(bp.Variable(a), low, high).value, expected)
    weights = np.arange(1.0, 1.0 + np.size(expected)).reshape(np.shape(expected))
    bp.check_gradients(lambda x: bp.sum(bp.clip(x, low, high) ** 2 * weights), a)
    single = bp.clip(np.asarray(a, np.float32), None, 1.0)
    assert np.asarray(single).dtype == np.float32


@pytest.mark.parametrize("stride", [1, 2, (2, 1), (1, 3), [2, 2]], ids=str)
@pytest.mark.parametrize("padding", [0, 1, (1, 0), [0, 2], "same"], ids=str)
def test_strides_and_paddings_come_as_pairs(stride: Any, padding: Any) -> None:
    rng = np.random.default_rng(0)
    images, filters = rng.normal(size=(2, 2, 5, 6)), rng.normal(size=(3, 2, 2, 3))
    below, beside = (stride, stride) if isinstance(stride, int) else stride
    if padding == "same":
        down, across = -(-5 // below), -(-6 // beside)
        rows, columns = (
            max((n - 1) * step + window - length, 0)
            for n, step, window, length in ((down, below, 2, 5), (across, beside, 3, 6))
        )
        around = ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2))
    else:
        above, side = (padding, padding) if isinstance(padding, int) else padding
        around = ((above, above), (side, side))
    padded = np.pad(images, ((0, 0), (0, 0), *around))
    down = (padded.shape[2] - 2) // below + 1
    across = (padded.shape[3] - 3) // beside + 1
    expected = np.empty((2, 3, down, across))
    for i, j in np.ndindex(down, across):
        window = padded[:, :, i * below : i * below + 2, j * beside : j * beside + 3]
        expected[:, :, i, j] = np.einsum("bchw,fchw->bf", window, filters)
    np.testing.assert_allclose(
        bp.conv2d(images, filters, 0.0, stride, padding), expected, atol=1e-12
    )
    bp.check_gradients(
        lambda x, weight, bias: bp.sum(bp.conv2d(x, weight, bias, stride, padding) ** 2),
        images,
        filters,
        [0.1, 0.2, 0.3],
    )
    layer = bp.Conv2d(2, 3, (2, 3), stride=stride, padding=padding, seed=0)
    assert layer(images).shape == expected.shape


@pytest.mark.parametrize("pool", [bp.max_pool2d, bp.average_pool2d])
def test_windows_of_pooling_come_as_pairs(pool: Any) -> None:
    images = np.random.default_rng(0).normal(size=(2, 1, 5, 6))
    assert pool(images, (2, 3)).shape == (2, 1, 2, 2)
    assert pool(images, 2, (1, 2)).shape == (2, 1, 4, 3)
    bp.check_gradients(lambda x: bp.sum(pool(x, (2, 3), (1, 2)) ** 2), images)
    assert repr(bp.MaxPool2d((2, 1), (1, 2))) == "MaxPool2d((2, 1), stride=(1, 2))"
