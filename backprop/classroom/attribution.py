"""Whose a file is: the number and the name on it, and whom the roster knows by them.

Moodle and Canvas write both on every file. The number is one of their own: it stands in the table
that the same platform gives, and says whose a file is for certain. In any other roster a student
may have this number by chance, as the id of an office or of a list. There the name decides, as long
as it is that of one number: two numbers of a platform are two people, whatever they are called.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Set
from typing import NamedTuple

from backprop.classroom.roster import Roster, Student, fold_name

__all__ = ["Attribution", "Attributor", "attribute_file", "is_name_of", "is_of_another"]

_BLIND = re.compile(r"\D+ \d+")  # "Participant 5", where Moodle hides names
# What browsers and systems add to the name of a file that is there already.
_COPY = re.compile(r"(?: - (?:Copy|Kopie))? ?\(\d+\)$| - (?:Copy|Kopie)$", re.I)
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
    namesake : str
        The id of the one on the roster who has this name, and may be somebody else.
    """

    student: Student | None
    id: str
    name: str
    why: str = ""
    namesake: str = ""


class Attributor:
    """Says whose files are, and knows who else bears the same name.

    Parameters
    ----------
    layout : str
        Who made the download; see `LAYOUTS`.
    roster : Roster
        Who is in the class.
    owners : iterable of (str, str)
        The numbers and names on all files that are known, of this download and of others.

    Examples
    --------
    >>> roster = Roster([Student("1", "Ada Lovelace")])
    >>> one = Attributor("moodle", roster, [("51", "Ada Lovelace")])
    >>> two = Attributor("moodle", roster, [("51", "Ada Lovelace"), ("52", "Ada Lovelace")])
    >>> [each.attribute("51", "Ada Lovelace").id for each in (one, two)]
    ['1', '51']
    """

    def __init__(self, layout: str, roster: Roster, owners: Iterable[tuple[str, str]]) -> None:
        self.layout, self.roster = layout, roster
        # By student, the numbers that are theirs: for certain, and by the name alone.
        self._sure, self._named = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        every = set(owners)
        self._words = {number for number, _ in every}
        for number, name in every if layout in _PLATFORMS else ():
            found = attribute_file(layout, number, name, roster).student
            if found:
                known = self._sure if number in (found.id, *found.aliases) else self._named
                known[found.id].add(number)

    def attribute(self, number: str, name: str) -> Attribution:
        """Say whose a file is that bears this number and this name."""
        found = attribute_file(self.layout, self._strip_copy(number), name, self.roster)
        one = found.student
        if one is None or number not in self._named[one.id]:
            return found
        rivals = (self._sure[one.id] or self._named[one.id]) - {number}
        if not rivals:
            return found
        others, who = ", ".join(sorted(rivals)), _call_one(one)
        platform = _PLATFORMS[self.layout]
        kept = number if number not in self.roster.students else f"{name}_{number}"
        if self._sure[one.id]:
            why = (
                f"is from {name}, whose number in {platform} is {number}, and {who} on the roster "
                f"is {others} there: graded as {kept}"
            )
        else:
            why = (
                f"is from {name}, whose number in {platform} is {number}, and other files are from "
                f"{others} of the same name. The roster has one, {who}, and it cannot "
                f"be known which of them is meant: graded as {kept}"
            )
        way = f". Give the table of {platform} as --roster, or write its numbers into a column id"
        return Attribution(None, kept, name, why + way, one.id)

    def _strip_copy(self, word: str) -> str:
        """Leave out what a browser adds to the name of a second file, if the rest names anybody."""
        plain = _COPY.sub("", word)
        if plain == word or not plain or self.layout in _PLATFORMS or self.roster.list_meant(word):
            return word
        return plain if plain in self._words or self.roster.list_meant(plain) else word


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
    every = roster.list_meant(name)
    if number in roster.students and roster.students[number].platform == layout:
        found = _credit(roster, number, name)
        if every and number not in every:
            why = f"is from {_call(roster, number)} by its number, but bears the name of "
            return found._replace(why=f"{why}{_call(roster, *every)}: graded as {number}")
        return found
    before = [one for one in every if number in roster.students[one].aliases]
    if len(before) == 1:  # the number was theirs on an earlier roster
        return _credit(roster, before[0], name)
    # Whoever stands in the table of this platform has the number that stands there, and no other.
    numbered, named = (
        [one for one in meant if roster.students[one].platform != layout]
        for meant in (roster.list_meant(number), every)
    )
    if every and not named:
        return _refuse_name(layout, number, name, every, roster)
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


def _refuse_name(
    layout: str, number: str, name: str, every: list[str], roster: Roster
) -> Attribution:
    """Credit a file to nobody on the roster: who has the name there has another number."""
    kept = number if number not in roster.students else f"{name}_{number}"
    who = ", ".join(_call_one(roster.students[one]) for one in every)
    platform = _PLATFORMS[layout]
    why = (
        f"is from {name}, whose number {number} is not in the table of {platform}, where {who} has "
        f"another one: graded as {kept}. Give the newest table of this assignment as --roster"
    )
    return Attribution(None, kept, name, why, every[0])


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


def _call_one(one: Student) -> str:
    return f"{one.name} ({one.id})" if one.name not in ("", one.id) else one.id


def is_of_another(own: Set[tuple[str, str]], theirs: Set[tuple[str, str]]) -> bool:
    """Return whether two downloads are of two assignments, by the numbers and names on their files.

    Each assignment of Moodle calls everybody by other numbers. Where several names are on both, and
    none of them with the same number, these are the same people, and their numbers say nothing.

    Examples
    --------
    >>> first = {("51", "Ada"), ("52", "Kurt")}
    >>> is_of_another({("71", "Ada"), ("72", "Kurt")}, first)
    True
    >>> is_of_another({("71", "Ada"), ("52", "Kurt")}, first)
    False
    """
    shared = {name for _, name in own} & {name for _, name in theirs}
    return len(shared) > 1 and not any(name in shared for _, name in own & theirs)


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
