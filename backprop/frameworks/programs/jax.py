"""Programs of the chapter on frameworks, in JAX.

What a reader sees in the tabs of the book is the source of these functions, line by line.
"""

from __future__ import annotations

import numpy as np


def use_double_precision():
    import jax

    jax.config.update("jax_enable_x64", True)


def train_dosage(start, x, observed, learning_rate, steps):
    import jax
    from jax.nn import softplus

    def compute_loss(parameters):
        w1, b1, w2, b2, w3, w4, b3 = parameters
        y1 = softplus(w1 * x + b1)
        y2 = softplus(w2 * x + b2)
        return jax.numpy.sum((observed - (w3 * y1 + w4 * y2 + b3)) ** 2)

    compute = jax.jit(jax.value_and_grad(compute_loss))
    parameters = jax.numpy.array(start)
    losses, first = [], None
    for _ in range(steps):
        loss, gradient = compute(parameters)
        first = first or gradient.tolist()
        parameters = parameters - learning_rate * gradient
        losses.append(loss.item())
    return losses, first, parameters.tolist()


def train_digits(start, batches, learning_rate):
    import jax
    from jax.nn import log_softmax, relu

    def compute_loss(parameters, images, labels):
        W1, b1, W2, b2 = parameters
        scores = relu(images @ W1 + b1) @ W2 + b2
        right = jax.numpy.arange(len(labels)), labels
        return -jax.numpy.mean(log_softmax(scores)[right])

    def take_step(parameters, images, labels):
        compute = jax.value_and_grad(compute_loss)
        loss, gradients = compute(parameters, images, labels)
        pairs = zip(parameters, gradients, strict=True)
        return loss, gradients, [p - learning_rate * g for p, g in pairs]

    take_step = jax.jit(take_step)  # compiled once for each shape of a batch
    parameters = [jax.numpy.array(value) for value in start]
    losses, first = [], None
    for images, labels in batches:
        loss, gradients, parameters = take_step(parameters, images, labels)
        first = first or [np.asarray(gradient) for gradient in gradients]
        losses.append(loss.item())
    return losses, first, [np.asarray(p) for p in parameters]


def learn_b3(observed, others, learning_rate, steps, zero):
    import jax

    def compute_loss(b3):
        return jax.numpy.sum((observed - (others + b3)) ** 2)

    b3 = jax.numpy.zeros(())
    rounds = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(compute_loss)(b3)  # a fresh one
        rounds.append([b3.item(), loss.item(), gradient.item()])
        b3 = b3 - learning_rate * gradient
    return np.array(rounds)
