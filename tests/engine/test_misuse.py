"""Mistakes that people make, and the error that each of them meets: it names cause and fix."""

import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine import operations
from backprop.engine.operations import TABLE

from .cases import CASES

x: Any = bp.Variable(2.0)
v: Any = bp.Variable([1.0, 2.0, 3.0])
m: Any = bp.Variable(np.ones((2, 3)))
REAL = r"\w+ must be real numbers, a float or an array of floats, got "


def assigned() -> None:
    v[0] = 5.0


def decided() -> None:
    if v > 1:  # an array of answers, as NumPy's own error says
        raise AssertionError


def in_place() -> None:
    array = np.zeros(3)
    array += v


def freed_twice() -> None:
    y = x**2
    y.backward()
    y.backward()


def without_recording() -> None:
    with bp.no_grad():
        y = x**2
    y.backward()


# What is attempted, the kind of error, and what its message must say.
Attempt = tuple[Callable[[], object], type[Exception], str]

VALUES: dict[str, Attempt] = {
    "text": (lambda: bp.Variable("one"), TypeError, REAL + "'one'"),
    "nothing": (lambda: bp.Variable(None), TypeError, REAL + "None"),  # type: ignore[arg-type]
    "objects": (lambda: bp.Variable([1.0, None]), TypeError, REAL + r"\[1\.0, None\]"),  # type: ignore[arg-type]
    "a dictionary": (lambda: bp.Variable({"a": 1}), TypeError, REAL),  # type: ignore[arg-type]
    "complex": (lambda: bp.Variable(1j), TypeError, REAL + "complex numbers"),
    "ragged": (
        lambda: bp.Variable([[1.0, 2.0], [3.0]]),
        TypeError,
        r"\w+ must have rows of one length",
    ),
    "dates": (lambda: bp.Variable(np.array(["2026-01-01"], dtype="M8[D]")), TypeError, REAL),
    "a Variable": (
        lambda: bp.Variable(x),
        TypeError,
        r"value is a Variable already: use it as it is, or take its \.value",
    ),
    "Variables": (lambda: bp.Variable([x, x]), TypeError, r"take the plain array with \.value"),
    "two numbers": (
        lambda: bp.Variable(1.0, 2.0),  # type: ignore[arg-type]
        TypeError,
        r"name must be text, got 2\.0: several numbers go in one list",
    ),
    "a constant of text": (lambda: bp.constant("one"), TypeError, REAL),
}

ARGUMENTS: dict[str, Attempt] = {
    "number + text": (lambda: x + "1", TypeError, "add: " + REAL + "'1'"),
    "text * number": (lambda: [None] * x, TypeError, "multiply: " + REAL),
    "number - nothing": (lambda: x - None, TypeError, "subtract: " + REAL + "None"),
    "number / complex": (lambda: x / 1j, TypeError, "divide: " + REAL + "complex numbers"),
    "vector ** ragged": (
        lambda: v ** [[1], [1, 2]],
        TypeError,
        "power: b must have rows of one length",
    ),
    "exp of text": (lambda: bp.exp("a"), TypeError, "exp: " + REAL + "'a'"),
    "exp of nothing": (lambda: bp.exp(None), TypeError, "exp: " + REAL + "None"),
    "softplus of complex": (lambda: bp.softplus(1j), TypeError, "softplus: .* complex numbers"),
    "sum of text": (lambda: bp.sum("a"), TypeError, "sum: " + REAL),
    "ssr against text": (lambda: bp.ssr(v, ["a", "b", "c"]), TypeError, "ssr: " + REAL),
    "ssr of one": (
        lambda: bp.ssr(v),  # type: ignore[call-arg]
        TypeError,
        r"ssr\(\) missing 1 required positional argument: 'observed'",
    ),
    "an unknown setting": (
        lambda: bp.sum(v, axes=0),  # type: ignore[call-arg]
        TypeError,
        r"sum\(\) got an unexpected keyword argument 'axes'",
    ),
    "an operation without arguments": (
        lambda: bp.exp(),  # type: ignore[call-arg]
        TypeError,
        "missing 1 required positional argument: 'a'",
    ),
}

