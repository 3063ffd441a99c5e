"""What a reader of the book alone writes at the end of Part III passes the check that it holds."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np

import backprop as bp
from backprop import course
from tests.notebooks.test_figure_texts import BOOK, read

Gradients = Callable[..., tuple[np.ndarray, ...]]


def find_check() -> str:
    cells = json.loads((BOOK / "vectorised.ipynb").read_text(encoding="utf-8"))["cells"]
    (text,) = ["".join(c["source"]) for c in cells if "own check\n" in "".join(c["source"])]
    return re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)[0]


def run_check(network_gradients: Gradients) -> float:
    """Run the lines of the chapter as they stand there; return the largest error."""
    *lines, last = find_check().strip().splitlines()
    names: dict[str, Any] = {
        "np": np,
        "network_gradients": network_gradients,
        "relative_errors": course.exercise("checking/relative_errors").task.reference,
    }
    exec("\n".join([*lines, f"errors = {last}"]), names)
    assert len({*names["X"].shape, *names["W2"].shape}) == 4  # sizes that all differ
    assert len(names["errors"]) == names["W1"].size
    return float(names["errors"].max())


def test_a_matrix_passes_the_readers_own_check() -> None:
    assert run_check(course.exercise("vectorised/two_layers").task.reference) < 1e-7


def test_what_arrives_at_the_first_layer_is_not_yet_its_own() -> None:
    def take_for_its_own(
        X: Any, observed: Any, W1: Any, b1: Any, W2: Any, b2: Any
    ) -> tuple[np.ndarray, ...]:
        A = np.log(1 + np.exp(X @ W1 + b1))
        dP = -2 * (observed - (A @ W2 + b2))
        dA = dP @ W2.T  # the slope of the softplus is forgotten
        return X.T @ dA, dA.sum(axis=0), A.T @ dP, dP.sum(axis=0)

    assert run_check(take_for_its_own) > 1e-2
    assert "`dX` times the slopes, entry by entry, is that layer's own `dY`" in read("vectorised")


def test_two_layers_that_tell_classes_apart_pass_as_well() -> None:
    end = course.exercise("losses/softmax_cross_entropy").task.reference
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(5, 2)), np.eye(3)[[0, 1, 1, 2, 0]]
    W1, b1, W2, b2 = (rng.normal(size=s) for s in ((2, 4), 4, (4, 3), 3))
    A = np.tanh(X @ W1 + b1)
    dP = end(A @ W2 + b2, y)[1]
    dZ = dP @ W2.T * (1 - A**2)
    nudged = bp.numeric_gradient(lambda W: end(np.tanh(X @ W + b1) @ W2 + b2, y)[0], W1)
    assert np.allclose(X.T @ dZ, nudged, rtol=1e-7, atol=1e-9)


def test_the_written_program_turns_one_product_over_and_adds_rows_by_ones() -> None:
    cells = json.loads((BOOK / "vectorised.ipynb").read_text(encoding="utf-8"))["cells"]
    written = "".join(
        "".join(output.get("text", "")) for cell in cells for output in cell.get("outputs", [])
    )
    assert "dot(t3_T, t2, t5)" in written
    assert "dW2 = t5_T" in written
    assert written.count("dot(ones3, ") == 2  # beside the five products of matrices
    assert "With a row of ones in front it adds up rows" in read("vectorised")


def test_both_passes_of_the_dosage_network_stand_in_a_cell_and_are_right() -> None:
    cells = json.loads((BOOK / "vectorised.ipynb").read_text(encoding="utf-8"))["cells"]
    (shown,) = [cell for cell in cells if "# the dX of the second layer" in "".join(cell["source"])]
    assert not shown["metadata"].get("tags")
    lines = "".join(shown["source"]).replace(".value", "").split("\n")
    lines = [line for line in lines if not line.startswith("assert ")]
    assert len(lines) == 7
    assert "both passes are these seven lines" in read("vectorised")
    X, observed = (column.reshape(-1, 1) for column in bp.data.dosage())
    W1, W2 = np.array([[2.74, -1.13]]), np.array([[0.36], [0.63]])
    names: dict[str, Any] = {"np": np, "X": X, "observed": observed, "W1": W1, "B1": np.zeros(2)}
    names |= {"W2": W2, "B2": np.zeros(1)}
    exec("\n".join(lines), names)

    def ssr(W1: Any, W2: Any) -> Any:
        return np.sum((observed - np.log(1 + np.exp(X @ W1)) @ W2) ** 2)

    for slopes, weights, loss in (
        (names["dW1"], W1, lambda W: ssr(W, W2)),
        (names["dW2"], W2, lambda W: ssr(W1, W)),
    ):
        assert np.allclose(slopes, bp.numeric_gradient(loss, weights), rtol=1e-7)
