r"""How formulas are written: with the brackets that they need, in LaTeX and in plain text."""

import string
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.derivation.notation import formula, number, plain, product, symbol
from backprop.engine.operations import TABLE

from .latex import evaluate

VALUES = {"a": 3.0, "b": 0.5, "x": 2.0}
ATOMS = st.sampled_from([*VALUES, "2", "-1.5", "0.25", r"3 \cdot 10^{-2}"])
# An expression is written from the inside out, and computed beside it.
Expression = tuple[str, Any]
POINTWISE = [name for name, entry in TABLE.items() if entry.pointwise]


def atom(written: str) -> Expression:
    return written, evaluate(written, VALUES) if written not in VALUES else VALUES[written]


# What operations take besides the values that they are differentiated by: before and after them.
SETTINGS: dict[str, tuple[tuple[Expression, ...], tuple[Expression, ...]]] = {
    "where": ((("1", True),), ()),
    "clip": ((), (("-1", -1.0), ("2", 2.0))),
    "leaky_relu": ((), (("0.1", 0.1),)),
}


def completed(name: str, arguments: Sequence[Expression]) -> tuple[Expression, ...]:
    """As many arguments as an operation takes, with its settings."""
    before, after = SETTINGS.get(name, ((), ()))
    count = sum(rule is not None for rule in TABLE[name].rules)
    return (*before, *arguments[:count], *after)


def combined(name: str, arguments: Sequence[Expression]) -> Expression:
    entry = TABLE[name]
    used = completed(name, arguments)
    with np.errstate(all="ignore"):
        value = entry.forward(*(np.float64(value) for _, value in used))
    return formula(entry, entry.latex, used, lambda argument: str(argument[0])), value


expressions = st.recursive(
    ATOMS.map(atom),
    lambda inner: st.builds(combined, st.sampled_from(POINTWISE), st.tuples(inner, inner)),
    max_leaves=6,
)


@given(expressions)
def test_a_written_expression_means_what_was_computed(expression: Expression) -> None:
    written, value = expression
    if not np.isfinite(value) or abs(value) > 1e12:
        return
    with np.errstate(all="ignore"):
        meant = evaluate(written, VALUES)
    np.testing.assert_allclose(meant, value, rtol=1e-6, atol=1e-9)


@given(st.sampled_from(POINTWISE), st.tuples(expressions, expressions))
def test_a_written_derivative_means_what_the_rule_computes(
    name: str, arguments: tuple[Expression, Expression]
) -> None:
    entry = TABLE[name]
    used = completed(name, arguments)
    values = [np.float64(value) for _, value in used]
    with np.errstate(all="ignore"):
        out = entry.forward(*values)
        if not np.isfinite(out) or abs(out) > 1e12:
            return
        for rule, template in zip(entry.rules, entry.derivatives, strict=True):
            if rule is None:
                continue
            slope = rule(1.0, out, *values)
            if not np.isfinite(slope) or (name == "power" and values[0] <= 0):
                continue
            written = formula(entry, template, used, lambda argument: str(argument[0]))
            np.testing.assert_allclose(evaluate(written, VALUES), slope, rtol=1e-6, atol=1e-9)


@given(st.lists(expressions, min_size=1, max_size=4))
def test_a_written_product_means_the_product(factors: list[Expression]) -> None:
    values = [value for _, value in factors]
    if not np.all(np.isfinite(values)) or max(map(abs, values)) > 1e6:
        return
    with np.errstate(all="ignore"):
        for ones in (False, True):
            written = product([written for written, _ in factors], ones=ones)
            meant = evaluate(written, VALUES)
            np.testing.assert_allclose(meant, np.prod(values), rtol=1e-6, atol=1e-9)


@given(expressions)
def test_plain_text_is_free_of_latex(expression: Expression) -> None:
    assert not set(plain(expression[0])) & set("\\{}")


