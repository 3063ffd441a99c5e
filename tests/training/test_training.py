"""fit(): what it learns from, when it stops, what it remembers, and misuse."""

import math
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.training.batches import Batches

X = np.linspace(-1.0, 1.0, 10)
Y = 3.0 * X


def line(*, start: float = 0.0, rate: float = 0.1) -> tuple[bp.Variable, Any]:
    w = bp.Variable(start, name="w")
    return w, bp.GradientDescent(w, rate)


def parabola(w: bp.Variable) -> Callable[[], bp.Variable]:
    return lambda: (w - 3) ** 2


# --- the loop -------------------------------------------------------------------------------------


def test_entry_k_is_how_things_stood_after_k_steps() -> None:
    w, optimizer = line()
    history = bp.fit(parabola(w), w, optimizer, steps=5)
    at = 3 - 3 * 0.8 ** np.arange(6)
    np.testing.assert_allclose(history.parameters["w"], at)
    np.testing.assert_allclose(history.loss, (at - 3) ** 2)
    np.testing.assert_allclose(history.gradients["w"], 2 * (at - 3))
    assert history.steps == history.epochs == 5
    assert w.value == history.parameters["w"][-1]
    assert history.stopped_because == "the limit of 5 steps was reached"
    assert repr(history) == (
        "History(5 steps, loss 9 → 0.966368: the limit of 5 steps was reached)"
    )


def test_records_are_copies_and_keep_their_type() -> None:
    w = bp.Variable(np.ones((2, 3), dtype=np.float32), name="w")
    s = bp.Variable(np.float32(1.0), name="s")
    unused = bp.Variable([1.0], name="unused")
    parameters = [w, s, unused]
    history = bp.fit(lambda: bp.sum(w * w) * s, parameters, bp.Momentum(parameters, 0.01), steps=4)
    assert history.parameters["w"].shape == history.gradients["w"].shape == (5, 2, 3)
    assert np.all(np.diff(history.parameters["w"], axis=0) < 0)
    for records in (history.parameters, history.gradients):
        assert [records[name].dtype for name in ("w", "s")] == [np.float32, np.float32]
    np.testing.assert_array_equal(history.gradients["unused"], np.zeros((5, 1)))
    assert history.loss.dtype == np.float64


def test_where_no_gradient_arrives_it_is_zero() -> None:
    w, far = bp.Variable(1.0, name="w"), bp.Variable(math.inf, name="far")
    history = bp.fit(lambda: w * w, [w, far], bp.GradientDescent([w, far]), steps=2)
    assert history.gradients["far"].tolist() == [0.0, 0.0, 0.0]
    assert history.gradients["far"].dtype == np.float64


def test_parameters_without_a_name_are_counted() -> None:
    a, b = bp.Variable(1.0), bp.Variable(1.0, name="b")
    history = bp.fit(lambda: a * a + b * b, [a, b], bp.GradientDescent([a, b]), steps=1)
    assert list(history.parameters) == ["parameter 1", "b"]


def test_an_optimiser_of_your_own_needs_two_methods() -> None:
    w = bp.Variable(3.0, name="w")

    class Half:
        def step(self) -> None:
            w.value /= 2

        def zero_grad(self) -> None:
            w.grad = None

    history = bp.fit(lambda: w * w, w, Half(), steps=2)
    assert history.parameters["w"].tolist() == [3.0, 1.5, 0.75]
    with pytest.raises(TypeError, match=r"Half cannot be saved: it has no state\(\)"):
        history.save("nowhere.npz")


def test_callbacks_see_every_record_and_may_stop() -> None:
    seen: list[tuple[int, float]] = []

    def watch(history: bp.History) -> None:
        seen.append((history.steps, history.loss[-1]))

    w, optimizer = line()
    history = bp.fit(parabola(w), w, optimizer, steps=3, callbacks=[watch])
    assert seen == list(enumerate(history.loss))
    w, optimizer = line()
    history = bp.fit(parabola(w), w, optimizer, callbacks=[lambda h: h.steps >= 2, lambda h: None])
    assert history.steps == 2
    assert history.stopped_because == "a callback asked to stop"


