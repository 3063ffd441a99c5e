"""Verifying a certificate, in whatever form it is given: PDF, scanned text, its contents."""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable
from datetime import date as Date

from backprop.course.certificate.contents import Certificate

__all__ = ["clean_line", "list_differences", "list_doubts", "read_document"]

_CODE = r"[0-9A-F]{4}(?:-[0-9A-F]{4}){3}"
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_JOINERS = "\u200c\u200d"
_LARGEST = 1_000_000  # bytes: the contents of a certificate are a thousandth of it


def read_document(content: bytes) -> str:
    """Return the text of a certificate that a file holds, with its code where that is there.

    Parameters
    ----------
    content : bytes
        A PDF that this package made, the text of its QR code, or the JSON that it carries.

    Raises
    ------
    ValueError
        If it is a PDF without a certificate in it, or a code alone: the message says what is
        needed.

    Examples
    --------
    >>> read_document(b'{"book": "1.0"}')
    '{"book": "1.0"}'
    """
    if content.lstrip()[:5] == b"%PDF-":
        return _read_pdf(content)
    text = content.decode("utf-8-sig", errors="replace")
    if re.fullmatch(rf"\s*{_CODE}\s*", text, re.IGNORECASE):
        raise ValueError(
            "a code alone cannot be verified, because it is computed from the contents: give the "
            "PDF itself, the text of its QR code, or the file certificate.json that it carries"
        )
    return text


def _read_pdf(content: bytes) -> str:
    claimed = re.search(rf"/Subject \([^)]*?({_CODE})\)".encode(), content)
    for stream in _STREAM.finditer(content):
        text = _inflate(stream[1])
        if text.startswith(b'{"book"'):
            code = f"{claimed[1].decode()}\n" if claimed else ""
            return code + text.decode("utf-8", errors="replace")
    raise ValueError(
        "this PDF carries no certificate: it was made by something else, or printed anew. Scan "
        "its QR code, and give the text that is read"
    )


def _inflate(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, _LARGEST)
    except zlib.error:
        return stream


def clean_line(text: str) -> str:
    r"""Return a foreign text as one line, without characters that a terminal obeys.

    Examples
    --------
    >>> clean_line("Ada\x1b[2J\u202e")
    'Ada�[2J�'
    """
    return "".join(
        "\ufffd" if unicodedata.category(c)[0] == "C" and c not in _JOINERS else c for c in text
    )


def list_doubts(certificate: Certificate, today: Date) -> list[str]:
    """Say what no certificate of any edition can say, although its code may match."""
    doubts = []
    if Date.fromisoformat(certificate.date) > today:
        doubts.append(f"its date, {certificate.date}, lies ahead of today, {today.isoformat()}")
    counts = Counter(chapter.chapter for chapter in certificate.chapters)
    for chapter in (name for name, count in counts.items() if count > 1):
        doubts.append(f"it counts the chapter {clean_line(chapter)!r} {counts[chapter]} times")
    return doubts


def list_differences(certificate: Certificate, chapters: Iterable[str]) -> list[str]:
    """Say how its chapters differ from those of a book, which may be another edition."""
    known, named = list(chapters), [chapter.chapter for chapter in certificate.chapters]
    unknown = [clean_line(name) for name in dict.fromkeys(named) if name not in known]
    missing = [name for name in known if name not in named]
    found = []
    if unknown:
        found.append(f"this edition of the book does not have: {', '.join(unknown)}")
    if missing:
        found.append(f"it does not name these chapters of this edition: {', '.join(missing)}")
    return found
