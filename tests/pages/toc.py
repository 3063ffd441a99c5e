"""The pages of the book, as the table of contents lists them, and what stands on them."""

import re
from pathlib import Path

from tools.contents import list_pages

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"

PAGES = [page.name for page in list_pages()]
NOTEBOOKS = [name for name in PAGES if (ROOT / f"{name}.ipynb").exists()]
# A chapter is a notebook with a quiz; the cover and the appendices have none. The final quiz is no
# chapter: it teaches nothing new.
CHAPTERS = [
    name
    for name in NOTEBOOKS
    if (ROOT / "exercises" / Path(name).name).is_dir() and not name.endswith("/final")
]


def pages_with(css_class: str) -> list[str]:
    """The built pages on which an element of a class stands."""
    element = re.compile(rf'<\w+ [^>]*class="(?:[^"]* )?{css_class}[" ]')
    built = [name for name in PAGES if (HTML / f"{name}.html").exists()]
    return [
        name
        for name in built
        if element.search((HTML / f"{name}.html").read_text(encoding="utf-8"))
    ]


def name_place(place: tuple[str, int]) -> str:
    """Name a page and the width of its window, for the list of tests."""
    name, width = place
    return f"{name}-{width}"
