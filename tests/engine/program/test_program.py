"""What a program promises: the same results, nothing stale, and a clear word where it cannot."""

import importlib.util
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.program import trace
from backprop.engine.program.comments import write_template
from backprop.engine.table import TABLE
from backprop.formulas.printing import latex_to_text
from tests.engine.cases import CASES, Case


def eager(f: Callable[..., Any], parameters: list[bp.Variable], *arguments: Any) -> Any:
    for parameter in parameters:
        parameter.grad = None
    loss = f(*arguments)
    loss.backward()
    return loss.value, [parameter.grad for parameter in parameters]


def agree(f: Callable[..., Any], program: bp.Program, *arguments: Any) -> bool:
    value, gradients = eager(f, program.parameters, *arguments)
    loss, found = program(*arguments)
    return np.allclose(loss, value) and all(map(np.allclose, found, gradients))


def network() -> tuple[list[bp.Variable], Callable[..., Any]]:
    rng = np.random.default_rng(0)
    shapes = {"W1": (2, 3), "b1": (3,), "W2": (3, 4), "b2": (4,)}
    parameters = [bp.Variable(rng.normal(size=shape), name) for name, shape in shapes.items()]
    W1, b1, W2, b2 = parameters

    def f(x: Any, labels: Any) -> Any:
        scores = bp.linear(bp.linear(x, W1, b1, bp.relu), W2, b2)
        return bp.softmax_cross_entropy(scores, labels)

    return parameters, f


X, LABELS = np.random.default_rng(1).normal(size=(5, 2)), np.array([0, 1, 2, 3, 0])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_operation_becomes_a_program(case: Case) -> None:
    leaves = [bp.Variable(value) for value in case.draw()]
    weights = case.weights(case.function(*leaves, *case.settings).value)

    def f() -> Any:
        return bp.sum(case.function(*leaves, *case.settings) * weights)

    program = bp.program(f)
    assert agree(f, program)
    for leaf in leaves:
        leaf.value = leaf.value * 0.9
    assert agree(f, program)


def test_the_source_reads_like_a_program_by_hand() -> None:
    _, f = network()
    source = str(bp.program(f, X, LABELS))
    for line in (
        "# linear: x W1 + b1",
        "dW1 = dot(x_T",
        "return float(loss), (dW1, db1, dW2, db2)",
    ):
        assert line in source
    assert max(map(len, source.splitlines())) < 100


def test_a_long_program_is_folded_in_a_notebook() -> None:
    _, f = network()
    long, short = bp.program(f, X, LABELS), bp.program(lambda x: bp.Variable(2.0) * x, 3.0)
    assert short._repr_markdown_() == f"```python\n{short}```"
    markdown, lines = long._repr_markdown_(), str(long).count("\n")
    assert markdown.startswith("<details>\n<summary>Show the program in NumPy, ")
    assert f"{lines} lines</summary>\n\n```python\n{long}```\n\n</details>" in markdown
    assert long._repr_mimebundle_()["text/plain"] == repr(long)


@pytest.mark.parametrize("name", TABLE)
def test_comments_say_what_the_table_says(name: str) -> None:
    operation = TABLE[name]
    for template in (operation.latex, *operation.derivatives):
        for long, short in zip(operation.parameters, "pqrstuvw", strict=False):
            template = template.replace(f"<{long}>", f"<{short}>")
        template = (
            template.replace("<upstream>", "<g>").replace("<n>", "<m>").replace("<out>", "<o>")
        )
        text = write_template(operation, template)
        assert simple(text) == simple(latex_to_text(re.sub(r"<(\w)>", r"\1", template))), template


def simple(text: str) -> str:
    """What is left when spaces, brackets and the shapes of signs do not count."""
    return re.sub(r"[\s()]", "", text).replace("−", "-").replace("²", "^2").replace("^T", "ᵀ")


def test_another_shape_or_type_is_written_anew_and_kept() -> None:
    _, f = network()
    program = bp.program(f, X, LABELS)
    first = program.source
    assert agree(f, program, X[:3], LABELS[:3])
    assert "(3, 2)" in program.source
    assert agree(f, program, X, LABELS)
    assert program.source == first
    assert agree(f, program, X[:, ::-1], LABELS)
    assert agree(f, program, X.tolist(), LABELS.astype(np.int8))
    assert agree(f, program, X.astype(X.dtype.newbyteorder()), LABELS)


