"""Build JupyterLite beside the book: all notebooks in a browser, with nothing installed.

Run it through `make lite`, which builds the book afterwards, so that its pages lead there. Whatever
a notebook needs is served from `_build/html/lite/`; nothing is asked of another host.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import yaml

from tools import lite_packages

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "book" / "_ext"))

import launch  # noqa: E402
import portable  # noqa: E402
import python_sources  # noqa: E402

WORK = ROOT / "_build" / "lite"
TARGET = ROOT / "_build" / "html" / launch.LITE
KERNEL = "@jupyterlite/pyodide-kernel-extension"
#: Bytes of JupyterLab itself with its kernel and a notebook, measured.
SHELL = 8_500_000
#: What the notebooks show: widgets, and ours, which anywidget carries.
EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget")
NOTE = """\
> **In your browser**
>
> This notebook runs in your browser alone: choose **Run All Cells** in the menu **Run**. Its first
> cell loads what the book needs, which takes half a minute or more.
>
> Your copy is saved in this browser, by itself. **It hides newer editions of this notebook:** to
> get the newest one, delete your copy in the list of files and open the notebook again. To keep
> your copy, download it first (menu **File**). Answers that you give here are forgotten when you
> leave; those on the book's pages are kept."""
#: bp.data.digits() imports it, which no cell says.
DIGITS = "import sklearn.datasets  # the handwritten digits"


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
    code = [cell["source"] for cell in others if cell["cell_type"] == "code"]
    reads_digits = any("data.digits(" in "".join(source) for source in code)
    loads = [{**install, "source": DIGITS}] if reads_digits else []
    return {**notebook, "cells": [first, *loads, *others]}


def write_settings(folder: Path, title: str) -> None:
    """Write what JupyterLite is told: no index of packages, and what the kernel starts with."""
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": list(lite_packages.KERNEL)},
    }
    data = {"appName": title, "litePluginSettings": {f"{KERNEL}:kernel": kernel}}
    settings = {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}
    (folder / "jupyter-lite.json").write_text(json.dumps(settings, indent=2))
    extensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    build = {
        "apps": ["lab"],
        "contents": ["files"],
        "federated_extensions": [str(extensions / name) for name in EXTENSIONS],
        "ignore_sys_prefix": ["federated_extensions"],
        "no_sourcemaps": True,
        "output_dir": "site",
    }
    (folder / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": build}))


def build_site(folder: Path) -> Path:
    """Let JupyterLite build, or say what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "jupyterlite_core", "build"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nJupyterLite was not built: see above")
    return folder / "site"


def main() -> None:
    print("== Building JupyterLite: all notebooks, to be run in a browser", flush=True)
    start = time.perf_counter()
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    shutil.rmtree(WORK, ignore_errors=True)
    write_notebooks(WORK / "files", config)
    try:
        first = lite_packages.write_packages(WORK / "static" / "pyodide")
    except python_sources.NoSourceError as problem:
        sys.exit(f"JupyterLite was not built: Pyodide is not whole ({problem})")
    write_settings(WORK, config["title"])
    site = build_site(WORK)
    total = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    sizes = {"first": first + SHELL, "total": total}
    (site / launch.LITE_SIZES).write_text(json.dumps(sizes))
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    site.replace(TARGET)
    print(f"   {total / 1e6:.0f} MB, in {time.perf_counter() - start:.0f} s: {TARGET}")


if __name__ == "__main__":
    main()
