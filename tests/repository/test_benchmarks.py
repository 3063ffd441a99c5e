"""The page on speed shows what was measured, in words that fit it."""

import importlib
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def report() -> Any:
    spec = importlib.util.spec_from_file_location("report", ROOT / "benchmarks" / "report.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_results(*ratios: float) -> dict[str, Any]:
    """Results of one work in which the engine takes so many times as long as NumPy, by round."""
    return {
        "works": {"A": "a network"},
        "rounds": [{"A": {"numpy": 1.0, "backprop": r, "program": 0.5}} for r in ratios],
        "writing": [{"A": 100.0} for _ in ratios],
    }


def test_the_page_is_written_from_what_was_measured(report: Any) -> None:
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    page = (ROOT / "benchmarks" / "results.md").read_text(encoding="utf-8")
    assert page == report.write_page(results)


def test_the_book_shows_every_part_once(report: Any) -> None:
    page = (ROOT / "benchmarks" / "results.md").read_text(encoding="utf-8")
    book = (ROOT / "book" / "speed.md").read_text(encoding="utf-8")
    parts = re.findall("<!-- (.+) -->", page)
    assert len(parts) == len(set(parts)) > 5
    assert re.findall('start-after: "<!-- (.+) -->"', book) == parts
    assert not re.search(r"\d\.\d", book), "figures on the page come from the measurement"


@pytest.mark.parametrize(
    ("ratios", "words"),
    [
        ((1.5, 1.4, 1.6), "NumPy by hand takes less time in A (1.50 times)."),
        ((0.9, 1.1, 1.2), "NumPy by hand takes about as much in A."),
        ((0.9, 0.8, 0.7), "NumPy by hand takes less time in none of these works."),
    ],
)
def test_words_fit_the_figures(report: Any, ratios: tuple[float, ...], words: str) -> None:
    assert report.write_slower(make_results(*ratios), "backprop", ("numpy", "torch")) == words


def test_a_program_that_saves_nothing_never_pays(report: Any) -> None:
    assert report.count_steps_to_pay(make_results(1.5, 1.5, 1.5), "A") == "100 steps"
    assert report.count_steps_to_pay(make_results(0.4, 0.4, 0.4), "A") == "never"


def test_ratios_come_with_their_spread(report: Any) -> None:
    assert report.format_ratios([1.2, 1.1, 1.3]) == "1.20 (1.10 to 1.30)"
    assert report.format_ratios([0.5001, 0.5, 0.5]) == "0.50"
    assert report.format_ratios([]) == "–"


@pytest.mark.parametrize("work", ["A", "B", "BE", "C32", "C64", "EV"])
def test_a_floor_computes_what_the_engine_computes(
    work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    floors, workloads = map(importlib.import_module, ("floors", "workloads"))
    made = floors.FLOORS[work](), workloads.WORKLOADS[work][1]("backprop")
    losses = [[step() for _ in range(3)] for step, _ in made]
    rounding = 1e-6 if work == "C32" else 1e-12
    np.testing.assert_allclose(*losses, rtol=rounding)
    for ours, theirs in zip(*(parameters() for _, parameters in made), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=rounding, atol=rounding)
