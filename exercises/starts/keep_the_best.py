"""Find and mend: many starts, of which all but the first are never used."""

import numpy as np

from backprop.course import Mending

exercise = Mending(
    title="Many starts, one result",
    statement=r"""
    The loss $(w^2 - 1)^2 + 0.3\,w$ has two hollows, and one of them is deeper. The function should
    descend it from each of several starts, and return the best place that a run has reached, with
    its loss. But more starts never make its result better. One line is at fault.

    Which one? Name it, and mend the function.
    """,
    returns=["best_w", "best_loss"],
    practises=["several starts", "local minimum"],
    minutes=10,
    fault="w = starts[0]",
    because="Each run begins at the first of the starts, so all of them are one and the same run.",
    suspects={
        "best_w, best_loss = None, np.inf": """
            Infinity is a good beginning here: whatever the first run reaches is lower.""",
        "for start in starts:": """
            One run for each start, as it should be.""",
        "w = w - 0.05 * (4 * w * (w**2 - 1) + 0.3)": """
            The slope of the loss is `4 * w * (w**2 - 1) + 0.3`, and the step goes against it.""",
        "if loss < best_loss:": """
            Lower is better. This line keeps the best, and throws away the rest.""",
        "best_w, best_loss = w, loss": """
            Both are kept together, so that the place belongs to its loss.""",
    },
    hints=[
        "With one start the result is right. What does the second run do differently from the "
        "first?",
        "The loop names the start of each run. Which line should use that name, and does not?",
        "Each run has to begin at its own `start`.",
    ],
    why=r"""
    Which hollow a run falls into is decided by its start. Of several runs one in the deeper hollow
    is enough, because we keep the best.
    """,
    fixed=[
        (np.array([-1.5]),),
        (np.array([1.5, -1.5]),),
        (np.array([-0.5, 0.5]),),
        (np.array([0.5, 1.0, 2.0]),),
        (np.array([1.0, -2.0, 0.5]),),
        (np.array([1.5, 0.5, 1.0, -1.0]),),
    ],
)


@exercise.faulty
def best_of_starts(starts):
    best_w, best_loss = None, np.inf
    for start in starts:
        w = starts[0]
        for step in range(10):
            w = w - 0.05 * (4 * w * (w**2 - 1) + 0.3)
        loss = (w**2 - 1) ** 2 + 0.3 * w
        if loss < best_loss:
            best_w, best_loss = w, loss
    return best_w, best_loss


@exercise.reference
def best_of_starts(starts):
    best_w, best_loss = None, np.inf
    for start in starts:
        w = start
        for step in range(10):
            w = w - 0.05 * (4 * w * (w**2 - 1) + 0.3)
        loss = (w**2 - 1) ** 2 + 0.3 * w
        if loss < best_loss:
            best_w, best_loss = w, loss
    return best_w, best_loss


@exercise.inputs
def _(rng):
    return (np.round(rng.uniform(-2.0, 2.0, size=int(rng.integers(2, 7))), 1),)


def _descend(start, direction=-1):
    w = start
    for _ in range(10):
        w = w + direction * 0.05 * (4 * w * (w**2 - 1) + 0.3)
        if abs(w) > 1e6:
            break
    return w, (w**2 - 1) ** 2 + 0.3 * w


@exercise.misconception(
    """
    What comes out is the run from the *last* start. Each run has to begin at its own start, and the
    comparison has to stay, because the last run need not be the best.
    """
)
def last_run_kept(starts):
    return _descend(starts[-1])


@exercise.misconception(
    """
    You turned the comparison, which was right: the run with the *lowest* loss is the best.
    """
)
def worst_kept(starts):
    return max((_descend(start) for start in starts), key=lambda run: run[1])


@exercise.misconception(
    """
    You return the start of the best run, and not the place that it reached.
    """
)
def start_of_the_best(starts):
    best = min(starts, key=lambda start: _descend(start)[1])
    return best, _descend(best)[1]


@exercise.misconception(
    """
    You compared the losses *at the starts*. A start that lies low may still lead into the hollow
    that is not so deep: descend first, then compare.
    """
)
def lowest_start(starts):
    return _descend(min(starts, key=lambda w: (w**2 - 1) ** 2 + 0.3 * w))
