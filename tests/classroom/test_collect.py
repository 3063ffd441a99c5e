"""Whatever a platform gives is collected, and every file is somebody's work or a problem."""

import io
import os
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from backprop.classroom import archives
from backprop.classroom.archives import LARGEST, Problem, Received, walk_files
from backprop.classroom.collect import (
    MOST_NOTEBOOKS,
    HandIn,
    Trouble,
    check_download,
    check_kind,
    collect_files,
)
from backprop.classroom.owners import recognise_layout
from backprop.classroom.roster import Roster, Student, fold_name, read_roster
from tests.classroom.downloads import pack, write_folder, write_notebook, write_zip

ONE, TWO = write_notebook("1"), write_notebook("2")
MOODLE = {
    "Ada Lovelace_1001_assignsubmission_file/ps1.ipynb": ONE,
    "Kurt Gödel_1002_assignsubmission_file_/ps1 (1).ipynb": TWO,
    "Group A-Emmy Noether_1003_assignsubmission_file_ps1.ipynb": ONE,
    "李 明_1004_assignsubmission_file/work.zip": pack({"work/ps1.ipynb": TWO}),
    "Participant 5_1005_assignsubmission_onlinetext/onlinetext.html": b"<p>forgot it</p>",
}
CANVAS = {
    "lovelaceada_2001_30001_ps1.ipynb": ONE,
    "gödelkurt_LATE_2002_30002_ps1-1.ipynb": TWO,
    "noetheremmy_2003_30003_12_34_ps1.ipynb": ONE,
    "liming_LATE_2004_30004_work.zip": pack({"ps1.ipynb": TWO, "__MACOSX/._ps1.ipynb": b"x"}),
    "anon_x1Y2z_30005_ps1.ipynb": ONE,
    "LATE_anon_q9_30006_ps1.ipynb.txt": TWO,
}
FOLDERS = {
    "submissions/ada/ps1.ipynb": ONE,
    "submissions/kurt/deep/down/ps1.ipynb": TWO,
    "submissions/emmy.zip": pack({"ps1.ipynb": ONE}),
}


def collect(
    source: Path, layout: str = "auto", roster: Roster | None = None
) -> tuple[list[HandIn], list[Trouble]]:
    found = list(collect_files(source, layout, roster or Roster()))
    works = [one for one in found if isinstance(one, HandIn)]
    return works, [one for one in found if isinstance(one, Trouble)]


@pytest.mark.parametrize("inner", ["", "ps1/"])
def test_a_download_may_hold_what_was_handed_out(inner: str, tmp_path: Path) -> None:
    folder = f"Ada_1_assignsubmission_file/{inner}"
    files = {f"{folder}assignment.json": b"{}", f"{folder}ps1.ipynb": ONE}
    check_kind(write_zip(tmp_path / "c.zip", files))
    with pytest.raises(ValueError, match="the folder of an assignment"):
        check_kind(write_zip(tmp_path / "d.zip", {"assignment.json": b"{}", "ps1.ipynb": ONE}))


@pytest.mark.parametrize("text", ["utf-8-sig", "utf-16"])
def test_a_notebook_in_another_encoding_is_known_without_its_ending(
    text: str, tmp_path: Path
) -> None:
    data = write_notebook("x").decode().encode(text)
    works, _ = collect(write_zip(tmp_path / "c.zip", {"ada/ps1.json": data}))
    assert [work.data for work in works] == [data]


@pytest.mark.parametrize("name", ["ps1", "ps1.txt", "ps1.json", "ps1.ipynb.txt"])
def test_a_notebook_is_known_by_what_it_holds_where_its_ending_is_lost(
    name: str, tmp_path: Path
) -> None:
    data = write_notebook("x")
    for ending, layout in (("file/", "moodle"), ("file_", "moodle"), ("/", "folders")):
        path = f"Ada_1_assignsubmission_{ending}{name}" if layout == "moodle" else f"ada/{name}"
        works, troubles = collect(write_zip(tmp_path / "c.zip", {path: data}))
        assert ([work.data for work in works], troubles) == ([data], [])
        for other in (b"See you", b'say "cells"', b""):
            assert collect(write_zip(tmp_path / "c.zip", {path: other}))[0] == [] or (
                name == "ps1.ipynb.txt"
            )


