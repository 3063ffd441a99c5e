"""Run every check that the book must pass, and say at the end how each one ended.

`make test` runs all of them, `make check` (with ``--quick``) those that need neither a browser nor
the notebooks. A check that fails does not keep the later ones from running.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2"]
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120", "--dist", "loadfile"]
TESTS = ["backprop", "tests", "--ignore=tests/notebooks"]
NOTEBOOKS = ["tests/notebooks", *sorted((ROOT / "book").glob("*.ipynb"))]


class Check(NamedTuple):
    """A command, and whether `make check` runs it, too."""

    command: list[str | Path]
    quick: bool = True


# The pages are tested last, on the book that the strict build has just written.
CHECKS = {
    "lint": Check([BIN / "ruff", "check", "."]),
    "format": Check([BIN / "ruff", "format", "--check", "."]),
    "types": Check([BIN / "mypy"]),
    "javascript": Check([sys.executable, ROOT / "tools" / "javascript.py"]),
    "tests": Check([*PYTEST, "-m", "not browser and not programs", *TESTS]),
    "programs": Check([*PYTEST, "-m", "programs", *TESTS], quick=False),
    "notebooks": Check([*PYTEST, *NBVAL, *NOTEBOOKS], quick=False),
    "book": Check([sys.executable, ROOT / "tools" / "build.py"], quick=False),
    "browser": Check([*PYTEST, "-m", "browser", "tests"], quick=False),
}


def main() -> None:
    # Tests see what readers see in a notebook, whatever the caller's shell has set for pages.
    environment = {name: value for name, value in os.environ.items() if name != "BACKPROP_PAGE"}
    environment["BACKPROP_PROGRESS"] = "off"  # and what they answer is no reader's progress
    quick = "--quick" in sys.argv
    results = {}
    for name, check in CHECKS.items():
        if quick and not check.quick:
            continue
        print(f"\n== {name}: {' '.join(str(part) for part in check.command[:6])} ...", flush=True)
        start = time.perf_counter()
        code = subprocess.run(check.command, cwd=ROOT, env=environment, check=False).returncode
        results[name] = code, time.perf_counter() - start
    print("\n== summary")
    for name, (code, seconds) in results.items():
        print(f"{name:<11}{'ok' if code == 0 else f'FAILED ({code})':<12} {seconds:6.1f} s")
    sys.exit(any(code for code, _ in results.values()))


if __name__ == "__main__":
    main()
