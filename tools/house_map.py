"""Write the map of the package in CONTRIBUTING.md: each module with its own first line.

Run it after a module has come, gone or changed what it is for: .venv/bin/python tools/house_map.py
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- tools/house_map.py writes this -->\n```\n", "```\n<!-- to here -->\n"
WIDTH = 27


def read_first_line(file: Path) -> str:
    """Return the first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].rstrip(".")


def draw_folder(folder: Path, depth: int = 0) -> Iterator[str]:
    """Return a line for a folder and for each module in it; first those that are no folders."""
    space = "    " * depth
    words = read_first_line(folder / "__init__.py")
    yield f"{space}{folder.name + '/':<{WIDTH - len(space)}} {words}"
    for file in sorted(folder.glob("*.py")):
        if file.stem != "__init__":
            yield f"{space}    {file.name:<{WIDTH - len(space) - 4}} {read_first_line(file)}"
    for inner in sorted(path.parent for path in folder.glob("*/__init__.py")):
        yield from draw_folder(inner, depth + 1)


def draw_map() -> str:
    """Return the map of the package."""
    lines = draw_folder(ROOT / "backprop")
    return BEGIN + "".join(f"{line.rstrip()}\n" for line in lines) + END


def replace_map(text: str) -> str:
    """Return a text with the map as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + draw_map() + after


if __name__ == "__main__":
    FILE.write_text(replace_map(FILE.read_text(encoding="utf-8")), encoding="utf-8")