def test_a_download_of_moodle_is_understood_as_it_is(tmp_path: Path) -> None:
    works, troubles = collect(write_zip(tmp_path / "c.zip", MOODLE))
    assert [(work.student, work.name, work.data, work.late) for work in works] == [
        ("1001", "Ada Lovelace", ONE, None),
        ("1002", "Kurt Gödel", TWO, None),
        ("1003", "Group A-Emmy Noether", ONE, None),
        ("1004", "李 明", TWO, None),
    ]
    assert [(one.student, one.why) for one in troubles] == [
        ("1005", "is a web page: ask for the .ipynb")
    ]


def test_the_first_number_of_a_path_is_that_of_its_student(tmp_path: Path) -> None:
    name = "_under_score__6_assignsubmission_file_x_7_assignsubmission_file_.ipynb"
    works, _ = collect(write_zip(tmp_path / "c.zip", {name: ONE}))
    assert [(work.student, work.name) for work in works] == [("6", "_under_score_")]


def test_a_download_of_canvas_is_understood_as_it_is(tmp_path: Path) -> None:
    works, troubles = collect(write_zip(tmp_path / "submissions.zip", CANVAS))
    assert [(work.student, work.name, work.late) for work in works] == [
        ("2001", "lovelaceada", False),
        ("2002", "gödelkurt", True),
        ("2003", "noetheremmy", False),
        ("2004", "liming", True),
        ("anon_x1Y2z", "", False),
        ("anon_q9", "", True),
    ]
    assert troubles == []


@pytest.mark.parametrize("outer", ["", "one/", "one/two/"])
def test_folders_name_their_students_wherever_they_stand(tmp_path: Path, outer: str) -> None:
    files = {outer + name.partition("/")[2]: data for name, data in FOLDERS.items()}
    for source in (write_zip(tmp_path / "c.zip", files), write_folder(tmp_path / "c", files)):
        works, troubles = collect(source)
        assert sorted(work.student for work in works) == ["ada", "emmy", "kurt"], outer
        assert troubles == []


def test_files_without_folders_name_their_students(tmp_path: Path) -> None:
    works, _ = collect(write_zip(tmp_path / "c.zip", {"ada.ipynb": ONE, "k.goedel.ipynb": TWO}))
    assert [work.student for work in works] == ["ada", "k.goedel"]


def test_unpacked_downloads_are_the_same_as_packed_ones(tmp_path: Path) -> None:
    for files in (MOODLE, CANVAS):
        packed = collect(write_zip(tmp_path / "c.zip", files))
        unpacked = collect(write_folder(tmp_path / str(len(files)), files))
        assert sorted(packed[0]) == sorted(unpacked[0])
        assert sorted(packed[1]) == sorted(unpacked[1])


def test_the_layout_is_recognised_among_other_files() -> None:
    assert recognise_layout([tuple(name.split("/")) for name in MOODLE]) == "moodle"
    assert recognise_layout([tuple(name.split("/")) for name in CANVAS]) == "canvas"
    assert recognise_layout([tuple(name.split("/")) for name in FOLDERS]) == "folders"
    assert recognise_layout([]) == "folders"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("ps1.pdf", b"%PDF", "is a PDF: ask for the .ipynb"),
        ("ps1.py", b"1", "is a program: ask for the .ipynb"),
        ("ps1.ipynb", b" \n", "is empty"),
        ("ps1.rar", b"Rar!", "is an archive of a kind that is not opened: ask for a zip"),
        ("broken.zip", b"PK\x03\x04 no zip", "is a damaged archive (File is not a zip file)"),
        (".ipynb_checkpoints/ps1.ipynb", ONE, "is a copy that Jupyter keeps for itself"),
        ("big.ipynb", b" " * (LARGEST + 1), "has more than 20 MB: is it a notebook?"),
    ],
)
def test_what_is_no_notebook_is_a_problem_with_its_student(
    name: str, data: bytes, why: str, tmp_path: Path
) -> None:
    files = {f"Ada_1_assignsubmission_file/{name}": data, "B_2_assignsubmission_file/b.ipynb": ONE}
    works, troubles = collect(write_zip(tmp_path / "c.zip", files))
    assert [work.student for work in works] == ["2"]
    assert len(troubles) == 1
    assert troubles[0].student == "1"
    assert troubles[0].why.startswith(why)


