"""Renew constraints.txt: a pinned version of everything, for every Python and system we support.

Run it through `make constraints`. uv resolves for Linux, macOS and Windows at once and writes the
differences as environment markers, so that one file serves `pip install -c constraints.txt`
everywhere. What builds and tests the book is allowed from the pinned version on and no earlier, so
that the lowest version is one that is tested; pyproject.toml gets these bounds. What readers
install may be older: `make lowest` tests that.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "constraints.txt"
PROJECT = ROOT / "pyproject.toml"
#: The extras of those who work on the book, whose lower bounds are the pinned versions.
BOUND = ("book", "test")

# Not dependencies of the package, but of setting up its environment: pinned all the same.
SETUP = "pip\nhatchling\neditables\nuv\n"

HEADER = """\
# The exact versions that the book is built and tested with, written by `make constraints`.
# pip install -c constraints.txt -e ".[book]"
"""


def main() -> None:
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet"]
    # One version for every Python, so that types and outputs are the same everywhere.
    command += ["--universal", "--python-version", "3.11", "--fork-strategy", "fewest"]
    # All extras but `frameworks`, whose packages are pinned in pyproject.toml.
    for extra in ("notebook", "book", "lite", "test"):
        command += ["--extra", extra]
    command += ["--upgrade"]
    command += ["--no-header", "--no-annotate", "--no-emit-package", "backprop-book"]
    command += ["pyproject.toml", "-"]
    done = subprocess.run(
        command, cwd=ROOT, input=SETUP, stdout=subprocess.PIPE, text=True, check=True
    )
    if "torch" in done.stdout:
        sys.exit("constraints: torch must not become a dependency of the book")
    old = set(FILE.read_text().splitlines()) if FILE.exists() else set()
    FILE.write_text(HEADER + done.stdout)
    new = set(FILE.read_text().splitlines())
    print(f"constraints.txt: {len(new - old)} lines new, {len(old - new)} lines gone")
    text = PROJECT.read_text(encoding="utf-8")
    PROJECT.write_text(raise_bounds(text, done.stdout), encoding="utf-8")


def raise_bounds(project: str, pinned: str) -> str:
    """Return pyproject.toml with the pinned versions as lower bounds of the extras in BOUND."""
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", pinned, flags=re.MULTILINE))
    for extra in BOUND:
        listed = re.search(rf"^{extra} = \[\n.*?^\]", project, flags=re.MULTILINE | re.DOTALL)
        if listed is None:
            sys.exit(f"constraints: pyproject.toml has no extra {extra!r}")
        bounded = re.sub(
            r'^(    "([\w-]+)(?:\[\w+\])?>=)[^",]+',
            lambda line: line[1] + pins[line[2]],
            listed[0],
            flags=re.MULTILINE,
        )
        project = project.replace(listed[0], bounded)
    return project


if __name__ == "__main__":
    main()
