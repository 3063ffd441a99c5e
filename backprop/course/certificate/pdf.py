"""A certificate on paper: one page, A4 across, as PDF."""

import io
import math
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from backprop.checks import name_extra
from backprop.course.certificate.contents import Certificate, Counts, write_date, write_deed
from backprop.course.certificate.fonts import Face, choose_faces, list_shipped, needs_shaping
from backprop.page import PALETTE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fpdf import FPDF

__all__ = ["draw_certificate"]

WIDTH, HEIGHT = 297.0, 210.0  # millimetres
_EDGE = 22.0  # from the edge of the paper to what is written
_POINT = 25.4 / 72
_BOOK = "Backpropagation, step by step"
_ATTESTED = (
    "Self-attested: this record was kept by the reader’s own computer, and nobody watched. "
    "The code follows from what stands here; the QR code holds both, and "
    "“backprop certificate --verify” computes it again."
)


def draw_certificate(
    certificate: Certificate, titles: Mapping[str, str], *, font: str | None = None
) -> bytes:
    """Draw a certificate.

    Parameters
    ----------
    certificate : Certificate
        Its contents.
    titles : mapping of str to str
        The title of each chapter.
    font : str, optional
        A font file for the name.

    Returns
    -------
    bytes
        The PDF. It carries the contents as JSON, as an attachment too.

    Raises
    ------
    ValueError
        If no font has a character of the name.
    ImportError
        If the libraries for it are not installed. Without uharfbuzz, which a browser cannot have,
        names whose letters are joined, placed or written from the right are refused, and all
        letters stand side by side without kerning.
    """
    sheet = _make_sheet(certificate)
    _draw_frame(sheet)
    _write_heading(sheet)
    top = _write_name(sheet, certificate.name, choose_faces(certificate.name, font))
    top = _write_deed(sheet, certificate, top)
    _write_chapters(sheet, certificate.chapters, titles, top)
    _write_foot(sheet, certificate)
    sheet.embed_file(
        bytes=certificate.json.encode(),
        basename="certificate.json",
        desc="What the certificate says",
        mime_type="application/json",
    )
    return bytes(sheet.output())


def _make_sheet(certificate: Certificate) -> "FPDF":
    with name_extra("a certificate"):
        import fontTools  # noqa: F401 (asked for here, so that none is missed half-way)
        import fpdf
        import matplotlib  # noqa: F401
        import segno  # noqa: F401
    sheet = fpdf.FPDF(orientation="landscape", unit="mm", format="A4")
    sheet.alias_nb_pages("")  # a name may well contain {nb}
    sheet.set_auto_page_break(False)
    sheet.set_margin(0)
    sheet.c_margin = 0
    sheet.set_creation_date(datetime.fromisoformat(f"{certificate.date}T12:00:00+00:00"))
    sheet.set_title(f"Certificate: {_BOOK}")
    sheet.set_subject(f"Self-attested certificate, code {certificate.code}")
    sheet.set_author(certificate.name)
    sheet.set_lang("en")
    sheet.add_page()
    upright, *others = list_shipped()
    sheet.add_font("serif", "", upright.path)
    sheet.add_font("italic", "", upright.path.replace("General.", "GeneralItalic."))
    for n, face in enumerate(others):
        sheet.add_font(f"more{n}", "", face.path)
    sheet.set_fallback_fonts([f"more{n}" for n in range(len(others))])
    if _can_shape():
        sheet.set_text_shaping(True)
    elif needs_shaping(certificate.name):
        with name_extra("a name whose letters are joined, placed or written from the right"):
            import uharfbuzz  # noqa: F401
    return sheet


def _can_shape() -> bool:
    """Whether letters can be joined; without, simple ones stand side by side, without kerning."""
    try:
        import uharfbuzz  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


# ---- the parts, from top to bottom -------------------------------------------------------------


