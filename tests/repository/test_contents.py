"""One table of contents, read by the build's own reader; the package, without it, reads alike."""

import re
from pathlib import Path

import pytest

from backprop.course import sources
from tools.contents import list_pages

ROOT = Path(__file__).resolve().parents[2]

TABLES = {
    "quoted": "format: jb-book\nroot: 'book/intro'\nchapters:\n- file: \"book/fitting\"\n",
    "remarks": "format: jb-book\nroot: book/intro  # the cover\nchapters:\n# file: book/no\n"
    "- file: book/fitting # one\n",
    "sections": "format: jb-book\nroot: book/intro\nparts:\n- caption: 'Part I: a'\n  chapters:\n"
    "  - file: book/fitting\n    sections:\n    - file: book/slopes\n  - file: book/graphs\n"
    "- caption: root and file\n  chapters:\n    -   file:  book/final\n",
    "titles": "format: jb-book\nroot: book/intro\nchapters:\n- file: book/fitting\n"
    "  title: 'file: no'\n- url: https://example.org\n  title: elsewhere\n- file: book/slopes\n",
}


def test_the_package_reads_the_table_of_the_book_as_the_build_does() -> None:
    assert sources.pages() == [page.name for page in list_pages()]


@pytest.mark.parametrize("name", TABLES)
def test_the_package_reads_any_table_as_the_build_does(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "_toc.yml"
    file.write_text(TABLES[name], encoding="utf-8")
    monkeypatch.setattr(sources, "roots", lambda: (tmp_path, file))
    pages = [page.name for page in list_pages(file)]
    assert sources.pages() == pages
    assert pages[:2] == ["book/intro", "book/fitting"]


def test_pages_know_their_part() -> None:
    parts = list(dict.fromkeys(page.part for page in list_pages()))
    assert parts[0] == ""
    assert parts[1].startswith("Part I: ")


def test_nobody_else_reads_it_by_hand() -> None:
    by_hand = re.compile(r"_toc\.yml[\"'][)\s]*\.(?:read_text|read_bytes|open)|\(\?:root\|file")
    readers = {ROOT / "tools/contents.py", ROOT / "backprop/course/sources.py", Path(__file__)}
    folders = [ROOT / name for name in ("tools", "tests", "book/_ext")]
    files = [file for folder in folders for file in folder.rglob("*.py")]
    found = [file for file in files if by_hand.search(file.read_text(encoding="utf-8"))]
    assert set(found) <= readers
