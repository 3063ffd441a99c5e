"""The chain rule written out: symbols, formulas and numbers are what the engine computes."""

import copy
import math
import pickle
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop as bp
from backprop.derivation.derive import MOST_PATHS, MOST_STEPS, Derivation
from backprop.derivation.writing import MOST_FACTORS, MOST_ROWS
from backprop.engine import operations
from backprop.engine.table import TABLE
from backprop.engine.traversal import list_oldest_first, record_backward
from backprop.formulas.formula import Name, walk, write_number
from backprop.formulas.printing import to_latex, to_text

from ..engine.cases import CASES
from .latex import evaluate
from .plain import evaluate_plain

X, OBSERVED = (bp.constant(v, name) for v, name in zip(bp.data.dosage(), ("x", "y"), strict=True))


def leaf(name: str, value: Any = 3.0) -> bp.Variable:
    return bp.Variable(value, name=name)


def curve(w1: Any, b3: Any) -> Any:
    predicted = -1.22 * bp.softplus(w1 * X - 1.43) - 2.3 * bp.softplus(-3.53 * X + 0.57) + b3
    predicted.name = "predicted"
    return predicted


def worked_example(parameter: str) -> Derivation:
    w1, b3 = leaf("w1", 3.34), leaf("b3", 0.0)
    loss = bp.ssr(curve(w1, b3), OBSERVED)
    return bp.derive(loss, {"w1": w1, "b3": b3}[parameter])


# --- the worked example ---------------------------------------------------------------------------


def test_b3_point_by_point() -> None:
    derivation = worked_example("b3")
    assert derivation.agrees
    assert derivation.value == pytest.approx(-15.6551, abs=5e-5)
    assert [step.symbol for step in derivation.steps] == [
        r"\text{predicted}_{i}",
        r"\text{residual}_{i}",
        r"\text{SSR}",
    ]
    (path,) = derivation.paths
    assert [to_text(name) for name in path.names] == ["SSR", "residualᵢ", "predictedᵢ", "b3"]
    assert [factor.formula for factor in path.factors] == [
        r"2 \cdot \text{residual}_{i}",
        "-1",
        "1",
    ]
    assert path.factors[0].symbol == r"\frac{\partial \text{SSR}}{\partial \text{residual}_{i}}"
    assert path.row_count == len(path.rows) == 3
    residuals = derivation.steps[1].value
    for row, residual in zip(path.rows, residuals, strict=True):
        assert row.numbers == pytest.approx((2 * residual, -1.0, 1.0))
        assert row.product == pytest.approx(-2 * residual)
    assert sum(row.product for row in path.rows) == pytest.approx(derivation.value)


def test_w1_goes_through_the_softplus() -> None:
    derivation = worked_example("w1")
    assert derivation.agrees
    (path,) = derivation.paths
    assert [to_text(factor.slope) for factor in path.factors] == [
        "2 · residualᵢ",
        "−1",
        "−1.22 · σ(u2[i])",
        "xᵢ",
    ]
    assert path.rows[0].product == 0.0  # dosage 0 says nothing about w1
    assert sum(row.product for row in path.rows) == pytest.approx(derivation.value)


def test_the_plain_text_reads_like_a_derivation() -> None:
    text = str(worked_example("b3"))
    assert "∂SSR/∂b3 = Σᵢ₌₁³ ∂SSR/∂residualᵢ · ∂residualᵢ/∂predictedᵢ" in text
    assert "SSR = Σᵢ residualᵢ² = 20.4236" in text
    assert text.endswith("`backward()` gives −15.6551: the same.")


def test_mse_shows_its_mean() -> None:
    b3 = leaf("b3", 0.0)
    derivation = bp.derive(bp.mse(curve(3.34, b3), OBSERVED), b3)
    assert derivation.value == pytest.approx(-15.6551 / 3, abs=2e-5)
    assert to_text(derivation.steps[-1].name) == "MSE"
    assert to_text(derivation.paths[0].factors[0].slope) == "1/3 · 2 · residualᵢ"


# --- paths ----------------------------------------------------------------------------------------

A, B = 3.0, 2.0
PATHS: dict[str, tuple[Callable[[Any, Any], Any], list[float]]] = {
    # an expression of a and b, and what each path to a contributes
    "a + a": (lambda a, b: a + a, [1.0, 1.0]),
    "a - a": (lambda a, b: a - a, [1.0, -1.0]),
    "a a": (lambda a, b: a * a, [A, A]),
    "a²": (lambda a, b: a**2, [2 * A]),
    "(a + a)²": (lambda a, b: (a + a) ** 2, [12.0, 12.0]),
    "a³": (lambda a, b: a**3, [27.0]),
    "aᵇ": (lambda a, b: a**b, [6.0]),
    "bᵃ": (lambda a, b: b**a, [8 * math.log(2)]),
    "aᵃ": (lambda a, b: a**a, [27.0, 27 * math.log(3)]),
    "a/b": (lambda a, b: a / b, [0.5]),
    "b/a": (lambda a, b: b / a, [-2 / 9]),
    "a/a": (lambda a, b: a / a, [1 / 3, -1 / 3]),
    "-a": (lambda a, b: -a, [-1.0]),
    "a b + a": (lambda a, b: a * b + a, [2.0, 1.0]),
    "e^(ab)": (lambda a, b: bp.exp(a * b), [2 * math.exp(6)]),
    "ln a + a": (lambda a, b: bp.log(a) + a, [1 / 3, 1.0]),
    "σ(a) σ(a)": (
        lambda a, b: bp.sigmoid(a) * bp.sigmoid(a),
        [math.exp(3) ** 2 / (1 + math.exp(3)) ** 3] * 2,
    ),
}


