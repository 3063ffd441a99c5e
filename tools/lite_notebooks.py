"""Write notebooks as a browser runs them, in JupyterLite, and say what they import."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import nbformat

from backprop.course import interpreter

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "book" / "_ext"))

import portable  # noqa: E402

#: Where answers are recorded: among the files that JupyterLab lists and the browser keeps.
RECORD = "progress.json"
NOTE = f"""\
> **In your browser**
>
> This notebook runs in your browser alone: choose **Run All Cells** in the menu **Run**. Its first
> cell loads what the book needs, which takes half a minute or more.
>
> Your copy is saved in this browser, by itself. **It hides newer editions of this notebook:** to
> get the newest one, delete your copy in the list of files and open the notebook again. To keep
> your copy, download it first (menu **File**). After a reload, open it again in that list.
>
> Answers that you give here are recorded in the file `{RECORD}` in that list, for all notebooks
> that you open here. The book's pages keep a record of their own: to bring the two together,
> download the file, and import it on the page "Your progress"."""
#: What our functions import where they are used: what a cell names, and what loads that before.
LOADS = {
    r"\bdata\.digits\(|\bframeworks\.": "import sklearn.datasets  # the handwritten digits",
}
#: In a browser there is no terminal: what a text asks for there, as a cell can do it.
TERMINAL = re.compile(r"is made in a terminal:\n\n```\nbackprop certificate [^`]*```")
CELL = f"""\
is made by a cell; JupyterLab lists the file then, and a double click shows it:

```python
import fpdf, segno  # what the certificate is drawn with

from backprop.cli import main

main(["certificate", "--name", "Your name", "--output", "certificate.pdf"])
```

What joins the letters of Arabic, Hebrew, Tamil and other scripts is not to be had in a browser: for
a name in one of them, download `{RECORD}`, and make the certificate on your own machine."""


def write_notebooks(target: Path, config: dict[str, Any]) -> None:
    """Write a notebook of each chapter into a folder, as a browser can run it."""
    target.mkdir(parents=True)
    repository = config["repository"]
    for file in sorted((ROOT / "book").glob("*.ipynb")):
        # Texts in one piece, not in lines: no server joins them.
        source = nbformat.reads(file.read_text(encoding="utf-8"), as_version=4)
        made = portable.make_portable(
            source, f"book/{file.stem}", repository["url"], repository["branch"]
        )
        text = json.dumps(adapt_notebook(made), ensure_ascii=False, indent=1)
        (target / file.name).write_text(text + "\n", encoding="utf-8")


def adapt_notebook(notebook: dict[str, Any]) -> dict[str, Any]:
    """Add a note to the first cell; load what no cell names, in place of installing our package."""
    first, install, *others = notebook["cells"]
    first = {**first, "source": f"{portable.RUN_ALL.sub('', first['source'])}\n\n{NOTE}"}
    code = "\n".join(list_code(others))
    lines = [line for pattern, line in LOADS.items() if re.search(pattern, code)]
    loads = [{**install, "source": "\n".join(lines)}] if lines else []
    others = [
        cell
        if cell["cell_type"] == "code"
        else {**cell, "source": TERMINAL.sub(lambda _: CELL, cell["source"])}
        for cell in others
    ]
    return {**notebook, "cells": [first, *loads, *others]}


def list_code(cells: list[dict[str, Any]]) -> list[str]:
    """Return the text of each cell that holds code."""
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def list_imports(notebook: dict[str, Any]) -> set[str]:
    """Return what the cells of a notebook import: a browser loads it then."""
    return set().union(*map(interpreter.list_imports, list_code(notebook["cells"])))
