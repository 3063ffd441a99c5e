"""What all tests share: one browser, no reader's progress, and what hypothesis may do.

Browser tests take their browser, contexts and pages from pytest-playwright. They need Chromium: the
one named by ``BACKPROP_CHROMIUM``, or the first found on the PATH. Without one they are skipped in
one visible line, or fail where ``BACKPROP_BROWSER=required`` (as `.ci/run` sets it).

Exercises draw fresh examples for each check. In a test they are the same in every run, so that one
that fails can be run again; ``BACKPROP_DRAWS=fresh`` draws others in each run.
"""

import os
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from backprop.course.exercise import Exercise
from tools.chromium import find_chromium

collect_ignore = ["saved/make.py"]  # a program for an older checkout

# Whatever the shell says, tests and the kernels that they start leave a reader's record alone.
os.environ["BACKPROP_PROGRESS"] = "off"

# hypothesis draws the same examples in every run
settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.load_profile("same")

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "_build" / "web" / "node_modules" / "axe-core" / "axe.min.js"

#: This machine under another name: pages from there are trusted as little as over a network.
ELSEWHERE = "book.test"
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
]
NO_BROWSER = "no browser to test with"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Tell pytest-playwright which browser to launch."""
    try:
        return {"executable_path": find_chromium(), "args": ARGUMENTS}
    except FileNotFoundError as problem:
        if os.environ.get("BACKPROP_BROWSER") == "required":
            pytest.fail(f"{NO_BROWSER}: {problem}", pytrace=False)
        pytest.skip(f"{NO_BROWSER}: {problem}")


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which the build fetches beside what pages need."""
    if not AXE.exists():
        subprocess.run([sys.executable, ROOT / "book" / "_ext" / "web_assets.py"], check=True)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def same_draws(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each check of a test draw its own examples, and the same ones in every run."""
    if os.environ.get("BACKPROP_DRAWS") == "fresh":
        return
    seeds = np.random.default_rng(zlib.crc32(request.node.nodeid.encode()))
    draw = Exercise.cases

    def cases(self: Exercise, seed: int | None = None) -> list[tuple[Any, ...]]:
        return draw(self, int(seeds.integers(2**63)) if seed is None else seed)

    monkeypatch.setattr(Exercise, "cases", cases)


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """Let Ctrl-C interrupt, also where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what starts programs and may take long: no worker waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("programs") is None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say once, whatever pytest was asked to list, that nothing was tried in a browser."""
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    missing = [reason for reason in reasons if NO_BROWSER in reason]
    if missing:
        problem = missing[0].rpartition(f"{NO_BROWSER}: ")[2].rstrip("')")
        terminalreporter.write_line(f"{len(missing)} browser tests SKIPPED: {problem}", yellow=True)
