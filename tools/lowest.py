"""Test the package with the lowest version of everything that pyproject.toml allows.

Run it through `make lowest`. An environment of its own under `_build/` gets the lowest version of
each dependency of the package, of the notebooks and of classes on many machines, on the Python
that runs this, and in it runs what touches those packages: doctests, figures, commands, formulas,
the certificate, the exports, a scheduler. What builds and tests the book is allowed from the pinned
version on (see `constraints.py`), so that every other test is a test of the lowest.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.check import prepare_environment

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "_build" / "lowest"
PINS = HOME / "requirements.txt"
PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# What the tests need themselves, in the versions of constraints.txt.
TOOLS = ["hypothesis", "jupyterquiz", "psutil", "pypdf", "pytest", "pytest-xdist", "sympy"]
TOOLS += ["zxing-cpp", "editables", "hatchling"]  # and our package, to be installed
TESTS = [
    "backprop",
    "tests/classroom/test_scheduler.py",
    "tests/cli/test_command.py",
    "tests/cli/test_progress_command.py",
    "tests/cli/test_quiz_command.py",
    "tests/course/test_certificate.py",
    "tests/course/test_export.py",
    "tests/course/test_export_qti.py",
    "tests/course/test_mathml.py",
    "tests/course/test_progress.py",
    "tests/engine/test_operations.py",
    "tests/saved",
    "tests/show/charts",
    "tests/show/test_figures.py",
    "tests/show/test_output.py",
    "tests/training/test_training_files.py",
]


def main() -> None:
    uv = [sys.executable, "-m", "uv", "--quiet"]
    shutil.rmtree(HOME, ignore_errors=True)
    subprocess.run([*uv, "venv", "--python", sys.executable, HOME], cwd=ROOT, check=True)
    resolve = ["pip", "compile", "--resolution", "lowest-direct", "--extra", "notebook"]
    resolve += ["--extra", "class"]
    plain = ["--no-header", "--no-annotate", "--no-emit-package", "backprop-book"]
    subprocess.run([*uv, *resolve, *plain, "pyproject.toml", "-o", PINS], cwd=ROOT, check=True)
    install = [*uv, "pip", "install", "--python", PYTHON]
    subprocess.run([*install, "-r", PINS], cwd=ROOT, check=True)
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    tools = [line for line in pinned if line.partition("==")[0] in TOOLS]
    subprocess.run([*install, "-c", PINS, *tools], cwd=ROOT, check=True)
    subprocess.run([*install, "--no-deps", "--no-build-isolation", "-e", "."], cwd=ROOT, check=True)
    print(f"The versions are listed in {PINS.relative_to(ROOT)}", flush=True)
    test = [PYTHON, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
    only = ["-m", "not browser and not programs", *TESTS]
    environment = prepare_environment()
    sys.exit(subprocess.run([*test, *only], cwd=ROOT, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
