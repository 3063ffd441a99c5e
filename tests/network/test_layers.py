"""Layers: what they compute, how they name, draw and save their parameters, and misuse."""

import copy
import math
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backprop as bp

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 3))
IMAGES = RNG.normal(size=(2, 1, 6, 6))


def names(layer: bp.Layer) -> list[str | None]:
    return [parameter.name for parameter in layer.parameters()]


def checked(layer: bp.Layer, x: Any) -> None:
    """The gradient of every parameter, against differences."""
    start = [parameter.value.copy() for parameter in layer.parameters()]
    weights = RNG.normal(size=np.shape(layer(x).value))

    def loss(*values: Any) -> Any:
        for parameter, value in zip(layer.parameters(), values, strict=True):
            parameter.value = bp.engine.variable.value_of(value)
        return bp.sum(layer(x) * weights)

    total = loss(*start)
    total.backward()
    for i, parameter in enumerate(layer.parameters()):
        numeric = bp.numeric_gradient(
            lambda value, i=i: loss(*start[:i], value, *start[i + 1 :]), start[i]
        )
        np.testing.assert_allclose(parameter.grad, numeric, rtol=1e-6, atol=1e-8)
        loss(*start)


# --- what they compute ----------------------------------------------------------------------------


LAYERS: dict[str, tuple[Callable[[], Any], Any, tuple[int, ...], str]] = {
    "linear": (lambda: bp.Linear(3, 4, seed=0), X, (5, 4), "Linear(3, 4)"),
    "activated": (lambda: bp.Linear(3, 4, bp.tanh, seed=0), X, (5, 4), "Linear(3, 4, tanh)"),
    "unbiased": (lambda: bp.Linear(3, 4, seed=0, bias=False), X, (5, 4), "Linear(3, 4)"),
    "convolution": (
        lambda: bp.Conv2d(1, 2, 3, seed=0),
        IMAGES,
        (2, 2, 4, 4),
        "Conv2d(1, 2, 3)",
    ),
    "strides": (
        lambda: bp.Conv2d(1, 2, 3, bp.softplus, stride=2, padding=1, seed=0, bias=False),
        IMAGES,
        (2, 2, 3, 3),
        "Conv2d(1, 2, 3, softplus, stride=2, padding=1)",
    ),
    "embedding": (
        lambda: bp.Embedding(9, 4, seed=0),
        [[1, 8], [1, 0]],
        (2, 2, 4),
        "Embedding(9, 4)",
    ),
    "norm": (lambda: bp.LayerNorm(3), X, (5, 3), "LayerNorm(3)"),
    "network": (
        lambda: bp.Sequential(
            bp.Conv2d(1, 2, 3, seed=0),
            bp.tanh,
            bp.MaxPool2d(2),
            bp.Flatten(),
            bp.Linear(8, 3, seed=1),
            bp.softplus,
            bp.LayerNorm(3),
        ),
        IMAGES,
        (2, 3),
        "Sequential(Conv2d(1, 2, 3), tanh, MaxPool2d(2), Flatten(), Linear(8, 3), softplus, "
        "LayerNorm(3))",
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_shape_gradients_and_how_it_shows_itself(name: str) -> None:
    make, x, shape, shown = LAYERS[name]
    layer = make()
    assert layer(x).shape == shape
    assert repr(layer) == shown
    checked(layer, x)


def test_layers_without_parameters() -> None:
    assert bp.MaxPool2d(2, stride=1)(IMAGES).shape == (2, 1, 5, 5)
    assert repr(bp.MaxPool2d(3, stride=1)) == "MaxPool2d(3, stride=1)"
    np.testing.assert_array_equal(bp.Flatten()(IMAGES), IMAGES.reshape(2, 36))
    assert bp.Flatten()(np.ones((0, 3, 2))).shape == (0, 6)
    assert bp.Flatten()(1.0).shape == (1, 1)
    assert repr(bp.Dropout(0.25)) == "Dropout(0.25)"
    for layer in (bp.MaxPool2d(), bp.Flatten(), bp.Dropout()):
        assert layer.parameters() == []


@pytest.mark.parametrize("activation", [bp.sigmoid, bp.tanh, bp.relu, bp.softplus, bp.sin])
def test_a_sequence_computes_what_its_parts_compute(activation: Any) -> None:
    first, last = bp.Linear(3, 4, seed=0), bp.Linear(4, 2, seed=1)
    net = bp.Sequential(first, activation, last)
    one_by_one = last(activation(first(X)))
    np.testing.assert_allclose(net(X).value, one_by_one.value, rtol=1e-14)


def count(loss: Any) -> int:
    seen, todo = set(), [loss]
    while todo:
        node = todo.pop()
        if isinstance(node, bp.Variable) and node not in seen:
            seen.add(node)
            todo += node.arguments
    return sum(node.operation is not None for node in seen)


def test_linear_and_activation_are_one_operation() -> None:
    fused = bp.Sequential(bp.Linear(3, 4, seed=0), bp.relu, bp.Linear(4, 2, seed=1), bp.sigmoid)
    assert count(fused(X)) == 2
    assert count(bp.Sequential(bp.Linear(3, 4, seed=0), bp.sin)(X)) == 2
    own = bp.Linear(3, 4, bp.tanh, seed=0)
    both = bp.Sequential(own, bp.relu)
    assert count(both(X)) == 2
    np.testing.assert_allclose(both(X).value, np.maximum(own(X).value, 0.0))


def test_an_activation_set_later_counts() -> None:
    layer = bp.Linear(3, 4, seed=0)
    net = bp.Sequential(layer, bp.relu)
    layer.activation = bp.tanh
    np.testing.assert_allclose(net(X).value, np.maximum(np.tanh(X @ layer.W.value), 0.0))


def test_float32_stays_float32() -> None:
    net = bp.Sequential(
        bp.Conv2d(1, 2, 3, bp.relu, seed=0, dtype=np.float32),
        bp.Flatten(),
        bp.Dropout(0.5, seed=0),
        bp.Linear(32, 4, seed=1, dtype=np.float32),
        bp.LayerNorm(4, dtype=np.float32),
    )
    out = net(IMAGES.astype(np.float32))
    assert out.dtype == np.float32
    bp.sum(out).backward()
    for parameter in net.parameters():
        assert parameter.dtype == np.float32
        assert parameter.grad.dtype == np.float32
    assert bp.Embedding(3, 2, seed=0, dtype=np.float32)([1]).dtype == np.float32


# --- start values ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(300, 100), (30, 10, 5, 3)])
@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("glorot_uniform", lambda inputs, outputs: 2 / (inputs + outputs)),
        ("glorot_normal", lambda inputs, outputs: 2 / (inputs + outputs)),
        ("he_uniform", lambda inputs, outputs: 2 / inputs),
        ("he_normal", lambda inputs, outputs: 2 / inputs),
    ],
)
def test_the_size_of_start_values(name: str, variance: Any, shape: tuple[int, ...]) -> None:
    fans = shape if len(shape) == 2 else (shape[1] * 15, shape[0] * 15)
    drawn = getattr(bp.initializers, name)(shape, seed=0)
    assert drawn.shape == shape
    assert drawn.var() == pytest.approx(variance(*fans), rel=0.05)
    assert drawn.mean() == pytest.approx(0.0, abs=0.01)
    if name.endswith("uniform"):
        assert np.abs(drawn).max() <= math.sqrt(3 * variance(*fans))