MATRICES = {
    "A": np.array([[1.0, 2.0], [3.0, 4.0]]),
    "B": np.array([[0.5, -1.0], [2.0, 1.0]]),
    "C": np.array([[-1.0, 0.0], [1.0, 2.0]]),
}
OF_MATRICES = ["add", "multiply", "matmul", "transpose", "square", "negate", "sum"]


def of_matrices(name: str, arguments: Sequence[Expression]) -> Expression:
    entry = TABLE[name]
    settings: tuple[Any, ...] = {"sum": (None, False), "transpose": (None,)}.get(name, ())
    used: tuple[Any, ...] = (*arguments[: len(entry.rules)], *settings)
    values = [value for _, value in used[: len(entry.rules)]]
    if name == "matmul" and not all(map(np.ndim, values)):
        return arguments[0]
    written = formula(entry, entry.latex, used, lambda argument: str(argument[0]))
    return written, entry.forward(*values, *settings)


@given(
    st.recursive(
        st.sampled_from(sorted(MATRICES)).map(lambda name: (name, MATRICES[name])),
        lambda inner: st.builds(of_matrices, st.sampled_from(OF_MATRICES), st.tuples(inner, inner)),
        max_leaves=6,
    )
)
def test_written_matrix_expressions_mean_what_was_computed(expression: Expression) -> None:
    written, value = expression
    np.testing.assert_allclose(evaluate(written, MATRICES), value, rtol=1e-9)


@pytest.mark.parametrize(
    ("value", "latex", "text"),
    [
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (2.0, "2", "2"),
        (-15.655108, "-15.6551", "-15.6551"),
        (1e-9, "10^{-9}", "10^-9"),
        (-1e20, "-10^{20}", "-10^20"),
        (1.5e-7, r"1.5 \cdot 10^{-7}", "1.5 · 10^-7"),
        (123456789.0, r"1.23457 \cdot 10^{8}", "1.23457 · 10^8"),
        (np.float32(0.1), "0.1", "0.1"),
    ],
)
def test_numbers(value: Any, latex: str, text: str) -> None:
    assert number(value) == latex
    assert plain(latex) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_six_digits(value: float) -> None:
    assert evaluate(number(value), {}) == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize(
    ("name", "index", "latex", "text"),
    [
        ("x", "", "x", "x"),
        ("b3", "", "b_{3}", "b3"),
        ("b_3", "", "b_{3}", "b3"),
        ("x", "i", "x_{i}", "xᵢ"),
        ("w1", "i", "w_{1,i}", "w1[i]"),
        ("predicted", "i", r"\text{predicted}_{i}", "predictedᵢ"),
        ("layer2", "", r"\text{layer}_{2}", "layer₂"),
        ("learning rate", "", r"\text{learning rate}", "learning rate"),
        ("w_in", "", r"\text{w\_in}", "w_in"),
        ("is_i_in_n", "i", r"\text{is\_i\_in\_n}_{i}", "is_i_in_nᵢ"),
        ("eta", "", r"\eta", "eta"),
        ("θ", "", "θ", "θ"),
        ("7", "", "7", "7"),
    ],
)
def test_names(name: str, index: str, latex: str, text: str) -> None:
    assert symbol(name, index) == latex
    assert plain(latex) == text


@given(
    st.text(
        string.ascii_letters + string.digits + string.punctuation + " \nηβ₃é",
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["", "i"]),
)
def test_any_name_can_be_written(name: str, index: str) -> None:
    latex = symbol(name, index)
    assert latex.count("{") == latex.count("}")
    assert not set(latex) & set("$&#%|`~^*<>\n")
    assert not set(plain(latex)) & set("\\{}$")


def test_unbalanced_latex_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="unbalanced braces in"):
        plain(r"\frac{1}{2")


def test_names_that_hold_latex_are_shown_as_they_are() -> None:
    assert plain(symbol(r"\frac{1}")) == "＼frac｛1｝"
    assert plain(symbol("R&D $")) == "R＆D ＄"
