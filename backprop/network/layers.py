"""Layers: parameters together with what is computed from them, and networks made of layers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, cast, overload

import numpy as np
from numpy.typing import DTypeLike, NDArray

from backprop import saving
from backprop.checks import checked_count, checked_fraction
from backprop.engine.convolution import conv2d, max_pool2d
from backprop.engine.dropout import dropout
from backprop.engine.embedding import embedding
from backprop.engine.linear import SLOPE_FROM_RESULT, linear
from backprop.engine.normalization import layer_norm
from backprop.engine.operations import reshape
from backprop.engine.variable import Operand, Variable, value_of
from backprop.network.initializers import INITIALIZERS, Initializer, Seed

if TYPE_CHECKING:
    from backprop.engine.signatures import Activation, Input, Numbers, Plain

_KIND = "the parameters of a layer"


class Layer:
    """What all layers share: finding, naming and saving parameters, and the training mode.

    A layer of your own sets its Variables and inner layers as attributes (or in lists), and defines
    ``__call__``.

    Attributes
    ----------
    training : bool
        Whether :class:`Dropout` drops; see :meth:`train` and :meth:`eval`.

    Examples
    --------
    >>> import backprop as bp
    >>> class Residual(bp.Layer):
    ...     def __init__(self, width):
    ...         self.inner = bp.Linear(width, width, bp.relu, seed=0)
    ...     def __call__(self, x):
    ...         return x + self.inner(x)
    >>> net = Residual(3)
    >>> [parameter.name for parameter in net.parameters()]
    ['inner.W', 'inner.b']
    >>> net([[0.0, 0.0, 0.0]]).shape
    (1, 3)
    """

    training = True

    def __call__(self, x: Operand) -> Any:
        """Compute the result of this layer."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, x)")

    def parameters(self) -> list[Variable]:
        """Return the parameters of this layer and of the layers in it, each once.

        Those without a name of their own are called by their place, such as ``layer2.W``.
        """
        places: dict[Variable, str] = {}
        for place, part in self._walk():
            if type(part) is Variable and part.operation is None:
                places.setdefault(part, place)
        for parameter, place in places.items():
            # The longest name wins: the same layer, asked by itself, calls it `W`.
            if place.endswith(parameter.name or ""):
                parameter.name = place
        if len({parameter.name for parameter in places}) < len(places):
            for parameter, place in places.items():
                parameter.name = place
        return list(places)

    def train(self) -> Self:
        """Let :class:`Dropout` drop, in this layer and in the layers in it; return the layer."""
        return self._set_training(True)

    def eval(self) -> Self:
        """Compute predictions: nothing is dropped; return the layer."""
        return self._set_training(False)

    @contextmanager
    def evaluating(self) -> Iterator[None]:
        """Compute predictions inside this context, as after :meth:`eval`.

        Examples
        --------
        >>> import backprop as bp
        >>> layer = bp.Dropout(0.5)
        >>> with layer.evaluating():
        ...     layer.training
        False
        >>> layer.training
        True
        """
        before = [(layer, layer.training) for layer in (self, *self._inner(Layer))]
        self.eval()
        try:
            yield
        finally:
            for layer, training in before:
                layer.training = training

    def _set_training(self, training: bool) -> Self:
        for layer in (self, *self._inner(Layer)):
            layer.training = training
        return self

    def generators(self) -> list[np.random.Generator]:
        """Return the random generators that the results depend on, such as those of dropout."""
        return list(dict.fromkeys(self._inner(np.random.Generator)))

    def save(self, path: saving.FilePath) -> None:
        """Write the parameters into a file (``.npz``); a file of that name is replaced.

        Examples
        --------
        >>> import backprop as bp, os, tempfile
        >>> net, other = bp.Linear(2, 1, seed=0), bp.Linear(2, 1, seed=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     net.save(os.path.join(folder, "net.npz"))
        ...     other.load(os.path.join(folder, "net.npz"))
        >>> bool((net.W.value == other.W.value).all())
        True
        """
        values = {parameter.name: parameter.value for parameter in self.parameters()}
        arrays = {f"parameter {name}": value for name, value in values.items()}
        saving.write(path, _KIND, {"names": list(values)}, arrays)

    def load(self, path: saving.FilePath) -> None:
        """Take the parameters from a file that :meth:`save` has written.

        Raises
        ------
        OSError
            If the file is not there, or must not be read.
        ValueError
            If it is damaged, or belongs to a layer with other parameters.
        """
        header, arrays = saving.read(path, _KIND)
        with saving.understood(path):
            values = {name: arrays[f"parameter {name}"] for name in header["names"]}
        parameters = {parameter.name or "": parameter for parameter in self.parameters()}
        saving.check_fit(path, parameters, values)
        saving.put(parameters, values)

    def _parts(self) -> Iterator[tuple[str, Any]]:
        """Yield what is set in this layer, and what lists in it hold, with a name for each."""
        for name, part in vars(self).items():
            if isinstance(part, (list, tuple)):
                yield from ((f"{name}{i}", one) for i, one in enumerate(part, 1))
            else:
                yield name, part

    def _walk(self) -> Iterator[tuple[str, Any]]:
        """Yield the parts of this layer, and those of the layers in it, each with its place."""
        for name, part in self._parts():
            yield name, part
            if isinstance(part, Layer):
                yield from ((f"{name}.{inner}", one) for inner, one in part._walk())

    def _inner(self, kind: type) -> Iterator[Any]:
        return (part for _, part in self._walk() if isinstance(part, kind))

    def __repr__(self) -> str:
        """Show the layers in this one."""
        inner = [f"{name}={part!r}" for name, part in self._parts() if isinstance(part, Layer)]
        return f"{type(self).__name__}({', '.join(inner)})"


