"""Softmax and cross-entropy of a batch, forward and backward, for scores of any size."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Softmax and cross-entropy that no score breaks",
    statement=r"""
    `z` holds the scores of a batch: a row for each example, a column for each class. `y` has the
    same shape, with a 1 in the column of the right class, and 0 in the others.

    Return the loss, which is the *mean* over the examples of
    $\log(\sum_j e^{z_j}) - z_{\text{right}}$, and its slope with respect to every score, in the
    shape of `z`.

    Scores may be in the thousands, of either sign, and in one row quite different from the next.
    """,
    returns=["loss", "dloss_dz"],
    practises=["softmax", "cross-entropy", "log-sum-exp", "p − y"],
    minutes=20,
    hints=[
        """
        Subtract from each row its own largest score. Then the largest exponent is 0, and no
        exponential can overflow. `z.max(axis=1, keepdims=True)` has one number for each row.
        """,
        r"""
        With `s = z - z.max(axis=1, keepdims=True)` the loss of a row is
        $\log(\sum e^{s}) - s_{\text{right}}$. `np.sum(y * s, axis=1)` picks the right score of each
        row.
        """,
        r"""
        The slope of one row's loss is $p - y$, and each row has a share of $\frac1n$ in the mean:
        `(p - y) / len(z)`.
        """,
    ],
    why=r"""
    Shifting a row changes neither its softmax nor its loss, so the largest score may be 0. Then the
    sum of exponentials is at least 1, and its logarithm is harmless. The logarithm is never taken
    of $p$, which may be rounded to 0 where the loss is a large number, but quite an ordinary one.
    """,
    fixed=[
        (np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]])),
        (np.array([[2.0, 1.0, -1.0]]), np.array([[0.0, 1.0, 0.0]])),
        (np.array([[1.0, 0.0], [0.5, 2.5]]), np.array([[1.0, 0.0], [1.0, 0.0]])),
        (np.array([[1000.0, 999.0, 998.0]]), np.array([[0.0, 1.0, 0.0]])),
        (np.array([[0.0, 800.0], [1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])),
        (np.array([[800.0, 0.0]]), np.array([[1.0, 0.0]])),
        (np.array([[0.0, 1.0], [2000.0, 2001.0]]), np.array([[1.0, 0.0], [1.0, 0.0]])),
        (np.array([[3000.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 0.0]])),
    ],
)


@exercise.starter
def softmax_cross_entropy(z, y):
    s = ...  # each row less its largest score
    e = ...
    p = ...
    loss = ...
    dloss_dz = ...
    return loss, dloss_dz


@exercise.reference
def softmax_cross_entropy(z, y):
    s = z - z.max(axis=1, keepdims=True)
    e = np.exp(s)
    p = e / e.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(e.sum(axis=1)) - np.sum(y * s, axis=1))
    dloss_dz = (p - y) / len(z)
    return loss, dloss_dz


@exercise.inputs
def _(rng):
    n, classes = int(rng.integers(2, 4)), int(rng.integers(2, 5))
    z = np.round(rng.normal(0, 2, size=(n, classes)), 1)
    z += rng.choice([0.0, 0.0, 1500.0, -1500.0], size=(n, 1))
    return z, np.eye(classes)[rng.integers(0, classes, size=n)]


def finish(z, y, s):
    """Go on from shifted scores as the reference does."""
    e = np.exp(s)
    p = e / e.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(e.sum(axis=1)) - np.sum(y * s, axis=1))
    return loss, (p - y) / len(z)


def breaks_where(is_hard, spoilt):
    """Return what sees results that are right, and the first few no numbers where it is hard."""

    def shows(case, got, wanted):
        broken = spoilt if is_hard(*case) else 0
        gone = [not np.all(np.isfinite(value)) for value in got[:broken]]
        kept = zip(got[broken:], wanted[broken:], strict=True)
        return all(gone) and all(np.allclose(g, w, rtol=1e-6) for g, w in kept)

    return shows


def has_slopes(compute):
    """Return what sees a right loss, with slopes as computed, infinities and nan included."""

    def shows(case, got, wanted):
        z, y = case
        with np.errstate(all="ignore"):
            slopes = compute(soften(z), y) / len(z)
        return np.allclose(got[0], wanted[0], rtol=1e-6) and np.allclose(
            got[1], slopes, rtol=1e-6, equal_nan=True
        )

    return shows


def has_slopes_down_columns(case, got, wanted):
    """See slopes that come of sums over the examples, whatever the loss is."""
    z, y = case
    shifts = [z.max(axis=axis, keepdims=True) for axis in (0, 1)]
    with np.errstate(all="ignore"):
        slopes = [(np.exp(z - s) / np.exp(z - s).sum(axis=0, keepdims=True) - y) for s in shifts]
    return any(np.allclose(got[1], each / len(z), rtol=1e-6, equal_nan=True) for each in slopes)


def has_column_shifts(case, got, wanted):
    """See what comes of a largest score for each column, infinities and nan included."""
    z, y = case
    with np.errstate(all="ignore"):
        values = finish(z, y, z - z.max(axis=0, keepdims=True))
    pairs = zip(got, values, strict=True)
    return all(np.allclose(g, v, rtol=1e-6, equal_nan=True) for g, v in pairs)


def soften(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def is_large(z, y):
    return bool(np.any(z.max(axis=1) > 709) or np.any(z.max(axis=1) < -745))


def has_distant_rows(z, y):
    return bool(np.any(z.max(axis=1) < z.max() - 745))


def has_right_class_far_below(z, y):
    return bool(np.any(np.sum(z * y, axis=1) < z.max(axis=1) - 745))


def has_class_far_below(z, y):
    return bool(np.any(z < z.max(axis=1, keepdims=True) - 745))


@exercise.misconception(
    """
    With small scores all is well, and with scores around 1000 `np.exp` overflows to infinity, or
    around −1000 it gives 0, and no finite number comes out. Subtract the largest score of each row
    first: that changes no result.
    """,
    shows=breaks_where(is_large, 2),
)
def no_shift(z, y):
    return finish(z, y, z)


@exercise.misconception(
    """
    You subtract one and the same number from all rows, such as the largest score of the whole
    batch. A row that lies far below it is left with exponentials that are rounded to 0, and one
    that lies far above it with exponentials that overflow. Each row needs its own
    largest score: `z.max(axis=1, keepdims=True)`.
    """,
    shows=breaks_where(has_distant_rows, 2),
)
def one_shift_for_all(z, y):
    return finish(z, y, z - z.max())


@exercise.misconception(
    """
    You subtract the largest score of each *column*, so that the scores of one example are shifted
    by different numbers, and that changes its p. Each row has one number of its own to subtract:
    `z.max(axis=1, keepdims=True)`.
    """,
    shows=has_column_shifts,
)
def shift_by_columns(z, y):
    return finish(z, y, z - z.max(axis=0, keepdims=True))


@exercise.misconception(
    r"""
    You take the logarithm of $p$. Where the right class is 800 below the largest score, $p$ is
    rounded to 0, its logarithm is minus infinity, and yet the true loss is 800. Write the loss with
    the scores: $\log(\sum e^{s}) - s_{\text{right}}$.
    """,
    shows=breaks_where(has_right_class_far_below, 1),
)
def logarithm_of_p(z, y):
    s = z - z.max(axis=1, keepdims=True)
    e = np.exp(s)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(np.sum(p * y, axis=1))), (p - y) / len(z)


@exercise.misconception(
    r"""
    You take the logarithm of every $p$, also of those that do not count. Where one of them is
    rounded to 0, $0 \cdot \log 0$ is `nan`. Write the loss with the scores:
    $\log(\sum e^{s}) - s_{\text{right}}$.
    """,
    shows=breaks_where(has_class_far_below, 1),
)
def logarithm_of_every_p(z, y):
    s = z - z.max(axis=1, keepdims=True)
    e = np.exp(s)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.sum(y * np.log(p), axis=1)), (p - y) / len(z)


@exercise.misconception(
    """
    Neither loss nor slopes are a mean: you added over the examples. Divide both by their number,
    `len(z)`.
    """
)
def sum_over_examples(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return loss * len(z), slopes * len(z)


@exercise.misconception(
    r"""
    Your loss is a mean, your slopes are those of a sum. Each example has a share of $\frac1n$ in
    the mean, so its slopes have, too: divide by `len(z)`.
    """
)
def slopes_not_divided(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return loss, slopes * len(z)


@exercise.misconception(
    """
    You divide by the number of all entries, classes included. A loss belongs to an example, not to
    a class: divide by the number of rows, `len(z)`.
    """
)
def divided_by_all(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return loss / z.shape[1], slopes / z.shape[1]


@exercise.misconception(
    """
    Your loss is right, your slopes are those of a mean over all entries. Each example has a share
    of 1 / `len(z)`: divide by the number of rows alone.
    """
)
def slopes_divided_by_all(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return loss, slopes / z.shape[1]


@exercise.misconception(
    r"""
    Your slopes have the opposite sign: that is $y - p$, the way in which a *step* goes. The slope
    is $p - y$: the loss grows when a wrong score does.
    """
)
def wrong_sign(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return loss, -slopes


@exercise.misconception(
    """
    The sign of your loss is wrong: a logarithm of a number below 1 is negative, and the price of
    surprise is minus that.
    """
)
def negative_loss(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return -loss, slopes


@exercise.misconception(
    r"""
    That is $p$ without $y$. The loss has a second path to the score of the right class, which
    brings −1: the slope is $p - y$.
    """
)
def without_y(z, y):
    s = z - z.max(axis=1, keepdims=True)
    e = np.exp(s)
    return finish(z, y, s)[0], e / e.sum(axis=1, keepdims=True) / len(z)


@exercise.misconception(
    """
    You give a slope to the right class alone. The other scores reach the loss as well, through the
    sum in the denominator: their slope is their p.
    """
)
def right_class_alone(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return loss, slopes * y


@exercise.misconception(
    """
    Your sums run down the columns, over the examples. A softmax compares the classes of *one*
    example, which stand in a row: `axis=1`.
    """
)
def sums_down_columns(z, y):
    s = z - z.max(axis=0, keepdims=True)
    e = np.exp(s)
    total = e.sum(axis=0, keepdims=True)
    return np.sum(np.log(total) - np.sum(y * s, axis=0)) / len(z), (e / total - y) / len(z)


@exercise.misconception(
    """
    The sum by which you divide for p runs down the columns, over the examples. A softmax compares
    the classes of *one* example, which stand in a row: `axis=1`.
    """,
    shows=has_slopes_down_columns,
)
def p_down_columns(z, y):
    s = z - z.max(axis=1, keepdims=True)
    e = np.exp(s)
    return finish(z, y, s)[0], (e / e.sum(axis=0, keepdims=True) - y) / len(z)


@exercise.misconception(
    """
    You add a small number before the logarithm, so that it is never taken of 0. That hides the
    infinity and puts a wrong number in its place: where the loss is 800, yours cannot exceed the
    price of the number that you add. Take the logarithm on paper instead, of the sum of
    exponentials.
    """
)
def small_number_added(z, y):
    s = z - z.max(axis=1, keepdims=True)
    e = np.exp(s)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(np.sum(p * y, axis=1) + 1e-12)), (p - y) / len(z)


@exercise.misconception(
    """
    Your logarithm is that of the shifted scores, and what you subtract is the score as it came.
    Both have to be shifted alike, or the largest score has to be added again.
    """
)
def score_not_shifted(z, y):
    s = z - z.max(axis=1, keepdims=True)
    e = np.exp(s)
    loss = np.mean(np.log(e.sum(axis=1)) - np.sum(y * z, axis=1))
    return loss, finish(z, y, s)[1]


@exercise.misconception(
    """
    You divide by the sum over the whole batch, so that all examples together share one
    probability of 1. Each row has a sum of its own: `axis=1, keepdims=True`.
    """
)
def one_sum_for_all(z, y):
    s = z - z.max(axis=1, keepdims=True)
    e = np.exp(s)
    return finish(z, y, s)[0], (e / e.sum() - y) / len(z)


@exercise.misconception(
    """
    You multiply by p (1 − p) as well. That factor is already in it: p − y *is* the slope with
    respect to the score, behind the whole of the softmax.
    """
)
def softmax_twice(z, y):
    s = z - z.max(axis=1, keepdims=True)
    e = np.exp(s)
    p = e / e.sum(axis=1, keepdims=True)
    return finish(z, y, s)[0], (p - y) * p * (1 - p) / len(z)


@exercise.misconception(
    """
    Your loss is a mean over all entries, classes included. Each example has one loss: add over its
    classes, then take the mean over the rows.
    """
)
def loss_divided_by_all(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return loss / z.shape[1], slopes


@exercise.misconception(
    """
    You cut large scores off. That avoids `inf`, and changes what the scores say: 1000 and 999
    become the same. Shift them; then their differences stay.
    """
)
def cut_off(z, y):
    return finish(z, y, np.clip(z, -500, 500))


@exercise.misconception(
    r"""
    $-y/p$ is the slope with respect to the *probabilities*. Between them and the scores lies the
    softmax, with two paths to the right score and one to each of the others: all of it together is
    $p - y$. (Where $p$ is rounded to 0, yours is no number at all.)
    """,
    shows=has_slopes(lambda p, y: -y / p),
)
def slopes_of_probabilities(z, y):
    return finish(z, y, z - z.max(axis=1, keepdims=True))[0], -y / soften(z) / len(z)


@exercise.misconception(
    r"""
    That is the short cut of the chapter, $-y/p$ times $p\,(1 - p)$: it goes over the diagonal of
    the Jacobian alone. So the wrong classes get 0, and where $p$ is rounded to 0 even `nan`. The
    whole softmax makes $p - y$ of it.
    """,
    shows=has_slopes(lambda p, y: (-y / p) * p * (1 - p)),
)
def diagonal_alone(z, y):
    p = soften(z)
    return finish(z, y, z - z.max(axis=1, keepdims=True))[0], (-y / p) * p * (1 - p) / len(z)


@exercise.misconception(
    """
    Your logarithm has the base 2. Then the price is counted in bits, and the slopes are not those
    of your loss. Asked for is the natural one, `np.log`.
    """
)
def logarithm_to_base_2(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return loss / np.log(2), slopes


@exercise.misconception(
    """
    Your logarithm has the base 10. Then the slopes are not those of your loss. Asked for is the
    natural one, `np.log`.
    """
)
def logarithm_to_base_10(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return loss / np.log(10), slopes


@exercise.misconception(
    """
    The logarithm of your sum has the base 10. Asked for is the natural one, `np.log`: it undoes the
    `np.exp` of the scores.
    """
)
def base_10_for_the_sum(z, y):
    s = z - z.max(axis=1, keepdims=True)
    loss, slopes = finish(z, y, s)
    return np.mean(np.log10(np.exp(s).sum(axis=1)) - np.sum(y * s, axis=1)), slopes


@exercise.misconception(
    """
    The logarithm of your sum has the base 2. Asked for is the natural one, `np.log`: it undoes the
    `np.exp` of the scores.
    """
)
def base_2_for_the_sum(z, y):
    s = z - z.max(axis=1, keepdims=True)
    loss, slopes = finish(z, y, s)
    return np.mean(np.log2(np.exp(s).sum(axis=1)) - np.sum(y * s, axis=1)), slopes


@exercise.misconception(
    """
    Your loss is the squared error of the probabilities, and your slopes are those of cross-entropy.
    They do not belong together: the price of surprise is minus the logarithm of the right one.
    """
)
def squares_for_logarithm(z, y):
    p = soften(z)
    return np.mean(np.sum((p - y) ** 2, axis=1)), (p - y) / len(z)


SHIFTS = (
    lambda z: z.mean(axis=1, keepdims=True),
    lambda z: np.median(z, axis=1, keepdims=True),
    lambda z: (z.max(axis=1, keepdims=True) + z.min(axis=1, keepdims=True)) / 2,
    lambda z: z.min(axis=1, keepdims=True),
)


def has_other_shift(case, got, wanted):
    """See what comes of another number of each row than its largest score."""
    return any(
        breaks_where(lambda z, y, shift=shift: bool(np.any(z - shift(z) > 709)), 2)(
            case, got, wanted
        )
        for shift in SHIFTS
    )


@exercise.misconception(
    """
    Each row is shifted by a number of its own, and that changes no result. But it is not the row's
    *largest* score: where one score lies far above the others, its exponential overflows. The
    largest exponent has to be 0: `z.max(axis=1, keepdims=True)`.
    """,
    shows=has_other_shift,
)
def another_shift(z, y):
    return finish(z, y, z - SHIFTS[0](z))


@exercise.misconception(
    """
    Brackets are missing in your slopes: you divide `y` alone by the number of examples. Each row's
    slope, the whole of `p - y`, has a share of 1 / `len(z)`.
    """
)
def y_divided_alone(z, y):
    loss, slopes = finish(z, y, z - z.max(axis=1, keepdims=True))
    return loss, slopes + soften(z) * (1 - 1 / len(z))


@exercise.misconception(
    """
    You subtract 1 in every column. The 1 belongs to the right class alone, so what is subtracted is
    `y`.
    """
)
def one_subtracted_everywhere(z, y):
    return finish(z, y, z - z.max(axis=1, keepdims=True))[0], (soften(z) - 1) / len(z)
