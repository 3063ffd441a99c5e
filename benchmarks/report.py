"""What was measured, in Markdown: for the terminal with our aims, and for the book in parts.

The book takes each part from between two comments, such as ``<!-- eager -->`` and ``<!-- -->``. All
words that depend on a figure are chosen here. ``python benchmarks/report.py`` writes results.md
anew from results.json.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
Results = dict[str, Any]

#: How engines are called.
TITLES = {
    "numpy": "NumPy by hand",
    "torch": "PyTorch",
    "jax": "compiled JAX",
    "autograd": "HIPS autograd",
    "micrograd": "micrograd",
    "backprop": "the engine",
    "program": "`bp.program`",
    "floor": "its NumPy calls alone",
}
#: What we aim for: the time of the first, divided by that of the second, at most.
AIMS = {
    ("backprop", "numpy"): {
        "A": 1.2,
        "B": 1.15,
        "BE": 1.4,
        "C32": 1.0,
        "C64": 1.0,
        "D": 1.0,
        "EV": 2.4,
        "L": 1.2,
    },
    ("backprop", "torch"): {
        "A": 0.2,
        "B": 0.35,
        "BE": 0.35,
        "C32": 0.55,
        "C64": 0.55,
        "D": 0.95,
        "E": 0.12,
        "EV": 0.35,
        "A100": 1.0,
    },
    ("program", "numpy"): {
        "A": 0.65,
        "B": 0.65,
        "BE": 0.65,
        "C32": 0.85,
        "C64": 0.85,
        "D": 0.95,
        "EV": 0.8,
    },
    ("program", "jax"): {"A": 1.0, "D": 1.0},
}
#: Works that show growth and depth; all others stand in the first tables.
GROWTH = ("A", "A10", "A100", "L", "E", "EV")
LONG = ("A10", "A100", "L", "E")


def round_numbers(value: Any) -> Any:
    """Return results with four digits each."""
    if isinstance(value, dict):
        return {key: round_numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [round_numbers(part) for part in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def find_ratios(results: Results, work: str, ours: str, other: str) -> list[float]:
    """Return our time divided by another's, round by round; nothing if one was not measured."""
    times = [measured[work] for measured in results["rounds"] if work in measured]
    return [one[ours] / one[other] for one in times if ours in one and other in one]


def format_ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.01 else f"{ratio:.1g}"


def format_ratios(ratios: Sequence[float]) -> str:
    """Write the median of the rounds, and behind it the smallest and the largest."""
    if not ratios:
        return "–"
    middle = format_ratio(statistics.median(ratios))
    low, high = format_ratio(min(ratios)), format_ratio(max(ratios))
    return middle if low == high else f"{middle} ({low} to {high})"


def write_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", "|:---|" + "---:|" * (len(heads) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def write_ratios(results: Results, works: Iterable[str], pairs: Sequence[tuple[str, str]]) -> str:
    """Write a table of ratios: a row for each work, a column for each pair of engines."""
    single = len({ours for ours, _ in pairs}) == 1
    heads = ["one step of", *(_head(*pair, single) for pair in pairs)]
    rows = [
        [
            f"{work}: {results['works'][work]}",
            *(format_ratios(find_ratios(results, work, *pair)) for pair in pairs),
        ]
        for work in works
    ]
    return write_table(heads, rows)


def _head(ours: str, other: str, single: bool) -> str:
    against = f"against {TITLES[other]}"
    return against if single else f"{TITLES[ours]} {against}"