@pytest.mark.parametrize("name", PATHS)
def test_every_path_is_listed_and_they_add_up(name: str) -> None:
    f, contributions = PATHS[name]
    a, b = leaf("a", A), leaf("b", B)
    derivation = bp.derive(f(a, b), a)
    assert [path.value for path in derivation.paths] == pytest.approx(contributions)
    assert derivation.path_count == len(contributions)
    assert derivation.value == pytest.approx(sum(contributions))
    assert derivation.agrees


def test_paths_through_the_same_values_are_told_apart() -> None:
    a = leaf("a")
    u = a + a
    text = str(bp.derive(u * u, a))
    labels = re.findall(r"Path \d of 4: loss → u1 → a (.*)", text)
    assert len(set(labels)) == 4
    assert labels[0] == "(as argument 1 of `multiply`, 1 of `add`)"


def test_the_total_names_its_parts_where_all_are_shown() -> None:
    a = leaf("a")
    text = str(bp.derive((a + a) ** 2 - a, a))
    assert "Added up:\n\n    ∂loss/∂a = path 1 + path 2 + path 3 = 12 + 12 + (−1) = 23\n" in text
    assert "Added up" not in str(bp.derive(a**2, a))


def test_steps_are_written_with_numbers_too() -> None:
    x = leaf("x", -2.0)
    y = (3.0 * x) ** 2 - x
    assert "loss = u1² − x = (−6)² − (−2) = 38\n" in str(bp.derive(y, x))
    v = leaf("v", [1.0, 2.0])
    assert all(step.filled is None for step in bp.derive(bp.sum(bp.exp(v)), v).steps)


def test_a_single_step_is_not_written_twice() -> None:
    a = leaf("a")
    assert "∂loss/∂a = 3 · a^(3 − 1)\n             = 27" in str(bp.derive(a**3, a))


def test_many_paths_are_counted_and_not_all_written() -> None:
    a = leaf("a", 0.5)
    y = a
    for _ in range(40):
        y = y * y * 0.5 + y
    derivation = bp.derive(y, a)
    assert derivation.path_count == 3**40
    assert len(derivation.paths) == MOST_PATHS
    assert derivation.agrees
    text = str(derivation)
    assert f"… and {3**40 - MOST_PATHS} more paths, which the sum contains." in text
    assert "Added up:" in text
    assert "path 1 + path 2" not in text


def test_many_rows_are_counted_and_not_all_written() -> None:
    w, x = leaf("w", 0.5), bp.constant(np.linspace(0.0, 1.0, 100), name="x")
    derivation = bp.derive(bp.ssr(bp.softplus(w * x), x), w)
    (path,) = derivation.paths
    assert path.row_count == 100
    assert len(path.rows) == MOST_ROWS
    assert "… and 88 more rows like these." in str(derivation)
    assert derivation.agrees


def test_a_long_chain() -> None:
    a = leaf("a", 0.5)
    y = a
    for _ in range(1000):
        y = bp.softplus(y) * 0.9
    derivation = bp.derive(y, a)
    assert derivation.agrees
    assert len(derivation.paths[0].factors) == 1000
    text = str(derivation)
    assert f"… stands for {1000 - MOST_FACTORS} more factors, which the product contains." in text
    assert "→ u2 → a" in text
    assert max(map(len, text.splitlines())) < 600


def test_factors_are_left_out_only_of_very_long_paths() -> None:
    for length, shortened in ((MOST_FACTORS, False), (MOST_FACTORS + 1, True)):
        v = leaf("v", [0.5, 0.7])
        y = v
        for _ in range(length):
            y = bp.sin(y)
        text = str(bp.derive(bp.sum(y), v))
        assert ("more factors" in text) is shortened
        header = next(line for line in text.splitlines() if line.endswith("product"))
        assert ("…" in header) is shortened
        assert header.count("∂loss/") == 1
        assert header.count("/∂vᵢ") == 1


def test_a_loss_that_is_the_parameter() -> None:
    a = leaf("a")
    derivation = bp.derive(a, a)
    assert derivation.value == 1.0
    assert derivation.steps == ()
    assert "∂a/∂a = 1" in str(derivation)
    assert "Forward pass" not in str(derivation)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("at", [0.0, [0.0, 2.0]])
def test_a_branch_that_where_did_not_take_contributes_nothing(at: Any) -> None:
    x = leaf("x", at)
    derivation = bp.derive(bp.sum(bp.where(x > 0, x * bp.log(x), 3.0 * x)), x)
    assert derivation.agrees
    np.testing.assert_allclose(np.ravel(derivation.value), [3.0, math.log(2) + 1][: np.size(at)])
    assert derivation.paths[0].rows[0].product == 0.0


# --- vectors and matrices -------------------------------------------------------------------------

