"""Optimisers: every step against its formula, against PyTorch, and against misuse."""

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop as bp
from backprop.training.optimizers import Optimizer

Make = Callable[[Any], Any]

#: Every optimiser, with settings that are not the defaults: name, ours, and PyTorch's.
OPTIMIZERS: dict[str, tuple[Make, Callable[[Any, Any], Any]]] = {
    "descent": (
        lambda p: bp.GradientDescent(p, 0.03),
        lambda optim, p: optim.SGD(p, lr=0.03),
    ),
    "momentum": (
        lambda p: bp.Momentum(p, 0.02, momentum=0.8),
        lambda optim, p: optim.SGD(p, lr=0.02, momentum=0.8),
    ),
    "nesterov": (
        lambda p: bp.Momentum(p, 0.02, momentum=0.8, nesterov=True),
        lambda optim, p: optim.SGD(p, lr=0.02, momentum=0.8, nesterov=True),
    ),
    "rmsprop": (
        lambda p: bp.RMSProp(p, 0.02, decay=0.9, eps=1e-6),
        lambda optim, p: optim.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-6),
    ),
    "adam": (
        lambda p: bp.Adam(p, 0.05, betas=(0.8, 0.95), eps=1e-7),
        lambda optim, p: optim.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-7),
    ),
    "adamw": (
        lambda p: bp.Adam(p, 0.05, weight_decay=0.3),
        lambda optim, p: optim.AdamW(p, lr=0.05, weight_decay=0.3),
    ),
}
each_optimizer = pytest.mark.parametrize(
    "make", [m for m, _ in OPTIMIZERS.values()], ids=OPTIMIZERS
)


def values(parameters: list[bp.Variable]) -> list[Any]:
    return [np.array(parameter.value) for parameter in parameters]


# --- the formulas ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_fifty_steps_agree_with_pytorch(name: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    ours, theirs = OPTIMIZERS[name]
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    start = [rng.normal(size=(3, 2)), rng.normal(size=2)]

    W, b = (bp.Variable(value) for value in start)
    optimizer = ours([W, b])
    tW, tb = (torch.tensor(value, requires_grad=True) for value in start)
    other = theirs(torch.optim, [tW, tb])
    for step in range(50):
        optimizer.zero_grad()
        bp.mse(bp.tanh(x @ W + b * (step % 3)), y).backward()
        optimizer.step()
        other.zero_grad()
        predicted = torch.tanh(torch.tensor(x) @ tW + tb * (step % 3))
        torch.mean((predicted - torch.tensor(y)) ** 2).backward()
        other.step()
        np.testing.assert_allclose(W.value, tW.detach().numpy(), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(b.value, tb.detach().numpy(), rtol=1e-12, atol=1e-12)


@given(st.floats(0.01, 1.9), st.floats(-5, 5), st.integers(0, 20))
def test_descent_on_a_parabola_shrinks_by_the_same_factor(
    rate: float, start: float, steps: int
) -> None:
    w = bp.Variable(start)
    optimizer = bp.GradientDescent(w, rate)
    for _ in range(steps):
        w.grad = w.value  # of w² / 2
        optimizer.step()
    assert w.value == pytest.approx((1 - rate) ** steps * start, abs=1e-9)


@pytest.mark.parametrize("nesterov", [False, True])
@given(st.floats(0.01, 0.5), st.floats(0.1, 0.95))
def test_momentum_on_a_parabola_follows_its_linear_recurrence(
    nesterov: bool, rate: float, momentum: float
) -> None:
    w = bp.Variable(1.0)
    optimizer = bp.Momentum(w, rate, momentum, nesterov)
    for _ in range(10):
        w.grad = w.value
        optimizer.step()
    # (w, v) is multiplied by the same matrix in every step
    ahead = np.array([[1 - rate, -rate * momentum], [1, momentum]])
    if nesterov:
        ahead[0] = [1 - rate - rate * momentum, -rate * momentum**2]
    expected = (np.linalg.matrix_power(ahead, 10) @ [1.0, 0.0])[0]
    assert w.value == pytest.approx(expected, abs=1e-9)


@given(st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3), st.integers(1, 30))
def test_adam_moves_by_the_learning_rate_where_the_gradient_never_changes(
    slope: float, steps: int
) -> None:
    w = bp.Variable(0.0)
    optimizer = bp.Adam(w, 0.01)
    for _ in range(steps):
        w.grad = slope
        optimizer.step()
    assert w.value == pytest.approx(-0.01 * steps * math.copysign(1, slope), rel=1e-4)