def test_while_it_runs_a_history_says_so() -> None:
    shown: list[str] = []
    w, optimizer = line()
    bp.fit(parabola(w), w, optimizer, steps=2, callbacks=[lambda h: shown.append(repr(h))])
    assert shown[0] == "History(0 steps, loss 9 → 9: still running)"
    assert "limit" in shown[2]


# --- reasons to stop ------------------------------------------------------------------------------


def test_tolerance_ends_a_run_whose_steps_are_small() -> None:
    w, optimizer = line()
    history = bp.fit(parabola(w), w, optimizer, tolerance=0.1)
    moves = np.abs(np.diff(history.parameters["w"]))
    assert history.converged
    assert np.all(moves[:-1] > 0.1)
    assert moves[-1] <= 0.1
    assert history.stopped_because == "the last step was at most 0.1"


def test_with_batches_a_whole_epoch_of_small_steps_is_needed() -> None:
    def loss(x: Any, y: Any) -> Any:
        return bp.mse(w * x, y)

    # Every second example has no slope: a single step that does not move means nothing.
    data = (np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    w, optimizer = line()
    history = bp.fit(loss, w, optimizer, data=data, batch_size=1, shuffle=False, tolerance=0.01)
    moves = np.abs(np.diff(history.parameters["w"]))
    assert moves[1] == 0.0
    assert history.steps > 10
    assert np.all(moves[-2:] <= 0.01)
    assert history.stopped_because == "every step of the last epoch was at most 0.01"


def test_patience_ends_a_run_that_gets_no_better() -> None:
    w, optimizer = line(rate=1.0)  # to and fro between 0 and 6, for ever
    history = bp.fit(parabola(w), w, optimizer, patience=4)
    assert history.steps == 4
    assert history.stopped_because == "the loss has not become smaller for 4 steps"
    w, optimizer = line()
    assert bp.fit(parabola(w), w, optimizer, patience=1, steps=50).steps == 50


def test_patience_counts_epochs_by_the_mean_of_their_steps() -> None:
    losses = iter([5.0, 1.0, 4.0, 1.0, 9.0, 0.5, 4.0, 1.1, 0.0, 0.0])  # means 3, 2.5, 4.75, 2.55
    w, optimizer = line()
    history = bp.fit(
        lambda x: w * 0 + next(losses), w, optimizer, data=(X,), batch_size=5, patience=2
    )
    assert history.loss[-1] == 1.1
    assert history.stopped_because == "the loss has not become smaller for 2 epochs"


def test_patience_looks_at_the_held_out_loss() -> None:
    """The held-out data want w = 1: on the way to 3 the loss falls there, and rises again."""
    w, optimizer = line(rate=0.05)
    history = bp.fit(
        lambda x, y: bp.mse(w * x, y),
        w,
        optimizer,
        data=(X, Y),
        validation=(X, 1.02 * X),
        patience=3,
    )
    best = int(np.argmin(history.validation_loss))
    assert history.steps == best + 3
    assert history.stopped_because == "the held-out loss has not become smaller for 3 steps"
    assert np.all(np.diff(history.loss) < 0)


def test_a_held_out_loss_that_is_nan_is_no_progress() -> None:
    w, optimizer = line()
    with np.errstate(invalid="ignore"):
        history = bp.fit(
            lambda x: bp.sum((w - x) ** 2),
            w,
            optimizer,
            data=(X,),
            validation=(np.array([math.nan]),),
            patience=2,
        )
    assert history.steps == 2


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
class TestALossThatIsNotFinite:
    """Stops at once, with the step, the parameter and the likely cause."""

    def test_learning_rate_too_large(self) -> None:
        w, optimizer = line(start=1.0, rate=1.5)
        history = bp.fit(lambda: w**4, w, optimizer)
        assert history.steps < 10
        assert np.isfinite(history.loss[:-1]).all()
        assert history.stopped_because == (
            f"the loss became inf after {history.steps} steps; every parameter was finite still: "
            "most often the learning rate is too large"
        )
        assert not history.converged

    @pytest.mark.parametrize(
        ("record", "said"),
        [
            (True, "b was the first parameter that was not finite, after 3 steps"),
            (False, "a is not finite"),
        ],
    )
    def test_the_first_parameter_that_was_not_finite(self, record: bool, said: str) -> None:
        a, b, c = (bp.Variable([1.0], name=name) for name in "abc")
        losses = iter([1.0, 2.0, 3.0, 4.0, 5.0, math.nan])

        def spoil(history: bp.History) -> None:
            for spoilt, step in ((b, 2), (c, 3), (a, 4)):
                if history.steps == step:
                    spoilt.value[0] = math.inf

        history = bp.fit(
            lambda: bp.sum(bp.sigmoid(a) + bp.sigmoid(b) + bp.sigmoid(c)) * 0.0 + next(losses),
            [a, b, c],
            bp.GradientDescent([a, b, c], 0.1),
            record=record,
            callbacks=[spoil],
        )
        assert history.steps == 5
        assert history.stopped_because == (
            f"the loss became nan after 5 steps; {said}: most often the learning rate is too large"
        )

    @pytest.mark.parametrize("record", [True, False])
    def test_a_slope_that_is_infinite(self, record: bool) -> None:
        w, v = bp.Variable(0.0, name="w"), bp.Variable(1.0, name="v")
        optimizer = bp.GradientDescent([w, v], 0.1)
        history = bp.fit(lambda: bp.sqrt(w) + v * v, [v, w], optimizer, record=record)
        assert history.steps == 1
        first = "was the first parameter that was not finite, after 1 step"
        assert history.stopped_because == (
            f"the loss became nan after 1 step; w {first if record else 'is not finite'}, although "
            "the loss was not growing: most often a slope is infinite, as those of sqrt, log and "
            "division are at 0"
        )

    def test_before_the_first_step(self) -> None:
        w, optimizer = line()
        history = bp.fit(lambda: bp.log(w), w, optimizer)
        assert history.steps == 0
        assert history.stopped_because == (
            "the loss is -inf before the first step; every parameter was finite still: look at the "
            "data and the start values"
        )
        w, optimizer = line(start=math.nan)
        assert "; w was the first parameter that was not finite, from the start: " in (
            bp.fit(lambda: w * w, w, optimizer).stopped_because
        )

    @pytest.mark.parametrize("batch_size", [None, 2])
    def test_in_the_data(self, batch_size: int | None) -> None:
        w, optimizer = line()
        x = X.copy()
        x[7] = math.nan
        history = bp.fit(
            lambda labels, x: bp.mse(w * x, x),
            w,
            optimizer,
            data=(np.arange(10), x),
            batch_size=batch_size,
        )
        assert history.steps < 5
        assert "example 7 of the data holds a number that is not finite" in history.stopped_because

    def test_not_in_the_data(self) -> None:
        w, optimizer = line()
        history = bp.fit(lambda x: bp.log(w) + bp.sum(x), w, optimizer, data=(X,))
        assert "every parameter was finite still: look at the data" in history.stopped_because


def test_ctrl_c_lets_the_step_end_and_keeps_the_history() -> None:
    w, optimizer = line()
    calls = 0

    def loss() -> Any:
        nonlocal calls
        calls += 1
        if calls == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return (w - 3) ** 2

    history = bp.fit(loss, w, optimizer)
    assert history.steps == 3
    assert history.stopped_because == "Ctrl-C interrupted it after 3 steps"
    assert history.parameters["w"][-1] == w.value
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_does_not_wait() -> None:
    w, optimizer = line()
    calls = 0

    def loss() -> Any:
        nonlocal calls
        calls += 1
        if calls == 4:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
        return (w - 3) ** 2

    history = bp.fit(loss, w, optimizer)
    assert history.steps == 2
    assert history.stopped_because == "Ctrl-C broke it off in the middle of step 3"
    assert len(history.parameters["w"]) == len(history.gradients["w"]) == 3
    with pytest.raises(RuntimeError, match="broken off in the middle of a step"):
        history.save("nowhere.npz")


def test_an_interrupt_in_the_middle_of_a_record_leaves_whole_entries() -> None:
    a, b = bp.Variable(1.0, name="a"), bp.Variable([1.0], name="b")
    history = bp.fit(lambda: a * a + bp.sum(b), [a, b], bp.GradientDescent([a, b]), steps=3)
    history.note("loss", 1.0)
    history.note("parameter a", 1.0)
    history.break_off()
    assert history.steps == 3
    assert {len(values) for values in history.parameters.values()} == {4}
    never = bp.History(["a"], history.settings)
    never.break_off()
    assert repr(never) == "History(no steps yet)"
    assert never.steps == 0


def test_who_handles_ctrl_c_otherwise_is_left_in_charge() -> None:
    heard: list[int] = []
    w, optimizer = line()
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        callbacks = [lambda h: os.kill(os.getpid(), signal.SIGINT) if h.steps == 1 else None]
        history = bp.fit(parabola(w), w, optimizer, steps=3, callbacks=callbacks)
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT]
    assert history.steps == 3


