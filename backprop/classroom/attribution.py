"""Whose a file is: the number and the name on it, and whom the roster knows by them.

Moodle and Canvas write both on every file. The number is one of their own: it stands in the table
that the same platform gives, and says whose a file is for certain. In any other roster a student
may have this number by chance, as the id of an office or of a list. There the name decides.
"""

import re
from typing import NamedTuple

from backprop.classroom.roster import Roster, Student, fold_name

__all__ = ["Attribution", "attribute_file", "is_name_of"]

_BLIND = re.compile(r"\D+ \d+")  # "Participant 5", where Moodle hides names
_PLATFORMS = {"moodle": "Moodle", "canvas": "Canvas"}


class Attribution(NamedTuple):
    """Whose a file is.

    Attributes
    ----------
    student : Student or None
        Who on the roster.
    id, name : str
        Under which it is graded.
    why : str
        What is odd about it; empty where nothing is.
    """

    student: Student | None
    id: str
    name: str
    why: str = ""


def attribute_file(layout: str, number: str, name: str, roster: Roster) -> Attribution:
    """Say whose a file is.

    Parameters
    ----------
    layout : str
        Who made the download; see `LAYOUTS`.
    number, name : str
        What it bears; files in folders have one word, which is the number here.
    roster : Roster
        Who is in the class.

    Examples
    --------
    >>> roster = Roster([Student("12", "Kurt Gödel"), Student("13", "Ada Lovelace")])
    >>> found = attribute_file("moodle", "12", "Ada Lovelace", roster)
    >>> found.id, found.why.partition(":")[0]
    ('13', 'is from Ada Lovelace by its name, but 12 on it is also the id of Kurt Gödel')
    """
    numbered, named = roster.list_meant(number), roster.list_meant(name)
    if number in roster.students and roster.students[number].platform == layout:
        found = _credit(roster, number, name)
        if named and number not in named:
            why = f"is from {_call(roster, number)} by its number, but bears the name of "
            return found._replace(why=f"{why}{_call(roster, *named)}: graded as {number}")
        return found
    before = [one for one in named if number in roster.students[one].aliases]
    if len(before) == 1:  # the number was theirs on an earlier roster
        return _credit(roster, before[0], name)
    meant = [one for one in numbered if one in named] if numbered and named else numbered or named
    if numbered and named and not meant:
        return _settle(layout, number, name, roster)
    if len(meant) != 1:
        return Attribution(None, number, name, _describe_stranger(number, name, meant, roster))
    if not named and not is_name_of(name, roster.students[meant[0]]):
        other = _call(roster, *numbered)
        return _refuse_number(number, name, f"{name}, who is not on the roster", other, layout)
    return _credit(roster, meant[0], name)


def _credit(roster: Roster, identifier: str, name: str) -> Attribution:
    student = roster.students[identifier]
    return Attribution(student, student.id, student.name or name)


def _describe_stranger(number: str, name: str, meant: list[str], roster: Roster) -> str:
    if not roster.students:
        return ""
    where = f"on the roster more than once ({', '.join(meant)})" if meant else "not on the roster"
    return f"is from {name or number}, who is {where}: graded as {number}"


def _settle(layout: str, number: str, name: str, roster: Roster) -> Attribution:
    """Settle a file whose number and name are of different students: by the name, if one has it."""
    named, other = roster.list_meant(name), _call(roster, *roster.list_meant(number))
    if len(named) > 1:
        return _refuse_number(number, name, f"one of {', '.join(named)} by its name", other, layout)
    why = (
        f"is from {_call(roster, *named)} by its name, but {number} on it is also the id of "
        f"{other}: graded as {named[0]}, because the number is {_PLATFORMS[layout]}'s own. If that "
        f"is wrong, give the table of {_PLATFORMS[layout]} as --roster"
    )
    return _credit(roster, named[0], name)._replace(why=why)


def _refuse_number(number: str, name: str, who: str, other: str, layout: str) -> Attribution:
    """Credit a file to nobody on the roster: the number may be somebody else's by chance."""
    kept = f"{name}_{number}"
    why = (
        f"is from {who}, but {number} on it is the id of {other}: graded as {kept}. Give the table "
        f"of {_PLATFORMS[layout]} as --roster, or write the names in yours as they are there"
    )
    return Attribution(None, kept, name, why)


def _call(roster: Roster, *identifiers: str) -> str:
    return ", ".join(roster.students[one].name or one for one in identifiers)


def is_name_of(name: str, student: Student) -> bool:
    """Return whether a name may be that of a student, as far as anybody can see.

    Words may be missing, such as that of a group, or be initials; Canvas writes none apart.

    Examples
    --------
    >>> is_name_of("Group A-Gödel, K.", Student("12", "Kurt Gödel"))
    True
    """
    if not fold_name(student.name) or not fold_name(name) or _BLIND.fullmatch(name):
        return True
    ours, theirs = fold_name(student.name).split(), fold_name(name).split()
    if len(theirs) == 1 and all(word in theirs[0] for word in ours):
        return True
    return any(
        all(any(_begins(word, other) for other in others) for word in words)
        for words, others in ((ours, theirs), (theirs, ours))
    )


def _begins(word: str, other: str) -> bool:
    return word.startswith(other) or other.startswith(word)
