"""A run with a program is the run without it, but for the last digits."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backprop as bp

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(11, 2)), RNG.integers(0, 3, 11)


def run(compiled: bool, **settings: Any) -> bp.History:
    net = bp.Sequential(
        bp.Linear(2, 4, bp.relu, seed=0), bp.Dropout(0.2, seed=1), bp.Linear(4, 3, seed=2)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return bp.fit(
            lambda x, y: bp.softmax_cross_entropy(net(x), y),
            net,
            bp.Adam(net.parameters(), 0.01),
            steps=12,
            data=(X, LABELS),
            compiled=compiled,
            **settings,
        )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"batch_size": 4},
        {"clip_norm": 0.1},
        {"validation": (X[:3], LABELS[:3]), "patience": 5},
        {"tolerance": 1e-9},
    ],
    ids=str,
)
def test_the_history_is_the_same(settings: dict[str, Any]) -> None:
    ours, theirs = run(True, **settings), run(False, **settings)
    assert ours.steps == theirs.steps
    assert ours.stopped_because == theirs.stopped_because
    assert np.allclose(ours.loss, theirs.loss, rtol=1e-10)
    for name, values in theirs.parameters.items():
        assert np.allclose(ours.parameters[name], values, rtol=1e-9, atol=1e-12)


def test_a_loss_without_a_program_is_said_once_and_goes_on() -> None:
    w = bp.Variable(3.0)

    def loss() -> Any:
        return w * w if w > 1 else w

    with pytest.warns(UserWarning, match="without a program: program: a branch depends") as caught:
        history = bp.fit(loss, w, bp.GradientDescent(w, 0.1), steps=5, compiled=True)
    assert len(caught) == 1
    assert caught[0].filename == __file__  # the line that called fit
    assert history.steps == 5


@pytest.mark.parametrize(
    ("loss", "reason"),
    [
        (lambda: 1.0, "must return a Variable"),
        (lambda: bp.Variable([1.0, 2.0]) * 2.0, "single number"),
    ],
)
def test_a_wrong_loss_is_explained_as_without_a_program(
    loss: Callable[[], Any], reason: str
) -> None:
    w = bp.Variable(1.0)
    with pytest.raises((TypeError, ValueError), match=reason):
        bp.fit(loss, w, bp.GradientDescent(w, 0.1), steps=5, compiled=True)


@pytest.mark.parametrize("first", [True, False], ids=["after a program", "after eager"])
def test_a_saved_run_is_resumed_with_a_program(first: bool, tmp_path: Path) -> None:
    histories = []
    for compiled in (True, False):
        net = bp.Sequential(bp.Linear(2, 4, bp.relu, seed=0), bp.Dropout(0.2, seed=1))
        net = bp.Sequential(net, bp.Linear(4, 3, seed=2))

        def loss(x: Any, y: Any, net: Any = net) -> Any:
            return bp.softmax_cross_entropy(net(x), y)

        settings: dict[str, Any] = {"data": (X, LABELS)}
        optimizer = bp.Adam(net.parameters(), 0.01)
        history = bp.fit(
            loss, net, optimizer, steps=6, batch_size=4, compiled=compiled and first, **settings
        )
        history.save(tmp_path / "run.npz")
        for parameter in net.parameters():
            parameter.value = parameter.value * 0.0
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            histories.append(
                bp.resume(
                    tmp_path / "run.npz",
                    loss,
                    net,
                    bp.Adam(net.parameters(), 0.01),
                    steps=15,
                    compiled=compiled,
                    **settings,
                )
            )
    ours, theirs = histories
    assert ours.steps == theirs.steps == 15
    assert np.allclose(ours.loss, theirs.loss, rtol=1e-10)
    for name, values in theirs.parameters.items():
        assert np.allclose(ours.parameters[name], values, rtol=1e-9, atol=1e-12)


def test_a_resumed_run_without_a_program_says_so_once(tmp_path: Path) -> None:
    w = bp.Variable(3.0, "w")
    bp.fit(lambda: w * w, w, bp.GradientDescent(w, 0.1), steps=2).save(tmp_path / "run.npz")
    with pytest.warns(UserWarning, match="without a program: program: a branch") as caught:
        bp.resume(
            tmp_path / "run.npz",
            lambda: w * w if w > 0 else w,
            w,
            bp.GradientDescent(w, 0.1),
            steps=5,
            compiled=True,
        )
    assert len(caught) == 1
    assert caught[0].filename == __file__
