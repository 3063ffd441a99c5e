"""Writing into a value, or into a view of it: a program computes as eager does, or refuses."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import backprop as bp

w = bp.Variable(2.0, name="w")
X = np.arange(1.0, 7.0).reshape(2, 3)


def write(y: Any, index: Any = 0, value: Any = 100.0) -> None:
    y[index] = value


def add_to(y: Any, value: Any = 100.0) -> None:
    y += value


#: Each writes into a value y, and returns what is used afterwards.
SAME: dict[str, Callable[[Any], Any]] = {
    "a row": lambda y: (write(y), y)[1],
    "in place": lambda y: (add_to(y), y)[1],
    "the value, seen through a view": lambda y: (z := y[:1], write(y), z)[2],
    "the value, seen through a view of a view": lambda y: (z := y.T[:2][1:], write(y), z)[2],
    "the value, seen reshaped": lambda y: (z := y.reshape(3, 2), write(y), z)[2],
    "the value, beside a copy of a view": lambda y: (z := y[:1].copy(), write(y), z)[2],
    "a copy of a view": lambda y: (z := y[:1].copy(), write(z), y)[2],
    "a flat copy": lambda y: (z := y[0].flatten(), write(z), y)[2],
    "rows that were chosen": lambda y: (z := y[np.array([0, 1])], write(z), y)[2],
    "a view that is used alone": lambda y: (z := y[:1], write(z), z)[2],
    "a view that is put back": lambda y: (z := y[:1], add_to(z), write(y, slice(1), z), y + z)[3],
    "another row": lambda y: (z := y[0], write(y, 1, z * 2.0), y * z)[2],
}
REFUSED: dict[str, Callable[[Any], Any]] = {
    "a view": lambda y: (z := y[:1], write(z), y)[2],
    "a view in place": lambda y: (z := y[:1], add_to(z), y)[2],
    "a view of a view": lambda y: (z := y[:1][0], write(z), y)[2],
    "a view beside another": lambda y: (z := y[0], u := y[:1], write(z), u)[3],
    "a transposed view": lambda y: (z := y.T, write(z), y)[2],
    "a reshaped view": lambda y: (z := y.reshape(6), write(z), y)[2],
    "a raveled view": lambda y: (z := np.ravel(y), write(z), y)[2],
    "a view with an axis more": lambda y: (z := np.expand_dims(y, 0), write(z), y)[2],
}


def compute(change: Callable[[Any], Any], x: Any) -> Any:
    y = x * 1.0
    return bp.sum(w * change(y)) + bp.sum(w * (x + 0.0))


@pytest.mark.parametrize("case", SAME)
def test_a_program_sees_what_was_written(case: str) -> None:
    def f(x: Any) -> Any:
        return compute(SAME[case], x)

    program = bp.program(f, X)
    for x in (X, -X):
        assert program(x)[0] == f(x).value


@pytest.mark.parametrize("case", REFUSED)
def test_a_view_that_was_written_into_is_refused_with_the_line(case: str) -> None:
    def f(x: Any) -> Any:
        return compute(REFUSED[case], x)

    f(X)  # eager can
    with pytest.raises(bp.engine.program.trace.ProgramError, match=r"a view .* line \d+ of test_v"):
        bp.program(f, X)


def test_a_sum_into_a_row_is_a_change_of_the_value() -> None:
    def f(x: Any) -> Any:
        y = x * 1.0
        y[0] += 5.0
        y[:, 1:] *= x[:, 1:]
        return bp.sum(w * y)

    program = bp.program(f, X)
    assert program(X)[0] == f(X).value
