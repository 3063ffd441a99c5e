"""Write the licences of what runs Python in the page into one text, which is served with it."""

import importlib.metadata
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import python_sources
import web_assets

NAME = "NOTICES.txt"
LICENCES = "spdx-license-list/licenses"


class Notice(NamedTuple):
    """What has to be said of one component."""

    name: str
    version: str
    licence: str  # by its SPDX identifier
    text: str  # whose it is, and where its source is


def write_notices(
    target: Path, wheels: Mapping[str, bytes] | None = None
) -> str:
    """Write the notices into a folder, and return the name of the file.

    Wheels by their file names are parts that are loaded later: their own notices follow.
    """
    notices = list_notices()
    lines = [
        "Python in the page consists of the following parts. They are unchanged, apart from being",
        "compressed; pyodide-lock.json names NumPy alone. The licences follow.",
        "",
    ]
    for notice in notices:
        lines += [
            f"{notice.name} {notice.version} ({notice.licence})",
            f"    {notice.text}",
            "",
        ]
    for licence in dict.fromkeys(notice.licence for notice in notices):
        lines += ["=" * 72, licence, "=" * 72, "", read_licence(licence), ""]
    for name, content in (wheels or {}).items():
        lines += ["=" * 72, f"{name}, loaded when code imports it", "=" * 72]
        lines += ["", *read_own_notices(content), ""]
    (target / NAME).write_text("\n".join(lines), encoding="utf-8")
    return NAME


def list_notices() -> list[Notice]:
    """Return a notice for each component."""
    from backprop import __version__

    lock = python_sources.read_lock()
    mathml = importlib.metadata.metadata("latex2mathml")
    hashing = json.loads(
        (web_assets.fetch() / "js-sha256/package.json").read_text()
    )
    return [
        Notice(
            "Pyodide",
            lock["info"]["version"],
            "MPL-2.0",
            "By the Pyodide authors. Source: https://github.com/pyodide/pyodide",
        ),
        Notice(
            "Python and its standard library",
            lock["info"]["python"],
            "Python-2.0",
            "Copyright Python Software Foundation; all rights reserved. https://www.python.org",
        ),
        Notice(
            "NumPy",
            lock["packages"]["numpy"]["version"],
            "BSD-3-Clause",
            "By the NumPy developers; its notices, and those of what it contains, are in the wheel.",
        ),
        Notice(
            "latex2mathml",
            mathml["Version"],
            "MIT",
            f"By {mathml['Author-email']}.",
        ),
        Notice("backprop", __version__, "MIT", "By the authors of this book."),
        Notice("js-sha256", hashing["version"], "MIT", "By Chen, Yi-Cyuan."),
    ]


def read_own_notices(wheel: bytes) -> list[str]:
    """Return the texts of the licences that lie in a wheel."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return [
            archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/" in name and "LICENSE" in name
        ]


def read_licence(name: str) -> str:
    """Return the text of a licence by its SPDX identifier."""
    path = web_assets.fetch() / LICENCES / f"{name}.json"
    text: str = json.loads(path.read_text(encoding="utf-8"))["licenseText"]
    return text
