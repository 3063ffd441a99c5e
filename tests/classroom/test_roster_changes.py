"""A roster after another loses nobody unnoticed, and a part is added to the last one."""

from pathlib import Path

import pytest

from backprop.classroom.reports import load_roster
from backprop.classroom.roster import Roster, Student, read_roster
from backprop.classroom.roster_changes import follow_roster, list_odd_dates
from backprop.classroom.spreadsheets import read_rows

DUE = "2026-12-04T23:59"

ADA, KURT = Student("1", "Ada Lovelace", "ada@x.org", "2026-12-04"), Student("2", "Kurt Gödel")
BEFORE = Roster([ADA, KURT], possible={"ps1 (77)": "4"})


def test_who_would_be_gone_is_said_and_nothing_is_taken() -> None:
    more = Roster([ADA, KURT, Student("3")])
    assert follow_roster(BEFORE, more) is more
    assert follow_roster(Roster(), more) is more
    said = r"had 2 students, got 1, and 1 are gone \(Kurt Gödel\): --roster-is part adds"
    with pytest.raises(ValueError, match=said):
        follow_roster(BEFORE, Roster([ADA]), name="ill.csv")
    assert list(follow_roster(BEFORE, Roster([ADA]), "whole").students) == ["1"]
    with pytest.raises(ValueError, match=r"got 1, and 1 are gone \(Ada Lovelace\)"):
        follow_roster(BEFORE, Roster([Student("Kurt Gödel", "Kurt Gödel")]))


@pytest.mark.parametrize("word", ["2", "godel kurt", "KURT GÖDEL"])
def test_a_part_is_added_to_whom_it_means(word: str) -> None:
    after = follow_roster(BEFORE, Roster([Student(word, word, due="2026-12-09")]), "part")
    assert [(one.id, one.due) for one in after.students.values()] == [
        ("1", "2026-12-04"), ("2", "2026-12-09"),
    ]  # fmt: skip
    assert (after.possible, after.notes) == (BEFORE.possible, [])


@pytest.mark.parametrize("word", ["2", "godel kurt"])
def test_a_part_with_a_time_leaves_the_times_of_others_as_certain_as_they_were(word: str) -> None:
    before = Roster([Student(n, n, submitted="2026-11-29", made=5.0) for n in ("1", "2")])
    before.students["2"] = Student("2", "Kurt Gödel", submitted="2026-11-29", made=5.0)
    said = Roster([Student(word, submitted="2026-12-01")])
    after = follow_roster(Roster(before.students.values()), said, "part")
    assert [(one.submitted, one.made) for one in after.students.values()] == [
        ("2026-11-29", 5.0), ("2026-12-01", None),
    ]  # fmt: skip
    assert [one.is_timed_by_hand for one in after.students.values()] == [False, True]
    dates = follow_roster(after, Roster([Student("2", due="2026-12-09")]), "part").students["2"]
    assert (dates.due, dates.submitted, dates.is_timed_by_hand) == (
        "2026-12-09",
        "2026-12-01",
        True,
    )


def test_a_part_says_who_is_new_and_never_guesses() -> None:
    after = follow_roster(BEFORE, Roster([Student("9")]), "part", "ill.csv")
    assert (list(after.students), after.notes) == (
        ["1", "2", "9"], ["9 of ill.csv is new in the class"],
    )  # fmt: skip
    slip = Student("Kurt Godl", "Kurt Godl", due="2026-12-09")
    with pytest.raises(ValueError, match="somebody of the class, got 'Kurt Godl' with a date"):
        follow_roster(BEFORE, Roster([slip]), "part", "ill.csv")
    twins = Roster([Student("1", "Ann"), Student("2", "Ann")])
    with pytest.raises(ValueError, match=r"got 'Ann', which may be 1, 2: write the id"):
        follow_roster(twins, Roster([Student("Ann", "Ann")]), "part")


@pytest.mark.parametrize(
    ("own", "due", "said"),
    [
        ("2026-12-04", "2026-11-30", ""),
        ("2026-11-29", "2026-11-30", "earlier than the class, which has until 2026-11-30"),
        (
            "2029-12-04",
            "2026-11-30",
            "a year from 2026-11-30 (end of day): is it a slip?",
        ),
        ("2999-12-04", None, "more than a year from today"),
        (None, "2026-11-30", ""),
    ],
)
def test_dates_that_look_like_slips_are_said(own: str | None, due: str | None, said: str) -> None:
    notes = list_odd_dates(Roster([Student("1", "Ada", due=own)]), due)
    assert [said in note for note in notes] == ([True] if said else [])


@pytest.mark.parametrize("column", ["Frist", "Fällig", "deadline", "new  Due", "Due Date"])
def test_dates_are_read_however_their_column_is_called(column: str, tmp_path: Path) -> None:
    table = tmp_path / "w.csv"
    table.write_text(f"Identifier,Full name,Status,{column}\nParticipant 1,Ada,,4.12.2026\n")
    roster = read_roster(table)
    assert str(roster.students["1"].due).startswith("2026-12-04T23:59")
    assert roster.notes == []


