"""Write the backward pass of a normalisation, row by row."""

import numpy as np

from backprop.course import Exercise

exercise = Exercise(
    title="Back through a normalisation",
    statement=r"""
    Forward, each row of `z` has been shifted by its mean $\mu$ and divided by its standard
    deviation $\sigma$, which gave `h`:

    ```
    mu = z.mean(axis=1, keepdims=True)
    sigma = z.std(axis=1, keepdims=True)
    h = (z - mu) / sigma
    ```

    `dh` is what arrives: the slope of the loss with respect to each entry of `h`. Return the slopes
    with respect to `z`, in the same shape.
    """,
    returns=["dz"],
    practises=["normalisation", "adding over paths", "backward pass"],
    minutes=20,
    hints=[
        r"""
        A nudge of one entry of `z` is felt by its own `h`, and through $\mu$ and $\sigma$ by all
        others of its row: three kinds of paths, which are added up.
        """,
        r"""
        Along a row, the paths through $\mu$ bring minus the mean of `dh`, and those through
        $\sigma$ minus `h` times the mean of `dh * h`. All three are divided by $\sigma$.
        """,
        """
        `dz = (dh - dh.mean(axis=1, keepdims=True) - h * (dh * h).mean(axis=1, keepdims=True)) /
        sigma`
        """,
    ],
    why=r"""
    A shift of the whole row changes nothing in `h`, so the slopes `dz` of a row add up to 0. A
    larger scale changes nothing either, so `np.sum(dz * z)` is 0, too. And because everything is
    divided by $\sigma$, weights that are twice as large send back half as much.
    """,
    fixed=[
        (np.array([[1.0, -1.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])),
        (
            np.array([[2.0, 0.0, 4.0], [1.0, 5.0, 3.0]]),
            np.array([[2.0, 1.0, 0.0], [0.0, 1.0, -1.0]]),
        ),
        (
            np.array([[0.5, -1.5, 2.0, 3.0], [1.0, 0.0, 0.0, -2.0], [4.0, 1.0, -1.0, 0.0]]),
            np.array([[1.0, 0.5, -1.0, 2.0], [0.0, 1.0, 2.0, -1.0], [3.0, -1.0, 0.0, 1.0]]),
        ),
    ],
)


@exercise.starter
def backward_normalised(z, dh):
    mu = z.mean(axis=1, keepdims=True)
    sigma = z.std(axis=1, keepdims=True)
    h = (z - mu) / sigma
    through_mu = ...
    through_sigma = ...
    dz = ...
    return dz


@exercise.reference
def backward_normalised(z, dh):
    mu = z.mean(axis=1, keepdims=True)
    sigma = z.std(axis=1, keepdims=True)
    h = (z - mu) / sigma
    through_mu = -dh.mean(axis=1, keepdims=True)
    through_sigma = -h * (dh * h).mean(axis=1, keepdims=True)
    dz = (dh + through_mu + through_sigma) / sigma
    return dz


@exercise.inputs
def _(rng):
    shape = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    # No row is made of equal numbers, in neither of them: the first two differ.
    z = np.round(rng.normal(0.5, 2, size=shape), 1)
    z[:, 1] = z[:, 0] + rng.choice([-2.0, -1.0, 1.0, 2.0], size=shape[0])
    dh = np.round(rng.normal(size=shape), 1)
    dh[:, 1] = dh[:, 0] + rng.choice([-1.0, -0.5, 0.5, 1.0], size=shape[0])
    return z, dh


def _parts(z, dh, axis=1):
    mu = z.mean(axis=axis, keepdims=True)
    sigma = z.std(axis=axis, keepdims=True)
    h = (z - mu) / sigma
    return h, sigma, dh.mean(axis=axis, keepdims=True), (dh * h).mean(axis=axis, keepdims=True)


@exercise.misconception(
    r"""
    You treat $\mu$ and $\sigma$ as if they were fixed. Both are computed from `z`, so a nudge of
    one entry moves them, and with them every `h` of the row. Add these two kinds of paths.
    """
)
def direct_path_alone(z, dh):
    h, sigma, _, _ = _parts(z, dh)
    return dh / sigma


@exercise.misconception(
    r"""
    The paths through $\sigma$ are missing: what you have is right if the row is only shifted and
    $\sigma$ stays as it is.
    """
)
def without_sigma(z, dh):
    h, sigma, through_mu, _ = _parts(z, dh)
    return (dh - through_mu) / sigma


@exercise.misconception(
    r"""
    The paths through $\mu$ are missing: every `h` of the row falls when the mean rises.
    """
)
def without_mu(z, dh):
    h, sigma, _, through_sigma = _parts(z, dh)
    return (dh - h * through_sigma) / sigma


@exercise.misconception(
    r"""
    All three kinds of paths are there, but nothing is divided by $\sigma$. `h` answers to a nudge
    of `z` with one $\sigma$-th of it.
    """
)
def not_divided(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    return dh - through_mu - h * through_sigma


@exercise.misconception(
    r"""
    The direct path is divided by $\sigma$, the two others are not. They go through the same
    division.
    """
)
def divided_in_part(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    return dh / sigma - through_mu - h * through_sigma


@exercise.misconception(
    r"""
    You *add* what comes through $\mu$ and $\sigma$. When the mean rises, or the spread does, `h`
    becomes smaller: both have a minus.
    """
)
def signs_turned(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    return (dh + through_mu + h * through_sigma) / sigma


@exercise.misconception(
    """
    You took sums where means belong. Each entry has only a share of one n-th in the mean and in the
    spread of its row.
    """
)
def sums_for_means(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    n = z.shape[1]
    return (dh - n * through_mu - h * n * through_sigma) / sigma


@exercise.misconception(
    """
    Your means run down the columns, over the examples. Here each *row* was normalised by itself:
    `axis=1`.
    """
)
def down_the_columns(z, dh):
    h, sigma, _, _ = _parts(z, dh)
    by_column = dh.mean(axis=0, keepdims=True), (dh * h).mean(axis=0, keepdims=True)
    return (dh - by_column[0] - h * by_column[1]) / sigma


@exercise.misconception(
    r"""
    What goes through $\sigma$ is multiplied by `z`. It belongs to `h`, which is `z` less its mean,
    divided by $\sigma$.
    """
)
def z_for_h(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    return (dh - through_mu - z * through_sigma) / sigma


@exercise.misconception(
    r"""
    You divided by the variance. $\sigma$ is its root, and `h` was divided by $\sigma$.
    """
)
def divided_by_variance(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    return (dh - through_mu - h * through_sigma) / sigma**2


@exercise.misconception(
    r"""
    You have normalised `dh`, as the forward pass does with `z`. The way back leads through the
    normalisation of `z`: through its $\sigma$ and its `h`.
    """
)
def forward_again(z, dh):
    mean, spread = dh.mean(axis=1, keepdims=True), dh.std(axis=1, keepdims=True)
    return (dh - mean) / spread


@exercise.misconception(
    """
    Your means run over all entries of the array, and mix the examples. Each *row* was normalised by
    itself: `axis=1, keepdims=True`.
    """
)
def means_of_all(z, dh):
    h, sigma, _, _ = _parts(z, dh)
    return (dh - dh.mean() - h * (dh * h).mean()) / sigma


@exercise.misconception(
    r"""
    You *add* what comes through $\mu$. When the mean rises, every `h` of the row falls: it has a
    minus. What comes through $\sigma$ is right.
    """
)
def sign_of_mu_turned(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    return (dh + through_mu - h * through_sigma) / sigma


@exercise.misconception(
    r"""
    You *add* what comes through $\sigma$. When the spread rises, every `h` shrinks: it has a minus.
    What comes through $\mu$ is right.
    """
)
def sign_of_sigma_turned(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    return (dh - through_mu + h * through_sigma) / sigma


@exercise.misconception(
    r"""
    In what comes through $\sigma$ a factor is missing: how far an entry moves $\sigma$ hangs on
    where it lies in its row, so each has its own `h` before the mean of `dh * h`.
    """
)
def without_own_h(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    return (dh - through_mu - through_sigma) / sigma


@exercise.misconception(
    r"""
    Through $\sigma$ you send the mean of `dh`. When $\sigma$ rises, each `h` shrinks by a share of
    itself, so what comes back is the mean of `dh * h`.
    """
)
def mean_without_h(z, dh):
    h, sigma, through_mu, _ = _parts(z, dh)
    return (dh - through_mu - h * through_mu) / sigma


@exercise.misconception(
    r"""
    In what comes through $\sigma$ you average `dh * z`. What shrinks when $\sigma$ rises is `h`:
    the mean is that of `dh * h`.
    """
)
def z_in_the_mean(z, dh):
    h, sigma, through_mu, _ = _parts(z, dh)
    return (dh - through_mu - h * (dh * z).mean(axis=1, keepdims=True)) / sigma


@exercise.misconception(
    r"""
    What comes through $\mu$ and $\sigma$ is divided by $\sigma$ twice, once by itself and once
    together with the direct path.
    """
)
def divided_twice(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    return (dh - (through_mu + h * through_sigma) / sigma) / sigma


@exercise.misconception(
    r"""
    Brackets are missing: only the last of your three parts is divided by $\sigma$. Put the whole
    sum in brackets.
    """
)
def brackets_left_out(z, dh):
    h, sigma, through_mu, through_sigma = _parts(z, dh)
    return dh - through_mu - h * through_sigma / sigma


@exercise.misconception(
    r"""
    What comes through $\sigma$ is not averaged: you take `dh * h` of each entry alone. $\sigma$
    belongs to the whole row, so all its entries send back through it.
    """
)
def sigma_not_averaged(z, dh):
    h, sigma, through_mu, _ = _parts(z, dh)
    return (dh - through_mu - h * dh * h) / sigma
