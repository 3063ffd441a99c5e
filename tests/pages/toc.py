"""The pages of the book, as the table of contents lists them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENTRY = re.compile(r"^\s*(?:-\s*)?(?:root|file):\s*(\S+)", re.MULTILINE)

PAGES = ENTRY.findall((ROOT / "_toc.yml").read_text(encoding="utf-8"))
NOTEBOOKS = [name for name in PAGES if (ROOT / f"{name}.ipynb").exists()]
