"""Who may import whom: the plan of the house, which stands in `.importlinter`."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports as lint; raise SystemExit(lint(no_cache=True))"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Compare the package in a folder with the contracts in that folder."""
    return subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_package_keeps_to_the_plan() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kept, 0 broken" in done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the house, to break the plan in."""
    folder = tmp_path_factory.mktemp("house")
    for name in ("backprop", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


@pytest.mark.parametrize(
    ("file", "line", "found"),
    [
        ("engine/wrong.py", "import backprop.network.layers", "backprop.network.layers"),
        ("course/wrong.py", "def draw():\n    import backprop.show", "backprop.show"),
        ("show/wrong.py", "from backprop import Variable", "-> backprop (l."),
        ("engine/wrong.py", "import scipy", "backprop.engine.wrong -> scipy"),
        ("checks.py", "import book", "backprop.checks -> book"),
        ("wrong.py", "", "wrong"),
    ],
    ids=["upwards", "course draws", "from __init__", "not NumPy", "the book", "a new room"],
)
def test_the_plan_refuses(copy: Path, file: str, line: str, found: str) -> None:
    path = copy / "backprop" / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    done = lint(copy)
    if before is None:
        path.unlink()
    else:
        path.write_text(before, encoding="utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    assert found in done.stdout


def list_imports(file: Path) -> Iterator[str]:
    """Name what a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(
    "file",
    sorted((ROOT / "exercises").rglob("*.py")),
    ids=lambda file: file.relative_to(ROOT / "exercises").as_posix(),
)
def test_exercises_stand_on_the_package_and_numpy(file: Path) -> None:
    for name in list_imports(file):
        first = name.split(".")[0]
        assert first in {"backprop", "numpy"} | sys.stdlib_module_names, f"{file} imports {name}"
        assert not name.startswith("backprop.show"), f"{file} must draw nothing"


def test_nothing_imports_the_book() -> None:
    for folder in ("backprop", "exercises", "tests", "tools"):
        for file in (ROOT / folder).rglob("*.py"):
            assert not any(name.split(".")[0] == "book" for name in list_imports(file)), file


ALONE = """
import sys

class Nobody:
    def find_spec(self, name, path=None, target=None):
        first = name.split(".")[0]
        known = {"backprop", "numpy"} | sys.stdlib_module_names
        if first not in known and not first.startswith("_sysconfigdata"):
            raise ImportError(f"{name} was asked for")

sys.meta_path.insert(0, Nobody())
import backprop
"""


@pytest.mark.parametrize(
    "use", ["backprop.Variable(1.0).grad", "backprop.show", "backprop.course.exercises()"]
)
def test_importing_needs_numpy_alone(use: str) -> None:
    subprocess.run([sys.executable, "-c", ALONE + use], cwd=ROOT, check=True)


def test_what_computing_does_not_need_is_loaded_when_it_is_used() -> None:
    code = (
        "import sys, backprop as bp\n"
        "w = bp.Variable(1.0)\n"
        "bp.fit(lambda: w * w, w, bp.GradientDescent(w, 0.1), steps=1)\n"
        "late = ('backprop.show', 'backprop.course', 'backprop.engine.program.')\n"
        "assert not [name for name in sys.modules if name.startswith(late)], sys.modules.keys()\n"
        "bp.program(lambda: w * w)\n"
        "assert 'backprop.engine.program.run' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