ARRAYS: dict[str, Callable[[bp.Variable], Any]] = {
    "vector": lambda v: bp.sum(v * v * 2.0),
    "vector, point by point": lambda v: bp.ssr(bp.softplus(v), [1.0, 2.0, 3.0, 4.0]),
    "mean": lambda v: bp.mean(bp.exp(v * 0.1)),
    "share of the sum": lambda v: bp.ssr(v / bp.sum(v), [0.1, 0.2, 0.3, 0.4]),
    "matrix": lambda v: bp.sum(bp.softplus(bp.reshape(v, (2, 2)) @ [1.0, -1.0])),
    "matrix from the left": lambda v: bp.sum(np.ones((3, 2)) @ bp.reshape(v, (2, 2)) ** 2),
    "transposed": lambda v: bp.sum(bp.transpose(bp.reshape(v, (2, 2))) * [1.0, 5.0]),
    "product with itself": lambda v: v @ v,
    "sum over an axis": lambda v: bp.sum(bp.sum(bp.reshape(v, (2, 2)), axis=0) ** 2),
    "broadcast": lambda v: bp.sum(bp.reshape(v, (4, 1)) * v),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays(name: str) -> None:
    v = leaf("v", [1.0, 2.0, 0.5, -1.0])
    derivation = bp.derive(ARRAYS[name](v), v)
    assert derivation.agrees
    assert np.shape(derivation.value) == (4,)
    total = sum(path.value for path in derivation.paths) if derivation.paths else derivation.value
    np.testing.assert_allclose(total, derivation.backward, rtol=1e-12)
    assert bool(derivation.paths) is not bool(derivation.gradients)
    for path in derivation.paths:
        assert path.row_count == len(path.rows) or path.row_count > MOST_ROWS
        if path.row_count == len(path.rows):
            by_rows = np.zeros(4)
            for row in path.rows:
                by_rows[row.elements[-1]] += row.product
            np.testing.assert_allclose(by_rows, path.value, rtol=1e-12)
    assert str(derivation)


def test_arrays_are_written_up_to_six_elements() -> None:
    v, long = leaf("v", [1.0, 2.0, 3.0]), leaf("v", np.arange(8.0))
    text = str(bp.derive(bp.sum(v * v), v))
    assert "∂loss/∂vᵢ = (2, 4, 6)\n" in text
    assert "`backward()` gives (2, 4, 6): the same." in text
    assert "`backward()` gives (0, 2, 4, 6, 8, 10, …): the same." in str(
        bp.derive(bp.sum(long**2), long)
    )


@pytest.mark.parametrize("name", ["product with itself", "sum over an axis", "broadcast"])
def test_only_what_is_worked_point_by_point_is_written_with_an_index(name: str) -> None:
    v = leaf("v", [1.0, 2.0, 0.5, -1.0])
    derivation = bp.derive(ARRAYS[name](v), v)
    assert "_{i}" not in derivation._repr_markdown_()
    assert "elements" in str(derivation)


def test_a_sum_that_enters_every_point_again_is_not_shown_point_by_point() -> None:
    v = leaf("v", [1.0, 2.0, 3.0])
    through_the_sum = bp.derive(bp.ssr(v / bp.sum(v), [0.2, 0.3, 0.5]), v)
    assert through_the_sum.paths[1].row_count == 9
    assert "_{i}" not in through_the_sum._repr_markdown_()


def test_float32_agrees_within_its_own_rounding() -> None:
    w = leaf("w", np.array([1.0, 2.0, 3.0], dtype=np.float32))
    assert bp.derive(bp.mse(bp.softplus(w * 1.1), [0.3, 0.1, 2.0]), w).agrees


def test_many_points_are_written_as_arrays() -> None:
    w, x = leaf("w", 0.5), bp.constant(np.linspace(0.0, 1.0, 1000), name="x")
    v = leaf("v", np.linspace(0.0, 1.0, 1000))
    for derivation in (
        bp.derive(bp.ssr(w * bp.softplus(v), x), v),
        bp.derive(bp.sum(bp.exp(w * v)), w),
    ):
        assert derivation.agrees
        assert len(str(derivation)) < 2000
    assert "∂loss/∂w = Σ ∂loss/∂u1 · v " in str(derivation)


def drawn(name: str, *shape: int) -> bp.Variable:
    return leaf(name, np.random.default_rng(len(name) + sum(shape)).normal(size=shape))


INPUTS = bp.constant(np.random.default_rng(0).normal(size=(4, 3)), name="X")
TARGETS = bp.constant(np.random.default_rng(1).normal(size=(4, 2)), name="Y")
NETWORKS: dict[str, tuple[Callable[..., Any], str]] = {
    # A loss of W, b and V; and the gradient of W as it is to read.
    "sum of X W": (lambda W, b, V: bp.sum(INPUTS @ W), "∂loss/∂W = Xᵀ (∂loss/∂u1) "),
    "SSR": (
        lambda W, b, V: bp.ssr(INPUTS @ W + b, TARGETS),
        "∂SSR/∂W = Xᵀ (−∂SSR/∂residual) ",
    ),
    "one layer": (
        lambda W, b, V: bp.mse(bp.linear(INPUTS, W, b, bp.tanh), TARGETS),
        "∂MSE/∂u2 = −∂MSE/∂residual · (1 − tanh(u2)²) ",
    ),
    "two layers": (
        lambda W, b, V: bp.mse(bp.linear(bp.linear(INPUTS, W, b, bp.relu), V), TARGETS),
        "∂MSE/∂u2 = ∂MSE/∂u3 · [u2 > 0] ",
    ),
    "classes": (
        lambda W, b, V: bp.softmax_cross_entropy(
            bp.linear(bp.linear(INPUTS, W, b, bp.softplus), V), [0, 1, 1, 0]
        ),
        "∂loss/∂u4 = (∂loss/∂u5) (I − 1 softmax(u4)ᵀ) ",
    ),
    "used twice": (
        lambda W, b, V: bp.sum(bp.sin(INPUTS @ W) @ V + INPUTS @ W),
        "Backward pass, over 2 paths:",
    ),
    "transposed": (
        lambda W, b, V: bp.sum(bp.exp(bp.transpose(INPUTS @ W))),
        "∂loss/∂u1 = (∂loss/∂u2)ᵀ ",
    ),
    "penalty": (
        lambda W, b, V: bp.mse(INPUTS @ W, TARGETS) + 0.1 * bp.sum_of_squares(W),
        "Backward pass, over 2 paths:",
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_are_written_with_matrices(name: str) -> None:
    W, b, V = drawn("W", 3, 2), drawn("b", 2), drawn("V", 2, 2)
    network, reads = NETWORKS[name]
    derivation = bp.derive(network(W, b, V), W)
    assert derivation.agrees
    assert derivation.paths == ()
    text = str(derivation)
    assert reads in text
    assert "X: 4 × 3" in text
    assert "W: 3 × 2" in text
    assert_balanced(derivation._repr_markdown_())
    # The written formulas, evaluated from the loss to the parameter.
    known = {"X": INPUTS.value, "W": W.value, "b": b.value, "V": V.value}
    known |= {step.symbol: step.value for step in derivation.steps}
    for place, step in enumerate(derivation.gradients):
        written = step.formula
        for k, earlier in enumerate(derivation.gradients[:place]):
            written = written.replace(earlier.symbol, f"g_{{{k}}}")
            known[f"g_{{{k}}}"] = earlier.value
        if "softmax" not in written and "c_" not in written:
            meant = np.broadcast_to(evaluate(written, known), np.shape(step.value))
            np.testing.assert_allclose(meant, step.value, rtol=1e-9)
    np.testing.assert_array_equal(derivation.gradients[-1].value, derivation.value)


def test_the_gradient_of_a_bias_is_a_sum_over_the_rows() -> None:
    W, b, V = drawn("W", 3, 2), drawn("b", 2), drawn("V", 2, 2)
    derivation = bp.derive(NETWORKS["two layers"][0](W, b, V), b)
    assert derivation.agrees
    assert "∂MSE/∂b = Σ ∂MSE/∂u2 " in str(derivation)


def test_a_large_network_is_written_short() -> None:
    X, W, V = drawn("X", 64, 100), drawn("W", 100, 200), drawn("V", 200, 10)
    labels = np.arange(64) % 10
    loss = bp.softmax_cross_entropy(bp.linear(bp.linear(X, W, 0.0, bp.relu), V), labels)
    text = str(bp.derive(loss, W))
    assert text.count("\n") < 30
    assert max(map(len, text.splitlines())) < 300
    assert "W: 100 × 200" in text
    assert "…)" in text


def test_a_few_hundred_layers_are_shortened() -> None:
    h, W = INPUTS, drawn("W", 3, 3)
    for _ in range(300):
        h = bp.tanh(h @ W)
    derivation = bp.derive(bp.sum(h), W)
    text = str(derivation)
    assert derivation.agrees
    assert derivation.path_count == 300
    assert text.count(" more steps …") == 2
    assert f"… {len(derivation.steps) - MOST_STEPS} more steps …" in text
    assert " + … + " in text
    assert max(map(len, text.splitlines())) < 1200


def test_a_condition_in_a_list_is_written_too() -> None:
    v = leaf("v", [1.0, 2.0, 3.0])
    text = str(bp.derive(bp.sum(bp.where([True, False, True], v * v, 0.0)), v))
    assert "loss = Σᵢ where(c1[i], u1[i], 0) = 10" in text


# --- what is differentiated, and by what ----------------------------------------------------------


def test_a_value_in_between_may_be_the_parameter() -> None:
    a = leaf("a")
    u = 2 * a
    u.name = "u"
    derivation = bp.derive(bp.exp(u) + u, u)
    assert derivation.value == pytest.approx(math.exp(6) + 1)
    assert derivation.agrees
    assert "a" not in {to_text(name) for path in derivation.paths for name in path.names}


def test_gradients_and_graph_are_left_as_they_were() -> None:
    a, b = leaf("a"), leaf("b")
    a.grad = 7.0
    u = a * b
    loss = bp.ssr(u, 1.0)
    bp.derive(loss, a)
    assert (a.grad, b.grad, u.grad, loss.grad) == (7.0, None, None, None)
    loss.backward()
    assert a.grad == 7.0 + 2 * 8 * 3


def test_the_comparison_is_with_the_loss_as_it_is() -> None:
    """A fused operation with a wrong rule would be seen: its elementary steps are derived."""
    a = leaf("a")
    loss = bp.ssr(a, 1.0)
    entry = TABLE["ssr"]
    right = entry.rules
    wrong = tuple(rule and (lambda *given, rule=rule: 2 * rule(*given)) for rule in right)
    object.__setattr__(entry, "rules", wrong)
    try:
        derivation = bp.derive(loss, a)
    finally:
        object.__setattr__(entry, "rules", right)
    assert (derivation.value, derivation.backward) == (4.0, 8.0)
    assert not derivation.agrees
    assert "`backward()` gives 8: SOMETHING ELSE." in str(derivation)


def worked_graph() -> tuple[bp.Variable, bp.Variable]:
    w1 = leaf("w1", 3.34)
    return bp.ssr(curve(w1, 0.0), OBSERVED), w1


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, copy.copy, lambda graph: pickle.loads(pickle.dumps(graph))]
)
def test_a_copied_graph_reads_the_same(copied: Callable[[Any], Any]) -> None:
    graph = worked_graph()
    assert str(bp.derive(*copied(graph))) == str(bp.derive(*graph))


def test_a_graph_from_another_process_reads_the_same() -> None:
    """Serial numbers of another process mean nothing here; leaves made before must not matter."""
    graph = worked_graph()
    program = (
        "import pickle, sys, backprop as bp; older = [bp.Variable(1.0) for _ in range(9)]; "
        "sys.stdout.buffer.write(str(bp.derive(*pickle.load(sys.stdin.buffer))).encode())"
    )
    there = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(graph), capture_output=True, check=True
    )
    assert there.stdout.decode() == str(bp.derive(*graph))


