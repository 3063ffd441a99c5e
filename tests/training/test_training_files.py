"""Saved runs: they go on bit for bit, no crash spoils them, and no file is misread."""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import saving

RNG = np.random.default_rng(0)
X = RNG.normal(size=(23, 3))
Y = np.sin(X @ [[1.0], [-2.0], [0.5]])
HELD_OUT = X[::-1] + 0.1, Y[::-1]

OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "descent": lambda p: bp.GradientDescent(p, bp.schedules.cosine(0.1, 40)),
    "momentum": lambda p: bp.Momentum(p, 0.02),
    "nesterov": lambda p: bp.Momentum(p, bp.schedules.warm_up(0.02, 10), nesterov=True),
    "rmsprop": lambda p: bp.RMSProp(p, 0.01),
    "adam": lambda p: bp.Adam(p, 0.01),
    "adamw": lambda p: bp.Adam(p, 0.01, weight_decay=0.1),
}

#: Ways to train: everything that has a state of its own is in one of them.
WAYS: dict[str, dict[str, Any]] = {
    "full batch": {},
    "batches": {"batch_size": 5},
    "in order": {"batch_size": 4, "shuffle": False},
    "everything": {
        "batch_size": 6,
        "seed": 3,
        "validation": HELD_OUT,
        "patience": 100,
        "tolerance": 1e-9,
        "clip_norm": 0.5,
        "record": True,
    },
    "nothing kept": {"batch_size": 23, "record": False, "validation": HELD_OUT},
}


class Session:
    """A program that is started anew: its network, its loss, its optimiser."""

    def __init__(self, make: Callable[[Any], Any], dtype: Any = np.float64) -> None:
        self.net = bp.Sequential(
            bp.Linear(3, 8, seed=0, dtype=dtype),
            bp.tanh,
            bp.Dropout(0.2, seed=1),
            bp.Linear(8, 1, seed=2, dtype=dtype),
        )
        self.optimizer = make(self.net)

    def loss(self, x: Any, y: Any) -> Any:
        return bp.mse(self.net(x), y)

    def fit(self, **settings: Any) -> bp.History:
        return bp.fit(self.loss, self.net, self.optimizer, data=(X, Y), **settings)

    def resume(self, path: Path, **settings: Any) -> bp.History:
        return bp.resume(path, self.loss, self.net, self.optimizer, data=(X, Y), **settings)


def assert_same(one: tuple[Session, bp.History], other: tuple[Session, bp.History]) -> None:
    (session, history), (expected_session, expected) = one, other
    for ours, theirs in zip(
        session.net.parameters(), expected_session.net.parameters(), strict=True
    ):
        np.testing.assert_array_equal(ours.value, theirs.value)
        np.testing.assert_array_equal(ours.grad, theirs.grad)
        assert type(ours.value) is type(theirs.value)
    for what in ("loss", "validation_loss", "validation_steps"):
        np.testing.assert_array_equal(getattr(history, what), getattr(expected, what))
    if expected.settings.record:
        for what in ("parameters", "gradients"):
            for name, values in getattr(expected, what).items():
                found = getattr(history, what)[name]
                np.testing.assert_array_equal(found, values)
                assert found.dtype == values.dtype
    state, expected_state = session.optimizer.state(), expected_session.optimizer.state()
    assert state.keys() == expected_state.keys()
    for key, value in expected_state.items():
        np.testing.assert_array_equal(state[key], value)
        assert type(state[key]) is type(value)
    assert history.stopped_because == expected.stopped_because
    assert repr(history) == repr(expected)


