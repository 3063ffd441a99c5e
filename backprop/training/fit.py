"""Training: the four steps of gradient descent, once from the start and once from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from backprop import saving
from backprop.checks import check_count, check_flag, check_positive, format_given
from backprop.engine.variable import Variable
from backprop.network.layer import Layer, assign_values
from backprop.training.batches import Arrays, Data, check_data
from backprop.training.history import (
    History,
    Live,
    Settings,
    Stepper,
    count_steps,
    format_count,
    read_run,
)
from backprop.training.loop import Callback, Run
from backprop.training.parameters import Learnable, list_parameters

#: Parameters and gradients of every step are kept if that is at most so many numbers of each kind
#: (16 MB in float64), unless `record` says otherwise.
KEPT_NUMBERS = 2_000_000


def fit(
    loss: Callable[..., Any],
    parameters: Learnable,
    optimizer: Stepper,
    *,
    steps: int = 1000,
    tolerance: float | None = None,
    patience: int | None = None,
    data: Data | None = None,
    batch_size: int | None = None,
    shuffle: bool = True,
    seed: int = 0,
    validation: Data | None = None,
    clip_norm: float | None = None,
    record: bool | None = None,
    compiled: bool = False,
    progress: bool = False,
    callbacks: Iterable[Callback] = (),
) -> History:
    """Learn the parameters that make a loss small.

    The four steps of gradient descent: (1) start from the parameters as they are, (2) compute the
    loss and its gradient, (3) let the optimiser take a step, (4) repeat until the steps are small.

    Parameters
    ----------
    loss : callable
        Takes nothing, or, if there are `data`, a batch of them: ``loss(x, y)``. Returns the loss as
        a Variable that holds a single number, computed anew from the parameters.
    parameters : Variable, iterable of Variable, or a layer
        The leaves to learn; they are changed in place. Give a network as such, and the held-out
        loss is computed in its evaluation mode, and its dropout is saved with the history.
    optimizer : GradientDescent or another optimiser
        Made for the same parameters.
    steps : int, optional
        The largest number of steps. An epoch, in which each example is seen once, takes one step,
        or with batches ``ceil(examples / batch_size)`` steps.
    tolerance : float, optional
        Stop once no parameter moved by more than this in a step; with batches, in any step of an
        epoch. Left out: take all the steps.
    patience : int, optional
        Stop once the loss has not become smaller for so many epochs: the held-out loss, or, where
        there is none, the mean over the steps of an epoch.
    data : tuple of array_like, optional
        Such as ``(x, y)``: arrays with one entry for each example.
    batch_size : int, optional
        Number of examples that a step sees; 1 is stochastic gradient descent. Left out: all.
    shuffle : bool, optional
        Give every epoch its own order of the examples (with batches).
    seed : int, optional
        Decides those orders.
    validation : tuple of array_like, optional
        Held-out data: ``loss(*validation)`` is computed at the start and after each epoch, and
        never learned from.
    clip_norm : float, optional
        Shorten longer gradients to this length before each step, see :func:`clip_gradients`.
    record : bool, optional
        Keep parameters and gradients of every step. Left out: if they are few, at most 2,000,000
        numbers (parameters times steps).
    compiled : bool, optional
        Let a program compute the gradients, see :func:`program`: the same but for the last digits,
        in less time. Where no program can be written, a warning says once why, and the run goes on
        in the usual way.
    progress : bool, optional
        Show a progress bar (needs tqdm).
    callbacks : iterable of callable, optional
        Each is called with the history after every record; one that returns True ends the run.

    Returns
    -------
    History
        Loss, parameters and gradients after every step, and why the run ended. Ctrl-C ends the run
        after the step that it is in, and the history is returned all the same. A loss that becomes
        infinite or NaN ends it at once; ``stopped_because`` says where, and the likely cause.

    Raises
    ------
    TypeError
        If `loss` is not callable or does not return a Variable, or `data` are no tuple of arrays.
    ValueError
        If a setting is out of range, the loss is not a single number, there are no examples, their
        numbers differ, a batch is larger than the data, or the optimiser was made for other
        parameters.

    Notes
    -----
    With learning rate η, a step of gradient descent has the size η × gradient, so a small step
    means a small gradient, not always a good fit.

    Examples
    --------
    >>> import backprop as bp
    >>> w = bp.Variable(0.0, name="w")
    >>> history = bp.fit(lambda: (w - 3) ** 2, w, bp.GradientDescent(w, 0.25), tolerance=1e-6)
    >>> round(w.value, 5), history.steps
    (3.0, 22)
    >>> history.stopped_because
    'the last step was at most 1e-06'

    Mini-batches of two, for five epochs:

    >>> slope = bp.Variable(0.0, name="slope")
    >>> history = bp.fit(
    ...     lambda x, y: bp.mse(slope * x, y),
    ...     slope,
    ...     bp.GradientDescent(slope, 0.1),
    ...     data=([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]),
    ...     batch_size=2,
    ...     steps=10,
    ... )
    >>> history.epochs, round(slope.value, 3)
    (5, 2.0)
    """
    here = _name_all(parameters)
    _check_optimizer(optimizer, here)
    given, held_out = _check_examples(data, validation, batch_size)
    steps = check_count(steps, "steps")
    size = sum(int(np.prod(parameter.shape)) for parameter in here.values())
    settings = Settings(
        steps=steps,
        tolerance=None if tolerance is None else check_positive(tolerance, "tolerance"),
        patience=None if patience is None else check_count(patience, "patience"),
        batch_size=None if batch_size is None else check_count(batch_size, "batch_size"),
        shuffle=check_flag(shuffle, "shuffle"),
        seed=check_count(seed, "seed", least=0),
        clip_norm=None if clip_norm is None else check_positive(clip_norm, "clip_norm"),
        record=size * (steps + 1) <= KEPT_NUMBERS
        if record is None
        else check_flag(record, "record"),
        examples=len(given[0]) if given else None,
        held_out=len(held_out[0]) if held_out else None,
    )
    layer = parameters if isinstance(parameters, Layer) else None
    generators = layer.generators() if layer else []
    live = Live(list(here.values()), optimizer, generators, count_steps(optimizer) or 0)
    history = History(list(here), settings)
    run = Run(loss, layer, live, history, given, held_out, callbacks, compiled)
    return run.go_on(progress)


def resume(
    path: saving.FilePath,
    loss: Callable[..., Any],
    parameters: Learnable,
    optimizer: Stepper,
    *,
    steps: int | None = None,
    data: Data | None = None,
    validation: Data | None = None,
    compiled: bool = False,
    progress: bool = False,
    callbacks: Iterable[Callback] = (),
) -> History:
    """Go on with a run from a file of :meth:`History.save`, as if it had never stopped.

    The result is the same, bit for bit, as that of a run without the break: parameters, state of
    the optimiser, order of the examples, dropout and history go on where they were. All settings of
    the run are in the file; what no file can hold safely, functions and data, is given again.

    Parameters
    ----------
    path : str or path-like
        The file.
    loss, parameters, optimizer : as for :func:`fit`
        As in the run that was saved. Values and state are taken from the file, settings of the
        optimiser, such as the learning rate, from here.
    steps : int, optional
        The largest number of steps in all, those before the break included. Left out: as in the run
        that was saved.
    data, validation : as for :func:`fit`
        As in the run that was saved.
    compiled, progress, callbacks : as for :func:`fit`
        As there.

    Returns
    -------
    History
        Of the whole run. One that had come to its end is returned as it was, unless `steps` gives
        it more to do.

    Raises
    ------
    OSError
        If the file is not there, or must not be read.
    TypeError, ValueError
        If it is damaged, of another origin or of a newer version; if parameters, optimiser or data
        are not those of the run that was saved; or as for :func:`fit`.

    Examples
    --------
    >>> import backprop as bp, os, tempfile
    >>> w = bp.Variable(0.0, name="w")
    >>> loss = lambda: (w - 3) ** 2
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "run.npz")
    ...     bp.fit(loss, w, bp.Momentum(w, 0.1), steps=10).save(path)
    ...     w.value = 100.0                 # a new session, perhaps: the file knows better
    ...     history = bp.resume(path, loss, w, bp.Momentum(w, 0.1), steps=300)
    >>> history.steps, round(w.value, 4)
    (300, 3.0)
    """
    saving.check_path(path)
    here = _name_all(parameters)
    _check_optimizer(optimizer, here)
    history, header, arrays = read_run(path)
    if steps is not None:
        history.settings = replace(history.settings, steps=check_count(steps, "steps"))
    given, held_out = _check_examples(data, validation, history.settings.batch_size)
    _check_length(path, "data", given, history.settings.examples)
    _check_length(path, "validation", held_out, history.settings.held_out)
    layer = parameters if isinstance(parameters, Layer) else None
    generators = layer.generators() if layer else []
    _restore(path, history, header, arrays, here, optimizer, generators)
    earlier = (count_steps(optimizer) or 0) - history.steps
    live = Live(list(here.values()), optimizer, generators, earlier)
    run = Run(loss, layer, live, history, given, held_out, callbacks, compiled)
    return run.go_on(progress)


def _restore(
    path: saving.FilePath,
    history: History,
    header: Mapping[str, Any],
    arrays: Mapping[str, Any],
    here: Mapping[str, Variable],
    optimizer: Any,
    generators: Sequence[np.random.Generator],
) -> None:
    """Bring parameters, optimiser and random generators to where the saved run stood."""
    with saving.understood(path):
        kind, states = str(header["optimizer"]), list(header["generators"])
        values = {name: arrays[f"parameter {name}"] for name in history.names}
        gradients = {name: arrays.get(f"gradient {name}") for name in history.names}
        kept = {key[10:]: value for key, value in arrays.items() if key.startswith("optimizer ")}
    if kind != type(optimizer).__name__:
        raise ValueError(
            f"optimizer must be the one of {path}, {kind}, got {type(optimizer).__name__}"
        )
    if len(states) != len(generators):
        raise ValueError(
            f"{path} was saved with {format_count(len(states), 'random generator')} in the layers, "
            f"here {len(generators)} can be seen: give resume the network itself, as fit was"
        )
    saving.check_fit(path, {name: p.value for name, p in here.items()}, values)
    optimizer.load_state(kept)
    assign_values(here, values)
    for name, parameter in here.items():
        gradient = gradients[name]
        if gradient is not None and type(parameter.value) is not np.ndarray:
            gradient = type(parameter.value)(gradient)
        parameter.grad = gradient
    for generator, state in zip(generators, states, strict=True):
        generator.bit_generator.state = state


def _check_examples(
    data: Data | None, validation: Data | None, batch_size: int | None
) -> tuple[Arrays, Arrays]:
    """Return the data and the held-out data as arrays, or say what is wrong with them."""
    if data is None:
        for setting, name in ((batch_size, "batch_size"), (validation, "validation")):
            if setting is not None:
                raise ValueError(f"{name} needs data=(x, y), and a loss that takes a batch of them")
        return (), ()
    given = check_data(data, "data")
    if batch_size is not None and check_count(batch_size, "batch_size") > len(given[0]):
        raise ValueError(
            f"batch_size is {batch_size}, but there are only "
            f"{format_count(len(given[0]), 'example')}: leave it out to take all in every step"
        )
    if validation is None:
        return given, ()
    held_out = check_data(validation, "validation")
    if len(held_out) != len(given):
        raise ValueError(
            f"data has {format_count(len(given), 'array')} and validation {len(held_out)}: "
            "the loss takes the same arguments from both"
        )
    return given, held_out


def _check_length(path: saving.FilePath, name: str, given: Arrays, saved: int | None) -> None:
    found = len(given[0]) if given else None
    if found != saved:
        shown = ["none" if n is None else format_count(n, "example") for n in (saved, found)]
        raise ValueError(
            f"{path} is of a run with {shown[0]} in {name}, here {shown[1]}: give the same {name}"
        )


def _check_optimizer(optimizer: Stepper, parameters: Mapping[str, Variable]) -> None:
    wanted = ("step", "zero_grad")
    has_all = all(callable(getattr(optimizer, name, None)) for name in wanted)
    if isinstance(optimizer, type) or not has_all:
        raise TypeError(
            "optimizer must be an optimiser made for the parameters, such as "
            f"bp.Adam(parameters), got {format_given(optimizer)}"
        )
    own = getattr(optimizer, "parameters", None)
    if own is not None and set(own) != set(parameters.values()):
        raise ValueError("optimizer was made for other parameters: give it and fit the same")


def _name_all(parameters: Learnable) -> dict[str, Variable]:
    """Return the parameters by name; those without one are called parameter 1, 2, ..."""
    listed = list_parameters(parameters)
    if isinstance(parameters, Layer):
        return parameters.named_parameters()
    names = [p.name or f"parameter {i}" for i, p in enumerate(listed, 1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two parameters are called {', '.join(twice)}: give each its own name")
    return dict(zip(names, listed, strict=True))
