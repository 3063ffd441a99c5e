"""The written derivatives of smooth operations, against those that SymPy finds."""

from collections.abc import Callable
from typing import Any

import pytest
import sympy

from backprop.engine.table import TABLE

from . import latex

FUNCTIONS: dict[str, Callable[..., Any]] = {
    r"\ln": sympy.log,
    r"\sin": sympy.sin,
    r"\cos": sympy.cos,
    r"\tanh": sympy.tanh,
    r"\sigma": lambda a: 1 / (1 + sympy.exp(-a)),
    r"\operatorname{softplus}": lambda a: sympy.log(1 + sympy.exp(a)),
}
# Where there is a kink, SymPy answers with distributions; test_latex compares those with numbers.
KINKED = {"abs", "maximum", "minimum", "clip", "where", "relu", "leaky_relu"}
SMOOTH = [name for name, entry in TABLE.items() if entry.pointwise and name not in KINKED]


def read(template: str, symbols: dict[str, Any]) -> Any:
    """Read a formula as SymPy's."""
    named = {f"<{name}>": symbol for name, symbol in symbols.items()}
    return sympy.nsimplify(latex.evaluate(template, {"e": sympy.E, **named}))


def test_enough_is_compared() -> None:
    assert {"add", "multiply", "divide", "power", "exp", "log", "sigmoid", "softplus"} <= set(
        SMOOTH
    )


@pytest.mark.parametrize("name", SMOOTH)
def test_sympy_finds_the_same_derivative(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latex, "FUNCTIONS", FUNCTIONS)
    entry = TABLE[name]
    symbols = {parameter: sympy.Symbol(parameter, positive=True) for parameter in entry.parameters}
    written = read(entry.latex, symbols)
    for parameter, derivative in zip(entry.parameters, entry.derivatives, strict=False):
        found = sympy.diff(written, symbols[parameter])
        assert sympy.simplify(found - read(derivative, symbols)) == 0
