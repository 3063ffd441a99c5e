"""The first chapters: a value, its slope, and a loop written by hand."""

import math
from typing import assert_type

import numpy as np

import backprop as bp

w = bp.Variable(3.0, name="w")
b = bp.Variable(0)
loss = (2 * w + 1) ** 2 - 3 / (w + 4) + 2**w
assert_type(loss, bp.Variable)
slope: float = loss.value
assert_type(-w, bp.Variable)
assert_type(abs(w), bp.Variable)
assert_type(bp.exp(w), bp.Variable)
assert_type(bp.softplus(w), bp.Variable)
assert_type(bp.exp(1.0), float)
assert_type(bp.relu(1), float)
assert_type(bp.maximum(w, 0.0), bp.Variable)
assert_type(bp.maximum(0.0, w), bp.Variable)
assert_type(bp.where(w > 1, w, 0.0), bp.Variable)
assert_type(bp.clip(w, -1.0, 1.0), bp.Variable)
assert_type(bp.power(w, 2), bp.Variable)
power: float = bp.power(2.0, 3.0)

if w.grad is None:
    print("no gradient yet")
loss.backward()
if w.grad is not None:
    step: float = 0.1 * w.grad
doubled = w.grad * 2
length = abs(w.grad)
w.value = w.value - 0.1 * w.grad
w.value -= 0.1 * w.grad
w.value = 3
w.grad = None
(w**2).backward()
again = 0.1 * w.grad

losses: list[float] = []
for _ in range(3):
    loss = (w - 1) ** 2
    loss.backward()
    losses.append(loss.value)
    w.value -= 0.1 * w.grad
    w.grad = None
print(
    f"{loss.value:.3f}", round(loss.value, 2), float(loss.value), float(loss), math.sqrt(loss.value)
)
print(loss.value < 3, max(loss.value, 1.0), loss.value == 0, sum(losses), f"{loss:.2f}")

with bp.no_grad():
    prediction = 2 * w
x = bp.constant([0.0, 0.5, 1.0], name="x")
assert_type(w * x, bp.Variable)
assert_type(bp.ssr(w * x, [0.0, 1.0, 0.0]), bp.Variable)
assert_type(bp.ssr([1.0, 2.0], np.zeros(2)), float)
assert_type(bp.mse(np.zeros(2), w * np.ones(2)), bp.Variable)
