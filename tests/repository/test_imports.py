"""Who may import whom: the plan of the house, kept by a test."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "backprop"

ENGINE = {"engine", "network", "training", "derivation", "data", "checks", "saving"}

# Progress, the certificate, and the notebooks of learners: each imported where it is used.
COURSE_USES = {
    *("latex2mathml", "platformdirs", "filelock"),
    *("fpdf", "uharfbuzz", "segno", "fontTools", "matplotlib"),
    *("json_repair", "IPython", "traitlets", "ipywidgets"),
}

# Each part of the package: what else of the package it may import, and which packages of others.
MAY_IMPORT: dict[str, tuple[set[str], set[str]]] = {
    "engine": (set(), {"numpy"}),
    "checks": (set(), {"numpy"}),
    "saving": ({"engine"}, {"numpy"}),
    "data": (set(), {"numpy"}),
    "network": ({"engine", "checks", "saving"}, {"numpy"}),
    "training": ({"engine", "network", "checks", "saving"}, {"numpy", "tqdm"}),
    "derivation": ({"engine", "network"}, {"numpy"}),
    "page": (set(), set()),
    "show": (ENGINE | {"page"}, {"numpy", "matplotlib", "cycler", "PIL", "IPython", "ipywidgets"}),
    "course": (ENGINE | {"page"}, {"numpy", *COURSE_USES}),
    "classroom": ({"course", "page", "saving", "__init__"}, {"numpy", *COURSE_USES}),
    "cli": ({"course", "classroom", "saving", "__init__"}, set()),
    "__init__": (ENGINE | {"show", "course"}, set()),
}


def imports(file: Path) -> Iterator[str]:
    """Dotted names that a file imports, wherever in it, but for those of the type checker alone."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = file.relative_to(ROOT).with_suffix("").parts
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            todo += node.orelse
            continue
        todo += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(inside[: len(inside) - node.level]) if node.level else ""
            base = ".".join(filter(None, [start, node.module]))
            # `from backprop import data` imports a module, `from backprop import exp` a name
            yield from (f"{base}.{alias.name}" for alias in node.names)


def part(file: Path) -> str:
    """The part of the package to which a file belongs: a module's name, or a folder's."""
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


def is_part(name: str) -> bool:
    return (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").exists()


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_package_keeps_to_the_plan(file: Path) -> None:
    assert part(file) in MAY_IMPORT, f"{file.name} is new: say in MAY_IMPORT what it may import"
    own, others = MAY_IMPORT[part(file)]
    for name in imports(file):
        first, *rest = name.split(".")
        if first == "backprop":
            target = rest[0] if rest and is_part(rest[0]) else "__init__"
            # What stands on the engine may take the package's public names, the engine may not.
            allowed = {*own, part(file)} | (
                {"__init__"} if part(file) in ("show", "course") else set()
            )
            assert target in allowed, f"{file.name} must not import {name}"
        elif first not in sys.stdlib_module_names:
            assert first in others, f"{file.name} must not import {name}"


@pytest.mark.parametrize(
    "file",
    sorted((ROOT / "exercises").rglob("*.py")),
    ids=lambda file: file.relative_to(ROOT / "exercises").as_posix(),
)
def test_exercises_stand_on_the_package_and_numpy(file: Path) -> None:
    for name in imports(file):
        first = name.split(".")[0]
        assert first in {"backprop", "numpy"} | sys.stdlib_module_names, f"{file} imports {name}"
        assert not name.startswith("backprop.show"), f"{file} must draw nothing"


def test_nothing_imports_the_book() -> None:
    for folder in ("backprop", "exercises", "tests", "tools"):
        for file in (ROOT / folder).rglob("*.py"):
            assert not any(name.split(".")[0] == "book" for name in imports(file)), file


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