def _draw_frame(sheet: "FPDF") -> None:
    """Frame the page; behind the name a valley of the loss, with a descent to its floor."""
    x, y = WIDTH / 2, 83.0
    with sheet.rect_clip(11, 11, WIDTH - 22, HEIGHT - 22):
        sheet.set_line_width(0.25)
        for n in range(1, 13):
            _set_ink(sheet, "value", 0.07 + 0.09 * n / 13)
            across, down = 13.0 * n, 5.6 * n
            sheet.ellipse(x - across, y - down, 2 * across, 2 * down)
        path = [(-116.0, -50.0)]
        while math.hypot(*path[-1]) > 1:
            # One step of gradient descent on the contours' own (x / 13)² + (y / 5.6)², which is
            # steep down the page: there each step is a little too far.
            across, down = path[-1]
            path.append((across * (1 - 0.285), down * (1 - 0.285 * 13**2 / 5.6**2)))
        _set_ink(sheet, "gradient", 0.22)
        sheet.set_line_width(0.45)
        spots = [(x + across, y + down) for across, down in path]
        sheet.polyline(spots)
        for across, down in spots:
            sheet.circle(across, down, 0.9, style="F")
    _set_ink(sheet, "value")
    sheet.set_line_width(1.1)
    sheet.rect(8, 8, WIDTH - 16, HEIGHT - 16)
    _set_ink(sheet, "gradient")
    sheet.set_line_width(0.3)
    sheet.rect(10.4, 10.4, WIDTH - 20.8, HEIGHT - 20.8)


def _write_heading(sheet: "FPDF") -> None:
    _set_ink(sheet, "muted")
    sheet.set_font("serif", size=13)
    with _spacing(sheet, 3.2):
        _write_centred(sheet, _BOOK.upper(), 24)
    _set_ink(sheet, "value")
    sheet.set_font("serif", size=40)
    _write_centred(sheet, "Certificate of completion", 42)
    _set_ink(sheet, "muted")
    sheet.set_font("italic", size=15)
    _write_centred(sheet, "This is to say that", 55.5)


def _write_name(sheet: "FPDF", name: str, faces: Sequence[Face]) -> float:
    """Write the name as large as it fits; return where it ends."""
    families = [f"name{n}" for n in range(len(faces))]
    for family, face in zip(families, faces, strict=True):
        sheet.add_font(family, "", face.path, collection_font_number=face.number)
    others = [family for family in sheet.fonts if family.startswith("more")]
    sheet.set_fallback_fonts([*families[1:], *others])
    _set_ink(sheet, "ink")
    room, top, bottom = 230.0, 61.0, 86.0
    lines: list[str] = []
    for size in range(42, 9, -1):
        sheet.set_font(families[0], size=size)
        height = 1.3 * size * _POINT
        found = sheet.multi_cell(room, height, name, align="C", dry_run=True, output="LINES")
        assert isinstance(found, list)
        lines = found
        if len(lines) * height <= (17 if size > 24 else bottom - top) and (
            len(lines) == 1 or size <= 24
        ):
            break
    start = top + (bottom - top - len(lines) * height) / 2
    for n, line in enumerate(lines):
        sheet.set_xy((WIDTH - room) / 2, start + n * height)
        sheet.cell(room, height, line, align="C")
    _set_ink(sheet, "gradient")
    sheet.set_line_width(0.5)
    sheet.line(WIDTH / 2 - 62, bottom + 3, WIDTH / 2 + 62, bottom + 3)
    sheet.set_fallback_fonts(others)
    return bottom + 3


def _write_deed(sheet: "FPDF", certificate: Certificate, top: float) -> float:
    _set_ink(sheet, "ink")
    sheet.set_font("serif", size=14)
    room, line = 210.0, 7.0
    deed = write_deed(certificate)
    found = sheet.multi_cell(room, line, deed, align="C", dry_run=True, output="LINES")
    assert isinstance(found, list)
    # Lines of about one length are easier to read than a full one and a rest.
    narrow = max(room / len(found), sheet.get_string_width(deed) / len(found) + 12)
    sheet.set_xy((WIDTH - min(narrow, room)) / 2, top + 5.5)
    sheet.multi_cell(min(narrow, room), line, deed, align="C")
    return top + 9 + 14