def test_it_runs_in_a_thread() -> None:
    w, optimizer = line()
    found: list[bp.History] = []
    thread = threading.Thread(
        target=lambda: found.append(bp.fit(parabola(w), w, optimizer, steps=3))
    )
    thread.start()
    thread.join()
    assert found[0].steps == 3


# --- data and batches -----------------------------------------------------------------------------


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("batch_size", [1, 3, 4, 12])
def test_every_example_is_seen_once_an_epoch(batch_size: int, shuffle: bool) -> None:
    numbers = np.arange(12)
    seen: list[np.ndarray[Any, Any]] = []
    w, optimizer = line()

    def loss(x: Any, y: Any) -> Any:
        np.testing.assert_array_equal(y, 10 * x)  # rows stay together
        assert len(x) <= batch_size
        seen.append(x)
        return w * 0.0

    steps = math.ceil(12 / batch_size)
    data = (numbers, 10 * numbers)
    history = bp.fit(
        loss, w, optimizer, data=data, batch_size=batch_size, shuffle=shuffle, steps=4 * steps
    )
    orders = [np.concatenate(seen[e * steps : (e + 1) * steps]).tolist() for e in range(4)]
    for order in orders:
        assert sorted(order) == numbers.tolist()
    assert len({tuple(order) for order in orders}) == (4 if shuffle else 1)
    assert history.epochs == 4


