"""Renew constraints.txt: a pinned version of everything, for every Python and system we support.

Run it through `make constraints`. uv resolves for Linux, macOS and Windows at once and writes the
differences as environment markers, so that one file serves `pip install -c constraints.txt`
everywhere.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "constraints.txt"

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


if __name__ == "__main__":
    main()
