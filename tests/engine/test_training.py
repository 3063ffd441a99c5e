"""Gradient descent: the step, the loop around it, and the history that it leaves."""

import math
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

import backprop as bp


def parabola(w: bp.Variable, at: Any = 3.0) -> Callable[[], Any]:
    return lambda: bp.sum((w - at) ** 2)


# --- one step -------------------------------------------------------------------------------------


def test_a_step_goes_against_the_gradient() -> None:
    w, v = bp.Variable(1.0), bp.Variable([1.0, 2.0])
    optimizer = bp.GradientDescent([w, v], learning_rate=0.1)
    (bp.sum(v * [10.0, 20.0]) * w).backward()
    optimizer.step()
    assert w.value == 1.0 - 0.1 * 50.0
    np.testing.assert_allclose(v.value, [1.0 - 0.1 * 10, 2.0 - 0.1 * 20])


def test_a_step_leaves_the_gradients() -> None:
    w = bp.Variable(1.0)
    (w**2).backward()
    bp.GradientDescent(w).step()
    assert w.grad == 2.0
    assert w.value == 0.8  # with the learning rate 0.1, unless another is given


def test_arrays_change_in_place_and_numbers_are_replaced() -> None:
    w, v = bp.Variable(1.0), bp.Variable([1.0, 2.0])
    array = v.value
    bp.sum(v * w).backward()
    bp.GradientDescent([w, v], 0.5).step()
    assert v.value is array
    assert type(w.value) is float


def test_a_kept_graph_no_longer_matches_arrays_that_were_stepped() -> None:
    """Documented: compute the loss anew after a step."""
    v = bp.Variable([1.0, 2.0])
    loss = bp.sum(v * v)
    loss.backward(retain_graph=True)
    bp.GradientDescent(v, 0.25).step()
    v.grad = None
    loss.backward()
    np.testing.assert_array_equal(v.grad, 2 * v.value)  # of the new values, not of the old ones


@pytest.mark.parametrize("start", [np.float32(2.0), np.array([2.0, 4.0], dtype=np.float32)])
def test_float32_parameters_stay_float32(start: Any) -> None:
    w = bp.Variable(start)
    data = np.ones(np.shape(start))  # float64
    history = bp.fit(lambda: bp.sum((w * data - 1.0) ** 2), w, bp.GradientDescent(w, 0.1), steps=3)
    assert w.dtype == w.grad.dtype == np.float32
    assert history.parameters["parameter 1"].dtype == np.float32


def test_a_parameter_without_a_gradient_stays() -> None:
    used, unused = bp.Variable(1.0), bp.Variable(5.0)
    optimizer = bp.GradientDescent([used, unused], 0.1)
    (used**2).backward()
    optimizer.step()
    assert unused.value == 5.0
    assert used.value == 0.8


def test_a_step_without_any_gradient_says_what_was_forgotten() -> None:
    with pytest.raises(RuntimeError, match=r"call loss\.backward\(\) before step\(\)"):
        bp.GradientDescent(bp.Variable(1.0), 0.1).step()


def test_forgetting_zero_grad_adds_up() -> None:
    w = bp.Variable(1.0)
    for _ in range(2):
        (3 * w).backward()
    assert w.grad == 6.0


def test_the_learning_rate_may_change_on_the_way() -> None:
    w = bp.Variable(0.0)
    optimizer = bp.GradientDescent(w, 0.1)

    def halve(history: bp.History) -> None:
        optimizer.learning_rate = 0.1 / 2 ** (history.steps + 1)

    history = bp.fit(lambda: 1.0 * w, w, optimizer, steps=3, callbacks=[halve])
    steps = np.diff(history.parameters["parameter 1"])
    np.testing.assert_allclose(steps, [-0.05, -0.025, -0.0125])


# --- the loop -------------------------------------------------------------------------------------


def test_fit_finds_the_minimum() -> None:
    w, v = bp.Variable(0.0, name="w"), bp.Variable([9.0, -9.0], name="v")
    history = bp.fit(
        lambda: (w - 1) ** 2 + bp.ssr(v, [2.0, 3.0]),
        [w, v],
        bp.GradientDescent([w, v], 0.1),
        tolerance=1e-9,
    )
    assert w.value == pytest.approx(1.0)
    assert v.value == pytest.approx([2.0, 3.0])
    assert history.converged
    assert history.stopped_because == "the last step was at most 1e-09"


