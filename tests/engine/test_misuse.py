"""Mistakes that people make, and the error that each of them meets: it names cause and fix."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop import operations
from backprop.operations import TABLE

from .cases import CASES

x: Any = bp.Variable(2.0)
v: Any = bp.Variable([1.0, 2.0, 3.0])
m: Any = bp.Variable(np.ones((2, 3)))
REAL = "expected real numbers, a float or an array of floats, got "


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
    "ragged": (lambda: bp.Variable([[1.0, 2.0], [3.0]]), TypeError, "not an array of numbers"),
    "dates": (lambda: bp.Variable(np.array(["2026-01-01"], dtype="M8[D]")), TypeError, REAL),
    "a Variable": (
        lambda: bp.Variable(x),
        TypeError,
        r"this is a Variable already: use it as it is, or take its \.value",
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
    "vector ** ragged": (lambda: v ** [[1], [1, 2]], TypeError, "power: not an array of numbers"),
    "exp of text": (lambda: bp.exp("a"), TypeError, "exp: " + REAL + "'a'"),
    "exp of nothing": (lambda: bp.exp(None), TypeError, "exp: " + REAL + "None"),
    "softplus of complex": (lambda: bp.softplus(1j), TypeError, "softplus: .* complex numbers"),
    "sum of text": (lambda: bp.sum("a"), TypeError, "sum: " + REAL),
    "ssr against text": (lambda: bp.ssr(v, ["a", "b", "c"]), TypeError, "ssr: " + REAL),
    "ssr of one": (
        lambda: bp.ssr(v),  # type: ignore[call-arg]
        TypeError,
        r"ssr\(predicted, observed\): missing a required argument: 'observed'",
    ),
    "an unknown setting": (
        lambda: bp.sum(v, axes=0),  # type: ignore[call-arg]
        TypeError,
        r"sum\(a, axis, keepdims\): got an unexpected keyword argument 'axes'",
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
            "must be equal, or one of them 1",
        )
        for name, entry in TABLE.items()
        if entry.broadcasts and entry.pointwise and entry.rules[0] is not None
    },
    "plain arrays": (
        lambda: operations.add(np.ones(3), np.ones(2)),
        ValueError,
        r"add: shapes \(3,\) and \(2,\) do not fit",
    ),
    "matrix product": (
        lambda: m @ m,
        ValueError,
        r"matmul: shapes \(2, 3\) and \(2, 3\) do not fit: the last length of the first must equal",
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
            rf"{name}: predicted has shape \(3,\) and observed \(3, 1\): give one prediction for "
            "each observation",
        )
        for name in ("ssr", "mse")
    },
    "ssr of nothing": (lambda: bp.ssr([], []), ValueError, "ssr: there are no observations"),
    "mse of nothing": (lambda: bp.mse([], []), ValueError, "mse: there are no observations"),
    "mean of nothing": (
        lambda: bp.mean(bp.Variable([])),
        ValueError,
        "mean: there is no mean of no elements",
    ),
    "sum over a missing axis": (
        lambda: bp.sum(v, axis=1),
        ValueError,
        "sum: axis 1 is out of bounds for array of dimension 1",
    ),
    "sum over an axis twice": (lambda: bp.sum(m, axis=(0, 0)), ValueError, "sum: duplicate value"),
    "sum over half an axis": (lambda: bp.sum(m, axis=0.5), TypeError, "sum: "),  # type: ignore[arg-type]
    "reshape": (
        lambda: bp.reshape(v, (2, 2)),
        ValueError,
        r"reshape: cannot reshape array of size 3 into shape \(2,\s*2\)",
    ),
    "transpose": (lambda: bp.transpose(m, (0, 1, 2)), ValueError, "transpose: axes don't match"),
    "broadcast_to": (
        lambda: operations.broadcast_to(v, (2,)),
        ValueError,
        "broadcast_to: ",
    ),
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
