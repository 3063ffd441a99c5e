"""Sum a gradient back to the shape of an argument that was broadcast."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Back to its own shape",
    statement=r"""
    Forward, NumPy has repeated an argument of the shape `shape` until it fitted the result. Axes
    that were missing were put in front, and axes of length 1 were stretched. `gradient` holds what
    arrives at the result, one slope for each entry.

    Return the gradient of the argument, in its own shape. So a bias of shape `(2,)` that was added
    to a matrix of shape `(3, 2)` gets the sum over the three rows, and a column of shape `(3, 1)`
    gets the sum over the two columns, as a column.
    """,
    returns=["gradient"],
    practises=["broadcasting", "adding at forks"],
    minutes=15,
    hints=[
        "An entry that was used in several places is a fork: what comes back from them is added. "
        "So the question is only along which axes.",
        """
        First the axes that were missing. There are `gradient.ndim - len(shape)` of them, and they
        stand in front: `gradient.sum(axis=0)` takes one of them away.
        """,
        """
        Then each axis of length 1 in `shape`: `gradient.sum(axis=k, keepdims=True)` adds up along
        it, and leaves an axis of length 1 in its place.
        """,
    ],
    why="""
    What is copied forward is added up on the way back. With these few lines an engine can let its
    users write `X @ W + b` and give `b` a gradient of its own shape.
    """,
    fixed=[
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), (2,)),
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), (3, 1)),
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), (1, 2)),
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), (3, 2)),
        (np.array([[1.0, -2.0, 0.5], [3.0, 0.0, 1.0]]), ()),
        (np.array([[1.0, -2.0, 0.5], [3.0, 0.0, 1.0]]), (1, 1)),
        (np.arange(12.0).reshape(2, 3, 2), (3, 1)),
    ],
)


@exercise.starter
def sum_to_shape(gradient, shape):
    # First add up along the axes that were missing in front ...
    # ... and then along those of length 1, which stay.
    return ...


@exercise.reference
def sum_to_shape(gradient, shape):
    missing = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(missing)))
    for k in range(len(shape)):
        if shape[k] == 1:
            gradient = gradient.sum(axis=k, keepdims=True)
    return gradient


@exercise.inputs
def _(rng):
    whole = tuple(int(size) for size in rng.choice([2, 3, 4, 5], size=3, replace=False))
    whole = whole[int(rng.integers(0, 2)) :]
    kept = whole[int(rng.integers(0, 3)) :]
    shape = tuple(size if rng.random() < 0.5 else 1 for size in kept)
    return np.round(rng.uniform(-3, 3, size=whole), 3), shape


def _sum_leading(gradient, shape):
    return gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))


def _pick(gradient, shape, choose):
    """Reduce as the reference does, but by another way than adding."""
    for _ in range(gradient.ndim - len(shape)):
        gradient = choose(gradient, 0)
    for k, size in enumerate(shape):
        if size == 1:
            gradient = np.expand_dims(choose(gradient, k), k)
    return gradient


@exercise.misconception(
    """
    You hand on what arrives as it is, in the shape of the result. An argument that was repeated has
    fewer entries than that: add up what comes back from its copies.
    """
)
def handed_on(gradient, shape):
    return gradient


@exercise.misconception(
    """
    You take the mean of what comes back. At a fork shares are added: an entry that is used three
    times moves the loss three times.
    """
)
def mean_of_copies(gradient, shape):
    return _pick(gradient, shape, lambda g, k: g.mean(axis=k))


@exercise.misconception(
    """
    You keep what comes back from the first copy alone. All copies are one and the same entry, so
    their shares are added.
    """
)
def first_copy_only(gradient, shape):
    return _pick(gradient, shape, lambda g, k: g.take(0, axis=k))


@exercise.misconception(
    """
    You add up along the missing axes, and leave those of length 1 as long as they had become. They
    were repeated as well: add up along them, with `keepdims=True`.
    """
)
def missing_axes_only(gradient, shape):
    return _sum_leading(gradient, shape)


@exercise.misconception(
    """
    Your numbers are right and the shape is not: axes of length 1 are gone. `keepdims=True` leaves
    them in their places.
    """
)
def axes_lost(gradient, shape):
    gradient = _sum_leading(gradient, shape)
    return gradient.sum(axis=tuple(k for k, size in enumerate(shape) if size == 1))


@exercise.misconception(
    """
    You add up everything and write the total into each entry. Add up only what comes back from
    copies of the *same* entry.
    """
)
def total_everywhere(gradient, shape):
    return np.full(shape, gradient.sum())


@exercise.misconception(
    """
    You take missing axes away at the end. NumPy puts them in front: a row of shape `(2,)` is
    repeated downwards, so its gradient adds up along axis 0.
    """
)
def missing_axes_behind(gradient, shape):
    missing = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - missing, gradient.ndim)))
    for k, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(axis=k, keepdims=True)
    return gradient


@exercise.misconception(
    """
    You add up along the axes of length 1 of `shape`, counted from the front of the result. Where
    axes were missing, all of them have moved: take the missing ones away first.
    """
)
def axes_of_length_1_only(gradient, shape):
    for k, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(axis=k, keepdims=True)
    return gradient


@exercise.misconception(
    """
    You keep the first entries, as many as the shape has room for, and throw the others away: that
    is what `np.resize` does. Each entry that was repeated gets the *sum* of what comes back from
    its copies.
    """
)
def first_entries_kept(gradient, shape):
    return np.resize(gradient, shape)


@exercise.misconception(
    """
    You always add up along axis 0. That is right for a row, which was repeated downwards. A column
    was repeated to the right, and an argument as large as the result not at all: `shape` says
    along which axes.
    """
)
def always_down_the_rows(gradient, shape):
    return gradient.sum(axis=0)


@exercise.misconception(
    """
    You add up everything. That is right for a single number. An argument with more entries than one
    gets a sum for each of them: only what comes back from copies of the *same* entry is added.
    """
)
def one_total(gradient, shape):
    return gradient.sum()
