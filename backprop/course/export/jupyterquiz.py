"""JupyterQuiz: a list in JSON."""

import json
from collections.abc import Sequence
from typing import Any

from backprop.course.export.items import Counted, Item, Notes, Ordered, choose_order

__all__ = ["write_jupyterquiz"]


def write_jupyterquiz(items: Sequence[Item], notes: Notes) -> str:
    """Write questions as JupyterQuiz reads them; add to the notes what it cannot hold."""
    if items:
        notes.append("JupyterQuiz has no hints and no full reasoning: both are left out")
    written = []
    for item in items:
        if isinstance(item, Ordered):
            notes.append(f"{item.shared.id}: steps to be ordered; there, a choice between orders")
            item = choose_order(item)
        if isinstance(item, Counted):
            written.append(_write_number(item))
        else:
            kind = "multiple_choice" if item.single else "many_choice"
            answers = [
                {"answer": answer.text, "correct": answer.right, "feedback": answer.because}
                for answer in item.answers
            ]
            written.append({"question": item.shared.text, "type": kind, "answers": answers})
    # JupyterQuiz opens the file in whatever encoding the system prefers: only ASCII is safe.
    return json.dumps(written, indent=1) + "\n"


def _write_number(item: Counted) -> dict[str, Any]:
    def around(value: float, correct: bool, because: str) -> dict[str, Any]:
        ends = [value - item.tolerance, value + item.tolerance]
        return {"type": "range", "range": ends, "correct": correct, "feedback": because}

    return {
        "question": item.shared.text,
        "type": "numeric",
        "answers": [
            around(item.value, True, item.because),
            *(around(value, False, because) for value, because in item.slips),
            {"type": "default", "feedback": item.otherwise},
        ],
    }
