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

import yaml

from backprop.course.progress.records import VARIABLE
from tools import lite_notebooks, lite_packages

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "book" / "_ext"))

import launch  # noqa: E402
import python_sources  # noqa: E402

WORK = ROOT / "_build" / "lite"
TARGET = ROOT / "_build" / "html" / launch.LITE
KERNEL = "@jupyterlite/pyodide-kernel-extension"
#: Where the kernel finds the files that JupyterLab lists.
DRIVE = "/drive"
#: Bytes of JupyterLab itself with its kernel, measured; `tools/lite_run.py` compares.
SHELL = 8_650_000
#: What the notebooks show: widgets, and ours, which anywidget carries.
EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget")


def write_settings(folder: Path, title: str) -> None:
    """Write what JupyterLite is told: no index of packages, and what the kernel starts with."""
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "packages": list(lite_packages.KERNEL),
            "env": {VARIABLE: f"{DRIVE}/{lite_notebooks.RECORD}"},
        },
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


def weigh_notebooks(site: Path) -> dict[str, int]:
    """Return how many bytes each notebook loads until all its cells have run."""
    sizes = {}
    for file in sorted((site / "files").glob("*.ipynb")):
        imports = lite_notebooks.list_imports(json.loads(file.read_text(encoding="utf-8")))
        python = lite_packages.weigh_imports(site / "static" / "pyodide", imports)
        # JupyterLab reads a notebook twice.
        sizes[file.stem] = SHELL + python + 2 * file.stat().st_size
    return sizes


def main() -> None:
    print("== Building JupyterLite: all notebooks, to be run in a browser", flush=True)
    start = time.perf_counter()
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    shutil.rmtree(WORK, ignore_errors=True)
    lite_notebooks.write_notebooks(WORK / "files", config)
    try:
        lite_packages.write_packages(WORK / "static" / "pyodide")
    except python_sources.NoSourceError as problem:
        sys.exit(f"JupyterLite was not built: Pyodide is not whole ({problem})")
    write_settings(WORK, config["title"])
    site = build_site(WORK)
    total = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    sizes = {"notebooks": weigh_notebooks(site), "total": total}
    (site / launch.LITE_SIZES).write_text(json.dumps(sizes))
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    site.replace(TARGET)
    print(f"   {total / 1e6:.0f} MB, in {time.perf_counter() - start:.0f} s: {TARGET}")


if __name__ == "__main__":
    main()
