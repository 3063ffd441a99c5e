"""The record of one real run in four frameworks, and the check that runs it again beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from backprop.frameworks.measure import FRAMEWORKS, is_installed, run_apart, run_here

__all__ = ["Record", "check_record", "read_record"]

FILE = Path(__file__).with_name("record.json")
#: How far two runs of the same programs may be apart, on whatever machine: 1e-15 was measured.
TOLERANCE = 1e-10
SHOWN = {"dosage": (0, 1, 10, 100, 500, 999), "digits": (0, 1, 10, 100, 439)}


class Record:
    """One real run of the programs of the chapter on frameworks.

    Parameters
    ----------
    kept : dict
        What `tools/record_frameworks.py` wrote: a date, a seed, versions, and for each framework
        its numbers, reduced by :func:`reduce_run`.

    Examples
    --------
    >>> from backprop.frameworks import read_record
    >>> record = read_record()
    >>> list(record.runs)
    ['ours', 'PyTorch', 'TensorFlow', 'JAX']
    >>> record.runs["JAX"]["dosage"]["losses"]["0"]
    1.8958781559227...
    """

    def __init__(self, kept: dict[str, Any]) -> None:
        self.date: str = kept["date"]
        self.seed: int = kept["seed"]
        self.python: str = kept["python"]
        self.runs: dict[str, dict[str, Any]] = kept["runs"]
        self.differences: dict[str, dict[str, dict[str, float]]] = kept["differences"]

    def __repr__(self) -> str:
        versions = ", ".join(
            f"{'NumPy' if name == 'ours' else name} {run['version']}"
            for name, run in self.runs.items()
        )
        return f"Run on {self.date}, seed {self.seed}: Python {self.python}, {versions}."

    def list_ratios(self, task: str) -> dict[str, float]:
        """Return how long a step takes in each framework, as multiples of ours.

        Examples
        --------
        >>> read_record().list_ratios("digits")["ours"]
        1.0
        """
        own = self.runs["ours"]["times"][task.partition(",")[0]]
        return {
            name: run["times"][task] / own
            for name, run in self.runs.items()
            if task in run["times"]
        }


@cache
def read_record() -> Record:
    """Return the record of the run that the book shows.

    Returns
    -------
    Record
        Its numbers need no framework.

    Examples
    --------
    >>> read_record()
    Run on ..., seed 0: Python 3..., NumPy ..., PyTorch ..., TensorFlow ..., JAX ....
    """
    return Record(json.loads(FILE.read_text(encoding="utf-8")))


def reduce_run(run: dict[str, Any]) -> dict[str, Any]:
    """Return of a run what a record keeps: some losses, and of large arrays their lengths.

    Examples
    --------
    >>> run = {"dosage": {"losses": [2.0], "first": [[3.0, 4.0]], "last": [1.0]}}
    >>> reduce_run(run)["dosage"]
    {'losses': {'0': 2.0}, 'first': [5.0], 'last': [1.0]}
    """
    reduced = dict(run)
    for task, steps in SHOWN.items():
        if task not in run:
            continue
        found = dict(run[task])
        found["losses"] = {str(k): found["losses"][k] for k in steps if k < len(found["losses"])}
        for name in ("first", "last"):
            found[name] = [
                each if np.ndim(each) == 0 else float(np.linalg.norm(each)) for each in found[name]
            ]
        reduced[task] = found
    return reduced


def find_differences(run: dict[str, Any], own: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return how far a run is from ours: the largest difference of each kind of number.

    Examples
    --------
    >>> one = {task: {"losses": [1.0], "first": [2.0], "last": [3.0]} for task in SHOWN}
    >>> other = {task: {"losses": [1.0], "first": [2.5], "last": [3.0]} for task in SHOWN}
    >>> find_differences(one, other)["digits"]
    {'losses': 0.0, 'first': 0.5, 'last': 0.0}
    """
    return {
        task: {
            # By np.max, which passes on what is no number; Python's own max may leave it out.
            name: float(
                np.max(
                    [
                        np.max(np.abs(np.subtract(one, other)))
                        for one, other in zip(run[task][name], own[task][name], strict=True)
                    ]
                )
            )
            for name in ("losses", "first", "last")
        }
        for task in SHOWN
    }


def check_record(names: Iterable[str] = tuple(FRAMEWORKS)) -> str:
    """Run the programs again, in ours and in every framework that is installed.

    Each run is laid beside ours, number for number, and beside the record. With
    ``BACKPROP_FRAMEWORKS=required`` in the environment all three have to be installed.

    Parameters
    ----------
    names : iterable of str, optional
        Which of them to run: ``"ours"``, ``"PyTorch"``, ``"TensorFlow"``, ``"JAX"``; by default all
        that are installed.

    Returns
    -------
    str
        That the record holds.

    Raises
    ------
    AssertionError
        If a run differs from ours or from the record by more than 1e-10.
    ModuleNotFoundError
        If a framework is required and is not installed.

    Examples
    --------
    >>> from backprop.frameworks import check_record
    >>> check_record(["ours"])
    'The record holds.'
    """
    record, own = read_record(), run_here("ours")
    for name in names:
        if not is_installed(name):
            if os.environ.get("BACKPROP_FRAMEWORKS") == "required":
                raise ModuleNotFoundError(
                    f"{name} is required and is not installed: "
                    "pip install 'backprop-book[frameworks]'"
                )
            continue
        run = own if name == "ours" else run_apart(name)
        for task, found in find_differences(run, own).items():
            if not all(each < TOLERANCE for each in found.values()):
                raise AssertionError(f"{name} differs from ours, {task}: {found}")
        compare_run(name, reduce_run(run), record.runs[name])
    return "The record holds."


def compare_run(name: str, run: dict[str, Any], kept: dict[str, Any]) -> None:
    """Raise an AssertionError if a run is not what the record has.

    Parameters
    ----------
    name : str
        Of the framework, for the message.
    run, kept : dict
        A run, reduced, and what the record has of it.

    Examples
    --------
    >>> kept = read_record().runs["JAX"]
    >>> compare_run("JAX", kept, kept)
    """
    alike = {
        "held-out digits": run["digits"]["right"] == kept["digits"]["right"],
        # Of JAX these are numbers of 32 bits.
        "as it comes": np.allclose(run["as_it_comes"], kept["as_it_comes"], rtol=0, atol=1e-6),
    }
    for task in SHOWN:
        for kind in ("losses", "first", "last"):
            new, old = run[task][kind], kept[task][kind]
            if isinstance(new, dict):
                new, old = list(new.values()), [old[key] for key in new]
            alike[f"{task}, {kind}"] = np.allclose(new, old, rtol=TOLERANCE, atol=TOLERANCE)
    for rounds in ("zeroed", "left"):
        alike[rounds] = np.allclose(run[rounds], kept[rounds], rtol=1e-9, atol=1e-9)
    others = [what for what, same in alike.items() if not same]
    if others:  # raised, not asserted, so that `python -O` checks it, too
        raise AssertionError(f"{name} does not give what the record has: {', '.join(others)}")
