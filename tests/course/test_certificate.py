"""Certificates: what they say, the code that follows from it, and the page for printing."""

import hashlib
import io
import json
import sys
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from backprop import __version__, course
from backprop.course.certificate import fonts
from backprop.course.certificate.contents import (
    Certificate,
    Counts,
    clean_name,
    issue_certificate,
    read_certificate,
)
from backprop.course.certificate.fonts import (
    Face,
    choose_faces,
    needs_shaping,
    read_characters,
    split_clusters,
)
from backprop.course.certificate.pdf import draw_certificate
from backprop.course.progress.overview import ChapterProgress

CHAPTERS = (Counts("fitting", 6, 4, 6, 1, 1), Counts("gradient_descent", 6, 6, 6, 0, 2))
TITLES = {chapter.name: chapter.title for chapter in course.outline()}


def certificate(name: str = "Ada Lovelace", chapters: tuple[Counts, ...] = CHAPTERS) -> Certificate:
    return Certificate("1.2.3", chapters, "2026-11-20", clean_name(name))


# ---- contents and code


def test_code_follows_from_the_contents_as_agreed_with_the_page() -> None:
    text = (
        '{"book":"1.2.3","chapters":[["fitting",6,4,6,1,1],["gradient_descent",6,6,6,0,2]],'
        '"date":"2026-11-20","name":"Zoë 李"}'
    )
    mine = certificate("  Zoe\u0308 \n 李 ")
    assert mine.json == text
    digits = hashlib.sha256(text.encode("utf-8")).hexdigest()[:16].upper()
    assert mine.code.replace("-", "") == digits
    assert mine.text == f"{mine.code}\n{mine.json}"


def test_every_change_changes_the_code() -> None:
    codes = {
        certificate().code,
        certificate("Ada Lovelace.").code,
        certificate(chapters=CHAPTERS[:1]).code,
        Certificate("1.2.4", CHAPTERS, "2026-11-20", "Ada Lovelace").code,
        Certificate("1.2.3", CHAPTERS, "2026-11-21", "Ada Lovelace").code,
    }
    assert len(codes) == 5


def test_issued_from_progress() -> None:
    chapters = [ChapterProgress("fitting", "A title", 6, 4, 6, 1, 1)]
    mine = issue_certificate("Ada", chapters, date(2026, 1, 2))
    assert mine == Certificate(__version__, CHAPTERS[:1], "2026-01-02", "Ada")


def test_an_answer_that_was_shown_is_none_of_those_that_are_right() -> None:
    chapter = ChapterProgress("fitting", "A title", 4, 3, 6, 1, 1, shown=2)
    assert chapter.done, "whoever has seen the answers may have a certificate, which says so"
    mine = issue_certificate("Ada", [chapter], date(2026, 1, 2))
    assert mine.chapters == (Counts("fitting", 4, 3, 6, 1, 1),)
    said = together(printed(draw_certificate(mine, TITLES)))
    assert together("answered 4 of the 6 questions of this book") in said


def test_read_gives_back_what_was_written() -> None:
    mine = certificate()
    assert read_certificate(mine.text) == (mine, mine.code)
    assert read_certificate(mine.json) == (mine, None)
    spaced = json.dumps(json.loads(mine.json), indent=2)
    assert read_certificate(f" {mine.code.lower()}\r\n{spaced}\n") == (mine, mine.code)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ada", "Eve"),
        ('"fitting",6,4', '"fitting",6,5'),
        ("2026-11-20", "2025-11-20"),
    ],
)
def test_a_changed_certificate_no_longer_matches(old: str, new: str) -> None:
    changed, claimed = read_certificate(certificate().text.replace(old, new))
    assert claimed != changed.code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        certificate().json[:-5],
        certificate().json.replace('"name"', '"nome"'),
        certificate().json.replace('"fitting",6', '"fitting","6"'),
        certificate().json.replace('"fitting",6,4', '"fitting",3,4'),
        certificate().json.replace("6,1,1]", "6,2,1]"),
        '{"book":"1","chapters":[],"date":"2026-11-20","name":"Ada"}',
        '{"book":"1","chapters":[["a",1,1,1,0,0]],"date":"some day","name":"Ada"}',
    ],
)
def test_what_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no certificate"):
        read_certificate(text)


