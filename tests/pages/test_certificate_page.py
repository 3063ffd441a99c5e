"""The certificate on the page of the final quiz: by the rule of Python's, and on one sheet."""

import io
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page
from pypdf import PdfReader

from backprop import course
from backprop.course.certificate.contents import (
    LONGEST,
    clean_name,
    issue_certificate,
    read_certificate,
)
from backprop.course.certificate.pdf import draw_certificate
from backprop.course.progress.overview import Progress
from backprop.course.progress.records import Answered, Records, Tried
from backprop.page import PALETTE
from tests.quizzes import open_question

from .test_pages import VIOLATIONS
from .test_progress import STORE, text
from .test_quizzes import give, tab_to

pytestmark = pytest.mark.browser

PAGE = "book/final"
INPUT = "#bp-cert-input"
SHEET = ".bp-certificate"

NAMES = [
    "Ada Lovelace",
    "  Ada \n Lovelace\t",
    "<img src=x onerror=alert(1)> & \"Co\" 'ö' \\ `</script>`",
    "Zoe\u0308 A\u030angstro\u0308m",  # letters and their marks apart
    "محمد بن موسى الخوارزمي",
    "נעמי <b>שמר</b> 2",
    "गणेश\u200d देवी",
    "山田\u3000太郎",
    "👩🏽 𝒩𝓊𝓂 🎓".replace("\u200d", ""),
    "Wolfeschlegelsteinhausenbergerdorff" * 3,
    "W" * LONGEST,
    "i\u2028ı\u00a0İ",
    "O’Neill-Ñandú; DROP TABLE 😀",
    '{}[]",:\\u0041',
]
REFUSED = ["", "   ", "\u200d", "a\u202eb", "a\u0000b", "x\ue000", "\ufeffAda", "a\u00adb",
           "\u0301" * 3, "W" * (LONGEST + 1)]  # fmt: skip


def records(*, without: str = "") -> Records:
    """Everything right, most of it on the first try, one exercise solved; one question left out."""
    questions = [q for chapter in course.outline() for q in chapter.questions if q != without]
    answers = {q: Answered(True, n % 3 > 0, 1 + (n % 3 == 0)) for n, q in enumerate(questions)}
    return Records(answers, {course.exercises()[0]: Tried(True, 2)})


def python_certificate(tmp_path: Path, kept: Records, name: str, day: date) -> Any:
    file = tmp_path / "progress.json"
    file.write_text(text(kept), encoding="utf-8")
    return issue_certificate(name, Progress(file).chapters, day)


def store(page: Page, kept: Records) -> None:
    page.evaluate(STORE, text(kept))
    page.reload()


def test_contents_and_code_are_those_of_python(visit, tmp_path: Path) -> None:
    ours = [python_certificate(tmp_path, records(), name, date(2026, 1, 9)) for name in NAMES]
    with visit(PAGE) as seen:
        there = seen.page.evaluate(
            """([names, text]) => {
                const kept = backprop.progress.read(text).records;
                return names.map((name) => {
                    const json = backprop.certificate.contents(name, '2026-01-09', kept);
                    return [json, backprop.certificate.codeOf(json)];
                });
            }""",
            [NAMES, text(records())],
        )
        assert there == [[mine.json, mine.code] for mine in ours]
        problems = seen.page.evaluate(
            "names => names.map((name) => backprop.certificate.wrongWith(name))", NAMES + REFUSED
        )
        for name, problem in zip(NAMES + REFUSED, problems, strict=True):
            try:
                clean_name(name)
                assert problem == "", name
            except ValueError:
                assert problem, f"Python refuses {name!r}"
        assert not seen.problems, "\n".join(seen.problems)


