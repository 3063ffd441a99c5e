"""What can be wrong with the lines of code that readers find and mend."""

from backprop.course.lint.complaints import Desk
from backprop.course.mending import Mending

__all__ = ["inspect_lines", "list_line_texts"]


def list_line_texts(exercise: Mending) -> dict[str, str]:
    """List what is said of lines.

    Returns
    -------
    dict of str to str
        Each text in light Markdown, under a name for whoever mends it.
    """
    about = {f"explanation of the line {line!r}": text for line, text in exercise.suspects.items()}
    return {"explanation of the fault": exercise.because, **about}


def inspect_lines(exercise: Mending, desk: Desk) -> None:
    """Check that the lines which an exercise names are those of its code.

    Parameters
    ----------
    exercise : Mending
        What the file makes, whole enough to be shown.
    desk : Desk
        Takes the complaints.
    """
    known = len(desk.complaints)
    for kind, lines in (("fault", exercise.fault), ("suspects", exercise.suspects)):
        for line in lines:
            try:
                exercise.find_line(line)
            except ValueError as error:
                desk.complain(kind, str(error), "Copy it as it stands, without its comment.")
    for line in {line.strip() for line in exercise.fault} & set(exercise.suspects):
        desk.complain("suspects", f"{line!r} is the fault itself", "Suspects are right.")
    if len(exercise.suspects) < 2:
        desk.complain(
            "suspects", "fewer than two lines are explained",
            'suspects={"a line as it stands": "Why it is right."}',
        )  # fmt: skip
    if len(desk.complaints) == known:
        _compare_with_reference(exercise, desk)


def _compare_with_reference(exercise: Mending, desk: Desk) -> None:
    """Check that all other lines stand in the reference, too, in the same order."""
    right = iter(
        [line.strip() for line in exercise.source(exercise.reference_function).split("\n")]
    )
    faults = set(map(exercise.find_line, exercise.fault))
    for number, line in enumerate(exercise.lines, start=1):
        if number not in faults and line not in right:
            desk.complain(
                "reference",
                f"it changes line {number}, {line!r}, which is not named as the fault",
                "Plant one fault, name its line, and mend that line alone.",
            )
            return
