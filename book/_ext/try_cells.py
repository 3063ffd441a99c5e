"""Offer the code cells of a chapter to be changed and run where they are read.

Each cell that stands open on a page gets its number, and the page the code cells of its notebook:
what a cell needs of those above runs before it (``backprop.course.cell_setup``).
`backprop/page/cells.mjs` does the rest, if the build has Python for pages.
"""

import json
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from backprop.course.cell_setup import write_setup

#: Chapters whose cells want more than the Python of a page: scikit-learn, Matplotlib, minutes.
LEFT_OUT = {"digits", "laboratory_learning", "starts"}
MISSING = re.compile(r"\bsklearn\b|\bmatplotlib\b")

CELL = re.compile(r'<div class="cell (?:tag_\S+ )*docutils container">')
PLAIN = '<div class="cell docutils container">'


def read_cells(notebook: Path) -> list[dict[str, Any]]:
    """Return the code cells of a notebook."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def list_sources(notebook: Path) -> list[str]:
    """Return what stands in the code cells of a notebook."""
    return ["".join(cell["source"]) for cell in read_cells(notebook)]


def list_offered(notebook: Path) -> list[int]:
    """Return the numbers of the cells that are offered."""
    if notebook.stem in LEFT_OUT:
        return []
    sources = list_sources(notebook)
    return [
        number
        for number, cell in enumerate(read_cells(notebook))
        if not cell["metadata"].get("tags")
        and not MISSING.search(
            write_setup(sources[:number], sources[number]) + sources[number]
        )
    ]


def mark_cells(body: str, notebook: Path) -> str:
    """Write the number of each offered cell into a page, and behind it what stands in all."""
    offered = list_offered(notebook)
    if not offered:
        return body
    shown = [
        number
        for number, cell in enumerate(read_cells(notebook))
        if "remove-cell" not in cell["metadata"].get("tags", [])
    ]
    if len(CELL.findall(body)) != len(shown):
        raise ExtensionError(
            f"{notebook.name}: a page with other cells than its notebook"
        )
    numbers = iter(shown)

    def mark(found: re.Match[str]) -> str:
        number = next(numbers)
        return (
            f'{PLAIN[:-1]} data-cell="{number}">'
            if number in offered
            else found[0]
        )

    # A text in a script element ends at the first `</`.
    cells = json.dumps(list_sources(notebook)[: max(offered)])
    cells = cells.replace("<", r"\u003c")
    return f'{CELL.sub(mark, body)}<script type="application/json" class="bp-cells">{cells}</script>'


def offer_cells(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: object,
) -> None:
    """Mark the cells of a page that comes from a notebook."""
    if "body" not in context or doctree is None:
        return
    source = Path(str(app.env.doc2path(pagename)))
    if source.suffix == ".ipynb":
        context["body"] = mark_cells(context["body"], source)
