"""The transforms at data, of functions that return no number, and without a trace anywhere."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.variable import value_of

# Each transform of a function, at a point, along a direction; and what it gives for x³ at 3.
TRANSFORMS: dict[str, tuple[Callable[[Any, Any], Any], Any]] = {
    "grad": (lambda f, x: bp.grad(f)(x), 27.0),
    "value_and_grad": (lambda f, x: bp.value_and_grad(f)(x), (27.0, 27.0)),
    "jacobian": (lambda f, x: bp.jacobian(f)(x), 27.0),
    "hessian": (lambda f, x: bp.hessian(f)(x), 18.0),
    "jvp": (lambda f, x: bp.jvp(f, x, 2.0), 54.0),
    "hvp": (lambda f, x: bp.hvp(f, x, 2.0), 36.0),
    "grad of grad": (lambda f, x: bp.grad(bp.grad(f))(x), 18.0),
}


def made_without_grad() -> Any:
    with bp.no_grad():
        return bp.Variable(1.5) * 2.0


POINTS: dict[str, Callable[[], Any]] = {
    "number": lambda: 3.0,
    "integer": lambda: 3,
    "constant": lambda: bp.constant(3.0),
    "constant with a name": lambda: bp.constant(3.0, name="x"),
    "made under no_grad": made_without_grad,
    "variable": lambda: bp.Variable(3.0),
    "array without axes": lambda: np.array(3.0),
    "float32": lambda: np.float32(3.0),
}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_differentiates_at_every_kind_of_point(name: str, point: str) -> None:
    transform, expected = TRANSFORMS[name]
    found = transform(lambda x: x**3, POINTS[point]())
    if point == "variable":  # to be differentiated again
        found = tuple(map(value_of, found)) if type(found) is tuple else value_of(found)
    assert found == expected


@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_works_inside_no_grad(name: str) -> None:
    transform, expected = TRANSFORMS[name]
    with bp.no_grad():
        found = transform(lambda x: x**3, 3.0)
    assert np.all(np.equal(found, expected))


def test_directions_may_be_data_with_a_name() -> None:
    v = bp.constant([1.0, 0.0])
    np.testing.assert_array_equal(bp.jvp(lambda x: x**2, [3.0, 4.0], v), [6.0, 0.0])
    np.testing.assert_array_equal(bp.hvp(lambda x: bp.sum(x**3), [3.0, 4.0], v), [18.0, 0.0])
    slope = bp.jvp(lambda x: x**2, 3.0, bp.Variable(2.0))
    slope.backward()  # a direction that is a Variable is one to differentiate by


NO_NUMBERS: dict[str, tuple[Any, str]] = {
    "nothing": (None, "nothing: is its `return` missing"),
    "a dict": ({"loss": 1.0}, r"\{'loss': 1.0\}, a dict"),
    "a text": ("loss", "'loss', a str"),
    "bytes": (b"loss", "b'loss', a bytes"),
    "a tuple": ((1.0, 2.0), r"\(1.0, 2.0\), a tuple: .*bp.stack"),
    "a list": ([1.0, 2.0], "a list: .*bp.stack"),
    "a set": ({1.0}, "a set"),
    "a function": (len, "the function len"),
    "a complex number": (1j, "1j"),
    "an object": (object(), "object"),
    "a long text": ("x" * 5000, r"xxx\.\.\.xxx"),
}


@pytest.mark.parametrize("returned", NO_NUMBERS)
@pytest.mark.parametrize("name", TRANSFORMS)
def test_what_is_no_number_has_no_derivative(name: str, returned: str) -> None:
    what, words = NO_NUMBERS[returned]
    with pytest.raises(TypeError, match=f"^f must return .*, it returned .*{words}") as caught:
        TRANSFORMS[name][0](lambda x: what, 3.0)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_function_that_returns_a_plain_number_has_the_derivative_0(name: str) -> None:
    found = TRANSFORMS[name][0](lambda x: 5.0, 3.0)
    assert np.ravel(found)[-1] == 0.0


@pytest.mark.parametrize("name", [*TRANSFORMS, "check_gradients", "numeric_gradient"])
def test_nothing_leaves_a_trace_but_in_its_result(name: str) -> None:
    w, kept = bp.Variable(0.5, name="w"), bp.Variable(2.0)
    kept.grad = 7.0
    outside = w * kept

    def f(x: Any) -> Any:
        return outside * x**3 + w * kept

    if name in TRANSFORMS:
        TRANSFORMS[name][0](f, 3.0)
    elif name == "check_gradients":
        bp.check_gradients(f, 3.0)
    else:
        bp.numeric_gradient(f, 3.0)
    assert w.grad is None
    assert kept.grad == 7.0
    assert outside.grad is None
    outside.backward()  # its graph is there still
    assert w.grad == 2.0


def test_check_gradients_notices_what_changes_on_the_way() -> None:
    data = np.array([1.0, 2.0])

    def f(x: Any) -> Any:
        loss = bp.sum(x * data)
        data[:] += 1.0
        return loss

    with pytest.raises(RuntimeError, match="written into after it was used"):
        bp.check_gradients(f, 3.0)