WORD = pack({"[Content_Types].xml": b"<Types/>", "word/media/image1.png": b"\x89PNG"})
PAGES = pack({"Index/Document.iwa": b"x", "Data/picture.jpg": b"x"})
OPEN_TEXT = pack({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"x"})


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("report.docx", WORD, "is a Word document"),
        ("Report.DOCX", b"PK\x03\x04 no zip", "is a Word document"),
        ("report.doc", b"\xd0\xcf\x11\xe0", "is a Word document"),
        ("report.xlsx", WORD, "is an Excel document"),
        ("report.pptx", WORD, "is a PowerPoint document"),
        ("report.odt", OPEN_TEXT, "is an OpenDocument text"),
        ("report.pages", PAGES, "is a Pages document"),
        ("report.zip", WORD, "is a document of another program"),
        ("report", PAGES, "is a document of another program"),
        ("all.zip", pack({"a/report.odt": OPEN_TEXT}), "is an OpenDocument text"),
    ],
)
def test_a_document_is_one_problem_whatever_lies_in_it(
    name: str, data: bytes, kind: str, tmp_path: Path
) -> None:
    files = {f"Ada_1_assignsubmission_file/{name}": data, "B_2_assignsubmission_file/b.ipynb": ONE}
    _, troubles = collect(write_zip(tmp_path / "c.zip", files))
    assert [(one.student, one.why) for one in troubles] == [("1", f"{kind}: ask for the .ipynb")]
    works, troubles = collect(
        write_zip(tmp_path / "d.zip", {**files, "Ada_1_assignsubmission_file/ps1.ipynb": ONE})
    )
    assert [work.student for work in works] == ["2", "1"]
    assert [(one.student, one.why) for one in troubles] == [("1", f"{kind}, beside a notebook")]


def test_a_document_without_a_folder_names_its_student(tmp_path: Path) -> None:
    files = {"ada.docx": WORD, "k.goedel.pages": PAGES, "emmy.ipynb": ONE}
    _, troubles = collect(write_zip(tmp_path / "c.zip", files))
    assert sorted(one.student for one in troubles) == ["ada", "k.goedel"]


def test_a_file_of_nobody_is_a_problem(tmp_path: Path) -> None:
    works, troubles = collect(write_zip(tmp_path / "c.zip", {**MOODLE, "lost.ipynb": ONE}))
    assert len(works) == 4
    why = "names no student as files of moodle do: who is it from?"
    assert Trouble("lost.ipynb", why, "") in troubles


@pytest.mark.parametrize(
    ("files", "before", "said"),
    [
        ({}, [], "no notebook is in it"),
        ({"A_1_assignsubmission_file/feedback.html": b"<p>"}, [], "no notebook is in it"),
        (MOODLE, list(CANVAS), "as those of moodle, and those before as of canvas"),
        ({"ps1.ipynb": ONE, "assignment.json": b"{}"}, list(MOODLE), "of folders, and those"),
        (MOODLE, list(MOODLE), ""),
        ({"all.zip": pack(CANVAS)}, list(CANVAS), ""),
        (FOLDERS, [], ""),
    ],
)
def test_what_is_no_download_of_the_class_is_refused(
    files: dict[str, bytes], before: list[str], said: str, tmp_path: Path
) -> None:
    source = write_zip(tmp_path / "c.zip", files)
    if said:
        with pytest.raises(
            ValueError, match=rf"c\.zip must be a download .*{said}.* --from moodle"
        ):
            check_download(source, Roster(), before)
    else:
        check_download(source, Roster(), before)


def test_a_download_of_others_than_those_on_the_roster_is_refused(tmp_path: Path) -> None:
    source = write_zip(tmp_path / "c.zip", MOODLE)
    check_download(source, Roster([Student("1003"), Student("9")]), list(CANVAS))
    with pytest.raises(ValueError, match="of anybody on the roster"):
        check_download(source, Roster([Student("9"), Student("1005")]), list(MOODLE))


def test_what_stands_beside_a_notebook_is_not_asked_for(tmp_path: Path) -> None:
    folder = "Ada_1_assignsubmission_"
    files = {
        f"{folder}onlinetext/onlinetext.html": b"<p>see file</p>",
        f"{folder}file/a.pdf": b"%PDF",
        f"{folder}file/a.ipynb": ONE,
    }
    _, (trouble,) = collect(write_zip(tmp_path / "c.zip", files))
    assert trouble.why == "is a PDF, beside a notebook"


def test_a_stranger_is_told_from_one_who_is_meant_twice(tmp_path: Path) -> None:
    roster = Roster([Student("s1", "Ada"), Student("s2", "Ada"), Student("s3", "Kurt")])
    files = {
        f"{name}_7{n}_assignsubmission_file/a.ipynb": ONE for n, name in enumerate(("Ada", "B"))
    }
    _, troubles = collect(write_zip(tmp_path / "c.zip", files), "moodle", roster)
    assert [one.why for one in troubles] == [
        "is from Ada, who is on the roster more than once (s1, s2): graded as 70",
        "is from B, who is not on the roster: graded as 71",
    ]


