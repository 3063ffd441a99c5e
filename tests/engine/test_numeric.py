"""Finite differences: exact where they must be, as good as they can be elsewhere, a fair judge."""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.numeric import BEST_STEP

# How far from the truth each method may be at its best step, relative to the slope.
ACCURACY = {"central": 1e-9, "forward": 1e-6, "complex": 1e-15}


@pytest.mark.parametrize("method", BEST_STEP)
@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (lambda x: x**3, lambda x: 3 * x**2),
        (np.exp, np.exp),
        (np.sin, np.cos),
        (lambda x: 1 / x, lambda x: -1 / x**2),
    ],
)
@pytest.mark.parametrize("x", [0.5, 1.0, 3.0])
def test_slopes_of_known_functions(method: str, f: Any, slope: Any, x: float) -> None:
    gradient = bp.numeric_gradient(f, x, method=method)
    assert type(gradient) is float
    assert gradient == pytest.approx(slope(x), rel=ACCURACY[method])


@pytest.mark.parametrize("method", BEST_STEP)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (1, 1, 2), (0,)])
def test_gradients_have_the_shape_of_x(method: str, shape: tuple[int, ...]) -> None:
    x = np.linspace(0.5, 1.5, math.prod(shape)).reshape(shape)
    gradient = bp.numeric_gradient(lambda a: np.sum(a**2), x, method=method)
    assert np.shape(gradient) == shape
    np.testing.assert_allclose(gradient, 2 * x, rtol=ACCURACY[method])


def test_the_central_difference_is_exact_for_a_parabola_with_any_step() -> None:
    for h in (1e-3, 1.0, 100.0):
        assert bp.numeric_gradient(lambda x: x * x, 3.0, h=h) == pytest.approx(6.0, rel=1e-9)


def test_the_forward_difference_of_a_parabola_is_off_by_h() -> None:
    for h in (1e-3, 0.25, 1.0):
        gradient = bp.numeric_gradient(lambda x: x * x, 3.0, h=h, method="forward")
        assert gradient == pytest.approx(6.0 + h, rel=1e-9)


@pytest.mark.parametrize(("method", "order"), [("forward", 1), ("central", 2)])
def test_the_error_shrinks_with_the_order_of_the_method(method: str, order: int) -> None:
    def error(h: float) -> Any:
        return abs(bp.numeric_gradient(math.exp, 1.0, h=h, method=method) - math.e)

    assert error(1e-2) / error(1e-3) == pytest.approx(10**order, rel=0.1)


def test_a_smaller_step_is_worse_in_the_end() -> None:
    def error(h: float | None) -> Any:
        return abs(bp.numeric_gradient(math.exp, 1.0, h=h) - math.e)

    assert error(1e-12) > 1000 * error(None)


def test_the_step_grows_with_the_element() -> None:
    """A nudge of fixed size would be lost in the rounding of large numbers."""
    for x in (1.0, 1e8, -1e150):
        assert bp.numeric_gradient(lambda x: x * x, x) == pytest.approx(2 * x, rel=1e-9)


def test_the_cost_is_two_evaluations_for_each_element() -> None:
    calls: list[Any] = []

    def f(x: Any) -> Any:
        calls.append(x)
        return np.sum(x)

    counts = {}
    for method in BEST_STEP:
        calls.clear()
        bp.numeric_gradient(lambda x: f(x), np.ones(5), method=method)
        counts[method] = len(calls)
    assert counts["central"] == 10
    assert counts["complex"] == 5


def test_functions_of_variables_are_welcome() -> None:
    w = bp.Variable([1.0, 2.0])
    gradient = bp.numeric_gradient(lambda x: bp.sum(bp.softplus(w) * x), [1.0, 1.0])
    np.testing.assert_allclose(gradient, bp.softplus([1.0, 2.0]), rtol=1e-8)


def test_x_is_not_changed_even_if_f_changes_its_argument() -> None:
    x = np.array([1.0, 2.0])

    def careless(a: Any) -> Any:
        a *= 2.0
        return np.sum(a)

    np.testing.assert_allclose(bp.numeric_gradient(careless, x), [2.0, 2.0])
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_float32_and_integers_are_computed_in_float64() -> None:
    for x in (np.float32(3.0), 3, np.array([3], dtype=np.int8)):
        assert bp.numeric_gradient(lambda a: np.sum(a**2), x) == pytest.approx(6.0, rel=1e-8)


