"""Commands about the certificate: make it, verify one."""

import argparse
import sys
from pathlib import Path
from typing import Any

from backprop.cli.arguments import (
    GOOD,
    NOT_YET,
    add_command,
    add_force_option,
    require_free,
    write_file,
)

__all__ = ["add_commands"]


def add_commands(groups: Any) -> None:
    """Add the commands to the parser's."""
    command = add_command(
        groups, "certificate", _make_certificate, "make your certificate, or verify one",
        'backprop certificate --name "Ada Lovelace" --output certificate.pdf\n'
        "backprop certificate --verify certificate.pdf\n"
        "backprop certificate --verify scanned.txt",
        "When every question of every quiz has been answered right, makes a page to be printed. "
        "It is self-attested: its code says that nothing was changed by accident, and no more.",
    )  # fmt: skip
    command.add_argument("--name", help="your name, in any script")
    command.add_argument(
        "--output", metavar="FILE", default="certificate.pdf", help="where to (certificate.pdf)"
    )
    command.add_argument("--font", metavar="FILE", help="a font for your name")
    add_force_option(command)
    command.add_argument(
        "--verify", metavar="TEXT",
        help="compute the code again: give the PDF, the text of its QR code or a file with it, the "
        "file certificate.json that the PDF carries, or - for standard input",
    )  # fmt: skip


def _make_certificate(given: argparse.Namespace) -> int:
    if given.verify is not None:
        return _verify(given.verify)
    if given.name is None:
        raise ValueError('whose certificate? For example: backprop certificate --name "Ada"')
    from datetime import date

    from backprop import course
    from backprop.course.certificate.contents import issue_certificate
    from backprop.course.certificate.pdf import draw_certificate

    mine = course.progress()
    certificate = issue_certificate(given.name, mine.chapters, date.today())
    missing = [chapter for chapter in mine.chapters if not chapter.done]
    if missing:
        print("Not yet: a certificate is for the whole book. Still to be answered:")
        for chapter in missing:
            left = chapter.questions - chapter.right - chapter.shown
            print(f"  {left} of {chapter.questions}  {chapter.title}")
        print(
            "Progress on the pages of the book is kept in the browser: export it there, then\n"
            "backprop progress import FILE"
        )
        return NOT_YET
    titles = {chapter.chapter: chapter.title for chapter in mine.chapters}
    path = Path(given.output)
    require_free(path, given.force)
    write_file(path, draw_certificate(certificate, titles, font=given.font), force=given.force)
    print(f"written: {path}\ncode: {certificate.code}")
    return GOOD


def _verify(what: str) -> int:
    from datetime import date

    from backprop import course
    from backprop.course.certificate import verification
    from backprop.course.certificate.contents import read_certificate

    content = _read_given(what)
    certificate, claimed = read_certificate(verification.read_document(content))
    total = certificate.total
    name, book = map(verification.clean_line, (certificate.name, certificate.book))
    print(
        f"{name}, {certificate.date}, version {book} of the book:\n"
        f"{total.right} of {total.questions} questions right, {total.first} on the first try; "
        f"{total.solved} of {total.exercises} exercises solved\n"
        f"code of these contents: {certificate.code}"
    )
    chapters = [chapter.name for chapter in course.outline()]
    for difference in verification.list_differences(certificate, chapters):
        print(f"note: {difference}")
    doubts = verification.list_doubts(certificate, date.today())
    for doubt in doubts:
        print(f"doubtful: {doubt}")
    if claimed is None:
        print("No code came with them: compare this one with the code on the certificate.")
        return NOT_YET if doubts else GOOD
    if claimed != certificate.code:
        print(f"It does NOT match: the certificate says {claimed}. Something was changed.")
        return NOT_YET
    print(
        "It matches: the contents were not changed by accident. It does not show who answered: "
        "the certificate is self-attested."
    )
    return NOT_YET if doubts else GOOD


def _read_given(what: str) -> bytes:
    """Read standard input, a file, or the text itself."""
    if what == "-":
        binary = getattr(sys.stdin, "buffer", None)
        return bytes(binary.read()) if binary else sys.stdin.read().encode()
    if "{" in what or (not Path(what).suffix and not Path(what).exists()):
        return what.encode()
    return Path(what).read_bytes()
