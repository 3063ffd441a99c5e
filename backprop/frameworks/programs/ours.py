"""Programs of the chapter on frameworks, in the words of this package.

What a reader sees in the tabs of the book is the source of these functions, line by line.
"""

from __future__ import annotations

import numpy as np


def train_dosage(start, x, observed, learning_rate, steps):
    import backprop as bp

    parameters = [bp.Variable(value) for value in start]
    w1, b1, w2, b2, w3, w4, b3 = parameters
    optimizer = bp.GradientDescent(parameters, learning_rate)
    losses, first = [], None
    for _ in range(steps):
        y1 = bp.softplus(w1 * x + b1)
        y2 = bp.softplus(w2 * x + b2)
        loss = bp.sum((observed - (w3 * y1 + w4 * y2 + b3)) ** 2)
        optimizer.zero_grad()
        loss.backward()
        first = first or [p.grad for p in parameters]
        optimizer.step()
        losses.append(float(loss))
    return losses, first, [float(p) for p in parameters]


def train_digits(start, batches, learning_rate):
    import backprop as bp

    network = bp.Sequential(bp.Linear(64, 32, bp.relu), bp.Linear(32, 10))
    for parameter, value in zip(network.parameters(), start, strict=True):
        parameter.value = value
    optimizer = bp.GradientDescent(network, learning_rate)
    losses, first = [], None
    for images, labels in batches:
        loss = bp.softmax_cross_entropy(network(images), labels)
        optimizer.zero_grad()
        loss.backward()
        first = first or [p.grad.copy() for p in network.parameters()]
        optimizer.step()
        losses.append(float(loss))
    return losses, first, [p.value for p in network.parameters()]


def learn_b3(observed, others, learning_rate, steps, zero):
    import backprop as bp

    b3 = bp.Variable(0.0)
    optimizer = bp.GradientDescent(b3, learning_rate)
    rounds = []
    for _ in range(steps):
        if zero:
            optimizer.zero_grad()
        at = float(b3)
        loss = bp.sum((observed - (others + b3)) ** 2)
        loss.backward()
        rounds.append([at, float(loss), b3.grad])
        optimizer.step()
    return np.array(rounds)
