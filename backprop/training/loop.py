"""The loop of a training run: measure, step, measure, ... until there is a reason to stop."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from backprop.checks import check_flag, format_given, name_extra
from backprop.engine.variable import Constant, Value, Variable, no_grad, value_of
from backprop.network.layer import Layer
from backprop.training.batches import Arrays, Batches
from backprop.training.history import History, Live, format_count
from backprop.training.parameters import clip_gradients

if TYPE_CHECKING:
    from backprop.training.compiled import CompiledLoss

Callback = Callable[[History], object]


class Run:
    """One run: measure, step, measure, step, ... until there is a reason to stop."""

    def __init__(
        self,
        loss: Callable[..., Any],
        layer: Layer | None,
        live: Live,
        history: History,
        data: Arrays,
        held_out: Arrays,
        callbacks: Iterable[Callback],
        compiled: bool = False,
    ) -> None:
        if not callable(loss) or isinstance(loss, type):
            raise TypeError(
                "loss must be a function that computes the loss anew, such as "
                f"lambda: bp.ssr(...); got {format_given(loss)}"
            )
        history.live = live
        settings = history.settings
        self.loss = loss
        self.compiled = _compile_loss(loss) if compiled else None
        self.layer = layer
        self.parameters = live.parameters
        self.optimizer = live.optimizer
        self.history = history
        self.settings = settings
        self.batches = Batches(data, settings.batch_size, settings.shuffle, settings.seed)
        self.held_out = held_out
        self.callbacks = _check_callbacks(callbacks)

    def go_on(self, progress: bool) -> History:
        """Take all the steps that are to be taken."""
        history = self.history
        check_flag(progress, "progress")
        bar = _make_progress_bar(self.settings.steps, history.steps) if progress else None
        try:
            with _interrupts_held_back() as interrupts:
                if history.entries:
                    history.stopped_because = self.reason()
                else:
                    self.measure(interrupts)
                while not history.stopped_because:
                    self.step()
                    self.measure(interrupts)
                    if bar is not None:
                        bar.set_postfix_str(f"loss {history.latest('loss')[0]:.4g}", refresh=False)
                        bar.update()
        except KeyboardInterrupt:  # the second Ctrl-C, or one that could not be held back
            history.break_off()
        finally:
            if bar is not None:
                bar.close()
        return history

    def measure(self, interrupts: Sequence[int]) -> None:
        """Compute the loss and its gradient, add them to the history, and ask whether to stop."""
        history, step = self.history, self.history.entries
        self.optimizer.zero_grad()
        history.note_step(self.compute_gradients(self.batches.at(step)), self.parameters)
        self.watch(step)
        history.stopped_because = self.reason()
        asked = [bool(callback(history)) for callback in self.callbacks]
        if not history.stopped_because and any(asked):
            history.stopped_because = "a callback asked to stop"
        if not history.stopped_because and interrupts:
            history.stopped_because = f"Ctrl-C interrupted it after {format_count(step, 'step')}"

    def compute_gradients(self, batch: Arrays) -> float:
        """Return the loss of a batch, and leave its gradient in the parameters."""
        found = None if self.compiled is None else self.compiled.compute_gradients(batch)
        if found is not None:
            return found
        current = _compute_loss(self.loss, batch)
        current.backward()
        return float(current.value)

    def watch(self, step: int) -> None:
        """Note the held-out loss, and the smallest loss so far, whenever an epoch is complete."""
        history, each = self.history, self.settings.steps_per_epoch
        if self.held_out:
            if step % each:
                return
            watched = self.held_out_loss()
            history.note("validation loss", watched)
        else:
            if (step + 1) % each:
                return
            watched = sum(history.latest("loss", each)) / each
        if self.settings.patience is not None:
            history.note("smallest", float(np.fmin.reduce([watched, *history.latest("smallest")])))

    def held_out_loss(self) -> float:
        """Compute the loss of the held-out data, and leave no traces."""
        with ExitStack() as stack:
            stack.enter_context(no_grad())
            if self.layer is not None:
                stack.enter_context(self.layer.evaluating())
            return float(value_of(self.loss(*self.held_out)))

    def step(self) -> None:
        """Let the optimiser take a step."""
        if self.settings.clip_norm is not None:
            clip_gradients(self.parameters, self.settings.clip_norm)
        if self.settings.tolerance is None:
            self.optimizer.step()
            return
        before = [_copy_value(parameter.value) for parameter in self.parameters]
        self.optimizer.step()
        with np.errstate(invalid="ignore", over="ignore"):  # a step to infinity is reported later
            moves = [
                _measure_move(parameter.value, old)
                for parameter, old in zip(self.parameters, before, strict=True)
            ]
        self.history.note("move", float(np.max(moves)))

    def reason(self) -> str:
        """Return why to stop, or nothing."""
        history, settings = self.history, self.settings
        loss = history.latest("loss")[0]
        if not math.isfinite(loss):
            return self.what_went_wrong(loss)
        each = settings.steps_per_epoch
        if settings.tolerance is not None:
            moves = history.latest("move", each)
            history.converged = len(moves) == each and all(
                move <= settings.tolerance for move in moves
            )
            if history.converged:
                which = "the last step" if each == 1 else "every step of the last epoch"
                return f"{which} was at most {settings.tolerance:g}"
        if settings.patience is not None:
            smallest = history.latest("smallest", settings.patience + 1)
            if len(smallest) > settings.patience and not smallest[-1] < smallest[0]:
                which = "held-out loss" if self.held_out else "loss"
                epochs = format_count(settings.patience, "step" if each == 1 else "epoch")
                return f"the {which} has not become smaller for {epochs}"
        if history.steps >= settings.steps:
            return f"the limit of {format_count(settings.steps, 'step')} was reached"
        return ""

    def what_went_wrong(self, loss: float) -> str:
        """Return where a loss that is not finite came from, as far as can be seen."""
        history = self.history
        when = (
            f"after {format_count(history.steps, 'step')}"
            if history.steps
            else "before the first step"
        )
        said = f"the loss {'became' if history.steps else 'is'} {loss} {when}"
        example = self.batches.first_not_finite(history.steps)
        if example is not None:
            return f"{said}: example {example} of the data holds a number that is not finite"
        first = history.first_not_finite(self.parameters)
        if first is None:
            said += "; every parameter was finite still"
        elif first[1] is None:
            said += f"; {first[0]} is not finite"
        else:
            said += f"; {first[0]} was the first parameter that was not finite, "
            said += f"after {format_count(first[1], 'step')}" if first[1] else "from the start"
        if history.steps == 0:
            return f"{said}: look at the data and the start values"
        if first is not None and self.slope_was_infinite(*first):
            return (
                f"{said}, although the loss was not growing: most often a slope is infinite, as "
                "those of sqrt, log and division are at 0"
            )
        return f"{said}: most often the learning rate is too large"

    def slope_was_infinite(self, name: str, step: int | None) -> bool:
        """Whether a step to infinity came from a gradient, and not from steps that were too long.

        Where gradients were not kept, that the loss was not growing has to be enough.
        """
        history = self.history
        growing = not history.latest("loss", 2)[0] <= history.loss[0]
        if growing or not step:
            return not growing
        return not np.isfinite(history.gradients[name][step - 1]).all()


@contextmanager
def _interrupts_held_back() -> Iterator[Sequence[int]]:
    """Let Ctrl-C wait for the end of a step, so that no step is left half done; but only once."""
    asked: list[int] = []

    def note(number: int, frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    usual = signal.default_int_handler
    in_charge = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is usual
    )
    if in_charge:
        signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        if in_charge:
            signal.signal(signal.SIGINT, usual)


def _compile_loss(loss: Callable[..., Any]) -> CompiledLoss:
    from backprop.training.compiled import CompiledLoss  # programs are loaded when first used

    return CompiledLoss(loss)


def _compute_loss(loss: Callable[..., Any], batch: Arrays) -> Variable:
    current = loss(*batch)
    if not isinstance(current, Variable) or isinstance(current, Constant):
        raise TypeError(
            f"loss() must return a Variable computed from the parameters, got "
            f"{format_given(current)}: "
            "use the parameters themselves in it, not their .value"
        )
    return current


def _check_callbacks(callbacks: Any) -> tuple[Callback, ...]:
    """Return the callbacks, or say what is wrong with them."""
    if callable(callbacks):
        raise TypeError(
            f"callbacks must be a list of functions, got {format_given(callbacks)}: "
            "put it in a list, as in callbacks=[save]"
        )
    loose = isinstance(callbacks, Variable) or not isinstance(callbacks, Iterable)
    listed = (callbacks,) if loose else tuple(callbacks)
    for callback in listed:
        if not callable(callback) or isinstance(callbacks, str):
            raise TypeError(f"callbacks must be a list of functions, got {format_given(callbacks)}")
    return listed


def _copy_value(value: Value) -> Value:
    return value.copy() if type(value) is np.ndarray else value


def _measure_move(value: Value, old: Value) -> float:
    """Return by how much a parameter moved: its element that moved most."""
    if type(value) is float:
        return float(abs(value - old))
    return float(np.max(np.abs(value - old), initial=0.0))


def _make_progress_bar(steps: int, done: int) -> Any:
    with name_extra("progress=True"):
        from tqdm.auto import tqdm
    return tqdm(total=steps, initial=done, unit="step")
