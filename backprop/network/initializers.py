"""Start values of weights: random, and of a size that keeps signals from fading or blowing up.

Each initialiser is a function of a shape and a seed. In a weight of shape (inputs, outputs) every
output adds up `inputs` products; in the filters of a convolution, shape (filters, channels, height,
width), every output adds up ``channels × height × width`` of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from backprop.checks import LONGEST, check_count, check_generator, format_given
from backprop.engine.variable import Variable

#: What decides random numbers: a whole number, a generator to draw from, or None for new ones
#: each time.
Seed = int | np.random.Generator | None
Initializer = Callable[[tuple[int, ...], np.random.Generator], Any]


def glorot_uniform(shape: Sequence[int], seed: Seed = None) -> NDArray[np.float64]:
    """Draw evenly from ±√(6 / (inputs + outputs)): for sigmoid, tanh and softmax layers.

    Parameters
    ----------
    shape : tuple of int
        (inputs, outputs) or (filters, channels, height, width).
    seed : int or numpy.random.Generator, optional
        Decides the numbers; left out: new ones each time.

    Returns
    -------
    numpy.ndarray
        Of that shape, float64.

    Raises
    ------
    ValueError
        If the shape is of another kind.

    Notes
    -----
    X. Glorot and Y. Bengio, *Understanding the difficulty of training deep feedforward neural
    networks*, AISTATS 2010, equation 16. The variance 2 / (inputs + outputs) is a compromise: one
    over the inputs would keep the size of the values, one over the outputs that of the gradients.

    Examples
    --------
    >>> import backprop as bp
    >>> W = bp.initializers.glorot_uniform((300, 200), seed=0)
    >>> bool(abs(W).max() <= (6 / 500) ** 0.5), round(float(W.var()), 4)     # 2 / 500
    (True, 0.004)
    """
    inputs, outputs = _count_fans(shape)
    limit = math.sqrt(6.0 / (inputs + outputs))
    return check_generator(seed).uniform(-limit, limit, shape)


def glorot_normal(shape: Sequence[int], seed: Seed = None) -> NDArray[np.float64]:
    """Draw from a normal distribution of variance 2 / (inputs + outputs).

    Parameters, result and source as for :func:`glorot_uniform`.

    Examples
    --------
    >>> import backprop as bp
    >>> round(float(bp.initializers.glorot_normal((300, 200), seed=0).var()), 4)
    0.004
    """
    inputs, outputs = _count_fans(shape)
    return check_generator(seed).normal(0.0, math.sqrt(2.0 / (inputs + outputs)), shape)


def he_uniform(shape: Sequence[int], seed: Seed = None) -> NDArray[np.float64]:
    """Draw evenly from ±√(6 / inputs), which has the variance 2 / inputs.

    Parameters, result and source as for :func:`he_normal`.

    Examples
    --------
    >>> import backprop as bp
    >>> round(float(bp.initializers.he_uniform((200, 300), seed=0).var()), 3)
    0.01
    """
    limit = math.sqrt(6.0 / _count_fans(shape)[0])
    return check_generator(seed).uniform(-limit, limit, shape)


def he_normal(shape: Sequence[int], seed: Seed = None) -> NDArray[np.float64]:
    """Draw from a normal distribution of variance 2 / inputs: for layers of ReLUs.

    Parameters
    ----------
    shape : tuple of int
        (inputs, outputs) or (filters, channels, height, width).
    seed : int or numpy.random.Generator, optional
        Decides the numbers; left out: new ones each time.

    Returns
    -------
    numpy.ndarray
        Of that shape, float64.

    Raises
    ------
    ValueError
        If the shape is of another kind.

    Notes
    -----
    K. He, X. Zhang, S. Ren and J. Sun, *Delving deep into rectifiers*, ICCV 2015, equation 10. A
    ReLU passes half of a symmetric signal on; the 2 makes up for the other half.

    Examples
    --------
    >>> import backprop as bp
    >>> round(float(bp.initializers.he_normal((200, 300), seed=0).var()), 3)
    0.01
    """
    return check_generator(seed).normal(0.0, math.sqrt(2.0 / _count_fans(shape)[0]), shape)


def normal(shape: Sequence[int], seed: Seed = None) -> NDArray[np.float64]:
    """Draw from the standard normal distribution: mean 0, variance 1. Any shape.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.initializers.normal((2,), seed=0).round(3)
    array([ 0.126, -0.132])
    """
    return check_generator(seed).normal(size=_check_shape(shape))


def zeros(shape: Sequence[int], seed: Seed = None) -> NDArray[np.float64]:
    """Return zeros: for biases. Weights that start equal get equal gradients and stay equal.

    Any shape; `seed` is not used.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.initializers.zeros((2, 1))
    array([[0.],
           [0.]])
    """
    check_generator(seed)
    return np.zeros(_check_shape(shape))


#: The names that layers know. The two short ones stand for the form that the paper recommends.
INITIALIZERS: dict[str, Initializer] = {
    "glorot": glorot_uniform,
    "he": he_normal,
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "normal": normal,
    "zeros": zeros,
}


def _check_shape(shape: Sequence[int]) -> tuple[int, ...]:
    """Return a shape of any kind, or say that it is none."""
    if not isinstance(shape, (tuple, list)):
        raise TypeError(f"shape must be a tuple such as (2, 3), got {format_given(shape)}")
    return tuple(
        check_count(length, f"shape[{i}]", least=0, most=LONGEST) for i, length in enumerate(shape)
    )


def _count_fans(shape: Sequence[int]) -> tuple[int, int]:
    """Return how many inputs reach an output, and how many outputs an input reaches."""
    lengths = _check_shape(shape)
    if len(lengths) not in (2, 4) or 0 in lengths:
        raise ValueError(
            "shape must be (inputs, outputs) or (filters, channels, height, width), "
            f"got {format_given(shape)}"
        )
    window = math.prod(lengths[2:])
    if len(lengths) == 2:
        return lengths
    return lengths[1] * window, lengths[0] * window


def draw_parameter(
    name: str, shape: tuple[int, ...], initializer: str | Initializer, seed: Seed, dtype: DTypeLike
) -> Variable:
    """Return a new parameter; the layer that it is set in names it."""
    floating = _check_floating(dtype)
    draw = INITIALIZERS.get(initializer) if isinstance(initializer, str) else initializer
    if draw is None or not callable(draw) or isinstance(draw, type):
        raise ValueError(
            f"initializer must be one of {', '.join(INITIALIZERS)}, or a function of a shape and a "
            f"generator; got {format_given(initializer)}"
        )
    generator = check_generator(seed)
    try:
        drawn = np.asarray(draw(shape, generator))
    except (MemoryError, OverflowError):
        raise ValueError(f"{name} must fit into memory, but has the shape {shape}") from None
    if drawn.shape != shape:
        raise ValueError(
            f"initializer must return the shape {shape} for {name}, it returned {drawn.shape}"
        )
    return Variable(drawn.astype(floating))


def _check_floating(dtype: DTypeLike) -> np.dtype[Any]:
    """Return a floating type, or say that it is none."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = np.dtype(object)
    if found.kind != "f" or dtype is None:
        raise TypeError(
            f"dtype must be a floating type such as np.float32, got {format_given(dtype)}"
        )
    return found
