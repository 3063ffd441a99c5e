"""Arrays and lists, in and out."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import backprop as bp

v = bp.Variable([1.0, 2.0, 3.0])
W = bp.Variable([[1, 2.0], [3, 4]], name="W")
k = bp.Variable(np.ones((2, 3), dtype=np.float32))
r = bp.Variable(range(3))
data: NDArray[np.float64] = np.linspace(0.0, 1.0, 3)

assert_type(v * data, bp.Variable)
assert_type(v @ v, bp.Variable)
assert_type(v[0], bp.Variable)
assert_type(v[1:], bp.Variable)
assert_type(W.T, bp.Variable)
assert_type(W.sum(axis=0), bp.Variable)
assert_type(W.reshape((4,)), bp.Variable)
assert_type(bp.sum(v), bp.Variable)
assert_type(bp.mean(W, axis=0, keepdims=True), bp.Variable)
assert_type(bp.max(W, axis=1), bp.Variable)
assert_type(bp.norm(v), bp.Variable)
assert_type(bp.dot(v, [1.0, 2.0, 3.0]), bp.Variable)
assert_type(bp.matmul(W, W), bp.Variable)
assert_type(bp.reshape(v, (3, 1)), bp.Variable)
assert_type(bp.transpose(W), bp.Variable)
assert_type(bp.concatenate([v, v]), bp.Variable)
assert_type(bp.concatenate([v, [1.0]]), bp.Variable)
assert_type(bp.stack(list(v)), bp.Variable)
assert_type(bp.softmax(v), bp.Variable)
assert_type(bp.log_softmax(W, axis=0), bp.Variable)

assert_type(bp.exp(data), NDArray[Any])
assert_type(bp.sigmoid([0.0, 1.0]), NDArray[Any])
assert_type(bp.softmax(data), NDArray[Any])
assert_type(bp.reshape(data, (3, 1)), NDArray[Any])
assert_type(bp.concatenate([data, data]), NDArray[Any])
assert_type(bp.sum(data), float)
assert_type(bp.mean([True, False]), float)
assert_type(bp.dot(data, data), float)
column: NDArray[Any] = bp.mean(np.ones((2, 3)), axis=0)
larger: NDArray[Any] = bp.maximum(data, 0.5)

loss = bp.sum(v * data) + bp.sum(W)
loss.backward()
print(v.value.round(3), v.value[0], v.value.shape, len(v.value), v.value.tolist(), v.value.T)
print(v.grad.round(2), v.grad[0], v.grad.shape, (2 * v.grad).sum(), v.grad @ v.grad)
print((v.value > 1).all(), np.abs(v.value), np.linalg.norm(v.grad), bp.exp(v.value).shape)
v.value[0] = 5.0
v.value[...] = 0.0
v.value -= 0.1 * v.grad
v.value = v.value - 0.1 * v.grad
total = 0.0
for element in v.value:
    total += element
for part in v:
    assert_type(part, bp.Variable)
plain: NDArray[np.float64] = v.value
print(v.shape, v.dtype, len(v), v > 1, (v > 1).any())
