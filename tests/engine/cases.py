"""For every operation of the engine: the textbook formula, and examples on which it is checked.

The formulas are written with NumPy alone, and accept complex numbers, so that derivatives of them
can be taken by the complex step: exact up to rounding, and independent of the engine.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

import backprop as bp
from backprop.engine import activations, classification, losses, operations
from backprop.engine import linear as layer

NUMBER = "a number"  # stands in the place of a shape for a Python float
Shape = tuple[int, ...] | str


@dataclass(frozen=True)
class Case:
    """An operation, and one combination of shapes and settings to try it on."""

    name: str
    shapes: tuple[Shape, ...]
    settings: tuple[Any, ...] = ()

    @property
    def function(self) -> Callable[..., Any]:
        """The function that records, from plain values or Variables."""
        if self.name == "where":  # the condition comes first, and is no operand
            return lambda a, b, condition: operations.where(condition, a, b)
        rooms = (losses, classification, layer, activations, operations)
        module = next(room for room in rooms if hasattr(room, self.name))
        return cast(Callable[..., Any], getattr(module, self.name))

    def formula(self, *arguments: Any) -> Any:
        return FORMULAS[self.name](*arguments, *self.settings)

    def draw(self, dtype: type = np.float64) -> list[Any]:
        """Arguments of these shapes: the same in every run, different for each case."""
        rng = np.random.default_rng(zlib.crc32(str(self).encode()))
        low, high = DOMAINS.get(self.name, (-2.0, 2.0))
        drawn = []
        for shape in self.shapes:
            values = rng.uniform(low, high, () if isinstance(shape, str) else shape)
            value: Any = np.asarray(values, dtype=dtype)[()]
            drawn.append(float(value) if type(value) is np.float64 else value)
        return drawn

    def weights(self, value: Any) -> Any:
        """An upstream gradient in the shape of a result."""
        rng = np.random.default_rng(zlib.crc32(str(self).encode()) + 1)
        weights = rng.normal(size=np.shape(value))
        return weights if np.shape(value) else float(weights)

    def __str__(self) -> str:
        settings = (
            getattr(setting, "__name__", None) or repr(setting) for setting in self.settings
        )
        written = [*map(str, self.shapes), *settings]
        return f"{self.name} {' '.join(written)}".replace(" a number", " number")


def broadcast_to(a: Any, shape: tuple[int, ...]) -> Any:
    return a + np.zeros(shape)


def sum_to(a: Any, shape: tuple[int, ...]) -> Any:
    added = np.ndim(a) - len(shape)
    a = np.sum(a, axis=tuple(range(added)))
    return np.sum(
        a, axis=tuple(i for i, n in enumerate(shape) if n == 1 != np.shape(a)[i]), keepdims=True
    )


def largest(a: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The largest element by its real part."""
    if axis is None:
        a, axis, shape = np.ravel(a), 0, (1,) * np.ndim(a) if keepdims else ()
        return np.reshape(a[np.argmax(a.real)], shape)
    where = np.expand_dims(np.argmax(np.real(a), axis), axis)
    taken = np.take_along_axis(a, where, axis)
    return taken if keepdims else np.squeeze(taken, axis)


def scatter(a: Any, index: Any, shape: tuple[int, ...]) -> Any:
    zeros = np.zeros(shape, np.result_type(a))
    np.add.at(zeros, index, a)
    return zeros


def windows(a: Any, size: tuple[int, int], stride: int = 1) -> Any:
    height, width = np.shape(a)[-2:]
    rows = range(0, height - size[0] + 1, stride)
    columns = range(0, width - size[1] + 1, stride)
    cut = [[a[..., r : r + size[0], c : c + size[1]] for c in columns] for r in rows]
    return np.moveaxis(np.array(cut), (0, 1), (-4, -3))


def fold(a: Any, shape: tuple[int, ...], stride: int = 1) -> Any:
    image = np.zeros(shape, np.result_type(a))
    *_, down, across, height, width = np.shape(a)
    for r in range(down):
        for c in range(across):
            top, left = r * stride, c * stride
            image[..., top : top + height, left : left + width] += a[..., r, c, :, :]
    return image


def softmax(a: Any, axis: int = -1) -> Any:
    return np.exp(a) / np.sum(np.exp(a), axis=axis, keepdims=True)


def linear(x: Any, W: Any, b: Any = 0.0, activation: Any = None) -> Any:
    z = np.matmul(x, W) + b
    return z if activation is None else FORMULAS[activation.__name__](z)


