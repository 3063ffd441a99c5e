"""What is measured: each workload written once for every engine, with the same numbers.

A workload is a function that gets an engine's name and returns ``(step, parameters)``: ``step()``
does forward pass, backward pass and update and returns the loss as a float; ``parameters()``
returns the parameters as NumPy arrays. An engine that a workload does not apply to is left out.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

import backprop as bp

Step = Callable[[], float]
Made = tuple[Step, Callable[[], list[Any]]]
#: Ours, in its two ways to run.
OURS = ("backprop", "program")
ENGINES = ("numpy", *OURS, "torch", "jax", "autograd", "micrograd")


def softplus(z: Any) -> Any:
    return np.log1p(np.exp(z))


def layer_sizes(sizes: tuple[int, ...], dtype: Any, seed: int) -> list[Any]:
    """Weights and biases, in turn, for fully connected layers."""
    rng = np.random.default_rng(seed)
    made = []
    for inputs, outputs in itertools.pairwise(sizes):
        made.append((rng.normal(size=(inputs, outputs)) * (2 / inputs) ** 0.5).astype(dtype))
        made.append(np.zeros(outputs, dtype))
    return made


# --- by hand: what somebody writes who derives the gradient on paper ------------------------------


def relu_forward(x: Any, params: list[Any]) -> list[Any]:
    kept = [x]
    for i in range(0, len(params), 2):
        z = kept[-1] @ params[i] + params[i + 1]
        kept.append(z if i == len(params) - 2 else np.maximum(z, 0.0))
    return kept


def relu_backward(kept: list[Any], upstream: Any, params: list[Any]) -> list[Any]:
    gradients = []
    for i in reversed(range(0, len(params), 2)):
        below = kept[i // 2]
        gradients += [upstream.sum(0), below.T @ upstream]
        if i:
            upstream = (upstream @ params[i].T) * (below > 0)
    return gradients[::-1]


def update(params: list[Any], gradients: list[Any], rate: float) -> None:
    for parameter, gradient in zip(params, gradients, strict=True):
        parameter -= rate * gradient


# --- A: the network of the book -------------------------------------------------------------------


def softplus_network(engine: str, times: int = 1) -> Made | None:
    """A: 1-2-1 softplus, SSR, 3 points; or so many times as wide, with as many times the points."""
    x = np.linspace(0.0, 1.0, 3 * times)[:, None]
    y = np.where((x > 0.25) & (x < 0.75), 1.0, 0.0)
    start, rate = layer_sizes((1, 2 * times, 1), float, 1), 0.01 / times**2
    if engine == "numpy":

        def step() -> float:
            W1, b1, W2, b2 = start
            z = x @ W1 + b1
            a = softplus(z)
            r = y - (a @ W2 + b2)
            upstream = -2 * r
            dz = (upstream @ W2.T) / (1 + np.exp(-z))
            update(start, [x.T @ dz, dz.sum(0), a.T @ upstream, upstream.sum(0)], rate)
            return float((r * r).sum())

        return step, lambda: start

    def forward(lib: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        return lib.log1p(lib.exp(x @ W1 + b1)) @ W2 + b2

    if engine in OURS:
        return ours(
            engine,
            start,
            rate,
            lambda W1, b1, W2, b2: bp.ssr(bp.linear(bp.linear(x, W1, b1, bp.softplus), W2, b2), y),
        )
    if engine == "torch":
        import torch

        tx, ty, f = torch.tensor(x), torch.tensor(y), torch.nn.functional
        return torchs(
            start,
            rate,
            lambda W1, b1, W2, b2: ((ty - (f.softplus(tx @ W1 + b1) @ W2 + b2)) ** 2).sum(),
        )
    if engine == "autograd":
        anp = importlib.import_module("autograd.numpy")
        return autograds(start, rate, lambda *p: anp.sum((y - forward(anp, *p)) ** 2))
    if engine == "jax":
        nn = importlib.import_module("jax").nn
        return jaxes(
            start,
            rate,
            lambda p, x, y: ((y - (nn.softplus(x @ p[0] + p[1]) @ p[2] + p[3])) ** 2).sum(),
            x,
            y,
        )
    return None


# --- B: a small classifier ------------------------------------------------------------------------


def hinge_classifier(engine: str, composed: bool = False) -> Made | None:
    """B: 2-16-16-1 ReLU, 100 points, hinge and L2 penalty; fused, or of elementary operations."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(100, 2))
    y = np.where(x[:, :1] * x[:, 1:] > 0, 1.0, -1.0)
    start, rate, penalty = layer_sizes((2, 16, 16, 1), float, 2), 0.1, 1e-3
    if engine == "numpy":

        def step() -> float:
            kept = relu_forward(x, start)
            margin = 1.0 - y * kept[-1]
            missing = margin > 0
            loss = (margin * missing).mean() + penalty * sum((p * p).sum() for p in start)
            gradients = relu_backward(kept, -y * missing / len(y), start)
            update(
                start, [g + 2 * penalty * p for g, p in zip(gradients, start, strict=True)], rate
            )
            return float(loss)

        return step, lambda: start
    if engine in OURS:

        def elementary(*params: Any) -> Any:
            W1, b1, W2, b2, W3, b3 = params
            score = bp.relu(bp.relu(x @ W1 + b1) @ W2 + b2) @ W3 + b3
            squares = bp.sum(W1 * W1)
            for parameter in params[1:]:
                squares = squares + bp.sum(parameter * parameter)
            return bp.mean(bp.relu(1.0 - y * score)) + penalty * squares

        def loss(*params: Any) -> Any:
            W1, b1, W2, b2, W3, b3 = params
            hidden = bp.linear(bp.linear(x, W1, b1, bp.relu), W2, b2, bp.relu)
            squares = bp.sum_of_squares(params[0])
            for parameter in params[1:]:
                squares = squares + bp.sum_of_squares(parameter)
            return bp.hinge(bp.linear(hidden, W3, b3), y) + penalty * squares

        return ours(engine, start, rate, elementary if composed else loss)

    def written(lib: Any, relu: Any, x: Any, y: Any, params: Any) -> Any:
        W1, b1, W2, b2, W3, b3 = params
        score = relu(relu(x @ W1 + b1) @ W2 + b2) @ W3 + b3
        squares = sum((p * p).sum() for p in params)
        return relu(1.0 - y * score).mean() + penalty * squares

    if engine == "torch":
        import torch

        tx, ty = torch.tensor(x), torch.tensor(y)
        return torchs(start, rate, lambda *p: written(torch, torch.relu, tx, ty, p))
    if engine == "autograd":
        anp = importlib.import_module("autograd.numpy")

        def relu(z: Any) -> Any:
            return anp.maximum(z, 0.0)

        def of_arrays(*params: Any) -> Any:
            W1, b1, W2, b2, W3, b3 = params
            score = anp.dot(relu(anp.dot(relu(anp.dot(x, W1) + b1), W2) + b2), W3) + b3
            squares = sum(anp.sum(p * p) for p in params)
            return anp.mean(relu(1.0 - y * score)) + penalty * squares

        return autograds(start, rate, of_arrays)
    if engine == "jax":
        jax = importlib.import_module("jax")
        return jaxes(start, rate, lambda p, x, y: written(jax.numpy, jax.nn.relu, x, y, p), x, y)
    if composed:
        return None  # micrograd has one way to write it
    from micrograd.engine import Value

    values = [[Value(float(v)) for v in p.ravel()] for p in start]

    def scalar_loss() -> Any:
        total = Value(0.0)
        for point, label in zip(x.tolist(), y[:, 0].tolist(), strict=True):
            outputs: list[Any] = list(point)
            for i in range(0, 6, 2):
                wide = start[i + 1].size
                weights, biases = values[i], values[i + 1]
                z = [
                    sum((weights[k * wide + j] * v for k, v in enumerate(outputs)), biases[j])
                    for j in range(wide)
                ]
                outputs = z if i == 4 else [v.relu() for v in z]
            total = total + (1.0 + outputs[0] * -label).relu()
        return total * (1 / len(x)) + penalty * sum(v * v for p in values for v in p)

    def scalar_step() -> float:
        result = scalar_loss()
        for p in values:
            for v in p:
                v.grad = 0.0
        result.backward()
        for p in values:
            for v in p:
                v.data -= rate * v.grad
        return float(result.data)

    return scalar_step, lambda: [
        np.array([v.data for v in p]).reshape(q.shape) for p, q in zip(values, start, strict=True)
    ]


