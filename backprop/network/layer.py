"""What all layers share: finding, naming and saving their parameters, and the training mode."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from reprlib import recursive_repr
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from backprop import saving
from backprop.engine.variable import Operand, Variable

_KIND = "the parameters of a layer"

# Where parameters and layers are looked for, besides in attributes.
_CONTAINERS = (list, tuple, deque, Mapping, set, frozenset)


class _Place(str):
    """A name that a layer gave: it may give another, and leaves names of the user's own alone."""

    __slots__ = ()


class Layer:
    """What all layers share: finding, naming and saving parameters, and the training mode.

    A layer of your own sets its Variables and inner layers as attributes (or in lists, tuples and
    dicts, which may hold others), and defines ``__call__``.

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
        return list(self._find_places())

    def named_parameters(self) -> dict[str, Variable]:
        """Return the parameters by name, or by their places if two are named alike.

        Examples
        --------
        >>> import backprop as bp
        >>> list(bp.Sequential(bp.Linear(1, 2), bp.relu).named_parameters())
        ['layer1.W', 'layer1.b']
        """
        places = self._find_places()
        names = [
            place if isinstance(parameter.name, _Place) else parameter.name or place
            for parameter, place in places.items()
        ]
        if len(set(names)) < len(names):
            names = list(places.values())
        return dict(zip(names, places, strict=True))

    def name_parameters(self) -> None:
        """Call each parameter that has no name of the user's own by its place in this layer.

        This happens by itself when a part is set, but not when one is added to a list later.
        """
        for parameter, place in self._find_places().items():
            if parameter.name is None or isinstance(parameter.name, _Place):
                parameter.name = _Place(place)

    def __setattr__(self, name: str, part: Any) -> None:
        """Set a part of this layer; the parameters in it are called by their new places."""
        super().__setattr__(name, part)
        if isinstance(part, (Variable, Layer, *_CONTAINERS)):
            self.name_parameters()

    def _find_places(self) -> dict[Variable, str]:
        places: dict[Variable, str] = {}
        for place, part in self._walk():
            if type(part) is Variable and part.operation is None:
                places.setdefault(part, place)
        return places

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
        before = [(layer, layer.training) for layer in (self, *self._find_parts(Layer))]
        self.eval()
        try:
            yield
        finally:
            for layer, training in before:
                layer.training = training

    def _set_training(self, training: bool) -> Self:
        for layer in (self, *self._find_parts(Layer)):
            layer.training = training
        return self

    def generators(self) -> list[np.random.Generator]:
        """Return the random generators that the results depend on, such as those of dropout."""
        return list(dict.fromkeys(self._find_parts(np.random.Generator)))

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
        values = {name: parameter.value for name, parameter in self.named_parameters().items()}
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
        parameters = self.named_parameters()
        saving.check_fit(path, {name: p.value for name, p in parameters.items()}, values)
        assign_values(parameters, values)

    def _parts(self) -> Iterator[tuple[str, Any]]:
        """Yield what is set in this layer, and what containers in it hold, with a name for each."""
        for name, part in vars(self).items():
            yield from open_container(name, part)

    def _walk(self, seen: set[int] | None = None) -> Iterator[tuple[str, Any]]:
        """Yield the parts of this layer, and those of the layers in it, each with its place."""
        seen = set() if seen is None else seen
        seen.add(id(self))
        for name, part in self._parts():
            yield name, part
            if isinstance(part, Layer) and id(part) not in seen:
                yield from ((f"{name}.{inner}", one) for inner, one in part._walk(seen))

    def _find_parts(self, kind: type) -> Iterator[Any]:
        return (part for _, part in self._walk() if isinstance(part, kind))

    @recursive_repr()
    def __repr__(self) -> str:
        """Show the layers in this one."""
        inner = [f"{name}={part!r}" for name, part in self._parts() if isinstance(part, Layer)]
        return f"{type(self).__name__}({', '.join(inner)})"


def open_container(name: str, part: Any, outer: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield a part, or what a container holds in it, however deep, with a name for each."""
    if not isinstance(part, _CONTAINERS):
        yield name, part
    elif isinstance(part, (set, frozenset)):
        if any(isinstance(one, (Variable, Layer)) for one in part):
            raise TypeError(
                f"{name} is a set, and has no order to name its layers and parameters by: "
                "use a list"
            )
    elif not any(part is one for one in outer):  # a list in itself has been opened before
        if isinstance(part, Mapping):
            inner = [(f"{name}.{key}", one) for key, one in part.items()]
        else:
            inner = [(f"{name}{'.' if outer else ''}{i}", one) for i, one in enumerate(part, 1)]
        for place, one in inner:
            yield from open_container(place, one, (*outer, part))


def assign_values(parameters: Mapping[str, Variable], values: Mapping[str, NDArray[Any]]) -> None:
    """Put values that fit into parameters; arrays are changed in place."""
    for name, parameter in parameters.items():
        if type(parameter.value) is np.ndarray:
            parameter.value[...] = values[name]
            parameter.mark_changed()
        else:
            parameter.value = type(parameter.value)(values[name])