class Sequential(Layer):
    """Layers and functions, one after the other: each takes what the one before returns.

    A :class:`Linear` followed by sigmoid, tanh, relu or softplus is computed in one step.

    Parameters
    ----------
    *layers : Layer or callable
        At least one. Parameters are named by the place of their layer among those that have
        parameters: ``layer1.W``, ``layer1.b``, ``layer2.W``, ...

    Attributes
    ----------
    layers : tuple of Layer or callable

    Raises
    ------
    TypeError, ValueError
        If one of them cannot be called, or there are none.

    Examples
    --------
    >>> import backprop as bp
    >>> net = bp.Sequential(bp.Linear(1, 2, seed=0), bp.softplus, bp.Linear(2, 1, seed=1))
    >>> net
    Sequential(Linear(1, 2), softplus, Linear(2, 1))
    >>> [(parameter.name, parameter.shape) for parameter in net.parameters()]
    [('layer1.W', (1, 2)), ('layer1.b', (2,)), ('layer2.W', (2, 1)), ('layer2.b', (1,))]
    >>> net([[0.0], [0.5], [1.0]]).shape
    (3, 1)
    """

    def __init__(self, *layers: Layer | Activation) -> None:
        if not layers:
            raise ValueError("Sequential needs at least one layer")
        for i, layer in enumerate(layers, 1):
            if not callable(layer):
                raise TypeError(
                    f"argument {i} of Sequential is {layer!r}: give layers and functions one "
                    "after the other, as in bp.Sequential(bp.Linear(1, 2), bp.relu)"
                )
        self.layers = layers
        self._steps = tuple(_in_one_step(layers))
        self.parameters()  # names them

    def __call__(self, x: Input) -> Variable:
        """Compute the result of the last layer; `x` is what the first one takes."""
        out: Any = x
        for layer, activation in self._steps:
            out = layer(out) if activation is None else layer.followed_by(activation, out)
        return cast("Variable", out)

    def _parts(self) -> Iterator[tuple[str, Any]]:
        number = 0
        for layer in self.layers:
            if isinstance(layer, Layer):
                number += any(True for _ in layer._inner(Variable))
                yield f"layer{number}", layer

    def __repr__(self) -> str:
        """Show the layers in their order."""
        return f"Sequential({', '.join(map(_named, self.layers))})"


def _in_one_step(layers: tuple[Activation, ...]) -> Iterator[tuple[Any, Activation | None]]:
    """Yield what is to be called; a linear layer and the activation behind it together."""
    waiting = iter(zip(layers, (*layers[1:], None), strict=True))
    for layer, following in waiting:
        fusable = any(following is known for known in SLOPE_FROM_RESULT)
        if type(layer) is Linear and fusable:
            next(waiting)
            yield layer, following
        else:
            yield layer, None


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
        shape = checked_count(inputs, "inputs"), checked_count(outputs, "outputs")
        self.activation = _checked_activation(activation)
        self.W = _drawn("W", shape, initializer, seed, dtype)
        self.b = _drawn("b", shape[1:], "zeros", None, dtype) if bias else None

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
        behind = "" if self.activation is None else f", {_named(self.activation)}"
        return f"Linear({', '.join(map(str, self.W.shape))}{behind})"