@given(st.floats(1e-3, 1e3), st.floats(0.0, 0.99))
def test_the_first_step_of_rmsprop(slope: float, decay: float) -> None:
    w = bp.Variable(0.0)
    w.grad = slope
    bp.RMSProp(w, 0.01, decay=decay, eps=1e-12).step()
    assert w.value == pytest.approx(-0.01 / math.sqrt(1 - decay), rel=1e-6)


def test_decay_is_decoupled_from_the_gradient() -> None:
    w = bp.Variable([2.0, -3.0])
    optimizer = bp.Adam(w, 0.1, weight_decay=0.5)
    for _ in range(3):
        w.grad = np.zeros(2)
        optimizer.step()
    np.testing.assert_allclose(w.value, np.array([2.0, -3.0]) * 0.95**3, rtol=1e-15)


def test_a_parameter_that_was_left_out_starts_its_own_correction() -> None:
    a, b = bp.Variable(0.0), bp.Variable(0.0)
    optimizer = bp.Adam([a, b], 0.01)
    for _ in range(5):
        a.grad, b.grad = 1.0, None
        optimizer.step()
    assert b.value == 0.0
    a.grad, b.grad = None, 7.0
    optimizer.step()
    assert a.value == pytest.approx(-0.05, rel=1e-6)
    assert b.value == pytest.approx(-0.01, rel=1e-6)
    assert optimizer.steps == 6


def test_an_optimiser_of_your_own() -> None:
    class Lazy(Optimizer):
        remembers = ("seen",)

        def change(self, value: Any, gradient: Any, rate: float, memory: dict[str, Any]) -> Any:
            memory["seen"] = memory["seen"] + gradient
            return rate * memory["seen"] if memory["moves"] > 1 else 0.0 * gradient

    w = bp.Variable(0.0)
    optimizer = Lazy(w, 0.5)
    for _ in range(2):
        w.grad = 1.0
        optimizer.step()
    assert w.value == -1.0
    w.grad = 1.0
    with pytest.raises(NotImplementedError, match=r"Optimizer must define change\(\)"):
        Optimizer(w).step()


# --- types, places, memory ------------------------------------------------------------------------


@each_optimizer
def test_types_are_kept_and_arrays_change_in_place(make: Make) -> None:
    number = bp.Variable(1.0)
    double, single = bp.Variable(np.ones(3)), bp.Variable(np.ones(3, dtype=np.float32))
    scalar = bp.Variable(np.float32(1.0))
    parameters = [number, double, single, scalar]
    before = [parameter.value for parameter in parameters]
    optimizer = make(parameters)
    for _ in range(3):
        optimizer.zero_grad()
        (bp.sum(double * double) + number**2 + bp.sum(single * single) + scalar * scalar).backward()
        optimizer.step()
    assert type(number.value) is float
    assert double.value is before[1]
    assert double.dtype == np.float64
    assert single.value is before[2]
    assert single.dtype == np.float32
    assert type(scalar.value) is np.float32
    for parameter in parameters:
        assert np.all(parameter.value < 1.0)
    for value in optimizer.state().values():
        assert type(value) in (int, float, np.float32, np.ndarray)


@each_optimizer
def test_a_step_leaves_gradients_as_they_are(make: Make) -> None:
    w = bp.Variable(np.ones(3))
    w.grad = gradient = np.array([1.0, 2.0, 3.0])
    optimizer = make(w)
    optimizer.step()
    assert w.grad is gradient
    np.testing.assert_array_equal(gradient, [1.0, 2.0, 3.0])
    optimizer.zero_grad()
    assert w.grad is None


@each_optimizer
def test_a_number_remembers_in_full_precision(make: Make) -> None:
    w, v = bp.Variable(1.0), bp.Variable(1.0)
    optimizers = make(w), make(v)
    for _ in range(3):
        w.grad, v.grad = np.float32(0.1), float(np.float32(0.1))
        for optimizer in optimizers:
            optimizer.step()
    assert w.value == v.value
    for value in optimizers[0].state().values():
        assert type(value) in (int, float)


