"""Diagnose a run from its two curves, by what can be measured in them."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Diagnose a run from its curves",
    statement=r"""
    `training` holds the training loss after every epoch of a run, `held_out` the loss on examples
    that the run never learned from. Measure four things that tell what is wrong.

    1. `diverges` is `True` if at its end the training loss is higher than at its beginning, or no
       number at all (infinite or `nan`). Of such a run nothing else is worth asking: the other
       three are 0.
    2. `above`: the held-out loss at the end, divided by the *lowest* that it has been. Clearly
       above 1, the run has begun to over-fit.
    3. `rises`: of all changes of the training loss from one epoch to the next, the share that are
       rises. From about a third on, the run rattles.
    4. `left`: the training loss at the end, divided by that in the middle of the run,
       `training[len(training) // 2]`. Clearly below 1, the run is still on its way down.
    """,
    returns=["diverges", "above", "rises", "left"],
    practises=["reading a training curve", "over-fitting", "nan"],
    minutes=20,
    hints=[
        "A comparison with `nan` is never true. So ask `np.isfinite(training[-1])` first.",
        "`np.min(held_out)` is the lowest, wherever it stood; `held_out[-1]` is the end.",
        """
        `np.diff(training)` lists the changes from one epoch to the next, and
        `np.mean(np.diff(training) > 0)` is the share of rises.
        """,
    ],
    why="""
    Each of the four leads to another cure: a lower rate where a run diverges, an earlier end or
    weight decay where it over-fits, a rate that falls or a larger batch where it rattles, and more
    steps or a higher rate where it is still on its way down.
    """,
    fixed=[
        (np.array([1.0, 1.5, 2.25, 3.375]), np.array([1.1, 1.6, 2.4, 3.5])),
        (np.array([1.0, 0.5, 0.3, 0.2]), np.array([0.9, 0.7, 0.8, 0.95])),
        (np.array([1.0, 0.4, 0.38, 0.5, 0.35, 0.42]), np.array([1.1, 0.5, 0.6, 0.5, 0.5, 0.52])),
        (np.array([1.0, 0.8, 0.64, 0.512]), np.array([1.1, 0.9, 0.75, 0.63])),
        (np.array([1.0, 8.0, np.nan, np.nan]), np.array([1.1, 9.0, np.nan, np.nan])),
        (np.array([1.0, 0.6, 0.7, 1.2]), np.array([1.1, 0.7, 0.8, 1.3])),
        (np.array([1.0, 0.7, np.inf]), np.array([1.1, 0.9, np.inf])),
        (np.array([1.0, 0.8, 0.7, np.nan]), np.array([1.1, 0.9, 0.8, np.nan])),
        (np.array([1.0, 1.4, 0.9, 0.6, 0.4, 0.3, 0.22]),
         np.array([1.2, 1.5, 1.0, 0.7, 0.5, 0.4, 0.36])),
        (np.array([1.0, 0.6, 0.65, 0.5, 0.4, 0.405, 0.39, 0.39]),
         np.array([1.1, 0.7, 0.72, 0.6, 0.5, 0.48, 0.49, 0.5])),
        (np.array([1.0, 0.4, 0.5, 0.7, 0.6]), np.array([1.1, 0.5, 0.6, 0.8, 0.7])),
    ],
)  # fmt: skip


@exercise.starter
def read_curves(training, held_out):
    if ...:  # diverges?
        return True, 0.0, 0.0, 0.0
    above = ...
    rises = ...
    left = ...
    return False, above, rises, left


@exercise.reference
def read_curves(training, held_out):
    if not np.isfinite(training[-1]) or training[-1] > training[0]:
        return True, 0.0, 0.0, 0.0
    above = held_out[-1] / np.min(held_out)
    rises = np.mean(np.diff(training) > 0)
    left = training[-1] / training[len(training) // 2]
    return False, above, rises, left


@exercise.inputs
def _(rng):
    """Run gradient descent on two parabolas, of which the second one is not learned from."""
    epochs, steep = int(rng.integers(9, 15)), np.array([1.0, 0.4])
    lowest, other = rng.normal(size=2), rng.normal(scale=0.35, size=2)
    w = lowest + rng.choice([-2.0, 2.0], size=2)
    rate = float(rng.choice([0.02, 0.3, 0.6, 0.9, 1.03]))
    noise = float(rng.choice([0.0, 1.5]))
    training, held_out = [], []
    for _ in range(epochs):
        training.append(steep @ (w - lowest) ** 2 + 0.2)
        held_out.append(steep @ (w - lowest - other) ** 2 + 0.25)
        w = w - rate * (2 * steep * (w - lowest) + noise * rng.normal(size=2))
    return np.round(training, 3), np.round(held_out, 3)


def measure(training, held_out, *, diverges=None, above=None, rises=None, left=None):
    """Measure as the reference does, with one of the four changed."""
    t, h = np.array(training), np.array(held_out)
    ask = diverges or (lambda t, h: not np.isfinite(t[-1]) or t[-1] > t[0])
    if ask(t, h):
        return True, 0.0, 0.0, 0.0
    with np.errstate(all="ignore"):
        return (
            False,
            above(t, h) if above else h[-1] / np.min(h),
            rises(t, h) if rises else np.mean(np.diff(t) > 0),
            left(t, h) if left else t[-1] / t[len(t) // 2],
        )


def overlooks_nan(case, got, wanted):
    """Whether a run is measured on where its last loss is no number, and is right elsewhere."""
    if np.isnan(case[0][-1]):
        return not got[0] and bool(np.any(np.isnan(np.array(got[1:], float))))
    return bool(np.allclose(np.array(got, float), np.array(wanted, float), rtol=1e-6))


@exercise.misconception(
    """
    A run whose loss has become `nan` is not recognised. `nan` is neither above nor below anything,
    nor equal to anything, so a comparison overlooks it: ask `np.isfinite(training[-1])` as well.
    (What follows from it is then not a finite number, either.)
    """,
    shows=overlooks_nan,
)
def nan_overlooked(training, held_out):
    return measure(training, held_out, diverges=lambda t, h: t[-1] > t[0])


@exercise.misconception(
    """
    Your `above` compares the end of the held-out loss with its *beginning*. It usually falls first
    and rises later, so compare with its lowest, `np.min(held_out)`.
    """
)
def held_out_against_its_start(training, held_out):
    return measure(training, held_out, above=lambda t, h: h[-1] / h[0])


@exercise.misconception(
    """
    Your `above` compares the held-out loss with the training loss. It nearly always is higher,
    because the run learned from the training examples. What counts is that it *rises* again.
    """
)
def gap_for_overfitting(training, held_out):
    return measure(training, held_out, above=lambda t, h: h[-1] / t[-1])


@exercise.misconception(
    """
    Your `above` is a difference. Divide the end by the lowest, so that the size of the loss does
    not matter.
    """
)
def difference_for_quotient(training, held_out):
    return measure(training, held_out, above=lambda t, h: h[-1] - np.min(h))


@exercise.misconception(
    """
    Your `above` looks for over-fitting in the *training* loss. It shows in the held-out loss, which
    rises while the training loss goes on falling.
    """
)
def overfits_in_training(training, held_out):
    return measure(training, held_out, above=lambda t, h: t[-1] / np.min(t))


@exercise.misconception(
    """
    Your `above` divides by the largest held-out loss. Compare with the *lowest*: `np.min`.
    """
)
def above_the_largest(training, held_out):
    return measure(training, held_out, above=lambda t, h: h[-1] / np.max(h))


@exercise.misconception(
    """
    You call a run divergent as soon as its loss has risen *somewhere*. A loss may rise and still
    arrive: compare the end with the beginning.
    """
)
def any_rise_diverges(training, held_out):
    return measure(
        training,
        held_out,
        diverges=lambda t, h: not np.isfinite(t[-1]) or bool(np.any(np.diff(t) > 0)),
    )


@exercise.misconception(
    """
    Your `rises` is a number of rises. Asked for is their share, so that long runs and short ones
    can be compared: `np.mean` in place of `np.sum`.
    """
)
def number_of_rises(training, held_out):
    return measure(training, held_out, rises=lambda t, h: float(np.sum(np.diff(t) > 0)))


@exercise.misconception(
    """
    Your `rises` is divided by the number of losses. Between n losses there are n − 1 changes, and
    it is their share that is asked for.
    """
)
def share_of_losses(training, held_out):
    return measure(training, held_out, rises=lambda t, h: np.sum(np.diff(t) > 0) / len(t))


@exercise.misconception(
    """
    Your `rises` counts the falls: `np.diff` is positive where the loss has risen.
    """
)
def falls_counted(training, held_out):
    return measure(training, held_out, rises=lambda t, h: np.mean(np.diff(t) < 0))


@exercise.misconception(
    """
    Your `rises` is about the held-out loss. It is the training loss that the steps move up and
    down: `np.diff(training)`.
    """
)
def rises_of_held_out(training, held_out):
    return measure(training, held_out, rises=lambda t, h: np.mean(np.diff(h) > 0))


@exercise.misconception(
    """
    Your `left` compares the end with the beginning. Nearly every run has fallen a great deal since
    then: what counts is its second half, from `training[len(training) // 2]` on.
    """
)
def left_since_the_start(training, held_out):
    return measure(training, held_out, left=lambda t, h: t[-1] / t[0])


@exercise.misconception(
    """
    Your `left` looks at the last change alone. A single epoch seldom brings much, also in a run
    that is still on its way: compare with the middle of the run.
    """
)
def left_since_the_last(training, held_out):
    return measure(training, held_out, left=lambda t, h: t[-1] / t[-2])


@exercise.misconception(
    """
    Your `left` is upside down: the end stands above the line, the middle below it.
    """
)
def left_upside_down(training, held_out):
    return measure(training, held_out, left=lambda t, h: t[len(t) // 2] / t[-1])


@exercise.misconception(
    """
    Your `above` is less by 1 where a run goes on: the end divided by the lowest is 1 where nothing
    has risen again, and that is what is asked for.
    """
)
def excess_alone(training, held_out):
    return measure(training, held_out, above=lambda t, h: h[-1] / np.min(h) - 1)


@exercise.misconception(
    """
    Your `above` is upside down: the end stands above the line, the lowest below it.
    """
)
def above_upside_down(training, held_out):
    return measure(training, held_out, above=lambda t, h: np.min(h) / h[-1])


@exercise.misconception(
    """
    Your `rises` is the mean change. Ask of each change whether it is above 0, and take the mean of
    the answers: `np.mean(np.diff(training) > 0)`.
    """
)
def mean_change(training, held_out):
    return measure(training, held_out, rises=lambda t, h: np.mean(np.diff(t)))


@exercise.misconception(
    """
    You ask the *held-out* loss whether the run diverges. It may end above its beginning although
    the run has learned, because it over-fits. Ask the training loss.
    """
)
def held_out_diverges(training, held_out):
    return measure(training, held_out, diverges=lambda t, h: not np.isfinite(t[-1]) or h[-1] > h[0])


@exercise.misconception(
    """
    Your `left` is about the held-out loss. Whether a run is still on its way down shows in the loss
    that its steps go down on, the training loss.
    """
)
def left_of_held_out(training, held_out):
    return measure(training, held_out, left=lambda t, h: h[-1] / h[len(h) // 2])


@exercise.misconception(
    """
    Your `left` is a difference. Divide the end by the middle, so that the size of the loss does not
    matter.
    """
)
def left_as_difference(training, held_out):
    return measure(training, held_out, left=lambda t, h: t[-1] - t[len(t) // 2])


@exercise.misconception(
    """
    Your `left` begins one epoch too early: the middle is `training[len(training) // 2]`.
    """
)
def middle_too_early(training, held_out):
    return measure(training, held_out, left=lambda t, h: t[-1] / t[len(t) // 2 - 1])


@exercise.misconception(
    """
    Your `above` divides by the lowest *training* loss. Compare the held-out loss with its own
    lowest, `np.min(held_out)`.
    """
)
def lowest_of_training(training, held_out):
    return measure(training, held_out, above=lambda t, h: h[-1] / np.min(t))


@exercise.misconception(
    """
    Your `above` divides by the mean of the held-out losses. A run that falls and stays low is below
    its mean: compare with the lowest, `np.min(held_out)`.
    """
)
def above_the_mean(training, held_out):
    return measure(training, held_out, above=lambda t, h: h[-1] / np.mean(h))


@exercise.misconception(
    """
    Your `rises` counts changes of 0 as well. A loss that stays as it was has not risen: `> 0`, and
    not `>= 0`.
    """
)
def level_counted(training, held_out):
    return measure(training, held_out, rises=lambda t, h: np.mean(np.diff(t) >= 0))


@exercise.misconception(
    """
    Your comparison is turned round: you call a run divergent whose training loss has *fallen*.
    """
)
def turned_comparison(training, held_out):
    return measure(training, held_out, diverges=lambda t, h: not np.isfinite(t[-1]) or t[-1] < t[0])


@exercise.misconception(
    """
    You call a run divergent as soon as its loss has been above its beginning *once*. A loss may
    leap up and still arrive: compare the end with the beginning.
    """
)
def once_above_its_start(training, held_out):
    return measure(
        training, held_out, diverges=lambda t, h: not np.isfinite(t[-1]) or np.nanmax(t) > t[0]
    )


@exercise.misconception(
    """
    You compare the end with the *lowest* training loss. Nearly every run that rattles ends above
    it. Divergent is a run that ends above its beginning, `training[0]`.
    """
)
def above_its_lowest(training, held_out):
    return measure(
        training, held_out, diverges=lambda t, h: not np.isfinite(t[-1]) or t[-1] > np.nanmin(t)
    )


@exercise.misconception(
    """
    You compare the end with the loss just before it. A single rise says little: divergent is a run
    that ends above its beginning, `training[0]`.
    """
)
def above_the_last_but_one(training, held_out):
    return measure(
        training, held_out, diverges=lambda t, h: not np.isfinite(t[-1]) or t[-1] > t[-2]
    )


@exercise.misconception(
    """
    Two conditions are joined by `and` of which one is enough: a run diverges if its last loss is no
    finite number, *or* if that is higher than the first.
    """,
    shows=lambda case, got, wanted: bool(
        np.allclose(np.array(got, float), np.array(ask_for_both(*case), float), equal_nan=True)
    ),
)
def both_asked_for(training, held_out):
    return ask_for_both(training, held_out)


def ask_for_both(training, held_out):
    return measure(
        training, held_out, diverges=lambda t, h: not np.isfinite(t[-1]) and t[-1] > t[0]
    )


@exercise.misconception(
    """
    Your `rises` counts the losses that are above the *first*. What is asked for are changes from
    one epoch to the next: `np.diff(training)`.
    """
)
def above_the_first_counted(training, held_out):
    return measure(training, held_out, rises=lambda t, h: np.mean(t > t[0]))


@exercise.misconception(
    """
    Your `rises` compares the first loss with the *last*: where `i` is 0, `training[i - 1]` is
    `training[-1]`. Let `i` begin at 1.
    """,
    shows=lambda case, got, wanted: any(
        np.allclose(np.array(got, float), np.array(compare_round(*case, n), float)) for n in (0, 1)
    ),
)
def first_after_the_last(training, held_out):
    return compare_round(training, held_out, 0)


def compare_round(training, held_out, short):
    return measure(
        training,
        held_out,
        rises=lambda t, h: np.sum((t > np.roll(t, 1))[: len(t) - short]) / (len(t) - 1),
    )


@exercise.misconception(
    """
    Your `left` divides by the median, the middle by *size*. Asked for is the loss in the middle of
    the run, `training[len(training) // 2]`.
    """
)
def median_for_middle(training, held_out):
    return measure(training, held_out, left=lambda t, h: t[-1] / np.median(t))


@exercise.misconception(
    """
    Your `left` divides by the mean of all losses. Asked for is the loss in the middle of the run,
    `training[len(training) // 2]`.
    """
)
def mean_for_middle(training, held_out):
    return measure(training, held_out, left=lambda t, h: t[-1] / np.mean(t))


@exercise.misconception(
    """
    Your `left` is the share that the second half of the run has taken away. What is left is asked
    for: the end divided by the middle, without `1 -` before it.
    """
)
def taken_for_left(training, held_out):
    return measure(training, held_out, left=lambda t, h: 1 - t[-1] / t[len(t) // 2])


@exercise.misconception(
    """
    Your `above` divides by the held-out loss just before the end. The lowest may lie long before:
    `np.min(held_out)`.
    """
)
def above_the_one_before(training, held_out):
    return measure(training, held_out, above=lambda t, h: h[-1] / h[-2])
