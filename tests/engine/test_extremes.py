"""Extreme values: finite and right where the true value is, else what IEEE arithmetic says."""

import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import backprop as bp

INF = math.inf


def value_and_slope(f: Callable[[Any], Any], at: Any) -> tuple[Any, Any]:
    x = bp.Variable(at)
    y = f(x)
    y.backward(np.ones(np.shape(at))[()])
    return y.value, x.grad


@pytest.fixture
def _no_warning() -> Iterator[None]:
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        yield


LARGE = (1000.0, -1000.0, INF, -INF)
STABLE: list[tuple[Callable[[Any], Any], float, float, float]] = [
    # function, at, value, slope
    (bp.sigmoid, 1000.0, 1.0, 0.0),
    (bp.sigmoid, -1000.0, 0.0, 0.0),
    (bp.sigmoid, INF, 1.0, 0.0),
    (bp.sigmoid, -INF, 0.0, 0.0),
    (bp.sigmoid, -700.0, math.exp(-700), math.exp(-700)),
    (bp.softplus, 1000.0, 1000.0, 1.0),
    (bp.softplus, -1000.0, 0.0, 0.0),
    (bp.softplus, INF, INF, 1.0),
    (bp.softplus, -INF, 0.0, 0.0),
    (bp.softplus, -700.0, math.exp(-700), math.exp(-700)),
    (bp.softplus, -40.0, math.exp(-40), math.exp(-40)),
    (bp.softplus, 1e308, 1e308, 1.0),
    *((bp.tanh, sign * size, sign, 0.0) for sign in (1.0, -1.0) for size in (1000.0, INF)),
    (bp.tanh, 1e-300, 1e-300, 1.0),
    *((lambda x: bp.logaddexp(x, 0.0), at, max(at, 0.0), float(at > 0)) for at in LARGE),
    *((lambda x: bp.logaddexp(0.0, x), at, max(at, 0.0), float(at > 0)) for at in LARGE),
    (lambda x: bp.logaddexp(x, x), 1000.0, 1000.0 + math.log(2), 1.0),
    (lambda x: bp.logaddexp(x, x), -1000.0, math.log(2) - 1000.0, 1.0),
    (lambda x: bp.logaddexp(x, -INF), 3.0, 3.0, 1.0),
    (lambda x: bp.logaddexp(x, 0.0), -700.0, math.exp(-700), math.exp(-700)),
    (bp.expm1, -1000.0, -1.0, 0.0),
    (bp.expm1, 1e-300, 1e-300, 1.0),
    (bp.log1p, 1e-300, 1e-300, 1.0),
    (bp.log1p, 1e308, math.log(1e308), 1e-308),
    (bp.sqrt, 1e-300, 1e-150, 5e149),
    (bp.sqrt, INF, INF, 0.0),
    (bp.log, INF, INF, 0.0),
    (lambda x: 1 / x, INF, 0.0, 0.0),
    (bp.relu, INF, INF, 1.0),
    (bp.relu, -INF, 0.0, 0.0),
    (bp.leaky_relu, -INF, -INF, 0.01),
    (bp.abs, -INF, INF, -1.0),
    (lambda x: bp.maximum(x, 0.0), -INF, 0.0, 0.0),
    (lambda x: bp.minimum(x, 0.0), -INF, -INF, 1.0),
    (lambda x: bp.clip(x, -1.0, 1.0), INF, 1.0, 0.0),
    (bp.exp, -1000.0, 0.0, 0.0),
    (bp.exp, -INF, 0.0, 0.0),
    (bp.log, 1e-300, math.log(1e-300), 1e300),
    (lambda x: x**0, 0.0, 1.0, 0.0),
    (lambda x: x**0, INF, 1.0, 0.0),
    (lambda x: x**1, 0.0, 0.0, 1.0),
    (lambda x: x**2, 0.0, 0.0, 0.0),
    (lambda x: x**3, 0.0, 0.0, 0.0),
    (lambda x: x**1.5, 0.0, 0.0, 0.0),
    (lambda x: 0.0**x, 0.0, 1.0, 0.0),
    (lambda x: 0.0**x, 2.0, 0.0, 0.0),
    (lambda x: x**-2.0, 1e-100, 1e200, -2e300),
]


@pytest.mark.usefixtures("_no_warning")
@pytest.mark.parametrize(("f", "at", "value", "slope"), STABLE)
@pytest.mark.parametrize("shape", [(), (2,), (300,)])
def test_what_is_finite_stays_finite_and_right(
    f: Any, at: float, value: float, slope: float, shape: tuple[int, ...]
) -> None:
    computed = value_and_slope(f, np.full(shape, at)[()])
    expected = np.full(shape, value), np.full(shape, slope)
    np.testing.assert_allclose(computed[0], expected[0], rtol=1e-12)
    np.testing.assert_allclose(computed[1], expected[1], rtol=1e-12)


