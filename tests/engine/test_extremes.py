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
@pytest.mark.parametrize("shape", [(), (2,)])
def test_what_is_finite_stays_finite_and_right(
    f: Any, at: float, value: float, slope: float, shape: tuple[int, ...]
) -> None:
    computed = value_and_slope(f, np.full(shape, at)[()])
    expected = np.full(shape, value), np.full(shape, slope)
    np.testing.assert_allclose(computed[0], expected[0], rtol=1e-12)
    np.testing.assert_allclose(computed[1], expected[1], rtol=1e-12)


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
@pytest.mark.parametrize("shape", [(), (2,)])
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