@pytest.mark.parametrize("name", list(bp.initializers.INITIALIZERS))
def test_a_seed_decides_the_start_values(name: str) -> None:
    one, same, other = (bp.Linear(4, 3, seed=s, initializer=name).W.value for s in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert name == "zeros" or not np.array_equal(one, other)
    single = bp.Linear(4, 3, seed=0, initializer=name, dtype=np.float32).W.value
    np.testing.assert_array_equal(single, one.astype(np.float32))


def test_one_generator_for_several_layers() -> None:
    def net() -> list[Any]:
        rng = np.random.default_rng(7)
        return [bp.Linear(3, 3, seed=rng).W.value for _ in range(2)]

    first, second = net()
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(net()[1], second)
    assert not np.array_equal(bp.Linear(3, 3).W.value, bp.Linear(3, 3).W.value)


def test_an_initializer_of_your_own() -> None:
    layer = bp.Linear(2, 2, seed=0, initializer=lambda shape, generator: np.eye(*shape))
    np.testing.assert_array_equal(layer.W.value, np.eye(2))
    layer.W.value[0, 0] = 7.0  # arrays of its own
    np.testing.assert_array_equal(layer.b.value, [0.0, 0.0])


# --- names and parts ------------------------------------------------------------------------------


def test_parameters_are_named_by_their_place() -> None:
    assert names(bp.Linear(2, 2, seed=0)) == ["W", "b"]
    assert names(bp.Linear(2, 2, seed=0, bias=False)) == ["W"]
    assert names(bp.Conv2d(1, 1, 2, seed=0)) == ["W", "b"]
    assert names(bp.LayerNorm(3)) == ["gain", "bias"]
    assert names(bp.Embedding(3, 2, seed=0)) == ["table"]
    inner = bp.Sequential(bp.Linear(2, 2, seed=0), bp.Dropout(0.1), bp.LayerNorm(2))
    assert names(inner) == ["layer1.W", "layer1.b", "layer2.gain", "layer2.bias"]
    outer = bp.Sequential(bp.Flatten(), inner, bp.Linear(2, 1, seed=1, bias=False))
    assert names(outer) == [
        f"layer1.{n}" for n in ("layer1.W", "layer1.b", "layer2.gain", "layer2.bias")
    ] + ["layer2.W"]
    assert names(inner)[0] == "layer1.layer1.W"  # the longest name stays


def test_names_of_your_own_stay() -> None:
    layer = bp.Linear(1, 1, seed=0)
    layer.W.name = "w1"
    assert names(bp.Sequential(layer)) == ["w1", "layer1.b"]


def test_asking_for_parameters_changes_no_name() -> None:
    class Net(bp.Layer):
        def __init__(self) -> None:
            self.scale = bp.Variable(2.0, name="cale")  # an ending of its place
            self.twin = bp.Variable(2.0, name="cale")
            self.layers: list[bp.Layer] = []

    net = Net()
    net.layers.append(bp.Linear(1, 1, seed=0))
    before = [net.scale.name, net.twin.name, net.layers[0].parameters()[0].name]
    assert before == ["cale", "cale", "W"]
    assert len(net.parameters()) == 4
    assert list(net.named_parameters()) == ["scale", "twin", "layers1.W", "layers1.b"]
    assert [net.scale.name, net.twin.name, net.layers[0].parameters()[0].name] == before
    bp.Adam(net)  # from now on they are called by their places
    assert names(net) == ["cale", "cale", "layers1.W", "layers1.b"]


class Parts(bp.Layer):
    """A layer that keeps its parts in whatever it is given."""

    def __init__(self, parts: Any) -> None:
        self.parts = parts


CONTAINERS: dict[str, tuple[Callable[[Any, Any], Any], list[str]]] = {
    "a list": (lambda a, b: [a, b], ["parts1", "parts2"]),
    "a tuple": (lambda a, b: (a, b), ["parts1", "parts2"]),
    "a queue": (lambda a, b: deque([a, b]), ["parts1", "parts2"]),
    "a dict": (lambda a, b: {"up": a, "down": b}, ["parts.up", "parts.down"]),
    "lists in a list": (lambda a, b: [[a], [b]], ["parts1.1", "parts2.1"]),
    "a list in a dict": (lambda a, b: {"up": [a, b]}, ["parts.up.1", "parts.up.2"]),
    "dicts in a list": (lambda a, b: [{"up": a}, {"up": b}], ["parts1.up", "parts2.up"]),
    "deep": (lambda a, b: [([{"up": (a,)}],), b], ["parts1.1.1.up.1", "parts2"]),
}


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("kind", ["variables", "layers"])
def test_parameters_are_found_trained_and_saved_wherever_they_stand(
    name: str, kind: str, tmp_path: Path
) -> None:
    pack, places = CONTAINERS[name]

    def make(start: float) -> tuple[Parts, list[bp.Variable]]:
        if kind == "variables":
            a, b = bp.Variable([start, start]), bp.Variable([start, start])
            return Parts(pack(a, b)), [a, b]
        one, other = bp.LayerNorm(2), bp.LayerNorm(2)
        one.gain.value[...] = other.gain.value[...] = start
        return Parts(pack(one, other)), [one.gain, one.bias, other.gain, other.bias]

    net, parameters = make(2.0)
    assert net.parameters() == parameters
    ending = [""] if kind == "variables" else [".gain", ".bias"]
    assert names(net) == [place + end for place in places for end in ending]
    optimizer = bp.GradientDescent(net, 0.1)
    sum((bp.sum(p * 3) for p in parameters), start=bp.Variable(0.0)).backward()
    optimizer.step()
    assert parameters[0].value.tolist() == pytest.approx([1.7, 1.7])
    net.save(tmp_path / "net.npz")
    fresh, others = make(5.0)
    fresh.load(tmp_path / "net.npz")
    for ours, theirs in zip(parameters, others, strict=True):
        np.testing.assert_array_equal(ours.value, theirs.value)


def test_a_set_of_layers_has_no_order() -> None:
    with pytest.raises(TypeError, match=r"parts is a set, and has no order .* use a list"):
        Parts({bp.Linear(1, 1)})
    assert Parts({"a", "b"}).parameters() == []


def test_a_network_that_is_extended_finds_what_is_new() -> None:
    class Scaled(bp.Sequential):
        def __init__(self) -> None:
            super().__init__(bp.Linear(1, 1, seed=0))
            self.scale = bp.Variable(2.0)

    assert names(Scaled()) == ["layer1.W", "layer1.b", "scale"]


def test_layers_that_refer_to_each_other() -> None:
    one, other = Parts(bp.Linear(1, 1, seed=0)), Parts(None)
    one.other, other.other = other, one
    other.parts = [bp.LayerNorm(1)]
    other.parts.append(other.parts)
    assert len(one.parameters()) == len(other.parameters()) == 4
    assert set(one.named_parameters().values()) == set(other.named_parameters().values())
    assert "..." in repr(one)
    one.eval()
    assert not other.training
    assert one.generators() == []
    assert copy.deepcopy(one).other.other.parts.W.value == one.parts.W.value


def test_a_layer_that_moves_gets_names_that_are_no_ones_else() -> None:
    old = bp.Sequential(bp.Linear(2, 2, seed=0), bp.relu, bp.Linear(2, 2, seed=1))
    new = bp.Sequential(old.layers[2], bp.Linear(2, 2, seed=2))
    assert names(new) == ["layer1.W", "layer1.b", "layer2.W", "layer2.b"]


def test_shared_layers_count_once() -> None:
    shared = bp.Linear(2, 2, seed=0)
    net = bp.Sequential(shared, bp.tanh, shared)
    assert len(net.parameters()) == 2
    bp.sum(net(X[:, :2])).backward()
    assert shared.W.grad.shape == (2, 2)


def test_a_layer_of_your_own() -> None:
    class Net(bp.Layer):
        def __init__(self) -> None:
            self.scale = bp.Variable(2.0)
            self.known = bp.constant([1.0, 2.0], name="known")
            self.blocks = [bp.Linear(3, 3, bp.tanh, seed=0), bp.Dropout(0.5, seed=1)]
            self.head = bp.Sequential(bp.Linear(3, 1, seed=2))
            self.computed = self.scale * 2

        def __call__(self, x: Any) -> Any:
            for block in self.blocks:
                x = block(x)
            return self.head(x) * self.scale

    net = Net()
    assert names(net) == ["scale", "blocks1.W", "blocks1.b", "head.layer1.W", "head.layer1.b"]
    assert len(net.generators()) == 1
    assert net(X).shape == (5, 1)
    assert repr(net) == (
        "Net(blocks1=Linear(3, 3, tanh), blocks2=Dropout(0.5), head=Sequential(Linear(3, 1)))"
    )
    net.eval()
    np.testing.assert_array_equal(net(X).value, net(X).value)
    with pytest.raises(NotImplementedError, match=r"Layer must define __call__\(self, x\)"):
        bp.Layer()(X)


def test_a_copy_is_a_network_of_its_own() -> None:
    net = bp.Sequential(bp.Linear(3, 2, seed=0), bp.relu, bp.Linear(2, 1, seed=1))
    other = copy.deepcopy(net)
    np.testing.assert_array_equal(net(X).value, other(X).value)
    other.parameters()[0].value += 1.0
    assert not np.array_equal(net(X).value, other(X).value)
    assert names(other) == names(net)


# --- training and evaluation ----------------------------------------------------------------------


def test_dropout_drops_in_training_only() -> None:
    ones = np.ones((100, 100))
    layer = bp.Dropout(0.2, seed=0)
    dropped = layer(ones)
    assert np.mean(dropped == 0.0) == pytest.approx(0.2, abs=0.02)
    assert set(np.unique(dropped)) == {0.0, 1.25}
    assert not np.array_equal(layer(ones), dropped)
    np.testing.assert_array_equal(bp.Dropout(0.2, seed=0)(ones), dropped)
    assert layer.eval() is layer
    assert layer(ones) is ones
    assert not np.array_equal(layer.train()(ones), ones)
    np.testing.assert_array_equal(bp.Dropout(0.0)(ones), ones)


def test_the_mode_reaches_every_layer_and_comes_back() -> None:
    frozen, other = bp.Dropout(0.5), bp.Dropout(0.5)
    net = bp.Sequential(frozen, bp.Sequential(other))
    frozen.eval()
    with net.evaluating():
        assert not any(layer.training for layer in (net, frozen, other))
    assert [net.training, frozen.training, other.training] == [True, False, True]
    with suppress(ZeroDivisionError), net.evaluating():
        assert 1 / 0
    assert [net.training, frozen.training, other.training] == [True, False, True]
    net.train()
    assert frozen.training
    assert len(net.generators()) == 2


# --- files ----------------------------------------------------------------------------------------


def network(seed: int, width: int = 4) -> bp.Sequential:
    return bp.Sequential(
        bp.Linear(3, width, seed=seed), bp.relu, bp.Linear(width, 1, seed=seed + 1)
    )


def test_parameters_come_back_from_a_file(tmp_path: Path) -> None:
    net, other = network(0), network(5)
    places = [parameter.value for parameter in other.parameters()]
    net.save(tmp_path / "net.npz")
    other.load(tmp_path / "net.npz")
    np.testing.assert_array_equal(net(X).value, other(X).value)
    assert all(p.value is place for p, place in zip(other.parameters(), places, strict=True))


def test_plain_numbers_come_back_as_plain_numbers(tmp_path: Path) -> None:
    class Line(bp.Layer):
        def __init__(self, slope: Any) -> None:
            self.slope = bp.Variable(slope)

    for slope in (0.1, np.float32(0.1)):
        line, other = Line(slope), Line(type(slope)(5))
        line.save(tmp_path / "line")
        other.load(tmp_path / "line")
        assert other.slope.value == line.slope.value
        assert type(other.slope.value) is type(slope)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (
            network(0, width=5),
            r"number 1 is layer1.W \(float64, shape \(3, 4\)\) in the file, and "
            r"layer1.W \(float64, shape \(3, 5\)\) here",
        ),
        (bp.Sequential(bp.Linear(3, 4, seed=0)), r"number 3 is layer2.W .* and not there here"),
        (bp.Sequential(network(0)), r"number 1 is layer1.W .* and layer1.layer1.W"),
        (
            bp.Sequential(bp.Linear(3, 4, seed=0, dtype=np.float32)),
            r"\(float64, .* in the file, and layer1.W \(float32",
        ),
    ],
    ids=["shape", "fewer", "names", "type"],
)
def test_parameters_of_something_else_are_refused(
    other: bp.Layer, message: str, tmp_path: Path
) -> None:
    network(0).save(tmp_path / "net.npz")
    before = [parameter.value.copy() for parameter in other.parameters()]
    with pytest.raises(ValueError, match=message):
        other.load(tmp_path / "net.npz")
    for parameter, value in zip(other.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.value, value)


