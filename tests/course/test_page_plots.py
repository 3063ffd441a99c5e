"""Matplotlib in the page, under Node: its files, and the worker with them."""

import json
from pathlib import Path
from typing import Any

import pytest

from .test_page_python import TESTS, assets, files
from .test_same_rule import run_node

__all__ = ["assets", "files"]


@pytest.mark.programs
def test_matplotlib_in_the_page_under_node(files: Path) -> None:
    manifest = json.loads((files / "manifest.json").read_text())
    if not manifest["packages"]:
        pytest.skip("Matplotlib for the page can be had from nowhere (see python_sources.py)")
    done = run_node("--test", str(TESTS / "plots.test.mjs"), BACKPROP_PYTHON=str(files))
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_a_build_without_matplotlib_says_so_and_goes_on(
    assets: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(package: str) -> bytes:
        raise assets.python_sources.NoSourceError("no network")

    monkeypatch.setattr(assets.python_sources, "find_wheel", refuse)
    assert assets.collect_plots() == {}
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "Matplotlib in the page: not in this build (no network)"
    assert assets.describe_packages([]) == []
