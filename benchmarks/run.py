"""Measure the engine side by side with hand-written NumPy and its peers: `make bench`.

One process, one thread, one core, CPU time; rounds of all engines in turn, and the median of the
rounds. An engine whose parameters after four steps differ from hand-written NumPy's is not timed.
Prints a table in Markdown and writes it to benchmarks/results.md, which the book shows.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # read when NumPy and PyTorch are imported, below

import numpy as np
from workloads import ENGINES, OURS, WORKLOADS

import backprop as bp

ROOT = Path(__file__).resolve().parent
# What we aim for: our time divided by the other's, at most. Printed, and left out of the book.
TARGETS = {
    "A": {"numpy": 1.2, "torch": 0.2, "autograd": 1 / 11, "program": 0.65},
    "B": {"numpy": 1.15, "torch": 0.35, "autograd": 1 / 9, "program": 0.65},
    "BE": {"numpy": 1.4, "torch": 0.35, "program": 0.65},
    "C32": {"numpy": 1.0, "torch": 0.55, "autograd": 1 / 3, "program": 0.85},
    "C64": {"numpy": 1.0, "torch": 0.55, "autograd": 1 / 3, "program": 0.85},
    "D": {"numpy": 1.0, "torch": 0.95, "autograd": 1 / 1.9, "program": 0.95},
    "E": {"torch": 0.12, "autograd": 1 / 35},
    "EV": {"numpy": 2.4, "torch": 0.35, "autograd": 1 / 12, "program": 0.8},
    "A100": {"torch": 1.0},
    "L": {"numpy": 1.2},
}
SECONDS = 0.05  # the shortest time that is measured at once


def available() -> list[str]:
    found = []
    for engine in ENGINES:
        try:
            __import__("backprop" if engine in OURS else engine)
            found.append(engine)
        except ImportError:
            print(f"{engine} is not installed: left out", file=sys.stderr)
    return found


def agree(steps: dict[str, Any], tolerance: float) -> None:
    """Stop if any engine computes something else than NumPy by hand."""
    expected: list[Any] = []
    for engine, (step, parameters) in steps.items():
        for _ in range(4):
            step()
        reached = [np.array(parameter, copy=True) for parameter in parameters()]
        expected = expected or reached
        for ours, theirs in zip(expected, reached, strict=True):
            if not np.allclose(ours, theirs, rtol=tolerance, atol=tolerance):
                sys.exit(f"{engine} learns other parameters than NumPy by hand: not timed")


def repetitions(step: Callable[[], float]) -> int:
    begin = time.process_time()
    step()
    return max(1, int(SECONDS / max(time.process_time() - begin, 1e-7)))


def measure(name: str, engines: list[str], rounds: int) -> dict[str, float]:
    """Return the seconds that each engine takes for one step."""
    make = WORKLOADS[name][1]
    steps = {engine: made for engine in engines if (made := make(engine)) is not None}
    agree(steps, 1e-3 if name in ("C32", "D") else 1e-9)
    counts = {engine: repetitions(step) for engine, (step, _) in steps.items()}
    times: dict[str, list[float]] = {engine: [] for engine in steps}
    for _ in range(rounds):
        for engine, (step, _) in steps.items():
            begin = time.process_time()
            for _ in range(counts[engine]):
                step()
            times[engine].append((time.process_time() - begin) / counts[engine])
    return {engine: statistics.median(found) for engine, found in times.items()}


def million() -> tuple[float, float]:
    """Return seconds and bytes per operation of a chain of 1,000,000 scalar operations."""

    def chain(length: int) -> Any:
        y: Any = bp.Variable(0.5)
        for _ in range(length // 2):
            y = y * 1.000001
            y = y + 1e-6
        return y

    begin = time.process_time()
    chain(1_000_000).backward()
    seconds = time.process_time() - begin
    tracemalloc.start()
    kept = chain(100_000)
    size = tracemalloc.get_traced_memory()[0] / 100_000
    tracemalloc.stop()
    del kept
    return seconds, size


def peak(engine: str) -> int:
    """Return the most bytes of Python and NumPy that one step of workload D holds at once."""
    made = WORKLOADS["D"][1](engine)
    assert made is not None
    step, _ = made
    step()
    tracemalloc.start()
    step()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def ratio(ours: float, other: float | None, target: float | None) -> str:
    if other is None:
        return "–"
    written = f"{ours / other:.2g}" if ours < other / 100 else f"{ours / other:.2f}"
    if target is None:
        return written
    return f"{written} ({'reached' if ours / other <= target else 'missed'} {target:.2f})"


def table(results: dict[str, dict[str, float]], targets: dict[str, dict[str, float]]) -> list[str]:
    columns = ["numpy", "torch", "autograd", "micrograd"]
    program = {name: aims["program"] for name, aims in targets.items() if "program" in aims}
    titles = ["NumPy by hand", "PyTorch", "HIPS autograd", "micrograd"]
    lines = [
        "| work | one step | "
        + " | ".join(f"against {title}" for title in titles)
        + " | `bp.program` against NumPy by hand |",
        "|:---|---:|" + "---:|" * (len(columns) + 1),
    ]
    for name, times in results.items():
        ours, aims = times["backprop"], targets.get(name, {})
        cells = [ratio(ours, times.get(other), aims.get(other)) for other in columns]
        cells.append(ratio(times["program"], times.get("numpy"), program.get(name)))
        lines.append(
            f"| {name}: {WORKLOADS[name][0]} | {ours * 1e6:,.0f} µs | {' | '.join(cells)} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "names", nargs="*", help=f"workloads, of {', '.join(WORKLOADS)}; all if left out"
    )
    parser.add_argument(
        "--rounds", type=int, default=15, help="rounds of which the median is taken"
    )
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    engines = available()
    if "torch" in engines:
        import torch

        torch.set_num_threads(1)
    results = {}
    for name in chosen.names or WORKLOADS:
        print(f"{name}: {WORKLOADS[name][0]} ...", file=sys.stderr, flush=True)
        results[name] = measure(name, engines, chosen.rounds)
    print("\n".join(table(results, TARGETS)))
    if not chosen.names:
        seconds, size = million()
        ours, hand = peak("backprop"), peak("numpy")
        lines = [
            *table(results, {}),
            "",
            f"A chain of 1,000,000 scalar operations, forward and backward: {seconds:.1f} s, "
            f"{size:.0f} bytes for each operation.",
            f"Most memory held at once in a step of D: {ours / 1e6:.2f} MB; NumPy by hand: "
            f"{hand / 1e6:.2f} MB.",
            "",
            f"Measured with Python {platform.python_version()} and NumPy {np.__version__} on one "
            f"core ({platform.machine()}); median of {chosen.rounds} rounds.",
        ]
        (ROOT / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print("\n".join(lines[-4:]))


if __name__ == "__main__":
    main()