def test_history_holds_the_start_and_every_step() -> None:
    w, v = bp.Variable(1.0, name="w"), bp.Variable([1.0, 2.0], name="v")
    history = bp.fit(
        lambda: w**2 + bp.sum(v * v), [w, v], bp.GradientDescent([w, v], 0.25), steps=3
    )
    assert history.steps == 3
    halved = np.array([1.0, 0.5, 0.25, 0.125])
    np.testing.assert_array_equal(history.parameters["w"], halved)
    np.testing.assert_array_equal(history.gradients["w"], 2 * halved)
    np.testing.assert_array_equal(history.parameters["v"], np.outer(halved, [1.0, 2.0]))
    np.testing.assert_array_equal(history.gradients["v"], np.outer(halved, [2.0, 4.0]))
    np.testing.assert_array_equal(history.loss, 6 * halved**2)
    assert (w.value, history.parameters["w"][-1]) == (0.125, 0.125)


def test_history_is_a_copy_that_later_steps_do_not_change() -> None:
    v = bp.Variable([1.0, 2.0], name="v")
    history = bp.fit(parabola(v), v, bp.GradientDescent(v, 0.1), steps=2)
    before = history.parameters["v"].copy()
    v.value += 100.0
    v.grad *= 100.0
    np.testing.assert_array_equal(history.parameters["v"], before)


def test_a_parameter_that_the_loss_does_not_contain_has_gradient_zero() -> None:
    w = bp.Variable(1.0, name="w")
    unused = [bp.Variable(5.0, name="number"), bp.Variable([1.0, 2.0], name="array")]
    history = bp.fit(
        lambda: w**2, [w, *unused], bp.GradientDescent([w, *unused], 0.1), steps=2, tolerance=1e-9
    )
    np.testing.assert_array_equal(history.gradients["number"], np.zeros(3))
    np.testing.assert_array_equal(history.gradients["array"], np.zeros((3, 2)))
    np.testing.assert_array_equal(history.parameters["number"], [5.0] * 3)


def test_gradients_from_before_do_not_enter() -> None:
    w = bp.Variable(1.0, name="w")
    (1000 * w).backward()
    history = bp.fit(lambda: w**2, w, bp.GradientDescent(w, 0.25), steps=1)
    assert history.gradients["w"].tolist() == [2.0, 1.0]


def test_a_tolerance_watches_the_step_and_not_the_loss() -> None:
    w = bp.Variable(1.0)
    history = bp.fit(parabola(w), w, bp.GradientDescent(w, 0.1), tolerance=0.1)
    moves = np.abs(np.diff(history.parameters["parameter 1"]))
    assert moves[-1] <= 0.1 < moves[-2]
    assert history.converged


def test_a_tolerance_waits_for_the_slowest_parameter() -> None:
    w = bp.Variable([0.0, 0.0])
    history = bp.fit(parabola(w, [0.0, 3.0]), w, bp.GradientDescent(w, 0.1), tolerance=1e-6)
    assert w.value == pytest.approx([0.0, 3.0], abs=1e-5)
    assert history.steps > 10


def test_without_a_tolerance_all_steps_are_taken() -> None:
    w = bp.Variable(3.0)  # at the minimum already
    history = bp.fit(parabola(w), w, bp.GradientDescent(w, 0.1), steps=7)
    assert history.steps == 7
    assert not history.converged
    assert history.stopped_because == "the limit of 7 steps was reached"


def test_one_step_is_a_singular() -> None:
    w = bp.Variable(0.0)
    history = bp.fit(parabola(w), w, bp.GradientDescent(w, 0.1), steps=np.int64(1))  # type: ignore[arg-type]
    assert history.stopped_because == "the limit of 1 step was reached"


def test_the_same_run_twice_gives_the_same_bits() -> None:
    def run() -> Any:
        v = bp.Variable([0.3, 0.1])
        return bp.fit(
            lambda: bp.mse(bp.softplus(v * 3), [0.1, 2]), v, bp.GradientDescent(v, 0.1), steps=20
        ).loss

    np.testing.assert_array_equal(run(), run())


# --- callbacks ------------------------------------------------------------------------------------


def test_callbacks_see_every_record() -> None:
    seen: list[tuple[int, float]] = []
    w = bp.Variable(1.0)

    def look(history: bp.History) -> None:
        seen.append((history.steps, history.loss[-1]))
        assert "still running" in repr(history) or history.stopped_because

    history = bp.fit(lambda: w**2, w, bp.GradientDescent(w, 0.25), steps=3, callbacks=(look,))
    assert seen == list(enumerate(history.loss))


def test_a_callback_that_returns_true_ends_the_run_after_all_were_asked() -> None:
    asked: list[str] = []
    w = bp.Variable(1.0)

    def stop(history: bp.History) -> bool:
        asked.append("stop")
        return history.steps == 2

    def look(history: bp.History) -> None:
        asked.append("look")

    history = bp.fit(lambda: w**2, w, bp.GradientDescent(w, 0.1), callbacks=[stop, look])
    assert history.steps == 2
    assert history.stopped_because == "a callback asked to stop"
    assert not history.converged
    assert asked == ["stop", "look"] * 3


