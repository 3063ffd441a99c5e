"""Whoever is called otherwise in a new roster is the same student, or it is asked who is who."""

from contextlib import suppress
from pathlib import Path

import pytest

from backprop.classroom import identities, reports
from backprop.classroom.attribution import is_name_of
from backprop.classroom.exports import write_export
from backprop.classroom.gradebook import list_overrides, make_gradebook
from backprop.classroom.identities import identify, list_strangers
from backprop.classroom.lines import Lines
from backprop.classroom.platforms import check_platform
from backprop.classroom.reports import keep_class, load_roster
from backprop.classroom.roster import Roster, Student, list_lost_dates
from backprop.classroom.roster_changes import follow_roster
from backprop.classroom.store import Entry, Override, open_store
from backprop.cli.downloads import _look_at_class
from tests.classroom.test_session import ASSIGNMENT, NAME, SETTINGS

MOODLE = {"Identifier": "Participant 1", "Full name": "", "Maximum grade": "14"}


def moodle(number: str, name: str = "", email: str = "", due: str | None = None) -> Student:
    return Student(number, name, email, due, row=MOODLE)


ADA, KURT = moodle("51", "Ada Lovelace", "ada@x.org", "2026-12-04"), moodle("52", "Kurt Gödel")
ANN, ANNE = moodle("53", "Ann", "ann@x.org"), moodle("54", "Ann")


@pytest.mark.parametrize(
    ("known", "there", "found"),
    [
        (ADA, Student("1", "Lovelace, Ada"), "1"),
        (ADA, Student("1", "A. King", "ADA@x.org"), "1"),
        (ADA, Student("ada@x.org", "A. King", "ada@x.org"), "ada@x.org"),
        (ADA, moodle("51", "Ada King"), "51"),  # of the same platform
        (ADA, Student("51", "Ada L."), "51"),
        (ADA, Student("51", "Emmy Noether"), ["51"]),  # a list may have this number by chance
        (ADA, Student("1", "Ada King Lovelace"), ["1"]),
        (ADA, Student("1", "Ada King Lovelace", "other@x.org"), None),
        (ADA, moodle("1", "Ada King Lovelace"), None),
        (ADA, Student("1", "Emmy Noether"), None),
        (Student("7", "Godl"), Student("7", "Gödel"), "7"),  # in a list a name may be mended
        (Student("7", "Kurt"), Student("7", "Bob Miller"), ["7"]),
        (Student("7", "Pair 1 b"), Student("7", "Pair 2 b"), ["7"]),
        (Student("1", "Ada"), Student("9", "Byron Noel", "ada@x.org"), None),
        (Student("1", "Ada"), Student("Ada", "Byron Noel"), None),
    ],
)
def test_who_somebody_is_in_another_roster(
    known: Student, there: Student, found: str | list[str] | None
) -> None:
    said = identify([known], Roster([there]))
    assert (said.found or said.doubtful).get(known.id) == found
    assert bool(said.found) == isinstance(found, str)


@pytest.mark.parametrize("strangers", [False, True])
def test_words_that_many_share_are_not_compared_one_by_one(
    strangers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        identities,
        "is_name_of",
        lambda name, one: bool(asked.append(name)) or is_name_of(name, one),
    )
    known = [moodle(f"m{n}", f"Student A{n} Ann") for n in range(200)] + [moodle("x", "E. Noether")]
    there = [Student(str(n), f"Student B{n} Ann") for n in range(200)]
    there += [Student(f"e{n}", "Emmy Noether") for n in range(2)]
    said = identify(known, Roster(there), strangers=strangers)
    assert said.doubtful == {"x": ["e0", "e1"]}
    assert len(asked) < 20


def test_ids_that_were_exchanged_are_followed_by_the_names() -> None:
    before, now = (
        [Student("1", a), Student("2", b)] for a, b in (("Ada", "Kurt"), ("Kurt", "Ada"))
    )
    assert identify(before, Roster(now)).found == {"1": "2", "2": "1"}