FORMULAS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a * b**-1.0,
    "negate": lambda a: -1 * a,
    "square": lambda a: a * a,
    "power": lambda a, b: np.exp(b * np.log(a)),
    "exp": lambda a: np.exp(a),
    "log": lambda a: np.log(a),
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "softplus": lambda a: np.log(1 + np.exp(a)),
    "sum": lambda a, axis=None, keepdims=False: np.sum(a, axis=axis, keepdims=keepdims),
    "mean": lambda a, axis=None, keepdims=False: np.mean(a, axis=axis, keepdims=keepdims),
    "broadcast_to": broadcast_to,
    "sum_to": sum_to,
    "reshape": lambda a, shape: np.reshape(a, shape),
    "transpose": lambda a, axes=None: np.transpose(a, axes),
    "matmul": lambda a, b: np.matmul(a, b),
    "ssr": lambda predicted, observed: np.sum((observed - predicted) ** 2),
    "mse": lambda predicted, observed: np.mean((observed - predicted) ** 2),
    "expm1": lambda a: np.exp(a) - 1,
    "log1p": lambda a: np.log(1 + a),
    "logaddexp": lambda a, b: np.log(np.exp(a) + np.exp(b)),
    "sqrt": lambda a: np.exp(0.5 * np.log(a)),
    "sin": lambda a: np.sin(a),
    "cos": lambda a: np.cos(a),
    "tanh": lambda a: np.tanh(a),
    "abs": lambda a: np.where(np.real(a) > 0, a, -a),
    "maximum": lambda a, b: np.where(np.real(a) >= np.real(b), a, b),
    "minimum": lambda a, b: np.where(np.real(a) <= np.real(b), a, b),
    "clip": lambda a, low, high: np.where(
        np.real(a) < low, low, np.where(np.real(a) > high, high, a)
    ),
    "where": lambda a, b, condition: np.where(condition, a, b),
    "max": largest,
    "norm": lambda a: np.sqrt(np.sum(np.asarray(a) ** 2)),
    "dot": lambda a, b: np.sum(a * b),
    "getitem": lambda a, index: np.asarray(a)[index],
    "scatter": scatter,
    "join": lambda a, b, axis=0: np.concatenate([a, b], axis),
    "windows": windows,
    "fold": fold,
    "relu": lambda a: np.where(np.real(a) > 0, a, 0 * a),
    "leaky_relu": lambda a, slope=0.01: np.where(np.real(a) > 0, a, slope * a),
    "softmax": softmax,
    "log_softmax": lambda a, axis=-1: np.log(softmax(a, axis)),
    "linear": linear,
    "sum_of_squares": lambda a: np.sum(np.asarray(a) ** 2),
    "hinge": lambda predicted, observed: np.mean(
        np.where(np.real(observed * predicted) < 1, 1 - observed * predicted, 0)
    ),
    "softmax_cross_entropy": lambda logits, labels: (
        -np.sum(labels * np.log(softmax(logits))) * np.shape(labels)[-1] / np.size(labels)
    ),
}

#: Where the arguments are drawn from, if not between -2 and 2.
POSITIVE = (0.5, 2.0)
DOMAINS = dict.fromkeys(("divide", "power", "log", "log1p", "sqrt", "norm"), POSITIVE)

ONE: list[tuple[Shape, ...]] = [(NUMBER,), ((1,),), ((4,),), ((2, 3),), ((2, 1, 3),)]
SAME: list[tuple[Shape, ...]] = [(NUMBER, NUMBER), ((4,), (4,)), ((2, 3), (2, 3))]
BROADCAST: list[tuple[Shape, ...]] = [
    *SAME,
    (NUMBER, (3,)),
    ((2, 3), NUMBER),
    ((2, 3), (3,)),
    ((1,), (4,)),
    ((2, 1), (1, 3)),
    ((4, 1, 3), (2, 1)),
    ((1, 1), (1,)),
]
PRODUCTS: list[tuple[Shape, ...]] = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((1, 3), (3, 1)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 2)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((4, 1, 2, 3), (5, 3, 2)),
]
AXES = [(), (0,), (-1,), (None, True), (1, True), ((0, 1),), ((0, -1), True)]
REDUCTIONS = [(s, ()) for s in ONE] + [(((2, 3),), settings) for settings in AXES]