def test_values_of_variables_are_read_in_each_call() -> None:
    (W1, b1, *_), f = network()
    program = bp.program(f, X, LABELS)
    W1.value *= 2.0
    assert agree(f, program, X, LABELS)
    b1.value = b1.value + 1.0
    assert agree(f, program, X, LABELS)
    b1.value = b1.value.astype(np.float32)
    assert agree(f, program, X, LABELS)


def test_what_a_function_reaches_may_change() -> None:
    w, data, penalty = bp.Variable([1.0, 2.0]), np.array([3.0, 4.0]), 0.5
    labels = np.array([0, 1])

    def f() -> Any:
        scores = bp.reshape(w, (2, 1)) * np.ones((2, 3))
        return bp.ssr(w, data) * penalty + bp.softmax_cross_entropy(
            scores * [1.0, 2.0, 3.0], labels
        )

    program = bp.program(f)
    assert agree(f, program)
    data[0] = 30.0
    assert agree(f, program)
    penalty = 5.0
    assert agree(f, program)
    data = np.array([1.0, 1.0])
    assert agree(f, program)
    labels[0] = 2  # only a row of shares made of it is in the steps
    assert agree(f, program)


def test_a_layer_that_is_switched_to_evaluation_is_noticed() -> None:
    net = bp.Sequential(bp.Linear(2, 3, seed=0), bp.Dropout(0.5, seed=1), bp.Linear(3, 1, seed=2))

    def f(x: Any) -> Any:
        return bp.sum(net(x))

    program = bp.program(f, X)
    net.eval()
    assert agree(f, program, X)


def test_random_numbers_are_drawn_as_eager_draws_them() -> None:
    w = bp.Variable(np.ones(6))
    rng = np.random.default_rng(0)
    program = bp.program(lambda: bp.sum(bp.dropout(w * w, 0.5, rng)))
    other = np.random.default_rng(0)
    for _ in range(3):
        loss, (dw,) = program()
        w.grad = None
        expected = bp.sum(bp.dropout(w * w, 0.5, other))
        expected.backward()
        assert loss == expected.value
        assert np.array_equal(dw, w.grad)


@pytest.mark.parametrize("labels", [[0, 1, 2, 3, 4], [0, 1, 2, 3, -1]])
def test_labels_out_of_range_are_refused(labels: list[int]) -> None:
    _, f = network()
    program = bp.program(f, X, LABELS)
    with pytest.raises(ValueError, match="labels must lie from 0 to 3"):
        program(X, np.array(labels))
    assert agree(f, program, X, LABELS)


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize(
    "shape", [(32, 20), (40, 3), (3, 40), (31, 20), (40, 21), (64, 1)], ids=str
)
def test_the_largest_of_many_short_rows(shape: tuple[int, int], dtype: type) -> None:
    rng = np.random.default_rng(0)
    w = bp.Variable(rng.normal(size=shape).astype(dtype), "w")

    def f(x: Any) -> Any:
        product = w * x
        kept = bp.max(product, axis=1, keepdims=True)
        turned = bp.max(bp.transpose(product), axis=1)
        shares = bp.softmax(product) * x
        return bp.sum(kept * product) + bp.sum(bp.max(product, axis=1)) + bp.sum(shares * turned)

    draws = [rng.normal(size=shape).astype(dtype) for _ in range(3)]
    program = bp.program(f, draws[0])
    for x in draws:
        value, (gradient,) = eager(f, program.parameters, x)
        loss, (dw,) = program(x)
        tolerance = 1e-3 if dtype is np.float32 else 1e-10
        assert np.allclose(loss, value, rtol=tolerance)
        assert np.allclose(dw, gradient, rtol=tolerance, atol=tolerance)
    draws[0][0, 0] = np.nan
    with np.errstate(all="ignore"):
        assert np.isnan(program(draws[0])[0])


def test_zero_times_infinity_is_zero_as_in_eager() -> None:
    w = bp.Variable([1.0, 2.0])

    def f(x: Any) -> Any:
        return bp.sum(bp.where(x > 0, w * bp.log(x + 0.0 * w), 0.0))

    program = bp.program(f, np.array([1.0, 2.0]))
    with np.errstate(all="ignore"):
        assert agree(f, program, np.array([0.0, 2.0]))
        assert np.isfinite(program(np.array([0.0, 2.0]))[1][0]).all()
    assert agree(f, program, np.array([1.0, 2.0]))