@pytest.mark.parametrize("row", [{}, MOODLE])
def test_addresses_that_were_exchanged_move_nobody(row: dict[str, str]) -> None:
    before, now = (
        [Student("1", "Ada", a, row=row), Student("2", "Kurt", b, row=row)]
        for a, b in (("a@x.org", "k@x.org"), ("k@x.org", "a@x.org"))
    )
    after = follow_roster(Roster(before), Roster(now), "", "n", (), {"1", "2"})
    assert (after.moved, after.notes, after.list_meant("Ada")) == ({}, [], ["1"])
    # Of two of the same name the address says who is who, as before.
    before, now = (
        [Student("1", "Ann", a), Student("2", "Ann", b)]
        for a, b in (("a@x.org", "k@x.org"), ("k@x.org", "a@x.org"))
    )
    assert follow_roster(Roster(before), Roster(now)).moved == {"1": "2", "2": "1"}


def test_who_was_on_no_roster_is_told_by_the_number_of_the_platform_or_by_the_name() -> None:
    known = [Student("51", "lovelaceada"), Student("12", "Kurt Gödel")]
    own = Roster([Student("1", "Ada Lovelace"), Student("12", "Emmy Noether")])
    said = identify(known, own, strangers=True)
    assert (said.found, said.doubtful) == ({"51": "1"}, {"12": ["12"]})
    assert identify(known, Roster([moodle("12", "Emmy")]), strangers=True).found == {"12": "12"}


def test_who_has_another_id_keeps_date_and_address_and_is_found_by_the_old_one() -> None:
    before = Roster([ADA, KURT])
    now = Roster([Student("1", "Lovelace, Ada"), Student("2", "Kurt Gödel"), Student("3", "Emmy")])
    after = follow_roster(before, now, name="own.csv")
    assert after.moved == {"51": "1", "52": "2"}
    ada = after.students["1"]
    assert (ada.due, ada.email, after.list_meant("51")) == ("2026-12-04", "ada@x.org", ["1"])
    assert list_lost_dates(before, after) == []
    (note,) = after.notes
    assert note.startswith("2 who are known by address or name have another id in own.csv")
    back = follow_roster(after, Roster([ADA, KURT, moodle("55", "Emmy")]))
    assert (back.moved, back.list_meant("1")) == ({"1": "51", "2": "52", "3": "55"}, ["51"])


def test_an_id_that_somebody_else_has_now_gives_nobody_the_work_of_another() -> None:
    before = Roster([Student("1", "Ada"), Student("2", "Kurt"), Student("3", "Emmy")])
    now = Roster([Student("1", "Ada"), Student("2", "Emmy")])  # numbered anew, without Kurt
    with pytest.raises(ValueError, match=r"leaves it open \(Kurt \(2\) has the id of Emmy there\)"):
        follow_roster(before, now, "whole", at_stake={"2"})
    assert follow_roster(before, now, "whole").moved == {"3": "2"}
    same = Roster([Student("1", "Ada"), Student("3", "Emmy")])
    assert follow_roster(before, same, "whole", at_stake={"2"}).moved == {}


@pytest.mark.parametrize("extent", ["", "whole"])
def test_who_has_the_id_of_another_in_a_list_of_ones_own_becomes_nobody_else(extent: str) -> None:
    before = Roster([Student("1", "Ada"), Student("2", "Kurt")])
    now = Roster([Student("1", "Ada"), Student("2", "Bob Miller")])
    said = (
        r"open \(Kurt \(2\) has the id of Bob Miller there\): give another id to whoever is "
        "somebody else; if only a name has changed, write the old one behind it$"
    )
    with pytest.raises(ValueError, match=said):
        follow_roster(before, now, extent, "n", at_stake={"1", "2"})
    named = Roster([Student("1", "Ada"), Student("2", "Bob Miller Kurt")])
    assert follow_roster(before, named, extent, "n", (), {"1", "2"}).list_meant("Kurt") == ["2"]
    other = Roster([Student("1", "Ada"), Student("3", "Bob Miller")])
    kept = follow_roster(before, other, "whole", "n", (), {"1", "2"}).notes
    assert kept == ["not on n, but kept with what they have: Kurt"]
    after = follow_roster(before, now, extent, "n", at_stake={"1"})
    assert (after.list_meant("Kurt"), after.moved) == ([], {})
    (note,) = after.notes
    assert note.startswith("taken for somebody else in n")
    assert note.endswith("nothing is kept of who had the id: 2: Kurt, now Bob Miller")