@each_optimizer
def test_a_gradient_with_a_graph_of_its_own_is_as_good(make: Make) -> None:
    a, b = bp.Variable(2.0), bp.Variable(2.0)
    (a**3).backward(create_graph=True)
    (b**3).backward()
    make(a).step()
    make(b).step()
    assert a.value == b.value
    assert type(a.value) is float
    a.grad = None


def test_a_layer_gives_its_parameters() -> None:
    net = bp.Sequential(bp.Linear(2, 3, seed=0), bp.relu, bp.Linear(3, 1, seed=1))
    assert bp.Adam(net).parameters == net.parameters()


@each_optimizer
def test_a_state_goes_on_bit_for_bit(make: Make) -> None:
    def parameters() -> list[bp.Variable]:
        return [bp.Variable(1.5), bp.Variable(np.arange(3.0)), bp.Variable(np.float32(2.0))]

    def steps(parameters: list[bp.Variable], optimizer: Any, number: int) -> None:
        for _ in range(number):
            optimizer.zero_grad()
            a, v, s = parameters
            (bp.sum(bp.sin(v * a)) + a * a * s).backward()
            optimizer.step()

    whole = parameters()
    steps(whole, make(whole), 7)
    first = parameters()
    one = make(first)
    steps(first, one, 3)
    state = one.state()
    kept = copy.deepcopy(state)
    second = [bp.Variable(parameter.value) for parameter in first]
    other = make(second)
    other.load_state(state)
    steps(second, other, 4)
    for ours, expected in zip(second, whole, strict=True):
        np.testing.assert_array_equal(ours.value, expected.value)
    assert other.steps == 7
    for name, value in kept.items():  # a state is a copy, on the way out and on the way in
        np.testing.assert_array_equal(state[name], value)


def test_a_state_of_something_else_is_refused() -> None:
    w, v = bp.Variable(1.0), bp.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match=r"belongs to another optimiser.* Momentum needs .*velo"):
        bp.Momentum(w).load_state(bp.Adam(w).state())
    with pytest.raises(ValueError, match="more or fewer parameters"):
        bp.Adam([w, v]).load_state(bp.Adam(w).state())
    optimizer = bp.Momentum(v)
    before = optimizer.state()
    with pytest.raises(ValueError, match=r"'velocity 0' has shape \(\) in it, and \(2,\) here"):
        optimizer.load_state(bp.Momentum(w).state())
    assert optimizer.state().keys() == before.keys()


def test_how_optimisers_show_themselves() -> None:
    w, v = bp.Variable(1.0), bp.Variable(1.0)
    assert repr(bp.GradientDescent(w, 0.1)) == "GradientDescent(1 parameter, learning_rate=0.1)"
    assert repr(bp.Momentum([w, v], 0.1)) == (
        "Momentum(2 parameters, learning_rate=0.1, momentum=0.9, nesterov=False)"
    )
    assert "learning_rate=a schedule, betas=(0.9, 0.999)" in repr(bp.Adam(w, lambda step: 0.1))


# --- the learning rate ----------------------------------------------------------------------------


def test_a_schedule_is_asked_for_the_rate_of_each_step() -> None:
    asked = []

    def schedule(step: int) -> float:
        asked.append(step)
        return 1.0 / (1 + step)

    w = bp.Variable(0.0)
    optimizer = bp.GradientDescent(w, schedule)
    for _ in range(3):
        w.grad = 1.0
        optimizer.step()
    assert asked == [0, 1, 2]
    assert w.value == pytest.approx(-(1 + 1 / 2 + 1 / 3))
    assert optimizer.rate() == 1 / 4


def test_the_learning_rate_may_be_changed_between_steps() -> None:
    w = bp.Variable(0.0)
    optimizer = bp.GradientDescent(w, 0.1)
    optimizer.learning_rate = 5 * optimizer.learning_rate
    w.grad = 1.0
    optimizer.step()
    assert w.value == -0.5
    with pytest.raises(ValueError, match="learning_rate must be positive and finite, got -1"):
        optimizer.learning_rate = -1


@pytest.mark.parametrize("rate", [math.nan, math.inf, -0.1])
def test_a_schedule_must_return_a_rate(rate: float) -> None:
    w = bp.Variable(0.0)
    w.grad = 1.0
    with pytest.raises(ValueError, match="the learning rate of step 0 must be at least 0"):
        bp.GradientDescent(w, lambda step: rate).step()
    assert w.value == 0.0