SHAPES: dict[str, Attempt] = {
    **{
        name: (
            lambda name=name: getattr(operations, name)(v, [1.0, 2.0]),  # type: ignore[misc]
            ValueError,
            rf"{name}: shapes \(3,\) and \(2,\) do not fit: counted from the last axis, lengths "
            "of .* must be equal, or one of them 1",
        )
        for name, entry in TABLE.items()
        if entry.broadcasts and entry.pointwise and len(entry.rules) == 2
    },
    "plain arrays": (
        lambda: operations.add(np.ones(3), np.ones(2)),
        ValueError,
        r"add: shapes \(3,\) and \(2,\) do not fit",
    ),
    "matrix product": (
        lambda: m @ m,
        ValueError,
        r"matmul: shapes \(2, 3\) and \(2, 3\) do not fit: the last length of a must equal",
    ),
    "vector product": (
        lambda: v @ [1.0, 2.0],
        ValueError,
        r"shapes \(3,\) and \(2,\) do not fit: .* or the only one of a vector",
    ),
    "a number in a matrix product": (
        lambda: x @ v,
        ValueError,
        r"shapes \(\) and \(3,\) do not fit: .* single numbers are multiplied with \*",
    ),
    **{
        name: (
            lambda name=name: getattr(bp, name)(v, [[1.0], [2.0], [3.0]]),  # type: ignore[misc]
            ValueError,
            rf"{name}: predicted must have the shape \(3, 1\) of observed, got \(3,\): give one "
            "prediction for each observation",
        )
        for name in ("ssr", "mse")
    },
    "ssr of nothing": (
        lambda: bp.ssr([], []),
        ValueError,
        "ssr: observed must hold an observation",
    ),
    "mse of nothing": (
        lambda: bp.mse([], []),
        ValueError,
        "mse: observed must hold an observation",
    ),
    "mean of nothing": (
        lambda: bp.mean(bp.Variable([])),
        ValueError,
        "mean: a must have an element",
    ),
    "sum over a missing axis": (
        lambda: bp.sum(v, axis=1),
        ValueError,
        r"sum: axis must be from -1 to 0 for the shape \(3,\) of a, got 1",
    ),
    "sum over an axis twice": (
        lambda: bp.sum(m, axis=(0, 0)),
        ValueError,
        "sum: axis must name each",
    ),
    "sum over half an axis": (lambda: bp.sum(m, axis=0.5), TypeError, "sum: "),  # type: ignore[arg-type]
    "reshape": (
        lambda: bp.reshape(v, (2, 2)),
        ValueError,
        r"reshape: shape must hold the 3 elements of a, .* got \(2, 2\)",
    ),
    "transpose": (lambda: bp.transpose(m, (0, 1, 2)), ValueError, "transpose: axes must list"),
    "broadcast_to": (
        lambda: operations.broadcast_to(v, (2,)),
        ValueError,
        "broadcast_to: ",
    ),
}

FITS = "counted from the last axis, lengths of .* must be equal, or one of them 1"
IMAGE: Any = bp.Variable(np.ones((1, 1, 3, 3)))
RNG = np.random.default_rng(0)