# --- bit for bit ----------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("way", WAYS)
def test_a_run_goes_on_bit_for_bit(way: str, optimizer: str, tmp_path: Path) -> None:
    make, settings = OPTIMIZERS[optimizer], WAYS[way]
    given = {key: settings[key] for key in ("validation",) if key in settings}
    whole = Session(make)
    expected = whole.fit(steps=30, **settings)
    path = tmp_path / "run.npz"
    Session(make).fit(steps=13, **settings).save(path)
    second = Session(make)
    history = second.resume(path, steps=30, **given)
    assert_same((second, history), (whole, expected))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_also_from_a_callback_and_more_than_once(dtype: Any, tmp_path: Path) -> None:
    make, settings = OPTIMIZERS["adam"], {"batch_size": 5, "validation": HELD_OUT}
    whole = Session(make, dtype)
    expected = whole.fit(steps=20, **settings)
    path = tmp_path / "run.npz"

    def save(history: bp.History) -> bool:
        if history.steps % 3 == 0:
            history.save(path)
        return history.steps in (7, 14)  # one that saved at 6, and one at 12

    Session(make, dtype).fit(steps=20, callbacks=[save], **settings)
    second = Session(make, dtype)
    second.resume(path, validation=HELD_OUT, callbacks=[save])
    third = Session(make, dtype)
    history = third.resume(path, validation=HELD_OUT)
    assert_same((third, history), (whole, expected))