def test_a_float64_rate_does_not_widen_float32() -> None:
    w = bp.Variable(np.ones(2, dtype=np.float32))
    w.grad = np.ones(2, dtype=np.float32)
    bp.Adam(w, lambda step: np.float64(0.1)).step()
    assert w.dtype == np.float32


def test_schedules() -> None:
    s = bp.schedules
    assert [s.constant(0.3)(k) for k in (0, 7)] == [0.3, 0.3]
    assert s.exponential(0.3, 0.9)(5) == pytest.approx(0.3 * 0.9**5)
    assert [s.staircase(1.0, 0.5, every=3)(k) for k in (0, 2, 3, 5, 6)] == [1, 1, 0.5, 0.5, 0.25]
    wave = s.cosine(1.0, steps=10, final=0.2)
    assert [wave(k) for k in (0, 5, 10, 99)] == pytest.approx([1.0, 0.6, 0.2, 0.2])
    assert all(wave(k) > wave(k + 1) for k in range(10))
    risen = s.warm_up(wave, steps=4)
    assert [risen(k) / wave(k) for k in range(6)] == pytest.approx([0.25, 0.5, 0.75, 1, 1, 1])


# --- clipping -------------------------------------------------------------------------------------


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6), st.floats(0.1, 10))
def test_clipping_keeps_the_direction(numbers: list[float], limit: float) -> None:
    a, v, unreached = bp.Variable(0.0), bp.Variable(np.zeros(len(numbers) - 1)), bp.Variable(1.0)
    a.grad, v.grad = numbers[0], np.array(numbers[1:])
    length = math.hypot(*numbers)
    assert bp.clip_gradients([a, v, unreached], limit) == pytest.approx(length)
    after = np.array([a.grad, *v.grad])
    expected = np.array(numbers) * min(1.0, limit / length if length else 1.0)
    np.testing.assert_allclose(after, expected, rtol=1e-12)
    assert type(a.grad) is float
    assert unreached.grad is None


@pytest.mark.parametrize(("dtype", "size"), [(np.float64, 1e200), (np.float32, 1e30)])
def test_squares_of_large_gradients_do_not_overflow(dtype: Any, size: float) -> None:
    w = bp.Variable(np.zeros(4, dtype=dtype))
    w.grad = np.full(4, size, dtype=dtype)
    assert bp.clip_gradients(w, 1.0) == pytest.approx(2 * size)
    np.testing.assert_allclose(w.grad, 0.5, rtol=1e-6)
    assert w.grad.dtype == dtype


@pytest.mark.parametrize("spoilt", [math.nan, math.inf])
def test_nothing_can_be_clipped_to_a_direction_that_is_none(spoilt: float) -> None:
    w = bp.Variable([0.0, 0.0])
    w.grad = np.array([spoilt, 3.0])
    length = bp.clip_gradients(w, 1.0)
    assert not math.isfinite(length)
    np.testing.assert_array_equal(w.grad, [spoilt, 3.0])


def test_clipping_where_nothing_was_reached() -> None:
    assert bp.clip_gradients(bp.Variable(1.0), 1.0) == 0.0
    net = bp.Linear(2, 2, seed=0)
    bp.sum(net([[3.0, 4.0]])).backward()
    assert bp.clip_gradients(net, 1.0) == pytest.approx(math.sqrt(2 * (9 + 16 + 1)))


# --- misuse ---------------------------------------------------------------------------------------

