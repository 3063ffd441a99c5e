"""Print the whole book into one PDF, with bookmarks, a table of contents and page numbers.

Run it through `make pdf`. Chromium prints each page as the style sheet for paper has it: without
scripts, so that figures stand still and quizzes show their options; what was printed is merged.
"""

import html
import io
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from chromium import find_chromium
from contents import Page, list_pages
from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, Fit, NameObject

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "backpropagation.pdf"
PAPER: dict[str, Any] = {
    "format": "A4",
    "margin": {"top": "18mm", "bottom": "22mm", "left": "20mm", "right": "20mm"},
    "print_background": True,
    "tagged": True,
    "outline": True,
}

STYLE = """<meta charset="utf-8"><style>
@page { size: A4; margin: 18mm 20mm 22mm; }
body { margin: 0; color: #1f2328;
  font-family: system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
h1 { font-size: 32pt; line-height: 1.1; margin: 0 0 8mm; max-width: 12em; }
h2 { font-size: 12pt; margin: 5mm 0 1mm; break-after: avoid; }
p.row { display: flex; gap: 3mm; margin: 0; padding: 0.4mm 0; line-height: 1.3; }
p.row span:first-child { flex: 1; }
</style>"""


class Chapter(NamedTuple):
    """One page of the book, printed."""

    name: str  # as _toc.yml has it
    part: str
    title: str
    pdf: PdfReader


def printed(browser: Browser, address: str) -> tuple[str, PdfReader]:
    """Print one page; return its title as well."""
    page = browser.new_page(viewport={"width": 800, "height": 1100})
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(address, wait_until="load")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.evaluate("document.fonts.ready.then(() => true)")
    title = page.evaluate(
        """() => {
          const head = document.querySelector('h1')?.cloneNode(true);
          head?.querySelectorAll('.headerlink').forEach((node) => node.remove());
          return head?.textContent.trim() ?? document.title;
        }"""
    )
    pdf = PdfReader(io.BytesIO(page.pdf(**PAPER)))
    page.close()
    return title, pdf


def written(browser: Browser, folder: Path, markup: str) -> PdfReader:
    """Print markup of our own."""
    file = folder / "page.html"
    file.write_text(f"<!doctype html><html lang='en'>{STYLE}{markup}</html>", encoding="utf-8")
    return printed(browser, file.as_uri())[1]


def cover(title: str, author: str) -> str:
    """Write the first page."""
    return (
        "<title>Cover</title><div style='border-left: 3mm solid #0a66b0; padding: 0 0 0 8mm;"
        f" margin-top: 70mm'><h1>{html.escape(title)}</h1>"
        "<p style='font-size: 14pt'>From one slope to a trained network.<br>"
        "Every derivative, table and figure was computed by the engine that the book builds.</p>"
        f"<p style='margin-top: 30mm'>{html.escape(author)}</p></div>"
    )


def table_of_contents(chapters: Iterable[Chapter], starts: dict[str, int]) -> str:
    """Write the list of chapters with the pages on which they begin."""
    rows, part = [], None
    for chapter in chapters:
        if chapter.part != part:
            part = chapter.part
            rows.append(f"<h2>{html.escape(part)}</h2>")
        rows.append(
            f"<p class='row'><span>{html.escape(chapter.title)}</span>"
            f"<span>{starts[chapter.name] + 1}</span></p>"
        )
    return f"<title>Contents</title><h1 style='font-size: 20pt'>Contents</h1>{''.join(rows)}"


def footers(titles: list[str]) -> str:
    """Write what stands at the foot of every page; the cover has an empty foot."""
    page = (
        "<div style='height: 297mm; position: relative; break-after: page'>"
        "<p style='position: absolute; left: 20mm; right: 20mm; bottom: 8mm; margin: 0;"
        " display: flex; justify-content: space-between; color: #5b6470; font-size: 8.5pt'>"
        "<span>{title}</span><span>{number}</span></p></div>"
    )
    pages = [
        page.format(title=html.escape(title), number=number if title else "")
        for number, title in enumerate(titles, 1)
    ]
    # A last one would begin a page of its own.
    pages[-1] = pages[-1].replace("; break-after: page", "")
    return "<style>@page { margin: 0 !important; }</style>" + "".join(pages)