# Of vectors: the function, where, its value and its gradient.
VECTORS: dict[str, tuple[Callable[[Any], Any], Any, Any, Any]] = {
    "softmax": (lambda x: bp.softmax(x)[0], [1000.0, -1000.0, 0.0], 1.0, [0.0, 0.0, 0.0]),
    "softmax, all large": (lambda x: bp.softmax(x)[0], [1000.0, 1000.0], 0.5, [0.25, -0.25]),
    "softmax at -inf": (lambda x: bp.softmax(x)[1], [-INF, 0.0, 0.0], 0.5, [0.0, 0.25, -0.25]),
    "log-softmax": (lambda x: bp.log_softmax(x)[1], [1000.0, -1000.0], -2000.0, [-1.0, 1.0]),
    "log-softmax beside -inf": (lambda x: bp.log_softmax(x)[0], [1.0, -INF], 0.0, [0.0, 0.0]),
    "cross-entropy, right": (
        lambda x: bp.softmax_cross_entropy(x, [0]),
        [[1000.0, -1000.0]],
        0.0,
        [[0.0, 0.0]],
    ),
    "cross-entropy, wrong": (
        lambda x: bp.softmax_cross_entropy(x, [0]),
        [[-1000.0, 1000.0]],
        2000.0,
        [[-1.0, 1.0]],
    ),
    "cross-entropy beside -inf": (
        lambda x: bp.softmax_cross_entropy(x, [0, 0]),
        [[1.0, -INF], [0.0, 0.0]],
        math.log(2) / 2,
        [[0.0, 0.0], [-0.25, 0.25]],
    ),
    "cross-entropy of nothing but certainty": (
        lambda x: bp.cross_entropy(x, [0]),
        [[1.0, 0.0]],
        0.0,
        [[-1.0, 0.0]],
    ),
    "hinge, far on the right side": (
        lambda x: bp.hinge(x, [1.0, -1.0]),
        [INF, -1000.0],
        0.0,
        [0.0, 0.0],
    ),
    "hinge, far on the wrong side": (
        lambda x: bp.hinge(x, [1.0, -1.0]),
        [-1000.0, 1000.0],
        1001.0,
        [-0.5, 0.5],
    ),
    "norm of 0": (bp.norm, [0.0, 0.0], 0.0, [0.0, 0.0]),
    "norm of the number 0": (bp.norm, 0.0, 0.0, 0.0),
    "norm of a negative number": (bp.norm, -3.0, 3.0, -1.0),
    "norm of huge numbers": (bp.norm, [3e200, 4e200], 5e200, [0.6, 0.8]),
    "norm of the hugest": (bp.norm, [1e308, 1e308], math.sqrt(2) * 1e308, [0.5**0.5] * 2),
    "norm of an infinite number": (bp.norm, -INF, INF, -1.0),
    "norm with an infinite element": (bp.norm, [3.0, -INF, 0.0], INF, [0.0, -1.0, 0.0]),
    "norm of tiny numbers": (bp.norm, [3e-200, 4e-200], 5e-200, [0.6, 0.8]),
    "norm of the tiniest": (bp.norm, [5e-324, 0.0], 5e-324, [1.0, 0.0]),
    "a layer of softplus": (
        lambda x: bp.sum(bp.linear(x, np.eye(2), activation=bp.softplus)),
        [[1000.0, -1000.0]],
        1000.0,
        [[1.0, 0.0]],
    ),
    "a layer of softplus, exact": (
        lambda x: bp.linear(x, np.eye(2), activation=bp.softplus)[0, 0],
        [[-40.0, 40.0]],
        math.exp(-40),
        [[math.exp(-40), 0.0]],
    ),
    "layer norm of equal elements": (
        lambda x: bp.sum(bp.layer_norm(x) * [1.0, 2.0]),
        [5.0, 5.0],
        0.0,
        [-0.5 / math.sqrt(1e-5), 0.5 / math.sqrt(1e-5)],
    ),
}


@pytest.mark.usefixtures("_no_warning")
@pytest.mark.parametrize("name", VECTORS)
def test_what_is_finite_stays_finite_and_right_for_vectors(name: str) -> None:
    f, at, value, gradient = VECTORS[name]
    x = bp.Variable(at)
    y = f(x)
    y.backward()
    np.testing.assert_allclose(y.value, value, rtol=1e-12)
    np.testing.assert_allclose(x.grad, gradient, rtol=1e-12, atol=1e-300)


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_vector_too_long_for_a_float_has_a_direction_still() -> None:
    x = bp.Variable([1.5e308, -1.5e308])
    length = bp.norm(x)
    length.backward()
    assert length.value == INF
    np.testing.assert_allclose(x.grad, [0.5**0.5, -(0.5**0.5)], rtol=1e-12)


