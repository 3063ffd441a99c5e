"""What was kept with version 0.1.0 (see make.py) is still read, whole, by the code of today."""

import io
import json
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

import backprop as bp
from backprop import cli

HERE = Path(__file__).parent
EXPECTED = json.loads((HERE / "expected.json").read_text())
X = np.linspace(0, 1, 8)[:, None]


def network(seed: int = 0) -> bp.Sequential:
    return bp.Sequential(
        bp.Linear(1, 2, seed=seed), bp.softplus, bp.Linear(2, 1, seed=seed and seed + 1)
    )


def resume(net: bp.Sequential, steps: int) -> bp.History:
    return bp.resume(
        HERE / "run.npz",
        lambda x, y: bp.mse(net(x), y),
        net.parameters(),
        bp.Adam(net.parameters(), 0.05),
        steps=steps,
        data=(X, np.sin(3 * X)),
    )


def say(*arguments: str | Path) -> str:
    with redirect_stdout(io.StringIO()) as said:
        assert cli.main([str(argument) for argument in arguments]) == 0
    return said.getvalue()


def test_the_history_of_a_run_is_whole() -> None:
    history = bp.History.load(HERE / "run.npz")
    assert history.steps == 20
    assert history.epochs == 10
    assert history.stopped_because == "the limit of 20 steps was reached"
    np.testing.assert_allclose(history.loss, EXPECTED["loss"], rtol=1e-12)
    assert {name: values.shape for name, values in history.parameters.items()} == {
        "layer1.W": (21, 1, 2),
        "layer1.b": (21, 2),
        "layer2.W": (21, 2, 1),
        "layer2.b": (21, 1),
    }


def test_a_run_goes_on_to_the_same_losses() -> None:
    net = network(seed=5)  # other start values: all that counts is in the file
    history = resume(net, 30)
    assert history.steps == 30
    np.testing.assert_allclose(history.loss, EXPECTED["go_on"], rtol=1e-12)


def test_a_network_computes_what_it_computed() -> None:
    net, other = network(seed=5), network(seed=5)
    net.load(HERE / "network.npz")
    resume(other, 20)  # the network of the end of the run is the one that was saved
    np.testing.assert_array_equal(net(X).value, other(X).value)
    last = bp.History.load(HERE / "run.npz").parameters
    for name, parameter in net.named_parameters().items():
        np.testing.assert_array_equal(parameter.value, last[name][-1])


def test_progress_is_read_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "progress.json"
    kept.write_bytes((HERE / "progress.json").read_bytes())
    monkeypatch.setenv("BACKPROP_PROGRESS", str(kept))
    progress = bp.course.progress()
    said = json.loads((HERE / "progress.json").read_text())
    for part, found in (
        ("questions", progress.records.questions),
        ("exercises", progress.records.exercises),
    ):
        assert found.keys() == said[part].keys()
        for name, kept_then in said[part].items():  # what was added since stands beside it
            assert kept_then.items() <= found[name]._asdict().items()
    fitting, slopes, *_ = progress.chapters
    assert (fitting.right, fitting.first, fitting.solved) == (1, 1, 1)
    assert (slopes.right, slopes.first, slopes.solved) == (0, 0, 0)
    progress.export(tmp_path / "exported.json")
    exported = json.loads((tmp_path / "exported.json").read_text())
    for part in ("questions", "exercises"):
        assert all(
            then.items() <= exported[part][name].items() for name, then in said[part].items()
        )


def test_the_code_of_a_certificate_verifies(tmp_path: Path) -> None:
    said = say("certificate", "--verify", HERE / "certificate.txt")
    code = (HERE / "certificate.txt").read_text(encoding="utf-8").split("\n")[0]
    assert f"code of these contents: {code}" in said
    assert "Ada Lovelace, 2026-11-28, version 0.1.0" in said
    forged = tmp_path / "forged.txt"
    text = (HERE / "certificate.txt").read_text(encoding="utf-8")
    forged.write_text(text.replace("Ada", "Eve"), encoding="utf-8")
    with redirect_stdout(io.StringIO()) as answer:
        assert cli.main(["certificate", "--verify", str(forged)]) == 1
    assert "does NOT match" in answer.getvalue()


def test_the_page_of_a_certificate_carries_what_verifies(tmp_path: Path) -> None:
    ((name, (content,)),) = PdfReader(HERE / "certificate.pdf").attachments.items()
    carried = tmp_path / name
    carried.write_bytes(content)
    code = (HERE / "certificate.txt").read_text(encoding="utf-8").split("\n")[0]
    assert f"code of these contents: {code}" in say("certificate", "--verify", carried)
