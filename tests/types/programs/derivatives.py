"""Functions into derivatives, checks, and derivations."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import backprop as bp


def cube(x: bp.Variable) -> bp.Variable:
    """Raise to the third power."""
    return x**3


slope = bp.grad(cube)
assert_type(slope(2.0), float)
assert_type(bp.grad(slope)(2.0), float)
assert_type(slope(bp.Variable(2.0)), bp.Variable)
assert_type(bp.grad(lambda v: bp.sum(v**2))([1.0, 2.0]), NDArray[Any])
assert_type(bp.grad(lambda v: bp.sum(v**2))(np.ones(3)), NDArray[Any])
assert_type(bp.value_and_grad(cube)(2.0), tuple[float, float])
value, gradient = bp.value_and_grad(lambda v: bp.sum(v**2))(np.ones(3))
assert_type(value, float)
assert_type(gradient, NDArray[Any])
rows: NDArray[Any] = bp.jacobian(lambda v: v * 2)([1.0, 2.0])
curvature: float = bp.hessian(cube)(2.0)
print(bp.hessian(lambda v: bp.sum(v**2))([1.0, 2.0]).round(2))
print(bp.hvp(lambda v: bp.sum(v**2), [1.0, 2.0], [1.0, 0.0]).round(2))
print(bp.jvp(lambda v: v * 2, [1.0, 2.0], [1.0, 0.0]) * 2)

assert_type(bp.numeric_gradient(lambda x: x**3, 2.0), float)
assert_type(bp.numeric_gradient(lambda x: x[0] * x[1], [3.0, 4.0]), NDArray[Any])
report = bp.check_gradients(lambda w, b: bp.ssr(w * [0.0, 1.0] + b, [1.0, 3.0]), 1.0, 0.5)
print(report[0].passed, report[0].backward * 2)

w = bp.Variable(3.0, name="w")
print(bp.derive(cube(w), w).value)
x, observed = bp.data.dosage()
assert_type(bp.ssr(w * x, observed), bp.Variable)