def add_bookmarks(writer: PdfWriter, chapter: Chapter, start: int, parent: Any) -> None:
    """Bookmark a chapter and its sections."""
    top = writer.add_outline_item(title=chapter.title, page_number=start, parent=parent)

    def add(items: list[Any], above: Any) -> None:
        last = above
        for item in items:
            if isinstance(item, list):
                add(item, last)
            else:
                page = chapter.pdf.get_destination_page_number(item) or 0
                last = writer.add_outline_item(
                    title=item.title.removesuffix("#").strip(),
                    page_number=start + page,
                    parent=above,
                    fit=Fit.fit_horizontally(top=item.top),
                )

    outline = chapter.pdf.outline
    # Chromium lists the page's own heading first, and its sections below it.
    add(outline[1] if len(outline) > 1 and isinstance(outline[1], list) else outline, top)


def bookmark_parts(writer: PdfWriter, chapters: Iterable[Chapter], starts: dict[str, int]) -> None:
    """Bookmark every part, with its chapters below it."""
    parents: dict[str, Any] = {"": None}
    for chapter in chapters:
        if chapter.part not in parents:
            parents[chapter.part] = writer.add_outline_item(
                title=chapter.part, page_number=starts[chapter.name]
            )
        add_bookmarks(writer, chapter, starts[chapter.name], parents[chapter.part])


def turn_links_inward(writer: PdfWriter, starts: dict[str, int]) -> None:
    """Let links from page to page lead to pages of this file, and drop what leads to a folder."""
    for page in writer.pages:
        kept = ArrayObject()
        for reference in page.get("/Annots", []):
            action = reference.get_object().get("/A", {})
            address = str(action.get("/URI", ""))
            if not address.startswith("file:"):
                kept.append(reference)
                continue
            path = Path(unquote(urlsplit(address).path))
            name = path.relative_to(HTML).with_suffix("").as_posix() if HTML in path.parents else ""
            if name in starts:
                link = reference.get_object()
                del link["/A"]
                target = writer.pages[starts[name]].indirect_reference
                link[NameObject("/Dest")] = ArrayObject([target, NameObject("/Fit")])
                kept.append(reference)
        if "/Annots" in page:
            page[NameObject("/Annots")] = kept


def bind(browser: Browser, folder: Path, pages: list[Page]) -> PdfWriter:
    """Print and merge all pages, with a cover and a table of contents before them."""
    chapters = []
    for name, part in pages:
        print(".", end="", flush=True)
        chapters.append(Chapter(name, part, *printed(browser, (HTML / f"{name}.html").as_uri())))
    book, *rest = chapters
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    author = re.search(r"^author: (.*)$", config, re.MULTILINE)[1]
    front = written(browser, folder, cover(book.title, author))

    def begin_after(count: int) -> dict[str, int]:
        starts = {}
        for chapter in chapters:
            starts[chapter.name] = count
            count += len(chapter.pdf.pages)
        return starts

    # The table's own length is known once it has been printed.
    table = written(browser, folder, table_of_contents(rest, begin_after(0)))
    starts = begin_after(len(front.pages) + len(table.pages))
    table = written(browser, folder, table_of_contents(rest, starts))

    writer = PdfWriter()
    titles: list[str] = []
    for title, pdf in (("", front), ("Contents", table), *((c.title, c.pdf) for c in chapters)):
        writer.append(pdf, import_outline=False)
        titles += [title] * len(pdf.pages)
    feet = written(browser, folder, footers(titles))
    for page, foot in zip(writer.pages, feet.pages, strict=True):
        page.merge_page(foot)
    writer.add_outline_item(title="Cover", page_number=0)
    writer.add_outline_item(title="Contents", page_number=len(front.pages))
    bookmark_parts(writer, chapters, starts)
    turn_links_inward(writer, starts)
    writer.add_metadata({"/Title": book.title, "/Author": author})
    writer.page_mode = "/UseOutlines"
    writer.compress_identical_objects()
    return writer


def main() -> None:
    try:
        path = find_chromium()
    except FileNotFoundError as problem:
        sys.exit(f"make pdf prints with Chromium: {problem}")
    if not (HTML / "index.html").exists():
        sys.exit(f"{HTML} is missing: run `make book` first")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    print("Printing the book ", end="", flush=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        writer = bind(browser, Path(folder), list_pages())
        browser.close()
        # Complete or not at all.
        whole = Path(folder) / "book.pdf"
        writer.write(whole)
        shutil.move(whole, target)
    print(f"\n{len(writer.pages)} pages, {target.stat().st_size / 1e6:.1f} MB: {target}")


if __name__ == "__main__":
    main()
