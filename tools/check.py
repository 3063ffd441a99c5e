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
# Each worker walks through neighbours, whose preparations it keeps, and takes over when it is done.
PLAIN = [*PYTEST, "--dist", "worksteal", "-p", "no:nbval"]
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120", "--dist", "loadfile"]
TESTS = ["backprop", "tests", "--ignore=tests/notebooks"]
NOTEBOOKS = ["tests/notebooks", *sorted((ROOT / "book").glob("*.ipynb"))]


class Check(NamedTuple):
    """A command, and which of `make check` and `make test` run it."""

    command: list[str | Path]
    quick: bool = True
    whole: bool = True


def list_browser_tests() -> list[str | Path]:
    """List the files of tests that drive a browser: to collect all others takes 10 seconds."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [file for file in files if "mark.browser" in file.read_text(encoding="utf-8")]


# The pages are tested last, on the book that the strict build has just written.
CHECKS = {
    "lint": Check([BIN / "ruff", "check", "."]),
    "format": Check([BIN / "ruff", "format", "--check", "."]),
    "types": Check([BIN / "mypy"]),
    "javascript": Check([sys.executable, ROOT / "tools" / "javascript.py"]),
    "quick tests": Check([*PLAIN, "-m", "not browser and not programs", *TESTS], whole=False),
    "tests": Check([*PLAIN, "-m", "not browser", *TESTS], quick=False),
    "notebooks": Check([*PYTEST, *NBVAL, "-m", "not browser", *NOTEBOOKS], quick=False),
    "book": Check([sys.executable, ROOT / "tools" / "build.py"], quick=False),
    "browser": Check([*PLAIN, "-m", "browser", *list_browser_tests()], quick=False),
}


def prepare_environment() -> dict[str, str]:
    """Return the environment of every check, whatever the caller's shell has set.

    Tests see what readers see in a notebook, not on a page, and what they answer is no reader's
    progress. Compiled modules are kept: hundreds of programs start, and each would compile anew.
    """
    unset = {"BACKPROP_PAGE", "PYTHONDONTWRITEBYTECODE"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    return {**environment, "BACKPROP_PROGRESS": "off"}


def main() -> None:
    environment = prepare_environment()
    quick = "--quick" in sys.argv
    results = {}
    for name, check in CHECKS.items():
        if not (check.quick if quick else check.whole):
            continue
        print(f"\n== {name}: {' '.join(str(part) for part in check.command[:6])} ...", flush=True)
        start = time.perf_counter()
        code = subprocess.run(check.command, cwd=ROOT, env=environment, check=False).returncode
        results[name] = code, time.perf_counter() - start
    print("\n== summary")
    for name, (code, seconds) in results.items():
        print(f"{name:<12}{'ok' if code == 0 else f'FAILED ({code})':<12} {seconds:6.1f} s")
    sys.exit(any(code for code, _ in results.values()))


if __name__ == "__main__":
    main()