@pytest.mark.parametrize(
    ("status", "due", "read"),
    [
        ("No submission - Extension granted until: Friday, 4 December 2026, 11:59 PM", "", "12-04"),
        ("Extension granted until: Friday, 4 December 2026, 11:59 PM - Graded", "", "12-04"),
        ("Extension granted until: Friday, 4 December 2026, 11:59 PM", "2026-12-09", "12-09"),
        ("Submitted for grading - Not graded", "", None),
    ],
)
def test_an_extension_that_moodle_gave_is_one(
    status: str, due: str, read: str | None, tmp_path: Path
) -> None:
    table = tmp_path / "w.csv"
    rows = f'Identifier,Full name,Status,due\nParticipant 1,Ada,"{status}",{due}\n'
    table.write_text(rows)
    own = read_roster(table).students["1"].due
    assert own is None if read is None else str(own).startswith(f"2026-{read}T23:59")
    if not due and read:
        table.write_text(rows.replace("4 December 2026", "soon"))
        said = r"line 2 of w\.csv: due must be a date that can be read, got 'Friday, soon"
        with pytest.raises(ValueError, match=said):
            read_roster(table)


def test_a_roster_whose_lines_are_quoted_as_one_cell_is_said(tmp_path: Path) -> None:
    table = tmp_path / "w.csv"
    table.write_text('"id;name;due"\n"51000;Anna;25.11.2026"\n')
    with pytest.raises(ValueError, match=r"everything in one column, .*\(\"id;name;due\"\)"):
        read_roster(table)
    table.write_text('name\n"Lovelace, Ada"\n')  # one column is enough
    assert list(read_roster(table).students) == ["Lovelace, Ada"]


@pytest.mark.parametrize("name", ["Kurt", "Gödel, Kurt"])
def test_a_column_of_quoted_names_is_one(name: str, tmp_path: Path) -> None:
    table = tmp_path / "w.csv"
    table.write_text(f'"Name, vorname"\n"{name}"\n')
    assert [row.cells for row in read_rows(table)] == [["Name, vorname"], [name]]
    with pytest.raises(ValueError, match="names nobody: it needs a column id, name or email"):
        read_roster(table)


def test_quotes_within_lines_that_are_quoted_as_one_cell_are_seen(tmp_path: Path) -> None:
    table = tmp_path / "w.csv"
    table.write_text('"id;name"\n"1;""Gödel; Kurt"""\n')
    with pytest.raises(ValueError, match="everything in one column"):
        read_roster(table)


def test_other_columns_of_a_platforms_table_are_noted(tmp_path: Path) -> None:
    table = tmp_path / "w.csv"
    table.write_text("Identifier,Full name,Grade,Until,due,Frist\nParticipant 1,Ada,,1,,2\n")
    assert read_roster(table).notes == ["not read of w.csv: Until, Frist (dates are read from due)"]
    table.write_text(
        "Student,ID,Section,ps1 (77),Current Score,Unposted Final Grade,until\n"
        "    Points Possible,,,4,,,\nAda,1,A,,80,,4.12.\n"
        '"Student, Test",99,A,,,,\n'
    )
    roster = read_roster(table)
    assert list(roster.students) == ["1"]
    assert roster.notes == [
        "not read of w.csv: until (dates are read from due)",
        "line 4 of w.csv: Canvas's Test Student is left out",
    ]


def test_what_counts_of_times_is_kept_with_the_roster(tmp_path: Path) -> None:
    table = tmp_path / "w.csv"
    for column, by_platform in {"Last modified (submission)": True, "submitted": False}.items():
        table.write_text(f"Identifier,Full name,{column}\nParticipant 1,Ada,2026-11-29\n")
        made = table.stat().st_mtime if by_platform else None
        assert read_roster(table).students["1"].made == made
    one = '{"students": [{"id": "1", "submitted": "2026-11-29"}], "possible": {}'
    for end, by_hand in (("}", True), (', "made": 5.0}', False), (', "made": null}', True)):
        (tmp_path / "roster.json").write_text(one + end)
        assert load_roster(tmp_path).students["1"].is_timed_by_hand == by_hand


def test_a_time_that_a_person_writes_counts_beside_that_of_the_platform(tmp_path: Path) -> None:
    table = tmp_path / "w.csv"
    table.write_text(
        "Identifier,Full name,Last modified (submission),submitted\n"
        "Participant 1,Ada,2026-11-29,\nParticipant 2,Kurt,2026-11-29,2026-11-27\n"
    )
    students = read_roster(table).students
    assert [one.is_timed_by_hand for one in students.values()] == [False, True]
    assert [str(one.submitted)[:10] for one in students.values()] == ["2026-11-29", "2026-11-27"]


@pytest.mark.parametrize(
    ("one", "whose"),
    [
        (Student("13", due=DUE), "13"),
        (Student("13", "Lovelace, A.", due=DUE), "13"),
        (Student("Ada Lovelace", "Ada Lovelace", due=DUE), "13"),
        (Student("s99", "Ada Lovelace", due=DUE), "13"),
        (Student("12", "Ada Lovelace", due=DUE), ""),
        (Student("12", "Ada Loveless", due=DUE), ""),
        (Student("12", "", "ada@x.org", due=DUE), ""),
    ],
)
def test_a_date_is_for_the_one_whom_id_and_name_both_mean(one: Student, whose: str) -> None:
    before = Roster([Student("12", "Kurt Gödel"), Student("13", "Ada Lovelace", "ada@x.org")])
    if whose:
        after = follow_roster(before, Roster([one]), "part", "ill.csv")
        assert [key for key, each in after.students.items() if each.due] == [whose]
        return
    said = r"ill\.csv must say who is meant, got '12', who is Kurt Gödel on the last roster, with"
    with pytest.raises(ValueError, match=said):
        follow_roster(before, Roster([one]), "part", "ill.csv")