def test_after_ctrl_c(tmp_path: Path) -> None:
    make = OPTIMIZERS["momentum"]
    whole = Session(make)
    expected = whole.fit(steps=20, batch_size=5)
    first = Session(make)
    calls = 0

    def loss(x: Any, y: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 10:
            os.kill(os.getpid(), signal.SIGINT)
        return first.loss(x, y)

    history = bp.fit(loss, first.net, first.optimizer, data=(X, Y), batch_size=5, steps=20)
    assert "Ctrl-C" in history.stopped_because
    history.save(tmp_path / "run.npz")
    second = Session(make)
    assert_same((second, second.resume(tmp_path / "run.npz")), (whole, expected))


def test_numbers_and_float32_scalars_go_on_as_what_they_are(tmp_path: Path) -> None:
    def parameters() -> list[bp.Variable]:
        given = {"w": 0.1, "s": np.float32(0.1), "v": [0.1, 0.2], "unused": 5.0}
        return [bp.Variable(value, name=name) for name, value in given.items()]

    def loss_of(p: list[bp.Variable]) -> Callable[[], Any]:
        return lambda: (p[0] - 3) ** 2 + (p[1] - 1) ** 2 + bp.sum((p[2] + p[0]) ** 2)

    whole = parameters()
    expected = bp.fit(loss_of(whole), whole, bp.Adam(whole, 0.1), steps=9, tolerance=1e-12)
    first = parameters()
    bp.fit(loss_of(first), first, bp.Adam(first, 0.1), steps=4, tolerance=1e-12).save(
        tmp_path / "run.npz"
    )
    second = parameters()
    history = bp.resume(
        tmp_path / "run.npz", loss_of(second), second, bp.Adam(second, 0.1), steps=9
    )
    for ours, theirs in zip(second, whole, strict=True):
        np.testing.assert_array_equal(ours.value, theirs.value)
        assert type(ours.value) is type(theirs.value)
        assert type(ours.grad) is type(theirs.grad)
    for name, values in expected.parameters.items():
        np.testing.assert_array_equal(history.parameters[name], values)
        assert history.parameters[name].dtype == values.dtype
    assert history.settings.tolerance == 1e-12


def test_a_run_that_has_ended_is_returned_as_it_was(tmp_path: Path) -> None:
    def run(w: bp.Variable) -> tuple[Callable[[], Any], bp.Variable, Any]:
        return lambda: (w - 3) ** 2, w, bp.GradientDescent(w, 0.25)

    path = tmp_path / "run.npz"
    first = bp.fit(*run(bp.Variable(0.0)), tolerance=1e-3)
    first.save(path)
    w = bp.Variable(0.0)
    again = bp.resume(path, *run(w), steps=5000)
    assert again.converged
    assert repr(again) == repr(first)
    assert w.value == first.parameters["parameter 1"][-1]
    for patience in (2, 3):
        history = bp.fit(*run(bp.Variable(3.0)), patience=patience)
        history.save(path)
        assert repr(bp.resume(path, *run(bp.Variable(0.0)))) == repr(history)
    w.value = -1.0
    with np.errstate(invalid="ignore"):
        bp.fit(lambda: bp.log(w), w, bp.GradientDescent(w)).save(path)
        again = bp.resume(path, lambda: bp.log(w), w, bp.GradientDescent(w))
    assert again.stopped_because.startswith("the loss is nan before the first step")


def test_names_may_be_whatever_a_name_is(tmp_path: Path) -> None:
    names = [r"\beta_1", "β/1", "../file", "header", "a.npy", "file", "", "\0"]
    p = [bp.Variable(float(i), name=name) for i, name in enumerate(names)]
    history = bp.fit(lambda: sum(w * w for w in p), p, bp.GradientDescent(p), steps=2)
    history.save(tmp_path / "run.npz")
    loaded = bp.History.load(tmp_path / "run.npz")
    for name, values in history.parameters.items():
        np.testing.assert_array_equal(loaded.parameters[name], values)


def test_a_second_run_with_the_same_optimiser_can_be_saved_too(tmp_path: Path) -> None:
    make, path = OPTIMIZERS["adam"], tmp_path / "run.npz"
    whole = Session(make)
    whole.fit(steps=5)
    expected = whole.fit(steps=10)
    first = Session(make)
    first.fit(steps=5)
    first.fit(steps=4).save(path)
    second = Session(make)
    history = second.resume(path, steps=10)
    assert_same((second, history), (whole, expected))
    history.save(path)
    assert repr(bp.History.load(path)) == repr(history)


def test_what_can_be_seen_in_a_file(tmp_path: Path) -> None:
    session = Session(OPTIMIZERS["adam"])
    history = session.fit(steps=6, batch_size=5, validation=HELD_OUT)
    history.save(tmp_path / "run.npz")
    loaded = bp.History.load(tmp_path / "run.npz")
    np.testing.assert_array_equal(loaded.loss, history.loss)
    np.testing.assert_array_equal(loaded.validation_loss, history.validation_loss)
    assert loaded.parameters.keys() == history.parameters.keys()
    assert loaded.settings == history.settings
    with np.load(tmp_path / "run.npz", allow_pickle=False) as archive:  # plain NumPy can read it
        header = json.loads(archive["header"].tobytes())
        place = header["arrays"].index("parameter layer1.W")
        np.testing.assert_array_equal(archive[f"array {place}"], session.net.parameters()[0].value)
    assert header["version"] == 1
    with pytest.raises(RuntimeError, match="or this history was only loaded"):
        loaded.save(tmp_path / "other.npz")


# --- saving ---------------------------------------------------------------------------------------


def test_a_run_that_was_left_behind_cannot_be_saved(tmp_path: Path) -> None:
    session = Session(OPTIMIZERS["adam"])
    history = session.fit(steps=3)
    session.optimizer.step()
    with pytest.raises(RuntimeError, match="has taken steps after this run: save a run before"):
        history.save(tmp_path / "run.npz")
    assert list(tmp_path.iterdir()) == []


def save(path: Path, value: float) -> None:
    saving.write(path, "a test", {"value": value}, {"value": np.array([value])})


@pytest.mark.parametrize("failing", ["numpy.savez", "os.fsync", "os.replace"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failure_while_saving_leaves_the_old_file_whole(
    failing: str, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: Any, *others: Any, **arrays: Any) -> None:
        if failing == "numpy.savez":
            file.write(b"half of it")
        raise error

    save(tmp_path / "file.npz", 1.0)
    with monkeypatch.context() as patch:
        patch.setattr(failing, fail)
        with pytest.raises(type(error)):
            save(tmp_path / "file.npz", 2.0)
    assert [file.name for file in tmp_path.iterdir()] == ["file.npz"]
    assert saving.read(tmp_path / "file.npz", "a test")[0]["value"] == 1.0


CRASH = """
import os, sys
import numpy as np
from backprop import saving

def crash(file, **arrays):
    file.write(b"half of it")
    file.flush()
    os._exit(9)

np.savez = crash
saving.write(sys.argv[1], "a test", {"value": 2.0}, {})
"""


def test_a_crash_while_saving_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "file.npz"
    save(path, 1.0)
    run = subprocess.run(
        [sys.executable, "-c", CRASH, str(path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    assert run.returncode == 9
    assert saving.read(path, "a test")[0]["value"] == 1.0
    assert len(list(tmp_path.iterdir())) == 2  # the half that was written lies beside it
    save(path, 3.0)
    assert saving.read(path, "a test")[0]["value"] == 3.0


def test_where_a_file_goes(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        save(tmp_path / "nowhere" / "file.npz", 1.0)
    save(tmp_path / "without ending", 1.0)
    assert (tmp_path / "without ending").is_file()
    (tmp_path / "link.npz").symlink_to(tmp_path / "without ending")
    save(tmp_path / "link.npz", 2.0)
    assert (tmp_path / "link.npz").is_symlink()
    assert saving.read(tmp_path / "without ending", "a test")[0]["value"] == 2.0


def test_folders_that_cannot_be_opened_are_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)  # as on Windows
    save(tmp_path / "file.npz", 1.0)
    assert (tmp_path / "file.npz").is_file()


# --- reading --------------------------------------------------------------------------------------


class Trap:
    """Unpickled, it would leave a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def foreign(kind: str, path: Path) -> None:
    header = {"kind": "a training run", "version": 1, "arrays": []}

    def with_header(header: Any) -> None:
        np.savez(path, header=np.frombuffer(json.dumps(header).encode(), dtype=np.uint8))

    written: dict[str, Callable[[], Any]] = {
        "empty": lambda: path.write_bytes(b""),
        "text": lambda: path.write_text("step,loss\n0,9.0\n"),
        "pickle": lambda: path.write_bytes(pickle.dumps(Trap(path.with_suffix(".mark")))),
        "one array": lambda: np.save(path.open("wb"), X),
        "other arrays": lambda: np.savez(path, x=X),
        "objects": lambda: np.savez(
            path, header=np.array([Trap(path.with_suffix(".mark"))], dtype=object)
        ),
        "no JSON": lambda: np.savez(path, header=np.frombuffer(b"{", dtype=np.uint8)),
        "a list": lambda: with_header([1, 2]),
        "no version": lambda: with_header({"kind": "a training run", "arrays": []}),
        "arrays are missing": lambda: with_header(header | {"arrays": ["record loss"]}),
        "nothing in it": lambda: with_header(header),
        "other settings": lambda: with_header(header | {"names": [], "settings": {"pace": 1}}),
    }
    written[kind]()


@pytest.mark.parametrize(
    "kind",
    [
        "empty",
        "text",
        "pickle",
        "one array",
        "other arrays",
        "objects",
        "no JSON",
        "a list",
        "no version",
        "arrays are missing",
        "nothing in it",
        "other settings",
    ],
)
def test_files_of_other_origin_are_refused_and_run_no_code(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    foreign(kind, path)
    with pytest.raises(
        ValueError, match=r"run\.npz is damaged, or was not written by this package"
    ):
        bp.History.load(path)
    assert not path.with_suffix(".mark").exists()


def test_files_that_are_not_there_or_hold_something_else(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        bp.History.load(tmp_path / "run.npz")
    net = bp.Linear(2, 1, seed=0)
    net.save(tmp_path / "net.npz")
    with pytest.raises(ValueError, match="holds the parameters of a layer, and not a training run"):
        bp.History.load(tmp_path / "net.npz")


def test_files_of_newer_versions_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(saving, "VERSION", 2)
        save(tmp_path / "file.npz", 1.0)
    with pytest.raises(ValueError, match=r"newer version of this package \(format 2, this one re"):
        saving.read(tmp_path / "file.npz", "a test")


def test_no_damage_goes_unseen(tmp_path: Path) -> None:
    session = Session(OPTIMIZERS["adam"])
    session.fit(steps=3).save(tmp_path / "run.npz")
    whole = (tmp_path / "run.npz").read_bytes()
    header, arrays = saving.read(tmp_path / "run.npz", "a training run")
    rng, refused = np.random.default_rng(0), 0
    for trial in range(600):
        spoilt = bytearray(whole)
        at = int(rng.integers(len(whole)))
        if trial % 3 == 0:
            spoilt = spoilt[:at]
        else:
            spoilt[at] ^= 1 << int(rng.integers(8))
        (tmp_path / "spoilt.npz").write_bytes(spoilt)
        try:
            found, values = saving.read(tmp_path / "spoilt.npz", "a training run")
        except ValueError:
            refused += 1
            continue
        assert found == header  # only what no one reads, such as the time in the archive
        assert values.keys() == arrays.keys()
        for name, value in arrays.items():
            np.testing.assert_array_equal(values[name], value)
    assert refused > 500


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    Session(OPTIMIZERS["adam"]).fit(steps=3, batch_size=5, validation=HELD_OUT).save(path)
    return path


def resumed(path: Path, session: Session | None = None, **changes: Any) -> bp.History:
    session = session or Session(OPTIMIZERS["adam"])
    settings = {"data": (X, Y), "validation": HELD_OUT, "parameters": session.net} | changes
    parameters, optimizer = settings.pop("parameters"), settings.pop("optimizer", session.optimizer)
    loss = settings.pop("loss", session.loss)
    return bp.resume(path, loss, parameters, optimizer, **settings)


def test_a_resumed_run_is_checked_against_the_file(saved: Path) -> None:
    assert resumed(saved).steps == 3
    cases: list[tuple[Callable[[], Any], type[Exception], str]] = [
        (lambda: resumed(saved, data=(X[1:], Y[1:])), ValueError, "23 examples in data, here 22"),
        (lambda: resumed(saved, data=None, validation=None), ValueError, "batch_size needs data"),
        (lambda: resumed(saved, validation=None), ValueError, "23 examples in validation, here no"),
        (lambda: resumed(saved, steps=0), ValueError, "steps must be a whole number"),
        (lambda: resumed(saved, loss=3), TypeError, "loss must be a function"),
        (
            lambda: resumed(saved, Session(OPTIMIZERS["momentum"])),
            ValueError,
            "optimizer must be the one of .*, Adam, got Momentum",
        ),
        (
            lambda: resumed(saved, optimizer=bp.Adam(bp.Variable(1.0))),
            ValueError,
            "made for other parameters",
        ),
    ]
    for use, kind, message in cases:
        with pytest.raises(kind, match=message):
            use()
    session = Session(OPTIMIZERS["adam"])
    with pytest.raises(ValueError, match=r"1 random generator in the layers, here 0 can be seen"):
        resumed(saved, session, parameters=session.net.parameters())


def test_a_refused_file_changes_nothing(saved: Path) -> None:
    wide = Session(OPTIMIZERS["adam"])
    wide.net = bp.Sequential(bp.Linear(3, 9, seed=0), bp.Dropout(0.1), bp.Linear(9, 1, seed=0))
    wide.optimizer = bp.Adam(wide.net)
    before = [parameter.value.copy() for parameter in wide.net.parameters()]
    with pytest.raises(ValueError, match=r"number 1 is layer1.W \(float64, shape \(3, 8\)\)"):
        resumed(saved, wide)
    for parameter, value in zip(wide.net.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.value, value)
    assert wide.optimizer.steps == 0
