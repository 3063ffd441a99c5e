"""Find and mend: a check of gradients that lets half of the wrong ones pass."""

import numpy as np

from backprop.course import Mending

exercise = Mending(
    title="A check that finds nothing",
    statement=r"""
    This function checks a gradient: `claimed` and `measured` are arrays of slopes, by a backward
    pass and by nudging. It should count the entries that disagree: those that differ by more than
    `tolerance` times the larger of the two sizes.

    It has been in use for a while, and it has found several faults. Then somebody claimed slopes of
    0, and the check found nothing. One line is at fault. Which one? Name it, and mend the function.
    """,
    returns=["count"],
    practises=["finding a fault in a check", "relative error"],
    minutes=5,
    fault="difference = claimed[i] - measured[i]",
    because="""
    A claimed slope that is too *small* gives a negative difference, and a negative number is below
    every tolerance. The size of the difference is what counts: `abs(claimed[i] - measured[i])`.
    """,
    suspects={
        "count = 0": """
            The count begins at 0, once, before the loop.""",
        "size = max(abs(claimed[i]), abs(measured[i]))": """
            The larger of the two sizes, as the statement says.""",
        "if difference > tolerance * size:": """
            The tolerance is relative, so it is multiplied by the size of the slopes.""",
        "count += 1": """
            One more entry that disagrees.""",
    },
    hints=[
        "Try it in your head with claimed 0 and measured 5. What is `difference`?",
        "It is −5, and −5 is not above any tolerance. But by how much do the two differ?",
        "Take the size of the difference: `abs(...)`.",
    ],
    why="""
    A check is a program, and it can be wrong like any other. This one worked for half of all
    faults, those that make a slope too large. So try a check on a gradient of which you know that
    it is wrong, in both directions, before you believe it.
    """,
    fixed=[
        (np.array([0.0]), np.array([5.0]), 0.01),
        (np.array([2.0, 3.0]), np.array([2.0, 4.0]), 0.01),
        (np.array([2.0, 5.0]), np.array([2.0, 4.0]), 0.01),
        (np.array([-2.0, -3.0, 1.0]), np.array([-2.0, -2.5, -1.0]), 0.01),
        (np.array([100.0, -100.0]), np.array([99.0, -99.0]), 0.05),
    ],
)


@exercise.faulty
def count_wrong_entries(claimed, measured, tolerance):
    count = 0
    for i in range(len(claimed)):
        difference = claimed[i] - measured[i]
        size = max(abs(claimed[i]), abs(measured[i]))
        if difference > tolerance * size:
            count += 1
    return count


@exercise.reference
def count_wrong_entries(claimed, measured, tolerance):
    count = 0
    for i in range(len(claimed)):
        difference = abs(claimed[i] - measured[i])
        size = max(abs(claimed[i]), abs(measured[i]))
        if difference > tolerance * size:
            count += 1
    return count


@exercise.inputs
def _(rng):
    n = int(rng.integers(3, 7))
    measured = rng.choice([-1, 1], size=n) * rng.integers(2, 40, size=n) / 4
    factors = rng.choice([1.0, 1.0005, 0.9995, 0.5, 1.5, -1.0, 0.0], size=n)
    return measured * factors, measured, float(rng.choice([0.01, 0.05]))


def _count(claimed, measured, differs):
    return int(np.sum(differs(claimed, measured, np.maximum(abs(claimed), abs(measured)))))


@exercise.misconception(
    """
    You turned the difference round. Now the check misses slopes that are too *large*, where it
    missed those that are too small.
    """
)
def turned_round(claimed, measured, tolerance):
    return _count(claimed, measured, lambda c, m, size: m - c > tolerance * size)


@exercise.misconception(
    """
    You took the sizes first and then the difference, so a slope with the wrong sign passes: 2 and
    −2 have the same size. Take the difference first, and then its size.
    """
)
def difference_of_sizes(claimed, measured, tolerance):
    return _count(claimed, measured, lambda c, m, size: abs(abs(c) - abs(m)) > tolerance * size)


@exercise.misconception(
    """
    You count every entry that is not exactly equal. But a measured slope is never equal to the last
    digit: the tolerance has to stay.
    """
)
def exactly_equal(claimed, measured, tolerance):
    return _count(claimed, measured, lambda c, m, size: c != m)


@exercise.misconception(
    """
    Your count is that of the entries that *agree*. Asked for are those that differ by more than the
    tolerance.
    """
)
def counts_agreement(claimed, measured, tolerance):
    return _count(claimed, measured, lambda c, m, size: abs(c - m) <= tolerance * size)


@exercise.misconception(
    """
    You took away the size, so that the tolerance is an absolute one. Then two large slopes that
    agree to one in a hundred count as different, as in the last example that is shown.
    """
)
def absolute_tolerance(claimed, measured, tolerance):
    return _count(claimed, measured, lambda c, m, size: abs(c - m) > tolerance)
