"""Read the table of contents, as the build itself reads it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sphinx_external_toc.api import SiteMap
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).resolve().parent.parent


class Page(NamedTuple):
    """A page of the book: its path without a suffix, and the caption of the part it belongs to."""

    name: str
    part: str


def list_pages(file: Path = ROOT / "_toc.yml") -> list[Page]:
    """List the pages in the order in which they are read, the first page first."""
    site = parse_toc_yaml(file)
    return [Page(site.root.docname, ""), *_walk(site, site.root.docname, "")]


def _walk(site: SiteMap, name: str, part: str) -> Iterator[Page]:
    for tree in site[name].subtrees:
        for child in tree.files():
            inside = part or tree.caption or ""
            yield Page(child, inside)
            yield from _walk(site, child, inside)