ARRAYS: dict[str, Attempt] = {
    "join nothing": (lambda: bp.concatenate([]), ValueError, "arrays must hold an array, got"),
    "join other shapes": (
        lambda: bp.concatenate([m, m, v]),
        ValueError,
        r"arrays must have equal lengths but along axis 0, got the shapes \(2, 3\) and \(3,\)",
    ),
    "join along a missing axis": (
        lambda: bp.concatenate([v, v], axis=1),
        ValueError,
        r"axis must be from -1 to 0 for the shape \(3,\), got 1",
    ),
    "join numbers": (
        lambda: bp.concatenate([x, x]),
        ValueError,
        r"arrays must have an axis, got single numbers: use bp\.stack",
    ),
    "join text": (
        lambda: bp.concatenate([v, ["a"]]),
        TypeError,
        "one of arrays must be real",
    ),
    "stack nothing": (lambda: bp.stack([]), ValueError, "stack: arrays must hold an array"),
    "stack other shapes": (
        lambda: bp.stack([v, x]),
        ValueError,
        r"stack: arrays must be of one shape, got \[\(\), \(3,\)\]",
    ),
    **{
        f"stack along axis {axis}": (
            lambda axis=axis: bp.stack([v, v], axis),  # type: ignore[misc]
            ValueError,
            rf"axis must be from -2 to 1 for the shape \(2, 3\) of the result, got {axis}",
        )
        for axis in (-3, 2)
    },
    "index out of range": (
        lambda: v[3],
        IndexError,
        r"getitem: index 3 is out of bounds for axis 0 with size 3; the shape is \(3,\)",
    ),
    "too many indices": (lambda: m[0, 0, 0], IndexError, r"too many indices.*shape is \(2, 3\)"),
    "index into a number": (lambda: x[0], IndexError, r"too many indices .*; the shape is \(\)"),
    "index by text": (lambda: v["a"], IndexError, "only integers, slices"),
    "index by a fraction": (lambda: v[0.5], IndexError, "only integers, slices"),
    "index by a Variable": (lambda: v[x], TypeError, r"index must be whole numbers.*int\(i\)"),
    "index by a Variable among others": (lambda: m[0, x], TypeError, r"index must be whole"),
    "power with a modulus": (lambda: pow(x, 2, 5), TypeError, "leave modulo out"),
    "where by a Variable": (
        lambda: bp.where(v, v, 0.0),
        TypeError,
        r"where: condition must be plain data: compare, as in x > 0, or use \.value",
    ),
    "where by text": (lambda: bp.where("yes", v, 0.0), TypeError, "must be true or false for each"),
    "where by nothing": (lambda: bp.where(None, v, 0.0), TypeError, "where: condition must be"),
    "where by another shape": (
        lambda: bp.where([True, False], v, 0.0),
        ValueError,
        rf"where: shapes \(2,\) and \(3,\) and \(\) do not fit: {FITS}",
    ),
    "where of other shapes": (
        lambda: bp.where(True, v, [1.0, 2.0]),
        ValueError,
        rf"where: shapes \(\) and \(3,\) and \(2,\) do not fit: {FITS}",
    ),
    "clip the wrong way round": (
        lambda: bp.clip(v, 2.0, 1.0),
        ValueError,
        r"clip: low must be at most high, got low=2\.0 and high=1\.0",
    ),
    "clip to nan": (lambda: bp.clip(v, math.nan, 1.0), ValueError, "low must be at most high"),
    "clip to a Variable": (lambda: bp.clip(v, x, 3.0), TypeError, r"plain value with \.value"),
    "max over two axes": (
        lambda: bp.max(m, axis=(0, 1)),  # type: ignore[arg-type]
        TypeError,
        r"max: axis must be a single number, or None for all axes, got \(0, 1\)",
    ),
    "max of nothing": (lambda: bp.max(bp.Variable([])), ValueError, "max: a must have an element"),
    "dot of matrices": (
        lambda: bp.dot(m, m),
        ValueError,
        r"dot: b must be a vector as long as a, got the shapes \(2, 3\) and \(2, 3\): for matrices",
    ),
    "dot of other lengths": (lambda: bp.dot(v, [1.0, 2.0]), ValueError, r"shapes \(3,\) and \(2,"),
    "softmax of a number": (lambda: bp.softmax(x), ValueError, "softmax: a must be an array of "),
    "softmax of nothing": (lambda: bp.softmax(bp.Variable([])), ValueError, r"got the shape \(0,"),
    "log-softmax of a number": (lambda: bp.log_softmax(1.0), ValueError, r"log_softmax: .* \(\)"),
    "reshape with two blanks": (
        lambda: m.reshape((-1, -1)),
        ValueError,
        "reshape: shape must hold the 6 elements of a, with at most one length of -1",
    ),
    "transpose an axis twice": (
        lambda: m.transpose((0, 0)),
        ValueError,
        "transpose: axes must list",
    ),
}

