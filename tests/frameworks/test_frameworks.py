"""The record of the chapter on frameworks beside what is run now, and the tabs beside programs."""

import importlib
import inspect
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpmath import exp, log, mp, mpf
from numpy.typing import NDArray

from backprop.frameworks import measure, read_record, record, tasks

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [name for name in measure.FRAMEWORKS if name != "ours"]
REQUIRED = os.environ.get("BACKPROP_FRAMEWORKS") == "required"
CELLS = json.loads((ROOT / "book" / "frameworks.ipynb").read_text("utf-8"))["cells"]
TEXT = "\n".join("".join(c["source"]) for c in CELLS if c["cell_type"] == "markdown")


@pytest.fixture(scope="module")
def own() -> dict[str, Any]:
    return measure.run_here("ours")


def test_our_own_run_is_that_of_the_record(own: dict[str, Any]) -> None:
    record.compare_run("ours", record.reduce_run(own), read_record().runs["ours"])


def test_another_run_would_be_noticed(own: dict[str, Any]) -> None:
    kept = json.loads(json.dumps(read_record().runs["ours"]))
    kept["digits"]["last"][2] *= 1 + 1e-8
    with pytest.raises(AssertionError, match="what the record has: digits, last"):
        record.compare_run("ours", record.reduce_run(own), kept)