# --- misuse ---------------------------------------------------------------------------------------

MISUSE: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "nothing": (lambda: bp.Sequential(), ValueError, "layers must be at least one"),
    "a list": (
        lambda: bp.Sequential(bp.relu, [bp.relu]),  # type: ignore[arg-type]
        TypeError,
        r"layers must be layers and functions, one after the other, .* number 2 is \[|a list",
    ),
    "no inputs": (lambda: bp.Linear(0, 1), ValueError, "inputs must be a whole number of at leas"),
    "half": (lambda: bp.Linear(1, 1.5), ValueError, "outputs must be a whole number"),
    "activation": (
        lambda: bp.Linear(1, 1, "relu"),
        TypeError,
        "a function such as bp.relu, got 'r",
    ),
    "initializer": (
        lambda: bp.Linear(1, 1, initializer="xavier"),
        ValueError,
        "initializer must be one of glorot, he, .* got 'xavier'",
    ),
    "no initializer": (lambda: bp.Linear(1, 1, initializer=3), ValueError, "must be one of glorot"),
    "its shape": (
        lambda: bp.Linear(2, 3, initializer=lambda shape, generator: np.zeros(3)),
        ValueError,
        r"initializer must return the shape \(2, 3\) for W, it returned \(3,\)",
    ),
    "dtype": (lambda: bp.Linear(1, 1, dtype=int), TypeError, "a floating type such as np.float32"),
    "fans": (lambda: bp.initializers.he_normal((3,)), ValueError, r"\(inputs, outputs\) or \(filt"),
    "x": (lambda: bp.Linear(2, 3, seed=0)(X), ValueError, r"\(5, 3\).* \(2, 3\)"),
    "stride": (lambda: bp.Conv2d(1, 1, 2, stride=0), ValueError, "stride must be a whole number"),
    "padding": (lambda: bp.Conv2d(1, 1, 2, padding=-1), ValueError, "whole number of at least 0"),
    "size": (lambda: bp.MaxPool2d(0), ValueError, "size must be a whole number"),
    "pool stride": (lambda: bp.MaxPool2d(2, 0), ValueError, "stride must be a whole number"),
    "rate": (lambda: bp.Dropout(1.0), ValueError, "rate must be at least 0 and below 1, got 1.0"),
    "rate text": (lambda: bp.Dropout("half"), TypeError, "rate must be a number, got 'half'"),
    "row": (lambda: bp.LayerNorm(4)(X), ValueError, r"rows of the length 4, got shape \(5, 3"),
    "eps": (lambda: bp.LayerNorm(4, eps=-1.0), ValueError, "eps must be at least 0"),
    "rows": (lambda: bp.Embedding(3, 2, seed=0)([3]), ValueError, "must lie from 0 to 2"),
}


@pytest.mark.parametrize("path", [0, 1, True, None, b"net.npz", 2.5, ["net.npz"], {}, ""])
@pytest.mark.parametrize(
    "use",
    [
        lambda path: network(0).save(path),
        lambda path: network(0).load(path),
        lambda path: bp.History.load(path),
        lambda path: bp.resume(path, lambda: 0, bp.Variable(1.0), bp.Adam(bp.Variable(1.0))),
    ],
    ids=["save", "load", "History.load", "resume"],
)
def test_only_names_of_files_are_files(path: Any, use: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="path must be the name of a file such as"):
        use(path)


@pytest.mark.parametrize("case", MISUSE)
def test_misuse_is_explained(case: str) -> None:
    use, kind, message = MISUSE[case]
    with pytest.raises(kind, match=message):
        use()