# What `where` guards at 0, as a function of x > 0; and its slope at 2.
GUARDED: dict[str, tuple[Callable[[Any], Any], float]] = {
    "ln x": (bp.log, 0.5),
    "√x": (bp.sqrt, 0.5 / math.sqrt(2)),
    "1/x": (lambda x: 1 / x, -0.25),
    "x/x": (lambda x: x / x, 0.0),
    "x^-½": (lambda x: x**-0.5, -0.5 * 2**-1.5),
    "x^-2": (lambda x: x**-2, -0.25),
    "xˣ": (lambda x: x**x, 4 * (math.log(2) + 1)),
    "ln √x": (lambda x: bp.log(bp.sqrt(x)), 0.25),
    "e^(-1/x)": (lambda x: bp.exp(-1 / x), math.exp(-0.5) / 4),
    "e^(1/x)": (lambda x: bp.exp(1 / x), -math.exp(0.5) / 4),
    "ln (1 + (x - 1))": (lambda x: bp.log1p(x - 1), 0.5),
    "softplus of 1/x": (lambda x: bp.softplus(1 / x), -0.25 / (1 + math.exp(-0.5))),
    "x ln x": (lambda x: x * bp.log(x), math.log(2) + 1),
    "(x ln x)²": (lambda x: (x * bp.log(x)) ** 2, 4 * math.log(2) * (math.log(2) + 1)),
    "(ln x)²": (lambda x: bp.log(x) ** 2, math.log(2)),
    "e^(x ln x)": (lambda x: bp.exp(x * bp.log(x)), 4 * (math.log(2) + 1)),
    "sin(x) / x": (lambda x: bp.sin(x) / x, math.cos(2) / 2 - math.sin(2) / 4),
    "x sin(1/x)": (lambda x: x * bp.sin(1 / x), math.sin(0.5) - math.cos(0.5) / 2),
    "tanh(1/x) / x": (
        lambda x: bp.tanh(1 / x) / x,
        -math.tanh(0.5) / 4 - (1 - math.tanh(0.5) ** 2) / 8,
    ),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize("other", [0.0, 7.0], ids=["flat", "steep"])
def test_where_keeps_a_singular_branch_out(name: str, other: float) -> None:
    f, slope = GUARDED[name]
    for at in (0.0, [0.0, 2.0]):
        value, gradient = value_and_slope(lambda x: bp.where(x > 0, f(x), other * x), at)
        assert np.all(np.isfinite(value))
        expected = [other, slope] if np.shape(at) else other
        np.testing.assert_allclose(gradient, expected, rtol=1e-12)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_guards_derivatives_of_derivatives_and_forward_mode_too() -> None:
    def f(x: Any) -> Any:
        return bp.where(x > 0, x * bp.log(x), 3.0 * x)

    assert bp.jvp(f, 0.0, 1.0) == 3.0
    assert bp.grad(bp.grad(f))(0.0) == 0.0
    assert bp.grad(bp.grad(f))(2.0) == 0.5
    second = bp.hessian(lambda x: bp.sum(f(x)))([0.0, 2.0])
    np.testing.assert_array_equal(second, [[0.0, 0.0], [0.0, 0.5]])


# Kinks: the function, where, and the slope that the convention says.
KINKS: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "relu at 0": (bp.relu, [0.0, -0.0], [0.0, 0.0]),
    "leaky relu at 0": (bp.leaky_relu, [0.0, -0.0], [0.01, 0.01]),
    "abs at 0": (bp.abs, [0.0, -0.0], [0.0, 0.0]),
    "maximum, a tie": (lambda x: bp.maximum(x, [0.0, 1.0]), [0.0, 1.0], [1.0, 1.0]),
    "maximum, a tie, second": (lambda x: bp.maximum([0.0, 1.0], x), [0.0, 1.0], [0.0, 0.0]),
    "maximum with itself": (lambda x: bp.maximum(x, x), [2.0], [1.0]),
    "minimum, a tie": (lambda x: bp.minimum(x, [0.0, 1.0]), [0.0, 1.0], [1.0, 1.0]),
    "minimum, a tie, second": (lambda x: bp.minimum([0.0, 1.0], x), [0.0, 1.0], [0.0, 0.0]),
    "max, a tie": (bp.max, [3.0, 3.0, 1.0], [1.0, 0.0, 0.0]),
    "max of rows, ties": (
        lambda x: bp.max(x, axis=1),
        [[1.0, 1.0], [0.0, 2.0]],
        [[1.0, 0.0], [0.0, 1.0]],
    ),
    "max of all, ties": (bp.max, [[2.0, 2.0], [2.0, 2.0]], [[1.0, 0.0], [0.0, 0.0]]),
    "norm at 0": (bp.norm, [0.0, 0.0], [0.0, 0.0]),
    "clip at its limits": (lambda x: bp.clip(x, -1.0, 1.0), [-1.0, 1.0], [1.0, 1.0]),
    "clip beyond": (lambda x: bp.clip(x, -1.0, 1.0), [-1.1, 1.1], [0.0, 0.0]),
    "clip to a point": (lambda x: bp.clip(x, 1.0, 1.0), [1.0, 2.0], [1.0, 0.0]),
    "hinge at its kink": (lambda x: bp.hinge(x, [1.0, -1.0]), [1.0, -1.0], [0.0, 0.0]),
    "max pooling, a tie": (bp.max_pool2d, [[5.0, 5.0], [5.0, 5.0]], [[1.0, 0.0], [0.0, 0.0]]),
}