def list_words(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def write_slower(results: Results, ours: str, others: Sequence[str]) -> str:
    """Write in which works others took less time than we did, or as much."""
    return " ".join(
        _compare_speed(results, ours, other)
        for other in others
        if any(find_ratios(results, work, ours, other) for work in results["works"])
    )


def _compare_speed(results: Results, ours: str, other: str) -> str:
    slower, even = [], []
    for work in results["works"]:
        ratios = find_ratios(results, work, ours, other)
        if ratios and min(ratios) > 1:
            slower.append(f"{work} ({format_ratio(statistics.median(ratios))} times)")
        elif ratios and max(ratios) >= 1:
            even.append(work)
    title = TITLES[other][0].upper() + TITLES[other][1:]
    parts = [f"takes less time in {list_words(slower)}"] if slower else []
    parts += [f"takes about as much in {list_words(even)}"] if even else []
    return f"{title} {' and '.join(parts) or 'takes less time in none of these works'}."


def count_steps_to_pay(results: Results, work: str) -> str:
    """Write after how many steps a program has saved the time in which it was written."""
    counts = []
    for measured, writing in zip(results["rounds"], results["writing"], strict=True):
        saved = measured[work]["backprop"] - measured[work]["program"]
        counts.append(writing[work] / saved if saved > 0 else math.inf)
    steps = statistics.median(counts)
    return f"{float(f'{math.ceil(steps):.2g}'):,.0f} steps" if math.isfinite(steps) else "never"


def write_program(results: Results, works: Iterable[str]) -> str:
    """Write the table of programs: ratios, and when one pays."""
    others = ("numpy", "backprop", "jax")
    heads = ["one step of", *(f"against {TITLES[other]}" for other in others), "pays after"]
    rows = [
        [
            f"{work}: {results['works'][work]}",
            *(format_ratios(find_ratios(results, work, "program", other)) for other in others),
            count_steps_to_pay(results, work),
        ]
        for work in works
    ]
    return write_table(heads, rows)


def write_floors(results: Results) -> str:
    """Write the engine beside its NumPy calls alone, and beside what we aim for."""
    aims = AIMS["backprop", "numpy"]
    pairs = (("floor", "numpy"), ("backprop", "numpy"), ("backprop", "floor"))
    heads = ["one step of", *(f"{TITLES[ours]} / {TITLES[other]}" for ours, other in pairs), "aim"]
    rows = [
        [
            f"{work}: {results['works'][work]}",
            *(format_ratios(find_ratios(results, work, *pair)) for pair in pairs),
            f"{aims[work]:.2f}",
        ]
        for work in results["works"]
    ]
    return write_table(heads, rows)


def format_size(size: float) -> str:
    return f"{size / 1e6:.2f} MB" if size >= 1e4 else f"{size / 1e3:.1f} kB"


def write_memory(results: Results) -> str:
    peak, held = results["peak"], results["held"]
    return (
        f"A step of D takes {format_size(peak['backprop'])} of memory beside what is there between "
        f"steps; NumPy by hand takes {format_size(peak['numpy'])}. A program takes "
        f"{format_size(peak['program'])}, but between steps, also when it is not used, it holds "
        f"{format_size(held['program'])} of buffers. An operation on single numbers is remembered "
        f"in {results['bytes']:.0f} bytes."
    )


def write_machine(results: Results) -> str:
    machine = results["machine"]
    names = {**TITLES, "jax": "JAX"}
    peers = [
        f"{names[name]} {number.partition('+')[0]}" for name, number in machine["peers"].items()
    ]
    return (
        f"Measured on {machine['date']} with Python {machine['python']}, NumPy {machine['numpy']} "
        f"({'; '.join(machine['blas'])}), {list_words(peers)}, on one core of {machine['cores']} "
        f"({machine['processor']}, {machine['architecture']}); the load of the machine was "
        f"{machine['load']} at the start."
    )


def write_page(results: Results) -> str:
    """Write the parts that the book shows."""
    short = [work for work in results["works"] if work not in LONG]
    grown = [work for work in GROWTH if work in results["works"]]
    others = ("numpy", "torch", "autograd", "micrograd")
    pairs = [("backprop", "numpy"), ("backprop", "torch"), ("program", "numpy")]
    parts = {
        "eager": write_ratios(results, short, [("backprop", other) for other in others]),
        "eager, not faster": write_slower(results, "backprop", others),
        "program": write_program(results, short),
        "program, not faster": write_slower(results, "program", ("numpy", "backprop", "jax")),
        "growth": write_ratios(results, grown, pairs),
        "memory": write_memory(results),
        "machine": write_machine(results),
    }
    return "\n".join(f"<!-- {name} -->\n\n{text}\n\n<!-- -->\n" for name, text in parts.items())


def write_summary(results: Results) -> str:
    """Write everything for the terminal, each ratio beside what we aim for."""
    tables = []
    for (ours, other), aims in AIMS.items():
        others = results["works"]
        rows = [
            [f"{work}: {others[work]}", format_ratios(ratios), *_judge(ratios, aims.get(work))]
            for work in others
            if (ratios := find_ratios(results, work, ours, other))
        ]
        tables.append(write_table([_head(ours, other, False), "ratio", "aim", ""], rows))
    parts: list[Callable[[Results], str]] = [write_memory, write_machine]
    return "\n\n".join([*tables, *(part(results) for part in parts)])


def _judge(ratios: Sequence[float], aim: float | None) -> tuple[str, str]:
    """Return the aim, and whether it was reached: in all rounds, or in the median."""
    if aim is None:
        return "–", ""
    if max(ratios) <= aim:
        return f"{aim:.2f}", "reached"
    return f"{aim:.2f}", "on the edge" if statistics.median(ratios) <= aim else "missed"


if __name__ == "__main__":
    measured = json.loads((ROOT / "results.json").read_text(encoding="utf-8"))
    (ROOT / "results.md").write_text(write_page(measured), encoding="utf-8")
