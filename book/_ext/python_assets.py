"""Lay out Python for the page: Pyodide, NumPy, the package of the book, each named by its hash.

Matplotlib lies beside them for code that imports it, where the build finds its files.

Everything is served from the book itself, compressed already, whatever the host does. The
manifest names each file with its size and hash; a page gets it with the scripts of all pages.
Without NumPy for Pyodide the build goes on without a manifest, and pages offer no Python.
"""

import base64
import contextlib
import gzip
import hashlib
import importlib.metadata
import io
import json
import os
import shutil
import tomllib
import zipfile
import zlib
from pathlib import Path
from typing import Any

import python_notices
import python_sources
import web_assets

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "_build" / "python"
CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
#: What a check imports beside NumPy and our own package.
PURE = ("latex2mathml",)
#: What no page runs: the grader of classes, and the command.
UNUSED = ("backprop/classroom/", "backprop/cli/")
#: What an installation notes of itself: it differs from folder to folder.
NOTED = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json")
#: What Matplotlib needs to draw into a page. Its lock names more: what only writes PDF (fonttools),
#: what dates need (pytz), and a canvas of Pyodide's own.
PLOTS = (
    *("matplotlib", "contourpy", "cycler", "kiwisolver", "packaging"),
    *("pillow", "pyparsing", "python-dateutil", "six"),
)
#: With this set, files are written as scripts, too, which a page opened from a folder may load.
FOLDER_SETTING = "BACKPROP_FROM_FOLDER"
FALLBACK_HASH = "js-sha256/build/sha256.min.js"


def write_python(target: Path) -> str:
    """Write what pages need for Python into a folder; return the script that tells them.

    Parameters
    ----------
    target : Path
        The folder ``_static/python`` of the pages.

    Returns
    -------
    str
        ``window.backprop.python = {...}``; empty where this build has no Python.
    """
    try:
        contents = collect_contents()
    except python_sources.NoSourceError as problem:
        shutil.rmtree(target, ignore_errors=True)
        print(f"Python in the page: not in this build ({problem})", flush=True)
        return ""
    manifest = write_contents(contents, collect_plots(), target)
    text = json.dumps(manifest, separators=(",", ":"))
    return f"(window.backprop = window.backprop || {{}}).python = {text};\n"


def collect_contents() -> dict[str, bytes]:
    """Return what the worker asks for, by the name under which it asks."""
    lock = python_sources.read_lock()
    entry = lock["packages"]["numpy"]
    numpy = python_sources.find_wheel("numpy")
    folder = python_sources.pyodide_folder()
    return {
        **{name: (folder / name).read_bytes() for name in CORE},
        "pyodide-lock.json": json.dumps(
            {**lock, "packages": {"numpy": entry}}
        ).encode(),
        entry["file_name"]: numpy,
        **{f"{name}.zip": zip_distribution(name) for name in PURE},
        "backprop.zip": pack_package(),
    }


def collect_plots() -> dict[str, bytes]:
    """Return the wheels of Matplotlib, by the names of their files; none where one is missing."""
    packages = python_sources.read_lock()["packages"]
    try:
        return {
            packages[name]["file_name"]: python_sources.find_wheel(name)
            for name in PLOTS
        }
    except python_sources.NoSourceError as problem:
        print(
            f"Matplotlib in the page: not in this build ({problem})", flush=True
        )
        return {}


def describe_packages(plots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what a page loads only when code imports it, and which imports these are."""
    if not plots:
        return []
    packages = python_sources.read_lock()["packages"]
    modules = [name for part in PLOTS for name in packages[part]["imports"]]
    return [
        {
            "name": "Matplotlib",
            "modules": sorted(modules),
            "bytes": sum(entry["bytes"] for entry in plots),
            "files": plots,
        }
    ]


def zip_distribution(name: str) -> bytes:
    """Pack the modules of an installed distribution, as they are."""
    return pack(
        {
            path.as_posix(): path.read_binary()
            for path in importlib.metadata.files(name) or []
            if not {"..", "__pycache__", *NOTED} & set(path.parts)
        }
    )


def pack(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """Pack files into an archive, the same into the same bytes.

    For pages they are not compressed one by one: the whole is, later, which takes a third less.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name), members[name], method)
    return file.getvalue()