LAYERS: dict[str, Attempt] = {
    "linear": (
        lambda: bp.linear(m, m),
        ValueError,
        r"linear: shapes \(2, 3\) and \(2, 3\) and \(\) do not fit: the last length of x",
    ),
    "a bias of another length": (
        lambda: bp.linear(m, np.ones((3, 2)), [1.0, 2.0, 3.0]),
        ValueError,
        r"and \(3,\) do not fit: .*; b has the last length of W",
    ),
    "an activation by its name": (
        lambda: bp.linear(m, np.ones((3, 2)), activation="relu"),
        TypeError,
        r"linear: activation must be a function such as bp\.relu, got 'relu'",
    ),
    "conv2d of a matrix": (
        lambda: bp.conv2d(m, m),
        ValueError,
        r"conv2d: x has shape \(2, 3\) and weight \(2, 3\): they must be \(batch, channels, height",
    ),
    "conv2d with other channels": (
        lambda: bp.conv2d(IMAGE, np.ones((1, 2, 2, 2))),
        ValueError,
        r"conv2d: x has shape \(1, 1, 3, 3\) and weight \(1, 2, 2, 2\)",
    ),
    "conv2d of text": (lambda: bp.conv2d("image", m), TypeError, "conv2d: x must be real"),
    "filters larger than the image": (
        lambda: bp.conv2d(IMAGE, np.ones((1, 1, 4, 4))),
        ValueError,
        r"weight: windows of size \(4, 4\) do not fit into images of \(3, 3\), padding included",
    ),
    "conv2d, stride 0": (
        lambda: bp.conv2d(IMAGE, np.ones((1, 1, 2, 2)), stride=0),
        ValueError,
        "stride must be a whole number of at least 1, got 0: or give two, down and across",
    ),
    "conv2d, padding -1": (
        lambda: bp.conv2d(IMAGE, np.ones((1, 1, 2, 2)), padding=-1),
        ValueError,
        "padding must be a whole number of at least 0, got -1",
    ),
    "conv2d, another bias": (
        lambda: bp.conv2d(IMAGE, np.ones((2, 1, 2, 2)), [1.0, 2.0, 3.0]),
        ValueError,
        r"conv2d: bias must have the shape \(2,\), one number for each filter of weight, got \(3,",
    ),
    **{
        f"{pool.__name__} of size {size} and stride {stride}": (
            lambda pool=pool, size=size, stride=stride: pool(IMAGE, size, stride),  # type: ignore[misc]
            ValueError,
            message,
        )
        for pool in (bp.max_pool2d, bp.average_pool2d)
        for size, stride, message in (
            (4, None, r"windows of size \(4, 4\) do not fit into the shape \(1, 1, 3, 3\)"),
            (0, None, "size must be a whole number of at least 1, got 0"),
            (2, 0, "stride must be a whole number of at least 1, got 0"),
            (2, -1, "stride must be a whole number of at least 1, got -1"),
        )
    },
    "pooling of a vector": (lambda: bp.max_pool2d(v, 1), ValueError, r"into the shape \(3,\)"),
    "embedding by fractions": (
        lambda: bp.embedding(m, [0.0, 1.0]),
        TypeError,
        "embedding: indices of .* must be integers, got float64 values",
    ),
    "embedding by a Variable": (
        lambda: bp.embedding(m, v),
        TypeError,
        "indices of .* must be integers",
    ),
    "embedding beyond the table": (
        lambda: bp.embedding(m, [0, 2]),
        ValueError,
        "embedding: indices of .* must lie from 0 to 1, found 0 to 2",
    ),
    "embedding before the table": (lambda: bp.embedding(m, -1), ValueError, "found -1 to -1"),
    "embedding in a number": (lambda: bp.embedding(x, 0), ValueError, r"\(rows, width\), got \(\)"),
    "embedding in nothing": (
        lambda: bp.embedding(np.zeros((0, 3)), 0),
        ValueError,
        r"embedding: table must have the shape \(rows, width\), got \(0, 3\)",
    ),
    **{
        f"dropout at the rate {rate}": (
            lambda rate=rate: bp.dropout(v, rate, RNG),  # type: ignore[misc]
            ValueError,
            f"dropout: rate must lie from 0 to below 1, got {rate}",
        )
        for rate in (1.0, -0.1, math.nan)
    },
    "dropout by a seed": (
        lambda: bp.dropout(v, 0.5, 0),  # type: ignore[arg-type]
        TypeError,
        r"dropout: rng must come from np\.random\.default_rng\(seed\), got 0",
    ),
    "layer norm with another gain": (
        lambda: bp.layer_norm(v, [1.0, 2.0]),
        ValueError,
        r"layer_norm: gain must have the shape \(3,\) of a row of a, got \(2,\)",
    ),
    "layer norm of a number": (lambda: bp.layer_norm(x), ValueError, "a must have rows of "),
}

