"""Networks whose layers stand one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from backprop.checks import format_given
from backprop.engine.linear import SLOPE_FROM_RESULT
from backprop.engine.variable import Variable
from backprop.network.layer import Layer, open_container
from backprop.network.layers import Linear, format_part

if TYPE_CHECKING:
    from backprop.engine.signatures import Activation, Input


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
            raise ValueError("layers must be at least one, got none: Sequential needs a layer")
        for i, layer in enumerate(layers, 1):
            if not callable(layer) or isinstance(layer, type):
                raise TypeError(
                    f"layers must be layers and functions, one after the other, as in "
                    f"bp.Sequential(bp.Linear(1, 2), bp.relu): number {i} is {format_given(layer)}"
                )
        self.layers = layers
        self._steps = tuple(_pair_activations(layers))

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
                number += any(True for _ in layer._find_parts(Variable))
                yield f"layer{number}", layer
        for name, part in vars(self).items():  # what a subclass sets besides
            if name not in ("layers", "_steps"):
                yield from open_container(name, part)

    def __repr__(self) -> str:
        """Show the layers in their order."""
        return f"Sequential({', '.join(map(format_part, self.layers))})"


def _pair_activations(layers: tuple[Activation, ...]) -> Iterator[tuple[Any, Activation | None]]:
    """Yield what is to be called; a linear layer and the activation behind it together."""
    waiting = iter(zip(layers, (*layers[1:], None), strict=True))
    for layer, following in waiting:
        fusable = any(following is known for known in SLOPE_FROM_RESULT)
        if type(layer) is Linear and fusable:
            next(waiting)
            yield layer, following
        else:
            yield layer, None