def test_a_last_batch_may_be_smaller() -> None:
    batches = Batches((np.arange(5),), 2, shuffle=False, seed=0)
    assert [batches.at(step)[0].tolist() for step in range(4)] == [[0, 1], [2, 3], [4], [0, 1]]


def test_a_seed_decides_the_order() -> None:
    def orders(seed: int) -> list[list[int]]:
        batches = Batches((np.arange(30),), 7, shuffle=True, seed=seed)
        return [batches.at(step)[0].tolist() for step in range(12)]

    assert orders(1) == orders(1)
    assert orders(1) != orders(2)


def test_without_a_batch_size_every_step_sees_all_as_they_are() -> None:
    w, optimizer = line()
    seen = []

    def loss(x: Any, y: Any) -> Any:
        seen.append(x)
        return bp.mse(w * x, y)

    history = bp.fit(loss, w, optimizer, data=(X, Y.tolist()), steps=100)
    assert all(x is seen[0] for x in seen)
    assert w.value == pytest.approx(3.0, abs=0.1)
    assert history.epochs == 100
    assert bp.fit(loss, w, optimizer, data=bp.data.dosage(), steps=1).steps == 1


def test_stochastic_descent_learns() -> None:
    w, optimizer = line()
    history = bp.fit(
        lambda x, y: bp.mse(w * x, y), w, optimizer, data=(X, Y), batch_size=1, steps=300
    )
    assert w.value == pytest.approx(3.0, abs=1e-3)
    assert history.epochs == 30


