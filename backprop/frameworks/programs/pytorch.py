"""Programs of the chapter on frameworks, in PyTorch.

What a reader sees in the tabs of the book is the source of these functions, line by line.
"""

from __future__ import annotations

import numpy as np


def train_dosage(start, x, observed, learning_rate, steps):
    import torch
    from torch.nn.functional import softplus

    x, observed = torch.tensor(x), torch.tensor(observed)
    parameters = [torch.tensor(value, requires_grad=True) for value in start]
    w1, b1, w2, b2, w3, w4, b3 = parameters
    optimizer = torch.optim.SGD(parameters, lr=learning_rate)
    losses, first = [], None
    for _ in range(steps):
        y1 = softplus(w1 * x + b1)
        y2 = softplus(w2 * x + b2)
        loss = torch.sum((observed - (w3 * y1 + w4 * y2 + b3)) ** 2)
        optimizer.zero_grad()
        loss.backward()
        first = first or [p.grad.item() for p in parameters]
        optimizer.step()
        losses.append(loss.item())
    return losses, first, [p.item() for p in parameters]


def train_digits(start, batches, learning_rate):
    import torch
    from torch.nn import Linear, ReLU, Sequential

    network = Sequential(Linear(64, 32), ReLU(), Linear(32, 10)).double()
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), start, strict=True):
            parameter.copy_(torch.tensor(value.T))  # their W: ours, transposed
    cross_entropy = torch.nn.CrossEntropyLoss()  # of scores, not of p
    optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate)
    losses, first = [], None
    for images, labels in batches:
        scores = network(torch.tensor(images))
        loss = cross_entropy(scores, torch.tensor(labels))
        optimizer.zero_grad()
        loss.backward()
        first = first or [p.grad.T.tolist() for p in network.parameters()]
        optimizer.step()
        losses.append(loss.item())
    return losses, first, [p.detach().numpy().T for p in network.parameters()]


def learn_b3(observed, others, learning_rate, steps, zero):
    import torch

    observed, others = torch.tensor(observed), torch.tensor(others)
    b3 = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([b3], lr=learning_rate)
    rounds = []
    for _ in range(steps):
        if zero:
            optimizer.zero_grad()
        at = b3.item()
        loss = torch.sum((observed - (others + b3)) ** 2)
        loss.backward()
        rounds.append([at, loss.item(), b3.grad.item()])
        optimizer.step()
    return np.array(rounds)
