"""Ready-made layers: parameters together with what is computed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from backprop.checks import (
    check_flag,
    check_fraction,
    check_function,
    check_generator,
    check_length,
    check_pair,
)
from backprop.engine.convolution import Padding, Pair, check_padding, conv2d, max_pool2d
from backprop.engine.dropout import dropout
from backprop.engine.embedding import check_whole_numbers, embedding
from backprop.engine.linear import linear
from backprop.engine.normalization import layer_norm
from backprop.engine.operations import reshape
from backprop.engine.variable import Operand, Variable, as_value, value_of
from backprop.network.initializers import Initializer, Seed, draw_parameter
from backprop.network.layer import Layer

if TYPE_CHECKING:
    from backprop.engine.signatures import Activation, Input, Numbers, Plain


class Linear(Layer):
    """A layer of neurons: ``z = x W + b``, then ``f(z)`` if there is an activation.

    Parameters
    ----------
    inputs, outputs : int
        Numbers of neurons before and in this layer.
    activation : callable, optional
        Such as ``bp.relu``.
    seed : int or numpy.random.Generator, optional
        Decides the start values of the weights; left out: new ones each time.
    initializer : str or callable, optional
        How weights are drawn: ``"glorot"``, ``"he"`` or another name of
        :mod:`backprop.network.initializers`, or a function of a shape and a generator. Biases
        start at 0.
    bias : bool, optional
        Whether there is a `b`.
    dtype : data type, optional
        float64 or float32. In float32, give float32 data too: results have the wider of the two.

    Attributes
    ----------
    W : Variable, shape (inputs, outputs)
    b : Variable, shape (outputs,); or None

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong type, out of range or unknown.

    Examples
    --------
    >>> import backprop as bp
    >>> layer = bp.Linear(2, 3, bp.relu, seed=0, initializer="he")
    >>> layer
    Linear(2, 3, relu)
    >>> layer([[1.0, 2.0]]).shape
    (1, 3)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        activation: Activation | None = None,
        *,
        seed: Seed = None,
        initializer: str | Initializer = "glorot",
        bias: bool = True,
        dtype: DTypeLike = np.float64,
    ) -> None:
        shape = check_length(inputs, "inputs"), check_length(outputs, "outputs")
        self.activation = check_activation(activation)
        self.W = draw_parameter("W", shape, initializer, seed, dtype)
        self.b = (
            draw_parameter("b", shape[1:], "zeros", None, dtype)
            if check_flag(bias, "bias")
            else None
        )

    def __call__(self, x: Input) -> Variable:
        """Compute the neurons; `x` has shape (..., inputs), the result (..., outputs)."""
        return linear(x, self.W, 0.0 if self.b is None else self.b, self.activation)

    def followed_by(self, activation: Activation, x: Input) -> Any:
        """Compute the neurons and an activation behind them, in one step where that is possible."""
        if self.activation is not None:
            return activation(self(x))
        return linear(x, self.W, 0.0 if self.b is None else self.b, activation)

    def __repr__(self) -> str:
        """Show the sizes and the activation."""
        behind = "" if self.activation is None else f", {format_part(self.activation)}"
        return f"Linear({', '.join(map(str, self.W.shape))}{behind})"


