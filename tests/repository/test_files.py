"""What must not stand in any file: a machine's paths, a download address, an unfinished mark."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import constraints

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".npz", ".pdf", ".png", ".woff", ".woff2"}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every text file of the repository: tracked ones where git can say which, else all of them."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    texts = {}
    for name in listing.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.suffix not in BINARY:
            texts[name] = path.read_text(encoding="utf-8")
    return texts


MUST_NOT_STAND = {
    "a path of one machine": r"/(?:home|root|Users|work|farm)/[\w.]",
    "a download address": r'"resolved": *"http|index-(?:url)|\b\w+://[\w.]+/simple\b|http\S+\.(?:whl|tgz|tar\.gz)\b',
    "a mark of unfinished work": r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b",
    # Other threads, a cluster's for example, look at the same clock: a test gives a module its own.
    "a clock set for every thread": r"setattr\(\s*[\"\w.]*\b(?:time|threading|asyncio)[,.]",
}


@pytest.mark.parametrize("what", MUST_NOT_STAND)
def test_no_file_holds(what: str, texts: dict[str, str]) -> None:
    pattern = re.compile(MUST_NOT_STAND[what])
    own = Path(__file__).relative_to(ROOT).as_posix()
    found = [
        f"{name}:{text[: hit.start()].count(chr(10)) + 1}: {hit.group()}"
        for name, text in texts.items()
        if name != own
        for hit in pattern.finditer(text)
    ]
    assert not found, f"{what}: " + ", ".join(found)


def test_every_dependency_is_pinned(texts: dict[str, str]) -> None:
    lines = [line for line in texts["constraints.txt"].splitlines() if not line.startswith("#")]
    pins = {re.match(r"[\w.-]+", line).group().lower() for line in lines}
    assert all("==" in line for line in lines)
    extras = texts["pyproject.toml"].partition("optional-dependencies")[2]
    before, _, after = extras.partition("\nframeworks = [")
    frameworks, _, after = after.partition("\n]")
    named = re.findall(r'^    "([A-Za-z0-9-]+)[>=<\[]', before + after, re.MULTILINE)
    assert {name.lower() for name in named} - {"backprop-book"} <= pins
    large = re.findall(r'^    "([\w-]+)==[\d.]+[";]', frameworks, re.MULTILINE)
    assert set(large) == {"jax", "tensorflow", "tensorflow-cpu", "torch"}
    assert not pins & set(large), "a framework is too large to be a dependency of the book"


def test_what_builds_and_tests_is_allowed_from_the_pinned_version(texts: dict[str, str]) -> None:
    # What readers install may be older, which `make lowest` tests.
    project, pinned = texts["pyproject.toml"], texts["constraints.txt"]
    assert constraints.raise_bounds(project, pinned) == project
    older = project.replace('"ruff>=', '"ruff>=0.', 1)
    assert older != project
    assert constraints.raise_bounds(older, pinned) == project


def test_no_file_is_large(texts: dict[str, str]) -> None:
    large = [name for name in texts if (ROOT / name).stat().st_size > 700_000]
    assert not large
