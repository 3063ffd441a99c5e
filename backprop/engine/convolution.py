"""What slides over images: convolution and pooling, made of windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from backprop.checks import check_pair, format_given
from backprop.engine.linear import linear
from backprop.engine.operations import max, mean, reshape, scatter, transpose, windows
from backprop.engine.variable import Operand, as_value, value_of

if TYPE_CHECKING:
    from backprop.engine.signatures import Input, Plain
    from backprop.engine.variable import Variable

#: One number for both directions, or two: down and across.
Pair: TypeAlias = int | tuple[int, int]
Padding: TypeAlias = Pair | Literal["same"]


@overload
def conv2d(
    x: Input, weight: Variable, bias: Input = 0.0, stride: Pair = 1, padding: Padding = 0
) -> Variable: ...
@overload
def conv2d(
    x: Variable, weight: Plain, bias: Input = 0.0, stride: Pair = 1, padding: Padding = 0
) -> Variable: ...
@overload
def conv2d(
    x: Plain, weight: Plain, bias: Plain = 0.0, stride: Pair = 1, padding: Padding = 0
) -> NDArray[Any]: ...
def conv2d(
    x: Operand, weight: Operand, bias: Operand = 0.0, stride: Pair = 1, padding: Padding = 0
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
    stride : int or tuple of two int, optional
        How far apart the windows start, down and across.
    padding : int, tuple of two int or "same", optional
        So many zeros around each image, above and below, left and right. With ``"same"`` there
        are as many windows as fit when the first starts at every stride: with stride 1, the
        result is as large as the image.

    Returns
    -------
    Variable or numpy.ndarray
        Shape (batch, filters, windows down, windows across).

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or a setting is out of range.

    Examples
    --------
    >>> import backprop as bp
    >>> image = bp.Variable([[[[1.0, 2.0, 3.0]]]])
    >>> bp.conv2d(image, [[[[1.0, -1.0]]]]).value
    array([[[[-1., -1.]]]])
    >>> bp.conv2d(image, [[[[1.0, -1.0]]]], padding="same").value
    array([[[[-1., -1.,  3.]]]])
    """
    images, filters = _measure(x, "conv2d: x"), _measure(weight, "conv2d: weight")
    if len(images) != 4 or len(filters) != 4 or images[1] != filters[1]:
        raise ValueError(
            f"conv2d: x has shape {images} and weight {filters}: they must be (batch, channels, "
            "height, width) and (filters, channels, height, width)"
        )
    biases = _measure(bias, "conv2d: bias")
    if biases not in ((), (1,), (filters[0],)):
        raise ValueError(
            f"conv2d: bias must have the shape ({filters[0]},), one number for each filter of "
            f"weight, got {biases}"
        )
    steps = check_pair(stride, "conv2d: stride")
    if isinstance(padding, str) and padding == "same":
        around = (
            _share_zeros(images[2], filters[2], steps[0]),
            _share_zeros(images[3], filters[3], steps[1]),
        )
    else:
        above, beside = check_padding(padding, "conv2d: padding")
        around = ((above, above), (beside, beside))
    _check_windows(
        [n + sum(zeros) for n, zeros in zip(images[2:], around, strict=True)],
        filters[2:],
        "conv2d: weight",
    )
    cut = windows(pad(x, around), filters[2:], steps)
    (batch, _, down, across, *_), window = np.shape(value_of(cut)), int(np.prod(filters[1:]))
    rows = reshape(transpose(cut, (0, 2, 3, 1, 4, 5)), (batch * down * across, window))
    columns = transpose(reshape(weight, (filters[0], window)))
    out = reshape(linear(rows, columns, bias), (batch, down, across, filters[0]))
    return transpose(out, (0, 3, 1, 2))


def check_padding(padding: Any, name: str) -> tuple[int, int]:
    """Return a padding as a pair, or say what is wrong with it."""
    if isinstance(padding, str):
        raise ValueError(
            f'{name} must be "same", a whole number or two, got {format_given(padding)}'
        )
    return check_pair(padding, name, least=0)


def _measure(operand: Operand, name: str) -> tuple[int, ...]:
    """Return the shape of an operand, or say that it is none."""
    if hasattr(operand, "shape") and not isinstance(operand, np.ndarray):
        return np.shape(value_of(operand))
    return np.shape(as_value(operand, name=name))


def _share_zeros(length: int, window: int, stride: int) -> tuple[int, int]:
    """Return how many zeros stand before and behind, so that a window starts at every stride."""
    missing = (-(-length // stride) - 1) * stride + window - length
    return (missing // 2, missing - missing // 2) if missing > 0 else (0, 0)


def _check_windows(image: Any, window: Any, name: str) -> None:
    if any(not 1 <= w <= n for w, n in zip(window, image, strict=True)):
        raise ValueError(
            f"{name}: windows of size {tuple(window)} do not fit into images of {tuple(image)}, "
            "padding included"
        )


def pad(x: Operand, around: tuple[tuple[int, int], tuple[int, int]]) -> Any:
    """Put zeros around images: so many above and below, left and right.

    Examples
    --------
    >>> from backprop.engine.convolution import pad
    >>> pad([[1.0]], ((1, 0), (1, 1)))
    array([[0., 0., 0.],
           [0., 1., 0.]])
    """
    (above, below), (left, right) = around
    if not (above or below or left or right):
        return x
    *others, height, width = np.shape(value_of(x))
    inside = (..., slice(above, above + height), slice(left, left + width))
    return scatter(x, inside, (*others, above + height + below, left + width + right))


@overload
def max_pool2d(x: Variable, size: Pair = 2, stride: Pair | None = None) -> Variable: ...
@overload
def max_pool2d(x: Plain, size: Pair = 2, stride: Pair | None = None) -> NDArray[Any]: ...
def max_pool2d(x: Operand, size: Pair = 2, stride: Pair | None = None) -> Any:
    """Keep the largest value of each window.

    Parameters
    ----------
    x : Variable or array_like
        Images, shape (..., height, width).
    size : int or tuple of two int, optional
        Height and width of a window.
    stride : int or tuple of two int, optional
        How far apart the windows start, down and across; left out: side by side.

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
    cut = _cut_windows(x, size, stride, "max_pool2d")
    *others, height, width = np.shape(value_of(cut))
    return max(reshape(cut, (*others, height * width)), axis=-1)


@overload
def average_pool2d(x: Variable, size: Pair = 2, stride: Pair | None = None) -> Variable: ...
@overload
def average_pool2d(x: Plain, size: Pair = 2, stride: Pair | None = None) -> NDArray[Any]: ...
def average_pool2d(x: Operand, size: Pair = 2, stride: Pair | None = None) -> Any:
    """Keep the mean of each window.

    Parameters
    ----------
    x : Variable or array_like
        Images, shape (..., height, width).
    size : int or tuple of two int, optional
        Height and width of a window.
    stride : int or tuple of two int, optional
        How far apart the windows start, down and across; left out: side by side.

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
    return mean(_cut_windows(x, size, stride, "average_pool2d"), axis=(-2, -1))


def _cut_windows(x: Operand, size: Pair, stride: Pair | None, name: str) -> Any:
    """Return the windows of images, or say why there are none."""
    shape = _measure(x, f"{name}: x")
    window = check_pair(size, f"{name}: size")
    steps = window if stride is None else check_pair(stride, f"{name}: stride")
    if len(shape) < 2 or any(w > n for w, n in zip(window, shape[-2:], strict=True)):
        raise ValueError(f"{name}: windows of size {window} do not fit into the shape {shape} of x")
    return windows(x, window, steps)
