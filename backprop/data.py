"""The data sets that the book uses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backprop.checks import name_extra


class Observations(NamedTuple):
    """Inputs, and what was observed for each of them."""

    x: NDArray[np.float64]
    observed: NDArray[np.float64]


class Digits(NamedTuple):
    """Images of handwritten digits, and which digit each of them is."""

    images: NDArray[np.float64]
    labels: NDArray[np.int64]


def dosage() -> Observations:
    """Return three dosages of a medicine and how well each worked.

    Returns
    -------
    x : numpy.ndarray, shape (3,)
        Dosage, from 0 (none) to 1 (the highest that was given); no unit.
    observed : numpy.ndarray, shape (3,)
        Effectiveness, from 0 (did not work) to 1 (worked); no unit.

    Notes
    -----
    The example was made popular by J. Starmer, *StatQuest: Neural Networks Pt. 2: Backpropagation
    Main Ideas* (2020): a low and a high dosage do nothing, the one in the middle works. No straight
    line fits that.

    Examples
    --------
    >>> import backprop as bp
    >>> x, observed = bp.data.dosage()
    >>> x, observed
    (array([0. , 0.5, 1. ]), array([0., 1., 0.]))
    """
    return Observations(np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0]))


def digits() -> Digits:
    """Return 1,797 handwritten digits as images of 8 × 8 pixels.

    Returns
    -------
    images : numpy.ndarray, shape (1797, 64)
        A row for each image, its pixels from the left to the right and from the top to the bottom;
        0 is paper, 1 is ink. Each pixel is a count of ink in 4 × 4 dots, divided by 16.
    labels : numpy.ndarray, shape (1797,)
        Which digit each image shows, from 0 to 9.

    Raises
    ------
    ModuleNotFoundError
        If scikit-learn, which brings the images, is not installed.

    Notes
    -----
    E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits* (UCI Machine Learning
    Repository, 1998), CC BY 4.0: the part of the set that 13 people wrote who wrote none of the
    rest of it, as scikit-learn ships it.

    Examples
    --------
    >>> import backprop as bp
    >>> images, labels = bp.data.digits()
    >>> images.shape, labels[:5]
    ((1797, 64), array([0, 1, 2, 3, 4]))
    """
    with name_extra("the set of digits"):
        from sklearn.datasets import load_digits
    images, labels = load_digits(return_X_y=True)
    return Digits(images / 16, labels.astype(np.int64))