def test_a_norm_of_nothing_is_computed_as_in_eager() -> None:
    w = bp.Variable([3.0, 4.0])
    program = bp.program(lambda: bp.norm(w))
    w.value = [0.0, 0.0]
    loss, (dw,) = program()
    assert loss == 0.0
    assert dw.tolist() == [0.0, 0.0]
    w.value = [3.0, 4.0]
    assert program()[0] == 5.0


def test_gradients_are_the_callers_own() -> None:
    w, x = bp.Variable([1.0, 2.0]), np.array([3.0, 4.0])
    program = bp.program(lambda x: bp.sum(w * x), x)
    _, (first,) = program(x)
    _, (second,) = program(np.array([5.0, 6.0]))
    assert first.tolist() == [3.0, 4.0]
    second.fill(0.0)
    first.fill(0.0)
    assert x.tolist() == [3.0, 4.0]


def branch(x: Any) -> Any:
    return x if x > 0 else -x


def refused(f: Callable[..., Any]) -> str:
    with pytest.raises(bp.ProgramError) as caught:
        bp.program(f, 1.0)
    return str(caught.value)


def test_a_branch_is_refused_with_its_line() -> None:
    w = bp.Variable(1.0)
    message = refused(lambda x: w * branch(x))
    assert "a branch depends on a computed value" in message
    assert "of test_program.py, `return x if x > 0 else -x`" in message
    assert "bp.where" in message


@pytest.mark.parametrize(
    ("f", "reason"),
    [
        (lambda x: bp.Variable(float(x)) * 2.0, "becomes a plain number"),
        (lambda x: np.asarray(x) * 2.0, "becomes a plain array"),
        (lambda x: np.fft.fft(x), "no spelling for np.fft"),
        (lambda x: bp.dropout(bp.Variable([1.0]) * x, 0.5, np.random.default_rng(0)), "generator"),
        (lambda x: bp.Variable(1.0) * np.random.default_rng().random() * x, "not compute the same"),
    ],
    ids=["float", "asarray", "fft", "generator inside", "random"],
)
def test_what_no_program_can_say_is_refused(f: Callable[..., Any], reason: str) -> None:
    assert reason in refused(f)


def test_a_variable_that_the_function_makes_is_a_constant() -> None:
    w = bp.Variable(3.0, "w")
    program = bp.program(lambda x: bp.Variable(2.0) * w * x, 1.0)
    assert program(5.0) == (30.0, (10.0,))
    assert program(np.float32(1.0)) == (6.0, (2.0,))
    assert program.parameters == [w]
    assert bp.program(lambda x: bp.Variable(2.0) * x, 1.0)(4.0) == 8.0


def test_a_result_that_is_no_single_number_is_refused() -> None:
    w = bp.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match=r"must return a single number, got the shape \(2,\)"):
        bp.program(lambda: w * 2.0)


TRANSFORMED: dict[str, tuple[Callable[..., Any], tuple[Any, ...], tuple[Any, ...]]] = {
    "grad": (bp.grad(lambda x: bp.sum(bp.sin(x) * x)), (X,), (X * 2,)),
    "grad of two": (bp.grad(lambda a, b: bp.sum(a * b * b)), (X, X + 1), (X * 2, X)),
    "grad of grad": (bp.grad(bp.grad(lambda x: x**4)), (2.0,), (3.0,)),
    "jacobian": (bp.jacobian(lambda x: x * bp.exp(x)), (X[0],), (X[1],)),
    "hessian": (bp.hessian(lambda x: x[0] ** 2 * x[1]), (X[0],), (X[1],)),
    "jvp": (lambda x, v: bp.jvp(lambda x: x * bp.exp(x), x, v), (X[0], X[1]), (X[1], X[2])),
    "hvp": (lambda x, v: bp.hvp(lambda x: bp.sum(x**3), x, v), (X[0], X[1]), (X[1], X[2])),
}


@pytest.mark.parametrize("name", TRANSFORMED)
def test_a_program_may_be_of_a_derivative(name: str) -> None:
    f, examples, others = TRANSFORMED[name]
    program = bp.program(f, *examples)
    for arguments in (examples, others):
        assert np.allclose(program(*arguments), f(*arguments))
        assert type(program(*arguments)) is type(f(*arguments))