def test_whatever_was_handed_in_may_be_lost_also_what_cannot_be_graded(tmp_path: Path) -> None:
    with open_store(tmp_path, SETTINGS, make=True) as store:
        keep_class(store, ASSIGNMENT, Roster(Student(n, f"N{n}") for n in "123"))
        store.add_entries([Entry("1", "N1", "a.ipynb", "f", "c.zip", refused=True)])
        store.keep_problems("c.zip", [["b.pdf", "2", "is a PDF"]])
    assert _look_at_class(tmp_path)[2] == {"1", "2"}


def test_a_name_that_was_mended_is_noted_and_known_as_it_was() -> None:
    after = follow_roster(
        Roster([Student("7", "Godl")]), Roster([Student("7", "Gödel")]), "", "n", (), {"7"}
    )
    assert after.list_meant("Godl") == ["7"]
    note = "taken for the same in n, with a name that was mended: 7: Godl, now Gödel"
    assert after.notes == [note]


def test_a_name_is_none_that_begins_the_address_of_another() -> None:
    before = Roster([Student("1", "Ada"), Student("3", "K")])
    now = [Student("9", "Byron Noel", "ada@x.org"), Student("8", "K")]
    after = follow_roster(before, Roster(now), "whole", "n", (), {"1"})
    assert after.moved == {"3": "8"}
    assert "(K (3), now K (8))" in after.notes[0]
    after = follow_roster(before, Roster([*now, Student("7", "Ada")]), "", "n", (), {"1"})
    assert after.moved == {"1": "7", "3": "8"}


def test_the_number_on_a_file_of_a_stranger_is_nobody_elses_id() -> None:
    zed, known = Student("1001", "Zed"), Student("1002", "Emmy Noether")
    now = Roster([Student("1001", "Kurt"), Student("5", "Emmy Noether")])
    with pytest.raises(
        ValueError, match=r"\(Zed \(1001\) has the id of Kurt there\): give another"
    ):
        follow_roster(Roster(), now, "", "n", (zed, known))
    now = Roster([Student("k", "Kurt"), Student("5", "Emmy Noether")])
    assert follow_roster(Roster(), now, "", "n", (zed, known)).moved == {"1002": "5"}


def test_what_somebody_was_called_is_known_also_when_the_same_roster_comes_again() -> None:
    before = Roster([ADA, KURT])
    own = [Student("1", "A. King", "ada@x.org"), Student("2", "Kurt Gödel")]
    for _ in range(3):
        before = follow_roster(before, Roster(own))
        assert before.list_meant("Ada Lovelace") == before.list_meant("51") == ["1"]


def test_a_worksheet_with_other_numbers_is_taken_for_that_of_another_assignment() -> None:
    other = Roster([moodle("61", "Ada Lovelace", "ada@x.org"), KURT])
    said = (
        r"n has other numbers .* 1 students \(Ada Lovelace \(51\) is 61 there\): is it of another"
    )
    with pytest.raises(ValueError, match=said):
        follow_roster(Roster([ADA, KURT]), other, name="n")
    assert follow_roster(Roster([ADA, KURT]), other, "whole").moved == {"51": "61"}


def test_a_table_without_ids_gives_nobody_another_one() -> None:
    own = [Student("ada@x.org", "A. King", "ada@x.org"), Student("new@x.org", "Emmy", "new@x.org")]
    after = follow_roster(Roster([ADA], possible={"ps1": "4"}), Roster(own), name="own.csv")
    assert (list(after.students), after.moved) == (["51", "new@x.org"], {})
    assert (after.platform, after.possible) == ("moodle", {"ps1": "4"})
    assert after.notes == ["own.csv has no ids: 1 who are known by address or name keep theirs"]


