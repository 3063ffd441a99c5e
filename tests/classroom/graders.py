"""Graders for tests of the desk: they look for a word in the file, and run nothing of it."""

import os
import re
import signal
import time
from collections.abc import Sequence
from typing import Any

from backprop.classroom.processes import end_if_stuck


def grade_words(batch: Sequence[Any], key: Any) -> list[dict[str, Any]]:
    """Call an exercise solved if the word `solved` and its name stand in the file."""
    results = []
    for submission in batch:
        text = submission.data.decode(errors="replace")
        if "slow" in text:
            time.sleep(0.3 * text.count("slow"))
        if "never ends" in text:
            with end_if_stuck(0.5):
                re.match("(a+)+$", "a" * 60 + "b")  # which no other thread can interrupt
        if "kill the worker" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "raise" in text:
            raise TypeError("a slip of ours")
        exercises = [
            {
                "id": name,
                "state": "solved" if f"solved {name}" in text else "wrong",
                "message": f"about {name}",
                "misconception": None,
                "example": [["b3", "1.0"], ["expected", "2.0"], ["yours", "3.0"]],
            }
            for name in key["exercises"]
        ]
        ended = "refused: it is damaged" if "damaged" in text else "finished"
        results.append(
            {"file": submission.file, "exercises": exercises, "notes": [], "ended": ended,
             "cpu": 0.001, "walls": "namespaces"}
        )  # fmt: skip
    return results
