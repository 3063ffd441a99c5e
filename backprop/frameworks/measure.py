"""Running the programs of one framework, in a process of its own: numbers, and times of a step."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from backprop import data
from backprop.frameworks import tasks

#: The module of each framework, the module that it is imported as, and the package that brings it.
FRAMEWORKS = {
    "ours": ("ours", "numpy", "numpy"),
    "PyTorch": ("pytorch", "torch", "torch"),
    "TensorFlow": ("tensorflow", "tensorflow", "tensorflow"),
    "JAX": ("jax", "jax", "jax"),
}
_START = "from backprop.frameworks.measure import main; main()"
#: One core for each, no graphics card, and no messages that are no errors.
_SETTINGS = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_PLATFORMS": "cpu",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}


def is_installed(name: str) -> bool:
    """Return whether a framework can be imported, without doing so.

    Examples
    --------
    >>> is_installed("ours")
    True
    """
    return importlib.util.find_spec(FRAMEWORKS[name][1]) is not None


def run_apart(name: str, times: bool = False) -> dict[str, Any]:
    """Run the programs of a framework in another process, and return what they computed.

    Parameters
    ----------
    name : str
        ``"ours"``, ``"PyTorch"``, ``"TensorFlow"`` or ``"JAX"``.
    times : bool, optional
        Whether to measure how long a step takes, too.

    Returns
    -------
    dict
        See :func:`run_here`.

    Raises
    ------
    RuntimeError
        If the process ends with an error; the message holds its last lines.

    Examples
    --------
    >>> run_apart("ours")["dosage"]["losses"][0].round(6)       # doctest: +SKIP
    1.895878
    """
    command = [sys.executable, "-c", _START, name, *(["times"] if times else [])]
    done = subprocess.run(
        command, env=os.environ | _SETTINGS, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the programs in {name} ended with an error:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run_here(name: str) -> dict[str, Any]:
    """Run the programs of a framework.

    Returns
    -------
    dict
        ``dosage`` and ``digits``, each with ``losses`` of all steps, the ``first`` gradient and the
        ``last`` parameters; the rounds in which b3 is learnt, ``zeroed`` and ``left``; and what
        ``dosage`` has as its first gradient ``as_it_comes``, before any setting is changed.

    Examples
    --------
    >>> found = run_here("ours")
    >>> found["zeroed"][1][0]                                   # b3 after the first step
    1.5655108...
    """
    program: Any = importlib.import_module(f"backprop.frameworks.programs.{FRAMEWORKS[name][0]}")
    x, observed = data.dosage()
    dosage = (tasks.START, x, observed, tasks.DOSAGE_RATE)
    as_it_comes = program.train_dosage(*dosage, 1)[1]
    if hasattr(program, "use_double_precision"):
        program.use_double_precision()
    digits = tasks.make_digits()
    rounds = (observed, tasks.list_others(), tasks.ROUND_RATE, tasks.ROUNDS)
    learnt = program.train_digits(digits.start, digits.batches, tasks.DIGITS_RATE)
    return {
        "dosage": _keep(program.train_dosage(*dosage, tasks.DOSAGE_STEPS)),
        "digits": _keep(learnt) | {"right": tasks.count_right(learnt[2], digits)},
        "zeroed": program.learn_b3(*rounds, zero=True).tolist(),
        "left": program.learn_b3(*rounds, zero=False).tolist(),
        "as_it_comes": list(as_it_comes),
        "version": _read_version(name),
    }


def _keep(found: tuple[Any, Any, Any]) -> dict[str, Any]:
    return {
        name: [np.asarray(each, dtype=float).tolist() for each in values]
        for name, values in zip(("losses", "first", "last"), found, strict=True)
    }


def _read_version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    package = FRAMEWORKS[name][2]
    try:
        return version(package).partition("+")[0]
    except PackageNotFoundError:
        return version(f"{package}-cpu").partition("+")[0]


# ---- times ----


def measure_times(name: str) -> dict[str, float]:
    """Return how many seconds a step takes, of both networks: the best of several runs.

    Examples
    --------
    >>> 0 < measure_times("ours")["dosage"] < 1                 # doctest: +SKIP
    True
    """
    program: Any = importlib.import_module(f"backprop.frameworks.programs.{FRAMEWORKS[name][0]}")
    if hasattr(program, "use_double_precision"):
        program.use_double_precision()
    x, observed = data.dosage()
    digits = tasks.make_digits()

    def train_dosage(steps: int) -> None:
        program.train_dosage(tasks.START, x, observed, tasks.DOSAGE_RATE, steps)

    def train_digits(steps: int) -> None:
        batches = itertools.islice(itertools.cycle(digits.batches), steps)
        program.train_digits(digits.start, batches, tasks.DIGITS_RATE)

    # Enough steps that compiling, which takes now longer and now less long, is small beside them.
    times = {
        "dosage": _time_step(train_dosage, 100, 3100),
        "digits": _time_step(train_digits, 100, 4100),
    }
    if name == "JAX":
        jax = importlib.import_module("jax")
        with jax.disable_jit():
            times["digits, as written"] = _time_step(train_digits, 10, 40)
    if name == "TensorFlow":
        tf = importlib.import_module("tensorflow")
        tf.config.run_functions_eagerly(True)
        times["digits, as written"] = _time_step(train_digits, 20, 80)
    return times


def _time_step(train: Callable[[int], None], few: int, many: int, repeats: int = 5) -> float:
    """Return the time of a step: of many less that of few, so that no preparation counts."""
    best = {}
    for steps in (few, many):
        taken = []
        for _ in range(repeats):
            begun = time.perf_counter()
            train(steps)
            taken.append(time.perf_counter() - begun)
        best[steps] = min(taken)
    step = (best[many] - best[few]) / (many - few)
    if step * (many - few) < best[few] / 10:
        raise RuntimeError(
            f"{many - few} steps took {best[many] - best[few]:.3g} s, too little beside the "
            f"{best[few]:.3g} s of getting ready: measure again on a quiet machine"
        )
    return step


def main() -> None:
    """Print as JSON what the programs of the framework named on the command line computed."""
    name = sys.argv[1]
    found = run_here(name)
    if "times" in sys.argv:
        found["times"] = measure_times(name)
    print(json.dumps(found))
