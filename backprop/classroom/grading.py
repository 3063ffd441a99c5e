"""Grading submissions of other people: they compute behind walls, and are compared here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backprop.classroom.connection import ServerLostError, drop_server, find_server
from backprop.classroom.dialogue import LARGEST_FILE, Dialogue
from backprop.classroom.processes import end_if_stuck
from backprop.classroom.sheets import prepare_sheets

__all__ = ["LARGEST_FILE", "Key", "Submission", "grade"]

#: A dialogue ends after little more than the seconds of a submission, and what this process does
#: with it takes a moment. Whatever takes so many times as long, and seconds more, would never end.
_TIMES, _MORE = 3, 60


@dataclass(frozen=True)
class Submission:
    """What somebody hands in.

    Attributes
    ----------
    file : str
        The SHA-256 of `data`.
    data : bytes
        A notebook, as it was uploaded.
    """

    file: str
    data: bytes


@dataclass(frozen=True)
class Key:
    """What decides how submissions are graded.

    Attributes
    ----------
    assignment : dict
        What ``assignment.json`` holds; ``exercises`` and ``cells`` are read.
    seed : int
        From which hidden examples are drawn: the same for everybody.
    seconds, memory : int
        Time and megabytes of each submission.
    walls : str
        ``"namespaces"``, ``"landlock"``, ``"auto"`` for the strongest that this system has, or
        ``"none-i-trust-this-work"``.
    """

    assignment: dict[str, Any]
    seed: int
    seconds: int = 20
    memory: int = 1500
    walls: str = "auto"


def grade(batch: Sequence[Submission], key: Key) -> list[dict[str, Any]]:
    """Grade submissions.

    Parameters
    ----------
    batch : sequence of Submission
        In any order: no submission changes what another one gets.
    key : Key
        How.

    Returns
    -------
    list of dict
        One for each, as plain data: ``file``; ``exercises``, each with ``id``, ``state`` (solved,
        wrong, not attempted, not reached), ``message``, ``misconception``, ``exact``
        (every value is that of this wrong idea) and ``example``; ``notes``; ``ended``, in words;
        ``cpu`` in seconds; ``walls``.

    Raises
    ------
    OSError
        If this system has no such walls.
    """
    sheets = prepare_sheets(tuple(key.assignment["exercises"]), key.seed)
    cells = key.assignment.get("cells", [])
    results = []
    for submission in batch:
        for chance in (1, 2, 3):
            server = find_server(key.walls, key.memory, key.seconds + 2)
            try:
                with server.lock, end_if_stuck(_TIMES * key.seconds + _MORE):
                    dialogue = Dialogue(submission.data, cells, key.seconds, server, sheets)
                    results.append({"file": submission.file, **dialogue.hold()})
                break
            except ServerLostError:
                drop_server(server)
                if chance == 3:
                    raise
    return results
