"""Lending: while a part of a series is checked, the grader computes our functions of parts before.

What a process is lent could tell it the answers of these parts. So no check of them counts in it
any more, and what is checked too late is checked once more in a process that was lent nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop.classroom.encoding import encode_value
from backprop.classroom.sheets import Sheet, check_arguments
from backprop.course.series import Part

__all__ = ["MOST_CALLS", "Lending"]

MOST_CALLS = 20_000  # of lent functions, in one check
_MOST_KEPT, _LONGEST_KEPT = 10_000, 4_096  # calls that are made once for all submissions
_LENT = b'["lent"'  # how a message begins that says what a function returned


@dataclass
class Lending:
    """What one process was lent, to check which parts, and which it asked to check too late."""

    lent: set[str] = field(default_factory=set)
    borrowers: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    _noted: set[tuple[str, str]] = field(default_factory=set)

    def note(self, function: str, borrower: str, sheets: Mapping[str, Sheet]) -> None:
        """Note what is lent: from now on no check of that part counts in this process."""
        if (function, borrower) in self._noted:
            return
        lent = {name for name, sheet in sheets.items() if sheet.exercise.name == function}
        if lent:  # else it is any word that a submission has sent
            self._noted.add((function, borrower))
            self.lent |= lent
            self.borrowers.add(borrower)

    @property
    def causes(self) -> set[str]:
        """What has to be left out so that what came too late can be checked.

        The last part that borrowed is never late itself, so there is one wherever any is late.
        """
        return self.borrowers - self.late if self.late else set()


def call_lent(sheet: Sheet, key: tuple[int, bytes], said: Mapping[str, Any], calls: int) -> bytes:
    """Call our function of an earlier part; return the message that says what it returns.

    What it returns is kept for all submissions. A refusal is not: it may be due to what this one
    did before.
    """
    exercise = sheet.exercise
    try:
        if calls > MOST_CALLS:
            raise ValueError(f"our functions were called {MOST_CALLS} times, and that is enough")
        if not isinstance(exercise, Part) or said["function"] not in exercise.earlier:
            raise ValueError(
                f"while {exercise.name} is checked, only our functions of the parts before it are "
                "lent, so write your own"
            )
        function = exercise.earlier[said["function"]]
        arguments = check_arguments(exercise, said["function"], said["arguments"])
        plain = ["lent", {"value": encode_value(function(*arguments))}]
    except Exception as error:
        text = f"{said['function']} cannot be called like this: {error}"
        plain = ["refused", {"text": text[:300]}]
    answer = json.dumps(plain).encode()
    short = len(key[1]) + len(answer) < _LONGEST_KEPT
    if answer.startswith(_LENT) and short and len(sheet.lent) < _MOST_KEPT:
        sheet.lent[key] = said["function"], answer
    return answer
