"""Who is who in a class and in a new roster: by id, by address, or by a name that nobody shares."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backprop.classroom.attribution import is_name_of
from backprop.classroom.owners import find_platform_id, recognise_layout
from backprop.classroom.roster import Roster, Student, fold_name
from backprop.classroom.store import Store

__all__ = ["Identities", "Stranger", "identify", "is_mended", "list_strangers"]

Pairs = Iterator[tuple[str, str]]
_COMMON = 50  # a word that more have in their names says of nobody who it is


@dataclass(frozen=True)
class Stranger(Student):
    """Somebody on no roster, known by what was handed in.

    Attributes
    ----------
    layout : str
        Which platform has given the number that is their id; empty where none has.
    """

    layout: str = ""

    @property
    def platform(self) -> str:
        """Which platform has given their id."""
        return self.layout


class Identities(NamedTuple):
    """Who somebody is in another roster.

    Attributes
    ----------
    found : dict of str to str
        For the id of each who was found, the id there.
    doubtful : dict of str to list of str
        For the id of each of whom it cannot be said, the ids of those who they may be.
    """

    found: dict[str, str]
    doubtful: dict[str, list[str]]


def identify(known: Iterable[Student], roster: Roster, *, strangers: bool = False) -> Identities:
    """Find students of a class in a roster that may call them by other ids.

    Parameters
    ----------
    known : iterable of Student
        Of the class.
    roster : Roster
        The new one.
    strangers : bool
        Whether they are on no roster yet, so that their ids were read from files.

    Examples
    --------
    >>> known = [Student("51", "Ada Lovelace"), Student("52", "Kurt"), Student("53", "Kurt")]
    >>> identify(known, Roster([Student("1", "Lovelace, Ada"), Student("2", "Kurt")]))
    Identities(found={'51': '1'}, doubtful={'52': ['2'], '53': ['2']})
    """
    left, found = list(known), dict[str, str]()
    for pair in (_pair_numbers, _pair_same, _pair_addresses, _pair_ids, _pair_names, _pair_mended):
        taken = set(found.values())
        pairs = pair(left, roster, strangers)
        found |= {old: new for old, new in pairs if new not in taken}
        left = [one for one in left if one.id not in found]
    return Identities(found, _list_doubtful(left, roster, set(found.values()), strangers))


# Each of these pairs the ids of those of whom it can say it, the surest first.


def _pair_numbers(known: Sequence[Student], roster: Roster, strangers: bool) -> Pairs:
    """Pair by the numbers of a platform, which are nobody else's."""
    for one in known:
        other = roster.students.get(one.id)
        if other and other.platform and (strangers or one.platform == other.platform):
            yield one.id, one.id


def _pair_same(known: Sequence[Student], roster: Roster, strangers: bool) -> Pairs:
    """Pair by id and name together, where nobody else has this name: an address may be a slip."""
    here = Counter(fold_name(one.name) for one in known)
    there = Counter(fold_name(one.name) for one in roster.students.values())
    for one in known:
        other, name = roster.students.get(one.id), fold_name(one.name)
        if not other or strangers or one.platform != other.platform or not name:
            continue
        if name == fold_name(other.name) and here[name] == there[name] == 1:
            yield one.id, one.id


def _pair_addresses(known: Sequence[Student], roster: Roster, strangers: bool) -> Pairs:
    return _pair(known, roster, lambda one: one.email)


def _pair_ids(known: Sequence[Student], roster: Roster, strangers: bool) -> Pairs:
    """Pair by the id, where the names agree: it may be that of another list by chance."""
    for one in known:
        if one.id in roster.students and is_name_of(one.name, roster.students[one.id]):
            yield one.id, one.id


def _pair_names(known: Sequence[Student], roster: Roster, strangers: bool) -> Pairs:
    """Pair by the names alone: the word may also be an id there, or begin an address."""
    pairs = _pair(known, roster, lambda one: one.name, is_name_of)
    platforms = {one.id: one.platform for one in known}
    for old, new in pairs:
        # A number on files and another one in the table of the same platform are two people.
        if not (strangers and platforms[old] and platforms[old] == roster.students[new].platform):
            yield old, new