def test_from_the_last_question_to_the_certificate_by_keyboard(visit, tmp_path: Path) -> None:
    quiz = course.quiz("final")
    last = quiz[len(quiz)]
    with visit(PAGE) as seen:
        page = seen.page
        left = page.locator("#bp-certificate li")
        assert left.count() == len(course.outline())
        assert left.locator("a").count() == left.count()
        assert not page.locator(INPUT).is_visible()

        before = records(without=f"final/{last.name}")
        after = {**before.questions, f"final/{last.name}": Answered(True, True, 1)}
        kept = Records(after, before.exercises)
        store(page, before)
        assert left.all_inner_texts() == [f"The final quiz: 1 question of {len(quiz)} to go"]
        item = open_question(page.locator(".bp-question").last)
        item.locator("input").first.focus()
        give(page, item, last, last.samples(0)[-1][1])
        assert page.locator(INPUT).is_visible()

        tab_to(page, page.locator(INPUT))
        page.keyboard.press("Enter")
        status = page.locator("#bp-certificate [role=status]")
        assert status.inner_text() == "Type a name first."
        assert page.locator(INPUT).get_attribute("aria-invalid") == "true"
        name = "  <b>Ada</b>  & / Søn "
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        assert "ready" in status.inner_text()
        assert page.evaluate("document.activeElement.matches('.bp-certificate')")
        bearer = page.locator(".bp-cert-name")
        assert bearer.text_content() == clean_name(name)
        assert bearer.get_attribute("dir") == "auto"
        assert not bearer.locator("b").count()

        said = page.locator(SHEET).text_content()
        total = len(after)
        assert f"all {total} questions" in said
        graded = sum(len(exercises) for _, _, _, exercises in course.outline())
        assert f"solved 1 of its {graded} graded exercises" in said
        today = date.fromisoformat(page.evaluate("new Date().toLocaleDateString('sv')"))
        mine = python_certificate(tmp_path, kept, name, today)
        assert page.locator(".bp-cert-facts dd").last.inner_text() == mine.code
        assert page.locator(".bp-cert-about pre").text_content() == mine.json
        tab_to(page, page.get_by_role("button", name="Print, or save as PDF"))
        assert not seen.problems, "\n".join(seen.problems)


@pytest.mark.parametrize(
    ("theme", "width", "name"),
    [("light", 1280, "Ada Lovelace"), ("dark", 390, NAMES[2]), ("dark", 1280, NAMES[-5])],
)
def test_a_certificate_fits_its_sheet_and_its_paper(
    visit, axe: str, theme: str, width: int, name: str
) -> None:
    with visit(PAGE, theme=theme, width=width) as seen:
        page = seen.page
        store(page, records())
        page.locator(INPUT).fill(name)
        page.locator(INPUT).press("Enter")
        sheet, bearer = page.locator(".bp-cert-sheet"), page.locator(".bp-cert-name")
        inside = """node => [...node.querySelectorAll('p, table, dl, svg:not(.bp-cert-valley)')]
            .every((part) => { const [a, b] = [part, node].map((n) => n.getBoundingClientRect());
              return a.left >= b.left && a.right <= b.right && a.top >= b.top
                && a.bottom <= b.bottom && part.scrollWidth <= part.clientWidth + 1; })"""
        assert sheet.evaluate(inside)
        text_below = "node => node.scrollHeight <= node.clientHeight + 1"
        assert bearer.evaluate(text_below), "the name runs into what stands below it"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        assert not page.evaluate(VIOLATIONS)

        scanner = page.context.new_page()
        scanner.set_viewport_size({"width": 640, "height": 640})
        code = page.locator(".bp-cert-qr").evaluate("node => node.outerHTML")
        scanner.set_content(
            f"<body style='background: white'><style>svg {{ width: 600px }}</style>{code}"
        )
        found = zxingcpp.read_barcodes(Image.open(io.BytesIO(scanner.screenshot())))
        assert len(found) == 1
        certificate, code = read_certificate(found[0].text)
        assert certificate.name == clean_name(name)
        assert code == certificate.code

        for paper in ("A4", "Letter"):
            pdf = page.pdf(format=paper, prefer_css_page_size=True)
            assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
            box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
            assert box
            assert float(box[1]) > float(box[2]), "across"
        assert not seen.problems, "\n".join(seen.problems)


# What is written on the sheet, in the order of reading.
SAID_IN_ORDER = """node => [...node.querySelectorAll('p, th, td, dt, dd')]
    .map((part) => part.textContent.trim()).filter(Boolean)"""