@pytest.mark.parametrize("place", [0, 3, -1])
def test_what_is_no_number_would_be_noticed_at_every_place(
    own: dict[str, Any], place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = json.loads(json.dumps(own))
    spoilt["dosage"]["first"][place] = float("nan")
    monkeypatch.setattr(record, "is_installed", lambda name: True)
    monkeypatch.setattr(record, "run_apart", lambda name: spoilt)
    with pytest.raises(AssertionError, match="JAX differs from ours, dosage"):
        record.check_record(["JAX"])


@pytest.mark.programs
@pytest.mark.parametrize("name", OTHERS)
def test_each_framework_agrees_with_ours_and_with_the_record(
    name: str, own: dict[str, Any]
) -> None:
    if not measure.is_installed(name) and not REQUIRED:
        pytest.skip(f"{name} is not installed: `make frameworks` installs all three")
    run = measure.run_apart(name)
    for found in record.find_differences(run, own).values():
        assert all(each < record.TOLERANCE for each in found.values())
    record.compare_run(name, record.reduce_run(run), read_record().runs[name])


def test_the_record_agrees_to_the_last_digits() -> None:
    kept = read_record()
    for name in OTHERS:
        for found in kept.differences[name].values():
            assert all(each < 1e-14 for each in found.values())
        assert kept.runs[name]["digits"]["right"] == kept.runs["ours"]["digits"]["right"] == 349


def test_leaving_out_zero_changes_the_steps_of_two() -> None:
    changed = {
        name: not np.allclose(run["zeroed"], run["left"])
        for name, run in read_record().runs.items()
    }
    assert changed == {"ours": True, "PyTorch": True, "TensorFlow": False, "JAX": False}


def test_a_missing_framework_is_named_where_it_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BACKPROP_FRAMEWORKS", "required")
    monkeypatch.setattr(record, "is_installed", lambda name: name == "ours")
    with pytest.raises(ModuleNotFoundError, match="PyTorch is required"):
        record.check_record()


def test_an_error_in_a_framework_is_shown() -> None:
    with pytest.raises(RuntimeError, match="KeyError"):
        measure.run_apart("nobody")


@pytest.mark.parametrize("function", ["train_dosage", "train_digits"])
@pytest.mark.parametrize("module", ["ours", "pytorch", "tensorflow", "jax"])
def test_a_tab_shows_what_is_run(module: str, function: str) -> None:
    program = importlib.import_module(f"backprop.frameworks.programs.{module}")
    source = inspect.getsource(getattr(program, function)).rstrip()
    tabs = re.findall(rf"\{{tab-item\}}[^\n]*\n:sync: {module}\n(.*?)^````$", TEXT, re.M | re.S)
    assert any(f"```python\n{source}\n```" in tab for tab in tabs)
    assert all(len(line) < 80 for line in source.splitlines())


def test_the_exact_loss_is_what_sixty_digits_give() -> None:
    mp.dps = 60
    parameters = [mpf(float(value)) for value in tasks.START]
    for _ in range(tasks.DOSAGE_STEPS):
        w1, b1, w2, b2, w3, w4, b3 = parameters
        gradient, loss = [mpf(0)] * 7, mpf(0)
        for x, observed in ((mpf(0), 0), (mpf(1) / 2, 1), (mpf(1), 0)):
            e1, e2 = exp(w1 * x + b1), exp(w2 * x + b2)
            y1, y2 = log(1 + e1), log(1 + e2)
            residual = observed - (w3 * y1 + w4 * y2 + b3)
            loss += residual**2
            z1, z2 = w3 * e1 / (1 + e1), w4 * e2 / (1 + e2)
            shares = (z1 * x, z1, z2 * x, z2, y1, y2, 1)
            gradient = [g - 2 * residual * s for g, s in zip(gradient, shares, strict=True)]
        parameters = [
            p - mpf(tasks.DOSAGE_RATE) * g for p, g in zip(parameters, gradient, strict=True)
        ]
    exact = mp.nstr(loss, 16)
    assert f'exact = "{exact}"' in "".join("".join(c["source"]) for c in CELLS)
    found = [run["dosage"]["losses"]["999"] for run in read_record().runs.values()]
    assert all(value < loss for value in found)
    assert max(found) - min(found) < loss - max(found)


def _descend(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the seven parameters before each step and after the last, with plain NumPy."""
    x, observed = np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])
    places = [parameters]
    for _ in range(tasks.DOSAGE_STEPS):
        w1, b1, w2, b2, w3, w4, b3 = places[-1]
        e1, e2 = np.exp(w1 * x + b1), np.exp(w2 * x + b2)
        y1, y2 = np.log1p(e1), np.log1p(e2)
        d = -2 * (observed - (w3 * y1 + w4 * y2 + b3))
        d1, d2 = d * w3 * e1 / (1 + e1), d * w4 * e2 / (1 + e2)
        shares = (d1 * x, d1, d2 * x, d2, d * y1, d * y2, d)
        places.append(places[-1] - tasks.DOSAGE_RATE * np.sum(shares, axis=1))
    return np.array(places)


def test_an_error_at_the_start_grows_to_nine_times_and_ends_at_six() -> None:
    error = np.where(np.array(tasks.NAMES) == "w2", 1e-6, 0)
    apart = np.abs(_descend(tasks.START + error) - _descend(tasks.START)).max(axis=1) / 1e-6
    assert round(apart[-1]) == 6
    assert round(apart.max()) == 9
    assert apart[:300].max() < 1.5, "on the flat stretch hardly at all"
    assert 700 < apart.argmax() < 950
    because = " ".join((ROOT / "exercises/frameworks/predictions.py").read_text("utf-8").split())
    assert "It is six times as much, and on the way it was nine." in because


# ---- what the chapter says of the libraries, in passing


def test_the_chapter_says_of_speed_what_the_record_has() -> None:
    ratios = {task: read_record().list_ratios(task) for task in ("dosage", "digits")}
    lines = read_record().list_ratios("digits, as written")
    assert all(each > 0 for found in (*ratios.values(), lines) for each in found.values())
    assert "For a step with the digits our engine needed less time than any of the three" in TEXT
    assert all(ratios["digits"][name] > 1 for name in OTHERS)
    assert "Only there, with the dosage network, was a library faster than ours" in TEXT
    assert [name for name in OTHERS if ratios["dosage"][name] < 1] == ["JAX"]
    assert "Look what compiling does in the last two lines." in TEXT
    assert all(lines[name] > 2 * ratios["digits"][name] for name in lines)


@pytest.mark.programs
def test_pytorch_refuses_a_step_that_would_be_remembered_and_warns_of_shapes() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    w = torch.tensor(2.0, requires_grad=True)
    assert w.dtype == torch.float32
    (w**2).backward()
    with pytest.raises(RuntimeError, match="in-place"):
        w -= 0.1 * w.grad
    with torch.no_grad():
        w -= 0.1 * w.grad
    column, row = torch.zeros(3, 1), torch.zeros(3)
    with pytest.warns(UserWarning, match="target size"):
        torch.nn.functional.mse_loss(row, column)
    assert torch.sum((column - row) ** 2).shape == ()


@pytest.mark.programs
def test_jax_runs_a_function_once_and_refuses_to_decide_by_a_value() -> None:
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    seen = []

    def square(x: Any) -> Any:
        seen.append(x)
        return x**2

    fast = jax.jit(square)
    assert [float(fast(float(k))) for k in range(3)] == [0.0, 1.0, 4.0]
    assert len(seen) == 1
    assert fast(np.zeros(3)).shape == (3,)
    assert len(seen) == 2, "another shape, and it is run once more"
    with pytest.raises(jax.errors.TracerBoolConversionError):
        jax.jit(lambda x: x if x > 0 else -x)(1.0)
