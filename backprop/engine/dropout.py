"""Dropout: noise in training that keeps neurons from relying on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from backprop.checks import check_number, format_given
from backprop.engine.arrays import as_array, draw_like
from backprop.engine.operations import multiply
from backprop.engine.variable import Operand, Variable, as_value, value_of

if TYPE_CHECKING:
    from backprop.engine.signatures import Numbers, Plain


@overload
def dropout(a: Variable, rate: float, rng: np.random.Generator) -> Variable: ...
@overload
def dropout(a: Plain, rate: float, rng: np.random.Generator) -> Numbers: ...
def dropout(a: Operand, rate: float, rng: np.random.Generator) -> Any:
    """Set a random share of the elements to 0 and enlarge the others to make up for it.

    Parameters
    ----------
    a : Variable or array_like
        Any shape.
    rate : float
        The share that is dropped, from 0 to below 1.
    rng : numpy.random.Generator
        Decides which.

    Returns
    -------
    Variable, float or numpy.ndarray
        In the shape of `a`; a Variable if `a` is one.

    Raises
    ------
    ValueError
        If `rate` is out of range.

    Notes
    -----
    N. Srivastava et al., *Journal of Machine Learning Research* 15 (2014), 1929-1958.

    Examples
    --------
    >>> import backprop as bp
    >>> import numpy as np
    >>> bp.dropout(bp.Variable(np.ones(4)), 0.5, np.random.default_rng(0)).value
    array([2., 0., 0., 0.])
    """
    if not isinstance(a, Variable):
        a = as_value(a, name="dropout: a")
    if not 0 <= check_number(rate, "dropout: rate") < 1:
        raise ValueError(f"dropout: rate must lie from 0 to below 1, got {format_given(rate)}")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"dropout: rng must come from np.random.default_rng(seed), got {format_given(rng)}"
        )
    mask = draw_like(value_of(a), rng) >= rate
    return multiply(a, (mask / (1.0 - rate)).astype(_type_of(a)))


def _type_of(data: Operand) -> np.dtype[Any]:
    """Return the floating type with which data take part; lists of numbers count as float64."""
    return as_array(as_value(value_of(data))).dtype