class Conv2d(Layer):
    """Slide filters over images, see :func:`backprop.conv2d`.

    Parameters
    ----------
    channels, filters : int
        Numbers of channels before and in this layer.
    size : int or tuple of two int
        Height and width of a filter.
    activation : callable, optional
        Such as ``bp.relu``.
    stride : int or tuple of two int, optional
        How far apart the windows start, down and across.
    padding : int, tuple of two int or "same", optional
        So many zeros around each image; ``"same"``: as many as keep its size (with stride 1).
    seed, initializer, bias, dtype : optional
        As for :class:`Linear`.

    Attributes
    ----------
    W : Variable, shape (filters, channels, height, width of a filter)
    b : Variable, shape (filters,); or None

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong type, out of range or unknown.

    Examples
    --------
    >>> import backprop as bp, numpy as np
    >>> layer = bp.Conv2d(1, 8, 3, bp.relu, padding=1, seed=0)
    >>> layer
    Conv2d(1, 8, 3, relu, padding=1)
    >>> layer(np.ones((10, 1, 6, 6))).shape
    (10, 8, 6, 6)
    """

    def __init__(
        self,
        channels: int,
        filters: int,
        size: Pair,
        activation: Activation | None = None,
        *,
        stride: Pair = 1,
        padding: Padding = 0,
        seed: Seed = None,
        initializer: str | Initializer = "glorot",
        bias: bool = True,
        dtype: DTypeLike = np.float64,
    ) -> None:
        numbers = check_length(filters, "filters"), check_length(channels, "channels")
        shape = (*numbers, *check_pair(size, "size"))
        self.activation = check_activation(activation)
        self.stride = _keep_pair(stride, check_pair(stride, "stride"))
        same = isinstance(padding, str) and padding == "same"
        self.padding: Padding = (
            "same" if same else _keep_pair(padding, check_padding(padding, "padding"))
        )
        self.W = draw_parameter("W", shape, initializer, seed, dtype)
        self.b = (
            draw_parameter("b", shape[:1], "zeros", None, dtype)
            if check_flag(bias, "bias")
            else None
        )

    def __call__(self, x: Input) -> Variable:
        """Compute the images; `x` has shape (batch, channels, height, width)."""
        bias = 0.0 if self.b is None else self.b
        z = conv2d(x, self.W, bias, self.stride, self.padding)
        return z if self.activation is None else self.activation(z)

    def __repr__(self) -> str:
        """Show the sizes, and what is not as usual."""
        filters, channels, height, width = self.W.shape
        size = height if height == width else (height, width)
        shown = [str(channels), str(filters), str(size)]
        shown += [] if self.activation is None else [format_part(self.activation)]
        shown += [] if self.stride == 1 else [f"stride={self.stride}"]
        shown += [] if self.padding == 0 else [f"padding={self.padding!r}"]
        return f"Conv2d({', '.join(shown)})"


class MaxPool2d(Layer):
    """Keep the largest value of each window of an image, see :func:`backprop.max_pool2d`.

    Parameters
    ----------
    size : int or tuple of two int, optional
        Height and width of a window.
    stride : int or tuple of two int, optional
        How far apart the windows start, down and across; left out: side by side.

    Raises
    ------
    ValueError
        If a setting is no whole number of at least 1.

    Examples
    --------
    >>> import backprop as bp, numpy as np
    >>> bp.MaxPool2d(2)(np.ones((10, 8, 6, 6))).shape
    (10, 8, 3, 3)
    """

    def __init__(self, size: Pair = 2, stride: Pair | None = None) -> None:
        self.size = _keep_pair(size, check_pair(size, "size"))
        given = self.size if stride is None else stride
        self.stride = _keep_pair(given, check_pair(given, "stride"))

    @overload
    def __call__(self, x: Variable) -> Variable: ...
    @overload
    def __call__(self, x: Plain) -> NDArray[Any]: ...
    def __call__(self, x: Operand) -> Any:
        """Compute the largest values; `x` has shape (..., height, width)."""
        return max_pool2d(_check_input(x, "MaxPool2d"), self.size, self.stride)

    def __repr__(self) -> str:
        """Show the sizes."""
        stride = "" if self.stride == self.size else f", stride={self.stride}"
        return f"MaxPool2d({self.size}{stride})"


class Flatten(Layer):
    """Lay each example of a batch out as one row.

    Examples
    --------
    >>> import backprop as bp, numpy as np
    >>> bp.Flatten()(np.ones((10, 8, 3, 3))).shape
    (10, 72)
    """

    @overload
    def __call__(self, x: Variable) -> Variable: ...
    @overload
    def __call__(self, x: Plain) -> NDArray[Any]: ...
    def __call__(self, x: Operand) -> Any:
        """Change the shape (batch, ...) into (batch, elements of an example)."""
        x = _check_input(x, "Flatten")
        batch, *others = np.shape(value_of(x)) or (1,)
        return reshape(x, (batch, int(np.prod(others))))


class Embedding(Layer):
    """A table of vectors, looked up by number, see :func:`backprop.embedding`.

    Parameters
    ----------
    rows, width : int
        How many vectors, and how long each is.
    seed, initializer, dtype : optional
        As for :class:`Linear`; the numbers are drawn from the standard normal distribution.

    Attributes
    ----------
    table : Variable, shape (rows, width)

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong type, out of range or unknown.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.Embedding(100, 8, seed=0)([[3, 1, 4], [1, 5, 9]]).shape
    (2, 3, 8)
    """

    def __init__(
        self,
        rows: int,
        width: int,
        *,
        seed: Seed = None,
        initializer: str | Initializer = "normal",
        dtype: DTypeLike = np.float64,
    ) -> None:
        shape = check_length(rows, "rows"), check_length(width, "width")
        self.table = draw_parameter("table", shape, initializer, seed, dtype)

    def __call__(self, x: Plain) -> Variable:
        """Look up; `x` holds integers, in any shape, the result has one axis more."""
        return embedding(self.table, check_whole_numbers(x, self.table.shape[0], "Embedding: x"))

    def __repr__(self) -> str:
        """Show the sizes."""
        return f"Embedding({', '.join(map(str, self.table.shape))})"


