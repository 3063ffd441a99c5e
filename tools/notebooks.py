"""Execute notebooks from the top, in place, and leave in them only what belongs into a commit.

Run it through `make notebooks`, or for some of them: python tools/notebooks.py book/fitting.ipynb
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
WIDGET = "application/vnd.jupyter.widget-view+json"
KEPT = {"tags", "slideshow", "editable", "deletable", "mystnb"}
HIDDEN = {"hide-input", "hide-cell", "remove-input"}


def clean(notebook: Any) -> None:
    """Drop what differs from run to run or from machine to machine."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {name: value for name, value in cell.metadata.items() if name in KEPT}
        if HIDDEN & set(cell.metadata.get("tags", [])):
            cell.metadata["jupyter"] = {
                "source_hidden": True
            }  # what the page folds, JupyterLab does
        for output in cell.get("outputs", []):
            # A widget's view names a model that lives in the kernel; its text lasts.
            output.get("data", {}).pop(WIDGET, None)
            output.get("metadata", {}).pop(WIDGET, None)


def execute(path: Path) -> None:
    """Run one notebook as a reader would, in its own folder."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
    )
    client.execute()
    clean(notebook)
    nbformat.write(notebook, path)


def main() -> None:
    os.environ.pop(
        "BACKPROP_PAGE", None
    )  # notebooks hold what a reader's kernel shows, not the page's life
    os.environ["BACKPROP_PROGRESS"] = "off"  # nor does whoever runs this tool answer anything
    paths = [Path(name) for name in sys.argv[1:]] or sorted((ROOT / "book").glob("*.ipynb"))
    for path in paths:
        start = time.perf_counter()
        print(f"{path.name} ...", end=" ", flush=True)
        execute(path.resolve())
        print(f"{time.perf_counter() - start:.1f} s", flush=True)
    if str(ROOT) in "".join(path.read_text(encoding="utf-8") for path in paths):
        sys.exit("an output shows a path of this machine: print a relative one instead")


if __name__ == "__main__":
    main()