NUMERIC_ERRORS: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "method": (
        lambda: bp.numeric_gradient(math.exp, 1.0, method="backward"),
        ValueError,
        "method must be one of central, forward, complex, got 'backward'",
    ),
    **{
        f"h = {h}": (
            lambda h=h: bp.numeric_gradient(math.exp, 1.0, h=h),  # type: ignore[misc]
            ValueError,
            "h must be positive and finite",
        )
        for h in (0.0, -1e-6, math.nan, math.inf)
    },
    "a lost h": (
        lambda: bp.numeric_gradient(math.exp, 1.0, h=1e-20),
        ValueError,
        r"h must not be lost in rounding .* got 1e-20: choose a larger h",
    ),
    "several numbers": (
        lambda: bp.numeric_gradient(lambda x: x, [1.0, 2.0]),
        ValueError,
        r"f must return a single number, it returned shape \(2,\)",
    ),
    "no return": (
        lambda: bp.numeric_gradient(lambda x: None, 1.0),
        TypeError,
        "f must return a number, it returned None",
    ),
    "text": (
        lambda: bp.numeric_gradient(lambda x: "one", 1.0),
        TypeError,
        "f must return a number, it returned 'one'",
    ),
    "lost imaginary part": (
        lambda: bp.numeric_gradient(lambda x: x.real, 1.0, method="complex"),
        TypeError,
        "needs an f of NumPy functions; use method='central'",
    ),
    "complex step through softplus": (
        lambda: bp.numeric_gradient(bp.softplus, 1.0, method="complex"),
        TypeError,
        "softplus: a must be real numbers, .* got complex numbers",
    ),
    "complex x": (lambda: bp.numeric_gradient(np.exp, 1j), TypeError, "must be real numbers"),
    "a Variable as x": (
        lambda: bp.numeric_gradient(bp.exp, bp.Variable(1.0)),
        TypeError,
        r"is a Variable already: .* take its \.value",
    ),
}


@pytest.mark.parametrize("name", NUMERIC_ERRORS)
def test_what_cannot_be_differentiated_is_explained(name: str) -> None:
    attempt, kind, message = NUMERIC_ERRORS[name]
    with pytest.raises(kind, match=message):
        attempt()


# --- check_gradients ------------------------------------------------------------------------------


def wrong(a: bp.Variable) -> Any:
    """The square of a number, as it comes out when the product rule is forgotten."""
    return a * a.value


def test_right_gradients_pass() -> None:
    report = bp.check_gradients(
        lambda w, b: bp.ssr(bp.softplus(w * [0.0, 1.0]) + b, [1.0, 3.0]), [1.0, 2.0], 0.5
    )
    assert [check.name for check in report] == ["w", "b"]
    assert all(check.passed for check in report)
    assert np.shape(report[0].backward) == np.shape(report[0].numeric) == (2,)
    assert type(report[1].numeric) is float


def test_a_wrong_gradient_is_found_and_named() -> None:
    with pytest.raises(AssertionError) as raised:
        bp.check_gradients(lambda right, bad: right**2 + wrong(bad), 2.0, 3.0)
    message = str(raised.value)
    assert message.startswith("gradients differ:\n")
    lines = {line.split()[1]: line.split()[0] for line in message.splitlines()[2:]}
    assert lines == {"d/dright": "agrees", "d/dbad": "DIFFERS"}
    assert "3.000000" in message
    assert "6.000000" in message


def test_one_wrong_element_is_enough() -> None:
    mask = np.array([1.0, 0.0, 1.0])
    with pytest.raises(AssertionError, match="DIFFERS"):
        bp.check_gradients(lambda a: bp.sum(a * a * mask + wrong(a) * (1 - mask)), [1.0, 2.0, 3.0])