# --- C and D: classifiers in batches --------------------------------------------------------------


def softmax_classifier(
    sizes: tuple[int, ...], batch: int, dtype: Any
) -> Callable[[str], Made | None]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(batch, sizes[0])).astype(dtype)
    labels = rng.integers(0, sizes[-1], batch)
    one_hot = np.eye(sizes[-1], dtype=dtype)[labels]
    rate = 0.1

    def make(engine: str) -> Made | None:
        start = layer_sizes(sizes, dtype, 4)
        if engine == "numpy":

            def step() -> float:
                kept = relu_forward(x, start)
                shifted = kept[-1] - kept[-1].max(1, keepdims=True)
                powers = np.exp(shifted)
                total = powers.sum(1, keepdims=True)
                loss = (np.log(total[:, 0]) - shifted[np.arange(batch), labels]).mean()
                update(start, relu_backward(kept, (powers / total - one_hot) / batch, start), rate)
                return float(loss)

            return step, lambda: start
        if engine in OURS:

            def loss(*p: Any) -> Any:
                hidden = bp.linear(bp.linear(x, p[0], p[1], bp.relu), p[2], p[3], bp.relu)
                return bp.softmax_cross_entropy(bp.linear(hidden, p[4], p[5]), labels)

            return ours(engine, start, rate, loss)
        if engine == "torch":
            import torch

            tx, tl, f = torch.tensor(x), torch.tensor(labels), torch.nn.functional
            return torchs(
                start,
                rate,
                lambda *p: f.cross_entropy(
                    torch.addmm(
                        p[5],
                        torch.relu(
                            torch.addmm(p[3], torch.relu(torch.addmm(p[1], tx, p[0])), p[2])
                        ),
                        p[4],
                    ),
                    tl,
                ),
            )
        if engine == "autograd":
            anp = importlib.import_module("autograd.numpy")

            def of_arrays(*p: Any) -> Any:
                hidden = anp.maximum(anp.dot(x, p[0]) + p[1], 0.0)
                hidden = anp.maximum(anp.dot(hidden, p[2]) + p[3], 0.0)
                z = anp.dot(hidden, p[4]) + p[5]
                shifted = z - anp.max(z, axis=1, keepdims=True)
                totals = anp.log(anp.sum(anp.exp(shifted), axis=1))
                return anp.mean(totals - anp.sum(shifted * one_hot, axis=1))

            return autograds(start, rate, of_arrays)
        if engine == "jax":
            nn = importlib.import_module("jax").nn

            def of_batch(p: Any, x: Any, one_hot: Any) -> Any:
                hidden = nn.relu(nn.relu(x @ p[0] + p[1]) @ p[2] + p[3])
                return -(nn.log_softmax(hidden @ p[4] + p[5]) * one_hot).sum(1).mean()

            return jaxes(start, rate, of_batch, x, one_hot)
        return None

    return make


