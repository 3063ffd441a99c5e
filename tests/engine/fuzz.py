"""Random programs over all operations: gradients and second derivatives in other, independent ways.

Each program is computed by the engine and by the textbook formulas of ``cases.py``. Their gradient
by the complex step is exact; differences of it are second derivatives. Where PyTorch is installed,
it computes the same programs, too. `make test` runs a few hundred, `make fuzz` as many as wished::

    python -m tests.engine.fuzz 20000          # so many programs; the first may be said, too
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

import backprop as bp
from backprop.engine.table import TABLE

from .cases import FORMULAS, Case

ENGINE = SimpleNamespace(**{name: Case(name, ()).function for name in FORMULAS})
TEXTBOOK = SimpleNamespace(**FORMULAS)

# Every value of a program is a matrix of this shape, so that any line fits to any values.
SHAPE = (2, 3)
_MASK = np.array([[True, False, True], [False, True, True]])
_SIDES = np.array([[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]])
_SHARES = np.array([[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]])


def _square_matrix(f: Any, u: Any) -> Any:
    """A 3 × 3 matrix made of bounded numbers."""
    return f.matmul(f.transpose(f.sin(u)), f.cos(u))


def _layer(activation: str) -> Callable[..., Any]:
    def line(f: Any, u: Any, v: Any) -> Any:
        own = getattr(bp, activation)
        return f.linear(f.tanh(u), _square_matrix(f, v), f.getitem(v, 0), own)

    return line


def _fold_windows(f: Any, u: Any, v: Any) -> Any:
    return f.fold(f.multiply(f.windows(u, (2, 2)), f.windows(f.sin(v), (2, 2))), SHAPE)


#: What one line may do with two earlier values, by the operation that it is about. Values stay of
#: moderate size, and away from the edges of each domain; edges are another test's.
LINES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "add": lambda f, u, v: f.add(u, v),
    "subtract": lambda f, u, v: f.subtract(u, f.multiply(0.5, v)),
    "multiply": lambda f, u, v: f.multiply(u, f.tanh(v)),
    "divide": lambda f, u, v: f.divide(u, f.add(1.0, f.square(v))),
    "negate": lambda f, u, v: f.negate(u),
    "square": lambda f, u, v: f.square(f.tanh(u)),
    "power": lambda f, u, v: f.power(f.add(0.5, f.sigmoid(u)), f.sigmoid(v)),
    "exp": lambda f, u, v: f.exp(f.tanh(u)),
    "log": lambda f, u, v: f.log(f.add(1.0, f.square(u))),
    "expm1": lambda f, u, v: f.expm1(f.sin(u)),
    "log1p": lambda f, u, v: f.log1p(f.square(f.sin(u))),
    "logaddexp": lambda f, u, v: f.logaddexp(f.sin(u), f.cos(v)),
    "sqrt": lambda f, u, v: f.sqrt(f.add(1.0, f.square(u))),
    "sin": lambda f, u, v: f.sin(u),
    "cos": lambda f, u, v: f.cos(u),
    "tanh": lambda f, u, v: f.tanh(u),
    "abs": lambda f, u, v: f.abs(u),
    "maximum": lambda f, u, v: f.maximum(u, f.sin(v)),
    "minimum": lambda f, u, v: f.minimum(f.cos(u), v),
    "clip": lambda f, u, v: f.clip(u, -0.7, 0.9),
    "where": lambda f, u, v: f.where(u, v, _MASK),
    "sum": lambda f, u, v: f.multiply(f.sum(f.sin(u), 1, True), f.tanh(v)),
    "mean": lambda f, u, v: f.subtract(u, f.mean(v, 0)),
    "broadcast_to": lambda f, u, v: f.broadcast_to(f.mean(f.multiply(f.sin(u), v), 0), SHAPE),
    "sum_to": lambda f, u, v: f.multiply(f.sum_to(f.sin(u), (1, 3)), f.cos(v)),
    "reshape": lambda f, u, v: f.multiply(f.reshape(f.reshape(f.sin(u), (3, 2)), SHAPE), f.cos(v)),
    "transpose": lambda f, u, v: f.reshape(f.transpose(u), SHAPE),
    "matmul": lambda f, u, v: f.matmul(f.tanh(u), _square_matrix(f, v)),
    "max": lambda f, u, v: f.multiply(f.max(u, 1, True), f.tanh(v)),
    "norm": lambda f, u, v: f.divide(v, f.add(0.5, f.norm(u))),
    "dot": lambda f, u, v: f.multiply(f.dot(f.getitem(f.sin(u), 0), f.getitem(f.sin(v), 1)), u),
    "getitem": lambda f, u, v: f.getitem(u, ([[1], [0]], [2, 0, 0])),
    "scatter": lambda f, u, v: f.scatter(f.sin(u), ([[1], [0]], [2, 0, 0]), SHAPE),
    "join": lambda f, u, v: f.join(f.getitem(u, slice(0, 1)), f.getitem(v, slice(1, 2)), 0),
    "windows": lambda f, u, v: f.mean(
        f.reshape(f.windows(f.join(u, f.sin(v), 0), (2, 3), 2), (2, *SHAPE)), 0
    ),
    "fold": _fold_windows,
    "sigmoid": lambda f, u, v: f.sigmoid(u),
    "softplus": lambda f, u, v: f.softplus(u),
    "relu": lambda f, u, v: f.relu(u),
    "leaky_relu": lambda f, u, v: f.leaky_relu(u, 0.2),
    "softmax": lambda f, u, v: f.softmax(f.multiply(u, f.sin(v))),
    "log_softmax": lambda f, u, v: f.log_softmax(f.tanh(u), 0),
    "linear": _layer("softplus"),
    "linear and tanh": _layer("tanh"),
    "linear and relu": _layer("relu"),
    "linear and sigmoid": _layer("sigmoid"),
    "sum_of_squares": lambda f, u, v: f.multiply(f.sum_of_squares(f.sin(u)), f.tanh(v)),
    "ssr": lambda f, u, v: f.multiply(f.ssr(f.sin(u), f.cos(v)), f.sin(u)),
    "mse": lambda f, u, v: f.multiply(f.mse(f.sin(u), v), f.cos(u)),
    "hinge": lambda f, u, v: f.add(f.hinge(u, _SIDES), f.sin(v)),
    "softmax_cross_entropy": lambda f, u, v: f.multiply(
        f.softmax_cross_entropy(f.sin(u), _SHARES), f.cos(v)
    ),
}


@dataclass(frozen=True)
class Program:
    """Two leaves, the lines that compute with them, and where; the same for the same seed."""

    seed: int
    lines: tuple[tuple[str, int, int], ...]
    point: Any
    direction: Any

    def run(self, f: Any, point: Any, split: Callable[[Any], Any] = np.asarray) -> Any:
        """Compute the program with the functions of `f`: one number."""
        values = [split(point)[0], split(point)[1]]
        for name, u, v in self.lines:
            values.append(LINES[name](f, values[u], values[v]))
        total: Any = 0.0
        for place, value in enumerate(values[2:]):
            total = f.add(total, f.multiply(1.0 / (place + 2), f.sum(f.sin(value))))
        return total


def draw_program(seed: int) -> Program:
    """Draw a program of 3 to 9 lines; each line is the first of a program in turn."""
    rng = np.random.default_rng(seed)
    names = [*LINES]
    count = int(rng.integers(3, 10))
    drawn = [names[seed % len(names)], *(str(name) for name in rng.choice(names, count - 1))]
    lines = tuple(
        (name, int(rng.integers(0, place + 2)), int(rng.integers(0, place + 2)))
        for place, name in enumerate(drawn)
    )
    point, direction = rng.normal(size=(2, 2, *SHAPE))
    return Program(seed, lines, point, direction)


def engine_derivatives(program: Program) -> tuple[float, Any, float, Any]:
    """Return value and gradient, and the first and second derivatives along the direction."""

    def f(point: Any) -> Any:
        return program.run(ENGINE, point, lambda at: at)

    value, gradient = bp.value_and_grad(f)(program.point)
    slope = bp.jvp(f, program.point, program.direction)
    return value, gradient, slope, bp.hvp(f, program.point, program.direction)


def textbook_gradient(program: Program, point: Any) -> Any:
    """Return the gradient of the textbook formulas by the complex step: exact up to rounding."""
    gradient = np.empty(point.shape)
    for index in np.ndindex(point.shape):
        nudged = point.astype(complex)
        nudged[index] += 1e-30j
        gradient[index] = np.imag(program.run(TEXTBOOK, nudged)) / 1e-30
    return gradient


class Mismatch(AssertionError):
    """A program whose derivatives differ; says which, so that it can be run again."""


def compare(program: Program, what: str, found: Any, expected: Any, tolerance: float) -> None:
    scale = 1.0 + np.max(np.abs(expected))
    if not np.allclose(found, expected, rtol=tolerance, atol=tolerance * scale):
        lines = "\n".join(f"    {line}" for line in program.lines)
        raise Mismatch(
            f"seed {program.seed}: {what}\n{lines}\n  engine:\n{found}\n  expected:\n{expected}"
        )


def check_program(seed: int) -> bool:
    """Compare all derivatives of one program; return whether it has second derivatives there.

    Raises
    ------
    Mismatch
        If a derivative is wrong.
    """
    program = draw_program(seed)
    with np.errstate(all="ignore"):
        value, gradient, slope, second = engine_derivatives(program)
        exact = textbook_gradient(program, program.point)
        compare(program, "value", value, np.real(program.run(TEXTBOOK, program.point)), 1e-10)
        compare(program, "gradient", gradient, exact, 1e-9)
        compare(program, "forward mode", slope, np.sum(exact * program.direction), 1e-9)
        defined = bool(np.isfinite(second).all())  # else a value lies on a kink
        steps = [textbook_gradient(program, program.point + h * program.direction) for h in STEPS]
    right, left = (steps[0] - exact) / STEPS[0], (steps[1] - exact) / STEPS[1]
    if defined and np.allclose(right, left, rtol=1e-2, atol=1e-2 * (1 + np.max(np.abs(right)))):
        compare(program, "second derivatives", second, (right + left) / 2, 1e-5)
    return defined


STEPS = (1e-6, -1e-6)


def run_fuzz(seeds: Sequence[int]) -> None:
    """Check many programs, and print what differs and a summary."""
    assert {name.split(" and ")[0] for name in LINES} == set(TABLE)
    began, wrong, defined = time.perf_counter(), 0, 0
    for seed in seeds:
        try:
            defined += check_program(seed)
        except Mismatch as mismatch:
            wrong += 1
            print(mismatch)
    seconds = time.perf_counter() - began
    print(
        f"{len(seeds)} programs, {wrong} wrong; {defined} with second derivatives, "
        f"in {seconds:.0f} s"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    count, first = (*map(int, sys.argv[1:]), 20_000, 0)[:2] if len(sys.argv) > 1 else (20_000, 0)
    run_fuzz(range(first, first + count))
