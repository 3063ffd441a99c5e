"""Run every check that the book must pass, and say at the end how each one ended.

A check that fails does not keep the later ones from running. Run it through `make test`.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2"]
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120", "--dist", "loadfile"]

# The pages are tested last, on the book that the strict build has just written.
CHECKS = {
    "lint": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "types": [BIN / "mypy"],
    "tests": [*PYTEST, "-m", "not browser", "backprop", "tests", "--ignore=tests/notebooks"],
    "notebooks": [*PYTEST, *NBVAL, "tests/notebooks", *sorted((ROOT / "book").glob("*.ipynb"))],
    "book": [BIN / "jupyter-book", "build", ".", "-W", "-n", "--keep-going"],
    "browser": [*PYTEST, "-m", "browser", "tests"],
}


def main() -> None:
    # Tests see what readers see in a notebook, whatever the caller's shell has set for pages.
    environment = {name: value for name, value in os.environ.items() if name != "BACKPROP_PAGE"}
    environment["BACKPROP_PROGRESS"] = "off"  # and what they answer is no reader's progress
    results = {}
    for name, command in CHECKS.items():
        print(f"\n== {name}: {' '.join(str(part) for part in command[:6])} ...", flush=True)
        start = time.perf_counter()
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        results[name] = code, time.perf_counter() - start
    print("\n== summary")
    for name, (code, seconds) in results.items():
        print(f"{name:<10} {'ok' if code == 0 else f'FAILED ({code})':<12} {seconds:6.1f} s")
    sys.exit(any(code for code, _ in results.values()))


if __name__ == "__main__":
    main()