class Dropout(Layer):
    """In training, drop a random share of the elements; in evaluation, hand on what comes.

    See :func:`backprop.dropout`. Change over with ``net.train()`` and ``net.eval()``.

    Parameters
    ----------
    rate : float, optional
        The share that is dropped, from 0 to below 1.
    seed : int or numpy.random.Generator, optional
        Decides which; left out: others each time.

    Raises
    ------
    TypeError, ValueError
        If `rate` is no number, or out of range.

    Examples
    --------
    >>> import backprop as bp, numpy as np
    >>> layer = bp.Dropout(0.5, seed=0)
    >>> layer(np.ones(4))
    array([2., 0., 0., 0.])
    >>> layer.eval()(np.ones(4))
    array([1., 1., 1., 1.])
    """

    def __init__(self, rate: float = 0.5, seed: Seed = None) -> None:
        self.rate = check_fraction(rate, "rate", of=1, below=True)
        self.generator = check_generator(seed)

    @overload
    def __call__(self, x: Variable) -> Variable: ...
    @overload
    def __call__(self, x: Plain) -> Numbers: ...
    def __call__(self, x: Operand) -> Any:
        """Drop, or do not; any shape."""
        x = _check_input(x, "Dropout")
        return dropout(x, self.rate, self.generator) if self.training else x

    def __repr__(self) -> str:
        """Show the rate."""
        return f"Dropout({self.rate:g})"


class LayerNorm(Layer):
    """Shift and scale each row to mean 0 and variance 1, then by what is learned.

    See :func:`backprop.layer_norm`.

    Parameters
    ----------
    width : int
        Length of a row.
    eps : float, optional
        Added to the variance.
    dtype : data type, optional
        float64 or float32.

    Attributes
    ----------
    gain, bias : Variable, shape (width,)
        They start at 1 and 0.

    Raises
    ------
    TypeError, ValueError
        If a setting is of the wrong type, or out of range.

    Examples
    --------
    >>> import backprop as bp
    >>> bp.LayerNorm(3)([1.0, 2.0, 3.0]).value.round(3)
    array([-1.225,  0.   ,  1.225])
    """

    def __init__(self, width: int, eps: float = 1e-5, dtype: DTypeLike = np.float64) -> None:
        width = check_length(width, "width")
        self.eps = check_fraction(eps, "eps")
        self.gain = draw_parameter("gain", (width,), _draw_ones, None, dtype)
        self.bias = draw_parameter("bias", (width,), "zeros", None, dtype)

    def __call__(self, x: Input) -> Variable:
        """Shift and scale; `x` has shape (..., width)."""
        x = _check_input(x, "LayerNorm")
        if np.shape(value_of(x))[-1:] != self.gain.shape:
            raise ValueError(
                f"LayerNorm: x must have rows of the length {self.gain.shape[0]}, "
                f"got shape {np.shape(value_of(x))}"
            )
        return layer_norm(x, self.gain, self.bias, self.eps)

    def __repr__(self) -> str:
        """Show the length of a row."""
        return f"LayerNorm({self.gain.shape[0]})"


def _check_input(x: Operand, layer: str) -> Any:
    """Return what a layer is given, if it is made of numbers, or say that it is not."""
    if isinstance(x, Variable):
        return x
    as_value(x, name=f"{layer}: x")
    return x


def _keep_pair(given: Any, pair: tuple[int, int]) -> Pair:
    """Return one number where one was given, and a pair where two were."""
    return pair if isinstance(given, (tuple, list)) else pair[0]


def _draw_ones(shape: tuple[int, ...], generator: np.random.Generator) -> NDArray[Any]:
    return np.ones(shape)


def check_activation(activation: Any) -> Any:
    """Return an activation, or say that it is none."""
    return None if activation is None else check_function(activation, "activation", "bp.relu")


def format_part(part: Any) -> str:
    """Return how a layer or a function is shown in a network."""
    return repr(part) if isinstance(part, Layer) else getattr(part, "__name__", repr(part))