@pytest.mark.usefixtures("_no_warning")
@pytest.mark.parametrize("name", KINKS)
def test_kinks_follow_the_convention(name: str) -> None:
    f, at, slope = KINKS[name]
    x = bp.Variable(at)
    y = f(x)
    y.backward(np.ones(y.shape)[()])
    np.testing.assert_array_equal(x.grad, slope)


SINGULAR: dict[str, tuple[Callable[[Any], Any], float, float, float]] = {
    "ln 0": (bp.log, 0.0, -INF, INF),
    "ln -1": (bp.log, -1.0, math.nan, -1.0),
    "1/0": (lambda x: 1 / x, 0.0, INF, -INF),
    "0/0": (lambda x: (x * 0) / x, 0.0, math.nan, math.nan),
    "e¹⁰⁰⁰": (bp.exp, 1000.0, INF, INF),
    "0⁻¹": (lambda x: x**-1, 0.0, INF, -INF),
    "√0": (lambda x: x**0.5, 0.0, 0.0, INF),
    "∛-8": (lambda x: x ** (1 / 3), -8.0, math.nan, math.nan),
    "10⁴⁰⁰": (lambda x: x**400, 10.0, INF, INF),
}


@pytest.mark.parametrize("name", SINGULAR)
@pytest.mark.parametrize("shape", [(), (2,), (300,)])
def test_what_has_no_finite_value_is_infinite_or_nan_with_a_warning(
    name: str, shape: tuple[int, ...]
) -> None:
    f, at, value, slope = SINGULAR[name]
    with pytest.warns(RuntimeWarning):
        computed = value_and_slope(f, np.full(shape, at)[()])
    np.testing.assert_array_equal(computed[0], np.full(shape, value))
    np.testing.assert_array_equal(computed[1], np.full(shape, slope))


def test_the_exponent_has_a_slope_for_positive_bases_only() -> None:
    for base, slope in ((2.0, 8 * math.log(2)), (0.0, 0.0)):
        n = bp.Variable(3.0)
        (base**n).backward()
        assert n.grad == pytest.approx(slope)
    x, n = bp.Variable(-2.0), bp.Variable(3.0)
    with pytest.warns(RuntimeWarning, match="invalid value"):
        (x**n).backward()
    assert x.grad == 12.0
    assert math.isnan(n.grad)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_nan_goes_through() -> None:
    for f in (bp.exp, bp.log, bp.sigmoid, bp.softplus, bp.square, bp.tanh, bp.sin, bp.sqrt):
        for shape in ((), (2,)):
            value, slope = value_and_slope(f, np.full(shape, math.nan)[()])
            assert np.all(np.isnan(value))
            assert np.all(np.isnan(slope))


def test_sigmoid_and_softplus_are_accurate_to_the_last_digits() -> None:
    x = np.linspace(-30.0, 30.0, 241)
    expected = np.array([1 / (1 + math.exp(-v)) for v in x])
    value, slope = value_and_slope(bp.softplus, x)
    np.testing.assert_allclose(slope, expected, rtol=1e-14)
    np.testing.assert_allclose(value, [math.log1p(math.exp(v)) for v in x], rtol=1e-14)
    np.testing.assert_allclose(bp.sigmoid(x), expected, rtol=1e-14)
    for v in x:
        assert bp.sigmoid(float(v)) == pytest.approx(float(bp.sigmoid(np.array([v]))[0]), rel=1e-15)
        assert bp.softplus(float(v)) == pytest.approx(
            float(bp.softplus(np.array([v]))[0]), rel=1e-15
        )


def test_empty_arrays_have_empty_gradients() -> None:
    x = bp.Variable(np.zeros((0, 3)))
    total = bp.sum(bp.exp(x) * 2.0)
    total.backward()
    assert total.value == 0.0
    assert x.grad.shape == (0, 3)


def test_large_and_small_numbers_in_losses() -> None:
    w = bp.Variable([1e-200, 1e100])
    loss = bp.ssr(w, [0.0, 0.0])
    loss.backward()
    assert loss.value == 1e200
    np.testing.assert_allclose(w.grad, [2e-200, 2e100])
