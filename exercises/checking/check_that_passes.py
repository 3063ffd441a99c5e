"""Find and mend: a check of gradients that lets half of the wrong ones pass."""

import numpy as np

from backprop.course import Mending

exercise = Mending(
    title="A check that finds nothing",
    statement=r"""
    This function checks a gradient: `claimed` and `measured` are arrays of slopes, by a backward
    pass and by nudging. It should return the largest relative error of all entries. (An entry that
    agrees counts as 0. So that two tiny slopes cannot make a large error out of rounding, no size
    counts as less than `floor`.)

    It has been in use for a while, and it has found several faults. Then somebody claimed slopes of
    0 where nudging measured 5, and the check returned 0. One line is at fault. Which one? Name it,
    and mend the function.
    """,
    returns=["worst"],
    practises=["finding a fault in a check", "relative error"],
    minutes=5,
    fault="difference = claimed[i] - measured[i]",
    because="""
    A claimed slope *below* the measured one gives a negative difference, and a negative number is
    never the largest. The size of the difference is what counts: `abs(claimed[i] - measured[i])`.
    """,
    suspects={
        "worst = 0.0": """
            No error yet: each one that is larger takes its place.""",
        "size = max(abs(claimed[i]), abs(measured[i]), floor)": """
            The larger of the two sizes, as in the chapter, and never less than the floor.""",
        "if difference / size > worst:": """
            Only an error that is larger than all before it is kept.""",
        "worst = difference / size": """
            It is kept as a relative error, as it was compared.""",
    },
    hints=[
        "Try it in your head with claimed 0 and measured 5. What is `difference`?",
        "It is −5, and −5 is not above `worst`. But how far apart are the two?",
        "Take the size of the difference: `abs(...)`.",
    ],
    why="""
    A check is a program, and it can be wrong like any other. This one worked for half of all
    faults, those that take a slope above the measured one. So try a check on a gradient of which
    you know that it is wrong, in both directions, before you believe it.
    """,
    fixed=[
        (np.array([0.0]), np.array([5.0]), 0.5),
        (np.array([2.0, 3.0]), np.array([2.0, 4.5]), 0.5),
        (np.array([2.0, 4.5]), np.array([2.0, 3.5]), 0.5),
        (np.array([-2.0, -4.5]), np.array([-2.0, -3.5]), 0.5),
        (np.array([-2.0, -3.5]), np.array([-2.0, -4.5]), 0.5),
        (np.array([3.0, 1.7, 2.0]), np.array([-2.6, 1.9, 2.0]), 0.5),
        (np.array([0.1, 0.3]), np.array([0.2, 0.3]), 0.7),
        (np.array([1.7, 3.0, 2.0]), np.array([1.9, -2.6, 2.0]), 0.5),
    ],
)


@exercise.faulty
def largest_error(claimed, measured, floor):
    worst = 0.0
    for i in range(len(claimed)):
        difference = claimed[i] - measured[i]
        size = max(abs(claimed[i]), abs(measured[i]), floor)
        if difference / size > worst:
            worst = difference / size
    return worst


@exercise.reference
def largest_error(claimed, measured, floor):
    worst = 0.0
    for i in range(len(claimed)):
        difference = abs(claimed[i] - measured[i])
        size = max(abs(claimed[i]), abs(measured[i]), floor)
        if difference / size > worst:
            worst = difference / size
    return worst


@exercise.inputs
def _(rng):
    n = int(rng.integers(3, 7))
    measured = rng.choice([-1, 1], size=n) * rng.integers(7, 40, size=n) / 7
    factors = rng.choice([1.0, 0.9, 1.1, 0.6, 1.7, -0.8], size=n)
    factors[rng.integers(n)] = rng.choice([0.6, 1.7])
    return measured * factors, measured, float(rng.choice([0.5, 0.3]))


def _relate(claimed, measured, floor):
    return (claimed - measured) / np.maximum(np.maximum(abs(claimed), abs(measured)), floor)


@exercise.misconception(
    """
    You turned the difference round. Now the check misses slopes that are too *large*, where it
    missed those that are too small.
    """
)
def turned_round(claimed, measured, floor):
    return float(max(0.0, np.max(-_relate(claimed, measured, floor))))


