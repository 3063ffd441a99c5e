r"""How formulas are written: with the brackets that they need, in LaTeX and in plain text."""

import itertools
import string
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.derivation.notation import fill_template, write_names
from backprop.engine.operations import TABLE
from backprop.formulas.formula import Formula, Name, Number, Word, multiply, write_number
from backprop.formulas.printing import latex_to_text, to_latex, to_text

from .latex import evaluate
from .plain import evaluate_plain

VALUES = {"a": 3.0, "b": 0.5, "x": 2.0}
ATOMS = st.sampled_from([*VALUES, 2.0, -1.5, 0.25, 3e-7])


class Expression(NamedTuple):
    """A formula, and its value, computed beside it."""

    formula: Formula
    value: Any

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.value)


POINTWISE = [name for name, entry in TABLE.items() if entry.pointwise]


def atom(given: str | float) -> Expression:
    if isinstance(given, str):
        return Expression(Name(given), VALUES[given])
    return Expression(write_number(given), given)


# What operations take besides the values that they are differentiated by: before and after them.
SETTINGS: dict[str, tuple[tuple[Expression, ...], tuple[Expression, ...]]] = {
    "where": ((Expression(Number("1"), True),), ()),
    "clip": ((), (atom(-1.0), atom(2.0))),
    "leaky_relu": ((), (atom(0.1),)),
}


def completed(name: str, arguments: Sequence[Expression]) -> tuple[Expression, ...]:
    """As many arguments as an operation takes, with its settings."""
    before, after = SETTINGS.get(name, ((), ()))
    count = sum(rule is not None for rule in TABLE[name].rules)
    return (*before, *arguments[:count], *after)


def filled(name: str, template: str, used: Sequence[Any]) -> Formula:
    return fill_template(TABLE[name], template, tuple(used), lambda argument: argument[0])


def combined(name: str, arguments: Sequence[Expression]) -> Expression:
    entry = TABLE[name]
    used = completed(name, arguments)
    with np.errstate(all="ignore"):
        value = entry.forward(*(np.float64(value) for _, value in used))
    return Expression(filled(name, entry.latex, used), value)


def assert_reads_as(formula: Formula, value: Any, names: Any = VALUES) -> None:
    """Both ways of writing a formula, read back, give its value."""
    with np.errstate(all="ignore"):
        for read, write in ((evaluate, to_latex), (evaluate_plain, to_text)):
            written = write(formula)
            np.testing.assert_allclose(
                read(written, names), value, rtol=1e-6, atol=1e-9, err_msg=written
            )


expressions = st.recursive(
    ATOMS.map(atom),
    lambda inner: st.builds(combined, st.sampled_from(POINTWISE), st.tuples(inner, inner)),
    max_leaves=6,
)


@given(expressions)
def test_a_written_expression_means_what_was_computed(expression: Expression) -> None:
    formula, value = expression
    if np.isfinite(value) and abs(value) < 1e12:
        assert_reads_as(formula, value)


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
            assert_reads_as(filled(name, template, used), slope)


@given(st.lists(expressions, min_size=1, max_size=4))
def test_a_written_product_means_the_product(factors: list[Expression]) -> None:
    values = [value for _, value in factors]
    if not np.all(np.isfinite(values)) or max(map(abs, values)) > 1e6:
        return
    for ones in (False, True):
        product = multiply([formula for formula, _ in factors], ones=ones)
        assert_reads_as(product, np.prod(values))


@given(expressions)
def test_plain_text_is_free_of_latex(expression: Expression) -> None:
    assert not set(to_text(expression[0])) & set("\\{}")


# --- every operation inside every other -----------------------------------------------------------

ARRAY = np.array([0.5, 1.25, 2.0])
VECTORS = [Expression(Name("v"), ARRAY), Expression(Name("w"), ARRAY[::-1])]
OF_ARRAYS = {"sum": (None, False), "mean": (None, False), "max": (None, False), "norm": ()}
OF_ARRAYS |= {"sum_of_squares": (), "dot": (), "ssr": (), "mse": ()}
INNER = [*POINTWISE, *OF_ARRAYS]


def applied(name: str, arguments: Sequence[Expression]) -> Expression:
    """An operation of numbers or of arrays, with its settings."""
    if name in POINTWISE:
        return combined(name, arguments)
    entry, settings = TABLE[name], OF_ARRAYS[name]
    used = arguments[: len(entry.rules)]
    value = entry.forward(*(value for _, value in used), *settings)
    return Expression(filled(name, entry.latex, (*used, *settings)), value)


def templates(name: str) -> list[str]:
    """How an operation and its local derivatives are written."""
    return [TABLE[name].latex, *filter(None, TABLE[name].derivatives)]