@pytest.mark.parametrize(
    "f",
    [bp.value_and_grad(lambda x: x * x), lambda x: [x], lambda x: None],
    ids=["tuple", "list", "None"],
)
def test_more_than_one_value_is_refused(f: Callable[..., Any]) -> None:
    assert "f must return one value, got" in refused(f)


RATES: dict[str, Any] = {
    "fixed": lambda rate: rate,
    "constant": bp.schedules.constant,
    "exponential": lambda rate: bp.schedules.exponential(rate, 0.9),
    "staircase": lambda rate: bp.schedules.staircase(rate, 0.5, 2),
    "cosine": lambda rate: bp.schedules.cosine(rate, 5),
    "warm up": lambda rate: bp.schedules.warm_up(rate, 3),
    "own": lambda rate: lambda step: rate / (1 + step),
}
OPTIMIZERS: dict[str, Any] = {
    "gradient descent": lambda p, r: bp.GradientDescent(p, r(0.1)),
    "momentum": lambda p, r: bp.Momentum(p, r(0.1)),
    "nesterov": lambda p, r: bp.Momentum(p, r(0.1), nesterov=True),
    "rmsprop": lambda p, r: bp.RMSProp(p, r(0.01)),
    "adam": lambda p, r: bp.Adam(p, r(0.01)),
    "adamw": lambda p, r: bp.Adam(p, r(0.01), weight_decay=0.1),
}


def make_task(numbers: bool) -> tuple[list[bp.Variable], Callable[..., Any]]:
    if not numbers:
        return network()
    a, b = bp.Variable(0.5, "a"), bp.Variable(np.float32(-0.25), "b")
    return [a, b], lambda x, labels: bp.mean((a * x[:, 0] + b - x[:, 1]) ** 2)


@pytest.mark.parametrize("clip_norm", [None, 0.3, 1e9], ids=["unclipped", "clipped", "short"])
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("numbers", [False, True], ids=["arrays", "numbers"])
def test_a_program_takes_the_steps_of_an_optimiser(
    numbers: bool, name: str, rate: str, clip_norm: float | None
) -> None:
    reached = []
    for compiled in (True, False):
        parameters, f = make_task(numbers)
        optimizer = OPTIMIZERS[name](parameters, RATES[rate])
        losses = []
        if compiled:
            program = bp.program(f, X, LABELS, update=optimizer, clip_norm=clip_norm)
            losses = [program(X, LABELS) for _ in range(5)]
            assert [p.grad for p in parameters] == [None] * len(parameters)
        else:
            for _ in range(5):
                optimizer.zero_grad()
                loss = f(X, LABELS)
                loss.backward()
                if clip_norm is not None:
                    bp.clip_gradients(parameters, clip_norm)
                optimizer.step()
                losses.append(loss.value)
        reached.append((losses, [p.value for p in parameters], optimizer.state()))
    ours, theirs = reached
    assert np.allclose(ours[0], theirs[0])
    for a, b in zip(ours[1], theirs[1], strict=True):
        assert type(a) is type(b)
        assert np.allclose(a, b, rtol=1e-6)
    assert ours[2].keys() == theirs[2].keys()
    for key, state in theirs[2].items():
        assert type(ours[2][key]) is type(state), key
        assert np.allclose(ours[2][key], state, rtol=1e-5), key


def test_every_schedule_is_among_those_that_programs_are_tested_with() -> None:
    schedules = {
        name
        for name, thing in vars(bp.schedules).items()
        if callable(thing) and getattr(thing, "__module__", "") == bp.schedules.__name__
    }
    assert {rate.replace(" ", "_") for rate in RATES} >= schedules - {"check_rate"}


@pytest.mark.parametrize("length", [0.0, 1e200, np.inf, np.nan])
def test_clipping_in_a_program_knows_lengths_that_are_none(length: float) -> None:
    reached = []
    for compiled in (True, False):
        w = bp.Variable([1.0, 1.0], "w")
        optimizer = bp.GradientDescent(w, 0.5)

        def f(x: Any, w: bp.Variable = w) -> Any:
            return bp.sum(w * x)

        with np.errstate(all="ignore"):
            if compiled:
                program = bp.program(f, np.ones(2), update=optimizer, clip_norm=1.0)
                program(np.array([length, 1.0]))
            else:
                f(np.array([length, 1.0])).backward()
                bp.clip_gradients(w, 1.0)
                optimizer.step()
        reached.append(w.value)
    assert np.allclose(*reached, equal_nan=True)


