"""The page "Teaching with this book", followed as a teacher would: every command, every output."""

import csv
import re
import shlex
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backprop.classroom.workers import Workers
from backprop.cli import main
from tests.classroom.downloads import write_zip

GUIDE = (Path(__file__).resolve().parents[2] / "book" / "teaching.md").read_text(encoding="utf-8")
GUIDE = re.sub(r" \\\n +", " ", GUIDE)  # a long command stands in several lines
STEPS = [
    (command, output)
    for block in re.findall(r"```console\n(.*?)```", GUIDE, flags=re.DOTALL)
    for command, output in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, flags=re.MULTILINE)
]


def download(folder: Path) -> None:
    """Put into the folder what Moodle would give after the release."""
    solved = (folder / "ps1-teacher" / "ps1-solved.ipynb").read_bytes()
    released = (folder / "ps1" / "ps1.ipynb").read_bytes()
    half = released.replace(
        b"predicted = ...\\n    return ...",
        b"predicted = curve + b3\\n    return -2 * np.sum(observed - predicted)",
    )
    lost = half.replace(b"return -2 *", b"return -1 *")
    assert len({half, lost, released}) == 3
    write_zip(
        folder / "submissions.zip",
        {
            "Ada Lovelace_1001_assignsubmission_file/ps1.ipynb": solved,
            "Kurt Gödel_1002_assignsubmission_file/ps1 (1).ipynb": half,
            "Emmy Noether_1003_assignsubmission_file/ps1.ipynb": lost,
            "Alan Turing_1004_assignsubmission_file/ps1.pdf": b"%PDF",
            "Alan Turing_1004_assignsubmission_file/ps1.ipynb": b"<!DOCTYPE html>",
        },
    )
    names = ["Ada Lovelace", "Kurt Gödel", "Emmy Noether", "Alan Turing", "Grace Hopper"]
    sunday = "Sunday, 29 November 2026, 10:15 PM"
    times = [sunday, "Tuesday, 1 December 2026, 8:00 AM", sunday, sunday, "-"]
    rows = [
        f'"Participant {1001 + n}","{name}",{n}@x.org,,100,"{times[n]}",-'
        for n, name in enumerate(names)
    ]
    (folder / "worksheet.csv").write_text(
        "Identifier,Full name,Email address,Grade,Maximum grade,Last modified (submission),"
        "Last modified (grade)\n" + "\n".join(rows) + "\n"
    )


def fill_in_points(table: Path) -> None:
    """Do with the table of points what the guide says."""
    text = table.read_text("utf-8-sig")
    changed = text.replace(",lost_two,0,", ",lost_two,0.5,")
    assert changed != text
    table.write_text(changed, encoding="utf-8")


def test_the_guide_can_be_followed_from_release_to_gradebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    # Processes of a pool are tested elsewhere. Each costs a new Python, and the walls are the same.
    monkeypatch.setattr(Workers, "make_executor", lambda _: ThreadPoolExecutor(1))
    assert len(STEPS) == 13
    for command, output in STEPS:
        program, *arguments = shlex.split(command)
        assert program == "backprop"
        assert main(arguments) == 0, command
        printed = re.sub(r", \d+ ms of CPU each", "", capsys.readouterr().out)
        if "walls" in arguments:
            assert {line.split()[0] for line in printed.splitlines()} == {"namespaces", "landlock"}
        else:
            assert printed == output, command
        if "release" in arguments:
            download(tmp_path)
        if "points.csv" in arguments and "--output" in arguments:
            fill_in_points(tmp_path / "points.csv")
    read_what_the_guide_promises(tmp_path)


def read_what_the_guide_promises(folder: Path) -> None:
    with (folder / "ps1-graded" / "gradebook.csv").open(encoding="utf-8-sig") as file:
        points = {row["name"]: row["points"] for row in csv.DictReader(file)}
    assert points == {
        "Ada Lovelace": "2", "Alan Turing": "0", "Emmy Noether": "0.5", "Grace Hopper": "0",
        "Kurt Gödel": "1.5",
    }  # fmt: skip
    problems = (folder / "ps1-graded" / "problems.csv").read_text("utf-8-sig")
    assert "is a PDF" in problems
    assert len(list((folder / "ps1-graded" / "feedback").iterdir())) == 5
    with (folder / "marks.csv").open(encoding="utf-8") as file:
        grades = {row["Identifier"]: row["Grade"] for row in csv.DictReader(file)}
    assert grades == {
        "Participant 1001": "100", "Participant 1002": "75", "Participant 1003": "25",
        "Participant 1004": "", "Participant 1005": "",
    }  # fmt: skip
    with zipfile.ZipFile(folder / "feedback.zip") as archive:
        assert "Kurt Gödel_1002_assignsubmission_file/feedback.html" in archive.namelist()
    page = (folder / "ps1-graded" / "feedback" / "1003.html").read_text(encoding="utf-8")
    assert "Part of the points" in page
    assert "Gödel" not in (folder / "for-colleagues.csv").read_text("utf-8-sig")


def test_every_option_of_the_guide_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("release", "dates", "points", "grade", "override", "export"):
        with pytest.raises(SystemExit):
            main(["class", command, "--help"])
    known = capsys.readouterr().out
    named = set(re.findall(r"`(--[a-z]+)", GUIDE))
    assert named
    for option in named:
        assert option in known, option
