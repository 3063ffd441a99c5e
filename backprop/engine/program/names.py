"""Names for what a program holds, each given once, whichever language the program is in."""

from __future__ import annotations

import re
from collections.abc import Iterable


class Names:
    """Gives names that nothing has yet.

    Parameters
    ----------
    taken : iterable of str
        What is no name for a result: words of the language, and what lines use for something else.

    Examples
    --------
    >>> names = Names(["for"])
    >>> names.new("w"), names.new("w"), names.new("w1"), names.new("w1"), names.new("for")
    ('w', 'w2', 'w1', 'w1_2', 'for2')
    >>> names.new("x + y"), names.new("2")
    ('x___y', 't2')
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._counts: dict[str, int] = {}

    def new(self, wish: str) -> str:
        """Return a name that nothing has yet, as near to a wish as can be."""
        clean = re.sub(r"\W", "_", wish, flags=re.ASCII)
        if not clean.strip("_") or clean[0].isdigit():
            clean = f"t{clean.strip('_')}"
        name = clean
        while name in self._taken:
            self._counts[clean] = number = self._counts.get(clean, 1) + 1
            name = f"{clean}_{number}" if clean[-1].isdigit() else f"{clean}{number}"
        self._taken.add(name)
        return name
