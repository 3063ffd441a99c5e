"""The worked example of the book in numbers: dosages, a curve of seven parameters, its slopes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp

X, OBSERVED = bp.data.dosage()
NAMES = ("w1", "b1", "w2", "b2", "w3", "w4", "b3")
LEARNED = {"w1": 3.34, "b1": -1.43, "w2": -3.53, "b2": 0.57, "w3": -1.22, "w4": -2.30, "b3": 0.0}
START = {"w1": 2.74, "b1": 0.0, "w2": -1.13, "b2": 0.0, "w3": 0.36, "w4": 0.63, "b3": 0.0}


def predicted(p: dict[str, Any]) -> Any:
    first = p["w3"] * bp.softplus(p["w1"] * X + p["b1"])
    second = p["w4"] * bp.softplus(p["w2"] * X + p["b2"])
    return first + second + p["b3"]


def problem(
    values: dict[str, float], *learned: str
) -> tuple[Callable[[], bp.Variable], list[bp.Variable]]:
    """The loss as a function, and the Variables that are to be learned."""
    leaves = {name: bp.Variable(values[name], name=name) for name in learned}
    return lambda: bp.ssr(predicted(values | leaves), OBSERVED), list(leaves.values())


def slopes(values: dict[str, float], *learned: str) -> tuple[float, dict[str, float]]:
    loss, leaves = problem(values, *learned)
    ssr = loss()
    ssr.backward()
    return ssr.value, {leaf.name or "": leaf.grad for leaf in leaves}


def test_the_data() -> None:
    assert X.tolist() == [0.0, 0.5, 1.0]
    assert OBSERVED.tolist() == [0.0, 1.0, 0.0]


def test_the_data_are_new_each_time() -> None:
    bp.data.dosage().x[0] = 7.0
    assert bp.data.dosage().x[0] == 0.0


def test_one_parameter_step_by_step() -> None:
    loss, (b3,) = problem(LEARNED, "b3")
    history = bp.fit(loss, b3, bp.GradientDescent(b3, learning_rate=0.1), steps=4)
    table = np.column_stack([history.parameters["b3"], history.loss, history.gradients["b3"]])
    book = [
        [0.0, 20.4236, -15.6551],
        [1.565511, 3.267828, -6.262043],
        [2.191715, 0.522905, -2.504817],
        [2.442197, 0.083718, -1.001927],
        [2.542390, 0.013448, -0.400771],
    ]
    np.testing.assert_allclose(table[0], book[0], atol=5e-5)
    np.testing.assert_allclose(table[1:], book[1:], atol=6e-7)


def test_the_best_b3() -> None:
    loss, (b3,) = problem(LEARNED, "b3")
    history = bp.fit(loss, b3, bp.GradientDescent(b3, 0.1), tolerance=1e-10)
    assert history.converged
    assert b3.value == pytest.approx(2.609, abs=5e-4)
    assert history.gradients["b3"][-1] == pytest.approx(0.0, abs=1e-8)


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.15, 1 / 6, 0.25, 0.3, 1 / 3, 0.34, 0.5])
def test_each_step_shrinks_the_slope_by_one_minus_six_times_the_learning_rate(rate: float) -> None:
    loss, (b3,) = problem(LEARNED, "b3")
    slope = bp.fit(loss, b3, bp.GradientDescent(b3, rate), steps=3).gradients["b3"]
    np.testing.assert_allclose(slope[1:], (1 - 6 * rate) * slope[:-1], rtol=1e-9, atol=1e-12)


def test_the_learning_rate_decides_whether_it_converges() -> None:
    def moved(rate: float, steps: int = 50) -> tuple[Any, Any]:
        loss, (b3,) = problem(LEARNED, "b3")
        history = bp.fit(loss, b3, bp.GradientDescent(b3, rate), steps=steps)
        return history.parameters["b3"], np.abs(history.gradients["b3"])

    at, slope = moved(1 / 6, steps=1)
    assert slope[1] == pytest.approx(0.0, abs=1e-12)  # lands at once
    at, slope = moved(1 / 3)
    np.testing.assert_allclose(at[::2], at[0], atol=1e-9)  # for ever to and fro
    np.testing.assert_allclose(at[1::2], at[1], atol=1e-9)
    assert moved(0.33)[1][-1] < slope[0] < moved(0.34)[1][-1]


def test_three_parameters() -> None:
    values = LEARNED | {"w3": 0.36, "w4": 0.63, "b3": 0.0}
    _, gradient = slopes(values, "w3", "w4", "b3")
    book = {"w3": 2.576140, "w4": 1.256762, "b3": 1.899555}
    assert gradient == pytest.approx(book, abs=6e-7)


def test_all_seven_parameters() -> None:
    ssr, gradient = slopes(START, *NAMES)
    assert ssr == pytest.approx(1.895878, abs=6e-7)
    book = {
        "w1": 0.760944,
        "b1": 0.967286,
        "w2": 0.332276,
        "b2": 0.732226,
        "w3": 7.142314,
        "w4": 1.487281,
        "b3": 3.459454,
    }
    assert gradient == pytest.approx(book, abs=6e-7)


def test_all_gradients_of_the_book_agree_with_differences() -> None:
    for values in (LEARNED, START):
        bp.check_gradients(
            lambda *p: bp.ssr(predicted(dict(zip(NAMES, p, strict=True))), OBSERVED),
            *values.values(),
        )


def test_one_parameter_at_a_time_gets_the_same_slope_as_all_together() -> None:
    _, together = slopes(START, *NAMES)
    for name in NAMES:
        assert slopes(START, name)[1] == {name: together[name]}


def test_the_mean_has_the_same_minimum_and_a_third_of_the_slope() -> None:
    loss, (b3,) = problem(LEARNED, "b3")
    loss().backward()
    by_ssr, b3.grad = b3.grad, None
    bp.mse(predicted(LEARNED | {"b3": b3}), OBSERVED).backward()
    assert 3 * b3.grad == pytest.approx(by_ssr, rel=1e-14)


@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_equal_weights_stay_equal_and_stall_at_the_mean(weight: float) -> None:
    loss, leaves = problem(dict.fromkeys(NAMES, weight), *NAMES)
    history = bp.fit(loss, leaves, bp.GradientDescent(leaves, 0.05), steps=2000)
    at = history.parameters
    for one, other in (("w1", "w2"), ("b1", "b2"), ("w3", "w4")):
        np.testing.assert_array_equal(at[one], at[other])
    assert history.loss[-1] == pytest.approx(2 / 3, abs=1e-3)


def test_seven_parameters_can_fit_the_data() -> None:
    loss, leaves = problem(START, *NAMES)
    history = bp.fit(loss, leaves, bp.GradientDescent(leaves, 0.1), steps=3000)
    assert history.loss[-1] < 1e-3