def test_callbacks_from_a_generator_are_called_every_time() -> None:
    calls: list[int] = []
    w = bp.Variable(1.0)
    callbacks = (calls.append for _ in range(1))
    bp.fit(
        lambda: w**2,
        w,
        bp.GradientDescent(w, 0.1),
        steps=3,
        callbacks=(lambda h, c=c: c(h.steps) for c in callbacks),  # type: ignore[misc]
    )
    assert calls == [0, 1, 2, 3]


def test_an_exception_in_a_callback_comes_through() -> None:
    w = bp.Variable(1.0)

    def fail(history: bp.History) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        bp.fit(lambda: w**2, w, bp.GradientDescent(w, 0.1), callbacks=[fail])


# --- a loss that is not finite --------------------------------------------------------------------


def test_a_diverging_run_stops_at_once_and_says_why() -> None:
    w = bp.Variable(1.0)
    history = bp.fit(lambda: (w**2) ** 2, w, bp.GradientDescent(w, 10.0), tolerance=1e-3)
    assert history.steps < 20
    assert math.isfinite(history.loss[-2])
    assert history.loss[-1] == math.inf
    assert history.stopped_because == (
        f"the loss became inf after {history.steps} steps: "
        "most often the learning rate is too large"
    )
    assert not history.converged


def test_nan_stops_a_run() -> None:
    w = bp.Variable(2.0)
    with pytest.warns(RuntimeWarning):
        history = bp.fit(lambda: bp.log(w), w, bp.GradientDescent(w, 5.0))
    assert history.stopped_because.startswith("the loss became nan after 1 step: ")


def test_a_loss_that_is_not_finite_from_the_start_has_another_cause() -> None:
    w = bp.Variable(1.0)
    history = bp.fit(lambda: bp.ssr(w, math.nan), w, bp.GradientDescent(w, 0.1), tolerance=1.0)
    assert history.steps == 0
    assert history.stopped_because == (
        "the loss is nan before the first step: look at the data and the start values"
    )


# --- names ----------------------------------------------------------------------------------------


def test_parameters_without_a_name_are_numbered() -> None:
    leaves = [bp.Variable(1.0), bp.Variable(1.0, name="w"), bp.Variable(1.0)]
    history = bp.fit(
        lambda: leaves[0] * leaves[1] * leaves[2],
        leaves,
        bp.GradientDescent(leaves, 0.1),
        steps=1,
    )
    assert list(history.parameters) == ["parameter 1", "w", "parameter 3"]
    assert list(history.gradients) == ["parameter 1", "w", "parameter 3"]


def test_two_parameters_of_one_name_are_refused() -> None:
    leaves = [bp.Variable(1.0, name="w"), bp.Variable(1.0, name="w")]
    with pytest.raises(ValueError, match="two parameters are called w: give each its own name"):
        bp.fit(lambda: leaves[0], leaves, bp.GradientDescent(leaves, 0.1))


# --- what history says of itself ------------------------------------------------------------------


def test_a_history_shows_itself() -> None:
    w = bp.Variable(0.0)
    history = bp.fit(parabola(w, 1.0), w, bp.GradientDescent(w, 0.25), steps=2)
    assert repr(history) == "History(2 steps, loss 1 → 0.0625: the limit of 2 steps was reached)"
    empty = bp.History(["w"])
    assert repr(empty) == "History(no steps yet)"
    assert empty.steps == 0
    assert empty.loss.shape == (0,)


# --- the progress bar -----------------------------------------------------------------------------


def test_the_progress_bar_is_shown_when_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    w = bp.Variable(1.0)
    bp.fit(lambda: w**2, w, bp.GradientDescent(w, 0.25), steps=4, progress=True)
    shown = capsys.readouterr().err
    assert "4/4" in shown
    assert "loss" in shown


def test_the_progress_bar_moves_with_the_steps_and_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bar = Mock()
    monkeypatch.setitem(sys.modules, "tqdm.auto", SimpleNamespace(tqdm=Mock(return_value=bar)))
    w = bp.Variable([1.0, 2.0])
    bp.fit(parabola(w), w, bp.GradientDescent(w, 0.1), steps=3, progress=True)
    assert bar.update.call_count == 3
    assert bar.close.call_count == 1
    with pytest.raises(ValueError, match="single number"):
        bp.fit(lambda: w * w, w, bp.GradientDescent(w, 0.1), progress=True)
    assert bar.close.call_count == 2


def test_nothing_is_printed_unless_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    w = bp.Variable(1.0)
    bp.fit(lambda: w**2, w, bp.GradientDescent(w, 0.25), steps=4)
    assert capsys.readouterr() == ("", "")