def meaning(name: str, template: str, used: Sequence[Expression]) -> Any:
    """What a template says when a single name stands for each argument."""
    letters = [Expression(Name(f"q{k}"), value) for k, (_, value) in enumerate(used)]
    names = {to_latex(letter): value for (letter, _), (_, value) in zip(letters, used, strict=True)}
    with np.errstate(all="ignore"):
        return evaluate(to_latex(filled(name, template, letters)), names)


@pytest.mark.parametrize("outer", POINTWISE)
def test_every_operation_in_every_place_of_every_other(outer: str) -> None:
    simple = [atom("a"), atom("b")]
    names = VALUES | {"v": ARRAY, "w": ARRAY[::-1]}
    places = sum(rule is not None for rule in TABLE[outer].rules)
    for inner, place, template in itertools.product(INNER, range(places), templates(outer)):
        argument = applied(inner, simple if inner in POINTWISE else VECTORS)
        arguments = [*simple]
        arguments[place] = argument
        used = completed(outer, arguments)
        value = meaning(outer, template, used)
        if np.isfinite(value):
            assert_reads_as(filled(outer, template, used), value, names)


@pytest.mark.parametrize("outer", OF_ARRAYS)
def test_every_operation_within_a_sum(outer: str) -> None:
    names = VALUES | {"v": ARRAY, "w": ARRAY[::-1]}
    for inner in POINTWISE:
        expression = applied(outer, [combined(inner, VECTORS), VECTORS[1]])
        assert_reads_as(*expression, names)
        for after in ("add", "multiply", "divide", "power", "negate"):
            for pair in ((expression, atom("b")), (atom("b"), expression)):
                assert_reads_as(*combined(after, pair), names)


MATRICES = {
    "A": np.array([[1.0, 2.0], [3.0, 4.0]]),
    "B": np.array([[0.5, -1.0], [2.0, 1.0]]),
    "C": np.array([[-1.0, 0.0], [1.0, 2.0]]),
}
OF_MATRICES = ["add", "multiply", "matmul", "transpose", "square", "negate", "sum"]


def of_matrices(name: str, arguments: Sequence[Expression]) -> Expression:
    entry = TABLE[name]
    settings: tuple[Any, ...] = {"sum": (None, False), "transpose": (None,)}.get(name, ())
    values = [value for _, value in arguments[: len(entry.rules)]]
    if name == "matmul" and not all(map(np.ndim, values)):
        return arguments[0]
    used = (*arguments[: len(entry.rules)], *settings)
    return Expression(filled(name, entry.latex, used), entry.forward(*values, *settings))


@given(
    st.recursive(
        st.sampled_from(sorted(MATRICES)).map(lambda name: Expression(Name(name), MATRICES[name])),
        lambda inner: st.builds(of_matrices, st.sampled_from(OF_MATRICES), st.tuples(inner, inner)),
        max_leaves=6,
    )
)
def test_written_matrix_expressions_mean_what_was_computed(expression: Expression) -> None:
    assert_reads_as(*expression, MATRICES)


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "latex", "text"),
    [
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (2.0, "2", "2"),
        (-15.655108, "-15.6551", "−15.6551"),
        (1e-9, "10^{-9}", "10⁻⁹"),
        (-1e20, "-10^{20}", "−10²⁰"),
        (1.5e-7, r"1.5 \cdot 10^{-7}", "1.5 · 10⁻⁷"),
        (123456789.0, r"1.23457 \cdot 10^8", "1.23457 · 10⁸"),
        (1e-300, "10^{-300}", "10⁻³⁰⁰"),
        (np.float32(0.1), "0.1", "0.1"),
        (np.array(2.5), "2.5", "2.5"),
        (np.inf, r"\infty", "∞"),
        (-np.inf, r"-\infty", "−∞"),
        (np.nan, r"\text{nan}", "nan"),
    ],
)
def test_numbers(value: Any, latex: str, text: str) -> None:
    assert to_latex(write_number(value)) == latex
    assert to_text(write_number(value)) == text
    assert latex_to_text(latex) == text


