"""Laws that hold for the gradient of any expression, on expressions drawn at random."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import backprop as bp
from backprop.engine.variable import value_of

from .cases import FORMULAS, Case

ENGINE = SimpleNamespace(**{name: Case(name, ()).function for name in FORMULAS})
TEXTBOOK = SimpleNamespace(**FORMULAS)

# What one line of a random program may do with two earlier values. Nothing here grows fast, divides
# by zero or has a kink.
LINES: dict[str, Any] = {
    "u + v": lambda f, u, v: f.add(u, v),
    "u - v": lambda f, u, v: f.subtract(u, v),
    "u σ(v)": lambda f, u, v: f.multiply(u, f.sigmoid(v)),
    "u / (1 + v²)": lambda f, u, v: f.divide(u, f.add(1.0, f.square(v))),
    "(½ + σ(u)) ^ σ(v)": lambda f, u, v: f.power(f.add(0.5, f.sigmoid(u)), f.sigmoid(v)),
    "(½ + σ(u))³": lambda f, u, v: f.power(f.add(0.5, f.sigmoid(u)), 3.0),
    "-u": lambda f, u, v: f.negate(u),
    "exp σ(u)": lambda f, u, v: f.exp(f.sigmoid(u)),
    "ln (1 + u²)": lambda f, u, v: f.log(f.add(1.0, f.square(u))),
    "softplus u": lambda f, u, v: f.softplus(u),
    "sum of σ(u)": lambda f, u, v: f.sum(f.sigmoid(u)),
    "mean of u": lambda f, u, v: f.mean(u),
    "ssr of σ(u) and u": lambda f, u, v: f.ssr(f.sigmoid(u), u),
    "σ(u) v + v": lambda f, u, v: f.add(f.multiply(f.sigmoid(u), v), v),
}
SHAPES = [(), (3,), (2, 3), (2, 1)]  # any two of them can be broadcast

numbers = st.floats(-1.5, 1.5, allow_subnormal=False)
lines = st.tuples(st.sampled_from(sorted(LINES)), st.integers(0, 20), st.integers(0, 20))
programs = st.lists(lines, min_size=1, max_size=8)


def values(shape: Any) -> st.SearchStrategy[Any]:
    return numbers if shape == () else hnp.arrays(float, shape, elements=numbers)


points = st.lists(st.sampled_from(SHAPES).flatmap(values), min_size=1, max_size=3)
pairs = st.sampled_from(SHAPES).flatmap(lambda shape: st.tuples(values(shape), values(shape)))


def run(program: Any, f: Any, *leaves: Any) -> Any:
    """Compute a program with the functions of `f`: the sum of all that its lines give."""
    known = list(leaves)
    for line, u, v in program:
        known.append(LINES[line](f, known[u % len(known)], known[v % len(known)]))
    total: Any = 0.0
    for weight, value in enumerate(known[len(leaves) :], start=1):
        total = f.add(total, f.multiply(f.sum(value), 0.1 * weight))
    return total


def gradient(f: Any, *arguments: Any) -> list[Any]:
    """The gradient of f by each argument; 0 for one that does not matter."""
    leaves = [bp.Variable(argument) for argument in arguments]
    result = f(*leaves)
    if type(result) is bp.Variable:
        result.backward()
    return [np.zeros(leaf.shape) if leaf.grad is None else leaf.grad for leaf in leaves]


def assert_equal(one: Any, other: Any, rtol: float = 1e-10) -> None:
    for a, b in zip(one, other, strict=True):
        assert np.shape(a) == np.shape(b)
        scale = 1.0 + np.max(np.abs(b), initial=0.0)
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * scale)


@given(programs, points)
def test_gradients_are_those_of_the_complex_step(program: Any, point: Any) -> None:
    expected = []
    for k, at in enumerate(point):
        rest = [np.array(other) for other in point]

        def along(z: Any, k: int = k, rest: Any = rest) -> Any:
            return run(program, TEXTBOOK, *rest[:k], z, *rest[k + 1 :]) + 0j

        expected.append(bp.numeric_gradient(along, at, method="complex"))
    assert_equal(gradient(lambda *x: run(program, ENGINE, *x), *point), expected)


@given(programs, points)
def test_gradients_are_those_of_central_differences(program: Any, point: Any) -> None:
    size = abs(run(program, TEXTBOOK, *point))

    def f(*arguments: Any) -> Any:
        result = run(program, ENGINE, *arguments)
        return result if isinstance(result, bp.Variable) else bp.Variable(result)

    if any(np.any(g) for g in gradient(f, *point)):
        bp.check_gradients(f, *point, atol=1e-7 * (1 + size))


@given(programs, programs, points, numbers, numbers)
def test_the_gradient_is_linear(f: Any, g: Any, point: Any, a: float, b: float) -> None:
    by_f = gradient(lambda *x: run(f, ENGINE, *x), *point)
    by_g = gradient(lambda *x: run(g, ENGINE, *x), *point)
    both = gradient(lambda *x: a * run(f, ENGINE, *x) + b * run(g, ENGINE, *x), *point)
    assert_equal(both, [a * one + b * other for one, other in zip(by_f, by_g, strict=True)])


@given(programs, pairs)
def test_a_value_used_twice_gets_the_sum_of_both_partial_derivatives(
    program: Any, pair: Any
) -> None:
    x, _ = pair
    by_first, by_second = gradient(lambda a, b: run(program, ENGINE, a, b), x, x)
    (total,) = gradient(lambda a: run(program, ENGINE, a, a), x)
    assert_equal([total], [by_first + by_second])


@given(programs, programs, points)
def test_a_graph_may_be_cut_anywhere(inner: Any, outer: Any, point: Any) -> None:
    """The chain rule: what arrives at the cut is all that the part before it needs to know."""
    whole = gradient(lambda *x: run(outer, ENGINE, run(inner, ENGINE, *x)), *point)
    leaves = [bp.Variable(argument) for argument in point]
    first = run(inner, ENGINE, *leaves)
    cut = bp.Variable(first.value)
    run(outer, ENGINE, cut).backward()
    first.backward(0.0 if cut.grad is None else cut.grad)
    zeros = [np.zeros(leaf.shape) if leaf.grad is None else leaf.grad for leaf in leaves]
    assert_equal(zeros, whole)


@given(programs, pairs)
def test_mixed_second_derivatives_do_not_depend_on_the_order(program: Any, pair: Any) -> None:
    a, b = (float(np.ravel(value)[0]) for value in pair)

    def mixed(first: int) -> float:
        leaves = [bp.Variable(a), bp.Variable(b)]
        result = run(program, ENGINE, *leaves)
        if type(result) is bp.Variable:
            result.backward(create_graph=True)
        slope, other = leaves[first].grad, leaves[1 - first]
        other.grad = None
        if type(slope) is bp.Variable:
            slope.backward()
        return other.grad if type(other.grad) is float else 0.0

    assert_equal([mixed(0)], [mixed(1)], rtol=1e-9)


@given(programs, points)
def test_the_same_computation_gives_the_same_bits(program: Any, point: Any) -> None:
    first, second = (gradient(lambda *x: run(program, ENGINE, *x), *point) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


@given(
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0), st.data()
)
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "power"])
def test_broadcasting_is_repeating(name: str, shapes: Any, data: Any) -> None:
    """Gradients through a stretched argument are the sums over its copies, in its own shape."""
    x, y = (data.draw(hnp.arrays(float, shape, elements=st.floats(0.5, 2))) for shape in shapes[0])
    function = getattr(ENGINE, name)

    def repeated(a: Any, b: Any) -> Any:
        return bp.sum(
            function(
                bp.engine.operations.broadcast_to(a, shapes.result_shape),
                bp.engine.operations.broadcast_to(b, shapes.result_shape),
            )
        )

    assert_equal(gradient(lambda a, b: bp.sum(function(a, b)), x, y), gradient(repeated, x, y))


C = 0.7654321  # keeps two values apart, where a tie has a slope by convention
EQUAL: dict[str, tuple[Any, Any]] = {
    "(a + b)²": (lambda a, b: (a + b) ** 2, lambda a, b: a**2 + 2 * a * b + b**2),
    "a² - b²": (lambda a, b: a * a - b * b, lambda a, b: (a + b) * (a - b)),
    "a / b": (lambda a, b: a / b, lambda a, b: a * b**-1),
    "a³": (lambda a, b: a**3, lambda a, b: a * a * a),
    "√a": (lambda a, b: a**0.5, lambda a, b: bp.exp(0.5 * bp.log(a))),
    "aᵇ": (lambda a, b: a**b, lambda a, b: bp.exp(b * bp.log(a))),
    "2ᵇ": (lambda a, b: 2**b, lambda a, b: bp.exp(b * np.log(2))),
    "ln ab": (lambda a, b: bp.log(a * b), lambda a, b: bp.log(a) + bp.log(b)),
    "e^(a + b)": (lambda a, b: bp.exp(a + b), lambda a, b: bp.exp(a) * bp.exp(b)),
    "ln e^a": (lambda a, b: bp.log(bp.exp(a)), lambda a, b: a),
    "σ(a)": (lambda a, b: bp.sigmoid(a), lambda a, b: 1 / (1 + bp.exp(-a))),
    "1 - σ(a)": (lambda a, b: 1 - bp.sigmoid(a), lambda a, b: bp.sigmoid(-a)),
    "sin² + cos²": (lambda a, b: bp.sin(a) ** 2 + bp.cos(a) ** 2, lambda a, b: 1 + 0 * a),
    "sin (a + b)": (
        lambda a, b: bp.sin(a + b),
        lambda a, b: bp.sin(a) * bp.cos(b) + bp.cos(a) * bp.sin(b),
    ),
    "tanh a": (lambda a, b: bp.tanh(a), lambda a, b: 2 * bp.sigmoid(2 * a) - 1),
    "√a²": (lambda a, b: bp.sqrt(a * a), lambda a, b: bp.abs(a)),
    "e^a - 1": (lambda a, b: bp.expm1(a), lambda a, b: bp.exp(a) - 1),
    "ln (1 + a)": (lambda a, b: bp.log1p(a), lambda a, b: bp.log(1 + a)),
    "ln (eᵃ + eᵇ)": (lambda a, b: bp.logaddexp(a, b), lambda a, b: b + bp.softplus(a - b)),
    "max + min": (lambda a, b: bp.maximum(a, C * b) + bp.minimum(a, C * b), lambda a, b: a + C * b),
    "max - min": (lambda a, b: bp.maximum(a, b) - bp.minimum(a, b), lambda a, b: bp.abs(a - b)),
    "relu": (lambda a, b: bp.relu(a - C * b), lambda a, b: bp.maximum(a - C * b, 0.0)),
    "leaky relu": (
        lambda a, b: bp.leaky_relu(a - C, 0.1),
        lambda a, b: bp.relu(a - C) - 0.1 * bp.relu(C - a),
    ),
    "clip": (
        lambda a, b: bp.clip(a, 0.8, 1.6),
        lambda a, b: bp.minimum(bp.maximum(a, 0.8), 1.6),
    ),
    "where": (
        lambda a, b: bp.where(a.value > 1, a, b),
        lambda a, b: a * (a.value > 1) + b * (a.value <= 1),
    ),
    "‖a‖²": (lambda a, b: bp.norm(a) ** 2, lambda a, b: bp.sum_of_squares(a)),
    "softplus a": (lambda a, b: bp.softplus(a), lambda a, b: bp.log(1 + bp.exp(a))),
    "softplus a - a": (lambda a, b: bp.softplus(a) - a, lambda a, b: bp.softplus(-a)),
    "mean": (lambda a, b: bp.mean(a * b), lambda a, b: bp.sum(a * b) / np.size(a.value)),
    "SSR": (lambda a, b: bp.ssr(a, b), lambda a, b: bp.sum((b - a) ** 2)),
    "MSE": (lambda a, b: bp.mse(a, b), lambda a, b: bp.mean((b - a) ** 2)),
    "n · MSE": (lambda a, b: bp.mse(a, b) * np.size(a.value), lambda a, b: bp.ssr(a, b)),
    "0 - (-a)": (lambda a, b: 0 - (-a), lambda a, b: a + 0 * b),
}


@given(st.sampled_from(SHAPES), st.data())
@pytest.mark.parametrize("name", EQUAL)
def test_equal_expressions_have_equal_gradients(name: str, shape: Any, data: Any) -> None:
    positive = st.floats(0.5, 2)
    a, b = (data.draw(hnp.arrays(float, shape, elements=positive))[()] for _ in range(2))
    one, other = EQUAL[name]
    assert_equal(
        [np.sum(value_of(one(bp.constant(a), bp.constant(b))))],
        [np.sum(value_of(other(bp.constant(a), bp.constant(b))))],
    )
    assert_equal(
        gradient(lambda x, y: bp.sum(one(x, y)), a, b),
        gradient(lambda x, y: bp.sum(other(x, y)), a, b),
    )


MATRICES: dict[str, tuple[Any, Any]] = {
    "(AB)ᵀ": (
        lambda A, B: A @ B,
        lambda A, B: bp.transpose(bp.transpose(B) @ bp.transpose(A)),
    ),
    "A (B + B)": (lambda A, B: A @ (B + B), lambda A, B: 2 * (A @ B)),
    "(AB) 1": (
        lambda A, B: (A @ B) @ np.ones(B.shape[1]),
        lambda A, B: A @ bp.sum(B, axis=1),
    ),
    "1ᵀ (AB)": (
        lambda A, B: np.ones(A.shape[0]) @ (A @ B),
        lambda A, B: bp.sum(A, axis=0) @ B,
    ),
    "A as a stack": (
        lambda A, B: A @ B,
        lambda A, B: bp.reshape(bp.reshape(A, (A.shape[0], 1, -1)) @ B, (A.shape[0], -1)),
    ),
    "row by column": (
        lambda A, B: A @ B,
        lambda A, B: bp.sum(bp.reshape(A, (*A.shape, 1)) * B, axis=1),
    ),
}


@given(st.tuples(*[st.integers(1, 4)] * 3), st.data())
@pytest.mark.parametrize("name", MATRICES)
def test_equal_matrix_expressions_have_equal_gradients(name: str, sizes: Any, data: Any) -> None:
    m, n, k = sizes
    A, B = data.draw(values((m, n))), data.draw(values((n, k)))
    one, other = MATRICES[name]
    assert_equal(
        gradient(lambda X, Y: bp.sum(one(X, Y) ** 2), A, B),
        gradient(lambda X, Y: bp.sum(other(X, Y) ** 2), A, B),
    )


ROWS: dict[str, tuple[Any, Any]] = {
    "softmax, shifted": (lambda a: bp.softmax(a), lambda a: bp.softmax(a + 3.0)),
    "softmax by exp": (
        lambda a: bp.softmax(a),
        lambda a: bp.exp(a) / bp.sum(bp.exp(a), axis=-1, keepdims=True),
    ),
    "ln softmax": (lambda a: bp.log_softmax(a), lambda a: bp.log(bp.softmax(a))),
    "softmax of columns": (
        lambda a: bp.softmax(a, axis=0),
        lambda a: bp.transpose(bp.softmax(bp.transpose(a))),
    ),
    "cross-entropy": (
        lambda a: bp.softmax_cross_entropy(a, np.zeros(len(a), int)),
        lambda a: bp.cross_entropy(bp.softmax(a), np.zeros(len(a), int)),
    ),
    "two classes": (
        lambda a: bp.softmax(a[:, :2])[:, 0],
        lambda a: bp.sigmoid(a[:, 0] - a[:, 1]),
    ),
    "max of rows": (lambda a: bp.max(a, axis=1), lambda a: bp.stack([bp.max(row) for row in a])),
    "rows, joined": (
        lambda a: bp.concatenate([row * (i + 1) for i, row in enumerate(a)]),
        lambda a: bp.reshape(a * np.arange(1.0, len(a) + 1)[:, None], -1),
    ),
    "pooled by slices": (
        lambda a: bp.average_pool2d(a, 2, 1),
        lambda a: (a[1:, 1:] + a[1:, :-1] + a[:-1, 1:] + a[:-1, :-1]) / 4,
    ),
    "a filter by slices": (
        lambda a: bp.conv2d(bp.reshape(a, (1, 1, *a.shape)), [[[[1.0, 2.0], [-1.0, 3.0]]]])[0, 0],
        lambda a: a[:-1, :-1] + 2 * a[:-1, 1:] - a[1:, :-1] + 3 * a[1:, 1:],
    ),
}


@given(st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(values))
@pytest.mark.parametrize("name", ROWS)
def test_equal_expressions_of_rows_have_equal_gradients(name: str, a: Any) -> None:
    one, other = ROWS[name]
    np.testing.assert_allclose(
        one(bp.Variable(a)).value, other(bp.Variable(a)).value, rtol=1e-12, atol=1e-12
    )
    assert_equal(
        gradient(lambda x: bp.sum(bp.sin(one(x))), a),
        gradient(lambda x: bp.sum(bp.sin(other(x))), a),
    )