OWN = "12,Kurt Gödel\n13,Ada Lovelace\n14,Emmy Noether\n15,Emmy Noether\n"
FOLDER = "assignsubmission_file/ps1.ipynb"


@pytest.mark.parametrize(
    ("file", "whose", "said"),
    [
        (f"Ada Lovelace_12_{FOLDER}", "13", "from Ada Lovelace by its name, but 12 on it is also"),
        (f"Ada Lovelace_14_{FOLDER}", "13", "but 14 on it is also the id of Emmy Noether"),
        (f"Emmy Noether_12_{FOLDER}", "Emmy Noether_12", "one of 14, 15 by its name, but 12"),
        (f"Alan Turing_12_{FOLDER}", "Alan Turing_12", "not on the roster, but 12 on it is the id"),
        (f"Ada Lovelace_13_{FOLDER}", "13", ""),
        (f"Group A-A. Lovelace_13_{FOLDER}", "13", ""),
        (f"Ada Lovelace_977_{FOLDER}", "13", ""),
        (f"Emmy Noether_15_{FOLDER}", "15", ""),
        (f"Emmy Noether_977_{FOLDER}", "977", "on the roster more than once (14, 15): graded as"),
        (f"Participant 13_13_{FOLDER}", "13", ""),
        (f"Alan Turing_977_{FOLDER}", "977", "who is not on the roster: graded as 977"),
        ("lovelaceada_12_9_ps1.ipynb", "13", "because the number is Canvas's own"),
        ("turingalan_LATE_12_9_ps1.ipynb", "turingalan_12", "but 12 on it is the id of Kurt"),
        ("lovelaceada_977_9_ps1.ipynb", "13", ""),
        ("godelkurt_12_9_ps1.ipynb", "12", ""),
    ],
)
def test_a_number_that_is_somebody_elses_id_by_chance_is_not_believed(
    file: str, whose: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "r.csv").write_text("id,name\n" + OWN)
    source = write_zip(tmp_path / "c.zip", {file: ONE})
    (work,), troubles = collect(source, "auto", read_roster(tmp_path / "r.csv"))
    assert work.student == whose
    assert [said in one.why for one in troubles] == ([True] if said else [])
    assert [one.student for one in troubles] == ([whose] if said else [])


@pytest.mark.parametrize(
    ("table", "file"),
    [
        ("Identifier,Full name,Grade\nParticipant {},{},\n", "{}_{}_" + FOLDER),
        ("ID,Student,Section\n{},{},A\n", "{}_{}_9_ps1.ipynb"),
    ],
)
def test_the_number_counts_in_the_table_of_its_own_platform(
    table: str, file: str, tmp_path: Path
) -> None:
    head, row, _ = table.split("\n")
    rows = [head, row.format(12, "Kurt Gödel"), row.format(13, "Ada Lovelace")]
    (tmp_path / "r.csv").write_text("\n".join(rows) + "\n")
    roster = read_roster(tmp_path / "r.csv")
    for name, odd in {"Kurt Gödel": False, "K. Friedrich": False, "Ada Lovelace": True}.items():
        bears = name.replace(" ", "") if file.startswith("{}_{}_9") else name
        source = write_zip(tmp_path / "c.zip", {file.format(bears, 12): ONE})
        (work,), troubles = collect(source, "auto", roster)
        assert work.student == "12"
        assert ["bears the name of Ada Lovelace" in one.why for one in troubles] == [True] * odd


def test_a_name_that_is_made_like_the_platforms_own_is_nobodys(tmp_path: Path) -> None:
    name = "Kurt_13_assignsubmission_file_12_assignsubmission_file/ps1.ipynb"
    works, (trouble,) = collect(write_zip(tmp_path / "c.zip", {name: ONE}), "moodle")
    assert (works, "names no student" in trouble.why) == ([], True)


def test_of_one_student_so_many_notebooks_are_graded_and_no_more(tmp_path: Path) -> None:
    many = pack({f"{n:03}.ipynb": write_notebook(str(n)) for n in range(100)})
    files = {f"Ada_1_{FOLDER[:21]}/a.zip": many, f"Kurt_2_{FOLDER}": ONE}
    works, (trouble,) = collect(write_zip(tmp_path / "c.zip", files))
    assert [work.student for work in works] == ["1"] * MOST_NOTEBOOKS + ["2"]
    assert (trouble.student, trouble.path[-9:]) == ("1", "020.ipynb")
    assert "100 notebooks are of this student, and the first 20 are graded" in trouble.why