def test_derive_works_inside_no_grad() -> None:
    a = leaf("a")
    loss = bp.ssr(2 * a, 1.0)
    with bp.no_grad():
        assert bp.derive(loss, a).value == 20.0


# --- names ----------------------------------------------------------------------------------------


def test_names_are_kept_and_others_are_given() -> None:
    a, nameless = leaf("a"), bp.Variable(2.0)
    u = bp.exp(a * nameless)
    u.name = "middle"
    loss = bp.log(u) ** 2
    derivation = bp.derive(loss, a)
    assert [to_text(step.name) for step in derivation.steps] == ["u1", "middle", "u2", "loss"]
    assert to_text(derivation.steps[0].definition) == "a · v1"
    loss.name = "cost"
    assert "∂cost/∂a" in str(bp.derive(loss, a))


def test_given_names_are_not_given_again() -> None:
    u1, a = leaf("u1", 0.5), leaf("a", 0.5)
    symbols = [step.symbol for step in bp.derive(bp.exp(bp.exp(a * u1)), a).steps]
    assert len(set(symbols)) == len(symbols)
    assert "u_{1}" not in symbols


def test_two_of_one_name_are_numbered() -> None:
    first, second = leaf("p", 1.0), leaf("p", 2.0)
    text = str(bp.derive(first * second, second))
    assert "loss = p · p (2) = 1 · 2 = 2" in text


