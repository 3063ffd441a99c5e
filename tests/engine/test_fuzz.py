"""A few hundred random programs; `make fuzz` checks many more in the same way."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import backprop as bp
from backprop.engine.table import TABLE

from .fuzz import LINES, Mismatch, check_program, compare, draw_program, engine_derivatives

CHUNK = 40


def test_every_operation_has_a_line() -> None:
    assert {name.split(" and ")[0] for name in LINES} == set(TABLE)


@pytest.mark.parametrize("first", range(0, 6 * CHUNK, CHUNK))
def test_random_programs_have_the_derivatives_of_their_formulas(first: int) -> None:
    defined = [check_program(seed) for seed in range(first, first + CHUNK)]
    assert sum(defined) > 0.9 * CHUNK  # almost none lies on a kink


def test_programs_use_every_line() -> None:
    drawn = {line[0] for seed in range(6 * CHUNK) for line in draw_program(seed).lines}
    assert drawn == set(LINES)


def torch_functions(torch: Any) -> SimpleNamespace:
    from .test_torch import THEIRS

    def taking_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **settings: Any) -> Any:
            first, *rest = given
            if isinstance(first, float):
                first = torch.tensor(first, dtype=torch.float64)
            return function(first, *rest, **settings)

        return call

    return SimpleNamespace(**{name: taking_numbers(their) for name, their in THEIRS.items()})


@pytest.mark.parametrize("first", range(0, 6 * CHUNK, CHUNK))
def test_random_programs_agree_with_pytorch(first: int) -> None:
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
    theirs = torch_functions(torch)
    for seed in range(first, first + CHUNK):
        program = draw_program(seed)
        point = torch.tensor(program.point, requires_grad=True)
        value = program.run(theirs, point, lambda at: at)
        (gradient,) = torch.autograd.grad(value, point, create_graph=True)
        along = (gradient * torch.tensor(program.direction)).sum()
        (second,) = torch.autograd.grad(along, point)
        found = engine_derivatives(program)
        expected = [t.detach().numpy() for t in (value, gradient, along, second)]
        for what, mine, its in zip(("value", "gradient", "slope"), found, expected, strict=False):
            compare(program, what, mine, its, 1e-10)
        if np.isfinite(found[-1]).all():
            compare(program, "second derivatives", found[-1], expected[-1], 1e-9)


def test_a_wrong_derivative_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that is right, with a slope that is not: every program with a tanh tells."""
    with_tanh = next(s for s in range(99) if draw_program(s).lines[0][0] == "tanh")
    check_program(with_tanh)

    def tanh(a: Any) -> Any:
        return bp.tanh(a) + 0.001 * (a - bp.engine.variable.value_of(a))

    monkeypatch.setattr("tests.engine.fuzz.ENGINE.tanh", tanh)
    with pytest.raises(Mismatch, match=f"seed {with_tanh}: gradient"):
        check_program(with_tanh)
