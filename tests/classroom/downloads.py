"""Downloads as platforms make them, for tests: names and zips, with small notebooks in them."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

Files = Mapping[str, bytes]


def write_notebook(*cells: str, **more: object) -> bytes:
    """Write a notebook with these code cells."""
    plain = [
        {"cell_type": "code", "metadata": {}, "source": cell, "outputs": [], "id": f"c{n}",
         "execution_count": None}
        for n, cell in enumerate(cells)
    ]  # fmt: skip
    notebook = {"cells": plain, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}
    return json.dumps(notebook).encode()


def pack(files: Files) -> bytes:
    """Pack files into a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def write_zip(path: Path, files: Files) -> Path:
    """Write a zip with these files."""
    path.write_bytes(pack(files))
    return path


def write_folder(path: Path, files: Files) -> Path:
    """Write these files into a folder."""
    for name, data in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return path