@pytest.mark.parametrize("extent", ["", "whole"])
def test_where_nobody_can_say_who_is_who_all_stays_as_it_was(extent: str) -> None:
    before = Roster([ADA, ANN, ANNE])
    own = [Student("1", "Ada Lovelace"), Student("3", "Ann"), Student("4", "Ann")]
    said = (
        r"own\.csv must say who is who, and leaves it open \(Ann \(53\) may be Ann \(3\), Ann "
        r"\(4\); Ann \(54\) may be .*\): write the ids that they had into a column id$"
    )
    with pytest.raises(ValueError, match=said):
        follow_roster(before, Roster(own), extent, "own.csv", at_stake={"53", "54"})
    own[1] = Student("3", "Ann", "ann@x.org")
    own[2] = Student("54", "Ann")
    moved = follow_roster(before, Roster(own), extent, at_stake={"53", "54"}).moved
    assert moved == {"51": "1", "53": "3"}


def test_a_roster_in_which_nobody_is_known_again_takes_the_place_of_none_who_has_work() -> None:
    before, other = Roster([ADA, KURT]), Roster([Student("1", "Emmy")])
    with pytest.raises(ValueError, match="must be of this class, and nobody of the last roster"):
        follow_roster(before, other, "whole", at_stake={"52"})
    assert list(follow_roster(before, other, "whole").students) == ["1"]
    after = follow_roster(before, Roster([Student("1", "Ada Lovelace")]), "whole", "n", (), {"52"})
    assert after.notes[-1] == "not on n, but kept with what they have: Kurt Gödel"


def test_everything_of_a_student_goes_to_the_new_id_and_stays_there(tmp_path: Path) -> None:
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        for student in ("1", "2"):
            store.add_entries([Entry(student, f"N{student}", f"{student}.ipynb", student, "c.zip")])
            store.add_override(Override(student, NAME, float(student), "a talk", "2026-11-29"))
        store.add_override(Override("1", "x/y", 1.0, "only this one", "2026-11-29"))
        store.keep_problems("c.zip", [["a.pdf", "1", "is a PDF"]])
        store.move_students({"1": "2", "2": "3"})
    with open_store(tmp_path / "out", SETTINGS) as store:
        assert [(one.student, one.name) for one in store.entries.values()] == [
            ("2", "N1"), ("3", "N2"),
        ]  # fmt: skip
        marks = {(one.student, one.exercise, one.points) for one in list_overrides(store)}
        assert marks == {("2", NAME, 1.0), ("3", NAME, 2.0), ("2", "x/y", 1.0)}
        assert store.problems == {"c.zip": [["a.pdf", "2", "is a PDF"]]}
        assert [one.id for one in list_strangers(store, Roster([Student("2")]))] == ["3"]