# --- L: many layers -------------------------------------------------------------------------------


def deep_network(engine: str) -> Made | None:
    """L: 1,000 layers of 8, ReLU, 4 points, SSR."""
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(4, 8)), rng.normal(size=(4, 8))
    start, rate = layer_sizes((8,) * 1001, float, 4), 1e-6
    if engine == "numpy":

        def step() -> float:
            kept = relu_forward(x, start)
            residual = y - kept[-1]
            update(start, relu_backward(kept, -2.0 * residual, start), rate)
            return float((residual * residual).sum())

        return step, lambda: start
    if engine in OURS:

        def loss(*params: Any) -> Any:
            hidden = x
            for i in range(0, len(params), 2):
                last = i == len(params) - 2
                hidden = bp.linear(hidden, params[i], params[i + 1], None if last else bp.relu)
            return bp.ssr(hidden, y)

        return ours(engine, start, rate, loss)
    if engine == "torch":
        import torch

        tx, ty = torch.tensor(x), torch.tensor(y)

        def torch_loss(*params: Any) -> Any:
            hidden = tx
            for i in range(0, len(params), 2):
                hidden = torch.addmm(params[i + 1], hidden, params[i])
                hidden = hidden if i == len(params) - 2 else torch.relu(hidden)
            return ((ty - hidden) ** 2).sum()

        return torchs(start, rate, torch_loss)
    return None


# --- E: a long chain ------------------------------------------------------------------------------


