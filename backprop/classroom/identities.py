"""Who is who in a class and in a new roster: by id, by address, or by a name that nobody shares."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from backprop.classroom.attribution import is_name_of
from backprop.classroom.roster import Roster, Student, fold_name
from backprop.classroom.store import Store

__all__ = ["Identities", "identify", "list_strangers"]

Pairs = Iterator[tuple[str, str]]


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
    for pair in (_pair_numbers, _pair_addresses, _pair_ids, _pair_names, _pair_mended):
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


def _pair_addresses(known: Sequence[Student], roster: Roster, strangers: bool) -> Pairs:
    return _pair(known, roster, lambda one: one.email)


def _pair_ids(known: Sequence[Student], roster: Roster, strangers: bool) -> Pairs:
    """Pair by the id, where the names agree: it may be that of another list by chance."""
    for one in known:
        if one.id in roster.students and is_name_of(one.name, roster.students[one.id]):
            yield one.id, one.id


def _pair_names(known: Sequence[Student], roster: Roster, strangers: bool) -> Pairs:
    return _pair(known, roster, lambda one: one.name)


def _pair_mended(known: Sequence[Student], roster: Roster, strangers: bool) -> Pairs:
    """Pair by the id in a list of one's own, where a name may have been mended."""
    for one in known:
        other = roster.students.get(one.id)
        if other and not strangers and one.platform == other.platform:
            yield one.id, one.id


def _pair(known: Sequence[Student], roster: Roster, word: Callable[[Student], str]) -> Pairs:
    """Pair those of whom a word is the only one here and there."""
    here = Counter(fold_name(word(one)) for one in known)
    for one in known:
        meant = roster.list_meant(word(one))
        if len(meant) == 1 and here[fold_name(word(one))] == 1:
            yield one.id, meant[0]


def _list_doubtful(
    left: Sequence[Student], roster: Roster, taken: Collection[str], strangers: bool
) -> dict[str, list[str]]:
    """List who may be somebody of a roster, by a name that is not the only one or not quite it."""
    by_word: dict[str, list[Student]] = defaultdict(list)
    for key, other in roster.students.items():
        for word in fold_name(other.name).split() if key not in taken else ():
            by_word[word].append(other)
    doubtful: dict[str, list[str]] = {}
    for one in left:
        near = [other for word in fold_name(one.name).split() for other in by_word[word]]
        alike = {other.id for other in near if _may_be(one, other, strangers)}
        same = {one.id} & set(roster.students)  # of somebody else
        if alike or same:
            doubtful[one.id] = sorted(alike | same)
    return doubtful


def _may_be(one: Student, other: Student, strangers: bool) -> bool:
    """Return whether a name may be that of a student with another id."""
    if fold_name(one.name) == fold_name(other.name):
        return True
    # Whoever has another id in a table of the same kind, and another name, is somebody else.
    differ = one.email and other.email  # else the address would have told
    return (strangers or one.platform != other.platform) and (
        not differ and is_name_of(one.name, other)
    )


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
    for entry in store.received.values():
        names[entry.student] = entry.name or names.get(entry.student, "")
    return [Student(key, name) for key, name in names.items() if key not in roster.students]
