"""Functions into derivatives: against closed forms, against each other, and one inside another."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.table import TABLE
from backprop.engine.variable import value_of

from .cases import CASES, Case

every_case = pytest.mark.parametrize("case", CASES, ids=str)


def sech2(x: float) -> float:
    return 1 / math.cosh(x) ** 2


def s(x: float) -> float:
    return 1 / (1 + math.exp(-x))


# A function of one number, and its first three derivatives.
CLOSED: dict[str, tuple[Callable[[Any], Any], float, tuple[float, float, float]]] = {
    "x⁵": (lambda x: x**5, 1.5, (5 * 1.5**4, 20 * 1.5**3, 60 * 1.5**2)),
    "x x x": (lambda x: x * x * x, -2.0, (12.0, -12.0, 6.0)),
    "1/x": (lambda x: 1 / x, 2.0, (-1 / 4, 2 / 8, -6 / 16)),
    "√x": (bp.sqrt, 4.0, (1 / 4, -1 / 32, 3 / 256)),
    "eˣ": (bp.exp, 0.7, (math.exp(0.7),) * 3),
    "e^(2x) - 1": (lambda x: bp.expm1(2 * x), 0.3, tuple(2**k * math.exp(0.6) for k in (1, 2, 3))),
    "ln x": (bp.log, 2.0, (1 / 2, -1 / 4, 2 / 8)),
    "ln (1 + x)": (bp.log1p, 1.0, (1 / 2, -1 / 4, 2 / 8)),
    "2ˣ": (lambda x: 2**x, 3.0, tuple(8 * math.log(2) ** k for k in (1, 2, 3))),
    "sin x": (bp.sin, 0.4, (math.cos(0.4), -math.sin(0.4), -math.cos(0.4))),
    "cos x": (bp.cos, 0.4, (-math.sin(0.4), -math.cos(0.4), math.sin(0.4))),
    "tanh x": (
        bp.tanh,
        0.6,
        (
            sech2(0.6),
            -2 * math.tanh(0.6) * sech2(0.6),
            sech2(0.6) * (4 * math.tanh(0.6) ** 2 - 2 * sech2(0.6)),
        ),
    ),
    "σ(x)": (
        bp.sigmoid,
        0.6,
        (
            s(0.6) * s(-0.6),
            s(0.6) * s(-0.6) * (1 - 2 * s(0.6)),
            s(0.6) * s(-0.6) * (1 - 6 * s(0.6) * s(-0.6)),
        ),
    ),
    "softplus x": (
        bp.softplus,
        0.6,
        (s(0.6), s(0.6) * s(-0.6), s(0.6) * s(-0.6) * (1 - 2 * s(0.6))),
    ),
    "ln (eˣ + e⁰)": (
        lambda x: bp.logaddexp(x, 0.0),
        0.6,
        (s(0.6), s(0.6) * s(-0.6), s(0.6) * s(-0.6) * (1 - 2 * s(0.6))),
    ),
    "max(x, 1)³": (lambda x: bp.maximum(x, 1.0) ** 3, 2.0, (12.0, 12.0, 6.0)),
    "|x|³": (lambda x: bp.abs(x) ** 3, -2.0, (-12.0, 12.0, -6.0)),
    "relu(x)³": (lambda x: bp.relu(x) ** 3, 2.0, (12.0, 12.0, 6.0)),
    "clip(x)³": (lambda x: bp.clip(x, -3.0, 3.0) ** 3, 2.0, (12.0, 12.0, 6.0)),
    "a tower": (
        lambda x: bp.exp(bp.sin(x)),
        0.5,
        (
            math.exp(math.sin(0.5)) * math.cos(0.5),
            math.exp(math.sin(0.5)) * (math.cos(0.5) ** 2 - math.sin(0.5)),
            math.exp(math.sin(0.5)) * math.cos(0.5) * (math.cos(0.5) ** 2 - 3 * math.sin(0.5) - 1),
        ),
    ),
    "x, not used": (lambda x: bp.Variable(3.0) * 2, 1.0, (0.0, 0.0, 0.0)),
    "a plain number": (lambda x: 3.0, 1.0, (0.0, 0.0, 0.0)),
    "x itself": (lambda x: x, 1.0, (1.0, 0.0, 0.0)),
}


@pytest.mark.parametrize("name", CLOSED)
def test_three_derivatives_of_one_number(name: str) -> None:
    f, x, expected = CLOSED[name]
    for derivative in expected:
        f = bp.grad(f)
        assert type(f(x)) is float
        assert f(x) == pytest.approx(derivative, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("name", CLOSED)
def test_forward_mode_three_times(name: str) -> None:
    f, x, expected = CLOSED[name]
    for derivative in expected:
        f = (lambda g: lambda at: bp.jvp(g, at, 1.0))(f)
        assert type(f(x)) is float
        assert f(x) == pytest.approx(derivative, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("name", CLOSED)
def test_every_mixture_of_both_modes_gives_the_third_derivative(name: str) -> None:
    f, x, (_, _, expected) = CLOSED[name]
    modes = (bp.grad, lambda g: lambda at: bp.jvp(g, at, 1.0), bp.jacobian)
    for first in modes:
        for second in modes:
            for third in modes:
                assert third(second(first(f)))(x) == pytest.approx(expected, rel=1e-12, abs=1e-14)


def cubic(x: Any) -> Any:
    """x₀² x₁ + sin(x₁ x₂): a function with a full Hessian."""
    return x[0] ** 2 * x[1] + bp.sin(x[1] * x[2])


POINT = np.array([0.5, -1.5, 2.0])


def cubic_hessian(x: Any) -> Any:
    a, b, c = x
    k, t = math.cos(b * c), math.sin(b * c)
    return np.array(
        [
            [2 * b, 2 * a, 0.0],
            [2 * a, -c * c * t, k - b * c * t],
            [0.0, k - b * c * t, -b * b * t],
        ]
    )


def test_gradient_and_hessian_of_a_vector() -> None:
    a, b, c = POINT
    gradient = [2 * a * b, a * a + c * math.cos(b * c), b * math.cos(b * c)]
    value, by_backward = bp.value_and_grad(cubic)(POINT)
    assert type(value) is float
    assert value == pytest.approx(a * a * b + math.sin(b * c))
    np.testing.assert_allclose(by_backward, gradient, rtol=1e-14)
    np.testing.assert_allclose(bp.hessian(cubic)(POINT), cubic_hessian(POINT), rtol=1e-13)


def test_third_derivatives_of_a_vector() -> None:
    third = bp.jacobian(bp.hessian(cubic))(POINT)
    assert third.shape == (3, 3, 3)
    for order in ((0, 2, 1), (1, 0, 2), (2, 1, 0)):  # in any order of differentiation
        np.testing.assert_allclose(third, third.transpose(order), rtol=1e-13)
    for i in range(3):
        expected = bp.numeric_gradient(lambda x, i=i: np.sum(cubic_hessian(x)[i]), POINT)  # type: ignore[misc]
        np.testing.assert_allclose(third[i].sum(axis=0), expected, rtol=1e-8)


def test_hessian_times_vector_in_four_ways() -> None:
    v = np.array([1.0, -2.0, 0.5])
    expected = cubic_hessian(POINT) @ v
    for product in (
        bp.hvp(cubic, POINT, v),
        bp.jvp(bp.grad(cubic), POINT, v),
        bp.grad(lambda x: bp.jvp(cubic, x, v))(POINT),
        bp.hessian(cubic)(POINT) @ v,
    ):
        np.testing.assert_allclose(product, expected, rtol=1e-13)


def test_the_hessian_of_matrices_has_twice_their_shape() -> None:
    W = np.array([[1.0, 2.0], [3.0, 4.0]])
    x = np.array([0.5, -1.0])
    found = bp.hessian(lambda W: bp.sum((x @ W) ** 2))(W)
    expected = 2 * np.einsum("i,k,jl->ijkl", x, x, np.eye(2))
    np.testing.assert_allclose(found, expected, rtol=1e-14)


# --- every operation of the table -----------------------------------------------------------------


def of_one(case: Case, arguments: list[Any], position: int) -> Callable[[Any], Any]:
    def f(at: Any) -> Any:
        given = [*arguments[:position], at, *arguments[position + 1 :]]
        return case.function(*given, *case.settings)

    return f


def directed(case: Case) -> Any:
    """Each argument of a case: the function of it alone, where, and a direction."""
    arguments = case.draw()
    rng = np.random.default_rng(0)
    for position, at in enumerate(arguments):
        yield of_one(case, arguments, position), at, rng.normal(size=np.shape(at))[()]


@every_case
def test_forward_and_backward_mode_agree(case: Case) -> None:
    for f, at, v in directed(case):
        jacobian, forward = bp.jacobian(f)(at), bp.jvp(f, at, v)
        assert np.shape(jacobian) == np.shape(f(at)) + np.shape(at)
        assert np.shape(forward) == np.shape(f(at))
        assert type(forward) is (np.ndarray if np.shape(forward) else float)
        product = np.tensordot(jacobian, v, axes=np.ndim(at))
        np.testing.assert_allclose(forward, product, rtol=1e-12, atol=1e-14)


@every_case
def test_second_derivatives_agree_in_both_modes(case: Case) -> None:
    for f, at, v in directed(case):

        def bent(x: Any, f: Any = f) -> Any:
            out = f(x)
            return bp.sum(bp.sin(out) * case.weights(value_of(out)))

        forward_of_backward = bp.jvp(bp.grad(bent), at, v)
        np.testing.assert_allclose(forward_of_backward, bp.hvp(bent, at, v), rtol=1e-10, atol=1e-12)
        by_differences = bp.numeric_gradient(
            lambda x: np.sum(bp.grad(bent)(x) * v),  # noqa: B023 (called at once)
            at,
        )
        np.testing.assert_allclose(forward_of_backward, by_differences, rtol=1e-5, atol=1e-7)


@every_case
def test_float32_stays_float32_in_both_modes(case: Case) -> None:
    arguments = case.draw(dtype=np.float32)
    for position, at in enumerate(arguments):
        f = of_one(case, arguments, position)
        for found in (bp.jvp(f, at, np.ones_like(at)), bp.grad(lambda x, f=f: bp.sum(f(x)))(at)):
            assert np.asarray(found).dtype == np.float32


def test_every_operation_was_walked() -> None:
    assert {case.name for case in CASES} == set(TABLE)


# --- arguments, closures, nesting -----------------------------------------------------------------


def test_other_arguments_are_passed_on_and_not_differentiated() -> None:
    def f(x: Any, y: Any, *, scale: float = 1.0) -> Any:
        return bp.sum(x * y) * scale

    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    np.testing.assert_array_equal(bp.grad(f)(x, y), y)
    np.testing.assert_array_equal(bp.grad(f)(x, y=y, scale=2.0), 2 * y)
    assert bp.value_and_grad(f)(x, y, scale=2.0)[0] == 22.0
    np.testing.assert_array_equal(bp.jacobian(f)(x, y, scale=3.0), 3 * y)
    np.testing.assert_array_equal(bp.hessian(f)(x, y, scale=3.0), np.zeros((2, 2)))


def test_arguments_are_left_alone() -> None:
    x, v = np.array([0.5, -1.5, 2.0]), np.ones(3)
    for _ in range(2):
        bp.hessian(cubic)(x)
        bp.hvp(cubic, x, v)
        bp.jvp(cubic, x, v)
        bp.grad(cubic)(x)
    np.testing.assert_array_equal(x, POINT)
    np.testing.assert_array_equal(v, np.ones(3))


def test_numbers_and_lists_are_taken_as_they_come() -> None:
    assert bp.grad(lambda x: x * x)(3) == 6.0
    assert bp.grad(lambda x: x * x)(np.float64(3)) == 6.0
    np.testing.assert_array_equal(bp.grad(lambda x: bp.sum(x * x))([1, 2]), [2.0, 4.0])
    assert bp.jvp(lambda x: x * x, 3, 1) == bp.hvp(lambda x: x**3 / 3, 3, 1) == 6.0


def test_variables_outside_take_part_and_keep_their_gradients() -> None:
    w = bp.Variable(3.0)
    w.grad = 7.0
    assert bp.grad(lambda x: w * x**2)(2.0) == 12.0
    assert bp.hessian(lambda x: w * x**2)(2.0) == 6.0
    assert bp.jvp(lambda x: w * x**2, 2.0, 1.0) == 12.0
    assert w.grad == 7.0


def test_the_slope_at_a_variable_can_be_differentiated_with_all_that_it_depends_on() -> None:
    x, w = bp.Variable(2.0), bp.Variable(3.0)
    slope = bp.grad(lambda at: w * at**3)(x)  # 3 w x²
    slope.backward()
    assert (slope.value, x.grad, w.grad) == (36.0, 36.0, 12.0)


def test_a_forward_derivative_at_a_variable_can_be_differentiated() -> None:
    x, v, w = bp.Variable([1.0, 2.0]), bp.Variable([3.0, -1.0]), bp.Variable(2.0)
    along: Any = bp.jvp(lambda at: bp.sum(w * at**3), x, v)  # sum(3 w x² v)
    along.backward()
    np.testing.assert_allclose(x.grad, 6 * 2 * x.value * v.value)
    np.testing.assert_allclose(v.grad, 3 * 2 * x.value**2)
    assert w.grad == pytest.approx(np.sum(3 * x.value**2 * v.value))


def test_the_same_variable_inside_and_outside_is_told_apart() -> None:
    x = bp.Variable(2.0)
    assert bp.grad(lambda at: at * x)(x).value == 2.0  # by `at` alone
    assert bp.jvp(lambda at: at * x, x, 1.0).value == 2.0
    value, slope = bp.value_and_grad(lambda at: at * x)(x)
    value.backward()
    assert (value.value, slope.value, x.grad) == (4.0, 2.0, 4.0)


def test_derivatives_inside_a_derivative_are_not_confused() -> None:
    # d/dx (x · d/dy (x + y)) = 1, not 2 (J. Siskind and B. Pearlmutter, 2005).
    for inner in (lambda f, y: bp.grad(f)(y), lambda f, y: bp.jvp(f, y, 1.0)):

        def outer(x: Any, inner: Any = inner) -> Any:
            return x * inner(lambda y: x + y, 1.0)

        assert bp.grad(outer)(1.0) == 1.0
        assert bp.jvp(outer, 1.0, 1.0) == 1.0


def test_an_inner_derivative_at_the_outer_variable() -> None:
    # f'(x) x with f = x³: 3 x³, whose derivative is 9 x².
    assert bp.grad(lambda x: x * bp.grad(lambda y: y**3)(x))(2.0) == 36.0
    # By y alone: x · d/dy (x y²) at y = x is 2 x³.
    assert bp.grad(lambda x: x * bp.grad(lambda y: x * y**2)(x))(2.0) == pytest.approx(24.0)


def test_derivatives_inside_no_grad() -> None:
    with bp.no_grad():
        assert bp.grad(lambda x: x**2)(3.0) == 6.0
        assert bp.jvp(lambda x: x**2, 3.0, 1.0) == 6.0
        assert (bp.Variable(1.0) * 2).operation is None


def test_a_step_that_the_function_does_not_record_is_a_constant() -> None:
    def f(x: Any) -> Any:
        with bp.no_grad():
            size = x * x
        return size * x

    assert bp.grad(f)(3.0) == 9.0
    assert bp.jvp(f, 3.0, 1.0) == 9.0


def test_a_loss_that_contains_a_slope() -> None:
    """A gradient penalty: the slope of a network by its input, differentiated by its weights."""
    x = np.array([0.3, -0.8])

    def loss(w: Any, x: Any) -> Any:
        slope = bp.grad(lambda at: bp.sum(bp.tanh(w * at)))(x)
        return bp.sum(slope**2)

    w = bp.Variable([1.0, 2.0])
    loss(w, bp.Variable(x)).backward()
    expected = bp.numeric_gradient(lambda w: np.sum((w * (1 - np.tanh(w * x) ** 2)) ** 2), w.value)
    np.testing.assert_allclose(w.grad, expected, rtol=1e-8)
    np.testing.assert_allclose(bp.grad(loss)(w.value, x), expected, rtol=1e-8)


def test_results_of_no_elements() -> None:
    assert bp.jacobian(lambda x: x[:0])([1.0, 2.0]).shape == (0, 2)
    assert bp.jvp(lambda x: x[:0], [1.0, 2.0], [1.0, 1.0]).shape == (0,)


def test_results_that_do_not_depend_on_the_argument() -> None:
    data = np.array([1.0, 2.0])
    for f in (lambda x: data, lambda x: bp.Variable(data) * 2, lambda x: bp.constant(data)):
        np.testing.assert_array_equal(bp.jacobian(f)([3.0, 4.0, 5.0]), np.zeros((2, 3)))
        np.testing.assert_array_equal(bp.jvp(f, [3.0, 4.0, 5.0], np.ones(3)), np.zeros(2))


def test_the_direction_takes_the_type_of_the_point() -> None:
    x = np.array([1.0, 2.0], np.float32)
    assert bp.jvp(lambda at: at * 2.0, x, [1.0, 0.0]).dtype == np.float32
    assert bp.hvp(lambda at: bp.sum(at**3), x, [1.0, 0.0]).dtype == np.float32
    assert bp.hessian(lambda at: bp.sum(at**3))(x).dtype == np.float32


MISTAKES: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "grad of a vector": (
        lambda: bp.grad(lambda x: x * 2)([1.0, 2.0]),
        ValueError,
        r"needs a single number, f returned the shape \(2,\): sum it up, or use bp\.jacobian",
    ),
    "value_and_grad of a vector": (
        lambda: bp.value_and_grad(lambda x: x)([1.0]),
        ValueError,
        r"shape \(1,\)",
    ),
    "hessian of a vector": (
        lambda: bp.hessian(lambda x: x * x)([1.0, 2.0]),
        ValueError,
        "needs a single number",
    ),
    "grad at text": (lambda: bp.grad(lambda x: x)("a"), TypeError, "must be real numbers"),
    "grad at complex": (lambda: bp.grad(lambda x: x)(1j), TypeError, "complex numbers"),
    "hvp along another shape": (
        lambda: bp.hvp(cubic, POINT, [1.0, 2.0]),
        ValueError,
        r"v must have the shape \(3,\) of x, got \(2,\): a direction needs that of x",
    ),
    "jvp along another shape": (
        lambda: bp.jvp(cubic, POINT, 1.0),
        ValueError,
        r"v must have the shape \(3,\) of x, got \(\)",
    ),
    "jvp along text": (lambda: bp.jvp(cubic, POINT, "v"), TypeError, "must be real numbers"),
    "jvp at text": (lambda: bp.jvp(cubic, "x", 1.0), TypeError, "must be real numbers"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_explained(name: str) -> None:
    attempt, kind, message = MISTAKES[name]
    with pytest.raises(kind, match=message):
        attempt()
    assert bp.grad(lambda x: x**2)(3.0) == 6.0  # and nothing is left of them
    assert type(bp.grad(lambda x: x**2)(3.0)) is float
