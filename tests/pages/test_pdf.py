"""The whole book as one PDF."""

import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from .toc import CHAPTERS, PAGES, ROOT

PROGRAM = ROOT / "tools" / "pdf.py"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, PROGRAM, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_browser_it_says_what_to_do(tmp_path: Path) -> None:
    done = run(str(tmp_path / "book.pdf"), BACKPROP_CHROMIUM=str(tmp_path / "none"))
    assert done.returncode
    assert "make pdf prints with Chromium" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "book.pdf").exists()


def read_contents(text: str) -> dict[str, int]:
    """Read from the table of contents on which page each title begins."""
    plain = unicodedata.normalize("NFKC", text)  # letters that are joined are taken apart
    lines = re.findall(r"^(.+?) (\d+)$", plain, re.MULTILINE)
    return {title: int(number) for title, number in lines}


@pytest.mark.browser
def test_the_whole_book(browser_type_launch_args, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    file = tmp_path / "book.pdf"
    done = run(str(file))
    assert not done.returncode, done.stderr
    book = pypdf.PdfReader(file)
    texts = [page.extract_text() for page in book.pages]
    assert len(texts) > 5 * len(CHAPTERS)
    for number, text in enumerate(texts, 1):
        words = text.split()
        assert len(words) > 8, f"page {number} is empty"
        assert number == 1 or str(number) in words, f"page {number} does not bear its number"

    # Bookmarks: what comes first, then a part, its chapters, their sections.
    top = book.outline
    titles = [item.title for item in top if not isinstance(item, list)]
    assert titles[:2] == ["Cover", "Contents"]
    assert any(title.startswith("Part I") for title in titles)
    parts = [item for item in top if isinstance(item, list)]
    found = {
        item.title: book.get_destination_page_number(item)
        for part in parts
        for item in part
        if not isinstance(item, list)
    }
    assert len(found) >= len(PAGES) - 1
    starts = list(found.values())
    assert starts == sorted(starts)
    pages = read_contents("\n".join(texts[1 : min(starts)]))
    assert len(pages) >= len(PAGES) - 1
    for title, page in found.items():
        assert title.split()[-1] in texts[page], f"{title} does not begin on page {page + 1}"
        if title in pages:
            assert pages[title] == page + 1, f"the contents have another page for {title}"
    sections = [
        inner for part in parts for item in part if isinstance(item, list) for inner in item
    ]
    assert any(not isinstance(item, list) and item.title == "Check yourself" for item in sections)

    # No link leads to a folder of the machine on which it was printed.
    for page in book.pages:
        for note in page.get("/Annots", []):
            action = note.get_object().get("/A", {})
            assert not str(action.get("/URI", "")).startswith("file:")
