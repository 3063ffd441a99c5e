"""Measure the engine side by side with hand-written NumPy and its peers: `make bench`.

One process, one thread, one core, CPU time. In each of three rounds everything is made anew, the
engines take turns of a hundredth of a second, and the best turn of each counts. An engine whose
parameters after four steps differ from hand-written NumPy's is not timed. Nothing but ratios is
kept, in benchmarks/results.json; `report.py` makes of them what is printed and what the book shows.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

# All of these are read when NumPy, PyTorch and JAX are imported, below.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(variable, None)  # NumPy's library chooses what suits the processor
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import numpy as np
import report
from floors import FLOORS
from threadpoolctl import threadpool_info
from workloads import ENGINES, OURS, WORKLOADS

import backprop as bp

ROOT = Path(__file__).resolve().parent
ROUNDS = 3
TURN = 0.01  # seconds of one turn
SECONDS = 1.2  # of CPU, for each engine, work and round
TURNS = 3  # at least
QUIET = 0.3  # the load of a machine on which nothing else runs


def find_engines() -> list[str]:
    found = []
    for engine in ENGINES:
        try:
            __import__("backprop" if engine in OURS else engine)
            found.append(engine)
        except ImportError:
            print(f"{engine} is not installed: left out", file=sys.stderr)
    return found


def describe_machine(engines: list[str]) -> dict[str, Any]:
    """Return what was measured with, and what else the machine did."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    blas = [one for one in threadpool_info() if one["user_api"] == "blas"]
    peers = {"torch": "torch", "jax": "jax", "autograd": "autograd", "micrograd": "micrograd"}
    return {
        "processor": models[0] if models else platform.processor(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": [f"{b['internal_api']} {b['version']}, {b['architecture']}" for b in blas[:1]],
        "peers": {engine: version(peers[engine]) for engine in engines if engine in peers},
        "date": date.today().isoformat(),
    }


def require_agreement(steps: dict[str, Any], tolerance: float) -> None:
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


def time_turn(step: Callable[[], float], count: int) -> float:
    begin = time.process_time()
    for _ in range(count):
        step()
    return (time.process_time() - begin) / count


def measure(name: str, engines: list[str]) -> tuple[dict[str, float], float]:
    """Return the times of one step, NumPy by hand being 1, and that of writing the program."""
    make = WORKLOADS[name][1]
    steps, making = {}, {}
    for engine in engines:
        begin = time.process_time()
        made = make(engine)
        making[engine] = time.process_time() - begin
        if made is not None:
            steps[engine] = made
    best = time_steps(name, steps)
    hand = best["numpy"]
    writing = max(making["program"] - making["backprop"], 0.0)
    return {engine: found / hand for engine, found in best.items()}, writing / hand


def measure_floor(name: str) -> dict[str, float]:
    """Return the times of one step of the engine and of its calls alone, NumPy by hand being 1."""
    make = WORKLOADS[name][1]
    made = {"numpy": make("numpy"), "floor": FLOORS[name](), "backprop": make("backprop")}
    best = time_steps(name, made)
    return {engine: found / best["numpy"] for engine, found in best.items()}


def time_steps(name: str, steps: dict[str, Any]) -> dict[str, float]:
    """Return the best turn of each engine, in seconds a step, if all learn the same."""
    require_agreement(steps, 1e-3 if name in ("C32", "D") else 1e-9)
    counts = {
        engine: max(1, int(TURN / max(time_turn(step, 1), 1e-7)))
        for engine, (step, _) in steps.items()
    }
    turns: dict[str, list[float]] = {engine: [] for engine in steps}

    def is_due(engine: str) -> bool:
        done = turns[engine]
        return len(done) < TURNS or sum(done) * counts[engine] < SECONDS

    while due := [engine for engine in steps if is_due(engine)]:
        for engine in due:
            turns[engine].append(time_turn(steps[engine][0], counts[engine]))
    return {engine: min(done) for engine, done in turns.items()}


def measure_chain() -> float:
    """Return the bytes that an operation of a long chain takes."""
    tracemalloc.start()
    y: Any = bp.Variable(0.5)
    for _ in range(50_000):
        y = y * 1.000001
        y = y + 1e-6
    size = tracemalloc.get_traced_memory()[0] / 100_000
    tracemalloc.stop()
    return size


def measure_memory(engine: str) -> tuple[int, int]:
    """Return the bytes that D holds between steps, and the most that a step takes besides."""
    gc.collect()
    tracemalloc.start()
    made = WORKLOADS["D"][1](engine)
    assert made is not None
    step, _ = made
    step()
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    step()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return kept, most - kept


def collect_results(names: list[str], engines: list[str]) -> dict[str, Any]:
    """Measure everything, and return it as it is kept."""
    machine = describe_machine(engines)
    if machine["load"] > QUIET:
        print(f"The machine is not quiet: load {machine['load']}", file=sys.stderr)
    rounds, writing = [], []
    for number in range(ROUNDS):
        times, written = {}, {}
        for name in names:
            print(f"round {number + 1}, {name}: {WORKLOADS[name][0]}", file=sys.stderr, flush=True)
            times[name], written[name] = measure(name, engines)
        rounds.append(times)
        writing.append(written)
    memory = {engine: measure_memory(engine) for engine in ("numpy", *OURS)}
    return {
        "machine": machine,
        "works": {name: WORKLOADS[name][0] for name in names},
        "rounds": rounds,
        "writing": writing,
        "held": {engine: kept - memory["numpy"][0] for engine, (kept, _) in memory.items()},
        "peak": {engine: most for engine, (_, most) in memory.items()},
        "bytes": measure_chain(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "names", nargs="*", help=f"works, of {', '.join(WORKLOADS)}; all if left out"
    )
    parser.add_argument(
        "--floors", action="store_true", help="measure the engine beside its NumPy calls alone"
    )
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if chosen.floors:
        names = [name for name in chosen.names or WORKLOADS if name in FLOORS]
        rounds = [{name: measure_floor(name) for name in names} for _ in range(ROUNDS)]
        works = {name: WORKLOADS[name][0] for name in names}
        print(report.write_floors({"works": works, "rounds": rounds}))
        return
    engines = find_engines()
    if "torch" in engines:
        import torch

        torch.set_num_threads(1)
    results = collect_results(chosen.names or list(WORKLOADS), engines)
    if not chosen.names:
        written = json.dumps(report.round_numbers(results), indent=1)
        (ROOT / "results.json").write_text(written + "\n", encoding="utf-8")
        (ROOT / "results.md").write_text(report.write_page(json.loads(written)), encoding="utf-8")
    print(report.write_summary(results))


if __name__ == "__main__":
    main()