@given(st.floats(allow_nan=False))
def test_numbers_keep_six_digits(value: float) -> None:
    written = write_number(value)
    if np.isfinite(value):
        assert evaluate(to_latex(written), {}) == pytest.approx(value, rel=1e-5)
    assert evaluate_plain(to_text(written), {}) == pytest.approx(value, rel=1e-5)


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "index", "latex", "text"),
    [
        ("x", "", "x", "x"),
        ("b3", "", "b_{3}", "b3"),
        ("b_3", "", "b_{3}", "b_3"),
        ("x", "i", "x_{i}", "xᵢ"),
        ("w1", "i", "w_{1,i}", "w1[i]"),
        ("predicted", "i", r"\text{predicted}_{i}", "predictedᵢ"),
        ("layer2", "", r"\text{layer}_{2}", "layer2"),
        ("learning rate", "", r"\text{learning rate}", "learning rate"),
        ("w_in", "", r"\text{w\_in}", "w_in"),
        ("is_i_in_n", "i", r"\text{is\_i\_in\_n}_{i}", "is_i_in_nᵢ"),
        ("lambda", "", r"\lambda", "lambda"),
        ("eta", "", r"\eta", "eta"),
        ("θ", "", "θ", "θ"),
        ("p (2)", "", r"\text{p (2)}", "p (2)"),
        # what would be taken for something else
        ("7", "", r"\text{7}", "“7”"),
        ("e", "", r"\text{e}", "“e”"),
        ("inf", "", r"\text{inf}", "“inf”"),
        ("nan", "", r"\text{nan}", "“nan”"),
        ("x+y", "", r"\text{x+y}", "“x+y”"),
        ("a^2", "", r"\text{a＾}_{2}", "“a^2”"),
        ("x - y", "", r"\text{x - y}", "“x - y”"),
        ("a b", "", r"\text{a b}", "“a b”"),
        ("log loss", "", r"\text{log loss}", "“log loss”"),
        ("f(x)", "i", r"\text{f(x)}_{i}", "“f(x)”[i]"),
        (r"\frac{1}", "", r"\text{＼frac｛1｝}", r"“\frac{1}”"),
        ("R&D $", "", r"\text{R＆D ＄}", "“R&D $”"),
        ("w\nin", "", r"\text{w in}", "“w in”"),
    ],
)
def test_names(name: str, index: str, latex: str, text: str) -> None:
    assert to_latex(Name(name, index)) == latex
    assert to_text(Name(name, index)) == text


LETTERS = string.ascii_letters + string.digits + string.punctuation + " \nηβ₃é＾"
any_name = st.one_of(
    st.text(LETTERS, min_size=1, max_size=8),
    st.sampled_from(["w1", "w_1", "w1 ", "eta", "η", "e", "a^2", "a＾2", "n" * 99, "n" * 98, "σ"]),
)


@given(any_name, st.sampled_from(["", "i"]))
def test_any_name_can_be_written(name: str, index: str) -> None:
    latex = to_latex(Name(name, index))
    assert latex.count("{") == latex.count("}")
    assert not set(latex) & set("$&#%|`~^*<>\n")
    assert "\n" not in to_text(Name(name, index))


@given(st.lists(any_name, min_size=2, max_size=6, unique=True), st.booleans())
def test_no_two_names_look_alike(labels: list[str], indexed: bool) -> None:
    names = write_names(dict(enumerate(labels)), range(len(labels)) if indexed else ()).values()
    texts = {to_text(name) for name in names}
    assert len(texts) == len(labels)
    letters = [latex_to_text(to_latex(name)).replace("_", "") for name in names]
    upright = [to_latex(name) for name in names]
    assert len(set(zip(letters, upright, strict=True))) == len(labels)
    for name in names:
        assert evaluate_plain(f"2 · {to_text(name)}² + 1", {to_text(name): 3.0}) == 19


@pytest.mark.parametrize(
    ("labels", "latex", "texts"),
    [
        (["w1", "w_1"], ["w_{1}", r"\text{w\_1}"], ["w1", "w_1"]),
        (["eta", "η"], [r"\eta", r"\text{η (2)}"], ["eta", "η (2)"]),
        (["a^2", "a＾2"], [r"\text{a＾}_{2}", r"\text{a＾2}"], ["“a^2”", "“a＾2”"]),
        (["a b", "a\nb"], [r"\text{a b}", r"\text{a b (2)}"], ["“a b”", "“a b (2)”"]),
    ],
)
def test_names_that_would_look_alike_are_told_apart(
    labels: list[str], latex: list[str], texts: list[str] | None
) -> None:
    names = write_names(dict(enumerate(labels))).values()
    assert [to_latex(name) for name in names] == latex
    assert texts is None or [to_text(name) for name in names] == texts


def test_long_names_are_cut_where_that_is_wanted() -> None:
    long = {1: "q" * 50, 2: "q" * 60}
    assert [to_text(name) for name in write_names(long).values()] == [*long.values()]
    cut = "q" * 19 + "…"
    names = write_names(long, longest=20).values()
    assert [to_text(name) for name in names] == [cut, f"{cut} (2)"]


def test_words_with_spaces_stay_together() -> None:
    rate = Name("learning rate")
    assert to_text(fill_template(TABLE["square"], "<a>^2", (rate,), lambda a: a)) == (
        "(learning rate)²"
    )
    assert to_text(multiply([rate, Word("gradient")])) == "learning rate · gradient"
