"""Agreement with PyTorch, over every operation that both have: values and gradients in float64."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine import operations
from backprop.engine.table import TABLE

from .cases import CASES, Case

torch = pytest.importorskip("torch", reason="PyTorch is not installed: nothing to compare with")
F: Any = torch.nn.functional
RNG = np.random.default_rng(0)


def labels_of(numbers: Any) -> Any:
    return torch.as_tensor(np.asarray(numbers))


def summed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Reductions of PyTorch do not take None for all axes together with keepdim."""

    def reduced(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        axes = tuple(range(a.ndim)) if axis is None else axis
        return function(a, dim=axes, keepdim=keepdims) if a.ndim else a * 1.0

    return reduced


def scatter(a: Any, index: Any, shape: tuple[int, ...]) -> Any:
    counted = torch.arange(int(np.prod(shape))).reshape(shape)[index].reshape(-1)
    flat = torch.zeros(int(np.prod(shape)), dtype=a.dtype)
    return flat.index_add(0, counted, a.reshape(-1)).reshape(shape)


def cut(a: Any, size: tuple[int, int], stride: int = 1) -> Any:
    return a.unfold(-2, size[0], stride).unfold(-2, size[1], stride)


def linear(x: Any, W: Any, b: Any, activation: Any = None) -> Any:
    z = x @ W + b
    return z if activation is None else THEIRS[activation.__name__](z)


# Their name for each operation of our table.
THEIRS: dict[str, Callable[..., Any]] = {
    "add": torch.add,
    "subtract": torch.sub,
    "multiply": torch.mul,
    "divide": torch.div,
    "negate": torch.neg,
    "square": torch.square,
    "power": torch.pow,
    "exp": torch.exp,
    "log": torch.log,
    "expm1": torch.expm1,
    "log1p": torch.log1p,
    "logaddexp": torch.logaddexp,
    "sqrt": torch.sqrt,
    "sin": torch.sin,
    "cos": torch.cos,
    "tanh": torch.tanh,
    "abs": torch.abs,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "clip": torch.clamp,
    "where": lambda a, b, condition: torch.where(torch.as_tensor(condition), a, b),
    "sum": summed(torch.sum),
    "mean": summed(torch.mean),
    "max": summed(torch.amax),
    "norm": torch.linalg.vector_norm,
    "dot": torch.dot,
    "matmul": torch.matmul,
    "broadcast_to": torch.broadcast_to,
    "sum_to": lambda a, shape: a.sum_to_size(shape),
    "reshape": lambda a, shape: a.reshape(shape),
    "transpose": lambda a, axes=None: a.permute(axes or tuple(range(a.ndim))[::-1]),
    "getitem": lambda a, index: a[index],
    "scatter": scatter,
    "join": lambda a, b, axis=0: torch.cat([a, b], axis),
    "windows": cut,
    "fold": lambda a, shape, stride=1: F.fold(
        a.reshape(-1, *a.shape[-4:]).permute(0, 3, 4, 1, 2).flatten(1, 2).flatten(2),
        shape[-2:],
        a.shape[-2:],
        stride=stride,
    ).reshape(shape),
    "sigmoid": torch.sigmoid,
    # Beyond this threshold PyTorch takes the line instead of the function.
    "softplus": lambda a: F.softplus(a, threshold=700),
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "softmax": lambda a, axis=-1: torch.softmax(a, axis),
    "log_softmax": lambda a, axis=-1: torch.log_softmax(a, axis),
    "linear": linear,
    "sum_of_squares": lambda a: torch.sum(a * a),
    "ssr": lambda predicted, observed: F.mse_loss(predicted, observed, reduction="sum"),
    "mse": F.mse_loss,
    "hinge": lambda predicted, observed: torch.mean(
        torch.relu(1 - torch.as_tensor(observed) * predicted)
    ),
    "softmax_cross_entropy": lambda logits, shares: F.cross_entropy(
        torch.atleast_2d(logits), torch.atleast_2d(torch.as_tensor(shares))
    ),
}


def compare(ours: Any, theirs: Any, arguments: list[Any], weights: Any = None) -> None:
    """Compare the value, and the gradient of its weighted sum by each argument."""
    leaves = [bp.Variable(argument) for argument in arguments]
    tensors = [
        torch.tensor(np.asarray(a), dtype=torch.float64, requires_grad=True) for a in arguments
    ]
    mine, its = ours(*leaves), theirs(*tensors)
    np.testing.assert_allclose(mine.value, its.detach().numpy(), rtol=1e-12, atol=1e-12)
    if weights is None:
        weights = np.random.default_rng(1).normal(size=mine.shape)[()]
    mine.backward(weights)
    its.backward(torch.as_tensor(np.asarray(weights, dtype=float)))
    for leaf, tensor in zip(leaves, tensors, strict=True):
        np.testing.assert_allclose(leaf.grad, tensor.grad.numpy(), rtol=1e-12, atol=1e-12)


def test_every_operation_of_the_table_is_compared() -> None:
    assert set(THEIRS) == set(TABLE)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_operations(case: Case) -> None:
    arguments = case.draw()
    compare(
        lambda *a: case.function(*a, *case.settings),
        lambda *a: THEIRS[case.name](*a, *case.settings),
        arguments,
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_hessian_times_vector(case: Case) -> None:
    """Second derivatives, by each argument alone, of a number that bends every result."""
    arguments = case.draw()
    for position, at in enumerate(arguments):
        v = RNG.normal(size=np.shape(at))

        def given(x: Any, as_theirs: bool, position: int = position) -> list[Any]:
            others = [torch.as_tensor(np.asarray(a)) if as_theirs else a for a in arguments]
            return [*others[:position], x, *others[position + 1 :]]

        ours = bp.hvp(
            lambda x: bp.sum(bp.sin(case.function(*given(x, False), *case.settings))),
            at,
            v[()],
        )
        _, theirs = torch.autograd.functional.hvp(
            lambda x: torch.sin(THEIRS[case.name](*given(x, True), *case.settings)).sum(),
            torch.as_tensor(np.asarray(at, dtype=float)),
            torch.as_tensor(v),
        )
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-11, atol=1e-11)


IMAGES, FILTERS, BIAS = (RNG.normal(size=s) for s in ((2, 3, 6, 7), (4, 3, 3, 2), (4,)))


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_conv2d(stride: int, padding: int) -> None:
    settings = {"stride": stride, "padding": padding}
    compare(
        lambda *a: bp.conv2d(*a, **settings),
        lambda *a: F.conv2d(*a, **settings),
        [IMAGES, FILTERS, BIAS],
    )


@pytest.mark.parametrize(("size", "stride"), [(2, None), (2, 1), (3, 2), (3, None), (1, 1)])
def test_pooling(size: int, stride: int | None) -> None:
    for ours, theirs in (
        (bp.max_pool2d, F.max_pool2d),
        (bp.average_pool2d, F.avg_pool2d),
    ):
        compare(lambda x: ours(x, size, stride), lambda x: theirs(x, size, stride), [IMAGES])  # noqa: B023


def test_embedding() -> None:
    indices = np.array([[0, 3, 3], [1, 0, 3]])
    compare(
        lambda table: bp.embedding(table, indices),
        lambda table: F.embedding(torch.as_tensor(indices), table),
        [RNG.normal(size=(5, 2))],
    )


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
@pytest.mark.parametrize("eps", [1e-5, 0.1])
def test_layer_norm(shape: tuple[int, ...], eps: float) -> None:
    compare(
        lambda x, gain, bias: bp.layer_norm(x, gain, bias, eps),
        lambda x, gain, bias: F.layer_norm(x, (4,), gain, bias, eps),
        [RNG.normal(size=shape), RNG.normal(size=4), RNG.normal(size=4)],
    )


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_concatenate_and_stack(axis: int) -> None:
    arrays = [RNG.normal(size=(2, 3)) for _ in range(5)]
    for ours, theirs in ((bp.concatenate, torch.cat), (bp.stack, torch.stack)):
        compare(lambda *a: ours(a, axis), lambda *a: theirs(a, axis), arrays)  # noqa: B023


LABELS = np.array([2, 0, 1, 2])
SHARES = np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.1, 0.1, 0.8]])