def test_what_systems_leave_behind_is_nobodys(tmp_path: Path) -> None:
    left = ["__MACOSX/ada/._ps1.ipynb", "ada/.DS_Store", "ada/._ps1.ipynb", "Thumbs.db"]
    files = {**dict.fromkeys(left, b"x"), "ada/ps1.ipynb": ONE, "kurt/ps1.ipynb": ONE}
    for source in (write_zip(tmp_path / "c.zip", files), write_folder(tmp_path / "c", files)):
        works, troubles = collect(source)
        assert [work.student for work in works] == ["ada", "kurt"]
        assert troubles == []


# ---- archives that are traps -------------------------------------------------------------------


def walk(tmp_path: Path, files: dict[str, bytes]) -> list[Received | Problem]:
    return list(walk_files(write_zip(tmp_path / "trap.zip", files)))


def test_names_that_lead_elsewhere_lead_nowhere(tmp_path: Path) -> None:
    names = ["../../etc/passwd", "/etc/shadow", "C:\\Windows\\a.ipynb", "a/../../b.ipynb"]
    found = walk(tmp_path, dict.fromkeys(names, b"x"))
    assert [one.path for one in found] == [
        ("etc", "passwd"),
        ("etc", "shadow"),
        ("C:", "Windows", "a.ipynb"),
        ("a", "b.ipynb"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["trap.zip"]


def test_bytes_are_counted_and_not_believed(tmp_path: Path) -> None:
    bomb = bytearray(pack({"bomb.ipynb": bytes(150_000_000)}))
    # The archive says that its file has 10 bytes; so does its list of contents.
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = bytes(bomb).find(mark) + place
        bomb[at : at + 4] = struct.pack("<I", 10)
    tracemalloc.start()
    (found,) = walk(tmp_path, {"ada/work.zip": bytes(bomb)})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, Problem)
    assert peak < 4 * LARGEST


def test_a_bomb_of_many_files_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_ARCHIVE", 50_000)
    inner = pack({f"{n}.ipynb": bytes(20_000) for n in range(9)})
    found = walk(tmp_path, {"ada/work.zip": inner, "kurt/ps1.ipynb": ONE})
    assert [type(one) for one in found] == [Received, Received, Problem, Received]
    many = pack({f"{n}": b"" for n in range(archives.MOST_MEMBERS + 1)})
    (problem,) = walk(tmp_path, {"ada/many.zip": many})
    assert isinstance(problem, Problem)
    assert problem.why == "is an archive of more than 2000 files"


@pytest.mark.parametrize("inner", ["{}.zip", "{}.txt"])
def test_archives_in_one_that_was_handed_in_have_one_budget(
    inner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST_ARCHIVE", 50_000)
    monkeypatch.setattr(archives, "LARGEST", 20_000)
    read: list[int] = []
    read_member = archives._read_member

    def count(archive: Any, member: zipfile.ZipInfo, path: tuple[str, ...]) -> Any:
        read.append(min(member.file_size, 20_000))
        return read_member(archive, member, path)

    monkeypatch.setattr(archives, "_read_member", count)
    # What is too large to be read is unpacked as well, before anybody knows.
    parts = {f"{n}.ipynb": bytes(19_000 + 2_000 * (n % 2)) for n in range(4)}
    data = pack(parts) if inner.endswith("zip") else bytes(30_000)
    bomb = pack({inner.format(n): data for n in range(50)})
    files = {"Ada_1_assignsubmission_file/a.zip": bomb, "K_2_assignsubmission_file/k.ipynb": ONE}
    works, troubles = collect(write_zip(tmp_path / "c.zip", files))
    assert [work.student for work in works][-1] == "2"
    assert sum(read) < 50_000 + 2 * 20_000 + len(bomb) + len(ONE)
    assert any("unpacks to more than" in one.why for one in troubles)


def test_files_of_archives_in_archives_are_counted_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 30)
    many = pack({f"{n}.zip": pack(dict.fromkeys("abcdefghi", b"")) for n in range(20)})
    found = walk(tmp_path, {"ada/work.zip": many, "kurt/ps1.ipynb": ONE})
    assert len(found) < 30 + 3
    assert found[-2] == Problem(("ada", "work.zip"), "is an archive of more than 30 files")
    assert found[-1] == Received(("kurt", "ps1.ipynb"), ONE)


def test_each_student_of_a_download_that_was_packed_once_more_has_a_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST_ARCHIVE", 50_000)
    work = pack({"a.txt": bytes(30_000), "a.ipynb": ONE})
    files = {f"S_{n}_assignsubmission_file/a.zip": work for n in range(9)}
    for layout in ("auto", "moodle"):
        works, _ = collect(write_zip(tmp_path / "c.zip", {"all.zip": pack(files)}), layout)
        assert len(works) == 9


def test_archives_in_archives_end_somewhere(tmp_path: Path) -> None:
    inner = {"ps1.ipynb": ONE}
    for _ in range(5):
        inner = {"again.zip": pack(inner)}
    (problem,) = walk(tmp_path, inner)
    assert isinstance(problem, Problem)
    assert "too deep" in problem.why
    (found,) = walk(tmp_path, {"ada.zip": pack({"inner.zip": pack({"ps1.ipynb": ONE})})})
    assert found == Received(("ada.zip", "inner.zip", "ps1.ipynb"), ONE)


def test_links_are_refused_in_archives_and_in_folders(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("ada/ps1.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "links.zip").write_bytes(packed.getvalue())
    folder = write_folder(tmp_path / "links", {"kurt/ps1.ipynb": ONE})
    (folder / "ada").mkdir()
    os.symlink("/etc/passwd", folder / "ada" / "ps1.ipynb")
    os.symlink("/etc", folder / "ada" / "folder")
    os.mkfifo(folder / "ada" / "pipe.ipynb")
    for source, expected in ((tmp_path / "links.zip", 1), (folder, 3)):
        problems = [one for one in walk_files(source) if isinstance(one, Problem)]
        assert len(problems) == expected
        assert all("link" in problem.why for problem in problems)


def test_locked_and_unusual_archives_are_refused(tmp_path: Path) -> None:
    locked = bytearray(pack({"ps1.ipynb": ONE}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[bytes(locked).find(mark) + place] |= 1
    (problem,) = walk(tmp_path, {"ada/locked.zip": bytes(locked)})
    assert isinstance(problem, Problem)
    assert "locked with a password" in problem.why
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("ps1.ipynb", bytes(100_000))
    (problem,) = walk(tmp_path, {"ada/lzma.zip": packed.getvalue()})
    assert isinstance(problem, Problem)
    assert "unusual" in problem.why


def test_damage_anywhere_in_an_archive_never_stops_the_class(tmp_path: Path) -> None:
    inner = pack({"ps1.ipynb": ONE * 20, "ps2.ipynb": TWO})
    for place in range(0, len(inner), 7):
        damaged = bytearray(inner)
        damaged[place] ^= 0xFF
        found = walk(tmp_path, {"ada/w.zip": bytes(damaged), "kurt/ps1.ipynb": ONE})
        assert found[-1] == Received(("kurt", "ps1.ipynb"), ONE)
        assert len(found) > 1


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x05\x06"])
def test_a_download_that_cannot_be_read_is_said(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "c.zip").write_bytes(content)
    with pytest.raises(ValueError, match="must be a folder or a zip"):
        collect(tmp_path / "c.zip")


def test_old_names_without_a_mark_of_their_encoding_are_read(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("XXXXXX/ps1.ipynb", ONE)
    data = packed.getvalue().replace(b"XXXXXX", "Gödel".encode())
    (tmp_path / "c.zip").write_bytes(data)
    works, _ = collect(tmp_path / "c.zip", "folders")
    assert [work.student for work in works] == ["Gödel"]


# ---- the roster --------------------------------------------------------------------------------


def test_moodles_worksheet_is_a_roster(tmp_path: Path) -> None:
    table = tmp_path / "w.csv"
    table.write_text(
        'Identifier,"Full name","Email address",Status,Grade,"Maximum grade",'
        '"Last modified (submission)","Last modified (grade)"\n'
        '"Participant 1001","Ada Lovelace",ada@x.org,,,10.00,'
        '"Monday, 30 November 2026, 10:15 PM",-\n'
        '"Participant 1002","Kurt Gödel",kurt@x.org,,,10.00,-,-\n'
    )
    roster = read_roster(table)
    ada, kurt = roster.students.values()
    assert (ada.id, ada.email, kurt.submitted) == ("1001", "ada@x.org", None)
    assert str(ada.submitted).startswith("2026-11-30T22:15")
    works, troubles = collect(write_zip(tmp_path / "c.zip", MOODLE), "moodle", roster)
    assert works[0].submitted == ada.submitted
    assert [one.student for one in troubles if "not on the roster" in one.why] == [
        "1003",
        "1004",
        "1005",
    ]


def test_a_worksheet_of_moodle_in_another_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text(
        "ID,Vollständiger Name,Bestwertung,Zuletzt geändert (Abgabe)\n"
        'Teilnehmer/in 1001,Ada,10,"Sonntag, 29. November 2026, 22:15"\n'
    )
    with pytest.raises(ValueError, match=r"another language, .*: set Moodle to English"):
        read_roster(tmp_path / "w.csv")


def test_canvas_gradebook_is_a_roster(tmp_path: Path) -> None:
    table = tmp_path / "g.csv"
    table.write_text(
        "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,ps1 (77)\n"
        "    Points Possible,,,,,10\n"
        '"Lovelace, Ada",2001,s1,ada,Sec 1,\n'
        '"Gödel, Kurt",2002,s2,kurt,Sec 1,\n'
    )
    roster = read_roster(table)
    assert roster.possible["ps1 (77)"] == "10"
    assert [(one.id, one.name) for one in roster.students.values()] == [
        ("2001", "Ada Lovelace"),
        ("2002", "Kurt Gödel"),
    ]
    works, _ = collect(write_zip(tmp_path / "c.zip", CANVAS), "auto", roster)
    assert works[1].name == "Kurt Gödel"


def test_one_notebook_in_one_folder_is_its_students(tmp_path: Path) -> None:
    for name in ("ada/ps1.ipynb", "all/ada/ps1.ipynb"):
        works, _ = collect(write_zip(tmp_path / "c.zip", {name: ONE}))
        assert [work.student for work in works] == ["ada"]


@pytest.mark.parametrize(
    ("written", "read"),
    {
        "2026-11-30T23:59": "2026-11-30T23:59:00", "2026-11-30 23:59": "2026-11-30T23:59:00",
        "30.11.2026 23:59": "2026-11-30T23:59:00", "1.12.2026": "2026-12-01T23:59:59",
        "Monday, 30 November 2026, 10:15 PM": "2026-11-30T22:15:00",
    }.items(),
)  # fmt: skip
def test_dates_of_any_office_are_read(written: str, read: str, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(f"sep=;\nid;due\n7;{written}\n")
    (student,) = read_roster(tmp_path / "r.csv").students.values()
    assert str(student.due).startswith(read)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_of_any_office_are_read(encoding: str, delimiter: str, tmp_path: Path) -> None:
    lines = [["ID", "First name", "Surname", "Due"], ["7", "Kurt", "Gödel", "2026-12-01"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    (tmp_path / "r.csv").write_bytes(text.encode(encoding))
    (student,) = read_roster(tmp_path / "r.csv").students.values()
    assert (student.id, student.name) == ("7", "Kurt Gödel")
    assert str(student.due).startswith("2026-12-01T23:59:59")


def test_folders_are_matched_by_name_address_or_id_and_never_guessed() -> None:
    roster = Roster(
        [
            Student("1", "Kurt Gödel", "kg@x.org"),
            Student("2", "Ann Abel", "ann@x.org"),
            Student("3", "Abel Ann", "abel@x.org"),
            Student("ann", "Ann Other"),
        ]
    )
    for words, expected in {
        ("GODEL kurt",): "1",
        ("kg",): "1",
        ("kg@x.org",): "1",
        ("Ann Abel",): None,
        ("annabel",): None,
        ("ann",): "ann",
        ("nobody", "Kurt Gödel"): "1",
        ("",): None,
    }.items():
        found = roster.find(*words)
        assert (found.id if found else None) == expected, words


def test_names_are_compared_by_their_letters() -> None:
    assert fold_name("Ångström, Anders") == fold_name("anders angstrom")
    assert fold_name("李 明") == fold_name("明 李")


def test_what_cannot_be_understood_of_a_roster_is_said(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("id,due\n1,\n2,\n2,2026-12-01\n,\n")
    roster = read_roster(tmp_path / "r.csv")
    assert list(roster.students) == ["1", "2"]
    assert roster.notes == ["line 4 of r.csv names 2 again: the last counts"]
    (tmp_path / "r.csv").write_text("id,Extention,Group\n1,2026-12-01,A\n")
    (note,) = read_roster(tmp_path / "r.csv").notes
    assert note == "not read of r.csv: Extention, Group (dates are read from due)"
    (tmp_path / "r.csv").write_text("id;Due\n1;30.11.2026\n2;soon\n\n3;11/30/2026\n")
    said = r"line 3 of r\.csv: Due must be a date that can be read, got 'soon' \(2 such cells"
    with pytest.raises(ValueError, match=said):
        read_roster(tmp_path / "r.csv")
    (tmp_path / "r.csv").write_text("colour\nred\n")
    with pytest.raises(ValueError, match="names nobody"):
        read_roster(tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("id,name\n10,Schmidt Anna\n10,Schmitt Anne\n", "10 again, who is 'Schmidt Anna' above"),
        ("id,name\n10,Schmidt Anna\n10,Anna Schmidt\n", ""),
        ("email,name\na@x.org,Ada\na@x.org,Kurt\n", "'Ada' above and 'Kurt' here: give each"),
        ("Identifier,Full name\nParticipant 1,A\nParticipant 1,B\n", "1 again, who is 'A'"),
    ],
)
def test_two_who_have_one_id_in_a_roster_are_named(lines: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(lines)
    if said:
        with pytest.raises(ValueError, match=rf"line 3 of r\.csv .*{said}"):
            read_roster(tmp_path / "r.csv")
        return
    assert read_roster(tmp_path / "r.csv").notes == [
        "line 3 of r.csv names 10 again: the last counts"
    ]


def test_two_of_one_name_in_a_list_of_names_are_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("name\nAnna Schmidt\nAnna Schmidt\n")
    (note,) = read_roster(tmp_path / "r.csv").notes
    assert "they are one student here. If they are two, write what tells them apart" in note


def test_german_columns_are_read_and_a_roster_without_names_is_blamed_itself(
    tmp_path: Path,
) -> None:
    table = tmp_path / "r.csv"
    table.write_text("Matrikelnummer;Nachname;Vorname;E-Mail-Adresse;Abgabefrist;Kurs\n"
                     "5;Lovelace;Ada;ada@x.org;1.12.2026;A\n")  # fmt: skip
    roster = read_roster(table)
    (ada,) = roster.students.values()
    assert (ada.id, ada.name, ada.email) == ("5", "Ada Lovelace", "ada@x.org")
    assert roster.notes == ["not read of r.csv: Kurs (dates are read from Abgabefrist)"]
    source = write_zip(tmp_path / "c.zip", MOODLE)
    check_download(source, roster, [])
    table.write_text("Matrikel;Teilnehmer\n5;Ada Lovelace\n")
    with pytest.raises(
        ValueError, match="the roster, which has no names that are read: they stand"
    ):
        check_download(source, read_roster(table), [])
    for first in ("Teilnehmer/in1001", "Teilnehmer/in 1001"):
        table.write_text(f"ID,Vollständiger Name,Status\n{first},Ada Lovelace,\n")
        with pytest.raises(ValueError, match="a worksheet of Moodle in another language"):
            read_roster(table)


@pytest.mark.parametrize("files", [MOODLE, CANVAS])
def test_a_download_that_was_packed_once_more_is_the_same(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    plain = collect(write_zip(tmp_path / "plain.zip", files))
    packed = {"all/submissions.zip": pack(files)}
    for source in (write_zip(tmp_path / "c.zip", packed), write_folder(tmp_path / "c", packed)):
        works, troubles = collect(source)
        assert [(one.student, one.late) for one in works] == [
            (one.student, one.late) for one in plain[0]
        ]
        assert [(one.student, one.why) for one in troubles] == [
            (one.student, one.why) for one in plain[1]
        ]


def test_downloads_of_several_groups_may_lie_in_one_zip(tmp_path: Path) -> None:
    groups = {f"group {n}.zip": pack({f"A_{n}_assignsubmission_file/a.ipynb": ONE}) for n in (1, 2)}
    works, troubles = collect(write_zip(tmp_path / "c.zip", groups))
    assert [work.student for work in works] == ["1", "2"]
    assert troubles == []


@pytest.mark.parametrize("other", [pack({"ps1.ipynb": ONE}), b"PK\x03\x04 no zip"])
def test_zips_of_students_are_no_downloads(other: bytes, tmp_path: Path) -> None:
    files = {"ada.zip": other, "kurt.zip": pack({"A_1_assignsubmission_file/a.ipynb": ONE})}
    works, _ = collect(write_zip(tmp_path / "c.zip", files))
    assert works[-1].student == "kurt"


def test_a_copy_of_jupyter_beside_the_notebook_is_no_problem(tmp_path: Path) -> None:
    folder, copy = "Ada_1_assignsubmission_file", ".ipynb_checkpoints/ps1-checkpoint.ipynb"
    files = {f"{folder}/{copy}": TWO, f"{folder}/ps1.ipynb": ONE, f"B_2{folder[5:]}/{copy}": TWO}
    works, troubles = collect(write_zip(tmp_path / "c.zip", files))
    assert [(work.student, work.data) for work in works] == [("1", ONE)]
    assert [trouble.student for trouble in troubles] == ["2"]