def _write_chapters(
    sheet: "FPDF", chapters: Sequence[Counts], titles: Mapping[str, str], top: float
) -> None:
    """List the chapters in as many columns as they need."""
    columns = next(n for n in (1, 2, 3) if len(chapters) <= 5 * n or n == 3)
    rows = math.ceil(len(chapters) / columns)
    top, bottom, gap = top + 1, 151.0, 9.0 if columns < 3 else 7.0
    step = min(6.2, (bottom - top) / (rows + 1))
    size = min(12.0 if columns < 3 else 9.0, step / 0.5)
    width = 150.0 if columns == 1 else (WIDTH - 2 * _EDGE - (columns - 1) * gap) / columns
    left = (WIDTH - columns * width - (columns - 1) * gap) / 2
    sheet.set_font("serif", size=size)
    counted = [1.5 * size, 1.2 * size, 1.5 * size]  # the widths of the three columns of numbers
    for column in range(columns):
        x = left + column * (width + gap)
        _write_row(sheet, ("", "questions", "first try", "exercises"), x, top, width, step, counted)
        for line, row in enumerate(chapters[column * rows : (column + 1) * rows], start=1):
            title = titles.get(row.chapter, row.chapter.replace("_", " "))
            cells = (
                title,
                f"{row.right} of {row.questions}",
                str(row.first),
                f"{row.solved} of {row.exercises}" if row.exercises else "–",
            )
            _write_row(sheet, cells, x, top + line * step, width, step, counted)


def _write_row(
    sheet: "FPDF",
    cells: tuple[str, ...],
    x: float,
    y: float,
    width: float,
    height: float,
    counted: Sequence[float],
) -> None:
    """Write a title and its numbers into one row; without a title the numbers' names."""
    title, *counts = cells
    at = x + width - sum(counted)
    sheet.set_font("serif" if title else "italic", size=sheet.font_size_pt)
    if title:
        _set_ink(sheet, "ink")
        sheet.set_xy(x, y)
        sheet.cell(at - x, height, _cut(sheet, title, at - x - 1))
    _set_ink(sheet, "muted")
    for room, cell in zip(counted, counts, strict=True):  # in the order in which they are read
        sheet.set_xy(at, y)
        sheet.cell(room, height, cell, align="R")
        at += room
    _set_ink(sheet, "axis", 0.4)
    sheet.set_line_width(0.15)
    sheet.line(x, y + height, x + width, y + height)


def _write_foot(sheet: "FPDF", certificate: Certificate) -> None:
    import segno

    side = 40.0
    x, y = WIDTH - _EDGE - side, HEIGHT - 17 - side
    drawn = io.BytesIO()
    segno.make(certificate.text, error="l", micro=False).save(
        drawn, kind="png", scale=6, border=2, dark="#000000", light="#ffffff"
    )
    drawn.seek(0)
    said = f"QR code with the code {certificate.code} and the contents of this certificate"
    sheet.image(drawn, x, y, side, side, alt_text=said)

    for n, (label, value) in enumerate(
        [
            ("Date", write_date(certificate.date)),
            ("Version of the book", certificate.book),
            ("Code", certificate.code),
        ]
    ):
        left = _EDGE + 58 * n
        _set_ink(sheet, "muted")
        sheet.set_font("italic", size=10.5)
        _at(sheet, label, left, HEIGHT - 44)
        _set_ink(sheet, "ink")
        sheet.set_font("serif", size=14)
        _at(sheet, value, left, HEIGHT - 37.5)
    _set_ink(sheet, "muted")
    sheet.set_font("italic", size=10.5)
    sheet.set_xy(_EDGE, HEIGHT - 29)
    sheet.multi_cell(205, 4.9, _ATTESTED, align="L")


# ---- writing and colours -----------------------------------------------------------------------


def _set_ink(sheet: "FPDF", name: str, strength: float = 1.0) -> None:
    """Take a colour of the book for lines, areas and letters; weaker ones are mixed with white."""
    code = PALETTE[name].light
    parts = [int(code[i : i + 2], 16) for i in (1, 3, 5)]
    red, green, blue = (round(255 - strength * (255 - part)) for part in parts)
    for dip in (sheet.set_draw_color, sheet.set_fill_color, sheet.set_text_color):
        dip(red, green, blue)


@contextmanager
def _spacing(sheet: "FPDF", points: float) -> "Iterator[None]":
    sheet.set_char_spacing(points)
    yield
    sheet.set_char_spacing(0)


def _write_centred(sheet: "FPDF", text: str, middle: float) -> None:
    sheet.set_xy(0, middle - 5)
    sheet.cell(WIDTH, 10, text, align="C")


def _at(sheet: "FPDF", text: str, left: float, middle: float) -> None:
    sheet.set_xy(left, middle - 5)
    sheet.cell(100, 10, text)


def _cut(sheet: "FPDF", text: str, room: float) -> str:
    """Shorten a title that does not fit, and say so."""
    if sheet.get_string_width(text) <= room:
        return text
    while text and sheet.get_string_width(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