def test_arrays_without_a_name_are_called_c() -> None:
    w = leaf("w")
    assert "c1[i]" in str(bp.derive(bp.sum(bp.exp(w * np.array([1.0, 2.0]))), w))


# --- what is printed ------------------------------------------------------------------------------

LEAVES = {"a": 1.5, "b": 0.5, "d": 2.0}
PROGRAM: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda u, v: u + v,
    "-": lambda u, v: u - v,
    "·": lambda u, v: u * v,
    "/": lambda u, v: u / v,
    "^": lambda u, v: u**v,
    "-u": lambda u, v: -u,
    "u²": lambda u, v: u**2,
    "u³": lambda u, v: u**3,
    "2^u": lambda u, v: 2.0**u,
    "-3u": lambda u, v: -3.0 * u,
    "½ - u": lambda u, v: 0.5 - u,
    "exp": lambda u, v: bp.exp(u),
    "ln": lambda u, v: bp.log(u),
    "σ": lambda u, v: bp.sigmoid(u),
    "softplus": lambda u, v: bp.softplus(u),
    "sum": lambda u, v: bp.sum(u),
    "mean": lambda u, v: bp.mean(u),
    "ssr": lambda u, v: bp.ssr(u, v),
    "sum of u v": lambda u, v: bp.sum(u * v),
}
programs = st.lists(
    st.tuples(st.sampled_from(sorted(PROGRAM)), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=7,
)


def computed(program: Any, vectors: bool) -> tuple[Any, dict[str, Any]]:
    """The last value of a random program, as a single number; and its leaves."""
    stretch = np.array([1.0, 0.75, 1.25]) if vectors else 1.0
    leaves: dict[str, Any] = {
        "a": leaf("a", LEAVES["a"]),
        "b": leaf("b", LEAVES["b"] * stretch),
        "d": leaf("d", LEAVES["d"] * stretch),
    }
    known = list(leaves.values())
    for line, u, v in program:
        left, right = known[u % len(known)], known[v % len(known)]
        if line == "ssr" and np.shape(left.value) != np.shape(right.value):
            continue
        known.append(PROGRAM[line](left, right))
    last = known[-1]
    return (bp.sum(last) if last.shape else last), leaves


def derivations(program: Any, vectors: bool) -> Iterator[tuple[Derivation, dict[str, Any]]]:
    """A derivation for each leaf that matters, with the value of each name that may be written."""
    with np.errstate(all="ignore"):
        loss, leaves = computed(program, vectors)
        for name in ("a", "b"):
            if not np.all(np.abs(loss.value) < 1e6):
                continue
            try:
                derivation = bp.derive(loss, leaves[name])
            except ValueError:  # the program does not use this leaf
                continue
            names = {
                to_latex(Name(leaf, index)): leaves[leaf].value
                for leaf in leaves
                for index in ("", "i")
            }
            names |= {step.symbol: step.value for step in derivation.steps}
            names = {name: np.array(value) for name, value in names.items()}
            if np.all(np.isfinite(derivation.value)):
                yield derivation, names


@pytest.mark.parametrize("vectors", [False, True], ids=["numbers", "vectors"])
@given(programs)
def test_written_formulas_mean_what_was_computed(vectors: bool, program: Any) -> None:
    for derivation, names in derivations(program, vectors):
        assert derivation.agrees
        with np.errstate(all="ignore"):
            for step in derivation.steps:
                meant = evaluate(step.formula, names)
                np.testing.assert_allclose(meant, step.value, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("vectors", [False, True], ids=["numbers", "vectors"])
@given(programs)
def test_written_factors_mean_the_local_derivatives(vectors: bool, program: Any) -> None:
    for derivation, names in derivations(program, vectors):
        for path in derivation.paths:
            for factor in path.factors:
                entries = factor.matrix[factor.pattern > 0]
                if not np.all(np.isfinite(entries)):
                    continue
                with np.errstate(all="ignore"):
                    meant = evaluate(factor.formula, names)
                # At 0 to the power 0 the engine fixes what the formula leaves open.
                if np.size(meant) in (1, entries.size) and np.all(np.isfinite(meant)):
                    np.testing.assert_allclose(
                        np.broadcast_to(meant, entries.shape), entries, rtol=1e-5, atol=1e-9
                    )


@pytest.mark.parametrize("vectors", [False, True], ids=["numbers", "vectors"])
@given(programs)
def test_the_text_is_valid_and_its_numbers_are_the_engines(vectors: bool, program: Any) -> None:
    for derivation, _ in derivations(program, vectors):
        text, markdown = str(derivation), derivation._repr_markdown_()
        assert not set(text) & set("\\{}$&")
        assert markdown.count("$") % 2 == 0
        for block in re.findall(r"\$\$(.*?)\$\$|\$(.*?)\$", markdown, re.DOTALL):
            assert_balanced("".join(block))
        if not np.shape(derivation.value):
            assert (
                f"backward()` gives {to_text(write_number(derivation.backward))}: the same." in text
            )
        for step in derivation.steps:
            if not np.shape(step.value):
                assert f"= {to_text(write_number(step.value))}" in text


def assert_balanced(latex: str) -> None:
    open_: list[str] = []
    for character in latex:
        if character in "({":
            open_.append(character)
        elif character in ")}":
            assert open_.pop() + character in ("()", "{}")
    assert not open_
    assert latex.count(r"\begin") == latex.count(r"\end")


def test_markdown_holds_aligned_formulas() -> None:
    a = leaf("a")
    markdown = bp.derive((a + a) ** 2, a)._repr_markdown_()
    forward, first, second, total = re.findall(
        r"\$\$\n\\begin\{aligned\}\n(.*?)\n\\end\{aligned\}\n\$\$", markdown, re.DOTALL
    )
    assert forward == ("u_{1} &= a + a = 3 + 3 = 6 \\\\\n\\text{loss} &= u_{1}^2 = 6^2 = 36")
    assert first.replace("path 1", "path 2") == second
    assert total.endswith("= 12 + 12 = 24")


def test_tables_have_equal_rows() -> None:
    markdown = worked_example("w1")._repr_markdown_()
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert len(rows) == 3 + 3
    assert {row.count("|") for row in rows} == {7}


def test_names_cannot_break_the_page() -> None:
    awkward = leaf("cost | $5 & {x}_1\\", [1.0, 2.0])
    derivation = bp.derive(bp.ssr(awkward, [0.0, 0.0]), awkward)
    markdown = derivation._repr_markdown_()
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert len({row.count("|") for row in rows}) == 1
    assert markdown.count("$") % 2 == 0
    assert f"“{awkward.name}”" in str(derivation), "a terminal shows the name as it was typed"


def test_it_shows_itself_in_notebooks_and_terminals() -> None:
    derivation = worked_example("b3")
    bundle = derivation._repr_mimebundle_(include=None, exclude=None)
    assert bundle == {
        "text/markdown": derivation._repr_markdown_(),
        "text/plain": str(derivation),
    }
    assert repr(derivation) == str(derivation)


def test_the_same_derivation_reads_the_same() -> None:
    assert str(worked_example("w1")) == str(worked_example("w1"))


# --- the printed text, read back ------------------------------------------------------------------


def assert_text_reads_back(derivation: Derivation, leaves: Sequence[Any]) -> None:
    """Every formula that a terminal shows, computed from the names that it shows."""
    formulas = [step.definition for step in derivation.steps]
    formulas += [factor.slope for path in derivation.paths for factor in path.factors]
    names = {to_text(step.name): step.value for step in derivation.steps}
    for name in {part for formula in formulas for part in walk(formula) if isinstance(part, Name)}:
        for each in leaves:
            cut = len(name.label) > 30 and each.name.startswith(name.label[:30])
            if cut or each.name == name.label:
                names[to_text(name)] = each.value
    text = str(derivation)
    with np.errstate(all="ignore"):
        for step in derivation.steps:
            written = to_text(step.definition)
            assert written in text
            meant = evaluate_plain(written, names)
            np.testing.assert_allclose(meant, step.value, rtol=1e-5, err_msg=written)
            if step.filled is not None:
                meant = evaluate_plain(to_text(step.filled), {})
                np.testing.assert_allclose(meant, step.value, rtol=1e-3, atol=1e-4)
        for path in derivation.paths:
            for factor in path.factors:
                meant = evaluate_plain(to_text(factor.slope), names)
                if np.isfinite(meant):
                    written = to_text(factor.slope)
                    np.testing.assert_allclose(
                        meant, factor.matrix[0, 0], rtol=1e-5, atol=1e-12, err_msg=written
                    )


POINTWISE = [name for name, entry in TABLE.items() if entry.pointwise]


def apply(name: str, a: Any, b: Any) -> Any:
    """A pointwise operation of numbers, with its settings."""
    if name == "where":
        return bp.where(True, a, b)
    if name == "clip":
        return bp.clip(a, -1.0, 9.0)
    if name == "leaky_relu":
        return bp.leaky_relu(a, 0.1)
    function = getattr(bp, name, None) or getattr(operations, name)
    return function(*(a, b)[: sum(rule is not None for rule in TABLE[name].rules)])


@pytest.mark.parametrize("outer", POINTWISE)
def test_every_operation_of_every_other_reads_back(outer: str) -> None:
    for inner in POINTWISE:
        a, b = leaf("a", 1.7), leaf("b", 0.6)
        for x, y in ((apply(inner, a, b), b), (b, apply(inner, a, b))):
            with np.errstate(all="ignore"):
                loss = apply(outer, x, y)
            if np.isfinite(loss.value) and a in list_oldest_first(loss):
                derivation = bp.derive(loss, a)
                assert derivation.agrees
                assert_text_reads_back(derivation, [a, b])


NAMES = [
    *("x+y", "x - y", "a b", "(x)", "[x]", "f(x)", "a^2", "a/b", "2x", "7", "-1", "1e3", "0.5"),
    *("e", "I", "inf", "nan", "sin", "ln", "max", "where", "σ", "sigma", "Σ", "lambda", "class"),
    *("w1", "w_1", "_", "__init__", "x_", "_x", "1_000", "é", "θ", "theta", "变量", "😀", "x'"),
    *("|x|", "√x", "²", "x²", "x₁", "·", "“x”", '"', "n" * 300, " x ", "\n", "\t", "u1", "loss"),
    *("SSR", "path 1", "i", "n", "∂y", "∂y/∂x", "$x$", "\\", "{", "}", "%", "#", "&", "`", "<b>"),
    *("p (2)", "...", "…", "a,b", "a;b", "a=b", "upstream"),
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_reads_back(name: str) -> None:
    a, b = leaf(name, 1.7), leaf("b", 0.6)
    derivation = bp.derive(bp.exp(a) * b + bp.sqrt(a) / (b + a) ** 2 - bp.log(a**b), a)
    assert derivation.agrees
    assert_text_reads_back(derivation, [a, b])
    markdown = derivation._repr_markdown_()
    assert markdown.count("$") % 2 == 0
    outside = re.sub(r"(?s)\$\$.*?\$\$|\$.*?\$|</?\w+>|`.*?`", "", markdown)
    assert not set(outside) & set("\\{}<>&#^")


def test_all_names_at_once_are_told_apart() -> None:
    leaves = [leaf(name, 1.0 + k / 100) for k, name in enumerate(NAMES)]
    total = leaves[0] * leaves[0]
    for each in leaves[1:]:
        total = total + each * each
    derivation = bp.derive(total, leaves[0])
    assert derivation.agrees
    names = {
        part
        for step in derivation.steps
        for part in walk(step.definition)
        if isinstance(part, Name)
    }
    assert len({to_text(name) for name in names}) == len(names) > len(NAMES)
    assert len({to_latex(name) for name in names}) == len(names)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, -0.0, 1e-300, 1e300, np.array(0.5), np.float32(0.5), [], [[]],
     [0.5], [[0.5]], [math.nan, math.inf, -0.0], np.linspace(0.0, 1.0, 10_000),
     np.ones((30, 40), dtype=np.float32)],
    ids=lambda value: f"{np.shape(value)} {str(value)[:20]}",
)  # fmt: skip
@pytest.mark.parametrize("name", ["square", "exp", "sqrt", "log", "sigmoid", "abs", "relu"])
def test_any_value_can_be_written(name: str, value: Any) -> None:
    v = leaf("v", value)
    derivation = bp.derive(bp.sum(getattr(bp, name)(2.0 * v)), v)
    assert derivation.agrees
    assert len(str(derivation)) < 10_000
    markdown = derivation._repr_markdown_()
    assert_balanced(markdown)
    assert not re.search(r"(?<![a-z{])(inf|nan)(?![a-z}])", markdown), "set as i · n · f"


@pytest.mark.parametrize("name", sorted({case.name for case in CASES}))
def test_every_operation_with_every_shape_is_derived(name: str) -> None:
    for case in (case for case in CASES if case.name == name):
        leaves = [leaf(f"q{k}", value) for k, value in enumerate(case.draw())]
        out = case.function(*leaves, *case.settings)
        loss = bp.sum(out * case.weights(out.value)) if out.shape else out * 1.5
        reached = [node for node in list_oldest_first(loss) if node in leaves]
        for each in reached:
            if record_backward(loss, [each]).arrived.get(each) is None:
                continue  # a limit, which is never differentiated
            derivation = bp.derive(loss, each)
            assert derivation.agrees
            if len(derivation.paths) == derivation.path_count:
                total = sum(path.value for path in derivation.paths)
                np.testing.assert_allclose(total, derivation.value, rtol=1e-9, atol=1e-12)
            assert not set(str(derivation)) & set("\\{}$&")
            assert_balanced(derivation._repr_markdown_())


# --- nothing comes of nothing ---------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_zero_times_infinity_is_explained_where_it_counts_as_zero() -> None:
    x = leaf("x", 0.0)
    text = str(bp.derive(bp.where(x > 0, bp.log(x), 3.0 * x), x))
    assert "0 · ∞\n           = 0" in text
    assert "here 0 · ∞ counts as 0." in text
    assert "0 · ∞ counts" not in str(bp.derive(bp.where(x > -1, bp.exp(x), 3.0 * x), x))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_zero_times_infinity_is_undefined_elsewhere() -> None:
    x = leaf("x", 0.0)
    derivation = bp.derive((x * 0.0) * (1 / x), x)
    assert np.isnan(derivation.value)
    assert np.isnan(derivation.paths[0].rows[0].product)
    assert derivation.agrees
    assert "= ∞ · 0\n           = nan" in str(derivation)


def test_zero_times_infinity_is_zero_where_a_rule_says_so() -> None:
    x = leaf("x", 0.0)
    derivation = bp.derive(bp.sqrt(x) ** 2, x)
    assert derivation.value == derivation.paths[0].rows[0].product == 0.0
    assert derivation.agrees
    assert "here 0 · ∞ counts as 0." in str(derivation)


def test_a_branch_of_arrays_that_was_not_taken() -> None:
    """`derive` printed [1, nan] here, and called the right [1, 0] something else."""
    x, W = leaf("x", [1.0, 0.0]), np.array([[1.0], [1.0]])
    with np.errstate(all="ignore"):
        s = bp.where([True, False], x * bp.log(x), 0.0)
        derivation = bp.derive(bp.sum(bp.reshape(s, (1, 2)) @ W), x)
    np.testing.assert_array_equal(derivation.value, [1.0, 0.0])
    assert derivation.agrees


# --- large graphs ---------------------------------------------------------------------------------


def long_graph(length: int) -> tuple[bp.Variable, bp.Variable]:
    a = leaf("a", 0.5)
    y = a
    for _ in range(length // 4):
        y = bp.sin(y) + 0.001 * a * y
    return y, a


def test_long_graphs_are_written_in_linear_time() -> None:
    seconds = []
    for length in (2_500, 10_000):
        loss, a = long_graph(length)
        started = time.process_time()
        derivation = bp.derive(loss, a)
        text = str(derivation)
        seconds.append(time.process_time() - started)
        assert derivation.agrees
        assert len(text) < 60_000
    assert seconds[1] < 8 * seconds[0] + 1.0, "sixteen times as long would be the square"
    assert re.search(r"Path 1 of about 10\^\d+:", text)


# --- what cannot be derived -----------------------------------------------------------------------

a0, b0 = leaf("a"), leaf("b")
freed = bp.exp(a0)
freed.backward()
ERRORS: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "another parameter": (
        lambda: bp.derive(a0**2, b0),
        ValueError,
        "parameter must take part in the loss, got 'b', which the loss was not computed from: give",
    ),
    "nameless": (
        lambda: bp.derive(a0**2, bp.Variable(5.0)),
        ValueError,
        r"must take part in the loss, got Variable\(5\.\), which",
    ),
    "data": (
        lambda: bp.derive(bp.sum(a0 * X), X),
        TypeError,
        r"parameter must not be data, .*, got a Constant of shape \(3,\): make it a bp\.Variable",
    ),
    "an array": (
        lambda: bp.derive(a0 * X, a0),
        ValueError,
        r"must be a single number, but it has shape \(3,\): reduce it with bp\.sum or bp\.mean",
    ),
    "a plain loss": (
        lambda: bp.derive(2.0, a0),  # type: ignore[arg-type]
        TypeError,
        r"loss must be a bp\.Variable, got 2\.0: pass what was computed, not its \.value",
    ),
    "a plain parameter": (
        lambda: bp.derive(a0**2, 3.0),  # type: ignore[arg-type]
        TypeError,
        r"parameter must be a bp\.Variable, got 3\.0: pass the Variable by which",
    ),
    "a freed graph": (
        lambda: bp.derive(freed, a0),
        RuntimeError,
        r"freed by backward\(\): do this before, or call backward\(retain_graph=True\)",
    ),
    "a very long list": (
        lambda: bp.derive([a0] * 1000, a0),  # type: ignore[arg-type]
        TypeError,
        r"^loss must be a bp\.Variable, got .{1,60}: pass what was computed, not its \.value$",
    ),
    "a condition alone": (
        lambda: bp.derive(bp.where(a0 > 0, b0, 2 * b0), a0),
        ValueError,
        "parameter must take part in the loss",
    ),
    "an operation that there is not": (
        lambda: bp.local_derivatives("expp"),
        ValueError,
        "names must be operations, and none is called 'expp': did you mean 'exp'",
    ),
    "an operation itself": (
        lambda: bp.local_derivatives(bp.exp),  # type: ignore[arg-type]
        TypeError,
        'names must be texts such as "exp", got the function exp: pass the name',
    ),
    "a list of operations": (
        lambda: bp.local_derivatives(["exp"]),  # type: ignore[arg-type]
        TypeError,
        r"names must be texts such as \"exp\", got \['exp'\]: pass the name",
    ),
    "no for False": (
        lambda: bp.local_derivatives(pointwise="no"),  # type: ignore[arg-type]
        TypeError,
        "pointwise must be True or False, got 'no'",
    ),
    "without a graph": (
        lambda: bp.derive(bp.constant(1.0), a0),
        ValueError,
        "got 'a', which the loss was not computed from",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_cannot_be_derived_is_explained(name: str) -> None:
    attempt, kind, message = ERRORS[name]
    with pytest.raises(kind, match=message):
        attempt()


def test_long_derivations_fold_between_their_beginning_and_their_result() -> None:
    a = bp.Variable(1.5, name="a")
    short = bp.derive(a + a, a)._repr_markdown_()
    assert "<details>" not in short
    total = a * a
    for power in range(3, 7):
        total = total + a**power
    derivation = bp.derive(total, a)
    before, rest = derivation._repr_markdown_().split("\n\n<details>\n<summary>")
    folded, after = rest.split("\n\n</details>\n\n")
    assert before.startswith("Forward pass")
    assert "Path 5 of 6" in folded
    assert folded.count("\n\n") >= 3, "Markdown inside HTML needs blank lines around it"
    assert "the same" in after
    assert "<details>" not in str(derivation)