LABELS: dict[str, Attempt] = {
    **{
        f"{loss.__name__}, {name}": (
            lambda loss=loss, labels=labels: loss(m, labels),  # type: ignore[misc]
            kind,
            f"{loss.__name__}: {message}".replace("labels", "(labels|observed)"),
        )
        for loss in (bp.cross_entropy, bp.softmax_cross_entropy)
        for name, labels, kind, message in (
            ("too large", [0, 3], ValueError, "labels must lie from 0 to 2, found 0 to 3"),
            ("negative", [0, -1], ValueError, "labels must lie from 0 to 2, found -1 to 0"),
            ("floats", [0.0, 1.0], TypeError, "labels must be integers, got float64 values"),
            ("text", ["a", "b"], TypeError, "labels must be integers"),
            ("booleans", [True, False], TypeError, "labels must be integers, got bool values"),
            (
                "too few",
                [0],
                ValueError,
                r"\w+ has shape \(2, 3\), so labels must have the shape \(2,\), got \(1,\)",
            ),
            (
                "shares as integers",
                [[0, 1, 0], [1, 0, 0]],
                ValueError,
                r".* got \(2, 3\); shares of classes are given as floats",
            ),
            (
                "shares of too much",
                [[0.5, 0.5, 0.5], [1.0, 0.0, 0.0]],
                ValueError,
                "labels must be shares that add up to 1 for each example",
            ),
            (
                "shares of other shapes",
                [[0.5, 0.5]],
                ValueError,
                r"labels must be integers, or shares in the shape \(2, 3\) of \w+, got floats",
            ),
        )
    },
    "cross-entropy of a number": (
        lambda: bp.softmax_cross_entropy(x, 0),
        ValueError,
        r"logits must have a row of numbers for each example, got shape \(\)",
    ),
    "cross-entropy of nothing": (
        lambda: bp.cross_entropy(np.zeros((0, 3)), []),
        ValueError,
        r"cross_entropy: predicted must have a row of numbers for each example, got shape \(0, 3\)",
    ),
    "cross-entropy of text": (lambda: bp.cross_entropy("a", [0]), TypeError, "cross_entropy: pred"),
    "hinge of 0 and 1": (
        lambda: bp.hinge(v, [0, 1, 1]),
        ValueError,
        "hinge: observed must be 1 or -1 for each example",
    ),
    "hinge of one": (
        lambda: bp.hinge(v, [1.0]),
        ValueError,
        r"hinge: predicted has shape \(3,\) and observed \(1,\): give one score for each example",
    ),
    "hinge of nothing": (lambda: bp.hinge([], []), ValueError, "give one score for each example"),
    "hinge of text": (lambda: bp.hinge(v, ["a"] * 3), TypeError, "hinge: " + REAL),
}

BACKWARD: dict[str, Attempt] = {
    "an array": (
        lambda: (v * 2).backward(),
        ValueError,
        r"starts from a single number, but this value has shape \(3,\): reduce it with bp\.sum or "
        r"bp\.mean, or pass upstream=",
    ),
    "an upstream of another shape": (
        lambda: (v * 2).backward([1.0, 2.0]),
        ValueError,
        r"upstream has shape \(2,\), the value \(3,\)",
    ),
    "an upstream of text": (lambda: (v * 2).backward("1"), TypeError, REAL),
    "twice": (
        freed_twice,
        RuntimeError,
        "this graph was freed by an earlier backward.*: compute the value again, or call the "
        r"earlier backward\(retain_graph=True\)",
    ),
    "data": (
        lambda: bp.sum(bp.constant([1.0])).backward(),
        RuntimeError,
        r"depends on no Variable: nothing was recorded\. Make the parameters with bp\.Variable",
    ),
    "inside no_grad": (without_recording, RuntimeError, r"compute outside bp\.no_grad\(\)"),
}

