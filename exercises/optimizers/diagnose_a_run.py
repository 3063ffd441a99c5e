"""Diagnose a run from its two curves, by rules that can be said."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Diagnose a run from its curves",
    statement="""
    `training` holds the training loss after every epoch of a run, `held_out` the loss on examples
    that the run never learned from. Say in one word what the curves show. Ask in this order, and
    return the first word that fits:

    1. `"diverges"`: at its end the training loss is higher than at its beginning, or no number at
       all (infinite or `nan`).
    2. `"overfits"`: at its end the held-out loss is more than a tenth above the *lowest* that it
       has been.
    3. `"rattles"`: of the changes from one epoch to the next, more than a third are *rises* of the
       training loss.
    4. `"too slow"`: the training loss is still on its way down. At its end it is more than a tenth
       below what it was in the middle of the run, `training[len(training) // 2]`.
    5. `"done"`: none of these.
    """,
    returns=["word"],
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
    The order matters: a run that diverges also rises, and one that over-fits may still be on its
    way down. Each word leads to another cure: a lower rate, an earlier end or weight decay, a rate
    that falls or a larger batch, more steps or a higher rate.
    """,
    fixed=[
        (np.array([1.0, 1.5, 2.25, 3.375]), np.array([1.1, 1.6, 2.4, 3.5])),
        (np.array([1.0, 0.5, 0.3, 0.2]), np.array([1.1, 0.7, 0.8, 0.95])),
        (np.array([1.0, 0.4, 0.5, 0.35, 0.45, 0.42]), np.array([1.1, 0.5, 0.6, 0.5, 0.5, 0.52])),
        (np.array([1.0, 0.8, 0.64, 0.512]), np.array([1.1, 0.9, 0.75, 0.63])),
        (np.array([1.0, 0.3, 0.25, 0.249]), np.array([1.1, 0.4, 0.34, 0.335])),
        (np.array([1.0, 8.0, np.nan, np.nan]), np.array([1.1, 9.0, np.nan, np.nan])),
        (np.array([1.0, 0.6, 0.7, 1.2]), np.array([1.1, 0.7, 0.8, 1.3])),
        (np.array([1.0, 0.7, np.inf]), np.array([1.1, 0.9, np.inf])),
        (np.array([1.0, 0.8, 0.7, np.nan]), np.array([1.1, 0.9, 0.8, np.nan])),
        (np.array([1.0, 0.5, 0.25, 0.2, 0.17, 0.165, 0.162, 0.16]),
         np.array([1.1, 0.7, 0.5, 0.45, 0.44, 0.45, 0.46, 0.47])),
        (np.array([1.0, 1.4, 0.9, 0.6, 0.4, 0.3, 0.25, 0.22]),
         np.array([1.1, 1.5, 1.0, 0.7, 0.5, 0.4, 0.35, 0.32])),
        (np.array([1.0, 0.6, 0.65, 0.5, 0.4, 0.405, 0.39, 0.388]),
         np.array([1.1, 0.7, 0.72, 0.6, 0.5, 0.49, 0.49, 0.49])),
        (np.array([1.0, 0.5, 0.6, 0.45, 0.55, 0.5]), np.array([1.1, 0.6, 0.65, 0.7, 0.75, 0.8])),
    ],
)  # fmt: skip


@exercise.starter
def diagnose(training, held_out):
    if ...:
        return "diverges"
    if ...:
        return "overfits"
    if ...:
        return "rattles"
    if ...:
        return "too slow"
    return "done"


