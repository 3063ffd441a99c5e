"""Programs of the chapter on frameworks, in TensorFlow with Keras.

What a reader sees in the tabs of the book is the source of these functions, line by line.
"""

from __future__ import annotations

import numpy as np


def train_dosage(start, x, observed, learning_rate, steps):
    import tensorflow as tf
    from tensorflow.nn import softplus

    parameters = [tf.Variable(value) for value in start]
    w1, b1, w2, b2, w3, w4, b3 = parameters
    losses, first = [], None
    for _ in range(steps):
        with tf.GradientTape() as tape:
            y1 = softplus(w1 * x + b1)
            y2 = softplus(w2 * x + b2)
            loss = tf.reduce_sum((observed - (w3 * y1 + w4 * y2 + b3)) ** 2)
        gradients = tape.gradient(loss, parameters)
        first = first or [gradient.numpy().item() for gradient in gradients]
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.assign_sub(learning_rate * gradient)
        losses.append(loss.numpy().item())
    return losses, first, [p.numpy().item() for p in parameters]


def train_digits(start, batches, learning_rate):
    import tensorflow as tf
    from tensorflow.keras.layers import Dense
    from tensorflow.keras.losses import SparseCategoricalCrossentropy

    tf.keras.backend.set_floatx("float64")
    network = tf.keras.Sequential([Dense(32, "relu"), Dense(10)])
    network.build((None, 64))
    network.set_weights(start)
    cross_entropy = SparseCategoricalCrossentropy(from_logits=True)
    optimizer = tf.keras.optimizers.SGD(learning_rate)
    losses, first = [], None

    def compute(images, labels):
        with tf.GradientTape() as tape:
            loss = cross_entropy(labels, network(images))
        return loss, tape.gradient(loss, network.trainable_variables)

    compute = tf.function(compute)  # traced once, then run as a graph
    for images, labels in batches:
        loss, gradients = compute(tf.constant(images), tf.constant(labels))
        first = first or [gradient.numpy() for gradient in gradients]
        optimizer.apply(gradients, network.trainable_variables)
        losses.append(loss.numpy().item())
    return losses, first, network.get_weights()


def learn_b3(observed, others, learning_rate, steps, zero):
    import tensorflow as tf

    b3 = tf.Variable(0.0, dtype=tf.float64)
    optimizer = tf.keras.optimizers.SGD(learning_rate)
    rounds = []
    for _ in range(steps):
        at = b3.numpy().item()
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((observed - (others + b3)) ** 2)
        gradient = tape.gradient(loss, b3)  # a fresh one
        rounds.append([at, loss.numpy().item(), gradient.numpy().item()])
        optimizer.apply([gradient], [b3])
    return np.array(rounds)