USES: dict[str, Attempt] = {
    "assignment": (
        assigned,
        TypeError,
        r"cannot be assigned into: .* Build a new value, or change `\.value` of a leaf",
    ),
    "if on arrays": (decided, ValueError, "truth value of an array"),
    "bool of an array": (
        lambda: bool(v),
        ValueError,
        r"shape \(3,\) true\? Compare its `\.value`, and reduce the answer with \.any\(\) or",
    ),
    "not an array": (lambda: not v, ValueError, r"\.any\(\) or \.all\(\)"),
    "format of an array": (
        lambda: f"{v:.2f}",
        TypeError,
        r"the format '.2f' is for a single number, this value has shape \(3,\): format its",
    ),
    "float of an array": (lambda: float(v), TypeError, r"only a single number becomes a float"),
    "math on an array": (lambda: math.exp(v), TypeError, "only a single number becomes a float"),
    "np.asarray": (
        lambda: np.asarray(v),
        TypeError,
        r"use the function of the same name from backprop \(bp\.exp for np\.exp\), or take the "
        r"plain array with \.value",
    ),
    "np.array of several": (lambda: np.array([x, x]), TypeError, r"plain array with \.value"),
    "into a NumPy array": (
        in_place,
        TypeError,
        r"np\.add does not record derivatives: .* take the plain value with \.value",
    ),
    "comparison from NumPy's side": (
        lambda: np.zeros(3) < v,
        TypeError,
        r"np\.less does not record derivatives: .* \.value",
    ),
    "a NumPy setting": (
        lambda: np.exp(v, dtype=np.float32),
        TypeError,
        r"np\.exp does not record derivatives",
    ),
    "a NumPy method": (lambda: np.add.reduce(v), TypeError, r"np\.add\.reduce does not record"),
    **{
        f"np.{name}": (
            lambda name=name: getattr(np, name)(v),  # type: ignore[misc]
            TypeError,
            rf"np\.{name} does not record derivatives: use bp\.{name}, or take the plain value",
        )
        for name in ("sum", "mean", "transpose", "max")
    },
    **{
        f"np.{name}": (
            lambda name=name: getattr(np, name)(v),  # type: ignore[misc]
            TypeError,
            rf"np\.{name} does not record derivatives: use the functions of backprop",
        )
        for name in ("argmax", "sinh", "diff", "cumsum")
    },
    "np.dot": (lambda: np.dot(np.ones(3), v), TypeError, r"np\.dot does not record derivatives"),
    "np.where": (lambda: np.where([True] * 3, v, 0.0), TypeError, r"np\.where does not record"),
    "np.linalg.norm": (lambda: np.linalg.norm(v), TypeError, r"np\.norm does not record"),
    "the length of a number": (lambda: len(x), TypeError, "a single number has no length"),
    "the elements of a number": (lambda: list(x), TypeError, "a single number has no elements"),
    "an unknown name": (
        lambda: bp.sotfplus,
        AttributeError,
        "module 'backprop' has no attribute 'sotfplus'",
    ),
    "a misspelt attribute": (lambda: setattr(x, "gradient", 1.0), AttributeError, "gradient"),
}

