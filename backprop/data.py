"""The data sets that the book uses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Observations(NamedTuple):
    """Inputs, and what was observed for each of them."""

    x: NDArray[np.float64]
    observed: NDArray[np.float64]


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
