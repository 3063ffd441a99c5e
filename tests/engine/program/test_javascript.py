"""Programs written as JavaScript compute, under Node, what the engine computes."""

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.program.expressions import ELEMENTWISE
from backprop.engine.program.javascript import Script
from backprop.engine.program.script_lines import WRITTEN
from backprop.show.live.comparison import (
    Call,
    call_engine,
    compare_programs,
    draw_call,
    find_difference,
    run_scripts,
)
from tests.engine.cases import CASES, Case
from tests.engine.program.graphs import Builder

#: So many random functions are tried; BACKPROP_FUZZ=5000 tries more.
GRAPHS = int(os.environ.get("BACKPROP_FUZZ", "100"))
Job = tuple[str, bp.Program, list[Any]]


def check(jobs: list[Job], states: int) -> dict[str, str]:
    """Run each program as JavaScript and in the engine; return what differs."""
    drawn: list[tuple[Script, list[Call]]] = []
    for k, (_, program, examples) in enumerate(jobs):
        script, rng = program.javascript(), np.random.default_rng(k)
        calls = [draw_call(script, examples, rng) for _ in range(states)]
        drawn.append((script, calls))
    wrong = {}
    for (name, program, examples), (script, calls), found in zip(
        jobs, drawn, run_scripts(drawn), strict=True
    ):
        for call, outcome in zip(calls, found, strict=True):
            if "was written for other values" in outcome.error:
                continue
            difference = find_difference(outcome, call_engine(program, script, call, examples))
            if difference:
                wrong[name] = difference
    return wrong


def make_program(case: Case) -> bp.Program:
    leaves = [bp.Variable(value) for value in case.draw()]
    weights = case.weights(case.function(*leaves, *case.settings).value)
    return bp.program(lambda: bp.sum(case.function(*leaves, *case.settings) * weights))


@pytest.mark.programs
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_operation_computes_the_same_in_javascript() -> None:
    assert check([(str(case), make_program(case), []) for case in CASES], states=3) == {}


@pytest.mark.programs
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_functions_compute_the_same_in_javascript() -> None:
    jobs: list[Job] = []
    refused = 0
    for seed in range(GRAPHS):
        graph = Builder(seed).graph(size=1 + seed % 15)
        program = bp.program(graph.f, *graph.inputs)
        if any(step.dtype == np.float32 for step in program.steps):
            with pytest.raises(bp.ProgramError, match="float32"):
                program.javascript()
            refused += 1
            continue
        jobs.append((f"seed {seed}", program, graph.inputs))
    assert check(jobs, states=3) == {}
    assert len(jobs) > refused > 0


def call_ufunc(name: str, x: Any) -> Any:
    ufunc = getattr(np, name)
    if name in ("bitwise_and", "bitwise_or", "logical_and", "logical_or"):
        return ufunc(x > 0.2, x < 0.9)
    if name in ("invert", "logical_not"):
        return ufunc(x > 0.2)
    if name == "where":
        return np.where(x > 0.3, x, -x)
    if name == "clip":
        return np.clip(x, 0.2, 0.4)
    return ufunc(*[x, x - 0.3, x + 0.4][: ufunc.nin])


@pytest.mark.programs
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_computed_element_by_element_is_numpys() -> None:
    x = np.linspace(-1.4, 1.6, 16).reshape(2, 8)
    jobs: list[Job] = []
    for name in ELEMENTWISE:
        if name in ("true_divide",):
            continue  # another name of divide
        f: Callable[[Any], Any] = lambda x, name=name: call_ufunc(name, x) * 1.0  # noqa: E731
        program = bp.program(f, x)
        assert name in [step.operation for step in program.steps] or name == "positive"
        jobs.append((name, program, [x]))
    for name in ("sum", "prod", "max", "min", "argmax", "argmin"):
        for axis in (None, 0, 1):
            f = lambda x, name=name, axis=axis: getattr(np, name)(x, axis) * 1.0  # noqa: E731
            jobs.append((f"{name} {axis}", bp.program(f, x), [x]))
    assert check(jobs, states=3) == {}


@pytest.mark.programs
def test_optimisers_take_the_same_steps_in_javascript() -> None:
    jobs: list[Job] = []
    gradients = [np.array([0.5, -1.0, 2.0]), 0.25]
    for make in (
        bp.GradientDescent,
        bp.Momentum,
        lambda leaves, rate: bp.Momentum(leaves, rate, 0.8, nesterov=True),
        bp.RMSProp,
        bp.Adam,
        lambda leaves, rate: bp.Adam(leaves, rate, weight_decay=0.1),
    ):
        w, b = bp.Variable([1.0, 2.0, 3.0], name="w"), bp.Variable(0.5, name="b")
        optimizer = make([w, b], 0.1)
        f = lambda g, h, w=w, b=b: bp.dot(w, g) + b * h  # noqa: E731
        program = bp.program(f, *gradients, update=optimizer)
        jobs.append((repr(optimizer), program, gradients))
    assert check(jobs, states=5) == {}