@pytest.mark.parametrize("name", ["", "   ", "\n", "\u200d", "\u0301"])
def test_a_name_is_needed(name: str) -> None:
    with pytest.raises(ValueError, match="needs a name"):
        clean_name(name)


@pytest.mark.parametrize(
    "name", ["A\x00da", "A\x1bda", "Ada\u202eevE", "A\ud800", "\ue000", "A\x85a"]
)
def test_control_characters_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"control characters, got U\+"):
        clean_name(name)


def test_a_name_has_an_end() -> None:
    assert clean_name("x" * 120)
    with pytest.raises(ValueError, match="120 characters, got 121"):
        clean_name("x" * 121)


# ---- the page


def printed(content: bytes) -> str:
    from pypdf import PdfReader

    (page,) = PdfReader(io.BytesIO(content)).pages
    return page.extract_text()


def together(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def test_page_says_everything_and_its_qr_code_can_be_read() -> None:
    import zxingcpp
    from pypdf import PdfReader

    mine = certificate()
    content = draw_certificate(mine, TITLES)
    text = printed(content)
    for words in ("Ada Lovelace", "12 questions", "10 of them (83 %) on the first try",
                  "1 of its 3 graded", "20 November 2026", "1.2.3", mine.code, "Self-attested",
                  *TITLES["gradient_descent"].split()):  # fmt: skip
        assert together(words) in together(text), words
    reader = PdfReader(io.BytesIO(content))
    (image,) = reader.pages[0].images
    (code,) = zxingcpp.read_barcodes(image.image)
    assert read_certificate(code.text) == (mine, mine.code)
    (attached,) = reader.attachments["certificate.json"]
    assert read_certificate(attached.decode()) == (mine, None)
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Minh Khai",
        "Ἀριστοτέλης Σταγειρίτης",
        "Сергей Прокофьев",
        "<b>Ada</b> & \\textbf{$x^2$} {nb} %s",
        "**Ada** --Love-- __lace__",
        "Bokmál o\u0331\u0301",
        "Wolfeschlegelsteinhausenbergerdorff " * 3,
        "W" * 120,
    ],
)
def test_names_are_printed_as_they_are(name: str) -> None:
    text = printed(draw_certificate(certificate(name), TITLES))
    assert together(clean_name(name)) in together(text)


@pytest.mark.parametrize("name", ["משה בן מימון", "محمد بن موسى الخوارزمي", "Ada محمد"])
def test_names_from_right_to_left_are_all_there(name: str) -> None:
    # How a reader of the file orders and joins these letters is its own affair.
    text = unicodedata.normalize("NFKC", printed(draw_certificate(certificate(name), TITLES)))
    assert set(together(name)) <= set(text)


def test_no_name_runs_over_the_frame() -> None:
    from pypdf import PdfReader

    for name in ("W" * 120, "M " * 60, "Ada"):
        places: list[float] = []

        def visit(text: str, cm: list[float], tm: list[float], *rest: object) -> None:
            if text.strip():
                places.append(tm[4])  # noqa: B023 (called at once)

        reader = PdfReader(io.BytesIO(draw_certificate(certificate(name), TITLES)))
        reader.pages[0].extract_text(visitor_text=visit)
        assert min(places) > 40
        assert max(places) < 842 - 40


@pytest.mark.parametrize("count", [1, 6, 12, 30])
def test_any_number_of_chapters_fits_above_the_foot(count: int) -> None:
    chapters = tuple(Counts(f"chapter_{n}", 6, 4, 6, 1, 1) for n in range(count))
    text = together(printed(draw_certificate(certificate(chapters=chapters), {})))
    assert all(f"chapter{n}" in text for n in range(count))