@pytest.mark.parametrize("shown", [False, True])
def test_the_page_and_the_pdf_are_one_document(visit, tmp_path: Path, shown: bool) -> None:
    """Both hold the same facts in the same order, at the same places of the sheet."""
    kept = records()
    if shown:
        last = next(reversed(kept.questions))
        kept = Records({**kept.questions, last: Answered(True, False, 2, True)}, kept.exercises)
    with visit(PAGE) as seen:
        page = seen.page
        store(page, kept)
        page.locator(INPUT).fill("Ada Lovelace")
        page.locator(INPUT).press("Enter")
        on_page = page.locator(".bp-cert-sheet").evaluate(SAID_IN_ORDER)
        places = page.locator(".bp-cert-sheet").evaluate(PLACES)
        colours = page.locator(".bp-cert-sheet").evaluate(COLOURS, list(PAPER_COLOURS))
        today = date.fromisoformat(page.evaluate("new Date().toLocaleDateString('sv')"))
        printed = read_pdf(page.pdf(format="A4", prefer_css_page_size=True))
    mine = python_certificate(tmp_path, kept, "Ada Lovelace", today)
    titles = {chapter.name: chapter.title for chapter in course.outline()}
    on_paper = read_pdf(draw_certificate(mine, titles))

    assert ("others were shown" in squeeze(" ".join(on_page), " ")) == shown
    assert colours == {name: PALETTE[name].light for name in PAPER_COLOURS}
    for file in (on_paper, printed):
        assert in_order(on_page, file) == [], "what the page says, and where the file lacks it"
    assert len(squeeze("".join(on_page))) == len(squeeze(on_paper)), "the PDF says no more"
    for words, (edge, across, down) in PLACES_ON_PAPER.items():
        there = places[words.format(code=mine.code)]
        assert (there[edge], there["middle"]) == pytest.approx((across, down), abs=1.5), words


# Where some of the words stand on paper, in millimetres: an edge or the centre, and the middle.
PLACES_ON_PAPER = {
    "Certificate of completion": ("centre", 148.5, 42),
    "This is to say that": ("centre", 148.5, 55.5),
    "Ada Lovelace": ("centre", 148.5, 73.5),
    "Date": ("left", 22, 166),
    "Version of the book": ("left", 80, 166),
    "{code}": ("left", 138, 172.5),
}
PLACES = """node => {
    const sheet = node.getBoundingClientRect(), unit = sheet.width / 297;
    return Object.fromEntries([...node.querySelectorAll('p, dt, dd')].map((part) => {
        const range = document.createRange();
        range.selectNodeContents(part);
        const box = range.getBoundingClientRect();
        return [part.textContent, {
            left: (box.left - sheet.left) / unit,
            centre: ((box.left + box.right) / 2 - sheet.left) / unit,
            middle: ((box.top + box.bottom) / 2 - sheet.top) / unit,
        }];
    }));
}"""
PAPER_COLOURS = ("ink", "muted", "value", "gradient", "axis")
COLOURS = """(node, names) => Object.fromEntries(names.map(
    (name) => [name, getComputedStyle(node).getPropertyValue(`--${name}`).trim()]))"""


def read_pdf(content: bytes) -> str:
    (page,) = PdfReader(io.BytesIO(content)).pages
    return page.extract_text()


def squeeze(text: str, between: str = "") -> str:
    """Without case, ligatures and spaces, which the fonts and the breaks of lines change."""
    return between.join(unicodedata.normalize("NFKC", text).casefold().split())


def in_order(parts: list[str], text: str) -> list[str]:
    """Return the parts that the text lacks after those before them."""
    whole, at, missing = squeeze(text), 0, []
    for part in map(squeeze, parts):
        found = whole.find(part, at)
        if found < 0:
            missing.append(part)
        else:
            at = found + len(part)
    return missing


def test_progress_that_goes_away_takes_the_certificate_along(visit) -> None:
    with visit(PAGE) as seen:
        page = seen.page
        store(page, records())
        page.locator(INPUT).fill("Ada")
        page.locator(INPUT).press("Enter")
        assert page.locator(SHEET).is_visible()
        page.evaluate("backprop.progress.erase()")
        assert not page.locator(SHEET).count()
        assert not page.locator(INPUT).is_visible()
        assert len(re.findall(rb"/Type /Page\b", page.pdf(format="A4"))) > 1, "the page as it is"


def test_without_scripts_the_place_says_what_it_would_do(visit) -> None:
    with visit(PAGE, java_script_enabled=False) as seen:
        said = seen.page.locator("#bp-certificate").inner_text()
        assert "with JavaScript switched on" in said