@exercise.misconception(
    """
    You took the sizes first and then the difference, so a slope with the wrong sign looks nearly
    right: 2 and −2 have the same size. Take the difference first, and then its size.
    """
)
def difference_of_sizes(claimed, measured, floor):
    return float(np.max(abs(_relate(abs(claimed), abs(measured), floor))))


@exercise.misconception(
    """
    What you return is the largest *absolute* error. It was to be relative: the difference is
    divided by the size.
    """
)
def absolute(claimed, measured, floor):
    return float(np.max(abs(claimed - measured)))


@exercise.misconception(
    """
    You return the error of the last entry that is wrong, and not the largest. The comparison with
    `worst` was right.
    """
)
def last_one(claimed, measured, floor):
    errors = abs(_relate(claimed, measured, floor))
    return float(errors[errors > 0][-1])


@exercise.misconception(
    """
    You add the errors up. Then a long list of slopes that are nearly right looks worse than a short
    one with a fault: the largest is asked for.
    """
)
def added_up(claimed, measured, floor):
    return float(np.sum(abs(_relate(claimed, measured, floor))))


@exercise.misconception(
    """
    You keep what is furthest *below* the measured slope, with its minus. What is to be compared is
    how far apart the two are, to whichever side.
    """
)
def furthest_below(claimed, measured, floor):
    return float(min(0.0, np.min(_relate(claimed, measured, floor))))


@exercise.misconception(
    """
    You took the size of each slope first. So a wrong sign goes unseen, 2 and −2 have the same size,
    and the difference of the sizes may still be negative. Take the difference first, and then its
    size.
    """
)
def sizes_subtracted(claimed, measured, floor):
    return float(max(0.0, np.max(_relate(abs(claimed), abs(measured), floor))))


@exercise.misconception(
    """
    A square has no sign, but it is no difference either: an error of a tenth becomes one of a
    hundredth. Take the size of the difference, with `abs`.
    """
)
def squared(claimed, measured, floor):
    size = np.maximum(np.maximum(abs(claimed), abs(measured)), floor)
    return float(np.max((claimed - measured) ** 2 / size))


@exercise.misconception(
    """
    The sizes are compared now, but what you keep has its sign still, and can be negative. Then the
    next error looks large beside it. Take `abs` once, where the difference is made.
    """
)
def sign_is_kept(claimed, measured, floor):
    worst = 0.0
    for error in _relate(claimed, measured, floor):
        if abs(error) > worst:
            worst = error
    return float(worst)


@exercise.misconception(
    """
    You find the right entry, but return its error with the sign, so that it may be below every
    tolerance. Take `abs` once, where the difference is made.
    """
)
def returned_with_its_sign(claimed, measured, floor):
    errors = _relate(claimed, measured, floor)
    return float(errors[np.argmax(abs(errors))])


@exercise.misconception(
    """
    You *add* the two sizes, so that slopes which agree have the largest error. `abs` belongs round
    the difference: `abs(claimed[i] - measured[i])`.
    """
)
def sizes_added(claimed, measured, floor):
    both = abs(claimed) + abs(measured)
    return float(np.max(both / np.maximum(np.maximum(abs(claimed), abs(measured)), floor)))


@exercise.misconception(
    """
    The difference is right now, but `floor` is gone from below the line. It was right: without it
    two tiny slopes make a large error out of rounding.
    """
)
def without_floor(claimed, measured, floor):
    size = np.maximum(abs(claimed), abs(measured))
    return float(np.max(abs(claimed - measured) / size))


@exercise.misconception(
    """
    The difference is right now, but below the line the sizes are gone: `max` of two negative slopes
    takes the one nearer to 0. That line was right.
    """
)
def sizes_gone_below(claimed, measured, floor):
    size = np.maximum(np.maximum(claimed, measured), floor)
    return float(np.max(abs(claimed - measured) / size))


@exercise.misconception(
    """
    The difference is right now, but you divide by the claimed slope alone. The line with the size
    was right: the larger of the two.
    """
)
def by_the_claimed(claimed, measured, floor):
    return float(np.max(abs(claimed - measured) / np.maximum(abs(claimed), floor)))
