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
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]
NBVAL += ["--dist", "loadfile", "--no-loadscope-reorder"]
TESTS = ["backprop", "tests", "--ignore=tests/notebooks"]
# Those that take 10 to 30 seconds come first: none of them is left for one worker alone.
LONG = ["laboratory", "starts", "frameworks", "digits", "laboratory_learning", "by_hand"]
NOTEBOOKS: list[str | Path] = [
    *sorted((ROOT / "book").glob("*.ipynb"), key=lambda file: file.stem not in LONG),
    "tests/notebooks",
]


class Check(NamedTuple):
    """A command, which of `make check` and `make test` run it, and whether it begins ahead."""

    command: list[str | Path]
    quick: bool = True
    whole: bool = True
    ahead: bool = False


def list_browser_tests() -> list[str | Path]:
    """List the files of tests that drive a browser: to collect all others takes 10 seconds."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [file for file in files if "mark.browser" in file.read_text(encoding="utf-8")]


# The build keeps one core busy, and begins ahead: beside it run others of one process each, and
# the notebooks. The pages are tested last, on the book that it has written.
CHECKS = {
    "lint": Check([BIN / "ruff", "check", "."]),
    "format": Check([BIN / "ruff", "format", "--check", "."]),
    "types": Check([BIN / "mypy"]),
    "javascript": Check([sys.executable, ROOT / "tools" / "javascript.py"]),
    "notebooks": Check([*PYTEST, *NBVAL, "-m", "not browser", *NOTEBOOKS], quick=False),
    "book": Check([sys.executable, ROOT / "tools" / "build.py"], quick=False, ahead=True),
    "quick tests": Check([*PLAIN, "-m", "not browser and not programs", *TESTS], whole=False),
    "tests": Check([*PLAIN, "-m", "not browser", *TESTS], quick=False),
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


def start(check: Check, environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start a check; what one that begins ahead says is kept until its turn comes."""
    said = subprocess.PIPE if check.ahead else None
    errors = subprocess.STDOUT if check.ahead else None
    return subprocess.Popen(
        check.command, cwd=ROOT, env=environment, stdout=said, stderr=errors, text=True
    )


def main() -> None:
    environment = prepare_environment()
    quick = "--quick" in sys.argv
    chosen = {
        name: check for name, check in CHECKS.items() if (check.quick if quick else check.whole)
    }
    ahead = {name: start(check, environment) for name, check in chosen.items() if check.ahead}
    results = {}
    for name, check in chosen.items():
        since = time.perf_counter()
        print(f"\n== {name}: {' '.join(str(part) for part in check.command[:6])} ...", flush=True)
        process = ahead.get(name) or start(check, environment)
        said, _ = process.communicate()
        print(said or "", end="", flush=True)
        results[name] = process.returncode, time.perf_counter() - since
    print("\n== summary")
    for name, (code, seconds) in results.items():
        waited = " more, for it began ahead" if name in ahead else ""
        print(f"{name:<12}{'ok' if code == 0 else f'FAILED ({code})':<12} {seconds:6.1f} s{waited}")
    sys.exit(any(code for code, _ in results.values()))


if __name__ == "__main__":
    main()