EXAMPLES: dict[str, list[tuple[tuple[Shape, ...], tuple[Any, ...]]]] = {
    **{name: [(shapes, ()) for shapes in BROADCAST] for name in FORMULAS if name in (
        "add", "subtract", "multiply", "divide", "power", "logaddexp", "maximum", "minimum"
    )},
    **{name: [(shapes, ()) for shapes in ONE] for name in FORMULAS if name in (
        "negate", "square", "exp", "log", "expm1", "log1p", "sqrt", "sin", "cos", "tanh", "abs",
        "sigmoid", "softplus", "relu", "norm", "sum_of_squares",
    )},
    "sum": REDUCTIONS,
    "mean": REDUCTIONS,
    "broadcast_to": [
        ((NUMBER,), ((3,),)),
        ((NUMBER,), ((),)),
        (((3,),), ((2, 3),)),
        (((2, 1),), ((4, 2, 3),)),
    ],
    "sum_to": [
        (((3,),), ((),)),
        (((2, 3),), ((3,),)),
        (((4, 2, 3),), ((2, 1),)),
        (((2, 3),), ((2, 3),)),
    ],
    "reshape": [
        ((NUMBER,), ((1, 1),)),
        (((1,),), ((),)),
        (((6,),), ((2, 3),)),
        (((2, 3),), (-1,)),
        (((2, 3),), ((3, -1),)),
    ],
    "transpose": [
        ((NUMBER,), ()),
        (((3,),), ()),
        (((2, 3),), ()),
        (((2, 3, 4),), ((1, 2, 0),)),
        (((2, 3, 4),), ((0, -1, 1),)),
    ],
    "matmul": [(shapes, ()) for shapes in PRODUCTS],
    "ssr": [(shapes, ()) for shapes in SAME],
    "mse": [(shapes, ()) for shapes in SAME],
    "clip": [(shapes, (-1.0, 0.5)) for shapes in ONE],
    "where": [
        ((NUMBER, NUMBER), (True,)),
        (((4,), (4,)), (np.array([True, False, True, False]),)),
        (((2, 3), NUMBER), (np.array([True, False, True]),)),
        (((3,), (2, 1)), (np.array([[True], [False]]),)),
    ],
    "max": [(s, ()) for s in ONE] + [
        (((2, 3),), settings) for settings in [(0,), (-1,), (None, True), (1, True)]
    ],
    "dot": [(((1,), (1,)), ()), (((4,), (4,)), ())],
    "getitem": [
        (((4,),), (1,)),
        (((4,),), (slice(1, 3),)),
        (((2, 3),), ((slice(None), 1),)),
        (((2, 3),), ((Ellipsis, None),)),
        (((4,),), ([0, 0, 2],)),
        (((2, 3),), (([0, 1, 0], [2, 2, 2]),)),
        (((4,),), (np.array([True, False, True, True]),)),
    ],
    "scatter": [
        ((NUMBER,), (1, (4,))),
        (((2,),), (slice(1, 3), (4,))),
        (((3,),), ([0, 0, 2], (4,))),
        (((2, 2),), ((slice(None), slice(0, 2)), (2, 3))),
    ],
    "join": [
        (((2,), (3,)), ()),
        (((2, 3), (2, 1)), (1,)),
        (((2, 3), (4, 3)), (-2,)),
        (((2, 1, 3), (2, 1, 2)), (-1,)),
    ],
    "windows": [
        (((3, 4),), ((2, 2),)),
        (((2, 5, 4),), ((2, 3), 2)),
        (((1, 2, 3, 3),), ((3, 3),)),
    ],
    "fold": [
        (((2, 3, 2, 2),), ((3, 4),)),
        (((2, 2, 1, 2, 3),), ((2, 5, 4), 2)),
    ],
    "leaky_relu": [(shapes, ()) for shapes in ONE] + [(((4,),), (0.2,))],
    "softmax": [(((4,),), ()), (((2, 3),), ()), (((2, 3),), (0,)), (((2, 1, 3),), (-1,))],
    "log_softmax": [(((4,),), ()), (((2, 3),), ()), (((2, 3),), (0,)), (((2, 1, 3),), (-1,))],
    "linear": [
        (((2, 3), (3, 4), (4,)), ()),
        (((3,), (3, 4), (4,)), ()),
        (((5, 2, 3), (3, 4), (4,)), ()),
        (((2, 3), (3, 4), NUMBER), ()),
        *[
            (((2, 3), (3, 4), (4,)), (getattr(bp, name),))
            for name in ("sigmoid", "tanh", "relu", "softplus", "leaky_relu")
        ],
    ],
    "hinge": [
        (((4,),), (np.array([1.0, -1.0, -1.0, 1.0]),)),
        (((2, 1),), (np.array([[1.0], [-1.0]]),)),
    ],
    "softmax_cross_entropy": [
        (((3,),), (np.array([0.0, 1.0, 0.0]),)),
        (((2, 3),), (np.array([[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]]),)),
    ],
}  # fmt: skip

CASES = [
    Case(name, shapes, settings)
    for name, examples in EXAMPLES.items()
    for shapes, settings in examples
]
