"""What slides over images: convolution and pooling, made of windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from backprop.engine.linear import linear
from backprop.engine.operations import max, mean, reshape, scatter, transpose, windows
from backprop.engine.variable import Operand, value_of

if TYPE_CHECKING:
    from backprop.engine.signatures import Input, Plain
    from backprop.engine.variable import Variable


@overload
def conv2d(
    x: Input, weight: Variable, bias: Input = 0.0, stride: int = 1, padding: int = 0
) -> Variable: ...
@overload
def conv2d(
    x: Variable, weight: Plain, bias: Input = 0.0, stride: int = 1, padding: int = 0
) -> Variable: ...
@overload
def conv2d(
    x: Plain, weight: Plain, bias: Plain = 0.0, stride: int = 1, padding: int = 0
) -> NDArray[Any]: ...
def conv2d(
    x: Operand, weight: Operand, bias: Operand = 0.0, stride: int = 1, padding: int = 0
) -> Any:
    """Slide filters over images: each result is the dot product of a filter with a window.

    (A cross-correlation, as everywhere in this field; the filters are not flipped.)

    Parameters
    ----------
    x : Variable or array_like
        Images, shape (batch, channels, height, width).
    weight : Variable or array_like
        Filters, shape (filters, channels, height, width of a window).
    bias : Variable or array_like, optional
        Shape (filters,).
    stride : int, optional
        How far apart the windows start.
    padding : int, optional
        So many zeros around each image.

    Returns
    -------
    Variable or numpy.ndarray
        Shape (batch, filters, windows down, windows across).

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import backprop as bp
    >>> image = bp.Variable([[[[1.0, 2.0, 3.0]]]])
    >>> bp.conv2d(image, [[[[1.0, -1.0]]]]).value
    array([[[[-1., -1.]]]])
    """
    images, filters = np.shape(value_of(x)), np.shape(value_of(weight))
    if len(images) != 4 or len(filters) != 4 or images[1] != filters[1]:
        raise ValueError(
            f"conv2d: x has shape {images} and weight {filters}: they must be (batch, channels, "
            "height, width) and (filters, channels, height, width)"
        )
    cut = windows(padded(x, padding), filters[2:], stride)
    (batch, _, down, across, *_), window = np.shape(value_of(cut)), int(np.prod(filters[1:]))
    rows = reshape(transpose(cut, (0, 2, 3, 1, 4, 5)), (batch * down * across, window))
    columns = transpose(reshape(weight, (filters[0], window)))
    out = reshape(linear(rows, columns, bias), (batch, down, across, filters[0]))
    return transpose(out, (0, 3, 1, 2))


def padded(x: Operand, padding: int) -> Any:
    """Put zeros around images, on all four sides.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.engine.convolution.padded([[1.0]], 1)
    array([[0., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    """
    if padding == 0:
        return x
    if padding < 0:
        raise ValueError(f"padding must not be negative, got {padding}")
    *others, height, width = np.shape(value_of(x))
    inside = (..., slice(padding, -padding), slice(padding, -padding))
    return scatter(x, inside, (*others, height + 2 * padding, width + 2 * padding))


@overload
def max_pool2d(x: Variable, size: int = 2, stride: int | None = None) -> Variable: ...
@overload
def max_pool2d(x: Plain, size: int = 2, stride: int | None = None) -> NDArray[Any]: ...
def max_pool2d(x: Operand, size: int = 2, stride: int | None = None) -> Any:
    """Keep the largest value of each window.

    Parameters
    ----------
    x : Variable or array_like
        Images, shape (..., height, width).
    size : int, optional
        Height and width of a window.
    stride : int, optional
        How far apart the windows start; left out: side by side.

    Returns
    -------
    Variable or numpy.ndarray
        Shape (..., windows down, windows across).

    Raises
    ------
    ValueError
        If no window fits.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.max_pool2d(bp.Variable([[1.0, 2.0], [4.0, 3.0]])).value
    array([[4.]])
    """
    cut = windows(x, (size, size), size if stride is None else stride)
    *others, _, _ = np.shape(value_of(cut))
    return max(reshape(cut, (*others, size * size)), axis=-1)


@overload
def average_pool2d(x: Variable, size: int = 2, stride: int | None = None) -> Variable: ...
@overload
def average_pool2d(x: Plain, size: int = 2, stride: int | None = None) -> NDArray[Any]: ...
def average_pool2d(x: Operand, size: int = 2, stride: int | None = None) -> Any:
    """Keep the mean of each window.

    Parameters
    ----------
    x : Variable or array_like
        Images, shape (..., height, width).
    size : int, optional
        Height and width of a window.
    stride : int, optional
        How far apart the windows start; left out: side by side.

    Returns
    -------
    Variable or numpy.ndarray
        Shape (..., windows down, windows across).

    Examples
    --------
    >>> import backprop as bp
    >>> bp.average_pool2d(bp.Variable([[1.0, 2.0], [4.0, 3.0]])).value
    array([[2.5]])
    """
    return mean(windows(x, (size, size), size if stride is None else stride), axis=(-2, -1))
