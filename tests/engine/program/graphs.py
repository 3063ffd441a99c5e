"""Random functions over all operations, to compare their programs with the engine itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import backprop as bp
from backprop.engine import operations
from backprop.engine.variable import value_of

Pool = list[Any]
#: Shapes that broadcast with one another in many ways.
SHAPES: list[tuple[int, ...]] = [
    (),
    (1,),
    (3,),
    (4,),
    (1, 4),
    (3, 1),
    (3, 4),
    (4, 3),
    (4, 4),
    (2, 3, 4),
]


def shape_of(value: Any) -> tuple[int, ...]:
    return np.shape(value.value if isinstance(value, bp.Variable) else value)


@dataclass
class Graph:
    """A random function of two arrays and some Variables, and what it is called with."""

    f: Callable[..., Any]
    leaves: list[bp.Variable]
    inputs: list[Any]

    def eager(self, *inputs: Any) -> tuple[Any, list[Any]]:
        """The loss and the gradients, computed by the engine."""
        for leaf in self.leaves:
            leaf.grad = None
        loss = self.f(*inputs)
        if not isinstance(loss, bp.Variable):
            return loss, []
        loss.backward()
        return loss.value, [leaf.grad for leaf in self.leaves]


class Builder:
    """Chooses operations and arguments; the choices are kept, so that f is the same each time."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def draw(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """Numbers in a shape; some are exactly 0, some are equal."""
        values = self.rng.normal(size=shape)
        if self.rng.random() < 0.3:
            values = np.round(values)
        value = np.asarray(values, dtype)[()]
        return float(value) if type(value) is np.float64 else value

    def graph(self, size: int) -> Graph:
        rng = self.rng
        dtype = np.float32 if rng.random() < 0.3 else np.float64
        mixed = rng.random() < 0.15
        kinds = [dtype if not mixed or rng.random() < 0.5 else np.float64 for _ in range(7)]
        shapes = [SHAPES[k] for k in rng.integers(0, len(SHAPES), 6)]
        leaves = [
            bp.Variable(self.draw(shape, kind), name=f"w{k}" if rng.random() < 0.8 else None)
            for k, (shape, kind) in enumerate(zip(shapes[:4], kinds, strict=False))
        ]
        if mixed:  # the engine has no gradient of mixed types for a single float32
            leaves = [leaf for leaf in leaves if leaf.shape or type(leaf.value) is float]
        if not leaves:
            leaves = [bp.Variable(self.draw((3, 4), np.float64), name="w")]
        inputs = [self.draw(shape, dtype) for shape in shapes[4:]]
        constant = self.draw((3, 4), dtype)
        names = list(OPERATIONS)
        plan = [
            (OPERATIONS[names[rng.integers(len(names))]], rng.integers(0, 10**6, 4).tolist())
            for _ in range(size)
        ]
        ends = rng.integers(0, 10**6, 3).tolist()
        twice = rng.random() < 0.3

        def f(*given: Any) -> Any:
            pool: Pool = [*given, constant, *leaves]
            for build, choice in plan:
                made = build(pool, choice)
                if made is not None:
                    pool.append(made)
            total: Any = bp.sum(leaves[0] * leaves[0]) * 0.01
            for end in [-1, *(-(e % min(len(pool), 6)) - 1 for e in ends)]:
                value = pool[end]
                total = total + bp.mean(value * value) * 0.5
            if twice:
                total = total + bp.sum(leaves[0] * total)
            return total

        return Graph(f, leaves, inputs)


def choose(pool: Pool, number: int, *shapes: Any) -> Any:
    """One of the values that have such a shape; a shape is tested by a function of it."""
    fitting = [v for v in pool if all(test(shape_of(v)) for test in shapes)]
    return fitting[number % len(fitting)] if fitting else None


def is_array(shape: tuple[int, ...]) -> bool:
    return len(shape) > 0


def is_matrix(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2


def one(function: Callable[[Any], Any], *tests: Any) -> Callable[[Pool, list[int]], Any]:
    def build(pool: Pool, choice: list[int]) -> Any:
        a = choose(pool, choice[0], *tests)
        return None if a is None else function(a)

    return build


def two(function: Callable[[Any, Any], Any]) -> Callable[[Pool, list[int]], Any]:
    def build(pool: Pool, choice: list[int]) -> Any:
        a, b = choose(pool, choice[0]), choose(pool, choice[1])
        try:
            np.broadcast_shapes(shape_of(a), shape_of(b))
        except ValueError:
            return None
        return function(a, b)

    return build


def product(pool: Pool, choice: list[int]) -> Any:
    a = choose(pool, choice[0], is_array)
    if a is None:
        return None
    inner = shape_of(a)[-1]
    b = choose(pool, choice[1], is_array, lambda s: s[-2:][0] == inner and len(s) < 3)
    return None if b is None else bp.matmul(a, b)


def layer(pool: Pool, choice: list[int]) -> Any:
    x = choose(pool, choice[0], is_array)
    if x is None:
        return None
    W = choose(pool, choice[1], is_matrix, lambda s: s[0] == shape_of(x)[-1])
    if W is None:
        return None
    b = choose(pool, choice[2], lambda s: s in ((), (1,), (shape_of(W)[1],)))
    activation = [None, bp.relu, bp.tanh, bp.sigmoid, bp.softplus, bp.leaky_relu][choice[3] % 6]
    return bp.linear(x, W, 0.0 if b is None else b, activation)


def along(function: Any) -> Callable[[Pool, list[int]], Any]:
    def build(pool: Pool, choice: list[int]) -> Any:
        a = choose(pool, choice[0])
        axis = None if not shape_of(a) or choice[1] % 3 == 0 else choice[1] % len(shape_of(a))
        return function(a, axis=axis, keepdims=bool(choice[2] % 2))

    return build


def taken(pool: Pool, choice: list[int]) -> Any:
    a = choose(pool, choice[0], is_array)
    if a is None or not isinstance(a, bp.Variable):
        return None
    length = shape_of(a)[0]
    index: Any = [
        choice[1] % length,
        slice(choice[1] % length, None),
        slice(None, None, -1),
        [choice[1] % length, choice[2] % length, choice[1] % length],
        (..., None),
        np.arange(length) % 2 == 0,
        (slice(None), *[choice[2] % n for n in shape_of(a)[1:2]]),
    ][choice[3] % 7]
    return a[index]


def reshaped(pool: Pool, choice: list[int]) -> Any:
    a = choose(pool, choice[0])
    shape = shape_of(a)
    size = int(np.prod(shape))
    return bp.reshape(a, [-1, (size, 1), (1, *shape), shape[::-1], (1, size)][choice[1] % 5])


def joined(pool: Pool, choice: list[int]) -> Any:
    a = choose(pool, choice[0], is_array)
    if a is None:
        return None
    b = choose(pool, choice[1], lambda s: s == shape_of(a))
    if choice[2] % 2:
        return bp.stack([a, b], choice[3] % (len(shape_of(a)) + 1))
    return bp.concatenate([a, b, a], choice[3] % len(shape_of(a)))


def chosen(pool: Pool, choice: list[int]) -> Any:
    def make(a: Any, b: Any) -> Any:
        condition = value_of(a) > value_of(b) if choice[2] % 2 else value_of(a) >= 0
        return bp.where(condition, a, b)

    return two(make)(pool, choice)


def loss(pool: Pool, choice: list[int]) -> Any:
    a = choose(pool, choice[0], is_array)
    if a is None:
        return None
    b = choose(pool, choice[1], lambda s: s == shape_of(a))
    return [bp.ssr, bp.mse][choice[2] % 2](a, b)


def labelled(pool: Pool, choice: list[int]) -> Any:
    a = choose(pool, choice[0], is_array)
    if a is None:
        return None
    shape = shape_of(a)
    labels = (np.arange(int(np.prod(shape[:-1]))) * (choice[1] % 5)).reshape(shape[:-1]) % shape[-1]
    if choice[2] % 3 == 0:
        return bp.cross_entropy(bp.softmax(a), labels)
    return bp.softmax_cross_entropy(a, labels)


def margin(pool: Pool, choice: list[int]) -> Any:
    a = choose(pool, choice[0], is_array)
    if a is None:
        return None
    sides = np.where(np.arange(int(np.prod(shape_of(a)))) % 2, 1.0, -1.0).reshape(shape_of(a))
    return bp.hinge(a, sides)


def dotted(pool: Pool, choice: list[int]) -> Any:
    a = choose(pool, choice[0], lambda s: len(s) == 1)
    return None if a is None else bp.dot(a, choose(pool, choice[1], lambda s: s == shape_of(a)))


def convolved(pool: Pool, choice: list[int]) -> Any:
    a = choose(pool, choice[0], lambda s: len(s) >= 2 and s[-2] >= 3 and s[-1] >= 3)
    if a is None:
        return None
    if choice[1] % 3 == 0:
        return bp.max_pool2d(a, 2, 1 + choice[2] % 2)
    if choice[1] % 3 == 1:
        return bp.average_pool2d(a, 2, 1)
    image = bp.reshape(a, (-1, 1, *shape_of(a)[-2:]))
    filters = bp.reshape(bp.concatenate([image, image], 0)[:2, :, :2, :2], (2, 1, 2, 2))
    return bp.conv2d(image, filters, 0.5, 1 + choice[2] % 2, choice[3] % 2)


def looked_up(pool: Pool, choice: list[int]) -> Any:
    a = choose(pool, choice[0], is_matrix)
    if a is None:
        return None
    return bp.embedding(a, [[choice[1] % shape_of(a)[0], 0], [0, choice[2] % shape_of(a)[0]]])


def dropped(pool: Pool, choice: list[int]) -> Any:
    return bp.dropout(choose(pool, choice[0]), 0.4, np.random.default_rng(choice[1]))


def bounded(a: Any) -> Any:
    return bp.tanh(a)


OPERATIONS: dict[str, Callable[[Pool, list[int]], Any]] = {
    "add": two(lambda a, b: a + b),
    "subtract": two(lambda a, b: a - b),
    "multiply": two(lambda a, b: a * b),
    "divide": two(lambda a, b: a / (b * b + 0.5)),
    "divide by all": two(lambda a, b: operations.divide(bounded(a), b)),
    "negate": one(lambda a: -a),
    "number": one(lambda a: a * 0.5 + 1.0),
    "one minus": one(lambda a: 1 - a),
    "square": one(lambda a: bounded(a) ** 2),
    "power": two(lambda a, b: (bp.abs(bounded(a)) + 0.5) ** bounded(b)),
    "cube": one(lambda a: bounded(a) ** 3),
    "root of power": one(lambda a: (bounded(a) + 1.5) ** 0.5),
    "exp": one(lambda a: bp.exp(bounded(a))),
    "log": one(lambda a: bp.log(bp.abs(a) + 0.1)),
    "log everywhere": one(lambda a: bp.log(bp.abs(a))),
    "expm1": one(lambda a: bp.expm1(bounded(a))),
    "log1p": one(lambda a: bp.log1p(bp.abs(a))),
    "logaddexp": two(lambda a, b: bp.logaddexp(a, b)),
    "sqrt": one(lambda a: bp.sqrt(bp.abs(a))),
    "sin": one(lambda a: bp.sin(a)),
    "cos": one(lambda a: bp.cos(a)),
    "tanh": one(bp.tanh),
    "abs": one(lambda a: bp.abs(a)),
    "maximum": two(lambda a, b: bp.maximum(a, b)),
    "minimum": two(lambda a, b: bp.minimum(a, b)),
    "clip": one(lambda a: bp.clip(a, -0.5, 0.5)),
    "where": chosen,
    "sum": along(bp.sum),
    "mean": along(bp.mean),
    "max": along(bp.max),
    "sum of one axis": along(lambda a, axis, keepdims: bp.sum(a * a, axis, keepdims)),
    "reshape": reshaped,
    "transpose": one(lambda a: bp.transpose(a)),
    "transpose three": one(lambda a: bp.transpose(a, (1, 2, 0)), lambda s: len(s) == 3),
    "matmul": product,
    "linear": layer,
    "broadcast": two(
        lambda a, b: operations.broadcast_to(a, np.broadcast_shapes(shape_of(a), shape_of(b)))
    ),
    "norm": one(lambda a: bp.norm(a)),
    "dot": dotted,
    "getitem": taken,
    "join": joined,
    "sigmoid": one(lambda a: bp.sigmoid(a)),
    "softplus": one(lambda a: bp.softplus(a)),
    "relu": one(lambda a: bp.relu(a)),
    "leaky_relu": one(lambda a: bp.leaky_relu(a, 0.1)),
    "softmax": one(lambda a: bp.softmax(a), is_array),
    "softmax of an axis": one(lambda a: bp.softmax(a, 0), is_array),
    "log_softmax": one(lambda a: bp.log_softmax(a), is_array),
    "sum_of_squares": one(lambda a: bp.sum_of_squares(a)),
    "loss": loss,
    "cross_entropy": labelled,
    "hinge": margin,
    "windows": convolved,
    "embedding": looked_up,
    "layer_norm": one(lambda a: bp.layer_norm(a), is_array),
}
