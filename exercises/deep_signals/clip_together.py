"""Shorten a gradient that is too long, all parts of it together."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Cut to length",
    statement=r"""
    `dW` and `db` are the gradient of a layer. Taken together, all their numbers are one long list,
    and its length is the root of the sum of their squares. If that is more than `most`, multiply
    everything by one factor, so that the length becomes `most`. Otherwise leave everything as it
    is.

    Return both, each in its own shape. What you were given must stay as it was.
    """,
    returns=["dW_clipped", "db_clipped"],
    practises=["clipping", "gradient"],
    minutes=10,
    hints=[
        """
        The length comes first, and both arrays count in it: `np.sum(dW**2) + np.sum(db**2)` is its
        square.
        """,
        r"""
        Too long by a factor of 3 means: multiply by a third, `most / length`. And if the length is
        below `most`? Then the factor has to be 1.
        """,
        "`factor = min(1.0, most / length)`, and then `dW * factor` and `db * factor`.",
    ],
    why="""
    One factor for all numbers changes the length and nothing else, so the step still goes against
    the gradient. With a factor for each array, or a limit for each number, it would go elsewhere.
    """,
    fixed=[
        (np.array([[30.0]]), np.array([40.0]), 5.0),
        (np.array([[0.3, -0.4]]), np.array([0.1]), 1.0),
        (np.array([[3.0, -4.0], [0.5, 0.0]]), np.array([12.0, -1.0]), 2.0),
        (np.array([[3.0, -2.0], [1.5, 0.5]]), np.array([0.2, 0.1]), 1.0),
    ],
)


@exercise.starter
def clip_together(dW, db, most):
    length = ...
    factor = ...
    return ..., ...


@exercise.reference
def clip_together(dW, db, most):
    length = np.sqrt(np.sum(dW**2) + np.sum(db**2))
    factor = min(1.0, most / length)
    return dW * factor, db * factor


@exercise.inputs
def _(rng):
    inputs, neurons = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    size = 10 ** rng.uniform(-1, 1.5)
    dW = np.round(rng.normal(size=(inputs, neurons)) * size, 2)
    db = np.round(rng.normal(size=neurons) * size, 2)
    # None of them is 0, so that each array has a length.
    return (
        np.where(dW == 0, 0.01, dW),
        np.where(db == 0, 0.01, db),
        float(rng.choice([0.5, 1.0, 2.0, 5.0])),
    )


def _measure(*arrays):
    return float(np.sqrt(sum(np.sum(array**2) for array in arrays)))


def _scale(dW, db, factor):
    return dW * factor, db * factor


@exercise.misconception(
    """
    You gave each of the two arrays a length of its own, and a factor of its own. Then the one that
    was longer loses more, and the step goes in another direction. Measure both together, and use
    one factor.
    """
)
def each_by_itself(dW, db, most):
    return tuple(part * min(1.0, most / _measure(part)) for part in (dW, db))


@exercise.misconception(
    """
    You cut each number by itself. That bends the step away from the gradient, because large numbers
    are cut and small ones are not. Multiply all of them by one factor.
    """
)
def number_by_number(dW, db, most):
    return np.clip(dW, -most, most), np.clip(db, -most, most)


@exercise.misconception(
    """
    Yours always gets the length `most`, also if it was shorter before. Clipping makes nothing
    longer: the factor is at most 1.
    """
)
def always_scaled(dW, db, most):
    return _scale(dW, db, most / _measure(dW, db))


@exercise.misconception(
    """
    The root is missing: that is the square of the length.
    """
)
def without_the_root(dW, db, most):
    return _scale(dW, db, min(1.0, most / _measure(dW, db) ** 2))


@exercise.misconception(
    """
    You added up sizes. A length is the root of the sum of the *squares*, as in a right-angled
    triangle.
    """
)
def sum_of_sizes(dW, db, most):
    return _scale(dW, db, min(1.0, most / float(np.sum(np.abs(dW)) + np.sum(np.abs(db)))))


@exercise.misconception(
    """
    You divided by the length and forgot the limit: what comes out has the length 1, whatever `most`
    is.
    """
)
def length_one(dW, db, most):
    return _scale(dW, db, 1 / _measure(dW, db))


@exercise.misconception(
    """
    The comparison is turned: you make short gradients longer, and leave long ones as they are.
    """
)
def turned(dW, db, most):
    return _scale(dW, db, max(1.0, most / _measure(dW, db)))


@exercise.misconception(
    """
    You measured `dW` alone. A bias can be what makes the gradient long: both count in the length.
    """
)
def weights_alone(dW, db, most):
    return _scale(dW, db, min(1.0, most / _measure(dW)))


@exercise.misconception(
    """
    You let the largest number decide. The length is the root of the sum of all squares, so many
    small numbers can make a gradient long as well.
    """
)
def largest_decides(dW, db, most):
    return _scale(dW, db, min(1.0, most / float(max(np.abs(dW).max(), np.abs(db).max()))))


@exercise.misconception(
    """
    You changed `dW` and left `db` as it was. They belong to one gradient: the same factor for both.
    """
)
def bias_left(dW, db, most):
    return dW * min(1.0, most / _measure(dW, db)), db


@exercise.misconception(
    """
    You added the lengths of the two arrays. Squares are what adds up: the length of both together
    is the root of the sum of *all* squares, so it is less than that.
    """
)
def lengths_added(dW, db, most):
    return _scale(dW, db, min(1.0, most / (_measure(dW) + _measure(db))))


@exercise.misconception(
    """
    Your factor is upside down: `length / most` is above 1 where a gradient is too long, and makes
    it longer still. Too long by a factor of 3 means: multiply by a third, `most / length`.
    """
)
def upside_down(dW, db, most):
    return _scale(dW, db, max(1.0, _measure(dW, db) / most))


@exercise.misconception(
    """
    Where the gradient is short enough you return zeros. Then it stays as it is: the factor is 1.
    """
)
def zero_where_short(dW, db, most):
    length = _measure(dW, db)
    return _scale(dW, db, most / length if length > most else 0.0)


@exercise.misconception(
    """
    Your factor is the limit itself. A gradient of the length 50 would get the length `50 * most`:
    divide by the length as well, `most / length`.
    """
)
def limit_for_factor(dW, db, most):
    return _scale(dW, db, most if _measure(dW, db) > most else 1.0)


@exercise.misconception(
    """
    What you shorten gets the length 1, whatever `most` is: the factor is `most / length`.
    """
)
def shortened_to_one(dW, db, most):
    length = _measure(dW, db)
    return _scale(dW, db, 1 / length if length > most else 1.0)


@exercise.misconception(
    """
    You took means in place of sums. A length is the root of the *sum* of the squares, so that more
    numbers make it longer.
    """
)
def means_for_sums(dW, db, most):
    return _scale(dW, db, min(1.0, most / float(np.sqrt(np.mean(dW**2) + np.mean(db**2)))))


@exercise.misconception(
    """
    You add up each array and square the sum. In it positive and negative numbers cancel. Square
    every number first: `np.sum(dW**2)`.
    """
)
def sums_squared(dW, db, most):
    length = float(np.hypot(np.sum(dW), np.sum(db)))
    return _scale(dW, db, min(1.0, most / length) if length else 1.0)


@exercise.misconception(
    """
    You count how many numbers there are. The length meant here is that of an arrow: the root of the
    sum of their squares.
    """
)
def numbers_counted(dW, db, most):
    return _scale(dW, db, min(1.0, most / (dW.size + db.size)))


@exercise.misconception(
    """
    You compare squares, which is fair, but then the factor is a square as well: its root is what
    the numbers are multiplied by.
    """
)
def factor_squared(dW, db, most):
    return _scale(dW, db, min(1.0, most / _measure(dW, db)) ** 2)


@exercise.misconception(
    """
    You cut each number by itself, and only from above. Multiply all of them by one factor, so that
    the direction stays.
    """
)
def cut_from_above(dW, db, most):
    return np.minimum(dW, most), np.minimum(db, most)
