"""What stands above the line in a picture is the exponent that the formula has."""

from collections.abc import Iterator

import pytest
from hypothesis import given

from backprop.formulas.formula import Formula, Name, Power, walk
from backprop.formulas.printing import to_text
from backprop.formulas.typesetting import split_exponents

from ..derivation.test_notation import Expression, expressions

CUT = {
    "w1 · x": [("w₁ · x", False)],
    "e^u1": [("e", False), ("u₁", True)],
    "e^(−z)": [("e", False), ("−z", True)],
    "a^0.5 + 1": [("a", False), ("0.5", True), (" + 1", False)],
    "a^(b − 1) · 3": [("a", False), ("b − 1", True), (" · 3", False)],
    "e^(2 · (a + b))": [("e", False), ("2 · (a + b)", True)],
    "e^σ(a)/2": [("e", False), ("σ(a)", True), ("/2", False)],
    "e^u1[i]": [("e", False), ("u₁[i]", True)],
    "e^“x^2”": [("e", False), ("“x^2”", True)],
    "e^a, e^b.": [("e", False), ("a", True), (", e", False), ("b", True), (".", False)],
    "x² · 10⁻⁹": [("x² · 10⁻⁹", False)],
    "layer2 b3a x_1 1e5": [("layer2 b3a x_1 1e5", False)],
    "a ^ b": [("a ^ b", False)],
    "^": [("^", False)],
    "": [],
}


@pytest.mark.parametrize("text", CUT)
def test_formulas_are_cut_at_their_exponents(text: str) -> None:
    assert split_exponents(text) == CUT[text]


def exponents(formula: Formula) -> Iterator[str]:
    """What a picture is to raise: every exponent that has no sign of its own above the line."""
    for part in walk(formula):
        if isinstance(part, Power) and "^" in to_text(part):
            yield to_text(part.exponent)


@given(expressions)
def test_every_exponent_is_found(expression: Expression) -> None:
    text = to_text(expression.formula)
    pieces = split_exponents(text)
    assert "^" not in "".join(piece for piece, raised in pieces if not raised)
    assert all(piece.count("(") == piece.count(")") for piece, raised in pieces if raised)
    outermost = [piece for piece, raised in pieces if raised]
    assert set(outermost) <= set(exponents(expression.formula))


def test_a_name_with_digits_is_lowered_and_a_word_is_not() -> None:
    names = [Name("b3"), Name("layer2"), Name("w1", "i")]
    assert [split_exponents(to_text(name))[0][0] for name in names] == ["b₃", "layer2", "w₁[i]"]