def pack_package() -> bytes:
    """Pack what the wheel of the package holds, but for what no page runs."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wheel = tomllib.loads(text)["tool"]["hatch"]["build"]["targets"]["wheel"]
    places = {name: name for name in wheel["packages"]} | wheel["force-include"]
    members = {}
    for source, inside in places.items():
        path = ROOT / source
        for file in [path] if path.is_file() else path.rglob("*"):
            name = (Path(inside) / file.relative_to(path)).as_posix()
            if file.is_file() and "/__pycache__/" not in f"/{name}":
                members[name] = file.read_bytes()
    return pack(
        {
            name: content
            for name, content in members.items()
            if not name.startswith(UNUSED)
        }
    )


def write_contents(
    contents: dict[str, bytes], plots: dict[str, bytes], target: Path
) -> dict[str, Any]:
    """Write files under names with their hash, remove others, and return the manifest."""
    target.mkdir(parents=True, exist_ok=True)
    files = [write_file(*each, target) for each in contents.items()]
    packages = describe_packages(
        [write_file(*each, target) for each in plots.items()]
    )
    worker = write_worker(target)
    notices = python_notices.write_notices(target, plots)
    optional = [entry for package in packages for entry in package["files"]]
    names = [worker, *(entry["file"] for entry in [*files, *optional])]
    scripts = os.environ.get(FOLDER_SETTING, "") not in ("", "0")
    if scripts:
        names += [write_script(target, name) for name in names]
    for path in target.iterdir():
        if path.name not in (notices, *names):
            path.unlink()
    lock = python_sources.read_lock()
    return {
        "python": lock["info"]["python"],
        "numpy": lock["packages"]["numpy"]["version"],
        "bytes": sum(entry["bytes"] for entry in files),
        "worker": worker,
        "notices": notices,
        "scripts": scripts,
        "files": files,
        "packages": packages,
    }


def write_file(name: str, content: bytes, target: Path) -> dict[str, Any]:
    """Write a file, compressed where that pays, and return how the manifest names it."""
    stored = compress(content)
    gzipped = len(stored) < 0.9 * len(content)
    stored = stored if gzipped else content
    digest = hashlib.sha256(stored).hexdigest()
    # No ending that a host might take for a compression of its own to undo.
    file = f"{Path(name).stem}.{digest[:10]}.bin"
    (target / file).write_bytes(stored)
    entry = {"name": name, "file": file, "bytes": len(stored), "sha256": digest}
    return {**entry, "gzip": gzipped}


def write_script(target: Path, name: str) -> str:
    """Write a file as a script that keeps its content under its name."""
    text = base64.b64encode((target / name).read_bytes()).decode()
    script = f'(self.backpropFiles = self.backpropFiles || {{}})["{name}"] = "{text}";\n'
    (target / f"{name}.js").write_text(script)
    return f"{name}.js"


def compress(content: bytes) -> bytes:
    """Return the content compressed; what was compressed before is taken from ``_build``.

    It is undone once: a build that was broken off, or an older one, may have left half a file.
    """
    kept = KEPT / hashlib.sha256(content).hexdigest()
    with contextlib.suppress(OSError, EOFError, zlib.error):
        stored = kept.read_bytes()
        if gzip.decompress(stored) == content:
            return stored
    stored = gzip.compress(content, 9, mtime=0)
    KEPT.mkdir(parents=True, exist_ok=True)
    part = kept.with_name(f"{kept.name}.{os.getpid()}")
    part.write_bytes(stored)
    part.replace(kept)
    forget_oldest(KEPT, 60)
    return stored


def forget_oldest(folder: Path, count: int) -> None:
    """Keep so many of the files in a folder; another build may be at work in it."""
    ages = []
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            ages.append((path.stat().st_mtime, path))
    for _, path in sorted(ages)[:-count]:
        path.unlink(missing_ok=True)


def write_worker(target: Path) -> str:
    """Write the worker's script behind the library that hashes where browsers do not."""
    from backprop.page.scripts import assemble_script

    worker = ROOT / "backprop" / "page" / "python" / "worker.mjs"
    library = (web_assets.fetch() / FALLBACK_HASH).read_text(encoding="utf-8")
    script = f"{library}\n{assemble_script(worker)}".encode()
    name = f"worker.{hashlib.sha256(script).hexdigest()[:10]}.js"
    (target / name).write_bytes(script)
    return name