def test_the_same_contents_give_the_same_page() -> None:
    assert draw_certificate(certificate(), TITLES) == draw_certificate(certificate(), TITLES)


# ---- fonts


@pytest.fixture
def nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with no fonts of its own: those that come with matplotlib remain."""
    from matplotlib import font_manager

    monkeypatch.setattr(font_manager, "findSystemFonts", list)


@pytest.mark.usefixtures("nothing_else")
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("李小龙", "U\\+5C0F CJK UNIFIED IDEOGRAPH-5C0F.*Noto Sans CJK"),
        ("தமிழ்", "TAMIL LETTER TA.*Noto Sans Tamil"),
        ("Ada \U00012000", "CUNEIFORM SIGN A"),
    ],
)
def test_where_no_font_has_a_letter_the_script_and_the_fix_are_named(name: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        draw_certificate(certificate(name), TITLES)


def made_font(path: Path, letters: str) -> Path:
    """A font of boxes, for these letters."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for place in ((50, 700), (550, 700), (550, 0)):
        pen.lineTo(place)
    pen.closePath()
    names = [".notdef", *(f"g{n}" for n in range(len(letters)))]
    font = FontBuilder(1000)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(letter): f"g{n}" for n, letter in enumerate(letters)})
    font.setupGlyf(dict.fromkeys(names, pen.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)
    return path


@pytest.mark.usefixtures("nothing_else")
def test_a_font_may_be_named(tmp_path: Path) -> None:
    font = str(made_font(tmp_path / "Made.ttf", "李小龙"))
    assert choose_faces("李小龙", font) == [Face(font)]
    assert "李小龙Ada" in together(
        printed(draw_certificate(certificate("李小龙 Ada"), TITLES, font=font))
    )


def test_fonts_of_the_machine_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import font_manager

    (tmp_path / "broken.ttf").write_bytes(b"no font")
    fonts = [made_font(tmp_path / "NotoSansBold.ttf", "த"), made_font(tmp_path / "Other.ttf", "த")]
    here = [str(tmp_path / "broken.ttf"), str(tmp_path / "gone.ttc"), *map(str, fonts)]
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: here)
    assert choose_faces("த") == [Face(here[2])]


def test_what_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.ttf").write_text("no font")
    for path in (tmp_path / "no.ttf", tmp_path / "missing.ttf"):
        with pytest.raises(ValueError, match="no font that can be read"):
            choose_faces("Ada", str(path))


def test_a_letter_and_its_marks_come_from_one_font() -> None:
    assert split_clusters("e\u0331\u0301x\u200d") == [{0x65, 0x331, 0x301}, {0x78}]
    (face,) = choose_faces("x\u0331")
    assert {0x78, 0x331} <= read_characters(face)


def test_the_font_of_boxes_is_never_used() -> None:
    assert all("LastResort" not in face.path for face in fonts._list_faces(None))


@pytest.mark.parametrize("missing", ["fpdf", "segno"])
def test_a_missing_library_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(ImportError, match=rf"{missing}.*pip install"):
        draw_certificate(certificate(), TITLES)


@pytest.mark.parametrize("name", ["Ådne Šťastný", "Ἀριστοτέλης", "Сергей Прокофьев"])
def test_letters_side_by_side_need_nothing_that_joins_them(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uharfbuzz", None)
    assert together(name) in together(printed(draw_certificate(certificate(name), TITLES)))


@pytest.mark.parametrize("name", ["محمد", "משה", "தமிழ்", "x\u0331", "ไทย"])
def test_without_what_joins_letters_their_names_are_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert needs_shaping(name)
    monkeypatch.setitem(sys.modules, "uharfbuzz", None)
    with pytest.raises(ImportError, match=r"a name whose letters are joined.*needs uharfbuzz"):
        draw_certificate(certificate(name), TITLES)
