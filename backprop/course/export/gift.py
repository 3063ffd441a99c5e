"""GIFT: one question a paragraph."""

from collections.abc import Iterator, Sequence

from backprop.course.export.items import (
    Chosen,
    Counted,
    Item,
    Notes,
    Ordered,
    format_number,
    join_category,
    share_weights,
)

__all__ = ["write_gift"]

# A backslash first: otherwise GIFT reads \n of \nabla as the end of a line.
_ESCAPED = {"\\": "\\\\", **{mark: f"\\{mark}" for mark in "~=#{}:"}, "\n": "\\n", "\r": ""}
_TABLE = str.maketrans(_ESCAPED)


def write_gift(items: Sequence[Item], notes: Notes) -> str:
    """Write questions as GIFT; add to the notes what it cannot hold."""
    if any(item.shared.hint for item in items):
        notes.append("GIFT has no hints: they are left out")
    written = []
    before = None
    for item in items:
        if item.shared.category != before:
            before = item.shared.category
            written.append(f"$CATEGORY: {join_category(before)}")
        if isinstance(item, Ordered):
            notes.append(f"{item.shared.id}: steps to be ordered; in GIFT, matched with places")
        answers = "\n".join(f"\t{line}" for line in _write_answers(item))
        shared = item.shared
        general = f"\t####{shared.reasoning.translate(_TABLE)}\n" if shared.reasoning else ""
        name, text = (part.translate(_TABLE) for part in (shared.id, shared.text))
        written.append(f"::{name}::[html]{text}{{{_OPEN[type(item)]}\n{answers}\n{general}}}")
    return "\n\n".join(written) + "\n"


_OPEN: dict[type, str] = {Chosen: "", Counted: "#", Ordered: ""}


def _write_answers(item: Item) -> Iterator[str]:
    if isinstance(item, Counted):
        tolerance = format_number(item.tolerance)
        yield f"={format_number(item.value)}:{tolerance}#{item.because.translate(_TABLE)}"
        for value, because in item.slips:
            yield f"=%0%{format_number(value)}:{tolerance}#{because.translate(_TABLE)}"
    elif isinstance(item, Ordered):
        for place, step in enumerate(item.steps, start=1):
            yield f"={step.translate(_TABLE)} -> {place}"
    else:
        for answer, weight in zip(item.answers, share_weights(item), strict=True):
            percent = f"{weight:.5f}".rstrip("0").rstrip(".")
            mark = ("=" if answer.right else "~") if item.single else f"~%{percent}%"
            said = f"{answer.text.translate(_TABLE)}#{answer.because.translate(_TABLE)}"
            yield f"{mark}{said}"