def test_without_tqdm_the_bar_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    w = bp.Variable(1.0)
    with pytest.raises(ImportError, match="pip install tqdm"):
        bp.fit(lambda: w**2, w, bp.GradientDescent(w, 0.25), progress=True)


# --- other optimisers -----------------------------------------------------------------------------


def test_any_optimiser_with_step_and_zero_grad_will_do() -> None:
    w = bp.Variable(8.0)

    class SignDescent:
        def step(self) -> None:
            w.value -= math.copysign(1.0, w.grad)

        def zero_grad(self) -> None:
            w.grad = None

    history = bp.fit(parabola(w), w, SignDescent(), steps=5)
    assert history.parameters["parameter 1"].tolist() == [8.0, 7.0, 6.0, 5.0, 4.0, 3.0]


# --- settings that cannot be ----------------------------------------------------------------------

w0 = bp.Variable(1.0, name="w")
REFUSED: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "no parameters": (lambda: bp.GradientDescent([], 0.1), ValueError, "there is no parameter"),
    "a number": (lambda: bp.GradientDescent(1.0), TypeError, r"must be bp\.Variable, got 1\.0"),  # type: ignore[arg-type]
    "nothing": (lambda: bp.GradientDescent(None), TypeError, r"must be bp\.Variable, got None"),  # type: ignore[arg-type]
    "text": (lambda: bp.GradientDescent(["w"]), TypeError, r"must be bp\.Variable, got 'w'"),  # type: ignore[list-item]
    "data": (
        lambda: bp.GradientDescent(bp.constant(1.0)),
        TypeError,
        r"must be bp\.Variable, got Constant",
    ),
    "computed": (
        lambda: bp.GradientDescent([2 * w0]),
        TypeError,
        "was computed from other values: give the Variables that it was computed from",
    ),
    "twice": (lambda: bp.GradientDescent([w0, w0]), ValueError, "listed twice"),
    **{
        f"learning rate {rate}": (
            lambda rate=rate: bp.GradientDescent(w0, rate),  # type: ignore[misc]
            ValueError,
            f"learning_rate must be positive and finite, got {rate}",
        )
        for rate in (-0.1, 0.0, math.inf, math.nan)
    },
    **{
        f"learning rate {rate!r}": (
            lambda rate=rate: bp.GradientDescent(w0, rate),  # type: ignore[misc]
            TypeError,
            "learning_rate must be a number",
        )
        for rate in ("0.1", None, [0.1], 1j)
    },
    "no function": (
        lambda: bp.fit(w0**2, w0, bp.GradientDescent(w0)),  # type: ignore[arg-type]
        TypeError,
        "loss must be a function that computes the loss anew, such as lambda",
    ),
    "no return": (
        lambda: bp.fit(lambda: None, w0, bp.GradientDescent(w0)),  # type: ignore[arg-type, return-value]
        TypeError,
        "must return a Variable computed from the parameters, got None",
    ),
    "plain values": (
        lambda: bp.fit(lambda: w0.value**2, w0, bp.GradientDescent(w0)),
        TypeError,
        r"use the parameters themselves in it, not their \.value",
    ),
    "data as loss": (
        lambda: bp.fit(lambda: bp.constant(1.0), w0, bp.GradientDescent(w0)),
        TypeError,
        "must return a Variable computed from the parameters, got Constant",
    ),
    "an array as loss": (
        lambda: bp.fit(lambda: w0 * [1.0, 2.0], w0, bp.GradientDescent(w0)),
        ValueError,
        r"this value has shape \(2,\): reduce it with bp\.sum or bp\.mean",
    ),
    **{
        f"steps {steps}": (
            lambda steps=steps: bp.fit(lambda: w0**2, w0, bp.GradientDescent(w0), steps=steps),  # type: ignore[misc]
            ValueError,
            "steps must be a whole number of at least 1",
        )
        for steps in (0, -1, 2.5, "ten", None)
    },
    **{
        f"tolerance {tolerance}": (
            lambda tolerance=tolerance: bp.fit(  # type: ignore[misc]
                lambda: w0**2, w0, bp.GradientDescent(w0), tolerance=tolerance
            ),
            ValueError,
            "tolerance must be positive and finite",
        )
        for tolerance in (0, -1.0, math.nan, math.inf)
    },
    "tolerance text": (
        lambda: bp.fit(lambda: w0**2, w0, bp.GradientDescent(w0), tolerance="small"),  # type: ignore[arg-type]
        TypeError,
        "tolerance must be a number, got 'small'",
    ),
    "another's optimiser": (
        lambda: bp.fit(lambda: w0**2, w0, bp.GradientDescent(bp.Variable(1.0))),
        ValueError,
        "the optimizer was made for other parameters",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_settings_that_cannot_be_are_explained(name: str) -> None:
    attempt, kind, message = REFUSED[name]
    with pytest.raises(kind, match=message):
        attempt()