def chain(length: int, width: int | None) -> Callable[[str], Made | None]:
    """E and EV: alternate a product and a sum, on one number or on an array."""

    def run(y: Any) -> Any:
        for _ in range(length // 2):
            y = y * 1.0001
            y = y + 0.001
        return y

    def make(engine: str) -> Made | None:
        start = [np.array(0.5) if width is None else np.linspace(0.1, 0.8, width)]
        if engine == "numpy":
            if width is None:
                state = [0.5]

                def scalar_step() -> float:
                    y, slope = run(state[0]), 1.0
                    for _ in range(length // 2):
                        slope = slope * 1.0001
                    state[0] -= 1e-3 * slope
                    return float(y)

                return scalar_step, lambda: [np.array(state[0])]

            def step() -> float:
                y, slope = run(start[0]), np.ones(width)
                for _ in range(length // 2):
                    slope = slope * 1.0001
                start[0] -= 1e-3 * slope
                return float(y.sum())

            return step, lambda: start
        if engine in OURS:
            return ours(engine, start, 1e-3, lambda x: run(x) if width is None else bp.sum(run(x)))
        if engine == "torch":
            return torchs(start, 1e-3, lambda x: run(x).sum())
        if engine == "autograd":
            anp = importlib.import_module("autograd.numpy")
            return autograds(start, 1e-3, lambda x: anp.sum(run(x)))
        return None  # micrograd sorts recursively, and fails on a chain of this length

    return make


# --- the same step for each engine ----------------------------------------------------------------


def ours(engine: str, start: list[Any], rate: float, loss: Callable[..., Any]) -> Made:
    params = [bp.Variable(p) for p in start]
    optimizer = bp.GradientDescent(params, rate)
    if engine == "program":
        program = bp.program(lambda: loss(*params), update=optimizer)
        return program, lambda: [np.asarray(p.value) for p in params]

    def step() -> float:
        optimizer.zero_grad()
        result = loss(*params)
        result.backward()
        optimizer.step()
        return float(result.value)

    return step, lambda: [np.asarray(p.value) for p in params]


def torchs(start: list[Any], rate: float, loss: Callable[..., Any]) -> Made:
    import torch

    params = [torch.tensor(p, requires_grad=True) for p in start]
    optimizer = torch.optim.SGD(params, rate)

    def step() -> float:
        optimizer.zero_grad()
        result = loss(*params)
        result.backward()
        optimizer.step()
        return result.item()

    return step, lambda: [p.detach().numpy() for p in params]


def autograds(start: list[Any], rate: float, loss: Callable[..., Any]) -> Made:
    from autograd import value_and_grad

    params = [p.copy() for p in start]
    gradients = value_and_grad(loss, tuple(range(len(params))))

    def step() -> float:
        result, found = gradients(*params)
        for i, gradient in enumerate(found):
            params[i] = params[i] - rate * gradient
        return result.item()

    return step, lambda: params


def jaxes(start: list[Any], rate: float, loss: Callable[..., Any], *data: Any) -> Made:
    """The whole step compiled, with the memory of the parameters given back to it."""
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    gradients = jax.value_and_grad(loss)

    def move(params: list[Any], *batch: Any) -> tuple[Any, list[Any]]:
        value, found = gradients(params, *batch)
        return value, [p - rate * g for p, g in zip(params, found, strict=True)]

    compiled = jax.jit(move, donate_argnums=0)
    batch = [jax.numpy.array(part) for part in data]
    kept = [jax.numpy.array(p) for p in start]

    def step() -> float:
        nonlocal kept
        value, kept = compiled(kept, *batch)
        return float(value)

    return step, lambda: kept


WORKLOADS: dict[str, tuple[str, Callable[[str], Made | None]]] = {
    "A": ("1-2-1 softplus, SSR, 3 points", softplus_network),
    "B": ("2-16-16-1 ReLU, 100 points, hinge + L2", hinge_classifier),
    "BE": ("B of elementary operations", lambda engine: hinge_classifier(engine, composed=True)),
    "C32": (
        "64-128-64-10 ReLU, batch 64, float32",
        softmax_classifier((64, 128, 64, 10), 64, np.float32),
    ),
    "C64": (
        "64-128-64-10 ReLU, batch 64, float64",
        softmax_classifier((64, 128, 64, 10), 64, np.float64),
    ),
    "D": (
        "784-512-256-10, batch 128, float32",
        softmax_classifier((784, 512, 256, 10), 128, np.float32),
    ),
    "E": ("chain of 10,000 scalar operations", chain(10_000, None)),
    "EV": ("the same on arrays of 8", chain(10_000, 8)),
    "A10": (
        "A, 10 times as wide, 10 times the points",
        lambda engine: softplus_network(engine, 10),
    ),
    "A100": (
        "A, 100 times as wide, 100 times the points",
        lambda engine: softplus_network(engine, 100),
    ),
    "L": ("1,000 layers of 8 ReLU, 4 points, SSR", deep_network),
}