class Conv2d(Layer):
    """Slide filters over images, see :func:`backprop.conv2d`.

    Parameters
    ----------
    channels, filters : int
        Numbers of channels before and in this layer.
    size : int
        Height and width of a filter.
    activation : callable, optional
        Such as ``bp.relu``.
    stride : int, optional
        How far apart the windows start.
    padding : int, optional
        So many zeros around each image.
    seed, initializer, bias, dtype : optional
        As for :class:`Linear`.

    Attributes
    ----------
    W : Variable, shape (filters, channels, size, size)
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
        size: int,
        activation: Activation | None = None,
        *,
        stride: int = 1,
        padding: int = 0,
        seed: Seed = None,
        initializer: str | Initializer = "glorot",
        bias: bool = True,
        dtype: DTypeLike = np.float64,
    ) -> None:
        size = checked_count(size, "size")
        shape = checked_count(filters, "filters"), checked_count(channels, "channels"), size, size
        self.activation = _checked_activation(activation)
        self.stride = checked_count(stride, "stride")
        self.padding = checked_count(padding, "padding", least=0)
        self.W = _drawn("W", shape, initializer, seed, dtype)
        self.b = _drawn("b", shape[:1], "zeros", None, dtype) if bias else None

    def __call__(self, x: Input) -> Variable:
        """Compute the images; `x` has shape (batch, channels, height, width)."""
        bias = 0.0 if self.b is None else self.b
        z = conv2d(x, self.W, bias, self.stride, self.padding)
        return z if self.activation is None else self.activation(z)

    def __repr__(self) -> str:
        """Show the sizes, and what is not as usual."""
        filters, channels, size, _ = self.W.shape
        shown = [str(channels), str(filters), str(size)]
        shown += [] if self.activation is None else [_named(self.activation)]
        shown += [] if self.stride == 1 else [f"stride={self.stride}"]
        shown += [] if self.padding == 0 else [f"padding={self.padding}"]
        return f"Conv2d({', '.join(shown)})"


class MaxPool2d(Layer):
    """Keep the largest value of each window of an image, see :func:`backprop.max_pool2d`.

    Parameters
    ----------
    size : int, optional
        Height and width of a window.
    stride : int, optional
        How far apart the windows start; left out: side by side.

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

    def __init__(self, size: int = 2, stride: int | None = None) -> None:
        self.size = checked_count(size, "size")
        self.stride = self.size if stride is None else checked_count(stride, "stride")

    @overload
    def __call__(self, x: Variable) -> Variable: ...
    @overload
    def __call__(self, x: Plain) -> NDArray[Any]: ...
    def __call__(self, x: Operand) -> Any:
        """Compute the largest values; `x` has shape (..., height, width)."""
        return max_pool2d(x, self.size, self.stride)

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
        shape = checked_count(rows, "rows"), checked_count(width, "width")
        self.table = _drawn("table", shape, initializer, seed, dtype)

    def __call__(self, x: Plain) -> Variable:
        """Look up; `x` holds integers, in any shape, the result has one axis more."""
        return embedding(self.table, x)

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
        self.rate = checked_fraction(rate, "rate", of=1, below=True)
        self.generator = np.random.default_rng(seed)

    @overload
    def __call__(self, x: Variable) -> Variable: ...
    @overload
    def __call__(self, x: Plain) -> Numbers: ...
    def __call__(self, x: Operand) -> Any:
        """Drop, or do not; any shape."""
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
        width = checked_count(width, "width")
        self.eps = checked_fraction(eps, "eps")
        self.gain = _drawn("gain", (width,), lambda shape, generator: np.ones(shape), None, dtype)
        self.bias = _drawn("bias", (width,), "zeros", None, dtype)

    def __call__(self, x: Input) -> Variable:
        """Shift and scale; `x` has shape (..., width)."""
        if np.shape(value_of(x))[-1:] != self.gain.shape:
            raise ValueError(
                f"LayerNorm({self.gain.shape[0]}) needs rows of that length, "
                f"got shape {np.shape(value_of(x))}"
            )
        return layer_norm(x, self.gain, self.bias, self.eps)

    def __repr__(self) -> str:
        """Show the length of a row."""
        return f"LayerNorm({self.gain.shape[0]})"


def _drawn(
    name: str, shape: tuple[int, ...], initializer: str | Initializer, seed: Seed, dtype: DTypeLike
) -> Variable:
    """Return a new parameter."""
    if np.dtype(dtype).kind != "f":
        raise TypeError(f"dtype must be a floating type such as np.float32, got {np.dtype(dtype)}")
    draw = INITIALIZERS.get(initializer) if isinstance(initializer, str) else initializer
    if draw is None or not callable(draw):
        raise ValueError(
            f"initializer must be one of {', '.join(INITIALIZERS)}, or a function of a shape and a "
            f"generator; got {initializer!r}"
        )
    drawn = np.asarray(draw(shape, np.random.default_rng(seed)))
    if drawn.shape != shape:
        raise ValueError(f"the initializer returned shape {drawn.shape}, {name} needs {shape}")
    return Variable(drawn.astype(dtype), name=name)


def _checked_activation(activation: Any) -> Any:
    if activation is not None and not callable(activation):
        raise TypeError(f"activation must be a function such as bp.relu, got {activation!r}")
    return activation


def _named(part: Any) -> str:
    return repr(part) if isinstance(part, Layer) else getattr(part, "__name__", repr(part))