@pytest.mark.programs
def test_numbers_that_are_counted_out_of_arrays_may_be_arguments() -> None:
    table, x = bp.Variable(np.arange(12.0).reshape(4, 3), name="table"), np.ones((2, 4))
    rows, columns = np.array([3, -1]), np.array([[0], [2]])
    jobs: list[Job] = [
        ("rows", bp.program(lambda rows: bp.sum(table[rows] ** 2), rows), [rows]),
        ("both", bp.program(lambda r, c: bp.sum(table[r, c] ** 2), rows, columns), [rows, columns]),
        ("last", bp.program(lambda c: bp.sum(table[:, c] ** 3), columns), [columns]),
        (
            "apart",
            bp.program(lambda r: bp.sum(bp.stack([table, table])[r, :, 1] ** 3), rows % 2),
            [rows % 2],
        ),
        (
            "labels",
            bp.program(lambda x, labels: bp.softmax_cross_entropy(x @ table, labels), x, rows % 3),
            [x, rows % 3],
        ),
    ]
    assert check(jobs, states=3) == {}


def network() -> tuple[bp.Program, list[Any]]:
    w, b = bp.Variable([1.0, -2.0], name="w"), bp.Variable(0.5, name="b")
    x, y = np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([1.0, 0.0])
    return bp.program(lambda x, y: bp.ssr(bp.softplus(x @ w + b), y), x, y), [x, y]


def test_the_source_reads_like_the_python_beside_it() -> None:
    program, _ = network()
    source = program.javascript("loss").source
    for line in (
        "function loss(state, x, y) {",
        "const { w, b } = state;",
        "// matmul: x w",
        "// ssr: Σ (y − predicted)²",
        "Math.exp(Math.min(t2[i], 0)) / (1 + Math.exp(-Math.abs(t2[i])))",
        "return { loss, dw, db };",
    ):
        assert line in source, source
    assert max(map(len, source.splitlines())) <= 92


@pytest.mark.programs
def test_a_state_is_what_a_script_takes() -> None:
    program, examples = network()
    script = program.javascript()
    assert script.state() == {"w": [1.0, -2.0], "b": 0.5}
    assert (script.arguments, script.returned) == (("x", "y"), ("loss", "dw", "db"))
    call = Call(script.state(), tuple(e.ravel().tolist() for e in examples))
    ((found,),) = run_scripts([(script, [call])])
    assert found.returned["loss"] == pytest.approx(program(*examples)[0], rel=1e-12)


@pytest.mark.programs
def test_a_script_says_when_it_was_written_for_other_values() -> None:
    w = bp.Variable(2.0, name="w")
    script = bp.program(lambda x: w**x, 3.0).javascript("raised")
    call = Call({"w": 2.0}, (float("nan"),))
    found = run_scripts([(script, [call, Call({"w": 2.0}, (3.0,))])])[0]
    assert found[1].returned["loss"] == 8
    if found[0].error:
        assert found[0].error == (
            "RangeError: raised was written for other values: for these, write it anew"
        )


REFUSED: dict[str, tuple[Callable[[], bp.Program], str]] = {}


def refused(message: str) -> Callable[[Callable[[], bp.Program]], None]:
    def keep(make: Callable[[], bp.Program]) -> None:
        REFUSED[make.__name__] = make, message

    return keep


@refused(r"no spelling for arcsinh, in line \d+ of test_javascript.py, `.*arcsinh.*`: compute it")
def function_of_numpy() -> bp.Program:
    w = bp.Variable(np.ones(2), name="w")
    return bp.program(lambda x: bp.sum(w * np.arcsinh(x)), np.ones(2))


@refused(r"no spelling for random numbers, in line \d+ of .*dropout.*: draw them outside")
def random_numbers() -> bp.Program:
    w, rng = bp.Variable(np.ones(2), name="w"), np.random.default_rng(0)
    return bp.program(lambda: bp.sum(bp.dropout(w, 0.5, rng)))


@refused(r"numbers of type float32 in leaf \(w\): use float64")
def narrow_numbers() -> bp.Program:
    w = bp.Variable(np.ones(2, np.float32), name="w")
    return bp.program(lambda: bp.sum(w * w))


@refused(r"a constant array of 3,000 elements in .*, in line \d+ of .*: hand it over")
def large_constant() -> bp.Program:
    w, data = bp.Variable(1.0, name="w"), np.linspace(0, 1, 3000)
    return bp.program(lambda: bp.sum(w * data))


@refused("function is a word of JavaScript or the name of the function: choose another name")
def word_of_the_language() -> bp.Program:
    w = bp.Variable(1.0, name="w")
    return bp.program(lambda function: w * function, 1.0)


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_spelling_is_refused_with_its_line_and_a_way_out(name: str) -> None:
    make, message = REFUSED[name]
    with pytest.raises(bp.ProgramError, match=message):
        make().javascript()


def test_a_function_needs_a_name() -> None:
    program, _ = network()
    with pytest.raises(ValueError, match="name must be a name in JavaScript, got 'my step'"):
        program.javascript("my step")


@pytest.mark.programs
def test_a_difference_is_named_with_figure_program_state_and_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program, examples = network()
    compare_programs("A figure", {"loss": (program, examples)})
    monkeypatch.setitem(ELEMENTWISE, "multiply", ("{} * 1.00001 * {}", 2))
    with pytest.raises(
        RuntimeError,
        match=r"A figure: program loss differs from the engine: .* is .*, should be .* state \{'w'",
    ):
        compare_programs("A figure", {"loss": (program, examples)})


def test_every_spelling_is_of_something() -> None:
    assert {"matmul", "vdot", "sum", "getitem", "add"} <= WRITTEN
