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

from backprop import functions, operations

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
        module = functions if hasattr(functions, self.name) else operations
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
        written = [*map(str, self.shapes), *map(repr, self.settings)]
        return f"{self.name} {' '.join(written)}".replace(" a number", " number")


def broadcast_to(a: Any, shape: tuple[int, ...]) -> Any:
    return a + np.zeros(shape)


def sum_to(a: Any, shape: tuple[int, ...]) -> Any:
    added = np.ndim(a) - len(shape)
    a = np.sum(a, axis=tuple(range(added)))
    return np.sum(
        a, axis=tuple(i for i, n in enumerate(shape) if n == 1 != np.shape(a)[i]), keepdims=True
    )


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
}

#: Where the arguments are drawn from, if not between -2 and 2.
DOMAINS = {"divide": (0.5, 2.0), "power": (0.5, 2.0), "log": (0.5, 2.0)}

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
        "add", "subtract", "multiply", "divide", "power"
    )},
    **{name: [(shapes, ()) for shapes in ONE] for name in FORMULAS if name in (
        "negate", "square", "exp", "log", "sigmoid", "softplus"
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
}  # fmt: skip

CASES = [
    Case(name, shapes, settings)
    for name, examples in EXAMPLES.items()
    for shapes, settings in examples
]
