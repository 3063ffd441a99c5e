"""The history of a training run: what happened, and a file from which the run can go on."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from backprop import saving
from backprop.engine.variable import Value, Variable, value_of

_KIND = "a training run"


class Stepper(Protocol):
    """What a run needs of an optimiser; to be saved, also ``state()`` and ``load_state()``."""

    def step(self) -> None:
        """Change the parameters, given their gradients."""

    def zero_grad(self) -> None:
        """Forget the gradients."""


@dataclass(frozen=True)
class Settings:
    """What was asked of a run, as in :func:`backprop.fit`, and how many examples there are."""

    steps: int
    tolerance: float | None
    patience: int | None
    batch_size: int | None
    shuffle: bool
    seed: int
    clip_norm: float | None
    record: bool
    examples: int | None
    held_out: int | None

    @property
    def steps_per_epoch(self) -> int:
        """Number of steps that together see each example once."""
        if self.examples is None or self.batch_size is None:
            return 1
        return -(-self.examples // self.batch_size)


@dataclass(frozen=True)
class Live:
    """What a running run changes: its state is saved together with the history."""

    parameters: Sequence[Variable]
    optimizer: Stepper
    generators: Sequence[np.random.Generator]
    #: Number of steps that the optimiser had taken before this run.
    earlier_steps: int


class History:
    """What happened in a training run: entry k of a record is how things stood after k steps.

    Attributes
    ----------
    steps : int
        Number of steps taken; every record has one entry more, the start.
    epochs : int
        How often all examples were seen; without batches, the number of steps.
    loss : numpy.ndarray, shape (steps + 1,)
        The loss; in a run with batches, that of the batch whose turn it was.
    validation_loss, validation_steps : numpy.ndarray, shape (epochs + 1,)
        The held-out loss, and after how many steps it was computed; empty without held-out data.
    parameters, gradients : dict of str to numpy.ndarray
        For each parameter its value and its gradient (as the backward pass gave it, before it was
        clipped); first axis: the step. A RuntimeError says so if they were not kept.
    stopped_because : str
        Why the run ended, in a sentence.
    converged : bool
        Whether it ended because the steps had become as small as asked.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(0.0, name="w")
    >>> history = bp.fit(lambda: (w - 3) ** 2, w, bp.GradientDescent(w, 0.25), steps=2)
    >>> history.parameters["w"], history.gradients["w"], history.loss
    (array([0.  , 1.5 , 2.25]), array([-6. , -3. , -1.5]), array([9.    , 2.25  , 0.5625]))
    """

    def __init__(self, names: Sequence[str], settings: Settings, live: Live | None = None) -> None:
        self.stopped_because = ""
        self.converged = False
        self.names = tuple(names)
        self.settings = settings
        self.live = live
        self._records: dict[str, Any] = {}

    def note(self, what: str, value: Value) -> None:
        """Add an entry to a record."""
        if what not in self._records:  # a float64 from NumPy is a float as well
            self._records[what] = array("d") if isinstance(value, float) else []
        self._records[what].append(value.copy() if type(value) is np.ndarray else value)

    def note_step(self, loss: float, parameters: Sequence[Variable]) -> None:
        """Add the loss, and each parameter with its gradient, if they are kept."""
        self.note("loss", loss)
        if self.settings.record:
            for name, parameter in zip(self.names, parameters, strict=True):
                gradient = value_of(parameter.grad)
                if gradient is None:  # this loss does not depend on it
                    gradient = np.zeros(parameter.shape, parameter.dtype)[()]
                self.note(f"parameter {name}", parameter.value)
                self.note(f"gradient {name}", gradient)

    def latest(self, what: str, number: int = 1) -> Sequence[Any]:
        """Return the last entries of a record; fewer if there are not so many."""
        found: Sequence[Any] = self._records.get(what, ())[-number:]
        return found

    def break_off(self) -> None:
        """Keep what is complete, and let nobody go on from the middle of a step."""
        whole = min((len(self._records.get(what, ())) for what in self._of_each_step()), default=0)
        for what in self._of_each_step():
            del self._records.get(what, [])[whole:]
        self.live = None
        self.stopped_because = f"Ctrl-C broke it off in the middle of step {whole}"

    def _of_each_step(self) -> list[str]:
        kinds = ("parameter", "gradient") if self.settings.record else ()
        return ["loss", *(f"{kind} {name}" for kind in kinds for name in self.names)]

    def first_not_finite(self, parameters: Sequence[Variable]) -> tuple[str, int | None] | None:
        """Return which parameter was the first that was not finite, and after how many steps.

        If the parameters of every step were not kept, the step is None.
        """
        found: list[tuple[str, int | None]] = []
        for name, parameter in zip(self.names, parameters, strict=True):
            kept = self.settings.record
            values = self.recorded(f"parameter {name}") if kept else np.array([parameter.value])
            finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
            if not finite.all():
                found.append((name, int(np.argmin(finite)) if kept else None))
        return min(found, key=lambda one: one[1] or 0, default=None)

    def recorded(self, what: str) -> NDArray[Any]:
        """Return a record as an array, one entry after the other."""
        return np.array(self._records.get(what, array("d")))

    @property
    def entries(self) -> int:
        """Number of entries of the records: one more than steps, or none before the first."""
        return len(self._records.get("loss", ()))

    @property
    def steps(self) -> int:
        """Number of steps taken."""
        return max(self.entries - 1, 0)

    @property
    def epochs(self) -> int:
        """How often all examples were seen."""
        return self.steps // self.settings.steps_per_epoch

    @property
    def loss(self) -> NDArray[Any]:
        """The loss after 0, 1, 2, ... steps."""
        return self.recorded("loss")

    @property
    def validation_loss(self) -> NDArray[Any]:
        """The held-out loss after 0, 1, 2, ... epochs."""
        return self.recorded("validation loss")

    @property
    def validation_steps(self) -> NDArray[Any]:
        """After how many steps the held-out loss was computed."""
        return np.arange(len(self.validation_loss)) * self.settings.steps_per_epoch

    @property
    def parameters(self) -> dict[str, NDArray[Any]]:
        """Each parameter after 0, 1, 2, ... steps."""
        return self._of_each("parameter")

    @property
    def gradients(self) -> dict[str, NDArray[Any]]:
        """Each parameter's gradient after 0, 1, 2, ... steps."""
        return self._of_each("gradient")

    def _of_each(self, what: str) -> dict[str, NDArray[Any]]:
        if not self.settings.record:
            raise RuntimeError(
                f"the {what}s of every step were not kept, because so many copies of so many "
                "numbers would fill the memory: pass record=True to fit to keep them all the same, "
                "or keep what you need in a callback"
            )
        return {name: self.recorded(f"{what} {name}") for name in self.names}

    def save(self, path: saving.FilePath) -> None:
        """Write the run into a file, from which :func:`backprop.resume` goes on bit for bit.

        This works at the end of a run, after Ctrl-C, and in the middle of it from a callback:
        ``callbacks=[lambda history: history.save("run.npz")]``.

        Parameters
        ----------
        path : str or path-like
            Best with the ending ``.npz``. A file of that name is replaced once the new one is
            complete: a crash while saving leaves the old one whole.

        Raises
        ------
        RuntimeError
            If there is nothing to go on with: the optimiser has taken steps since, the run was
            broken off in the middle of a step, or the history was only loaded.
        TypeError
            If the optimiser has no ``state()``.
        OSError
            If the file cannot be written.

        Notes
        -----
        The file is a NumPy archive with a header in JSON; reading it runs no code. It holds the
        history, the settings of the run, the parameters with their gradients, the state of the
        optimiser, and that of random generators in layers. It does not hold the data, functions,
        and the settings of the optimiser: ``resume`` is given them again.

        Examples
        --------
        >>> import backprop as bp, os, tempfile
        >>> w = bp.Variable(0.0, name="w")
        >>> history = bp.fit(lambda: (w - 3) ** 2, w, bp.GradientDescent(w, 0.25), steps=4)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     history.save(os.path.join(folder, "run.npz"))
        ...     bp.History.load(os.path.join(folder, "run.npz"))
        History(4 steps, loss 9 → 0.0351562: the limit of 4 steps was reached)
        """
        live = self.live
        if live is None:
            raise RuntimeError(
                "there is nothing to go on with: the run was broken off in the middle of a step, "
                "or this history was only loaded. Use the file of an earlier save()"
            )
        if not hasattr(live.optimizer, "state"):
            raise TypeError(
                f"{type(live.optimizer).__name__} cannot be saved: it has no state() that returns "
                "a dict of numbers and arrays, and load_state() that takes it"
            )
        if count_steps(live.optimizer) not in (None, live.earlier_steps + self.steps):
            raise RuntimeError(
                "the optimizer has taken steps after this run: save a run before you go on"
            )
        arrays = {f"record {what}": self.recorded(what) for what in self._records}
        for name, parameter in zip(self.names, live.parameters, strict=True):
            arrays[f"parameter {name}"] = parameter.value
            if parameter.grad is not None:
                arrays[f"gradient {name}"] = value_of(parameter.grad)
        arrays |= {f"optimizer {key}": kept for key, kept in live.optimizer.state().items()}
        header = {
            "names": self.names,
            "settings": asdict(self.settings),
            "stopped_because": self.stopped_because,
            "converged": self.converged,
            "optimizer": type(live.optimizer).__name__,
            "generators": [generator.bit_generator.state for generator in live.generators],
        }
        saving.write(path, _KIND, header, arrays)

    @classmethod
    def load(cls, path: saving.FilePath) -> History:
        """Read the history in a file, to look at it; :func:`backprop.resume` goes on with the run.

        Parameters
        ----------
        path : str or path-like
            What :meth:`save` has written.

        Raises
        ------
        OSError
            If the file is not there, or must not be read.
        ValueError
            If it is damaged, of another origin, or of a newer version.
        """
        return read_run(path)[0]

    def __repr__(self) -> str:
        """Show the steps, the loss and why the run ended."""
        loss = self.loss
        if not len(loss):
            return "History(no steps yet)"
        return (
            f"History({format_count(self.steps, 'step')}, loss {loss[0]:.6g} → {loss[-1]:.6g}: "
            f"{self.stopped_because or 'still running'})"
        )


def read_run(path: saving.FilePath) -> tuple[History, dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the history in a file, and the header and the arrays of the file."""
    header, arrays = saving.read(path, _KIND)
    with saving.understood(path):
        history = History(list(map(str, header["names"])), Settings(**header["settings"]))
        history.stopped_because = str(header["stopped_because"])
        history.converged = bool(header["converged"])
        for key, values in arrays.items():
            if key.startswith("record "):
                numbers = values.ndim == 1 and values.dtype == np.float64
                history._records[key[7:]] = array("d", values) if numbers else list(values)
    return history, header, arrays


def count_steps(optimizer: Stepper) -> int | None:
    """Return how many steps an optimiser has taken, if it counts them."""
    return getattr(optimizer, "steps", None)


def format_count(number: int, what: str) -> str:
    """Return such as ``1 step`` or ``2 steps``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
