"""Two numbers of a platform are two people, whatever they are called and whenever they come."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backprop.classroom.attribution import Attributor
from backprop.classroom.collect import check_download
from backprop.classroom.gradebook import make_gradebook
from backprop.classroom.identities import identify, list_strangers
from backprop.classroom.reports import keep_class, load_roster
from backprop.classroom.roster import Roster, Student
from backprop.classroom.roster_changes import follow_roster
from backprop.classroom.store import open_store
from tests.classroom.downloads import write_notebook, write_zip
from tests.classroom.test_session import ASSIGNMENT, SETTINGS, grade

PATHS = {
    "moodle": "Anna Schmidt_{}_assignsubmission_file_/ps1.ipynb",
    "canvas": "schmidtanna_{0}_9{0}_ps1.ipynb",
}
ROWS = {
    "moodle": {"Identifier": "", "Full name": "", "Grade": ""},
    "canvas": {"ID": "", "Student": "", "Section": ""},
}
OWN = Student("1", "Anna Schmidt", "as@x.org")
LISTS = [
    [OWN],
    [Student("Schmidt, Anna", "Schmidt, Anna")],
    [Student("as@x.org", "Anna Schmidt", "as@x.org")],
]
ADA = Student("3", "Ada Lovelace")


def pack_numbers(path: Path, layout: str, *numbers: str) -> Path:
    files = {PATHS[layout].format(n): write_notebook(f"# {n}") for n in numbers}
    return write_zip(path, files)


def read_owners(store: Any, roster: Roster) -> dict[str, str]:
    """Read the file of each student, by the number that is on it."""
    lines = make_gradebook(ASSIGNMENT, store, roster)
    return {
        path.split("_")[1]: line.student.id for line in lines for path in line.paths if line.files
    }


@pytest.mark.parametrize("own", LISTS)
@pytest.mark.parametrize("layout", PATHS)
@pytest.mark.parametrize("downloads", [[["21", "22"]], [["21"], ["22"]], [["22"], ["21"]]])
def test_two_numbers_are_two_people_and_neither_is_the_one_on_the_roster(
    downloads: list[list[str]], layout: str, own: list[Student], tmp_path: Path
) -> None:
    roster = Roster([*own, ADA])
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        for n, numbers in enumerate(downloads):
            source = pack_numbers(tmp_path / f"{n}.zip", layout, *numbers)
            check_download(source, roster, [])
            grade(source, store, roster=roster)
            if len(downloads) > 1 and not n:
                assert read_owners(store, roster) == {numbers[0]: own[0].id}
        assert read_owners(store, roster) == {"21": "21", "22": "22"}
        said = {row[1]: row[2] for rows in store.problems.values() for row in rows}
        assert set(said) == {"21", "22"}
        assert all("it cannot be known which of them is meant" in why for why in said.values())
        again = follow_roster(roster, roster, strangers=list_strangers(store, roster))
        assert again.moved == {}


@pytest.mark.parametrize("layout", PATHS)
def test_who_is_not_in_the_table_of_the_platform_is_no_namesake_of_who_is(
    layout: str, tmp_path: Path
) -> None:
    roster = Roster([Student("21", "Anna Schmidt", "22@x.org", row=ROWS[layout])])
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        source = pack_numbers(tmp_path / "c.zip", layout, "22")
        for _ in range(2):
            roster = follow_roster(roster, roster, strangers=list_strangers(store, roster))
            grade(source, store, roster=roster)
            assert read_owners(store, roster) == {"22": "22"}
            ((_, student, why),) = next(iter(store.problems.values()))
            assert (student, "number 22 is not in the table of" in why) == ("22", True)
        with pytest.raises(ValueError, match="is it the table of another assignment"):
            check_download(source, roster, [])


@pytest.mark.parametrize(
    ("student", "whose"),
    [
        (Student("21", "Anna Schmidt"), {"21": "21", "22": "22"}),
        (Student("1", "Anna Schmidt", aliases=("22",)), {"21": "21", "22": "1"}),
        (Student("21", "Anna Schmidt", row=ROWS["moodle"]), {"21": "21", "22": "22"}),
        (Student("21", "Bob"), {"21": "Anna Schmidt_21", "22": "22"}),
        (Student("1", "Emmy"), {"21": "21", "22": "22"}),
    ],
)
def test_a_number_that_the_roster_knows_tells_which_of_them_is_meant(
    student: Student, whose: dict[str, str]
) -> None:
    owners = [(number, "Anna Schmidt") for number in whose]
    attributor = Attributor("moodle", Roster([student]), owners)
    assert {number: attributor.attribute(number, name).id for number, name in owners} == whose


def test_a_number_on_files_that_also_is_an_id_makes_nobody_somebody_else() -> None:
    roster = Roster([Student("22", "Bob"), OWN])
    attributor = Attributor("moodle", roster, [(n, "Anna Schmidt") for n in ("21", "22")])
    found = [attributor.attribute(number, "Anna Schmidt").id for number in ("21", "22")]
    assert found == ["21", "Anna Schmidt_22"]


def test_who_is_taken_for_somebody_by_the_name_alone_is_told_from_a_namesake_later(
    tmp_path: Path,
) -> None:
    """The list comes after the first download, and has taken its number for hers."""
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        grade(pack_numbers(tmp_path / "1.zip", "moodle", "21"), store)
        strangers = list_strangers(store, Roster())
        roster = follow_roster(Roster(), Roster([OWN, ADA]), strangers=strangers)
        assert roster.moved == {"21": "1"}
        keep_class(store, ASSIGNMENT, roster)
        grade(pack_numbers(tmp_path / "2.zip", "moodle", "22"), store, roster=roster)
        roster = load_roster(store.folder)
        assert read_owners(store, roster) == {"21": "21", "22": "22"}
        # The table of the platform says who is who.
        table = [
            Student(n, "Anna Schmidt", mail, row=ROWS["moodle"])
            for n, mail in (("21", "as@x.org"), ("22", "as2@x.org"))
        ]
        strangers = list_strangers(store, roster)
        after = follow_roster(roster, Roster([*table, ADA]), strangers=strangers)
        assert identify(strangers, after, strangers=True).found == {"21": "21", "22": "22"}
        assert sum(map(len, store.problems.values())) == 2
        keep_class(store, ASSIGNMENT, after)
        grade(pack_numbers(tmp_path / "2.zip", "moodle", "22"), store, roster=after)
        assert read_owners(store, after) == {"21": "21", "22": "22"}
        assert sum(map(len, store.problems.values())) == 0


@pytest.mark.parametrize("own", [Student("1", "Anna Schmidt"), *LISTS[1]])
def test_the_table_of_the_platform_follows_where_nothing_can_be_lost(own: Student) -> None:
    rows = [Student(n, "Anna Schmidt", row=ROWS["moodle"]) for n in ("21", "22")]
    table = Roster([*rows, Student("23", "Ada Lovelace", row=ROWS["moodle"])])
    assert follow_roster(Roster([own, ADA]), table).moved == {"3": "23"}
    for one, at_stake in ((own, {own.id}), (replace(own, due="2026-12-04"), set[str]())):
        with pytest.raises(ValueError, match="must say who is who"):
            follow_roster(Roster([one, ADA]), table, at_stake=at_stake)


@pytest.mark.parametrize("end", [" (1)", "(2)", " - Copy", " - Kopie (2)"])
def test_what_a_browser_adds_to_a_name_makes_nobody_else(end: str) -> None:
    roster = Roster([Student("1", "Kurt Gödel"), Student("2", f"Pair{end}"), Student("3", "Pair")])
    words = [f"Kurt Gödel{end}", f"Pair{end}", f"Emmy{end}", f"1{end}"]
    for more, emmy in ([], f"Emmy{end}"), (["Emmy"], "Emmy"):
        attributor = Attributor("folders", roster, [(word, "") for word in words + more])
        found = [attributor.attribute(word, "").id for word in words]
        assert found == ["1", "2", emmy, "1"]


@pytest.mark.parametrize("own", LISTS)
def test_another_assignment_has_other_numbers_for_the_same_people(
    own: list[Student], tmp_path: Path
) -> None:
    roster = Roster([*own, ADA, Student("4", "Kurt Gödel")])

    def pack(name: str, *numbers: int) -> Path:
        people = zip(numbers, ("Anna Schmidt", "Ada Lovelace", "Kurt Gödel"), strict=False)
        paths = {n: f"{person}_{n}_assignsubmission_file_/ps1.ipynb" for n, person in people}
        return write_zip(
            tmp_path / name, {path: write_notebook(f"# {n}") for n, path in paths.items()}
        )

    downloads = [pack("1.zip", 51, 52, 53), pack("2.zip", 71, 72), pack("3.zip", 51, 52, 53)]
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        for source in downloads:
            check_download(source, roster, [])
            grade(source, store, roster=roster)
            assert sum(map(len, store.problems.values())) == 0
            assert set(read_owners(store, roster).values()) == {own[0].id, "3", "4"}
        assert [entry.student for entry in store.received.values()].count("3") == 3
        # One of the first assignment who has another number there is somebody else.
        grade(pack("4.zip", 59, 52, 53), store, roster=roster)
        assert [row[1] for rows in store.problems.values() for row in rows].count("59") == 1