def test_an_error_below_the_tolerance_passes() -> None:
    def nearly(a: bp.Variable) -> Any:
        return a**2 + 1e-4 * (a.value - a)

    with pytest.raises(AssertionError):
        bp.check_gradients(nearly, 3.0)
    bp.check_gradients(nearly, 3.0, rtol=1e-3)
    bp.check_gradients(nearly, 3.0, atol=1e-3)


def test_what_is_not_finite_does_not_pass() -> None:
    for f, at in ((lambda a: bp.log(a), 0.0), (lambda a: a**0.5, 0.0), (lambda a: 1 / a, 0.0)):
        with pytest.raises(AssertionError), pytest.warns(RuntimeWarning):
            bp.check_gradients(f, at)
    infinite = bp.engine.numeric.GradientCheck("x", 1.0, math.inf, error=math.inf, allowed=math.inf)
    assert not infinite.passed


def test_the_arguments_are_not_changed() -> None:
    array, leaf = np.array([1.0, 2.0]), bp.Variable([3.0, 4.0], name="leaf")
    report = bp.check_gradients(lambda a, b: bp.sum(a * b), array, leaf)
    np.testing.assert_array_equal(array, [1.0, 2.0])
    np.testing.assert_array_equal(leaf.value, [3.0, 4.0])
    assert leaf.grad is None
    assert [check.name for check in report] == ["a", "leaf"]


def test_float32_arguments_are_checked_in_float64() -> None:
    report = bp.check_gradients(lambda a: bp.sum(bp.exp(a)), np.array([1.0, 2.0], dtype=np.float32))
    assert report[0].backward.dtype == np.float64


def test_an_argument_that_does_not_matter_has_gradient_zero() -> None:
    report = bp.check_gradients(lambda a, unused: a**2, 1.0, [5.0, 6.0])
    np.testing.assert_array_equal(report[1].backward, [0.0, 0.0])


def test_names_come_from_the_function() -> None:
    class Model:
        def loss(self, w: Any, b: Any) -> Any:
            return w * b

    def many(*values: Any) -> Any:
        return values[0] * values[1]

    def names(f: Any) -> list[str]:
        return [check.name for check in bp.check_gradients(f, 2.0, 3.0)]

    assert names(Model().loss) == ["w", "b"]
    assert names(many) == ["argument 1", "argument 2"]
    assert names(bp.ssr) == ["predicted", "observed"]
    assert names(functools.partial(lambda k, w, b: k * w * b, 2.0)) == ["w", "b"]


def test_arguments_of_a_function_that_hides_their_names_are_numbered() -> None:
    class Hidden:
        __signature__ = "not told"

        def __call__(self, a: Any, b: Any) -> Any:
            return a * b

    report = bp.check_gradients(Hidden(), 2.0, 3.0)
    assert [check.name for check in report] == ["argument 1", "argument 2"]


def test_the_report_is_a_table() -> None:
    report = bp.check_gradients(lambda a, b: bp.sum(a) * b, np.arange(8.0), 2.0)
    head, *rows = repr(report).splitlines()
    assert head.split() == ["backward()", "central", "difference", "difference"]
    assert len(rows) == 2
    assert all(row.startswith("agrees   d/d") for row in rows)
    assert all("below 1e-09" in row or "e-0" in row for row in rows)
    assert len({row.index("d/d") for row in rows}) == 1


CHECK_ERRORS: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "no arguments": (
        lambda: bp.check_gradients(lambda: bp.Variable(1.0)),
        ValueError,
        "nothing to check: give the values of f's arguments",
    ),
    "no return": (
        lambda: bp.check_gradients(lambda a: None, 1.0),  # type: ignore[arg-type, return-value]
        TypeError,
        "f must return a Variable computed from its arguments, got None",
    ),
    "an array": (
        lambda: bp.check_gradients(lambda a: a * 2, [1.0, 2.0]),
        ValueError,
        r"shape \(2,\): reduce it",
    ),
    "text": (lambda: bp.check_gradients(lambda a: a * 2, "one"), TypeError, "must be real"),
}


@pytest.mark.parametrize("name", CHECK_ERRORS)
def test_what_cannot_be_checked_is_explained(name: str) -> None:
    attempt, kind, message = CHECK_ERRORS[name]
    with pytest.raises(kind, match=message):
        attempt()
