"""Places that a notebook may read: Python, NumPy and the engine, without the course."""

import os
import sysconfig
from pathlib import Path

import numpy as np

__all__ = ["list_hidden", "list_readable"]

_PACKAGE = Path(__file__).resolve().parents[2]
#: Rooms in which references stand, or which lead to them.
_HIDDEN_ROOMS = ("course", "classroom", "cli")


def list_readable() -> list[str]:
    """List the folders and files that are opened, without those of `list_hidden`."""
    python = Path(sysconfig.get_path("stdlib")).resolve()
    inside = [path for path in sorted(python.iterdir()) if not path.name.endswith("-packages")]
    rooms = [path for path in sorted(_PACKAGE.iterdir()) if path.name not in _HIDDEN_ROOMS]
    found = [*inside, Path(np.__file__).resolve().parent, *rooms]
    return [str(path) for path in found if os.access(path, os.R_OK)]


def list_hidden() -> list[str]:
    """List what lies in the same folders and must not be seen."""
    return [str(_PACKAGE / room) for room in _HIDDEN_ROOMS]