def test_the_held_out_loss_is_computed_after_each_epoch() -> None:
    w, optimizer = line()
    history = bp.fit(
        lambda x, y: bp.mse(w * x, y),
        w,
        optimizer,
        data=(X, Y),
        batch_size=4,
        validation=(X[:2], Y[:2]),
        steps=10,
    )
    assert history.validation_steps.tolist() == [0, 3, 6, 9]
    at = history.parameters["w"][history.validation_steps]
    np.testing.assert_allclose(history.validation_loss, ((at - 3) ** 2) * np.mean(X[:2] ** 2))
    assert history.epochs == 3


def test_held_out_data_leave_no_traces() -> None:
    """A network is evaluated without dropout, and neither graph nor random numbers change."""

    def run(validation: Any) -> tuple[bp.History, list[bool]]:
        net = bp.Sequential(
            bp.Linear(1, 8, seed=0), bp.Dropout(0.5, seed=1), bp.Linear(8, 1, seed=2)
        )
        modes = []

        def loss(x: Any, y: Any) -> Any:
            modes.append(net.training)
            return bp.mse(net(x), y)

        return (
            bp.fit(
                loss,
                net,
                bp.Adam(net, 0.01),
                data=(X[:, None], Y[:, None]),
                batch_size=5,
                validation=validation,
                steps=6,
            ),
            modes,
        )

    plain, _ = run(None)
    watched, modes = run((X[:, None], Y[:, None]))
    np.testing.assert_array_equal(plain.loss, watched.loss)
    assert modes == [True, False, True, True, False, True, True, False, True, True, False]
    assert len(plain.validation_loss) == len(plain.validation_steps) == 0


# --- settings -------------------------------------------------------------------------------------


def test_clipping_shortens_the_step_and_not_the_record() -> None:
    w, optimizer = line()
    history = bp.fit(lambda: 100 * w, w, optimizer, clip_norm=2.0, steps=3)
    np.testing.assert_allclose(history.gradients["w"], 100.0)
    np.testing.assert_allclose(np.diff(history.parameters["w"]), -0.1 * 2.0)


def test_large_networks_are_not_copied_every_step() -> None:
    w = bp.Variable(np.ones(3000), name="w")

    def run(**settings: Any) -> bp.History:
        return bp.fit(lambda: bp.sum(w * w), w, bp.GradientDescent(w, 1e-3), **settings)

    small, large = run(steps=5), run(steps=5, record=False)
    assert small.parameters["w"].shape == (6, 3000)
    for what in ("parameters", "gradients"):
        with pytest.raises(RuntimeError, match=rf"the {what} of every step .* pass record=True"):
            getattr(large, what)
    assert len(large.loss) == 6
    stop = [lambda history: history.steps == 2]
    assert not run(steps=1000, callbacks=stop).settings.record
    assert run(steps=1000, record=True, callbacks=stop).parameters["w"].shape == (3, 3000)