ATTEMPTS = {
    f"{group}: {name}": attempt
    for group, attempts in {
        "value": VALUES,
        "argument": ARGUMENTS,
        "shape": SHAPES,
        "array": ARRAYS,
        "layer": LAYERS,
        "labels": LABELS,
        "backward": BACKWARD,
        "use": USES,
    }.items()
    for name, attempt in attempts.items()
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_a_mistake_is_explained(name: str) -> None:
    attempt, kind, message = ATTEMPTS[name]
    with pytest.raises(kind, match=message) as raised:
        attempt()
    assert raised.type is kind
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


@pytest.mark.parametrize("case", {case.name: case for case in CASES}.values(), ids=lambda c: c.name)
@pytest.mark.parametrize("bad", ["text", None, 1j, [[1.0], [1.0, 2.0]]], ids=repr)
@pytest.mark.parametrize("recorded", [False, True], ids=["plain", "recorded"])
def test_every_operation_names_itself_when_it_is_given_no_numbers(
    case: Any, bad: Any, recorded: bool
) -> None:
    given: list[Any] = list(case.draw())
    if recorded and len(given) > 1:
        given[0] = bp.Variable(given[0])
    given[-1] = bad
    with pytest.raises(TypeError, match=f"^{case.name}: "):
        case.function(*given, *case.settings)


def test_a_vector_is_a_sequence_of_its_elements() -> None:
    w = bp.Variable([1.0, 5.0, 3.0])
    assert len(w) == 3
    first, *_ = w
    assert [type(element) for element in w] == [bp.Variable] * 3
    assert max(w).value == 5.0
    assert [element.value for element in reversed(w)] == [3.0, 5.0, 1.0]
    (sum(element**2 for element in w) + first).backward()
    np.testing.assert_array_equal(w.grad, [3.0, 10.0, 6.0])


def test_a_matrix_is_a_sequence_of_its_rows() -> None:
    W = bp.Variable([[1.0, 2.0], [3.0, 4.0]])
    assert len(W) == 2
    assert [row.value.tolist() for row in W] == [[1.0, 2.0], [3.0, 4.0]]
    assert bp.stack(W).value.tolist() == W.value.tolist()
    assert bp.concatenate(W).value.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert bp.stack(row for row in W).shape == (2, 2)  # type: ignore[arg-type]
    assert list(bp.Variable(np.zeros((0, 3)))) == []


def test_comparisons_give_plain_answers() -> None:
    a, b = bp.Variable([1.0, 2.0]), bp.Variable([2.0, 2.0])
    for answer, expected in (
        (a < b, [True, False]),
        (a <= b, [True, True]),
        (a > b, [False, False]),
        (a >= 2, [False, True]),
        (a < 1.5, [True, False]),
    ):
        assert type(answer) is np.ndarray
        assert answer.tolist() == expected
    assert a == a
    assert a != bp.Variable([1.0, 2.0])
    assert {a: 1}[a] == 1
    assert bp.Variable(1.0) < 2.0


def test_a_failed_backward_pass_on_an_array_changes_nothing() -> None:
    w = bp.Variable([1.0, 2.0])
    with pytest.raises(ValueError, match="shape"):
        (w * w).backward()
    assert w.grad is None


def test_a_name_that_is_bound_anew_is_refused_as_a_parameter() -> None:
    """``w -= ...`` makes a new value from w, which no longer is a leaf."""
    w = bp.Variable(1.0)
    (w * w).backward()
    w -= 0.1 * w.grad
    with pytest.raises(TypeError, match="was computed from other values"):
        bp.GradientDescent(w, 0.1)


def test_the_classic_mistake_of_a_loop_is_explained() -> None:
    """``b = b - 0.1 * b.grad`` makes a computed value of b, which keeps no gradient."""
    b: Any = bp.Variable(0.0, name="b")
    for _ in range(2):
        try:
            ((b - 3.0) ** 2).backward()
            b = b - 0.1 * b.grad
        except RuntimeError as error:
            said = str(error)
            break
    else:
        pytest.fail("the mistake went unnoticed")
    for words in ("b = b - 0.1 * b.grad", "b.value -= 0.1 * b.grad", "b.grad = None"):
        assert words in said
    assert "keep_gradients=True" in said
    assert len(said) < 500


def test_the_gradient_of_a_value_in_between_is_none_or_kept_or_explained() -> None:
    w = bp.Variable(2.0)
    y = w * w
    assert y.grad is None  # nothing has arrived yet
    (y * y).backward(retain_graph=True)
    assert y.grad is None
    (y * y).backward(keep_gradients=True)
    assert y.grad == 8.0
    y = w * w
    (y * y).backward()
    with pytest.raises(RuntimeError, match=r"b was computed from other values.*b\.value -= 0\.1"):
        _ = y.grad
    y.name = "y"
    with pytest.raises(RuntimeError, match=r"y was computed from other values"):
        _ = y.grad
    y.grad = None
    pickle.loads(pickle.dumps(y))


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("item", r"float\(w\)"),
        ("detach", r"w\.value .* bp\.constant"),
        ("numpy", r"w\.value"),
        ("zero_grad", r"w\.grad = None"),
        ("data", r"w\.value"),
        ("tolist", r"w\.value"),
        ("clone", r"bp\.Variable\(w\.value\)"),
        ("requires_grad", r"bp\.constant"),
    ],
)
def test_names_of_other_libraries_lead_to_ours(name: str, here: str) -> None:
    for variable in (x, v, bp.constant(1.0)):
        with pytest.raises(AttributeError, match=rf"a Variable has no \.{name}: .*{here}"):
            getattr(variable, name)
        assert not hasattr(variable, name)
    with pytest.raises(AttributeError, match="'Variable' object has no attribute 'vlaue'"):
        _ = x.vlaue


def test_a_single_number_is_rounded_and_cut_as_a_float_is() -> None:
    w: Any = bp.Variable(2.71828)
    assert round(w, 2) == 2.72
    assert type(round(w, 2)) is float
    assert (round(w), int(w)) == (3, 2)
    assert (type(round(w)), type(int(w))) == (int, int)
    assert round(bp.Variable(np.float32(2.5))) == 2
    for use in (int, round, lambda v: round(v, 2)):
        with pytest.raises(TypeError, match="only a single number becomes a float"):
            use(v)


def test_a_graph_that_was_freed_by_an_error_midway_says_so() -> None:
    w, v = bp.Variable(2.0), bp.Variable(3.0)
    loss = bp.exp(w * v) * 2.0
    w.value = 5.0
    with pytest.raises(RuntimeError, match="was set after this graph"):
        loss.backward()
    with pytest.raises(RuntimeError, match="also if that ended in an error: compute the value"):
        loss.backward()