@exercise.reference
def diagnose(training, held_out):
    if not np.isfinite(training[-1]) or training[-1] > training[0]:
        return "diverges"
    if held_out[-1] > 1.1 * np.min(held_out):
        return "overfits"
    if np.mean(np.diff(training) > 0) > 1 / 3:
        return "rattles"
    if training[-1] < 0.9 * training[len(training) // 2]:
        return "too slow"
    return "done"


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


def judge(training, held_out, *, diverges=None, overfits=None, rattles=None, slow=None, order=None):
    """Diagnose as the reference does, with one of the rules, or their order, changed."""
    training, held_out = np.array(training), np.array(held_out)
    with np.errstate(all="ignore"):
        rises = np.diff(training) > 0
        found = {
            "diverges": not np.isfinite(training[-1]) or training[-1] > training[0],
            "overfits": held_out[-1] > 1.1 * np.min(held_out),
            "rattles": np.mean(rises) > 1 / 3,
            "too slow": training[-1] < 0.9 * training[len(training) // 2],
        }
        changed = {
            "diverges": diverges,
            "overfits": overfits,
            "rattles": rattles,
            "too slow": slow,
        }
        for name, rule in changed.items():
            if rule is not None:
                found[name] = rule(training, held_out)
    for name in order or found:
        if found[name]:
            return name
    return "done"


@exercise.misconception(
    """
    A run whose loss has become `nan` or infinite is not recognised everywhere. `nan` is neither
    above nor below anything, so a comparison alone overlooks it: ask `np.isfinite` as well.
    """
)
def nan_overlooked(training, held_out):
    return judge(training, held_out, diverges=lambda t, h: t[-1] > t[0])


@exercise.misconception(
    """
    You compare the end of the held-out loss with its *beginning*. It usually falls first and rises
    later, so ask how far it is above its lowest, `np.min(held_out)`.
    """
)
def held_out_against_its_start(training, held_out):
    return judge(training, held_out, overfits=lambda t, h: h[-1] > 1.1 * h[0])


@exercise.misconception(
    """
    You take a held-out loss above the training loss for over-fitting. It nearly always is higher,
    because the run learned from the training examples. What counts is that it *rises* again.
    """
)
def gap_for_overfitting(training, held_out):
    return judge(training, held_out, overfits=lambda t, h: h[-1] > 1.1 * t[-1])


@exercise.misconception(
    """
    Any rise above the lowest held-out loss is over-fitting for you. Held-out losses wobble a
    little: the statement asks for more than a tenth.
    """
)
def no_margin(training, held_out):
    return judge(training, held_out, overfits=lambda t, h: h[-1] > np.min(h))


@exercise.misconception(
    """
    You call a run divergent as soon as its loss has risen *somewhere*. A loss may rise once and
    still arrive: compare the end with the beginning.
    """
)
def any_rise_diverges(training, held_out):
    return judge(
        training,
        held_out,
        diverges=lambda t, h: not np.isfinite(t[-1]) or bool(np.any(np.diff(t) > 0)),
    )


@exercise.misconception(
    """
    You call a run rattling as soon as one change is a rise. The statement asks for more than a
    third of all changes.
    """
)
def one_rise_rattles(training, held_out):
    return judge(training, held_out, rattles=lambda t, h: bool(np.any(np.diff(t) > 0)))


@exercise.misconception(
    """
    You look for rattling before you look for over-fitting. The order is part of the rule: a run may
    do both, and then it over-fits.
    """
)
def rattling_first(training, held_out):
    order = ["diverges", "rattles", "overfits", "too slow"]
    return judge(training, held_out, order=order)


@exercise.misconception(
    """
    You compare the end with the whole way from the beginning. Nearly every run has fallen by more
    than a tenth since then: "too slow" asks about its second half alone.
    """
)
def slow_from_the_start(training, held_out):
    return judge(training, held_out, slow=lambda t, h: t[-1] < 0.9 * t[0])


@exercise.misconception(
    """
    For "too slow" you look at the last change alone. A single epoch seldom brings a tenth, also in
    a run that is still on its way: compare with the middle of the run.
    """
)
def slow_by_the_last_change(training, held_out):
    return judge(training, held_out, slow=lambda t, h: t[-1] < 0.9 * t[-2])


@exercise.misconception(
    """
    You look for over-fitting in the *training* loss. Over-fitting shows in the held-out loss, which
    rises while the training loss goes on falling.
    """
)
def overfits_in_training(training, held_out):
    return judge(training, held_out, overfits=lambda t, h: t[-1] > 1.1 * np.min(t))