W = bp.Variable(1.0, name="w")
MISUSE: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "no parameters": (
        lambda: bp.Adam([]),
        ValueError,
        "must hold at least one Variable",
    ),
    "a number": (lambda: bp.Adam(3.0), TypeError, "must be bp.Variable or a layer, got 3.0"),
    "numbers": (lambda: bp.Adam([3.0]), TypeError, "parameters must be bp.Variable, got 3.0"),
    "data": (lambda: bp.Adam(bp.constant(1.0)), TypeError, "parameters must be bp.Variable"),
    "a result": (lambda: bp.Adam(W * 2), TypeError, "was computed from other values"),
    "twice": (lambda: bp.Adam([W, W]), ValueError, "must list each one once"),
    "rate text": (lambda: bp.Adam(W, "fast"), TypeError, "learning_rate must be a number, got 'f"),
    "rate true": (lambda: bp.Adam(W, True), TypeError, "learning_rate must be a number, got True"),
    "rate nan": (lambda: bp.Adam(W, math.nan), ValueError, "learning_rate must be positive and f"),
    "rate zero": (lambda: bp.Adam(W, 0.0), ValueError, "learning_rate must be positive"),
    "rate infinite": (lambda: bp.GradientDescent(W, math.inf), ValueError, "positive and finite"),
    "momentum 1": (lambda: bp.Momentum(W, 0.1, 1.0), ValueError, "at least 0 and below 1, got 1"),
    "momentum -1": (lambda: bp.Momentum(W, 0.1, -1.0), ValueError, "momentum must be at least 0"),
    "nesterov": (lambda: bp.Momentum(W, 0.1, 0.0, True), ValueError, "needs a momentum above 0"),
    "decay": (lambda: bp.RMSProp(W, decay=1.0), ValueError, "decay must be at least 0 and below"),
    "eps": (lambda: bp.RMSProp(W, eps=0.0), ValueError, "eps must be positive"),
    "one beta": (lambda: bp.Adam(W, betas=0.9), TypeError, r"betas must be two numbers such as \("),
    "three betas": (lambda: bp.Adam(W, betas=(0.9,) * 3), TypeError, "betas must be two numbers"),
    "beta": (lambda: bp.Adam(W, betas=(0.9, 1.0)), ValueError, r"betas\[1\] must be .* below 1"),
    "weight decay": (
        lambda: bp.Adam(W, weight_decay=-1.0),
        ValueError,
        "weight_decay must be at least 0 and finite, got -1",
    ),
    "weight decay infinite": (lambda: bp.Adam(W, weight_decay=math.inf), ValueError, "finite"),
    "no gradient": (lambda: bp.Adam(W).step(), RuntimeError, r"call loss.backward\(\) before step"),
    "max_norm": (lambda: bp.clip_gradients(W, 0.0), ValueError, "max_norm must be positive"),
    "factor": (lambda: bp.schedules.exponential(0.1, 1.5), ValueError, "factor must be at most 1"),
    "every": (lambda: bp.schedules.staircase(0.1, 0.5, 0), ValueError, "every must be a whole num"),
    "cosine steps": (lambda: bp.schedules.cosine(0.1, 1.5), ValueError, "steps must be a whole"),
    "final": (lambda: bp.schedules.cosine(0.1, 5, 0.2), ValueError, "final must .* at most 0.1"),
    "warm-up": (lambda: bp.schedules.warm_up(0.1, True), ValueError, "steps must be a whole"),
    "rate": (lambda: bp.schedules.constant(-0.1), ValueError, "rate must be positive"),
}


@pytest.mark.parametrize("case", MISUSE)
def test_misuse_is_explained(case: str) -> None:
    use, kind, message = MISUSE[case]
    with pytest.raises(kind, match=message):
        use()


@pytest.mark.parametrize(
    ("value", "gradient"),
    [
        ([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0]),
        ([[1.0, 2.0], [3.0, 4.0]], 1.0),
        ([1.0, 2.0], [[1.0, 1.0]]),
        ([1.0, 2.0], [1.0]),
        (1.0, [1.0]),
        (np.float32(1.0), np.ones(1, np.float32)),
    ],
    ids=str,
)
def test_a_gradient_of_another_shape_is_refused(value: Any, gradient: Any) -> None:
    w = bp.Variable(value, name="w")
    for arrived in (np.array(gradient), bp.Variable(gradient)):
        for use in (bp.GradientDescent(w).step, bp.Adam(w).step, lambda: bp.clip_gradients(w, 1.0)):
            w.grad = arrived
            with pytest.raises(ValueError, match=r"the gradient of w must have its shape \("):
                use()
            np.testing.assert_array_equal(w.value, value)


@pytest.mark.parametrize("gradient", ["steep", 1j, True, {}], ids=str)
def test_a_gradient_that_is_no_number_is_refused(gradient: Any) -> None:
    w = bp.Variable(1.0, name="w")
    w.grad = gradient
    with pytest.raises(TypeError, match="the gradient of w must be made of real numbers"):
        bp.Adam(w).step()