@pytest.mark.parametrize("stop", range(1, 5))
def test_a_change_of_ids_that_was_stopped_anywhere_is_made_once(
    stop: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Roster([Student("1", "Ada"), Student("2", "Kurt")])
    now = [Student("1", "Emmy"), Student("2", "Ada"), Student("3", "Kurt")]
    out, times = tmp_path / "out", 0
    with open_store(out, SETTINGS, make=True) as store:
        keep_class(store, ASSIGNMENT, before)
        for key, one in before.students.items():
            store.add_entries([Entry(key, one.name, f"{key}.ipynb", key, "c.zip")])
            store.add_override(Override(key, NAME, float(key), "a talk", "2026-11-29"))

    def stop_at(*where: object) -> None:
        nonlocal times
        times += 1
        if times == stop:
            raise KeyboardInterrupt

    append, write = Lines.append, reports._write
    for again in range(3):
        with open_store(out, SETTINGS) as store, monkeypatch.context() as patch:
            after = follow_roster(load_roster(out), Roster(now), name="n")
            if not again:
                patch.setattr(Lines, "append", lambda *a: (stop_at(), append(*a)))
                patch.setattr(reports, "_write", lambda *a: (stop_at(), write(*a)))
            with suppress(KeyboardInterrupt):
                keep_class(store, ASSIGNMENT, after)
    assert times == min(stop, 3)
    with open_store(out, SETTINGS) as store:
        assert {(one.student, one.name) for one in store.entries.values()} == {
            ("2", "Ada"), ("3", "Kurt"),
        }  # fmt: skip
        marks = {(one.student, one.points) for one in list_overrides(store)}
        assert marks == {("2", 1.0), ("3", 2.0)}


def test_problems_of_an_older_version_go_to_the_new_id(tmp_path: Path) -> None:
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        row = "download,file,student,why\nc.zip,a.pdf,51,is a PDF\n"
        (store.folder / "problems.csv").write_text(row)
        after = follow_roster(Roster([ADA]), Roster([Student("1", "Ada Lovelace")]))
        keep_class(store, ASSIGNMENT, after)
        assert store.problems == {"c.zip": [["a.pdf", "1", "is a PDF"]]}
        reports.write_problems(store.folder, "d.zip", [], store)
        assert "a.pdf,1,is" in (store.folder / "problems.csv").read_text()
    with open_store(tmp_path / "out", SETTINGS) as store:
        assert store.problems["c.zip"] == [["a.pdf", "1", "is a PDF"]]


def test_the_page_of_an_id_of_before_goes_also_after_a_stop(tmp_path: Path) -> None:
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        reports.write_reports(store.folder, ASSIGNMENT, store, Roster([ADA]))
        keep_class(store, ASSIGNMENT, Roster([Student("1", "Ada Lovelace")], moved={"51": "1"}))
    with open_store(tmp_path / "out", SETTINGS) as store:
        reports.write_reports(store.folder, ASSIGNMENT, store, load_roster(store.folder))
        assert [one.name for one in (store.folder / "feedback").glob("*1.html")] == ["1.html"]


def test_ids_that_go_back_and_forth_are_followed_each_time(tmp_path: Path) -> None:
    lists = [
        [Student("1", "Ada"), Student("2", "Kurt")],
        [Student("1", "Kurt"), Student("2", "Ada")],
    ]
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        store.add_override(Override("1", NAME, 1.0, "a talk", "2026-11-29"))
        for n in range(4):
            roster = follow_roster(load_roster(store.folder), Roster(lists[n % 2]))
            keep_class(store, ASSIGNMENT, roster)
            assert [one.student for one in list_overrides(store)] == [str(1 + n % 2)]


def test_of_two_marks_by_hand_that_meet_the_later_one_holds(tmp_path: Path) -> None:
    for earlier, held in ((True, 2.0), (False, 1.0)):
        with open_store(tmp_path / str(earlier), SETTINGS, make=True) as store:
            given = "2026-11-28" if earlier else "2026-11-30"
            store.add_override(Override("1", NAME, 1.0, "a talk", given))
            store.add_override(Override("2", NAME, 2.0, "a talk", "2026-11-29"))
            store.move_students({"1": "2"})
            assert [(one.student, one.points) for one in list_overrides(store)] == [("2", held)]


def test_a_platform_gets_nobody_twice(tmp_path: Path) -> None:
    with open_store(tmp_path / "out", SETTINGS, make=True) as store:
        for n, student in enumerate(("1", "51")):
            path = f"Ada_51_assignsubmission_file/{n}.ipynb"
            store.add_entries([Entry(student, "Ada", path, f"f{n}", f"{n}.zip")])
        for roster in (Roster(), Roster([Student("1", "Ada")])):
            lines = make_gradebook(ASSIGNMENT, store, roster)
            with pytest.raises(ValueError, match=r"once, .* \(51 is Ada \(1\) and Ada \(51\)\)"):
                check_platform("moodle", roster, lines)
        check_platform("csv", roster, lines)
        store.move_students({"1": "51"})
        lines = make_gradebook(ASSIGNMENT, store, Roster())
        check_platform("moodle", Roster(), lines)
        assert b"Participant 51,Ada" in write_export("moodle", ASSIGNMENT, lines, Roster())
