"""`backprop exercises list`, `backprop progress` and `backprop certificate`."""

import io
import json
import sys
from pathlib import Path

import pytest

from backprop import course
from backprop.course.progress.records import Answered, Records, parse

from .conftest import Run


def test_exercises_are_listed_with_what_was_solved(run: Run, finished: Path) -> None:
    said = run("exercises", "list")
    assert said.code == 0
    for name in course.exercises():
        ex = course.exercise(name)
        (line,) = (line for line in said.out.splitlines() if line.startswith(f"{name} "))
        assert f"{ex.minutes} min" in line
        assert ("✓ solved" in line) == (name == course.exercises()[0])
    assert "$" not in said.out
    rows = json.loads(run("exercises", "list", "--json").out)
    assert [row["id"] for row in rows] == course.exercises()
    assert [row["solved"] for row in rows] == [True] + [False] * (len(rows) - 1)
    few = json.loads(run("exercises", "list", "--json", "--chapter", "fitting").out)
    assert few == [row for row in rows if row["id"].startswith("fitting/")]


def test_exercises_are_listed_where_progress_cannot_be_kept(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BACKPROP_PROGRESS", raising=False)
    monkeypatch.delenv("PYTEST_VERSION")
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    rows = json.loads(run("exercises", "list", "--json").out)
    assert [row["id"] for row in rows] == course.exercises()
    assert not any(row["solved"] for row in rows)
    said = run("progress", "show")
    assert (said.code, "platformdirs" in said.err) == (2, True)


def test_progress_is_shown_exported_erased_and_imported(
    run: Run, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = parse(finished.read_bytes())
    assert run("progress", "show").out == f"{course.progress()}\n"
    shown = json.loads(run("progress", "show", "--json").out)
    assert all(chapter["done"] for chapter in shown)

    copy = tmp_path / "copy.json"
    assert run("progress", "export", copy).code == 0
    said = run("progress", "export", copy)
    assert (said.code, "--force" in said.err) == (2, True)
    assert run("progress", "export", copy, "--force").code == 0

    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    said = run("progress", "erase")
    assert (said.code, "--yes" in said.err) == (2, True)
    assert parse(finished.read_bytes()) == before
    assert run("progress", "erase", "--yes").code == 0
    assert not finished.exists()

    assert run("progress", "import", copy).code == 0
    assert parse(finished.read_bytes()) == before


@pytest.mark.parametrize(("answer", "erased"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_erasing_asks(
    answer: str, erased: bool, run: Run, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = io.StringIO(answer)
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", terminal)
    assert run("progress", "erase").code == (0 if erased else 1)
    assert finished.exists() != erased


def test_no_certificate_before_the_end(run: Run, finished: Path, tmp_path: Path) -> None:
    all_but_one = dict(list(parse(finished.read_bytes()).questions.items())[1:])
    finished.write_bytes(Records(all_but_one | {"x/y": Answered(True, True, 1)}).dump())
    said = run("certificate", "--name", "Ada", "--output", tmp_path / "c.pdf")
    assert said.code == 1
    missing = [chapter for chapter in course.progress().chapters if not chapter.done]
    assert f"1 of {missing[0].questions}  {missing[0].title}" in said.out
    assert not (tmp_path / "c.pdf").exists()


def test_a_certificate_is_made_once_and_can_be_verified(
    run: Run, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import zxingcpp
    from pypdf import PdfReader

    path = tmp_path / "certificate.pdf"
    monkeypatch.chdir(tmp_path)
    said = run("certificate", "--name", "Zoë <b>& Ада")
    assert said.code == 0, said.err
    code = said.out.rpartition("code: ")[2].strip()
    assert not list(tmp_path.glob("*unfinished*"))

    first = path.read_bytes()
    said = run("certificate", "--name", "Zoë")
    assert (said.code, "--force" in said.err) == (2, True)
    assert path.read_bytes() == first
    assert run("certificate", "--name", "Zoë", "--force").code == 0
    assert path.read_bytes() != first

    reader = PdfReader(io.BytesIO(first))
    (scanned,) = zxingcpp.read_barcodes(reader.pages[0].images[0].image)
    total = sum(len(chapter.questions) for chapter in course.outline())
    for given in (scanned.text, scanned.text.replace("\n", "\r\n\r\n")):
        said = run("certificate", "--verify", given)
        assert said.code == 0
        assert f"{total} of {total} questions right, {total - 2} on the first try" in said.out
        assert "Zoë <b>& Ада" in said.out
        assert code in said.out
        assert "self-attested" in said.out

    said = run("certificate", "--verify", scanned.text.replace("Zoë", "Eve"))
    assert (said.code, "NOT match" in said.out) == (1, True)

    (tmp_path / "c.json").write_bytes(reader.attachments["certificate.json"][0])
    said = run("certificate", "--verify", "c.json")
    assert (said.code, code in said.out, "compare" in said.out) == (0, True, True)
    monkeypatch.setattr("sys.stdin", io.StringIO(scanned.text))
    assert run("certificate", "--verify", "-").code == 0
    said = run("certificate", "--verify", path)  # the PDF itself
    assert (said.code, "It matches" in said.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--name", " "], "needs a name"),
        (["--name", "A\x07"], "control characters"),
        (["--name", "Ada", "--output", "no/such/folder/c.pdf"], "there is no folder"),
        (["--name", "Ada", "--font", "missing.ttf"], "no font that can be read"),
    ],
)
def test_what_cannot_be_made_is_said_and_leaves_nothing(
    arguments: list[str],
    says: str,
    run: Run,
    finished: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run("certificate", *arguments)
    assert said.code == 2
    assert says in said.err
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


# ---- certificates in every form that somebody may hold


def write_contents(**changed: object) -> str:
    """The contents of a certificate of this book, with something else in them."""
    chapters = [[chapter.name, 1, 1, 6, 0, 1] for chapter in course.outline()]
    plain = {"book": "0.1.0", "chapters": chapters, "date": "2026-11-20", "name": "Ada", **changed}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


SAVED = Path(__file__).resolve().parents[1] / "saved"


@pytest.mark.parametrize("name", ["certificate.pdf", "certificate.txt"])
def test_certificates_made_earlier_are_verified(name: str, run: Run) -> None:
    said = run("certificate", "--verify", SAVED / name)
    assert said.code == 0
    assert "546D-3B66-A395-9EBB" in said.out
    assert "It matches" in said.out


def test_a_code_alone_says_what_is_needed(run: Run) -> None:
    said = run("certificate", "--verify", "546D-3B66-A395-9EBB")
    assert said.code == 2
    assert "give the PDF itself, the text of its QR code, or the file certificate.json" in said.err


def test_a_pdf_of_something_else_says_what_to_do(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\nstream\nBT (hello) ET\nendstream\n")
    said = run("certificate", "--verify", path)
    assert said.code == 2
    assert "Scan its QR code" in said.err


@pytest.mark.parametrize(
    ("changed", "says", "code"),
    [
        ({}, "compare this one", 0),
        ({"date": "9999-01-01"}, "doubtful: its date, 9999-01-01, lies ahead of today", 1),
        (
            {"chapters": [["fitting", 1, 1, 6, 0, 1]] * 2},
            "doubtful: it counts the chapter 'fitting' 2 times",
            1,
        ),
        (
            {"chapters": [["fitting", 1, 1, 6, 0, 1]]},
            "note: it does not name these chapters of this edition: slopes",
            0,
        ),
        (
            {"chapters": [["knitting\x1b[2J", 1, 1, 6, 0, 1]]},
            "note: this edition of the book does not have: knitting\ufffd[2J",
            0,
        ),
        ({"name": "Ada\x1b[31m\u202egnp"}, "Ada\ufffd[31m\ufffdgnp", 0),
    ],
)
def test_what_is_odd_about_a_certificate_is_said(
    changed: dict[str, object], says: str, code: int, run: Run
) -> None:
    said = run("certificate", "--verify", write_contents(**changed))
    assert says in said.out
    assert said.code == code
    assert "\x1b" not in said.out + said.err
    assert "\u202e" not in said.out + said.err
