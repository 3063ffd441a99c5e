"""Functions and modules that can be read at one go; what is longer is in a list that shrinks."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = tomllib.loads((Path(__file__).parent / "sizes.toml").read_text(encoding="utf-8"))
FOLDERS = ("backprop", "book/_ext", "tools")
FUNCTION, LEAST, MOST = 40, 60, 400  # lines; a docstring is no part of a function's length
TABLES = {"backprop/engine/operations.py"}  # as long as there are operations
FILES = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]


def measure_functions(file: Path) -> Iterator[tuple[str, int]]:
    """Return the name of each function with its lines, those of its docstring left out."""
    path = file.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            described = ast.get_docstring(node) is not None
            words = first.end_lineno - first.lineno + 1 if described else 0
            yield f"{path}:{node.name}", node.end_lineno - node.lineno + 1 - words


def too_long() -> dict[str, int]:
    found: dict[str, int] = {}
    for file in FILES:
        for name, lines in measure_functions(file):
            if lines >= FUNCTION:
                found[name] = max(lines, found.get(name, 0))
    return found


def too_long_or_short() -> dict[str, int]:
    lines = {
        file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8").count("\n")
        for file in FILES
        if file.stem not in {"__init__", "__main__"}
        and file.relative_to(ROOT).as_posix() not in TABLES
    }
    # A program in tools/ may be as short as it can.
    return {
        name: count
        for name, count in lines.items()
        if count > MOST or (count < LEAST and name.startswith("backprop/"))
    }


@pytest.mark.parametrize(
    ("kind", "found"), [("functions", too_long()), ("modules", too_long_or_short())]
)
def test_what_is_too_long_is_listed_and_the_list_shrinks(kind: str, found: dict[str, int]) -> None:
    allowed = ALLOWED[kind]
    new = {name: lines for name, lines in found.items() if name not in allowed}
    assert not new, f"functions have under {FUNCTION} lines, modules {LEAST} to {MOST}: {new}"
    grown = {name: lines for name, lines in found.items() if lines > max(allowed[name], LEAST)}
    assert not grown, f"these have grown: {grown}"
    done = set(allowed) - set(found)
    assert not done, f"take these off the list in tests/repository/sizes.toml: {sorted(done)}"