@pytest.mark.parametrize("labels", [LABELS, SHARES], ids=["labels", "shares"])
def test_cross_entropies(labels: Any) -> None:
    scores = RNG.normal(size=(4, 3)) * 3
    compare(
        lambda x: bp.softmax_cross_entropy(x, labels),
        lambda x: F.cross_entropy(x, labels_of(labels)),
        [scores],
        1.0,
    )
    compare(
        lambda x: bp.cross_entropy(bp.softmax(x), labels),
        lambda x: F.cross_entropy(x, labels_of(labels)),
        [scores],
        1.0,
    )


def test_hinge() -> None:
    """Theirs takes the mean over two classes, of which one has the score 0."""
    sides = np.array([1, -1, -1, 1, 1])
    compare(
        lambda x: bp.hinge(x, sides),
        lambda x: 2 * F.multi_margin_loss(torch.stack([0 * x, x], 1), labels_of(sides > 0).long()),
        [RNG.normal(size=5) * 2],
        1.0,
    )


def test_log_likelihood_of_probabilities() -> None:
    probabilities = np.exp(RNG.normal(size=(4, 3)))
    compare(
        lambda p: bp.cross_entropy(p, LABELS),
        lambda p: F.nll_loss(torch.log(p), labels_of(LABELS)),
        [probabilities],
        1.0,
    )


@pytest.mark.parametrize(("x_shape", "y_shape"), [((3, 4), (4, 2)), ((5, 3, 4), (5, 4, 2))])
def test_a_network(x_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> None:
    compare(
        lambda x, W, V: bp.mean(bp.softplus(bp.tanh(x @ W) @ bp.transpose(V) + x) ** 2),
        lambda x, W, V: torch.mean(F.softplus(torch.tanh(x @ W) @ V.T + x) ** 2),
        [RNG.normal(size=x_shape), RNG.normal(size=y_shape[-2:]), RNG.normal(size=y_shape[-2:])],
        1.0,
    )


def test_padding() -> None:
    around = ((2, 1), (0, 3))
    compare(
        lambda x: bp.engine.convolution.pad(x, around), lambda x: F.pad(x, (0, 3, 2, 1)), [IMAGES]
    )


def test_operators_and_indexing() -> None:
    a, b = RNG.uniform(0.5, 2, size=(2, 3)), RNG.uniform(0.5, 2, size=(2, 3))
    compare(lambda a, b: (a + b) * a / b - a**b, lambda a, b: (a + b) * a / b - a**b, [a, b])
    compare(lambda a, b: abs(-a) @ b.T, lambda a, b: abs(-a) @ b.T, [a, b])
    compare(lambda a: a[1, ::2], lambda a: a[1, ::2], [a])
    compare(
        lambda a: operations.getitem(a, (slice(None), [0, 0, 2])), lambda a: a[:, [0, 0, 2]], [a]
    )