def test_clipping_needs_an_optimiser_and_a_length() -> None:
    w = bp.Variable(1.0)
    with pytest.raises(ValueError, match="clip_norm needs update="):
        bp.program(lambda: w * w, clip_norm=1.0)
    with pytest.raises(ValueError, match=r"clip_norm must be positive.*got -1"):
        bp.program(lambda: w * w, update=bp.GradientDescent(w, 0.1), clip_norm=-1.0)


def test_settings_of_an_optimiser_may_change() -> None:
    w = bp.Variable([1.0])
    optimizer = bp.Momentum(w, 0.5)
    program = bp.program(lambda: bp.sum(w * 1.0), update=optimizer)
    optimizer.learning_rate = 0.25
    program()
    assert w.value.tolist() == [0.75]
    optimizer.momentum = 0.0
    program()
    assert w.value.tolist() == [0.5]


def test_a_saved_program_needs_numpy_alone(tmp_path: Path) -> None:
    _, f = network()
    program = bp.program(f, X, LABELS)
    program.save(tmp_path / "step.py")
    code = "import sys, step; sys.exit('backprop' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path).returncode == 0
    saved = load(tmp_path / "step.py")
    loss, gradients = saved.program(X, LABELS)
    expected = program(X, LABELS)
    assert loss == expected[0]
    assert all(map(np.array_equal, gradients, expected[1]))
    with pytest.raises(ValueError, match=r"for x of shape \(5, 2\)"):
        saved.program(X[:2], LABELS[:2])


def test_a_saved_program_learns_on_its_own(tmp_path: Path) -> None:
    parameters, f = network()
    program = bp.program(f, X, LABELS, update=bp.Adam(parameters, 0.01))
    program(X, LABELS)
    program.save(tmp_path / "step.py")
    saved = load(tmp_path / "step.py")
    for _ in range(3):
        assert saved.program(X, LABELS) == program(X, LABELS)


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("saved_program", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_programs_that_are_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "MAX_STEPS", 100)
    reached = 0

    def f(x: Any) -> Any:
        nonlocal reached
        for _ in range(200):
            x = x * 1.01
            reached += 1
        return x

    with pytest.raises(bp.ProgramError, match="more than 100 steps, each a line"):
        bp.program(f, 1.0)
    assert reached < 101  # nothing was traced in vain


def test_a_program_of_twice_the_length_is_written_in_twice_the_time() -> None:
    def count_calls(layers: int) -> int:
        weights = [bp.Variable(np.eye(2), f"W{k}") for k in range(layers)]

        def f() -> Any:
            hidden: Any = np.ones((3, 2))
            for W in weights:
                hidden = bp.tanh(hidden @ W)
            return bp.sum(hidden)

        calls = 0

        def count(frame: Any, event: str, argument: Any) -> None:
            nonlocal calls
            calls += 1

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            bp.program(f, update=bp.GradientDescent(weights, 0.1))
        finally:
            sys.setprofile(before)
        return calls

    assert count_calls(120) < 2.2 * count_calls(60)


def test_a_program_keeps_no_results_of_the_run_that_was_traced() -> None:
    w, x = bp.Variable(np.ones((200, 200)), "w"), np.ones((200, 200))
    bp.program(lambda x: bp.sum(bp.tanh(w @ x)), x)
    tracemalloc.start()
    program = bp.program(lambda x: bp.sum(bp.tanh(w @ x)), x)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    buffers = 2 * w.value.nbytes  # w @ x and its tanh, and what comes back through it
    assert kept < buffers + 60_000
    assert program(x)[0] == 200 * 200 * np.tanh(200.0)


def test_the_value_of_what_is_no_variable_is_refused() -> None:
    x = np.array([1.0, 2.0])
    with pytest.raises(AttributeError, match="only a Variable has a value"):
        bp.program(lambda x: bp.softplus(x).value, x)
    w = bp.Variable(x, name="w")
    program = bp.program(lambda x: bp.sum(w.value * x + w * x), x)
    assert program(np.array([3.0, 4.0]))[0] == 22.0