def test_a_progress_bar_only_where_it_is_wanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    w, optimizer = line()
    bp.fit(parabola(w), w, optimizer, steps=3)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(
        ImportError,
        match=r"progress=True needs tqdm, which.* pip install \"backprop-book\[notebook",
    ):
        bp.fit(parabola(w), w, optimizer, steps=3, progress=True)
    monkeypatch.undo()
    pytest.importorskip("tqdm", reason="tqdm is not installed")
    bp.fit(parabola(w), w, optimizer, steps=3, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "3/3" in shown.err
    assert "loss 0" in shown.err


# --- misuse ---------------------------------------------------------------------------------------

W, OPTIMIZER = line()
OTHER = bp.Variable(1.0, name="w")


def fit(loss: Any = lambda *batch: W * W, parameters: Any = W, **settings: Any) -> bp.History:
    return bp.fit(loss, parameters, settings.pop("optimizer", OPTIMIZER), steps=1, **settings)


MISUSE: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "a value": (lambda: fit(W * W), TypeError, "loss must be a function that computes the loss a"),
    "a number": (lambda: fit(lambda: 3.0), TypeError, r"loss\(\) must return a Variable .* got 3"),
    "data": (lambda: fit(lambda: bp.constant(3.0)), TypeError, r"loss\(\) must return a Variable"),
    "an array": (lambda: fit(lambda: W * X), ValueError, "backward.. starts from a single number"),
    "other parameters": (lambda: fit(parameters=OTHER), ValueError, "made for other parameters"),
    "same names": (
        lambda: fit(parameters=[W, OTHER], optimizer=bp.Adam([W, OTHER])),
        ValueError,
        "two parameters are called w: give each its own name",
    ),
    "steps": (
        lambda: bp.fit(lambda: W * W, W, OPTIMIZER, steps=0),
        ValueError,
        "steps must be a whole number of at least 1, got 0",
    ),
    "tolerance": (lambda: fit(tolerance=0.0), ValueError, "tolerance must be positive"),
    "patience": (lambda: fit(patience=0), ValueError, "patience must be a whole number"),
    "clip_norm": (lambda: fit(clip_norm=-1.0), ValueError, "clip_norm must be positive"),
    "seed": (lambda: fit(seed=-1), ValueError, "seed must be a whole number of at least 0"),
    "no data": (lambda: fit(batch_size=2), ValueError, r"batch_size needs data=\(x, y\)"),
    "held out": (lambda: fit(validation=(X,)), ValueError, r"validation needs data=\(x, y\)"),
    "an array of data": (
        lambda: fit(data=X),
        TypeError,
        r"tuple of arrays such as \(x, y\), got a",
    ),
    "a list": (lambda: fit(data=[X, Y]), TypeError, "data must be a tuple of arrays"),
    "nothing": (lambda: fit(data=()), TypeError, r"data must be a tuple of arrays .* got \(\)"),
    "a single number": (
        lambda: fit(data=(X, 3.0)),
        TypeError,
        "array 2 of data must be .* got 3.0",
    ),
    "objects": (lambda: fit(data=(X, [None] * 10)), TypeError, "array 2 of data must be an array"),
    "ragged": (lambda: fit(data=([[1], [1, 2]],)), TypeError, "array 1 of data must be an array"),
    "empty": (lambda: fit(data=([], [])), ValueError, "data holds no examples"),
    "lengths": (
        lambda: fit(data=(X, Y[:9])),
        ValueError,
        "the arrays of data have different lengths, 10 and 9: each must have one entry for each",
    ),
    "held-out lengths": (
        lambda: fit(data=(X, Y), validation=(X, Y[:9])),
        ValueError,
        "arrays of validation have different lengths",
    ),
    "held-out arrays": (
        lambda: fit(data=(X, Y), validation=(X,)),
        ValueError,
        "data has 2 arrays and validation 1",
    ),
    "large batches": (
        lambda: fit(data=(X, Y), batch_size=11),
        ValueError,
        "batch_size is 11, but there are only 10 examples: leave it out to take all",
    ),
    "no batches": (
        lambda: fit(data=(X, Y), batch_size=0),
        ValueError,
        "batch_size must be a whole",
    ),
}


@pytest.mark.parametrize("case", MISUSE)
def test_misuse_is_explained(case: str) -> None:
    use, kind, message = MISUSE[case]
    with pytest.raises(kind, match=message):
        use()
    assert W.value == 0.0
