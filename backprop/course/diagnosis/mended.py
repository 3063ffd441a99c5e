"""What the values of a mended function show beside those of the code with the fault.

Three functions are compared: the learner's, ours, and the faulty one that both of them started
from. Only this can tell a fault that is still there from one that came with the mending.
"""

from backprop.course.comparison import Comparison
from backprop.course.values import agree

__all__ = ["STILL_FAULTY", "describe_harm", "is_still_faulty"]

STILL_FAULTY = (
    "Your function still computes what the faulty one does, in every example: what you changed "
    "makes no difference to what it returns."
)


def is_still_faulty(returned: Comparison) -> bool:
    """Return whether a mended function computes the same as the code with the fault.

    Parameters
    ----------
    returned : Comparison
        The learner's values beside ours.

    Returns
    -------
    bool
        False where nothing was to be mended.
    """
    if returned.task.faulty is None:
        return False
    before = returned.compute(returned.task.faulty)
    return all(returned.agrees_with(before, j) for j in range(len(returned.names)))


def describe_harm(returned: Comparison) -> str:
    """Say in how many examples the code was right before it was mended, and is wrong now.

    Parameters
    ----------
    returned : Comparison
        The learner's values beside ours.

    Returns
    -------
    str
        A sentence; empty where there is no such example, or nothing was to be mended.
    """
    if returned.task.faulty is None:
        return ""
    before = returned.compute(returned.task.faulty)
    tolerance, results = returned.task.tolerance, range(len(returned.names))
    count = sum(
        all(agree(values[j], wanted[j], tolerance) for j in results)
        for values, wanted, wrong in zip(before, returned.wanted, returned.wrong, strict=True)
        if wrong and values is not None
    )
    if not count:
        return ""
    many = f"{count} of the {len(returned.cases)} examples"
    return f"In {many} the code was right before you mended it, and is wrong now."