def _pair_mended(known: Sequence[Student], roster: Roster, strangers: bool) -> Pairs:
    """Pair by the id in a list of one's own, where a letter of the name was mended."""
    for one in known:
        other = roster.students.get(one.id)
        same = other and not strangers and one.platform == other.platform
        if other and same and is_mended(one.name, other.name):
            yield one.id, one.id


def _pair(
    known: Sequence[Student],
    roster: Roster,
    word: Callable[[Student], str],
    agrees: Callable[[str, Student], bool] = lambda word, other: True,
) -> Pairs:
    """Pair those of whom a word is the only one here and there."""
    here = Counter(fold_name(word(one)) for one in known)
    for one in known:
        every = roster.list_meant(word(one))
        meant = [key for key in every if agrees(word(one), roster.students[key])]
        if len(meant) == 1 and here[fold_name(word(one))] == 1:
            yield one.id, meant[0]


def is_mended(name: str, other: str) -> bool:
    """Return whether a name differs from another by one letter: a figure tells two apart.

    Examples
    --------
    >>> is_mended("Kurt Goedel", "Gödel, Kurt"), is_mended("Group 1", "Group 2")
    (True, False)
    """
    one, two = fold_name(name), fold_name(other)
    if not one or not two or any(letter.isdigit() for letter in one + two):
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(one))
    at = min(at, len(two))
    ends = {(one[at + 1 :], two[at + 1 :]), (one[at + 1 :], two[at:]), (one[at:], two[at + 1 :])}
    return any(end == same for end, same in ends)


def _list_doubtful(
    left: Sequence[Student], roster: Roster, taken: Collection[str], strangers: bool
) -> dict[str, list[str]]:
    """List who may be somebody of a roster, by a name that is not the only one or not quite it."""
    free = [other for key, other in roster.students.items() if key not in taken]
    by_name, by_word = defaultdict[str, list[str]](list), defaultdict[str, list[Student]](list)
    for other in free:
        by_name[fold_name(other.name)].append(other.id)
        for word in set(fold_name(other.name).split()):
            by_word[word].append(other)
    doubtful: dict[str, list[str]] = {}
    for one in left:
        name = fold_name(one.name)
        found = [by_word.get(word, []) for word in set(name.split())]
        near = [other for others in found if len(others) <= _COMMON for other in others]
        alike = set(by_name.get(name, [])[:_COMMON]) if name else set()
        if strangers and one.platform:  # the number is known there, and is another one
            alike = {key for key in alike if roster.students[key].platform != one.platform}
        # Whoever has another id in a table of the same kind, and another name, is somebody else.
        alike |= {
            other.id
            for other in near
            if ((strangers and not one.platform) or one.platform != other.platform)
            and _may_be(one, other)
        }
        if one.id in roster.students:  # of somebody else
            alike.add(one.id)
        if alike:
            doubtful[one.id] = sorted(alike)
    return doubtful


def _may_be(one: Student, other: Student) -> bool:
    """Return whether a name may be that of a student with another id."""
    differ = one.email and other.email  # else the address would have told
    return not differ and is_name_of(one.name, other)


def list_strangers(store: Store, roster: Roster) -> list[Student]:
    """List who has handed in or was marked by hand, and is not on the roster.

    Parameters
    ----------
    store : Store
        What is kept of the class.
    roster : Roster
        The one that counts until now.
    """
    names = dict.fromkeys((one.student for one in store.overrides), "")
    layouts: dict[str, str] = {}
    for entry in store.received.values():
        names[entry.student] = entry.name or names.get(entry.student, "")
        layout = recognise_layout([tuple(entry.path.split("/"))])
        if layout != "folders" and find_platform_id(layout, [entry.path]) == entry.student:
            layouts[entry.student] = layout
    return [
        Stranger(key, name, layout=layouts.get(key, ""))
        for key, name in names.items()
        if key not in roster.students
    ]
