"""Networks, losses, optimisers, and training."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import backprop as bp


class Residual(bp.Layer):
    """A layer of one's own."""

    def __init__(self, width: int) -> None:
        self.inner = bp.Linear(width, width, bp.relu, seed=0)

    def __call__(self, x: bp.Variable) -> bp.Variable:
        """Add what the inner layer makes of it."""
        return x + self.inner(x)


rng = np.random.default_rng(0)
x = rng.normal(size=(8, 2))
y = rng.integers(0, 2, size=8)
net = bp.Sequential(bp.Linear(2, 4, seed=0), bp.relu, bp.Dropout(0.1, seed=1), bp.Linear(4, 2))
out = net(x)
assert_type(out, bp.Variable)
assert_type(net.parameters(), list[bp.Variable])
assert_type(bp.Linear(2, 2)(x), bp.Variable)
assert_type(Residual(2)(bp.Variable(x)), bp.Variable)
assert_type(bp.Flatten()(x), NDArray[Any])
assert_type(bp.Flatten()(out), bp.Variable)
assert_type(bp.softmax_cross_entropy(out, y), bp.Variable)
assert_type(bp.cross_entropy(bp.softmax(out), y), bp.Variable)
assert_type(bp.hinge(out[:, 0], 2 * y - 1), bp.Variable)
assert_type(bp.linear(x, bp.Variable(np.ones((2, 3))), activation=bp.tanh), bp.Variable)
assert_type(bp.linear(x, np.ones((2, 3))), NDArray[Any])
assert_type(bp.layer_norm(out), bp.Variable)
assert_type(bp.dropout(out, 0.5, rng), bp.Variable)
assert_type(bp.embedding(bp.Variable(np.ones((3, 2))), [0, 2]), bp.Variable)
images = np.ones((2, 1, 4, 4))
assert_type(bp.conv2d(images, bp.Variable(np.ones((3, 1, 2, 2)))), bp.Variable)
assert_type(bp.Conv2d(1, 3, 2, bp.relu)(images), bp.Variable)
assert_type(bp.max_pool2d(images), NDArray[Any])

optimizer = bp.Adam(net, learning_rate=bp.schedules.cosine(0.1, steps=5))
history = bp.fit(
    lambda x, y: bp.softmax_cross_entropy(net(x), y),
    net,
    optimizer,
    steps=4,
    data=(x, y),
    batch_size=4,
    callbacks=[lambda history: print(history.steps)],
)
assert_type(history, bp.History)
assert_type(history.loss, NDArray[Any])
assert_type(bp.clip_gradients(net, 1.0), float)
for parameter in net.parameters():
    print(parameter.name, parameter.shape, parameter.value.mean(), parameter.grad.max())
loss = bp.softmax_cross_entropy(net(x), y) + 0.1 * sum(
    bp.sum_of_squares(p) for p in net.parameters()
)
assert_type(loss, bp.Variable)
optimizer.zero_grad()
loss.backward()
optimizer.step()
